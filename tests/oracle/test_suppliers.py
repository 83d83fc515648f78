"""Limits of type suppliers: from how many different suppliers something is bought."""

from __future__ import annotations

import pytest

import planner

SOURCES = """
    Source | Country   | Supplier | Material | Capacity [t/yr] | Price [USD/t]
    NORTH  | China     | Baotou   | Nd       | 60              | 50
    SOUTH  | China     | Ganzhou  | Nd       | 60              | 60
    AU     | Australia | Lynas    | Nd       | 60              | 80
"""
"""Left alone: 60 t of NORTH and 40 t of SOUTH, 5 400."""


def test_a_maximum_counts_any_purchase(solve):
    """One supplier: 60 t of NORTH, 40 t are missing. 3 000 + 40 000."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit | Type      | Maximum
            Few   | suppliers | 1
        """,
    )
    assert found.bought == pytest.approx({"NORTH 2011": 60})
    assert found.used == pytest.approx({"Few 2011": 1})
    assert found.cost == pytest.approx(43_000)


def test_the_one_supplier_may_sell_all_that_it_can(solve):
    """All 100 t of China's capacity, though Australia has four times as much."""
    found = solve(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China     | Nd       | 100             | 50
            AU     | Australia | Nd       | 400             | 60
        """,
        Limits="""
            Limit | Type      | Maximum
            Few   | suppliers | 1
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 100})


def test_a_count_has_no_shadow_price_and_a_capacity_beside_it_has(solve):
    """A tonne more of NORTH's capacity serves a shortfall: 1 000 − 50, for this choice."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit | Type      | Maximum
            Few   | suppliers | 1
        """,
    )
    rows = {row.name: row for row in found.plan.limit_rows}
    assert (rows["Few"].shadow_price.more, rows["Few"].shadow_price.less) == (None, None)
    assert rows["NORTH"].shadow_price.more == pytest.approx(950)
    assert rows["NORTH"].shadow_price.less == pytest.approx(950)
    assert rows["NORTH"].shadow_price.held
    assert rows["Few"].what == "number of suppliers"


def test_a_minimum_counts_from_enough_tonnes_on(solve):
    """Three suppliers with 10 t each at least: 60 · 50 + 30 · 60 + 10 · 80."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit | Type      | Minimum | Counts from [t]
            Many  | suppliers | 3       | 10
        """,
    )
    assert found.bought == pytest.approx({"NORTH 2011": 60, "SOUTH 2011": 30, "AU 2011": 10})
    assert found.used == pytest.approx({"Many 2011": 3})
    assert found.cost == pytest.approx(5_600)


def test_the_values_of_another_column(solve):
    """One country: both Chinese mines."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit | Type      | Column  | Maximum
            Few   | suppliers | country | 1
        """,
    )
    assert found.bought == pytest.approx({"NORTH 2011": 60, "SOUTH 2011": 40})
    (row,) = (row for row in found.plan.limit_rows if row.kind == "limit")
    assert row.what == "number of different Country"


def test_sources_of_one_supplier_count_together(solve):
    """Two countries with 45 t each: China's from both mines. 55 · 50 + 45 · 80 is dearer by mines.

    NORTH 55, and 45 t of Australia.
    """
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit | Type      | Column  | Minimum | Counts from [t]
            Many  | suppliers | Country | 2       | 45
        """,
    )
    assert found.bought == pytest.approx({"NORTH 2011": 55, "AU 2011": 45})


def test_both_bounds_are_two_rows(solve):
    """Exactly two suppliers, of 45 t at least: 55 · 50 + 45 · 60."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit | Type      | Minimum | Maximum | Counts from [t]
            Two   | suppliers | 2       | 2       | 45
        """,
    )
    assert found.bought == pytest.approx({"NORTH 2011": 55, "SOUTH 2011": 45})
    rows = [row for row in found.plan.limit_rows if row.kind == "limit"]
    assert [(row.used, row.minimum, row.maximum) for row in rows] == [(2, 2, None), (2, None, 2)]


def test_a_count_of_each_period_and_of_the_window(solve):
    """SOUTH is cheapest in 2012: one supplier each year may be another, one over both may not."""
    case = {
        "Periods": """
            Period
            2011
            2012
        """,
        "Demand": """
            Item | Every period
            Nd   | 60
        """,
        "Sources": SOURCES,
        "Prices": """
            Source | 2012 [USD/t]
            SOUTH  | 45
        """,
    }
    limits = """
        Limit | Type      | Per    | Maximum
        Few   | suppliers | {per} | 1
    """
    found = solve(**case, Limits=limits.format(per="period"))
    assert found.bought == pytest.approx({"NORTH 2011": 60, "SOUTH 2012": 60})
    found = solve(**case, Limits=limits.format(per="window"))
    assert found.bought == pytest.approx({"NORTH 2011": 60, "NORTH 2012": 60})


def test_suppliers_of_some_materials_from_the_tonnes_contained(solve):
    """Two suppliers of Dy with 5 t each: MIX holds a tenth, so 50 t of it; the rest from CN_DY.

    50 · 100 + 15 · 500; NEO sells no Dy and does not count.
    """
    found = solve(
        Materials="""
            Material | Class | Shortfall cost [USD/t]
            Nd       | light | 1000
            Dy       | heavy | 9000
        """,
        Demand="""
            Item | 2011
            Dy   | 20
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            NEO    | Estonia | Nd       | 100             | 1
            MIX    | China   |          | 100             | 100
            CN_DY  | China   | Dy       | 100             | 500
        """,
        Composition="""
            Source | Nd [%] | Dy [%]
            MIX    | 20     | 10
        """,
        Limits="""
            Limit | Type      | Materials   | Minimum | Counts from
            Many  | suppliers | Class=heavy | 2       | 5
        """,
    )
    assert found.bought == pytest.approx({"MIX 2011": 50, "CN_DY 2011": 15})
    assert found.used == pytest.approx({"Many 2011": 2})


def test_a_quota_bounds_an_unlimited_source_that_is_counted(solve):
    """The quota opens 70 t of China; one supplier is left, and 30 t are missing."""
    found = solve(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China     | Nd       | unlimited       | 50
            AU     | Australia | Nd       | 60              | 80
        """,
        Quotas="""
            Quota | Applies to | Tonnes
            China | Source=CN  | 70
        """,
        Limits="""
            Limit | Type      | Maximum
            Few   | suppliers | 1
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 70})
    assert found.cost == pytest.approx(3_500 + 30_000)


TWO_MATERIALS = """
    Material | Shortfall cost [USD/t]
    Nd       | 1000
    Dy       | 1000
"""
ONE_MINE = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    Mine   | Chile   | Nd       | 100             | 60
"""


def test_at_most_so_many_of_nobody_holds(solve):
    plan = solve(
        Materials=TWO_MATERIALS,
        Sources=ONE_MINE,
        Limits="""
            Limit | Type      | Materials   | Maximum
            Dy    | suppliers | Material=Dy | 1
        """,
    )
    assert plan.cost == pytest.approx(6000)


def test_at_least_so_many_of_nobody_is_refused(make):
    with pytest.raises(planner.InvalidCase, match="Limits!D2: no source that it applies to holds"):
        make(
            Materials=TWO_MATERIALS,
            Sources=ONE_MINE,
            Limits="""
                Limit | Type      | Materials   | Minimum | Counts from [t]
                Dy    | suppliers | Material=Dy | 1       | 5
            """,
        )
