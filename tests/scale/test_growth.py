"""No step takes more than its share of a larger case: calls are counted, time is not.

A case of twice the sources, or twice the periods, has about twice the cells. A function of ours
that is called far more than twice as often then looks at every cell for every cell.
"""

from __future__ import annotations

import cProfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import planner
import planner_models
from planner.case.case import Case
from planner.report.workbook import write_results
from planner.solving import shadow, switching
from planner.solving.basis_matrix import BasisMatrix
from planner.solving.data import model_data
from planner.solving.solve import solve
from planner.workbook.reading import read
from planner_models.compiling import compile_model

SMALL, MORE_SOURCES, MORE_PERIODS = (26, 18), (52, 18), (26, 36)
OURS = tuple(str(Path(package.__file__).parent) for package in (planner, planner_models))
MOST, RARE = 2.2, 150
"""Calls may grow so many times; so few more are no growth."""

MOST_WRITTEN = 3.5
"""The same of the report: what a plan holds does not grow evenly; what is looked at for each of
its rows again would grow fourfold."""

Function = tuple[str, int, str]


def _calls(action: Callable[[], Any]) -> Counter[Function]:
    """How often each function of ours is called."""
    profile = cProfile.Profile()
    profile.runcall(action)
    counts: Counter[Function] = Counter()
    for entry in profile.getstats():
        code = entry.code
        if not isinstance(code, str) and code.co_filename.startswith(OURS):
            counts[code.co_filename, code.co_firstlineno, code.co_name] += entry.callcount
    return counts


def _grown(small: Counter[Function], large: Counter[Function]) -> list[str]:
    """The functions called far more often for a case of twice the size."""
    return [
        f"{Path(function[0]).name}:{function[1]} {function[2]}: {small[function]} → {count}"
        for function, count in sorted(large.items())
        if count > _most(function) * small[function] + RARE
    ]


def _most(function: Function) -> float:
    return MOST_WRITTEN if Path(function[0]).parent.name == "report" else MOST


@pytest.fixture
def large_case(large: Callable[..., Path]) -> Callable[..., Case]:
    """Reads a case with few materials and plants, so that sources and periods are what counts."""
    return lambda *size: read(large(*size, materials=6, sites=2))


def _grown_in(step: Callable[[Any], Any], small: Any, larger: Iterable[Any]) -> list[str]:
    before = _calls(lambda: step(small))
    assert before
    return [line for one in larger for line in _grown(before, _calls(lambda one=one: step(one)))]


def test_reading_and_checking(large: Callable[..., Path]) -> None:
    small, *larger = (large(*size) for size in (SMALL, MORE_SOURCES, MORE_PERIODS))
    assert _grown_in(read, small, larger) == []


@pytest.mark.parametrize(
    ("sources", "mistakes"), [(MORE_SOURCES[0], 120), (SMALL[0], 240)], ids=["cells", "mistakes"]
)
def test_complaining(
    building: dict[str, Any],
    planting: dict[str, Any],
    tmp_path: Path,
    sources: int,
    mistakes: int,
) -> None:
    """Twice the cells with as many mistakes, and twice the mistakes in as many cells."""

    def wrong(sources: int, mistakes: int) -> Path:
        path = tmp_path / f"wrong-{sources}-{mistakes}.xlsx"
        sheets = building["large_case"](building["Size"](sources, SMALL[1]))
        planting["plant"](sheets, mistakes)
        building["write"](sheets, path)
        return path

    def complain(path: Path) -> None:
        with pytest.raises(planner.InvalidCase):
            read(path)

    assert _grown_in(complain, wrong(SMALL[0], 120), [wrong(sources, mistakes)]) == []


def test_solving_and_writing(
    large_case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Model, ties, worth of bounds, check, results; without the solves at kinks, which have a
    bound of their own, and the prices at which tonnes change, which large cases do without."""
    monkeypatch.setattr(shadow, "_MOST_SOLVES", 0)
    monkeypatch.setattr(switching, "LARGEST_CASE", 0)
    small, *larger = (large_case(*size) for size in (SMALL, MORE_SOURCES, MORE_PERIODS))

    def solve_and_write(case: Case) -> None:
        write_results(tmp_path / "out.xlsx", case, [solve(case)])

    assert _grown_in(solve_and_write, small, larger) == []


def test_what_follows_from_the_numbers_is_worked_out_once(
    large_case: Callable[..., Case],
) -> None:
    numbers = large_case(*SMALL).scenario()
    assert numbers.limit is numbers.limit
    assert numbers.landed_cost is numbers.landed_cost
    assert numbers.unlifted_price is numbers.unlifted_price


def test_a_bound_is_looked_at_once_for_both_sides(
    large_case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[tuple[str, int]] = Counter()
    for name in ("along_row", "along_column"):
        found = getattr(BasisMatrix, name)

        def counting(
            matrix: BasisMatrix, position: int, name: str = name, found: Any = found
        ) -> Any:
            asked[name, position] += 1
            return found(matrix, position)

        monkeypatch.setattr(BasisMatrix, name, counting)
    monkeypatch.setattr(shadow, "_MOST_SOLVES", 0)
    solve(large_case(*SMALL))
    assert asked
    assert set(asked.values()) == {1}


def test_a_very_large_case_has_the_worth_of_the_bounds_worth_most(
    large_case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = large_case(*SMALL)
    whole = {_place(row): _worth(row) for row in solve(case).limit_rows if row.binds}
    rows = compile_model(model_data(case.scenario())).shape[0]
    monkeypatch.setattr(shadow, "_MOST_LOOKED_AT", 10 * rows)
    some = {_place(row): _worth(row) for row in solve(case).limit_rows if row.binds}
    known = {place for place, worth in some.items() if worth is not None}
    assert 0 < len(known) <= 10 < len(whole)
    assert all(some[place] == pytest.approx(whole[place]) for place in known)


def test_a_very_large_case_says_what_is_not_worked_out(
    large_case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switching, "LARGEST_CASE", 0)
    plan = solve(large_case(*SMALL))
    assert plan.switch_prices == {}
    assert any("too large to find the prices" in note for note in plan.notes)


def _place(row: Any) -> tuple[str, str, str | None, str]:
    return row.kind, row.name, row.value, row.first


def _worth(row: Any) -> float | None:
    return row.shadow_price.more if row.shadow_price.more is not None else row.shadow_price.less
