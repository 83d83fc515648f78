"""The case: everything a workbook or a set of tables says, checked, complete and immutable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from planner.case import advice, calendar, validate
from planner.case import declarations as d
from planner.case.changes import Change, ChangeError, apply_change, parse_change
from planner.case.grid import Grid, RawCell, Workbook, grid_from_frame
from planner.case.headers import KnownNames
from planner.case.ledger import BASE, Ledger, Periods
from planner.case.names import did_you_mean, fold, odd_letter, shortlist
from planner.case.places import Places
from planner.case.problems import Problem, Problems
from planner.case.resolve import resolve
from planner.case.scenario import Scenario
from planner.case.table import Row, Table, parse_table
from planner.case.uncertainty import check_uncertainty
from planner.errors import InvalidCase, UnfitChange, WrongUsage

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
    _typed: list[Ledger] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def from_tables(cls, tables: Mapping[str, pd.DataFrame], name: str = "case") -> Case:
        """A case from pandas frames, one per sheet, with the workbook's headers as columns.

        Complaints name cells as if each frame had been written to its sheet at A1.

        Raises:
            InvalidCase: with every problem.
            WrongUsage: something else than frames was given.
        """
        for sheet, frame in tables.items():
            if not hasattr(frame, "itertuples"):
                raise WrongUsage(f"{sheet}: a pandas DataFrame is expected, got {type(frame)}")
        grids = tuple(grid_from_frame(str(sheet), frame) for sheet, frame in tables.items())
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
        except ChangeError as error:
            raise WrongUsage(str(error)) from None
        changed._changed(BASE, Problems())
        return replace(changed, warnings=changed._warnings())

    def varied(self, *changes: str | Change) -> Case:
        """The same as `with_changes`, without looking for warnings: for many what-ifs.

        What does not fit is said by `scenario`.

        Raises:
            WrongUsage: a change cannot be read.
        """
        try:
            parsed = tuple(
                change if isinstance(change, Change) else parse_change(change) for change in changes
            )
        except ChangeError as error:
            raise WrongUsage(str(error)) from None
        return replace(self, changes=(*self.changes, *parsed), _resolved={})

    def as_typed(self) -> Case:
        """The same without the changes of `with_changes`."""
        return replace(self, changes=(), _resolved={})

    def with_tables(self, tables: Mapping[str, Table]) -> Case:
        """The same with other tables: for what stands between two cases, row by row.

        Raises:
            InvalidCase: they are no case together, such as a name that no sheet defines.
        """
        problems = Problems(list(tables))
        made = _assembled(self, tables, tables, problems)
        if problems.errors or not _is_whole(made):
            raise InvalidCase(problems.ordered)
        return made

    def _warnings(self) -> tuple[Problem, ...]:
        """The warnings of the case as changed; those that are there already are not repeated."""
        problems = Problems(list(self.tables))
        found = self._resolve(BASE, problems)
        if found is None:
            return self.warnings  # `scenario` says what is wrong
        problems.extend(_placed(advice.warnings(self.tables, found), problems))
        known = {problem.message for problem in self.warnings}
        fresh = [problem for problem in problems.warnings if problem.message not in known]
        return (*self.warnings, *fresh)

    def scenario(self, name: str = BASE) -> Scenario:
        """The numbers of one scenario.

        Raises:
            WrongUsage: there is no such scenario, or a change of `with_changes` does not fit it.
            InvalidCase: the changes lead to numbers that the contract does not allow;
                `UnfitChange` where they would not without those of `with_changes`.
        """
        if name not in self.scenarios:
            raise WrongUsage(f"unknown scenario '{name}'{did_you_mean(name, self.scenarios)}")
        if name not in self._resolved:
            problems = Problems(list(self.tables))
            found = self._resolve(name, problems)
            if found is None:
                raise self._wrong(name, problems.ordered)
            self._resolved[name] = found
        return self._resolved[name]

    def _wrong(self, name: str, problems: Sequence[Problem]) -> InvalidCase:
        """What is wrong with a scenario: the case, or what `with_changes` made of a right one."""
        if self.changes and replace(self, changes=())._resolve(name, Problems()) is not None:
            return UnfitChange(problems, [str(change) for change in self.changes])
        return InvalidCase(problems)

    def values(self, name: str = BASE) -> Ledger:
        """The values of one scenario as they are typed, changes made; to look at only.

        Raises:
            WrongUsage: there is no such scenario, or a change of `with_changes` does not fit it.
            InvalidCase: a change of the scenario does not fit.
        """
        if name not in self.scenarios:
            raise WrongUsage(f"unknown scenario '{name}'{did_you_mean(name, self.scenarios)}")
        problems = Problems(list(self.tables))
        ledger = self._changed(name, problems)
        if ledger is None:
            raise InvalidCase(problems.ordered)
        return ledger

    def lineage(self, name: str) -> tuple[str, ...]:
        """A scenario and those that it builds on, the first one first; without Base."""
        return tuple(self._chain(name))

    def applied_changes(self, name: str = BASE) -> tuple[Change, ...]:
        """The changes that make a scenario, in the order in which they are made."""
        return (*self._scenario_changes(name), *self.changes)

    def _scenario_changes(self, name: str) -> tuple[Change, ...]:
        changes = self.tables.get("Changes")
        if changes is None:
            return ()
        return tuple(
            _change(changes, row)
            for scenario in self._chain(name)
            for row in changes.rows
            if row.text("Scenario") == scenario
        )

    def _chain(self, name: str) -> list[str]:
        """A scenario and those it builds on, the first one first; without Base."""
        table = self.tables.get("Scenarios")
        on = {row.text("Scenario"): row.text("Builds on") for row in table.rows} if table else {}
        chain: list[str] = []
        while name and name != BASE and name not in chain:
            chain.insert(0, name)
            name = on.get(name, "")
        return chain

    def _resolve(self, name: str, problems: Problems) -> Scenario | None:
        ledger = self._changed(name, problems)
        if ledger is None:
            return None
        lineage = self._chain(name)
        return resolve(ledger, self.starts, self.name, name, problems, lineage=lineage)

    def _changed(self, name: str, problems: Problems) -> Ledger | None:
        """The values under a scenario's changes; None where a change cannot be made."""
        ledger = self._values_as_typed()
        sound = True
        for change in self._scenario_changes(name):
            try:
                doubts = apply_change(ledger, change)
            except ChangeError as error:
                sound = False
                if not error.is_follow_up:
                    self._complain_of_change(change, error, problems)
            else:
                for part, text in doubts:
                    cell = change.cells.get(part)
                    problems.warning(text, sheet="Changes", cell=cell, column=part, kind="change")
        for change in self.changes:
            try:
                doubts = apply_change(ledger, change)
            except ChangeError as error:
                raise WrongUsage(f"{change}: {error}") from None
            for _, text in doubts:
                problems.warning(f"{change}: {text}", kind="change")
        return ledger if sound else None

    def _values_as_typed(self) -> Ledger:
        """A working copy of the values without any change; cases of the same tables share it."""
        typed = self._typed[0] if self._typed else None
        if typed is None or typed.tables is not self.tables or typed.periods is not self.periods:
            typed = Ledger.of(self.tables, self.periods)
            self._typed[:] = [typed]
        return typed.copy()

    @staticmethod
    def _complain_of_change(change: Change, error: ChangeError, problems: Problems) -> None:
        problems.error(
            str(error),
            sheet="Changes",
            cell=change.cells.get(error.part),
            column=error.part,
            kind="change",
        )


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
    parsed = _parse_all(_match_sheets(workbook, problems), problems)
    tables = {sheet: _without_broken_rows(table) for sheet, table in parsed.items()}
    blank = Case(
        name=name,
        label=workbook.label,
        path=workbook.path,
        digest=workbook.digest,
        tables=MappingProxyType({}),
        periods=Periods((), ()),
        starts=(),
    )
    case = _assembled(blank, tables, parsed, problems)
    if _is_whole(case):
        _resolve_all(case, problems)
        check_uncertainty(case.tables, case.periods, problems)
    places = Places(workbook.grids, parsed)
    if problems.errors:
        raise InvalidCase(places.complete(problems.ordered))
    problems.extend(_placed(advice.warnings(case.tables, case.scenario()), problems))
    return replace(case, warnings=places.complete(problems.warnings))


def _assembled(
    case: Case, tables: Mapping[str, Table], parsed: Mapping[str, Table], problems: Problems
) -> Case:
    """A case with these tables, checked against each other.

    Args:
        case: what it is called.
        tables: the tables, without rows that are broken.
        parsed: the same with them, for complaints.
        problems: takes what is wrong.
    """
    periods = tables.get("Periods", Table(d.PERIODS))
    validate.check_starts(periods, problems)
    validate.check_references(parsed, periods.names(), problems)
    validate.check_items(parsed, problems)
    validate.check_scenarios(parsed, problems)
    validate.check_currencies(parsed, _currency(tables), problems)
    starts = tuple(_date(row) for row in periods.rows)
    lengths = calendar.lengths(starts, [_years(row) for row in periods.rows])
    return replace(
        case,
        tables=MappingProxyType(dict(tables)),
        periods=Periods(periods.names(), tuple(lengths)),
        starts=starts,
        _resolved={},
        _typed=[],
    )


def _is_whole(case: Case) -> bool:
    """Whether every sheet that a case needs has rows, and every period a length."""
    has_rows = all(name in case.tables and case.tables[name].rows for name in _REQUIRED)
    return has_rows and min(case.periods.years) > 0


_REQUIRED = {sheet.name for sheet in d.SHEETS if sheet.required}


def _match_sheets(workbook: Workbook, problems: Problems) -> dict[str, Grid]:
    """The grid of each sheet of ours; complaints of what cannot be told apart or is unknown."""
    by_fold = {fold(name): name for name in d.BY_NAME}
    grids: dict[str, Grid] = {}
    misspelt: set[str | None] = set()
    for grid in workbook.grids:
        name = by_fold.get(fold(grid.name))
        if name is None:
            misspelt.add(_complain_of_unknown(grid, problems))
        elif name in grids:
            text = f"two sheets are called {name}; rename or delete one"
            problems.error(text, sheet=grid.name, kind="sheet")
        elif grid.no_table:
            text = f"is a {grid.no_table}, where a table is expected; rename it"
            problems.error(text, sheet=grid.name, kind="sheet")
        else:
            if grid.name != name:
                problems.warning(f"read as {name}", sheet=grid.name, kind="sheet")
            if grid.hidden:
                problems.warning(
                    "the sheet is hidden and was read; delete it if it is not meant",
                    sheet=name,
                    kind="hidden",
                )
            grids[name] = replace(grid, name=name)
    found = ", ".join(grid.name for grid in workbook.grids) or "none"
    for sheet in d.SHEETS:
        if sheet.required and sheet.name not in grids and sheet.name not in misspelt:
            text = f"sheet is missing (found: {found})"
            problems.error(text, sheet=sheet.name, kind="missing sheet")
    return grids


def _complain_of_unknown(grid: Grid, problems: Problems) -> str | None:
    """Say that a sheet is not ours; returns the sheet that was probably meant."""
    folded = fold(grid.name)
    if folded.startswith(_NOT_OURS) or (grid.hidden and folded.startswith("_")):
        return None
    if not any(grid.cells.values()) and not grid.no_table:
        return None
    slip = validate.nearly_a_sheet(grid.name)
    if slip is not None:
        text = f"unknown sheet '{grid.name}'; did you mean '{slip}'?"
        text += f"{odd_letter(grid.name, slip)} If not, rename it"
        problems.error(text, sheet=grid.name, kind="unknown sheet")
    else:
        text = "unknown sheet, not read; a name that starts with Notes or # says it is meant so"
        problems.warning(text, sheet=grid.name, kind="unknown sheet")
    return slip


def _parse_all(grids: Mapping[str, Grid], problems: Problems) -> dict[str, Table]:
    """Every sheet of ours, understood on its own."""
    tables: dict[str, Table] = {}
    known = KnownNames()
    for sheet in sorted(d.SHEETS, key=lambda sheet: sheet is not d.PERIODS):
        grid = grids.get(sheet.name)
        if grid is None:
            continue
        if (sheet.over_time and not known.periods) or (sheet.per_material and not known.materials):
            continue  # what is missing there is said already, and nothing can be read without it
        table = parse_table(grid, sheet, known, problems)
        if sheet is d.SETTINGS:
            table = validate.read_settings(table, known.periods, problems)
        if sheet.required and not table.filled and table.headers:
            text = f"the sheet has no rows; its columns are {shortlist(sheet.by_name, 40)}"
            problems.error(text, sheet=grid.name, kind="no rows")
        tables[sheet.name] = table
        known = replace(
            known,
            periods=_unique_names(tables, "Periods"),
            materials=_unique_names(tables, "Materials"),
            has_sites=_has_sites(tables),
            currency=_currency(tables),
        )
    if not _has_sites(tables):
        validate.check_site_columns(tables, problems)
    return tables


def _has_sites(tables: Mapping[str, Table]) -> bool:
    """Whether there are plants: rows, or something on the sheet that could not be read."""
    sites = tables.get(d.SITES.name)
    return sites is not None and bool(sites.rows or (sites.filled and sites.broken))


def _unique_names(tables: Mapping[str, Table], sheet: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(validate.names_of(tables, sheet)))


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
    needed = [
        column.name
        for column in table.sheet.columns
        if (column.key or (column.required and table.sheet is d.CHANGES))
        and not column.may_be_blank
        and column.refers_to != (d.SITES.name,)
    ]
    seen = set()
    rows, left_out = [], set()
    for row in table.rows:
        key = tuple(row.values.get(name) for name in table.sheet.key)
        if not all(name in row.values for name in needed) or (key in seen and key):
            left_out |= {row.text(name) for name in table.sheet.key[:1]}
            continue
        seen.add(key)
        rows.append(row)
    return replace(table, rows=tuple(rows), left_out=frozenset(left_out))


def _resolve_all(case: Case, problems: Problems) -> None:
    """Resolve every scenario, so that all complaints come at once.

    What is said of a cell already, of Base, or of a scenario that another builds on is not
    repeated. Where Base is not sound, of the others only the changes themselves are checked.
    """
    said: dict[str, set[str]] = {}
    for name in case.scenarios:
        own = Problems(list(case.tables))
        if name == BASE or case._resolved:
            found = case._resolve(name, own)
            if found is not None:
                case._resolved[name] = found
        else:
            case._changed(name, own)
        known = said.get(BASE, set()).union(*(said.get(n, ()) for n in case._chain(name)))
        fresh = [p for p in own.ordered if p.message not in known]
        said[name] = {p.message for p in own.ordered}
        problems.extend(
            _placed(
                [
                    p
                    if name == BASE or p.sheet == d.CHANGES.name
                    else replace(p, message=f"{p.message} (in scenario '{name}')")
                    for p in fresh
                    if not problems.has_error_at(p.sheet or "", p.cell or "")
                ],
                problems,
            )
        )


def _placed(found: Iterable[Problem], problems: Problems) -> list[Problem]:
    """Problems with their place in the order of the workbook's own sheets."""
    return [replace(p, position=(problems.rank(p.sheet), *p.position[1:])) for p in found]
