"""Data of the block `supply`: when sources can be bought, and what a tonne costs."""

from __future__ import annotations

import numpy as np

from planner.case.scenario import Flags, Indices, Scenario
from planner.solving.data.draft import Draft, flagged, starts, where
from planner_models.data import IndexedMembers


def add_supply(draft: Draft) -> None:
    """Offers, lanes and contents of sources; capacity and landed cost."""
    scenario = draft.scenario
    lanes = may_leave(scenario, np.arange(len(scenario.periods)))
    offered: Flags = np.any(lanes, axis=1)
    holds = scenario.content > 0
    draft.sets["OFFERS"] = where(offered)
    draft.sets["LANES"] = where(lanes)
    draft.sets["CONTENTS"] = where(holds)
    # The capacity of a source with a restart stands in the row of its decisions.
    restarted = flagged(len(scenario.sources), [restart.source for restart in scenario.restarts])
    draft.params["purchase_limit"] = np.where(restarted[:, None], np.inf, scenario.limit)[offered]
    # The price of a source with tiers stands in the cost of its tiers.
    landed = scenario.landed_cost_without_tiers
    draft.params["landed_cost"] = (landed * scenario.discount)[lanes]
    draft.params["delivered"] = (scenario.content * scenario.yields[:, None])[holds]
    served = where(lanes.transpose(0, 2, 1))[:, [2]]
    counts = np.count_nonzero(lanes, axis=1)[offered]
    draft.indexed["SITES_SERVED"] = IndexedMembers(starts(counts), served)


def may_leave(scenario: Scenario, periods: Indices) -> Flags:
    """S × P × T: whether tonnes of a source may leave for a plant in each of some periods.

    Args:
        scenario: the case's numbers.
        periods: positions, T or S × P × T; some may lie outside the case's.
    """
    first, last = scenario.first[:, None, None], scenario.last[:, None, None]
    flags: Flags = (first <= periods) & (periods <= last) & scenario.allowed[:, :, None]
    return flags
