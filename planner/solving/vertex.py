"""An optimal point followed while bounds and costs move, without solving again.

While the same columns and rows stay basic, the point follows its bounds and the dual values follow
the costs, by one solve each with the basis matrix. Where the point so found keeps every bound, and
every dual value still points to the bound that its column or row is at, it is optimal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers
from planner.solving.basis_matrix import BasisMatrix
from planner.solving.outcome import Solution
from planner.solving.session import Session
from planner.solving.tolerances import SOLVER
from planner_models.compiled import CompiledModel

_BASIC, _UPPER, _FREE = (
    int(status)
    for status in (
        highspy.HighsBasisStatus.kBasic,
        highspy.HighsBasisStatus.kUpper,
        highspy.HighsBasisStatus.kZero,
    )
)

_PRIMAL_ROOM = 10 * SOLVER
"""How far a basic column or row may be beyond its bounds, in parts of its scale."""


@dataclass(frozen=True, slots=True)
class Followed:
    """The optimum of a model that differs in bounds and costs.

    Attributes:
        objective: its cost.
        values: of its columns.
    """

    objective: float
    values: Numbers


class Vertex:
    """The optimal vertex of a linear model.

    Attributes:
        model: as it was solved.
        basis: at the vertex.
    """

    def __init__(self, session: Session, solution: Solution) -> None:
        """Take over a session that has just been solved to its optimum.

        Args:
            session: without open yes/no decisions, with the bounds and costs of its model. It is to
                be left as it is: its basis matrix is solved with.
            solution: what it found.
        """
        self.model, self.basis = session.model, session.basis()
        self._matrix, self._objective = BasisMatrix(session), solution.objective
        is_row, position = self._matrix.is_row, self._matrix.position
        self._basic_rows, self._basic_columns = np.flatnonzero(is_row), np.flatnonzero(~is_row)
        rows, columns = position[is_row], position[~is_row]
        model = self.model
        self._columns = _Side(
            solution.values,
            solution.column_dual,
            basic=columns,
            status=_statuses(self.basis.col_status),
            bounds=(model.lower, model.upper),
            scale=session.column_scale,
            unit=session.column_unit,
        )
        self._rows = _Side(
            solution.activity,
            solution.row_dual,
            basic=rows,
            status=_statuses(self.basis.row_status),
            bounds=(model.row_lower, model.row_upper),
            scale=session.row_scale,
            unit=session.row_unit,
        )

    def followed(self, model: CompiledModel) -> Followed | None:
        """The optimum of another model; None where another basis is needed, or may be."""
        old = self.model
        if not old.has_same_places(model):
            return None
        values = self._point(model)
        if values is None:
            return None
        cost = None if _is_same(model.cost, old.cost) else model.cost - old.cost
        if cost is not None and not self._stays_dual(model, cost):
            return None
        moved = float(old.cost @ (values - self._columns.level)) + model.offset - old.offset
        dearer = 0.0 if cost is None else float(cost @ values)
        return Followed(self._objective + moved + dearer, values)

    def _point(self, model: CompiledModel) -> Numbers | None:
        """The columns where the bounds of a model are; None where they do not keep them."""
        columns, rows = self._columns, self._rows
        column_moves = columns.moves(model.lower, model.upper)
        row_moves = rows.moves(model.row_lower, model.row_upper)
        more = self._activity_of_entries(model)
        if column_moves is None or row_moves is None or more is None:
            return None
        short = row_moves - more
        if column_moves.any():
            short -= model.activity(column_moves)
        if not short.any():
            kept = columns.keeps(columns.level, model.lower, model.upper)
            kept = kept and rows.keeps(rows.level, model.row_lower, model.row_upper)
            return columns.level + column_moves if kept else None
        basic = self._matrix.change(short)
        values = columns.level + column_moves
        values[columns.basic] += basic[self._basic_columns]
        activity = rows.level + row_moves
        activity[rows.basic] += basic[self._basic_rows]
        kept = columns.keeps(values, model.lower, model.upper)
        kept = kept and rows.keeps(activity, model.row_lower, model.row_upper)
        return values if kept else None

    def _activity_of_entries(self, model: CompiledModel) -> Numbers | float | None:
        """What rows have more by entries that are others; None where such a column is not fixed."""
        if _is_same(self.model.value, model.value):
            return 0.0
        change = model.value - self.model.value
        at = np.flatnonzero(change)
        if not self._columns.are_fixed(model.index[at], model.lower, model.upper):
            return None
        products = change[at] * self._columns.level[model.index[at]]
        more = np.bincount(model.entry_rows[at], products, len(model.row_lower))
        return np.asarray(more, dtype=float)

    def _stays_dual(self, model: CompiledModel, cost: Numbers) -> bool:
        """Whether each dual value still points to where its column or row is.

        Args:
            cost: what each column costs more.
        """
        columns, rows = self._columns, self._rows
        reduced = columns.dual + cost
        of_basic = np.zeros(len(self._matrix.variables))
        of_basic[self._basic_columns] = cost[columns.basic]
        if not of_basic.any():
            return columns.points(reduced, model.lower, model.upper)
        row_change = self._matrix.row_dual_change(of_basic)
        reduced -= model.priced(row_change)
        return columns.points(reduced, model.lower, model.upper) and rows.points(
            rows.dual + row_change, model.row_lower, model.row_upper
        )


class _Side:
    """The columns of a vertex, or its rows."""

    def __init__(
        self,
        level: Numbers,
        dual: Numbers,
        *,
        basic: NDArray[np.int64],
        status: NDArray[np.int64],
        bounds: tuple[Numbers, Numbers],
        scale: Numbers,
        unit: Numbers,
    ) -> None:
        self.level, self.dual, self.basic = level, dual, basic
        self._lower, self._upper = bounds
        self._is_basic = status == _BASIC
        self._is_free = status == _FREE
        is_fixed = (self._lower == self._upper) & ~self._is_basic
        self._is_at_upper = np.where(is_fixed, dual < 0, status == _UPPER)
        self._room = _PRIMAL_ROOM * scale[basic]
        self._dual_room = SOLVER * unit

    def moves(self, lower: Numbers, upper: Numbers) -> Numbers | None:
        """By how much each that is not basic follows its bound; None where one has none."""
        moves = np.zeros(len(lower))
        if lower is self._lower and upper is self._upper:
            return moves
        touched = (lower != self._lower) | (upper != self._upper)
        if not touched.any():
            return moves
        if (lower > upper).any():
            return None
        at = np.flatnonzero(touched & ~self._is_basic)
        if self._is_free[at].any():
            return None
        is_upper = self._is_at_upper[at]
        now = np.where(is_upper, upper[at], lower[at])
        if not np.isfinite(now).all():
            return None
        moves[at] = now - np.where(is_upper, self._upper[at], self._lower[at])
        return moves

    def are_fixed(self, which: NDArray[np.int32], lower: Numbers, upper: Numbers) -> bool:
        """Whether some are not basic, and fixed where they are."""
        fixed = ~self._is_basic & (lower == upper) & (lower == self._lower)
        return bool((fixed & (self._lower == self._upper))[which].all())

    def keeps(self, level: Numbers, lower: Numbers, upper: Numbers) -> bool:
        """Whether those that are basic are within bounds."""
        basic, room = self.basic, self._room
        found = level[basic]
        return bool((found >= lower[basic] - room).all() and (found <= upper[basic] + room).all())

    def points(self, dual: Numbers, lower: Numbers, upper: Numbers) -> bool:
        """Whether the dual values of those that are not basic point to where they are."""
        wrong = np.where(self._is_at_upper, dual, -dual)
        wrong = np.where(self._is_free, np.abs(dual), wrong)
        wrong[self._is_basic | (lower == upper)] = 0.0
        return bool((wrong <= self._dual_room).all())


def _statuses(found: Any) -> NDArray[np.int64]:
    return np.array([int(status) for status in found], dtype=np.int64)


def _is_same(one: Numbers, other: Numbers) -> bool:
    return one is other or np.array_equal(one, other)
