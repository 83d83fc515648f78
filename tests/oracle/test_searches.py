"""Yes/no searches in several steps: the plan reported is the cheapest of the last step."""

from __future__ import annotations

import pytest


def test_a_later_search_does_not_end_at_the_point_of_an_earlier_one(solve):
    """What is given up is found first, with the mine decided on in any period.

    The count of Chinese suppliers is given up in 2011, when none delivers. In 2012 the mine has to
    sell 5 t of Dy, 300: it is started then (one year of running cost, 50), not in 2011 (two, 100).
    The 50 t of Dy in stock keep the target of 10 t; all 90 t of Nd are missing, at 48 each.
    """
    plan = solve(
        Periods="""
            Period | Years
            2011   | 1
            2012   | 1
        """,
        Materials="""
            Material | Shortfall cost [USD/t]
            Nd       | 48
            Dy       | 48
        """,
        Demand="""
            Item | 2011 | 2012
            Nd   | 30   | 60
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t] | First period
            Shut   | China   | Dy       | 0               | 80            |
            Mine   | China   | Dy       | 50              | 60            | 2012
            Trader | Chile   | Dy       | 20              | 85            |
        """,
        Stock="""
            Material | Opening [t] | Safety stock [t] | Safety cost [USD/t/yr]
            Dy       | 50          | 10               | 3
        """,
        Limits="""
            Limit | Type      | Applies to    | Per  | Minimum | Maximum | Counts from | Priority
            Two   | suppliers | Country=China | year | 1       |         | 5           | 2
            HHI   | HHI       | Source=Trader | year |         | 0.3     |             |
        """,
        Restarts="""
            Source | Restart cost | Ramp 1 [%] | Running cost [USD/yr]
            Mine   | 0            | 40         | 50
        """,
    )
    assert plan.bought == pytest.approx({"Mine 2012": 5})
    assert plan.costs == pytest.approx({"purchase": 300, "running": 50, "shortfall": 90 * 48})
    assert plan.plan.gap == pytest.approx(0, abs=1e-7)


def test_a_plan_that_buys_nothing_has_no_gap(solve):
    """Nothing is needed: it costs nothing, and rounding is not measured against nothing."""
    plan = solve(
        Materials="""
            Material | Surplus value [USD/t]
            Nd       | 5
        """,
        Demand="""
            Item | 2011
            Nd   | 0
        """,
        Sources="""
            Source|Country|Material|Capacity [t/yr]|Export tax|Yield|Duty|Minimum order
            Shut   | China   | Nd       | 0               |            | 1     |      |
            Mine   | Chile   | Nd       | 20              | 0.2        | 0.8   |      | 10
            Scrap  | China   | Nd       | 100             | 0.2        | 1     | 0.1  |
        """,
        Prices="""
            Source | 2011 [USD/t]
            Scrap  | 60
        """,
        Tiers="""
            Source | From [t/yr] | Price [USD/t] | Rule
            Shut   | 0           | 50            |
            Mine   | 0           | 50            | all units
            Mine   | 20          | 65            | all units
        """,
        Recycling="""
            Source | Item
            Scrap  | Nd
        """,
    )
    assert plan.cost == 0
    assert plan.bought == {}
