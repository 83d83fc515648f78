"""Optimal points followed while bounds and costs move, against solving anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.solving.outcome import Status
from planner.solving.session import Session
from planner.solving.vertex import Vertex
from planner_models.compiled import CompiledModel

COUNT = 8


def model_of(seed: int) -> CompiledModel:
    """Eight columns that cost something, between bounds, and six rows that need or allow some."""
    random = np.random.default_rng(seed)
    rows = 6
    matrix = random.integers(1, 4, (rows, COUNT)) * (random.random((rows, COUNT)) < 0.6)
    matrix[:, 0] = 1  # every row has entries
    index = [np.flatnonzero(row).astype(np.int32) for row in matrix]
    start = np.concatenate([[0], np.cumsum([len(one) for one in index])]).astype(np.int32)
    need = 100.0 * random.integers(5, 30, rows)
    is_need = np.arange(rows) < rows // 2
    return CompiledModel(
        cost=10.0 * random.integers(1, 20, COUNT).astype(float),
        offset=5.0,
        lower=np.zeros(COUNT),
        upper=100.0 * random.integers(3, 12, COUNT).astype(float),
        integer=np.zeros(COUNT, dtype=bool),
        row_lower=np.where(is_need, need, -np.inf),
        row_upper=np.where(is_need, np.inf, 5.0 * need),
        start=start,
        index=np.concatenate(index),
        value=np.concatenate([row[row != 0] for row in matrix]).astype(float),
        columns={},
        rows={},
        indices={},
        index_sets={},
    )


def solved(model: CompiledModel) -> tuple[Status, float]:
    outcome = Session(model).solve()
    return outcome.status, np.nan if outcome.solution is None else outcome.solution.objective


def moved(model: CompiledModel, random: np.random.Generator) -> CompiledModel:
    """The model with a cost, a bound of a column and a bound of a row others; not always all."""
    cost, upper, lower, row_lower = (
        array.copy() for array in (model.cost, model.upper, model.lower, model.row_lower)
    )
    if random.random() < 0.7:
        cost[random.integers(COUNT)] *= random.uniform(0.6, 1.5)
    if random.random() < 0.7:
        upper[random.integers(COUNT)] *= random.uniform(0.6, 1.5)
    if random.random() < 0.3:
        lower[random.integers(COUNT)] = 20.0
    if random.random() < 0.7:
        row_lower[random.integers(3)] *= random.uniform(0.8, 1.2)
    return replace(model, cost=cost, upper=upper, lower=lower, row_lower=row_lower)


def test_what_is_followed_is_what_a_solve_finds():
    """Where the same columns stay basic, it is always followed; elsewhere never wrong."""
    followed = solves = 0
    for seed in range(40):
        model, random = model_of(seed), np.random.default_rng(seed)
        session = Session(model)
        solution = session.solve().solution
        if solution is None:
            continue
        vertex = Vertex(session, solution)
        for _ in range(10):
            other = moved(model, random)
            found, (status, objective) = vertex.followed(other), solved(other)
            solves += 1
            if found is None:
                continue
            followed += 1
            assert status is Status.OPTIMAL
            assert found.objective == pytest.approx(objective, rel=1e-9)
            assert float(other.cost @ found.values) + other.offset == pytest.approx(objective)
            activity = other.activity(found.values)
            assert (activity >= other.row_lower - 1e-6).all()
            assert (activity <= other.row_upper + 1e-6).all()
    assert solves > 100
    assert followed > solves / 4


def test_an_entry_of_a_fixed_column_is_a_bound_that_moves():
    """x ≤ 10·y with y = 1: half of the capacity is 5, of a column that earns 3 a tonne."""
    model = CompiledModel(
        cost=np.array([-3.0, 7.0]),
        offset=0.0,
        lower=np.array([0.0, 1.0]),
        upper=np.array([50.0, 1.0]),
        integer=np.zeros(2, dtype=bool),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([0.0]),
        start=np.array([0, 2], dtype=np.int32),
        index=np.array([0, 1], dtype=np.int32),
        value=np.array([1.0, -10.0]),
        columns={},
        rows={},
        indices={},
        index_sets={},
    )
    session = Session(model)
    solution = session.solve().solution
    assert solution is not None
    vertex = Vertex(session, solution)
    half = vertex.followed(replace(model, value=np.array([1.0, -5.0])))
    assert half is not None
    assert half.objective == pytest.approx(7 - 15)
    free = replace(model, lower=np.array([0.0, 0.5]), value=np.array([1.0, -5.0]))
    assert vertex.followed(free) is None


def beside(cost: float, lower: float, upper: float) -> tuple[CompiledModel, Vertex]:
    """10 to 30 t of a column that costs 1 a tonne; beside it one that no row knows."""
    model = CompiledModel(
        cost=np.array([1.0, cost]),
        offset=0.0,
        lower=np.array([0.0, lower]),
        upper=np.array([50.0, upper]),
        integer=np.zeros(2, dtype=bool),
        row_lower=np.array([10.0]),
        row_upper=np.array([30.0]),
        start=np.array([0, 1], dtype=np.int32),
        index=np.array([0], dtype=np.int32),
        value=np.array([1.0]),
        columns={},
        rows={},
        indices={},
        index_sets={},
    )
    session = Session(model)
    solution = session.solve().solution
    assert solution is not None
    return model, Vertex(session, solution)


def test_a_free_column_that_gets_a_bound_needs_another_look():
    """It is at 0, and at neither bound: where a bound leads it the vertex does not say."""
    model, vertex = beside(0.0, -np.inf, np.inf)
    bounded = replace(model, lower=np.array([0.0, 2.0]), upper=np.array([50.0, 4.0]))
    assert vertex.followed(bounded) is None
    more = vertex.followed(replace(model, row_lower=np.array([20.0])))
    assert more is not None
    assert more.objective == pytest.approx(20)


def test_a_free_column_that_costs_or_earns_has_no_optimum():
    model, vertex = beside(0.0, -np.inf, np.inf)
    for cost in (1.0, -1.0):
        assert vertex.followed(replace(model, cost=np.array([1.0, cost]))) is None


@pytest.mark.parametrize(("cost", "ends_at"), [(-5.0, 8.0), (5.0, 2.0)])
def test_a_fixed_column_that_is_let_go_goes_where_it_pays(cost, ends_at):
    model, vertex = beside(cost, 3.0, 3.0)
    open_ = replace(model, lower=np.array([0.0, 2.0]), upper=np.array([50.0, 8.0]))
    found = vertex.followed(open_)
    assert found is not None
    assert found.values.tolist() == pytest.approx([10, ends_at])
    assert found.objective == pytest.approx(10 + cost * ends_at)


def test_a_bound_that_is_gone_or_contradicts_the_other_is_not_followed():
    """What earns without a bound has no optimum; at least 40 and at most 30 is no plan."""
    model, vertex = beside(-5.0, 0.0, 8.0)
    assert vertex.followed(replace(model, upper=np.array([50.0, np.inf]))) is None
    assert vertex.followed(replace(model, row_lower=np.array([40.0]))) is None
