"""Every part of the formulation has an oracle: a hand-solved case that fails when it is broken.

A part is a constraint, a variable, one of its bounds, its cost in the objective, or a number of
the data. Each is broken in turn, the independent check is made blind, and the oracle that the
table names has to fail: for a cost that means that something else is bought, since the money of
a plan is not taken from the solver. A part of the formulation that is not in the table fails too.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.core.expr.visitor import identify_variables

import planner
from planner.solving import live
from planner.solving import solve as solving
from planner.solving.check import Check
from planner.solving.data import model_data
from planner_models.compiled import CompiledModel
from planner_models.compiling import compile_model
from planner_models.data import SCHEMA, ModelData
from planner_models.formulation import build

ORACLES = {
    "constraint purchases_are_shipped": "supply no_more_than_the_capacity_is_bought",
    "constraint stock_target": "stock a_hard_safety_stock_is_kept_at_the_end_of_every_period",
    "constraint material_balance": "balance a_basket_brings_all_its_materials_at_once",
    "constraint rule_counts": "quotas several_sources_share_one_quota",
    "constraint basis_counts": "limits a_share_of_purchases_takes_china_down_with_the_others",
    "constraint rule_ceiling": "limits a_maximum_of_tonnes",
    "constraint rule_floor": "limits a_minimum_of_tonnes",
    "constraint product_balance": "products what_cannot_be_made_is_missing",
    "constraint recycling_feed": "recycling what_was_missing_makes_no_scrap",
    "variable buy": "supply no_more_than_the_capacity_is_bought",
    "variable ship": "supply no_more_than_the_capacity_is_bought",
    "variable short": "balance what_costs_more_than_its_shortfall_is_not_delivered",
    "variable surplus": "balance a_basket_brings_all_its_materials_at_once",
    "variable stock": "balance the_opening_stock_serves_from_the_first_period_on",
    "variable under": "stock tonnes_under_a_soft_target_cost_by_the_year_and_are_discounted",
    "variable make": "products a_product_uses_its_materials",
    "variable convert": "conversions a_tonne_of_throughput_uses_and_makes_what_its_row_says",
    "variable counted": "quotas a_quota_per_period_holds_in_each",
    "variable basis": "limits a_share_of_purchases_takes_china_down_with_the_others",
    "variable over": "limits a_soft_maximum_is_broken_where_that_is_cheaper",
    "variable below": "limits a_soft_minimum_costs_each_tonne_under",
    "upper bound of buy": "supply no_more_than_the_capacity_is_bought",
    "upper bound of short": "balance no_more_is_missing_than_is_demanded",
    "upper bound of stock": "stock no_more_is_kept_than_the_maximum",
    "upper bound of make": "products the_cheapest_recipe_makes_no_more_than_its_maximum_share",
    "upper bound of convert": "conversions what_is_beyond_the_capacity_is_bought",
    "lower bound of ship": "sites freight_to_a_plant_is_that_of_its_lane",
    "lower bound of make": "products an_extra_cost_can_outweigh_the_materials_saved",
    "lower bound of convert": "conversions a_conversion_does_not_run_backwards",
    "lower bound of short": "balance surplus_sells_for_its_value",
    "lower bound of surplus": "supply no_more_than_the_capacity_is_bought",
    "lower bound of stock": "stock the_final_minimum_holds_for_the_last_closing_stock_only",
    "lower bound of under": "stock a_soft_target_is_met_where_that_is_cheaper",
    "lower bound of over": "limits a_soft_maximum_is_kept_where_breaking_it_is_dearer",
    "lower bound of below": "limits a_soft_minimum_is_kept_where_breaking_it_is_dearer",
    "cost of ship": "supply the_cheapest_source_is_bought_up_to_its_capacity",
    "cost of make": "products an_extra_cost_can_outweigh_the_materials_saved",
    "cost of convert": "conversions the_cost_of_throughput_decides",
    "cost of stock": "stock the_final_maximum_holds_for_the_last_closing_stock_only",
    "cost of surplus": "balance a_basket_is_not_bought_for_what_its_surplus_costs",
    "cost of short": "supply no_more_than_the_capacity_is_bought",
    "cost of under": "stock a_soft_target_is_met_where_that_is_cheaper",
    "cost of over": "limits a_soft_maximum_is_kept_where_breaking_it_is_dearer",
    "cost of below": "limits a_soft_minimum_is_kept_where_breaking_it_is_dearer",
    "number purchase_limit": "supply no_more_than_the_capacity_is_bought",
    "number landed_cost": "balance a_basket_brings_all_its_materials_at_once",
    "number delivered": "balance a_basket_brings_all_its_materials_at_once",
    "number net_demand": "supply no_more_than_the_capacity_is_bought",
    "number surplus_value": "balance a_basket_is_not_bought_for_what_its_surplus_costs",
    "number shortfall_limit": "balance no_more_is_missing_than_is_demanded",
    "number shortfall_cost": "balance what_costs_more_than_its_shortfall_is_not_delivered",
    "number product_demand": "products a_product_uses_its_materials",
    "number make_limit": "products the_cheapest_recipe_makes_no_more_than_its_maximum_share",
    "number recipe_cost": "products an_extra_cost_can_outweigh_the_materials_saved",
    "number use": "products a_product_uses_its_materials",
    "number convert_limit": "conversions what_is_beyond_the_capacity_is_bought",
    "number conversion_cost": "conversions the_cost_of_throughput_decides",
    "number made": "conversions a_separation_makes_several_materials_at_once",
    "number scrap": "recycling scrap_comes_back_a_lag_later_and_the_opening_feed_before",
    "number returned": "recycling what_was_missing_makes_no_scrap",
    "number stock_minimum": "stock the_final_minimum_holds_for_the_last_closing_stock_only",
    "number stock_maximum": "stock no_more_is_kept_than_the_maximum",
    "number stock_cost": "stock buying_ahead_costs_the_holding",
    "number target": "stock a_hard_safety_stock_is_kept_at_the_end_of_every_period",
    "number safety_cost": "stock a_soft_target_is_met_where_that_is_cheaper",
    "number bought_content": "quotas a_quota_counts_the_tonnes_contained_and_before_yield",
    "number shipped_content": "sites a_quota_counts_the_plants_that_its_selector_picks",
    "number shipped_in_basis": "sites a_share_of_purchases_is_of_those_for_its_plants",
    "number bought_in_basis": "limits a_share_of_purchases_is_of_the_materials_counted",
    "number ceiling": "limits a_maximum_of_tonnes",
    "number ceiling_share": "limits a_share_of_purchases_takes_china_down_with_the_others",
    "number floor": "limits a_minimum_of_tonnes",
    "number floor_share": "limits a_least_share_of_purchases",
    "number over_cost": "limits a_soft_maximum_is_kept_where_breaking_it_is_dearer",
    "number below_cost": "limits a_soft_minimum_is_kept_where_breaking_it_is_dearer",
    "constraint restart_once": "restarts a_restart_opens_its_capacity_once",
    "constraint restart_capacity": "restarts lead_time_and_ramps_delay_what_is_open",
    "constraint restart_load": "restarts the_minimum_load_is_bought_once_it_is_open",
    "variable open": "restarts lead_time_and_ramps_delay_what_is_open",
    "lower bound of open": "restarts a_restart_is_paid_once_where_it_saves_more",
    "cost of open": "restarts a_restart_that_costs_more_than_it_saves_is_not_decided",
    "number restart_cost": "restarts a_restart_that_costs_more_than_it_saves_is_not_decided",
    "number opened_capacity": "restarts lead_time_and_ramps_delay_what_is_open",
    "number minimum_load": "restarts the_minimum_load_is_bought_once_it_is_open",
    "constraint order_bounded": "orders an_order_that_costs_more_than_the_shortfall_is_not_placed",
    "constraint order_is_large": "orders too_small_an_order_is_rounded_up_or_left",
    "variable order": "orders one_order_for_two_years_saves_an_order_cost",
    "cost of order": "orders an_order_that_costs_more_than_the_shortfall_is_not_placed",
    "number order_cost": "orders an_order_that_costs_more_than_the_shortfall_is_not_placed",
    "number order_minimum": "orders too_small_an_order_is_rounded_up_or_left",
    "number order_bound": "orders one_order_for_two_years_saves_an_order_cost",
    "constraint tier_total": "tiers the_dear_tier_is_left_to_another_source",
    "constraint step_bounded": "tiers the_cheap_tier_is_reached_only_over_the_dear_one",
    "constraint step_filled": "tiers the_cheap_tier_is_reached_only_over_the_dear_one",
    "constraint one_tier": "tiers of_all_units_prices_one_holds_for_the_whole_volume",
    "variable tier": "tiers a_discount_is_worth_its_first_tonnes",
    "variable step": "tiers a_discount_is_worth_its_first_tonnes",
    "lower bound of tier": "tiers the_dear_tier_is_left_to_another_source",
    "upper bound of tier": "tiers the_dear_tier_is_left_to_another_source",
    "cost of tier": "tiers the_dear_tier_is_left_to_another_source",
    "number tier_cost": "tiers the_dear_tier_is_left_to_another_source",
    "number tier_width": "tiers the_dear_tier_is_left_to_another_source",
    "number step_most": "tiers each_discount_is_reached_over_the_one_before",
    "number step_least": "tiers the_cheap_tier_is_reached_only_over_the_dear_one",
    "number tier_content": "spend spend_counts_prices_by_volume",
    "constraint supply_bounded": "suppliers a_maximum_counts_any_purchase",
    "constraint relied_on_enough": "suppliers a_minimum_counts_from_enough_tonnes_on",
    "constraint supplier_ceiling": "suppliers a_maximum_counts_any_purchase",
    "constraint supplier_floor": "suppliers a_minimum_counts_from_enough_tonnes_on",
    "variable bought_from": "suppliers a_maximum_counts_any_purchase",
    "variable relied_on": "suppliers a_minimum_counts_from_enough_tonnes_on",
    "variable more_suppliers": "priorities a_supplier_too_many_where_one_is_not_enough",
    "variable fewer_suppliers": "priorities a_supplier_too_few_against_tonnes",
    "upper bound of relied_on": "suppliers a_minimum_counts_from_enough_tonnes_on",
    "lower bound of more_suppliers": "priorities room_in_one_rule_makes_up_for_no_other",
    "lower bound of fewer_suppliers": "priorities room_in_one_rule_makes_up_for_no_other",
    "number most_suppliers": "suppliers a_maximum_counts_any_purchase",
    "number least_suppliers": "suppliers a_minimum_counts_from_enough_tonnes_on",
    "number supply_bound": "suppliers the_one_supplier_may_sell_all_that_it_can",
    "number counts_from": "suppliers a_minimum_counts_from_enough_tonnes_on",
    "number relied_content": "suppliers suppliers_of_some_materials_from_the_tonnes_contained",
    "constraint party_counts": "hhi two_countries",
    "constraint hhi_ceiling": "hhi two_countries",
    "variable party_tonnes": "hhi two_countries",
    "variable party_square": "hhi two_countries",
    "number hhi_most": "hhi two_countries",
    "number party_content": "hhi the_tonnes_contained_count",
    "number tangent_slope": "hhi two_countries",
    "number tangent_offset": "hhi two_countries",
    "constraint given_up_adds_up": "priorities breaches_count_as_parts_of_their_bounds",
    "variable given_up": "priorities a_minimum_that_cannot_be_reached",
    "number over_part": "priorities a_maximum_against_a_minimum_of_the_same_priority",
    "number below_part": "priorities a_maximum_against_a_minimum_of_the_same_priority",
    "number more_part": "priorities a_supplier_too_many_against_tonnes",
    "number fewer_part": "priorities a_supplier_too_few_against_tonnes",
    "constraint contract_ceiling": "contracts no_more_is_taken_than_the_highest_level",
    "constraint contract_lift": "contracts a_part_of_the_least_level_has_to_be_lifted",
    "variable level": "contracts no_more_is_taken_than_the_highest_level",
    "variable unlifted": "contracts what_is_not_lifted_is_paid_where_that_is_cheaper",
    "lower bound of level": "contracts a_part_of_the_least_level_has_to_be_lifted",
    "upper bound of level": "contracts no_more_is_taken_than_the_highest_level",
    "lower bound of unlifted": "contracts it_is_lifted_where_paying_for_it_is_dearer",
    "cost of unlifted": "contracts it_is_lifted_where_paying_for_it_is_dearer",
    "number level_minimum": "contracts a_part_of_the_least_level_has_to_be_lifted",
    "number level_maximum": "contracts no_more_is_taken_than_the_highest_level",
    "number contract_length": "contracts a_level_per_year_counts_by_the_length_of_the_period",
    "number must_take": "contracts a_part_of_the_least_level_has_to_be_lifted",
    "number unlifted_cost": "contracts it_is_lifted_where_paying_for_it_is_dearer",
    "constraint purchases_are_frozen": "current_plan purchases_are_kept_up_to_frozen_through",
    "number frozen_purchase": "current_plan purchases_are_kept_up_to_frozen_through",
}
"""Part of the formulation, and the oracle (module and test) that fails when it is broken."""

IMPLIED = {
    "lower bound of buy",
    "lower bound of basis",
    "upper bound of open",
    "lower bound of order",
    "upper bound of order",
    "lower bound of step",
    "upper bound of step",
    "lower bound of bought_from",
    "upper bound of bought_from",
    "lower bound of relied_on",
    "lower bound of given_up",
    "constraint party_tangent",
}
"""What nothing can fail without.

The first two follow from ship ≥ 0 and the rows that add shipments up, that of `given_up` from the
breaches that it adds up; the others from rows that tie a decision to tonnes (a capacity that one
decision opens is bounded in itself), or, of what counts, that make it worth nothing. Tangents that
are missing come back as cuts: see `test_the_cuts_are_the_rows_that_the_formulation_has`.
"""

EVERYTHING = {
    "Materials": """
        Material | Shortfall cost [USD/t] | Surplus value [USD/t]
        Nd       | 1000                   | 1
        Ce       |                        | 1
    """,
    "Products": """
        Product | Shortfall cost [USD/t]
        Magnet  | 9000
    """,
    "Recipes": """
        Recipe | Product | Nd  | Maximum share
        Plain  | Magnet  | 0.3 | 0.9
    """,
    "Demand": """
        Item   | Every period
        Nd     | 100
        Magnet | 10
    """,
    "Sources": """
        Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Order cost
        CN     | China   | Nd       | 50              | 50            | 1
        US     | US      | Nd       | 50              | 50            |
        AU     | AU      | Nd       | 50              |               |
        IN     | India   | Nd       | 50              |               |
    """,
    "Restarts": """
        Source | Restart cost | Minimum load
        US     | 1            | 0.1
    """,
    "Tiers": """
        Source | From [t/yr] | Price [USD/t] | Rule
        AU     | 0           | 9             | incremental
        AU     | 10          | 8             | incremental
        IN     | 0           | 9             | all units
        IN     | 10          | 8             | all units
    """,
    "Contracts": """
        Contract | Source | Minimum [t] | Maximum [t] | Must take | Unlifted pays
        Offtake  | CN     | 10          | 40          | 0.8       | 0.5
    """,
    "Settings": """
        Setting        | Value
        Frozen through | 2011
    """,
    "Current_plan": """
        Source | 2011
        CN     | 20
    """,
    "Conversions": """
        Conversion | Nd | Ce | Capacity [t/yr]
        Smelting   | -1 | 1  | 10
    """,
    "Stock": """
        Material | Safety stock [t] | Safety cost [/t/yr] | Holding cost [/t/yr] | Maximum [t]
        Nd       | 5                | 9                   | 1                    | 50
    """,
    "Limits": """
        Limit | Type      | Share of  | Minimum | Maximum | Penalty [/t] | Counts from | Priority
        Soft  | share     | purchases | 0.2     | 0.5     | 10           |             |
        Spend | spend     |           |         | 90      |              |             | 1
        Count | suppliers |           | 1       | 9       |              | 5           | 1
        Mix   | HHI       |           |         | 0.9     |              |             |
    """,
}
"""A case in which every component of the formulation has a member."""


def test_every_part_of_the_formulation_has_an_oracle(make):
    parts = set(_parts(build(model_data(make(**EVERYTHING).scenario()))))
    assert parts - IMPLIED == set(ORACLES)


@pytest.mark.parametrize("part", ORACLES)
def test_the_oracle_fails_when_the_part_is_broken(part, solve, monkeypatch):
    oracle = _oracle(ORACLES[part])
    monkeypatch.setattr(solving, "check_plan", lambda *_: Check(0.0, "", 0.0, 0.0))
    oracle(solve)
    assert any(_fails(oracle, solve, broken, monkeypatch) for broken in _broken(part))


def _fails(
    oracle: Callable[[Any], None],
    solve: Any,
    broken: Mapping[str, Callable[[Any], Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> bool:
    with monkeypatch.context() as patch:
        for name, function in broken.items():
            patch.setattr(live, name, function)
        try:
            oracle(solve)
        except (AssertionError, planner.NoPlan):
            return True
    return False


def _parts(model: Any) -> Iterator[str]:
    for constraint in model.component_objects(pyo.Constraint):
        yield f"constraint {constraint.local_name}"
    for variable in model.component_objects(pyo.Var):
        members = list(variable.values())
        assert members, f"the case has no member of {variable.local_name}"
        yield f"variable {variable.local_name}"
        if any(member.has_lb() for member in members):
            yield f"lower bound of {variable.local_name}"
        if any(member.has_ub() for member in members):
            yield f"upper bound of {variable.local_name}"
    for objective in model.component_objects(pyo.Objective):
        costly = identify_variables(objective.expr)
        for name in {variable.parent_component().local_name for variable in costly}:
            yield f"cost of {name}"
    for number in SCHEMA.params:
        yield f"number {number.name}"


# -- ways to break ---------------------------------------------------------------------------


def _broken(part: str) -> Iterator[Mapping[str, Callable[[Any], Any]]]:
    """What to put in place of the functions that `solve` builds its model with."""
    kind, _, name = part.rpartition(" ")
    if kind != "number":
        breaks = _BREAKERS[kind]
        yield {"Compiler": lambda: _Broken(lambda data: breaks(compile_model(data), name))}
        return
    for factor in (4.0, 0.25):
        yield {"model_data": lambda scenario, f=factor: _scaled(model_data(scenario), name, f)}


@dataclass
class _Broken:
    """A compiler that breaks what it compiles."""

    compile: Callable[[ModelData], CompiledModel]


def _scaled(data: ModelData, name: str, factor: float) -> ModelData:
    return replace(data, params={**data.params, name: factor * data.params[name]})


def _free_rows(model: CompiledModel, name: str) -> CompiledModel:
    lower, upper = model.row_lower.copy(), model.row_upper.copy()
    lower[model.rows[name]], upper[model.rows[name]] = -np.inf, np.inf
    return replace(model, row_lower=lower, row_upper=upper)


def _columns(model: CompiledModel, name: str, **values: float) -> CompiledModel:
    changed = {}
    for side, value in values.items():
        changed[side] = getattr(model, side).copy()
        changed[side][model.columns[name]] = value
    return replace(model, **changed)


_BREAKERS: dict[str, Callable[[CompiledModel, str], CompiledModel]] = {
    "constraint": _free_rows,
    "variable": lambda model, name: _columns(model, name, lower=0.0, upper=0.0),
    "lower bound of": lambda model, name: _columns(model, name, lower=-np.inf),
    "upper bound of": lambda model, name: _columns(model, name, upper=np.inf),
    "cost of": lambda model, name: _columns(model, name, cost=0.0),
}


def _oracle(named: str) -> Callable[[Any], None]:
    module, _, test = named.partition(" ")
    return getattr(_module(module), f"test_{test}")


@cache
def _module(name: str) -> ModuleType:
    path = Path(__file__).with_name(f"test_{name}.py")
    spec = importlib.util.spec_from_file_location(f"oracle_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
