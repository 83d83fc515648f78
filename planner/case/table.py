"""One sheet understood: header found, columns named, every value with its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from planner.case.cells import CellError, describe, plain_number, read_cell
from planner.case.columns import Column, Sheet, Value
from planner.case.grid import Area, Grid, RawCell, address, as_text, is_blank, letters, trim
from planner.case.headers import (
    IN_PERIODS,
    SPREAD,
    Header,
    Heading,
    KnownNames,
    Role,
    read_heading,
    split_bracket,
)
from planner.case.names import did_you_mean, fold, shortlist
from planner.case.problems import Problems
from planner.case.units import Quantity, Unit


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `values` by column; `spread` by period or material, with the cells they came from.

    Blank cells are absent. `number` is the row on the sheet. `unread` names the columns and
    periods whose cell was complained of.
    """

    number: int
    values: Mapping[str, Value]
    spread: Mapping[str, Value] = field(default_factory=dict)
    spread_cells: Mapping[str, str] = field(default_factory=dict)
    percent_columns: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()

    def text(self, column: str) -> str:
        """The text in a column, or ''."""
        value = self.values.get(column)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of one sheet.

    Attributes:
        letters: the column letters of what stands once in a row.
        headers: the header's cell of every column.
        units: units of declared columns.
        spread_units: units by period, material or numbered column.
        attribute_units: what stands in the brackets of the user's own columns.
        attributes: names of the user's own columns.
        in_periods: whether values stand by period.
        broken: columns that are missing or cannot be used, which is said already.
        filled: whether anything but remarks stands below the header (inside the Excel table, if it
            heads one).
        left_out: what stands in the first key column of rows left out, since their key is not
            whole or repeats another, which is said already.
    """

    sheet: Sheet
    rows: tuple[Row, ...] = ()
    header_row: int = 1
    letters: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    spread_units: Mapping[str, Unit] = field(default_factory=dict)
    attribute_units: Mapping[str, str] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    in_periods: bool = False
    broken: frozenset[str] = frozenset()
    filled: bool = False
    left_out: frozenset[str] = frozenset()

    def cell(self, row: Row, column: str) -> str:
        """The address of a row's cell in a column; the row's first key cell if it has none."""
        if column in row.spread_cells:
            return row.spread_cells[column]
        letter = self.letters.get(column)
        if letter is None and column in self.headers and column in self.spread_units:
            letter = self.headers[column].rstrip("0123456789")
        if letter is None:
            letter = next((self.letters[k] for k in self.sheet.key if k in self.letters), "A")
        return f"{letter}{row.number}"

    def header_cell(self, column: str) -> str:
        """The address of a column's header; the start of the header row if it has none."""
        return self.headers.get(column, f"A{self.header_row}")

    def unit(self, column: str) -> Unit:
        """The unit of a declared column: as its header says, else as declared."""
        return self.units.get(column) or self.sheet.own_units.get(column) or _NO_UNIT

    def names(self) -> tuple[str, ...]:
        """The names that the sheet defines, in row order."""
        first = self.sheet.columns[0].name
        return tuple(row.text(first) for row in self.rows if first in row.values)


def parse_table(grid: Grid, sheet: Sheet, known: KnownNames, problems: Problems) -> Table:
    """Read one sheet; every complaint goes into `problems`, and what is sound is returned."""
    heading = read_heading(grid, sheet, known, problems)
    if heading is None:
        filled = any(not is_blank(c) for row in grid.cells.values() for c in row.values())
        return Table(sheet, broken=frozenset(sheet.by_name), filled=filled)
    return _TableReader(grid, sheet, known, problems, heading).read()


@dataclass(slots=True)
class _Filling:
    """A row while it is read."""

    number: int
    values: dict[str, Value] = field(default_factory=dict)
    spread: dict[str, Value] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    percent: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)

    def row(self) -> Row:
        return Row(
            self.number,
            self.values,
            self.spread,
            self.cells,
            frozenset(self.percent),
            frozenset(self.unread),
        )


@dataclass(slots=True)
class _TableReader:
    grid: Grid
    sheet: Sheet
    known: KnownNames
    problems: Problems
    heading: Heading
    never_calculated: list[str] = field(default_factory=list)

    def read(self) -> Table:
        heading = self.heading
        merged = self._complain_of_merged()
        self._complain_of_strays()
        body = self._body_rows()
        self._warn_of_hidden(body)
        if heading.of(Role.LONG_PERIOD, Role.LONG_VALUE):
            rows = self._long_rows(body)
        else:
            rows = self._wide_rows(body, merged)
        self._complain_of_repeats(rows)
        self._warn_of_formulas()
        self._warn_of_fractions(body)
        self._warn_of_mixed_units()
        of_the_row = heading.of(Role.DECLARED, Role.ATTRIBUTE)
        return Table(
            sheet=self.sheet,
            rows=tuple(rows),
            header_row=heading.row,
            letters=MappingProxyType({h.name: letters(h.place) for h in of_the_row}),
            headers=MappingProxyType({h.name: heading.place(h) for h in heading.cells}),
            units=MappingProxyType({h.name: h.unit for h in heading.of(Role.DECLARED)}),
            attribute_units=MappingProxyType(
                {h.name: h.unit.text for h in heading.of(Role.ATTRIBUTE)}
            ),
            spread_units=MappingProxyType(self._spread_units()),
            attributes=tuple(h.name for h in heading.of(Role.ATTRIBUTE)),
            in_periods=bool(heading.of(*IN_PERIODS)),
            broken=heading.broken,
            filled=self._is_filled(),
        )

    def _is_filled(self) -> bool:
        """Whether anything below the header is meant as a row, be it read or complained of."""
        heading = self.heading
        remarks = {h.place for h in heading.of(Role.NOTE)}
        for number, row in self.grid.cells.items():
            filled = {
                place: cell
                for place, cell in row.items()
                if not is_blank(cell)
                and (heading.area is None or heading.area.holds(number, place))
            }
            if number > heading.row and filled.keys() - remarks and not _is_note(filled):
                return True
        return False

    def _spread_units(self) -> dict[str, Unit]:
        units: dict[str, Unit] = {}
        for whole in self.heading.of(Role.EVERY, Role.LONG_VALUE)[:1]:
            units = dict.fromkeys(self.known.periods, whole.unit)
        return units | {h.name: h.unit for h in self.heading.of(*SPREAD)}

    def _error(
        self, cell: str | None, text: str, kind: str, column: str = "", value: object = None
    ) -> None:
        self.problems.error(
            text, sheet=self.grid.name, cell=cell, column=column or None, value=value, kind=kind
        )

    def _warning(self, cell: str | None, text: str, kind: str) -> None:
        self.problems.warning(text, sheet=self.grid.name, cell=cell, kind=kind)

    # -- what stands where it should not ----------------------------------------------------

    def _complain_of_merged(self) -> frozenset[tuple[int, int]]:
        """Complain of merged cells in the table; returns the cells that they cover."""
        area, places = self.heading.area, {h.place for h in self.heading.cells}
        if area is not None:
            places = set(range(area.first_column, area.last_column + 1))
        rows = [n for n in self.grid.cells if n >= self.heading.row]
        covered: set[tuple[int, int]] = set()
        for merged in self.grid.merged:
            inside = {p for p in places if merged.first_column <= p <= merged.last_column}
            below = area is not None and merged.first_row > area.last_row
            if merged.last_row < self.heading.row or not inside or below:
                continue
            self._error(merged.address, "merged; repeat the value in each row", "merged")
            covered |= {
                (n, p) for n in rows for p in inside if merged.first_row <= n <= merged.last_row
            }
        return frozenset(covered)

    def _complain_of_strays(self) -> None:
        self._warn_of_rows_above()
        if self.heading.area is not None:
            self._warn_of_outside(self.heading.area)
        else:
            self._complain_of_no_header()

    def _warn_of_rows_above(self) -> None:
        """A title may stand above the header; what looks like data there is not read."""
        for number in sorted(self.grid.cells):
            filled = {p: c for p, c in self.grid.cells[number].items() if not is_blank(c)}
            if number >= self.heading.row or not filled or _is_note(filled):
                continue
            if len(filled) > 1 or not isinstance(next(iter(filled.values())).content, str):
                here = address(number, min(filled))
                text = (
                    f"above the header (row {self.heading.row}): not read; move it below, or start "
                    "it with # to say that it is a remark"
                )
                self._warning(here, text, "outside the table")
                return

    def _warn_of_outside(self, area: Area) -> None:
        outside = sorted(
            (number, place)
            for number, row in self.grid.cells.items()
            for place, cell in row.items()
            if number >= self.heading.row and not is_blank(cell) and not area.holds(number, place)
        )
        if outside:
            more = f" and {len(outside) - 1} more cells" if len(outside) > 1 else ""
            name = f" '{area.name}'" if area.name else ""
            text = (
                f"outside the Excel table{name} ({area.address}){more}: not read; extend the "
                "table if they belong to it"
            )
            self._warning(address(*outside[0]), text, "outside the table")

    def _complain_of_no_header(self) -> None:
        """Values in columns without a header, once a column."""
        headed = {p for p, c in self.grid.cells[self.heading.row].items() if not is_blank(c)}
        for merged in self.grid.merged:
            if merged.first_row <= self.heading.row <= merged.last_row:
                headed |= set(range(merged.first_column, merged.last_column + 1))
        strays: dict[int, list[int]] = {}
        for number in sorted(self.grid.cells):
            row = self.grid.cells[number]
            filled = {p: c for p, c in row.items() if not is_blank(c)}
            if number <= self.heading.row or not filled or _is_note(filled):
                continue
            for place in filled.keys() - headed:
                strays.setdefault(place, []).append(number)
        for place, numbers in strays.items():
            cell = self.grid.cells[numbers[0]][place]
            more = f", and {len(numbers) - 1} more in this column" if len(numbers) > 1 else ""
            hint = ""
            if place <= max(headed) + 1:
                hint = ", or give the column a header (that of a remark starts with Note)"
            self._error(
                address(numbers[0], place),
                f"stray value{more}; delete it{hint}",
                "stray value",
                value=as_text(cell.content) if cell.content is not None else cell.error,
            )

    def _body_rows(self) -> list[tuple[int, dict[int, RawCell]]]:
        """The rows of the table with their filled cells by place; no blank rows, no notes."""
        heading = self.heading
        last = heading.area.last_row if heading.area else max(self.grid.cells)
        remarks = {h.place for h in heading.of(Role.NOTE)}
        own = {h.place for h in heading.cells}
        body = []
        for number in sorted(self.grid.cells):
            if not heading.row < number <= last:
                continue
            row = {
                place: cell
                for place, cell in sorted(self.grid.cells[number].items())
                if not is_blank(cell) and (not heading.area or heading.area.holds(number, place))
            }
            if not row or _is_note(row):
                continue
            filled = {place: cell for place, cell in row.items() if place in own}
            if not filled.keys() - remarks:
                continue
            if self._repeats_header(filled):
                text = f"repeats the header (row {heading.row}); delete the row"
                self._error(address(number, min(filled)), text, "repeated header")
                continue
            body.append((number, filled))
        return body

    def _repeats_header(self, filled: Mapping[int, RawCell]) -> bool:
        """Whether each cell of a row says the name of its column, or only its unit."""
        names = {h.place: h.name for h in self.heading.cells}
        said = [
            isinstance(cell.content, str)
            and (
                fold(split_bracket(cell.content)[0]) == fold(names[place])
                or _BRACKET_ALONE.fullmatch(trim(cell.content)) is not None
            )
            for place, cell in filled.items()
        ]
        return all(said)

    def _warn_of_hidden(self, body: Sequence[tuple[int, object]]) -> None:
        hidden = [number for number, _ in body if number in self.grid.hidden_rows]
        if hidden:
            rows = ", ".join(str(n) for n in hidden[:8]) + (" …" if len(hidden) > 8 else "")
            self._warning(
                None, f"hidden rows were read: {rows}; delete them if they are not meant", "hidden"
            )

    # -- rows -------------------------------------------------------------------------------

    def _wide_rows(
        self,
        body: Sequence[tuple[int, dict[int, RawCell]]],
        merged: frozenset[tuple[int, int]],
    ) -> list[Row]:
        """One row of the sheet makes one row."""
        rows = []
        for number, filled in body:
            row = _Filling(number)
            for header in self.heading.cells:
                if (number, header.place) in merged and header.place not in filled:
                    row.unread.add(header.name)
                else:
                    self._fill(row, header, filled.get(header.place))
            self._fill_every_period(row)
            self._complain_of_gaps(row)
            rows.append(row.row())
        return rows

    def _fill(self, row: _Filling, header: Header, cell: RawCell | None) -> None:
        """Take one cell over into a row."""
        here = address(row.number, header.place)
        if header.role is Role.NOTE:
            return
        if cell is None:
            self._complain_of_blank(row, header, here)
            return
        value = self._value(cell, header, here)
        if value is None:
            row.unread.add(header.name)
            return
        if cell.percent:
            row.percent.add(header.name)
        if header.role in (*SPREAD, Role.EVERY):
            row.spread[header.name] = value
            row.cells[header.name] = here
        else:
            row.values[header.name] = value

    def _fill_every_period(self, row: _Filling) -> None:
        """Spread `Every period` over the periods that have no value of their own."""
        for every in self.heading.of(Role.EVERY):
            value, cell = row.spread.pop(every.name, None), row.cells.pop(every.name, "")
            for period in self.known.periods:
                if every.name in row.unread and period not in row.spread:
                    row.unread.add(period)
                elif value is not None and period not in row.spread and period not in row.unread:
                    row.spread[period], row.cells[period] = value, cell

    def _complain_of_blank(self, row: _Filling, header: Header, here: str) -> None:
        column = header.column
        is_needed = column.required and not self._may_be_blank(column)
        if header.role is not Role.DECLARED or not is_needed:
            return
        row.unread.add(header.name)
        hint = "fill it in"
        if column.quantity is not None and column.minimum <= 0:
            what = "it costs nothing" if column.quantity.is_price else "there is none"
            hint = f"enter 0 if {what}"
        self._error(here, f"{header.name} is blank; {hint}", "blank", header.name)

    def _complain_of_gaps(self, row: _Filling) -> None:
        """A period without a value, where each needs one (Demand) or may have been forgotten."""
        spread = self.sheet.over_time
        headers = {h.name: h for h in self.heading.of(Role.PERIOD, Role.EVERY)}
        if spread is None or not headers:
            return
        gaps = [p for p in self.known.periods if p not in row.spread and p not in row.unread]
        if self.sheet.every_period:
            places = [
                headers[p].place if p in headers else h.place
                for p in gaps
                for h in headers.values()
                if p in headers or h.role is Role.EVERY
            ]
            for place in dict.fromkeys(places):
                text = f"{spread.name} is blank; enter 0 if there is none"
                self._error(address(row.number, place), text, "blank", spread.name)
        elif self.sheet.periods_instead_of and gaps:
            place = headers[gaps[0]].place if gaps[0] in headers else min(
                h.place for h in headers.values()
            )  # fmt: skip
            here = address(row.number, place)
            named = f"no bound in {shortlist(gaps)}"
            text = f"{spread.name} is blank: {named}; write unlimited to say so, or 0 for none"
            if len(gaps) == len(self.known.periods):
                self._error(here, text, "blank", spread.name)
            else:
                self._warning(here, text, "blank")

    def _long_rows(self, body: Sequence[tuple[int, dict[int, RawCell]]]) -> list[Row]:
        """Key columns, Period, Value: rows of one key are gathered into one."""
        periods, values = self.heading.of(Role.LONG_PERIOD), self.heading.of(Role.LONG_VALUE)
        if not periods or not values:
            return []
        gathered: dict[tuple[Value | None, ...], _Filling] = {}
        for number, filled in body:
            row = _Filling(number)
            for header in self.heading.of(Role.DECLARED, Role.ATTRIBUTE):
                self._fill(row, header, filled.get(header.place))
            key = tuple(row.values.get(name) for name in self.sheet.key)
            first = gathered.setdefault(key, row)
            self._complain_of_difference(first, row)
            self._add_period(first, number, filled, periods[0], values[0])
        for row in gathered.values():
            self._complain_of_missing_periods(row, periods[0])
        return [row.row() for row in gathered.values()]

    def _add_period(
        self,
        row: _Filling,
        number: int,
        filled: Mapping[int, RawCell],
        period_header: Header,
        value_header: Header,
    ) -> None:
        """Take the period and the value of one row over into that of its key."""
        period = self._long_period(filled.get(period_header.place), number, period_header)
        here = address(number, value_header.place)
        cell = filled.get(value_header.place)
        value = None
        if cell is None:
            text = "Value is blank; enter 0 if there is none"
            self._error(here, text, "blank", "Value")
        else:
            value = self._value(cell, value_header, here)
        if period is None:
            return
        if period in row.spread or period in row.unread:
            words = _key_words(self.sheet, row.row())
            first = row.cells.get(period, "").lstrip(_LETTERS) or row.number
            text = f"{words} in period '{period}' repeats row {first}"
            self._error(address(number, period_header.place), text, "repeated key")
        elif value is None:
            row.unread.add(period)
        else:
            row.spread[period], row.cells[period] = value, here
            if cell is not None and cell.percent:
                row.percent.add(period)

    def _complain_of_difference(self, first: _Filling, row: _Filling) -> None:
        """What a long table says of one key besides its values, it says alike in each row."""
        for header in self.heading.of(Role.DECLARED, Role.ATTRIBUTE):
            name = header.name
            if name in row.unread or first.values.get(name) == row.values.get(name):
                continue
            text = f"{name} differs from row {first.number}; repeat the same value in each row"
            self._error(address(row.number, header.place), text, "layout", name)

    def _complain_of_missing_periods(self, row: _Filling, period_header: Header) -> None:
        if not self.sheet.every_period:
            return
        for period in self.known.periods:
            if period not in row.spread and period not in row.unread:
                text = f"period '{period}' is missing for {_key_words(self.sheet, row.row())}"
                here = address(row.number, period_header.place)
                self._error(here, f"{text}; add a row", "missing column", period)

    def _long_period(self, cell: RawCell | None, number: int, header: Header) -> str | None:
        here = address(number, header.place)
        if cell is None:
            self._error(here, "Period is blank; fill it in", "blank", "Period")
            return None
        name = self._value(cell, header, here)
        if name is not None and name not in self.known.periods:
            text = f"unknown period '{name}'{did_you_mean(str(name), self.known.periods)}"
            self._error(here, text, "unknown name", "Period", name)
        return str(name) if name in self.known.periods else None

    def _value(self, cell: RawCell, header: Header, here: str) -> Value | None:
        """The value of a filled cell; None after a complaint."""
        column = header.column
        if header.role in (Role.MATERIAL, Role.NUMBERED):
            column = column.called(header.name)
        if cell.uncalculated:
            self.never_calculated.append(here)
        # In a unit that cannot be read, no number is too large, too small or doubtful.
        is_unit_known = header.name not in self.heading.broken

        def warn(text: str, kind: str) -> None:
            if is_unit_known:
                self._warning(here, text, kind)

        try:
            return read_cell(cell, column, header.unit, warn)
        except CellError as wrong:
            if wrong.kind == "out of bounds" and not is_unit_known:
                return None
            shown = describe(cell.content) if cell.content is not None else cell.error
            self._error(here, str(wrong), wrong.kind, header.name, shown)
            return None

    def _warn_of_formulas(self) -> None:
        cells = self.never_calculated
        if cells:
            more = f", and {len(cells) - 1} more" if len(cells) > 1 else ""
            text = "formula in a file never calculated: its stored result may be wrong"
            self._warning(cells[0], f"{text}{more}; open and save in Excel", "formula")

    def _warn_of_fractions(self, body: Sequence[tuple[int, Mapping[int, RawCell]]]) -> None:
        """A column under [%] in which every number is a fraction: all forgot the hundred."""
        for header in self.heading.cells:
            column = header.column
            if not header.unit.percent or header.unit.of_index or column.likely_whole_share:
                continue
            if column.quantity is not Quantity.FRACTION or header.role is Role.MATERIAL:
                continue
            typed = [
                (number, cell.content)
                for number, filled in body
                if (cell := filled.get(header.place)) is not None
                and not cell.percent
                and isinstance(cell.content, (int, float))
                and cell.content != 0
            ]
            if typed and all(0 < content < 1 for _, content in typed):
                number, content = typed[0]
                self._warning(
                    address(number, header.place),
                    f"{header.name} read as {plain_number(content)} %; "
                    f"{plain_number(content * 100)} %? The header says [%]",
                    "suspicious share",
                )

    def _warn_of_mixed_units(self) -> None:
        """Columns that measure the same, by period or material, in different units."""
        spread = [
            header
            for header in self.heading.of(*SPREAD)
            if not self.problems.has_error_at(self.grid.name, self.heading.place(header))
        ]
        for header in spread[1:]:
            first = spread[0]
            if header.unit.size != first.unit.size or header.unit.of_index != first.unit.of_index:
                self._warning(
                    self.heading.place(header),
                    f"'{header.name}' is in {_unit_words(header)}, but '{first.name}' in "
                    f"{_unit_words(first)}",
                    "mixed units",
                )
                return

    def _complain_of_repeats(self, rows: Sequence[Row]) -> None:
        places = {h.name: h.place for h in self.heading.of(Role.DECLARED)}
        key = [name for name in self.sheet.key if name in places]
        if not key:
            return
        needed = [name for name in key if not self._may_be_blank(self.sheet.by_name[name])]
        seen: dict[tuple[Value | None, ...], int] = {}
        for row in rows:
            if not all(name in row.values for name in needed):
                continue
            first = seen.setdefault(tuple(row.values.get(name) for name in key), row.number)
            if first != row.number:
                text = f"{_key_words(self.sheet, row)} repeats row {first}"
                here = address(row.number, places[key[0]])
                self._error(here, text, "repeated key", key[0], row.text(key[0]))

    def _may_be_blank(self, column: Column) -> bool:
        """Whether a key may stay blank: Site does in a case without the sheet Sites."""
        is_site = column.refers_to == ("Sites",) and not self.known.has_sites
        return column.may_be_blank or is_site


_NO_UNIT = Unit()
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BRACKET_ALONE = re.compile(r"\[[^\[\]]*\]")


def _unit_words(header: Header) -> str:
    """The unit of a column, for messages."""
    unit = header.unit.text or header.column.unit
    if header.column.quantity is Quantity.FRACTION and not header.unit.percent:
        return "fractions"
    return f"[{unit}]" if unit else "its own unit"


def _is_note(filled: Mapping[int, RawCell]) -> bool:
    """Whether a row's first filled cell is text that starts with #."""
    first = filled[min(filled)]
    return isinstance(first.content, str) and trim(first.content).startswith("#")


def _key_words(sheet: Sheet, row: Row) -> str:
    parts = [
        f"{name.lower()} '{as_text(row.values[name])}'" for name in sheet.key if name in row.values
    ]
    return ", ".join(parts)
