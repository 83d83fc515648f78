"""One scenario with one input moved after the other, on one live session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.case.scenario import Numbers, Scenario
from planner.errors import Stopped
from planner.solving.affine import has_same_places
from planner.solving.cuts import tangent_cuts
from planner.solving.data import model_data
from planner.solving.highs import SolverError
from planner.solving.outcome import Solution, Status
from planner.solving.priorities import breach_columns, solve_by_priority
from planner.solving.session import Session
from planner.solving.tolerances import SOLVER
from planner.studies.following import Following
from planner.studies.inputs import Group
from planner.studies.patches import Patch, patches
from planner.studies.variants import Variants
from planner_models.compiled import CompiledModel
from planner_models.compiling import Compiler


@dataclass(frozen=True, slots=True)
class Moved:
    """The best plan of a variant; without one, its status says why."""

    objective: float | None
    shortfall_t: float
    status: Status


class Moves:
    """Solves a scenario with one group of inputs multiplied by a factor.

    Attributes:
        has_decisions: whether the scenario has yes/no decisions.
        are_held: whether those of the plan with nothing moved are held.
    """

    def __init__(self, variants: Variants, *, hold_decisions: bool) -> None:
        self._variants = variants
        self._compiler = Compiler()
        self._session: Session | None = None
        self._base = self._start = self._compiler.compile(model_data(variants.numbers))
        self._decisions: Numbers | None = None
        self._patches: dict[Group, Patch] = {}
        self._following: Following | None = None
        self._optimum: _Optimum | None = None
        self.has_decisions = bool(self._base.integer.any())
        self.are_held = hold_decisions and self.has_decisions

    def base(self) -> Moved:
        """With nothing moved.

        Raises:
            Stopped: the time limit came, or Ctrl-C.
        """
        numbers = self._variants.numbers
        moved, solution = self._solve(numbers, self._start)
        if self.are_held and solution is not None:
            self._decisions = np.round(solution.values[self._base.integer])
            self._start = self._held(self._base)
            moved, solution = self._solve(numbers, self._start)
        session = self._session
        has_priorities = len(breach_columns(numbers, self._base)) > 0
        is_known = session is not None and session.model is self._start and session.is_linear
        if session is not None and solution is not None and is_known and not has_priorities:
            room = SOLVER * session.typical_columns, SOLVER * session.typical_rows
            self._optimum = _Optimum(self._start, solution, moved, room)
        return moved

    def prepare(self, groups: Sequence[Group], by: float) -> None:
        """Find out what groups do to the model, many at once, before each is moved by a part."""
        numbers, base = self._variants.numbers, self._base
        if tangent_cuts(numbers, base) is None:
            self._following = Following.of(numbers, base)
            self._patches = patches(base, groups, by, self._compiled, self._following)

    def _compiled(self, moved: Sequence[tuple[Group, float]]) -> CompiledModel:
        changes = [group.times(factor) for group, factor in moved]
        return self._compiler.compile(model_data(self._variants.changed(*changes)))

    def at(self, group: Group, factor: float) -> Moved:
        """With one group multiplied by a factor.

        Raises:
            WrongUsage, InvalidCase: the input cannot be so.
            Stopped: the time limit came, or Ctrl-C.
        """
        numbers, model = self._variants.numbers, self._patched(group, factor)
        if model is None:
            numbers = self._variants.changed(group.times(factor))
            model = self._held(self._compiler.compile(model_data(numbers)))
        known = None if self._optimum is None else self._optimum.kept_by(model)
        return known if known is not None else self._solve(numbers, model)[0]

    def _patched(self, group: Group, factor: float) -> CompiledModel | None:
        """The model with a group moved, by what is known of it; None: too little is."""
        patch = self._patches.get(group)
        if patch is None:
            return None
        model = patch.applied(self._start, factor - 1.0)
        if self._following is not None and self._following.moves(group):
            return self._following.applied(model, group, factor)
        return model

    def _solve(self, numbers: Scenario, model: CompiledModel) -> tuple[Moved, Solution | None]:
        cuts = tangent_cuts(numbers, model)
        session, options = self._session, self._variants.options
        if session is None or cuts is not None or not session.change(model):
            session = Session(model, cuts=cuts, threads=options.threads, log=options.log)
        self._session = session
        gap = numbers.mip_gap if options.mip_gap is None else options.mip_gap
        outcome = solve_by_priority(numbers, session, self._variants.seconds_left, gap)
        if outcome.status is Status.STOPPED:
            raise Stopped(f"stopped: {outcome.reason.lower()}", numbers.name)
        if outcome.status in (Status.INFEASIBLE, Status.UNBOUNDED):
            return Moved(None, 0.0, outcome.status), None
        solution = outcome.solution
        if solution is None:
            raise SolverError(f"HiGHS ended with '{outcome.reason}'")
        short = float(solution.values[model.columns["short"]].sum())
        return Moved(solution.objective, max(short, 0.0), Status.OPTIMAL), solution

    def _held(self, model: CompiledModel) -> CompiledModel:
        """The model with the decisions of the plan with nothing moved, where it has the same."""
        if self._decisions is None or not np.array_equal(model.integer, self._base.integer):
            return model
        lower, upper = model.lower.copy(), model.upper.copy()
        lower[model.integer] = upper[model.integer] = self._decisions
        return replace(model, lower=lower, upper=upper, integer=np.zeros_like(model.integer))


@dataclass(frozen=True, slots=True)
class _Optimum:
    """The optimal point of a linear model, and whether it stays optimal for others.

    Attributes:
        moved: what is known of it.
        room: how far a column, and a row, may be from a bound that it is at.
    """

    model: CompiledModel
    solution: Solution
    moved: Moved
    room: tuple[Numbers, Numbers]

    def kept_by(self, model: CompiledModel) -> Moved | None:
        """The optimum of another model, where it is this point with these dual values.

        Nothing has to be solved where an unused source gets dearer, or a bound that does not bind
        moves: the point keeps all bounds, and each reduced cost still points to where it is.
        """
        old, found = self.model, self.solution
        if not has_same_places(old, model) or not _is_same(old.value, model.value):
            return None
        change = model.cost - old.cost if model.cost is not old.cost else None
        reduced = found.column_dual if change is None else found.column_dual + change
        columns = (model.lower, model.upper), (old.lower, old.upper)
        rows = (model.row_lower, model.row_upper), (old.row_lower, old.row_upper)
        if not _holds(found.values, reduced, columns, self.room[0], moved=change):
            return None
        if not _holds(found.activity, found.row_dual, rows, self.room[1], moved=None):
            return None
        more = 0.0 if change is None else float(change @ found.values)
        objective = found.objective + more + model.offset - old.offset
        return replace(self.moved, objective=objective)


_Sides = tuple[Numbers, Numbers]


def _holds(
    level: Numbers,
    dual: Numbers,
    bounds: tuple[_Sides, _Sides],
    room: Numbers,
    *,
    moved: Numbers | None,
) -> bool:
    """Whether levels are within bounds that have moved, and dual values point to where they are.

    Args:
        bounds: as they are, and as they were.
        moved: by how much dual values have changed; None: not at all.
    """
    (lower, upper), (old_lower, old_upper) = bounds
    touched = np.zeros(len(level), dtype=bool) if moved is None else moved != 0
    for now, before in ((lower, old_lower), (upper, old_upper)):
        if now is not before:
            touched |= now != before
    at = np.flatnonzero(touched)
    if not len(at):
        return True
    level, dual, room = level[at], dual[at], room[at]
    above, below = level - lower[at], upper[at] - level
    is_within = (above >= -room) & (below >= -room)
    points = ((dual <= 0) | (above <= room)) & ((dual >= 0) | (below <= room))
    return bool((is_within & points).all())


def _is_same(one: Numbers, other: Numbers) -> bool:
    return one is other or np.array_equal(one, other)
