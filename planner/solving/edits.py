"""Numbers of a compiled model that are others: only those, by their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers
from planner_models.compiled import CompiledModel

ARRAYS = ("cost", "lower", "upper", "row_lower", "row_upper", "value")
"""The arrays of a model whose numbers can be others while its places stay the same."""

_AT_ONCE = 30_000
"""Numbers worked on together: of small models those of many, since calling numpy for each takes
longer than what it does; more together no longer fit where the processor has them at hand."""

_One = TypeVar("_One")

Placed = tuple[NDArray[np.intp], Numbers]
"""Positions in an array, and a number for each."""


@dataclass(frozen=True, slots=True)
class Edits:
    """What makes another model of a model.

    Attributes:
        arrays: by array of the model, positions, and what stands there instead.
        offset: the constant cost instead.
    """

    arrays: Mapping[str, Placed]
    offset: float

    @classmethod
    def between(cls, model: CompiledModel, other: CompiledModel) -> Edits | None:
        """What makes the other of a model; None where it has other rows, columns or entries."""
        if not model.has_same_places(other):
            return None
        arrays: dict[str, Placed] = {}
        for name in ARRAYS:
            old, new = getattr(model, name), getattr(other, name)
            if new is not old and (differs := np.flatnonzero(old != new)).size:
                arrays[name] = differs, new[differs]
        return cls(arrays, other.offset)

    def and_also(self, name: str, more: Placed) -> Edits:
        """The same, and numbers at further places of an array."""
        places, numbers = more
        if name in self.arrays:
            own, here = self.arrays[name]
            places, numbers = np.concatenate([own, places]), np.concatenate([here, numbers])
        return replace(self, arrays={**self.arrays, name: (places, numbers)})

    def applied(self, model: CompiledModel) -> CompiledModel:
        """The other model."""
        arrays = {name: getattr(model, name).copy() for name in self.arrays}
        for name, (places, numbers) in self.arrays.items():
            arrays[name][places] = numbers
        return replace(model, offset=self.offset, **arrays)


def batches(every: Sequence[_One], size: int) -> Iterator[Sequence[_One]]:
    """As many of some models at a time as are worked on together, each of so many numbers."""
    together = max(1, _AT_ONCE // max(size, 1))
    for first in range(0, len(every), together):
        yield every[first : first + together]
