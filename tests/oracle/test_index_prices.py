"""Prices that follow an index, and values that are a part of it."""

from __future__ import annotations

import pytest

MATERIALS = """
    Material | Index | Shortfall cost [USD/t]
    Nd       | NdI   | 1000
"""

INDICES = """
    Index | 2011 [USD/t]
    NdI   | 100
"""


def _source(**terms: object) -> str:
    header = " | ".join(["Source", "Country", "Material", "Capacity [t/yr]", "Index", *terms])
    cells = " | ".join(["A", "China", "Nd", "unlimited", "NdI", *map(str, terms.values())])
    return f"{header}\n{cells}"


@pytest.mark.parametrize(
    ("terms", "price"),
    [
        ({}, 100),
        ({"Index share [%]": 80}, 80),
        ({"Index share [%]": 80, "Premium [/t]": 7}, 87),
        ({"Premium [/kg]": -0.01}, 90),
        ({"Index share [%]": 80, "Premium [/t]": 7, "Price floor [/t]": 95}, 95),
        ({"Index share [%]": 80, "Premium [/t]": 7, "Price ceiling [/t]": 85}, 85),
        ({"Index share [%]": 80, "Premium [/t]": 7, "Price floor [/t]": 50}, 87),
        # Half of what the index, before the share, is above 60: 20.
        ({"Shared above [/t]": 60, "Our part [%]": 50}, 80),
        ({"Index share [%]": 80, "Shared above [/t]": 60, "Our part [%]": 50}, 60),
        # The ceiling first, then our part: 85 − 20. It may go below the floor.
        (
            {
                "Index share [%]": 90,
                "Price floor [/t]": 75,
                "Price ceiling [/t]": 85,
                "Shared above [/t]": 60,
                "Our part [%]": 50,
            },
            65,
        ),
        ({"Shared above [/t]": 120, "Our part [%]": 50}, 100),
    ],
)
def test_the_price_follows_its_index(solve, terms, price):
    plan = solve(Materials=MATERIALS, Indices=INDICES, Sources=_source(**terms))
    assert plan.bought == {"A 2011": pytest.approx(100)}
    assert plan.cost == pytest.approx(100 * price)


def test_the_index_is_first_converted_to_the_currency_of_the_source(solve):
    """100 USD are 50 EUR; half of what they exceed 40 EUR by is 5; 45 EUR are 90 USD."""
    plan = solve(
        Materials=MATERIALS,
        Indices=INDICES,
        Sources=_source(**{"Currency": "EUR", "Shared above [/t]": 40, "Our part [%]": 50}),
        Currencies="""
            Currency | 2011
            EUR      | 2
        """,
    )
    assert plan.cost == pytest.approx(100 * 90)


def test_the_export_tax_is_on_the_price_that_follows(solve):
    plan = solve(Materials=MATERIALS, Indices=INDICES, Sources=_source(**{"Export tax [%]": 25}))
    assert plan.costs == {
        "purchase": pytest.approx(10_000),
        "export_tax": pytest.approx(2_500),
    }


def test_a_basket_follows_the_indices_of_all_it_holds(solve):
    """0.6 × 100 + 0.1 × 900 = 150 a tonne; 50 t of it hold 30 t Nd and 5 t Dy."""
    plan = solve(
        Materials="""
            Material | Index | Shortfall cost [USD/t]
            Nd       | NdI   | 1000
            Dy       | DyI   | 5000
        """,
        Indices="""
            Index | Every period [USD/t]
            NdI   | 100
            DyI   | 900
        """,
        Demand="""
            Item | 2011
            Nd   | 30
            Dy   | 5
        """,
        Sources="""
            Source | Country | Capacity [t/yr] | Index
            A      | China   | unlimited       | Basket
        """,
        Composition="""
            Source | Nd  | Dy
            A      | 0.6 | 0.1
        """,
    )
    assert plan.bought == {"A 2011": pytest.approx(50)}
    assert plan.cost == pytest.approx(50 * 150)


TWO_YEARS = """
    Period | Years
    2011   | 1
    2012   | 1
"""

TWO_YEARS_OF_THE_INDEX = """
    Index | 2011 [USD/t] | 2012 [USD/t]
    NdI   | 100          | 200
"""


def test_the_sheet_prices_sets_single_periods(solve):
    plan = solve(
        Periods=TWO_YEARS,
        Materials=MATERIALS,
        Indices=TWO_YEARS_OF_THE_INDEX,
        Sources=_source(),
        Prices="""
            Source | 2012 [USD/t]
            A      | 150
        """,
    )
    assert plan.cost == pytest.approx(100 * 100 + 100 * 150)


def test_a_price_by_period_is_enough_where_the_index_is_blank(solve):
    plan = solve(
        Periods=TWO_YEARS,
        Materials=MATERIALS,
        Indices=INDICES,
        Sources=_source(),
        Prices="""
            Source | 2012 [USD/t]
            A      | 150
        """,
    )
    assert plan.cost == pytest.approx(100 * 100 + 100 * 150)


def test_a_change_of_the_index_meets_the_floor(solve):
    """Half the index is 50, under the floor of 70; twice it is 200."""
    sheets = {
        "Materials": MATERIALS,
        "Indices": INDICES,
        "Sources": _source(**{"Price floor [/t]": 70}),
        "Scenarios": """
            Scenario | Builds on
            Half     |
            Double   | Half
        """,
        "Changes": """
            Scenario | Sheet   | Rows | Column | Operation | Value
            Half     | Indices | *    | *      | times     | 0.5
            Double   | Indices | *    | 2011   | times     | 4
        """,
    }
    assert solve(**sheets).cost == pytest.approx(10_000)
    assert solve(scenario="Half", **sheets).cost == pytest.approx(7_000)
    assert solve(scenario="Double", **sheets).cost == pytest.approx(20_000)


def test_changes_of_share_and_premium(make):
    case = make(Materials=MATERIALS, Indices=INDICES, Sources=_source())
    changed = case.with_changes(
        "Sources[Source=A].Index share*=0.5", "Sources[Source=A].Premium [USD/t]+=3"
    )
    assert changed.scenario().price[0, 0] == pytest.approx(53)


# -- values that are a part of the index ----------------------------------------------------


def test_a_shortfall_cost_that_is_a_part_of_the_index(solve):
    """150 % of 100 in 2011, of 200 in 2012; 90 % in 2012 where the sheet by period says so."""
    sheets = {
        "Periods": TWO_YEARS,
        "Materials": """
            Material | Index | Shortfall cost [% of index]
            Nd       | NdI   | 150
        """,
        "Indices": TWO_YEARS_OF_THE_INDEX,
        "Sources": """
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | 0               | 1
        """,
    }
    assert solve(**sheets).cost == pytest.approx(100 * 150 + 100 * 300)
    by_period = """
        Item | 2012 [% of index]
        Nd   | 90
    """
    assert solve(**sheets, Shortfall_costs=by_period).cost == pytest.approx(15_000 + 18_000)
    in_money = """
        Item | 2012 [USD/t]
        Nd   | 90
    """
    assert solve(**sheets, Shortfall_costs=in_money).cost == pytest.approx(15_000 + 9_000)


def test_a_surplus_value_that_is_a_part_of_the_index(solve):
    """In transit 100 t more than needed, sold for 30 % of 100."""
    plan = solve(
        Materials="""
            Material | Index | Shortfall cost [USD/t] | Surplus value [% of index]
            Nd       | NdI   | 1000                   | 30
        """,
        Indices=INDICES,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            A      | China   | Nd       | 0               | 99
        """,
        In_transit="""
            Material | 2011
            Nd       | 200
        """,
    )
    assert plan.cost == pytest.approx(-100 * 30)


def test_holding_costs_and_the_final_value_that_are_parts_of_the_index(solve):
    """100 t kept for two years: 5 % of 100 and of 200 a year, by period 1 % in 2012; worth 50 % of
    the last index in the end."""
    sheets = {
        "Periods": TWO_YEARS,
        "Materials": MATERIALS,
        "Indices": TWO_YEARS_OF_THE_INDEX,
        "Demand": """
            Item | Every period
            Nd   | 0
        """,
        "Sources": _source(),
        "Stock": """
            Material | Opening [t] | Holding cost [% of index] | Final value [% of index]
            Nd       | 100         | 5                         | 50
        """,
    }
    plan = solve(**sheets)
    assert plan.costs == {
        "holding": pytest.approx(100 * 5 + 100 * 10),
        "final_stock": pytest.approx(-100 * 100),
    }
    by_period = """
        Material | 2012 [% of index]
        Nd       | 1
    """
    plan = solve(**sheets, Holding_costs=by_period)
    assert plan.costs["holding"] == pytest.approx(100 * 5 + 100 * 2)


def test_a_change_of_the_index_moves_what_is_a_part_of_it(make):
    case = make(
        Materials="""
            Material | Index | Shortfall cost [% of index]
            Nd       | NdI   | 150
        """,
        Indices=INDICES,
        Sources=_source(),
    )
    assert case.scenario().shortfall_cost[0, 0] == pytest.approx(150)
    assert case.with_changes("Indices[*].**=2").scenario().shortfall_cost[0, 0] == pytest.approx(
        300
    )
    more = case.with_changes("Materials[*].Shortfall cost [% of index]+=10")
    assert more.scenario().shortfall_cost[0, 0] == pytest.approx(160)
    money = case.with_changes("Shortfall costs[*].2011 [USD/t]=70")
    assert money.scenario().shortfall_cost[0, 0] == pytest.approx(70)
