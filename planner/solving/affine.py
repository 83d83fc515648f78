"""Models whose numbers are affine in one value: between two of them no case has to be read again.

Where only bounds move with the value, the cost of the best plan is a convex function of it; where
only costs do, a concave one. Both are piecewise linear, and each solve gives a tangent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers
from planner.solving.outcome import Solution
from planner_models.compiled import CompiledModel

_ROUNDING = 1e-9
"""By how much, relative, a number may be beside the line and still be on it."""

_BOUNDS = ("lower", "upper", "row_lower", "row_upper")
_COSTS = ("cost",)
_OF_ROWS = ("row_lower", "row_upper")
_UPPER = ("upper", "row_upper")


@dataclass(frozen=True, slots=True)
class Line:
    """Models that differ in some numbers, each affine in a value.

    Attributes:
        model: that of the value `origin`.
        origin: in the value's own unit.
        steps: by array of the model, what one unit of the value adds; those that stay are left out.
        offset_step: the same of the constant cost.
    """

    model: CompiledModel
    origin: float
    steps: Mapping[str, Numbers]
    offset_step: float

    @classmethod
    def through(cls, values: Sequence[float], models: Sequence[CompiledModel]) -> Line | None:
        """The line through the models of some values, the first and the last furthest apart.

        None where they have other rows, columns or entries, where a number is not affine in the
        value, or where coefficients move.
        """
        first, last = models[0], models[-1]
        if not all(first.has_same_places(model) for model in models[1:]):
            return None
        span = values[-1] - values[0]
        steps = {}
        for name in (*_COSTS, *_BOUNDS, "value"):
            arrays = [np.asarray(getattr(model, name)) for model in models]
            step = _step(arrays[0], arrays[-1], span)
            if step is None or not _all_on(arrays, values, step):
                return None
            if step.any():
                steps[name] = step
        if "value" in steps:
            return None
        offset_step = (last.offset - first.offset) / span
        offsets = [np.array([model.offset]) for model in models]
        if not _all_on(offsets, values, np.array([offset_step])):
            return None
        return cls(first, values[0], steps, offset_step)

    @property
    def moves_bounds(self) -> bool:
        """Whether a bound of a row or a column moves."""
        return any(name in self.steps for name in _BOUNDS)

    @property
    def moves_costs(self) -> bool:
        """Whether a cost moves."""
        return any(name in self.steps for name in _COSTS)

    def at(self, value: float) -> CompiledModel:
        """The model of a value."""
        way = value - self.origin
        arrays: dict[str, Any] = {
            name: getattr(self.model, name) + way * step for name, step in self.steps.items()
        }
        return replace(self.model, offset=self.model.offset + way * self.offset_step, **arrays)

    def value_of(self, model: CompiledModel) -> float | None:
        """The value whose model this is; None where it is on another line, or on none."""
        if not self.model.has_same_places(model) or not np.array_equal(
            self.model.value, model.value
        ):
            return None
        ways = []
        for name in (*_COSTS, *_BOUNDS):
            step = self.steps.get(name)
            first, other = getattr(self.model, name), getattr(model, name)
            moved = np.zeros(len(first), dtype=bool) if step is None else step != 0
            if not np.array_equal(first[~moved], other[~moved]):
                return None
            if step is not None:
                ways.append((other[moved] - first[moved]) / step[moved])
        way = np.concatenate(ways) if ways else np.zeros(0)
        if not len(way) or not np.isfinite(way).all():
            return None
        middle, spread = float(np.median(way)), float(way.max() - way.min())
        value = self.origin + middle
        return value if spread <= _ROUNDING * max(abs(value), abs(self.origin)) else None

    def slope(self, solution: Solution) -> float:
        """Change of the cost of the best plan per unit of the value, at an optimal solution.

        What costs rise by at its columns, and what its dual values say of bounds that move; a
        subgradient where the slopes on the two sides differ.
        """
        slope = self.offset_step
        for name, step in self.steps.items():
            at = np.flatnonzero(step)
            if name == "cost":
                rates = solution.values[at]
            else:
                dual = (solution.row_dual if name in _OF_ROWS else solution.column_dual)[at]
                rates = np.minimum(dual, 0.0) if name in _UPPER else np.maximum(dual, 0.0)
            slope += float((step[at] * rates).sum())
        return slope

    def with_value(self, low: float, high: float) -> CompiledModel:
        """The model with the value as one more column, the last, between two ends.

        Every bound that moves becomes a row; costs stay those of `origin`.
        """
        model, columns = self.model, self.model.shape[1]
        start, index, entry = [model.start], [model.index], [model.value]
        lower, upper = model.lower.copy(), model.upper.copy()
        row_lower, row_upper = model.row_lower.copy(), model.row_upper.copy()
        added_lower, added_upper, ends = [], [], int(model.start[-1])
        for name, step in self.steps.items():
            if name not in _BOUNDS:
                continue
            is_row, is_upper = name in _OF_ROWS, name in _UPPER
            bounds = (row_upper if is_upper else row_lower) if is_row else (
                upper if is_upper else lower
            )  # fmt: skip
            for i in np.flatnonzero(step).tolist():
                own = slice(int(model.start[i]), int(model.start[i + 1])) if is_row else slice(0)
                cells = model.index[own] if is_row else np.array([i], dtype=np.int32)
                numbers = model.value[own] if is_row else np.ones(1)
                index.append(np.append(cells, columns).astype(np.int32))
                entry.append(np.append(numbers, -step[i]))
                ends += len(cells) + 1
                start.append(np.array([ends], dtype=np.int32))
                fixed = float(bounds[i]) - self.origin * float(step[i])
                added_lower.append(-np.inf if is_upper else fixed)
                added_upper.append(fixed if is_upper else np.inf)
                bounds[i] = np.inf if is_upper else -np.inf
        return replace(
            model,
            cost=np.append(model.cost, 0.0),
            lower=np.append(lower, low),
            upper=np.append(upper, high),
            integer=np.append(model.integer, False),
            row_lower=np.append(row_lower, added_lower),
            row_upper=np.append(row_upper, added_upper),
            start=np.concatenate(start).astype(np.int32),
            index=np.concatenate(index).astype(np.int32),
            value=np.concatenate(entry),
        )


def _step(first: Numbers, last: Numbers, span: float) -> Numbers | None:
    """What one unit of the value adds to each number; None where one becomes infinite."""
    if first is last:
        return np.zeros_like(first)
    known = np.isfinite(first)
    if not np.array_equal(known, np.isfinite(last)) or (first[~known] != last[~known]).any():
        return None
    step = np.zeros_like(first)
    step[known] = (last[known] - first[known]) / span
    return step


def _all_on(arrays: Sequence[NDArray[Any]], values: Sequence[float], step: Numbers) -> bool:
    """Whether arrays between the first and the last are where the step leads."""
    first = arrays[0]
    if all(array is first for array in arrays):
        return True
    known = np.isfinite(first)
    size = np.maximum(np.abs(first[known]), np.abs(arrays[-1][known]))
    for array, value in zip(arrays[1:-1], values[1:-1], strict=True):
        if not np.array_equal(np.isfinite(array), known):
            return False
        there = first[known] + (value - values[0]) * step[known]
        if (np.abs(array[known] - there) > _ROUNDING * size).any():
            return False
    return True
