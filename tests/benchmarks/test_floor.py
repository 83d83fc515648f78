"""The floor that the planner is measured against is the planner's own model."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from benchmarks.case_numbers import numbers_of
from benchmarks.cases import case_of
from benchmarks.methods import by_hand, method
from planner.case.scenario import Scenario
from planner.solving.data import model_data
from planner_models.compiling import compile_model


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return case_of("small").scenario()


def test_floor_has_the_rows_columns_and_numbers_of_the_planner(scenario):
    """Equal but for rounding, block by block and member by member."""
    compiled = compile_model(model_data(scenario))
    floor = by_hand.arrays_of(numbers_of(scenario))
    assert _used(compiled.columns) == _used(floor.columns)
    assert _used(compiled.rows) == _used(floor.rows)
    columns = np.concatenate([compiled.columns[name] for name in floor.columns])
    rows = np.concatenate([compiled.rows[name] for name in floor.rows])
    for ours, theirs in (
        (compiled.cost[columns], floor.cost),
        (compiled.lower[columns], floor.lower),
        (compiled.upper[columns], floor.upper),
        (compiled.row_lower[rows], floor.row_lower),
        (compiled.row_upper[rows], floor.row_upper),
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=0)
    matrix = csr_array((compiled.value, compiled.index, compiled.start), shape=compiled.shape)
    ours = matrix[rows][:, columns].tocsc().sorted_indices()
    theirs = floor.matrix.sorted_indices()
    np.testing.assert_array_equal(ours.indptr, theirs.indptr)
    np.testing.assert_array_equal(ours.indices, theirs.indices)
    np.testing.assert_allclose(ours.data, theirs.data, rtol=1e-12, atol=0)
    assert compiled.offset == 0
    assert not compiled.integer.any()


def test_both_find_the_same_optimum(scenario):
    ours, theirs = method("planner")(scenario), method("floor")(scenario)
    assert ours.nonzeros == theirs.nonzeros
    assert ours.solve() == pytest.approx(theirs.solve(), rel=1e-9)


def test_rules_and_contracts_of_the_case_bind_in_part(scenario):
    """A case in which nothing but demand matters would measure less than it says."""
    floor = by_hand.arrays_of(numbers_of(scenario))
    highs = by_hand.handed_over(floor)
    by_hand.objective(highs)
    activity = floor.matrix @ np.array(highs.getSolution().col_value)
    at_bound = np.isclose(activity, floor.row_upper) | np.isclose(activity, floor.row_lower)
    ceilings = floor.rows["rule_ceiling"]
    is_quota = np.array([rule.kind == "quota" for rule in scenario.rules])
    for rows in (
        ceilings[is_quota],
        ceilings[~is_quota],
        floor.rows["contract_ceiling"],
        floor.rows["contract_lift"],
        floor.rows["stock_target"],
    ):
        assert at_bound[rows].any()
    assert not at_bound[ceilings].all()


def _used(blocks):
    return {name: len(places) for name, places in blocks.items() if len(places)}
