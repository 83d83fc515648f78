"""The sheet README of a new workbook: what to do, what colours mean, what each sheet is for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from planner.case import declarations as d
from planner.wording import capital
from planner.workbook.draft import Draft, DraftSheet
from planner.workbook.template_look import (
    GRID,
    INPUT,
    LINE_HEIGHT,
    PAPER_A4,
    QUIET,
    REQUIRED,
    WRONG,
    WRONG_TEXT,
    Formats,
    done,
    lines_of,
)

README = "README"

_STEPS = (
    "Fill in the sheets, from left to right: overwrite the yellow cells, and type further rows "
    "right below the last one. Four sheets are enough: Periods, Materials, Demand, Sources.",
    "Rest the mouse on a header: its note says what the column means, its unit and an example. "
    "Units stand in the headers, in square brackets, and can be changed there. Blank means not "
    "given, never zero.",
    "Where a cell turns red something is wrong. Save, then ask for every mistake with its cell:  "
    "planner check CASE.xlsx",
    "Find the cheapest plan:  planner solve CASE.xlsx     The results are a workbook of their own; "
    "this one is never written to.",
    "Ask what if: a row in Scenarios with its rows in Changes, then  planner solve CASE.xlsx "
    "--all-scenarios",
)

_HELP = (
    "More sheets (stock, contracts, products, plants, restarts …):  planner new OTHER.xlsx "
    "--with stock,products  or  --with all.   Every column: docs/reference.md; how to model what: "
    "docs/guide.md, beside the planner.   Workbook contract {contract}."
)

_WIDTHS = (5.0, 22.0, 100.0)
_FITTING = 1.15
"""Letters of running text that fit into the width of one."""

_WIDE = _FITTING * (_WIDTHS[1] + _WIDTHS[2])
_TITLE_HEIGHT = 26.0


def write_readme(book: Any, draft: Draft, file: str, formats: Formats) -> None:
    """Write the first sheet of a new workbook, which will be called `file`."""
    page = _Page(book.add_worksheet(README), formats)
    page.title(draft.title)
    if draft.story:
        page.heading("The case")
        page.numbered(draft.story)
    page.heading("What to do")
    typed = f'"{file}"' if " " in file else file
    page.numbered([step.replace("CASE.xlsx", typed) for step in _STEPS])
    page.heading("What the colours mean")
    page.colours()
    page.heading("The sheets")
    for sheet in draft.sheets:
        page.link(sheet)
    page.heading("Help")
    page.wide(_HELP.format(contract=d.CONTRACT))
    page.set_up(draft.title)


@dataclass
class _Page:
    """The sheet in the making; `row` is the next free one, counted from 0."""

    sheet: Any
    formats: Formats
    row: int = 0

    def title(self, text: str) -> None:
        self.sheet.hide_gridlines(2)
        for place, width in enumerate(_WIDTHS):
            done(self.sheet.set_column(place, place, width))
        done(self.sheet.set_row(0, _TITLE_HEIGHT))
        look = self.formats.of(bold=True, font_size=16, font_color=REQUIRED)
        done(self.sheet.write_string(0, 0, text, look))
        self.row = 1

    def heading(self, text: str) -> None:
        self.row += 1
        look = self.formats.of(bold=True, font_color=REQUIRED, bottom=1, bottom_color=GRID)
        done(self.sheet.write_string(self.row, 0, text, look))
        for place in (1, 2):
            done(self.sheet.write_blank(self.row, place, None, look))
        self.row += 1

    def numbered(self, lines: Sequence[str]) -> None:
        for number, line in enumerate(lines, start=1):
            look = self.formats.of(align="right", indent=1, font_color=QUIET)
            done(self.sheet.write_number(self.row, 0, number, look))
            self.wide(line)

    def wide(self, text: str) -> None:
        """A text over both wide columns, wrapped; not every program finds the height itself."""
        look = self.formats.of(text_wrap=True)
        done(self.sheet.merge_range(self.row, 1, self.row, 2, text, look))
        done(self.sheet.set_row(self.row, LINE_HEIGHT * lines_of(text, _WIDE)))
        self.row += 1

    def colours(self) -> None:
        samples: tuple[tuple[str, Callable[[], Any], str], ...] = (
            ("Header", lambda: self.formats.header(required=True), "must be filled in every row"),
            ("Header", self.formats.header, "may stay blank; columns with [+] above are folded, "
                                            "because they are needed less often"),
            ("Note", lambda: self.formats.header(remark=True), "for your own remarks"),
            ("1,200", lambda: self.formats.of(bg_color=INPUT, border=1, border_color=GRID),
             "a cell to fill"),
            ("12,OO", lambda: self.formats.of(bg_color=WRONG, font_color=WRONG_TEXT, border=1,
                                               border_color=GRID),
             "a mistake: text for a number, a number out of bounds, a name that is not on its "
             "sheet, a repeated name, a blank that must be filled"),
        )  # fmt: skip
        for text, look, meaning in samples:
            done(self.sheet.write_string(self.row, 1, text, look()))
            self._beside(meaning)

    def link(self, sheet: DraftSheet) -> None:
        look = self.formats.of(font_color="#0563C1", underline=1)
        done(self.sheet.write_url(self.row, 1, f"internal:'{sheet.name}'!A1", look, sheet.name))
        first = sheet.sheet.meaning
        self._beside(capital(first))

    def _beside(self, text: str) -> None:
        done(
            self.sheet.write_string(
                self.row, 2, text, self.formats.of(text_wrap=True, align="left", indent=1)
            )
        )
        done(self.sheet.set_row(self.row, LINE_HEIGHT * lines_of(text, _FITTING * _WIDTHS[2])))
        self.row += 1

    def set_up(self, title: str) -> None:
        self.sheet.set_tab_color(REQUIRED)
        self.sheet.set_paper(PAPER_A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer(footer(title))


def footer(title: str) -> str:
    """A page's footer; an ampersand of the title is none of Excel's codes."""
    return f"&L{title[:100].replace('&', '&&')}&RPage &P of &N"
