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
from planner.solving.outcome import Solution
from planner.solving.session import Session
from planner.solving.tolerances import SOLVER
from planner.solving.variables import Variables

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
    """An optimal basis, and how its variables follow the value of a line."""

    def __init__(self, session: Session, solution: Solution, line: Line) -> None:
        self._at, self._model = Variables(session, solution), session.model
        self._line, self._slope = line, line.slope(solution)

    def _step(self, of_columns: str, of_rows: str) -> Numbers:
        """What one unit of the value adds to a bound of each."""
        rows, columns = self._model.shape
        steps = self._line.steps
        return np.concatenate(
            [steps.get(of_columns, np.zeros(columns)), steps.get(of_rows, np.zeros(rows))]
        )

    @property
    def _is_at_upper(self) -> NDArray[np.bool_]:
        """Of those that are not basic, which are at their upper bound."""
        is_fixed = self._at.lower == self._at.upper
        is_nearer = (
            self._at.upper - self._at.level < self._at.level - self._at.lower
        )  # a free one is at neither
        return np.where(is_fixed, self._at.dual < 0, is_nearer)

    def rises(self) -> Numbers | None:
        """Change of each per unit of the value, where bounds move; None: it is not clear."""
        model = self._model
        lower, upper = self._step("lower", "row_lower"), self._step("upper", "row_upper")
        moves = np.where(self._is_at_upper, upper, lower)
        moves[self._at.is_basic] = 0.0
        # Of one that is fixed, the dual value tells which of its bounds it follows.
        is_unclear = (self._at.lower == self._at.upper) & (lower != upper) & ~self._at.is_basic
        if (is_unclear & (np.abs(self._at.dual) <= self._at.dual_room)).any():
            return None
        short = moves[self._at.columns :].copy()
        if moves[: self._at.columns].any():
            short -= model.activity(moves[: self._at.columns])
        moves[self._at.basic] = self._at.matrix.change(short)
        costs = model.cost * moves[: self._at.columns]
        away = abs(float(costs.sum()) + self._line.offset_step - self._slope)
        size = float(np.abs(costs).sum()) + abs(self._line.offset_step)
        return moves if away <= _SAME_SLOPE * size else None

    def while_within(self, rises: Numbers) -> tuple[float, float]:
        """How far down and up the value may go until one leaves its bounds."""
        room = SOLVER * self._at.scale
        lower, upper = self._step("lower", "row_lower"), self._step("upper", "row_upper")
        return _both(
            _while_below(rises - upper, self._at.upper - self._at.level + room),
            _while_below(lower - rises, self._at.level - self._at.lower + room),
        )

    def while_dual(self) -> tuple[float, float]:
        """How far down and up the value may go until a dual value points the wrong way."""
        cost, is_column = self._line.steps["cost"], ~self._at.matrix.is_row
        of_basic = np.zeros(len(self._at.basic))
        of_basic[is_column] = cost[self._at.basic[is_column]]
        of_rows = self._at.matrix.row_dual_change(of_basic)
        rises = np.concatenate([cost - self._model.priced(of_rows), of_rows])
        is_free = np.isinf(self._at.lower) & np.isinf(self._at.upper)
        may_fall = self._at.is_basic | (self._at.lower == self._at.upper)
        may_rise = may_fall.copy()
        is_upper = self._is_at_upper
        may_fall |= is_upper
        may_rise |= ~is_upper & ~is_free
        rising, falling = np.where(may_rise, 0.0, rises), np.where(may_fall, 0.0, -rises)
        return _both(
            _while_below(rising, self._at.dual_room - self._at.dual),
            _while_below(falling, self._at.dual_room + self._at.dual),
        )


def _while_below(rate: Numbers, room: Numbers) -> tuple[float, float]:
    """How far down and up a value may go while no amount that follows it has used up its room."""
    up, down = rate > 0, rate < 0
    high = float((room[up] / rate[up]).min(initial=math.inf))
    low = float((room[down] / rate[down]).max(initial=-math.inf))
    return low, high


def _both(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return max(one[0], other[0]), min(one[1], other[1])
