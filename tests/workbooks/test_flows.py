"""Plants, lanes, products, recipes, conversions and recycling that contradict themselves."""

from __future__ import annotations

import pytest

FORBIDDEN = ["Shortfall", "forbidden"]


@pytest.fixture
def sheets(sheets):
    """The sound case with two plants, a product of two recipes, two conversions and recycling."""
    sheets["Changes"] = sheets["Changes"][:1]
    sheets["Sites"] = [["Site", "Country"], ["Osaka", "Japan"], ["Turin", "Italy"]]
    sheets["Demand"] = [
        ["Item", "Site", "2011 [t]", "2012 [t]"],
        ["Nd2O3", "Osaka", 100, 110],
        ["Dy2O3", "Turin", 10, 11],
        ["Magnet", "Turin", 50, 50],
    ]
    sheets["Stock"] = [
        ["Material", "Site", "Opening [t]", "Safety stock [t]", "Maximum [t]"],
        ["Dy2O3", "Turin", 2, 1, 9],
    ]
    sheets["Lanes"] = [
        ["Source", "Site", "Allowed", "Freight [USD/kg]", "Lead time [days]"],
        ["S1", "Osaka", None, 2, 30],
        ["S3", "Osaka", "no", None, None],
    ]
    sheets["Products"] = [["Product", "Shortfall cost [USD/kg]", "Grade"], ["Magnet", 300, "N42"]]
    sheets["Recipes"] = [
        ["Recipe", "Product", "Nd2O3", "Dy2O3", "Extra cost [/kg]", "Maximum share", "Reference"],
        ["Rich", "Magnet", 0.3, 0.02, 1, None, "yes"],
        ["Lean", "Magnet", 0.32, 0.01, 3, 0.5, None],
    ]
    sheets["Conversions"] = [
        ["Conversion", "Site", "Nd2O3", "Dy2O3", "Cost [USD/t]", "Capacity [t/yr]"],
        ["Grading up", "Turin", -1, 0.2, 7, 40],
        ["Grading up", "Osaka", -1, 0.2, 7, "unlimited"],
    ]
    sheets["Recycling"] = [
        ["Source", "Item", "Return [%]", "Lag [periods]", "Opening feed [t]"],
        ["S2", "Nd2O3", 30, 1, 5],
        ["S2", "Magnet", 60, 2, None],
    ]
    return sheets


def test_the_case_is_sound(sheets, messages):
    assert messages(sheets) == []


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        # plants
        ("Demand!B2", None, "Site is blank; fill it in"),
        ("Demand!B2", "Osaca", "unknown site 'Osaca'; did you mean 'Osaka'?"),
        ("Lanes!B2", "Kobe", "unknown site 'Kobe'; known: 'Osaka', 'Turin'"),
        ("Conversions!A3", None, "Conversion is blank; fill it in"),
        ("Sites!A4", "Osaka", "site 'Osaka' repeats row 2"),
        (
            "Quotas!C2",
            "Site=Osaka",
            "the selector 'Site=Osaka' names an unknown column 'Site'; known: 'Material', 'Class', "
            "'Form', 'Index', 'Shortfall cost', 'Surplus value', 'Product', 'Grade'",
        ),
        # lanes
        ("Lanes!A3", "S9", "unknown source 'S9'; did you mean 'S8'?"),
        ("Lanes!C3", "never", "Allowed must be yes or no, got 'never'"),
        ("Lanes!E2", "soon", "Lead time must be a number, got text 'soon'"),
        # products and recipes
        (
            "Products!B2",
            None,
            "Shortfall cost of 'Magnet' is blank; say what a tonne not delivered costs the "
            "business, or forbid shortfall in Settings",
        ),
        ("Recipes!B3", "Magnt", "unknown product 'Magnt'; did you mean 'Magnet'?"),
        ("Recipes!B3", None, "Product is blank; fill it in"),
        ("Recipes!A3", "Rich", "recipe 'Rich' repeats row 2"),
        ("Recipes!C2", -0.3, "Nd2O3 must be between 0 and 1000, got -0.3"),
        (
            "Recipes!G2",
            None,
            "'Magnet' has 2 recipes and none is its reference; write yes for the one by which it "
            "counts as demand for materials",
        ),
        (
            "Recipes!G3",
            "yes",
            "'Lean' is a second reference recipe of 'Magnet', after 'Rich' (Recipes!G2); keep one",
        ),
        ("Recipes!F3", 50, "Maximum share must be between 0 and 1, got 50; 50%?"),
        # conversions
        ("Conversions!C2", "one", "Nd2O3 must be a number, got text 'one'"),
        ("Conversions!E1", "Cost", "Cost has no unit; write 'Cost [USD/kg]' or 'Cost [USD/t]'"),
        ("Conversions!E1", "Cost [EUR/t]", "Cost is in EUR, but the case's currency is USD; "
         "write [USD/t]"),
        # recycling
        ("Recycling!B3", "Magnets", "unknown item 'Magnets'; did you mean 'Magnet'?"),
        ("Recycling!A3", "S22", "unknown source 'S22'; did you mean 'S2'?"),
        ("Recycling!C2", 130, "Return must be between 0 and 100 %, got 130"),
        ("Recycling!D2", 0, "Lag must be at least 1 period, got 0; scrap comes back in a later "
         "period"),
        ("Recycling!D2", 1.5, "Lag must be a whole number of periods, got 1.5"),
    ],
)  # fmt: skip
def test_one_mistake(sheets, put, messages, *, place, value, message):
    assert messages(put(sheets, place, value)) == [f"{place}: {message}"]


# -- plants ---------------------------------------------------------------------------------


def test_a_case_with_plants_needs_them_everywhere(sheets, messages):
    for name in ("Demand", "Stock", "Conversions", "Lanes"):
        sheets[name] = [[c for c, h in zip(row, sheets[name][0], strict=False) if h != "Site"]
                        for row in sheets[name]]  # fmt: skip
    sheets["Conversions"] = sheets["Conversions"][:2]
    assert messages(sheets) == [
        "Demand!A1: column 'Site' is missing (found: 'Item', '2011', '2012')",
        "Stock!A1: column 'Site' is missing (found: 'Material', 'Opening', 'Safety stock', "
        "'Maximum')",
        "Lanes!A1: column 'Site' is missing (found: 'Source', 'Allowed', 'Freight', 'Lead time')",
        "Conversions!A1: column 'Site' is missing (found: 'Conversion', 'Nd2O3', 'Dy2O3', 'Cost', "
        "'Capacity')",
    ]


def test_a_case_without_plants_has_no_site(sheets, messages):
    del sheets["Sites"]
    assert messages(sheets) == [
        f"{place}: Site is filled, but the case has no sheet Sites; clear the column"
        for place in ("Demand!B2", "Stock!B2", "Lanes!B2", "Conversions!B2")
    ]


def test_a_sheet_of_plants_without_rows_is_none(sheets, messages):
    """What only has a header is a template not filled in."""
    for rows in ([["Site"]], [["Site"], ["# plants go here"]]):
        sheets["Sites"] = rows
        assert messages(sheets)[0] == (
            "Demand!B2: Site is filled, but the case has no sheet Sites; clear the column"
        )


def test_plants_that_cannot_be_read_are_said_once(sheets, put, messages):
    assert messages(put(sheets, "Sites!A1", "Plnt")) == [
        "Sites: no header row among the first 20 rows; its columns are 'Site'"
    ]


def test_a_key_repeats_where_the_column_site_stands_blank(sheets, messages):
    del sheets["Sites"]
    for name in ("Demand", "Stock", "Lanes", "Conversions"):
        for row in sheets[name][1:]:
            row[1] = None
    sheets["Demand"][2][0] = "Nd2O3"
    assert messages(sheets) == [
        "Demand!A3: item 'Nd2O3' repeats row 2",
        "Conversions!A3: conversion 'Grading up' repeats row 2",
    ]


def test_one_item_at_one_plant_twice(sheets, messages):
    sheets["Demand"].append(["Nd2O3", "Osaka", 1, 1])
    assert messages(sheets) == ["Demand!A5: item 'Nd2O3', site 'Osaka' repeats row 2"]


def test_a_rule_at_plants_that_there_are_not(sheets, put, messages):
    sheets["Limits"][0].insert(3, "Sites")
    for row in sheets["Limits"][1:]:
        row.insert(3, None)
    assert messages(put(sheets, "Limits!D2", "Country=Italy")) == []
    assert messages(put(sheets, "Limits!D2", "Country=France")) == [
        "Limits!D2: the selector 'Country=France' picks nothing of Sites; there, Country is "
        "'Japan', 'Italy'"
    ]


# -- lanes ----------------------------------------------------------------------------------


def test_freight_on_a_price_that_includes_it(sheets, put, messages):
    sheets["Sources"][0].append("Incoterm")
    sheets["Sources"][1].append("CIF")
    assert messages(sheets) == [
        "Lanes!D2: Freight is given, but the price is CIF, which includes freight; "
        "clear one of the two"
    ]
    assert messages(put(sheets, "Lanes!D2", 0)) == []


def test_lead_times_in_days_where_periods_differ(sheets, messages):
    sheets["Periods"] = [["Period", "Years"], [2011, 1], [2012, 2]]
    assert messages(sheets) == [
        "Lanes!E2: Lead time is in days, but the periods differ in length; give it in [periods]"
    ]


def test_freight_in_another_currency(sheets, put, messages):
    assert messages(put(sheets, "Lanes!D1", "Freight [EUR/kg]")) == [
        "Lanes!D1: Freight is in EUR, but the sources' currency is USD; write [USD/kg]"
    ]


# -- products and recipes -------------------------------------------------------------------


def test_a_product_called_like_a_material(sheets, messages):
    sheets["Products"].append(["Nd2O3", 300, None])
    assert messages(sheets) == [
        "Products!A3: 'Nd2O3' is a material too; give the product another name"
    ]


def test_a_product_that_nothing_makes(sheets, messages):
    sheets["Recipes"] = sheets["Recipes"][:1]
    assert messages(sheets) == [
        "warning: Products!A2: no recipe makes 'Magnet': all of its demand will be missing; add one"
    ]


def test_recipes_that_cannot_make_all(sheets, put, messages):
    assert messages(put(sheets, "Recipes!F2", 0.4)) == [
        "warning: Products!A2: the maximum shares of the recipes of 'Magnet' add up to 90 %: the "
        "rest of its demand will be missing"
    ]


def test_a_recipe_that_uses_nothing(sheets, put, messages):
    sheets = put(put(sheets, "Recipes!C3", None), "Recipes!D3", 0)
    assert messages(sheets) == [
        "warning: Recipes!A3: recipe 'Lean' uses no material: its product costs its Extra cost "
        "only; fill in tonnes of material per tonne of product"
    ]


def test_a_product_whose_shortfall_is_cheaper_than_its_materials(sheets, put, messages):
    """A usable kg of S1 costs 61 / 0.98 = 62.245 USD to Turin, of S3 400.

    Rich: 0.3 · 62.245 + 0.02 · 400 + 1 = 27.67; Lean: 0.32 · 62.245 + 0.01 · 400 + 3 = 26.918.
    """
    assert messages(put(sheets, "Products!B2", 20)) == [
        "warning: Products!B2: the shortfall cost of 'Magnet' in '2011', 20,000 USD/t, is below "
        "the cheapest cost of what it is made from, 26,918: the plan will prefer not to deliver"
    ]


def test_a_scenario_that_leaves_two_reference_recipes(sheets, messages):
    sheets["Changes"].append(["Cut", "Recipes", "Recipe=Lean", "Reference", "set", "yes"])
    assert messages(sheets) == [
        "Recipes!G3: 'Lean' is a second reference recipe of 'Magnet', after 'Rich' (Recipes!G2); "
        "keep one (in scenario 'Cut')"
    ]
    sheets["Changes"].append(["Cut", "Recipes", "Recipe=Rich", "Reference", "set", "no"])
    assert messages(sheets) == []


# -- conversions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("used", "made", "message"),
    [
        (1, 0.2, "makes something out of nothing"),
        (None, None, "uses and makes nothing"),
    ],
)
def test_a_conversion_uses_something_up(sheets, put, messages, *, used, made, message):
    sheets = put(put(sheets, "Conversions!C2", used), "Conversions!D2", made)
    assert messages(sheets) == [
        f"Conversions!A2: conversion 'Grading up' {message}; give the tonnes used up per tonne of "
        "throughput as negative numbers"
    ]


def test_a_conversion_that_makes_nothing(sheets, put, messages):
    assert messages(put(sheets, "Conversions!D2", None)) == [
        "warning: Conversions!A2: conversion 'Grading up' makes nothing: it only gets rid of what "
        "it uses up; give the tonnes made per tonne of throughput"
    ]


def test_conversions_that_make_tonnes_out_of_nothing(sheets, messages):
    """A tonne of Nd2O3 makes 0.2 t of Dy2O3, and a tonne of that six of Nd2O3."""
    sheets["Conversions"].append(["Going back", "Osaka", 6, -1, 0, 10])
    assert messages(sheets) == [
        "warning: Conversions!A3: the conversions 'Grading up' and 'Going back' together make "
        "'Nd2O3' out of nothing: they use up less than they give back to each other; mend the "
        "tonnes used and made"
    ]


def test_conversions_that_undo_each_other_are_sound(sheets, messages):
    sheets["Conversions"].append(["Going back", "Osaka", 5, -1, 0, 10])
    assert messages(sheets) == []
    sheets["Conversions"][-1] = ["Going back", "Turin", 4.9, -1, 0, 10]
    assert messages(sheets) == []


# -- recycling ------------------------------------------------------------------------------


def test_more_than_everything_comes_back(sheets, messages):
    sheets["Recycling"].append(["S1", "Nd2O3", 71, 1, 0])
    assert messages(sheets) == [
        "Recycling!C4: the returns of 'Nd2O3' over all sources add up to 101 % (C2, C4); at most "
        "100 % of what is delivered can come back"
    ]
    sheets["Recycling"][-1][2] = 70
    assert messages(sheets) == []


def test_a_lag_in_days_where_periods_differ(sheets, put, messages):
    sheets["Periods"] = [["Period", "Years"], [2011, 1], [2012, 2]]
    sheets["Lanes"] = sheets["Lanes"][:1]
    assert messages(put(sheets, "Recycling!D1", "Lag [days]")) == [
        f"Recycling!D{row}: Lag is in days, but the periods differ in length; give it in [periods]"
        for row in (2, 3)
    ]


# -- nothing to buy -------------------------------------------------------------------------


@pytest.fixture
def forbidden(sheets):
    """Shortfall forbidden; Nd2O3 from S1 and the basket S8, Dy2O3 from S3 and S8."""
    sheets["Settings"].append(FORBIDDEN)
    sheets["Recycling"] = sheets["Recycling"][:1]
    sheets["Sources"] = [row for row in sheets["Sources"] if row[0] not in ("S2", "S8")]
    sheets["Composition"] = sheets["Composition"][:1]
    sheets["Prices"] = sheets["Prices"][:2]
    sheets["Limits"] = sheets["Limits"][:1]
    sheets["Stock"] = sheets["Stock"][:1]
    sheets["Conversions"] = sheets["Conversions"][:1]
    return sheets


def test_everything_has_a_source(forbidden, messages):
    assert messages(forbidden) == []


def test_no_source_is_allowed_at_the_plant(forbidden, messages):
    """S3 alone has Dy2O3; Turin needs it as such and for magnets."""
    forbidden["Lanes"].append(["S3", "Turin", "no", None, None])
    assert messages(forbidden) == [
        "Demand!C3: no source supplies 'Dy2O3' at 'Turin'; add one, or allow shortfall in Settings",
        "Demand!C4: no source supplies 'Dy2O3' at 'Turin', which 'Magnet' is made from; add one, "
        "or allow shortfall in Settings",
    ]


def test_a_conversion_supplies_what_it_makes(forbidden, messages):
    forbidden["Lanes"].append(["S3", "Turin", "no", None, None])
    forbidden["Conversions"].append(["Grading up", "Turin", -1, 0.2, 7, 40])
    assert messages(forbidden) == []
    forbidden["Conversions"][-1][1] = "Osaka"
    assert len(messages(forbidden)) == 2


def test_a_recipe_with_what_there_is_supplies_its_product(forbidden, messages):
    forbidden["Lanes"].append(["S3", "Turin", "no", None, None])
    forbidden["Recipes"][1][3] = None
    (message,) = messages(forbidden)
    assert message.startswith("Demand!C3: no source supplies 'Dy2O3' at 'Turin'")


def test_a_product_without_a_recipe_where_shortfall_is_forbidden(forbidden, messages):
    forbidden["Recipes"] = forbidden["Recipes"][:1]
    assert messages(forbidden) == [
        "Demand!C4: no recipe makes 'Magnet'; add one, or allow shortfall in Settings"
    ]


def test_a_recycling_source_needs_something_delivered_first(forbidden, messages):
    """S3, the only source of Dy2O3, lives on the scrap of Dy2O3 alone: nothing to begin with."""
    forbidden["Recycling"].append(["S3", "Dy2O3", 90, 1, None])
    assert [message.partition(",")[0] for message in messages(forbidden)] == [
        "Demand!C3: no source supplies 'Dy2O3' at 'Turin'; add one",
        "Demand!C4: no source supplies 'Dy2O3' at 'Turin'",
    ]
    forbidden["Recycling"][-1][4] = 10
    assert messages(forbidden) == []
    forbidden["Recycling"][-1] = ["S3", "Nd2O3", 90, 1, None]
    assert messages(forbidden) == []


# -- changes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["Sites", "*", "Site", "set", "Kobe"],
         "D2: 'Site' names the row and cannot be changed"),
        (["Lanes", "Site=Turin", "Allowed", "set", "no"],
         "C2: the selector 'Site=Turin' picks nothing of Lanes; there, Site is 'Osaka'"),
        (["Lanes", "Source=S1", "Freight [EUR/kg]", "set", 2],
         "D2: Freight of source 'S1' is in USD, not in EUR"),
        (["Recipes", "*", "Nd2O3", "plus", -1],
         "F2: Nd2O3 of 'Rich' would be -0.7; it must be at least 0"),
        (["Conversions", "*", "Capacity", "times", 2],
         "F2: Capacity of 'Grading up' is unlimited; a factor other than 0 and 1, or an addition, "
         "has no meaning there: set a number first, or change its quota"),
        (["Recycling", "*", "Return", "times", 4],
         "F2: Return of 'S2' would be 1.2; it must be at most 1"),
        (["Recipes", "*", "Product", "set", "Motor"],
         "F2: unknown product 'Motor'; known: 'Magnet'"),
    ],
)  # fmt: skip
def test_a_change_that_does_not_fit(sheets, messages, change, message):
    sheets["Changes"].append(["Cut", *change])
    assert messages(sheets) == [f"Changes!{message}"]
