"""What is used of each quota, limit, capacity and contract, and what the bound is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from planner.case.scenario import Scenario
from planner.plan import LimitRow, Relieved, ShadowPrice
from planner.solving.bounded import Bounded, Side, bounded, pinning
from planner.solving.budget import Budget
from planner.solving.outcome import Bound, Solution
from planner.solving.quantities import Quantities
from planner.solving.session import Session
from planner.solving.shadow import Slope, dual_of, is_without_slope, may_be_less, slopes
from planner_models.data import Members

_REACHED = 1e-9
"""Part of a tier's bound by which tonnes may be beside it."""


def limit_rows(
    scenario: Scenario,
    session: Session,
    plan: Quantities,
    optimum: Solution | None,
    budget: Budget,
    *,
    held: bool = False,
) -> tuple[LimitRow, ...]:
    """Every quota, limit and capacity (of sources and conversions) that has a bound.

    Args:
        scenario: the case's numbers.
        session: the model, solved; it ends where it began.
        plan: the quantities reported.
        optimum: the optimal vertex whose dual values say what bounds are worth; None: no shadow
            prices, since the plan is not proven optimal, or nobody asks for them.
        budget: time for shadow prices; those that are not reached are not known.
        held: shadow prices hold for the yes/no decisions of the plan.
    """
    drafts = bounded(scenario, session.model, plan)
    sides = [draft.nearer for draft in drafts]
    shortfalls = session.model.indices["SHORTFALLS"]
    if optimum is not None:  # of a row pinned by both bounds it is one that is worth something
        duals = optimum.row_dual, optimum.column_dual
        sides = [pinning(one, side, *duals) for one, side in zip(drafts, sides, strict=True)]
    worth: list[Slope | None] = [None] * len(drafts)
    if optimum is not None:
        worth = [
            _slack_worth(session, draft, side) for draft, side in zip(drafts, sides, strict=True)
        ]
        reached = [
            (i, side.bound)
            for i, side in enumerate(sides)
            if worth[i] is None
            and side is not None
            and side.bound is not None
            and not drafts[i].is_given_up
        ]
        found = slopes(session, optimum, [bound for _, bound in reached], budget)
        for (i, bound), slope in zip(reached, found, strict=True):
            side = sides[i]
            is_curved = side is not None and side.is_curved
            worth[i] = _on_the_curve(session, slope, optimum, bound, budget) if is_curved else slope
        ends = _ends_of_tiers(scenario, session, plan)
        for i, _ in reached:
            if _leads_beyond(scenario, drafts[i], ends):
                worth[i] = _up_to_here(worth[i])
    return tuple(
        _row(scenario, draft, side, slope, held=held, shortfalls=shortfalls)
        for draft, side, slope in zip(drafts, sides, worth, strict=True)
    )


def _on_the_curve(
    session: Session, slope: Slope, optimum: Solution, bound: Bound, budget: Budget
) -> Slope:
    """A slope with the dual value of a row for the sides that are not known.

    At 0 the first of what there may be is worth more than any number, and there is no less; nor is
    there at the least at which there is a plan, and where that is the bottom of a bowl the first
    of what is more is worth more than any number there, too.
    """
    worth = 0.0 - dual_of(bound, optimum)
    more = worth if slope.more is None else slope.more
    less = worth if slope.less is None else slope.less
    if worth and session.rows.upper[bound.position] <= 0:
        return replace(slope, more=None, less=None)
    if not worth or may_be_less(session, bound, budget):
        return replace(slope, more=more, less=less)
    is_known = not is_without_slope(session, bound, worth, budget)
    return replace(slope, more=more if is_known else None, less=None)


def _leads_beyond(
    scenario: Scenario, draft: Bounded, ends: Mapping[tuple[int, int], float]
) -> bool:
    """Whether more of a maximum leads to a tier that the model does not have, at another price.

    That is the bound, of all on a source, that leaves off where the tier would begin.
    """
    is_capacity = draft.kind == "capacity"
    return draft.nearer is draft.upper and any(
        bool(scenario.limit[s, t] <= ends[s, t]) is is_capacity
        for s in draft.sources
        for t in draft.periods
        if (s, t) in ends
    )


def _up_to_here(slope: Slope | None) -> Slope | None:
    """A slope of which nothing is known beyond the bound."""
    return None if slope is None else replace(slope, more=None, up=0.0, missing_up=())


def _ends_of_tiers(
    scenario: Scenario, session: Session, plan: Quantities
) -> dict[tuple[int, int], float]:
    """Sources and periods of which all is bought up to a tier that the model does not have.

    With the tonnes from which on it would hold, and a little more.
    """
    of_source = {tiers.source: tiers for tiers in scenario.tiers if not tiers.all_units}
    last: dict[tuple[int, int], int] = {}
    for s, t, k in session.model.indices["TIERS"].tolist():
        last[s, t] = max(k, last.get((s, t), 0))
    found = {}
    for (s, t), k in last.items():
        starts = of_source[s].starts if s in of_source else ()
        if k + 1 < len(starts):
            end = starts[k + 1] * float(scenario.years[t])
            if plan.bought[s, t] >= end * (1.0 - _REACHED):
                found[s, t] = end * (1.0 + _REACHED)
    return found


def _slack_worth(session: Session, draft: Bounded, side: Side | None) -> Slope | None:
    """A bound that the plan does not reach is worth nothing until it does; None: it is reached."""
    if side is None or side.bound is None or draft.slack is None:
        return None
    tonnes = draft.slack * side.shown
    if tonnes <= session.rounding(side.bound, side.value * side.shown):
        return None
    down, up = (tonnes, math.inf) if side.bound.is_upper else (math.inf, tonnes)
    return Slope(0.0, 0.0, down, up)


def _row(
    scenario: Scenario,
    draft: Bounded,
    side: Side | None,
    slope: Slope | None,
    *,
    held: bool,
    shortfalls: Members,
) -> LimitRow:
    price_unit = draft.worth_unit(scenario.currency, side)
    shadow = ShadowPrice(None, None, price_unit, held=held)
    relieves: tuple[Relieved, ...] = ()
    if draft.is_given_up and side is not None and side.bound is not None:
        shadow = ShadowPrice(0.0, 0.0, price_unit, held=held)
    elif side is not None and slope is not None:
        ranged = side.has_range and side.shown > 0
        shadow = ShadowPrice(
            more=_scaled(slope.more, side.per_typed),
            less=_scaled(slope.less, side.per_typed),
            unit=price_unit,
            start=_finite(side.value - slope.down / side.shown) if ranged else None,
            end=_finite(side.value + slope.up / side.shown) if ranged else None,
            echo=bool(slope.moves_shortfall and side.per_typed > 0),
            held=held,
        )
        relieves = _relieved(scenario, side, slope, shortfalls)
    return LimitRow(
        kind=draft.kind,
        name=draft.name,
        value=draft.value,
        cell=side.cell if side is not None else "",
        first=scenario.periods[draft.periods[0]],
        last=scenario.periods[draft.periods[-1]],
        used=draft.used,
        minimum=draft.lower.value if draft.lower is not None else None,
        maximum=draft.upper.value if draft.upper is not None else None,
        slack=draft.slack,
        breach=draft.breach,
        unit=draft.unit,
        what=draft.what,
        shadow_price=shadow,
        priority=draft.priority,
        relieves=relieves,
        per_typed=side.shown_per_typed if side is not None else 1.0,
    )


def _relieved(
    scenario: Scenario, side: Side, slope: Slope, shortfalls: Members
) -> tuple[Relieved, ...]:
    """What a unit more of a maximum, or less of a minimum, takes off what is missing.

    Nothing (0) where a unit the other way adds to it, and this one alone is of no help.
    """
    loosened, tightened = slope.missing_up, slope.missing_down
    if side.bound is not None and not side.bound.is_upper:
        loosened, tightened = tightened, loosened
    change = dict.fromkeys((position for position, _ in tightened), 0.0) | dict(loosened)
    found = []
    for position, tonnes in sorted(change.items()):
        item, site, period = shortfalls[position].tolist()
        found.append(
            Relieved(
                item=scenario.items[item],
                site=scenario.sites[site],
                period=scenario.periods[period],
                tonnes=0.0 - tonnes * side.per_typed,
            )
        )
    return tuple(found)


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
