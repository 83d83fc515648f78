"""What moving an input does to the cost, against the case with the change made and solved anew."""

from __future__ import annotations

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import planner

MOST_BARS = 6
"""Of one case, solved anew at both ends."""


def moved(case: planner.Case, scenario: str, target: str, factor: float) -> planner.Plan | str:
    """The plan with a target multiplied; or why there is none."""
    try:
        return planner.solve(case.with_changes(f"{target}*={factor!r}"), scenario)
    except planner.Infeasible:
        return "infeasible"
    except planner.Unbounded:
        return "unbounded"
    except (planner.InvalidCase, planner.WrongUsage):
        return "impossible"


@given(data=st.data(), by=st.sampled_from([0.2, 0.5, 0.9]))
def test_each_end_is_the_case_with_the_change_made(data, by, cases, make):
    """Whatever meets whatever: rules with a priority, orders, tiers, indices, currencies."""
    drawn = data.draw(cases)
    case = make(drawn.sheets)
    try:
        found = planner.tornado(case, drawn.scenario, by=by)
    except (planner.Infeasible, planner.Unbounded):
        reject()
    picked = data.draw(st.permutations(found.bars))[:MOST_BARS]
    for bar in picked:
        for end, factor in ((bar.low, 1.0 - by), (bar.high, 1.0 + by)):
            plan = moved(case, drawn.scenario, bar.group.target, factor)
            if isinstance(plan, str):
                assert (end.status, end.objective) == (plan, None), bar.group.name
                continue
            near = (2e-6 + (plan.gap or 0.0)) * max(plan.money.size, abs(found.base)) + 1e-4
            assert end.objective == pytest.approx(plan.objective, abs=near), bar.group.name
