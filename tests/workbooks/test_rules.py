"""Windows, selectors, bounds, money and supply that contradict themselves or each other."""

from __future__ import annotations

import pytest


@pytest.fixture
def sheets(sheets):
    sheets["Changes"] = sheets["Changes"][:1]
    return sheets


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        # windows
        (
            "Quotas!F2",
            None,
            "Per is blank, but the window holds 2 periods; "
            "say whether the bound is per period, year or window",
        ),
        (
            "Limits!G2",
            None,
            "Per is blank, but the window holds 2 periods; "
            "say whether the bound is per period, year or window",
        ),
        # selectors
        (
            "Quotas!B2",
            "Country=Chnia",
            "the selector 'Country=Chnia' picks nothing of Sources; "
            "there, Country is 'China', 'Australia', 'Viet Nam'",
        ),
        (
            "Quotas!B2",
            "Country=China & Grade>9",
            "the selector 'Country=China & Grade>9' picks nothing of Sources; "
            "there, Country is 'China', 'Australia', 'Viet Nam'; Grade is '5', '7', '9'",
        ),
        (
            "Quotas!B2",
            "China",
            "cannot read the selector 'China'; write Column=Value, such as Country=China, "
            "or * for all",
        ),
        (
            "Quotas!C2",
            "Nd2O3",
            "cannot read the selector 'Nd2O3'; write Column=Value, such as Country=China, "
            "or * for all; did you mean 'Material=Nd2O3'?",
        ),
        (
            "Quotas!B2",
            "Cuntry=China",
            "the selector 'Cuntry=China' names an unknown column 'Cuntry'; did you mean 'Country'?",
        ),
        (
            "Quotas!B2",
            "Country=China & ",
            "cannot read the selector 'Country=China &'; write Column=Value, such as "
            "Country=China, or * for all; a name with & or | in it goes between double quotes",
        ),
        (
            "Quotas!B2",
            "Country=",
            "cannot read 'Country=' in the selector; write Column=Value, such as Country=China, "
            "or * for all",
        ),
        ("Quotas!B2", 'Source="S1', "a quote is not closed in the selector 'Source=\"S1'"),
        (
            "Quotas!B2",
            "Grade>high",
            "cannot read 'Grade>high' in the selector: > needs one number",
        ),
        (
            "Quotas!B2",
            "Country>5",
            "the selector 'Country>5' compares numbers, but Country of a row is 'China'; "
            "enter a number there, or clear it",
        ),
        # bounds
        ("Limits!H3", 95, "Minimum 95 t is above Maximum 90 t"),
        ("Limits!H2", 0.95, "Minimum 0.95 is above Maximum 0.9"),
        ("Limits!I2", None, "Minimum and Maximum are blank; give at least one"),
        ("Limits!I2", 95, "Maximum of a share must be between 0 and 2, got 95; 95%?"),
        ("Limits!I3", -1, "Maximum must be at least 0, got -1"),
        ("Limits!D2", "Cuntry", "unknown column 'Cuntry' of Sources; did you mean 'Country'?"),
        # composition
        ("Sources!C5", "Nd2O3", "'S8' has a row in Composition too; clear one of the two"),
    ],
)
def test_a_wrong_rule_is_the_only_problem(sheets, put, messages, *, place, value, message):
    assert messages(put(sheets, place, value)) == [f"{place}: {message}"]


def test_a_window_that_ends_before_it_starts(sheets, put, messages):
    sheets = put(put(sheets, "Quotas!D2", 2012), "Quotas!E2", 2011)
    assert messages(sheets) == ["Quotas!E2: the window ends in '2011' before it starts in '2012'"]


def test_a_source_that_ends_before_it_starts(sheets, messages):
    sheets["Sources"][0] += ["First period", "Last period"]
    sheets["Sources"][1] += [2012, 2011]
    assert messages(sheets) == ["Sources!I2: Last period '2011' is before First period '2012'"]


def test_one_of_several_alternatives_that_picks_nothing_is_doubted(sheets, put, messages):
    assert messages(put(sheets, "Quotas!B2", "Country=China|Vietnam")) == [
        "warning: Quotas!B2: no row has Country 'Vietnam'; did you mean 'Viet Nam'?"
    ]
    assert messages(put(sheets, "Quotas!B2", "Country!=Chnia")) == [
        "warning: Quotas!B2: no row has Country 'Chnia'; did you mean 'China'?"
    ]


def test_minimum_and_maximum_in_other_units_are_compared_as_tonnes(sheets, put, messages):
    """100 t in 2012 against 90 t a year over two years: 180 t."""
    sheets["Limits"][0][7:9] = ["Minimum [t]", "Maximum [t/yr]"]
    sheets["Limits"][1] = ["Both", "tonnes", "*", None, 2011, 2012, "window", 190, 90]
    sheets["Limits"].pop()
    assert messages(sheets) == ["Limits!H2: Minimum 190 t is above Maximum 180 t"]
    assert messages(put(sheets, "Limits!H2", 170)) == []


def test_a_limit_that_is_switched_off_is_still_looked_at(sheets, messages):
    sheets["Limits"][0].append("Active")
    sheets["Limits"][2] = ["Australia", "tonnes", "*", None, 2012, 2012, None, 95, 90, "no"]
    assert messages(sheets) == ["Limits!H3: Minimum 95 t is above Maximum 90 t"]


def test_bounds_in_a_unit_of_another_type(sheets, messages):
    sheets["Limits"][0][8] = "Maximum [%]"
    sheets["Limits"][1][8] = 90
    assert messages(sheets) == ["Limits!I3: Maximum of a tonnes limit cannot be in [%]"]
    sheets["Limits"][0][8] = "Maximum [t]"
    sheets["Limits"][2][8] = 90
    assert messages(sheets) == ["Limits!I2: Maximum of a share limit cannot be in [t]"]


def test_a_share_that_was_probably_meant_per_hundred(sheets, messages):
    sheets["Limits"] = [
        ["Limit", "Type", "Column", "Per", "Maximum [%]"],
        ["Countries", "share", "Country", "period", 0.9],
    ]
    assert messages(sheets) == ["warning: Limits!E2: Maximum read as 0.9 %; 90 %?"]


def test_a_share_of_purchases_is_warned_of(sheets, messages):
    sheets["Limits"] = [
        ["Limit", "Type", "Share of", "Column", "Per", "Maximum [%]"],
        ["Countries", "share", "purchases", "Country", "period", 90],
    ]
    (text,) = messages(sheets)
    assert text.startswith("warning: Limits!F2: 'Countries' caps a share of purchases")


def test_share_of_says_nothing_of_tonnes(sheets, messages):
    sheets["Limits"][0].append("Share of")
    sheets["Limits"][2].append("purchases")
    assert messages(sheets) == [
        "warning: Limits!J3: Share of has a meaning for limits of type share only; not read here"
    ]


def test_a_blank_in_the_column_that_a_limit_counts_by(sheets, put, messages):
    assert messages(put(sheets, "Limits!D2", "Grade")) == [
        "Sources!G4: Grade is blank, but 'Countries' (Limits!D2) counts by it; fill it in"
    ]


def test_a_composition_rounded_up(sheets, put, messages):
    assert messages(put(sheets, "Composition!B2", 98.9)) == [
        "warning: Composition!A2: the contents sum to 1.004, above 1: read as a rounded analysis"
    ]


def test_a_composition_of_more_than_a_tonne(sheets, put, messages):
    """101 % neodymium and 1.5 % dysprosium."""
    assert messages(put(sheets, "Composition!B2", 101)) == [
        "Composition!A2: the contents sum to 1.025; at most 1 tonne in a tonne bought"
    ]


def test_a_composition_of_fractions_under_percent(sheets, put, messages):
    sheets = put(put(sheets, "Composition!B2", 0.2), "Composition!C2", 0.01)
    assert messages(sheets) == [
        "warning: Composition!A2: the contents sum to 0.21 % of a tonne bought; are they "
        "fractions? The headers say [%]"
    ]


def test_a_composition_without_contents(sheets, put, messages):
    sheets = put(put(sheets, "Composition!B2", None), "Composition!C2", None)
    assert messages(sheets) == [
        "Composition!A2: the row has no contents; give tonnes of each material in a tonne bought"
    ]


@pytest.mark.parametrize(
    ("incoterm", "expected"),
    [
        ("CIF", ["Sources!I2: Freight is given, but the price is CIF, which includes freight; "
                 "clear one of the two"]),
        ("dap", ["Sources!I2: Freight is given, but the price is DAP, which includes freight; "
                 "clear one of the two"]),
        ("DDP", ["Sources!I2: Freight is given, but the price is DDP, which includes freight; "
                 "clear one of the two",
                 "Sources!J2: Duty is given, but the price is DDP, which includes duty; "
                 "clear one of the two"]),
        ("FOB", []),
        ("CFR", ["Sources!H2: Incoterm must be one of EXW, FCA, FOB, CIF, DAP, DDP, got 'CFR'; "
                 "did you mean 'CIF'?"]),
    ],
)  # fmt: skip
def test_a_price_that_includes_what_is_added(sheets, messages, incoterm, expected):
    sheets["Sources"][0] += ["Incoterm", "Freight [USD/t]", "Duty [%]"]
    sheets["Sources"][1] += [incoterm, 100, 5]
    assert messages(sheets) == expected


def test_another_currency_in_every_row_is_said_at_the_header(sheets, put, messages):
    assert messages(put(sheets, "Sources!E1", "Price [EUR/kg]")) == [
        "Sources!E1: Price is in EUR, but the sources' currency is USD; write [USD/kg]"
    ]
    assert messages(put(sheets, "Materials!C1", "Shortfall cost [EUR/kg]")) == [
        "Materials!C1: Shortfall cost is in EUR, but the case's currency is USD; write [USD/kg]"
    ]


def test_another_currency_in_one_row_is_said_there(sheets, messages):
    sheets["Sources"][0].append("Currency")
    sheets["Sources"][4] += ["EUR"]
    sheets["Currencies"] = [["Currency", "Every period"], ["EUR", 1.3]]
    assert messages(sheets) == [
        "Sources!E5: Price is in USD by its header, but the source's currency is EUR; "
        "write [/kg] in the header: each row is then in its own currency"
    ]


def test_currencies_without_rates(sheets, put, messages):
    sheets["Sources"][0].append("Currency")
    sheets["Sources"][4].append("EUR")
    sheets = put(sheets, "Sources!E1", "Price [/kg]")
    assert messages(sheets) == [
        "Sources!H5: unknown currency 'EUR'; known: 'USD'; rates stand in the sheet Currencies"
    ]
    sheets["Currencies"] = [["Currency", 2011, 2012], ["EUR", 1.3, None]]
    assert messages(sheets) == ["Currencies!C2: Rate of EUR is blank for '2012'; fill it in"]
    sheets["Currencies"] = [["Currency", 2011, 2012], ["EUR", 1.3, 1.2], ["USD", 1, 2]]
    assert messages(sheets) == ["Currencies!C3: USD is the case's own currency; its rate is 1"]


def test_availability_of_an_unlimited_source(sheets, put, messages):
    sheets = put(sheets, "Availability!A2", "S2")
    assert messages(sheets) == [
        "Availability!C2: Availability of 'S2' in '2012' is 0.5, but its capacity is unlimited: "
        "only 0 and 1 have a meaning; scale its quota instead"
    ]
    assert messages(put(sheets, "Availability!C2", 0)) == []


def test_lead_times(sheets, messages):
    sheets["Sources"][0].append("Lead time")
    sheets["Sources"][1].append(0.5)
    assert messages(sheets) == ["Sources!H2: Lead time must be a whole number of periods, got 0.5"]
    sheets["Sources"][0][7] = "Lead time [days]"
    sheets["Sources"][1][7] = 30
    sheets["Periods"][0].append("Years")
    sheets["Periods"][1].append(1)
    sheets["Periods"][2].append(0.5)
    assert messages(sheets) == [
        "Sources!H2: Lead time is in days, but the periods differ in length; give it in [periods]"
    ]


def test_nothing_supplies_what_has_to_be_delivered(sheets, messages):
    sheets["Settings"].append(["Shortfall", "forbidden"])
    sheets["Sources"] = [row for row in sheets["Sources"] if row[0] not in ("S3", "S8")]
    del sheets["Composition"], sheets["Stock"]
    assert messages(sheets) == [
        "Demand!B3: no source supplies 'Dy2O3'; add one, or allow shortfall in Settings"
    ]


def test_stock(sheets, messages):
    sheets["Safety stock"] = [["Material", 2011, 2012], ["Nd2O3", 5, 5]]
    assert messages(sheets) == [
        "Safety stock!A2: material 'Nd2O3' has no row in Stock, so none is kept; add one there"
    ]
    del sheets["Safety stock"]
    sheets["Stock"][0].append("Final minimum [t]")
    sheets["Stock"][1].append(10)
    assert messages(sheets) == ["Stock!E2: Final minimum 10 t is above Maximum 9 t"]


def test_scenarios_in_a_circle_are_said_once(sheets, put, messages):
    assert messages(put(sheets, "Scenarios!B2", "Deep cut")) == [
        "Scenarios!B2: scenarios build on each other in a circle: Cut → Deep cut → Cut"
    ]
    assert messages(put(sheets, "Scenarios!B2", "Cut")) == [
        "Scenarios!B2: scenarios build on each other in a circle: Cut → Cut"
    ]


def test_probabilities(sheets, messages):
    sheets["Scenarios"] = [["Scenario", "Probability [%]"], ["Cut", 60], ["Deep cut", 30]]
    assert messages(sheets) == ["Scenarios!B2: the probabilities add up to 90 %, not to 100 %"]
    sheets["Scenarios"][2][1] = None
    assert messages(sheets) == [
        "Scenarios!B3: Probability is blank; give one to each scenario listed, or to none"
    ]


def test_base_is_the_workbook_as_it_stands(sheets, put, messages):
    sheets["Scenarios"] = [["Scenario", "Builds on"], ["Base", None], ["Cut", "Base"]]
    assert messages(sheets) == []
    assert messages(put(sheets, "Scenarios!B2", "Cut")) == [
        "Scenarios!B2: Base is the workbook as it stands and builds on nothing"
    ]


def test_a_shortfall_cheaper_than_its_supply_is_doubted(sheets, put, messages):
    """S2 sells at 71 USD/kg in 2011 without freight: a shortfall at 50 USD/kg is cheaper."""
    (text,) = messages(put(sheets, "Materials!C2", 50))
    assert text.startswith("warning: Materials!C2: the shortfall cost of 'Nd2O3' in '2011', 50,000")


def test_a_surplus_worth_more_than_it_costs_is_doubted(sheets, messages):
    sheets["Materials"][0].append("Surplus value [USD/kg]")
    sheets["Materials"][1].append(75)
    assert [text.partition(": the plan")[2] for text in messages(sheets)] == [
        " will buy to sell"
    ] * 2
