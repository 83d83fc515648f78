"""All scenarios side by side, and what each one's plan costs when another comes true.

What a plan decides up to a period is held, the rest is planned anew once the scenario is known
(`planner/studies/holding.py`). The regret is what that costs more than the best plan for the
scenario would have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from planner.case.case import Case
from planner.errors import Interrupted, Stopped, WrongUsage
from planner.plan import Plan
from planner.runs import Run, Runs, solve_scenarios, worst_status
from planner.solving.interrupts import INTERRUPTS
from planner.solving.options import Options
from planner.solving.outcome import bound_of
from planner.solving.tolerances import MOST_DUAL_GAP
from planner.studies.holding import Holding, Replanned

_DECIDE = "Decide through"

_NO_PLAN = Replanned("no plan")
_OUT_OF_TIME = Replanned("stopped")
_NOT_ASKED = Replanned("stopped", interrupted=True)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The plans of several scenarios, and each of them under every other.

    Attributes:
        runs: of each scenario, in the order asked for.
        through: the last period of which decisions and purchases are held.
        replanned: row: whose plan; column: which scenario comes true. Status `no plan` where one
            of the two has none.
    """

    runs: Runs
    through: str
    replanned: tuple[tuple[Replanned, ...], ...]

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(run.scenario for run in self.runs.runs)

    @property
    def plans(self) -> dict[str, Plan]:
        """The plans of the scenarios that have one."""
        return {plan.scenario: plan for plan in self.runs.plans}

    @property
    def best(self) -> list[float | None]:
        """The least that each scenario is known to cost; None: it has no plan."""
        costs = [[row[j].objective for row in self.replanned] for j in range(len(self.replanned))]
        known = [[cost for cost in column if cost is not None] for column in costs]
        return [min(column) if column else None for column in known]

    @property
    def regret(self) -> list[list[float | None]]:
        """What each plan (row) costs more than the best where a scenario (column) comes true.

        None where the plan cannot be kept there, or where that is not known.
        """
        return [
            [self._regret(i, j) for j in range(len(self.replanned))]
            for i in range(len(self.replanned))
        ]

    def _regret(self, plan: int, scenario: int) -> float | None:
        cost, best = self.replanned[plan][scenario].objective, self.best[scenario]
        if cost is None or best is None:
            return None
        return cost - best if cost - best > self._rounding(scenario) else 0.0

    def _rounding(self, scenario: int) -> float:
        """Money that is rounding beside what a scenario costs."""
        own, best = self.runs.runs[scenario].plan, self.best[scenario]
        return MOST_DUAL_GAP * (own.money.size if own is not None else abs(best or 0.0))

    def is_proven(self, plan: int, scenario: int) -> bool:
        """Whether a regret is known exactly: both of the costs that it is made of are proven."""
        cells = self.replanned[plan][scenario], self.replanned[scenario][scenario]
        return all(cell.status != "feasible" for cell in cells)

    def ends(self, plan: int, scenario: int) -> tuple[float | None, float | None]:
        """Between which amounts a regret is, whatever better plans there are; None: not known."""
        cell, own = self.replanned[plan][scenario], self.replanned[scenario][scenario]
        best = self.best[scenario]
        if cell.objective is None or best is None:
            return None, None
        least = most = None
        if cell.gap is not None:
            least = max(bound_of(cell.objective, cell.gap) - best, 0.0)
        if own.gap is not None and own.objective is not None:
            most = cell.objective - bound_of(own.objective, own.gap)
        return least, most

    @property
    def all_proven(self) -> bool:
        """Whether every regret that is known is known exactly."""
        places = range(len(self.replanned))
        return all(self.is_proven(i, j) for i in places for j in places)

    @property
    def worst(self) -> list[float | None]:
        """The largest regret of each plan; None: it cannot be kept in some scenario, or is none.

        Scenarios of which there is no plan themselves do not count.
        """
        found = []
        for regrets in self.regret:
            kept = [
                regret
                for run, regret in zip(self.runs.runs, regrets, strict=True)
                if run.plan is not None
            ]
            known = [regret for regret in kept if regret is not None]
            found.append(max(known) if known and len(known) == len(kept) else None)
        return found

    @property
    def safest(self) -> tuple[str, ...]:
        """Whose plans have the least worst regret, but for rounding; none: no plan is kept."""
        known = [(worst, n) for n, worst in enumerate(self.worst) if worst is not None]
        if not known:
            return ()
        rounding = max(self._rounding(n) for n in range(len(self.replanned)))
        most = min(known)[0] + rounding
        return tuple(self.scenarios[n] for worst, n in known if worst <= most)

    @property
    def least_worst(self) -> str | None:
        """The first of `safest`; None: no plan is kept."""
        return self.safest[0] if self.safest else None

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C came before all was known."""
        return any(cell.interrupted for row in self.replanned for cell in row)

    @property
    def exit_code(self) -> int:
        """That of the runs."""
        return self.runs.exit_code()

    @property
    def status(self) -> str:
        """That of the runs; `feasible` at best where a search for a regret was stopped."""
        cells = [cell for row in self.replanned for cell in row]
        is_short = any(cell.status in ("feasible", "stopped") for cell in cells)
        return worst_status([self.runs.status, *(["feasible"] if is_short else [])])

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `planner compare`."""
        return {
            **self.runs.to_dict(),
            "status": self.status,
            "held_through": self.through,
            "scenarios": list(self.scenarios),
            "regret": self.regret,
            "worst": self.worst,
            "least_worst": self.least_worst,
            "safest": list(self.safest),
            "proven": self.all_proven,
            "cells": [
                self._cell(i, j)
                for i in range(len(self.replanned))
                for j in range(len(self.replanned))
            ],
        }

    def _cell(self, plan: int, scenario: int) -> dict[str, Any]:
        found = self.replanned[plan][scenario]
        return {
            "plan_of": self.scenarios[plan],
            "comes_true": self.scenarios[scenario],
            "status": found.status,
            "objective": found.objective,
            "gap": found.gap,
            "regret": self._regret(plan, scenario),
            "proven": self.is_proven(plan, scenario),
            "regret_least": self.ends(plan, scenario)[0],
            "regret_most": self.ends(plan, scenario)[1],
            "shortfall_t": found.shortfall_t,
            "cut_t": found.cut_t,
            "cuts": [
                {"kind": cut.kind, "name": cut.name, "site": cut.site, "period": cut.period,
                 "planned": cut.planned, "kept": cut.kept, "unit": cut.unit}
                for cut in found.cuts
            ],
        }  # fmt: skip


def compare(
    case: Case,
    scenarios: Sequence[str] = (),
    options: Options | None = None,
    progress: Callable[[Sequence[str]], Iterable[str]] = iter,
) -> Comparison:
    """Solve scenarios, and each one's plan where another comes true.

    Held is what is decided up to `Decide through` of Settings, by default in the first period. A
    scenario without a plan says so in its run. Ctrl-C ends it with what is known by then.

    Args:
        case: the case.
        scenarios: their names; none: Base and all that the case lists.
        options: how to solve; the time limit is for each solve.
        progress: wraps the names, to show how far it is.

    Raises:
        WrongUsage: an unknown scenario, or fewer than two.
        InvalidCase: changes lead to numbers that the contract does not allow, in all of them.
    """
    names = tuple(dict.fromkeys(scenarios)) or case.scenarios
    for name in names:
        if name not in case.scenarios:
            case.scenario(name)  # says which there are
    if len(names) < 2:
        raise WrongUsage(
            f"compare needs two scenarios at least; there is only '{names[0]}'. Add the sheets "
            "Scenarios and Changes, or name more with --scenario"
        )
    options, before = options or Options(), INTERRUPTS.count
    runs = solve_scenarios(case, names, options, progress)
    periods = held_periods(case)
    columns: list[list[Replanned]] = []
    with suppress(KeyboardInterrupt):
        for name in () if INTERRUPTS.count > before else progress(names):
            run = runs.runs[names.index(name)]
            columns.append(_column(case, runs, run, periods, options))
            if INTERRUPTS.count > before:
                break
    for run in runs.runs[len(columns) :]:
        columns.append([_own(one, run) or _NOT_ASKED for one in runs.runs])
    rows = tuple(zip(*columns, strict=True))
    return Comparison(runs, case.periods.names[periods - 1], rows)


def held_periods(case: Case) -> int:
    """How many periods, from the first on, are decided before it is known which scenario it is."""
    settings, names = case.tables.get("Settings"), case.periods.names
    for row in settings.rows if settings else ():
        through = row.values.get("Value")
        if row.text("Setting") == _DECIDE and through in names:
            return names.index(str(through)) + 1
    return 1


def _column(case: Case, runs: Runs, run: Run, periods: int, options: Options) -> list[Replanned]:
    """Every plan where one scenario comes true."""
    found: list[Replanned] = []
    holding = None
    for one in runs.runs:
        cell = _own(one, run)
        if cell is None and found and found[-1].interrupted:
            cell = _NOT_ASKED
        if cell is None and one.plan is not None:
            holding = holding or Holding(case.scenario(run.scenario), periods, options)
            cell = holding.replanned(one.plan)
        found.append(cell or _NO_PLAN)
    return found


def _own(one: Run, run: Run) -> Replanned | None:
    """What is known of a plan under a scenario without asking; None: nothing."""
    refusals = [each.refusal for each in (one, run) if each.plan is None]
    if any(isinstance(refusal, Interrupted) for refusal in refusals):
        return _NOT_ASKED
    if any(isinstance(refusal, Stopped) for refusal in refusals):
        return _OUT_OF_TIME
    if refusals:
        return _NO_PLAN
    plan = run.plan
    if one is not run or plan is None:
        return None
    return Replanned(plan.status, plan.objective, plan.gap, plan.shortfall_t)
