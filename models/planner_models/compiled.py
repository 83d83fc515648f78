"""A compiled model: the arrays that a solver takes, and what of them belongs to which member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """minimise cost·x + offset, row_lower ≤ A·x ≤ row_upper, lower ≤ x ≤ upper.

    Attributes:
        integer: which columns are yes/no decisions.
        start, index, value: A by columns (compressed sparse column).
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

    @property
    def entry_columns(self) -> NDArray[np.int32]:
        """The column of each entry of A, in the order of `index` and `value`."""
        return np.repeat(np.arange(len(self.cost), dtype=np.int32), np.diff(self.start))

    def activity(self, values: Numbers) -> Numbers:
        """A·x: of each row, at the values of the columns."""
        products = self.value * values[self.entry_columns]
        return np.asarray(np.bincount(self.index, products, len(self.row_lower)), dtype=float)

    def priced(self, row_dual: Numbers) -> Numbers:
        """Aᵀ·y: of each column, its entries times the dual values of their rows."""
        products = self.value * row_dual[self.index]
        return np.asarray(np.bincount(self.entry_columns, products, len(self.cost)), dtype=float)

    def with_rows(self, component: str, rows: Rows) -> CompiledModel:
        """The same with rows added to a constraint: they come last."""
        count, first = len(rows.lower), len(self.row_lower)
        added = first + np.repeat(np.arange(count), np.diff(rows.start))
        column = np.concatenate([self.entry_columns, rows.index])
        order = np.argsort(column, kind="stable")
        places = np.concatenate([self.rows[component], np.arange(first, first + count)])
        counts = np.bincount(column, minlength=len(self.cost))
        return replace(
            self,
            row_lower=np.concatenate([self.row_lower, rows.lower]),
            row_upper=np.concatenate([self.row_upper, rows.upper]),
            start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
            index=np.concatenate([self.index, added])[order].astype(np.int32),
            value=np.concatenate([self.value, rows.value])[order],
            rows={**self.rows, component: places},
        )
