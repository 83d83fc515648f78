"""Why is there no plan, and what would have to change; and where there is one, why it is so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planner.case.case import Case
from planner.case.ledger import BASE
from planner.case.scenario import Scenario
from planner.errors import Stopped
from planner.runs import heading
from planner.solving import refusals
from planner.solving.budget import Budget
from planner.solving.highs import SolverError
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.outcome import Status
from planner.solving.priorities import solve_by_priority
from planner.solving.session import Session
from planner.solving.solve import plan_of
from planner.studies.cells import Cells
from planner.studies.conflicts.conflict import Conflict, Conflicts
from planner.studies.conflicts.moving import Move
from planner.studies.conflicts.requirements import Requirement, Sense
from planner.studies.conflicts.ways_out import MOST_WAYS, WayOut, WaysOut
from planner.studies.explain_plan import PlanExplained, explained
from planner.studies.variants import Variants

Progress = Callable[[Sequence[Requirement]], Iterable[Requirement]]

_MOST_CONFLICTS = 5
"""Conflicts that are looked for, each without any requirement of those before."""

_MOST_ALONE = 40
"""Cells of a conflict that are looked at alone, one after the other."""

_WIDE, _ALONE_OF_WIDE = 100, 15
"""Of a conflict of more cells than the first so many are: it takes long, and nobody reads more."""


@dataclass(frozen=True, slots=True)
class Clash:
    """One of the cells that cannot hold together.

    Attributes:
        requirement: what it asks.
        alone: how it alone has to move; None: no move of it alone is enough, or it is not known.
        is_measured: whether it is known.
    """

    requirement: Requirement
    alone: Move | None
    is_measured: bool = True

    @property
    def moves_alone_by(self) -> float | None:
        """By how much it alone has to move at least, in units typed; of a word, in steps."""
        return None if self.alone is None else float(f"{self.alone.by:.9g}")

    @property
    def unit(self) -> str:
        """The unit of the move."""
        entry, sense = self.requirement.entry, self.requirement.sense
        if entry is None:
            return ""
        return entry.unit.text if sense is not Sense.WORD else "steps"

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of `planner explain` has it."""
        one = self.requirement
        return {
            "sheet": one.cell.partition("!")[0],
            "cell": one.cell,
            "name": one.name,
            "text": one.text,
            "value": _plain(one.entry.value) if one.entry is not None else None,
            "moves_alone_by": self.moves_alone_by,
            "moves_alone_to": None if self.alone is None else _plain(self.alone.end),
            "unit": self.unit,
            "measured": self.is_measured,
        }


@dataclass(frozen=True, slots=True)
class Explained:
    """The answer to why there is no plan, or why the plan is as it is.

    Attributes:
        case: the case.
        scenario: its numbers.
        status: `infeasible`, `unbounded`, or that of the plan.
        conflict: cells that cannot hold together, though without any one of them the rest can.
        further: more such sets, none with a cell of another.
        ways: ways out, the one with the fewest changes and the least movement first.
        plan: why and why not, where there is a plan.
        notes: what has to be known to read it.
    """

    case: Case
    scenario: Scenario
    status: str
    conflict: tuple[Clash, ...] = ()
    further: tuple[Conflict, ...] = ()
    ways: tuple[WayOut, ...] = ()
    plan: PlanExplained | None = None
    notes: tuple[str, ...] = field(default_factory=tuple)

    @property
    def exit_code(self) -> int:
        """0: it answered."""
        return 0

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `planner explain`."""
        plan = {"shortfalls": [], "sources": []} if self.plan is None else self.plan.to_dict()
        return {
            **heading(self.case, self.status, self.scenario),
            "conflict": [clash.to_dict() for clash in self.conflict],
            "further_conflicts": [
                [Clash(one, None, is_measured=False).to_dict() for one in conflict.requirements]
                for conflict in self.further
            ],
            "ways_out": [_way_to_dict(way) for way in self.ways],
            "notes": list(self.notes),
            **plan,
        }


def _way_to_dict(way: WayOut) -> dict[str, Any]:
    changes = [
        {
            "cell": move.entry.cell,
            "name": move.requirement.name,
            "from": _plain(move.start),
            "to": _plain(move.end),
            "unit": move.entry.unit.text,
            "change": move.change or None,
        }
        for move in way.moves
    ]
    return {"changes": changes, "objective": way.objective}


def _plain(value: Any) -> Any:
    """A cell's value as JSON has it: `unlimited` and days are words."""
    if isinstance(value, float):
        return value if abs(value) < float("inf") else "unlimited"
    return value if value is None or isinstance(value, bool) else str(value)


def explain(
    case: Case,
    scenario: str = BASE,
    options: Options | None = None,
    progress: Progress = iter,
) -> Explained:
    """Why a scenario has no plan, or why its plan is as it is.

    Args:
        case: the case.
        scenario: the name of the scenario.
        options: how to solve; the time limit is for all of it.
        progress: wraps the cells that are looked at, to show how far it is.

    Raises:
        WrongUsage: an unknown scenario.
        InvalidCase: its changes lead to numbers that the contract does not allow.
        Stopped: the time limit or an interruption came before anything was found.
    """
    options = options or Options()
    numbers = case.scenario(scenario)
    limit = options.seconds(numbers)
    began = time.monotonic()
    deadline, gap = began + limit, options.gap(numbers)
    session = Live(options).session(numbers)
    outcome = solve_by_priority(numbers, session, limit, gap)
    if outcome.status is Status.INFEASIBLE:
        return _Contradiction(case, numbers, options, deadline).explained(progress)
    if outcome.status is Status.UNBOUNDED:
        return _endless(case, numbers, options, session, deadline)
    if outcome.solution is None and outcome.status is Status.STOPPED:
        raise refusals.stopped(outcome.reason, limit, numbers.name)
    budget = Budget.after(began, limit)
    plan = plan_of(case, numbers, session, outcome, gap, budget=budget)
    because = explained(plan, options, budget)
    return Explained(case, numbers, plan.status, plan=because, notes=plan.notes)


def _of(found: WayOut | Move) -> Move:
    """How a cell moves alone."""
    return found.moves[0] if isinstance(found, WayOut) else found


def _can_be_asked(one: Requirement) -> bool:
    """Whether it can be known what a cell takes alone: not where no change can name it."""
    return one.entry is None or bool(one.entry.target)


class _Contradiction:
    """The rules of a scenario contradict each other: which, and how they could be mended."""

    def __init__(self, case: Case, numbers: Scenario, options: Options, deadline: float) -> None:
        self.case = case
        self.numbers = numbers
        self.conflicts = Conflicts(numbers, Cells(case, numbers.name), options, deadline)
        self.ways_out = WaysOut(Variants(case, numbers.name, options, deadline), self.conflicts)

    def explained(self, progress: Progress) -> Explained:
        """What there is to say; where time is up, without ways out."""
        first = self.conflicts.find()
        if first is None:
            raise SolverError("no plan is possible, but no rules contradict each other")
        notes: list[str] = []
        further: list[Conflict] = []
        alone: dict[str, Move] = {}
        measured: set[str] = set()
        ways: list[WayOut] = []
        if not first.is_smallest:
            notes.append(
                "a search for yes/no decisions found no end: not all of these may be needed"
            )
        try:
            further = self._further(first)
            is_wide = len(first.requirements) > _WIDE
            looked_at = first.requirements[: _ALONE_OF_WIDE if is_wide else _MOST_ALONE]
            if len(looked_at) < len(first.requirements):
                count, every = len(looked_at), len(first.requirements)
                notes.append(f"the first {count} of {every} cells were looked at alone")
            for found in self.ways_out.alone(looked_at, progress):
                alone[_of(found).requirement.key] = _of(found)
                ways += [found] if isinstance(found, WayOut) else []
            measured = {one.key for one in looked_at if _can_be_asked(one)}
            ways = self._ways(first, further, ways)
        except Stopped as stopped:
            notes.append(f"{stopped}; not every way out was looked at")
        notes += self._capacities_with_a_load(first, alone)
        if any(rule.priority is not None for rule in self.numbers.rules):
            notes.append("rules with a Priority are given up already; these are musts")
        return Explained(
            self.case,
            self.numbers,
            "infeasible",
            conflict=tuple(
                Clash(one, alone.get(one.key), is_measured=one.key in measured | alone.keys())
                for one in first.requirements
            ),
            further=tuple(further),
            ways=tuple(ways[:MOST_WAYS]),
            notes=tuple(notes),
        )

    def _capacities_with_a_load(
        self, first: Conflict, alone: Mapping[str, Move]
    ) -> Iterator[str]:  # fmt: skip
        """Notes on capacities that may not be needed, as a part of them has to be bought.

        Without its capacity a source is taken as free to buy, and nothing of it as asked for;
        with any other capacity its minimum load would ask for a part of that.
        """
        numbers, keys = self.numbers, set(first.keys)
        for restart in numbers.restarts:
            cells = {cell for cell in numbers.capacity_cells[restart.source] if cell} & keys
            if restart.load_cell in keys and cells - alone.keys():
                name = numbers.sources[restart.source].name
                yield (
                    f"the capacity of {name} may not be needed: whatever it is, the minimum load "
                    "is a part of it"
                )

    def _further(self, first: Conflict) -> list[Conflict]:
        found: list[Conflict] = []
        seen = list(first.keys)
        while len(found) < _MOST_CONFLICTS - 1:
            conflict = self.conflicts.find(seen)
            if conflict is None:
                break
            found.append(conflict)
            seen += conflict.keys
        return found

    def _ways(
        self, first: Conflict, further: Sequence[Conflict], alone: Sequence[WayOut]
    ) -> list[WayOut]:
        """One change, and the least movement, first; to let demand stay unmet is always shown."""
        ways = sorted(alone, key=lambda way: way.relative)
        involved = [one for conflict in (first, *further) for one in conflict.requirements]
        meets_demand = any(one.key.startswith("Demand!") for one in involved)
        shortfall = self.ways_out.shortfall() if meets_demand else None
        if shortfall is not None:
            ways = sorted([*ways[: MOST_WAYS - 1], shortfall], key=lambda way: way.relative)
        return ways if alone else [*ways, *self.ways_out.fewest(first, further)]


def _value_of(name: str) -> str:
    """What a surplus or a final stock is worth."""
    for stock, value in (
        ("surplus of ", "Surplus value of "),
        ("final stock of ", "Final value of "),
    ):
        if name.startswith(stock):
            return value + name.removeprefix(stock)
    return name


def _endless(
    case: Case, numbers: Scenario, options: Options, session: Session, deadline: float
) -> Explained:
    """The case earns without end: at which price and which value."""
    found = refusals.endless(numbers, session)
    cells = Cells(case, numbers.name)
    dropped = [
        Requirement(words.format(_value_of(name)), cell, sense, cells)
        for sense, words, named in (
            (Sense.TOO_LOW, "Price of {}", found.bought),
            (Sense.WORD, "{}", found.converted),
            (Sense.TOO_HIGH, "{}", found.earning),
        )
        for name, cell in named
    ]
    conflicts = Conflicts(numbers, cells, options, deadline)
    ways_out = WaysOut(Variants(case, numbers.name, options, deadline), conflicts)
    notes = [refusals.unbounded(numbers, session)]
    alone: dict[str, WayOut] = {}
    measured: set[str] = set()
    try:
        for one in dropped:
            way = ways_out.bounded(one)
            measured.add(one.key)
            if way is not None:
                alone[one.key] = way
    except Stopped as stopped:
        notes.append(f"{stopped}; not every way out was looked at")
    return Explained(
        case,
        numbers,
        "unbounded",
        conflict=tuple(
            Clash(
                one,
                alone[one.key].moves[0] if one.key in alone else None,
                is_measured=one.key in measured,
            )
            for one in dropped
        ),
        ways=tuple(sorted(alone.values(), key=lambda way: way.relative)[:MOST_WAYS]),
        notes=tuple(notes),
    )
