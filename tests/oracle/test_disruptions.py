"""Disruptions by date: days of a period inside, what is left, several at once, scenarios."""

from __future__ import annotations

from datetime import date

import pytest

from planner.case.calendar import end

SOURCES = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    A      | China   | Nd       | 365             | 1
    B      | India   | Nd       | 365             | 1
"""

YEAR = """
    Period | Start
    2011   | 2011-01-01
"""

DEMAND = """
    Item | Every period
    Nd   | 1000
"""


def _limits(plan, source: int = 0) -> list[float]:
    return plan.plan.numbers.limit[source].tolist()


def _disruption(*rows: str, header: str = "") -> str:
    first = f"Disruption | Applies to | From date | To date | {header or 'Leaves [%]'}"
    return "\n".join([first, *rows])


@pytest.mark.parametrize(
    ("row", "left"),
    [
        ("D | Source=A | 2011-01-01 | 2011-03-14 |", 365 - 73),  # 31 + 28 + 14 days, both included
        ("D | Source=A | 2011-03-14 | 2011-03-14 |", 364),
        ("D | Source=A | 2011-01-01 | 2011-03-14 | 40", 365 - 73 * 0.6),
        ("D | Source=A | 2010-01-01 | 2013-12-31 |", 0),
        ("D | Source=A | 2010-06-01 | 2011-01-01 |", 364),
        ("D | Source=A | 2011-12-31 | 2012-06-01 |", 364),
        ("D | Source=A | 2011-01-01 | 2011-12-31 | 100", 365),
    ],
)
def test_the_days_inside_a_period_take_their_part_of_availability(solve, row, left):
    """A year of 365 days and as many tonnes: each day takes a tonne."""
    plan = solve(Periods=YEAR, Demand=DEMAND, Sources=SOURCES, Disruptions=_disruption(row))
    assert plan.bought == pytest.approx(
        {"A 2011": left, "B 2011": 365} if left else {"B 2011": 365}
    )


def test_several_multiply_with_each_other_and_with_the_availability(solve):
    """0.5 × (1 − 73/365) × (1 − 365/365 × (1 − 0.25)) of 365 t."""
    plan = solve(
        Periods=YEAR,
        Demand=DEMAND,
        Sources=SOURCES,
        Availability="""
            Source | 2011
            A      | 0.5
        """,
        Disruptions=_disruption(
            "One | Country=China | 2011-01-01 | 2011-03-14 | 0",
            "Two | * | 2011-01-01 | 2011-12-31 | 25",
        ),
    )
    assert _limits(plan) == pytest.approx([365 * 0.5 * 0.8 * 0.25])
    assert _limits(plan, 1) == pytest.approx([365 * 0.25])


def test_the_last_period_ends_as_its_length_says(solve):
    """Q1 of 2012 has 91 days, Q2 as many; a disruption of 2012-06-30 takes one of Q2's."""
    plan = solve(
        Periods="""
            Period | Start
            Q1     | 2012-01-01
            Q2     | 2012-04-01
        """,
        Demand=DEMAND,
        Sources=SOURCES,
        Disruptions=_disruption("D | Source=A | 2012-06-30 | 2012-07-31 |"),
    )
    assert plan.plan.numbers.availability[0] == pytest.approx([1, 90 / 91])


@pytest.mark.parametrize(
    ("start", "years", "after"),
    [
        (date(2011, 1, 1), 1, date(2012, 1, 1)),
        (date(2011, 11, 15), 0.25, date(2012, 2, 15)),
        (date(2011, 1, 31), 1 / 12, date(2011, 3, 2)),  # no 31 February: 30.4 days
        (date(2011, 1, 1), 73 / 365, date(2011, 3, 15)),
    ],
)
def test_the_day_after_a_period(start, years, after):
    assert end(start, years) == after


def test_a_disruption_of_a_scenario_holds_for_those_that_build_on_it(solve):
    sheets = {
        "Periods": YEAR,
        "Demand": DEMAND,
        "Sources": SOURCES,
        "Disruptions": _disruption(
            "D | Source=A | 2011-01-01 | 2011-12-31 | Embargo", header="Scenario"
        ),
        "Scenarios": """
            Scenario | Builds on
            Embargo  |
            Worse    | Embargo
            Other    |
        """,
    }
    limits = {
        name: _limits(solve(scenario=name, **sheets))[0]
        for name in ("Base", "Embargo", "Worse", "Other")
    }
    assert limits == {"Base": 365, "Embargo": 0, "Worse": 0, "Other": 365}


def test_a_scenario_changes_what_a_disruption_leaves(make):
    case = make(
        Periods=YEAR,
        Demand=DEMAND,
        Sources=SOURCES,
        Disruptions=_disruption("D | Source=A | 2011-01-01 | 2011-12-31 | 0"),
    )
    assert case.with_changes("Disruptions[*].Leaves=20%").scenario().limit[0, 0] == (
        pytest.approx(73)
    )
    shorter = case.with_changes("Disruptions[*].To date=2011-03-14").scenario()
    assert shorter.limit[0, 0] == pytest.approx(365 - 73)


def test_one_more_tonne_of_capacity_counts_what_the_disruption_leaves(solve):
    """A tonne typed adds 0.8 t, each of which saves a shortfall of 1000 for 1."""
    plan = solve(
        Periods=YEAR,
        Demand=DEMAND,
        Sources=SOURCES,
        Disruptions=_disruption("D | Source=A | 2011-01-01 | 2011-03-14 |"),
    )
    row = next(row for row in plan.plan.limit_rows if row.name == "A")
    assert row.shadow_price.more == pytest.approx(0.8 * 999)
