"""Random cases without baskets: each source one material, with share limits over rolling windows.

Every supplier sells every material; no supplier has more than two fifths of what is needed of a
material in any three months on end, and a quota holds for each supplier and year. Nothing may be
missing. The sizes are those for which `planner sweep` has been asked to be quick.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import planner

_YEAR = 12
_WINDOW = 3
_FIRST_YEAR = 2026
_MOST_SHARE = 0.4
_SHORTFALL_COST = 1000.0
_HOLDING_COST = 2.4
_QUOTA = 30.0
"""Tonnes per material and month."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each there are; and the quota, by name, that is varied, from 0 up to `most`."""

    materials: int
    suppliers: int
    periods: int
    quota: str
    most: float


SIZES = {
    "small": Size(4, 12, 12, "Supplier 09 in 2026", 1143.0),
    "medium": Size(10, 30, 24, "Supplier 28 in 2026", 1378.0),
}


def case_of(size: str, seed: int = 0) -> planner.Case:
    """The case of a size.

    Args:
        size: `small` or `medium`.
        seed: of the random numbers.
    """
    return planner.Case.from_tables(_tables(SIZES[size], seed), f"windows-{size}-{seed}")


def _tables(size: Size, seed: int) -> dict[str, pd.DataFrame]:
    chance = np.random.default_rng(seed)
    shape = (size.materials, size.suppliers, size.periods)
    demand = chance.uniform(50, 150, (size.materials, size.periods))
    capacity = chance.uniform(5, 60, shape)
    price = chance.uniform(10, 30, shape[:2])[:, :, None] * chance.uniform(0.9, 1.1, shape)
    materials = [f"Oxide {m + 1:02d}" for m in range(size.materials)]
    suppliers = [f"Supplier {s + 1:02d}" for s in range(size.suppliers)]
    periods = [f"{_FIRST_YEAR + t // _YEAR}-{t % _YEAR + 1:02d}" for t in range(size.periods)]
    sources = {
        f"{material} of {supplier}": (m, s)
        for m, material in enumerate(materials)
        for s, supplier in enumerate(suppliers)
    }

    def by_period(key: str, unit: str, rows: Iterable[tuple[str, Any]]) -> pd.DataFrame:
        head = [key, *(f"{period} [{unit}]" for period in periods)]
        return _frame(head, ([name, *numbers.tolist()] for name, numbers in rows))

    return {
        "Settings": _frame(["Setting", "Value"], [["Currency", "USD"], ["Shortfall", "forbidden"]]),
        "Periods": _frame(
            ["Period", "Start"], ([period, pd.Timestamp(f"{period}-01")] for period in periods)
        ),
        "Materials": _frame(
            ["Material", "Shortfall cost [USD/t]"], ([name, _SHORTFALL_COST] for name in materials)
        ),
        "Demand": by_period("Item", "t", zip(materials, demand, strict=True)),
        "Sources": _frame(
            ["Source", "Country", "Supplier", "Material"],
            ([name, "Everywhere", suppliers[s], materials[m]] for name, (m, s) in sources.items()),
        ),
        "Prices": by_period("Source", "USD/t", ((n, price[at]) for n, at in sources.items())),
        "Capacity": by_period("Source", "t", ((n, capacity[at]) for n, at in sources.items())),
        "Stock": _frame(
            ["Material", "Holding cost [USD/t/yr]"], ([name, _HOLDING_COST] for name in materials)
        ),
        "Limits": _limits(materials, periods),
        "Quotas": _quotas(size, suppliers, periods),
    }


def _limits(materials: Sequence[str], periods: Sequence[str]) -> pd.DataFrame:
    head = ["Limit", "Type", "Column", "Materials", "From", "To", "Per", "Maximum"]
    return _frame(
        head,
        (
            [
                f"{material} to {last}",
                "share",
                "Supplier",
                f"Material={material}",
                first,
                last,
                "window",
                _MOST_SHARE,
            ]
            for material in materials
            for first, last in zip(periods, periods[_WINDOW - 1 :], strict=False)
        ),
    )


def _quotas(size: Size, suppliers: Sequence[str], periods: Sequence[str]) -> pd.DataFrame:
    tonnes = _QUOTA * size.materials * _YEAR
    return _frame(
        ["Quota", "Applies to", "From", "To", "Per", "Tonnes [t]"],
        (
            [
                f"{supplier} in {periods[first][:4]}",
                f"Supplier={supplier}",
                periods[first],
                periods[first + _YEAR - 1],
                "window",
                tonnes,
            ]
            for supplier in suppliers
            for first in range(0, size.periods, _YEAR)
        ),
    )


def _frame(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    return pd.DataFrame([list(row) for row in rows], columns=list(head), dtype=object)
