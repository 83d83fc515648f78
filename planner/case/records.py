"""Rows of a sheet as selectors see them: as typed, with the columns of sheets that they name."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.case.columns import Value
from planner.case.table import Table


@dataclass(frozen=True, slots=True)
class Join:
    """The rows of another sheet that a column names.

    Attributes:
        column: the one with the names.
        of: the other sheet's rows.
        positions: of each name, its row there.
    """

    column: str
    of: Records
    positions: Mapping[str, int]


class Records:
    """Rows of one sheet, read column by column as they stand at that moment.

    Attributes:
        columns: those that a selector may name.
    """

    def __init__(
        self,
        rows: Sequence[Mapping[str, Value]],
        columns: Sequence[str],
        table: Table,
        joins: Sequence[Join] = (),
    ) -> None:
        """Look at rows.

        Args:
            rows: values in inner units; blanks are absent.
            columns: the sheet's own.
            table: the parsed sheet, which knows the units of its headers.
            joins: sheets whose columns are looked at where a row has no value of its own.
        """
        more = [name for join in joins for name in join.of.columns]
        self.columns: tuple[str, ...] = tuple(dict.fromkeys([*columns, *more]))
        self._rows, self._table, self._joins = rows, table, tuple(joins)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def values(self, column: str) -> list[Value | None]:
        """A column's value in each row, numbers in the unit of their header; None: blank."""
        return self._joined(column, self._joins)

    def _joined(self, column: str, joins: tuple[Join, ...]) -> list[Value | None]:
        found = self._own(column)
        for k, join in enumerate(joins):
            blank = [i for i, value in enumerate(found) if value is None]
            if not blank or column not in join.of.columns:
                continue
            named, theirs = self._joined(join.column, joins[:k]), join.of.values(column)
            for i in blank:
                position = None if named[i] is None else join.positions.get(str(named[i]))
                found[i] = None if position is None else theirs[position]
        return found

    def _own(self, column: str) -> list[Value | None]:
        values = [row.get(column) for row in self._rows]
        unit = self._table.unit(column)
        if unit.size == 1:
            return values
        return [
            unit.outward(value) if isinstance(value, float) and math.isfinite(value) else value
            for value in values
        ]
