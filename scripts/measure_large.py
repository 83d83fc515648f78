"""Measures reading, checking, solving and writing a large case, step by step.

CPU seconds (of all threads) of each step, and the most memory used by its end:
python scripts/measure_large.py --sources 300 --periods 60
"""

from __future__ import annotations

import argparse
import importlib
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

STEPS = (
    ("load the file", "planner.workbook.reading", "load_workbook"),
    ("understand the sheets", "planner.case.case", "_parse_all"),
    ("resolve the scenarios", "planner.case.case", "_resolve_all"),
    ("warn", "planner.case.advice", "warnings"),
    ("data of the model", "planner.solving.live", "model_data"),
    ("build the model", "planner.solving.live", "Compiler.compile"),
    ("load into the solver", "planner.solving.live", "Session"),
    ("solve", "planner.solving.solve", "solve_by_priority"),
    ("hold the decisions", "planner.solving.solve", "_held"),
    ("break ties", "planner.solving.solve", "break_ties"),
    ("check the plan", "planner.solving.solve", "check_plan"),
    ("worth of bounds", "planner.solving.solve", "limit_rows"),
    ("prices of a change", "planner.solving.solve", "switch_prices"),
    ("write", "planner.report.workbook", "write_results"),
)
"""What is measured: steps that follow each other, and the functions that take them."""


class _Clock:
    """Seconds and memory of each step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.memory: dict[str, float] = {}

    def timed(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, measured."""

        def measured(*arguments: Any, **named: Any) -> Any:
            started = process_time()
            try:
                return function(*arguments, **named)
            finally:
                self.seconds[step] = self.seconds.get(step, 0.0) + process_time() - started
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                self.memory[step] = peak / (1024 if sys.platform == "linux" else 1024**2)

        return measured


def main() -> None:
    from build_large import Size, large_case, options, write  # noqa: PLC0415 - a script beside it

    parser = argparse.ArgumentParser(description="Measure a large case, step by step.")
    options(parser)
    parser.add_argument("--decisions", action="store_true", help="with restarts, minimum orders")
    parser.add_argument("--check", action="store_true", help="read and check only")
    parser.add_argument("--time-limit", type=float, help="seconds, instead of that of Settings")
    asked = parser.parse_args()
    size = Size(asked.sources, asked.periods, asked.materials, asked.sites, asked.decisions)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        sheets = large_case(size, asked.seed)
        write(sheets, path)
        cells = sum(value is not None for rows in sheets.values() for row in rows for value in row)
        del sheets
        print(f"{size}: {cells:,} cells, {path.stat().st_size / 1e6:.1f} MB")
        started, cpu, clock = perf_counter(), process_time(), _Clock()
        _run(path, clock, asked)
        _print(clock, process_time() - cpu, perf_counter() - started)


def _run(path: Path, clock: _Clock, asked: argparse.Namespace) -> None:
    for step, module, name in STEPS:
        home: Any = importlib.import_module(module)
        *within, function = name.split(".")
        for one in within:
            home = getattr(home, one)
        setattr(home, function, clock.timed(step, getattr(home, function)))
    reading = importlib.import_module("planner.workbook.reading")
    solving = importlib.import_module("planner.solving.solve")
    options = importlib.import_module("planner.solving.options").Options
    report = importlib.import_module("planner.report.workbook")
    case = reading.read(path)
    if asked.check:
        return
    plan = solving.solve(case, options=options(time_limit=asked.time_limit))
    report.write_results(path.with_name("plan.xlsx"), case, [plan])
    gap = "unknown" if plan.gap is None else f"{plan.gap:.1e}"
    print(f"{plan.status}, objective {plan.objective:,.0f}, gap {gap}; {plan.check.figures()}")
    for note in plan.notes:
        print(f"note: {note}")


def _print(clock: _Clock, cpu: float, elapsed: float) -> None:
    for step, seconds in clock.seconds.items():
        print(f"{seconds:9.2f} s  {clock.memory[step]:7.0f} MB  {step}")
    rest = cpu - sum(clock.seconds.values())
    print(f"{rest:9.2f} s               everything else\n{cpu:9.2f} s               in all")
    print(f"{elapsed:9.2f} s               by the clock")


if __name__ == "__main__":
    main()
