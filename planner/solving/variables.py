"""The variables of a solved model: its columns, and after them the activity of its rows."""

from __future__ import annotations

import numpy as np

from planner.solving.basis_matrix import BasisMatrix
from planner.solving.outcome import Solution
from planner.solving.session import Session
from planner.solving.tolerances import SOLVER


class Variables:
    """Where columns and rows are at an optimal basis, as one array each.

    Attributes:
        columns: how many of them are columns.
        level, dual: of each; of a column its reduced cost.
        lower, upper: bounds.
        scale: tonnes (decisions) of one scaled unit.
        dual_room: by how much a dual value may point the wrong way.
        matrix: the basis matrix.
        basic: positions of those that are basic, in the order of the matrix.
        is_basic: the same as flags.
    """

    def __init__(self, session: Session, solution: Solution) -> None:
        """Look at a session that has just been solved to its optimum.

        Args:
            session: without open yes/no decisions. It is to be left as it is while the basis matrix
                is in use.
            solution: what it found.
        """
        model, self.columns = session.model, session.model.shape[1]
        self.level = np.concatenate([solution.values, solution.activity])
        self.dual = np.concatenate([solution.column_dual, solution.row_dual])
        self.lower = np.concatenate([model.lower, model.row_lower])
        self.upper = np.concatenate([model.upper, model.row_upper])
        self.scale = np.concatenate([session.column_scale, session.row_scale])
        self.dual_room = SOLVER * np.concatenate([session.column_unit, session.row_unit])
        self.matrix = BasisMatrix(session)
        self.basic = np.where(self.matrix.is_row, self.columns, 0) + self.matrix.position
        self.is_basic = np.zeros(len(self.level), dtype=bool)
        self.is_basic[self.basic] = True
