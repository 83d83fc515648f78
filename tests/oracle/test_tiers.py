"""Tiers: prices by volume, incremental or for all units, rising or falling."""

from __future__ import annotations

import pytest

SOURCE = """
    Source | Country | Material | Capacity [t/yr]
    CN     | China   | Nd       | {capacity}
"""

NEED_150 = """
    Item | Every period
    Nd   | 150
"""


def _tiers(rule: str, *tiers: tuple[float, float]) -> str:
    rows = "\n".join(f"CN | {start} | {price} | {rule}" for start, price in tiers)
    return f"Source | From [t/yr] | Price [USD/t] | Rule\n{rows}"


@pytest.mark.parametrize(
    ("rule", "tiers", "cost"),
    [
        # a volume discount: 100 · 10 + 50 · 8; a plain linear reading would say 150 · 8
        ("incremental", [(0, 10), (100, 8)], 1_400),
        ("all units", [(0, 10), (100, 8)], 1_200),
        ("incremental", [(0, 8), (100, 10)], 1_300),
        ("all units", [(0, 8), (100, 10)], 1_500),
        ("incremental", [(0, 10), (50, 6), (120, 9)], 500 + 420 + 270),
        ("all units", [(0, 10), (150, 4)], 600),
    ],
)
def test_what_150_tonnes_cost(solve, rule, tiers, cost):
    found = solve(Demand=NEED_150, Sources=SOURCE.format(capacity=200), Tiers=_tiers(rule, *tiers))
    assert found.bought == pytest.approx({"CN 2011": 150})
    assert found.costs == pytest.approx({"purchase": cost})


def test_rising_tiers_need_no_bound(solve):
    found = solve(
        Demand=NEED_150,
        Sources=SOURCE.format(capacity="unlimited"),
        Tiers=_tiers("incremental", (0, 8), (100, 10)),
    )
    assert found.costs == pytest.approx({"purchase": 1_300})
    assert found.plan.status == "optimal"


def test_more_is_bought_where_the_discount_pays_for_it(solve):
    """All units: 95 t at 10 are 950; 100 t at 9 are 900, and 5 t are left over."""
    found = solve(
        Demand="""
            Item | Every period
            Nd   | 95
        """,
        Sources=SOURCE.format(capacity=200),
        Tiers=_tiers("all units", (0, 10), (100, 9)),
    )
    assert found.bought == pytest.approx({"CN 2011": 100})
    assert found.costs == pytest.approx({"purchase": 900})


def test_at_exactly_a_bound_the_cheaper_price_holds(solve):
    found = solve(
        Demand="""
            Item | Every period
            Nd   | 100
        """,
        Sources=SOURCE.format(capacity=200),
        Tiers=_tiers("all units", (0, 8), (100, 10)),
    )
    assert found.costs == pytest.approx({"purchase": 800})


def test_bounds_are_by_the_year(solve):
    """In two years the first tier holds 200 t: 150 t cost 10 each."""
    found = solve(
        Periods="""
            Period    | Years
            2011-2012 | 2
        """,
        Demand=NEED_150,
        Sources=SOURCE.format(capacity=200),
        Tiers=_tiers("incremental", (0, 10), (100, 8)),
    )
    assert found.costs == pytest.approx({"purchase": 1_500})


def test_tax_duty_and_currency_are_on_the_price_of_the_tier(solve):
    """2 · (1 + 0.25) · (1 + 0.1) = 2.75 on 1,400; freight 2 · 3 · 1.1 on 150 t."""
    found = solve(
        Demand=NEED_150,
        Currencies="""
            Currency | Every period
            EUR      | 2
        """,
        Sources="""
            Source | Country | Material | Capacity | Currency | Export tax | Duty | Freight [/t]
            CN     | China   | Nd       | 200      | EUR      | 0.25       | 0.1  | 3
        """,
        Tiers=_tiers("incremental", (0, 10), (100, 8)).replace("USD", "EUR"),
    )
    assert found.paid == pytest.approx(2.75 * 1_400 + 990)
    assert found.costs["purchase"] == pytest.approx(2_800)
    assert found.costs["export_tax"] == pytest.approx(700)


def test_the_volume_is_that_of_each_period(solve):
    """75 t a year never reach the second tier."""
    found = solve(
        Periods="""
            Period
            2011
            2012
        """,
        Demand="""
            Item | Every period
            Nd   | 75
        """,
        Sources=SOURCE.format(capacity=200),
        Tiers=_tiers("incremental", (0, 10), (100, 1)),
    )
    assert found.costs == pytest.approx({"purchase": 1_500})


def test_a_capacity_within_a_tier_ends_it(solve):
    """60 t of capacity: the tiers beyond are out of reach; 90 t are missing."""
    found = solve(
        Demand=NEED_150,
        Sources=SOURCE.format(capacity=60),
        Tiers=_tiers("incremental", (0, 10), (50, 8), (100, 1)),
    )
    assert found.costs == pytest.approx({"purchase": 580, "shortfall": 90_000})
    (row,) = found.plan.limit_rows
    assert row.shadow_price.more == pytest.approx(992)
    assert row.shadow_price.less == pytest.approx(992)


TWO_SOURCES = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China   | Nd       | 200             |
    AU     | AU      | Nd       | 200             | {price}
"""


def test_the_dear_tier_is_left_to_another_source(solve):
    """8 up to 100 t, then 12: the other 50 t come from AU at 10."""
    found = solve(
        Demand=NEED_150,
        Sources=TWO_SOURCES.format(price=10),
        Tiers=_tiers("incremental", (0, 8), (100, 12)),
    )
    assert found.bought == pytest.approx({"CN 2011": 100, "AU 2011": 50})


def test_the_cheap_tier_is_reached_only_over_the_dear_one(solve):
    """100 t at 20 and 50 t at 5 are 2,250; AU sells 150 t for 1,800."""
    found = solve(
        Demand=NEED_150,
        Sources=TWO_SOURCES.format(price=12),
        Tiers=_tiers("incremental", (0, 20), (100, 5)),
    )
    assert found.bought == pytest.approx({"AU 2011": 150})


def test_a_discount_is_worth_its_first_tonnes(solve):
    """The same 2,250 against AU at 17: 2,550."""
    found = solve(
        Demand=NEED_150,
        Sources=TWO_SOURCES.format(price=17),
        Tiers=_tiers("incremental", (0, 20), (100, 5)),
    )
    assert found.bought == pytest.approx({"CN 2011": 150})


def test_of_all_units_prices_one_holds_for_the_whole_volume(solve):
    """50 t at 8 and 50 t of AU at 9.2 are 860; 100 t at 9 are 900, not 50 · 8 + 50 · 9 = 850."""
    found = solve(
        Sources=TWO_SOURCES.format(price=9.2),
        Tiers=_tiers("all units", (0, 8), (50, 9)),
    )
    assert found.bought == pytest.approx({"CN 2011": 50, "AU 2011": 50})


def test_each_discount_is_reached_over_the_one_before(solve):
    """100 t at 20, 20 t at 5 and 30 t at 4 are 2,220; AU at 17 would be 2,550."""
    found = solve(
        Demand=NEED_150,
        Sources=TWO_SOURCES.format(price=17),
        Tiers=_tiers("incremental", (0, 20), (100, 5), (120, 4)),
    )
    assert found.bought == pytest.approx({"CN 2011": 150})
    assert found.costs == pytest.approx({"purchase": 2_220})


def test_a_capacity_that_ends_at_a_bound_reaches_its_all_units_price(solve):
    """20 t at exactly the bound cost 60 each, not 85; the 80 t missing cost 1000 each."""
    plan = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr]
            Mine   | Chile   | Nd       | 20
        """,
        Tiers="""
            Source | From [t/yr] | Price [USD/t] | Rule
            Mine   | 0           | 85            | all units
            Mine   | 20          | 60            | all units
            Mine   | 40          | 50            | all units
        """,
    )
    assert plan.bought == pytest.approx({"Mine 2011": 20})
    assert plan.cost == pytest.approx(20 * 60 + 80 * 1000)


def test_all_units_prices_of_a_source_that_can_sell_nothing(solve):
    plan = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr]
            Mine   | Chile   | Nd       | 0
        """,
        Tiers="""
            Source | From [t/yr] | Price [USD/t] | Rule
            Mine   | 0           | 85            | all units
            Mine   | 20          | 60            | all units
        """,
    )
    assert plan.cost == pytest.approx(100 * 1000)
