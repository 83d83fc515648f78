"""Scenarios: the same case with some numbers changed, one change after the other."""

from __future__ import annotations

import pytest

TWO_YEARS = """
    Period
    2011
    2012
"""

SOURCES = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China     | Nd       | 60              | 50
    AU     | Australia | Nd       | unlimited       | 80
"""
"""Base: 60 · 50 + 40 · 80 = 6 200 a year."""


def test_a_scenario_changes_its_own_numbers_only(solve):
    """China at 70 USD and half its capacity: 30 · 70 + 70 · 80 = 7 700. Base stays 6 200."""
    case = {
        "Sources": SOURCES,
        "Scenarios": """
            Scenario
            Embargo
        """,
        "Changes": """
            Scenario | Sheet   | Rows          | Column        | Operation | Value
            Embargo  | Sources | Country=China | Price [USD/t] | plus      | 20
            Embargo  | Sources | Country=China | Capacity      | times     | 0.5
        """,
    }
    assert solve(**case).cost == pytest.approx(6_200)
    found = solve("Embargo", **case)
    assert found.bought == pytest.approx({"CN 2011": 30, "AU 2011": 70})
    assert found.cost == pytest.approx(7_700)


def test_a_scenario_builds_on_another(solve):
    """First the price is set to 60, then × 1.2 = 72: 60 · 72 + 40 · 80 = 7 520.

    The other way round it would be 60: 6 800.
    """
    case = {
        "Sources": SOURCES,
        "Scenarios": """
            Scenario | Builds on
            Worse    | Bad
            Bad      |
        """,
        "Changes": """
            Scenario | Sheet   | Rows      | Column        | Operation | Value
            Worse    | Sources | Source=CN | Price         | times     | 1.2
            Bad      | Sources | Source=CN | Price [USD/t] | set       | 60
        """,
    }
    assert solve("Bad", **case).cost == pytest.approx(6_800)
    assert solve("Worse", **case).cost == pytest.approx(7_520)


def test_changes_are_made_row_after_row(solve):
    """(50 + 10) × 1.2 = 72, not 50 × 1.2 + 10 = 70: 60 · 72 + 3 200."""
    found = solve(
        "Rise",
        Sources=SOURCES,
        Scenarios="""
            Scenario
            Rise
        """,
        Changes="""
            Scenario | Sheet   | Rows      | Column        | Operation | Value
            Rise     | Sources | Source=CN | Price [USD/t] | +         | 10
            Rise     | Sources | Source=CN | Price         | ×         | 1.2
        """,
    )
    assert found.cost == pytest.approx(7_520)


def test_a_price_change_acts_on_the_prices_by_period(solve):
    """50 in 2011 and 60 in 2012, both × 1.2: 60 · (60 + 72) + 80 · 80 = 14 320."""
    found = solve(
        "Rise",
        Periods=TWO_YEARS,
        Sources=SOURCES,
        Prices="""
            Source | 2012 [USD/t]
            CN     | 60
        """,
        Scenarios="""
            Scenario
            Rise
        """,
        Changes="""
            Scenario | Sheet   | Rows      | Column | Operation | Value
            Rise     | Sources | Source=CN | Price  | times     | 1.2
        """,
    )
    assert found.cost == pytest.approx(14_320)


def test_availability_without_a_row_starts_from_one(solve):
    """Half of the 60 t in 2012: (60 + 30) · 50 + (40 + 70) · 80 = 13 300."""
    found = solve(
        "Delay",
        Periods=TWO_YEARS,
        Sources=SOURCES,
        Scenarios="""
            Scenario
            Delay
        """,
        Changes="""
            Scenario | Sheet        | Rows          | Column | Operation | Value
            Delay    | Availability | Country=China | 2012   | times     | 0.5
        """,
    )
    assert found.cost == pytest.approx(13_300)


def test_a_quota_cut_over_a_range_of_periods(solve):
    """50 t × 0.6 = 30 t in 2012 and 2013; 50 t in 2011."""
    found = solve(
        "Cut",
        Periods="""
            Period
            2011
            2012
            2013
        """,
        Sources=SOURCES,
        Quotas="""
            Quota | Applies to    | 2011 | 2012 | 2013
            China | Country=China | 50   | 50   | 50
        """,
        Scenarios="""
            Scenario
            Cut
        """,
        Changes="""
            Scenario | Sheet  | Rows        | Column     | Operation | Value
            Cut      | Quotas | Quota=China | 2012..2013 | times     | 0.6
        """,
    )
    assert found.used == pytest.approx({"China 2011": 50, "China 2012": 30, "China 2013": 30})
    assert found.cost == pytest.approx(110 * 50 + 190 * 80)


def test_a_change_of_demand_moves_what_follows_from_it(solve):
    """Demand + 50 %: 150 t; the share of 40 % is then of 150 t: 60 t of China, 90 of Australia."""
    found = solve(
        "Boom",
        Sources=SOURCES,
        Limits="""
            Limit       | Type  | Applies to    | Maximum
            China share | share | Country=China | 0.4
        """,
        Scenarios="""
            Scenario
            Boom
        """,
        Changes="""
            Scenario | Sheet  | Rows | Column | Operation | Value
            Boom     | Demand | *    | *      | times     | 1.5
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 60, "AU 2011": 90})
