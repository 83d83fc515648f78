"""Plans near the cheapest: the least and the most of each source, and plans that differ.

The cost gets a row of its own in the live model, with the cheapest cost and a tolerance as its
bound. The least and the most of each source are then minimised and maximised: exact, with yes/no
decisions too where the search ends in time.

Which plans differ most is a maximum of a convex function, which is looked for step by step: of the
plans found so far the one furthest from those chosen is taken, then moved on in the direction in
which it differs (where it does not, to where there is more room) while that takes it further away.
So the plans are as different as was found; no plan is further from the cheapest than
`Near.furthest`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.case.scenario import Numbers, Scenario
from planner.plan import Plan
from planner.solving.cuts import tangent_cuts
from planner.solving.data import model_data
from planner.solving.interrupts import INTERRUPTS
from planner.solving.options import Options
from planner.solving.outcome import Bound, Outcome, Solution, Status
from planner.solving.pricing import price_plan
from planner.solving.priorities import solve_by_priority
from planner.solving.quantities import Quantities
from planner.solving.session import Session
from planner.solving.sizes import Sizes
from planner.solving.tolerances import MOST_VIOLATION
from planner.studies.extended import Sum, with_sums
from planner.studies.interruption import is_interrupted
from planner_models.compiling import compile_model

MUST, NEVER, FREE = "must buy", "never needed", "free to choose"
UNKNOWN = "not known"

_PLANS = 5
"""Plans beside the cheapest one."""

_MOST_MOVES = 10
"""Steps that take one plan further away from the others."""

_FURTHER = 1e-6
"""A plan is another one where it differs by more than this part of what is bought."""

_ROUNDING = 1e-9
"""Money by which the solver's cost of the cheapest plan may be above what it is, relative to all
costs and earnings added up."""

_BOUGHT_BY_ROUNDING = 100.0
"""Of a source that the cheapest plan does not buy, tonnes that cost no more than this many times
that rounding are none: each may save nearly what it costs."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A plan within the tolerance. Money is discounted, in the case's currency.

    Attributes:
        objective, paid, valuation: its cost, paid and valued.
        shortfall_t: tonnes missing.
        purchases: S, tonnes bought of each source.
        differs_t: tonnes by which purchases differ from the cheapest plan's, added up by source.
        nearest_t: the same from the plan before it that is nearest.
    """

    objective: float
    paid: float
    valuation: float
    shortfall_t: float
    purchases: Numbers
    differs_t: float
    nearest_t: float

    def to_dict(self, cheapest: float, sources: Sequence[str]) -> dict[str, Any]:
        """As the JSON of `planner alternatives` has it.

        Args:
            cheapest: the objective of the cheapest plan.
            sources: their names.
        """
        return {
            "objective": self.objective,
            "dearer": self.objective - cheapest,
            "paid": self.paid,
            "valuation": self.valuation,
            "shortfall_t": self.shortfall_t,
            "differs_t": self.differs_t,
            "nearest_t": self.nearest_t,
            "purchases": dict(zip(sources, self.purchases.tolist(), strict=True)),
        }


@dataclass(frozen=True, slots=True)
class SourceRange:
    """What plans within the tolerance buy of a source, in all periods together.

    Attributes:
        name: of the source.
        cheapest_t: tonnes in the cheapest plan.
        least_t, most_t: tonnes that every plan buys at least, and at most.
        least_share, most_share: the same as a share of the demand for what it holds; None: there
            is none.
        proven: whether both are; else the least may be less and the most more.
        verdict: `must buy`, `never needed`, `free to choose`, or `not known`.
    """

    name: str
    cheapest_t: float
    least_t: float
    most_t: float
    least_share: float | None
    most_share: float | None
    proven: bool
    verdict: str

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of `planner alternatives` has it."""
        return {
            "name": self.name,
            "cheapest_t": self.cheapest_t,
            "least_t": self.least_t,
            "most_t": self.most_t,
            "least_share": self.least_share,
            "most_share": self.most_share,
            "proven": self.proven,
            "verdict": self.verdict,
        }


class Near:
    """A scenario in the live solver, whose cost is bounded near the least.

    Attributes:
        numbers: of the scenario.
        budget: what a plan may cost, paid and valued.
        cheapest: the cheapest plan.
    """

    def __init__(self, numbers: Scenario, cheapest: Plan, within: float, options: Options) -> None:
        self.numbers = numbers
        self._deadline = options.deadline(numbers)
        self._gap = options.gap(numbers)
        self.budget = cheapest.objective + within * abs(cheapest.objective)
        model = compile_model(model_data(numbers))
        self._buys = model.columns["buy"]
        self._source = model.indices["OFFERS"][:, 0]
        costly = np.flatnonzero(model.cost)
        unit = float(np.median(np.abs(model.cost[costly]))) if len(costly) else 1.0
        rounding = _ROUNDING * cheapest.money.size
        most = (self.budget + rounding - model.offset) / unit
        model = with_sums(model, "cost", [Sum(costly, model.cost[costly] / unit, upper=most)])
        totals = [
            Sum(own, np.ones(len(own)))
            for own in (self._buys[self._source == s] for s in range(len(numbers.sources)))
        ]
        model = with_sums(model, "bought_in_all", totals)
        self._session = Session(
            model, cuts=tangent_cuts(numbers, model), threads=options.threads, log=options.log
        )
        bought = cheapest.quantities.bought.sum(axis=1)
        self.cheapest = Alternative(
            cheapest.objective, cheapest.paid, cheapest.valuation, cheapest.shortfall_t,
            bought, 0.0, 0.0,
        )  # fmt: skip
        self._pool = [bought]
        self._none = np.where(bought > 0, 0.0, _BOUGHT_BY_ROUNDING * _tonnes_for(numbers, rounding))
        self._sizes = Sizes.of(numbers, cheapest.quantities.ship).source
        # Two for each source, and about as many for each plan as it takes in most cases.
        self._expected = 2 * len(numbers.sources) + 4 * _PLANS
        self._tiny = _FURTHER * max(float(bought.sum()), cheapest.threshold)

    @property
    def _left(self) -> float:
        return self._deadline - time.monotonic()

    def settle_priorities(self) -> None:
        """Give up rules with a priority no further than in the cheapest plan, from then on.

        Raises:
            KeyboardInterrupt: by Ctrl-C.
        """
        before = INTERRUPTS.count
        solve_by_priority(self.numbers, self._session, self._left, self._gap)
        INTERRUPTS.stop_if_since(before)

    # -- the least and the most -------------------------------------------------------------

    def range_of(self, source: int) -> SourceRange:
        """The least and the most of a source; what a plan found already shows is not solved."""
        known = [plan[source] for plan in self._pool]
        possible = self._session.model.upper[self._buys[self._source == source]].sum()
        least = bool(min(known) <= 0.0) or self._extreme(source, 1.0)
        most = bool(max(known) >= possible) or self._extreme(source, -1.0)
        known = [plan[source] for plan in self._pool]
        low, high = float(min(known)), float(max(known))
        rounding = MOST_VIOLATION * max(high, float(self._sizes[source]))
        low, high = (0.0 if tonnes <= rounding else tonnes for tonnes in (low, high))
        share = self._share_of_a_tonne(source)
        return SourceRange(
            name=self.numbers.sources[source].name,
            cheapest_t=float(self.cheapest.purchases[source]),
            least_t=low,
            most_t=high,
            least_share=None if share is None else share * low,
            most_share=None if share is None else share * high,
            proven=least and most,
            verdict=_verdict(low, high, least=least, most=most),
        )

    def _extreme(self, source: int, sign: float) -> bool:
        """Look for a plan with the least (sign 1) or the most of a source; whether it is proven."""
        weights = np.zeros(len(self.numbers.sources))
        weights[source] = sign
        return self._least_of(weights)[1]

    def _least_of(self, weights: Numbers) -> tuple[Numbers | None, bool]:
        """Purchases of a plan with the least of a weighted sum of them, and whether it is proven.

        Args:
            weights: S, of a tonne of each source.
        """
        session = self._session
        cost = np.zeros(session.model.shape[1])
        cost[self._buys] = weights[self._source]
        session.set_costs(cost)
        outcome = self._solve()
        if outcome.solution is None:
            return None, False
        bought = self._bought(outcome.solution)
        self._pool.append(bought)
        self._tiny = max(self._tiny, _FURTHER * float(bought.sum()))
        return bought, outcome.status is Status.OPTIMAL

    def _solve(self) -> Outcome:
        """Solve, in a part of the time left.

        Raises:
            KeyboardInterrupt: by Ctrl-C.
        """
        self._expected = max(self._expected - 1, 1)
        outcome = self._session.solve(self._left / self._expected, self._gap)
        if is_interrupted(outcome):
            raise KeyboardInterrupt
        return outcome

    def _bought(self, solution: Solution) -> Numbers:
        """S: tonnes of each source, without what the rounding of the budget alone buys."""
        tonnes = np.maximum(self._session.tidied(solution.values)[self._buys], 0.0)
        bought = np.bincount(self._source, tonnes, len(self.numbers.sources))
        return np.where(bought <= self._none, 0.0, bought)

    def _share_of_a_tonne(self, source: int) -> float | None:
        """Demand that a tonne is, as a share of all demand for what the source holds."""
        needs = self.numbers.needs.sum(axis=(1, 2))
        content = self.numbers.content[source] * (needs > 0)
        demand = float(needs[content > 0].sum())
        return float(content.sum()) / demand if demand > 0 else None

    # -- plans that differ ------------------------------------------------------------------

    def different(self, ranges: Sequence[SourceRange]) -> Iterator[Alternative]:
        """One plan after the other, each as far from those before as was found.

        Args:
            ranges: of every source.
        """
        chosen = [self.cheapest]
        least, most = (
            np.array([getattr(one, end) for one in ranges]) for end in ("least_t", "most_t")
        )
        for _ in range(_PLANS):
            start = max(self._pool, key=lambda bought: self._apart(bought, chosen)[0])
            bought = self._moved(start, chosen, least, most)
            apart, _ = self._apart(bought, chosen)
            found = self._priced(bought, apart) if apart > self._tiny else None
            if found is None:
                return
            chosen.append(found)
            yield found

    def _apart(self, bought: Numbers, chosen: Sequence[Alternative]) -> tuple[float, Alternative]:
        """Tonnes by which purchases differ from the nearest of some plans, and that plan."""
        far = [float(np.abs(bought - plan.purchases).sum()) for plan in chosen]
        least = int(np.argmin(far))
        return far[least], chosen[least]

    def _moved(
        self, bought: Numbers, chosen: Sequence[Alternative], least: Numbers, most: Numbers
    ) -> Numbers:
        """Purchases further away in the direction in which they differ from the nearest plan.

        Where they do not differ, the direction is the one in which there is more room.
        """
        for _ in range(_MOST_MOVES):
            apart, nearest = self._apart(bought, chosen)
            up, down = most - nearest.purchases, nearest.purchases - least
            change = np.where(np.abs(bought - nearest.purchases) > self._tiny,
                              bought - nearest.purchases, up - down)  # fmt: skip
            further, _ = self._least_of(-np.sign(change))
            if further is None or self._apart(further, chosen)[0] <= apart + self._tiny:
                break
            bought = further
        return bought

    def _priced(self, bought: Numbers, apart: float) -> Alternative | None:
        """The cheapest plan with these purchases of each source; None: stopped before."""
        session, rows = self._session, self._session.model.rows["bought_in_all"]
        room = np.array(
            [
                session.rounding(Bound(True, row, True), tonnes)
                for row, tonnes in zip(rows.tolist(), bought.tolist(), strict=True)
            ]
        )
        session.reset_costs()
        session.set_row_bounds(rows, bought - room, bought + room)
        outcome = self._solve()
        free = np.full(len(rows), np.inf)
        session.set_row_bounds(rows, -free, free)
        if outcome.solution is None:
            return None
        values = session.tidied(outcome.solution.values)
        quantities = Quantities.of_solution(self.numbers, session.model, values)
        money = price_plan(self.numbers, quantities)
        return Alternative(
            objective=money.discounted(),
            paid=money.paid,
            valuation=money.valuation,
            shortfall_t=float(quantities.short.sum()),
            purchases=bought,
            differs_t=float(np.abs(bought - self.cheapest.purchases).sum()),
            nearest_t=apart,
        )

    def furthest(self, ranges: Sequence[SourceRange]) -> float | None:
        """Tonnes by which no plan differs more from the cheapest; None: not known."""
        if len(ranges) < len(self.numbers.sources) or not all(one.proven for one in ranges):
            return None
        return sum(
            (max(one.most_t - one.cheapest_t, one.cheapest_t - one.least_t) for one in ranges), 0.0
        )


def _tonnes_for(numbers: Scenario, money: float) -> Numbers:
    """S: tonnes of each source that some money buys; 0 of one that can be had for nothing."""
    cheapest = numbers.landed_cost.min(axis=(1, 2))
    found: Numbers = np.divide(money, cheapest, out=np.zeros(len(cheapest)), where=cheapest > 0)
    return found


def _verdict(low: float, high: float, *, least: bool, most: bool) -> str:
    """What to say of a source; that it is free, two plans show without a proof."""
    if low > 0:
        return MUST if least else UNKNOWN
    if high <= 0:
        return NEVER if most else UNKNOWN
    return FREE
