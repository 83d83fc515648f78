"""Many what-ifs of one case: by a warm session, and by building and solving each anew.

python -m benchmarks.resolve --scenarios 240
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.cases import case_of
from benchmarks.clock import clocked
from benchmarks.fleet import Changes, applied, fleet_of
from benchmarks.methods import NAMES, is_installed, method
from benchmarks.results import FLOOR, Result, parser_of, quiet, report, results_of
from planner.case.scenario import Scenario
from planner.solving.data import model_data
from planner.solving.session import Session
from planner_models.compiling import Compiler, compile_model
from planner_models.data import ModelData

PLANNER = "planner"
INSIDE = "inside_highs"

SCENARIOS = {"small": 240, "medium": 4, "large": 2}
REBUILT = {"small": 24, "medium": 1, "large": 1}
"""How many of the what-ifs those solve who build every model anew."""

PEERS_FOR = ("small",)
_ROUNDS = 5
_SAME_AS_COLD, _SAME_AS_FLOOR = 1e-9, 1e-6


@dataclass(frozen=True, slots=True)
class Resolved:
    """Seconds for one what-if.

    Attributes:
        seconds: by method, the median of the rounds.
        inside: of the planner's, those inside HiGHS.
        whole_to_inside: of the two, the median of the rounds.
        nonzeros: of the matrix.
    """

    seconds: Mapping[str, float]
    inside: float
    whole_to_inside: float
    nonzeros: int

    def results(self) -> list[Result]:
        """As they are reported."""
        every = dict.fromkeys(self.seconds, self.nonzeros)
        return results_of(self.seconds, nonzeros=every, more={PLANNER: {INSIDE: self.inside}})


def names_for(size: str, *, peers: bool) -> list[str]:
    """The methods that take part: peers of the larger sizes only if asked for."""
    taking_part = NAMES if peers or size in PEERS_FOR else (PLANNER, FLOOR)
    return [name for name in taking_part if is_installed(name)]


def measure(
    size: str, names: Sequence[str], scenarios: int | None = None, rounds: int | None = None
) -> Resolved:
    """Solve the what-ifs, all methods in every round.

    Raises:
        SystemExit: a method finds another optimum than a cold solve.
    """
    scenario = case_of(size).scenario()
    warm = _Warm(scenario, scenarios or SCENARIOS[size])
    anew = [
        _Anew(name, [applied(scenario, what_if) for what_if in warm.fleet[: REBUILT[size]]])
        for name in names
        if name != PLANNER
    ]
    seconds: dict[str, list[float]] = {name: [] for name in names}
    inside, ratios = [], []
    for _ in range(rounds or _ROUNDS):
        with clocked() as clock:
            whole = _timed(warm.solve_all)
        seconds[PLANNER].append(whole / len(warm.fleet))
        inside.append(clock.seconds / len(warm.fleet))
        ratios.append(whole / clock.seconds)
        for one in anew:
            seconds[one.name].append(_timed(one.solve_all) / len(one.scenarios))
    warm.require_cold_optima()
    for one in anew:
        one.require_optima(warm.optima)
    return Resolved(
        seconds={name: median(some) for name, some in seconds.items()},
        inside=median(inside),
        whole_to_inside=median(ratios),
        nonzeros=len(warm.session.model.value),
    )


class _Warm:
    """The planner: one live model, of which only what a what-if changes is changed."""

    def __init__(self, scenario: Scenario, count: int) -> None:
        self.fleet = fleet_of(count)
        self.data = model_data(scenario)
        self.changes = Changes(scenario, self.data)
        self.compiler = Compiler()
        self.session = Session(self.compiler.compile(self.data))
        self.session.solve()
        self.optima: list[float] = []

    def changed(self) -> Iterator[ModelData]:
        """The case with one what-if after the other."""
        for what_if in self.fleet:
            yield self.data.with_params(self.changes.of(what_if))

    def solve_all(self) -> None:
        self.optima = []
        for data in self.changed():
            model = self.compiler.compile(data)
            if not self.session.change(model):
                self.session = Session(model)
            self.optima.append(_cost(self.session))

    def require_cold_optima(self) -> None:
        for found, data in zip(self.optima, self.changed(), strict=True):
            _require(found, _cost(Session(compile_model(data))), _SAME_AS_COLD, PLANNER)


class _Anew:
    """A method that builds and solves a model for each what-if."""

    def __init__(self, name: str, scenarios: Sequence[Scenario]) -> None:
        self.name, self.scenarios = name, scenarios
        self.build = method(name)
        self.optima: list[float] = []

    def solve_all(self) -> None:
        self.optima = [self.build(scenario).solve() for scenario in self.scenarios]

    def require_optima(self, expected: Sequence[float]) -> None:
        for found, optimum in zip(self.optima, expected, strict=False):
            _require(found, optimum, _SAME_AS_FLOOR, self.name)


def _cost(session: Session) -> float:
    outcome = session.solve()
    return math.nan if outcome.solution is None else outcome.solution.objective


def _require(found: float, expected: float, tolerance: float, name: str) -> None:
    if not math.isclose(found, expected, rel_tol=tolerance):
        raise SystemExit(
            f"{name} finds {found!r} where {expected!r} is expected: nothing is reported"
        )


def _timed(run: Callable[[], None]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    parser = parser_of(__doc__)
    parser.add_argument("--scenarios", type=int, help="how many what-ifs; the usual: by the size")
    parser.add_argument("--peers", action="store_true", help="peers of the larger sizes, too")
    asked = parser.parse_args()
    with quiet():
        names = names_for(asked.size, peers=asked.peers)
        resolved = measure(asked.size, names, asked.scenarios, asked.rounds)
    report(resolved.results(), title=f"One what-if, {asked.size}: seconds", as_json=asked.json)
    if not asked.json:
        print(f"planner: {resolved.whole_to_inside:.3f} × its time inside HiGHS")


if __name__ == "__main__":
    main()
