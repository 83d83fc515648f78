"""Bad inputs of the sheet Current plan, and of Frozen through."""

from __future__ import annotations

import pytest


@pytest.fixture
def sheets(sheets):
    sheets["Current plan"] = [["Source", 2011, 2012], ["S1", 30, None], ["S2", 60, 70]]
    sheets["Settings"].append(["Frozen through", 2011])
    return sheets


def test_the_case_is_sound(sheets, messages):
    assert messages(sheets) == []


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("Current plan!A2", "S9", "unknown source 'S9'; did you mean 'S8'?"),
        ("Current plan!B2", -1, "Purchases must be at least 0, got -1"),
        ("Current plan!A3", "S1", "source 'S1' repeats row 2"),
        ("Settings!B4", 2013, "unknown period '2013'; did you mean '2012'?"),
    ],
)
def test_one_wrong_cell(sheets, put, messages, *, place, value, message):
    assert messages(put(sheets, place, value)) == [f"{place}: {message}"]


def test_nothing_to_freeze(sheets, messages):
    del sheets["Current plan"]
    assert messages(sheets) == [
        "Settings!B4: Frozen through is set, but the case has no sheet Current plan; add it, or "
        "clear this"
    ]


def test_a_frozen_purchase_of_a_source_that_is_closed(sheets, messages):
    sheets["Sources"][0].append("First period")
    sheets["Sources"][1] += [2012]
    assert messages(sheets) == [
        "Current plan!B2: purchases up to '2011' are frozen (Frozen through in Settings), but "
        "'S1' delivers between First and Last period only; enter 0"
    ]
    del sheets["Settings"][-1]
    assert messages(sheets) == []
