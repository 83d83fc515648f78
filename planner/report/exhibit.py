"""What a study shows: sentences, tables and pictures, on the screen, in a workbook, and drawn.

A study's own module in this folder makes an `Exhibit` of its result; `exhibit_text`,
`exhibit_workbook` and `exhibit_plot` show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from planner.report.workbook_grid import Cell, Show


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
        note: a remark below it; empty: none.
        on_screen: how many of its rows the screen shows; 0: none of it.
        headers_on_screen: positions of the columns that the screen shows; empty: all.
        heat: whether a colour shows how large each number is, but for those of the first column.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    on_screen: int = 12
    headers_on_screen: Sequence[int] = ()
    heat: bool = False


class Kind(Enum):
    """How a picture draws its series."""

    LINES = "lines"  # y against x, straight from point to point
    STEPS = "steps"  # y against x, level from point to point
    BARS = "bars"  # a horizontal bar for each label
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


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of the workbook, and a picture of its own.

    Attributes:
        title: what it shows, in words.
        kind: how.
        series: what; HEAT has one for each row of its grid, named by it.
        x_title, y_title: with units.
        middle: the number that SPANS go around, and that LINES and POINTS mark on the x axis.
        y_titles: of the right scale.
    """

    title: str
    kind: Kind
    series: Sequence[Series]
    x_title: str = ""
    y_title: str = ""
    middle: float | None = None
    right_title: str = ""


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
