"""Cases written as sheets, and what changing one cell of them does to the cost of the best plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

import planner
from cases import SMALLEST, case_of
from planner.solving import live
from planner.solving.session import Session


@pytest.fixture(scope="session")
def make() -> Callable[..., planner.Case]:
    """A case of sheets, each a text with one row per line and `|` between cells.

    Sheets are named by keyword, with _ for a space; those not given are those of the smallest case.
    """
    return partial(case_of, SMALLEST)


@pytest.fixture(scope="session")
def solve() -> Callable[[planner.Case], planner.Plan]:
    """The optimal plan of a case, independently checked."""
    return _solve


@pytest.fixture(scope="session")
def cost() -> Callable[..., float]:
    """What the best plan of a case costs after some changes."""

    def of(case: planner.Case, *changes: str) -> float:
        return _solve(case.with_changes(*changes) if changes else case).objective

    return of


@pytest.fixture
def solver_options(monkeypatch) -> Callable[..., None]:
    """Give every solver of the test some options of HiGHS, such as `presolve="off"`."""

    def give(**options: object) -> None:
        class Optioned(Session):
            def _load(self) -> None:
                super()._load()
                for name, value in options.items():
                    self._option(name, value)

        monkeypatch.setattr(live, "Session", Optioned)

    return give


def _solve(case: planner.Case) -> planner.Plan:
    plan = planner.solve(case)
    assert plan.check.is_optimal, plan.check.figures()
    return plan
