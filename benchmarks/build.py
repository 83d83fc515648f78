"""From the numbers of a scenario to a model that stands in HiGHS, not solved: by each method.

python -m benchmarks.build --size medium
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.cases import case_of
from benchmarks.memory import Peak, peak_of
from benchmarks.methods import NAMES, PEERS, Live, Method, is_installed, method
from benchmarks.results import FLOOR, Result, parser_of, quiet, report, results_of
from benchmarks.timing import interleaved, medians
from planner.case.scenario import Scenario

ROUNDS = {"small": 21, "medium": 15, "large": 9}
_SAME_OPTIMUM = 1e-6


@dataclass(frozen=True, slots=True)
class Built:
    """How long the methods took for one size, and what they built.

    Attributes:
        seconds: medians.
        nonzeros: of the matrix.
        peaks: of memory; empty where the system does not tell.
    """

    seconds: Mapping[str, float]
    nonzeros: Mapping[str, int]
    peaks: Mapping[str, Peak]

    def results(self) -> list[Result]:
        """As they are reported."""
        whole = {name: peak.whole for name, peak in self.peaks.items()}
        return results_of(self.seconds, nonzeros=self.nonzeros, peak_mb=whole)


def names_for(size: str, *, peers: bool) -> list[str]:
    """The methods that take part: those installed; peers of the large size only if asked for."""
    wanted = [name for name in NAMES if name not in PEERS or peers or size != "large"]
    return [name for name in wanted if is_installed(name)]


def measure(size: str, names: Sequence[str], rounds: int | None = None) -> Built:
    """Build the case of a size by each method, again and again.

    Raises:
        SystemExit: two methods do not find the same optimum of the small case.
    """
    methods = {name: method(name) for name in names}
    _require_one_optimum(methods)
    numbers = case_of(size).scenario()
    nonzeros: dict[str, int] = {}

    def run(name: str) -> Callable[[], Live]:
        def build() -> Live:
            live = methods[name](_copy(numbers))
            nonzeros[name] = live.nonzeros
            return live

        return build

    seconds = interleaved({name: run(name) for name in methods}, rounds or ROUNDS[size])
    peaks = {name: peak for name in methods if (peak := peak_of(size, name)) is not None}
    return Built(medians(seconds), nonzeros, peaks)


def _require_one_optimum(methods: Mapping[str, Method]) -> None:
    scenario = case_of("small").scenario()
    optima = {name: build(_copy(scenario)).solve() for name, build in methods.items()}
    expected = optima[FLOOR]
    for name, found in optima.items():
        if not math.isclose(found, expected, rel_tol=_SAME_OPTIMUM):
            raise SystemExit(
                f"{name} finds {found!r} where {FLOOR} finds {expected!r}: they do not build the "
                "same model, so nothing is reported"
            )


def _copy(scenario: Scenario) -> Scenario:
    """The same numbers: what a scenario works out once and keeps is worked out again."""
    return replace(scenario)


def main() -> None:
    """Measure and print."""
    parser = parser_of(__doc__)
    parser.add_argument("--peers", action="store_true", help="peers of the large size, too")
    asked = parser.parse_args()
    with quiet():
        built = measure(asked.size, names_for(asked.size, peers=asked.peers), asked.rounds)
    title = f"Build and hand-over, {asked.size}: seconds, and peak memory of a whole process"
    report(built.results(), title=title, as_json=asked.json)


if __name__ == "__main__":
    main()
