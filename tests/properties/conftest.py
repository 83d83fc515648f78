"""Random small cases, written as sheets. Round numbers make ties and kinks, as they do in life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import planner
from cases import case_of

# By default few examples, the same in every run: the tests are quick and never flake. To search,
# `pytest tests/properties --hypothesis-profile=thorough` (CONTRIBUTING.md). No test may depend
# on time.
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile(
    "quick", max_examples=12, deadline=None, derandomize=True, suppress_health_check=_SLOW
)
settings.register_profile(
    "thorough", max_examples=500, deadline=None, print_blob=True, suppress_health_check=_SLOW
)
settings.load_profile("quick")

Sheets = dict[str, list[list[Any]]]

COUNTRIES = ("China", "Australia", "USA")
_TENS = st.integers(0, 10).map(lambda tens: 10 * tens)


@pytest.fixture(scope="session")
def make() -> Callable[[Sheets], planner.Case]:
    """A case of sheets given as rows, the first row being the header."""
    return _case


@pytest.fixture(scope="session")
def solve() -> Callable[[planner.Case], planner.Plan]:
    """The optimal plan of a case, independently checked."""
    return _solve


@pytest.fixture(scope="session")
def cases() -> st.SearchStrategy[Sheets]:
    """Sheets of small cases that always have a plan: shortfall is allowed, minima are soft.

    No rule names a source: they pick by country.
    """
    return _sheets()


def _solve(case: planner.Case) -> planner.Plan:
    plan = planner.solve(case)
    assert plan.check.is_optimal, plan.check.figures()
    return plan


def _case(sheets: Sheets) -> planner.Case:
    return case_of({name: rows for name, rows in sheets.items() if len(rows) > 1})


@st.composite
def _sheets(draw: st.DrawFn) -> Sheets:
    periods = [str(2011 + t) for t in range(draw(st.integers(1, 3)))]
    sheets: Sheets = {
        "Periods": [["Period", "Years"], *([name, draw(st.integers(1, 2))] for name in periods)],
        "Settings": [
            ["Setting", "Value"],
            ["Discount rate", draw(st.sampled_from([0.0, 0.1]))],
            ["Duty base", draw(st.sampled_from(["CIF", "FOB"]))],
        ],
        "Materials": [
            ["Material", "Shortfall cost [USD/t]", "Surplus value [USD/t]"],
            ["Nd", 1000, draw(st.sampled_from([0, 5, -5]))],
            ["Dy", 9000, 0],
        ],
        "Demand": [
            ["Item", *periods],
            *([material, *(draw(_TENS) for _ in periods)] for material in ("Nd", "Dy")),
        ],
    }
    sheets |= _supply(draw, periods)
    sheets |= _stock(draw, periods)
    sheets |= _rules(draw)
    return sheets


def _supply(draw: st.DrawFn, periods: list[str]) -> Sheets:
    sources, baskets, open_parts = [], [], []
    for number in range(draw(st.integers(2, 4))):
        name = f"S{number + 1}"
        material = draw(st.sampled_from(["Nd", "Dy", None]))
        capacity = draw(st.sampled_from([0, 20, 50, 100, "unlimited"]))
        sources.append(
            [
                name,
                COUNTRIES[min(number, 2)],
                material,
                capacity,
                draw(st.integers(4, 9)) * 10,
                draw(st.sampled_from([0, 20])),
                draw(st.sampled_from([0, 5])),
                draw(st.sampled_from([0, 10])),
                draw(st.sampled_from([100, 80])),
                draw(st.integers(0, 1)),
            ]
        )
        if material is None:
            baskets.append([name, 50, draw(st.sampled_from([10, 40]))])
        if capacity != "unlimited" and draw(st.booleans()):
            open_parts.append([name, *(draw(st.sampled_from([1, 0.5])) for _ in periods)])
    header = [
        "Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]",
        "Export tax [%]", "Freight [USD/t]", "Duty [%]", "Yield [%]", "Lead time [periods]",
    ]  # fmt: skip
    return {
        "Sources": [header, *sources],
        "Composition": [["Source", "Nd [%]", "Dy [%]"], *baskets],
        "Availability": [["Source", *periods], *open_parts],
    }


def _stock(draw: st.DrawFn, periods: list[str]) -> Sheets:
    header = [
        "Material", "Opening [t]", "Safety stock [t]", "Safety cost [USD/t/yr]",
        "Holding cost [USD/t/yr]", "Maximum [t]", "Final value [USD/t]",
    ]  # fmt: skip
    rows = [
        [
            material,
            draw(_TENS),
            draw(st.sampled_from([None, 10])),
            draw(st.sampled_from([3, 60])),
            draw(st.sampled_from([0, 1])),
            draw(st.sampled_from([None, 40])),
            draw(st.sampled_from([0, 10])),
        ]
        for material in ("Nd", "Dy")
        if draw(st.booleans())
    ]
    transit = [["Nd", *(draw(st.sampled_from([0, 10])) for _ in periods)]]
    return {
        "Stock": [header, *rows],
        "In transit": [["Material", *periods], *(transit if draw(st.booleans()) else [])],
    }


def _rules(draw: st.DrawFn) -> Sheets:
    china, australia = "Country=China", "Country=Australia"
    quotas = [["Quota", "Applies to", "Materials", "Per", "Tonnes [t]", "Our share"]]
    if draw(st.booleans()):
        share = draw(st.sampled_from([1, 0.5]))
        materials = draw(st.sampled_from(["*", "Material=Nd"]))
        quotas.append(["Q", "Country!=China", materials, "window", draw(_TENS), share])
    limits: list[list[Any]] = [
        ["Limit", "Type", "Applies to", "Share of", "Per", "Minimum", "Maximum", "Penalty [USD/t]"]
    ]
    tenths = st.integers(0, 10).map(lambda n: n / 10)
    if draw(st.booleans()):
        penalty = draw(st.sampled_from([None, 20]))
        limits.append(["Demand", "share", china, "demand", "window", None, draw(tenths), penalty])
    if draw(st.booleans()):
        penalty = draw(st.sampled_from([None, 20]))
        limits.append(
            [
                "Bought",
                "share",
                "Country=Australia",
                "purchases",
                "window",
                None,
                draw(tenths),
                penalty,
            ]
        )
    if draw(st.booleans()):
        limits.append(["Least", "tonnes", australia, None, "window", draw(_TENS), None, 30])
    return {"Quotas": quotas, "Limits": limits}
