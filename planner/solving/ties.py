"""The tie rule: which of the cheapest plans is reported.

The optimal face is held (every column and row whose dual value is not zero stays at its bound),
and two more costs are minimised on it, one after the other:

1.  purchases weighted by the place of their source in the order of `Preference`, then of rows in
    Sources. The weights are concave in the place, so that a tonne of the first source is worth a
    tonne of a late one;
2.  purchases weighted by period, earlier ones first, then the levels of contracts, which become
    the smallest that serve, plus weights hashed from names, which leave one plan only.

So the plan does not depend on the solver's seed, algorithm or machine.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers, Scenario
from planner.solving.budget import Budget
from planner.solving.outcome import Solution, Status
from planner.solving.session import Session

_ZERO_DUAL = 1e-7
"""Dual values below this, in scaled units, count as zero."""

_LEVEL = 0.05
"""Weight of a tonne per period of a contract's level against one period: below it, but above the
hashed part, so that no level is higher than what is taken needs."""

_HASHED = 1e-3
"""Weight of the hashed part against one period of the second cost."""


def break_ties(
    session: Session, scenario: Scenario, solution: Solution, budget: Budget
) -> Solution | None:
    """The one plan that the rule prefers among those as cheap as `solution`.

    The session's model is changed: use it for nothing else afterwards.

    Returns:
        The solution, its objective that of the tie-break; None where HiGHS found no optimum, or
        not in time.
    """
    hold_optimal_face(session, solution)
    session.set_costs(_by_source(session, scenario))
    first = session.solve(budget.left)
    if first.status is not Status.OPTIMAL or first.solution is None:
        return None
    # The duals of the second model say which of the plans left are as good by the first cost.
    hold_optimal_face(session, first.solution)
    session.set_costs(_by_period_and_name(session, scenario))
    second = session.solve(budget.left)
    return second.solution if second.status is Status.OPTIMAL else None


def hold_optimal_face(session: Session, solution: Solution) -> None:
    """Keep every column and row whose dual value is not zero at its bound."""
    for dual, unit, bounds, change in (
        (solution.column_dual, session.column_unit, session.columns, session.set_column_bounds),
        (solution.row_dual, session.row_unit, session.rows, session.set_row_bounds),
    ):
        held = np.flatnonzero(np.abs(dual) > _ZERO_DUAL * unit)
        at = np.where(dual[held] > 0, bounds.lower[held], bounds.upper[held])
        finite = np.isfinite(at)
        change(held[finite], at[finite], at[finite])


def _order(scenario: Scenario) -> NDArray[np.int64]:
    """Each source's place: by Preference (those without one last), then by row."""
    preference = [
        math.inf if source.preference is None else source.preference for source in scenario.sources
    ]
    places = np.empty(len(preference), dtype=np.int64)
    places[np.argsort(np.array(preference), kind="stable")] = np.arange(len(preference))
    return places


def _by_source(session: Session, scenario: Scenario) -> Numbers:
    cost = np.zeros(session.model.shape[1])
    place = _order(scenario)
    offers = session.model.indices["OFFERS"]
    cost[session.model.columns["buy"]] = np.log(2.0 + place[offers[:, 0]])
    return cost


def _by_period_and_name(session: Session, scenario: Scenario) -> Numbers:
    model = session.model
    cost = np.zeros(model.shape[1])
    names = {
        "source": [source.name for source in scenario.sources],
        "material": scenario.materials,
        "item": scenario.items,
        "recipe": scenario.recipes.names,
        "conversion": scenario.conversions.names,
        "site": [site or "" for site in scenario.sites],
        "period": scenario.periods,
        "tier": [str(k) for k in range(max((len(x.prices) for x in scenario.tiers), default=0))],
        "contract": [contract.name for contract in scenario.contracts],
        "lift": [
            f"{contract.name} {lift.periods[0]}"
            for contract in scenario.contracts
            for lift in contract.lifts
        ],
        "rule": [f"{r.kind} {r.name} {r.value or ''} {r.periods[0]}" for r in scenario.rules],
    }
    hashes = {axis: np.array([_hash(name) for name in some]) for axis, some in names.items()}
    for variable, index, axes in _VARIABLES:
        members = model.indices[index]
        mixed = np.full(len(members), _hash(variable), dtype=np.uint64)
        for position, axis in enumerate(axes):
            mixed = _mix(mixed, hashes[axis].astype(np.uint64)[members[:, position]])
        cost[model.columns[variable]] = _HASHED * (1.0 + mixed / 2.0**64)
    offers = model.indices["OFFERS"]
    cost[model.columns["buy"]] += offers[:, 1]
    # A tonne taken raises a level by 1 / length at most: that never outweighs a period.
    shortest = np.array([contract.lengths.min() for contract in scenario.contracts])
    cost[model.columns["level"]] += _LEVEL * shortest
    return cost


_VARIABLES = (
    ("buy", "OFFERS", ("source", "period")),
    ("tier", "TIERS", ("source", "period", "tier")),
    ("ship", "LANES", ("source", "site", "period")),
    ("make", "MAKES", ("recipe", "site", "period")),
    ("convert", "CONVERSIONS", ("conversion", "site", "period")),
    ("short", "SHORTFALLS", ("item", "site", "period")),
    ("surplus", "BALANCES", ("material", "site", "period")),
    ("stock", "STOCKS", ("material", "site", "period")),
    ("under", "SOFT_TARGETS", ("material", "site", "period")),
    ("over", "SOFT_CEILINGS", ("rule",)),
    ("below", "SOFT_FLOORS", ("rule",)),
    ("level", "CONTRACTS", ("contract",)),
    ("unlifted", "PAID_LIFTS", ("lift",)),
)


def _hash(name: str) -> int:
    code = name.encode("utf-8", "surrogatepass")  # frames may hold what no workbook can
    return int.from_bytes(hashlib.blake2b(code, digest_size=8).digest(), "big")


def _mix(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Combine hashes (the finaliser of splitmix64); wraps around on purpose."""
    mixed = (left * np.uint64(0x9E3779B97F4A7C15)) ^ right
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
