"""Contracts: a level decided once, what it caps, and what of it has to be lifted."""

from __future__ import annotations

import pytest

import planner

ONE_SOURCE = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    A      | China   | Nd       | unlimited       | 10
"""

TWO_SOURCES = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    A      | China     | Nd       | 1000            | 10
    B      | Australia | Nd       | unlimited       | 5
"""
"""B is cheaper: without a contract nothing is bought of A."""

TWO_YEARS = """
    Period | Years
    2011   | 1
    2012   | 1
"""


def test_no_more_is_taken_than_the_highest_level(solve):
    """60 t at 10, and 40 t missing at 1000: 600 + 40,000."""
    plan = solve(
        Sources=ONE_SOURCE,
        Contracts="""
            Contract | Source | Maximum [t]
            Offtake  | A      | 60
        """,
    )
    assert plan.bought == {"A 2011": pytest.approx(60)}
    assert plan.cost == pytest.approx(40_600)


def test_a_level_per_year_counts_by_the_length_of_the_period(solve):
    """60 t a year are 30 t in half a year: 300 + 70 t missing at 1000."""
    plan = solve(
        Periods="""
            Period | Years
            2011   | 0.5
        """,
        Sources=ONE_SOURCE,
        Contracts="""
            Contract | Source | Maximum [t/yr]
            Offtake  | A      | 60
        """,
    )
    assert plan.bought == {"A 2011": pytest.approx(30)}
    assert plan.cost == pytest.approx(70_300)


def test_a_level_in_tonnes_holds_for_each_period_whatever_its_length(solve):
    plan = solve(
        Periods="""
            Period | Years
            2011   | 0.5
        """,
        Sources=ONE_SOURCE,
        Contracts="""
            Contract | Source | Maximum [kt]
            Offtake  | A      | 0.06
        """,
    )
    assert plan.bought == {"A 2011": pytest.approx(60)}
    assert plan.plan.decision_rows() == [
        {"kind": "contract", "name": "Offtake", "period": "2011", "value": pytest.approx(0.06)}
    ]


def test_a_part_of_the_least_level_has_to_be_lifted(solve):
    """50 % of 40 t at 10, the other 80 t at 5: 200 + 400."""
    plan = solve(
        Sources=TWO_SOURCES,
        Contracts="""
            Contract | Source | Minimum [t] | Maximum [t] | Must take [%]
            Offtake  | A      | 40          | 60          | 50
        """,
    )
    assert plan.bought == {"A 2011": pytest.approx(20), "B 2011": pytest.approx(80)}
    assert plan.cost == pytest.approx(600)


@pytest.mark.parametrize(("availability", "lifted"), [(0.5, 10), (2, 20), (0, 0)])
def test_less_has_to_be_lifted_where_the_seller_cannot_deliver(solve, availability, lifted):
    """50 % of 40 t × 0.5: 10 t. An availability of 2 does not make more of it than 20 t."""
    plan = solve(
        Sources=TWO_SOURCES,
        Availability=f"""
            Source | 2011
            A      | {availability}
        """,
        Contracts="""
            Contract | Source | Minimum [t] | Maximum [t] | Must take [%]
            Offtake  | A      | 40          | 60          | 50
        """,
    )
    assert plan.bought.get("A 2011", 0) == pytest.approx(lifted)


def test_what_is_not_lifted_is_paid_where_that_is_cheaper(solve):
    """A tonne lifted costs 10; one not lifted 5 of B and 30 % of 10: 8. So 100 × 5 + 20 × 3."""
    plan = solve(
        Sources=TWO_SOURCES,
        Contracts="""
            Contract | Source | Minimum [t] | Maximum [t] | Must take [%] | Unlifted pays [%]
            Offtake  | A      | 40          | 60          | 50            | 30
        """,
    )
    assert plan.bought == {"B 2011": pytest.approx(100)}
    assert plan.costs == {"purchase": pytest.approx(500), "unlifted": pytest.approx(60)}


def test_it_is_lifted_where_paying_for_it_is_dearer(solve):
    """One not lifted costs 5 of B and 60 % of 10: 11, more than 10. So 20 × 10 + 80 × 5."""
    plan = solve(
        Sources=TWO_SOURCES,
        Contracts="""
            Contract | Source | Minimum [t] | Maximum [t] | Must take [%] | Unlifted pays [%]
            Offtake  | A      | 40          | 60          | 50            | 60
        """,
    )
    assert plan.bought == {"A 2011": pytest.approx(20), "B 2011": pytest.approx(80)}
    assert plan.costs == {"purchase": pytest.approx(600)}


def test_unlifted_tonnes_pay_the_last_price_counted_in_its_money(solve):
    """50 % of 2 × 40 t, none lifted. The last price is 8 EUR, one EUR 2 USD, of which 25 %: 4 USD
    a tonne, a year later at 10 %: 40 × 4 / 1.1. No tax, freight or duty is in it."""
    plan = solve(
        Periods=TWO_YEARS,
        Settings="""
            Setting       | Value
            Discount rate | 0.1
        """,
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Currency | Freight [/t] | Duty [%]
            A      | China     | Nd       | 1000            | EUR      | 3            | 10
            B      | Australia | Nd       | unlimited       | USD      | 0            | 0
        """,
        Prices="""
            Source | 2011 [/t] | 2012 [/t]
            A      | 10        | 8
            B      | 5         | 5
        """,
        Currencies="""
            Currency | Every period
            EUR      | 2
        """,
        Contracts="""
            Contract | Source | Minimum [t] | Maximum [t] | Must take [%] | Per    | Unlifted pays
            Offtake  | A      | 40          | 60          | 50            | window | 0.25
        """,
    )
    assert plan.costs["unlifted"] == pytest.approx(160 / 1.1)
    assert plan.bought == {"B 2011": pytest.approx(100), "B 2012": pytest.approx(100)}


def test_nothing_has_to_be_lifted_after_the_last_period_of_the_source(solve):
    """50 % of 40 t in 2011 only, paid at that year's price: 20 × 25 % × 10."""
    plan = solve(
        Periods=TWO_YEARS,
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Last period
            A      | China     | Nd       | 1000            | 10            | 2011
            B      | Australia | Nd       | unlimited       | 5             |
        """,
        Contracts="""
            Contract | Source | Minimum [t] | Maximum [t] | Must take [%] | Per    | Unlifted pays
            Offtake  | A      | 40          | 60          | 50            | window | 0.25
        """,
    )
    assert plan.costs["unlifted"] == pytest.approx(50)


@pytest.mark.parametrize(
    ("per", "bought"),
    [
        ("period", {"A 2011": 20, "A 2012": 20, "B 2011": 80, "B 2012": 80}),
        ("", {"A 2011": 20, "A 2012": 20, "B 2011": 80, "B 2012": 80}),
        ("window", {"A 2012": 40, "B 2011": 100, "B 2012": 60}),
        ("year", {"A 2011": 20, "A 2012": 20, "B 2011": 80, "B 2012": 80}),
    ],
)
def test_what_has_to_be_lifted_is_counted_per_period_year_or_window(solve, per, bought):
    """In 2012 a tonne of A is 3 dearer than B, in 2011 by 5: over the window all 40 t are lifted in
    2012, where the level of 40 t allows it."""
    plan = solve(
        Periods=TWO_YEARS,
        Sources=TWO_SOURCES,
        Prices="""
            Source | 2012 [USD/t]
            A      | 8
        """,
        Contracts=f"""
            Contract | Source | Minimum [t] | Maximum [t] | Must take [%] | Per
            Offtake  | A      | 40          | 40          | 50            | {per}
        """,
    )
    assert plan.bought == {name: pytest.approx(tonnes) for name, tonnes in bought.items()}


def test_per_year_counts_the_periods_of_a_calendar_year_together(solve):
    """Two halves of 2011: 50 % of 40 + 40 t, lifted where A is cheap; 2012 counts on its own."""
    plan = solve(
        Periods="""
            Period | Start
            H1     | 2011-01-01
            H2     | 2011-07-01
            H3     | 2012-01-01
        """,
        Sources=TWO_SOURCES,
        Prices="""
            Source | H2 [USD/t]
            A      | 8
        """,
        Contracts="""
            Contract | Source | Minimum [t] | Maximum [t] | Must take [%] | Per
            Offtake  | A      | 40          | 40          | 50            | year
        """,
    )
    assert {name: t for name, t in plan.bought.items() if name[0] == "A"} == {
        "A H2": pytest.approx(40),
        "A H3": pytest.approx(20),
    }


def test_outside_its_window_a_contract_says_nothing(solve):
    plan = solve(
        Periods=TWO_YEARS,
        Sources=ONE_SOURCE,
        Contracts="""
            Contract | Source | From | Maximum [t]
            Offtake  | A      | 2012 | 60
        """,
    )
    assert plan.bought == {"A 2011": pytest.approx(100), "A 2012": pytest.approx(60)}


def test_the_level_is_decided_once(solve):
    """All of the level is to be lifted each year. A level of 100 t costs 2 × 100 × 10 and leaves
    90 t over; one of 10 t costs 200 and 90 t missing at 5: 650. A level in between is worse."""
    plan = solve(
        Periods=TWO_YEARS,
        Materials="""
            Material | Shortfall cost [USD/t]
            Nd       | 5
        """,
        Demand="""
            Item | 2011 | 2012
            Nd   | 100  | 10
        """,
        Sources=ONE_SOURCE,
        Contracts="""
            Contract | Source | Minimum [t] | Maximum [t] | Must take [%]
            Offtake  | A      | 10          | 100         | 100
        """,
    )
    assert plan.bought == {"A 2011": pytest.approx(10), "A 2012": pytest.approx(10)}
    assert plan.cost == pytest.approx(650)


def test_the_level_is_the_smallest_that_serves(solve):
    plan = solve(
        Periods=TWO_YEARS,
        Demand="""
            Item | 2011 | 2012
            Nd   | 30   | 50
        """,
        Sources=ONE_SOURCE,
        Contracts="""
            Contract | Source | Minimum [t] | Maximum [t]
            Offtake  | A      | 10          | 90
        """,
    )
    assert plan.plan.quantities.taken.level == pytest.approx([50])
    assert plan.plan.to_dict()["decisions"] == [
        {"kind": "contract", "name": "Offtake", "period": "2011", "value": pytest.approx(50)}
    ]


def test_earlier_purchases_go_before_a_small_level(solve):
    """What is kept costs nothing, so 10 t could come 5 and 5: a level of 5 t would do. Of the
    cheapest plans the one that buys early is reported, and its level is 10 t."""
    plan = solve(
        Periods=TWO_YEARS,
        Demand="""
            Item | 2011 | 2012
            Nd   | 0    | 10
        """,
        Sources=ONE_SOURCE,
        Stock="""
            Material
            Nd
        """,
        Contracts="""
            Contract | Source | Maximum [t]
            Offtake  | A      | 90
        """,
    )
    assert plan.bought == {"A 2011": pytest.approx(10)}
    assert plan.plan.quantities.taken.level == pytest.approx([10])


def test_the_limits_show_the_level_and_what_more_of_it_saves(solve):
    """A tonne more of the level saves a shortfall of 1000 for 10, in the unit typed: 1 kt."""
    plan = solve(
        Sources=ONE_SOURCE,
        Contracts="""
            Contract | Source | Maximum [kt/yr]
            Offtake  | A      | 0.06
        """,
    ).plan
    (row,) = [row for row in plan.limit_rows if row.kind == "contract"]
    assert (row.name, row.cell, row.first, row.last) == ("Offtake", "Contracts!C2", "2011", "2011")
    assert (row.used, row.maximum, row.minimum) == (
        pytest.approx(0.06),
        pytest.approx(0.06),
        None,
    )
    assert row.slack == pytest.approx(0)
    assert row.shadow_price.more == pytest.approx(990_000)
    assert row.shadow_price.less == pytest.approx(990_000)
    assert row.shadow_price.unit == "USD per kt/yr"


def test_a_least_level_that_binds_costs(solve):
    """50 % of each tonne more has to be lifted at 10 instead of 5."""
    plan = solve(
        Sources=TWO_SOURCES,
        Contracts="""
            Contract | Source | Minimum [t] | Maximum [t] | Must take [%]
            Offtake  | A      | 40          | 60          | 50
        """,
    ).plan
    (row,) = [row for row in plan.limit_rows if row.kind == "contract"]
    assert (row.cell, row.used, row.minimum) == (
        "Contracts!C2",
        pytest.approx(40),
        pytest.approx(40),
    )
    assert row.shadow_price.more == pytest.approx(-2.5)


def test_the_price_at_which_it_is_no_longer_lifted_counts_what_is_then_paid(solve):
    """At a price P a tonne lifted costs P, one not lifted 5 + 60 % of P: as much at 12.5."""
    plan = solve(
        Sources=TWO_SOURCES,
        Contracts="""
            Contract | Source | Minimum [t] | Maximum [t] | Must take [%] | Unlifted pays [%]
            Offtake  | A      | 40          | 60          | 50            | 60
        """,
    ).plan
    assert plan.switch_prices["A"].loses_at == pytest.approx(12.5)


def test_what_has_to_be_lifted_and_cannot_leaves_no_plan(make):
    case = make(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | 10              | 10
        """,
        Contracts="""
            Contract | Source | Minimum [t] | Maximum [t] | Must take [%]
            Offtake  | A      | 40          | 60          | 50
        """,
    )
    with pytest.raises(planner.Infeasible, match="contract"):
        planner.solve(case)


def test_a_scenario_changes_a_contract(solve):
    plan = solve(
        scenario="Half",
        Sources=ONE_SOURCE,
        Contracts="""
            Contract | Source | Maximum [t]
            Offtake  | A      | 60
        """,
        Scenarios="""
            Scenario
            Half
        """,
        Changes="""
            Scenario | Sheet     | Rows     | Column  | Operation | Value
            Half     | Contracts | Source=A | Maximum | times     | 0.5
        """,
    )
    assert plan.bought == {"A 2011": pytest.approx(30)}
