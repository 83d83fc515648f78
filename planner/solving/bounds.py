"""What is used of each quota, limit, capacity and contract, and what the bound is worth."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planner.case.scenario import Rule, Scenario
from planner.plan import LimitRow, ShadowPrice
from planner.solving.quantities import Quantities, basis, counted
from planner.solving.session import Session, Solution
from planner.solving.shadow import Bound, Slope, dual_of, slopes

_POINT = 0.01
_REACHED = 1e-9


@dataclass(frozen=True, slots=True)
class _Side:
    """One bound of a row.

    Attributes:
        bound: where it stands in the model.
        value: in the unit shown.
        cell: where it was typed.
        per_typed: tonnes that one unit typed moves the bound by.
        shown: tonnes in one unit shown.
    """

    bound: Bound
    value: float
    cell: str
    per_typed: float
    shown: float


@dataclass(frozen=True, slots=True)
class _Draft:
    """One row of the report before its shadow price is known."""

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
    *,
    held: bool = False,
) -> tuple[LimitRow, ...]:
    """Every quota, limit and capacity (of sources and conversions) that has a bound.

    Args:
        scenario: the case's numbers.
        session: the model, solved; it ends where it began.
        plan: the quantities reported.
        optimum: the optimal vertex whose dual values say what bounds are worth; None: no shadow
            prices, since the plan is not proven optimal.
        held: shadow prices hold for the yes/no decisions of the plan.
    """
    drafts = [
        *_rules(scenario, session, plan),
        *_capacities(scenario, session, plan),
        *_conversion_capacities(scenario, session, plan),
        *_contracts(scenario, session, plan),
    ]
    sides = [draft.nearer for draft in drafts]
    if optimum is not None:  # of a row pinned by both bounds it is one that is worth something
        sides = [_pinning(draft, side, optimum) for draft, side in zip(drafts, sides, strict=True)]
    worth: list[Slope | None] = [None] * len(drafts)
    if optimum is not None:
        worth = [_slack_worth(draft, side) for draft, side in zip(drafts, sides, strict=True)]
        reached = [i for i, slope in enumerate(worth) if slope is None and sides[i] is not None]
        bounds = [side.bound for i in reached if (side := sides[i]) is not None]
        for i, slope in zip(reached, slopes(session, optimum, bounds), strict=True):
            worth[i] = slope
    return tuple(
        _row(scenario, draft, side, slope, held=held)
        for draft, side, slope in zip(drafts, sides, worth, strict=True)
    )


def _pinning(draft: _Draft, side: _Side | None, optimum: Solution) -> _Side | None:
    """The bound that a row is at; where both are equal, the one with a dual value."""
    lower, upper = draft.lower, draft.upper
    if lower is None or upper is None or lower.value != upper.value:
        return side
    return lower if dual_of(lower.bound, optimum) != 0 else upper


def _slack_worth(draft: _Draft, side: _Side | None) -> Slope | None:
    """A bound that the plan does not reach is worth nothing until it does; None: it is reached."""
    if side is None or draft.slack is None or draft.slack <= _REACHED * max(abs(side.value), 1.0):
        return None
    tonnes = draft.slack * side.shown
    down, up = (tonnes, math.inf) if side.bound.is_upper else (math.inf, tonnes)
    return Slope(0.0, 0.0, down, up, moves_shortfall=False)


def _row(
    scenario: Scenario, draft: _Draft, side: _Side | None, slope: Slope | None, *, held: bool
) -> LimitRow:
    price_unit = _money_per(scenario.currency, draft.price_unit)
    shadow = ShadowPrice(None, None, price_unit, held=held)
    if side is not None and slope is not None:
        shadow = ShadowPrice(
            more=_scaled(slope.more, side.per_typed),
            less=_scaled(slope.less, side.per_typed),
            unit=price_unit,
            start=_finite(side.value - slope.down / side.shown) if side.shown else None,
            end=_finite(side.value + slope.up / side.shown) if side.shown else None,
            echo=slope.moves_shortfall and side.per_typed > 0,
            held=held,
        )
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
    )


def _rules(scenario: Scenario, session: Session, plan: Quantities) -> Iterator[_Draft]:
    model = session.model
    ceilings = dict(
        zip(model.indices["CEILINGS"][:, 0].tolist(), model.rows["rule_ceiling"], strict=True)
    )
    floors = dict(
        zip(model.indices["FLOORS"][:, 0].tolist(), model.rows["rule_floor"], strict=True)
    )
    for r, rule in enumerate(scenario.rules):
        tonnes = counted(rule, plan.ship)
        size = basis(rule, plan.ship) if rule.share_of is not None else rule.shown
        # A bound in the model is in tonnes, but that of a share of purchases is the share itself.
        unit_of_bound = 1.0 if rule.basis_content is not None else size
        lower = upper = None
        if r in ceilings and rule.maximum is not None and size > 0:
            upper = _Side(
                Bound(True, int(ceilings[r]), is_upper=True),
                rule.maximum / unit_of_bound,
                rule.maximum_cell,
                _per_typed(rule, 1, size),
                size,
            )
        if r in floors and rule.minimum is not None and size > 0:
            lower = _Side(
                Bound(True, int(floors[r]), is_upper=False),
                rule.minimum / unit_of_bound,
                rule.minimum_cell,
                _per_typed(rule, 0, size),
                size,
            )
        breach = float(plan.over[r] + plan.below[r])
        is_share = rule.share_of is not None
        yield _Draft(
            kind=rule.kind,
            name=rule.name,
            value=rule.value,
            periods=rule.periods,
            used=tonnes / size if size > 0 else None,
            unit="fraction" if is_share else rule.unit,
            price_unit=rule.unit,
            what=f"share of {rule.share_of}" if is_share else "tonnes",
            breach=breach / size if size > 0 else breach,
            lower=lower,
            upper=upper,
        )


def _per_typed(rule: Rule, side: int, size: float) -> float:
    """Tonnes that one unit typed moves the bound by: of a share, one percentage point of it."""
    return _POINT * size if rule.basis_content is not None else rule.per_typed[side]


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
            part = sum(opened[s].opened(u, t) * plan.open[s, u] for u in range(t + 1))
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
