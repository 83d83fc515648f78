"""How many tonnes there are of what a case is about: what rounding is measured against.

A millionth of a tonne is nothing beside 32,000 t, and everything to who needs a thousandth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.case.scenario import Numbers, Scenario
from planner.solving.tolerances import NEGLIGIBLE


@dataclass(frozen=True, slots=True)
class Sizes:
    """The most tonnes that are needed, given or bought at one plant in one period.

    Attributes:
        material: M.
        item: I, demanded, of a material as `material` has it.
        source: S, of the source: what serves the material of which it brings enough soonest.
    """

    material: Numbers
    item: Numbers
    source: Numbers

    @classmethod
    def of(cls, scenario: Scenario, ship: Numbers) -> Sizes:
        """The sizes of a case and a plan for it.

        Args:
            scenario: the case's numbers.
            ship: S × P × T, tonnes bought.
        """
        bought = ship.max(axis=(1, 2), initial=0.0)
        delivered = scenario.content * scenario.yields[:, None]
        materials = len(scenario.materials)
        given = (
            needs_of_any_recipe(scenario),
            scenario.target,
            scenario.in_transit,
            scenario.opening[:, :, None],
            scenario.final_minimum[:, :, None],
        )
        needed = np.max([part.max(axis=(1, 2), initial=0.0) for part in given], axis=0)
        arrives = (delivered * bought[:, None]).max(axis=0, initial=0.0)
        material = np.maximum(needed, arrives)
        serves = np.divide(
            material, delivered, out=np.full(delivered.shape, np.inf),
            where=(delivered > 0) & (material > 0),
        )  # fmt: skip
        soonest = serves.min(axis=1, initial=np.inf)
        source = np.where(np.isinf(soonest), bought, soonest)
        item = np.concatenate([material, scenario.demand[materials:].max(axis=(1, 2), initial=0.0)])
        return cls(material, item, source)


def needs_of_any_recipe(scenario: Scenario) -> Numbers:
    """M × P × T: demand for materials, and the most that recipes use for that for products."""
    materials, recipes = len(scenario.materials), scenario.recipes
    needs = scenario.demand[:materials].copy()
    for product in sorted(set(recipes.product.tolist())):
        use = recipes.use[recipes.product == product].max(axis=0)
        needs += use[:, None, None] * scenario.demand[product]
    return needs


def rounding_of_tonnes(scenario: Scenario, ship: Numbers) -> float:
    """Tonnes at or below this are rounding, whatever they are of.

    Against the smallest demand; where there is none, against the smallest purchase.
    """
    for numbers in (scenario.demand, ship):
        if (numbers > 0).any():
            return NEGLIGIBLE * float(numbers[numbers > 0].min())
    return 0.0
