"""Slips that a sound workbook may have: what is said of them, and where."""

from __future__ import annotations

import pytest
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string


def put(sheets, place, value):
    """Put a value into a cell, such as `Sources!G7`; the row exists or comes next."""
    sheet, _, cell = place.partition("!")
    letters, number = coordinate_from_string(cell)
    rows = sheets[sheet]
    if number > len(rows):
        rows.append([None] * len(rows[0]))
    rows[number - 1][column_index_from_string(letters) - 1] = value


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        # one thing in two spellings counts as two
        ("Sources!B2", "china", "Sources!B2: Country 'china' is another one than 'China' (B5); "
                                "one spelling, if the same is meant"),
        ("Sources!B2", "Chnia", "Sources!B2: Country 'Chnia' is another one than 'China' (B5)"),
        ("Sources!C8", "N\u043erth", "Sources!C8: Supplier 'N\u043erth' is another "
                                     "one than 'North' (C2)"),
        ("Uncertainty!N3", "Market", "Uncertainty!N2: Group 'market' is another one than 'Market'"),
        # sums and notes below a table
        ("Indices!A4", "Total", "Indices!A4: 'Total' is read as an index of that name"),
        ("Materials!A5", "see the mail", "Materials!A5: material 'see the mail' is named nowhere "
                                         "else; a remark starts with #"),
        ("Sites!A4", "Kobe", "Sites!A4: site 'Kobe' is named nowhere else"),
        # numbers in another unit than the header's
        ("Sources!G7", 0.045, "Sources!G7: the price of 'Scrap', 45 USD/t of Nd2O3, is 1,356 times "
                              "below that of other sources"),
        ("Sources!J5", 4000, "Sources!J5: the freight of 'Longnan', 4,000,000 USD/t, is 10 times "
                             "its price: is the unit right?"),
        ("Sources!O5", 45, "Sources!O5: 'Longnan' has a lead time of 45 periods: nothing of it "
                           "arrives within the plan; is the unit right?"),
        ("Sources!R2", 5000, "Sources!R2: the minimum order of 'Baotou', 5,000 t, is above all "
                             "that can be bought of it in a period, 95 t: it is never bought"),
        ("Restarts!C2", 18, "Restarts!B2: 'Round Top' starts 18 periods after the decision, beyond "
                            "the plan: it never delivers"),
        ("Recycling!D2", 60, "Recycling!D2: a lag of 60 periods is longer than the plan"),
        ("Demand!D1", "P27 [kg]", "Demand!D1: 'P27' is in [kg], but 'P26' in [t]"),
        ("Composition!C1", "Dy2O3", "Composition!C1: 'Dy2O3' is in fractions, but 'Nd2O3' in [%]"),
        # percentages
        ("Settings!A5", "Discount rate [%]", "Settings!B5: Discount rate read as 0.08 %; 8 %?"),
        ("Lanes!A5", "Source", "Lanes!A5: repeats the header (row 1); delete the row"),
        # changes
        ("Changes!F4", 90, "Changes!F4: Availability read as 9000 %; 90 %?"),
        ("Changes!C3", "Country=China", "Changes!C3: the price of 'Metals' goes by volume and is "
                                        "not changed by this; change Price of the sheet Tiers"),
        ("Changes!C4", "Kind=mine|mien", "Changes!C4: no row has Kind 'mien'; did you mean 'mine'"),
        ("Uncertainty!C2", "Item=Nd2O3|Nd203", "Uncertainty!C2: no row has Item 'Nd203'"),
    ],
)  # fmt: skip
def test_a_slip_is_said(rich, read, place, value, message):
    put(rich, place, value)
    said = [problem.message for problem in read(rich).problems]
    assert any(text.startswith(message) for text in said), said


@pytest.mark.parametrize(
    "pair",
    [("Mine A", "Mine B"), ("S1", "S2"), ("Ireland", "Iceland"), ("Iran", "Iraq"),
     ("Niger", "Nigeria"), ("Australia", "Austria"), ("Plant 1", "Plant 2"), ("EU", "US")],
)  # fmt: skip
def test_other_names_are_no_spellings(rich, read, pair):
    """Suppliers whose names are like each other, as names are."""
    for i, name in enumerate(pair):
        put(rich, f"Sources!C{i + 2}", name)
    assert read(rich).problems == ()


def test_fractions_under_percent(rich, read):
    """Of a whole column: one duty of half a percent among others may be meant."""
    for number, row in enumerate(rich["Sources"][1:], start=2):
        put(rich, f"Sources!I{number}", row[8] / 100)
    (problem,) = read(rich).problems
    assert problem.message == ("Sources!I2: Export tax read as 0.1 %; 10 %? The header says [%]")
    put(rich, "Sources!I4", 3)
    assert read(rich).problems == ()


def test_a_duty_per_hundred_in_a_percentage_cell(rich, read, percent):
    put(rich, "Sources!K2", percent(5))
    assert [p.message for p in read(rich).problems] == ["Sources!K2: Duty read as 500 %; 5 %?"]


def test_a_doubt_about_a_change_of_the_command_line(rich, case_of):
    case = case_of(rich)
    assert case.warnings == ()
    changed = case.with_changes("Availability[Source=Longnan].P27=50")
    assert [str(warning) for warning in changed.warnings] == [
        "Availability[Source=Longnan].P27=50: Availability read as 5000 %; 50 %?"
    ]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        *((f"Changes!{letter}2", value) for letter, value in (
            ("A", "Cuts"), ("A", None), ("B", "Quota"), ("B", "Limits"), ("C", "Quota=China"),
            ("C", "Qouta=\"China light\""), ("C", None), ("D", "Tons"), ("D", "Tonnes [USD]"),
            ("D", "P27"), ("E", "multiply"), ("E", "minus"), ("E", None), ("F", "0.7"),
            ("F", "70%"), ("F", "a little"), ("F", None), ("F", -1), ("F", True),
        )),
        ("Changes!D3", "Price"), ("Changes!D3", "Price [EUR/kg]"), ("Changes!D3", "Price [USD]"),
        ("Changes!D4", "P27-P28"), ("Changes!D4", "2027..2028"), ("Changes!D4", "P28..P27"),
        ("Scenarios!B3", "Cutt"), ("Scenarios!A2", "Cuts"),
        ("Disruptions!F2", "cut"), ("Disruptions!C2", 2027), ("Disruptions!B2", "Country=Chile"),
        *((f"Quotas!{letter}2", value) for letter, value in (
            ("B", "Country=china"), ("B", "Country=China|Chnia"), ("B", "Contry=China"),
            ("B", "China"), ("B", "Country"), ("B", "Country=China, Australia"),
            ("B", "Country=China and Kind=mine"), ("B", "Country==China"), ("C", "Class=Light"),
            ("C", "light"), ("D", "Osaka"), ("D", "Site=Tokyo"), ("E", "2026"), ("E", "P27 "),
            ("F", "P29"), ("F", "p26"), ("G", "annual"), ("G", "yearly"), ("G", None),
            ("H", "none"), ("H", "180 t"), ("I", "80"),
        ) if value != "P27 "),
        *((f"Limits!{letter}2", value) for letter, value in (
            ("B", "Share"), ("B", "shares"), ("B", "max share"), ("C", "Kind=mines"),
            ("F", "imports"), ("G", "Countries"), ("L", 90), ("L", "90%"), ("O", "high"),
            ("O", 5), ("P", "on"), ("P", "true"),
        )),
        ("Contracts!B2", "longnan"), ("Contracts!H2", "annual"), ("Restarts!D2", "2026"),
        ("Tiers!D4", "all-units"), ("Tiers!D4", "All units "), ("Recycling!B2", "magnet"),
        ("Lanes!C4", "not allowed"), ("Recipes!H2", "standard"), ("Stock!B2", "osaka"),
        ("Periods!B3", "2027-01-01"), ("Periods!B3", 2027), ("Sources!P2", "2026"),
    ],
)  # fmt: skip
def test_a_word_or_name_mistyped(rich, is_silent, place, value):
    put(rich, place, value)
    assert not is_silent(rich)
