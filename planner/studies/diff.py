"""`diff`: what two cases say differently, and which difference costs what.

The changes are made one after the other, sheet by sheet, each on top of those before, and each time
the cheapest plan is found again. So the parts add up to the whole; another order would give other
parts where changes hang together. A change that leaves no case, or no plan, goes with the next.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from planner.case.case import Case
from planner.case.columns import Value
from planner.case.difference import (
    Between,
    InputChange,
    are_sources_reordered,
    changes_between,
)
from planner.case.ledger import BASE
from planner.errors import Interrupted, InvalidCase, Stopped, Unbounded, WrongUsage
from planner.plan import Plan
from planner.runs import Run, solve_scenarios, worst_status
from planner.solving.interrupts import INTERRUPTS
from planner.solving.options import Options
from planner.studies.variants import Variants

MOST_STEPS = 100
"""Steps at most; where there are more changes, those of a row, or of a sheet, are one step."""

ORDER = (
    "The changes are made in the order of the sheets, each on top of those before; another order "
    "may give other parts where changes hang together, and the same sum"
)


@dataclass(frozen=True, slots=True)
class Step:
    """Changes made together, on top of those of the steps before.

    Attributes:
        changes: positions in the list of changes.
        objective: what the cheapest plan costs then; None: there is none, or it is not known.
        part: by how much that is more than before; None: not known.
        shortfall_t: tonnes missing then.
        waited: positions of those changes that could not be made alone.
    """

    changes: tuple[int, ...]
    objective: float | None
    part: float | None
    shortfall_t: float | None
    waited: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of `planner diff` has it."""
        return {
            "changes": list(self.changes), "objective": self.objective, "part": self.part,
            "shortfall_t": self.shortfall_t, "not_alone": list(self.waited),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanChange:
    """Tonnes that differ: bought of a source, or missing of an item, in a period.

    `kind` is `purchase` or `shortfall`.
    """

    kind: str
    name: str
    period: str
    old_t: float
    new_t: float

    @property
    def change_t(self) -> float:
        """How much more it is."""
        return self.new_t - self.old_t


@dataclass(frozen=True, slots=True)
class Diff:
    """How two cases differ. Money is in the new case's currency, discounted.

    Attributes:
        old, new: the cases.
        scenario: its name, in both.
        inputs: cells that differ.
        runs: the plan of each case, or why there is none.
        steps: which change causes which part of the cost's.
        plan: what differs in the plans; empty where one has none.
        is_complete: whether the steps were not stopped early.
    """

    old: Case
    new: Case
    scenario: str
    inputs: tuple[InputChange, ...]
    runs: tuple[Run, Run]
    steps: tuple[Step, ...]
    plan: tuple[PlanChange, ...]
    is_complete: bool = True

    @property
    def is_reordered(self) -> bool:
        """Whether sources stand in another order, which no cost depends on."""
        return are_sources_reordered(self.old, self.new)

    @property
    def exit_code(self) -> int:
        """What a command returns: 0, or why one of the plans is missing."""
        codes = {run.refusal.exit_code for run in self.runs if run.refusal is not None}
        return max(codes, default=0)

    @property
    def status(self) -> str:
        """The worse of the two plans' statuses; `feasible` at best where the steps were stopped."""
        own = () if self.is_complete else ("feasible",)
        return worst_status([*(run.status for run in self.runs), *own])

    @property
    def change(self) -> float | None:
        """How much more the new case costs; None where one has no plan."""
        old, new = (run.plan for run in self.runs)
        return None if old is None or new is None else new.objective - old.objective

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `planner diff`."""
        old, new = (run.plan for run in self.runs)
        return {
            "status": self.status,
            "old": self.old.label,
            "new": self.new.label,
            "scenario": self.scenario,
            "currency": self.new.scenario(self.scenario).currency,
            "objective": {
                "old": None if old is None else old.objective,
                "new": None if new is None else new.objective,
                "change": self.change,
            },
            "paid": {
                "old": None if old is None else old.paid,
                "new": None if new is None else new.paid,
            },
            "inputs": [
                {
                    "sheet": one.sheet, "row": one.row, "column": one.column or None,
                    "kind": one.kind, "old": _plain(one.old), "new": _plain(one.new),
                    "unit": one.unit or None, "old_cell": one.old_cell, "new_cell": one.new_cell,
                }
                for one in self.inputs
            ],
            "sources_reordered": self.is_reordered,
            "steps": [step.to_dict() for step in self.steps],
            "complete": self.is_complete,
            "plan": [
                {
                    "kind": one.kind, "name": one.name, "period": one.period,
                    "old_t": one.old_t, "new_t": one.new_t, "change_t": one.change_t,
                }
                for one in self.plan
            ],
            "problems": [problem.to_dict() for problem in self.new.warnings],
        }  # fmt: skip


def diff(
    old: Case,
    new: Case,
    scenario: str = BASE,
    options: Options | None = None,
    progress: Callable[[Sequence[Any]], Iterable[Any]] = iter,
) -> Diff:
    """What differs between two cases, in inputs, plan and cost.

    Args:
        old, new: the cases.
        scenario: its name; both have to have it.
        options: how to solve; the time limit is for all steps together.
        progress: wraps the steps, to show how far it is.

    Raises:
        WrongUsage: a case has no such scenario, or they are in different currencies.
        InvalidCase: the scenario's changes lead to numbers that the contract does not allow.
    """
    for case in (old, new):
        if scenario not in case.scenarios:
            raise WrongUsage(f"{case.label} has no scenario '{scenario}'")
    currencies = [case.scenario(scenario).currency for case in (old, new)]
    if currencies[0] != currencies[1]:
        words = f"{currencies[0]} and {currencies[1]}"
        raise WrongUsage(f"the cases are in {words}; their costs cannot be compared")
    inputs = changes_between(old, new)
    before = INTERRUPTS.count
    first = solve_scenarios(old, (scenario,), options, with_prices=False).runs[0]
    last = Run(scenario, None, Interrupted("interrupted before it was solved", scenario))
    if INTERRUPTS.count == before:
        last = solve_scenarios(new, (scenario,), options, with_prices=False).runs[0]
    steps: tuple[Step, ...] = ()
    is_complete = INTERRUPTS.count == before
    if is_complete:
        steps, is_complete = _Steps(old, new, scenario, inputs, options).taken(
            first.plan, last.plan, progress
        )
    plan: tuple[PlanChange, ...] = ()
    if first.plan is not None and last.plan is not None:
        plan = tuple(_plan_changes(first.plan, last.plan))
    return Diff(old, new, scenario, inputs, (first, last), steps, plan, is_complete)


class _Steps:
    """The way from the old case to the new one."""

    def __init__(
        self, old: Case, new: Case, scenario: str, inputs: Sequence[InputChange],
        options: Options | None,
    ) -> None:  # fmt: skip
        self.inputs, self.new, self.scenario = inputs, new, scenario
        self.between = Between(old, new)
        self.variants = Variants(old, scenario, options)

    def groups(self) -> list[tuple[int, ...]]:
        """Changes that are made together: as few as `MOST_STEPS` allows."""
        whole = self.between.whole_sheets()
        ordered = {one.sheet for one in self.inputs if one.kind == "order"} | whole

        def by(key: Callable[[int, InputChange], object]) -> list[tuple[int, ...]]:
            found: dict[object, list[int]] = {}
            for k, one in enumerate(self.inputs):
                found.setdefault(one.sheet if one.sheet in ordered else key(k, one), []).append(k)
            return [tuple(group) for group in found.values()]

        finest = by(lambda k, _: k)
        if len(finest) <= MOST_STEPS:
            return finest
        rows = by(lambda _, one: (one.sheet, one.key))
        return rows if len(rows) <= MOST_STEPS else by(lambda _, one: one.sheet)

    def taken(
        self,
        first: Plan | None,
        last: Plan | None,
        progress: Callable[[Sequence[Any]], Iterable[Any]],
    ) -> tuple[tuple[Step, ...], bool]:
        """The steps, and whether none was left out; the last one leads to the new case."""
        groups = self.groups()
        steps: list[Step] = []
        waiting: list[int] = []
        before = None if first is None else first.objective
        try:
            for number, group in enumerate(progress(groups), start=1):
                self.between.make([self.inputs[k] for k in group])
                changes, waited = (*waiting, *group), tuple(waiting)
                if number == len(groups):
                    found = None if last is None else (last.objective, last.shortfall_t)
                else:
                    found = self._solved()
                if found is None and number < len(groups) and None not in (first, last):
                    waiting.extend(group)
                    continue
                step = self._step(changes, waited, before, found)
                steps.append(step)
                before, waiting = step.objective, []
        except (Stopped, KeyboardInterrupt):
            return self._ended(groups, steps, before, last), False
        return tuple(_summed(steps, first, last)), True

    def _step(
        self, changes: Sequence[int], waited: tuple[int, ...], before: float | None,
        found: tuple[float, float] | None,
    ) -> Step:  # fmt: skip
        objective, shortfall = found if found is not None else (None, None)
        part = None if objective is None or before is None else objective - before
        return Step(tuple(changes), objective, part, shortfall, waited)

    def _ended(
        self, groups: Sequence[tuple[int, ...]], steps: list[Step], before: float | None,
        last: Plan | None,
    ) -> tuple[Step, ...]:  # fmt: skip
        """The steps so far; all changes that are left are one step."""
        done = {k for step in steps for k in step.changes}
        left = [k for group in groups for k in group if k not in done]
        found = None if last is None else (last.objective, last.shortfall_t)
        return (*steps, self._step(left, (), before, found))

    def _solved(self) -> tuple[float, float] | None:
        """Cost and tonnes missing as it stands; None where it is no case, or has no plan.

        Raises:
            Stopped: the time limit came, or Ctrl-C.
        """
        try:
            found = self.variants.optimum(self.between.case().scenario(self.scenario))
        except (InvalidCase, WrongUsage, Unbounded):
            return None
        return None if found is None else (found.objective, found.shortfall_t)


def _summed(steps: Sequence[Step], first: Plan | None, last: Plan | None) -> Iterator[Step]:
    """The same steps, of which the parts add up to the last digit."""
    if not steps or first is None or last is None:
        yield from steps
        return
    yield from steps[:-1]
    others = math.fsum(step.part for step in steps[:-1] if step.part is not None)
    end = steps[-1]
    part = last.objective - first.objective - others
    yield Step(end.changes, end.objective, part, end.shortfall_t, end.waited)


def _plan_changes(old: Plan, new: Plan) -> Iterator[PlanChange]:
    """Tonnes bought and missing that differ by more than rounding, in the order of the sheets."""
    least = max(old.threshold, new.threshold)
    for kind, key, tonnes in (("purchase", "source", "purchase_rows"),
                              ("shortfall", "item", "shortfall_rows")):  # fmt: skip
        sums: list[dict[tuple[str, str], float]] = []
        for plan in (old, new):
            found: dict[tuple[str, str], float] = {}
            for row in getattr(plan, tonnes)():
                place = row[key], row["period"]
                found[place] = found.get(place, 0.0) + row["tonnes"]
            sums.append(found)
        for place in dict.fromkeys((*sums[0], *sums[1])):
            before, after = (one.get(place, 0.0) for one in sums)
            if abs(after - before) > least + 1e-9 * max(before, after):
                yield PlanChange(kind, *place, before, after)


def _plain(value: Value | None) -> float | str | bool | None:
    """A value as JSON has it."""
    if isinstance(value, float) and math.isinf(value):
        return "unlimited"
    return value if value is None or isinstance(value, bool | float | str) else value.isoformat()
