"""The independent check: a plan against the case's numbers, without the solver's model.

Every balance and bound is evaluated from the scenario; violations are relative to the size of
the numbers that meet in the row. In a row of a demand or a bound that is all; in one of nothing,
where rounding is no violation, relative to what there is of its material or source elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.case.scenario import Numbers, Rule, Scenario
from planner.solving.pricing import Costs, price_plan
from planner.solving.quantities import (
    Quantities,
    converted,
    delivered,
    scrap,
    used_in_recipes,
)
from planner.solving.sizes import Sizes
from planner.solving.tolerances import (
    EMPTY_ROW,
    MOST_COST_ERROR,
    MOST_DUAL_GAP,
    MOST_VIOLATION,
    ROUNDED_COST,
)
from planner.solving.used import amount_of, used


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
    costs = price_plan(scenario, plan)
    checker = _Checker(scenario, plan, costs)
    checker.check()
    cost = costs.discounted()
    scale = max(costs.size, negligible_cost(scenario, checker.sizes)) or 1.0
    gap = None if dual_bound is None else abs(cost - dual_bound) / scale
    return Check(checker.worst, checker.where, abs(cost - objective) / scale, gap)


def negligible_cost(scenario: Scenario, sizes: Sizes) -> float:
    """A hundred-millionth of what the tonnes that there are could cost, of the dearest source.

    In the case's currency; errors of costs are measured against at least that.

    Where nothing is needed and nothing is bought, rounding is no error.
    """
    prices = scenario.price.copy()
    for tiers in scenario.tiers:
        prices[tiers.source] = max(tiers.prices)
    landed = np.abs(np.asarray(sum(scenario.landed_parts_at(prices).values())))
    limit = np.where(np.isfinite(scenario.limit), scenario.limit, 0.0).max(axis=1, initial=0.0)
    tonnes = np.where(sizes.source > 0, sizes.source, limit)
    bought = tonnes * landed.max(axis=(1, 2), initial=0.0)
    sold = sizes.material * np.abs(scenario.surplus_value).max(axis=1, initial=0.0)
    return ROUNDED_COST * max(float(bought.max(initial=0.0)), float(sold.max(initial=0.0)))


_LANE = ("source", "site", "period")
_OFFER = ("source", "period")
_PLACE = ("material", "site", "period")
_STORE = ("material", "site")
_DEMAND = ("item", "site", "period")
_MADE = ("recipe", "site", "period")
_CONVERTED = ("conversion", "site", "period")

_RESTART = ("restart", "period")


class _Checker:
    def __init__(self, scenario: Scenario, plan: Quantities, costs: Costs) -> None:
        self.scenario = scenario
        self.plan = plan
        self.costs = costs
        self.worst = 0.0
        self.where = ""
        self.names = {
            "source": [source.name for source in scenario.sources],
            "material": list(scenario.materials),
            "item": list(scenario.items),
            "recipe": list(scenario.recipes.names),
            "conversion": list(scenario.conversions.names),
            "site": [site or "" for site in scenario.sites],
            "period": list(scenario.periods),
            "rule": [rule.name for rule in scenario.rules],
            "restart": [scenario.sources[restart.source].name for restart in scenario.restarts],
            "contract": [contract.name for contract in scenario.contracts],
        }
        self.sizes = Sizes.of(scenario, plan.ship)
        self.floor = self._floors()

    def _floors(self) -> dict[str, Numbers]:
        """What a row of nothing is measured against, by the axis that comes first."""
        scenario, sizes = self.scenario, self.sizes
        counted = [rule.content > 0 for rule in scenario.rules]
        amounts = [
            float((rule.content[c] * sizes.source[c]).min(initial=np.inf))
            for rule, c in zip(scenario.rules, counted, strict=True)
        ]
        floors = {
            "source": sizes.source,
            "material": sizes.material,
            "item": sizes.item,
            "recipe": sizes.item[scenario.recipes.product],
            "conversion": self.plan.convert.max(axis=(1, 2), initial=0.0),
            "rule": np.where(np.isinf(amounts), 0.0, amounts),
            "restart": sizes.source[[restart.source for restart in scenario.restarts]],
            "contract": sizes.source[[contract.source for contract in scenario.contracts]],
        }
        return {axis: EMPTY_ROW * np.asarray(size, dtype=float) for axis, size in floors.items()}

    def check(self) -> None:
        """Visit every family of rows."""
        self._signs()
        self._purchases()
        self._restarts()
        self._orders()
        self._balances()
        self._products()
        self._conversions()
        self._recycling()
        self._stock()
        self._rules()
        self._contracts()
        self._frozen()

    def note(
        self,
        excess: Numbers,
        size: Numbers,
        what: str,
        axes: tuple[str, ...],
        *,
        needed: Numbers | None = None,
    ) -> None:
        """Keep the worst of a family of rows.

        Args:
            excess: by how much each row is broken; at most 0 where it is kept.
            size: of the numbers that meet in the row.
            what: the rule in words.
            axes: of both arrays, for the name of the row.
            needed: what the row is about, such as a demand: however little it is, rounding is
                not measured against anything else.
        """
        if not excess.size:
            return
        floor = self.floor[axes[0]].reshape(-1, *[1] * (excess.ndim - 1))
        least = np.maximum(size, floor)
        if needed is not None:
            least = np.where(needed > 0, np.maximum(size, needed), least)
        broken = ~(excess <= 0)
        relative = np.divide(excess, least, out=np.zeros_like(excess), where=broken)
        relative = np.where(np.isnan(relative), np.inf, relative)
        place = np.unravel_index(int(np.argmax(relative)), relative.shape)
        if relative[place] > self.worst:
            named = (self.names[axis][int(i)] for axis, i in zip(axes, place, strict=True))
            self.worst = float(relative[place])
            self.where = f"{what}: {', '.join(name for name in named if name)}"

    def _signs(self) -> None:
        for name, axes in (
            ("ship", _LANE),
            ("make", _MADE),
            ("convert", _CONVERTED),
            ("short", _DEMAND),
            ("surplus", _PLACE),
            ("stock", _PLACE),
            ("under", _PLACE),
            ("over", ("rule",)),
            ("below", ("rule",)),
        ):
            values: Numbers = getattr(self.plan, name)
            self.note(-values, np.abs(values), f"{name} below 0", axes)

    def _purchases(self) -> None:
        """Capacity × availability, allowed lanes, first and last period."""
        scenario, ship = self.scenario, self.plan.ship
        bought = self.plan.bought
        self.note(bought - scenario.limit, np.abs(bought), "above capacity", _OFFER)
        periods = np.arange(len(scenario.periods))
        closed = (periods < scenario.first[:, None]) | (periods > scenario.last[:, None])
        forbidden = closed[:, None, :] | ~scenario.allowed[:, :, None]
        self.note(np.where(forbidden, ship, 0.0), ship, "bought where it cannot be", _LANE)

    def _restarts(self) -> None:
        """Yes or no, once, in time; what is open bounds what is bought, from both sides."""
        scenario, opened = self.scenario, self.plan.open
        restarts = scenario.restarts
        if not restarts:
            self.note(np.abs(opened), np.ones_like(opened), "restart of a running source", _OFFER)
            return
        of = np.array([restart.source for restart in restarts])
        count = range(len(scenario.periods))
        periods = np.array(count)
        decided = opened[of]
        parts = np.array(
            [[[r.opened(u, t) for u in count] for t in count] for r in restarts], dtype=float
        )
        capacity = (parts @ decided[:, :, None])[:, :, 0]
        capacity = capacity * scenario.opened_limit[of]
        earliest = np.array([restart.earliest for restart in restarts])[:, None]
        latest = np.array([restart.latest for restart in restarts])[:, None]
        load = np.array([restart.minimum_load for restart in restarts])[:, None] * capacity
        inside = (scenario.first[of, None] <= periods) & (periods <= scenario.last[of, None])
        bought = self.plan.bought[of]
        one = np.ones_like(decided)
        late = np.where((periods < earliest) | (periods > latest), decided, 0.0)
        self.note(np.abs(decided - np.round(decided)), one, "restart half decided", _RESTART)
        self.note(decided.sum(axis=1) - 1.0, one[:, 0], "restart decided twice", ("restart",))
        self.note(late, one, "restart decided outside its window", _RESTART)
        self.note(bought - capacity, capacity, "above what the restart opens", _RESTART)
        self.note(np.where(inside, load - bought, 0.0), load, "under the minimum load", _RESTART)

    def _orders(self) -> None:
        """Nothing, or at least the minimum; and what is bought is ordered."""
        scenario, order, bought = self.scenario, self.plan.order, self.plan.bought
        needed = scenario.orders.needed[:, None]
        self.note(np.abs(order - np.round(order)), np.ones_like(order), "undecided order", _OFFER)
        ordered = np.where(needed, np.round(order), 1.0)
        self.note(np.where(ordered > 0, 0.0, bought), bought, "bought without an order", _OFFER)
        least = np.where(needed & (ordered > 0), scenario.orders.minimum[:, None], 0.0)
        self.note(least - bought, least, "under the minimum order", _OFFER)

    def _frozen(self) -> None:
        """Up to `Frozen through` purchases are those of the Current plan."""
        current = self.scenario.current
        if current is not None:
            kept, ship = current.tonnes[:, :, : current.frozen], self.plan.ship
            excess = np.abs(ship[:, :, : current.frozen] - kept)
            self.note(excess, kept, "not as frozen in the Current plan", _LANE)

    def _balances(self) -> None:
        scenario, plan = self.scenario, self.plan
        materials = len(scenario.materials)
        opening = np.concatenate([scenario.opening[:, :, None], plan.stock[:, :, :-1]], axis=2)
        arrived = delivered(scenario, plan.ship) + scenario.in_transit
        made = converted(scenario, plan.convert)
        left = opening + arrived + np.maximum(made, 0.0) + plan.short[:materials]
        right = scenario.demand[:materials] + plan.surplus + plan.stock
        right = right + used_in_recipes(scenario, plan.make) + np.maximum(-made, 0.0)
        size, needed = np.abs(left) + np.abs(right), scenario.demand[:materials]
        self.note(np.abs(left - right), size, "balance", _PLACE, needed=needed)
        most = scenario.demand if scenario.shortfall_allowed else np.zeros_like(scenario.demand)
        self.note(plan.short - most, scenario.demand, "shortfall above demand", _DEMAND)

    def _products(self) -> None:
        """Each product is made or missing, and no recipe makes more than its share."""
        scenario, plan = self.scenario, self.plan
        recipes, first = scenario.recipes, len(scenario.materials)
        supplied = plan.short.copy()
        np.add.at(supplied, recipes.product, plan.make)
        products = np.arange(len(scenario.items)) >= first
        gap = np.where(products[:, None, None], np.abs(supplied - scenario.demand), 0.0)
        size = supplied + scenario.demand
        self.note(gap, size, "product balance", _DEMAND, needed=scenario.demand)
        demand = scenario.demand[recipes.product]
        most = recipes.share[:, None, None] * demand
        self.note(plan.make - most, demand, "above the maximum share", _MADE)

    def _conversions(self) -> None:
        """Each stands at one plant, and keeps its capacity there."""
        conversions, convert = self.scenario.conversions, self.plan.convert
        here = np.arange(convert.shape[1]) == conversions.site[:, None]
        most = np.where(here[:, :, None], conversions.capacity[:, None, :], 0.0)
        self.note(convert - most, convert, "above the capacity of", _CONVERTED)

    def _recycling(self) -> None:
        """What leaves a recycling source is no more than the scrap of what was delivered."""
        scenario, bought = self.scenario, self.plan.bought
        fed = scenario.recycling.fed
        excess = np.zeros_like(bought)
        excess[fed] = (bought - scrap(scenario, self.plan.short))[fed]
        self.note(excess, bought, "more than its scrap", _OFFER)

    def _stock(self) -> None:
        scenario, stock = self.scenario, self.plan.stock
        kept = scenario.stocked[:, :, None]
        self.note(np.where(kept, 0.0, stock), stock, "stock that cannot be kept", _PLACE)
        most = scenario.stock_maximum[:, :, None]
        self.note(stock - most, stock, "stock above its maximum", _PLACE)
        soft = ~np.isnan(scenario.safety_cost)[:, :, None]
        under = np.where(soft, self.plan.under, 0.0)
        missing = np.where(kept, scenario.target - stock - under, 0.0)
        target = scenario.target
        self.note(missing, target, "stock under its target", _PLACE, needed=target)
        last = stock[:, :, -1]
        least = np.where(scenario.stocked, scenario.final_minimum, 0.0)
        self.note(least - last, least, "final stock under its minimum", _STORE, needed=least)
        self.note(last - scenario.final_maximum, last, "final stock above its maximum", _STORE)

    def _rules(self) -> None:
        scenario, plan = self.scenario, self.plan
        amounts = np.array([used(rule, plan, self.costs) for rule in scenario.rules])
        units = np.array([_largest_attribute(rule) for rule in scenario.rules])
        for side, breach, sign in (("maximum", plan.over, 1.0), ("minimum", plan.below, -1.0)):
            bounds = np.array([self._bound(rule, side) for rule in scenario.rules])
            soft = np.array([rule.may_break for rule in scenario.rules])
            given_up = np.where(soft, breach, 0.0)
            excess = np.where(np.isnan(bounds), 0.0, sign * (amounts - bounds) - given_up)
            size = np.maximum(np.abs(amounts), np.nan_to_num(np.abs(bounds)))
            needed = np.nan_to_num(bounds) / units if side == "minimum" else None
            what = f"beyond the {side} of"
            self.note(excess / units, size / units, what, ("rule",), needed=needed)

    def _bound(self, rule: Rule, side: str) -> float:
        """A bound as an amount; NaN where there is none."""
        bound = rule.maximum if side == "maximum" else rule.minimum
        return float("nan") if bound is None else amount_of(rule, bound, self.plan.ship)

    def _contracts(self) -> None:
        """Levels between their bounds, above what is taken; what is not lifted is paid for."""
        start = 0
        for c, contract in enumerate(self.scenario.contracts):
            level = float(self.plan.taken.level[c])
            bought = self.plan.bought[contract.source]
            unlifted = self.plan.taken.unlifted[start : start + len(contract.lifts)]
            start += len(contract.lifts)
            taken = bought[list(contract.periods)]
            for excess, size, what in (
                (contract.minimum - level, contract.minimum, "level below its minimum"),
                (level - contract.maximum, level, "level above its maximum"),
                (float((taken - level * contract.lengths).max()), level, "above the level of"),
            ):
                self._note_one(excess, size, what, c)
            for lift, paid in zip(contract.lifts, unlifted.tolist(), strict=True):
                allowed = paid if contract.unlifted_pays is not None else 0.0
                must = lift.per_level * level
                lifted = float(bought[list(lift.periods)].sum())
                self._note_one(must - lifted - allowed, must, "not lifted of", c)
                self._note_one(-paid, must, "unlifted below 0", c)

    def _note_one(self, excess: float, size: float, what: str, contract: int) -> None:
        """Keep the worst of one row of one contract."""
        rows = np.zeros(len(self.scenario.contracts))
        rows[contract] = excess
        self.note(rows, np.full_like(rows, size), what, ("contract",))


def _largest_attribute(rule: Rule) -> float:
    """The largest attribute of an average, so that averages are compared as tonnes; else 1."""
    if rule.type != "average" or rule.basis_content is None:
        return 1.0
    counts = rule.basis_content > 0
    attributes = np.abs(rule.content[counts] / rule.basis_content[counts])
    return float(attributes.max(initial=0.0)) or 1.0
