"""What a study shows: sentences, tables and pictures, on the screen, in a workbook, and drawn.

A study's own module in this folder makes an `Exhibit` of its result; `exhibit_text`,
`exhibit_workbook` and `exhibit_plot` show it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from planner.report.workbook_grid import Cell, Show, plain

_LEAST_BELOW = 1e-6
"""Part of a scale that may lie below 0; less is rounding."""

_MARKS = 6
"""Marks of a scale, about."""

MOST_COLOURS = 10
"""Series that can be told apart in one picture."""


class Heading(str):
    """A sentence that stands above others."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        header: with the unit: `Saves [MUSD]`.
        show: how its numbers are shown; the numbers themselves are exact.
        widest: letters from which on its texts take several lines.
    """

    header: str
    show: Show = Show.TEXT
    widest: int = 50


@dataclass(frozen=True, slots=True)
class Table:
    """A table: a sheet of the workbook, and the first lines of it on the screen.

    Attributes:
        name: of the sheet, at most 31 letters.
        columns, rows: what it says.
        note: a remark below it, in the workbook and on the screen; empty: none.
        on_screen: how many of its rows the screen shows; 0: none of it.
        headers_on_screen: positions of the columns that the screen shows; empty: all.
        spread: whether the screen shows rows from all over it, and not the first ones.
        heat: whether a colour shows how large each number is, but for those of the first column.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    on_screen: int = 12
    headers_on_screen: Sequence[int] = ()
    spread: bool = False
    heat: bool = False

    def without_blanks(self) -> Table:
        """The table without columns that have nothing to say in any of its rows."""
        kept = [
            j
            for j in range(len(self.columns))
            if any(plain(row[j]) not in (None, "") for row in self.rows)
        ]
        if self.heat or not self.rows or len(kept) == len(self.columns):
            return self
        return replace(
            self,
            columns=[self.columns[j] for j in kept],
            rows=[[row[j] for j in kept] for row in self.rows],
            headers_on_screen=[kept.index(j) for j in self.headers_on_screen if j in kept],
        )


class Kind(Enum):
    """How a picture draws its series."""

    LINES = "lines"  # y against x, straight from point to point
    STEPS = "steps"  # y against x, level from point to point
    BARS = "bars"  # a horizontal bar for each label
    RANGES = "ranges"  # a horizontal bar for each label, its parts one after the other
    SPANS = "spans"  # a horizontal bar from low to high for each label, around a middle
    WATERFALL = "waterfall"  # a horizontal bar for each label, from x to y, the last from 0
    STACK = "stack"  # columns for each label, on top of each other
    POINTS = "points"  # y against x
    HEAT = "heat"  # a colour for each cell of a grid


@dataclass(frozen=True, slots=True)
class Series:
    """One line, set of points, or set of bars.

    Attributes:
        name: in the legend; empty where there is one series only.
        x: numbers of LINES, STEPS and POINTS; lower ends of SPANS;
            where the bars of a WATERFALL begin.
        y: numbers; upper ends of SPANS; where the bars of a WATERFALL end.
        labels: of BARS, SPANS, WATERFALL and STACK, one for each number; of HEAT those of the
            columns.
        axis: 0: the left scale; 1: the right one.
    """

    name: str
    y: Sequence[float]
    x: Sequence[float] = ()
    labels: Sequence[str] = ()
    axis: int = 0

    @property
    def is_seen(self) -> bool:
        """Whether any of its bars has a length; what is no bar is always seen."""
        if not self.labels:
            return True
        begins = self.x or [0.0] * len(self.y)
        return any(end != begin for begin, end in zip(begins, self.y, strict=True))


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of the workbook, and a picture of its own.

    Attributes:
        title: what it shows, in words.
        kind: how.
        series: what; HEAT has one for each row of its grid, named by it.
        x_title, y_title: with units.
        middle: the number that SPANS go around, and that LINES, STEPS and POINTS mark on the x
            axis.
        middle_name: what that mark is, in the legend.
        right_title: of the right scale, or of what the colours of HEAT mean.
        finding: what it tells, in a short sentence; empty: nothing that a sentence could say.
        remarks: what stands beside the bars of each label, in place of their numbers.
    """

    title: str
    kind: Kind
    series: Sequence[Series]
    x_title: str = ""
    y_title: str = ""
    middle: float | None = None
    middle_name: str = ""
    right_title: str = ""
    finding: str = ""
    remarks: Sequence[str] = ()

    @property
    def is_flat(self) -> bool:
        """Whether its bars lie, one below the other."""
        return self.kind in (Kind.BARS, Kind.RANGES, Kind.SPANS, Kind.WATERFALL)

    @property
    def labels(self) -> Sequence[str]:
        """What its bars or columns are called; none of lines."""
        return self.series[0].labels if self.series else ()

    @property
    def has_legend(self) -> bool:
        """Whether colours mean something that only a legend says."""
        seen = [one for one in self.series if one.is_seen]
        is_coloured = self.kind in (Kind.RANGES, Kind.SPANS)
        return self.kind is not Kind.HEAT and (
            is_coloured or len(seen) > 1 or bool(self.middle_name)
        )


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of a picture: where it begins and ends, and the step from 0 to each mark."""

    low: float
    high: float
    step: float


def level_scales(picture: Picture) -> tuple[Scale, Scale]:
    """The left and the right scale: round marks, 0 at the same height, all numbers inside."""
    ends = []
    for axis in (0, 1):
        numbers = [y for one in picture.series if one.axis == axis for y in one.y]
        low, high = min([*numbers, 0.0]), max([*numbers, 0.0])
        ends.append((0.0 if -low < _LEAST_BELOW * high else low, high))
    steps = [_round_step((high - low) / _MARKS) for low, high in ends]
    marks = list(zip(ends, steps, strict=True))
    below = max(-low / step for (low, _), step in marks)
    above = max(math.ceil(high / step) for (_, high), step in marks)
    left, right = (Scale(-below * step, above * step, step) for step in steps)
    return left, right


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20 … that is no smaller; 1 of 0."""
    if least <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(least))
    return size * next(part for part in (1.0, 2.0, 5.0, 10.0) if part * size >= least)


def most_seen(series: Sequence[Series], others: str) -> list[Series]:
    """Series of amounts at the same places, of which no more are told apart than colours can.

    Args:
        series: what there is, of which all but the largest become one.
        others: what that one is called.
    """
    if len(series) <= MOST_COLOURS:
        return list(series)
    order = sorted(range(len(series)), key=lambda k: -max(map(abs, series[k].y), default=0.0))
    kept = sorted(order[: MOST_COLOURS - 1])
    rest = [series[k] for k in order[MOST_COLOURS - 1 :]]
    sums = [math.fsum(values) for values in zip(*(one.y for one in rest), strict=True)]
    first = series[0]
    return [*(series[k] for k in kept), Series(others, sums, first.x, first.labels, first.axis)]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What a study shows.

    Attributes:
        title: of the study, with the case and the scenario.
        sentences: the answer, the shortest first.
        tables: what it stands on.
        pictures: the first is the one that `--plot` draws.
        notes: what one has to know to read it.
    """

    title: str
    sentences: Sequence[str]
    tables: Sequence[Table] = ()
    pictures: Sequence[Picture] = ()
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def drawn(self) -> list[Picture]:
        """The pictures that have something to show."""
        return [one for one in self.pictures if any(len(series.y) for series in one.series)]
