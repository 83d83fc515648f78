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

import planner
from planner.errors import WrongUsage
from planner.report import workbook, workbook_grid
from planner.report.workbook import write_results

SHEETS = ["Summary", "Orders", "Plan", "Deliveries", "Costs", "Balance", "Limits", "Sources",
          "Decisions", "Inputs", "Run"]  # fmt: skip


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
    assert cn["Price, source's currency [/t]"] == 0.1 + 0.2
    results = written(plan)
    for row, mine in zip(results.rows("Orders"), plan.purchase_rows(), strict=True):
        assert row["Tonnes [t]"] == mine["tonnes"]
        assert row["Landed cost [USD]"] == mine["landed_cost"]


@pytest.mark.parametrize(
    "text",
    ['=HYPERLINK("http://evil","x")', "=1+1", "+1", "-1", "@SUM(A1)", "http://evil", "0012",
     "{=1}", "internal:Run!A1", "_x0041_", "\x01bell", "a\ud800b", "#REF"],
)  # fmt: skip
def test_text_stays_text(small, make, written, text):
    small["Sources"][0].append("Supplier")
    small["Sources"][1].append(text)
    small["Settings"] = [["Setting", "Value"], ["Title", text], ["Importer", text]]
    results = written(planner.solve(make(small)))
    for sheet in results.book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    supplier = results.book["Orders"]["B2"]
    assert supplier.data_type == "s"
    assert supplier.value == re.sub("[\x01\ud800]", "\ufffd", text)


def test_a_text_too_long_for_a_cell_is_cut(small, make, written):
    small["Settings"] = [["Setting", "Value"], ["Title", "x" * 40_000]]
    title = written(planner.solve(make(small))).book["Summary"]["A1"].value
    assert title == "x" * 32_766 + "…"


def test_more_rows_than_a_sheet_holds_are_counted(small, make, written, monkeypatch):
    monkeypatch.setattr(workbook_grid, "MOST_ROWS", 7)
    orders = written(planner.solve(make(small))).book["Orders"]
    assert orders.max_row <= 7
    assert orders["A5"].value == "… and 1 more rows: an Excel sheet holds no more"
    assert orders["A7"].value == "Total"


def test_no_cell_is_an_error_or_not_a_number(magnets, tmp_path):
    """Unlimited capacities, no target, no bound: blank or a word, never NaN or infinite."""
    plan = replace(magnets, bound=None, gap=None, switch_prices={})
    path = write_results(tmp_path / "plan.xlsx", plan.case, [plan])
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                values = re.findall(rb"<v>([^<]*)</v>", archive.read(name))
                assert not [v for v in values if not re.fullmatch(rb"-?\d[\d.e+-]*", v)]


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
