"""From the numbers of a case to the arrays that a solver takes, by templates of the formulation.

No Pyomo here: its rules were turned into templates once (`planner_models.extracting`), and numpy
expands them. What is compiled again with other numbers costs only what has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner_models.compiled import CompiledModel, Positions
from planner_models.data import ModelData, is_same
from planner_models.expanding import Layout
from planner_models.templates import Templates, shipped

Places = NDArray[np.int32]


class Compiler:
    """Compiles cases one after the other, and keeps what the next has in common with the last.

    Where sets are the same, so are rows, columns and entries; arrays in which no number has changed
    are the very same objects as in the model before.
    """

    def __init__(self, templates: Templates | None = None) -> None:
        """Compile by some templates; None: those of the package."""
        self._templates = shipped() if templates is None else templates
        self._last: _Last | None = None

    def compile(self, data: ModelData) -> CompiledModel:
        """The arrays of a case."""
        last = self._last
        if last is None or not last.layout.fits(data):
            self._last = last = _Last(Layout(self._templates, data), data)
        else:
            last.change(data)
        return last.model


class _Last:
    """What was compiled last."""

    def __init__(self, layout: Layout, data: ModelData) -> None:
        self.layout = layout
        self._params = data.params
        self._arrays = layout.arrays(data.params, (), {})
        self._kept = self._arrays["value"] != 0
        start, index = self._without_zeros()
        self.model = CompiledModel(
            **self._numbers(),
            integer=layout.integer,
            start=start,
            index=index,
            columns=_positions(layout.columns),
            rows=_positions(layout.rows),
            indices=dict(data.sets),
            index_sets=layout.index_sets,
        )

    def change(self, data: ModelData) -> None:
        """Work out again what depends on the numbers that are not as they were."""
        changed = [
            name for name, values in data.params.items() if not is_same(values, self._params[name])
        ]
        self._params = data.params
        if not changed:
            return
        old, self._arrays = self._arrays, self.layout.arrays(data.params, changed, self._arrays)
        if self._arrays["value"] is old["value"]:
            self.model = replace(self.model, **self._numbers() | {"value": self.model.value})
            return
        kept, self._kept = self._kept, self._arrays["value"] != 0
        self.model = replace(self.model, **self._numbers())
        if not np.array_equal(kept, self._kept):
            start, index = self._without_zeros()
            self.model = replace(self.model, start=start, index=index)

    def _numbers(self) -> dict[str, Any]:
        for array in self._arrays.values():
            array.flags.writeable = False  # models share what is the same in them
        value = self._arrays["value"]
        offset = self.layout.constant(self._params)
        kept = value if self._kept.all() else value[self._kept]
        return {**self._arrays, "value": kept, "offset": offset}

    def _without_zeros(self) -> tuple[Places, Places]:
        """Start of each row and column of each entry, of those whose number is not 0."""
        layout, kept = self.layout, self._kept
        if kept.all():
            return layout.start, layout.index
        before = np.concatenate([[0], np.cumsum(kept)])
        return before[layout.start].astype(np.int32), layout.index[kept]


def _positions(stretches: Mapping[str, slice]) -> dict[str, Positions]:
    return {
        name: np.arange(place.start, place.stop, dtype=np.int64)
        for name, place in stretches.items()
    }


def compile_model(data: ModelData) -> CompiledModel:
    """The arrays of one case."""
    return Compiler().compile(data)
