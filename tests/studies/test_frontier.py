"""Cost against concentration: by hand, and against limits on a share or an HHI."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import planner
from cases import case_of
from planner.report.frontier import exhibit
from planner.solving.interrupts import INTERRUPTS
from planner.solving.outcome import Outcome, Status
from planner.solving.session import Session
from planner.studies import concentration, frontier_curve
from planner.studies import frontier as frontier_module
from planner.studies.curve import Trace

INPUTS = Path(__file__).parents[2] / "inputs"

SHEETS: dict[str, list[list[Any]]] = {
    "Settings": [["Setting", "Value"], ["Shortfall", "forbidden"]],
    "Periods": [["Period", "Years"], ["2011", 1]],
    "Materials": [["Material"], ["Nd"]],
    "Demand": [["Item", "2011"], ["Nd", 100]],
    "Sources": [
        ["Source", "Country", "Supplier", "Material", "Capacity [t/yr]", "Price [USD/t]"],
        ["C1", "China", "North", "Nd", 60, 10],
        ["C2", "China", "South", "Nd", 60, 10],
        ["A", "Australia", "Lynas", "Nd", 30, 14],
        ["U", "United States", "MP", "Nd", 100, 20],
    ],
}


make = partial(case_of, SHEETS)


def limited(kind: str, most: float, column: str = "Country", **sheets: Any) -> float:
    """What the cheapest plan costs with a limit of the sheet Limits."""
    rows = [["Limit", "Type", "Column", "Per", "Maximum"], ["Cap", kind, column, "window", most]]
    return planner.solve(make(Limits=rows, **sheets)).objective


def test_every_corner_by_hand():
    """100 t: from China at 10; instead up to 30 t from Australia at 14; then from the US at 20.

    100 % China: 1,000. 70 %: 1,000 + 30 × 4 = 1,120. Then 10 more for each tonne until the US has
    as much as China, at 35 % each: 1,120 + 35 × 10 = 1,470. Below, 100 t cannot be had.
    """
    found = planner.frontier(make())
    assert [point.concentration for point in found.points] == pytest.approx([0.35, 0.7, 1.0])
    assert [point.objective for point in found.points] == pytest.approx(
        [1470, 1120, 1000], rel=1e-6
    )
    assert found.least == pytest.approx(0.35)
    assert found.exact
    assert found.gap == 0
    assert found.points[0].shares == pytest.approx(
        {"China": 0.35, "Australia": 0.3, "United States": 0.35}, rel=1e-6
    )
    assert found.points[1].purchases["A"] == pytest.approx(30)
    assert found.unbounded == pytest.approx(1)


def test_by_supplier():
    """By supplier North and South are two: 60 and 40 t of the cheapest, down to 50 % at no cost.

    Below, each percent of both goes to Lynas, for 4 each, until it has 30 t, at 35 %; then to MP
    for 10 each, until it has as much, where all but Lynas have (100 − 30) / 3. But Lynas then has
    more than they: at 25 % all four are even, and 30 t are too many. 35 %: 1,000 + 30 × 4.
    30 %: 10 t from MP: 1,120 + 100. 25 %: 25 t from MP at 20, 25 from Lynas: 500 + 350 + 500.
    """
    found = planner.frontier(make(), column="supplier")
    assert found.column == "Supplier"
    assert [point.concentration for point in found.points] == pytest.approx([0.25, 0.3, 0.35, 0.5])
    costs = [point.objective for point in found.points]
    assert costs == pytest.approx([1350, 1220, 1120, 1000], rel=1e-6)
    assert found.points[-1].concentration < found.unbounded == pytest.approx(0.6)


def test_the_hhi_is_known_to_the_gap_that_is_said():
    """The least HHI is that of the most even shares: 0.35² + 0.3² + 0.35²."""
    found = planner.frontier(make(), measure="hhi")
    assert found.least == pytest.approx(2 * 0.35**2 + 0.3**2, rel=1e-5)
    assert found.points[-1].concentration == pytest.approx(1, rel=1e-6)
    assert found.gap is not None
    assert 0 < found.gap <= 1e-3 * (1470 - 1000)
    assert not found.exact
    x = [point.concentration for point in found.points]
    y = [point.objective for point in found.points]
    for most in np.random.default_rng(1).uniform(x[0], x[-1], 8):
        cost = limited("HHI", most)
        straight = np.interp(most, x, y)
        assert straight - found.gap - 1e-3 <= cost <= straight + 1e-3


def test_each_point_of_an_example_is_what_its_limit_costs():
    """Straight from corner to corner: at random maxima a limit on the share costs as much."""
    case = planner.read(INPUTS / "japan-2011.xlsx")
    found = planner.frontier(case)
    x = [point.concentration for point in found.points]
    y = [point.objective for point in found.points]
    # Limits has a row for a cap of China, in percent, which a scenario makes hold.
    for most in (0.1, 0.2, 0.41, 0.6):
        change = f'Limits[Limit="60 % of demand"].Maximum={100 * most}'
        capped = case.with_changes(change)
        cost = planner.solve(capped, "Cap 60 % of demand").objective
        assert cost == pytest.approx(np.interp(most, x, y), rel=1e-6)


def test_with_decisions_it_is_solved_at_even_steps():
    """An order of A costs 100: each point is what a limit on the share costs."""
    sources = [[*row, order] for row, order in zip(
        SHEETS["Sources"], ["Order cost", None, None, 100, None], strict=True)]  # fmt: skip
    found = planner.frontier(make(Sources=sources))
    assert found.has_decisions
    assert not found.exact
    assert found.points[0].concentration == pytest.approx(0.35)
    falls = [
        one.objective - two.objective
        for one, two in zip(found.points, found.points[1:], strict=False)
    ]
    assert found.gap == pytest.approx(max(falls))
    for point in found.points:
        cost = limited("share", point.concentration * (1 + 1e-9), Sources=sources)
        assert point.objective == pytest.approx(cost, rel=1e-6)


def test_down_to_nothing_where_shortfall_is_allowed():
    """Nothing bought is no concentration: 100 t missing at 50."""
    found = planner.frontier(
        make(Settings=[["Setting", "Value"], ["Currency", "USD"]],
             Materials=[["Material", "Shortfall cost [USD/t]"], ["Nd", 50]])
    )  # fmt: skip
    assert found.least == 0
    assert found.points[0].objective == pytest.approx(5000, rel=1e-5)
    assert found.points[0].shortfall_t == pytest.approx(100, rel=1e-5)


def test_where_nothing_is_worth_buying_there_is_one_point():
    """A tonne missing costs 5, and the cheapest 10."""
    found = planner.frontier(
        make(Settings=[["Setting", "Value"], ["Currency", "USD"]],
             Materials=[["Material", "Shortfall cost [USD/t]"], ["Nd", 5]])
    )  # fmt: skip
    (point,) = found.points
    assert (point.concentration, point.objective) == (0, pytest.approx(500))
    assert found.exact
    assert found.exit_code == 0
    assert not found.interrupted


def test_a_limit_with_a_priority_is_said_to_be_what_stops_it():
    """China has at least 90 t where it can: to come down to 90 %, 10 t for 4 more each.

    Below 90 % a plan would have to give that up, as a cap that is a must makes it.
    """
    limits = [["Limit", "Type", "Applies to", "Minimum", "Column", "Maximum", "Priority"],
              ["Least", "tonnes", "Country=China", 90, None, None, 2]]  # fmt: skip
    found = planner.frontier(make(Limits=limits))
    assert [point.objective for point in found.points] == pytest.approx([1040, 1000], rel=1e-6)
    capped = make(Limits=[*limits, ["Cap", "share", "*", None, "Country", 0.7, None]])
    assert planner.solve(capped).objective == pytest.approx(1120)  # 30 t of Australia
    assert (
        "Below 90 % no plan that gives up no more of the limits with a priority is possible."
        in exhibit(found).sentences
    )
    assert "Below 35 % no plan is possible." in exhibit(planner.frontier(make())).sentences


def test_what_is_bought_for_stock_may_be_more_than_a_limit_can_say():
    """Of 100 t needed 150 t are bought, to keep 50: an HHI of 1.5², of which a Maximum takes 1."""
    stock = [["Material", "Final minimum [t]"], ["Nd", 50]]
    sources = [row for row in SHEETS["Sources"] if row[1] in ("Country", "China", "Chile")]
    sources = [[*row[:4], 100 if row[0] != "Source" else row[4], row[5]] for row in sources]
    found = planner.frontier(make(Stock=stock, Sources=sources), measure="hhi")
    assert found.points[-1].concentration == pytest.approx(2.25)
    (counted, _) = exhibit(found).notes
    assert "Each number up to 1 can be the Maximum of a limit of type HHI" in counted
    (counted, _) = exhibit(planner.frontier(make(Stock=stock, Sources=sources))).notes
    assert "Each number can be the Maximum of a limit of type share" in counted


def test_wrong_use_in_words():
    with pytest.raises(planner.WrongUsage, match="no column 'Contry'; did you mean 'Country'"):
        planner.frontier(make(), column="Contry")
    with pytest.raises(planner.WrongUsage, match="unknown measure"):
        planner.frontier(make(), measure="gini")
    sources = [[*row, extra] for row, extra in zip(
        SHEETS["Sources"], ["Group", "x", "x", None, "y"], strict=True)]  # fmt: skip
    with pytest.raises(planner.WrongUsage, match="source 'A' has no Group"):
        planner.frontier(make(Sources=sources), column="Group")
    with pytest.raises(planner.Infeasible):
        planner.frontier(make(Demand=[["Item", "2011"], ["Nd", 1000]]))


@pytest.mark.parametrize("example", sorted(path.stem for path in INPUTS.glob("*.xlsx")))
@pytest.mark.parametrize("measure", ["share", "hhi"])
def test_more_concentration_never_costs_more(example, measure):
    found = planner.frontier(planner.read(INPUTS / f"{example}.xlsx"), measure=measure)
    costs = [point.objective for point in found.points]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == pytest.approx(found.cheapest.objective, rel=1e-6)
    for point in found.points:
        shares = np.array(list(point.shares.values()))
        has = shares.max() if measure == "share" else shares @ shares
        assert has <= point.concentration * (1 + 1e-5) + 1e-9


def test_what_is_at_round_numbers_is_what_a_limit_costs():
    """From 35 % to 100 % in tens: 70 … 100 % 1,000 + 4 for each tonne less, below 10 for each."""
    found = planner.frontier(make())
    at = [point.concentration for point in found.steps]
    assert at == pytest.approx([0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    assert at[1:-1] == [0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    costs = [1470, 1420, 1320, 1220, 1120, 1080, 1040, 1000]
    assert [point.objective for point in found.steps] == pytest.approx(costs, rel=1e-6)
    for point in found.steps[1:-1]:
        assert point.objective == pytest.approx(limited("share", point.concentration), rel=1e-9)
        assert max(point.shares.values()) == pytest.approx(point.concentration)


def test_each_sentence_is_about_a_plan_that_was_solved():
    """95 % is none of the round numbers: of 100 %, and 10 % less, 90 % is the nearest below."""
    found = planner.frontier(make(Settings=[*SHEETS["Settings"], ["Currency", "USD"]]))
    sentences = exhibit(found).sentences
    assert "90 % instead of 100 % costs USD 40 more." in sentences
    assert sum("instead of" in text for text in sentences) == 1
    assert sentences[-1] == "Below 35 % no plan is possible."


def test_missing_tonnes_are_those_of_the_plan_that_is_spoken_of():
    """50 a tonne missing: the US, at 20, is better; below 35 % of each what is cut is missing.

    30 %: 30 t from each of the three, 10 t missing. 1,000 + 30 × 4 = 1,120 of 300 from China, 420,
    600 and 500 is 1,820: but Australia has 30 t only, so all three have 30.
    """
    sheets = {
        "Settings": [["Setting", "Value"], ["Currency", "USD"]],
        "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 50]],
    }
    found = planner.frontier(make(**sheets))
    by_number = {round(point.concentration, 9): point for point in found.steps}
    assert by_number[0.3].objective == pytest.approx(300 + 420 + 600 + 500)
    assert by_number[0.3].shortfall_t == pytest.approx(10)
    nothing = found.points[0]
    assert (nothing.concentration, nothing.paid, nothing.shortfall_t) == (0, 0, 100)
    assert not nothing.purchases


def test_without_demand_there_is_nothing_to_say_but_that():
    found = planner.frontier(make(Demand=[["Item", "2011"], ["Nd", 0]]))
    assert found.exit_code == 0
    assert found.points == found.steps == ()
    assert found.to_dict()["demand_t"] == 0
    (sentence,) = exhibit(found).sentences
    assert sentence.startswith("There is no demand")


@pytest.mark.parametrize("measure", ["share", "hhi"])
def test_where_nothing_is_worth_buying_it_is_said(measure):
    sheets = {
        "Settings": [["Setting", "Value"], ["Currency", "USD"]],
        "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 5]],
    }
    found = planner.frontier(make(**sheets), measure=measure)
    assert found.exit_code == 0
    assert any("buys nothing" in text for text in exhibit(found).sentences)


def test_a_curve_that_is_stopped_says_how_far_it_is_known():
    """Stopped by Ctrl-C while the first corner is shown; 35 % and 100 % are known by then."""

    def stopped(points):
        yield next(iter(points))
        raise KeyboardInterrupt

    found = planner.frontier(make(), progress=stopped)
    assert found.interrupted
    assert (found.status, found.exit_code) == ("feasible", 0)
    assert found.points[0].concentration == pytest.approx(0.35)
    assert found.points[-1].concentration == pytest.approx(1)
    assert [point.concentration for point in found.steps] == pytest.approx([0.35, 1])
    assert found.gap is not None
    assert exhibit(found).sentences[1] == (
        "Stopped before the whole curve was known: 3 plans were found, from 100 % down to 35 %."
    )


def _with_an_order():
    """An order of A costs 100."""
    sources = [[*row, order] for row, order in zip(
        SHEETS["Sources"], ["Order cost", None, None, 100, None], strict=True)]  # fmt: skip
    return make(Sources=sources)


def test_with_decisions_what_is_next_to_the_cheapest_plan_is_known_first():
    """Stopped after one further plan; dearer is what costs more than the cheapest."""

    def stopped(points):
        yield next(iter(points))
        raise KeyboardInterrupt

    found = planner.frontier(_with_an_order(), progress=stopped)
    assert found.interrupted
    concentrations = [point.concentration for point in found.points]
    assert concentrations == pytest.approx([0.9, 1])
    shown = exhibit(found)
    assert shown.sentences[1] == (
        "Stopped before the whole curve was known: 2 plans were found, from 100 % down to 90 %."
    )
    table = shown.tables[0]
    costs = [row[1:3] for row in table.rows]
    assert costs[0] == [found.cheapest.objective, 0]
    assert costs[1][1] == pytest.approx(costs[1][0] - found.cheapest.objective)
    assert costs[1][1] > 0


def test_with_decisions_of_which_no_search_ends_in_time_the_cheapest_plan_is_there(monkeypatch):
    """Nothing is solved beside it, and nothing is said of what it would cost."""
    solve_once = Session._solve_once
    monkeypatch.setattr(
        concentration, "Session",
        type("Late", (Session,), {"_solve_once": lambda one, _, gap: solve_once(one, 0.0, gap)}),
    )  # fmt: skip
    found = planner.frontier(_with_an_order())
    assert found.status == "feasible"
    assert [point.objective for point in found.points] == [found.cheapest.objective]
    assert exhibit(found).sentences[-1] == "Stopped before any other plan was found."


def test_ctrl_c_in_one_solve_is_not_forgotten_by_the_next(monkeypatch):
    """It comes while rules with a priority are settled: nothing is solved any more."""
    solves = []

    def settled(*_):
        INTERRUPTS.note()

    def counted(*_, **__):
        solves.append(1)
        return Outcome(Status.STOPPED, None, "Interrupted by user")

    cheapest = planner.solve(make())
    monkeypatch.setattr(concentration, "solve_by_priority", settled)
    monkeypatch.setattr(Session, "solve", counted)
    monkeypatch.setattr(frontier_module, "solve_next", lambda *_, **__: cheapest)
    found = planner.frontier(make())
    assert found.interrupted
    assert not solves


@pytest.mark.parametrize("known", [1, 2, 5])
@pytest.mark.parametrize(
    ("measure", "in_search"),
    [
        pytest.param("share", True, id="a share"),
        pytest.param("hhi", True, id="an HHI"),
        pytest.param("hhi", False, id="an HHI while its cuts are found"),
    ],
)
def test_ctrl_c_while_a_plan_with_decisions_is_searched(monkeypatch, measure, in_search, known):
    """What is known by then is what the whole curve has there, and nothing more is solved."""
    asked, since = [], []  # plans that are asked for; solves from Ctrl-C on
    at, solve_once = concentration.Bounded.at, Session._solve_once

    def counted(bounded, *most):
        asked.append(most)
        return at(bounded, *most)

    def interrupted(session, *limits):
        outcome = solve_once(session, *limits)
        if not since and (len(asked) < known or session._undecided != in_search):
            return outcome
        since.append(session)
        INTERRUPTS.note()
        return replace(outcome, status=Status.STOPPED, reason="Interrupted by user")

    case = _with_an_order()
    whole = planner.frontier(case, measure=measure)
    monkeypatch.setattr(concentration.Bounded, "at", counted)
    monkeypatch.setattr(Session, "_solve_once", interrupted)
    found = planner.frontier(case, measure=measure)
    assert len(since) == 1
    assert (found.status, found.exit_code, found.interrupted) == ("feasible", 0, True)
    assert found.gap is None
    costs = [(point.concentration, point.objective) for point in found.points]
    assert costs == [
        pytest.approx((point.concentration, point.objective)) for point in whole.points[-known:]
    ]  # the cheapest plan is known before any is asked for


@pytest.mark.parametrize("step", ["__init__", "least"])
def test_ctrl_c_between_two_solves_leaves_the_cheapest_plan(monkeypatch, step):
    """It comes while the HHI is bounded, or its least looked for; with a yes/no decision."""

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(concentration.Bounded, step, stopped)
    found = planner.frontier(_with_an_order(), measure="hhi")
    assert (found.status, found.exit_code, found.interrupted) == ("feasible", 0, True)
    assert found.has_decisions
    (point,) = found.points
    assert (point.concentration, point.objective) == (pytest.approx(1), pytest.approx(1000))
    assert exhibit(found).sentences == [
        "The cheapest plan costs USD 1,000, paid and valued; its HHI by country is 1.0000.",
        "Stopped before any other plan was found.",
    ]


@pytest.mark.parametrize("measure", ["share", "hhi"])
def test_stopped_before_the_least_concentration_is_known_a_curve_has_its_cheapest_end(
    monkeypatch, measure
):
    """100 t of China for 1,000: that is known before anything else is solved."""
    monkeypatch.setattr(concentration.Bounded, "least", lambda self: None)
    found = planner.frontier(make(), measure=measure)
    (point,) = found.points
    assert (point.concentration, point.objective) == (pytest.approx(1), pytest.approx(1000))
    assert (found.interrupted, found.exact, found.gap) == (True, False, None)
    assert (found.to_dict()["status"], found.exit_code) == ("feasible", 0)
    assert exhibit(found).sentences[-1] == "Stopped before any other plan was found."


@pytest.mark.parametrize(("stops_at", "known"), [(1, [1]), (2, [0.35, 1])])
def test_stopped_before_both_ends_are_solved_a_curve_has_those_that_are_known(
    monkeypatch, stops_at, known
):
    """The least concentration is 35 %: 30 t of Australia, 35 t each of China and the US."""
    at, calls = concentration.Bounded.at, []

    def stopped(self, most, parts=1):
        calls.append(most)
        return None if len(calls) >= stops_at else at(self, most, parts)

    monkeypatch.setattr(concentration.Bounded, "at", stopped)
    found = planner.frontier(make())
    assert [point.concentration for point in found.points] == pytest.approx(known)
    assert [point.concentration for point in found.steps] == pytest.approx(known)
    assert (found.status, found.exit_code, found.exact) == ("feasible", 0, False)
    assert exhibit(found).sentences


def test_more_corners_than_anybody_reads(monkeypatch):
    """Where one piece is all that is looked for, what is left out is within what is said."""
    whole = planner.frontier(make(), column="Supplier")
    x = [point.concentration for point in whole.points]
    y = [point.objective for point in whole.points]
    monkeypatch.setattr(frontier_curve, "Trace", partial(Trace, most_pieces=1))
    found = planner.frontier(make(), column="Supplier")
    assert not found.exact
    assert not found.interrupted
    assert found.gap is not None
    assert found.gap > 0
    for most in np.linspace(0.251, 0.49, 20):
        line = np.interp(
            most, [p.concentration for p in found.points], [p.objective for p in found.points]
        )
        assert -1e-6 <= line - np.interp(most, x, y) <= found.gap + 1e-6


def test_the_curve_ends_at_the_plan_that_is_called_the_cheapest():
    """North and South each sell 60 t at 10: 60 and 40 t, by row, an HHI of 0.52; as cheap is 50:50.

    Nothing is said of plans that are as cheap and more concentrated.
    """
    found = planner.frontier(make(), column="Supplier", measure="hhi")
    assert found.unbounded == pytest.approx(0.6**2 + 0.4**2)
    assert found.points[-1].concentration <= found.unbounded * (1 + 1e-9)
    assert all(step.concentration <= found.unbounded * (1 + 1e-9) for step in found.steps)
    assert found.steps[-1].objective == pytest.approx(1000)


def test_numbers_are_nobody_to_depend_on():
    with pytest.raises(planner.WrongUsage, match="Price holds numbers"):
        planner.frontier(make(), column="price")
