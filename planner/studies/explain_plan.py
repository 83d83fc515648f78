"""Why a plan is as it is: what each shortfall comes from, and why each source is bought or not.

Most of it stands in the plan: shadow prices say what relieving a limit gives, switch prices at
which price a source comes in or loses tonnes. Where no limit stands in the way of what is missing,
it is solved again to see whether any plan could bring more.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.case.case import Case
from planner.case.ledger import BASE
from planner.plan import LimitRow, Plan
from planner.solving.options import Options
from planner.solving.solve import solve
from planner.studies.explain_sources import Sources
from planner.studies.explained import (
    Hold,
    Missing,
    ShortfallExplained,
    SourceExplained,
    amount_text,
    called,
    hold_of,
    listed,
)
from planner.studies.supply import AtAnyCost, could_be_bought, is_there, makings

_MOST_ASKED = 20
"""Shortfalls that no limit alone stands in the way of, of which a solve says whether any plan
brings more."""


@dataclass(frozen=True, slots=True)
class PlanExplained:
    """A plan with its reasons.

    Attributes:
        plan: the cheapest plan.
        shortfalls: by item and plant, in the order of the sheets.
        sources: in the order of the sheet.
    """

    plan: Plan
    shortfalls: tuple[ShortfallExplained, ...]
    sources: tuple[SourceExplained, ...]

    @property
    def status(self) -> str:
        """That of the plan."""
        return self.plan.status

    @property
    def is_held(self) -> bool:
        """Whether prices and savings hold for the yes/no decisions of the plan only."""
        numbers = self.plan.numbers
        decides = bool(numbers.restarts) or bool(numbers.orders.needed.any())
        steps = any(tiers.needs_steps for tiers in numbers.tiers)
        counts = any(rule.type == "suppliers" for rule in numbers.rules)
        return decides or steps or counts

    @property
    def exit_code(self) -> int:
        """0: it answered."""
        return 0

    def to_dict(self) -> dict[str, Any]:
        """What the JSON of `planner explain` has of a plan."""
        return {
            "scenario": self.plan.scenario,
            "status": self.status,
            "currency": self.plan.currency,
            "objective": self.plan.objective,
            "held": self.is_held,
            "shortfalls": [one.to_dict() for one in self.shortfalls],
            "sources": [one.to_dict() for one in self.sources],
        }


def explain_plan(case: Case, scenario: str = BASE, options: Options | None = None) -> PlanExplained:
    """The cheapest plan of a scenario, with its reasons.

    Raises:
        As `planner.solve`: where there is no plan, `planner.Infeasible` among others.
    """
    plan = solve(case, scenario, options)
    return explained(plan, options, time.monotonic() + plan.numbers.time_limit)


def explained(
    plan: Plan, options: Options | None = None, deadline: float = math.inf
) -> PlanExplained:
    """A plan with its reasons.

    Args:
        plan: optimal, or the best found.
        options: how to solve what has to be solved for it.
        deadline: until when, a time of `time.monotonic`.
    """
    at_any_cost = AtAnyCost(plan.numbers, options or Options(), deadline)
    return PlanExplained(plan, tuple(_shortfalls(plan, at_any_cost)), tuple(Sources(plan).all()))


# -- what is missing ------------------------------------------------------------------------


def _shortfalls(plan: Plan, at_any_cost: AtAnyCost) -> Iterator[ShortfallExplained]:
    numbers, short = plan.numbers, plan.quantities.short
    unasked = _MOST_ASKED
    for i, p in np.argwhere((short > plan.threshold).any(axis=2)).tolist():
        periods = tuple(
            Missing(
                period=numbers.periods[t],
                tonnes=float(short[i, p, t]),
                share=float(short[i, p, t] / numbers.demand[i, p, t]),
                start=numbers.starts[t],
                cell=numbers.demand_cells.get((i, p, t)),
            )
            for t in np.flatnonzero(short[i, p] > plan.threshold).tolist()
        )
        places = {(numbers.items[i], numbers.sites[p], one.period) for one in periods}
        holds = _in_the_way(plan, places)
        reason = _held_back(holds) or _otherwise(plan, i, p, periods)
        if not reason:
            is_asked = unasked > 0
            unasked -= 1
            less = at_any_cost.could_be_less(i, p, short[i, p]) if is_asked else None
            reason = _why_no_limit(plan, i, periods, could_be_less=less)
        yield ShortfallExplained(
            item=numbers.items[i],
            site=numbers.sites[p],
            periods=periods,
            holds=holds,
            reason=reason,
        )


def _in_the_way(plan: Plan, places: Collection[tuple[str, str | None, str]]) -> tuple[Hold, ...]:
    """Limits of which one unit changes what is missing there, those that help most first."""
    by_cell: dict[tuple[str, str, str], list[tuple[LimitRow, float]]] = {}
    for row in plan.limit_rows:
        own = [one.tonnes for one in row.relieves if (one.item, one.site, one.period) in places]
        worth = (row.shadow_price.more, row.shadow_price.less)
        if own and any(worth):
            key = (row.cell, row.kind, row.name)
            by_cell.setdefault(key, []).append((row, sum(own)))
    holds = [
        hold_of([row for row, _ in rows], sum(t for _, t in rows)) for rows in by_cell.values()
    ]
    return tuple(sorted(holds, key=lambda hold: -(hold.tonnes or 0.0)))


def _held_back(holds: Sequence[Hold]) -> str:
    """Limits that stand in the way, in words; empty where there are none."""
    helping = [hold for hold in holds if hold.tonnes and hold.tonnes > 0]
    if helping:
        return f"held back by {called(helping)}"
    if len(holds) > 1:
        return f"held back by {called(holds)} together: relieving one alone gives nothing"
    if holds:
        return f"held back by {called(holds)}, and not by it alone: relieving it gives nothing"
    return ""


def _otherwise(plan: Plan, item: int, site: int, periods: Sequence[Missing]) -> str:
    """What else stands in the way, in words; empty where it is not seen without solving."""
    numbers = plan.numbers
    last = numbers.periods.index(periods[-1].period)
    if not could_be_bought(numbers, item, site, last):
        if not is_there(numbers, item, site, last):
            return "no source can deliver any of it by then"
        kept = plan.quantities.stock[makings(numbers, item), site, last]
        if (kept <= plan.threshold).all():
            return "what there was of it is used up, and no source can deliver more by then"
    if not any(_is_known(row) for row in plan.limit_rows) and plan.status != "optimal":
        return "not known what stands in its way: the plan is not proven cheapest"
    counts = _counting(plan)
    if counts:
        return f"held back by {listed(counts)}, or by the yes/no decisions of the plan"
    return ""


def _why_no_limit(
    plan: Plan, item: int, periods: Sequence[Missing], *, could_be_less: bool | None
) -> str:
    """Why something is missing that no limit alone stands in the way of."""
    numbers = plan.numbers
    limits = "no quota, limit, capacity or contract"
    if could_be_less is None:
        return f"{limits} alone stands in its way"
    last = numbers.periods.index(periods[-1].period)
    if not could_be_less and numbers.current is not None and last < numbers.current.frozen:
        frozen = numbers.periods[numbers.current.frozen - 1]
        return f"what is bought up to {frozen} is as the Current plan has it, and brings no more"
    if not could_be_less:
        return f"no plan brings more of it, at whatever cost; {limits} alone stands in its way"
    missing = [numbers.periods.index(one.period) for one in periods]
    worth = numbers.shortfall_cost[item, missing]
    least, most = amount_text(float(worth.min())), amount_text(float(worth.max()))
    money = f"{least if least == most else f'{least} to {most}'} {numbers.currency}/t"
    return (
        f"{limits} stands in its way: serving it would cost at least its shortfall cost of {money}"
    )


def _is_known(row: LimitRow) -> bool:
    return row.shadow_price.more is not None


def _counting(plan: Plan) -> list[str]:
    """Limits at their bound that have no shadow price, such as a number of suppliers."""
    return [
        f"{row.kind} {row.name} ({row.cell})"
        for row in plan.limit_rows
        if row.binds and not _is_known(row)
    ]
