"""Products and recipes: what is made, out of what, what it costs, and what is missing."""

from __future__ import annotations

import pytest

import planner

TWO_YEARS = """
    Period
    2011
    2012
"""

TEN_PERCENT = """
    Setting           | Value
    Discount rate [%] | 10
"""

MATERIALS = """
    Material
    Nd
    Dy
"""

PRODUCTS = """
    Product | Shortfall cost [USD/t]
    Magnet  | 5000
"""

MAGNETS = """
    Item   | Every period
    Magnet | 100
"""

SOURCES = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China     | Nd       | unlimited       | 50
    AU     | Australia | Dy       | unlimited       | 400
"""

ONE_RECIPE = """
    Recipe | Product | Nd  | Extra cost [USD/t]
    Plain  | Magnet  | 0.3 | 0
"""

TWO_RECIPES = """
    Recipe | Product | Nd   | Dy   | Extra cost [USD/t] | Maximum share [%] | Reference
    Rich   | Magnet  | 0.3  | 0.02 | 0                  | 100               | yes
    Lean   | Magnet  | 0.32 | 0.01 | 2                  | 60                | no
"""


def made(found):
    """Tonnes made, by recipe and period."""
    numbers, make = found.plan.numbers, found.plan.quantities.make.sum(axis=1)
    return {
        f"{recipe} {period}": float(make[r, t])
        for r, recipe in enumerate(numbers.recipes.names)
        for t, period in enumerate(numbers.periods)
        if make[r, t] > 1e-6
    }


# -- making ---------------------------------------------------------------------------------


def test_a_product_uses_its_materials(solve):
    """100 t of magnets: 30 t of Nd at 50, 2 t of Dy at 400, and 10 USD/t for the making.

    1 500 + 800 + 1 000.
    """
    found = solve(
        Materials=MATERIALS,
        Products=PRODUCTS,
        Demand=MAGNETS,
        Sources=SOURCES,
        Recipes="""
            Recipe | Product | Nd  | Dy   | Extra cost [USD/t]
            Rich   | Magnet  | 0.3 | 0.02 | 10
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 30, "AU 2011": 2})
    assert found.costs == pytest.approx({"purchase": 2_300, "recipe": 1_000})
    assert found.plan.demand_t == 100
    assert found.paid == pytest.approx(3_300)


def test_tonnes_in_a_product_may_be_given_in_kilograms(solve):
    """300 kg of Nd in a tonne: 30 t for 100 t of magnets."""
    found = solve(
        Materials=MATERIALS,
        Products=PRODUCTS,
        Demand=MAGNETS,
        Sources=SOURCES,
        Recipes="""
            Recipe | Product | Nd [kg/t]
            Plain  | Magnet  | 300
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 30})


def test_the_cheapest_recipe_makes_no_more_than_its_maximum_share(solve):
    """Rich costs 15 + 8 = 23 USD, Lean 16 + 4 + 2 = 22: Lean makes its 60 %, Rich the rest.

    Nd: 60 · 0.32 + 40 · 0.3 = 31.2 t; Dy: 60 · 0.01 + 40 · 0.02 = 1.4 t.
    """
    found = solve(
        Materials=MATERIALS,
        Products=PRODUCTS,
        Demand=MAGNETS,
        Sources=SOURCES,
        Recipes=TWO_RECIPES,
    )
    assert made(found) == pytest.approx({"Rich 2011": 40, "Lean 2011": 60})
    assert found.bought == pytest.approx({"CN 2011": 31.2, "AU 2011": 1.4})
    assert found.costs == pytest.approx({"purchase": 1_560 + 560, "recipe": 120})


def test_an_extra_cost_can_outweigh_the_materials_saved(solve):
    """Thin saves 0.1 t of Nd, 5 USD, but costs 8 more."""
    found = solve(
        Materials=MATERIALS,
        Products=PRODUCTS,
        Demand=MAGNETS,
        Sources=SOURCES,
        Recipes="""
            Recipe | Product | Nd  | Extra cost [USD/t] | Reference
            Plain  | Magnet  | 0.3 | 0                  | yes
            Thin   | Magnet  | 0.2 | 8                  |
        """,
    )
    assert made(found) == pytest.approx({"Plain 2011": 100})
    assert found.bought == pytest.approx({"CN 2011": 30})
    assert found.cost == pytest.approx(1_500)


def test_the_maximum_share_is_of_the_demand_of_each_period(solve):
    """Lean makes 60 % of 100 t, then of 50 t."""
    found = solve(
        Periods=TWO_YEARS,
        Materials=MATERIALS,
        Products=PRODUCTS,
        Demand="""
            Item   | 2011 | 2012
            Magnet | 100  | 50
        """,
        Sources=SOURCES,
        Recipes=TWO_RECIPES,
    )
    assert made(found) == pytest.approx(
        {"Rich 2011": 40, "Lean 2011": 60, "Rich 2012": 20, "Lean 2012": 30}
    )


def test_extra_cost_is_discounted(solve):
    """100 t a year at 11 USD: 1 100, and 1 100 / 1.1 = 1 000 for 2012; materials 1 500 likewise."""
    found = solve(
        Periods=TWO_YEARS,
        Settings=TEN_PERCENT,
        Materials=MATERIALS,
        Products=PRODUCTS,
        Demand=MAGNETS,
        Sources=SOURCES,
        Recipes="""
            Recipe | Product | Nd  | Extra cost [USD/t]
            Plain  | Magnet  | 0.3 | 11
        """,
    )
    assert found.costs["recipe"] == pytest.approx(2_100)
    assert found.costs["purchase"] == pytest.approx(1_500 + 1_500 / 1.1)


def test_a_recipe_draws_on_stock(solve):
    """30 t of Nd for 2012 are bought in 2011, at 50 rather than at 80 USD."""
    found = solve(
        Periods=TWO_YEARS,
        Materials=MATERIALS,
        Products=PRODUCTS,
        Demand=MAGNETS,
        Sources=SOURCES,
        Recipes=ONE_RECIPE,
        Prices="""
            Source | 2012 [USD/t]
            CN     | 80
        """,
        Stock="""
            Material
            Nd
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 60})
    assert found.stock == pytest.approx({"Nd 2011": 30})


# -- missing --------------------------------------------------------------------------------


def test_what_cannot_be_made_is_missing(solve):
    """15 t of Nd make 50 t of magnets; the other 50 t are missing at 5 000 USD."""
    found = solve(
        Materials=MATERIALS,
        Products=PRODUCTS,
        Demand=MAGNETS,
        Recipes=ONE_RECIPE,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | 15              | 50
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 15})
    assert found.short == pytest.approx({"Magnet 2011": 50})
    assert found.costs == pytest.approx({"purchase": 750, "shortfall": 250_000})
    assert found.plan.shortfall_t == pytest.approx(50)


def test_a_product_dearer_than_its_shortfall_is_not_made(solve):
    """Nd for a tonne costs 0.3 · 50 = 15 USD; the sheet Shortfall costs says 14 for 2012."""
    found = solve(
        Periods=TWO_YEARS,
        Materials=MATERIALS,
        Products=PRODUCTS,
        Demand=MAGNETS,
        Sources=SOURCES,
        Recipes=ONE_RECIPE,
        Shortfall_costs="""
            Item   | 2012 [USD/t]
            Magnet | 14
        """,
    )
    assert found.bought == pytest.approx({"CN 2011": 30})
    assert found.short == pytest.approx({"Magnet 2012": 100})
    assert found.costs == pytest.approx({"purchase": 1_500, "shortfall": 1_400})


def test_products_and_materials_compete_for_tonnes(solve):
    """100 t of Nd for 100 t of Nd and 100 t of magnets: the magnets, worth more a tonne, go first.

    A tonne of Nd in magnets saves 5 000 / 0.3 USD, sold as such 1 000: 30 t of Nd are missing.
    """
    found = solve(
        Materials="""
            Material | Shortfall cost [USD/t]
            Nd       | 1000
        """,
        Products=PRODUCTS,
        Demand="""
            Item   | Every period
            Nd     | 100
            Magnet | 100
        """,
        Recipes=ONE_RECIPE,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | 100             | 50
        """,
    )
    assert found.short == pytest.approx({"Nd 2011": 30})
    assert found.costs == pytest.approx({"purchase": 5_000, "shortfall": 30_000})


def test_magnets_that_cannot_be_made_are_named_where_shortfall_is_forbidden(make):
    """15 t of Nd make 50 t of magnets; the recipe's cost and price have no part in it."""
    case = make(
        Settings="""
            Setting   | Value
            Shortfall | forbidden
        """,
        Materials=MATERIALS,
        Products=PRODUCTS,
        Demand=MAGNETS,
        Recipes=ONE_RECIPE,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | 15              | 50
        """,
    )
    with pytest.raises(planner.Infeasible) as refused:
        planner.solve(case)
    assert "at least 50 t are missing (50 t of Magnet in 2011 (Demand!B2))" in str(refused.value)


# -- counted by the reference recipe --------------------------------------------------------


def test_a_share_of_demand_counts_products_by_their_reference_recipe(solve):
    """Demand for Nd counts 100 + 100 · 0.3 = 130 t; half of it, 65 t, may come from China.

    What the magnets really use is 0.2 · 100 = 20 t, with the cheaper recipe Thin.
    """
    found = solve(
        Materials="""
            Material | Shortfall cost [USD/t]
            Nd       | 1000
        """,
        Products=PRODUCTS,
        Demand="""
            Item   | Every period
            Nd     | 100
            Magnet | 100
        """,
        Recipes="""
            Recipe | Product | Nd  | Reference
            Thin   | Magnet  | 0.2 | no
            Plain  | Magnet  | 0.3 | yes
        """,
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China     | Nd       | unlimited       | 50
            AU     | Australia | Nd       | unlimited       | 60
        """,
        Limits="""
            Limit | Type  | Applies to    | Maximum [%]
            China | share | Country=China | 50
        """,
    )
    assert made(found) == pytest.approx({"Thin 2011": 100})
    assert found.bought == pytest.approx({"CN 2011": 65, "AU 2011": 55})
    assert found.used == pytest.approx({"China 2011": 0.5})


def test_days_of_cover_count_products_by_their_reference_recipe(solve):
    """73 days are a fifth of a year: a fifth of 30 t of Nd is kept, 6 t, and no more than that."""
    found = solve(
        Periods=TWO_YEARS,
        Materials=MATERIALS,
        Products=PRODUCTS,
        Demand=MAGNETS,
        Sources=SOURCES,
        Recipes=ONE_RECIPE,
        Stock="""
            Material | Cover [days] | Holding cost [USD/t/yr]
            Nd       | 73           | 1
        """,
    )
    assert found.stock == pytest.approx({"Nd 2011": 6, "Nd 2012": 6})
    assert found.bought == pytest.approx({"CN 2011": 36, "CN 2012": 30})


# -- scenarios ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "operation", "value", "bought"),
    [
        ("Nd", "times", 0.5, {"CN 2011": 15}),
        ("Nd", "plus", 0.1, {"CN 2011": 40}),
        ("Dy", "set", 0.01, {"CN 2011": 30, "AU 2011": 1}),
        ("Maximum share", "set", 0.9, {"CN 2011": 27}),
    ],
)
def test_a_scenario_changes_a_recipe(solve, column, operation, value, bought):
    """0.3 · 0.5 · 100; (0.3 + 0.1) · 100; 0.01 · 100 of Dy; 0.3 · 90, and 10 t are missing."""
    found = solve(
        "What if",
        Materials=MATERIALS,
        Products=PRODUCTS,
        Demand=MAGNETS,
        Sources=SOURCES,
        Recipes="""
            Recipe | Product | Nd  | Dy | Maximum share
            Plain  | Magnet  | 0.3 |    |
        """,
        Scenarios="""
            Scenario
            What if
        """,
        Changes=f"""
            Scenario | Sheet   | Rows         | Column   | Operation   | Value
            What if  | Recipes | Recipe=Plain | {column} | {operation} | {value}
        """,
    )
    assert found.bought == pytest.approx(bought)


def test_a_scenario_changes_the_cost_of_a_product_missing(solve):
    """At 15 USD for the Nd of a tonne, magnets whose shortfall costs 5 000 / 500 are not made."""
    found = solve(
        "What if",
        Materials=MATERIALS,
        Products=PRODUCTS,
        Demand=MAGNETS,
        Sources=SOURCES,
        Recipes=ONE_RECIPE,
        Scenarios="""
            Scenario
            What if
        """,
        Changes="""
            Scenario | Sheet    | Rows | Column         | Operation | Value
            What if  | Products | *    | Shortfall cost | times     | 0.002
        """,
    )
    assert found.bought == {}
    assert found.costs == pytest.approx({"shortfall": 1_000})
