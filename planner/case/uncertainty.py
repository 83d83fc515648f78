"""The sheet Uncertainty: random factors, read and checked.

A factor is a change whose value is drawn. It is checked as a change is: with the ends of its
distribution (a normal one has none; its mean stands for it).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from planner.case import declarations as d
from planner.case.cells import plain_number
from planner.case.changes import Change, ChangeError, apply_change
from planner.case.columns import number_in
from planner.case.grid import RawCell
from planner.case.ledger import Ledger, Periods
from planner.case.problems import Problems
from planner.case.table import Row, Table

PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "uniform": ("Low", "High"),
    "triangular": ("Low", "Mode", "High"),
    "normal": ("Mean", "Deviation"),
    "lognormal": ("Mean", "Deviation"),
    "discrete": ("Values",),
}
"""The columns that each distribution needs."""

_OPTIONAL = {"discrete": ("Weights",)}
_ALL = ("Low", "Mode", "High", "Mean", "Deviation", "Values", "Weights")
_PARTED = re.compile(r"\s*;\s*")


def check_uncertainty(tables: Mapping[str, Table], periods: Periods, problems: Problems) -> None:
    """Complain of factors that cannot be drawn, or whose values do not fit what they change.

    Args:
        tables: the sheets of the case.
        periods: its planning periods.
        problems: complaints go here.
    """
    table = tables.get(d.UNCERTAINTY.name)
    if table is None or table.broken:
        return
    for row in table.rows:
        _Checker(table, row, problems).check(tables, periods)


@dataclass(frozen=True, slots=True)
class _Checker:
    table: Table
    row: Row
    problems: Problems

    def _error(self, column: str, text: str) -> None:
        if column in self.row.unread:
            return
        cell = self.table.cell(self.row, column)
        self.problems.error(text, sheet=d.UNCERTAINTY.name, cell=cell, column=column,
                            kind="uncertainty")  # fmt: skip

    def check(self, tables: Mapping[str, Table], periods: Periods) -> None:
        """All of one row; what changes nothing sound is not tried."""
        distribution = self.row.text("Distribution")
        if distribution not in PARAMETERS:
            return  # complained of already
        values = self._values(distribution)
        if values is None:
            return
        for value in values:
            if not self._fits(value, tables, periods):
                return

    def _values(self, distribution: str) -> list[float] | None:
        """Values to try; None where the distribution is not sound."""
        needed = PARAMETERS[distribution]
        missing = [name for name in needed if name not in self.row.values]
        for name in missing:
            self._error(name, f"{name} is blank; a {distribution} distribution needs it")
        known = (*needed, *_OPTIONAL.get(distribution, ()))
        for name in _ALL:
            if name in self.row.values and name not in known:
                text = f"{name} has no meaning for a {distribution} distribution; clear it"
                self._error(name, text)
                missing.append(name)
        if missing:
            return None
        return self._discrete() if distribution == "discrete" else self._continuous(distribution)

    def _continuous(self, distribution: str) -> list[float] | None:
        numbers = {name: self._number(name) for name in PARAMETERS[distribution]}
        if "Deviation" in numbers:
            if numbers["Deviation"] < 0:
                self._error("Deviation", "Deviation must be at least 0")
                return None
            if distribution == "lognormal" and numbers["Mean"] <= 0:
                self._error("Mean", "Mean of a lognormal distribution must be above 0")
                return None
            return [numbers["Mean"]]
        ordered = list(numbers.items())
        for (low_name, low), (high_name, high) in pairwise(ordered):
            if low > high:
                text = f"{low_name} {plain_number(low)} is above {high_name} {plain_number(high)}"
                self._error(low_name, text)
                return None
        return list(numbers.values())

    def _discrete(self) -> list[float] | None:
        values = self._list("Values")
        if values is None:
            return None
        if "Weights" in self.row.values:
            weights = self._list("Weights")
            if weights is None:
                return None
            if len(weights) != len(values):
                text = f"{len(weights)} weights for {len(values)} values; give one for each"
                self._error("Weights", text)
                return None
            if min(weights) < 0 or sum(weights) <= 0:
                self._error("Weights", "weights must be at least 0, and not all 0")
                return None
        return values

    def _list(self, column: str) -> list[float] | None:
        """Numbers separated by semicolons."""
        text = str(self.row.values[column])
        numbers = []
        for part in _PARTED.split(text.strip().strip(";")):
            try:
                numbers.append(float(part.rstrip("%")) / (100.0 if part.endswith("%") else 1.0))
            except ValueError:
                self._error(
                    column,
                    f"{column} must be numbers separated by semicolons, such as 0.8; 1; 1.2, "
                    f"got '{text}'",
                )
                return None
        return numbers

    def _number(self, column: str) -> float:
        return number_in(self.row.values[column])

    def _fits(self, value: float, tables: Mapping[str, Table], periods: Periods) -> bool:
        """Whether the change with this value can be made; complains where it cannot."""
        parts = ("Sheet", "Rows", "Column", "Operation")
        if any(part not in self.row.values for part in parts):
            return False  # complained of already
        change = Change(
            sheet=self.row.text("Sheet"),
            rows=self.row.text("Rows"),
            column=self.row.text("Column"),
            operation=d.OPERATIONS[self.row.text("Operation")],
            value=RawCell(value),
        )
        try:
            doubts = apply_change(Ledger.of(tables, periods), change)
        except ChangeError as error:
            if not error.is_follow_up:
                column = error.part if error.part in parts else _where(self.row)
                self._error(column, str(error))
            return False
        for part, text in doubts:
            column = part if part in parts else _where(self.row)
            cell = self.table.cell(self.row, column)
            self.problems.warning(text, sheet=d.UNCERTAINTY.name, cell=cell, column=column,
                                  kind="uncertainty")  # fmt: skip
        return True


def _where(row: Row) -> str:
    """The column of the first parameter given."""
    given: Sequence[str] = [name for name in _ALL if name in row.values]
    return given[0] if given else "Distribution"
