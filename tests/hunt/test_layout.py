"""Rows and columns moved, repeated, summed up: said, or the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import planner
from planner.case import declarations as d

SHEETS = [sheet.name for sheet in d.SHEETS]
Rows = list[list[Any]]
SOME = 3
"""Damages tried of each sheet where not all are."""


def layouts(rows: Rows) -> Iterator[tuple[str, Rows]]:
    """A table laid out otherwise, with what was done to it."""
    width = len(rows[0])
    header, body = rows[0], rows[1:]
    yield "blank rows above", [[], [], *rows]
    yield "a title above", [["Numbers of 2026"], *rows]
    yield "a title and a date above", [["Numbers", "of", 2026], *rows]
    yield "a blank row below the header", [header, [], *body]
    yield "a blank row between", [*rows[:2], [" "] * width, [], *rows[2:]]
    yield "columns reversed", [row[::-1] for row in rows]
    yield "columns rotated", [row[1:] + row[:1] for row in rows]
    yield "the header twice", [header, header, *body]
    yield "the header again below", [*rows, header]
    yield "the names again below", [header, [name.partition(" [")[0] for name in header], *body]
    units = [f"[{name.partition(' [')[2]}" if "[" in name else None for name in header]
    yield "units in a row of their own", [header, units, *body]
    for word in ("Total", "Sum", "Average", None):
        yield f"a row of sums, {word}", [*rows, [word, *_sums(rows)[1:]]]
        yield f"a row of sums after a gap, {word}", [*rows, [], [word, *_sums(rows)[1:]]]
    yield "a note beside", [header, [*rows[1], None, "see mail"], *rows[2:]]
    yield "a note below", [*rows, [], ["see the mail of Monday"]]
    yield "a note below, one column on", [*rows, [], [None, "see the mail of Monday"]]
    yield "another table below", [*rows, [], ["Name", "Price"], ["x", 5]]
    yield "the same table beside", [[*row, None, *row] for row in rows]
    for j, name in enumerate(header):
        yield f"a second column {name}", [[*row, row[j]] for row in rows]
        yield f"a second column {name}, blank", [[*header, name], *body]
        yield f"a blank column before {name}", [[*row[:j], None, *row[j:]] for row in rows]
        yield f"no header over {name}", [[*header[:j], None, *header[j + 1 :]], *body]
        for value in (5, "text"):
            below = [None] * j + [value]
            yield f"a value far below {name}", [*rows, [], [], [], [], below]
        if body[-1][j] is not None:
            last = [None if k == j else value for k, value in enumerate(body[-1])]
            yield f"the last {name} a row too low", [*rows[:-1], last, [None] * j + [body[-1][j]]]
    if body[0][-1] is not None:
        yield "the last column one too far right", [header, [*body[0][:-1], None, body[0][-1]],
                                                    *body[1:]]  # fmt: skip


def _sums(rows: Rows) -> list[float | None]:
    numbers = [
        [row[j] for row in rows[1:] if isinstance(row[j], (int, float))]
        for j in range(len(rows[0]))
    ]
    return [sum(some) if some else None for some in numbers]


@pytest.mark.parametrize("as_table", [False, True], ids=["plain", "Excel table"])
@pytest.mark.parametrize("sheet", SHEETS)
def test_a_table_laid_out_otherwise(rich, is_silent, sample, sheet, as_table):
    tried = [
        (what, rows)
        for what, rows in layouts(rich[sheet])
        if not as_table or (rows[0] and all(rows[0]))
    ]
    silent = [
        what
        for what, rows in sample(f"{sheet} {as_table}", tried, SOME)
        if is_silent({**rich, sheet: rows}, sheet if as_table else None)
    ]
    assert silent == []


@pytest.fixture(scope="module")
def objective() -> dict[str, float]:
    """Of the rich case, once it is solved."""
    return {}


@pytest.mark.parametrize("sheet", SHEETS)
def test_sorted_rows_make_the_same_plan(rich, read, case_of, objective, *, sound, sheet):
    """Where the order of rows makes other figures, the plan costs and buys the same."""
    turned = {**rich, sheet: [rich[sheet][0], *rich[sheet][:0:-1]]}
    found = read(turned)
    if found.problems or found.figures == sound.figures:
        return
    if not objective:
        objective["sound"] = planner.solve(case_of(rich)).objective
    plan = planner.solve(case_of(turned))
    assert plan.objective == pytest.approx(objective["sound"], rel=1e-6)
