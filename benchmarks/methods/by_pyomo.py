"""The planner's own Pyomo model, handed over by Pyomo's interface to HiGHS (`appsi_highs`)."""

from __future__ import annotations

import math

from pyomo.contrib.appsi.base import TerminationCondition
from pyomo.contrib.appsi.solvers.highs import Highs

from benchmarks.methods import Live
from planner.case.scenario import Scenario
from planner.solving.data import model_data
from planner_models.formulation import build as build_model


def build(scenario: Scenario) -> Live:
    """Pyomo's objects for each row, walked into HiGHS one by one."""
    model = build_model(model_data(scenario))
    solver = Highs()
    solver.set_instance(model)
    highs = solver._solver_model  # the interface shows its HiGHS to nobody

    def solve() -> float:
        solver.config.load_solution = False
        found = solver.solve(model)
        if found.termination_condition is not TerminationCondition.optimal:
            return math.nan
        return float(found.best_feasible_objective)

    return Live(highs.getNumNz(), solve)
