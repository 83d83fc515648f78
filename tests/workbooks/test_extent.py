"""Numbers too large, too small, or too far apart: the cell, and the bound in its own unit."""

from __future__ import annotations

import pytest

from planner.case.case import Case


@pytest.fixture
def typed(sheets, put):
    """The sound case with a number under some header, in row 2 of a column of Sources."""

    def of(column: str, header: str, number: float):
        return put(put(sheets, f"Sources!{column}1", header), f"Sources!{column}2", number)

    return of


@pytest.mark.parametrize(
    ("header", "number", "bound"),
    [
        ("Capacity [t/yr]", 2e12, "1000000000000"),
        ("Capacity [kt/yr]", 2e9, "1000000000"),
        ("Capacity [t/day]", 3e9, "2739726027.4"),
        ("Capacity [g/yr]", 2e12, "1000000000000"),
    ],
)
def test_tonnes_have_the_same_bound_in_any_unit(typed, messages, header, number, bound):
    assert messages(typed("D", header, number)) == [
        f"Sources!D2: Capacity must be at most {bound}, got {int(number)}",
    ]


@pytest.mark.parametrize(
    ("header", "number", "bound"),
    [("Price [USD/t]", 2e12, "1000000000000"), ("Price [USD/g]", 2e9, "1000000000")],
)
def test_prices_have_the_same_bound_in_any_unit(typed, messages, header, number, bound):
    said = messages(typed("E", header, number))
    assert f"Sources!E2: Price must be at most {bound}, got {int(number)}" in said


@pytest.mark.parametrize(
    ("header", "number", "least"),
    [
        ("Capacity [t/yr]", 5.55e-17, "1e-09"),
        ("Capacity [kg/yr]", 5.55e-17, "1e-06"),
        ("Capacity [t/yr]", 9e-10, "1e-09"),
    ],
)
def test_what_a_formula_leaves_is_read_as_0(typed, frames, header, number, least):
    found = Case.from_tables(frames(typed("D", header, number)))
    said = [p.message for p in found.warnings if p.cell == "D2"]
    assert said == [
        f"Sources!D2: Capacity {number:g} is too little to matter (less than {least}); read as 0"
    ]
    assert found.scenario().capacity[0].tolist() == [0.0, 0.0]


def test_a_little_under_a_bound_by_rounding_is_the_bound(sheets, put, frames):
    sheets = put(sheets, "Sources!D2", -1e-13)
    sheets = put(sheets, "Sources!F2", 1.0 + 1e-13)
    numbers = Case.from_tables(frames(sheets)).scenario()
    assert numbers.capacity[0].tolist() == [0.0, 0.0]
    assert numbers.yields[0] == 1.0


def test_a_little_that_matters_is_kept(sheets, put, frames):
    sheets = put(sheets, "Demand!B3", 1e-6)
    found = Case.from_tables(frames(sheets))
    assert not [p for p in found.warnings if p.cell == "B3"]
    assert found.scenario().demand[1, 0, 0] == 1e-6


def test_demands_too_far_apart_for_one_plan(sheets, put, messages):
    sheets = put(sheets, "Demand!B2", 1e9)
    sheets = put(sheets, "Demand!C3", 1e-7)
    assert messages(sheets) == [
        "Demand!C3: Demand 1e-07 t and that of 1e+09 t (Demand!B2) are too far apart for one plan "
        "(more than 1e+15 times); mend a unit, enter 0, or plan them in two workbooks"
    ]
