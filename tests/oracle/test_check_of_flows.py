"""The independent check sees what is wrong with a plan of recipes, conversions and recycling."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.solving.check import check_plan

CASE = {
    "Periods": """
        Period
        2011
        2012
    """,
    "Sites": """
        Site
        Osaka
        Turin
    """,
    "Materials": """
        Material | Shortfall cost [USD/t]
        Oxide    | 1000
        Metal    | 1000
    """,
    "Products": """
        Product | Shortfall cost [USD/t]
        Magnet  | 9000
    """,
    "Demand": """
        Item   | Site  | Every period
        Magnet | Osaka | 100
    """,
    "Recipes": """
        Recipe | Product | Metal | Maximum share | Reference
        Plain  | Magnet  | 0.3   | 1             | yes
        Thin   | Magnet  | 0.2   | 0.5           |
    """,
    "Conversions": """
        Conversion | Site  | Oxide | Metal | Capacity [t/yr]
        Smelting   | Osaka | -1.2  | 1     | 15
    """,
    "Sources": """
        Source | Country | Material | Capacity [t/yr] | Price [USD/t]
        OX     | China   | Oxide    | unlimited       | 50
        ME     | Japan   | Metal    | unlimited       | 90
        SCRAP  | Japan   | Metal    | unlimited       | 10
    """,
    "Recycling": """
        Source | Item   | Return [%] | Opening feed [t]
        SCRAP  | Magnet | 5          | 2
    """,
}
"""50 t of magnets by each recipe: 25 t of metal a year.

2011: 2 of scrap, 15 smelted, 8 bought; 2012: 5, 15 and 5.
"""

PLAIN, THIN = 0, 1
OX, ME, SCRAP = 0, 1, 2
OSAKA, TURIN = 0, 1


@pytest.fixture
def plan(solve):
    return solve(**CASE).plan


def where(plan, **changed):
    """The worst row of the plan with other quantities; empty where nothing is broken."""
    quantities = replace(plan.quantities, **changed)
    return check_plan(plan.numbers, quantities, plan.objective, plan.bound).where


def plus(array, *moves):
    """An array with tonnes added at some places."""
    moved = array.copy()
    for place, tonnes in moves:
        moved[place] += tonnes
    return moved


def test_the_plan_itself_is_sound(plan):
    assert plan.quantities.make[:, OSAKA].tolist() == [
        pytest.approx([50, 50]),
        pytest.approx([50, 50]),
    ]
    assert plan.quantities.ship[:, OSAKA] == pytest.approx(np.array([[18, 18], [8, 5], [2, 5]]))
    assert plan.check.max_violation < 1e-9


def test_a_product_made_too_little(plan):
    make = plus(plan.quantities.make, ((PLAIN, OSAKA, 0), -1))
    surplus = plus(plan.quantities.surplus, ((1, OSAKA, 0), 0.3))
    assert where(plan, make=make, surplus=surplus) == "product balance: Magnet, Osaka, 2011"


def test_a_product_made_beyond_the_share_of_a_recipe(plan):
    make = plus(plan.quantities.make, ((PLAIN, OSAKA, 1), -10), ((THIN, OSAKA, 1), 10))
    surplus = plus(plan.quantities.surplus, ((1, OSAKA, 1), 1))
    assert where(plan, make=make, surplus=surplus) == "above the maximum share: Thin, Osaka, 2012"


def test_a_recipe_that_uses_nothing(plan):
    ship = plus(plan.quantities.ship, ((ME, OSAKA, 0), -3))
    assert where(plan, ship=ship) == "balance: Metal, Osaka, 2011"


def test_a_conversion_beyond_its_capacity(plan):
    convert = plus(plan.quantities.convert, ((0, OSAKA, 0), 5))
    ship = plus(plan.quantities.ship, ((OX, OSAKA, 0), 6), ((ME, OSAKA, 0), -5))
    assert where(plan, convert=convert, ship=ship) == "above the capacity of: Smelting, Osaka, 2011"


def test_a_conversion_where_it_does_not_stand(plan):
    convert = plus(plan.quantities.convert, ((0, TURIN, 0), 5))
    ship = plus(plan.quantities.ship, ((OX, TURIN, 0), 6))
    surplus = plus(plan.quantities.surplus, ((1, TURIN, 0), 5))
    broken = where(plan, convert=convert, ship=ship, surplus=surplus)
    assert broken == "above the capacity of: Smelting, Turin, 2011"


def test_a_conversion_of_nothing(plan):
    ship = plus(plan.quantities.ship, ((OX, OSAKA, 1), -18))
    assert where(plan, ship=ship) == "balance: Oxide, Osaka, 2012"


@pytest.mark.parametrize("period", [0, 1])
def test_more_sold_than_there_is_scrap(plan, period):
    ship = plus(plan.quantities.ship, ((SCRAP, OSAKA, period), 3), ((ME, OSAKA, period), -3))
    name = plan.numbers.periods[period]
    assert where(plan, ship=ship) == f"more than its scrap: SCRAP, {name}"


def test_scrap_of_what_was_missing(plan):
    """20 t of magnets missing in 2011 leave 4 t of scrap in 2012, not 5."""
    short = plus(plan.quantities.short, ((2, OSAKA, 0), 20))
    make = plus(plan.quantities.make, ((PLAIN, OSAKA, 0), -20))
    ship = plus(plan.quantities.ship, ((ME, OSAKA, 0), -6))
    assert where(plan, short=short, make=make, ship=ship) == "more than its scrap: SCRAP, 2012"


def test_a_lane_that_is_not_allowed(solve):
    lanes = """
        Source | Site  | Allowed
        ME     | Turin | no
    """
    plan = solve(**CASE, Lanes=lanes).plan
    ship = plus(plan.quantities.ship, ((ME, TURIN, 0), 5))
    surplus = plus(plan.quantities.surplus, ((1, TURIN, 0), 5))
    broken = where(plan, ship=ship, surplus=surplus)
    assert broken == "bought where it cannot be: ME, Turin, 2011"
