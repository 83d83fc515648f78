"""The points of a cost against concentration: every corner, or round numbers from the top down."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count, pairwise, takewhile
from typing import Any

from planner.plan import Plan
from planner.solving.outcome import bound_of, relative_gap
from planner.studies.concentration import Bounded, Found
from planner.studies.curve import Piece, Point, Trace

_GAP = 1e-3
"""How far the curve of an HHI may be off, relative to what it falls from end to end."""

_STEPS = 12
"""Round numbers between the ends at most."""

_ROUND = (1.0, 2.0, 5.0, 10.0)
"""How far round numbers are apart, in powers of ten."""

_SAME_COST = 1e-8
"""Costs so near, relative, are the same."""

Progress = Callable[[Iterable[Any]], Iterable[Any]]


@dataclass(slots=True)
class Curve:
    """Points of the least cost, by concentration, and how well it is known between them.

    Attributes:
        points: all that are known, from the least concentration on.
        steps: those at round numbers, with the first and the last.
        exact: whether the cost is straight between points.
        gap: money by which that is off at most; with yes/no decisions, the largest fall from one
            point to the next; None: not known.
        is_whole: whether nothing is left to be solved.
    """

    points: list[Point[Found]]
    steps: list[Point[Found]]
    exact: bool
    gap: float | None
    is_whole: bool


def cheapest_end(cheapest: Plan, end: float) -> Point[Found]:
    """The end of a curve that is known before anything of it is solved.

    Args:
        cheapest: the plan that bounds no concentration.
        end: its concentration.
    """
    found = Found(cheapest.numbers, cheapest.quantities, cheapest.gap)
    return Point(end, cheapest.objective, 0.0, found)


def convex_curve(
    bounded: Bounded, known: Point[Found], least: float, end: float, progress: Progress
) -> Curve:
    """Of a linear case: every corner, or to a gap; and then what is at round numbers.

    Stopped before both ends are solved, it is those that are known.
    """
    is_straight = bounded.measure == "share"
    found = Curve([], [], exact=False, gap=None, is_whole=False)
    traces: list[Trace[Found]] = []

    def walk() -> Iterator[Point[Found]]:
        first, last = bounded.first(least, end), bounded.at(end)
        if first is None or last is None:
            found.points = [known] if first is None or first.value >= end else [first, known]
            found.steps = list(found.points)
            return
        trace = Trace(bounded.at, first, last, gap=0.0 if is_straight else _GAP)
        traces.append(trace)
        found.steps.append(first)
        yield from trace
        if trace.is_stopped:
            return
        for most in _rounds(first.value, falling(_ends_of(trace.pieces))[-1].value):
            point = bounded.at(most)
            if point is None:
                return
            found.steps.append(point)
            yield point
        found.is_whole = True

    if _walk(walk(), progress):
        found.is_whole = False
    for trace in traces:
        found.points, found.gap = _ends_of(trace.pieces), trace.gap
        found.exact = trace.gap == 0.0
    if not is_straight:  # each is one more that is known of it
        every = {point.value: point for point in (*found.points, *found.steps)}
        found.points = [every[value] for value in sorted(every)]
    if found.points:
        last = falling(found.points)[-1]
        found.steps = [*(step for step in found.steps if step.value < last.value), last]
    return found


def _ends_of(pieces: list[Piece[Found]]) -> list[Point[Found]]:
    ends = (piece.end for piece in pieces if piece.end.value > piece.start.value)
    return [pieces[0].start, *ends]


def round_steps(
    bounded: Bounded, known: Point[Found], least: float | None, end: float, progress: Progress
) -> Curve:
    """With yes/no decisions: at round numbers, between which the cost is that of one of the two.

    They are solved from the cheapest plan downwards: where time is up, what is next to it is known.
    Where the least concentration is not known, they go down until there is no plan.
    """
    points = [known]
    lowest = bounded.lowest(least or 0.0, end)
    wanted = [most for most in (*reversed(_rounds(lowest, end)), lowest) if most < end]

    def walk() -> Iterator[Point[Found]]:
        for k, most in enumerate(wanted):
            left = len(wanted) - k
            point = bounded.at(most, left) if left > 1 else bounded.first(most, end)
            if point is None:
                return
            points.append(point)
            yield point

    is_whole = not _walk(walk(), progress) and len(points) > len(wanted)
    is_whole = is_whole and bounded.is_proven and least is not None
    points = _never_dearer(points[::-1])
    falls = [max(one.height - two.height, 0.0) for one, two in pairwise(points)]
    gap = max(falls, default=0.0) if is_whole else None
    return Curve(points, points, exact=False, gap=gap, is_whole=is_whole)


def _never_dearer(points: list[Point[Found]]) -> list[Point[Found]]:
    """The points; where the search left one dearer than one before it, with that one's plan."""
    best: list[Point[Found]] = []
    for point in points:
        if not best or point.height <= best[-1].height:
            best.append(point)
            continue
        before, gap = best[-1], point.found.gap
        if gap is not None:
            gap = relative_gap(before.height, bound_of(point.height, gap))
        found = replace(before.found, gap=gap)
        best.append(replace(before, value=point.value, found=found))
    return best


def _rounds(start: float, end: float) -> list[float]:
    """Round numbers between two, none next to either."""
    if end <= start:
        return []
    digits = math.floor(math.log10((end - start) / _STEPS))
    apart = next(
        step * 10.0**digits for step in _ROUND if (end - start) / _STEPS <= step * 10.0**digits
    )
    first = math.floor(start / apart) + 1
    # Divided, for 3 / 10 is the number that is written as 0.3, and 3 × 0.1 is not.
    numbers = (n / round(1.0 / apart) if apart < 1.0 else n * apart for n in count(first))
    near = apart / _STEPS
    inside = takewhile(lambda number: number < end - near, numbers)
    return [number for number in inside if number > start + near]


def falling(points: list[Point[Found]]) -> list[Point[Found]]:
    """The points up to the first that is as cheap as the last."""
    if not points:
        return []
    near = _SAME_COST * max(abs(point.height) for point in points)
    first = next(n for n, one in enumerate(points) if one.height <= points[-1].height + near)
    return points[: first + 1]


def _walk(points: Iterable[Point[Found]], progress: Progress) -> bool:
    """Solve one after the other; whether Ctrl-C came in between."""
    try:
        for _ in progress(points):
            pass
    except KeyboardInterrupt:
        return True
    return False
