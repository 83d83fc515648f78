"""A fleet of what-ifs of one case: all demand, all quotas and all prices scaled at random."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.case_numbers import Numbers
from planner.case.scenario import Rule, Scenario
from planner_models.data import ModelData

_SEED = 7


@dataclass(frozen=True, slots=True)
class WhatIf:
    """By what the numbers of a case are multiplied.

    Attributes:
        demand: all demand.
        quota: all quotas.
        price: what a tonne of every source costs, landed.
    """

    demand: float
    quota: float
    price: float


def fleet_of(count: int) -> list[WhatIf]:
    """So many what-ifs, the same every time."""
    chance = np.random.default_rng(_SEED)
    drawn = chance.uniform((0.9, 0.6, 0.85), (1.1, 1.2, 1.25), (count, 3))
    return [WhatIf(*factors) for factors in drawn.tolist()]


def applied(scenario: Scenario, what_if: WhatIf) -> Scenario:
    """The scenario with a what-if: what those start from who build a model anew."""
    return replace(
        scenario,
        demand=scenario.demand * what_if.demand,
        price=scenario.price * what_if.price,
        freight=scenario.freight * what_if.price,
        rules=tuple(_rule(rule, what_if) for rule in scenario.rules),
    )


def _rule(rule: Rule, what_if: WhatIf) -> Rule:
    factor = _factor(rule, what_if)
    return rule if rule.maximum is None else replace(rule, maximum=rule.maximum * factor)


def _factor(rule: Rule, what_if: WhatIf) -> float:
    """By what the maximum of a rule is multiplied: that of a share of demand is in tonnes."""
    if rule.kind == "quota":
        return what_if.quota
    return what_if.demand if rule.share_of == "demand" else 1.0


class Changes:
    """What what-ifs do to the parameters of the formulation: all else is shared with the case."""

    def __init__(self, scenario: Scenario, data: ModelData) -> None:
        """Work out once what is the same for every what-if.

        Args:
            scenario: the case.
            data: what the formulation needs of it.
        """
        self._params = data.params
        self._demand = scenario.demand[tuple(data.sets["BALANCES"].T)]
        rules = [scenario.rules[r] for r in data.sets["CEILINGS"][:, 0].tolist()]
        self._is_quota = np.array([rule.kind == "quota" for rule in rules])
        self._of_demand = np.array([rule.share_of == "demand" for rule in rules])

    def of(self, what_if: WhatIf) -> dict[str, Numbers]:
        """The changed parameters, by name."""
        params = self._params
        ceiling = params["ceiling"].copy()
        ceiling[self._is_quota] *= what_if.quota
        ceiling[self._of_demand] *= what_if.demand
        return {
            "net_demand": params["net_demand"] + self._demand * (what_if.demand - 1.0),
            "shortfall_limit": params["shortfall_limit"] * what_if.demand,
            "ceiling": ceiling,
            "landed_cost": params["landed_cost"] * what_if.price,
        }
