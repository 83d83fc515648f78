"""Rules with a priority are kept where a plan can; else as little as possible is given up.

First every such rule is held. Where the musts leave no plan so, the breaches of priority 1, each
as a part of its bound, are made as small as they can be and held there, then those of 2, 3 and 4,
and then the cost is minimised.
"""

from __future__ import annotations

import time

import numpy as np

from planner.case.scenario import Scenario
from planner.solving.outcome import Outcome, Status
from planner.solving.quantities import Quantities
from planner.solving.session import Session
from planner.solving.used import breach
from planner_models.compiled import CompiledModel, Positions

HOLD = 1e-9
"""By how much the breaches of a priority may exceed the least, in parts of the bounds at most."""

_BREACHES = (
    ("over", "SOFT_CEILINGS"),
    ("below", "SOFT_FLOORS"),
    ("more_suppliers", "SOFT_SUPPLIER_CEILINGS"),
    ("fewer_suppliers", "SOFT_SUPPLIER_FLOORS"),
)


def solve_by_priority(
    scenario: Scenario, session: Session, time_limit: float, gap: float
) -> Outcome:
    """The cheapest plan among those that give up least; the session is left as it was solved.

    Args:
        scenario: the case's numbers.
        session: the model as compiled.
        time_limit: seconds for all solves together.
        gap: relative gap at which the search for the cheapest stops.
    """
    deadline = time.monotonic() + time_limit
    breaches = breach_columns(scenario, session.model)
    if not len(breaches):
        return session.solve(time_limit, gap)
    lower, upper = (
        side[breaches].copy() for side in (session.columns.lower, session.columns.upper)
    )
    session.set_column_bounds(breaches, np.zeros(len(breaches)), np.zeros(len(breaches)))
    outcome = session.solve(time_limit, gap)
    if outcome.status is not Status.INFEASIBLE:
        return outcome
    session.set_column_bounds(breaches, lower, upper)
    for column in session.model.columns["given_up"]:
        outcome = _give_up_least(session, int(column), deadline - time.monotonic())
        if outcome.status is not Status.OPTIMAL:
            return outcome
    session.reset_costs()
    return session.solve(deadline - time.monotonic(), gap)


def _give_up_least(session: Session, column: int, time_limit: float) -> Outcome:
    """Minimise what is given up of one priority, and hold it there."""
    cost = np.zeros(session.model.shape[1])
    cost[column] = 1.0
    session.set_costs(cost)
    outcome = session.solve(time_limit)
    if outcome.solution is not None:
        least = np.maximum(outcome.solution.values[[column]], 0.0)
        # Beside a bound of 0 a part is a tonne: no more than a part of what there is.
        room = HOLD * min(1.0, float(session.typical_columns[column]))
        session.set_column_bounds(np.array([column]), np.zeros(1), least + room)
        session.reset_costs()
    # A bound on what is given up is none on the cost.
    return Outcome(outcome.status, outcome.solution, outcome.reason)


def give_up_least_as_decided(session: Session) -> Outcome:
    """The cheapest plan of held decisions that gives up least for these decisions.

    What a search takes for a whole number is only near to one, and the least that it gives up is a
    little less than what the decisions, rounded, need.
    """
    columns = session.model.columns["given_up"]
    unbounded = np.full(len(columns), np.inf)
    session.set_column_bounds(columns, session.columns.lower[columns].copy(), unbounded)
    for column in columns:
        outcome = _give_up_least(session, int(column), np.inf)
        if outcome.status is not Status.OPTIMAL:
            return outcome
    session.reset_costs()
    return session.solve()


def breach_columns(scenario: Scenario, model: CompiledModel) -> Positions:
    """Columns by which rules with a priority are broken."""
    found = [np.zeros(0, dtype=np.int64)]
    for variable, index in _BREACHES:
        rules = model.indices[index]
        if len(rules):
            flags = [scenario.rules[r].priority is not None for r in rules[:, 0].tolist()]
            found.append(model.columns[variable][np.array(flags, dtype=bool)])
    return np.concatenate(found)


def what_is_given_up(scenario: Scenario, plan: Quantities) -> list[str]:
    """A note for each rule with a priority that a plan breaks."""
    broken = {
        (rule.priority, rule.name, rule.minimum_cell if plan.below[r] > 0 else rule.maximum_cell)
        for r, rule in enumerate(scenario.rules)
        if rule.priority is not None and breach(rule, plan, r) > 0
    }
    return [
        f"no plan keeps every rule: limit '{name}' ({cell}) is given up, as its priority "
        f"{priority} allows"
        for priority, name, cell in sorted(broken)
    ]
