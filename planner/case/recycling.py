"""Recycling: from the sheet to numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from planner.case import calendar
from planner.case.columns import Value, number_in
from planner.case.flows import Recycling
from planner.case.ledger import Ledger
from planner.case.problems import Problems

_ROUNDING = 1e-9


def build_recycling(ledger: Ledger, items: Sequence[str], problems: Problems) -> Recycling:
    """What feeds recycling sources, in row order; complaints go into `problems`.

    A row with an unknown source or item is left out: that is said where names are checked.
    """
    sources = ledger.positions("Sources")
    rows = [
        (i, row)
        for i, row in enumerate(ledger.rows.get("Recycling", []))
        if row.get("Source") in sources and row.get("Item") in items
    ]
    _complain_of_returns(ledger, rows, problems)
    return Recycling(
        source=_positions(rows, "Source", sources),
        item=_positions(rows, "Item", items),
        returned=np.array([number_in(row.get("Return"), 1.0) for _, row in rows]),
        lag=np.array([_lag(ledger, i, row, problems) for i, row in rows], dtype=np.int64),
        opening=np.array([number_in(row.get("Opening feed"), 0.0) for _, row in rows]),
    )


def _positions(
    rows: Sequence[tuple[int, Mapping[str, Value]]], column: str, names: Iterable[str]
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    listed = {name: i for i, name in enumerate(names)}
    return np.array([listed[str(row[column])] for _, row in rows], dtype=np.int64)


def _lag(ledger: Ledger, index: int, row: Mapping[str, Value], problems: Problems) -> int:
    unit = ledger.table("Recycling").unit("Lag")
    value = number_in(row.get("Lag"), 1.0)
    if value == 1.0 and not _is_typed(ledger, index):
        return 1  # the default is in periods, whatever the unit of the header
    kind = "out of bounds"
    try:
        if value > 0:
            return calendar.whole_periods("Lag", value, unit, ledger.periods.years)
        text = "Lag must be at least 1 period, got 0; scrap comes back in a later period"
    except calendar.LengthError as wrong:
        text, kind = str(wrong), wrong.kind
    ledger.complain(problems, ("Recycling", index, "Lag"), text, kind)
    return 1


def _is_typed(ledger: Ledger, index: int) -> bool:
    rows = ledger.table("Recycling").rows
    return index < len(rows) and "Lag" in rows[index].values


def _complain_of_returns(
    ledger: Ledger, rows: Sequence[tuple[int, Mapping[str, Value]]], problems: Problems
) -> None:
    """No more than all of an item comes back, over all sources."""
    by_item: dict[str, list[tuple[int, float]]] = {}
    for i, row in rows:
        by_item.setdefault(str(row["Item"]), []).append((i, number_in(row.get("Return"), 1.0)))
    for item, returns in by_item.items():
        total = sum(part for _, part in returns)
        if total <= 1 + _ROUNDING:
            continue
        if any(ledger.is_doubted("Recycling", i, "Return") for i, _ in returns):
            continue
        cells = [ledger.place("Recycling", i, "Return") for i, _ in returns]
        text = (
            f"the returns of '{item}' over all sources add up to {total * 100:.6g} % "
            f"({', '.join(cells)}); at most 100 % of what is delivered can come back"
        )
        problems.error(
            text, sheet="Recycling", cell=cells[-1], column="Return", kind="returns above 100 %"
        )
