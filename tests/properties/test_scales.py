"""Tonnages, prices and periods of any size side by side: the plan is that of exact arithmetic.

Each material has sources of its own, so that the cheapest plan is known: the cheapest source first,
in fractions that nothing rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.case.units import DAYS_PER_YEAR

PERIODS = ("2011", "2012")


@dataclass(frozen=True)
class Sized:
    """A case, and what is bought in it, by source and period, with what it costs."""

    sheets: dict[str, list[list[object]]]
    tonnes: dict[tuple[str, str], Fraction]
    cost: Fraction


def rounded(exponent: float) -> float:
    """A number of four digits, as a person would type it."""
    return float(f"{10.0**exponent:.4g}")


@st.composite
def sized(draw: st.DrawFn) -> Sized:
    """Demands of 1e-6 to 1e9 t, prices of 1e-3 to 1e9 USD/t, periods of a day to decades."""
    years = [draw(st.sampled_from([1 / DAYS_PER_YEAR, 0.5, 1.0, 40.0])) for _ in PERIODS]
    rate = draw(st.sampled_from([0.0, 0.05, 1.0]))
    discounts = [1.0, (1.0 + rate) ** -years[0]]
    materials, demands, sources = [], [], []
    tonnes: dict[tuple[str, str], Fraction] = {}
    cost = Fraction(0)
    for m in range(draw(st.integers(1, 3))):
        size, dear = draw(st.floats(-5, 9)), draw(st.floats(-3, 6))
        short = rounded(dear + 5)  # dearer than any source
        wanted = [rounded(size + draw(st.floats(-1, 0))) for _ in PERIODS]
        own = []
        for s in range(draw(st.integers(1, 3))):
            yields = draw(st.sampled_from([1.0, 0.5, 1e-3]))
            some = rounded(size + draw(st.floats(-2, 0)))
            capacity = draw(st.sampled_from([some, 0.0, 1e9, 1e12, "unlimited"]))
            price = rounded(dear + draw(st.floats(-1, 1)))
            own.append([f"S{m}{s}", "China", f"M{m}", capacity, price, yields])
        useful = sorted(price / yields for *_, price, yields in own)
        assume(all(b > a * (1.0 + 1e-6) for a, b in pairwise(useful)))  # no ties
        materials.append([f"M{m}", short])
        demands.append([f"M{m}", *wanted])
        sources += own
        cheapest_first = sorted(own, key=lambda row: Fraction(row[4]) / Fraction(row[5]))
        for period, year, discount, demand in zip(PERIODS, years, discounts, wanted, strict=True):
            left = Fraction(demand)
            for name, _, _, capacity, price, yields in cheapest_first:
                bought = left / Fraction(yields)
                if capacity != "unlimited":
                    bought = min(bought, Fraction(capacity) * Fraction(year))
                tonnes[name, period] = bought
                left -= bought * Fraction(yields)
                cost += bought * Fraction(price) * Fraction(discount)
            cost += left * Fraction(short) * Fraction(discount)
    header = ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]", "Yield"]
    return Sized(
        sheets={
            "Periods": [["Period", "Years"], *map(list, zip(PERIODS, years, strict=True))],
            "Settings": [["Setting", "Value"], ["Discount rate", rate]],
            "Materials": [["Material", "Shortfall cost [USD/t]"], *materials],
            "Demand": [["Item", *PERIODS], *demands],
            "Sources": [header, *sources],
        },
        tonnes=tonnes,
        cost=cost,
    )


@given(case=sized())
def test_the_plan_of_exact_arithmetic(case, make, solve):
    """Of each source the tonnes that it should have, against those of its own material."""
    plan = solve(make(case.sheets))
    assert plan.objective == pytest.approx(float(case.cost), rel=1e-9)
    names = [source.name for source in plan.numbers.sources]
    for (source, period), exact in case.tonnes.items():
        of_material = [t for (name, _), t in case.tonnes.items() if name[:2] == source[:2]]
        bought = plan.quantities.ship[names.index(source), 0, PERIODS.index(period)]
        largest = float(max(of_material))
        assert bought == pytest.approx(float(exact), rel=1e-9, abs=1e-9 * largest), source
