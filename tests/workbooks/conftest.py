"""A small sound case as rows of cells, and ways to write, read and damage it."""

from __future__ import annotations

import copy
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from cases import book_of, frame_of
from planner.case.case import Case
from planner.case.problems import Problem
from planner.errors import InvalidCase
from planner.workbook.reading import read

Rows = list[list[Any]]
Sheets = dict[str, Rows]

SOUND: Sheets = {
    "Settings": [["Setting", "Value"], ["Currency", "USD"], ["Discount rate", 0.05]],
    "Periods": [["Period", "Start"], [2011, date(2011, 1, 1)], [2012, date(2012, 1, 1)]],
    "Materials": [
        ["Material", "Class", "Shortfall cost [USD/kg]"],
        ["Nd2O3", "light", 200],
        ["Dy2O3", "heavy", 900],
    ],
    "Demand": [["Item", "2011 [t]", "2012 [t]"], ["Nd2O3", 100, 110], ["Dy2O3", 10, 11]],
    "Sources": [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/kg]", "Yield", "Grade"],
        ["S1", "China", "Nd2O3", 80, 60, 0.98, 5],
        ["S2", "Australia", "Nd2O3", "unlimited", 70, None, 7],
        ["S3", "China", "Dy2O3", 20, 400, None, None],
        ["S8", "Viet Nam", None, 500, 30, None, 9],
    ],
    "Composition": [["Source", "Nd2O3 [%]", "Dy2O3 [%]"], ["S8", 20, 1.5]],
    "Prices": [["Source", "2011 [USD/kg]", "2012 [USD/kg]"], ["S1", 61, 62], ["S2", 71, None]],
    "Availability": [["Source", "2011", "2012"], ["S1", None, 0.5]],
    "Stock": [["Material", "Opening [t]", "Safety stock [t]", "Maximum [t]"], ["Dy2O3", 2, 1, 9]],
    "Quotas": [
        ["Quota", "Applies to", "Materials", "From", "To", "Per", "Tonnes [t]", "Our share [%]"],
        ["CN", "Country=China", "Class=light", 2011, 2012, "period", 150, 50],
    ],
    "Limits": [
        ["Limit", "Type", "Applies to", "Column", "From", "To", "Per", "Minimum", "Maximum"],
        ["Countries", "share", "*", "Country", 2011, 2012, "period", None, 0.9],
        ["Australia", "tonnes", "Source=S2", None, 2012, 2012, None, 5, 90],
    ],
    "Scenarios": [["Scenario", "Builds on"], ["Cut", None], ["Deep cut", "Cut"]],
    "Changes": [
        ["Scenario", "Sheet", "Rows", "Column", "Operation", "Value"],
        ["Cut", "Quotas", "Quota=CN", "Tonnes", "times", 0.7],
        ["Deep cut", "Sources", "Country=China", "Price [USD/kg]", "plus", 5],
    ],
}

_PLACE = re.compile(r"^(.*)!([A-Z]+[0-9]+)$")


def _put(sheets: Sheets, place: str, value: Any) -> Sheets:
    """The sheets with one cell changed; the table grows where the cell is outside."""
    changed = copy.deepcopy(sheets)
    match = _PLACE.match(place)
    assert match is not None
    letters, number = coordinate_from_string(match.group(2))
    column = column_index_from_string(letters)
    rows = changed[match.group(1)]
    while len(rows) < number:
        rows.append([])
    row = rows[number - 1]
    row.extend([None] * (column - len(row)))
    row[column - 1] = value
    return changed


def _frames(sheets: Sheets) -> dict[str, pd.DataFrame]:
    return {name: frame_of(rows) for name, rows in sheets.items()}


@pytest.fixture
def sheets() -> Sheets:
    """The sound case; a test may change its copy."""
    return copy.deepcopy(SOUND)


@pytest.fixture
def put() -> Callable[[Sheets, str, Any], Sheets]:
    """Changes the cell at `Sheet!C3`."""
    return _put


@pytest.fixture
def frames() -> Callable[[Sheets], dict[str, pd.DataFrame]]:
    """The sheets as pandas frames."""
    return _frames


@pytest.fixture
def book() -> Callable[[Sheets], openpyxl.Workbook]:
    """The sheets as an openpyxl workbook, for tests of what only Excel has."""
    return book_of


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Writes sheets, or a workbook that a test has gone on with, to a file."""

    def write(content: Sheets | openpyxl.Workbook, name: str = "plan.xlsx") -> Path:
        workbook = content if isinstance(content, openpyxl.Workbook) else book_of(content)
        workbook.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def save_shared(tmp_path: Path) -> Callable[[Sheets], Path]:
    """Writes sheets as Excel does: their texts in a part of their own."""

    def write(content: Sheets) -> Path:
        path = tmp_path / "plan.xlsx"
        with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as workbook:
            for name, rows in content.items():
                sheet = workbook.add_worksheet(name)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
        return path

    return write


@pytest.fixture
def repack() -> Callable[..., Path]:
    """A copy of a workbook with parts changed, as other programs or no program would write them.

    `change(name, part)` gives the new part, None to leave it out; `rename(name)` its new name;
    `more` are further parts.
    """

    def make(
        path: Path,
        change: Callable[[str, bytes], bytes | None] = lambda name, part: part,
        *,
        rename: Callable[[str], str] = lambda name: name,
        more: Mapping[str, bytes] | None = None,
    ) -> Path:
        copied = path.with_name("copy.xlsx")
        with (
            zipfile.ZipFile(path) as source,
            zipfile.ZipFile(copied, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in source.namelist():
                part = change(name, source.read(name))
                if part is not None:
                    target.writestr(rename(name), part)
            for name, part in (more or {}).items():
                target.writestr(name, part)
        return copied

    return make


@pytest.fixture
def refused() -> Callable[[Path], str]:
    """What is said of a file that cannot be read."""

    def of(path: Path) -> str:
        with pytest.raises(InvalidCase) as wrong:
            read(path)
        (problem,) = wrong.value.problems
        assert problem.severity == "error"
        return problem.message

    return of


def _problems(make: Callable[[], Case]) -> tuple[Problem, ...]:
    try:
        return make().warnings
    except InvalidCase as wrong:
        return wrong.problems


@pytest.fixture
def problems(save: Callable[..., Path]) -> Callable[..., tuple[Problem, ...]]:
    """Every problem of a workbook; of a sound one its warnings."""
    return lambda content: _problems(lambda: read(save(content)))


@pytest.fixture
def messages(save: Callable[..., Path]) -> Callable[[Sheets], list[str]]:
    """The problems of a case, which are the same from a workbook and from pandas frames.

    A warning is marked as such. Where a problem has a cell, the message starts with it.
    """

    def of(content: Sheets) -> list[str]:
        from_file = _problems(lambda: read(save(content)))
        from_frames = _problems(lambda: Case.from_tables(_frames(content)))
        assert from_file == from_frames
        assert list(from_file) == sorted(from_file, key=lambda p: p.position)
        for problem in from_file:
            place = "!".join(part for part in (problem.sheet, problem.cell) if part)
            assert problem.message.startswith(f"{place}: ")
        return [_marked(problem) for problem in from_file]

    return of


@pytest.fixture
def marked() -> Callable[[Problem], str]:
    """A problem's message, with a word in front where it is a warning."""
    return _marked


def _marked(problem: Problem) -> str:
    return problem.message if problem.severity == "error" else f"warning: {problem.message}"


@pytest.fixture
def file_message(tmp_path: Path) -> Callable[[str, bytes | None], str]:
    """What is said of a file with these bytes (None: of a missing file)."""

    def of(name: str, content: bytes | None) -> str:
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InvalidCase) as wrong:
            read(path)
        (problem,) = wrong.value.problems
        return problem.message

    return of
