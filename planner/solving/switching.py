"""The prices at which a source gains or loses tonnes, all else as it is.

As the price of one source moves, the cost of the best plan is a concave, piecewise linear
function whose slope is the source's tonnes. The first corner on each side is found exactly: where
the tangents of two solved points meet, the cost lies either on both (a corner) or below (solve
there, and go on with the nearer tangent).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.case.scenario import Numbers, Scenario
from planner.plan import SwitchPrice
from planner.solving.interrupts import INTERRUPTS
from planner.solving.outcome import Solution, Status
from planner.solving.quantities import Quantities
from planner.solving.session import Session
from planner_models.compiled import Positions

LARGEST_CASE = 200_000
"""Sources × columns of the model above which these prices are not looked for."""

_MOST_STEPS = 30
_FIRST_STEP, _GROWTH = 0.002, 4.0
"""The first shift of a price that is tried, against the landed cost, and how the next ones grow."""

_SAME = 1e-7
"""Tonnes or money closer than this, relative, are the same."""


@dataclass(frozen=True, slots=True)
class _Point:
    """The best plan where the source's price is `shift` higher: its cost, and its slope."""

    shift: float
    cost: float
    slope: float


def is_too_large(scenario: Scenario, session: Session) -> bool:
    """Whether looking for these prices would take far longer than the plan itself."""
    return len(scenario.sources) * session.model.shape[1] > LARGEST_CASE


def switch_prices(
    scenario: Scenario, session: Session, optimum: Solution, plan: Quantities
) -> dict[str, SwitchPrice]:
    """The prices at which each source that can be bought gains or loses tonnes.

    Args:
        scenario: the case's numbers.
        session: the model, solved to optimality; it ends where it began.
        optimum: its solution.
        plan: the quantities reported, which may be another of the cheapest plans.

    Raises:
        KeyboardInterrupt: by Ctrl-C.
    """
    basis, before = session.basis(), INTERRUPTS.count
    found = {}
    for s in sorted(set(session.model.indices["LANES"][:, 0].tolist())):
        finder = _Finder(scenario, session, optimum.objective, plan, s)
        found[scenario.sources[s].name] = finder.find(basis)
        INTERRUPTS.stop_if_since(before)
    return found


class _Finder:
    def __init__(
        self, scenario: Scenario, session: Session, cost: float, plan: Quantities, source: int
    ) -> None:
        self.session = session
        lanes = session.model.indices["LANES"]
        own = lanes[:, 0] == source
        shipped: Positions = session.model.columns["ship"][own]
        place = tuple(lanes[own].T)
        # Money of a tonne's landed cost per unit of its price, discounted.
        rise: Numbers = (scenario.price_factor[source] * scenario.discount)[place[2]]
        lifts, unlifted, rise_unlifted = _unlifted(scenario, session, source)
        self.columns: Positions = np.concatenate([shipped, unlifted])
        self.rise: Numbers = np.concatenate([rise, rise_unlifted])
        ship = plan.ship[place]
        paid = np.concatenate([ship, plan.taken.unlifted[lifts]])
        self.start = _Point(0.0, cost, float(self.rise @ paid))
        weights = ship if ship.sum() > 0 else np.ones(len(ship))
        self.price = float(np.average(scenario.price[source][place[2]], weights=weights))
        landed = scenario.landed_cost[place]
        self.landed = float(np.average(landed, weights=weights))
        self.lowest = float(scenario.price[source][place[2]].min())
        self.highest = 10.0 * float(np.abs(session.model.cost).max() / rise.min())

    def find(self, basis: Any) -> SwitchPrice:
        """Both corners; the session is then as it was, at this basis."""
        gains = self._corner(-self.lowest) if self.lowest > 0 else None
        self._go_back(basis)
        loses = self._corner(self.highest) if self.start.slope > 0 else None
        self._go_back(basis)
        return SwitchPrice(
            price=self.price,
            landed_cost=self.landed,
            gains_at=None if gains is None else self.price + gains,
            loses_at=None if loses is None else self.price + loses,
        )

    def _go_back(self, basis: Any) -> None:
        self.session.shift_cost(self.columns, np.zeros(len(self.columns)))
        self.session.restore(basis)

    def _point(self, shift: float, solution: Solution) -> _Point:
        slope = float(self.rise @ solution.values[self.columns])
        return _Point(shift, solution.objective, slope)

    def _at(self, shift: float) -> _Point | None:
        self.session.shift_cost(self.columns, self.rise * shift)
        outcome = self.session.solve()
        if outcome.status is not Status.OPTIMAL or outcome.solution is None:
            return None
        return self._point(shift, outcome.solution)

    def _is_start(self, point: _Point) -> bool:
        """Whether the tonnes are still those of the start."""
        largest = max(abs(point.slope), abs(self.start.slope))
        return abs(point.slope - self.start.slope) <= _SAME * largest

    def _beyond(self, furthest: float) -> _Point | None:
        """The first point tried where the tonnes have changed; where none has, the furthest.

        Tried ever further away, since a near point is solved in a few steps from the last one.
        """
        step = min(_FIRST_STEP * self.landed, abs(furthest)) or abs(furthest)
        while True:
            point = self._at(math.copysign(step, furthest))
            if point is None or not self._is_start(point) or step >= abs(furthest):
                return point
            step = min(step * _GROWTH, abs(furthest))

    def _corner(self, furthest: float) -> float | None:
        """The shift nearest to 0, on the side of `furthest`, where the tonnes change."""
        start, end = self.start, self._beyond(furthest)
        for _ in range(_MOST_STEPS):
            if end is None or self._is_start(end):
                return None
            meet = (end.cost - start.cost - end.slope * end.shift) / (start.slope - end.slope)
            there = self._at(meet)
            if there is None:
                return None
            expected = start.cost + start.slope * meet
            if expected - there.cost <= _SAME * max(abs(expected), abs(there.cost)) * 1e-3:
                return meet
            end = there
        return None


def _unlifted(
    scenario: Scenario, session: Session, source: int
) -> tuple[Positions, Positions, Numbers]:
    """Lifts of a source that may be paid instead, their columns, and cost per unit of its price."""
    paid = session.model.indices["PAID_LIFTS"][:, 0]
    contracts = [contract for contract in scenario.contracts for _ in contract.lifts]
    own = np.array([contracts[g].source == source for g in paid.tolist()], dtype=bool)
    lifts = paid[own]
    part = np.array([contracts[g].unlifted_pays or 0.0 for g in lifts.tolist()])
    periods = scenario.lift_periods[lifts]
    rise = part * scenario.exchange[source][periods] * scenario.discount[periods]
    return lifts, session.model.columns["unlifted"][own], rise
