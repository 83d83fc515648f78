"""The Current plan: is it allowed, what does it cost, how much dearer is it than the best plan?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from planner.case.case import Case
from planner.case.ledger import BASE
from planner.case.problems import Problems
from planner.errors import (
    FailedScenario,
    Interrupted,
    InvalidCase,
    InvalidScenario,
    WrongUsage,
)
from planner.plan import Plan
from planner.runs import Run, Runs, heading, solve_scenarios
from planner.solving.current import Evaluated, evaluate_current
from planner.solving.options import Options


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The Current plan of one scenario beside the best one.

    Attributes:
        current: the Current plan, evaluated; None where the scenario's changes lead to no case, or
            Ctrl-C came before its turn.
        run: the best plan, or why there is none.
    """

    current: Evaluated | None
    run: Run

    @property
    def scenario(self) -> str:
        """The name of the scenario."""
        return self.run.scenario

    @property
    def best(self) -> Plan | None:
        """The best plan; None where there is none."""
        return self.run.plan

    @property
    def dearer(self) -> float | None:
        """How much more the Current plan costs, paid and valued, discounted; None: not known."""
        if self.best is None or self.current is None:
            return None
        return self.current.objective - self.best.objective

    @property
    def dearer_paid(self) -> float | None:
        """The same of money paid alone."""
        if self.best is None or self.current is None:
            return None
        return self.current.paid - self.best.paid

    def to_dict(self) -> dict[str, Any]:
        """The run as the JSON of `planner evaluate` has it."""
        best = self.best
        if self.current is None:
            return self.run.to_dict()
        return {
            "scenario": self.scenario,
            "status": self.run.status,
            "currency": self.current.numbers.currency,
            "current": self.current.to_dict(),
            "best": None if best is None else _in_short(best),
            "dearer": self.dearer,
            "dearer_paid": self.dearer_paid,
        }


def _in_short(plan: Plan) -> dict[str, Any]:
    return {
        "objective": plan.objective,
        "paid": plan.paid,
        "valuation": plan.valuation,
        "paid_nominal": plan.paid_nominal,
        "purchases_t": plan.purchases_t,
        "shortfall_t": plan.shortfall_t,
        "cost_per_t": plan.cost_per_t,
        "costs": plan.costs,
    }


@dataclass(frozen=True, slots=True)
class Evaluations:
    """The evaluations of one case, in the order asked for."""

    runs: Runs
    evaluations: tuple[Evaluation, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `planner evaluate`."""
        return {
            **heading(self.runs.case, self.runs.status),
            "runs": [evaluation.to_dict() for evaluation in self.evaluations],
        }


def evaluate(case: Case, scenario: str = BASE, options: Options | None = None) -> Evaluation:
    """The Current plan of one scenario beside the best plan.

    Raises:
        WrongUsage: unknown scenario, or the case has no sheet Current plan.
        InvalidCase: the scenario's changes lead to numbers that the contract does not allow.
    """
    return evaluate_scenarios(case, (scenario,), options).evaluations[0]


def evaluate_scenarios(
    case: Case,
    scenarios: Sequence[str] = (BASE,),
    options: Options | None = None,
    progress: Callable[[Sequence[str]], Iterable[str]] = iter,
) -> Evaluations:
    """The Current plan under several scenarios; where there is no best plan, the run says so.

    Raises:
        WrongUsage: an unknown scenario, or none at all.
        InvalidCase: there is no sheet Current plan, or changes lead to numbers that the contract
            does not allow, in all scenarios.
    """
    if "Current plan" not in case.tables:
        problems = Problems()
        problems.error(
            "sheet is missing; add it, with the tonnes bought of each source in each period",
            sheet="Current plan",
            kind="missing sheet",
        )
        raise InvalidCase(problems.ordered)
    runs = solve_scenarios(case, scenarios, options, progress)
    return Evaluations(runs, tuple(_evaluation(case, run) for run in runs.runs))


def _evaluation(case: Case, run: Run) -> Evaluation:
    current = run.plan.current if run.plan is not None else None
    if isinstance(run.refusal, InvalidScenario | FailedScenario | Interrupted):
        return Evaluation(None, run)
    if current is None:
        current = evaluate_current(case.tables, case.scenario(run.scenario))
    if current is None:
        raise WrongUsage("the case has no sheet Current plan")
    return Evaluation(current, run)
