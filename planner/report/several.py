"""The same study of several scenarios in one workbook: a section, and rows, for each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from planner.report.exhibit import Column, Exhibit, Heading, Picture, Table
from planner.report.exhibit_text import text_of
from planner.report.lines import wrapped
from planner.report.workbook_grid import Cell

_LONGEST_SHEET = 31
"""Letters of a sheet's name."""

_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\]")

Named = tuple[str, Exhibit]
"""A scenario, and what its study shows."""


def merged(title: str, exhibits: Sequence[Named], failures: Sequence[tuple[str, str]]) -> Exhibit:
    """What a study shows of several scenarios.

    Sentences stand under the title of each scenario's study; tables of one name are one, with the
    scenario in the first column, and with the columns of all; a coloured grid stays by itself.

    Args:
        title: of all.
        exhibits: those of the scenarios that have an answer.
        failures: of the others their names, and why they have none.
    """
    sentences: list[str] = []
    for _, one in exhibits:
        sentences += [Heading(one.title), *one.sentences]
    if failures:
        sentences.append(Heading("Scenarios without an answer"))
        sentences += [f"{name}: {why}" for name, why in failures]
    return Exhibit(
        title=title,
        sentences=sentences,
        tables=_tables(exhibits),
        pictures=[_titled(name, picture) for name, one in exhibits for picture in one.pictures],
        notes=_notes(exhibits),
    )


def text_of_each(exhibits: Sequence[Exhibit], width: int | None = None) -> str:
    """The answers one below the other; remarks that are true of all stand once, in the end."""
    if len(exhibits) == 1:
        return text_of(exhibits[0], width)
    shared = [n for n in exhibits[0].notes if all(n in one.notes for one in exhibits)]
    said = [
        text_of(replace(one, notes=[n for n in one.notes if n not in shared]), width)
        for one in exhibits
    ]
    remarks = ["\n".join(wrapped(note, width)) for note in shared]
    return "\n\n\n".join([*said, *(["\n\n".join(remarks)] if remarks else [])])


def _titled(name: str, picture: Picture) -> Picture:
    finding = f"{name}: {picture.finding}" if picture.finding else ""
    return replace(picture, title=f"{name}: {picture.title}", finding=finding)


def _notes(exhibits: Sequence[Named]) -> list[str]:
    """Each note once; what is not true of all scenarios, with the names of those it is true of."""
    of: dict[str, list[str]] = {}
    for name, one in exhibits:
        for note in one.notes:
            of.setdefault(note, []).append(name)
    return [
        note if len(names) == len(exhibits) else f"{', '.join(names)}: {note}"
        for note, names in of.items()
    ]


def _tables(exhibits: Sequence[Named]) -> list[Table]:
    lists: dict[str, list[tuple[str, Table]]] = {}
    grids: list[tuple[str, Table]] = []
    for name, one in exhibits:
        for table in one.tables:
            if table.heat:
                grids.append((name, table))
            else:
                lists.setdefault(table.name, []).append((name, table))
    return [*_side_by_side(grids), *(_below(group) for group in lists.values())]


def _side_by_side(grids: Sequence[tuple[str, Table]]) -> list[Table]:
    """Grids on sheets of their own, with the scenario in the sheet's name and below the grid."""
    found: list[Table] = []
    for n, (scenario, table) in enumerate(grids, start=1):
        name = f"{table.name} {n} {_NOT_IN_SHEETS.sub('_', scenario)}"[:_LONGEST_SHEET].strip(" '")
        note = f"Scenario {scenario}. {table.note}".strip()
        found.append(replace(table, name=name, note=note))
    return found


def _below(group: Sequence[tuple[str, Table]]) -> Table:
    """Tables of one name below each other; where one has no such column, its cells are blank."""
    columns: dict[_Key, Column] = {}
    for _, table in group:
        columns = {**dict(zip(_keys(table), table.columns, strict=True)), **columns}
    ordered = dict.fromkeys(key for _, table in group for key in _keys(table))
    rows: list[Sequence[Cell]] = []
    for scenario, table in group:
        for row in table.rows:
            cells = dict(zip(_keys(table), row, strict=True))
            rows.append([scenario, *(cells.get(key) for key in ordered)])
    notes = dict.fromkeys(table.note for _, table in group if table.note)
    return Table(
        group[0][1].name,
        [Column("Scenario"), *(columns[key] for key in ordered)],
        rows,
        note=" ".join(notes),
        on_screen=0,
    )


_Key = tuple[str, int]
"""A column: its header, and how many of that header stand before it."""


def _keys(table: Table) -> list[_Key]:
    headers = [column.header for column in table.columns]
    return [(header, headers[:k].count(header)) for k, header in enumerate(headers)]
