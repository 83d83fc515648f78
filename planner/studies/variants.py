"""A case with some of its numbers changed, again and again, on one live session.

What studies ask is mostly what the cheapest plan of a changed case costs, not the whole of its
report: that is found here in as few steps as it takes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from planner.case.case import Case
from planner.case.changes import Change
from planner.case.scenario import Numbers, Scenario
from planner.errors import Stopped, Unbounded
from planner.solving.highs import SolverError
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.outcome import Outcome, Solution, Status
from planner.solving.priorities import solve_by_priority
from planner.solving.quantities import Quantities
from planner.solving.session import Session
from planner_models.compiled import CompiledModel


@dataclass(frozen=True, slots=True)
class Optimum:
    """The cheapest plan of one variant, not told from others that are as cheap.

    Attributes:
        numbers: of the variant.
        model: as it was solved.
        solution: values, and dual values where no yes/no decision is open.
        bound: the least that any plan can cost; the objective itself where that is proven.
    """

    numbers: Scenario
    model: CompiledModel
    solution: Solution
    bound: float

    @property
    def objective(self) -> float:
        """Cost, paid and valued, discounted, in the case's currency."""
        return self.solution.objective

    @property
    def quantities(self) -> Quantities:
        """What it decides."""
        return Quantities.of_solution(self.numbers, self.model, self.solution.values)

    @property
    def shortfall_t(self) -> float:
        """Tonnes missing of all items."""
        return float(self.solution.values[self.model.columns["short"]].sum())

    @property
    def bought(self) -> Numbers:
        """S: tonnes bought of each source in all periods together."""
        offers = self.model.indices["OFFERS"]
        tonnes = self.solution.values[self.model.columns["buy"]]
        return np.asarray(np.bincount(offers[:, 0], tonnes, len(self.numbers.sources)), dtype=float)


class Variants:
    """Variants of one scenario of a case."""

    def __init__(
        self,
        case: Case,
        scenario: str,
        options: Options | None = None,
        deadline: float | None = None,
    ) -> None:
        """Ask about a scenario.

        Args:
            case: the case; changes are made on top of the scenario's.
            scenario: its name.
            options: how to solve; the time limit is for all variants together.
            deadline: when it ends, a time of `time.monotonic`; None: counted from now.

        Raises:
            WrongUsage: an unknown scenario.
            InvalidCase: its changes lead to numbers that the contract does not allow.
        """
        self.case = case
        self.scenario = scenario
        self.options = options or Options()
        self._live = Live(self.options)
        self.numbers = case.scenario(scenario)
        self._deadline = self.options.deadline(self.numbers) if deadline is None else deadline
        self.solves = 0

    def changed(self, *changes: str | Change) -> Scenario:
        """The numbers with some changes (`Quotas[Quota=China].Tonnes*=0.7`) on top.

        Raises:
            WrongUsage: a change that cannot be read, or has no target.
            InvalidCase: it leads to numbers that the contract does not allow.
        """
        return self.case.varied(*changes).scenario(self.scenario) if changes else self.numbers

    def solve(self, *changes: str) -> Optimum | None:
        """The optimum with some changes on top; None where no plan keeps every rule.

        Raises:
            As `changed`, and as `optimum`.
        """
        return self.optimum(self.changed(*changes))

    def session(self, numbers: Scenario) -> Session:
        """The live session of a variant, not solved yet."""
        return self._live.session(numbers)

    @property
    def gap(self) -> float:
        """Relative, at which a search for yes/no decisions stops."""
        return self.options.gap(self.numbers)

    @property
    def seconds_left(self) -> float:
        """Of the time limit of all variants together."""
        return self._deadline - time.monotonic()

    def outcome(self, numbers: Scenario, session: Session) -> Outcome:
        """How the search for the cheapest plan of a variant ends, in the time that is left.

        Raises:
            SolverError: the solver failed.
        """
        gap = self.options.gap(numbers)
        outcome = solve_by_priority(numbers, session, self.seconds_left, gap)
        if outcome.status is Status.FAILED:
            raise SolverError(f"HiGHS ended with '{outcome.reason}'")
        return outcome

    def optimum(self, numbers: Scenario) -> Optimum | None:
        """The optimum of a variant's numbers; None where no plan keeps every rule.

        Raises:
            Stopped: the time limit came, or Ctrl-C.
            Unbounded: a price has no floor.
        """
        session = self.session(numbers)
        outcome = self.outcome(numbers, session)
        self.solves += 1
        if outcome.status is Status.INFEASIBLE:
            return None
        if outcome.status is Status.UNBOUNDED:
            raise Unbounded("the case can earn without end", numbers.name)
        if outcome.solution is None or outcome.status is Status.STOPPED:
            raise Stopped(f"stopped: {outcome.reason.lower()}", numbers.name)
        bound = outcome.bound if outcome.bound is not None else outcome.solution.objective
        return Optimum(numbers, session.model, outcome.solution, bound)
