"""A sound case in which every column has a value that matters, and what a mistake does to it.

The hunt damages the case as a hand in Excel would, and asks of each damage whether the numbers of
any scenario are others than before without an error or a warning: a silent error.
"""

from __future__ import annotations

import copy
import dataclasses
import math
import os
import random
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from planner.case import declarations as d
from planner.case.case import Case, case_from_workbook
from planner.case.columns import Column
from planner.case.grid import Area, Grid, Workbook, raw_cell
from planner.case.problems import Problem
from planner.errors import InvalidCase

Rows = list[list[Any]]
Sheets = dict[str, Rows]


@dataclasses.dataclass(frozen=True)
class Percent:
    """A cell formatted as a percentage in Excel."""

    number: float


RICH: Sheets = {
    "Settings": [
        ["Setting", "Value"],
        ["Title", "Magnets"],
        ["Importer", "Buyer Ltd"],
        ["Currency", "USD"],
        ["Discount rate", 0.08],
        ["Duty base", "FOB"],
        ["Shortfall", "allowed"],
        ["Frozen through", "P26"],
        ["Decide through", "P27"],
        ["MIP gap", 1e-5],
        ["Time limit", 300],
    ],
    "Periods": [
        ["Period", "Start", "Years [yr]"],
        ["P26", date(2026, 1, 1), 1],
        ["P27", date(2027, 1, 1), 1],
        ["P28", date(2028, 1, 1), 0.5],
    ],
    "Materials": [
        ["Material", "Class", "Form", "Index", "Shortfall cost [USD/kg]",
         "Surplus value [% of index]", "Grade"],
        ["Nd2O3", "light", "oxide", "Nd oxide", 300, 5, "A"],
        ["Dy2O3", "heavy", "oxide", "Dy oxide", 1500, 4, "B"],
        ["Nd", "light", "metal", "Nd oxide", 400, 3, "A"],
    ],
    "Products": [
        ["Product", "Shortfall cost [USD/kg]", "Line"],
        ["Magnet", 200, "Tokyo"],
        ["Motor", 90, "Osaka"],
    ],
    "Sites": [["Site", "Region"], ["Osaka", "West"], ["Nagoya", "Mid"]],
    "Demand": [
        ["Item", "Site", "P26 [t]", "P27 [t]", "P28 [t]"],
        ["Nd2O3", "Osaka", 100, 110, 60],
        ["Dy2O3", "Osaka", 10, 11, 6],
        ["Nd", "Nagoya", 20, 22, 12],
        ["Magnet", "Nagoya", 60, 70, 30],
        ["Motor", "Osaka", 6, 7, 3],
    ],
    "Sources": [
        ["Source", "Country", "Supplier", "Kind", "Material", "Capacity [t/yr]", "Price [/kg]",
         "Currency", "Export tax [%]", "Freight [/kg]", "Duty [%]", "Processing [/kg]",
         "Incoterm", "Yield [%]", "Lead time [periods]", "First period", "Last period",
         "Minimum order [t]", "Order cost", "Preference", "Index", "Index share [%]",
         "Premium [/kg]", "Price floor [/kg]", "Price ceiling [/kg]", "Shared above [/kg]",
         "Our part [%]", "CO2 [t/t]", "Status"],
        ["Baotou", "China", "North", "mine", "Nd2O3", 90, 60, "USD", 10, 1, 5, 0.5, "FOB", 98, 0,
         "P26", "P28", 5, 2000, 2, None, None, None, None, None, None, None, 40, "old"],
        ["Mt Weld", "Australia", "Lynas", "mine", "Nd2O3", 40, None, "AUD", 0, 2, 4, 1, "FCA", 97,
         1, "P26", "P28", None, None, 1, "Nd oxide", 95, 3, 93, 110, 75, 50, 20, "old"],
        ["Mix", "Viet Nam", "Vina", "mine", None, 30, 30, "USD", 3, 1.5, 2, 6, "FOB", 90, 0,
         "P26", "P27", None, None, 3, None, None, None, None, None, None, None, 35, "new"],
        ["Longnan", "China", "South", "mine", "Dy2O3", 12, 400, "USD", 10, 2, 5, 1, "FOB", 99, 0,
         None, None, None, None, 1, None, None, None, None, None, None, None, 60, "old"],
        ["Round Top", "USA", "Texas", "restart", "Dy2O3", 8, 500, "USD", 0, 1, 0, 2, "FOB", 98, 0,
         None, None, None, None, 2, None, None, None, None, None, None, None, 25, "new"],
        ["Scrap", "Japan", "Recycler", "recycling", "Nd2O3", 20, 45, "USD", 0, None, 0, 3, "DAP",
         95, 0, None, None, None, None, 1, None, None, None, None, None, None, None, 5, "new"],
        ["Metals", "China", "North", "trader", "Nd", "unlimited", 130, "USD", 5, 1, 5, 0, "FOB",
         99, 0, None, None, None, None, 1, None, None, None, None, None, None, None, 50, "old"],
        ["Depot", "Japan", "State", "stockpile", "Nd2O3", 10, 70, "USD", 0, None, 0, 0, "DDP", 100,
         0, "P27", "P28", None, None, 4, None, None, None, None, None, None, None, 10, "old"],
    ],
    "Lanes": [
        ["Source", "Site", "Allowed", "Freight [/kg]", "Lead time [periods]"],
        ["Baotou", "Nagoya", "yes", 1.5, 1],
        ["Mt Weld", "Nagoya", "yes", 2.5, 0],
        ["Longnan", "Nagoya", "no", None, None],
    ],
    "Composition": [["Source", "Nd2O3 [%]", "Dy2O3 [%]"], ["Mix", 60, 4]],
    "Conversions": [
        ["Conversion", "Site", "Nd2O3", "Dy2O3", "Nd", "Cost [USD/kg]", "Capacity [t/yr]"],
        ["Metal making", "Nagoya", -1.2, -0.001, 1, 12, 50],
        ["Metal making, Osaka", "Osaka", -1.25, None, 1, 13, 5],
    ],
    "Indices": [
        ["Index", "P26 [USD/kg]", "P27 [USD/kg]", "P28 [USD/kg]"],
        ["Nd oxide", 62, 64, 82],
        ["Dy oxide", 380, 400, 410],
    ],
    "Prices": [
        ["Source", "P26 [/kg]", "P27 [/kg]", "P28 [/kg]"],
        ["Baotou", 61, 62, None],
        ["Longnan", None, 420, 430],
    ],
    "Capacity": [["Source", "P26 [t]", "P27 [t]", "P28 [t]"], ["Baotou", 85, 95, 40]],
    "Availability": [
        ["Source", "P26", "P27", "P28"], ["Longnan", 1, 0.5, 0.4], ["Metals", 1, 1, 0],
    ],
    "Disruptions": [
        ["Disruption", "Applies to", "From date", "To date", "Leaves [%]", "Scenario"],
        ["Embargo", "Country=China & Kind=mine", date(2027, 3, 1), date(2027, 5, 31), 20, "Cut"],
        ["Strike", "Source=\"Mt Weld\"", date(2027, 1, 1), date(2027, 2, 28), 50, None],
    ],
    "Shortfall costs": [
        ["Item", "P26 [USD/kg]", "P27 [USD/kg]", "P28 [USD/kg]"],
        ["Nd2O3", 310, 320, 330],
        ["Motor", 95, None, 85],
    ],
    "Surplus values": [
        ["Item", "P26 [USD/kg]", "P27 [USD/kg]", "P28 [USD/kg]"], ["Dy2O3", 3, 4, 5],
    ],
    "Currencies": [["Currency", "P26", "P27", "P28"], ["AUD", 0.66, 0.65, 0.64]],
    "Stock": [
        ["Material", "Site", "Opening [t]", "Safety stock [t]", "Cover [days]",
         "Safety cost [USD/kg/yr]", "Holding cost [USD/kg/yr]", "Maximum [t]",
         "Final minimum [t]", "Final maximum [t]", "Final value [USD/kg]"],
        ["Nd2O3", "Osaka", 12, 8, 20, 50, 1, 40, 2, 30, 20],
        ["Dy2O3", "Osaka", 4, 1, 30, None, 5, 9, 1, 8, 90],
        ["Nd2O3", "Nagoya", 3, 2, 10, 40, 1.5, 20, 0, 15, 10],
    ],
    "Safety stock": [["Material", "P26 [t]", "P27 [t]", "P28 [t]"], ["Nd2O3", 9, 7, 6]],
    "Holding costs": [
        ["Material", "P26 [USD/kg/yr]", "P27 [USD/kg/yr]", "P28 [USD/kg/yr]"],
        ["Dy2O3", 6, 7, 8],
    ],
    "In transit": [
        ["Material", "Site", "P26 [t]", "P27 [t]", "P28 [t]"],
        ["Nd2O3", "Osaka", 5, 2, 1],
        ["Dy2O3", "Osaka", 1, None, None],
    ],
    "Recipes": [
        ["Recipe", "Product", "Nd", "Dy2O3", "Nd2O3", "Extra cost [USD/kg]", "Maximum share [%]",
         "Reference"],
        ["Standard", "Magnet", 0.3, 0.03, 0.001, 1, 100, "yes"],
        ["Lean", "Magnet", 0.32, 0.01, None, 3, 40, "no"],
        ["Motor", "Motor", 0.1, None, None, 0.5, 100, "yes"],
    ],
    "Quotas": [
        ["Quota", "Applies to", "Materials", "Sites", "From", "To", "Per", "Tonnes [t]",
         "Our share [%]"],
        ["China light", "Country=China", "Class=light", "*", "P26", "P27", "year", 180, 80],
        ["China heavy", "Country=China", "Class=heavy", "Site=Osaka", "P27", "P28", "period", 15,
         70],
    ],
    "Limits": [
        ["Limit", "Type", "Applies to", "Materials", "Sites", "Share of", "Column", "From", "To",
         "Per", "Minimum", "Maximum", "Counts from [t]", "Penalty [USD/kg]", "Priority", "Active"],
        ["Country share", "share", "Kind=mine", "Grade=A", "Region=West", "demand", "Country",
         "P27", "P28", "period", None, 0.9, None, None, 2, "yes"],
        ["New sources", "tonnes", "Status=new", "*", "*", None, None, "P27", "P28", "window", 2,
         60, None, 5, None, "yes"],
        ["Two suppliers", "suppliers", "*", "Class=light", "*", None, "Supplier", "P27", "P27",
         None, 2, None, 3, None, None, "yes"],
        ["Budget", "spend", "Status=old", "*", "*", None, None, "P27", "P28", "window", None, 4e7,
         None, None, None, "yes"],
        ["Carbon", "average", "Kind=mine", "*", "*", None, "CO2", "P27", "P28", "window", None, 58,
         None, None, None, "yes"],
        ["Spread", "HHI", "*", "Class=light", "*", None, "Country", "P27", "P27", None, None, 0.9,
         None, None, None, "no"],
    ],
    "Contracts": [
        ["Contract", "Source", "From", "To", "Minimum [t]", "Maximum [t]", "Must take [%]", "Per",
         "Unlifted pays [%]"],
        ["Offtake", "Longnan", "P27", "P28", 1, 9, 80, "period", 60],
        ["Frame", "Mix", "P27", "P27", 2, 25, 50, "window", None],
    ],
    "Restarts": [
        ["Source", "Restart cost [USD]", "Lead time [periods]", "Earliest", "Latest", "Ramp 1 [%]",
         "Ramp 2 [%]", "Running cost [USD/yr]", "Minimum load [%]"],
        ["Round Top", 100000, 1, "P26", "P27", 40, 70, 50000, 20],
    ],
    "Tiers": [
        ["Source", "From [t/yr]", "Price [/kg]", "Rule"],
        ["Metals", 0, 130, "incremental"],
        ["Metals", 10, 134, "incremental"],
        ["Depot", 0, 70, "all units"],
        ["Depot", 5, 66, "all units"],
    ],
    "Recycling": [
        ["Source", "Item", "Return [%]", "Lag [periods]", "Opening feed [t]"],
        ["Scrap", "Magnet", 10, 2, 3],
        ["Scrap", "Nd", 20, 2, 1],
    ],
    "Current plan": [
        ["Source", "Site", "P26 [t]", "P27 [t]", "P28 [t]"],
        ["Baotou", "Osaka", 70, 60, 30],
        ["Mt Weld", "Osaka", 20, 20, 10],
        ["Longnan", "Osaka", 8, 6, 2],
        ["Metals", "Nagoya", 25, 20, None],
    ],
    "Scenarios": [
        ["Scenario", "Builds on", "Probability [%]"], ["Cut", None, 30], ["Deep cut", "Cut", 70],
    ],
    "Changes": [
        ["Scenario", "Sheet", "Rows", "Column", "Operation", "Value"],
        ["Cut", "Quotas", "Quota=\"China light\"", "Tonnes", "times", 0.7],
        ["Deep cut", "Sources", "Country=China & Kind=mine", "Price [USD/kg]", "plus", 5],
        ["Deep cut", "Availability", "Kind=mine & Status=new", "P27..P28", "set", 0.9],
    ],
    "Uncertainty": [
        ["Name", "Sheet", "Rows", "Column", "Operation", "Distribution", "Low", "Mode", "High",
         "Mean", "Deviation", "Values", "Weights", "Group"],
        ["Demand", "Demand", "Item=Nd2O3", "P27", "times", "triangular", 0.9, 1, 1.2, None, None,
         None, None, "market"],
        ["Nd price", "Indices", "*", "P28", "times", "normal", None, None, None, 1, 0.1, None,
         None, "market"],
        ["Licences", "Availability", "Source=Longnan", "P28", "set", "discrete", None, None, None,
         None, None, "0.4; 0.9", "1; 3", None],
    ],
}  # fmt: skip


def _grid(name: str, rows: Rows, *, as_table: bool = False) -> Grid:
    cells = {}
    for i, row in enumerate(rows, start=1):
        filled = {
            j: raw_cell(item.number, percent=True) if isinstance(item, Percent) else raw_cell(item)
            for j, item in enumerate(row, start=1)
            if item is not None
        }
        if filled:
            cells[i] = filled
    table = Area(1, 1, len(rows), len(rows[0]), "tbl")
    return Grid(name, MappingProxyType(cells), (table,) if as_table else ())


def _workbook(sheets: Mapping[str, Rows], table_on: str | None = None) -> Workbook:
    grids = (_grid(name, rows, as_table=name == table_on) for name, rows in sheets.items())
    return Workbook("rich", tuple(grids))


# -- figures --------------------------------------------------------------------------------

_PLACES = ("cell", "cells", "unit", "units", "row", "attributes", "case")


def _plain(value: Any) -> Any:
    """Numbers and names only: where they stood, and how their unit was written, is left out."""
    if isinstance(value, np.ndarray):
        return (value.shape, tuple(_rounded(v) for v in value.ravel().tolist()))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return tuple(
            (f.name, _plain(getattr(value, f.name)))
            for f in dataclasses.fields(value)
            if f.name.split("_")[-1] not in _PLACES
        )
    if isinstance(value, Mapping):
        return tuple(sorted((str(k), _plain(v)) for k, v in value.items()))
    if isinstance(value, (tuple, list)):
        return tuple(_plain(v) for v in value)
    if isinstance(value, (set, frozenset)):
        return tuple(sorted(_plain(v) for v in value))
    return _rounded(value)


def _rounded(value: Any) -> Any:
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.10g}")
    return str(value) if isinstance(value, float) else value


def _figures(case: Case) -> dict[str, Any]:
    """Everything that a plan or a study is made from."""
    found = {name: _plain(case.scenario(name)) for name in case.scenarios}
    for sheet in ("Scenarios", "Uncertainty", "Settings"):
        table = case.tables.get(sheet)
        found[sheet] = sorted(
            str(sorted((k, str(_rounded(v))) for k, v in row.values.items()))
            for row in (table.rows if table else ())
        )
    return found


@dataclasses.dataclass(frozen=True)
class Read:
    """A case as read: its figures, None where it is refused, and what is said of it."""

    figures: dict[str, Any] | None
    problems: tuple[Problem, ...]


def _read(sheets: Mapping[str, Rows], table_on: str | None = None) -> Read:
    try:
        case = case_from_workbook(_workbook(sheets, table_on), "rich")
    except InvalidCase as wrong:
        return Read(None, wrong.problems)
    return Read(_figures(case), case.warnings)


@pytest.fixture(scope="session")
def sound() -> Read:
    """The rich case as it stands."""
    return _read(RICH)


@pytest.fixture
def rich() -> Sheets:
    """The rich case; a test may change its copy."""
    return copy.deepcopy(RICH)


@pytest.fixture(scope="session")
def read() -> Callable[..., Read]:
    """Reads sheets as the reader of workbooks does; `table_on` names one that is an Excel table."""
    return _read


@pytest.fixture(scope="session")
def case_of() -> Callable[[Sheets], Case]:
    """The case of sound sheets."""
    return lambda sheets: case_from_workbook(_workbook(sheets), "rich")


@pytest.fixture(scope="session")
def is_silent(sound: Read) -> Callable[..., bool]:
    """Whether damaged sheets make other numbers without an error or a warning."""

    def silent(sheets: Sheets, table_on: str | None = None) -> bool:
        found = _read(sheets, table_on)
        return not found.problems and found.figures != sound.figures

    return silent


@pytest.fixture(scope="session")
def sample() -> Callable[[str, list[Any], int], list[Any]]:
    """Some of many damages, the same ones every time; all of them with PLANNER_HUNT=all."""

    def some(seed: str, damages: list[Any], count: int) -> list[Any]:
        if os.environ.get("PLANNER_HUNT") == "all" or len(damages) <= count:
            return damages
        return random.Random(seed).sample(damages, count)

    return some


@pytest.fixture(scope="session")
def percent() -> Callable[[float], Percent]:
    """A cell formatted as a percentage."""
    return Percent


@pytest.fixture(scope="session")
def column_of() -> Callable[[str, str], Column | None]:
    """What is declared of a column, by its sheet and its header; None: an attribute."""

    def column(sheet: str, header: str) -> Column | None:
        name, found = header.partition(" [")[0], d.BY_NAME[sheet]
        if name in found.by_name:
            return found.by_name[name]
        if found.numbered is not None and name.startswith(found.numbered.name):
            return found.numbered
        return None if found.attributes else found.over_time or found.per_material

    return column
