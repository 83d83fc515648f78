"""A case in other units is the same case: tonnes and money scaled, the plan scales with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planner
from planner.case.declarations import BY_NAME
from planner.case.headers import split_bracket
from planner.case.units import Quantity
from planner.workbook.example import example_data, example_names

Row = dict[str, Any]
Sheets = dict[str, list[Row]]

MASSES = (Quantity.MASS, Quantity.MASS_PER_TIME, Quantity.MASS_OR_RATE)
PRICES = (Quantity.MONEY_PER_MASS, Quantity.MONEY_PER_MASS_TIME)
MONEY = (Quantity.MONEY, Quantity.MONEY_PER_TIME)

SCALES = [
    (tonnes, money)
    for tonnes in (2.0**-23, 1e-6, 1e-3, 1.0, 1e3, 2.0**23, 1e7)
    for money in (2.0**-17, 1e-3, 1.0, 1e3, 1e6)
    if (tonnes, money) != (1.0, 1.0) and tonnes * money < 1e8
]
"""No amount of money becomes one that is refused. Of the 30 to 100 t and USD of the cases drawn:
from 1e-5 t to 1e9 t, from 1e-4 to 1e9 USD/t."""

AS_GOOD_AS_NONE = {
    "Sources": ("Capacity",),
    "Stock": ("Maximum", "Final maximum"),
    "Quotas": ("Tonnes",),
    "Contracts": ("Maximum",),
}
"""Columns whose numbers may be as good as unlimited."""


def scaled(sheets: Sheets, *, tonnes: float, money: float) -> Sheets:
    """The same case with more tonnes of everything, and more money for each of them."""

    factors = {
        **dict.fromkeys(MASSES, tonnes),
        **dict.fromkeys(PRICES, money),
        **dict.fromkeys(MONEY, tonnes * money),
    }

    def of(sheet: str, row: Row, header: str) -> float:
        name, unit = split_bracket(header)
        if sheet == "Limits" and name in ("Minimum", "Maximum"):
            return {"tonnes": tonnes, "spend": tonnes * money}.get(row["Type"], 1.0)
        if sheet == "Changes" and name == "Value" and row["Operation"] != "times":
            return of(row["Sheet"], row, row["Column"])
        column = BY_NAME[sheet].by_name.get(name, BY_NAME[sheet].over_time)
        if column is None or column.quantity is None or unit == "% of index":
            return 1.0
        return factors.get(column.quantity, 1.0)

    def cell(sheet: str, row: Row, header: str, value: Any) -> Any:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return value * of(sheet, row, header) if is_number else value

    return {
        sheet: [{h: cell(sheet, row, h, value) for h, value in row.items()} for row in rows]
        for sheet, rows in sheets.items()
    }


def with_bounds(sheets: Sheets, bound: float) -> tuple[Sheets, int]:
    """The case with another number where there is a bound, and how many there are."""
    count = 0

    def cell(sheet: str, row: Row, header: str, value: Any) -> Any:
        nonlocal count
        columns = AS_GOOD_AS_NONE.get(sheet, ())
        if sheet == "Limits" and row["Type"] in ("tonnes", "spend"):
            columns = ("Maximum",)
        if split_bracket(header)[0] not in columns or value in (None, 0, "unlimited"):
            return value
        count += 1
        return bound

    found = {
        sheet: [{h: cell(sheet, row, h, value) for h, value in row.items()} for row in rows]
        for sheet, rows in sheets.items()
    }
    return found, count


def assert_same(
    plan: planner.Plan, other: planner.Plan, *, tonnes: float = 1.0, money: float = 1.0
) -> None:
    """`other` is `plan` in other units."""
    objective = other.objective / (tonnes * money)
    assert objective == pytest.approx(plan.objective, abs=1e-9 * plan.money.size, rel=0)
    ship = plan.quantities.ship
    largest = max(float(ship.max(initial=0.0)), float(plan.numbers.demand.max(initial=0.0)))
    assert other.quantities.ship / tonnes == pytest.approx(ship, abs=1e-7 * largest)
    assert other.status == plan.status


@given(data=st.data())
def test_a_plan_scales_with_its_case(data, cases, make, solve):
    """Cost, tonnes, and what each bound is worth and whether it binds."""
    drawn = data.draw(cases)
    tonnes, money = data.draw(st.sampled_from(SCALES))
    plan = solve(make(drawn.sheets), drawn.scenario)
    other = planner.solve(make(scaled(drawn.sheets, tonnes=tonnes, money=money)), drawn.scenario)
    assert_same(plan, other, tonnes=tonnes, money=money)
    for row, same in zip(plan.limit_rows, other.limit_rows, strict=True):
        assert same.binds == row.binds, row
        for side in ("more", "less"):
            worth, scaled_worth = getattr(row.shadow_price, side), getattr(same.shadow_price, side)
            assert (worth is None) == (scaled_worth is None), row


@given(data=st.data())
def test_bounds_as_good_as_none_make_the_same_plan(data, cases, make, solve):
    """1e9 or 9.9e11 t where 1e5 t are more than there is use for already."""
    drawn = data.draw(cases)
    enough, count = with_bounds(drawn.sheets, 1e5)
    if not count:
        return
    plan = solve(make(enough), drawn.scenario)
    endless, _ = with_bounds(drawn.sheets, data.draw(st.sampled_from([1e9, 9.9e11])))
    assert_same(plan, planner.solve(make(endless), drawn.scenario))


@pytest.mark.parametrize("name", example_names())
@pytest.mark.parametrize(("tonnes", "money"), [(1e-6, 1.0), (1e3, 1e-6), (2.0**-13, 1e3)])
def test_the_examples_scale(name, tonnes, money, make: Callable[[Sheets], planner.Case]):
    """From grams to a thousand times as much, from a millionth of a dollar to a thousand."""
    sheets = {
        sheet["name"]: [
            {h: None if v == "" else v for h, v in zip(sheet["columns"], row, strict=True)}
            for row in sheet["rows"]
        ]
        for sheet in example_data(name)["sheets"]
    }
    plan = planner.solve(make(sheets))
    other = planner.solve(make(scaled(sheets, tonnes=tonnes, money=money)))
    assert_same(plan, other, tonnes=tonnes, money=money)
