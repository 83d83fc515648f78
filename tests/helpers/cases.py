"""Cases that tests write down as sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import openpyxl
import pandas as pd

import planner

Rows = Sequence[Sequence[Any]]

SMALLEST = {
    "Periods": """
        Period | Years
        2011   | 1
    """,
    "Materials": """
        Material | Shortfall cost [USD/t]
        Nd       | 1000
    """,
    "Demand": """
        Item | Every period
        Nd   | 100
    """,
}
"""What many tests do not say: one year, 100 t of Nd, a missing tonne costs 1000 USD."""


def case_of(
    sheets: Mapping[str, Rows | str], name: str = "case", /, **others: Rows | str
) -> planner.Case:
    """A case of sheets, with some put in place of others.

    Args:
        sheets: rows, the first being the header; or a text with one row per line and `|` between
            cells.
        name: of the case.
        others: named with _ for a space, such as `Safety_stock`.

    Raises:
        InvalidCase: with every problem.
    """
    tables = {**sheets, **{key.replace("_", " "): rows for key, rows in others.items()}}
    return planner.Case.from_tables({key: frame_of(rows) for key, rows in tables.items()}, name)


def book_of(sheets: Mapping[str, Rows]) -> openpyxl.Workbook:
    """The same as a workbook, to be saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def frame_of(rows: Rows | str) -> pd.DataFrame:
    """A sheet as a frame of the cells as they are typed; rows may end early, the header too."""
    if isinstance(rows, str):
        lines = [[cell.strip() for cell in line.split("|")] for line in rows.strip().splitlines()]
        rows = [lines[0], *([_typed(cell) for cell in line] for line in lines[1:] if line != [""])]
    width = max(map(len, rows))
    header, *cells = ([*row, *[None] * (width - len(row))] for row in rows)
    return pd.DataFrame(cells, columns=header, dtype=object)


def _typed(text: str) -> float | date | str | None:
    for read in (float, date.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return text or None
