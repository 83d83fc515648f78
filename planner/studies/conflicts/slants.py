"""How the bounds of a model move with what single cells say.

Reading a case again takes far longer than asking the live solver, so all cells are moved at once,
each by amounts of its own, twice: a bound that follows one cell evenly moves in the proportion of
that cell's two amounts, and of no other's. Where any bound does not, fewer are moved together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers
from planner.solving.session import CUT
from planner.studies.patches import owners_of, places_apart
from planner_models.compiled import CompiledModel

BOUNDS = ("row_lower", "row_upper", "lower", "upper")
"""The bounds of rows and of columns."""

_APART = 0.5
"""By which part of itself the second move of a cell is less than the first at most."""

_EVEN = 1e-9
"""By how much, relative, a bound may be beside the line and still follow a cell evenly."""

Steps = tuple[NDArray[np.intp], Numbers]
"""Positions in an array of the model, and by how much each moves per unit typed."""

Compile = Callable[[Sequence[str]], CompiledModel | None]
"""The model with some changes; None where the case cannot be so."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A cell that may move one way.

    Attributes:
        change: the change that moves it by some units typed.
        by: a move to try, with its sign.
        most: units typed that it may move at most.
    """

    change: Callable[[float], str]
    by: float
    most: float

    @property
    def direction(self) -> float:
        """1 where the number rises, -1 where it falls."""
        return math.copysign(1.0, self.by)


@dataclass(frozen=True, slots=True)
class Slant:
    """How the bounds of a model move with one cell.

    Attributes:
        steps: by array of the model, which bounds move, and how much per unit typed.
        trial: of the cell.
    """

    steps: Mapping[str, Steps]
    trial: Trial

    @property
    def largest(self) -> float:
        """The most that any bound moves per unit typed."""
        sizes = [np.abs(step).max(initial=0.0) for _, step in self.steps.values()]
        return float(max(sizes, default=0.0))


def slants_of(model: CompiledModel, trials: Sequence[Trial], moved: Compile) -> list[Slant | None]:
    """The slants of some cells; None of those that change more than bounds, or unevenly.

    Args:
        model: as the case stands.
        trials: of the cells.
        moved: the model with cells moved.
    """
    found = _together(model, trials, moved) if trials else []
    if found is not None:
        return list(found)
    if len(trials) == 1:
        return [None]
    half = len(trials) // 2
    return slants_of(model, trials[:half], moved) + slants_of(model, trials[half:], moved)


def _together(model: CompiledModel, trials: Sequence[Trial], moved: Compile) -> list[Slant] | None:
    """The slants of all of some cells; None where a bound follows none of them evenly."""
    count = len(trials)
    first = np.array([abs(trial.by) for trial in trials])
    second = first * (1.0 - _APART * places_apart(count))
    models = [
        moved([t.change(t.direction * by) for t, by in zip(trials, part.tolist(), strict=True)])
        for part in (first, second)
    ]
    steps: list[dict[str, Steps]] = [{} for _ in trials]
    for other in models:
        if other is None or not _differ_in_bounds(model, other):
            return None
    for name in BOUNDS:
        base, one, two = (getattr(m, name) for m in (model, *models))
        known = owners_of(base, (one, two), (first, second))
        if known is None:
            return None
        places, owner = known
        for n in np.unique(owner).tolist():
            own = places[owner == n]
            steps[n][name] = own, (one[own] - base[own]) / first[n]
    found = [Slant(step, trial) for step, trial in zip(steps, trials, strict=True)]
    return found if all(_is_whole(model, slant) for slant in found) else None


def _differ_in_bounds(model: CompiledModel, other: CompiledModel) -> bool:
    """Whether two models differ in bounds alone, as far as what a plan may be goes."""
    return model.has_same_places(other) and np.array_equal(model.value, other.value)


def _is_whole(model: CompiledModel, slant: Slant) -> bool:
    """Whether a column can stand for a slant.

    Of rows with two bounds both have to move alike; and no tangent may move, since those to come
    would have to move with it.
    """
    both = np.isfinite(model.row_lower) & np.isfinite(model.row_upper)
    lower, upper = (spread(slant, name, len(both)) for name in ("row_lower", "row_upper"))
    if lower[model.rows[CUT]].any():
        return False
    return bool(np.allclose(lower[both], upper[both], rtol=_EVEN, atol=0.0))


def spread(slant: Slant, name: str, count: int) -> Numbers:
    """How much each bound of an array of the model moves per unit typed."""
    found = np.zeros(count)
    if name in slant.steps:
        places, step = slant.steps[name]
        found[places] = step
    return found


def is_at(model: CompiledModel, other: CompiledModel, moves: Sequence[tuple[Slant, float]]) -> bool:
    """Whether a model is what slants make of the first one.

    Args:
        model: as the case stands.
        other: where cells have moved.
        moves: the slants of these cells, and by how much each has moved, sign aside.
    """
    if not _differ_in_bounds(model, other):
        return False
    for name in BOUNDS:
        base, found = getattr(model, name), getattr(other, name)
        known = np.isfinite(base)
        if not np.array_equal(found[~known], base[~known]):
            return False
        expected, size = base.copy(), np.abs(base)
        for slant, by in moves:
            if name in slant.steps:
                places, step = slant.steps[name]
                expected[places] += by * step
                size[places] += by * np.abs(step)
        if not (np.abs(found[known] - expected[known]) <= _EVEN * size[known]).all():
            return False
    return True
