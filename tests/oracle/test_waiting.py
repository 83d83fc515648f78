"""Now or later: decisions that turn only because later money is worth less, or lasts longer.

Each stands near its turning point: with the money of one kind not discounted, or not counted by
the year, something else would be bought.
"""

from __future__ import annotations

import pytest

THREE_YEARS = """
    Period
    2011
    2012
    2013
"""

TEN_PERCENT = """
    Setting           | Value
    Discount rate [%] | 10
"""
"""Money is worth 1, 1/1.1 and 1/1.21 of that of 2011."""

STORE = """
    Material | Holding cost [USD/t/yr]
    Nd       | 0
"""

CHINA = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China   | Nd       | unlimited       | 50
"""

IN_2012 = """
    Item | 2011 | 2012 | 2013
    Nd   | 0    | 100  | 0
"""

IN_2013 = """
    Item | 2011 | 2012 | 2013
    Nd   | 0    | 0    | 100
"""


def test_waiting_for_a_slightly_dearer_tonne_saves_interest(solve):
    """54 / 1.1 = 49.09 in 2012, against 50 in 2011."""
    found = solve(
        Periods=THREE_YEARS,
        Settings=TEN_PERCENT,
        Demand=IN_2012,
        Sources=CHINA,
        Prices="""
            Source | 2012 [USD/t]
            CN     | 54
        """,
        Stock=STORE,
    )
    assert found.bought == pytest.approx({"CN 2012": 100})
    assert found.cost == pytest.approx(5_400 / 1.1)


def test_surplus_is_sold_now_where_its_price_rises_slowly(solve):
    """100 t in stock that nobody needs: 20 USD now, 21 / 1.1 = 19.09 in 2012, none in 2013."""
    found = solve(
        Periods=THREE_YEARS,
        Settings=TEN_PERCENT,
        Demand="""
            Item | Every period
            Nd   | 0
        """,
        Sources=CHINA,
        Surplus_values="""
            Item | 2011 [USD/t] | 2012 [USD/t]
            Nd   | 20           | 21
        """,
        Stock="""
            Material | Opening [t]
            Nd       | 100
        """,
    )
    assert found.surplus == pytest.approx({"Nd 2011": 100})
    assert found.cost == pytest.approx(-2_000)


def test_tonnes_are_missing_where_that_hurts_least_today(solve):
    """100 t for the demand of two years: 1050 / 1.1 = 954.5 in 2012 is less than 1000 in 2011."""
    found = solve(
        Periods=THREE_YEARS,
        Settings=TEN_PERCENT,
        Demand="""
            Item | 2011 | 2012 | 2013
            Nd   | 100  | 100  | 0
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | 0               | 50
        """,
        Shortfall_costs="""
            Item | 2012 [USD/t]
            Nd   | 1050
        """,
        Stock="""
            Material | Opening [t]
            Nd       | 100
        """,
    )
    assert found.short == pytest.approx({"Nd 2012": 100})
    assert found.cost == pytest.approx(105_000 / 1.1)


def test_keeping_for_a_long_period_costs_each_of_its_years(solve):
    """Two years at 6 USD make 50 + 12 = 62, against 61 in the next period."""
    found = solve(
        Periods="""
            Period    | Years
            2011-2012 | 2
            2013      | 1
        """,
        Demand="""
            Item | 2011-2012 | 2013
            Nd   | 0         | 100
        """,
        Sources=CHINA,
        Prices="""
            Source | 2013 [USD/t]
            CN     | 61
        """,
        Stock="""
            Material | Holding cost [USD/t/yr]
            Nd       | 6
        """,
    )
    assert found.bought == pytest.approx({"CN 2013": 100})


def test_keeping_in_a_later_year_is_worth_less_today(solve):
    """110 / 1.1 + 8 / 1.1 = 107.27 by the end of 2012, against 130 / 1.21 = 107.44 in 2013."""
    found = solve(
        Periods=THREE_YEARS,
        Settings=TEN_PERCENT,
        Demand=IN_2013,
        Sources=CHINA,
        Prices="""
            Source | 2011 [USD/t] | 2012 [USD/t] | 2013 [USD/t]
            CN     | 900          | 110          | 130
        """,
        Stock="""
            Material | Holding cost [USD/t/yr]
            Nd       | 8
        """,
    )
    assert found.bought == pytest.approx({"CN 2012": 100})
    assert found.cost == pytest.approx(11_800 / 1.1)


def test_a_tonne_is_not_bought_for_a_final_value_far_off(solve):
    """58 USD at the end of 2013 are 58 / 1.21 = 47.93 today, less than the 50 of 2011."""
    found = solve(
        Periods=THREE_YEARS,
        Settings=TEN_PERCENT,
        Demand="""
            Item | Every period
            Nd   | 0
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [/t] | Last period
            CN     | China   | Nd       | 100             | 50         | 2011
        """,
        Stock="""
            Material | Final value [USD/t]
            Nd       | 58
        """,
    )
    assert found.bought == {}


def test_a_target_is_met_if_the_period_is_long(solve):
    """Two years under it cost 2 · 30 = 60 USD, more than the 50 for a tonne."""
    found = solve(
        Periods="""
            Period    | Years
            2011-2012 | 2
        """,
        Sources=CHINA,
        Stock="""
            Material | Safety stock [t] | Safety cost [USD/t/yr]
            Nd       | 20               | 30
        """,
    )
    assert found.stock == pytest.approx({"Nd 2011-2012": 20})


def test_a_target_far_off_is_missed(solve):
    """54 USD for a tonne under it in 2012 are 49.09 today, less than the 50 for one of 2011."""
    found = solve(
        Periods=THREE_YEARS,
        Settings=TEN_PERCENT,
        Demand="""
            Item | Every period
            Nd   | 0
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [/t] | Last period
            CN     | China   | Nd       | unlimited       | 50         | 2011
        """,
        Stock="""
            Material | Safety cost [USD/t/yr]
            Nd       | 54
        """,
        Safety_stock="""
            Material | 2012
            Nd       | 20
        """,
    )
    assert found.bought == {}
    assert found.under == pytest.approx({"Nd 2012": 20})


SOFT_WINDOW = {
    "Periods": THREE_YEARS,
    "Settings": TEN_PERCENT,
    "Sources": """
        Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
        CN     | China     | Nd       | unlimited       | 50
        AU     | Australia | Nd       | unlimited       | 80
    """,
}
"""A tonne of Australia instead of China costs 30 / 1.21 = 24.79 USD today if it leaves in 2013."""


@pytest.mark.parametrize(
    ("penalty", "over"),
    [
        pytest.param(26, 50, id="26 / 1.1 = 23.64: broken"),
        pytest.param(28, 0, id="28 / 1.1 = 25.45: kept"),
    ],
)
def test_a_penalty_counts_at_the_first_period_of_its_window(solve, penalty, over):
    """Kept or broken by 50 t in 2012 and 2013 together, as 2012's money decides."""
    found = solve(
        **SOFT_WINDOW,
        Limits=f"""
            Limit   | Type   | Applies to    | From | Per    | Maximum | Penalty [USD/t]
            At most | tonnes | Country=China | 2012 | window | 150     | {penalty}
        """,
    )
    assert sum(found.breach.values()) == pytest.approx(over)


@pytest.mark.parametrize(
    ("penalty", "under"),
    [
        pytest.param(26, 50, id="26 / 1.1 = 23.64: broken"),
        pytest.param(28, 0, id="28 / 1.1 = 25.45: kept"),
    ],
)
def test_so_does_that_of_a_minimum(solve, penalty, under):
    found = solve(
        **SOFT_WINDOW,
        Limits=f"""
            Limit    | Type   | Applies to | From | Per    | Minimum | Penalty [USD/t]
            At least | tonnes | Source=AU  | 2012 | window | 50      | {penalty}
        """,
    )
    assert sum(found.breach.values()) == pytest.approx(under)
