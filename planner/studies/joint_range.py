"""How far what one unit of a cell saves holds, where the cell bounds several windows or values.

Each row's own range says nothing of it: where two windows serve the same need, both reach its end
in half the way. So the cell is moved, with all its rows, along the line of models that it makes.
"""

from __future__ import annotations

from planner.case.scenario import Scenario
from planner.errors import InvalidCase, WrongUsage
from planner.solving.affine import Line
from planner.solving.budget import Budget
from planner.solving.cuts import tangent_cuts
from planner.solving.data import model_data
from planner.solving.options import Options
from planner.solving.outcome import Solution, Status
from planner.solving.reach import reach
from planner.solving.session import Session
from planner.studies.cells import Entry
from planner.studies.variants import Variants
from planner_models.compiled import CompiledModel
from planner_models.compiling import compile_model

_FARTHEST = 10.0
"""Times what a cell says, up to which an end is looked for."""

_BETWEEN = 0.37
"""Where, on the way to the end looked at, it is looked whether the model is affine."""

_BEYOND = 1e-6
"""How far beyond the end of a basis the next one is looked for, relative."""

_SAME_SLOPE = 1e-6
"""Slopes nearer than this, relative, are the same."""

_MOST_BASES = 20


def holds_until(
    variants: Variants, entry: Entry, saves: float, budget: Budget, *, is_minimum: bool
) -> float | None:
    """The value up to which each unit more of a cell (of a minimum: less) saves as much.

    Args:
        variants: of the scenario.
        entry: what the cell says.
        saves: money per unit as typed, in all rows of the cell together.
        budget: time for it.
        is_minimum: whether less of it saves.

    Returns:
        As typed; None: not known, or not up to ten times what the cell says.
    """
    now = entry.number
    if not now or not entry.target or variants.numbers.has_decisions:
        return None
    far = 0.0 if is_minimum else _FARTHEST * now
    line = _line(variants, entry, now, far)
    if line is None:
        return None
    expected = saves if is_minimum else -saves
    return _Walk(line, variants.options, budget).end(now, far, expected)


def _line(variants: Variants, entry: Entry, now: float, far: float) -> Line | None:
    """The models from what a cell says to a value farther off; None where these are no line."""
    values = [now, now + _BETWEEN * (far - now), far]
    models: list[CompiledModel] = []
    for value in values:
        try:
            numbers = variants.changed(entry.change(value))
        except (WrongUsage, InvalidCase):
            return None
        model = compile_model(model_data(numbers))
        if not _is_linear(numbers, model):
            return None
        models.append(model)
    line = Line.through(values, models)
    return line if line is not None and line.moves_bounds and not line.moves_costs else None


def _is_linear(numbers: Scenario, model: CompiledModel) -> bool:
    """Whether there is nothing but one linear model: no decisions, curves or priorities."""
    has_priorities = any(rule.priority is not None for rule in numbers.rules)
    return not (
        has_priorities or model.integer.any() or tangent_cuts(numbers, model) is not None
    )  # fmt: skip


class _Walk:
    """From basis to basis along a line of models."""

    def __init__(self, line: Line, options: Options, budget: Budget) -> None:
        self._line, self._options, self._budget = line, options, budget

    def _solved(self, value: float) -> tuple[Session, Solution] | None:
        model = self._line.at(value)
        session = Session(model, threads=self._options.threads, log=self._options.log)
        outcome = session.solve(self._budget.left)
        if outcome.status is not Status.OPTIMAL or outcome.solution is None:
            return None
        return session, outcome.solution

    def end(self, now: float, far: float, expected: float) -> float | None:
        """Where the slope is no longer what is expected; None: not up to `far`, or not known."""
        sign = 1.0 if far > now else -1.0
        value, edge = now, now
        for _ in range(_MOST_BASES):
            solved = None if self._budget.is_up() else self._solved(value)
            if solved is None:
                return None
            if not self._is_expected(solved[1], expected):
                break
            found = reach(*solved, self._line, value)
            if found is None:
                return None
            edge = found.high if sign > 0 else found.low
            if sign * (edge - far) >= 0:
                return None
            value = edge + sign * _BEYOND * abs(now)
        else:
            return None
        return edge if sign * (edge - now) > _BEYOND * abs(now) else None

    def _is_expected(self, solution: Solution, expected: float) -> bool:
        slope = self._line.slope(solution)
        return abs(slope - expected) <= _SAME_SLOPE * max(abs(slope), abs(expected))
