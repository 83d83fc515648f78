"""LibreOffice as a second opinion on results: formulas, errors, print, charts."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import planner
from cases import case_of
from planner.case.case import Case
from planner.runs import solve_scenarios

INPUTS = Path(__file__).parent.parent.parent / "inputs"

FOREIGN = {
    "Settings": [["Setting", "Value"], ["Title", "=1+1 & Söhne"], ["Discount rate", 0.07]],
    "Periods": [["Period", "Start"], ["2026", date(2026, 1, 1)], ["2027", date(2027, 1, 1)]],
    "Sites": [["Site"], ["Osaka"], ["Kobe"]],
    "Materials": [["Material", "Form", "Shortfall cost [USD/kg]"], ["Nd", "oxide", 300],
                  ["Dy", "oxide", 1500]],
    "Demand": [["Item", "Site", "Every period"], ["Nd", "Osaka", 100], ["Nd", "Kobe", 50],
               ["Dy", "Osaka", 8]],
    "Sources": [
        ["Source", "Supplier", "Country", "Material", "Capacity [t/yr]", "Price [/kg]", "Currency",
         "Duty [%]", "Freight [/t]", "Incoterm"],
        ["=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", "China", "Nd", 60, 500, "CNY", 5, 700, "FOB"],
        ["*", ">=1", "China", "Dy", 5, 2100, "CNY", 0, 0, "FCA"],
        ["Mt Weld", "Lynas & Co.", "Australia", None, 100, 28, "USD", 0, 350, None],
    ],
    "Composition": [["Source", "Nd", "Dy"], ["Mt Weld", 0.24, 0.01]],
    "Currencies": [["Currency", "Every period"], ["CNY", 0.139]],
    "Scenarios": [["Scenario"], ["+1"]],
    "Changes": [["Scenario", "Sheet", "Rows", "Column", "Operation", "Value"],
                ["+1", "Demand", "*", "*", "times", 0.5]],
}  # fmt: skip
"""Two currencies, two plants, shortfall, and names that look like formulas and criteria."""

CHARTS = {"japan-2011": 3, "japan-2011-2015": 4, "magnet-maker-2026": 5, "foreign": 4}
"""Supply, cost, countries; stock where some is kept; scenarios side by side where there are any."""


@dataclass(frozen=True)
class Second:
    """Results as they were written, as LibreOffice recalculates them, and as it prints them."""

    written: Mapping[str, Path]
    recalculated: Mapping[str, Path]
    printed: Mapping[str, Path]


def _cases() -> dict[str, Case]:
    cases = {name: planner.read(INPUTS / f"{name}.xlsx") for name in CHARTS if name != "foreign"}
    return {**cases, "foreign": case_of(FOREIGN, "foreign")}


@pytest.fixture(scope="module")
def second(soffice, tmp_path_factory) -> Second:
    folder = tmp_path_factory.mktemp("results")
    written = {}
    for name, case in _cases().items():
        scenarios = ["Base"] if name == "japan-2011" else case.scenarios
        written[name] = folder / f"{name}.xlsx"
        solve_scenarios(case, scenarios).to_excel(written[name])
    again, pages = (soffice(list(written.values()), kind) for kind in ("xlsx", "pdf"))
    return Second(
        written,
        {name: again[path] for name, path in written.items()},
        {name: pages[path] for name, path in written.items()},
    )


@pytest.mark.parametrize("name", CHARTS)
def test_formulas_have_the_values_that_are_stored(
    second, name, formulas_that_differ, count_formulas
):
    assert count_formulas(second.written[name]) > 200
    assert formulas_that_differ(second.written[name], second.recalculated[name]) == []


@pytest.mark.parametrize("name", CHARTS)
def test_excel_would_not_complain(second, name, lint):
    assert lint(second.written[name]) == []


@pytest.mark.parametrize("name", CHARTS)
def test_no_number_is_too_wide_for_its_column(second, name, printed):
    text = printed(second.printed[name])
    assert "###" not in text
    assert not re.search(r"#(REF|VALUE|NAME|DIV|N/A|NUM)|Err:\d+", text)


@pytest.mark.parametrize("name", CHARTS)
def test_charts_are_there_and_stay(second, name):
    for path in (second.written[name], second.recalculated[name]):
        with zipfile.ZipFile(path) as archive:
            charts = [n for n in archive.namelist() if re.match(r"xl/charts/chart\d+\.xml", n)]
        assert len(charts) == CHARTS[name]


@pytest.mark.parametrize("name", CHARTS)
def test_recalculated_totals_agree_with_the_solver(second, name):
    sheet = openpyxl.load_workbook(second.recalculated[name], data_only=True)["Checks"]
    header, *rows = sheet.iter_rows(values_only=True)
    words = [row[header.index("Check")] for row in rows if row[0] and row[1]]
    assert len(words) > 10
    assert set(words) == {"agrees"}


def test_the_proof_holds_recalculated(second):
    book = openpyxl.load_workbook(second.recalculated["japan-2011"], data_only=True)
    assert book["Certificate"]["B9"].value == "Yes: no plan is cheaper"


def _with_order_changed(path: Path, to: Path) -> None:
    """A copy in which a purchase is another, and every stored result is left as it was."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(to, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet2.xml":  # Orders
                assert b"<v>20000.0</v>" in content
                content = content.replace(b"<v>20000.0</v>", b"<v>20001.0</v>", 1)
            target.writestr(name, content)


def test_a_changed_purchase_is_found(second, soffice, formulas_that_differ, tmp_path):
    """The line, its total, the check of the total and the Summary change when it is opened."""
    path = tmp_path / "changed.xlsx"
    _with_order_changed(second.written["japan-2011"], path)
    found = formulas_that_differ(path, soffice([path], "xlsx")[path])
    assert any(text.startswith("Orders!") for text in found)
    assert any("recalculated 'DIFFERS'" in text for text in found)
    assert any(text.startswith("Summary!") and "TOTALS DIFFER" in text for text in found)


def test_a_dual_value_that_is_wrong_proves_nothing(second, soffice, tmp_path):
    path = tmp_path / "unproven.xlsx"
    shutil.copy(second.written["japan-2011"], path)
    book = openpyxl.load_workbook(path)
    sheet = book["Certificate"]
    row = next(r for r in range(16, 40) if isinstance(sheet.cell(r, 5).value, float)
               and sheet.cell(r, 5).value)  # fmt: skip
    sheet.cell(row, 5).value += 1000.0
    book.save(path)
    again = openpyxl.load_workbook(soffice([path], "xlsx")[path], data_only=True)
    assert again["Certificate"]["B9"].value.startswith("NO")


FEW = {
    "Periods": [["Period"], ["2026"]],
    "Materials": [["Material", "Shortfall cost [USD/t]"], ["La", 10_000_000], ["Dy", 10_000_000]],
    "Demand": [["Item", "Every period"], ["La", 2_000_000], ["Dy", 1]],
    "Sources": [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
        ["Baotou", "China", "La", "unlimited", 5_000],
        ["Ganzhou", "China", "Dy", "unlimited", 500],
    ],
}
"""A tonne of Dy beside 2,000,000 t of La."""


def test_a_material_of_few_tonnes_left_out_proves_nothing(soffice, tmp_path, formulas_that_differ):
    whole, without = tmp_path / "whole.xlsx", tmp_path / "without.xlsx"
    solve_scenarios(case_of(FEW, "few"), ["Base"]).to_excel(whole)
    book = openpyxl.load_workbook(whole)
    cells = [cell for row in book["Certificate"].iter_rows() for cell in row]
    cell = next(cell for cell in cells if cell.value == "ship[Ganzhou, 2026]")
    assert cell.offset(0, 1).value == 1.0
    cell.offset(0, 1).value = 0.0
    book.save(without)
    again = soffice([whole, without], "xlsx")
    assert formulas_that_differ(whole, again[whole]) == []
    sheets = {
        path: openpyxl.load_workbook(again[path], data_only=True)["Certificate"]
        for path in (whole, without)
    }
    assert sheets[whole]["B9"].value == "Yes: no plan is cheaper"
    assert sheets[without]["B7"].value == pytest.approx(1.0)
    assert sheets[without]["B9"].value.startswith("NO")
