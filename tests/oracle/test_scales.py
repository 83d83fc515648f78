"""Amounts and prices far apart, or very small or large, make the plans that they should.

The smallest case is in conftest: 100 t of Nd in one year, a missing tonne costs 1000 USD.
"""

from __future__ import annotations

import numpy as np
import pytest

import planner

UNLIMITED = ["1e3", "1e8", "1e10", "1e12"]
"""Capacities that are as good as unlimited beside 100 t."""


@pytest.mark.parametrize("capacity", [*UNLIMITED, "unlimited"])
def test_a_capacity_as_good_as_unlimited_beside_a_small_demand(solve, capacity):
    """0.06 · 50 + 0.04 · 80 = 6.2."""
    found = solve(
        Demand="""
            Item | Every period
            Nd   | 0.1
        """,
        Sources=f"""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | 0.06            | 50
            B      | Chile   | Nd       | {capacity}      | 80
        """,
    )
    assert found.cost == pytest.approx(6.2, rel=1e-12)
    assert found.bought == pytest.approx({"A 2011": 0.06, "B 2011": 0.04}, rel=1e-9)
    worth = {row.name: row.shadow_price.more for row in found.plan.limit_rows}
    assert worth["A"] == pytest.approx(30)
    assert worth.get("B", 0.0) == 0.0


def test_bounds_as_good_as_none_change_nothing(solve):
    """A tonne bought in 2011 and kept for 2012 costs 50 + 1: 0.1 · 50 + 0.1 · 51 = 10.1."""
    found = solve(
        Periods="""
            Period | Years
            2011   | 1
            2012   | 1
        """,
        Demand="""
            Item | Every period
            Nd   | 0.1
        """,
        Materials="""
            Material | Shortfall cost [USD/t]
            Nd       | 1e12
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Last period
            A      | China   | Nd       | 1e12            | 2012
        """,
        Prices="""
            Source | 2011 [USD/t] | 2012 [USD/t]
            A      | 50           | 80
        """,
        Stock="""
            Material | Maximum [t] | Holding cost [USD/t/yr]
            Nd       | 1e9         | 1
        """,
        Quotas="""
            Quota | Applies to | Per    | Tonnes [t]
            Q     | *          | window | 1e12
        """,
        Limits="""
            Limit | Type   | Per    | Maximum
            L     | tonnes | period | 1e12
            M     | spend  | window | 1e12
        """,
    )
    assert found.cost == pytest.approx(10.1, rel=1e-12)
    assert found.bought == pytest.approx({"A 2011": 0.2})


def test_a_gram_beside_a_million_tonnes(solve):
    """Scandium at 1e6 USD/kg beside lanthanum at 1 USD/kg, out of one mine, and apart.

    A tonne of the mine (2000 USD) holds 0.5 t of La, worth 0.5 · 1000, and 1e-9 t of Sc, worth
    1e-9 · 1e9: it is dearer than both apart. 1e6 · 1000 + 1e-6 · 1e9 = 1,000,001,000.
    """
    found = solve(
        Materials="""
            Material | Shortfall cost [USD/t]
            La       | 1e12
            Sc       | 1e12
        """,
        Demand="""
            Item | Every period
            La   | 1e6
            Sc   | 1e-6
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            Mine   | China   |          | unlimited       | 2000
            Light  | China   | La       | 1e12            | 1000
            Trace  | Chile   | Sc       | 1e12            | 1e9
        """,
        Composition="""
            Source | La  | Sc
            Mine   | 0.5 | 1e-9
        """,
    )
    assert found.cost == pytest.approx(1_000_001_000, rel=1e-14)
    assert found.bought == pytest.approx({"Light 2011": 1e6, "Trace 2011": 1e-6}, rel=1e-9)
    assert found.short == {}


def test_a_mine_of_traces_is_worth_it_once_it_is_cheaper(solve):
    """At 400 USD a tonne the mine's La costs 800: 2e6 t of it bring 1e6 t, and 0.002 t of Sc."""
    found = solve(
        Materials="""
            Material | Shortfall cost [USD/t]
            La       | 1e12
            Sc       | 1e12
        """,
        Demand="""
            Item | Every period
            La   | 1e6
            Sc   | 1e-6
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            Mine   | China   |          | unlimited       | 400
            Light  | China   | La       | 1e12            | 1000
            Trace  | Chile   | Sc       | 1e12            | 1e9
        """,
        Composition="""
            Source | La  | Sc
            Mine   | 0.5 | 1e-9
        """,
    )
    assert found.cost == pytest.approx(2e6 * 400)
    assert found.bought == pytest.approx({"Mine 2011": 2e6})
    numbers = found.plan.numbers
    surplus = found.plan.quantities.surplus[numbers.materials.index("Sc")]
    assert float(surplus.sum()) == pytest.approx(0.002 - 1e-6)


@pytest.mark.parametrize("tonnes", ["1e-6", "1e-3", "1e3", "1e6", "1e9"])
@pytest.mark.parametrize("price", ["1e-3", "1", "1e6", "1e11"])
def test_two_sources_at_every_size(solve, tonnes, price):
    """Half of the demand at the price, half at twice that, and what it is worth to have more."""
    t, p = float(tonnes), float(price)
    found = solve(
        Demand=f"""
            Item | Every period
            Nd   | {t!r}
        """,
        Materials="""
            Material | Shortfall cost [USD/t]
            Nd       | 1e12
        """,
        Sources=f"""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | {t / 2!r}       | {p!r}
            B      | Chile   | Nd       | {t!r}           | {2 * p!r}
        """,
    )
    assert found.cost == pytest.approx(1.5 * t * p, rel=1e-12)
    assert found.bought == pytest.approx({"A 2011": t / 2, "B 2011": t / 2}, rel=1e-12)
    worth = {row.name: row.shadow_price for row in found.plan.limit_rows}
    assert worth["A"].more == pytest.approx(p)
    assert worth["A"].less == pytest.approx(p)
    assert (worth["A"].start, worth["A"].end) == pytest.approx((0.0, t), abs=1e-9 * t)
    assert worth["B"].more == 0.0
    binds = {row.name: row.binds for row in found.plan.limit_rows}
    assert binds == {"A": True, "B": False}


@pytest.mark.parametrize("rate", ["1e-4", "1e5"])
def test_currencies_of_little_and_much_worth(solve, rate):
    """50 of A's cost 50 · rate; B is cheaper only where that is above 80."""
    found = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [/t] | Currency
            A      | China   | Nd       | 1e12            | 50         | ABC
            B      | Chile   | Nd       | 1e12            | 80         | USD
        """,
        Currencies=f"""
            Currency | Every period
            ABC      | {rate}
        """,
    )
    cheapest = min(50 * float(rate), 80)
    assert found.cost == pytest.approx(100 * cheapest, rel=1e-12)


def test_a_day_beside_decades(solve):
    """10 t a year of A: 10 / 365 in the day, 400 in 40 years; the rest is of B. Discounted by half.

    Day: 10/365 · 50 + (1 − 10/365) · 80. Then 400 · 50 + 600 · 80 = 68,000, × 2^(−1/365).
    """
    found = solve(
        Periods="""
            Period | Years
            Day    | 0.0027397260273972603
            Later  | 40
            End    | 40
        """,
        Settings="""
            Setting       | Value
            Discount rate | 1
        """,
        Demand="""
            Item | Day | Later | End
            Nd   | 1   | 1000  | 1000
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | 10              | 50
            B      | Chile   | Nd       | unlimited       | 80
        """,
    )
    day = 10 / 365 * 50 + (1 - 10 / 365) * 80
    later = 68_000 * (2 ** (-1 / 365) + 2 ** (-1 / 365 - 40))
    assert found.cost == pytest.approx(day + later, rel=1e-12)
    # What is bought in the end costs nothing beside the rest, and is right all the same.
    assert found.bought["A End"] == pytest.approx(400, rel=1e-9)
    assert found.short == {}


def test_little_in_one_period_and_much_in_another(solve):
    """1e-6 t at 50, and 1e9 t later at 40, of which none could be had before."""
    found = solve(
        Periods="""
            Period
            2011
            2012
        """,
        Demand="""
            Item | 2011 | 2012
            Nd   | 1e-6 | 1e9
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | First period | Price [USD/t]
            A      | China   | Nd       | 1e12            | 2011         | 50
            B      | Chile   | Nd       | 1e12            | 2012         | 40
        """,
    )
    assert found.bought == pytest.approx({"A 2011": 1e-6, "B 2012": 1e9}, rel=1e-9)


# -- yes/no decisions -----------------------------------------------------------------------


@pytest.mark.parametrize("capacity", UNLIMITED)
def test_an_order_cost_is_paid_whatever_the_capacity(solve, capacity):
    """A: 100 · 10 + 500 = 1500; B: 100 · 14 = 1400."""
    found = solve(
        Sources=f"""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Order cost
            A      | China   | Nd       | {capacity}      | 10            | 500
            B      | Chile   | Nd       | {capacity}      | 14            |
        """
    )
    assert found.plan.status == "optimal"
    assert found.cost == pytest.approx(1400)
    assert found.bought == pytest.approx({"B 2011": 100})


@pytest.mark.parametrize("capacity", UNLIMITED)
def test_a_restart_is_decided_whatever_the_capacity(solve, capacity):
    """At 300 USD the restart is worth it: 1000 + 300 = 1300; B would cost 1400."""
    found = solve(
        Sources=f"""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | {capacity}      | 10
            B      | Chile   | Nd       | {capacity}      | 14
        """,
        Restarts="""
            Source | Restart cost
            A      | 300
        """,
    )
    assert found.plan.status == "optimal"
    assert found.cost == pytest.approx(1300)
    assert found.costs["restart"] == pytest.approx(300)


def test_a_restart_that_costs_a_fortune_is_not_worth_it(solve):
    """1e12 USD against 100 t short at 1000: 100,000."""
    found = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | 1e12            | 10
        """,
        Restarts="""
            Source | Restart cost
            A      | 1e12
        """,
    )
    assert found.plan.status == "optimal"
    assert found.cost == pytest.approx(100_000)
    assert found.short == pytest.approx({"Nd 2011": 100})


@pytest.mark.parametrize("capacity", UNLIMITED)
def test_falling_tiers_whatever_the_capacity(solve, capacity):
    """50 · 14 + 50 · 10 = 1200."""
    found = solve(
        Sources=f"""
            Source | Country | Material | Capacity [t/yr]
            A      | China   | Nd       | {capacity}
        """,
        Tiers="""
            Source | From [t/yr] | Price [USD/t]
            A      | 0           | 14
            A      | 50          | 10
        """,
    )
    assert found.plan.status == "optimal"
    assert found.cost == pytest.approx(1200)


@pytest.mark.parametrize("capacity", UNLIMITED)
def test_a_supplier_count_whatever_the_capacity(solve, capacity):
    """One supplier only: B is the cheaper one, 1000, though A's first 50 t would cost less."""
    found = solve(
        Sources=f"""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | 50              | 5
            B      | Chile   | Nd       | {capacity}      | 10
        """,
        Limits="""
            Limit | Type      | Maximum
            One   | suppliers | 1
        """,
    )
    assert found.plan.status == "optimal"
    assert found.cost == pytest.approx(1000)


def test_a_minimum_order_above_what_is_needed_is_still_one(solve):
    """1000 t at 1 USD for a need of 100: what is left is worth nothing, and B costs more."""
    found = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Minimum order [t]
            A      | China   | Nd       | 1e12            | 1             | 1000
            B      | Chile   | Nd       | 1e12            | 14            |
        """
    )
    assert found.cost == pytest.approx(1000)
    assert found.surplus == pytest.approx({"Nd 2011": 900})


def test_what_is_bought_to_sell_is_not_cut_to_what_is_needed(solve):
    """Each of 1e6 t earns 15 − 10, less one order at 500; 100 t of it are delivered."""
    found = solve(
        Materials="""
            Material | Shortfall cost [USD/t] | Surplus value [USD/t]
            Nd       | 1000                   | 15
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Order cost
            A      | China   | Nd       | 1e6             | 10            | 500
        """,
    )
    assert found.cost == pytest.approx(1e6 * 10 + 500 - (1e6 - 100) * 15)


def test_an_all_units_price_that_is_reached_by_buying_more_than_needed(solve):
    """1000 t at 1 USD is cheaper than 100 t at 14."""
    found = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr]
            A      | China   | Nd       | 1e12
        """,
        Tiers="""
            Source | From [t/yr] | Price [USD/t] | Rule
            A      | 0           | 14            | all units
            A      | 1000        | 1             | all units
        """,
    )
    assert found.cost == pytest.approx(1000)


def test_a_plan_that_the_search_made_out_cheaper_is_not_called_optimal(make):
    """An average counts A, so that its capacity ties its order: a search cannot tell 1e-10 from 0.

    The plan is one all the same: 100 · 14 of B.
    """
    plan = planner.solve(
        make(
            Sources="""
                Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Order cost | CO2
                A      | China   | Nd       | 1e12            | 10            | 500        | 5
                B      | Chile   | Nd       | 1e12            | 14            |            | 5
            """,
            Limits="""
                Limit | Type    | Column | Maximum
                Air   | average | CO2    | 9
            """,
        )
    )
    assert plan.objective == pytest.approx(1400)
    assert plan.status == "feasible"
    assert plan.gap is not None
    assert plan.gap > 0.1
    assert any("not proven cheapest" in note for note in plan.notes)


def test_rounding_of_the_solver_is_no_purchase(solve):
    """What is not bought is 0, not 1e-13."""
    found = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | 33.3            | 0.1
            B      | Chile   | Nd       | 33.3            | 0.2
            C      | Chile   | Nd       | 33.4            | 0.3
            D      | Chile   | Nd       | 1e12            | 0.4
        """
    )
    ship = found.plan.quantities.ship
    assert np.count_nonzero(ship) == 3
    assert found.bought["C 2011"] == pytest.approx(33.4)


def test_what_is_missing_is_named_however_little(make):
    """1e-6 t of Sc that cannot be had, where shortfall is forbidden, beside 1e6 t of La."""
    case = make(
        Settings="""
            Setting   | Value
            Shortfall | forbidden
        """,
        Materials="""
            Material
            La
            Sc
        """,
        Demand="""
            Item | Every period
            La   | 1e6
            Sc   | 1e-6
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            Light  | China   | La       | 1e12            | 1000
            Trace  | Chile   | Sc       | 4e-7            | 1e9
        """,
    )
    with pytest.raises(planner.Infeasible, match=r"at least 6e-07 t are missing \(6e-07 t of Sc"):
        planner.solve(case)


def test_a_rule_that_matters_more_is_kept_however_small_the_case(solve):
    """Nothing may come from China (priority 1), at least one supplier of 1e-6 t should (4).

    No plan keeps both; the tonne that the second asks for is not bought.
    """
    found = solve(
        Demand="""
            Item | Every period
            Nd   | 1e-6
        """,
        Settings="""
            Setting   | Value
            Shortfall | allowed
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | 1               | 10
        """,
        Limits="""
            Limit | Type      | Minimum | Maximum | Counts from [t] | Priority
            None  | tonnes    |         | 0       |                 | 1
            One   | suppliers | 1       |         | 5e-7            | 4
        """,
    )
    assert found.bought == {}
    assert found.short == pytest.approx({"Nd 2011": 1e-6})
