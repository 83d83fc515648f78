"""Scales: powers of two that bring the numbers of a model near to each other.

Each model buys materials from one source each: `need` tonnes at `cost` a tonne, of which `content`
is of use.
"""

from __future__ import annotations

import numpy as np
import pytest

from planner.solving.scaling import TYPICAL, Scales, scales_of
from planner_models.compiled import CompiledModel


def model(need, cost, content, *, capacity=np.inf) -> CompiledModel:
    """Row i: content[i] · column i ≥ need[i]; at last one row with the total of all columns."""
    count = len(need)
    return CompiledModel(
        cost=np.array(cost, dtype=float),
        offset=0.0,
        lower=np.zeros(count),
        upper=np.full(count, capacity),
        integer=np.zeros(count, dtype=bool),
        row_lower=np.array([*need, -np.inf]),
        row_upper=np.full(count + 1, np.inf),
        start=np.array([*range(count + 1), 2 * count], dtype=np.int32),
        index=np.tile(np.arange(count, dtype=np.int32), 2),
        value=np.concatenate([content, np.ones(count)]),
        columns={},
        rows={},
        indices={},
        index_sets={},
    )


def scaled(some: CompiledModel) -> tuple[Scales, np.ndarray, np.ndarray, np.ndarray]:
    """The scales of a model, and its needs, costs and entries as the solver sees them."""
    rows, columns = some.shape
    scales = scales_of(some, np.zeros(columns, dtype=bool), np.zeros(rows, dtype=bool))
    needs = some.row_lower[:-1] / scales.rows[:-1]
    costs = some.cost * scales.columns / scales.money
    return (
        scales,
        needs,
        costs,
        some.value * scales.columns[some.index] / scales.rows[some.entry_rows],
    )


def test_one_scale_for_all_columns_where_numbers_are_near():
    """30 to 3000 t: the middle, 300 t, becomes about 1024."""
    scales, needs, costs, _ = scaled(model([30, 300, 3000], [1e3, 2e4, 5e5], [1, 0.5, 0.3]))
    assert len(set(scales.columns)) == 1
    assert 256 <= needs[1] <= 4096
    assert 16 <= np.exp(np.log(costs).mean()) <= 1024


@pytest.mark.parametrize("count", [2, 40_000])
def test_each_column_has_its_own_scale_where_numbers_are_far_apart(count):
    """From a gram to 1e9 t, at 1e9 to 1e-3 a tonne: no need becomes less than 1."""
    need, cost = np.geomspace(1e-6, 1e9, count), np.geomspace(1e9, 1e-3, count)
    scales, needs, costs, entries = scaled(model(need, cost, np.ones(count)))
    for numbers in (scales.columns, scales.rows, np.array([scales.money])):
        assert (np.frexp(numbers)[0] == 0.5).all()  # powers of two
    assert needs.min() >= 1
    for before, after in ((need, needs), (cost, costs)):
        assert after.max() / after.min() < np.sqrt(before.max() / before.min())
    assert 2.0**-14 < entries.min() < entries.max() < 2.0**14  # one row has them all


def test_the_scales_of_a_case_in_other_units_are_the_same_but_for_the_units():
    base, *_ = scaled(model([1e-6, 1e9], [1e9, 1e-3], [1, 1e-9]))
    other, *_ = scaled(model([2.0**23 * 1e-6, 2.0**23 * 1e9], [1e9, 1e-3], [1, 1e-9]))
    assert other.columns == pytest.approx(2.0**23 * base.columns)
    assert other.rows == pytest.approx(2.0**23 * base.rows)
    assert other.money == pytest.approx(2.0**23 * base.money)


@pytest.mark.parametrize("capacity", [1e-9, 100.0])
def test_what_is_allowed_says_nothing_where_something_is_needed(capacity):
    unlimited, *_ = scaled(model([1e-6, 1e6], [1, 1], [1, 1]))
    limited, *_ = scaled(model([1e-6, 1e6], [1, 1], [1, 1], capacity=capacity))
    assert limited.columns.tolist() == unlimited.columns.tolist()


@pytest.mark.parametrize(("capacity", "size"), [(1e-3, 1e-3), (1e12, 1e12)])
def test_what_is_allowed_says_how_large_amounts_are_where_nothing_is_needed(capacity, size):
    scales, *_ = scaled(model([0, 0], [1, 1], [1, 1], capacity=capacity))
    assert scales.columns * TYPICAL == pytest.approx(np.full(2, size), rel=1.0)


def test_next_to_nothing_says_nothing():
    """An entry and a cost of 1e-30 beside 1."""
    plain, *_ = scaled(model([100, 100], [1, 1], [1, 1]))
    beside, *_ = scaled(model([100, 100, 100], [1, 1, 1e-30], [1, 1, 1e-30]))
    assert beside.columns[:2].tolist() == plain.columns.tolist()
    assert beside.money == plain.money
