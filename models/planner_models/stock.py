"""Stock: what is kept from period to period, between bounds, at or under a target.

    stock_minimum[m,p,t] ≤ stock[m,p,t] ≤ stock_maximum[m,p,t]
    stock[m,p,t] + under[m,p,t] ≥ target[m,p,t]      under only where the target is soft

The bounds of the last period include the final minimum and maximum.

Sheets: Stock, Safety stock.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_stock(model: Any) -> None:
    """Closing stocks and their targets."""
    model.stock = pyo.Var(model.STOCKS, bounds=_stock_bounds)
    model.under = pyo.Var(model.SOFT_TARGETS, domain=pyo.NonNegativeReals)
    model.stock_target = pyo.Constraint(model.TARGETS, rule=_stock_target)


def _stock_bounds(model: Any, m: Any, p: Any, t: Any) -> Any:
    return (model.stock_minimum[m, p, t], model.stock_maximum[m, p, t])


def _stock_target(model: Any, m: Any, p: Any, t: Any) -> Any:
    return (
        model.stock[m, p, t] + sum(model.under[m, p, u] for u in model.UNDER_IN[m, p, t])
        >= model.target[m, p, t]
    )
