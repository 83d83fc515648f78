"""Units in square brackets: what a header such as `Price [USD/kg]` says, and how to convert.

Inside the planner mass is in tonnes, time in years (365 days), money in units of a currency,
and a percentage a fraction.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import lru_cache

MONTHS_PER_YEAR = 12
DAYS_PER_YEAR = 365

_MASS = {
    "t": Fraction(1),
    "kt": Fraction(1000),
    "kg": Fraction(1, 1000),
    "g": Fraction(1, 1_000_000),
    "lb": Fraction(45359237, 100_000_000_000),
}
"""Tonnes in one unit of mass."""

_TIME = {
    "yr": Fraction(1),
    "year": Fraction(1),
    "years": Fraction(1),
    "month": Fraction(1, MONTHS_PER_YEAR),
    "months": Fraction(1, MONTHS_PER_YEAR),
    "day": Fraction(1, DAYS_PER_YEAR),
    "days": Fraction(1, DAYS_PER_YEAR),
}
"""Years in one unit of time; a period's length is known by the case only."""

_PERIOD = ("period", "periods")


class Quantity(Enum):
    """What a number measures. The value is the phrase used in messages."""

    MASS = "a mass"
    MASS_PER_TIME = "a mass per time"
    MASS_OR_RATE = "a mass, or a mass per time"
    MONEY = "money"
    MONEY_PER_MASS = "money per mass"
    MONEY_PER_MASS_TIME = "money per mass and time"
    MONEY_PER_TIME = "money per time"
    FRACTION = "a share"
    DURATION = "a time"
    PERIODS = "a number of periods"
    NUMBER = "a number"
    BOUND = "a bound"  # of a limit: its row's Type says whether a mass, a share, money or a number

    @property
    def is_price(self) -> bool:
        """Whether the column must carry its unit: money per mass, also per year."""
        return self in (Quantity.MONEY_PER_MASS, Quantity.MONEY_PER_MASS_TIME)


class UnitError(ValueError):
    """A bracket that does not fit; the text says why."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as typed, and what one of it is inside the planner.

    `size` is the inner amount of one typed unit. `per_time` marks a rate (t/yr) where a plain
    mass was possible too; `per_period` a rate per planning period, whose length the case knows;
    `of_index` a percentage of the material's index price.
    """

    text: str = ""
    size: Fraction = Fraction(1)
    currency: str | None = None
    percent: bool = False
    per_time: bool = False
    per_period: bool = False
    in_periods: bool = False
    of_index: bool = False
    quantity: Quantity | None = None

    def inward(self, number: float) -> float:
        """The inner value of a typed number, with one rounding at most per factor."""
        times, per = self.size.as_integer_ratio()
        return number * times / per

    def outward(self, number: float) -> float:
        """The number as it would be typed in this unit."""
        times, per = self.size.as_integer_ratio()
        return number * per / times


PERCENT_UNIT = Unit("%", Fraction(1, 100), percent=True, quantity=Quantity.FRACTION)

_CURRENCY = re.compile(r"^[A-Za-z]{3}$")


@lru_cache(maxsize=1024)
def parse_unit(text: str, quantity: Quantity | None, *, of_index: bool = False) -> Unit:
    """Read the inside of a bracket for a column that measures `quantity`.

    Raises:
        UnitError: the bracket cannot be read as that quantity.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if of_index and plain.lower() == "% of index":
        return Unit(plain, Fraction(1, 100), percent=True, of_index=True, quantity=quantity)
    parts = [part.strip() for part in plain.split("/")]
    reader = _READERS.get(quantity) if quantity else None
    unit = reader(plain, parts) if reader else None
    if unit is None:
        wanted = quantity.value if quantity else "a unit; this column has none"
        raise UnitError(f"cannot read '{plain}' as {wanted}")
    return unit


def _mass(part: str) -> Fraction | None:
    return _MASS.get(part.lower())


def _is_currency(part: str) -> bool:
    return bool(_CURRENCY.match(part)) or part == ""


def _read_mass(text: str, parts: list[str]) -> Unit | None:
    size = _mass(text)
    if len(parts) != 1 or size is None:
        return None
    return Unit(text, size, quantity=Quantity.MASS)


def _read_rate(text: str, parts: list[str]) -> Unit | None:
    if len(parts) != 2:
        return None
    size, time = _mass(parts[0]), parts[1].lower()
    if size is None:
        return None
    if time in _PERIOD:
        return Unit(text, size, per_time=True, per_period=True, quantity=Quantity.MASS_PER_TIME)
    if time not in _TIME:
        return None
    return Unit(text, size / _TIME[time], per_time=True, quantity=Quantity.MASS_PER_TIME)


def _read_mass_or_rate(text: str, parts: list[str]) -> Unit | None:
    unit = _read_mass(text, parts) or _read_rate(text, parts)
    return None if unit is None or unit.per_period else unit


def _read_money(text: str, parts: list[str]) -> Unit | None:
    if len(parts) != 1 or not _CURRENCY.match(text):
        return None
    return Unit(text, currency=text.upper(), quantity=Quantity.MONEY)


def _read_price(text: str, parts: list[str]) -> Unit | None:
    if len(parts) != 2 or not _is_currency(parts[0]):
        return None
    mass = _mass(parts[1])
    if mass is None:
        return None
    currency = parts[0].upper() or None
    return Unit(text, 1 / mass, currency=currency, quantity=Quantity.MONEY_PER_MASS)


def _read_price_per_time(text: str, parts: list[str]) -> Unit | None:
    if len(parts) != 3 or not _is_currency(parts[0]):
        return None
    mass, time = _mass(parts[1]), parts[2].lower()
    if mass is None or time not in (*_TIME, *_PERIOD):
        return None
    per_period = time in _PERIOD
    size = 1 / mass if per_period else 1 / (mass * _TIME[time])
    return Unit(
        text,
        size,
        currency=parts[0].upper() or None,
        per_period=per_period,
        quantity=Quantity.MONEY_PER_MASS_TIME,
    )


def _read_money_per_time(text: str, parts: list[str]) -> Unit | None:
    if len(parts) != 2 or not _is_currency(parts[0]) or parts[1].lower() not in _TIME:
        return None
    size = 1 / _TIME[parts[1].lower()]
    return Unit(text, size, currency=parts[0].upper() or None, quantity=Quantity.MONEY_PER_TIME)


def _read_fraction(text: str, parts: list[str]) -> Unit | None:
    if text == "%":
        return PERCENT_UNIT
    masses = [_mass(part) for part in parts]
    if len(masses) != 2 or masses[0] is None or masses[1] is None or masses[0] > masses[1]:
        return None
    return Unit(text, masses[0] / masses[1], quantity=Quantity.FRACTION)


def _read_duration(text: str, parts: list[str]) -> Unit | None:
    if len(parts) != 1 or text.lower() not in _TIME:
        return None
    return Unit(text, _TIME[text.lower()], quantity=Quantity.DURATION)


def _read_periods(text: str, parts: list[str]) -> Unit | None:
    if text.lower() in _PERIOD:
        return Unit(text, in_periods=True, quantity=Quantity.PERIODS)
    return _read_duration(text, parts)


def _read_bound(text: str, parts: list[str]) -> Unit | None:
    return (
        _read_fraction(text, parts) or _read_mass_or_rate(text, parts) or _read_money(text, parts)
    )


_READERS = {
    Quantity.MASS: _read_mass,
    Quantity.MASS_PER_TIME: _read_rate,
    Quantity.MASS_OR_RATE: _read_mass_or_rate,
    Quantity.MONEY: _read_money,
    Quantity.MONEY_PER_MASS: _read_price,
    Quantity.MONEY_PER_MASS_TIME: _read_price_per_time,
    Quantity.MONEY_PER_TIME: _read_money_per_time,
    Quantity.FRACTION: _read_fraction,
    Quantity.DURATION: _read_duration,
    Quantity.PERIODS: _read_periods,
    Quantity.BOUND: _read_bound,
}


def is_unit_word(word: str) -> bool:
    """Whether a word in lower case names a mass or a time."""
    return word in _MASS or word in _TIME or word in _PERIOD
