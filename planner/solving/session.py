"""A live HiGHS model: load a compiled model, solve it, change it, ask it again.

Inside, tonnes and money are scaled (`planner/solving/scaling.py`) so that HiGHS sees numbers around
1 to 1e4; everything that goes in or comes out is in the model's own units.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers
from planner.errors import Stopped
from planner.solving.algorithm import Algorithm, Changed, Start, algorithm_for, start_for
from planner.solving.highs import THREADS, Quiet, Runner, SolverError, done
from planner.solving.outcome import Bound, Outcome, Solution, Status
from planner.solving.scaling import TYPICAL, scales_of
from planner.solving.tolerances import SOLVER
from planner_models.compiled import CompiledModel, Positions, Rows

Cuts = Callable[[Numbers, bool], Rows | None]
"""Rows of `CUT` that a point's columns break, and that every plan keeps; None: it breaks none.

The flag says whether the dual values of the point count, and not only its columns.
"""

CUT = "party_tangent"
"""The constraint of the formulation that cuts are further rows of."""

_MOST_ROUNDS = 200
"""Solves with ever more cuts; what is still broken then, the independent check finds."""

_MISREPORTED = 1e-7
"""By how much, relative, the cost of a point is not what the solver says it is."""

_MOST_PATCHED = 2_000
"""Numbers of rows that are changed one by one; where more are, the model is loaded again."""

_MUCH = 2.0**7
"""Numbers that have changed by no more than this factor, all together, need no other scales."""

_USUAL = (0.0, 20.0)
"""Logarithms, to the base of two, between which the mean of scaled amounts and costs has to be."""

_DUAL, _PRIMAL = 1, 4
"""The solver's numbers of the two kinds of simplex."""

_QUICK = 5_000
"""Linear models with so many rows and columns at most are solved in tens of milliseconds: at once,
and without asking at every step whether to stop."""

_SMALLEST_ENTRY = 1e-12
"""The solver drops smaller scaled entries; it can be told no less."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds as they stand in the solver now, in tonnes."""

    lower: Numbers
    upper: Numbers

    def copy(self) -> Bounds:
        """The same, not changed with the solver's."""
        return Bounds(self.lower.copy(), self.upper.copy())


@dataclass(frozen=True, slots=True)
class State:
    """Bounds and basis of a session at one moment."""

    basis: Any
    columns: Bounds
    rows: Bounds


class Session:
    """One compiled model in one HiGHS object.

    Attributes:
        model: as it stands, with every cut that was added.
        columns, rows: bounds as they stand in the solver, in the model's units.
        column_scale, row_scale: the model's units in one scaled unit of each column and row.
        highs: the solver.
        column_unit: one scaled unit of each column's cost, in money per tonne (per decision).
        row_unit: one scaled unit of each row's dual value, in money per tonne.
    """

    def __init__(
        self,
        model: CompiledModel,
        *,
        cuts: Cuts | None = None,
        threads: int | None = None,
        log: Callable[[str], None] | None = None,
    ) -> None:
        """Load a model.

        Args:
            model: the arrays.
            cuts: further rows for every point found, until it breaks none; None: no such rows.
            threads: of the solver; None: its default.
            log: takes the solver's log line by line; None: no log.

        Raises:
            WrongUsage: another number of threads was fixed before.
        """
        self.model = model
        # Decisions are pure numbers, and so are rows that hold nothing else.
        scales = scales_of(model, model.integer, ~_has_tonnes(model))
        self.column_scale, self.row_scale, self.money = scales.columns, scales.rows, scales.money
        self.column_unit = self.money / self.column_scale
        self.row_unit = self.money / self.row_scale
        self._cuts = cuts
        self._undecided = bool(model.integer.any())
        is_quick = not self._undecided and sum(model.shape) <= _QUICK and log is None
        self.highs = Quiet()
        self._runner = Runner(self.highs, is_quick=is_quick)
        self._run = self._runner.run
        self._option("log_to_console", False)
        if log is not None:
            self._option("output_flag", True)
            self.highs.cbLogging.subscribe(lambda event: log(event.message))
        fixed = THREADS.agree(threads)
        if fixed is not None:
            self._option("threads", fixed)
        self._option("primal_feasibility_tolerance", SOLVER)
        self._option("dual_feasibility_tolerance", SOLVER)
        self._option("mip_feasibility_tolerance", SOLVER)
        self._option("small_matrix_value", _SMALLEST_ENTRY)
        self.columns = Bounds(model.lower.copy(), model.upper.copy())
        self.rows = Bounds(model.row_lower.copy(), model.row_upper.copy())
        self._cost_is_own = True
        self._starts_primal = self._is_unusual = False
        self._is_perturbed = True
        self._load()

    @property
    def typical_columns(self) -> Numbers:
        """About how large each column is, in the model's units."""
        return TYPICAL * self.column_scale

    @property
    def typical_rows(self) -> Numbers:
        """About how large each row is, in the model's units."""
        return TYPICAL * self.row_scale

    @property
    def is_linear(self) -> bool:
        """Whether no yes/no decision is open."""
        return not self._undecided

    # -- loading and changing ---------------------------------------------------------------

    def _load(self) -> None:
        model = self.model
        rows, columns = model.shape
        done(
            self.highs.passModel(
                columns,
                rows,
                len(model.value),
                int(highspy.MatrixFormat.kRowwise),
                int(highspy.ObjSense.kMinimize),
                0.0,
                model.cost / self.column_unit,
                model.lower / self.column_scale,
                model.upper / self.column_scale,
                model.row_lower / self.row_scale,
                model.row_upper / self.row_scale,
                model.start,
                model.index,
                self.scaled_entries(),
                model.integer.astype(np.int32),
            ),
            "passModel",
        )

    def scaled_entries(self) -> Numbers:
        """The model's entries as the solver has them, by rows."""
        model = self.model
        scale = float(self.column_scale[0]) if len(self.column_scale) else 1.0
        if (self.column_scale == scale).all() and (self.row_scale == scale).all():
            return model.value
        scaled: Numbers = model.value * self.column_scale[model.index]
        scaled /= self.row_scale[model.entry_rows]
        return scaled

    def change(self, model: CompiledModel, *, is_near: bool = False) -> bool:
        """Take over another model: what differs is patched, and the basis is kept.

        Decisions held, other costs and moved bounds are forgotten.

        Args:
            model: the other.
            is_near: whether its numbers have hardly moved.

        Returns:
            Whether it is taken over: not if its rows, columns or entries are others, if its numbers
            are of quite another size, or if this session has cuts. It is then of no more use.
        """
        old = self.model
        if self._cuts is not None or not old.has_same_places(model):
            return False
        self.model = model
        self._is_unusual = False
        moved = self._patch_bounds()
        repriced = self._patch_costs(old)
        recounted = self._patch_entries(old)
        if self._is_unusual:
            return False
        undecided = bool(model.integer.any())
        if undecided and not self._undecided:
            self._set_kinds(np.flatnonzero(model.integer), highspy.HighsVarType.kInteger)
        self._undecided = undecided
        changed = Changed(moved, repriced, recounted)
        start = start_for(changed, len(model.value), is_near=is_near)
        self._perturb(is_perturbed=not is_near)
        self._begin(Start.COLD if undecided else start)
        return True

    def _perturb(self, *, is_perturbed: bool) -> None:
        """Say whether dual simplex is to start from other costs, against stalling.

        From a basis a few pivots away it takes more pivots to undo that than to do without: twice
        as many on the curves of the benchmark.
        """
        if is_perturbed != self._is_perturbed:
            name = "dual_simplex_cost_perturbation_multiplier"
            self._option(name, 1.0 if is_perturbed else 0.0)
            self._is_perturbed = is_perturbed

    def _begin(self, start: Start) -> None:
        """Say from where the next solve starts."""
        if start is Start.COLD:
            done(self.highs.clearSolver(), "clearSolver")
        self._starts_primal = start is Start.WARM_PRIMAL
        self._option("simplex_strategy", _PRIMAL if self._starts_primal else _DUAL)

    def _patch_bounds(self) -> int:
        """Give columns and rows the model's own bounds; how many were others."""
        model, found = self.model, 0
        for live, lower, upper, scale, change in (
            (self.columns, model.lower, model.upper, self.column_scale, self.set_column_bounds),
            (self.rows, model.row_lower, model.row_upper, self.row_scale, self.set_row_bounds),
        ):
            differs = np.flatnonzero((live.lower != lower) | (live.upper != upper))
            if len(differs):
                self._compare(live.lower[differs], lower[differs], scale[differs])
                self._compare(live.upper[differs], upper[differs], scale[differs])
                change(differs, lower[differs], upper[differs])
                found += len(differs)
        return found

    def _compare(self, old: Numbers, new: Numbers, scale: Numbers) -> None:
        """See whether changed numbers are still about as large as the solver's should be."""
        before, after = _total(old), _total(new)
        if not before / _MUCH <= after <= before * _MUCH:
            self._is_unusual |= not _is_usual(new / scale)

    def _patch_costs(self, old: CompiledModel) -> int:
        """Give columns the model's own costs; how many were others."""
        model = self.model
        if not self._cost_is_own:
            self.reset_costs()
            # The basis suits the old costs, or one that breaks their ties.
            return max(1, int(np.count_nonzero(model.cost != old.cost)))
        if model.cost is old.cost:
            return 0
        differs = np.flatnonzero(model.cost != old.cost)
        if len(differs):
            unit = self.column_unit[differs]
            self._compare(old.cost[differs], model.cost[differs], unit)
            self.shift_cost(differs, np.zeros(len(differs)))
        return len(differs)

    def _patch_entries(self, old: CompiledModel) -> int:
        """Give rows the model's own numbers; how many were others."""
        model = self.model
        if model.value is old.value:
            return 0
        differs = np.flatnonzero(model.value != old.value)
        if len(differs) > _MOST_PATCHED:
            self._load_again()
            return len(differs)
        rows, columns = model.entry_rows[differs], model.index[differs]
        scaled = model.value[differs] * self.column_scale[columns] / self.row_scale[rows]
        for row, column, value in zip(
            rows.tolist(), columns.tolist(), scaled.tolist(), strict=True
        ):
            done(self.highs.changeCoeff(row, column, value), "changeCoeff")
        return len(differs)

    def _load_again(self) -> None:
        """Load the whole model, and go on from the last basis."""
        basis = self.highs.getBasis()
        self._load()
        if basis.valid:
            self.restore(basis)

    def hold_decisions(self, values: Numbers) -> None:
        """Fix every yes/no decision as a point has it; what is left is linear."""
        which = np.flatnonzero(self.model.integer)
        decided = np.round(values[which])
        self.set_column_bounds(which, decided, decided)
        self._set_kinds(which, highspy.HighsVarType.kContinuous)
        self._undecided = False

    def _set_kinds(self, which: Positions, kind: Any) -> None:
        kinds = np.full(len(which), int(kind), dtype=np.uint8)
        positions = which.astype(np.int32)
        done(self.highs.changeColsIntegrality(len(which), positions, kinds), "integrality")

    def _option(self, name: str, value: object) -> None:
        done(self.highs.setOptionValue(name, value), f"option {name}")

    def reset_costs(self) -> None:
        """Give the model its own costs again."""
        self._set_scaled_costs(self.model.cost / self.column_unit)
        self._cost_is_own = True

    def set_costs(self, cost: Numbers) -> None:
        """Give every column another cost, per tonne (per decision), in a measure of its own.

        The objective and the dual values of what is then solved are in no unit: they say only
        which are zero.
        """
        scales = self.column_scale[cost != 0]
        typical = 2.0 ** np.round(np.log2(scales).mean()) if len(scales) else 1.0
        self._set_scaled_costs(cost * self.column_scale / typical)
        self._cost_is_own = False

    def _set_scaled_costs(self, cost: Numbers) -> None:
        every = np.arange(len(cost), dtype=np.int32)
        done(self.highs.changeColsCost(len(cost), every, cost), "changeColsCost")

    def set_column_bounds(self, columns: Positions, lower: Numbers, upper: Numbers) -> None:
        """Bound some columns, in tonnes."""
        self.columns.lower[columns], self.columns.upper[columns] = lower, upper
        scale = self.column_scale[columns]
        self._set_bounds(self.highs.changeColsBounds, columns, lower / scale, upper / scale)

    def set_row_bounds(self, rows: Positions, lower: Numbers, upper: Numbers) -> None:
        """Bound some rows, in tonnes."""
        self.rows.lower[rows], self.rows.upper[rows] = lower, upper
        scale = self.row_scale[rows]
        self._set_bounds(self.highs.changeRowsBounds, rows, lower / scale, upper / scale)

    @staticmethod
    def _set_bounds(
        change: Callable[..., Any], which: Positions, lower: Numbers, upper: Numbers
    ) -> None:
        if len(which):
            done(change(len(which), which.astype(np.int32), lower, upper), "bounds")

    def shift_cost(self, columns: Positions, amount: Numbers) -> None:
        """Give some columns the model's cost plus an amount of money per tonne."""
        which = columns.astype(np.int32)
        cost = (self.model.cost[columns] + amount) / self.column_unit[columns]
        self._cost_is_own = self._cost_is_own and not amount.any()
        done(self.highs.changeColsCost(len(which), which, cost), "changeColsCost")

    # -- solving ----------------------------------------------------------------------------

    def solve(self, time_limit: float = math.inf, gap: float = 0.0) -> Outcome:
        """Solve from where the last solve ended.

        Ctrl-C in the main thread stops the solver, not the program.

        Args:
            time_limit: seconds for this solve.
            gap: relative gap at which a yes/no search stops.
        """
        deadline = time.monotonic() + time_limit
        if self._undecided and self._cuts is not None:
            relaxed = self._cut_relaxed(deadline)
            if relaxed.status is Status.STOPPED:  # by Ctrl-C, too, of which a search knows nothing
                return replace(relaxed, solution=None)
        return self._cut_and_solve(deadline, gap)

    def _cut_relaxed(self, deadline: float) -> Outcome:
        """Find most cuts while decisions may be taken in part: a search for each takes longer."""
        which = np.flatnonzero(self.model.integer)
        self._set_kinds(which, highspy.HighsVarType.kContinuous)
        self._undecided = False
        outcome = self._cut_and_solve(deadline, 0.0)
        self._set_kinds(which, highspy.HighsVarType.kInteger)
        self._undecided = True
        return outcome

    def _cut_and_solve(self, deadline: float, gap: float) -> Outcome:
        """Solve, and again with further cuts, until a point breaks none."""
        for _ in range(_MOST_ROUNDS):
            outcome = self._solve_once(deadline - time.monotonic(), gap)
            if outcome.solution is None or self._cuts is None:
                break
            rows = self._cuts(outcome.solution.values, self.is_linear)
            if rows is None:
                break
            if outcome.status is not Status.OPTIMAL:
                return self._without_point(outcome)
            self._add_rows(rows)
        return outcome

    def _without_point(self, outcome: Outcome) -> Outcome:
        """The end of a search that was stopped at a point which breaks a cut.

        Its yes/no decisions can still be held; a linear model has to be solved further.
        """
        return outcome if self._undecided else replace(outcome, solution=None)

    def _solve_once(self, time_limit: float, gap: float) -> Outcome:
        if time_limit <= 0:
            return Outcome(Status.STOPPED, None, "Time limit reached")
        self._option("mip_rel_gap", gap)
        self._option("mip_abs_gap", 0.0)
        # The limit counts from when the object was made, over all its solves.
        self._option("time_limit", self.highs.getRunTime() + time_limit)
        status = self._run_by_interior_point() if self._suits_interior_point() else self._run()
        if self._starts_primal:
            self._option("simplex_strategy", _DUAL)
            self._starts_primal = False
        if self._presolve_may_err(status):
            self._option("presolve", "off")
            status = self._run()
            self._option("presolve", "choose")
        # From an earlier basis simplex may give up on figures far apart, and a search that starts
        # from an earlier point may end there, at the cost of another: not so from scratch.
        if status not in _STATUSES or (self._undecided and self._is_misreported()):
            status = self._run_from_scratch()
        found = _STATUSES.get(status, Status.FAILED)
        info = self.highs.getInfo()
        has_point = info.primal_solution_status == _FEASIBLE_POINT
        usable = found is Status.OPTIMAL or (found is Status.STOPPED and has_point)
        text = self.highs.modelStatusToString(status)
        bound = None
        if self._undecided and usable and np.isfinite(info.mip_dual_bound):
            bound = float(info.mip_dual_bound) * self.money + self.model.offset
        return Outcome(found, Solution(self) if usable else None, text, bound)

    def _presolve_may_err(self, status: Any) -> bool:
        """Whether presolve left open how it ended, or may have called tangents a contradiction.

        With yes/no decisions and tangents side by side it finds no point where there is one.
        """
        if status == highspy.HighsModelStatus.kInfeasible:
            return self._undecided and self._cuts is not None
        return bool(status == highspy.HighsModelStatus.kUnboundedOrInfeasible)

    def _run_from_scratch(self) -> Any:
        """Run without an earlier basis; dual simplex gives up on huge dual values, primal not."""
        self._perturb(is_perturbed=True)
        done(self.highs.clearSolver(), "clearSolver")
        status = self._run()
        if status in _STATUSES:
            return status
        done(self.highs.clearSolver(), "clearSolver")
        self._option("simplex_strategy", _PRIMAL)
        status = self._run()
        self._option("simplex_strategy", _DUAL)
        return status

    def _is_misreported(self) -> bool:
        """Whether the point of a search does not cost what the solver says."""
        values = np.array(self.highs.getSolution().col_value)
        cost = np.array(self.highs.getLp().col_cost_)
        said = float(self.highs.getInfo().objective_function_value)
        if len(values) != len(cost) or not math.isfinite(said):
            return False
        size = float(np.abs(cost * values).sum())
        return abs(float(cost @ values) - said) > _MISREPORTED * max(size, 1.0)

    def _add_rows(self, rows: Rows) -> None:
        """Give the live model further rows of the cut's constraint."""
        count = len(rows.lower)
        self.model = self.model.with_rows(CUT, rows)
        # Like the constraint's rows so far: those of one curve all have about its scale.
        first = rows.index[rows.start[:-1]]
        scale = self.column_scale[first]
        self.row_scale = np.concatenate([self.row_scale, scale])
        self.row_unit = self.money / self.row_scale
        self.rows = Bounds(
            np.concatenate([self.rows.lower, rows.lower]),
            np.concatenate([self.rows.upper, rows.upper]),
        )
        done(
            self.highs.addRows(
                count,
                rows.lower / scale,
                rows.upper / scale,
                len(rows.value),
                rows.start[:-1],
                rows.index,
                rows.value * self.column_scale[rows.index] / np.repeat(scale, np.diff(rows.start)),
            ),
            "addRows",
        )

    def _suits_interior_point(self) -> bool:
        """Whether a linear model starts from nothing, and interior point is the faster way."""
        algorithm = algorithm_for(len(self.model.value))
        suits = self.is_linear and algorithm is Algorithm.INTERIOR_POINT
        return suits and not self.highs.getBasis().valid

    def _run_by_interior_point(self) -> Any:
        """Run by interior point, with crossover; simplex ends what that does not."""
        self._option("solver", Algorithm.INTERIOR_POINT.value)
        status = self._run()
        self._option("solver", Algorithm.SIMPLEX.value)
        is_vertex = self.highs.getBasis().valid
        is_optimal = status == highspy.HighsModelStatus.kOptimal and is_vertex
        if self._runner.stop.is_set() and not is_optimal:  # else called late, or failed
            return highspy.HighsModelStatus.kInterrupt
        is_late = status == highspy.HighsModelStatus.kTimeLimit
        return status if is_optimal or is_late else self._run()

    def tidied(self, values: Numbers) -> Numbers:
        """Columns within the model's bounds, and 0 where they are but the solver's rounding."""
        rounded = np.where(np.abs(values) <= SOLVER * self.column_scale, 0.0, values)
        tidied: Numbers = np.clip(rounded, self.model.lower, self.model.upper)
        return tidied

    def rounding(self, bound: Bound, value: float) -> float:
        """Tonnes by which a row or column may miss a bound of some value that it is at."""
        scales = self.row_scale if bound.is_row else self.column_scale
        return 10 * SOLVER * max(abs(value), float(scales[bound.position]))

    # -- the basis --------------------------------------------------------------------------

    def basis(self) -> Any:
        """The basis of the last solve, to go back to."""
        return self.highs.getBasis()

    def restore(self, basis: Any) -> None:
        """Go back to a basis; what is asked of it next needs a solve first.

        Rows added since then are basic: nothing that the basis says changes.
        """
        missing = len(self.row_scale) - len(basis.row_status)
        if missing > 0:
            basic = highspy.HighsBasisStatus.kBasic
            basis.row_status = [*basis.row_status, *[basic] * missing]
        done(self.highs.setBasis(basis), "setBasis")

    def state(self) -> State:
        """Bounds and basis as they are, to go back to with `reset`."""
        return State(self.basis(), self.columns.copy(), self.rows.copy())

    def reset(self, state: State) -> None:
        """Give the model its own costs again, and the bounds and basis of an earlier state."""
        self.reset_costs()
        columns, rows = len(state.columns.lower), len(state.rows.lower)
        self.set_column_bounds(np.arange(columns), state.columns.lower, state.columns.upper)
        self.set_row_bounds(np.arange(rows), state.rows.lower, state.rows.upper)
        self.restore(state.basis)

    def basic_variables(self) -> NDArray[np.int64]:
        """What is basic: column j as j, row i as −1 − i."""
        status, found = self.highs.getBasicVariables()
        done(status, "getBasicVariables")
        return np.array(found, dtype=np.int64)

    def dual_ray(self, time_limit: float = math.inf) -> Numbers | None:
        """A proof that a linear model has no point: a weight of each row; None where there is one.

        Solved by simplex without presolve, from the last basis: that alone has a proof to show. In
        scaled rows, and of no sign in particular (`planner/solving/contradictions.py`).

        Raises:
            Stopped: the time limit came, or Ctrl-C.
            SolverError: no end was found, or no proof of it.
        """
        self._option("presolve", "off")
        self._begin_at_slacks()
        try:
            ended, reason = self._ended(time_limit)
        finally:
            self._option("presolve", "choose")
        if ended is Status.STOPPED:
            raise Stopped(f"stopped: {reason.lower()}")
        if ended is Status.FAILED:
            raise SolverError(f"HiGHS ended with '{reason}'")
        if ended is not Status.INFEASIBLE:
            return None
        status, exists, found = self.highs.getDualRay()
        done(status, "getDualRay")
        if not exists:
            raise SolverError("HiGHS has no proof that there is no point")
        return np.array(found)

    def _ended(self, time_limit: float) -> tuple[Status, str]:
        """How a solve ended, and in the solver's words; the point itself costs more to get."""
        if self._cuts is not None or time_limit <= 0:
            outcome = self.solve(time_limit)
            return outcome.status, outcome.reason
        self._option("time_limit", self.highs.getRunTime() + time_limit)
        status = self._run()
        if status not in _STATUSES:
            status = self._run_from_scratch()
        found = _STATUSES.get(status, Status.FAILED)
        return found, self.highs.modelStatusToString(status)

    def _begin_at_slacks(self) -> None:
        """Start simplex where nothing is bought, unless there is a basis: not interior point."""
        if self.highs.getBasis().valid:
            return
        basis = highspy.HighsBasis()
        basis.row_status = [highspy.HighsBasisStatus.kBasic] * self.model.shape[0]
        basis.col_status = [
            highspy.HighsBasisStatus.kLower if low else highspy.HighsBasisStatus.kZero
            for low in np.isfinite(self.columns.lower).tolist()
        ]
        basis.valid = True
        self.restore(basis)

    def ray(self) -> Numbers | None:
        """Columns' direction in which the cost falls without end; None where HiGHS has none."""
        which = np.flatnonzero(self.model.integer)
        self._set_kinds(which, highspy.HighsVarType.kContinuous)
        self._option("presolve", "off")
        self._run()
        status, exists, found = self.highs.getPrimalRay()
        done(status, "getPrimalRay")
        self._option("presolve", "choose")
        if self._undecided:
            self._set_kinds(which, highspy.HighsVarType.kInteger)
        return np.array(found) if exists else None


_FEASIBLE_POINT = int(highspy.SolutionStatus.kSolutionStatusFeasible)

_STATUSES = {
    highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
    highspy.HighsModelStatus.kModelEmpty: Status.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Status.UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: Status.STOPPED,
    highspy.HighsModelStatus.kInterrupt: Status.STOPPED,
    highspy.HighsModelStatus.kIterationLimit: Status.STOPPED,
}


def _total(numbers: Numbers) -> float:
    """The finite ones added up, sign aside."""
    return float(np.abs(numbers[np.isfinite(numbers)]).sum())


def _is_usual(scaled: Numbers) -> bool:
    """Whether scaled numbers are about as large as the solver's should be."""
    some = np.abs(scaled[np.isfinite(scaled) & (scaled != 0)])
    return not len(some) or _USUAL[0] <= float(np.log2(some).mean()) <= _USUAL[1]


def _has_tonnes(model: CompiledModel) -> NDArray[np.bool_]:
    """Rows that hold more than yes/no decisions."""
    if not model.integer.any():
        return np.ones(len(model.row_lower), dtype=bool)
    found = np.zeros(len(model.row_lower), dtype=bool)
    found[model.entry_rows[~model.integer[model.index]]] = True
    return found
