"""Data of the block `recipes`: which products are made where, by which recipes, out of what."""

from __future__ import annotations

import numpy as np

from planner.solving.data.draft import Draft


def add_recipes(draft: Draft) -> None:
    """Demand for products, and the recipes that can make them; needs BALANCES."""
    scenario = draft.scenario
    recipes = scenario.recipes
    is_product = np.arange(len(scenario.items)) >= len(scenario.materials)
    wanted = (scenario.demand > 0) & is_product[:, None, None]
    products = np.argwhere(wanted)
    makes = np.argwhere(wanted[recipes.product])
    demand = scenario.demand[recipes.product][tuple(makes.T)]
    share = recipes.share[makes[:, 0]]
    cost = recipes.extra_cost[makes[:, 0]]
    # The balance of the product bounds what is made of all of its demand: a second bound of the
    # same height would only leave open which of the two is worth what.
    limit = np.where(share < 1, share * demand, np.inf)
    draft.sets["PRODUCT_BALANCES"] = products
    draft.sets["MAKES"] = makes
    draft.params["product_demand"] = scenario.demand[tuple(products.T)]
    draft.params["make_limit"] = limit
    draft.params["recipe_cost"] = cost * scenario.discount[makes[:, 2]]
    made = np.column_stack([recipes.product[makes[:, 0]], makes[:, 1:]])
    draft.gather("RECIPES_OF", "PRODUCT_BALANCES", made, makes[:, [0]])
    short = draft.sets["SHORTFALLS"]
    of_products = short[short[:, 0] >= len(scenario.materials)]
    draft.gather("PRODUCT_SHORT_IN", "PRODUCT_BALANCES", of_products, of_products[:, [2]])
    draft.sets["USES"] = np.argwhere(recipes.use > 0)
    draft.params["use"] = recipes.use[recipes.use > 0]
    which, material = np.nonzero(recipes.use[makes[:, 0]] > 0)
    used = np.column_stack([material, makes[which, 1:]])
    draft.gather("MADE_OF", "BALANCES", used, makes[which][:, [0]])
