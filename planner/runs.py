"""Several scenarios of one case solved after each other: the runs that commands report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from planner.case.case import Case
from planner.case.ledger import BASE
from planner.case.problems import Problem
from planner.case.scenario import Scenario
from planner.errors import (
    FailedScenario,
    Interrupted,
    InvalidCase,
    InvalidScenario,
    NoPlan,
    UnfitChange,
    UnfitScenario,
    WrongUsage,
)
from planner.plan import Plan
from planner.solving.interrupts import INTERRUPTS
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.solve import solve_next

STATUSES = ("failed", "invalid", "stopped", "unbounded", "infeasible", "feasible", "optimal")
"""How a run can end, the worst first."""

_EXIT_CODES = (1, 3, 2, 5, 4, 6, 0)
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
        found: dict[str, Any] = {"scenario": self.scenario, "status": self.status}
        if isinstance(self.refusal, InvalidScenario | FailedScenario):
            found["problems"] = [problem.to_dict() for problem in _problems(self.refusal)]
        return found

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
        return worst_status(run.status for run in self.runs)

    def exit_code(self, fail_on: Sequence[str] = ()) -> int:
        """What a command returns for these runs."""
        codes = {run.refusal.exit_code for run in self.runs if run.refusal is not None}
        if any(run.fails(fail_on) for run in self.runs):
            codes.add(_CHECK_FAILED)
        return worst_code(codes)

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
            **heading(self.case, self.status),
            "runs": [run.to_dict() for run in self.runs],
        }


def solve_scenarios(
    case: Case,
    scenarios: Sequence[str] = (BASE,),
    options: Options | None = None,
    progress: Callable[[Sequence[str]], Iterable[str]] = iter,
    *,
    with_prices: bool = True,
) -> Runs:
    """Solve scenarios; one that has no plan, or fails, is a run that says so; the others go on.

    Ctrl-C in the main thread ends it with what is solved by then; the others are runs that say so.

    Args:
        case: the case.
        scenarios: their names.
        options: how to solve.
        progress: wraps the names, to show how far it is.
        with_prices: whether to find shadow prices and switch prices too.

    Raises:
        WrongUsage: an unknown scenario, none at all, or a change that fits none of them.
        InvalidCase: changes lead to numbers that the contract does not allow, in all of them.
    """
    if not scenarios:
        raise WrongUsage("no scenario to solve")
    unknown = [name for name in scenarios if name not in case.scenarios]
    if unknown:
        case.scenario(unknown[0])  # says which there are
    runs: list[Run] = []
    live, before = Live(options or Options()), INTERRUPTS.count
    with suppress(KeyboardInterrupt):
        for name in progress(scenarios):
            runs.append(_run(case, name, live, with_prices=with_prices))
            if INTERRUPTS.count > before:
                break
    for name in scenarios[len(runs) :]:
        runs.append(Run(name, None, Interrupted("interrupted before it was solved", name)))
    refuse_all([run.refusal for run in runs])
    return Runs(case, tuple(runs))


def _run(case: Case, name: str, live: Live, *, with_prices: bool) -> Run:
    """One scenario; whatever is wrong with it, the others have their turn."""
    try:
        return Run(name, solve_next(case, name, live, with_prices=with_prices))
    except Exception as failed:
        return Run(name, None, refusal_of(failed, name))


def refusal_of(failed: Exception, scenario: str) -> NoPlan:
    """Why one of several scenarios has no answer, of what was raised for it."""
    if isinstance(failed, NoPlan):
        failed.scenario = scenario  # deep inside it is not known which it is
        return failed
    if isinstance(failed, UnfitChange | WrongUsage):
        return UnfitScenario(failed, scenario)
    if isinstance(failed, InvalidCase):
        return InvalidScenario(failed, scenario)
    return FailedScenario(failed, scenario)


def worst_code(codes: Iterable[int]) -> int:
    """What a command returns for several scenarios, of what it would for each."""
    found = set(codes)
    return next((code for code in _EXIT_CODES if code in found), 0)


def worst_status(statuses: Iterable[str]) -> str:
    """The worst of several; what is no status of a plan (`written`) is better than all."""
    return min(
        statuses,
        key=lambda status: STATUSES.index(status) if status in STATUSES else len(STATUSES),
    )


def refusal_to_dict(refusal: NoPlan) -> dict[str, Any]:
    """Why a scenario has no answer, as JSON has it."""
    found: dict[str, Any] = {
        "scenario": refusal.scenario,
        "status": refusal.status,
        "message": str(refusal),
    }
    if isinstance(refusal, InvalidScenario | FailedScenario):
        found["problems"] = [problem.to_dict() for problem in _problems(refusal)]
    return found


def refuse_all(refusals: Sequence[NoPlan | None]) -> None:
    """Raise what is wrong where no scenario could be tried at all.

    Args:
        refusals: of each scenario; None: it has an answer.

    Raises:
        InvalidCase: with the problems of all scenarios.
        WrongUsage: a change does not fit.
        Exception: what the planner itself failed at.
    """
    causes = [r.cause for r in refusals if isinstance(r, InvalidScenario | FailedScenario)]
    if len(causes) < len(refusals):
        return
    wrong = [cause for cause in causes if isinstance(cause, InvalidCase)]
    if len(wrong) == len(causes):
        raise joined(wrong)
    raise next((cause for cause in causes if not isinstance(cause, InvalidCase)), causes[0])


def joined(wrong: Sequence[InvalidCase]) -> InvalidCase:
    """What is wrong with several scenarios, each problem once."""
    problems = list({one.message: one for cause in wrong for one in cause.problems}.values())
    unfit = [cause for cause in wrong if isinstance(cause, UnfitChange)]
    return (
        UnfitChange(problems, unfit[0].changes)
        if len(unfit) == len(wrong)
        else InvalidCase(problems)
    )


def _problems(refusal: InvalidScenario | FailedScenario) -> Sequence[Problem]:
    """What is wrong with a scenario, with cells where they are known."""
    if isinstance(refusal.cause, InvalidCase):
        return refusal.cause.problems
    return (Problem("error", str(refusal)),)


def heading(case: Case, status: str, numbers: Scenario | None = None) -> dict[str, Any]:
    """What the JSON document of every command begins with.

    Args:
        case: the case that was asked about.
        status: of the answer.
        numbers: of the scenario that was; None: the document is of several.
    """
    problems = [problem.to_dict() for problem in case.warnings]
    found: dict[str, Any] = {"status": status, "case": case.name, "problems": problems}
    if numbers is not None:
        found |= {"scenario": numbers.name, "currency": numbers.currency}
    return found


def invalid_to_dict(name: str, problems: Sequence[Any]) -> dict[str, Any]:
    """The JSON document of a workbook that is wrong."""
    return {
        "status": "invalid",
        "case": name,
        "problems": [problem.to_dict() for problem in problems],
        "runs": [],
    }
