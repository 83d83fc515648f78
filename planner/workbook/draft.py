"""What a new workbook will hold: its sheets, their columns as the reader understands them, rows.

Nothing here knows how cells look; `planner.workbook.template` writes a draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from planner.case import declarations as d
from planner.case.columns import Column, Kind, Sheet
from planner.case.grid import Grid, RawCell
from planner.case.headers import Header, KnownNames, Role, read_heading, split_bracket
from planner.case.names import did_you_mean, fold
from planner.case.problems import Problems
from planner.case.units import Quantity
from planner.errors import WrongUsage
from planner.workbook.example import example_data, starter_data

Content = float | int | str | date

DEFAULT_SHEETS = (
    "Settings", "Periods", "Materials", "Demand", "Sources", "Prices", "Quotas", "Limits",
    "Contracts", "Scenarios", "Changes",
)  # fmt: skip
"""The sheets of a new workbook for which no others are asked."""

EVERY_SHEET = "all"
NOTE = "Note"
_RAMPS = ("Ramp 1", "Ramp 2")


@dataclass(frozen=True, slots=True)
class DraftColumn:
    """One column: the text of its header, what that means, and whether it is out of sight."""

    text: str
    header: Header
    folded: bool = False

    @property
    def is_note(self) -> bool:
        """Whether it holds remarks, which the planner does not read."""
        return self.header.role is Role.NOTE

    @property
    def required(self) -> bool:
        """Whether it must be filled in every row."""
        return self.header.column.required and not self.header.column.may_be_blank


@dataclass(frozen=True, slots=True)
class DraftSheet:
    """One sheet; each row holds a value, or an empty text, for each column."""

    sheet: Sheet
    columns: tuple[DraftColumn, ...]
    rows: tuple[tuple[Content, ...], ...] = ()

    @property
    def name(self) -> str:
        """Its name."""
        return self.sheet.name

    def place(self, name: str) -> int | None:
        """The place of a column, counted from 0; None where the sheet has no such column."""
        places = (j for j, column in enumerate(self.columns) if column.header.name == name)
        return next(places, None)


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole workbook. `story` is what the example tells; empty for the tiny case."""

    title: str
    story: tuple[str, ...]
    sheets: tuple[DraftSheet, ...]

    def __contains__(self, sheet: object) -> bool:
        return any(draft.name == sheet for draft in self.sheets)

    def names(self, sheet: str) -> tuple[str, ...]:
        """The names that a sheet defines: those in its first column."""
        found = (draft for draft in self.sheets if draft.name == sheet)
        return tuple(str(row[0]) for draft in found for row in draft.rows)


def sheets_asked(texts: Iterable[str]) -> tuple[str, ...]:
    """The sheets that `--with` names, such as `stock,current-plan`; `all` is every sheet.

    Raises:
        WrongUsage: there is no such sheet.
    """
    known = {_bare(name): name for name in d.BY_NAME}
    found: list[str] = []
    for name in (part.strip() for text in texts for part in text.split(",")):
        if _bare(name) == EVERY_SHEET:
            found += d.BY_NAME
        elif _bare(name) in known:
            found.append(known[_bare(name)])
        elif name:
            raise WrongUsage(f"unknown sheet '{name}'{did_you_mean(name, d.BY_NAME)}")
    return tuple(dict.fromkeys(found))


def draft_case(example: str | None = None, asked: Sequence[str] = ()) -> Draft:
    """The tiny case, or an example, with the sheets asked for and those that they need.

    A sheet that an example does not have is added without rows: what the tiny case says there
    would speak of other names.

    Raises:
        WrongUsage: there is no such example.
    """
    if example is None:
        return _Starter(_with_needed((*DEFAULT_SHEETS, *asked))).draft()
    data = example_data(example)
    drafts = _of_example(data, _with_needed(asked))
    return Draft(data["title"], tuple(data["story"]), _in_order(drafts))


def _bare(name: str) -> str:
    return fold(name).replace(" ", "").replace("-", "").replace("_", "")


def _with_needed(names: Iterable[str]) -> frozenset[str]:
    """Sheets and those without which they would say nothing."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += d.BY_NAME[name].needs
    return frozenset(found)


def _in_order(drafts: Iterable[DraftSheet]) -> tuple[DraftSheet, ...]:
    return tuple(sorted(drafts, key=lambda draft: d.SHEETS.index(draft.sheet)))


# -- an example -----------------------------------------------------------------------------


def _of_example(data: Mapping[str, Any], asked: frozenset[str]) -> Iterator[DraftSheet]:
    given = {sheet["name"]: sheet for sheet in data["sheets"]}
    frame = _Frame(
        sheets=asked | given.keys(),
        periods=_first_column(given, "Periods"),
        materials=_first_column(given, "Materials"),
        currency=next(row[1] for row in given["Settings"]["rows"] if row[0] == "Currency"),
    )
    for name, sheet in given.items():
        texts = {text: text for text in sheet["columns"]}
        rows = tuple(tuple(row) for row in sheet["rows"])
        yield DraftSheet(d.BY_NAME[name], frame.columns(d.BY_NAME[name], texts), rows)
    for name in asked - given.keys():
        sheet = d.BY_NAME[name]
        yield DraftSheet(sheet, frame.columns(sheet, frame.headers(sheet)))


def _first_column(sheets: Mapping[str, Mapping[str, Any]], name: str) -> tuple[str, ...]:
    return tuple(row[0] for row in sheets[name]["rows"])


# -- the tiny case --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Starter:
    """The tiny case, as far as its sheets are asked for."""

    asked: frozenset[str]
    data: Mapping[str, Any] = field(default_factory=starter_data)

    def draft(self) -> Draft:
        given = {s["name"]: s for s in self.data["sheets"] if s["name"] in self.asked}
        rows = {name: self._rows(name, sheet["rows"]) for name, sheet in given.items()}
        frame = _Frame(
            sheets=self.asked,
            periods=tuple(str(row["Period"]) for row in rows["Periods"]),
            materials=tuple(str(row["Material"]) for row in rows["Materials"]),
            currency=str(next(r["Value"] for r in rows["Settings"] if r["Setting"] == "Currency")),
            has_sites=d.SITES.name in self.asked,
        )
        drafts = (
            self._sheet(frame, d.BY_NAME[name], sheet["columns"], rows[name])
            for name, sheet in given.items()
        )
        return Draft(self.data["title"], (), _in_order(drafts))

    def _rows(self, name: str, own: Sequence[Mapping[str, Content]]) -> list[dict[str, Content]]:
        """The rows of a sheet, with what comes along with others."""
        rows = [dict(row) for row in own]
        for more in self.data["added"]:
            if more["sheet"] == name and more["with"] in self.asked:
                rows += [dict(row) for row in more["rows"]]
        first = d.BY_NAME[name].columns[0].name
        for change in self.data["changed"]:
            if change["sheet"] == name and change["with"] in self.asked:
                next(row for row in rows if row[first] == change["row"]).update(change["values"])
        return rows

    @staticmethod
    def _sheet(
        frame: _Frame, sheet: Sheet, shown: Sequence[str], rows: Sequence[Mapping[str, Content]]
    ) -> DraftSheet:
        texts = frame.headers(sheet, shown)
        in_sight = {split_bracket(text)[0] for text in shown}
        in_sight |= {name for row in rows for name, value in row.items() if value != ""}
        in_sight |= {*frame.periods, *frame.materials}
        columns = frame.columns(sheet, texts, in_sight)
        table = tuple(tuple(row.get(name, "") for name in texts) for row in rows)
        return DraftSheet(sheet, columns, table)


# -- columns --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Frame:
    """What columns depend on: the sheets that there are, periods, materials, plants, currency."""

    sheets: frozenset[str]
    periods: tuple[str, ...]
    materials: tuple[str, ...]
    currency: str
    has_sites: bool = False

    @property
    def known(self) -> KnownNames:
        return KnownNames(self.periods, self.materials, self.has_sites, self.currency)

    def headers(self, sheet: Sheet, shown: Sequence[str] = ()) -> dict[str, str]:
        """The header texts of every column of a sheet, by name, in the order of the declaration.

        Args:
            sheet: the sheet.
            shown: header texts to use instead of those made here; what is not declared, such as
                an attribute of the user's own, is put before the note.
        """
        made: dict[str, str] = {}
        for column in sheet.columns:
            if column.refers_to != (d.SITES.name,) or d.SITES.name in self.sheets:
                made[column.name] = self._header(column.name, column)
        if sheet.over_time is not None and not sheet.periods_instead_of:
            made |= {name: self._header(name, sheet.over_time) for name in self.periods}
        if sheet.per_material is not None:
            made |= {name: self._header(name, sheet.per_material) for name in self.materials}
        if sheet.numbered is not None:
            made |= {name: self._header(name, sheet.numbered) for name in _RAMPS}
        for text in shown:
            name = split_bracket(text)[0]
            if name in made or name not in sheet.by_name:
                made[name] = self._in_each_currency(sheet, text)
        made[NOTE] = made.pop(NOTE, NOTE)
        return made

    def columns(
        self, sheet: Sheet, texts: Mapping[str, str], in_sight: Iterable[str] | None = None
    ) -> tuple[DraftColumn, ...]:
        """The columns under these headers; those that are not in sight are folded."""
        headers = _understood(sheet, tuple(texts.values()), self.known)
        kept = None if in_sight is None else {*in_sight, NOTE}
        return tuple(
            DraftColumn(text, header, folded=kept is not None and header.name not in kept)
            for text, header in zip(texts.values(), headers, strict=True)
        )

    def _in_each_currency(self, sheet: Sheet, text: str) -> str:
        """A source's money where sources have currencies: `[/kg]` in place of `[USD/kg]`."""
        name = split_bracket(text)[0]
        column = sheet.by_name.get(name, sheet.over_time)
        if column is None or not column.source_money or d.CURRENCIES.name not in self.sheets:
            return text
        return text.replace(f"[{self.currency}/", "[/")

    def _header(self, name: str, column: Column) -> str:
        unit = self._unit(column)
        return f"{name} [{unit}]" if unit else name

    def _unit(self, column: Column) -> str:
        """The unit that a new workbook proposes: money per kilogram, else as declared."""
        each_its_own = column.source_money and d.CURRENCIES.name in self.sheets
        currency = "" if each_its_own else self.currency
        match column.quantity:
            case Quantity.MONEY:
                return currency
            case Quantity.MONEY_PER_MASS:
                return f"{currency}/kg"
            case Quantity.MONEY_PER_MASS_TIME:
                return f"{currency}/kg/yr"
            case Quantity.MONEY_PER_TIME:
                return f"{currency}/yr"
            case _:
                return column.unit


def _understood(sheet: Sheet, texts: Sequence[str], known: KnownNames) -> tuple[Header, ...]:
    """What the reader makes of header texts: so a new workbook says what the reader reads."""
    row = {place: RawCell(text) for place, text in enumerate(texts, start=1)}
    problems = Problems()
    grid = Grid(sheet.name, MappingProxyType({1: MappingProxyType(row)}))
    heading = read_heading(grid, sheet, known, problems)
    if heading is None or problems.errors or len(heading.cells) != len(texts):
        raise ValueError(f"{sheet.name}: {[problem.message for problem in problems.ordered]}")
    return heading.cells


def holds_sheet_names(column: Column) -> bool:
    """Whether a text is the name of a sheet (Changes, Uncertainty)."""
    return column.kind is Kind.TEXT and column.name == "Sheet"
