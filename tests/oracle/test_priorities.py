"""Limits with a priority: kept where a plan can, else given up as little as possible."""

from __future__ import annotations

import pytest

import planner
from planner.report.findings import given_up
from planner.runs import solve_scenarios

FORBIDDEN = """
    Setting   | Value
    Shortfall | forbidden
"""
SOURCES = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China     | Nd       | 200             | 50
    AU     | Australia | Nd       | {capacity}      | {price}
"""


def _sources(capacity=200, price=80):
    return SOURCES.format(capacity=capacity, price=price)


def _limits(rows):
    header = "Limit | Type | Applies to | Minimum | Maximum | Counts from | Priority\n"
    return header + rows


def test_a_rule_is_kept_whatever_that_costs(solve):
    """Nothing from China, though Australia costs 900: the last priority is a rule all the same."""
    found = solve(
        Settings=FORBIDDEN,
        Sources=_sources(price=900),
        Limits=_limits("No China | tonnes | Source=CN | | 0 | | 4"),
    )
    assert found.bought == pytest.approx({"AU 2011": 100})
    assert found.breach == {}
    assert found.plan.notes == ()


def test_a_rule_is_given_up_as_little_as_the_musts_leave(solve, make):
    """Australia has 30 t, so 70 t of China, 10 above its 60; nothing in the cost says so."""
    sheets = {
        "Settings": FORBIDDEN,
        "Sources": _sources(capacity=30),
        "Limits": _limits("China | tonnes | Source=CN | | 60 | | 2"),
    }
    found = solve(**sheets)
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30})
    assert found.breach == pytest.approx({"China 2011": 10})
    assert found.costs == pytest.approx({"purchase": 3_500 + 2_400})
    assert found.valuation == 0
    (row,) = (row for row in found.plan.limit_rows if row.kind == "limit")
    assert (row.priority, row.shadow_price.more) == (2, 0)
    assert found.plan.notes == (
        "no plan keeps every rule: limit 'China' (Limits!E2) is given up, as its priority 2 allows",
    )
    assert given_up(found.plan) == [
        "Limit China (Limits!E2): the maximum of 60 t is broken by 10 t; its priority is 2."
    ]
    runs = solve_scenarios(make(**sheets))
    assert (runs.exit_code(["rule-given-up"]), runs.exit_code()) == (6, 0)


def test_where_shortfall_is_allowed_it_comes_first(solve):
    """30 t of Australia and 60 t of China; 10 t are missing, and no rule is given up."""
    found = solve(
        Sources=_sources(capacity=30),
        Limits=_limits("China | tonnes | Source=CN | | 60 | | 2"),
    )
    assert found.breach == {}
    assert found.short == pytest.approx({"Nd 2011": 10})


@pytest.mark.parametrize(("first", "second", "china"), [(1, 2, 60), (2, 1, 80), (3, 4, 60)])
def test_what_matters_less_is_given_up_first(solve, first, second, china):
    """60 t of China and 20 t of Australia are not 100 t: the lower priority gives way."""
    found = solve(
        Settings=FORBIDDEN,
        Sources=_sources(),
        Limits=_limits(
            f"China | tonnes | Source=CN | | 60 | | {first}\n"
            f"Australia | tonnes | Source=AU | | 20 | | {second}"
        ),
    )
    assert found.bought == pytest.approx({"CN 2011": china, "AU 2011": 100 - china})


def test_breaches_count_as_parts_of_their_bounds(solve):
    """Of 20 t too many, one is 1/60 of China's bound and 1/20 of Australia's: all from China.

    Though Australia is cheaper.
    """
    found = solve(
        Settings=FORBIDDEN,
        Sources=_sources(price=20),
        Limits=_limits(
            "China | tonnes | Source=CN | | 60 | | 1\nAustralia | tonnes | Source=AU | | 20 | | 1"
        ),
    )
    assert found.breach == pytest.approx({"China 2011": 20})


def test_a_maximum_against_a_minimum_of_the_same_priority(solve):
    """At most 50 t and at least 70 t of China: 20/50 over, or 20/70 under: under."""
    found = solve(
        Sources=_sources(price=40),
        Limits=_limits(
            "Most | tonnes | Source=CN | | 50 | | 1\nLeast | tonnes | Source=CN | 70 | | | 1"
        ),
    )
    assert found.bought == pytest.approx({"CN 2011": 50, "AU 2011": 50})
    assert found.breach == pytest.approx({"Least 2011": 20})


def test_a_bound_of_0_counts_as_1(solve):
    """A tonne of China counts 1, one of Australia above 20 t 1/20: all from Australia."""
    found = solve(
        Settings=FORBIDDEN,
        Sources=_sources(),
        Limits=_limits(
            "China | tonnes | Source=CN | | 0 | | 1\nAustralia | tonnes | Source=AU | | 20 | | 1"
        ),
    )
    assert found.bought == pytest.approx({"AU 2011": 100})


def test_a_share_of_0_counts_as_1_too(solve):
    """A tonne of China is 1/100 of demand, one of Australia above 20 t 1/20: all but 20 from China.

    Though China is dearer.
    """
    found = solve(
        Settings=FORBIDDEN,
        Sources=_sources(price=40),
        Limits=_limits(
            "China | share | Source=CN | | 0 | | 1\nAustralia | tonnes | Source=AU | | 20 | | 1"
        ),
    )
    assert found.bought == pytest.approx({"CN 2011": 80, "AU 2011": 20})
    assert found.breach == pytest.approx({"China 2011": 0.8})


def test_a_minimum_that_cannot_be_reached(solve):
    """Australia has 30 t of the 50 asked for, and all are bought, dear as they are."""
    found = solve(
        Sources=_sources(capacity=30),
        Limits=_limits("Australia | tonnes | Source=AU | 50 | | | 1"),
    )
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30})
    assert found.breach == pytest.approx({"Australia 2011": 20})


def test_a_spend(solve):
    """70 t of China are 3 500 USD, 1 000 above the budget."""
    found = solve(
        Settings=FORBIDDEN,
        Sources=_sources(capacity=30),
        Limits=_limits("Budget | spend | Source=CN | | 2500 | | 1"),
    )
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30})
    assert found.breach == pytest.approx({"Budget 2011": 1_000})


def test_a_supplier_too_many_against_tonnes(solve):
    """China alone is 50 t above its 50, one bound; two suppliers are one too many, and 10 t above.

    1 against 1 + 0.2: China alone, though the other way costs 10 USD less.
    """
    found = solve(
        Settings=FORBIDDEN,
        Sources=_sources(capacity=40, price=20),
        Limits=_limits("Few | suppliers | * | | 1 | | 1\nChina | tonnes | Source=CN | | 50 | | 1"),
    )
    assert found.bought == pytest.approx({"CN 2011": 100})
    assert found.breach == pytest.approx({"China 2011": 50})


def test_a_supplier_too_many_where_one_is_not_enough(solve):
    """China may sell 70 t, and Australia has 60: two suppliers, where one is asked for."""
    found = solve(
        Settings=FORBIDDEN,
        Sources=_sources(capacity=60),
        Limits=_limits("Few | suppliers | * | | 1 | | 1\nChina | tonnes | Source=CN | | 70 | |"),
    )
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30})
    assert found.breach == pytest.approx({"Few 2011": 1})


def test_a_supplier_too_few_against_tonnes(solve):
    """The second supplier counts from 30 t on, 14 above the maximum of 16: 14/16 against 1/2."""
    found = solve(
        Sources=_sources(),
        Limits=_limits(
            "Many | suppliers | * | 2 | | 30 | 1\nAustralia | tonnes | Source=AU | | 16 | | 1"
        ),
    )
    assert found.bought == pytest.approx({"CN 2011": 100})
    assert found.breach == pytest.approx({"Many 2011": 1})


def test_room_in_one_rule_makes_up_for_no_other(solve):
    """Far from too many and too few suppliers, and yet 20 t above China's 50, not more."""
    found = solve(
        Settings=FORBIDDEN,
        Sources=_sources(capacity=30),
        Limits=_limits(
            "Few | suppliers | * | | 9 | | 1\n"
            "Many | suppliers | * | 1 | | 10 | 1\n"
            "China | tonnes | Source=CN | | 50 | | 1"
        ),
    )
    assert found.breach == pytest.approx({"China 2011": 20})


def test_an_hhi_is_a_must_that_others_give_way_to(solve):
    """0.7² + 0.3² = 0.58: at least 30 t of Australia, of which a rule wants none."""
    found = solve(
        Settings=FORBIDDEN,
        Sources=_sources(),
        Limits=_limits("Mix | HHI | * | | 0.58 | |\nNo AU | tonnes | Source=AU | | 0 | | 1"),
    )
    assert found.bought == pytest.approx({"CN 2011": 70, "AU 2011": 30})
    assert found.breach == pytest.approx({"No AU 2011": 30})


def test_what_the_musts_contradict_has_no_plan(make):
    with pytest.raises(planner.Infeasible, match=r"at least 70 t are missing"):
        planner.solve(
            make(
                Settings=FORBIDDEN,
                Sources=_sources(capacity=30),
                Limits=_limits(
                    "China | tonnes | Source=CN | | 0 | |\nAU | tonnes | Source=AU | | 10 | | 1"
                ),
            )
        )


def test_other_shadow_prices_hold_for_what_is_given_up(solve):
    """A tonne more of Australia's capacity would cost 30 USD more than one of China."""
    found = solve(
        Settings=FORBIDDEN,
        Sources=_sources(capacity=30),
        Limits=_limits("China | tonnes | Source=CN | | 60 | | 2"),
    )
    assert all(row.shadow_price.held for row in found.plan.limit_rows)
