"""Data of the block `balance`: demand, shortfall, surplus, and what arrives when."""

from __future__ import annotations

import numpy as np

from planner.case.scenario import Flags
from planner.solving.data.draft import Draft, starts, where
from planner.solving.data.supply import may_leave
from planner_models.data import IndexedMembers, Members


def add_balance(draft: Draft) -> None:
    """Where tonnes are accounted for, and what enters each balance."""
    scenario = draft.scenario
    materials, periods = len(scenario.materials), len(scenario.periods)
    shape = (materials, len(scenario.sites), periods)
    demand = scenario.demand[:materials]
    net = demand - scenario.in_transit
    net[:, :, 0] -= scenario.opening
    surplus = (scenario.surplus_value * scenario.discount)[:, None, :]
    draft.sets["BALANCES"] = where(np.ones(shape, dtype=bool))
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
    may_be_short = (scenario.demand > 0) & scenario.shortfall_allowed
    short = where(may_be_short)
    cost = (scenario.shortfall_cost * scenario.discount)[:, None, :]
    draft.sets["SHORTFALLS"] = short
    draft.params["shortfall_limit"] = scenario.demand[may_be_short]
    draft.params["shortfall_cost"] = np.broadcast_to(cost, may_be_short.shape)[may_be_short]
    of_materials = short[short[:, 0] < len(scenario.materials)]
    draft.gather("SHORT_IN", "BALANCES", of_materials, of_materials[:, [2]])


def _add_arrivals(draft: Draft) -> None:
    """(source, period of leaving) of what arrives, by material, site and period."""
    scenario = draft.scenario
    sites, periods = len(scenario.sites), len(scenario.periods)
    leaving = np.arange(periods) - scenario.lead[:, :, None]
    # By site, period of arrival and source: the order in which they are gathered.
    comes = np.ascontiguousarray(may_leave(scenario, leaving).transpose(1, 2, 0))
    left = np.ascontiguousarray(leaving.transpose(1, 2, 0))
    sources = [np.flatnonzero(holds) for holds in (scenario.content > 0).T]
    flags = [comes[:, :, own] for own in sources]
    counts = [np.count_nonzero(own, axis=2).ravel() for own in flags]
    start = starts(np.concatenate(counts))
    members = np.empty((2, int(start[-1])), dtype=np.int64)
    blocks = np.split(members, start[: -1 : sites * periods][1:], axis=1)
    for block, source, own in zip(blocks, sources, flags, strict=True):
        block[0] = _chosen(np.broadcast_to(source, own.shape), own)
        block[1] = _chosen(left[:, :, source], own)
    draft.indexed["ARRIVALS"] = IndexedMembers(start, members.T)


def _chosen(numbers: Members, flags: Flags) -> Members:
    """The numbers that are flagged, in order: mostly all are."""
    return numbers.ravel() if flags.all() else numbers[flags]
