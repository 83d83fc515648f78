"""What could arrive at all, whatever it costs."""

from __future__ import annotations

import numpy as np

from planner.case.scenario import Scenario


def could_arrive(numbers: Scenario, item: int, site: int, period: int) -> bool:
    """Whether any source that can be bought in time holds an item, or anything that makes it.

    Args:
        numbers: the scenario.
        item: position of a material or product.
        site: position of the plant.
        period: by the end of which it would have to be there.
    """
    wanted = _materials(numbers, item)
    if (numbers.opening[wanted, site] > 0).any():
        return True
    if (numbers.in_transit[wanted, site, : period + 1] > 0).any():
        return True
    holds = (numbers.content[:, wanted] > 0).any(axis=1) & numbers.allowed[:, site]
    opens = {restart.source: restart.earliest + restart.lead for restart in numbers.restarts}
    return any(
        bool(numbers.can_buy[s, opens.get(s, 0) : leaves + 1].any())
        for s in np.flatnonzero(holds).tolist()
        if (leaves := period - int(numbers.lead[s, site])) >= 0
    )


def _materials(numbers: Scenario, item: int) -> list[int]:
    """Materials that an item is, or is made of, by whatever recipe and conversion."""
    count = len(numbers.materials)
    wanted = {item} if item < count else set()
    if item >= count:
        recipes = numbers.recipes
        own = recipes.product == item
        wanted = set(np.flatnonzero((recipes.use[own] > 0).any(axis=0)).tolist())
    made = numbers.conversions.made
    while True:
        makers = (made[:, sorted(wanted)] > 0).any(axis=1)
        used = set(np.flatnonzero((made[makers] < 0).any(axis=0)).tolist())
        if used <= wanted:
            return sorted(wanted)
        wanted |= used
