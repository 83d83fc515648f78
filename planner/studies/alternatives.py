"""Plans nearly as cheap and as different as possible, and what every such plan buys of a source."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.case.case import Case
from planner.case.ledger import BASE
from planner.errors import Stopped, WrongUsage
from planner.plan import Plan
from planner.runs import heading
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.solve import solve_next
from planner.studies.interruption import stopped_plan
from planner.studies.near import Alternative, Near, SourceRange

Progress = Callable[[Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Plans within a tolerance of the cheapest, and what they have in common.

    Attributes:
        cheapest: the cheapest plan; its limits are not priced.
        within: the tolerance, relative.
        budget: what a plan may cost, paid and valued.
        plans: the cheapest first, then those that differ most.
        sources: in the order of the sheet; empty where it was stopped at once.
        furthest_t: tonnes by which no plan differs more from the cheapest; None: not known.
        interrupted: whether it was stopped before all was known.
    """

    cheapest: Plan
    within: float
    budget: float
    plans: tuple[Alternative, ...]
    sources: tuple[SourceRange, ...]
    furthest_t: float | None
    interrupted: bool

    @property
    def exact(self) -> bool:
        """Whether the least and the most of every source are proven."""
        return not self.interrupted and all(source.proven for source in self.sources)

    @property
    def exit_code(self) -> int:
        """5 where it was stopped before anything but the cheapest plan was known, else 0."""
        return Stopped.exit_code if self.status == Stopped.status else 0

    @property
    def status(self) -> str:
        """`optimal`; `feasible`: not all is proven or known; `stopped`: nothing is."""
        if self.interrupted and not self.sources:
            return Stopped.status
        return "optimal" if self.exact and self.cheapest.status == "optimal" else "feasible"

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `planner alternatives`."""
        plan = self.cheapest
        names = [source.name for source in plan.numbers.sources]
        return {
            **heading(plan.case, self.status, plan.numbers),
            "objective": plan.objective,
            "within": self.within,
            "budget": self.budget,
            "exact": self.exact,
            "interrupted": self.interrupted,
            "furthest_t": self.furthest_t,
            "plans": [one.to_dict(plan.objective, names) for one in self.plans],
            "sources": [source.to_dict() for source in self.sources],
        }


def alternatives(
    case: Case,
    scenario: str = BASE,
    options: Options | None = None,
    *,
    within: float = 0.02,
    progress: Progress = iter,
) -> Alternatives:
    """Plans that cost little more than the cheapest, and what of each source they all buy.

    Ctrl-C, or the time limit, ends it with what is known by then.

    Args:
        case: the case.
        scenario: its name.
        options: how to solve; the time limit is for the cheapest plan, and again for all others.
        within: how much more a plan may cost, relative to the cheapest cost, paid and valued.
        progress: wraps the sources as they are looked at, to show how far it is.

    Raises:
        WrongUsage: an unknown scenario; a tolerance that is below 0 or no number.
        InvalidCase: the scenario's changes lead to numbers that the contract does not allow.
        NoPlan: the scenario has no plan.
    """
    if not 0.0 <= within < np.inf:
        raise WrongUsage(f"a tolerance of {within:g} is not possible; it is at least 0")
    numbers, options = case.scenario(scenario), options or Options()
    cheapest = solve_next(case, scenario, Live(options), with_prices=False)
    near = Near(numbers, cheapest, within, options)
    ranges: list[SourceRange] = []
    plans, interrupted = [near.cheapest], stopped_plan(cheapest)
    try:
        if not interrupted:
            near.settle_priorities()
        for s in () if interrupted else progress(range(len(numbers.sources))):
            ranges.append(near.range_of(s))
        for plan in () if interrupted else near.different(ranges):
            plans.append(plan)
    except KeyboardInterrupt:
        interrupted = True
    return Alternatives(
        cheapest=cheapest,
        within=within,
        budget=near.budget,
        plans=tuple(plans),
        sources=tuple(ranges),
        furthest_t=near.furthest(ranges),
        interrupted=interrupted,
    )
