"""Bad inputs of the sheet Disruptions."""

from __future__ import annotations

from datetime import date

import pytest


@pytest.fixture
def sheets(sheets):
    sheets["Disruptions"] = [
        ["Disruption", "Applies to", "From date", "To date", "Leaves [%]", "Scenario"],
        ["Embargo", "Source=S1", date(2011, 3, 1), date(2011, 4, 30), 20, "Cut"],
    ]
    return sheets


def test_the_case_is_sound(sheets, messages):
    assert messages(sheets) == []


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("Disruptions!D2", date(2011, 2, 1), "To date 2011-02-01 is before From date 2011-03-01"),
        (
            "Disruptions!C2",
            "1 March",
            "From date must be a date, got text '1 March'; enter it as a date, such as 2011-01-31",
        ),
        ("Disruptions!D2", None, "To date is blank; fill it in"),
        ("Disruptions!E2", 120, "Leaves must be between 0 and 100 %, got 120"),
        ("Disruptions!F2", "Cutt", "unknown scenario 'Cutt'; did you mean 'Cut'?"),
        (
            "Disruptions!F2",
            "Base",
            "Base is the workbook as it stands; leave Scenario blank, or name another one",
        ),
        (
            "Disruptions!B2",
            "Source=S9",
            "the selector 'Source=S9' picks nothing of Sources; there, Source is 'S1', 'S2', "
            "'S3', 'S8'",
        ),
        (
            "Disruptions!B2",
            "Source=S1|S2",
            "'S2' has an unlimited capacity (Sources!D3), of which no part can be taken; give it "
            "a capacity, or scale its quota instead (in scenario 'Cut')",
        ),
    ],
)
def test_one_wrong_cell(sheets, put, messages, *, place, value, message):
    assert messages(put(sheets, place, value)) == [f"{place}: {message}"]


def test_an_unlimited_source_is_complained_of_only_where_the_disruption_holds(
    sheets, put, messages
):
    sheets = put(sheets, "Disruptions!B2", "Source=S2")
    sheets = put(
        put(sheets, "Disruptions!C2", date(2020, 1, 1)), "Disruptions!D2", date(2021, 1, 1)
    )
    assert messages(put(sheets, "Disruptions!F2", None)) == [
        "warning: Disruptions!C2: the disruption is outside every period, and changes nothing"
    ]


def test_every_period_needs_its_start(sheets, messages):
    sheets["Periods"] = [["Period", "Years"], [2011, 1], [2012, 1]]
    assert messages(sheets) == [
        "Periods!A2: Start is blank, but the sheet Disruptions goes by date; fill in every Start"
    ]


def test_a_misspelt_alternative_is_doubted(sheets, put, messages):
    assert messages(put(sheets, "Disruptions!B2", "Source=S1|S7")) == [
        "warning: Disruptions!B2: no row has Source 'S7'; did you mean 'S8'?"
    ]
