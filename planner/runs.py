"""Several scenarios of one case solved after each other: the runs that commands report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from planner.case.case import Case
from planner.case.ledger import BASE
from planner.errors import NoPlan, WrongUsage
from planner.plan import Plan
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.solve import solve_next

STATUSES = ("stopped", "unbounded", "infeasible", "feasible", "optimal")
"""How a run can end, the worst first."""

_EXIT_CODES = (5, 4, 6, 0)
"""Of several runs the worst counts, in this order."""

_CHECK_FAILED = 6


@dataclass(frozen=True, slots=True)
class Run:
    """One scenario: its plan, or why there is none."""

    scenario: str
    plan: Plan | None
    refusal: NoPlan | None = None

    @property
    def status(self) -> str:
        """The word used in JSON."""
        if self.plan is not None:
            return self.plan.status
        return self.refusal.status if self.refusal is not None else "stopped"

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of the interfaces has it."""
        if self.plan is not None:
            return self.plan.to_dict()
        return {"scenario": self.scenario, "status": self.status}

    def fails(self, asked: Iterable[str]) -> bool:
        """Whether the plan has what `--fail-on` asks to fail on."""
        plan = self.plan
        if plan is None:
            return False
        has = {
            "shortfall": bool(plan.shortfall_rows()),
            "rule-given-up": any(row.is_broken for row in plan.limit_rows),
            "not-optimal": plan.status != "optimal",
        }
        return any(has[name] for name in asked)


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of one case, in the order asked for."""

    case: Case
    runs: tuple[Run, ...]

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans of the scenarios that have one."""
        return tuple(run.plan for run in self.runs if run.plan is not None)

    @property
    def refusals(self) -> tuple[NoPlan, ...]:
        """Why the other scenarios have none."""
        return tuple(run.refusal for run in self.runs if run.refusal is not None)

    @property
    def status(self) -> str:
        """The worst of the runs' statuses."""
        return min((run.status for run in self.runs), key=STATUSES.index)

    def exit_code(self, fail_on: Sequence[str] = ()) -> int:
        """What a command returns for these runs."""
        codes = {run.refusal.exit_code for run in self.runs if run.refusal is not None}
        if any(run.fails(fail_on) for run in self.runs):
            codes.add(_CHECK_FAILED)
        return next((code for code in _EXIT_CODES if code in codes), 0)

    def to_excel(self, path: str | Path, *, keep: bool = False) -> Runs:
        """Write one results workbook of every plan; the runs then know where it is.

        Args:
            path: of the workbook; a time-stamped name beside it is used where it is open elsewhere.
            keep: leave an older file of that name under its time stamp.

        Raises:
            WrongUsage: the path is the input workbook, or no .xlsx file.
            OSError: nothing can be written there.
        """
        from planner.report.workbook import write_results  # noqa: PLC0415 - quick without it

        started = perf_counter()
        failures = [(refusal.scenario, refusal.status, str(refusal)) for refusal in self.refusals]
        written = write_results(path, self.case, self.plans, failures, keep=keep)
        took = perf_counter() - started
        return self._with_plans(lambda plan: replace(plan.timed(write=took), output=str(written)))

    def timed(self, **seconds: float) -> Runs:
        """The same runs with some of their step times known."""
        return self._with_plans(lambda plan: plan.timed(**seconds))

    def _with_plans(self, changed: Callable[[Plan], Plan]) -> Runs:
        runs = (
            run if run.plan is None else replace(run, plan=changed(run.plan)) for run in self.runs
        )
        return replace(self, runs=tuple(runs))

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `planner solve`."""
        return {
            "status": self.status,
            "case": self.case.name,
            "problems": [problem.to_dict() for problem in self.case.warnings],
            "runs": [run.to_dict() for run in self.runs],
        }


def solve_scenarios(
    case: Case,
    scenarios: Sequence[str] = (BASE,),
    options: Options | None = None,
    progress: Callable[[Sequence[str]], Iterable[str]] = iter,
) -> Runs:
    """Solve scenarios; one that has no plan is a run that says so, and the others go on.

    Args:
        case: the case.
        scenarios: their names.
        options: how to solve.
        progress: wraps the names, to show how far it is.

    Raises:
        WrongUsage: an unknown scenario, none at all, or a change that does not fit.
        InvalidCase: changes lead to numbers that the contract does not allow.
    """
    if not scenarios:
        raise WrongUsage("no scenario to solve")
    for name in scenarios:
        case.scenario(name)
    runs, live = [], Live(options or Options())
    for name in progress(scenarios):
        try:
            runs.append(Run(name, solve_next(case, name, live)))
        except NoPlan as refusal:
            runs.append(Run(name, None, refusal))
    return Runs(case, tuple(runs))


def invalid_to_dict(name: str, problems: Sequence[Any]) -> dict[str, Any]:
    """The JSON document of a workbook that is wrong."""
    return {
        "status": "invalid",
        "case": name,
        "problems": [problem.to_dict() for problem in problems],
        "runs": [],
    }
