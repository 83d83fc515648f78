"""What is decided early in a plan, held while another scenario comes true, and the rest re-planned.

Held are, of the first periods: purchases, restarts decided (and not), and levels of the contracts
that begin by then. Where the other scenario does not allow them, they are cut: as few restarts as
possible are given up, then levels are lowered as little as possible, then purchases by as few
tonnes as possible; of cuts equally small the cheapest is made.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from planner.case.scenario import Numbers, Scenario
from planner.plan import Plan
from planner.solving.cuts import tangent_cuts
from planner.solving.data import model_data
from planner.solving.options import Options
from planner.solving.outcome import Bound, Outcome, Status, relative_gap
from planner.solving.priorities import solve_by_priority
from planner.solving.session import Session
from planner.solving.tolerances import MOST_VIOLATION
from planner.studies.extended import Sum, with_sums
from planner.studies.interruption import is_interrupted
from planner_models.compiled import CompiledModel, Positions
from planner_models.compiling import compile_model
from planner_models.data import Members

_HALF = 0.5
_ROOM = 1e-9
"""By how much, relative, what is held may be exceeded: the solver keeps it but for rounding."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Something held that the other scenario does not allow in full.

    Attributes:
        kind: `purchase`, `restart` or `contract`.
        name: of the source, or of the contract.
        site: of a purchase; None: the only one.
        period: of the purchase or the decision; of a contract the first of its window.
        planned, kept: tonnes of a purchase; of a contract its level in the unit typed; 1 or 0.
        unit: of the two; empty for a restart.
    """

    kind: str
    name: str
    site: str | None
    period: str
    planned: float
    kept: float
    unit: str


@dataclass(frozen=True, slots=True)
class Replanned:
    """How a scenario ends for who has decided otherwise.

    Attributes:
        status: `optimal`, `feasible` (stopped early, or a gap is left), `impossible`, or
            `stopped` without a plan.
        objective: cost of the cheapest plan with what is held; None: there is none.
        gap: how far the cost may be above the least, relative; None: not known.
        shortfall_t: tonnes missing.
        cuts: what was cut.
        interrupted: stopped by Ctrl-C.
    """

    status: str
    objective: float | None = None
    gap: float | None = None
    shortfall_t: float | None = None
    cuts: tuple[Cut, ...] = ()
    interrupted: bool = False

    @property
    def cut_t(self) -> float:
        """Tonnes by which purchases are cut."""
        return sum((cut.planned - cut.kept for cut in self.cuts if cut.kind == "purchase"), 0.0)


@dataclass(frozen=True, slots=True)
class _Part:
    """Columns of one kind that are held.

    Attributes:
        name: of the row that sums them up.
        columns: positions.
        weights: of each in the sum, which is what a cut lowers as little as possible.
        members: what each column is of.
    """

    name: str
    columns: Positions
    weights: Numbers
    members: Members

    def values(self, of_plan: Numbers) -> Numbers:
        """What a plan has of each, from an array over the axes of the members."""
        found: Numbers = of_plan[tuple(self.members.T)]
        return found


class Holding:
    """A scenario in the live solver, in which what plans have decided early is held in turn."""

    def __init__(self, numbers: Scenario, periods: int, options: Options) -> None:
        """Load a scenario.

        Args:
            numbers: of the scenario, which has a plan.
            periods: how many, from the first on, are held.
            options: how to solve; the time limit is for each plan that is held.
        """
        self.numbers, self.periods = numbers, periods
        self._limit = options.seconds(numbers)
        self._gap = options.gap(numbers)
        model = compile_model(model_data(numbers))
        self._restarts = self._early(model, "open", "OPENINGS")
        self._levels = self._contracts(model)
        self._purchases = self._early(model, "ship", "LANES", but="FROZEN")
        self._parts = (self._restarts, self._levels, self._purchases)
        for part in self._parts:
            model = with_sums(model, part.name, [Sum(part.columns, part.weights)])
        self._session = Session(
            model, cuts=tangent_cuts(numbers, model), threads=options.threads, log=options.log
        )
        # Rules with a priority are then given up no further than the scenario itself asks for.
        solve_by_priority(numbers, self._session, self._limit, self._gap)
        self._lower = self._session.columns.lower.copy()
        self._upper = self._session.columns.upper.copy()

    def _early(self, model: CompiledModel, variable: str, index: str, but: str = "") -> _Part:
        """Columns of the first periods, without those that are fixed anyway."""
        members = model.indices[index]
        early = members[:, -1] < self.periods
        if but:
            fixed = set(map(tuple, model.indices[but].tolist()))
            early &= np.array([tuple(one) not in fixed for one in members.tolist()], dtype=bool)
        which = np.flatnonzero(early)
        columns = model.columns[variable][which]
        return _Part(f"held_{variable}", columns, np.ones(len(which)), members[which])

    def _contracts(self, model: CompiledModel) -> _Part:
        """Levels of contracts that begin in the first periods, weighted to tonnes in all."""
        contracts = self.numbers.contracts
        which = np.array(
            [c for c, one in enumerate(contracts) if one.periods[0] < self.periods], dtype=np.int64
        )
        weights = np.array([float(contracts[c].lengths.sum()) for c in which.tolist()])
        return _Part("held_level", model.columns["level"][which], weights, which.reshape(-1, 1))

    def replanned(self, plan: Plan) -> Replanned:
        """The cheapest plan of the scenario with what another one has decided early."""
        deadline = time.monotonic() + self._limit
        held = {
            part.name: part.values(array)
            for part, array in (
                (self._restarts, np.round(plan.quantities.open)),
                (self._levels, self._levels_of(plan)),
                (self._purchases, plan.quantities.ship),
            )
        }
        try:
            outcome = self._kept(held, deadline) if self._has_room(held) else None
            if outcome is None or outcome.status is Status.INFEASIBLE:
                outcome = self._cut(held, deadline)
            return self._ended(outcome, plan, held)
        finally:
            self._release()

    def _levels_of(self, plan: Plan) -> Numbers:
        """C: levels of the contracts of this scenario in the plan of another."""
        levels = plan.quantities.taken.level.tolist()
        named = dict(zip((one.name for one in plan.numbers.contracts), levels, strict=True))
        return np.array([named.get(one.name, 0.0) for one in self.numbers.contracts], dtype=float)

    # -- holding and cutting ----------------------------------------------------------------

    def _has_room(self, held: Mapping[str, Numbers]) -> bool:
        """Whether each number that is held is within the scenario's own bounds of it."""
        return all(
            bool((self._lower[part.columns] <= held[part.name]).all())
            and bool((held[part.name] <= self._upper[part.columns]).all())
            for part in self._parts
        )

    def _kept(self, held: Mapping[str, Numbers], deadline: float) -> Outcome:
        """The cheapest plan with what is held as it is."""
        for part in self._parts:
            self._session.set_column_bounds(part.columns, held[part.name], held[part.name])
        return self._session.solve(deadline - time.monotonic(), self._gap)

    def _cut(self, held: Mapping[str, Numbers], deadline: float) -> Outcome:
        """The cheapest plan with what is held cut as little as possible."""
        session = self._session
        for part in self._parts:
            least, upper = self._lower[part.columns], self._upper[part.columns]
            most = np.clip(held[part.name] * (1.0 + _ROOM), least, upper)
            session.set_column_bounds(part.columns, least, most)
        for part in self._parts:
            if not len(part.columns):
                continue
            cost = np.zeros(session.model.shape[1])
            cost[part.columns] = -part.weights
            session.set_costs(cost)
            outcome = session.solve(deadline - time.monotonic())
            if outcome.status is not Status.OPTIMAL or outcome.solution is None:
                session.reset_costs()
                return replace(outcome, solution=None)
            row = session.model.rows[part.name]
            kept = float(outcome.solution.values[part.columns] @ part.weights)
            room = session.rounding(Bound(True, int(row[0]), False), kept)
            session.set_row_bounds(row, np.array([kept - room]), np.array([np.inf]))
        session.reset_costs()
        return session.solve(deadline - time.monotonic(), self._gap)

    def _release(self) -> None:
        """Hold nothing any more."""
        session = self._session
        session.reset_costs()
        for part in self._parts:
            columns = part.columns
            session.set_column_bounds(columns, self._lower[columns], self._upper[columns])
            session.set_row_bounds(
                session.model.rows[part.name], np.array([-np.inf]), np.array([np.inf])
            )

    # -- what came of it --------------------------------------------------------------------

    def _ended(self, outcome: Outcome, plan: Plan, held: Mapping[str, Numbers]) -> Replanned:
        if outcome.solution is None:
            if outcome.status is Status.INFEASIBLE:
                return Replanned("impossible")
            return Replanned("stopped", interrupted=is_interrupted(outcome))
        session = self._session
        values, objective = outcome.solution.values, outcome.solution.objective
        bound = objective if outcome.bound is None and session.is_linear else outcome.bound
        return Replanned(
            status="optimal" if outcome.status is Status.OPTIMAL else "feasible",
            objective=objective,
            gap=relative_gap(objective, bound),
            shortfall_t=float(values[session.model.columns["short"]].sum()),
            cuts=(*self._lost(plan), *self._lowered(values, held, plan.threshold)),
            interrupted=is_interrupted(outcome),
        )

    def _lost(self, plan: Plan) -> Iterator[Cut]:
        """What the scenario has no place for at all: closed lanes, and restarts at other times."""
        model = self._session.model
        bought = plan.quantities.ship[:, :, : self.periods].copy()
        decided = plan.quantities.open[:, : self.periods].copy()
        for array, index in ((bought, "LANES"), (decided, "OPENINGS")):
            places = model.indices[index]
            array[tuple(places[places[:, -1] < self.periods].T)] = 0.0
        for s, p, t in np.argwhere(bought > plan.threshold).tolist():
            yield self._purchase(s, p, t, float(bought[s, p, t]), 0.0)
        for s, t in np.argwhere(decided > _HALF).tolist():
            yield self._given_up(s, t)

    def _lowered(
        self, values: Numbers, held: Mapping[str, Numbers], threshold: float
    ) -> Iterator[Cut]:
        """What is less than held, by more than rounding."""
        numbers = self.numbers
        for part in self._parts:
            planned, kept = held[part.name], values[part.columns]
            rounding = max(MOST_VIOLATION * float(planned.max(initial=0.0)), threshold)
            for n in np.flatnonzero(planned - kept > rounding).tolist():
                now, then = float(planned[n]), max(0.0, float(kept[n]))
                if part is self._purchases:
                    s, p, t = part.members[n].tolist()
                    yield self._purchase(s, p, t, now, then)
                elif part is self._levels:
                    one = numbers.contracts[int(part.members[n, 0])]
                    period, typed = numbers.periods[one.periods[0]], one.per_typed
                    yield Cut(
                        "contract", one.name, None, period, now / typed, then / typed, one.unit
                    )
                else:
                    yield self._given_up(*part.members[n].tolist())

    def _given_up(self, s: int, t: int) -> Cut:
        name, period = self.numbers.sources[s].name, self.numbers.periods[t]
        return Cut("restart", name, None, period, 1.0, 0.0, "")

    def _purchase(self, s: int, p: int, t: int, planned: float, kept: float) -> Cut:
        numbers = self.numbers
        name, period = numbers.sources[s].name, numbers.periods[t]
        return Cut("purchase", name, numbers.sites[p], period, planned, kept, "t")
