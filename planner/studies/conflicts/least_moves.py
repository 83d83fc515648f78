"""By how much single cells have to move until there is a plan, where others may have moved already.

Where a cell moves bounds only, and evenly, the elastic model says so; a word is tried step by step;
of all else the move is halved again and again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from planner.studies.conflicts.elastic import Elastic
from planner.studies.conflicts.moving import (
    Move,
    directions_of,
    moved_by,
    size_of,
    start_of,
    to_step,
    trial_of,
)
from planner.studies.conflicts.proposals import Proposals
from planner.studies.conflicts.requirements import Requirement, Sense
from planner.studies.conflicts.slants import Slant, Trial, is_at, slants_of
from planner_models.compiled import CompiledModel

_MOST_GROWTH = 14
"""By four to which power a number is tried that has no end."""

_PARTS = 16
"""Moves that are tried where neither more nor less of a number asks for less."""

_NEAR = 1e-6
"""How near, relative to the move, the least move is found where it is searched for."""


@dataclass(frozen=True, slots=True)
class Even:
    """Cells that a model follows evenly.

    Attributes:
        model: with the others moved, and none of these.
        slants: of all of them, a cell that may move either way having two.
        places: the positions of its slants, by the key of the requirement.
        elastic: the model in which they move; None: there is no slant.
    """

    model: CompiledModel
    slants: tuple[Slant, ...]
    places: dict[str, list[int]]
    elastic: Elastic | None

    def least_alone(self, which: int, seconds: float) -> float | None:
        """By how much the cell of a slant alone has to move; None: no move is enough."""
        return None if self.elastic is None else self.elastic.least_alone(which, seconds)


def evenly(
    proposals: Proposals, requirements: Sequence[Requirement], others: Collection[str]
) -> Even | None:
    """Which cells the model follows evenly; None where others cannot be changed so.

    Args:
        proposals: of the scenario.
        requirements: of cells that say numbers.
        others: changes that are made already.
    """
    model = proposals.model(others)
    if model is None:
        return None
    slants: list[Slant] = []
    # Between two whole numbers there is none to try.
    places: dict[str, list[int]] = {one.key: [] for one in requirements if not one.is_whole}
    for way in range(2):  # those that may move either way are tried the other way after
        known = [one for one in requirements if one.key in places]
        tried = [(one, trial) for one in known if (trial := _trial(one, way)) is not None]
        trials = [trial for _, trial in tried]
        found = slants_of(model, trials, lambda more: proposals.model([*others, *more]))
        for (one, _), slant in zip(tried, found, strict=True):
            if slant is None:
                del places[one.key]
            else:
                places[one.key].append(len(slants))
                slants.append(slant)
    elastic = None
    if slants:
        elastic = Elastic(proposals.numbers(others), model, slants, proposals.options)
    return Even(model, tuple(slants), places, elastic)


def _trial(one: Requirement, way: int) -> Trial | None:
    """A move of a cell the first or the second way that it may go; None: there is no such way."""
    directions = directions_of(one)
    if way >= len(directions):
        return None
    by, most = trial_of(one, directions[way])
    return Trial(lambda moved: moved_by(one, moved).change, by, most) if by else None


class LeastMoves:
    """The least moves of some requirements, each alone, where others have moved already."""

    def __init__(
        self, proposals: Proposals, requirements: Sequence[Requirement], others: Collection[str]
    ) -> None:
        """Find out what they do to the model.

        Args:
            proposals: of the scenario.
            requirements: that move.
            others: changes that are made already.
        """
        self._proposals = proposals
        self._others = list(others)
        numbers = [one for one in requirements if one.sense is not Sense.WORD]
        self._even = evenly(proposals, numbers, others)
        self._chosen: dict[str, int] = {}

    def is_even(self, one: Requirement) -> bool:
        """Whether the model follows a cell evenly."""
        return self._even is not None and one.key in self._even.places

    def of(self, one: Requirement) -> Move | None:
        """The least move of one of them alone; None: no move is enough.

        Raises:
            Stopped: the time limit came, or Ctrl-C.
        """
        if one.sense is Sense.WORD:
            return self._least_step(one)
        if self._even is None or not self.is_even(one):
            return self.searched(one)
        moves = [
            (by, n)
            for n in self._even.places[one.key]
            if (by := self._even.least_alone(n, self._proposals.left)) is not None
        ]
        if not moves:
            return None
        by, self._chosen[one.key] = min(moves, key=lambda move: abs(move[0]))
        return moved_by(one, by)

    def _least_step(self, one: Requirement) -> Move | None:
        for n in range(len(one.steps)):
            move = to_step(one, n)
            if self._proposals.is_possible([*self._others, move.change]):
                return move
        return None

    def searched(self, one: Requirement) -> Move | None:
        """The least move of a cell that changes more than bounds, or not evenly."""
        return least_move(one, lambda change: self._proposals.is_possible([*self._others, change]))

    def confirmed(self, moves: Sequence[Move]) -> list[Move]:
        """Moves found, searched for anew where the cell is not followed evenly so far."""
        slanted = [move for move in moves if move.requirement.key in self._chosen]
        uneven = {move.requirement.key for move in self._uneven(slanted)}
        found = [
            self.searched(move.requirement) if move.requirement.key in uneven else move
            for move in moves
        ]
        return [move for move in found if move is not None]

    def _uneven(self, moves: Sequence[Move]) -> list[Move]:
        """Those of some moves at which the model is not what their slants make of it."""
        if self._even is None or not moves:
            return []
        model = self._proposals.model([*self._others, *(move.change for move in moves)])
        slants = [self._even.slants[self._chosen[move.requirement.key]] for move in moves]
        moved = [(slant, abs(move.by)) for slant, move in zip(slants, moves, strict=True)]
        if model is not None and is_at(self._even.model, model, moved):
            return []
        if len(moves) == 1:
            return list(moves)
        half = len(moves) // 2
        return self._uneven(moves[:half]) + self._uneven(moves[half:])


def least_move(one: Requirement, is_enough: Callable[[str], bool]) -> Move | None:
    """The least move of a cell that is enough: halved again and again.

    Args:
        one: what it gives.
        is_enough: whether a change of it is.
    """
    search = _counted if one.is_whole else _halved
    found = [search(one, direction, is_enough) for direction in directions_of(one)]
    moves = [move for move in found if move is not None]
    return min(moves, key=lambda move: abs(move.by)) if moves else None


def _counted(one: Requirement, direction: int, is_enough: Callable[[str], bool]) -> Move | None:
    """The least move of a cell that counts: one by one, to none or to all there are."""
    _, most = trial_of(one, direction)
    furthest = max(len(one.cells.ledger.rows.get("Sources", [])), int(size_of(one)))
    moves = (moved_by(one, float(direction * by)) for by in range(1, furthest + 1) if by <= most)
    return next((move for move in moves if is_enough(move.change)), None)


def _halved(one: Requirement, direction: int, is_enough: Callable[[str], bool]) -> Move | None:
    def enough(by: float) -> bool:
        return is_enough(moved_by(one, by).change)

    far = _far(one, direction, enough)
    if far is None:
        return None
    near = 0.0
    while abs(far - near) > _NEAR * abs(far):
        middle = (near + far) / 2
        near, far = (near, middle) if enough(middle) else (middle, far)
    return moved_by(one, _shortest(start_of(one), near, far, enough))


def _shortest(start: float, near: float, far: float, enough: Callable[[float], bool]) -> float:
    """Of the moves between one that is not enough and one that is, that to the shortest number."""
    for digits in range(1, 15):
        by = float(f"{start + far:.{digits}g}") - start
        if min(near, far) <= by <= max(near, far) and enough(by):
            return by
    return far


def _far(one: Requirement, direction: int, is_enough: Callable[[float], bool]) -> float | None:
    """A move that is enough."""
    _, most = trial_of(one, direction)
    if one.sense is Sense.EXACTLY and math.isfinite(most):  # too far may be as wrong as too near
        parts = (direction * most * n / _PARTS for n in range(1, _PARTS + 1))
        return next((by for by in parts if is_enough(by)), None)
    if math.isfinite(most):
        return direction * most if most > 0 and is_enough(direction * most) else None
    for power in range(_MOST_GROWTH):
        by = direction * size_of(one) * 4.0**power
        if is_enough(by):
            return by
    return None
