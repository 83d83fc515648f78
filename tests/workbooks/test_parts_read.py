"""Each part of a workbook's file is opened once, and only those that a case needs."""

import zipfile
from collections import Counter
from pathlib import Path

import pytest
import xlsxwriter

import planner

INPUTS = Path(__file__).parents[2] / "inputs"


@pytest.fixture
def opened(monkeypatch):
    """How often each member of a zip file is opened."""
    counts = Counter()
    original = zipfile.ZipFile.open

    def counting(archive, name, *arguments, **others):
        counts[getattr(name, "filename", name)] += 1
        return original(archive, name, *arguments, **others)

    monkeypatch.setattr(zipfile.ZipFile, "open", counting)
    return counts


@pytest.mark.parametrize("example", sorted(path.name for path in INPUTS.glob("*.xlsx")))
def test_each_part_of_an_example_is_opened_once(example, opened):
    planner.read(INPUTS / example)
    assert {"xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"} <= set(opened)
    assert set(opened.values()) == {1}
    assert not [name for name in opened if "drawing" in name or "theme" in name]


def test_formulas_need_no_second_look(opened, tmp_path):
    path = tmp_path / "case.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in {
            "Periods": [["Period"], ["2011"]],
            "Materials": [["Material", "Shortfall cost [USD/t]"], ["REO", 100]],
            "Demand": [["Item", "2011"], ["REO", 32]],
            "Sources": [["Source", "Country", "Material", "Capacity", "Price [USD/t]"],
                        ["S1", "Japan", "REO", 20, 60]],
        }.items():  # fmt: skip
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
        book.get_worksheet_by_name("Demand").write_formula("B2", "=16*2", None, 32)
    opened.clear()
    case = planner.read(path)
    assert case.scenario().demand.sum() == 32
    assert set(opened.values()) == {1}
