"""Data of the block `supply`: when sources can be bought, and what a tonne costs."""

from __future__ import annotations

import numpy as np

from planner.solving.data.draft import Draft


def add_supply(draft: Draft) -> None:
    """Offers, lanes and contents of sources; capacity and landed cost."""
    scenario = draft.scenario
    periods = np.arange(len(scenario.periods))
    open_in = (scenario.first[:, None] <= periods) & (periods <= scenario.last[:, None])
    lanes = open_in[:, None, :] & scenario.allowed[:, :, None]
    offers = np.argwhere(lanes.any(axis=1))
    ship = np.argwhere(lanes)
    draft.sets["OFFERS"] = offers
    draft.sets["LANES"] = ship
    # The capacity of a source with a restart stands in the row of its decisions.
    restarted = np.isin(offers[:, 0], [restart.source for restart in scenario.restarts])
    limit = scenario.limit[tuple(offers.T)]
    draft.params["purchase_limit"] = np.where(restarted, np.inf, limit)
    # The price of a source with tiers stands in the cost of its tiers.
    landed = scenario.landed_cost_without_tiers
    draft.params["landed_cost"] = (landed * scenario.discount)[tuple(ship.T)]
    draft.gather("SITES_SERVED", "OFFERS", ship[:, [0, 2]], ship[:, [1]])
    contents = np.argwhere(scenario.content > 0)
    draft.sets["CONTENTS"] = contents
    delivered = scenario.content * scenario.yields[:, None]
    draft.params["delivered"] = delivered[tuple(contents.T)]
