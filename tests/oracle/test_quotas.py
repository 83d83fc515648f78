"""Quotas: contained tonnes of what is bought, at most quota × our share."""

from __future__ import annotations

import pytest

TWO_YEARS = """
    Period
    2011
    2012
"""

SOURCES = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China     | Nd       | unlimited       | 50
    AU     | Australia | Nd       | unlimited       | 80
"""
"""What the quota of China leaves open is bought in Australia."""


def test_a_quota_per_period_holds_in_each(solve):
    """60 t of China each year: (60 · 50 + 40 · 80) · 2 = 12 400."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=SOURCES,
        Quotas="""
            Quota | Applies to    | Per    | Tonnes [t]
            China | Country=China | period | 60
        """,
    )
    assert found.bought == pytest.approx(
        {"CN 2011": 60, "CN 2012": 60, "AU 2011": 40, "AU 2012": 40}
    )
    assert found.used == pytest.approx({"China 2011": 60, "China 2012": 60})
    assert found.cost == pytest.approx(12_400)


def test_a_quota_of_the_window_is_free_to_be_used_in_any_period(solve):
    """130 t for both years; in 2012 Australia asks 90, so all 100 t of 2012 are Chinese.

    130 · 50 + 70 · 80 = 12 100.
    """
    found = solve(
        Periods=TWO_YEARS,
        Sources=SOURCES,
        Prices="""
            Source | 2012 [USD/t]
            AU     | 90
        """,
        Quotas="""
            Quota | Applies to    | Per    | Tonnes [t]
            China | Country=China | window | 130
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 30, "CN 2012": 100, "AU 2011": 70})
    assert found.used == pytest.approx({"China 2011": 130})
    assert found.cost == pytest.approx(12_100)


def test_a_quota_per_year_goes_by_the_dates_of_the_periods(solve):
    """October 2011 is one year, January and April 2012 are the next, 60 t each.

    In 2012 the quota goes where Australia is dearest: 50 t in April, 10 t in January.
    (50 + 60) · 50 + 40 · 80.
    """
    found = solve(
        Periods="""
            Period  | Start      | Years
            October | 2011-10-01 | 0.25
            January | 2012-01-01 | 0.25
            April   | 2012-04-01 | 0.25
        """,
        Demand="""
            Item | Every period
            Nd   | 50
        """,
        Sources=SOURCES,
        Prices="""
            Source | April [USD/t]
            AU     | 90
        """,
        Quotas="""
            Quota | Applies to    | Per  | Tonnes [t]
            China | Country=China | year | 60
        """,
    )
    assert found.bought == pytest.approx(
        {"CN October": 50, "CN January": 10, "AU January": 40, "CN April": 50}
    )
    assert found.used == pytest.approx({"China October": 50, "China January": 60})
    assert found.cost == pytest.approx(8_700)


def test_without_dates_a_year_is_the_periods_that_make_one_up(solve):
    """Half-years: H1 and H2 are one year, H3 begins the next; 60 t each.

    H2 has the dearer Australia, so 50 t of China there and 10 t in H1.
    """
    found = solve(
        Periods="""
            Period | Years
            H1     | 0.5
            H2     | 0.5
            H3     | 0.5
        """,
        Demand="""
            Item | Every period
            Nd   | 50
        """,
        Sources=SOURCES,
        Prices="""
            Source | H2 [USD/t]
            AU     | 90
        """,
        Quotas="""
            Quota | Applies to    | Per  | Tonnes [t]
            China | Country=China | year | 60
        """,
    )
    assert found.bought == pytest.approx({"CN H1": 10, "AU H1": 40, "CN H2": 50, "CN H3": 50})


def test_a_year_cut_by_the_window_keeps_the_bound(solve):
    """From H2 on: 30 t in H2, the half of a year, and 30 t in H3. H1 is free."""
    found = solve(
        Periods="""
            Period | Years
            H1     | 0.5
            H2     | 0.5
            H3     | 0.5
        """,
        Demand="""
            Item | Every period
            Nd   | 50
        """,
        Sources=SOURCES,
        Quotas="""
            Quota | Applies to    | From | Per  | Tonnes [t]
            China | Country=China | H2   | year | 30
        """,
    )
    assert found.bought == pytest.approx(
        {"CN H1": 50, "CN H2": 30, "AU H2": 20, "CN H3": 30, "AU H3": 20}
    )


def test_a_quota_per_year_of_time_is_times_the_years_counted(solve):
    """30 t/yr: 30 t in 2011, 60 t in the two years 2012-2013."""
    found = solve(
        Periods="""
            Period    | Years
            2011      | 1
            2012-2013 | 2
        """,
        Sources=SOURCES,
        Quotas="""
            Quota | Applies to    | Per    | Tonnes [t/yr]
            China | Country=China | period | 30
        """,
    )
    assert found.bought == pytest.approx(
        {"CN 2011": 30, "AU 2011": 70, "CN 2012-2013": 60, "AU 2012-2013": 40}
    )
    assert found.used == pytest.approx({"China 2011": 30, "China 2012-2013": 30})


def test_a_quota_holds_in_its_window_only(solve):
    """60 t in 2012 and in 2013, both ends included; 2011 and 2014 are free."""
    found = solve(
        Periods="""
            Period
            2011
            2012
            2013
            2014
        """,
        Sources=SOURCES,
        Quotas="""
            Quota | Applies to    | From | To   | Per    | Tonnes [t]
            China | Country=China | 2012 | 2013 | period | 60
        """,
    )
    assert found.bought == pytest.approx(
        {"CN 2011": 100, "CN 2012": 60, "AU 2012": 40, "CN 2013": 60, "AU 2013": 40, "CN 2014": 100}
    )


def test_only_our_share_of_a_quota_is_open_to_us(solve):
    """60 % of 50 t are 30 t."""
    found = solve(
        Sources=SOURCES,
        Quotas="""
            Quota | Applies to    | Tonnes [t] | Our share [%]
            China | Country=China | 50         | 60
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 30, "AU 2011": 70})
    assert found.cost == pytest.approx(7_100)


def test_our_share_of_a_quota_by_period(solve):
    """Half of 60 and of 80 t; unlimited in 2013, and where nothing is said in 2014."""
    found = solve(
        Periods="""
            Period
            2011
            2012
            2013
            2014
        """,
        Sources=SOURCES,
        Quotas="""
            Quota | Applies to    | 2011 | 2012 | 2013      | Our share
            China | Country=China | 60   | 80   | unlimited | 0.5
        """,
    )
    assert found.bought == pytest.approx(
        {"CN 2011": 30, "AU 2011": 70, "CN 2012": 40, "AU 2012": 60, "CN 2013": 100, "CN 2014": 100}
    )


def test_several_sources_share_one_quota(solve):
    """100 t of China together: first the cheaper mine with its 80 t, 20 t of the other."""
    found = solve(
        Demand="""
            Item | Every period
            Nd   | 150
        """,
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
            NORTH  | China     | Nd       | 80              | 50
            SOUTH  | China     | Nd       | 80              | 60
            AU     | Australia | Nd       | unlimited       | 80
        """,
        Quotas="""
            Quota | Applies to    | Tonnes [t]
            China | Country=China | 100
        """,
    )
    assert found.bought == pytest.approx({"NORTH 2011": 80, "SOUTH 2011": 20, "AU 2011": 50})


HEAVY_AND_LIGHT = {
    "Materials": """
        Material | Class | Shortfall cost [USD/t]
        La       | light | 100
        Nd       | light | 1000
        Dy       | heavy | 9000
    """,
    "Demand": """
        Item | 2011
        La   | 0
        Nd   | 100
        Dy   | 40
    """,
    "Sources": """
        Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Yield [%]
        CLAY   | China     |          | unlimited       | 50            | 80
        AU_ND  | Australia | Nd       | unlimited       | 500           | 100
        AU_DY  | Australia | Dy       | unlimited       | 900           | 100
    """,
    "Composition": """
        Source | La [%] | Nd [%] | Dy [%]
        CLAY   | 20     | 50     | 25
    """,
}
"""250 t of CLAY hold 125 t Nd and 62.5 t Dy: 100 t and 50 t usable, more than is needed."""


def test_a_quota_counts_the_tonnes_contained_and_before_yield(solve):
    """95 % of a tonne of CLAY counts: 190 t are 200 t bought.

    They bring 200 · 0.5 · 0.8 = 80 t Nd and 200 · 0.25 · 0.8 = 40 t Dy; 20 t Nd come from AU.
    """
    found = solve(
        **HEAVY_AND_LIGHT,
        Quotas="""
            Quota | Applies to    | Tonnes [t]
            China | Country=China | 190
        """,
    )
    assert found.bought == pytest.approx({"CLAY 2011": 200, "AU_ND 2011": 20})
    assert found.used == pytest.approx({"China 2011": 190})
    assert found.cost == pytest.approx(200 * 50 + 20 * 500)


def test_a_quota_on_some_materials_counts_only_those(solve):
    """Of heavy ones a tonne of CLAY holds 0.25 t: 45 t of the quota are 180 t bought.

    They bring 72 t Nd and 36 t Dy; 28 t Nd and 4 t Dy come from AU.
    """
    found = solve(
        **HEAVY_AND_LIGHT,
        Quotas="""
            Quota | Applies to    | Materials   | Tonnes [t]
            China | Country=China | Class=heavy | 45
        """,
    )
    assert found.bought == pytest.approx({"CLAY 2011": 180, "AU_ND 2011": 28, "AU_DY 2011": 4})
    assert found.used == pytest.approx({"China 2011": 45})
    assert found.cost == pytest.approx(180 * 50 + 28 * 500 + 4 * 900)


def test_tonnes_count_when_they_leave(solve):
    """The quota of 2011 bounds what arrives in 2012; that of what leaves in 2012 is open."""
    found = solve(
        Periods="""
            Period
            2011
            2012
            2013
        """,
        Demand="""
            Item | 2011 | 2012 | 2013
            Nd   | 0    | 100  | 100
        """,
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [/t] | Lead time [periods]
            CN     | China     | Nd       | unlimited       | 50         | 1
            AU     | Australia | Nd       | unlimited       | 80         | 0
        """,
        Quotas="""
            Quota | Applies to    | From | To   | Tonnes [t]
            China | Country=China | 2011 | 2011 | 60
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 60, "AU 2012": 40, "CN 2012": 100})
