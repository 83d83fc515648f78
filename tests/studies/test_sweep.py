"""Cost and plan against one number: by hand, and by solving again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import planner
from cases import case_of
from planner import Vary
from planner.report.exhibit_text import text_of
from planner.report.sweep import exhibit
from planner.report.workbook_grid import Show, shown
from planner.studies import sweep_exact
from planner.studies.curve import Trace

INPUTS = Path(__file__).parents[2] / "inputs"
QUOTA = "Quotas[Quota=China].Tonnes"

SHEETS: dict[str, list[list[Any]]] = {
    "Periods": [["Period", "Years"], ["2011", 1]],
    "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 100]],
    "Demand": [["Item", "2011"], ["Nd", 100]],
    "Sources": [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
        ["A", "China", "Nd", 60, 10],
        ["B", "Australia", "Nd", 50, 20],
    ],
}


make = partial(case_of, SHEETS)


def sources(*rows: list[Any], more: tuple[str, ...] = ()) -> list[list[Any]]:
    return [[*SHEETS["Sources"][0], *more], *rows]


@pytest.fixture(scope="module")
def japan() -> planner.Case:
    return planner.read(INPUTS / "japan-2011.xlsx")


def costs_again(case, target, found, scenario="Base", count=8):
    """The cost at random values: on the curve, and of a plan of its own."""
    chance = np.random.default_rng(5)
    first, last = found.stretches[0].start, found.stretches[-1].end
    for value in chance.uniform(first, last, count).tolist():
        curve = planner.sweep(case, Vary(target, value, last, 1), scenario).points[0].objective
        piece = next(s for s in found.stretches if s.start <= value <= s.end)
        at_start = next(p.objective for p in found.points if p.values[0] == piece.start)
        there = case.with_changes(f"{target}={value!r}")
        solved = planner.solve(there, scenario).objective
        yield at_start + piece.slope * (value - piece.start), curve, solved


# -- bounds ---------------------------------------------------------------------------------


def test_the_quota_of_china_in_japan_2011(japan):
    """32,000 t needed; China lands at 62.28, the rest of the world has 2,000 t at 65.30, and what
    is missing counts 200 USD/kg: one tonne more of the quota saves 200 − 62.28 = 137.72 USD/kg up
    to 30,000 t, then 65.30 − 62.28 = 3.02 up to 32,000 t, then nothing."""
    found = planner.sweep(japan, Vary(QUOTA, 0, 40_000))
    assert found.exact
    assert [b.value for b in found.breakpoints] == pytest.approx([30_000, 32_000], abs=1e-6)
    assert [s.slope for s in found.stretches] == pytest.approx(
        [-137_720, -3_020, 0], rel=1e-12, abs=1e-6
    )
    assert [b.objective for b in found.breakpoints] == pytest.approx(
        [1_999_000_000, 1_992_960_000], rel=1e-12
    )
    ended, left = (b.change for b in found.breakpoints)
    assert "shortfall of REO ends" in ended
    assert "EXIST_ROW leaves" in left
    assert "no longer binding: quota China" in left
    assert found.now == pytest.approx(20_000)
    assert found.solves <= 2 * 3 + 2
    for expected, curve, solved in costs_again(japan, QUOTA, found):
        assert expected == pytest.approx(solved, rel=1e-10)
        assert curve == pytest.approx(solved, rel=1e-10)


def test_plans_between_breakpoints_are_plans(japan):
    """15,000 t of quota, 2,000 t from elsewhere, 15,000 t missing."""
    found = planner.sweep(japan, Vary(QUOTA, 0, 40_000, steps=8))
    point = next(p for p in found.points if p.values[0] == 15_000)
    assert point.state.purchases[:2].tolist() == pytest.approx([15_000, 2_000])
    assert point.state.shortfall_t == pytest.approx(15_000)
    assert point.objective == pytest.approx(1000 * (15_000 * (62.28 + 200) + 2_000 * 65.3))


def test_a_curve_with_many_pieces_takes_at_most_two_solves_for_each():
    case = planner.read(INPUTS / "magnet-maker-2026.xlsx")
    target, calls = "Availability[Source=CN_Dy].*", []
    found = planner.sweep(case, Vary(target, 0, 1.2), solved=lambda: calls.append(1))
    pieces = len(found.stretches)
    assert found.exact
    assert pieces > 30
    assert len(calls) == found.solves <= 2 * pieces + 2  # also of the end where nothing opens
    slopes = [s.slope for s in found.stretches]
    assert slopes == sorted(slopes)
    for expected, curve, solved in costs_again(case, target, found, count=4):
        assert expected == pytest.approx(solved, rel=1e-9)
        assert curve == pytest.approx(solved, rel=1e-9)


def test_a_curve_of_more_pieces_than_anybody_reads_says_how_far_it_is_off(monkeypatch):
    """As if five were the most; solved again, costs are below the lines by no more than said."""
    case = planner.read(INPUTS / "magnet-maker-2026.xlsx")
    target = "Availability[Source=CN_Dy].*"
    monkeypatch.setattr(sweep_exact, "Trace", partial(Trace, most_pieces=5))
    found = planner.sweep(case, Vary(target, 0, 1.2))
    assert not found.exact
    assert "more than" in found.reason
    assert found.error > 0
    text = text_of(exhibit(found))
    assert "Not exact: the curve has more than 1,000 pieces" in text
    for _, curve, solved in costs_again(case, target, found, count=6):
        assert -1e-6 * solved <= curve - solved <= found.error + 1e-6


def test_one_row_and_several_rows_of_several_periods():
    """Both capacities at v: 2 v of 100 t at 10 or 20, the rest at 100: slopes 30 − 200 up to 50."""
    found = planner.sweep(make(), Vary("Sources[*].Capacity", 10, 90))
    assert [b.value for b in found.breakpoints] == pytest.approx([50])
    assert found.breakpoints[0].slope_left == pytest.approx(30 - 200)
    assert found.breakpoints[0].slope_right == pytest.approx(10 - 20)
    assert found.now is None  # they have two values


def test_a_source_that_is_closed_at_the_end_of_the_range():
    """From 0 on, though there are no purchases of A at all at 0: 100 − 10, then 20 − 10."""
    found = planner.sweep(make(), Vary("Sources[Source=A].Capacity", 0, 120))
    assert found.exact
    assert [s.slope for s in found.stretches] == pytest.approx([-90, -10, 0])
    assert [b.value for b in found.breakpoints] == pytest.approx([50, 100])
    assert found.points[0].objective == pytest.approx(50 * 20 + 50 * 100)


@pytest.mark.parametrize(
    ("target", "slopes"),
    [("Demand[Item=Nd].2011", [10, 20, 100]), ("Stock[Material=Nd].Safety stock", [5])],
)
def test_what_is_not_there_at_the_end_of_the_range(target, slopes):
    """Without demand nothing can be missing, without a target nothing is under it.

    Nothing is stocked at a cost of 10 and more beside one of 5 for each tonne under the target.
    """
    stock = [["Material", "Safety stock", "Safety cost [USD/t/yr]"], ["Nd", 20, 5]]
    case = make(Stock=stock) if target.startswith("Stock") else make()
    found = planner.sweep(case, Vary(target, 0, 160))
    assert found.exact
    assert [s.slope for s in found.stretches] == pytest.approx(slopes)


def test_an_end_that_costs_something_else_is_no_end_of_the_curve(monkeypatch):
    """Its own model is asked at the end, where that has other rows or columns."""
    original = sweep_exact._line

    def dearer_at_the_end(*asked):
        found = original(*asked)
        ends = [(value, replace(m, offset=m.offset + 1)) for value, m in found.ends_of_their_own]
        return replace(found, ends_of_their_own=ends)

    monkeypatch.setattr(sweep_exact, "_line", dearer_at_the_end)
    found = planner.sweep(make(), Vary("Demand[Item=Nd].2011", 0, 160, 2))
    assert not found.exact
    assert "at an end of the range" in found.reason


def test_where_there_is_no_plan_is_found_exactly():
    """Shortfall forbidden: A and B have 110 t, so demand may be up to that, and from A's 37 on."""
    rules = {
        "Settings": [["Setting", "Value"], ["Shortfall", "forbidden"]],
        "Limits": [
            ["Limit", "Type", "Applies to", "Minimum [t]"],
            ["Least of A", "tonnes", "Source=A", 37],
            ["Least of B", "tonnes", "Source=B", 4],
        ],
        "Materials": [["Material"], ["Nd"]],
    }
    found = planner.sweep(make(**rules), Vary("Demand[Item=Nd].2011", 1, 200))
    assert found.exact
    assert found.reach == pytest.approx((1, 110), abs=1e-6)  # the rest of 41 t is surplus
    assert [s.slope for s in found.stretches] == pytest.approx([0, 10, 20])
    assert [b.value for b in found.breakpoints] == pytest.approx([41, 64], abs=1e-6)
    assert {p.status for p in found.points if p.values[0] > 110.001} == {"infeasible"}
    assert "There is no plan above 110 t" in text_of(exhibit(found))
    nowhere = planner.sweep(make(**rules), Vary("Demand[Item=Nd].2011", 111, 200))
    assert nowhere.exit_code == 4
    assert nowhere.to_dict()["status"] == "infeasible"
    assert nowhere.to_dict()["plan_from"] is None
    assert "Nowhere in this range is there a plan" in text_of(exhibit(nowhere))


def test_from_where_on_there_is_a_plan_as_a_bound_rises():
    """A minimum of 70 t on A needs a capacity of 70 t."""
    limits = [["Limit", "Type", "Applies to", "Minimum [t]"], ["Most", "tonnes", "Source=A", 70]]
    found = planner.sweep(make(Limits=limits), Vary("Sources[Source=A].Capacity", 0, 90))
    assert found.reach == pytest.approx((70, 90), abs=1e-6)
    assert found.points[0].status == "infeasible"


# -- prices ---------------------------------------------------------------------------------


def test_a_price_gives_the_negotiation_curve():
    """A's 60 t are bought below 20 (B's price) in full, then 50 t, up to 100, then nothing."""
    found = planner.sweep(make(), Vary("Sources[Source=A].Price [USD/t]", 5, 150))
    assert found.exact
    assert found.bends == "concave"
    assert [b.value for b in found.breakpoints] == pytest.approx([20, 100])
    assert [s.first.purchases[0] for s in found.stretches] == pytest.approx([60, 50, 0])
    assert [s.slope for s in found.stretches] == pytest.approx([60, 50, 0])
    assert found.now == pytest.approx(10)
    assert "A leaves" in found.breakpoints[1].change
    assert "shortfall of Nd begins" in found.breakpoints[1].change
    assert "A falls by 10 t" in found.breakpoints[0].change
    shown = exhibit(found)
    tonnes = shown.pictures[0]  # of a price the one that is drawn
    assert tonnes.x_title == "Sources A, Price [USD/t]"
    assert tonnes.finding.startswith("Sources A, Price: 10 USD/t now; at 20 USD/t A falls by 10 t")
    assert tonnes.series[0].name == "A"
    assert list(tonnes.series[0].x) == pytest.approx([5, 20, 100, 150])
    assert list(tonnes.series[0].y) == pytest.approx([60, 50, 0, 0])


def test_several_prices_in_a_unit_of_their_own():
    """Both at v USD/kg: 100 t up to 0.1 USD/kg, what a missing tonne counts."""
    found = planner.sweep(make(), Vary("Sources[*].Price [USD/kg]", 0.01, 0.2))
    assert [b.value for b in found.breakpoints] == pytest.approx([0.1])
    assert [s.slope for s in found.stretches] == pytest.approx([100_000, 0])


def test_a_price_below_which_the_case_earns_without_end():
    """Surplus sells at 30: an unlimited source below that is bought without end."""
    case = make(
        Materials=[
            ["Material", "Shortfall cost [USD/t]", "Surplus value [USD/t]"],
            ["Nd", 100, 30],
        ],
        Sources=sources(["A", "China", "Nd", "unlimited", 40]),
    )
    found = planner.sweep(case, Vary("Sources[Source=A].Price [USD/t]", 5, 150))
    assert found.exact
    assert found.reach == pytest.approx((30, 150), abs=1e-6)
    assert found.points[0].status == "unbounded"
    assert [b.value for b in found.breakpoints] == pytest.approx([100])
    said = " ".join(text_of(exhibit(found)).split())
    assert "There is no plan below 30 USD/t. At 5 USD/t: the case can earn without end" in said
    assert found.no_plan.endswith("names the price or value that has no floor")


# -- what is not exact ----------------------------------------------------------------------


def test_decisions_are_sampled_and_the_change_is_bracketed():
    """A restart for 1,000 saves 40 − 20 on each tonne: worth it from 50 t of demand on."""
    case = make(
        Sources=sources(["A", "China", "Nd", 200, 40], ["B", "Australia", "Nd", 100, 20]),
        Restarts=[["Source", "Restart cost"], ["B", 1000]],
    )
    found = planner.sweep(case, Vary("Demand[Item=Nd].2011", 10, 90, 10))
    assert not found.exact
    assert "yes/no" in found.reason
    (change,) = found.breakpoints
    assert change.after <= 50 + 1e-6
    assert change.value >= 50 - 1e-6
    assert change.value - change.after <= 8 / 2**8 + 1e-9
    assert "restart of B is decided" in change.change
    assert "A leaves" in change.change
    assert (change.slope_left, change.slope_right) == (None, None)
    for point in found.points:
        tonnes = point.values[0]
        assert point.objective == pytest.approx(min(40 * tonnes, 1000 + 20 * tonnes))


def test_what_but_moves_on_with_the_value_does_not_change_there():
    """B opens for 400 and saves 20 a tonne: from 20 t on, beside the 40 t of D. A has what is above
    the 30 t of B. E is bought for another material, of which as much is needed: it rises by what
    the demand does, also where B enters, and that is no change."""
    rows = [
        ["B", "Australia", "Nd", 30, 20], ["A", "China", "Nd", 200, 40],
        ["D", "Canada", "Nd", 40, 10], ["E", "India", "Pr", 500, 1],
    ]  # fmt: skip
    case = make(
        Materials=[["Material", "Shortfall cost [USD/t]"], ["Nd", 100], ["Pr", 100]],
        Demand=[["Item", "2011"], ["Nd", 100], ["Pr", 100]],
        Sources=sources(*rows),
        Restarts=[["Source", "Restart cost"], ["B", 400]],
    )
    found = planner.sweep(case, Vary("Demand[*].2011", 50, 110, 10))
    said = [one.change for one in found.breakpoints]
    assert said == ["B enters; A leaves; restart of B is decided", "A enters"]


def test_several_that_change_are_said_as_several():
    """Both open where the restart of the two gets cheap enough to save 20 on 50 t each."""
    case = make(
        Sources=sources(
            ["B", "Australia", "Nd", 50, 20], ["C", "Chile", "Nd", 50, 20],
            ["A", "China", "Nd", 200, 40],
        ),
        Restarts=[["Source", "Restart cost"], ["B", 1], ["C", 1]],
    )  # fmt: skip
    found = planner.sweep(case, Vary("Restarts[*].Restart cost", 100, 1900, 3))
    (change,) = found.breakpoints
    assert "A enters; B, C leave; restart of B, restart of C are given up" in change.change


@pytest.mark.parametrize(
    ("target", "ends", "reason"),
    [
        ("Sources[Source=A].Index share", (0.1, 3.0), "not evenly"),
        ("Sources[Source=B].Yield", (0.5, 1.0), "more than bounds or costs"),
        ("Settings[Setting=Discount rate].Value", (0.0, 0.5), "not evenly"),
    ],
)
def test_what_is_not_affine_is_sampled(target, ends, reason):
    case = make(
        Periods=[["Period", "Years"], ["2011", 1], ["2012", 1], ["2013", 1]],
        Demand=[["Item", "2011", "2012", "2013"], ["Nd", 100, 100, 100]],
        Indices=[["Index", "2011 [USD/t]", "2012 [USD/t]", "2013 [USD/t]"], ["I", 10, 10, 10]],
        Sources=sources(
            ["A", "China", "Nd", 60, None, "I", 12], ["B", "Australia", "Nd", 50, 20, None, None],
            more=("Index", "Price floor [USD/t]"),
        ),
    )  # fmt: skip
    found = planner.sweep(case, Vary(target, *ends, 3))
    assert not found.exact
    assert reason in found.reason
    for point in found.points:
        again = planner.solve(case.with_changes(f"{target}={point.values[0]!r}"))
        assert point.objective == pytest.approx(again.objective, rel=1e-9)


def test_rules_given_up_are_sampled():
    """No more than 30 t of B, at priority 1: 3 t more, where else 3 t of 93 t could not be had."""
    case = make(
        Settings=[["Setting", "Value"], ["Shortfall", "forbidden"]],
        Materials=[["Material"], ["Nd"]],
        Limits=[
            ["Limit", "Type", "Applies to", "Maximum [t]", "Priority"],
            ["Less B", "tonnes", "Source=B", 30, 1],
        ],
    )
    kept = planner.sweep(case, Vary("Demand[Item=Nd].2011", 10, 90))
    assert kept.exact
    given_up = planner.sweep(case, Vary("Demand[Item=Nd].2011", 10, 93, 2))
    assert not given_up.exact
    assert "priority" in given_up.reason
    assert given_up.points[-1].objective == pytest.approx(60 * 10 + 33 * 20)


def test_two_numbers_make_a_grid():
    """A's capacity against the demand: min(c, d) at 10, then 50 t at 20, then 100."""
    varied = [
        Vary("Sources[Source=A].Capacity", 0, 100, 2),
        Vary("Demand[Item=Nd].2011", 40, 160, 3),
    ]
    found = planner.sweep(make(), varied)
    assert [p.values for p in found.points] == [
        (c, d) for c in (0, 50, 100) for d in (40, 80, 120, 160)
    ]
    for point in found.points:
        capacity, demand = point.values
        of_a = min(capacity, demand)
        of_b = min(50, demand - of_a)
        expected = 10 * of_a + 20 * of_b + 100 * (demand - of_a - of_b)
        assert point.objective == pytest.approx(expected)
    document = found.to_dict()
    assert document["parameters"] == [vary.target for vary in varied]
    assert document["points"][0]["values"] == [0, 40]
    assert not document["exact"]
    assert document["now"] == pytest.approx([60, 100])
    stands = "The case itself has Sources A, Capacity 60 t/yr and Demand Nd, 2011 100 t"
    assert f"{stands}." in exhibit(found).sentences
    there = planner.sweep(make(), [replace(varied[0], start=60), replace(varied[1], start=100)])
    assert f"{stands}, where the cost is USD 1,400." in exhibit(there).sentences


# -- broken off -----------------------------------------------------------------------------


def interrupted_after(count):
    calls = []

    def solved():
        calls.append(1)
        if len(calls) >= count:
            raise KeyboardInterrupt

    return solved


def test_ctrl_c_leaves_a_curve_within_an_error():
    case = planner.read(INPUTS / "magnet-maker-2026.xlsx")
    vary = Vary("Availability[Source=CN_Dy].*", 0.1, 1.2)
    found = planner.sweep(case, vary, solved=interrupted_after(12))
    whole = planner.sweep(case, vary)
    assert not found.exact
    assert (found.status, found.exit_code, whole.status) == ("feasible", 0, "optimal")
    assert found.error > 0
    by_value = {p.values[0]: p.objective for p in whole.points}
    for point in found.points:
        if point.values[0] in by_value:
            above = point.objective - by_value[point.values[0]]
            assert -1e-6 <= above <= found.error * (1 + 1e-9)
    assert "The cost is within" in text_of(exhibit(found))
    assert exhibit(found).sentences[0].startswith("Stopped before every breakpoint was found")


def test_ctrl_c_leaves_the_points_of_a_grid():
    varied = [
        Vary("Sources[Source=A].Capacity", 0, 100, 2),
        Vary("Demand[Item=Nd].2011", 40, 160, 3),
    ]
    found = planner.sweep(make(), varied, solved=interrupted_after(5))
    assert 4 <= len(found.points) < 12
    assert "stopped early" in found.reason
    assert (found.status, found.exit_code) == ("feasible", 0)
    said = exhibit(found).sentences
    assert said[0] == (
        f"Stopped after {len(found.points)} of 12 values: of the others nothing is known."
    )
    assert said[1].startswith("The cost of these, paid and valued, is lowest")


def test_ctrl_c_after_one_value_claims_nothing_of_others():
    """Where an order is decided; at the lowest value there is a plan, and that is all."""
    own = sources(
        ["A", "China", "Nd", 60, 10, 5], ["B", "Australia", "Nd", 50, 20, None],
        more=("Order cost",),
    )  # fmt: skip
    vary = Vary("Sources[Source=A].Capacity", 10, 60, 5)
    said = exhibit(planner.sweep(make(Sources=own), vary, solved=interrupted_after(2))).sentences
    assert said[:2] == [
        "Stopped after 1 of 6 values: of the others nothing is known.",
        "At 10 t/yr the cost, paid and valued, is USD 5,105, and 40 t are missing.",
    ]
    assert not any("all the way" in text for text in said)


def test_no_time_at_all(japan):
    with pytest.raises(planner.Stopped):
        planner.sweep(japan, Vary(QUOTA, 0, 1), options=planner.Options(time_limit=0.0))


# -- whole numbers --------------------------------------------------------------------------

YEARS = {
    "Periods": [["Period", "Years"], *([str(2011 + t), 1] for t in range(4))],
    "Demand": [["Item", *(str(2011 + t) for t in range(4))], ["Nd", 100, 100, 100, 100]],
}


@pytest.mark.parametrize("order_cost", [None, 5])
def test_of_whole_numbers_only_whole_ones_are_looked_at(order_cost):
    """B arrives later: in 0 to 4 years, after which it is of no use, with decisions or without."""
    case = make(
        **YEARS,
        Sources=sources(
            ["A", "China", "Nd", 60, 10, None, None],
            ["B", "Australia", "Nd", 50, 20, 0, order_cost],
            more=("Lead time [periods]", "Order cost"),
        ),
    )
    found = planner.sweep(case, Vary("Sources[Source=B].Lead time", 0, 4, steps=2))
    values = [point.values[0] for point in found.points]
    assert all(value.is_integer() for value in values)
    assert 3 in values
    first, last = found.breakpoints[0], found.breakpoints[-1]
    assert (first.after, first.value) == (0, 1)
    assert "shortfall of Nd begins" in first.change
    assert (last.after, last.value) == (3, 4)
    assert "B leaves" in last.change
    said = " ".join(text_of(exhibit(found)).split())
    assert "Between 0 periods and 1 period: " in said
    assert "Between 3 periods and 4 periods: " in said


COUNTED = {
    "Sources": sources(["A", "China", "Nd", 60, 10], ["B", "Australia", "Nd", 50, 20]),
    "Limits": [["Limit", "Type", "Applies to", "Maximum"], ["Few", "suppliers", "*", 2]],
}
"""A alone serves 60 of 100 t for 600, and 4,000 are missing; with B it is 600 + 800."""

FEW = "Limits[Limit=Few].Maximum"


def test_steps_over_whole_numbers_are_whole():
    """Twenty steps from 1 to 3 suppliers are two; what is between two whole numbers is no count."""
    found = planner.sweep(make(**COUNTED), Vary(FEW, 1, 3))
    costs = {point.values[0]: point.objective for point in found.points}
    assert costs == {1: pytest.approx(4600), 2: pytest.approx(1400), 3: pytest.approx(1400)}


def test_more_whole_numbers_than_steps_are_taken_in_even_steps():
    found = planner.sweep(make(**COUNTED), Vary(FEW, 2, 12, steps=4))
    assert [point.values[0] for point in found.points] == [2, 4, 7, 10, 12]  # 4.5 and 9.5 are even


def test_a_grid_of_whole_and_other_numbers():
    price = Vary("Sources[Source=A].Price [USD/t]", 10, 11, steps=2)
    found = planner.sweep(make(**COUNTED), [Vary(FEW, 1, 2), price])
    assert [point.values for point in found.points] == [
        (count, price) for count in (1, 2) for price in (10, 10.5, 11)
    ]


def test_a_range_that_ends_between_whole_numbers_is_refused():
    with pytest.raises(planner.InvalidCase, match=r"whole number, got 2\.5$"):
        planner.sweep(make(**COUNTED), Vary(FEW, 1, 2.5))


# -- wrong use ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vary", "words"),
    [
        (Vary(QUOTA, 5, 5), "must go up"),
        (Vary(QUOTA, 0, float("nan")), "must go up"),
        (Vary(QUOTA, 0, 5, 0), "steps"),
        (Vary("Quotas[Quota=Chin].Tonnes", 0, 5), "picks nothing"),
        (Vary("Quotas[Quota=China].Tons", 0, 5), "did you mean 'Tonnes'"),
        (Vary("Quotas[Quota=China].Tonnes*=2", 0, 5), "without operation"),
        (Vary("Quotas", 0, 5), "cannot read"),
        (Vary("Sources[Source=CN_QUOTA].Price", 0, 5), "has no unit"),
        (Vary("Sources[Source=CN_QUOTA].Price [EUR/kg]", 0, 5), "not in EUR"),
        (Vary(QUOTA, -5, 5), "at least 0"),
        (Vary("Sources[Source=CN_QUOTA].Country", 5, 15), "Country holds no numbers"),
        (Vary("Sources[Source=CN_QUOTA].material", 5, 15), "Material holds no numbers"),
    ],
)
def test_wrong_use_is_said(japan, vary, words):
    with pytest.raises(planner.WrongUsage, match=words.replace("[", r"\[")):
        planner.sweep(japan, vary)


def test_an_attribute_of_words_is_no_number():
    own = sources(*([*row, "mine"] for row in SHEETS["Sources"][1:]), more=("Sort",))
    with pytest.raises(planner.WrongUsage, match="Sort holds no numbers"):
        planner.sweep(make(Sources=own), Vary("Sources[*].Sort", 0, 5))


# -- examples -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "target", "ends"),
    [
        ("japan-2011", "Sources[Country=Australia].Price [USD/kg]", (10, 250)),
        ("japan-2011-2015", "Quotas[Quota=China heavy].2012", (0, 2000)),
        ("magnet-maker-2026", "Indices[Index=NdPr].* [USD/kg]", (20, 200)),
    ],
)
def test_examples_are_shown_in_words_and_pictures(example, target, ends):
    case = planner.read(INPUTS / f"{example}.xlsx")
    found = planner.sweep(case, Vary(target, *ends, 4))
    shown = exhibit(found)
    words = text_of(shown)
    way = "stays at USD 3,376.2 million" if example == "japan-2011" else "goes from"
    assert f"the cost, paid and valued, {way}" in " ".join(words.split())
    assert shown.pictures
    assert all(p.x_title.endswith("]") and p.y_title.endswith("]") for p in shown.pictures)
    letters = [row[-1] for row in shown.tables[1].without_blanks().rows]
    has_decisions = any(point.state and point.state.decisions for point in found.points)
    assert ([table.name for table in shown.tables][-1] == "Decisions") is has_decisions
    assert not has_decisions or set(letters) <= {row[0] for row in shown.tables[-1].rows}
    assert all(len(series.x) == len(series.y) for p in shown.pictures for series in p.series)


def test_one_less_may_change_nothing():
    """60 t of A have to be bought, and 60 are needed: one less is left over, one more is B's."""
    limits = [["Limit", "Type", "Applies to", "Minimum"], ["Least", "tonnes", "Source=A", 60]]
    case = make(Limits=limits, Demand=[["Item", "2011"], ["Nd", 60]])
    found = planner.sweep(case, Vary("Demand[Item=Nd].2011", 0, 100))
    said = " ".join(text_of(exhibit(found)).split())
    assert "it is 60 t, where one t more costs USD 20, and one less changes nothing." in said


@pytest.mark.parametrize("rounding", [-1e-9, 0.0, 1e-9])
def test_a_case_at_a_breakpoint_has_both_sides_of_it(japan, rounding):
    """At 30,000 t nothing is missing any more; the solver's breakpoint is there to some digits."""
    found = planner.sweep(japan, Vary(QUOTA, 0, 40_000))
    text = text_of(exhibit(replace(found, standing=(30_000 + rounding,))))
    assert (
        "it is 30,000 t, where one t more saves USD 3,020, and one less costs USD 137,720."
    ) in " ".join(text.split())


def test_of_a_narrow_range_what_differs_is_seen(japan):
    """0.3 USD/t more on 20,000 t are USD 6,000: nothing beside USD 3,376.2 million."""
    target = "Sources[Source=CN_QUOTA].Price [USD/t]"
    said = exhibit(planner.sweep(japan, planner.Vary(target, 62_180.1, 62_180.4))).sentences[0]
    assert said == (
        "From 62,180.1 USD/t to 62,180.4 USD/t the cost, paid and valued, rises by USD 6,000 to "
        "USD 3,376.2 million; 10,000 t are missing all the way."
    )
    idle = planner.Vary("Sources[Source=IN_IREL].Price [USD/t]", 50_000, 60_000)
    said = exhibit(planner.sweep(japan, idle)).sentences[0]
    assert "the cost, paid and valued, stays at USD 3,376.2 million" in said
    demand = planner.Vary("Demand[Item=REO].2011", 32_000.1, 32_000.2, 1)
    two = [planner.Vary(target, 62_180.1, 62_180.4, 1), demand]
    grid = exhibit(planner.sweep(japan, two)).tables[0]
    assert [column.header for column in grid.columns][1:] == ["32,000.1", "32,000.2"]


def test_costs_that_differ_little_are_in_a_unit_in_which_that_is_seen():
    """All USD 247.3 million, and no two alike."""
    case = planner.read(INPUTS / "magnet-maker-2026.xlsx")
    vary = planner.Vary("Sources[Source=RECYC_Dy].Price [USD/kg]", 250, 350)
    table = exhibit(planner.sweep(case, vary)).tables[0]
    assert table.columns[1].header == "Cost [kUSD]"
    costs = [shown(row[1], Show.SCALED, 250_000) for row in table.rows]
    assert len(costs) > 5
    assert len(set(costs)) == len(costs)
