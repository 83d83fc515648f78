"""Restarts: paid once, open after the lead time, ramped up, run to the end, loaded at least."""

from __future__ import annotations

import json

import pytest

THREE_YEARS = """
    Period
    2011
    2012
    2013
"""

MINE = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    US     | US      | Nd       | 60              | 50
"""


def _decided(found) -> dict[str, str]:
    return {row["name"]: row["period"] for row in found.plan.decision_rows()}


def test_a_restart_is_paid_once_where_it_saves_more(solve):
    """60 t a year at 50 instead of 1000 missing save 57,000 a year; the restart costs 100,000."""
    found = solve(
        Periods=THREE_YEARS,
        Sources=MINE,
        Restarts="""
            Source | Restart cost
            US     | 100000
        """,
    )
    assert _decided(found) == {"US": "2011"}
    assert found.bought == pytest.approx({"US 2011": 60, "US 2012": 60, "US 2013": 60})
    # 3 · 60 · 50 + 100,000; 3 · 40 t missing
    assert found.costs == pytest.approx(
        {"purchase": 9_000, "restart": 100_000, "shortfall": 120_000}
    )


def test_a_restart_opens_its_capacity_once(solve):
    """A second one in 2012 would save 2 · 40 · 950 = 76,000 for 50,000, if it could be."""
    found = solve(
        Periods=THREE_YEARS,
        Sources=MINE,
        Restarts="""
            Source | Restart cost
            US     | 50000
        """,
    )
    assert found.bought == pytest.approx({"US 2011": 60, "US 2012": 60, "US 2013": 60})


def test_a_ramp_is_a_part_of_the_capacity_however_much_that_is(solve):
    """10 % and 50 % of 5,000 t are more than the 100 t needed: nothing is missing."""
    found = solve(
        Periods=THREE_YEARS,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            US     | US      | Nd       | 5000            | 50
        """,
        Restarts="""
            Source | Restart cost | Ramp 1 [%] | Ramp 2 [%]
            US     | 100000       | 10         | 50
        """,
    )
    assert found.costs == pytest.approx({"purchase": 3 * 100 * 50, "restart": 100_000})


def test_a_restart_that_costs_more_than_it_saves_is_not_decided(solve):
    """3 · 57,000 = 171,000 saved, 171,001 to pay."""
    restart = """
        Source | Restart cost
        US     | {cost}
    """
    dear = solve(Periods=THREE_YEARS, Sources=MINE, Restarts=restart.format(cost=171_001))
    assert (_decided(dear), dear.bought) == ({}, {})
    cheap = solve(Periods=THREE_YEARS, Sources=MINE, Restarts=restart.format(cost=170_999))
    assert _decided(cheap) == {"US": "2011"}


def test_lead_time_and_ramps_delay_what_is_open(solve):
    """Decided in 2011 it starts in 2012 with half of its 60 t, and runs in full in 2013."""
    found = solve(
        Periods=THREE_YEARS,
        Sources=MINE,
        Restarts="""
            Source | Restart cost | Lead time [periods] | Ramp 1 [%]
            US     | 1000         | 1                   | 50
        """,
    )
    assert found.bought == pytest.approx({"US 2012": 30, "US 2013": 60})


def test_beyond_the_last_ramp_everything_is_open(solve):
    found = solve(
        Periods=THREE_YEARS,
        Sources=MINE,
        Restarts="""
            Source | Restart cost | Ramp 1 | Ramp 2
            US     | 1000         | 0.25   | 0.5
        """,
    )
    assert found.bought == pytest.approx({"US 2011": 15, "US 2012": 30, "US 2013": 60})


def test_it_is_decided_between_earliest_and_latest(solve):
    """At 10 % a year a later decision is cheaper, but nothing is delivered before it."""
    found = solve(
        Periods=THREE_YEARS,
        Sources=MINE,
        Restarts="""
            Source | Restart cost | Earliest | Latest
            US     | 1000         | 2012     | 2013
        """,
    )
    assert _decided(found) == {"US": "2012"}
    assert found.bought == pytest.approx({"US 2012": 60, "US 2013": 60})


def test_money_of_a_restart_is_that_of_the_period_of_decision(solve):
    """Decided in 2012 only: 1,100 / 1.1 = 1,000."""
    found = solve(
        Periods=THREE_YEARS,
        Settings="""
            Setting           | Value
            Discount rate [%] | 10
        """,
        Sources=MINE,
        Restarts="""
            Source | Restart cost | Earliest | Latest
            US     | 1100         | 2012     | 2012
        """,
    )
    assert found.costs["restart"] == pytest.approx(1_000)


def test_running_cost_is_paid_by_the_year_from_the_start_to_the_last_period(solve):
    """Periods of 1, 2 and 1 years, a lead of one, sold up to the second: 2 years · 100 / 1.1.

    First period does not delay it: the mine runs from its start on.
    """
    found = solve(
        Periods="""
            Period    | Years
            2011      | 1
            2012-2013 | 2
            2014      | 1
        """,
        Settings="""
            Setting           | Value
            Discount rate [%] | 10
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Last period
            US     | US      | Nd       | 60              | 50            | 2012-2013
        """,
        Restarts="""
            Source | Restart cost | Lead time [periods] | Running cost [/yr] | Latest
            US     | 0            | 1                   | 100                | 2011
        """,
    )
    assert found.costs["running"] == pytest.approx(2 * 100 / 1.1)


def test_running_cost_may_be_what_makes_it_too_dear(solve):
    """A year of 57,000 saved costs 57,001 to run."""
    found = solve(
        Sources=MINE,
        Restarts="""
            Source | Restart cost | Running cost [/yr]
            US     | 0            | 57001
        """,
    )
    assert _decided(found) == {}


def test_the_minimum_load_is_bought_once_it_is_open(solve):
    """Other supply is cheaper, but 40 % of the 60 t open have to be taken: 24 t at 50.

    The restart is worth it for the 20 t that nobody else has.
    """
    found = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | 80              | 10
            US     | US      | Nd       | 60              | 50
        """,
        Restarts="""
            Source | Restart cost | Minimum load [%]
            US     | 1000         | 40
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 76, "US 2011": 24})


def test_the_minimum_load_is_of_the_capacity_open_then(solve):
    """Half of the ramp of 0.25 · 60 t in 2011, half of 60 t from 2012 on; nothing is needed."""
    found = solve(
        Periods=THREE_YEARS,
        Demand="""
            Item | 2011 | 2012 | 2013
            Nd   | 0    | 0    | 100
        """,
        Sources=MINE,
        Restarts="""
            Source | Restart cost | Ramp 1 | Minimum load | Latest
            US     | 1000         | 0.25   | 0.5          | 2011
        """,
    )
    assert found.bought == pytest.approx({"US 2011": 7.5, "US 2012": 30, "US 2013": 60})


def test_a_restart_on_an_unlimited_source_takes_the_bound_of_its_quota(solve):
    found = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            US     | US      | Nd       | unlimited       | 50
        """,
        Quotas="""
            Quota | Applies to | Tonnes [t]
            US    | Source=US  | 70
        """,
        Restarts="""
            Source | Restart cost
            US     | 1000
        """,
    )
    assert found.bought == pytest.approx({"US 2011": 70})


def test_a_capacity_is_worth_its_saving_with_the_decision_held(solve):
    """One more t/yr replaces a missing tonne: 1000 − 50, while the mine stays open."""
    found = solve(
        Sources=MINE,
        Restarts="""
            Source | Restart cost
            US     | 1000
        """,
    )
    (row,) = found.plan.limit_rows
    assert (row.kind, row.used, row.maximum) == ("capacity", 60, 60)
    assert row.shadow_price.more == pytest.approx(950)
    assert row.shadow_price.held


def test_a_scenario_changes_a_ramp(solve):
    found = solve(
        "Slow",
        Periods=THREE_YEARS,
        Sources=MINE,
        Restarts="""
            Source | Restart cost | Ramp 1 [%]
            US     | 1000         | 50
        """,
        Scenarios="""
            Scenario
            Slow
        """,
        Changes="""
            Scenario | Sheet    | Rows | Column | Operation | Value
            Slow     | Restarts | *    | Ramp 1 | times     | 0.5
        """,
    )
    assert found.bought == pytest.approx({"US 2011": 15, "US 2012": 60, "US 2013": 60})


def test_the_run_of_a_restart_is_json(solve):
    found = solve(
        Sources=MINE,
        Restarts="""
            Source | Restart cost
            US     | 1000
        """,
    )
    document = json.loads(json.dumps(found.plan.to_dict(), allow_nan=False))
    assert document["decisions"] == [
        {"kind": "restart", "name": "US", "period": "2011", "value": 1.0}
    ]
    assert document["limits"][0]["shadow_price"]["held"] is True


def test_the_worth_of_a_restarted_capacity_can_be_written_as_json(solve):
    """One tonne more of the 50 saves 1000 − 60, less shortfall: an echo of its cost."""
    plan = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            Mine   | Chile   | Nd       | 50              | 60
        """,
        Restarts="""
            Source | Restart cost
            Mine   | 100
        """,
    ).plan
    (row,) = json.loads(json.dumps(plan.to_dict()))["limits"]
    assert row["shadow_price"]["more"] == pytest.approx(940)
    assert row["shadow_price"]["echo"] is True
