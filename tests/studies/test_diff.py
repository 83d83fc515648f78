"""`planner diff`: changed inputs, and which of them costs what, worked out by hand."""

from __future__ import annotations

import itertools
import json
import random
from functools import partial
from pathlib import Path

import openpyxl
import pytest

import planner
from cases import case_of
from planner.case.difference import changes_between
from planner.cli.main import run
from planner.report.diff import exhibit
from planner.studies import diff as study
from planner.studies.diff import diff

INPUTS = Path(__file__).parents[2] / "inputs"

SHEETS = {
    "Periods": [["Period", "Years"], ["2011", 1]],
    "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 1000]],
    "Demand": [["Item", "2011 [t]"], ["Nd", 100]],
    "Sources": [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
        ["A", "China", "Nd", 80, 10],
        ["B", "Australia", "Nd", 50, 25],
    ],
}


case = partial(case_of, SHEETS)


def sources(*rows):
    return [SHEETS["Sources"][0], *rows]


def parts(found):
    """The parts by the words of their changes."""
    return {
        " & ".join(found.inputs[k].words for k in step.changes): step.part for step in found.steps
    }


def test_parts_by_hand():
    """Old: 80 × 10 + 20 × 25 = 1300. Demand 120: 20 more of B, + 500. Price of A 10 → 12: + 160.

    Capacity of B 50 → 30, 40 t of which were needed: 10 t missing at 1000 less 25: + 9750.
    """
    new = case(
        "new",
        Demand=[["Item", "2011 [t]"], ["Nd", 120]],
        Sources=sources(["A", "China", "Nd", 80, 12], ["B", "Australia", "Nd", 30, 25]),
    )
    found = diff(case("old"), new)
    assert parts(found) == pytest.approx(
        {
            "Demand Nd, 2011: 100 → 120 t": 500,
            "Sources A, Price: 10 → 12 USD/t": 160,
            "Sources B, Capacity: 50 → 30 t/yr": 9_750,
        }
    )
    assert [(one.old_cell, one.new_cell) for one in found.inputs] == [
        ("Demand!B2", "Demand!B2"), ("Sources!E2", "Sources!E2"), ("Sources!D3", "Sources!D3"),
    ]  # fmt: skip
    assert found.change == pytest.approx(500 + 160 + 9_750)
    assert [(one.kind, one.name, one.period, one.change_t) for one in found.plan] == [
        ("purchase", "B", "2011", pytest.approx(10)),
        ("shortfall", "Nd", "2011", pytest.approx(10)),
    ]
    text = " ".join(exhibit(found).sentences)
    assert "+ USD 9,750: Sources B, Capacity: 50 → 30 t/yr (Sources!D3)." in text
    assert "10 t more of demand missing for Nd" in text


def test_what_stands_elsewhere_or_in_another_unit_is_no_change():
    """Rows and columns in another order, kilotonnes for tonnes, and a price per kilogram."""
    head = ["Country", "Source", "Price [USD/kg]", "Material", "Capacity [kt/yr]"]
    rows = [["Australia", "B", 0.025, "Nd", 0.05], ["China", "A", 0.01, "Nd", 0.08]]
    new = case(Sources=[head, *rows], Demand=[["Item", "2011 [kt]"], ["Nd", 0.1]])
    found = diff(case(), new)
    assert found.inputs == ()
    assert found.steps == ()
    assert found.change == pytest.approx(0, abs=1e-9)
    said = exhibit(found).sentences
    assert said[0] == "The inputs are the same."
    assert "The rows of Sources stand in another order" in said[1]
    assert found.to_dict()["sources_reordered"]


def test_equally_cheap_plans_change_places_with_the_rows():
    """A and B cost the same: the first row is taken first. Nothing is said where rows stay."""
    rows = [["A", "China", "Nd", 80, 10], ["B", "Australia", "Nd", 80, 10]]
    old = case(Sources=sources(*rows))
    found = diff(old, case(Sources=sources(*rows[::-1])))
    assert found.change == pytest.approx(0)
    assert {(one.name, one.change_t) for one in found.plan} == {("A", -60.0), ("B", 60.0)}
    assert "another order" in " ".join(exhibit(found).sentences)
    same = diff(old, old)
    assert "another order" not in " ".join(exhibit(same).sentences)
    assert not same.to_dict()["sources_reordered"]


def test_prices_have_their_currency_and_a_window_says_from_when_on_it_holds():
    """A is in EUR; the quota of its row holds from 2011 on, whatever comes."""
    header = ["Source", "Country", "Material", "Capacity [t/yr]", "Price [/kg]", "Currency"]
    quota = ["Quota", "Applies to", "From", "Tonnes [t]"]
    old, new = (
        case(
            name,
            Sources=[
                header,
                ["A", "China", "Nd", 80, price, "EUR"],
                ["B", "Australia", "Nd", 80, price, None],
            ],
            Currencies=[["Currency", "Every period"], ["EUR", 1.1]],
            Quotas=[quota, ["China", "Country=China", "2011", tonnes]],
        )
        for name, price, tonnes in (("old", 0.01, 50), ("new", 0.02, 40))
    )
    assert [one.words for one in changes_between(old, new)] == [
        "Sources A, Price: 0.01 → 0.02 EUR/kg",
        "Sources B, Price: 0.01 → 0.02 USD/kg",
        "Quotas China, from 2011, Tonnes: 50 → 40 t",
    ]


def test_a_row_that_comes_and_one_that_goes():
    """C at 15 takes the 20 t of B: − 200; without A, C has 30 t, B 50 t, and 20 t are missing."""
    new = case(
        Sources=sources(["B", "Australia", "Nd", 50, 25], ["C", "India", "Nd", 30, 15]),
    )
    found = diff(case(), new)
    assert [(one.kind, one.row) for one in found.inputs] == [("removed", "A"), ("added", "C")]
    # First A goes: 50 × 25 + 50 × 1000 less 1300; then C replaces 30 t that are missing.
    assert [step.part for step in found.steps] == pytest.approx([51_250 - 1_300, -30 * 985])
    assert found.change == pytest.approx(450 + 1_250 + 20_000 - 1_300)


def test_a_row_of_one_value_says_it():
    settings = [["Setting", "Value"], ["Shortfall", "forbidden"], ["Discount rate", 0.05]]
    found = diff(case(), case(Settings=settings, Demand=[["Item", "2011 [t]"], ["Nd", 130]]))
    words = [one.words for one in found.inputs]
    assert "Settings Shortfall: row added (forbidden)" in words
    back = diff(case(Settings=settings), case())
    (one,) = (one for one in back.inputs if one.row == "Shortfall")
    assert one.words == "Settings Shortfall: row removed (forbidden)"
    assert (one.old, one.new) == ("forbidden", None)
    rows = {row[1]: row[3:6] for row in exhibit(back).tables[1].rows}
    assert rows["Shortfall"] == ["removed", "forbidden", None]


FORBIDDEN = [["Setting", "Value"], ["Shortfall", "forbidden"]]


def test_a_change_that_leaves_no_plan_goes_with_the_next():
    """120 t demanded of 80 + 30 t: no plan, until A has 90 t. 90 × 10 + 30 × 25 = 1650."""
    old = case(Settings=FORBIDDEN)
    new = case(
        Settings=FORBIDDEN,
        Demand=[["Item", "2011 [t]"], ["Nd", 140]],
        Sources=sources(["A", "China", "Nd", 90, 10], ["B", "Australia", "Nd", 50, 20]),
    )
    found = diff(old, new)
    first, last = found.steps
    assert (first.changes, first.waited) == ((0, 1), (0,))
    assert first.part == pytest.approx(90 * 10 + 50 * 25 - 1_300)
    assert last.part == pytest.approx(-50 * 5)
    assert found.change == pytest.approx(900 + 1_000 - 1_300)
    assert any("went together with the next" in note for note in exhibit(found).notes)


def test_a_name_that_nothing_defines_yet_goes_with_what_defines_it():
    """Another material is demanded, made by its own source: neither is a case without the other."""
    new = case(
        Materials=[["Material", "Shortfall cost [USD/t]"], ["Nd", 1000], ["Dy", 500]],
        Demand=[["Item", "2011 [t]"], ["Nd", 100], ["Dy", 10]],
        Sources=sources(*SHEETS["Sources"][1:], ["D", "India", "Dy", 50, 40]),
    )
    found = diff(case(), new)
    assert found.change == pytest.approx(10 * 40)
    assert sum(step.part for step in found.steps) == pytest.approx(found.change)
    assert {k for step in found.steps for k in step.changes} == set(range(len(found.inputs)))


def test_periods_that_come():
    new = case(
        Periods=[["Period", "Years"], ["2011", 1], ["2012", 1]],
        Demand=[["Item", "2011 [t]", "2012 [t]"], ["Nd", 100, 60]],
    )
    found = diff(case(), new)
    assert found.change == pytest.approx(60 * 10)
    assert [step.part for step in found.steps] == pytest.approx([0, 600])


def test_a_cell_that_stands_for_every_period_is_one_change():
    periods = [["Period", "Years"], ["2011", 1], ["2012", 1]]
    old, new = (
        case(Periods=periods, Demand=[["Item", "Every period [t]"], ["Nd", tonnes]])
        for tonnes in (60, 70)
    )
    found = diff(old, new)
    assert parts(found) == pytest.approx({"Demand Nd, 2011..2012: 60 → 70 t": 2 * 10 * 10})


def test_a_case_without_a_plan_is_said_with_the_change_that_takes_it():
    old = case(Settings=FORBIDDEN)
    new = case(
        Settings=FORBIDDEN,
        Demand=[["Item", "2011 [t]"], ["Nd", 110]],
        Sources=sources(["A", "China", "Nd", 40, 10], ["B", "Australia", "Nd", 50, 25]),
    )
    found = diff(old, new)
    assert (found.status, found.exit_code, found.change) == ("infeasible", 4, None)
    assert [step.objective is None for step in found.steps] == [False, True]
    text = " ".join(exhibit(found).sentences)
    assert "There is no plan any more from this change on: Sources A, Capacity: 80 → 40" in text
    assert found.to_dict()["objective"]["new"] is None


def test_many_changes_are_taken_by_row_and_the_parts_still_add_up(monkeypatch):
    monkeypatch.setattr(study, "MOST_STEPS", 2)
    new = case(
        Demand=[["Item", "2011 [t]"], ["Nd", 120]],
        Sources=sources(["A", "India", "Nd", 70, 12], ["B", "Brazil", "Nd", 40, 30]),
    )
    found = diff(case(), new)
    assert [len(step.changes) for step in found.steps] == [1, 6]
    assert sum(step.part for step in found.steps) == pytest.approx(found.change)


def test_stopped_early_what_is_left_is_one_step(monkeypatch):
    """Ctrl-C before the second change: the first is told, the others are one."""
    new = case(
        Demand=[["Item", "2011 [t]"], ["Nd", 120]],
        Sources=sources(["A", "China", "Nd", 80, 12], ["B", "Australia", "Nd", 30, 25]),
    )

    def interrupted(steps):
        yield steps[0]
        raise KeyboardInterrupt

    found = diff(case(), new, progress=interrupted)
    assert [step.changes for step in found.steps] == [(0,), (1, 2)]
    assert [step.part for step in found.steps] == pytest.approx([500, 160 + 9_750])
    assert not found.is_complete
    assert (found.status, found.exit_code) == ("feasible", 0)
    assert any("not told apart" in note for note in exhibit(found).notes)


def _changed(book, dice):
    """Some numbers of an example changed, its rows shuffled; returns how many were changed."""
    count = 0
    for name, factor in (("Demand", 0.9), ("Capacity", 1.1), ("Quotas", 0.8), ("Indices", 1.2)):
        if name not in book.sheetnames:
            continue
        sheet = book[name]
        cells = [
            cell for row in sheet.iter_rows(min_row=2) for cell in row
            if isinstance(cell.value, int | float) and cell.value > 50
        ]  # fmt: skip
        for cell in dice.sample(cells, min(3, len(cells))):
            cell.value = round(cell.value * factor, 3)
            count += 1
    return count


@pytest.mark.parametrize("example", sorted(path.stem for path in INPUTS.glob("*.xlsx")))
def test_on_the_examples_each_step_is_what_solving_again_gives(example, tmp_path):
    """The steps by changes on the old case, made by name; the parts add up to the last digit."""
    book = openpyxl.load_workbook(INPUTS / f"{example}.xlsx")
    count = _changed(book, random.Random(example))
    book.save(tmp_path / "new.xlsx")
    old, new = planner.read(INPUTS / f"{example}.xlsx"), planner.read(tmp_path / "new.xlsx")
    found = diff(old, new, options=planner.Options(mip_gap=0.0))
    assert len(found.inputs) == count > 0
    costs = [planner.solve(one, options=planner.Options(mip_gap=0.0)).objective
             for one in (old, new)]  # fmt: skip
    assert found.change == pytest.approx(costs[1] - costs[0], rel=1e-6)
    assert sum(step.part for step in found.steps) == pytest.approx(found.change, rel=1e-12)
    ends = [costs[0], *(step.objective for step in found.steps)]
    assert [b - a for a, b in itertools.pairwise(ends)] == pytest.approx(
        [step.part for step in found.steps], rel=1e-6, abs=1e-6 * costs[0]
    )
    assert changes_between(new, new) == ()


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    book = openpyxl.load_workbook(INPUTS / "japan-2011.xlsx")
    book["Quotas"]["E2"] = 14_000
    book.save("new.xlsx")
    old = str(INPUTS / "japan-2011.xlsx")
    assert run(["diff", old, "new.xlsx", "--json", "--plot", "cost.png"]) == 0
    document = json.loads(capsys.readouterr().out)
    # 6,000 t missing at 200 USD/kg instead of bought at 62.28
    assert document["objective"]["change"] == pytest.approx(6_000 * 137_720)
    assert document["inputs"] == [
        {"sheet": "Quotas", "row": "China, 2011", "column": "Tonnes", "kind": "changed",
         "old": 20_000, "new": 14_000, "unit": "t", "old_cell": "Quotas!E2",
         "new_cell": "Quotas!E2"},
    ]  # fmt: skip
    assert document["steps"][0]["changes"] == [0]
    assert document["output"] == str(Path("outputs") / "new-diff.xlsx")
    assert (tmp_path / "cost.png").stat().st_size > 10_000
    sheets = openpyxl.load_workbook(document["output"]).sheetnames
    assert sheets[:4] == ["Answer", "Cost by change", "Inputs", "Plan"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--scenario", "Nobody"], "japan-2011.xlsx has no scenario 'Nobody'"),
        (["-o", "new.xlsx"], "new.xlsx is the case itself"),
    ],
)
def test_wrong_use(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    case = INPUTS / "japan-2011.xlsx"
    (tmp_path / "new.xlsx").write_bytes(case.read_bytes())
    assert run(["diff", str(case), "new.xlsx", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_the_wrong_workbook_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    book = openpyxl.load_workbook(INPUTS / "japan-2011.xlsx")
    book["Demand"]["B2"] = "many"
    book.save("old.xlsx")
    assert run(["diff", "old.xlsx", str(INPUTS / "japan-2011.xlsx")]) == 3
    err = capsys.readouterr().err
    assert err.startswith("old.xlsx is wrong:")
    assert "Demand!B2" in err
