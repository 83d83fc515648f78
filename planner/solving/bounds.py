"""What is used of each quota, limit, capacity and contract, and what the bound is worth."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from planner.case.scenario import Rule, Scenario
from planner.plan import LimitRow, Relieved, ShadowPrice
from planner.solving.budget import Budget
from planner.solving.measures import unit_in_model
from planner.solving.outcome import Bound, Solution
from planner.solving.pricing import Costs, price_plan
from planner.solving.priorities import breach
from planner.solving.quantities import Quantities
from planner.solving.session import Session
from planner.solving.shadow import Slope, dual_of, may_be_less, slopes
from planner.solving.used import amount_shown, unit_shown, used
from planner_models.data import Members

_POINT = 0.01

_REACHED = 1e-9
"""Part of a tier's bound by which tonnes may be beside it."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One bound of a row.

    Attributes:
        bound: where it stands in the model; None: it has no shadow price.
        value: in the unit shown.
        cell: where it was typed.
        per_typed: amount, as the model counts, that one unit typed moves the bound by.
        shown: amount, as the model counts, in one unit shown.
        has_range: whether it is known over which bounds the shadow price holds; not where the
            bound is a coefficient of the model, or curved.
        is_curved: whether the cost bends with the bound, so that its dual value is the slope on
            both sides, though cuts beside the solution make it look like a kink.
        unit: that its shadow price is per; empty: that of the row.
    """

    bound: Bound | None
    value: float
    cell: str
    per_typed: float
    shown: float
    has_range: bool = True
    is_curved: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class _Draft:
    """One row of the report before its shadow price is known.

    `sources` are those whose purchases it bounds.
    """

    kind: str
    name: str
    value: str | None
    periods: tuple[int, ...]
    used: float | None
    unit: str
    price_unit: str
    what: str
    breach: float
    lower: _Side | None
    upper: _Side | None
    priority: int | None = None
    sources: tuple[int, ...] = ()

    @property
    def is_given_up(self) -> bool:
        """Whether a rule with a priority is broken: then a bound less tight changes nothing."""
        return self.priority is not None and self.breach > 0

    @property
    def slack(self) -> float | None:
        """Distance to the nearer bound."""
        if self.used is None:
            return None
        gaps = [0.0] if self.breach > 0 else []
        if self.upper is not None:
            gaps.append(self.upper.value - self.used)
        if self.lower is not None:
            gaps.append(self.used - self.lower.value)
        return max(min(gaps), 0.0)

    @property
    def nearer(self) -> _Side | None:
        """The bound that the row is at, or comes first to."""
        if self.lower is None or self.upper is None or self.used is None:
            return self.lower or self.upper
        to_lower, to_upper = self.used - self.lower.value, self.upper.value - self.used
        return self.lower if to_lower < to_upper else self.upper


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
    drafts = [
        *_rules(scenario, session, plan),
        *_capacities(scenario, session, plan),
        *_conversion_capacities(scenario, session, plan),
        *_contracts(scenario, session, plan),
    ]
    sides = [draft.nearer for draft in drafts]
    shortfalls = session.model.indices["SHORTFALLS"]
    if optimum is not None:  # of a row pinned by both bounds it is one that is worth something
        sides = [_pinning(draft, side, optimum) for draft, side in zip(drafts, sides, strict=True)]
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
    there at the least at which there is a plan.
    """
    worth = 0.0 - dual_of(bound, optimum)
    more = worth if slope.more is None else slope.more
    less = worth if slope.less is None else slope.less
    if worth and session.rows.upper[bound.position] <= 0:
        return replace(slope, more=None, less=None)
    has_less = not worth or may_be_less(session, bound, budget)
    return replace(slope, more=more, less=less if has_less else None)


def _leads_beyond(scenario: Scenario, draft: _Draft, ends: Mapping[tuple[int, int], float]) -> bool:
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


def _pinning(draft: _Draft, side: _Side | None, optimum: Solution) -> _Side | None:
    """The bound that a row is at; where both are equal, the one with a dual value."""
    lower, upper = draft.lower, draft.upper
    if lower is None or lower.bound is None or upper is None or lower.value != upper.value:
        return side
    return lower if dual_of(lower.bound, optimum) != 0 else upper


def _slack_worth(session: Session, draft: _Draft, side: _Side | None) -> Slope | None:
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
    draft: _Draft,
    side: _Side | None,
    slope: Slope | None,
    *,
    held: bool,
    shortfalls: Members,
) -> LimitRow:
    unit = side.unit if side is not None and side.unit else draft.price_unit
    price_unit = _money_per(scenario.currency, unit)
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
    )


def _relieved(
    scenario: Scenario, side: _Side, slope: Slope, shortfalls: Members
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


def _rules(scenario: Scenario, session: Session, plan: Quantities) -> Iterator[_Draft]:
    model = session.model
    ceilings = dict(
        zip(model.indices["CEILINGS"][:, 0].tolist(), model.rows["rule_ceiling"], strict=True)
    )
    floors = dict(
        zip(model.indices["FLOORS"][:, 0].tolist(), model.rows["rule_floor"], strict=True)
    )
    hhi = dict(
        zip(model.indices["HHI_CEILINGS"][:, 0].tolist(), model.rows["hhi_ceiling"], strict=True)
    )
    costs = price_plan(scenario, plan)
    for r, rule in enumerate(scenario.rules):
        if rule.type == "suppliers":
            yield _supplier_count(rule, plan, costs, r)
            continue
        if rule.type == "HHI":
            yield _hhi(rule, plan, costs, int(hhi[r]) if rule.basis and r in hhi else None)
            continue
        size = _size(rule, plan)
        upper = lower = None
        if r in ceilings and rule.maximum is not None and size.shown > 0:
            bound = Bound(True, int(ceilings[r]), is_upper=True)
            upper = size.side(rule, 1, bound, unit_in_model(scenario, rule))
        if r in floors and rule.minimum is not None and size.shown > 0:
            bound = Bound(True, int(floors[r]), is_upper=False)
            lower = size.side(rule, 0, bound, unit_in_model(scenario, rule))
        amount = used(rule, plan, costs)
        broken = breach(rule, plan, r)
        yield _Draft(
            kind=rule.kind,
            name=rule.name,
            value=rule.value,
            periods=rule.periods,
            used=amount / size.shown if size.shown > 0 else None,
            unit=unit_shown(rule),
            price_unit=rule.unit,
            what=_what(rule),
            breach=broken / size.shown if size.shown > 0 else broken,
            lower=lower,
            upper=upper,
            priority=rule.priority,
            sources=rule.sources,
        )


@dataclass(frozen=True, slots=True)
class _Size:
    """How the amount of a rule relates to what is shown of it.

    Attributes:
        shown: amount in one unit shown: tonnes in one typed, what a share or an average is of.
        of_bound: amount in one unit of its bound as the scenario has it.
        typed: part of the amount that one unit typed moves the bound by; None: as the rule says.
    """

    shown: float
    of_bound: float
    typed: float | None

    def side(self, rule: Rule, side: int, bound: Bound, unit: float) -> _Side:
        """The minimum (0) or maximum (1) of a rule, whose model counts in `unit`."""
        value = (rule.minimum, rule.maximum)[side] or 0.0
        per_typed = rule.per_typed[side] if self.typed is None else self.typed
        return _Side(
            bound=bound,
            value=value / self.of_bound,
            cell=(rule.minimum_cell, rule.maximum_cell)[side],
            per_typed=per_typed / unit,
            shown=self.shown / unit,
            has_range=rule.basis_content is None,
            unit=(rule.minimum_unit, rule.unit)[side],
        )


def _size(rule: Rule, plan: Quantities) -> _Size:
    if rule.basis_content is not None:  # the bound is a share of it, in the model too
        size = amount_shown(rule, plan.ship)
        part = 1.0 if rule.type == "average" else _POINT
        return _Size(size, 1.0, part * size)
    size = amount_shown(rule, plan.ship)
    return _Size(size, size, None)


def _supplier_count(rule: Rule, plan: Quantities, costs: Costs, position: int) -> _Draft:
    """A count has no shadow price: it moves by whole suppliers."""
    lower = upper = None
    if rule.minimum is not None:
        lower = _Side(None, rule.minimum, rule.minimum_cell, 1.0, 1.0)
    if rule.maximum is not None:
        upper = _Side(None, rule.maximum, rule.maximum_cell, 1.0, 1.0)
    return _Draft(
        kind=rule.kind,
        name=rule.name,
        value=rule.value,
        periods=rule.periods,
        used=used(rule, plan, costs),
        unit="",
        price_unit="supplier",
        what=_what(rule),
        breach=breach(rule, plan, position),
        lower=lower,
        upper=upper,
        priority=rule.priority,
    )


def _hhi(rule: Rule, plan: Quantities, costs: Costs, row: int | None) -> _Draft:
    """An HHI; its shadow price is per percentage point, as of a share."""
    demand = rule.basis or 0.0
    bound = None if row is None else Bound(True, row, is_upper=True)
    per_typed = rule.per_typed[1] * demand
    upper = _Side(
        bound=bound,
        value=rule.maximum or 0.0,
        cell=rule.maximum_cell,
        per_typed=per_typed,
        shown=demand,
        has_range=False,
        is_curved=True,
    )
    return _Draft(
        kind=rule.kind,
        name=rule.name,
        value=rule.value,
        periods=rule.periods,
        used=used(rule, plan, costs) / demand if demand > 0 else None,
        unit="",
        price_unit=rule.unit,
        what=_what(rule),
        breach=0.0,
        lower=None,
        upper=upper,
        sources=rule.sources,
    )


def _what(rule: Rule) -> str:
    whats = {
        "share": f"share of {rule.share_of}",
        "average": f"average of {rule.column}",
        "suppliers": f"number of different {rule.column}",
        "HHI": f"HHI by {rule.column}",
    }
    if rule.type == "suppliers" and rule.column == "Supplier":
        return "number of suppliers"
    return whats.get(rule.type, rule.type)


def _capacities(scenario: Scenario, session: Session, plan: Quantities) -> Iterator[_Draft]:
    bought = plan.bought
    model = session.model
    runs = dict(
        zip(map(tuple, model.indices["RUNS"].tolist()), model.rows["restart_capacity"], strict=True)
    )
    opened = {restart.source: restart for restart in scenario.restarts}
    for (s, t), column in zip(model.indices["OFFERS"].tolist(), model.columns["buy"], strict=True):
        part = 1.0
        bound = Bound(False, int(column), is_upper=True)
        if s in opened:  # what its decision opens of the capacity
            part = float(sum(opened[s].opened(u, t) * plan.open[s, u] for u in range(t + 1)))
            bound = Bound(True, int(runs[s, t]), is_upper=True)
        limit = float(scenario.limit[s, t]) * part
        if math.isinf(scenario.limit[s, t]):
            continue
        shown = float(scenario.capacity_shown[s, t])
        unit = scenario.capacity_units[s][t] or "t"
        cell = scenario.capacity_cells[s][t] or ""
        per_typed = float(scenario.capacity_per_typed[s, t]) * part
        yield _Draft(
            kind="capacity",
            name=scenario.sources[s].name,
            value=None,
            periods=(t,),
            used=float(bought[s, t]) / shown,
            unit=unit,
            price_unit=unit,
            what="tonnes",
            breach=0.0,
            lower=None,
            upper=_Side(bound, limit / shown, cell, per_typed, shown),
            sources=(s,),
        )


def _conversion_capacities(
    scenario: Scenario, session: Session, plan: Quantities
) -> Iterator[_Draft]:
    conversions = scenario.conversions
    columns = session.model.columns["convert"]
    members = session.model.indices["CONVERSIONS"]
    for (v, p, t), column in zip(members.tolist(), columns, strict=True):
        capacity = float(conversions.capacity[v, t])
        if math.isinf(capacity):
            continue
        shown = float(conversions.capacity_per_typed[v, t])
        bound = Bound(False, int(column), is_upper=True)
        yield _Draft(
            kind="capacity",
            name=conversions.names[v],
            value=scenario.sites[p],
            periods=(t,),
            used=float(plan.convert[v, p, t]) / shown,
            unit=conversions.capacity_unit,
            price_unit=conversions.capacity_unit,
            what="tonnes",
            breach=0.0,
            lower=None,
            upper=_Side(bound, capacity / shown, conversions.capacity_cells[v], shown, shown),
        )


def _contracts(scenario: Scenario, session: Session, plan: Quantities) -> Iterator[_Draft]:
    """One row a contract: its level, between Minimum and Maximum.

    The level is the smallest that serves: the most that is taken in a period, or the Minimum. It
    is what both cells bound, and what their shadow prices are about.
    """
    columns = session.model.columns["level"]
    for contract, column, level in zip(
        scenario.contracts, columns.tolist(), plan.taken.level.tolist(), strict=True
    ):
        typed = contract.per_typed
        low, high = (
            _Side(Bound(False, column, is_upper=is_upper), value / typed, cell, typed, typed)
            for is_upper, value, cell in (
                (False, contract.minimum, contract.minimum_cell),
                (True, contract.maximum, contract.maximum_cell),
            )
        )
        yield _Draft(
            kind="contract",
            name=contract.name,
            value=None,
            periods=contract.periods,
            used=level / typed,
            unit=contract.unit,
            price_unit=contract.unit,
            what="level",
            breach=0.0,
            lower=low if contract.minimum > 0 else None,
            upper=high,
        )


def _money_per(currency: str, unit: str) -> str:
    return f"{currency}/{unit}" if unit.isalpha() else f"{currency} per {unit}"


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
