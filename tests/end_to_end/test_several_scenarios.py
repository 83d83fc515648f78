"""One scenario that fails, or Ctrl-C, is a row that says so: the others have their answers."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import openpyxl
import pytest

import planner
from cases import book_of
from planner import runs as several
from planner.cli import screen
from planner.cli.main import run
from planner.errors import Interrupted
from planner.runs import solve_scenarios
from planner.solving.interrupts import INTERRUPTS
from planner.studies.evaluate import evaluate_scenarios

JAPAN = Path(__file__).parents[2] / "inputs" / "japan-2011.xlsx"
SCENARIOS = ("Base", "Quota down 30 %", "Demand 23,000 t")

SHEETS = {
    "Periods": [["Period", "Years"], ["2011", 1]],
    "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 1000]],
    "Demand": [["Item", "2011 [t]"], ["Nd", 100]],
    "Sources": [["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
                ["A", "China", "Nd", 80, 10]],
    "Limits": [["Limit", "Type", "Applies to", "Minimum [t]", "Maximum [t]"],
               ["Some", "tonnes", "*", 5, 60]],
    "Current plan": [["Source", "2011"], ["A", 40]],
    "Scenarios": [["Scenario"], ["Tight"], ["Tighter"]],
    "Changes": [["Scenario", "Sheet", "Rows", "Column", "Operation", "Value"],
                ["Tight", "Limits", "Limit=Some", "Maximum", "set", 20],
                ["Tighter", "Limits", "Limit=Some", "Maximum", "set", 15],
                ["Tighter", "Sources", "Source=A", "Capacity", "set", 70]],
}  # fmt: skip

CHANGE = "Limits[Limit=Some].Minimum=30"
"""Above the maximum of Tight and of Tighter, and below that of Base."""

UNFIT = "Sources[Source=A].Capacity+=-75"
"""Leaves 5 t in Base, and less than nothing in Tighter."""


@pytest.fixture
def case(tmp_path):
    """A case whose scenarios are sound until a change comes on top."""
    book_of(SHEETS).save(tmp_path / "case.xlsx")
    return tmp_path / "case.xlsx"


# -- a scenario that is wrong ---------------------------------------------------------------


def test_a_scenario_with_wrong_numbers_is_a_row(case, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["solve", str(case), "--all-scenarios", "--set", CHANGE, "--json"]) == 2
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert document["status"] == "invalid"
    first, *others = document["runs"]
    assert (first["scenario"], first["status"]) == ("Base", "optimal")
    assert [one["scenario"] for one in others] == ["Tight", "Tighter"]
    for one in others:
        assert one.keys() == {"scenario", "status", "problems"}
        assert (one["status"], one["problems"][0]["sheet"]) == ("invalid", "Limits")
        assert f"scenario {one['scenario']}: invalid: Limits!" in err
    book = openpyxl.load_workbook(first["output"])
    assert [cell.value for cell in book["Scenarios"][2]][:4] == [
        "Status", "optimal", "invalid", "invalid",
    ]  # fmt: skip


def test_a_change_that_does_not_fit_one_scenario_is_a_row(case, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = ["--scenario", "Base", "--scenario", "Tighter", "--set", UNFIT]
    assert run(["solve", str(case), *asked, "--json"]) == 2
    first, second = json.loads(capsys.readouterr().out)["runs"]
    assert (first["status"], second["status"]) == ("optimal", "invalid")
    assert "would be -5" in second["problems"][0]["message"]


def test_evaluate_goes_on_too(case, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    wrong = ["--scenario", "Tight", "--scenario", "Base", "--set", CHANGE]
    assert run(["evaluate", str(case), *wrong, "--json"]) == 2
    first, second = json.loads(capsys.readouterr().out)["runs"]
    assert first.keys() == {"scenario", "status", "problems"}
    assert (second["status"], second["current"]["allowed"]) == ("optimal", True)
    assert run(["evaluate", str(case), *wrong]) == 2
    out, err = capsys.readouterr()
    assert "scenario Base: the Current plan" in out
    assert "scenario Tight: invalid: Limits!" in err


@pytest.mark.parametrize("study", ["rules", "frontier", "alternatives", "explain", "export"])
def test_studies_go_on_too(study, case, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = [study, str(case), "--all-scenarios", "--set", CHANGE]
    assert run([*asked, "--json"]) == 2
    runs = {one["scenario"]: one for one in json.loads(capsys.readouterr().out)["runs"]}
    assert list(runs) == ["Base", "Tight", "Tighter"]
    assert runs["Base"]["status"] in ("optimal", "written")
    assert "Maximum 20 t" in runs["Tight"]["message"]
    assert runs["Tight"]["problems"][0]["cell"] == "D2"
    assert run(asked) == 2
    assert "Maximum 15 t" in " ".join(capsys.readouterr())


def test_check_says_what_is_wrong_with_every_scenario(case, capsys):
    assert run(["check", str(case), "--all-scenarios", "--set", CHANGE]) == 2
    out = capsys.readouterr().out
    assert "20" in out
    assert "15" in out


def test_where_all_are_wrong_the_case_is(case, capsys):
    asked = ["--scenario", "Tight", "--scenario", "Tighter", "--set", CHANGE]
    assert run(["solve", str(case), *asked, "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert (document["status"], document["runs"]) == ("invalid", [])
    assert len(document["problems"]) == 2
    assert run(["solve", str(case), "--scenario", "Tighter", "--set", UNFIT]) == 2


def test_a_defect_in_one_scenario_is_a_row(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    solve_next = several.solve_next

    def fails(case, name, live, **asked):
        if name == "Quota down 30 %":
            raise planner.CheckFailed("the check found something")
        return solve_next(case, name, live, **asked)

    monkeypatch.setattr(several, "solve_next", fails)
    asked = [part for name in SCENARIOS for part in ("--scenario", name)]
    assert run(["solve", str(JAPAN), *asked, "--json"]) == 1
    out, err = capsys.readouterr()
    assert [one["status"] for one in json.loads(out)["runs"]] == ["optimal", "failed", "optimal"]
    assert "Quota down 30 %: failed: CheckFailed: the check found something" in err
    assert "this is a defect of the planner" in err
    assert "Traceback" not in err
    with pytest.raises(planner.CheckFailed):  # alone it is the answer
        solve_scenarios(planner.read(JAPAN), ["Quota down 30 %"])


# -- Ctrl-C ---------------------------------------------------------------------------------


def _interrupted(names):
    """As if Ctrl-C came between the first and the second scenario."""
    yield names[0]
    raise KeyboardInterrupt


def test_between_scenarios_what_is_solved_stays():
    found = solve_scenarios(planner.read(JAPAN), SCENARIOS, progress=_interrupted)
    assert [one.status for one in found.runs] == ["optimal", "stopped", "stopped"]
    assert [type(refusal) for refusal in found.refusals] == [Interrupted, Interrupted]
    assert (found.status, found.exit_code()) == ("stopped", 5)


def test_a_solve_that_was_stopped_is_the_last(monkeypatch):
    """The solve ends like any other, here even with a plan; the next ones are not begun."""
    solve_next = several.solve_next

    def stopped(case, name, live, **asked):
        plan = solve_next(case, name, live, **asked)
        INTERRUPTS.note()
        return plan

    monkeypatch.setattr(several, "solve_next", stopped)
    found = solve_scenarios(planner.read(JAPAN), SCENARIOS)
    assert [one.status for one in found.runs] == ["optimal", "stopped", "stopped"]


def test_evaluate_stops_likewise(case):
    found = evaluate_scenarios(planner.read(case), ["Base", "Tight"], progress=_interrupted)
    assert [one.current is None for one in found.evaluations] == [False, True]
    assert found.to_dict()["runs"][1] == {"scenario": "Tight", "status": "stopped"}


WHILE_STARTING = """
import os, signal, sys
from planner.cli import start

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == interrupted:
            os.kill(os.getpid(), signal.SIGINT)

interrupted = sys.argv.pop(1)
sys.meta_path.insert(0, Interrupting())
start()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX systems")
@pytest.mark.parametrize(
    "module", ["click", "planner.cli.options", "planner.runs", "numpy", "highspy", "zipfile"]
)
@pytest.mark.parametrize("as_json", [False, True])
def test_while_it_starts_it_leaves_at_once(module, as_json, tmp_path):
    """Ctrl-C in the middle of an import: no traceback, and JSON where JSON was asked for."""
    done = subprocess.run(
        [sys.executable, "-c", WHILE_STARTING, module, "solve", str(JAPAN),
         *(["--json"] if as_json else [])],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (5, "interrupted\n")
    if as_json:
        document = json.loads(done.stdout)
        assert (document["status"], document["runs"]) == ("stopped", [])
        assert document["problems"][0]["message"] == "interrupted"
    else:
        assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


WHILE_WRITING = """
import os, signal, sys
from planner.cli import start
import planner.report.workbook as report

write = report.write_results
def interrupted(*arguments, **options):
    os.kill(os.getpid(), signal.SIGINT)
    return write(*arguments, **options)
report.write_results = interrupted
start()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX systems")
def test_an_answer_that_is_found_is_said_and_written(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WHILE_WRITING, "solve", str(JAPAN)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "10,000 t are missing" in done.stdout
    assert done.stderr.startswith("interrupted: finishing what is done; Ctrl-C again leaves")
    assert (tmp_path / "outputs" / "japan-2011-plan.xlsx").exists()


def test_in_a_program_that_calls_the_commands_ctrl_c_stays_as_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(signal.SIGINT)
    assert run(["solve", str(JAPAN), "--quiet"]) == 0
    assert signal.getsignal(signal.SIGINT) is before


# -- how far it is --------------------------------------------------------------------------


class _Terminal(io.StringIO):
    def __init__(self):
        super().__init__()
        self.written = threading.Event()

    def isatty(self):
        return True

    def write(self, text):
        self.written.set()
        return super().write(text)


def test_what_takes_longer_than_a_second_says_so_on_a_terminal(monkeypatch):
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(screen, "_PATIENCE", 0.0)
    with screen.working("reading"):
        assert terminal.written.wait(60)
    text = terminal.getvalue()
    assert text.startswith("\rreading … 0 s (Ctrl-C stops)")
    assert text.endswith("\r")  # cleared in the end


def test_of_one_scenario_it_is_said_how_long_it_takes(monkeypatch):
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(screen, "_PATIENCE", 0.0)
    for name in screen.progress("scenario")(["Base"]):
        assert name == "Base"
        assert terminal.written.wait(60)
    assert terminal.getvalue().startswith("\rsolving … 0 s (Ctrl-C stops)")


@pytest.mark.parametrize(
    ("pieces", "done"),
    [(["Base", "Tight"], "2/2"), ((name for name in ("Base", "Tight")), "2scenario")],
    ids=["so many", "nobody knows how many"],
)
def test_of_several_it_is_said_how_many_are_done(monkeypatch, pieces, done):
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    bar = screen.progress("scenario")(pieces)
    bar.delay = bar.mininterval = 0  # seconds before it shows, and from one look to the next
    assert list(bar) == ["Base", "Tight"]
    assert done in terminal.getvalue()


def test_what_is_quick_or_goes_to_a_file_says_nothing(monkeypatch):
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with screen.working("reading"):
        pass
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setattr(screen, "_PATIENCE", 0.0)
    with screen.working("reading"):
        time.sleep(0)
    assert list(screen.progress("scenario")(["Base", "Tight"])) == ["Base", "Tight"]
    assert terminal.getvalue() == sys.stderr.getvalue() == ""
