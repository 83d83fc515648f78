"""`planner check` and `planner new`."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest


def test_a_sound_workbook(run, japan):
    done = run("check", japan)
    assert done.code == 0
    assert "can be solved" in done.out


def test_json_of_a_sound_workbook(run, japan):
    document = json.loads(run("check", japan, "--json").out)
    assert (document["status"], document["problems"], document["runs"]) == ("valid", [], [])


def test_a_warning_does_not_stop(run, changed):
    done = run("check", changed(Sources_B3="France/Estonia"))
    assert done.code == 0
    assert "warning: Sources!B3" in done.out
    assert "1 warning" in done.out


def test_new_writes_an_example_that_solves_and_never_over_a_file(run, tmp_path):
    assert run("new", "mine.xlsx", "--example", "japan-2011").code == 0
    assert run("solve", "mine.xlsx", "--quiet").code == 0
    before = (tmp_path / "mine.xlsx").read_bytes()
    done = run("new", "mine.xlsx", "--example", "japan-2011")
    assert done.code == 2
    assert "exists already" in done.err
    assert (tmp_path / "mine.xlsx").read_bytes() == before


def test_new_opens_with_a_case_that_has_a_plan(run, tmp_path):
    done = run("new", "mine.xlsx", "--with", "stock, current plan", "--with", "In-Transit")
    assert (done.code, done.err) == (0, "")
    assert "planner check mine.xlsx" in done.out
    assert "no complaints" in run("check", "mine.xlsx").out
    names = openpyxl.load_workbook(tmp_path / "mine.xlsx").sheetnames
    assert {"Stock", "Current plan", "In transit"} <= set(names)
    assert run("evaluate", "mine.xlsx").code == 0
    assert run("solve", "mine.xlsx", "--all-scenarios", "--quiet").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("new", "mine.xlsx", "--example", "japan"), "did you mean"),
        (("new", "mine.xlsx", "--with", "stok"), "unknown sheet 'stok'; did you mean 'Stock'?"),
        (("new", "mine.txt"), "name it mine.xlsx"),
        (("new", "mine.txt", "--example", "japan-2011"), ".xlsx"),
        (("solve",), "Missing argument"),
        (("slove", "x.xlsx"), "No such command 'slove'. Did you mean 'solve'?"),
        (("explian", "x.xlsx"), "No such command 'explian'. Did you mean 'explain'?"),
        (("buy", "x.xlsx"), "No such command 'buy'.\n"),
        (("--slove",), "No such option '--slove'"),
        (("sweep", "x.xlsx"), "Missing option '--vary'. Such as: --vary \"Quotas[Quota=China]"),
        (("sweep", "x.xlsx", "--vary", "y"), "Missing option '--from'. Such as: --vary"),
    ],
)
def test_wrong_usage(run, arguments, words):
    done = run(*arguments)
    assert done.code == 2
    assert words in done.err


def test_check_takes_the_options_of_solving_but_does_not_offer_them(run, tmp_path):
    options = ("-o", "--time-limit", "--mip-gap", "--threads")
    assert [option for option in options if option in run("check", "--help").out] == []
    assert [option for option in options if option not in run("solve", "--help").out] == []
    case = Path(__file__).parents[2] / "inputs" / "japan-2011.xlsx"
    given = ("-o", "x.xlsx", "--time-limit", "1", "--mip-gap", "0.1", "--threads", "1")
    assert "it can be solved" in run("check", case, *given).out
    assert not (tmp_path / "x.xlsx").exists()


def test_a_huge_number_is_shown_shortly(run):
    case = Path(__file__).parents[2] / "inputs" / "japan-2011.xlsx"
    ended = run("check", case, "--set", "Sources[*].Capacity=1e300")
    assert ended.code == 2
    assert "Sources[*].Capacity=1E+300: Capacity must be at most" in ended.err
    assert "got 1E+300" in ended.err


def test_what_the_planner_wrote_is_no_case(run, japan):
    run("solve", japan, "--all-scenarios")
    run("rules", japan)
    results, study = (f"outputs/japan-2011-{kind}.xlsx" for kind in ("plan", "rules"))
    said = f"japan-2011-plan.xlsx: is a results workbook, not a case; its case is {japan}"
    for arguments in (("check", results), ("explain", results), ("diff", japan, results)):
        ended = run(*arguments)
        assert ended.code == 3
        assert (ended.out + ended.err).splitlines() == [f"error: {said} (sheet Run)"]
    ended = run("check", study)
    assert ended.code == 3
    assert "japan-2011-rules.xlsx: is the answer of a study, not a case" in ended.out


def test_help_and_version(run):
    assert "check" in run("--help").out
    assert run("--version").out.startswith("planner")
    assert "check" in run().out
