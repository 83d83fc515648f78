"""Cells, lists and pages of the results workbook, on top of XlsxWriter.

Numbers keep every digit, and are shown rounded for people by their number format. Text stays
text whatever it looks like.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from textwrap import wrap
from types import MappingProxyType
from typing import Any

MOST_ROWS = 1_048_576
"""Rows of an Excel sheet."""

MOST_LETTERS = 32_767
"""Letters of an Excel cell."""

Look = Mapping[str, object]
"""XlsxWriter properties of a format."""

PLAIN: Look = MappingProxyType({})
BOLD: Look = MappingProxyType({"bold": True})
TOTAL: Look = MappingProxyType({"bold": True, "top": 1})
WRAPPED: Look = MappingProxyType({"text_wrap": True})
INDENTED: Look = MappingProxyType({"align": "left", "indent": 1})
TO_THE_RIGHT: Look = MappingProxyType({"align": "right"})
WARNING: Look = MappingProxyType({"bold": True, "font_color": "#C00000"})

_BLUE = "#1F4E78"
_HEADER: Look = MappingProxyType(
    {"bold": True, "font_color": "white", "bg_color": _BLUE, "text_wrap": True}
)
_HEADING: Look = MappingProxyType({"bold": True, "font_color": _BLUE, "bg_color": "#DDEBF7"})
_NOTE_COLOUR = "#555555"

_NARROWEST, _WIDEST = 9, 60
_LINE_HEIGHT = 15
_A4 = 9
"""Excel's number of the paper size."""

_FIRST_DATE = date(1900, 3, 1)
"""Earlier dates are text: Excel takes 1900 for a leap year."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML file may hold, and no text of a person does."""


class Show(Enum):
    """How a cell shows its value; the value itself is never rounded."""

    TEXT = "text"
    TONNES = "tonnes"
    MONEY = "money"
    SHARE = "share"
    NUMBER = "number"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is shown otherwise than its column."""

    value: float | None
    show: Show


Cell = float | int | str | bool | date | Figure | None
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a list; one that is not `kept` is left out together with its cells."""

    header: str
    show: Show = Show.TEXT
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """A sheet with one header row and one row for each thing; totals stand apart below.

    `frozen` is the number of columns that stay in sight; `notes` stand below everything.
    """

    name: str
    fields: Sequence[Field]
    rows: Sequence[Row]
    totals: Sequence[Row] = ()
    frozen: int = 1
    notes: Sequence[str] = ()


class Book:
    """A workbook in the making, with its formats, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def format(self, look: Look) -> Any:
        """The format with these properties."""
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"valign": "top", **look})
        return self._formats[key]

    def page(self, name: str) -> Page:
        """A new sheet."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)  # one page wide, as many as it takes
        return Page(self, sheet)


class Page:
    """One sheet in the making. Rows and columns are counted from 0."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self.book = book
        self.sheet = sheet

    def put(
        self,
        row: int,
        column: int,
        cell: Cell,
        *,
        show: Show = Show.TEXT,
        size: float = 0.0,
        look: Look = PLAIN,
    ) -> None:
        """Write a cell.

        Args:
            row, column: where.
            cell: what; None and numbers that are not finite leave it blank.
            show: how, where the cell is a number.
            size: the largest number that it stands with, so that both show as many digits.
            look: XlsxWriter properties of its format.
        """
        value = plain(cell)
        show = cell.show if isinstance(cell, Figure) else show
        if isinstance(value, float):
            form = self.book.format({**look, "num_format": number_format(show, value, size)})
            done(self.sheet.write_number(row, column, Exact(value), form))
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day)
            form = self.book.format({**look, "num_format": "yyyy-mm-dd", "align": "left"})
            done(self.sheet.write_datetime(row, column, moment, form))
        elif value is not None:
            done(self.sheet.write_string(row, column, value, self.book.format(look)))
        elif look:
            done(self.sheet.write_blank(row, column, None, self.book.format(look)))

    def header(self, row: int, column: int, text: str, look: Look = PLAIN) -> None:
        """Write the header of a column."""
        self.put(row, column, text, look={**_HEADER, **look})

    def heading(self, row: int, column: int, text: str, across: int = 1) -> None:
        """Write the heading of a block that is so many columns wide."""
        for place in range(column, column + across):
            self.put(row, place, text if place == column else None, look=_HEADING)

    def note(self, row: int, column: int, text: str) -> None:
        """Write a remark."""
        self.put(row, column, text, look={"font_color": _NOTE_COLOUR})

    def warning(self, row: int, column: int, text: str) -> None:
        """Write what must not be overlooked."""
        self.put(row, column, text, look=WARNING)

    def widths(self, widths: Sequence[float]) -> None:
        """Set the widths of the first columns, in letters."""
        for column, width in enumerate(widths):
            done(self.sheet.set_column(column, column, width))

    def height(self, row: int, cells: Sequence[Cell], widths: Sequence[float]) -> None:
        """Make a row high enough for texts wrapped in columns so wide; not all viewers do."""
        texts = [(cell, wide) for cell, wide in zip(cells, widths, strict=False) if cell]
        lines = [len(wrap(text, int(wide))) for text, wide in texts if isinstance(text, str)]
        done(self.sheet.set_row(row, _LINE_HEIGHT * max(lines, default=1)))


class Exact(float):
    """A number of which every digit is written; XlsxWriter alone would write 16 of up to 17."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


def write_listing(book: Book, listing: Listing) -> None:
    """Write a list as a sheet of its own; what Excel has no rows for is counted in the last one."""
    page = book.page(listing.name)
    kept = [j for j, field in enumerate(listing.fields) if field.kept]
    fields = [listing.fields[j] for j in kept]
    room = MOST_ROWS - len(listing.totals) - 3
    rows = [[row[j] for j in kept] for row in listing.rows[:room]]
    totals = [[row[j] for j in kept] for row in listing.totals]
    columns = [[row[j] for row in (*rows, *totals)] for j in range(len(fields))]
    sizes = [largest(column) for column in columns]
    widths = [width(f, c, s) for f, c, s in zip(fields, columns, sizes, strict=True)]
    page.widths(widths)
    for j, field in enumerate(fields):
        page.header(0, j, field.header, _side(fields, j))
    page.height(0, [field.header for field in fields], widths)
    _write_rows(page, rows, fields, sizes, start=1)
    for i, row in enumerate(rows, start=1):
        if any(map(is_long, row)):
            page.height(i, row, widths)
    after = len(rows) + 1
    if len(rows) < len(listing.rows):
        left = len(listing.rows) - len(rows)
        page.warning(after, 0, f"… and {left:,} more rows: an Excel sheet holds no more")
        after += 1
    _write_rows(page, totals[:1], fields, sizes, start=after + 1, look=TOTAL)
    _write_rows(page, totals[1:], fields, sizes, start=after + 2, look=BOLD)
    below = after + (len(totals) + 2 if totals else 0)
    for i, note in enumerate(listing.notes):
        page.note(below + i, 0, note)
    page.sheet.freeze_panes(1, min(listing.frozen, len(fields) - 1))
    if rows:
        done(page.sheet.autofilter(0, 0, len(rows), len(fields) - 1))


def _write_rows(
    page: Page,
    rows: Sequence[Row],
    fields: Sequence[Field],
    sizes: Sequence[float],
    *,
    start: int,
    look: Look = PLAIN,
) -> None:
    looks = [{**look, **_side(fields, j)} for j in range(len(fields))]
    for i, row in enumerate(rows, start=start):
        for j, cell in enumerate(row):
            own = {**looks[j], **WRAPPED} if is_long(cell) else looks[j]
            page.put(i, j, cell, show=fields[j].show, size=sizes[j], look=own)


def _side(fields: Sequence[Field], place: int) -> Look:
    """Numbers end flush; text that follows them keeps a distance."""
    if fields[place].show is not Show.TEXT:
        return TO_THE_RIGHT
    return INDENTED if place > 0 and fields[place - 1].show is not Show.TEXT else PLAIN


def is_long(cell: Cell) -> bool:
    """Whether a text needs more than one line of the widest column."""
    return isinstance(cell, str) and len(cell) > _WIDEST


def plain(cell: Cell) -> float | str | date | None:
    """What is written of a cell: an exact number, a text that Excel can hold, a date, or None."""
    value = cell.value if isinstance(cell, Figure) else cell
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return cut(_NOT_XML.sub("\ufffd", value))
    if isinstance(value, date):
        return value if value >= _FIRST_DATE else value.isoformat()
    if value is None or not math.isfinite(value):
        return None
    return float(value) + 0.0


def cut(text: str) -> str:
    """A text that fits into a cell."""
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def largest(cells: Sequence[Cell]) -> float:
    """The largest number of a column, the sign aside; 0 where there is none."""
    numbers = (plain(cell) for cell in cells if not isinstance(cell, Figure))
    return max((abs(number) for number in numbers if isinstance(number, float)), default=0.0)


def number_format(show: Show, value: float, largest: float = 0.0) -> str:
    """The number format of a value that stands with others up to `largest`.

    A value too small for the digits of its column shows two digits of its own, and never as 0.
    """
    if show is Show.SHARE:
        return "0.0%"
    if show is Show.FIGURE:
        return "0.0E+00"
    places = _places(show, value, max(largest, abs(value)))
    if value != 0 and abs(value) < 0.5 * 10.0**-places:
        places = 1 - math.floor(math.log10(abs(value)))
    if places > 9:
        return "0.0E+00"
    return "#,##0" + ("." + "0" * places if places else "")


def _places(show: Show, value: float, largest: float) -> int:
    """Decimal places of a number."""
    if largest == 0:
        return 0
    if show is Show.MONEY:
        return 0 if largest >= 1000 else 2
    if show is Show.TONNES:
        return 0 if largest >= 10_000 else 1 if largest >= 10 else 2
    text = f"{value:.6f}".rstrip("0")
    return len(text.partition(".")[2])


def width(field: Field, cells: Sequence[Cell], largest: float) -> float:
    """The width of a column in letters: its longest cell, and its header on two lines."""
    header = max([*map(len, field.header.split()), math.ceil(len(field.header) / 2)])
    longest = max((len(shown(cell, field.show, largest)) for cell in cells), default=0)
    return min(max(header, longest, _NARROWEST - 2) + 2, _WIDEST)


def shown(cell: Cell, show: Show, largest: float) -> str:
    """Roughly the text that a person sees of a cell."""
    value = plain(cell)
    show = cell.show if isinstance(cell, Figure) else show
    if isinstance(value, float):
        form = number_format(show, value, largest)
        places = len(form.partition(".")[2].rstrip("%"))
        return "0.0E+00" if "E" in form else f"{value:,.{places}f}"
    return "" if value is None else str(value)


def done(code: int | None) -> None:
    """XlsxWriter returns a code where it drops or cuts what it was given."""
    if code:
        raise ValueError(f"XlsxWriter could not write a cell: code {code}")
