"""What a plan shows, in words and rounded for people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import planner
from planner.case.resolve import cover_target
from planner.plan import LimitRow, ShadowPrice
from planner.report.findings import (
    against_current,
    binding,
    comparison,
    days_of_cover,
    in_short,
    lowest_cover,
    missing,
)

# -- what binds -----------------------------------------------------------------------------


def test_the_example_says_what_one_more_tonne_of_quota_saves(japan):
    """A tonne missing costs 200,000 USD, one from China lands at 62,280."""
    quota, capacity = binding(japan)
    assert (quota.cell, quota.kind, quota.name, quota.echo) == ("Quotas!E2", "quota", "China", True)
    assert quota.saving == pytest.approx(137_720)
    assert quota.words == (
        "Quota China (Quotas!E2): the maximum of 20,000 t is reached. One t more saves "
        "USD 137,720, which echoes the shortfall cost: less would be missing."
    )
    assert (capacity.cell, capacity.price_unit) == ("Sources!E3", "USD per t/yr")


def test_closed_options_are_worth_nothing_and_left_out(japan):
    assert sum(row.binds for row in japan.limit_rows) == 6
    assert len(binding(japan)) == 2


def test_one_cell_counts_once_with_the_sum_of_its_rows(small, make):
    """The capacity of 60 t/yr binds in both years; a tonne from CN is 20 USD cheaper."""
    (found,) = binding(planner.solve(make(small)))
    assert found.saving == pytest.approx(2 * 20)
    assert found.words == (
        "Capacity of CN (Sources!D2): the maximum of 60 t/yr is reached in 2011, 2012. "
        "One t/yr more saves USD 40."
    )


def test_a_minimum_costs_where_more_of_it_is_asked_for(small, make):
    """Each tonne that AU has to deliver in the place of CN costs 20 USD more."""
    small["Limits"] = [
        ["Limit", "Type", "Applies to", "Per", "Minimum [t]"],
        ["AU", "tonnes", "Source=AU", "window", 90],
    ]
    (found,) = binding(planner.solve(make(small)))
    assert found.saving == pytest.approx(-20)
    assert found.words.endswith("One t more costs USD 20, one less saves USD 20.")


@pytest.mark.parametrize(
    ("tonnes", "words"),
    [
        (119, "One t more saves USD 20."),
        (119.6, "One t more saves USD 20, at that rate only up to 120 t."),
        (119.99, "One t more saves USD 20, at that rate only up to 120 t."),
    ],
)
def test_a_worth_that_ends_before_a_whole_unit_says_where(tonnes, words, small, make):
    """CN, 20 USD cheaper, can deliver 120 t in the two years; the quota allows a little less."""
    small["Quotas"] = [
        ["Quota", "Applies to", "Per", "Tonnes [t]"],
        ["China", "Country=China", "window", tonnes],
    ]
    (quota,) = (one for one in binding(planner.solve(make(small))) if one.kind == "quota")
    assert quota.words.endswith(words)


@pytest.mark.parametrize(
    ("tonnes", "bound", "worth"),
    [
        (200, "100 t", "One t more, of which 50 % counts, saves USD 10."),
        # Up to 120 t of ours, which CN can deliver: 0.6 t more of ours are more than one typed.
        (238.8, "119.4 t", "One t more, of which 50 % counts, saves USD 10."),
        (
            239.2,
            "119.6 t",
            "One t more, of which 50 % counts, saves USD 10, at that rate only up to 120 t.",
        ),
    ],
)
def test_of_a_quota_that_is_ours_in_part_a_unit_typed_is_worth_less(
    tonnes, bound, worth, small, make
):
    """Half of the quota is open to us: a tonne more of it is half a tonne of CN, 20 USD cheaper."""
    small["Quotas"] = [
        ["Quota", "Applies to", "Per", "Tonnes [t]", "Our share [%]"],
        ["China", "Country=China", "window", tonnes, 50],
    ]
    plan = planner.solve(make(small))
    (quota,) = (one for one in binding(plan) if one.kind == "quota")
    assert quota.saving == pytest.approx(10)
    assert f"the maximum of {bound} is reached" in quota.words
    assert quota.words.endswith(worth)


def test_a_worth_of_a_share_that_ends_early_is_in_percent(small, make):
    """60 % of 200 t are all that CN can deliver."""
    small["Limits"] = [
        ["Limit", "Type", "Applies to", "Share of", "Per", "Maximum [%]"],
        ["China", "share", "Country=China", "demand", "window", 59.5],
    ]
    (limit,) = (one for one in binding(planner.solve(make(small))) if one.kind == "limit")
    assert limit.words.endswith(
        "One percentage point more saves USD 40, at that rate only up to 60 %."
    )


def _row(plan, **changed) -> LimitRow:
    row = plan.limit_rows[0]
    return replace(row, **changed)


def test_worth_that_is_not_known_stands_last(japan):
    unknown = _row(japan, name="X", cell="Quotas!E3", shadow_price=ShadowPrice(None, None, "USD/t"))
    plan = replace(japan, limit_rows=(unknown, *japan.limit_rows))
    assert [found.saving is None for found in binding(plan)] == [False, False, True]
    assert binding(plan)[-1].words.endswith("What one t more would save is not known.")


def test_a_broken_soft_rule_says_by_how_much(magnets):
    (found,) = (found for found in binding(magnets) if found.name == "Country cap")
    assert found.value == "China"
    assert "for China (Limits!H2): the maximum of 55 % is broken by" in found.words
    assert "percentage points" in found.words


# -- what is missing, and cover -------------------------------------------------------------


def test_what_is_missing_comes_by_period(magnets):
    found = missing(magnets)
    periods = [magnets.numbers.periods.index(gap.period) for gap in found]
    assert periods == sorted(periods)
    assert sum(gap.tonnes for gap in found) == pytest.approx(magnets.shortfall_t)
    assert all(0 < gap.share <= 1 for gap in found)
    assert found[0].form == "oxide"


def test_the_example_misses_a_third(japan):
    (gap,) = missing(japan)
    assert (gap.item, gap.site, gap.period) == ("REO", None, "2011")
    assert (gap.tonnes, gap.share) == pytest.approx((10_000, 10_000 / 32_000))


@pytest.mark.parametrize(
    ("stock", "period", "days"),
    [
        (50, 0, 365 / 2),  # half of the next year's 100 t
        (160, 0, 365 * 1.5),  # 100 t, then 60 t of 240 t in two years: a quarter of 730 days
        (60, 2, 365 / 2),  # beyond the last period at its rate of 120 t a year
        (0, 1, 0),
    ],
)
def test_days_of_cover(stock, period, days):
    demand, years = np.array([100.0, 100.0, 240.0]), np.array([1.0, 1.0, 2.0])
    assert days_of_cover(stock, demand, years, period) == pytest.approx(days)


def test_cover_is_measured_as_the_target_is_set():
    demand, years = np.array([100.0, 0.0, 240.0, 30.0]), np.array([1.0, 0.5, 2.0, 0.25])
    for t, target in enumerate(cover_target(demand, years, cover=0.75)):
        assert days_of_cover(target, demand, years, t) == pytest.approx(0.75 * 365)


def test_nothing_needed_is_covered_for_ever():
    assert days_of_cover(0.0, np.zeros(2), np.ones(2), 0) == np.inf


def test_the_lowest_cover_names_material_and_period(magnets, japan):
    cover = lowest_cover(magnets)
    assert cover is not None
    m, t = (
        magnets.numbers.materials.index(cover.material),
        magnets.numbers.periods.index(cover.period),
    )
    assert cover.tonnes == magnets.quantities.stock[m, 0, t]
    assert lowest_cover(japan) is None  # nothing is kept


# -- in short -------------------------------------------------------------------------------


def test_tonnes_beyond_demand_are_explained(make, small):
    """Nd is a tenth of the ore: 2 × 1000 t for 200 t; nine tenths are La that nobody needs."""
    small["Materials"].append(["La", 0])
    small["Sources"] = [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
        ["CN", "China", None, "unlimited", 1],
    ]
    small["Composition"] = [["Source", "Nd [%]", "La [%]"], ["CN", 10, 80]]
    assert in_short(planner.solve(make(small))) == (
        "Buy 2,000 t. Demand is 200 t; nothing is missing. "
        "1,600 t are more than needed (surplus), 200 t are not usable (content, yield)."
    )


def test_tonnes_from_stock_are_explained(make, small):
    small["Stock"] = [["Material", "Opening [t]"], ["Nd", 50]]
    assert in_short(planner.solve(make(small))) == (
        "Buy 150 t. Demand is 200 t; nothing is missing. 50 t are taken from stock."
    )


def test_nothing_is_explained_where_the_sum_holds(japan):
    assert in_short(japan).endswith("of which 10,000 t are missing.")


# -- the Current plan -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tonnes", "words", "lines"),
    [
        # 120 CN at 10 and 50 AU at 30, 30 t missing at 1000: 2,700 paid; best 3,600
        (
            (60, 25),
            "The best plan pays USD 900 more and avoids USD 30,000 of shortfall and other values "
            "that nobody pays: USD 29,100 better in sum.",
            [
                ("More paid than in the Current plan", 900),
                ("Shortfall and other values that nobody pays: less", 30_000),
                ("Better in sum", 29_100),
            ],
        ),
        # 80 CN and 120 AU
        (
            (40, 60),
            "The best plan saves USD 800.",
            [("Saving against the Current plan", 800)],
        ),
        # 20 t a year more of CN than it has
        (
            (80, 20),
            "The Current plan costs USD 800 less than the best plan that keeps every rule.",
            [("More paid than in the Current plan, which breaks 2 rules", 800)],
        ),
        ((60, 40), "No plan is cheaper.", [("Saving against the Current plan", 0)]),
    ],
)
def test_only_money_paid_is_saved(make, small, tonnes, words, lines):
    small["Current plan"] = [
        ["Source", "Every period"],
        *([name, amount] for name, amount in zip(("CN", "AU"), tonnes, strict=True)),
    ]
    plan = planner.solve(make(small))
    assert comparison(plan.current, plan) == words
    assert against_current(plan) == [(label, pytest.approx(money)) for label, money in lines]
