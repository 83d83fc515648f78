"""Shadow prices: what one unit more and one unit less of a bound is worth.

The cost of the best plan is a convex, piecewise linear function of a bound. Where the basis of
the solved model stays optimal for a while as the bound moves, its dual value is the slope on that
side, and the ratio test says how far. Where it does not (a kink), the model is solved again with
the bound moved a little, and the slope there counts only if the new basis is optimal all the way
back to the bound: then it holds from the bound on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.case.scenario import Numbers
from planner.solving.basis_matrix import BasisMatrix
from planner.solving.budget import Budget
from planner.solving.interrupts import INTERRUPTS
from planner.solving.outcome import Bound, Outcome, Solution, Status
from planner.solving.session import Session

_SIGNS = (1.0, -1.0)

_STEPS = (1e-3, 1e-5, 1e-7)
"""Moves tried at a kink, against the size of the bound."""

_ALL_THE_WAY = 1.0 - 1e-6
"""Part of a move over which a basis has to stay optimal for its slope to count."""

_BEYOND = 1e-6
"""How far beyond the end of a basis the next one is looked for, against the size of the bound."""

_MOST_BASES = 50
"""Bases that one side is followed over."""

_SAME_SLOPE = 1e-7
"""Slopes nearer than this, relative, are the same."""

_MOST_SOLVES = 400
"""Solves at kinks for one plan; bounds beyond have no shadow price (None)."""

_MOST_SOLVED = 4_000_000
"""Columns of the model × solves at kinks: in a very large model there are fewer of them."""

_MOST_LOOKED_AT = 200_000_000
"""Rows of the model × bounds looked at: beyond, those worth most come first, the others have no
shadow price. Each takes time in proportion to the rows, and a larger model has more of both."""

_A_LITTLE = 1e-6
"""By how much less, relative, a bound may be where less of it is worth anything at all."""

_VERTICAL = 3.0
"""Times what it is worth a little beyond, from which on a bound has no worth that is a number."""

_TINY = 1e-9
"""What moves by less than this part of the move of a bound, in scaled units, stays."""


Missing = tuple[tuple[int, float], ...]
"""Positions among the shortfalls of the model, and tonnes of each."""


@dataclass(frozen=True, slots=True)
class Slope:
    """What a bound is worth, per tonne, positive where more of it saves.

    Attributes:
        more, less: on either side; None: not known.
        down, up: tonnes by which the bound may move before the slope changes; infinite: for ever.
        missing_up, missing_down: by how many tonnes each of what is missing changes per tonne that
            the bound rises, and per tonne that it falls.
    """

    more: float | None
    less: float | None
    down: float
    up: float
    missing_up: Missing = ()
    missing_down: Missing = ()

    @property
    def moves_shortfall(self) -> bool:
        """Whether more or less of the bound changes what is missing, and the cost with it."""
        sides = ((self.more, self.missing_up), (self.less, self.missing_down))
        return any(bool(worth) and bool(missing) for worth, missing in sides)


def slopes(
    session: Session, solution: Solution, bounds: Sequence[Bound], budget: Budget
) -> list[Slope]:
    """The worth of each bound at an optimal solution; the session ends where it began.

    Where time runs out, bounds not reached have no worth that is known, and a range found so far
    is a part of the whole; bounds worth most come first.

    Raises:
        KeyboardInterrupt: by Ctrl-C.
    """
    finder, before = _Finder(session, solution, budget), INTERRUPTS.count
    rows, columns = session.model.shape
    looked_at = _worth_most(solution, bounds)[: _MOST_LOOKED_AT // max(rows, 1)]
    sides: dict[tuple[Bound, float], _Side | None] = {}
    for bound in looked_at:
        INTERRUPTS.stop_if_since(before)
        if budget.is_up():
            break
        sides |= {(bound, sign): finder.from_basis(bound, sign) for sign in _SIGNS}
    kinks = [key for key, side in sides.items() if side is None]
    solves = min(_MOST_SOLVES, _MOST_SOLVED // columns)
    for bound, sign in kinks:
        INTERRUPTS.stop_if_since(before)
        if finder.solves < solves and not budget.is_up():
            sides[bound, sign] = finder.from_solving(bound, sign)
    for key, side in sides.items():
        INTERRUPTS.stop_if_since(before)
        if side is not None and finder.solves < solves and not budget.is_up():
            sides[key] = finder.further(*key, side)
    return [finder.slope(sides.get((b, 1.0)), sides.get((b, -1.0))) for b in bounds]


def may_be_less(session: Session, bound: Bound, budget: Budget) -> bool:
    """Whether there is a plan with a little less of a row's upper bound; not where time is up.

    The session, as it was solved, ends where it began.
    """
    return _solved_beside(session, bound, 1.0 - _A_LITTLE, budget) is not None


def is_without_slope(session: Session, bound: Bound, worth: float, budget: Budget) -> bool:
    """Whether a curve is as good as vertical at a row's upper bound; so where time is up.

    That is where a little more of it makes what the next of it is worth a fraction of what it is.
    The session, as it was solved, ends where it began.

    Args:
        session: solved.
        bound: the row's.
        worth: what one more of it is worth where it is.
        budget: time for it.
    """
    there = _solved_beside(session, bound, 1.0 + _A_LITTLE, budget)
    return there is None or worth > _VERTICAL * -there


def _solved_beside(
    session: Session, bound: Bound, times: float, budget: Budget
) -> float | None:  # fmt: skip
    """The dual value with another upper bound of a row; None: there is no plan, or time is up."""
    if budget.is_up():
        return None
    row, basis = np.array([bound.position]), session.basis()
    lower, upper = session.rows.lower[row].copy(), session.rows.upper[row].copy()
    session.set_row_bounds(row, lower, upper * times)
    outcome = session.solve(budget.left)
    found = outcome.solution
    dual = dual_of(bound, found) if outcome.status is Status.OPTIMAL and found else None
    session.set_row_bounds(row, lower, upper)
    session.restore(basis)
    return dual


def _worth_most(solution: Solution, bounds: Sequence[Bound]) -> list[Bound]:
    """Bounds by the size of their dual values, the largest first."""
    return sorted(bounds, key=lambda bound: -abs(dual_of(bound, solution)))


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a bound.

    Attributes:
        slope: of the cost, per tonne that the bound rises.
        reach: how far it holds.
        missing: by how much what is missing changes, per tonne that the bound moves to this side.
    """

    slope: float
    reach: float
    missing: Missing = ()


class _Finder:
    def __init__(self, session: Session, solution: Solution, budget: Budget) -> None:
        self.session = session
        self.solution = solution
        self.budget = budget
        self.basis = session.basis()
        self.vertex = _Vertex(session, solution)
        self.solves = 0
        self.short = np.full(session.model.shape[1], -1)
        shortfalls = session.model.columns["short"]
        self.short[shortfalls] = np.arange(len(shortfalls))

    @staticmethod
    def slope(up: _Side | None, down: _Side | None) -> Slope:
        """Both sides of one bound together."""
        return Slope(
            more=None if up is None else 0.0 - up.slope,
            less=None if down is None else 0.0 - down.slope,
            down=down.reach if down is not None else 0.0,
            up=up.reach if up is not None else 0.0,
            missing_up=up.missing if up is not None else (),
            missing_down=down.missing if down is not None else (),
        )

    def from_basis(self, bound: Bound, sign: float) -> _Side | None:
        """Slope as the bound rises (sign 1) or falls (−1), and how far; None at a kink."""
        value, level = self._bound_value(bound), self._level(bound, self.solution)
        loosens = (sign > 0) == bound.is_upper
        distance = (value - level) if bound.is_upper else (level - value)
        if distance > self._tolerance(bound):  # does not bind: worth nothing until it does
            return _Side(0.0, math.inf if loosens else distance)
        dual = dual_of(bound, self.solution)
        if loosens and dual == 0:
            return _Side(0.0, math.inf)
        if self.vertex.is_basic(bound):
            return None
        side = self._along(bound, sign, dual, self.vertex)
        return side if side.reach > self._tolerance(bound) else None

    def from_solving(self, bound: Bound, sign: float) -> _Side | None:
        """Slope at a kink, from solving with the bound moved a little; None where none is found."""
        value = self._bound_value(bound)
        size = max(abs(value), self._scale(bound))
        for step in (size * part for part in _STEPS):
            if not self._may_be(bound, value + sign * step):
                continue
            self._move(bound, value + sign * step)
            outcome = self._solve()
            side = None
            if outcome.status is Status.OPTIMAL and outcome.solution is not None:
                side = self._certified(bound, sign, step, outcome.solution)
            self._move(bound, value)
            self.session.restore(self.basis)
            if side is not None or outcome.status in (Status.INFEASIBLE, Status.STOPPED):
                return side
        return None

    def further(self, bound: Bound, sign: float, side: _Side) -> _Side:
        """The same side, as far as its slope holds: where a basis changes, it need not."""
        value, reach, missing = self._bound_value(bound), side.reach, side.missing
        beyond = _BEYOND * max(abs(value), self._scale(bound))
        for _ in range(_MOST_BASES):
            there = value + sign * (reach + beyond)
            if math.isinf(reach) or not self._may_be(bound, there):
                break
            self._move(bound, there)
            outcome = self._solve()
            if outcome.status is not Status.OPTIMAL or outcome.solution is None:
                break
            ahead = self._ahead(bound, sign, outcome.solution)
            if abs(ahead.slope - side.slope) > _SAME_SLOPE * max(abs(side.slope), abs(ahead.slope)):
                break
            reach += beyond + ahead.reach
            missing = missing or ahead.missing
        self._move(bound, value)
        self.session.restore(self.basis)
        return _Side(side.slope, reach, missing)

    def _ahead(self, bound: Bound, sign: float, there: Solution) -> _Side:
        """Slope and reach from where the bound is now, at the basis found there."""
        vertex = _Vertex(self.session, there)
        if not vertex.is_basic(bound):
            return self._along(bound, sign, dual_of(bound, there), vertex)
        loosens = (sign > 0) == bound.is_upper
        slack = abs(self._bound_value(bound) - self._level(bound, there))
        return _Side(0.0, math.inf if loosens else slack)

    def _certified(self, bound: Bound, sign: float, step: float, there: Solution) -> _Side | None:
        """The slope at the moved bound, if the basis found there is optimal all the way back."""
        vertex, dual = _Vertex(self.session, there), dual_of(bound, there)
        if vertex.is_basic(bound):
            back = abs(self._bound_value(bound) - self._level(bound, there))
            loosens = (sign > 0) == bound.is_upper  # and stays slack however far it moves
            reach = math.inf if loosens else step
            return _Side(0.0, reach) if back >= step * _ALL_THE_WAY else None
        back = self._along(bound, -sign, dual, vertex).reach
        if back < step * _ALL_THE_WAY - self._tolerance(bound):
            return None
        ahead = self._along(bound, sign, dual, vertex)
        return _Side(dual, step + ahead.reach, ahead.missing)

    def _along(self, bound: Bound, sign: float, dual: float, vertex: _Vertex) -> _Side:
        """How far the bound may move before the basis changes, and what is missing with it."""
        direction = vertex.direction(bound) * sign
        moving = np.abs(direction) * self._scale(bound) > _TINY * vertex.scale
        ahead = np.where(direction > 0, vertex.upper - vertex.values, vertex.values - vertex.lower)
        steps = np.maximum(ahead[moving], 0.0) / np.abs(direction[moving])
        short = moving & (vertex.variables >= 0)
        which = self.short[vertex.variables[short]]
        missing = which >= 0
        tonnes = direction[short][missing]
        found = tuple(zip(which[missing].tolist(), tonnes.tolist(), strict=True))
        return _Side(dual, float(steps.min(initial=np.inf)), found)

    # -- access -----------------------------------------------------------------------------

    def _solve(self) -> Outcome:
        self.solves += 1
        outcome = self.session.solve(self.budget.left)
        if outcome.status is Status.STOPPED:
            self.budget.is_up()
        return outcome

    def _bound_value(self, bound: Bound) -> float:
        bounds = self.session.rows if bound.is_row else self.session.columns
        values = bounds.upper if bound.is_upper else bounds.lower
        return float(values[bound.position])

    @staticmethod
    def _level(bound: Bound, solution: Solution) -> float:
        levels = solution.activity if bound.is_row else solution.values
        return float(levels[bound.position])

    def _may_be(self, bound: Bound, value: float) -> bool:
        """Whether a bound may have a value at all: not beyond the other bound of the same row."""
        bounds = self.session.rows if bound.is_row else self.session.columns
        if bound.is_upper:
            return value >= float(bounds.lower[bound.position])
        return value <= float(bounds.upper[bound.position])

    def _tolerance(self, bound: Bound) -> float:
        return self.session.rounding(bound, self._bound_value(bound))

    def _scale(self, bound: Bound) -> float:
        """Tonnes of one scaled unit of the bound's row or column."""
        scales = self.session.row_scale if bound.is_row else self.session.column_scale
        return float(scales[bound.position])

    def _move(self, bound: Bound, value: float) -> None:
        session = self.session
        bounds = session.rows if bound.is_row else session.columns
        change = session.set_row_bounds if bound.is_row else session.set_column_bounds
        which = np.array([bound.position])
        lower, upper = bounds.lower[which].copy(), bounds.upper[which].copy()
        (upper if bound.is_upper else lower)[0] = value
        change(which, lower, upper)


class _Vertex:
    """The basic variables of a solved model: where they are, and between which bounds."""

    def __init__(self, session: Session, solution: Solution) -> None:
        self._matrix = matrix = BasisMatrix(session)
        self.scale, self.variables, is_row = matrix.scale, matrix.variables, matrix.is_row
        self._direction: tuple[Bound, Numbers] | None = None
        self.basic = frozenset(matrix.variables.tolist())
        row, column = np.where(is_row, matrix.position, 0), np.where(is_row, 0, matrix.position)

        def gathered(of_rows: Numbers, of_columns: Numbers) -> Numbers:
            if not len(of_rows):
                return of_columns[column]
            return np.where(is_row, of_rows[row], of_columns[column])

        self.values = gathered(solution.activity, solution.values)
        self.lower = gathered(session.rows.lower, session.columns.lower)
        self.upper = gathered(session.rows.upper, session.columns.upper)

    def is_basic(self, bound: Bound) -> bool:
        """Whether the bound's row or column is basic."""
        return (-1 - bound.position if bound.is_row else bound.position) in self.basic

    def direction(self, bound: Bound) -> Numbers:
        """Change of each basic variable per tonne that the bound's row or column rises."""
        if self._direction is None or self._direction[0] != bound:  # asked for each side in turn
            along = self._matrix.along_row if bound.is_row else self._matrix.along_column
            self._direction = bound, along(bound.position)
        return self._direction[1]


def dual_of(bound: Bound, solution: Solution) -> float:
    """The dual value that belongs to this bound: 0 where it is the other one's."""
    return bound.dual(solution.row_dual, solution.column_dual)
