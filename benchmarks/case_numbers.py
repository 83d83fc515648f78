"""The numbers of a benchmark case, as someone who writes the model by hand would want them.

Only what the cases of `cases.py` use: everything can be bought and shipped always, arrives at once,
is linear, and rules are quotas and largest shares of each period.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Scenario

Numbers = NDArray[np.float64]
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rules:
    """Quotas and shares, each for one country and every period, B in all.

    Contained tonnes counted ≤ most + share × all purchases of the period.

    Attributes:
        content: B × S, contained tonnes counted per tonne bought.
        most: B × T, tonnes; 0 of a share of purchases.
        share: B × T; 0 where it is none of purchases.
        of_purchases: B, whether it is one.
        basis: S, contained tonnes per tonne bought, of all purchases.
    """

    content: Numbers
    most: Numbers
    share: Numbers
    of_purchases: NDArray[np.bool_]
    basis: Numbers


@dataclass(frozen=True, slots=True)
class Contracts:
    """Levels, which cap each period, and what has to be lifted of them in each of Y years.

    Attributes:
        source: C.
        least, most: C, of the level, tonnes per period.
        year: T, which year a period is in.
        per_level: C × Y, tonnes to be lifted per unit of level.
    """

    source: Positions
    least: Numbers
    most: Numbers
    year: Positions
    per_level: Numbers


@dataclass(frozen=True, slots=True)
class CaseNumbers:
    """Axes: S sources, M materials, P plants, T periods. Money is discounted.

    Attributes:
        capacity: S × T, tonnes.
        landed_cost: S × P × T, per tonne.
        delivered: S × M, tonnes arriving per tonne bought.
        demand: M × P × T, tonnes, which may stay unmet.
        net_demand: M × P × T, less the opening stock.
        shortfall_cost, surplus_value: M × T, per tonne.
        stock_maximum: M × P.
        stock_cost: M × P × T, per tonne.
        target: M × P × T, tonnes.
        safety_cost: M × P × T, per tonne under the target.
    """

    capacity: Numbers
    landed_cost: Numbers
    delivered: Numbers
    demand: Numbers
    net_demand: Numbers
    shortfall_cost: Numbers
    surplus_value: Numbers
    stock_maximum: Numbers
    stock_cost: Numbers
    target: Numbers
    safety_cost: Numbers
    rules: Rules
    contracts: Contracts


def numbers_of(scenario: Scenario) -> CaseNumbers:
    """The numbers of a scenario of a benchmark case."""
    discount, years = scenario.discount, scenario.years
    net = scenario.demand - scenario.in_transit
    net[:, :, 0] -= scenario.opening
    exchange = (scenario.exchange * discount)[:, None, :]
    price = (scenario.price * (1 + scenario.export_tax)[:, None])[:, None, :]
    bare = (price + scenario.freight[:, :, None]) * (1 + scenario.duty)[:, None, None]
    return CaseNumbers(
        capacity=scenario.capacity * scenario.availability,
        landed_cost=(bare + scenario.processing[:, None, None]) * exchange,
        delivered=scenario.content * scenario.yields[:, None],
        demand=scenario.demand,
        net_demand=net,
        shortfall_cost=scenario.shortfall_cost * discount,
        surplus_value=scenario.surplus_value * discount,
        stock_maximum=scenario.stock_maximum,
        stock_cost=scenario.holding_cost * (years * discount),
        target=scenario.target,
        safety_cost=scenario.safety_cost[:, :, None] * (years * discount),
        rules=_rules(scenario),
        contracts=_contracts(scenario),
    )


def _rules(scenario: Scenario) -> Rules:
    periods = len(scenario.periods)
    first = scenario.rules[::periods]  # of each block: the periods follow each other
    of_purchases = np.array([rule.share_of == "purchases" for rule in first])
    maximum = np.array([rule.maximum for rule in scenario.rules], dtype=float)
    bounds = maximum.reshape(len(first), periods)
    bases = [rule.basis_content for rule in first if rule.basis_content is not None]
    return Rules(
        content=np.array([rule.content for rule in first]),
        most=np.where(of_purchases[:, None], 0.0, bounds),
        share=np.where(of_purchases[:, None], bounds, 0.0),
        of_purchases=of_purchases,
        basis=bases[0],
    )


def _contracts(scenario: Scenario) -> Contracts:
    contracts = scenario.contracts
    lifts = contracts[0].lifts  # alike for all
    return Contracts(
        source=np.array([contract.source for contract in contracts]),
        least=np.array([contract.minimum for contract in contracts]),
        most=np.array([contract.maximum for contract in contracts]),
        year=np.repeat(np.arange(len(lifts)), [len(lift.periods) for lift in lifts]),
        per_level=np.array([[lift.per_level for lift in contract.lifts] for contract in contracts]),
    )
