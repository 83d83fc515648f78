"""Cases small enough to be solved by hand, written as the sheets that a buyer would fill in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import pytest

import planner
from cases import SMALLEST, case_of


@pytest.fixture
def make() -> Callable[..., planner.Case]:
    """A case of sheets, each a text with one row per line and `|` between cells.

    Sheets are named by keyword, with _ for a space (`Safety_stock`); those not given are those of
    the smallest case.
    """
    return partial(case_of, SMALLEST)


@pytest.fixture
def solve() -> Callable[..., Solved]:
    """The optimal plan of a case written as in `make`, independently checked."""

    def solved(scenario: str = "Base", **sheets: str) -> Solved:
        plan = planner.solve(case_of(SMALLEST, **sheets), scenario)
        assert plan.check.is_optimal, plan.check.figures()
        assert plan.objective == pytest.approx(plan.paid + plan.valuation, abs=1e-6)
        assert plan.objective == pytest.approx(sum(plan.costs.values()), abs=1e-6)
        return Solved(plan)

    return solved


@dataclass(frozen=True)
class Solved:
    """A plan as a hand calculation has it: what is not zero, by `name period`."""

    plan: planner.Plan

    @property
    def cost(self) -> float:
        return self.plan.objective

    @property
    def paid(self) -> float:
        return self.plan.paid

    @property
    def valuation(self) -> float:
        return self.plan.valuation

    @property
    def costs(self) -> dict[str, float]:
        """Discounted money by kind."""
        return {kind: money for kind, money in self.plan.costs.items() if abs(money) > 1e-6}

    @cached_property
    def bought(self) -> dict[str, float]:
        rows = self.plan.purchases.itertuples()
        return {f"{row.source} {row.period}": row.tonnes for row in rows}

    @cached_property
    def short(self) -> dict[str, float]:
        rows = self.plan.shortfalls.itertuples()
        return {f"{row.item} {row.period}": row.tonnes for row in rows}

    @property
    def surplus(self) -> dict[str, float]:
        return self._by_material(self.plan.quantities.surplus)

    @property
    def stock(self) -> dict[str, float]:
        return self._by_material(self.plan.quantities.stock)

    @property
    def under(self) -> dict[str, float]:
        """Tonnes under a soft target."""
        return self._by_material(self.plan.quantities.under)

    @property
    def used(self) -> dict[str, float]:
        """What is used of each quota and limit, in the unit typed, by `name value period`."""
        return self._of_rules("used")

    @property
    def breach(self) -> dict[str, float]:
        """By how much each soft limit is broken, in the unit typed."""
        return {name: amount for name, amount in self._of_rules("breach").items() if amount}

    def _of_rules(self, what: str) -> dict[str, float]:
        rows = [row for row in self.plan.limit_rows if row.kind != "capacity"]
        parts = [(row.name, row.value, row.first) for row in rows]
        names = [" ".join(part for part in some if part) for some in parts]
        return {name: getattr(row, what) for name, row in zip(names, rows, strict=True)}

    def _by_material(self, tonnes: Any) -> dict[str, float]:
        numbers = self.plan.numbers
        return {
            f"{numbers.materials[m]} {numbers.periods[t]}": float(tonnes[m, p, t])
            for m, p, t in np.argwhere(np.abs(tonnes) > 1e-6).tolist()
        }
