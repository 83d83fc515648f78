"""Optimal points followed while bounds and costs move, against solving anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from arrays import model_of
from planner.solving import edits as module
from planner.solving import vertex as vertex_module
from planner.solving.edits import Edits
from planner.solving.outcome import Status
from planner.solving.session import Session
from planner.solving.vertex import Followed, Vertex
from planner_models.compiled import CompiledModel

COUNT = 8


def random_model(seed: int) -> CompiledModel:
    """Eight columns that cost something, between bounds, and six rows that need or allow some."""
    random = np.random.default_rng(seed)
    rows = 6
    matrix = random.integers(1, 4, (rows, COUNT)) * (random.random((rows, COUNT)) < 0.6)
    matrix[:, 0] = 1  # every row has entries
    need = 100.0 * random.integers(5, 30, rows)
    is_need = np.arange(rows) < rows // 2
    cost = 10.0 * random.integers(1, 20, COUNT)
    upper = 100.0 * random.integers(3, 12, COUNT)
    row_bounds = np.where(is_need, need, -np.inf), np.where(is_need, np.inf, 5.0 * need)
    return model_of(cost, (np.zeros(COUNT), upper), matrix, row_bounds, 5.0)


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


def follow(vertex: Vertex, model: CompiledModel) -> Followed | None:
    edits = Edits.between(vertex.model, model)
    assert edits is not None
    (found,) = vertex.followed([edits])
    return found


def vertex_of(model: CompiledModel) -> Vertex | None:
    session = Session(model)
    solution = session.solve().solution
    return None if solution is None else Vertex(session, solution)


def test_what_is_followed_is_what_a_solve_finds():
    """Where the same columns stay basic, or all but one, it mostly is; elsewhere never wrong."""
    followed = solves = 0
    for seed in range(40):
        model, random = random_model(seed), np.random.default_rng(seed)
        vertex = vertex_of(model)
        if vertex is None:
            continue
        for _ in range(10):
            other = moved(model, random)
            found, (status, objective) = follow(vertex, other), solved(other)
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
    assert followed > 0.93 * solves


@pytest.mark.parametrize("together", [1, 3, 100])
def test_many_are_followed_as_each_by_itself(together, monkeypatch):
    followed = 0
    for seed in range(10):
        model, random = random_model(seed), np.random.default_rng(seed)
        vertex = vertex_of(model)
        if vertex is None:
            continue
        size = sum(model.shape) + len(model.value)
        monkeypatch.setattr(module, "_AT_ONCE", together * size)
        others = [moved(model, random) for _ in range(10)]
        every = [Edits.between(model, other) for other in others]
        for other, many in zip(others, vertex.followed(every), strict=True):
            alone = follow(vertex, other)
            assert (alone is None) == (many is None)
            if alone is not None and many is not None:
                followed += 1
                assert many.objective == pytest.approx(alone.objective, rel=1e-12)
                assert many.values.tolist() == pytest.approx(alone.values.tolist())
    assert followed > 10


def test_an_entry_of_a_fixed_column_is_a_bound_that_moves():
    """x ≤ 10·y with y = 1: half of the capacity is 5, of a column that earns 3 a tonne."""
    model = model_of([-3, 7], ([0, 1], [50, 1]), [[1, -10]], ([-np.inf], [0]))
    session = Session(model)
    solution = session.solve().solution
    assert solution is not None
    vertex = Vertex(session, solution)
    half = follow(vertex, replace(model, value=np.array([1.0, -5.0])))
    assert half is not None
    assert half.objective == pytest.approx(7 - 15)
    free = replace(model, lower=np.array([0.0, 0.5]), value=np.array([1.0, -5.0]))
    assert follow(vertex, free) is None


def beside(cost: float, lower: float, upper: float) -> tuple[CompiledModel, Vertex]:
    """10 to 30 t of a column that costs 1 a tonne; beside it one that no row knows."""
    model = model_of([1, cost], ([0, lower], [50, upper]), [[1, 0]], ([10], [30]))
    session = Session(model)
    solution = session.solve().solution
    assert solution is not None
    return model, Vertex(session, solution)


def test_a_free_column_that_gets_a_bound_needs_another_look():
    """It is at 0, and at neither bound: where a bound leads it the vertex does not say."""
    model, vertex = beside(0.0, -np.inf, np.inf)
    for lower, upper in ((2.0, 4.0), (-np.inf, -5.0), (5.0, np.inf)):
        bounds = {"lower": np.array([0.0, lower]), "upper": np.array([50.0, upper])}
        assert follow(vertex, replace(model, **bounds)) is None
    more = follow(vertex, replace(model, row_lower=np.array([20.0])))
    assert more is not None
    assert more.objective == pytest.approx(20)


def test_a_free_column_that_costs_or_earns_has_no_optimum():
    model, vertex = beside(0.0, -np.inf, np.inf)
    for cost in (1.0, -1.0):
        assert follow(vertex, replace(model, cost=np.array([1.0, cost]))) is None


@pytest.mark.parametrize(("lower", "upper", "ends_at"), [(2.0, 8.0, 2.0), (-3.0, 6.0, -3.0)])
def test_a_column_that_no_longer_pays_goes_to_its_other_bound(lower, upper, ends_at):
    """Of what earned 5 a tonne all is taken, 8 t; of what costs 1 as little as there can be."""
    model, vertex = beside(-5.0, 2.0, 8.0)
    bounds = {"lower": np.array([0.0, lower]), "upper": np.array([50.0, upper])}
    found = follow(vertex, replace(model, cost=np.array([1.0, 1.0]), **bounds))
    assert found is not None
    assert found.values.tolist() == pytest.approx([10, ends_at])
    assert found.objective == pytest.approx(10 + ends_at)


def test_a_row_goes_to_its_other_bound_if_there_is_one():
    """Ten tonnes that are needed cost 1 each; where each earns 1, all 30 that are allowed go."""
    model, vertex = beside(0.0, 0.0, 1.0)
    earns = replace(model, cost=np.array([-1.0, 0.0]))
    found = follow(vertex, earns)
    assert found is not None
    assert found.objective == pytest.approx(-30)
    assert follow(vertex, replace(earns, row_upper=np.array([np.inf]))) is None


def one_dear(cost: float, holds: float) -> CompiledModel:
    """10 t are needed: a tonne costs 1, or 3, or more of what costs and holds so much."""
    rows = [[1, 1, holds], [0, 1, 1]]
    bounds, row_bounds = (np.zeros(3), np.full(3, 50)), ([10, -np.inf], [np.inf, 40])
    return model_of([1, 3, cost], bounds, rows, row_bounds)


def test_what_comes_to_its_bound_gives_its_place_to_what_is_cheapest_then():
    """Where only 6 t are to be had at 1, the others cost 2."""
    model = one_dear(cost=2.0, holds=1.0)
    vertex = vertex_of(model)
    assert vertex is not None
    found = follow(vertex, replace(model, upper=np.array([6.0, 50.0, 50.0])))
    assert found is not None
    assert found.values.tolist() == pytest.approx([6, 0, 4])
    assert found.objective == pytest.approx(6 + 4 * 2)
    # With 1 t at 2 the rest costs 3: two steps. With 3 t of both together there is no plan.
    assert follow(vertex, replace(model, upper=np.array([6.0, 50.0, 1.0]))) is None
    most = replace(model, upper=np.array([6.0, 50.0, 50.0]), row_upper=np.array([np.inf, 3.0]))
    assert follow(vertex, most) is None


@pytest.mark.parametrize(("cost", "ends_at"), [(-5.0, 8.0), (5.0, 2.0)])
def test_a_fixed_column_that_is_let_go_goes_where_it_pays(cost, ends_at):
    model, vertex = beside(cost, 3.0, 3.0)
    open_ = replace(model, lower=np.array([0.0, 2.0]), upper=np.array([50.0, 8.0]))
    found = follow(vertex, open_)
    assert found is not None
    assert found.values.tolist() == pytest.approx([10, ends_at])
    assert found.objective == pytest.approx(10 + cost * ends_at)


def test_a_bound_that_is_gone_or_contradicts_the_other_is_not_followed():
    """What earns without a bound has no optimum; at least 40 and at most 30 is no plan."""
    model, vertex = beside(-5.0, 0.0, 8.0)
    assert follow(vertex, replace(model, upper=np.array([50.0, np.inf]))) is None
    assert follow(vertex, replace(model, row_lower=np.array([40.0]))) is None


def test_a_step_that_passes_over_what_holds_too_little_is_not_relied_on(monkeypatch):
    """A tonne costs 2 by what holds half of it, and not 3, though it moves others by half only."""
    model = one_dear(cost=1.0, holds=0.5)
    fewer = replace(model, upper=np.array([6.0, 50.0, 50.0]))
    vertex = vertex_of(model)
    assert vertex is not None
    found = follow(vertex, fewer)
    assert found is not None
    assert found.values.tolist() == pytest.approx([6, 0, 8])
    monkeypatch.setattr(vertex_module, "_PIVOT", 0.75)
    assert follow(vertex, fewer) is None


def test_a_step_is_not_relied_on_where_the_two_ways_to_its_pivot_differ(monkeypatch):
    model = one_dear(cost=2.0, holds=1.0)
    vertex = vertex_of(model)
    assert vertex is not None
    monkeypatch.setattr(vertex_module, "_SAME", -1.0)
    assert follow(vertex, replace(model, upper=np.array([6.0, 50.0, 50.0]))) is None
