"""Shadow prices of random cases, against solving them again with the bound changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planner

STEP = 0.01
"""Units typed by which a bound is moved."""


def target(row: planner.plan.LimitRow) -> str:
    """The cell of a row's bound, as a change names it; a capacity is that of its period."""
    if row.kind == "capacity":
        return f"Capacity[Source={row.name}].{row.first}"
    if row.kind == "quota":
        return f"Quotas[Quota={row.name}].Tonnes"
    return f"Limits[Limit={row.name}].{'Maximum' if row.maximum is not None else 'Minimum'}"


def typed(case: planner.Case, row: planner.plan.LimitRow) -> float:
    """What the cell rises by where its bound rises by one unit as typed.

    The sheet Capacity is in tonnes, Sources in t/yr; a share is worth its percentage point.
    """
    if row.kind == "capacity":
        return dict(zip(case.periods.names, case.periods.years, strict=True))[row.first]
    return 0.01 if row.unit == "fraction" else 1.0


def shown(plan: planner.Plan, sheets, row: planner.plan.LimitRow) -> float:
    """What the bound shown rises by where the one typed rises by one unit: what is open of it."""
    numbers = plan.numbers
    if row.kind == "capacity":
        source = [one.name for one in numbers.sources].index(row.name)
        return float(numbers.availability[source, numbers.periods.index(row.first)])
    if row.kind == "quota":
        return sheets["Quotas"][1][-1]
    return 0.01 if row.unit == "fraction" else 1.0


@given(data=st.data())
def test_shadow_prices_are_what_solving_again_finds(data, cases, make, solve):
    sheets = data.draw(cases)
    case = make(sheets)
    plan = solve(case)
    some = data.draw(st.permutations(range(len(plan.limit_rows))), label="rows")[:2]
    for row in (plan.limit_rows[i] for i in some):
        found = row.shadow_price
        bound = row.maximum if row.maximum is not None else row.minimum

        def saved(units: float, row: planner.plan.LimitRow = row) -> float | None:
            """What is saved by so many units more as typed; None: there is no such bound."""
            change = f"{target(row)}+={units * typed(case, row)}"
            try:
                return plan.objective - solve(case.with_changes(change)).objective
            except (planner.WrongUsage, planner.InvalidCase):  # below 0
                return None

        for sign, worth, reach in ((1, found.more, found.end), (-1, found.less, found.start)):
            beside = saved(sign * STEP)
            if beside is None:
                continue
            assert worth == pytest.approx(beside / (sign * STEP), rel=1e-3, abs=1e-3), row.name
            if reach is None or row.what == "share of purchases":
                continue
            units = (reach - bound) / shown(plan, sheets, row)
            there = saved(units)
            assert there is None or there == pytest.approx(worth * units, rel=1e-4, abs=1e-2)
