"""What only Excel files have: merged and hidden cells, tables, formulas, formats, strays."""

from __future__ import annotations

import re
import shutil
import zipfile
from datetime import time, timedelta

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.table import Table

from planner.workbook.reading import read


@pytest.fixture
def texts(problems, marked):
    return lambda workbook: [marked(problem) for problem in problems(workbook)]


def _table(sheet, reference, name="tblSources", **more):
    table = Table(displayName=name, ref=reference, **more)
    sheet.add_table(table)
    return table


def test_merged_cells_in_the_table(sheets, book, texts):
    workbook = book(sheets)
    sheet = workbook["Sources"]
    for row in range(3, 6):
        sheet.cell(row, 2).value = None
    sheet.merge_cells("B2:B5")
    assert texts(workbook) == ["Sources!B2:B5: merged; repeat the value in each row"]


def test_merged_cells_hide_no_other_problem(sheets, book, texts):
    """The covered capacity is not called blank; the price beside it is still looked at."""
    workbook = book(sheets)
    sheet = workbook["Sources"]
    sheet["D4"].value, sheet["E5"].value = None, "dear"
    sheet.merge_cells("D3:D4")
    assert texts(workbook) == [
        "Sources!D3:D4: merged; repeat the value in each row",
        "Sources!E5: Price must be a number, got text 'dear'",
    ]


def test_merged_cells_in_the_header(sheets, book, texts):
    workbook = book(sheets)
    workbook["Demand"].merge_cells("B1:C1")
    assert texts(workbook) == [
        "Demand!B1:C1: merged; repeat the value in each row",
    ]


def test_merged_cells_of_a_title_are_fine(sheets, book, texts):
    workbook = book(sheets)
    sheet = workbook["Sources"]
    sheet.insert_rows(1)
    sheet["A1"] = "Sources, all of them"
    sheet.merge_cells("A1:G1")
    assert texts(workbook) == []


def test_a_whole_sheet_that_is_merged(sheets, save, repack, refused):
    def merge(name, part):
        if name != "xl/worksheets/sheet1.xml":
            return part
        merged = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        return part.replace(b"</sheetData>", b"</sheetData>" + merged)

    assert refused(repack(save(sheets), merge)) == (
        "Settings!A1:XFD1048576: merged; repeat the value in each row"
    )


def test_hidden_sheets_and_rows_are_read(sheets, book, texts):
    workbook = book(sheets)
    workbook["Prices"].sheet_state = "veryHidden"
    workbook["Sources"].row_dimensions[3].hidden = True
    workbook["Sources"].row_dimensions[5].hidden = True
    workbook["Sources"].row_dimensions[9].hidden = True
    workbook.create_sheet("_lists")["A1"] = "x"
    workbook["_lists"].sheet_state = "hidden"
    assert texts(workbook) == [
        "warning: Sources: hidden rows were read: 3, 5; delete them if they are not meant",
        "warning: Prices: the sheet is hidden and was read; delete it if it is not meant",
    ]


def test_a_formula_without_a_result(sheets, put, texts, book):
    workbook = book(put(sheets, "Prices!B2", "=60+1"))
    assert texts(workbook) == ["Prices!B2: formula without a stored result; open and save in Excel"]
    workbook = book(put(sheets, "Sources!A2", '="S"&1'))
    assert texts(workbook)[0] == (
        "Sources!A2: formula without a stored result; open and save in Excel"
    )


def _with_formula(path, cell):
    """A copy in which the only formula has the stored result `cell` says."""
    copy = path.with_name("copy.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            part = re.sub(rb"<c r=\"B2\"[^>]*><f>.*?</c>", cell.encode(), part)
            if name == "xl/workbook.xml":
                part = re.sub(rb"<calcPr[^>]*/>", b"", part)
            target.writestr(name, part)
    return copy


def test_a_formula_with_a_stored_result_is_its_result(sheets, put, save):
    path = save(put(sheets, "Prices!B2", "=60+1"))
    sound = _with_formula(path, '<c r="B2"><f>60+1</f><v>61</v></c>')
    assert read(sound).warnings == ()
    assert read(sound).scenario().price[0, 0] == 61_000  # 61 USD/kg in USD/t


def test_a_formula_whose_result_is_an_empty_text_is_blank(sheets, put, save):
    """S1 has a price of its own in Sources, 60 USD/kg."""
    path = save(put(sheets, "Prices!B2", '=IF(FALSE,1,"")'))
    blank = _with_formula(path, '<c r="B2" t="str"><f>IF(FALSE,1,"")</f><v></v></c>')
    assert read(blank).scenario().price[0, 0] == 60_000


@pytest.mark.parametrize("error", ["#REF!", "#SPILL!", "#CALC!"])
def test_an_error_as_a_stored_result(sheets, put, save, error):
    path = save(put(sheets, "Prices!B2", "=A1#"))
    wrong = _with_formula(path, f'<c r="B2" t="e"><f>A1#</f><v>{error}</v></c>')
    with pytest.raises(
        Exception, match=re.escape(f"Prices!B2: Price holds the Excel error {error}")
    ):
        read(wrong)


def test_a_file_that_was_never_calculated_is_doubted(sheets, tmp_path):
    """XlsxWriter stores what it is told as a formula's result, right or wrong."""
    path = tmp_path / "written.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            day = workbook.add_format({"num_format": "yyyy-mm-dd"})
            for i, row in enumerate(rows):
                for j, value in enumerate(row):
                    if hasattr(value, "year"):
                        sheet.write_datetime(i, j, value, day)
                    else:
                        sheet.write(i, j, value)
            if name == "Prices":
                sheet.write_formula("B2", "=60+1", None, 61)
                sheet.write_formula("C2", "=60+2", None, 62)
    assert [p.message for p in read(path).warnings] == [
        "Prices!B2: formula in a file never calculated: its stored result may be wrong, "
        "and 1 more; open and save in Excel"
    ]


def test_a_stray_value_at_the_end_of_the_sheet(sheets, book, texts):
    workbook = book(sheets)
    workbook["Sources"]["XFD1048576"] = "x"
    assert texts(workbook) == ["Sources!XFD1048576: stray value; delete it"]


def test_a_format_at_the_end_of_the_sheet_is_no_value(sheets, book, texts):
    workbook = book(sheets)
    workbook["Sources"]["XFD1048576"].number_format = "0.00"
    assert texts(workbook) == []


def test_what_stands_outside_an_excel_table(sheets, book, texts, save):
    workbook = book(sheets)
    sheet = workbook["Sources"]
    _table(sheet, "A1:G5")
    sheet["A8"], sheet["I3"] = "Sum", 700
    assert texts(workbook) == [
        "warning: Sources!I3: outside the Excel table 'tblSources' (A1:G5) and 1 more cells: "
        "not read; extend the table if they belong to it"
    ]
    assert len(read(save(workbook)).scenario().sources) == 4


def test_a_table_that_leaves_out_every_row_has_none(sheets, book, texts):
    workbook = book(sheets)
    workbook["Periods"].insert_rows(2)
    _table(workbook["Periods"], "A1:B2")
    assert texts(workbook)[:2] == [
        "Periods: the sheet has no rows; its columns are 'Period', 'Start', 'Years'",
        "warning: Periods!A3: outside the Excel table 'tblSources' (A1:B2) and 3 more cells: "
        "not read; extend the table if they belong to it",
    ]


def test_a_totals_row_is_no_row(sheets, book, texts, save):
    workbook = book(sheets)
    sheet = workbook["Sources"]
    _table(sheet, "A1:G6", totalsRowCount=1)
    sheet["A6"], sheet["D6"] = "Total", 600
    assert texts(workbook) == []
    assert len(read(save(workbook)).scenario().sources) == 4


def test_of_two_tables_side_by_side_the_one_that_is_ours_counts(sheets, book, texts):
    workbook = book(sheets)
    sheet = workbook["Demand"]
    sheet["F1"], sheet["G1"], sheet["F2"], sheet["G2"] = "Plant", "Who", "Osaka", "Keiko"
    _table(sheet, "F1:G2", "tblPeople")
    _table(sheet, "A1:C3", "tblDemand")
    assert texts(workbook) == [
        "warning: Demand!F1: outside the Excel table 'tblDemand' (A1:C3) and 3 more cells: not "
        "read; extend the table if they belong to it"
    ]


@pytest.mark.parametrize(
    ("number_format", "typed", "read_as"),
    [
        ("0%", 0.5, 0.5),  # shown as 50 %
        ("0.00%", 0.0095, 0.0095),  # shown as 0.95 %, and meant so: no warning
        ("0_%", 50, 0.5),  # the sign is as wide a space
        ('0" %"', 50, 0.5),  # the sign is only written beside the number
        (r"0\%", 50, 0.5),
        ("General", 50, 0.5),
    ],
)
def test_percentage_formats_under_a_percent_header(
    sheets, put, book, save, *, number_format, typed, read_as
):
    """Our share [%] of a quota of 150 t."""
    workbook = book(put(sheets, "Quotas!H2", typed))
    workbook["Quotas"]["H2"].number_format = number_format
    case = read(save(workbook))
    assert case.warnings == ()
    assert case.scenario().rules[0].maximum == pytest.approx(150 * read_as)


@pytest.mark.parametrize("value", [timedelta(hours=30), time(6, 30)])
def test_a_time_is_no_number(sheets, put, book, texts, value):
    (text,) = texts(book(put(sheets, "Sources!D2", value)))
    assert text.startswith("Sources!D2: Capacity must be a number, got ")


def test_a_bound_in_tonnes_formatted_as_percentage(sheets, put, book, texts):
    workbook = book(put(sheets, "Limits!I3", 0.6))
    workbook["Limits"]["I3"].number_format = "0%"
    assert texts(workbook) == [
        "Limits!I3: Maximum of a tonnes limit cannot be a percentage, got 0.6"
    ]


def test_a_chart_sheet_where_a_table_is_expected(sheets, book, texts):
    workbook = book(sheets)
    del workbook["Stock"]
    chart = BarChart()
    chart.add_data(Reference(workbook["Demand"], min_col=2, min_row=1, max_row=3))
    workbook.create_chartsheet("Stock").add_chart(chart)
    assert texts(workbook) == ["Stock: is a chart sheet, where a table is expected; rename it"]


@pytest.mark.parametrize("kind", ["dialogsheet", "xlMacrosheet"])
def test_a_sheet_of_dialogs_or_macros_where_a_table_is_expected(
    sheets, save, repack, refused, kind
):
    """Prices is the seventh sheet."""

    def change(name, part):
        return re.sub(
            rb'worksheet(" Target="/xl/worksheets/sheet7\.xml")', kind.encode() + rb"\1", part
        )

    what = "dialog" if kind == "dialogsheet" else "macro"
    assert refused(repack(save(sheets), change)) == (
        f"Prices: is a {what} sheet, where a table is expected; rename it"
    )


def test_macros_are_ignored(sheets, save):
    path = save(sheets)
    with_macros = path.with_name("plan.xlsm")
    shutil.copy(path, with_macros)
    assert read(with_macros).scenario().sources == read(path).scenario().sources


def test_the_file_is_only_read(sheets, save):
    path = save(sheets)
    before = path.read_bytes()
    read(path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["plan.xlsx"]


def test_a_workbook_saved_with_extensions_reads_without_a_word(sheets, book, save, recwarn):
    workbook = book(sheets)
    rule = openpyxl.formatting.rule.CellIsRule(operator="lessThan", formula=["0"])
    workbook["Sources"].conditional_formatting.add("A1:XFD1048576", rule)
    read(save(workbook))
    assert not recwarn.list
