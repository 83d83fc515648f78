"""Limits of type spend: landed cost, undiscounted, in the case's currency."""

from __future__ import annotations

import pytest

from planner.errors import Infeasible

SOURCES = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China     | Nd       | unlimited       | 50
    AU     | Australia | Nd       | 200             | 80
"""


def _row(found):
    (row,) = (row for row in found.plan.limit_rows if row.kind == "limit")
    return row


def test_a_maximum_of_spend(solve):
    """3 500 USD in China are 70 t; one more USD is 1/50 t there, each 30 USD cheaper."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit  | Type  | Applies to    | Maximum [USD]
            Budget | spend | Country=China | 3500
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30})
    assert found.used == pytest.approx({"Budget 2011": 3_500})
    assert found.cost == pytest.approx(5_900)
    assert (_row(found).unit, _row(found).what) == ("USD", "spend")
    assert _row(found).shadow_price.more == pytest.approx(0.6)
    assert _row(found).shadow_price.unit == "USD/USD"


def test_a_minimum_of_spend(solve):
    """1 600 USD in Australia are 20 t."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit | Type  | Applies to | Minimum
            Least | spend | Source=AU  | 1600
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 80, "AU 2011": 20})
    assert found.used == pytest.approx({"Least 2011": 1_600})


def test_spend_is_landed_cost_in_the_currency_of_the_case(solve):
    """(16 · 1.25 + 2) · 1.1 + 0.8 = 25 EUR are 50 USD: 70 t for 3 500 USD."""
    found = solve(
        Sources="""
            Source|Country|Material|Capacity [t/yr]|Price [/t]|Currency|Export tax [%]|Freight [/t]\
|Duty [%]|Processing [/t]
            CN|China|Nd|unlimited|16|EUR|25|2|10|0.8
            AU|Australia|Nd|unlimited|80|USD||||
        """,
        Currencies="""
            Currency | Every period
            EUR      | 2
        """,
        Limits="""
            Limit  | Type  | Applies to | Maximum
            Budget | spend | Source=CN  | 3500
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30})
    assert found.used == pytest.approx({"Budget 2011": 3_500})


def test_spend_is_undiscounted(solve):
    """7 000 USD over two years are 140 t of China: 100 t now, 40 t next year, at 10 %.

    5 000 + (40 · 50 + 60 · 80) / 1.1.
    """
    found = solve(
        Settings="""
            Setting           | Value
            Discount rate [%] | 10
        """,
        Periods="""
            Period
            2011
            2012
        """,
        Sources=SOURCES,
        Limits="""
            Limit  | Type  | Applies to | Per    | Maximum
            Budget | spend | Source=CN  | window | 7000
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 100, "CN 2012": 40, "AU 2012": 60})
    assert found.used == pytest.approx({"Budget 2011": 7_000})
    assert found.cost == pytest.approx(5_000 + 6_800 / 1.1)


def test_spend_by_country_holds_for_each_on_its_own(solve):
    """4 000 USD in each country: 80 t of China, 20 t of Australia for 1 600."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit  | Type  | Column  | Maximum
            Budget | spend | Country | 4000
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 80, "AU 2011": 20})
    assert found.used == pytest.approx({"Budget China 2011": 4_000, "Budget Australia 2011": 1_600})


TIERED = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China     | Nd       | unlimited       | {price}
    AU     | Australia | Nd       | 200             |
"""
RISING = """
    Source | From [t/yr] | Price [USD/t]
    AU     | 0           | 40
    AU     | 10          | 60
"""


def test_spend_counts_prices_by_volume(solve):
    """700 USD in Australia are 10 t at 40 and 5 t at 60; 85 t of China at 80."""
    found = solve(
        Sources=TIERED.format(price=80),
        Tiers=RISING,
        Limits="""
            Limit  | Type  | Applies to | Maximum
            Budget | spend | Source=AU  | 700
        """,
    )
    assert found.bought == pytest.approx({"AU 2011": 15, "CN 2011": 85})
    assert found.used == pytest.approx({"Budget 2011": 700})
    assert found.cost == pytest.approx(700 + 6_800)


def test_a_minimum_of_spend_does_not_reach_the_dear_tier_over_an_empty_cheap_one(solve):
    """700 USD are 15 t, 3 above the soft maximum of 12: 700 + 85 · 30 + 3 · 100.

    Without the order of the tiers 11 t at 60 and 1 t at 40 would do.
    """
    found = solve(
        Sources=TIERED.format(price=30),
        Tiers=RISING,
        Limits="""
            Limit | Type   | Applies to | Minimum | Maximum | Penalty [/t]
            Least | spend  | Source=AU  | 700     |         |
            Most  | tonnes | Source=AU  |         | 12      | 100
        """,
    )
    assert found.bought == pytest.approx({"AU 2011": 15, "CN 2011": 85})
    assert found.used == pytest.approx({"Least 2011": 700, "Most 2011": 15})
    assert found.cost == pytest.approx(700 + 2_550 + 300)


def test_at_a_bound_the_cheaper_price_does_not_count_as_the_dearer(solve):
    """At 10 below 100 t and 8 from there on, 1 000 USD are 125 t; each of 25 surplus costs 10."""
    found = solve(
        Materials="""
            Material | Shortfall cost [USD/t] | Surplus value [USD/t]
            Nd       | 1000                   | -10
        """,
        Sources=TIERED.format(price=5),
        Tiers="""
            Source | From [t/yr] | Price [USD/t] | Rule
            AU     | 0           | 10            | all units
            AU     | 100         | 8             | all units
        """,
        Limits="""
            Limit | Type  | Applies to | Minimum
            Least | spend | Source=AU  | 1000
        """,
    )
    assert found.bought == pytest.approx({"AU 2011": 125})
    assert found.cost == pytest.approx(1_250)


def test_a_spend_that_cannot_be_reached(make, solve):
    """200 t at 80 are 16 000 USD."""
    with pytest.raises(Infeasible):
        solve(
            Sources=SOURCES,
            Limits="""
                Limit | Type  | Applies to | Minimum
                Least | spend | Source=AU  | 17000
            """,
        )
