"""Conversions: from the sheet to numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from planner.case.columns import Value, number_in
from planner.case.flows import Conversions
from planner.case.ledger import Ledger
from planner.case.problems import Problems
from planner.case.scenario import Numbers


def build_conversions(
    ledger: Ledger, materials: Sequence[str], sites: Sequence[str | None], problems: Problems
) -> Conversions:
    """The conversions of a case, in row order; complaints go into `problems`.

    A row at an unknown plant is left out: that is said where names are checked.
    """
    rows = [
        (i, row)
        for i, row in enumerate(ledger.rows.get("Conversions", []))
        if row.get("Site") in sites and "Conversion" in row
    ]
    table, spread = ledger.table("Conversions"), ledger.spread.get("Conversions", [])
    unit = table.unit("Capacity")
    years = np.array(ledger.periods.years)
    scale = np.ones_like(years) if unit.per_period else years
    made = np.zeros((len(rows), len(materials)))
    for v, (i, row) in enumerate(rows):
        made[v] = [number_in(spread[i].get(name), 0.0) for name in materials]
        _check_signs(ledger, i, row, made[v], problems)
    capacity = np.array([number_in(row.get("Capacity"), math.inf) for _, row in rows])
    return Conversions(
        names=tuple(str(row["Conversion"]) for _, row in rows),
        site=np.array([list(sites).index(_site(row)) for _, row in rows], dtype=np.int64),
        made=made,
        cost=np.array([number_in(row.get("Cost"), 0.0) for _, row in rows]),
        capacity=capacity[:, None] * scale,
        capacity_cells=tuple(ledger.cell("Conversions", i, "Capacity") for i, _ in rows),
        capacity_per_typed=np.tile(float(unit.size) * scale, (len(rows), 1)),
        capacity_unit=unit.text or "t/yr",
        cells=tuple(ledger.cell("Conversions", i, "Conversion") for i, _ in rows),
    )


def _site(row: Mapping[str, Value]) -> str | None:
    return str(row["Site"]) if "Site" in row else None


def _check_signs(
    ledger: Ledger, index: int, row: Mapping[str, Value], made: Numbers, problems: Problems
) -> None:
    """What is used up is negative, what is made positive; a conversion has both."""
    table = ledger.table("Conversions")
    if table.broken or (index < len(table.rows) and table.rows[index].unread):
        return
    name = row["Conversion"]
    place = ledger.place("Conversions", index, "Conversion")
    if not (made < 0).any():
        what = "makes something out of nothing" if (made > 0).any() else "uses and makes nothing"
        text = (
            f"conversion '{name}' {what}; give the tonnes used up per tonne of throughput as "
            "negative numbers"
        )
        problems.error(text, sheet="Conversions", cell=place, kind="conversion")
    elif not (made > 0).any():
        text = (
            f"conversion '{name}' makes nothing: it only gets rid of what it uses up; give the "
            "tonnes made per tonne of throughput"
        )
        problems.warning(text, sheet="Conversions", cell=place, kind="conversion")
