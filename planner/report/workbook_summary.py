"""The first page: what to buy, what it costs, what is missing and what binds, on one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.numerals import share_text, tonnes_text
from planner.plan import Plan
from planner.report.findings import (
    Binding,
    Cover,
    against_current,
    binding,
    in_short,
    lowest_cover,
    missing,
    to_decide,
)
from planner.report.findings import Missing as Gap
from planner.report.workbook_accounts import limit_rows_of
from planner.report.workbook_charts import country_shares
from planner.report.workbook_checks import verdict
from planner.report.workbook_data import SUM, VALUED, Results, form_sold, what_it_sells
from planner.report.workbook_grid import (
    BOLD,
    GOOD,
    LINKED,
    PLAIN,
    TOTAL,
    WARNING,
    Book,
    Cell,
    Formula,
    Link,
    Look,
    MoneyUnit,
    Page,
    Show,
    done,
    largest,
    plain,
)
from planner.report.workbook_listing import Placed
from planner.report.workbook_missing import Missing
from planner.wording import capital

_MOST_BOUGHT, MOST_MISSING, _MOST_COUNTRIES, _MOST_DECIDED, _MOST_BINDING = 8, 4, 5, 4, 5
"""Lines of each block, so that the page stays on one screen."""

_LEFT, _RIGHT = 0, 7
"""First columns of the blocks on the left and on the right."""

_NAMES, _NARROWEST, _WIDEST = 3, 10.0, 28.0
_NUMBER_WIDTHS = (11.0, 11.0, 14.0, 2.5, 34.0, 12.0, 10.0, 2.5)
"""Of the columns after those with names, up to the second column of charts."""

_WIDTH = 18
"""Columns that the headings of the lower blocks span."""

_CHART_WIDTH, _CHART_HEIGHT, _CHART_ROWS = 425, 220, 11
"""Of a chart in pixels, and the rows that it covers."""

_ZOOM = 85

WHAT_IS_MISSING = "What is missing, earliest first"
WHAT_BINDS = "What binds, and what one unit more would save"
NOTHING_BINDS = "No quota, limit or capacity stands in the way of a cheaper plan."
AND_MORE = "… and "
"""How the line begins that says how much more there is."""

_MOST_COMPARED = 2_000_000
"""Cells that the formulas of a block may look at; above, it holds numbers."""

Line = Sequence[Cell]

_TITLE: Look = {"bold": True, "font_size": 16}
_SUBTITLE: Look = {"font_size": 11, "font_color": "#555555"}
_QUIET: Look = {"font_color": "#1F4E78", "underline": 0}
_SHORT: Look = {"font_size": 12, "bold": True}

_READ_ON = (
    "Orders", "Plan", "Deliveries", "Costs", "Balance", "Missing", "Limits", "Sources",
    "Decisions", "Certificate", "Checks", "Inputs", "Run",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheets that the first page is made of."""

    orders: Placed
    costs: Placed
    missing: Missing
    checks: Placed


def write_summary(book: Book, results: Results, sheets: Sheets, charts: Sequence[Any]) -> None:
    """The first plan on one screen.

    Args:
        book: the workbook.
        results: what is reported.
        sheets: those that the page points to.
        charts: to be placed on it, besides that of the countries.
    """
    page = book.page("Summary")
    _Summary(page, results, sheets).write(charts)
    page.sheet.hide_gridlines(2)
    page.sheet.set_zoom(_ZOOM)
    page.sheet.fit_to_pages(1, 1)
    page.sheet.activate()


def place_of(gap: Gap) -> str:
    """Where something is missing, and in which form; empty where it goes without saying."""
    return ", ".join(part for part in (gap.site, gap.form) if part)


class _Summary:
    def __init__(self, page: Page, results: Results, sheets: Sheets) -> None:
        self.page, self.results, self.sheets = page, results, sheets
        self.plan = results.first
        money = (self.plan.paid, self.plan.valuation, float(self.plan.landed_money.sum()))
        self.unit = MoneyUnit.of(self.plan.currency, max(map(abs, money)))

    def write(self, charts: Sequence[Any]) -> None:
        """Titles; tables on the left, charts on the right; what to decide and what binds below."""
        top = self._titles()
        left = self._money(top)
        bought, gone = self._bought(left + 1), self._missing()
        title = f"What to buy{_span(self.plan)}{_nominal(self.plan)}"
        left = self._left(left + 1, title, bought)
        left = self._left(left + 1, WHAT_IS_MISSING, gone)
        shown = charts[: 3 if self.plan.shares() else 4]
        rows = -(-(len(shown) + bool(self.plan.shares())) // 2)
        right, shares = self._countries(top + rows * _CHART_ROWS + 1)
        if shares is not None:
            shown = [
                *shown,
                country_shares(self.page.book, self.page, shares, (_RIGHT, _RIGHT + 2)),
            ]
        self._charts(shown, top)
        row = self._decisions(max(left, right) + 1)
        row = self._binding(row)
        self._pointers(row)
        names = zip(*(line for block in (bought, gone) for line in block.rows), strict=True)
        widths = [_letters(cells) for cells in list(names)[:_NAMES]]
        self.page.widths([*widths, *_NUMBER_WIDTHS])

    # -- titles -----------------------------------------------------------------------------

    def _titles(self) -> int:
        page, plan, numbers = self.page, self.plan, self.plan.numbers
        page.put(0, 0, numbers.title or self.results.case.name, look=_TITLE)
        parts = [
            numbers.importer,
            f"scenario {plan.scenario}",
            "the cheapest plan"
            if plan.status == "optimal"
            else "a plan, not proven to be cheapest",
            f"money in {plan.currency}",
        ]
        page.put(1, 0, " · ".join(part for part in parts if part), look=_SUBTITLE)
        page.put(2, 0, in_short(plan), look=_SHORT)
        for row, height in enumerate((22, 16, 18)):
            done(page.sheet.set_row(row, height))
        row = 3
        for note in plan.notes:
            page.warning(row, 0, capital(note))
            row += 1
        for failure in self.results.failures:
            page.warning(row, 0, f"Scenario {failure.scenario} has no plan: {failure.status}")
            row += 1
        return row + 1

    def _left(self, row: int, title: str, block: _Block) -> int:
        """Write a block on the left with its heading; returns the row below."""
        self.page.heading(row, _LEFT, title, len(block.fields))
        return block.write(self.page, row + 1, _LEFT)

    # -- money ------------------------------------------------------------------------------

    def _money(self, row: int) -> int:
        """What is paid, what is only valued, and their sum; returns the row below."""
        page, plan, unit = self.page, self.plan, self.unit
        sums = self.sheets.costs.sums
        page.heading(row, _LEFT, f"What it costs [{unit.name}]", 6)
        at = page.here(row + 1, 5), page.here(row + 2, 5)
        paid, valued = (unit.scaled(sums[k].get("discounted", 0.0)) for k in (0, 1))
        both = sum(value for cell in (paid, valued) if isinstance(value := plain(cell), float))
        lines: list[tuple[str, Cell, Look]] = [
            ("Money paid", paid, BOLD),
            (f"{VALUED}, which nobody pays", valued, PLAIN),
            (SUM, Formula(f"={at[0]}+{at[1]}", both), TOTAL),
            ("Money paid, not discounted", unit.scaled(sums[0].get("nominal", 0.0)), PLAIN),
        ]
        lines += [(words, unit.scaled(less), BOLD) for words, less in against_current(plan)]
        size = largest([cell for _, cell, _ in lines])
        for i, (label, money, look) in enumerate(lines, start=row + 1):
            for column in range(_LEFT, 5):
                page.put(i, column, label if column == _LEFT else None, look=look)
            page.put(i, 5, money, show=Show.SCALED, size=size, look=look)
        row += len(lines) + 1
        if plan.numbers.discount[-1] != 1.0:
            rate = share_text(plan.numbers.discount_rate)
            page.note(row, _LEFT, f"Discounted at {rate} a year where not said otherwise")
            row += 1
        return row

    # -- what to buy ------------------------------------------------------------------------

    def _bought(self, heading: int) -> _Block:
        """What to buy, by source, the most first.

        Args:
            heading: the row of its heading; the lines begin two below.
        """
        plan, numbers, unit = self.plan, self.plan.numbers, self.unit
        ship, landed = plan.quantities.ship, plan.landed_money
        fields = (
            ("Source", Show.TEXT),
            ("Country", Show.TEXT),
            ("Material", Show.TEXT),
            ("Tonnes [t]", Show.TONNES),
            (f"[{plan.currency}/t]", Show.MONEY),
            (f"Landed [{unit.name}]", Show.SCALED),
        )
        order = sorted(range(len(ship)), key=lambda s: -float(ship[s].sum()))
        bought = [s for s in order if float(ship[s].sum()) > plan.threshold]
        lines: list[Line] = []
        for i, s in enumerate(bought[:_MOST_BOUGHT], start=heading + 2):
            source = numbers.sources[s]
            sold = _with_form(what_it_sells(plan, s), form_sold(plan, s))
            tonnes = self._of_source("tonnes", i, source.name, float(ship[s].sum()))
            money = unit.scaled(
                self._of_source("money", i, source.name, float(landed[s].sum()))
            )  # fmt: skip
            each = self._each(i, tonnes, money)
            lines.append((source.name, source.country, sold, tonnes, each, money))
        more = len(bought) - _MOST_BOUGHT
        if more > 0:
            lines.append(_more(f"… and {more} more, see Plan", "'Plan'!A1"))
        sums = self.sheets.orders.sums[0]
        tonnes, money = sums.get("tonnes", 0.0), unit.scaled(sums.get("money", 0.0))
        each = self._each(heading + 2 + len(lines), tonnes, money)
        total = ("Total", None, None, tonnes, each, money)
        return _Block(fields, [*lines, total], total=True)

    def _of_source(self, key: str, row: int, name: str, amount: float) -> Cell:
        """An amount of a source, as the sheet Orders adds it up."""
        orders = self.sheets.orders
        if orders.count * _MOST_BOUGHT > _MOST_COMPARED:
            return amount
        wanted = {"source": (self.page.here(row, _LEFT), name)}
        if self.results.several:
            wanted["scenario"] = (f"'{orders.page.name}'!$A$2", self.plan.scenario)
        return orders.total_where(key, wanted)

    def _each(self, row: int, tonnes: Cell, money: Cell) -> Cell:
        """Money of a tonne."""
        amount, cost = plain(tonnes), plain(money)
        if not isinstance(amount, float) or not isinstance(cost, float) or amount <= 0:
            return None
        times = f"*{self.unit.size:.0f}" if self.unit.size != 1.0 else ""
        here = self.page.here
        text = f"={here(row, _LEFT + 5)}{times}/{here(row, _LEFT + 3)}"
        return Formula(text, cost * self.unit.size / amount)

    # -- what is missing --------------------------------------------------------------------

    def _missing(self) -> _Block:
        """What is missing, where and when, the first period first."""
        plan, gaps = self.plan, missing(self.plan)
        has_sites, has_forms = any(gap.site for gap in gaps), any(gap.form for gap in gaps)
        place = (
            ("Site, form" if has_forms else "Site") if has_sites else "Form" if has_forms else ""
        )
        fields = (
            ("Item", Show.TEXT),
            ("Period", Show.TEXT),
            (place, Show.TEXT),
            ("Tonnes [t]", Show.TONNES),
            ("Of demand", Show.SHARE),
            ("", Show.TEXT),
        )
        if not gaps:
            nothing = [("Nothing: all demand is met", *[None] * 5)]
            return _Block(fields, nothing, has_head=False)
        lines: list[Line] = [
            (gap.item, gap.period, place_of(gap), gap.tonnes, gap.share, None)
            for gap in gaps[:MOST_MISSING]
        ]
        more = len(gaps) - MOST_MISSING
        if more > 0:
            lines.append(_more(f"… and {more} more, see Missing", "'Missing'!A1"))
        tonnes = self.sheets.missing.sums.get(plan.scenario, plan.shortfall_t)
        share = plan.shortfall_t / plan.demand_t
        total = ("Total", None, None, tonnes, share, None)
        return _Block(fields, [*lines, total], total=True)

    # -- where it comes from ----------------------------------------------------------------

    def _countries(self, row: int) -> tuple[int, tuple[int, int] | None]:
        """Shares by country, lowest cover; returns the row below, and the rows of the shares."""
        page, plan = self.page, self.plan
        shares, place = list(plan.shares().items()), None
        if shares:
            page.heading(row, _RIGHT, "Where it comes from", 3)
            place = row + 2, row + 1 + min(len(shares), _MOST_COUNTRIES + 1)
            row = self._country_block(row, shares).write(page, row + 1, _RIGHT)
        cover = lowest_cover(plan)
        if cover is not None:
            page.heading(row + 1, _RIGHT, "Lowest stock cover", 3)
            page.put(row + 2, _RIGHT, _cover_words(cover))
            row += 3
        return row, place

    def _country_block(self, heading: int, shares: Sequence[tuple[str, float]]) -> _Block:
        # One more takes the line that would say so.
        most = _MOST_COUNTRIES + (len(shares) == _MOST_COUNTRIES + 1)
        named: list[tuple[str, Cell]] = [
            (name, self._of_country(heading + 2 + i, name, tonnes))
            for i, (name, tonnes) in enumerate(shares[:most])
        ]
        rest = shares[most:]
        if rest:
            named.append((f"{len(rest)} more countries", sum(tonnes for _, tonnes in rest)))
        whole, all_bought = self.plan.purchases_t, self.sheets.orders.sums[0].get("tonnes")
        lines: list[Line] = []
        for i, (name, tonnes) in enumerate(named, start=heading + 2):
            amount = plain(tonnes)
            share = amount / whole if isinstance(amount, float) else None
            at = self.page.here(i, _RIGHT + 1)
            cell: Cell = share
            if all_bought is not None:
                cell = Formula(f"={at}/{all_bought.text.removeprefix('=')}", share)
            lines.append((name, tonnes, cell))
        fields = (("Country", Show.TEXT), ("Tonnes [t]", Show.TONNES), ("Share", Show.SHARE))
        return _Block(fields, lines)

    def _of_country(self, row: int, name: str, amount: float) -> Cell:
        orders = self.sheets.orders
        if name not in orders.columns["country"] or orders.count * 10 > _MOST_COMPARED:
            return amount
        wanted = {"country": (self.page.here(row, _RIGHT), name)}
        if self.results.several:
            wanted["scenario"] = (f"'{orders.page.name}'!$A$2", self.plan.scenario)
        return orders.total_where("tonnes", wanted)

    def _charts(self, charts: Sequence[Any], top: int) -> None:
        """Place charts two by two on the right."""
        for i, chart in enumerate(charts):
            row, column = top + i // 2 * _CHART_ROWS, _RIGHT if i % 2 == 0 else _RIGHT + 4
            done(chart.set_size({"width": _CHART_WIDTH, "height": _CHART_HEIGHT - 4}))
            self.page.sheet.insert_chart(row, column, chart, {"object_position": 2})

    # -- below ------------------------------------------------------------------------------

    def _decisions(self, row: int) -> int:
        """Start-ups and contracts with the latest date to decide; returns the row below."""
        lines: list[Cell] = list(to_decide(self.plan))
        if not lines:
            return row
        self.page.heading(row, _LEFT, "What to decide", _WIDTH)
        more = len(lines) - _MOST_DECIDED
        rest = [Link(f"… and {more} more, see Decisions", "'Decisions'!A1")] if more > 0 else []
        shown = [*lines[:_MOST_DECIDED], *rest]
        for i, line in enumerate(shown, start=row + 1):
            self.page.put(i, _LEFT, line)
        return row + len(shown) + 2

    def _binding(self, row: int) -> int:
        """What binds, those worth most first; returns the row below."""
        page = self.page
        page.heading(row, _LEFT, WHAT_BINDS, _WIDTH)
        found, rows = binding(self.plan), limit_rows_of(self.results)
        lines = [_linked(one, rows) for one in found[:_MOST_BINDING]]
        if not found:
            lines = [NOTHING_BINDS]
        more = len(found) - _MOST_BINDING
        if more > 0:
            lines.append(Link(f"{AND_MORE}{more} more, see Limits", "'Limits'!A1"))
        for i, line in enumerate(lines, start=row + 1):
            page.put(i, _LEFT, line, look=_QUIET)
        return row + len(lines) + 2

    def _pointers(self, row: int) -> None:
        """Whether the totals agree, what was warned of, and where to read on."""
        page = self.page
        agrees = verdict(self.sheets.checks)
        good = "differ" not in str(agrees.value).lower()
        page.put(row, _LEFT, agrees, look={**BOLD, **GOOD} if good else WARNING)
        warnings = len(self.results.case.warnings)
        if warnings:
            some = "1 warning" if warnings == 1 else f"{warnings} warnings"
            page.put(row, 4, Link(f"{some} on the input: see Run", "'Run'!A1"), look=WARNING)
        page.note(row, _RIGHT, "Read on (click):")
        names = ("Scenarios", *_READ_ON) if self.results.several else _READ_ON
        for i, name in enumerate(names):
            page.put(row + 1, _SLOTS[i], Link(name, f"'{name}'!A1"), look=LINKED)


_SLOTS = (0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 13, 14, 15, 16)
"""Columns of the links to other sheets."""


def _letters(cells: Sequence[Cell]) -> float:
    texts = [str(plain(cell) or "") for cell in cells if not isinstance(cell, Link)]
    return min(max(_NARROWEST, *(len(text) + 2.0 for text in texts)), _WIDEST)


def _linked(one: Binding, rows: Mapping[tuple[str, str, str], int]) -> Cell:
    """What binds in words, leading to its row of Limits."""
    row = rows.get((one.cell, one.kind, one.name))
    return Link(one.words, f"'Limits'!A{row + 1}") if row is not None else one.words


def _more(text: str, target: str) -> Line:
    return (Link(text, target), *[None] * 5)


def _span(plan: Plan) -> str:
    periods = plan.numbers.periods
    return f" in {periods[0]}" if len(periods) == 1 else f", {periods[0]} to {periods[-1]}"


def _nominal(plan: Plan) -> str:
    return "" if plan.numbers.discount[-1] == 1.0 else " (money not discounted)"


def _with_form(name: str, form: str) -> str:
    return f"{name} ({form})" if form else name


def _cover_words(cover: Cover) -> str:
    at = f" at {cover.site}" if cover.site else ""
    end = ", the last period planned" if cover.at_the_end else ""
    return (
        f"{cover.days:,.0f} days: {cover.material}{at}, {tonnes_text(cover.tonnes)} at the end "
        f"of {cover.period}{end}"
    )


@dataclass(frozen=True, slots=True)
class _Block:
    """A small table; its last row is a total if `total`."""

    fields: Sequence[tuple[str, Show]]
    rows: Sequence[Line]
    total: bool = False
    has_head: bool = True

    def write(self, page: Page, row: int, column: int) -> int:
        """Write it with its upper left corner there; returns the row below it."""
        for j, (header, show) in enumerate(self.fields if self.has_head else ()):
            side = {} if show is Show.TEXT else {"align": "right"}
            page.put(row, column + j, header, look={"bold": True, "bottom": 1, **side})
        sizes = [largest([line[j] for line in self.rows]) for j in range(len(self.fields))]
        row -= not self.has_head
        for i, line in enumerate(self.rows, start=1):
            look = TOTAL if self.total and i == len(self.rows) else PLAIN
            for j, (cell, (_, show)) in enumerate(zip(line, self.fields, strict=True)):
                page.put(row + i, column + j, cell, show=show, size=sizes[j], look=look)
        return row + len(self.rows) + 1
