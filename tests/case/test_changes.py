"""Scenarios and changes: on the values as they stand after defaults and overrides."""

from __future__ import annotations

import math

import numpy as np
import pytest

from planner.case.changes import ChangeError, parse_change, parse_target, written_column
from planner.errors import InvalidCase, WrongUsage


@pytest.fixture
def case(small, make):
    small["Sources"][0] += ["Duty [%]", "Grade"]
    small["Sources"][1] += [5, 9]
    small["Prices"] = [["Source", "2012 [USD/kg]"], ["S1", 65]]
    small["Availability"] = [["Source", "2013"], ["S1", 0.5]]
    small["Quotas"] = [
        ["Quota", "Applies to", "Per", "Tonnes [t]", "Our share"],
        ["China", "Country=China", "period", 150, 0.6],
    ]
    small["Stock"] = [["Material", "Safety stock [t]"], ["Nd2O3", 5]]
    return make(small)


# -- reading --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Quotas[Quota=China].Tonnes*=0.7", ("Quotas", "Quota=China", "Tonnes", "times", 0.7)),
        ("Demand[Item=REO].2011=23000", ("Demand", "Item=REO", "2011", "set", 23000)),
        (
            "Sources[Country=Australia].Price [USD/kg]+=0.5",
            ("Sources", "Country=Australia", "Price [USD/kg]", "plus", 0.5),
        ),
        (
            "Availability[Country=China].2011=0",
            ("Availability", "Country=China", "2011", "set", 0),
        ),
        ("Availability[*].*=0", ("Availability", "*", "*", "set", 0)),
        ("Availability[*].**=0.5", ("Availability", "*", "*", "times", 0.5)),
        ("Limits[Limit=x].Active = no", ("Limits", "Limit=x", "Active", "set", "no")),
        ("Sources[CO2<=20].Yield = 95%", ("Sources", "CO2<=20", "Yield", "set", 0.95)),
        (
            'Sources[Supplier="A]=B"].Duty=0',
            ("Sources", 'Supplier="A]=B"', "Duty", "set", 0),
        ),
        ("Sources[*].Capacity=unlimited", ("Sources", "*", "Capacity", "set", "unlimited")),
        (
            "Demand[Item=Dy₂O₃（氧化镝）].2011=5",
            ("Demand", "Item=Dy₂O₃（氧化镝）", "2011", "set", 5),
        ),
        ('Demand[*]."Dy*"*=2', ("Demand", "*", '"Dy*"', "times", 2)),
        ('Prices[*]."a=[b]" [USD/kg]=2', ("Prices", "*", '"a=[b]" [USD/kg]', "set", 2)),
    ],
)
def test_a_change_as_the_command_line_writes_it(text, parts):
    change = parse_change(text)
    read = (change.sheet, change.rows, change.column, change.operation, change.value.content)
    assert read == parts
    assert parse_change(str(change)) == change or change.value.percent


@pytest.mark.parametrize(
    "text",
    ["", "Quotas", "Quotas.Tonnes=5", "Quotas[*]=5", "Quotas[*].Tonnes", "Quotas[*].Tonnes="],
)
def test_a_change_that_cannot_be_read(text):
    with pytest.raises(ChangeError, match=r"write it like \"Quotas\[Quota=China\].Tonnes\*=0.7\""):
        parse_change(text)


# -- making ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "prices"),
    [
        # Sources 60,000 USD/t, Prices 65 USD/kg in 2012
        ("Sources[Source=S1].Price*=1.1", [66_000, 71_500, 66_000]),
        ("Sources[Source=S1].Price [USD/kg]+=5", [65_000, 70_000, 65_000]),
        ("Sources[Source=S1].Price [USD/t]=50000", [50_000, 50_000, 50_000]),
        ("Prices[Source=S1].2012*=2", [60_000, 130_000, 60_000]),
        ("Prices[Source=S1].2012..2013 [USD/kg]=70", [60_000, 70_000, 70_000]),
        ("Prices[Source=S1].* [USD/kg]+=1", [61_000, 66_000, 61_000]),
    ],
)
def test_prices_change_in_sources_and_over_time(case, change, prices):
    assert case.with_changes(change).scenario().price[0] == pytest.approx(prices)


@pytest.mark.parametrize(
    ("change", "tonnes"),
    [
        # 80 t/yr over 1, 1 and 2 years
        ("Sources[Source=S1].Capacity+=10", [90, 90, 180]),
        ("Sources[Source=S1].Capacity [t/month]+=1", [92, 92, 184]),
        ("Sources[Source=S1].Capacity*=0.5", [40, 40, 80]),
        ("Capacity[Source=S1].2012=7", [80, 7, 160]),
        ("Capacity[Country=China & Material=Nd2O3].2013+=40", [80, 80, 200]),
        ("Sources[Source=S1].Capacity=unlimited", [math.inf] * 3),
    ],
)
def test_capacity_changes_per_year_in_sources_and_as_tonnes_over_time(case, change, tonnes):
    changed = case.with_changes("Availability[*].2013=1", change)
    assert changed.scenario().capacity[0] == pytest.approx(tonnes)


def test_availability_of_a_source_without_a_row_starts_from_1(case):
    changed = case.with_changes("Availability[Country=China].2012..2013*=0.8")
    expected = np.array([[1, 0.8, 0.4], [1, 0.8, 0.8]])
    assert changed.scenario().availability[[0, 2]] == pytest.approx(expected)


def test_an_unlimited_source_is_closed_by_0(case):
    assert case.with_changes("Sources[Source=S2].Capacity*=0").scenario().capacity[1].sum() == 0
    assert case.with_changes("Availability[Source=S2].*=0").scenario().limit[1].sum() == 0


def test_the_unit_of_the_header_holds_where_none_is_said(case):
    """Duty [%]: 5 and 3 more are 8 %; a factor has no unit."""
    assert case.with_changes("Sources[Source=S1].Duty+=3").scenario().duty[0] == 0.08
    assert case.with_changes("Sources[Source=S1].Duty=3").scenario().duty[0] == 0.03
    assert case.with_changes("Sources[Source=S1].Duty*=2").scenario().duty[0] == 0.1
    assert case.with_changes("Sources[Source=S1].Duty=3%").scenario().duty[0] == 0.03


def test_a_default_can_be_changed(case):
    assert case.with_changes("Sources[*].Yield*=0.9").scenario().yields.tolist() == [0.9] * 3
    assert (
        case.with_changes("Sources[*].Freight [USD/kg]+=1").scenario().freight[:, 0].tolist()
        == [1000] * 3
    )


def test_changes_are_made_one_after_the_other(case):
    """(150 × 0.7 + 15) × 60 % = 72."""
    changed = case.with_changes("Quotas[*].Tonnes*=0.7").with_changes("Quotas[*].Tonnes+=15")
    assert changed.scenario().rules[0].maximum == pytest.approx(72)
    assert case.scenario().rules[0].maximum == pytest.approx(90)
    assert [str(change) for change in changed.applied_changes()] == [
        "Quotas[*].Tonnes*=0.7",
        "Quotas[*].Tonnes+=15",
    ]


def test_a_country_that_changes_leaves_its_quota(case):
    changed = case.with_changes("Sources[Source=S1].Country=Malaysia")
    assert changed.scenario().rules[0].sources == (2,)


def test_settings_change(case):
    changed = case.with_changes(
        "Settings[Setting=Shortfall].Value=forbidden", "Settings[Setting=Discount rate].Value=10%"
    )
    assert not changed.scenario().shortfall_allowed
    assert changed.scenario().discount[1] == pytest.approx(1 / 1.1)


def test_stock_changes_behind_its_sheets_over_time(case):
    changed = case.with_changes("Stock[*].Safety stock+=1", "Safety stock[*].2012*=2")
    assert changed.scenario().target[0, 0].tolist() == [6, 12, 6]


def test_an_attribute_changes_what_selectors_pick(small, make):
    small["Scenarios"] = [["Scenario"], ["Dirty"]]
    small["Changes"] = [
        ["Scenario", "Sheet", "Rows", "Column", "Operation", "Value"],
        ["Dirty", "Sources", "Source=S2", "CO2", "plus", 50],
        ["Dirty", "Sources", "CO2>40", "Yield", "set", 0.5],
    ]
    assert make(small).scenario("Dirty").yields.tolist() == [1, 0.5, 1]


def test_scenarios_build_on_each_other(small, make):
    """Cut: 80 × 0.5 = 40; Deep cut after it: 40 + 4 = 44; Other stands alone: 84."""
    small["Scenarios"] = [
        ["Scenario", "Builds on"],
        ["Deep cut", "Cut"],
        ["Cut", "Base"],
        ["Other", None],
    ]
    small["Changes"] = [
        ["Scenario", "Sheet", "Rows", "Column", "Operation", "Value"],
        ["Deep cut", "Sources", "Source=S1", "Capacity", "plus", 4],
        ["Cut", "Sources", "Source=S1", "Capacity", "times", 0.5],
        ["Other", "Sources", "Source=S1", "Capacity", "plus", 4],
    ]
    case = make(small)
    assert case.scenarios == ("Base", "Deep cut", "Cut", "Other")
    found = [case.scenario(name).capacity[0, 0] for name in case.scenarios]
    assert found == [80, 44, 40, 84]
    changed = case.with_changes("Sources[Source=S1].Capacity*=10")
    assert changed.scenario("Deep cut").capacity[0, 0] == 440


def test_wrong_usage(case):
    with pytest.raises(WrongUsage, match="unknown scenario 'Bse'; did you mean 'Base'"):
        case.scenario("Bse")
    with pytest.raises(WrongUsage, match="names an unknown column 'Quot'; did you mean 'Quota'"):
        case.with_changes("Quotas[Quot=China].Tonnes=1")
    with pytest.raises(WrongUsage, match="cannot read"):
        case.with_changes("Quotas")
    with pytest.raises(WrongUsage, match="Price has no unit"):
        case.with_changes("Sources[*].Price=1")


def test_a_change_that_leads_to_numbers_that_are_not_allowed(case):
    changed = case.with_changes("Availability[Source=S2].2011=0.5")
    with pytest.raises(InvalidCase, match="its capacity is unlimited"):
        changed.scenario()


def test_a_case_never_changes(case):
    before = case.scenario().price.copy()
    case.with_changes("Sources[*].Price*=2").scenario()
    assert case.scenario().price.tolist() == before.tolist()
    assert case.changes == ()


@pytest.mark.parametrize(
    "text",
    [
        "Sources[Country=China].Duty=5%",
        "Quotas[Quota=China].Tonnes*=0.7",
        "Prices[*].2012 [USD/kg]+=-0.5",
        "Sources[*].Capacity=unlimited",
    ],
)
def test_a_change_is_written_as_it_is_read(text):
    assert str(parse_change(text)) == text
    assert parse_change(str(parse_change(text))) == parse_change(text)


# -- targets --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Quotas[Quota=China].Tonnes", ("Quotas", "Quota=China", "Tonnes")),
        ("Demand[Item=Nd2O3].2011", ("Demand", "Item=Nd2O3", "2011")),
        ("Sources[Country=China].Price [USD/kg]", ("Sources", "Country=China", "Price [USD/kg]")),
        (' Availability[Source="A=B"].* ', ("Availability", 'Source="A=B"', "*")),
    ],
)
def test_a_target_is_a_change_without_operation_and_value(text, parts):
    target = parse_target(text)
    assert (target.sheet, target.rows, target.column) == parts


@pytest.mark.parametrize("value", [0.1 + 0.2, 1e-9, 40000, 1 / 3])
def test_a_target_is_set_to_a_value_exactly(value):
    change = parse_change(parse_target("Quotas[Quota=China].Tonnes").set_to(value))
    assert (change.operation, change.value.content) == ("set", value)


@pytest.mark.parametrize("text", ["Quotas", "Quotas[Quota=China]", "Quotas[*].Tonnes*=2", "A[*]."])
def test_what_is_no_target_is_refused(text):
    with pytest.raises(ChangeError, match="cannot read"):
        parse_target(text)


@pytest.mark.parametrize(
    "name", ["Dy=Tb", "Dy*", "Dy+", "Dy*=2", "Dy [x]", "Dy］", '5" pipe', "Dy..Tb", "Every period"]
)
def test_a_period_of_any_name_is_changed(small, make, name):
    small["Periods"] = [["Period"], [name], ["Then"]]
    small["Demand"] = [["Item", f"{name} [t]", "Then"], ["Nd2O3", 100, 110], ["Dy2O3", 10, 10]]
    changed = make(small).with_changes(f"Demand[Item=Nd2O3].{written_column(name)} [kg]=7000")
    assert changed.scenario().demand[0].ravel().tolist() == [7, 110]


def test_an_unknown_period_says_that_quotes_help(small, make):
    small["Periods"] = [["Period"], ["Dy*"]]
    small["Demand"] = [["Item", "Dy*"], ["Nd2O3", 100], ["Dy2O3", 10]]
    with pytest.raises(WrongUsage, match=r'or \*, and Dy\* as "Dy\*"$'):
        make(small).with_changes("Demand[Item=Nd2O3].Dy*=7")
