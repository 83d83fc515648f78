"""A whole run of `planner solve`, beside a bare script that does the same for one example.

python -m benchmarks.endtoend

small is the example japan-2011, medium japan-2011-2015, large a workbook of 300 sources and 60
periods. The bare script (`bare.py`) is written for the first; where it cannot take part there is no
floor.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import peak_mb, run
from benchmarks.results import FLOOR, Result, parser_of, report, results_of
from benchmarks.timing import interleaved, medians
from benchmarks.tree import ROOT, command, environment

ROUNDS = {"small": 15, "medium": 7, "large": 1}
_EXAMPLES = {"small": "japan-2011", "medium": "japan-2011-2015"}
_BARE = ROOT / "benchmarks" / "bare.py"


def measure(size: str, rounds: int | None = None) -> list[Result]:
    """Run both, again and again.

    Raises:
        CalledProcessError: the planner has no plan.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        case = _workbook(size, folder)
        commands = {
            "planner": [*command(), "solve", str(case), "-o", str(folder / "plan.xlsx")],
            FLOOR: [sys.executable, str(_BARE), str(case), str(folder / "bare.xlsx")],
        }
        try:
            run(commands[FLOOR], folder)
        except subprocess.CalledProcessError:
            del commands[FLOOR]  # it does not know this case
        peaks = {name: peak_mb(some, folder) for name, some in commands.items()}
        solves = {name: partial(run, some, folder) for name, some in commands.items()}
        seconds = medians(interleaved(solves, rounds or ROUNDS[size]))
    return results_of(seconds, peak_mb=peaks)


def _workbook(size: str, folder: Path) -> Path:
    if size in _EXAMPLES:
        return ROOT / "inputs" / f"{_EXAMPLES[size]}.xlsx"
    path = folder / "large.xlsx"
    script = ROOT / "scripts" / "build_large.py"
    build = [sys.executable, str(script), str(path)]
    subprocess.run(build, env=environment(), stdout=subprocess.DEVNULL, check=True)
    return path


def main() -> None:
    """Measure and print."""
    parser = parser_of(__doc__)
    asked = parser.parse_args()
    title = f"planner solve, {asked.size}: seconds of the whole process"
    report(measure(asked.size, asked.rounds), title=title, as_json=asked.json)


if __name__ == "__main__":
    main()
