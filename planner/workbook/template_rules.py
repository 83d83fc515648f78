"""What a new workbook lets in and what it turns red: validations and conditional formats.

They say at once what `planner check` would say later, for the commonest mistakes: text for a
number, numbers out of bounds, unknown names and words, repeated keys, blanks in required columns,
bounds that cross. Formulas are in the functions that Excel 2007 had, and in at most 255 letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from planner.case import declarations as d
from planner.case.cells import UNLIMITED, plain_number
from planner.case.columns import LARGEST, Column, Kind
from planner.case.grid import letters
from planner.case.headers import Role
from planner.case.ledger import BASE
from planner.case.units import Quantity
from planner.workbook.draft import DraftColumn, DraftSheet, holds_sheet_names
from planner.workbook.template_lists import LAST_ROW, Lists, settings_by_name

Validation = Mapping[str, Any]
"""A data validation as XlsxWriter takes it."""

_FIRST = 2
"""The first row below the header, as Excel counts: the row that formulas are written for."""

_EARLIEST = date(1950, 1, 1)
_LARGEST_SHARE = 2.0
"""A share's bound above this was typed per hundred."""

_MOST_COMPOSED = 1.02

_PAIRS = (
    ("Minimum", "Maximum"),
    ("Final minimum", "Final maximum"),
    ("Price floor", "Price ceiling"),
    ("From date", "To date"),
    ("Low", "High"),
)
"""Columns of which the first is at most the second."""

_WORDS_BESIDES_NAMES = {"Builds on": BASE, "Scenario": BASE, "Index": d.BASKET}
"""What a column may hold though no sheet defines it."""


@dataclass(frozen=True)
class Rules:
    """The rules of one sheet."""

    draft: DraftSheet
    lists: Lists

    # -- what may be typed ------------------------------------------------------------------

    def validation(self, place: int) -> Validation | None:
        """What may be typed in a column; None where anything may."""
        column = self.draft.columns[place]
        if column.is_note or self.draft.sheet is d.SETTINGS:
            return _choice(self.lists.settings()) if self._is_setting(place) else None
        return self._of_column(column, column.header.column, f"{letters(place + 1)}{_FIRST}")

    def setting_validation(self, name: str) -> Validation | None:
        """What may be typed as the value of a setting."""
        column = settings_by_name().get(name)
        if column is None:
            return None
        number = _number_validation(column, *_bounds(column, None), f"B{_FIRST}")
        return number if column.kind is Kind.NUMBER else self._listed(column)

    def _is_setting(self, place: int) -> bool:
        return self.draft.sheet is d.SETTINGS and place == 0

    def _of_column(self, column: DraftColumn, known: Column, cell: str) -> Validation | None:
        if known.kind is Kind.NUMBER:
            return _number_validation(known, *_bounds(known, column), cell)
        if known.kind is Kind.DATE:
            return {
                "validate": "date",
                "criteria": ">=",
                "value": _EARLIEST,
                "error_title": _title(known),
                "error_message": "A date is expected, such as 2027-01-31.",
            }
        return self._listed(known)

    def _listed(self, column: Column) -> Validation | None:
        name = self.lists.of(column)
        if name is None:
            return None
        if column.kind in (Kind.WORD, Kind.YES_NO):
            words = ", ".join(self.lists.fixed[name])
            return {
                **_choice(name),
                "error_title": _title(column),
                "error_message": f"It must be one of: {words}."[:255],
            }
        if column.kind in (Kind.REFERENCE, Kind.PERIOD) or holds_sheet_names(column):
            where = " or ".join(column.refers_to) or "workbook"
            return {
                **_choice(name),
                "error_type": "warning",
                "error_title": _title(column),
                "error_message": f"There is no such name in {where}. Add it there, or choose one.",
            }
        return {**_choice(name), "show_error": False}

    # -- what turns red ---------------------------------------------------------------------

    def mistakes(self, place: int) -> Iterator[str]:
        """Formulas, for the column's first cell, that are true where something is wrong."""
        column = self.draft.columns[place]
        if column.is_note or column.header.role is Role.ATTRIBUTE:
            return
        known, cell = column.header.column, f"{letters(place + 1)}{_FIRST}"
        if self._must_be_filled(column):
            yield f'=AND({self._is_row},{cell}="",{self._is_begun})'
        if self.draft.sheet is d.SETTINGS:
            yield from self._wrong_settings(place, cell)
        else:
            yield from self._wrong_value(column, known, cell)
        if known.key:
            yield from self._repeated(place)
        yield from self._crossed(column.header.name)

    def wrong_header(self, place: int) -> str | None:
        """A formula that is true where the header's period or material is no longer there."""
        column = self.draft.columns[place]
        of = {Role.PERIOD: d.PERIODS.name, Role.MATERIAL: d.MATERIALS.name}
        sheet = of.get(column.header.role)
        if sheet is None:
            return None
        cell = f"{letters(place + 1)}$1"
        name = f'IF(ISNUMBER(FIND("[",{cell})),LEFT({cell},FIND("[",{cell})-1),{cell})'
        (known,) = self.lists.names_of((sheet,))
        return f'=SUMPRODUCT(--EXACT(TRIM({name}),{known}&""))=0'

    @property
    def _is_row(self) -> str:
        """Whether the row is no note of the user's."""
        return f'LEFT($A{_FIRST})<>"#"'

    @property
    def _is_begun(self) -> str:
        """Whether anything but remarks stands in the row."""
        last = max(j for j, column in enumerate(self.draft.columns) if not column.is_note)
        return f"COUNTA($A{_FIRST}:${letters(last + 1)}{_FIRST})>0"

    def _must_be_filled(self, column: DraftColumn) -> bool:
        every = self.draft.sheet.every_period and column.header.role is Role.PERIOD
        is_site = column.header.column.refers_to == (d.SITES.name,)
        return every or (column.required and (not is_site or d.SITES.name in self.lists.draft))

    def _wrong_value(self, column: DraftColumn, known: Column, cell: str) -> Iterator[str]:
        if known.kind is Kind.NUMBER:
            yield self._wrong_number(column, known, cell)
        elif known.kind is Kind.DATE:
            yield self._wrong(cell, f"NOT(ISNUMBER({cell}))")
            if self.draft.sheet is d.PERIODS:
                before = f"{cell[:-1]}{_FIRST - 1}"
                yield f"=AND(ISNUMBER({cell}),ISNUMBER({before}),{cell}<={before})"
        elif known.kind in (Kind.WORD, Kind.YES_NO):
            name = self.lists.of(known)
            listed = f"SUMPRODUCT(--(TRIM({cell})={name}))=0"
            is_bool = f"NOT(ISLOGICAL({cell}))," if known.kind is Kind.YES_NO else ""
            yield self._wrong(cell, f"{is_bool}{listed}")
        elif known.kind in (Kind.REFERENCE, Kind.PERIOD):
            yield from self._unknown_name(known, cell)
        if column.header.role is Role.MATERIAL and self.draft.sheet is d.COMPOSITION:
            yield self._composed_of_too_much()

    def _wrong(self, cell: str, condition: str) -> str:
        return f'=AND({self._is_row},{cell}<>"",{condition})'

    def _wrong_number(self, column: DraftColumn, known: Column, cell: str) -> str:
        low, high = _bounds(known, column)
        outside = f"OR({cell}<{low},{cell}>{high})"
        if known.quantity is Quantity.BOUND and (place := self.draft.place("Type")) is not None:
            most = plain_number(_LARGEST_SHARE * (100 if column.header.unit.percent else 1))
            share = f'${letters(place + 1)}{_FIRST}="share"'
            outside = f"OR({cell}<{low},{cell}>{high},AND({share},{cell}>{most}))"
        text = f'LOWER(TRIM({cell}))<>"{UNLIMITED}"' if known.unlimited else "TRUE"
        return self._wrong(cell, f"IF(ISNUMBER({cell}),{outside},{text})")

    def _unknown_name(self, known: Column, cell: str) -> Iterator[str]:
        names = self.lists.names_of(known.refers_to)
        if not names:
            return
        found = "+".join(f'SUMPRODUCT(--EXACT(TRIM({cell}),{name}&""))' for name in names)
        besides = _WORDS_BESIDES_NAMES.get(known.name)
        other = f',TRIM({cell})<>"{besides}"' if besides else ""
        yield self._wrong(cell, f"{found}=0{other}")

    def _repeated(self, place: int) -> Iterator[str]:
        """A key that stands in two rows: red in each of them."""
        keys = [j for j, c in enumerate(self.draft.columns) if c.header.column.key]
        same = "*".join(
            f'EXACT(${a}${_FIRST}:${a}${LAST_ROW}&"",${a}{_FIRST}&"")'
            for a in (letters(j + 1) for j in keys)
        )
        first = f"${letters(place + 1)}{_FIRST}"
        yield f'=AND({first}<>"",SUMPRODUCT(--({same}))>1)'

    def _crossed(self, name: str) -> Iterator[str]:
        for pair in _PAIRS:
            low, high = (self.draft.place(part) for part in pair)
            if name in pair and low is not None and high is not None:
                lower, upper = (f"${letters(j + 1)}{_FIRST}" for j in (low, high))
                yield f"=AND(ISNUMBER({lower}),ISNUMBER({upper}),{lower}>{upper})"

    def _composed_of_too_much(self) -> str:
        of_material = [
            (letters(j + 1), column)
            for j, column in enumerate(self.draft.columns)
            if column.header.role is Role.MATERIAL
        ]
        first, last = of_material[0][0], of_material[-1][0]
        most = plain_number(of_material[0][1].header.unit.outward(_MOST_COMPOSED))
        return f"=SUM(${first}{_FIRST}:${last}{_FIRST})>{most}"

    def _wrong_settings(self, place: int, cell: str) -> Iterator[str]:
        name, value = f"$A{_FIRST}", f"$B{_FIRST}"
        if place == 0:
            yield self._wrong(cell, f"SUMPRODUCT(--(TRIM({cell})={self.lists.settings()}))=0")
            return
        if place > 1:
            return
        for column in d.SETTINGS_ROWS:
            if column.kind is Kind.NUMBER:
                low, high = _bounds(column, None)
                bad = f"IF(ISNUMBER({value}),OR({value}<{low},{value}>{high}),TRUE)"
                yield f'=AND(TRIM({name})="{column.name}",{value}<>"",{bad})'
            elif column.kind is Kind.WORD:
                listed = f"SUMPRODUCT(--(TRIM({value})={self.lists.of(column)}))=0"
                yield f'=AND(TRIM({name})="{column.name}",{value}<>"",{listed})'


def _choice(name: str) -> dict[str, Any]:
    return {"validate": "list", "source": f"={name}"}


def _title(column: Column) -> str:
    return column.name[:32]


def _bounds(known: Column, column: DraftColumn | None) -> tuple[str, str]:
    """The least and the greatest number that may be typed, in the unit of the header."""
    unit = known.own_unit if column is None else column.header.unit
    low = unit.outward(known.minimum) if known.minimum > -LARGEST else -LARGEST
    high = unit.outward(known.maximum) if known.maximum < LARGEST else LARGEST
    return _as_typed(low), _as_typed(high)


def _as_typed(number: float) -> str:
    return f"{number:.10G}"


def _number_validation(known: Column, low: str, high: str, cell: str) -> Validation:
    word = f", or the word {UNLIMITED}," if known.unlimited else ""
    message = f"A number{_in_words(low, high)}{word} is expected."
    said = {"error_title": _title(known), "error_message": message}
    if known.unlimited:
        number = f"AND({cell}>={low},{cell}<={high})"
        text = f'LOWER(TRIM({cell}))="{UNLIMITED}"'
        return {"validate": "custom", "value": f"=IF(ISNUMBER({cell}),{number},{text})", **said}
    limits = {"minimum": float(low), "maximum": float(high)}
    return {"validate": "decimal", "criteria": "between", **limits, **said}


def _in_words(low: str, high: str) -> str:
    has_low, has_high = float(low) > -LARGEST, float(high) < LARGEST
    if has_low and has_high:
        return f" from {low} to {high}"
    if has_low:
        return f" of at least {low}"
    return f" of at most {high}" if has_high else ""
