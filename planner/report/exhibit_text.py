"""A study's answer on the screen: its sentences, and the first rows of its tables."""

from __future__ import annotations

from collections.abc import Sequence

from planner.numerals import fixed, significant
from planner.report.exhibit import Exhibit, Table
from planner.report.lines import wrapped
from planner.report.workbook_grid import Cell, Show, largest, plain, shortened, shown, shows

_MOST_LETTERS = 60
"""Letters of a cell; the workbook and the JSON have them all."""

_BIG, _SMALL, _DIGITS = 1000.0, 1e-3, 4


def text_of(exhibit: Exhibit) -> str:
    """The answer in plain text."""
    lines = [exhibit.title]
    for sentence in exhibit.sentences:
        lines += wrapped(sentence)
    for table in exhibit.tables:
        if table.rows and table.on_screen:
            lines += ["", table.name, *_table(table.without_blanks())]
            lines += wrapped(table.note, first="  ", rest="  ")
    for note in exhibit.notes:
        lines += ["", *wrapped(note)]
    return "\n".join(lines)


def _table(table: Table) -> list[str]:
    seen = list(table.headers_on_screen) or list(range(len(table.columns)))
    sizes = [largest([row[j] for row in table.rows]) for j in seen]
    rows = [[table.columns[j].header for j in seen]]
    is_text = [True] * len(seen)
    for row in _on_screen(table):
        cells = zip(seen, sizes, strict=True)
        rows.append([_cell(row[j], table.columns[j].show, size) for j, size in cells])
        words = [isinstance(plain(row[j]), str | None) for j in seen]
        is_text = [one and other for one, other in zip(is_text, words, strict=True)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(seen))]
    lines = ["  " + _aligned(row, widths, is_text) for row in rows]
    more = len(table.rows) - table.on_screen
    between = " between them" if table.spread else ""
    return lines + ([f"  … and {more} more{between}"] if more > 0 else [])


def _on_screen(table: Table) -> Sequence[Sequence[Cell]]:
    """The first rows, or as many from the first to the last."""
    count, room = len(table.rows), table.on_screen
    if not table.spread or count <= room:
        return table.rows[:room]
    return [table.rows[round(k * (count - 1) / (room - 1))] for k in range(room)]


def _aligned(row: Sequence[str], widths: Sequence[int], is_text: Sequence[bool]) -> str:
    cells = (
        cell.ljust(width) if text else cell.rjust(width)
        for cell, width, text in zip(row, widths, is_text, strict=True)
    )
    return "  ".join(cells).rstrip()


def _cell(cell: Cell, show: Show, size: float) -> str:
    """A cell as the workbook shows it, with the digits of the largest number in its column."""
    value = plain(cell)
    if value is None:
        return "–"
    if isinstance(value, str):
        return shortened(value, _MOST_LETTERS)
    text = shown(cell, show, size)
    return text.replace("%", " %") if shows(cell, show) is Show.SHARE else text


def number_text(value: float) -> str:
    """A number for a person that stands in no column: four digits, whole from a thousand on."""
    if value == 0:
        return "0"
    if abs(value) >= _BIG:
        return fixed(value, 0)
    if abs(value) < _SMALL:
        return f"{value:.1e}"
    return significant(value, _DIGITS)
