"""What the sheet Uncertainty can get wrong, by cell; what is sound changes no plan."""

from __future__ import annotations

import pytest

import planner

HEADER = ["Name", "Sheet", "Rows", "Column", "Operation", "Distribution", "Low", "Mode", "High",
          "Mean", "Deviation", "Values", "Weights", "Group"]  # fmt: skip
SOUND = [
    HEADER,
    ["Quota", "Quotas", "Quota=CN", "Tonnes", "times", "uniform", 0.7, None, 1.1],
    ["Demand", "Demand", "Item=Nd2O3", "*", "*", "triangular", 0.8, 1, 1.3],
    ["Price", "Sources", "Country=China", "Price [USD/kg]", "plus", "normal", None, None, None,
     0, 5, None, None, "market"],
    ["Yield", "Sources", "Source=S1", "Price", "times", "lognormal", None, None, None, 1, 0.2],
    ["Licence", "Availability", "Source=S3", "2012", "set", "discrete", None, None, None, None,
     None, "0; 0.5; 1", "1; 1; 2"],
]  # fmt: skip


@pytest.fixture
def uncertain(sheets):
    """The sound case with one factor of each distribution."""
    sheets["Uncertainty"] = SOUND
    return sheets


def test_the_case_is_sound_and_its_plan_is_the_same(uncertain, messages, frames):
    assert messages(uncertain) == []
    with_factors = planner.solve(planner.Case.from_tables(frames(uncertain)))
    del uncertain["Uncertainty"]
    without = planner.solve(planner.Case.from_tables(frames(uncertain)))
    assert with_factors.objective == without.objective


@pytest.mark.parametrize(
    ("place", "wrong", "message"),
    [
        ("B2", "Quota", "Uncertainty!B2: unknown sheet 'Quota'; did you mean 'Quotas'?"),
        (
            "D2",
            "Tons",
            "Uncertainty!D2: unknown column 'Tons'; did you mean 'Tonnes'?",
        ),
        ("F2", None, "Uncertainty!F2: Distribution is blank"),
        ("G2", None, "Uncertainty!G2: Low is blank; a uniform distribution needs it"),
        ("G2", 2, "Uncertainty!G2: Low 2 is above High 1.1"),
        ("H3", 2, "Uncertainty!H3: Mode 2 is above High 1.3"),
        (
            "H2",
            1,
            "Uncertainty!H2: Mode has no meaning for a uniform distribution; clear it",
        ),
        ("J5", -1, "Uncertainty!J5: Mean of a lognormal distribution must be above 0"),
        ("K4", -1, "Uncertainty!K4: Deviation must be at least 0"),
        (
            "L6",
            "0, 1",
            "Uncertainty!L6: Values must be numbers separated by semicolons, such as 0.8; 1; 1.2, "
            "got '0, 1'",
        ),
        ("M6", "1; 2", "Uncertainty!M6: 2 weights for 3 values; give one for each"),
        ("M6", "0; 0; 0", "Uncertainty!M6: weights must be at least 0, and not all 0"),
        (
            "D4",
            "Price",
            "Uncertainty!D4: Price has no unit; write 'Price [USD/kg]' or 'Price [USD/t]'",
        ),
        (
            "A3",
            "Quota",
            "Uncertainty!A3: name 'Quota' repeats row 2",
        ),
    ],
)
def test_one_mistake(request, uncertain, place, wrong, message):
    put, messages = (request.getfixturevalue(name) for name in ("put", "messages"))
    (found,) = messages(put(uncertain, f"Uncertainty!{place}", wrong))
    assert found.startswith(message)


def test_a_selector_that_picks_nothing(uncertain, put, messages):
    (found,) = messages(put(uncertain, "Uncertainty!C2", "Quota=JP"))
    assert found.startswith("Uncertainty!C2: ")
    assert "picks nothing" in found


def test_a_value_that_does_not_fit_what_it_changes(uncertain, put, messages):
    (found,) = messages(put(uncertain, "Uncertainty!L6", "0; -1; 1"))
    assert found.startswith("Uncertainty!L6: ")
    assert "at least 0" in found


def test_decide_through_names_a_period(sheets, messages):
    sheets["Settings"].append(["Decide through", 2013])
    assert messages(sheets) == ["Settings!B4: unknown period '2013'; did you mean '2012'?"]
    sheets["Settings"][-1][1] = 2011
    assert messages(sheets) == []
