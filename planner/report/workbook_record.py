"""The sheets that let a result stand alone: Inputs, Run."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil, isinf

import numpy as np
import xlsxwriter

from planner._version import __version__
from planner.case.changes import Change
from planner.case.columns import Value
from planner.case.table import Row as InputRow
from planner.case.table import Table
from planner.case.units import Unit
from planner.plan import Plan
from planner.report.workbook_data import Results
from planner.report.workbook_grid import (
    INDENTED,
    PLAIN,
    WRAPPED,
    Book,
    Cell,
    Figure,
    Look,
    Page,
    Row,
    Show,
    done,
    plain,
    shown,
)
from planner.solving.tolerances import MOST_COST_ERROR, MOST_DUAL_GAP, MOST_VIOLATION

_TITLE: Look = {"bold": True, "font_size": 14}
_FACT: Look = {"align": "left", "text_wrap": True}
_NARROWEST, _WIDEST = 9.0, 44.0
_TITLE_HEIGHT = 20
_ROW_WIDTH, _LABEL_WIDTH, _RUN_WIDTH = 7.0, 40.0, 28.0


# -- inputs ---------------------------------------------------------------------------------


def write_inputs(book: Book, results: Results) -> Mapping[str, str]:
    """The case as read, cell by cell in the units of its headers, and what scenarios change.

    Returns:
        Where each cell of the input is found: by `Sources!E3`, the address on this sheet.
    """
    case = results.case
    inputs = _Inputs(book.page("Inputs"), case.periods.names)
    inputs.page.put(0, 0, f"Inputs as read from {case.label}", look=_TITLE)
    done(inputs.page.sheet.set_row(0, _TITLE_HEIGHT))
    inputs.page.note(
        1,
        0,
        "Numbers are in the units of their headers. The letters above a header and the number "
        "before a row are those of the input, so that Sources!E3 can be found here too.",
    )
    for name, table in case.tables.items():
        if table.rows:
            inputs.add_table(name, table)
    inputs.add_changes(results)
    inputs.page.widths([_ROW_WIDTH, *inputs.widths])
    inputs.page.sheet.freeze_panes(0, 1)
    return inputs.places


@dataclass(slots=True)
class _Inputs:
    """The sheet Inputs while tables are added below each other.

    Attributes:
        page: the sheet.
        periods: names of the periods, in order.
        row: the next free row.
        widths: of the columns after the first, in letters.
        places: by cell of the input, where it is here.
    """

    page: Page
    periods: Sequence[str]
    row: int = 3
    widths: list[float] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def add_table(self, name: str, table: Table) -> None:
        """Add a sheet of the case, with the addresses that it has in the input."""
        columns = _columns(table, self.periods)
        self._head(name, [header for header, _, _ in columns], [at for _, _, at in columns])
        for row in table.rows:
            for j, (_, column, letters) in enumerate(columns, start=1):
                at = row.spread_cells.get(column) or f"{letters}{row.number}"
                self.places[f"{name}!{at}"] = self.page.address(self.row, j)
            self._add_row(str(row.number), [_input(table, row, name) for _, name, _ in columns])
        self.row += 1

    def add_changes(self, results: Results) -> None:
        """Add the changes that make the scenarios reported."""
        headers = ("Scenario", "Sheet", "Rows", "Column", "Operation", "Value", "Input cell")
        self._head("Changes applied", headers, [""] * len(headers))
        names = [plan.scenario for plan in results.plans]
        for name in (*names, *(failure.scenario for failure in results.failures)):
            changes = results.case.applied_changes(name)
            for cells in [_change_cells(change) for change in changes] or [("none",)]:
                self._add_row("", [name, *cells])

    def _head(self, title: str, headers: Sequence[str], places: Sequence[str]) -> None:
        """Write the heading of a table, the columns' letters, and their headers."""
        self.page.heading(self.row, 0, title, len(headers) + 1)
        self.page.note(self.row + 2, 0, "row" if any(places) else "")
        for j, (header, place) in enumerate(zip(headers, places, strict=True), start=1):
            self.page.note(self.row + 1, j, place)
            self.page.header(self.row + 2, j, header)
            self._widen(j, max([*map(len, header.split()), ceil(len(header) / 2)]))
        self.page.height(self.row + 2, headers, self.widths)
        self.row += 3

    def _add_row(self, number: str, cells: Sequence[Cell]) -> None:
        self.page.note(self.row, 0, number)
        for j, cell in enumerate(cells, start=1):
            text = shown(cell, Show.NUMBER, 0.0)
            self._widen(j, len(text))
            look = WRAPPED if len(text) > _WIDEST else PLAIN
            after_number = j > 1 and isinstance(plain(cells[j - 2]), float)
            side = INDENTED if after_number and isinstance(cell, str) else PLAIN
            self.page.put(self.row, j, cell, show=Show.NUMBER, look={**look, **side})
        self.row += 1

    def _widen(self, column: int, letters: int) -> None:
        """Make a column wide enough for so many letters."""
        while len(self.widths) < column:
            self.widths.append(_NARROWEST)
        self.widths[column - 1] = max(self.widths[column - 1], min(letters + 2.0, _WIDEST))


def _columns(table: Table, periods: Sequence[str]) -> list[tuple[str, str, str]]:
    """The columns of a sheet that have a value: header with unit, name, letters in the input."""
    plain = [(_header(name, table.unit(name)), name, table.letters[name]) for name in table.letters]
    names = {name: None for row in table.rows for name in row.spread}
    spread = [name for name in periods if name in names]
    spread += [name for name in names if name not in spread]
    return plain + [
        (_header(name, _spread_unit(table, name)), name, _spread_letters(table, name))
        for name in spread
    ]


def _spread_letters(table: Table, name: str) -> str:
    """The column letters of a period or material; blank where it has none of its own."""
    places = {row.spread_cells.get(name, "").rstrip("0123456789") for row in table.rows} - {""}
    return places.pop() if len(places) == 1 else ""


def _spread_unit(table: Table, name: str) -> Unit:
    declared = table.sheet.over_time or table.sheet.per_material or table.sheet.numbered
    own = declared.own_unit if declared is not None else Unit()
    return table.spread_units.get(name, own)


def _header(name: str, unit: Unit) -> str:
    return f"{name} [{unit.text}]" if unit.text else name


def _input(table: Table, row: InputRow, column: str) -> Cell:
    """A value as it was typed, in the unit of its header."""
    if column in row.spread:
        value, unit = row.spread[column], _spread_unit(table, column)
    elif column in row.values:
        value, unit = row.values[column], table.unit(column)
    else:
        return None
    if isinstance(value, float) and column in row.percent_columns and not unit.percent:
        return Figure(value, Show.SHARE)
    return _as_typed(value, unit)


def _as_typed(value: Value, unit: Unit) -> Cell:
    if not isinstance(value, float) or isinstance(value, bool):
        return value
    if isinf(value):
        return "unlimited"
    typed = unit.outward(value)
    rounded = float(f"{typed:.15g}")
    # Converting in and out again may add a last digit that nobody typed.
    return rounded if unit.inward(rounded) == value else typed


def _change_cells(change: Change) -> Row:
    value, cell = change.value.content, change.cells.get("Value")
    shown_value: Cell = value
    if isinstance(value, float) and change.value.percent:
        shown_value = Figure(value, Show.SHARE)
    return (
        change.sheet, change.rows, change.column, change.operation, shown_value,
        f"Changes!{cell}" if cell else "set for this run",
    )  # fmt: skip


# -- run ------------------------------------------------------------------------------------


def write_run(book: Book, results: Results, verdict: Cell) -> None:
    """How the results came about: program, input, scenarios, solver, check, warnings.

    Args:
        book: the workbook.
        results: what is reported.
        verdict: whether the totals of the workbook are those of the solver.
    """
    page = book.page("Run")
    row = _write_facts(page, 0, "Program and input", _program(results, verdict))
    row = _write_plans(page, row + 1, [_plan_facts(results, plan) for plan in results.plans])
    for title, lines in (
        ("Scenarios without a plan", [f"{f.scenario}: {f.message}" for f in results.failures]),
        ("Notes on the plans", [f"{p.scenario}: {n}" for p in results.plans for n in p.notes]),
        ("Warnings on the input", [problem.message for problem in results.case.warnings]),
    ):
        row = _write_facts(page, row + 1, title, dict.fromkeys(lines or ["none"]))
    page.widths([_LABEL_WIDTH, *[_RUN_WIDTH] * len(results.plans)])
    page.sheet.freeze_panes(0, 1)


def _write_plans(page: Page, row: int, columns: Sequence[Mapping[str, Cell]]) -> int:
    """Write what is to be known of each plan, side by side; returns the row below."""
    page.heading(row, 0, "Scenarios solved", len(columns) + 1)
    for i, label in enumerate(columns[0], start=row + 1):
        cells = [facts[label] for facts in columns]
        page.put(i, 0, label)
        for j, cell in enumerate(cells, start=1):
            page.put(i, j, cell, show=Show.NUMBER, look=_FACT)
        page.height(i, cells, [_RUN_WIDTH] * len(cells))
    return row + len(columns[0]) + 1


def _write_facts(page: Page, row: int, title: str, facts: Mapping[str, Cell]) -> int:
    """Write facts below each other; returns the row below."""
    page.heading(row, 0, title, 2)
    for i, (label, value) in enumerate(facts.items(), start=1):
        page.put(row + i, 0, label)
        page.put(row + i, 1, value, show=Show.NUMBER)
    return row + len(facts) + 1


def _program(results: Results, verdict: Cell) -> dict[str, Cell]:
    case = results.case
    return {
        "Planner": __version__,
        "Written (UTC)": datetime.now(UTC).isoformat(sep=" ", timespec="seconds"),
        "Input": case.path or f"{case.label} (tables, no file)",
        "Input SHA-256": case.digest or "none",
        "Solver": results.first.solver,
        "Totals of this workbook": verdict,
        "Python": platform.python_version(),
        "numpy": np.__version__,
        "xlsxwriter": xlsxwriter.__version__,
    }


def _plan_facts(results: Results, plan: Plan) -> dict[str, Cell]:
    check, seconds = plan.check, plan.seconds
    changes = results.case.applied_changes(plan.scenario)
    return {
        "Scenario": plan.scenario,
        "Changes": "; ".join(map(str, changes)) or "none",
        "Status": plan.status,
        f"Objective [{plan.currency}]": Figure(plan.objective, Show.MONEY),
        f"Bound: no plan costs less [{plan.currency}]": Figure(plan.bound, Show.MONEY),
        "Gap": _figure(plan.gap),
        f"Check: largest violation (at most {MOST_VIOLATION:.0e})": _figure(check.max_violation),
        "Check: where": check.where or "nothing is broken",
        f"Check: cost error (at most {MOST_COST_ERROR:.0e})": _figure(check.cost_error),
        f"Check: dual gap (at most {MOST_DUAL_GAP:.0e})": _figure(check.dual_gap),
        "Seconds to read": seconds.read,
        "Seconds to build": seconds.build,
        "Seconds to solve": seconds.solve,
    }


def _figure(number: float | None) -> Cell:
    """A figure of the solver or the check; a word where there is none."""
    return "not known" if number is None else Figure(number, Show.FIGURE)
