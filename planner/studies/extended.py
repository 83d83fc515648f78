"""Compiled models with a few columns and rows more: what a study bounds or counts besides.

The formulation is what it is; a study adds sums over its columns, such as the cost itself, which
it then bounds and moves in the live session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.case.scenario import Numbers
from planner_models.compiled import CompiledModel, Positions, Rows


@dataclass(frozen=True, slots=True)
class Sum:
    """A weighted sum of columns, between bounds.

    Attributes:
        columns: positions.
        weights: one for each.
        lower, upper: in the sum's unit; infinite: none.
    """

    columns: Positions
    weights: Numbers
    lower: float = -np.inf
    upper: float = np.inf


def with_column(model: CompiledModel, name: str) -> CompiledModel:
    """A model with one column more, from 0 on, of no cost and in no row yet."""
    return replace(
        model,
        cost=np.append(model.cost, 0.0),
        lower=np.append(model.lower, 0.0),
        upper=np.append(model.upper, np.inf),
        integer=np.append(model.integer, False),
        columns={**model.columns, name: np.array([model.shape[1]])},
    )


def with_sums(model: CompiledModel, name: str, sums: Sequence[Sum]) -> CompiledModel:
    """A model with one row more for each sum; they are the constraint of that name."""
    counts = [len(one.columns) for one in sums]
    rows = Rows(
        lower=np.array([one.lower for one in sums], dtype=float),
        upper=np.array([one.upper for one in sums], dtype=float),
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        index=np.concatenate([np.zeros(0), *(one.columns for one in sums)]).astype(np.int32),
        value=np.concatenate([np.zeros(0), *(one.weights for one in sums)]),
    )
    bare = replace(model, rows={**model.rows, name: np.zeros(0, dtype=np.int64)})
    return bare.with_rows(name, rows)
