"""A study's answer on the screen: its sentences, and the first rows of its tables."""

from __future__ import annotations

from datetime import date

from planner.report.columns_text import laid_out, wrapped
from planner.report.exhibit import Exhibit, Table
from planner.report.workbook_grid import Cell, Figure, Formula, Show, plain

_BIG, _SMALL, _DIGITS = 1000.0, 1e-3, 4


def text_of(exhibit: Exhibit, width: int | None = None) -> str:
    """The answer in plain text; no cell is cut off.

    Args:
        exhibit: the answer.
        width: letters of a line of the terminal; None: it goes to a file or another program.
    """
    lines = [exhibit.title]
    for sentence in exhibit.sentences:
        lines += wrapped(sentence, width)
    for table in exhibit.tables:
        if table.rows and table.on_screen:
            lines += ["", table.name, *_table(table, width)]
    for note in exhibit.notes:
        lines += ["", *wrapped(note, width)]
    return "\n".join(lines)


def _table(table: Table, width: int | None) -> list[str]:
    shown = list(table.headers_on_screen) or list(range(len(table.columns)))
    headers = [table.columns[j].header for j in shown]
    rows: list[list[str]] = []
    is_text = [True] * len(shown)
    for row in table.rows[: table.on_screen]:
        rows.append([_cell(row[j], table.columns[j].show) for j in shown])
        words = [isinstance(plain(row[j]), str | None) for j in shown]
        is_text = [one and other for one, other in zip(is_text, words, strict=True)]
    lines = laid_out(headers, rows, is_text, width)
    more = len(table.rows) - table.on_screen
    return lines + ([f"  … and {more} more"] if more > 0 else [])


def _cell(cell: Cell, show: Show) -> str:
    value = plain(cell)
    own = cell.show if isinstance(cell, Figure | Formula) else None
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if (own or show) is Show.SHARE:
        return f"{100 * value:.1f} %"
    return number_text(value)


def number_text(value: float) -> str:
    """A number for a person: four digits, whole from a thousand on."""
    if value == 0:
        return "0"
    if abs(value) >= _BIG:
        return f"{value:,.0f}"
    if abs(value) < _SMALL:
        return f"{value:.1e}"
    text = f"{value:.{_DIGITS}g}"
    return text if "e" not in text else f"{value:,.0f}"
