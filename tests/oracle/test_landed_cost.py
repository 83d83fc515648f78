"""Landed cost FX · (P(1+x) + F + duty · base + C), and what it is worth in the first period."""

from __future__ import annotations

import pytest

ALL_PARTS = """
    Source|Country|Material|Capacity [t/yr]|Price [/t]|Export tax [%]|Freight [/t]|Duty [%]|Processing [/t]|Currency
    CN    |China  |Nd      |unlimited      |200       |10            |30          |20      |7              |
"""  # noqa: E501 - one line is one row of the sheet


def test_duty_is_paid_on_price_tax_and_freight_by_default(solve):
    """Tax 200 · 10 % = 20, base 200 + 20 + 30 = 250, duty 250 · 20 % = 50.

    A tonne lands at 200 + 20 + 30 + 50 + 7 = 307 USD; 100 t are bought.
    """
    found = solve(Sources=ALL_PARTS)
    assert found.bought == pytest.approx({"CN 2011": 100})
    assert found.costs == pytest.approx(
        {"purchase": 20_000, "export_tax": 2_000, "freight": 3_000, "duty": 5_000,
         "processing": 700}
    )  # fmt: skip
    assert found.cost == pytest.approx(30_700)
    assert found.paid == pytest.approx(30_700)
    assert found.valuation == 0
    assert found.plan.cost_per_t == pytest.approx(307)


def test_duty_on_fob_leaves_freight_out(solve):
    """Base 200 + 20 = 220, duty 44: a tonne lands at 200 + 20 + 30 + 44 + 7 = 301 USD."""
    settings = """
        Setting   | Value
        Duty base | FOB
    """
    found = solve(Sources=ALL_PARTS, Settings=settings)
    assert found.costs == pytest.approx(
        {"purchase": 20_000, "export_tax": 2_000, "freight": 3_000, "duty": 4_400,
         "processing": 700}
    )  # fmt: skip
    assert found.cost == pytest.approx(30_100)


def test_the_source_that_lands_cheapest_is_bought(solve):
    """CN lands at 307 USD; AU at 300, with nothing on top of a price half as high again."""
    found = solve(Sources=ALL_PARTS + "AU|Australia|Nd|unlimited|300|||||")
    assert found.bought == pytest.approx({"AU 2011": 100})
    assert found.cost == pytest.approx(30_000)


def test_money_of_a_source_is_in_its_currency(solve):
    """A tonne lands at 307 CNY; at 0.15 USD that is 46.05 USD."""
    found = solve(
        Sources="""
            Source|Country|Material|Capacity [t/yr]|Price [/t]|Export tax [%]|Freight [/t]|Duty [%]|Processing [/t]|Currency
            CN    |China  |Nd      |unlimited      |200       |10            |30          |20      |7              |CNY
        """,  # noqa: E501
        Currencies="""
            Currency | Every period
            CNY      | 0.15
        """,
    )
    assert found.costs == pytest.approx(
        {"purchase": 3_000, "export_tax": 300, "freight": 450, "duty": 750, "processing": 105}
    )
    assert found.cost == pytest.approx(4_605)


def test_the_rate_of_exchange_is_that_of_the_period(solve):
    """100 t at 200 CNY each year: 20 000 CNY at 0.15, then at 0.20: 3 000 + 4 000 USD."""
    found = solve(
        Periods="""
            Period
            2011
            2012
        """,
        Sources="""
            Source | Country | Material | Currency | Capacity [t/yr] | Price [CNY/t]
            CN     | China   | Nd       | CNY      | unlimited       | 200
        """,
        Currencies="""
            Currency | 2011 | 2012
            CNY      | 0.15 | 0.20
        """,
    )
    assert found.cost == pytest.approx(7_000)


def test_the_price_may_differ_by_period(solve):
    """200 USD in 2011 as in Sources, 260 in 2012 by the sheet Prices: 20 000 + 26 000."""
    found = solve(
        Periods="""
            Period
            2011
            2012
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | unlimited       | 200
        """,
        Prices="""
            Source | 2012 [USD/t]
            CN     | 260
        """,
    )
    assert found.cost == pytest.approx(46_000)


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


def test_money_is_discounted_by_the_years_before_the_period(solve):
    """100 t at 1331 USD in each period: 133 100 · (1 + 1/1.1 + 1/1.331).

    = 133 100 + 121 000 + 100 000 = 354 100; undiscounted 399 300.
    """
    found = solve(
        Periods=UNEQUAL_YEARS,
        Settings=TEN_PERCENT,
        Materials="""
            Material | Shortfall cost [USD/t]
            Nd       | 9000
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | unlimited       | 1331
        """,
    )
    assert found.cost == pytest.approx(354_100)
    assert found.paid == pytest.approx(354_100)
    assert found.plan.paid_nominal == pytest.approx(399_300)


def test_a_missing_tonne_is_discounted_too(solve):
    """Nothing can be bought: 100 t at 1331 USD are missing in each period: 354 100 as above."""
    found = solve(
        Periods=UNEQUAL_YEARS,
        Settings=TEN_PERCENT,
        Materials="""
            Material | Shortfall cost [USD/t]
            Nd       | 1331
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | 0               | 10
        """,
    )
    assert found.costs == pytest.approx({"shortfall": 354_100})
    assert found.valuation == pytest.approx(354_100)
    assert found.paid == 0


def test_a_tonne_is_paid_when_it_leaves(solve):
    """Wanted in 2012-2013 and 2014, bought one period earlier each, at the price of leaving.

    2011 at 200 USD undiscounted, 2012-2013 at 242 USD over 1.1: 20 000 + 22 000.
    """
    found = solve(
        Periods=UNEQUAL_YEARS,
        Settings=TEN_PERCENT,
        Demand="""
            Item | 2011 | 2012-2013 | 2014
            Nd   | 0    | 100       | 100
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Lead time [periods]
            CN     | China   | Nd       | unlimited       | 1
        """,
        Prices="""
            Source | 2011 [USD/t] | 2012-2013 [USD/t] | 2014 [USD/t]
            CN     | 200          | 242               | 1
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 100, "CN 2012-2013": 100})
    assert found.cost == pytest.approx(42_000)
