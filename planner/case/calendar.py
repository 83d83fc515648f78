"""Periods in time: how long they are, which belong to one year, which a window counts together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

from planner.case.units import DAYS_PER_YEAR, MONTHS_PER_YEAR, Unit

_TOLERANCE = 1e-9


def lengths(starts: Sequence[date | None], years: Sequence[float | None]) -> list[float]:
    """Years of each period: as given, else up to the next start, else as the one before, else 1.

    The span between two starts counts in whole months where the day of the month agrees, else
    in days of 1/365 year.
    """
    result: list[float] = []
    for t, given in enumerate(years):
        start = starts[t]
        following = starts[t + 1] if t + 1 < len(starts) else None
        if given is not None:
            result.append(given)
        elif start is not None and following is not None:
            result.append(span(start, following))
        elif t + 1 == len(starts) and result:
            result.append(result[-1])
        else:
            result.append(1.0)
    return result


def span(first: date, second: date) -> float:
    """Years from one date to a later one."""
    if first.day == second.day:
        months = (second.year - first.year) * MONTHS_PER_YEAR + second.month - first.month
        return months / MONTHS_PER_YEAR
    return (second - first).days / DAYS_PER_YEAR


def end(start: date, years: float) -> date:
    """The day after the last one of a period: the inverse of `span`.

    Whole months are counted as months where the day of the month exists there, all else in days
    of 1/365 year.
    """
    months = round(years * MONTHS_PER_YEAR)
    if abs(years * MONTHS_PER_YEAR - months) <= _TOLERANCE * MONTHS_PER_YEAR:
        year, month = divmod(start.year * MONTHS_PER_YEAR + start.month - 1 + months, 12)
        try:
            return date(year, month + 1, start.day)
        except ValueError:  # no such day in that month
            pass
    return start + timedelta(days=max(round(years * DAYS_PER_YEAR), 1))


def year_of_each(starts: Sequence[date | None], years: Sequence[float]) -> list[int]:
    """The year that each period belongs to.

    By the dates of `Start`; without dates, stretches of periods that add up to one year, from
    the first period on, numbered from 0.
    """
    dated = [start.year for start in starts if start is not None]
    if len(dated) == len(starts):
        return dated
    elapsed, result = 0.0, []
    for length in years:
        result.append(int(elapsed + _TOLERANCE))
        elapsed += length
    return result


def groups(first: int, last: int, per: str, year_of: Sequence[int]) -> list[tuple[int, ...]]:
    """The periods that a bound counts together in its window, both ends included."""
    window = range(first, last + 1)
    if per == "period":
        return [(t,) for t in window]
    if per == "window":
        return [tuple(window)]
    by_year: dict[int, list[int]] = {}
    for t in window:
        by_year.setdefault(year_of[t], []).append(t)
    return [tuple(periods) for periods in by_year.values()]


class LengthError(ValueError):
    """A time that is no whole number of periods; `kind` groups the complaint."""

    def __init__(self, text: str, kind: str) -> None:
        self.kind = kind
        super().__init__(text)


def whole_periods(column: str, value: float, unit: Unit, years: Sequence[float]) -> int:
    """A time in periods, rounded up where it was typed in days or months.

    Args:
        column: its name, for messages.
        value: periods, or years where the unit is one of time.
        unit: as typed.
        years: lengths of the periods.

    Raises:
        LengthError: it is no whole number of periods, or the periods differ in length.
    """
    if unit.in_periods or not value:
        if not value.is_integer():
            text = f"{column} must be a whole number of periods, got {value:g}"
            raise LengthError(text, "out of bounds")
        return int(value)
    if not all_equal(years):
        text = f"{column} is in {unit.text}, but the periods differ in length; give it in [periods]"
        raise LengthError(text, "unit")
    return math.ceil(value / years[0] - _TOLERANCE)


def all_equal(years: Sequence[float]) -> bool:
    """Whether all periods have the same length."""
    return max(years) - min(years) <= _TOLERANCE * max(years)
