"""Recycling: what a source can sell is bounded by the scrap of what was delivered before."""

from __future__ import annotations

import pytest

THREE_YEARS = """
    Period
    2011
    2012
    2013
"""

SOURCES = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China   | Nd       | {china}         | 50
    SCRAP  | Japan   | Nd       | unlimited       | 10
"""

RECYCLING = """
    Source | Item | Return [%] | Lag [periods] | Opening feed [t]
    SCRAP  | Nd   | 30         | {lag}         | 20
"""


def test_scrap_comes_back_a_lag_later_and_the_opening_feed_before(solve):
    """20 t of opening feed in 2011, then 30 % of the 100 t delivered the year before.

    80 · 50 + 20 · 10 = 4 200, then twice 70 · 50 + 30 · 10 = 3 800.
    """
    found = solve(
        Periods=THREE_YEARS,
        Sources=SOURCES.format(china="unlimited"),
        Recycling=RECYCLING.format(lag=1),
    )
    assert found.bought == pytest.approx(
        {"CN 2011": 80, "CN 2012": 70, "CN 2013": 70,
         "SCRAP 2011": 20, "SCRAP 2012": 30, "SCRAP 2013": 30}
    )  # fmt: skip
    assert found.cost == pytest.approx(11_800)


def test_the_opening_feed_comes_in_each_period_before_the_lag(solve):
    """Lag 2: 20 t in 2011 and in 2012, 30 t in 2013."""
    found = solve(
        Periods=THREE_YEARS,
        Sources=SOURCES.format(china="unlimited"),
        Recycling=RECYCLING.format(lag=2),
    )
    assert found.bought == pytest.approx(
        {"CN 2011": 80, "CN 2012": 80, "CN 2013": 70,
         "SCRAP 2011": 20, "SCRAP 2012": 20, "SCRAP 2013": 30}
    )  # fmt: skip


def test_a_lag_longer_than_the_plan_leaves_the_opening_feed(solve):
    found = solve(
        Periods=THREE_YEARS,
        Sources=SOURCES.format(china="unlimited"),
        Recycling=RECYCLING.format(lag=7),
    )
    assert {name: t for name, t in found.bought.items() if "SCRAP" in name} == pytest.approx(
        {"SCRAP 2011": 20, "SCRAP 2012": 20, "SCRAP 2013": 20}
    )


def test_what_was_missing_makes_no_scrap(solve):
    """China sells 50 t a year. 2011: 50 + 20 delivered; 2012: 50 + 0.3 · 70 = 71;
    2013: 50 + 0.3 · 71 = 71.3.
    """
    found = solve(
        Periods=THREE_YEARS,
        Sources=SOURCES.format(china=50),
        Recycling=RECYCLING.format(lag=1),
    )
    assert found.bought == pytest.approx(
        {"CN 2011": 50, "CN 2012": 50, "CN 2013": 50,
         "SCRAP 2011": 20, "SCRAP 2012": 21, "SCRAP 2013": 21.3}
    )  # fmt: skip
    assert found.short == pytest.approx({"Nd 2011": 30, "Nd 2012": 29, "Nd 2013": 28.7})


def test_a_delivery_is_worth_its_scrap_too(solve):
    """A tonne missing in 2011 costs 45 USD, one delivered 50; but it brings 0.3 t of scrap.

    That saves 0.3 · (50 − 10) = 12 USD in 2012: 50 − 12 < 45, so 2011 is served.
    """
    found = solve(
        Periods="""
            Period
            2011
            2012
        """,
        Shortfall_costs="""
            Item | 2011 [USD/t]
            Nd   | 45
        """,
        Sources=SOURCES.format(china="unlimited"),
        Recycling="""
            Source | Item | Return [%]
            SCRAP  | Nd   | 30
        """,
    )
    assert found.short == {}
    assert found.bought == pytest.approx({"CN 2011": 100, "CN 2012": 70, "SCRAP 2012": 30})


def test_several_items_feed_one_source(solve):
    """Scrap of 2012: 20 % of 100 t of Nd and 10 % of 50 t of magnets, 25 t.

    The magnets need 0.3 · 50 = 15 t of Nd: 115 t a year.
    """
    found = solve(
        Periods="""
            Period
            2011
            2012
        """,
        Products="""
            Product | Shortfall cost [USD/t]
            Magnet  | 9000
        """,
        Recipes="""
            Recipe | Product | Nd
            Plain  | Magnet  | 0.3
        """,
        Demand="""
            Item   | Every period
            Nd     | 100
            Magnet | 50
        """,
        Sources=SOURCES.format(china="unlimited"),
        Recycling="""
            Source | Item   | Return [%]
            SCRAP  | Nd     | 20
            SCRAP  | Magnet | 10
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 115, "CN 2012": 90, "SCRAP 2012": 25})


def test_missing_magnets_make_no_scrap_either(solve):
    """Nd for 20 of 50 t of magnets in 2011: 10 % of 20 t come back, not of 50."""
    found = solve(
        Periods="""
            Period
            2011
            2012
        """,
        Materials="""
            Material
            Nd
        """,
        Products="""
            Product | Shortfall cost [USD/t]
            Magnet  | 9000
        """,
        Recipes="""
            Recipe | Product | Nd
            Plain  | Magnet  | 0.3
        """,
        Demand="""
            Item   | Every period
            Magnet | 50
        """,
        Sources=SOURCES.format(china=6),
        Recycling="""
            Source | Item   | Return [%]
            SCRAP  | Magnet | 10
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 6, "CN 2012": 6, "SCRAP 2012": 2})
    assert found.short == pytest.approx({"Magnet 2011": 30, "Magnet 2012": 50 - 8 / 0.3})


@pytest.mark.parametrize(("days", "scrap"), [(91, {"SCRAP Q2": 30, "SCRAP Q3": 30}),
                                             (92, {"SCRAP Q3": 30})])  # fmt: skip
def test_a_lag_in_days_is_rounded_up_to_whole_periods(solve, days, scrap):
    """A quarter has 91.25 days."""
    found = solve(
        Periods="""
            Period | Years
            Q1     | 0.25
            Q2     | 0.25
            Q3     | 0.25
        """,
        Sources=SOURCES.format(china="unlimited"),
        Recycling=f"""
            Source | Item | Return [%] | Lag [days]
            SCRAP  | Nd   | 30         | {days}
        """,
    )
    assert {k: t for k, t in found.bought.items() if "SCRAP" in k} == pytest.approx(scrap)


def test_a_blank_lag_is_one_period_whatever_the_unit_of_its_column(solve):
    found = solve(
        Periods=THREE_YEARS,
        Sources=SOURCES.format(china="unlimited"),
        Recycling="""
            Source | Item | Return [%] | Lag [days]
            SCRAP  | Nd   | 30         |
        """,
    )
    assert found.bought["SCRAP 2012"] == pytest.approx(30)
    assert "SCRAP 2011" not in found.bought


def test_a_scenario_changes_what_comes_back(solve):
    """30 % · 0.5 of 100 t."""
    found = solve(
        "Less",
        Periods=THREE_YEARS,
        Sources=SOURCES.format(china="unlimited"),
        Recycling=RECYCLING.format(lag=1),
        Scenarios="""
            Scenario
            Less
        """,
        Changes="""
            Scenario | Sheet     | Rows         | Column       | Operation | Value
            Less     | Recycling | Source=SCRAP | Return       | times     | 0.5
            Less     | Recycling | Item=Nd      | Opening feed | set       | 5
        """,
    )
    assert {k: t for k, t in found.bought.items() if "SCRAP" in k} == pytest.approx(
        {"SCRAP 2011": 5, "SCRAP 2012": 15, "SCRAP 2013": 15}
    )
