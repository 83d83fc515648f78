"""A case with plants, products and conversions, from a workbook to the results and back."""

from __future__ import annotations

import openpyxl
import pytest

import planner
from cases import book_of

CASE = {
    "Periods": [["Period"], [2026], [2027]],
    "Sites": [["Site"], ["Osaka"], ["Turin"]],
    "Materials": [
        ["Material", "Form", "Shortfall cost [USD/t]"],
        ["Nd2O3", "oxide", 1000],
        ["Nd", "metal", 1000],
    ],
    "Products": [["Product", "Shortfall cost [USD/t]"], ["Magnet", 9000]],
    "Demand": [
        ["Item", "Site", "Every period"],
        ["Magnet", "Osaka", 100],
        ["Magnet", "Turin", 10],
    ],
    "Recipes": [["Recipe", "Product", "Nd", "Extra cost [USD/t]"], ["Sintered", "Magnet", 0.3, 2]],
    "Conversions": [
        ["Conversion", "Site", "Nd2O3", "Nd", "Cost [USD/t]"],
        ["Metal making", "Osaka", -1.2, 1, 7],
    ],
    "Sources": [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
        ["OX", "China", "Nd2O3", 18, 50],
        ["ME", "Japan", "Nd", 20, 90],
        ["OLD", "Japan", "Nd", 20, 90],
    ],
    "Lanes": [
        ["Source", "Site", "Allowed"],
        ["OX", "Turin", "no"],
        ["OLD", "Turin", "no"],
        ["OLD", "Osaka", "no"],
    ],
}
"""Osaka needs 30 t of Nd a year: 15 from 18 t of oxide, 15 as metal; Turin 3 t, as metal."""


def solved(folder, **changes):
    """The plan of the case with some sheets changed, read from a workbook."""
    book_of({**CASE, **changes}).save(folder / "case.xlsx")
    plan = planner.solve(planner.read(folder / "case.xlsx"))
    assert plan.check.is_optimal
    return plan


@pytest.fixture
def results(tmp_path):
    written = solved(tmp_path).to_excel(tmp_path / "plan.xlsx")
    return openpyxl.load_workbook(written, data_only=True)


def rows_of(book, name):
    """The rows of a list as dictionaries by header."""
    values = list(book[name].iter_rows(values_only=True))
    head = next(i for i, row in enumerate(values) if sum(cell is not None for cell in row) > 3)
    header = values[head]
    return [dict(zip(header, row, strict=True)) for row in values[head + 1 :] if row[0]]


def test_the_balance_shows_what_is_converted_and_used(results):
    rows = {(r["Material"], r["Site"], r["Period"]): r for r in rows_of(results, "Balance")}
    oxide, metal = rows["Nd2O3", "Osaka", "2026"], rows["Nd", "Osaka", "2026"]
    assert oxide["+ Arrivals [t]"] == pytest.approx(18)
    assert oxide["+ Converted [t]"] == pytest.approx(-18)
    assert metal["+ Converted [t]"] == pytest.approx(15)
    assert metal["+ Arrivals [t]"] == pytest.approx(15)
    assert metal["+ Use in products [t]"] == pytest.approx(30)


def test_costs_name_the_recipe_and_the_conversion(results):
    rows = {(r["Kind"], r["Of"], r["Site"], r["Period"]): r for r in rows_of(results, "Costs")}
    conversion = rows["conversion", "Metal making", "Osaka", "2026"]
    assert conversion["Nominal [USD]"] == pytest.approx(15 * 7)
    assert rows["recipe", "Sintered", "Turin", "2027"]["Nominal [USD]"] == pytest.approx(10 * 2)


def test_a_source_that_no_plant_allows_says_so(results):
    words = {row["Source"]: row["In words"] for row in rows_of(results, "Sources")}
    assert words["OLD"] == "not bought: no plant allows it"


def test_what_is_missing_is_a_product(tmp_path):
    """15 t of metal bought in place of 18: 3 t too few, for 10 t of magnets a year."""
    sources = [list(row) for row in CASE["Sources"]]
    sources[2][3] = 15
    plan = solved(tmp_path, Sources=sources)
    missing = [(r["item"], r["period"]) for r in plan.to_dict()["shortfalls"]]
    assert missing == [("Magnet", "2026"), ("Magnet", "2027")]
    assert plan.shortfall_t == pytest.approx(2 * 10)
    book = openpyxl.load_workbook(plan.to_excel(tmp_path / "plan.xlsx"), data_only=True)
    costs = [r for r in rows_of(book, "Costs") if r["Kind"] == "shortfall"]
    assert {r["Of"] for r in costs} == {"Magnet"}
    assert sum(r["Nominal [USD]"] for r in costs) == pytest.approx(20 * 9000)
