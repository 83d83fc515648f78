"""A command imports what it needs and no more: Python's own list of imports is read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

INPUTS = Path(__file__).parents[2] / "inputs"
COMMAND = "from planner.cli.main import main; main()"

SLOW = {"pandas", "scipy", "pyomo", "openpyxl", "tqdm", "email", "unittest"}
"""What no command needs on a workbook; all but the last two take longer than a small case."""

HEAVY = SLOW | {"numpy", "highspy", "xlsxwriter"}


def imported_by(*arguments, folder):
    """The packages and modules that a command imports, by their full names."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", COMMAND, *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", cwd=folder, check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    lines = [line for line in run.stderr.splitlines() if line.startswith("import time:")]
    names = {line.rpartition("|")[2].strip() for line in lines}
    assert "planner.cli.main" in names
    return names


def packages(names):
    return {name.partition(".")[0] for name in names}


def found(wanted, names):
    """Those of the packages that are imported, as a message shows them."""
    return sorted(packages(names) & wanted)


@pytest.mark.parametrize("arguments", [["--help"], ["solve", "--help"], ["--version"]])
def test_help_imports_only_the_command_line(arguments, tmp_path):
    names = imported_by(*arguments, folder=tmp_path)
    assert found(HEAVY, names) == []
    ours = {name for name in names if name.startswith("planner.")}
    studies = {name for name in ours if name.startswith("planner.cli.studies")}
    assert ours - studies <= {
        "planner._version", "planner.errors", "planner.cli",
        "planner.cli.main", "planner.cli.options", "planner.cli.screen", "planner.cli.study",
    }  # fmt: skip


@pytest.mark.parametrize("example", sorted(path.name for path in INPUTS.glob("*.xlsx")))
def test_checking_an_example_imports_no_solver_and_no_writer(example, tmp_path):
    names = imported_by("check", INPUTS / example, folder=tmp_path)
    assert found(SLOW | {"highspy", "xlsxwriter", "planner_models"}, names) == []


@pytest.mark.parametrize("example", sorted(path.name for path in INPUTS.glob("*.xlsx")))
def test_solving_an_example_imports_what_it_uses(example, tmp_path):
    names = imported_by("solve", INPUTS / example, folder=tmp_path)
    assert found({"numpy", "highspy", "xlsxwriter"}, names) == ["highspy", "numpy", "xlsxwriter"]
    assert found(SLOW, names) == []
    assert "numpy.ma" not in names


def test_solving_all_scenarios_imports_no_more(tmp_path):
    names = imported_by("solve", INPUTS / "japan-2011.xlsx", "--all-scenarios", folder=tmp_path)
    assert found(SLOW, names) == []
