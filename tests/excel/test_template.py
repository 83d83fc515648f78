"""New workbooks and examples in the eyes of Excel's rules and of LibreOffice."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from openpyxl.formula.translate import Translator

from planner.case import declarations as d
from planner.workbook.example import example_names
from planner.workbook.reading import read
from planner.workbook.template import write_new

EVERY_SHEET = tuple(d.BY_NAME)
KINDS = ("new", "all", *example_names())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The workbooks by what they are: the default one, one with every sheet, the examples."""
    folder = tmp_path_factory.mktemp("made")
    paths = {kind: folder / f"{kind}.xlsx" for kind in KINDS}
    write_new(paths["new"])
    write_new(paths["all"], None, EVERY_SHEET)
    for name in example_names():
        write_new(paths[name], name)
    return paths


@pytest.fixture(scope="module")
def saved(made, soffice):
    """The same, opened, recalculated and saved by LibreOffice."""
    by_path = soffice(list(made.values()), "xlsx")
    return {kind: by_path[path] for kind, path in made.items()}


@pytest.fixture(scope="module")
def pages(made, soffice):
    """The same as PDF."""
    by_path = soffice(list(made.values()), "pdf")
    return {kind: by_path[path] for kind, path in made.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_excel_would_take_it_as_it_is(kind, made, lint):
    assert lint(made[kind]) == []


@pytest.mark.parametrize("name", example_names())
def test_an_example_with_every_sheet_is_taken_too(name, tmp_path, lint):
    path = write_new(tmp_path / "wide.xlsx", name, EVERY_SHEET)
    assert lint(path) == []


def _content(case):
    """Every value by its cell; LibreOffice keeps 15 digits of a number."""
    return {
        (name, row.number, column): float(f"{value:.14g}") if isinstance(value, float) else value
        for name, table in case.tables.items()
        for row in table.rows
        for column, value in (*row.values.items(), *row.spread.items())
    }


@pytest.mark.parametrize("kind", KINDS)
def test_saving_it_in_libreoffice_changes_nothing_that_is_read(kind, made, saved):
    before, after = read(made[kind]), read(saved[kind])
    assert _content(after) == _content(before)
    assert after.warnings == before.warnings


@pytest.mark.parametrize("kind", KINDS)
def test_recalculated_formulas_have_the_stored_results(kind, made, saved, formulas_that_differ):
    assert formulas_that_differ(made[kind], saved[kind]) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_fits_into_its_column_on_paper(kind, pages, printed):
    text = printed(pages[kind])
    assert "What to do" in text
    assert "###" not in text


# -- lists and colours, calculated ----------------------------------------------------------

LISTS = ("list_Sources", "list_Materials", "list_Materials_or_Products", "list_Scenarios")
TYPED = {"Sources!A12": "NEW", "Materials!A6": "Tb", "Scenarios!A5": "Mine"}
RENAMED = {"Periods!A2": "2027H1", "Materials!A3": "Tb"}
HEADERS = ("Demand!C1", "Demand!D1", "Composition!B1", "Composition!C1")

MISTAKES = {
    "Sources!G3": "12,OO",  # text for a number
    "Sources!F4": -5,  # negative
    "Sources!I5": 2000,  # a tax of 2000 %
    "Sources!E6": "Nd2O3",  # no such material
    "Sources!E7": "dy",  # names match exactly
    "Sources!A8": "CN_NdPr",  # a repeated name
    "Sources!B9": None,  # blank, and the row is begun
    "Sources!M2": "FOX",  # no such word
    "Sources!P2": "2040",  # no such period
    "Limits!L2": 65,  # a share of 6500 %
    "Limits!K3": 50,  # a minimum above its maximum
    "Quotas!I2": 130,  # a share above 100 %
    "Demand!D2": None,  # every period is needed
    "Composition!B2": 104,  # more than a whole tonne
    "Periods!B3": date(2026, 1, 1),  # before the period before
    "Settings!B5": 8,  # a discount rate of 800 %
    "Settings!B6": "CFI",  # no such word
    "Settings!A8": "Tme limit",  # no such setting
    "Changes!E2": "multiply",  # no such operation
    "Recipes!G3": "perhaps",  # neither yes nor no
    "Disruptions!D2": date(2028, 1, 1),  # ends before it starts
    "Scenarios!A3": "Quota halved",  # stands twice
}
ALSO_TYPED = {
    "Demand!A6": "NdPr",  # a new row, not complete yet
    "Sources!F2": "Unlimited",
    "Sources!A12": "# a remark",
    "Periods!A5": 2030,  # a number, where names are texts
    "Sources!Q3": 2030,
}
ALSO_RED = {
    "Sources!A2", "Limits!L3", "Demand!B6", "Demand!C6", "Demand!D6", "Demand!E6",
    "Composition!C2", "Composition!D2", "Disruptions!C2", "Scenarios!A2",
}  # fmt: skip
"""Cells that what is typed elsewhere turns red."""

STILL_FINE = {
    "Sources!A3", "Sources!F2", "Sources!F3", "Sources!G2", "Sources!E2", "Sources!E9",
    "Sources!B3", "Sources!A12", "Sources!B12", "Sources!Q3", "Limits!B3", "Quotas!H2",
    "Demand!C2", "Demand!A2", "Demand!A6", "Periods!A5", "Periods!B2", "Periods!B4",
    "Settings!A5", "Settings!B7", "Changes!E3", "Recipes!G2", "Contracts!F2", "Stock!A3",
    "Scenarios!A4", "Restarts!A2", "Tiers!A2", "Tiers!A3", "Tiers!B3", "Uncertainty!F2",
}  # fmt: skip

ANSWERS = "ZZ"
"""A column far from every table, for formulas that a test asks."""


@pytest.fixture(scope="module")
def answers(made, soffice, tmp_path_factory):
    """What formulas give on the workbook with every sheet, changed in several ways.

    By the way it is changed: the results of formulas about lists, and of the conditions that
    would colour cells red.
    """
    cells = _every_cell(made["all"])
    judged = sorted(MISTAKES.keys() | ALSO_RED | STILL_FINE)
    ways = {
        "new": ({}, cells),
        "typed": (TYPED, []),
        "mistakes": (MISTAKES | ALSO_TYPED, judged),
        "renamed": (RENAMED, HEADERS),
    }
    folder = tmp_path_factory.mktemp("asked")
    asked = {}
    for way, (changes, places) in ways.items():
        book = openpyxl.load_workbook(made["all"])
        questions = [("", "Sources", f"ROWS({name})") for name in LISTS]
        questions += [("", "Sources", f"INDEX({name},ROWS({name}))") for name in LISTS]
        questions += [question for place in places for question in _conditions(book, place)]
        for place, value in changes.items():
            sheet, _, cell = place.rpartition("!")
            book[sheet][cell] = value
        for row, (_, sheet, formula) in enumerate(questions, start=1):
            book[sheet][f"{ANSWERS}{row}"] = f"={formula}"
        book.save(folder / f"{way}.xlsx")
        asked[way] = questions
    files = soffice([folder / f"{way}.xlsx" for way in ways], "xlsx")
    found = {}
    for path, calculated in files.items():
        book = openpyxl.load_workbook(calculated, data_only=True)
        found[path.stem] = [
            (place, book[sheet][f"{ANSWERS}{row}"].value)
            for row, (place, sheet, _) in enumerate(asked[path.stem], start=1)
        ]
    return found


def _every_cell(path):
    """Every cell of the tables, filled or not."""
    return [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in openpyxl.load_workbook(path)
        if sheet.tables
        for row in sheet.iter_rows(max_row=12)
        for cell in row
    ]


def _conditions(book, place):
    """The conditions that colour a cell red, with their sheet, written for that cell."""
    sheet, _, cell = place.rpartition("!")
    for area, rules in book[sheet].conditional_formatting._cf_rules.items():
        ranges = area.sqref.ranges
        if not any(cell in part for part in ranges):
            continue
        origin = next(iter(ranges)).coord.partition(":")[0]
        for rule in rules:
            if rule.dxf.fill is not None:  # the others are about number formats
                formula = Translator(f"={rule.formula[0]}", origin).translate_formula(cell)
                yield place, sheet, formula.removeprefix("=")


def _lists(found):
    return [answer for _, answer in found[: 2 * len(LISTS)]]


def _reds(found):
    asked = found[2 * len(LISTS) :]
    assert asked
    assert {answer for _, answer in asked} <= {0, 1}
    return {place for place, answer in asked if answer}


def test_what_is_typed_below_a_table_is_in_the_lists_at_once(answers):
    assert _lists(answers["new"]) == [
        10, 3, 4, 3, "JP_Scrap", "NdPr metal", "Magnets", "Port closed",
    ]  # fmt: skip
    # A row is left out in Materials: the list goes on to the last name.
    assert _lists(answers["typed"]) == [11, 5, 6, 4, "NEW", "Tb", "Magnets", "Mine"]


def test_nothing_is_red_in_a_new_workbook(answers):
    assert _reds(answers["new"]) == set()


def test_each_mistake_turns_red_at_once(answers):
    assert _reds(answers["mistakes"]) == MISTAKES.keys() | ALSO_RED


def test_the_header_of_a_renamed_period_or_material_turns_red(answers):
    assert _reds(answers["renamed"]) == {"Demand!C1", "Composition!C1"}
