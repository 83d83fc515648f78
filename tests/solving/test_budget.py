"""Time that is up after the search: the plan is there, and what is not known is no number."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import planner
from planner.solving import budget as budgets
from planner.solving import solve as solving
from planner.solving.budget import Budget
from planner.studies import explain as explaining

EXAMPLES = Path(__file__).parents[2] / "inputs"


class Asked(Budget):
    """Time is up once it was asked for so many times."""

    def __init__(self, times: float) -> None:
        super().__init__()
        self.times = times

    def is_up(self) -> bool:
        self.times -= 1
        self.ran_out = self.ran_out or self.times < 0
        return self.ran_out


def _solved(monkeypatch, case, budget, scenario="Base"):
    monkeypatch.setattr(Budget, "after", lambda *_: budget)
    return planner.solve(case, scenario)


@pytest.mark.parametrize(
    ("now", "left"), [(103.0, 7.0), (109.5, 1.0), (125.0, 1.0)], ids=["most", "little", "none"]
)
def test_what_follows_has_what_is_left_and_a_tenth_of_the_limit(monkeypatch, now, left):
    monkeypatch.setattr(budgets.time, "monotonic", lambda: now)
    assert Budget.after(100.0, 10.0).left == pytest.approx(left)


def test_without_any_time_the_plan_is_found_and_nothing_else(monkeypatch):
    case = planner.read(EXAMPLES / "japan-2011.xlsx")
    whole = planner.solve(case)
    plan = _solved(monkeypatch, case, Budget(-math.inf))
    assert (plan.status, plan.objective) == ("optimal", pytest.approx(whole.objective))
    assert whole.has_all_prices
    assert not plan.has_all_prices
    # A limit that the plan does not reach is worth nothing, which takes no time to know.
    worth = [row.shadow_price.more for row in plan.limit_rows if row.slack == 0]
    assert worth
    assert set(worth) == {None}
    assert plan.switch_prices == {}
    assert any("the time limit came before all was found" in note for note in plan.notes)
    assert "ties between equally cheap plans are not broken" in plan.notes


@pytest.mark.parametrize("name", ["japan-2011.xlsx", "japan-2011-2015.xlsx"])
def test_what_is_known_by_then_is_as_it_is_with_all_the_time(monkeypatch, name):
    case = planner.read(EXAMPLES / name)
    whole = planner.solve(case)
    counts = []
    for times in (0, 1, 5, 20, 60, 200, math.inf):
        budget = Asked(times)
        plan = _solved(monkeypatch, case, budget)
        known = [
            (row.shadow_price, full.shadow_price)
            for row, full in zip(plan.limit_rows, whole.limit_rows, strict=True)
        ]
        for price, full in known:
            assert price.more is None or price.more == pytest.approx(full.more)
            assert price.less is None or price.less == pytest.approx(full.less)
            if price.more is not None and price.less is not None:
                assert _holds_within(price, full)
        for source, switch in plan.switch_prices.items():
            assert switch == whole.switch_prices[source]
        counts.append(sum(price.more is not None for price, _ in known) + len(plan.switch_prices))
        assert plan.has_all_prices is not budget.ran_out
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    assert plan.has_all_prices
    assert plan.limit_rows == whole.limit_rows


def _holds_within(price, full):
    """Whether a range is a part of another; None is without end."""
    start, end = (
        (-math.inf if x.start is None else x.start for x in (price, full)),
        (math.inf if x.end is None else x.end for x in (price, full)),
    )
    (own_start, full_start), (own_end, full_end) = start, end
    return own_start >= full_start - 1e-6 and own_end <= full_end + 1e-6


def test_what_is_not_known_is_explained_by_nothing(monkeypatch):
    """Not that nothing holds it back: a quota does, but what that is worth is not known."""
    case = planner.read(EXAMPLES / "japan-2011.xlsx")
    assert "quota" in planner.explain(case).plan.shortfalls[0].reason.lower()
    monkeypatch.setattr(explaining.Budget, "after", lambda *_: Budget(-math.inf))
    found = planner.explain(case)
    assert [one.reason for one in found.plan.shortfalls] == [
        "not known what stands in its way: it was stopped before that was found"
    ]
    assert {source.enters_below for source in found.plan.sources} == {None}
    assert any("time limit" in note for note in found.to_dict()["notes"])


@pytest.mark.parametrize("study", [planner.frontier, planner.alternatives])
def test_studies_of_plans_price_no_limits(monkeypatch, study):
    asked = []
    monkeypatch.setattr(solving, "switch_prices", lambda *_: asked.append("switch") or {})
    case = planner.read(EXAMPLES / "japan-2011.xlsx")
    cheapest = study(case).cheapest
    assert asked == []
    assert not cheapest.has_all_prices
    assert any("not asked for" in note for note in cheapest.notes)
    planner.solve(case)
    assert asked == ["switch"]
