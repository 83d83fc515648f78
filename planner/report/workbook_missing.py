"""The sheet Missing: a heat map of what is missing, by item and period."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.plan import Plan
from planner.report.workbook_data import Results, form_of, tidy
from planner.report.workbook_grid import (
    BOLD,
    PLAIN,
    TO_THE_RIGHT,
    Book,
    Cell,
    Formula,
    Page,
    Show,
    largest,
)

_NOTHING = "Nothing is missing: all demand is met."
_LIGHT, _DARK = "#FFFFFF", "#D55E00"
_MIDDLE = "#F7C9A4"
_ALL = "These items"
_NARROWEST, _WIDEST, _PERIOD, _LETTERS_A_PAGE = 9.0, 40.0, 10.0, 215


@dataclass(frozen=True, slots=True)
class _Line:
    """An item at a plant in a plan; of the sum of a plan's items, `item` is None."""

    plan: Plan
    item: int | None
    site: int | None
    tonnes: Sequence[float]
    demand: Sequence[float]


@dataclass(frozen=True, slots=True)
class Missing:
    """Where the tonnes missing stand, over all periods.

    Attributes:
        totals: by scenario and item, the cells with its tonnes, one for each plant.
        sums: by scenario, the cell with those of all items.
    """

    totals: Mapping[tuple[str, str], Sequence[Formula]]
    sums: Mapping[str, Formula]


def write_missing(book: Book, results: Results) -> Missing:
    """What is missing as a share of demand, as tonnes, and the demand, by item and period."""
    page = book.page("Missing")
    lines = _lines(results)
    if not lines:
        page.put(0, 0, _NOTHING, look=BOLD)
        page.widths([_WIDEST])
        return Missing({}, {})
    sheet = _Sheet(page, results, lines)
    blocks = [1, len(lines) + 4, 2 * len(lines) + 7]  # rows of the headers
    sheet.heads(blocks)
    for i, line in enumerate(lines):
        rows = [block + 1 + i for block in blocks]
        sheet.write(line, rows)
    sheet.colour(blocks[0], {"max_type": "num", "max_value": 1, "mid_type": "num",
                             "mid_value": 0.25})  # fmt: skip
    sheet.colour(blocks[1], {})
    return sheet.missing


def _lines(results: Results) -> list[_Line]:
    """The items that are missing in any plan, of every plan, each plan's sum last."""
    short = np.array([plan.quantities.short.sum(axis=2) > plan.threshold for plan in results.plans])
    places = np.argwhere(short.any(axis=0)).tolist()
    found: list[_Line] = []
    for plan in results.plans if places else ():
        own = []
        for i, p in places:
            tonnes = [tidy(plan, x) for x in plan.quantities.short[i, p].tolist()]
            own.append(_Line(plan, i, p, tonnes, plan.numbers.demand[i, p].tolist()))
        sums = [[math.fsum(column) for column in zip(*rows, strict=True)] for rows in (
            [line.tonnes for line in own], [line.demand for line in own])]  # fmt: skip
        found += [*own, _Line(plan, None, None, *sums)]
    return found


class _Sheet:
    """The sheet while its blocks are written."""

    def __init__(self, page: Page, results: Results, lines: Sequence[_Line]) -> None:
        self.page, self.results, self.lines = page, results, lines
        self.periods = results.first.numbers.periods
        self.kept = [
            ("Scenario", results.several), ("Item", True), ("Form", results.has_forms),
            ("Site", results.has_sites),
        ]  # fmt: skip
        self.names = [name for name, is_kept in self.kept if is_kept]
        self.size = largest([max(line.tonnes) for line in lines])
        self.most = largest([max(line.demand) for line in lines])
        self.items = len(lines) // len(results.plans) - 1
        self.totals: dict[tuple[str, str], list[Formula]] = {}
        self.sums: dict[str, Formula] = {}

    @property
    def missing(self) -> Missing:
        """Where the tonnes stand."""
        return Missing(self.totals, self.sums)

    def heads(self, rows: Sequence[int]) -> None:
        """Titles and headers of the three blocks, and the sheet's layout."""
        texts = ("Missing, share of demand", "Missing [t]", "Demand of these items [t]")
        headers = [*self.names, *self.periods, "All periods"]
        for row, title in zip(rows, texts, strict=True):
            self.page.heading(row - 1, 0, title, len(headers))
            for j, header in enumerate(headers):
                look = TO_THE_RIGHT if j >= len(self.names) else PLAIN
                self.page.header(row, j, header, look)
        cells = [self._labels(line) for line in self.lines]
        widths = [
            min(max(_NARROWEST, *(len(str(row[j] or "")) + 2 for row in cells)), _WIDEST)
            for j in range(len(self.names))
        ]
        period = max(_PERIOD, *(len(period) + 2.0 for period in self.periods))
        widths += [min(period, _WIDEST)] * len(self.periods) + [12.0]
        self.page.widths(widths)
        self.page.sheet.freeze_panes(2, len(self.names))
        self.page.print_list(widths, len(self.names), _LETTERS_A_PAGE, header=1)

    def _labels(self, line: _Line) -> list[Cell]:
        numbers = line.plan.numbers
        is_sum = line.item is None or line.site is None
        texts: list[Cell] = [
            line.plan.scenario,
            _ALL if is_sum else numbers.items[line.item or 0],
            None if is_sum else form_of(line.plan, line.item or 0),
            None if is_sum else numbers.sites[line.site or 0],
        ]
        return [text for text, (_, is_kept) in zip(texts, self.kept, strict=True) if is_kept]

    def write(self, line: _Line, rows: Sequence[int]) -> None:
        """An item in the three blocks: its share is a formula of the other two."""
        look = BOLD if line.item is None else PLAIN
        for row in rows:
            for j, text in enumerate(self._labels(line)):
                self.page.put(row, j, text, look=look)
        first = len(self.names)
        share, missing, demand = rows
        for t, (tonnes, needed) in enumerate(zip(line.tonnes, line.demand, strict=True)):
            self._tonnes(line, missing, first + t, tonnes, self.size)
            self._tonnes(line, demand, first + t, needed, self.most)
            self._share(share, missing, demand, first + t, (tonnes, needed))
        end = first + len(self.periods)
        for row, numbers, size in ((missing, line.tonnes, self.size),
                                   (demand, line.demand, self.most)):  # fmt: skip
            cells = f"{self.page.here(row, first)}:{self.page.here(row, end - 1)}"
            total = Formula(f"=SUM({cells})", math.fsum(numbers))
            self.page.put(row, end, total, show=Show.TONNES, size=size, look=BOLD)
        self._share(share, missing, demand, end, (math.fsum(line.tonnes), math.fsum(line.demand)))
        total = Formula(f"={self.page.address(missing, end)}", math.fsum(line.tonnes))
        if line.item is None:
            self.sums[line.plan.scenario] = total
        else:
            item = line.plan.numbers.items[line.item]
            self.totals.setdefault((line.plan.scenario, item), []).append(total)

    def _tonnes(self, line: _Line, row: int, column: int, number: float, size: float) -> None:
        """Tonnes; those of all items are the sum of the rows above."""
        cell: Cell = number
        if line.item is None:
            first = self.page.here(row - self.items, column)
            above = f"{first}:{self.page.here(row - 1, column)}"
            cell = Formula(f"=SUM({above})", number)
        look = BOLD if line.item is None else PLAIN
        self.page.put(row, column, cell, show=Show.TONNES, size=size, look=look)

    def _share(
        self, row: int, missing: int, demand: int, column: int, of: tuple[float, float]
    ) -> None:
        tonnes, needed = of
        above, below = self.page.here(missing, column), self.page.here(demand, column)
        text = f'=IF({below}=0,"",{above}/{below})'
        value = tonnes / needed if needed else None
        self.page.put(row, column, Formula(text, value), show=Show.SHARE, look=TO_THE_RIGHT)

    def colour(self, header: int, scale: Mapping[str, object]) -> None:
        """A scale from nothing, which is white, to the most."""
        first = len(self.names)
        kind = "3_color_scale" if "mid_value" in scale else "2_color_scale"
        self.page.sheet.conditional_format(
            header + 1, first, header + len(self.lines), first + len(self.periods) - 1,
            {"type": kind, "min_type": "num", "min_value": 0, "min_color": _LIGHT,
             "max_color": _DARK, **({"mid_color": _MIDDLE} if "mid_value" in scale else {}),
             **scale},
        )  # fmt: skip
