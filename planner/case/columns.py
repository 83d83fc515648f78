"""What a sheet and a column of the workbook are made of, and the words to declare them with."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import cached_property
from typing import TypedDict, Unpack

from planner.case.units import Quantity, Unit, parse_unit

Value = float | str | bool | date
"""A cell's value inside the planner; `math.inf` is the word unlimited."""

LARGEST = 1e12
"""Numbers above this are taken for mistakes; so are more tonnes, whatever the unit."""

_MOST_MONEY = 1e15
"""Most money per tonne or year, whatever the unit: 1e12 per kilogram."""

_SMALLEST = 1e-9
"""Fewer tonnes than this, a milligram, and less money per tonne, are nothing."""

_MASSES = (Quantity.MASS, Quantity.MASS_PER_TIME, Quantity.MASS_OR_RATE)


def number_in(value: Value | None, otherwise: float = 0.0) -> float:
    """The number in a cell; another where there is none."""
    return float(value) if isinstance(value, (int, float)) else otherwise


class Kind(Enum):
    """What a cell holds."""

    NAME = "name"  # the row's own name
    REFERENCE = "reference"  # a name defined on another sheet
    TEXT = "text"
    NUMBER = "number"
    WORD = "word"  # one of a few fixed words
    YES_NO = "yes/no"
    DATE = "date"
    PERIOD = "period"
    SELECTOR = "selector"
    COLUMN = "column"  # the name of a column
    ANY = "value"


@dataclass(frozen=True)
class Column:
    """One column. Numbers are in `unit` unless the header says otherwise."""

    name: str
    kind: Kind
    meaning: str
    quantity: Quantity | None = None
    unit: str = ""
    required: bool = False
    key: bool = False
    may_be_blank: bool = False  # of a key column
    default: Value | None = None
    words: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    minimum: float = 0.0
    maximum: float = LARGEST
    unlimited: bool = False
    likely_whole_share: bool = False  # a number of 0 to 1 under [%] is doubtful
    doubtful_above: float = math.inf  # a larger fraction was probably meant per hundred
    of_index: bool = False
    source_money: bool = False  # in the source's currency, not in the case's
    usual: tuple[str, ...] = ()  # what a text often is; any other will do
    example: str = ""

    def called(self, name: str) -> Column:
        """The same column under another name: that of a material, say."""
        return replace(self, name=name)

    @cached_property
    def lowest(self) -> float:
        """The least that a value may be inside the planner."""
        return self.minimum if self.minimum > -LARGEST else -self._far

    @cached_property
    def highest(self) -> float:
        """The most that a value may be inside the planner."""
        return self.maximum if self.maximum < LARGEST else self._far

    @property
    def _far(self) -> float:
        return LARGEST if self.quantity in _MASSES else _MOST_MONEY

    @cached_property
    def smallest(self) -> float:
        """What is nearer to 0 inside the planner is too little to matter."""
        is_measured = self.quantity in _MASSES or self.quantity is Quantity.MONEY_PER_MASS
        return _SMALLEST if is_measured else 0.0

    @cached_property
    def own_unit(self) -> Unit:
        """The unit meant by a header without a bracket."""
        if not self.unit or self.quantity is Quantity.FRACTION:
            return Unit(quantity=self.quantity)
        return parse_unit(self.unit, self.quantity)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its columns, and how it spreads over periods, materials or numbered columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    over_time: Column | None = None  # what each period's cell holds
    periods_instead_of: tuple[str, ...] = ()  # period columns stand in for these (Quotas)
    per_material: Column | None = None  # one column per material
    numbered: Column | None = None  # Ramp 1, Ramp 2 …
    behind: tuple[tuple[str, str], ...] = ()  # (sheet, column) whose value it overrides by period
    needs: tuple[str, ...] = ()  # the sheets without which it says nothing
    every_period: bool = False  # each row needs each period
    required: bool = False
    attributes: bool = False  # unknown columns are the user's own
    fixed: bool = False  # scenarios cannot change it

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The declared columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def own_units(self) -> dict[str, Unit]:
        """The units meant by headers without a bracket, by the column's name."""
        return {column.name: column.own_unit for column in self.columns}

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The names of the key columns."""
        return tuple(column.name for column in self.columns if column.key)


class Details(TypedDict, total=False):
    """What may be said of a column besides its name, kind, measure and meaning."""

    required: bool
    key: bool
    may_be_blank: bool
    default: Value
    minimum: float
    maximum: float
    doubtful_above: float
    unlimited: bool
    likely_whole_share: bool
    of_index: bool
    source_money: bool
    usual: tuple[str, ...]
    example: str


def declared(name: str, kind: Kind, meaning: str, **more: Unpack[Details]) -> Column:
    """A column of any kind that has no unit, no fixed words and no sheet behind it."""
    return Column(name, kind, meaning, **more)


def defining(name: str, meaning: str, **more: Unpack[Details]) -> Column:
    """The column with the row's own name."""
    more |= {"key": True, "required": True}
    return Column(name, Kind.NAME, meaning, **more)


def reference(name: str, sheets: tuple[str, ...], meaning: str, **more: Unpack[Details]) -> Column:
    """A name that one of `sheets` defines."""
    return Column(name, Kind.REFERENCE, meaning, refers_to=sheets, **more)


def key(name: str, sheets: tuple[str, ...], meaning: str = "", **more: Unpack[Details]) -> Column:
    """A name that one of `sheets` defines, part of the row's key."""
    more |= {"key": True, "required": True}
    return reference(name, sheets, meaning, **more)


def text(name: str, meaning: str, **more: Unpack[Details]) -> Column:
    """Any text."""
    return declared(name, Kind.TEXT, meaning, **more)


def number(
    name: str, quantity: Quantity, unit: str, meaning: str, **more: Unpack[Details]
) -> Column:
    """A number, in `unit` where the header has no bracket."""
    return Column(name, Kind.NUMBER, meaning, quantity=quantity, unit=unit, **more)


def percent(name: str, meaning: str, **more: Unpack[Details]) -> Column:
    """A part of a whole, at most 1 unless said; one that may be more is doubted above 2."""
    more.setdefault("maximum", 1.0)
    if more["maximum"] > 1.0:
        more.setdefault("doubtful_above", 2.0)
    return number(name, Quantity.FRACTION, "%", meaning, **more)


def tax(name: str, meaning: str) -> Column:
    """A tax or duty; above 100 % it was probably typed per hundred without saying so."""
    return percent(name, meaning, maximum=10.0, doubtful_above=1.0, default=0.0, example="25 %")


def price(name: str, meaning: str, **more: Unpack[Details]) -> Column:
    """Money per mass, in the case's currency."""
    return number(name, Quantity.MONEY_PER_MASS, "/t", meaning, **more)


def source_price(name: str, meaning: str, **more: Unpack[Details]) -> Column:
    """Money per mass, in the source's currency."""
    more["source_money"] = True
    return price(name, meaning, **more)


def period(name: str, meaning: str, **more: Unpack[Details]) -> Column:
    """The name of a period."""
    return Column(name, Kind.PERIOD, meaning, refers_to=("Periods",), **more)


def yes_no(name: str, meaning: str, **more: Unpack[Details]) -> Column:
    """Yes or no."""
    return declared(name, Kind.YES_NO, meaning, **more)


def word(name: str, words: tuple[str, ...], meaning: str, **more: Unpack[Details]) -> Column:
    """One of a few fixed words."""
    return Column(name, Kind.WORD, meaning, words=words, **more)


def selector(name: str, on: str, meaning: str, **more: Unpack[Details]) -> Column:
    """A selector of rows of the sheet `on`."""
    return Column(name, Kind.SELECTOR, meaning, refers_to=(on,), **more)
