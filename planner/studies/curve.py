"""A convex, piecewise linear function of one value, found exactly from its tangents.

Where the tangents of two points meet, the function lies either on both, and there is its only
corner between the two, or above, and there is one piece more, whose tangent was found there. So K
pieces take at most 2 K + 2 points, and each corner is certified by a point of its own. (M. J.
Eisner and D. G. Severance, Mathematical techniques for efficient record segmentation in large
shared databases, 1976.) Where the search is broken off, the function lies between tangents and
chords.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Generic, TypeVar

_ON = 1e-11
"""By how much, of the function's size, a point may be beside a tangent and still be on it."""

_SAME_SLOPE = 1e-9
"""Slopes nearer than this, relative, are the same."""

_SAME_VALUE = 1e-12
"""Values nearer than this part of the range are the same."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Point(Generic[T]):
    """The function at a value: its height, a slope that supports it, and what was found there."""

    value: float
    height: float
    slope: float
    found: T

    def tangent(self, value: float) -> float:
        """The height of its tangent."""
        return self.height + self.slope * (value - self.value)


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


def pieces(
    point: Callable[[float], Point[T] | None], start: Point[T], end: Point[T], size: float = 0.0
) -> list[Piece[T]]:
    """The pieces of a convex function between two of its points, none of the slope of the next.

    Args:
        point: the function; None: the search is broken off here.
        start, end: the first and the last point.
        size: what heights are the difference of, where that is larger than they are.
    """
    search = _Search(point, end.value - start.value, size)
    search.look_between(start, end)
    search.run()
    return _merged(sorted(search.found, key=lambda piece: piece.start.value))


class _Search(Generic[T]):
    """Intervals still to be looked into, that with the largest possible error first."""

    def __init__(
        self, point: Callable[[float], Point[T] | None], width: float, size: float
    ) -> None:
        self.found: list[Piece[T]] = []
        self._point = point
        self._width = width
        self._size = size
        self._waiting: list[tuple[float, int, Point[T], Point[T], float]] = []
        self._order = count()

    def look_between(self, a: Point[T], b: Point[T]) -> None:
        """Take an interval for one piece where a tangent reaches across, or look into it later."""
        on = self._rounding(a, b)
        if abs(a.tangent(b.value) - b.height) <= on:
            self.found.append(Piece(a, b, a.slope, a))
            return
        if abs(b.tangent(a.value) - a.height) <= on:
            self.found.append(Piece(a, b, b.slope, b))
            return
        meet = _meeting(a, b)
        near = _SAME_VALUE * self._width
        if meet is None or min(meet - a.value, b.value - meet) <= near:
            self.found.append(Piece(a, b, _chord(a, b), a))
            return
        error = a.height + _chord(a, b) * (meet - a.value) - a.tangent(meet)
        heappush(self._waiting, (-error, next(self._order), a, b, meet))

    def run(self) -> None:
        """Look into every interval."""
        while self._waiting:
            error, _, a, b, meet = heappop(self._waiting)
            c = self._point(meet)
            if c is None:
                self.found.append(Piece(a, b, _chord(a, b), a, -error))
                break
            if self._is_corner(a, b, c):
                self.found += [Piece(a, c, a.slope, a), Piece(c, b, b.slope, b)]
            else:
                self.look_between(a, c)
                self.look_between(c, b)
        self.found += [Piece(a, b, _chord(a, b), a, -e) for e, _, a, b, _ in self._waiting]

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
    """Neighbours of one slope as one piece."""
    near = _SAME_SLOPE * max((abs(piece.slope) for piece in found), default=0.0)
    merged: list[Piece[T]] = []
    for piece in found:
        last = merged[-1] if merged else None
        same = last is not None and abs(last.slope - piece.slope) <= near
        if last is not None and same and not (last.error or piece.error):
            merged[-1] = Piece(last.start, piece.end, last.slope, last.tangent)
        else:
            merged.append(piece)
    return merged
