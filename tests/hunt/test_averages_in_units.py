"""The bound of an average is in the unit of its attribute, or a word is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import planner
from cases import book_of
from planner.errors import InvalidCase

Solved = tuple[dict[str, float], list[str]]


@pytest.fixture
def solved(tmp_path: Path) -> Callable[..., Solved]:
    """Tonnes by source of a case with one average, and what is said of it.

    100 t are needed; A costs 70 and B 90 USD/kg, 80 t of each. Of 80 t of A and 20 t of B the
    average of 30 and 10 is 26; 20 needs 50 t of each.
    """

    def of(attribute: str, values: list[Any], bound: str, value: Any, formats: str = "") -> Solved:
        price = ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/kg]", attribute]
        name = attribute.partition(" ")[0]
        tables = {
            "Periods": [["Period"], ["2026"]],
            "Materials": [["Material", "Shortfall cost [USD/kg]"], ["Nd", 500]],
            "Demand": [["Item", "2026"], ["Nd", 100]],
            "Sources": [
                price, ["A", "X", "Nd", 80, 70, values[0]], ["B", "Y", "Nd", 80, 90, values[1]],
            ],
            "Limits": [["Limit", "Type", "Column", bound], ["L", "average", name, value]],
        }  # fmt: skip
        book = book_of(tables)
        for place in formats.split():
            title, _, cell = place.partition("!")
            book[title][cell].number_format = "0%"
        book.save(tmp_path / "case.xlsx")
        try:
            case = planner.read(tmp_path / "case.xlsx")
        except InvalidCase as wrong:
            return {}, [problem.message for problem in wrong.problems]
        plan = planner.solve(case)
        bought = {row["source"]: row["tonnes"] for row in plan.to_dict()["purchases"]}
        return bought, [problem.message for problem in case.warnings]

    return of


HALVES = {"A": pytest.approx(50), "B": pytest.approx(50)}


@pytest.mark.parametrize("bound", ["Maximum", "Maximum [t/t]"])
def test_a_bound_in_the_unit_of_the_attribute(solved, bound):
    assert solved("CO2 [t/t]", [30, 10], bound, 20) == (HALVES, [])


@pytest.mark.parametrize("value", [20, 20_000])
def test_a_bound_in_another_unit(solved, value):
    assert solved("CO2 [t/t]", [30, 10], "Maximum [kg/t]", value) == (
        {},
        [
            "Limits!D2: Maximum is in [kg/t], and CO2 in [t/t]; an average is bounded in the unit "
            "of its attribute: give both the same"
        ],
    )


@pytest.mark.parametrize("attribute", ["CO2 [t/t]", "CO2"])
def test_a_bound_per_hundred_of_what_is_none(solved, attribute):
    bought, said = solved(attribute, [30, 10], "Maximum [%]", 20)
    assert bought == HALVES
    assert said == ["Limits!D2: Maximum of an average is in the unit of CO2: read as 20"]


@pytest.mark.parametrize(
    ("attribute", "values", "bound", "value", "formats"),
    [
        ("Purity [%]", [97, 99], "Minimum [%]", 98, ""),
        ("Purity [%]", [97, 99], "Minimum", 98, ""),
        ("Purity [%]", [97, 99], "Minimum", 0.98, "Limits!D2"),
        ("Purity [%]", [97, 0.99], "Minimum [%]", 98, "Sources!F3"),
        ("Purity", [0.97, 0.99], "Minimum [%]", 98, "Sources!F2 Sources!F3"),
        ("Purity", [0.97, 0.99], "Minimum", 0.98, "Sources!F2 Sources!F3 Limits!D2"),
        ("Purity", [0.97, 0.99], "Minimum", 0.98, ""),
    ],
)
def test_percentages_however_they_are_written(solved, *, attribute, values, bound, value, formats):
    """97 % and 99 % average 98 % in halves."""
    assert solved(attribute, values, bound, value, formats) == (HALVES, [])


def test_a_bound_that_nothing_keeps(solved):
    bought, said = solved("Purity [%]", [0.97, 0.99], "Minimum [%]", 98)
    assert bought == {}
    assert said == [
        "Limits!D2: no Purity keeps 98 (the sources that count have 0.97 to 0.99): nothing can be "
        "bought; its unit?"
    ]


def test_a_bound_far_from_all(solved):
    bought, said = solved("Purity [%]", [97, 99], "Minimum", 0.98)
    assert sum(bought.values()) == pytest.approx(100)
    assert said == [
        "Limits!D2: 0.98 is far from every Purity (the sources that count have 97 to 99); is its "
        "unit right?"
    ]
