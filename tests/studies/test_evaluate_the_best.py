"""The best plan, entered as the Current plan, is allowed and costs what the best plan costs."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

import planner
from cases import Rows, case_of

PERIODS = ["Q1", "Q2", "Q3", "Q4"]
MONTHS = (1, 4, 7, 10)


def _tables(seed: int) -> dict[str, Rows]:
    """Two materials, four sources of which one follows an index, a contract, a disruption, stock
    with a soft target, a soft limit and a quota."""
    rng = np.random.default_rng(seed)
    draw = lambda low, high: float(np.round(rng.uniform(low, high), 2))  # noqa: E731
    return {
        "Settings": [["Setting", "Value"], ["Discount rate", draw(0, 0.2)]],
        "Periods": [
            ["Period", "Start"],
            *([p, date(2026, m, 1)] for p, m in zip(PERIODS, MONTHS, strict=True)),
        ],
        "Materials": [
            ["Material", "Index", "Shortfall cost [% of index]", "Surplus value [/t]"],
            ["Nd", "NdI", draw(80, 300), draw(-2, 2)],
            ["Dy", "DyI", draw(80, 300), draw(-2, 2)],
        ],
        "Indices": [
            ["Index", *(f"{p} [/t]" for p in PERIODS)],
            ["NdI", *(draw(50, 90) for _ in PERIODS)],
            ["DyI", *(draw(200, 400) for _ in PERIODS)],
        ],
        "Demand": [
            ["Item", *PERIODS],
            ["Nd", *(draw(20, 90) for _ in PERIODS)],
            ["Dy", *(draw(1, 9) for _ in PERIODS)],
        ],
        "Sources": [
            ["Source", "Country", "Material", "Capacity [t/yr]", "Price [/t]", "Index",
             "Price floor [/t]", "Lead time [periods]"],
            ["A", "China", "Nd", draw(60, 300), draw(40, 90), None, None, 0],
            ["B", "Chile", "Nd", "unlimited", None, "NdI", 60, 1],
            ["C", "China", "Dy", draw(5, 20), draw(200, 400), None, None, 0],
            ["D", "India", None, draw(50, 200), None, "basket", None, 0],
        ],
        "Composition": [["Source", "Nd", "Dy"], ["D", 0.5, 0.05]],
        "Contracts": [
            ["Contract", "Source", "From", "Minimum [t/yr]", "Maximum [t/yr]", "Must take [%]",
             "Per", "Unlifted pays [%]"],
            ["Old", "A", None, draw(10, 40), draw(50, 200), draw(10, 100), "window", draw(5, 100)],
            ["New", "D", "Q2", 0, draw(50, 200), draw(10, 100), "period", None],
        ],
        "Disruptions": [
            ["Disruption", "Applies to", "From date", "To date", "Leaves [%]"],
            ["Strike", "Country=China", date(2026, 3, 1), date(2026, 8, 1), draw(0, 100)],
        ],
        "Stock": [
            ["Material", "Opening [t]", "Cover [days]", "Safety cost [/t/yr]",
             "Holding cost [% of index]", "Final value [% of index]"],
            ["Nd", draw(0, 30), 20, draw(0, 90), draw(0, 9), draw(0, 60)],
        ],
        "Quotas": [
            ["Quota", "Applies to", "Per", "Tonnes [t]"], ["CN", "Country=China", "year", 150]
        ],
        "Limits": [
            ["Limit", "Type", "Column", "Per", "Maximum [%]", "Penalty [/t]"],
            ["Half", "share", "Country", "period", 50, draw(0, 30)],
        ],
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_the_best_plan_as_the_current_plan(seed):
    tables = _tables(seed)
    best = planner.solve(case_of(tables))
    assert best.check.is_optimal
    bought = best.quantities.bought
    rows = [
        [s.name, *tonnes] for s, tonnes in zip(best.numbers.sources, bought.tolist(), strict=True)
    ]
    tables["Current plan"] = [["Source", *PERIODS], *rows]
    found = planner.evaluate(case_of(tables))
    assert [breach.words for breach in found.current.broken] == []
    assert found.best is not None
    assert found.dearer == pytest.approx(0, abs=1e-6 * abs(best.objective))
    tables["Settings"] = [*tables["Settings"], ["Frozen through", "Q4"]]
    frozen = planner.solve(case_of(tables))
    assert frozen.check.is_optimal
    assert frozen.objective == pytest.approx(best.objective, rel=1e-6)
