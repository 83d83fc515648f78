"""The arrays that templates are expanded to are those of Pyomo's own standard-form compiler.

Same rows, columns and entries, numbers equal to one unit in the last place, up to the order of rows
and columns: those of Pyomo are told apart by the members of the model that they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

import planner
from planner.solving.data import model_data
from planner.workbook.example import example_names
from planner_models.compiled import CompiledModel
from planner_models.compiling import Compiler, compile_model
from planner_models.data import ModelData
from planner_models.formulation import build

INPUTS = Path(__file__).parent.parent.parent.parent / "inputs"

Numbers = Any
Entries = dict[tuple[int, int], float]


@dataclass
class Standard:
    """Pyomo's arrays, rows and columns in the order of the compiled model's."""

    cost: Numbers
    lower: Numbers
    upper: Numbers
    integer: Numbers
    row_lower: Numbers
    row_upper: Numbers
    offset: float
    entries: Entries


def standard_form(data: ModelData, compiled: CompiledModel) -> Standard:
    model = build(data)
    form = LinearStandardFormCompiler().write(model, mixed_form=True)
    column_of = dict(places(model, pyo.Var, compiled.columns))
    row_of = dict(places(model, pyo.Constraint, compiled.rows))
    rows, columns = compiled.shape
    assert len(row_of) == len(form.rows) == rows
    assert len(column_of) == columns  # Pyomo leaves out those that are in no row and cost nothing
    at_column = np.array([column_of[id(one)] for one in form.columns], dtype=int)
    at_row = np.array([row_of[id(one.constraint)] for one in form.rows], dtype=int)
    cost = np.zeros(columns)
    cost[at_column] = form.c.toarray().ravel()
    lower, upper, integer = np.zeros(columns), np.zeros(columns), np.zeros(columns, dtype=bool)
    for variable in model.component_data_objects(pyo.Var):
        j = column_of[id(variable)]
        low, high = variable.bounds
        lower[j] = -np.inf if low is None else low
        upper[j] = np.inf if high is None else high
        integer[j] = variable.is_integer()
    row_lower, row_upper = np.full(rows, -np.inf), np.full(rows, np.inf)
    for i, row, right in zip(at_row, form.rows, form.rhs, strict=True):
        if row.bound_type <= 0:
            row_lower[i] = right
        if row.bound_type >= 0:
            row_upper[i] = right
    found = form.A.tocoo()
    entries = {
        (int(at_row[i]), int(at_column[j])): float(value)
        for i, j, value in zip(found.row, found.col, found.data, strict=True)
        if value != 0
    }
    offset = float(form.c_offset[0])
    return Standard(cost, lower, upper, integer, row_lower, row_upper, offset, entries)


def places(model: Any, kind: Any, found: Mapping[str, Numbers]) -> Iterator[tuple[int, int]]:
    components = list(model.component_objects(kind))
    assert {component.local_name for component in components} == set(found)
    for component in components:
        positions = found[component.local_name].tolist()
        for member, position in zip(component.values(), positions, strict=True):
            yield id(member), position


def entries_of(compiled: CompiledModel) -> Entries:
    found = list(zip(compiled.entry_rows.tolist(), compiled.index.tolist(), strict=True))
    assert len(set(found)) == len(found)
    assert (compiled.value != 0).all()
    return dict(zip(found, compiled.value.tolist(), strict=True))


def assert_equal(one: Numbers, other: Numbers) -> None:
    """To one unit in the last place."""
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    finite = np.isfinite(other)
    assert (one[~finite] == other[~finite]).all()
    assert (np.abs(one[finite] - other[finite]) <= np.spacing(np.abs(other[finite]))).all()


def assert_same(compiled: CompiledModel, data: ModelData) -> None:
    standard = standard_form(data, compiled)
    for name in ("cost", "lower", "upper", "integer", "row_lower", "row_upper", "offset"):
        assert_equal(getattr(compiled, name), getattr(standard, name))
    entries = entries_of(compiled)
    assert entries.keys() == standard.entries.keys()
    assert_equal([entries[place] for place in standard.entries], list(standard.entries.values()))


@settings(max_examples=500)
@given(data=st.data())
def test_the_arrays_of_a_case_are_those_of_pyomo(data, cases, make):
    drawn = data.draw(cases)
    case = make(drawn.sheets)
    compiler = Compiler()
    for scenario in dict.fromkeys(("Base", drawn.scenario)):  # the second on top of the first
        numbers = model_data(case.scenario(scenario))
        assert_same(compiler.compile(numbers), numbers)


@pytest.mark.parametrize("name", example_names())
def test_the_arrays_of_an_example_are_those_of_pyomo(name):
    case = planner.read(INPUTS / f"{name}.xlsx")
    for scenario in case.scenarios:
        numbers = model_data(case.scenario(scenario))
        assert_same(compile_model(numbers), numbers)


@pytest.mark.parametrize("component", ["rule_counts", "material_balance"])
def test_an_entry_that_is_not_pyomos_is_found(component):
    """The comparison can fail: an entry is moved to a column beside its own."""
    numbers = model_data(planner.read(INPUTS / "japan-2011.xlsx").scenario())
    compiled = compile_model(numbers)
    compiled = replace(compiled, index=compiled.index.copy())
    row = int(compiled.rows[component][0])
    compiled.index[compiled.start[row]] ^= 1
    with pytest.raises(AssertionError):
        assert_same(compiled, numbers)
