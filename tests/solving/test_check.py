"""The independent check finds every kind of plan that is not what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import planner
from planner.solving.check import Check, check_plan

CASE = {
    "Periods": """
        Period
        2011
        2012
    """,
    "Materials": """
        Material | Shortfall cost [USD/t]
        Nd       | 1000
        Dy       | 9000
    """,
    "Demand": """
        Item | Every period
        Nd   | 100
        Dy   | 10
    """,
    "Sources": """
        Source | Country   | Material | Capacity [t/yr] | Price [/t] | Last period | Lead time
        CN     | China     | Nd       | 60              | 50         |             | 0
        AU     | Australia | Nd       | 200             | 80         |             | 0
        DY     | China     | Dy       | 20              | 500        | 2011        | 0
        SLOW   | China     | Nd       | 10              | 60         |             | 1
    """,
    "Stock": """
        Material | Opening [t] | Safety stock [t] | Safety cost [/t/yr] | Maximum [t] | Final minimum [t] | Final maximum [t]
        Nd       | 5           | 10               |                     | 30          | 12                | 25
    """,  # noqa: E501
    "Quotas": """
        Quota | Applies to | Per    | Tonnes [t]
        China | Source=CN  | period | 55
    """,
    "Limits": """
        Limit | Type   | Applies to | Share of  | Per    | Minimum | Maximum | Penalty [USD/t]
        Share | share  | Source=CN  | purchases | window |         | 0.3     |
        Least | tonnes | Source=AU  |           | window | 40      |         |
        Soft  | tonnes | Source=AU  |           | window |         | 20      | 1
    """,
}
NOW, NEXT = 0, 1


@pytest.fixture
def plan(make, solve) -> planner.Plan:
    return solve(make(**CASE))


@pytest.fixture
def tampered(plan):
    """The check of the plan with one tonnage changed: `tampered("ship", (s, p, t), by=1.0)`."""

    def check(name: str, place: tuple[int, ...], by: float) -> Check:
        tonnes = getattr(plan.quantities, name).copy()
        tonnes[place] += by
        return checked(plan, **{name: tonnes})

    return check


def checked(plan: planner.Plan, **quantities: np.ndarray) -> Check:
    changed = replace(plan.quantities, **quantities)
    return check_plan(plan.numbers, changed, plan.objective, plan.bound)


def with_rules(plan: planner.Plan, *names: str) -> planner.Plan:
    """The plan under some of its rules only, so that no other is broken in passing."""
    kept = [r for r, rule in enumerate(plan.numbers.rules) if rule.name in names]
    return replace(
        plan,
        numbers=replace(plan.numbers, rules=tuple(plan.numbers.rules[r] for r in kept)),
        quantities=replace(
            plan.quantities, over=plan.quantities.over[kept], below=plan.quantities.below[kept]
        ),
    )


def source(plan: planner.Plan, name: str) -> int:
    return [s.name for s in plan.numbers.sources].index(name)


def test_the_plan_itself_passes(plan):
    check = check_plan(plan.numbers, plan.quantities, plan.objective, plan.bound)
    assert check.is_optimal
    assert check.max_violation < 1e-9
    assert check.cost_error < 1e-9
    assert check.dual_gap < 1e-9


def test_a_purchase_below_zero(plan, tampered):
    check = tampered("ship", (source(plan, "SLOW"), 0, NEXT), by=-20)
    assert not check.is_feasible


def test_a_purchase_above_capacity(plan):
    """5 t more of SLOW than the 10 t it has; nothing of them is needed or counted."""
    ship = plan.quantities.ship.copy()
    ship[source(plan, "SLOW"), 0, NEXT] = 15
    check = checked(plan, ship=ship)
    assert not check.is_feasible
    assert check.where == "above capacity: SLOW, 2012"


def test_a_purchase_after_the_last_period(plan):
    """DY closes after 2011; ten tonnes in 2012, with the shortfall of 2012 made good."""
    ship, short = plan.quantities.ship.copy(), plan.quantities.short.copy()
    ship[source(plan, "DY"), 0, NEXT] = 10
    short[1, 0, NEXT] = 0
    check = checked(plan, ship=ship, short=short)
    assert not check.is_feasible
    assert check.where == "bought where it cannot be: DY, 2012"


def test_a_balance_that_does_not_add_up(tampered):
    check = tampered("surplus", (0, 0, NOW), by=1)
    assert not check.is_feasible
    assert check.where == "balance: Nd, 2011"


def test_more_missing_than_demanded(plan):
    """50 t more than the 100 t demanded, sold as surplus: the balance adds up."""
    short, surplus = plan.quantities.short.copy(), plan.quantities.surplus.copy()
    more = 150 - short[0, 0, NOW]
    short[0, 0, NOW] += more
    surplus[0, 0, NOW] += more
    check = checked(plan, short=short, surplus=surplus)
    assert not check.is_feasible
    assert check.where == "shortfall above demand: Nd, 2011"


def test_a_shortfall_where_it_is_forbidden(plan):
    """The same plan, for a case that forbids what it has missing."""
    assert plan.shortfall_t > 0
    numbers = replace(plan.numbers, shortfall_allowed=False)
    check = check_plan(numbers, plan.quantities, plan.objective, plan.bound)
    assert not check.is_feasible
    assert check.where == "shortfall above demand: Dy, 2012"


@pytest.mark.parametrize("name", ["short", "surplus", "stock"])
def test_tonnes_below_zero(tampered, name):
    assert not tampered(name, (0, 0, NOW), by=-1000).is_feasible


@pytest.mark.parametrize("name", ["over", "below"])
def test_a_breach_below_zero(plan, name):
    """A penalty earned, not paid, by a rule that has plenty of room."""
    soft = with_rules(plan, "Soft")
    roomy = tuple(replace(rule, maximum=1e4, minimum=0.0) for rule in soft.numbers.rules)
    soft = replace(soft, numbers=replace(soft.numbers, rules=roomy))
    breach = {"over": np.zeros(1), "below": np.zeros(1)}
    assert checked(soft, **breach).max_violation < 1e-9
    check = checked(soft, **breach | {name: np.array([-1.0])})
    assert not check.is_feasible
    assert check.where == f"{name} below 0: Soft"


def test_stock_of_what_cannot_be_kept(plan):
    """A tonne of Dy from 2011, which fills a tonne of the shortfall of 2012."""
    ship, stock, short = (
        getattr(plan.quantities, name).copy() for name in ("ship", "stock", "short")
    )
    ship[source(plan, "DY"), 0, NOW] += 1
    stock[1, 0, NOW] = 1
    short[1, 0, NEXT] -= 1
    check = checked(plan, ship=ship, stock=stock, short=short)
    assert not check.is_feasible
    assert check.where == "stock that cannot be kept: Dy, 2011"


def with_stock(plan: planner.Plan, period: int, tonnes: float) -> Check:
    """The plan, without its rules, with another closing stock that Australia brings or spares."""
    plan = with_rules(plan)
    ship, stock = plan.quantities.ship.copy(), plan.quantities.stock.copy()
    more = tonnes - stock[0, 0, period]
    stock[0, 0, period] = tonnes
    ship[source(plan, "AU"), 0, period] += more
    if period == NOW:
        ship[source(plan, "AU"), 0, NEXT] -= more
    return checked(plan, ship=ship, stock=stock)


def test_stock_above_its_maximum(plan):
    check = with_stock(plan, NOW, 35)
    assert not check.is_feasible
    assert check.where == "stock above its maximum: Nd, 2011"


def test_stock_under_its_target(plan):
    check = with_stock(plan, NOW, 8)
    assert not check.is_feasible
    assert check.where == "stock under its target: Nd, 2011"


def test_a_hard_target_cannot_be_talked_away(plan):
    """Tonnes under the target count only where the case puts a cost on them."""
    numbers = replace(plan.numbers, target=plan.numbers.target + 30)
    under = plan.quantities.under + 30
    quantities = replace(plan.quantities, under=under)
    check = check_plan(numbers, quantities, plan.objective, plan.bound)
    assert not check.is_feasible
    assert check.where.startswith("stock under its target: Nd")


def test_final_stock_under_its_minimum(plan):
    check = with_stock(plan, NEXT, 11)
    assert not check.is_feasible
    assert check.where == "final stock under its minimum: Nd"


def test_final_stock_above_its_maximum(plan):
    check = with_stock(plan, NEXT, 27)
    assert not check.is_feasible
    assert check.where == "final stock above its maximum: Nd"


def swapped(plan: planner.Plan, more: str, less: str, tonnes: float) -> np.ndarray:
    """Purchases of the plan with some tonnes of 2011 bought of another source."""
    ship = plan.quantities.ship.copy()
    ship[source(plan, more), 0, NOW] += tonnes
    ship[source(plan, less), 0, NOW] -= tonnes
    return ship


def test_a_broken_quota(plan):
    """China sells its 60 t in 2011, of which the quota allows 55."""
    more = 60 - plan.quantities.ship[source(plan, "CN"), 0, NOW]
    check = checked(with_rules(plan, "China"), ship=swapped(plan, "CN", "AU", more))
    assert not check.is_feasible
    assert check.where == "beyond the maximum of: China"


def test_a_broken_share_of_purchases(plan):
    """Two tonnes more of China, two less of Australia: more than 30 % of what is bought."""
    check = checked(with_rules(plan, "Share"), ship=swapped(plan, "CN", "AU", 2))
    assert not check.is_feasible
    assert check.where == "beyond the maximum of: Share"


def test_a_broken_minimum(plan):
    """Australia sells nothing; what it sold is missing."""
    ship, short = plan.quantities.ship.copy(), plan.quantities.short.copy()
    au = source(plan, "AU")
    short[0, 0] += ship[au, 0]
    ship[au] = 0
    check = checked(with_rules(plan, "Least"), ship=ship, short=short)
    assert not check.is_feasible
    assert check.where == "beyond the minimum of: Least"


def test_a_soft_rule_broken_by_more_than_it_says(tampered):
    """One tonne less of breach than there is, so that its penalty is not paid."""
    check = tampered("over", (4,), by=-1)
    assert not check.is_feasible
    assert check.where == "beyond the maximum of: Soft"


def test_a_hard_rule_cannot_be_softened_by_a_breach(plan):
    """A breach counts only where the case has a penalty."""
    alone = with_rules(plan, "Share")
    over = alone.quantities.over + 100
    check = checked(alone, ship=swapped(plan, "CN", "AU", 2), over=over)
    assert not check.is_feasible
    assert check.where == "beyond the maximum of: Share"


def test_an_objective_that_is_not_the_cost_of_the_plan(plan):
    check = check_plan(plan.numbers, plan.quantities, plan.objective * 1.001, plan.bound)
    assert check.cost_error > 1e-7
    assert not check.is_feasible


def test_a_plan_that_is_not_the_cheapest(plan):
    """A proven bound below the cost: allowed by the rules, but not optimal."""
    check = check_plan(plan.numbers, plan.quantities, plan.objective, plan.objective * 0.999)
    assert check.is_feasible
    assert not check.is_optimal


def test_a_plan_without_a_proof_is_not_optimal(plan):
    check = check_plan(plan.numbers, plan.quantities, plan.objective, None)
    assert check.is_feasible
    assert not check.is_optimal


def test_a_plan_that_costs_nothing_passes(make, solve):
    """The stock is enough: nothing is bought, paid or missing, whatever the sources would cost."""
    plan = solve(
        make(
            Demand="""
                Item | 2011
                Nd   | 24.1
            """,
            Sources="""
                Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Freight [USD/t]
                S0     | X       | Nd       | unlimited       | 768           | 61.6
                S1     | Y       | Nd       | unlimited       | 703.4         | 54
            """,
            Stock="""
                Material | Opening [t] | Safety stock [t] | Safety cost [USD/t/yr]
                Nd       | 31.3        | 4.8              | 90
            """,
            Limits="""
                Limit   | Type  | Share of  | Column  | Maximum
                Country | share | purchases | Country | 0.635
            """,
        )
    )
    assert plan.objective == 0


def test_a_tonnage_that_is_no_number(tampered):
    check = tampered("ship", (0, 0, NOW), by=np.nan)
    assert not check.is_feasible
    assert check.max_violation == np.inf


def test_a_plan_that_fails_is_not_reported(make, monkeypatch):
    """The solver's plan with one tonne too much in every purchase is refused, not shown."""
    from planner.solving import solve as solving  # noqa: PLC0415

    def of_solution(scenario, model, values):
        found = honest(scenario, model, values)
        return replace(found, ship=found.ship + 1)

    honest = solving.Quantities.of_solution
    monkeypatch.setattr(solving.Quantities, "of_solution", staticmethod(of_solution))
    with pytest.raises(planner.CheckFailed, match="failed its independent check"):
        planner.solve(make(**CASE))


# -- at every size --------------------------------------------------------------------------


def test_a_small_demand_is_checked_beside_a_large_one(make, solve):
    """A thousandth of a gram of Sc missing from its balance is a thousandth of what is needed."""
    plan = solve(
        make(
            Materials="""
                Material | Shortfall cost [USD/t]
                Nd       | 1000
                Sc       | 1e12
            """,
            Demand="""
                Item | Every period
                Nd   | 1e6
                Sc   | 1e-6
            """,
            Sources="""
                Source | Country | Material | Capacity [t/yr] | Price [/t]
                CN     | China   | Nd       | 1e12            | 50
                SC     | China   | Sc       | 1e12            | 1e9
            """,
        )
    )
    assert checked(plan).is_optimal
    ship = plan.quantities.ship.copy()
    ship[source(plan, "SC")] *= 0.999
    check = checked(plan, ship=ship)
    assert check.max_violation == pytest.approx(1e-3 / 1.999, rel=1e-3)
    assert check.where == "balance: Sc, 2011"


def test_a_capacity_as_good_as_unlimited_hides_no_error_of_cost(make, solve):
    """A thousandth of a plan that costs 8 USD is an error, though 1e12 t could be bought."""
    plan = solve(
        make(
            Demand="""
                Item | Every period
                Nd   | 0.1
            """,
            Sources="""
                Source | Country | Material | Capacity [t/yr] | Price [/t]
                CN     | China   | Nd       | 1e12            | 80
            """,
        )
    )
    off = check_plan(plan.numbers, plan.quantities, plan.objective * 1.001, plan.bound * 0.999)
    assert off.cost_error == pytest.approx(1e-3)
    assert off.dual_gap == pytest.approx(1e-3)


def test_an_error_of_what_is_far_off_is_measured_in_money_of_today(make, solve):
    """100 t in the first year, then 40 years at 100 % a year: the late cost is next to nothing."""
    plan = solve(
        make(
            Periods="""
                Period | Years
                2011   | 40
                2051   | 1
            """,
            Settings="""
                Setting       | Value
                Discount rate | 1
            """,
            Demand="""
                Item | 2011 | 2051
                Nd   | 1    | 1e9
            """,
            Sources="""
                Source | Country | Material | Capacity [t/yr] | Price [/t]
                CN     | China   | Nd       | 1e12            | 80
            """,
        )
    )
    off = check_plan(plan.numbers, plan.quantities, plan.objective * 1.001, plan.bound)
    assert off.cost_error > 1e-4
