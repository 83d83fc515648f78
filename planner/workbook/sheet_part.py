"""The part of one sheet: its filled cells, and what Excel knows of them besides."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from planner.case.grid import Area, Content, RawCell, address
from planner.workbook.archive import Unreadable
from planner.workbook.notation import Format, column_number, corners, moment, unescape
from planner.workbook.parts import (
    MOST_FILLED,
    Allowance,
    Attributes,
    TextPart,
    is_true,
    relation_id,
    text_cell,
)

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_DIGITS = "0123456789"
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_EXACT_DIGITS = 15
_TEXTS = ("s", "str")


@dataclass(frozen=True, slots=True)
class Shared:
    """What the cells of all sheets refer to."""

    strings: list[RawCell | None]
    formats: dict[str, Format]
    from_1904: bool = False
    never_calculated: bool = False


class _Enough(Exception):  # noqa: N818 - no error
    """Nothing more is wanted of a sheet."""


class SheetPart(TextPart):
    """The filled cells of a sheet by row and column, whatever size the sheet says it has.

    Attributes:
        cells: `cells[row][column]`, both counted from 1.
        merged: merged areas.
        hidden_rows: numbers of the filled rows that are hidden.
        tables: ids of the relations to the sheet's Excel tables.
    """

    def __init__(self, name: str, shared: Shared, allowance: Allowance, *, whole: bool) -> None:
        """`whole` is false for a sheet of which only matters whether anything stands there."""
        super().__init__(allowance, name)
        self.cells: dict[int, dict[int, RawCell]] = {}
        self.merged: list[Area] = []
        self.hidden_rows: set[int] = set()
        self.tables: list[str] = []
        self.has_data = False
        self._shared = shared
        self._whole = whole
        self._columns: dict[str, int] = {}
        self._row = self._column = 0
        self._row_is_hidden = False
        self._cell: Attributes = {}
        self._value: str | None = None
        self._has_formula = False
        self._by_type: dict[str, Callable[[str], RawCell | None]] = {
            "n": self._number,
            "s": self._string,
            "str": lambda text: text_cell(unescape(text)),
            "e": lambda text: RawCell(None, error=text.strip()),
            "b": lambda text: RawCell(is_true(text.strip())),
            "d": lambda text: RawCell(_iso_date(text.strip())),
        }
        self._on("sheetData", self._start_data)
        self._on("row", self._start_row)
        self._on("c", self._start_cell)
        self._on("f", self._formula)
        self._on("v", self._collect)
        self._after("v", self._end_value)
        self._after("c", self._end_cell)
        self._on("mergeCell", self._merge)
        self._on("tablePart", self._table)

    def read(self, pieces: Iterable[bytes]) -> None:
        """Read the part, or its beginning where that is enough; see `Part.read`."""
        with contextlib.suppress(_Enough):
            super().read(pieces)
            if not self.has_data:
                raise Unreadable

    # -- rows and cells ---------------------------------------------------------------------

    def _start_data(self, _: Attributes) -> None:
        self.has_data = True

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        self._row = int(number) if number else self._row + 1
        self._column = 0
        self._row_is_hidden = is_true(attributes.get("hidden"))

    def _start_cell(self, attributes: Attributes) -> None:
        self._cell = attributes
        self._value = None
        self._has_formula = False

    def _formula(self, _: Attributes) -> None:
        self._has_formula = True

    def _end_value(self) -> None:
        self._value = self._collected()

    def _end_cell(self) -> None:
        row, column = self._place()
        cell = self._content()
        if cell is None:
            return
        if not self._whole:
            self.cells = {row: {column: cell}}
            raise _Enough
        if self._has_formula and self._shared.never_calculated and not cell.stale:
            cell = replace(cell, uncalculated=True)
        cells = self.cells.setdefault(row, {})
        if column in cells:
            raise Unreadable(
                f"damaged: {address(row, column)} stands twice in the file; open it in Excel and "
                "save it again",
                self.sheet,
            )
        cells[column] = cell
        if self._row_is_hidden:
            self.hidden_rows.add(row)
        self._allowance.filled -= 1
        if self._allowance.filled < 0:
            raise Unreadable(
                f"more than {MOST_FILLED:,} filled cells in the workbook up to here; keep in the "
                "case only what is planned, or plan longer periods",
                self.sheet,
            )

    def _place(self) -> tuple[int, int]:
        reference = self._cell.get("r")
        if reference is None:
            self._column += 1
            row = self._row
        else:
            letters = reference.rstrip(_DIGITS)
            row = int(reference[len(letters) :])
            self._column = self._columns.get(letters) or self._column_number(letters)
        if not (1 <= row <= _LAST_ROW and self._column <= _LAST_COLUMN):
            raise Unreadable
        return row, self._column

    def _column_number(self, letters: str) -> int:
        number = column_number(letters)
        self._columns[letters] = number
        return number

    def _content(self) -> RawCell | None:
        """What the cell holds; None where it is blank."""
        kind, text = self._cell.get("t", "n"), self._value
        if kind == "inlineStr":
            return text_cell(self._whole_text() or unescape(text or ""))
        if text is None or not text.strip():
            # A formula whose result is an empty text has the type of a text, and no value.
            is_stale = self._has_formula and kind not in _TEXTS
            return RawCell(None, stale=True) if is_stale else None
        return self._by_type[kind](text)

    def _number(self, text: str) -> RawCell | None:
        text = text.strip()
        if _NUMBER.fullmatch(text) is None:
            return text_cell(text)  # the complaint then names the cell
        is_exact = text.isdigit() and len(text) <= _EXACT_DIGITS
        number = int(text) if is_exact else float(text)
        style = self._cell.get("s")
        shown_as = self._shared.formats.get(style, Format.PLAIN) if style else Format.PLAIN
        if shown_as is Format.PLAIN:
            return RawCell(number)
        if shown_as is Format.PERCENT:
            return RawCell(number, percent=True)
        return RawCell(self._moment(number, is_span=shown_as is Format.SPAN))

    def _string(self, text: str) -> RawCell | None:
        number = int(text)
        if number < 0:
            raise Unreadable
        return self._shared.strings[number]

    def _moment(self, number: float, *, is_span: bool) -> Content:
        """What a number formatted as a date or time shows; the number where that cannot be."""
        try:
            return _plain(moment(number, from_1904=self._shared.from_1904, is_span=is_span))
        except (OverflowError, ValueError):
            return number

    # -- what Excel knows besides -----------------------------------------------------------

    def _merge(self, attributes: Attributes) -> None:
        self.merged.append(area(attributes["ref"]))

    def _table(self, attributes: Attributes) -> None:
        self.tables.append(relation_id(attributes))


def area(reference: str, name: str = "") -> Area:
    """The rectangle that a reference such as `A1:G5` names."""
    first_row, first_column, last_row, last_column = corners(reference)
    return Area(
        first_row or 1, first_column or 1, last_row or _LAST_ROW, last_column or _LAST_COLUMN, name
    )


def _iso_date(text: str) -> Content:
    """A date as Strict workbooks have it; the text itself where it is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text


def _plain(moment: date | time | timedelta) -> Content:
    """A date; times of day and spans as the texts that they show."""
    if isinstance(moment, time):
        return moment.isoformat()
    return str(moment) if isinstance(moment, timedelta) else moment
