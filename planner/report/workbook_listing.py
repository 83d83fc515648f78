"""Lists of the results workbook: one header row, one row for each thing, totals below.

Totals and what follows from other cells of a row are live formulas. Rows of a total are picked by
comparing cells, exactly and letter by letter, so that sorting and filtering a list leaves them
true, and no text of a user is read as a criterion.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from planner.report import workbook_grid as grid
from planner.report.workbook_grid import (
    BOLD,
    DATE,
    INDENTED,
    LINKED,
    PLAIN,
    TO_THE_RIGHT,
    TOTAL,
    WRAPPED,
    Book,
    Cell,
    Formula,
    Link,
    Look,
    Page,
    Row,
    Show,
    largest,
    number_format,
    plain,
    shown,
    shows,
)

_NARROWEST = 9
_TINY_WIDTH = 11
"""Letters that a number too small for the digits of its column takes."""

_BOLD = 1.1
"""How much wider letters of a header are."""

_LETTERS_A_PAGE = 215
"""Letters of a list's width that still can be read on one page in landscape."""

_GROUP: Look = {"top": 4, "top_color": "#7F7F7F"}
_PLACE = re.compile(r"\{(\w+)([\^:]?)\}")


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a list; one that is not `kept` is left out together with its cells.

    Attributes:
        header: what stands above it.
        show: how its numbers are shown.
        kept: whether it is there at all.
        key: its name in formulas.
        total: whether a total sums it.
        optional: whether it is left out where it is blank in every row.
        widest: letters from which on its texts take several lines.
    """

    header: str
    show: Show = Show.TEXT
    kept: bool = True
    key: str = ""
    total: bool = False
    optional: bool = False
    widest: int = 60


@dataclass(frozen=True, slots=True)
class Total:
    """A row below a list that sums those of its rows that are alike in some columns.

    Attributes:
        cells: what it says, by key.
        where: keys of the columns in which the rows counted have exactly what `cells` says.
        figures: by key, what the solver says a sum is; they are set side by side on Checks.
        formulas: by key, what follows from the sums.
        label: what the sums are called on Checks.
        sums: keys of the columns summed; None: all that can be.
    """

    cells: Mapping[str, Cell]
    where: Sequence[str] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    label: str = "Total"
    sums: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A sheet with one header row and one row for each thing; totals stand apart below.

    Attributes:
        name: of the sheet.
        fields: its columns.
        rows: their cells.
        totals: sums below the rows.
        frozen: number of columns that stay in sight.
        notes: what stands below everything.
        groups: key of the column whose every new value begins a group.
    """

    name: str
    fields: Sequence[Field]
    rows: Sequence[Row]
    totals: Sequence[Total] = ()
    frozen: int = 1
    notes: Sequence[str] = ()
    groups: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A sum of the workbook, and what the solver says it is.

    Attributes:
        sheet, label, unit: where and what the sum is.
        address: its cell.
        value: what it is.
        figure: what the solver says.
        scale: the largest number summed.
    """

    sheet: str
    label: str
    unit: str
    address: str
    value: float
    figure: float
    scale: float


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a list stands, for formulas of other sheets. Rows are counted from 0.

    Attributes:
        page: its sheet.
        count: rows that are there.
        letters: of each column that is kept, by key.
        columns: the numbers or texts of each column, by key.
        sums: cells of the totals, by key, in their order.
        checks: the sums that the solver has figures for.
        is_whole: whether every row has found room.
    """

    page: Page
    count: int
    letters: Mapping[str, str]
    columns: Mapping[str, Sequence[Any]]
    sums: Sequence[Mapping[str, Formula]]
    checks: Sequence[Check]
    is_whole: bool

    def rows(self, key: str) -> str:
        """The cells of a column."""
        letter = self.letters[key]
        return f"'{self.page.name}'!${letter}$2:${letter}${self.count + 1}"

    def total_where(self, key: str, wanted: Mapping[str, tuple[str, str]]) -> Formula | float:
        """The sum of a column over the rows that have certain texts.

        Args:
            key: of the column summed.
            wanted: by key, the address of a cell with the text, and the text.
        """
        texts = [(self.columns[k], text) for k, (_, text) in wanted.items()]
        found = math.fsum(
            number
            for i, number in enumerate(self.columns[key])
            if isinstance(number, float) and all(column[i] == text for column, text in texts)
        )
        if not self.is_whole or not self.count:
            return found
        exact = [f"--EXACT({self.rows(k)},{address})" for k, (address, _) in wanted.items()]
        return Formula(f"=SUMPRODUCT({','.join([*exact, self.rows(key)])})", found)


def write_listing(book: Book, listing: Listing) -> Placed:
    """Write a list as a sheet of its own; what Excel has no rows for is counted in the last one."""
    page = book.page(listing.name)
    kept = [j for j, one in enumerate(listing.fields) if one.kept and not _is_blank(listing, j)]
    fields = [listing.fields[j] for j in kept]
    room = max(grid.MOST_ROWS - len(listing.totals) - len(listing.notes) - 4, 0)
    rows = [[row[j] for j in kept] for row in listing.rows]
    values = [[plain(row[j]) for row in rows] for j in range(len(fields))]
    sizes = [_largest(rows, column, j) for j, column in enumerate(values)]
    sums = _Sums(page.name, fields, values, min(len(rows), room))
    totals = [sums.row(total, len(rows[:room]) + 2 + i) for i, total in enumerate(listing.totals)]
    widths = [
        _width(one, values[j], [total[j] for total in totals], sizes[j])
        for j, one in enumerate(fields)
    ]
    page.widths(widths)
    page.stream()
    for j, one in enumerate(fields):
        page.header(0, j, one.header, _side(fields, j))
    page.height(0, [one.header for one in fields], widths)
    _Rows(page, fields, sizes, listing.groups).write(rows[:room], values, widths)
    after = min(len(rows), room) + 1
    if len(rows) > room:
        page.warning(after, 0, f"… and {len(rows) - room:,} more rows: a sheet holds no more")
    _write_totals(page, totals, fields, sizes, after + 1)
    below = after + 1 + (len(totals) + 1 if totals else 0)
    frozen = min(listing.frozen, len(fields) - 1)
    for i, note in enumerate(listing.notes):  # in print what is frozen is on every page, cut off
        page.note(below + i, frozen, note)
    page.sheet.freeze_panes(1, frozen)
    page.print_list(widths, frozen, _LETTERS_A_PAGE)
    if rows:
        grid.done(page.sheet.autofilter(0, 0, min(len(rows), room), len(fields) - 1))
    return Placed(
        page=page,
        count=min(len(rows), room),
        letters=sums.letters,
        columns={one.key: values[j] for j, one in enumerate(fields) if one.key},
        sums=sums.cells,
        checks=sums.checks,
        is_whole=len(rows) <= room,
    )


class _Sums:
    """The totals of a list: their formulas, and the values that they have."""

    def __init__(
        self, sheet: str, fields: Sequence[Field], values: Sequence[Sequence[Any]], count: int
    ) -> None:
        self.sheet = sheet
        self.fields = fields
        self.values = values
        self.count = count
        self.letters = {
            one.key: xl_col_to_name(j) for j, one in enumerate(fields) if one.key
        }  # fmt: skip
        self.cells: list[dict[str, Formula]] = []
        self.checks: list[Check] = []
        self._groups: dict[tuple[str, ...], dict[tuple[Any, ...], list[int]]] = {}

    def row(self, total: Total, place: int) -> list[Cell]:
        """The cells of a total that stands in a row, counted from 0."""
        found: list[Cell] = []
        own: dict[str, Formula] = {}
        where = [key for key in total.where if key in self.letters]
        chosen = self._chosen(total, where)
        for j, one in enumerate(self.fields):
            cell = total.cells.get(one.key)
            if one.total and (total.sums is None or one.key in total.sums):
                cell = self._sum(j, chosen, where, place)
                if isinstance(cell, Formula):
                    own[one.key] = Formula(
                        f"='{self.sheet}'!${self.letters[one.key]}${place + 1}", cell.value
                    )
            elif one.key in total.formulas:
                formula = total.formulas[one.key]
                text = _expanded(formula.text, self.letters, place, self.count)
                cell = Formula(text, formula.value, formula.show)
            found.append(cell)
            if one.key in total.figures:
                self._check(total, j, chosen, f"${xl_col_to_name(j)}${place + 1}", plain(cell))
        self.cells.append(own)
        return found

    def _chosen(self, total: Total, where: Sequence[str]) -> Sequence[int]:
        """Positions of the rows that a total counts."""
        if not where:
            return range(len(self.values[0]) if self.values else 0)
        key = tuple(where)
        if key not in self._groups:
            places = [self._place(name) for name in where]
            groups: dict[tuple[Any, ...], list[int]] = {}
            for i in range(len(self.values[0])):
                groups.setdefault(tuple(self.values[j][i] for j in places), []).append(i)
            self._groups[key] = groups
        return self._groups[key].get(tuple(plain(total.cells[name]) for name in where), [])

    def _place(self, key: str) -> int:
        return next(j for j, one in enumerate(self.fields) if one.key == key)

    def _sum(self, j: int, chosen: Sequence[int], where: Sequence[str], place: int) -> Cell:
        column = self.values[j]
        value = math.fsum(n for i in chosen if isinstance(n := column[i], float))
        if not self.count or len(column) > self.count:  # a formula would not see every row
            return value
        span = f"{{0}}$2:{{0}}${self.count + 1}"
        letter = xl_col_to_name(j)
        if not where:
            return Formula(f"=SUM({span.format(letter)})", value)
        exact = [
            f"--EXACT({span.format('$' + self.letters[key])},${self.letters[key]}{place + 1})"
            for key in where
        ]
        return Formula(f"=SUMPRODUCT({','.join(exact)},{span.format(letter)})", value)

    def _check(self, total: Total, j: int, chosen: Sequence[int], cell: str, value: object) -> None:
        one, column = self.fields[j], self.values[j]
        header, _, unit = one.header.partition(" [")
        self.checks.append(
            Check(
                sheet=self.sheet,
                label=f"{total.label}: {header.lstrip('+= ')}",
                unit=unit.rstrip("]"),
                address=f"'{self.sheet}'!{cell}",
                value=value if isinstance(value, float) else 0.0,
                figure=total.figures[one.key],
                scale=max((abs(n) for i in chosen if isinstance(n := column[i], float)), default=0),
            )
        )


class _Rows:
    """The rows of a list while they are written."""

    def __init__(
        self, page: Page, fields: Sequence[Field], sizes: Sequence[float], groups: str
    ) -> None:
        self.page = page
        self.fields = fields
        self.sizes = sizes
        self.letters = {one.key: xl_col_to_name(j) for j, one in enumerate(fields) if one.key}
        self.looks = [_side(fields, j) for j in range(len(fields))]
        self.group = next((j for j, one in enumerate(fields) if groups and one.key == groups), None)
        self.count = 0
        self._formats: dict[tuple[int, str, bool, bool], Any] = {}

    def write(
        self,
        rows: Sequence[Row],
        values: Sequence[Sequence[float | str | date | None]],
        widths: Sequence[float],
    ) -> None:
        """Write them below the header."""
        before, self.count = None, len(rows)
        for i, row in enumerate(rows):
            group = None if self.group is None else values[self.group][i]
            begins = i > 0 and group != before
            before = group
            is_high = False
            for j, cell in enumerate(row):
                value = values[j][i]
                if value is None and not begins and not isinstance(cell, Formula):
                    continue
                is_long = isinstance(value, str) and len(value) > self.fields[j].widest
                is_high = is_high or is_long
                kind = self._kind(cell, value, j)
                form = self._format(j, kind, begins, is_long)
                if isinstance(cell, Formula):
                    text = _expanded(cell.text, self.letters, i + 1, self.count)
                    cell = Formula(text, value if not isinstance(value, date) else None)  # noqa: PLW2901
                self.page.write(i + 1, j, cell, value, form)
            if is_high:
                self.page.height(i + 1, [values[j][i] for j in range(len(row))], widths)

    def _kind(self, cell: Cell, value: float | str | date | None, j: int) -> str:
        """The number format of a cell, or what else it is."""
        if isinstance(value, float):
            return number_format(shows(cell, self.fields[j].show), value, self.sizes[j])
        if isinstance(value, date):
            return "date"
        return "link" if isinstance(cell, Link) else ""

    def _format(self, j: int, kind: str, begins: bool, is_long: bool) -> Any:
        key = (j, kind, begins, is_long)
        if key not in self._formats:
            look = {**self.looks[j], **(_GROUP if begins else PLAIN)}
            look |= WRAPPED if is_long else PLAIN
            if kind == "date":
                look |= DATE
            elif kind == "link":
                look |= LINKED
            elif kind:
                look["num_format"] = kind
            self._formats[key] = self.page.book.format(look)
        return self._formats[key]


def _write_totals(
    page: Page, totals: Sequence[Row], fields: Sequence[Field], sizes: Sequence[float], start: int
) -> None:
    for i, row in enumerate(totals):
        for j, cell in enumerate(row):
            look = {**(TOTAL if i == 0 else BOLD), **_side(fields, j)}
            page.put(start + i, j, cell, show=fields[j].show, size=sizes[j], look=look)


@cache
def _pieces(template: str) -> tuple[tuple[str, str, str], ...]:
    """A template as texts, each with the key and the mark of what follows it."""
    parts = _PLACE.split(template)
    return tuple(
        (parts[k], *(parts[k + 1 : k + 3] if k + 2 < len(parts) else ("", "")))
        for k in range(0, len(parts), 3)
    )


def _expanded(template: str, letters: Mapping[str, str], row: int, count: int) -> str:
    """A formula in a row, counted from 0, with the cells that its template names.

    `{tonnes}` is the cell in the row, `{tonnes^}` that above it, `{tonnes:}` the whole column.
    """
    found = []
    for text, key, mark in _pieces(template):
        found.append(text)
        if key and mark == ":":
            found.append(f"${letters[key]}$2:${letters[key]}${count + 1}")
        elif key:
            found.append(f"{letters[key]}{row if mark else row + 1}")
    return "".join(found)


def _largest(rows: Sequence[Row], values: Sequence[Any], j: int) -> float:
    """The largest number of a column, of those that are shown as the column is."""
    if not any(isinstance(value, float) for value in values):
        return 0.0
    return largest([row[j] for row in rows])


def _is_blank(listing: Listing, j: int) -> bool:
    """Whether a column that may be left out has nothing to say."""
    return listing.fields[j].optional and all(plain(row[j]) in (None, "") for row in listing.rows)


def _side(fields: Sequence[Field], place: int) -> Look:
    """Numbers end flush; text that follows them keeps a distance."""
    if fields[place].show is not Show.TEXT:
        return TO_THE_RIGHT
    return INDENTED if place > 0 and fields[place - 1].show is not Show.TEXT else PLAIN


def _width(
    one: Field, values: Sequence[Any], totals: Sequence[Cell], size: float
) -> float:  # fmt: skip
    """The width of a column in letters: its longest cell, and its header on two lines."""
    header = max([*map(len, one.header.split()), math.ceil(len(one.header) / 2)])
    header = math.ceil(header * _BOLD)
    numbers = [value for value in values if isinstance(value, float)]
    texts = [value for value in values if isinstance(value, str)]
    ends = [max(numbers), min(numbers)] if numbers else []
    if one.show in (Show.NUMBER, Show.AMOUNT):  # each has decimals of its own
        ends = list(set(numbers))
    longest = max(
        [
            *(len(shown(end, one.show, size)) for end in ends),
            *(len(shown(cell, one.show, size)) for cell in totals if not _is_label(cell)),
            *(_TINY_WIDTH for number in numbers if 0 < abs(number) < 0.005),
            max(map(len, texts), default=0),
            len("2026-01-01") if any(isinstance(value, date) for value in values) else 0,
        ]
    )
    return min(max(header, longest, _NARROWEST - 2) + 2, one.widest)


def _is_label(cell: Cell) -> bool:
    """Whether a cell of a total is text, which may run over the blank cells beside it."""
    return not isinstance(plain(cell), float)
