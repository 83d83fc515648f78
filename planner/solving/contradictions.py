"""Which rows and columns of a linear model leave no point, by a proof of the solver."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers
from planner.solving.outcome import Contradiction
from planner.solving.session import Bounds, Session

_NO_WEIGHT = 1e-9
"""A weight below this part of the largest is none."""


def contradiction(session: Session, time_limit: float = math.inf) -> Contradiction | None:
    """Which rows and columns of a session leave no point; None where there is one.

    Raises:
        Stopped: the time limit came, or Ctrl-C.
        SolverError: no end was found, or no proof of it.
    """
    ray = session.dual_ray(time_limit)
    if ray is None:
        return None
    model = session.model
    entries = session.scaled_entries() * ray[model.entry_rows]
    columns = -np.bincount(model.index, entries, model.shape[1]).astype(float)
    largest = np.bincount(model.index, np.abs(entries), model.shape[1])
    columns[np.abs(columns) <= _NO_WEIGHT * largest] = 0.0  # rounding of a sum that is 0
    of_rows, of_columns = (session.rows, session.row_scale), (session.columns, session.column_scale)
    # Which way round the solver has it shows in which of the two contradicts.
    excess, sign = max(
        (_least(s * ray, *of_rows) + _least(s * columns, *of_columns), s) for s in (1.0, -1.0)
    )
    return Contradiction(
        rows=_with_weight(ray, *of_rows),
        columns=_with_weight(columns, *of_columns),
        column_weight=sign * columns / session.column_scale,
        excess=excess,
    )


def _with_weight(weights: Numbers, bounds: Bounds, scale: Numbers) -> NDArray[np.bool_]:
    """Which bounds have a weight, by itself or for how large the bound is."""
    lower, upper = (np.where(np.isfinite(b), np.abs(b), 0.0) for b in (bounds.lower, bounds.upper))
    parts = np.abs(weights) * np.maximum(lower, upper) / scale
    found: NDArray[np.bool_] = np.abs(weights) > _NO_WEIGHT * np.abs(weights).max(initial=0.0)
    found |= parts > _NO_WEIGHT * parts.max(initial=0.0)
    return found


def _least(weights: Numbers, bounds: Bounds, scale: Numbers) -> float:
    """What scaled amounts between their bounds come to at least, each times its weight."""
    at = np.where(weights > 0, bounds.lower, bounds.upper)
    is_bound = np.isfinite(at)
    has_weight = np.abs(weights) > _NO_WEIGHT * np.abs(weights).max(initial=0.0)
    if (has_weight & ~is_bound).any():
        return -math.inf
    return float((weights[is_bound] * at[is_bound] / scale[is_bound]).sum())
