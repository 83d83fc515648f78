"""Cost and plan as one number of the case varies, or two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Any

import numpy as np

from planner.case.case import Case
from planner.case.changes import ChangeError, Target, parse_target, split_column
from planner.case.columns import Kind
from planner.case.declarations import BY_NAME
from planner.case.ledger import BASE, Ledger
from planner.case.names import fold, lookup
from planner.case.scenario import Numbers
from planner.errors import InvalidCase, NoPlan, Stopped, WrongUsage
from planner.runs import heading
from planner.solving import refusals
from planner.solving.options import Options
from planner.solving.outcome import Status
from planner.studies.curve import Piece
from planner.studies.states import Side, State, Watch, change_words, without_drift
from planner.studies.sweep_exact import Curve, NotExact, exact_curve
from planner.studies.sweep_sampled import Sample, Sampler, is_alike
from planner.studies.variants import Variants

STEPS = 20
"""Parts that a range is looked at in."""

_MOST_STEPS = 10_000

_SEVERAL = 2.0
"""Times what a source moves beside a change, up to which it has but moved on there."""


@dataclass(frozen=True, slots=True)
class Vary:
    """What varies.

    Attributes:
        target: as a change without operation and value: `Quotas[Quota=China].Tonnes`.
        start, end: the lowest and the highest value, in the unit in the target's bracket, else in
            that of the column.
        steps: parts of the range, at whose ends plans are reported.
        whole: whether they end at the nearest whole numbers, as the target takes no others.
    """

    target: str
    start: float
    end: float
    steps: int = STEPS
    whole: bool = False

    @property
    def values(self) -> list[float]:
        """The ends of the steps."""
        found = np.linspace(self.start, self.end, self.steps + 1)
        ends: list[float] = (np.unique(np.round(found)) if self.whole else found).tolist()
        return ends


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """The best plan at a value (with two targets one each).

    Attributes:
        objective, state: its cost, and what it does; None: there is no plan.
        status: `optimal`, `infeasible` or `unbounded`.
    """

    values: tuple[float, ...]
    objective: float | None
    state: State | None
    status: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A range of values in which the cost is linear.

    Attributes:
        slope: change of the cost per unit of the value.
        first, last: plans at its ends; plans in between are between them.
        error: by how much the cost may be lower (higher, of a price), where not certified; else 0.
    """

    start: float
    end: float
    slope: float
    first: State
    last: State
    error: float


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """Where the plan changes its kind.

    Attributes:
        value: exact, or the first value found at which it has changed.
        after: the last value found at which it has not; the value itself where that is exact.
        objective: there; None: there is no plan.
        slope_left, slope_right: change of the cost per unit; None: not known.
        change: in words.
    """

    value: float
    after: float
    objective: float | None
    slope_left: float | None
    slope_right: float | None
    change: str


@dataclass(frozen=True, slots=True)
class Sweep:
    """Cost and plan against one value, or two.

    Attributes:
        varied: what varies.
        units: of the values, as in the header or the bracket; empty: none.
        points: plans at the ends of the steps and at the breakpoints; with two targets in the order
            of the first, then of the second.
        stretches: of an exact curve.
        exact: whether the cost between points, and every breakpoint, is exact.
        reason: why it is not.
        bends: `convex` (a bound), `concave` (a price), or not known.
        standing: the value of each that the case has; None: not known, or its cells have several.
        solves: of the solver.
        no_plan: why there is no plan at the first point that has none, in words; empty: all have
            one.
        is_whole: whether it was not stopped early.
    """

    case: Case
    scenario: str
    title: str
    currency: str
    varied: tuple[Vary, ...]
    units: tuple[str, ...]
    sources: tuple[str, ...]
    points: tuple[SweepPoint, ...]
    breakpoints: tuple[Breakpoint, ...]
    stretches: tuple[Stretch, ...]
    exact: bool
    reason: str
    bends: str | None
    standing: tuple[float | None, ...]
    solves: int
    no_plan: str = ""
    is_whole: bool = True

    @property
    def now(self) -> float | None:
        """The value of the first target that the case has; None: as `standing`."""
        return self.standing[0]

    @property
    def without_plan(self) -> SweepPoint | None:
        """The first point that has no plan."""
        return next((point for point in self.points if point.objective is None), None)

    @property
    def plans(self) -> list[SweepPoint]:
        """The points that have a plan."""
        return [point for point in self.points if point.objective is not None]

    @property
    def exit_code(self) -> int:
        """0 where any value has a plan, else 4."""
        return 0 if self.plans else NoPlan.exit_code

    @property
    def status(self) -> str:
        """`optimal` where any value has a plan, or `feasible` where it was stopped early."""
        if not self.plans:
            return self.points[0].status
        return "optimal" if self.is_whole else "feasible"

    @property
    def reach(self) -> tuple[float, float] | None:
        """The lowest and the highest value of the first target at which there is a plan."""
        values = [point.values[0] for point in self.plans]
        return (min(values), max(values)) if values else None

    @property
    def error(self) -> float:
        """By how much the cost between points may be beside the curve, where it was broken off."""
        return max((stretch.error for stretch in self.stretches), default=0.0)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `planner sweep`."""
        is_grid = len(self.varied) > 1
        names = [vary.target for vary in self.varied]
        reach = self.reach
        which = {"parameters": names, "units": list(self.units)} if is_grid else {
            "parameter": names[0],
            "unit": self.units[0],
        }  # fmt: skip
        return {
            **heading(self.case, self.status),
            "scenario": self.scenario,
            "currency": self.currency,
            **which,
            "now": list(self.standing) if is_grid else self.now,
            "points": [self._point(point, is_grid=is_grid) for point in self.points],
            "breakpoints": [
                {
                    "value": one.value,
                    "after": one.after,
                    "objective": one.objective,
                    "slope_left": one.slope_left,
                    "slope_right": one.slope_right,
                    "change": one.change,
                }
                for one in self.breakpoints
            ],
            "plan_from": None if reach is None else reach[0],
            "plan_to": None if reach is None else reach[1],
            "no_plan": self.no_plan or None,
            "bends": self.bends,
            "exact": self.exact,
            "reason": self.reason or None,
            "error": self.error,
            "solves": self.solves,
        }

    def _point(self, point: SweepPoint, *, is_grid: bool) -> dict[str, Any]:
        state = point.state
        bought = None
        if state is not None:
            tonnes = state.purchases.tolist()
            bought = {name: t for name, t in zip(self.sources, tonnes, strict=True) if t > 0}
        return {
            **({"values": list(point.values)} if is_grid else {"value": point.values[0]}),
            "status": point.status,
            "objective": point.objective,
            "shortfall_t": None if state is None else state.shortfall_t,
            "purchases": bought,
            "decisions": None if state is None else sorted(state.decisions),
        }


def sweep(
    case: Case,
    varied: Vary | Sequence[Vary],
    scenario: str = BASE,
    options: Options | None = None,
    solved: Callable[[], object] = lambda: None,
) -> Sweep:
    """Cost and plan as one number varies, or as two do.

    Exact, with every breakpoint, where the model is linear and only bounds, or only costs, move
    evenly with one number. Else plans at the ends of the steps and, of one number, closer and
    closer where they change.

    Args:
        case: the case.
        varied: what varies; two for a grid.
        scenario: its name.
        options: how to solve; the time limit is for the whole sweep.
        solved: called after each solve.

    Raises:
        WrongUsage: an unknown scenario or target, or values that it cannot have.
        InvalidCase: the changes lead to numbers that the contract does not allow.
        Stopped: the time limit came, or Ctrl-C, before there was anything.
    """
    ranges = (varied,) if isinstance(varied, Vary) else tuple(varied)
    targets = tuple(_target(vary) for vary in ranges)
    if len(targets) not in (1, 2):
        raise WrongUsage("one number varies, or two")
    if len(set(targets)) < len(targets):
        raise WrongUsage(f"{ranges[0].target} is varied twice; a grid needs two targets")
    for target in targets:
        _refuse_words(case, target)
    units = tuple(_unit(case, target) for target in targets)
    asked = _Asked(Variants(case, scenario, options), ranges, targets, units, solved)
    found = _grid(asked) if len(targets) > 1 else _line(asked)
    point = found.without_plan
    return found if point is None else replace(found, no_plan=_no_plan(asked, point))


def _line(asked: _Asked) -> Sweep:
    ends = (asked.varied[0].start, asked.varied[0].end)
    curve = exact_curve(asked.variants, asked.targets[0], ends, asked.solved)
    return _of_curve(asked, curve) if isinstance(curve, Curve) else _sampled(asked, curve)


def _no_plan(asked: _Asked, point: SweepPoint) -> str:
    """Why there is no plan at a point."""
    changes = asked.changes(point.values)
    if point.status == Status.UNBOUNDED.value:
        return (
            "the case can earn without end; planner explain CASE"
            f"{refusals.as_options(changes)} names the price or value that has no floor"
        )
    numbers = asked.variants.changed(*changes)
    return str(refusals.infeasible(numbers, asked.variants.seconds_left, changes))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked: of which scenario's variants, what varies, and what to call after a solve."""

    variants: Variants
    varied: tuple[Vary, ...]
    targets: tuple[Target, ...]
    units: tuple[str, ...]
    solved: Callable[[], object]

    def sweep(self, sources: Sequence[str], **found: Any) -> Sweep:
        """The answer, with what does not depend on what was found."""
        numbers = self.variants.numbers
        return Sweep(
            case=self.variants.case,
            scenario=numbers.name,
            title=numbers.title or numbers.case,
            currency=numbers.currency,
            varied=self.varied,
            units=self.units,
            sources=tuple(sources),
            **found,
        )

    def changes(self, values: tuple[float, ...]) -> list[str]:
        """The changes that set the targets to some values."""
        return [target.set_to(v) for target, v in zip(self.targets, values, strict=True)]


def _target(vary: Vary) -> Target:
    if not (np.isfinite(vary.start) and np.isfinite(vary.end) and vary.start < vary.end):
        raise WrongUsage(f"{vary.target}: the range must go up, from one number to a larger one")
    if not 1 <= vary.steps <= _MOST_STEPS:
        raise WrongUsage(f"{vary.target}: between 1 and {_MOST_STEPS:,} steps")
    try:
        return parse_target(vary.target)
    except ChangeError as error:
        raise WrongUsage(str(error)) from None


_OF_NUMBERS = (Kind.NUMBER, Kind.ANY)
"""What a cell that takes numbers holds; the settings and attributes take any value."""


def _refuse_words(case: Case, target: Target) -> None:
    """Refuse a column of names, words or days.

    Raises:
        WrongUsage: numbers mean nothing in the column.
    """
    sheet = lookup(BY_NAME).get(fold(target.sheet))
    if sheet is None:
        return
    name, _ = split_column(target.column)
    declared = [one for one in BY_NAME[sheet].columns if fold(one.name) == fold(name)]
    attributes = case.tables[sheet].attributes if sheet in case.tables else ()
    words = [one.name for one in declared if one.kind not in _OF_NUMBERS] + [
        one
        for one in attributes
        if fold(one) == fold(name)
        and any(isinstance(row.get(one), str) for row in case.values(BASE).rows.get(sheet, []))
    ]
    if words:
        raise WrongUsage(f"{target}: {words[0]} holds no numbers, and cannot be swept")


def _unit(case: Case, target: Target) -> str:
    """The unit of a target's values: in its bracket, else of the column."""
    name, bracket = split_column(target.column)
    sheet = lookup(BY_NAME).get(fold(target.sheet))
    if bracket is not None or sheet is None:
        return bracket or ""
    declared, table = BY_NAME[sheet], case.tables.get(sheet)
    by_name = lookup(declared.by_name)
    if fold(name) in by_name:
        column = by_name[fold(name)]
        return (table.unit(column) if table is not None else declared.own_units[column]).text
    over = declared.over_time
    spread = table.spread_units.values() if table is not None else ()
    return next((unit.text for unit in spread), over.own_unit.text if over is not None else "")


# -- exact ----------------------------------------------------------------------------------


def _of_curve(asked: _Asked, curve: Curve) -> Sweep:
    stretches = [_stretch(piece, curve) for piece in curve.pieces]
    corners = [stretch.end for stretch in stretches[:-1]]
    ends = [stretches[0].start, stretches[-1].end] if stretches else []
    values = sorted({*asked.varied[0].values, *corners, *ends})
    chords = "where it is not certified it is a chord"
    why = f"{curve.broken_off}: {chords}" if curve.broken_off else ""
    return asked.sweep(
        curve.watch.sources,
        points=tuple(_on_curve(value, curve) for value in values),
        breakpoints=tuple(_corner(left, right, curve) for left, right in pairwise(curve.pieces)),
        stretches=tuple(stretches),
        exact=not curve.broken_off,
        reason=why,
        bends="convex" if curve.is_convex else "concave",
        standing=(curve.now,),
        solves=curve.solves,
        is_whole=curve.is_whole,
    )


def _stretch(piece: Piece[State], curve: Curve) -> Stretch:
    first, last = _states(piece, curve)
    slope = piece.slope if curve.is_convex else 0.0 - piece.slope
    return Stretch(piece.start.value, piece.end.value, slope, first, last, piece.error)


def _states(piece: Piece[State], curve: Curve) -> tuple[State, State]:
    """Plans at the ends: of a price it is one plan, of a bound what is between is between them."""
    if curve.is_convex:
        return piece.start.found, piece.end.found
    return piece.tangent.found, piece.tangent.found


def _on_curve(value: float, curve: Curve) -> SweepPoint:
    """The plan at a value; at a breakpoint that of the piece below it."""
    piece = next((p for p in curve.pieces if p.start.value <= value <= p.end.value), None)
    if piece is None:
        return SweepPoint((value,), None, None, curve.without_plan)
    way = value - piece.start.value
    width = piece.end.value - piece.start.value
    height = piece.end.height if value == piece.end.value else piece.start.height
    if 0 < way < width:
        height += (piece.end.height - piece.start.height) * way / width
    first, last = _states(piece, curve)
    state = first.between(last, way / width if width else 0.0)
    cost = height if curve.is_convex else 0.0 - height
    return SweepPoint((value,), cost, state, "optimal")


def _corner(left: Piece[State], right: Piece[State], curve: Curve) -> Breakpoint:
    sign = 1.0 if curve.is_convex else -1.0
    before, after = _states(left, curve), _states(right, curve)
    at = left.end
    # Which limits bind is asked of the tangents: at a corner it is either side's.
    before_side = Side(before[0], _with_limits(before[1], left.tangent.found))
    after_side = Side(after[1], _with_limits(after[0], right.tangent.found))
    return Breakpoint(
        value=at.value,
        after=at.value,
        objective=sign * at.height,
        slope_left=sign * left.slope,
        slope_right=sign * right.slope,
        change=change_words(curve.watch, before_side, after_side),
    )


def _with_limits(state: State, other: State) -> State:
    return State(state.purchases, state.short, state.decisions, other.at_limits)


# -- sampled --------------------------------------------------------------------------------


def _in_possible_steps(asked: _Asked) -> _Asked:
    """The same in whole numbers, where a target takes no others and its range ends in such."""
    varied = tuple(
        replace(vary, whole=_takes_whole_numbers_only(asked.variants, vary, target))
        for vary, target in zip(asked.varied, asked.targets, strict=True)
    )
    return replace(asked, varied=varied)


def _takes_whole_numbers_only(variants: Variants, vary: Vary, target: Target) -> bool:
    """Whether a range from one whole number to another is refused in between.

    Raises:
        WrongUsage, InvalidCase: an end that is no whole number is refused.
    """
    ends = (float(vary.start), float(vary.end))
    broken = next((value for value in (*ends, *vary.values) if not value.is_integer()), None)
    if broken is None:
        return False
    try:
        variants.changed(target.set_to(broken))
    except (WrongUsage, InvalidCase):
        if broken in ends:
            raise
        return True
    return False


def _sampled(asked: _Asked, why: NotExact) -> Sweep:
    asked = _in_possible_steps(asked)
    sampler = Sampler(asked.variants, asked.changes, asked.solved)
    samples = sampler.along(asked.varied[0].values)
    return _of_samples(asked, sampler, samples, why.reason)


def _grid(asked: _Asked) -> Sweep:
    asked = _in_possible_steps(asked)
    sampler = Sampler(asked.variants, asked.changes, asked.solved)
    samples: list[Sample] = []
    for values in product(*(vary.values for vary in asked.varied)):
        found = sampler.at(*values)
        if found is None:
            break
        samples.append(found)
    return _of_samples(asked, sampler, samples, "two numbers vary")


def _of_samples(asked: _Asked, sampler: Sampler, samples: list[Sample], why: str) -> Sweep:
    if not samples:
        raise Stopped("stopped before the first value was solved", asked.variants.numbers.name)
    is_line, watch = len(asked.varied) == 1, sampler.watch
    return asked.sweep(
        watch.sources,
        points=tuple(SweepPoint(s.value, s.objective, s.state, s.status) for s in samples),
        breakpoints=tuple(_changes(watch, samples)) if is_line else (),
        stretches=(),
        exact=False,
        reason=why if sampler.is_whole else f"{why}; stopped early",
        bends=None,
        standing=tuple(_now(asked, k) for k in range(len(asked.varied))),
        solves=sampler.solves,
        is_whole=sampler.is_whole,
    )


def _now(asked: _Asked, which: int) -> float | None:
    """The value that every cell of one of the targets has; None: none, or several."""
    case, scenario = asked.variants.case, asked.variants.scenario
    start, end, target = asked.varied[which].start, asked.varied[which].end, asked.targets[which]
    own, first, last = (
        _numbers(case.varied(*changes).values(scenario))
        for changes in ((), (target.set_to(start),), (target.set_to(end),))
    )
    found = []
    for place, low in first.items():
        if last[place] != low:
            here = own.get(place, np.inf)
            found.append(start + (end - start) * (here - low) / (last[place] - low))
    is_one = bool(found) and np.isfinite(found).all() and np.allclose(found, found[0], rtol=1e-12)
    return float(f"{found[0]:.12g}") if is_one else None


def _numbers(ledger: Ledger) -> dict[tuple[str, ...], float]:
    """Every number of a ledger by its place; what is no number has none."""
    found: dict[tuple[str, ...], float] = {}
    for part, sheets in (("row", ledger.rows), ("spread", ledger.spread)):
        for sheet, rows in sheets.items():
            for i, row in enumerate(rows):
                for column, value in row.items():
                    if isinstance(value, float):
                        found[part, sheet, str(i), column] = value
    for sheet, several in ledger.series.items():
        for i, series in enumerate(several):
            for t, amount in enumerate(series.values):
                if isinstance(amount, float):
                    found["series", sheet, str(i), str(t)] = amount
    return found


def _changes(watch: Watch, samples: Sequence[Sample]) -> Iterator[Breakpoint]:
    """Where neighbouring plans are of two kinds."""
    for k, (one, other) in enumerate(pairwise(samples)):
        if not is_alike(one, other):
            yield _change(
                watch, one, other, [samples[max(k - 1, 0) : k + 1], samples[k + 1 : k + 3]]
            )


def _change(
    watch: Watch, one: Sample, other: Sample, beside: Sequence[Sequence[Sample]]
) -> Breakpoint:
    """The change from one plan to the next; beside them are the pairs before and after."""
    if one.state is None or other.state is None:
        begins = other.state is not None
        words = "from here on there is a plan" if begins else f"no plan any more: {other.status}"
    else:
        width = other.value[0] - one.value[0]
        rates = [_rate(*pair) for pair in beside if len(pair) > 1 and is_alike(*pair)]
        drift = _SEVERAL * width * np.max([np.zeros(len(watch.sources)), *rates], axis=0)
        there = without_drift(one.state, other.state, drift)
        words = change_words(watch, Side(one.state, one.state), Side(there, there))
    return Breakpoint(other.value[0], one.value[0], other.objective, None, None, words)


def _rate(one: Sample, other: Sample) -> Numbers:
    """S: tonnes of each source that one unit of the value moves, up or down."""
    bought = [sample.state.purchases for sample in (one, other) if sample.state is not None]
    return np.asarray(np.ptp(bought, axis=0) / (other.value[0] - one.value[0]))
