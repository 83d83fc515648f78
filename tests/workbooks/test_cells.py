"""Wrong cells: names, numbers and blanks, each with its cell and what to do about it."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from planner.case.case import Case
from planner.case.grid import trim
from planner.errors import InvalidCase
from planner.workbook.reading import read


def test_whole_numbers_larger_than_any_of_excel_are_infinite(sheets, put, frames):
    sheets = put(sheets, "Sources!E2", 10**400)
    sheets = put(sheets, "Settings!B3", -(10**400))
    with pytest.raises(InvalidCase) as wrong:
        Case.from_tables(frames(sheets))
    assert [problem.message for problem in wrong.value.problems] == [
        "Settings!B3: Discount rate must be a finite number, got -inf",
        "Sources!E2: Price must be a finite number, got inf",
    ]


def test_the_sound_case_has_no_problems(sheets, messages):
    assert messages(sheets) == []


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        # numbers that are none
        (
            "Sources!D2",
            "1,234.50",
            "Capacity must be a number, got text '1,234.50'; enter 1234.5",
        ),
        ("Sources!D2", "80", "Capacity must be a number, got text '80'; enter 80"),
        (
            "Sources!D2",
            "100 t",
            "Capacity must be a number, got text '100 t'; enter 100, and the unit in the header",
        ),
        ("Sources!D2", "lots", "Capacity must be a number, got text 'lots'"),
        ("Sources!D2", True, "Capacity must be a number, got TRUE"),
        (
            "Sources!D2",
            date(2011, 3, 1),
            "Capacity must be a number, got the date 2011-03-01; format the cell as a number",
        ),
        (
            "Sources!F2",
            "12.5%",
            "Yield must be a number, got text '12.5%'; enter 12.5%, as a number",
        ),
        ("Sources!F2", "unlimited", "Yield cannot be unlimited; enter a number"),
        # numbers out of bounds
        ("Sources!F2", 95, "Yield must be between 0 and 1, got 95; 95%?"),
        ("Sources!F2", 950, "Yield must be between 0 and 1, got 950"),
        ("Sources!D2", -5, "Capacity must be at least 0, got -5"),
        ("Sources!D2", 2e12, "Capacity must be at most 1000000000000, got 2000000000000"),
        ("Sources!E2", 1e308, "Price must be at most 1000000000000, got 1E+308"),
        ("Settings!B3", 8, "Discount rate must be between 0 and 1, got 8; 8%?"),
        ("Composition!B2", 103, "Nd2O3 must be between 0 and 102 %, got 103"),
        ("Availability!C2", -1, "Availability must be at least 0, got -1"),
        # blanks
        ("Sources!D2", None, "Capacity is blank; enter 0 if there is none"),
        ("Sources!D2", "   ", "Capacity is blank; enter 0 if there is none"),
        ("Sources!D2", "\u200b\xa0", "Capacity is blank; enter 0 if there is none"),
        ("Demand!B2", None, "Demand is blank; enter 0 if there is none"),
        ("Sources!B2", None, "Country is blank; fill it in"),
        (
            "Sources!E4",
            None,
            "Price is blank, and the sheet Prices gives none; enter 0 if it costs nothing",
        ),
        (
            "Sources!C2",
            None,
            "Material is blank, and Composition has no row for the source; give either",
        ),
        ("Settings!B3", None, "Value is blank; fill it in"),
        ("Quotas!G2", None, "Tonnes is blank; enter 0 if there is none"),
        (
            "Materials!C2",
            None,
            "Shortfall cost of 'Nd2O3' is blank; say what a tonne not delivered costs the "
            "business, or forbid shortfall in Settings",
        ),
        # names
        ("Prices!A3", "S9", "unknown source 'S9'; did you mean 'S8'?"),
        ("Sources!C2", "Nd203", "unknown material 'Nd203'; did you mean 'Nd2O3'?"),
        ("Sources!C2", "nd2o3", "unknown material 'nd2o3'; did you mean 'Nd2O3'?"),
        (
            "Sources!C2",
            "Nd2О3",
            "unknown material 'Nd2О3'; did you mean 'Nd2O3'? "
            "(it holds U+041E CYRILLIC CAPITAL LETTER O)",
        ),
        (
            "Sources!C2",
            "Nd2\u200bO3",
            "unknown material 'Nd2\u200bO3'; did you mean 'Nd2O3'? "
            "(it holds U+200B ZERO WIDTH SPACE)",
        ),
        ("Demand!A2", "Praseodymium", "unknown item 'Praseodymium'; known: 'Nd2O3', 'Dy2O3'"),
        ("Quotas!D2", "2013", "unknown period '2013'; did you mean '2012'?"),
        ("Scenarios!B3", "cut", "unknown scenario 'cut'; did you mean 'Cut'?"),
        ("Stock!A2", True, "Material must be a name, got TRUE"),
        ("Sources!A4", "S2", "source 'S2' repeats row 3"),
        ("Materials!A4", "Nd2O3 ", "material 'Nd2O3' repeats row 2"),
        ("Demand!A3", "Nd2O3", "item 'Nd2O3' repeats row 2"),
        ("Settings!A3", "CURRENCY", "setting 'Currency' repeats row 2"),
        ("Settings!A3", "Discont rate", "unknown setting 'Discont rate'; "
                                        "did you mean 'Discount rate'?"),
        # fixed words and dates
        (
            "Limits!B2",
            "shar",
            "Type must be one of tonnes, share, spend, suppliers, average, HHI, got 'shar'; "
            "did you mean 'share'?",
        ),
        ("Quotas!F2", "month", "Per must be one of period, year, window, got 'month'"),
        (
            "Periods!B3",
            "2012-01-01",
            "Start must be a date, got text '2012-01-01'; enter it as a date, such as 2011-01-31",
        ),
        ("Periods!B3", 2012, "Start must be a date, got 2012; "
                             "enter it as a date, such as 2011-01-31"),
        (
            "Periods!B3",
            date(2010, 1, 1),
            "Start must be after that of the period before; put the periods in order",
        ),
        (
            "Periods!B2",
            None,
            "Start is blank, so the length of a period is not known; fill in Start or Years",
        ),
        ("Settings!B2", "Dollar", "Currency must be a code of three letters such as USD, "
                                  "got 'Dollar'"),
        # Excel errors
        ("Prices!B2", "#REF!", "Price holds the Excel error #REF!"),
        ("Prices!B2", "#N/A", "Price holds the Excel error #N/A"),
        ("Prices!B2", "#SPILL!", "Price holds the Excel error #SPILL!"),
        ("Sources!D2", "#DIV/0!", "Capacity holds the Excel error #DIV/0!"),
        ("Sources!C2", "#NAME?", "Material holds the Excel error #NAME?"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_the_only_problem(sheets, put, messages, *, place, value, message):
    sheets["Changes"] = sheets["Changes"][:1]
    assert messages(put(sheets, place, value)) == [f"{place}: {message}"]


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("Quotas!H2", 0.5, "Our share read as 0.5 %; 50 %?"),
        ("Availability!C2", 70, "Availability read as 7000 %; 70 %?"),
        (
            "Sources!B2",
            "China, Viet Nam",
            "Country 'China, Viet Nam' counts as one country of that name; "
            "split the row if shares by country matter",
        ),
    ],
)
def test_a_doubtful_cell_is_a_warning(sheets, put, messages, *, place, value, message):
    sheets = put(sheets, "Quotas!B2", "Source=S1")
    sheets["Changes"] = sheets["Changes"][:1]
    assert messages(put(sheets, place, value)) == [f"warning: {place}: {message}"]


def test_a_duty_above_100_percent_without_a_bracket_is_doubted(sheets, messages):
    sheets["Sources"][0].append("Duty")
    sheets["Sources"][1].append(5)
    assert messages(sheets) == ["warning: Sources!H2: Duty read as 500 %; 5 %?"]


def test_na_is_namibia_and_never_blank(sheets, put, save, messages):
    sheets = put(sheets, "Sources!B4", "NA")
    assert messages(sheets) == []
    assert read(save(sheets)).scenario().sources[2].country == "NA"


def test_a_number_is_a_name_where_a_name_is_meant(sheets, put, save):
    sheets = put(put(sheets, "Sources!A4", 7), "Sources!G4", 3)
    case = read(save(sheets))
    assert [source.name for source in case.scenario().sources] == ["S1", "S2", "7", "S8"]
    assert case.periods.names == ("2011", "2012")


def test_a_name_missing_where_it_is_defined_is_missed_where_it_is_used(sheets, put, messages):
    """One problem at its root, one at each place that needs the name."""
    assert messages(put(sheets, "Sources!A2", "#N/A")) == [
        "Sources!A2: Source holds the Excel error #N/A",
        "Prices!A2: unknown source 'S1'; did you mean 'S8'?",
        "Availability!A2: unknown source 'S1'; did you mean 'S8'?",
    ]


def test_a_row_that_is_no_source_lacks_everything(sheets, put, messages):
    assert messages(put(sheets, "Sources!A7", "Total")) == [
        "Sources!B7: Country is blank; fill it in",
        "Sources!C7: Material is blank, and Composition has no row for the source; give either",
        "Sources!D7: Capacity is blank; enter 0 if there is none",
        "Sources!E7: Price is blank, and the sheet Prices gives none; enter 0 if it costs nothing",
    ]


def test_notes_and_blank_rows_are_no_rows(sheets, put, messages):
    sheets = put(sheets, "Sources!A7", "# checked by Keiko")
    sheets = put(sheets, "Sources!A9", "  ")
    sheets["Sources"][0].append("Note")
    sheets = put(sheets, "Sources!H10", "prices as of May")
    assert messages(sheets) == []


def test_an_excel_error_in_front_is_no_note(sheets, put, messages):
    sheets["Sources"].append(["#REF!", "China", "Nd2O3", 10, 50])
    assert messages(sheets) == ["Sources!A6: Source holds the Excel error #REF!"]


def test_a_price_that_cannot_be_read_is_not_also_called_blank(sheets, put, messages):
    """S3 has no other price; the complaint is about the text, once."""
    sheets = put(sheets, "Sources!E4", "market")
    assert messages(sheets) == ["Sources!E4: Price must be a number, got text 'market'"]
    sheets = put(sheets, "Sources!E4", None)
    sheets["Prices"].append(["S3", "#REF!", 400])
    assert messages(sheets) == ["Prices!B4: Price holds the Excel error #REF!"]


def test_a_column_formatted_as_percentage_cannot_be_tonnes(sheets, book, problems):
    workbook = book(sheets)
    cell = workbook["Sources"]["D2"]
    cell.value, cell.number_format = 0.8, "0%"
    assert [p.message for p in problems(workbook)] == [
        "Sources!D2: Capacity cannot be a percentage, got 80%; enter the number itself"
    ]


def test_outer_spaces_are_all_that_unicode_has_and_those_that_cannot_be_seen():
    unseen = "\u200b\u200c\u200d\u2060\ufeff"
    for letter in map(chr, range(sys.maxunicode + 1)):
        dropped = letter.isspace() or letter in unseen
        assert (trim(f"{letter}a{letter}b{letter}") == f"a{letter}b") is dropped, hex(ord(letter))
