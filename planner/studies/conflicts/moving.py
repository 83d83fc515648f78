"""Cells that say something else: by how much they can move, and to what they would."""

from __future__ import annotations

import math
from dataclasses import dataclass

from planner.case.columns import Value
from planner.studies.cells import Entry, shown
from planner.studies.conflicts.requirements import Requirement, Sense

_DIGITS = 6
"""Digits of a number that is proposed for a cell."""

_SAME = 1e-8
"""Numbers so near, relative, are the same."""

_FAR = 1e11
"""Ends of what a column may say beyond this are none."""

_LOOSER = {
    Sense.AT_MOST: (1,),
    Sense.TOO_LOW: (1,),
    Sense.AT_LEAST: (-1,),
    Sense.TOO_HIGH: (-1,),
}


@dataclass(frozen=True, slots=True)
class Move:
    """One cell that says something else.

    Attributes:
        requirement: that it gives.
        start: what it says, as typed, with the scenario's changes.
        end: what it would say, as typed; None: it would be blank.
        by: the least move that is enough, in units typed; of a word the steps that it takes.
    """

    requirement: Requirement
    start: Value | None
    end: Value | None
    by: float

    @property
    def entry(self) -> Entry:
        """The cell."""
        assert self.requirement.entry is not None  # what no cell says cannot move
        return self.requirement.entry

    @property
    def change(self) -> str:
        """As `--set` takes it; empty: no change can clear a cell."""
        end = self.end
        if end is None:
            return ""
        return self.entry.change(end if isinstance(end, float) else str(end))

    @property
    def text(self) -> str:
        """In words: `Quota China (Quotas!G5) from 20,000 t to 24,000 t`."""
        start, end = (shown(value, self.entry.unit) for value in (self.start, self.end))
        return f"{self.requirement.label} from {start} to {end}"

    @property
    def relative(self) -> float:
        """How far it moves beside what it says; a step of a word counts as all of it."""
        if not isinstance(self.start, float):
            return abs(self.by)
        size = abs(self.start)
        return abs(self.by) / size if size else math.inf


def can_move(one: Requirement) -> bool:
    """Whether a change can make a cell ask for less."""
    entry = one.entry
    if entry is None or not entry.target:
        return False
    return bool(one.steps) if one.sense is Sense.WORD else entry.number is not None


def start_of(one: Requirement) -> float:
    """The number that a cell says, as typed; 0 where it is blank."""
    number = one.entry.number if one.entry is not None else None
    return 0.0 if number is None else number


def size_of(one: Requirement) -> float:
    """What a move of a cell is measured by: its number, or 1 where that is 0."""
    return abs(start_of(one)) or 1.0


def directions_of(one: Requirement) -> tuple[int, ...]:
    """Where a cell has to move to ask for less."""
    return _LOOSER.get(one.sense, (1, -1))


def trial_of(one: Requirement, direction: int) -> tuple[float, float]:
    """A move to try, with its sign, and the most that there is room for."""
    most = max(direction * (end_of(one, direction) - start_of(one)), 0.0)
    return direction * min(size_of(one) / 2, most), most


def end_of(one: Requirement, direction: int) -> float:
    """The loosest number that a cell may say, as typed; infinite: there is none."""
    entry = one.entry
    if entry is None or entry.declared is None:
        return direction * math.inf
    low, high = entry.declared.minimum, entry.declared.maximum
    end = high if direction > 0 else low
    if one.loosest is not None:
        end = one.loosest
    return entry.unit.outward(end) if abs(end) < _FAR else direction * math.inf


def loosest_of(one: Requirement) -> float | None:
    """The loosest number of a cell; None where it may be anything."""
    ends = [end_of(one, direction) for direction in directions_of(one)]
    return ends[0] if len(ends) == 1 and math.isfinite(ends[0]) else None


def moved_by(one: Requirement, by: float) -> Move:
    """A cell moved by some units typed."""
    return Move(one, start_of(one), start_of(one) + by, by)


def cleared(one: Requirement) -> Move:
    """A cell that says a word, made blank: beyond all its steps."""
    return Move(one, one.entry.value if one.entry else None, None, len(one.steps) + 1.0)


def to_step(one: Requirement, position: int) -> Move:
    """A cell that says a word, moved to one of its steps."""
    entry = one.entry
    return Move(one, entry.value if entry else None, one.steps[position], position + 1.0)


def rounded(move: Move, wider: int) -> Move:
    """The move to a number with few digits, not nearer than it; wider by so many of the last."""
    if not isinstance(move.end, float) or move.by == 0:
        return move
    way = math.copysign(1.0, move.by)
    digits = math.floor(math.log10(max(abs(move.end), abs(move.by)))) + 1 - _DIGITS
    digits = min(digits, math.floor(math.log10(abs(move.by))) - 2)
    grid = 10.0**digits
    steps = move.end / grid
    near = round(steps)
    if abs(steps - near) > _SAME * max(abs(steps), 1.0):
        near = math.ceil(steps) if way > 0 else math.floor(steps)
    end = float(f"{(near + way * wider) * grid:.12g}")
    limit = end_of(move.requirement, int(way))
    end = min(end, limit) if way > 0 else max(end, limit)
    return Move(move.requirement, move.start, end, move.by)
