"""Data of the block `orders`: which offers need one, how large it is, what it costs."""

from __future__ import annotations

import numpy as np

from planner.solving.data.draft import Draft


def add_orders(draft: Draft) -> None:
    """Offers with a minimum order or an order cost."""
    scenario = draft.scenario
    offers = draft.sets["OFFERS"]
    orders = offers[scenario.orders.needed[offers[:, 0]]]
    at = tuple(orders.T)
    cost = scenario.orders.cost[:, None] * scenario.exchange * scenario.discount
    draft.sets["ORDERS"] = orders
    draft.params["order_cost"] = cost[at]
    draft.params["order_minimum"] = scenario.orders.minimum[orders[:, 0]]
    draft.params["order_bound"] = np.minimum(scenario.limit, scenario.bound)[at]
