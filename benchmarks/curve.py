"""The exact curve of the cost against one quota, beside one solve of the case.

python -m benchmarks.curve --size medium
python -m benchmarks.curve --size medium --windows
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import planner
from benchmarks import cases, windows
from benchmarks.results import FLOOR, Result, parser_of, quiet, report, results_of
from benchmarks.timing import interleaved
from planner.solving.data import model_data
from planner.solving.session import Session
from planner_models.compiling import compile_model

PLANNER = "planner"
WARM = "one warm solve"

QUOTA, PERIOD = "Country 02", "2026-03"
TARGET = f"Quotas[Quota={QUOTA}].{PERIOD}"

AROUND = {"small": 0.5, "medium": 0.03, "large": 0.005}
"""How far the quota varies both ways, of what it is; so that there are some 50 to 100 pieces."""

_ROUNDS = 5
_AGAIN = 5
"""Values between the ends at which the case is solved again."""

_SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Traced:
    """Seconds for one curve.

    Attributes:
        seconds: of the whole, of one solve from nothing (the floor), of one from the last basis.
        pieces, solves: of the curve.
        rows, nonzeros: of the matrix.
    """

    seconds: Mapping[str, float]
    pieces: int
    solves: int
    rows: int
    nonzeros: int

    def results(self) -> list[Result]:
        """As they are reported."""
        every = dict.fromkeys(self.seconds, self.nonzeros)
        counts = {"pieces": self.pieces, "solves": self.solves, "rows": self.rows}
        return results_of(self.seconds, nonzeros=every, more={PLANNER: counts})


def measure(size: str, rounds: int | None = None, *, in_windows: bool = False) -> Traced:
    """Trace the curve, and solve the case once, in every round.

    Args:
        size: of the case.
        rounds: of interleaved runs.
        in_windows: a case of `benchmarks.windows`, not of `benchmarks.cases`.

    Raises:
        SystemExit: there is no such case, or the curve is not exact, or not what the case costs
            when it is solved again.
    """
    case, vary = _in_windows(size) if in_windows else _in_baskets(size)
    model = compile_model(model_data(case.scenario()))
    found: list[planner.Sweep] = []
    steps: list[float] = []

    def trace() -> None:
        solved = [time.perf_counter()]
        sweep = planner.sweep(case, vary, solved=lambda: solved.append(time.perf_counter()))
        found.append(sweep)
        # The first solve is from nothing, the second from the other end of the range.
        steps.append(median(after - before for before, after in pairwise(solved[2:])))

    runs = {PLANNER: trace, FLOOR: lambda: Session(model).solve()}
    seconds = {name: median(some) for name, some in interleaved(runs, rounds or _ROUNDS).items()}
    sweep = found[-1]
    _require_costs(case, sweep, vary.target)
    return Traced(
        seconds={**seconds, WARM: median(steps)},
        pieces=len(sweep.stretches),
        solves=sweep.solves,
        rows=model.shape[0],
        nonzeros=len(model.value),
    )


def _in_windows(size: str) -> tuple[planner.Case, planner.Vary]:
    if size not in windows.SIZES:
        raise SystemExit(f"there is no {size} case with windows, but {', '.join(windows.SIZES)}")
    chosen = windows.SIZES[size]
    target = f'Quotas[Quota="{chosen.quota}"].Tonnes'
    return windows.case_of(size), planner.Vary(target, 0.0, chosen.most, _AGAIN + 1)


def _in_baskets(size: str) -> tuple[planner.Case, planner.Vary]:
    case = cases.case_of(size)
    return case, _vary(case, AROUND[size])


def _vary(case: planner.Case, around: float) -> planner.Vary:
    numbers = case.scenario()
    position = numbers.periods.index(PERIOD)
    now = next(
        rule.maximum
        for rule in numbers.rules
        if rule.kind == "quota" and rule.name == QUOTA and rule.periods == (position,)
    )
    if now is None:
        raise SystemExit(f"the case has no quota of {QUOTA} in {PERIOD}")
    return planner.Vary(TARGET, now * (1 - around), now * (1 + around), _AGAIN + 1)


def _require_costs(case: planner.Case, sweep: planner.Sweep, target: str) -> None:
    if not sweep.exact:
        raise SystemExit(f"the curve is not exact: {sweep.reason}; nothing is reported")
    inner = set(sweep.varied[0].values[1:-1])
    for point in sweep.points:
        if point.values[0] in inner:
            there = case.with_changes(f"{target}={point.values[0]!r}")
            outcome = Session(compile_model(model_data(there.scenario()))).solve()
            cost = math.nan if outcome.solution is None else outcome.solution.objective
            if not math.isclose(point.objective or math.nan, cost, rel_tol=_SAME):
                raise SystemExit(
                    f"at {point.values[0]!r} the curve has {point.objective!r}, and the case costs "
                    f"{cost!r}: nothing is reported"
                )


def main() -> None:
    """Measure and print."""
    parser = parser_of(__doc__)
    parser.add_argument("--windows", action="store_true", help="a case of benchmarks/windows.py")
    asked = parser.parse_args()
    with quiet():
        traced = measure(asked.size, asked.rounds, in_windows=asked.windows)
    kind = " with windows" if asked.windows else ""
    report(traced.results(), title=f"One curve, {asked.size}{kind}: seconds", as_json=asked.json)
    if not asked.json:
        whole, cold, warm = (traced.seconds[name] for name in (PLANNER, FLOOR, WARM))
        print(
            f"{traced.pieces} pieces, {traced.solves} solves: {whole / cold:.2f} × one solve from "
            f"nothing, {whole / warm:.0f} × one warm solve"
        )


if __name__ == "__main__":
    main()
