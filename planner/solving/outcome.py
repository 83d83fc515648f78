"""What a solve ends with: how it ended, the point found, and bounds that are spoken of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers

if TYPE_CHECKING:
    from planner.solving.session import Session


class Status(Enum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    STOPPED = "stopped"  # by the time limit or an interruption; there may be a feasible point
    FAILED = "failed"  # the solver gave up for reasons of its own


class Solution:
    """A point and its dual values, in the model's units; each is taken over when asked for.

    Attributes:
        objective: cost, with the model's offset.
    """

    def __init__(self, session: Session) -> None:
        """What a session has found last."""
        self._found = session.highs.getSolution()
        objective = float(session.highs.getInfo().objective_function_value)
        self.objective = objective * session.money + session.model.offset
        self._column_scale, self._row_scale = session.column_scale, session.row_scale
        self._column_unit, self._row_unit = session.column_unit, session.row_unit
        self._has_duals = session.is_linear  # there are none while decisions are open

    @cached_property
    def values(self) -> Numbers:
        """Of the columns."""
        values: Numbers = np.array(self._found.col_value) * self._column_scale
        return values

    @cached_property
    def activity(self) -> Numbers:
        """Of the rows."""
        activity: Numbers = np.array(self._found.row_value) * self._row_scale
        return activity

    @cached_property
    def row_dual(self) -> Numbers:
        """Change of the cost per unit of each row's bound; empty where decisions are open."""
        return self._dual(self._found.row_dual, self._row_unit)

    @cached_property
    def column_dual(self) -> Numbers:
        """Change of the cost per unit of each column's bound; empty where decisions are open."""
        return self._dual(self._found.col_dual, self._column_unit)

    def _dual(self, found: Any, unit: Numbers) -> Numbers:
        dual: Numbers = np.array(found) * unit if self._has_duals else np.zeros(0)
        return dual


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a solve.

    Attributes:
        status: how it ended.
        solution: where there is a feasible point.
        reason: in the solver's words.
        bound: with yes/no decisions, the least that any plan can cost; None: not known.
    """

    status: Status
    solution: Solution | None
    reason: str
    bound: float | None = None


def relative_gap(objective: float, bound: float | None) -> float | None:
    """How far a plan may be above the cheapest, relative to its cost; in money where that is 0.

    Args:
        objective: what the plan costs.
        bound: the least that any plan can cost; None: not known, nor is the gap.
    """
    if bound is None:
        return None
    return max(objective - bound, 0.0) / (abs(objective) or 1.0)


def bound_of(objective: float, gap: float) -> float:
    """The least that any plan can cost, of what one costs and its relative gap."""
    return objective - gap * abs(objective)


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound of the model that moves: that of a row or of a column, the upper or the lower one."""

    is_row: bool
    position: int
    is_upper: bool

    def dual(self, row_dual: Numbers, column_dual: Numbers) -> float:
        """The dual value that belongs to this bound: 0 where it is the other one's."""
        dual = float((row_dual if self.is_row else column_dual)[self.position])
        return min(dual, 0.0) if self.is_upper else max(dual, 0.0)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Rows and columns whose bounds leave no point of a linear model.

    Every row's activity and every column, times its weight, add up to 0 at every point; but with
    each at the bound that keeps its part least (the lower one where the weight is above 0), they
    come to more.

    Attributes:
        rows, columns: which have a weight, as flags.
        column_weight: the weights of columns, per unit.
        excess: what they come to at least; 0 is needed.
    """

    rows: NDArray[np.bool_]
    columns: NDArray[np.bool_]
    column_weight: Numbers
    excess: float
