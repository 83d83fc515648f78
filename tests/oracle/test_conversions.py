"""Conversions: tonnes used and made per tonne of throughput, capacity and cost."""

from __future__ import annotations

import pytest

import planner

MATERIALS = """
    Material | Shortfall cost [USD/t]
    Oxide    | 1000
    Metal    | 1000
"""

METAL = """
    Item  | Every period
    Metal | 100
"""

BOTH_BOUGHT = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    OX     | China   | Oxide    | unlimited       | 50
    ME     | Japan   | Metal    | unlimited       | {metal}
"""

SMELTING = """
    Conversion | Oxide | Metal | Cost [USD/t] | Capacity [t/yr]
    Smelting   | -1.2  | 1     | {cost}       | {capacity}
"""


def throughput(found):
    """Tonnes of throughput, by conversion and period."""
    numbers, convert = found.plan.numbers, found.plan.quantities.convert.sum(axis=1)
    return {
        f"{name} {period}": float(convert[v, t])
        for v, name in enumerate(numbers.conversions.names)
        for t, period in enumerate(numbers.periods)
        if convert[v, t] > 1e-6
    }


def test_a_tonne_of_throughput_uses_and_makes_what_its_row_says(solve):
    """100 t of metal take 120 t of oxide at 50 USD, and 7 USD/t for the smelting."""
    found = solve(
        Materials=MATERIALS,
        Demand=METAL,
        Sources=BOTH_BOUGHT.format(metal=80),
        Conversions=SMELTING.format(cost=7, capacity="unlimited"),
    )
    assert found.bought == pytest.approx({"OX 2011": 120})
    assert throughput(found) == pytest.approx({"Smelting 2011": 100})
    assert found.costs == pytest.approx({"purchase": 6_000, "conversion": 700})
    assert found.paid == pytest.approx(6_700)


def test_what_is_beyond_the_capacity_is_bought(solve):
    """40 t are smelted at 1.2 · 50 + 7 = 67 USD, the other 60 t bought at 80.

    One tonne of capacity more would save 13 USD.
    """
    found = solve(
        Materials=MATERIALS,
        Demand=METAL,
        Sources=BOTH_BOUGHT.format(metal=80),
        Conversions=SMELTING.format(cost=7, capacity=40),
    )
    assert throughput(found) == pytest.approx({"Smelting 2011": 40})
    assert found.bought == pytest.approx({"OX 2011": 48, "ME 2011": 60})
    assert found.cost == pytest.approx(40 * 67 + 60 * 80)
    (row,) = found.plan.limit_rows
    assert (row.kind, row.name, row.cell) == ("capacity", "Smelting", "Conversions!E2")
    assert (row.used, row.maximum, row.unit) == (pytest.approx(40), 40, "t/yr")
    assert row.shadow_price.more == pytest.approx(13)
    assert row.shadow_price.less == pytest.approx(13)
    assert row.shadow_price.end == pytest.approx(100)


def test_capacity_per_year_counts_by_the_years_of_the_period(solve):
    """Two years at 20 t/yr: 40 t; a tonne a year more is two tonnes, and saves 26 USD."""
    found = solve(
        Periods="""
            Period    | Years
            2011-2012 | 2
        """,
        Materials=MATERIALS,
        Demand=METAL,
        Sources=BOTH_BOUGHT.format(metal=80),
        Conversions=SMELTING.format(cost=7, capacity=20),
    )
    assert throughput(found) == pytest.approx({"Smelting 2011-2012": 40})
    assert found.plan.limit_rows[0].shadow_price.more == pytest.approx(26)


def test_no_capacity_given_is_no_bound(solve):
    """As much as is needed is smelted, and no row of limits says anything of it."""
    found = solve(
        Materials=MATERIALS,
        Demand=METAL,
        Sources=BOTH_BOUGHT.format(metal=80),
        Conversions="""
            Conversion | Oxide | Metal
            Smelting   | -1.2  | 1
        """,
    )
    assert throughput(found) == pytest.approx({"Smelting 2011": 100})
    assert found.plan.limit_rows == ()


def test_the_cost_of_throughput_decides(solve):
    """Metal is bought at 65 USD: smelting it costs 60 for the oxide and 7 more."""
    found = solve(
        Materials=MATERIALS,
        Demand=METAL,
        Sources=BOTH_BOUGHT.format(metal=65),
        Conversions=SMELTING.format(cost=7, capacity=100),
    )
    assert found.bought == pytest.approx({"ME 2011": 100})
    assert found.cost == pytest.approx(6_500)


def test_a_conversion_does_not_run_backwards(solve):
    """Oxide costs 50 USD; metal at 30 would give 1.2 t of it, were smelting to be undone."""
    found = solve(
        Materials=MATERIALS,
        Demand="""
            Item  | Every period
            Oxide | 100
        """,
        Sources=BOTH_BOUGHT.format(metal=30),
        Conversions=SMELTING.format(cost=0, capacity=100),
    )
    assert found.bought == pytest.approx({"OX 2011": 100})
    assert throughput(found) == {}


def test_the_cost_of_throughput_is_discounted(solve):
    """11 USD on 100 t: 1 100, and 1 100 / 1.1 = 1 000 for 2012."""
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
        Materials=MATERIALS,
        Demand=METAL,
        Sources=BOTH_BOUGHT.format(metal=800),
        Conversions=SMELTING.format(cost=11, capacity=100),
    )
    assert found.costs["conversion"] == pytest.approx(2_100)


def test_a_separation_makes_several_materials_at_once(solve):
    """100 t of Nd at 0.2 t a tonne: 500 t of concentrate, and 250 t of Ce that nobody needs.

    They sell for 2 USD/t: 500 · 10 + 500 · 3 − 250 · 2.
    """
    found = solve(
        Materials="""
            Material    | Shortfall cost [USD/t] | Surplus value [USD/t]
            Concentrate |                        | 0
            Nd          | 1000                   | 0
            Ce          |                        | 2
        """,
        Sources="""
            Source | Country | Material    | Capacity [t/yr] | Price [USD/t]
            MINE   | India   | Concentrate | unlimited       | 10
        """,
        Conversions="""
            Conversion | Concentrate | Nd  | Ce  | Cost [USD/t]
            Separation | -1          | 0.2 | 0.5 | 3
        """,
    )
    assert found.bought == pytest.approx({"MINE 2011": 500})
    assert found.surplus == pytest.approx({"Ce 2011": 250})
    assert found.costs == pytest.approx({"purchase": 5_000, "conversion": 1_500, "surplus": -500})


def test_a_chain_of_conversions_feeds_a_recipe(solve):
    """10 t of magnets take 3 t of metal, 3.6 t of oxide: 180 USD, and 3 · 7 for the smelting."""
    found = solve(
        Materials=MATERIALS,
        Products="""
            Product | Shortfall cost [USD/t]
            Magnet  | 9000
        """,
        Recipes="""
            Recipe | Product | Metal
            Plain  | Magnet  | 0.3
        """,
        Demand="""
            Item   | Every period
            Magnet | 10
        """,
        Sources=BOTH_BOUGHT.format(metal=80),
        Conversions=SMELTING.format(cost=7, capacity=100),
    )
    assert found.bought == pytest.approx({"OX 2011": 3.6})
    assert found.cost == pytest.approx(180 + 21)


def test_a_scenario_changes_a_conversion(solve):
    """Losses up by a half, from −1.2 to −1.8: oxide for a tonne costs 90 USD, metal 80."""
    found = solve(
        "Losses",
        Materials=MATERIALS,
        Demand=METAL,
        Sources=BOTH_BOUGHT.format(metal=80),
        Conversions=SMELTING.format(cost=7, capacity=100),
        Scenarios="""
            Scenario
            Losses
        """,
        Changes="""
            Scenario | Sheet       | Rows                | Column | Operation | Value
            Losses   | Conversions | Conversion=Smelting | Oxide  | times     | 1.5
        """,
    )
    assert found.bought == pytest.approx({"ME 2011": 100})


GOING_ROUND = """
    Conversion | Oxide | Metal | Cost [USD/t] | Capacity [t/yr]
    Smelting   | -1.2  | 1     | {cost}       | unlimited
    Burning    | 1.3   | -1    |              | unlimited
"""


def test_conversions_that_make_money_out_of_nothing_are_refused(make):
    """1.2 t of oxide make a tonne of metal, which makes 1.3 t of oxide: 0.1 t more each time."""
    case = make(
        Materials="""
            Material | Shortfall cost [USD/t] | Surplus value [USD/t]
            Oxide    | 1000                   | 20
            Metal    | 1000                   | 0
        """,
        Demand=METAL,
        Sources=BOTH_BOUGHT.format(metal=80),
        Conversions=GOING_ROUND.format(cost=1),
    )
    with pytest.raises(planner.Unbounded) as refused:
        planner.solve(case)
    assert refused.value.reason == (
        "the case can earn without end: conversion Smelting (Conversions!A2), conversion Burning "
        "(Conversions!A3) make tonnes out of nothing, which earn as surplus of Oxide "
        "(Materials!C2), and nothing bounds how much; mend what a tonne of throughput uses up and "
        "makes, or give a conversion a capacity"
    )


def test_what_is_bought_converted_and_sold_without_end_is_refused(make):
    """Oxide at 50 USD makes metal that sells for 90: 90 − 60 − 7 more with each tonne."""
    case = make(
        Materials="""
            Material | Shortfall cost [USD/t] | Surplus value [USD/t]
            Oxide    | 1000                   | 0
            Metal    | 1000                   | 90
        """,
        Demand=METAL,
        Sources=BOTH_BOUGHT.format(metal=95),
        Conversions=SMELTING.format(cost=7, capacity="unlimited"),
    )
    with pytest.raises(planner.Unbounded) as refused:
        planner.solve(case)
    assert refused.value.reason == (
        "the case can earn without end: every tonne bought of OX (Sources!E2) earns more, through "
        "conversion Smelting (Conversions!A2), as surplus of Metal (Materials!C3) than it costs, "
        "and nothing bounds how much; give the source a capacity, bound what is sold or kept, or "
        "mend the price or value"
    )
