"""Cases to report: a magnet maker with everything at once, a small one to solve by hand."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import planner
from cases import case_of
from planner.case.case import Case
from planner.plan import Plan
from planner.report.workbook import write_results

JAPAN = Path(__file__).parent.parent.parent / "inputs" / "japan-2011.xlsx"

Sheets = dict[str, list[list[Any]]]

SMALL: Sheets = {
    "Periods": [["Period"], ["2011"], ["2012"]],
    "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 1000]],
    "Demand": [["Item", "Every period"], ["Nd", 100]],
    "Sources": [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
        ["CN", "China", "Nd", 60, 10],
        ["AU", "Australia", "Nd", "unlimited", 30],
    ],
}
"""60 t a year at 10 USD/t, the other 40 t at 30 USD/t: 2 × (600 + 1200) = 3600 USD."""

HALVES = ("2026H1", "2026H2", "2027H1", "2027H2", "2028H1", "2028H2")

MAGNETS: Sheets = {
    "Settings": [["Setting", "Value"], ["Title", "Magnet plant"], ["Importer", "Kansai Magnets"],
                 ["Currency", "USD"], ["Discount rate", 0.08]],
    "Periods": [["Period", "Start"],
                *([name, date(2026 + i // 2, 1 + i % 2 * 6, 1)] for i, name in enumerate(HALVES))],
    "Materials": [
        ["Material", "Class", "Form", "Shortfall cost [USD/kg]", "Surplus value [USD/kg]"],
        ["NdPr", "light", "oxide", 400, 30],
        ["Dy", "heavy", "oxide", 1500, 100],
        ["La", "light", "carbonate", 20, -0.5],
    ],
    "Demand": [["Item", *HALVES], ["NdPr", 500, 520, 560, 600, 640, 700],
               ["Dy", 22, 23, 25, 26, 28, 31]],
    "Sources": [
        ["Source", "Country", "Supplier", "Kind", "Material", "Capacity [t/yr]", "Price [/kg]",
         "Currency", "Export tax [%]", "Freight [/t]", "Duty [%]", "Processing [/t]", "Incoterm",
         "Yield [%]", "Lead time [months]", "First period"],
        ["Baotou", "China", "Northern RE", "mine", "NdPr", 800, 520, "CNY", 0, 800, 0, 0, "FOB",
         99, 1],
        ["Ganzhou", "China", "China RE Group", "mine", "Dy", 60, 2100, "CNY", 10, 800, 0, 0, "FOB",
         99, 1],
        ["Mt Weld", "Australia", "Lynas", "mine", None, 900, 28, "USD", 0, 350, 0, 9000, "FCA",
         95, 5],
        ["Kvanefjeld", "Greenland", '=HYPERLINK("http://evil")', "mine", None, 1000, 24, "EUR", 0,
         900, 2.5, 11000, "FOB", 92, 12, "2027H1"],
        ["La Rochelle", "France", "Solvay", "recycling", "NdPr", 120, 88, "EUR", 0, 0, 0, 0, "DAP",
         98, 2],
        ["JOGMEC", "Japan", None, "stockpile", "Dy", 0, 300, "USD", 0, 0, 0, 0, None, 100, 0],
    ],
    "Composition": [["Source", "NdPr [%]", "Dy [%]", "La [%]"], ["Mt Weld", 24, 0.2, 40],
                    ["Kvanefjeld", 18, 1.1, 30]],
    "Currencies": [["Currency", "Every period", "2028H2"], ["CNY", 0.139, 0.142], ["EUR", 1.08]],
    "Stock": [
        ["Material", "Opening [t]", "Safety stock [t]", "Cover [days]", "Safety cost [USD/t/yr]",
         "Holding cost [USD/t/yr]", "Maximum [t]", "Final minimum [t]", "Final value [USD/kg]"],
        ["NdPr", 100, 50, 30, 20000, 500, 400, 50, 40],
        ["Dy", 3, 2, 45, 90000, 1500, 20, 2, 150],
    ],
    "In transit": [["Material", "2026H1"], ["NdPr", 120]],
    "Quotas": [["Quota", "Applies to", "Materials", "Per", "Tonnes [t]", "Our share [%]"],
               ["Heavy", "Country=China", "Class=heavy", "year", 400, 12]],
    "Limits": [
        ["Limit", "Type", "Applies to", "Materials", "Column", "Per", "Minimum [%]",
         "Maximum [%]", "Penalty [USD/kg]"],
        ["Country cap", "share", "*", "Material=NdPr", "Country", "period", None, 55, 25],
        ["Recycled", "share", "Kind=recycling", "Material=NdPr", None, "year", 4, None, None],
    ],
    "Scenarios": [["Scenario"], ["Embargo"]],
    "Changes": [["Scenario", "Sheet", "Rows", "Column", "Operation", "Value"],
                ["Embargo", "Quotas", "Quota=Heavy", "Tonnes", "times", 0.1]],
}  # fmt: skip
"""Baskets, currencies, lead times, stocks, a soft limit by country, a quota by year."""


@pytest.fixture
def make() -> Callable[[Sheets], Case]:
    """A case of sheets given as rows, the first row being the header."""
    return lambda sheets: case_of(sheets, "test")


@pytest.fixture
def small() -> Sheets:
    """Two years, one material, a cheap and a dear source; free to change."""
    return copy.deepcopy(SMALL)


@pytest.fixture(scope="session")
def magnets() -> Plan:
    """The plan of the magnet maker."""
    return planner.solve(case_of(MAGNETS, "test"))


@pytest.fixture(scope="session")
def embargo(magnets: Plan) -> Plan:
    """The magnet maker's plan under an embargo."""
    return planner.solve(magnets.case, "Embargo")


@pytest.fixture(scope="session")
def japan() -> Plan:
    """The example of 2011."""
    return planner.solve(planner.read(JAPAN))


@dataclass(frozen=True)
class Results:
    """A results workbook as a reader of the file sees it.

    Attributes:
        path: of the file.
        book: its cells, formulas as they are written.
        values: its cells, formulas as the values that are stored with them.
    """

    path: Path
    book: openpyxl.Workbook
    values: openpyxl.Workbook

    def formulas(self, sheet: str) -> dict[str, str]:
        """The formulas of a sheet by cell."""
        cells = (cell for row in self.book[sheet].iter_rows() for cell in row)
        return {cell.coordinate: cell.value for cell in cells if cell.data_type == "f"}

    @property
    def sheets(self) -> list[str]:
        return self.book.sheetnames

    def texts(self, sheet: str) -> list[str]:
        """Every text of a sheet."""
        cells = (cell for row in self.values[sheet].iter_rows(values_only=True) for cell in row)
        return [cell for cell in cells if isinstance(cell, str)]

    def rows(self, sheet: str) -> list[dict[str, Any]]:
        """The rows of a list by header, without the totals below the blank row."""
        header, *body = self.values[sheet].iter_rows(values_only=True)
        rows = []
        for row in body:
            if not any(cell is not None for cell in row):
                break
            rows.append(dict(zip(header, row, strict=True)))
        return rows

    def beside(self, sheet: str, label: str) -> list[Any]:
        """What stands to the right of a label."""
        for row in self.values[sheet].iter_rows(values_only=True):
            if label in row:
                return list(row[row.index(label) + 1 :])
        raise AssertionError(f"no {label} on {sheet}")

    def below(self, sheet: str, heading: str) -> list[tuple[Any, ...]]:
        """The rows below a heading of the first column, down to a blank one."""
        rows = iter(self.values[sheet].iter_rows(values_only=True))
        next(row for row in rows if row[0] == heading)
        found = []
        for row in rows:
            if not any(cell is not None for cell in row):
                break
            found.append(row)
        return found


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Results]:
    """Writes plans of one case, and reads what was written."""

    def write(*plans: Plan, failures: tuple[tuple[str, str, str], ...] = ()) -> Results:
        path = write_results(tmp_path / "results.xlsx", plans[0].case, plans, failures)
        return Results(
            path, openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
        )

    return write
