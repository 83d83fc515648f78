"""The basis matrix of a solved model, to solve with, in the model's units."""

from __future__ import annotations

import numpy as np

from planner.case.scenario import Numbers
from planner.solving.highs import done
from planner.solving.session import Session


class BasisMatrix:
    """The basis at which a session ended.

    Attributes:
        variables: what is basic, in the solver's order: column j as j, row i as −1 − i.
        is_row: which of them are rows.
        position: of each, among the columns or among the rows.
        scale: tonnes (decisions) of one scaled unit of each.
    """

    def __init__(self, session: Session) -> None:
        """Take over a session that has just been solved.

        It is to be left as it is while this is in use.
        """
        self._session = session
        self.variables = session.basic_variables()
        self.is_row = self.variables < 0
        self.position = np.where(self.is_row, -1 - self.variables, self.variables)
        self.scale: Numbers = np.empty(len(self.variables))
        self.scale[self.is_row] = session.row_scale[self.position[self.is_row]]
        self.scale[~self.is_row] = session.column_scale[self.position[~self.is_row]]

    def along_row(self, row: int) -> Numbers:
        """Change of each basic variable per tonne that a non-basic row's activity rises."""
        status, found = self._session.highs.getBasisInverseCol(row)
        done(status, "getBasisInverseCol")
        return self._signed(np.array(found) * (self.scale / float(self._session.row_scale[row])))

    def along_column(self, column: int) -> Numbers:
        """The same per tonne that a non-basic column rises."""
        status, found = self._session.highs.getReducedColumn(column)
        done(status, "getReducedColumn")
        scale = self.scale / -float(self._session.column_scale[column])
        return self._signed(np.array(found) * scale)

    def change(self, rows: Numbers) -> Numbers:
        """Change of each basic variable where rows need more.

        Args:
            rows: tonnes that each row needs more.
        """
        status, found = self._session.highs.getBasisSolve(rows / self._session.row_scale)
        done(status, "getBasisSolve")
        return self._signed(np.array(found) * self.scale)

    def row_dual_change(self, cost: Numbers) -> Numbers:
        """Change of the rows' dual values where what is basic costs more.

        Args:
            cost: money per tonne that each basic variable costs more.
        """
        scaled = cost * (self.scale / self._session.money)
        status, found = self._session.highs.getBasisTransposeSolve(scaled)
        done(status, "getBasisTransposeSolve")
        change: Numbers = np.array(found) * self._session.row_unit
        return change

    def _signed(self, change: Numbers) -> Numbers:
        """The solver counts a basic row with its sign reversed."""
        signed: Numbers = np.where(self.is_row, -change, change)
        return signed
