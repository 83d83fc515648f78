"""Which dual values of a proof are the only ones there can be.

Whatever dual values prove a plan the cheapest, a row that the plan does not reach has none, and a
column strictly between its bounds has no reduced cost. These are equations; a dual value that they
leave no freedom is the only one, and what its bound is worth is the same on both sides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Flags, Numbers
from planner.solving.outcome import Bound
from planner_models.compiled import CompiledModel

_REACHED = 1e-6
"""A row nearer to its bound than this part of it may be at it."""

_BETWEEN = 1e-4
"""A column farther from its bounds than this part of its value is between them."""

_MOST_DENSE = 800
"""Rows, and columns, that are left to be looked at all together; of more nothing is claimed."""

_FREE = 1e-7
"""A part of a direction below this is rounding."""


class OnlyDuals:
    """The dual values of a model's rows, and reduced costs of its columns, that are certain."""

    def __init__(
        self,
        model: CompiledModel,
        values: Numbers,
        bounds: tuple[Numbers, Numbers],
        typical: tuple[Numbers, Numbers],
    ) -> None:
        """Of a model and a plan that is proven the cheapest.

        Args:
            model: with its rows' bounds.
            values: of the columns.
            bounds: of the columns, lower and upper, as they were held.
            typical: about how large each row and each column is.
        """
        self._start, self._row, self._value = model.by_columns()
        level = model.activity(values)
        gap, size = _gaps(level, model.row_lower, model.row_upper)
        # Rows whose dual value may be another one.
        self._is_free: Flags = gap <= _REACHED * np.maximum(size, typical[0])
        gap, size = _gaps(values, *bounds)
        between: Flags = (gap > _BETWEEN * size) & (gap > _REACHED * typical[1])
        self._freedom = np.zeros((0, len(level)))
        columns = self._settle_one_by_one(np.flatnonzero(between))
        self._settle_together(columns)

    def has(self, bound: Bound) -> bool:
        """Whether the dual value at a bound is the only one there can be."""
        if bound.is_row:
            return not self._is_free[bound.position]
        ends = slice(*self._start[bound.position : bound.position + 2].tolist())
        rows, values = self._row[ends], self._value[ends]
        if not self._is_free[rows].any():
            return True
        if not len(self._freedom):
            return False
        moved = np.abs(self._freedom[:, rows] @ values)
        return bool(moved.max() <= _FREE * np.abs(values).max())

    def _entries(self, column: int) -> tuple[NDArray[np.int32], Numbers]:
        """Rows and numbers of a column that are not settled."""
        ends = slice(*self._start[column : column + 2].tolist())
        rows, values = self._row[ends], self._value[ends]
        left = self._is_free[rows]
        return rows[left], values[left]

    def _settle_one_by_one(self, columns: NDArray[np.int64]) -> list[int]:
        """Settle rows that are the last one open of some column; returns columns with several."""
        waiting = columns.tolist()
        while True:
            several = []
            for column in waiting:
                rows, _ = self._entries(column)
                if len(rows) == 1:
                    self._is_free[rows] = False
                elif len(rows) > 1:
                    several.append(column)
            if len(several) == len(waiting):
                return several
            waiting = several

    def _settle_together(self, columns: list[int]) -> None:
        """Find how the rows that are left may move together, and settle those that cannot."""
        rows = np.flatnonzero(self._is_free)
        if not len(rows) or max(len(rows), len(columns)) > _MOST_DENSE:
            return
        place = np.zeros(len(self._is_free), dtype=int)
        place[rows] = np.arange(len(rows))
        equations = np.zeros((max(len(columns), 1), len(rows)))
        for i, column in enumerate(columns):
            own, values = self._entries(column)
            equations[i, place[own]] = values / np.abs(values).max()
        _, sizes, directions = np.linalg.svd(equations)
        rank = int((sizes > _FREE * max(sizes.max(initial=0.0), 1.0)).sum())
        freedom = directions[rank:]
        self._freedom = np.zeros((len(freedom), len(self._is_free)))
        self._freedom[:, rows] = freedom
        self._is_free[rows] = (np.abs(freedom) > _FREE).any(axis=0)


def _gaps(level: Numbers, lower: Numbers, upper: Numbers) -> tuple[Numbers, Numbers]:
    """How far from the nearer of both bounds, and about how large what lies that far apart is."""
    below, above = level - lower, upper - level
    bound = np.where(below <= above, lower, upper)
    size = np.maximum(np.abs(level), np.where(np.isfinite(bound), np.abs(bound), 0.0))
    return np.minimum(below, above), size
