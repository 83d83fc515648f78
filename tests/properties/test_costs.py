"""What must hold between the costs of two cases, whatever the case."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st


def loosened(sheets: dict[str, list[list[Any]]]) -> list[str]:
    """Changes that loosen something the case has: more may be bought or kept, or less must be."""
    changes = [
        f"Capacity[Source={row[0]}].*+=5" for row in sheets["Sources"][1:] if row[3] != "unlimited"
    ]
    for _ in sheets["Quotas"][1:]:
        changes += ["Quotas[*].Tonnes+=5", "Quotas[*].Our share=1"]
    for name, *_, maximum, _penalty in sheets["Limits"][1:]:
        bound = "Maximum+=0.1" if maximum is not None else "Minimum*=0.5"
        changes += [f"Limits[Limit={name}].{bound}", f"Limits[Limit={name}].Active=no"]
    for name, _, target, _, _, maximum, _ in sheets["Stock"][1:]:
        changes += [f"Stock[Material={name}].Safety stock=0"] if target is not None else []
        changes += [f"Stock[Material={name}].Maximum+=10"] if maximum is not None else []
    return changes


@given(data=st.data())
def test_a_looser_rule_never_costs_more(data, cases, make, solve):
    sheets = data.draw(cases)
    case = make(sheets)
    cost = solve(case).objective
    changes = loosened(sheets)
    assume(changes)
    change = data.draw(st.sampled_from(changes))
    assert solve(case.with_changes(change)).objective <= cost + 1e-6 * (1 + abs(cost))


MONEY = {
    "Materials": ("Shortfall cost [USD/t]", "Surplus value [USD/t]"),
    "Sources": ("Price [USD/t]", "Freight [USD/t]"),
    "Stock": ("Safety cost [USD/t/yr]", "Holding cost [USD/t/yr]", "Final value [USD/t]"),
    "Limits": ("Penalty [USD/t]",),
}
TONNES = {
    "Sources": ("Capacity [t/yr]",),
    "Stock": ("Opening [t]", "Safety stock [t]", "Maximum [t]"),
    "Quotas": ("Tonnes [t]",),
}


def scaled(sheets, columns, factor):
    """The sheets with some columns times a factor."""
    result = {}
    for name, (header, *rows) in sheets.items():
        chosen = [i for i, column in enumerate(header) if column in columns.get(name, ())]
        result[name] = [
            header,
            *(
                [
                    cell * factor if i in chosen and isinstance(cell, (int, float)) else cell
                    for i, cell in enumerate(row)
                ]
                for row in rows
            ),
        ]
    return result


@given(data=st.data(), factor=st.sampled_from([1e-4, 0.3, 7.0, 1e4]))
def test_money_in_another_unit_scales_the_cost(data, factor, cases, make, solve):
    sheets = data.draw(cases)
    plan, other = solve(make(sheets)), solve(make(scaled(sheets, MONEY, factor)))
    assert other.objective == pytest.approx(factor * plan.objective, rel=1e-7, abs=1e-6 * factor)
    assert other.quantities.ship == pytest.approx(plan.quantities.ship, abs=1e-5)


@given(data=st.data(), factor=st.sampled_from([1e-3, 0.3, 7.0, 1e3]))
def test_tonnes_in_another_unit_scale_the_cost(data, factor, cases, make, solve):
    """Every tonnage of the case, also demand, what is in transit, and least tonnes."""
    sheets = data.draw(cases)
    periods = tuple(row[0] for row in sheets["Periods"][1:])
    tonnes = TONNES | {"Demand": periods, "In transit": periods}
    larger = scaled(sheets, tonnes, factor)
    for row in larger["Limits"][1:]:
        row[5] = row[5] * factor if row[5] is not None else None
    plan, other = solve(make(sheets)), solve(make(larger))
    assert other.objective == pytest.approx(factor * plan.objective, rel=1e-7, abs=1e-6 * factor)
    assert other.quantities.ship == pytest.approx(factor * plan.quantities.ship, abs=1e-5 * factor)


@given(data=st.data())
def test_the_order_of_rows_decides_between_equals_only(data, cases, make, solve):
    """Rows of every sheet but Periods shuffled: the same cost; Sources as they were: one plan."""
    sheets = data.draw(cases)
    plan = solve(make(sheets))
    keep = data.draw(st.booleans(), label="keep Sources")
    fixed = {"Periods", "Sources"} if keep else {"Periods"}
    shuffled = {
        name: rows if name in fixed else [rows[0], *data.draw(st.permutations(rows[1:]))]
        for name, rows in sheets.items()
    }
    other = solve(make(shuffled))
    assert other.objective == pytest.approx(plan.objective, rel=1e-8, abs=1e-6)
    if keep:
        assert other.quantities.ship == pytest.approx(plan.quantities.ship, abs=1e-5)


@given(data=st.data())
def test_a_source_is_worth_the_same_in_two_halves(data, cases, make, solve):
    """No rule names a source, so half of it twice is the same source."""
    sheets = data.draw(cases)
    source = data.draw(st.sampled_from([row[0] for row in sheets["Sources"][1:]]))

    def halved(name: str, rows: list[list[Any]]) -> list[list[Any]]:
        result = [rows[0]]
        for row in rows[1:]:
            if row[0] != source:
                result.append(row)
                continue
            for half in ("a", "b"):
                part = [f"{source}{half}", *row[1:]]
                if name == "Sources" and part[3] != "unlimited":
                    part[3] /= 2
                result.append(part)
        return result

    of_sources = ("Sources", "Composition", "Availability")
    halves = sheets | {name: halved(name, sheets[name]) for name in of_sources}
    cost = solve(make(sheets)).objective
    assert solve(make(halves)).objective == pytest.approx(cost, rel=1e-8, abs=1e-6)
