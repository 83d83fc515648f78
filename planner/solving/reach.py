"""How far an optimal point can be followed along a line of models: while its basis stays optimal.

Where bounds move with the value, the basic columns and rows follow them evenly until one comes to
a bound of its own; where costs do, the point stays, and the dual values follow until one turns
round. Either way takes one solve with the basis matrix.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers
from planner.solving.affine import Line
from planner.solving.basis_matrix import BasisMatrix
from planner.solving.outcome import Solution
from planner.solving.session import Session
from planner.solving.tolerances import SOLVER

_SAME_SLOPE = 1e-7
"""By how much, of all that changes in cost, the rise along the basis may miss what the dual values
say; else the basis is not relied on."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where an optimal point leads.

    Attributes:
        low, high: the values between which its basis stays optimal, to the solver's tolerance;
            where rounding puts the point itself beyond a bound, it is outside.
        rise: of the columns, their change per unit of the value.
    """

    low: float
    high: float
    rise: Numbers


def reach(session: Session, solution: Solution, line: Line, value: float) -> Reach | None:
    """How far the optimum of a session leads along a line.

    Args:
        session: with the line's model at the value, just solved to its optimum.
        solution: what it found.
        line: of models that differ in bounds or in costs, not in both.
        value: at which it was solved.

    Returns:
        None where the basis does not tell.
    """
    if line.moves_bounds == line.moves_costs or not session.model.shape[0]:
        return None
    basis = _Basis(session, solution, line)
    if line.moves_costs:
        low, high = basis.while_dual()
        return Reach(value + low, value + high, np.zeros(session.model.shape[1]))
    rises = basis.rises()
    if rises is None:
        return None
    low, high = basis.while_within(rises)
    return Reach(value + low, value + high, rises[: session.model.shape[1]])


class _Basis:
    """The columns, and after them the rows, at an optimal basis."""

    def __init__(self, session: Session, solution: Solution, line: Line) -> None:
        model = session.model
        self._session, self._line = session, line
        self._slope, self._count = line.slope(solution), model.shape[1]
        self._level = np.concatenate([solution.values, solution.activity])
        self._dual = np.concatenate([solution.column_dual, solution.row_dual])
        self._lower = np.concatenate([model.lower, model.row_lower])
        self._upper = np.concatenate([model.upper, model.row_upper])
        self._scale = np.concatenate([session.column_scale, session.row_scale])
        self._dual_room = SOLVER * np.concatenate([session.column_unit, session.row_unit])
        self._matrix = BasisMatrix(session)
        self._is_row = self._matrix.is_row
        self._basic = np.where(self._is_row, self._count, 0) + self._matrix.position
        self._is_basic = np.zeros(len(self._level), dtype=bool)
        self._is_basic[self._basic] = True

    def _step(self, of_columns: str, of_rows: str) -> Numbers:
        """What one unit of the value adds to a bound of each."""
        rows, columns = self._session.model.shape
        steps = self._line.steps
        return np.concatenate(
            [steps.get(of_columns, np.zeros(columns)), steps.get(of_rows, np.zeros(rows))]
        )

    @property
    def _is_at_upper(self) -> NDArray[np.bool_]:
        """Of those that are not basic, which are at their upper bound."""
        is_fixed = self._lower == self._upper
        is_nearer = (
            self._upper - self._level < self._level - self._lower
        )  # a free one is at neither
        return np.where(is_fixed, self._dual < 0, is_nearer)

    def rises(self) -> Numbers | None:
        """Change of each per unit of the value, where bounds move; None: it is not clear."""
        model = self._session.model
        lower, upper = self._step("lower", "row_lower"), self._step("upper", "row_upper")
        moves = np.where(self._is_at_upper, upper, lower)
        moves[self._is_basic] = 0.0
        # Of one that is fixed, the dual value tells which of its bounds it follows.
        is_unclear = (self._lower == self._upper) & (lower != upper) & ~self._is_basic
        if (is_unclear & (np.abs(self._dual) <= self._dual_room)).any():
            return None
        short = moves[self._count :].copy()
        if moves[: self._count].any():
            short -= model.activity(moves[: self._count])
        moves[self._basic] = self._matrix.change(short)
        costs = model.cost * moves[: self._count]
        away = abs(float(costs.sum()) + self._line.offset_step - self._slope)
        size = float(np.abs(costs).sum()) + abs(self._line.offset_step)
        return moves if away <= _SAME_SLOPE * size else None

    def while_within(self, rises: Numbers) -> tuple[float, float]:
        """How far down and up the value may go until one leaves its bounds."""
        room = SOLVER * self._scale
        lower, upper = self._step("lower", "row_lower"), self._step("upper", "row_upper")
        return _both(
            _while_below(rises - upper, self._upper - self._level + room),
            _while_below(lower - rises, self._level - self._lower + room),
        )

    def while_dual(self) -> tuple[float, float]:
        """How far down and up the value may go until a dual value points the wrong way."""
        session, cost = self._session, self._line.steps["cost"]
        of_basic = np.zeros(len(self._basic))
        of_basic[~self._is_row] = cost[self._basic[~self._is_row]]
        of_rows = self._matrix.row_dual_change(of_basic)
        rises = np.concatenate([cost - session.model.priced(of_rows), of_rows])
        is_free = np.isinf(self._lower) & np.isinf(self._upper)
        may_fall = self._is_basic | (self._lower == self._upper)
        may_rise = may_fall.copy()
        is_upper = self._is_at_upper
        may_fall |= is_upper
        may_rise |= ~is_upper & ~is_free
        rising, falling = np.where(may_rise, 0.0, rises), np.where(may_fall, 0.0, -rises)
        return _both(
            _while_below(rising, self._dual_room - self._dual),
            _while_below(falling, self._dual_room + self._dual),
        )


def _while_below(rate: Numbers, room: Numbers) -> tuple[float, float]:
    """How far down and up a value may go while no amount that follows it has used up its room."""
    up, down = rate > 0, rate < 0
    high = float((room[up] / rate[up]).min(initial=math.inf))
    low = float((room[down] / rate[down]).max(initial=-math.inf))
    return low, high


def _both(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return max(one[0], other[0]), min(one[1], other[1])
