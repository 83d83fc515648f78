"""One scenario with one input moved after the other, on one live session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.case.scenario import Numbers, Scenario
from planner.errors import Stopped
from planner.solving.cuts import tangent_cuts
from planner.solving.data import model_data
from planner.solving.edits import Edits
from planner.solving.outcome import Solution, Status
from planner.solving.priorities import breach_columns
from planner.solving.session import Session
from planner.solving.vertex import Followed, Vertex
from planner.studies.following import Following
from planner.studies.inputs import Group
from planner.studies.patches import patches
from planner.studies.variants import Variants
from planner_models.compiled import CompiledModel
from planner_models.compiling import Compiler

_LARGE = 15_000
"""Entries from which each variant is solved from the plan with nothing moved, not from the variant
before: a quarter less time in HiGHS in a case of 136,000; in one of 800 a quarter more."""


_End = tuple[Group, float]
"""An input, and what it is multiplied by."""


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
        self._vertex: Vertex | None = None
        self._origin: tuple[CompiledModel, Any] | None = None
        self._edits: dict[_End, Edits] = {}
        self._known: dict[_End, Moved] = {}
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
            self._vertex, self._session = Vertex(session, solution), None
            self._origin = self._vertex.model, self._vertex.basis
        return moved

    def prepare(self, groups: Sequence[Group], by: float) -> None:
        """Find out what groups do to the model, many at once, before each is moved by a part.

        Where the basis of the plan with nothing moved stays optimal, the plan is followed.
        """
        numbers, base = self._variants.numbers, self._base
        if tangent_cuts(numbers, base) is not None:
            return
        following = Following.of(numbers, base)
        found = patches(base, groups, by, self._compiled, following)
        ends = [(group, factor) for group in found for factor in factors(by)]
        self._edits = {end: found[end[0]].edits(self._start, end[1] - 1.0) for end in ends}
        if following is not None:
            moving = [end for end in ends if following.moves(end[0])]
            for end, costs in zip(moving, following.edits(self._start, moving), strict=True):
                own = self._edits.pop(end)
                if costs is not None:
                    self._edits[end] = own.and_also("cost", costs)
        if self._vertex is None:
            return
        followed = self._vertex.followed(list(self._edits.values()))
        for end, known in zip(self._edits, followed, strict=True):
            if known is not None:
                self._known[end] = self._moved(known)
        if len(self._edits) == len(factors(by)) * len(groups):  # no end is left to be followed
            self._session, self._vertex = self._vertex.session, None

    def _compiled(self, moved: Sequence[tuple[Group, float]]) -> CompiledModel:
        changes = [group.times(factor) for group, factor in moved]
        return self._compiler.compile(model_data(self._variants.changed(*changes)))

    def at(self, group: Group, factor: float) -> Moved:
        """With one group multiplied by a factor.

        Raises:
            WrongUsage, InvalidCase: the input cannot be so.
            Stopped: the time limit came, or Ctrl-C.
        """
        end = group, factor
        if end in self._known:
            return self._known[end]
        if end in self._edits:
            model = self._edits[end].applied(self._start)
            return self._solve(self._variants.numbers, model)[0]
        numbers = self._variants.changed(group.times(factor))
        model = self._held(self._compiler.compile(model_data(numbers)))
        return self._followed(numbers, model) or self._solve(numbers, model)[0]

    def _followed(self, numbers: Scenario, model: CompiledModel) -> Moved | None:
        """The optimum where the basis of the plan with nothing moved stays optimal; else None."""
        vertex = self._vertex
        edits = None if vertex is None else Edits.between(vertex.model, model)
        if vertex is None or edits is None:
            return None
        (known,) = vertex.followed([edits])
        if known is None:
            return None
        cuts = tangent_cuts(numbers, model)  # a maximum of an HHI is more than the rows there are
        return self._moved(known) if cuts is None or cuts(known.values, False) is None else None

    def _moved(self, known: Followed) -> Moved:
        return Moved(known.objective, _shortfall(self._base, known.values), Status.OPTIMAL)

    def _solve(self, numbers: Scenario, model: CompiledModel) -> tuple[Moved, Solution | None]:
        cuts = tangent_cuts(numbers, model)
        session, options, origin = self._session, self._variants.options, self._origin
        if session is not None and origin is not None and len(model.value) >= _LARGE:
            if session.change(origin[0]):
                session.restore(origin[1])
            else:
                session = None
        if session is None or cuts is not None or not session.change(model):
            session = Session(model, cuts=cuts, threads=options.threads, log=options.log)
            if origin is not None and origin[0].has_same_places(model):
                session.restore(origin[1])
        self._session = session
        outcome = self._variants.outcome(numbers, session)
        if outcome.status is Status.STOPPED:
            raise Stopped(f"stopped: {outcome.reason.lower()}", numbers.name)
        solution = outcome.solution
        if solution is None:
            return Moved(None, 0.0, outcome.status), None
        short = _shortfall(model, solution.values)
        return Moved(solution.objective, short, Status.OPTIMAL), solution

    def _held(self, model: CompiledModel) -> CompiledModel:
        """The model with the decisions of the plan with nothing moved, where it has the same."""
        if self._decisions is None or not np.array_equal(model.integer, self._base.integer):
            return model
        lower, upper = model.lower.copy(), model.upper.copy()
        lower[model.integer] = upper[model.integer] = self._decisions
        return replace(model, lower=lower, upper=upper, integer=np.zeros_like(model.integer))


def factors(by: float) -> tuple[float, float]:
    """What an input is multiplied by where it moves down and up by a part."""
    return 1.0 - by, 1.0 + by


def _shortfall(model: CompiledModel, values: Numbers) -> float:
    """Tonnes missing of all items."""
    return max(float(values[model.columns["short"]].sum()), 0.0)
