"""How a workbook's file writes columns, areas, days, texts and number formats.

A few lines each, after ECMA-376 part 1 (18.3.1.99, 18.8.30, 18.17.4, 22.4.2.4). They give what
openpyxl gives, as a test holds; importing that takes longer than reading a case.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import Enum, auto

_REFERENCE = re.compile(
    r"\$?([A-Za-z]{1,3})?\$?([0-9]+)?(:\$?([A-Za-z]{1,3})?\$?([0-9]+)?)?", re.ASCII
)
_LETTERS = re.compile(r"[A-Za-z]{1,3}", re.ASCII)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_DAY_0, _DAY_0_OF_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_FEBRUARY_29_1900 = 60
"""A day that Excel counts and that never was; those before it are one more than they say."""

_MILLISECONDS = 86_400_000


def column_number(letters: str) -> int:
    """The number of a column by its letters: A is 1, AB is 28.

    Raises:
        ValueError: it is none from A to ZZZ.
    """
    if _LETTERS.fullmatch(letters) is None:
        raise ValueError(f"{letters!r} is no column")
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def corners(reference: str) -> tuple[int | None, int | None, int | None, int | None]:
    """First row, first column, last row and last column of an area.

    Args:
        reference: such as `A1:G5` or `A1`; of `A:C` the rows, and of `1:5` the columns are None.

    Raises:
        ValueError: it is none of these.
    """
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(f"{reference!r} is no area")
    column, row, is_pair, to_column, to_row = found.groups()
    if is_pair:
        columns, rows = (column, to_column), (row, to_row)
        if not (all(columns + rows) or (all(columns) and not any(rows))
                or (all(rows) and not any(columns))):  # fmt: skip
            raise ValueError(f"{reference!r} is no area")
    top, left = _row(row), _column(column)
    bottom = top if to_row is None else _row(to_row)
    return top, left, bottom, left if to_column is None else _column(to_column)


def _row(digits: str | None) -> int | None:
    return int(digits or 0) or None


def _column(letters: str | None) -> int | None:
    return column_number(letters) if letters else None


def unescape(text: str) -> str:
    r"""A text with the characters that the file writes as `_x000A_`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


# -- number formats -------------------------------------------------------------------------


class Format(Enum):
    """How a cell shows its number, as far as it says what the number means."""

    PLAIN = auto()
    PERCENT = auto()
    DATE = auto()
    SPAN = auto()


_EAST_ASIAN_DATES = (*range(27, 37), *range(50, 59))
"""Numbers of date formats that Excel in Japanese, Chinese and Korean writes without their text."""

_WITHOUT_TEXT = {
    **dict.fromkeys((9, 10), Format.PERCENT),
    **dict.fromkeys((*range(14, 23), *_EAST_ASIAN_DATES, 45, 47), Format.DATE),
    46: Format.SPAN,
}
"""What the formats show that are known by their number; all others show plain numbers."""

_PASSED_OVER = re.compile(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
"""Texts, and colours, conditions and languages in brackets."""

_SPAN = re.compile(r"\[(?:hh?|mm?|ss?)\]", re.IGNORECASE)
_DATE = re.compile(r"(?<![_\\])[dmhysDMHYS]")
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]')


def format_of(number: str, code: str | None) -> Format:
    """What a number format shows.

    Args:
        number: by which styles refer to it, as the file has it.
        code: its text; None where the file has none, as it is one that all know.
    """
    if code is None:
        return _WITHOUT_TEXT.get(int(number), Format.PLAIN)
    positive = code.split(";")[0]
    if _SPAN.search(positive):
        return Format.SPAN
    if _DATE.search(_PASSED_OVER.sub("", positive)):
        return Format.DATE
    return Format.PERCENT if is_percentage(code) else Format.PLAIN


def is_percentage(code: str) -> bool:
    """Whether a format shows a fraction per hundred; a quoted or escaped % is only a letter."""
    return "%" in _LITERAL.sub("", code)


# -- days -----------------------------------------------------------------------------------


def moment(days: float, *, from_1904: bool) -> date | time:
    """The day and time that a number stands for; below 1 a time of day.

    Args:
        days: since the end of 1899, or of 1903.
        from_1904: which of them.

    Raises:
        OverflowError, ValueError: no calendar has it.
    """
    day, rest = divmod(days, 1)
    into_day = timedelta(milliseconds=round(rest * _MILLISECONDS))
    if 0 <= days < 1 and into_day.days == 0:
        return (_DAY_0 + into_day).time()
    if not from_1904 and 0 < days < _FEBRUARY_29_1900:
        day += 1
    return (_DAY_0_OF_1904 if from_1904 else _DAY_0) + timedelta(days=day) + into_day


def span(days: float) -> timedelta:
    """A length of time, to the millisecond.

    Raises:
        OverflowError, ValueError: it is longer than can be counted.
    """
    exact = timedelta(days=days)
    if not exact.microseconds:
        return exact
    return timedelta(seconds=exact.total_seconds() // 1, microseconds=round(exact.microseconds, -3))
