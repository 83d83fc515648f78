"""Studies of several scenarios, and of cases that have no plan: the same words and codes in all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from planner.cli.main import run

INPUTS = Path(__file__).parents[2] / "inputs"
JAPAN = INPUTS / "japan-2011.xlsx"
QUOTA = "Quotas[Quota=China].Tonnes"
FORBIDDEN = ("--set", "Settings[Setting=Shortfall].Value=forbidden")
"""Then Base has no plan, 10,000 t being missing, and `Demand 21,090 t` has one."""

MET = "Demand 21,090 t"
EACH = ("explain", "sweep", "tornado", "frontier", "alternatives")
"""Studies that answer for each scenario by itself."""

REASON = "no plan meets all demand: at least 10,000 t are missing (10,000 t of REO in 2011"
WHAT_TO_DO = "planner explain CASE"


@pytest.fixture(autouse=True)
def in_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def command(study: str, *options: str, low: str = "20000", high: str = "20001") -> list[str]:
    """A study of the example; `sweep` around the quota that the case has."""
    varied = ("--vary", QUOTA, "--from", low, "--to", high) if study == "sweep" else ()
    return [study, str(JAPAN), *varied, *options]


def scenarios(*names: str) -> list[str]:
    return [part for name in names for part in ("--scenario", name)]


def answer(capsys, arguments: list[str], code: int = 0) -> dict:
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


# -- several scenarios ----------------------------------------------------------------------


@pytest.mark.parametrize("study", EACH)
def test_each_run_is_what_the_scenario_has_alone(study, capsys):
    """In one document, one workbook, and a picture each."""
    asked = scenarios("Base", MET)
    together = answer(capsys, command(study, *asked, "--plot", "picture.png", "-o", "all.xlsx"))
    assert list(together) == ["status", "case", "problems", "runs", "output"]
    assert together["status"] == "optimal"
    for name, found in zip(("Base", MET), together["runs"], strict=True):
        assert next(iter(found)) == "scenario"
        assert Path(found["plot"]).name == f"picture-{name}.png"
        assert Path(found["plot"]).read_bytes().startswith(b"\x89PNG")
        alone = answer(capsys, command(study, "--scenario", name))
        assert alone.pop("output").endswith(f"japan-2011-{study}.xlsx")
        assert {"scenario": name, **alone} == {key: found[key] for key in found if key != "plot"}
    book = openpyxl.load_workbook(together["output"])
    said = [cell.value for cell in book["Answer"]["A"] if cell.value]
    assert sum("scenario Base: " in text for text in said) == 1
    assert sum(f"scenario {MET}: " in text for text in said) == 1
    lists = [sheet for sheet in book if sheet["A1"].value == "Scenario"]
    assert any({"Base", MET} <= {cell.value for cell in sheet["A"]} for sheet in lists)


def test_the_screen_has_one_answer_below_the_other(capsys):
    assert run(command("frontier", *scenarios("Base", MET))) == 0
    out = capsys.readouterr().out
    assert out.index("scenario Base: cost against") < out.index(f"scenario {MET}: cost against")
    assert out.count("Exact: the cost is straight from corner to corner.") == 1
    assert out.count("Everything else is in") == 1


@pytest.mark.parametrize("study", ["tornado", "frontier", "alternatives"])
def test_a_scenario_without_a_plan_says_so_and_the_others_go_on(study, capsys):
    Path("picture-Base.svg").write_text("an older one")
    asked = command(study, *FORBIDDEN, *scenarios("Base", MET), "--plot", "picture.svg")
    document = answer(capsys, asked, code=4)
    first, second = document["runs"]
    assert (document["status"], first["status"]) == ("infeasible", "infeasible")
    assert REASON in first["message"]
    assert first["plot"] is None
    assert second["scenario"] == MET
    assert Path(second["plot"]).exists()
    assert Path("picture-Base.svg").read_text() == "an older one"
    said = [cell.value for cell in openpyxl.load_workbook(document["output"])["Answer"]["A"]]
    assert any(text and text.startswith("Base: infeasible: no plan") for text in said)
    assert run(asked) == 4
    err = capsys.readouterr().err
    assert f"scenario Base: infeasible: {REASON}" in err
    assert "picture-Base.svg is not drawn: there is no answer to draw" in err


def test_explain_answers_both_with_and_without_a_plan(capsys):
    found = answer(capsys, command("explain", *FORBIDDEN, *scenarios("Base", MET)))
    assert [one["status"] for one in found["runs"]] == ["infeasible", "optimal"]
    assert found["runs"][0]["conflict"]
    assert found["runs"][1]["sources"]


def test_all_scenarios_are_all(capsys):
    document = answer(capsys, command("alternatives", "--all-scenarios"))
    assert len(document["runs"]) == 8
    assert document["runs"][0]["scenario"] == "Base"


def test_an_unknown_scenario_among_others_is_wrong_use(capsys):
    assert run(command("frontier", *scenarios("Base", "Bose"))) == 2
    assert "unknown scenario 'Bose'; did you mean 'Base'?" in capsys.readouterr().err


def test_a_grid_has_a_sheet_for_each_scenario(capsys):
    second = ("--vary", "Demand[Item=REO].2011", "--from", "10000", "--to", "30000", "--steps", "2")
    document = answer(capsys, command("sweep", *second, *scenarios("Base", "Quota down 30 %")))
    book = openpyxl.load_workbook(document["output"])
    grids = [sheet.title for sheet in book if sheet.conditional_formatting]
    assert grids == ["Cost 1 Base", "Cost 2 Quota down 30 %"]


def test_export_writes_a_model_for_each(capsys):
    found = answer(capsys, command("export", *scenarios("Base", MET), "-o", "models/japan.lp"))
    assert found["status"] == "written"
    written = [one["output"] for one in found["runs"]]
    assert [Path(one).name for one in written] == ["japan-Base.lp", f"japan-{MET}.lp"]
    first, second = (Path(one).read_text() for one in written)
    assert "32000" in first
    assert "21090" in second
    alone = answer(capsys, command("export", "--scenario", MET, "-o", "alone.lp"))
    assert Path("alone.lp").read_text() == second
    assert alone["output"] == "alone.lp"


def test_diff_compares_the_scenarios_that_both_have(capsys):
    book = openpyxl.load_workbook(JAPAN)
    book["Quotas"]["E2"] = 19_000
    book["Scenarios"]["A9"] = "Of the new one"
    book.save("new.xlsx")
    assert run(["diff", str(JAPAN), "new.xlsx", "--all-scenarios", "--json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert "left out: Of the new one" in err
    assert len(found["runs"]) == 8
    assert found["runs"][0]["objective"]["change"] == pytest.approx(1_000 * 137_720)


# -- no plan --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "study", ["solve", "rules", "sweep", "tornado", "frontier", "alternatives"]
)
def test_every_study_gives_the_same_reason(study, capsys):
    assert run(command(study, *FORBIDDEN, low="19999", high="20000")) == 4
    said = " ".join(" ".join(capsys.readouterr()).split())
    tonnes = "10,001" if study == "sweep" else "10,000"  # at 19,999 t
    assert REASON.replace("10,000", tonnes) in said
    assert WHAT_TO_DO in said


def test_compare_says_what_is_common_once(capsys):
    assert run(command("compare", *FORBIDDEN)) == 4
    said = " ".join(capsys.readouterr().out.split())
    assert "7 scenarios have no plan (no plan meets all demand): Base, Options opened" in said
    assert said.count(WHAT_TO_DO) == 1
    assert f"Base infeasible – – – – {REASON}" in said  # in its row


@pytest.mark.parametrize("study", ["rules", "tornado", "frontier"])
def test_a_picture_that_there_is_nothing_for_is_said(study, capsys):
    assert run(command(study, *FORBIDDEN, "--plot", "picture.png")) == 4
    assert "picture.png is not" in capsys.readouterr().err
    assert not Path("picture.png").exists()


def test_a_workbook_that_there_is_nothing_for_is_said(capsys):
    assert run(command("alternatives", *FORBIDDEN, "-o", "answer.xlsx")) == 4
    assert "answer.xlsx is not written: there is no answer to show" in capsys.readouterr().err
    assert run(command("solve", *FORBIDDEN)) == 4
    assert capsys.readouterr().out == ""


# -- wrong use ------------------------------------------------------------------------------


@pytest.mark.parametrize("study", ["check", "solve", "rules", "compare", "export", *EACH])
def test_a_change_that_makes_a_right_case_wrong_is_wrong_use(study, capsys):
    """The workbook is right: it is the call that has to be mended."""
    assert run(command(study, "--set", "Quotas[Quota=China].Applies to=0")) == 2
    said = " ".join(capsys.readouterr())
    assert "not with the change Quotas[Quota=China].Applies to=0:" in said
    assert "Quotas!B2: cannot read the selector '0'" in said


def test_a_target_that_takes_no_number_is_wrong_use(capsys):
    varied = ["--vary", "Quotas[Quota=China].Applies to", "--from", "0", "--to", "1"]
    assert run(["sweep", str(JAPAN), *varied]) == 2
    assert "Applies to holds no numbers, and cannot be swept" in capsys.readouterr().err


def test_a_case_that_is_wrong_by_itself_stays_so(capsys):
    book = openpyxl.load_workbook(JAPAN)
    book["Quotas"]["B2"] = "Country=Chna"
    book.save("wrong.xlsx")
    assert run(["frontier", "wrong.xlsx", "--set", f"{QUOTA}=5"]) == 3
    assert "Chna" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["sweep", "--vary", "Nonsense", "--from", "0", "--to", "1"],
            "without operation and value",
        ),
        (["sweep", *(("--vary", QUOTA, "--from", "0", "--to", "1") * 2)], "varied twice"),
        (["sweep", "--vary", QUOTA, "--from", "0", "--to", "1", "--steps", "0"], "--steps"),
        (["alternatives", "--within", "-1%"], "no part of the cost"),
        (["tornado", "--by", "0"], "no part between"),
        (["frontier", "--column", "Nonsense"], "no column 'Nonsense'"),
        (["explain", "-o", "answer.csv"], "name it answer.xlsx"),
    ],
)
def test_wrong_use_is_said_in_words(arguments, words, capsys):
    assert run([arguments[0], str(JAPAN), *arguments[1:]]) == 2
    assert words in capsys.readouterr().err


def test_the_answer_is_said_though_the_picture_cannot_be_written(capsys):
    Path("file").write_text("no folder")
    assert run(command("frontier", "--plot", "file/picture.png", "--json")) == 2
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert document["points"]
    assert document["plot"] is None
    assert "picture is not drawn" in document["problems"][-1]["message"]
    assert Path(document["output"]).exists()
    assert "the picture is not drawn: file/picture.png: file is a file, not a folder" in err


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder that takes no files")
def test_a_folder_that_takes_no_files_is_not_called_gone(capsys):
    assert run(command("explain", "-o", "/proc/answer.xlsx")) == 2
    assert "the folder /proc takes no new files; choose another place" in capsys.readouterr().err


def test_verify_says_what_a_file_is(capsys):
    Path("results.xlsx").write_text("no workbook")
    assert run(["verify", "results.xlsx"]) == 3
    assert "results.xlsx: is a text file, not an Excel workbook" in capsys.readouterr().err


def test_compare_says_that_it_compares_all(capsys):
    assert run(["compare", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "[default: all]" in said
    assert "[default: Base]" not in said


# -- Ctrl-C ---------------------------------------------------------------------------------

WHILE_SOLVING = """
import os, signal, sys
from planner.cli import start
from planner.solving import highs

at, run, calls = int(sys.argv.pop(1)), highs.Runner.run, []
def interrupted(self):
    calls.append(self)
    if len(calls) == at:
        os.kill(os.getpid(), signal.SIGINT)
    return run(self)
highs.Runner.run = interrupted
start()
"""
"""Ctrl-C comes just before the solver is called for the so-manieth time."""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX systems")
@pytest.mark.parametrize("at", [1, 3, 8])
@pytest.mark.parametrize("study", ["rules", "compare", "diff", "export", *EACH])
def test_ctrl_c_between_two_solves(study, at, tmp_path):
    """It ends at once with what is known, says it, and starts no other scenario."""
    other = shutil.copy(JAPAN, tmp_path / "other.xlsx")
    asked = command(study, "--json", low="0", high="40000")
    if study == "diff":
        asked[1:1] = [str(other)]
        asked += ["--set", f"{QUOTA}=30000"]
    if study != "compare":
        asked += ["--all-scenarios"]
    done = subprocess.run(
        [sys.executable, "-c", WHILE_SOLVING, str(at), *asked],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    document = json.loads(done.stdout)
    if study == "export":  # nothing is solved
        assert done.returncode == 0
        return
    if study == "compare" and all(run["status"] == "optimal" for run in document["runs"]):
        assert (done.returncode, document["status"]) == (0, "feasible")  # with plans of all
        return
    assert done.returncode == 5
    assert document["status"] == "stopped"
