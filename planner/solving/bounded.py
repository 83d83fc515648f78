"""What is bounded of each quota, limit, capacity and contract, and where the model has the bound.

Shadow prices are looked for at these bounds, and audited at them: no solver is needed here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from planner.case.scenario import Numbers, Rule, Scenario
from planner.solving.measures import unit_in_model
from planner.solving.outcome import Bound
from planner.solving.pricing import Costs, price_plan
from planner.solving.quantities import Quantities
from planner.solving.used import amount_shown, breach, unit_shown, used
from planner_models.compiled import CompiledModel

_POINT = 0.01


@dataclass(frozen=True, slots=True)
class Side:
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

    @property
    def shown_per_typed(self) -> float:
        """By how much one unit typed moves the bound, in units shown."""
        return self.per_typed / self.shown if self.shown > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Bounded:
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
    lower: Side | None
    upper: Side | None
    priority: int | None = None
    sources: tuple[int, ...] = ()

    @property
    def is_given_up(self) -> bool:
        """Whether a rule with a priority is broken: then a bound less tight changes nothing."""
        return self.priority is not None and self.breach > 0

    def worth_unit(self, currency: str, side: Side | None) -> str:
        """What the shadow price of one of its bounds is in: `USD/t`, `USD per t/yr`."""
        unit = side.unit if side is not None and side.unit else self.price_unit
        return f"{currency}/{unit}" if unit.isalpha() else f"{currency} per {unit}"

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
    def nearer(self) -> Side | None:
        """The bound that the row is at, or comes first to."""
        if self.lower is None or self.upper is None or self.used is None:
            return self.lower or self.upper
        to_lower, to_upper = self.used - self.lower.value, self.upper.value - self.used
        return self.lower if to_lower < to_upper else self.upper


def bounded(scenario: Scenario, model: CompiledModel, plan: Quantities) -> list[Bounded]:
    """Every quota, limit, capacity (of sources and conversions) and contract that has a bound.

    Args:
        scenario: the case's numbers.
        model: of the scenario; cuts added to it make no difference.
        plan: the quantities reported.
    """
    return [
        *_rules(scenario, model, plan),
        *_capacities(scenario, model, plan),
        *_conversion_capacities(scenario, model, plan),
        *_contracts(scenario, model, plan),
    ]


def pinning(
    one: Bounded, side: Side | None, row_dual: Numbers, column_dual: Numbers
) -> Side | None:
    """The bound that a row is at; where both are equal, the one with a dual value.

    Args:
        one: the row.
        side: the bound that it is at, or comes first to.
        row_dual, column_dual: dual values of the model's rows, reduced costs of its columns.
    """
    lower, upper = one.lower, one.upper
    if lower is None or lower.bound is None or upper is None or lower.value != upper.value:
        return side
    return lower if lower.bound.dual(row_dual, column_dual) != 0 else upper


def _rules(scenario: Scenario, model: CompiledModel, plan: Quantities) -> Iterator[Bounded]:
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
        yield Bounded(
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

    def side(self, rule: Rule, side: int, bound: Bound, unit: float) -> Side:
        """The minimum (0) or maximum (1) of a rule, whose model counts in `unit`."""
        value = (rule.minimum, rule.maximum)[side] or 0.0
        per_typed = rule.per_typed[side] if self.typed is None else self.typed
        return Side(
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


def _supplier_count(rule: Rule, plan: Quantities, costs: Costs, position: int) -> Bounded:
    """A count has no shadow price: it moves by whole suppliers."""
    lower = upper = None
    if rule.minimum is not None:
        lower = Side(None, rule.minimum, rule.minimum_cell, 1.0, 1.0)
    if rule.maximum is not None:
        upper = Side(None, rule.maximum, rule.maximum_cell, 1.0, 1.0)
    return Bounded(
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


def _hhi(rule: Rule, plan: Quantities, costs: Costs, row: int | None) -> Bounded:
    """An HHI; its shadow price is per percentage point, as of a share."""
    demand = rule.basis or 0.0
    bound = None if row is None else Bound(True, row, is_upper=True)
    per_typed = rule.per_typed[1] * demand
    upper = Side(
        bound=bound,
        value=rule.maximum or 0.0,
        cell=rule.maximum_cell,
        per_typed=per_typed,
        shown=demand,
        has_range=False,
        is_curved=True,
    )
    return Bounded(
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


def _capacities(scenario: Scenario, model: CompiledModel, plan: Quantities) -> Iterator[Bounded]:
    bought = plan.bought
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
        yield Bounded(
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
            upper=Side(bound, limit / shown, cell, per_typed, shown),
            sources=(s,),
        )


def _conversion_capacities(
    scenario: Scenario, model: CompiledModel, plan: Quantities
) -> Iterator[Bounded]:
    conversions = scenario.conversions
    columns = model.columns["convert"]
    members = model.indices["CONVERSIONS"]
    for (v, p, t), column in zip(members.tolist(), columns, strict=True):
        capacity = float(conversions.capacity[v, t])
        if math.isinf(capacity):
            continue
        shown = float(conversions.capacity_per_typed[v, t])
        bound = Bound(False, int(column), is_upper=True)
        yield Bounded(
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
            upper=Side(bound, capacity / shown, conversions.capacity_cells[v], shown, shown),
        )


def _contracts(scenario: Scenario, model: CompiledModel, plan: Quantities) -> Iterator[Bounded]:
    """One row a contract: its level, between Minimum and Maximum.

    The level is the smallest that serves: the most that is taken in a period, or the Minimum. It
    is what both cells bound, and what their shadow prices are about.
    """
    columns = model.columns["level"]
    for contract, column, level in zip(
        scenario.contracts, columns.tolist(), plan.taken.level.tolist(), strict=True
    ):
        typed = contract.per_typed
        low, high = (
            Side(Bound(False, column, is_upper=is_upper), value / typed, cell, typed, typed)
            for is_upper, value, cell in (
                (False, contract.minimum, contract.minimum_cell),
                (True, contract.maximum, contract.maximum_cell),
            )
        )
        yield Bounded(
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
