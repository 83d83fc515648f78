"""How new workbooks look: colours, formats, and what XlsxWriter is watched for."""

from __future__ import annotations

import textwrap
from typing import Any

INPUT = "#FFF9E5"
"""Of cells to fill."""

REQUIRED, OPTIONAL, REMARK = "#1F4E78", "#DDEBF7", "#EDEDED"
"""Of headers: of columns that must be filled, that may be, and of remarks."""

WRONG, WRONG_TEXT = "#FFC7CE", "#9C0006"
"""Of mistakes."""

GRID, QUIET = "#D9D9D9", "#555555"
"""Of lines between cells, and of text that is less important."""

LINE_HEIGHT = 15.0
PAPER_A4 = 9


class Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def of(self, **look: object) -> Any:
        """The format with these XlsxWriter properties."""
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "top", **look})
        return self._made[key]

    def header(self, *, required: bool = False, remark: bool = False) -> Any:
        """The format of a column's header."""
        look: dict[str, object]
        if remark:
            look = {"bg_color": REMARK, "font_color": QUIET, "italic": True}
        elif required:
            look = {"bg_color": REQUIRED, "font_color": "white", "bold": True}
        else:
            look = {"bg_color": OPTIONAL, "font_color": REQUIRED}
        look |= {"text_wrap": True, "align": "left", "indent": 1}
        return self.of(border=1, border_color=GRID, **look)

    def cell(self, number_format: str | None, *, is_text: bool = False) -> Any:
        """The format of a cell to fill; text keeps a distance from the number before it."""
        look: dict[str, object] = {} if number_format is None else {"num_format": number_format}
        if is_text:
            look |= {"align": "left", "indent": 1}
        return self.of(bg_color=INPUT, border=1, border_color=GRID, **look)

    def remark(self) -> Any:
        """The format of a cell for remarks."""
        look = {"text_wrap": True, "align": "left", "indent": 1}
        return self.of(font_color=QUIET, border=1, border_color=GRID, **look)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes when it is wrapped in so many letters."""
    return max(1, len(textwrap.wrap(text, max(1, int(width)))))


def done(code: int | None) -> None:
    """Raise where XlsxWriter says that it dropped or cut what it was given."""
    if code not in (0, None):
        raise ValueError(f"XlsxWriter could not write: code {code}")
