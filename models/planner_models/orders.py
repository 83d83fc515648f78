"""Orders: what is bought in a period is nothing, or at least the minimum, and costs once.

    order_bounded[s,t]:  buy[s,t] ≤ order_bound[s,t] · order[s,t]
    order_is_large[s,t]: buy[s,t] ≥ order_minimum[s,t] · order[s,t]

Sheet: Sources (Minimum order, Order cost).
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_orders(model: Any) -> None:
    """In which periods an order is placed."""
    model.order = pyo.Var(model.ORDERS, domain=pyo.Binary)
    model.order_bounded = pyo.Constraint(model.ORDERS, rule=_order_bounded)
    model.order_is_large = pyo.Constraint(model.ORDERS, rule=_order_is_large)


def _order_bounded(model: Any, s: Any, t: Any) -> Any:
    return model.buy[s, t] - model.order_bound[s, t] * model.order[s, t] <= 0


def _order_is_large(model: Any, s: Any, t: Any) -> Any:
    return model.buy[s, t] - model.order_minimum[s, t] * model.order[s, t] >= 0
