"""How cells that contradict each other could move, alone or together, until there is a plan.

Every figure comes from the model of the case as it would then stand, and every way out is solved to
its end before it is shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.case.columns import Value
from planner.case.scenario import Scenario
from planner.errors import InvalidCase, Stopped
from planner.solving.data import model_data
from planner.solving.outcome import Status
from planner.solving.priorities import solve_by_priority
from planner.studies.cells import Entry, shown
from planner.studies.conflict import Conflict, Conflicts
from planner.studies.elastic import Elastic, Slant, slant_of
from planner.studies.requirements import Requirement, Sense
from planner.studies.variants import Variants
from planner_models.compiling import Compiler

_MOST_CHANGES = 4
"""Cells that a way out changes at most."""

_MOST_SETS = 60
"""Sets of cells of one number that are looked at for a way out."""

_MOST_WAYS = 5
"""Ways out of several changes that are looked for."""

_MOST_SETTLED = 12
"""Cells, the nearest, whose moves are solved to their end."""

_MOST_GROWTH = 14
"""By four to which power a number is tried that has no end."""

_PARTS = 16
"""Moves that are tried where neither more nor less of a number asks for less."""

_NEAR = 1e-6
"""How near, relative to the move, the least move is found where it is searched for."""

_DIGITS = 6
"""Digits of a number that is proposed for a cell."""

_SAME = 1e-8
"""Numbers so near, relative, are the same."""


@dataclass(frozen=True, slots=True)
class Move:
    """One cell that says something else.

    Attributes:
        requirement: that it gives.
        start: what it says, as typed, with the scenario's changes.
        end: what it would say, as typed.
        by: the least move that is enough, in units typed; of a word the steps that it takes.
    """

    requirement: Requirement
    start: Value | None
    end: Value
    by: float

    @property
    def entry(self) -> Entry:
        """The cell."""
        assert self.requirement.entry is not None  # what no cell says cannot move
        return self.requirement.entry

    @property
    def change(self) -> str:
        """As `--set` takes it."""
        end = self.end
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


@dataclass(frozen=True, slots=True)
class WayOut:
    """Changes with which there is a plan, and what it costs."""

    moves: tuple[Move, ...]
    objective: float

    @property
    def relative(self) -> float:
        """How far its cells move in all."""
        return sum(move.relative for move in self.moves)


class WaysOut:
    """Ways out of the conflicts of one scenario."""

    def __init__(self, variants: Variants, conflicts: Conflicts) -> None:
        """Look for them.

        Args:
            variants: of the scenario; they solve what is proposed.
            conflicts: of the same scenario.
        """
        self._variants = variants
        self._conflicts = conflicts
        self._compiler = Compiler()
        self._solved: dict[tuple[str, ...], float | None] = {}

    # -- what moves -------------------------------------------------------------------------

    def alone(
        self,
        requirements: Sequence[Requirement],
        progress: Callable[[Sequence[Requirement]], Iterable[Requirement]] = iter,
    ) -> Iterator[WayOut | Move]:
        """How far some requirements have to move, each alone; not those of which no move is enough.

        The nearest are solved to their end: ways out. Of the others the model that says how far
        they have to move has to do.
        """
        movable = [
            one
            for one in progress(requirements)
            if _can_move(one) and self._conflicts.is_possible([one.key])
        ]
        elastic = _Moves(self, movable, ())
        moves = [move for one in progress(movable) if (move := elastic.least(one)) is not None]
        for n, move in enumerate(sorted(moves, key=lambda move: move.relative)):
            way = self._settled([move]) if n < _MOST_SETTLED else _rounded(move, 0)
            if way is not None:
                yield way

    def together(self, chosen: Sequence[Requirement]) -> WayOut | None:
        """The least by which several requirements have to move together.

        What is a word, or changes more than bounds, is first as loose as can be; then the others
        move, and at last it is narrowed.
        """
        words = [one for one in chosen if one.sense is Sense.WORD]
        numbers = [one for one in chosen if one.sense is not Sense.WORD]
        moves = [_to_step(one, len(one.steps) - 1) for one in words]
        try:
            places = self.slants(numbers, [move.change for move in moves])[1]
            curved = [one for one in numbers if one.key not in places]
            ends = [_loosest(one) for one in curved]
            if None in ends:
                return None
            straight = [one for one in numbers if one.key in places]
            wide = [
                _to(one, end - _start(one))
                for one, end in zip(curved, ends, strict=True)
                if end is not None
            ]
            more = self._straight(straight, [move.change for move in (*moves, *wide)])
        except InvalidCase:
            return None
        if more is None:
            return None
        moves += [_rounded(move, 0) for move in more]
        for n, one in enumerate(curved):
            changes = [move.change for move in (*moves, *wide[n + 1 :])]
            move = _Moves(self, [one], changes).searched(one)
            if move is None:
                return None
            moves.append(_rounded(move, 0))
        return self._settled(moves)

    def _straight(self, chosen: Sequence[Requirement], others: Sequence[str]) -> list[Move] | None:
        """The least moves together of requirements that move bounds only."""
        if not chosen:
            return []
        elastic, places = self.slants(chosen, others)
        if elastic is None or any(one.key not in places for one in chosen):
            return None
        columns = [n for one in chosen for n in places[one.key]]
        weights = [1.0 / _size(one) for one in chosen for _ in places[one.key]]
        found = elastic.least(columns, weights, self.left)
        if found is None:
            return None
        by = dict(zip(columns, found.tolist(), strict=True))
        return [_to(one, sum(by[n] for n in places[one.key])) for one in chosen]

    def shortfall(self) -> WayOut | None:
        """To let demand stay unmet, where that is forbidden."""
        if self._variants.numbers.shortfall_allowed:
            return None
        cells = self._conflicts.cells
        rows = cells.ledger.rows["Settings"]
        for index, row in enumerate(rows):
            entry = cells.of("Settings", index, "Value")
            if row.get("Setting") == "Shortfall" and entry is not None:
                one = Requirement("Shortfall", entry.cell, Sense.WORD, cells, ("allowed",))
                return self._settled([_to_step(one, 0)])
        return None

    def bounded(self, one: Requirement) -> WayOut | None:
        """How far a price or value alone has to move until nothing is earned without end."""
        if not _can_move(one):
            return None
        move = least_move(one, lambda change: self.objective([change]) is not None)
        return None if move is None else self._settled([move])

    # -- the fewest -------------------------------------------------------------------------

    def fewest(self, first: Conflict, others: Sequence[Conflict]) -> list[WayOut]:
        """The ways out with the fewest changes, more than one, nearest first.

        Every way out moves a cell of every conflict. Sets of cells are looked at in order of their
        number; one with which a conflict is left is extended by each cell of that conflict (the
        hitting sets of R. Reiter, A theory of diagnosis from first principles, 1987).
        """
        known = [first, *others]
        every = {one.key: one for conflict in known for one in conflict.requirements}
        level: list[frozenset[str]] = [frozenset()]
        for _ in range(_MOST_CHANGES):
            longer: dict[frozenset[str], None] = {}
            for chosen in level:
                conflict = next((c for c in known if not chosen & set(c.keys)), None)
                if conflict is None:
                    conflict = self._conflicts.find(chosen)
                    if conflict is None:
                        continue
                    known.append(conflict)
                    every |= {one.key: one for one in conflict.requirements}
                for one in conflict.requirements:
                    if _can_move(one):
                        longer[chosen | {one.key}] = None
            level = list(longer)[:_MOST_SETS]
            ways = self._ways_of(level, every)
            if ways:
                return ways
        return []

    def _ways_of(
        self, sets: Sequence[frozenset[str]], every: Mapping[str, Requirement]
    ) -> list[WayOut]:
        ways = []
        for chosen in sets:
            if len(chosen) < 2 or not self._conflicts.is_possible(chosen):
                continue
            way = self.together([every[key] for key in sorted(chosen)])
            if way is not None:
                ways.append(way)
            if len(ways) == _MOST_WAYS:
                break
        return sorted(ways, key=lambda way: way.relative)

    # -- solving ----------------------------------------------------------------------------

    def numbers(self, changes: Collection[str]) -> Scenario:
        """The scenario with some changes.

        Raises:
            InvalidCase: they lead to numbers that the contract does not allow.
        """
        return self._variants.changed(*changes)

    def slants(
        self, requirements: Sequence[Requirement], others: Collection[str]
    ) -> tuple[Elastic | None, dict[str, list[int]]]:
        """A model in which requirements move, and where each stands in it.

        Those are left out whose cells change more than bounds.
        """
        scenario = self.numbers(others)
        model = self._compiler.compile(model_data(scenario))
        slants: list[Slant] = []
        places: dict[str, list[int]] = {}
        for one in requirements:
            own = []
            for direction in _directions(one):
                move, most = _trial(one, direction)
                if move == 0:
                    continue
                assert one.entry is not None
                changed = one.entry.change(_start(one) + move)
                try:
                    numbers = self.numbers([*others, changed])
                except InvalidCase:
                    break
                other = self._compiler.compile(model_data(numbers))
                slant = slant_of(model, other, move, most)
                if slant is None:
                    break
                own.append(slant)
            else:
                places[one.key] = [len(slants) + n for n in range(len(own))]
                slants += own
        if not slants:
            return None, places
        return Elastic(scenario, model, slants, self._conflicts.options), places

    @property
    def left(self) -> float:
        """Seconds left."""
        return self._conflicts.left

    def is_possible(self, changes: Collection[str]) -> bool:
        """Whether there is a plan with some changes; a search that fails finds none."""
        try:
            session = self._variants.session(self.numbers(changes))
        except InvalidCase:
            return False
        session.set_costs(np.zeros(session.model.shape[1]))
        outcome = session.solve(self.left, gap=1.0)
        if outcome.status is Status.STOPPED and outcome.solution is None:
            raise Stopped(f"stopped: {outcome.reason.lower()}")
        return outcome.status not in (Status.INFEASIBLE, Status.FAILED)

    def objective(self, changes: Sequence[str]) -> float | None:
        """What the plan with some changes costs; None where there is none, or no cheapest one."""
        key = tuple(changes)
        if key not in self._solved:
            self._solved[key] = self._objective(changes)
        return self._solved[key]

    def _objective(self, changes: Sequence[str]) -> float | None:
        try:
            numbers = self.numbers(changes)
        except InvalidCase:
            return None
        session = self._variants.session(numbers)
        options = self._conflicts.options
        gap = numbers.mip_gap if options.mip_gap is None else options.mip_gap
        outcome = solve_by_priority(numbers, session, self.left, gap)
        if outcome.status is Status.STOPPED and outcome.solution is None:
            raise Stopped(f"stopped: {outcome.reason.lower()}")
        return None if outcome.solution is None else outcome.solution.objective

    def _settled(self, moves: Sequence[Move]) -> WayOut | None:
        """Moves to numbers that one would type, with which there is a plan."""
        # Where an HHI is at the least that there can be, rounding alone decides.
        first = 1 if any(rule.type == "HHI" for rule in self._variants.numbers.rules) else 0
        for wider in (first, 1, 10):
            chosen = [_rounded(move, wider) for move in moves]
            objective = self.objective([move.change for move in chosen])
            if objective is not None:
                return WayOut(tuple(chosen), objective)
        return None


class _Moves:
    """The least moves of some requirements, where others have moved already."""

    def __init__(
        self, ways: WaysOut, requirements: Sequence[Requirement], others: Sequence[str]
    ) -> None:
        self._ways = ways
        self._others = list(others)
        numbers = [one for one in requirements if one.sense is not Sense.WORD]
        self._elastic, self._places = ways.slants(numbers, others)

    def least(self, one: Requirement) -> Move | None:
        """The least move of one of them alone."""
        if one.sense is Sense.WORD:
            return self._least_step(one)
        if one.key not in self._places:
            return self.searched(one)
        if self._elastic is None:
            return None
        moves = [self._elastic.least([n], [1.0], self._ways.left) for n in self._places[one.key]]
        found = [float(move[0]) for move in moves if move is not None]
        return _to(one, min(found, key=abs)) if found else None

    def _least_step(self, one: Requirement) -> Move | None:
        for n in range(len(one.steps)):
            move = _to_step(one, n)
            if self._ways.is_possible([*self._others, move.change]):
                return move
        return None

    def searched(self, one: Requirement) -> Move | None:
        """The least move of a cell that changes more than bounds."""
        return least_move(one, lambda change: self._ways.is_possible([*self._others, change]))


def least_move(one: Requirement, is_enough: Callable[[str], bool]) -> Move | None:
    """The least move of a cell that is enough: halved again and again.

    Args:
        one: what it gives.
        is_enough: whether a change of it is.
    """
    found = [_halved(one, direction, is_enough) for direction in _directions(one)]
    moves = [move for move in found if move is not None]
    return min(moves, key=lambda move: abs(move.by)) if moves else None


def _halved(one: Requirement, direction: int, is_enough: Callable[[str], bool]) -> Move | None:
    def enough(by: float) -> bool:
        return is_enough(_to(one, by).change)

    far = _far(one, direction, enough)
    if far is None:
        return None
    near = 0.0
    while abs(far - near) > _NEAR * abs(far):
        middle = (near + far) / 2
        near, far = (near, middle) if enough(middle) else (middle, far)
    return _to(one, _shortest(_start(one), near, far, enough))


def _shortest(start: float, near: float, far: float, enough: Callable[[float], bool]) -> float:
    """Of the moves between one that is not enough and one that is, that to the shortest number."""
    for digits in range(1, 15):
        by = float(f"{start + far:.{digits}g}") - start
        if min(near, far) <= by <= max(near, far) and enough(by):
            return by
    return far


def _far(one: Requirement, direction: int, is_enough: Callable[[float], bool]) -> float | None:
    """A move that is enough."""
    _, most = _trial(one, direction)
    if one.sense is Sense.EXACTLY and math.isfinite(most):  # too far may be as wrong as too near
        parts = (direction * most * n / _PARTS for n in range(1, _PARTS + 1))
        return next((by for by in parts if is_enough(by)), None)
    if math.isfinite(most):
        return direction * most if most > 0 and is_enough(direction * most) else None
    for power in range(_MOST_GROWTH):
        by = direction * _size(one) * 4.0**power
        if is_enough(by):
            return by
    return None


# -- cells and their numbers ----------------------------------------------------------------


def _can_move(one: Requirement) -> bool:
    entry = one.entry
    if entry is None or not entry.target:
        return False
    return bool(one.steps) if one.sense is Sense.WORD else entry.number is not None


_LOOSER = {
    Sense.AT_MOST: (1,),
    Sense.TOO_LOW: (1,),
    Sense.AT_LEAST: (-1,),
    Sense.TOO_HIGH: (-1,),
}


def _start(one: Requirement) -> float:
    number = one.entry.number if one.entry is not None else None
    return 0.0 if number is None else number


def _size(one: Requirement) -> float:
    """What a move of a cell is measured by: its number, or 1 where that is 0."""
    return abs(_start(one)) or 1.0


def _directions(one: Requirement) -> tuple[int, ...]:
    """Where a cell has to move to ask for less."""
    return _LOOSER.get(one.sense, (1, -1))


def _trial(one: Requirement, direction: int) -> tuple[float, float]:
    """A move to try, with its sign, and the most that there is room for."""
    most = max(direction * (_end(one, direction) - _start(one)), 0.0)
    return direction * min(_size(one) / 2, most), most


def _end(one: Requirement, direction: int) -> float:
    """The loosest number that a cell may say, as typed; infinite: there is none."""
    entry = one.entry
    if entry is None or entry.declared is None:
        return direction * math.inf
    low, high = entry.declared.minimum, entry.declared.maximum
    end = high if direction > 0 else low
    if one.loosest is not None:
        end = one.loosest
    return entry.unit.outward(end) if abs(end) < _FAR else direction * math.inf


_FAR = 1e11
"""Ends of what a column may say beyond this are none."""


def _loosest(one: Requirement) -> float | None:
    """The loosest number of a cell; None where it may be anything."""
    ends = [_end(one, direction) for direction in _directions(one)]
    return ends[0] if len(ends) == 1 and math.isfinite(ends[0]) else None


def _to(one: Requirement, by: float) -> Move:
    return Move(one, _start(one), _start(one) + by, by)


def _to_step(one: Requirement, position: int) -> Move:
    entry = one.entry
    return Move(one, entry.value if entry else None, one.steps[position], position + 1.0)


def _rounded(move: Move, wider: int) -> Move:
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
    limit = _end(move.requirement, int(way))
    end = min(end, limit) if way > 0 else max(end, limit)
    return Move(move.requirement, move.start, end, move.by)
