"""What a benchmark reports, as JSON or as a table, and the options that all of them share."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases import SIZES
from benchmarks.tree import require_one_tree

FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Result:
    """One method.

    Attributes:
        method: its name.
        seconds: median.
        ratio_to_floor: of seconds to the floor's; None where there is no floor.
        nonzeros: of the model's matrix; None where no one model is built.
        peak_mb: peak resident memory of a process that does this and nothing else; None: not
            measured.
        more: further numbers, by name.
    """

    method: str
    seconds: float
    ratio_to_floor: float | None
    nonzeros: int | None
    peak_mb: float | None
    more: Mapping[str, float]

    def to_dict(self) -> dict[str, object]:
        """As the JSON has it."""
        return {
            "method": self.method,
            "seconds": self.seconds,
            "ratio_to_floor": self.ratio_to_floor,
            "nonzeros": self.nonzeros,
            "peak_mb": self.peak_mb,
            **self.more,
        }


def results_of(
    seconds: Mapping[str, float],
    *,
    nonzeros: Mapping[str, int] | None = None,
    peak_mb: Mapping[str, float] | None = None,
    more: Mapping[str, Mapping[str, float]] | None = None,
) -> list[Result]:
    """Results, in the order of `seconds`; the others are by method, too."""
    floor = seconds.get(FLOOR)
    return [
        Result(
            method=name,
            seconds=median,
            ratio_to_floor=median / floor if floor else None,
            nonzeros=(nonzeros or {}).get(name),
            peak_mb=(peak_mb or {}).get(name),
            more=(more or {}).get(name, {}),
        )
        for name, median in seconds.items()
    ]


def parser_of(text: str | None) -> argparse.ArgumentParser:
    """A parser with the options that every benchmark has.

    Raises:
        SystemExit: `planner` and `planner_models` are from two trees.
    """
    require_one_tree()
    parser = argparse.ArgumentParser(description=(text or "").splitlines()[0])
    parser.add_argument("--size", choices=tuple(SIZES), default="small", help="of the case")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--rounds", type=int, help="of interleaved runs; the usual: by the size")
    return parser


@contextmanager
def quiet() -> Iterator[None]:
    """Keep off the standard output what libraries print there, such as the solver's banner."""
    sys.stdout.flush()
    kept = os.dup(1)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def report(results: Sequence[Result], *, title: str, as_json: bool) -> None:
    """Print results."""
    rows = [result.to_dict() for result in results]
    print(json.dumps(rows, indent=1) if as_json else f"{title}\n{table(rows)}")


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Aligned columns; the first is text, what is not known is a dash."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[name.replace("_", " ") for name in names]]
    cells += [[_cell(row.get(name)) for name in names] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(names))]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(map(str.rjust, line[1:], widths[1:]))]).rstrip()
        for line in cells
    )


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
