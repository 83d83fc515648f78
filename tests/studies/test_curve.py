"""Convex piecewise linear functions, traced by their tangents."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from planner.studies.curve import Point, Trace


class Envelope:
    """The largest of some lines, as a function that counts how often it is asked."""

    def __init__(self, slopes, intercepts, most=10_000):
        self.slopes, self.intercepts = np.array(slopes), np.array(intercepts)
        self.most = most
        self.asked = 0

    def __call__(self, value):
        if self.asked >= self.most:
            return None
        self.asked += 1
        heights = self.slopes * value + self.intercepts
        best = int(np.argmax(heights))
        return Point(value, float(heights[best]), float(self.slopes[best]), best)

    def trace(self, start, end, **options):
        trace = Trace(self, self(start), self(end), **options)
        self.order = [point.value for point in trace]
        return trace

    def traced(self, start, end):
        return self.trace(start, end).pieces


class Followed(Envelope):
    """The same, where each line says between which values it is the largest: tangents of v²."""

    def __init__(self, touched, most=10_000):
        super().__init__(2 * touched, -(touched**2), most)
        middles = (touched[1:] + touched[:-1]) / 2
        self.bounds = [-np.inf, *middles.tolist(), np.inf]

    def __call__(self, value):
        point = super().__call__(value)
        if point is None:
            return None
        line = point.found
        return Point(
            value,
            point.height,
            point.slope,
            (line, value),
            reach=(self.bounds[line], self.bounds[line + 1]),
            moved=lambda there: (line, there),
        )


def test_three_lines_by_hand():
    """max(−2 v + 10, −v + 8, 3): corners where 2 v = 10 − … : at 2 (height 6) and at 5 (3)."""
    found = Envelope([-2.0, -1.0, 0.0], [10.0, 8.0, 3.0]).traced(0.0, 9.0)
    assert [(p.start.value, p.end.value, p.slope) for p in found] == [
        (0.0, 2.0, -2.0),
        (2.0, 5.0, -1.0),
        (5.0, 9.0, 0.0),
    ]
    assert [p.end.height for p in found] == [6.0, 3.0, 3.0]


@pytest.mark.parametrize("seed", range(20))
def test_every_piece_of_random_lines_is_found_in_few_steps(seed):
    """Tangents of a parabola: each is the largest somewhere."""
    chance = np.random.default_rng(seed)
    touched = np.sort(chance.uniform(0.0, 100.0, int(chance.integers(1, 60))))
    curve = Envelope(2 * touched, -(touched**2))
    found = curve.traced(0.0, 100.0)
    assert len(found) == len(touched)
    assert [p.slope for p in found] == pytest.approx((2 * touched).tolist())
    # Neighbouring tangents of a parabola meet in the middle of where they touch.
    corners = [p.end.value for p in found[:-1]]
    assert corners == pytest.approx(((touched[1:] + touched[:-1]) / 2).tolist(), abs=1e-9)
    assert curve.asked <= 2 * len(found) + 2


def test_an_end_at_a_corner_with_the_slope_of_the_other_side():
    """|v| from 0 on, where the slope that supports it at 0 is found as −1."""

    def point(value):
        return Point(value, abs(value), 1.0 if value > 0 else -1.0, None)

    trace = Trace(point, point(0.0), point(4.0))
    assert list(trace) == []
    found = trace.pieces
    assert [(p.start.value, p.end.value, p.slope) for p in found] == [(0.0, 4.0, 1.0)]


def test_what_is_broken_off_is_within_its_error():
    touched = np.linspace(0.0, 100.0, 41)
    curve = Envelope(2 * touched, -(touched**2), most=12)
    found = curve.traced(0.0, 100.0)
    assert found[0].start.value == 0.0
    assert found[-1].end.value == 100.0
    assert all(a.end == b.start for a, b in pairwise(found))
    assert max(p.error for p in found) > 0
    whole = Envelope(2 * touched, -(touched**2))
    for piece in found:
        for part in (0.2, 0.5, 0.8):
            value = piece.start.value + part * (piece.end.value - piece.start.value)
            chord = piece.start.height + piece.slope * (value - piece.start.value)
            assert -1e-9 <= chord - whole(value).height <= piece.error + 1e-9


def test_a_curve_takes_at_most_two_points_for_each_piece():
    """One in each piece, one at each corner, and the ends."""
    for seed in range(20):
        chance = np.random.default_rng(seed)
        touched = np.sort(chance.uniform(-1.0, 1.0, int(chance.integers(1, 200)))) ** 3
        curve = Envelope(2 * touched, -(touched**2))
        pieces = curve.traced(-1.0, 1.0)
        # Near 0 some are so short that they are one beside rounding.
        assert 0.9 * len(touched) <= len(pieces) <= len(touched)
        assert curve.asked <= 2 * len(touched) + 1


@pytest.mark.parametrize("seed", range(20))
def test_where_each_piece_ends_is_known_no_corner_takes_a_point(seed):
    """One point for each piece, and each corner what one of its neighbours becomes there."""
    touched = np.sort(np.random.default_rng(seed).uniform(0.0, 100.0, 3 * seed + 2))
    curve = Followed(touched)
    found = curve.traced(0.0, 100.0)
    assert [p.slope for p in found] == pytest.approx((2 * touched).tolist())
    assert curve.asked == len(touched)
    for piece, middle in zip(found[:-1], curve.bounds[1:-1], strict=True):
        line, value = piece.end.found
        assert piece.end.value == value == pytest.approx(middle)
        assert touched[line] ** 2 - 2 * touched[line] * value == pytest.approx(-piece.end.height)


def test_a_corner_is_known_where_only_one_of_its_pieces_is():
    """|v| from −3 to 5, of which the left piece alone says that it reaches to 0."""

    def point(value):
        reach = (-10.0, 0.0) if value < 0 else None
        moved = (lambda there: there) if value < 0 else None
        return Point(value, abs(value), 1.0 if value > 0 else -1.0, value, reach, moved)

    trace = Trace(point, point(-3.0), point(5.0))
    assert list(trace) == []
    assert [(p.start.value, p.end.value, p.slope) for p in trace.pieces] == [(-3, 0, -1), (0, 5, 1)]
    assert trace.pieces[0].end.found == 0


def test_a_reach_that_ends_before_the_corner_is_too_little():
    """Beyond it there may be a piece more: max(−v, v, 1) has one from −1 to 1."""

    def point(value):
        slope = 0.0 if abs(value) <= 1 else np.sign(value)
        reach = (-1.0, 1.0) if abs(value) <= 1 else sorted((value, slope * 1.0))
        return Point(value, max(abs(value), 1.0), slope, value, tuple(reach), lambda there: there)

    trace = Trace(point, point(-3.0), point(5.0))
    assert [p.value for p in trace] == [0]
    assert [(p.start.value, p.end.value) for p in trace.pieces] == [(-3, -1), (-1, 1), (1, 5)]


def test_what_is_broken_off_is_exact_where_it_is_known():
    touched = np.linspace(0.0, 100.0, 41)
    curve, whole = Followed(touched, most=12), Followed(touched)
    found = curve.traced(0.0, 100.0)
    assert all(a.end.value == b.start.value for a, b in pairwise(found))
    assert (found[0].start.value, found[-1].end.value) == (0.0, 100.0)
    certain = [piece for piece in found if not piece.error]
    assert len(certain) == 12  # one for each point asked for
    for piece in found:
        for part in (0.2, 0.5, 0.8):
            value = piece.start.value + part * (piece.end.value - piece.start.value)
            chord = piece.start.height + piece.slope * (value - piece.start.value)
            assert -1e-9 <= chord - whole(value).height <= piece.error + 1e-9


def test_points_are_asked_for_along_the_curve():
    """There and back a few times, where the largest error first jumps hither and thither."""
    touched = np.linspace(0.0, 100.0, 401)
    curve = Envelope(2 * touched, -(touched**2))
    assert len(curve.traced(0.0, 100.0)) == 401
    assert float(np.abs(np.diff(curve.order)).sum()) < 8 * 100.0


@pytest.mark.parametrize("most", [1, 10, 100])
def test_a_curve_of_more_pieces_than_are_looked_for_is_known_to_a_gap(most):
    touched = np.linspace(0.0, 100.0, 3001)
    curve, whole = (Envelope(2 * touched, -(touched**2)) for _ in range(2))
    trace = curve.trace(0.0, 100.0, most_pieces=most)
    assert curve.asked == 2 * most + 1
    assert not trace.is_done
    assert not trace.is_stopped
    assert trace.gap == max(piece.error for piece in trace.pieces) > 0
    # The chord across is 2,500 above its middle; each point more there and back quarters that.
    assert trace.gap <= 2500 * 100 / most**2
    values = np.linspace(0.0, 100.0, 777)
    ends = [trace.pieces[0].start, *(piece.end for piece in trace.pieces)]
    chords = np.interp(values, [p.value for p in ends], [p.height for p in ends])
    above = chords - [whole(value).height for value in values]
    assert above.min() >= -1e-9
    assert above.max() <= trace.gap + 1e-9


@pytest.mark.parametrize("gap", [0.1, 1e-3, 1e-5])
def test_a_round_curve_is_followed_to_its_gap(gap):
    """x² from 0 to 100 rises by 10,000; chords over a width w are w² / 4 above their tangents."""

    def point(value):
        return Point(value, value * value, 2 * value, None)

    trace = Trace(point, point(0.0), point(100.0), gap=gap)
    asked = len(list(trace))
    assert 0 < trace.gap <= gap * 10_000
    assert trace.is_done
    assert asked <= 2 * 100.0 / np.sqrt(4 * gap * 10_000)


def test_a_point_that_cannot_be_had_ends_the_search():
    def point(value):
        return Point(value, value * value, 2 * value, None) if abs(value) == 1 else None

    trace = Trace(point, point(-1.0), point(1.0), gap=0.1)
    assert list(trace) == []
    assert trace.is_stopped
    assert trace.gap == pytest.approx(2)  # the chord is at 1, the tangents meet at −1


@pytest.mark.parametrize("seed", range(10))
def test_kinks_too_small_to_be_told_from_rounding_bend_no_curve_the_other_way(seed):
    """A solver may be off by some 1e-11 of the height, and answer with any line so near.

    Where two lines are as high as that, it may answer with the later one first.
    """
    chance = np.random.default_rng(seed)
    touched = np.sort(50 + chance.normal(0.0, 0.02, 400))
    curve, off = Envelope(2 * touched, 1e6 - touched**2), 5e-5

    def nearly_best(value):
        heights = curve.slopes * value + curve.intercepts
        one = int(chance.choice(np.flatnonzero(heights >= heights.max() - off)))
        return Point(value, float(heights[one]), float(curve.slopes[one]), one)

    trace = Trace(nearly_best, nearly_best(49.0), nearly_best(51.0))
    assert len(list(trace)) > 10
    slopes = [piece.slope for piece in trace.pieces]
    assert slopes == sorted(slopes)
    for piece in trace.pieces:
        for part in (0.0, 0.3, 0.9):
            value = piece.start.value + part * (piece.end.value - piece.start.value)
            line = piece.start.height + piece.slope * (value - piece.start.value)
            assert line == pytest.approx(curve(value).height, abs=5 * off)
