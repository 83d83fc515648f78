"""Data of the block `orders`: which offers need one, how large it is, what it costs."""

from __future__ import annotations

import numpy as np

from planner.solving.data.draft import Draft
from planner.solving.data.useful import most_bought


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
    draft.params["order_bound"] = most_bought(scenario)[at] if len(orders) else np.zeros(0)
