"""A fleet of what-ifs of one case: demand, quotas and prices scaled at random."""

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
        demand: M, of each material, at every plant and in every period.
        quota: of every quota.
        price: S, of what each source's tonnes cost, landed.
    """

    demand: Numbers
    quota: float
    price: Numbers


def fleet_of(scenario: Scenario, count: int) -> list[WhatIf]:
    """So many what-ifs, the same every time."""
    chance = np.random.default_rng(_SEED)
    return [
        WhatIf(
            demand=chance.uniform(0.85, 1.15, len(scenario.materials)),
            quota=float(chance.uniform(0.6, 1.2)),
            price=chance.uniform(0.85, 1.25, len(scenario.sources)),
        )
        for _ in range(count)
    ]


def applied(scenario: Scenario, what_if: WhatIf) -> Scenario:
    """The scenario with a what-if: what those start from who build a model anew."""
    total = scenario.demand.sum(axis=(0, 1))  # T
    demand = scenario.demand * what_if.demand[:, None, None]
    growth = demand.sum(axis=(0, 1)) / total
    price = what_if.price
    return replace(
        scenario,
        demand=demand,
        price=scenario.price * price[:, None],
        freight=scenario.freight * price[:, None],
        rules=tuple(_rule(rule, what_if.quota, growth) for rule in scenario.rules),
    )


def _rule(rule: Rule, quota: float, growth: Numbers) -> Rule:
    if rule.maximum is None:
        return rule
    if rule.kind == "quota":
        return replace(rule, maximum=rule.maximum * quota)
    if rule.share_of == "demand":  # of which the maximum is in tonnes
        return replace(rule, maximum=rule.maximum * growth[rule.periods[0]])
    return rule


class Changes:
    """What what-ifs do to the parameters of the formulation: all else is shared with the case."""

    def __init__(self, scenario: Scenario, data: ModelData) -> None:
        """Work out once what is the same for every what-if.

        Args:
            scenario: the case.
            data: what the formulation needs of it.
        """
        self._params = data.params
        balances, shortfalls, lanes = (
            data.sets[name] for name in ("BALANCES", "SHORTFALLS", "LANES")
        )
        self._material, self._short = balances[:, 0], shortfalls[:, 0]
        self._source = lanes[:, 0]
        self._demand = scenario.demand[tuple(balances.T)]
        by_period = scenario.demand.sum(axis=1)
        self._part = by_period / by_period.sum(axis=0)  # M × T, of the period's demand
        rules = [scenario.rules[r] for r in data.sets["CEILINGS"][:, 0].tolist()]
        self._is_quota = np.array([rule.kind == "quota" for rule in rules])
        self._of_demand = np.array([rule.share_of == "demand" for rule in rules])
        self._period = np.array([rule.periods[0] for rule in rules])

    def of(self, what_if: WhatIf) -> dict[str, Numbers]:
        """The changed parameters, by name."""
        params, factor = self._params, what_if.demand
        growth = factor @ self._part
        rules = np.where(self._is_quota, what_if.quota, 1.0)
        rules = np.where(self._of_demand, growth[self._period], rules)
        more = self._demand * (factor[self._material] - 1.0)
        return {
            "net_demand": params["net_demand"] + more,
            "shortfall_limit": params["shortfall_limit"] * factor[self._short],
            "ceiling": params["ceiling"] * rules,
            "landed_cost": params["landed_cost"] * what_if.price[self._source],
        }
