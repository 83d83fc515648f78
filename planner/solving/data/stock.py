"""Data of the block `stock`: what can be kept, between which bounds, at which cost."""

from __future__ import annotations

import numpy as np

from planner.solving.data.draft import Draft, where


def add_stock(draft: Draft) -> None:
    """Closing stocks, their bounds, cost and targets."""
    scenario = draft.scenario
    last = len(scenario.periods) - 1
    shape = (*scenario.stocked.shape, len(scenario.periods))
    stocked = np.broadcast_to(scenario.stocked[:, :, None], shape)
    lower = np.zeros(shape)
    upper = np.broadcast_to(scenario.stock_maximum[:, :, None], shape).copy()
    lower[:, :, last] = scenario.final_minimum
    upper[:, :, last] = np.minimum(upper[:, :, last], scenario.final_maximum)
    cost = scenario.holding_cost * (scenario.years * scenario.discount)
    cost[:, :, last] -= scenario.final_value * scenario.discount[last]
    draft.sets["STOCKS"] = where(stocked)
    draft.params["stock_minimum"] = lower[stocked]
    draft.params["stock_maximum"] = upper[stocked]
    draft.params["stock_cost"] = cost[stocked]
    has_target = stocked & (scenario.target > 0)
    is_soft = has_target & ~np.isnan(scenario.safety_cost)[:, :, None]
    soft = where(is_soft)
    safety = scenario.safety_cost[:, :, None] * (scenario.years * scenario.discount)
    draft.sets["TARGETS"] = where(has_target)
    draft.sets["SOFT_TARGETS"] = soft
    draft.params["target"] = scenario.target[has_target]
    draft.params["safety_cost"] = safety[is_soft]
    draft.gather("UNDER_IN", "TARGETS", soft, soft[:, [2]])
