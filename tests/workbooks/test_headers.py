"""Wrong headers, units, layouts and sheets. One mistake is said once, without its consequences."""

from __future__ import annotations

from datetime import date

import pytest

SOURCES_FOUND = "'Source', 'Country', 'Material', 'Capacity', 'Price', 'Yield', 'Grade'"


@pytest.mark.parametrize(
    ("place", "header", "message"),
    [
        # misspelt
        ("Sources!D1", "capcity [t/yr]", "unknown column 'capcity'; did you mean 'Capacity'?"),
        ("Sources!A1", "Sorce", "unknown column 'Sorce'; did you mean 'Source'?"),
        ("Sources!B1", "Countri", "unknown column 'Countri'; did you mean 'Country'?"),
        ("Sources!C1", "Materials", "unknown column 'Materials'; did you mean 'Material'?"),
        ("Prices!A1", "Sources", "unknown column 'Sources'; did you mean 'Source'?"),
        ("Quotas!G1", "Tonne", "unknown column 'Tonne'; did you mean 'Tonnes'?"),
        ("Composition!B1", "Nd203", "unknown column 'Nd203'; did you mean 'Nd2O3'?"),
        ("Stock!C1", "Safty stock", "unknown column 'Safty stock'; did you mean 'Safety stock'?"),
        ("Materials!C1", "Shortfall costs", "unknown column 'Shortfall costs'; "
                                            "did you mean 'Shortfall cost'?"),
        ("Stock!D1", "Bin", "unknown column 'Bin'; known: 'Material', 'Site', 'Opening', "
                            "'Safety stock', 'Cover', 'Safety cost', 'Holding cost', 'Maximum' "
                            "and 3 more; a remark's header starts with Note"),
        # what stands elsewhere
        ("Sources!G1", "2012", "'2012' is a period, and Sources has no columns by period; use a "
                               "sheet over time, such as Prices, Capacity or Shortfall costs"),
        ("Sources!G1", "Dy2O3", "'Dy2O3' is a material; what a source holds stands in the sheet "
                                "Composition"),
        # units
        ("Sources!D1", "Capacity [kWh]", "cannot read 'kWh' as a mass per time"),
        ("Sources!D1", "Capacity [t]", "cannot read 't' as a mass per time"),
        ("Sources!E1", "Price", "Price has no unit; write 'Price [USD/kg]' or 'Price [USD/t]'"),
        ("Sources!E1", "Price [USD]", "cannot read 'USD' as money per mass"),
        ("Prices!B1", "2011", "2011 has no unit; write '2011 [USD/kg]' or '2011 [USD/t]'"),
        ("Materials!C1", "Shortfall cost", "Shortfall cost has no unit; write "
                                   "'Shortfall cost [USD/kg]' or 'Shortfall cost [USD/t]'"),
        ("Sources!B1", "Country [km]", "cannot read 'km' as a unit; this column has none"),
        ("Sources!F1", "Yield [t]", "cannot read 't' as a share"),
        ("Demand!B1", "2011 [t/yr]", "cannot read 't/yr' as a mass"),
        # Excel errors
        ("Sources!G1", "#REF!", "the header holds the Excel error #REF!"),
        # repeated, in a column that may be left out
        ("Sources!G1", "Yield", "column 'Yield' repeats F1; delete one of the two"),
    ],
)  # fmt: skip
def test_a_wrong_header_is_the_only_problem(sheets, put, messages, *, place, header, message):
    sheets["Limits"] = sheets["Limits"][:1]
    assert messages(put(sheets, place, header)) == [f"{place}: {message}"]


def test_a_unit_in_the_currency_of_the_case(sheets, put, messages):
    sheets = put(sheets, "Settings!B2", "EUR")
    sheets = put(sheets, "Materials!C1", "Shortfall cost [/kg]")
    sheets["Prices"][0] = ["Source", "2011 [/kg]", "2012 [EUR/kg]"]
    sheets["Changes"] = sheets["Changes"][:2]
    assert messages(put(sheets, "Sources!E1", "Price [/kg]")) == []
    assert messages(put(sheets, "Sources!E1", "Price")) == [
        "Sources!E1: Price has no unit; write 'Price [EUR/kg]' or 'Price [EUR/t]'"
    ]


def test_headers_match_whatever_their_case_and_width(sheets, put, messages):
    sheets = put(sheets, "Sources!A1", "  SOURCE ")
    sheets = put(sheets, "Sources!D1", "ｃａｐａｃｉｔｙ\n［t/yr］")
    sheets = put(sheets, "Quotas!H1", "our  share [％]")
    assert messages(sheets) == []


@pytest.mark.parametrize(
    ("sheet", "column", "message"),
    [
        ("Sources", 4, f"Sources!A1: column 'Capacity' is missing (found: {SOURCES_FOUND})"),
        ("Sources", 1, f"Sources!B1: column 'Source' is missing (found: {SOURCES_FOUND})"),
        ("Materials", 3, "Materials!A1: column 'Shortfall cost' is missing "
                         "(found: 'Material', 'Class')"),
        ("Demand", 3, "Demand!A1: period '2012' is missing; add a column '2012'"),
        ("Limits", 2, "Limits!A1: column 'Type' is missing (found: 'Limit', 'Applies to', "
                      "'Column', 'From', 'To', 'Per', 'Minimum', 'Maximum')"),
    ],
)  # fmt: skip
def test_a_missing_column_is_said_once(sheets, messages, sheet, column, message):
    """Not once a row, and not again where its values are needed."""
    sheets["Changes"] = sheets["Changes"][:1]
    name = str(sheets[sheet][0][column - 1]).partition(" [")[0]
    for row in sheets[sheet]:
        row[column - 1 :] = [*row[column:], None] if column == len(row) else [None, *row[column:]]
    expected = message.replace(f"'{name}', ", "", 1) if f"(found: '{name}'" in message else message
    if sheet == "Sources" and column == 4:
        expected = message.replace("'Capacity', 'Price'", "'Price'")
    assert messages(sheets) == [expected]


def test_no_period_columns_at_all(sheets, messages):
    sheets["Prices"] = [["Source", "Note"], ["S1", "to be asked"]]
    assert messages(sheets) == [
        "Prices!A1: no period columns; write one column per period ('2011', '2012'), "
        "'Every period', or Period and Value"
    ]


def test_a_period_that_does_not_exist(sheets, put, messages):
    assert messages(put(sheets, "Demand!C1", 2013)) == [
        "Demand!A1: period '2012' is missing; add a column '2012'",
        "Demand!C1: unknown column '2013'; did you mean '2012'?",
    ]


def test_a_period_repeated(sheets, put, messages):
    assert messages(put(sheets, "Prices!C1", "2011 [USD/t]")) == [
        "Prices!C1: column '2011' repeats B1; delete one of the two"
    ]


def test_periods_out_of_order(sheets, messages):
    sheets["Demand"] = [["Item", 2012, 2011], ["Nd2O3", 110, 100], ["Dy2O3", 11, 10]]
    assert messages(sheets) == [
        "Demand!C1: period '2011' stands after '2012'; put periods in order"
    ]


def test_a_period_headed_by_a_date(sheets, messages):
    sheets["Periods"] = [["Period", "Start"], [date(2026, 1, 1), date(2026, 1, 1)]]
    sheets["Demand"] = [["Item", date(2026, 1, 1)], ["Nd2O3", 100], ["Dy2O3", 0]]
    for name in ("Prices", "Availability", "Quotas", "Limits", "Changes", "Scenarios"):
        del sheets[name]
    sheets["Sources"][1][4] = 60
    assert messages(sheets) == []


def test_wide_and_long_mixed(sheets, messages):
    sheets["Prices"] = [
        ["Source", "Period", "Value [USD/kg]", "2012 [USD/kg]"],
        ["S1", 2011, 61, 62],
        ["S2", 2011, 71, None],
    ]
    assert messages(sheets) == [
        "Prices!D1: '2012' (one column per period) cannot stand beside the columns Period and "
        "Value; keep either"
    ]


def test_a_long_table_lacks_a_column(sheets, messages):
    sheets["Prices"] = [["Source", "Period"], ["S1", 2011]]
    assert messages(sheets) == ["Prices!A1: column 'Value' is missing"]
    sheets["Prices"] = [["Source", "Value [USD/kg]"], ["S1", 50]]
    assert messages(sheets) == ["Prices!A1: column 'Period' is missing"]


def test_a_long_table_with_wrong_rows(sheets, messages):
    sheets["Demand"] = [
        ["Item", "Period", "Value [t]"],
        ["Nd2O3", 2011, 100],
        ["Nd2O3", 2012, 110],
        ["Nd2O3", 2012, 120],
        ["Dy2O3", 2011, None],
        ["Dy2O3", 2013, 5],
        ["Dy2O3", None, 5],
    ]
    assert messages(sheets) == [
        "Demand!B4: item 'Nd2O3' in period '2012' repeats row 3",
        "Demand!B5: period '2012' is missing for item 'Dy2O3'; add a row",
        "Demand!C5: Value is blank; enter 0 if there is none",
        "Demand!B6: unknown period '2013'; did you mean '2012'?",
        "Demand!B7: Period is blank; fill it in",
    ]


def test_a_long_table_says_the_same_of_a_key_in_each_row(sheets, messages):
    sheets["Changes"] = sheets["Changes"][:1]
    sheets["Quotas"] = [
        ["Quota", "Applies to", "Period", "Value [t]"],
        ["CN", "Country=China", 2011, 150],
        ["CN", "Country=Australia", 2012, 150],
    ]
    assert messages(sheets) == [
        "Quotas!B3: Applies to differs from row 2; repeat the same value in each row"
    ]


def test_period_columns_beside_a_window(sheets, messages):
    sheets["Changes"] = sheets["Changes"][:1]
    sheets["Quotas"] = [["Quota", "Applies to", "From", 2011, 2012], ["CN", "*", 2011, 5, 5]]
    assert messages(sheets) == [
        "Quotas!C1: 'From' cannot stand beside one column per period; keep either"
    ]


def test_every_period_blank_is_blank(sheets, messages):
    sheets["Demand"] = [["Item", "Every period [t]"], ["Nd2O3", 100], ["Dy2O3", None]]
    assert messages(sheets) == ["Demand!B3: Demand is blank; enter 0 if there is none"]
    sheets["Demand"] = [["Item", "Every period [t]", 2012], ["Nd2O3", 100, 5], ["Dy2O3", None, 5]]
    assert messages(sheets) == ["Demand!B3: Demand is blank; enter 0 if there is none"]


def test_a_quota_blank_in_a_period_is_said(sheets, messages):
    sheets["Changes"] = sheets["Changes"][:1]
    sheets["Quotas"] = [["Quota", "Applies to", 2011, 2012], ["CN", "Country=China", 150, None]]
    assert messages(sheets) == [
        "warning: Quotas!D2: Tonnes is blank: no bound in '2012'; "
        "write unlimited to say so, or 0 for none"
    ]
    sheets["Quotas"][1][2] = None
    assert messages(sheets) == [
        "Quotas!C2: Tonnes is blank: no bound in '2011', '2012'; "
        "write unlimited to say so, or 0 for none"
    ]


def test_values_without_a_header(sheets, put, messages):
    sheets["Sources"][1].append("see mail")
    sheets["Sources"][3] += [None, None]
    hint = ", or give the column a header (that of a remark starts with Note)"
    assert messages(sheets) == [f"Sources!H2: stray value; delete it{hint}"]
    sheets["Sources"][2].append("see mail")
    assert messages(sheets) == [
        f"Sources!H2: stray value, and 1 more in this column; delete it{hint}"
    ]


def test_data_above_the_header_is_not_read(sheets, book, problems, marked):
    workbook = book(sheets)
    workbook["Sources"].insert_rows(1, 2)
    workbook["Sources"]["A1"] = "What we may buy"
    assert problems(workbook) == ()
    for column, value in enumerate(["S0", "China", "Nd2O3", 10], start=1):
        workbook["Sources"].cell(2, column, value)
    assert [marked(p) for p in problems(workbook)] == [
        "warning: Sources!A2: above the header (row 3): not read; move it below, or start it "
        "with # to say that it is a remark"
    ]


def test_no_header_among_the_first_rows(sheets, messages):
    sheets["Demand"] = [["x"]] * 3
    assert messages(sheets) == [
        "Demand: no header row among the first 20 rows; its columns are 'Item', 'Site'"
    ]


# -- sheets ---------------------------------------------------------------------------------


def test_a_missing_sheet(sheets, messages):
    found = ", ".join(name for name in sheets if name != "Demand")
    del sheets["Demand"]
    assert messages(sheets) == [f"Demand: sheet is missing (found: {found})"]


def test_all_sheets_missing(messages):
    assert messages({"Sheet1": [["x"]]}) == [
        "warning: Sheet1: unknown sheet, not read; a name that starts with Notes or # says it is "
        "meant so",
        "Periods: sheet is missing (found: Sheet1)",
        "Materials: sheet is missing (found: Sheet1)",
        "Demand: sheet is missing (found: Sheet1)",
        "Sources: sheet is missing (found: Sheet1)",
    ]


def test_a_misspelt_sheet_is_not_also_missing(sheets, messages):
    sheets["Demands"] = sheets.pop("Demand")
    assert messages(sheets) == [
        "Demands: unknown sheet 'Demands'; did you mean 'Demand'? If not, rename it"
    ]


def test_a_sheet_written_a_little_differently(sheets, messages):
    sheets["demand "] = sheets.pop("Demand")
    assert messages(sheets) == ["warning: demand : read as Demand"]


def test_one_sheet_twice(sheets, messages):
    sheets["DEMAND "] = sheets["Demand"]
    assert messages(sheets) == ["DEMAND : two sheets are called Demand; rename or delete one"]


def test_sheets_of_the_users_own(sheets, messages):
    sheets |= {"README": [["x"]], "Notes on price": [["x"]], "# old": [["x"]], "Empty": [[None]]}
    assert messages(sheets) == []
    sheets["Pivot"] = [["x"]]
    assert messages(sheets) == [
        "warning: Pivot: unknown sheet, not read; a name that starts with Notes or # says it is "
        "meant so"
    ]


def test_a_sheet_without_rows(sheets, messages):
    sheets["Demand"] = sheets["Demand"][:1]
    assert messages(sheets) == ["Demand: the sheet has no rows; its columns are 'Item', 'Site'"]


@pytest.mark.parametrize("sheet", ["Periods", "Materials", "Demand", "Sources"])
def test_a_sheet_whose_rows_are_all_remarks(sheets, messages, sheet):
    head = sheets[sheet][0]
    noted = [["#x", *row[1:]] for row in sheets[sheet][1:]]
    sheets[sheet] = [head, *noted]
    assert messages(sheets)[0].startswith(f"{sheet}: the sheet has no rows")
    sheets[sheet] = [[*head, "Note"], [*[None] * len(head), "to be filled in"]]
    assert messages(sheets)[0].startswith(f"{sheet}: the sheet has no rows")


def test_an_empty_optional_sheet_says_nothing(sheets, messages):
    sheets["Stock"] = sheets["Stock"][:1]
    sheets["In transit"] = [[None]]
    assert messages(sheets) == []
