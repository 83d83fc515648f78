"""Native charts of a study's workbook: what a picture shows, as Excel draws it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from planner.report.exhibit import Kind, Picture, Scale, Series, level_scales
from planner.report.workbook_charts import (
    BLUE,
    COLOURS,
    DATA,
    GREY,
    ORANGE,
    ChartData,
    as_text,
    axis_format,
    dress,
    font,
)
from planner.report.workbook_grid import Book, Cell, Show, number_format
from planner.wording import shortened

_MOST_MARKS = 40
"""Points of a line that are marked."""

_MOST_BARS_NUMBERED = 60
"""Bars that have room for their numbers."""

_MOST_BESIDE = 6
"""Rows of a grid that become columns side by side; more become lines."""

_LABEL_LETTERS = 60
_DASHES = ("solid", "dash", "dash_dot", "round_dot")
"""Lines that differ in print without colours."""


def chart_of(book: Book, data: ChartData, picture: Picture) -> Any:
    """A chart of a picture, its data written; it is not placed yet."""
    if picture.kind in (Kind.LINES, Kind.STEPS, Kind.POINTS):
        return _scatter(book, data, picture)
    if picture.kind is Kind.SPANS:
        return _spans(book, data, picture)
    if picture.kind is Kind.WATERFALL:
        return _waterfall(book, data, picture)
    return _columns(book, data, picture)


def caption(picture: Picture) -> str:
    """What a chart shows; of a grid also what its rows are."""
    if picture.kind is Kind.HEAT and picture.y_title:
        return f"{picture.title}. Colours: {picture.y_title}"
    return picture.title


def _title(picture: Picture) -> str:
    return picture.finding or caption(picture)


def _scatter(book: Book, data: ChartData, picture: Picture) -> Any:
    """Numbers against numbers; series with the same x share a table."""
    chart = book.book.add_chart(
        {"type": "scatter", **({} if picture.kind is Kind.POINTS else {"subtype": "straight"})}
    )
    points = [_points(picture, one) for one in picture.series]
    k = 0
    while k < len(points):
        x = points[k][0]
        n = k + 1
        while n < len(points) and points[n][0] == x:
            n += 1
        columns = [x, *(y for _, y in points[k:n])]
        names = [one.name or picture.y_title for one in picture.series[k:n]]
        rows: list[Sequence[Cell]] = list(zip(*columns, strict=True))
        head = data.add(picture.title, [picture.x_title, *names], rows)
        for j in range(1, n - k + 1):
            place = (head, len(rows), j)
            chart.add_series(_line(picture, k + j - 1, place, len(x)))
        k = n
    if picture.middle is not None:
        chart.add_series(_mark(data, picture))
    dress(chart, _title(picture), "")
    _scales(chart, picture)
    _legend(chart, picture)
    return chart


def _points(picture: Picture, one: Series) -> tuple[list[float], list[float]]:
    """The points of a series; steps get the corners that a line needs."""
    x, y = list(one.x), list(one.y)
    return _cornered(x, y) if picture.kind is Kind.STEPS else (x, y)


def _line(picture: Picture, k: int, place: tuple[int, int, int], count: int) -> dict[str, Any]:
    """A series of a scatter chart whose table has its header, its rows and its column there."""
    head, rows, column = place
    colour = COLOURS[k % len(COLOURS)]
    mark = {"type": "circle", "size": 4, "fill": {"color": colour}, "border": {"color": colour}}
    with_lines = picture.kind is not Kind.POINTS
    is_marked = not with_lines or (picture.kind is Kind.LINES and count <= _MOST_MARKS)
    dash = _DASHES[k % len(_DASHES)]
    line = {"color": colour, "width": 2, "dash_type": dash} if with_lines else {"none": True}
    return {
        "name": [DATA, head, column],
        "categories": [DATA, head + 1, 0, head + rows, 0],
        "values": [DATA, head + 1, column, head + rows, column],
        "line": line,
        "marker": mark if is_marked else {"type": "none"},
        "y2_axis": bool(picture.series[k].axis),
    }


def _mark(data: ChartData, picture: Picture) -> dict[str, Any]:
    """A line up at the number that the picture marks."""
    numbers = [y for one in picture.series if not one.axis for y in one.y]
    name = picture.middle_name or "marked"
    ends = (min(numbers), max(numbers))
    head = data.add(name, [picture.x_title, name], [[picture.middle, end] for end in ends])
    return {
        "name": [DATA, head, 1],
        "categories": [DATA, head + 1, 0, head + 2, 0],
        "values": [DATA, head + 1, 1, head + 2, 1],
        "line": {"color": GREY, "width": 1.25, "dash_type": "dash"},
        "marker": {"type": "none"},
    }


def _scales(chart: Any, picture: Picture) -> None:
    """The axes of a scatter chart; of two scales the zeros are at the same height."""
    axis = {"num_font": font(), "name_font": font(), "label_position": "low"}
    left = [y for one in picture.series if not one.axis for y in one.y]
    right = [y for one in picture.series if one.axis for y in one.y]
    across = [x for one in picture.series for x in one.x]
    lines = {"visible": True, "line": {"color": "#D9D9D9"}}
    x_look = {"name": as_text(picture.x_title), "num_format": axis_format(across)}
    chart.set_x_axis({**axis, **x_look, **_span_of(across)})
    level = [_marks(scale) for scale in level_scales(picture)] if right else [{}, {}]
    y_look = {"name": as_text(picture.y_title), "num_format": axis_format(left)}
    chart.set_y_axis({**axis, **y_look, **level[0], "major_gridlines": lines})
    if right:
        right_look = {"name": as_text(picture.right_title), "num_format": axis_format(right)}
        chart.set_y2_axis({**axis, **right_look, **level[1], "label_position": "high"})


def _marks(scale: Scale) -> dict[str, Any]:
    """The marks of an axis; Excel counts them from its low end."""
    return {
        "min": -scale.step * math.ceil(-scale.low / scale.step),
        "max": scale.high,
        "major_unit": scale.step,
        "num_format": axis_format([0.0, scale.high]),
    }


def _span_of(across: Sequence[float]) -> dict[str, float]:
    """Where the x axis begins, if not where the viewer would have it begin."""
    return {"min": 0.0} if across and min(across) == 0.0 else {}


def _cornered(x: list[float], y: list[float]) -> tuple[list[float], list[float]]:
    """The points of a line that is level up to the next x."""
    corners_x, corners_y = x[:1], y[:1]
    for before, here, there in zip(y, x[1:], y[1:], strict=False):
        corners_x += [here, here]
        corners_y += [before, there]
    return corners_x, corners_y


def _columns(book: Book, data: ChartData, picture: Picture) -> Any:
    """Bars or stacked columns; a grid becomes columns side by side, a large one lines."""
    seen = [k for k, one in enumerate(picture.series) if one.is_seen or picture.kind is Kind.HEAT]
    seen = seen or list(range(len(picture.series)))
    names = [picture.series[k].name or picture.x_title for k in seen]
    labels = _named(picture) if picture.kind is Kind.RANGES else picture.labels
    amounts = [picture.series[k].y for k in seen]
    rows: list[Sequence[Cell]] = [
        [label, *(one[i] if math.isfinite(one[i]) else None for one in amounts)]
        for i, label in enumerate(labels)
    ]
    corner = picture.x_title if picture.kind is Kind.HEAT else ""
    head = data.add(caption(picture), [corner, *names], rows)
    lines = picture.kind is Kind.HEAT and len(names) > _MOST_BESIDE
    kind = {"type": "bar" if picture.is_flat else "line" if lines else "column"}
    if picture.kind in (Kind.STACK, Kind.RANGES):
        kind["subtype"] = "stacked"
    chart = book.book.add_chart(kind)
    numbers = _numbers(picture, len(rows) * len(names))
    for j, k in enumerate(seen, start=1):
        chart.add_series(
            {
                "name": [DATA, head, j],
                "categories": [DATA, head + 1, 0, head + len(rows), 0],
                "values": [DATA, head + 1, j, head + len(rows), j],
                **_filled(k, lines=lines),
                **numbers,
            }
        )
    dress(chart, _title(picture), "", bars=picture.is_flat)
    if picture.is_flat:
        _amounts_across(chart, picture, amounts)
    else:
        _amounts_up(chart, picture, amounts)
    _legend(chart, picture)
    return chart


def _named(picture: Picture) -> list[str]:
    """The names of the bars, with what stands beside them in a picture."""
    names = [shortened(label, _LABEL_LETTERS) for label in picture.labels]
    if not picture.remarks:
        return names
    return [f"{name}: {text}" for name, text in zip(names, picture.remarks, strict=True)]


def _filled(k: int, *, lines: bool) -> dict[str, Any]:
    """How a series of columns, or of a line, is drawn."""
    colour = COLOURS[k % len(COLOURS)]
    if lines:
        dash = _DASHES[k % len(_DASHES)]
        return {"line": {"color": colour, "width": 1.5, "dash_type": dash}}
    return {"fill": {"color": colour}, "border": {"color": "white", "width": 0.5}, "gap": 40}


def _numbers(picture: Picture, bars: int) -> dict[str, Any]:
    """The numbers beside bars, as the tables show them; of a bar without length none."""
    if picture.kind not in (Kind.BARS, Kind.SPANS) or bars > _MOST_BARS_NUMBERED:
        return {}
    middle = picture.middle or 0.0
    ends = [abs(y - middle) for one in picture.series for y in (*one.x, *one.y)]
    form = number_format(Show.SCALED, max(ends, default=0.0))
    return {"data_labels": {"value": True, "num_format": f"{form};-{form};", "font": font()}}


def _amounts_across(chart: Any, picture: Picture, amounts: Sequence[Sequence[float]]) -> None:
    """The scale of bars that lie: from 0, as a bar's length is what it says."""
    numbers = [y for one in amounts for y in one if math.isfinite(y)]
    ends = {"min": 0.0} if min(numbers, default=0.0) >= 0 else {}
    ends |= {"max": 0.0} if max(numbers, default=1.0) <= 0 else {}
    chart.set_x_axis(
        {
            "name": as_text(picture.x_title), "name_font": font(), "num_font": font(),
            "num_format": axis_format([0.0, *numbers]), "label_position": "high",
            "line": {"none": True}, **ends,
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        }
    )  # fmt: skip


def _amounts_up(chart: Any, picture: Picture, amounts: Sequence[Sequence[float]]) -> None:
    """The axes of columns that stand, and of the lines of a grid."""
    is_grid = picture.kind is Kind.HEAT
    numbers = [y for one in amounts for y in one if math.isfinite(y)]
    chart.set_x_axis(
        {"name": as_text(picture.x_title), "name_font": font(), "num_font": font(),
         "line": {"color": GREY}, "label_position": "low"}
    )  # fmt: skip
    chart.set_y_axis(
        {
            "name": as_text(picture.right_title if is_grid else picture.y_title),
            "name_font": font(), "num_font": font(), "line": {"none": True},
            "num_format": axis_format([0.0, *numbers]),
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        }
    )  # fmt: skip


def _spans(book: Book, data: ChartData, picture: Picture) -> Any:
    """Bars away from the middle, over each other: each series as differences from it."""
    middle = picture.middle or 0.0
    seen = [one for one in picture.series if one.is_seen] or picture.series[:1]
    ends = [
        [high - middle if abs(high - middle) >= abs(low - middle) else low - middle
         for low, high in zip(one.x, one.y, strict=True)]
        for one in seen
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = [
        [label, *(end[i] for end in ends)] for i, label in enumerate(_named(picture))
    ]
    head = data.add(f"{picture.title}: difference", ["", *(one.name for one in seen)], rows)
    chart = book.book.add_chart({"type": "bar"})
    numbers = {} if picture.remarks else _numbers(picture, len(rows) * len(seen))
    for j, one in enumerate(seen, start=1):
        chart.add_series(
            {
                "name": [DATA, head, j],
                "categories": [DATA, head + 1, 0, head + len(rows), 0],
                "values": [DATA, head + 1, j, head + len(rows), j],
                "fill": {"color": BLUE if one is picture.series[0] else ORANGE},
                "border": {"color": GREY, "width": 0.25},
                "gap": 40,
                "overlap": 100,
                **numbers,
            }
        )
    dress(chart, _title(picture), "", bars=True)
    _amounts_across(chart, picture, ends)
    _legend(chart, picture)
    return chart


_PARTS = ("up to here", "more", "less", "all")
"""What the bars of a waterfall are stacked of, on each side of 0; the first is not seen."""


def _waterfall(book: Book, data: ChartData, picture: Picture) -> Any:
    """Stacked bars, of which what leads up to a bar is not seen; a bar across 0 has two parts."""
    one = picture.series[0]
    last = len(one.labels) - 1
    rows: list[Sequence[Cell]] = []
    for k, (label, begin, end) in enumerate(zip(_named(picture), one.x, one.y, strict=True)):
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
    dress(chart, _title(picture), "", bars=True)
    _amounts_across(chart, picture, [one.x, one.y])
    chart.set_legend({"none": True})
    return chart


def _legend(chart: Any, picture: Picture) -> None:
    shown = picture.has_legend or (picture.kind is Kind.HEAT and len(picture.series) > 1)
    chart.set_legend({"position": "bottom", "font": font()} if shown else {"none": True})
