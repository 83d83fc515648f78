"""An optimal point followed while bounds and costs move, without solving again.

While the same columns and rows stay basic, the dual values follow the costs and the point follows
its bounds, by one solve each with the basis matrix. Where a dual value turns round, its column or
row goes to its other bound. If the point so found keeps every bound, it is optimal. Where it does
not, it may be one step of the dual simplex method away: that step is tried, too.

Columns and rows are looked at together, as variables: first the columns, then the activity of the
rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers
from planner.solving.edits import Edits, batches
from planner.solving.outcome import Solution
from planner.solving.session import Session
from planner.solving.tolerances import SOLVER
from planner.solving.variables import Variables

_UPPER, _FREE = (
    int(status) for status in (highspy.HighsBasisStatus.kUpper, highspy.HighsBasisStatus.kZero)
)

_PRIMAL_ROOM = 10 * SOLVER
"""How far a basic variable may be beyond its bounds, in parts of its scale."""

_PIVOT = 1e-7
"""A variable that moves a basic one by less, both in parts of their scales, does not take its
place: what is divided by so little is rounding."""

_SAME = 1e-6
"""By how much, relative, the two ways to work out a pivot may differ; else it is not relied on."""

_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Followed:
    """The optimum of a model that differs in bounds and costs.

    Attributes:
        objective: its cost.
        values: of its columns.
    """

    objective: float
    values: Numbers


class Vertex:
    """The optimal vertex of a linear model.

    Attributes:
        model: as it was solved.
        basis: at the vertex.
        session: that it was found by.
    """

    def __init__(self, session: Session, solution: Solution) -> None:
        """Take over a session that has just been solved to its optimum.

        Args:
            session: without open yes/no decisions, with the bounds and costs of its model. It is to
                be left as it is: its basis matrix is solved with.
            solution: what it found.
        """
        self.model, self.basis, self.session = session.model, session.basis(), session
        self._objective = solution.objective
        self._at = Variables(session, solution)
        self._room = _PRIMAL_ROOM * self._at.scale
        status = _statuses([*self.basis.col_status, *self.basis.row_status])
        self._is_free = status == _FREE
        is_fixed = (self._at.lower == self._at.upper) & ~self._at.is_basic
        self._is_upper = np.where(is_fixed, self._at.dual < 0, status == _UPPER)
        self._bound = np.where(self._is_upper, self._at.upper, self._at.lower)

    def followed(self, every: Sequence[Edits]) -> Iterator[Followed | None]:
        """The optimum of each of several other models; None where another basis is needed.

        None also where it may be needed: what can be had for certain is followed, no more.

        Args:
            every: what makes each of them of the vertex's model.
        """
        size = sum(self.model.shape) + len(self.model.value)
        for several in batches(every, size):
            yield from self._together(several)

    def _together(self, every: Sequence[Edits]) -> list[Followed | None]:
        """The same of so few that there is room for all their numbers; in arrays a row for each."""
        old, columns = self.model, self._at.columns
        lower = self._stacked(self._at.lower, ("lower", "row_lower"), every)
        upper = self._stacked(self._at.upper, ("upper", "row_upper"), every)
        cost = self._stacked(old.cost, ("cost",), every) - old.cost
        dual = self._duals(cost)
        is_upper = self._sides(dual, lower, upper)
        moves, stays = self._moves(is_upper, lower, upper)
        more, are_fixed = self._more_by_entries(every, lower, upper)
        known = stays & are_fixed
        level = self._levels(moves, more, known)
        keeps = self._keeps(level, lower, upper)
        for k in np.flatnonzero(known & ~keeps).tolist():
            stepped = self._step(level[k], dual[k], is_upper[k], (lower[k], upper[k]))
            if stepped is not None:
                level[k], keeps[k] = stepped, True
        known &= keeps
        values = level[:, :columns]
        dearer = (values - self._at.level[:columns]) @ old.cost + (cost * values).sum(axis=1)
        return [
            Followed(self._objective + float(dearer[k]) + one.offset - old.offset, values[k])
            if known[k]
            else None
            for k, one in enumerate(every)
        ]

    def _stacked(self, own: Numbers, names: Sequence[str], every: Sequence[Edits]) -> Numbers:
        """An array of each of the models; to look at only.

        Args:
            own: of the vertex's: one array of the model after the other.
            names: of those arrays, of columns and then of rows.
            every: the models.
        """
        if not any(name in one.arrays for one in every for name in names):
            return np.broadcast_to(own, (len(every), len(own)))
        found = np.tile(own, (len(every), 1))
        for row, one in zip(found, every, strict=True):
            for first, name in zip((0, self._at.columns), names, strict=False):
                if name in one.arrays:
                    places, numbers = one.arrays[name]
                    row[places + first] = numbers
        return found

    # -- dual values ------------------------------------------------------------------------

    def _duals(self, cost: Numbers) -> Numbers:
        """The dual values where columns cost so much more."""
        dual = np.tile(self._at.dual, (len(cost), 1))
        dual[:, : self._at.columns] += cost
        of_basic = np.zeros(dual.shape)
        of_basic[:, : self._at.columns] = cost
        of_basic = of_basic[:, self._at.basic]
        which = np.flatnonzero(of_basic.any(axis=1))
        if len(which):
            dual[which] += self._dual_change(of_basic[which])
        return dual

    def _dual_change(self, of_basic: Numbers) -> Numbers:
        """Change of the dual values where basic variables cost so much more; of several models."""
        solve = self._at.matrix.row_dual_change
        rows = np.array([solve(cost) for cost in np.atleast_2d(of_basic)])
        rows = rows.reshape(*of_basic.shape[:-1], -1)
        return np.concatenate([-self.model.priced(rows), rows], axis=-1)

    def _sides(self, dual: Numbers, lower: Numbers, upper: Numbers) -> _Flags:
        """Which variables are to be at their upper bound, if they are not basic.

        Args:
            dual: their dual values; where one points away from its bound, the other is taken.
            lower, upper: their bounds.
        """
        wrong = self._is_wrong(dual, self._is_upper) & ~self._at.is_basic & (lower != upper)
        sides: _Flags = wrong ^ self._is_upper
        return sides

    def _is_wrong(self, dual: Numbers, is_upper: _Flags) -> _Flags:
        """Which dual values point away from where their variables are."""
        wrong: _Flags = np.where(is_upper, dual, -dual) > self._at.dual_room
        wrong |= self._is_free & (np.abs(dual) > self._at.dual_room)
        return wrong

    # -- the point --------------------------------------------------------------------------

    def _moves(self, is_upper: _Flags, lower: Numbers, upper: Numbers) -> tuple[Numbers, _Flags]:
        """By how much each that is not basic moves with its bound, or to the other.

        Returns:
            That; and by model whether each that is to move has a bound, and none contradict.
        """
        there = np.where(is_upper, upper, lower)
        moving = (there != self._bound) & ~self._at.is_basic
        lost = moving & ~(np.isfinite(there) & np.isfinite(self._bound))
        lost |= lower > upper
        lost |= self._is_free & ((lower != self._at.lower) | (upper != self._at.upper))
        moves = np.subtract(there, self._bound, out=np.zeros(there.shape), where=moving & ~lost)
        return moves, ~lost.any(axis=1)

    def _more_by_entries(
        self, every: Sequence[Edits], lower: Numbers, upper: Numbers
    ) -> tuple[Numbers, _Flags]:
        """What rows have more by entries that are others; whether those are of fixed columns."""
        model = self.model
        more = np.zeros((len(every), len(model.row_lower)))
        are_fixed = np.ones(len(every), dtype=bool)
        for k, one in enumerate(every):
            if "value" not in one.arrays:
                continue
            at, entries = one.arrays["value"]
            of = model.index[at]
            fixed = ~self._at.is_basic & (self._at.lower == self._at.upper)
            fixed &= (lower[k] == self._at.lower) & (upper[k] == self._at.upper)
            are_fixed[k] = fixed[of].all()
            products = (entries - model.value[at]) * self._at.level[of]
            more[k] = np.bincount(model.entry_rows[at], products, len(model.row_lower))
        return more, are_fixed

    def _levels(self, moves: Numbers, more: Numbers, known: _Flags) -> Numbers:
        """All variables where those that are not basic move.

        Args:
            moves: by how much each does.
            more: what rows have more by their entries.
            known: the models that are looked at.
        """
        level = self._at.level + moves
        short = moves[:, self._at.columns :] - more
        which = np.flatnonzero(moves[:, : self._at.columns].any(axis=1))
        short[which] -= self.model.activity(moves[which, : self._at.columns])
        for k in np.flatnonzero(short.any(axis=1) & known).tolist():
            level[k, self._at.basic] += self._at.matrix.change(short[k])
        return level

    def _keeps(self, level: Numbers, lower: Numbers, upper: Numbers) -> _Flags:
        """By model whether the basic variables are within their bounds."""
        basic, room = self._at.basic, self._room[self._at.basic]
        found = level[:, basic]
        within = (found >= lower[:, basic] - room) & (found <= upper[:, basic] + room)
        return np.asarray(within.all(axis=1), dtype=bool)

    # -- one step further -------------------------------------------------------------------

    def _step(
        self, level: Numbers, dual: Numbers, is_upper: _Flags, bounds: tuple[Numbers, Numbers]
    ) -> Numbers | None:
        """The optimum where one basic variable, beyond a bound, gives its place to another.

        Args:
            level, dual: of one model; every dual value points to where its variable is.
            is_upper: which variables are at their upper bound, if they are not basic.
            bounds: of the variables.

        Returns:
            The variables; None where that step does not lead to the optimum.
        """
        (lower, upper), basic = bounds, self._at.basic
        below, above = lower[basic] - level[basic], level[basic] - upper[basic]
        place = int((np.maximum(below, above) / self._room[basic]).argmax())
        leaving, is_above = int(basic[place]), bool(above[place] > below[place])
        unit = np.zeros(len(basic))
        unit[place] = -1.0 if self._at.matrix.is_row[place] else 1.0
        change = self._dual_change(unit)
        way = 1.0 if is_above else -1.0
        # How fast dual values turn round while the one that leaves comes to have one.
        speed = np.where(self._is_free, np.abs(change), way * np.where(is_upper, change, -change))
        may = ~self._at.is_basic & (lower != upper)
        may &= speed * self._at.scale > _PIVOT * self._at.scale[leaving]
        others = np.flatnonzero(may)
        if not len(others):
            return None
        left = np.where(is_upper, -dual, dual)[others].clip(min=0.0) / speed[others]
        entering, rise = int(others[left.argmin()]), way * float(left.min())
        response = self._along(entering)
        pivot = float(response[place])
        if abs(pivot - change[entering]) > _SAME * abs(pivot):
            return None
        bound = upper[leaving] if is_above else lower[leaving]
        move = (bound - level[leaving]) / pivot
        found = level.copy()
        found[basic] += move * response
        found[entering] += move
        found[leaving] = bound
        new_dual = dual + rise * change
        new_dual[basic] = new_dual[entering] = 0.0
        wrong = self._is_wrong(new_dual, is_upper) & (lower != upper)
        within = (found >= lower - self._room) & (found <= upper + self._room)
        return found if within.all() and not wrong.any() else None

    def _along(self, variable: int) -> Numbers:
        """Change of each basic variable per tonne that one which is not basic rises."""
        row = variable - self._at.columns
        return self._at.matrix.along_column(variable) if row < 0 else self._at.matrix.along_row(row)


def _statuses(found: Any) -> NDArray[np.int64]:
    return np.array([int(status) for status in found], dtype=np.int64)
