"""Columns of text beside each other, folded to the width that there is; nothing is cut off."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from planner.report.lines import WIDTH

_NARROWEST = 24
"""Letters to which columns of words are folded at least."""

_GAP, _WIDE_GAP = "  ", "   "


def laid_out(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    is_text: Sequence[bool],
    width: int | None,
) -> list[str]:
    """The lines of a table: headers are folded where lines get too long, on a terminal words too.

    Args:
        headers: of each column.
        rows: cells of each row.
        is_text: whether a column has words, which begin at its left; numbers end at its right.
        width: letters of a line of the terminal; None: it goes to a file or another program, where
            each row is one line.
    """
    columns = [
        _Column(header, [row[k] for row in rows], is_text[k]) for k, header in enumerate(headers)
    ]
    widths = _widths(columns, width)
    heads = [one.lines(one.header, w) for one, w in zip(columns, widths, strict=True)]
    high = max(map(len, heads))
    lines = _beside([[""] * (high - len(head)) + head for head in heads], widths)
    for row in rows:
        cells = [one.lines(cell, w) for one, cell, w in zip(columns, row, widths, strict=True)]
        lines += _beside(cells, widths)
    return lines


def aligned(rows: Sequence[Sequence[str]], is_text: Sequence[bool]) -> list[str]:
    """The lines of rows that are short: no cell is folded.

    Args:
        rows: cells of each row.
        is_text: as of `laid_out`.
    """
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return [
        _WIDE_GAP.join(
            cell.ljust(width) if words else cell.rjust(width)
            for cell, width, words in zip(row, widths, is_text, strict=True)
        ).rstrip()
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class _Column:
    header: str
    cells: Sequence[str]
    is_text: bool

    @property
    def needs(self) -> int:
        """Letters of its cells, and of the longest word of its header."""
        return max(map(len, (*self.cells, *self.header.split())), default=0)

    def lines(self, text: str, width: int) -> list[str]:
        """A cell, or the header, folded to a width."""
        folded = textwrap.wrap(text, max(width, 1), break_on_hyphens=False)
        return folded if self.is_text else [line.rjust(width) for line in folded]


def _beside(cells: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    """The lines of cells of one row."""
    high = max(map(len, cells))
    filled = [[*cell, *[""] * (high - len(cell))] for cell in cells]
    return [
        (_GAP + _GAP.join(p.ljust(w) for p, w in zip(parts, widths, strict=True))).rstrip()
        for parts in zip(*filled, strict=True)
    ]


def _widths(columns: Sequence[_Column], width: int | None) -> list[int]:
    most = WIDTH if width is None else width
    widths = [max(len(one.header), one.needs) for one in columns]

    def over() -> int:
        return max(sum(widths) + len(_GAP) * len(widths) - most, 0)

    def spare(k: int) -> int:
        """Letters by which a header is wider than what stands below it."""
        return widths[k] - columns[k].needs

    while over():
        widest = max(range(len(columns)), key=spare)
        if spare(widest) <= 0:
            break
        widths[widest] -= 1
    while width is not None and over():
        wide = [k for k, one in enumerate(columns) if one.is_text and widths[k] > _NARROWEST]
        if not wide:
            break
        widths[max(wide, key=lambda k: widths[k])] -= 1
    return widths
