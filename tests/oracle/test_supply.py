"""What can be bought: capacity × availability, between the first and the last period."""

from __future__ import annotations

import pytest

TWO_YEARS = """
    Period
    2011
    2012
"""

ONE_YEAR_THEN_TWO = """
    Period    | Years
    2011      | 1
    2012-2013 | 2
"""

SIXTY_A_YEAR = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China   | Nd       | 60              | 50
"""

UNLIMITED = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China   | Nd       | unlimited       | 50
"""


def test_no_more_than_the_capacity_is_bought(solve):
    """60 t at 50 USD; the other 40 of 100 t are missing at 1000 USD: 3 000 + 40 000."""
    found = solve(Sources=SIXTY_A_YEAR)
    assert found.bought == pytest.approx({"CN 2011": 60})
    assert found.short == pytest.approx({"Nd 2011": 40})
    assert found.costs == pytest.approx({"purchase": 3_000, "shortfall": 40_000})
    assert found.cost == pytest.approx(43_000)
    assert found.paid == pytest.approx(3_000)
    assert found.valuation == pytest.approx(40_000)


def test_the_cheapest_source_is_bought_up_to_its_capacity(solve):
    """60 t at 50 USD, the rest at 80 USD: 3 000 + 3 200."""
    found = solve(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
            AU     | Australia | Nd       | unlimited       | 80
            CN     | China     | Nd       | 60              | 50
        """
    )
    assert found.bought == pytest.approx({"AU 2011": 40, "CN 2011": 60})
    assert found.cost == pytest.approx(6_200)


def test_capacity_per_year_is_times_the_years_of_the_period(solve):
    """60 t/yr: 60 t in one year, 120 t in two; 40 and 130 t of 100 and 250 t are missing."""
    found = solve(
        Periods=ONE_YEAR_THEN_TWO,
        Demand="""
            Item | 2011 | 2012-2013
            Nd   | 100  | 250
        """,
        Sources=SIXTY_A_YEAR,
    )
    assert found.bought == pytest.approx({"CN 2011": 60, "CN 2012-2013": 120})
    assert found.short == pytest.approx({"Nd 2011": 40, "Nd 2012-2013": 130})
    assert found.cost == pytest.approx(180 * 50 + 170 * 1000)


def test_the_sheet_capacity_gives_the_tonnes_of_the_period(solve):
    """70 t in the two years 2012-2013, whatever Sources says; 60 t in 2011 as Sources says."""
    found = solve(
        Periods=ONE_YEAR_THEN_TWO,
        Sources=SIXTY_A_YEAR,
        Capacity="""
            Source | 2012-2013
            CN     | 70
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 60, "CN 2012-2013": 70})


def test_availability_is_a_factor_on_capacity(solve):
    """Half of 60 t; then half of the 80 t of the sheet Capacity, and after that all of 60 t."""
    found = solve(
        Periods="""
            Period
            2011
            2012
            2013
        """,
        Sources=SIXTY_A_YEAR,
        Capacity="""
            Source | 2012
            CN     | 80
        """,
        Availability="""
            Source | 2011 | 2012
            CN     | 0.5  | 0.5
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 30, "CN 2012": 40, "CN 2013": 60})


def test_availability_counts_on_top_of_the_years(solve):
    """60 t/yr · 2 years · 0.25 = 30 t."""
    found = solve(
        Periods="""
            Period    | Years
            2012-2013 | 2
        """,
        Sources=SIXTY_A_YEAR,
        Availability="""
            Source | Every period
            CN     | 0.25
        """,
    )
    assert found.bought == pytest.approx({"CN 2012-2013": 30})


def test_availability_zero_closes_an_unlimited_source(solve):
    """All of 100 t at 50 USD in 2011; none in 2012: 5 000 + 100 000."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=UNLIMITED,
        Availability="""
            Source | 2012
            CN     | 0
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 100})
    assert found.cost == pytest.approx(105_000)


def test_nothing_leaves_outside_first_and_last_period(solve):
    """Open in 2012 and 2013 only, both ends included."""
    found = solve(
        Periods="""
            Period
            2011
            2012
            2013
            2014
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [/t] | First period | Last period
            CN     | China   | Nd       | unlimited       | 50         | 2012         | 2013
        """,
    )
    assert found.bought == pytest.approx({"CN 2012": 100, "CN 2013": 100})
    assert found.short == pytest.approx({"Nd 2011": 100, "Nd 2014": 100})
