"""Costs that follow market indices, worked out anew for another index or another share of it.

Of a basket they follow many indices at once, between floors and ceilings: they are moved by the
terms of each price, and not by `planner.studies.patches`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers, Scenario
from planner.studies.inputs import Group
from planner_models.compiled import CompiledModel

_SAME = 1e-12
"""Costs nearer than this, relative, are the same."""

_Place = tuple[int, int]
"""A source and a period."""


@dataclass(frozen=True, slots=True)
class Following:
    """The costs of a model that follow indices.

    Attributes:
        numbers: of the scenario.
        columns: what is shipped of sources with such a price, and paid of them unlifted.
        places: of each column, the source and the period of its price.
        rise: of each column, cost per unit of that price, discounted.
        of_index, of_source: by name, the source and period of each price that moves with it.
    """

    numbers: Scenario
    columns: NDArray[np.int64]
    places: tuple[NDArray[np.int64], NDArray[np.int64]]
    rise: Numbers
    of_index: Mapping[str, Sequence[_Place]]
    of_source: Mapping[str, Sequence[_Place]]

    @classmethod
    def of(cls, numbers: Scenario, model: CompiledModel) -> Following | None:
        """Those of a model; None where a cost holds more than its price and what goes with it."""
        lanes, lifts = model.indices["LANES"], model.indices["PAID_LIFTS"][:, 0]
        of_lift = np.array([c.source for c in numbers.contracts for _ in c.lifts], dtype=np.int64)
        every = np.concatenate([model.columns["ship"], model.columns["unlifted"]])
        source = np.concatenate([lanes[:, 0], of_lift[lifts]])
        period = np.concatenate([lanes[:, 2], numbers.lift_periods[lifts]])
        own = np.isin(source, list({s for s, _ in numbers.followed}))
        free = _costs(model, replace(numbers, price=np.zeros_like(numbers.price)))
        at_one = _costs(model, replace(numbers, price=np.ones_like(numbers.price)))
        rise, places = (at_one - free)[own], (source[own], period[own])
        expected = free[own] + rise * numbers.price[places]
        if not np.allclose(expected, model.cost[every[own]], _SAME, 0.0):
            return None
        of_index: dict[str, list[_Place]] = {}
        of_source: dict[str, list[_Place]] = {}
        for place, followed in numbers.followed.items():
            of_source.setdefault(numbers.sources[place[0]].name, []).append(place)
            for name in dict.fromkeys(name for name, _ in followed.parts):
                of_index.setdefault(name, []).append(place)
        return cls(numbers, every[own], places, rise, of_index, of_source)

    def moves(self, group: Group) -> bool:
        """Whether a group of inputs moves such costs."""
        is_share = group.kind == "price" and group.column == "Index share"
        return group.kind == "index" or is_share

    def applied(self, model: CompiledModel, group: Group, factor: float) -> CompiledModel | None:
        """The model with a group multiplied by a factor, as far as such costs go.

        None where a price would be below 0, which no case can have.
        """
        is_index = group.kind == "index"
        places = (self.of_index if is_index else self.of_source).get(group.of, ())
        change = np.zeros_like(self.numbers.price)
        for place in places:
            followed = self.numbers.followed[place]
            price = followed.price(group.of, factor) if is_index else followed.price(share=factor)
            if price < 0:
                return None
            change[place] = price - self.numbers.price[place]
        cost = model.cost.copy()
        cost[self.columns] += self.rise * change[self.places]
        return replace(model, cost=cost)


def _costs(model: CompiledModel, numbers: Scenario) -> Numbers:
    """The costs of all that is shipped, and of all that is paid unlifted."""
    lanes, lifts = model.indices["LANES"], model.indices["PAID_LIFTS"][:, 0]
    landed = numbers.landed_cost_without_tiers[tuple(lanes.T)]
    paid = numbers.unlifted_price[lifts] * numbers.discount[numbers.lift_periods[lifts]]
    return np.concatenate([landed * numbers.discount[lanes[:, 2]], paid])
