"""What `planner explain` shows of a plan: why tonnes are missing, why each source, or why not."""

from __future__ import annotations

import numpy as np

from planner.numerals import money_text, priced, rounded, share_text, tonnes_text
from planner.plan import Plan
from planner.report.exhibit import Column, Exhibit, Kind, Picture, Series, Table
from planner.report.workbook_grid import Cell, Figure, Show
from planner.studies.explain_plan import PlanExplained
from planner.studies.explained import (
    ALL_OF_IT,
    Hold,
    ShortfallExplained,
    SourceExplained,
)
from planner.wording import at_site, capital, listed

_MOST_SENTENCES = 3
"""Shortfalls, and sources, that the answer names."""

_LEAST_PART = 5e-4
"""Part of a price that still is 0.1 % when rounded."""

_MOST_BARS = 25
"""Sources that the picture shows."""

_CUT_SHORT = (
    "It was stopped before everything was found: what is not known of limits and prices is left "
    "out, and raising the time limit may bring it."
)

_HELD = (
    "The plan has yes/no decisions: prices and savings hold for these decisions. With others, "
    "which a price far from today's may bring about, a source may come in or leave sooner."
)
_PRICES = (
    "Prices are the sellers' own, before tax, freight and duty, in the currency and unit of their "
    "Price; of several periods the average, of prices by volume that of the first tonnes, and all "
    "of them move by the same amount. Enters below: under this price something is bought of a "
    "source of which nothing is. Stays until: up to this price all is bought that is bought now. "
    "All else as it is."
)
_RELIEF = (
    "What one unit relieves is true at the margin, up to the bound that the sheet In the way has, "
    "and for this unit alone: limits that hold back the same tonnes do not add up."
)


def exhibit(explained: PlanExplained) -> Exhibit:
    """The reasons of a plan in words, tables and bars."""
    plan = explained.plan
    title = plan.numbers.title or plan.case.name
    notes = [_PRICES, *([_RELIEF] if explained.shortfalls else [])]
    if explained.is_held:
        notes.append(_HELD)
    return Exhibit(
        title=f"{title}, scenario {plan.scenario}: why this plan",
        sentences=[*_stopped(plan), *_missing(explained), *_bought(explained)],
        tables=[
            _sources(explained),
            *([_shortfalls(explained), _limits(explained)] if explained.shortfalls else []),
        ],
        pictures=_pictures(explained),
        notes=notes,
    )


# -- words ----------------------------------------------------------------------------------


def _stopped(plan: Plan) -> list[str]:
    """What is not known where time was up, or by Ctrl-C: before anything that is said without."""
    said = []
    if plan.status != "optimal":
        said.append("The search was stopped early: the plan is not proven to be the cheapest.")
    if not plan.has_all_prices:
        said.append(_CUT_SHORT)
    return said


def _missing(explained: PlanExplained) -> list[str]:
    if not explained.shortfalls:
        return ["Nothing is missing: all demand is met."]
    worst = sorted(explained.shortfalls, key=lambda one: -one.tonnes)
    said = [_shortfall(explained.plan, one) for one in worst[:_MOST_SENTENCES]]
    more = worst[_MOST_SENTENCES:]
    if more:
        said.append(
            f"Missing as well: {listed([f'{_called(o)}, {tonnes_text(o.tonnes)}' for o in more])}."
        )
    return said


def _shortfall(plan: Plan, one: ShortfallExplained) -> str:
    """What is missing from when on, what stands in the way, and what helps most."""
    when = listed([period.period for period in one.periods])
    said = f"{tonnes_text(one.tonnes)} of {_called(one)} are missing ({when}): {one.reason}."
    helping = [hold for hold in one.holds if hold.helps]
    if helping:
        said += f" {_relief(plan, helping[0])}"
    return said + _stop(plan, one)


def _stop(plan: Plan, one: ShortfallExplained) -> str:
    """From when on nothing is there; where some is later, when nothing is."""
    if one.stops is None:
        return ""
    numbers = plan.numbers
    place = numbers.items.index(one.item), numbers.sites.index(one.site)
    start = numbers.periods.index(one.stops.period)
    needed = {numbers.periods[t] for t in np.flatnonzero(numbers.demand[place] > 0) if t >= start}
    out = [period.period for period in one.periods if period.share >= ALL_OF_IT]
    date = f" ({one.stops.start:%Y-%m-%d})" if one.stops.start else ""
    if needed <= set(out):
        return f" From {one.stops.period}{date} on nothing of it is there: lines that need it stop."
    when = f"{out[0]}{date}" if len(out) == 1 else listed(out)
    return f" In {when} nothing of it is there: lines that need it stop."


def _relief(plan: Plan, hold: Hold) -> str:
    more = "less" if hold.minimum else "more"
    saves = money_text(hold.saves or 0.0, plan.currency)
    return (
        f"1 {hold.per} {more} of {hold.called} brings {tonnes_text(hold.tonnes or 0.0)} and "
        f"saves {saves}{_until(hold)}."
    )


def _until(hold: Hold) -> str:
    """Up to which bound it saves as much; empty where that has no end, or none that is known."""
    if hold.until is None:
        return ""
    bound = share_text(hold.until) if hold.is_of_a_share else f"{rounded(hold.until)} {hold.per}"
    return f", at that rate {'down' if hold.minimum else 'up'} to {bound}"


def _called(one: ShortfallExplained) -> str:
    return at_site(one.item, one.site)


def _bought(explained: PlanExplained) -> list[str]:
    sources = explained.sources
    used = [one for one in sources if one.is_used]
    said = [f"{len(used)} of {len(sources)} sources are bought from."]
    said += [f"{one.name}: {one.reason}." for one in _closest(explained)]
    return said


def _closest(explained: PlanExplained) -> list[SourceExplained]:
    """The sources that would come in, or lose tonnes, at the smallest change of their price."""
    near = [one for one in explained.sources if _change(one) is not None]
    return sorted(near, key=lambda one: abs(_change(one) or 0.0))[:_MOST_SENTENCES]


def _change(one: SourceExplained) -> float | None:
    """By what part a source's price would have to fall for it to enter, or may rise; None: none."""
    corner = one.stays_until if one.is_used else one.enters_below
    if corner is None or not one.price:
        return None
    return corner / one.price - 1.0


# -- tables and pictures --------------------------------------------------------------------


def _sources(explained: PlanExplained) -> Table:
    rows: list[list[Cell]] = [
        [
            one.name,
            one.country,
            one.used_t,
            capital(one.reason),
            Figure(one.price, Show.MONEY),
            Figure(one.enters_below, Show.MONEY),
            Figure(one.more_below, Show.MONEY),
            Figure(one.stays_until, Show.MONEY),
            one.price_unit,
            _change(one),
            one.landed_cost,
            one.price_cell or "",
        ]
        for one in explained.sources
    ]
    columns = [
        Column("Source"),
        Column("Country"),
        Column("Bought [t]", Show.TONNES),
        Column("Why, or why not", widest=60),
        Column("Price", Show.NUMBER),
        Column("Enters below", Show.NUMBER),
        Column("More is bought below", Show.NUMBER),
        Column("Stays until", Show.NUMBER),
        Column("Unit of the prices"),
        Column("Has to change by, may change by", Show.SHARE),
        Column(f"Landed cost [{explained.plan.currency}/t]", Show.MONEY),
        Column("Cell of the price"),
    ]
    return Table("Why", columns, rows, on_screen=20, headers_on_screen=(0, 2, 4, 5, 7, 8, 3))


def _shortfalls(explained: PlanExplained) -> Table:
    has_sites = any(one.site for one in explained.shortfalls)
    rows: list[list[Cell]] = [
        [
            one.item,
            *([one.site or ""] if has_sites else []),
            missing.period,
            missing.tonnes,
            missing.share,
            missing.cell or "",
            missing.start,
            one.reason,
        ]
        for one in explained.shortfalls
        for missing in one.periods
    ]
    columns = [
        Column("Item"),
        *([Column("Site")] if has_sites else []),
        Column("Period"),
        Column("Missing [t]", Show.TONNES),
        Column("Of its demand", Show.SHARE),
        Column("Cell of the demand"),
        Column("First day"),
        Column("What stands in the way", widest=60),
    ]
    return Table("Missing", columns, rows, headers_on_screen=range(4 + has_sites))


def _limits(explained: PlanExplained) -> Table:
    """What stands in the way of each shortfall, and what one unit of it brings."""
    currency = explained.plan.currency
    rows: list[list[Cell]] = [
        [
            _called(one),
            hold.called,
            hold.cell,
            ", ".join(hold.periods),
            f"1 {hold.per} {'less' if hold.minimum else 'more'}",
            hold.tonnes,
            hold.saves,
            hold.until,
        ]
        for one in explained.shortfalls
        for hold in one.holds
    ]
    columns = [
        Column("Missing"),
        Column("In the way"),
        Column("Cell"),
        Column("When"),
        Column("Relieved by"),
        Column("brings [t]", Show.AMOUNT),
        Column(f"saves [{currency}]", Show.MONEY),
        Column("up to a bound of", Show.AMOUNT),
    ]
    return Table("In the way", columns, rows, headers_on_screen=(0, 1, 2, 4, 5, 6))


def _pictures(explained: PlanExplained) -> list[Picture]:
    """How far each source's price is from where its purchases change."""
    changes = [(one, change) for one in explained.sources if (change := _change(one)) is not None]
    shown = sorted(changes, key=lambda pair: abs(pair[1]))[:_MOST_BARS]
    if not shown:
        return []
    labels = [f"{one.name} ({priced(one.price or 0.0)} {one.price_unit})" for one, _ in shown]
    remarks = [_remark(one, change) for one, change in shown]
    zero, rises = [0.0] * len(shown), [100 * change for _, change in shown]
    may = [rise if one.is_used else 0.0 for (one, _), rise in zip(shown, rises, strict=True)]
    must = [0.0 if one.is_used else rise for (one, _), rise in zip(shown, rises, strict=True)]
    series = [
        Series("bought: may rise before we buy less", may, zero, labels),
        Series("not bought: has to fall before we buy", must, zero, labels),
    ]
    held = ", with the decisions of the plan held" if explained.is_held else ""
    title = f"How far each price is from where purchases change{held}"
    x_title = "Change of the seller's price [%]"
    return [
        Picture(
            title, Kind.SPANS, series, x_title=x_title, middle=0.0, remarks=remarks,
            finding=_closest_of_all(*shown[0]),
        )
    ]  # fmt: skip


def _remark(one: SourceExplained, change: float) -> str:
    """A price at which purchases change, and how far away it is."""
    corner = one.stays_until if one.is_used else one.enters_below
    sign = "" if abs(change) < _LEAST_PART else "+" if change > 0 else "\N{MINUS SIGN}"
    return f"{sign}{_part(change)}: {priced(corner or 0.0)}"


def _part(change: float) -> str:
    """A change of a price for people; what is there is never 0."""
    return "<0.1 %" if 0 < abs(change) < _LEAST_PART else share_text(abs(change))


def _closest_of_all(one: SourceExplained, change: float) -> str:
    """The source whose price is closest to where something changes."""
    if not one.is_used:
        return f"Closest: {one.name}, which we buy once its price falls by {_part(change)}"
    when = f"once its price rises by {_part(change)}"
    if abs(change) < _LEAST_PART:
        when = "as soon as its price rises"
    return f"Closest: {one.name}, of which we buy less {when}"
