"""Data of the block `balance`: demand, shortfall, surplus, and what arrives when."""

from __future__ import annotations

import numpy as np

from planner.solving.data.draft import Draft
from planner_models.data import IndexedMembers


def add_balance(draft: Draft) -> None:
    """Where tonnes are accounted for, and what enters each balance."""
    scenario = draft.scenario
    materials, periods = len(scenario.materials), len(scenario.periods)
    shape = (materials, len(scenario.sites), periods)
    demand = scenario.demand[:materials]
    net = demand - scenario.in_transit
    net[:, :, 0] -= scenario.opening
    surplus = (scenario.surplus_value * scenario.discount)[:, None, :]
    draft.sets["BALANCES"] = np.argwhere(np.ones(shape, dtype=bool))
    draft.params["net_demand"] = net.ravel()
    draft.params["surplus_value"] = np.broadcast_to(surplus, shape).ravel()
    _add_shortfalls(draft)
    stocks = draft.sets["STOCKS"]
    carried = stocks[stocks[:, 2] < periods - 1]
    draft.gather("CLOSING_OF", "BALANCES", stocks, stocks[:, [2]])
    draft.gather("OPENING_OF", "BALANCES", carried + np.array([0, 0, 1]), carried[:, [2]])
    _add_arrivals(draft)


def _add_shortfalls(draft: Draft) -> None:
    """What of the demand for materials and products may stay unmet."""
    scenario = draft.scenario
    short = np.argwhere((scenario.demand > 0) & scenario.shortfall_allowed)
    cost = scenario.shortfall_cost * scenario.discount
    draft.sets["SHORTFALLS"] = short
    draft.params["shortfall_limit"] = scenario.demand[tuple(short.T)]
    draft.params["shortfall_cost"] = cost[short[:, 0], short[:, 2]]
    of_materials = short[short[:, 0] < len(scenario.materials)]
    draft.gather("SHORT_IN", "BALANCES", of_materials, of_materials[:, [2]])


def _add_arrivals(draft: Draft) -> None:
    """(source, period of leaving) of what arrives, by material, site and period."""
    scenario, lanes, contents = draft.scenario, draft.sets["LANES"], draft.sets["CONTENTS"]
    arrives = lanes[:, 2] + scenario.lead[lanes[:, 0], lanes[:, 1]]
    inside = arrives < len(scenario.periods)
    # By site, period of arrival and source: the order in which they are gathered.
    shape = (len(scenario.sites), len(scenario.periods), len(scenario.sources))
    comes = np.zeros(shape, dtype=bool)
    comes[lanes[inside, 1], arrives[inside], lanes[inside, 0]] = True
    left = np.arange(len(scenario.periods))[:, None] - scenario.lead.T[:, None, :]
    counts, members = [np.zeros(1, dtype=np.int64)], [np.zeros((0, 2), dtype=np.int64)]
    for m in range(len(scenario.materials)):
        sources = contents[contents[:, 1] == m, 0]
        own = comes[:, :, sources]
        counts.append(np.count_nonzero(own, axis=2).ravel())
        source = np.broadcast_to(sources, own.shape)[own]
        members.append(np.column_stack([source, left[:, :, sources][own]]))
    start = np.cumsum(np.concatenate(counts))
    draft.indexed["ARRIVALS"] = IndexedMembers(start, np.concatenate(members))
