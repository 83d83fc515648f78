"""From the Pyomo model to the arrays that a solver takes.

Pyomo's standard form is used, not its solver interfaces: one pass makes a sparse matrix, bounds
and costs, and this module knows which row and column belongs to which member of which component.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from planner_models.compiled import CompiledModel, Positions
from planner_models.data import ModelData, Numbers
from planner_models.formulation import build


def compile_model(data: ModelData) -> CompiledModel:
    """Build the formulation for a case and turn it into arrays."""
    model = build(data)
    form = LinearStandardFormCompiler().write(model, mixed_form=True)
    bound_type = np.array([row.bound_type for row in form.rows], dtype=np.int8)
    right = np.asarray(form.rhs, dtype=float)
    matrix = form.A.tocsc()
    column_of = {id(variable): j for j, variable in enumerate(form.columns)}
    row_of = {id(row.constraint): i for i, row in enumerate(form.rows)}
    used = list(form.columns)
    unused = [
        variable
        for component in model.component_objects(pyo.Var)
        for variable in component.values()
        if id(variable) not in column_of
    ]
    for variable in unused:  # in no row and no cost: still part of the plan
        column_of[id(variable)] = len(used)
        used.append(variable)
    lower, upper = _bounds(used)
    start = np.concatenate([matrix.indptr, np.full(len(unused), matrix.indptr[-1])])
    cost = np.concatenate([np.asarray(form.c.todense()).ravel(), np.zeros(len(unused))])
    return CompiledModel(
        cost=cost,
        offset=float(form.c_offset[0]),
        lower=lower,
        upper=upper,
        integer=np.array([variable.is_integer() for variable in used], dtype=bool),
        row_lower=np.where(bound_type <= 0, right, -np.inf),
        row_upper=np.where(bound_type >= 0, right, np.inf),
        start=start.astype(np.int32),
        index=matrix.indices.astype(np.int32),
        value=matrix.data.astype(float),
        columns=_positions(model, pyo.Var, column_of),
        rows=_positions(model, pyo.Constraint, row_of),
        indices={spec: data.sets[spec] for spec in data.sets},
        index_sets=_index_sets(model, pyo.Var) | _index_sets(model, pyo.Constraint),
    )


def _bounds(variables: list[Any]) -> tuple[Numbers, Numbers]:
    pairs = [variable.bounds for variable in variables]
    lower = np.array([-np.inf if low is None else low for low, _ in pairs], dtype=float)
    upper = np.array([np.inf if high is None else high for _, high in pairs], dtype=float)
    return lower, upper


def _positions(model: Any, kind: Any, place: Mapping[int, int]) -> dict[str, Positions]:
    return {
        component.local_name: np.array(
            [place[id(member)] for member in component.values()], dtype=np.int64
        )
        for component in model.component_objects(kind, active=True)
    }


def _index_sets(model: Any, kind: Any) -> dict[str, str]:
    return {
        component.local_name: component.index_set().local_name
        for component in model.component_objects(kind, active=True)
    }
