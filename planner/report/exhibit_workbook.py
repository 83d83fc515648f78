"""A study's workbook: its answer and native charts on one sheet, and a sheet for each table."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from planner.case.case import Case
from planner.report.exhibit import Exhibit, Heading, Kind, Picture, Table
from planner.report.workbook_charts import BLUE, COLOURS, DATA, GREY, ORANGE, ChartData, dress, font
from planner.report.workbook_grid import (
    BOLD,
    WRAPPED,
    Book,
    Cell,
    Page,
    clean,
    done,
)
from planner.report.workbook_listing import Field, Listing, write_listing
from planner.workbook.files import publish, refuse_target

ANSWER = "Answer"

_WIDTH, _LETTERS = 120.0, 118
_CHART = {"width": 860, "height": 380}
_HIGH_PER_BAR, _ROW_HEIGHT = 20, 20
_MOST_BESIDE = 6
"""Rows of a grid that become columns side by side; more become lines."""
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
    for table in exhibit.tables:
        placed = write_listing(book, _listing(table))
        if table.heat and placed.count:
            last = (placed.count, len(table.columns) - 1)
            done(placed.page.sheet.conditional_format(1, 1, *last, _HEAT))
    row = _write_sentences(answer, exhibit)
    data = ChartData(book) if exhibit.pictures else None
    breaks = []
    for picture in exhibit.pictures:
        if data is not None and picture.series and len(picture.series[0].y):
            breaks.append(row)
            row = _insert(answer, row, _chart(book, data, picture), picture)
    if data is not None:
        data.page.widths([30, *[14] * 12])
        done(answer.sheet.set_h_pagebreaks(breaks[1:]))
    book.finish()


def _listing(table: Table) -> Listing:
    fields = [Field(one.header, one.show, widest=one.widest) for one in table.columns]
    notes = (table.note,) if table.note else ()
    return Listing(table.name, fields, table.rows, notes=notes)


def _write_sentences(page: Page, exhibit: Exhibit) -> int:
    """The answer; returns the row below it."""
    page.widths([_WIDTH])
    page.put(0, 0, exhibit.title, look={**BOLD, "font_size": 14, "text_wrap": True})
    row = 2
    for sentence in exhibit.sentences:
        row += isinstance(sentence, Heading) and row > 2
        look = {**BOLD, **WRAPPED} if isinstance(sentence, Heading) else WRAPPED
        page.put(row, 0, sentence, look=look)
        page.height(row, [sentence], [_LETTERS])
        row += 1
    for note in exhibit.notes:
        row += 1
        page.put(row, 0, note, look={**WRAPPED, "font_color": "#555555"})
        page.height(row, [note], [_LETTERS])
    return row + 2


def _insert(page: Page, row: int, chart: Any, picture: Picture) -> int:
    is_flat = picture.kind in (Kind.BARS, Kind.SPANS, Kind.WATERFALL)
    bars = len(picture.series[0].labels) if is_flat else 0
    high = max(_CHART["height"], 120 + _HIGH_PER_BAR * bars)
    done(chart.set_size({**_CHART, "height": high}))
    done(page.sheet.insert_chart(row, 0, chart, {"x_offset": 4}))
    return row + high // _ROW_HEIGHT + 2


# -- charts ---------------------------------------------------------------------------------


def _chart(book: Book, data: ChartData, picture: Picture) -> Any:
    if picture.kind in (Kind.LINES, Kind.STEPS, Kind.POINTS):
        return _scatter(book, data, picture)
    if picture.kind is Kind.SPANS:
        return _spans(book, data, picture)
    if picture.kind is Kind.WATERFALL:
        return _waterfall(book, data, picture)
    return _columns(book, data, picture)


def _scatter(book: Book, data: ChartData, picture: Picture) -> Any:
    """Numbers against numbers; steps get the corners that a line needs."""
    with_lines = picture.kind is not Kind.POINTS
    chart = book.book.add_chart(
        {"type": "scatter", **({"subtype": "straight"} if with_lines else {})}
    )
    for k, one in enumerate(picture.series):
        x, y = list(one.x), list(one.y)
        if picture.kind is Kind.STEPS:
            x, y = _cornered(x, y)
        rows: list[Sequence[Cell]] = list(zip(x, y, strict=True))
        head = data.add(one.name or picture.title, [picture.x_title, one.name or "y"], rows)
        colour = COLOURS[k % len(COLOURS)]
        mark = {"type": "circle", "size": 4, "fill": {"color": colour}, "border": {"color": colour}}
        shown = not with_lines or (picture.kind is Kind.LINES and len(x) <= 40)
        chart.add_series(
            {
                "name": [DATA, head - 1, 0],
                "categories": [DATA, head + 1, 0, head + len(rows), 0],
                "values": [DATA, head + 1, 1, head + len(rows), 1],
                "line": {"color": colour, "width": 2} if with_lines else {"none": True},
                "marker": mark if shown else {"type": "none"},
                "y2_axis": bool(one.axis),
            }
        )
    dress(chart, picture.title, "")
    axis = {"num_font": font(), "name_font": font(), "num_format": "#,##0.###"}
    chart.set_x_axis({**axis, "name": clean(picture.x_title), "label_position": "low"})
    lines = {"visible": True, "line": {"color": "#D9D9D9"}}
    y_axis = {**axis, "name": clean(picture.y_title), "label_position": "low"}
    chart.set_y_axis({**y_axis, "major_gridlines": lines})
    if any(one.axis for one in picture.series):
        chart.set_y2_axis({**axis, "name": clean(picture.right_title), "min": 0})
    _legend(chart, picture)
    return chart


def _cornered(x: list[float], y: list[float]) -> tuple[list[float], list[float]]:
    """The points of a line that is level up to the next x."""
    corners_x, corners_y = x[:1], y[:1]
    for before, here, there in zip(y, x[1:], y[1:], strict=False):
        corners_x += [here, here]
        corners_y += [before, there]
    return corners_x, corners_y


def _columns(book: Book, data: ChartData, picture: Picture) -> Any:
    """Bars or stacked columns; a grid becomes columns side by side, a large one lines."""
    labels = picture.series[0].labels
    names = [one.name or picture.title for one in picture.series]
    rows: list[Sequence[Cell]] = [
        [label, *(one.y[i] if math.isfinite(one.y[i]) else None for one in picture.series)]
        for i, label in enumerate(labels)
    ]
    head = data.add(picture.title, ["", *names], rows)
    flat = picture.kind is Kind.BARS
    lines = picture.kind is Kind.HEAT and len(names) > _MOST_BESIDE
    kind = {"type": "bar" if flat else "line" if lines else "column"}
    if picture.kind is Kind.STACK:
        kind["subtype"] = "stacked"
    chart = book.book.add_chart(kind)
    for k in range(len(names)):
        chart.add_series(
            {
                "name": [DATA, head, k + 1],
                "categories": [DATA, head + 1, 0, head + len(rows), 0],
                "values": [DATA, head + 1, k + 1, head + len(rows), k + 1],
                **_filled(COLOURS[k % len(COLOURS)], lines=lines),
            }
        )
    amounts = picture.right_title if picture.kind is Kind.HEAT else picture.y_title
    dress(chart, picture.title, picture.x_title if flat else amounts, bars=flat)
    _legend(chart, picture)
    return chart


def _filled(colour: str, *, lines: bool) -> dict[str, Any]:
    """How a series of columns, or of a line, is drawn."""
    if lines:
        return {"line": {"color": colour, "width": 1.5}}
    return {"fill": {"color": colour}, "border": {"none": True}, "gap": 40}


def _spans(book: Book, data: ChartData, picture: Picture) -> Any:
    """Bars away from the middle, over each other: each series as differences from it."""
    middle = picture.middle or 0.0
    labels = picture.series[0].labels
    names = [one.name for one in picture.series]
    ends = [
        [high - middle if abs(high - middle) >= abs(low - middle) else low - middle
         for low, high in zip(one.x, one.y, strict=True)]
        for one in picture.series
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = [
        [label, *(end[i] for end in ends)] for i, label in enumerate(labels)
    ]
    head = data.add(f"{picture.title}: difference", ["", *names], rows)
    chart = book.book.add_chart({"type": "bar"})
    for k, colour in zip(range(len(names)), (BLUE, ORANGE), strict=False):
        chart.add_series(
            {
                "name": [DATA, head, k + 1],
                "categories": [DATA, head + 1, 0, head + len(rows), 0],
                "values": [DATA, head + 1, k + 1, head + len(rows), k + 1],
                "fill": {"color": colour},
                "border": {"color": GREY, "width": 0.25},
                "gap": 40,
                "overlap": 100,
            }
        )
    dress(chart, picture.title, picture.x_title, bars=True)
    _legend(chart, picture)
    return chart


_PARTS = ("up to here", "more", "less", "all")
"""What the bars of a waterfall are stacked of, on each side of 0; the first is not seen."""


def _waterfall(book: Book, data: ChartData, picture: Picture) -> Any:
    """Stacked bars, of which what leads up to a bar is not seen; a bar across 0 has two parts."""
    one = picture.series[0]
    last = len(one.labels) - 1
    rows: list[Sequence[Cell]] = []
    for k, (label, begin, end) in enumerate(zip(one.labels, one.x, one.y, strict=True)):
        kind = 3 if k == last else 1 if end > begin else 2
        cells = [0.0] * (2 * len(_PARTS))
        for side, sign in enumerate((1.0, -1.0)):
            low, high = sorted((max(sign * begin, 0.0), max(sign * end, 0.0)))
            cells[side * len(_PARTS)] = sign * low
            cells[side * len(_PARTS) + kind] = sign * (high - low)
        rows.append([label, *cells])
    head = data.add(picture.title, ["", *_PARTS, *_PARTS], rows)
    chart = book.book.add_chart({"type": "bar", "subtype": "stacked"})
    fills = [{"none": True}, *({"color": colour} for colour in (ORANGE, BLUE, GREY))]
    for k, fill in enumerate([*fills, *fills]):
        chart.add_series(
            {
                "name": [DATA, head, k + 1],
                "categories": [DATA, head + 1, 0, head + len(rows), 0],
                "values": [DATA, head + 1, k + 1, head + len(rows), k + 1],
                "fill": fill,
                "border": {"none": True},
                "gap": 40,
            }
        )
    dress(chart, picture.title, "", bars=True)
    chart.set_x_axis(
        {
            "name": clean(picture.x_title), "name_font": font(), "num_font": font(),
            "num_format": "#,##0.###", "label_position": "high", "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        }
    )  # fmt: skip
    chart.set_legend({"none": True})
    return chart


def _legend(chart: Any, picture: Picture) -> None:
    several = len(picture.series) > 1
    chart.set_legend({"position": "bottom", "font": font()} if several else {"none": True})
