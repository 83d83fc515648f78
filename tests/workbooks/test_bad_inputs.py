"""The contract's list of bad inputs, row by row: each problem as the JSON of `check` has it.

What else there is of each kind stands in the other files of this folder.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from planner.case.case import Case
from planner.errors import InvalidCase
from planner.workbook.reading import read


def _problem(message, *, column=None, value=None, severity="error"):
    """A problem as JSON; its place is what its message starts with."""
    place, _, _ = message.partition(": ")
    sheet, _, cell = place.partition("!")
    return {
        "severity": severity,
        "sheet": sheet or None,
        "cell": cell or None,
        "column": column,
        "value": value,
        "message": message,
    }


@pytest.fixture
def sheets(sheets):
    """Without scenarios' changes, which would be wrong too where their column is."""
    sheets["Changes"] = sheets["Changes"][:1]
    return sheets


@pytest.fixture
def found(problems):
    return lambda content: [problem.to_dict() for problem in problems(content)]


@pytest.mark.parametrize(
    ("place", "entry", "said", "column", "value"),
    [
        # headers and units
        ("Sources!D1", "capcity [t/yr]", "unknown column 'capcity'; did you mean 'Capacity'?",
         "capcity", "capcity [t/yr]"),
        ("Sources!G1", "Yield", "column 'Yield' repeats F1; delete one of the two",
         "Yield", "Yield"),
        ("Sources!D1", "Capacity [kWh]", "cannot read 'kWh' as a mass per time",
         "Capacity", "Capacity [kWh]"),
        ("Sources!E1", "Price",
         "Price has no unit; write 'Price [USD/kg]' or 'Price [USD/t]'", "Price", "Price"),
        # numbers
        ("Sources!D2", "dear", "Capacity must be a number, got text 'dear'",
         "Capacity", "dear"),
        ("Sources!D2", "80", "Capacity must be a number, got text '80'; enter 80",
         "Capacity", "80"),
        ("Sources!D2", "1,234.50", "Capacity must be a number, got text '1,234.50'; enter 1234.5",
         "Capacity", "1,234.50"),
        ("Sources!F2", "12.5%",
         "Yield must be a number, got text '12.5%'; enter 12.5%, as a number",
         "Yield", "12.5%"),
        ("Sources!D2", "100 t",
         "Capacity must be a number, got text '100 t'; enter 100, and the unit in the header",
         "Capacity", "100 t"),
        ("Sources!D2", True, "Capacity must be a number, got TRUE", "Capacity", "TRUE"),
        ("Sources!F2", 95, "Yield must be between 0 and 1, got 95; 95%?", "Yield", "95"),
        ("Sources!D2", -5, "Capacity must be at least 0, got -5", "Capacity", "-5"),
        ("Sources!D2", 2e12, "Capacity must be at most 1000000000000, got 2000000000000",
         "Capacity", "2000000000000"),
        # blanks and Excel errors
        ("Sources!D2", None, "Capacity is blank; enter 0 if there is none", "Capacity", None),
        ("Sources!D2", "  ", "Capacity is blank; enter 0 if there is none", "Capacity", None),
        ("Prices!C2", "#REF!", "Price holds the Excel error #REF!", "2012", "#REF!"),
        ("Prices!C2", "#N/A", "Price holds the Excel error #N/A", "2012", "#N/A"),
        ("Prices!C2", "#SPILL!", "Price holds the Excel error #SPILL!", "2012", "#SPILL!"),
        # names
        ("Prices!A3", "S9", "unknown source 'S9'; did you mean 'S8'?", "Source", "S9"),
        ("Prices!A3", "s8", "unknown source 's8'; did you mean 'S8'?", "Source", "s8"),
        ("Sources!A4", "S2", "source 'S2' repeats row 3", "Source", "S2"),
        # periods
        ("Demand!C1", "2011 [kg]", "column '2011' repeats B1; delete one of the two",
         "2011", "2011 [kg]"),
        # rules
        ("Quotas!F2", None,
         "Per is blank, but the window holds 2 periods; say whether the bound is per period, "
         "year or window", "Per", None),
        ("Limits!H3", 95, "Minimum 95 t is above Maximum 90 t", "Minimum", "95"),
        ("Composition!B2", 103, "Nd2O3 must be between 0 and 102 %, got 103", "Nd2O3", "103"),
        ("Quotas!B2", "Country=Chnia",
         "the selector 'Country=Chnia' picks nothing of Sources; there, Country is 'China', "
         "'Australia', 'Viet Nam'", "Applies to", "Country=Chnia"),
        ("Quotas!B2", "China",
         "cannot read the selector 'China'; write Column=Value, such as Country=China, or * for "
         "all", "Applies to", "China"),
    ],
)  # fmt: skip
def test_a_cell(sheets, put, found, *, place, entry, said, column, value):
    assert _problem(f"{place}: {said}", column=column, value=value) in found(
        put(sheets, place, entry)
    )


def test_the_command_says_the_same(sheets, put, save, capsys, monkeypatch):
    from planner.cli.main import run  # noqa: PLC0415 - as the command does

    path = save(put(sheets, "Sources!F2", 95))
    assert run(["check", str(path), "--json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert document["status"] == "invalid"
    assert document["runs"] == []
    assert document["problems"] == [
        _problem("Sources!F2: Yield must be between 0 and 1, got 95; 95%?",
                 column="Yield", value="95")
    ]  # fmt: skip


def test_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / "plan.xlsx").write_bytes(b"")
    with pytest.raises(InvalidCase) as wrong:
        read(tmp_path / "plan.xlsx")
    assert [p.to_dict() for p in wrong.value.problems] == [
        {
            "severity": "error",
            "sheet": None,
            "cell": None,
            "column": None,
            "value": None,
            "message": "plan.xlsx: is empty",
        }
    ]


def test_sheets(sheets, found):
    listed = ", ".join(name for name in sheets if name != "Demand")
    demand = sheets.pop("Demand")
    assert found(sheets) == [_problem(f"Demand: sheet is missing (found: {listed})")]
    sheets["demand "] = demand
    assert found(sheets) == [_problem("demand : read as Demand", severity="warning")]


def test_a_space_that_looks_like_another(sheets, put, found):
    sheets["Sources"].append(["Mount Weld", "Australia", "Nd2O3", 5, 60])
    name = "Mount\u00a0Weld"
    assert found(put(sheets, "Prices!A3", name)) == [
        _problem(
            f"Prices!A3: unknown source '{name}'; did you mean 'Mount Weld'? "
            "(it holds U+00A0 NO-BREAK SPACE)",
            column="Source",
            value=name,
        )
    ]


def test_hidden(sheets, book, found):
    workbook = book(sheets)
    workbook["Prices"].sheet_state = "hidden"
    workbook["Sources"].row_dimensions[3].hidden = True
    assert found(workbook) == [
        _problem(
            "Sources: hidden rows were read: 3; delete them if they are not meant",
            severity="warning",
        ),
        _problem(
            "Prices: the sheet is hidden and was read; delete it if it is not meant",
            severity="warning",
        ),
    ]


def test_merged_cells(sheets, book, found):
    workbook = book(sheets)
    for row in range(3, 6):
        workbook["Sources"].cell(row, 1).value = None
    workbook["Sources"].merge_cells("A2:A5")
    assert _problem(
        "Sources!A2:A5: merged; repeat the value in each row", column="Source", value="S1"
    ) in (found(workbook))


def test_a_formula_without_a_result(sheets, put, found):
    assert found(put(sheets, "Prices!C2", "=60+1")) == [
        _problem(
            "Prices!C2: formula without a stored result; open and save in Excel", column="2012"
        )
    ]


def test_a_stray_cell(sheets, put, book, found):
    workbook = book(sheets)
    workbook["Sources"]["XFD1048576"] = 7
    assert found(workbook) == [_problem("Sources!XFD1048576: stray value; delete it", value="7")]


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Nd2\u041e3", "U+041E CYRILLIC CAPITAL LETTER O"),
        ("Nd2\u200bO3", "U+200B ZERO WIDTH SPACE"),
        ("Nd2\u00adO3", "U+00AD SOFT HYPHEN"),
    ],
)
def test_letters_that_cannot_be_told_apart(sheets, put, found, name, letter):
    """In cells, in headers: a buyer sees the same word twice, so what differs is said."""
    hint = f"'{name}'; did you mean 'Nd2O3'? (it holds {letter})"
    assert found(put(sheets, "Sources!C2", name)) == [
        _problem(f"Sources!C2: unknown material {hint}", column="Material", value=name)
    ]
    header = f"Composition!B1: unknown column {hint}"
    assert header in [p["message"] for p in found(put(sheets, "Composition!B1", f"{name} [%]"))]


@pytest.mark.parametrize(
    ("sheet", "letter"),
    [("Pr\u200bices", "U+200B ZERO WIDTH SPACE"), ("Priсes", "U+0441 CYRILLIC SMALL LETTER ES")],
)
def test_letters_of_a_sheet_that_cannot_be_told_apart(sheets, found, sheet, letter):
    sheets[sheet] = sheets.pop("Prices")
    assert _problem(
        f"{sheet}: unknown sheet '{sheet}'; did you mean 'Prices'? (it holds {letter}) "
        "If not, rename it"
    ) in found(sheets)


@pytest.mark.parametrize("name", ["Prices\u00a0", "\u200bPrices", "\ufeffPRICES", "Ｐrices"])
def test_a_sheet_with_spaces_that_cannot_be_seen(sheets, found, name):
    sheets[name] = sheets.pop("Prices")
    assert found(sheets) == [_problem(f"{name}: read as Prices", severity="warning")]


def test_what_was_meant_is_found_among_very_many(sheets, put, found):
    """A slip at the beginning, in the middle, at the end of one name of 10,000."""
    sheets["Sources"] += [[f"Mine {i} of Kiruna", "China", "Nd2O3", 5, 60] for i in range(10_000)]
    for slip in ("Nine 4711 of Kiruna", "Mine 4711 off Kiruna", "Mine 4711 of Kirunaa"):
        assert found(put(sheets, "Prices!A3", slip)) == [
            _problem(
                f"Prices!A3: unknown source '{slip}'; did you mean 'Mine 4711 of Kiruna'?",
                column="Source",
                value=slip,
            )
        ]


def test_infinite_numbers(sheets, frames):
    """Excel holds none; frames may."""
    tables = frames(sheets)
    tables["Sources"].loc[0, "Capacity [t/yr]"] = -np.inf
    tables["Sources"].loc[0, "Price [USD/kg]"] = np.inf
    with pytest.raises(InvalidCase) as wrong:
        Case.from_tables(tables)
    assert [p.to_dict() for p in wrong.value.problems] == [
        _problem("Sources!D2: Capacity must be a finite number, got -inf",
                 column="Capacity", value="-inf"),
        _problem("Sources!E2: Price must be a finite number, got inf",
                 column="Price", value="inf"),
    ]  # fmt: skip


def test_a_text_without_end_is_cut_in_messages(sheets, put, found):
    """Excel holds 32,767 letters in a cell; the screen does not."""
    (problem,) = found(put(sheets, "Sources!D2", "x" * 30_000))
    assert len(problem["message"]) < 1_000
    assert len(problem["value"]) < 1_000
    assert problem["message"].startswith("Sources!D2: Capacity must be a number, got text 'xxx")
