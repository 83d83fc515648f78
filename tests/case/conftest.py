"""Cases made from rows of cells, without a workbook."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cases import case_of
from planner.case.case import Case

Sheets = dict[str, list[list[Any]]]

SMALL: Sheets = {
    "Periods": [["Period", "Years"], ["2011", 1], ["2012", 1], ["2013", 2]],
    "Materials": [
        ["Material", "Class", "Shortfall cost [USD/t]"],
        ["Nd2O3", "light", 200_000],
        ["Dy2O3", "heavy", 900_000],
    ],
    "Demand": [["Item", "2011", "2012", "2013"], ["Nd2O3", 100, 110, 240], ["Dy2O3", 10, 10, 20]],
    "Sources": [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]", "CO2 [t/t]"],
        ["S1", "China", "Nd2O3", 80, 60_000, 30],
        ["S2", "Australia", "Nd2O3", "unlimited", 70_000, 12],
        ["S3", "China", "Dy2O3", 20, 400_000, None],
    ],
}


@pytest.fixture
def make() -> Callable[[Sheets], Case]:
    """A case of sheets given as rows, the first row being the header."""
    return case_of


@pytest.fixture
def small() -> Sheets:
    """Three periods (the last of two years), two materials, three sources; free to change."""
    return copy.deepcopy(SMALL)


@pytest.fixture
def dated(small: Sheets) -> Sheets:
    """The same by quarters of 2011 and the first of 2012."""
    starts = [date(2011, 1, 1), date(2011, 4, 1), date(2011, 7, 1), date(2011, 10, 1)]
    names = ["Q1", "Q2", "Q3", "Q4", "Q5"]
    small["Periods"] = [
        ["Period", "Start"],
        *map(list, zip(names, [*starts, date(2012, 1, 1)], strict=True)),
    ]
    small["Demand"] = [["Item", "Every period"], ["Nd2O3", 25], ["Dy2O3", 2.5]]
    return small
