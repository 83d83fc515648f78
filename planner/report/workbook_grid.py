"""Cells and pages of the results workbook, on top of XlsxWriter.

Numbers keep every digit, and are shown rounded for people by their number format. Text stays
text whatever it looks like: it is never part of a formula. Formulas carry the value that they
have, computed here, so that a viewer that does not calculate shows the truth.
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

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from planner.numerals import fixed
from planner.wording import shortened

MOST_ROWS = 1_048_576
"""Rows of an Excel sheet."""

MOST_LETTERS = 32_767
"""Letters of an Excel cell."""

MOST_LINKS = 60_000
"""Links of a sheet; Excel has 65,530."""

_IN_MILLIONS, _IN_THOUSANDS = 1e7, 1e5
"""Money from which on it is shown in millions, and in thousands."""

_MOST_IN_FOOTER = 70
"""Letters of the names in a footer: more would run into what stands at its right."""

_AMOUNT_DIGITS = 5
"""Digits of a number that was worked out."""

_TYPED_PLACES = 6
"""Decimal places of a number as it was typed."""

Look = Mapping[str, object]
"""XlsxWriter properties of a format."""

PLAIN: Look = MappingProxyType({})
BOLD: Look = MappingProxyType({"bold": True})
TOTAL: Look = MappingProxyType({"bold": True, "top": 1})
WRAPPED: Look = MappingProxyType({"text_wrap": True})
INDENTED: Look = MappingProxyType({"align": "left", "indent": 1})
TO_THE_RIGHT: Look = MappingProxyType({"align": "right"})
WARNING: Look = MappingProxyType({"bold": True, "font_color": "#C00000"})
DATE: Look = MappingProxyType({"num_format": "yyyy-mm-dd", "align": "left"})
LINKED: Look = MappingProxyType({"font_color": "#0563C1", "underline": 1})
GOOD: Look = MappingProxyType({"font_color": "#00664B"})

_BLUE = "#1F4E78"
_HEADER: Look = MappingProxyType(
    {"bold": True, "font_color": "white", "bg_color": _BLUE, "text_wrap": True}
)
_HEADING: Look = MappingProxyType({"bold": True, "font_color": _BLUE, "bg_color": "#DDEBF7"})
_NOTE_COLOUR = "#555555"

_NARROWEST, _WIDEST = 9, 60
_LINE_HEIGHT, _HIGHEST = 15.0, 409.0
_A4 = 9
"""Excel's number of the paper size."""

_FIRST_DATE = date(1900, 3, 1)
"""Earlier dates are text: Excel takes 1900 for a leap year."""

_PICTURE = re.compile(r"&(?=G|\[Picture\])")
"""The sign & where a footer would have a picture."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML file may hold, and no text of a person does."""


class Show(Enum):
    """How a cell shows its value; the value itself is never rounded."""

    TEXT = "text"
    TONNES = "tonnes"
    ROUNDED = "tonnes, of which what is rounding is shown as 0"
    MONEY = "money"
    SCALED = "money in thousands or millions"
    SHARE = "share"
    NUMBER = "number, as it was typed"
    AMOUNT = "number that was worked out, with the digits that matter"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is shown otherwise than its column."""

    value: float | None
    show: Show


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula, and the value that it has.

    Attributes:
        text: as Excel has it, `=A1+B1`. In a list `{tonnes}` stands for the cell of that column in
            the same row, `{tonnes^}` for that above it, `{tonnes:}` for all of its rows.
        value: computed here from the same numbers; None: it shows nothing.
        show: how, where not as its column.
    """

    text: str
    value: float | str | None
    show: Show | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to another place of the workbook: `'Orders'!A1`."""

    text: str
    target: str


Cell = float | int | str | bool | date | Figure | Formula | Link | None
Row = Sequence[Cell]

_Kept = tuple[int, int, Cell, "float | str | date | None", Any]
"""A cell that is written later: row, column, what, its value and its format."""


@dataclass(frozen=True, slots=True)
class MoneyUnit:
    """A unit in which large money is easily read: `MUSD`, `kUSD`, `USD`."""

    name: str
    size: float

    @classmethod
    def of(cls, currency: str, *amounts: float | None) -> MoneyUnit:
        """The unit for such amounts of money, of which some may not be known."""
        largest = max((abs(amount) for amount in amounts if amount is not None), default=0.0)
        if largest >= _IN_MILLIONS:
            return cls(f"M{currency}", 1e6)
        return cls(f"k{currency}", 1e3) if largest >= _IN_THOUSANDS else cls(currency, 1.0)

    def scaled(self, money: Cell) -> Cell:
        """Money of the currency, or a formula of it, in this unit."""
        value = plain(money)
        if not isinstance(value, float):
            return money
        if isinstance(money, Formula):
            text = money.text if self.size == 1.0 else f"{money.text}/{self.size:.0f}"
            return Formula(text, value / self.size)
        return value / self.size


class _Sheet(Worksheet):  # type: ignore[misc] # XlsxWriter's types are not looked at
    """A sheet that takes formulas as they are.

    XlsxWriter searches each for thirty functions, and those of conditional formats for two hundred,
    that are newer than the file format, to mark them: a third of the time of a report. Ours have
    none, as a test holds. Where XlsxWriter calls this no more, it searches them as before.
    """

    def _prepare_formula(self, formula: str, _: bool = False) -> str:
        return formula.removeprefix("=")


class Book:
    """A workbook in the making, with its formats, each made once."""

    def __init__(
        self, book: Any, *, case: str = "", scenario: str = "", streams: bool = False
    ) -> None:
        """Begin a workbook; every page has the names of case and scenario at its foot.

        Args:
            book: of XlsxWriter.
            case, scenario: their names.
            streams: whether `book` keeps one row in memory, and takes rows only in their order.
        """
        self.book = book
        self.streams = streams
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self._pages: dict[str, Page] = {}
        self._footer = f"&L {_in_footer(case, scenario)}&R&A \N{MIDDLE DOT} page &P of &N"

    def format(self, look: Look) -> Any:
        """The format with these properties."""
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"valign": "top", **look})
        return self._formats[key]

    def page(self, name: str) -> Page:
        """The sheet of that name; a new one, after those there are, where there is none."""
        if name not in self._pages:
            sheet = self.book.add_worksheet(name, _Sheet)
            sheet.set_paper(_A4)
            sheet.set_landscape()
            sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
            sheet.fit_to_pages(1, 0)  # one page wide, as many as it takes
            done(sheet.set_footer(self._footer))
            self._pages[name] = Page(self, sheet)
        return self._pages[name]

    def finish(self) -> None:
        """Write what pages have kept back."""
        for page in self._pages.values():
            page.flush()


def _in_footer(case: str, scenario: str) -> str:
    """Both names as a footer shows them; a long one leaves the other its room."""
    first, second = (" ".join(clean(name).split()) for name in (case, scenario))
    text = " \N{MIDDLE DOT} ".join(
        shortened(name, max(_MOST_IN_FOOTER // 2, _MOST_IN_FOOTER - len(other)))
        for name, other in ((first, second), (second, first))
        if name
    )
    # XlsxWriter takes what looks like the code of a picture for one, doubled or not.
    return _PICTURE.sub("\uff06", text).replace("&", "&&")


class Page:
    """One sheet in the making. Rows and columns are counted from 0."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self.book = book
        self.sheet = sheet
        self._links = 0
        self._kept: list[_Kept] | None = [] if book.streams else None

    def stream(self) -> None:
        """From now on rows are written in their order, and nothing is kept back."""
        self.flush()
        self._kept = None

    def flush(self) -> None:
        """Write the cells kept back, row by row."""
        kept, self._kept = self._kept or [], None
        for row, column, cell, value, form in sorted(kept, key=lambda one: one[:2]):
            self.write(row, column, cell, value, form)

    @property
    def name(self) -> str:
        """The name of the sheet."""
        return str(self.sheet.get_name())

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
        value, show = plain(cell), shows(cell, show)
        if isinstance(value, float):
            look = {**look, "num_format": number_format(show, value, size)}
        elif isinstance(value, date):
            look = {**look, **DATE}
        elif isinstance(cell, Link):
            look = {**LINKED, **look}
        self.write(row, column, cell, value, self.book.format(look) if look else None)

    def write(
        self, row: int, column: int, cell: Cell, value: float | str | date | None, form: Any
    ) -> None:
        """Write a cell of which the value and the format are known."""
        if self._kept is not None:
            self._kept.append((row, column, cell, value, form))
            return
        if isinstance(cell, Formula):
            found = "" if value is None else value
            done(self.sheet.write_formula(row, column, cell.text, form, found))
        elif isinstance(cell, Link) and self._links < MOST_LINKS:
            self._links += 1
            target = f"internal:{cell.target}"
            done(self.sheet.write_url(row, column, target, form, string=str(value)))
        elif isinstance(value, float):
            done(self.sheet.write_number(row, column, Exact(value), form))
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day)
            done(self.sheet.write_datetime(row, column, moment, form))
        elif value is not None:
            done(self.sheet.write_string(row, column, value, form))
        elif form is not None:
            done(self.sheet.write_blank(row, column, None, form))

    def address(self, row: int, column: int) -> str:
        """A cell as formulas of other sheets name it: `'Orders'!$A$1`."""
        return f"'{self.name}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"

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

    def here(self, row: int, column: int) -> str:
        """A cell as formulas of this sheet name it: `A1`."""
        return str(xl_rowcol_to_cell(row, column))

    def print_list(
        self, widths: Sequence[float], frozen: int, letters_a_page: int, header: int = 0
    ) -> None:
        """Print as a list: its header on every page, as many pages wide as keep it readable."""
        self.sheet.repeat_rows(0, header)
        pages = math.ceil(sum(widths) / letters_a_page)
        if pages > 1:
            self.sheet.fit_to_pages(pages, 0)
            if frozen:
                self.sheet.repeat_columns(0, frozen - 1)

    def widths(self, widths: Sequence[float]) -> None:
        """Set the widths of the first columns, in letters."""
        for column, width in enumerate(widths):
            done(self.sheet.set_column(column, column, width))

    def height(
        self,
        row: int,
        cells: Sequence[Cell],
        widths: Sequence[float],
        points: float = _LINE_HEIGHT,
    ) -> float:
        """Make a row high enough for texts wrapped in columns so wide; not all viewers do.

        Args:
            row: which.
            cells, widths: its texts and the letters that their columns have room for.
            points: height of a line.

        Returns:
            Its height in points.
        """
        texts = [(cell, wide) for cell, wide in zip(cells, widths, strict=False) if cell]
        lines = [len(wrap(text, int(wide))) for text, wide in texts if isinstance(text, str)]
        high = min(points * max(lines, default=1), _HIGHEST)
        done(self.sheet.set_row(row, high))
        return high


class Exact(float):
    """A number of which every digit is written; XlsxWriter alone would write 16 of up to 17."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


def is_long(cell: Cell) -> bool:
    """Whether a text needs more than one line of the widest column."""
    return isinstance(cell, str) and len(cell) > _WIDEST


def plain(cell: Cell) -> float | str | date | None:
    """What is written of a cell: an exact number, a text that Excel can hold, a date, or None."""
    if isinstance(cell, Link):
        return shortened(clean(cell.text), MOST_LETTERS)
    value = cell.value if isinstance(cell, Figure | Formula) else cell
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return shortened(clean(value), MOST_LETTERS)
    if isinstance(value, date):
        return value if value >= _FIRST_DATE else value.isoformat()
    if value is None or not math.isfinite(value):
        return None
    return float(value) + 0.0


def shows(cell: Cell, show: Show) -> Show:
    """How a cell shows its number: as it says itself, else as its column does."""
    own = cell.show if isinstance(cell, Figure | Formula) else None
    return own or show


def clean(text: str) -> str:
    """A text without what no XML file may hold."""
    return _NOT_XML.sub("\ufffd", text)


def largest(cells: Sequence[Cell]) -> float:
    """The largest number of those shown as their column is, sign aside; 0 where there is none."""
    numbers = (plain(cell) for cell in cells if shows(cell, Show.ROUNDED) is Show.ROUNDED)
    return max((abs(number) for number in numbers if isinstance(number, float)), default=0.0)


def decimals(size: float, digits: int) -> int:
    """Decimal places that keep so many digits of a number of this size; none of 0."""
    return max(0, digits - math.ceil(math.log10(size))) if size > 0 else 0


def number_format(show: Show, value: float, largest: float = 0.0) -> str:
    """The number format of a value that stands with others up to `largest`.

    A value too small for the digits of its column shows two digits of its own, and never as 0.
    """
    if show is Show.SHARE:
        return "0.0%"
    if show is Show.FIGURE:
        return "0.0E+00" if value else "0"
    places = _places(show, value, max(largest, abs(value)))
    if show is not Show.ROUNDED and value != 0 and abs(value) < 0.5 * 10.0**-places:
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
    if show is Show.SCALED:
        return 1 if largest >= 100 else 2
    if show in (Show.TONNES, Show.ROUNDED):
        return 0 if largest >= 10_000 else 1 if largest >= 10 else 2
    most = _TYPED_PLACES if show is Show.NUMBER else _amount_places(value)
    return len(f"{value:.{most}f}".rstrip("0").partition(".")[2])


def _amount_places(value: float) -> int:
    """Decimal places that a number has room for."""
    if value == 0:
        return 0
    return max(_AMOUNT_DIGITS - 1 - math.floor(math.log10(abs(value))), 0)


def shown(cell: Cell, show: Show, largest: float) -> str:
    """The text that a person sees of a cell, as Excel rounds it."""
    value, show = plain(cell), shows(cell, show)
    if isinstance(value, float):
        form = number_format(show, value, largest)
        places = len(form.partition(".")[2].rstrip("%"))
        if "E" in form:
            return f"{value:.1E}"
        return f"{fixed(100 * value, places)}%" if form.endswith("%") else fixed(value, places)
    return "" if value is None else str(value)


def done(code: int | None) -> None:
    """XlsxWriter returns a code where it drops or cuts what it was given."""
    if code:
        raise ValueError(f"XlsxWriter could not write a cell: code {code}")
