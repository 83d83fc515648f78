"""Switch prices of random cases: a source's tonnes change there, and not before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planner

BESIDE = 0.01


@given(data=st.data())
def test_tonnes_change_at_the_switch_prices_and_not_before(data, cases, make, solve):
    case = make(data.draw(cases))
    plan = solve(case)
    source = data.draw(st.sampled_from(sorted(plan.switch_prices)), label="source")
    found = plan.switch_prices[source]

    def bought(some: planner.Plan) -> float:
        """Tonnes weighted by what a dollar of their period is worth: the slope of the cost."""
        names = [one.name for one in plan.numbers.sources]
        return float(some.quantities.bought[names.index(source)] @ plan.numbers.discount)

    def tonnes(shift: float) -> float:
        """Bought of the source where its price is so much higher."""
        return bought(solve(case.with_changes(f"Sources[Source={source}].Price [USD/t]+={shift}")))

    for corner, sign in ((found.gains_at, -1), (found.loses_at, 1)):
        if corner is None:
            continue
        shift = corner - found.price
        if abs(shift) > 3 * BESIDE:  # else the price stands at the corner
            inside = tonnes(shift - sign * BESIDE)
            assert inside == pytest.approx(bought(plan), abs=1e-6)
            if shift + sign * BESIDE > -found.price:
                assert sign * (inside - tonnes(shift + sign * BESIDE)) > 1e-6
