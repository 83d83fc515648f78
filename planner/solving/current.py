"""The Current plan, evaluated: what its purchases cost, and which rules they break.

Purchases are fixed to the sheet's. What contracts, restarts, orders and soft rules make of them
follows source by source; stocks, surplus and shortfall are then decided as cheaply as can be. Where
even that breaks a rule (a hard target, a demand that must be met), it is broken by as few tonnes as
possible.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.case.flows import Recycling
from planner.case.scenario import Contract, Numbers, Orders, Restart, Scenario
from planner.solving.breaches import Breach, Tables, breaches
from planner.solving.budget import Budget
from planner.solving.check import check_plan
from planner.solving.data import model_data
from planner.solving.highs import SolverError
from planner.solving.outcome import Outcome, Solution, Status
from planner.solving.pricing import KINDS, LANDED, PAID, Costs, price_plan
from planner.solving.quantities import Quantities, Taken, basis, counted
from planner.solving.session import Session
from planner.solving.ties import break_ties, hold_optimal_face
from planner.solving.tolerances import MOST_VIOLATION
from planner_models.compiling import compile_model


@dataclass(frozen=True)
class Evaluated:
    """The Current plan of one scenario. Money is in the case's currency.

    Attributes:
        numbers: the numbers of the scenario.
        quantities: the purchases of the sheet, and what follows from them.
        money: what they cost, by kind.
        broken: the rules that they break; none: the plan is allowed.
    """

    numbers: Scenario
    quantities: Quantities
    money: Costs
    broken: tuple[Breach, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether no rule is broken."""
        return not self.broken

    @property
    def paid(self) -> float:
        """Money paid, discounted."""
        return self.money.paid

    @property
    def valuation(self) -> float:
        """Value put on shortfall, safety stock and soft rules broken; discounted."""
        return self.money.valuation

    @property
    def objective(self) -> float:
        """Money paid and valuation together: what the planner would minimise."""
        return self.paid + self.valuation

    def to_dict(self) -> dict[str, object]:
        """As the JSON of `planner evaluate` has it."""
        tonnes = float(self.quantities.ship.sum())
        return {
            "allowed": self.is_allowed,
            "broken": [breach.to_dict() for breach in self.broken],
            "objective": self.objective,
            "paid": self.paid,
            "valuation": self.valuation,
            "paid_nominal": self.money.nominal(PAID),
            "purchases_t": tonnes,
            "shortfall_t": float(self.quantities.short.sum()),
            "cost_per_t": self.money.nominal(LANDED) / tonnes if tonnes > 0 else None,
            "costs": {kind: self.money.discounted((kind,)) for kind in KINDS},
        }


def evaluate_current(tables: Tables, scenario: Scenario) -> Evaluated | None:
    """The Current plan of a scenario; None where the case has none.

    Args:
        tables: the case's sheets, for the cells of rules that are broken.
        scenario: the case's numbers.
    """
    if scenario.current is None:
        return None
    ship = scenario.current.tonnes
    bought = ship.sum(axis=1)
    rest = _cheapest_rest(scenario)
    soft = ~np.isnan(scenario.safety_cost)[:, :, None] & scenario.stocked[:, :, None]
    over, below = _beyond_soft_rules(scenario, ship)
    plan = replace(
        rest,
        ship=ship,
        under=np.where(soft, np.maximum(scenario.target - rest.stock, 0.0), 0.0),
        over=over,
        below=below,
        taken=_taken(scenario, bought),
        order=np.where(scenario.orders.needed[:, None] & (bought > 0), 1.0, 0.0),
        open=np.zeros_like(bought),
    )
    plan = replace(plan, open=_opened(scenario, plan))
    money = price_plan(scenario, plan)
    broken = breaches(tables, scenario, plan)
    return Evaluated(scenario, plan, money, broken or _anything_else(scenario, plan, money))


def _anything_else(scenario: Scenario, plan: Quantities, money: Costs) -> tuple[Breach, ...]:
    """What the independent check finds broken though no rule above is; mostly nothing."""
    check = check_plan(scenario, plan, money.discounted(), None)
    if check.max_violation <= MOST_VIOLATION:
        return ()
    first, last = scenario.periods[0], scenario.periods[-1]
    size = check.max_violation
    return (Breach("rule", check.where, "", first, last, size, 0.0, size, "fraction", check.where),)


# -- what follows from the purchases alone ---------------------------------------------------


def _beyond_soft_rules(scenario: Scenario, ship: Numbers) -> tuple[Numbers, Numbers]:
    """R, R: tonnes over a soft maximum, and under a soft minimum."""
    over, below = np.zeros(len(scenario.rules)), np.zeros(len(scenario.rules))
    for r, rule in enumerate(scenario.rules):
        if rule.penalty is None:
            continue
        used = counted(rule, ship)
        scale = basis(rule, ship) if rule.basis_content is not None else 1.0
        if rule.maximum is not None and np.isfinite(rule.maximum):
            over[r] = max(used - rule.maximum * scale, 0.0)
        if rule.minimum is not None:
            below[r] = max(rule.minimum * scale - used, 0.0)
    return over, below


def _taken(scenario: Scenario, bought: Numbers) -> Taken:
    """The smallest levels that serve the purchases, and what of them is not lifted."""
    levels = [_level(contract, bought[contract.source]) for contract in scenario.contracts]
    unlifted = [
        max(lift.per_level * level - float(bought[contract.source][list(lift.periods)].sum()), 0.0)
        for contract, level in zip(scenario.contracts, levels, strict=True)
        for lift in contract.lifts
    ]
    return Taken(np.array(levels, dtype=float), np.array(unlifted, dtype=float))


def _level(contract: Contract, bought: Numbers) -> float:
    taken = bought[list(contract.periods)] / contract.lengths
    return max(contract.minimum, float(taken.max()))


def _opened(scenario: Scenario, plan: Quantities) -> Numbers:
    """S × T: each restart decided when the purchases break it least, then when it costs least."""
    opened = plan.open.copy()
    for restart in scenario.restarts:
        choices = [np.zeros(len(scenario.periods))]
        for t in range(restart.earliest, restart.latest + 1):
            choices.append(np.zeros_like(choices[0]))
            choices[-1][t] = 1.0
        bought = plan.bought[restart.source]
        broken = np.array([_broken_restart(scenario, restart, c, bought) for c in choices])
        costs = [_restart_cost(scenario, plan, restart, choice) for choice in choices]
        least = broken <= broken.min() + MOST_VIOLATION * float(bought.max())
        best = min(np.flatnonzero(least).tolist(), key=lambda i: costs[i])
        opened[restart.source] = choices[best]
    return opened


def _broken_restart(
    scenario: Scenario, restart: Restart, decided: Numbers, bought: Numbers
) -> float:
    """Tonnes bought beyond what is open, and under the minimum load."""
    capacity = scenario.open_capacity(restart, decided)
    buys = np.array([scenario.buys_in(restart.source, t) for t in range(len(bought))])
    load = np.where(buys, restart.minimum_load * capacity, 0.0)
    return float(np.maximum(bought - capacity, 0.0).sum() + np.maximum(load - bought, 0.0).sum())


def _restart_cost(
    scenario: Scenario, plan: Quantities, restart: Restart, decided: Numbers
) -> float:
    """Restart and running cost of one decision, discounted."""
    opened = np.zeros_like(plan.open)
    opened[restart.source] = decided
    return price_plan(scenario, replace(plan, open=opened)).discounted(("restart", "running"))


# -- what is decided: stocks, surplus, shortfall ---------------------------------------------


def _cheapest_rest(scenario: Scenario) -> Quantities:
    """What else a plan decides, at the least cost, with the purchases as they are."""
    fixed = _with_fixed_purchases(scenario)
    session, outcome = _solved(fixed)
    if outcome.status is Status.INFEASIBLE:
        fixed = _without_recycling(fixed)
        session, outcome = _solved(fixed)
    if outcome.status is Status.INFEASIBLE:
        fixed = _without_hard_rules(fixed)
        session, outcome = _solved(fixed)
        _break_least(session, scenario, fixed, _found(outcome))
        session.reset_costs()
        outcome = session.solve()
    found = _found(outcome)
    chosen = break_ties(session, fixed, found, Budget()) or found
    return Quantities.of_solution(fixed, session.model, session.tidied(chosen.values))


def _solved(scenario: Scenario) -> tuple[Session, Outcome]:
    session = Session(compile_model(model_data(scenario)))
    return session, session.solve()


def _found(outcome: Outcome) -> Solution:
    if outcome.status is not Status.OPTIMAL or outcome.solution is None:
        raise SolverError(f"HiGHS ended with '{outcome.reason}' on the Current plan")
    return outcome.solution


def _with_fixed_purchases(scenario: Scenario) -> Scenario:
    """The scenario with its purchases fixed; the rules on them are looked at alone."""
    count = len(scenario.periods)
    current = scenario.current
    return replace(
        scenario,
        first=np.zeros_like(scenario.first),
        last=np.full_like(scenario.last, count - 1),
        allowed=np.ones_like(scenario.allowed),
        capacity=np.full_like(scenario.capacity, np.inf),
        availability=np.ones_like(scenario.availability),
        rules=(),
        contracts=(),
        restarts=(),
        orders=Orders(*(np.zeros_like(scenario.orders.cost) for _ in range(2))),
        tiers=(),
        current=replace(current, frozen=count) if current is not None else None,
    )


def _without_recycling(scenario: Scenario) -> Scenario:
    """No source is bounded by its scrap."""
    none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
    empty = Recycling(source=none, item=none, returned=nothing, lag=none, opening=nothing)
    return replace(scenario, recycling=empty)


def _without_hard_rules(scenario: Scenario) -> Scenario:
    """Shortfall is allowed, targets are soft, and a final minimum is a target like them."""
    target = scenario.target.copy()
    target[:, :, -1] = np.maximum(target[:, :, -1], scenario.final_minimum)
    return replace(
        scenario,
        shortfall_allowed=True,
        target=target,
        final_minimum=np.zeros_like(scenario.final_minimum),
        safety_cost=np.nan_to_num(scenario.safety_cost),
    )


def _break_least(session: Session, scenario: Scenario, fixed: Scenario, found: Solution) -> None:
    """Hold the fewest tonnes by which hard rules are broken.

    Args:
        session: the model without hard rules; it is left with those tonnes held.
        scenario: the case's numbers, with its hard rules.
        fixed: the scenario that the session has.
        found: any solution of it.
    """
    cost = np.zeros(len(found.values))
    model = session.model
    if not scenario.shortfall_allowed:
        cost[model.columns["short"]] = 1.0
    places = model.indices["SOFT_TARGETS"]
    hard = np.isnan(scenario.safety_cost)[places[:, 0], places[:, 1]]
    final = places[:, 2] == len(fixed.periods) - 1
    needed = scenario.final_minimum[places[:, 0], places[:, 1]] > 0
    cost[model.columns["under"]] = np.where(hard | (final & needed), 1.0, 0.0)
    session.set_costs(cost)
    hold_optimal_face(session, _found(session.solve()))
