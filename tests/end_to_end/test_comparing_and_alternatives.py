"""`planner compare`, `frontier` and `alternatives` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

INPUTS = Path(__file__).parents[2] / "inputs"
STUDIES = ("compare", "frontier", "alternatives")


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("example", sorted(path.stem for path in INPUTS.glob("*.xlsx")))
def test_every_example(run, tmp_path, study, example):
    """The words on the screen, a workbook with native charts, and a picture."""
    ended = run(study, INPUTS / f"{example}.xlsx", "--plot", "picture.png")
    assert ended.code == 0, ended.err
    assert f"outputs/{example}-{study}.xlsx" in ended.out
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    book = openpyxl.load_workbook(tmp_path / "outputs" / f"{example}-{study}.xlsx")
    assert book.sheetnames[0] == "Answer"
    assert book["Answer"]._charts
    assert "Traceback" not in ended.err


def test_compare_in_json_and_words(run, japan):
    ended = run("compare", japan, "--json", "--scenario", "Base", "--scenario", "Quota down 30 %")
    assert ended.code == 0
    document = json.loads(ended.out)
    assert [one["scenario"] for one in document["runs"]] == ["Base", "Quota down 30 %"]
    # Held: 14,000 t of China. Under Base 6,000 t more are missing, each worth 137,720 more.
    assert document["regret"] == [[0, 0], [pytest.approx(6000 * 137_720), 0]]
    assert document["least_worst"] == "Base"
    assert document["held_through"] == "2011"
    (cut,) = next(cell["cuts"] for cell in document["cells"] if cell["cut_t"])
    assert (cut["name"], cut["planned"], cut["kept"]) == (
        "CN_QUOTA",
        pytest.approx(20_000),
        pytest.approx(14_000),
    )
    said = run("compare", japan).out
    assert "The plan for Options opened is the safest" in said


def test_frontier_in_json(run, japan):
    """All from China and the rest of the world at 6.25 %: 28,000 t are missing."""
    ended = run("frontier", japan, "--json", "--plot", "frontier.svg")
    document = json.loads(ended.out)
    assert document["exact"] is True
    assert [point["concentration"] for point in document["points"]] == pytest.approx(
        [0, 0.0625, 0.625], abs=1e-6
    )
    assert document["points"][1]["shortfall_t"] == pytest.approx(28_000, rel=1e-6)
    assert document["points"][2]["objective"] == pytest.approx(3_376_200_000)


def test_alternatives_in_json(run, japan):
    """2 % of 3,376.2 million pays for 490.3 t of China's missing, at 137,720 each."""
    document = json.loads(run("alternatives", japan, "--json", "--within", "2%").out)
    sources = {one["name"]: one for one in document["sources"]}
    assert sources["CN_QUOTA"]["verdict"] == "must buy"
    assert sources["CN_QUOTA"]["least_t"] == pytest.approx(
        20_000 - 0.02 * 3_376_200_000 / 137_720, rel=1e-6
    )
    assert sources["US_STOCK"]["verdict"] == "never needed"
    assert document["exact"] is True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["compare", "--scenario", "Base"], "two scenarios"),
        (["compare", "--scenario", "Bose"], "unknown scenario 'Bose'"),
        (["frontier", "--column", "Contry"], "did you mean 'Country'?"),
        (["frontier", "--measure", "gini"], "gini"),
        (["alternatives", "--within", "much"], "no part of the cost"),
        (["frontier", "--plot", "picture.gif"], "picture.gif"),
    ],
)
def test_wrong_use_is_said_in_words(run, japan, arguments, words):
    ended = run(arguments[0], japan, *arguments[1:])
    assert ended.code == 2
    assert words in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("study", ["frontier", "alternatives"])
def test_no_plan_to_study(run, changed, study):
    """Shortfall forbidden: 10,000 t are missing."""
    case = changed(Settings_B7="forbidden")
    said = run(study, case)
    assert said.code == 4
    assert "at least 10,000 t are missing" in said.err
    document = json.loads(run(study, case, "--json").out)
    assert document["status"] == "infeasible"
    assert "at least 10,000 t are missing" in document["message"]


def test_stopped_at_once(run, japan):
    assert run("alternatives", japan, "--time-limit", "0").code == 5
    ended = run("compare", japan, "--time-limit", "0", "--json")
    assert ended.code == 5
    assert json.loads(ended.out)["least_worst"] is None
