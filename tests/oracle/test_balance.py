"""Balance: opening + arrivals + in transit + shortfall = demand + surplus + closing."""

from __future__ import annotations

import pytest

TWO_YEARS = """
    Period
    2011
    2012
"""

CHINA = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China   | Nd       | unlimited       | 50
"""

NOTHING_TO_BUY = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China   | Nd       | 0               | 50
"""

# -- lead time ------------------------------------------------------------------------------


def test_a_tonne_arrives_its_lead_time_later(solve):
    """CN takes two years: it serves 2013 and 2014; until then AU at 80 USD.

    200 t at 50 USD + 200 t at 80 USD.
    """
    found = solve(
        Periods="""
            Period
            2011
            2012
            2013
            2014
        """,
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [/t] | Lead time [periods]
            CN     | China     | Nd       | unlimited       | 50         | 2
            AU     | Australia | Nd       | unlimited       | 80         | 0
        """,
    )
    assert found.bought == pytest.approx(
        {"CN 2011": 100, "CN 2012": 100, "AU 2011": 100, "AU 2012": 100}
    )
    assert found.cost == pytest.approx(26_000)


def test_what_is_bought_in_the_first_periods_can_be_too_late_for_them(solve):
    """The demand of 2011 is missing, though CN is open: what leaves in 2011 arrives in 2012."""
    found = solve(
        Periods=TWO_YEARS,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [/t] | Lead time [periods]
            CN     | China   | Nd       | unlimited       | 50         | 1
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 100})
    assert found.short == pytest.approx({"Nd 2011": 100})
    assert found.costs == pytest.approx({"purchase": 5_000, "shortfall": 100_000})


def test_what_arrives_after_the_last_period_serves_nobody(solve):
    """A limit forces 30 t to be bought, which arrive in 2012: 1 500, and all 100 t missing.

    Nor are they surplus, though a tonne of that is worth 20 USD.
    """
    found = solve(
        Materials="""
            Material | Shortfall cost [USD/t] | Surplus value [USD/t]
            Nd       | 1000                   | 20
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [/t] | Lead time [periods]
            CN     | China   | Nd       | unlimited       | 50         | 1
        """,
        Limits="""
            Limit | Type   | Minimum
            Least | tonnes | 30
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 30})
    assert found.costs == pytest.approx({"purchase": 1_500, "shortfall": 100_000})


def test_a_lead_time_in_days_is_rounded_up_to_periods(solve):
    """100 days are more than one quarter of 91.25: bought in Q1 for the demand of Q3."""
    found = solve(
        Periods="""
            Period | Years
            Q1     | 0.25
            Q2     | 0.25
            Q3     | 0.25
        """,
        Demand="""
            Item | Q1 | Q2 | Q3
            Nd   | 0  | 0  | 100
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Lead time [days]
            CN     | China   | Nd       | unlimited       | 50            | 100
        """,
    )
    assert found.bought == pytest.approx({"CN Q1": 100})


# -- yield and baskets ----------------------------------------------------------------------


def test_yield_is_what_arrives_usable(solve):
    """100 t usable at 80 % need 125 t: 125 · 50."""
    found = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Yield [%]
            CN     | China   | Nd       | unlimited       | 50            | 80
        """
    )
    assert found.bought == pytest.approx({"CN 2011": 125})
    assert found.cost == pytest.approx(6_250)


BASKET = {
    "Materials": """
        Material | Shortfall cost [USD/t]
        La       | 100
        Nd       | 1000
    """,
    "Demand": """
        Item | 2011
        La   | 60
        Nd   | 100
    """,
    "Sources": """
        Source | Country | Capacity [t/yr] | Price [USD/t]
        MIX    | China   | unlimited       | 80
    """,
    "Composition": """
        Source | La [%] | Nd [%]
        MIX    | 50     | 25
    """,
}
"""A tonne of MIX holds 0.5 t La and 0.25 t Nd; the rest is of no use."""


def test_a_basket_brings_all_its_materials_at_once(solve):
    """100 t Nd need 400 t of MIX at 80 USD; of their 200 t La 60 are needed."""
    found = solve(**BASKET)
    assert found.bought == pytest.approx({"MIX 2011": 400})
    assert found.surplus == pytest.approx({"La 2011": 140})
    assert found.cost == pytest.approx(32_000)


def test_yield_acts_on_every_material_of_a_basket(solve):
    """At 80 % it takes 500 t: 500 · 0.25 · 0.8 = 100 t Nd, and 200 t La."""
    sources = """
        Source | Country | Capacity [t/yr] | Price [USD/t] | Yield [%]
        MIX    | China   | unlimited       | 80            | 80
    """
    found = solve(**BASKET | {"Sources": sources})
    assert found.bought == pytest.approx({"MIX 2011": 500})
    assert found.surplus == pytest.approx({"La 2011": 140})
    assert found.cost == pytest.approx(40_000)


# -- surplus --------------------------------------------------------------------------------


def test_surplus_sells_for_its_value(solve):
    """140 t La left over earn 30 USD each: 32 000 − 4 200."""
    materials = """
        Material | Shortfall cost [USD/t] | Surplus value [USD/t]
        La       | 100                    | 30
        Nd       | 1000                   |
    """
    found = solve(**BASKET | {"Materials": materials})
    assert found.costs == pytest.approx({"purchase": 32_000, "surplus": -4_200})
    assert found.cost == pytest.approx(27_800)
    assert found.paid == pytest.approx(27_800)


def test_getting_rid_of_surplus_may_cost(solve):
    """140 t La to get rid of at 30 USD: 32 000 + 4 200."""
    materials = """
        Material | Shortfall cost [USD/t] | Surplus value [USD/t]
        La       | 100                    | -30
        Nd       | 1000                   |
    """
    found = solve(**BASKET | {"Materials": materials})
    assert found.costs == pytest.approx({"purchase": 32_000, "surplus": 4_200})


def test_a_basket_is_not_bought_for_what_its_surplus_costs(solve):
    """Beyond 120 t a tonne of MIX costs 80 + 0.5 · 400 = 280 USD and saves 0.25 · 1000 = 250.

    So 120 t: all La, 30 t Nd; 70 t Nd are missing: 9 600 + 70 000.
    """
    materials = """
        Material | Shortfall cost [USD/t] | Surplus value [USD/t]
        La       | 100                    | -400
        Nd       | 1000                   |
    """
    found = solve(**BASKET | {"Materials": materials})
    assert found.bought == pytest.approx({"MIX 2011": 120})
    assert found.short == pytest.approx({"Nd 2011": 70})
    assert found.surplus == {}
    assert found.cost == pytest.approx(79_600)


def test_surplus_values_by_period_are_discounted(solve):
    """10 t a year must be bought that nobody needs.

    In 2011 they sell at 20 USD as Materials says, in 2012 at 33 USD over 1.1 = 30:
    10 · 50 + 10 · 50 / 1.1 − 200 − 300.
    """
    found = solve(
        Periods=TWO_YEARS,
        Settings="""
            Setting           | Value
            Discount rate [%] | 10
        """,
        Materials="""
            Material | Surplus value [USD/t]
            Nd       | 20
        """,
        Demand="""
            Item | Every period
            Nd   | 0
        """,
        Surplus_values="""
            Item | 2012 [USD/t]
            Nd   | 33
        """,
        Sources=CHINA,
        Limits="""
            Limit | Type   | Per    | Minimum
            Least | tonnes | period | 10
        """,
    )
    assert found.surplus == pytest.approx({"Nd 2011": 10, "Nd 2012": 10})
    assert found.costs == pytest.approx({"purchase": 500 + 500 / 1.1, "surplus": -500})


# -- shortfall ------------------------------------------------------------------------------


def test_a_missing_tonne_is_lost_and_not_delivered_later(solve):
    """60 t a year; 2011 lacks 40 t, 2012 needs only 30: the 30 t more it could buy help nobody."""
    found = solve(
        Periods=TWO_YEARS,
        Demand="""
            Item | 2011 | 2012
            Nd   | 100  | 30
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | 60              | 50
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 60, "CN 2012": 30})
    assert found.short == pytest.approx({"Nd 2011": 40})
    assert found.cost == pytest.approx(90 * 50 + 40 * 1000)


def test_what_costs_more_than_its_shortfall_is_not_delivered(solve):
    """1000 USD for a missing tonne, 1200 for a bought one."""
    found = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | unlimited       | 1200
        """
    )
    assert found.bought == {}
    assert found.costs == pytest.approx({"shortfall": 100_000})


def test_no_more_is_missing_than_is_demanded(solve):
    """A tonne sells at 1500 USD and costs 1000 not delivered: all 100 t are sold, but no more.

    100 t bought at 50 USD, 100 t missing, 100 t sold: 5 000 + 100 000 − 150 000.
    """
    found = solve(
        Materials="""
            Material | Shortfall cost [USD/t] | Surplus value [USD/t]
            Nd       | 1000                   | 1500
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | 100             | 50
        """,
    )
    assert found.short == pytest.approx({"Nd 2011": 100})
    assert found.surplus == pytest.approx({"Nd 2011": 100})
    assert found.cost == pytest.approx(-45_000)


def test_the_shortfall_cost_may_differ_by_period(solve):
    """1000 USD in 2011 as Materials says, 40 in 2012: there 50 USD for a tonne is too dear."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=CHINA,
        Shortfall_costs="""
            Item | 2012 [USD/t]
            Nd   | 40
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 100})
    assert found.costs == pytest.approx({"purchase": 5_000, "shortfall": 4_000})


def test_where_shortfall_is_forbidden_the_dearest_tonne_is_bought(solve):
    """1200 USD for a tonne, though it would cost only 1000 not to deliver it."""
    found = solve(
        Settings="""
            Setting   | Value
            Shortfall | forbidden
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | unlimited       | 1200
        """,
    )
    assert found.short == {}
    assert found.costs == pytest.approx({"purchase": 120_000})


# -- in transit and opening stock -----------------------------------------------------------


def test_tonnes_in_transit_serve_the_period_of_their_arrival(solve):
    """30 t arrive in 2012: 100 + 70 t are bought."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=CHINA,
        In_transit="""
            Material | 2012
            Nd       | 30
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 100, "CN 2012": 70})
    assert found.cost == pytest.approx(8_500)


TOO_MUCH_IN_TRANSIT = """
    Material | 2011
    Nd       | 130
"""


def test_without_a_row_in_stock_nothing_is_kept(solve):
    """Of 130 t arriving in 2011, 30 are surplus; 2012 buys its 100 t."""
    found = solve(Periods=TWO_YEARS, Sources=CHINA, In_transit=TOO_MUCH_IN_TRANSIT)
    assert found.bought == pytest.approx({"CN 2012": 100})
    assert found.surplus == pytest.approx({"Nd 2011": 30})
    assert found.stock == {}
    assert found.cost == pytest.approx(5_000)


def test_with_a_row_in_stock_they_are_kept_for_the_next_period(solve):
    """30 of the 130 t are kept at 1 USD each; 2012 buys 70 t."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=CHINA,
        In_transit=TOO_MUCH_IN_TRANSIT,
        Stock="""
            Material | Holding cost [USD/t/yr]
            Nd       | 1
        """,
    )
    assert found.bought == pytest.approx({"CN 2012": 70})
    assert found.stock == pytest.approx({"Nd 2011": 30})
    assert found.costs == pytest.approx({"purchase": 3_500, "holding": 30})


def test_the_opening_stock_serves_from_the_first_period_on(solve):
    """130 t in stock and nothing to buy: 100 t in 2011, 30 t in 2012, 70 t missing."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=NOTHING_TO_BUY,
        Stock="""
            Material | Opening [t]
            Nd       | 130
        """,
    )
    assert found.stock == pytest.approx({"Nd 2011": 30})
    assert found.short == pytest.approx({"Nd 2012": 70})
    assert found.cost == pytest.approx(70_000)
