"""Where no plan is possible, whatever of the contract a case uses: conflicts and ways out hold."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planner
from planner.solving.options import Options
from planner.studies.cells import Cells
from planner.studies.conflicts.conflict import Conflicts
from planner.studies.conflicts.moving import can_move, directions_of, size_of, start_of, trial_of
from planner.studies.conflicts.requirements import Sense
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
        changed = case.varied(*(move.change for move in way.moves))
        plan = planner.solve(changed, drawn.scenario)
        size = sum(abs(money) for money in plan.costs.values()) + 1e-9
        tolerance = (1e-6 + 2 * plan.numbers.mip_gap) * size
        assert plan.objective == pytest.approx(way.objective, abs=tolerance)


@given(data=st.data())
def test_a_cell_that_moves_alone_by_so_much_is_enough_and_by_less_is_not(data, cases, make):
    """By a hair more there is a plan, by a hundredth less there is none; `None` is no end of it."""
    drawn = data.draw(cases)
    try:
        case = make(drawn.sheets).with_changes(*TOO_MUCH)
        found = explain(case, drawn.scenario)
    except planner.InvalidCase:
        return

    def is_possible(one, by):
        changed = case.varied(one.entry.change(start_of(one) + by))
        try:
            planner.solve(changed, drawn.scenario)
        except (planner.Infeasible, planner.InvalidCase):  # such as half a supplier
            return False
        return True

    for clash in found.conflict if found.status == "infeasible" else ():
        one, by = clash.requirement, clash.moves_alone_by
        if one.sense is Sense.WORD or not can_move(one):
            continue
        if by is not None:
            _, most = trial_of(one, 1 if by > 0 else -1)
            assert is_possible(one, math.copysign(min(abs(by) * (1 + 1e-6), most), by)), one.label
            assert not is_possible(one, 0.99 * by), (one.label, by)
        for way in directions_of(one) if by is None else ():
            _, most = trial_of(one, way)
            assert not is_possible(one, way * min(most, 1e3 * size_of(one))), one.label
