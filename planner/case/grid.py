"""Sheets as they stand: cells with their addresses, before anything is understood.

Excel files and pandas frames are both turned into grids, and read by the same code from there.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

Content = float | int | str | bool | date


@dataclass(frozen=True, slots=True)
class RawCell:
    """What one cell holds.

    `percent` says that it is formatted as a percentage, `error` is an Excel error's text,
    `stale` a formula without a stored result, `uncalculated` one whose result Excel never saw.
    """

    content: Content | None
    percent: bool = False
    error: str | None = None
    stale: bool = False
    uncalculated: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, borders included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int
    name: str = ""

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell is inside."""
        return (
            self.first_row <= row <= self.last_row
            and self.first_column <= column <= self.last_column
        )

    @property
    def address(self) -> str:
        """The rectangle as `A5:A8`."""
        return (
            f"{address(self.first_row, self.first_column)}:"
            f"{address(self.last_row, self.last_column)}"
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: `cells[row][column]`, both counted from 1, blank cells absent.

    `no_table` says what a sheet is that holds no cells: a chart sheet, say.
    """

    name: str
    cells: Mapping[int, Mapping[int, RawCell]]
    tables: tuple[Area, ...] = ()
    merged: tuple[Area, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    no_table: str = ""


@dataclass(frozen=True, slots=True)
class Workbook:
    """All sheets of one input. `label` names it in messages, `digest` is its SHA-256."""

    label: str
    grids: tuple[Grid, ...]
    path: str | None = None
    digest: str | None = None


def letters(column: int) -> str:
    """The letters of a column number: 1 is A, 28 is AB."""
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def address(row: int, column: int) -> str:
    """The address of a cell, as `F4`."""
    return f"{letters(column)}{row}"


EXCEL_ERRORS = frozenset(
    f"#{name}"
    for name in (
        "NULL!", "DIV/0!", "VALUE!", "REF!", "NAME?", "NUM!", "N/A", "GETTING_DATA", "SPILL!",
        "CALC!", "FIELD!", "BLOCKED!", "CONNECT!", "UNKNOWN!", "BUSY!", "EXTERNAL!", "PYTHON!",
    )
)  # fmt: skip
"""What Excel shows in cells that have no value."""

_OUTER = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    "\u200b\u200c\u200d\u2060\ufeff"
)
"""All that Unicode calls spaces, and what cannot be seen at all."""
_SPACES = re.compile(r"\s+")
_LONG = 1e16
"""From here on whole numbers are not exact any more; most of their digits would say nothing."""


def trim(text: str) -> str:
    """A text without outer spaces, also those that cannot be seen."""
    return text.strip(_OUTER)


def as_text(content: Content) -> str:
    """A cell's content as a name: 2011 is '2011', a date its ISO text, outer spaces dropped.

    A number too large for every digit to be known has an exponent, as in Excel: 1E+300.
    """
    if isinstance(content, bool):
        return "TRUE" if content else "FALSE"
    if isinstance(content, float):
        return _number_as_text(content)
    if isinstance(content, datetime):
        midnight = (content.hour, content.minute, content.second) == (0, 0, 0)
        return content.date().isoformat() if midnight else content.isoformat(sep=" ")
    if isinstance(content, date):
        return content.isoformat()
    return trim(content) if isinstance(content, str) else str(content)


def _number_as_text(number: float) -> str:
    if _LONG <= abs(number) < math.inf:
        return f"{Decimal(repr(number)).normalize():E}"
    return str(int(number)) if number.is_integer() else repr(number)


def grid_from_frame(name: str, frame: pd.DataFrame) -> Grid:
    """A grid of a pandas frame, as if it had been written to a sheet at A1.

    Named index levels become columns in front. None, NaN and NaT are blank.
    """
    if any(level is not None for level in frame.index.names):
        frame = frame.reset_index(allow_duplicates=True)
    cells: dict[int, dict[int, RawCell]] = {
        1: {
            j: raw_cell(head)
            for j, name in enumerate(frame.columns, start=1)
            if (head := _plain(name)) is not None
        }
    }
    for i, record in enumerate(frame.itertuples(index=False, name=None), start=2):
        row = {}
        for j, item in enumerate(record, start=1):
            content = _plain(item)
            if content is not None:
                row[j] = raw_cell(content)
        if row:
            cells[i] = row
    return Grid(name, MappingProxyType(cells))


def raw_cell(content: Content | None, *, percent: bool = False) -> RawCell:
    """A cell of a value; the text of an Excel error counts as that error.

    A whole number larger than any number of Excel's is infinite, as one with a fraction is.
    """
    if isinstance(content, str) and trim(content).upper() in EXCEL_ERRORS:
        return RawCell(None, error=trim(content).upper())
    if isinstance(content, int) and abs(content) > sys.float_info.max:
        content = math.inf if content > 0 else -math.inf
    return RawCell(content, percent=percent)


def _plain(item: Any) -> Content | None:
    """A Python value of what numpy and pandas keep in frames; None for blank."""
    if item is None or type(item).__name__ in ("NaTType", "NAType"):
        return None
    if hasattr(item, "item") and not isinstance(item, str):
        item = item.item()
    if hasattr(item, "to_pydatetime"):
        item = item.to_pydatetime()
    if isinstance(item, float) and math.isnan(item):
        return None
    if isinstance(item, str):
        return item if trim(item) else None
    if isinstance(item, (bool, int, float, date)):
        return item
    if isinstance(item, Decimal):
        return float(item)
    return str(item)


def is_blank(cell: RawCell | None) -> bool:
    """Whether nothing stands there: no cell, or only spaces."""
    if cell is None:
        return True
    if cell.error is not None or cell.stale:
        return False
    return cell.content is None or (isinstance(cell.content, str) and not trim(cell.content))


def one_line(text: str) -> str:
    """A text with line breaks and repeated spaces folded."""
    return _SPACES.sub(" ", text)
