"""A study's picture in a file, drawn by matplotlib: PNG or SVG, by the name of the file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from planner.errors import WrongUsage
from planner.report.exhibit import Kind, Picture
from planner.report.exhibit_text import number_text
from planner.report.workbook_charts import BLUE, COLOURS, GREY, ORANGE
from planner.workbook.files import publish

FORMATS = (".png", ".svg")

_WIDE, _HIGH, _HIGH_PER_BAR = 8.0, 4.5, 0.28
_DPI = 150
_LETTERS = 80
"""Letters of labels that stand side by side; more are turned."""
_LOOK = {
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.grid": True,
    "grid.color": "#E3E3E3",
    "axes.axisbelow": True,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "planner",  # the same picture is the same file
}


def refuse_plot(path: Path) -> None:
    """Check the name of a picture before anything is worked out for it.

    Raises:
        WrongUsage: it is neither a PNG nor an SVG.
    """
    if path.suffix.lower() not in FORMATS:
        raise WrongUsage(f"{path}: a picture is a .png or an .svg file")


def draw(picture: Picture, path: Path) -> Path:
    """Draw a picture; an older file of that name is replaced, whole or not at all.

    Raises:
        WrongUsage: the file is neither a PNG nor an SVG.
        OSError: it cannot be written.
    """
    refuse_plot(path)
    with mpl.rc_context(_LOOK):
        bars = max((len(one.labels) for one in picture.series), default=0)
        is_flat = picture.kind in (Kind.BARS, Kind.SPANS, Kind.WATERFALL)
        high = max(_HIGH, 1.4 + _HIGH_PER_BAR * bars) if is_flat else _HIGH
        figure = Figure(figsize=(_WIDE, high), layout="constrained")
        axes = figure.add_subplot()
        _DRAWN[picture.kind](figure, axes, picture)
        axes.set_title(_plain(picture.title))
        axes.set_xlabel(_plain(picture.x_title))
        axes.set_ylabel(_plain(picture.y_title))
        content = io.BytesIO()
        kind = path.suffix.lower().removeprefix(".")
        metadata = {"Date": None} if kind == "svg" else None
        figure.savefig(content, format=kind, dpi=_DPI, metadata=metadata)
    return publish(path, content.getvalue())


def _plain(text: str) -> str:
    """A text that is not taken for a formula."""
    return text.replace("$", r"\$")


def _numbers(axis: Any) -> None:
    axis.set_major_formatter(FuncFormatter(lambda value, _: number_text(float(value))))


def _lines(figure: Figure, axes: Any, picture: Picture) -> None:
    del figure
    right = axes.twinx() if any(one.axis for one in picture.series) else None
    for one, colour in zip(picture.series, _colours(len(picture.series)), strict=True):
        where = right if one.axis and right is not None else axes
        if picture.kind is Kind.POINTS:
            where.plot(one.x, one.y, "o", color=colour, label=_plain(one.name))
        elif picture.kind is Kind.STEPS:
            where.step(one.x, one.y, where="post", color=colour, label=_plain(one.name))
        else:
            mark, dash = "o" if len(one.x) <= 40 else "", "--" if one.axis else "-"
            where.plot(
                one.x, one.y, dash, marker=mark, ms=3.5, color=colour, label=_plain(one.name)
            )
    if picture.middle is not None:
        axes.axvline(picture.middle, color=GREY, lw=1, ls="--")
    _numbers(axes.xaxis)
    _numbers(axes.yaxis)
    if right is not None:
        right.grid(visible=False)
        right.set_ylabel(_plain(picture.right_title))
        right.set_ylim(bottom=min(0.0, right.get_ylim()[0]))
        _numbers(right.yaxis)
    if len(picture.series) > 1:
        marks = [line for one in (axes, right) if one is not None for line in one.get_lines()]
        named = [line for line in marks if not str(line.get_label()).startswith("_")]
        axes.legend(named, [line.get_label() for line in named], frameon=False)


def _bars(figure: Figure, axes: Any, picture: Picture) -> None:
    del figure
    count = len(picture.series)
    for k, (one, colour) in enumerate(zip(picture.series, _colours(count), strict=True)):
        places = np.arange(len(one.labels)) + (k - (count - 1) / 2) * 0.8 / count
        axes.barh(places, one.y, 0.8 / count, color=colour, label=_plain(one.name))
    _names_of_bars(axes, picture.series[0].labels if count else ())
    _numbers(axes.xaxis)
    axes.axvline(0, color=GREY, lw=0.8)
    if count > 1:
        axes.legend(frameon=False)


def _spans(figure: Figure, axes: Any, picture: Picture) -> None:
    """Bars from a lower to an upper end; two series are what less and more of an input does."""
    del figure
    for one, colour in zip(picture.series, (BLUE, ORANGE), strict=False):
        low, high = np.array(one.x), np.array(one.y)
        axes.barh(np.arange(len(one.labels)), high - low, 0.7, left=low, color=colour,
                  label=_plain(one.name))  # fmt: skip
    _names_of_bars(axes, picture.series[0].labels if picture.series else ())
    axes.use_sticky_edges = False  # the longest bar ends inside
    axes.autoscale_view()
    if picture.middle is not None:
        axes.axvline(picture.middle, color=GREY, lw=1)
    _numbers(axes.xaxis)
    if len(picture.series) > 1:
        axes.legend(frameon=False)


def _waterfall(figure: Figure, axes: Any, picture: Picture) -> None:
    """Bars that begin where the one before ends, coloured by where they lead; the last is all."""
    del figure
    for one in picture.series[:1]:
        begin, end = np.array(one.x), np.array(one.y)
        rises = [ORANGE if rise else BLUE for rise in (end > begin).tolist()]
        colours = [*rises[:-1], GREY]
        places = np.arange(len(one.labels))
        axes.barh(places, end - begin, 0.7, left=begin, color=colours)
        for k in range(len(places) - 1):
            axes.plot([end[k]] * 2, [places[k] - 0.35, places[k] + 1.35], color=GREY, lw=0.8)
        _names_of_bars(axes, one.labels)
    axes.axvline(0, color=GREY, lw=0.8)
    axes.use_sticky_edges = False  # a bar that ends at the frame looks cut off
    axes.autoscale_view(scaley=False)
    _numbers(axes.xaxis)


def _names_of_bars(axes: Any, labels: Sequence[str]) -> None:
    axes.set_yticks(np.arange(len(labels)), [_plain(label) for label in labels])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")


def _stack(figure: Figure, axes: Any, picture: Picture) -> None:
    del figure
    labels = picture.series[0].labels if picture.series else ()
    places, base = np.arange(len(labels)), np.zeros(len(labels))
    for one, colour in zip(picture.series, _colours(len(picture.series)), strict=True):
        axes.bar(places, one.y, 0.7, bottom=base, color=colour, label=_plain(one.name))
        base = base + np.array(one.y)
    is_crowded = max(map(len, labels), default=0) > 12 or sum(map(len, labels)) > _LETTERS
    turned = {"rotation": 45, "ha": "right"} if is_crowded else {}
    axes.set_xticks(places, [_plain(label) for label in labels], **turned)
    axes.grid(visible=False, axis="x")
    _numbers(axes.yaxis)
    if len(picture.series) > 1:
        axes.legend(frameon=False)


def _heat(figure: Figure, axes: Any, picture: Picture) -> None:
    grid = np.array([one.y for one in picture.series], dtype=float)
    image = axes.imshow(grid, aspect="auto", cmap="cividis_r")
    axes.grid(visible=False)
    labels = picture.series[0].labels if picture.series else ()
    turned = {"rotation": 45, "ha": "right"} if max(map(len, labels), default=0) > 6 else {}
    axes.set_xticks(np.arange(len(labels)), [_plain(label) for label in labels], **turned)
    axes.set_yticks(np.arange(len(grid)), [_plain(one.name) for one in picture.series])
    if grid.size <= 150:
        middle = (np.nanmin(grid) + np.nanmax(grid)) / 2 if np.isfinite(grid).any() else 0.0
        for i, j in np.ndindex(grid.shape):
            if np.isfinite(grid[i, j]):
                colour = "white" if grid[i, j] > middle else "black"
                axes.text(j, i, number_text(float(grid[i, j])), ha="center", va="center",
                          color=colour, fontsize=7)  # fmt: skip
    bar = figure.colorbar(image, ax=axes)
    bar.set_label(_plain(picture.right_title))
    _numbers(bar.ax.yaxis)


def _colours(count: int) -> list[str]:
    return [COLOURS[k % len(COLOURS)] for k in range(count)]


_DRAWN = {
    Kind.LINES: _lines,
    Kind.STEPS: _lines,
    Kind.POINTS: _lines,
    Kind.BARS: _bars,
    Kind.SPANS: _spans,
    Kind.WATERFALL: _waterfall,
    Kind.STACK: _stack,
    Kind.HEAT: _heat,
}
