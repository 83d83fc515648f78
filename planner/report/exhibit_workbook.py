"""A study's workbook: its answer and native charts on one sheet, and a sheet for each table."""

from __future__ import annotations

import io
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from planner.case.case import Case
from planner.report.exhibit import Exhibit, Heading, Kind, Picture, Table
from planner.report.exhibit_charts import caption, chart_of
from planner.report.workbook_charts import ChartData
from planner.report.workbook_grid import BOLD, WRAPPED, Book, Look, Page, clean, done
from planner.report.workbook_listing import Field, Listing, write_listing
from planner.workbook.files import publish, refuse_target

ANSWER = "Answer"

_WIDTH, _LETTERS = 100.0, 100
_TITLE: Look = {**BOLD, "font_size": 14, "text_wrap": True}
_TITLE_LETTERS, _TITLE_POINTS = 72, 19.0
_CHART_WIDTH, _CHART_HEIGHT = 700, 330
_HIGH_WITHOUT_BARS, _HIGH_PER_BAR = 150, 26
"""Sizes of charts in pixels."""

_LETTERS_BELOW, _LINES_TURNED = 10, 4
"""Letters of names below columns that fit there; what turned ones take, in bars."""

_POINTS_A_ROW, _POINTS_A_PIXEL = 15.0, 0.75
_PRINT_SCALE, _PAGE_HEIGHT = 78, 950.0
"""Percent at which the text is no wider than an upright page, whichever font stands in for Calibri,
and points that a page then shows.

Not fitted to the page: LibreOffice fits no sheet of one column, and Excel then minds no breaks.
"""

_HEAT = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#F4A582"}
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def write_exhibit(path: str | Path, case: Case, exhibit: Exhibit, *, keep: bool = False) -> Path:
    """Write a study as an Excel workbook, whole or not at all.

    Args:
        path: of the workbook to write.
        case: that the study is of.
        exhibit: what it shows.
        keep: leave an older file of that name under its time stamp.

    Returns:
        The path written: one with a time stamp in its name where `path` is open elsewhere.

    Raises:
        WrongUsage: the path is the input workbook or no .xlsx file.
        OSError: nothing can be written there.
    """
    target = Path(path)
    refuse_target(target, case.path)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as workbook:
        workbook.set_properties({"title": clean(exhibit.title), "created": datetime.now(UTC)})
        _write(Book(workbook, case=exhibit.title), exhibit)
    return publish(target, content.getvalue(), keep=keep)


def _write(book: Book, exhibit: Exhibit) -> None:
    answer = book.page(ANSWER)
    answer.sheet.set_portrait()
    answer.sheet.set_print_scale(_PRINT_SCALE)
    for table in exhibit.tables:
        placed = write_listing(book, _listing(table.without_blanks()))
        if table.heat and placed.count:
            last = (placed.count, len(table.columns) - 1)
            done(placed.page.sheet.conditional_format(1, 1, *last, _HEAT))
    _Answer(answer).write(book, exhibit)
    book.finish()


def _listing(table: Table) -> Listing:
    fields = [Field(one.header, one.show, widest=one.widest) for one in table.columns]
    notes = (table.note,) if table.note else ()
    return Listing(table.name, fields, table.rows, notes=notes)


class _Answer:
    """The first sheet while it is written: sentences, charts, notes, one below the other."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.row = 0
        self.used = 0.0  # points of the page that is being filled
        self.breaks: list[int] = []

    def write(self, book: Book, exhibit: Exhibit) -> None:
        """Write all of it."""
        self.page.widths([_WIDTH])
        self._text(exhibit.title, _TITLE, _TITLE_LETTERS, _TITLE_POINTS)
        self._skip()
        for n, sentence in enumerate(exhibit.sentences):
            is_heading = isinstance(sentence, Heading)
            if is_heading and n:
                self._skip()
            self._text(sentence, {**BOLD, **WRAPPED} if is_heading else WRAPPED)
        if exhibit.drawn:
            data = ChartData(book)
            for picture in exhibit.drawn:
                self._chart(chart_of(book, data, picture), picture)
        for note in exhibit.notes:
            self._skip()
            self._text(note, {**WRAPPED, "font_color": "#555555"})
        done(self.page.sheet.set_h_pagebreaks(self.breaks))

    def _text(
        self, text: str, look: Look, letters: int = _LETTERS, points: float = _POINTS_A_ROW
    ) -> None:
        self.page.put(self.row, 0, text, look=look)
        self.used += self.page.height(self.row, [text], [letters], points)
        self.row += 1

    def _skip(self) -> None:
        self.row += 1
        self.used += _POINTS_A_ROW

    def _chart(self, chart: Any, picture: Picture) -> None:
        """Place a chart, on the next page where this one has no room for it."""
        bars = len(picture.labels) * (len(picture.series) if picture.kind is Kind.BARS else 1)
        high = _HIGH_WITHOUT_BARS + _HIGH_PER_BAR * bars if picture.is_flat else _CHART_HEIGHT
        if not picture.is_flat and max(map(len, picture.labels), default=0) > _LETTERS_BELOW:
            high += _HIGH_PER_BAR * _LINES_TURNED
        done(chart.set_size({"width": _CHART_WIDTH, "height": high}))
        rows = math.ceil(high * _POINTS_A_PIXEL / _POINTS_A_ROW)
        self._skip()
        if self.used + rows * _POINTS_A_ROW > _PAGE_HEIGHT and self.row > 1:
            self.breaks.append(self.row)
            self.used = 0.0
        if picture.finding:
            self._text(caption(picture), BOLD)
        done(self.page.sheet.insert_chart(self.row, 0, chart, {"x_offset": 4}))
        self.row += rows
        self.used += rows * _POINTS_A_ROW
