"""What the planner does itself."""

from __future__ import annotations

from benchmarks.methods import Live
from planner.case.scenario import Scenario
from planner.solving.data import model_data
from planner.solving.session import Session
from planner_models.compiling import compile_model


def build(scenario: Scenario) -> Live:
    """Sets and numbers of the formulation, compiled, scaled, and handed over."""
    model = compile_model(model_data(scenario))
    session = Session(model)

    def solve() -> float:
        outcome = session.solve()
        if outcome.solution is None:
            raise RuntimeError(f"HiGHS ended with '{outcome.reason}'")
        return outcome.solution.objective

    return Live(len(model.value), solve)
