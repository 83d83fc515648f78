"""A scenario without some of its rules, a rule being one row of Quotas, Limits or Contracts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.case.decisions import bounds, rewarded
from planner.case.scenario import Contract, Flags, Rule, Scenario
from planner_models.compiled import CompiledModel, Positions

_BOUNDED = (
    ("CEILINGS", "rule_ceiling"),
    ("FLOORS", "rule_floor"),
    ("HHI_CEILINGS", "hhi_ceiling"),
    ("SUPPLIER_CEILINGS", "supplier_ceiling"),
    ("SUPPLIER_FLOORS", "supplier_floor"),
)
"""Index sets of rules, and the constraints that bound what they count."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row of the workbook that forbids or demands something: all its windows and values.

    Attributes:
        kind: `quota`, `limit` or `contract`.
        name: as the row has it.
        cells: where its bounds stand, in the order of the row's windows.
        rules: positions in `Scenario.rules`.
        contracts: positions in `Scenario.contracts`.
    """

    kind: str
    name: str
    cells: tuple[str, ...]
    rules: tuple[int, ...] = ()
    contracts: tuple[int, ...] = ()

    @property
    def cell(self) -> str:
        """The first of its cells."""
        return self.cells[0]


def rule_rows(numbers: Scenario) -> list[RuleRow]:
    """Every row that rules come from, in the order of the sheets."""
    cells: dict[str, list[str]] = {}
    members: dict[str, list[int]] = {}
    for r, rule in enumerate(numbers.rules):
        own = _cells(rule)
        row = _row_of(own[0])
        cells.setdefault(row, []).extend(own)
        members.setdefault(row, []).append(r)
    found = [
        RuleRow(
            kind=numbers.rules[positions[0]].kind,
            name=numbers.rules[positions[0]].name,
            cells=tuple(dict.fromkeys(cells[row])),
            rules=tuple(positions),
        )
        for row, positions in members.items()
    ]
    return found + [
        RuleRow("contract", contract.name, _contract_cells(contract), contracts=(c,))
        for c, contract in enumerate(numbers.contracts)
    ]


def _cells(rule: Rule) -> list[str]:
    bounds_of = ((rule.maximum, rule.maximum_cell), (rule.minimum, rule.minimum_cell))
    return [cell for bound, cell in bounds_of if bound is not None]


def _contract_cells(contract: Contract) -> tuple[str, ...]:
    """Its maximum, and where they say something its minimum and what has to be taken."""
    cells = [contract.maximum_cell]
    cells += [contract.minimum_cell] if contract.minimum > 0 else []
    cells += [contract.must_take_cell] if contract.lifts else []
    return tuple(dict.fromkeys(cells))


def _row_of(cell: str) -> str:
    """Sheet and row of a cell: names may repeat, with another window each."""
    sheet, _, place = cell.rpartition("!")
    return f"{sheet}!{place.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"


def without(numbers: Scenario, rows: Sequence[RuleRow]) -> Scenario:
    """The numbers as they would be if some rows were not in the workbook."""
    gone = {r for row in rows for r in row.rules}
    ended = {c for row in rows for c in row.contracts}
    rules = tuple(rule for r, rule in enumerate(numbers.rules) if r not in gone)
    everywhere = [rule for rule in rules if len(rule.sites) == len(numbers.sites)]
    return replace(
        numbers,
        rules=rules,
        contracts=tuple(c for n, c in enumerate(numbers.contracts) if n not in ended),
        tiers=tuple(rewarded(tiers, rules) for tiers in numbers.tiers),
        bound=bounds(numbers.limit, everywhere),
    )


def rows_of(model: CompiledModel, numbers: Scenario, row: RuleRow) -> Positions:
    """The rows of a model by which a row of the workbook binds: freed, it is as if it were gone.

    So it is where no yes/no decision and no price by volume leans on its bound.
    """
    found = [
        model.rows[constraint][_are_in(model.indices[index][:, 0], row.rules)]
        for index, constraint in _BOUNDED
    ]
    taken = model.indices["CONTRACT_PERIODS"][:, 0]
    found.append(model.rows["contract_ceiling"][_are_in(taken, row.contracts)])
    lifts = [len(contract.lifts) for contract in numbers.contracts]
    of_lift = np.repeat(np.arange(len(lifts)), np.array(lifts, dtype=np.int64))
    lifted = of_lift[model.indices["LIFTS"][:, 0]]
    found.append(model.rows["contract_lift"][_are_in(lifted, row.contracts)])
    return np.concatenate(found).astype(np.int64)


def _are_in(positions: Positions, some: Collection[int]) -> Flags:
    return np.isin(positions, np.array(sorted(some), dtype=np.int64))


def needing_a_bound(numbers: Scenario) -> list[str]:
    """Sources of which a yes/no decision has to know the most that can be bought, and cannot."""
    asked = np.zeros(numbers.bound.shape, dtype=bool)
    asked[numbers.orders.needed] = True
    asked[[restart.source for restart in numbers.restarts]] = True
    asked[[tiers.source for tiers in numbers.tiers if tiers.needs_steps]] = True
    for rule in numbers.rules:
        if rule.type == "suppliers":
            counted = [s for party in rule.parties for s in party.sources]
            asked[np.ix_(counted, rule.periods)] = True
    unknown = asked & numbers.window & np.isinf(numbers.bound)
    return [numbers.sources[s].name for s in np.flatnonzero(unknown.any(axis=1)).tolist()]
