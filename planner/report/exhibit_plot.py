"""A study's picture in a file, drawn by matplotlib: PNG or SVG, by the name of the file."""

from __future__ import annotations

import io
import math
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import FuncFormatter, MultipleLocator

from planner.errors import WrongUsage
from planner.numerals import rounded
from planner.report.exhibit import Kind, Picture, level_scales
from planner.report.lines import wrapped
from planner.report.workbook_charts import BLUE, COLOURS, GREY, ORANGE
from planner.report.workbook_grid import Show, clean, shown
from planner.wording import shortened
from planner.workbook.files import publish

FORMATS = (".png", ".svg")

_WIDE = 8.0
_HIGH, _HIGH_WITHOUT_BARS, _HIGH_PER_BAR, _HIGH_OF_LEGEND = 4.4, 0.8, 0.32, 0.35
_HIGH_PER_LABEL = 0.32
_MOST_HIGH = 30.0
"""Sizes in inches."""

_DPI = 150
_TITLE_SIZE, _SMALL_SIZE = 12, 8
_TITLE_LINE, _LINE = 0.23, 0.19
"""Heights of a line of the title, and of other text, in inches."""

_TITLE_LETTERS, _LINE_LETTERS = 78, 112
_LABEL_LETTERS, _LABEL_LINES = 42, 2
_LEGEND_LETTERS, _LEGEND_LINE = 40, 100
_LETTERS = 80
"""Letters of labels that stand side by side; more are turned."""

_TURNED_LETTERS = 26
_MOST_CELLS, _MOST_ACROSS = 200, 64
"""Cells of a grid that have room for their numbers, and letters of these side by side."""

_MOST_MARKS = 40
"""Points of a line that are marked."""

_DASHES = ("-", "--", "-.", ":")
"""Lines that differ in print without colours."""

_FONTS = (
    "DejaVu Sans", "Noto Sans CJK JP", "Noto Sans CJK SC", "Microsoft YaHei", "Yu Gothic",
    "Meiryo", "MS Gothic", "SimHei", "PingFang SC", "Hiragino Sans", "Malgun Gothic",
    "WenQuanYi Zen Hei", "Arial Unicode MS",
)  # fmt: skip
"""The first of them writes most letters; those that are there write the others."""

_LOOK = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.titlelocation": "left",
    "grid.color": "#E3E3E3",
    "axes.axisbelow": True,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "planner",  # the same picture is the same file
}
_NOTE_COLOUR = "#555555"

_ONE_AT_A_TIME = threading.Lock()
"""How matplotlib draws, and what is warned of, is one and the same for all threads."""


def refuse_plot(path: Path) -> None:
    """Check the name of a picture before anything is worked out for it.

    Raises:
        WrongUsage: it is neither a PNG nor an SVG.
    """
    if path.suffix.lower() not in FORMATS:
        raise WrongUsage(f"{path}: a picture is a .png or an .svg file")


def draw(picture: Picture, path: Path, about: str = "") -> Path:
    """Draw a picture; an older file of that name is replaced, whole or not at all.

    Args:
        picture: what it shows.
        path: where it goes.
        about: the case and the scenario.

    Raises:
        WrongUsage: the file is neither a PNG nor an SVG.
        OSError: it cannot be written.
    """
    refuse_plot(path)
    look = {**_LOOK, "font.family": _fonts()}
    with _ONE_AT_A_TIME, mpl.rc_context(look), warnings.catch_warnings():
        # A letter that no font of this machine has is a box; the numbers are still of use.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        content = _drawn(picture, about, path.suffix.lower().removeprefix("."))
    return publish(path, content)


def _fonts() -> list[str]:
    there = {font.name for font in fontManager.ttflist}
    return [name for name in _FONTS if name in there] or ["sans-serif"]


def _drawn(picture: Picture, about: str, kind: str) -> bytes:
    """The content of the file: the title, what it shows and of what, the axes, the legend."""
    title = wrapped(_plain(picture.finding or picture.title), _TITLE_LETTERS)
    what = [picture.title] if picture.finding else []
    lines = [_plain(shortened(text, _LINE_LETTERS)) for text in (*what, about) if text]
    head = 0.14 + _TITLE_LINE * len(title) + _LINE * len(lines)
    high = min(head + _axes_height(picture), _MOST_HIGH)
    figure = Figure(figsize=(_WIDE, high), layout="constrained")
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0, 0, 1, 1 - head / high))
    left = 0.1 / _WIDE
    figure.text(left, 1 - 0.08 / high, "\n".join(title), va="top", weight="bold",
                size=_TITLE_SIZE, linespacing=1.2)  # fmt: skip
    below = 1 - (0.1 + _TITLE_LINE * len(title)) / high
    figure.text(left, below, "\n".join(lines), va="top", color=_NOTE_COLOUR)
    axes = figure.add_subplot()
    _DRAWN[picture.kind](figure, axes, picture)
    axes.set_xlabel(_plain(picture.x_title))
    axes.set_ylabel(_plain(picture.y_title))
    if picture.has_legend:
        _legend(figure)
    content = io.BytesIO()
    metadata = {"Date": None} if kind == "svg" else None
    figure.savefig(content, format=kind, dpi=_DPI, metadata=metadata)
    return content.getvalue()


def _axes_height(picture: Picture) -> float:
    """What a bar of each label, or a row of a grid, needs to be read."""
    if picture.kind is Kind.HEAT:
        turned = 1.1 if _is_crowded(picture.labels) else 0.3
        return 1.2 + turned + _HIGH_PER_LABEL * max(len(picture.series), 3)
    if not picture.is_flat:
        return _HIGH
    beside = len(picture.series) if picture.kind is Kind.BARS else 1
    each = _HIGH_PER_BAR * (1 + 0.5 * (beside - 1))
    legend = _HIGH_OF_LEGEND if picture.has_legend else 0.0
    return _HIGH_WITHOUT_BARS + legend + each * len(picture.labels)


def _plain(text: str) -> str:
    """A text that is not taken for a formula."""
    return clean(text).replace("$", r"\$")


def _label(text: str) -> str:
    """The name of a bar, on two lines where it is long."""
    lines = wrapped(clean(text), _LABEL_LETTERS)
    if len(lines) > _LABEL_LINES:
        lines[_LABEL_LINES - 1 :] = [shortened(" ".join(lines[_LABEL_LINES - 1 :]), _LABEL_LETTERS)]
    return _plain("\n".join(lines)) if lines else ""


def _named(text: str) -> str:
    """A name in the legend; matplotlib leaves out those that begin with a line."""
    return _plain(shortened(text, _LEGEND_LETTERS)).replace("_", "\N{ZERO WIDTH SPACE}_", 1)


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}", 1) if text.startswith("-") else text


def _numbers(axis: Any) -> None:
    axis.set_major_formatter(FuncFormatter(lambda value, _: _minus(rounded(float(value)))))


def _legend(figure: Figure) -> None:
    """Below the axes, so that it covers nothing."""
    found: dict[str, Any] = {}
    for axes in figure.axes:
        for mark, name in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(name, mark)
    longest = max(map(len, found), default=1) + 8
    figure.legend(found.values(), found.keys(), loc="outside lower left", frameon=False,
                  ncols=max(min(_LEGEND_LINE // longest, len(found)), 1))  # fmt: skip


# -- kinds ----------------------------------------------------------------------------------


def _lines(figure: Figure, axes: Any, picture: Picture) -> None:
    del figure
    right = axes.twinx() if any(one.axis for one in picture.series) else None
    for k, (one, colour) in enumerate(
        zip(picture.series, _colours(len(picture.series)), strict=True)
    ):
        where = right if one.axis and right is not None else axes
        look: dict[str, Any] = {"color": colour, "label": _named(one.name)}
        dash = _DASHES[k % len(_DASHES)]
        if picture.kind is Kind.POINTS:
            where.plot(one.x, one.y, "o", **look)
        elif picture.kind is Kind.STEPS:
            where.step(one.x, one.y, dash, where="post", **look)
        else:
            mark = "o" if len(one.x) <= _MOST_MARKS else ""
            where.plot(one.x, one.y, dash, marker=mark, ms=3.5, **look)
    if picture.middle is not None:
        axes.axvline(picture.middle, color=GREY, lw=1, ls="--", label=_named(picture.middle_name))
    _numbers(axes.xaxis)
    _numbers(axes.yaxis)
    if right is not None:
        right.grid(visible=False)
        right.set_ylabel(_plain(picture.right_title))
        for one, scale in zip((axes, right), level_scales(picture), strict=True):
            one.set_ylim(scale.low, scale.high)
            one.yaxis.set_major_locator(MultipleLocator(scale.step))
        _numbers(right.yaxis)


def _bars(figure: Figure, axes: Any, picture: Picture) -> None:
    del figure
    series = picture.series
    largest = _largest(picture)
    for k, (one, colour) in enumerate(zip(series, _colours(len(series)), strict=True)):
        places = np.arange(len(one.labels)) + (k - (len(series) - 1) / 2) * 0.8 / len(series)
        bars = axes.barh(places, one.y, 0.8 / len(series), color=colour, label=_named(one.name))
        texts = [_number(value, largest) if value or len(series) == 1 else "" for value in one.y]
        if picture.remarks:
            texts = [_plain(text) for text in picture.remarks]
        axes.bar_label(bars, texts, padding=3, fontsize=_SMALL_SIZE)
    _dress_bars(axes, picture)


def _ranges(figure: Figure, axes: Any, picture: Picture) -> None:
    """The parts of each bar one after the other, and the remark at its end."""
    del figure
    count = len(picture.labels)
    places, base = np.arange(count), np.zeros(count)
    for one, colour in zip(picture.series, _colours(len(picture.series)), strict=True):
        name = _named(one.name) if one.is_seen else "_"
        axes.barh(places, one.y, 0.7, left=base, color=colour, label=name)
        base = base + np.array(one.y)
    for place, end, text in zip(places.tolist(), base.tolist(), picture.remarks, strict=False):
        _beside(axes, end, place, text)
    _dress_bars(axes, picture)


def _spans(figure: Figure, axes: Any, picture: Picture) -> None:
    """Bars from a lower to an upper end; two series are what less and more of an input does."""
    del figure
    middle, largest = picture.middle or 0.0, _largest(picture)
    furthest = [middle] * len(picture.labels)
    for one, colour in zip(picture.series, (BLUE, ORANGE), strict=False):
        low, high = np.array(one.x), np.array(one.y)
        name = _named(one.name) if one.is_seen else "_"
        axes.barh(np.arange(len(one.labels)), high - low, 0.7, left=low, color=colour, label=name)
        for place, ends in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
            end = max(ends, key=lambda value: abs(value - middle))
            furthest[place] = max(furthest[place], end, key=lambda value: abs(value - middle))
            if end != middle and not picture.remarks:
                _beside(axes, end, place, _number(end - middle, largest), left=end < middle)
    for place, (end, text) in enumerate(zip(furthest, picture.remarks, strict=False)):
        _beside(axes, end, place, text, left=end < middle)
    if picture.middle is not None:
        axes.axvline(picture.middle, color=GREY, lw=1)
    _dress_bars(axes, picture)


def _waterfall(figure: Figure, axes: Any, picture: Picture) -> None:
    """Bars that begin where the one before ends, coloured by where they lead; the last is all."""
    del figure
    for one in picture.series[:1]:
        begin, end = np.array(one.x), np.array(one.y)
        rises = [ORANGE if rise else BLUE for rise in (end > begin).tolist()]
        colours = [*rises[:-1], GREY]
        places = np.arange(len(one.labels))
        axes.barh(places, end - begin, 0.7, left=begin, color=colours)
        largest = float(np.abs(end - begin).max(initial=0.0))
        for k, change in enumerate((end - begin).tolist()):
            text = picture.remarks[k] if picture.remarks else _number(change, largest)
            _beside(axes, float(max(begin[k], end[k])), k, text)
        for k in range(len(places) - 1):
            axes.plot([end[k]] * 2, [places[k] - 0.35, places[k] + 1.35], color=GREY, lw=0.8)
    axes.axvline(0, color=GREY, lw=0.8)
    _dress_bars(axes, picture)


def _largest(picture: Picture) -> float:
    """The largest number of the bars."""
    ends = [value for one in picture.series for value in (*one.x, *one.y)]
    return max((abs(value - (picture.middle or 0.0)) for value in ends), default=0.0)


def _number(value: float, largest: float) -> str:
    """A number of a picture as the tables show it."""
    return _minus(shown(value, Show.SCALED, largest))


def _beside(axes: Any, end: float, place: float, text: str, *, left: bool = False) -> None:
    """Write a text beside the end of a bar."""
    axes.annotate(_plain(text), (end, place), xytext=(-3 if left else 3, 0),
                  textcoords="offset points", va="center", ha="right" if left else "left",
                  fontsize=_SMALL_SIZE, annotation_clip=False)  # fmt: skip


def _dress_bars(axes: Any, picture: Picture) -> None:
    """Names at the left, room for what stands beside the bars, and a line at 0."""
    labels = picture.labels
    axes.set_yticks(np.arange(len(labels)), [_label(label) for label in labels])
    axes.set_ylim(len(labels) - 0.45, -0.55)
    axes.grid(visible=False, axis="y")
    _numbers(axes.xaxis)
    low, high = axes.dataLim.intervalx
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:  # no bar has a length
        high = 1.0
    letters = max(map(len, picture.remarks), default=9)
    room = (0.03 + 0.017 * letters) * ((high - low) or 1.0)
    is_both = picture.kind is Kind.SPANS or low < 0
    axes.set_xlim(low - room if is_both and low < 0 else low, high + room if high > 0 else 0.0)
    axes.axvline(0, color=GREY, lw=0.8)


def _stack(figure: Figure, axes: Any, picture: Picture) -> None:
    del figure
    labels = picture.labels
    places, base = np.arange(len(labels)), np.zeros(len(labels))
    for one, colour in zip(picture.series, _colours(len(picture.series)), strict=True):
        axes.bar(places, one.y, 0.7, bottom=base, color=colour, edgecolor="white", lw=0.5,
                 label=_named(one.name))  # fmt: skip
        base = base + np.array(one.y)
    axes.set_xticks(places, _names_below(labels), **_turn(labels))
    axes.grid(visible=False, axis="x")
    _numbers(axes.yaxis)


def _is_crowded(labels: Sequence[str]) -> bool:
    """Whether labels side by side would run into each other."""
    return max(map(len, labels), default=0) > 12 or sum(map(len, labels)) > _LETTERS


def _turn(labels: Sequence[str]) -> dict[str, Any]:
    return {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if _is_crowded(labels) else {}


def _names_below(labels: Sequence[str]) -> list[str]:
    return [_plain(shortened(label, _TURNED_LETTERS)) for label in labels]


def _heat(figure: Figure, axes: Any, picture: Picture) -> None:
    grid = np.array([one.y for one in picture.series], dtype=float)
    colours = mpl.colormaps["Blues"].with_extremes(bad="#E3E3E3")
    image = axes.imshow(np.ma.masked_invalid(grid), aspect="auto", cmap=colours)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    labels = picture.labels
    every = max(math.ceil(len(labels) / 30), 1)
    places = np.arange(0, len(labels), every)
    axes.set_xticks(places, _names_below(labels[::every]), **_turn(labels[::every]))
    rows = np.arange(0, len(grid), max(math.ceil(len(grid) / 60), 1))
    axes.set_yticks(rows, [_label(picture.series[int(k)].name) for k in rows])
    if grid.size <= _MOST_CELLS:
        _numbers_of_cells(axes, grid)
    bar = figure.colorbar(image, ax=axes)
    bar.outline.set_visible(False)
    bar.set_label(_plain(picture.right_title))
    _numbers(bar.ax.yaxis)


def _numbers_of_cells(axes: Any, grid: Any) -> None:
    known = grid[np.isfinite(grid)]
    largest = float(np.abs(known).max(initial=0.0))
    if len(_number(-largest, largest)) * grid.shape[1] > _MOST_ACROSS:
        return
    dark = known.min() + 0.6 * (known.max() - known.min()) if known.size else 0.0
    for i, j in np.ndindex(grid.shape):
        value = float(grid[i, j])
        text = _number(value, largest) if math.isfinite(value) else "\N{EN DASH}"
        colour = "white" if value > dark else "black"
        axes.text(j, i, text, ha="center", va="center", color=colour, fontsize=_SMALL_SIZE - 0.5)


def _colours(count: int) -> list[str]:
    return [COLOURS[k % len(COLOURS)] for k in range(count)]


_DRAWN = {
    Kind.LINES: _lines,
    Kind.STEPS: _lines,
    Kind.POINTS: _lines,
    Kind.BARS: _bars,
    Kind.RANGES: _ranges,
    Kind.SPANS: _spans,
    Kind.WATERFALL: _waterfall,
    Kind.STACK: _stack,
    Kind.HEAT: _heat,
}
