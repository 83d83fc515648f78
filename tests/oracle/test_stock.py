"""Stock: bounds, targets and what keeping costs."""

from __future__ import annotations

import pytest

TWO_YEARS = """
    Period
    2011
    2012
"""

UNEQUAL_YEARS = """
    Period    | Years
    2011      | 1
    2012-2013 | 2
    2014      | 1
"""
"""At 10 % a year money is worth 1, 1/1.1 and 1/1.1³ = 1/1.331 of that of 2011."""

TEN_PERCENT = """
    Setting           | Value
    Discount rate [%] | 10
"""

CHINA = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China   | Nd       | unlimited       | 50
"""

DEARER_IN_2012 = """
    Source | 2012 [USD/t]
    CN     | 80
"""

# -- keeping --------------------------------------------------------------------------------


def test_buying_ahead_costs_the_holding(solve):
    """50 USD in 2011 and 10 for keeping is less than 80 in 2012: 200 · 50 + 100 · 10."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=CHINA,
        Prices=DEARER_IN_2012,
        Stock="""
            Material | Holding cost [USD/t/yr]
            Nd       | 10
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 200})
    assert found.stock == pytest.approx({"Nd 2011": 100})
    assert found.costs == pytest.approx({"purchase": 10_000, "holding": 1_000})
    assert found.paid == pytest.approx(11_000)


KEPT_FOR_2014 = {
    "Periods": UNEQUAL_YEARS,
    "Settings": TEN_PERCENT,
    "Demand": """
        Item | 2011 | 2012-2013 | 2014
        Nd   | 0    | 0         | 100
    """,
    "Sources": """
        Source | Country | Material | Capacity [t/yr] | Price [USD/t]
        CN     | China   | Nd       | 0               | 50
    """,
    "Stock": """
        Material | Opening [t] | Holding cost [USD/t/yr]
        Nd       | 100         | 11
    """,
}
"""100 t lie in stock at the end of 2011 and of 2012-2013."""


def test_holding_is_by_the_year_and_discounted(solve):
    """100 · 11 · 1 year + 100 · 11 · 2 years / 1.1 = 1 100 + 2 000."""
    found = solve(**KEPT_FOR_2014)
    assert found.stock == pytest.approx({"Nd 2011": 100, "Nd 2012-2013": 100})
    assert found.costs == pytest.approx({"holding": 3_100})


def test_holding_may_differ_by_period(solve):
    """22 USD in 2012-2013: 1 100 + 100 · 22 · 2 / 1.1 = 1 100 + 4 000."""
    holding = """
        Material | 2012-2013 [USD/t/yr]
        Nd       | 22
    """
    found = solve(**KEPT_FOR_2014, Holding_costs=holding)
    assert found.costs == pytest.approx({"holding": 5_100})


# -- bounds ---------------------------------------------------------------------------------


def test_no_more_is_kept_than_the_maximum(solve):
    """Room for 40 t: 140 t at 50 USD, the other 60 t at 80: 7 000 + 4 800."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=CHINA,
        Prices=DEARER_IN_2012,
        Stock="""
            Material | Maximum [t]
            Nd       | 40
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 140, "CN 2012": 60})
    assert found.stock == pytest.approx({"Nd 2011": 40})
    assert found.cost == pytest.approx(11_800)


def test_the_maximum_holds_at_the_end_too(solve):
    """A tonne left is worth 70 USD and costs 50: 40 t fit in. 140 · 50 − 40 · 70."""
    found = solve(
        Sources=CHINA,
        Stock="""
            Material | Maximum [t] | Final value [USD/t]
            Nd       | 40          | 70
        """,
    )
    assert found.stock == pytest.approx({"Nd 2011": 40})
    assert found.costs == pytest.approx({"purchase": 7_000, "final_stock": -2_800})


def test_the_final_minimum_holds_for_the_last_closing_stock_only(solve):
    """Nothing is kept at the end of 2011, 20 t at that of 2012: 10 000 + 20 · 50."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=CHINA,
        Stock="""
            Material | Final minimum [t] | Holding cost [USD/t/yr]
            Nd       | 20                | 1
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 100, "CN 2012": 120})
    assert found.stock == pytest.approx({"Nd 2012": 20})
    assert found.costs == pytest.approx({"purchase": 11_000, "holding": 20})


def test_the_final_maximum_holds_for_the_last_closing_stock_only(solve):
    """2012 is dearer, so its 100 t are bought ahead; 10 t more are left at 70 USD each.

    210 · 50 − 10 · 70 = 10 500 − 700.
    """
    found = solve(
        Periods=TWO_YEARS,
        Sources=CHINA,
        Prices=DEARER_IN_2012,
        Stock="""
            Material | Final maximum [t] | Final value [USD/t]
            Nd       | 10                | 70
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 210})
    assert found.stock == pytest.approx({"Nd 2011": 110, "Nd 2012": 10})
    assert found.costs == pytest.approx({"purchase": 10_500, "final_stock": -700})
    assert found.paid == pytest.approx(9_800)


def test_the_final_value_is_discounted_to_the_last_period(solve):
    """10 t left in 2014 are worth 133.1 USD over 1.331 = 100 each; bought in 2011 at 50."""
    found = solve(
        Periods=UNEQUAL_YEARS,
        Settings=TEN_PERCENT,
        Demand="""
            Item | Every period
            Nd   | 0
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [/t] | Last period
            CN     | China   | Nd       | 10              | 50         | 2011
        """,
        Stock="""
            Material | Final value [USD/t]
            Nd       | 133.1
        """,
    )
    assert found.costs == pytest.approx({"purchase": 500, "final_stock": -1_000})


# -- targets --------------------------------------------------------------------------------


def test_a_hard_safety_stock_is_kept_at_the_end_of_every_period(solve):
    """20 t more in 2011, which stay: 120 · 50 + 100 · 50, and 20 · 1 for each year of keeping."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=CHINA,
        Stock="""
            Material | Safety stock [t] | Holding cost [USD/t/yr]
            Nd       | 20               | 1
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 120, "CN 2012": 100})
    assert found.stock == pytest.approx({"Nd 2011": 20, "Nd 2012": 20})
    assert found.costs == pytest.approx({"purchase": 11_000, "holding": 40})


def test_a_hard_safety_stock_goes_before_demand(solve):
    """110 t can be bought: 20 t for the stock, 90 t for demand, 10 t are missing."""
    found = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | 110             | 50
        """,
        Stock="""
            Material | Safety stock [t]
            Nd       | 20
        """,
    )
    assert found.short == pytest.approx({"Nd 2011": 10})
    assert found.cost == pytest.approx(110 * 50 + 10 * 1000)


EXACTLY_DEMAND = {
    "Periods": UNEQUAL_YEARS,
    "Settings": TEN_PERCENT,
    "Sources": CHINA,
    "Capacity": """
        Source | Every period
        CN     | 100
    """,
}
"""100 t are needed and 100 t can be bought in each period: no stock can be built up."""


def test_tonnes_under_a_soft_target_cost_by_the_year_and_are_discounted(solve):
    """20 t under in every period at 13.31 USD a year.

    20 · 13.31 · (1 year + 2 years / 1.1 + 1 year / 1.331) = 266.2 + 484 + 200.
    """
    found = solve(
        **EXACTLY_DEMAND,
        Stock="""
            Material | Safety stock [t] | Safety cost [USD/t/yr]
            Nd       | 20               | 13.31
        """,
    )
    assert found.under == pytest.approx({"Nd 2011": 20, "Nd 2012-2013": 20, "Nd 2014": 20})
    assert found.costs["safety"] == pytest.approx(950.2)
    assert found.valuation == pytest.approx(950.2)
    assert found.short == {}


def test_a_soft_target_is_met_where_that_is_cheaper(solve):
    """A tonne costs 50 USD once and 1 a year for keeping; one under the target costs 60 a year."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=CHINA,
        Stock="""
            Material | Safety stock [t] | Safety cost [/t/yr] | Holding cost [/t/yr]
            Nd       | 20               | 60                  | 1
        """,
    )
    assert found.under == {}
    assert found.stock == pytest.approx({"Nd 2011": 20, "Nd 2012": 20})
    assert found.costs == pytest.approx({"purchase": 11_000, "holding": 40})


def test_the_safety_stock_may_differ_by_period(solve):
    """20 t at the end of 2011 as Stock says, 35 at the end of 2012: 120 and 115 t are bought."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=CHINA,
        Stock="""
            Material | Safety stock [t] | Holding cost [USD/t/yr]
            Nd       | 20               | 1
        """,
        Safety_stock="""
            Material | 2012
            Nd       | 35
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 120, "CN 2012": 115})
    assert found.stock == pytest.approx({"Nd 2011": 20, "Nd 2012": 35})


def test_cover_is_of_the_demand_to_come(solve):
    """73 days are 0.2 years: at the end of 2011 0.2 · 300 t; at that of 2012 the same rate on."""
    found = solve(
        Periods=TWO_YEARS,
        Demand="""
            Item | 2011 | 2012
            Nd   | 100  | 300
        """,
        Sources=CHINA,
        Stock="""
            Material | Cover [days] | Holding cost [USD/t/yr]
            Nd       | 73           | 1
        """,
    )
    assert found.stock == pytest.approx({"Nd 2011": 60, "Nd 2012": 60})
    assert found.bought == pytest.approx({"CN 2011": 160, "CN 2012": 300})


def test_cover_may_reach_over_several_periods(solve):
    """547.5 days are 1.5 years.

    After 2011: 200 + half of 300; after 2012: 300 + half a year at 300; after 2013: 1.5 · 300.
    """
    found = solve(
        Periods="""
            Period
            2011
            2012
            2013
        """,
        Demand="""
            Item | 2011 | 2012 | 2013
            Nd   | 100  | 200  | 300
        """,
        Sources=CHINA,
        Stock="""
            Material | Cover [days] | Holding cost [USD/t/yr]
            Nd       | 547.5        | 1
        """,
    )
    assert found.stock == pytest.approx({"Nd 2011": 350, "Nd 2012": 450, "Nd 2013": 450})
    assert found.bought == pytest.approx({"CN 2011": 450, "CN 2012": 300, "CN 2013": 300})


def test_cover_goes_by_the_length_of_the_periods(solve):
    """One year of cover: half of the 300 t of the two years to come, then half of them again."""
    found = solve(
        Periods="""
            Period    | Years
            2011      | 1
            2012-2013 | 2
        """,
        Demand="""
            Item | 2011 | 2012-2013
            Nd   | 100  | 300
        """,
        Sources=CHINA,
        Stock="""
            Material | Cover [days] | Holding cost [USD/t/yr]
            Nd       | 365          | 1
        """,
    )
    assert found.stock == pytest.approx({"Nd 2011": 150, "Nd 2012-2013": 150})


def test_the_target_is_the_larger_of_safety_stock_and_cover(solve):
    """Cover asks for 0.2 · 200 = 40 t, then 0.2 · 50 = 10 t twice; the safety stock for 25 t."""
    found = solve(
        Periods="""
            Period
            2011
            2012
            2013
        """,
        Demand="""
            Item | 2011 | 2012 | 2013
            Nd   | 100  | 200  | 50
        """,
        Sources=CHINA,
        Stock="""
            Material | Safety stock [t] | Cover [days] | Holding cost [USD/t/yr]
            Nd       | 25               | 73           | 1
        """,
    )
    assert found.stock == pytest.approx({"Nd 2011": 40, "Nd 2012": 25, "Nd 2013": 25})
