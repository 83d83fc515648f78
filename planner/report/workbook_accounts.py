"""The sheets that account for a plan: Costs, Balance, Limits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.plan import LimitRow, Plan
from planner.report.workbook_data import Results, form_of, listing, tidy
from planner.report.workbook_grid import Cell, Field, Figure, Listing, Row, Show
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
        Field("Paid or valued"),
        Field("Kind"),
        Field("Of"),
        Field("Site", kept=results.has_sites),
        Field("Period"),
        Field(f"Nominal [{currency}]", Show.MONEY),
        Field(f"Discounted [{currency}]", Show.MONEY),
    )
    return listing(results, "Costs", fields, _cost_rows, totals=_cost_totals)


def _cost_rows(plan: Plan) -> Iterator[Row]:
    numbers, parts = plan.numbers, plan.money.parts
    least = _NEGLIGIBLE * sum(float(np.abs(part).sum()) for part in parts.values())
    for kind in KINDS:
        part = parts.get(kind)
        if part is None:
            continue
        for place in np.argwhere(np.abs(part) > least).tolist():
            money, t = float(part[tuple(place)]), place[-1]
            yield (
                PAID_WORD if kind in PAID else VALUED_WORD,
                kind_words(kind),
                _whose(plan, kind, place[0]),
                numbers.sites[place[1]] if len(place) > 2 else None,
                numbers.periods[t],
                money,
                money * float(numbers.discount[t]),
            )


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


def _cost_totals(plan: Plan) -> Iterator[Row]:
    nominal = plan.money.nominal()
    paid, total = plan.paid_nominal, plan.paid + plan.valuation
    yield (PAID_WORD, "total", None, None, None, paid, plan.paid)
    yield (VALUED_WORD, "total", None, None, None, nominal - paid, plan.valuation)
    yield ("both", "total", None, None, None, nominal, total)


# -- balance --------------------------------------------------------------------------------


def balance(results: Results) -> Listing:
    """Per material, site and period: what there is, and what becomes of it."""
    numbers = results.first.numbers
    converts, makes = bool(numbers.conversions.names), bool(numbers.recipes.names)
    fields = (
        Field("Material"),
        Field("Form", kept=results.has_forms),
        Field("Site", kept=results.has_sites),
        Field("Period"),
        Field("Opening [t]", Show.TONNES),
        Field("+ Arrivals [t]", Show.TONNES),
        Field("+ In transit [t]", Show.TONNES),
        Field("+ Converted [t]", Show.TONNES, kept=converts),
        Field("+ Shortfall [t]", Show.TONNES),
        Field("= Demand [t]", Show.TONNES),
        Field("+ Use in products [t]", Show.TONNES, kept=makes),
        Field("+ Surplus [t]", Show.TONNES),
        Field("+ Closing [t]", Show.TONNES),
        Field("Stock target [t]", Show.TONNES),
    )
    return listing(results, "Balance", fields, _balance_rows)


def _balance_rows(plan: Plan) -> Iterator[Row]:
    numbers, plan_of = plan.numbers, plan.quantities
    materials = len(numbers.materials)
    opening = np.concatenate([numbers.opening[:, :, None], plan_of.stock[:, :, :-1]], axis=2)
    flows = (
        opening,
        plan.delivered,
        numbers.in_transit,
        converted(numbers, plan_of.convert),
        plan_of.short[:materials],
        numbers.demand[:materials],
        used_in_recipes(numbers, plan_of.make),
        plan_of.surplus,
        plan_of.stock,
    )
    moves = sum(np.abs(flow).sum(axis=2) for flow in flows) > plan.threshold
    for m, p in np.argwhere(moves | numbers.stocked).tolist():
        for t, period in enumerate(numbers.periods):
            target = float(numbers.target[m, p, t]) if numbers.stocked[m, p] else None
            tonnes = (tidy(plan, float(flow[m, p, t])) for flow in flows)
            material, form = numbers.materials[m], form_of(plan, m)
            yield (material, form, numbers.sites[p], period, *tonnes, target)


# -- limits ---------------------------------------------------------------------------------


def limits(results: Results) -> Listing:
    """Each quota, limit and capacity: what is used of it, and what its bound is worth."""
    fields = (
        Field("Kind"),
        Field("Name"),
        Field("For"),
        Field("Counts"),
        Field("From"),
        Field("To"),
        Field("Used", Show.TONNES),
        Field("Minimum", Show.TONNES),
        Field("Maximum", Show.TONNES),
        Field("Unit"),
        Field("Slack", Show.TONNES),
        Field("Broken by", Show.TONNES),
        Field("Binds"),
        Field("One more unit saves", Show.MONEY),
        Field("One less unit costs", Show.MONEY),
        Field("Saves and costs in"),
        Field("Holds from", Show.TONNES),
        Field("Holds to", Show.TONNES),
        Field("Echoes shortfall cost"),
        Field("Input cell"),
    )
    return listing(results, "Limits", fields, _limit_rows, frozen=2)


def _limit_rows(plan: Plan) -> Iterator[Row]:
    for row in plan.limit_rows:
        shadow = row.shadow_price
        yield (
            row.kind,
            row.name,
            row.value,
            row.what,
            row.first,
            row.last,
            _amount(row, row.used),
            _amount(row, row.minimum),
            _amount(row, row.maximum),
            "%" if _is_share(row) else row.unit,
            _amount(row, row.slack),
            _amount(row, row.breach if row.is_broken else None),
            row.binds,
            shadow.more,
            shadow.less,
            shadow.unit,
            _amount(row, shadow.start),
            _amount(row, shadow.end),
            "yes" if shadow.echo else None,
            row.cell,
        )


def _is_share(row: LimitRow) -> bool:
    return row.unit == "fraction"


def _amount(row: LimitRow, number: float | None) -> Cell:
    """A number in the row's unit; a share is shown as a percentage."""
    return Figure(number, Show.SHARE) if _is_share(row) else number
