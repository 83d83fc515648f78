"""Limits of type average: of an attribute of Sources, weighted by contained tonnes."""

from __future__ import annotations

import pytest

SOURCES = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t] | CO2 [t/t]
    CN     | China   | Nd       | unlimited       | 50            | 30
    AU     | AU      | Nd       | unlimited       | 80            | 10
    US     | USA     | Nd       | unlimited       | 90            | 0
"""


def test_a_maximum_average_is_weighted_by_tonnes(solve):
    """15 t CO2 per tonne: half China at 30, half USA at 0 (with Australia at 10 it is dearer).

    50 · 50 + 50 · 90. One more t/t lets 100/30 t more come from China: 40 · 100/30.
    """
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit | Type    | Column | Maximum
            CO2   | average | CO2    | 15
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 50, "US 2011": 50})
    assert found.used == pytest.approx({"CO2 2011": 15})
    assert found.cost == pytest.approx(7_000)
    (row,) = (row for row in found.plan.limit_rows if row.kind == "limit")
    assert row.what == "average of CO2"
    assert row.shadow_price.more == pytest.approx(40 * 100 / 30)
    assert row.shadow_price.unit == "USD per unit of CO2"


def test_a_minimum_average(solve):
    """Grade 20 of 10 and 40: two tonnes to one. 200/3 · 50 + 100/3 · 80."""
    found = solve(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Grade
            CN     | China     | Nd       | unlimited       | 50            | 10
            AU     | Australia | Nd       | unlimited       | 80            | 40
        """,
        Limits="""
            Limit | Type    | Column | Minimum
            Grade | average | grade  | 20
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 200 / 3, "AU 2011": 100 / 3})
    assert found.cost == pytest.approx(6_000)
    (row,) = (row for row in found.plan.limit_rows if row.kind == "limit")
    assert row.shadow_price.more == pytest.approx(-30 * 100 / 30)


def test_an_average_counts_the_tonnes_contained(solve):
    """MIX is a quarter Nd: 50 t Nd at 30 stand in 200 t of it, with 50 t of Australia at 10.

    200 · 10 + 50 · 80.
    """
    found = solve(
        Materials="""
            Material | Class  | Shortfall cost [USD/t]
            La       | light  |
            Nd       | magnet | 1000
        """,
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | CO2
            MIX    | China     |          | unlimited       | 10            | 30
            AU     | Australia | Nd       | unlimited       | 80            | 10
            LA     | China     | La       | unlimited       | 10            |
        """,
        Composition="""
            Source | La [%] | Nd [%]
            MIX    | 50     | 25
        """,
        Limits="""
            Limit | Type    | Materials    | Column | Maximum
            CO2   | average | Class=magnet | CO2    | 20
        """,
    )
    assert found.bought == pytest.approx({"MIX 2011": 200, "AU 2011": 50})
    assert found.used == pytest.approx({"CO2 2011": 20})
    assert found.cost == pytest.approx(6_000)


def test_an_average_over_a_window(solve):
    """USA is cheap in 2012: all 100 t then, all 100 t from China before; 15 over both years."""
    found = solve(
        Periods="""
            Period
            2011
            2012
        """,
        Sources=SOURCES,
        Prices="""
            Source | 2012 [USD/t]
            US     | 60
        """,
        Limits="""
            Limit | Type    | Column | Per    | Maximum
            CO2   | average | CO2    | window | 15
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 100, "US 2012": 100})
    assert found.used == pytest.approx({"CO2 2011": 15})


def test_an_average_of_some_sources_says_nothing_of_others(solve):
    """At most 5 over Australia and USA; China is free, and cheapest."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit | Type    | Applies to     | Column | Maximum
            CO2   | average | Country!=China | CO2    | 5
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 100})
    assert found.used == {"CO2 2011": None}


@pytest.mark.parametrize("size", [1e-7, 1e6])
def test_small_and_large_attributes_are_kept_as_exactly(solve, size):
    """Thorium of 30 and 0 parts, at most 15: half and half, whatever the unit."""
    found = solve(
        Sources=f"""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Thorium
            CN     | China   | Nd       | unlimited       | 50            | {30 * size}
            US     | USA     | Nd       | unlimited       | 90            | 0
        """,
        Limits=f"""
            Limit   | Type    | Column  | Maximum
            Thorium | average | Thorium | {15 * size}
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 50, "US 2011": 50})
    assert found.used == pytest.approx({"Thorium 2011": 15 * size})


def test_attributes_below_0(solve):
    """A footprint of −10 makes up for one of 30: three tonnes to one. 25 · 50 + 75 · 90."""
    found = solve(
        Sources=SOURCES.replace("| 0\n", "| -10\n"),
        Limits="""
            Limit | Type    | Column | Maximum
            CO2   | average | CO2    | 0
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 25, "US 2011": 75})
    assert found.used == pytest.approx({"CO2 2011": 0}, abs=1e-9)
