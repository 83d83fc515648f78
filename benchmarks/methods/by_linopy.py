"""The same model in linopy: labelled arrays, one expression per block of rows.

With linopy's sparse models, which keep no zeros where sources hold a few of the materials.
"""

from __future__ import annotations

import linopy
import pandas as pd
import xarray as xr

from benchmarks.case_numbers import CaseNumbers, Contracts, Rules, numbers_of
from benchmarks.methods import Live
from benchmarks.methods.by_hand import objective
from planner.case.scenario import Scenario

linopy.options["semantics"] = "v1"  # sparse models need it


def build(scenario: Scenario) -> Live:
    """Labelled expressions, and linopy's direct way into HiGHS."""
    highs = _model(numbers_of(scenario)).to_highspy()
    highs.setOptionValue("output_flag", False)
    return Live(highs.getNumNz(), lambda: objective(highs))


def _model(numbers: CaseNumbers) -> linopy.Model:
    model = linopy.Model(sparse=True)
    sources, sites, periods = (
        pd.RangeIndex(count, name=name)
        for count, name in zip(numbers.landed_cost.shape, ("source", "site", "period"), strict=True)
    )
    materials = pd.RangeIndex(numbers.delivered.shape[1], name="material")
    places = [materials, sites, periods]
    lanes = [sources, sites, periods]

    buy = model.add_variables(0, _data(numbers.capacity, sources, periods), name="buy")
    ship = model.add_variables(0, coords=lanes, name="ship")
    stock_maximum = _data(numbers.stock_maximum, materials, sites)
    stock = model.add_variables(0, stock_maximum, coords=places, name="stock")
    under = model.add_variables(0, coords=places, name="under")
    short = model.add_variables(0, _data(numbers.demand, *places), name="short")
    surplus = model.add_variables(0, coords=places, name="surplus")

    model.add_constraints(ship.sum("site") - buy == 0, name="purchases_are_shipped")
    arrivals = ship @ _data(numbers.delivered, sources, materials)
    before = stock.shift(period=1).fillna(0)
    net_demand = _data(numbers.net_demand, *places)
    balance = arrivals + before + short - surplus - stock == net_demand
    model.add_constraints(balance, name="material_balance")
    target = _data(numbers.target, *places)
    model.add_constraints(stock + under >= target, name="stock_target")
    _add_rules(model, numbers.rules, buy)
    _add_contracts(model, numbers.contracts, buy)
    model.add_objective(
        (ship * _data(numbers.landed_cost, *lanes)).sum()
        + (stock * _data(numbers.stock_cost, *places)).sum()
        + (under * _data(numbers.safety_cost, *places)).sum()
        + (short * _data(numbers.shortfall_cost, materials, periods)).sum()
        - (surplus * _data(numbers.surplus_value, materials, periods)).sum()
    )
    return model


def _add_rules(model: linopy.Model, rules: Rules, buy: linopy.Variable) -> None:
    sources, periods = buy.indexes["source"], buy.indexes["period"]
    names = pd.RangeIndex(len(rules.content), name="rule")
    most, share = (_data(numbers, names, periods) for numbers in (rules.most, rules.share))
    counted = model.add_variables(coords=[names, periods], name="counted")
    basis = model.add_variables(0, coords=[periods], name="basis")
    content = _data(rules.content, names, sources)
    model.add_constraints(counted - buy @ content == 0, name="rule_counts")
    model.add_constraints(basis - buy @ _data(rules.basis, sources) == 0, name="basis_counts")
    fixed, shared = names[~rules.of_purchases], names[rules.of_purchases]
    model.add_constraints(counted.sel(rule=fixed) <= most.sel(rule=fixed), name="rule_ceiling")
    part = share.sel(rule=shared) * basis
    model.add_constraints(counted.sel(rule=shared) - part <= 0, name="share_ceiling")


def _add_contracts(model: linopy.Model, contracts: Contracts, buy: linopy.Variable) -> None:
    names = pd.RangeIndex(len(contracts.source), name="contract")
    years = pd.RangeIndex(contracts.per_level.shape[1], name="year")
    least, most = (_data(numbers, names) for numbers in (contracts.least, contracts.most))
    level = model.add_variables(least, most, name="level")
    taken = buy.sel(source=_data(contracts.source, names))
    model.add_constraints(taken - level <= 0, name="contract_ceiling")
    year = _data(contracts.year, buy.indexes["period"]).rename("year")
    lifted = taken.groupby(year).sum()
    needed = _data(contracts.per_level, names, years) * level
    model.add_constraints(lifted - needed >= 0, name="contract_lift")


def _data(numbers: object, *index: pd.Index) -> xr.DataArray:
    return xr.DataArray(numbers, coords=list(index))
