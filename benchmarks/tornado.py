"""A whole tornado, beside the time that HiGHS needs to solve each of its ends from a warm start.

python -m benchmarks.tornado
python -m benchmarks.tornado --case inputs/magnet-maker-2026.xlsx --by 0.5
python -m benchmarks.tornado --processor

Seconds are those that pass. Those of the processor say little here: after a search for yes/no
decisions a thread of HiGHS goes round for some milliseconds with nothing to do, while the study
reads the case on another core.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from unittest.mock import patch

import numpy as np

import planner
from benchmarks.clock import Clock, clocked
from benchmarks.results import quiet, table
from benchmarks.tree import ROOT, require_one_tree
from planner.solving.data import model_data
from planner.solving.session import Session
from planner.studies.inputs import groups_of
from planner.studies.moves import Moved, Moves
from planner_models.compiled import CompiledModel
from planner_models.compiling import Compiler

CASE = ROOT / "inputs" / "japan-2011-2015.xlsx"
BY = 0.2
TITLE = "Tornado with decisions held"

_ROUNDS = 15
_SAME = 1e-9

Costs = Mapping[tuple[str, float], float | None]
"""Of each end: by the target moved, and its factor; None: there is no plan."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One tornado with decisions held: medians of the rounds.

    Attributes:
        ends: how many are solved.
        seconds: `tornado`: of the study, from a case that was read to its result; `first plan`: of
            these inside HiGHS, for the plan with nothing moved; `warm solves`: inside HiGHS, for
            every end, each from where the one before ended; `solve`: of a run of `planner.solve`.
        ratios: of the study without its first plan in HiGHS to the warm solves (`to_warm`), of all
            of it to all time inside HiGHS (`to_highs`), and to a solve (`to_solve`).
    """

    ends: int
    seconds: Mapping[str, float]
    ratios: Mapping[str, float]


def measure(
    path: Path = CASE,
    by: float = BY,
    rounds: int | None = None,
    now: Callable[[], float] = time.perf_counter,
) -> Compared:
    """Run the study, and the solves that it takes, in turn.

    Args:
        path: a workbook.
        by: the part by which inputs move.
        rounds: how often; None: as often as it takes for ratios to settle.
        now: what tells the time.

    Raises:
        SystemExit: the study finds another cost than a solve.
    """
    peer = _WarmSolves(planner.read(path), by)
    rows: list[tuple[float, float, float, float]] = []
    for _ in range(rounds or _ROUNDS):
        case = planner.read(path)
        with _first_plan_clocked(now) as first:
            started = now()
            study = planner.tornado(case, by=by, hold_decisions=True)
            whole = now() - started
        held = peer.first_plan()
        with clocked(now) as warm:
            costs = peer.solve_all(*held)
        _require_same(study, by, costs)
        started = now()
        planner.solve(case)
        rows.append((whole, first.seconds, warm.seconds, now() - started))
    names = ("tornado", "first plan", "warm solves", "solve")
    return Compared(
        ends=len(peer.models),
        seconds=dict(zip(names, map(median, zip(*rows, strict=True)), strict=True)),
        ratios={
            "to_warm": median((whole - first) / warm for whole, first, warm, _ in rows),
            "to_highs": median(whole / (first + warm) for whole, first, warm, _ in rows),
            "to_solve": median(whole / solve for whole, _, _, solve in rows),
        },
    )


@contextmanager
def _first_plan_clocked(now: Callable[[], float]) -> Iterator[Clock]:
    """Count the seconds that studies spend inside HiGHS for their plan with nothing moved.

    It is that plan's own time: from one search for yes/no decisions to the next it varies by more
    than what is compared.
    """
    seconds, own = Clock(), Moves.base

    def base(moves: Moves) -> Moved:
        with clocked(now) as inside:
            found = own(moves)
        seconds.seconds += inside.seconds
        return found

    with patch.object(Moves, "base", base):
        yield seconds


class _WarmSolves:
    """Every end of a tornado, its case changed as a user would, solved by one live session."""

    def __init__(self, case: planner.Case, by: float) -> None:
        numbers, compiler = case.scenario(), Compiler()
        self.base = compiler.compile(model_data(numbers))
        self.gap = numbers.mip_gap
        self.models: dict[tuple[str, float], CompiledModel] = {}
        for group in groups_of(case, numbers):
            for factor in (1.0 - by, 1.0 + by):
                try:
                    moved = case.varied(group.times(factor)).scenario()
                except (planner.WrongUsage, planner.InvalidCase):
                    continue  # the input cannot be so
                self.models[group.target, factor] = compiler.compile(model_data(moved))

    def first_plan(self) -> tuple[Session, np.ndarray]:
        """A session with the decisions of the plan with nothing moved, and these."""
        session = Session(self.base)
        found = session.solve(gap=self.gap).solution
        if found is None:
            raise SystemExit("the case has no plan to start from")
        decisions = np.round(found.values[self.base.integer])
        if len(decisions):
            session = Session(_held(self.base, decisions))
            session.solve()
        return session, decisions

    def solve_all(self, session: Session, decisions: np.ndarray) -> Costs:
        """The cost of each end."""
        costs: dict[tuple[str, float], float | None] = {}
        for end, model in self.models.items():
            held = _held(model, decisions)
            if not session.change(held):
                session = Session(held)
            found = session.solve().solution
            costs[end] = None if found is None else found.objective
        return costs


def _held(model: CompiledModel, decisions: np.ndarray) -> CompiledModel:
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[model.integer] = upper[model.integer] = decisions
    return replace(model, lower=lower, upper=upper, integer=np.zeros_like(model.integer))


def _require_same(study: planner.studies.tornado.Tornado, by: float, costs: Costs) -> None:
    for bar in study.bars:
        for end, factor in ((bar.low, 1.0 - by), (bar.high, 1.0 + by)):
            expected = costs.get((bar.group.target, factor))
            same = (end.objective is None) == (expected is None)
            if expected is not None and end.objective is not None:
                same = abs(end.objective - expected) <= _SAME * abs(expected)
            if not same:
                raise SystemExit(
                    f"{bar.group.name} × {factor:g}: the study finds {end.objective!r}, a solve "
                    f"{expected!r}: nothing is reported"
                )


def main() -> None:
    """Measure and print."""
    require_one_tree()
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--case", type=Path, default=CASE, help="a workbook")
    parser.add_argument("--by", type=float, default=BY, help="the part by which inputs move")
    parser.add_argument("--rounds", type=int, help="of interleaved runs")
    parser.add_argument(
        "--processor", action="store_true", help="seconds of the processor, of all threads"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    asked = parser.parse_args()
    with quiet():
        now = time.process_time if asked.processor else time.perf_counter
        found = measure(asked.case, asked.by, asked.rounds, now)
    document = {"ends": found.ends, "seconds": found.seconds, "ratios": found.ratios}
    if asked.json:
        print(json.dumps(document, indent=1))
        return
    print(f"{TITLE}, {asked.case.stem}, {found.ends} ends")
    print(table([{"": name, "milliseconds": 1e3 * s} for name, s in found.seconds.items()]))
    print(
        f"{found.ratios['to_warm']:.2f} × the warm solves in HiGHS (the first plan's left out), "
        f"{found.ratios['to_highs']:.2f} × all time inside HiGHS, "
        f"{found.ratios['to_solve']:.2f} × planner.solve"
    )


if __name__ == "__main__":
    main()
