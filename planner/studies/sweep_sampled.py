"""The cost at some values one by one, and more of them where the plan changes in between."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from planner.errors import InvalidCase, Stopped, Unbounded, WrongUsage
from planner.solving.outcome import Status
from planner.studies.states import State, Watch, is_same_kind
from planner.studies.variants import Variants

_MOST_HALVINGS = 8
"""How often the way between two values is halved where the plan changes."""

_MOST_TIMES = 10
"""Values looked at to find where plans change, against those asked for."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The best plan at a value.

    Attributes:
        value: set; with two targets one each.
        objective: its cost; None: there is no plan.
        state: what the plan does.
        status: of the solve, as a word.
    """

    value: tuple[float, ...]
    objective: float | None
    state: State | None
    status: str


@dataclass(slots=True)
class Sampler:
    """Solves variants at values, until the time limit comes, or Ctrl-C.

    Attributes:
        variants: of the scenario.
        changes: what values change a case by.
        solved: called after each solve.
        is_whole: whether it was not broken off.
        solves: of the solver.
    """

    variants: Variants
    changes: Callable[[tuple[float, ...]], Sequence[str]]
    solved: Callable[[], object]
    is_whole: bool = True
    solves: int = 0

    def at(self, *value: float) -> Sample | None:
        """The best plan at a value; None: broken off.

        Raises:
            WrongUsage: the target cannot be set to this value.
            InvalidCase: it leads to numbers that the contract does not allow.
        """
        try:
            sample = self._solved_at(value)
            self.solves += 1
            self.solved()
        except (Stopped, KeyboardInterrupt):
            self.is_whole = False
            return None
        return sample

    def _solved_at(self, value: tuple[float, ...]) -> Sample:
        numbers = self.variants.changed(*self.changes(value))
        try:
            optimum = self.variants.optimum(numbers)
        except Unbounded:
            return Sample(value, None, None, Status.UNBOUNDED.value)
        if optimum is None:
            return Sample(value, None, None, Status.INFEASIBLE.value)
        state = Watch(numbers, optimum.model).state(optimum.solution)
        return Sample(value, optimum.objective, state, Status.OPTIMAL.value)

    @property
    def watch(self) -> Watch:
        """Names of sources and items; no model of a variant has others."""
        return Watch(self.variants.numbers, self.variants.session(self.variants.numbers).model)

    def along(self, values: Sequence[float]) -> list[Sample]:
        """The best plans at values in their order, and closer and closer where plans change."""
        samples: list[Sample] = []
        for value in values:
            found = self.at(value)
            if found is None:
                return samples
            samples.append(found)
        allowed = _MOST_TIMES * len(values)
        closer = [
            sample
            for before, after in pairwise(samples)
            for sample in self._closer(before, after, allowed - self.solves)
        ]
        return sorted(samples + closer, key=lambda sample: sample.value)

    def _closer(self, before: Sample, after: Sample, most: int) -> list[Sample]:
        """Further samples next to where the plan changes between two."""
        found = []
        for _ in range(min(_MOST_HALVINGS, most)):
            if is_alike(before, after):
                break
            middle = self._between(before.value[0], after.value[0])
            if middle is None:
                break
            found.append(middle)
            if is_alike(before, middle):
                before = middle
            else:
                after = middle
        return found

    def _between(self, low: float, high: float) -> Sample | None:
        """The best plan half way between two values; None: broken off, or there is none between.

        Raises:
            WrongUsage, InvalidCase: as `at`, of what takes more than whole numbers.
        """
        middle = 0.5 * (low + high)
        try:
            return self.at(middle)
        except (WrongUsage, InvalidCase):
            if middle.is_integer() or not (low.is_integer() and high.is_integer()):
                raise
        # A lead time in periods, or a number of suppliers: whole, as the two values are.
        whole = math.floor(middle)
        return self.at(float(whole)) if whole > low else None


def is_alike(one: Sample, other: Sample) -> bool:
    """Whether two samples have plans of the same kind, or both none for the same reason."""
    if one.state is None or other.state is None:
        return one.status == other.status and one.state is other.state
    return is_same_kind(one.state, other.state)
