"""The prices at which a source gains or loses tonnes, all else as it is.

As the price of one source moves, the cost of the best plan is a concave, piecewise linear
function whose slope is the source's tonnes. The first corner on each side is found exactly: where
the tangents of two solved points meet, the cost lies either on both (a corner) or below (solve
there, and go on with the nearer tangent). A limit on what is spent moves with the price: where it
has a say in any of these plans, the prices are not known; nor where one on an HHI binds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from planner.case.scenario import Numbers, Scenario
from planner.plan import SwitchPrice
from planner.solving.budget import Budget
from planner.solving.interrupts import INTERRUPTS
from planner.solving.measures import unit_in_model
from planner.solving.outcome import Bound, Outcome, Solution, Status
from planner.solving.quantities import Quantities
from planner.solving.session import Session
from planner_models.compiled import Positions

LARGEST_CASE = 200_000
"""Sources × columns of the model above which these prices are not looked for."""

_MOST_STEPS = 30
_FIRST_STEP, _GROWTH = 0.002, 4.0
"""The first shift of a price that is tried, against the landed cost, and how the next ones grow."""

_FURTHEST = 10.0
"""Times the dearest cost of the model at which it is asked whether any price is high enough."""

_MOST_GROWTHS = 12
"""How often that price grows further where some price is."""

_MOST_RAYS = 20
_INSIDE = 1e-9
"""How far, in parts of the landed cost, a plan is looked for inside the price at which the case
begins to earn without end."""

_SAME = 1e-7
"""Tonnes or money closer than this, relative, are the same."""

_SAME_MISSING = 1e-6
"""The same of tonnes missing, which are sums of many."""


@dataclass(frozen=True, slots=True)
class _Point:
    """The best plan where the source's price is `shift` higher: its cost, slope, and shortfall."""

    shift: float
    cost: float
    slope: float
    missing: float


@dataclass(frozen=True, slots=True)
class _Corner:
    """Where the tonnes change, and whether what is missing changes with them."""

    shift: float
    echo: bool


def is_too_large(scenario: Scenario, session: Session) -> bool:
    """Whether looking for these prices would take far longer than the plan itself."""
    return len(scenario.sources) * session.model.shape[1] > LARGEST_CASE


def switch_prices(
    scenario: Scenario, session: Session, optimum: Solution, plan: Quantities, budget: Budget
) -> dict[str, SwitchPrice]:
    """The prices at which each source that can be bought, and is reached, gains or loses tonnes.

    Args:
        scenario: the case's numbers.
        session: the model, solved to optimality; it ends where it began.
        optimum: its solution.
        plan: the quantities reported, which may be another of the cheapest plans.
        budget: time for all of them; sources that are not reached have none.

    Raises:
        KeyboardInterrupt: by Ctrl-C.
    """
    basis, before = session.basis(), INTERRUPTS.count
    found = {}
    for s in sorted(set(session.model.indices["LANES"][:, 0].tolist())):
        if budget.is_up():
            break
        try:
            finder = _Finder(scenario, session, optimum, plan, s, budget=budget)
            found[scenario.sources[s].name] = finder.find()
        except _NotKnown:
            pass
        finally:
            session.reset_costs()
            session.restore(basis)
        INTERRUPTS.stop_if_since(before)
    return found


class _NotKnown(Exception):  # noqa: N818 - no error: there is nothing to say of this source
    """The prices of a source are not to be had."""


class _Finder:
    def __init__(
        self,
        scenario: Scenario,
        session: Session,
        optimum: Solution,
        plan: Quantities,
        source: int,
        *,
        budget: Budget,
    ) -> None:
        self.session = session
        self.budget = budget
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
        self.optimum = optimum
        if optimum.row_dual[session.model.rows["hhi_ceiling"]].any():
            raise _NotKnown  # tonnes move with any price
        self.spends = _spends(scenario, session, source, shipped, place)
        self._refuse_leaning(0.0, optimum)
        self.start = _Point(
            0.0, optimum.objective, float(self.rise @ paid), float(plan.short.sum())
        )
        weights = ship if ship.sum() > 0 else np.ones(len(ship))
        self.price = float(np.average(scenario.price[source][place[2]], weights=weights))
        landed = scenario.landed_cost[place]
        self.landed = float(np.average(landed, weights=weights))
        self.lowest = float(scenario.price[source][place[2]].min())
        self.highest = _FURTHEST * float(np.abs(session.model.cost).max() / rise.min())

    def find(self) -> SwitchPrice:
        """Both corners; the session's costs and basis are then others.

        Raises:
            _NotKnown: one of them is not to be had.
        """
        gains = self._corner(self._beyond(-self.lowest)) if self.lowest > 0 else None
        loses = self._corner(self._above()) if self.start.slope > 0 else None
        return SwitchPrice(
            price=self.price,
            landed_cost=self.landed,
            gains_at=None if gains is None else self.price + gains.shift,
            loses_at=None if loses is None else self.price + loses.shift,
            gains_echo=gains is not None and gains.echo,
            loses_echo=loses is not None and loses.echo,
        )

    def _point(self, shift: float, solution: Solution) -> _Point:
        self._refuse_leaning(shift, solution)
        slope = float(self.rise @ solution.values[self.columns])
        missing = float(solution.values[self.session.model.columns["short"]].sum())
        return _Point(shift, solution.objective, slope, missing)

    def _refuse_leaning(self, shift: float, solution: Solution) -> None:
        """Not known where a limit on spend, which the model counts at the old price, has a say."""
        for spend in self.spends:
            spent = solution.activity[spend.row] + shift * float(
                spend.rise @ solution.values[spend.columns]
            )
            rows = self.session.rows
            bounds = (float(rows.lower[spend.row]), float(rows.upper[spend.row]))
            beyond = max(bounds[0] - spent, spent - bounds[1])
            bound = Bound(True, spend.row, is_upper=spent - bounds[1] == beyond)
            if solution.row_dual[spend.row] or beyond > self.session.rounding(bound, spent):
                raise _NotKnown

    def _solve(self, shift: float) -> tuple[Status, _Point | None]:
        self.session.shift_cost(self.columns, self.rise * shift)
        outcome = self._ended()
        if outcome.status is not Status.OPTIMAL or outcome.solution is None:
            return outcome.status, None
        return outcome.status, self._point(shift, outcome.solution)

    def _ended(self) -> Outcome:
        outcome = self.session.solve(self.budget.left)
        if outcome.status is Status.STOPPED:
            self.budget.is_up()
        return outcome

    def _at(self, shift: float) -> _Point:
        _, point = self._solve(shift)
        if point is None:
            raise _NotKnown
        return point

    def _is_start(self, point: _Point) -> bool:
        """Whether the tonnes are still those of the start."""
        largest = max(abs(point.slope), abs(self.start.slope))
        return abs(point.slope - self.start.slope) <= _SAME * largest

    def _beyond(self, furthest: float) -> _Point:
        """The first point tried where the tonnes have changed; where none has, the furthest.

        Tried ever further away, since a near point is solved in a few steps from the last one.
        """
        step = min(_FIRST_STEP * self.landed, abs(furthest)) or abs(furthest)
        while True:
            status, point = self._solve(math.copysign(step, furthest))
            if status is Status.UNBOUNDED:
                return self._bounded()
            if point is None:
                raise _NotKnown
            if not self._is_start(point) or step >= abs(furthest):
                return point
            step = min(step * _GROWTH, abs(furthest))

    def _bounded(self) -> _Point:
        """The best plan at the lowest price at which nothing earns without end.

        From a price at which it does: along each ray the gain vanishes at a higher price.
        """
        session = self.session
        for _ in range(_MOST_RAYS):
            ray = session.ray()
            if ray is None:
                break
            along = ray * session.column_scale
            rate = float(self.rise @ along[self.columns])
            if rate <= 0:
                break
            edge = -float(session.model.cost @ along) / rate
            status, point = self._solve(edge + _INSIDE * self.landed)
            if point is not None:
                return replace(point, shift=edge) if self._is_start(point) else point
            if status is not Status.UNBOUNDED:
                break
        raise _NotKnown

    def _above(self) -> _Point:
        """A point where fewer tonnes are bought; the start where none has fewer at any price."""
        point = self._beyond(self.highest)
        if self._is_start(point) and self._is_least():
            return self.start
        for _ in range(_MOST_GROWTHS):
            if not self._is_start(point):
                return point
            point = self._at(point.shift * _GROWTH)
        raise _NotKnown

    def _is_least(self) -> bool:
        """Whether no plan, whatever it costs, buys less than the start."""
        session = self.session
        cost = np.zeros(session.model.shape[1])
        np.add.at(cost, self.columns, self.rise)
        session.set_costs(cost)
        outcome = self._ended()
        session.reset_costs()
        if outcome.status is not Status.OPTIMAL or outcome.solution is None:
            raise _NotKnown
        least = float(self.rise @ outcome.solution.values[self.columns])
        return self.start.slope - least <= _SAME * self.start.slope

    def _corner(self, end: _Point) -> _Corner | None:
        """The corner nearest to 0 on the way to another point where the tonnes change.

        None: they do not change. At a point that has those of the start the case begins to earn
        without end: just beyond, all that there is is bought.
        """
        start = self.start
        if self._is_start(end):
            return _Corner(end.shift, echo=False) if -self.lowest < end.shift < 0 else None
        for _ in range(_MOST_STEPS):
            meet = (end.cost - start.cost - end.slope * end.shift) / (start.slope - end.slope)
            there = self._at(meet)
            expected = start.cost + start.slope * meet
            rounding = _SAME * max(abs(expected), abs(there.cost)) * 1e-3
            if expected - there.cost <= rounding or self._is_start(there):
                self._refuse_leaning(meet, self.optimum)  # so far it is the best plan
                most = max(end.missing, start.missing)
                return _Corner(meet, echo=abs(end.missing - start.missing) > _SAME_MISSING * most)
            end = there
        raise _NotKnown


@dataclass(frozen=True, slots=True)
class _Spend:
    """A row that bounds what is spent on a source.

    Attributes:
        row: its position.
        columns: what is shipped of the source and counts.
        rise: what the row counts more of a tonne, per unit of the source's price.
    """

    row: int
    columns: Positions
    rise: Numbers


def _spends(
    scenario: Scenario,
    session: Session,
    source: int,
    shipped: Positions,
    place: tuple[Positions, ...],
) -> list[_Spend]:
    """Limits on spend that count what is shipped of a source, at some lanes."""
    model, found = session.model, []
    for index, constraint in (("CEILINGS", "rule_ceiling"), ("FLOORS", "rule_floor")):
        members = model.indices[index][:, 0].tolist()
        for r, row in zip(members, model.rows[constraint].tolist(), strict=True):
            rule = scenario.rules[r]
            if rule.type != "spend" or not rule.content[source]:
                continue
            counts = np.isin(place[1], rule.sites) & np.isin(place[2], rule.periods)
            per_price = scenario.price_factor[source][place[2][counts]]
            rise = rule.content[source] * per_price / unit_in_model(scenario, rule)
            found.append(_Spend(row, shipped[counts], rise))
    return found


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
