"""What must hold of the plan of one case, whatever of the contract it uses."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import highspy
import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

import planner
from planner.case.scenario import Scenario
from planner.solving.check import check_plan
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.pricing import price_plan
from planner.solving.priorities import solve_by_priority
from planner.solving.session import Session


@given(data=st.data())
def test_a_plan_costs_what_the_model_says_and_passes_its_check(data, cases, make, solve):
    """Priced and checked again from the case's numbers.

    With yes/no decisions the dual gap is that of the decisions held; the search's gap is no more
    than Settings allows.
    """
    drawn = data.draw(cases)
    plan = solve(make(drawn.sheets), drawn.scenario)
    again = check_plan(plan.numbers, plan.quantities, plan.objective, plan.bound)
    size = sum(abs(money) for money in plan.costs.values()) + 1e-9
    assert price_plan(plan.numbers, plan.quantities).discounted() == pytest.approx(
        plan.objective, abs=1e-9 * size
    )
    assert plan.objective == pytest.approx(plan.paid + plan.valuation, abs=1e-9 * size)
    assert plan.status == "optimal"
    for check in (plan.check, again):
        assert check.max_violation <= 1e-6, check.where
        assert check.cost_error <= 1e-7
    assert plan.check.dual_gap is not None
    assert plan.check.dual_gap <= 1e-7
    assert plan.bound is not None
    assert plan.objective - plan.bound <= (1e-7 + plan.numbers.mip_gap) * size + 1e-6


# -- other solvers --------------------------------------------------------------------------


def prepared(numbers: Scenario) -> Session | None:
    """The model of a scenario, with its cuts, and what is given up by priority held."""
    session = Live(Options()).session(numbers)
    outcome = solve_by_priority(numbers, session, 60.0, numbers.mip_gap)
    return session if outcome.solution is not None else None


def by_interior_points(session: Session) -> float:
    """HiGHS again, by interior points, on the numbers as the model has them."""
    model, highs = session.model, highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("solver", "ipm")
    rows, columns = model.shape
    highs.passModel(
        columns, rows, len(model.value), int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize), 0.0, model.cost, session.columns.lower,
        session.columns.upper, session.rows.lower, session.rows.upper, model.start, model.index,
        model.value, np.zeros(columns, dtype=np.int32),
    )  # fmt: skip
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(highs.getInfo().objective_function_value) + model.offset


def by_scipy(session: Session) -> float:
    """The arrays given to scipy: its own build of a solver, unscaled."""
    model = session.model
    matrix = csr_array((model.value, model.index, model.start), shape=model.shape)
    bounds = Bounds(session.columns.lower, session.columns.upper)
    if session.is_linear and not len(session.rows.lower):
        found = linprog(model.cost, bounds=np.column_stack([bounds.lb, bounds.ub]))
    else:
        found = milp(
            model.cost,
            constraints=LinearConstraint(matrix, session.rows.lower, session.rows.upper),
            bounds=bounds,
            integrality=model.integer.astype(int) if not session.is_linear else None,
            options={"mip_rel_gap": 1e-9},
        )
    assert found.status == 0, found.message
    return float(found.fun) + model.offset


@given(data=st.data())
def test_other_solvers_find_the_same_cost(data, cases, make, solve):
    """The same arrays, with the cuts of an HHI and what priorities give up.

    By scipy with yes/no decisions, to the gap; by interior points where the model is linear.
    What priorities give up is held to 1e-9 of the bounds, which may be worth as much of the cost.
    """
    drawn = data.draw(cases)
    plan = solve(make(drawn.sheets), drawn.scenario)
    session = prepared(plan.numbers)
    assert session is not None
    size = sum(abs(money) for money in plan.costs.values())
    given_up = any("given up" in note for note in plan.notes)
    rounding = (1e-5 if given_up or not session.is_linear else 1e-7) * size + 1e-5
    assert by_scipy(session) == pytest.approx(plan.objective, abs=rounding)
    if session.is_linear:
        assert by_interior_points(session) == pytest.approx(plan.objective, abs=rounding)


# -- the same again -------------------------------------------------------------------------


def decided(plan: planner.Plan) -> dict[str, Any]:
    """The plan as JSON has it, without times."""
    return {name: part for name, part in plan.to_dict().items() if name != "seconds"}


@given(data=st.data())
def test_the_same_case_has_the_same_plan(data, cases, make, solve):
    """To the last digit."""
    drawn = data.draw(cases)
    first = solve(make(drawn.sheets), drawn.scenario)
    again = planner.solve(make(drawn.sheets), drawn.scenario)
    assert decided(again) == decided(first)


@given(data=st.data())
def test_presolve_changes_nothing(data, linear_cases, make, solve):
    """Without yes/no decisions the plan does not depend on the way of the solver.

    An HHI is kept by cuts to 1e-7, on another way others: there only the cost is compared.
    """
    drawn = data.draw(linear_cases)
    plan = solve(make(drawn.sheets), drawn.scenario)
    load = Session._load

    def without_presolve(session: Session) -> None:
        load(session)
        session._option("presolve", "off")

    with patch.object(Session, "_load", without_presolve):
        other = planner.solve(make(drawn.sheets), drawn.scenario)
    size = sum(abs(money) for money in plan.costs.values())
    assert other.objective == pytest.approx(plan.objective, abs=1e-7 * size + 1e-6)
    if not any(rule.type == "HHI" for rule in plan.numbers.rules):
        assert other.quantities.ship == pytest.approx(plan.quantities.ship, abs=1e-5)


# -- out ------------------------------------------------------------------------------------


@given(data=st.data())
def test_results_can_be_written_and_read(data, cases, make, solve):
    """JSON has no NaN and no infinity, and the workbook opens; it holds no error of Excel."""
    drawn = data.draw(cases)
    plan = solve(make(drawn.sheets), drawn.scenario)
    text = json.dumps(plan.to_dict(), allow_nan=False)
    assert json.loads(text)["objective"] == pytest.approx(plan.objective)
    with TemporaryDirectory() as folder:
        path = plan.to_excel(Path(folder) / "results.xlsx")
        book = openpyxl.load_workbook(path)
        try:
            errors = [
                f"{sheet.title}!{cell.coordinate} {cell.value}"
                for sheet in book
                for row in sheet.iter_rows()
                for cell in row
                if cell.data_type == "e" or cell.value in ("nan", "inf", "-inf")
            ]
        finally:
            book.close()
    assert not errors
