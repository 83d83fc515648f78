"""Recipes: how products are made out of materials.

    Σ_r make[r,p,t] + short[k,p,t] = product_demand[k,p,t]
    0 ≤ make[r,p,t] ≤ make_limit[r,p,t]      maximum share × demand; no bound where it is all

Only products that are demanded at the plant in the period are made. What a recipe uses stands in
the balance of its materials.

Sheets: Products, Recipes, Demand.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_recipes(model: Any) -> None:
    """Tonnes made by each recipe."""
    model.make = pyo.Var(model.MAKES, bounds=_share)


def declare_product_balance(model: Any) -> None:
    """The demand for products is made or missing."""
    model.product_balance = pyo.Constraint(model.PRODUCT_BALANCES, rule=_product_balance)


def _share(model: Any, r: Any, p: Any, t: Any) -> Any:
    return (0, model.make_limit[r, p, t])


def _product_balance(model: Any, k: Any, p: Any, t: Any) -> Any:
    return (
        sum(model.make[r, p, t] for r in model.RECIPES_OF[k, p, t])
        + sum(model.short[k, p, u] for u in model.PRODUCT_SHORT_IN[k, p, t])
        == model.product_demand[k, p, t]
    )
