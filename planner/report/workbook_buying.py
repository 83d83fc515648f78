"""The sheets about buying: Orders, Decisions, Plan, Deliveries, Sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.case.scenario import Flags, Numbers, Rule
from planner.plan import LimitRow, Plan, SwitchPrice
from planner.report.findings import at_minimum, few, price_text, to_decide
from planner.report.workbook_data import (
    Results,
    form_of,
    form_sold,
    listing,
    tidy,
    what_it_sells,
)
from planner.report.workbook_grid import Field, Listing, Row, Show
from planner.solving.quantities import arrivals

AFTER_THE_END = "after the last period"

_NOTHING_TO_DECIDE = "This case has no restarts, contracts, minimum orders or order costs."
_FULL = 1.0 - 1e-9
_SAME_PRICE = 1e-6


# -- orders ---------------------------------------------------------------------------------


def orders(results: Results) -> Listing:
    """What to buy from whom, leaving and arriving when, and what it costs undiscounted."""
    currency = results.currency
    fields = (
        Field("Source"),
        Field("Supplier"),
        Field("Country"),
        Field("Kind"),
        Field("Material"),
        Field("Form", kept=results.has_forms),
        Field("Site", kept=results.has_sites),
        Field("Leaves in"),
        Field("Arrives in"),
        Field("Tonnes [t]", Show.TONNES),
        Field("Incoterm"),
        Field("Source's currency"),
        Field("Price, source's currency [/t]", Show.MONEY),
        Field("Landed cost, source's currency [/t]", Show.MONEY),
        Field("Landed cost, source's currency", Show.MONEY),
        Field(f"Landed cost [{currency}/t]", Show.MONEY),
        Field(f"Landed cost [{currency}]", Show.MONEY),
    )
    found = listing(results, "Orders", fields, _order_rows, totals=_order_totals)
    return replace(found, notes=[note for plan in results.plans for note in _notes(results, plan)])


def _notes(results: Results, plan: Plan) -> Iterator[str]:
    """Start-ups and contracts that go with the orders."""
    for sentence in to_decide(plan):
        yield f"Scenario {plan.scenario}: {sentence}" if results.several else sentence


def _order_rows(plan: Plan) -> Iterator[Row]:
    numbers, ship, landed = plan.numbers, plan.quantities.ship, plan.landed_money
    paid = plan.money.parts["purchase"]
    for s, p, t in np.argwhere(ship > plan.threshold).tolist():
        source = numbers.sources[s]
        tonnes, money = float(ship[s, p, t]), float(landed[s, p, t])
        own_money = money / float(numbers.exchange[s, t])
        yield (
            source.name,
            source.supplier,
            source.country,
            source.kind,
            what_it_sells(plan, s),
            form_sold(plan, s),
            numbers.sites[p],
            numbers.periods[t],
            _arrival(plan, s, p, t),
            tonnes,
            source.incoterm,
            source.currency,
            float(paid[s, p, t]) / tonnes / float(numbers.exchange[s, t]),
            own_money / tonnes,
            own_money,
            money / tonnes,
            money,
        )


def _arrival(plan: Plan, source: int, site: int, period: int) -> str:
    numbers = plan.numbers
    arrival = period + int(numbers.lead[source, site])
    return numbers.periods[arrival] if arrival < len(numbers.periods) else AFTER_THE_END


def _order_totals(plan: Plan) -> Iterator[Row]:
    blank = [None] * 8
    money = float(plan.landed_money.sum())
    yield ("Total", *blank, plan.purchases_t, *([None] * 5), plan.cost_per_t, money)


# -- decisions ------------------------------------------------------------------------------


def decisions(results: Results) -> Listing:
    """What is decided once: restarts, orders and contracts, with the latest date to decide."""
    fields = (
        Field("Kind"),
        Field("Name"),
        Field("Decision"),
        Field("Decide in"),
        Field("Latest date"),
        Field("Starts in"),
        Field("Level", Show.TONNES),
        Field("Unit"),
        Field(f"Cost, paid once [{results.currency}]", Show.MONEY),
        Field("Input cell"),
    )
    notes = [] if any(plan.decisions for plan in results.plans) else [_NOTHING_TO_DECIDE]
    return replace(listing(results, "Decisions", fields, _decision_rows), notes=notes)


def _decision_rows(plan: Plan) -> Iterator[Row]:
    for one in plan.decisions:
        is_contract = one.kind == "contract"
        taken = one.period is not None
        yield (
            one.kind,
            one.name,
            "level" if is_contract else "yes" if taken else "no",
            one.period,
            one.date,
            one.starts if one.starts is not None or not taken else AFTER_THE_END,
            one.value if is_contract else None,
            one.unit or None,
            one.cost,
            one.cell or None,
        )


# -- plan -----------------------------------------------------------------------------------


def plan_matrix(results: Results) -> Listing:
    """Tonnes bought by source and period of leaving, with totals."""
    periods = results.first.numbers.periods
    fields = (
        Field("Source"),
        Field("Country"),
        Field("Material"),
        Field("Form", kept=results.has_forms),
        Field("Site", kept=results.has_sites),
        *(Field(f"{period} [t]", Show.TONNES) for period in periods),
        Field("Total [t]", Show.TONNES),
    )
    return listing(results, "Plan", fields, _plan_rows, totals=_plan_totals)


def _plan_rows(plan: Plan) -> Iterator[Row]:
    numbers, ship = plan.numbers, plan.quantities.ship
    for s, p in np.argwhere((ship > plan.threshold).any(axis=2)).tolist():
        source = numbers.sources[s]
        tonnes = [tidy(plan, x) or None for x in ship[s, p].tolist()]
        yield (
            source.name,
            source.country,
            what_it_sells(plan, s),
            form_sold(plan, s),
            numbers.sites[p],
            *tonnes,
            float(ship[s, p].sum()),
        )


def _plan_totals(plan: Plan) -> Iterator[Row]:
    by_period = [tidy(plan, x) for x in plan.quantities.ship.sum(axis=(0, 1)).tolist()]
    yield ("Total", None, None, None, None, *by_period, plan.purchases_t)


# -- deliveries -----------------------------------------------------------------------------


def deliveries(results: Results) -> Listing:
    """What arrives usable, of which material, from which source."""
    fields = (
        Field("Source"),
        Field("Country"),
        Field("Site", kept=results.has_sites),
        Field("Arrives in"),
        Field("Material"),
        Field("Form", kept=results.has_forms),
        Field("Arrives usable [t]", Show.TONNES),
    )
    return listing(results, "Deliveries", fields, _delivery_rows)


def _delivery_rows(plan: Plan) -> Iterator[Row]:
    numbers = plan.numbers
    arriving = arrivals(numbers, plan.quantities.ship)
    usable = numbers.content * numbers.yields[:, None]
    for s, p, t in np.argwhere(arriving > plan.threshold).tolist():
        source = numbers.sources[s]
        for m in usable[s].nonzero()[0].tolist():
            yield (
                source.name,
                source.country,
                numbers.sites[p],
                numbers.periods[t],
                numbers.materials[m],
                form_of(plan, m),
                float(arriving[s, p, t] * usable[s, m]),
            )


# -- sources --------------------------------------------------------------------------------


def sources(results: Results) -> Listing:
    """Each source: bought or not and why, and the prices at which it gains or loses tonnes."""
    fields = (
        Field("Source"),
        Field("Supplier"),
        Field("Country"),
        Field("Kind"),
        Field("Material"),
        Field("Form", kept=results.has_forms),
        Field("Bought [t]", Show.TONNES),
        Field("In words"),
        Field(f"Landed cost [{results.currency}/t]", Show.MONEY),
        Field("Incoterm"),
        Field("Source's currency"),
        Field("Price, source's currency [/t]", Show.MONEY),
        Field("Gains tonnes below this price [/t]", Show.MONEY),
        Field("Loses tonnes above this price [/t]", Show.MONEY),
    )
    return listing(results, "Sources", fields, _source_rows)


def _source_rows(plan: Plan) -> Iterator[Row]:
    reached = _reached_rules(plan)
    for s, source in enumerate(plan.numbers.sources):
        switch = plan.switch_prices.get(source.name)
        price, landed = _average_price(plan, s)
        yield (
            source.name,
            source.supplier,
            source.country,
            source.kind,
            what_it_sells(plan, s),
            form_sold(plan, s),
            tidy(plan, float(plan.quantities.ship[s].sum())),
            _in_words(plan, s, switch, reached.get(s, [])),
            landed,
            source.incoterm,
            source.currency,
            price,
            switch.gains_at if switch else None,
            switch.loses_at if switch else None,
        )


def _average_price(plan: Plan, source: int) -> tuple[float | None, float | None]:
    """Price and landed cost of a tonne, averaged over what is bought, else over what could be."""
    numbers, ship = plan.numbers, plan.quantities.ship[source]
    weights = ship if ship.sum() > plan.threshold else _may_be_bought(plan, source)
    if weights.sum() <= 0:
        return None, None
    price = np.broadcast_to(numbers.price[source], ship.shape)
    landed = numbers.landed_cost[source]
    return float(np.average(price, weights=weights)), float(np.average(landed, weights=weights))


def _may_be_bought(plan: Plan, source: int) -> Numbers:
    """P × T: 1 where the source may deliver at all, else 0."""
    return np.outer(plan.numbers.allowed[source], _window(plan, source)).astype(float)


def _window(plan: Plan, source: int) -> Flags:
    """T: whether the source may deliver in the period at all."""
    numbers = plan.numbers
    return np.array([numbers.buys_in(source, t) for t in range(len(numbers.periods))])


@dataclass(frozen=True, slots=True)
class _Reached:
    """A quota or limit at its bound, with the periods that it counts."""

    rule: Rule
    row: LimitRow

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        value = f" for {self.row.value}" if self.row.value else ""
        return f"{self.row.kind} {self.row.name}{value}"

    @property
    def how(self) -> str:
        """How it stands towards what is bought."""
        if self.row.is_broken:
            why = "for a penalty" if self.row.priority is None else "which is given up"
            return f"{'short of' if at_minimum(self.row) else 'beyond'} {self.name}, {why}"
        if at_minimum(self.row):
            return f"with {self.name} at its minimum"
        return f"as far as {self.name} allows"

    def window(self, plan: Plan) -> str:
        """The periods counted; nothing where these are all."""
        if len(self.rule.periods) == len(plan.numbers.periods):
            return ""
        return " to ".join(dict.fromkeys((self.row.first, self.row.last)))


def _reached_rules(plan: Plan) -> dict[int, list[_Reached]]:
    """The quotas and limits that bind, by the position of each source that they count."""
    rows = {(*_identity(row), row.first, row.last): row for row in plan.limit_rows if row.binds}
    periods = plan.numbers.periods
    found: dict[int, list[_Reached]] = {}
    for rule in plan.numbers.rules:
        ends = periods[rule.periods[0]], periods[rule.periods[-1]]
        row = rows.get((*_identity(rule), *ends))
        if row is not None:
            for s in np.flatnonzero(rule.content).tolist():
                found.setdefault(s, []).append(_Reached(rule, row))
    return found


def _identity(rule: Rule | LimitRow) -> tuple[str, str, str | None]:
    return rule.kind, rule.name, rule.value


def _in_words(plan: Plan, source: int, switch: SwitchPrice | None, rules: list[_Reached]) -> str:
    """Whether the source is bought, how far or why not."""
    if float(plan.quantities.ship[source].sum()) <= plan.threshold:
        why = _why_not(plan, source, switch, rules)
        return f"not bought: {why}" if why else "not bought"
    return f"bought {_how_far(plan, source, rules)}"


def _why_not(
    plan: Plan, source: int, switch: SwitchPrice | None, rules: list[_Reached]
) -> str | None:
    """Why nothing is bought, as far as it is known."""
    numbers = plan.numbers
    closed = _closed(plan, source)
    if closed is not None:
        return closed
    if switch is not None and switch.gains_at is not None:
        too_dear = switch.price - switch.gains_at
        if too_dear <= _SAME_PRICE * abs(switch.price):
            return "as dear as what is bought instead"
        return f"too dear by {price_text(too_dear, numbers.sources[source].currency)}"
    for reached in rules:
        if not at_minimum(reached.row) and not reached.row.is_broken:
            state = "used up" if reached.row.maximum else "0"
            return f"{reached.name} is {state}{_in_brackets([reached.window(plan)])}"
    return "no price above 0 is known at which it would be" if switch is not None else None


def _closed(plan: Plan, source: int) -> str | None:
    """Why nothing can be bought at any price; None where something could."""
    numbers, window = plan.numbers, _window(plan, source)
    if not numbers.allowed[source].any():
        return "no plant allows it"
    if not numbers.capacity[source, window].any():
        return "it has no capacity"
    if not numbers.limit[source, window].any():
        return "closed, its availability is 0"
    return None


def _how_far(plan: Plan, source: int, rules: list[_Reached]) -> str:
    """How far a purchase goes: up to its capacity, as far as a rule allows, or in part."""
    numbers, bought = plan.numbers, plan.quantities.bought[source]
    limit, buying = numbers.limit[source], bought > plan.threshold
    full = buying & (bought >= limit * _FULL)
    parts = []
    if full.any():
        periods = [numbers.periods[t] for t in np.flatnonzero(full).tolist()]
        is_always = np.array_equal(full, _window(plan, source) & (limit > 0))
        parts.append(f"up to its capacity{_in_brackets([] if is_always else periods)}")
    windows: dict[str, list[str]] = {}
    for reached in rules:
        if buying[list(reached.rule.periods)].any():
            windows.setdefault(reached.how, []).append(reached.window(plan))
    parts += [how + _in_brackets(names) for how, names in windows.items()]
    return "; ".join(parts) or "in part: it could deliver more"


def _in_brackets(windows: Sequence[str]) -> str:
    return f" ({few(windows)})" if any(windows) else ""
