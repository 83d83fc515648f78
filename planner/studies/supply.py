"""What could arrive at all, whatever it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.case.scenario import Flags, Numbers, Scenario
from planner.plan import Plan
from planner.solving.budget import Budget
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.priorities import solve_by_priority
from planner.solving.session import Session
from planner.studies.states import Watch

_AT_ANY_COST = 1e4
"""Times the dearest of all costs by which a tonne missing is made dearer, to see what could be."""

_HOLDS_BACK = 10.0
"""Times the dearest of all costs from which on a limit can only be worth what is missing then."""

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


class Worth:
    """What a tonne from a source saves, beside what it costs."""

    def __init__(self, plan: Plan) -> None:
        """Of a plan, at the margin."""
        self._numbers = plan.numbers
        materials = len(plan.numbers.materials)
        self._short: Flags = plan.quantities.short[:materials] > plan.threshold
        recipes, made = plan.numbers.recipes, plan.numbers.conversions.made
        self._used_up: Flags = np.any(recipes.use > 0, axis=0) | np.any(made < 0, axis=0)

    def cheap_enough(self, item: int, site: int, periods: Sequence[int]) -> list[tuple[int, int]]:
        """Sources, and when they would leave, that would serve a material for less than to miss it.

        Of products nothing is said.
        """
        numbers = self._numbers
        if item >= len(numbers.materials):
            return []
        holds = (numbers.content[:, item] > 0) & numbers.allowed[:, site]
        return [
            (s, t - int(numbers.lead[s, site]))
            for s in np.flatnonzero(holds).tolist()
            for t in periods
            if t >= numbers.lead[s, site]
            and numbers.buys_in(s, t - int(numbers.lead[s, site]))
            and not self.is_too_dear(s, item, site, t)
        ]

    def is_too_dear(self, source: int, item: int, site: int, period: int) -> bool:
        """Whether a source that holds a material costs no less than all that it saves for certain.

        Of a product, and of a material made of what the source holds, that is not known: no.

        Args:
            source, item, site: positions.
            period: in which it would have to be there; it leaves earlier by its lead time.
        """
        numbers = self._numbers
        if item >= len(numbers.materials) or numbers.content[source, item] == 0:
            return False
        sold = numbers.surplus_value[:, period]
        saved = np.where(
            self._short[:, site, period], numbers.shortfall_cost[: len(sold), period], sold
        )
        return self._cost(source, site, period) >= self._of_a_tonne(source, period, saved)

    def may_be_cheap_enough(self, source: int, site: int, period: int) -> bool:
        """Whether a source may cost less than all that it could save, whatever that is worth.

        What is not missing may replace what is as dear as to miss it; what products are made of
        may be worth anything.
        """
        numbers = self._numbers
        held: Flags = numbers.content[source] > 0
        if (held & self._used_up).any():
            return True
        sold = numbers.surplus_value[:, period]
        demanded: Flags = np.any(numbers.demand[: len(sold), site] > 0, axis=1)
        missed = numbers.shortfall_cost[: len(sold), period]
        saved = np.where(demanded, np.maximum(missed, sold), sold)
        return self._cost(source, site, period) < self._of_a_tonne(source, period, saved)

    def _cost(self, source: int, site: int, period: int) -> float:
        """Landed, discounted, of a tonne that is there in the period."""
        numbers = self._numbers
        leaves = period - int(numbers.lead[source, site])
        return float(numbers.landed_cost[source, site, leaves] * numbers.discount[leaves])

    def _of_a_tonne(self, source: int, period: int, saved: Numbers) -> float:
        """Discounted, of what a tonne bought holds, each material at so much a tonne."""
        numbers = self._numbers
        contained = numbers.content[source] * numbers.yields[source]
        held = contained > 0  # what is not demanded has no shortfall cost
        return float((contained[held] * saved[held]).sum() * numbers.discount[period])


@dataclass(frozen=True, slots=True)
class Least:
    """What is missing of an item if nothing is dearer than to miss it.

    Attributes:
        is_less: whether that is less than what is missing now.
        takes_from_others: whether then more is missing of others, or elsewhere.
        held_by: limits that then stand in its way.
    """

    is_less: bool
    takes_from_others: bool
    held_by: tuple[str, ...]


class AtAnyCost:
    """What could be delivered of an item if nothing were dearer than to miss it."""

    def __init__(self, numbers: Scenario, options: Options, budget: Budget) -> None:
        """Ask about a scenario, in some time."""
        self._numbers = numbers
        self._options = options
        self._budget = budget
        self._gap = options.gap(numbers)

    def least(self, item: int, site: int, short: Numbers) -> Least | None:
        """Whether any plan misses less of it at a plant than now, and what holds it back.

        Args:
            item, site: positions.
            short: I × P × T, tonnes missing now.

        Returns: None where that is not known in time.
        """
        session = self._session
        members = session.model.indices["SHORTFALLS"]
        own = (members[:, 0] == item) & (members[:, 1] == site)
        columns = session.model.columns["short"][own]
        dearest = float(np.abs(session.model.cost).max())
        session.shift_cost(columns, np.full(len(columns), _AT_ANY_COST * dearest))
        outcome = session.solve(self._budget.left, self._gap)
        session.reset_costs()
        found = outcome.solution
        if found is None:
            return None
        now, least = float(short[item, site].sum()), float(found.values[columns].sum())
        every = float(found.values[session.model.columns["short"]].sum())
        rounding = (_LESS + 2.0 * self._gap) * float(short.sum())
        watch = Watch(self._numbers, session.model)
        at_limits = watch.at_limits(found, _HOLDS_BACK * dearest)
        return Least(
            is_less=now - least > rounding,
            takes_from_others=(every - least) - (float(short.sum()) - now) > rounding,
            held_by=tuple(sorted({name for name, _ in at_limits})),
        )

    @cached_property
    def _session(self) -> Session:
        """The model, giving up no more of rules with a priority than it has to."""
        session = Live(self._options).session(self._numbers)
        solve_by_priority(self._numbers, session, self._budget.left, self._gap)
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
