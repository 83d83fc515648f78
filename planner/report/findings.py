"""What a plan shows, as plain data: shared by the results workbook and the screen."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.case.scenario import Numbers
from planner.case.units import DAYS_PER_YEAR
from planner.numerals import money_text, rounded, share_text, significant, tonnes_text
from planner.plan import LimitRow, Plan
from planner.solving.quantities import arrivals, converted
from planner.solving.tolerances import NEGLIGIBLE_MONEY
from planner.wording import at_site, capital, listed, span

if TYPE_CHECKING:
    from planner.solving.current import Evaluated

_NOTHING = 1e-9
"""A worth or a breach below this part of what it compares with is rounding."""

_MANY_DIGITS = 9
"""Digits that tell two bounds apart which look the same when rounded."""

_SEEN = 5e-4
"""Tonnes below this part of those bought or demanded are not missed in a sum."""

BROKEN = " is broken by "
"""In the words on a rule that is broken, before by how much."""

_PRICE_UNIT = re.compile(r"^(.*?)(/| per )(.*)$")


# -- in short -------------------------------------------------------------------------------


def in_short(plan: Plan) -> str:
    """The plan in a few sentences: tonnes bought, demanded and missing, and why they differ."""
    products = plan.numbers.demand[len(plan.numbers.materials) :].sum() > 0
    of = " of products" if products else ""
    bought = f"Buy {tonnes_text(plan.purchases_t)}. Demand is {tonnes_text(plan.demand_t)}{of}"
    if plan.shortfall_rows():
        bought = f"{bought}, of which {tonnes_text(plan.shortfall_t)} are missing."
    else:
        bought = f"{bought}; nothing is missing."
    return " ".join([bought, *_not_for_demand(plan)])


def _not_for_demand(plan: Plan) -> list[str]:
    """Where the tonnes bought are more or fewer than what is met, in a sentence; [] if neither."""
    numbers, quantities = plan.numbers, plan.quantities
    met = plan.demand_t - plan.shortfall_t
    seen = _SEEN * max(plan.purchases_t, met)
    if abs(plan.purchases_t - met) <= seen:
        return []
    arrived = arrivals(numbers, quantities.ship).sum(axis=(1, 2))
    usable = float(plan.delivered.sum())
    made = float(converted(numbers, quantities.convert).sum())
    stocked = float(quantities.stock[:, :, -1].sum() - numbers.opening.sum())
    parts = (
        (float(quantities.surplus.sum()), "more than needed (surplus)"),
        (plan.purchases_t - float(arrived.sum()), "to arrive after the last period"),
        (float(arrived.sum()) - usable, "not usable (content, yield)"),
        (-made, "lost in processing"),
        (stocked, "added to stock"),
        (-stocked, "taken from stock"),
        (float(numbers.in_transit.sum()), "in transit already"),
    )
    named = [
        f"{tonnes_text(tonnes)} are {words}"
        for tonnes, words in sorted(parts, reverse=True)
        if tonnes > seen
    ]
    return [f"{', '.join(named)}."] if named else []


# -- what binds -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Binding:
    """An input cell that holds the plan back, and what it is worth.

    Attributes:
        cell: where the bound stands, `Quotas!F4`; empty where it stands nowhere.
        kind: `quota`, `limit` or `capacity`.
        name: of the quota or limit; of the source for a capacity.
        value: the values of the limit's Column for which it binds, else None.
        words: the whole finding as a sentence or two.
        saving: what one unit more saves, all rows of the cell together, in discounted money;
            negative where more costs (a minimum); None: not known.
        price_unit: of `saving`: `USD/t`, `USD per percentage point` …
        echo: it is worth that much because tonnes are missing.
    """

    cell: str
    kind: str
    name: str
    value: str | None
    words: str
    saving: float | None
    price_unit: str
    echo: bool


def binding(plan: Plan) -> list[Binding]:
    """The input cells that bind, those worth most first, those of unknown worth last.

    A cell that makes several rows counts once, with the sum of their worth. Cells of which one
    unit more is worth nothing are left out.
    """
    by_cell: dict[tuple[str, ...], list[LimitRow]] = {}
    for row in plan.limit_rows:
        if row.binds:
            key = (row.cell,) if row.cell else ("", row.kind, row.name, row.value or "")
            by_cell.setdefault(key, []).append(row)
    savings = {key: _saving(rows) for key, rows in by_cell.items()}
    largest = max((abs(s) for s in savings.values() if s is not None), default=0.0)
    found = [
        _binding(plan, [row for row in rows if row.shadow_price.more != 0], savings[key])
        for key, rows in by_cell.items()
        if savings[key] is None or abs(savings[key] or 0.0) > _NOTHING * largest
    ]
    return sorted(found, key=lambda b: math.inf if b.saving is None else -abs(b.saving))


def limit_words(row: LimitRow) -> str:
    """One row of the limits in words: what is left of it, or what one more unit saves."""
    unit = "%" if row.unit == "fraction" else row.unit
    if not row.binds:
        if row.slack is None:
            return ""
        scale = 100.0 if row.unit == "fraction" else 1.0
        side = "above the minimum" if row.is_at_minimum else "below the maximum"
        left = f"{rounded(row.slack * scale)} {'percentage points' if unit == '%' else unit}"
        return f"{left.strip()} {side}: one more unit saves nothing"
    worth = _worth([row], row.shadow_price.more, row.shadow_price.unit)
    if row.shadow_price.more == 0:
        worth = "One more unit saves nothing"
        less = row.shadow_price.less
        currency = row.shadow_price.unit.partition("/")[0].partition(" per ")[0]
        worth += f", one less costs {money_text(less, currency)}" if less else ""
    return f"{capital(_reached([row]))}. {worth}"


def given_up(plan: Plan) -> list[str]:
    """The rules with a priority that the plan breaks, the most important first, as sentences.

    A cell that makes several rows counts once.
    """
    by_cell: dict[str, list[LimitRow]] = {}
    for row in plan.limit_rows:
        if row.priority is not None and row.is_broken:
            by_cell.setdefault(row.cell, []).append(row)
    found = sorted(by_cell.values(), key=lambda rows: rows[0].priority or 0)
    return [f"{_broken(plan, rows)}; its priority is {rows[0].priority}." for rows in found]


def _broken(plan: Plan, rows: Sequence[LimitRow]) -> str:
    values = dict.fromkeys(row.value for row in rows if row.value is not None)
    title = _title(rows[0], ", ".join(values) or None)
    return f"{title} ({rows[0].cell}): {_reached(rows)}{_when(plan, rows)}"


def _saving(rows: Sequence[LimitRow]) -> float | None:
    """What one more unit of the cell saves, over all its rows."""
    return _sum(row.shadow_price.more for row in rows)


def _sum(values: Iterable[float | None]) -> float | None:
    total = 0.0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _binding(plan: Plan, rows: Sequence[LimitRow], saving: float | None) -> Binding:
    first = rows[0]
    values = dict.fromkeys(row.value for row in rows if row.value is not None)
    value = ", ".join(values) or None
    unit = first.shadow_price.unit
    place = f" ({first.cell})" if first.cell else ""
    words = f"{_title(first, value)}{place}: {_reached(rows)}{_when(plan, rows)}"
    return Binding(
        cell=first.cell,
        kind=first.kind,
        name=first.name,
        value=value,
        words=f"{words}. {_worth(rows, saving, unit)}.",
        saving=saving,
        price_unit=unit,
        echo=any(row.shadow_price.echo for row in rows),
    )


def _title(row: LimitRow, value: str | None) -> str:
    if row.kind == "capacity":
        return at_site(f"Capacity of {row.name}", value)
    return f"{row.kind.capitalize()} {row.name}" + (f" for {value}" if value else "")


def _reached(rows: Sequence[LimitRow]) -> str:
    """Which bound is reached or broken, in words; it may differ between the rows of a cell."""
    low = rows[0].is_at_minimum
    bounds = [b for row in rows if (b := row.minimum if low else row.maximum) is not None]
    unit = "%" if rows[0].unit == "fraction" else rows[0].unit
    side, amount = "minimum" if low else "maximum", f"{_range(rows[0], bounds)} {unit}".strip()
    breaches = [row.breach for row in rows if row.is_broken]
    if breaches:
        unit = "percentage points" if unit == "%" else unit
        return f"the {side} of {amount}{BROKEN}{_range(rows[0], breaches)} {unit}".strip()
    return f"the {side} of {amount} is reached" if any(bounds) else f"the {side} is {amount}"


def _range(row: LimitRow, numbers: Sequence[float]) -> str:
    """Numbers in the row's unit as `120`, or `100 to 120`."""
    scale = 100.0 if row.unit == "fraction" else 1.0
    return span(rounded(min(numbers) * scale), rounded(max(numbers) * scale))


def _when(plan: Plan, rows: Sequence[LimitRow]) -> str:
    """The windows in which the cell binds; nothing where the case has one period."""
    if len(plan.numbers.periods) == 1:
        return ""
    windows = (span(row.first, row.last) for row in rows)
    return f" in {listed(list(dict.fromkeys(windows)))}"


def _worth(rows: Sequence[LimitRow], saving: float | None, price_unit: str) -> str:
    """What one unit more saves or costs, in words."""
    match = _PRICE_UNIT.match(price_unit)
    currency, unit = (match.group(1), match.group(3)) if match else (price_unit, "unit")
    if saving is None:
        return f"What one {unit} more would save is not known"
    money, more = money_text(abs(saving), currency), f"One {unit} more{_counted(rows, unit)}"
    if saving < 0:
        less = _sum(row.shadow_price.less for row in rows)
        loosened = f", one less saves {money_text(-less, currency)}" if less else ""
        return f"{more} costs {money}{loosened}{_only_up_to(rows)}{_echo(rows)}"
    return f"{more} saves {money}{_only_up_to(rows)}{_echo(rows)}"


def _counted(rows: Sequence[LimitRow], unit: str) -> str:
    """How much of a unit typed counts: of a quota our share, of a capacity what is available."""
    parts = [row.per_typed for row in rows]
    if rows[0].unit != unit or min(parts) >= 1.0 - _NOTHING:
        return ""
    return f", of which {span(share_text(min(parts)), share_text(max(parts)))} counts,"


def _only_up_to(rows: Sequence[LimitRow]) -> str:
    """Up to which bound that holds, where it does not for a whole unit typed; of one row alone."""
    first, *others = rows
    bound = first.minimum if first.is_at_minimum else first.maximum
    end = first.shadow_price.end
    if others or bound is None or end is None:
        return ""
    is_share = first.unit == "fraction"
    if not _NOTHING * abs(bound) < end - bound < first.per_typed * (1.0 - _NOTHING):
        return ""
    scale, unit = (100.0, "%") if is_share else (1.0, first.unit)
    last = rounded(end * scale)
    if last == rounded(bound * scale):
        last = significant(end * scale, _MANY_DIGITS)
    return f", at that rate only up to {last} {unit}".rstrip()


def _echo(rows: Sequence[LimitRow]) -> str:
    echoes = [row.shadow_price.echo for row in rows]
    if all(echoes):
        return ", which echoes the shortfall cost: less would be missing"
    return ", which in part echoes the shortfall cost" if any(echoes) else ""


# -- the Current plan -----------------------------------------------------------------------


def against_current(plan: Plan) -> list[tuple[str, float]]:
    """Lines that set the plan beside the Current plan: words, and discounted money, not negative.

    Money paid alone where nothing else differs; else also value that nobody pays, and the sum.
    None where there is no Current plan. One that is not allowed may well be cheaper.
    """
    current = plan.current
    if current is None:
        return []
    than = f"the Current plan{_breaking(len(current.broken))}"
    paid, valued = _differences(current, plan)
    words = f"Saving against {than}" if paid <= 0 else f"More paid than in {than}"
    lines = [(words, abs(paid))]
    if valued:
        side = "less" if valued < 0 else "more"
        lines.append((f"Shortfall and other values that nobody pays: {side}", abs(valued)))
        total = paid + valued
        lines.append(("Better in sum" if total <= 0 else "Worse in sum", abs(total)))
    return lines


def comparison(current: Evaluated, best: Plan) -> str:
    """How the best plan compares with the Current plan, in a sentence on discounted money."""
    currency = current.numbers.currency
    paid, valued = _differences(current, best)
    if not paid and not valued:
        return "No plan is cheaper."
    if not valued:
        money = money_text(abs(paid), currency)
        if paid < 0:
            return f"The best plan saves {money}."
        return f"The Current plan costs {money} less than the best plan that keeps every rule."
    money = money_text(abs(paid), currency)
    deed = f"saves {money}" if paid < 0 else f"pays {money} more" if paid else "pays as much"
    other = f"{money_text(abs(valued), currency)} of shortfall and other values that nobody pays"
    also = f"avoids {other}" if valued < 0 else f"has {other} more"
    if abs(paid + valued) <= NEGLIGIBLE_MONEY * current.money.size:
        return f"The best plan {deed} and {also}: as good in sum."
    side = "better" if paid + valued < 0 else "worse"
    total = money_text(abs(paid + valued), currency)
    return f"The best plan {deed} and {also}: {total} {side} in sum."


def _differences(current: Evaluated, best: Plan) -> tuple[float, float]:
    """How much more the best plan pays, and values; rounding is 0."""
    rounding = NEGLIGIBLE_MONEY * current.money.size
    paid, valued = best.paid - current.paid, best.valuation - current.valuation
    return (
        paid if abs(paid) > rounding else 0.0,
        valued if abs(valued) > rounding else 0.0,
    )


def _breaking(broken: int) -> str:
    if not broken:
        return ""
    return f", which breaks {'a rule' if broken == 1 else f'{broken} rules'}"


# -- what to decide -------------------------------------------------------------------------


def to_decide(plan: Plan) -> list[str]:
    """Start-ups and contracts to decide on, as sentences with the latest date."""
    sentences = []
    for one in plan.decisions:
        if one.kind == "order" or one.period is None or one.value == 0:
            continue
        when = f"in {one.period}" + (f" (by {one.date:%Y-%m-%d})" if one.date else "")
        if one.kind == "restart":
            starts = f"from {one.starts}" if one.starts else "only after the last period"
            cost = money_text(one.cost or 0.0, plan.currency)
            sentences.append(f"Restart {one.name} {when} for {cost}; it delivers {starts}.")
        else:
            level = f"{rounded(one.value)} {one.unit}"
            sentences.append(f"Contract {one.name} {when} at a level of {level}.")
    return sentences


# -- what is missing, and how long stocks last ----------------------------------------------


@dataclass(frozen=True, slots=True)
class Missing:
    """Demand that is not met: of what, where, when; `share` of that demand."""

    item: str
    form: str
    site: str | None
    period: str
    tonnes: float
    share: float


def missing(plan: Plan) -> list[Missing]:
    """What is missing, the first period first, and in it the most first."""
    numbers, short = plan.numbers, plan.quantities.short
    found = []
    for t, period in enumerate(numbers.periods):
        tonnes = short[:, :, t]
        places = [
            (float(tonnes[i, p]), i, p)
            for i, p in zip(*(tonnes > plan.threshold).nonzero(), strict=True)
        ]
        for amount, i, p in sorted(places, key=lambda place: -place[0]):
            demand = float(numbers.demand[i, p, t])
            found.append(
                Missing(
                    item=numbers.items[i],
                    form=numbers.forms[i] if i < len(numbers.forms) else "",
                    site=numbers.sites[p],
                    period=period,
                    tonnes=amount,
                    share=amount / demand,
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class Cover:
    """How many days of the demand to come a closing stock covers."""

    material: str
    site: str | None
    period: str
    days: float
    tonnes: float
    at_the_end: bool


def lowest_cover(plan: Plan) -> Cover | None:
    """The closing stock that covers the fewest days; None where no stock of a demand is kept."""
    numbers, stock = plan.numbers, plan.quantities.stock
    needs = numbers.needs
    last = len(numbers.periods) - 1
    covers = [
        Cover(
            material=numbers.materials[m],
            site=numbers.sites[p],
            period=numbers.periods[t],
            days=days_of_cover(float(stock[m, p, t]), needs[m, p], numbers.years, t),
            tonnes=float(stock[m, p, t]),
            at_the_end=t == last,
        )
        for m, p in zip(*numbers.stocked.nonzero(), strict=True)
        for t in range(last + 1)
    ]
    finite = [cover for cover in covers if math.isfinite(cover.days)]
    return min(finite, key=lambda cover: cover.days, default=None)


def days_of_cover(stock: float, demand: Numbers, years: Numbers, period: int) -> float:
    """Days of the demand after `period` that a stock covers; infinite where none is to come.

    Args:
        stock: tonnes at the end of the period.
        demand: T, tonnes in each period.
        years: T, lengths of the periods; beyond the last, demand goes on at its rate.
        period: position of the period.
    """
    left, covered = max(stock, 0.0), 0.0
    for t in range(period + 1, len(demand)):
        if left < demand[t]:
            return (covered + left / float(demand[t]) * float(years[t])) * DAYS_PER_YEAR
        left -= float(demand[t])
        covered += float(years[t])
    if demand[-1] <= 0:
        return math.inf
    return (covered + left / float(demand[-1]) * float(years[-1])) * DAYS_PER_YEAR
