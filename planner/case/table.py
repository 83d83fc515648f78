"""One sheet understood: header found, columns named, every value with its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from types import MappingProxyType

from planner.case.cells import CellError, describe, read_cell
from planner.case.declarations import Column, Kind, Sheet, Value
from planner.case.grid import (
    Area,
    Grid,
    RawCell,
    address,
    as_text,
    is_blank,
    letters,
    one_line,
    trim,
)
from planner.case.names import did_you_mean, fold, nearly, shortlist
from planner.case.problems import Problems
from planner.case.units import Quantity, Unit, UnitError, parse_unit

HEADER_ROWS = 20
"""The header is looked for in so many first rows."""

EVERY_PERIOD = "Every period"
_NOTE = ("note", "comment", "remark", "#")
_BRACKET = re.compile(r"^(.*?)\s*\[([^\[\]]*)\]$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `values` by column; `spread` by period or material, with the cells they came from.

    Blank cells are absent. `number` is the row on the sheet.
    """

    number: int
    values: Mapping[str, Value]
    spread: Mapping[str, Value] = field(default_factory=dict)
    spread_cells: Mapping[str, str] = field(default_factory=dict)
    spread_units: Mapping[str, Unit] = field(default_factory=dict)
    percent_columns: frozenset[str] = frozenset()

    def text(self, column: str) -> str:
        """The text in a column, or ''."""
        value = self.values.get(column)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of one sheet."""

    sheet: Sheet
    rows: tuple[Row, ...] = ()
    header_row: int = 1
    letters: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    spread_units: Mapping[str, Unit] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    in_periods: bool = False

    def cell(self, row: Row, column: str) -> str:
        """The address of a row's cell in a column; the row's first key cell if it has none."""
        if column in row.spread_cells:
            return row.spread_cells[column]
        letter = self.letters.get(column)
        if letter is None:
            letter = next((self.letters[k] for k in self.sheet.key if k in self.letters), "A")
        return f"{letter}{row.number}"

    def unit(self, column: str) -> Unit:
        """The unit of a declared column: as its header says, else as declared."""
        unit = self.units.get(column)
        if unit is not None:
            return unit
        declared = self.sheet.by_name.get(column)
        return declared.own_unit if declared else Unit()

    def names(self) -> tuple[str, ...]:
        """The names that the sheet defines, in row order."""
        first = self.sheet.columns[0].name
        return tuple(row.text(first) for row in self.rows if first in row.values)


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What header cells may name besides declared columns."""

    periods: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    has_sites: bool = False


class _Role(Enum):
    DECLARED = auto()
    PERIOD = auto()
    EVERY = auto()
    LONG_PERIOD = auto()
    LONG_VALUE = auto()
    MATERIAL = auto()
    NUMBERED = auto()
    ATTRIBUTE = auto()
    NOTE = auto()


@dataclass(frozen=True, slots=True)
class _Header:
    """One header cell, understood."""

    role: _Role
    name: str
    column: Column
    unit: Unit
    place: int


def split_bracket(text: str) -> tuple[str, str | None]:
    """A header's name and the inside of its bracket, if it has one."""
    plain = one_line(trim(text))
    match = _BRACKET.match(plain)
    return (match.group(1), match.group(2)) if match else (plain, None)


def parse_table(grid: Grid, sheet: Sheet, known: KnownNames, problems: Problems) -> Table:
    """Read one sheet; every complaint goes into `problems`, and what is sound is returned."""
    return _TableReader(grid, sheet, known, problems).read()


class _TableReader:
    def __init__(self, grid: Grid, sheet: Sheet, known: KnownNames, problems: Problems) -> None:
        self.grid = grid
        self.sheet = sheet
        self.known = known
        self.problems = problems
        self.declared = {fold(column.name): column for column in sheet.columns}
        self.periods = {fold(name): name for name in known.periods} if sheet.over_time else {}
        self.materials = {fold(name): name for name in known.materials}
        if sheet.per_material is None:
            self.materials = {}

    # -- complaints -------------------------------------------------------------------------

    def _error(self, cell: str | None, text: str, kind: str, **more: object) -> None:
        column, value = more.get("column"), more.get("value")
        self.problems.error(
            text,
            sheet=self.grid.name,
            cell=cell,
            column=column if isinstance(column, str) else None,
            value=value,
            kind=kind,
        )

    def _warning(self, cell: str | None, text: str, kind: str) -> None:
        self.problems.warning(text, sheet=self.grid.name, cell=cell, kind=kind)

    # -- the whole sheet --------------------------------------------------------------------

    def read(self) -> Table:
        header_row = self._find_header()
        if header_row is None:
            return Table(self.sheet)
        area = self._area(header_row)
        headers = self._headers(header_row, area)
        self._complain_of_layout(headers, header_row)
        merged = self._complain_of_merged(header_row, headers, area)
        self._complain_of_strays(header_row, headers, area)
        body = self._body_rows(header_row, area)
        self._warn_of_hidden(body)
        long = any(h.role in (_Role.LONG_PERIOD, _Role.LONG_VALUE) for h in headers)
        rows = self._long_rows(headers, body) if long else self._wide_rows(headers, body, merged)
        self._complain_of_repeats(rows, headers)
        return Table(
            sheet=self.sheet,
            rows=tuple(rows),
            header_row=header_row,
            letters=MappingProxyType(
                {h.name: letters(h.place) for h in headers if h.role in _OF_THE_ROW}
            ),
            units=MappingProxyType({h.name: h.unit for h in headers if h.role is _Role.DECLARED}),
            spread_units=MappingProxyType(self._spread_units(headers)),
            attributes=tuple(h.name for h in headers if h.role is _Role.ATTRIBUTE),
            in_periods=long or any(h.role in (_Role.PERIOD, _Role.EVERY) for h in headers),
        )

    def _spread_units(self, headers: Sequence[_Header]) -> dict[str, Unit]:
        whole = {h.role: h.unit for h in headers if h.role in (_Role.EVERY, _Role.LONG_VALUE)}
        units = {}
        if whole and self.sheet.over_time is not None:
            units = dict.fromkeys(self.known.periods, next(iter(whole.values())))
        for header in headers:
            if header.role in (_Role.PERIOD, _Role.MATERIAL, _Role.NUMBERED):
                units[header.name] = header.unit
        return units

    # -- where the table is -----------------------------------------------------------------

    def _find_header(self) -> int | None:
        best, best_count = None, 0
        for number in sorted(self.grid.cells):
            if number > HEADER_ROWS:
                break
            count = sum(self._is_known(cell) for cell in self.grid.cells[number].values())
            if count > best_count:
                best, best_count = number, count
        if best is None:
            wanted = shortlist(c.name for c in self.sheet.columns)
            has_cells = any(not is_blank(c) for row in self.grid.cells.values()
                            for c in row.values())  # fmt: skip
            text = f"no header row among the first {HEADER_ROWS} rows; its columns are {wanted}"
            if has_cells or self.sheet.required:
                self._error(None, text, "no header")
        return best

    def _is_known(self, cell: RawCell) -> bool:
        if cell.content is None or cell.error is not None:
            return False
        name = fold(split_bracket(as_text(cell.content))[0])
        if name in self.declared or name in self.periods or name in self.materials:
            return True
        if self.sheet.over_time is not None and name in (fold(EVERY_PERIOD), "period", "value"):
            return True
        return self.sheet.numbered is not None and _numbered(name, self.sheet.numbered) is not None

    def _area(self, header_row: int) -> Area | None:
        """The Excel table that has the header, if the sheet has one."""
        for table in self.grid.tables:
            if table.first_row == header_row:
                return table
        return None

    # -- header -----------------------------------------------------------------------------

    def _headers(self, header_row: int, area: Area | None) -> list[_Header]:
        headers: list[_Header] = []
        seen: dict[tuple[_Role, str], int] = {}
        for place, cell in sorted(self.grid.cells[header_row].items()):
            if is_blank(cell) or (area is not None and not area.holds(header_row, place)):
                continue
            here = address(header_row, place)
            if cell.error is not None or cell.stale or cell.content is None:
                what = cell.error or "a formula without a stored result"
                self._error(here, f"the header holds {what}", "header")
                continue
            header = self._header(as_text(cell.content), place, here)
            if header is None:
                continue
            first = seen.setdefault((header.role, header.name), place)
            if first != place and header.role is not _Role.NOTE:
                text = f"column '{header.name}' repeats {address(header_row, first)}"
                self._error(here, text, "repeated column", column=header.name)
                continue
            headers.append(header)
        return headers

    def _header(self, text: str, place: int, here: str) -> _Header | None:
        name, bracket = split_bracket(text)
        folded = fold(name)
        sheet, spread = self.sheet, self.sheet.over_time
        if folded.startswith(_NOTE):
            return _Header(_Role.NOTE, text, _NOTE_COLUMN, Unit(), place)
        if folded in self.declared:
            column = self.declared[folded]
            return self._with_unit(_Role.DECLARED, column.name, column, bracket, place, here)
        if spread is not None:
            role = {
                fold(EVERY_PERIOD): _Role.EVERY, "period": _Role.LONG_PERIOD,
                "value": _Role.LONG_VALUE,
            }.get(folded)  # fmt: skip
            if role is _Role.LONG_PERIOD:
                return _Header(role, "Period", _PERIOD_COLUMN, Unit(), place)
            if role is not None:
                return self._with_unit(role, name, spread, bracket, place, here)
            if folded in self.periods:
                return self._with_unit(
                    _Role.PERIOD, self.periods[folded], spread, bracket, place, here
                )
        if sheet.per_material is not None and folded in self.materials:
            material = self.materials[folded]
            return self._with_unit(
                _Role.MATERIAL, material, sheet.per_material, bracket, place, here
            )
        if sheet.numbered is not None:
            numbered = _numbered(folded, sheet.numbered)
            if numbered is not None:
                return self._with_unit(
                    _Role.NUMBERED, numbered, sheet.numbered, bracket, place, here
                )
        return self._attribute_or_complaint(name, place, here)

    def _attribute_or_complaint(self, name: str, place: int, here: str) -> _Header | None:
        known = [column.name for column in self.sheet.columns]
        known += [*self.periods.values(), *self.materials.values()]
        if self.sheet.over_time is not None:
            known.append(EVERY_PERIOD)
        slip = nearly(name, known)
        if self.sheet.attributes and slip is None:
            return _Header(_Role.ATTRIBUTE, name, _attribute(name), Unit(), place)
        hint = f"; did you mean '{slip}'?" if slip else did_you_mean(name, known)
        text = f"unknown column '{name}'{hint}"
        if not slip:
            text += "; a remark's header starts with Note"
        self._error(here, text, "unknown column", column=name)
        return None

    def _with_unit(
        self, role: _Role, name: str, column: Column, bracket: str | None, place: int, here: str
    ) -> _Header:
        unit = column.own_unit
        if bracket is not None:
            try:
                unit = parse_unit(bracket, column.quantity, of_index=column.of_index)
            except UnitError as wrong:
                self._error(here, str(wrong), "unit", column=name, value=bracket)
        elif column.quantity is not None and column.quantity.is_price:
            time = "/yr" if column.quantity is Quantity.MONEY_PER_MASS_TIME else ""
            self._error(
                here,
                f"{name} has no unit; write '{name} [USD/kg{time}]' or '{name} [USD/t{time}]'",
                "no unit",
                column=name,
            )
        return _Header(role, name, column, unit, place)

    def _complain_of_layout(self, headers: Sequence[_Header], header_row: int) -> None:
        names = {h.name for h in headers if h.role is _Role.DECLARED}
        roles = {h.role for h in headers}
        in_periods = roles & {_Role.PERIOD, _Role.EVERY, _Role.LONG_PERIOD, _Role.LONG_VALUE}
        first = address(header_row, min((h.place for h in headers), default=1))
        for column in self.sheet.columns:
            if not column.required or column.name in names or column.may_be_blank:
                continue
            if column.refers_to == ("Sites",) and not self.known.has_sites:
                continue
            if in_periods and column.name in self.sheet.periods_instead_of:
                continue
            found = shortlist((h.name for h in headers), most=40)
            text = f"column '{column.name}' is missing (found: {found})"
            self._error(first, text, "missing column", column=column.name)
        for header in headers:
            if in_periods and header.name in self.sheet.periods_instead_of:
                text = f"'{header.name}' cannot stand beside one column per period; keep either"
                self._error(address(header_row, header.place), text, "layout", column=header.name)
        if self.sheet.over_time is None:
            return
        long = roles & {_Role.LONG_PERIOD, _Role.LONG_VALUE}
        wide = [h for h in headers if h.role in (_Role.PERIOD, _Role.EVERY)]
        if long and wide:
            text = (
                f"'{wide[0].name}' (one column per period) cannot stand beside the columns "
                "Period and Value; keep either"
            )
            self._error(address(header_row, wide[0].place), text, "layout", column=wide[0].name)
        elif len(long) == 1:
            missing = "Value" if _Role.LONG_PERIOD in long else "Period"
            self._error(first, f"column '{missing}' is missing", "missing column", column=missing)
        elif not long:
            self._complain_of_periods(headers, header_row, first)

    def _complain_of_periods(self, headers: Sequence[_Header], header_row: int, first: str) -> None:
        """Period columns stand in the order of Periods; where each is needed, each is there."""
        columns = [h for h in headers if h.role is _Role.PERIOD]
        every = any(h.role is _Role.EVERY for h in headers)
        order = {name: i for i, name in enumerate(self.known.periods)}
        for before, after in zip(columns, columns[1:], strict=False):
            if order[after.name] < order[before.name]:
                text = f"period '{after.name}' stands after '{before.name}'; put periods in order"
                self._error(address(header_row, after.place), text, "layout", column=after.name)
        if not columns and not every and not self.sheet.periods_instead_of:
            text = (
                f"no period columns; write one column per period "
                f"({shortlist(self.known.periods, 4)}), '{EVERY_PERIOD}', or Period and Value"
            )
            self._error(first, text, "missing column")
        elif self.sheet.every_period and not every:
            there = {h.name for h in columns}
            for period in self.known.periods:
                if period not in there:
                    text = f"period '{period}' is missing; add a column '{period}'"
                    self._error(first, text, "missing column", column=period)

    # -- what stands where it should not ----------------------------------------------------

    def _columns_of(self, headers: Sequence[_Header], area: Area | None) -> set[int]:
        if area is not None:
            return set(range(area.first_column, area.last_column + 1))
        return {h.place for h in headers}

    def _complain_of_merged(
        self, header_row: int, headers: Sequence[_Header], area: Area | None
    ) -> frozenset[tuple[int, int]]:
        """Complain of merged cells in the table; returns the cells that they cover."""
        columns = self._columns_of(headers, area)
        covered: set[tuple[int, int]] = set()
        for merged in self.grid.merged:
            inside = columns & set(range(merged.first_column, merged.last_column + 1))
            outside = area is not None and merged.first_row > area.last_row
            if merged.last_row < header_row or not inside or outside:
                continue
            self._error(merged.address, "merged; repeat the value in each row", "merged")
            covered |= {
                (r, c)
                for r in range(merged.first_row, merged.last_row + 1)
                for c in range(merged.first_column, merged.last_column + 1)
            }
        return frozenset(covered)

    def _complain_of_strays(
        self, header_row: int, headers: Sequence[_Header], area: Area | None
    ) -> None:
        complained = {h.place for h in headers}
        complained |= set(self.grid.cells[header_row])  # each has its own complaint already
        outside = []
        for number, row in self.grid.cells.items():
            for place, cell in row.items():
                if number < header_row or is_blank(cell):
                    continue
                if area is not None:
                    if not area.holds(number, place):
                        outside.append((number, place))
                elif place not in complained and number > header_row:
                    here = address(number, place)
                    self._error(
                        here,
                        "stray value; delete it, or give its column a header "
                        "(a remark's header starts with Note)",
                        "stray value",
                        value=as_text(cell.content) if cell.content is not None else cell.error,
                    )
        if outside:
            number, place = min(outside)
            more = f" and {len(outside) - 1} more cells" if len(outside) > 1 else ""
            name = f" '{area.name}'" if area and area.name else ""
            self._warning(
                address(number, place),
                f"outside the Excel table{name} ({area.address if area else ''}){more}: not read",
                "outside the table",
            )

    def _body_rows(self, header_row: int, area: Area | None) -> list[int]:
        last = area.last_row if area is not None else max(self.grid.cells)
        return [n for n in sorted(self.grid.cells) if header_row < n <= last]

    def _warn_of_hidden(self, body: Sequence[int]) -> None:
        hidden = [n for n in body if n in self.grid.hidden_rows]
        if hidden:
            rows = ", ".join(str(n) for n in hidden[:8]) + (" …" if len(hidden) > 8 else "")
            self._warning(None, f"hidden rows were read: {rows}", "hidden")

    # -- rows -------------------------------------------------------------------------------

    def _filled(self, number: int, headers: Sequence[_Header]) -> dict[int, RawCell] | None:
        """The filled cells of a row, or None for a blank row and a note."""
        cells = self.grid.cells[number]
        filled = {h.place: cells[h.place] for h in headers
                  if h.place in cells and not is_blank(cells[h.place])}  # fmt: skip
        if not filled:
            return None
        first = filled[min(filled)]
        if (
            isinstance(first.content, str)
            and first.error is None
            and (trim(first.content).startswith("#"))
        ):
            return None
        if all(h.role is _Role.NOTE for h in headers if h.place in filled):
            return None
        return filled

    def _wide_rows(
        self, headers: Sequence[_Header], body: Sequence[int], merged: frozenset[tuple[int, int]]
    ) -> list[Row]:
        rows = []
        for number in body:
            filled = self._filled(number, headers)
            if filled is None:
                continue
            values: dict[str, Value] = {}
            spread: dict[str, Value] = {}
            cells: dict[str, str] = {}
            every: tuple[Value, str] | None = None
            percent = set()
            for header in headers:
                here = address(number, header.place)
                cell = filled.get(header.place)
                if cell is None:
                    if (number, header.place) not in merged:
                        self._complain_of_blank(header, headers, here)
                    continue
                value = self._value(cell, header, here)
                if value is None:
                    continue
                if cell.percent:
                    percent.add(header.name)
                if header.role is _Role.EVERY:
                    every = (value, here)
                elif header.role in _SPREAD:
                    spread[header.name] = value
                    cells[header.name] = here
                else:
                    values[header.name] = value
            if every is not None:
                for period in self.known.periods:
                    if period not in spread:
                        spread[period], cells[period] = every
            rows.append(Row(number, values, spread, cells, percent_columns=frozenset(percent)))
        return rows

    def _complain_of_blank(self, header: _Header, headers: Sequence[_Header], here: str) -> None:
        column = header.column
        if header.role is _Role.DECLARED:
            is_site = column.refers_to == ("Sites",) and not self.known.has_sites
            if not column.required or column.may_be_blank or is_site:
                return
            zero = column.quantity is not None and not column.quantity.is_price
            hint = "; enter 0 if there is none" if zero and column.minimum <= 0 else "; fill it in"
            self._error(here, f"{header.name} is blank{hint}", "blank", column=header.name)
        elif header.role is _Role.PERIOD and self.sheet.every_period:
            if not any(h.role is _Role.EVERY for h in headers):
                self._error(
                    here,
                    f"{column.name} of {header.name} is blank; enter 0 if there is none",
                    "blank",
                    column=header.name,
                )

    def _long_rows(self, headers: Sequence[_Header], body: Sequence[int]) -> list[Row]:
        """Key columns, Period, Value: rows of one key are gathered into one."""
        period_header = next((h for h in headers if h.role is _Role.LONG_PERIOD), None)
        value_header = next((h for h in headers if h.role is _Role.LONG_VALUE), None)
        if period_header is None or value_header is None:
            return []
        gathered: dict[tuple[Value | None, ...], Row] = {}
        parts: dict[tuple[Value | None, ...], tuple[dict[str, Value], dict[str, str]]] = {}
        for number in body:
            filled = self._filled(number, headers)
            if filled is None:
                continue
            values: dict[str, Value] = {}
            for header in headers:
                here = address(number, header.place)
                cell = filled.get(header.place)
                if header.role is _Role.DECLARED:
                    if cell is None:
                        self._complain_of_blank(header, headers, here)
                    elif (value := self._value(cell, header, here)) is not None:
                        values[header.name] = value
            period = self._long_period(filled.get(period_header.place), number, period_header)
            here = address(number, value_header.place)
            cell = filled.get(value_header.place)
            key = tuple(values.get(name) for name in self.sheet.key)
            row = gathered.setdefault(key, Row(number, values))
            spread, cells = parts.setdefault(key, ({}, {}))
            if cell is None:
                text = "Value is blank; enter 0 if there is none"
                self._error(here, text, "blank", column="Value")
            value = self._value(cell, value_header, here) if cell is not None else None
            if period is None or value is None:
                continue
            if period in spread:
                text = f"{_key_words(self.sheet, row)} in period '{period}' repeats {cells[period]}"
                self._error(address(number, period_header.place), text, "repeated key")
                continue
            spread[period], cells[period] = value, here
        rows = []
        for key, row in gathered.items():
            spread, cells = parts[key]
            if self.sheet.every_period:
                for period in self.known.periods:
                    if period not in spread:
                        self._error(
                            address(row.number, period_header.place),
                            f"period '{period}' is missing for {_key_words(self.sheet, row)}; "
                            "add a row",
                            "missing column",
                            column=period,
                        )
            rows.append(Row(row.number, row.values, spread, cells))
        return rows

    def _long_period(self, cell: RawCell | None, number: int, header: _Header) -> str | None:
        here = address(number, header.place)
        if cell is None or cell.content is None:
            self._error(here, "Period is blank; fill it in", "blank", column="Period")
            return None
        name = as_text(cell.content)
        if name not in self.known.periods:
            text = f"unknown period '{name}'{did_you_mean(name, self.known.periods)}"
            self._error(here, text, "unknown name", column="Period", value=name)
            return None
        return name

    def _value(self, cell: RawCell, header: _Header, here: str) -> Value | None:
        column = header.column
        if header.role is _Role.NOTE:
            return None
        if header.role in _SPREAD:
            column = replace(column, name=f"{column.name} of {header.name}")
        try:
            return read_cell(
                cell, column, header.unit, lambda text, kind: self._warning(here, text, kind)
            )
        except CellError as wrong:
            shown_value = cell.error or (
                describe(cell.content) if cell.content is not None else None
            )
            self._error(here, str(wrong), wrong.kind, column=header.name, value=shown_value)
            return None

    def _complain_of_repeats(self, rows: Sequence[Row], headers: Sequence[_Header]) -> None:
        there = {h.name for h in headers}
        key = [name for name in self.sheet.key if name in there]
        if not key:
            return
        seen: dict[tuple[Value | None, ...], int] = {}
        for row in rows:
            if not all(name in row.values or self.sheet.by_name[name].may_be_blank for name in key):
                continue
            first = seen.setdefault(tuple(row.values.get(name) for name in key), row.number)
            if first != row.number:
                place = next(h.place for h in headers if h.name == key[0])
                text = f"{_key_words(self.sheet, row)} repeats row {first}"
                self._error(
                    address(row.number, place), text, "repeated key", column=key[0],
                    value=row.text(key[0]),
                )  # fmt: skip


_SPREAD = (_Role.PERIOD, _Role.MATERIAL, _Role.NUMBERED)
_OF_THE_ROW = (_Role.DECLARED, _Role.ATTRIBUTE)
_NOTE_COLUMN = Column("Note", Kind.TEXT, "")
_PERIOD_COLUMN = Column("Period", Kind.PERIOD, "")


def _attribute(name: str) -> Column:
    return Column(name, Kind.ANY, "an attribute of the user's own")


def _numbered(folded: str, column: Column) -> str | None:
    match = re.fullmatch(rf"{fold(column.name)}\s*(\d+)", folded)
    return f"{column.name} {int(match.group(1))}" if match else None


def _key_words(sheet: Sheet, row: Row) -> str:
    parts = [
        f"{name.lower()} '{as_text(row.values[name])}'" for name in sheet.key if name in row.values
    ]
    return ", ".join(parts)
