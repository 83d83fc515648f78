"""The whole formulation: sets and numbers from the data, then one block after another.

Every rule is template-safe: no conditions, no look-ups in Python containers, no skipped rows.
Conditions stand in the index sets, numbers in parameters.
"""

from __future__ import annotations

import io
from itertools import pairwise
from threading import Lock
from typing import Any

import pyomo.environ as pyo
from pyomo.common.log import LoggingIntercept

from planner_models.balance import declare_balance
from planner_models.contracts import declare_contracts
from planner_models.conversions import declare_conversions
from planner_models.data import SCHEMA, IndexedMembers, Members, ModelData
from planner_models.frozen import declare_frozen
from planner_models.hhi import declare_hhi
from planner_models.objective import declare_objective
from planner_models.orders import declare_orders
from planner_models.priorities import declare_priorities
from planner_models.recipes import declare_product_balance, declare_recipes
from planner_models.recycling import declare_recycling
from planner_models.restarts import declare_restarts
from planner_models.rules import declare_rules
from planner_models.stock import declare_stock
from planner_models.suppliers import declare_suppliers
from planner_models.supply import declare_supply
from planner_models.tiers import declare_tiers

_BUILDING = Lock()

BLOCKS = (
    declare_supply,
    declare_restarts,
    declare_orders,
    declare_tiers,
    declare_stock,
    declare_recipes,
    declare_conversions,
    declare_balance,
    declare_product_balance,
    declare_recycling,
    declare_rules,
    declare_suppliers,
    declare_hhi,
    declare_priorities,
    declare_contracts,
    declare_frozen,
    declare_objective,
)
"""Every block of the formulation, in the order of declaration."""


def build(data: ModelData) -> Any:
    """A Pyomo model of one case."""
    model = pyo.ConcreteModel(name="procurement")
    # Pyomo would print what it raises, too; its log is the whole process's, so by one thread only.
    with _BUILDING, LoggingIntercept(io.StringIO(), "pyomo"):
        _declare_data(model, data)
        for declare in BLOCKS:
            declare(model)
    return model


def _declare_data(model: Any, data: ModelData) -> None:
    for spec in SCHEMA.sets:
        members = _members(data.sets[spec.name])
        model.add_component(spec.name, pyo.Set(dimen=len(spec.roots), initialize=members))
    for indexed in SCHEMA.indexed_sets:
        index = _members(data.sets[indexed.index])
        model.add_component(
            indexed.name,
            pyo.Set(
                getattr(model, indexed.index),
                dimen=indexed.dimension,
                initialize=dict(zip(index, _split(data.indexed_sets[indexed.name]), strict=True)),
            ),
        )
    for param in SCHEMA.params:
        index = _members(data.sets[param.index])
        values = data.params[param.name].tolist()
        model.add_component(
            param.name,
            pyo.Param(
                getattr(model, param.index),
                initialize=dict(zip(index, values, strict=True)),
                within=pyo.Any,
            ),
        )


def _members(array: Members) -> list[Any]:
    if array.shape[1] == 1:
        return [int(value) for value in array[:, 0]]
    return [tuple(row) for row in array.tolist()]


def _split(indexed: IndexedMembers) -> list[list[Any]]:
    members = _members(indexed.members)
    ends = indexed.start.tolist()
    return [members[a:b] for a, b in pairwise(ends)]
