"""Bad inputs of the sheet Contracts, and what `check` warns of."""

from __future__ import annotations

import pytest


@pytest.fixture
def sheets(sheets):
    sheets["Contracts"] = [
        ["Contract", "Source", "From", "To", "Minimum [t]", "Maximum [t]", "Must take [%]", "Per"],
        ["Old", "S1", 2011, 2011, 10, 50, 60, None],
        ["New", "S1", 2012, None, 20, 60, 60, "window"],
    ]
    return sheets


def test_the_case_is_sound(sheets, messages):
    assert messages(sheets) == []


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("Contracts!B2", "S9", "unknown source 'S9'; did you mean 'S8'?"),
        ("Contracts!A3", "Old", "contract 'Old' repeats row 2"),
        ("Contracts!C2", 2013, "unknown period '2013'; did you mean '2012'?"),
        ("Contracts!E2", 55, "Minimum 55 t is above Maximum 50 t"),
        ("Contracts!F2", None, "Maximum is blank; enter 0 if there is none"),
        ("Contracts!F2", "unlimited", "Maximum cannot be unlimited; enter a number"),
        ("Contracts!G2", 120, "Must take must be between 0 and 100 %, got 120"),
        ("Contracts!H2", "month", "Per must be one of period, year, window, got 'month'"),
    ],
)
def test_one_wrong_cell(sheets, put, messages, *, place, value, message):
    assert messages(put(sheets, place, value)) == [f"{place}: {message}"]


def test_contracts_on_one_source_that_overlap(sheets, put, messages):
    assert messages(put(sheets, "Contracts!D2", 2012)) == [
        "Contracts!C3: 'New' overlaps 'Old' (Contracts!C2) in '2012': contracts on one source, "
        "here 'S1', must not overlap in time"
    ]


def test_bounds_in_other_units(sheets, put, messages):
    assert messages(put(sheets, "Contracts!E1", "Minimum [t/yr]")) == [
        "Contracts!E2: Minimum is in [t/yr], but Maximum (F1) in [t]; give both in tonnes per "
        "period, or both per year"
    ]


def test_a_window_that_ends_before_it_starts(sheets, put, messages):
    sheets = put(put(sheets, "Contracts!C2", 2012), "Contracts!D2", 2011)
    assert messages(sheets) == [
        "Contracts!D2: the window ends in '2011' before it starts in '2012'"
    ]


def test_a_must_take_that_was_meant_as_a_percentage(sheets, put, messages):
    assert messages(put(sheets, "Contracts!G2", 0.6)) == [
        "warning: Contracts!G2: Must take read as 0.6 %; 60 %?"
    ]


def test_a_must_take_that_arrives_after_the_last_period(sheets, messages):
    """S1 arrives a period later: what New makes lift in 2012 serves nothing."""
    sheets["Sources"][0].append("Lead time [periods]")
    sheets["Sources"][1] += [1]
    text = (
        "forces purchases of 'S1' in '2012' which arrive after the last period: they are paid for "
        "and serve no demand; end the window earlier, or give Unlifted pays"
    )
    assert messages(sheets) == [f"warning: Contracts!G3: 'New' {text}"]
    sheets["Contracts"][0].append("Unlifted pays [%]")
    sheets["Contracts"][2].append(30)
    assert messages(sheets) == []


def test_what_can_be_lifted_in_time_is_not_warned_of(sheets, messages):
    """Availability is 1 and 0.5: 70 % of 1.5 are more than the 1 that arrives in time, 60 % not."""
    sheets["Sources"][0].append("Lead time [periods]")
    sheets["Sources"][1] += [1]
    del sheets["Contracts"][1]
    sheets["Contracts"][1][2] = 2011
    assert messages(sheets) == []
    sheets["Contracts"][1][6] = 70
    (found,) = messages(sheets)
    assert found.startswith("warning: Contracts!G2: 'New' forces purchases")
