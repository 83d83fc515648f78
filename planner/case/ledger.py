"""The values of a case after defaults and overrides: what scenarios change, row after row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from planner.case import declarations as d
from planner.case.columns import Sheet, Value, number_in
from planner.case.declarations import BY_NAME, JOINS
from planner.case.grid import trim
from planner.case.problems import Problems
from planner.case.records import Join, Records
from planner.case.selectors import Selector, SelectorError, parse_selector, pick, unmet
from planner.case.table import Row, Table
from planner.case.units import Unit

BASE = "Base"

_INDEX_DEFAULTS = {"Index share", "Premium"}
"""Columns of Sources whose default has a meaning only where the source has an Index."""


@dataclass(slots=True)
class Series:
    """One row of a sheet over time, resolved: a value per period, None where there is none.

    `cells` has the cell that each value came from (`Prices!C4`, `Sources!F2`), `per_typed` what
    one unit as typed there is worth inside, `units` that unit. `behind` is the row of the sheet
    whose value it overrides, `unread` the periods whose cell was complained of, `of_index` those
    whose value is a part of the material's index.
    """

    key: Mapping[str, str]
    values: list[Value | None]
    cells: list[str | None]
    per_typed: list[float]
    units: list[str]
    behind: tuple[str, int] | None = None
    unread: set[int] = field(default_factory=set)
    of_index: set[int] = field(default_factory=set)

    def numbers(self, otherwise: float) -> list[float]:
        """The values as numbers, with one for what is not given."""
        return [float(v) if isinstance(v, (int, float)) else otherwise for v in self.values]

    def copy(self) -> Series:
        """The same, to be changed on its own."""
        return Series(
            self.key,
            list(self.values),
            list(self.cells),
            self.per_typed,
            self.units,
            self.behind,
            set(self.unread),
            set(self.of_index),
        )

    def note_unit(self, period: int, unit: Unit) -> None:
        """Remember whether the value of a period is money or a part of an index."""
        if unit.of_index:
            self.of_index.add(period)
        else:
            self.of_index.discard(period)


@dataclass(slots=True)
class Periods:
    """The planning periods: names and lengths in years."""

    names: tuple[str, ...]
    years: tuple[float, ...]


@dataclass(slots=True)
class Ledger:
    """A working copy of a case's values. Rows are in the order of their sheets."""

    tables: Mapping[str, Table]
    periods: Periods
    rows: dict[str, list[dict[str, Value]]] = field(default_factory=dict)
    spread: dict[str, list[dict[str, Value]]] = field(default_factory=dict)
    series: dict[str, list[Series]] = field(default_factory=dict)
    _records: dict[str, Records] = field(default_factory=dict)
    _positions: dict[str, dict[str, int]] = field(default_factory=dict)
    _named: dict[tuple[str, str], dict[str, list[int]]] = field(default_factory=dict)
    _lanes: dict[str, list[dict[str, Value]]] = field(default_factory=dict)
    _overriding: dict[str, dict[tuple[str, int], Series]] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Mapping[str, Table], periods: Periods) -> Ledger:
        """The ledger of a case as its workbook stands."""
        ledger = cls(tables, periods)
        for name, table in tables.items():
            ledger.rows[name] = [_with_defaults(table.sheet, row) for row in table.rows]
            if table.sheet.per_material is not None or table.sheet.numbered is not None:
                ledger.spread[name] = [dict(row.spread) for row in table.rows]
        ledger._complete_settings()
        ledger._complete_sources()
        for sheet in d.SHEETS:
            if sheet.over_time is not None:
                ledger.series[sheet.name] = ledger._series_of(sheet)
        return ledger

    def copy(self) -> Ledger:
        """The same values, to be changed on their own: quicker than `of`."""
        return Ledger(
            self.tables,
            self.periods,
            rows={sheet: [dict(row) for row in rows] for sheet, rows in self.rows.items()},
            spread={sheet: [dict(row) for row in rows] for sheet, rows in self.spread.items()},
            series={
                sheet: [one.copy() for one in several] for sheet, several in self.series.items()
            },
            _positions=self._positions,
            _named=self._named,
        )

    # -- access -----------------------------------------------------------------------------

    def table(self, sheet: str) -> Table:
        """The parsed sheet, an empty one where the case has none."""
        found = self.tables.get(sheet)
        return found if found is not None else Table(BY_NAME[sheet])

    def names(self, sheet: str) -> list[str]:
        """The names that a sheet defines, in row order."""
        first = BY_NAME[sheet].columns[0].name
        return [str(row[first]) for row in self.rows.get(sheet, []) if first in row]

    def positions(self, sheet: str) -> Mapping[str, int]:
        """The position of each name that a sheet defines; no change can move or rename a row."""
        if sheet not in self._positions:
            self._positions[sheet] = {name: i for i, name in enumerate(self.names(sheet))}
        return self._positions[sheet]

    def overriding(self, sheet: str, behind: str, index: int) -> Series | None:
        """The series of a sheet over time that overrides a row of the sheet behind it."""
        if sheet not in self._overriding:
            self._overriding[sheet] = {
                one.behind: one for one in self.series[sheet] if one.behind is not None
            }
        return self._overriding[sheet].get((behind, index))

    def lanes_of(self, source: str) -> list[dict[str, Value]]:
        """The rows of Lanes of a source."""
        if not self._lanes:
            for row in self.rows.get(d.LANES.name, []):
                self._lanes.setdefault(str(row.get("Source")), []).append(row)
        return self._lanes.get(source, [])

    def cell(self, sheet: str, index: int, column: str) -> str:
        """The address with sheet of a row's cell, for messages and results."""
        table = self.table(sheet)
        if index >= len(table.rows):
            return sheet
        return f"{sheet}!{table.cell(table.rows[index], column)}"

    def place(self, sheet: str, index: int, column: str) -> str:
        """The address without sheet of a row's cell."""
        return self.cell(sheet, index, column).partition("!")[2]

    def setting(self, name: str) -> Value:
        """The value of a setting, its default where the sheet does not say."""
        for row in self.rows[d.SETTINGS.name]:
            if row["Setting"] == name and "Value" in row:
                return row["Value"]
        default = next(c.default for c in d.SETTINGS_ROWS if c.name == name)
        return "" if default is None else default

    def number(self, name: str) -> float:
        """The value of a setting that is a number."""
        value = self.setting(name)
        return number_in(value)

    @property
    def currency(self) -> str:
        """The currency of the case."""
        return str(self.setting("Currency"))

    # -- selectors --------------------------------------------------------------------------

    def select(self, text: str, sheet: str) -> list[int]:
        """The positions of the rows of a sheet that a selector picks.

        On a sheet over time these are positions in `series`.

        Raises:
            SelectorError: it cannot be read, or picks nothing.
        """
        try:
            selector = parse_selector(text)
        except SelectorError as error:
            first = BY_NAME[sheet].columns[0].name
            if text in self.names(sheet):
                raise SelectorError(f"{error}; did you mean '{first}={text}'?") from None
            raise
        named = self._picked_by_name(selector, sheet)
        if named is not None:
            return named
        return pick(selector, self.records(sheet), sheet, self._broken(sheet))

    def doubts(self, text: str, sheet: str) -> list[str]:
        """What a selector that can be used names in vain, such as a misspelt alternative."""
        selector = parse_selector(text)
        if self._picked_by_name(selector, sheet) is not None:
            return []
        return unmet(selector, self.records(sheet))

    def _picked_by_name(self, selector: Selector, sheet: str) -> list[int] | None:
        """The rows that a selector such as `Source=A|B` picks; None: it is no list of such names.

        Most changes name one row: looked up, it takes no time by the number of rows.
        """
        if len(selector.clauses) != 1 or selector.clauses[0].operator != "=":
            return None
        (clause,) = selector.clauses
        rows = self._rows_by_name(sheet, clause.column)
        if not all(name in rows for name in clause.alternatives):
            return None
        return sorted({i for name in clause.alternatives for i in rows[name]})

    def _rows_by_name(self, sheet: str, column: str) -> Mapping[str, list[int]]:
        """The positions of each name in a key column; no change can move or rename a row.

        Empty where it is no such column, or where it takes more than a name to pick rows by it.
        """
        if (sheet, column) not in self._named:
            own, _ = self._own_records(sheet)
            names = [row.get(column) for row in own]
            is_key = column in BY_NAME[sheet].key and column not in self._broken(sheet)
            found: dict[str, list[int]] = {}
            if is_key and all(isinstance(name, str) and name == trim(name) for name in names):
                for i, name in enumerate(names):
                    found.setdefault(str(name), []).append(i)
            self._named[sheet, column] = found
        return self._named[sheet, column]

    def _broken(self, sheet: str) -> set[str]:
        """The columns of a sheet, and of those joined to it, that are complained of already."""
        joined = [other for column in BY_NAME[sheet].by_name for other in JOINS.get(column, ())]
        return {name for one in (sheet, *joined) for name in self.table(one).broken}

    def is_doubted(self, sheet: str, index: int, column: str) -> bool:
        """Whether a column, or a row's cell in it, is complained of already."""
        table = self.table(sheet)
        in_row = index < len(table.rows) and column in table.rows[index].unread
        return in_row or column in table.broken

    def complain(
        self, problems: Problems, where: tuple[str, int, str], text: str, kind: str
    ) -> None:
        """An error of a row's cell (sheet, position of the row, column), unless it is doubted."""
        sheet, index, column = where
        if not self.is_doubted(sheet, index, column):
            place = self.place(sheet, index, column)
            problems.error(text, sheet=sheet, cell=place or None, column=column, kind=kind)

    def records(self, sheet: str) -> Records:
        """The rows of a sheet as selectors see them; a change made later is seen, too."""
        if sheet not in self._records:
            rows, columns = self._own_records(sheet)
            joins = [
                Join(
                    column,
                    Records(*self._rows_of(other), self.table(other)),
                    self.positions(other),
                )
                for column in columns
                for other in JOINS.get(column, ())
                if other != sheet
            ]
            self._records[sheet] = Records(rows, columns, self.table(sheet), joins)
        return self._records[sheet]

    def _own_records(self, sheet: str) -> tuple[Sequence[Mapping[str, Value]], list[str]]:
        """Rows, or series, and their columns."""
        declared = BY_NAME[sheet]
        # Quotas is a sheet of rows, even where its tonnes stand in period columns.
        if sheet in self.series and not declared.periods_instead_of:
            return [series.key for series in self.series[sheet]], list(declared.key)
        return self._rows_of(sheet)

    def _rows_of(self, sheet: str) -> tuple[Sequence[Mapping[str, Value]], list[str]]:
        columns = [column.name for column in BY_NAME[sheet].columns]
        return self.rows.get(sheet, []), columns + list(self.table(sheet).attributes)

    # -- completing -------------------------------------------------------------------------

    def _complete_settings(self) -> None:
        rows = self.rows.setdefault(d.SETTINGS.name, [])
        there = {row.get("Setting") for row in rows}
        for column in d.SETTINGS_ROWS:
            if column.name not in there:
                row: dict[str, Value] = {"Setting": column.name}
                if column.default is not None:
                    row["Value"] = column.default
                rows.append(row)

    def _complete_sources(self) -> None:
        typed = self.table(d.SOURCES.name).rows
        for index, row in enumerate(self.rows.get(d.SOURCES.name, [])):
            if "Source" in row:
                row.setdefault("Supplier", row["Source"])
            row.setdefault("Currency", self.currency)
            if "Index" not in row:
                for column in _INDEX_DEFAULTS - typed[index].values.keys():
                    row.pop(column, None)

    def _series_of(self, sheet: Sheet) -> list[Series]:
        table = self.table(sheet.name)
        if not sheet.behind:
            return [self._own_series(table, row) for row in table.rows]
        series = [
            self._series_behind(sheet, behind, column, index, row)
            for behind, column in sheet.behind
            for index, row in enumerate(self.rows.get(behind, []))
            if BY_NAME[behind].columns[0].name in row
        ]
        of_key: dict[tuple[str | None, ...], list[Series]] = {}
        for one in series:
            of_key.setdefault(tuple(one.key.get(name) for name in sheet.key), []).append(one)
        for row in table.rows:
            for one in of_key.get(tuple(row.text(name) for name in sheet.key), []):
                self._override(one, table, row)
        return series

    def _own_series(self, table: Table, row: Row) -> Series:
        count = len(self.periods.names)
        key = {name: row.text(name) for name in table.sheet.key if name in row.values}
        column = table.sheet.over_time
        default = column.default if column is not None else None
        series = Series(key, [default] * count, [None] * count, [1.0] * count, [""] * count)
        self._override(series, table, row)
        return series

    def _override(self, series: Series, table: Table, row: Row) -> None:
        own = table.sheet.over_time
        own_unit = own.own_unit if own is not None else Unit()
        for t, period in enumerate(self.periods.names):
            if period in row.spread:
                unit = table.spread_units.get(period, own_unit)
                series.values[t] = self._per_year(row.spread[period], unit, t)
                series.cells[t] = f"{table.sheet.name}!{table.cell(row, period)}"
                series.per_typed[t] = float(unit.size)
                series.units[t] = unit.text
                series.note_unit(t, unit)
            if period in row.unread:
                series.unread.add(t)

    def _series_behind(
        self, sheet: Sheet, behind: str, column: str, index: int, row: Mapping[str, Value]
    ) -> Series:
        """The series of one row of the sheet behind, before any override."""
        count = len(self.periods.names)
        first = BY_NAME[behind].columns[0].name
        key = {sheet.key[0]: str(row[first])}
        if "Site" in row:
            key["Site"] = str(row["Site"])
        is_name = column == first  # nothing stands behind but the row itself
        value = row.get(column) if not is_name else None
        if value is None and sheet.over_time is not None:
            value = sheet.over_time.default
        unit = self.table(behind).unit(column)
        size = float(unit.size)
        values: list[Value | None] = []
        per_typed = []
        for t in range(count):
            scale = self.scale_by_period(behind, column, unit, t)
            values.append(value * scale if isinstance(value, float) else value)
            per_typed.append(size * scale)
        given = column in row and not is_name
        cell = self.cell(behind, index, column) if given else None
        return Series(
            key, values, [cell] * count, per_typed, [unit.text] * count, (behind, index),
            of_index=set(range(count)) if unit.of_index else set(),
        )  # fmt: skip

    def scale_by_period(self, sheet: str, column: str, unit: Unit, period: int) -> float:
        """What a column's value behind is multiplied by to be that of one period.

        Capacity per year is × years (unless typed per period), a cost per tonne and period is
        ÷ years, all else stands for each period.
        """
        years = self.periods.years[period]
        if (sheet, column) == (d.SOURCES.name, "Capacity"):
            return 1.0 if unit.per_period else years
        return 1.0 / years if unit.per_period else 1.0

    def _per_year(self, value: Value, unit: Unit, period: int) -> Value:
        if unit.per_period and isinstance(value, float):
            return value / self.periods.years[period]
        return value


def _with_defaults(sheet: Sheet, row: Row) -> dict[str, Value]:
    values = dict(row.values)
    for column in sheet.columns:
        if column.default is not None:
            values.setdefault(column.name, column.default)
    return values
