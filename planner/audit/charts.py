"""What charts draw on, beside what follows from the plans: Chart data, shares, and scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planner.audit.cells import Content, Sheet
from planner.audit.comparing import Wrong, same, shown
from planner.plan import Plan
from planner.report.workbook_charts import DATA, ChartTable, chart_tables
from planner.report.workbook_data import SUM, VALUED
from planner.report.workbook_grid import plain
from planner.report.workbook_scenarios import PAID, cost_unit

_SHARES = "Where it comes from"


def wrong_charts(sheets: Mapping[str, Sheet], plans: Sequence[Plan]) -> Iterator[Wrong]:
    """Cells of charts that say otherwise than they should.

    Args:
        sheets: of the workbook.
        plans: all of the workbook, the one that it shows first.
    """
    rounding = 100.0 * max(plan.threshold for plan in plans)
    if DATA in sheets:
        for table in chart_tables(plans[0]):
            yield from _unlike(sheets[DATA], table, rounding)
    if "Summary" in sheets:
        yield from _wrong_shares(sheets["Summary"], plans[0], rounding)
    if "Scenarios" in sheets:
        yield from _wrong_costs(sheets["Scenarios"], plans)


def _unlike(sheet: Sheet, table: ChartTable, rounding: float) -> Iterator[Wrong]:
    """Cells of a table of the sheet Chart data."""
    place = _find(sheet, table.title, 0)
    if place is None:
        yield sheet.cell(0, 0), f"the table '{table.title}' is missing"
        return
    head = place[0] + 1
    columns = {header: sheet.column(header, head) for header in table.headers[1:]}
    for header, column in columns.items():
        if column is None:
            yield sheet.cell(head, 0), f"the column {header} is missing"
    waiting = {plain(row[0]): [plain(cell) for cell in row[1:]] for row in table.rows}
    for i in sheet.listed(head):
        name = sheet.at(i, 0)
        if name not in waiting:
            yield sheet.cell(i, 0), f"'{name}' is none of the table"
            continue
        for header, follows in zip(table.headers[1:], waiting.pop(name), strict=True):
            column = columns[header]
            if column is not None:
                yield from _compared(sheet, i, column, follows, rounding)
    for name, numbers in waiting.items():
        if any(isinstance(number, float) and abs(number) > rounding for number in numbers):
            yield sheet.cell(head, 0), f"the row {name} is missing"


def _wrong_shares(sheet: Sheet, plan: Plan, rounding: float) -> Iterator[Wrong]:
    """Tonnes by country on the Summary, which its chart shows as shares."""
    shares = plan.shares()
    place = _find(sheet, _SHARES)
    if place is None:
        if shares:
            yield sheet.cell(0, 0), f"the table '{_SHARES}' is missing"
        return
    row, column = place
    left = {plain(name): tonnes for name, tonnes in shares.items()}
    for i in range(row + 2, len(sheet.rows)):
        name = sheet.at(i, column)
        if not isinstance(name, str) or not isinstance(sheet.at(i, column + 1), float):
            break
        tonnes = left.pop(name) if name in left else sum(left.values())
        yield from _compared(sheet, i, column + 1, tonnes, rounding)
        yield from _compared(sheet, i, column + 2, tonnes / plan.purchases_t, 0.0)


def _wrong_costs(sheet: Sheet, plans: Sequence[Plan]) -> Iterator[Wrong]:
    """What is paid and valued of each scenario, side by side."""
    unit = cost_unit(plans)
    wanted = {
        PAID: [plan.paid for plan in plans],
        f"{VALUED}: nobody pays this": [plan.valuation for plan in plans],
        SUM: [plan.objective for plan in plans],
    }
    for i, cells in enumerate(sheet.rows):
        for plan, money in zip(plans, wanted.get(str(cells[0]), ()), strict=False):
            column = sheet.column(plan.scenario)
            if column is not None:
                size = unit.scaled(max(abs(cost) for cost in plan.costs.values()))
                rounding = 1e-9 * size if isinstance(size, float) else 0.0
                yield from _compared(sheet, i, column, plain(unit.scaled(money)), rounding)


def _compared(
    sheet: Sheet, row: int, column: int, follows: object, rounding: float
) -> Iterator[Wrong]:
    said = sheet.at(row, column)
    if not same(said, follows, rounding):
        yield sheet.cell(row, column), f"is {shown(said)}, follows as {shown(follows)}"


def _find(sheet: Sheet, text: Content, column: int | None = None) -> tuple[int, int] | None:
    """Where a text stands; in a column, or anywhere."""
    for i, cells in enumerate(sheet.rows):
        for j, value in enumerate(cells):
            if value == text and column in (None, j):
                return i, j
    return None
