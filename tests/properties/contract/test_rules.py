"""What a rule costs, against the case with its row deleted from the sheets."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import planner

Sheets = dict[str, list[dict[str, Any]]]

HEADER_ROWS = 2
"""Row 2 of a sheet is the first of a frame's rows."""


def deleted(sheets: Sheets, cells: list[str]) -> Sheets:
    """The sheets without the rows that cells stand in."""
    rows = {
        (cell.partition("!")[0], int("".join(filter(str.isdigit, cell.partition("!")[2]))))
        for cell in cells
    }
    return {
        name: [row for i, row in enumerate(some, HEADER_ROWS) if (name, i) not in rows]
        for name, some in sheets.items()
    }


def best(make, sheets: Sheets, scenario: str) -> tuple[str, float]:
    """How the case ends, and what its best plan costs."""
    try:
        return "optimal", planner.solve(make(sheets), scenario).objective
    except planner.Infeasible:
        return "infeasible", math.nan
    except planner.Unbounded:
        return "unbounded", math.nan
    except planner.InvalidCase:
        return "undefined", math.nan


@given(data=st.data())
def test_each_rule_costs_what_the_case_without_its_row_saves(data, cases, make):
    """Yes/no decisions and priorities included; a search is exact to its gap."""
    drawn = data.draw(cases)
    found = planner.rules(make(drawn.sheets), drawn.scenario).to_dict()
    (run,) = found["runs"]
    assume(found["rules"])
    status, cost = best(make, drawn.sheets, drawn.scenario)
    assert run["status"] == status
    asked = [data.draw(st.sampled_from(found["rules"]), label="rule")]
    if len(found["rules"]) > 1:
        every = [cell for one in found["rules"] for cell in one["cells"]]
        asked.append({**run["without_all"], "cells": every})
    for one in asked:
        status, without = best(make, deleted(drawn.sheets, one["cells"]), drawn.scenario)
        assert one["status"] == status
        if status != "optimal":
            assert one["objective_without"] is None
            continue
        size = max(abs(cost), abs(without)) if math.isfinite(cost) else abs(without)
        near = (1e-6 + run["gap"]) * size + 1e-4
        assert one["objective_without"] == pytest.approx(without, abs=2 * near)
        if math.isfinite(cost):
            assert one["saves"] == pytest.approx(cost - without, abs=4 * near)
