"""Why a plan is as it is: what each shortfall comes from, and why each source is bought or not.

Most of it stands in the plan: shadow prices say what relieving a limit gives, switch prices at
which price a source comes in or loses tonnes. Where no limit stands in the way of what is missing,
it is solved again to see whether any plan could bring more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.case.scenario import Scenario
from planner.numerals import priced
from planner.plan import LimitRow, Plan
from planner.solving.budget import Budget
from planner.solving.options import Options
from planner.studies.cells import Cells
from planner.studies.explain_sources import Sources
from planner.studies.explained import (
    Hold,
    Missing,
    ShortfallExplained,
    SourceExplained,
    called,
    cell_of,
    cells_of,
    hold_of,
)
from planner.studies.joint_range import holds_until
from planner.studies.supply import (
    AtAnyCost,
    Least,
    could_be_bought,
    is_there,
    makings,
)
from planner.studies.variants import Variants
from planner.wording import listed, span

_NO_LIMIT = "no quota, limit, capacity or contract"

_MOST_ENDS = 3
"""Shortfalls of whose first limit it is looked for how far it helps as much."""

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
    def is_held(self) -> bool:
        """Whether prices and savings hold for the yes/no decisions of the plan only."""
        return self.plan.numbers.has_decisions

    def to_dict(self) -> dict[str, Any]:
        """What the JSON of `planner explain` has of a plan."""
        return {
            "objective": self.plan.objective,
            "held": self.is_held,
            "shortfalls": [one.to_dict() for one in self.shortfalls],
            "sources": [one.to_dict() for one in self.sources],
        }


def explained(plan: Plan, options: Options, budget: Budget) -> PlanExplained:
    """A plan with its reasons.

    Args:
        plan: optimal, or the best found.
        options: how to solve what has to be solved for it.
        budget: time for that.
    """
    at_any_cost = AtAnyCost(plan.numbers, options, budget)
    sources = Sources(plan)
    shortfalls = list(_shortfalls(plan, sources, at_any_cost))
    _find_ends(plan, shortfalls, options, budget)
    return PlanExplained(plan, tuple(shortfalls), tuple(sources.all()))


def _find_ends(
    plan: Plan, shortfalls: list[ShortfallExplained], options: Options, budget: Budget
) -> None:
    """Find up to which bound the first limit of each saves as much, where it has several rows.

    Only of the largest shortfalls, which are told first.
    """
    whole = cells_of(plan.limit_rows)
    variants = Variants(plan.case, plan.scenario, options)
    cells = Cells(plan.case, plan.scenario)
    order = sorted(range(len(shortfalls)), key=lambda n: -shortfalls[n].tonnes)
    for n in order[:_MOST_ENDS]:
        holds = shortfalls[n].holds
        helping = [k for k, hold in enumerate(holds) if hold.helps]
        if not helping:
            continue
        hold = holds[helping[0]]
        entry = cells.at(hold.cell)
        has_several = len(whole[hold.cell, hold.kind, hold.name]) > 1
        if entry is None or not has_several or hold.is_of_a_share:
            continue
        until = holds_until(
            variants, entry, hold.saves or 0.0, budget, is_minimum=hold.minimum
        )  # fmt: skip
        found = [replace(one, until=until) if one is hold else one for one in holds]
        shortfalls[n] = replace(shortfalls[n], holds=tuple(found))


# -- what is missing ------------------------------------------------------------------------


def _shortfalls(
    plan: Plan, sources: Sources, at_any_cost: AtAnyCost
) -> Iterator[ShortfallExplained]:
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
        reason = (
            _held_back(holds)
            or _out_of_time(plan, i, p, periods)
            or _first_elsewhere(sources, i, p, periods)
            or _undecided(plan)
        )
        missing = [numbers.periods.index(one.period) for one in periods]
        shut = sources.shut_out(i, p, missing)
        if not reason:
            is_asked = unasked > 0
            unasked -= 1
            least = at_any_cost.least(i, p, short) if is_asked else None
            reason = _why_no_limit(sources, i, p, periods, least, is_shut_out=bool(shut))
        if shut:
            reason += f"; {listed([f'{name} {why}' for name, why in shut.items()])}"
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
            by_cell.setdefault(cell_of(row), []).append((row, sum(own)))
    whole = cells_of(plan.limit_rows)
    holds = [
        hold_of([row for row, _ in rows], whole[key], sum(t for _, t in rows))
        for key, rows in by_cell.items()
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


def _out_of_time(plan: Plan, item: int, site: int, periods: Sequence[Missing]) -> str:
    """That nothing can arrive any more, in words; empty where something can."""
    numbers = plan.numbers
    last = numbers.periods.index(periods[-1].period)
    if could_be_bought(numbers, item, site, last):
        return ""
    if not is_there(numbers, item, site, last):
        return "no source can deliver any of it by then"
    kept = plan.quantities.stock[makings(numbers, item), site, last]
    if (kept > plan.threshold).any():
        return ""
    return "what there was of it is used up, and no source can deliver more by then"


def _first_elsewhere(sources: Sources, item: int, site: int, periods: Sequence[Missing]) -> str:
    """Limits on what would serve it for less, in words; empty where there are none."""
    numbers = sources.numbers
    missing = [numbers.periods.index(one.period) for one in periods]
    rows = {
        id(row): row
        for s, leaves in sources.worth.cheap_enough(item, site, missing)
        for row in sources.rows_of(s)
        if numbers.periods.index(row.first) <= leaves <= numbers.periods.index(row.last)
        and not row.is_at_minimum
    }
    holds = [hold_of(own, own) for own in cells_of(rows.values()).values()]
    return f"held back by {called(holds)}: a unit more serves others first" if holds else ""


def _undecided(plan: Plan) -> str:
    """That it is not known, or a matter of yes/no decisions, in words; empty where it is not."""
    if not plan.has_all_prices:
        return "not known what stands in its way: it was stopped before that was found"
    if not any(_is_known(row) for row in plan.limit_rows) and plan.status != "optimal":
        return "not known what stands in its way: the plan is not proven cheapest"
    counts = _counting(plan)
    decided = ", or by the yes/no decisions of the plan" if plan.numbers.has_decisions else ""
    return f"held back by {listed(counts)}{decided}" if counts else ""


def _why_no_limit(
    sources: Sources,
    item: int,
    site: int,
    periods: Sequence[Missing],
    least: Least | None,
    *,
    is_shut_out: bool,
) -> str:
    """Why something is missing of which no limit alone is known to stand in its way.

    Args:
        sources: of the plan.
        item, site: positions.
        periods: in which it is missing.
        least: what would be missing at any cost; None: not known.
        is_shut_out: whether sources are named that would serve it but for their time.
    """
    missing = [sources.numbers.periods.index(one.period) for one in periods]
    if least is not None and not least.is_less:
        return _at_no_cost(sources.numbers, missing, least)
    if least is not None and least.takes_from_others:
        return "serving it would leave other demand short, which is worth no less"
    cheap = sources.worth.cheap_enough(item, site, missing)
    if is_shut_out:  # the sources named are not in the way of what the others cost
        cheap = [(s, leaves) for s, leaves in cheap if sources.numbers.can_buy[s, leaves]]
    elif sources.may_be_shut_out(item, site, missing):
        return f"{_NO_LIMIT} alone stands in its way"
    if least is None or cheap:
        return f"{_NO_LIMIT} alone stands in its way"
    worth = sources.numbers.shortfall_cost[item, missing]
    low, high = priced(float(worth.min())), priced(float(worth.max()))
    money = f"{span(low, high)} {sources.numbers.currency}/t"
    costs = f"cost at least its shortfall cost of {money}"
    if is_shut_out:
        return f"what else could serve it would {costs}"
    return f"{_NO_LIMIT} stands in its way: serving it would {costs}"


def _at_no_cost(numbers: Scenario, missing: Sequence[int], least: Least) -> str:
    """Why no plan brings more of something, whatever it costs."""
    frozen = 0 if numbers.current is None else numbers.current.frozen
    if missing[-1] < frozen:
        last = numbers.periods[frozen - 1]
        return f"what is bought up to {last} is as the Current plan has it, and brings no more"
    held = f"held back by {listed(least.held_by)}" if least.held_by else (
        f"{_NO_LIMIT} alone stands in its way"
    )  # fmt: skip
    return f"no plan brings more of it, at whatever cost: {held}"


def _is_known(row: LimitRow) -> bool:
    return row.shadow_price.more is not None


def _counting(plan: Plan) -> list[str]:
    """Limits at their bound that have no shadow price, such as a number of suppliers."""
    return [
        f"{row.kind} {row.name} ({row.cell})"
        for row in plan.limit_rows
        if row.binds and not _is_known(row)
    ]
