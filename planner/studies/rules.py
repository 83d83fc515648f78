"""What each quota, limit and contract costs: the plan without it, one at a time.

A rule is one row of the workbook, with all its windows and values. Without it means: as if the row
were not there, all else as it is; what it forbade is allowed, what it demanded is not asked for, a
penalty for breaking it is not paid. Where no yes/no decision is open the rows of the live model are
freed and given back, and a rule whose dual values are all zero costs nothing, which they prove;
else the model is built anew without the rule, and searched again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.case.case import Case
from planner.case.ledger import BASE
from planner.case.scenario import Scenario
from planner.errors import Infeasible, NoPlan, Stopped, Unbounded, WrongUsage
from planner.runs import heading, refusal_to_dict, worst_code, worst_status
from planner.solving import refusals
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.outcome import Outcome, Solution, Status
from planner.solving.quantities import Quantities
from planner.solving.session import Session, State
from planner.solving.tolerances import MOST_DUAL_GAP
from planner.solving.used import breach
from planner.studies.removal import RuleRow, needing_a_bound, rows_of, rule_rows, without
from planner.studies.several import ask_each
from planner.studies.variants import Variants
from planner_models.compiled import CompiledModel

_VALUED = ("short", "under", "over", "below")
"""Variables of which the cost is a value that nobody pays."""

_SAME_TONNES = 1e-7
"""Tonnes of a source nearer than this part of all that is bought are the same."""

_EXIT_CODES = {"stopped": Stopped.exit_code, "unbounded": Unbounded.exit_code,
               "infeasible": Infeasible.exit_code}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """What one plan costs, discounted, in the case's currency.

    Attributes:
        status: `optimal`; `feasible`: the search was stopped at this plan; `infeasible`,
            `unbounded`, `stopped`, or `undefined`: there is none, as `reason` says.
        objective: paid and valued; None without a plan.
        bound: the least that any plan can cost; None: not known.
        paid: money paid alone.
        shortfall_t: tonnes missing of all items.
        bought: tonnes bought of each source that is bought.
        given_up: names of the limits with a priority that it breaks.
        reason: why there is none; empty where there is one.
    """

    status: str
    objective: float | None = None
    bound: float | None = None
    paid: float | None = None
    shortfall_t: float | None = None
    bought: tuple[tuple[str, float], ...] = ()
    given_up: tuple[str, ...] = ()
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of `planner rules` has it."""
        return {
            "status": self.status, "objective": self.objective, "bound": self.bound,
            "paid": self.paid, "shortfall_t": self.shortfall_t, "given_up": list(self.given_up),
            "reason": self.reason,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleCost:
    """The plan without some rows.

    Attributes:
        rows: which; one, or all of them.
        cost: of the plan without.
        saves: by how much it is cheaper, paid and valued; negative where limits of lower priority
            are kept instead; None: not known.
        saves_paid: by how much less money is paid; negative where more is.
        changes: tonnes bought of a source more (less: negative) than with the rule, the most first.
    """

    rows: tuple[RuleRow, ...]
    cost: Cost
    saves: float | None
    saves_paid: float | None
    changes: tuple[tuple[str, float], ...]

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of `planner rules` has it, without what the row itself is."""
        return {
            "status": self.cost.status,
            "objective_without": self.cost.objective,
            "saves": self.saves,
            "saves_paid": self.saves_paid,
            "shortfall_without_t": self.cost.shortfall_t,
            "changes": [{"source": name, "tonnes": tonnes} for name, tonnes in self.changes],
            "given_up_without": list(self.cost.given_up),
            "reason": self.cost.reason,
        }


@dataclass(frozen=True, slots=True)
class RulesRun:
    """The rules of one scenario.

    Attributes:
        numbers: the scenario's numbers.
        base: the plan with all rules.
        rules: the plan without each, in the order of the sheets.
        without_all: the plan without any of them; None where there are none.
        is_linear: whether no yes/no decision is open; else costs are true to within the gap at
            which the search stops.
        gap: that gap, relative.
        advice: what to do where there is no plan; empty: there is one.
    """

    numbers: Scenario
    base: Cost
    rules: tuple[RuleCost, ...]
    without_all: RuleCost | None
    is_linear: bool
    gap: float
    advice: str = ""

    @property
    def scenario(self) -> str:
        """The name of the scenario."""
        return self.numbers.name

    @property
    def status(self) -> str:
        """That of the plan with all rules; where not all was asked in time, `feasible` at best.

        `stopped`: nothing is known of what a rule costs.
        """
        if not self.is_cut_off:
            return self.base.status
        is_known = any(one.cost.status != "stopped" for one in self.rules)
        return worst_status([self.base.status, "feasible" if is_known else "stopped"])

    @property
    def is_cut_off(self) -> bool:
        """Whether not all was asked in time."""
        asked = [*self.rules, *([self.without_all] if self.without_all is not None else [])]
        return any(one.cost.status == "stopped" for one in asked)

    @property
    def exit_code(self) -> int:
        """What a command returns for this scenario alone."""
        return _EXIT_CODES.get(self.status, 0)

    @property
    def dearest(self) -> tuple[RuleCost, ...]:
        """The rules, those that cost most first; those that are not known last."""
        return tuple(sorted(self.rules, key=_by_saving))

    def to_dict(self) -> dict[str, Any]:
        """The run as the JSON of `planner rules` has it, without its rules."""
        every = self.without_all
        return {
            "scenario": self.scenario,
            **self.base.to_dict(),
            "status": self.status,
            "currency": self.numbers.currency,
            "linear": self.is_linear,
            "gap": 0.0 if self.is_linear else self.gap,
            "without_all": None if every is None else every.to_dict(),
        }


def _by_saving(one: RuleCost) -> tuple[bool, float]:
    return (one.saves is None, -(one.saves or 0.0))


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rules of a case cost, in one or several scenarios.

    `refusals` says why others of those asked for could not be asked about.
    """

    case: Case
    runs: tuple[RulesRun, ...]
    refusals: tuple[NoPlan, ...] = ()

    @property
    def exit_code(self) -> int:
        """0; 4 where a scenario has no plan with its rules; 5 where not all was asked in time."""
        codes = [run.exit_code for run in self.runs]
        return worst_code([*codes, *(refusal.exit_code for refusal in self.refusals)])

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `planner rules`."""
        every = [*(run.status for run in self.runs), *(one.status for one in self.refusals)]
        return {
            **heading(self.case, worst_status(every)),
            "runs": [
                *(run.to_dict() for run in self.runs),
                *(refusal_to_dict(refusal) for refusal in self.refusals),
            ],
            "rules": [
                {
                    "scenario": run.scenario,
                    "kind": one.rows[0].kind,
                    "name": one.rows[0].name,
                    "cell": one.rows[0].cell,
                    "cells": list(one.rows[0].cells),
                    **one.to_dict(),
                }
                for run in self.runs
                for one in run.rules
            ],
        }


def rules(
    case: Case,
    scenario: str | Sequence[str] = BASE,
    options: Options | None = None,
    progress: Callable[[Sequence[str]], Iterable[str]] = iter,
) -> Rules:
    """What each quota, limit and contract costs.

    Args:
        case: the case.
        scenario: a name, or several.
        options: how to solve; the time limit is for all plans of a scenario together.
        progress: wraps the names of the rules, to show how far it is.

    Raises:
        WrongUsage: an unknown scenario, or none at all.
        InvalidCase: changes lead to numbers that the contract does not allow, in all of them.
        Stopped: Ctrl-C came before anything was asked.
    """
    names = (scenario,) if isinstance(scenario, str) else tuple(scenario)
    if not names:
        raise WrongUsage("no scenario to ask about")

    def ask(case: Case, name: str) -> RulesRun:
        return _Asker(Variants(case, name, options)).run(progress)

    found = ask_each(case, names, ask)
    if not found.answers:
        raise found.refusals[0]
    return Rules(case, tuple(run for _, run in found.answers), found.refusals)


class _Asker:
    """Solves one scenario with its rules, and without some."""

    def __init__(self, variants: Variants) -> None:
        self.numbers = variants.numbers
        self.session = variants.session(variants.numbers)
        self.is_linear = self.session.is_linear
        self._variants = variants
        self._others = Live(variants.options)  # models without a rule, each from the one before
        self._compiled = self.session.state()
        self._interrupted = False

    def run(self, progress: Callable[[Sequence[str]], Iterable[str]]) -> RulesRun:
        """The plan with all rules, without each, and without any."""
        rows = rule_rows(self.numbers)
        outcome = self._solved(self.numbers, self.session)
        base = self._cost(self.numbers, self.session.model, outcome)
        advice = ""
        if outcome.status is Status.INFEASIBLE:
            why = refusals.infeasible(self.numbers, self._variants.seconds_left)
            base, advice = replace(base, reason=why.reason), why.advice
        start = State(self.session.basis(), self._compiled.columns, self._compiled.rows)
        names = [f"{row.kind} {row.name}" for row in rows]
        found = []
        for row, _ in zip(rows, progress(names), strict=True):
            if not base.given_up and self._is_worthless(row, outcome):
                found.append(RuleCost((row,), base, 0.0, 0.0, ()))
            else:
                found.append(self._without([row], base, start))
        every = None
        if len(found) == 1:
            every = found[0]
        elif found:
            every = self._without(rows, base, start)
        gap = self._variants.gap
        return RulesRun(self.numbers, base, tuple(found), every, self.is_linear, gap, advice)

    def _is_worthless(self, row: RuleRow, outcome: Outcome) -> bool:
        """Whether the dual values prove that the plan without the rule costs the same."""
        is_proven = self.is_linear and outcome.status is Status.OPTIMAL
        if outcome.solution is None or not is_proven:
            return False
        own = rows_of(self.session.model, self.numbers, row)
        return not outcome.solution.row_dual[own].any() and self._may_free([row])

    def _may_free(self, rows: Sequence[RuleRow]) -> bool:
        """Whether rows freed are as good as gone: no other number of the model leans on them."""
        if not self.is_linear or not self.numbers.tiers:
            return self.is_linear
        # How many of a source's prices by volume can be reached depends on its bound.
        left = without(self.numbers, rows)
        return left.tiers == self.numbers.tiers and np.array_equal(left.bound, self.numbers.bound)

    def _without(self, rows: Sequence[RuleRow], base: Cost, start: State) -> RuleCost:
        cost = self._cost_without(rows, start)
        if cost.objective is None or base.objective is None:
            return RuleCost(tuple(rows), cost, None, None, ())
        saves = base.objective - cost.objective
        if not base.given_up and not cost.given_up:
            # The plan with the rule is one without it too: what seems dearer is the search's gap.
            saves = max(saves, 0.0)
        if abs(saves) <= MOST_DUAL_GAP * max(abs(base.objective), abs(cost.objective)):
            saves = 0.0
        paid = None
        if base.paid is not None and cost.paid is not None:
            paid = base.paid - cost.paid
        changes = _changes(base, cost) if saves else ()
        return RuleCost(tuple(rows), cost, saves, paid if saves else 0.0, changes)

    def _cost_without(self, rows: Sequence[RuleRow], start: State) -> Cost:
        if self._interrupted:
            return Cost("stopped", reason="stopped before it was asked")
        try:
            return self._solved_without(rows, start)
        except KeyboardInterrupt:  # between two solves; in one, the solver ends as stopped
            self._interrupted = True
            return Cost("stopped", reason="stopped before it was found")

    def _solved_without(self, rows: Sequence[RuleRow], start: State) -> Cost:
        if self._may_free(rows):
            session = self.session
            session.reset(start)
            freed = np.concatenate([rows_of(session.model, self.numbers, row) for row in rows])
            none = np.full(len(freed), np.inf)
            session.set_row_bounds(freed, -none, none)
            outcome = self._solved(self.numbers, session)
            return self._cost(self.numbers, session.model, outcome)
        numbers = without(self.numbers, rows)
        unknown = needing_a_bound(numbers)
        if unknown:
            text = f"{', '.join(unknown)} would be unlimited, and a yes/no decision needs a bound"
            return Cost("undefined", reason=text)
        session = self._others.session(numbers)
        return self._cost(numbers, session.model, self._solved(numbers, session))

    def _solved(self, numbers: Scenario, session: Session) -> Outcome:
        outcome = self._variants.outcome(numbers, session)
        self._interrupted = self._interrupted or outcome.status is Status.STOPPED
        if outcome.status is Status.UNBOUNDED:
            text = str(refusals.earns_without_end(numbers, session))
            return Outcome(outcome.status, None, text)
        return outcome

    @staticmethod
    def _cost(numbers: Scenario, model: CompiledModel, outcome: Outcome) -> Cost:
        found = outcome.solution
        if found is None:
            words = {
                Status.INFEASIBLE: "there is no plan without it either",
                Status.STOPPED: "stopped before there was a plan",
            }
            return Cost(outcome.status.value, reason=words.get(outcome.status, outcome.reason))
        optimal = outcome.status is Status.OPTIMAL
        proven = found.objective if optimal and outcome.bound is None else outcome.bound
        return Cost(
            status="optimal" if optimal else "feasible",
            objective=found.objective,
            bound=proven,
            paid=found.objective - _valued(model, found),
            shortfall_t=float(found.values[model.columns["short"]].sum()),
            bought=_bought(numbers, model, found),
            given_up=_given_up(numbers, model, found),
        )


def _valued(model: CompiledModel, found: Solution) -> float:
    """The cost of what nobody pays."""
    columns = np.concatenate([model.columns[name] for name in _VALUED])
    return float(model.cost[columns] @ found.values[columns])


def _bought(
    numbers: Scenario, model: CompiledModel, found: Solution
) -> tuple[tuple[str, float], ...]:
    offers = model.indices["OFFERS"][:, 0]
    tonnes = np.bincount(offers, found.values[model.columns["buy"]], len(numbers.sources))
    return tuple(
        (source.name, amount)
        for source, amount in zip(numbers.sources, tonnes.tolist(), strict=True)
    )


def _given_up(numbers: Scenario, model: CompiledModel, found: Solution) -> tuple[str, ...]:
    if all(rule.priority is None for rule in numbers.rules):
        return ()
    plan = Quantities.of_solution(numbers, model, found.values)
    names = [
        rule.name
        for r, rule in enumerate(numbers.rules)
        if rule.priority is not None and breach(rule, plan, r) > 0
    ]
    return tuple(dict.fromkeys(names))


def _changes(base: Cost, cost: Cost) -> tuple[tuple[str, float], ...]:
    """Tonnes of each source that are more or fewer than with the rule, the most first."""
    before, after = dict(base.bought), dict(cost.bought)
    least = _SAME_TONNES * max(sum(before.values()), sum(after.values()))
    moved = [(name, after[name] - before[name]) for name in before]
    return tuple(sorted((m for m in moved if abs(m[1]) > least), key=lambda m: -abs(m[1])))
