"""The arrays that the solver takes say the same as the Pyomo model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest
from scipy.sparse import csr_matrix

from planner.solving.data import model_data
from planner_models.compiling import compile_model
from planner_models.data import SCHEMA, ModelData
from planner_models.formulation import build


@pytest.fixture
def data(everything) -> ModelData:
    return model_data(everything.scenario())


def test_rows_and_cost_are_those_of_the_pyomo_model(data):
    """At a random point every row is as far from its bounds in the arrays as in Pyomo."""
    compiled, model = compile_model(data), build(data)
    point = np.random.default_rng(7).uniform(0, 100, compiled.shape[1])
    for name, columns in compiled.columns.items():
        for member, value in zip(getattr(model, name).values(), point[columns], strict=True):
            member.set_value(value, skip_validation=True)
    matrix = csr_matrix((compiled.value, compiled.index, compiled.start), shape=compiled.shape)
    activity = matrix @ point
    for name, rows in compiled.rows.items():
        for member, row in zip(getattr(model, name).values(), rows, strict=True):
            body = pyo.value(member.body)
            for bound, array in ((member.lb, compiled.row_lower), (member.ub, compiled.row_upper)):
                if bound is None:
                    assert np.isinf(array[row])
                else:
                    assert activity[row] - array[row] == pytest.approx(body - bound)
    cost = compiled.cost @ point + compiled.offset
    assert cost == pytest.approx(pyo.value(model.total_cost))


def test_bounds_are_those_of_the_pyomo_model(data):
    compiled, model = compile_model(data), build(data)
    for name, columns in compiled.columns.items():
        for member, column in zip(getattr(model, name).values(), columns, strict=True):
            low, high = member.bounds
            assert compiled.lower[column] == (-np.inf if low is None else low)
            assert compiled.upper[column] == (np.inf if high is None else high)


def test_every_row_and_column_belongs_to_one_member(data):
    compiled = compile_model(data)
    rows, columns = compiled.shape
    assert sorted(np.concatenate(list(compiled.rows.values()))) == list(range(rows))
    assert sorted(np.concatenate(list(compiled.columns.values()))) == list(range(columns))


def test_the_members_of_a_set_have_names(data):
    """Each index of a set counts something, so that results can be named."""
    for spec in SCHEMA.sets:
        assert data.sets[spec.name].shape[1] == len(spec.roots)
        assert len(np.unique(data.sets[spec.name], axis=0)) == len(data.sets[spec.name])


@pytest.mark.parametrize("number", [spec.name for spec in SCHEMA.params])
def test_data_of_another_shape_are_refused(data, number):
    values = np.append(data.params[number], 1.0)
    with pytest.raises(ValueError, match=f"the data of {number} do not have the shape"):
        replace(data, params={**data.params, number: values})


def test_a_number_that_is_not_one_is_refused(data):
    values = np.full_like(data.params["landed_cost"], np.nan)
    with pytest.raises(ValueError, match="landed_cost"):
        replace(data, params={**data.params, "landed_cost": values})
