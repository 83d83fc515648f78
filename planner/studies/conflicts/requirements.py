"""Which cells of the workbook ask what of a plan: the bounds of the model that each of them gives.

A requirement is what one cell says: a quota, a limit's maximum, the demand of a period. It may give
many bounds (a cap on every country's share in each year), and a bound may come from several cells
(capacity × availability). A bound holds while the cells that give it do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum

from planner.case.scenario import Flags
from planner.studies.cells import Cells, Entry, shown


class Sense(Enum):
    """What a requirement asks of a plan."""

    AT_MOST = "at most"  # a larger number is looser
    AT_LEAST = "at least"  # a smaller number is looser
    EXACTLY = "exactly"  # a larger or a smaller one may be
    TOO_LOW = "too low"  # a price with which the case earns without end
    TOO_HIGH = "too high"  # a value of that kind
    WORD = "word"  # a period, a yes or no: looser in steps


@dataclass(frozen=True, slots=True)
class Requirement:
    """What one cell asks of a plan.

    Attributes:
        name: in words: `Quota China`, `Demand for Nd in 2012`.
        cell: where it stands, `Quotas!G5`; empty where no cell says it.
        sense: what it asks.
        cells: that the cell is one of.
        steps: what else the cell may say, from the nearest to the loosest, where it is a word.
        loosest: the number, inside the planner, at which it asks for nothing; None: as its column
            is declared.
        is_whole: whether it counts, suppliers say: no number between two is one.
        may_be_blank: whether the cell asks for nothing where it is blank, which no change can make
            it; nothing else is as loose.
    """

    name: str
    cell: str
    sense: Sense
    cells: Cells = field(compare=False, repr=False)
    steps: tuple[str, ...] = ()
    loosest: float | None = None
    is_whole: bool = False
    may_be_blank: bool = False

    @property
    def key(self) -> str:
        """The cell, or the name where there is none."""
        return self.cell or self.name

    @property
    def entry(self) -> Entry | None:
        """What the cell says; None where no cell says it."""
        return self.cells.at(self.cell)

    @property
    def label(self) -> str:
        """Its name with its cell."""
        return f"{self.name} ({self.cell})" if self.cell else self.name

    @property
    def text(self) -> str:
        """What it says, in words: `Quota China: at most 20,000 t`."""
        if self.entry is None:
            return self.name
        how = f"{self.sense.value} " if self.sense in (Sense.AT_MOST, Sense.AT_LEAST) else ""
        return f"{self.name}: {how}{shown(self.entry.value, self.entry.unit)}"


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound of a row or column of the model, and the requirements that give it.

    Attributes:
        is_row, position, is_upper: which bound.
        terms: what bounds it, each with the requirements that have all to hold for it; the
            tightest that holds counts.
        free: the bound where none holds.
    """

    is_row: bool
    position: int
    is_upper: bool
    terms: tuple[tuple[tuple[int, ...], float], ...]
    free: float

    @property
    def owners(self) -> Iterable[int]:
        """The requirements that give it."""
        return {owner for owners, _ in self.terms for owner in owners}

    def value(self, dropped: Flags) -> float:
        """Where it stands without some requirements."""
        tightest = min if self.is_upper else max
        held = [value for owners, value in self.terms if not any(dropped[o] for o in owners)]
        return tightest([*held, self.free])


@dataclass(frozen=True, slots=True)
class SupplyBound:
    """The most that can be bought of a source in a period: capacity × factors of availability.

    Attributes:
        position: of the column.
        capacity: the requirement, and tonnes; None: unlimited.
        factors: requirements, and by what each multiplies it.
    """

    position: int
    capacity: tuple[int, float] | None
    factors: tuple[tuple[int, float], ...]
    is_row: bool = False
    is_upper: bool = True

    @property
    def owners(self) -> Iterable[int]:
        """The requirements that give it."""
        found = {owner for owner, _ in self.factors}
        return found | ({self.capacity[0]} if self.capacity is not None else set())

    def value(self, dropped: Flags) -> float:
        """Where it stands without some requirements."""
        factor = math.prod(part for owner, part in self.factors if not dropped[owner])
        if factor == 0:
            return 0.0
        if self.capacity is None or dropped[self.capacity[0]]:
            return math.inf
        return self.capacity[1] * factor


@dataclass
class Requirements:
    """All requirements of a scenario, and the bounds of its model that they give."""

    every: list[Requirement] = field(default_factory=list)
    bounds: list[Bound | SupplyBound] = field(default_factory=list)
    _position: dict[str, int] = field(default_factory=dict)

    def owner(self, key: str, make: Callable[[], Requirement]) -> int:
        """The position of a requirement, made when it is first asked for."""
        found = self._position.get(key)
        if found is None:
            found = self._position[key] = len(self.every)
            self.every.append(make())
        return found

    def positions(self, keys: Iterable[str]) -> list[int]:
        """The positions of requirements by their keys."""
        return [self._position[key] for key in keys if key in self._position]
