"""Plans nearly as cheap: the least and the most of each source, by hand and by re-solving."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import planner
from cases import case_of
from planner.report.alternatives import exhibit
from planner.report.exhibit_text import text_of
from planner.studies import near

INPUTS = Path(__file__).parents[2] / "inputs"

SHEETS: dict[str, list[list[Any]]] = {
    "Settings": [["Setting", "Value"], ["Shortfall", "forbidden"]],
    "Periods": [["Period", "Years"], ["2011", 1]],
    "Materials": [["Material"], ["Nd"]],
    "Demand": [["Item", "2011"], ["Nd", 100]],
    "Sources": [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
        ["C", "China", "Nd", 100, 10],
        ["A", "Australia", "Nd", 30, 14],
        ["U", "United States", "Nd", 100, 20],
        ["Z", "Chile", "Nd", 50, 10],
    ],
    "Availability": [["Source", "2011"], ["Z", 0]],
}


make = partial(case_of, SHEETS)


def test_least_and_most_by_hand():
    """The cheapest: 100 t of C, 1,000; 5 % more is 50.

    12.5 t of A instead cost 4 more each: C has 87.5 at least, A 12.5 at most. 5 t of U instead
    cost 10 more each. Z is closed. The plan that differs most: 12.5 t less of C, as many of A.
    """
    found = planner.alternatives(make(), within=0.05)
    ranges = {one.name: (one.least_t, one.most_t, one.verdict) for one in found.sources}
    assert ranges == {
        "C": (pytest.approx(87.5), pytest.approx(100), "must buy"),
        "A": (0, pytest.approx(12.5), "free to choose"),
        "U": (0, pytest.approx(5), "free to choose"),
        "Z": (0, 0, "never needed"),
    }
    assert found.exact
    first = found.plans[1]
    assert first.purchases == pytest.approx([87.5, 12.5, 0, 0], abs=1e-6)
    assert first.differs_t == pytest.approx(25)
    assert first.objective == pytest.approx(1050)
    # From both the plan with 5 t of U: 95 of C. From the first 7.5 + 12.5 + 5.
    assert found.plans[2].purchases == pytest.approx([95, 0, 5, 0], abs=1e-6)
    assert found.plans[2].nearest_t == pytest.approx(10)
    assert found.plans[2].differs_t == pytest.approx(10)
    assert found.furthest_t == pytest.approx(12.5 + 12.5 + 5)
    assert found.sources[0].least_share == pytest.approx(0.875)


def test_the_most_different_plan_differs_wherever_it_can():
    """Two materials: 20 t of each can come from elsewhere for 1 more a tonne, 40 for both.

    The plan with the least of one source moves its 20 t only; the most different plan moves all.
    """
    case = make(
        Materials=[["Material"], ["Nd"], ["Dy"]],
        Demand=[["Item", "2011"], ["Nd", 100], ["Dy", 100]],
        Sources=[
            SHEETS["Sources"][0],
            ["C", "China", "Nd", 100, 10], ["A", "Australia", "Nd", 20, 11],
            ["D", "China", "Dy", 100, 10], ["E", "Australia", "Dy", 20, 11],
        ],
        Availability=[["Source", "2011"], ["A", 1]],
    )  # fmt: skip
    found = planner.alternatives(case, within=0.02)
    assert found.plans[1].purchases == pytest.approx([80, 20, 80, 20])
    assert found.plans[1].differs_t == pytest.approx(80)
    assert found.furthest_t == pytest.approx(80)


def test_nothing_is_free_where_nothing_may_cost_more():
    found = planner.alternatives(make(), within=0)
    assert [one.verdict for one in found.sources] == ["must buy", *["never needed"] * 3]
    assert len(found.plans) == 1


def missing(nd: float, dy: float, price: float) -> planner.Case:
    """Nothing is bought: 10 t of Nd and 30 t of Dy are missing, which is cheaper than A's price."""
    return make(
        Settings=[["Setting", "Value"], ["Shortfall", "allowed"]],
        Materials=[["Material", "Shortfall cost [USD/t]"], ["Nd", nd], ["Dy", dy]],
        Demand=[["Item", "2011"], ["Nd", 10], ["Dy", 30]],
        Sources=[SHEETS["Sources"][0], ["A", "Australia", "Nd", 1000, price]],
        Availability=[["Source", "2011"], ["A", 1]],
    )


def test_what_rounding_alone_could_pay_for_is_not_bought():
    """A tonne of A costs 1 more than what it serves is worth: no plan as cheap buys any.

    10 × 60 + 30 × 1,000,000: of that a rounding of 1e-9 is 0.03, which would pay for 0.03 t.
    """
    found = planner.alternatives(missing(60, 1_000_000, 61), within=0)
    assert found.cheapest.objective == pytest.approx(30_000_600)
    assert (found.sources[0].most_t, found.sources[0].verdict) == (0, "never needed")
    assert len(found.plans) == 1


def test_no_plan_is_shown_twice():
    """10 × 61 + 30 × 300 = 9,610, and 0.1 % is 9.61: for 3 more a tonne, 3.2033 t of A at most."""
    found = planner.alternatives(missing(61, 300, 64), within=0.001)
    assert found.sources[0].most_t == pytest.approx(9.61 / 3, rel=1e-5)
    assert [plan.differs_t for plan in found.plans] == pytest.approx([0, 9.61 / 3], rel=1e-5)


def test_with_decisions_by_hand():
    """An order of A costs 30: of the 50 that a plan may cost more, 20 are left for 5 t of A."""
    sources = [[*row, order] for row, order in zip(
        SHEETS["Sources"], ["Order cost", None, 30, None, None], strict=True)]  # fmt: skip
    found = planner.alternatives(make(Sources=sources), within=0.05)
    most = {one.name: one.most_t for one in found.sources}
    assert most["A"] == pytest.approx(5, rel=1e-5)
    assert found.exact
    assert all(one.objective <= 1050 * (1 + 1e-6) for one in found.plans)


def test_at_the_tolerance_a_tonne_less_costs_more():
    """Re-solved with a limit at the least and the most that were found, and beyond them."""
    rng = np.random.default_rng(7)
    names = ["A", "B", "C", "D", "E"]
    rows = [[n, "X", "Nd", float(rng.integers(20, 90)), float(rng.integers(10, 60))] for n in names]
    sheets = {
        "Sources": [SHEETS["Sources"][0], *rows],
        "Demand": [["Item", "2011"], ["Nd", 150]],
        "Availability": [["Source", "2011"], ["A", 1]],
    }
    found = planner.alternatives(make(**sheets), within=0.03)
    header = ["Limit", "Type", "Applies to", "Minimum", "Maximum"]

    def cost(name: str, least: float | None, most: float | None) -> float:
        limit = [header, ["Bound", "tonnes", f"Source={name}", least, most]]
        return planner.solve(make(Limits=limit, **sheets)).objective

    for one in found.sources:
        if one.least_t > 1:
            assert cost(one.name, None, one.least_t * (1 + 1e-6)) <= found.budget * (1 + 1e-6)
            assert cost(one.name, None, one.least_t - 0.5) > found.budget
        capacity = rows[names.index(one.name)][3]
        if one.most_t < capacity - 1:
            assert cost(one.name, one.most_t * (1 - 1e-6), None) <= found.budget * (1 + 1e-6)
            assert cost(one.name, one.most_t + 0.5, None) > found.budget
    assert {one.verdict for one in found.sources} >= {"must buy", "free to choose"}


def test_wrong_use_in_words():
    with pytest.raises(planner.WrongUsage, match="at least 0"):
        planner.alternatives(make(), within=-0.1)
    with pytest.raises(planner.Infeasible):
        planner.alternatives(make(Demand=[["Item", "2011"], ["Nd", 1000]]))


@pytest.mark.parametrize("example", sorted(path.stem for path in INPUTS.glob("*.xlsx")))
def test_every_plan_is_within_the_tolerance_and_the_ranges(example):
    found = planner.alternatives(planner.read(INPUTS / f"{example}.xlsx"), within=0.02)
    assert found.exact
    low = np.array([one.least_t for one in found.sources])
    high = np.array([one.most_t for one in found.sources])
    room = 1e-5 * high.max()
    assert len(found.plans) > 1
    for plan in found.plans:
        assert plan.objective <= found.budget + 1e-6 * abs(found.budget)
        assert (low - room <= plan.purchases).all()
        assert (plan.purchases <= high + room).all()
        assert plan.differs_t <= found.furthest_t + room
    nearest = [plan.nearest_t for plan in found.plans[1:]]
    assert min(nearest) > 0


def test_where_time_is_up_before_other_plans_were_looked_for(monkeypatch):
    """That A is free to choose is known: it is not said that no plan buys another source."""
    monkeypatch.setattr(near, "_PLANS", 0)
    found = planner.alternatives(make(), within=0.05)
    said = exhibit(found).sentences
    assert said[1] == "Stopped before other plans were looked for."
    assert any(text.startswith("Free to choose") and "A, U" in text for text in said)
    only = planner.alternatives(make(), within=0.0)
    assert exhibit(only).sentences[1].startswith("No plan within that buys other sources")


def test_ctrl_c_while_sources_are_looked_at_is_said_first():
    def stopped(steps):
        yield next(iter(steps))
        raise KeyboardInterrupt

    said = exhibit(planner.alternatives(make(), progress=stopped)).sentences
    assert said[1] == "Stopped when 1 of 4 sources were looked at."
    assert said[2] == "Stopped before other plans were looked for."


def test_where_there_is_no_other_plan_no_distance_is_said():
    """What the bound is then is the solver's rounding: 0.00005 t."""
    alone = planner.alternatives(make(), within=0)
    assert len(alone.plans) == 1
    assert "none is further" not in " ".join(text_of(exhibit(alone)).split())
    several = text_of(exhibit(planner.alternatives(make(), within=0.05)))
    assert "none is further" in " ".join(several.split())
