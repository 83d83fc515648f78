"""What a plan does, in short: bought, missing, decided, at its limits; and how two differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.case.scenario import Numbers, Scenario
from planner.numerals import tonnes_text
from planner.solving.outcome import Solution
from planner.wording import listed, span
from planner_models.compiled import CompiledModel

_ROUNDING = 1e-7
"""Tonnes below this part of the most there are of their kind are rounding."""

_BINDS = 1e-9
"""A dual value below this part of the largest cost is none."""

_NOTHING = 1e-9
"""Tonnes that are none, whatever they are of: a milligram."""

_HALF = 0.5

_MOST_NAMED = 3


Named = tuple[str, str]
"""A limit: its name, and the periods in which it holds (empty: in all)."""


@dataclass(frozen=True, slots=True)
class State:
    """A plan in short.

    Attributes:
        purchases: S, tonnes bought in all periods together.
        short: I, tonnes missing in all periods together.
        decisions: yes/no decisions taken, in words.
        at_limits: limits of which more or less would change the cost: each by its name, and when.
    """

    purchases: Numbers
    short: Numbers
    decisions: frozenset[str]
    at_limits: frozenset[Named]

    @property
    def shortfall_t(self) -> float:
        """Tonnes missing of all items."""
        return float(self.short.sum())

    def between(self, other: State, part: float) -> State:
        """A mix of two plans that are optimal at the ends of a linear piece: it is so between."""
        return State(
            self.purchases + part * (other.purchases - self.purchases),
            self.short + part * (other.short - self.short),
            self.decisions,
            self.at_limits,
        )

    def moved(self, move: Move, way: float) -> State:
        """The plan where the value is further on."""
        return State(
            np.maximum(self.purchases + way * move.purchases, 0.0),
            np.maximum(self.short + way * move.short, 0.0),
            self.decisions,
            self.at_limits,
        )


@dataclass(frozen=True, slots=True)
class Move:
    """How the tonnes of a plan follow a value while the same limits bind, per unit of it.

    Attributes:
        purchases: S.
        short: I.
    """

    purchases: Numbers
    short: Numbers


class Watch:
    """What is looked at in the solutions of a model."""

    def __init__(self, numbers: Scenario, model: CompiledModel) -> None:
        """Look at a scenario's model, or another with the same rows and columns."""
        self.sources = [source.name for source in numbers.sources]
        self.items = list(numbers.items)
        self._offers = model.indices["OFFERS"][:, 0]
        self._buys = model.columns["buy"]
        self._short_items = model.indices["SHORTFALLS"][:, 0]
        self._shorts = model.columns["short"]
        self._decisions = _named_decisions(numbers, model)
        self._rows, self._row_names = _named_rows(numbers, model)
        self._columns, self._column_names = _named_columns(numbers, model)
        self._least = _BINDS * float(np.abs(model.cost).max(initial=0.0))

    def state(self, solution: Solution) -> State:
        """What a solution does."""
        values = solution.values
        totals = self.move(values)
        bought, short = np.maximum(totals.purchases, 0.0), np.maximum(totals.short, 0.0)
        at_limits = self.at_limits(solution, self._least)
        taken = frozenset(name for name, j in self._decisions if values[j] > _HALF)
        return State(bought, short, taken, at_limits)

    def move(self, rise: Numbers) -> Move:
        """What a change of the columns adds to purchases and to what is missing."""
        bought = np.bincount(self._offers, rise[self._buys], len(self.sources)).astype(float)
        short = np.bincount(self._short_items, rise[self._shorts], len(self.items)).astype(float)
        return Move(bought, short)

    def at_limits(self, solution: Solution, least: float) -> frozenset[Named]:
        """Limits of a dual value above some money; none where there are no dual values."""
        if not len(solution.row_dual):
            return frozenset()
        binds = np.abs(solution.row_dual[self._rows]) > least
        held = solution.column_dual[self._columns] < -least
        return frozenset(
            [self._row_names[i] for i in np.flatnonzero(binds).tolist()]
            + [self._column_names[i] for i in np.flatnonzero(held).tolist()]
        )


def _named_decisions(numbers: Scenario, model: CompiledModel) -> list[tuple[str, int]]:
    """Restarts and orders, each with its column."""
    found = []
    for variable, index, words in (("open", "OPENINGS", "restart"), ("order", "ORDERS", "order")):
        members = model.indices[index].tolist()
        for (s, t), column in zip(members, model.columns[variable].tolist(), strict=True):
            when = _when(numbers, t)
            found.append((f"{words} of {numbers.sources[s].name}{when}", column))
    return found


def _named_rows(numbers: Scenario, model: CompiledModel) -> tuple[Sequence[int], list[Named]]:
    rows: list[int] = []
    names: list[Named] = []
    for constraint, index in (("rule_ceiling", "CEILINGS"), ("rule_floor", "FLOORS")):
        rows += model.rows[constraint].tolist()
        for r in model.indices[index][:, 0].tolist():
            rule = numbers.rules[r]
            value = f" of {rule.value}" if rule.value else ""
            names.append((f"{rule.kind} {rule.name}{value}", _when(numbers, *rule.periods)))
    return rows, names


def _named_columns(numbers: Scenario, model: CompiledModel) -> tuple[Sequence[int], list[Named]]:
    """Capacities, and highest levels of contracts."""
    columns = model.columns["buy"].tolist()
    names = [
        (f"capacity of {numbers.sources[s].name}", _when(numbers, t))
        for s, t in model.indices["OFFERS"].tolist()
    ]
    columns += model.columns["level"].tolist()
    names += [(f"contract {contract.name}", "") for contract in numbers.contracts]
    return columns, names


def _when(numbers: Scenario, *periods: int) -> str:
    """In which periods, where there are several."""
    count = len(numbers.periods)
    if count == 1 or len(periods) == count:
        return ""
    return f" in {span(numbers.periods[periods[0]], numbers.periods[periods[-1]])}"


def is_same_kind(one: State, other: State) -> bool:
    """Whether two plans use the same sources, miss the same items and take the same decisions."""
    return (
        _used(one.purchases) == _used(other.purchases)
        and _used(one.short) == _used(other.short)
        and one.decisions == other.decisions
    )


def without_drift(one: State, other: State, drift: Numbers) -> State:
    """The other plan, with what it buys of a source as in the one where that has but drifted.

    Args:
        one, other: plans at neighbouring values.
        drift: S, tonnes of each source that the way from one value to the other explains.
    """
    least = _least(one, other)
    stays = np.minimum(one.purchases, other.purchases) > least
    drifts = stays & (np.abs(other.purchases - one.purchases) <= drift)
    return replace(other, purchases=np.where(drifts, one.purchases, other.purchases))


@dataclass(frozen=True, slots=True)
class Side:
    """Plans on one side of a breakpoint: at the far end of the piece there, and at the near one."""

    far: State
    near: State

    @property
    def middle(self) -> State:
        """A plan inside the piece."""
        return self.far.between(self.near, 0.5)


def change_words(watch: Watch, before: Side, after: Side) -> str:
    """What changes at a breakpoint: shortfall, sources, decisions, limits; else what moves how."""
    left, right = before.middle, after.middle
    parts = [
        *_came_and_went(
            watch.items, _used(left.short), _used(right.short),
            "shortfall of {} begins", "shortfall of {} ends",
        ),
        *_came_and_went(
            watch.sources, _used(left.purchases), _used(right.purchases),
            "{} enters", "{} leaves", "{} enter", "{} leave",
        ),
        *_jumps(watch.sources, before.near, after.near),
        *_listed(right.decisions - left.decisions, "{} is decided", "{} are decided"),
        *_listed(left.decisions - right.decisions, "{} is given up", "{} are given up"),
        *_listed(_limits(after.near.at_limits - before.near.at_limits), "now binding: {}"),
        *_listed(_limits(before.near.at_limits - after.near.at_limits), "no longer binding: {}"),
    ]  # fmt: skip
    return "; ".join(parts) or ", ".join(_turns(watch.sources, before, after)) or _OTHERWISE


_OTHERWISE = "the same sources in other amounts, periods or plants"


def _used(tonnes: Numbers) -> frozenset[int]:
    least = _ROUNDING * float(tonnes.max(initial=0.0))
    return frozenset(np.flatnonzero(tonnes > max(least, _NOTHING)).tolist())


def _came_and_went(  # noqa: PLR0917 - what is said of one, and of several
    names: Sequence[str],
    left: frozenset[int],
    right: frozenset[int],
    came: str,
    went: str,
    several_came: str = "",
    several_went: str = "",
) -> list[str]:
    return [
        *_listed((names[i] for i in sorted(right - left)), came, several_came),
        *_listed((names[i] for i in sorted(left - right)), went, several_went),
    ]


def _limits(found: Iterable[Named]) -> list[str]:
    """Each limit once, in how many periods where there are several."""
    when: dict[str, list[str]] = {}
    for name, periods in sorted(found):
        when.setdefault(name, []).append(periods)
    return [
        name + (periods[0] if len(periods) == 1 else f" in {len(periods)} periods")
        for name, periods in when.items()
    ]


def _listed(names: Iterable[str], words: str, of_several: str = "") -> list[str]:
    """Names in a sentence; of several another, where there is one."""
    found = sorted(names)
    words = of_several if of_several and len(found) > 1 else words
    return [words.format(listed(found, _MOST_NAMED))] if found else []


def _jumps(names: Sequence[str], before: State, after: State) -> list[str]:
    """Sources of which another amount is bought from the breakpoint on: those that jump most."""
    jump = after.purchases - before.purchases
    least = _least(before, after)
    stays = (np.minimum(before.purchases, after.purchases) > least) & (np.abs(jump) > least)
    order = sorted(np.flatnonzero(stays).tolist(), key=lambda s: -abs(jump[s]))
    words = [
        f"{names[s]} {'rises' if jump[s] > 0 else 'falls'} by {tonnes_text(abs(jump[s]))}"
        for s in order[:_MOST_NAMED]
    ]
    return [", ".join(words)] if words else []


def _turns(names: Sequence[str], before: Side, after: Side) -> list[str]:
    """Sources that begin or stop to move with the value."""
    least = _least(before.near, after.near)
    left = before.near.purchases - before.far.purchases
    right = after.far.purchases - after.near.purchases
    words = []
    for s, name in enumerate(names):
        if abs(left[s]) <= least < abs(right[s]):
            words.append(f"{name} starts to {'rise' if right[s] > 0 else 'fall'}")
        elif abs(right[s]) <= least < abs(left[s]):
            words.append(f"{name} stops {'rising' if left[s] > 0 else 'falling'}")
    return words[:_MOST_NAMED]


def _least(one: State, other: State) -> float:
    """Tonnes that are rounding beside those of two plans."""
    most = max(float(state.purchases.max(initial=0.0)) for state in (one, other))
    return max(_ROUNDING * most, _NOTHING)
