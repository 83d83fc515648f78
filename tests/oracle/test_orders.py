"""Orders: nothing or at least the minimum, and a cost for each period with one."""

from __future__ import annotations

import pytest


def test_too_small_an_order_is_rounded_up_or_left(solve):
    """20 t are missing beside CN; the minimum of 50 t at 100 costs 5,000, the shortfall 20,000."""
    sources = """
        Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Minimum order [t]
        CN     | China   | Nd       | 80              | 10            |
        AU     | AU      | Nd       | 90              | {price}       | 50
    """
    dear = solve(Sources=sources.format(price=600))
    # 50 · 600 − 30 · 10 saved at CN = 29,700, above the 20,000 of 20 t missing
    assert dear.bought == pytest.approx({"CN 2011": 80})
    cheap = solve(Sources=sources.format(price=100))
    assert cheap.bought == pytest.approx({"CN 2011": 50, "AU 2011": 50})
    assert cheap.paid == pytest.approx(500 + 5_000)


def test_the_order_cost_is_paid_once_a_period_in_the_sources_currency(solve):
    """2 EUR/USD: 300 EUR are 600 USD in 2011, and 600 / 1.1 in 2012."""
    found = solve(
        Periods="""
            Period
            2011
            2012
        """,
        Settings="""
            Setting           | Value
            Discount rate [%] | 10
        """,
        Currencies="""
            Currency | Every period
            EUR      | 2
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [EUR/t] | Currency | Order cost
            AU     | AU      | Nd       | 100             | 10            | EUR      | 300
        """,
    )
    assert found.costs["order"] == pytest.approx(600 + 600 / 1.1)
    orders = [row for row in found.plan.decision_rows() if row["kind"] == "order"]
    assert [(row["name"], row["period"]) for row in orders] == [("AU", "2011"), ("AU", "2012")]


def test_one_order_for_two_years_saves_an_order_cost(solve):
    """Keeping 100 t for a year costs 100, a second order 500."""
    found = solve(
        Periods="""
            Period
            2011
            2012
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Order cost
            AU     | AU      | Nd       | 300             | 10            | 500
        """,
        Stock="""
            Material | Holding cost [USD/t/yr]
            Nd       | 1
        """,
    )
    assert found.bought == pytest.approx({"AU 2011": 200})
    assert found.paid == pytest.approx(2_000 + 500 + 100)


def test_an_order_that_costs_more_than_the_shortfall_is_not_placed(solve):
    found = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Order cost
            AU     | AU      | Nd       | 300             | 10            | 99001
        """,
    )
    # 100 t missing cost 100,000; bought they cost 1,000 + 99,001
    assert found.bought == {}


def test_capacity_is_worth_its_saving_where_an_order_is_placed(solve):
    found = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Order cost
            AU     | AU      | Nd       | 60              | 10            | 500
        """,
    )
    (row,) = found.plan.limit_rows
    assert row.shadow_price.more == pytest.approx(990)
    assert row.shadow_price.less == pytest.approx(990)


def test_wagner_and_whitin_1958(solve):
    """The example of Wagner and Whitin, Dynamic version of the economic lot size model (1958).

    Twelve months, set-up costs that vary by month (so one source a month), 1 a month to hold a
    unit: the least cost is 864.
    """
    demand = [69, 29, 36, 61, 61, 26, 34, 67, 45, 67, 79, 56]
    setup = [85, 102, 102, 101, 98, 114, 105, 86, 119, 110, 98, 114]
    months = [f"M{i}" for i in range(1, 13)]
    lines = "\n".join(
        f"S{i} | X | Nd | 10000 | 0 | {cost} | M{i} | M{i}" for i, cost in enumerate(setup, 1)
    )
    found = solve(
        Periods="Period | Years\n" + "\n".join(f"{month} | 1" for month in months),
        Demand=f"Item | {' | '.join(months)}\nNd | {' | '.join(map(str, demand))}",
        Sources=(
            "Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Order cost "
            f"| First period | Last period\n{lines}"
        ),
        Stock="Material | Holding cost [USD/t/yr]\nNd | 1",
    )
    assert found.cost == pytest.approx(864)
    assert found.short == {}
