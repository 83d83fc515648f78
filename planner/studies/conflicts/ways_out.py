"""How cells that contradict each other could move, alone or together, until there is a plan.

Every figure comes from the model of the case as it would then stand, and every way out is solved to
its end before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.studies.conflicts.conflict import Conflict, Conflicts
from planner.studies.conflicts.least_moves import LeastMoves, evenly, least_move
from planner.studies.conflicts.moving import (
    Move,
    can_move,
    cleared,
    loosest_of,
    moved_by,
    rounded,
    size_of,
    start_of,
    to_step,
)
from planner.studies.conflicts.proposals import Proposals
from planner.studies.conflicts.requirements import Requirement, Sense
from planner.studies.variants import Variants

_MOST_CHANGES = 4
"""Cells that a way out changes at most."""

_MOST_SETS = 60
"""Sets of cells of one number that are looked at for a way out."""

MOST_WAYS = 5
"""Ways out that are looked for."""


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
        self._proposals = Proposals(variants)
        self._conflicts = conflicts

    # -- what moves -------------------------------------------------------------------------

    def alone(
        self,
        requirements: Sequence[Requirement],
        progress: Callable[[Sequence[Requirement]], Iterable[Requirement]] = iter,
    ) -> Iterator[WayOut | Move]:
        """How far some requirements have to move, each alone; not those of which no move is enough.

        The nearest are solved to their end, as many as are shown: ways out.
        """
        movable = [one for one in requirements if can_move(one) or one.may_be_blank]
        least = LeastMoves(self._proposals, movable, ())
        moves = []
        for one in progress(movable):
            if least.is_even(one) or self._conflicts.is_possible([one.key]):
                move = least.of(one)
                if move is None and one.may_be_blank:
                    move = cleared(one)
                moves += [move] if move is not None else []
        ways = 0
        for move in sorted(least.confirmed(moves), key=lambda move: move.relative):
            if move.end is None:
                way = self._without(move)
                if way is None:
                    continue
            else:
                way = self._settled([move]) if ways < MOST_WAYS else None
            ways += way is not None
            yield way if way is not None else rounded(move, 0)

    def _without(self, move: Move) -> WayOut | None:
        """A cell made blank, which is as if its row were gone; None where there is no plan then."""
        found = self._conflicts.cells.place(move.entry.cell)
        if found is None:
            return None
        objective = self._proposals.objective_without(move.entry.sheet, found[0])
        return None if objective is None else WayOut((move,), objective)

    def together(self, chosen: Sequence[Requirement]) -> WayOut | None:
        """The least by which several requirements have to move together.

        What is a word, or changes more than bounds, is first as loose as can be; then the others
        move, and at last it is narrowed.
        """
        words = [one for one in chosen if one.sense is Sense.WORD]
        numbers = [one for one in chosen if one.sense is not Sense.WORD]
        moves = [to_step(one, len(one.steps) - 1) for one in words]
        even = evenly(self._proposals, numbers, [move.change for move in moves])
        if even is None:
            return None
        straight = [one for one in numbers if one.key in even.places]
        curved = [one for one in numbers if one.key not in even.places]
        ends = [end for one in curved if (end := loosest_of(one)) is not None]
        if len(ends) < len(curved):
            return None
        wide = [moved_by(one, end - start_of(one)) for one, end in zip(curved, ends, strict=True)]
        more = self._straight(straight, [move.change for move in (*moves, *wide)])
        if more is None:
            return None
        moves += [rounded(move, 0) for move in more]
        for n, one in enumerate(curved):
            changes = [move.change for move in (*moves, *wide[n + 1 :])]
            move = LeastMoves(self._proposals, [], changes).searched(one)
            if move is None:
                return None
            moves.append(rounded(move, 0))
        return self._settled(moves)

    def _straight(self, chosen: Sequence[Requirement], others: Sequence[str]) -> list[Move] | None:
        """The least moves together of requirements that are followed evenly."""
        if not chosen:
            return []
        even = evenly(self._proposals, chosen, others)
        if even is None or even.elastic is None or len(even.places) < len(chosen):
            return None
        columns = [n for one in chosen for n in even.places[one.key]]
        weights = [1.0 / size_of(one) for one in chosen for _ in even.places[one.key]]
        found = even.elastic.least(columns, weights, self._proposals.left)
        if found is None:
            return None
        by = dict(zip(columns, found.tolist(), strict=True))
        return [moved_by(one, sum(by[n] for n in even.places[one.key])) for one in chosen]

    def shortfall(self) -> WayOut | None:
        """To let demand stay unmet, where that is forbidden."""
        if self._proposals.base.shortfall_allowed:
            return None
        cells = self._conflicts.cells
        rows = cells.ledger.rows["Settings"]
        for index, row in enumerate(rows):
            entry = cells.of("Settings", index, "Value")
            if row.get("Setting") == "Shortfall" and entry is not None:
                one = Requirement("Shortfall", entry.cell, Sense.WORD, cells, ("allowed",))
                return self._settled([to_step(one, 0)])
        return None

    def bounded(self, one: Requirement) -> WayOut | None:
        """How far a price or value alone has to move until nothing is earned without end."""
        if not can_move(one):
            return None
        move = least_move(one, lambda change: self._proposals.objective([change]) is not None)
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
                    if can_move(one):
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
            if len(ways) == MOST_WAYS:
                break
        return sorted(ways, key=lambda way: way.relative)

    def _settled(self, moves: Sequence[Move]) -> WayOut | None:
        """Moves to numbers that one would type, with which there is a plan."""
        for wider in (0, 1, 10):
            chosen = [rounded(move, wider) for move in moves]
            objective = self._proposals.objective([move.change for move in chosen])
            if objective is not None:
                return WayOut(tuple(chosen), objective)
        return None
