"""What could arrive at all, whatever it costs."""

from __future__ import annotations

import time
from functools import cached_property

import numpy as np

from planner.case.scenario import Numbers, Scenario
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.priorities import solve_by_priority
from planner.solving.session import Session

_AT_ANY_COST = 1e4
"""Times the dearest of all costs by which a tonne missing is made dearer, to see what could be."""

_LESS = 1e-6
"""Part of what is missing that is rounding, beside the gap of a search."""


def is_there(numbers: Scenario, item: int, site: int, period: int) -> bool:
    """Whether there is any of an item, or of what makes it, that nobody has to buy any more.

    Args:
        numbers: the scenario.
        item: position of a material or product.
        site: position of the plant.
        period: by the end of which it would have to be there.
    """
    wanted = makings(numbers, item)
    there = numbers.in_transit[wanted, site, : period + 1]
    return bool((numbers.opening[wanted, site] > 0).any() or (there > 0).any())


def could_be_bought(numbers: Scenario, item: int, site: int, period: int) -> bool:
    """Whether any source that can be bought in time holds an item, or anything that makes it.

    Args:
        As `is_there`.
    """
    wanted = makings(numbers, item)
    holds = (numbers.content[:, wanted] > 0).any(axis=1) & numbers.allowed[:, site]
    opens = {restart.source: restart.earliest + restart.lead for restart in numbers.restarts}
    return any(
        bool(numbers.can_buy[s, opens.get(s, 0) : leaves + 1].any())
        for s in np.flatnonzero(holds).tolist()
        if (leaves := period - int(numbers.lead[s, site])) >= 0
    )


class AtAnyCost:
    """What could be delivered of an item if nothing were dearer than to miss it."""

    def __init__(self, numbers: Scenario, options: Options, deadline: float) -> None:
        """Ask about a scenario, until a time of `time.monotonic`."""
        self._numbers = numbers
        self._options = options
        self._deadline = deadline
        self._gap = numbers.mip_gap if options.mip_gap is None else options.mip_gap

    def could_be_less(self, item: int, site: int, short: Numbers) -> bool | None:
        """Whether any plan misses less of an item at a plant than is missing now.

        Args:
            item, site: positions.
            short: T, tonnes missing now.

        Returns: None where that is not known in time.
        """
        session = self._session
        members = session.model.indices["SHORTFALLS"]
        own = (members[:, 0] == item) & (members[:, 1] == site)
        columns = session.model.columns["short"][own]
        dearest = float(np.abs(session.model.cost).max())
        session.shift_cost(columns, np.full(len(columns), _AT_ANY_COST * dearest))
        outcome = session.solve(self._deadline - time.monotonic(), self._gap)
        session.reset_costs()
        if outcome.solution is None:
            return None
        now, least = float(short.sum()), float(outcome.solution.values[columns].sum())
        return now - least > (_LESS + 2.0 * self._gap) * now

    @cached_property
    def _session(self) -> Session:
        """The model, giving up no more of rules with a priority than it has to."""
        session = Live(self._options).session(self._numbers)
        solve_by_priority(self._numbers, session, self._deadline - time.monotonic(), self._gap)
        return session


def makings(numbers: Scenario, item: int) -> list[int]:
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
