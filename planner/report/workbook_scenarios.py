"""The sheet Scenarios: the scenarios side by side, and how they differ from the first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell

from planner.plan import Plan
from planner.report.workbook_charts import cost_by_scenario
from planner.report.workbook_data import SUM, VALUED, Results
from planner.report.workbook_grid import (
    TO_THE_RIGHT,
    WARNING,
    Book,
    Cell,
    Formula,
    MoneyUnit,
    Page,
    Show,
    decimals,
    largest,
    plain,
    shows,
)
from planner.report.workbook_listing import Placed
from planner.report.workbook_missing import Missing
from planner.solving.tolerances import DIGITS_OF_DIFFERENCE

_LABEL_WIDTH, _SCENARIO_WIDTH, _GAP = 58.0, 17.0, 2.5
_MOST_CHARTED = 30

PAID = "Money paid"
_Value = Callable[[int, Plan], Cell]
"""What a line says of the plan at a position."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The lists that the comparison is made of."""

    plan: Placed
    costs: Placed
    missing: Missing


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that are shown alike."""

    title: str
    lines: Sequence[tuple[str, _Value]]
    show: Show


def write_scenarios(book: Book, results: Results, tables: Tables) -> None:
    """The scenarios side by side, one column each, those without a plan last; then differences."""
    sheet = _Sheet(book.page("Scenarios"), results)
    sheet.head()
    row = 2
    unit = cost_unit(results.plans)
    comparison = _Comparison(sheet, results, tables, unit)
    for block_below in comparison.blocks():
        row = sheet.write(block_below(row + 1), row) + 1
    row = sheet.remarks(row)
    if len(results.plans) <= _MOST_CHARTED:
        names = sheet.columns()
        rows = (comparison.paid_row, comparison.paid_row + 1)
        chart = cost_by_scenario(book, sheet.page.name, unit.name, names, rows)
        sheet.page.sheet.insert_chart(row + 1, 0, chart)
    sheet.page.sheet.freeze_panes(1, 1)
    sheet.page.print_list(sheet.widths, 1, 215)


def cost_unit(plans: Sequence[Plan]) -> MoneyUnit:
    """In which unit the costs of scenarios stand side by side."""
    size = max(max(abs(plan.paid), abs(plan.valuation)) for plan in plans)
    return MoneyUnit.of(plans[0].currency, size)


class _Sheet:
    """The sheet while blocks are added below each other."""

    def __init__(self, page: Page, results: Results) -> None:
        self.page, self.results = page, results
        plans, failures = results.plans, results.failures
        self.names = [*(plan.scenario for plan in plans), *(f.scenario for f in failures)]
        self.later = plans[1:]
        self.first_difference = len(self.names) + 2
        self.widths = [_LABEL_WIDTH, *[_SCENARIO_WIDTH] * len(self.names)]
        if self.later:
            self.widths += [_GAP, *[_SCENARIO_WIDTH] * len(self.later)]

    def columns(self) -> tuple[int, int]:
        """The first and the last column of a plan."""
        return 1, len(self.results.plans)

    def head(self) -> None:
        """Headers, and how each scenario ended."""
        page, results = self.page, self.results
        page.widths(self.widths)
        page.header(0, 0, "Scenario")
        for j, name in enumerate(self.names, start=1):
            page.header(0, j, name, TO_THE_RIGHT)
        base = results.first.scenario
        against = [f"{plan.scenario} less {base}" for plan in self.later]
        for j, text in enumerate(against, start=self.first_difference):
            page.header(0, j, text, TO_THE_RIGHT)
        page.height(0, ["Scenario", *self.names, "", *against], self.widths)
        page.put(1, 0, "Status")
        for j, plan in enumerate(results.plans, start=1):
            page.put(1, j, plan.status, look=TO_THE_RIGHT)
        for j, failure in enumerate(results.failures, start=1 + len(results.plans)):
            page.put(1, j, failure.status, look={**WARNING, **TO_THE_RIGHT})

    def write(self, block: _Block, row: int) -> int:
        """Add a block; returns the row below it."""
        self.page.heading(row, 0, block.title, len(self.widths))
        plans = self.results.plans
        lines = [[value(k, plan) for k, plan in enumerate(plans)] for _, value in block.lines]
        size = largest([cell for cells in lines for cell in cells])
        for i, (label, _) in enumerate(block.lines, start=row + 1):
            self.page.put(i, 0, label)
            cells = lines[i - row - 1]
            for j, cell in enumerate(cells, start=1):
                self.page.put(i, j, cell, show=block.show, size=size)
            self._differences(i, cells, shows(cells[0], block.show), size)
        return row + len(block.lines) + 1

    def _differences(self, row: int, cells: Sequence[Cell], show: Show, size: float) -> None:
        first = plain(cells[0])
        for k, cell in enumerate(cells[1:], start=1):
            value = plain(cell)
            if not isinstance(first, float) or not isinstance(value, float):
                continue
            # What is left of two numbers alike is rounding, and no difference.
            places = decimals(max(abs(first), abs(value)), DIGITS_OF_DIFFERENCE)
            text = f"=ROUND({self.page.here(row, k + 1)}-{self.page.here(row, 1)},{places})"
            place, difference = self.first_difference + k - 1, round(value - first, places) + 0.0
            self.page.put(row, place, Formula(text, difference), show=show, size=size)

    def remarks(self, row: int) -> int:
        """Why some scenarios have no plan, or not the cheapest; returns the row below."""
        plans, failures = self.results.plans, self.results.failures
        remarks = [f"{plan.scenario}: {note}" for plan in plans for note in plan.notes]
        remarks += [f"{f.scenario}: {f.status}: {f.message}" for f in failures]
        if not remarks:
            return row
        self.page.heading(
            row, 0, "Why some have no plan, or not the cheapest", len(self.widths)
        )  # fmt: skip
        for i, remark in enumerate(remarks, start=row + 1):
            self.page.put(i, 0, remark)
        return row + len(remarks) + 1


class _Comparison:
    """What is said of each plan, as formulas of the lists where these have it."""

    def __init__(self, sheet: _Sheet, results: Results, tables: Tables, unit: MoneyUnit) -> None:
        self.sheet, self.results, self.tables, self.unit = sheet, results, tables, unit
        self.paid_row = self.bought_row = 0

    def blocks(self) -> list[Callable[[int], _Block]]:
        """Makers of the blocks, each of which asks for the row of its first line."""
        return [self._costs, self._tonnes, self._sources, self._countries, self._missing]

    def _costs(self, row: int) -> _Block:
        here, unit = self.sheet.page.here, self.unit
        self.paid_row = row

        def total(kind: int, key: str) -> _Value:
            return lambda k, _: unit.scaled(self.tables.costs.sums[3 * k + kind].get(key, 0.0))

        def both(k: int, plan: Plan) -> Cell:
            cells = [plain(total(kind, "discounted")(k, plan)) for kind in (0, 1)]
            return Formula(
                f"={here(row, k + 1)}+{here(row + 1, k + 1)}",
                sum(cell for cell in cells if isinstance(cell, float)),
            )

        return _Block(
            f"Cost [{unit.name}]",
            [
                (PAID, total(0, "discounted")),
                (f"{VALUED}: nobody pays this", total(1, "discounted")),
                (SUM, both),
                ("Money paid, not discounted", total(0, "nominal")),
                (f"Landed cost of a tonne bought, not discounted [{self.results.currency}/t]",
                 lambda _, plan: plan.cost_per_t),
            ],
            Show.SCALED,
        )  # fmt: skip

    def _tonnes(self, row: int) -> _Block:
        here, sums = self.sheet.page.here, self.tables.plan.sums
        gone = self.tables.missing.sums
        self.bought_row = row + 1

        def missing(_: int, plan: Plan) -> Cell:
            return gone.get(plan.scenario, 0.0)

        def share(k: int, plan: Plan) -> Cell:
            tonnes = plain(missing(k, plan))
            if not plan.demand_t or not isinstance(tonnes, float):
                return None
            value = tonnes / plan.demand_t
            return Formula(f"={here(row + 2, k + 1)}/{here(row, k + 1)}", value, Show.SHARE)

        return _Block(
            "Tonnes [t]",
            [
                ("Demanded", lambda _, plan: plan.demand_t),
                ("Bought", lambda k, plan: sums[k].get("tonnes", plan.purchases_t)),
                ("Missing", missing),
                ("Missing, share of demand", share),
            ],
            Show.TONNES,
        )

    def _bought(self, key: str, name: str, row: int) -> tuple[str, _Value]:
        """Tonnes bought of a source (or in a country), as the sheet Plan adds them up."""

        def value(k: int, plan: Plan) -> Cell:
            place = xl_rowcol_to_cell(row, 0, col_abs=True)
            scenario = xl_rowcol_to_cell(0, k + 1, row_abs=True)
            wanted = {key: (place, name)}
            if self.results.several:
                wanted["scenario"] = (scenario, plan.scenario)
            return self.tables.plan.total_where("tonnes", wanted)

        return name, value

    def _sources(self, row: int) -> _Block:
        names = dict.fromkeys(s.name for plan in self.results.plans for s in plan.numbers.sources)
        lines = [self._bought("source", name, row + i) for i, name in enumerate(names)]
        return _Block("Tonnes bought, by source [t]", lines, Show.TONNES)

    def _countries(self, row: int) -> _Block:
        names = dict.fromkeys(country for plan in self.results.plans for country in plan.shares())
        lines = [self._share(name, row + i) for i, name in enumerate(names)]
        return _Block("Share of tonnes bought, by country", lines or [_NONE], Show.SHARE)

    def _share(self, name: str, row: int) -> tuple[str, _Value]:
        tonnes = self._bought("country", name, row)[1]

        def value(k: int, plan: Plan) -> Cell:
            cell, whole = tonnes(k, plan), plan.purchases_t
            part = plain(cell)
            if not whole or not isinstance(part, float):
                return None
            if not isinstance(cell, Formula):
                return part / whole
            all_bought = self.sheet.page.here(self.bought_row, k + 1)
            return Formula(f"{cell.text}/{all_bought}", part / whole)

        return name, value

    def _missing(self, _: int) -> _Block:
        """A line for each item that is missing anywhere."""
        items = dict.fromkeys(item for _, item in self.tables.missing.totals)
        lines = [self._missing_of(item) for item in items]
        return _Block("Missing, by item [t]", lines or [_NONE], Show.TONNES)

    def _missing_of(self, item: str) -> tuple[str, _Value]:
        def value(_: int, plan: Plan) -> Cell:
            cells = self.tables.missing.totals.get((plan.scenario, item), ())
            found = math.fsum(x for cell in cells if isinstance(x := cell.value, float))
            if not 0 < len(cells) <= _MOST_SITES:
                return found
            return Formula("=" + "+".join(cell.text.removeprefix("=") for cell in cells), found)

        return item, value


_MOST_SITES = 50
"""Plants of an item whose cells are added up in one formula."""

_NONE: tuple[str, _Value] = ("none", lambda _, __: None)
