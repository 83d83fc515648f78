"""The commands as a user runs them: a process of its own, in an empty folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).parent.parent.parent
JAPAN = ROOT / "inputs" / "japan-2011.xlsx"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def _command() -> str:
    beside = Path(sys.executable).parent / "planner"
    found = str(beside) if beside.exists() else shutil.which("planner")
    assert found is not None, "the command planner is not installed"
    return found


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long to search for a moment at which a killed process leaves a mess."""
    parser.addoption("--kills", type=int, default=20, help="processes to kill at random moments")


@pytest.fixture
def command() -> str:
    """The path of the command, for what `run` cannot do."""
    return _command()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Runs `planner …` in an empty folder."""

    def runs(*arguments: object, timeout: float = 120) -> Ended:
        done = subprocess.run(
            [_command(), *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return runs


@pytest.fixture
def japan(tmp_path: Path) -> Path:
    """A copy of the example, as a user's own file."""
    return Path(shutil.copy(JAPAN, tmp_path / "japan-2011.xlsx"))


@pytest.fixture
def changed(japan: Path) -> Callable[..., Path]:
    """The example with some cells changed: `changed(Settings_B7="forbidden")`."""

    def change(**cells: object) -> Path:
        book = openpyxl.load_workbook(japan)
        for place, value in cells.items():
            sheet, _, cell = place.rpartition("_")
            book[sheet][cell] = value
        book.save(japan)
        return japan

    return change
