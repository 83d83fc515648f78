"""The sheets that account for a plan: Costs, Balance, Limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import count

import numpy as np

from planner.case.scenario import Numbers
from planner.plan import LimitRow, Plan
from planner.report.findings import limit_words
from planner.report.workbook_data import Results, form_of, listing, tidy
from planner.report.workbook_grid import Cell, Figure, Formula, Link, Row, Show
from planner.report.workbook_listing import Field, Listing, Total
from planner.solving.pricing import KINDS, LANDED, PAID
from planner.solving.quantities import converted, used_in_recipes

PAID_WORD, VALUED_WORD = "paid", "valued"

_NEGLIGIBLE = 1e-12
"""Money below this part of the whole comes from rounding, and has no row."""


# -- costs ----------------------------------------------------------------------------------


def costs(results: Results) -> Listing:
    """What is paid and what is valued, by source (or material, item, rule), period and kind."""
    currency = results.currency
    fields = (
        Field("Paid or valued", key="paid"),
        Field("Kind", key="kind"),
        Field("Of", key="of"),
        Field("Site", kept=results.has_sites),
        Field("Period", key="period"),
        Field("Quantity", Show.TONNES, key="quantity"),
        Field("Unit"),
        Field(f"Each [{currency}]", Show.MONEY, key="each"),
        Field(f"Nominal [{currency}]", Show.MONEY, key="nominal", total=True),
        Field("Discount factor", Show.NUMBER, key="factor"),
        Field(f"Discounted [{currency}]", Show.MONEY, key="discounted", total=True),
    )
    return listing(results, "Costs", fields, _cost_rows, totals=_cost_totals, frozen=3)


def _cost_rows(plan: Plan) -> Iterator[Row]:
    numbers, parts = plan.numbers, plan.money.parts
    least = _NEGLIGIBLE * sum(float(np.abs(part).sum()) for part in parts.values())
    for kind in KINDS:
        part = parts.get(kind)
        if part is None:
            continue
        quantity, unit = _charged(plan, kind, part)
        for place in np.argwhere(np.abs(part) > least).tolist():
            t, number = place[-1], float(quantity[tuple(place)])
            each, factor = float(part[tuple(place)]) / number, float(numbers.discount[t])
            yield (
                PAID_WORD if kind in PAID else VALUED_WORD,
                kind_words(kind),
                _whose(plan, kind, place[0]),
                numbers.sites[place[1]] if len(place) > 2 else None,
                numbers.periods[t],
                number,
                unit,
                each,
                Formula("={quantity}*{each}", number * each),
                factor,
                Formula("={nominal}*{factor}", number * each * factor),
            )


def _charged(plan: Plan, kind: str, part: Numbers) -> tuple[Numbers, str]:
    """What a kind of cost is charged on, spread as its money is, and its unit."""
    numbers, plan_of = plan.numbers, plan.quantities
    if kind in LANDED:
        return plan_of.ship, "t"
    tonnes = {
        "recipe": plan_of.make,
        "conversion": plan_of.convert,
        "surplus": plan_of.surplus,
        "final_stock": plan_of.stock,
        "shortfall": plan_of.short,
        "unlifted": plan_of.taken.unlifted[:, None],
        "penalty": (plan_of.over + plan_of.below)[:, None],
    }
    if kind in tonnes:
        return np.broadcast_to(tonnes[kind], part.shape), "t"
    stocks = {"holding": plan_of.stock, "safety": plan_of.under}
    if kind in stocks:
        return stocks[kind] * numbers.years, "t yr"
    if kind == "running":
        return np.broadcast_to(numbers.years, part.shape), "yr"
    return np.ones_like(part), kind


def kind_words(kind: str) -> str:
    """A kind of cost as a sheet says it."""
    return kind.replace("_", " ")


_OWNERS = dict.fromkeys((*LANDED, "order", "restart", "running"), "source") | {
    "recipe": "recipe",
    "conversion": "conversion",
    "unlifted": "contract",
    "shortfall": "item",
    "penalty": "rule",
}
"""Whose each kind of cost is, in the order of its array's first axis; else a material's."""


def _whose(plan: Plan, kind: str, position: int) -> str:
    """The source, recipe, conversion, contract, item, rule or material that a cost belongs to."""
    numbers = plan.numbers
    names = {
        "source": [source.name for source in numbers.sources],
        "recipe": numbers.recipes.names,
        "conversion": numbers.conversions.names,
        "contract": [contract.name for contract in numbers.contracts for _ in contract.lifts],
        "item": numbers.items,
        "material": numbers.materials,
        "rule": [rule.name + (f" ({rule.value})" if rule.value else "") for rule in numbers.rules],
    }
    return names[_OWNERS.get(kind, "material")][position]


def _cost_totals(plan: Plan) -> Iterator[Total]:
    nominal, solver = plan.money.nominal(), plan.solver_cost
    paid = {"nominal": plan.paid_nominal, "discounted": plan.paid}
    valued = {"nominal": nominal - plan.paid_nominal, "discounted": plan.valuation}
    both = {"nominal": nominal, "discounted": solver}
    for word, figures in ((PAID_WORD, paid), (VALUED_WORD, valued)):
        label = f"Money {word}" if word == PAID_WORD else "Value, which nobody pays"
        yield Total({"paid": word, "kind": "total"}, where=("paid",), figures=figures, label=label)
    yield Total({"paid": "both", "kind": "total"}, figures=both, label="Total cost")


# -- balance --------------------------------------------------------------------------------

_ROUNDING, _MORE_PLACES = 100.0, 3
"""Rounding adds up from period to period: so much more of it is shown as 0, and kept."""

_BALANCE_NOTE = "Filter, but do not sort: an opening stock is the closing one of the row above."


def balance(results: Results) -> Listing:
    """Per material, site and period: what there is, and what becomes of it."""
    numbers = results.first.numbers
    converts, makes = bool(numbers.conversions.names), bool(numbers.recipes.names)
    fields = (
        Field("Material", key="material"),
        Field("Form", kept=results.has_forms),
        Field("Site", kept=results.has_sites),
        Field("Period", key="period"),
        Field("Opening [t]", Show.TONNES, key="opening"),
        Field("+ Arrivals [t]", Show.TONNES, key="arrivals", total=True),
        Field("+ In transit [t]", Show.TONNES, key="transit", total=True),
        Field("+ Converted [t]", Show.TONNES, kept=converts, key="converted", total=True),
        Field("+ Shortfall [t]", Show.TONNES, key="shortfall", total=True),
        Field("= Demand [t]", Show.TONNES, key="demand", total=True),
        Field("+ Use in products [t]", Show.TONNES, kept=makes, key="use", total=True),
        Field("+ Surplus [t]", Show.TONNES, key="surplus", total=True),
        Field("+ Closing [t]", Show.TONNES, key="closing", total=True),
        Field("Closing by the solver [t]", Show.TONNES, key="solver"),
        Field("Stock target [t]", Show.TONNES, key="target"),
        Field("Under target [t]", Show.TONNES, key="under"),
    )
    has = {"converted": converts, "use": makes}
    return listing(
        results,
        "Balance",
        fields,
        lambda plan: _balance_rows(plan, has),
        totals=_balance_totals,
        frozen=2 + results.has_forms + results.has_sites,
        notes=[_BALANCE_NOTE],
    )


def _balance_rows(plan: Plan, has: dict[str, bool]) -> Iterator[Row]:
    numbers, plan_of = plan.numbers, plan.quantities
    materials = len(numbers.materials)
    gains = {
        "arrivals": plan.delivered,
        "transit": numbers.in_transit,
        "converted": converted(numbers, plan_of.convert),
        "shortfall": plan_of.short[:materials],
    }
    uses = {
        "demand": numbers.demand[:materials],
        "use": used_in_recipes(numbers, plan_of.make),
        "surplus": plan_of.surplus,
    }
    flows = (*gains.values(), *uses.values(), plan_of.stock)
    moves = sum(np.abs(flow).sum(axis=2) for flow in flows) > plan.threshold
    moves = moves | (numbers.opening > 0)
    plus = "".join(f"+{{{key}}}" for key in gains if has.get(key, True))
    minus = "".join(f"-{{{key}}}" for key in uses if has.get(key, True))
    places = decimals(plan)
    text = f"=ROUND({{opening}}{plus}{minus},{places})"
    for m, p in np.argwhere(moves | numbers.stocked).tolist():
        material, form = numbers.materials[m], form_of(plan, m)
        closing = float(numbers.opening[m, p])
        for t, period in enumerate(numbers.periods):
            opening: Cell = closing if t == 0 else _stock(plan, "={closing^}", closing)
            came = [tidy(plan, float(flow[m, p, t])) for flow in gains.values()]
            went = [tidy(plan, float(flow[m, p, t])) for flow in uses.values()]
            closing = closing_stock(closing, came, went, places)
            target = float(numbers.target[m, p, t]) if numbers.stocked[m, p] else None
            under = None if target is None else max(target - closing, 0.0)
            yield (
                material,
                form,
                numbers.sites[p],
                period,
                opening,
                *came,
                *went,
                _stock(plan, text, closing),
                tidy(plan, float(plan_of.stock[m, p, t])),
                target,
                None if under is None else _stock(plan, "=MAX({target}-{closing},0)", under),
            )


def _stock(plan: Plan, text: str, tonnes: float) -> Formula:
    """Tonnes that follow from others; what is rounding is shown as 0."""
    is_rounding = abs(tonnes) <= _ROUNDING * plan.threshold
    return Formula(text, tonnes, Show.ROUNDED if is_rounding else None)


def closing_stock(opening: float, came: list[float], went: list[float], places: int) -> float:
    """What is left, rounded to decimal places so that nothing is shown of what is rounding."""
    left = round(math.fsum((opening, *came, *(-amount for amount in went))), places)
    return left + 0.0


def decimals(plan: Plan) -> int:
    """Decimal places of a tonnage that are not rounding."""
    if plan.threshold == 0:  # nothing is needed and nothing bought
        return _MORE_PLACES
    return max(0, math.floor(-math.log10(plan.threshold))) + _MORE_PLACES


def _balance_totals(plan: Plan) -> Iterator[Total]:
    numbers, quantities = plan.numbers, plan.quantities
    materials = len(numbers.materials)
    figures = {
        "arrivals": plan.delivered,
        "shortfall": quantities.short[:materials],
        "surplus": quantities.surplus,
        "closing": quantities.stock,
    }
    yield Total(
        {"material": "Total"},
        figures={key: float(flow.sum()) for key, flow in figures.items()},
        label="Balance",
    )


# -- limits ---------------------------------------------------------------------------------


def limits(results: Results, place_of: Callable[[str], str | None]) -> Listing:
    """Each quota, limit and capacity: what is used of it, and what its bound is worth.

    Args:
        results: what is reported.
        place_of: where the sheet Inputs has a cell of the input; None: nowhere.
    """
    fields = (
        Field("Kind"),
        Field("Name"),
        Field("For", optional=True),
        Field("In words"),  # before the numbers: on the first page in print
        Field("Counts"),
        Field("From"),
        Field("To"),
        Field("Used", Show.TONNES, key="used"),
        Field("Minimum", Show.TONNES, key="minimum", optional=True),
        Field("Maximum", Show.TONNES, key="maximum", optional=True),
        Field("Unit"),
        Field("Slack", Show.TONNES, key="slack"),
        Field("Used of maximum", Show.SHARE, key="part", optional=True),
        Field("Broken by", Show.TONNES, key="breach", optional=True),
        Field("Binds"),
        Field("One more unit saves", Show.MONEY, key="more"),
        Field("One less unit costs", Show.MONEY, key="less"),
        Field("Saves and costs in"),
        Field("Holds from", Show.TONNES),
        Field("Holds to", Show.TONNES),
        Field("Echoes shortfall cost", optional=True),
        Field("For these decisions only", optional=True),
        Field("Input cell"),
    )

    def rows(plan: Plan) -> Iterator[Row]:
        return (_limit_row(row, place_of(row.cell)) for row in plan.limit_rows)

    return listing(results, "Limits", fields, rows, frozen=2)


def limit_rows_of(results: Results) -> dict[tuple[str, str, str], int]:
    """The row of Limits, counted from 0, that first has an input cell, of the first plan.

    By cell, kind and name, as some bounds have no cell.
    """
    found: dict[tuple[str, str, str], int] = {}
    for i, row in zip(count(1), results.first.limit_rows, strict=False):
        if row.binds:
            found.setdefault((row.cell, row.kind, row.name), i)
    return found


def _limit_row(row: LimitRow, place: str | None) -> Row:
    shadow = row.shadow_price
    return (
        row.kind,
        row.name,
        row.value,
        limit_words(row),
        row.what,
        row.first,
        row.last,
        _amount(row, row.used),
        _amount(row, row.minimum),
        _amount(row, row.maximum),
        "%" if _is_share(row) else row.unit,
        _slack(row),
        _part(row),
        _breach(row),
        row.binds,
        shadow.more,
        shadow.less,
        shadow.unit,
        _amount(row, shadow.start),
        _amount(row, shadow.end),
        "yes" if shadow.echo else None,
        "yes" if shadow.held else None,
        Link(row.cell, place) if place else row.cell,
    )


def _slack(row: LimitRow) -> Cell:
    """What is left up to the nearer bound."""
    if row.used is None or row.slack is None:
        return _amount(row, row.slack)
    texts, gaps = [], []
    if row.maximum is not None:
        texts.append("{maximum}-{used}")
        gaps.append(row.maximum - row.used)
    if row.minimum is not None:
        texts.append("{used}-{minimum}")
        gaps.append(row.used - row.minimum)
    return _derived(row, f"=MAX(MIN({','.join(texts)}),0)", max(min(gaps), 0.0))


def _part(row: LimitRow) -> Cell:
    """What is used of a maximum, as a part of it."""
    if row.used is None or not row.maximum:
        return None
    return Formula("={used}/{maximum}", row.used / row.maximum, Show.SHARE)


def _breach(row: LimitRow) -> Cell:
    """By how much a bound that may give way is broken."""
    if not row.is_broken:
        return None
    over = -math.inf if row.maximum is None or row.used is None else row.used - row.maximum
    under = -math.inf if row.minimum is None or row.used is None else row.minimum - row.used
    if max(over, under) <= 0:
        return _amount(row, row.breach)
    text = "={used}-{maximum}" if over >= under else "={minimum}-{used}"
    return _derived(row, text, max(over, under))


def _derived(row: LimitRow, text: str, value: float) -> Formula:
    return Formula(text, value, Show.SHARE if _is_share(row) else None)


def _is_share(row: LimitRow) -> bool:
    return row.unit == "fraction"


def _amount(row: LimitRow, number: float | None) -> Cell:
    """A number in the row's unit; a share is shown as a percentage."""
    return Figure(number, Show.SHARE) if _is_share(row) else number
