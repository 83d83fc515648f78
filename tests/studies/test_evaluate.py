"""`planner evaluate` as a user runs it: the answer, JSON and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cases import book_of
from planner.cli.main import run

SHEETS: dict[str, list[list[Any]]] = {
    "Periods": [["Period", "Years"], [2011, 1]],
    "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 1000]],
    "Demand": [["Item", 2011], ["Nd", 100]],
    "Sources": [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
        ["A", "China", "Nd", 80, 10],
        ["B", "Australia", "Nd", "unlimited", 5],
    ],
    "Current plan": [["Source", 2011], ["A", 90]],
    "Scenarios": [["Scenario"], ["Larger"]],
    "Changes": [
        ["Scenario", "Sheet", "Rows", "Column", "Operation", "Value"],
        ["Larger", "Sources", "Source=A", "Capacity", "set", 95],
    ],
}


@pytest.fixture
def case(tmp_path: Path) -> Callable[..., str]:
    """The path of the workbook, with some sheets put in place of others (None: left out)."""

    def write(**sheets: list[list[Any]] | None) -> str:
        every = SHEETS | {name.replace("_", " "): rows for name, rows in sheets.items()}
        book = book_of({name: rows for name, rows in every.items() if rows is not None})
        book.save(tmp_path / "plan.xlsx")
        return str(tmp_path / "plan.xlsx")

    return write


def test_the_answer_names_what_is_broken_and_what_the_best_plan_saves(case, capsys):
    """90 × 10 and 10 t missing at 1000, against 100 × 5."""
    assert run(["evaluate", case()]) == 0
    out = capsys.readouterr().out
    assert "It is not allowed: it breaks 1 rule." in out
    assert "Capacity A (Sources!D2) in 2011: 90 t, at most 80 t; 10 t too much" in out
    assert (
        "The best plan saves USD 400 and avoids USD 10,000 of shortfall and other values that "
        "nobody pays: USD 10,400 better in sum."
    ) in " ".join(out.split())


def test_json_of_several_scenarios(case, capsys):
    assert run(["evaluate", case(), "--json", "--all-scenarios"]) == 0
    document = json.loads(capsys.readouterr().out)
    base, larger = document["runs"]
    assert (document["status"], document["case"]) == ("optimal", "plan")
    assert (base["current"]["allowed"], larger["current"]["allowed"]) == (False, True)
    (broken,) = base["current"]["broken"]
    assert (broken["kind"], broken["cell"], broken["amount"]) == (
        "capacity",
        "Sources!D2",
        pytest.approx(10),
    )
    assert larger["current"]["objective"] == pytest.approx(10_900)
    assert larger["best"]["objective"] == pytest.approx(500)
    assert larger["dearer"] == pytest.approx(10_400)
    assert larger["dearer_paid"] == pytest.approx(400)


def test_a_current_plan_that_is_the_best(case, capsys):
    assert run(["evaluate", case(Current_plan=[["Source", 2011], ["B", 100]])]) == 0
    out = capsys.readouterr().out
    assert "It is allowed: it keeps every rule." in out
    assert "No plan is cheaper." in out


def test_a_plan_that_breaks_rules_may_be_cheaper_than_the_best(case, capsys):
    """B's 100 t at 5 break the limit of 20 t: the best is 20 × 5 + 80 × 10."""
    limits = [["Limit", "Type", "Applies to", "Maximum [t]"], ["Few", "tonnes", "Source=B", 20]]
    code = run(["evaluate", case(Current_plan=[["Source", 2011], ["B", 100]], Limits=limits)])
    assert code == 0
    out = capsys.readouterr().out
    assert "Limit Few (Limits!D2) in 2011: 100 t, at most 20 t; 80 t too much" in out
    assert "The Current plan costs USD 400 less than the best plan that keeps every rule." in out


@pytest.mark.parametrize(
    ("tonnes", "most", "words"),
    [
        (20, 0.6, "in 2011: 66.7 %, at most 60 %; 6.7 percentage points too much"),
        (39.999, 0.5, "in 2011: 50.0006 %, at most 50 %; 0.000625008 percentage points too much"),
    ],
)
def test_shares_are_said_in_percent(tonnes, most, words, case, capsys):
    """40 t of A beside 20 t of B, and beside so many that it is too much by a hair."""
    header = ["Limit", "Type", "Share of", "Applies to", "Maximum"]
    limits = [header, ["A", "share", "purchases", "Source=A", most]]
    plan = [["Source", 2011], ["A", 40], ["B", tonnes]]
    assert run(["evaluate", case(Current_plan=plan, Limits=limits)]) == 0
    assert words in " ".join(capsys.readouterr().out.split())


def test_exit_codes(case, capsys):
    assert run(["evaluate", case(Current_plan=None)]) == 3
    assert "Current plan: sheet is missing" in capsys.readouterr().err
    assert run(["evaluate", case(Current_plan=[["Source", 2011], ["Z", 1]])]) == 3
    assert "Current plan!A2: unknown source 'Z'" in capsys.readouterr().err
    limits = [["Limit", "Type", "Minimum [t]", "Applies to"], ["Most", "tonnes", 90, "Source=A"]]
    assert run(["evaluate", case(Limits=limits)]) == 4
    shown = capsys.readouterr()
    assert "There is no best plan to compare it with." in shown.out
    assert "infeasible" in shown.err
