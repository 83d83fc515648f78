"""What two cases say differently, row by row and cell by cell, and the cases in between.

Rows are the same where their key is, wherever they stand; so are columns with the same name.
Numbers are compared inside the planner's units: 1 t is 1,000 kg.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeVar

from planner.case import declarations as d
from planner.case.case import Case
from planner.case.columns import Sheet, Value
from planner.case.grid import as_text
from planner.case.table import Row, Table
from planner.case.units import Unit

_SAME = 1e-12
"""Numbers that differ by less of themselves are the same: units round."""

_ORDERED = (d.PERIODS.name, d.CHANGES.name)
"""Sheets in which the order of rows has a meaning."""

Key = tuple[str, ...]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class InputChange:
    """One cell that differs, or a row that only one case has.

    Attributes:
        sheet: its name.
        row: what the row is called: `China`, `China, 2011`.
        column: the column; empty where the whole row was added, removed or moved.
        kind: `changed`, `added`, `removed`; `order`: rows whose order has a meaning were moved.
        old, new: as typed, in the unit of the new case; None: blank, or not there. Of a row added
            or removed: what it says, where that is one value.
        unit: of both.
        old_cell, new_cell: where they stand; None where the row is not there.
        key: of the row, to find it again.
        columns: all that the cell stands for: under `Every period` each period.
    """

    sheet: str
    row: str
    column: str
    kind: str
    old: Value | None
    new: Value | None
    unit: str
    old_cell: str | None
    new_cell: str | None
    key: Key = field(default=(), repr=False)
    columns: tuple[str, ...] = field(default=(), repr=False)

    @property
    def called(self) -> str:
        """What the row is called for people: `China, from 2011`, as it may hold for longer."""
        names = d.BY_NAME[self.sheet].key
        froms = {k for k, name in enumerate(names) if name == "From"}
        return _called(
            tuple(f"from {part}" if part and k in froms else part
                  for k, part in enumerate(self.key))
        )  # fmt: skip

    @property
    def words(self) -> str:
        """The change in words: `Quotas China, from 2011, Tonnes: 20,000 → 14,000 t`."""
        where = f"{self.sheet} {self.called}".rstrip()
        unit = f" {self.unit}" if self.unit else ""
        if self.kind != "changed":
            said = self.old if self.kind == "removed" else self.new
            value = "" if said is None else f" ({value_text(said)}{unit})"
            what = "order of rows" if self.kind == "order" else f"row {self.kind}{value}"
            return f"{where}: {what}"
        return f"{where}, {self.column}: {value_text(self.old)} → {value_text(self.new)}{unit}"


def value_text(value: Value | None) -> str:
    """A value as a person reads it."""
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "unlimited" if math.isinf(value) else f"{value:,.10g}"
    return as_text(value)


def changes_between(old: Case, new: Case) -> tuple[InputChange, ...]:
    """What differs, sheet by sheet in the planner's order, and row by row."""
    empty = MappingProxyType({s.name: Table(s) for s in d.SHEETS})
    found: list[InputChange] = []
    currencies = _Currencies(new)
    for sheet in d.SHEETS:
        one = old.tables.get(sheet.name, empty[sheet.name])
        other = new.tables.get(sheet.name, empty[sheet.name])
        found += _of_sheet(sheet, one, other, currencies)
    return tuple(found)


class _Currencies:
    """In which currency the money of a row is."""

    def __init__(self, case: Case) -> None:
        """Those of a case."""
        ledger = case.values()
        self._own = ledger.currency
        self._of_source = {
            str(row["Source"]): str(row["Currency"])
            for row in ledger.rows.get(d.SOURCES.name, ())
            if "Source" in row
        }

    def unit(self, table: Table, row: Row, name: str, unit: Unit) -> str:
        """A unit as typed; of money per something with the currency: `USD/kg` of `/kg`."""
        column = table.sheet.by_name.get(name, table.sheet.over_time)
        if column is None or not unit.text.startswith("/"):
            return unit.text
        source = row.text("Source") if column.source_money else ""
        return f"{self._of_source.get(source, self._own)}{unit.text}"


def _of_sheet(
    sheet: Sheet, old: Table, new: Table, currencies: _Currencies
) -> Iterator[InputChange]:
    before, after = keyed(old), keyed(new)
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        if one is not None and other is not None:
            yield from _of_row(sheet, key, (old, one), (new, other), currencies)
        elif one is not None:
            value, unit = _only_value(old, one)
            cell = f"{sheet.name}!{_first_cell(old, one)}"
            yield InputChange(
                sheet.name, _called(key), "", "removed", value, None, unit, cell, None, key
            )
        elif other is not None:
            value, unit = _only_value(new, other)
            cell = f"{sheet.name}!{_first_cell(new, other)}"
            yield InputChange(
                sheet.name, _called(key), "", "added", None, value, unit, None, cell, key
            )
    if sheet.name in _ORDERED and _is_reordered(old, new):
        yield InputChange(sheet.name, "", "", "order", None, None, "", None, None)


def are_sources_reordered(old: Case, new: Case) -> bool:
    """Whether sources that both cases have stand in another order.

    It is no input: it decides which of several equally cheap plans is shown.
    """
    name = d.SOURCES.name
    return _is_reordered(old.tables[name], new.tables[name])


def _is_reordered(old: Table, new: Table) -> bool:
    before, after = keyed(old), keyed(new)
    return [key for key in before if key in after] != [key for key in after if key in before]


def _only_value(table: Table, row: Row) -> tuple[Value | None, str]:
    """What a row says besides its key, as typed, and its unit; None where that is not one value."""
    names = [name for name in (*row.values, *row.spread) if name not in table.sheet.key]
    if len(names) != 1 or not table.sheet.key:
        return None, ""
    unit = _unit(table, names[0])
    return _typed(_value(row, names[0]), unit), unit.text


def _first_cell(table: Table, row: Row) -> str:
    first = next((name for name in table.letters if name in row.values), "")
    return table.cell(row, first)


def _of_row(
    sheet: Sheet,
    key: Key,
    one: tuple[Table, Row],
    other: tuple[Table, Row],
    currencies: _Currencies,
) -> Iterator[InputChange]:
    (old, before), (new, after) = one, other
    names = dict.fromkeys((*before.values, *before.spread, *after.values, *after.spread))
    differs = [n for n in names if not _are_same(_value(before, n), _value(after, n))]
    cells: dict[tuple[object, ...], list[str]] = {}
    for name in differs:
        ends = _value(before, name), _value(after, name)
        cells.setdefault((old.cell(before, name), new.cell(after, name), *ends), []).append(name)
    for columns in cells.values():
        name = columns[0]
        first, second = _value(before, name), _value(after, name)
        unit = _unit(new, name) if name in _columns(new) else _unit(old, name)
        yield InputChange(
            sheet=sheet.name,
            row=_called(key),
            column=name if len(columns) == 1 else f"{name}..{columns[-1]}",
            kind="changed",
            old=_typed(first, unit),
            new=_typed(second, unit),
            unit=currencies.unit(new, after, name, unit),
            old_cell=f"{sheet.name}!{old.cell(before, name)}",
            new_cell=f"{sheet.name}!{new.cell(after, name)}",
            key=key,
            columns=tuple(columns),
        )


def keyed(table: Table) -> dict[Key, Row]:
    """The rows of a sheet by what names them; rows that are alike are counted."""
    names = table.sheet.key or tuple(c.name for c in table.sheet.columns if c.name != "Value")
    found: dict[Key, Row] = {}
    for row in table.rows:
        parts = tuple("" if (v := row.values.get(n)) is None else as_text(v) for n in names)
        key, count = parts, 1
        while key in found:
            count += 1
            key = (*parts, f"no. {count}")
        found[key] = row
    return found


def _called(key: Key) -> str:
    return ", ".join(part for part in key if part)


def _value(row: Row, name: str) -> Value | None:
    return row.spread[name] if name in row.spread else row.values.get(name)


def _are_same(one: Value | None, other: Value | None) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or abs(one - other) <= _SAME * max(abs(one), abs(other))
    return one == other


def _columns(table: Table) -> set[str]:
    return {*table.headers, *table.spread_units}


def _unit(table: Table, name: str) -> Unit:
    if name in table.spread_units:
        return table.spread_units[name]
    own = table.sheet.over_time or table.sheet.per_material or table.sheet.numbered
    declared = name in table.sheet.by_name
    return table.unit(name) if declared or own is None else own.own_unit


def _typed(value: Value | None, unit: Unit) -> Value | None:
    """A number in a unit; without the last digit, which changing units may add."""
    if not isinstance(value, float) or isinstance(value, bool) or math.isinf(value):
        return value
    return float(f"{unit.outward(value):.15g}")


# -- what stands in between -----------------------------------------------------------------


class Between:
    """A case on its way from the old to the new one."""

    def __init__(self, old: Case, new: Case) -> None:
        """Begin with the old case."""
        self.old, self.new = old, new
        self._tables = dict(old.tables)

    def whole_sheets(self) -> frozenset[str]:
        """Sheets that can only change as a whole: their columns mean something else now."""
        return frozenset(
            name
            for name, table in self.new.tables.items()
            if name in self.old.tables and not _mean_the_same(self.old.tables[name], table)
        )

    def make(self, changes: Sequence[InputChange]) -> None:
        """Make some changes on top of those made before."""
        whole = self.whole_sheets()
        for change in changes:
            if change.sheet in whole or change.kind == "order":
                self._take_sheet(change.sheet)
            else:
                self._make_one(change)

    def case(self) -> Case:
        """The case as it stands.

        Raises:
            InvalidCase: it is none: the change cannot be made alone.
        """
        return self.old.with_tables(self._tables)

    def _take_sheet(self, name: str) -> None:
        if name in self.new.tables:
            self._tables[name] = self.new.tables[name]
        else:
            self._tables.pop(name, None)

    def _make_one(self, change: InputChange) -> None:
        """Change a cell, or add or remove a row; the sheet knows the columns of both cases."""
        name = change.sheet
        there = self._tables.get(name)
        theirs = self.new.tables.get(name)
        table = _joined(there, theirs)
        rows = keyed(table)
        if change.kind == "removed":
            rows.pop(change.key, None)
        else:
            wanted = keyed(theirs)[change.key] if theirs is not None else rows[change.key]
            own = rows.get(change.key, wanted)
            for column in change.columns:
                own = _with_cell(own, wanted, column)
            rows[change.key] = own
        self._tables[name] = replace(table, rows=tuple(rows.values()))


def _with_cell(row: Row, wanted: Row, column: str) -> Row:
    """A row with one cell of another."""
    if column in wanted.spread or column in row.spread:
        return replace(
            row,
            spread=_with(row.spread, wanted.spread, column),
            spread_cells=_with(row.spread_cells, wanted.spread_cells, column),
        )
    percent = {column} & wanted.percent_columns
    return replace(
        row,
        values=_with(row.values, wanted.values, column),
        percent_columns=(row.percent_columns - {column}) | percent,
    )


def _with(own: Mapping[str, _T], wanted: Mapping[str, _T], name: str) -> dict[str, _T]:
    found = {key: value for key, value in own.items() if key != name}
    return {**found, name: wanted[name]} if name in wanted else found


def _joined(own: Table | None, theirs: Table | None) -> Table:
    """A table that knows the columns of both; its rows are the first one's."""
    if own is None or theirs is None:
        found = own or theirs
        assert found is not None, "a change is of a sheet of one of the cases"
        return found if own is not None else replace(found, rows=())
    return replace(
        own,
        letters=MappingProxyType({**theirs.letters, **own.letters}),
        headers=MappingProxyType({**theirs.headers, **own.headers}),
        units=MappingProxyType({**theirs.units, **own.units}),
        spread_units=MappingProxyType({**theirs.spread_units, **own.spread_units}),
        attribute_units=MappingProxyType({**theirs.attribute_units, **own.attribute_units}),
        attributes=tuple(dict.fromkeys((*own.attributes, *theirs.attributes))),
        in_periods=own.in_periods or theirs.in_periods,
    )


def _mean_the_same(old: Table, new: Table) -> bool:
    """Whether numbers of one table can stand under the headers of the other."""
    if old.in_periods != new.in_periods and old.rows and new.rows:
        return False
    shared = _columns(old) & _columns(new)
    return all(_meaning(_unit(old, name)) == _meaning(_unit(new, name)) for name in shared)


def _meaning(unit: Unit) -> tuple[object, ...]:
    """What of a unit is not in the number: per period, of an index, in which money."""
    return unit.per_period, unit.in_periods, unit.of_index, unit.currency
