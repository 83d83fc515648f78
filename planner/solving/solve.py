"""From a case to a checked plan: compile, solve, break ties, price, check."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import NoReturn

import numpy as np

from planner.case.case import Case
from planner.case.ledger import BASE
from planner.case.scenario import Scenario
from planner.errors import CheckFailed
from planner.plan import Plan, Seconds
from planner.solving import refusals
from planner.solving.bounds import limit_rows
from planner.solving.budget import Budget
from planner.solving.certificate import (
    added_to_bound,
    certificate_of,
    room_of,
    why_no_certificate,
)
from planner.solving.check import check_plan
from planner.solving.highs import SolverError, solver_name
from planner.solving.interrupts import INTERRUPTS
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.outcome import Outcome, Solution, Status, relative_gap
from planner.solving.pricing import price_plan
from planner.solving.priorities import (
    give_up_least_as_decided,
    solve_by_priority,
    what_is_given_up,
)
from planner.solving.quantities import Quantities
from planner.solving.refining import refined, with_refined_values
from planner.solving.session import Session
from planner.solving.switching import is_too_large, switch_prices
from planner.solving.ties import break_ties
from planner.solving.tolerances import MOST_DUAL_GAP, ROUNDED_DECISIONS

_HALF = 0.5

_PART_OF_GAP = 0.01
"""What of the dual gap that is allowed the solver's rounding may take."""

_NOT_PROVEN = (
    "not proven cheapest: the decisions found, taken as yes or no, cost more than the search for "
    "them made out; the largest capacities or limits of sources with a restart, a minimum order, "
    "an order cost, tiers or a supplier count are too large to tell a decision by: give them "
    "numbers nearer to what can be bought"
)

_WORTH_UNKNOWN = (
    "interrupted by user: the plan is found, and what one more or less of a limit is worth is not"
)

_TIME_UP = (
    "the time limit came before all was found of what one more or less of a limit is worth, and "
    "over which range, and of the prices at which sources gain or lose tonnes: what is missing is "
    "not known, and ranges may be wider"
)

_NOT_ASKED = "shadow prices, and prices at which sources gain or lose tonnes, were not asked for"

_TOO_LARGE = "the case is too large to find the prices at which sources gain or lose tonnes"


def solve(case: Case, scenario: str = BASE, options: Options | None = None) -> Plan:
    """The cheapest plan of one scenario.

    Raises:
        WrongUsage: unknown scenario, or another number of threads than at the first solve.
        InvalidCase: the scenario's changes lead to numbers that the contract does not allow.
        Infeasible: no plan keeps every rule.
        Unbounded: a price has no floor; the message says which.
        Stopped: the time limit or an interruption came before there was a plan.
        CheckFailed: the plan failed the independent check: a defect of the planner.
    """
    return solve_next(case, scenario, Live(options or Options()))


def solve_next(case: Case, scenario: str, live: Live, *, with_prices: bool = True) -> Plan:
    """The cheapest plan of one scenario, from where the one before has left the solver.

    Args:
        case: the case.
        scenario: its name.
        live: the case in the solver.
        with_prices: whether to find shadow prices and switch prices too.

    Raises:
        As `solve`.
    """
    numbers, options = case.scenario(scenario), live.options
    started = time.perf_counter()
    session = live.session(numbers)
    built = time.perf_counter()
    limit = options.seconds(numbers)
    gap = options.gap(numbers)
    began = time.monotonic()
    outcome = solve_by_priority(numbers, session, limit, gap)
    budget = Budget.after(began, limit)
    if outcome.solution is None:
        _refuse(numbers, session, outcome, limit, budget)
    plan = plan_of(case, numbers, session, outcome, gap, budget=budget, with_prices=with_prices)
    solved = time.perf_counter()
    return replace(plan, seconds=Seconds(build=built - started, solve=solved - built))


def _refuse(
    numbers: Scenario, session: Session, outcome: Outcome, limit: float, budget: Budget
) -> NoReturn:
    """Say why there is no plan."""
    if outcome.status is Status.INFEASIBLE:
        raise refusals.infeasible(numbers, budget.left)
    if outcome.status is Status.UNBOUNDED:
        raise refusals.earns_without_end(numbers, session)
    if outcome.status is Status.STOPPED:
        raise refusals.stopped(outcome.reason, limit, numbers.name)
    raise SolverError(f"HiGHS ended with '{outcome.reason}'")


def plan_of(
    case: Case,
    numbers: Scenario,
    session: Session,
    outcome: Outcome,
    gap: float,
    *,
    budget: Budget,
    with_prices: bool = True,
) -> Plan:
    """A checked plan from a solved session.

    Args:
        case: the case.
        numbers: of the scenario.
        session: as it was solved.
        outcome: how that ended.
        gap: relative, at which a yes/no search stopped.
        budget: time for ties and prices; what is not reached is left out, and said.
        with_prices: whether to find shadow prices and switch prices too.

    Raises:
        CheckFailed: the independent check does not agree with the solver.
    """
    found = outcome.solution
    if found is None:
        raise SolverError(f"HiGHS ended with '{outcome.reason}' and no point")
    before = INTERRUPTS.count
    optimal = outcome.status is Status.OPTIMAL
    notes = [] if optimal else [f"stopped early ({outcome.reason.lower()}): not proven cheapest"]
    bound = outcome.bound
    has_decisions = not session.is_linear
    if has_decisions:
        found = _held(numbers, session, outcome, found)
    elif not optimal:
        plan = _checked(case, numbers, session, found, None)
        rows = limit_rows(numbers, session, plan.quantities, None, budget)
        notes += what_is_given_up(numbers, plan.quantities)
        return replace(plan, limit_rows=rows, notes=tuple(notes))
    state = session.state()
    is_rounded = not _is_met(session, found)
    if is_rounded:
        found = refined(session, found)
    proven = dual_bound(session, found)
    no_proof = why_no_certificate(session, has_decisions=has_decisions)
    proof = None if no_proof else certificate_of(session, found)
    chosen = break_ties(session, numbers, found, budget)
    if chosen is None:
        notes.append("ties between equally cheap plans are not broken")
    elif is_rounded:
        chosen = with_refined_values(session, chosen)
    plan = replace(
        _checked(case, numbers, session, chosen or found, proven), no_certificate=no_proof
    )
    if proof is not None:
        plan = replace(plan, certificate=proof.at((chosen or found).values))
    if has_decisions:
        plan = _with_gap(plan, bound, gap, optimal=optimal)
        if optimal and plan.status != "optimal":
            notes.append(_NOT_PROVEN)
    session.reset(state)
    given_up = what_is_given_up(numbers, plan.quantities)
    plan = replace(plan, notes=(*notes, *given_up))
    held = has_decisions or bool(given_up)
    try:
        INTERRUPTS.stop_if_since(before)
        if with_prices:
            return _with_prices(plan, session, budget, held=held)
        left_out = _NOT_ASKED
    except KeyboardInterrupt:
        left_out = _WORTH_UNKNOWN
    rows = limit_rows(numbers, session, plan.quantities, None, budget, held=held)
    return replace(plan, limit_rows=rows, has_all_prices=False, notes=(*plan.notes, left_out))


def _with_prices(plan: Plan, session: Session, budget: Budget, *, held: bool) -> Plan:
    """A plan with what its limits are worth, and the prices at which sources gain or lose tonnes.

    Args:
        plan: without.
        session: at the basis of the cheapest plan.
        budget: time for it.
        held: whether what bounds are worth holds for the decisions of the plan.

    Raises:
        KeyboardInterrupt: by Ctrl-C.
    """
    numbers, notes = plan.numbers, []
    optimum = session.solve().solution
    rows = limit_rows(numbers, session, plan.quantities, optimum, budget, held=held)
    prices = {}
    if is_too_large(numbers, session):
        notes.append(_TOO_LARGE)
    elif optimum is not None:
        prices = switch_prices(numbers, session, optimum, plan.quantities, budget)
    if budget.ran_out:
        notes.append(_TIME_UP)
    return replace(
        plan,
        limit_rows=rows,
        switch_prices=prices,
        has_all_prices=not budget.ran_out,
        notes=(*plan.notes, *notes),
    )


def _is_met(session: Session, found: Solution) -> bool:
    """Whether the dual bound is as near to the cost as is to be seen beside other rounding."""
    size = float(np.abs(session.model.cost * found.values).sum())
    gap = abs(found.objective - dual_bound(session, found))
    return gap <= _PART_OF_GAP * MOST_DUAL_GAP * size


def _held(numbers: Scenario, session: Session, ended: Outcome, found: Solution) -> Solution:
    """The cheapest plan for the yes/no decisions of a point; what is left is linear.

    Raises:
        Stopped: a search that was stopped early left decisions that no plan can keep.
    """
    session.hold_decisions(found.values)
    _release_links(session)
    outcome = session.solve()
    if outcome.status is Status.INFEASIBLE:
        outcome = give_up_least_as_decided(session)
    if outcome.solution is None and ended.status is Status.STOPPED:
        raise refusals.stopped(ended.reason, numbers.time_limit, numbers.name)
    if outcome.solution is None:
        raise SolverError(f"HiGHS ended with '{outcome.reason}' for decisions that it found")
    return outcome.solution


def _release_links(session: Session) -> None:
    """Free the rows that only tie a decision taken to its tonnes.

    Beside the capacity itself they would make each of the two bounds look worthless.
    """
    model = session.model
    steps = model.indices["STEPS"]
    is_last = np.ones(len(steps), dtype=bool)
    is_last[:-1] = (steps[1:, :2] != steps[:-1, :2]).any(axis=1)
    ordered = session.columns.lower[model.columns["order"]] > _HALF
    stepped = session.columns.lower[model.columns["step"]] > _HALF
    bought_from = session.columns.lower[model.columns["bought_from"]] > _HALF
    suppliers = model.indices["SUPPLIERS"][bought_from]
    supplies = model.indices["SUPPLIES"][:, :2]
    supplied = (supplies[:, None, :] == suppliers[None, :, :]).all(axis=2).any(axis=1)
    for rows in (
        model.rows["order_bounded"][ordered],
        model.rows["step_bounded"][stepped & is_last],
        model.rows["supply_bounded"][supplied],
    ):
        free = np.full(len(rows), np.inf)
        session.set_row_bounds(rows, -free, free)


def _with_gap(plan: Plan, bound: float | None, most: float, *, optimal: bool) -> Plan:
    """The plan of a yes/no search with the bound that the search proved.

    Its decisions, rounded to yes and no, may cost more than what the search took for the best:
    the plan is optimal only where its gap is no more than `most`, but for rounding.
    """
    if bound is None:
        return replace(plan, status="feasible", bound=None, gap=None)
    gap = relative_gap(plan.objective, bound)
    rounding = ROUNDED_DECISIONS * plan.money.size
    is_near = plan.objective - bound <= most * abs(plan.objective) + rounding
    status = "optimal" if optimal and is_near else "feasible"
    return replace(plan, status=status, bound=bound, gap=gap)


def _checked(
    case: Case, numbers: Scenario, session: Session, found: Solution, bound: float | None
) -> Plan:
    """A plan of a solution that passed the independent check; what bounds are worth comes later."""
    model, values = session.model, session.tidied(found.values)
    quantities = Quantities.of_solution(numbers, model, values)
    costs = price_plan(numbers, quantities)
    objective = float(model.cost @ values) + model.offset
    check = check_plan(numbers, quantities, objective, bound)
    passed = check.is_feasible if bound is None else check.is_optimal
    if not passed:
        raise CheckFailed(
            f"the plan of scenario '{numbers.name}' failed its independent check and is not "
            f"reported: {check.figures()}"
        )
    return Plan(
        case=case,
        numbers=numbers,
        status="optimal" if bound is not None else "feasible",
        quantities=quantities,
        money=costs,
        objective=costs.discounted(),
        solver_cost=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        limit_rows=(),
        switch_prices={},
        check=check,
        solver=solver_name(),
    )


def dual_bound(session: Session, solution: Solution) -> float:
    """The least that any plan can cost (with yes/no decisions held), as the dual values prove it.

    Each row and column adds what `added_to_bound` says.
    """
    model = session.model
    reduced = model.cost - model.priced(solution.row_dual)
    total = model.offset
    for dual, level, typical, bounds in (
        (solution.row_dual, solution.activity, session.typical_rows, session.rows),
        (reduced, solution.values, session.typical_columns, session.columns),
    ):
        room = room_of(level, typical)
        total += float(added_to_bound(dual, room, bounds.lower, bounds.upper).sum())
    return total
