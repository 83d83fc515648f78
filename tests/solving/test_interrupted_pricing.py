"""Ctrl-C while bounds are priced: the plan is found, and is not lost."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner
from planner.solving import solve as solving
from planner.solving.interrupts import INTERRUPTS
from planner.studies.interruption import stopped_plan

JAPAN = Path(__file__).parents[2] / "inputs" / "japan-2011.xlsx"


@pytest.fixture
def interrupted(monkeypatch):
    """Ctrl-C ends a solve of the tie rule, which says nothing of it."""
    break_ties = solving.break_ties

    def with_ctrl_c(*arguments):
        found = break_ties(*arguments)
        INTERRUPTS.note()
        return found

    monkeypatch.setattr(solving, "break_ties", with_ctrl_c)


def test_the_plan_is_kept_without_what_bounds_are_worth(interrupted):
    plan = planner.solve(planner.read(JAPAN))
    assert (plan.status, plan.objective) == ("optimal", pytest.approx(3_376_200_000))
    assert plan.switch_prices == {}
    assert plan.limit_rows
    assert all(row.shadow_price.more is None for row in plan.limit_rows)
    assert stopped_plan(plan)


@pytest.mark.parametrize("study", [planner.frontier, planner.alternatives])
def test_a_study_goes_no_further(study, interrupted):
    found = study(planner.read(JAPAN))
    assert found.interrupted
    assert found.to_dict()["status"] == "stopped"  # nothing of what was asked is known
    assert len(found.to_dict().get("points", [])) == 0


def test_of_several_scenarios_the_others_are_not_begun(interrupted):
    found = planner.rules(planner.read(JAPAN), ["Base", "Demand 21,090 t"])
    assert [run.scenario for run in found.runs] == ["Base", "Demand 21,090 t"]  # prices no bounds
    document = planner.compare(planner.read(JAPAN)).to_dict()
    assert [run["status"] for run in document["runs"]] == ["optimal", *["stopped"] * 7]
