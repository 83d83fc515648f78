"""What stands in the cell of a problem, and under which header: the same for all problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from planner.case.grid import Grid, as_text
from planner.case.names import fold
from planner.case.problems import Problem, cell_position, shortened
from planner.case.table import Table


class Places:
    """The cells of an input, to look up where problems are."""

    def __init__(self, grids: Iterable[Grid], tables: Mapping[str, Table]) -> None:
        self._grids = {fold(grid.name): grid for grid in grids}
        self._headers = {
            fold(name): {cell_position(cell)[1]: column for column, cell in table.headers.items()}
            for name, table in tables.items()
        }

    def complete(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The problems with the value and the column of their cells (of a range: the first)."""
        return tuple(self._completed(p) if p.sheet and p.cell else p for p in problems)

    def _completed(self, problem: Problem) -> Problem:
        row, place = cell_position(problem.cell)
        sheet = fold(problem.sheet or "")
        column = problem.column or self._headers.get(sheet, {}).get(place)
        return replace(problem, value=self._value(sheet, row, place), column=column)

    def _value(self, sheet: str, row: int, place: int) -> str | None:
        """What stands in a cell, as text; None where it is blank."""
        grid = self._grids.get(sheet)
        cell = grid.cells.get(row, {}).get(place) if grid else None
        if cell is None:
            return None
        return shortened(as_text(cell.content)) if cell.content is not None else cell.error
