"""In which amounts the model counts what rules bound."""

from __future__ import annotations

import numpy as np

from planner.case.scenario import Numbers, Rule, Scenario


def unit_in_model(scenario: Scenario, rule: Rule) -> float:
    """The amount of what a rule bounds that its row of the model counts as 1.

    About what a tonne has, so that the solver sees numbers of the size of tonnes: a tonne; of an
    average, the largest attribute times a tonne; of a spend, the typical landed cost of a tonne.
    """
    if rule.type == "average":
        return float(np.abs(attributes(rule)).max(initial=0.0)) or 1.0
    if rule.type == "spend":
        costs = scenario.landed_cost[list(rule.sources)][:, :, list(rule.periods)]
        return float(costs[costs > 0].mean()) if (costs > 0).any() else 1.0
    return 1.0


def attributes(rule: Rule) -> Numbers:
    """S: the attribute that an average is of; 0 for sources that do not count."""
    tonnes = rule.basis_content
    if tonnes is None:
        return np.zeros_like(rule.content)
    return np.divide(rule.content, tonnes, out=np.zeros_like(tonnes), where=tonnes > 0)


def size_of_bound(rule: Rule, bound: float) -> float:
    """What a breach of a rule with a priority is divided by: its bound, 1 where that is 0.

    Of a share both are shares; the bound of a share of demand is in tonnes, and so is the result.
    """
    if bound != 0:
        return abs(bound)
    return rule.basis if rule.share_of == "demand" and rule.basis else 1.0
