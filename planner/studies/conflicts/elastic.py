"""How far cells have to move until there is a plan: the model with a column for each such move.

A cell's effect on the model is what differs when the case says something else there
(`slants.py`). Where only bounds differ, and evenly, they are loosened by a column,
and the least of it is asked for: exact also with yes/no decisions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers, Scenario
from planner.errors import Stopped
from planner.solving.contradictions import contradiction
from planner.solving.cuts import tangent_cuts
from planner.solving.options import Options
from planner.solving.outcome import Status
from planner.solving.session import Session
from planner.studies.conflicts.slants import Slant, spread
from planner_models.compiled import CompiledModel

_ROUNDING = 1e-9
"""Moves nearer than this, relative, are the same; weights in a proof below it are none."""

_MOST_PROOFS = 30
"""Proofs that a move is not enough, each of a larger one, until the least is asked for at once."""


class Elastic:
    """A model with a column for each of some slants, live in the solver."""

    def __init__(
        self, scenario: Scenario, model: CompiledModel, slants: Sequence[Slant], options: Options
    ) -> None:
        """Load it.

        Args:
            scenario: the case's numbers.
            model: compiled of them.
            slants: of the cells that may move.
            options: how to solve.
        """
        self._slants = slants
        # A column counts in the amounts that its largest bound moves by.
        self._sizes = np.array([slant.largest or 1.0 for slant in slants])
        self._first = model.shape[1]
        extended = _extended(model, slants, self._sizes)
        cuts = tangent_cuts(scenario, model)
        self._session = Session(extended, cuts=cuts, threads=options.threads, log=options.log)
        self._proofs: list[tuple[float, Numbers]] = []
        self._hold(np.zeros(len(slants)), np.zeros(len(slants)))

    def _hold(self, lower: Numbers, upper: Numbers) -> None:
        """Bound all moves, in the amounts that they count in."""
        columns = self._first + np.arange(len(self._slants))
        self._session.set_column_bounds(columns, lower, upper)

    @property
    def _most(self) -> Numbers:
        most: Numbers = np.array([slant.trial.most for slant in self._slants]) * self._sizes
        return most

    # -- one cell alone ---------------------------------------------------------------------

    def least_alone(self, which: int, seconds: float) -> float | None:
        """By how much one cell alone has to move at least; None: no move is enough.

        A proof that there is no plan says how far each cell has to move before it is one no more:
        so far it is moved, until there is a plan, which takes a few steps from basis to basis. The
        proofs of one cell serve the next.

        Args:
            which: its position.
            seconds: for all of it.

        Returns:
            Units typed with their sign.
        """
        by = self._least_by_proofs(which, seconds) if self._session.is_linear else None
        if by is None:
            found = self.least([which], [1.0], seconds)
            return None if found is None else float(found[0])
        if by == math.inf:
            return None
        return by / float(self._sizes[which]) * self._slants[which].trial.direction

    def _least_by_proofs(self, which: int, seconds: float) -> float | None:
        """The amount; infinite: none is enough; None: proofs led nowhere."""
        most = float(self._most[which])
        self._session.set_costs(np.zeros(self._session.model.shape[1]))
        for _ in range(_MOST_PROOFS):
            by = max((self._needed(proof, which) for proof in self._proofs), default=0.0)
            if by > most or by == math.inf:
                return math.inf
            amounts = np.zeros(len(self._slants))
            amounts[which] = by
            self._hold(amounts, amounts)
            found = contradiction(self._session, seconds)
            if found is None:
                return by
            own = found.column_weight[self._first : self._first + len(self._slants)]
            proof = found.excess - float(own[which]) * by, own
            if not self._needed(proof, which) > by * (1.0 + _ROUNDING):
                return None
            self._proofs.append(proof)
        return None

    @staticmethod
    def _needed(proof: tuple[float, Numbers], which: int) -> float:
        """The least amount of a move with which a proof proves no more; infinite: there is none."""
        excess, weights = proof
        if not weights[which] < -_ROUNDING * np.abs(weights).max():
            return math.inf
        return excess / -float(weights[which])

    # -- several together -------------------------------------------------------------------

    def least(
        self, free: Sequence[int], weights: Sequence[float], seconds: float
    ) -> Numbers | None:
        """By how much some of the cells have to move together at least; None: no move is enough.

        Args:
            free: which.
            weights: what a unit typed of each counts.
            seconds: for the solve.

        Returns:
            Units typed with their signs.

        Raises:
            Stopped: the time limit came, or Ctrl-C.
        """
        chosen = np.array(free, dtype=np.int64)
        most = np.where(np.isin(np.arange(len(self._slants)), chosen), self._most, 0.0)
        self._hold(np.zeros(len(self._slants)), most)
        cost = np.zeros(self._session.model.shape[1])
        cost[self._first + chosen] = np.array(weights) / self._sizes[chosen]
        self._session.set_costs(cost / cost.max())
        outcome = self._session.solve(seconds)
        if outcome.status is Status.STOPPED:
            raise Stopped(f"stopped: {outcome.reason.lower()}")
        if outcome.status is not Status.OPTIMAL or outcome.solution is None:
            return None
        columns = self._first + chosen
        amounts = np.maximum(outcome.solution.values[columns], 0.0) / self._sizes[chosen]
        signs = np.array([self._slants[n].trial.direction for n in free])
        moves: Numbers = amounts * signs
        return moves


def _extended(model: CompiledModel, slants: Sequence[Slant], sizes: Numbers) -> CompiledModel:
    """The model with a column for each slant, and a row for each bound of a column that moves."""
    count, first, height = len(slants), model.shape[1], len(model.row_lower)
    entries = _Entries(model)
    for n, slant in enumerate(slants):
        lower, upper = (spread(slant, name, height) for name in ("row_lower", "row_upper"))
        # Where a row has two bounds they move alike.
        entries.add(np.arange(height), first + n, -np.where(upper != 0, upper, lower) / sizes[n])
    row_lower, row_upper = [model.row_lower], [model.row_upper]
    bounds = {"lower": model.lower.copy(), "upper": model.upper.copy()}
    for name, live in bounds.items():
        is_upper = name == "upper"
        moving = [slant.steps[name][0] for slant in slants if name in slant.steps]
        bounded = np.unique(np.concatenate(moving)) if moving else np.zeros(0, dtype=np.intp)
        free = np.full(len(bounded), np.inf)
        row_lower.append(-free if is_upper else live[bounded].copy())
        row_upper.append(live[bounded].copy() if is_upper else free)
        live[bounded] = free if is_upper else np.minimum(live[bounded], 0.0)
        rows = height + np.arange(len(bounded))
        entries.add(rows, bounded, np.ones(len(bounded)))
        for n, slant in enumerate(slants):
            if name in slant.steps:
                places, step = slant.steps[name]
                own = height + np.searchsorted(bounded, places)
                entries.add(own, first + n, -step / sizes[n])
        height += len(bounded)
    start, index, value = entries.by_rows(height)
    return replace(
        model,
        cost=np.zeros(first + count),
        lower=np.concatenate([bounds["lower"], np.zeros(count)]),
        upper=np.concatenate([bounds["upper"], np.zeros(count)]),
        integer=np.concatenate([model.integer, np.zeros(count, dtype=bool)]),
        row_lower=np.concatenate(row_lower),
        row_upper=np.concatenate(row_upper),
        start=start,
        index=index,
        value=value,
    )


class _Entries:
    """Entries of a matrix in the making."""

    def __init__(self, model: CompiledModel) -> None:
        self._rows: list[NDArray[Any]] = [model.entry_rows]
        self._columns: list[NDArray[Any]] = [model.index]
        self._values = [model.value]

    def add(self, rows: NDArray[Any], columns: NDArray[Any] | int, values: Numbers) -> None:
        """Add those that are not 0, all in one column or each in its own."""
        kept = values != 0
        self._rows.append(rows[kept])
        self._columns.append(np.broadcast_to(columns, values.shape)[kept])
        self._values.append(values[kept])

    def by_rows(self, height: int) -> tuple[NDArray[np.int32], NDArray[np.int32], Numbers]:
        """Start of each row, and column and value of each entry."""
        rows = np.concatenate(self._rows)
        order = np.argsort(rows, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=height))])
        index = np.concatenate(self._columns)[order]
        return start.astype(np.int32), index.astype(np.int32), np.concatenate(self._values)[order]
