"""Cost against concentration: what it costs to depend less on one country, or one supplier.

Concentration is counted as Limits do: contained tonnes of all materials, bought in all periods, as
shares of the demand; the largest share of any country, or the sum of their squares (HHI). Each
point of the curve is the cheapest plan with no more than that.

In a linear case the least cost is a convex function of the concentration. Of the largest share it
has straight pieces, and every corner is found; of the HHI it is curved, and known to a gap that is
guaranteed. With yes/no decisions it has jumps: it is solved at round numbers, as the others are
besides.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, pairwise, takewhile
from typing import Any

import numpy as np

from planner.case.case import Case
from planner.case.columns import Kind
from planner.case.ledger import BASE
from planner.case.names import did_you_mean, fold
from planner.case.scenario import Numbers, Party, Rule, Scenario
from planner.errors import Stopped, WrongUsage
from planner.plan import Plan
from planner.solving.cuts import TangentCuts
from planner.solving.data import model_data
from planner.solving.interrupts import INTERRUPTS
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.outcome import Solution, Status, bound_of, relative_gap
from planner.solving.pricing import price_plan
from planner.solving.priorities import solve_by_priority
from planner.solving.quantities import Quantities, party_tonnes
from planner.solving.session import Session
from planner.solving.sizes import rounding_of_tonnes
from planner.solving.solve import solve_next
from planner.studies.curve import Piece, Point, Trace
from planner.studies.extended import Sum, with_column, with_sums
from planner.studies.interruption import is_interrupted, stopped_plan
from planner_models.compiling import compile_model

MEASURES = ("share", "hhi")

_GAP = 1e-3
"""How far the curve of an HHI may be off, relative to what it falls from end to end."""

_STEPS = 12
"""Round numbers between the ends at most."""

_ROUND = (1.0, 2.0, 5.0, 10.0)
"""How far round numbers are apart, in powers of ten."""

_NEAR = 1e-7
"""By how much, relative, the least of the curve is inside what can be reached; below that of the
most, it is nothing."""

_LEAST_HHI = 1e-3
"""From which part of the largest HHI on the curve is drawn: at nothing it is infinitely steep."""

_OF_TIME = 0.3
"""Of the time there is, the part in which the least concentration is looked for."""

_SAME_COST = 1e-8
"""Costs so near, relative, are the same."""

Progress = Callable[[Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """The cheapest plan with no more than some concentration.

    Attributes:
        concentration: the most that was allowed: a share, or an HHI.
        objective: cost, paid and valued, discounted; its two parts are `paid` and `valuation`.
        shortfall_t: tonnes missing.
        shares: of demand, by country (or what else it goes by).
        purchases: tonnes bought of each source.
        gap: how far the cost may be above the least, relative; 0 in linear cases.
    """

    concentration: float
    objective: float
    paid: float
    valuation: float
    shortfall_t: float
    shares: Mapping[str, float]
    purchases: Mapping[str, float]
    gap: float | None = 0.0

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of `planner frontier` has it."""
        return {
            "concentration": self.concentration,
            "objective": self.objective,
            "paid": self.paid,
            "valuation": self.valuation,
            "shortfall_t": self.shortfall_t,
            "shares": dict(self.shares),
            "purchases": dict(self.purchases),
            "gap": self.gap,
        }


@dataclass(frozen=True, slots=True)
class Frontier:
    """Cost against concentration of one scenario.

    Attributes:
        cheapest: the plan that bounds no concentration; its limits are not priced.
        column: of Sources, that it goes by.
        measure: `share` or `hhi`.
        demand_t: tonnes that shares are of.
        unbounded: concentration of the cheapest plan.
        points: corners, or solved points of a curve, from the least concentration up to where
            the cost falls no further; none where nothing is demanded.
        steps: the same at round concentrations, with the least and the last of the points.
        least: the concentration below which there is no plan; 0: none is too small.
        has_decisions: whether there are yes/no decisions: the curve may jump between points.
        exact: whether the cost is straight between points.
        gap: money by which the straight line between points may be off at most; with yes/no
            decisions, the largest fall from one point to the next. None: not known.
        interrupted: whether it was stopped before all was known.
    """

    cheapest: Plan
    column: str
    measure: str
    demand_t: float
    unbounded: float
    points: tuple[FrontierPoint, ...]
    steps: tuple[FrontierPoint, ...]
    least: float
    has_decisions: bool
    exact: bool
    gap: float | None
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """5 where it was stopped before there was any point, else 0."""
        return Stopped.exit_code if self.status == Stopped.status else 0

    @property
    def status(self) -> str:
        """`optimal`; `feasible`: not all is proven or known; `stopped`: no point is."""
        if self.interrupted and not self.points:
            return Stopped.status
        proven = self.cheapest.status == "optimal" and not self.interrupted
        return "optimal" if proven else "feasible"

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `planner frontier`."""
        plan = self.cheapest
        return {
            "status": self.status,
            "case": plan.case.name,
            "problems": [problem.to_dict() for problem in plan.case.warnings],
            "scenario": plan.scenario,
            "currency": plan.currency,
            "column": self.column,
            "measure": self.measure,
            "demand_t": self.demand_t,
            "unbounded": self.unbounded,
            "least": self.least,
            "has_decisions": self.has_decisions,
            "exact": self.exact,
            "gap": self.gap,
            "interrupted": self.interrupted,
            "points": [point.to_dict() for point in self.points],
            "steps": [point.to_dict() for point in self.steps],
        }


def frontier(
    case: Case,
    scenario: str = BASE,
    options: Options | None = None,
    *,
    column: str = "Country",
    measure: str = "share",
    progress: Progress = iter,
) -> Frontier:
    """The least cost for each concentration, from the least that is possible on.

    Args:
        case: the case.
        scenario: its name.
        options: how to solve; the time limit is for the first plan, and again for all others.
        column: of Sources, by whose values purchases are concentrated.
        measure: `share`: the largest share of demand; `hhi`: the sum of squared shares.
        progress: wraps the points as they are solved, to show how far it is.

    Raises:
        WrongUsage: an unknown scenario, column or measure; a source that has no value in the
            column.
        InvalidCase: the scenario's changes lead to numbers that the contract does not allow.
        NoPlan: the scenario has no plan at any concentration.
    """
    if measure not in MEASURES:
        raise WrongUsage(f"unknown measure '{measure}'{did_you_mean(measure, MEASURES)}")
    numbers, options = case.scenario(scenario), options or Options()
    rule = _rule(case, numbers, column)
    cheapest = solve_next(case, scenario, Live(options), with_prices=False)
    unbounded = _concentration(rule, cheapest.quantities, measure) if rule.basis else 0.0
    if not rule.basis or stopped_plan(cheapest):
        return _without_curve(cheapest, rule, measure, unbounded)
    bounded = _Bounded(numbers, rule, measure, options)
    least = bounded.least()
    found = _Curve([], [], exact=False, gap=None, is_whole=False)
    if least is not None and least <= _NEAR * unbounded:
        least = 0.0
    if not bounded.is_linear:
        found = _steps(bounded, cheapest, least, unbounded, progress)
    elif least is not None:
        found = _curve(bounded, least, unbounded, progress)
    return Frontier(
        cheapest=cheapest,
        column=rule.column or column,
        measure=measure,
        demand_t=rule.basis,
        unbounded=unbounded,
        points=tuple(_point(rule, point) for point in _falling(found.points)),
        steps=tuple(_point(rule, point) for point in _falling(found.steps)),
        least=least or 0.0,
        has_decisions=not bounded.is_linear,
        exact=found.exact,
        gap=found.gap,
        interrupted=not found.is_whole,
    )


def _without_curve(cheapest: Plan, rule: Rule, measure: str, unbounded: float) -> Frontier:
    """The answer where there are no shares, or Ctrl-C came with the cheapest plan."""
    interrupted = stopped_plan(cheapest)
    return Frontier(
        cheapest=cheapest,
        column=rule.column or "",
        measure=measure,
        demand_t=float(rule.basis or 0.0),
        unbounded=unbounded,
        points=(),
        steps=(),
        least=0.0,
        has_decisions=bool(compile_model(model_data(cheapest.numbers)).integer.any()),
        exact=not interrupted,
        gap=None if interrupted else 0.0,
        interrupted=interrupted,
    )


# -- what is bounded ------------------------------------------------------------------------


def _rule(case: Case, numbers: Scenario, column: str) -> Rule:
    """An HHI over all purchases by the values of a column, with no maximum."""
    name = _column(case, numbers, column)
    content = numbers.content.sum(axis=1)
    sources: dict[str, list[int]] = {}
    for s in np.flatnonzero(content > 0).tolist():
        value = numbers.sources[s].value(name)
        if value is None:
            raise WrongUsage(
                f"source '{numbers.sources[s].name}' has no {name}; fill the column in the sheet "
                "Sources"
            )
        sources.setdefault(value, []).append(s)
    return Rule(
        kind="limit",
        name="frontier",
        type="HHI",
        value=None,
        sources=tuple(np.flatnonzero(content > 0).tolist()),
        content=content,
        sites=tuple(range(len(numbers.sites))),
        periods=tuple(range(len(numbers.periods))),
        minimum=None,
        maximum=np.inf,
        share_of="demand",
        basis=float(numbers.needs.sum()),
        basis_content=None,
        penalty=None,
        minimum_cell="",
        maximum_cell="",
        per_typed=(1.0, 1.0),
        shown=1.0,
        unit="",
        column=name,
        parties=tuple(Party(value, tuple(own)) for value, own in sources.items()),
    )


def _column(case: Case, numbers: Scenario, wanted: str) -> str:
    """The column as the sheet Sources has it."""
    table = case.tables["Sources"]
    numbered = {column.name for column in table.sheet.columns if column.kind is Kind.NUMBER}
    known = [*table.sheet.by_name, *table.attributes]
    found = next((name for name in known if fold(name) == fold(wanted)), None)
    has_any = found is not None and any(s.value(found) is not None for s in numbers.sources)
    if found in numbered:
        raise WrongUsage(
            f"{found} holds numbers; concentration goes by a column of words, such as Country or "
            "Supplier"
        )
    if found is None or not has_any:
        texts = [name for name in known if name not in numbered]
        filled = [name for name in texts if any(s.value(name) for s in numbers.sources)]
        raise WrongUsage(
            f"the sheet Sources has no column '{wanted}'{did_you_mean(wanted, filled)}"
        )
    return found


def _shares(rule: Rule, quantities: Quantities) -> Numbers:
    shares: Numbers = party_tonnes(rule, quantities.ship) / float(rule.basis or 1.0)
    return shares


def _concentration(rule: Rule, quantities: Quantities, measure: str) -> float:
    shares = _shares(rule, quantities)
    return float(shares.max(initial=0.0) if measure == "share" else shares @ shares)


@dataclass(frozen=True, slots=True)
class _Found:
    """A plan at a point."""

    numbers: Scenario
    quantities: Quantities
    gap: float | None


@dataclass(slots=True)
class _Curve:
    """The points of a curve, those at round numbers, and how well it is known between points."""

    points: list[Point[_Found]]
    steps: list[Point[_Found]]
    exact: bool
    gap: float | None
    is_whole: bool


class _Bounded:
    """A scenario in the live solver, whose concentration has a maximum that moves."""

    def __init__(self, numbers: Scenario, rule: Rule, measure: str, options: Options) -> None:
        self.numbers, self.rule, self.measure = numbers, rule, measure
        self.is_proven = True  # no search was broken off
        self._deadline = options.deadline(numbers)
        self._gap = options.gap(numbers)
        self._position, self._demand = len(numbers.rules), float(rule.basis or 0.0)
        extended = replace(numbers, rules=(*numbers.rules, rule))
        model = compile_model(model_data(extended))
        parties = model.indices["PARTIES"][:, 0] == self._position
        self._squares = model.columns["party_square"][parties]
        model = with_column(model, "largest")
        self._largest = model.columns["largest"]
        each = [
            Sum(np.append(column, self._largest), np.array([1.0, -1.0]), upper=0.0)
            for column in model.columns["party_tonnes"][parties].tolist()
        ]
        model = with_sums(model, "within_largest", each)
        own = model.indices["HHI_CEILINGS"][:, 0] == self._position
        self._ceiling = model.rows["hhi_ceiling"][own]
        self._cuts = TangentCuts(extended, model)
        self._session = Session(
            model, cuts=self._cuts.rows, threads=options.threads, log=options.log
        )
        self._interrupts = INTERRUPTS.count
        # Rules with a priority are then given up no further than the scenario itself asks for.
        solve_by_priority(extended, self._session, self._left, self._gap)

    @property
    def _left(self) -> float:
        return self._deadline - time.monotonic()

    @property
    def is_interrupted(self) -> bool:
        """Whether Ctrl-C has ended a solve: the one after it would not know."""
        return INTERRUPTS.count > self._interrupts

    @property
    def is_linear(self) -> bool:
        """Whether there is no yes/no decision."""
        return self._session.is_linear

    def quantities(self, solution: Solution) -> Quantities:
        """What a solution decides."""
        session = self._session
        values = session.tidied(solution.values)
        return Quantities.of_solution(self.numbers, session.model, values)

    def least(self) -> float | None:
        """The least concentration of any plan; None: stopped before it was known."""
        if self.is_interrupted:
            return None
        session = self._session
        cost = np.zeros(session.model.shape[1])
        cost[self._largest if self.measure == "share" else self._squares] = 1.0
        session.set_costs(cost)
        if self.measure == "hhi":
            self._cuts.bound(self._position, 0.0)
        # With yes/no decisions the search may take all the time there is, and points are wanted.
        outcome = session.solve(self._left if self.is_linear else _OF_TIME * self._left)
        self._cuts.bound(self._position, np.inf)
        session.reset_costs()
        if outcome.status is not Status.OPTIMAL or outcome.solution is None:
            return None
        return self._concentration(outcome.solution)

    def _concentration(self, solution: Solution) -> float:
        return _concentration(self.rule, self.quantities(solution), self.measure)

    def lowest(self, least: float, end: float) -> float:
        """Where the curve begins: at the least concentration, of an HHI not at nothing."""
        return max(least, _LEAST_HHI * end) if self.measure == "hhi" else least

    def first(self, least: float, end: float) -> Point[_Found] | None:
        """The point at the least concentration, or just inside it; None: stopped before."""
        least = self.lowest(least, end)
        found = self.at(least) if least <= _NEAR * end else None
        return found or self.at(min(max(least * (1.0 + _NEAR), _NEAR * end), end))

    def at(self, most: float, parts: int = 1) -> Point[_Found] | None:
        """The cheapest plan with no more than a concentration; None: stopped before.

        Args:
            most: the concentration.
            parts: in how many the time left is shared, of which this takes one.
        """
        if self.is_interrupted:
            return None
        session, bound = self._session, np.array([most * self._demand])
        if self.measure == "share":
            session.set_column_bounds(self._largest, np.zeros(1), bound)
        else:
            session.set_row_bounds(self._ceiling, np.array([-np.inf]), bound)
            self._cuts.bound(self._position, most)
        outcome = session.solve(self._left / parts, self._gap)
        solution = outcome.solution
        stopped = outcome.status is not Status.OPTIMAL
        self.is_proven = self.is_proven and not stopped
        if solution is None or is_interrupted(outcome) or (stopped and self.is_linear):
            return None
        gap = 0.0 if self.is_linear else relative_gap(solution.objective, outcome.bound)
        found = _Found(self.numbers, self.quantities(solution), gap)
        return Point(most, solution.objective, self._slope(solution), found)

    def _slope(self, solution: Solution) -> float:
        """What one more of the concentration adds to the cost; of no meaning with decisions."""
        if not self.is_linear:
            return 0.0
        if self.measure == "share":
            dual = float(solution.column_dual[self._largest[0]])
        else:
            dual = float(solution.row_dual[self._ceiling[0]])
        return min(dual, 0.0) * self._demand


# -- the curve ------------------------------------------------------------------------------


def _curve(bounded: _Bounded, least: float, end: float, progress: Progress) -> _Curve:
    """Of a linear case: every corner, or to a gap; and then what is at round numbers."""
    is_straight = bounded.measure == "share"
    found = _Curve([], [], exact=False, gap=None, is_whole=False)
    traces: list[Trace[_Found]] = []

    def walk() -> Iterator[Point[_Found]]:
        first, last = bounded.first(least, end), bounded.at(end)
        if first is None or last is None:
            return
        trace = Trace(bounded.at, first, last, gap=0.0 if is_straight else _GAP)
        traces.append(trace)
        found.steps.append(first)
        yield from trace
        if trace.is_stopped:
            return
        for most in _rounds(first.value, _falling(_ends_of(trace.pieces))[-1].value):
            point = bounded.at(most)
            if point is None:
                return
            found.steps.append(point)
            yield point
        found.is_whole = True

    if _walk(walk(), progress):
        found.is_whole = False
    for trace in traces:
        found.points, found.gap = _ends_of(trace.pieces), trace.gap
        found.exact = trace.gap == 0.0
    if not is_straight:  # each is one more that is known of it
        known = {point.value: point for point in (*found.points, *found.steps)}
        found.points = [known[value] for value in sorted(known)]
    if found.points:
        last = _falling(found.points)[-1]
        found.steps = [*(step for step in found.steps if step.value < last.value), last]
    return found


def _ends_of(pieces: list[Piece[_Found]]) -> list[Point[_Found]]:
    ends = (piece.end for piece in pieces if piece.end.value > piece.start.value)
    return [pieces[0].start, *ends]


def _steps(
    bounded: _Bounded, cheapest: Plan, least: float | None, end: float, progress: Progress
) -> _Curve:
    """With yes/no decisions: at round numbers, between which the cost is that of one of the two.

    They are solved from the cheapest plan downwards: where time is up, what is next to it is known.
    Where the least concentration is not known, they go down until there is no plan.
    """
    found = _Found(bounded.numbers, cheapest.quantities, cheapest.gap)
    points = [Point(end, cheapest.objective, 0.0, found)]
    lowest = bounded.lowest(least or 0.0, end)
    wanted = [most for most in (*reversed(_rounds(lowest, end)), lowest) if most < end]

    def walk() -> Iterator[Point[_Found]]:
        for k, most in enumerate(wanted):
            left = len(wanted) - k
            point = bounded.at(most, left) if left > 1 else bounded.first(most, end)
            if point is None:
                return
            points.append(point)
            yield point

    is_whole = not _walk(walk(), progress) and len(points) > len(wanted)
    is_whole = is_whole and bounded.is_proven and least is not None
    points = _never_dearer(points[::-1])
    falls = [max(one.height - two.height, 0.0) for one, two in pairwise(points)]
    gap = max(falls, default=0.0) if is_whole else None
    return _Curve(points, points, exact=False, gap=gap, is_whole=is_whole)


def _never_dearer(points: list[Point[_Found]]) -> list[Point[_Found]]:
    """The points; where the search left one dearer than one before it, with that one's plan."""
    best: list[Point[_Found]] = []
    for point in points:
        if not best or point.height <= best[-1].height:
            best.append(point)
            continue
        before, gap = best[-1], point.found.gap
        if gap is not None:
            gap = relative_gap(before.height, bound_of(point.height, gap))
        found = replace(before.found, gap=gap)
        best.append(replace(before, value=point.value, found=found))
    return best


def _rounds(start: float, end: float) -> list[float]:
    """Round numbers between two, none next to either."""
    if end <= start:
        return []
    digits = math.floor(math.log10((end - start) / _STEPS))
    apart = next(
        step * 10.0**digits for step in _ROUND if (end - start) / _STEPS <= step * 10.0**digits
    )
    first = math.floor(start / apart) + 1
    # Divided, for 3 / 10 is the number that is written as 0.3, and 3 × 0.1 is not.
    numbers = (n / round(1.0 / apart) if apart < 1.0 else n * apart for n in count(first))
    near = apart / _STEPS
    inside = takewhile(lambda number: number < end - near, numbers)
    return [number for number in inside if number > start + near]


def _falling(points: list[Point[_Found]]) -> list[Point[_Found]]:
    """The points up to the first that is as cheap as the last."""
    if not points:
        return []
    near = _SAME_COST * max(abs(point.height) for point in points)
    first = next(n for n, one in enumerate(points) if one.height <= points[-1].height + near)
    return points[: first + 1]


def _walk(points: Iterable[Point[_Found]], progress: Progress) -> bool:
    """Solve one after the other; whether Ctrl-C came in between."""
    try:
        for _ in progress(points):
            pass
    except KeyboardInterrupt:
        return True
    return False


def _point(rule: Rule, point: Point[_Found]) -> FrontierPoint:
    found = point.found
    numbers, quantities = found.numbers, found.quantities
    money = price_plan(numbers, quantities)
    tiny = rounding_of_tonnes(numbers, quantities.ship)
    bought = quantities.bought.sum(axis=1).tolist()
    shares = _shares(rule, quantities).tolist()
    return FrontierPoint(
        concentration=point.value,
        objective=money.discounted(),
        paid=money.paid,
        valuation=money.valuation,
        shortfall_t=float(quantities.short.sum()),
        shares={party.value: share for party, share in zip(rule.parties, shares, strict=True)},
        purchases={
            source.name: tonnes
            for source, tonnes in zip(numbers.sources, bought, strict=True)
            if tonnes > tiny
        },
        gap=found.gap,
    )
