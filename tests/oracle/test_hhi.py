"""Limits of type HHI: the sum of squared shares of demand, by country say."""

from __future__ import annotations

import numpy as np
import pytest

import planner
from planner.solving import solve as solving
from planner.solving.cuts import TangentCuts
from planner.solving.data import hhi, model_data
from planner_models.compiling import compile_model

SOURCES = """
    Source | Country   | Supplier | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China     | Baotou   | Nd       | unlimited       | 1
    AU     | Australia | Lynas    | Nd       | unlimited       | 2
"""
LIMIT = """
    Limit | Type | Maximum
    Mix   | HHI  | 0.58
"""


def _row(found):
    (row,) = (row for row in found.plan.limit_rows if row.kind == "limit")
    return row


def _keeps(found, most):
    """The sum of squared shares of 100 t, by what is bought."""
    total = sum((tonnes / 100) ** 2 for tonnes in found.bought.values())
    return total <= most * (1 + 1e-7)


def test_two_countries(solve):
    """0.7² + 0.3² = 0.58: 70 t at 1 and 30 t at 2.

    x² + (1 − x)² = H has the slope dH/dx = 2 · (0.7 − 0.3) = 0.8 and a tonne moved saves 1: one
    hundredth of H is worth 100 · 0.01 / 0.8.
    """
    found = solve(Sources=SOURCES, Limits=LIMIT)
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30})
    assert found.used == pytest.approx({"Mix 2011": 0.58})
    assert found.cost == pytest.approx(130)
    assert _keeps(found, 0.58)
    assert _row(found).binds
    assert _row(found).what == "HHI by Country"
    assert _row(found).shadow_price.more == pytest.approx(1.25, rel=1e-4)
    assert _row(found).shadow_price.less == pytest.approx(1.25, rel=1e-4)
    assert _row(found).shadow_price.unit == "USD per percentage point"


def test_the_slope_is_what_moving_the_maximum_shows(solve):
    """At 0.58 ± 0.0001 the cost moves by 0.01 · 1.25 per 0.0001."""
    costs = [
        solve(Sources=SOURCES, Limits=LIMIT.replace("0.58", str(most))).cost
        for most in (0.5799, 0.5801)
    ]
    assert costs[0] - costs[1] == pytest.approx(0.02 * 1.25, rel=1e-3)


def test_three_countries(solve):
    """At 1, 2 and 3 USD the shares are 1/3 + d, 1/3, 1/3 − d, their squares 1/3 + 2d².

    With d = 0.1: 1/3 + 0.02. Of 300 t: 130 · 1 + 100 · 2 + 70 · 3.
    """
    found = solve(
        Demand="""
            Item | 2011
            Nd   | 300
        """,
        Sources=SOURCES + "US | USA | MP | Nd | unlimited | 3",
        Limits=LIMIT.replace("0.58", str(1 / 3 + 0.02)),
    )
    assert found.bought == pytest.approx({"CN 2011": 130, "AU 2011": 100, "US 2011": 70}, rel=1e-5)
    assert found.cost == pytest.approx(540, rel=1e-6)


def test_sources_of_one_country_count_together_unless_a_column_is_given(solve):
    """70 t of China, the cheaper mine first; by supplier both mines are apart: no limit at 1/2."""
    sources = """
        Source | Country   | Supplier | Material | Capacity [t/yr] | Price [USD/t]
        CN     | China     | Baotou   | Nd       | 50              | 1
        GZ     | China     | Ganzhou  | Nd       | 50              | 1
        AU     | Australia | Lynas    | Nd       | unlimited       | 2
    """
    found = solve(Sources=sources, Limits=LIMIT)
    assert found.bought == pytest.approx({"CN 2011": 50, "GZ 2011": 20, "AU 2011": 30})
    limit = """
        Limit | Type | Column   | Maximum
        Mix   | HHI  | Supplier | 0.5
    """
    found = solve(Sources=sources, Limits=limit)
    assert found.bought == pytest.approx({"CN 2011": 50, "GZ 2011": 50})
    assert _row(found).what == "HHI by Supplier"


def test_shares_are_of_demand(solve):
    """One country alone with H = 0.25: half of the demand, the other half is missing."""
    found = solve(
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Nd       | unlimited       | 1
        """,
        Limits=LIMIT.replace("0.58", "0.25"),
    )
    assert found.bought == pytest.approx({"CN 2011": 50})
    assert found.cost == pytest.approx(50 + 50_000)


def test_an_hhi_of_0_lets_nothing_be_bought(solve):
    """Not even a millionth, whose square is nothing beside any tolerance."""
    found = solve(Sources=SOURCES, Limits=LIMIT.replace("0.58", "0"))
    assert found.bought == {}
    assert found.cost == 100_000


def test_at_an_hhi_of_0_the_first_tonne_is_worth_more_than_any_number(solve):
    """x tonnes need an HHI of (x / 100)²: at 0 its worth has no slope, and there is no less."""
    price = _row(solve(Sources=SOURCES, Limits=LIMIT.replace("0.58", "0"))).shadow_price
    assert (price.more, price.less) == (None, None)


@pytest.mark.parametrize("most", [1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5])
def test_an_hhi_of_next_to_nothing(solve, most):
    """Two countries with 100 · √(H / 2) t each, since a tonne missing costs far more than either.

    A share of a millionth is rounding.
    """
    found = solve(Sources=SOURCES, Limits=LIMIT.replace("0.58", repr(most)))
    assert sum(found.bought.values()) == pytest.approx(200 * (most / 2) ** 0.5, abs=1e-4)


def test_without_demand_nothing_may_be_bought(solve):
    """2011 has no demand: what is bought then would be all of it, however little."""
    found = solve(
        Periods="""
            Period
            2011
            2012
        """,
        Demand="""
            Item | 2011 | 2012
            Nd   | 0    | 100
        """,
        Sources=SOURCES,
        Prices="""
            Source | 2012 [USD/t]
            CN     | 9
            AU     | 10
        """,
        Stock="""
            Material | Opening [t]
            Nd       | 0
        """,
        Limits="""
            Limit | Type | Per    | Maximum
            Mix   | HHI  | period | 0.58
        """,
    )
    assert found.bought == pytest.approx({"CN 2012": 70, "AU 2012": 30})
    assert found.used == {"Mix 2011": None, "Mix 2012": pytest.approx(0.58)}


def test_the_tonnes_contained_count(solve):
    """MIX is a quarter Nd: half of the demand for Nd, 50 t, stand in 200 t of it."""
    found = solve(
        Materials="""
            Material | Class  | Shortfall cost [USD/t]
            La       | light  |
            Nd       | magnet | 1000
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            MIX    | China   |          | unlimited       | 1
        """,
        Composition="""
            Source | La [%] | Nd [%]
            MIX    | 50     | 25
        """,
        Limits="""
            Limit | Type | Materials   | Maximum
            Mix   | HHI  | Class=magnet | 0.25
        """,
    )
    assert found.bought == pytest.approx({"MIX 2011": 200})


def test_with_a_yes_no_decision(solve):
    """70 t and 30 t with an order of 10 USD, since 23.8 t missing would cost 23 800."""
    found = solve(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Order cost
            CN     | China     | Nd       | 200             | 1             |
            AU     | Australia | Nd       | 200             | 2             | 10
        """,
        Limits=LIMIT,
    )
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30})
    assert found.cost == pytest.approx(140)
    assert _keeps(found, 0.58)
    assert _row(found).shadow_price.more == pytest.approx(1.25, rel=1e-4)


def test_ties_are_broken_without_breaking_the_maximum(solve):
    """Both Australian sources cost the same; the preferred one has all 30 t."""
    found = solve(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Preference
            CN     | China     | Nd       | unlimited       | 1             |
            AU1    | Australia | Nd       | unlimited       | 2             |
            AU2    | Australia | Nd       | unlimited       | 2             | 1
        """,
        Limits=LIMIT,
    )
    assert found.bought == pytest.approx({"CN 2011": 70, "AU2 2011": 30})
    assert _keeps(found, 0.58)


def test_where_the_price_is_the_same_the_order_decides_up_to_the_maximum(solve):
    """China comes first, up to its 70 t."""
    found = solve(Sources=SOURCES.replace("| 2", "| 1"), Limits=LIMIT)
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30}, rel=1e-6)
    assert _keeps(found, 0.58)


FORBIDDEN = """
    Setting   | Value
    Shortfall | forbidden
"""


def _at_least(countries: int, most: str, order_cost: float = 0.0) -> dict[str, str]:
    """100 t needed, from countries at 50, 80, 110 … USD/t: none may have more than another."""
    rows = [f"S{n} | C{n} | Nd | 100 | {50 + 30 * n} | {order_cost}" for n in range(countries)]
    columns = "Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Order cost"
    return {
        "Settings": FORBIDDEN,
        "Sources": "\n".join([columns, *rows]),
        "Limits": f"Limit | Type | Maximum\nMix | HHI | {most}",
    }


@pytest.mark.parametrize("order_cost", [0.0, 7.0])
@pytest.mark.parametrize("countries", [2, 3, 5, 7])
def test_the_least_hhi_that_there_can_be(solve, countries, order_cost):
    """N countries with 100/N t each, at 50 + 15 (N − 1) USD on average: no other plan is allowed.

    Within 1e-7 of the maximum a country's share may be off by √(1e-7 / N) at most.
    """
    found = solve(**_at_least(countries, repr(1 / countries), order_cost))
    share = (1e-7 / countries) ** 0.5
    for tonnes in found.bought.values():
        assert tonnes / 100 == pytest.approx(1 / countries, abs=share)
    assert found.cost == pytest.approx(
        100 * (50 + 15 * (countries - 1)) + countries * order_cost, rel=1e-4
    )
    assert _keeps(found, 1 / countries)


def test_the_least_hhi_that_capacities_allow(solve):
    """20 t of one country and 40 t each of two others: 0.04 + 0.16 + 0.16 = 0.36."""
    sheets = _at_least(3, "0.36")
    sheets["Sources"] = sheets["Sources"].replace("S1 | C1 | Nd | 100", "S1 | C1 | Nd | 20")
    found = solve(**sheets)
    assert found.bought == pytest.approx({"S0 2011": 40, "S1 2011": 20, "S2 2011": 40}, rel=1e-3)
    assert found.cost == pytest.approx(40 * 50 + 20 * 80 + 40 * 110, rel=1e-4)
    assert _keeps(found, 0.36)


@pytest.mark.parametrize("order_cost", [0.0, 7.0])
@pytest.mark.parametrize("countries", [2, 3, 5])
def test_at_the_least_hhi_there_is_no_less(solve, countries, order_cost):
    """At N countries' least, 1/N, less of it leaves no plan; a little above, it has a price.

    At H = 1/2 + 2d² a tonne moved saves 30: 0.01 of H is worth 30 · 100 · 0.01 / 4d, with d = 0.1.
    """
    least = solve(**_at_least(countries, repr(1 / countries), order_cost))
    assert _row(least).shadow_price.less is None
    above = _row(solve(**_at_least(2, "0.52", order_cost))).shadow_price
    assert (above.more, above.less) == pytest.approx((75, 75), rel=1e-3)


@pytest.mark.parametrize("order_cost", [0.0, 7.0])
@pytest.mark.parametrize("countries", [2, 3, 5])
def test_at_the_bottom_of_the_bowl_the_first_of_more_is_worth_more_than_any_number(
    solve, countries, order_cost
):
    """Shares 1/2 ± d need 2d² more: the first tonne moved is worth 30 and needs none of it."""
    least = solve(**_at_least(countries, repr(1 / countries), order_cost))
    assert _row(least).shadow_price.more is None


def test_a_corner_at_the_least_hhi_has_a_worth(solve):
    """S1 sells 40 t at most: 60 and 40 t have 0.52, and no plan has less. A tonne moved saves 30.

    It needs 2 · (0.6 − 0.4) / 100 of HHI: 0.01 of it moves 2.5 t.
    """
    sheets = _at_least(2, "0.52")
    sheets["Sources"] = sheets["Sources"].replace("S1 | C1 | Nd | 100", "S1 | C1 | Nd | 40")
    price = _row(solve(**sheets)).shadow_price
    assert (price.more, price.less) == (pytest.approx(2.5 * 30, rel=1e-5), None)


@pytest.mark.parametrize("above", [1e-8, 1e-6, 1e-4, 1e-2])
def test_an_hhi_little_above_the_least(solve, above):
    """Shares 1/2 ± d have the sum 1/2 + 2d²: d = √(above / 4), and 30 USD for each tonne moved."""
    found = solve(**_at_least(2, repr(0.5 * (1 + above))))
    moved = 100 * (above / 4) ** 0.5
    allowed = 100 * ((above + 1e-7) / 4) ** 0.5
    assert moved - 1e-4 <= found.bought["S0 2011"] - 50 <= allowed + 1e-4
    assert found.cost == pytest.approx(6500 - 30 * (found.bought["S0 2011"] - 50), rel=1e-7)


@pytest.mark.parametrize("below", [1e-6, 1e-4, 1e-2])
def test_an_hhi_below_the_least(make, below):
    with pytest.raises(planner.Infeasible):
        planner.solve(make(**_at_least(2, repr(0.5 * (1 - below)))))


@pytest.mark.parametrize("wrong", [1e-6, -1e-6])
def test_at_the_least_hhi_a_wrong_bound_is_still_found(make, monkeypatch, wrong):
    """The check is not of the solver's word: duals that prove another cost prove nothing."""
    exact = solving.dual_bound
    monkeypatch.setattr(solving, "dual_bound", lambda *of: exact(*of) * (1 + wrong))
    with pytest.raises(planner.CheckFailed):
        planner.solve(make(**_at_least(2, "0.5")))


def test_with_decisions_a_search_that_errs_is_searched_again(make):
    """Presolve takes tangents side by side for a contradiction where orders are yes or no."""
    tonnes = (70, 70, 100)
    parts = (
        0.026294777305453664,
        0.14247969873310398,
        0.4468837174392467,
        0.3783246345721704,
        1.0,
    )
    shares, left = [], 1.0
    for n, part in enumerate(sorted(parts)):
        shares.append(min(part, left / (len(parts) - n)))
        left -= shares[-1]
    least = sum(share**2 for share in shares)
    prices = ((123.4, 0), (123.4, 100), (80, 100), (123.4, 5), (123.4, 5))
    columns = "Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Order cost"
    sources = [f"S{n} | C{n} | Nd | 1000 | {p} | {o}" for n, (p, o) in enumerate(prices)]
    capacity = [
        " | ".join([f"S{n}", *(repr(part * needed) for needed in tonnes)])
        for n, part in enumerate(parts)
    ]
    case = make(
        Settings=FORBIDDEN,
        Periods="Period\n2011\n2012\n2013",
        Demand="Item | 2011 | 2012 | 2013\nNd | 70 | 70 | 100",
        Sources="\n".join([columns, *sources]),
        Capacity="\n".join(["Source | 2011 | 2012 | 2013", *capacity]),
        Limits=f"Limit | Type | Maximum | Per\nMix | HHI | {least * (1 + 1e-7)!r} | period",
    )
    plan = planner.solve(case)
    bought = plan.purchases.set_index(["source", "period"])["tonnes"]
    for period, needed in zip(("2011", "2012", "2013"), tonnes, strict=True):
        for n, share in zip((0, 1, 3, 2, 4), shares, strict=True):
            assert bought[f"S{n}", period] / needed == pytest.approx(share, abs=1e-3)


def test_the_cuts_are_the_rows_that_the_formulation_has(make, monkeypatch):
    """A tangent at 0.7 and 0.3, as a cut and as Pyomo's own rows of `party_tangent`."""
    numbers = make(Sources=SOURCES, Limits=LIMIT).scenario()
    model = compile_model(model_data(numbers))
    point = np.zeros(model.shape[1])
    point[model.columns["party_tonnes"]] = [70.0, 30.0]
    rows = TangentCuts(numbers, model).rows(point, True)
    cut = model.with_rows("party_tangent", rows)
    monkeypatch.setattr(hhi, "FIRST_SHARES", (0.7, 0.3))
    own = compile_model(model_data(numbers))

    def tangents(compiled, members):
        matrix = np.zeros(compiled.shape)
        matrix[compiled.entry_rows, compiled.index] = compiled.value
        which = compiled.rows["party_tangent"][members]
        ours = [compiled.columns[name] for name in ("party_square", "party_tonnes")]
        return np.column_stack([matrix[which][:, np.concatenate(ours)], compiled.row_lower[which]])

    assert tangents(cut, [-2, -1]) == pytest.approx(tangents(own, [0, 3]))
    assert own.indices["TANGENTS"].tolist() == [[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1]]


def test_an_hhi_that_counts_nobody_holds(solve):
    """The mine sells no Dy, so no country has any share of it: 100 t are bought at 60."""
    plan = solve(
        Materials="""
            Material | Shortfall cost [USD/t]
            Nd       | 1000
            Dy       | 1000
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            Mine   | Chile   | Nd       | 100             | 60
        """,
        Limits="""
            Limit | Type | Materials   | Maximum
            Dy    | HHI  | Material=Dy | 0.3
        """,
    )
    assert plan.cost == pytest.approx(6000)
