"""A study's answer on the screen: its sentences, and the first rows of its tables."""

from __future__ import annotations

from collections.abc import Sequence

from planner.report.columns_text import laid_out
from planner.report.exhibit import Exhibit, Table
from planner.report.lines import wrapped
from planner.report.workbook_grid import Cell, Show, largest, plain, shown, shows


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
            lines += ["", table.name, *_table(table.without_blanks(), width)]
            lines += wrapped(table.note, width, first="  ", rest="  ")
    for note in exhibit.notes:
        lines += ["", *wrapped(note, width)]
    return "\n".join(lines)


def _table(table: Table, width: int | None) -> list[str]:
    seen = list(table.headers_on_screen) or list(range(len(table.columns)))
    sizes = [largest([row[j] for row in table.rows]) for j in seen]
    headers = [table.columns[j].header for j in seen]
    rows: list[list[str]] = []
    is_text = [True] * len(seen)
    for row in _on_screen(table):
        cells = zip(seen, sizes, strict=True)
        rows.append([_cell(row[j], table.columns[j].show, size) for j, size in cells])
        words = [isinstance(plain(row[j]), str | None) for j in seen]
        is_text = [one and other for one, other in zip(is_text, words, strict=True)]
    lines = laid_out(headers, rows, is_text, width)
    more = len(table.rows) - table.on_screen
    between = " between them" if table.spread else ""
    return lines + ([f"  … and {more} more{between}"] if more > 0 else [])


def _on_screen(table: Table) -> Sequence[Sequence[Cell]]:
    """The first rows, or as many from the first to the last."""
    count, room = len(table.rows), table.on_screen
    if not table.spread or count <= room:
        return table.rows[:room]
    return [table.rows[round(k * (count - 1) / (room - 1))] for k in range(room)]


def _cell(cell: Cell, show: Show, size: float) -> str:
    """A cell as the workbook shows it, with the digits of the largest number in its column."""
    value = plain(cell)
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    text = shown(cell, show, size)
    return text.replace("%", " %") if shows(cell, show) is Show.SHARE else text
