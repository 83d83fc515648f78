"""A convex function of one value, found from its tangents: exactly, or to a gap that is guaranteed.

Where the tangents of two points meet, the function lies either on both, and there is its only
corner between the two, or above, and there is one piece more, whose tangent was found there. So K
pieces take at most 2 K + 1 points: one in each, one at each corner, and the ends. (M. J. Eisner
and D. G. Severance, Mathematical techniques for efficient record segmentation in large shared
databases, 1976.) Where the search is broken off, and of a curve that is round, the function lies
between tangents and chords.

A corner is certified by a point of its own, or by what is known of how far the function follows
the tangents that meet there; so in the best case K pieces take K points.

Points are asked for along the curve, there and back, each time to a finer gap: a linear model is
solved in few steps where the last value was near, and the search may end at any time with all of
the curve known about as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

MOST_PIECES = 1_000
"""Of a curve with more not every corner is looked for: nobody reads them, and what is left out is
about a millionth of what the chord from end to end is off."""

_FINER = 100.0
"""How many times smaller the gap gets each time: ten times as many points."""

_ON = 1e-11
"""By how much, of the function's size, a point may be beside a tangent and still be on it."""

_SAME_SLOPE = 1e-9
"""Slopes nearer than this, relative, are the same."""

_SAME_VALUE = 1e-12
"""Values nearer than this part of the range are the same."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Point(Generic[T]):
    """The function at a value.

    Attributes:
        height: of the function.
        slope: that supports it.
        found: what was found there.
        reach: the values between which the function is known to follow the tangent.
        moved: what is found at another value within the reach; None: nothing more is known.
    """

    value: float
    height: float
    slope: float
    found: T
    reach: tuple[float, float] | None = None
    moved: Callable[[float], T] | None = None

    def tangent(self, value: float) -> float:
        """The height of its tangent."""
        return self.height + self.slope * (value - self.value)

    @property
    def low(self) -> float:
        """The lowest value at which the function is known to be on the tangent."""
        return self.value if self.reach is None else min(self.reach[0], self.value)

    @property
    def high(self) -> float:
        """The highest such value."""
        return self.value if self.reach is None else max(self.reach[1], self.value)

    def at(self, value: float) -> Point[T]:
        """A point on the tangent, within the reach."""
        if self.moved is None or value == self.value:
            return self
        return Point(value, self.tangent(value), self.slope, self.moved(value))


@dataclass(frozen=True, slots=True)
class Piece(Generic[T]):
    """A linear piece.

    Attributes:
        start, end: points at its ends.
        slope: of the function between them.
        tangent: a point whose tangent the piece is part of.
        error: by how much the function may be below it; 0 where the piece is certified.
    """

    start: Point[T]
    end: Point[T]
    slope: float
    tangent: Point[T]
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class _Stretch(Generic[T]):
    """What is between two points whose tangents meet below it.

    Attributes:
        low, high: where it begins and ends: outside the function follows the tangents.
        meet: where they meet.
        error: by how much the function may be below its chord at most.
    """

    start: Point[T]
    end: Point[T]
    low: float
    high: float
    meet: float
    error: float

    @classmethod
    def between(cls, start: Point[T], end: Point[T], meet: float) -> _Stretch[T]:
        """What is between two points."""
        low, high = min(start.high, meet), max(end.low, meet)
        if meet in (low, high):
            return cls(start, end, low, high, meet, 0.0)
        first, last = start.tangent(low), end.tangent(high)
        chord = first + (last - first) * (meet - low) / (high - low)
        return cls(start, end, low, high, meet, max(chord - start.tangent(meet), 0.0))

    @property
    def corner(self) -> Point[T] | None:
        """The point where the tangents meet, by what is known of one; None: too little is."""
        known = self.start if self.low == self.meet else self.end
        return None if known.moved is None else known.at(self.meet)

    @property
    def pieces(self) -> list[Piece[T]]:
        """What is taken for it while it is not looked into."""
        start, end = self.start.at(self.low), self.end.at(self.high)
        found = [Piece(start, end, _chord(start, end), self.start, self.error)]
        if start.value > self.start.value:
            found.insert(0, Piece(self.start, start, self.start.slope, self.start))
        if end.value < self.end.value:
            found.append(Piece(end, self.end, self.end.slope, self.end))
        return found


class Trace(Generic[T]):
    """A convex function between two of its points, in the making.

    Iterating asks for one point after the other, until the function is known as well as it is to
    be, or what asks for points has no more.

    Attributes:
        is_stopped: whether a point was not to be had.
    """

    def __init__(
        self,
        point: Callable[[float], Point[T] | None],
        start: Point[T],
        end: Point[T],
        *,
        size: float = 0.0,
        gap: float = 0.0,
        most_pieces: int = MOST_PIECES,
    ) -> None:
        """Describe a function.

        Args:
            point: the function; None: the search is broken off here.
            start, end: the first and the last point.
            size: what heights are the difference of, where that is larger than they are.
            gap: how far chords may be above the function, of the difference between the ends;
                0: every corner is looked for.
            most_pieces: up to which all are found, for certain.
        """
        self.is_stopped = False
        self._point = point
        self._width = end.value - start.value
        self._size = size
        self._allowed = gap * abs(start.height - end.height)
        self._left = 2 * most_pieces - 1  # points, beside the ends
        self._found: list[Piece[T]] = []
        self._ahead: list[_Stretch[T]] = []
        self._behind: list[_Stretch[T]] = []
        self._ahead += self._look_between(start, end)

    @property
    def gap(self) -> float:
        """By how much the pieces may be above the function at most; 0: every one is certified."""
        return max((one.error for one in (*self._ahead, *self._behind)), default=0.0)

    @property
    def is_done(self) -> bool:
        """Whether the function is known as well as it was to be."""
        return self.gap <= self._allowed

    @property
    def pieces(self) -> list[Piece[T]]:
        """The function as far as it is known, in order; of those certified, neighbours differ."""
        open_ones = (piece for one in (*self._ahead, *self._behind) for piece in one.pieces)
        return _merged(sorted((*self._found, *open_ones), key=lambda piece: piece.start.value))

    def __iter__(self) -> Iterator[Point[T]]:
        """Ask for the points, each where two tangents meet."""
        gap, finest = self.gap, max(self._allowed, _ON * self.gap)
        is_forward = False  # the end was asked for last
        while self._ahead and not self.is_done:
            gap = gap / _FINER if gap > _FINER * finest else self._allowed
            yield from self._pass(gap, is_forward=is_forward)
            if self._ahead:  # broken off
                return
            # Those that are left lie the other way round, as they are met on the way back.
            self._ahead, self._behind = self._behind, []
            is_forward = not is_forward

    def _pass(self, gap: float, *, is_forward: bool) -> Iterator[Point[T]]:
        """Go along the curve once, and look into what may be off by more than the gap."""
        while self._ahead:
            stretch = self._ahead[-1]
            if stretch.error <= gap:
                self._behind.append(self._ahead.pop())
                continue
            if self._left == 0:
                return
            point = self._point(stretch.meet)
            if point is None:
                self.is_stopped = True
                return
            self._left -= 1
            self._ahead.pop()
            halves = self._halves(stretch, point)
            self._ahead += reversed(halves) if is_forward else halves
            yield point

    def _halves(self, stretch: _Stretch[T], point: Point[T]) -> list[_Stretch[T]]:
        """What is left to be looked into on both sides of a point."""
        a, b = stretch.start, stretch.end
        if self._is_corner(a, b, point):
            self._found += [Piece(a, point, a.slope, a), Piece(point, b, b.slope, b)]
            return []
        return [*self._look_between(a, point), *self._look_between(point, b)]

    def _look_between(self, a: Point[T], b: Point[T]) -> list[_Stretch[T]]:
        """What has to be looked into; nothing where it is one piece, or two with a known corner."""
        on = self._rounding(a, b)
        if abs(a.tangent(b.value) - b.height) <= on:
            self._found.append(Piece(a, b, a.slope, a))
            return []
        if abs(b.tangent(a.value) - a.height) <= on:
            self._found.append(Piece(a, b, b.slope, b))
            return []
        meet = _meeting(a, b)
        near = _SAME_VALUE * self._width
        if meet is None or min(meet - a.value, b.value - meet) <= near:
            self._found.append(Piece(a, b, _chord(a, b), a))
            return []
        stretch = _Stretch.between(a, b, meet)
        corner = stretch.corner if stretch.error <= on else None
        if corner is None:
            return [stretch]
        self._found += [Piece(a, corner, a.slope, a), Piece(corner, b, b.slope, b)]
        return []

    def _is_corner(self, a: Point[T], b: Point[T], c: Point[T]) -> bool:
        """Whether the function is on both tangents at the point where they meet."""
        near = _SAME_SLOPE * max(abs(a.slope), abs(b.slope))
        is_parallel = min(abs(c.slope - a.slope), abs(c.slope - b.slope)) <= near
        return is_parallel or c.height - a.tangent(c.value) <= self._rounding(a, b)

    def _rounding(self, a: Point[T], b: Point[T]) -> float:
        return _ON * max(abs(a.height), abs(b.height), self._size)


def _chord(a: Point[T], b: Point[T]) -> float:
    return (b.height - a.height) / (b.value - a.value)


def _meeting(a: Point[T], b: Point[T]) -> float | None:
    """Where two tangents meet; None: they do not."""
    if a.slope == b.slope:
        return None
    above = b.height - a.tangent(b.value)  # of the second point over the first tangent
    return b.value - above / (b.slope - a.slope)


def _merged(found: list[Piece[T]]) -> list[Piece[T]]:
    """Neighbours of one slope, or that by rounding bend the other way, as one piece."""
    near = _SAME_SLOPE * max((abs(piece.slope) for piece in found), default=0.0)
    merged: list[Piece[T]] = []
    for piece in found:
        one = piece
        while merged and not (merged[-1].error or one.error):
            if one.slope > merged[-1].slope + near:
                break
            one = _joined(merged.pop(), one)
        merged.append(one)
    return merged


def _joined(left: Piece[T], right: Piece[T]) -> Piece[T]:
    """Two pieces as one, of the slope of the wider."""
    is_left = left.end.value - left.start.value >= right.end.value - right.start.value
    wider = left if is_left else right
    return Piece(left.start, right.end, wider.slope, wider.tangent)
