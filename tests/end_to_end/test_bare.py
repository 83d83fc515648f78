"""The script that the whole run is measured against does the same work."""

import runpy
from pathlib import Path

import openpyxl
import pytest

import planner

ROOT = Path(__file__).parents[2]
JAPAN = ROOT / "inputs" / "japan-2011.xlsx"


@pytest.fixture(scope="module")
def bare():
    return runpy.run_path(str(ROOT / "benchmarks" / "bare.py"))


def test_it_finds_the_same_plan_and_says_so(bare, tmp_path, capsys):
    bare["main"](JAPAN, tmp_path / "bare.xlsx")
    plan = planner.solve(planner.read(JAPAN))
    said = capsys.readouterr().out
    assert f"Sum  {plan.objective / 1e6:,.3f} MUSD" in said
    assert f"{plan.purchases_t:,.0f} t" in said
    path = plan.to_excel(tmp_path / "plan.xlsx")
    ours = openpyxl.load_workbook(path, data_only=True)
    theirs = openpyxl.load_workbook(tmp_path / "bare.xlsx", data_only=True)
    assert theirs.sheetnames == ours.sheetnames
    for sheet in ("Orders", "Costs", "Limits"):
        assert theirs[sheet].dimensions == ours[sheet].dimensions
    assert len(theirs["Summary"]._charts) == len(ours["Summary"]._charts)
    worth = {name: [row[12] for row in book["Limits"].iter_rows(2, values_only=True)]
             for name, book in (("ours", ours), ("theirs", theirs))}  # fmt: skip
    assert worth["theirs"][:2] == pytest.approx(worth["ours"][:2])


def test_it_refuses_a_case_that_it_does_not_know(bare, tmp_path):
    with pytest.raises(SystemExit, match="knows no sheet"):
        bare["main"](ROOT / "inputs" / "magnet-maker-2026.xlsx", tmp_path / "bare.xlsx")
