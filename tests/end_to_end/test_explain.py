"""`planner explain` as a user runs it: words, JSON, workbook, picture and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from planner.cli.main import run

INPUTS = Path(__file__).parents[2] / "inputs"
FORBIDDEN = "Settings[Setting=Shortfall].Value=forbidden"


@pytest.fixture(autouse=True)
def in_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def japan(*options: str) -> list[str]:
    return ["explain", str(INPUTS / "japan-2011.xlsx"), "--set", FORBIDDEN, *options]


def test_the_answer_names_cells_and_the_nearest_way_out(capsys):
    """20,000 + 2,000 t for 32,000."""
    assert run(japan()) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Demand for REO in 2011 (Demand!B2), Quota China (Quotas!E2)" in out
    assert "Leave any one of the cells named first out and the others could be kept" in out
    assert (
        "The nearest way out: Demand for REO in 2011 (Demand!B2) from 32,000 t to 22,000 t." in out
    )
    assert (Path("outputs") / "japan-2011-explain.xlsx").exists()


def test_json(capsys):
    assert run(japan("--json")) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["status"] == "infeasible"
    moves = {one["cell"]: one["moves_alone_by"] for one in document["conflict"]}
    assert moves["Demand!B2"] == pytest.approx(-10_000)
    assert moves["Quotas!E2"] == pytest.approx(10_000)
    changed = {way["changes"][0]["cell"]: way["changes"][0] for way in document["ways_out"]}
    assert changed["Quotas!E2"]["to"] == 30_000
    assert document["output"].endswith("japan-2011-explain.xlsx")


def test_the_workbook_and_the_picture(capsys):
    assert run(japan("-o", "why.xlsx", "--plot", "why.svg", "--quiet")) == 0
    assert capsys.readouterr().out == ""
    book = openpyxl.load_workbook("why.xlsx")
    assert book.sheetnames[:3] == ["Answer", "Cannot hold together", "Ways out"]
    rows = list(book["Ways out"].iter_rows(values_only=True))
    assert any("Quotas!E2" in row and "30,000 t" in row for row in rows)
    assert "2: Quota China: 30,000 t" in Path("why.svg").read_text(encoding="utf-8")


def test_a_case_with_a_plan_is_explained_too(capsys):
    assert run(["explain", str(INPUTS / "japan-2011.xlsx"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["status"], document["conflict"]) == ("optimal", [])
    assert document["shortfalls"]
    assert document["sources"]


@pytest.mark.parametrize("name", ["japan-2011", "japan-2011-2015", "magnet-maker-2026"])
def test_every_example_with_too_much_demand(name, capsys):
    """100,000 t of everything in every period, all to be met."""
    change = ("--set", FORBIDDEN, "--set", "Demand[*].*=1e5")
    assert run(["explain", str(INPUTS / f"{name}.xlsx"), "--json", *change]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["status"] == "infeasible"
    cells = [one["cell"] for one in document["conflict"]]
    assert len(cells) == len(set(cells)) > 1
    assert cells[0].startswith("Demand!")
    assert all(way["objective"] > 0 for way in document["ways_out"])


def test_an_unknown_scenario_is_refused(capsys):
    assert run(japan("--scenario", "Nowhere")) == 2
    assert "Nowhere" in capsys.readouterr().err


def test_no_time_is_said(capsys):
    assert run(japan("--time-limit", "0")) == 5
    assert "stopped" in capsys.readouterr().err


def test_solve_points_to_it(capsys):
    assert run(["solve", *japan()[1:]]) == 4
    assert "planner explain CASE names the cells" in capsys.readouterr().err
