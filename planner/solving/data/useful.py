"""The most that it can be of use to buy: what ties tonnes to a yes/no decision need not exceed it.

A capacity that is as good as unlimited (1e9 t beside a demand of 100 t) makes a poor tie: to the
solver a ten-millionth of a decision, which is none, would open all that is needed.

Where a tonne costs at least what it can be sold for, some cheapest plan buys no more of a source
than all that is needed of one of its materials from then on; and what rules, contracts, orders and
prices by volume ask for on top. Where something else rewards purchases, nothing is said.
"""

from __future__ import annotations

import numpy as np

from planner.case.scenario import Flags, Numbers, Rule, Scenario
from planner.solving.sizes import needs_of_any_recipe

_ROOM = 2.0
"""Beyond what is of use, so that no plan that is looked for is at the bound."""


def most_bought(scenario: Scenario) -> Numbers:
    """S × T: a bound for decisions of what can be bought, in tonnes.

    That of capacity, quotas and limits, or less, where more could not be of use.
    """
    return of_use(scenario, np.minimum(scenario.limit, scenario.bound))


def of_use(scenario: Scenario, most: Numbers) -> Numbers:
    """S × T: a bound of what can be bought, or less, where more could not be of use."""
    useful = _ROOM * (_served(scenario) + _asked_for(scenario))
    return np.minimum(most, np.maximum(useful, _ROOM * _at_once(scenario)))


def _served(scenario: Scenario) -> Numbers:
    """S × T: what serves all needs of one of the source's materials, at each plant."""
    delivered = scenario.content * scenario.yields[:, None]
    holds = delivered > 0
    needs = _needs(scenario)
    shape = (len(scenario.sources), *needs.shape)
    tonnes = np.divide(needs, delivered[:, :, None], out=np.zeros(shape), where=holds[:, :, None])
    served = tonnes.max(axis=1, initial=0.0).sum(axis=1)
    return np.where(_costs_more_than_it_earns(scenario), served[:, None], np.inf)


def _needs(scenario: Scenario) -> Numbers:
    """M × P: tonnes of all periods together; infinite where conversions use the material up."""
    needs = (needs_of_any_recipe(scenario) + scenario.target).sum(axis=2) + scenario.final_minimum
    used_up: Flags = np.any(scenario.conversions.made < 0, axis=0)
    return np.where(used_up[:, None], np.inf, needs)


def _costs_more_than_it_earns(scenario: Scenario) -> Flags:
    """S × T: whether a tonne costs at least what its materials could be sold for, wherever."""
    discount = scenario.discount
    sold = (scenario.surplus_value * discount).max(axis=1)
    kept = (scenario.final_value * discount[-1]).max(axis=1)
    worth = np.maximum(np.maximum(sold, kept), 0.0)
    earned = scenario.yields * (scenario.content @ worth)
    enough: Flags = _lowest_landed_cost(scenario) * discount >= earned[:, None]
    return enough


def _lowest_landed_cost(scenario: Scenario) -> Numbers:
    """S × T: of a tonne, at the plant and in the tier where it is least."""
    prices = scenario.price.copy()
    for tiers in scenario.tiers:
        prices[tiers.source] = min(tiers.prices)
    landed: Numbers = np.sum(list(scenario.landed_parts_at(prices).values()), axis=0)
    lowest: Numbers = landed.min(axis=1)
    return lowest


def _asked_for(scenario: Scenario) -> Numbers:
    """S × T: what limits and contracts may ask to be bought without a need."""
    asked = np.zeros(scenario.limit.shape)
    for rule in scenario.rules:
        if rule.basis_content is not None:  # more of one source lets more of another be bought
            asked[rule.basis_content > 0] = np.inf
        elif rule.minimum is not None and rule.minimum > 0:
            asked[list(rule.sources)] += _minimum(scenario, rule)[list(rule.sources)]
    for contract in scenario.contracts:
        lifted = contract.minimum * sum(lift.per_level for lift in contract.lifts)
        asked[contract.source] += lifted
    for restart in scenario.restarts:
        if restart.minimum_load > 0:
            asked[restart.source] = np.inf
    return asked


def _minimum(scenario: Scenario, rule: Rule) -> Numbers:
    """S × T: tonnes of each source that a minimum takes, if it is kept by that source alone."""
    least = rule.counts_from if rule.type == "suppliers" else rule.minimum or 0.0
    per_tonne: Numbers = np.broadcast_to(rule.content[:, None], scenario.limit.shape)
    if rule.type == "spend":
        per_tonne = per_tonne * _lowest_landed_cost(scenario)
    tonnes = np.zeros(per_tonne.shape)
    return np.divide(least, per_tonne, out=tonnes, where=per_tonne > 0)


def _at_once(scenario: Scenario) -> Numbers:
    """S × T: what is bought, if at all, by minimum orders, for a cheaper tier, or as frozen."""
    least = np.broadcast_to(scenario.orders.minimum[:, None], scenario.limit.shape).copy()
    for tiers in scenario.tiers:
        last = tiers.starts[-1] * scenario.years
        least[tiers.source] = np.maximum(least[tiers.source], last)
    if scenario.current is not None:
        least = np.maximum(least, scenario.current.tonnes.sum(axis=1))
    return least
