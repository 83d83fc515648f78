"""What a plan costs, from the numbers of the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planner.case.scenario import Numbers, Rule, Scenario
from planner.solving.quantities import Quantities

LANDED = ("purchase", "export_tax", "freight", "duty", "processing")
"""The parts of landed cost, in the order in which they add up."""

PAID = (
    *LANDED, "order", "recipe", "conversion", "restart", "running", "unlifted", "holding",
    "surplus", "final_stock",
)  # fmt: skip
"""The kinds of cost that make up money paid; surplus and final stock are negative as they earn."""

VALUATION = ("safety", "shortfall", "penalty")
"""The kinds that value what nobody pays: tonnes under target, missing, or beyond a rule."""

KINDS = (*PAID, *VALUATION)


@dataclass(frozen=True, slots=True)
class Costs:
    """Nominal money of a plan by kind, each spread over the axes it has; the last axis is T.

    Attributes:
        parts: by kind; purchases S × P × T, recipes and conversions (each) × P × T, stock
            M × P × T, shortfall I × P × T, penalties rules × T, what is not lifted G × T.
        discount: T.
    """

    parts: Mapping[str, Numbers]
    discount: Numbers

    @property
    def size(self) -> float:
        """All costs and earnings added up, discounted: they do not cancel in what errors are of."""
        return sum(float((np.abs(part) * self.discount).sum()) for part in self.parts.values())

    @property
    def paid(self) -> float:
        """Money paid, discounted."""
        return self.discounted(PAID)

    @property
    def valuation(self) -> float:
        """Value put on shortfall, safety stock and broken rules, which nobody pays; discounted."""
        return self.discounted(VALUATION)

    def nominal(self, kinds: tuple[str, ...] = KINDS) -> float:
        """Undiscounted money of some kinds."""
        return float(sum(self.parts[kind].sum() for kind in kinds if kind in self.parts))

    def discounted(self, kinds: tuple[str, ...] = KINDS) -> float:
        """Money of some kinds in money of the first period."""
        return float(
            sum((self.parts[kind] * self.discount).sum() for kind in kinds if kind in self.parts)
        )


def price_plan(scenario: Scenario, plan: Quantities) -> Costs:
    """Price a plan. Nothing of the solver's model is used: only the scenario's numbers."""
    at = scenario.landed_parts_at(_prices(scenario, plan))
    parts = {kind: part * plan.ship for kind, part in at.items()}
    years = scenario.years
    parts["order"] = scenario.orders.cost[:, None] * scenario.exchange * plan.order
    parts["restart"], parts["running"] = _restarts(scenario, plan)
    parts["recipe"] = scenario.recipes.extra_cost[:, None, None] * plan.make
    parts["conversion"] = scenario.conversions.cost[:, None, None] * plan.convert
    parts["holding"] = scenario.holding_cost * years * plan.stock
    parts["surplus"] = -scenario.surplus_value[:, None, :] * plan.surplus
    final = np.zeros_like(plan.stock)
    final[:, :, -1] = -scenario.final_value * plan.stock[:, :, -1]
    parts["final_stock"] = final
    parts["safety"] = np.nan_to_num(scenario.safety_cost)[:, :, None] * years * plan.under
    parts["shortfall"] = scenario.shortfall_cost[:, None, :] * plan.short
    unlifted = np.zeros((len(scenario.lift_periods), len(scenario.periods)))
    for g, t in enumerate(scenario.lift_periods.tolist()):
        unlifted[g, t] = scenario.unlifted_price[g] * plan.taken.unlifted[g]
    parts["unlifted"] = unlifted
    penalty = np.zeros((len(scenario.rules), len(scenario.periods)))
    for r, rule in enumerate(scenario.rules):
        penalty[r, rule.periods[0]] = (rule.penalty or 0.0) * (plan.over[r] + plan.below[r])
    parts["penalty"] = penalty
    return Costs(parts, scenario.discount)


def spending(rule: Rule, costs: Costs) -> float:
    """Landed cost that a rule counts, undiscounted."""
    landed = np.asarray(sum(costs.parts[kind] for kind in LANDED))
    there = landed[:, list(rule.sites)][:, :, list(rule.periods)].sum(axis=(1, 2))
    return float(rule.content @ there)


def _prices(scenario: Scenario, plan: Quantities) -> Numbers:
    """S × T: price per tonne; of a source priced by volume the average of what is bought."""
    prices, bought = scenario.price.copy(), plan.bought
    for tiers in scenario.tiers:
        for t in np.flatnonzero(bought[tiers.source] > 0).tolist():
            tonnes = float(bought[tiers.source, t])
            prices[tiers.source, t] = tiers.spending(tonnes, float(scenario.years[t])) / tonnes
    return prices


def _restarts(scenario: Scenario, plan: Quantities) -> tuple[Numbers, Numbers]:
    """S × T each: restart cost when it is decided, running cost from the start on."""
    once, running = np.zeros_like(plan.open), np.zeros_like(plan.open)
    for restart in scenario.restarts:
        s = restart.source
        once[s] = restart.cost * plan.open[s]
        started = np.cumsum(plan.open[s])
        runs = np.zeros_like(started)
        runs[restart.lead :] = started[: len(started) - restart.lead]
        runs[restart.last + 1 :] = 0.0
        running[s] = restart.running_cost * scenario.years * runs
    return once, running
