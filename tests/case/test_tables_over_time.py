"""Wide and long tables, what stands behind them, blanks, and percentages."""

from __future__ import annotations

import math

import numpy as np
import pytest


def test_a_period_column_wins_over_every_period(small, make):
    small["Demand"] = [["Item", "Every period", "2012"], ["Nd2O3", 100, 90], ["Dy2O3", 10, None]]
    assert make(small).scenario().demand[:, 0].tolist() == [[100, 90, 100], [10, 10, 10]]


def test_wide_and_long_say_the_same(small, make):
    wide = make(small).scenario().demand
    small["Demand"] = [
        ["Item", "Period", "Value [kg]"],
        *[
            [item, period, 1000 * value]
            for item, *values in small["Demand"][1:]
            for period, value in zip((2011, 2012, 2013), values, strict=True)
        ],
    ]
    assert make(small).scenario().demand.tolist() == wide.tolist()


def test_what_a_sheet_over_time_leaves_open_falls_back(small, make):
    """Prices over Sources: 60,000 USD/t where nothing is said."""
    small["Prices"] = [["Source", "2011 [USD/kg]", "2012 [USD/t]"], ["S1", None, 65_000]]
    scenario = make(small).scenario()
    assert scenario.price[0].tolist() == [60_000, 65_000, 60_000]
    assert scenario.price_cells[0] == ("Sources!E2", "Prices!C2", "Sources!E2")


def test_capacity_behind_is_per_year_and_over_time_per_period(small, make):
    """80 t/yr over one, one and two years; 50 t in 2012 as they stand."""
    small["Capacity"] = [["Source", "2012"], ["S1", 50]]
    scenario = make(small).scenario()
    assert scenario.capacity[0].tolist() == [80, 50, 160]
    assert scenario.capacity_cells[0] == ("Sources!D2", "Capacity!B2", "Sources!D2")
    # one more typed: 1 t/yr is 1, 1 and 2 t
    assert scenario.capacity_per_typed[0].tolist() == [1, 1, 2]
    assert scenario.capacity_units[0] == ("t/yr", "t", "t/yr")


@pytest.mark.parametrize(
    ("header", "typed", "tonnes"),
    [
        ("Capacity", 80, [80, 80, 160]),
        ("Capacity [kt/yr]", 0.08, [80, 80, 160]),
        ("Capacity [t/month]", 10, [120, 120, 240]),
        ("Capacity [t/period]", 80, [80, 80, 80]),
        ("Capacity [t/yr]", "unlimited", [math.inf] * 3),
        ("Capacity [t/yr]", "Unlimited ", [math.inf] * 3),
    ],
)
def test_capacity_in_any_unit(small, make, header, typed, tonnes):
    small["Sources"][0][3], small["Sources"][1][3] = header, typed
    assert make(small).scenario().capacity[0] == pytest.approx(tonnes)


def test_availability_of_a_source_without_a_row_is_1(small, make):
    small["Availability"] = [["Source", "2012 [%]"], ["S1", 40]]
    scenario = make(small).scenario()
    assert scenario.availability.tolist() == [[1, 0.4, 1], [1, 1, 1], [1, 1, 1]]
    assert scenario.limit[0].tolist() == [80, 32, 160]


def test_availability_0_closes_an_unlimited_source(small, make):
    small["Availability"] = [["Source", "2012"], ["S2", 0]]
    assert make(small).scenario().limit[1].tolist() == [math.inf, 0, math.inf]


def test_a_blank_is_not_given_and_never_zero(small, make):
    small["Stock"] = [
        ["Material", "Opening [t]", "Maximum [t]", "Safety cost [USD/t/yr]"],
        ["Nd2O3", 0, None, None],
        ["Dy2O3", None, 0, 0],
    ]
    scenario = make(small).scenario()
    assert scenario.stock_maximum[:, 0].tolist() == [math.inf, 0]
    assert np.isnan(scenario.safety_cost[0, 0])  # blank: the target is hard
    assert scenario.safety_cost[1, 0] == 0
    assert scenario.opening[:, 0].tolist() == [0, 0]


@pytest.mark.parametrize(("header", "typed"), [("Duty", 0.25), ("Duty [%]", 25)])
def test_percent(small, make, header, typed):
    small["Sources"][0].append(header)
    small["Sources"][1].append(typed)
    assert make(small).scenario().duty.tolist() == [0.25, 0, 0]


def test_shortfall_costs_over_materials(small, make):
    small["Shortfall costs"] = [["Item", "2013 [USD/kg]"], ["Nd2O3", 150]]
    assert make(small).scenario().shortfall_cost.tolist() == [
        [200_000, 200_000, 150_000],
        [900_000] * 3,
    ]


def test_surplus_values_over_materials(small, make):
    small["Materials"][0].append("Surplus value [USD/kg]")
    small["Materials"][1].append(5)
    small["Surplus values"] = [["Item", "2012 [USD/kg]"], ["Dy2O3", -2]]
    assert make(small).scenario().surplus_value.tolist() == [
        [5000, 5000, 5000],
        [0, -2000, 0],
    ]


def test_holding_costs_and_safety_stock_over_stock(small, make):
    small["Stock"] = [
        ["Material", "Safety stock [kg]", "Holding cost [USD/t/yr]"],
        ["Nd2O3", 5000, 300],
    ]
    small["Safety stock"] = [["Material", "2012"], ["Nd2O3", 7]]
    small["Holding costs"] = [["Material", "2013 [USD/t/month]"], ["Nd2O3", 30]]
    scenario = make(small).scenario()
    assert scenario.target[0, 0].tolist() == [5, 7, 5]
    assert scenario.holding_cost[0, 0].tolist() == [300, 300, 360]


def test_a_holding_cost_per_period_is_shared_over_its_years(small, make):
    small["Stock"] = [["Material", "Holding cost [USD/t/period]"], ["Nd2O3", 300]]
    assert make(small).scenario().holding_cost[0, 0].tolist() == [300, 300, 150]


def test_in_transit(small, make):
    small["In transit"] = [["Material", "2012 [kg]"], ["Dy2O3", 3000]]
    assert make(small).scenario().in_transit[:, 0].tolist() == [[0, 0, 0], [0, 3, 0]]


def test_exchange_rates(small, make):
    small["Sources"][0][4] = "Price [/kg]"
    small["Sources"][0].append("Currency")
    small["Sources"][1][4], small["Sources"][2][4], small["Sources"][3][4] = 400, 70, 400
    small["Sources"][1].append("CNY")
    small["Currencies"] = [["Currency", "Every period", "2013"], ["CNY", 0.15, 0.16]]
    scenario = make(small).scenario()
    assert scenario.exchange[0].tolist() == [0.15, 0.15, 0.16]
    assert scenario.landed_cost[0, 0] == pytest.approx([60_000, 60_000, 64_000])
    assert scenario.exchange[1].tolist() == [1, 1, 1]


def test_a_basket(small, make):
    small["Sources"][1][2] = None
    small["Composition"] = [["Source", "Nd2O3", "Dy2O3 [%]"], ["S1", 0.2, 1.5]]
    assert make(small).scenario().content.tolist() == [[0.2, 0.015], [1, 0], [0, 1]]


def test_landed_cost_of_a_tonne(small, make):
    """Price 60,000, export tax 15 %, freight 300, duty 10 % of CIF, processing 2,000:
    60,000 + 9,000 + 300 + 6,930 + 2,000 = 78,230; duty on FOB: 6,900, so 78,200.
    """
    small["Sources"][0] += ["Export tax [%]", "Freight [USD/t]", "Duty [%]", "Processing [USD/kg]"]
    small["Sources"][1] += [15, 300, 10, 2]
    assert make(small).scenario().landed_cost[0, 0, 0] == pytest.approx(78_230)
    small["Settings"] = [["Setting", "Value"], ["Duty base", "fob"]]
    assert make(small).scenario().landed_cost[0, 0, 0] == pytest.approx(78_200)


def test_materials_that_differ_by_case_only(small, make):
    """Names match exactly, also as headers where both cases exist."""
    small["Materials"] += [["ND2O3", "light", 1000]]
    small["Sources"][1][2] = None
    small["Composition"] = [["Source", "ND2O3 [%]", "Nd2O3 [%]"], ["S1", 30, 20]]
    assert make(small).scenario().content[0].tolist() == [0.2, 0, 0.3]
