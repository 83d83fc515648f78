"""Where no plan is possible, whatever of the contract a case uses: conflicts and ways out hold."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planner
from planner.solving.options import Options
from planner.studies.cells import Cells
from planner.studies.conflict import Conflicts
from planner.studies.explain import explain

TOO_MUCH = ("Settings[Setting=Shortfall].Value=forbidden", "Demand[*].**=30")


@given(data=st.data())
def test_conflicts_are_the_smallest_and_ways_out_give_plans(data, cases, make):
    """All else dropped the cells contradict each other, and without any one they do not."""
    drawn = data.draw(cases)
    case = make(drawn.sheets)
    try:
        case = case.with_changes(*TOO_MUCH)
        found = explain(case, drawn.scenario)
    except planner.InvalidCase:  # such as a material that nobody sells
        return
    assert found.exit_code == 0
    if found.status != "infeasible":
        return
    numbers, cells = case.scenario(drawn.scenario), Cells(case, drawn.scenario)
    conflicts = Conflicts(numbers, cells, Options(), time.monotonic() + numbers.time_limit)
    sets = [[clash.requirement.key for clash in found.conflict]]
    sets += [list(conflict.keys) for conflict in found.further]
    every = {one.key for one in conflicts.requirements}
    for keys in sets:
        assert len(keys) == len(set(keys)) > 0
        others = every - set(keys)
        assert not conflicts.is_possible(others)
        for key in keys:
            assert conflicts.is_possible({*others, key}), key
    for way in found.ways:
        changed = case.with_changes(*(move.change for move in way.moves))
        plan = planner.solve(changed, drawn.scenario)
        size = sum(abs(money) for money in plan.costs.values()) + 1e-9
        tolerance = (1e-6 + 2 * plan.numbers.mip_gap) * size
        assert plan.objective == pytest.approx(way.objective, abs=tolerance)
