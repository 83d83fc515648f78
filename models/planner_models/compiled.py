"""A compiled model: the arrays that a solver takes, and what of them belongs to which member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planner_models.data import Members, Numbers

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to add to a compiled model: lower ≤ A·x ≤ upper, A by rows (compressed sparse row)."""

    lower: Numbers
    upper: Numbers
    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: Numbers


@dataclass(frozen=True)
class CompiledModel:
    """minimise cost·x + offset, row_lower ≤ A·x ≤ row_upper, lower ≤ x ≤ upper.

    Attributes:
        integer: which columns are yes/no decisions.
        start, index, value: A by rows (compressed sparse row).
        columns: for each variable, the positions of its members, in the order of its index set.
        rows: for each constraint, likewise.
        index_sets: for each variable and constraint, the name of its index set in `indices`.
    """

    cost: Numbers
    offset: float
    lower: Numbers
    upper: Numbers
    integer: NDArray[np.bool_]
    row_lower: Numbers
    row_upper: Numbers
    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: Numbers
    columns: Mapping[str, Positions]
    rows: Mapping[str, Positions]
    indices: Mapping[str, Members]
    index_sets: Mapping[str, str]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.row_lower), len(self.cost)

    def has_same_places(self, other: CompiledModel) -> bool:
        """Whether another model has the same rows, columns, entries and yes/no decisions."""
        return self.shape == other.shape and all(
            own is theirs or np.array_equal(own, theirs)
            for own, theirs in (
                (self.start, other.start),
                (self.index, other.index),
                (self.integer, other.integer),
            )
        )

    @cached_property
    def entry_rows(self) -> NDArray[np.int32]:
        """The row of each entry of A, in the order of `index` (its column) and `value`."""
        return np.repeat(np.arange(len(self.row_lower), dtype=np.int32), np.diff(self.start))

    def activity(self, values: Numbers) -> Numbers:
        """A·x: of each row, at the values of the columns; of several points, a row for each."""
        return _summed(self.value * values[..., self.index], self.entry_rows, len(self.row_lower))

    def priced(self, row_dual: Numbers) -> Numbers:
        """Aᵀ·y: of each column, its entries times the rows' dual values; of several points too."""
        return _summed(self.value * row_dual[..., self.entry_rows], self.index, len(self.cost))

    def by_columns(self) -> tuple[NDArray[np.int64], NDArray[np.int32], Numbers]:
        """A by columns: where each starts, the row of each entry, and its value."""
        order = np.argsort(self.index, kind="stable")
        counts = np.bincount(self.index, minlength=len(self.cost))
        start = np.concatenate([[0], np.cumsum(counts)])
        return start, self.entry_rows[order], self.value[order]

    def with_rows(self, component: str, rows: Rows) -> CompiledModel:
        """The same with rows added to a constraint: they come last."""
        count, first = len(rows.lower), len(self.row_lower)
        places = np.concatenate([self.rows[component], np.arange(first, first + count)])
        return replace(
            self,
            row_lower=np.concatenate([self.row_lower, rows.lower]),
            row_upper=np.concatenate([self.row_upper, rows.upper]),
            start=np.concatenate([self.start, self.start[-1] + rows.start[1:]]),
            index=np.concatenate([self.index, rows.index]),
            value=np.concatenate([self.value, rows.value]),
            rows={**self.rows, component: places},
        )


def _summed(products: Numbers, places: NDArray[np.int32], count: int) -> Numbers:
    """Products added up by their places, `count` of them; of several rows each by itself."""
    if products.ndim == 1:
        return np.asarray(np.bincount(places, products, count), dtype=float)
    of_row = places + count * np.arange(len(products))[:, None]
    sums = np.bincount(of_row.ravel(), products.ravel(), len(products) * count)
    return np.asarray(sums, dtype=float).reshape(len(products), count)
