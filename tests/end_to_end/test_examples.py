"""The example workbooks in inputs/: what they come to, in every scenario, and what the check says.

The figures are those of independent programs that share nothing with the planner.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

import planner
from planner.solving.tolerances import MOST_VIOLATION
from planner.workbook.example import example_data

INPUTS = Path(__file__).parent.parent.parent / "inputs"
MILLION = 1e6

NOTHING: dict[str, float] = {}
JAPAN_FIVE_YEARS = {
    "2011": 6782.160, "2012": 1627.7275, "2013": 440.880, "2014": 204.415, "2015": 184.415
}  # fmt: skip

FIGURES = {
    ("japan-2011", "Base"): (3376.200, {"2011": 10_000.0}),
    ("japan-2011", "Options opened"): (2938.850, {"2011": 6980.0}),
    ("japan-2011-2015", "Base"): (13_956.150845, JAPAN_FIVE_YEARS),
    ("japan-2011-2015", "No restarts"): (
        17_905.204335,
        {"2011": 10_087.360, "2012": 9551.440, "2013": 9549.460, "2014": 9805.540,
         "2015": 9805.540},
    ),
    ("japan-2011-2015", "Actual delays"): (
        15_185.783939,
        {"2011": 6782.160, "2012": 7373.840, "2013": 5742.495, "2014": 2510.605,
         "2015": 828.200},
    ),
    ("japan-2011-2015", "Actual demand and delays"): (5789.233996, NOTHING),
    ("japan-2011-2015", "China half of demand"): (13_956.150845, JAPAN_FIVE_YEARS),
    ("magnet-maker-2026", "Base"): (247.309685, NOTHING),
    ("magnet-maker-2026", "S1_normalise"): (248.753980, NOTHING),
    ("magnet-maker-2026", "S2_slow"): (254.156621, NOTHING),
    ("magnet-maker-2026", "S3_zero_to_Japan"): (302.149059, 294.505),
    ("magnet-maker-2026", "S4_Nov2026_snapback"): (256.397056, NOTHING),
}  # fmt: skip
"""Cost in million USD, and tonnes missing: by period, or in all where periods may trade them."""

RESTARTED = {
    "Base": {"US_MP", "AU_LYNAS", "IN_IREL", "KZ_SARECO", "RECYC_MAG", "RECYC_NIMH", "RECYC_CE"},
    "No restarts": set(),
    "Actual delays": {"US_MP", "AU_LYNAS", "RECYC_MAG", "RECYC_NIMH", "RECYC_CE"},
    "Actual demand and delays": {"RECYC_MAG", "RECYC_CE"},
}

WARNINGS = {
    "japan-2011": [],
    "japan-2011-2015": [
        ("Sources!F17", "a tonne of 'RECYC_MAG' in '2011'", "the plan will buy to sell"),
        ("Sources!F18", "a tonne of 'RECYC_NIMH' in '2012'", "the plan will buy to sell"),
        ("Sources!F19", "a tonne of 'RECYC_CE' in '2011'", "the plan will buy to sell"),
        ("Composition!A5", "the contents sum to 1.0041", "rounded analysis"),
    ],
    "magnet-maker-2026": [
        ("Sources!F5", "a tonne of 'RECYC_NdPr' in '2027Q4'", "left in stock"),
    ],
}
"""What the check warns of, and is meant to: India's analysis as printed, cheap recycling."""


@cache
def _case(name: str) -> planner.Case:
    return planner.read(INPUTS / f"{name}.xlsx")


@cache
def _plan(name: str, scenario: str) -> planner.Plan:
    return planner.solve(_case(name), scenario=scenario)


def _missing(plan: planner.Plan) -> dict[str, float]:
    frame = plan.shortfalls
    return {} if frame.empty else frame.groupby("period")["tonnes"].sum().to_dict()


@pytest.mark.parametrize("name", WARNINGS)
def test_the_check_says_what_it_is_meant_to(name):
    found = _case(name).warnings
    expected = WARNINGS[name]
    assert [f"{w.sheet}!{w.cell}" for w in found] == [cell for cell, *_ in expected]
    for warning, (_, *parts) in zip(found, expected, strict=True):
        for part in parts:
            assert part in warning.message


@pytest.mark.parametrize(("name", "scenario"), FIGURES)
def test_an_example_comes_to_the_figures_of_an_independent_program(name, scenario):
    plan = _plan(name, scenario)
    cost, missing = FIGURES[name, scenario]
    assert plan.status == "optimal"
    assert plan.objective / MILLION == pytest.approx(cost, rel=1e-7)
    if isinstance(missing, dict):
        assert _missing(plan) == pytest.approx(missing, abs=0.001)
    else:
        assert sum(_missing(plan).values()) == pytest.approx(missing, abs=0.001)


def test_every_scenario_of_every_example_has_an_optimal_plan():
    statuses = {
        (name, scenario): _plan(name, scenario).status
        for name in WARNINGS
        for scenario in _case(name).scenarios
    }
    assert set(FIGURES) <= set(statuses)
    assert set(statuses.values()) == {"optimal"}


@pytest.mark.parametrize("scenario", RESTARTED)
def test_the_options_that_japan_pays_for(scenario):
    decisions = _plan("japan-2011-2015", scenario).to_dict()["decisions"]
    restarted = {d["name"] for d in decisions if d["kind"] == "restart" and d["value"] == 1}
    assert restarted == RESTARTED[scenario]


def test_contract_levels_lie_within_the_capacities_and_are_lifted():
    plan = _plan("magnet-maker-2026", "S3_zero_to_Japan")
    levels = {d["name"]: d["value"] for d in plan.to_dict()["decisions"] if d["kind"] == "contract"}
    assert levels["French Dy"] == pytest.approx(6.25, abs=1e-6)
    assert levels["Recycled NdPr"] == pytest.approx(15.0, abs=1e-6)
    bought = plan.purchases[plan.purchases["source"] == "FR_Dy"]
    assert set(bought["period"]) == {"2027Q3", "2027Q4"}
    assert (bought["tonnes"] >= 0.8 * levels["French Dy"] - 1e-6).all()


@pytest.mark.parametrize(
    ("name", "change", "cost"),
    [
        ("japan-2011-2015", "Restarts[Source=AU_LYNAS].Restart cost*=2", 14_206.150845),
        ("japan-2011-2015", "Indices[Index=Dy].2013..2015*=1.5", 14_248.376555),
        ("japan-2011-2015", "Quotas[Quota=China heavy].2012*=0.7", 14_211.763821),
        ("magnet-maker-2026", "Stock[Material=Dy].Opening=30", 243.002547),
        ("magnet-maker-2026", "Indices[Index=NdPr].2027Q1..2027Q4*=1.5", 278.567328),
        ("magnet-maker-2026", "Limits[Limit=NdPr from China].Maximum=30", 247.933010),
    ],
)
def test_the_questions_that_the_story_proposes_can_be_asked(name, change, cost):
    story = " ".join(_story(name))
    assert change in story
    asked = planner.solve(_case(name).with_changes(change))
    assert asked.objective / MILLION == pytest.approx(cost, rel=1e-7)


def _story(name: str) -> list[str]:
    return example_data(name)["story"]


@pytest.mark.parametrize("name", WARNINGS)
def test_the_story_has_ten_lines(name):
    assert len(_story(name)) == 10


@pytest.mark.parametrize("name", WARNINGS)
def test_the_command_of_the_story_writes_every_scenario_of_an_example(name, run):
    ended = run("solve", INPUTS / f"{name}.xlsx", "--all-scenarios", "--json", timeout=300)
    assert ended.code == 0, ended.err
    runs = json.loads(ended.out)["runs"]
    assert [one["scenario"] for one in runs] == list(_case(name).scenarios)
    for one in runs:
        assert one["status"] == "optimal"
        assert one["objective"] == pytest.approx(_plan(name, one["scenario"]).objective, rel=1e-9)
        assert Path(one["output"]).name == f"{name}-plan.xlsx"


def test_shortfalls_a_million_times_dearer_are_the_same_ones():
    """The solver gives up from the basis that it has, and has to begin anew."""
    case = planner.read(INPUTS / "japan-2011-2015.xlsx")
    plan = planner.solve(case.with_changes("Shortfall costs[*].2011*=1000000"))
    missing = plan.shortfalls.groupby("period")["tonnes"].sum()
    assert missing.to_dict() == pytest.approx(JAPAN_FIVE_YEARS, abs=0.01)
    assert plan.check.max_violation < MOST_VIOLATION


def test_a_holding_cost_of_next_to_nothing_is_none():
    """It says nothing about the size of the numbers, which the solver would refuse otherwise."""
    case = planner.read(INPUTS / "magnet-maker-2026.xlsx")
    nothing, hardly = (
        planner.solve(case.with_changes(f"Stock[*].Holding cost*={times}"))
        for times in ("0", "1e-300")
    )
    assert hardly.objective == pytest.approx(nothing.objective, rel=1e-9)
