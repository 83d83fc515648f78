"""How long periods are, which belong to a year, and what is rounded up to whole periods."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from planner.case.calendar import groups, lengths, span, year_of_each
from planner.case.resolve import cover_target


def test_lengths_count_whole_months_where_the_day_agrees():
    assert span(date(2011, 1, 15), date(2011, 4, 15)) == 3 / 12
    assert span(date(2011, 1, 1), date(2013, 1, 1)) == 2
    assert span(date(2012, 2, 1), date(2012, 3, 1)) == 1 / 12  # whatever February's days


def test_lengths_count_days_otherwise():
    assert span(date(2011, 1, 1), date(2011, 1, 15)) == 14 / 365


def test_the_last_period_is_as_long_as_the_one_before():
    starts = [date(2011, 1, 1), date(2011, 4, 1), date(2011, 10, 1)]
    assert lengths(starts, [None] * 3) == [0.25, 0.5, 0.5]


def test_years_that_are_given_win():
    starts = [date(2011, 1, 1), date(2011, 4, 1)]
    assert lengths(starts, [0.3, None]) == [0.3, 0.3]
    assert lengths([None, None], [None, 2.0]) == [1, 2]


def test_with_neither_a_period_is_a_year():
    assert lengths([None, None], [None, None]) == [1, 1]
    assert lengths([date(2011, 1, 1)], [None]) == [1]


def test_years_by_date():
    starts = [date(2011, 7, 1), date(2011, 10, 1), date(2012, 1, 1)]
    assert year_of_each(starts, [0.25] * 3) == [2011, 2011, 2012]


def test_years_without_dates_are_stretches_from_the_first_period():
    assert year_of_each([None] * 6, [0.25] * 6) == [0, 0, 0, 0, 1, 1]
    assert year_of_each([None] * 12, [1 / 12] * 12) == [0] * 12
    assert year_of_each([None] * 3, [1, 1, 2]) == [0, 1, 2]


def test_groups():
    years = [2011, 2011, 2011, 2011, 2012, 2012]
    assert groups(0, 5, "window", years) == [(0, 1, 2, 3, 4, 5)]
    assert groups(1, 3, "period", years) == [(1,), (2,), (3,)]
    assert groups(0, 5, "year", years) == [(0, 1, 2, 3), (4, 5)]
    assert groups(2, 4, "year", years) == [(2, 3), (4,)]  # years cut by the window


@pytest.mark.parametrize(
    ("header", "typed", "periods"),
    [
        ("Lead time", 2, 2),
        ("Lead time [periods]", 0, 0),
        ("Lead time [days]", 91, 1),  # a quarter has 91.25 days
        ("Lead time [days]", 92, 2),
        ("Lead time [days]", 1, 1),
        ("Lead time [months]", 3, 1),
        ("Lead time [months]", 4, 2),
        ("Lead time [months]", 0, 0),
    ],
)
def test_lead_times_are_rounded_up_to_whole_periods(dated, make, header, typed, periods):
    dated["Sources"][0].append(header)
    dated["Sources"][1].append(typed)
    assert make(dated).scenario().lead[:, 0].tolist() == [periods, 0, 0]


def test_periods_by_date(dated, make):
    scenario = make(dated).scenario()
    assert scenario.years.tolist() == [0.25] * 5
    assert scenario.capacity[0].tolist() == [20] * 5  # 80 t/yr


def test_discounting(dated, make):
    """d[t] = 1.1 ^ −(years before t)."""
    dated["Settings"] = [["Setting", "Value"], ["Discount rate [%]", 10]]
    assert make(dated).scenario().discount == pytest.approx(
        [1, 1.1**-0.25, 1.1**-0.5, 1.1**-0.75, 1 / 1.1]
    )


def test_first_and_last_period(dated, make):
    dated["Sources"][0] += ["First period", "Last period"]
    dated["Sources"][1] += ["Q2", None]
    dated["Sources"][2] += [None, "Q3"]
    scenario = make(dated).scenario()
    assert scenario.first.tolist() == [1, 0, 0]
    assert scenario.last.tolist() == [4, 2, 4]
    assert [scenario.buys_in(0, t) for t in range(5)] == [False, True, True, True, True]


def test_a_price_is_needed_only_while_a_source_can_deliver(dated, make):
    dated["Sources"][0].append("First period")
    dated["Sources"][1][4] = None
    dated["Sources"][1].append("Q4")
    dated["Prices"] = [["Source", "Q4 [USD/kg]", "Q5 [USD/kg]"], ["S1", 60, 61]]
    assert make(dated).scenario().price[0, 3:].tolist() == [60_000, 61_000]


# -- days of cover --------------------------------------------------------------------------


def test_cover_is_the_demand_of_the_days_after_the_period():
    """Half a year after each quarter: the next two quarters, the last at its own rate."""
    demand, years = np.array([10.0, 20, 30, 40]), np.full(4, 0.25)
    assert cover_target(demand, years, 0.5).tolist() == [50, 70, 80, 80]


def test_cover_takes_part_of_a_period():
    """A tenth of a year of a period of one year with 100 t: 10 t."""
    assert cover_target(np.array([50.0, 100]), np.ones(2), 0.1).tolist() == [10, 10]


def test_no_cover_is_no_target():
    assert cover_target(np.array([50.0, 100]), np.ones(2), 0).tolist() == [0, 0]


def test_the_target_is_the_larger_of_safety_stock_and_cover(small, make):
    """73 days are 0.2 years: 22 t of 2012's 110 t, 24 t of the 120 t a year in 2013."""
    small["Stock"] = [["Material", "Safety stock", "Cover [days]"], ["Nd2O3", 23, 73]]
    assert make(small).scenario().target[0, 0] == pytest.approx([23, 24, 24])
