"""The proof that no plan is cheaper, as rows and columns that a person can add up.

Every dual solution bounds the cost of all plans from below: each row adds its dual value times the
bound that the value's sign points to, each column its reduced cost likewise. Where that sum is
the cost of a plan that keeps every bound, the plan is the cheapest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.case.scenario import Numbers, Scenario
from planner.solving.tolerances import FAR, ROOM
from planner_models.compiled import CompiledModel, Positions
from planner_models.data import SCHEMA

if TYPE_CHECKING:  # who audits a plan needs no solver
    from planner.solving.outcome import Solution
    from planner.solving.session import Session

MOST_ROWS = 5_000
"""Rows, and columns, of the largest model whose proof is kept."""

MOST_ENTRIES = 25_000
"""Numbers in the rows of the largest model whose proof is kept."""

_CUT = "cut"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A model, a plan that keeps its bounds, and the dual values that prove it the cheapest.

    Attributes:
        model: the arrays, with every cut that was added.
        row_lower, row_upper, lower, upper: bounds as they were held.
        values: of the columns.
        row_dual: change of the cost per unit of each row's bound.
        row_typical, typical: about how large each row and each column is.
    """

    model: CompiledModel
    row_lower: Numbers
    row_upper: Numbers
    lower: Numbers
    upper: Numbers
    values: Numbers
    row_dual: Numbers
    row_typical: Numbers
    typical: Numbers

    def at(self, values: Numbers) -> Certificate:
        """The same proof for another plan that is as cheap."""
        kept = np.clip(values, self.lower, self.upper)
        return replace(self, values=kept)

    @property
    def reduced_cost(self) -> Numbers:
        """Of each column: its cost less its entries times the rows' dual values."""
        found: Numbers = self.model.cost - self.model.priced(self.row_dual)
        return found


def why_no_certificate(session: Session, *, has_decisions: bool) -> str:
    """Why the proof of a solution is not kept, for the end of a sentence; empty where it is."""
    if has_decisions:
        return "the case has yes/no decisions, and a search proves its bound"
    rows, columns = session.model.shape
    entries = len(session.model.value)
    if max(rows, columns) <= MOST_ROWS and entries <= MOST_ENTRIES:
        return ""
    return (
        f"the model has {rows:,} rows, {columns:,} columns and {entries:,} numbers in its rows; "
        f"proofs are kept up to {MOST_ROWS:,} rows, {MOST_ROWS:,} columns and "
        f"{MOST_ENTRIES:,} numbers, to be read by a person"
    )


def certificate_of(session: Session, solution: Solution) -> Certificate:
    """The proof of a linear model's solution."""
    return Certificate(
        model=session.model,
        row_lower=session.rows.lower.copy(),
        row_upper=session.rows.upper.copy(),
        lower=session.columns.lower.copy(),
        upper=session.columns.upper.copy(),
        values=solution.values,
        row_dual=solution.row_dual,
        row_typical=session.typical_rows,
        typical=session.typical_columns,
    )


def room_of(level: Numbers, typical: Numbers) -> Numbers:
    """How much of each row or column there can be: what a dual value without a bound counts
    against."""
    room: Numbers = ROOM * np.maximum(np.abs(level), typical)
    return room


def added_to_bound(dual: Numbers, room: Numbers, lower: Numbers, upper: Numbers) -> Numbers:
    """What each row or column adds to the least that any plan can cost.

    Its dual value (or reduced cost) times the bound that the sign points to. Where that bound is
    infinite, or as good as that, the dual value can only be rounding: it counts against the room
    that there is, so that an error of the solver would show as a gap.
    """
    low = np.where(lower < -FAR * room, -room, lower)
    high = np.where(upper > FAR * room, room, upper)
    added: Numbers = np.where(dual > 0, dual * low, dual * high)
    return added


def added_without_bound(dual: Numbers, room: Numbers, lower: Numbers, upper: Numbers) -> float:
    """What of that, sign aside, comes from dual values that point to no bound."""
    nowhere = np.where(dual > 0, lower < -FAR * room, upper > FAR * room)
    return float(np.abs(np.where(nowhere, dual * room, 0.0)).sum())


# -- names ----------------------------------------------------------------------------------


Called = Callable[[str, int, str], str]
"""What something is called, from its kind (`source`), its position among them, and its name."""


def by_name(_kind: str, _position: int, name: str) -> str:
    """Everything is called by its name."""
    return name


def row_names(scenario: Scenario, model: CompiledModel, called: Called = by_name) -> list[str]:
    """A readable name of each row: `material_balance[Nd, Osaka, 2011]`."""
    return _names(scenario, model, model.rows, model.shape[0], called)


def column_names(scenario: Scenario, model: CompiledModel, called: Called = by_name) -> list[str]:
    """A readable name of each column: `ship[CN, Osaka, 2011]`."""
    return _names(scenario, model, model.columns, model.shape[1], called)


def _names(
    scenario: Scenario,
    model: CompiledModel,
    places: Mapping[str, Positions],
    count: int,
    called: Called,
) -> list[str]:
    roots = {spec.name: spec.roots for spec in SCHEMA.sets}
    names, known = [""] * count, _known_names(scenario, called)
    for component, positions in places.items():
        index = model.index_sets[component]
        members = [
            _member(scenario, known, roots[index], row, called)
            for row in model.indices[index].tolist()
        ]
        # Cuts come after the rows that the formulation has.
        members += [f"{_CUT} {k + 1}" for k in range(len(positions) - len(members))]
        for position, member in zip(positions.tolist(), members, strict=True):
            names[position] = f"{component}[{member}]"
    return names


def _known_names(scenario: Scenario, called: Called) -> dict[str, Sequence[str]]:
    """The names of what sets are made of, by position."""
    named: dict[str, Sequence[str]] = {
        "source": [source.name for source in scenario.sources],
        "site": [site or "" for site in scenario.sites],
        "period": scenario.periods,
        "material": scenario.materials,
        "item": scenario.items,
        "recipe": scenario.recipes.names,
        "conversion": scenario.conversions.names,
        "contract": [contract.name for contract in scenario.contracts],
    }
    known: dict[str, Sequence[str]] = {
        kind: [called(kind, k, name) for k, name in enumerate(names)]
        for kind, names in named.items()
    }
    known["lift"] = [
        f"{known['contract'][k]} {known['period'][lift.periods[0]]}"
        for k, contract in enumerate(scenario.contracts)
        for lift in contract.lifts
    ]
    known["rule"] = [
        _rule_name(scenario, position, known["period"], called)
        for position in range(len(scenario.rules))
    ]
    return known


def _member(
    scenario: Scenario,
    known: Mapping[str, Sequence[str]],
    roots: tuple[str, ...],
    member: list[int],
    called: Called,
) -> str:
    """The names of a member of a set; a plant without a name is left out."""

    def name(root: str, position: int) -> str:
        if root == "party":
            party = scenario.rules[member[0]].parties[position]
            return called(root, position, party.value)
        return known[root][position] if root in known else str(position + 1)

    names = (name(root, position) for root, position in zip(roots, member, strict=True))
    return ", ".join(one for one in names if one)


def _rule_name(scenario: Scenario, position: int, periods: Sequence[str], called: Called) -> str:
    rule = scenario.rules[position]
    ends = dict.fromkeys((periods[rule.periods[0]], periods[rule.periods[-1]]))
    value = f" {called('rule', position, rule.value)}" if rule.value else ""
    return f"{rule.kind} {called('rule', position, rule.name)}{value} {'-'.join(ends)}"
