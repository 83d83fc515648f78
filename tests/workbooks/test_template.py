"""New workbooks: what is on them, and that what stands there is a sound case."""

from __future__ import annotations

import copy

import openpyxl
import pytest

import planner
from planner.case import declarations as d
from planner.errors import WrongUsage
from planner.workbook import draft
from planner.workbook.draft import DEFAULT_SHEETS, draft_case, sheets_asked
from planner.workbook.example import example_data, example_names
from planner.workbook.template import write_new

OTHERS = [name for name in d.BY_NAME if name not in DEFAULT_SHEETS]


@pytest.fixture(scope="module")
def default(tmp_path_factory):
    return write_new(tmp_path_factory.mktemp("new") / "my case.xlsx")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write_new(tmp_path_factory.mktemp("new") / "all.xlsx", None, tuple(d.BY_NAME))


def _header(sheet):
    return [cell.value for cell in sheet[1] if cell.value is not None]


def test_it_has_the_default_sheets_after_a_readme_and_hidden_lists_last(default):
    book = openpyxl.load_workbook(default)
    assert book.sheetnames == ["README", *DEFAULT_SHEETS, "_lists"]
    assert book["_lists"].sheet_state == "hidden"
    assert all(f"tbl{name}" in book[name].tables for name in DEFAULT_SHEETS)


def test_the_tiny_case_has_a_plan_worth_looking_at(default):
    case = planner.read(default)
    assert case.warnings == ()
    base = planner.solve(case)
    # The quota leaves 15 t of dysprosium a year for 16, 18 and 20 t; others are dearer.
    assert base.purchases.groupby("source")["tonnes"].sum()["CN_Dy"] == pytest.approx(45)
    assert base.shortfalls.empty
    # Half of it leaves 7.5 t, and all others together have 9 t: 1.5 t and 3.5 t are missing.
    halved = planner.solve(case, "Quota halved")
    assert sorted(halved.shortfalls["tonnes"]) == pytest.approx([1.5, 3.5])


@pytest.mark.parametrize("name", OTHERS)
def test_each_further_sheet_comes_with_a_sample_that_is_sound(name, tmp_path):
    path = write_new(tmp_path / "new.xlsx", None, (name,))
    case = planner.read(path)
    assert case.warnings == ()
    assert case.tables[name].rows
    assert all(needed in case.tables for needed in d.BY_NAME[name].needs)
    assert planner.solve(case).status == "optimal"


def test_every_sheet_at_once_is_sound_in_every_scenario(whole):
    case = planner.read(whole)
    assert case.warnings == ()
    assert set(case.tables) == set(d.BY_NAME)
    for scenario in case.scenarios:
        assert planner.solve(case, scenario).status == "optimal"
    assert planner.evaluate(case).current.is_allowed


def test_every_declared_column_is_there(whole):
    case = planner.read(whole)
    for sheet in d.SHEETS:
        missing = set(sheet.by_name) - set(case.tables[sheet.name].headers)
        assert not missing, (sheet.name, missing)
    assert {"Ramp 1", "Ramp 2"} <= set(case.tables["Restarts"].headers)


def test_what_the_tiny_case_does_not_use_is_folded_and_not_gone(default):
    sheet = openpyxl.load_workbook(default)["Sources"]
    hidden = {
        sheet[f"{letter}1"].value
        for letter, column in sheet.column_dimensions.items()
        if column.hidden
    }
    assert "Incoterm" in hidden
    assert "Yield [%]" in {cell.value for cell in sheet[1]}
    assert not hidden & {"Source", "Country", "Price [USD/kg]", "Licence", "Note"}


def test_every_header_has_a_note_with_meaning_and_example(whole):
    book = openpyxl.load_workbook(whole)
    for sheet in d.SHEETS:
        for cell in book[sheet.name][1]:
            assert cell.comment is not None, f"{sheet.name}!{cell.coordinate}"
            name = str(cell.value).partition(" [")[0]
            column = sheet.by_name.get(name)
            if column is not None:
                assert column.meaning in cell.comment.text
                assert "Example: " in cell.comment.text or column.kind.value == "selector"
    capacity = next(c for c in book["Sources"][1] if c.value == "Capacity [t/yr]").comment.text
    assert "Holds: a number, at least 0, or the word unlimited." in capacity
    assert "[t/yr]" in capacity
    freight = next(c for c in book["Sources"][1] if c.value == "Duty [%]").comment.text
    assert "Blank: 0 %." in freight
    assert "0 to 1000" in freight  # per hundred, as typed


def test_every_column_has_an_example_or_a_word(whole):
    del whole
    for sheet in d.SHEETS:
        extra = [c for c in (sheet.over_time, sheet.per_material, sheet.numbered) if c is not None]
        for column in (*sheet.columns, *extra):
            has_words = column.words or column.usual or column.kind in (d.Kind.YES_NO, d.Kind.DATE)
            assert column.example or has_words, f"{sheet.name}.{column.name}"
            assert column.meaning, f"{sheet.name}.{column.name}"


def test_drop_downs_and_their_errors(default):
    rules = openpyxl.load_workbook(default)["Sources"].data_validations.dataValidation
    by_column = {str(rule.sqref).partition(":")[0]: rule for rule in rules}
    assert by_column["E2"].formula1 == "list_Materials"
    assert by_column["E2"].errorStyle == "warning"  # a name may be defined later
    assert by_column["M2"].formula1 == "words_Incoterm"
    assert by_column["M2"].errorStyle is None  # stop: there are no others
    assert by_column["D2"].formula1 == "words_Kind"
    assert not by_column["D2"].showErrorMessage  # only proposals
    assert "unlimited" in by_column["F2"].formula1
    assert (by_column["I2"].type, by_column["I2"].formula2) == ("decimal", "1000.0")


def test_cells_for_names_are_text_and_cells_under_percent_have_no_format(default):
    book = openpyxl.load_workbook(default)
    assert book["Periods"]["A2"].number_format == "@"
    assert book["Quotas"]["D9"].number_format == "@"
    assert book["Periods"]["B2"].number_format == "yyyy-mm-dd"
    # In a cell of number format Excel takes a typed 25% for 0.25; in one without, for 25 %.
    assert book["Sources"]["I9"].number_format == "General"
    assert book["Settings"]["B5"].number_format == "0.0%"


def test_a_page_prints_well(default):
    for sheet in openpyxl.load_workbook(default).worksheets[:-1]:
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # One page wide, which is what Excel takes where nothing is said, and any height.
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        if sheet.tables:
            assert sheet.print_title_rows == "$1:$1"
            assert sheet.page_setup.orientation == "landscape"
            assert sheet.freeze_panes == "B2"


def test_the_readme_says_what_to_do_with_this_very_file(default):
    book = openpyxl.load_workbook(default)
    texts = [str(c.value) for row in book["README"] for c in row if c.value is not None]
    assert any('planner check "my case.xlsx"' in text for text in texts)
    assert any(f"contract {d.CONTRACT}" in text for text in texts)
    links = {c.hyperlink.location for row in book["README"] for c in row if c.hyperlink}
    assert links == {f"'{name}'!A1" for name in DEFAULT_SHEETS}
    assert book.properties.title == "A procurement case to start from"


@pytest.mark.parametrize("name", example_names())
def test_an_example_with_every_sheet_reads_to_the_same_case(name, tmp_path):
    plain = planner.read(write_new(tmp_path / "plain.xlsx", name))
    wide = planner.read(write_new(tmp_path / "wide.xlsx", name, tuple(d.BY_NAME)))
    assert set(wide.tables) == set(d.BY_NAME)
    assert [w.message for w in wide.warnings] == [w.message for w in plain.warnings]
    for sheet, table in wide.tables.items():
        rows = plain.tables[sheet].rows if sheet in plain.tables else ()
        assert table.rows == rows


@pytest.mark.parametrize(
    ("texts", "sheets"),
    [
        ((), ()),
        (("stock,products",), ("Stock", "Products")),
        (("Current-plan", " SAFETY  stock ,in_transit,"),
         ("Current plan", "Safety stock", "In transit")),
        (("stock", "Stock"), ("Stock",)),
        (("ALL",), tuple(d.BY_NAME)),
    ],
)  # fmt: skip
def test_sheets_are_named_freely(texts, sheets):
    assert sheets_asked(texts) == sheets


def test_an_unknown_sheet_is_refused_with_a_proposal():
    with pytest.raises(WrongUsage, match="unknown sheet 'recipies'; did you mean 'Recipes'"):
        sheets_asked(["stock,recipies"])


def test_sheets_bring_those_that_they_need():
    names = {sheet.name for sheet in draft_case(None, ("Recipes", "Lanes", "Safety stock")).sheets}
    assert {"Products", "Sites", "Stock"} <= names
    japan = {sheet.name for sheet in draft_case("japan-2011", ("Recipes",)).sheets}
    assert {"Products", "Recipes"} <= japan
    assert "Stock" not in japan


def test_texts_stay_texts(tmp_path, monkeypatch):
    """What looks like a formula or a link is none."""
    evil = "=cmd|' /C calc'!A0"
    data = copy.deepcopy(example_data("japan-2011"))
    sources = next(sheet for sheet in data["sheets"] if sheet["name"] == "Sources")
    sources["rows"][1][0] = evil
    sources["rows"][1][-1] = "https://example.com"
    monkeypatch.setattr(draft, "example_data", lambda _: data)
    path = write_new(tmp_path / "new.xlsx", "japan-2011")
    sheet = openpyxl.load_workbook(path)["Sources"]
    assert (sheet["A3"].value, sheet["A3"].data_type) == (evil, "s")
    assert not any(cell.hyperlink for row in sheet for cell in row)
    assert evil in planner.read(path).tables["Sources"].names()
