"""The header of a sheet: where it is, and what each of its cells names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise

from planner.case.attributes import Doubt, doubt_of
from planner.case.columns import Column, Kind, Sheet
from planner.case.grid import Area, Grid, RawCell, address, as_text, is_blank, one_line, trim
from planner.case.names import did_you_mean, fold, lookup, odd_letter, shortlist
from planner.case.problems import Problems
from planner.case.units import Quantity, Unit, UnitError, parse_unit

HEADER_ROWS = 20
"""The header is looked for in so many first rows."""

EVERY_PERIOD = "Every period"
_NOTE = ("note", "comment", "remark", "#")
_BRACKET = re.compile(r"^(.*?)\s*\[([^\[\]]*)\]$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What header cells may name besides declared columns, and the case's currency."""

    periods: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    has_sites: bool = False
    currency: str = "USD"


class Role(Enum):
    """What a header cell names."""

    DECLARED = auto()
    PERIOD = auto()
    EVERY = auto()
    LONG_PERIOD = auto()
    LONG_VALUE = auto()
    MATERIAL = auto()
    NUMBERED = auto()
    ATTRIBUTE = auto()
    NOTE = auto()


SPREAD = (Role.PERIOD, Role.MATERIAL, Role.NUMBERED)
"""Roles of which a row has several cells that measure the same."""

IN_PERIODS = (Role.PERIOD, Role.EVERY, Role.LONG_PERIOD, Role.LONG_VALUE)
"""Roles of a table over time."""


@dataclass(frozen=True, slots=True)
class Header:
    """One header cell, understood. `place` is its column number."""

    role: Role
    name: str
    column: Column
    unit: Unit
    place: int


@dataclass(frozen=True, slots=True)
class Heading:
    """The header row of a sheet.

    Attributes:
        row: its number.
        area: the Excel table that it heads, if any.
        cells: what its cells name.
        broken: names of columns that are missing or cannot be used, which is said already.
    """

    row: int
    area: Area | None
    cells: tuple[Header, ...] = ()
    broken: frozenset[str] = frozenset()

    def of(self, *roles: Role) -> list[Header]:
        """The header cells with one of these roles."""
        return [header for header in self.cells if header.role in roles]

    def place(self, header: Header) -> str:
        """The address of a header cell."""
        return address(self.row, header.place)


def split_bracket(text: str) -> tuple[str, str | None]:
    """A header's name and the inside of its bracket, if it has one."""
    plain = one_line(trim(text)).replace("［", "[").replace("］", "]")
    match = _BRACKET.match(plain)
    return (match.group(1), match.group(2)) if match else (plain, None)


def price_without_unit(name: str, quantity: Quantity, currency: str) -> str:
    """What to write instead of a price column without its unit."""
    time = "/yr" if quantity is Quantity.MONEY_PER_MASS_TIME else ""
    per_kilogram, per_tonne = (f"'{name} [{currency}/{mass}{time}]'" for mass in ("kg", "t"))
    return f"{name} has no unit; write {per_kilogram} or {per_tonne}"


def read_heading(grid: Grid, sheet: Sheet, known: KnownNames, problems: Problems) -> Heading | None:
    """Find and understand the header row; None where there is none.

    Every complaint about it goes into `problems`.
    """
    return _HeadingReader(grid, sheet, known, problems).read()


@dataclass(slots=True)
class _HeadingReader:
    grid: Grid
    sheet: Sheet
    known: KnownNames
    problems: Problems
    declared: Mapping[str, str] = field(init=False)
    periods: Mapping[str, str] = field(init=False)
    materials: Mapping[str, str] = field(init=False)
    broken: set[str] = field(default_factory=set)
    row: int = 0
    there: frozenset[str] = frozenset()  # the declared columns that the header has

    def __post_init__(self) -> None:
        self.declared = lookup(column.name for column in self.sheet.columns)
        self.periods = lookup(self.known.periods) if self.sheet.over_time else {}
        self.materials = lookup(self.known.materials) if self.sheet.per_material else {}

    def read(self) -> Heading | None:
        row = self._find()
        if row is None:
            return None
        heading = Heading(row, self._area(row))
        self.row = row
        found = [
            self._named(split_bracket(as_text(cell.content))[0])
            for cell in self.grid.cells[row].values()
            if cell.content is not None
        ]
        self.there = frozenset(one[1] for one in found if one and one[0] is Role.DECLARED)
        heading = Heading(row, heading.area, tuple(self._cells(heading)))
        self._complain_of_missing(heading)
        self._complain_of_layout(heading)
        return Heading(row, heading.area, heading.cells, frozenset(self.broken))

    def _error(
        self, cell: str | None, text: str, kind: str, column: str = "", value: object = None
    ) -> None:
        self.problems.error(
            text, sheet=self.grid.name, cell=cell, column=column or None, value=value, kind=kind
        )

    # -- where it is ------------------------------------------------------------------------

    def _find(self) -> int | None:
        """The row among the first 20 with most known headers, the first of equals."""
        counts = {
            number: sum(self._is_known(cell) for cell in self.grid.cells[number].values())
            for number in sorted(self.grid.cells)
            if number <= HEADER_ROWS
        }
        best = max(counts, key=lambda number: counts[number], default=None)
        if best is not None and counts[best] > 0:
            return best
        filled = any(not is_blank(c) for row in self.grid.cells.values() for c in row.values())
        if filled or self.sheet.required:
            wanted = shortlist(c.name for c in self.sheet.columns)
            text = f"no header row among the first {HEADER_ROWS} rows; its columns are {wanted}"
            self._error(None, text, "no header")
        return None

    def _is_known(self, cell: RawCell) -> bool:
        if cell.content is None or cell.error is not None:
            return False
        name, _ = split_bracket(as_text(cell.content))
        return self._named(name) is not None

    def _area(self, row: int) -> Area | None:
        """The Excel table that has the header, if the sheet has one."""
        tables = [table for table in self.grid.tables if table.first_row == row]
        known = [place for place, c in self.grid.cells[row].items() if self._is_known(c)]
        return max(
            tables, key=lambda table: sum(table.holds(row, place) for place in known), default=None
        )

    # -- what its cells name ----------------------------------------------------------------

    def _cells(self, heading: Heading) -> list[Header]:
        headers: list[Header] = []
        seen: dict[tuple[Role, str], int] = {}
        for place, cell in sorted(self.grid.cells[heading.row].items()):
            if is_blank(cell) or (heading.area and not heading.area.holds(heading.row, place)):
                continue
            here = address(heading.row, place)
            if cell.content is None:
                what = f"the Excel error {cell.error}" if cell.error else (
                    "a formula without a stored result; open and save in Excel"
                )  # fmt: skip
                self._error(here, f"the header holds {what}", "header")
                continue
            header = self._header(as_text(cell.content), place, here)
            if header is None:
                continue
            first = seen.setdefault((header.role, header.name), place)
            if first != place and header.role is not Role.NOTE:
                text = f"column '{header.name}' repeats {address(heading.row, first)}"
                text += "; delete one of the two"
                self._error(here, text, "repeated column", header.name)
                continue
            headers.append(header)
        return headers

    def _named(self, name: str) -> tuple[Role, str, Column] | None:
        """The role of a header's name, the name as declared, and what its cells hold."""
        per_material, numbered = self.sheet.per_material, self.sheet.numbered
        if found := _get(self.declared, name):
            return Role.DECLARED, found, self.sheet.by_name[found]
        if self.sheet.over_time is not None:
            return self._over_time(name, self.sheet.over_time)
        if per_material is not None and (found := _get(self.materials, name)):
            return Role.MATERIAL, found, per_material
        if numbered is not None and (found := _numbered(fold(name), numbered)):
            return Role.NUMBERED, found, numbered
        return None

    def _over_time(self, name: str, spread: Column) -> tuple[Role, str, Column] | None:
        """The same of a sheet over time, for what is not declared: periods above all."""
        if found := _get(self.periods, name):
            return Role.PERIOD, found, spread
        return {
            fold(EVERY_PERIOD): (Role.EVERY, EVERY_PERIOD, spread),
            "period": (Role.LONG_PERIOD, "Period", _PERIOD_COLUMN),
            "value": (Role.LONG_VALUE, "Value", spread),
        }.get(fold(name))

    def _header(self, text: str, place: int, here: str) -> Header | None:
        name, bracket = split_bracket(text)
        found = self._named(name)
        if found is not None:
            role, own_name, column = found
            unit = self._unit(own_name, column, bracket, here)
            return Header(role, own_name, column, unit, place)
        if fold(text).startswith(_NOTE):
            return Header(Role.NOTE, text, _NOTE_COLUMN, Unit(), place)
        return self._attribute(one_line(trim(text)), name, place, here)

    def _attribute(self, text: str, name: str, place: int, here: str) -> Header | None:
        """A column of the user's own, or a complaint; `name` is its text without bracket."""
        known = [column.name for column in self.sheet.columns]
        known += [*self.periods.values(), *self.materials.values()]
        if self.sheet.over_time is not None:
            known.append(EVERY_PERIOD)
        doubt = self._doubt(text, known, place)
        if doubt is not None and doubt.means is not None:
            self.broken.add(doubt.means)
            remark = odd_letter(name, doubt.means) + doubt.remark
            text = f"unknown column '{name}'; did you mean '{doubt.means}'?{remark}"
        elif not self.sheet.attributes:
            hint = did_you_mean(name, known)
            remark = "" if hint.endswith("?") else "; a remark's header starts with Note"
            text = f"unknown column '{name}'{hint}{remark}"
        elif name in self.known.periods:
            text = (
                f"'{name}' is a period, and {self.sheet.name} has no columns by period; use a "
                "sheet over time, such as Prices, Capacity or Shortfall costs"
            )
        elif name in self.known.materials:
            text = f"'{name}' is a material; what a source holds stands in the sheet Composition"
        else:
            if doubt is not None:
                self.problems.warning(
                    f"'{name}' is read as an attribute of your own{doubt.remark}",
                    sheet=self.grid.name, cell=here, column=name, kind="attribute",
                )  # fmt: skip
            column = Column(name, Kind.ANY, "an attribute of the user's own")
            own_unit = Unit(split_bracket(text)[1] or "")
            return Header(Role.ATTRIBUTE, name, column, own_unit, place)
        self._error(here, text, "unknown column", name)
        return None

    def _doubt(self, text: str, known: Sequence[str], place: int) -> Doubt | None:
        """What a header that is none of ours was probably meant for."""
        below = [
            row[place].content
            for number, row in self.grid.cells.items()
            if number > self.row and place in row
        ]
        return doubt_of(
            text,
            sheet=self.sheet,
            known=known,
            there=self.there,
            below=[content for content in below if content is not None],
            currency=self.known.currency,
        )

    def _unit(self, name: str, column: Column, bracket: str | None, here: str) -> Unit:
        """The unit of a column: its bracket's, else its own after a complaint where one is due."""
        if bracket is not None:
            try:
                return parse_unit(bracket, column.quantity, of_index=column.of_index)
            except UnitError as wrong:
                self.broken.add(name)
                self._error(here, str(wrong), "unit", name, bracket)
        elif column.quantity is not None and column.quantity.is_price:
            text = price_without_unit(name, column.quantity, self.known.currency)
            self._error(here, text, "no unit", name)
        return column.own_unit

    # -- whether it is whole ----------------------------------------------------------------

    def _missing(self, heading: Heading, column: str, text: str) -> None:
        """Say that a column is missing, unless it was misspelt or its header merged away."""
        merged = any(
            area.holds(heading.row, header.place)
            for area in self.grid.merged
            for header in heading.cells
        )
        if column not in self.broken and not merged:
            first = min((h.place for h in heading.cells), default=1)
            self._error(address(heading.row, first), text, "missing column", column)
        self.broken.add(column)

    def _complain_of_missing(self, heading: Heading) -> None:
        there = {h.name for h in heading.of(Role.DECLARED)}
        over_time = heading.of(*IN_PERIODS)
        found = shortlist((h.name for h in heading.cells), most=40)
        for column in self.sheet.columns:
            if not column.required or column.name in there or column.may_be_blank:
                continue
            if column.refers_to == ("Sites",) and not self.known.has_sites:
                continue
            if over_time and column.name in self.sheet.periods_instead_of:
                continue
            text = f"column '{column.name}' is missing (found: {found})"
            self._missing(heading, column.name, text)

    def _complain_of_layout(self, heading: Heading) -> None:
        if self.sheet.over_time is None:
            return
        for header in heading.of(Role.DECLARED) if heading.of(*IN_PERIODS) else ():
            if header.name in self.sheet.periods_instead_of:
                text = f"'{header.name}' cannot stand beside one column per period; keep either"
                self._error(heading.place(header), text, "layout", header.name)
        long = heading.of(Role.LONG_PERIOD, Role.LONG_VALUE)
        wide = heading.of(Role.PERIOD, Role.EVERY)
        if long and wide:
            text = (
                f"'{wide[0].name}' (one column per period) cannot stand beside the columns "
                "Period and Value; keep either"
            )
            self._error(heading.place(wide[0]), text, "layout", wide[0].name)
        elif len(long) == 1:
            name = "Value" if long[0].role is Role.LONG_PERIOD else "Period"
            self._missing(heading, name, f"column '{name}' is missing")
        elif not long:
            self._complain_of_periods(heading)

    def _complain_of_periods(self, heading: Heading) -> None:
        """Period columns stand in the order of Periods; where each is needed, each is there."""
        columns, every = heading.of(Role.PERIOD), heading.of(Role.EVERY)
        order = {name: i for i, name in enumerate(self.known.periods)}
        for before, after in pairwise(columns):
            if order[after.name] < order[before.name]:
                text = f"period '{after.name}' stands after '{before.name}'; put periods in order"
                self._error(heading.place(after), text, "layout", after.name)
        misspelt = self.broken & {*self.known.periods, EVERY_PERIOD}
        if not columns and not every and not self.sheet.periods_instead_of and not misspelt:
            text = (
                "no period columns; write one column per period "
                f"({shortlist(self.known.periods, 4)}), '{EVERY_PERIOD}', or Period and Value"
            )
            self._missing(heading, EVERY_PERIOD, text)
        elif self.sheet.every_period and not every and EVERY_PERIOD not in self.broken:
            there = {h.name for h in columns}
            for period in self.known.periods:
                if period not in there:
                    text = f"period '{period}' is missing; add a column '{period}'"
                    self._missing(heading, period, text)


_NOTE_COLUMN = Column("Note", Kind.TEXT, "")
_PERIOD_COLUMN = Column("Period", Kind.PERIOD, "")


def _get(names: Mapping[str, str], name: str) -> str | None:
    return names.get(name) or names.get(fold(name))


def _numbered(folded: str, column: Column) -> str | None:
    match = re.fullmatch(rf"{fold(column.name)}\s*(\d+)", folded)
    return f"{column.name} {int(match.group(1))}" if match else None
