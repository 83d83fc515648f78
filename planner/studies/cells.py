"""Cells of the workbook: what each says in a scenario, and the change that makes it say another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from planner.case.case import Case
from planner.case.changes import written_column
from planner.case.columns import Column, Value
from planner.case.declarations import SETTINGS_ROWS
from planner.case.ledger import BASE, Ledger, Series
from planner.case.selectors import quoted
from planner.case.table import Row, Table
from planner.case.units import Unit

EVERY = "*"
"""The column of a cell that holds for every period."""

_MANY = ("periods", "months", "days")
"""Units that are words of which there are several."""

_SPECIAL = set('&|=<>!＆｜＝＜＞！"“”[]')


@dataclass(frozen=True, slots=True)
class Entry:
    """What one cell says.

    Attributes:
        sheet: its sheet.
        cell: its address with the sheet, `Quotas!G5`.
        column: the name of its column; a period, or * for all, where values stand by period.
        target: of a change, `Quotas[Quota=China].Tonnes`; empty where no change can name it.
        value: as typed, with the scenario's changes; None: blank. `math.inf`: unlimited.
        unit: as typed; `%` is a percentage, no unit a plain number or a fraction.
        declared: how the column is declared; None: it is the user's own.
    """

    sheet: str
    cell: str
    column: str
    target: str
    value: Value | None
    unit: Unit
    declared: Column | None

    @property
    def number(self) -> float | None:
        """The value, where it is a number."""
        value = self.value
        return value if isinstance(value, float) else None

    def change(self, value: float | str) -> str:
        """The change that makes it say something else."""
        text = repr(float(value)) if isinstance(value, float | int) else value
        bracket = ""
        if self.declared is not None and self.declared.quantity is not None:
            is_price = self.declared.quantity.is_price
            bracket = f" [{self.unit.text}]" if is_price and self.unit.text else ""
        return f"{self.target}{bracket}={text}"


class Cells:
    """The cells of a case under one scenario."""

    def __init__(self, case: Case, scenario: str = BASE) -> None:
        """Read them.

        Raises:
            WrongUsage: an unknown scenario.
            InvalidCase: its changes do not fit.
        """
        self.case = case
        self.scenario = scenario
        self.ledger: Ledger = case.values(scenario)
        self._places: dict[str, dict[str, tuple[int, str]]] = {}
        self._entries: dict[str, Entry | None] = {}

    def at(self, cell: str) -> Entry | None:
        """What a cell says (`Quotas!G5`); None where it is none of a row's."""
        if cell not in self._entries:
            found = self.place(cell)
            table = self.case.tables.get(cell.partition("!")[0])
            if found is None or table is None:
                self._entries[cell] = None
            else:
                self._entries[cell] = self._entry(table, *found)
        return self._entries[cell]

    def changed_by(self, cell: str) -> str:
        """What makes a cell say another value than the workbook has: `scenario Half`, `--set`.

        Empty where nothing does.
        """
        now, scenario, typed = (
            None if found is None else found.value
            for found in (self.at(cell), self._of_scenario.at(cell), self._typed.at(cell))
        )
        if now == typed:
            return ""
        return "--set" if now != scenario else f"scenario {self.scenario}"

    @cached_property
    def _of_scenario(self) -> Cells:
        """The cells under the scenario alone, without changes on top of it."""
        return Cells(self.case.as_typed(), self.scenario) if self.case.changes else self

    @cached_property
    def _typed(self) -> Cells:
        """The cells as the workbook has them."""
        return Cells(self.case.as_typed())

    def column(self, cell: str) -> str:
        """The column of a cell, or the period, or *; empty where it is none of a row's."""
        found = self.place(cell)
        return "" if found is None else found[1]

    def place(self, cell: str) -> tuple[int, str] | None:
        """The position of a cell's row, and its column."""
        sheet, _, address = cell.partition("!")
        table = self.case.tables.get(sheet)
        if table is None:
            return None
        if sheet not in self._places:
            self._places[sheet] = dict(_places(table))
        return self._places[sheet].get(address)

    def of(self, sheet: str, index: int, column: str) -> Entry | None:
        """What a row of a sheet, by its position, says in a column or period."""
        table = self.case.tables.get(sheet)
        if table is None or index >= len(table.rows):
            return None
        return self._entry(table, index, column)

    def _entry(self, table: Table, index: int, column: str) -> Entry:
        row, sheet = table.rows[index], table.sheet
        where = column if column != EVERY else next(iter(row.spread_cells))
        declared = sheet.by_name.get(column)
        if sheet.name == "Settings":
            name = row.text("Setting")
            declared = next((one for one in SETTINGS_ROWS if one.name == name), None)
        unit = table.unit(column)
        if declared is None and column not in table.attributes:
            declared = sheet.over_time or sheet.per_material or sheet.numbered
            own = declared.own_unit if declared is not None else Unit()
            unit = table.spread_units.get(where, own)
        value = self._value(table, index, where)
        if isinstance(value, float) and math.isfinite(value):
            value = unit.outward(value)
        selector = _selector(table, row)
        target = ""
        if selector and not sheet.fixed:
            target = f"{sheet.name}[{selector}].{written_column(column)}"
        cell = f"{sheet.name}!{table.cell(row, where)}"
        return Entry(sheet.name, cell, column, target, value, unit, declared)

    def _value(self, table: Table, index: int, column: str) -> Value | None:
        """The value inside the planner, with the scenario's changes made."""
        name, row = table.sheet.name, table.rows[index]
        periods = self.ledger.periods.names
        if table.sheet.over_time is not None and column in periods and column in row.spread:
            series = self._series(table, index)
            return None if series is None else series.values[periods.index(column)]
        if column in row.spread or (column not in table.letters and name in self.ledger.spread):
            return self.ledger.spread[name][index].get(column)
        return self.ledger.rows[name][index].get(column)

    def _series(self, table: Table, index: int) -> Series | None:
        every = self.ledger.series[table.sheet.name]
        if not table.sheet.behind:
            return every[index]
        row = table.rows[index]
        key = {name: row.text(name) for name in table.sheet.key}
        return next(
            (one for one in every if all(one.key.get(n) == v for n, v in key.items())), None
        )


def _places(table: Table) -> Iterator[tuple[str, tuple[int, str]]]:
    """The address of every filled cell, with the position of its row, and its column."""
    for index, row in enumerate(table.rows):
        for column, letter in table.letters.items():
            yield f"{letter}{row.number}", (index, column)
        addresses = list(row.spread_cells.values())
        shared = len(addresses) > 1 and len(set(addresses)) == 1
        for column, address in row.spread_cells.items():
            yield address, (index, EVERY if shared else column)


def _selector(table: Table, row: Row) -> str:
    """The selector that picks one row of a sheet by its key; empty where there is none."""
    clauses = []
    for name in table.sheet.key:
        if name in row.values:
            clauses.append(f"{name}={_as_selected(str(row.values[name]))}")
        else:
            others = {str(other.values[name]) for other in table.rows if name in other.values}
            clauses += [f"{name}!={_as_selected(other)}" for other in sorted(others)]
    return " & ".join(clauses)


def _as_selected(name: str) -> str:
    """A name as selectors take it; between quotes only where it has to be."""
    return quoted(name) if _SPECIAL & set(name) else name


def shown(entry_value: Value | None, unit: Unit) -> str:
    """A cell's value with its unit, in words."""
    if entry_value is None:
        return "blank"
    if isinstance(entry_value, bool):
        return "yes" if entry_value else "no"
    if not isinstance(entry_value, float):
        return str(entry_value)
    if math.isinf(entry_value):
        return "unlimited"
    text = unit.text.removesuffix("s") if unit.text in _MANY and entry_value == 1 else unit.text
    return f"{plain(entry_value)} {text}".rstrip()


def plain(number: float) -> str:
    """A number for a sentence: up to nine digits that matter."""
    text = f"{float(f'{number:.9g}'):,.10f}".rstrip("0").rstrip(".")
    return text if text not in ("0", "-0") or number == 0 else f"{number:.3g}"
