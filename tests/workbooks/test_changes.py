"""Wrong changes: the cell of the sheet Changes that is wrong, and why."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ["Cutt", "Quotas", "*", "Tonnes", "times", 0.7],
            "Changes!A2: unknown scenario 'Cutt'; did you mean 'Cut'?",
        ),
        (
            ["Base", "Quotas", "*", "Tonnes", "times", 0.7],
            "Changes!A2: Base is the workbook as it stands; name another scenario",
        ),
        (
            ["Cut", "Quota", "*", "Tonnes", "times", 0.7],
            "Changes!B2: unknown sheet 'Quota'; did you mean 'Quotas'?",
        ),
        (
            ["Cut", "Periods", "*", "Years", "set", 2],
            "Changes!B2: the sheet Periods cannot be changed by a scenario",
        ),
        (
            ["Cut", "Restarts", "*", "Lead time", "set", 2],
            "Changes!C2: the selector '*' picks nothing: there are no Restarts",
        ),
        (
            ["Cut", "Quotas", "Quota=CNN", "Tonnes", "times", 0.7],
            "Changes!C2: the selector 'Quota=CNN' picks nothing of Quotas; there, Quota is 'CN'",
        ),
        (
            ["Cut", "In transit", "*", 2011, "set", 5],
            "Changes!C2: the selector '*' picks nothing: there are no In transit",
        ),
        (
            ["Cut", "Quotas", None, "Tonnes", "times", 0.7],
            "Changes!C2: Rows is blank; fill it in",
        ),
        (
            ["Cut", "Quotas", "*", "Tonnage", "times", 0.7],
            "Changes!D2: unknown column 'Tonnage'; did you mean 'Tonnes'?",
        ),
        (
            ["Cut", "Sources", "*", "Source", "set", "S0"],
            "Changes!D2: 'Source' names the row and cannot be changed",
        ),
        (
            ["Cut", "Sources", "Source=S1", "Price", "set", 5],
            "Changes!D2: Price has no unit; write 'Price [USD/kg]' or 'Price [USD/t]'",
        ),
        (
            ["Cut", "Prices", "Source=S1", "*", "plus", 5],
            "Changes!D2: * has no unit; write '* [USD/kg]' or '* [USD/t]'",
        ),
        (
            ["Cut", "Sources", "Source=S1", "Price [EUR/kg]", "set", 5],
            "Changes!D2: Price of source 'S1' is in USD, not in EUR",
        ),
        (
            ["Cut", "Sources", "Source=S1", "Price [kWh]", "set", 5],
            "Changes!D2: cannot read 'kWh' as money per mass",
        ),
        (
            ["Cut", "Quotas", "*", "Tonnes [t/yr]", "set", 5],
            "Changes!D2: the column is in 't'; 't/yr' does not fit",
        ),
        (
            ["Cut", "Demand", "*", 2013, "set", 5],
            "Changes!D2: unknown period '2013'; did you mean '2012'?; "
            "write a period, a range such as 2012..2014, or *",
        ),
        (
            ["Cut", "Demand", "*", "2012..2011", "set", 5],
            "Changes!D2: '2012..2011' ends before it starts",
        ),
        (
            ["Cut", "Sources", "Source=S1", "Currency", "set", "EUR"],
            "Changes!D2: Price is in USD by its header (Sources!E1), so Currency of 'S1' cannot "
            "change",
        ),
        (
            ["Cut", "Sources", "*", "Yield", "multiply", 0.5],
            "Changes!E2: Operation must be one of set, =, times, ×, *, *=, plus, +, +=, "
            "got 'multiply'",
        ),
        (
            ["Cut", "Sources", "Source=S1", "Country", "times", 2],
            "Changes!E2: Country of 'S1' is not a number; only set can change it",
        ),
        (
            ["Cut", "Sources", "Source=S1", "Capacity", "set", "many"],
            "Changes!F2: Capacity must be a number, got text 'many'",
        ),
        (
            ["Cut", "Sources", "Source=S1", "Capacity", "times", "0.5"],
            "Changes!F2: Value must be a number, got text '0.5'; enter 0.5",
        ),
        (
            ["Cut", "Sources", "*", "Capacity", "times", 0.5],
            "Changes!F2: Capacity of 'S2' is unlimited; a factor other than 0 and 1, or an "
            "addition, has no meaning there: set a number first, or change its quota",
        ),
        (
            ["Cut", "Demand", "*", 2011, "plus", -60],
            "Changes!F2: Demand of 'Dy2O3' would be -50; it must be at least 0",
        ),
        (
            ["Cut", "Sources", "Source=S1", "Yield", "times", 2],
            "Changes!F2: Yield of 'S1' would be 1.96; it must be at most 1",
        ),
        (
            ["Cut", "Sources", "Source=S1", "Material", "set", "Nd203"],
            "Changes!F2: unknown material 'Nd203'; did you mean 'Nd2O3'?",
        ),
        (
            ["Cut", "Sources", "Source=S1", "Yield", "set", None],
            "Changes!F2: Value is blank; fill it in",
        ),
        (
            ["Cut", "Sources", "Source=S1", "Yield", "set", "#N/A"],
            "Changes!F2: Value holds the Excel error #N/A",
        ),
        (
            ["Cut", "Stock", "*", "Cover", "times", 2],
            "Changes!C2: 'Cover' is blank in every row that '*' picks; only set can fill it",
        ),
        (
            ["Cut", "Settings", "Setting=Currency", "Value", "set", "EUR"],
            "Changes!C2: the currency of the case cannot change: the headers and rates are in it",
        ),
        # what the changes lead to
        (
            ["Cut", "Composition", "Source=S8", "Nd2O3", "set", 101],
            "Composition!A2: the contents sum to 1.025; at most 1 tonne in a tonne bought "
            "(in scenario 'Cut')",
        ),
        (
            ["Cut", "Limits", "Limit=Australia", "Maximum", "set", 4],
            "Limits!H3: Minimum 5 t is above Maximum 4 t (in scenario 'Cut')",
        ),
        (
            ["Cut", "Availability", "Source=S2", 2011, "set", 0.5],
            "Sources!D3: Availability of 'S2' in '2011' is 0.5, but its capacity is unlimited: "
            "only 0 and 1 have a meaning; scale its quota instead (in scenario 'Cut')",
        ),
    ],
)
def test_a_wrong_change_is_the_only_problem(sheets, messages, change, message):
    """Also of the scenario that builds on it: there it is not said again."""
    sheets["Changes"][1] = change
    assert messages(sheets) == [message]


def test_an_alternative_that_picks_nothing_is_doubted(sheets, messages):
    sheets["Changes"][1] = ["Cut", "Sources", "Country=China|Chil", "Yield", "times", 0.9]
    assert messages(sheets) == [
        "warning: Changes!C2: no row has Country 'Chil'; did you mean 'China'?"
    ]


def test_changes_are_checked_though_base_is_wrong(sheets, put, messages):
    sheets["Changes"][1][2] = "Quota=CNN"
    assert messages(put(sheets, "Sources!F2", 95)) == [
        "Sources!F2: Yield must be between 0 and 1, got 95; 95%?",
        "Changes!C2: the selector 'Quota=CNN' picks nothing of Quotas; there, Quota is 'CN'",
    ]


def test_a_change_of_a_column_with_a_wrong_header_is_not_also_wrong(sheets, put, messages):
    assert messages(put(sheets, "Quotas!A1", "Qouta")) == [
        "Quotas!A1: unknown column 'Qouta'; did you mean 'Quota'?"
    ]


@pytest.mark.parametrize(
    "change",
    [
        ["Cut", "quotas ", "quota = CN", "tonnes", "*", 0.7],
        ["Cut", "Quotas", "*", "Our share", "×", 0.7],
        ["Cut", "Sources", "Country=China", "Price", "times", 1.1],
        ["Cut", "Sources", "Grade>=5", "Grade", "plus", -20],
        ["Cut", "Prices", "Source=S1", "2011..2012 [USD/kg]", "set", 5],
        ["Cut", "Demand", "Class=heavy", "* [kg]", "+", 500],
        ["Cut", "Capacity", "Source=S2", "2011", "=", 500],
        ["Cut", "Sources", "Source=S2", "Capacity", "times", 0],
        ["Cut", "Sources", "Source=S1", "Yield", "set", 1],
        ["Cut", "Limits", "Column=Country", "Maximum", "set", 0.8],
        ["Cut", "Settings", "Setting=Shortfall", "Value", "set", "allowed"],
        ["Cut", "Stock", "Material=Dy2O3", "Cover", "set", 60],
        ["Cut", "Safety stock", "Material=Dy2O3", 2012, "set", 3],
        ["Cut", "Composition", "Source=S8", "dy2o3", "plus", 1],
    ],
)
def test_a_right_change(sheets, messages, change):
    sheets["Changes"][1] = change
    assert messages(sheets) == []
