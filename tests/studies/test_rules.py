"""What each quota, limit and contract costs: hand-solved, and on the examples."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import planner
from cases import case_of
from planner.cli.main import run
from planner.report.exhibit_text import text_of
from planner.report.rules import exhibit
from planner.studies import rules as study
from planner.studies.rules import RuleCost, Rules

INPUTS = Path(__file__).parents[2] / "inputs"
EXAMPLES = sorted(INPUTS.glob("*.xlsx"))

SMALLEST: dict[str, list[list[Any]]] = {
    "Periods": [["Period", "Years"], ["2011", 1]],
    "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 1000]],
    "Demand": [["Item", "Every period"], ["Nd", 100]],
    "Sources": [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
        ["CN", "China", "Nd", "unlimited", 50],
        ["AU", "Australia", "Nd", "unlimited", 80],
    ],
}
"""100 t: 5,000 USD from China, 30 USD a tonne more from Australia."""

QUOTA = [["Quota", "Applies to", "Tonnes [t]"], ["China", "Country=China", 40]]
"""40 t of China and 60 t of Australia: 2,000 + 4,800 USD. It costs 60 · 30 = 1,800."""


case = partial(case_of, SMALLEST)


def limits(*rows: list[Any], columns: tuple[str, ...] = ()) -> list[list[Any]]:
    """The sheet Limits; the cells of each row are those of these columns."""
    return [["Limit", "Type", "Applies to", *columns], *rows]


def asked(**sheets: list[list[Any]]) -> dict[str, RuleCost]:
    """The price tags of a case, by the name of the rule."""
    (only,) = planner.rules(case(**sheets)).runs
    return {one.rows[0].name: one for one in only.rules}


# -- what one rule costs --------------------------------------------------------------------


def test_a_quota_costs_what_the_dearer_tonnes_cost_more():
    found = asked(Quotas=QUOTA)["China"]
    assert found.rows[0].cell == "Quotas!C2"
    assert found.cost.objective == pytest.approx(5000)
    assert found.saves == pytest.approx(1800)
    assert found.saves_paid == pytest.approx(1800)
    assert dict(found.changes) == pytest.approx({"CN": 60, "AU": -60})


def test_two_limits_on_the_same_thing_cost_nothing_each_and_something_together():
    """Either of two limits of 40 t holds without the other."""
    rules = limits(
        ["A", "tonnes", "Source=CN", 40], ["B", "tonnes", "Source=CN", 40], columns=("Maximum",)
    )
    (found,) = planner.rules(case(Limits=rules)).runs
    assert [one.saves for one in found.rules] == [0, 0]
    assert found.without_all is not None
    assert found.without_all.saves == pytest.approx(1800)


def test_all_windows_of_a_row_count_together():
    """40 t of China in 2011, 90 t in 2012: one row with a column for each period."""
    found = asked(
        Periods=[["Period"], ["2011"], ["2012"]],
        Quotas=[["Quota", "Applies to", "2011", "2012"], ["China", "Country=China", 40, 90]],
    )["China"]
    assert found.rows[0].cells == ("Quotas!C2", "Quotas!D2")
    assert found.saves == pytest.approx(30 * (60 + 10))


def test_names_may_repeat_with_another_window():
    rows = [
        ["Quota", "Applies to", "From", "To", "Tonnes [t]"],
        ["China", "Country=China", "2011", "2011", 40],
        ["China", "Country=China", "2012", "2012", 90],
    ]
    (found,) = planner.rules(case(Periods=[["Period"], ["2011"], ["2012"]], Quotas=rows)).runs
    assert [one.saves for one in found.rules] == pytest.approx([1800, 300])
    assert [one.rows[0].cell for one in found.rules] == ["Quotas!E2", "Quotas!E3"]


def test_without_a_soft_limit_no_penalty_is_paid():
    """20 USD for a tonne beyond 40 t is less than 30 more for Australia: 60 · 20 are saved."""
    rules = limits(["Soft", "tonnes", "Source=CN", 40, 20], columns=("Maximum", "Penalty [USD/t]"))
    found = asked(Limits=rules)["Soft"]
    assert found.saves == pytest.approx(1200)
    assert found.saves_paid == pytest.approx(0)


def test_what_a_shortfall_costs_is_saved_but_not_paid():
    """No Australia: 60 t missing at 1,000 USD, that would be bought at 50."""
    sources = SMALLEST["Sources"][:2]
    found = asked(Quotas=QUOTA, Sources=sources)["China"]
    assert found.saves == pytest.approx(60 * 950)
    assert found.saves_paid == pytest.approx(-60 * 50)
    assert found.cost.shortfall_t == pytest.approx(0)


def test_a_contract_costs_what_has_to_be_lifted_of_it():
    """30 t of Australia have to be taken, 30 USD a tonne too dear."""
    contracts = [
        ["Contract", "Source", "Minimum [t]", "Maximum [t]", "Must take"],
        ["Offtake", "AU", 30, 50, 1],
    ]
    found = asked(Contracts=contracts)["Offtake"]
    assert found.rows[0].cell == "Contracts!D2"
    assert found.saves == pytest.approx(900)


def test_without_a_contract_a_source_is_bought_up_to_its_capacity():
    """The level caps what is taken of China at 20 t."""
    contracts = [["Contract", "Source", "Maximum [t]"], ["Offtake", "CN", 20]]
    found = asked(Contracts=contracts)["Offtake"]
    assert found.saves == pytest.approx(80 * 30)
    assert dict(found.changes) == pytest.approx({"CN": 80, "AU": -80})


def test_a_number_of_suppliers_is_searched_again_without():
    """Two suppliers of 10 t each at least: 10 t of Australia, 30 USD too dear."""
    sources = [[*row] for row in SMALLEST["Sources"]]
    for row in sources[1:]:
        row[3] = 500
    rules = limits(["Two", "suppliers", "*", 2, 10], columns=("Minimum", "Counts from [t]"))
    found = planner.rules(case(Sources=sources, Limits=rules))
    (only,) = found.runs
    assert not only.is_linear
    assert only.rules[0].saves == pytest.approx(300)
    assert "gap" in text_of(exhibit(found))


def test_an_hhi_costs_what_spreading_costs():
    """At most 0.52: shares of 0.6 and 0.4, so 40 t of Australia."""
    rules = limits(["Spread", "HHI", "*", 0.52], columns=("Maximum",))
    assert asked(Limits=rules)["Spread"].saves == pytest.approx(1200, rel=1e-5)


def test_a_quota_that_a_price_by_volume_leans_on():
    """China costs 50 up to 20 t/yr, 70 beyond; the quota of 20 t hides the second price.

    With it 20 · 50 + 80 · 80; without 20 · 50 + 80 · 70: 800 USD less, not 2,400.
    """
    tiers = [["Source", "From [t/yr]", "Price [USD/t]"], ["CN", 0, 50], ["CN", 20, 70]]
    quota = [QUOTA[0], ["China", "Country=China", 20]]
    assert asked(Tiers=tiers, Quotas=quota)["China"].saves == pytest.approx(800)


def test_without_any_rule_prices_by_volume_need_no_bound():
    """A minimum on spend makes cheap tonnes a decision, which the quota bounds; both are gone."""
    tiers = [["Source", "From [t/yr]", "Price [USD/t]"], ["CN", 0, 50], ["CN", 20, 70]]
    rules = limits(["Spend", "spend", "Source=CN", 1000], columns=("Minimum",))
    (found,) = planner.rules(case(Tiers=tiers, Quotas=QUOTA, Limits=rules)).runs
    spend = next(one for one in found.rules if one.rows[0].name == "Spend")
    quota = next(one for one in found.rules if one.rows[0].name == "China")
    assert spend.saves == 0
    assert quota.cost.status == "undefined"
    assert found.without_all is not None
    assert found.without_all.cost.objective == pytest.approx(20 * 50 + 80 * 70)


def test_what_seems_dearer_without_a_rule_is_the_gap_of_the_search(monkeypatch):
    """The plan with the rule is one without it, too."""
    dearer = study.Cost("optimal", 7000.0, paid=7000.0, shortfall_t=0.0)
    monkeypatch.setattr(study._Asker, "_solved_without", lambda *_: dearer)
    assert asked(Quotas=QUOTA)["China"].saves == 0


def test_a_decision_that_only_the_rule_bounds():
    """An order cost needs a bound on what is ordered, and the quota is the only one."""
    sources = [[*SMALLEST["Sources"][0], "Order cost [USD]"],
               [*SMALLEST["Sources"][1], 10], [*SMALLEST["Sources"][2], None]]  # fmt: skip
    found = asked(Sources=sources, Quotas=QUOTA)["China"]
    assert (found.cost.status, found.saves) == ("undefined", None)
    assert found.cost.reason == "CN would be unlimited, and a yes/no decision needs a bound"


def test_without_a_quota_the_case_may_earn_without_end():
    """A tonne of China sells for 60 USD, and costs 50."""
    materials = [["Material", "Shortfall cost [USD/t]", "Surplus value [USD/t]"], ["Nd", 1000, 60]]
    found = asked(Materials=materials, Quotas=QUOTA)["China"]
    assert (found.cost.status, found.saves) == ("unbounded", None)
    assert "earn without end" in found.cost.reason


# -- priorities, and no plan ----------------------------------------------------------------


def test_without_a_limit_of_higher_priority_another_is_kept():
    """Most and Least contradict each other; Least (priority 2) is given up, for 40 t of China.

    That plan costs 40 · 50 + 60 · 80 = 6,800; without Most 90 t of China are bought because of
    Least, and 10 more as they are cheaper: 5,000, 1,800 less. Without Least nothing changes.
    """
    rules = limits(
        ["Most", "tonnes", "Source=CN", None, 40, "1"],
        ["Least", "tonnes", "Source=CN", 90, None, "2"],
        columns=("Minimum", "Maximum", "Priority"),
    )
    (found,) = planner.rules(case(Limits=rules)).runs
    most, least = found.rules
    assert found.base.given_up == ("Least",)
    assert most.saves == pytest.approx(1800)
    assert most.cost.given_up == ()
    assert least.saves == 0


def test_without_a_limit_of_higher_priority_the_plan_may_cost_more():
    """At most 40 t of Australia beats at least 90 t: without it 90 t are bought, 50 · 30 more."""
    rules = limits(
        ["Most", "tonnes", "Source=AU", None, 40, "1"],
        ["Least", "tonnes", "Source=AU", 90, None, "2"],
        columns=("Minimum", "Maximum", "Priority"),
    )
    found = planner.rules(case(Limits=rules))
    assert found.runs[0].rules[0].saves == pytest.approx(-1500)
    assert "would cost USD 1,500 more" in text_of(exhibit(found))


def test_where_there_is_no_plan_the_rules_without_which_there_is_one_are_named():
    """At least 90 t and at most 40 t of China; at most 95 t of Australia is no matter."""
    rules = limits(
        ["Most", "tonnes", "Source=CN", None, 40],
        ["Least", "tonnes", "Source=CN", 90, None],
        ["Else", "tonnes", "Source=AU", None, 95],
        columns=("Minimum", "Maximum"),
    )
    found = planner.rules(case(Limits=rules))
    (only,) = found.runs
    assert (only.status, found.exit_code) == ("infeasible", 4)
    assert [one.cost.objective for one in only.rules] == [
        pytest.approx(5000),
        pytest.approx(6800),
        None,
    ]
    assert [one.saves for one in only.rules] == [None, None, None]
    said = text_of(exhibit(found))
    assert "Without any one of limit Most (Limits!E2), limit Least (Limits!D3) there is one" in said


def test_a_case_without_rules():
    found = planner.rules(case())
    assert found.exit_code == 0
    assert found.to_dict()["rules"] == []
    assert found.to_dict()["runs"][0]["without_all"] is None
    assert "There are no quotas, limits or contracts" in text_of(exhibit(found))


def test_time_that_is_up_leaves_the_rest_unasked():
    """A limit of no time: not even the plan with all rules."""
    found = planner.rules(case(Quotas=QUOTA), options=planner.Options(time_limit=0))
    assert (found.runs[0].status, found.exit_code) == ("stopped", 5)
    assert found.runs[0].rules[0].saves is None


def test_ctrl_c_between_two_rules_leaves_what_is_done(monkeypatch):
    rules = limits(
        ["A", "tonnes", "Source=CN", 40], ["B", "tonnes", "Source=AU", 10], columns=("Maximum",)
    )
    solved = study._Asker._solved_without
    calls = []

    def stopped(self, rows, start):
        calls.append(rows)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return solved(self, rows, start)

    monkeypatch.setattr(study._Asker, "_solved_without", stopped)
    found = planner.rules(case(Limits=rules))
    (only,) = found.runs
    assert len(calls) == 2  # nothing more is asked
    assert [one.saves is None for one in only.rules] == [False, True]
    assert (only.status, found.exit_code) == ("feasible", 0)
    assert "Stopped before all was asked" in text_of(exhibit(found))


# -- warm ------------------------------------------------------------------------------------


def test_rules_with_no_worth_are_not_solved_for(monkeypatch):
    """The dual values of the plan prove what rules that do not bind cost."""
    names = [f"L{i}" for i in range(9)]
    rows = [[name, "tonnes", "Source=CN", 150] for name in names]
    rules = limits(*rows, ["Binds", "tonnes", "Source=CN", 40], columns=("Maximum",))
    asked_for = []
    solved = study._Asker._solved_without

    def counted(self, rows, start):
        asked_for.append([row.name for row in rows])
        return solved(self, rows, start)

    monkeypatch.setattr(study._Asker, "_solved_without", counted)
    (found,) = planner.rules(case(Limits=rules)).runs
    assert [one.saves for one in found.rules] == pytest.approx([0] * 9 + [1800])
    assert asked_for == [["Binds"], [*names, "Binds"]]


# -- the examples, and the command ----------------------------------------------------------


def without_row(case: planner.Case, cell: str) -> planner.Case:
    """The case with the row of a cell deleted from its sheet."""
    sheet, _, place = cell.partition("!")
    number = int("".join(filter(str.isdigit, place)))
    table = case.tables[sheet]
    left = replace(table, rows=tuple(row for row in table.rows if row.number != number))
    assert len(left.rows) == len(table.rows) - 1
    return replace(case, tables={**case.tables, sheet: left}, _resolved={})


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_against_the_case_with_the_row_deleted(path):
    """Every rule of every example: its row is deleted, and what is left is solved."""
    example = planner.read(path)
    found = planner.rules(example).to_dict()
    (with_all,) = found["runs"]
    assert with_all["objective"] == pytest.approx(planner.solve(example).objective)
    assert found["rules"]
    for one in found["rules"]:
        without = planner.solve(without_row(example, one["cell"])).objective
        assert one["objective_without"] == pytest.approx(without, rel=2e-6), one["name"]
        assert one["saves"] == pytest.approx(
            with_all["objective"] - without, abs=4e-6 * with_all["objective"]
        )


def test_japan_in_figures():
    """Without the quota the 32,000 t come from China at 62.28 USD/kg landed."""
    found: Rules = planner.rules(planner.read(INPUTS / "japan-2011.xlsx"))
    (quota,) = found.runs[0].rules
    assert quota.cost.objective == pytest.approx(32_000 * 62_280)
    assert quota.saves == pytest.approx(3_376_200_000 - 1_992_960_000)


def test_json_has_what_is_agreed(capsys, tmp_path):
    out = tmp_path / "rules.xlsx"
    code = run(["rules", str(INPUTS / "japan-2011.xlsx"), "--json", "-o", str(out)])
    document = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (document["status"], document["case"], document["output"]) == (
        "optimal", "japan-2011", str(out)
    )  # fmt: skip
    (rule,) = document["rules"]
    assert {"name", "cell", "objective_without", "saves"} <= rule.keys()
    assert (rule["kind"], rule["name"], rule["cell"]) == ("quota", "China", "Quotas!E2")


def test_several_scenarios_side_by_side(capsys, tmp_path):
    out = tmp_path / "rules.xlsx"
    picture = tmp_path / "rules.svg"
    code = run(["rules", str(INPUTS / "japan-2011.xlsx"), "--all-scenarios", "-o", str(out),
                "--plot", str(picture)])  # fmt: skip
    said = " ".join(capsys.readouterr().out.split())
    assert code == 0
    assert "Base: Quota China (Quotas!E2) costs USD 1,383.2 million (41 % of all)" in said
    assert "Quota down 30 %: Quota China (Quotas!E2) costs USD 2,209.6 million" in said
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Answer", "Rules", "Plans", "Chart data"]
    assert [cell.value for cell in book["Rules"][1]][:4] == [
        "Scenario", "Without", "Cell", "Saves [MUSD]"
    ]  # fmt: skip
    assert "quota China" in picture.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--scenario", "Nowhere"], "unknown scenario 'Nowhere'"),
        (["--plot", "rules.pdf"], ".png or an .svg"),
        (["--set", "Quotas[Quota=Nobody].Tonnes=1"], "Nobody"),
    ],
)
def test_wrong_use(arguments, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["rules", str(INPUTS / "japan-2011.xlsx"), *arguments]) == 2
    assert words in capsys.readouterr().err
    assert not any(tmp_path.iterdir())
