"""The exact curve of the cost against one value, where the model is linear and affine in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner.case.changes import Target
from planner.errors import InvalidCase, Stopped, WrongUsage
from planner.solving.affine import Line
from planner.solving.cuts import tangent_cuts
from planner.solving.data import model_data
from planner.solving.highs import SolverError
from planner.solving.outcome import Outcome, Solution, Status
from planner.solving.priorities import breach_columns
from planner.solving.reach import reach
from planner.solving.session import Session
from planner.studies.curve import MOST_PIECES, Piece, Point, Trace
from planner.studies.states import State, Watch
from planner.studies.variants import Variants
from planner_models.compiled import CompiledModel, Positions
from planner_models.compiling import Compiler

_PLACES = (0.0, 0.31, 0.73, 1.0)
"""Where, between the ends, it is looked whether the numbers are affine: no even parts, since floors
and ceilings of prices often are."""

_SAME = 1e-9
"""Costs nearer than this, relative, are the same."""

_INSIDE = (0.0, 1e-12, 1e-10, 1e-8)
"""How far, in parts of the range, inside its last value a plan is looked for: where the rules leave
but one plan, rounding may leave none."""

_MOST_RAYS = 50


@dataclass(frozen=True, slots=True)
class Curve:
    """The cost of the best plan against a value.

    Attributes:
        pieces: from the lowest value with a plan to the highest; none where there is no plan.
        is_convex: whether bounds move with the value; else costs do.
        watch: what the states of its points are about.
        now: the value that the case itself has; None: not one that the curve could have.
        without_plan: why there is none where the pieces do not reach.
        broken_off: why it is not certified all along; empty: it is.
        solves: of the solver.
        is_whole: whether it was not stopped early.
    """

    pieces: list[Piece[State]]
    is_convex: bool
    watch: Watch
    now: float | None
    without_plan: str
    broken_off: str
    solves: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class NotExact:
    """Why there is no exact curve."""

    reason: str


def exact_curve(
    variants: Variants,
    target: Target,
    ends: tuple[float, float],
    solved: Callable[[], object],
) -> Curve | NotExact:
    """The curve between two values, or why it is not to be had.

    Args:
        variants: of the scenario.
        target: what is set to the value.
        ends: the lowest and the highest value.
        solved: called after each solve.

    Raises:
        WrongUsage: the target cannot be set to these values.
        InvalidCase: it leads to numbers that the contract does not allow.
        Stopped: the time limit came, or Ctrl-C, before there was anything.
    """
    found = _line(variants, target, ends)
    if isinstance(found, NotExact):
        return found
    tracer = _Tracer(variants, found.line, ends, solved)
    curve = tracer.trace(found.now)
    if curve is None:
        return NotExact("where rules with a priority are given up, the cost is no simple curve")
    for value, other in found.ends_of_their_own:
        if not tracer.agrees(curve, value, other):
            return NotExact("at an end of the range other purchases are possible")
    return curve


# -- the line -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """The line of models; ends where the model has other places, and is to agree all the same."""

    line: Line
    now: float | None
    ends_of_their_own: list[tuple[float, CompiledModel]]


def _line(variants: Variants, target: Target, ends: tuple[float, float]) -> _Found | NotExact:
    compiler, models = Compiler(), []
    values = [ends[0] + part * (ends[1] - ends[0]) for part in _PLACES[:-1]] + [ends[1]]
    for value in values:
        try:
            numbers = variants.changed(target.set_to(value))
        except (WrongUsage, InvalidCase):
            if value in ends:
                raise
            return NotExact("not every number between these ends is possible")
        model = compiler.compile(model_data(numbers))
        if model.integer.any():
            return NotExact("there are yes/no decisions")
        if tangent_cuts(numbers, model) is not None:
            return NotExact("a limit on an HHI makes the curve round")
        models.append(_with_rules_kept(model, breach_columns(numbers, model)))
    inner = models[1]
    own = [k for k in (0, len(values) - 1) if not inner.has_same_places(models[k])]
    kept = [k for k in range(len(values)) if k not in own]
    line = Line.through([values[k] for k in kept], [models[k] for k in kept])
    if line is None:
        return NotExact("between these ends more than bounds or costs changes, or not evenly")
    if line.moves_bounds and line.moves_costs:
        return NotExact("bounds and costs both change")
    own_model = compiler.compile(model_data(variants.numbers))
    own_model = _with_rules_kept(own_model, breach_columns(variants.numbers, own_model))
    return _Found(line, line.value_of(own_model), [(values[k], models[k]) for k in own])


def _with_rules_kept(model: CompiledModel, breaches: Positions) -> CompiledModel:
    """The model with every rule that has a priority kept."""
    if not len(breaches):
        return model
    upper = model.upper.copy()
    upper[breaches] = 0.0
    return replace(model, upper=upper)


# -- the curve ------------------------------------------------------------------------------


class _Tracer:
    """Solves the models of a line, each from where the last ended."""

    def __init__(
        self,
        variants: Variants,
        line: Line,
        ends: tuple[float, float],
        solved: Callable[[], object],
    ) -> None:
        self._variants = variants
        self._line = line
        self._ends = ends
        self._solved = solved
        self._sign = -1.0 if line.moves_costs else 1.0  # heights are those of a convex function
        self._watch = Watch(variants.numbers, line.model)
        self._has_priorities = len(breach_columns(variants.numbers, line.model)) > 0
        self._session = self._new(line.at(ends[0]))
        self._size = 0.0
        self._broken_off, self._is_whole = "", True
        self._solves = 0

    def _new(self, model: CompiledModel) -> Session:
        options = self._variants.options
        return Session(model, threads=options.threads, log=options.log)

    def trace(self, now: float | None) -> Curve | None:
        """The curve; None where no plan keeps rules with a priority in some of the range.

        Raises:
            Stopped: broken off before there was anything.
        """
        try:
            first, last = (self._at(value) for value in self._ends)
            without_plan = Status.INFEASIBLE
            if isinstance(first, Status) or isinstance(last, Status):
                if self._has_priorities:
                    return None
                without_plan = first if isinstance(first, Status) else Status.INFEASIBLE
                without_plan = last if isinstance(last, Status) else without_plan
                first, last = self._reached(first, last)
        except (_Broken, KeyboardInterrupt):
            name = self._variants.numbers.name
            raise Stopped("stopped before the ends of the range were solved", name) from None
        found: list[Piece[State]] = []
        if isinstance(first, Point) and isinstance(last, Point):
            found = self._pieces(first, last)
        return Curve(
            found,
            is_convex=self._sign > 0,
            watch=self._watch,
            now=now,
            without_plan=without_plan.value,
            broken_off=self._broken_off,
            solves=self._solves,
            is_whole=self._is_whole,
        )

    def _pieces(self, first: Point[State], last: Point[State]) -> list[Piece[State]]:
        """The pieces between two points; where both are one, that point."""
        if first.value >= last.value:
            return [Piece(first, first, first.slope, first)]
        trace = Trace(self._point, first, last, size=self._size)
        for _ in trace:
            pass
        if trace.is_stopped:
            self._broken_off, self._is_whole = "stopped early", False
        elif not trace.is_done:
            self._broken_off = f"the curve has more than {MOST_PIECES:,} pieces"
        return trace.pieces

    def _point(self, value: float) -> Point[State] | None:
        try:
            found = self._at(value)
        except (_Broken, KeyboardInterrupt):
            found = Status.STOPPED
        return None if isinstance(found, Status) else found

    def _at(self, value: float) -> Point[State] | Status:
        """The best plan at a value, or why there is none."""
        model = self._line.at(value)
        if not self._session.change(model, is_near=True):
            self._session = self._new(model)
        outcome = self._solve(self._session)
        if outcome.solution is None:
            return outcome.status
        solution, line = outcome.solution, self._line
        costs = model.cost * solution.values
        height, size = float(costs.sum()) + model.offset, float(np.abs(costs).sum())
        self._size = max(self._size, size)
        state = self._watch.state(solution)
        point = Point(value, self._sign * height, self._sign * line.slope(solution), state)
        return self._with_reach(point, solution)

    def _with_reach(self, point: Point[State], solution: Solution) -> Point[State]:
        """The point, and how far its basis can be followed."""
        value, state = point.value, point.found
        found = reach(self._session, solution, self._line, value)
        if found is None:
            return point
        move = self._watch.move(found.rise)
        return replace(
            point,
            reach=(found.low, found.high),
            moved=lambda there: state.moved(move, there - value),
        )

    def _solve(self, session: Session) -> Outcome:
        outcome = session.solve(self._variants.seconds_left)
        self._solves += 1
        self._solved()
        if outcome.status is Status.STOPPED:
            raise _Broken
        if outcome.status is Status.FAILED:
            raise SolverError(f"HiGHS ended with '{outcome.reason}'")
        return outcome

    # -- where there is no plan -------------------------------------------------------------

    def _reached(
        self, first: Point[State] | Status, last: Point[State] | Status
    ) -> tuple[Point[State] | Status, Point[State] | Status]:
        """The outermost points with a plan."""
        if self._sign < 0:
            inward = self._ends[1] - self._ends[0]
            first = self._bounded(self._ends[0], inward) if first is Status.UNBOUNDED else first
            last = self._bounded(self._ends[1], -inward) if last is Status.UNBOUNDED else last
            return first, last
        low, high = self._feasible(1.0), self._feasible(-1.0)
        if low is None or high is None:
            return Status.INFEASIBLE, Status.INFEASIBLE
        return (
            self._near(low, 1.0) if isinstance(first, Status) else first,
            self._near(high, -1.0) if isinstance(last, Status) else last,
        )

    def _feasible(self, sign: float) -> float | None:
        """The lowest (1) or highest (−1) value with a plan; None: there is none."""
        model = self._line.with_value(*self._ends)
        session = self._new(model)
        cost = np.zeros(model.shape[1])
        cost[-1] = sign
        session.set_costs(cost)
        solution = self._solve(session).solution
        return None if solution is None else float(solution.values[-1])

    def _near(self, value: float, sign: float) -> Point[State] | Status:
        """The plan at an outermost value, or just inside it."""
        width = self._ends[1] - self._ends[0]
        found: Point[State] | Status = Status.INFEASIBLE
        for part in _INSIDE:
            there = min(max(value + sign * part * width, self._ends[0]), self._ends[1])
            found = self._at(there)
            if not isinstance(found, Status):
                break
        return found

    def _bounded(self, value: float, inward: float) -> Point[State] | Status:
        """The first plan, from an end inwards, at which nothing earns without end any more."""
        end = value + inward
        for _ in range(_MOST_RAYS):
            model = self._line.at(value)
            session = self._new(model)
            ray = session.ray()
            if ray is None:
                return Status.UNBOUNDED
            along = ray * session.column_scale
            gain, step = float(model.cost @ along), float(self._line.steps["cost"] @ along)
            value = value - gain / step if step else end
            if (end - value) * inward <= 0:
                return self._at(end)
            found = self._near(value, 1.0 if inward > 0 else -1.0)
            if found is not Status.UNBOUNDED:
                return found
        return Status.UNBOUNDED

    # -- ends with places of their own ------------------------------------------------------

    def agrees(self, curve: Curve, value: float, model: CompiledModel) -> bool:
        """Whether a model of other places costs at its value what the curve says."""
        outcome = self._solve(self._new(model))
        found = [p for piece in curve.pieces for p in (piece.start, piece.end) if p.value == value]
        if outcome.solution is None or not found:
            return outcome.solution is None and not found
        away = abs(outcome.solution.objective - self._sign * found[0].height)
        return away <= _SAME * max(self._size, abs(found[0].height))


class _Broken(Exception):  # noqa: N818 - no error: the search is broken off
    """The time limit came, or Ctrl-C."""
