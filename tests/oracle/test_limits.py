"""Limits on tonnes and on shares, hard and soft."""

from __future__ import annotations

import pytest

TWO_YEARS = """
    Period
    2011
    2012
"""

UNEQUAL_YEARS = """
    Period    | Years
    2011      | 1
    2012-2013 | 2
    2014      | 1
"""
"""At 10 % a year money is worth 1, 1/1.1 and 1/1.1³ = 1/1.331 of that of 2011."""

TEN_PERCENT = """
    Setting           | Value
    Discount rate [%] | 10
"""

SOURCES = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China     | Nd       | unlimited       | 50
    AU     | Australia | Nd       | unlimited       | 80
"""
"""Left alone, all 100 t come from China: 5 000."""

# -- tonnes ---------------------------------------------------------------------------------


def test_a_maximum_of_tonnes(solve):
    """70 t of China: 70 · 50 + 30 · 80."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit    | Type   | Applies to    | Maximum
            At most  | tonnes | Country=China | 70
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30})
    assert found.used == pytest.approx({"At most 2011": 70})
    assert found.cost == pytest.approx(5_900)


def test_a_minimum_of_tonnes(solve):
    """At least 30 t of Australia: 70 · 50 + 30 · 80."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit    | Type   | Applies to | Minimum
            At least | tonnes | Source=AU  | 30
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30})
    assert found.used == pytest.approx({"At least 2011": 30})
    assert found.cost == pytest.approx(5_900)


def test_a_minimum_may_force_more_than_is_needed(solve):
    """At least 120 t of Australia, of which 20 are surplus: 120 · 80."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit    | Type   | Applies to | Minimum
            At least | tonnes | Source=AU  | 120
        """,
    )
    assert found.surplus == pytest.approx({"Nd 2011": 20})
    assert found.cost == pytest.approx(9_600)


def test_both_bounds_hold(solve):
    """From 20 to 40 t of Australia; it costs 80 in 2011, and 20 in 2012, when China costs 50.

    2011: 80 · 50 + 20 · 80 = 5 600; 2012: 60 · 50 + 40 · 20 = 3 800.
    """
    found = solve(
        Periods=TWO_YEARS,
        Sources=SOURCES,
        Prices="""
            Source | 2012 [USD/t]
            AU     | 20
        """,
        Limits="""
            Limit | Type   | Applies to | Per    | Minimum | Maximum
            Band  | tonnes | Source=AU  | period | 20      | 40
        """,
    )
    assert found.used == pytest.approx({"Band 2011": 20, "Band 2012": 40})
    assert found.cost == pytest.approx(9_400)


def test_tonnes_per_year_are_times_the_years_counted(solve):
    """10 t/yr at least and 20 t/yr at most of Australia, over the three years up to 2013.

    Dear at 80 in 2011 and 2012-2013: 30 t. In 2014 no limit holds.
    """
    limits = """
        Limit | Type   | Applies to | To        | Per    | Minimum [t/yr] | Maximum [t/yr]
        Band  | tonnes | Source=AU  | 2012-2013 | window | 10             | 20
    """
    found = solve(Periods=UNEQUAL_YEARS, Sources=SOURCES, Limits=limits)
    assert found.used == pytest.approx({"Band 2011": 10})
    assert found.cost == pytest.approx(300 * 50 + 30 * 30)
    cheap = SOURCES.replace("80", "20")
    found = solve(Periods=UNEQUAL_YEARS, Sources=cheap, Limits=limits)
    assert found.used == pytest.approx({"Band 2011": 20})
    assert found.cost == pytest.approx(60 * 20 + 140 * 50 + 100 * 20)


def test_a_limit_that_is_not_active_says_nothing(solve):
    """All 100 t from China, whatever the limit says."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit   | Type   | Applies to    | Maximum | Active
            At most | tonnes | Country=China | 70      | no
        """,
    )
    assert found.cost == pytest.approx(5_000)
    assert found.used == {}


def test_a_limit_on_a_basket_counts_what_is_contained_before_yield(solve):
    """MIX is half La and a quarter Nd; 50 t of light ones are 100 t bought, 20 t Nd usable.

    The other 80 t Nd come from Australia at 500 USD: 100 · 40 + 80 · 500.
    """
    found = solve(
        Materials="""
            Material | Class  | Shortfall cost [USD/t]
            La       | light  |
            Nd       | magnet | 1000
        """,
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Yield [%]
            MIX    | China     |          | unlimited       | 40            | 80
            AU     | Australia | Nd       | unlimited       | 500           | 100
        """,
        Composition="""
            Source | La [%] | Nd [%]
            MIX    | 50     | 25
        """,
        Limits="""
            Limit   | Type   | Materials   | Maximum
            At most | tonnes | Class=light | 50
        """,
    )
    assert found.bought == pytest.approx({"MIX 2011": 100, "AU 2011": 80})
    assert found.cost == pytest.approx(44_000)


# -- share of demand ------------------------------------------------------------------------


def test_a_share_is_of_demand_unless_said(solve):
    """60 % of 100 t demanded: 60 t of China; Australia has 25 t; 15 t are missing.

    Of the purchases China has 60 of 85 t, which the limit does not mind.
    """
    found = solve(
        Sources=SOURCES.replace("AU     | Australia | Nd       | unlimited", "AU|Australia|Nd|25"),
        Limits="""
            Limit       | Type  | Applies to    | Maximum [%]
            China share | share | Country=China | 60
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 60, "AU 2011": 25})
    assert found.used == pytest.approx({"China share 2011": 0.6})
    assert found.cost == pytest.approx(3_000 + 2_000 + 15_000)


def test_a_least_share_of_demand(solve):
    """At least 40 % of 100 t from Australia: 60 · 50 + 40 · 80."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit | Type  | Applies to | Minimum
            Least | share | Source=AU  | 0.4
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 60, "AU 2011": 40})
    assert found.cost == pytest.approx(6_200)


def test_a_share_of_demand_counts_tonnes_before_yield(solve):
    """60 t leave China, 30 t arrive at a yield of 50 %; Australia brings 70 t."""
    found = solve(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Yield [%]
            CN     | China     | Nd       | unlimited       | 30            | 50
            AU     | Australia | Nd       | unlimited       | 80            | 100
        """,
        Limits="""
            Limit       | Type  | Applies to    | Maximum
            China share | share | Country=China | 0.6
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 60, "AU 2011": 70})
    assert found.cost == pytest.approx(1_800 + 5_600)


def test_a_share_of_the_demand_of_a_window(solve):
    """60 % of 100 + 300 t are 240 t of China; they go where Australia is dearest, to 2012.

    240 · 50 + 60 · 90 + 100 · 80.
    """
    found = solve(
        Periods=TWO_YEARS,
        Demand="""
            Item | 2011 | 2012
            Nd   | 100  | 300
        """,
        Sources=SOURCES,
        Prices="""
            Source | 2012 [USD/t]
            AU     | 90
        """,
        Limits="""
            Limit       | Type  | Applies to    | Per    | Maximum
            China share | share | Country=China | window | 0.6
        """,
    )
    assert found.bought == pytest.approx({"AU 2011": 100, "CN 2012": 240, "AU 2012": 60})
    assert found.used == pytest.approx({"China share 2011": 0.6})
    assert found.cost == pytest.approx(25_400)


def test_a_share_of_the_demand_of_each_period(solve):
    """60 % of 100 t and of 300 t: 60 and 180 t of China."""
    found = solve(
        Periods=TWO_YEARS,
        Demand="""
            Item | 2011 | 2012
            Nd   | 100  | 300
        """,
        Sources=SOURCES,
        Limits="""
            Limit       | Type  | Applies to    | Per    | Maximum
            China share | share | Country=China | period | 0.6
        """,
    )
    assert found.bought == pytest.approx(
        {"CN 2011": 60, "AU 2011": 40, "CN 2012": 180, "AU 2012": 120}
    )


TWO_MATERIALS = {
    "Materials": """
        Material | Class | Shortfall cost [USD/t]
        Nd       | light | 1000
        Dy       | heavy | 9000
    """,
    "Demand": """
        Item | 2011
        Nd   | 100
        Dy   | 20
    """,
    "Sources": """
        Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
        CN_ND  | China     | Nd       | unlimited       | 50
        CN_DY  | China     | Dy       | unlimited       | 500
        AU_ND  | Australia | Nd       | unlimited       | 80
        AU_DY  | Australia | Dy       | unlimited       | 900
    """,
}
"""A tonne Nd costs 30 USD more from Australia, a tonne Dy 400."""


def test_a_share_of_all_demand_is_kept_with_the_cheapest_tonnes(solve):
    """Half of 120 t are 60 t of China; Dy is dearer to move, so all 20 t of it and 40 t Nd."""
    found = solve(
        **TWO_MATERIALS,
        Limits="""
            Limit       | Type  | Applies to    | Maximum
            China share | share | Country=China | 0.5
        """,
    )
    assert found.bought == pytest.approx({"CN_ND 2011": 40, "CN_DY 2011": 20, "AU_ND 2011": 60})


def test_a_share_of_some_materials_counts_their_demand_and_tonnes(solve):
    """Half of the 20 t Dy: 10 t of China; Nd is free."""
    found = solve(
        **TWO_MATERIALS,
        Limits="""
            Limit       | Type  | Applies to    | Materials   | Maximum
            China heavy | share | Country=China | Class=heavy | 0.5
        """,
    )
    assert found.bought == pytest.approx({"CN_ND 2011": 100, "CN_DY 2011": 10, "AU_DY 2011": 10})
    assert found.used == pytest.approx({"China heavy 2011": 0.5})


# -- share of purchases ---------------------------------------------------------------------


def test_a_share_of_purchases_takes_china_down_with_the_others(solve):
    """Australia has 35 t, which are 70 % of 50 t: China has 15 t, and 50 t are missing."""
    found = solve(
        Sources=SOURCES.replace("AU     | Australia | Nd       | unlimited", "AU|Australia|Nd|35"),
        Limits="""
            Limit       | Type  | Applies to    | Share of  | Maximum
            China share | share | Country=China | purchases | 0.3
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 15, "AU 2011": 35})
    assert found.used == pytest.approx({"China share 2011": 0.3})
    assert found.cost == pytest.approx(750 + 2_800 + 50_000)


def test_a_least_share_of_purchases(solve):
    """40 % of what is bought is Australian; at a yield of 50 % 200 t are bought.

    120 · 50 + 80 · 80.
    """
    found = solve(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Yield [%]
            CN     | China     | Nd       | unlimited       | 50            | 50
            AU     | Australia | Nd       | unlimited       | 80            | 50
        """,
        Limits="""
            Limit | Type  | Applies to | Share of  | Minimum
            Least | share | Source=AU  | purchases | 0.4
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 120, "AU 2011": 80})
    assert found.used == pytest.approx({"Least 2011": 0.4})
    assert found.cost == pytest.approx(12_400)


def test_a_share_of_purchases_is_of_the_materials_counted(solve):
    """Of heavy purchases: MIX is a quarter Dy, and 80 % of its Dy is as much as AU_DY's 20 %.

    20 t Dy: 16 t in 64 t of MIX, and 4 t of AU_DY. Nd in MIX does not count.
    """
    found = solve(
        Materials="""
            Material | Class | Shortfall cost [USD/t]
            Nd       | light | 1000
            Dy       | heavy | 9000
        """,
        Demand="""
            Item | 2011
            Nd   | 0
            Dy   | 20
        """,
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
            MIX    | China     |          | unlimited       | 100
            AU_DY  | Australia | Dy       | unlimited       | 900
        """,
        Composition="""
            Source | Nd [%] | Dy [%]
            MIX    | 50     | 25
        """,
        Limits="""
            Limit       | Type  | Applies to    | Materials   | Share of  | Maximum
            China heavy | share | Country=China | Class=heavy | purchases | 0.8
        """,
    )
    assert found.bought == pytest.approx({"MIX 2011": 64, "AU_DY 2011": 4})
    assert found.used == pytest.approx({"China heavy 2011": 0.8})


def test_a_share_of_purchases_is_of_those_of_the_same_window(solve):
    """At most 30 % of 2012's purchases are Chinese; 2011's do not count."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=SOURCES,
        Limits="""
            Limit       | Type  | Applies to    | From | Share of  | Maximum
            China share | share | Country=China | 2012 | purchases | 0.3
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 100, "CN 2012": 30, "AU 2012": 70})


def test_each_period_has_its_own_purchases_to_be_a_share_of(solve):
    """30 % of 100 t in 2011 and of 300 t in 2012: 30 and 90 t of China."""
    found = solve(
        Periods=TWO_YEARS,
        Demand="""
            Item | 2011 | 2012
            Nd   | 100  | 300
        """,
        Sources=SOURCES,
        Limits="""
            Limit       | Type  | Applies to    | Per    | Share of  | Maximum
            China share | share | Country=China | period | purchases | 0.3
        """,
    )
    assert found.bought == pytest.approx(
        {"CN 2011": 30, "AU 2011": 70, "CN 2012": 90, "AU 2012": 210}
    )


def test_each_material_has_its_own_purchases_to_be_a_share_of(solve):
    """30 % of the 100 t Nd, and 50 % of the 20 t Dy, come from China."""
    found = solve(
        **TWO_MATERIALS,
        Limits="""
            Limit       | Type  | Applies to    | Materials   | Share of  | Maximum
            China light | share | Country=China | Class=light | purchases | 0.3
            China heavy | share | Country=China | Class=heavy | purchases | 0.5
        """,
    )
    assert found.bought == pytest.approx(
        {"CN_ND 2011": 30, "AU_ND 2011": 70, "CN_DY 2011": 10, "AU_DY 2011": 10}
    )


# -- by the values of a column --------------------------------------------------------------

THREE_COUNTRIES = """
    Source | Country   | Supplier | Material | Capacity [t/yr] | Price [USD/t]
    NORTH  | China     | Baotou   | Nd       | 50              | 50
    SOUTH  | China     | Ganzhou  | Nd       | 50              | 60
    AU     | Australia | Lynas    | Nd       | unlimited       | 80
    US     | USA       | MP       | Nd       | unlimited       | 90
"""


def test_a_share_by_country_holds_for_each_country_on_its_own(solve):
    """No country above 45 %: 45 t of China's cheaper mine, 45 t of Australia, 10 t of USA."""
    found = solve(
        Sources=THREE_COUNTRIES,
        Limits="""
            Limit   | Type  | Column  | Maximum
            Country | share | Country | 0.45
        """,
    )
    assert found.bought == pytest.approx({"NORTH 2011": 45, "AU 2011": 45, "US 2011": 10})
    assert found.used == pytest.approx(
        {"Country China 2011": 0.45, "Country Australia 2011": 0.45, "Country USA 2011": 0.1}
    )
    assert found.cost == pytest.approx(45 * 50 + 45 * 80 + 10 * 90)


def test_sources_of_one_country_count_together(solve):
    """No country above 60 %: 50 t of NORTH and 10 t of SOUTH, 40 t of Australia."""
    found = solve(
        Sources=THREE_COUNTRIES,
        Limits="""
            Limit   | Type  | Column  | Maximum
            Country | share | Country | 0.6
        """,
    )
    assert found.bought == pytest.approx({"NORTH 2011": 50, "SOUTH 2011": 10, "AU 2011": 40})


def test_tonnes_by_supplier_among_those_it_applies_to(solve):
    """At least 15 t of each supplier that is not Chinese; the rest from China."""
    found = solve(
        Sources=THREE_COUNTRIES,
        Limits="""
            Limit | Type   | Applies to     | Column   | Minimum
            Small | tonnes | Country!=China | Supplier | 15
        """,
    )
    assert found.bought == pytest.approx(
        {"NORTH 2011": 50, "SOUTH 2011": 20, "AU 2011": 15, "US 2011": 15}
    )
    assert found.used == pytest.approx({"Small Lynas 2011": 15, "Small MP 2011": 15})


def test_a_share_of_purchases_by_country(solve):
    """No country above 40 % of purchases: of three countries 40, 40 and the last 20 %.

    100 t are bought: 40 t of NORTH, 40 t of Australia, 20 t of USA.
    """
    found = solve(
        Sources=THREE_COUNTRIES,
        Limits="""
            Limit   | Type  | Column  | Share of  | Maximum
            Country | share | Country | purchases | 0.4
        """,
    )
    assert found.bought == pytest.approx({"NORTH 2011": 40, "AU 2011": 40, "US 2011": 20})


def test_where_two_countries_are_left_neither_can_have_two_fifths(solve):
    """With USA closed the shares of China and Australia would add up to 80 %: nothing is bought."""
    found = solve(
        Sources=THREE_COUNTRIES,
        Availability="""
            Source | 2011
            US     | 0
        """,
        Limits="""
            Limit   | Type  | Column  | Share of  | Maximum
            Country | share | Country | purchases | 0.4
        """,
    )
    assert found.bought == {}
    assert found.cost == pytest.approx(100_000)


# -- soft rules -----------------------------------------------------------------------------


def test_a_soft_maximum_is_broken_where_that_is_cheaper(solve):
    """A tonne over costs 20 USD, one from Australia 30 more: 30 t over. 5 000 + 600."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit   | Type   | Applies to    | Maximum | Penalty [USD/t]
            At most | tonnes | Country=China | 70      | 20
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 100})
    assert found.breach == pytest.approx({"At most 2011": 30})
    assert found.costs == pytest.approx({"purchase": 5_000, "penalty": 600})
    assert found.paid == pytest.approx(5_000)
    assert found.valuation == pytest.approx(600)


def test_a_soft_maximum_is_kept_where_breaking_it_is_dearer(solve):
    """A tonne over costs 40 USD, one from Australia 30 more."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit   | Type   | Applies to    | Maximum | Penalty [USD/t]
            At most | tonnes | Country=China | 70      | 40
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30})
    assert found.breach == {}
    assert found.costs == pytest.approx({"purchase": 5_900})


def test_a_soft_minimum_costs_each_tonne_under(solve):
    """30 t under at 20 USD: 5 000 + 600."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit    | Type   | Applies to | Minimum | Penalty [USD/t]
            At least | tonnes | Source=AU  | 30      | 20
        """,
    )
    assert found.breach == pytest.approx({"At least 2011": 30})
    assert found.costs == pytest.approx({"purchase": 5_000, "penalty": 600})


def test_a_soft_minimum_is_kept_where_breaking_it_is_dearer(solve):
    """A tonne under costs 40 USD, one from Australia 30 more."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit    | Type   | Applies to | Minimum | Penalty [USD/t]
            At least | tonnes | Source=AU  | 30      | 40
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30})
    assert found.costs == pytest.approx({"purchase": 5_900})


def test_a_penalty_is_paid_in_the_first_period_counted(solve):
    """The window is 2012-2013 and 2014: 50 t over at 11 USD over 1.1 = 10 each."""
    found = solve(
        Periods=UNEQUAL_YEARS,
        Settings=TEN_PERCENT,
        Sources=SOURCES,
        Limits="""
            Limit   | Type   | Applies to    | From      | Per    | Maximum | Penalty [USD/t]
            At most | tonnes | Country=China | 2012-2013 | window | 150     | 11
        """,
    )
    assert found.breach == pytest.approx({"At most 2012-2013": 50})
    assert found.costs["penalty"] == pytest.approx(500)


def test_the_penalty_of_a_least_tonnage_is_paid_in_the_first_period_counted(solve):
    """10 t under in each of 2012-2013 and 2014, at 13.31 USD: 121 + 100."""
    found = solve(
        Periods=UNEQUAL_YEARS,
        Settings=TEN_PERCENT,
        Sources=SOURCES,
        Limits="""
            Limit    | Type   | Applies to | From      | Per    | Minimum | Penalty [USD/t]
            At least | tonnes | Source=AU  | 2012-2013 | period | 10      | 13.31
        """,
    )
    assert found.breach == pytest.approx({"At least 2012-2013": 10, "At least 2014": 10})
    assert found.costs["penalty"] == pytest.approx(221)


def test_the_penalty_of_a_share_of_demand_is_per_tonne(solve):
    """60 % of 200 t are 120 t; all 200 come from China: 80 t over, 40 % of demand, at 20 USD."""
    found = solve(
        Demand="""
            Item | 2011
            Nd   | 200
        """,
        Sources=SOURCES,
        Limits="""
            Limit       | Type  | Applies to    | Maximum | Penalty [USD/t]
            China share | share | Country=China | 0.6     | 20
        """,
    )
    assert found.breach == pytest.approx({"China share 2011": 0.4})
    assert found.costs == pytest.approx({"purchase": 10_000, "penalty": 1_600})


def test_the_penalty_of_a_share_of_purchases_is_per_tonne(solve):
    """Half of 200 t bought (the yield is 50 %) are 100 t; all come from China: 100 t over.

    Each costs 20 USD, and one from Australia instead 30 more: 10 000 + 2 000.
    """
    found = solve(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Yield [%]
            CN     | China     | Nd       | unlimited       | 50            | 50
            AU     | Australia | Nd       | unlimited       | 80            | 50
        """,
        Limits="""
            Limit       | Type  | Applies to    | Share of  | Maximum | Penalty [USD/t]
            China share | share | Country=China | purchases | 0.5     | 20
        """,
    )
    assert found.breach == pytest.approx({"China share 2011": 0.5})
    assert found.costs == pytest.approx({"purchase": 10_000, "penalty": 2_000})


def test_the_penalty_of_a_least_share_of_purchases(solve):
    """40 % of 100 t are 40 t, none come from Australia: 40 t under at 20 USD."""
    found = solve(
        Sources=SOURCES,
        Limits="""
            Limit | Type  | Applies to | Share of  | Minimum | Penalty [USD/t]
            Least | share | Source=AU  | purchases | 0.4     | 20
        """,
    )
    assert found.breach == pytest.approx({"Least 2011": 0.4})
    assert found.costs == pytest.approx({"purchase": 5_000, "penalty": 800})


def test_a_penalty_holds_for_either_bound(solve):
    """2011: Australia at 80, 20 t under; 2012: at 20, 60 t over its 40 t; 10 USD each."""
    found = solve(
        Periods=TWO_YEARS,
        Sources=SOURCES,
        Prices="""
            Source | 2012 [USD/t]
            AU     | 20
        """,
        Limits="""
            Limit | Type   | Applies to | Per    | Minimum | Maximum | Penalty [USD/t]
            Band  | tonnes | Source=AU  | period | 20      | 40      | 10
        """,
    )
    assert found.breach == pytest.approx({"Band 2011": 20, "Band 2012": 60})
    assert found.costs == pytest.approx({"purchase": 7_000, "penalty": 800})
