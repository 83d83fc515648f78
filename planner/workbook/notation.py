"""How a workbook's file writes columns, areas, days, texts and number formats.

What takes more than a few lines is openpyxl's. Importing it takes longer than reading a small case,
so that is left to the workbooks that need it: those with times of day, or with formats that are
neither plain numbers nor plain dates.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import Enum, auto

_REFERENCE = re.compile(
    r"\$?([A-Za-z]{1,3})?\$?([0-9]+)?(:\$?([A-Za-z]{1,3})?\$?([0-9]+)?)?", re.ASCII
)
_LETTERS = re.compile(r"[A-Za-z]{1,3}", re.ASCII)


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
    if "_x" not in text:
        return text
    from openpyxl.utils.escape import unescape as unescaped  # noqa: PLC0415 - a slow import

    return str(unescaped(text))


# -- number formats -------------------------------------------------------------------------


class Format(Enum):
    """How a cell shows its number, as far as it says what the number means."""

    PLAIN = auto()
    PERCENT = auto()
    DATE = auto()
    SPAN = auto()


_DAY_0, _FIRST_OF_MARCH = datetime(1899, 12, 30), 61
"""Before March 1900, Excel counts a day that never was."""

_LAST_WITHOUT_DATES = 13
"""Of the formats that are known by their number; those up to it show numbers and percentages."""

_PERCENTAGES = (9, 10)

_EAST_ASIAN_DATES = frozenset((*range(27, 37), *range(50, 59)))
"""Numbers of date formats that Excel in Japanese, Chinese and Korean writes without their text."""

_MAY_BE_DATE = re.compile("[dmhys]", re.IGNORECASE)
_IS_DATE = re.compile(r"(?=.*[dmy])(?:[dmy/. -]|\\[/. -])+(;@)?", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]')


def format_of(number: str, code: str | None) -> Format:
    """What a number format shows.

    Args:
        number: by which styles refer to it, as the file has it.
        code: its text; None where the file has none, as it is one that all know.
    """
    if code is None and int(number) <= _LAST_WITHOUT_DATES:
        return Format.PERCENT if int(number) in _PERCENTAGES else Format.PLAIN
    if code is not None and _MAY_BE_DATE.search(code) is None:
        return Format.PERCENT if is_percentage(code) else Format.PLAIN
    if code is not None and _IS_DATE.fullmatch(code):
        return Format.DATE
    return _format_of(int(number), code)


def _format_of(number: int, code: str | None) -> Format:
    from openpyxl.styles import numbers  # noqa: PLC0415 - a slow import, for few formats

    if code is None:
        if number in _EAST_ASIAN_DATES:
            return Format.DATE
        code = numbers.BUILTIN_FORMATS.get(number, "General")
    if numbers.is_timedelta_format(code):
        return Format.SPAN
    if numbers.is_date_format(code):
        return Format.DATE
    return Format.PERCENT if is_percentage(code) else Format.PLAIN


def is_percentage(code: str) -> bool:
    """Whether a format shows a fraction per hundred; a quoted or escaped % is only a letter."""
    return "%" in _LITERAL.sub("", code)


# -- days -----------------------------------------------------------------------------------


def moment(days: float, *, from_1904: bool, is_span: bool) -> date | time | timedelta:
    """The day and time, the time of day, or the length of time that a number stands for.

    Args:
        days: since the end of 1899, or of 1903.
        from_1904: which of them.
        is_span: whether it is a length of time.

    Raises:
        OverflowError, ValueError: no calendar has it.
    """
    if days >= _FIRST_OF_MARCH and days == int(days) and not from_1904 and not is_span:
        return _DAY_0 + timedelta(days=days)
    from openpyxl.utils import datetime as days_of  # noqa: PLC0415 - a slow import

    epoch = days_of.CALENDAR_MAC_1904 if from_1904 else days_of.WINDOWS_EPOCH
    found: date | time | timedelta = days_of.from_excel(days, epoch, timedelta=is_span)
    return found
