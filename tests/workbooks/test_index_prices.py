"""Bad inputs of prices that follow an index, and of values that are a part of it."""

from __future__ import annotations

import pytest


@pytest.fixture
def sheets(sheets):
    """S1 follows the index NdI, the basket S8 those of all it holds."""
    for name in ("Prices", "Scenarios", "Changes", "Quotas", "Limits"):
        del sheets[name]
    sheets["Materials"][0].append("Index")
    sheets["Materials"][1].append("NdI")
    sheets["Materials"][2].append("DyI")
    sheets["Indices"] = [
        ["Index", "2011 [USD/kg]", "2012 [USD/kg]"],
        ["NdI", 60, 62],
        ["DyI", 300, 310],
    ]
    terms = ["Price floor [/kg]", "Price ceiling [/kg]", "Shared above [/kg]", "Our part [%]"]
    sheets["Sources"][0] += ["Index", "Index share [%]", "Premium [/kg]", *terms]
    sheets["Sources"][1][4] = None
    sheets["Sources"][1] += ["NdI", 95, -1]
    sheets["Sources"][4][4] = None
    sheets["Sources"][4] += ["basket"]
    return sheets


def test_the_case_is_sound(sheets, messages):
    assert messages(sheets) == []


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("Sources!H2", "NdX", "unknown index 'NdX'; did you mean 'NdI'?"),
        ("Sources!H5", "baskett", "unknown index 'baskett'; did you mean 'basket'?"),
        ("Sources!E2", 60, "Price is given, and Index (Sources!H2) too; clear one of the two"),
        (
            "Sources!I3",
            90,
            "Index share is given, but Index is blank; name the index, or clear Index share",
        ),
        (
            "Sources!N3",
            50,
            "Our part is given, but Index is blank; name the index, or clear Our part",
        ),
        (
            "Sources!M2",
            50,
            "Shared above is given, but Our part is blank; fill it in, or clear Shared above",
        ),
        (
            "Sources!N2",
            50,
            "Our part is given, but Shared above is blank; fill it in, or clear Our part",
        ),
        ("Indices!C2", None, "Index price of 'NdI' is blank for '2012'; fill it in"),
    ],
)
def test_one_wrong_cell(sheets, put, messages, *, place, value, message):
    assert messages(put(sheets, place, value)) == [f"{place}: {message}"]


def test_an_index_that_cannot_be_read_is_said_once(sheets, put, messages):
    assert messages(put(sheets, "Sources!H2", "#REF!")) == [
        "Sources!H2: Index holds the Excel error #REF!"
    ]
    assert messages(put(sheets, "Sources!H1", "Indexx")) == [
        "Sources!H1: unknown column 'Indexx'; did you mean 'Index'?"
    ]


def test_tiers_beside_an_index(sheets, messages):
    sheets["Tiers"] = [["Source", "From [t/yr]", "Price [USD/kg]"], ["S1", 0, 60], ["S1", 10, 65]]
    assert messages(sheets) == [
        "Sources!H2: Index is given, and the sheet Tiers has prices too; clear one of the two"
    ]


def test_a_price_below_nothing_is_said_once(sheets, put, messages):
    """95 % of 60 less 60, and of 62 less 60."""
    assert messages(put(sheets, "Sources!J2", -60)) == [
        "Sources!H2: the price that follows the index would be -3000 USD/t in '2011'; it must be "
        "at least 0: mend Premium, Our part or Price floor"
    ]


def test_an_index_called_basket(sheets, put, messages):
    sheets = put(put(sheets, "Sources!H2", "Basket"), "Materials!D2", "Basket")
    assert messages(put(sheets, "Indices!A2", "Basket")) == [
        "Indices!A2: 'Basket' in Sources means the indices of all materials; rename the index"
    ]


def test_a_floor_above_the_ceiling(sheets, put, messages):
    sheets = put(put(sheets, "Sources!K2", 70), "Sources!L2", 60)
    assert messages(sheets) == ["Sources!K2: Price floor 70000 /t is above Price ceiling 60000 /t"]


def test_the_basket_holds_a_material_without_an_index(sheets, put, messages):
    assert messages(put(sheets, "Materials!D3", None)) == [
        "Materials!D3: Index is blank, but the price of 'S8' (Sources!H5) follows it; fill it in"
    ]


def test_a_part_of_an_index_that_there_is_not(sheets, put, messages):
    sheets = put(put(sheets, "Materials!C1", "Shortfall cost [% of index]"), "Materials!D3", None)
    sheets["Sources"][4][4], sheets["Sources"][4][7] = 30, None
    assert messages(sheets) == [
        "Materials!C3: 'Dy2O3' is valued in [% of index], but has no Index in Materials; name one "
        "there, or write a price"
    ]
    sheets["Shortfall costs"] = [["Item", "Every period [USD/kg]"], ["Dy2O3", 900]]
    assert messages(sheets) == []
    sheets["Stock"][0].append("Final value [% of index]")
    sheets["Stock"][1].append(50)
    assert messages(sheets) == [
        "Stock!E2: 'Dy2O3' is valued in [% of index], but has no Index in Materials; name one "
        "there, or write a price"
    ]


def test_there_is_no_sheet_indices(sheets, messages):
    del sheets["Indices"]
    assert messages(sheets)[0] == "Materials!D2: unknown index 'NdI'"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ["Cut", "Sources", "*", "Price [USD/kg]", "plus", 5],
            "Changes!D2: the price of 'S1' follows an index (Index = 'NdI'), so it has no Price to "
            "change; change its Index share or Premium, or the sheet Indices",
        ),
        (
            ["Cut", "Prices", "Source=S1", "2011", "times", 2],
            "Changes!D2: the price of 'S1' follows an index (Index = 'NdI'), so it has no Price to "
            "change; change its Index share or Premium, or the sheet Indices",
        ),
        (["Cut", "Prices", "Source=S1", "2011 [USD/kg]", "set", 70], None),
        (["Cut", "Sources", "Source=S1", "Index", "set", "basket"], None),
        (
            ["Cut", "Sources", "Source=S1", "Index", "set", "Nd"],
            "Changes!F2: unknown index 'Nd'; did you mean 'NdI'?",
        ),
        (
            ["Cut", "Sources", "Source=S2", "Premium", "times", 2],
            "Changes!C2: 'Premium' is blank in every row that 'Source=S2' picks; "
            "only set can fill it",
        ),
        (
            ["Cut", "Sources", "Source=S2", "Premium [USD/kg]", "set", 2],
            "Sources!J3: Premium is given, but Index is blank; name the index, or clear Premium "
            "(in scenario 'Cut')",
        ),
        (
            ["Cut", "Materials", "*", "Shortfall cost [% of index]", "set", 150],
            "Changes!D2: the column is in 'USD/kg'; '% of index' does not fit",
        ),
        (
            ["Cut", "Shortfall costs", "*", "2011 [% of index]", "plus", 10],
            "Changes!D2: Shortfall cost of 'Nd2O3' is in money in '2011'; add in the same unit",
        ),
        (["Cut", "Shortfall costs", "*", "2011 [% of index]", "set", 150], None),
    ],
)
def test_changes(sheets, messages, change, message):
    sheets["Scenarios"] = [["Scenario"], ["Cut"]]
    sheets["Changes"] = [["Scenario", "Sheet", "Rows", "Column", "Operation", "Value"], change]
    assert messages(sheets) == ([] if message is None else [message])
