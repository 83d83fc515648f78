"""The results workbook as a file: where it may be written, what its cells hold."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from xlsxwriter.worksheet import Worksheet

import planner
from planner.errors import WrongUsage
from planner.report import workbook, workbook_grid
from planner.report.workbook import write_results

SHEETS = ["Summary", "Orders", "Plan", "Deliveries", "Costs", "Balance", "Missing", "Limits",
          "Sources", "Decisions", "Certificate", "Checks", "Inputs", "Run",
          "Chart data"]  # fmt: skip


# -- where ----------------------------------------------------------------------------------


def test_sheets_are_those_of_the_contract(japan, written):
    assert written(japan).sheets == SHEETS


def test_never_over_the_input(tmp_path):
    path = tmp_path / "case.xlsx"
    shutil.copy(Path(__file__).parent.parent.parent / "inputs" / "japan-2011.xlsx", path)
    before = path.read_bytes()
    plan = planner.solve(planner.read(path))
    link = tmp_path / "link.xlsx"
    os.link(path, link)
    for target in (path, link, tmp_path / ".." / tmp_path.name / "case.xlsx"):
        with pytest.raises(WrongUsage, match="is the case itself"):
            plan.to_excel(target)
    assert path.read_bytes() == before


def test_only_xlsx(japan, tmp_path):
    with pytest.raises(WrongUsage, match=r"name it plan\.xlsx"):
        japan.to_excel(tmp_path / "plan.csv")
    assert not list(tmp_path.iterdir())


def test_without_a_plan_there_is_nothing_to_write(japan, tmp_path):
    failures = [("Base", "infeasible", "no")]
    with pytest.raises(WrongUsage, match="no scenario has a plan"):
        write_results(tmp_path / "plan.xlsx", japan.case, [], failures)


def test_a_workbook_open_elsewhere_is_left_alone(japan, tmp_path):
    target = tmp_path / "plan.xlsx"
    target.write_text("mine")
    (tmp_path / "~$plan.xlsx").touch()
    written = japan.to_excel(target)
    assert written != target
    assert target.read_text() == "mine"
    assert openpyxl.load_workbook(written).sheetnames == SHEETS


def test_an_older_result_can_be_kept(japan, tmp_path):
    target = tmp_path / "plan.xlsx"
    target.write_text("older")
    assert write_results(target, japan.case, [japan], keep=True) == target
    assert sorted(path.read_bytes()[:5] for path in tmp_path.iterdir())[1] == b"older"


def test_a_failed_writing_leaves_nothing_behind(japan, tmp_path, monkeypatch):
    target = tmp_path / "plan.xlsx"
    target.write_text("older")

    def fails(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(workbook, "write_run", fails)
    with pytest.raises(OSError, match="disk full"):
        write_results(target, japan.case, [japan], keep=True)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["older"]


# -- what cells hold ------------------------------------------------------------------------


def test_numbers_keep_every_digit(small, make, written):
    small["Sources"][1][4] = 0.1 + 0.2  # 0.30000000000000004 has 17 digits
    plan = planner.solve(make(small))
    cn = written(plan).rows("Orders")[0]
    assert cn["Price [USD/t]"] == 0.1 + 0.2
    results = written(plan)
    for row, mine in zip(results.rows("Orders"), plan.purchase_rows(), strict=True):
        assert row["Tonnes [t]"] == mine["tonnes"]
        assert row["Landed cost [USD]"] == pytest.approx(mine["landed_cost"], rel=1e-15)


TEXTS = (
    '=HYPERLINK("http://evil","x")', "=1+1", "+1", "-1", "@SUM(A1)", "http://evil", "0012",
    "{=1}", "internal:Run!A1", "_x0041_", "\x01bell", "a\ud800b", "#REF", "=cmd|' /C calc'!A0",
    ">=1", "*", "<>x", "&P&[Picture]&G", "2026", '"', "'", "DIFFERS", "agrees", "Total",
)  # fmt: skip
"""Names that a program may take for something else."""


def _shown(text: str) -> str:
    """What a workbook can hold of a text."""
    return re.sub("[\x01\ud800]", "\ufffd", text)


def _formulas(results) -> list[str]:
    return [text for sheet in results.sheets for text in results.formulas(sheet).values()]


def test_names_stay_text(small, make, written):
    """Of sources, suppliers, countries: never a formula, nor a part of one, nor a criterion."""
    small["Sources"][0].append("Supplier")
    small["Sources"][1:] = [
        [f"S{text}" if text.startswith("#") else text, text, "Nd", 5, 10 + k, text]
        for k, text in enumerate(TEXTS)
    ]
    results = written(planner.solve(make(small)))
    rows = results.rows("Orders")
    assert {row["Supplier"] for row in rows} == {_shown(text) for text in TEXTS[:20]}
    for sheet in results.book:
        for row in sheet.iter_rows():
            assert all(cell.hyperlink is None or not cell.hyperlink.target for cell in row)
    for formula in _formulas(results):
        assert not any(word in formula for word in ("HYPERLINK", "cmd", "@", "evil", "{", "#"))
    for row in results.book["Orders"].iter_rows(min_row=2, max_row=21, max_col=3):
        assert all(cell.data_type == "s" for cell in row)
    totals = results.values["Orders"].iter_rows(min_row=44, values_only=True)
    sums = {row[0]: row[6] for row in totals if row[0] is not None}
    assert sums == {_shown(text): 10 for text in TEXTS[:20]}  # 5 t a year of each


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "&P&[Picture]&G", "a\ud800b", "*"])
def test_titles_and_scenarios_stay_text(small, make, written, text):
    small["Settings"] = [["Setting", "Value"], ["Title", text], ["Importer", text]]
    small["Scenarios"] = [["Scenario"], [text]]
    case = make(small)
    results = written(*(planner.solve(case, name) for name in case.scenarios))
    assert results.values["Summary"]["A1"].value == _shown(text)
    assert results.book["Summary"]["A1"].data_type == "s"
    assert results.book["Scenarios"]["C1"].value == _shown(text)
    assert not any("cmd" in formula for formula in _formulas(results))
    assert {row["Check"] for row in results.rows("Checks")} == {"agrees"}


def test_a_footer_shows_names_as_they_are(small, make, written):
    small["Settings"] = [["Setting", "Value"], ["Title", "&P&[Picture]\nR&D " + "x" * 300]]
    footer = written(planner.solve(make(small))).book["Orders"].oddFooter
    assert footer.left.text.startswith(" &&P＆[Picture] R&&D xxx")
    assert "Base" in footer.left.text
    assert footer.right.text == "&A · page &P of &N"
    # At 10 points a letter takes some 2 mm: with 70 and "Aggregates · page 100 of 100" the line of
    # an upright page, 190 mm, is full, and neither text runs into the other.
    assert len(footer.left.text.replace("&&", "&")) <= 1 + 70 + len(" · ")


def test_a_text_too_long_for_a_cell_is_cut(small, make, written):
    small["Settings"] = [["Setting", "Value"], ["Title", "x" * 40_000]]
    title = written(planner.solve(make(small))).book["Summary"]["A1"].value
    assert title == "x" * 32_766 + "…"


def test_more_rows_than_a_sheet_holds_are_counted(small, make, written, monkeypatch):
    monkeypatch.setattr(workbook_grid, "MOST_ROWS", 7)
    orders = written(planner.solve(make(small))).book["Orders"]
    assert orders.max_row <= 11


def test_no_cell_is_an_error_or_not_a_number(magnets, tmp_path):
    """Unlimited capacities, no target, no bound: blank or a word, never NaN or infinite."""
    plan = replace(magnets, bound=None, gap=None, switch_prices={})
    path = write_results(tmp_path / "plan.xlsx", plan.case, [plan])
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                cells = re.findall(rb"<c ([^>]*)>(?:<f>.*?</f>)?<v>([^<]*)</v>", archive.read(name))
                numbers = [value for kind, value in cells if b't="str"' not in kind and value]
                assert not [n for n in numbers if not re.fullmatch(rb"-?\d[\d.e+-]*", n)]
                assert not [kind for kind, _ in cells if b't="e"' in kind]


@pytest.mark.parametrize(
    ("show", "value", "largest", "form"),
    [
        ("TONNES", 20_000, 32_000, "#,##0"),
        ("TONNES", 0.35, 32_000, "#,##0.00"),  # too small for its column: never shown as 0
        ("TONNES", 1.5, 99, "#,##0.0"),
        ("TONNES", 0, 0, "#,##0"),
        ("TONNES", 1e-12, 99, "0.0E+00"),
        ("MONEY", 1_376_200_000, 0, "#,##0"),
        ("MONEY", 12.5, 900, "#,##0.00"),
        ("SHARE", 0.6, 1, "0.0%"),
        ("NUMBER", 62.18, 0, "#,##0.00"),
        ("NUMBER", 200, 0, "#,##0"),
        ("ROUNDED", 1e-9, 32, "#,##0.0"),
        ("SCALED", 1376.2, 3376.2, "#,##0.0"),
        ("FIGURE", 0, 0, "0"),
    ],
)
def test_number_formats(show, value, largest, form):
    assert workbook_grid.number_format(workbook_grid.Show[show], value, largest) == form


def test_columns_are_wide_enough_for_their_numbers(magnets, written):
    """The longest amount as Excel shows it fits, so that no cell shows ###."""
    results = written(magnets)
    for sheet in ("Orders", "Costs", "Balance", "Limits", "Sources"):
        page = results.book[sheet]
        for column in page.iter_cols(min_row=2):
            texts = [f"{c.value:,.1f}" for c in column if isinstance(c.value, float)]
            width = page.column_dimensions[column[0].column_letter].width
            assert max(map(len, texts), default=0) <= width


def test_a_large_workbook_says_the_same_row_by_row(magnets, embargo, written, monkeypatch):
    """Kept in memory or written as it goes: the same cells, formulas and values."""
    whole = written(magnets, embargo)
    monkeypatch.setattr(workbook, "_MOST_IN_MEMORY", 0)
    streamed = written(magnets, embargo)
    assert streamed.sheets == whole.sheets
    for ours, theirs in ((whole.book, streamed.book), (whole.values, streamed.values)):
        for sheet in ours.sheetnames:
            if sheet != "Run":  # it has the time of writing
                expected = list(ours[sheet].iter_rows(values_only=True))
                assert list(theirs[sheet].iter_rows(values_only=True)) == expected


def test_formulas_are_those_that_xlsxwriter_would_write(magnets, embargo, tmp_path, monkeypatch):
    """None has a function that is newer than the file format, which XlsxWriter would mark."""
    assert hasattr(Worksheet, "_prepare_formula"), "XlsxWriter searches formulas elsewhere now"
    ours = _sheets(write_results(tmp_path / "a.xlsx", magnets.case, [magnets, embargo]))
    monkeypatch.delattr(workbook_grid._Sheet, "_prepare_formula")
    theirs = _sheets(write_results(tmp_path / "b.xlsx", magnets.case, [magnets, embargo]))
    assert b"<f>SUM" in ours["xl/worksheets/sheet3.xml"]
    assert b"<cfRule" in b"".join(ours.values())
    assert ours == theirs


def _sheets(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return {name: archive.read(name) for name in names}
