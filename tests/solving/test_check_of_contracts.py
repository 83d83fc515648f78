"""The independent check sees what is wrong with levels, lifts and frozen purchases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import planner
from cases import case_of
from planner.solving.check import check_plan
from planner.solving.quantities import Quantities, Taken


@pytest.fixture(scope="module")
def plan() -> planner.Plan:
    """A: frozen at 30 t in 2011; of its level of 40 t a half is lifted or paid for in 2012."""
    case = case_of(
        {
            "Settings": [["Setting", "Value"], ["Frozen through", 2011]],
            "Periods": [["Period", "Years"], [2011, 1], [2012, 1]],
            "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 1000]],
            "Demand": [["Item", "Every period"], ["Nd", 100]],
            "Sources": [
                ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
                ["A", "China", "Nd", 1000, 10],
                ["B", "Australia", "Nd", 1000, 5],
            ],
            "Contracts": [
                ["Contract", "Source", "From", "Minimum", "Maximum", "Must take", "Unlifted pays"],
                ["Paid", "A", 2012, 40, 60, 0.5, 0.3],
                ["Firm", "B", 2012, 40, 90, 0.5, None],
            ],
            "Current plan": [["Source", 2011], ["A", 30]],
        }
    )  # fmt: skip
    found = planner.solve(case)
    assert found.check.is_optimal
    assert found.quantities.taken.level == pytest.approx([40, 90])
    assert found.quantities.taken.unlifted == pytest.approx([10, 0])
    return found


def _bought(plan: planner.Plan, source: int, period: int, tonnes: float) -> Quantities:
    """Other purchases, balanced by what is missing."""
    ship, short = plan.quantities.ship.copy(), plan.quantities.short.copy()
    short[0, 0, period] += ship[source, 0, period] - tonnes
    ship[source, 0, period] = tonnes
    return replace(plan.quantities, ship=ship, short=short)


def _taken(plan: planner.Plan, level: list[float], unlifted: list[float]) -> Quantities:
    return replace(plan.quantities, taken=Taken(np.array(level), np.array(unlifted)))


def _unlifted_for_nothing(plan: planner.Plan) -> Quantities:
    """A tonne of Firm counted as paid for, though it has to be lifted."""
    return replace(_bought(plan, 1, 1, 44), taken=Taken(np.array([40, 90]), np.array([10, 1])))


@pytest.mark.parametrize(
    ("broken", "where"),
    [
        (lambda plan: _taken(plan, [39, 90], [10, 0]), "level below its minimum: Paid"),
        (lambda plan: _taken(plan, [40, 91], [10, 0]), "level above its maximum: Firm"),
        (lambda plan: _taken(plan, [40, 80], [10, 0]), "above the level of: Firm"),
        (lambda plan: _taken(plan, [40, 90], [9, 0]), "not lifted of: Paid"),
        (lambda plan: _taken(plan, [40, 90], [10, -1]), "unlifted below 0: Firm"),
        (lambda plan: _bought(plan, 1, 1, 44), "not lifted of: Firm"),
        (_unlifted_for_nothing, "not lifted of: Firm"),
        (lambda plan: _bought(plan, 0, 0, 29), "not as frozen in the Current plan: A, 2011"),
        (lambda plan: _bought(plan, 1, 0, 1), "not as frozen in the Current plan: B, 2011"),
    ],
)  # fmt: skip
def test_the_check_finds_what_is_broken(plan, broken, where):
    check = check_plan(plan.numbers, broken(plan), plan.objective, None)
    assert not check.is_feasible
    assert check.where == where
