"""What is minimised: money paid, and the value put on what nobody pays, both discounted.

    paid       Σ landed_cost · ship + Σ tier_cost · tier + Σ order_cost · order
               + Σ restart_cost · open + Σ recipe_cost · make + Σ conversion_cost · convert
               + Σ unlifted_cost · unlifted + Σ stock_cost · stock − Σ surplus_value · surplus
    valuation  Σ shortfall_cost · short + Σ safety_cost · under + Σ over_cost · over
               + Σ below_cost · below

`stock_cost` is the holding cost of the period, less the final value in the last one. Of an offer
priced by tiers, `landed_cost` holds what does not depend on the price, `tier_cost` the rest.

Sheets: Sources, Lanes, Prices, Currencies, Tiers, Restarts, Recipes, Conversions, Contracts,
Holding costs, Shortfall costs, Surplus values, Stock, Limits.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_objective(model: Any) -> None:
    """The discounted total cost, to be minimised."""
    model.total_cost = pyo.Objective(rule=_total_cost, sense=pyo.minimize)


def _total_cost(model: Any) -> Any:
    return (
        sum(model.landed_cost[s, p, t] * model.ship[s, p, t] for s, p, t in model.LANES)
        + sum(model.tier_cost[s, t, k] * model.tier[s, t, k] for s, t, k in model.TIERS)
        + sum(model.order_cost[s, t] * model.order[s, t] for s, t in model.ORDERS)
        + sum(model.restart_cost[s, t] * model.open[s, t] for s, t in model.OPENINGS)
        + sum(model.recipe_cost[r, p, t] * model.make[r, p, t] for r, p, t in model.MAKES)
        + sum(
            model.conversion_cost[v, p, t] * model.convert[v, p, t] for v, p, t in model.CONVERSIONS
        )
        + sum(model.stock_cost[m, p, t] * model.stock[m, p, t] for m, p, t in model.STOCKS)
        - sum(model.surplus_value[m, p, t] * model.surplus[m, p, t] for m, p, t in model.BALANCES)
        + sum(model.unlifted_cost[g] * model.unlifted[g] for g in model.PAID_LIFTS)
        + sum(model.shortfall_cost[i, p, t] * model.short[i, p, t] for i, p, t in model.SHORTFALLS)
        + sum(model.safety_cost[m, p, t] * model.under[m, p, t] for m, p, t in model.SOFT_TARGETS)
        + sum(model.over_cost[r] * model.over[r] for r in model.SOFT_CEILINGS)
        + sum(model.below_cost[r] * model.below[r] for r in model.SOFT_FLOORS)
    )
