"""A scenario whose concentration on one country, or one supplier, has a maximum that moves."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from planner.case.case import Case
from planner.case.columns import Kind
from planner.case.names import did_you_mean, fold
from planner.case.scenario import Numbers, Party, Rule, Scenario
from planner.errors import WrongUsage
from planner.solving.cuts import TangentCuts
from planner.solving.data import model_data
from planner.solving.interrupts import INTERRUPTS
from planner.solving.options import Options
from planner.solving.outcome import Solution, Status, relative_gap
from planner.solving.priorities import solve_by_priority
from planner.solving.quantities import Quantities, party_tonnes
from planner.solving.session import Session
from planner.studies.curve import Point
from planner.studies.extended import Sum, with_column, with_sums
from planner.studies.interruption import is_interrupted
from planner_models.compiling import compile_model

NEAR = 1e-7
"""By how much, relative, the least of the curve is inside what can be reached; below that of the
most, it is nothing."""

_LEAST_HHI = 1e-3
"""From which part of the largest HHI on the curve is drawn: at nothing it is infinitely steep."""

_OF_TIME = 0.3
"""Of the time there is, the part in which the least concentration is looked for."""


def concentration_rule(case: Case, numbers: Scenario, column: str) -> Rule:
    """An HHI over all purchases by the values of a column of Sources, with no maximum.

    Raises:
        WrongUsage: there is no such column, or a source that has no value in it.
    """
    name = _column(case, numbers, column)
    content = numbers.content.sum(axis=1)
    sources: dict[str, list[int]] = {}
    for s in np.flatnonzero(content > 0).tolist():
        value = numbers.sources[s].value(name)
        if value is None:
            raise WrongUsage(
                f"source '{numbers.sources[s].name}' has no {name}; fill the column in the sheet "
                "Sources"
            )
        sources.setdefault(value, []).append(s)
    return Rule(
        kind="limit",
        name="frontier",
        type="HHI",
        value=None,
        sources=tuple(np.flatnonzero(content > 0).tolist()),
        content=content,
        sites=tuple(range(len(numbers.sites))),
        periods=tuple(range(len(numbers.periods))),
        minimum=None,
        maximum=np.inf,
        share_of="demand",
        basis=float(numbers.needs.sum()),
        basis_content=None,
        penalty=None,
        minimum_cell="",
        maximum_cell="",
        per_typed=(1.0, 1.0),
        shown=1.0,
        unit="",
        column=name,
        parties=tuple(Party(value, tuple(own)) for value, own in sources.items()),
    )


def _column(case: Case, numbers: Scenario, wanted: str) -> str:
    """The column as the sheet Sources has it."""
    table = case.tables["Sources"]
    numbered = {column.name for column in table.sheet.columns if column.kind is Kind.NUMBER}
    known = [*table.sheet.by_name, *table.attributes]
    found = next((name for name in known if fold(name) == fold(wanted)), None)
    has_any = found is not None and any(s.value(found) is not None for s in numbers.sources)
    if found in numbered:
        raise WrongUsage(
            f"{found} holds numbers; concentration goes by a column of words, such as Country or "
            "Supplier"
        )
    if found is None or not has_any:
        texts = [name for name in known if name not in numbered]
        filled = [name for name in texts if any(s.value(name) for s in numbers.sources)]
        raise WrongUsage(
            f"the sheet Sources has no column '{wanted}'{did_you_mean(wanted, filled)}"
        )
    return found


def shares_of(rule: Rule, quantities: Quantities) -> Numbers:
    """The share of each of the rule's parties in the demand; parties in the rule's order."""
    shares: Numbers = party_tonnes(rule, quantities.ship) / float(rule.basis or 1.0)
    return shares


def concentration_of(rule: Rule, quantities: Quantities, measure: str) -> float:
    """The largest share (`share`), or the sum of squared ones (`hhi`)."""
    shares = shares_of(rule, quantities)
    return float(shares.max(initial=0.0) if measure == "share" else shares @ shares)


@dataclass(frozen=True, slots=True)
class Found:
    """A plan at a point.

    Attributes:
        numbers, quantities: of the plan.
        gap: how far its cost may be above the least, relative; None: not known.
    """

    numbers: Scenario
    quantities: Quantities
    gap: float | None


class Bounded:
    """A scenario in the live solver, whose concentration has a maximum that moves."""

    def __init__(self, numbers: Scenario, rule: Rule, measure: str, options: Options) -> None:
        self.numbers, self.rule, self.measure = numbers, rule, measure
        self.is_proven = True  # no search was broken off
        self._deadline = options.deadline(numbers)
        self._gap = options.gap(numbers)
        self._position, self._demand = len(numbers.rules), float(rule.basis or 0.0)
        extended = replace(numbers, rules=(*numbers.rules, rule))
        model = compile_model(model_data(extended))
        parties = model.indices["PARTIES"][:, 0] == self._position
        self._squares = model.columns["party_square"][parties]
        model = with_column(model, "largest")
        self._largest = model.columns["largest"]
        each = [
            Sum(np.append(column, self._largest), np.array([1.0, -1.0]), upper=0.0)
            for column in model.columns["party_tonnes"][parties].tolist()
        ]
        model = with_sums(model, "within_largest", each)
        own = model.indices["HHI_CEILINGS"][:, 0] == self._position
        self._ceiling = model.rows["hhi_ceiling"][own]
        self._cuts = TangentCuts(extended, model)
        self._session = Session(
            model, cuts=self._cuts.rows, threads=options.threads, log=options.log
        )
        self._interrupts = INTERRUPTS.count
        # Rules with a priority are then given up no further than the scenario itself asks for.
        solve_by_priority(extended, self._session, self._left, self._gap)

    @property
    def _left(self) -> float:
        return self._deadline - time.monotonic()

    @property
    def is_interrupted(self) -> bool:
        """Whether Ctrl-C has ended a solve: the one after it would not know."""
        return INTERRUPTS.count > self._interrupts

    @property
    def is_linear(self) -> bool:
        """Whether there is no yes/no decision."""
        return self._session.is_linear

    def quantities(self, solution: Solution) -> Quantities:
        """What a solution decides."""
        session = self._session
        values = session.tidied(solution.values)
        return Quantities.of_solution(self.numbers, session.model, values)

    def least(self) -> float | None:
        """The least concentration of any plan; None: stopped before it was known."""
        if self.is_interrupted:
            return None
        session = self._session
        cost = np.zeros(session.model.shape[1])
        cost[self._largest if self.measure == "share" else self._squares] = 1.0
        session.set_costs(cost)
        if self.measure == "hhi":
            self._cuts.bound(self._position, 0.0)
        # With yes/no decisions the search may take all the time there is, and points are wanted.
        outcome = session.solve(self._left if self.is_linear else _OF_TIME * self._left)
        self._cuts.bound(self._position, np.inf)
        session.reset_costs()
        if outcome.status is not Status.OPTIMAL or outcome.solution is None:
            return None
        return self._concentration(outcome.solution)

    def _concentration(self, solution: Solution) -> float:
        return concentration_of(self.rule, self.quantities(solution), self.measure)

    def lowest(self, least: float, end: float) -> float:
        """Where the curve begins: at the least concentration, of an HHI not at nothing."""
        return max(least, _LEAST_HHI * end) if self.measure == "hhi" else least

    def first(self, least: float, end: float) -> Point[Found] | None:
        """The point at the least concentration, or just inside it; None: stopped before."""
        least = self.lowest(least, end)
        found = self.at(least) if least <= NEAR * end else None
        return found or self.at(min(max(least * (1.0 + NEAR), NEAR * end), end))

    def at(self, most: float, parts: int = 1) -> Point[Found] | None:
        """The cheapest plan with no more than a concentration; None: stopped before.

        Args:
            most: the concentration.
            parts: in how many the time left is shared, of which this takes one.
        """
        if self.is_interrupted:
            return None
        session, bound = self._session, np.array([most * self._demand])
        if self.measure == "share":
            session.set_column_bounds(self._largest, np.zeros(1), bound)
        else:
            session.set_row_bounds(self._ceiling, np.array([-np.inf]), bound)
            self._cuts.bound(self._position, most)
        outcome = session.solve(self._left / parts, self._gap)
        solution = outcome.solution
        stopped = outcome.status is not Status.OPTIMAL
        self.is_proven = self.is_proven and not stopped
        if solution is None or is_interrupted(outcome) or (stopped and self.is_linear):
            return None
        gap = 0.0 if self.is_linear else relative_gap(solution.objective, outcome.bound)
        found = Found(self.numbers, self.quantities(solution), gap)
        return Point(most, solution.objective, self._slope(solution), found)

    def _slope(self, solution: Solution) -> float:
        """What one more of the concentration adds to the cost; of no meaning with decisions."""
        if not self.is_linear:
            return 0.0
        if self.measure == "share":
            dual = float(solution.column_dual[self._largest[0]])
        else:
            dual = float(solution.row_dual[self._ceiling[0]])
        return min(dual, 0.0) * self._demand
