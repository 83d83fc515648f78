"""What each scenario's plan costs when another comes true: by hand, and by freezing it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import planner
from cases import case_of
from planner.case.scenario import CurrentPlan
from planner.report.compare import exhibit
from planner.solving.live import Live
from planner.solving.options import Options
from planner.studies.compare import Comparison

INPUTS = Path(__file__).parents[2] / "inputs"

SHEETS: dict[str, list[list[Any]]] = {
    "Periods": [["Period", "Years"], ["2011", 1], ["2012", 1]],
    "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 1000]],
    "Demand": [["Item", "Every period"], ["Nd", 100]],
    "Sources": [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
        ["A", "China", "Nd", 200, 10],
        ["B", "Australia", "Nd", 500, 50],
    ],
    "Stock": [["Material", "Holding cost [USD/t/yr]"], ["Nd", 1]],
    "Scenarios": [["Scenario"], ["Embargo"], ["Tight"]],
    "Changes": [
        ["Scenario", "Sheet", "Rows", "Column", "Operation", "Value"],
        ["Embargo", "Availability", "Source=A", "2012", "set", 0],
        ["Tight", "Capacity", "Source=A", "2011", "set", 60],
    ],
}


make = partial(case_of, SHEETS)


def cell(found: Comparison, plan: str, scenario: str) -> Any:
    names = found.scenarios
    return found.replanned[names.index(plan)][names.index(scenario)]


def test_regret_by_hand():
    """Held is 2011; 2012 is planned anew.

    Base buys 100 t of A in each year: 2 × 100 × 10 = 2,000.
    Embargo (no A in 2012) buys 200 t of A in 2011 and keeps 100: 2,000 + 100 × 1 = 2,100.
    Tight (60 t of A in 2011) buys 40 t of B: 60 × 10 + 40 × 50 + 100 × 10 = 3,600.

    Base's plan in Embargo: 100 × 10, then B: 100 × 50, 6,000 in all. Embargo's in Base: 2,100.
    Tight's in Base 3,600, in Embargo 60 × 10 + 40 × 50 + 100 × 50 = 7,600.
    Base's and Embargo's in Tight are cut to 60 t of A, and 40 t are missing in 2011, since what
    is held of B is nothing: 600 + 40 × 1,000 + 1,000 = 41,600.
    """
    found = planner.compare(make())
    assert found.scenarios == ("Base", "Embargo", "Tight")
    assert found.through == "2011"
    assert [one.objective for one in found.runs.plans] == pytest.approx([2000, 2100, 3600])
    expected = [[0, 3900, 38000], [100, 0, 38000], [1600, 5500, 0]]
    for row, regrets in zip(found.regret, expected, strict=True):
        assert row == pytest.approx(regrets)
    assert found.worst == pytest.approx([38000, 38000, 5500])
    assert found.least_worst == "Tight"
    assert cell(found, "Base", "Tight").cut_t == pytest.approx(40)
    assert cell(found, "Embargo", "Tight").cut_t == pytest.approx(140)
    (cut,) = cell(found, "Embargo", "Tight").cuts
    assert (cut.kind, cut.name, cut.period) == ("purchase", "A", "2011")
    assert (cut.planned, cut.kept) == pytest.approx((200, 60))
    assert cell(found, "Base", "Tight").shortfall_t == pytest.approx(40)
    assert cell(found, "Base", "Embargo").cuts == ()


def test_decide_through_says_how_much_is_held():
    """With 2012 held too, Base's 100 t of A in 2012 are lost in an embargo, and missing."""
    found = planner.compare(make(Settings=[["Setting", "Value"], ["Decide through", "2012"]]))
    assert found.through == "2012"
    assert cell(found, "Base", "Embargo").objective == pytest.approx(1000 + 100 * 1000)
    assert cell(found, "Base", "Embargo").cut_t == pytest.approx(100)


def test_the_cut_is_as_small_as_can_be_and_of_those_the_cheapest():
    """A limit of 80 t on both in 2011: of 60 A and 40 B, 20 t of B are cut, which is dearer."""
    changes = [*SHEETS["Changes"], ["Both", "Limits", "Limit=All", "Maximum", "set", 80]]
    limits = [["Limit", "Type", "To", "Maximum [t]"], ["All", "tonnes", "2011", 1000]]
    case = make(Changes=changes, Scenarios=[*SHEETS["Scenarios"], ["Both"]], Limits=limits)
    found = planner.compare(case, ["Tight", "Both"])
    (cut,) = cell(found, "Tight", "Both").cuts
    assert (cut.name, cut.planned, cut.kept) == ("B", pytest.approx(40), pytest.approx(20))


def test_no_more_is_cut_than_has_to_be_though_it_would_be_cheaper():
    """Base's 100 t of A, where A has 60 t and only 10 t are needed in 2011.

    60 t are kept, 50 of them for 2012: 600 + 50 × 1 + 50 × 10.
    """
    changes = [
        *SHEETS["Changes"],
        ["Fell", "Capacity", "Source=A", "2011", "set", 60],
        ["Fell", "Demand", "Item=Nd", "2011", "set", 10],
    ]
    case = make(Changes=changes, Scenarios=[*SHEETS["Scenarios"], ["Fell"]])
    found = planner.compare(case, ["Base", "Fell"])
    assert cell(found, "Base", "Fell").cut_t == pytest.approx(40)
    assert cell(found, "Base", "Fell").objective == pytest.approx(1150)


def test_a_plan_that_cannot_be_kept_has_no_regret():
    """Where B has a minimum of 10 t in 2011, a plan that buys none of it then is impossible."""
    changes = [*SHEETS["Changes"], ["Must", "Limits", "Limit=Some", "Minimum", "set", 10]]
    limits = [["Limit", "Type", "Applies to", "To", "Minimum [t]"],
              ["Some", "tonnes", "Source=B", "2011", 0]]  # fmt: skip
    case = make(Changes=changes, Scenarios=[*SHEETS["Scenarios"], ["Must"]], Limits=limits)
    found = planner.compare(case, ["Base", "Must"])
    assert cell(found, "Base", "Must").status == "impossible"
    # Must buys 10 t of B in 2011, and so 40 USD more for each.
    assert found.regret == [[0, None], [pytest.approx(400), 0]]
    assert found.worst == [None, pytest.approx(400)]
    assert found.least_worst == "Must"
    assert found.exit_code == 0


def test_a_scenario_without_a_plan_says_so_and_the_others_go_on():
    changes = [*SHEETS["Changes"], ["No", "Limits", "Limit=Some", "Minimum", "set", 10_000]]
    limits = [["Limit", "Type", "To", "Minimum [t]"], ["Some", "tonnes", "2011", 0]]
    scenarios = [*SHEETS["Scenarios"], ["No"]]
    found = planner.compare(make(Changes=changes, Scenarios=scenarios, Limits=limits),
                            ["Base", "No", "Embargo"])  # fmt: skip
    assert [run.status for run in found.runs.runs] == ["optimal", "infeasible", "optimal"]
    assert found.regret[1] == [None, None, None]
    assert [row[1] for row in found.regret] == [None, None, None]
    assert found.regret[0][2] == pytest.approx(3900)
    assert found.least_worst == "Embargo"
    assert found.exit_code == 4


def test_contract_levels_and_restarts_are_held_and_cut():
    """A contract on A of which all has to be lifted, and a restart of C.

    Base takes 100 t/yr of A by contract and restarts C in 2011 for its 50 t at 1 (cost 60).
    In Small the contract is for 30 t at most: the level is cut to 30. In Closed C has no capacity:
    what is bought of it is cut, and the restart, decided, is paid.
    """
    sources = [*SHEETS["Sources"], ["C", "Japan", "Nd", 50, 1]]
    contracts = [
        ["Contract", "Source", "Minimum [t]", "Maximum [t]", "Must take [%]"],
        ["Deal", "A", 0, 50, 100],
    ]
    restarts = [["Source", "Restart cost"], ["C", 60]]
    changes = [
        SHEETS["Changes"][0],
        ["Small", "Contracts", "Contract=Deal", "Maximum", "set", 30],
        ["Closed", "Sources", "Source=C", "Capacity", "set", 0],
    ]
    case = make(
        Sources=sources, Contracts=contracts, Restarts=restarts, Changes=changes,
        Scenarios=[["Scenario"], ["Small"], ["Closed"]],
    )  # fmt: skip
    found = planner.compare(case)
    # 50 A and 50 C a year: 2 × (500 + 50) + 60.
    assert found.runs.plans[0].objective == pytest.approx(1160)
    kinds = {cut.kind: cut for cut in cell(found, "Base", "Small").cuts}
    assert kinds["contract"].planned == pytest.approx(50)
    assert kinds["contract"].kept == pytest.approx(30)
    assert kinds["purchase"].kept == pytest.approx(30)
    # 2011: 30 A, 50 C, 20 missing. 2012: 30 A, 50 C, 20 B.
    assert cell(found, "Base", "Small").objective == pytest.approx(
        350 + 60 + 20 * 1000 + 350 + 20 * 50
    )
    closed = cell(found, "Base", "Closed")
    assert {cut.kind for cut in closed.cuts} == {"purchase"}
    # 2011: 50 A, 50 missing, the restart. 2012: 50 A, 50 B.
    assert closed.objective == pytest.approx(500 + 60 + 50 * 1000 + 500 + 50 * 50)


def test_a_restart_that_cannot_be_decided_then_is_given_up():
    """Late lets C be decided on from 2012 only: Base's decision of 2011 is given up."""
    sources = [*SHEETS["Sources"], ["C", "Japan", "Nd", 50, 1]]
    restarts = [["Source", "Restart cost", "Earliest"], ["C", 60, "2011"]]
    changes = [SHEETS["Changes"][0], ["Late", "Restarts", "Source=C", "Earliest", "set", "2012"]]
    case = make(Sources=sources, Restarts=restarts, Changes=changes,
                Scenarios=[["Scenario"], ["Late"]])  # fmt: skip
    found = planner.compare(case)
    cuts = cell(found, "Base", "Late").cuts
    assert {(cut.kind, cut.name, cut.period) for cut in cuts} == {
        ("restart", "C", "2011"),
        ("purchase", "C", "2011"),
    }
    # 2011: 50 A, 50 missing. 2012: C is decided on: 50 A, 50 C.
    assert cell(found, "Base", "Late").objective == pytest.approx(
        500 + 50 * 1000 + 500 + 50 * 1 + 60
    )


def test_as_a_current_plan_frozen():
    """Holding a plan says the same as entering it as the Current plan, frozen."""
    names = ["Base", "S1_normalise", "S2_slow", "S3_zero_to_Japan"]
    case = planner.read(INPUTS / "magnet-maker-2026.xlsx")
    found = planner.compare(case, names)
    plan = found.plans["S3_zero_to_Japan"]
    for scenario in ("Base", "S1_normalise", "S2_slow"):
        kept = _frozen(case, scenario, plan)
        assert cell(found, plan.scenario, scenario).cuts == ()
        assert cell(found, plan.scenario, scenario).objective == pytest.approx(kept, rel=1e-7)


def _frozen(case: planner.Case, scenario: str, plan: planner.Plan) -> float:
    """The least cost of a scenario with the first period's purchases of a plan."""
    numbers = case.scenario(scenario)
    frozen = replace(numbers, current=CurrentPlan(plan.quantities.ship, {}, frozen=1))
    outcome = Live(Options()).session(frozen).solve()
    assert outcome.solution is not None
    return outcome.solution.objective


def test_one_scenario_cannot_be_compared():
    with pytest.raises(planner.WrongUsage, match="two scenarios"):
        planner.compare(make(), ["Base"])


@pytest.mark.parametrize("example", sorted(path.stem for path in INPUTS.glob("*.xlsx")))
def test_no_plan_is_better_than_the_best_and_each_is_best_for_its_own(example):
    found = planner.compare(planner.read(INPUTS / f"{example}.xlsx"))
    for n, row in enumerate(found.regret):
        assert row[n] == 0
        assert all(regret is None or regret >= 0 for regret in row)
    best = [plan.objective for plan in found.runs.plans]
    assert found.best == pytest.approx(best, rel=1e-7)
    assert found.least_worst in found.scenarios
    document = found.to_dict()
    assert document["regret"] == found.regret
    assert len(document["runs"]) == len(document["scenarios"]) == len(document["regret"])


def test_plans_that_are_equally_safe_are_all_named():
    """Both buy all of A, whichever of two prices comes true."""
    found = planner.compare(
        make(
            Changes=[
                ["Scenario", "Sheet", "Rows", "Column", "Operation", "Value"],
                ["Embargo", "Sources", "Source=A", "Price [USD/t]", "set", 11],
                ["Tight", "Sources", "Source=A", "Price [USD/t]", "set", 12],
            ]
        )
    )
    assert found.safest == ("Base", "Embargo", "Tight")
    assert found.least_worst == "Base"
    (said, *_) = exhibit(found).sentences
    assert said.startswith("The plans for Base, Embargo and Tight are as good as the best")


def test_a_regret_of_a_search_that_was_stopped_is_marked():
    """Tight's plan costs 3,600 to 1 %; under it Base's costs as much, and is proven."""
    found = planner.compare(make(), ["Base", "Tight"])
    j = found.scenarios.index("Tight")
    own = replace(found.replanned[j][j], status="feasible", gap=0.01)
    other = found.replanned[0][j]
    rows = [list(row) for row in found.replanned]
    rows[j][j] = own
    found = replace(found, replanned=tuple(map(tuple, rows)))
    assert not found.all_proven
    assert [found.is_proven(0, k) for k in (0, 1)] == [True, False]
    regret = other.objective - own.objective
    least, most = found.ends(0, j)
    assert least == pytest.approx(max(regret, 0.0))
    assert most == pytest.approx(regret + 0.01 * own.objective)
    cells = {(one["plan_of"], one["comes_true"]): one for one in found.to_dict()["cells"]}
    assert cells["Base", "Tight"]["proven"] is False
    assert cells["Base", "Base"]["proven"] is True
    shown = exhibit(found)
    assert any(
        said.startswith("Not proven: searches were stopped early") for said in shown.sentences
    )
    tables = {table.name: table for table in shown.tables}
    assert [row[-1] for row in tables["Worst regret"].rows] == ["not proven", "not proven"]
    assert [row[0] for row in tables["Regret"].rows] == ["Base (not proven)", "Tight (not proven)"]
    assert [row[:2] for row in tables["Not proven"].rows] == [["Base", "Tight"], ["Tight", "Tight"]]
