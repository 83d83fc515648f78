"""Each input moved down and up by a part: what that does to the cost of the best plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from planner.case.case import Case
from planner.case.ledger import BASE
from planner.case.scenario import Scenario
from planner.errors import InvalidCase, Stopped, WrongUsage
from planner.runs import heading
from planner.solving import refusals
from planner.solving.options import Options
from planner.solving.outcome import Status
from planner.studies.inputs import Group, groups_of
from planner.studies.moves import Moves, factors
from planner.studies.variants import Variants

BY = 0.2
"""The part by which inputs move."""


@dataclass(frozen=True, slots=True)
class End:
    """The best plan with an input moved.

    Attributes:
        objective: its cost; None: there is no plan, or the input cannot be so.
        shortfall_t: tonnes missing of all items.
        status: `optimal`, `infeasible`, `unbounded`, or `impossible`: the input cannot be so.
        message: why it cannot.
    """

    objective: float | None
    shortfall_t: float | None
    status: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """What an input does.

    Attributes:
        group: the input.
        low, high: with the input moved down and up.
    """

    group: Group
    low: End
    high: End

    def effect(self, base: float) -> float:
        """The largest change of the cost; infinite where an end has no plan."""
        ends = [end for end in (self.low, self.high) if end.status != _IMPOSSIBLE]
        changes = [
            float("inf") if end.objective is None else abs(end.objective - base) for end in ends
        ]
        return max(changes, default=0.0)


_IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Tornado:
    """The inputs of a scenario by what they do, the largest effect first.

    Attributes:
        by: the part by which each was moved.
        base, base_shortfall_t: of the plan with nothing moved.
        held: whether its yes/no decisions were held.
        has_decisions: whether there are any.
        gap: how far each cost may be above the least, relative: with decisions taken anew each
            time, that at which the search for them stops.
        not_moved: how many inputs were not looked at, since it was stopped early.
    """

    case: Case
    numbers: Scenario
    by: float
    base: float
    base_shortfall_t: float
    held: bool
    has_decisions: bool
    gap: float
    bars: tuple[Bar, ...]
    not_moved: int

    @property
    def exit_code(self) -> int:
        """5 where it was stopped before any input was looked at, else 0."""
        return Stopped.exit_code if self.status == Stopped.status else 0

    @property
    def status(self) -> str:
        """`optimal`; `feasible`: some inputs were not looked at; `stopped`: none was."""
        if not self.not_moved:
            return "optimal"
        return "feasible" if self.bars else Stopped.status

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `planner tornado`."""
        return {
            **heading(self.case, self.status, self.numbers),
            "by": self.by,
            "base": self.base,
            "base_shortfall_t": self.base_shortfall_t,
            "decisions_held": self.held,
            "gap": self.gap,
            "bars": [
                {
                    "name": bar.group.name,
                    "kind": bar.group.kind,
                    "cell": bar.group.cell,
                    "target": bar.group.target,
                    "low": bar.low.objective,
                    "high": bar.high.objective,
                    "low_status": bar.low.status,
                    "high_status": bar.high.status,
                    "low_shortfall_t": bar.low.shortfall_t,
                    "high_shortfall_t": bar.high.shortfall_t,
                }
                for bar in self.bars
            ],
            "not_moved": self.not_moved,
        }


def tornado(
    case: Case,
    scenario: str = BASE,
    options: Options | None = None,
    *,
    by: float = BY,
    hold_decisions: bool = False,
    progress: Callable[[Sequence[Group]], Iterable[Group]] = iter,
) -> Tornado:
    """The cost of the best plan with each input lower and higher, the plan made anew each time.

    Args:
        case: the case.
        scenario: its name.
        options: how to solve; the time limit is for all solves together.
        by: the part by which inputs move, above 0 and below 1.
        hold_decisions: hold the yes/no decisions of the plan with nothing moved: quicker.
        progress: goes through the groups.

    Raises:
        WrongUsage: an unknown scenario, or `by` is out of its bounds.
        InvalidCase: the scenario's changes lead to numbers that the contract does not allow.
        Infeasible, Unbounded, Stopped: with nothing moved there is no plan.
    """
    if not 0.0 < by < 1.0:
        raise WrongUsage("inputs move by more than 0 % and less than 100 %")
    variants = Variants(case, scenario, options)
    numbers = variants.numbers
    moves = Moves(variants, hold_decisions=hold_decisions)
    base = moves.base()
    if base.objective is None:
        if base.status is Status.INFEASIBLE:
            raise refusals.infeasible(numbers, variants.seconds_left)
        raise refusals.earns_without_end(numbers, variants.session(numbers))
    groups = groups_of(case, numbers)
    moves.prepare(groups, by)
    bars = []
    try:
        for group in progress(groups):
            low, high = (_end(moves, group, factor) for factor in factors(by))
            bars.append(Bar(group, low, high))
    except (Stopped, KeyboardInterrupt):
        pass
    order = sorted(range(len(bars)), key=lambda k: -bars[k].effect(base.objective or 0.0))
    return Tornado(
        case=case,
        numbers=numbers,
        by=by,
        base=base.objective,
        base_shortfall_t=base.shortfall_t,
        held=moves.are_held,
        has_decisions=moves.has_decisions,
        gap=variants.gap if moves.has_decisions and not moves.are_held else 0.0,
        bars=tuple(bars[k] for k in order),
        not_moved=len(groups) - len(bars),
    )


def _end(moves: Moves, group: Group, factor: float) -> End:
    try:
        moved = moves.at(group, factor)
    except (WrongUsage, InvalidCase) as refusal:
        return End(None, None, _IMPOSSIBLE, str(refusal))
    if moved.objective is None:
        return End(None, None, moved.status.value)
    return End(moved.objective, moved.shortfall_t, moved.status.value)
