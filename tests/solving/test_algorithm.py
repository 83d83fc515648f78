"""Models so large that interior point solves them: the same plans and prices as by simplex.

Each ships from mines to plants at a price for each lane: every lane is a column in two rows.
"""

from __future__ import annotations

import os
import signal
from dataclasses import replace

import numpy as np
import pytest

from planner.solving import session as sessions
from planner.solving.algorithm import Algorithm, Changed, Start, algorithm_for, start_for
from planner.solving.outcome import Status
from planner.solving.session import Session
from planner_models.compiled import CompiledModel

MINES, PLANTS = 90, 90


@pytest.fixture(scope="module")
def model() -> CompiledModel:
    """Each plant needs 50 to 150 t, each mine has a part of 1 % more than all need."""
    chance, lanes = np.random.default_rng(1), MINES * PLANTS
    need = chance.uniform(50, 150, PLANTS)
    lane = np.arange(lanes).reshape(MINES, PLANTS)
    return CompiledModel(
        cost=chance.integers(10, 13, lanes).astype(float),
        offset=0.0,
        lower=np.zeros(lanes),
        upper=np.full(lanes, np.inf),
        integer=np.zeros(lanes, dtype=bool),
        row_lower=np.concatenate([np.full(MINES, -np.inf), need]),
        row_upper=np.concatenate(
            [np.full(MINES, 1.01 * need.sum() / MINES), np.full(PLANTS, np.inf)]
        ),
        start=np.concatenate(
            [np.arange(0, lanes, PLANTS), np.arange(lanes, 2 * lanes + 1, MINES)]
        ).astype(np.int32),
        index=np.concatenate([lane.ravel(), lane.T.ravel()]).astype(np.int32),
        value=np.ones(2 * lanes),
        columns={},
        rows={},
        indices={},
        index_sets={},
    )


def iterations(session: Session) -> tuple[int, int]:
    """Of interior point and of simplex, in the last run."""
    info = session.highs.getInfo()
    return max(info.ipm_iteration_count, 0), max(info.simplex_iteration_count, 0)


def test_a_large_model_is_solved_by_interior_point_to_a_vertex(model, monkeypatch):
    assert algorithm_for(len(model.value)) is Algorithm.INTERIOR_POINT
    session = Session(model)
    found = session.solve()
    assert found.status is Status.OPTIMAL
    assert iterations(session)[0] > 0
    monkeypatch.setattr(sessions, "algorithm_for", lambda entries: Algorithm.SIMPLEX)
    other = Session(model)
    simplex = other.solve().solution
    assert iterations(other)[0] == 0
    assert found.solution.objective == pytest.approx(simplex.objective, rel=1e-12)
    # At a vertex no more lanes are used than there are rows.
    assert (found.solution.values > 1e-6).sum() <= MINES + PLANTS
    # What the bounds are worth, added up, is the cost: the dual values are exact.
    row = np.where(np.isfinite(model.row_lower), model.row_lower, model.row_upper)
    assert row @ found.solution.row_dual == pytest.approx(found.solution.objective, rel=1e-12)


def test_after_that_simplex_goes_on_from_the_vertex(model):
    session = Session(model)
    session.solve()
    dearest = np.argmax(session.solve().solution.values)
    session.set_column_bounds(np.array([dearest]), np.zeros(1), np.ones(1))
    assert session.solve().status is Status.OPTIMAL
    interior, simplex = iterations(session)
    assert interior == 0
    assert 0 < simplex < 1000


def test_simplex_takes_over_where_interior_point_gives_up(model):
    session = Session(model)
    session._option("ipm_iteration_limit", 2)
    found = session.solve()
    assert found.status is Status.OPTIMAL
    assert iterations(session)[1] > 0
    row = np.where(np.isfinite(model.row_lower), model.row_lower, model.row_upper)
    assert row @ found.solution.row_dual == pytest.approx(found.solution.objective, rel=1e-12)


def test_a_large_model_without_a_plan(model):
    session = Session(model)
    rows = np.arange(MINES)
    session.set_row_bounds(rows, np.full(MINES, -np.inf), 0.98 * model.row_upper[rows])
    assert session.solve().status is Status.INFEASIBLE


def test_a_large_model_whose_cost_has_no_floor(model):
    session = Session(model)
    session.set_row_bounds(np.arange(MINES), np.full(MINES, -np.inf), np.full(MINES, np.inf))
    session.shift_cost(np.arange(3), np.full(3, -20.0))
    assert session.solve().status is Status.UNBOUNDED
    ray = session.ray()
    assert ray is not None
    assert ray[:3].max() > 0


def test_the_time_limit_stops_interior_point(model):
    found = Session(model).solve(1e-4)
    assert found.status is Status.STOPPED
    assert found.reason == "Time limit reached"


@pytest.fixture
def hears_ctrl_c():
    """Ctrl-C is Python's own: it is ignored by what runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    "line", ["Constructing starting basis", "Running crossover", "primal pushes"]
)
def test_ctrl_c_stops_interior_point_and_its_crossover(model, line, hears_ctrl_c):
    def interrupt(text: str) -> None:
        if line in text:
            heard.append(text)
            os.kill(os.getpid(), signal.SIGINT)
            session._runner.stop.wait(60)

    heard: list[str] = []
    session = Session(model, log=interrupt)
    found = session.solve()
    assert heard
    assert found.status is Status.STOPPED
    assert found.reason == "Interrupted by user"


@pytest.mark.parametrize(
    ("changed", "start"),
    [
        (Changed(bounds=100_000, costs=0, entries=0), Start.WARM_DUAL),
        (Changed(bounds=0, costs=40, entries=0), Start.WARM_PRIMAL),
        (Changed(bounds=1, costs=40, entries=0), Start.WARM_DUAL),
        (Changed(bounds=0, costs=700, entries=0), Start.WARM_DUAL),
        (Changed(bounds=0, costs=23_000, entries=0), Start.COLD),
        (Changed(bounds=0, costs=0, entries=50_000), Start.COLD),
    ],
)
def test_a_large_model_starts_anew_only_where_many_prices_or_coefficients_are_others(
    changed, start
):
    assert start_for(changed, 96_000) is start


def test_a_small_model_always_starts_from_its_basis():
    assert start_for(Changed(bounds=600, costs=400, entries=200), 1_300) is Start.WARM_DUAL


def test_a_model_with_every_price_changed_is_solved_anew_to_the_same_plan(model):
    session = Session(model)
    session.solve()
    costs = model.cost * np.random.default_rng(2).uniform(0.9, 1.1, len(model.cost))
    other = replace(model, cost=costs)
    assert session.change(other)
    found = session.solve().solution
    assert iterations(session)[0] > 0
    assert found.objective == pytest.approx(Session(other).solve().solution.objective, rel=1e-12)


def test_a_model_with_some_bounds_changed_is_solved_from_its_basis(model):
    session = Session(model)
    session.solve()
    most = model.row_upper.copy()
    most[:5] *= 0.9
    other = replace(model, row_upper=most)
    assert session.change(other)
    found = session.solve().solution
    assert iterations(session)[0] == 0
    assert found.objective == pytest.approx(Session(other).solve().solution.objective, rel=1e-12)


def test_what_has_hardly_moved_is_solved_from_the_last_basis_whatever_it_is():
    """All costs of a large model from one point of a curve to the next: else from nothing."""
    costs = Changed(bounds=0, costs=23_000, entries=0)
    assert start_for(costs, 96_000) is Start.COLD
    assert start_for(costs, 96_000, is_near=True) is Start.WARM_PRIMAL
    assert start_for(Changed(5, 0, 0), 96_000, is_near=True) is Start.WARM_DUAL
    assert start_for(Changed(5, 23_000, 0), 96_000, is_near=True) is Start.WARM_DUAL
