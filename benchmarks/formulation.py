"""What the sparse formulation saves the solver: totals as columns of their own, capacity as bounds.

python -m benchmarks.formulation

The same case in four ways: as compiled; with the totals that rules count put into the rows that
bound them, so that a share's row holds all purchases; with capacities as rows; and with both.
Measured is the time inside HiGHS: of a solve from nothing, and of what-ifs from the basis before by
simplex.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_array, diags_array, vstack

from benchmarks.case_numbers import Numbers
from benchmarks.cases import case_of
from benchmarks.fleet import Changes, fleet_of
from benchmarks.methods.by_hand import objective
from benchmarks.results import parser_of, quiet, table
from planner.solving.data import model_data
from planner_models.compiled import CompiledModel
from planner_models.compiling import compile_model

_TOTALS = {"counted": "rule_counts", "basis": "basis_counts"}
"""Columns, and the rows that say what they are the sum of."""

_SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Programme:
    """minimise cost·x, row_lower ≤ A·x ≤ row_upper, lower ≤ x ≤ upper; A by rows."""

    cost: Numbers
    lower: Numbers
    upper: Numbers
    row_lower: Numbers
    row_upper: Numbers
    matrix: Any

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.row_lower), len(self.cost)


def as_compiled(model: CompiledModel) -> Programme:
    """As the planner has it."""
    matrix = csr_array((model.value, model.index, model.start), shape=model.shape)
    return Programme(model.cost, model.lower, model.upper, model.row_lower, model.row_upper, matrix)


def with_capacity_rows(programme: Programme, model: CompiledModel) -> Programme:
    """The same with a row for every capacity, last, instead of a bound."""
    buy = model.columns["buy"]
    ones = (np.ones(len(buy)), buy, np.arange(len(buy) + 1))
    rows = csr_array(ones, shape=(len(buy), len(programme.cost)))
    upper = programme.upper.copy()
    upper[buy] = np.inf
    return replace(
        programme,
        upper=upper,
        row_lower=np.concatenate([programme.row_lower, np.full(len(buy), -np.inf)]),
        row_upper=np.concatenate([programme.row_upper, programme.upper[buy]]),
        matrix=vstack([programme.matrix, rows]).tocsr(),
    )


def without_totals(programme: Programme, model: CompiledModel) -> Programme:
    """The same with every total put into the rows that bound it."""
    totals = np.concatenate([model.columns[name] for name in _TOTALS])
    sums = np.concatenate([model.rows[name] for name in _TOTALS.values()])
    rows, columns = programme.shape
    kept_rows = np.setdiff1d(np.arange(rows), sums)
    kept = np.setdiff1d(np.arange(columns), totals)
    matrix, bounded = programme.matrix[kept_rows], programme.matrix[sums]
    per_total = diags_array(1 / bounded[:, totals].diagonal())
    put_in = matrix[:, totals] @ per_total @ bounded[:, kept]
    return Programme(
        cost=programme.cost[kept],
        lower=programme.lower[kept],
        upper=programme.upper[kept],
        row_lower=programme.row_lower[kept_rows],
        row_upper=programme.row_upper[kept_rows],
        matrix=(matrix[:, kept] - put_in).tocsr(),
    )


Way = Callable[[Programme, CompiledModel], Programme]


def _unchanged(programme: Programme, _: CompiledModel) -> Programme:
    return programme


def _both(programme: Programme, model: CompiledModel) -> Programme:
    return without_totals(with_capacity_rows(programme, model), model)


WAYS: dict[str, Way] = {
    "as compiled": _unchanged,
    "totals put in": without_totals,
    "capacities as rows": with_capacity_rows,
    "both": _both,
}


def measure(size: str, scenarios: int, cold: str) -> list[dict[str, object]]:
    """Solve the case and so many what-ifs in every way, one way after the other in each step.

    Args:
        size: of the case.
        scenarios: how many what-ifs.
        cold: what solves from nothing, as HiGHS calls it.

    Raises:
        SystemExit: two ways do not find the same optimum.
    """
    numbers = case_of(size).scenario()
    data = model_data(numbers)
    changes = Changes(numbers, data)
    what_ifs = [data.with_params(changes.of(one)) for one in fleet_of(scenarios)]
    solvers = {name: _Solver(cold) for name in WAYS}
    for case in (data, *what_ifs):
        model = compile_model(case)
        for name, way in WAYS.items():
            solvers[name].solve(way(as_compiled(model), model))
        _require_one_optimum(solvers)
    return [solver.to_dict(name) for name, solver in solvers.items()]


def _require_one_optimum(solvers: dict[str, _Solver]) -> None:
    optima = {name: solver.optimum for name, solver in solvers.items()}
    low, high = min(optima.values()), max(optima.values())
    if high - low > _SAME * abs(high):
        raise SystemExit(f"the ways do not find the same optimum: {optima}")


class _Solver:
    """HiGHS with one way of writing the case."""

    def __init__(self, cold: str) -> None:
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("solver", cold)
        self.programme: Programme | None = None
        self.seconds: list[float] = []
        self.optimum = 0.0

    def solve(self, programme: Programme) -> None:
        """Solve, from the basis before if there is one."""
        if self.programme is None:
            self._load(programme)
        else:
            self._change(programme)
        self.programme = programme
        started = time.perf_counter()
        self.optimum = objective(self.highs)
        self.seconds.append(time.perf_counter() - started)

    def _load(self, programme: Programme) -> None:
        rows, columns = programme.shape
        matrix = programme.matrix
        self.highs.passModel(
            columns,
            rows,
            matrix.nnz,
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMinimize),
            0.0,
            programme.cost,
            programme.lower,
            programme.upper,
            programme.row_lower,
            programme.row_upper,
            matrix.indptr.astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data,
            np.zeros(columns, dtype=np.int32),
        )

    def _change(self, programme: Programme) -> None:
        """Costs and bounds; the matrix is that of every what-if."""
        self.highs.setOptionValue("solver", "simplex")
        rows, columns = (np.arange(count, dtype=np.int32) for count in programme.shape)
        highs = self.highs
        highs.changeColsCost(len(columns), columns, programme.cost)
        highs.changeColsBounds(len(columns), columns, programme.lower, programme.upper)
        highs.changeRowsBounds(len(rows), rows, programme.row_lower, programme.row_upper)

    def to_dict(self, name: str) -> dict[str, object]:
        """What was measured."""
        if self.programme is None:
            raise LookupError("nothing was solved")
        rows, columns = self.programme.shape
        cold, *warm = self.seconds
        return {
            "formulation": name,
            "rows": rows,
            "columns": columns,
            "nonzeros": int(self.programme.matrix.nnz),
            "cold_seconds": cold,
            "warm_seconds": median(warm),
        }


def main() -> None:
    """Measure and print."""
    parser = parser_of(__doc__)
    parser.set_defaults(size="medium")
    parser.add_argument("--scenarios", type=int, default=5, help="how many what-ifs")
    parser.add_argument("--cold", choices=("ipm", "simplex"), default="ipm", help="from nothing by")
    asked = parser.parse_args()
    with quiet():
        rows = measure(asked.size, asked.scenarios, asked.cold)
    print(json.dumps(rows, indent=1) if asked.json else table(rows))


if __name__ == "__main__":
    main()
