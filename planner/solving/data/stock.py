"""Data of the block `stock`: what can be kept, between which bounds, at which cost."""

from __future__ import annotations

import numpy as np

from planner.solving.data.draft import Draft


def add_stock(draft: Draft) -> None:
    """Closing stocks, their bounds, cost and targets."""
    scenario = draft.scenario
    last = len(scenario.periods) - 1
    shape = (*scenario.stocked.shape, len(scenario.periods))
    stocks = np.argwhere(np.broadcast_to(scenario.stocked[:, :, None], shape))
    at = tuple(stocks.T)
    lower = np.zeros(shape)
    upper = np.broadcast_to(scenario.stock_maximum[:, :, None], shape).copy()
    lower[:, :, last] = scenario.final_minimum
    upper[:, :, last] = np.minimum(upper[:, :, last], scenario.final_maximum)
    cost = scenario.holding_cost * (scenario.years * scenario.discount)
    cost[:, :, last] -= scenario.final_value * scenario.discount[last]
    draft.sets["STOCKS"] = stocks
    draft.params["stock_minimum"] = lower[at]
    draft.params["stock_maximum"] = upper[at]
    draft.params["stock_cost"] = cost[at]
    has_target = scenario.stocked[:, :, None] & (scenario.target > 0)
    is_soft = ~np.isnan(scenario.safety_cost)[:, :, None]
    targets = np.argwhere(has_target)
    soft = np.argwhere(has_target & is_soft)
    safety = scenario.safety_cost[:, :, None] * (scenario.years * scenario.discount)
    draft.sets["TARGETS"] = targets
    draft.sets["SOFT_TARGETS"] = soft
    draft.params["target"] = scenario.target[tuple(targets.T)]
    draft.params["safety_cost"] = safety[tuple(soft.T)]
    draft.gather("UNDER_IN", "TARGETS", soft, soft[:, [2]])
