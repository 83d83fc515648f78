"""Quotas and limits as rows: which purchases, which periods, how many tonnes."""

from __future__ import annotations

import pytest

from planner.errors import InvalidCase


def _rows(case, name=None):
    return [
        (rule.periods, rule.minimum, rule.maximum)
        for rule in case.scenario().rules
        if name is None or rule.name == name
    ]


@pytest.fixture
def quota(small, make):
    """The rows of one quota given as header and row, on periods of 1, 1 and 2 years."""

    def of(header, row):
        small["Quotas"] = [["Quota", "Applies to", *header], ["CN", "Country=China", *row]]
        return make(small)

    return of


def test_a_quota_counts_what_is_contained_in_purchases(quota):
    case = quota(["Materials", "Per", "Tonnes"], ["Class=light", "period", 50])
    (first, *_) = case.scenario().rules
    assert (first.kind, first.type, first.sources) == ("quota", "tonnes", (0, 2))
    assert first.content.tolist() == [1, 0, 0]  # S3 sells no light material


@pytest.mark.parametrize(
    ("header", "row", "rows"),
    [
        (["Per", "Tonnes"], ["period", 50], [((t,), None, 50) for t in range(3)]),
        (["Per", "Tonnes"], ["window", 50], [((0, 1, 2), None, 50)]),
        (["From", "Tonnes"], [2013, 50], [((2,), None, 50)]),
        (["To", "Per", "Tonnes"], [2012, "window", 50], [((0, 1), None, 50)]),
        # our share
        (["Per", "Tonnes", "Our share [%]"], ["window", 50, 66], [((0, 1, 2), None, 33)]),
        # per year: × the years counted
        (["Per", "Tonnes [t/yr]"], ["period", 50],
         [((0,), None, 50), ((1,), None, 50), ((2,), None, 100)]),
        (["Per", "Tonnes [kt/yr]"], ["window", 0.05], [((0, 1, 2), None, 200)]),
        (["Per", "Tonnes [kg]"], ["window", 50_000], [((0, 1, 2), None, 50)]),
        # one column per period
        (["2011", "2012 [kg]", "2013"], [50, 60_000, "unlimited"],
         [((0,), None, 50), ((1,), None, 60)]),
        (["Our share", "2011", "2012", "2013"], [0.5, 50, 60, 0],
         [((0,), None, 25), ((1,), None, 30), ((2,), None, 0)]),
        (["Every period", "2013"], [50, 90],
         [((0,), None, 50), ((1,), None, 50), ((2,), None, 90)]),
        # unlimited is no row
        (["Per", "Tonnes"], ["window", "unlimited"], []),
    ],
)  # fmt: skip
def test_windows_and_units(quota, header, row, rows):
    found = _rows(quota(header, row))
    assert [r[:2] for r in found] == [r[:2] for r in rows]
    assert [r[2] for r in found] == pytest.approx([r[2] for r in rows])


def test_a_quota_in_a_long_table(small, make):
    small["Quotas"] = [
        ["Quota", "Applies to", "Period", "Value"],
        ["CN", "Country=China", 2011, 50],
        ["CN", "Country=China", 2013, 70],
        ["CN", "Country=China", 2012, 60],
    ]
    assert _rows(make(small)) == [((0,), None, 50), ((1,), None, 60), ((2,), None, 70)]


def test_years_by_date(dated, make):
    """Four quarters of 2011 and one of 2012; a year cut by the window keeps its bound."""
    dated["Quotas"] = [
        ["Quota", "Applies to", "From", "Per", "Tonnes [t]"],
        ["CN", "Country=China", "Q3", "year", 50],
    ]
    assert _rows(make(dated)) == [((2, 3), None, 50), ((4,), None, 50)]
    dated["Quotas"][0][4] = "Tonnes [t/yr]"
    assert _rows(make(dated)) == [((2, 3), None, 25), ((4,), None, 12.5)]


def test_one_name_in_two_windows(small, make):
    small["Quotas"] = [
        ["Quota", "Applies to", "From", "To", "Tonnes"],
        ["CN", "Country=China", 2011, 2011, 50],
        ["CN", "Country=China", 2012, 2012, 60],
    ]
    assert _rows(make(small)) == [((0,), None, 50), ((1,), None, 60)]


def test_the_cell_of_a_bound_and_what_one_typed_unit_is_worth(quota):
    """Tonnes [kt], our share 66 %: one more typed opens 1,000 t × 66 %."""
    (rule,) = quota(["Per", "Tonnes [kt]", "Our share"], ["window", 2, 0.66]).scenario().rules
    assert (rule.maximum_cell, rule.unit) == ("Quotas!D2", "kt")
    assert rule.per_typed[1] == pytest.approx(660)
    assert rule.maximum == pytest.approx(2000 * 0.66)


# -- limits ---------------------------------------------------------------------------------


@pytest.fixture
def limit(small, make):
    def of(header, row):
        small["Limits"] = [["Limit", "Type", *header], ["L", *row]]
        return make(small)

    return of


def test_tonnes(limit):
    case = limit(
        ["Applies to", "Per", "Minimum", "Maximum"], ["tonnes", "Country=China", "window", 5, 90]
    )
    assert _rows(case) == [((0, 1, 2), 5, 90)]


def test_tonnes_per_year(limit):
    case = limit(["From", "Maximum [t/yr]"], ["tonnes", 2013, 90])
    assert _rows(case) == [((2,), None, 180)]


def test_a_share_of_demand_is_a_number_of_tonnes(limit):
    """Demand 2011: 100 + 10 t; 60 % of it are 66 t."""
    case = limit(["From", "To", "Maximum [%]"], ["share", 2011, 2011, 60])
    (rule,) = case.scenario().rules
    assert (rule.share_of, rule.basis, rule.maximum) == ("demand", 110, 66)
    assert rule.per_typed[1] == pytest.approx(1.1)  # a percentage point


def test_a_share_of_the_demand_for_some_materials(limit):
    case = limit(["Materials", "To", "Maximum"], ["share", "Class=heavy", 2011, 0.6])
    assert case.scenario().rules[0].maximum == pytest.approx(6)
    assert case.scenario().rules[0].content.tolist() == [0, 0, 1]


def test_a_share_of_purchases_stays_a_share(limit):
    case = limit(
        ["Applies to", "Share of", "Per", "Maximum [%]"],
        ["share", "Country=China", "purchases", "window", 60],
    )
    (rule,) = case.scenario().rules
    assert (rule.share_of, rule.basis, rule.maximum) == ("purchases", None, 0.6)
    assert rule.content.tolist() == [1, 0, 1]
    assert rule.basis_content.tolist() == [1, 1, 1]


def test_with_a_column_the_rule_holds_for_each_of_its_values(limit):
    case = limit(["Column", "Per", "Maximum"], ["share", "country", "window", 0.6])
    assert [(rule.value, rule.sources) for rule in case.scenario().rules] == [
        ("China", (0, 2)),
        ("Australia", (1,)),
    ]


def test_a_supplier_not_given_is_the_source(limit):
    case = limit(["Column", "Per", "Maximum"], ["share", "Supplier", "window", 0.6])
    assert [rule.value for rule in case.scenario().rules] == ["S1", "S2", "S3"]


def test_a_penalty_makes_a_rule_soft(limit):
    case = limit(["To", "Maximum", "Penalty [USD/kg]"], ["tonnes", 2011, 50, 3])
    assert case.scenario().rules[0].penalty == 3000


def test_a_rule_that_is_switched_off(limit):
    case = limit(["To", "Maximum", "Active"], ["tonnes", 2011, 50, "no"])
    assert case.scenario().rules == ()
    assert len(case.with_changes("Limits[*].Active=yes").scenario().rules) == 1


def test_a_window_needs_per_where_it_holds_several_periods(limit):
    with pytest.raises(InvalidCase, match="say whether the bound is per period, year or window"):
        limit(["Maximum"], ["tonnes", 50])
