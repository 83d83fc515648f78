"""Costs that follow market indices, worked out anew for another index or another share of it.

Of a basket they follow many indices at once, between floors and ceilings: they are moved by the
terms of each price, and not by `planner.studies.patches`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.case.followed import Terms, follow
from planner.case.scenario import Numbers, Scenario
from planner.solving.edits import Placed, batches
from planner.studies.inputs import Group
from planner_models.compiled import CompiledModel

_SAME = 1e-12
"""Costs nearer than this, relative, are the same."""


@dataclass(frozen=True, slots=True)
class _Prices:
    """The prices that follow indices, as arrays: one number for each source and period with one.

    Attributes:
        places: source × number of periods + period.
        sources: the names of their sources.
        index: what is followed, in the source's currency per tonne.
        parts: what of it is that of each index, by name.
        terms: by which it is followed.
        prices: as they are.
    """

    places: NDArray[np.intp]
    sources: NDArray[np.str_]
    index: Numbers
    parts: Mapping[str, Numbers]
    terms: Mapping[str, Numbers]
    prices: Numbers

    @classmethod
    def of(cls, numbers: Scenario) -> _Prices:
        """Those of a scenario."""
        every, periods = numbers.followed, len(numbers.periods)
        parts: dict[str, Numbers] = {}
        for k, one in enumerate(every.values()):
            for name, part in one.parts:
                parts.setdefault(name, np.zeros(len(every)))[k] += part / one.exchange
        places = np.array([s * periods + t for s, t in every], dtype=np.intp)
        return cls(
            places=places,
            sources=np.array([numbers.sources[s].name for s, _ in every], dtype=np.str_),
            index=np.array(
                [sum(part for _, part in one.parts) / one.exchange for one in every.values()]
            ),
            parts=parts,
            terms={
                name: np.array([one.terms[name] for one in every.values()])  # type: ignore[literal-required]
                for name in Terms.__annotations__
            },
            prices=numbers.price.ravel()[places],
        )

    def moved(self, ends: Sequence[tuple[Group, float]]) -> tuple[Numbers, NDArray[np.bool_]]:
        """By how much each price changes at each end; and which ends have one below 0.

        Args:
            ends: inputs, each with the factor by which it is multiplied.
        """
        index = np.tile(self.index, (len(ends), 1))
        share = np.tile(self.terms["share"], (len(ends), 1))
        for k, (group, factor) in enumerate(ends):
            if group.kind == "index":
                index[k] += (factor - 1.0) * self.parts.get(group.of, 0.0)
            else:
                share[k][self.sources == group.of] *= factor
        is_moved = (index != self.index) | (share != self.terms["share"])
        terms = {**self.terms, "share": share}
        prices = follow(index, **terms, smaller=np.minimum, larger=np.maximum)
        change = np.where(is_moved, prices - self.prices, 0.0)
        return change, (is_moved & (prices < 0)).any(axis=1)


@dataclass(frozen=True, slots=True)
class Following:
    """The costs of a model that follow indices.

    Attributes:
        numbers: of the scenario.
        columns: what is shipped of sources with such a price, and paid of them unlifted.
        places: of each column, that of its price: source × number of periods + period.
        rise: of each column, cost per unit of that price, discounted.
        prices: that they follow.
    """

    numbers: Scenario
    columns: NDArray[np.int64]
    places: NDArray[np.int64]
    rise: Numbers
    prices: _Prices

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
        flat = places[0] * len(numbers.periods) + places[1]
        return cls(numbers, every[own], flat, rise, _Prices.of(numbers))

    def moves(self, group: Group) -> bool:
        """Whether a group of inputs moves such costs."""
        is_share = group.kind == "price" and group.column == "Index share"
        return group.kind == "index" or is_share

    def edits(
        self, model: CompiledModel, ends: Sequence[tuple[Group, float]]
    ) -> Iterator[Placed | None]:
        """Positions of such costs, and what they are at each end.

        None where a price would be below 0, which no case can have.

        Args:
            model: of which they are costs.
            ends: inputs that move such costs, each with the factor by which it is multiplied.
        """
        for several in batches(ends, self.numbers.price.size + len(self.columns)):
            change, is_below = self.prices.moved(several)
            of_places = np.zeros((len(several), self.numbers.price.size))
            of_places[:, self.prices.places] = change
            more = self.rise * of_places[:, self.places]
            costs = model.cost[self.columns] + more
            for k, is_none in enumerate(is_below.tolist()):
                which = np.flatnonzero(more[k])
                yield None if is_none else (self.columns[which], costs[k, which])


def _costs(model: CompiledModel, numbers: Scenario) -> Numbers:
    """The costs of all that is shipped, and of all that is paid unlifted."""
    lanes, lifts = model.indices["LANES"], model.indices["PAID_LIFTS"][:, 0]
    landed = numbers.landed_cost_without_tiers[tuple(lanes.T)]
    paid = numbers.unlifted_price[lifts] * numbers.discount[numbers.lift_periods[lifts]]
    return np.concatenate([landed * numbers.discount[lanes[:, 2]], paid])
