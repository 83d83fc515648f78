"""A convex cost curve between two ends, to a gap that is guaranteed.

A linear case costs no less than each tangent says, and no more than each chord: where the two
tangents of neighbouring points meet is where they are furthest apart, and where the next point is
solved. Of a curve of straight pieces each of these points is a corner or splits what is left, and
the gap is 0 after twice as many solves as there are pieces.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Found = TypeVar("Found")

_EXACT = 1e-9
"""A cost so near, relative, to what the tangents say lies on them."""

_NARROW = 1e-9
"""Points nearer than this part of the whole curve are one."""

_SAME_SLOPE = 1e-6


@dataclass(frozen=True, slots=True)
class Point(Generic[Found]):
    """A point of the curve.

    Attributes:
        at: the number that is varied.
        cost: the least cost there.
        slope: of a line through the point that the curve is nowhere below.
        found: what was solved there.
    """

    at: float
    cost: float
    slope: float
    found: Found


class Tradeoff(Generic[Found]):
    """A curve in the making: iterating over it solves one point more each time.

    Attributes:
        points: solved so far, from left to right.
    """

    def __init__(
        self,
        solve: Callable[[float], Point[Found] | None],
        low: float,
        high: float,
        *,
        gap: float,
        most: int,
    ) -> None:
        """Describe a curve.

        Args:
            solve: the point at a number; None: it was stopped, and so is the curve.
            low, high: the ends.
            gap: money that the curve may be off, relative to the fall from end to end; 0: exact.
            most: solves at most.
        """
        self.points: list[Point[Found]] = []
        self._solve, self._low, self._high, self._most = solve, low, high, most
        self._relative = gap
        self._open: list[tuple[float, float, Point[Found], Point[Found]]] = []

    def __iter__(self) -> Iterator[Point[Found]]:
        """Solve point after point, until the gap is small enough or the solver was stopped."""
        for end in dict.fromkeys((self._low, self._high)):
            point = self._solve(end)
            if point is None:
                return
            self.points.append(point)
            yield point
        if len(self.points) < 2:
            return
        left, right = self.points
        self._split(left, right)
        while self._open and self.gap > self._allowed and len(self.points) < self._most:
            _, lowest, left, right = heapq.heappop(self._open)
            at = _meeting(left, right)
            point = self._solve(at)
            if point is None:
                heapq.heappush(self._open, (-self._distance(left, right), lowest, left, right))
                return
            self.points.append(point)
            self.points.sort(key=lambda one: one.at)
            on_tangents = left.cost + left.slope * (at - left.at)
            if point.cost - on_tangents > self._rounding:
                self._split(left, point)
                self._split(point, right)
            yield point

    @property
    def gap(self) -> float:
        """Money by which a chord between points is above the curve at most; 0: the curve is exact.

        Infinite while an end is not known.
        """
        if len(self.points) < 2:
            return 0.0 if self._low == self._high and self.points else float("inf")
        return max((-worst for worst, *_ in self._open), default=0.0)

    @property
    def is_done(self) -> bool:
        """Whether the gap is as small as it was asked for."""
        return self.gap <= self._allowed if len(self.points) > 1 else self.gap == 0.0

    @property
    def corners(self) -> list[Point[Found]]:
        """The points at which the slope changes, and the ends."""
        kept: list[Point[Found]] = []
        for point, following in zip(self.points, [*self.points[1:], None], strict=True):
            if kept and following is not None:
                before = (point.cost - kept[-1].cost) / (point.at - kept[-1].at)
                after = (following.cost - point.cost) / (following.at - point.at)
                size = max(abs(before), abs(after))
                if abs(after - before) <= _SAME_SLOPE * size:
                    continue
            kept.append(point)
        return kept

    @property
    def _allowed(self) -> float:
        fall = abs(self.points[0].cost - self.points[-1].cost)
        return max(self._relative * fall, self._rounding)

    @property
    def _rounding(self) -> float:
        return _EXACT * max(abs(point.cost) for point in self.points)

    def _split(self, left: Point[Found], right: Point[Found]) -> None:
        """Keep a stretch in mind where it may still hold corners."""
        distance = self._distance(left, right)
        if distance > self._rounding:
            heapq.heappush(self._open, (-distance, left.at, left, right))

    def _distance(self, left: Point[Found], right: Point[Found]) -> float:
        """How far the chord is above where the tangents meet."""
        at = _meeting(left, right)
        narrow = _NARROW * (self._high - self._low)
        if not left.at + narrow < at < right.at - narrow:
            return 0.0
        chord = left.cost + (right.cost - left.cost) * (at - left.at) / (right.at - left.at)
        return chord - (left.cost + left.slope * (at - left.at))


def _meeting(left: Point[Found], right: Point[Found]) -> float:
    """Where the tangents of two points meet."""
    steeper = left.slope - right.slope
    if steeper == 0:
        return left.at
    return (right.cost - right.slope * right.at - left.cost + left.slope * left.at) / steeper
