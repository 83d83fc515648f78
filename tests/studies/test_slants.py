"""Which cell a number of the model follows, where many cells move at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from planner.solving.session import CUT
from planner.studies.conflicts.slants import Slant, Trial, slants_of
from planner.studies.patches import owners_of
from planner_models.compiled import CompiledModel

CELLS = 3


def model_of(upper: Sequence[float]) -> CompiledModel:
    """A column, and a row for each upper bound."""
    rows = len(upper)
    return CompiledModel(
        cost=np.ones(1),
        offset=0.0,
        lower=np.zeros(1),
        upper=np.full(1, np.inf),
        integer=np.zeros(1, dtype=bool),
        row_lower=np.full(rows, -np.inf),
        row_upper=np.array(upper, dtype=float),
        start=np.arange(rows + 1, dtype=np.int32),
        index=np.zeros(rows, dtype=np.int32),
        value=np.ones(rows),
        columns={},
        rows={CUT: np.zeros(0, dtype=np.int64)},
        indices={},
        index_sets={},
    )


def slants(follows: np.ndarray) -> list[Slant | None]:
    """Those of cells of which the rows follow so much each, rows × cells."""
    model = model_of([1000.0] * len(follows))

    def moved(changes: Sequence[str]) -> CompiledModel:
        by = np.zeros(CELLS)
        for cell, number in (change.split() for change in changes):
            by[int(cell)] = float(number)
        return replace(model, row_upper=model.row_upper + follows @ by)

    trials = [
        Trial(change=lambda by, cell=cell: f"{cell} {by!r}", by=50.0, most=np.inf)
        for cell in range(CELLS)
    ]
    return slants_of(model, trials, moved)


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2)])
def test_a_bound_that_follows_two_cells_alike_is_not_taken_for_that_of_a_third(pair):
    """A cap on a share of the demand of two years; each has rows of its own besides."""
    follows = np.vstack([np.eye(CELLS), np.zeros(CELLS)])
    follows[CELLS, list(pair)] = 0.6
    for cell, found in enumerate(slants(follows)):
        assert found is not None
        places, steps = found.steps["row_upper"]
        expected = {row: follows[row, cell] for row in np.flatnonzero(follows[:, cell]).tolist()}
        assert dict(zip(places.tolist(), steps.tolist(), strict=True)) == pytest.approx(expected)


def test_members_that_were_moved_alike_are_not_told_apart():
    base = np.array([10.0, 20.0])
    parts = np.array([0.2, 0.2 * (1 + 1e-10)]), np.array([-0.2, -0.2])
    first, second = (base * (1 + part) for part in parts)
    assert owners_of(base, (first, second), parts) is None
    apart = parts[0] * [1.0, 1.01], parts[1]
    first, second = (base * (1 + part) for part in apart)
    known = owners_of(base, (first, second), apart)
    assert known is not None
    assert [found.tolist() for found in known] == [[0, 1], [0, 1]]
