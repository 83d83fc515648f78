"""Data of the block `conversions`: which processes stand where, and what they use and make."""

from __future__ import annotations

import numpy as np

from planner.solving.data.draft import Draft


def add_conversions(draft: Draft) -> None:
    """Conversions at their plants in each period; needs BALANCES."""
    scenario = draft.scenario
    conversions = scenario.conversions
    places = np.argwhere(np.ones(conversions.capacity.shape, dtype=bool))
    site = conversions.site[places[:, 0]]
    members = np.column_stack([places[:, 0], site, places[:, 1]])
    cost = conversions.cost[:, None] * scenario.discount
    draft.sets["CONVERSIONS"] = members
    draft.params["convert_limit"] = conversions.capacity.ravel()
    draft.params["conversion_cost"] = cost.ravel()
    flows = conversions.made != 0
    draft.sets["CONVERSION_FLOWS"] = np.argwhere(flows)
    draft.params["made"] = conversions.made[flows]
    which, material = np.nonzero(flows[members[:, 0]])
    where = np.column_stack([material, members[which, 1:]])
    draft.gather("CONVERTED", "BALANCES", where, members[which][:, [0]])
