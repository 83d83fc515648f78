"""Native charts of the results workbook, and the sheet that holds their data.

Colours can be told apart by the colour-blind (Okabe and Ito; further ones by Tol). No text of a
user stands in a title: XlsxWriter would take one that starts with = for a formula.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from planner.case.scenario import Flags, Numbers
from planner.plan import Plan
from planner.report.workbook_accounts import kind_words
from planner.report.workbook_data import Results, tidy
from planner.report.workbook_grid import (
    TO_THE_RIGHT,
    Book,
    Cell,
    Formula,
    MoneyUnit,
    Page,
    Show,
    clean,
    done,
    largest,
    plain,
)
from planner.report.workbook_listing import Placed
from planner.solving.pricing import KINDS, PAID
from planner.solving.quantities import arrivals
from planner.solving.tolerances import NEGLIGIBLE_MONEY
from planner.wording import shortened

BLUE, ORANGE, GREEN, BLACK, GREY = "#0072B2", "#E69F00", "#009E73", "#000000", "#999999"
VERMILLION = "#D55E00"
COLOURS = (
    BLUE, ORANGE, GREEN, "#56B4E9", "#CC79A7", "#F0E442", VERMILLION, "#332288", "#999933",
    "#882255",
)  # fmt: skip

DATA = "Chart data"

_MOST_SOURCES = 10
"""Sources with a colour of their own; the others are one."""

_MOST_KINDS = 8
"""Bars of the cost by kind that have room for their names; further kinds are one bar."""

_CELL = re.compile(r"!(?=\$?[A-Z]+\$?\d)")
_DATA_WIDTH, _LABELS_WIDTH, _MOST_WIDTH = 13.0, 22.0, 60.0
"""Widths of the data's columns, and of the first, in letters."""

_MOST_TITLE = 110
"""Letters of a title."""

_MOST_LABELS = 12
"""Periods named below a chart; of more, every so many."""

_MOST_COMPARED = 1_000_000
"""Cells that the formulas of one chart may look at; above, its data are numbers."""

_TONNES_OF_AXIS = "[=0]0;[<10]0.0##;#,##0"
"""Tonnes from 0 on; with #,##0.### Excel leaves a point behind whole numbers."""

_FROM_ZERO = 5 / 6
"""Scales begin at 0 where the smallest number is below this part of the largest one."""

_MARKS, _MOST_PLACES = 8, 6
"""Marks of an axis, about, and decimals of its numbers."""

_FONT, _TITLE_SIZE, _SIZE = "Calibri", 11, 9
_PALE = "#D9D9D9"
_ROOM_FOR_BARS = {"x": 0.26, "y": 0.14, "width": 0.7, "height": 0.62}
_LINE = {"color": _PALE, "width": 0.75}


class ChartTable(NamedTuple):
    """What one chart shows: a title, headers of the columns, and rows that begin with a name."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def chart_tables(plan: Plan) -> list[ChartTable]:
    """What the charts of a plan show, all as numbers: supply, cost, and stock where there is."""
    tables = [_supply_table(plan), _Kinds(plan).table()]
    return [*tables, _stock_table(plan)] if _has_stock(plan) else tables


class ChartData:
    """The sheet with the charts' data, while tables are added below each other."""

    def __init__(self, book: Book) -> None:
        self.page: Page = book.page(DATA)
        self.row = 0
        self._widths: list[float] = []

    def add(self, title: str, headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> int:
        """Add a table; returns the row of its header, counted from 0."""
        self.page.heading(self.row, 0, title, len(headers))
        head = self.row + 1
        for j, header in enumerate(headers):
            self.page.header(head, j, header, TO_THE_RIGHT if j else {})
        self._fit(head, headers, [str(plain(row[0])) for row in rows])
        sizes = [largest([row[j] for row in rows]) for j in range(len(headers))]
        for i, row in enumerate(rows, start=head + 1):
            for j, cell in enumerate(row):
                self.page.put(i, j, cell, show=Show.TONNES, size=max(sizes))
        self.row = head + len(rows) + 2
        return head

    def _fit(self, head: int, headers: Sequence[str], labels: Sequence[str]) -> None:
        """Make the columns wide enough for the names, and the header high enough."""
        widths = self._widths + [_DATA_WIDTH] * (len(headers) - len(self._widths))
        longest = max(map(len, labels), default=0)
        widths[0] = min(max(widths[0], longest + 2.0, _LABELS_WIDTH), _MOST_WIDTH)
        self._widths = widths
        self.page.widths(widths)
        self.page.height(head, headers, widths)


def write_charts(book: Book, results: Results, costs: Placed) -> list[Any]:
    """The charts of the first plan, their data written: supply, cost, and stock where there is."""
    plan = results.first
    data = ChartData(book)
    charts = [_supply(book, data, plan), _cost(book, data, results, costs)]
    if _has_stock(plan):
        charts.append(_stock(book, data, plan))
    return charts


# -- supply ---------------------------------------------------------------------------------


def _supply(book: Book, data: ChartData, plan: Plan) -> Any:
    """Usable tonnes arriving by source, stacked, against the demand."""
    table, periods = _supply_table(plan), plan.numbers.periods
    names = table.headers[1:-1]
    head = data.add(*table)
    last = head + len(periods)
    chart = book.book.add_chart({"type": "column", "subtype": "stacked"})
    for j in range(1, len(names) + 1):
        is_rest = names[j - 1] in (_OTHERS, _TRANSIT)
        colour = GREY if names[j - 1] == _OTHERS else _PALE if is_rest else COLOURS[j - 1]
        chart.add_series(
            {
                "name": [DATA, head, j],
                "categories": [DATA, head + 1, 0, last, 0],
                "values": [DATA, head + 1, j, last, j],
                "fill": {"color": colour},
                "border": {"none": True},
                "gap": 20 if len(periods) > _MOST_LABELS else 60,
            }
        )
    line = book.book.add_chart({"type": "line"})
    column = len(names) + 1
    line.add_series(
        {
            "name": [DATA, head, column],
            "categories": [DATA, head + 1, 0, last, 0],
            "values": [DATA, head + 1, column, last, column],
            "line": {"color": BLACK, "width": 2},
            "marker": _marker("diamond", BLACK, len(periods)),
        }
    )
    if names:
        chart.combine(line)
    else:  # nothing is bought
        chart = line
    dress(chart, "Supply by source and demand", "t", periods=len(periods))
    chart.set_legend({"position": "right", "font": font()})
    return chart


_OTHERS, _TRANSIT = "Other sources", "In transit"


def _supply_table(plan: Plan) -> ChartTable:
    names, series = _arriving(plan)
    demand = plan.numbers.needs.sum(axis=(0, 1))
    rows: list[list[Cell]] = [
        [period, *(tidy(plan, float(one[t])) for one in series), float(demand[t])]
        for t, period in enumerate(plan.numbers.periods)
    ]
    title = "Usable tonnes arriving by source, and what is needed [t]"
    return ChartTable(title, ["Period", *names, "Demand"], rows)


def _arriving(plan: Plan) -> tuple[list[str], list[Numbers]]:
    """Names and usable tonnes by period: the largest sources, the others, what is in transit.

    Of the materials that are needed, or that a conversion uses up.
    """
    numbers = plan.numbers
    needed: Flags = numbers.needs.sum(axis=(1, 2)) > 0
    needed = needed | (numbers.conversions.made < 0).any(axis=0)
    usable = (numbers.content * numbers.yields[:, None])[:, needed].sum(axis=1)
    tonnes = arrivals(numbers, plan.quantities.ship).sum(axis=1) * usable[:, None]
    order = np.argsort(-tonnes.sum(axis=1), kind="stable").tolist()
    bought = [s for s in order if tonnes[s].sum() > plan.threshold]
    own, rest = bought[:_MOST_SOURCES], bought[_MOST_SOURCES:]
    names = [clean(numbers.sources[s].name) for s in own]
    series = [tonnes[s] for s in own]
    if rest:
        names.append(_OTHERS)
        series.append(tonnes[rest].sum(axis=0))
    transit = numbers.in_transit[needed].sum(axis=(0, 1))
    if transit.sum() > plan.threshold:
        names.append(_TRANSIT)
        series.append(transit)
    return names, series


# -- cost -----------------------------------------------------------------------------------


def _cost(book: Book, data: ChartData, results: Results, costs: Placed) -> Any:
    """Discounted cost by kind, money paid and what is only valued in two colours."""
    plan = results.first
    kinds = _Kinds(plan)
    live = costs.count * max(len(kinds.amounts), 1) <= _MOST_COMPARED

    def as_formulas(kind: str, place: str) -> Cell:
        """What the sheet Costs adds up to, of the kind that a cell names."""
        wanted = {"kind": (place, kind_words(kind))}
        if results.several:
            wanted["scenario"] = (f"'{costs.page.name}'!$A$2", plan.scenario)
        found: Cell = costs.total_where("discounted", wanted)
        return kinds.unit.scaled(found if live else plain(found))

    table = kinds.table(as_formulas, data.page, data.row + 2)
    rows, unit = table.rows, kinds.unit
    head = data.add(*table)
    chart = book.book.add_chart({"type": "bar", "subtype": "stacked"})
    last = head + max(min(len(rows), _MOST_KINDS), 1)
    for j, colour in ((1, BLUE), (2, ORANGE)):
        chart.add_series(
            {
                "name": [DATA, head, j],
                "categories": [DATA, head + 1, 0, last, 0],
                "values": [DATA, head + 1, j, last, j],
                "fill": {"color": colour},
                "border": {"none": True},
                "gap": 40,
            }
        )
    # The unit stands in the title, and the plot is given its room: else some names are left out.
    dress(chart, f"Cost by kind, discounted [{clean(unit.name)}]", "", bars=True)
    chart.set_plotarea({"layout": _ROOM_FOR_BARS})
    chart.set_legend({"position": "bottom", "font": font()})
    return chart


class _Kinds:
    """Costs by kind, discounted: those that are more than rounding; of many, the largest first.

    Attributes:
        amounts: by kind.
        unit: that they are shown in.
        own: how many have a bar of their own; the others share one.
    """

    def __init__(self, plan: Plan) -> None:
        costs, rounding = plan.costs, NEGLIGIBLE_MONEY * plan.money.size
        amounts = {kind: costs[kind] for kind in KINDS if abs(costs[kind]) > rounding}
        if len(amounts) > _MOST_KINDS:
            amounts = dict(sorted(amounts.items(), key=lambda one: -abs(one[1])))
        self.amounts = amounts
        self.own = len(amounts) if len(amounts) <= _MOST_KINDS else _MOST_KINDS - 1
        self.unit = MoneyUnit.of(plan.currency, max(map(abs, amounts.values()), default=0.0))

    def table(
        self,
        money: Callable[[str, str], Cell] | None = None,
        page: Page | None = None,
        row: int = 0,
    ) -> ChartTable:
        """The kinds in rows, what is paid beside what is only valued.

        Args:
            money: what stands for a kind that a cell names; None: its number.
            page: on which cells are named; None: sums are numbers, too.
            row: of the first kind there.
        """
        rows: list[list[Cell]] = []
        for i, (kind, amount) in enumerate(self.amounts.items()):
            below_others = int(i >= self.own)
            cell: Cell = self.unit.scaled(amount)
            if money is not None and page is not None:
                cell = money(kind, page.here(row + i + below_others, 0).replace("A", "$A"))
            rows.append([kind_words(kind), *((cell, None) if kind in PAID else (None, cell))])
        if len(rows) > self.own:
            rows.insert(self.own, _other_kinds(page, row + self.own, rows[self.own :]))
        title = f"Discounted cost by kind [{self.unit.name}]"
        return ChartTable(title, ["Kind", "Paid", "Valued, nobody pays it"], rows)


def _other_kinds(page: Page | None, row: int, rest: Sequence[Sequence[Cell]]) -> list[Cell]:
    """The sums, in a row, of the kinds in the rows below it, which the chart leaves out."""
    sums: list[Cell] = []
    for j in (1, 2):
        numbers = [value for cells in rest if isinstance(value := plain(cells[j]), float)]
        total: Cell = math.fsum(numbers) if numbers else None
        if page is not None and numbers:
            first, last = page.here(row + 1, j), page.here(row + len(rest), j)
            total = Formula(f"=SUM({first}:{last})", math.fsum(numbers))
        sums.append(total)
    return ["Other kinds, below", *sums]


def cost_by_scenario(
    book: Book, sheet: str, unit: str, columns: tuple[int, int], rows: tuple[int, int]
) -> Any:
    """Money paid and what is only valued, a column for each scenario of the comparison.

    Args:
        book: the workbook.
        sheet: name of the comparison.
        unit: of its money.
        columns: its first and last one with a plan.
        rows: with money paid, and with the value put on what nobody pays.
    """
    first, last = columns
    chart = book.book.add_chart({"type": "column", "subtype": "stacked"})
    for row, name, colour in zip(rows, ("Paid", "Valued, nobody pays it"), (BLUE, ORANGE),
                                 strict=True):  # fmt: skip
        chart.add_series(
            {
                "name": name,
                "categories": [sheet, 0, first, 0, last],
                "values": [sheet, row, first, row, last],
                "fill": {"color": colour},
                "border": {"none": True},
                "gap": 80,
            }
        )
    dress(chart, "Cost of the scenarios, discounted", unit)
    chart.set_legend({"position": "bottom", "font": font()})
    done(chart.set_size({"width": 900, "height": 320}))
    return chart


# -- countries ------------------------------------------------------------------------------


def country_shares(book: Book, page: Page, rows: tuple[int, int], columns: tuple[int, int]) -> Any:
    """Bars of the shares by country that a page has.

    Args:
        book: the workbook.
        page: the page with the shares.
        rows: the first and the last one.
        columns: those of the names and of the shares.
    """
    (first, last), (names, shares) = rows, columns
    chart = book.book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "categories": [page.name, first, names, last, names],
            "values": [page.name, first, shares, last, shares],
            "fill": {"color": BLUE},
            "border": {"none": True},
            "gap": 40,
            "data_labels": {"value": True, "num_format": "0%", "font": font()},
        }
    )
    dress(chart, "Share of tonnes bought, by country", "", bars=True)
    chart.set_x_axis({"num_format": "0%", "min": 0, "num_font": font(), "label_position": "high",
                      "major_gridlines": {"visible": True, "line": _LINE},
                      "line": {"none": True}})  # fmt: skip
    chart.set_legend({"none": True})
    return chart


# -- stock ----------------------------------------------------------------------------------


def _stock(book: Book, data: ChartData, plan: Plan) -> Any:
    """Closing stocks of all materials together, and their target."""
    table = _stock_table(plan)
    rows, head = table.rows, data.add(*table)
    last = head + len(rows)
    chart = book.book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": [DATA, head, 1],
            "categories": [DATA, head + 1, 0, last, 0],
            "values": [DATA, head + 1, 1, last, 1],
            "fill": {"color": GREEN},
            "border": {"none": True},
            "gap": 20 if len(rows) > _MOST_LABELS else 60,
        }
    )
    line = book.book.add_chart({"type": "line"})
    line.add_series(
        {
            "name": [DATA, head, 2],
            "categories": [DATA, head + 1, 0, last, 0],
            "values": [DATA, head + 1, 2, last, 2],
            "line": {"color": VERMILLION, "width": 2, "dash_type": "dash"},
            "marker": _marker("square", VERMILLION, len(rows)),
        }
    )
    chart.combine(line)
    dress(chart, "Closing stock and target, all materials", "t", periods=len(rows))
    chart.set_legend({"position": "bottom", "font": font()})
    return chart


def _has_stock(plan: Plan) -> bool:
    return bool(plan.quantities.stock.max() > plan.threshold or plan.numbers.target.max() > 0)


def _stock_table(plan: Plan) -> ChartTable:
    numbers = plan.numbers
    stocked = numbers.stocked[:, :, None]
    closing = (plan.quantities.stock * stocked).sum(axis=(0, 1))
    target = (numbers.target * stocked).sum(axis=(0, 1))
    rows: list[list[Cell]] = [
        [period, tidy(plan, float(closing[t])), tidy(plan, float(target[t]))]
        for t, period in enumerate(numbers.periods)
    ]
    title = "Closing stocks and targets, all materials [t]"
    return ChartTable(title, ["Period", "Stock", "Target"], rows)


# -- looks ----------------------------------------------------------------------------------


def dress(chart: Any, title: str, unit: str, *, bars: bool = False, periods: int = 0) -> None:
    """Title, axes with units, and nothing that is not needed."""
    chart.set_title({"name": as_text(title), "overlay": False,
                     "name_font": {**font(_TITLE_SIZE), "bold": True}})  # fmt: skip
    names: dict[str, object] = {"num_font": font(), "line": {"color": GREY}}
    if periods > _MOST_LABELS:
        names["interval_unit"] = math.ceil(periods / _MOST_LABELS)
    if bars:
        names |= {"reverse": True, "label_position": "low", "interval_unit": 1}
    amounts = {
        "num_font": font(),
        "num_format": _TONNES_OF_AXIS if unit == "t" else "#,##0",
        "major_gridlines": {"visible": True, "line": _LINE},
        "line": {"none": True},
        "name": f"[{clean(unit)}]" if unit else "",
        "name_font": {**font(), "bold": False},
    }
    if bars:
        chart.set_y_axis(names)
        chart.set_x_axis({**amounts, "label_position": "high"})
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(amounts)
    chart.set_chartarea({"border": {"color": _PALE}})


def as_text(name: str) -> str:
    """A title that XlsxWriter takes for no formula: it looks for a cell such as Quotas!D3."""
    return _CELL.sub("!\N{ZERO WIDTH SPACE}", shortened(clean(name), _MOST_TITLE))


def axis_format(values: Sequence[float]) -> str:
    """The number format of an axis: as many decimals as tell its marks apart."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    if low > 0 and low < _FROM_ZERO * high:
        low = 0.0
    step = (high - low) / _MARKS
    places = max(-math.floor(math.log10(step)), 0) if step > 0 else 0
    return "#,##0" + ("." + "0" * min(places, _MOST_PLACES) if places else "")


def _marker(kind: str, colour: str, periods: int) -> dict[str, object]:
    """Marks on a line: a line of one period is a point, and many points would hide the line."""
    if periods > _MOST_LABELS:
        return {"type": "none"}
    size = 7 if periods == 1 else 4
    return {"type": kind, "size": size, "fill": {"color": colour}, "border": {"color": colour}}


def font(size: int = _SIZE) -> dict[str, object]:
    """The letters of charts."""
    return {"name": _FONT, "size": size, "bold": False, "color": "#333333"}
