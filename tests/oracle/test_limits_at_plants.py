"""Limits of every type in a case with plants and products, and on a Current plan."""

from __future__ import annotations

import pytest

from planner.studies.evaluate import evaluate

SITES = """
    Site
    Osaka
    Turin
"""
DEMAND = """
    Item | Site  | 2011
    Nd   | Osaka | 100
    Nd   | Turin | 60
"""
SOURCES = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | CO2
    CN     | China     | Nd       | 500             | 50            | 30
    AU     | Australia | Nd       | 500             | 80            | 0
"""


def lanes(found):
    """Tonnes bought by source and plant."""
    rows = found.plan.purchases.itertuples()
    return {f"{row.source} {row.site}": row.tonnes for row in rows}


def test_the_freight_of_a_lane_counts_in_a_spend(solve):
    """China's tonne is 50 USD in Osaka and 60 in Turin: 3 600 USD there are 60 t.

    Of a budget of 4 000 for Turin alone all 60 t come from China; of 3 000 only 50 t.
    """
    case = {
        "Sites": SITES,
        "Demand": DEMAND,
        "Sources": SOURCES,
        "Lanes": """
            Source | Site  | Freight [USD/t]
            CN     | Turin | 10
        """,
    }
    limits = """
        Limit  | Type  | Applies to | Sites      | Maximum
        Budget | spend | Source=CN  | {sites} | {most}
    """
    found = solve(**case, Limits=limits.format(sites="Site=Turin", most=3_000))
    assert lanes(found) == pytest.approx({"CN Osaka": 100, "CN Turin": 50, "AU Turin": 10})
    assert found.used == pytest.approx({"Budget 2011": 3_000})
    # 5 000 USD in Osaka and 2 400 in Turin: 40 t, where the saving per USD is 20/60 against 30/50.
    found = solve(**case, Limits=limits.format(sites="*", most=7_400))
    assert lanes(found) == pytest.approx({"CN Osaka": 100, "CN Turin": 40, "AU Turin": 20})
    assert found.used == pytest.approx({"Budget 2011": 7_400})


def test_an_average_at_one_plant(solve):
    """15 t CO2 per tonne in Turin: half and half of 60 t; Osaka buys what is cheapest."""
    found = solve(
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES,
        Limits="""
            Limit | Type    | Sites      | Column | Maximum
            CO2   | average | Site=Turin | CO2    | 15
        """,
    )
    assert lanes(found) == pytest.approx({"CN Osaka": 100, "CN Turin": 30, "AU Turin": 30})


def test_suppliers_of_one_plant(solve):
    """Turin wants two suppliers with 20 t each, and Osaka one: China."""
    found = solve(
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES,
        Limits="""
            Limit | Type      | Sites      | Minimum | Maximum | Counts from
            Two   | suppliers | Site=Turin | 2       |         | 20
            One   | suppliers | Site=Osaka |         | 1       |
        """,
    )
    assert lanes(found) == pytest.approx({"CN Osaka": 100, "CN Turin": 40, "AU Turin": 20})
    assert list(found.used.values()) == [2, 1]


def test_a_limit_of_one_plant_bounds_no_source(solve):
    """10 t of China at most in Turin, whose supplier count does not take that for all of China."""
    found = solve(
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES,
        Limits="""
            Limit | Type      | Applies to | Sites      | Maximum
            Few   | tonnes    | Source=CN  | Site=Turin | 10
            One   | suppliers | *          | Site=Osaka | 1
        """,
    )
    assert lanes(found) == pytest.approx({"CN Osaka": 100, "CN Turin": 10, "AU Turin": 50})


def test_an_hhi_at_one_plant(solve):
    """0.58 of Turin's demand: 42 t and 18 t of 60 t."""
    found = solve(
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES,
        Limits="""
            Limit | Type | Sites      | Maximum
            Mix   | HHI  | Site=Turin | 0.58
        """,
    )
    assert lanes(found) == pytest.approx({"CN Osaka": 100, "CN Turin": 42, "AU Turin": 18})


def test_an_hhi_counts_what_products_need(solve):
    """100 t of a magnet with 0.3 t Nd each: 30 t of demand, 21 t and 9 t of them."""
    found = solve(
        Demand="""
            Item   | 2011
            Magnet | 100
        """,
        Products="""
            Product | Shortfall cost [USD/t]
            Magnet  | 9000
        """,
        Recipes="""
            Recipe | Product | Nd
            Usual  | Magnet  | 0.3
        """,
        Sources=SOURCES,
        Limits="""
            Limit | Type | Maximum
            Mix   | HHI  | 0.58
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 21, "AU 2011": 9})


def test_a_spend_with_prices_by_volume_counts_every_plant(solve):
    """160 t at 50: 10 at 50 and from there on 40: 500 + 150 · 40 are 6 500 USD; 4 100 are 100 t."""
    found = solve(
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES.replace("500             | 50 ", "500             |    "),
        Tiers="""
            Source | From [t/yr] | Price [USD/t]
            CN     | 0           | 50
            CN     | 10          | 40
        """,
        Limits="""
            Limit  | Type  | Applies to | Maximum
            Budget | spend | Source=CN  | 4100
        """,
    )
    assert sum(t for lane, t in lanes(found).items() if lane.startswith("CN")) == pytest.approx(100)
    assert found.used == pytest.approx({"Budget 2011": 4_100})


# -- the Current plan -----------------------------------------------------------------------


def test_what_a_current_plan_breaks_of_limits_of_every_type(make):
    """80 t of China for 4 000 USD and 20 t of Australia, of 100 t demanded.

    CO2 24 of at most 20; spend 4 000 of 3 500; one supplier with 30 t of at least 2; an HHI of
    0.8² + 0.2² = 0.68; and a share that has a priority.
    """
    case = make(
        Sources=SOURCES,
        Current_plan="""
            Source | 2011
            CN     | 80
            AU     | 20
        """,
        Limits="""
            Limit     | Type      | Applies to | Column | Minimum | Maximum | Counts from | Priority
            CO2       | average   | *          | CO2    |         | 20      |             |
            Budget    | spend     | Source=CN  |        |         | 3500    |             |
            Suppliers | suppliers | *          |        | 2       | 2       | 30          |
            Mix       | HHI       | *          |        |         | 0.58    |             |
            China     | share     | Source=CN  |        |         | 0.7     |             | 1
        """,
    )
    current = evaluate(case).current
    assert [breach.words for breach in current.broken] == [
        "Limit CO2 (Limits!F2) in 2011: 24, at most 20; 4 too much",
        "Limit Budget (Limits!F3) in 2011: 4,000 USD, at most 3,500 USD; 500 USD too much",
        "Limit Suppliers (Limits!E4) in 2011: 1, at least 2; 1 too little",
        "Limit Mix (Limits!F5) in 2011: 0.68, at most 0.58; 0.1 too much",
        "Limit China (Limits!F6) in 2011: 80 %, at most 70 %; 10 percentage points too much",
    ]
    assert current.objective == pytest.approx(4_000 + 1_600)
