"""More exact values and dual values of a solution, from the basis at which it was found.

Where rows are nearly the same (tangents side by side, where an HHI is the least that there can be)
dual values are huge, and what simplex rounds off is no longer nothing beside the cost. One step of
iterative refinement (J. H. Wilkinson, Rounding errors in algebraic processes, 1963) gets it back:
what the equations of the basis miss is solved for, with the factors that the solver has.
"""

from __future__ import annotations

import copy

import highspy
import numpy as np

from planner.solving.outcome import Solution
from planner.solving.session import Session


def refined(session: Session, solution: Solution) -> Solution:
    """The solution with less rounding, of values and of dual values.

    Args:
        session: as it was solved, with the model's own costs; no yes/no decision is open.
        solution: that it ended with.
    """
    return _with_refined_duals(session, with_refined_values(session, solution))


def with_refined_values(session: Session, solution: Solution) -> Solution:
    """The same of the values alone: rows at a bound are there to the last digit.

    Args:
        session: as it was solved, whatever the costs; no yes/no decision is open.
        solution: that it ended with; it is returned where the solver has no factors of a basis.
    """
    if not session.highs.getBasis().valid:
        return solution
    basic, model = session.basic_variables(), session.model
    missed = (solution.activity - model.activity(solution.values)) / session.row_scale
    status, step = session.highs.getBasisSolve(missed)
    if status != highspy.HighsStatus.kOk:
        return solution
    is_column = basic >= 0
    columns = basic[is_column]
    found = copy.copy(solution)
    found.values = solution.values.copy()
    found.values[columns] += np.array(step)[is_column] * session.column_scale[columns]
    found.activity = model.activity(found.values)
    found.objective = float(model.cost @ found.values) + model.offset
    return found


def _with_refined_duals(session: Session, solution: Solution) -> Solution:
    """The same of the dual values alone: the reduced cost of a basic column is 0."""
    if not session.highs.getBasis().valid:
        return solution
    basic, model = session.basic_variables(), session.model
    reduced = (model.cost - model.priced(solution.row_dual)) / session.column_unit
    missed = np.where(basic >= 0, reduced[np.maximum(basic, 0)], 0.0)
    status, step = session.highs.getBasisTransposeSolve(missed)
    if status != highspy.HighsStatus.kOk:
        return solution
    found = copy.copy(solution)
    found.row_dual = solution.row_dual + np.array(step) * session.row_unit
    found.column_dual = model.cost - model.priced(found.row_dual)
    return found
