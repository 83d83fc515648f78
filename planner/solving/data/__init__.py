"""The sets and numbers that the formulation needs, from the numbers of a scenario.

One module for each block of the formulation, with the same name; each adds its sets and parameters
to a `Draft`. Conditions of the model live here: what is in a set and what is not.
"""

from __future__ import annotations

from planner.case.scenario import Scenario
from planner.solving.data.balance import add_balance
from planner.solving.data.contracts import add_contracts
from planner.solving.data.conversions import add_conversions
from planner.solving.data.draft import Draft
from planner.solving.data.frozen import add_frozen
from planner.solving.data.hhi import add_hhi
from planner.solving.data.orders import add_orders
from planner.solving.data.priorities import add_priorities
from planner.solving.data.recipes import add_recipes
from planner.solving.data.recycling import add_recycling
from planner.solving.data.restarts import add_restarts
from planner.solving.data.rules import add_rules
from planner.solving.data.stock import add_stock
from planner.solving.data.suppliers import add_suppliers
from planner.solving.data.supply import add_supply
from planner.solving.data.tiers import add_tiers
from planner_models.data import ModelData

BLOCKS = (
    add_supply,
    add_restarts,
    add_orders,
    add_tiers,
    add_stock,
    add_balance,
    add_recipes,
    add_conversions,
    add_recycling,
    add_rules,
    add_contracts,
    add_frozen,
    add_suppliers,
    add_hhi,
    add_priorities,
)
"""Every block, in an order in which each finds the sets that it builds on."""


def model_data(scenario: Scenario) -> ModelData:
    """One scenario for the formulation; money is discounted, tonnes are as they stand."""
    draft = Draft(scenario)
    for add in BLOCKS:
        add(draft)
    return ModelData(draft.sets, draft.indexed, draft.params)
