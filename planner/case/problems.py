"""Problems of a workbook: what, where, why, and what to do; collected, never raised one by one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from planner.case.names import fold

Severity = Literal["error", "warning"]

_LONGEST = 800

MOST_LISTED = 50_000
"""Of errors, and of warnings, more than this are counted only: a list of them helps nobody."""

SHOWN_OF_ONE_KIND = 20
"""On the screen more complaints of one kind than this are counted, not listed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One complaint about one place of the input.

    `message` is complete by itself and starts with the place (`Sources!D7: …`). `kind` groups
    complaints of the same sort for counting; it is not shown.
    """

    severity: Severity
    message: str
    sheet: str | None = None
    cell: str | None = None
    column: str | None = None
    value: str | None = None
    kind: str = "other"
    position: tuple[int, int, int] = (0, 0, 0)

    def __str__(self) -> str:
        return self.message

    def to_dict(self) -> dict[str, str | None]:
        """The problem as the JSON of the interfaces has it."""
        return {
            "severity": self.severity,
            "sheet": self.sheet,
            "cell": self.cell,
            "column": self.column,
            "value": self.value,
            "message": self.message,
        }


_CELL = re.compile(r"^([A-Z]+)(\d+)")


def cell_position(cell: str | None) -> tuple[int, int]:
    """Row and column number of an address such as `F4` (a range counts by its first cell)."""
    match = _CELL.match(cell or "")
    if match is None:
        return (0, 0)
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - ord("A") + 1
    return (int(match.group(2)), column)


def shortened(message: str) -> str:
    """A message without the middle of a very long text that stands in a cell."""
    if len(message) <= _LONGEST:
        return message
    return f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 2 :]}"


class Problems:
    """Collects every problem of one input; sorts them by sheet, row and column."""

    def __init__(self, sheet_order: Sequence[str] = ()) -> None:
        self._order = {fold(name): i for i, name in enumerate(sheet_order)}
        self._found: dict[tuple[str | None, str | None, str], Problem] = {}
        self._wrong: set[tuple[str | None, str | None]] = set()
        self._kept: Counter[Severity] = Counter()
        self._left_out: Counter[Severity] = Counter()

    def error(
        self,
        text: str,
        *,
        sheet: str | None = None,
        cell: str | None = None,
        column: str | None = None,
        value: object = None,
        kind: str = "other",
    ) -> None:
        """Record something that makes the input unusable."""
        shown = None if value is None else str(value)
        self._add(Problem("error", text, sheet, cell, column, shown, kind))

    def warning(
        self,
        text: str,
        *,
        sheet: str | None = None,
        cell: str | None = None,
        column: str | None = None,
        value: object = None,
        kind: str = "other",
    ) -> None:
        """Record something that a plan can be made in spite of, but should be looked at."""
        shown = None if value is None else str(value)
        self._add(Problem("warning", text, sheet, cell, column, shown, kind))

    def _add(self, problem: Problem) -> None:
        """Record a problem, its place put before its text."""
        if self._kept[problem.severity] >= MOST_LISTED:
            self._left_out[problem.severity] += 1
            return
        sheet, cell = problem.sheet, problem.cell
        place = "!".join(part for part in (sheet, cell) if part)
        message = shortened(f"{place}: {problem.message}" if place else problem.message)
        position = (self.rank(sheet), *cell_position(cell))
        self._keep(replace(problem, message=message, position=position))

    def _keep(self, problem: Problem) -> None:
        key = (problem.sheet, problem.cell, problem.message)
        if key not in self._found:
            self._found[key] = problem
            self._kept[problem.severity] += 1
        if problem.severity == "error":
            self._wrong.add((problem.sheet, problem.cell))

    def rank(self, sheet: str | None) -> int:
        """A sheet's place in the order; what concerns the whole file comes first."""
        return self._order.get(fold(sheet), len(self._order)) if sheet else -1

    @property
    def number(self) -> int:
        """How many problems there are so far, listed or not."""
        return sum(self._kept.values()) + sum(self._left_out.values())

    def has_error_at(self, sheet: str, cell: str) -> bool:
        """Whether something is wrong with a cell already."""
        return (sheet, cell) in self._wrong

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take over problems found elsewhere, each once."""
        for problem in problems:
            self._keep(problem)

    @property
    def ordered(self) -> tuple[Problem, ...]:
        """Every problem, by sheet, row and column; last, how many are not listed."""
        listed = sorted(self._found.values(), key=lambda p: p.position)
        return (*listed, *(_not_listed(which, n) for which, n in self._left_out.items()))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that make the input unusable."""
        return tuple(p for p in self.ordered if p.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that a plan can be made in spite of."""
        return tuple(p for p in self.ordered if p.severity == "warning")


def _not_listed(severity: Severity, number: int) -> Problem:
    text = f"{number:,} more {severity}s are not listed; mend those above first"
    return Problem(severity, text, kind="not listed")


def screen_lines(problems: Sequence[Problem], *, everything: bool = False) -> list[str]:
    """One line a problem, errors and warnings marked; past 20 of one kind the rest is counted."""
    counts = Counter((p.severity, p.kind) for p in problems)
    shown: Counter[tuple[str, str]] = Counter()
    lines = []
    for problem in problems:
        group = (problem.severity, problem.kind)
        shown[group] += 1
        if everything or shown[group] <= SHOWN_OF_ONE_KIND:
            lines.append(f"{problem.severity}: {problem.message}")
        if not everything and shown[group] == counts[group] > SHOWN_OF_ONE_KIND:
            more = counts[group] - SHOWN_OF_ONE_KIND
            lines.append(
                f"{problem.severity}: … and {more} more of this kind (--verbose lists all)"
            )
    return lines
