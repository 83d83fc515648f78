"""Where no plan keeps every rule: the smallest sets of requirements that contradict each other.

A proof that a linear model has no point says which of its bounds meet. Of the requirements that
give them each is dropped in turn, on the live solver: where the rest still has no point it is not
needed. What remains is a conflict: without any one of it the rest can hold. Yes/no decisions are
first taken in part; what only they forbid is searched for by halves, with a search for each.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.case.scenario import Flags, Scenario
from planner.errors import Stopped
from planner.solving.contradictions import contradiction
from planner.solving.cuts import tangent_cuts
from planner.solving.data import model_data
from planner.solving.options import Options
from planner.solving.outcome import Status
from planner.solving.session import Session
from planner.studies.cells import Cells
from planner.studies.conflicts.collecting import requirements_of
from planner.studies.conflicts.relaxation import Relaxation
from planner.studies.conflicts.requirements import Requirement, Requirements
from planner_models.compiled import CompiledModel
from planner_models.compiling import compile_model

Keys = tuple[str, ...]

_UNLIMITED = 10.0
"""Capacities of sources with decisions are so many times what there is of everything."""

_MOST_DROPPED = 0.5
"""A basis at which no more than this part was dropped is one to start from."""

_PART_OF_TIME = 0.1
"""What of the time left one search for a yes/no decision may take."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Requirements that cannot hold together, though without any one of them the rest can.

    Attributes:
        requirements: in the order in which the workbook is read.
        is_smallest: whether it is proven that none can be left out; not where a search for yes/no
            decisions took too long, or failed.
    """

    requirements: tuple[Requirement, ...]
    is_smallest: bool = True

    @property
    def keys(self) -> Keys:
        """Of the requirements."""
        return tuple(one.key for one in self.requirements)


class Conflicts:
    """Finds conflicts of one scenario, with some requirements dropped or none."""

    def __init__(self, scenario: Scenario, cells: Cells, options: Options, deadline: float) -> None:
        """Compile its model, and load it.

        Args:
            scenario: the case's numbers.
            cells: of the same scenario.
            options: how to solve.
            deadline: seconds on the monotonic clock by which all has to be done.
        """
        self.scenario = scenario
        self.cells = cells
        self._options = options
        self._deadline = deadline
        self._model = _Model(_decided_freely(scenario), self)
        self._open: _Model | None = None

    @property
    def options(self) -> Options:
        """How to solve."""
        return self._options

    @property
    def left(self) -> float:
        """Seconds left."""
        return self._deadline - time.monotonic()

    @property
    def requirements(self) -> Sequence[Requirement]:
        """All of them, with closed periods and lanes."""
        return self._opened.requirements.every

    def is_possible(self, without: Collection[str]) -> bool:
        """Whether there is a plan without some requirements."""
        model = self._model_for(without)
        return model.can_hold(model.without(without), self.left) is not False

    def find(self, without: Collection[str] = ()) -> Conflict | None:
        """A conflict of the requirements without some; None where the others can hold."""
        model = self._model_for(without)
        found = model.smallest(np.flatnonzero(~model.without(without)).tolist(), ())
        if found is None:
            return None
        keys = [model.requirements.every[n].key for n in found]
        closed = self._closed(keys) if model is self._model else []
        chosen = [model.requirements.every[n] for n in sorted(found)] + closed
        return Conflict(tuple(_in_order(chosen)), model.is_proven)

    def _model_for(self, keys: Collection[str]) -> _Model:
        """The model that has some requirements, with closed periods and lanes where asked for."""
        known = len(self._model.requirements.positions(keys)) == len(keys)
        return self._model if known else self._opened

    @property
    def _opened(self) -> _Model:
        if self._open is None:
            self._open = _Model(_opened(_decided_freely(self.scenario)), self)
        return self._open

    def _closed(self, keys: Sequence[str]) -> list[Requirement]:
        """First and Last periods, and lanes, that are part of a conflict."""
        scenario = self.scenario
        last = len(scenario.periods) - 1
        if not (scenario.first.any() or (scenario.last < last).any() or not scenario.allowed.all()):
            return []
        if self._open is None:
            self._open = _Model(_opened(_decided_freely(scenario)), self)
        model = self._open
        fixed = model.requirements.positions(keys)
        known = {one.key for one in self._model.requirements.every}
        doors = [n for n, one in enumerate(model.requirements.every) if one.key not in known]
        found = model.smallest(doors, fixed)
        return [model.requirements.every[n] for n in found or ()]


class _Model:
    """A model of the scenario in the solver, with the requirements that bound it."""

    def __init__(self, numbers: Scenario, of: Conflicts) -> None:
        self._of = of
        self._numbers = numbers
        self._compiled = compile_model(model_data(numbers))
        self.requirements: Requirements = requirements_of(of.scenario, self._compiled, of.cells)
        self.is_proven = True
        self._proofs: list[frozenset[int]] = []
        self._start: Any = None
        has_decisions = bool(self._compiled.integer.any())
        linear = self._compiled
        if has_decisions:
            linear = replace(linear, integer=np.zeros(len(linear.cost), dtype=bool))
        self._linear = self._loaded(linear)
        self._whole = self._loaded(self._compiled) if has_decisions else None

    def _loaded(self, model: CompiledModel) -> Relaxation:
        options = self._of.options
        cuts = tangent_cuts(self._numbers, model)
        session = Session(model, cuts=cuts, threads=options.threads, log=options.log)
        session.set_costs(np.zeros(model.shape[1]))
        return Relaxation(session, self.requirements)

    def without(self, keys: Collection[str]) -> Flags:
        """Which requirements are dropped: these."""
        dropped = np.zeros(len(self.requirements.every), dtype=bool)
        dropped[self.requirements.positions(keys)] = True
        return dropped

    def _all_but(self, held: Sequence[int]) -> Flags:
        """Which requirements are dropped: all but these."""
        dropped = np.ones(len(self.requirements.every), dtype=bool)
        dropped[list(held)] = False
        return dropped

    # -- what can hold ----------------------------------------------------------------------

    def can_hold(self, dropped: Flags, seconds: float) -> bool | None:
        """Whether all but some requirements can hold; None: the search did not find out."""
        if any(not dropped[list(proof)].any() for proof in self._proofs):
            return False  # it was proven already that some of those left contradict each other
        if self._start is not None:  # from where most of them held: near to what is asked
            self._linear.session.restore(self._start)
        if self._meets(dropped) is not None:
            return False
        if self._whole is None:
            return True
        self._whole.drop_only(dropped)
        outcome = self._whole.session.solve(seconds, gap=1.0)
        if outcome.status is Status.STOPPED and outcome.solution is None:
            if "time" not in outcome.reason.lower():
                raise Stopped(f"stopped: {outcome.reason.lower()}")
            return None
        if outcome.status is Status.FAILED:
            return None
        return outcome.status is not Status.INFEASIBLE

    def _can(self, held: Sequence[int]) -> bool:
        """Whether some alone can hold; where no search finds out it is taken that they can."""
        found = self.can_hold(self._all_but(held), self._of.left * _PART_OF_TIME)
        if found is None:
            self.is_proven = False
            return True
        return found

    def _meets(self, dropped: Flags) -> set[int] | None:
        """The requirements whose bounds meet in the linear model; None where they can hold."""
        self._linear.drop_only(dropped)
        found = contradiction(self._linear.session, self._of.left)
        if found is None:
            if np.count_nonzero(dropped) < _MOST_DROPPED * len(dropped):
                self._start = self._linear.session.basis()
            return None
        supporting = self._linear.supporting(found.rows, found.columns)
        meeting = {n for n in supporting if not dropped[n]}
        self._proofs.append(frozenset(meeting))
        return meeting

    # -- the fewest that cannot -------------------------------------------------------------

    def smallest(self, candidates: Sequence[int], fixed: Sequence[int]) -> list[int] | None:
        """Of some requirements the fewest that contradict each other and those fixed.

        All others are dropped. None where candidates and fixed ones can hold together; none of the
        candidates where the fixed ones alone cannot.
        """
        found = self._smallest_linear(candidates, fixed)
        self.is_proven = True
        if self._whole is None:
            return found
        if found is not None:
            return _filtered(found, lambda chosen: self._can([*chosen, *fixed]))
        if self._can([*candidates, *fixed]):
            return None
        return _by_halves(list(candidates), lambda chosen: self._can([*chosen, *fixed]))

    def _smallest_linear(self, candidates: Sequence[int], fixed: Sequence[int]) -> list[int] | None:
        meeting = self._meets(self._all_but([*candidates, *fixed]))
        if meeting is None:
            return None
        kept = [n for n in candidates if n in meeting]
        needed: list[int] = []
        while kept:
            tried = kept.pop(0)
            meeting = self._meets(self._all_but([*kept, *needed, *fixed]))
            if meeting is None:
                needed.append(tried)
            else:
                kept = [n for n in kept if n in meeting]
        if self._meets(self._all_but([*needed, *fixed])) is not None:
            return needed

        # What a proof says within tolerances did not hold: without its help.
        def can(chosen: Sequence[int]) -> bool:
            return self._meets(self._all_but([*chosen, *fixed])) is None

        return _filtered(list(candidates), can)


def _filtered(candidates: list[int], can: Callable[[Sequence[int]], bool]) -> list[int]:
    """Those of some contradicting requirements that are needed, each dropped in turn."""
    needed = list(candidates)
    for n in candidates:
        without = [other for other in needed if other != n]
        if not can(without):
            needed = without
    return needed


def _by_halves(candidates: list[int], can: Callable[[Sequence[int]], bool]) -> list[int]:
    """The same with few searches: QuickXplain (U. Junker, 2004)."""

    def among(background: list[int], rest: list[int], *, has_more: bool) -> list[int]:
        if has_more and not can(background):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        first, second = rest[:half], rest[half:]
        of_second = among([*background, *first], second, has_more=bool(first))
        of_first = among([*background, *of_second], first, has_more=bool(of_second))
        return [*of_first, *of_second]

    return [] if not can([]) else among([], candidates, has_more=False)


def _in_order(requirements: Sequence[Requirement]) -> list[Requirement]:
    """Demand first, then rules, then what can be had."""
    return sorted(requirements, key=lambda one: _ORDER.get(one.key.partition("!")[0], len(_ORDER)))


_ORDER = {
    sheet: n
    for n, sheet in enumerate(
        ("Demand", "Stock", "Safety stock", "Quotas", "Limits", "Contracts", "Settings",
         "Current plan", "Restarts", "Recipes", "Conversions", "Recycling", "Disruptions",
         "Availability", "Capacity", "Sources", "Lanes")
    )
}  # fmt: skip


def _decided_freely(scenario: Scenario) -> Scenario:
    """The same, where no yes/no decision is tied to a capacity, quota or limit that may drop."""
    size = float(scenario.demand.sum() + scenario.target.sum() + scenario.final_minimum.sum())
    known = scenario.bound[np.isfinite(scenario.bound)]
    most = _UNLIMITED * max(size, float(known.max(initial=0.0)), 1e-6)
    restarted = np.zeros(len(scenario.sources), dtype=bool)
    restarted[[restart.source for restart in scenario.restarts]] = True
    return replace(
        scenario,
        capacity=np.where(restarted[:, None], scenario.capacity, np.inf),
        availability=np.where(restarted[:, None], scenario.availability, 1.0),
        bound=np.full_like(scenario.bound, most),
    )


def _opened(scenario: Scenario) -> Scenario:
    """The same, where every source can be bought in every period and for every plant."""
    return replace(
        scenario,
        first=np.zeros_like(scenario.first),
        last=np.full_like(scenario.last, len(scenario.periods) - 1),
        allowed=np.ones_like(scenario.allowed),
    )
