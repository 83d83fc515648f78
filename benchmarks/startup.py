"""How long `planner --help` takes, beside Python with nothing but the command-line library.

python -m benchmarks.startup
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import peak_mb, run
from benchmarks.results import FLOOR, Result, parser_of, report, results_of
from benchmarks.timing import interleaved, medians
from benchmarks.tree import command

OPTIONS = ("--help", "--version")
_ROUNDS = 21


def measure(option: str, rounds: int | None = None) -> list[Result]:
    """Start both, again and again.

    Args:
        option: `--help` or `--version`.
        rounds: how often.
    """
    commands = {
        "planner": [*command(), option],
        FLOOR: [sys.executable, "-c", "import click"],
    }
    with TemporaryDirectory() as name:
        folder = Path(name)
        # Before the clock: the first start reads the files from the disk.
        peaks = {name: peak_mb(some, folder) for name, some in commands.items()}
        starts = {name: partial(run, some, folder) for name, some in commands.items()}
        seconds = medians(interleaved(starts, rounds or _ROUNDS))
    return results_of(seconds, peak_mb=peaks)


def main() -> None:
    """Measure and print; the size of a case changes nothing here."""
    parser = parser_of(__doc__)
    parser.add_argument("--option", choices=OPTIONS, default=OPTIONS[0], help="what is asked for")
    asked = parser.parse_args()
    results = measure(asked.option, asked.rounds)
    report(results, title=f"planner {asked.option}: seconds", as_json=asked.json)


if __name__ == "__main__":
    main()
