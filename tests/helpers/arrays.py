"""Compiled models that tests write down as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner_models.compiled import CompiledModel

Row = Sequence[float] | NDArray[Any]


def model_of(
    cost: Row,
    bounds: tuple[Row, Row],
    rows: Sequence[Row] | NDArray[Any],
    row_bounds: tuple[Row, Row],
    offset: float = 0.0,
) -> CompiledModel:
    """A linear model without names.

    Args:
        cost: of each column.
        bounds: of the columns, lower and upper.
        rows: their numbers, one for each column; 0: no entry.
        row_bounds: of the rows, lower and upper.
        offset: the constant cost.
    """
    places = [np.flatnonzero(row).astype(np.int32) for row in rows]
    none = np.zeros(0, dtype=np.int32)
    return CompiledModel(
        cost=np.array(cost, dtype=float),
        offset=offset,
        lower=np.array(bounds[0], dtype=float),
        upper=np.array(bounds[1], dtype=float),
        integer=np.zeros(len(cost), dtype=bool),
        row_lower=np.array(row_bounds[0], dtype=float),
        row_upper=np.array(row_bounds[1], dtype=float),
        start=np.cumsum([0, *map(len, places)]).astype(np.int32),
        index=np.concatenate([none, *places]),
        value=np.array([n for row in rows for n in row if n], dtype=float),
        columns={},
        rows={},
        indices={},
        index_sets={},
    )
