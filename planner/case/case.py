"""The case: everything a workbook or a set of tables says, checked, complete and immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from planner.case import advice, calendar, validate
from planner.case import declarations as d
from planner.case.changes import Change, ChangeError, apply_change, parse_change
from planner.case.grid import Grid, RawCell, Workbook, grid_from_frame
from planner.case.ledger import BASE, Ledger, Periods
from planner.case.names import did_you_mean, fold, shortlist
from planner.case.problems import Problem, Problems
from planner.case.resolve import resolve
from planner.case.scenario import Scenario
from planner.case.table import KnownNames, Row, Table, parse_table
from planner.errors import InvalidCase, WrongUsage

if TYPE_CHECKING:
    import pandas as pd

_NOT_OURS = ("readme", "note", "#")
"""Sheets whose names start so are the user's own; nothing is said of them."""


@dataclass(frozen=True)
class Case:
    """One planning case, as its workbook or tables stand. Every change makes a new one.

    Attributes:
        name: short name, from the file's.
        label: what messages call the input.
        path: the workbook's path, None for a case made from tables.
        digest: SHA-256 of the workbook's bytes, None for a case made from tables.
        tables: the parsed sheets by name.
        warnings: what should be looked at, though a plan can be made.
        changes: changes on top of every scenario.
    """

    name: str
    label: str
    path: str | None
    digest: str | None
    tables: Mapping[str, Table]
    periods: Periods
    starts: tuple[date | None, ...]
    warnings: tuple[Problem, ...] = ()
    changes: tuple[Change, ...] = ()
    _resolved: dict[str, Scenario] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_tables(cls, tables: Mapping[str, pd.DataFrame], name: str = "case") -> Case:
        """A case from pandas frames, one per sheet, with the workbook's headers as columns.

        Complaints name cells as if each frame had been written to its sheet at A1.

        Raises:
            InvalidCase: with every problem.
        """
        grids = tuple(grid_from_frame(sheet, frame) for sheet, frame in tables.items())
        return case_from_workbook(Workbook(name, grids), name)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The names of the scenarios, Base first."""
        listed = [name for name in validate.names_of(self.tables, "Scenarios") if name != BASE]
        return (BASE, *listed)

    def with_changes(self, *changes: str) -> Case:
        """A new case with changes such as `Quotas[Quota=China].Tonnes*=0.7` on every scenario.

        Raises:
            WrongUsage: a change cannot be read, has no target, or its value does not fit.
        """
        try:
            parsed = tuple(parse_change(text) for text in changes)
            changed = replace(self, changes=(*self.changes, *parsed), _resolved={})
            ledger = Ledger.of(self.tables, self.periods)
            for change in changed.changes:
                apply_change(ledger, change)
        except ChangeError as error:
            raise WrongUsage(str(error)) from None
        return changed

    def scenario(self, name: str = BASE) -> Scenario:
        """The numbers of one scenario.

        Raises:
            WrongUsage: there is no such scenario, or a change of `with_changes` does not fit it.
            InvalidCase: the changes lead to numbers that the contract does not allow.
        """
        if name not in self.scenarios:
            raise WrongUsage(f"unknown scenario '{name}'{did_you_mean(name, self.scenarios)}")
        if name not in self._resolved:
            problems = Problems(list(self.tables))
            found = self._resolve(name, problems)
            if found is None:
                raise InvalidCase(problems.ordered)
            self._resolved[name] = found
        return self._resolved[name]

    def applied_changes(self, name: str = BASE) -> tuple[Change, ...]:
        """The changes that make a scenario, in the order in which they are made."""
        return (*self._scenario_changes(name), *self.changes)

    def _scenario_changes(self, name: str) -> tuple[Change, ...]:
        table = self.tables.get("Scenarios")
        on = {row.text("Scenario"): row.text("Builds on") for row in table.rows} if table else {}
        chain: list[str] = []
        while name and name != BASE and name not in chain:
            chain.insert(0, name)
            name = on.get(name, "")
        changes = self.tables.get("Changes")
        if changes is None:
            return ()
        return tuple(
            _change(changes, row)
            for scenario in chain
            for row in changes.rows
            if row.text("Scenario") == scenario
        )

    def _resolve(self, name: str, problems: Problems) -> Scenario | None:
        ledger = Ledger.of(self.tables, self.periods)
        before = len(problems.errors)
        for change in self._scenario_changes(name):
            try:
                apply_change(ledger, change)
            except ChangeError as error:
                problems.error(
                    str(error),
                    sheet="Changes",
                    cell=change.cells.get(error.part),
                    column=error.part,
                    kind="change",
                )
        for change in self.changes:
            try:
                apply_change(ledger, change)
            except ChangeError as error:
                raise WrongUsage(str(error)) from None
        if len(problems.errors) > before:
            return None
        return resolve(ledger, self.starts, self.name, name, problems)


def _change(table: Table, row: Row) -> Change:
    value = row.values.get("Value")
    return Change(
        sheet=row.text("Sheet"),
        rows=row.text("Rows"),
        column=row.text("Column"),
        operation=d.OPERATIONS[row.text("Operation")],
        value=RawCell(value, percent="Value" in row.percent_columns),
        scenario=row.text("Scenario"),
        cells={name: table.cell(row, name) for name in table.sheet.by_name},
    )


def case_from_workbook(workbook: Workbook, name: str) -> Case:
    """Understand a workbook.

    Raises:
        InvalidCase: with every problem, sorted by sheet, row and column.
    """
    problems = Problems([grid.name for grid in workbook.grids])
    grids = _match_sheets(workbook, problems)
    tables = _parse_all(grids, problems)
    if _REQUIRED - set(tables) or not tables["Periods"].rows:
        raise InvalidCase(problems.ordered)
    periods_table = tables["Periods"]
    names = periods_table.names()
    starts = tuple(_date(row) for row in periods_table.rows)
    given = [_years(row) for row in periods_table.rows]
    validate.check_starts(periods_table, problems)
    validate.check_references(tables, names, problems)
    validate.check_scenarios(tables, problems)
    validate.check_currencies(tables, _currency(tables), problems)
    case = Case(
        name=name,
        label=workbook.label,
        path=workbook.path,
        digest=workbook.digest,
        tables=MappingProxyType({n: _without_broken_rows(t) for n, t in tables.items()}),
        periods=Periods(names, tuple(calendar.lengths(starts, given))),
        starts=starts,
    )
    if all(length > 0 for length in case.periods.years):
        _resolve_all(case, problems)
    if problems.errors:
        raise InvalidCase(problems.ordered)
    problems.extend(advice.warnings(case.tables, case.scenario()))
    return replace(case, warnings=problems.warnings)


_REQUIRED = {sheet.name for sheet in d.SHEETS if sheet.required}


def _match_sheets(workbook: Workbook, problems: Problems) -> dict[str, Grid]:
    """The grid of each sheet of ours; complaints of what cannot be told apart or is unknown."""
    by_fold = {fold(name): name for name in d.BY_NAME}
    grids: dict[str, Grid] = {}
    for grid in workbook.grids:
        name = by_fold.get(fold(grid.name))
        if name is None:
            _complain_of_unknown(grid, problems)
        elif name in grids:
            text = f"two sheets are called {name}; rename or delete one"
            problems.error(text, sheet=grid.name, kind="sheet")
        elif grid.is_chart:
            text = "is a chart sheet, where a table is expected; rename it"
            problems.error(text, sheet=grid.name, kind="sheet")
        else:
            if grid.name != name:
                problems.warning(f"read as {name}", sheet=grid.name, kind="sheet")
            if grid.hidden:
                problems.warning("the sheet is hidden and was read", sheet=grid.name, kind="hidden")
            grids[name] = grid
    for sheet in d.SHEETS:
        if sheet.required and sheet.name not in grids:
            found = ", ".join(grid.name for grid in workbook.grids) or "none"
            problems.error(
                f"sheet is missing (found: {found})", sheet=sheet.name, kind="missing sheet"
            )
    return grids


def _complain_of_unknown(grid: Grid, problems: Problems) -> None:
    folded = fold(grid.name)
    if folded.startswith(_NOT_OURS) or (grid.hidden and folded.startswith("_")):
        return
    if not grid.cells and not grid.is_chart:
        return
    slip = validate.nearly_a_sheet(grid.name)
    if slip is not None:
        text = f"unknown sheet '{grid.name}'; did you mean '{slip}'? If not, rename it"
        problems.error(text, sheet=grid.name, kind="unknown sheet")
    else:
        text = "unknown sheet, not read; a name that starts with Notes or # says it is meant so"
        problems.warning(text, sheet=grid.name, kind="unknown sheet")


def _parse_all(grids: Mapping[str, Grid], problems: Problems) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    periods: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    has_sites = False
    for sheet in sorted(d.SHEETS, key=lambda sheet: sheet is not d.PERIODS):
        grid = grids.get(sheet.name)
        if grid is None:
            continue
        if (sheet.over_time and not periods) or (sheet.per_material and not materials):
            continue  # what is missing there is said already, and nothing can be read without it
        known = KnownNames(periods, materials, has_sites)
        own = Problems() if sheet.later else problems
        table = parse_table(grid, sheet, known, own)
        validate.check_unsupported(table, problems)
        if sheet is d.SETTINGS:
            table = validate.read_settings(table, periods, problems)
        if sheet is d.PERIODS:
            periods = tuple(dict.fromkeys(table.names()))
        if sheet is d.MATERIALS:
            materials = tuple(dict.fromkeys(table.names()))
        if sheet.required and not table.rows and grid.cells:
            text = f"the sheet has no rows; its columns are {shortlist(sheet.by_name, 40)}"
            problems.error(text, sheet=grid.name, kind="no rows")
        if not sheet.later:
            tables[sheet.name] = table
    return tables


def _currency(tables: Mapping[str, Table]) -> str:
    settings = tables.get("Settings")
    for row in settings.rows if settings else ():
        if row.text("Setting") == "Currency":
            return row.text("Value")
    return str(next(c.default for c in d.SETTINGS_ROWS if c.name == "Currency"))


def _date(row: Row) -> date | None:
    value = row.values.get("Start")
    return value if isinstance(value, date) else None


def _years(row: Row) -> float | None:
    value = row.values.get("Years")
    return value if isinstance(value, float) else None


def _without_broken_rows(table: Table) -> Table:
    """Rows without their key, or that repeat it, have been complained of; no more is said."""
    seen = set()
    rows = []
    there = [name for name in table.sheet.key if name in table.letters]
    for row in table.rows:
        key = tuple(row.values.get(name) for name in there)
        whole = all(
            name in row.values
            for name in there
            if not table.sheet.by_name[name].may_be_blank
            and table.sheet.by_name[name].refers_to != ("Sites",)
        )
        required = [c.name for c in table.sheet.columns if c.required and not c.key]
        if table.sheet is d.CHANGES:
            whole = whole and all(name in row.values for name in required)
        if not whole or (key in seen and there):
            continue
        seen.add(key)
        rows.append(row)
    return replace(table, rows=tuple(rows))


def _resolve_all(case: Case, problems: Problems) -> None:
    """Resolve every scenario, so that all complaints come at once.

    A complaint about a cell that is complained of already, or that Base has too, is not repeated.
    """
    base = Problems(list(case.tables))
    found = case._resolve(BASE, base)
    if found is not None:
        case._resolved[BASE] = found
    fresh = [p for p in base.ordered if not problems.has_error_at(p.sheet or "", p.cell or "")]
    problems.extend(_placed(fresh, problems))
    if found is None:
        return
    for name in case.scenarios[1:]:
        own = Problems(list(case.tables))
        if case._resolve(name, own) is None:
            known = {p.message for p in base.ordered}
            problems.extend(
                _placed(
                    [
                        replace(p, message=f"{p.message} (in scenario '{name}')")
                        for p in own.ordered
                        if p.message not in known
                    ],
                    problems,
                )
            )


def _placed(found: list[Problem], problems: Problems) -> list[Problem]:
    """Problems with their place in the order of the workbook's own sheets."""
    return [replace(p, position=(problems.rank(p.sheet), *p.position[1:])) for p in found]
