"""The case again, from the sheet Inputs of a results workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from planner.audit.cells import Content, Sheet
from planner.case.case import Case, case_from_workbook
from planner.case.changes import Change
from planner.case.declarations import BY_NAME
from planner.case.grid import Grid, RawCell, Workbook, as_text

_CHANGES = "Changes applied"
_SET = "set for this run"
_TITLE = "Inputs as read from "
_SAME = 1e-12
"""How far a number may be from the input's: changing units in and out again rounds."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the sheet Inputs says.

    Attributes:
        case: the case that it makes, with the changes that were set for the run.
        places: by sheet, row and header of the input, the cell of the sheet Inputs.
    """

    case: Case
    places: Mapping[tuple[str, int, str], str]


@dataclass(slots=True)
class _Block:
    """A table on the sheet: where its columns stood in the input, and its rows by their number."""

    name: str
    letters: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    rows: dict[int, int] = field(default_factory=dict)


def rebuilt(sheet: Sheet, digest: str | None) -> Inputs:
    """The case of the sheet Inputs.

    Args:
        sheet: Inputs.
        digest: SHA-256 of the workbook that it was read from.

    Raises:
        InvalidCase: what stands there is no case.
    """
    title = sheet.at(0, 0)
    label = title.removeprefix(_TITLE) if isinstance(title, str) else "case.xlsx"
    places: dict[tuple[str, int, str], str] = {}
    grids = [_grid(sheet, block, places) for block in _blocks(sheet)]
    workbook = Workbook(label, tuple(grids), digest=digest)
    case = case_from_workbook(workbook, Path(label).stem)
    return Inputs(replace(case, changes=tuple(_changes_set(sheet)), _resolved={}), places)


def differences(inputs: Inputs, case: Case) -> Iterator[tuple[str, str]]:
    """Where the sheet Inputs and the input say different things: the cell, and how."""
    for name in dict.fromkeys((*case.tables, *inputs.case.tables)):
        own, theirs = _by_number(inputs.case, name), _by_number(case, name)
        for number in dict.fromkeys((*theirs, *own)):
            cells, others = own.get(number, {}), theirs.get(number, {})
            for column in dict.fromkeys((*others, *cells)):
                if not _is_same(cells.get(column), others.get(column)):
                    at = inputs.places.get((name, number, column), "Inputs!A1")
                    words = f"{_shown(cells.get(column))}, in the input {name}, row {number}: "
                    yield at, f"{column} is {words}{_shown(others.get(column))}"


def _by_number(case: Case, name: str) -> dict[int, dict[str, object]]:
    table = case.tables.get(name)
    rows = table.rows if table is not None else ()
    return {row.number: {**row.values, **row.spread} for row in rows}


def _is_same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or abs(one - other) <= _SAME * max(abs(one), abs(other))
    return one == other


def _shown(value: object) -> str:
    if value is None:
        return "blank"
    return as_text(value) if isinstance(value, str | float | int) else str(value)


# -- the blocks of the sheet ----------------------------------------------------------------


def _blocks(sheet: Sheet) -> Iterator[_Block]:
    """The tables of the case."""
    for i, cells in enumerate(sheet.rows):
        name = cells[0] if cells else None
        if name in BY_NAME and sheet.at(i + 2, 0) == "row":
            block = _Block(str(name))
            for j in range(1, len(sheet.rows[i + 2])):
                header = sheet.at(i + 2, j)
                if header is None:
                    break
                block.letters.append(_text(sheet.at(i + 1, j)))
                block.headers.append(_text(header))
            for k in range(i + 3, len(sheet.rows)):
                number = _text(sheet.at(k, 0))
                if not number.isdigit():
                    break
                block.rows[int(number)] = k
            yield block


def _grid(sheet: Sheet, block: _Block, places: dict[tuple[str, int, str], str]) -> Grid:
    """The sheet of the input, each cell where it stood; places are noted by the header's name."""
    columns = _columns(block.letters)
    top = max(min(block.rows, default=2) - 1, 1)
    heads = {column: RawCell(header) for column, header in zip(columns, block.headers, strict=True)}
    cells: dict[int, Mapping[int, RawCell]] = {top: heads}
    for number, row in block.rows.items():
        found = {}
        for j, (column, header) in enumerate(zip(columns, block.headers, strict=True), start=1):
            value = sheet.at(row, j)
            places[block.name, number, header.partition(" [")[0]] = sheet.cell(row, j)
            if value is not None:
                found[column] = RawCell(value, percent=(row, j) in sheet.shares)
        cells[number] = found
    return Grid(block.name, MappingProxyType(cells))


def _columns(letters: list[str]) -> list[int]:
    """Where columns stood; those of which that is not known, or not alone, come last."""
    found: list[int] = []
    known = [_number(text) for text in letters]
    free = max(known, default=0) + 1
    for number in known:
        if number and number not in found:
            found.append(number)
        else:
            found.append(free)
            free += 1
    return found


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _text(value: Content) -> str:
    return "" if value is None else as_text(value)


def _changes_set(sheet: Sheet) -> Iterator[Change]:
    """The changes that came from the command and not from the workbook."""
    start = next((i for i, cells in enumerate(sheet.rows) if cells and cells[0] == _CHANGES), None)
    if start is None:
        return
    first = sheet.at(start + 3, 1)
    for k in range(start + 3, len(sheet.rows)):
        if sheet.at(k, 7) == _SET and sheet.at(k, 1) == first:
            parts = [_text(sheet.at(k, j)) for j in (2, 3, 4, 5)]
            value = RawCell(sheet.at(k, 6), percent=(k, 6) in sheet.shares)
            yield Change(parts[0], parts[1], parts[2], parts[3], value)
