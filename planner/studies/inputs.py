"""The inputs of a case in groups that move together: a source's price, an index, a demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from planner.case.case import Case
from planner.case.changes import Change
from planner.case.grid import RawCell
from planner.case.scenario import Scenario
from planner.case.selectors import quoted
from planner.case.table import Row, Table


@dataclass(frozen=True, slots=True)
class Group:
    """Cells that are multiplied together.

    Attributes:
        kind: `price`, `capacity`, `availability`, `index`, `exchange rate`, `demand`, `quota`,
            `limit` or `shortfall cost`.
        name: in words: `price of AU_LYNAS`.
        of: the source, index, item, quota or limit; empty: of all.
        cell: where it stands, the first cell of several.
        sheet, rows, column: its target, as of a change.
    """

    kind: str
    name: str
    of: str
    cell: str
    sheet: str
    rows: str
    column: str

    def times(self, factor: float) -> Change:
        """The change that multiplies it."""
        return Change(self.sheet, self.rows, self.column, "times", RawCell(factor))

    @property
    def target(self) -> str:
        """The target in the words of the command line."""
        return f"{self.sheet}[{self.rows}].{self.column}"


def groups_of(case: Case, numbers: Scenario) -> list[Group]:
    """The groups of one scenario of a case; those that hold nothing but 0 are left out."""
    found: list[Group] = []
    for find in (_sources, _indices, _rates, _demands, _quotas, _limits, _shortfall):
        found += find(case, numbers)
    return found


def _picking(column: str, name: str) -> str:
    return f"{column}={quoted(name)}"


def _first(cells: Iterator[str | None]) -> str:
    return next((cell for cell in cells if cell), "")


def _sources(case: Case, numbers: Scenario) -> Iterator[Group]:
    tiered = {tiers.source: tiers.cells[0] for tiers in numbers.tiers}
    given = case.tables.get("Availability")
    typed = {row.text("Source"): row for row in given.rows} if given is not None else {}
    for s, source in enumerate(numbers.sources):
        rows = _picking("Source", source.name)
        cell = tiered.get(s) or _first(iter(numbers.price_cells[s]))
        is_indexed = source.value("Index") is not None
        sheet = "Tiers" if s in tiered else "Sources"
        column = "Index share" if is_indexed and s not in tiered else "Price"
        if (numbers.price[s] > 0).any():
            yield Group("price", f"price of {source.name}", source.name, cell, sheet, rows, column)
        is_bounded = bool(np.isfinite(numbers.capacity[s]).any())
        if is_bounded and (numbers.capacity[s] > 0).any():
            cell = _first(iter(numbers.capacity_cells[s]))
            name = f"capacity of {source.name}"
            yield Group("capacity", name, source.name, cell, "Sources", rows, "Capacity")
        if is_bounded and given is not None and source.name in typed:
            cell = _cell(given, typed[source.name])
            name = f"availability of {source.name}"
            yield Group("availability", name, source.name, cell, "Availability", rows, "*")


def _cell(table: Table, row: Row) -> str:
    """The first cell of a row's values over time."""
    period = next(iter(row.spread), table.sheet.columns[0].name)
    return f"{table.sheet.name}!{table.cell(row, period)}"


def _over_time(sheet: str, kind: str) -> Callable[[Case, Scenario], Iterator[Group]]:
    """The groups of a sheet with a name and values over time in each row."""

    def found(case: Case, _: Scenario) -> Iterator[Group]:
        table = case.tables.get(sheet)
        if table is None:
            return
        key = table.sheet.columns[0].name
        for row in table.rows:
            name = row.text(key)
            rows = _picking(key, name)
            yield Group(kind, f"{kind} {name}", name, _cell(table, row), sheet, rows, "*")

    return found


_indices = _over_time("Indices", "index")
_rates = _over_time("Currencies", "exchange rate")


def _demands(_: Case, numbers: Scenario) -> Iterator[Group]:
    for i, item in enumerate(numbers.items):
        if numbers.demand[i].any():
            cells = (cell for (n, _, _), cell in sorted(numbers.demand_cells.items()) if n == i)
            rows = _picking("Item", item)
            name = f"demand for {item}"
            yield Group("demand", name, item, _first(cells), "Demand", rows, "*")


def _quotas(case: Case, numbers: Scenario) -> Iterator[Group]:
    table = case.tables.get("Quotas")
    column = "*" if table is not None and table.in_periods else "Tonnes"
    for name in dict.fromkeys(rule.name for rule in numbers.rules if rule.kind == "quota"):
        own = [rule for rule in numbers.rules if rule.kind == "quota" and rule.name == name]
        if any(rule.maximum for rule in own):
            cell = own[0].maximum_cell
            rows = _picking("Quota", name)
            yield Group("quota", f"quota {name}", name, cell, "Quotas", rows, column)


def _limits(_: Case, numbers: Scenario) -> Iterator[Group]:
    """Each bound of each limit in use; a number of suppliers does not move by a part."""
    seen = set()
    for rule in numbers.rules:
        if rule.kind != "limit" or rule.type == "suppliers" or rule.name in seen:
            continue
        seen.add(rule.name)
        for column, bound, cell in (
            ("Minimum", rule.minimum, rule.minimum_cell),
            ("Maximum", rule.maximum, rule.maximum_cell),
        ):
            if bound:
                name = f"{column.lower()} of limit {rule.name}"
                rows = _picking("Limit", rule.name)
                yield Group("limit", name, rule.name, cell, "Limits", rows, column)


def _shortfall(case: Case, numbers: Scenario) -> Iterator[Group]:
    if not numbers.shortfall_allowed or not (numbers.shortfall_cost > 0).any():
        return
    cells = []
    for sheet in ("Shortfall costs", "Materials", "Products"):
        table = case.tables.get(sheet)
        for row in table.rows if table is not None else ():
            column = next(iter(row.spread), "Shortfall cost")
            if table is not None and (row.spread or column in row.values):
                cells.append(f"{sheet}!{table.cell(row, column)}")
    name = "shortfall cost"
    yield Group(name, name, "", _first(iter(cells)), "Shortfall costs", "*", "*")
