"""The sheets about buying: Orders, Decisions, Plan, Deliveries, Sources."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.case.scenario import Flags, Numbers, Rule
from planner.numerals import exact_price_text, price_text, share_text
from planner.plan import LimitRow, Plan, SwitchPrice
from planner.report.findings import to_decide
from planner.report.workbook_data import (
    Results,
    form_of,
    form_sold,
    listing,
    tidy,
    what_it_sells,
)
from planner.report.workbook_grid import Formula, Row, Show
from planner.report.workbook_listing import Field, Listing, Total
from planner.solving.pricing import LANDED
from planner.solving.quantities import arrivals
from planner.wording import capital, listed

AFTER_THE_END = "after the last period"

_NOTHING_TO_DECIDE = "This case has no restarts, contracts, minimum orders or order costs."
_ECHOES = (
    "A price that echoes the shortfall cost is as good as that cost is known: beyond it more is "
    "missing, or less."
)
_HELD = (
    "Prices for these decisions only: restarts, orders and the like stay as the plan has them.",
    "At another price other decisions may be cheaper, so that we buy or leave a source long before "
    "it: sweep the price before you negotiate.",
)
_FULL = 1.0 - 1e-9
_SAME_PRICE = 1e-6
_SAME_SHARE = 5e-4
"""A change of a price below this part of it is shown as none."""

_MOST_PERIODS_CHECKED = 12
"""Periods of which each has its own check; of more, their sum has one."""

_MOST_SUPPLIERS = 100
"""Suppliers with a total of their own below the orders."""


# -- orders ---------------------------------------------------------------------------------


def orders(results: Results) -> Listing:
    """What to buy from whom, leaving and arriving when, and what it costs undiscounted.

    By supplier, so that a part of it can be sent.
    """
    currency = results.currency
    foreign, dated = _has_foreign_money(results), results.has_dates
    own = "/t" if foreign else f"{currency}/t"
    fields = (
        Field("Supplier", key="supplier"),
        Field("Source", key="source"),
        Field("Country", key="country"),
        Field("Material"),
        Field("Form", kept=results.has_forms),
        Field("Site", kept=results.has_sites),
        Field("Leaves in"),
        Field("Leaves from", kept=dated),
        Field("Arrives in"),
        Field("Arrives from", kept=dated),
        Field("Incoterm", optional=True),
        Field("Tonnes [t]", Show.TONNES, key="tonnes", total=True),
        Field("Source's currency", kept=foreign, key="currency"),
        Field(f"Price [{own}]", Show.MONEY, key="price"),
        Field(f"Order value{'' if foreign else f' [{currency}]'}", Show.MONEY, key="value",
              total=True),
        Field(f"Tax, freight, duty, processing [{own}]", Show.MONEY, key="extra"),
        Field("Landed cost, source's currency [/t]", Show.MONEY, kept=foreign, key="own"),
        Field("Landed cost, source's currency", Show.MONEY, kept=foreign, key="own_money",
              total=True),
        Field(f"Exchange rate [{currency}]", Show.NUMBER, kept=foreign, key="rate"),
        Field(f"Landed cost [{currency}/t]", Show.MONEY, key="landed"),
        Field(f"Landed cost [{currency}]", Show.MONEY, key="money", total=True),
    )  # fmt: skip
    found = listing(
        results,
        "Orders",
        fields,
        lambda plan: _order_rows(plan, foreign=foreign),
        totals=lambda plan: _order_totals(plan, foreign=foreign),
        frozen=2,
        groups="supplier",
    )
    # Totals first, then those of each supplier.
    totals = sorted(found.totals, key=lambda total: "supplier" in total.where)
    notes = [note for plan in results.plans for note in _notes(results, plan)]
    return replace(found, totals=totals, notes=notes)


def _has_foreign_money(results: Results) -> bool:
    """Whether a source has another currency than the case."""
    numbers = results.first.numbers
    return any(source.currency != numbers.currency for source in numbers.sources)


def _notes(results: Results, plan: Plan) -> Iterator[str]:
    """Start-ups and contracts that go with the orders."""
    for sentence in to_decide(plan):
        yield f"Scenario {plan.scenario}: {sentence}" if results.several else sentence


def _order_rows(plan: Plan, *, foreign: bool) -> Iterator[Row]:
    numbers, ship = plan.numbers, plan.quantities.ship
    parts = plan.money.parts
    tiered = {tiers.source for tiers in numbers.tiers}
    first: dict[str, int] = {}
    for source in numbers.sources:
        first.setdefault(source.supplier, len(first))
    places = np.argwhere(ship > plan.threshold).tolist()
    for s, p, t in sorted(places, key=lambda at: first[numbers.sources[at[0]].supplier]):
        source = numbers.sources[s]
        tonnes, rate = float(ship[s, p, t]), float(numbers.exchange[s, t])
        paid = float(parts["purchase"][s, p, t])
        price = paid / tonnes / rate if s in tiered else float(numbers.price[s, t])
        extra = sum(float(parts[kind][s, p, t]) for kind in LANDED[1:]) / tonnes / rate
        own_landed = price + extra
        own_money = tonnes * own_landed
        landed = own_landed * rate
        arrival = t + int(numbers.lead[s, p])
        yield (
            source.supplier,
            source.name,
            source.country,
            what_it_sells(plan, s),
            form_sold(plan, s),
            numbers.sites[p],
            numbers.periods[t],
            numbers.starts[t],
            numbers.periods[arrival] if arrival < len(numbers.periods) else AFTER_THE_END,
            numbers.starts[arrival] if arrival < len(numbers.periods) else None,
            source.incoterm,
            tonnes,
            source.currency,
            price,
            Formula("={tonnes}*{price}", tonnes * price),
            extra,
            Formula("={price}+{extra}", own_landed),
            Formula("={tonnes}*{own}", own_money),
            rate,
            Formula("={own}*{rate}", landed) if foreign else Formula("={price}+{extra}", landed),
            Formula("={tonnes}*{landed}", tonnes * landed),
        )


def _order_totals(plan: Plan, *, foreign: bool) -> Iterator[Total]:
    numbers, money = plan.numbers, float(plan.landed_money.sum())
    per_tonne = {}
    if plan.cost_per_t is not None and plan.purchases_t > plan.threshold:
        per_tonne["landed"] = Formula("={money}/{tonnes}", plan.cost_per_t)
    yield Total(
        {"supplier": "Total"},
        figures={"tonnes": plan.purchases_t, "money": money},
        formulas=per_tonne,
        sums=("tonnes", "money") if foreign else None,
        label="All orders",
    )
    bought: dict[tuple[str, str], float] = {}
    for s, cost in enumerate(plan.landed_money.sum(axis=(1, 2)).tolist()):
        if plan.quantities.ship[s].max() > plan.threshold:
            key = (numbers.sources[s].supplier, numbers.sources[s].currency)
            bought[key] = bought.get(key, 0.0) + cost
    for supplier, currency in sorted(bought, key=lambda key: -bought[key])[:_MOST_SUPPLIERS]:
        cells = {"supplier": supplier, "currency": currency}
        yield Total(cells, where=("supplier", "currency"), label=supplier)


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
        Field("Source", key="source"),
        Field("Country", key="country"),
        Field("Material"),
        Field("Form", kept=results.has_forms),
        Field("Site", kept=results.has_sites),
        *(
            Field(f"{period} [t]", Show.TONNES, key=f"t{t}", total=True)
            for t, period in enumerate(periods)
        ),
        Field("Total [t]", Show.TONNES, key="tonnes", total=True),
    )
    return listing(results, "Plan", fields, _plan_rows, totals=_plan_totals)


def _plan_rows(plan: Plan) -> Iterator[Row]:
    numbers, ship = plan.numbers, plan.quantities.ship
    last = len(numbers.periods) - 1
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
            Formula(f"=SUM({{t0}}:{{t{last}}})", math.fsum(x for x in tonnes if x)),
        )


def _plan_totals(plan: Plan) -> Iterator[Total]:
    figures = {f"t{t}": x for t, x in enumerate(plan.quantities.ship.sum(axis=(0, 1)).tolist())}
    yield Total(
        {"source": "Total"},
        figures={"tonnes": plan.purchases_t} if len(figures) > _MOST_PERIODS_CHECKED
        else {**figures, "tonnes": plan.purchases_t},
        label="Bought",
    )  # fmt: skip


# -- deliveries -----------------------------------------------------------------------------


def deliveries(results: Results) -> Listing:
    """What arrives usable, of which material, from which source."""
    fields = (
        Field("Source", key="source"),
        Field("Country"),
        Field("Site", kept=results.has_sites),
        Field("Arrives in", key="period"),
        Field("Material", key="material"),
        Field("Form", kept=results.has_forms),
        Field("Tonnes bought [t]", Show.TONNES, key="tonnes"),
        Field("Content [t/t]", Show.NUMBER, key="content"),
        Field("Yield", Show.SHARE, key="yielded"),
        Field("Arrives usable [t]", Show.TONNES, key="usable", total=True),
    )
    return listing(results, "Deliveries", fields, _delivery_rows, totals=_delivery_totals)


def _delivery_rows(plan: Plan) -> Iterator[Row]:
    numbers = plan.numbers
    arriving = arrivals(numbers, plan.quantities.ship)
    for s, p, t in np.argwhere(arriving > plan.threshold).tolist():
        source, tonnes = numbers.sources[s], float(arriving[s, p, t])
        yielded = float(numbers.yields[s])
        for m in numbers.content[s].nonzero()[0].tolist():
            content = float(numbers.content[s, m])
            yield (
                source.name,
                source.country,
                numbers.sites[p],
                numbers.periods[t],
                numbers.materials[m],
                form_of(plan, m),
                tonnes,
                content,
                yielded,
                Formula("={tonnes}*{content}*{yielded}", tonnes * content * yielded),
            )


def _delivery_totals(plan: Plan) -> Iterator[Total]:
    usable = float(plan.delivered.sum())
    yield Total({"source": "Total"}, figures={"usable": usable}, label="Deliveries")


# -- sources --------------------------------------------------------------------------------


def sources(results: Results) -> Listing:
    """Each source: bought or not and why, and the prices at which it gains or loses tonnes."""
    fields = (
        Field("Source"),
        Field("Supplier"),
        Field("Country"),
        Field("Bought [t]", Show.TONNES, key="tonnes"),
        Field("In words"),  # both before the prices: on the first page in print
        Field("What to say", widest=90),
        Field("Kind"),
        Field("Material"),
        Field("Form", kept=results.has_forms),
        Field("Share of tonnes bought", Show.SHARE, key="share"),
        Field(f"Landed cost [{results.currency}/t]", Show.MONEY),
        Field("Incoterm", optional=True),
        Field("Source's currency"),
        Field("Landed cost, source's currency [/t]", Show.MONEY, kept=_has_foreign_money(results)),
        Field("Price, source's currency [/t]", Show.MONEY, key="price"),
        Field("Gains tonnes below this price [/t]", Show.MONEY, key="gains"),
        Field("Price would have to fall by", Show.SHARE, key="fall", optional=True),
        Field("Loses tonnes above this price [/t]", Show.MONEY, key="loses"),
        Field("Price may rise by", Show.SHARE, key="rise", optional=True),
        Field("Echoes shortfall cost", optional=True),
        Field("For these decisions only", optional=True),
    )
    several = results.several
    return listing(
        results, "Sources", fields, lambda plan: _source_rows(plan, several=several),
        notes=_remarks(results.plans),
    )  # fmt: skip


def _remarks(plans: Sequence[Plan]) -> list[str]:
    """What has to be known of the prices before anybody negotiates by them."""
    known = [(plan, price) for plan in plans for price in plan.switch_prices.values()]
    is_held = any(plan.numbers.has_decisions and _is_known(price) for plan, price in known)
    echoes = [_ECHOES] if any(_echoing(price) for _, price in known) else []
    return [*echoes, *(_HELD if is_held else ())]


def _is_known(switch: SwitchPrice) -> bool:
    return switch.gains_at is not None or switch.loses_at is not None


def _echoing(switch: SwitchPrice) -> str:
    """Which of the prices at which a source gains or loses tonnes echo the shortfall cost."""
    sides = (("gains", switch.gains_echo), ("loses", switch.loses_echo))
    return " and ".join(side for side, echoes in sides if echoes)


def _source_rows(plan: Plan, *, several: bool) -> Iterator[Row]:
    reached = _reached_rules(plan)
    bought = [tidy(plan, x) for x in plan.quantities.ship.sum(axis=(1, 2)).tolist()]
    total = math.fsum(bought)
    all_bought = "SUMPRODUCT(--EXACT({scenario:},{scenario}),{tonnes:})" if several else (
        "SUM({tonnes:})"
    )  # fmt: skip
    for s, source in enumerate(plan.numbers.sources):
        switch = plan.switch_prices.get(source.name)
        average = _averages(plan, s)
        price = average.price
        gains, loses = (switch.gains_at, switch.loses_at) if switch else (None, None)
        fall = Formula("=1-{gains}/{price}", 1 - gains / price) if price and gains else None
        rise = Formula("={loses}/{price}-1", loses / price - 1) if price and loses else None
        yield (
            source.name,
            source.supplier,
            source.country,
            bought[s],
            _in_words(plan, s, switch, reached.get(s, [])),
            _what_to_say(plan, s, price, switch),
            source.kind,
            what_it_sells(plan, s),
            form_sold(plan, s),
            Formula(f"={{tonnes}}/{all_bought}", bought[s] / total) if total else None,
            average.landed,
            source.incoterm,
            source.currency,
            average.own_landed,
            price,
            gains,
            fall,
            loses,
            rise,
            (_echoing(switch) or None) if switch else None,
            "yes" if switch and _is_known(switch) and plan.numbers.has_decisions else None,
        )


def _what_to_say(plan: Plan, source: int, price: float | None, switch: SwitchPrice | None) -> str:
    """What the prices mean in a negotiation, in the source's currency and terms."""
    if switch is None or not price:
        return ""
    currency = plan.numbers.sources[source].currency
    terms = plan.numbers.sources[source].incoterm
    is_bought = float(plan.quantities.ship[source].sum()) > plan.threshold
    parts = []
    for limit, what, echoes in (
        (switch.gains_at, "below", switch.gains_echo),
        (switch.loses_at, "above", switch.loses_echo),
    ):
        if limit is None:
            continue
        change = abs(limit / price - 1.0)
        moved = f"{share_text(change)} {'less' if limit < price else 'more'} than now"
        moved = moved if change > _SAME_SHARE else "the price now"
        at = f"{exact_price_text(limit, currency)}{f' {terms}' if terms else ''}"
        deed = "we buy less" if what == "above" else "we buy more" if is_bought else "we would buy"
        echo = ", echoes the shortfall cost" if echoes else ""
        parts.append(f"{deed} {what} {at} ({moved}){echo}")
    if parts and plan.numbers.has_decisions:
        parts.append("for these decisions only")
    return capital("; ".join(parts))


@dataclass(frozen=True, slots=True)
class _Averages:
    """Per tonne, over what is bought, else over what could be; None where nothing could."""

    price: float | None = None
    landed: float | None = None
    own_landed: float | None = None


def _averages(plan: Plan, source: int) -> _Averages:
    numbers, ship = plan.numbers, plan.quantities.ship[source]
    is_bought = ship.sum() > plan.threshold
    weights = ship if is_bought else _may_be_bought(plan, source)
    if weights.sum() <= 0:
        return _Averages()
    price = np.broadcast_to(numbers.price[source], ship.shape)
    landed = numbers.landed_cost[source]
    return _Averages(
        price=float(np.average(price, weights=weights)),
        landed=float(np.average(landed, weights=weights)),
        own_landed=float(np.average(landed / numbers.exchange[source], weights=weights)),
    )


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
            return f"{'short of' if self.row.is_at_minimum else 'beyond'} {self.name}, {why}"
        if self.row.is_at_minimum:
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
        if not reached.row.is_at_minimum and not reached.row.is_broken:
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
    return f" ({listed(windows)})" if any(windows) else ""
