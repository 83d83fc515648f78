"""How far cells have to move until there is a plan: the model with a column for each such move.

A cell's effect on the model is what differs when the case says something else there. Where only
bounds differ, and in proportion, they are loosened by a column of the model, and the least of it is
asked for: one solve, exact also with yes/no decisions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers, Scenario
from planner.solving.cuts import tangent_cuts
from planner.solving.options import Options
from planner.solving.outcome import Status
from planner.solving.session import Session
from planner_models.compiled import CompiledModel

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Slant:
    """How the bounds of a model move with one cell.

    Attributes:
        rows, columns: lower (0) and upper (1) bounds, by how much each moves per unit typed.
        most: units typed that it may move at most, in either direction.
        direction: 1 where the typed number rises, -1 where it falls.
    """

    rows: tuple[Numbers, Numbers]
    columns: tuple[Numbers, Numbers]
    most: float
    direction: float

    @property
    def largest(self) -> float:
        """The most that any bound moves per unit typed."""
        return max(float(np.abs(side).max(initial=0.0)) for side in (*self.rows, *self.columns))


def slant_of(model: CompiledModel, other: CompiledModel, move: float, most: float) -> Slant | None:
    """How bounds move with a cell; None where it changes more than bounds.

    Args:
        model: as the case stands.
        other: where the cell is moved.
        move: units typed, with its sign.
        most: units that it may move at most.
    """
    if model.shape != other.shape or not (
        np.array_equal(model.index, other.index)
        and np.array_equal(model.start, other.start)
        and np.array_equal(model.value, other.value)
        and np.array_equal(model.integer, other.integer)
    ):
        return None
    sides = [
        (model.row_lower, other.row_lower),
        (model.row_upper, other.row_upper),
        (model.lower, other.lower),
        (model.upper, other.upper),
    ]
    if any((np.isinf(before) != np.isinf(after)).any() for before, after in sides):
        return None
    with np.errstate(invalid="ignore"):
        moved = [np.nan_to_num((after - before) / abs(move)) for before, after in sides]
    rows, columns = (moved[0], moved[1]), (moved[2], moved[3])
    both = np.isfinite(model.row_lower) & np.isfinite(model.row_upper)
    if not np.allclose(rows[0][both], rows[1][both], rtol=_ROUNDING, atol=0.0):
        return (
            None  # a row between two bounds of which one moves: none of ours, but for a fixed one
        )
    return Slant(rows, columns, most, math.copysign(1.0, move))


class Elastic:
    """A model with a column for each of some slants, live in the solver."""

    def __init__(
        self, scenario: Scenario, model: CompiledModel, slants: Sequence[Slant], options: Options
    ) -> None:
        """Load it.

        Args:
            scenario: the case's numbers.
            model: compiled of them.
            slants: of the cells that may move.
            options: how to solve.
        """
        self._slants = slants
        # A column counts in the amounts that its largest bound moves by.
        self._sizes = np.array([slant.largest or 1.0 for slant in slants])
        self._first = model.shape[1]
        extended = _extended(model, slants, self._sizes)
        cuts = tangent_cuts(scenario, model)
        self._session = Session(extended, cuts=cuts, threads=options.threads, log=options.log)
        self._fix(())

    def _fix(self, free: Sequence[int]) -> None:
        columns = self._first + np.arange(len(self._slants))
        most = np.array([slant.most for slant in self._slants]) * self._sizes
        upper = np.where(np.isin(np.arange(len(columns)), free), most, 0.0)
        self._session.set_column_bounds(columns, np.zeros(len(columns)), upper)

    def least(
        self, free: Sequence[int], weights: Sequence[float], seconds: float
    ) -> Numbers | None:
        """By how much some of the cells have to move together at least; None: no move is enough.

        Args:
            free: which.
            weights: what a unit typed of each counts.
            seconds: for the solve.

        Returns:
            Units typed with their signs.
        """
        self._fix(free)
        chosen = np.array(free, dtype=np.int64)
        cost = np.zeros(self._session.model.shape[1])
        cost[self._first + chosen] = np.array(weights) / self._sizes[chosen]
        self._session.set_costs(cost / cost.max())
        outcome = self._session.solve(seconds)
        if outcome.status is not Status.OPTIMAL or outcome.solution is None:
            return None
        columns = self._first + chosen
        amounts = np.maximum(outcome.solution.values[columns], 0.0) / self._sizes[chosen]
        signs = np.array([self._slants[n].direction for n in free])
        moves: Numbers = amounts * signs
        return moves


def _extended(model: CompiledModel, slants: Sequence[Slant], sizes: Numbers) -> CompiledModel:
    """The model with a column for each slant, and a row for each bound of a column that moves."""
    count, first, height = len(slants), model.shape[1], len(model.row_lower)
    entries = _Entries(model)
    for n, slant in enumerate(slants):
        entries.add(np.arange(height), first + n, -_either(*slant.rows) / sizes[n])
    lower, upper = model.lower.copy(), model.upper.copy()
    row_lower, row_upper = [model.row_lower], [model.row_upper]
    for side, live in enumerate((lower, upper)):
        moving = np.any([slant.columns[side] != 0 for slant in slants], axis=0)
        bounded = np.flatnonzero(moving)
        free = np.full(len(bounded), np.inf)
        row_lower.append(-free if side else live[bounded].copy())
        row_upper.append(live[bounded].copy() if side else free)
        live[bounded] = free if side else np.minimum(live[bounded], 0.0)
        rows = height + np.arange(len(bounded))
        entries.add(rows, bounded, np.ones(len(bounded)))
        for n, slant in enumerate(slants):
            entries.add(rows, first + n, -slant.columns[side][bounded] / sizes[n])
        height += len(bounded)
    start, index, value = entries.by_rows(height)
    return replace(
        model,
        cost=np.zeros(first + count),
        lower=np.concatenate([lower, np.zeros(count)]),
        upper=np.concatenate([upper, np.zeros(count)]),
        integer=np.concatenate([model.integer, np.zeros(count, dtype=bool)]),
        row_lower=np.concatenate(row_lower),
        row_upper=np.concatenate(row_upper),
        start=start,
        index=index,
        value=value,
    )


def _either(lower: Numbers, upper: Numbers) -> Numbers:
    """How far a row moves, whichever of its bounds does."""
    return np.where(upper != 0, upper, lower)


class _Entries:
    """Entries of a matrix in the making."""

    def __init__(self, model: CompiledModel) -> None:
        self._rows: list[NDArray[Any]] = [model.entry_rows]
        self._columns: list[NDArray[Any]] = [model.index]
        self._values = [model.value]

    def add(self, rows: NDArray[Any], columns: NDArray[Any] | int, values: Numbers) -> None:
        """Add those that are not 0, all in one column or each in its own."""
        kept = values != 0
        self._rows.append(rows[kept])
        self._columns.append(np.broadcast_to(columns, values.shape)[kept])
        self._values.append(values[kept])

    def by_rows(self, height: int) -> tuple[NDArray[np.int32], NDArray[np.int32], Numbers]:
        """Start of each row, and column and value of each entry."""
        rows = np.concatenate(self._rows)
        order = np.argsort(rows, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=height))])
        index = np.concatenate(self._columns)[order]
        return start.astype(np.int32), index.astype(np.int32), np.concatenate(self._values)[order]
