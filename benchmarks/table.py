"""All figures in one run: how the planner stands against what it is meant to reach.

python -m benchmarks.table            prints the table
python -m benchmarks.table --write    puts it into benchmarks/README.md, and draws the chart
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import build, endtoend, resolve, startup
from benchmarks.build import Built
from benchmarks.methods import PEERS, is_installed
from benchmarks.resolve import Resolved
from benchmarks.results import FLOOR, Result, quiet
from benchmarks.tree import ROOT, require_one_tree

README, CHART = ROOT / "benchmarks" / "README.md", ROOT / "benchmarks" / "ratios.svg"
_BEGIN, _END = "<!-- results: written by python -m benchmarks.table --write -->", "<!-- end -->"

PLANNER = "planner"
TITLES = {"linopy": "linopy", "pulp": "PuLP", "pyomo-appsi": "Pyomo with appsi_highs"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        what: is measured.
        measured: a ratio.
        must: what it has to reach.
        aim: what would be good; None: no goal beyond that.
        more: whether more is better.
    """

    what: str
    measured: float
    must: float
    aim: float | None
    more: bool = False

    @property
    def verdict(self) -> str:
        """Whether it is reached."""
        if self._reaches(self.must):
            return "aim" if self.aim is None or self._reaches(self.aim) else "must"
        return "**no**"

    def _reaches(self, goal: float) -> bool:
        return self.measured >= goal if self.more else self.measured <= goal

    def row(self) -> tuple[str, ...]:
        """As it stands in the table."""
        times = " × faster" if self.more else ""
        aim = "more" if self.aim is None else f"{self.aim:g}{times}"
        return (
            self.what,
            f"{self.must:g}{times}",
            aim,
            f"{self.measured:.3g}{times}",
            self.verdict,
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything, from one run."""

    built: Mapping[str, Built]
    resolved: Resolved
    started: Sequence[Result]
    solved: Sequence[Result]

    def figures(self) -> Iterator[Figure]:
        """The lines of the table."""
        for size, must, aim in (("medium", 2.0, 1.5), ("large", 2.0, 1.5), ("small", 4.0, 2.5)):
            ratio = _to_floor(self.built[size].results())
            yield Figure(f"build and hand-over ÷ floor, {size}", ratio, must, aim)
        seconds = self.built["medium"].seconds
        for name, must in (("linopy", 10.0), ("pulp", 80.0), ("pyomo-appsi", 200.0)):
            faster = seconds[name] / seconds[PLANNER]
            yield Figure(f"build, against {TITLES[name]}, medium", faster, must, None, more=True)
        peaks = self.built["large"].peaks
        if peaks:
            whole = peaks[PLANNER].whole / peaks[FLOOR].whole
            yield Figure("peak memory ÷ floor, large", whole, 2.5, 2.0)
            above = peaks[PLANNER].above_start / peaks[FLOOR].above_start
            yield Figure("the same, above what the process held before", above, 2.5, 2.0)
        warm = self.resolved.whole_to_inside
        yield Figure("warm what-ifs, small: whole ÷ time inside HiGHS", warm, 1.2, 1.05)
        seconds = self.resolved.seconds
        faster = seconds["pyomo-appsi"] / seconds[PLANNER]
        what = f"the same against rebuilding with {TITLES['pyomo-appsi']}"
        yield Figure(what, faster, 30.0, 100.0, more=True)
        what = "planner solve japan-2011 ÷ a bare script, whole process"
        yield Figure(what, _to_floor(self.solved), 1.5, 1.2)
        what = "planner --help ÷ Python with click imported"
        yield Figure(what, _to_floor(self.started), 1.5, 1.2)
        growth = _per_nonzero(self.built["large"]) / _per_nonzero(self.built["medium"])
        yield Figure("build time per non-zero, large ÷ medium", growth, 1.3, 1.0)


def _to_floor(results: Sequence[Result]) -> float:
    return next(one.ratio_to_floor or 0.0 for one in results if one.method == PLANNER)


def _per_nonzero(built: Built) -> float:
    return built.seconds[PLANNER] / built.nonzeros[PLANNER]


def measure() -> Measured:
    """Run every benchmark.

    Raises:
        SystemExit: a peer is not installed.
    """
    missing = [name for name in PEERS if not is_installed(name)]
    if missing:
        raise SystemExit(f'{", ".join(missing)}: pip install -e ".[benchmarks]"')
    with quiet():
        return Measured(
            built={
                size: build.measure(size, build.names_for(size, peers=False))
                for size in ("small", "medium", "large")
            },
            resolved=resolve.measure("small", resolve.names_for("small", peers=True)),
            started=startup.measure("--help"),
            solved=endtoend.measure("small"),
        )


# -- text ---------------------------------------------------------------------------------------


def text_of(measured: Measured) -> str:
    """The results as they stand in the README."""
    head = ("what", "must", "aim", "measured", "reached")
    figures = _markdown(head, [figure.row() for figure in measured.figures()])
    parts = [_setting(), figures, "![Seconds to build the model](ratios.svg)"]
    for size, built in measured.built.items():
        nonzeros = f"{built.nonzeros[FLOOR]:,}"
        parts.append(f"Build and hand-over, {size} ({nonzeros} non-zeros):\n\n{_builds(built)}")
    parts.append(f"A what-if of the small case:\n\n{_what_ifs(measured.resolved)}")
    return "\n\n".join(parts)


def _setting() -> str:
    packages = ("highspy", "numpy", "scipy", "linopy", "PuLP", "pyomo", "openpyxl", "XlsxWriter")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    day = datetime.now(UTC).date().isoformat()
    machine = f"{_processor()}, {os.cpu_count()} cores, {platform.system()}"
    return f"{day}, {machine}, Python {platform.python_version()}, {versions}."


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _builds(built: Built) -> str:
    rows = [
        (
            one.method,
            f"{one.seconds * 1000:,.1f}",
            f"{one.ratio_to_floor:,.3g}",
            *_memory(built, one.method),
        )
        for one in built.results()
    ]
    head = ("method", "milliseconds", "÷ floor", "peak MB", "of it above the start")
    return _markdown(head, rows)


def _memory(built: Built, name: str) -> tuple[str, str]:
    peak = built.peaks.get(name)
    return (f"{peak.whole:.0f}", f"{peak.above_start:.1f}") if peak else ("–", "–")


def _what_ifs(resolved: Resolved) -> str:
    rows = [
        (name, f"{seconds * 1000:,.2f}", f"{1 / seconds:,.0f}")
        for name, seconds in resolved.seconds.items()
    ]
    inside = resolved.inside
    rows.insert(1, ("of it inside HiGHS", f"{inside * 1000:,.2f}", ""))
    return _markdown(("method", "milliseconds", "a second"), rows)


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(text: str) -> None:
    """Put results between the marks of the README."""
    before, _, rest = README.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    README.write_text(f"{before}{_BEGIN}\n\n{text}\n\n{_END}{after}", encoding="utf-8")


# -- chart --------------------------------------------------------------------------------------

_LOOKS = {
    FLOOR: ("#000000", "o"),
    PLANNER: ("#D55E00", "D"),
    "linopy": ("#0072B2", "s"),
    "pulp": ("#009E73", "^"),
    "pyomo-appsi": ("#CC79A7", "v"),
}
"""Colours of Okabe and Ito, told apart by the colour-blind; and marks, told apart without any."""


def draw(built: Mapping[str, Built], path: Path) -> None:
    """Draw the seconds of every method against the size of the model."""
    import matplotlib as mpl  # noqa: PLC0415 - only a written chart needs it

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "ratios"  # the same file for the same figures
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    for name, (colour, mark) in _LOOKS.items():
        points = [
            (one.nonzeros[name], one.seconds[name]) for one in built.values() if name in one.seconds
        ]
        across, up = zip(*points, strict=True)
        axes.plot(across, up, marker=mark, color=colour, linewidth=1.2, label=name)
        axes.annotate(
            name, points[-1], xytext=(8, 0), textcoords="offset points", va="center", color=colour
        )
    axes.set(xscale="log", yscale="log", xlabel="non-zeros of the model", ylabel="seconds")
    axes.set_title("From the numbers of a case to a model that stands in HiGHS", fontsize=10)
    axes.set_xlim(right=max(one.nonzeros[FLOOR] for one in built.values()) * 4)
    axes.grid(visible=True, which="major", color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Measure, print, and write."""
    require_one_tree()
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="into the README, with the chart")
    asked = parser.parse_args()
    measured = measure()
    text = text_of(measured)
    print(text)
    if asked.write:
        write(text)
        draw(measured.built, CHART)


if __name__ == "__main__":
    main()
