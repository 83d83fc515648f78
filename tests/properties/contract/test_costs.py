"""What must hold between the costs of two cases, whatever of the contract they use."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import planner

Row = dict[str, Any]
Sheets = dict[str, list[Row]]

MONEY = re.compile(r"^(Price|Order cost|Restart cost|Running cost)\b|\[(USD)?/t(/yr)?\]$")
PLAN_ROUNDING = 1e-5


def tolerance(plan: planner.Plan) -> float:
    """What two searches for the same plan may differ by; more where there are decisions."""
    size = sum(abs(money) for money in plan.costs.values())
    gap = plan.numbers.mip_gap if has_decisions(plan) else 0.0
    return (1e-7 + 2 * gap) * size + 1e-6


def has_decisions(plan: planner.Plan) -> bool:
    numbers = plan.numbers
    return bool(
        numbers.restarts
        or numbers.orders.needed.any()
        or any(rule.type == "suppliers" for rule in numbers.rules)
        or any(tiers.all_units or not tiers.rises or tiers.rewarded for tiers in numbers.tiers)
    )


def gives_up(plan: planner.Plan) -> bool:
    return any(row.is_broken and row.priority is not None for row in plan.limit_rows)


def has(sheets: Sheets, sheet: str, column: str, value: Any) -> bool:
    return any(row.get(column) == value for row in sheets.get(sheet, []))


def of_source(sheets: Sheets, sheet: str, source: str) -> bool:
    return has(sheets, sheet, "Source", source)


# -- looser ---------------------------------------------------------------------------------


def loosened(sheets: Sheets) -> list[str]:
    """Changes that loosen something of the case: more may be bought or kept, less must be."""
    return [
        *_loosened_sources(sheets),
        *_loosened_rules(sheets),
        *_loosened_stock(sheets),
        *_loosened_flows(sheets),
    ]


def _loosened_sources(sheets: Sheets) -> Iterator[str]:
    for row in sheets["Sources"]:
        name = row["Source"]
        loaded = any(
            other["Source"] == name and other["Minimum load [%]"]
            for other in sheets.get("Restarts", [])
        )
        if row["Capacity [t/yr]"] != "unlimited" and not loaded:
            yield f"Capacity[Source={name}].*+=5"
            if not of_source(sheets, "Contracts", name):
                yield f"Availability[Source={name}].*+=0.1"
        if row["Minimum order [t]"]:
            yield f"Sources[Source={name}].Minimum order=5"
    for row in sheets.get("Restarts", []):
        yield f"Restarts[Source={row['Source']}].Minimum load=0"
        # An earlier start pays running cost and keeps the load for longer: only without them.
        lasts = row["Running cost [/yr]"] or row["Minimum load [%]"]
        if row["Lead time [periods]"] and not lasts:
            yield f"Restarts[Source={row['Source']}].Lead time=0"


def _loosened_rules(sheets: Sheets) -> Iterator[str]:
    for row in sheets.get("Quotas", []):
        by_period = "Per" not in row
        column = "*" if by_period else "Tonnes"
        yield f"Quotas[Quota={row['Quota']}].{column}*=2"
        yield f"Quotas[Quota={row['Quota']}].Our share=100"
    for row in sheets.get("Limits", []):
        name = row["Limit"]
        yield f"Limits[Limit={name}].Active=no"
        if row["Maximum"] is not None:
            change = (
                "=1" if row["Type"] == "HHI" else "+=1" if row["Type"] == "suppliers" else "*=1.5"
            )
            yield f"Limits[Limit={name}].Maximum{change}"
        elif row["Type"] == "suppliers":
            yield f"Limits[Limit={name}].Minimum=1"
        else:
            yield f"Limits[Limit={name}].Minimum*=0.5"
        if row["Counts from [t]"]:
            yield f"Limits[Limit={name}].Counts from*=0.5"


def _loosened_stock(sheets: Sheets) -> Iterator[str]:
    for row in sheets.get("Stock", []):
        pick = f"Stock[Material={row['Material']}]"
        if row["Safety stock [t]"]:
            yield f"{pick}.Safety stock=0"
        if row["Cover [days]"]:
            yield f"{pick}.Cover*=0.5"
        if row["Maximum [t]"]:
            yield f"{pick}.Maximum+=10"
        if row["Final minimum [t]"]:
            yield f"{pick}.Final minimum=0"
        if row["Final maximum [t]"]:
            yield f"{pick}.Final maximum+=10"


def _loosened_flows(sheets: Sheets) -> Iterator[str]:
    for row in sheets.get("Contracts", []):
        pick = f"Contracts[Contract={row['Contract']}]"
        maximum = next(column for column in row if column.startswith("Maximum"))
        yield f"{pick}.{maximum.partition(' ')[0]}*=2"
        yield f"{pick}.Minimum=0"
        yield f"{pick}.Must take*=0.5"
    for row in sheets.get("Conversions", []):
        if row["Capacity [t/yr]"]:
            yield f"Conversions[Conversion={row['Conversion']}].Capacity*=2"
    for row in sheets.get("Recipes", []):
        yield f"Recipes[Recipe={row['Recipe']}].Maximum share=100"
    for row in sheets.get("Recycling", []):
        yield f"Recycling[Source={row['Source']}].Opening feed+=5"
    for row in sheets.get("Lanes", []):
        if row["Allowed"] == "no":
            yield f"Lanes[Source={row['Source']}].Allowed=yes"


@given(data=st.data())
def test_a_looser_rule_never_costs_more(data, cases, make, solve):
    """Capacity, availability, quota, limit, stock, contract, conversion, recipe, scrap, lane.

    Except: a capacity or availability on which a minimum load or a must-take depends asks for
    more, and is left out; where rules with a priority are given up, the cheapest plan is that of
    another question (of the smallest breaches), so such cases are left out.
    """
    drawn = data.draw(cases)
    changes = loosened(drawn.sheets)
    assume(changes)
    change = data.draw(st.sampled_from(changes))
    case = make(drawn.sheets)
    plan = solve(case, drawn.scenario)
    assume(not gives_up(plan))
    looser = planner.solve(case.with_changes(change), drawn.scenario)
    assert looser.objective <= plan.objective + tolerance(plan), change


# -- money and units ------------------------------------------------------------------------


def scaled_money(sheets: Sheets, factor: float) -> Sheets:
    """Every price, cost, value, penalty and spend times a factor."""
    result: Sheets = {}
    for name, rows in sheets.items():
        result[name] = [
            {
                column: cell * factor
                if MONEY.search(column) and isinstance(cell, (int, float))
                else cell
                for column, cell in row.items()
            }
            for row in rows
        ]
    for row in result.get("Limits", []):
        if row["Type"] == "spend":
            for bound in ("Minimum", "Maximum"):
                row[bound] = row[bound] * factor if row[bound] is not None else None
    for row in result.get("Changes", []):
        if row["Column"] == "Freight [/t]":
            row["Value"] *= factor
    return result


@given(data=st.data(), factor=st.sampled_from([1e-3, 0.3, 7.0, 1e3]))
def test_money_in_another_unit_scales_the_cost(data, factor, cases, make, solve):
    """The plan is the same too, unless there are yes/no decisions.

    Those are found to a gap, and other decisions may be as cheap. An HHI is kept by cuts, to
    1e-7: there only the cost is compared.
    """
    drawn = data.draw(cases)
    plan = solve(make(drawn.sheets), drawn.scenario)
    other = planner.solve(make(scaled_money(drawn.sheets, factor)), drawn.scenario)
    assert other.objective / factor == pytest.approx(plan.objective, abs=tolerance(plan))
    if not has_decisions(plan) and not any(rule.type == "HHI" for rule in plan.numbers.rules):
        assert other.quantities.ship == pytest.approx(plan.quantities.ship, abs=PLAN_ROUNDING)


UNITS: tuple[tuple[re.Pattern[str], Callable[[str], str], float], ...] = tuple(
    (re.compile(pattern), lambda head, new=new: head[: head.rindex("[")] + new, factor)
    for pattern, new, factor in (
        (r"\[t\]$", "[kg]", 1e3),
        (r"\[t/yr\]$", "[kg/month]", 1e3 / 12),
        (r"\[USD/t\]$", "[USD/kg]", 1e-3),
        (r"\[/t\]$", "[/kg]", 1e-3),
        (r"\[USD/t/yr\]$", "[USD/lb/month]", 0.45359237e-3 / 12),
        (r"\[/yr\]$", "[/month]", 1 / 12),
        (r"\[days\]$", "[months]", 12 / 365),
        (r"(?<!% of index)\[%\]$", "", 1e-2),
    )
)


def in_other_units(sheets: Sheets) -> Sheets:
    """The same case, written in other units."""
    return {
        name: [dict(_in_other_unit(column, cell) for column, cell in row.items()) for row in rows]
        for name, rows in sheets.items()
    }


def _in_other_unit(column: str, cell: Any) -> tuple[str, Any]:
    for pattern, renamed, factor in UNITS:
        if pattern.search(column):
            is_number = isinstance(cell, (int, float))
            return renamed(column).strip(), cell * factor if is_number else cell
    return column, cell


@given(data=st.data())
def test_other_units_mean_the_same(data, cases, make, solve):
    """Tonnes in kg, years in months, percent as fractions; the plan too without yes/no decisions.

    A change that sets tonnes or a percentage means the unit of the header: it is converted with it.
    """
    drawn = data.draw(cases)
    other = in_other_units(drawn.sheets)
    for row in other.get("Changes", []):
        factor = {"Demand": 1e3, "Export tax": 1e-2}
        if row["Operation"] == "set":
            row["Value"] *= factor.get(row["Sheet"]) or factor[row["Column"]]
    plan = solve(make(drawn.sheets), drawn.scenario)
    again = planner.solve(make(other), drawn.scenario)
    assert again.objective == pytest.approx(plan.objective, abs=tolerance(plan))
    if not has_decisions(plan) and not any(rule.type == "HHI" for rule in plan.numbers.rules):
        assert again.quantities.ship == pytest.approx(plan.quantities.ship, abs=PLAN_ROUNDING)


# -- names and order ------------------------------------------------------------------------

NAMES = {
    "Nd": "La", "Dy": "Tb", "Pr": "Y", "Magnet": "Disc", "Motor": "Drive", "Osaka": "Bonn",
    "Kobe": "Graz", "China": "Utopia", "Australia": "Atlantis", "Chile": "Arcadia",
    "Shenhe": "Alpha", "Lynas": "Beta", "S1": "West", "S2": "East", "S3": "North", "S4": "South",
    "Q1": "First", "Q2": "Second", "L1": "Rule one", "L2": "Rule two", "L3": "Rule three",
    "Crisis": "Bad", "Boom": "Good", "2011": "early", "2012": "middle", "2013": "late",
    "EUR": "GBP", "Split 1": "Process", "Split 2": "Works",
}  # fmt: skip
_NAME = re.compile(r"\b(" + "|".join(NAMES) + r")\b")


def renamed(cell: Any) -> Any:
    return _NAME.sub(lambda found: NAMES[found[0]], cell) if isinstance(cell, str) else cell


@given(data=st.data())
def test_names_mean_nothing(data, cases, make, solve):
    """Every name another one, periods and currencies too: the same cost.

    Names decide between equally cheap plans only.
    """
    drawn = data.draw(cases)
    other = {
        name: [{renamed(column): renamed(cell) for column, cell in row.items()} for row in rows]
        for name, rows in drawn.sheets.items()
    }
    plan = solve(make(drawn.sheets), drawn.scenario)
    again = planner.solve(make(other), renamed(drawn.scenario))
    assert again.objective == pytest.approx(plan.objective, abs=tolerance(plan))


@given(data=st.data())
def test_the_order_of_rows_decides_between_equals_only(data, cases, make, solve):
    """Rows of every sheet shuffled, but Periods and Changes, whose order has a meaning.

    With Sources as they were the plan is the same too, unless there are yes/no decisions, which
    another order of rows may find in another way, or an HHI, whose cuts keep it to 1e-7.
    """
    drawn = data.draw(cases)
    keep = data.draw(st.booleans(), label="keep Sources")
    fixed = {"Periods", "Changes"} | ({"Sources"} if keep else set())
    shuffled = {
        name: rows if name in fixed else data.draw(st.permutations(rows), label=name)
        for name, rows in drawn.sheets.items()
    }
    plan = solve(make(drawn.sheets), drawn.scenario)
    other = planner.solve(make(shuffled), drawn.scenario)
    assert other.objective == pytest.approx(plan.objective, abs=tolerance(plan))
    smooth = not any(rule.type == "HHI" for rule in plan.numbers.rules)
    if keep and smooth and not has_decisions(plan):
        assert other.quantities.ship == pytest.approx(plan.quantities.ship, abs=PLAN_ROUNDING)


# -- halves ---------------------------------------------------------------------------------


def halved(sheets: Sheets, source: str) -> Sheets:
    """A source as two, each with half of its capacity and of what is planned today."""
    result = copy.deepcopy(sheets)
    for name, rows in result.items():
        result[name] = [half for row in rows for half in _halves(name, row, source)]
    for rows in result.values():
        for row in rows:
            for column in ("Applies to", "Rows"):
                if row.get(column) == f"Source={source}":
                    row[column] = f"Source={source}a|{source}b"
    return result


def _halves(sheet: str, row: Row, source: str) -> list[Row]:
    if row.get("Source") != source:
        return [row]
    halves = []
    for half in ("a", "b"):
        part = {**row, "Source": f"{source}{half}"}
        for column, cell in row.items():
            shared = column.startswith("Capacity") or sheet in ("Capacity", "Current plan")
            if shared and isinstance(cell, (int, float)):
                part[column] = cell / 2
        if sheet == "Sources" and row["Supplier"] is None:
            part["Supplier"] = source
        halves.append(part)
    return halves


@given(data=st.data())
def test_a_source_is_worth_the_same_in_two_halves(data, cases, make, solve):
    """Rules pick both halves, which have the source's country and supplier.

    Except: what holds per source is worth more or less in halves: minimum order, order cost,
    tiers, restart, contract, recycling. Such sources are not halved.
    """
    drawn = data.draw(cases)
    sheets = drawn.sheets
    plain = [
        row["Source"]
        for row in sheets["Sources"]
        if not row["Minimum order [t]"]
        and not any(
            of_source(sheets, sheet, row["Source"])
            for sheet in ("Tiers", "Restarts", "Contracts", "Recycling")
        )
    ]
    assume(plain)
    source = data.draw(st.sampled_from(plain))
    plan = solve(make(sheets), drawn.scenario)
    halves = planner.solve(make(halved(sheets, source)), drawn.scenario)
    assert halves.objective == pytest.approx(plan.objective, abs=tolerance(plan))
