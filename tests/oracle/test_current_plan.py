"""The Current plan: kept up to Frozen through, priced, compared, and what it breaks."""

from __future__ import annotations

import pytest

import planner
from planner.studies.evaluate import evaluate

TWO_YEARS = """
    Period | Years
    2011   | 1
    2012   | 1
"""

TWO_SOURCES = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    A      | China     | Nd       | 80              | 10
    B      | Australia | Nd       | unlimited       | 5
"""

TODAY = """
    Source | 2011 | 2012
    A      | 30   | 40
    B      | 60   |
"""


def test_purchases_are_kept_up_to_frozen_through(solve):
    """2011 as planned: 30 × 10 + 60 × 5 and 10 t missing at 1000; 2012 at its best: 100 × 5."""
    plan = solve(
        Periods=TWO_YEARS,
        Settings="""
            Setting        | Value
            Frozen through | 2011
        """,
        Sources=TWO_SOURCES,
        Current_plan=TODAY,
    )
    assert plan.bought == {
        "A 2011": pytest.approx(30),
        "B 2011": pytest.approx(60),
        "B 2012": pytest.approx(100),
    }
    assert plan.cost == pytest.approx(600 + 10_000 + 500)


def test_a_source_that_is_not_listed_buys_nothing_while_frozen(solve):
    plan = solve(
        Settings="""
            Setting        | Value
            Frozen through | 2011
        """,
        Sources=TWO_SOURCES,
        Current_plan="""
            Source | 2011
            A      | 30
        """,
    )
    assert plan.bought == {"A 2011": pytest.approx(30)}


def test_without_frozen_through_the_current_plan_binds_nothing(solve):
    plan = solve(Periods=TWO_YEARS, Sources=TWO_SOURCES, Current_plan=TODAY)
    assert plan.bought == {"B 2011": pytest.approx(100), "B 2012": pytest.approx(100)}


def test_frozen_purchases_that_break_a_rule_leave_no_plan(make):
    case = make(
        Settings="""
            Setting        | Value
            Frozen through | 2011
        """,
        Sources=TWO_SOURCES,
        Current_plan="""
            Source | 2011
            A      | 90
        """,
    )
    with pytest.raises(planner.Infeasible, match="up to '2011' are frozen to the Current plan"):
        planner.solve(case)


def test_the_current_plan_is_priced_and_compared(make):
    """Today: 70 × 10 + 60 × 5 = 1000 paid, 10 + 60 t missing at 1000. The best: 200 × 5."""
    found = evaluate(make(Periods=TWO_YEARS, Sources=TWO_SOURCES, Current_plan=TODAY))
    assert found.best is not None
    assert found.best.check.is_optimal
    assert found.current.is_allowed
    assert found.current.paid == pytest.approx(1000)
    assert found.current.valuation == pytest.approx(70_000)
    assert found.best.objective == pytest.approx(1000)
    assert found.dearer == pytest.approx(70_000)
    assert found.dearer_paid == pytest.approx(0)
    assert found.best.saving == pytest.approx(70_000)


def test_stocks_and_surplus_are_the_cheapest_that_the_purchases_leave(make):
    """150 t in 2011: 100 t used, 50 t kept a year at 2 for 2012, where 10 t more are bought and
    40 t are missing. Selling the 50 t for 3 would leave 90 t missing."""
    case = make(
        Periods=TWO_YEARS,
        Materials="""
            Material | Shortfall cost [USD/t] | Surplus value [USD/t]
            Nd       | 1000                   | 3
        """,
        Sources=TWO_SOURCES,
        Stock="""
            Material | Holding cost [/t/yr]
            Nd       | 2
        """,
        Current_plan="""
            Source | 2011 | 2012
            B      | 150  | 10
        """,
    )
    current = evaluate(case).current
    assert current.quantities.stock[0, 0] == pytest.approx([50, 0])
    assert current.quantities.short[0, 0] == pytest.approx([0, 40])
    assert current.objective == pytest.approx(160 * 5 + 50 * 2 + 40_000)


def test_what_is_bought_as_planned_is_as_cheap_as_the_best_where_it_is_the_best(make):
    case = make(
        Sources=TWO_SOURCES,
        Current_plan="""
            Source | 2011
            B      | 100
        """,
    )
    assert evaluate(case).dearer == pytest.approx(0)


def _broken(case: planner.Case) -> list[str]:
    return [breach.words for breach in evaluate(case).current.broken]


def test_each_rule_on_purchases_that_is_broken_is_named_with_its_cell(make):
    case = make(
        Periods=TWO_YEARS,
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Last period
            A      | China     | Nd       | 80              | 10            |
            B      | Australia | Nd       | unlimited       | 5             | 2011
        """,
        Availability="""
            Source | 2012
            A      | 0.5
        """,
        Quotas="""
            Quota | Applies to    | Per    | Tonnes [kt] | Our share [%]
            CN    | Country=China | period | 0.15        | 50
        """,
        Limits="""
            Limit | Type  | Column  | Per    | Maximum [%]
            Third | share | Country | window | 60
        """,
        Current_plan="""
            Source | 2011 | 2012
            A      | 90   | 50
            B      |      | 7
        """,
    )
    assert _broken(case) == [
        "Capacity A (Sources!D2) in 2011: 90 t, at most 80 t; 10 t too much",
        "Capacity A at an availability of 50 % (Sources!D2) in 2012: 50 t, at most 40 t; 10 t too "
        "much",
        "First and last period B (Sources!F3) in 2012: 7 t, at most 0 t; 7 t too much",
        "Quota CN (Quotas!D2) in 2011: 0.09 kt, at most 0.075 kt; 0.015 kt too much",
        "Limit Third for China (Limits!E2) in 2011 to 2012: 70 %, at most 60 %; 10 "
        "percentage points too much",
    ]


def test_a_soft_rule_is_paid_for_and_not_broken(make):
    """90 t where 60 t are allowed: 30 × 7."""
    case = make(
        Sources=TWO_SOURCES,
        Limits="""
            Limit | Type   | Maximum [t] | Penalty [/t]
            Soft  | tonnes | 60          | 7
        """,
        Current_plan="""
            Source | 2011
            B      | 90
        """,
    )
    current = evaluate(case).current
    assert current.is_allowed
    assert current.money.discounted(("penalty",)) == pytest.approx(210)


def test_contracts_of_the_current_plan(make):
    """A takes 50 t, above the highest level of 45 t; of C, half of 40 t is to be lifted, and 5 t
    are. Of D, 15 t are not lifted and are paid with half the price of 6."""
    case = make(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | 80              | 10
            C      | Chile   | Nd       | 80              | 8
            D      | India   | Nd       | 80              | 6
        """,
        Contracts="""
            Contract | Source | Minimum [t] | Maximum [t] | Must take [%] | Unlifted pays [%]
            Tight    | A      |             | 45          |               |
            Firm     | C      | 40          | 45          | 50            |
            Loose    | D      | 40          | 45          | 50            | 50
        """,
        Current_plan="""
            Source | 2011
            A      | 50
            C      | 5
            D      | 5
        """,
    )
    current = evaluate(case).current
    assert [breach.words for breach in current.broken] == [
        "Contract Tight (Contracts!D2) in 2011: 50 t, at most 45 t; 5 t too much",
        "Must take Firm (Contracts!E3) in 2011: 5 t, at least 20 t; 15 t too little",
    ]
    assert current.money.discounted(("unlifted",)) == pytest.approx(15 * 3)


def test_a_restart_of_the_current_plan_is_decided_as_its_purchases_need(make):
    """30 t in 2012 need the decision in 2011 (500), and running cost of 20 a year from 2012 on. A
    decision in 2011 cannot open the 5 t of 2011."""
    case = make(
        Periods=TWO_YEARS,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | 80              | 10
        """,
        Restarts="""
            Source | Restart cost | Lead time [periods] | Running cost [/yr]
            A      | 500          | 1                   | 20
        """,
        Current_plan="""
            Source | 2011 | 2012
            A      | 5    | 30
        """,
    )
    current = evaluate(case).current
    assert [breach.words for breach in current.broken] == [
        "Restart A (Restarts!B2) in 2011: 5 t, at most 0 t; 5 t too much"
    ]
    costs = {kind: current.money.discounted((kind,)) for kind in ("restart", "running", "purchase")}
    assert costs == pytest.approx({"restart": 500, "running": 20, "purchase": 350})


def test_a_minimum_load_and_a_minimum_order_of_the_current_plan(make):
    """Half of A's 80 t have to run; B's order is at least 15 t, and costs 7."""
    case = make(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [/t] | Minimum order | Order cost
            A      | China   | Nd       | 80              | 10         |               |
            B      | Chile   | Nd       | 80              | 5          | 15            | 7
        """,
        Restarts="""
            Source | Restart cost | Minimum load [%]
            A      | 500          | 50
        """,
        Current_plan="""
            Source | 2011
            A      | 30
            B      | 12
        """,
    )
    current = evaluate(case).current
    assert [breach.words for breach in current.broken] == [
        "Minimum load A (Restarts!B2) in 2011: 30 t, at least 40 t; 10 t too little",
        "Minimum order B (Sources!F3) in 2011: 12 t, at least 15 t; 3 t too little",
    ]
    assert current.money.discounted(("order",)) == pytest.approx(7)


def test_prices_by_volume_of_the_current_plan(make):
    """10 t at 9 and 20 t at 8: 250."""
    case = make(
        Sources="""
            Source | Country | Material | Capacity [t/yr]
            A      | China   | Nd       | 80
        """,
        Tiers="""
            Source | From [t/yr] | Price [USD/t]
            A      | 0           | 9
            A      | 10          | 8
        """,
        Current_plan="""
            Source | 2011
            A      | 30
        """,
    )
    current = evaluate(case).current
    assert current.is_allowed
    assert current.paid == pytest.approx(250)


def test_scrap_and_products_of_the_current_plan(make):
    """90 t serve 45 t of magnets in 2011, of which 20 % come back: 9 t, not 12."""
    case = make(
        Periods=TWO_YEARS,
        Materials="""
            Material
            Nd
        """,
        Products="""
            Product | Shortfall cost [USD/t]
            Magnet  | 3000
        """,
        Recipes="""
            Recipe | Product | Nd | Extra cost [/t]
            Sinter | Magnet  | 2  | 4
        """,
        Demand="""
            Item   | Every period
            Magnet | 50
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | unlimited       | 10
            R      | Japan   | Nd       | unlimited       | 1
        """,
        Recycling="""
            Source | Item   | Return [%]
            R      | Magnet | 20
        """,
        Current_plan="""
            Source | 2011 | 2012
            A      | 90   | 88
            R      |      | 12
        """,
    )
    current = evaluate(case).current
    assert [breach.words for breach in current.broken] == [
        "Scrap R (Recycling!C2) in 2012: 12 t, at most 9 t; 3 t too much"
    ]
    assert current.money.discounted(("recipe",)) == pytest.approx((45 + 50) * 4)
    assert current.valuation == pytest.approx(5 * 3000)


def test_hard_rules_of_stock_and_demand_are_broken_by_as_little_as_can_be(make):
    """130 t for a demand of 100 t a year, all to be met, and 20 t in stock at the end: 90 t are
    lacking, by whatever is broken. None of it is sold, though that would pay."""
    case = make(
        Periods=TWO_YEARS,
        Materials="""
            Material | Surplus value [USD/t]
            Nd       | 3
        """,
        Settings="""
            Setting   | Value
            Shortfall | forbidden
        """,
        Sources=TWO_SOURCES,
        Stock="""
            Material | Final minimum [t]
            Nd       | 20
        """,
        Current_plan="""
            Source | 2011 | 2012
            B      | 100  | 30
        """,
    )
    found = evaluate(case)
    amounts = {breach.kind: breach.amount for breach in found.current.broken}
    assert sum(amounts.values()) == pytest.approx(90)
    assert {breach.cell for breach in found.current.broken} <= {"Demand!B2", "Stock!B2"}
    assert found.best is not None
    assert found.best.check.is_optimal


def test_a_hard_target_names_the_cell_it_comes_from(make):
    case = make(
        Periods=TWO_YEARS,
        Sources=TWO_SOURCES,
        Stock="""
            Material | Safety stock [t]
            Nd       | 5
        """,
        Safety_stock="""
            Material | 2012
            Nd       | 8
        """,
        Current_plan="""
            Source | 2011 | 2012
            B      | 3    | 1
        """,
        Demand="""
            Item | Every period
            Nd   | 0
        """,
    )
    assert _broken(case) == [
        "Stock Nd (Stock!B2) in 2011: 3 t, at least 5 t; 2 t too little",
        "Stock Nd (Safety stock!B2) in 2012: 4 t, at least 8 t; 4 t too little",
    ]


def test_the_current_plan_is_evaluated_where_there_is_no_best(make):
    """A limit that no plan keeps; the Current plan breaks it too."""
    case = make(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | 80              | 10
        """,
        Limits="""
            Limit | Type   | Minimum [t]
            Most  | tonnes | 90
        """,
        Current_plan="""
            Source | 2011
            A      | 50
        """,
    )
    found = evaluate(case)
    assert (found.best, found.dearer, found.run.status) == (None, None, "infeasible")
    assert [breach.name for breach in found.current.broken] == ["Most"]
    assert found.to_dict()["best"] is None


def test_a_case_without_a_current_plan_cannot_be_evaluated(make, solve):
    with pytest.raises(planner.InvalidCase, match="Current plan: sheet is missing"):
        planner.evaluate(make(Sources=TWO_SOURCES))
    assert solve(Sources=TWO_SOURCES).plan.saving is None


def test_what_the_commands_say(make):
    found = evaluate(make(Periods=TWO_YEARS, Sources=TWO_SOURCES, Current_plan=TODAY))
    document = found.to_dict()
    assert document["current"]["allowed"] is True
    assert document["current"]["costs"]["shortfall"] == pytest.approx(70_000)
    assert sum(document["current"]["costs"].values()) == pytest.approx(71_000)
    assert document["dearer"] == pytest.approx(70_000)
