"""Data of the block `recycling`: the scrap that sources are fed with."""

from __future__ import annotations

import numpy as np

from planner.case.scenario import Numbers, Scenario
from planner.solving.data.draft import Draft, flagged


def add_recycling(draft: Draft) -> None:
    """Feeds of the sources that have any; needs OFFERS and SHORTFALLS."""
    scenario = draft.scenario
    recycling = scenario.recycling
    offers = draft.sets["OFFERS"]
    feeds = offers[flagged(len(scenario.sources), recycling.source)[offers[:, 0]]]
    returned = np.zeros((len(scenario.sources), len(scenario.items)))
    returned[recycling.source, recycling.item] = recycling.returned
    returns = np.argwhere(returned > 0)
    draft.sets["FEEDS"] = feeds
    draft.params["scrap"] = _scrap(scenario)[tuple(feeds.T)]
    draft.sets["RETURNS"] = returns
    draft.params["returned"] = returned[tuple(returns.T)]
    _add_shortfalls(draft)


def _scrap(scenario: Scenario) -> Numbers:
    """S × T: tonnes that come back where no demand is missing, and opening feeds before that."""
    recycling, periods = scenario.recycling, len(scenario.periods)
    demand = scenario.demand.sum(axis=1)
    scrap = np.zeros((len(scenario.sources), periods))
    for n, (source, item) in enumerate(zip(recycling.source, recycling.item, strict=True)):
        lag = min(int(recycling.lag[n]), periods)
        scrap[source, :lag] += recycling.opening[n]
        scrap[source, lag:] += recycling.returned[n] * demand[item, : periods - lag]
    return scrap


def _add_shortfalls(draft: Draft) -> None:
    """(item, site, period) whose shortfall takes off the scrap of a feed, a lag later."""
    scenario, short = draft.scenario, draft.sets["SHORTFALLS"]
    recycling = scenario.recycling
    keys, members = [np.zeros((0, 2), dtype=np.int64)], [np.zeros((0, 3), dtype=np.int64)]
    for n in np.flatnonzero(recycling.returned > 0).tolist():
        source = int(recycling.source[n])
        own = short[short[:, 0] == recycling.item[n]]
        later = own[:, 2] + recycling.lag[n]
        inside = later < len(scenario.periods)
        own, later = own[inside], later[inside]
        sold = draft.offered[source, later]
        keys.append(np.column_stack([np.full(int(sold.sum()), source), later[sold]]))
        members.append(own[sold])
    draft.gather("SHORT_BEFORE", "FEEDS", np.concatenate(keys), np.concatenate(members))
