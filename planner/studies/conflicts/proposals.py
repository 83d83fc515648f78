"""A scenario with some changes: its numbers, its model, whether there is a plan, what it costs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from planner.case.scenario import Scenario
from planner.errors import InvalidCase, Stopped, WrongUsage
from planner.solving.data import model_data
from planner.solving.highs import SolverError
from planner.solving.options import Options
from planner.solving.outcome import Status
from planner.studies.variants import Variants
from planner_models.compiled import CompiledModel
from planner_models.compiling import Compiler


class Proposals:
    """Changes of one scenario, tried on one live session."""

    def __init__(self, variants: Variants) -> None:
        """Try changes of a scenario, for as long as its variants have time."""
        self._variants = variants
        self._compiler = Compiler()
        self._objectives: dict[tuple[str, ...], float | None] = {}

    @property
    def options(self) -> Options:
        """How to solve."""
        return self._variants.options

    @property
    def left(self) -> float:
        """Seconds left."""
        return self._variants.seconds_left

    @property
    def base(self) -> Scenario:
        """The numbers with nothing changed."""
        return self._variants.numbers

    def numbers(self, changes: Collection[str]) -> Scenario:
        """The scenario with some changes.

        Raises:
            InvalidCase: they lead to numbers that the contract does not allow.
        """
        return self._variants.changed(*changes)

    def model(self, changes: Collection[str]) -> CompiledModel | None:
        """Its model; None where they lead to numbers that the contract does not allow."""
        try:
            return self._compiler.compile(model_data(self.numbers(changes)))
        except InvalidCase:
            return None

    def is_possible(self, changes: Collection[str]) -> bool:
        """Whether there is a plan with some changes; a search that fails finds none.

        Raises:
            Stopped: the time limit came, or Ctrl-C.
        """
        try:
            session = self._variants.session(self.numbers(changes))
        except InvalidCase:
            return False
        session.set_costs(np.zeros(session.model.shape[1]))
        outcome = session.solve(self.left, gap=1.0)
        if outcome.status is Status.STOPPED and outcome.solution is None:
            raise Stopped(f"stopped: {outcome.reason.lower()}")
        return outcome.status not in (Status.INFEASIBLE, Status.FAILED)

    def objective(self, changes: Sequence[str]) -> float | None:
        """What the plan with some changes costs; None where there is none, or no cheapest one.

        Raises:
            Stopped: the time limit came, or Ctrl-C, and no plan was found.
        """
        key = tuple(changes)
        if key not in self._objectives:
            self._objectives[key] = self._objective(changes)
        return self._objectives[key]

    def objective_without(self, sheet: str, position: int) -> float | None:
        """What the plan costs where a row of a sheet is gone; None where there is none.

        Raises:
            Stopped: the time limit came, or Ctrl-C, and no plan was found.
        """
        case = self._variants.case
        table = case.tables[sheet]
        rows = (*table.rows[:position], *table.rows[position + 1 :])
        try:
            less = case.with_tables({**case.tables, sheet: replace(table, rows=rows)})
            return self._solved(less.scenario(self._variants.scenario))
        except (InvalidCase, WrongUsage):
            return None

    def _objective(self, changes: Sequence[str]) -> float | None:
        try:
            numbers = self.numbers(changes)
        except InvalidCase:
            return None
        return self._solved(numbers)

    def _solved(self, numbers: Scenario) -> float | None:
        try:
            outcome = self._variants.outcome(numbers, self._variants.session(numbers))
        except SolverError:  # what the solver does not know is no way out
            return None
        if outcome.status is Status.STOPPED and outcome.solution is None:
            raise Stopped(f"stopped: {outcome.reason.lower()}")
        return None if outcome.solution is None else outcome.solution.objective
