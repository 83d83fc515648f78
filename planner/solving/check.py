"""The independent check: a plan against the case's numbers, without the solver's model.

Every balance and bound is evaluated from the scenario; violations are relative to the size of
the numbers that meet in the row (at least a millionth of the case's largest demand or supply, so
that rounding in an empty row is no violation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.case.scenario import Numbers, Rule, Scenario
from planner.solving.pricing import price_plan
from planner.solving.quantities import Quantities, arrivals, basis, counted

MOST_VIOLATION = 1e-6
MOST_COST_ERROR = 1e-7
MOST_DUAL_GAP = 1e-7
_NEGLIGIBLE = 1e-6


@dataclass(frozen=True, slots=True)
class Check:
    """The figures of a check, all relative.

    Attributes:
        max_violation: the worst breach of a balance or bound.
        where: the row of the worst breach, in words; empty where nothing is broken.
        cost_error: how far the cost terms are from the solver's objective.
        dual_gap: how far the dual bound is from the cost; None where there is no bound.
    """

    max_violation: float
    where: str
    cost_error: float
    dual_gap: float | None

    @property
    def is_feasible(self) -> bool:
        """Whether the plan keeps every rule, and costs what the solver said."""
        return self.max_violation <= MOST_VIOLATION and self.cost_error <= MOST_COST_ERROR

    @property
    def is_optimal(self) -> bool:
        """Whether the plan is feasible and the dual bound meets its cost."""
        return self.is_feasible and self.dual_gap is not None and self.dual_gap <= MOST_DUAL_GAP

    def figures(self) -> str:
        """The figures in words, for a message."""
        gap = "none" if self.dual_gap is None else f"{self.dual_gap:.1e}"
        where = f" ({self.where})" if self.where else ""
        return (
            f"largest violation {self.max_violation:.1e}{where}, cost error "
            f"{self.cost_error:.1e}, dual gap {gap}"
        )

    def to_dict(self) -> dict[str, float | None]:
        """The figures as the JSON of the interfaces has them."""
        return {
            "max_violation": self.max_violation,
            "cost_error": self.cost_error,
            "dual_gap": self.dual_gap,
        }


def check_plan(
    scenario: Scenario, plan: Quantities, objective: float, dual_bound: float | None
) -> Check:
    """Check a plan.

    Args:
        scenario: the case's numbers.
        plan: the quantities to check.
        objective: what the solver says the plan costs, discounted, in the case's currency.
        dual_bound: the least that any plan can cost, as the solver's dual values prove it.
    """
    checker = _Checker(scenario, plan)
    checker.check()
    costs = price_plan(scenario, plan)
    cost = costs.discounted()
    # Costs and earnings must not cancel in what errors are measured against.
    scale = max(sum(float(np.abs(part).sum()) for part in costs.parts.values()), 1e-9)
    gap = None if dual_bound is None else abs(cost - dual_bound) / scale
    return Check(checker.worst, checker.where, abs(cost - objective) / scale, gap)


class _Checker:
    def __init__(self, scenario: Scenario, plan: Quantities) -> None:
        self.scenario = scenario
        self.plan = plan
        self.worst = 0.0
        self.where = ""
        largest = max(
            float(scenario.demand.max(initial=0.0)),
            float(plan.ship.max(initial=0.0)),
            float(scenario.opening.max(initial=0.0)),
            float(scenario.in_transit.max(initial=0.0)),
        )
        self.floor = max(_NEGLIGIBLE * largest, 1e-12)

    def check(self) -> None:
        """Visit every family of rows."""
        self._signs()
        self._purchases()
        self._balances()
        self._stock()
        for r, rule in enumerate(self.scenario.rules):
            self._rule(r, rule)

    def note(self, excess: Numbers, size: Numbers, what: str) -> None:
        """Keep the worst of a family: `excess` beyond the bound, against the size of the row."""
        if not excess.size:
            return
        relative = np.maximum(excess, 0.0) / np.maximum(size, self.floor)
        relative = np.where(np.isnan(relative), np.inf, relative)
        place = np.unravel_index(int(np.argmax(relative)), relative.shape)
        if relative[place] > self.worst:
            self.worst = float(relative[place])
            self.where = f"{what} {self._named(what, tuple(int(i) for i in place))}"

    def _named(self, what: str, place: tuple[int, ...]) -> str:
        scenario = self.scenario
        if len(place) == 1:
            return scenario.rules[place[0]].name if scenario.rules else ""
        of_source = what in _OF_SOURCES
        name = scenario.sources[place[0]].name if of_source else scenario.materials[place[0]]
        return f"of {name} in {scenario.periods[place[-1]]}"

    def _signs(self) -> None:
        plan = self.plan
        self.note(-plan.ship, np.abs(plan.ship), "purchase below 0")
        for name in ("short", "surplus", "stock", "under"):
            values: Numbers = getattr(plan, name)
            self.note(-values, np.abs(values), f"{name} below 0")
        for name in ("over", "below"):
            values = getattr(plan, name)
            self.note(-values, np.abs(values), f"{name} below 0")

    def _purchases(self) -> None:
        """Capacity × availability, allowed lanes, first and last period."""
        scenario = self.scenario
        bought = self.plan.bought
        self.note(bought - scenario.limit, np.abs(bought), "capacity")
        periods = np.arange(len(scenario.periods))
        closed = (periods < scenario.first[:, None]) | (periods > scenario.last[:, None])
        forbidden = closed[:, None, :] | ~scenario.allowed[:, :, None]
        self.note(np.where(forbidden, self.plan.ship, 0.0), self.plan.ship, "closed lane")

    def _balances(self) -> None:
        scenario, plan = self.scenario, self.plan
        materials = len(scenario.materials)
        demand = scenario.demand[:materials]
        content = scenario.content * scenario.yields[:, None]
        arriving = np.einsum("sm,spt->mpt", content, arrivals(scenario, plan.ship))
        opening = np.concatenate([scenario.opening[:, :, None], plan.stock[:, :, :-1]], axis=2)
        left = opening + arriving + scenario.in_transit + plan.short
        right = demand + plan.surplus + plan.stock
        self.note(np.abs(left - right), np.abs(left) + np.abs(right), "balance")
        most = demand if scenario.shortfall_allowed else np.zeros_like(demand)
        self.note(plan.short - most, demand, "shortfall above demand")

    def _stock(self) -> None:
        scenario, plan = self.scenario, self.plan
        kept = scenario.stocked[:, :, None]
        self.note(np.where(kept, 0.0, plan.stock), plan.stock, "stock that cannot be kept")
        most = scenario.stock_maximum[:, :, None]
        self.note(plan.stock - most, plan.stock, "stock above its maximum")
        soft = ~np.isnan(scenario.safety_cost)[:, :, None]
        under = np.where(soft, plan.under, 0.0)
        missing = np.where(kept, scenario.target - plan.stock - under, 0.0)
        self.note(missing, scenario.target, "stock under its target")
        last = plan.stock[:, :, -1:]
        least = np.where(scenario.stocked, scenario.final_minimum, 0.0)[:, :, None]
        self.note(least - last, least, "final stock under its minimum")
        self.note(last - scenario.final_maximum[:, :, None], last, "final stock above its maximum")

    def _rule(self, position: int, rule: Rule) -> None:
        used = counted(rule, self.plan.ship)
        scale = basis(rule, self.plan.ship) if rule.basis_content is not None else 1.0
        soft = rule.penalty is not None
        over = float(self.plan.over[position]) if soft else 0.0
        below = float(self.plan.below[position]) if soft else 0.0
        excess = np.zeros(len(self.scenario.rules))
        size = np.zeros_like(excess)
        if rule.maximum is not None:
            bound = rule.maximum * scale
            excess[position] = max(excess[position], used - bound - over)
            size[position] = max(size[position], abs(used), abs(bound))
        if rule.minimum is not None:
            bound = rule.minimum * scale
            excess[position] = max(excess[position], bound - below - used)
            size[position] = max(size[position], abs(used), abs(bound))
        self.note(excess, size, rule.kind)


_OF_SOURCES = ("purchase below 0", "capacity", "closed lane")
