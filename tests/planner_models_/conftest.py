"""Small cases for the formulation, written as sheets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

import planner
from cases import SMALLEST, case_of

EVERYTHING = {
    "Periods": """
        Period    | Years
        2011      | 1
        2012-2013 | 2
        2014      | 1
    """,
    "Settings": """
        Setting           | Value
        Discount rate [%] | 10
    """,
    "Materials": """
        Material | Shortfall cost [USD/t] | Surplus value [USD/t]
        Nd       | 1000                   | 1
        Dy       | 9000                   | -2
    """,
    "Demand": """
        Item | Every period
        Nd   | 100
        Dy   | 10
    """,
    "Sources": """
        Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Lead time [periods]
        CN     | China     | Nd       | 50              | 50            | 1
        MIX    | China     |          | 90              | 120           | 0
        AU     | Australia | Nd       | unlimited       | 80            | 0
    """,
    "Composition": """
        Source | Nd [%] | Dy [%]
        MIX    | 20     | 10
    """,
    "Stock": """
        Material | Opening [t] | Safety stock [t] | Safety cost [/t/yr] | Holding cost [/t/yr]
        Nd       | 20          | 15               | 9                   | 1
        Dy       | 0           | 5                |                     | 2
    """,
    "Limits": """
        Limit  | Type   | Applies to    | Share of  | Per    | Minimum | Maximum | Penalty [/t]
        Share  | share  | Country=China | purchases | period | 0.2     | 0.6     | 10
        Tonnes | tonnes | Source=AU     |           | window | 30      | 500     |
    """,
}
"""A case that uses every block of the formulation."""


@pytest.fixture
def make() -> Callable[..., planner.Case]:
    """A case of sheets, each a text with one row per line and `|` between cells.

    Sheets are named by keyword, with _ for a space; those not given are those of the smallest case.
    """
    return partial(case_of, SMALLEST)


@pytest.fixture
def everything() -> planner.Case:
    return case_of(SMALLEST, **EVERYTHING)
