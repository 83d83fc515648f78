"""Exact curves against the case solved anew: between their corners, and beside them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import planner
from planner import Vary
from planner.studies.inputs import groups_of

MOST_VALUES = 6
"""Of one curve, solved anew."""

BESIDE = 1e-3
"""How far beside a corner, of the range."""


def ranges(case: planner.Case, scenario: str) -> Iterator[Vary]:
    """Every input of a case from nothing to twice what it is, as far as it is one number."""
    for group in groups_of(case, case.scenario(scenario)):
        sheet, _, cell = group.cell.partition("!")
        if cell and sheet == group.sheet and group.column != "*":
            yield Vary(group.target, 0.0, 1.0)


def now_of(case: planner.Case, scenario: str, target: str) -> float | None:
    """What a target is now; None: not one number."""
    try:
        found = planner.sweep(case, Vary(target, 1.0, 2.0, 1), scenario).now
    except (planner.InvalidCase, planner.WrongUsage):
        return None
    return found if found and math.isfinite(found) and found > 0 else None


def anew(case: planner.Case, scenario: str, target: str, value: float) -> planner.Plan | str:
    """The plan with the target set; or why there is none."""
    try:
        return planner.solve(case.with_changes(f"{target}={value!r}"), scenario)
    except planner.Infeasible:
        return "infeasible"
    except planner.Unbounded:
        return "unbounded"


@given(data=st.data())
def test_a_curve_is_what_solves_find(data, linear_cases, make):
    """Quotas, limits, prices, capacities, demand: at random values, and beside each corner."""
    drawn = data.draw(linear_cases)
    case = make(drawn.sheets)
    targets = [vary.target for vary in ranges(case, drawn.scenario)]
    if not targets:
        reject()
    target = data.draw(st.sampled_from(targets))
    now = now_of(case, drawn.scenario, target)
    if now is None:
        reject()
    vary = Vary(target, 0.2 * now, 1.9 * now, 1)
    try:
        found = planner.sweep(case, vary, drawn.scenario)
    except (planner.InvalidCase, planner.WrongUsage):
        reject()
    if not found.exact or not found.stretches:
        reject()
    first, last = found.stretches[0].start, found.stretches[-1].end
    corners = [one.value for one in found.breakpoints]
    away = BESIDE * (vary.end - vary.start)
    values = [v + side * away for v in corners for side in (-1, 0, 1)]
    values += [data.draw(st.floats(first, last)) for _ in range(2)]
    picked = data.draw(st.permutations([v for v in values if first <= v <= last]))[:MOST_VALUES]
    for value in picked:
        piece = next(one for one in found.stretches if one.start <= value <= one.end)
        start = next(one for one in found.points if one.values[0] == piece.start)
        on_curve = start.objective + piece.slope * (value - piece.start)
        plan = anew(case, drawn.scenario, target, value)
        assert not isinstance(plan, str), (value, plan)
        near = 1e-7 * max(plan.money.size, abs(on_curve)) + 1e-6
        assert on_curve == pytest.approx(plan.objective, abs=near), value
    assert found.solves <= 2 * len(found.stretches) + 4
