"""How far an optimal basis can be followed along a line of models: by hand, and by solving."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from arrays import model_of
from planner.solving.affine import Line
from planner.solving.basis_matrix import BasisMatrix
from planner.solving.outcome import Solution
from planner.solving.reach import Reach, reach
from planner.solving.session import Session
from planner_models.compiled import CompiledModel


def of(cost, upper, rows, row_lower, row_upper) -> CompiledModel:
    """A model of columns from 0 up."""
    return model_of(cost, (np.zeros(len(cost)), upper), rows, (row_lower, row_upper), 5.0)


def supply(quota: float = 30.0, price: float = 10.0) -> CompiledModel:
    """100 t needed: under a quota at a price, 50 t at 20, and what is missing costs 80 a tonne."""
    return of(
        [price, 20, 80],
        [math.inf, 50, math.inf],
        [[1, 1, 1], [1, 0, 0]],
        [100, -math.inf],
        [math.inf, quota],
    )


def found_at(line: Line, value: float) -> tuple[Solution, Reach | None]:
    session = Session(line.at(value))
    solution = session.solve().solution
    assert solution is not None
    return solution, reach(session, solution, line, value)


def of_quota(*quotas: float) -> Line:
    line = Line.through(quotas, [supply(quota=quota) for quota in quotas])
    assert line is not None
    return line


def of_price(*prices: float, quota: float) -> Line:
    line = Line.through(prices, [supply(quota, price) for price in prices])
    assert line is not None
    return line


@pytest.mark.parametrize(
    ("quota", "low", "high", "rise"),
    [
        (
            30,
            0,
            50,
            [1, 0, -1],
        ),  # the 50 t at 20 are used up: each tonne of quota is one missing less
        (70, 50, 100, [1, -1, 0]),  # it replaces one at 20
        (120, 100, math.inf, [0, 0, 0]),  # more than is needed
    ],
)
def test_a_quota_by_hand(quota, low, high, rise):
    _, found = found_at(of_quota(0.0, 200.0), quota)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-5)
    assert found.rise.tolist() == pytest.approx(rise, abs=1e-12)


@pytest.mark.parametrize(
    ("price", "low", "high"),
    [
        (10, -math.inf, 20),  # below 20 the quota is used first, and beside it the 50 t
        (40, 20, 80),  # the 50 t at 20 first, then the quota; above 80 it is better to go without
        (90, 80, math.inf),
    ],
)
def test_a_price_by_hand(price, low, high):
    """A quota of 70 t; the tonnes stay as they are while the price moves."""
    _, found = found_at(of_price(0.0, 100.0, quota=70.0), price)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-5)
    assert not found.rise.any()


def test_bounds_and_costs_that_both_move_are_not_followed():
    line = Line.through([0.0, 10.0], [supply(quota=30, price=5), supply(quota=40, price=15)])
    assert line is not None
    assert found_at(line, 5.0)[1] is None


def test_without_rows_there_is_no_basis_to_follow():
    first = of([1], [10], [], [], [])
    line = Line.through([0.0, 1.0], [first, replace(first, lower=np.array([1.0]))])
    assert line is not None
    assert found_at(line, 0.5)[1] is None


def beside(cost: float, lower: float, upper: float) -> CompiledModel:
    """10 t of a column that costs 1 a tonne; beside it one that no row needs."""
    model = of([1, cost], [50, upper], [[1, 0]], [10], [30])
    return replace(model, lower=np.array([0.0, lower]))


def between(first: CompiledModel, last: CompiledModel) -> Line:
    line = Line.through([-10.0, 10.0], [first, last])
    assert line is not None
    return line


@pytest.mark.parametrize(("at_low", "at_high"), [(-10, 10), (10, -10)])
def test_a_free_column_that_costs_or_earns_has_no_optimum_beyond(at_low, at_high):
    """It costs 0 now, and nothing holds it."""
    free = -math.inf, math.inf
    _, found = found_at(between(beside(at_low, *free), beside(at_high, *free)), 0.0)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0, 0), abs=1e-6)


def test_a_fixed_column_stays_whatever_it_costs():
    _, found = found_at(between(beside(-10, 3, 3), beside(10, 3, 3)), 5.0)
    assert found is not None
    assert (found.low, found.high) == (-math.inf, math.inf)


@pytest.mark.parametrize(("cost", "rise"), [(-5.0, 0.1), (5.0, -0.1)])
def test_a_fixed_column_follows_the_bound_at_which_it_pays(cost, rise):
    """3 at 0; from there on between 3 − 0.1 v and 3 + 0.1 v; before, there is no plan."""
    line = between(beside(cost, 4, 2), beside(cost, 2, 4))
    _, found = found_at(line, 0.0)
    assert found is not None
    assert found.rise.tolist() == pytest.approx([0, rise])
    assert found.low == pytest.approx(0, abs=1e-6)


def test_a_fixed_column_that_neither_costs_nor_earns_may_go_either_way():
    assert found_at(between(beside(0, 4, 2), beside(0, 2, 4)), 0.0)[1] is None


def test_a_basis_that_rises_other_than_the_dual_values_say_is_not_relied_on(monkeypatch):
    line, exact = of_quota(0.0, 200.0), BasisMatrix.change
    assert found_at(line, 30.0)[1] is not None
    monkeypatch.setattr(BasisMatrix, "change", lambda *given: exact(*given) * 1.001)
    assert found_at(line, 30.0)[1] is None


def random_line(seed: int, *, moves_costs: bool) -> Line:
    chance = np.random.default_rng(seed)
    rows, columns = 5, 9
    cost = chance.integers(1, 50, columns).astype(float)
    upper = 100.0 * chance.integers(1, 9, columns)
    upper[0], cost[0] = math.inf, 500.0  # what is missing: every need can be met
    matrix = chance.integers(0, 4, (rows, columns)).astype(float)
    matrix[:, 0] = 1.0
    need = 100.0 * chance.integers(1, 30, rows)
    first = of(cost, upper, matrix, need, np.full(rows, math.inf))
    if moves_costs:
        other = replace(first, cost=cost + chance.integers(-1, 40, columns) * (upper < math.inf))
    else:
        moved = upper + 100.0 * chance.integers(-1, 8, columns)
        more = need + 100.0 * chance.integers(-1, 20, rows) * (chance.random(rows) < 0.5)
        other = replace(first, upper=np.maximum(moved, 1.0), row_lower=more)
    line = Line.through([0.0, 10.0], [first, other])
    assert line is not None
    return line


@pytest.mark.parametrize("moves_costs", [False, True])
def test_within_reach_a_solve_finds_what_is_foretold(moves_costs):
    """At the ends of the reach the cost is on the tangent; the columns so moved are a best plan."""
    looked_at = wide = 0
    for seed in range(60):
        line = random_line(seed, moves_costs=moves_costs)
        chance = np.random.default_rng(seed)
        value = float(chance.uniform(0.0, 10.0))
        solution, found = found_at(line, value)
        if found is None:
            continue
        slope = line.slope(solution)
        for end in (max(found.low, 0.0), min(found.high, 10.0)):
            looked_at += 1
            wide += abs(end - value) > 1e-3
            there, again = line.at(end), found_at(line, end)[0].objective
            assert solution.objective + slope * (end - value) == pytest.approx(again, rel=1e-9)
            columns = solution.values + found.rise * (end - value)
            assert float(there.cost @ columns) + there.offset == pytest.approx(again, rel=1e-9)
            activity, room = there.activity(columns), 1e-5
            assert (columns >= there.lower - room).all()
            assert (columns <= there.upper + room).all()
            assert (activity >= there.row_lower - room).all()
            assert (activity <= there.row_upper + room).all()
    assert looked_at > 100
    assert wide > 60


@pytest.mark.parametrize("moves_costs", [False, True])
def test_beyond_reach_the_basis_is_another(moves_costs):
    """A little further on the tangent is off: these models have no two bases for one point."""
    beyond = 0
    for seed in range(60):
        line = random_line(seed, moves_costs=moves_costs)
        value = float(np.random.default_rng(seed).uniform(0.0, 10.0))
        solution, found = found_at(line, value)
        if found is None or found.high > 9.0:
            continue
        end = found.high + 1.0
        there = found_at(line, end)[0].objective
        tangent = solution.objective + line.slope(solution) * (end - value)
        beyond += abs(there - tangent) > 1e-6 * abs(there)
    assert beyond >= 15
