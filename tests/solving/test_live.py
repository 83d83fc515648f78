"""What is patched into a live model is solved to what a model loaded anew is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import planner
from planner.case.scenario import Scenario
from planner.runs import solve_scenarios
from planner.solving.data import model_data
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.outcome import Status
from planner.solving.session import Session
from planner_models.compiling import Compiler, compile_model

INPUTS = Path(__file__).parent.parent.parent / "inputs"
EXAMPLES = sorted(path.stem for path in INPUTS.glob("*.xlsx"))

SOURCES = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China     | Nd       | 60              | 50
    AU     | Australia | Nd       | 30              | 80
    US     | USA       | Nd       | unlimited       | 90
"""


def numbers_of(name: str) -> Scenario:
    return planner.read(INPUTS / f"{name}.xlsx").scenario()


def without(document: object, *left_out: str) -> object:
    """A JSON document without some keys."""
    if isinstance(document, dict):
        return {k: without(v, *left_out) for k, v in document.items() if k not in left_out}
    if isinstance(document, list):
        return [without(one, *left_out) for one in document]
    return pytest.approx(document, rel=1e-7, abs=1e-7) if isinstance(document, float) else document


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_scenario_is_as_if_it_were_alone(name):
    """All after each other, on one session where that fits, and each in one of its own."""
    case = planner.read(INPUTS / f"{name}.xlsx")
    for run in solve_scenarios(case, case.scenarios).runs:
        alone = planner.solve(case, run.scenario)
        assert run.to_dict() == without(alone.to_dict(), "seconds") | {
            "seconds": run.to_dict()["seconds"]
        }


@pytest.mark.parametrize("name", EXAMPLES)
def test_random_numbers_cost_the_same_warm_and_cold(name):
    """Right-hand sides, prices and entries, changed alone and together, over forty steps."""
    dice = np.random.default_rng(5)
    data = model_data(numbers_of(name))
    compiler = Compiler()
    session = Session(compiler.compile(data))
    session.solve()
    names = ("net_demand", "purchase_limit", "ceiling", "landed_cost", "stock_cost", "delivered")
    for step in range(40):
        chosen = [x for x in names if dice.random() < (0.3, 0.8)[step % 2]]
        data = data.with_params(
            {x: data.params[x] * dice.uniform(0.9, 1.1, data.params[x].shape) for x in chosen}
        )
        assert session.change(compiler.compile(data))
        warm, cold = session.solve(), Session(compile_model(data)).solve()
        assert warm.status is cold.status
        if cold.solution is not None and warm.solution is not None:
            assert warm.solution.objective == pytest.approx(cold.solution.objective, rel=1e-9)


def test_what_was_done_to_a_session_is_forgotten(make):
    """Decisions held, bounds moved and other costs are those of the model again."""
    sources = """
        Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Order cost
        CN     | China     | Nd       | 60              | 50            | 100
        AU     | Australia | Nd       | unlimited       | 80            |
    """
    case = make(Sources=sources)
    compiler, data = Compiler(), model_data(case.scenario())
    session = Session(compiler.compile(data))
    cheapest = session.solve().solution
    session.hold_decisions(np.zeros(session.model.shape[1]))  # no order: CN cannot be bought
    session.set_costs(np.ones(session.model.shape[1]))
    session.set_row_bounds(np.array([0]), np.array([-np.inf]), np.array([np.inf]))
    session.solve()
    assert session.change(compiler.compile(data))
    assert not session.is_linear
    again = session.solve()
    assert again.status is Status.OPTIMAL
    assert again.solution.objective == pytest.approx(cheapest.objective)
    assert again.solution.values == pytest.approx(cheapest.values)


def test_many_new_entries_are_loaded_at_once(monkeypatch):
    monkeypatch.setattr("planner.solving.session._MOST_PATCHED", 3)
    data, compiler = model_data(numbers_of("japan-2011-2015")), Compiler()
    session = Session(compiler.compile(data))
    session.solve()
    data = data.with_params({"delivered": 0.9 * data.params["delivered"]})
    assert session.change(compiler.compile(data))
    cold = Session(compile_model(data)).solve()
    assert session.solve().solution.objective == pytest.approx(cold.solution.objective, rel=1e-9)


# -- what is loaded anew -------------------------------------------------------------------------


def sessions(case: planner.Case, *scenarios: str) -> list[bool]:
    """Whether each scenario after the first is on the session of the one before."""
    live, kept = Live(Options()), []
    before = None
    for name in scenarios:
        session = live.session(case.scenario(name))
        session.solve()
        kept.append(session is before)
        before = session
    return kept[1:]


@pytest.mark.parametrize(
    ("change", "is_kept"),
    [
        ("Demand  | *         | Every period | *= | 0.5", True),
        ("Sources | Source=CN | Price        | *= | 2", True),
        ("Sources | Source=CN | Yield        | =  | 0.9", True),
        ("Sources | Source=CN | First period | =  | 2012", False),  # other purchases
        ("Demand  | *         | Every period | *= | 1e7", False),  # of quite another size
        ("Sources | *         | Price        | *= | 1e7", False),
    ],
)
def test_a_scenario_is_patched_where_it_changes_numbers_of_the_usual_size(make, change, is_kept):
    case = make(
        Periods="Period\n2011\n2012",
        Sources=SOURCES,
        Scenarios="Scenario\nOther",
        Changes=f"Scenario | Sheet | Rows | Column | Operation | Value\nOther | {change}",
    )
    assert sessions(case, "Base", "Other", "Other") == [is_kept, True]


@pytest.mark.parametrize("most", [0.6, 1.0])  # with further cuts, and without any
def test_a_session_with_cuts_is_not_changed(make, most):
    limit = f"""
        Limit | Type | Column  | Maximum
        Mix   | HHI  | Country | {most}
    """
    case = make(Sources=SOURCES, Limits=limit, Scenarios="Scenario\nOther")
    assert sessions(case, "Base", "Other") == [False]


def test_a_model_with_entries_in_other_columns_is_loaded_anew(make):
    """As many rows, columns and entries, but that of another source."""
    model = compile_model(model_data(make(Sources=SOURCES).scenario()))
    session = Session(model)
    index = model.index.copy()
    row = int(model.rows["material_balance"][0])
    own = slice(model.start[row], model.start[row + 1])
    index[own] = np.roll(index[own], 1)
    assert not session.change(replace(model, index=index))


# -- what a scenario leaves behind -----------------------------------------------------------------


def test_after_an_unbounded_scenario_decisions_are_whole_again(make):
    """The ray of the unbounded one is found with decisions taken in part, and without presolve.

    An order of CN costs 500 and serves 100 t at 50 instead of 80 USD: 5,500 USD; a part of an order
    would do for less.
    """
    sources = """
        Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Order cost
        CN     | China     | Nd       | 1000            | 50            | 500
        AU     | Australia | Nd       | unlimited       | 80            |
    """
    case = make(
        Sources=sources,
        Materials="Material | Shortfall cost [USD/t] | Surplus value [USD/t]\nNd | 1000 | 1",
        Scenarios="Scenario\nRich\nBack",
        Changes="""
            Scenario | Sheet     | Rows | Column                | Operation | Value
            Rich     | Materials | *    | Surplus value [USD/t] | set       | 900
        """,
    )
    runs = solve_scenarios(case, ("Base", "Rich", "Back"))
    assert [run.status for run in runs.runs] == ["optimal", "unbounded", "optimal"]
    assert [plan.objective for plan in runs.plans] == pytest.approx([5500, 5500])
    assert runs.plans[1].gap == pytest.approx(0, abs=1e-9)


def test_costs_that_were_shifted_are_the_models_own_again(make):
    compiler, data = Compiler(), model_data(make(Sources=SOURCES).scenario())
    session = Session(compiler.compile(data))
    cheapest = session.solve().solution.objective
    ship = session.model.columns["ship"]
    session.shift_cost(ship, np.full(len(ship), 7.0))
    assert session.solve().solution.objective > cheapest
    assert session.change(compiler.compile(data))
    assert session.solve().solution.objective == pytest.approx(cheapest)


def strategies(session: Session, monkeypatch) -> list[object]:
    """Which simplex each run of a session uses, from now on."""
    used, run = [], session.highs.run

    def noted() -> object:
        used.append(session.highs.getOptionValue("simplex_strategy")[1])
        return run()

    monkeypatch.setattr(session.highs, "run", noted)
    return used


def test_a_few_costs_are_followed_by_primal_simplex_and_dual_is_back_after(make, monkeypatch):
    compiler, data = Compiler(), model_data(make(Sources=SOURCES).scenario())
    session = Session(compiler.compile(data))
    session.solve()
    used = strategies(session, monkeypatch)
    dearer = data.with_params({"landed_cost": 1.1 * data.params["landed_cost"]})
    assert session.change(compiler.compile(dearer))
    session.solve()
    session.set_costs(np.ones(session.model.shape[1]))
    session.solve()
    assert used == [4, 1]
    assert session.change(compiler.compile(data))
    assert session.solve(time_limit=0).status is Status.STOPPED  # before any run
    more = data.with_params({"net_demand": 1.1 * data.params["net_demand"]})
    assert session.change(compiler.compile(more))
    session.solve()
    assert used[2:] == [1]


def test_a_basis_outlives_many_new_entries(monkeypatch):
    monkeypatch.setattr("planner.solving.session._MOST_PATCHED", 1)
    data, compiler = model_data(numbers_of("japan-2011")), Compiler()
    session = Session(compiler.compile(data))
    session.solve()
    data = data.with_params({"delivered": 0.99 * data.params["delivered"]})
    assert session.change(compiler.compile(data))
    assert session.highs.getBasis().valid


def test_the_arrays_of_a_model_cannot_be_written():
    """Models of one compiler share them."""
    model = compile_model(model_data(numbers_of("japan-2011")))
    for array in (model.cost, model.lower, model.upper, model.row_lower, model.row_upper):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
