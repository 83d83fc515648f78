"""Every mistake in a large workbook is named with its cell, and nothing else is complained of.

At full size: `python scripts/plant_mistakes.py --sources 300 --periods 60 --mistakes 1000`.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from planner.case.problems import SHOWN_OF_ONE_KIND, Problem
from planner.cli.main import run
from planner.errors import InvalidCase
from planner.workbook.reading import read

MISTAKES = 400
SORTS = 22


@pytest.fixture
def planted(building: dict[str, Any], planting: dict[str, Any], tmp_path: Path) -> Any:
    """A workbook of 60 sources and 24 periods, and the mistakes in it."""
    sheets = building["large_case"](building["Size"](60, 24))
    mistakes = planting["plant"](sheets, MISTAKES)
    building["write"](sheets, tmp_path / "mistakes.xlsx")
    return tmp_path / "mistakes.xlsx", mistakes


def _problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InvalidCase) as wrong:
        read(path)
    return wrong.value.problems


def test_every_mistake_is_named_and_nothing_else(planted: Any, planting: dict[str, Any]) -> None:
    path, mistakes = planted
    problems = _problems(path)
    assert len(mistakes) == MISTAKES
    assert len({mistake.sort for mistake in mistakes}) == SORTS
    assert planting["missed"](mistakes, problems) == []
    assert planting["elsewhere"](mistakes, problems) == []


def test_the_case_without_mistakes_is_sound(building: dict[str, Any], tmp_path: Path) -> None:
    building["write"](building["large_case"](building["Size"](60, 24)), tmp_path / "sound.xlsx")
    assert read(tmp_path / "sound.xlsx").warnings == ()


def test_json_lists_all_and_the_screen_counts(
    planted: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    path, mistakes = planted
    assert run(["check", str(path), "--json"]) == 3
    said = json.loads(capsys.readouterr().out)["problems"]
    places = {(problem["sheet"], problem["cell"]) for problem in said}
    assert {(mistake.sheet, mistake.cell) for mistake in mistakes} <= places

    assert run(["check", str(path)]) == 3
    lines = capsys.readouterr().out.splitlines()
    kinds = Counter((p.severity, p.kind) for p in _problems(path))
    listed = sum(min(count, SHOWN_OF_ONE_KIND) for count in kinds.values())
    counted = [line for line in lines if "more of this kind" in line]
    assert len(counted) == sum(count > SHOWN_OF_ONE_KIND for count in kinds.values()) > 0
    assert len(lines) == listed + len(counted)
