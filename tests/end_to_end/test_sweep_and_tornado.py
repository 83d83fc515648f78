"""`planner sweep` and `planner tornado` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

INPUTS = Path(__file__).parents[2] / "inputs"
QUOTA = ("--vary", "Quotas[Quota=China].Tonnes")
SWEEPS = {
    "japan-2011": (*QUOTA, "--from", "0", "--to", "40000"),
    "japan-2011-2015": ("--vary", "Quotas[Quota=China heavy].2012", "--from", "0", "--to", "4000"),
    "magnet-maker-2026": (
        "--vary",
        "Indices[Index=NdPr].* [USD/kg]",
        "--from",
        "20",
        "--to",
        "200",
    ),
}


@pytest.mark.parametrize("study", ["sweep", "tornado"])
@pytest.mark.parametrize("example", sorted(SWEEPS))
def test_every_example(run, tmp_path, study, example):
    """The words on the screen, a workbook with native charts, and a picture."""
    more = SWEEPS[example] if study == "sweep" else ("--hold-decisions",)
    ended = run(study, INPUTS / f"{example}.xlsx", *more, "--plot", "picture.png")
    assert ended.code == 0, ended.err
    assert f"outputs/{example}-{study}.xlsx" in ended.out
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    book = openpyxl.load_workbook(tmp_path / "outputs" / f"{example}-{study}.xlsx")
    assert book.sheetnames[0] == "Answer"
    assert book["Answer"]._charts


def test_sweep_in_json(run, japan):
    """200 − 62.28 USD/kg are saved by each tonne more, up to 30,000 t."""
    ended = run("sweep", japan, *SWEEPS["japan-2011"], "--steps", "4", "--json")
    document = json.loads(ended.out)
    assert document["parameter"] == "Quotas[Quota=China].Tonnes"
    assert document["exact"] is True
    assert document["now"] == pytest.approx(20_000)
    first, second = document["breakpoints"]
    assert first["value"] == pytest.approx(30_000, abs=1e-6)
    assert first["slope_left"] == pytest.approx(-137_720)
    assert second["value"] == pytest.approx(32_000, abs=1e-6)
    values = [point["value"] for point in document["points"]]
    assert values == pytest.approx([0, 10_000, 20_000, 30_000, 32_000, 40_000], abs=1e-6)
    assert document["points"][2]["purchases"] == pytest.approx(
        {"CN_QUOTA": 20_000, "EXIST_ROW": 2_000}
    )
    assert document["output"].endswith("japan-2011-sweep.xlsx")


def test_a_grid(run, japan, tmp_path):
    ended = run(
        "sweep", japan, *SWEEPS["japan-2011"], "--vary", "Demand[Item=REO].2011",
        "--from", "10000", "--to", "40000", "--steps", "8", "--plot", "grid.svg",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert (tmp_path / "grid.svg").exists()
    book = openpyxl.load_workbook(tmp_path / "outputs" / "japan-2011-sweep.xlsx")
    assert book["Cost"].max_row >= 10
    assert book["Cost"].conditional_formatting
    assert book["Cost"]["B2"].value == pytest.approx(
        (2_000 * 65_300 + 8_000 * 200_000) / 1e6
    )  # no quota, 10,000 t of demand


def test_where_there_is_no_plan(run, changed):
    """Shortfall forbidden: 32,000 t need 30,000 t of China's."""
    case = changed(Settings_B7="forbidden")
    said = run("sweep", case, *SWEEPS["japan-2011"])
    assert said.code == 0
    out = " ".join(said.out.split())
    assert "There is no plan below 30,000 t. At 0 t: no plan meets all demand: at least" in out
    assert 'planner explain CASE --set "Quotas[Quota=China].Tonnes=0" names the cells' in out
    nowhere = run("sweep", case, *QUOTA, "--from", "0", "--to", "20000", "--json")
    assert nowhere.code == 4
    assert json.loads(nowhere.out)["status"] == "infeasible"
    said = run("tornado", case)
    assert said.code == 4
    assert "at least 10,000 t are missing (10,000 t of REO in 2011 (Demand!B2))" in said.err


def test_tornado_in_json(run, japan):
    """10 % of 32,000 t more are missing, at 200 USD/kg."""
    ended = run("tornado", japan, "--json", "--by", "10%")
    document = json.loads(ended.out)
    assert document["base"] == pytest.approx(3_376_200_000)
    bar = document["bars"][0]
    assert (bar["name"], bar["cell"]) == ("demand for REO", "Demand!B2")
    assert bar["target"] == 'Demand[Item="REO"].*'
    assert bar["high"] - document["base"] == pytest.approx(3_200 * 200_000)
    assert bar["high_shortfall_t"] == pytest.approx(13_200)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sweep", *QUOTA, "--from", "0"], "--to"),
        (["sweep", *QUOTA, "--from", "5", "--to", "2"], "must go up"),
        (["sweep", *QUOTA, *QUOTA, "--from", "1", "--to", "2"], "each --vary needs"),
        (["sweep", *QUOTA * 3, "--from", "1", "--to", "2"], "twice for a grid"),
        (["sweep", "--vary", "Quotas[Quota=Chna].Tonnes", "--from", "1", "--to", "2"], "picks"),
        (["tornado", "--by", "much"], "no part between"),
        (["tornado", "--by", "100%"], "no part between"),
        (["tornado", "--plot", "picture.gif"], "picture.gif"),
    ],
)
def test_wrong_use_is_said_in_words(run, japan, arguments, words):
    ended = run(arguments[0], japan, *arguments[1:])
    assert ended.code == 2
    assert words in ended.err
    assert "Traceback" not in ended.err


def test_stopped_at_once(run, japan):
    assert run("sweep", japan, *SWEEPS["japan-2011"], "--time-limit", "0").code == 5
    assert run("tornado", japan, "--time-limit", "0").code == 5
