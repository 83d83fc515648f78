"""The example workbook that is committed: generated, without warnings, every number explained."""

from __future__ import annotations

import runpy
from pathlib import Path

import openpyxl
import pytest

from planner.errors import WrongUsage
from planner.workbook.example import example_names
from planner.workbook.reading import read
from planner.workbook.template import write_new

ROOT = Path(__file__).parents[2]


def _cells(path):
    workbook = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.coordinate): (cell.value, cell.number_format)
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder that the script fills."""
    folder = tmp_path_factory.mktemp("built")
    script = runpy.run_path(str(ROOT / "scripts" / "build_examples.py"))
    script["main"](folder)
    return folder


@pytest.mark.parametrize("name", example_names())
def test_the_committed_workbook_is_what_the_script_makes(name, built):
    assert _cells(ROOT / "inputs" / f"{name}.xlsx") == _cells(built / f"{name}.xlsx")


@pytest.mark.parametrize("name", example_names())
def test_it_is_the_same_byte_by_byte_whenever_it_is_made(name, built, tmp_path):
    again = write_new(tmp_path / f"{name}.xlsx", name)
    assert again.read_bytes() == (built / f"{name}.xlsx").read_bytes()


def test_every_workbook_in_inputs_is_an_example():
    found = {path.stem for path in (ROOT / "inputs").glob("*.xlsx")}
    assert found == set(example_names())


MEANT = {"composition", "bought to sell"}
"""Kinds of warnings that examples have on purpose; tests/end_to_end/test_examples.py lists them."""


@pytest.mark.parametrize("name", example_names())
def test_an_example_reads_without_an_unmeant_warning(name):
    case = read(ROOT / "inputs" / f"{name}.xlsx")
    assert {warning.kind for warning in case.warnings} <= MEANT
    for scenario in case.scenarios:
        case.scenario(scenario)


@pytest.mark.parametrize("name", example_names())
def test_every_number_of_an_example_has_a_note_in_its_row(name):
    workbook = openpyxl.load_workbook(ROOT / "inputs" / f"{name}.xlsx")
    counted = 0
    for sheet in workbook:
        if not sheet.tables:
            continue
        header, *rows = sheet.iter_rows(values_only=True)
        notes = [i for i, text in enumerate(header) if str(text).startswith("Note")]
        assert notes, f"{sheet.title} has no Note"
        for row in rows:
            numbers = [value for value in row if isinstance(value, (int, float))]
            counted += len(numbers)
            if numbers:
                assert any(row[i] for i in notes), f"{sheet.title}: no Note beside {row}"
    assert counted > 0


def test_an_example_is_never_written_over_a_file(tmp_path):
    path = tmp_path / "mine.xlsx"
    path.write_text("precious")
    with pytest.raises(WrongUsage, match="exists already and is left as it is"):
        write_new(path, "japan-2011")
    assert path.read_text() == "precious"
    with pytest.raises(WrongUsage, match=r"name it mine\.xlsx"):
        write_new(tmp_path / "mine.xls", "japan-2011")
    with pytest.raises(WrongUsage, match="did you mean 'japan-2011'"):
        write_new(tmp_path / "new.xlsx", "japan-2010")
    assert [p.name for p in tmp_path.iterdir()] == ["mine.xlsx"]
