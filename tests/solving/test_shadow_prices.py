"""What one unit more and one unit less of a bound is worth, against solving with it changed."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner
from planner.solving.budget import Budget
from planner.solving.data import model_data
from planner.solving.session import Session
from planner.solving.shadow import Bound, slopes
from planner_models.compiling import compile_model

INPUTS = Path(__file__).parents[2] / "inputs"

STEP = 0.01
"""Units by which a cell is changed to see what it is worth."""

CN_60_AU = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China     | Nd       | 60              | 50
    AU     | Australia | Nd       | unlimited       | 80
"""
"""A tonne more of China replaces one of Australia, which costs 30 USD more."""

OPEN = CN_60_AU.replace("60  ", "unlimited")
"""The same with all the tonnes one could want of China."""


@pytest.fixture
def worth(cost):
    """Saving by one more, and cost of one less, in a cell, from solving beside it."""

    def of(case: planner.Case, target: str, step: float = STEP) -> tuple[float, float | None]:
        base = cost(case)
        more = (base - cost(case, f"{target}+={step}")) / step
        try:
            less = (cost(case, f"{target}+={-step}") - base) / step
        except (planner.NoPlan, planner.WrongUsage):
            less = None
        return more, less

    return of


def price(plan: planner.Plan, name: str, first: str = "2011") -> planner.plan.ShadowPrice:
    """The shadow price of the row of a quota, limit or source that starts in a period."""
    rows = [r for r in plan.limit_rows if r.name == name and r.first == first]
    assert len(rows) == 1
    return rows[0].shadow_price


def about(expected: tuple[float, float | None]) -> object:
    more, less = expected
    return (
        pytest.approx(more, rel=1e-4, abs=1e-4),
        None if less is None else pytest.approx(less, rel=1e-4, abs=1e-4),
    )


def both(found: planner.plan.ShadowPrice) -> tuple[float | None, float | None]:
    return found.more, found.less


# -- capacities -----------------------------------------------------------------------------


def test_a_worth_holds_from_one_basis_to_the_next(make, solve):
    """Tonnes of CN replace those of US and AU, in turn, at the same price: from 0 up to all 100 t.

    CN 40 of 100 t; 60 t are left to AU and US, of which AU sells 30: each of them is used up at
    another tonne of CN, and the worth, 80 − 50 = 30 USD, is the same before and after.
    """
    sources = """
        Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
        CN     | China     | Nd       | 40              | 50
        AU     | Australia | Nd       | 30              | 80
        US     | USA       | Nd       | unlimited       | 80
    """
    found = price(solve(make(Sources=sources)), "CN")
    assert both(found) == about((30, 30))
    assert (found.start, found.end) == pytest.approx((0, 100))


def test_a_capacity_that_binds(make, solve, worth):
    """A tonne more saves 80 − 50 = 30 USD, a tonne less costs as much; from 0 up to all 100 t."""
    case = make(Sources=CN_60_AU)
    found = price(solve(case), "CN")
    assert both(found) == about((30, 30))
    assert both(found) == about(worth(case, "Sources[Source=CN].Capacity"))
    assert found.unit == "USD per t/yr"
    assert (found.start, found.end) == pytest.approx((0, 100))
    assert not found.echo


def test_a_capacity_per_year_is_worth_the_years_and_the_availability(make, solve, worth):
    """1 t/yr more is 2 years · 0.75 = 1.5 t: 45 USD."""
    case = make(
        Periods="""
            Period | Years
            2011   | 2
        """,
        Sources=CN_60_AU,
        Availability="""
            Source | 2011
            CN     | 0.75
        """,
    )
    found = price(solve(case), "CN")
    assert both(found) == about((45, 45))
    assert both(found) == about(worth(case, "Sources[Source=CN].Capacity"))


def test_a_capacity_of_a_later_period_is_worth_less_today(make, solve, worth):
    """30 USD saved in 2012 are 30 / 1.1 today."""
    case = make(
        Periods="""
            Period
            2011
            2012
        """,
        Settings="""
            Setting           | Value
            Discount rate [%] | 10
        """,
        Sources=CN_60_AU,
    )
    found = price(solve(case), "CN", "2012")
    assert both(found) == about((30 / 1.1, 30 / 1.1))
    assert both(found) == about(worth(case, "Capacity[Source=CN].2012"))


def test_a_capacity_that_does_not_bind_is_worth_nothing(make, solve, worth):
    """Of 150 t China 100 are bought: from there on any capacity is worth nothing."""
    case = make(Sources=CN_60_AU.replace("60 ", "150"))
    found = price(solve(case), "CN")
    assert both(found) == about((0, 0))
    assert both(found) == about(worth(case, "Sources[Source=CN].Capacity"))
    assert found.start == pytest.approx(100)
    assert found.end is None


def test_a_limit_ends_the_range_of_a_capacity(make, solve):
    """More than 75 t of China and more than 50 t of Australia are not allowed: from 50 to 75."""
    case = make(
        Sources=CN_60_AU,
        Limits="""
            Limit | Type   | Applies to | Maximum
            China | tonnes | Source=CN  | 75
            West  | tonnes | Source=AU  | 50
        """,
    )
    found = price(solve(case), "CN")
    assert both(found) == about((30, 30))
    assert (found.start, found.end) == pytest.approx((50, 75))


def test_the_range_is_in_the_unit_typed(make, solve):
    """75 t/yr for two years, of which 100 t, 50 t/yr, are bought: worth nothing from there on."""
    case = make(
        Periods="""
            Period | Years
            2011   | 2
        """,
        Sources=CN_60_AU.replace("60 ", "75 "),
    )
    found = price(solve(case), "CN")
    assert both(found) == about((0, 0))
    assert found.start == pytest.approx(50)


def test_more_and_less_differ_where_a_capacity_is_just_enough(make, solve, worth):
    """100 t of China for 100 t of demand: one more is of no use, one less costs 30 USD."""
    case = make(Sources=CN_60_AU.replace("60 ", "100"))
    found = price(solve(case), "CN")
    assert both(found) == about((0, 30))
    assert both(found) == about(worth(case, "Sources[Source=CN].Capacity"))
    assert found.start == pytest.approx(0)


def test_what_is_of_no_use_stays_so_however_much_more_there_is(make, solve):
    """100 t of China for 100 t of demand: no tonne more is ever of use, so the range has no end."""
    case = make(Sources=CN_60_AU.replace("60 ", "100"))
    assert price(solve(case), "CN").end is None


def test_the_first_of_two_kinks_close_together_counts(make, solve, worth):
    """60 + 40 t are just enough; of what comes next there are 10 kg at 90 USD, the rest at 100.

    So one less of China costs 90 − 50 = 40 USD at first.
    """
    case = make(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China     | Nd       | 60              | 50
            AU     | Australia | Nd       | 40              | 80
            IN     | India     | Nd       | 0.01            | 90
            US     | USA       | Nd       | unlimited       | 100
        """
    )
    found = price(solve(case), "CN")
    assert both(found) == about((30, 40))
    assert both(found) == about(worth(case, "Sources[Source=CN].Capacity", step=0.001))
    assert found.start == pytest.approx(59.99)


def test_what_is_asked_at_one_kink_leaves_no_trace_at_the_next(make, solve, worth):
    """60 t of China and 40 t of Australia, which is also the least that is allowed.

    So more of the minimum costs 30 USD, and less of China 30 as well: both are asked by solving.
    """
    case = make(
        Sources=CN_60_AU,
        Limits="""
            Limit | Type   | Applies to | Minimum
            Least | tonnes | Source=AU  | 40
        """,
    )
    plan = solve(case)
    assert both(price(plan, "Least")) == about((-30, 0))
    assert both(price(plan, "CN")) == about((0, 30))
    assert both(price(plan, "CN")) == about(worth(case, "Sources[Source=CN].Capacity"))
    assert plan.switch_prices["CN"].loses_at == pytest.approx(80)


def test_asking_what_bounds_are_worth_changes_nothing(make):
    """At the kink of 100 t for 100 t the model is solved with the bound moved, and moved back."""
    model = compile_model(model_data(make(Sources=CN_60_AU.replace("60 ", "100")).scenario()))
    session = Session(model)
    found = session.solve().solution
    capacity = Bound(False, int(model.columns["buy"][0]), is_upper=True)
    [slope] = slopes(session, found, [capacity], Budget())
    assert slope.less == pytest.approx(30)
    assert session.columns.upper.tolist() == model.upper.tolist()
    assert session.solve().solution.objective == pytest.approx(found.objective)


def test_more_replaces_the_dearest_bought_and_less_brings_the_next(make, solve, worth):
    """60 t China at 50, 40 t Australia at 80, then USA at 100 USD.

    A tonne more of China replaces one of Australia: 30. A tonne less brings one of USA: 50.
    """
    case = make(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China     | Nd       | 60              | 50
            AU     | Australia | Nd       | 40              | 80
            US     | USA       | Nd       | unlimited       | 100
        """
    )
    plan = solve(case)
    assert both(price(plan, "CN")) == about((30, 50))
    assert both(price(plan, "CN")) == about(worth(case, "Sources[Source=CN].Capacity"))
    assert both(price(plan, "AU")) == about((0, 20))
    assert both(price(plan, "AU")) == about(worth(case, "Sources[Source=AU].Capacity"))


def test_a_source_without_capacity_says_what_the_first_tonne_would_save(make, solve, worth):
    """The first tonne saves 30 USD, up to 100 t; there is no tonne less than none."""
    case = make(Sources=CN_60_AU.replace("60", "0 "))
    found = price(solve(case), "CN")
    assert both(found) == about((30, None))
    assert both(found) == about(worth(case, "Sources[Source=CN].Capacity"))
    assert (found.start, found.end) == pytest.approx((0, 100))


TIERED = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China     | Nd       | {capacity}      |
    AU     | Australia | Nd       | unlimited       | 100
"""


@pytest.mark.parametrize(
    ("capacity", "more", "until"), [(0, 50, (0, 20)), (20, 40, (0, 40)), (40, 20, (20, 100))]
)
def test_more_of_a_capacity_is_bought_at_the_price_of_the_tier_beyond(
    make, worth, capacity, more, until
):
    """In place of AU at 100 USD: up to 20 t at 50, then at 60, from 40 t on at 80."""
    case = make(
        Sources=TIERED.format(capacity=capacity),
        Tiers="""
            Source | From [t/yr] | Price [USD/t]
            CN     | 0           | 50
            CN     | 20          | 60
            CN     | 40          | 80
        """,
    )
    found = price(planner.solve(case), "CN")
    assert found.more == pytest.approx(more)
    assert both(found) == about(worth(case, "Sources[Source=CN].Capacity"))
    assert (found.start, found.end) == pytest.approx(until)
    assert not found.held


FALLING = """
    Source | From [t/yr] | Price [USD/t]
    CN     | 0           | 60
    CN     | 20          | 50
"""


def test_a_capacity_that_ends_where_a_cheaper_tier_begins_says_nothing_of_more(make, solve, worth):
    """A tonne less is one of AU at 100 in place of 60. A tonne more would cost 50, by a tier that
    the model does not have: 50 saved, not 40."""
    case = make(Sources=TIERED.format(capacity=20), Tiers=FALLING)
    found = price(solve(case), "CN")
    assert (found.more, found.less) == (None, pytest.approx(40))
    assert (found.start, found.end) == pytest.approx((0, 20))
    assert worth(case, "Sources[Source=CN].Capacity") == pytest.approx((50, 40))


def test_a_price_below_a_tier_holds_up_to_it(make, solve, worth):
    case = make(Sources=TIERED.format(capacity=10), Tiers=FALLING)
    found = price(solve(case), "CN")
    assert both(found) == about((40, 40)) == about(worth(case, "Sources[Source=CN].Capacity"))
    assert (found.start, found.end) == pytest.approx((0, 20))


def test_a_quota_that_ends_where_a_cheaper_tier_begins_says_nothing_of_more(make, solve):
    """The quota, and not the capacity of 30 t, is what keeps the tier beyond 20 t away."""
    quotas = "Quota | Applies to | Tonnes [t]\nChina | Country=China | 20"
    plan = solve(make(Sources=TIERED.format(capacity=30), Tiers=FALLING, Quotas=quotas))
    assert (price(plan, "China").more, price(plan, "China").less) == (None, pytest.approx(40))
    assert price(plan, "CN").more == 0


def test_a_price_for_all_units_ends_where_the_next_begins(make, solve):
    """At 20 t the next tonne would cost 60 USD with all others: not while the price is 50.

    Without any capacity the first tonne costs 50 in place of 100.
    """
    tiers = """
        Source | From [t/yr] | Price [USD/t] | Rule
        CN     | 0           | 50            | all units
        CN     | 20          | 60            | all units
    """
    found = price(solve(make(Sources=TIERED.format(capacity=20), Tiers=tiers)), "CN")
    assert both(found) == pytest.approx((0, 50))
    assert found.held
    found = price(solve(make(Sources=TIERED.format(capacity=0), Tiers=tiers)), "CN")
    assert (found.more, found.end) == pytest.approx((50, 20))


def test_a_source_that_is_closed_gains_nothing_by_capacity(make, solve, worth):
    """Availability 0: a t/yr more typed brings no tonne."""
    case = make(
        Sources=CN_60_AU,
        Availability="""
            Source | 2011
            CN     | 0
        """,
    )
    assert price(solve(case), "CN").more == 0
    assert worth(case, "Sources[Source=CN].Capacity") == (0, 0)


def test_a_source_that_is_closed_echoes_no_shortfall(make, solve):
    """40 t are missing, but no capacity of a closed source would bring them."""
    case = make(
        Sources=CN_60_AU.replace("unlimited", "60       "),
        Availability="""
            Source | 2011
            CN     | 0
        """,
    )
    plan = solve(case)
    assert plan.shortfall_t == pytest.approx(40)
    assert not price(plan, "CN").echo
    assert price(plan, "AU").echo


def test_where_shortfall_is_forbidden_less_may_leave_no_plan(make, solve, worth):
    """60 + 40 t for 100 t: one less of either leaves no plan, so there is no price for it."""
    case = make(
        Settings="""
            Setting   | Value
            Shortfall | forbidden
        """,
        Sources=CN_60_AU.replace("unlimited", "40       "),
    )
    found = price(solve(case), "CN")
    assert both(found) == about((30, None))
    assert both(found) == about(worth(case, "Sources[Source=CN].Capacity"))


# -- echo -----------------------------------------------------------------------------------


def test_a_worth_that_echoes_a_shortfall_cost_says_so(make, solve, worth):
    """Nothing but China: a tonne more is one missing less, 1000 − 50 USD."""
    case = make(Sources=CN_60_AU.replace("unlimited", "0        "))
    plan = solve(case)
    assert both(price(plan, "CN")) == about((950, 950))
    assert both(price(plan, "CN")) == about(worth(case, "Sources[Source=CN].Capacity"))
    assert price(plan, "CN").echo
    assert price(plan, "AU").echo


def test_a_worth_from_a_dearer_source_is_no_echo(make, solve):
    assert not price(solve(make(Sources=CN_60_AU)), "CN").echo


def test_a_worth_is_an_echo_if_only_one_tonne_less_would_be_missing(make, solve, worth):
    """60 t of China and 40 t of Australia for 100 t: less of China is a shortfall."""
    case = make(Sources=CN_60_AU.replace("unlimited", "40       "))
    found = price(solve(case), "CN")
    assert both(found) == about((30, 950))
    assert both(found) == about(worth(case, "Sources[Source=CN].Capacity"))
    assert found.echo


# -- both sides, their range, echo and held ---------------------------------------------------


def test_two_limits_on_the_same_thing(make, solve, worth):
    """400 t of China twice, 6 USD/t cheaper: either alone is of no use, but one less costs 6."""
    case = make(
        Demand="""
            Item | Every period
            Nd   | 1000
        """,
        Sources=OPEN.replace("80", "56"),
        Limits="""
            Limit | Type   | Applies to | Maximum
            One   | tonnes | Source=CN  | 400
            Other | tonnes | Source=CN  | 400
        """,
    )
    plan = solve(case)
    for name in ("One", "Other"):
        found = price(plan, name)
        assert both(found) == about((0, 6))
        assert both(found) == about(worth(case, f"Limits[Limit={name}].Maximum"))
        assert (found.start, found.end) == (pytest.approx(0), None)
        assert not found.echo


def test_the_quota_of_japan_2011(solve):
    """137.72 USD/kg: the shortfall cost of 200 less 62.28 landed; up to all 32,000 t but 2,000."""
    case = planner.read(INPUTS / "japan-2011.xlsx")
    plan = solve(case)
    (quota,) = [row.to_dict() for row in plan.limit_rows if row.kind == "quota"]
    assert quota["cell"] == "Quotas!E2"
    assert quota["shadow_price"] == {
        "more": pytest.approx(200_000 - 62_280), "less": pytest.approx(200_000 - 62_280),
        "unit": "USD/t", "from": pytest.approx(0), "to": pytest.approx(30_000), "echo": True,
        "held": False,
    }  # fmt: skip
    (row,) = plan.limits.query("kind == 'quota'").to_dict("records")
    assert (row["holds_from"], row["holds_to"]) == pytest.approx((0, 30_000))
    assert (row["echo"], row["held"]) == (True, False)


def test_both_sides_hold_for_the_decisions_of_the_plan(make, solve, worth):
    """60 + 40 t are just enough, and the restart of China is decided on: 0 and 20 USD, held."""
    case = make(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China     | Nd       | 60              | 50
            AU     | Australia | Nd       | 40              | 80
            US     | USA       | Nd       | unlimited       | 100
        """,
        Restarts="""
            Source | Restart cost [USD]
            CN     | 10
        """,
    )
    found = price(solve(case), "AU")
    assert both(found) == about((0, 20))
    assert both(found) == about(worth(case, "Sources[Source=AU].Capacity"))
    assert found.held


# -- what relieving a bound takes off what is missing -----------------------------------------


def relieved(plan: planner.Plan, name: str) -> dict[str, float]:
    """Tonnes missing less, by item and period, per unit typed of a limit that has one row."""
    (row,) = [row for row in plan.limit_rows if row.name == name]
    return {f"{one.item} {one.period}": one.tonnes for one in row.relieves}


def test_a_unit_as_typed_relieves_its_tonnes(make, solve):
    """Two years of 1 kt/yr each are 2,000 t; 10 t are to be had, so all else is missing."""
    plan = solve(
        make(
            Periods="""
                Period | Years
                2011   | 2
            """,
            Sources=CN_60_AU.replace("[t/yr]", "[kt/yr]").replace("60  ", "0.005"),
            Limits="""
                Limit | Type   | Applies to | Maximum
                None  | tonnes | Source=AU  | 0
            """,
        )
    )
    assert relieved(plan, "CN") == pytest.approx({"Nd 2011": 2000})
    assert relieved(plan, "None") == pytest.approx({"Nd 2011": 1})


def test_what_does_not_bind_relieves_nothing(make, solve):
    plan = solve(make(Sources=CN_60_AU))
    assert relieved(plan, "CN") == {}


def test_a_bound_that_alone_is_of_no_help_says_what_it_stands_in_the_way_of(make, solve):
    """40 t of China twice, and nothing else: one more of either gives nothing, one less costs."""
    plan = solve(
        make(
            Sources=OPEN.replace("80", "2000"),
            Limits="""
                Limit | Type   | Applies to | Maximum
                One   | tonnes | Source=CN  | 40
                Other | tonnes | Source=CN  | 40
            """,
        )
    )
    assert relieved(plan, "One") == {"Nd 2011": 0}
    assert price(plan, "One").echo


# -- quotas ---------------------------------------------------------------------------------


def test_a_quota_is_worth_our_share_of_the_years(make, solve, worth):
    """1 t/yr more is 2 years · 60 % = 1.2 t: 36 USD. 25 t/yr are 15 t/yr open to us."""
    case = make(
        Periods="""
            Period | Years
            2011   | 2
        """,
        Sources=OPEN,
        Quotas="""
            Quota | Applies to    | Tonnes [t/yr] | Our share [%]
            China | Country=China | 25            | 60
        """,
    )
    found = price(solve(case), "China")
    assert both(found) == about((36, 36))
    assert both(found) == about(worth(case, "Quotas[Quota=China].Tonnes"))
    assert found.unit == "USD per t/yr"
    assert (found.start, found.end) == pytest.approx((0, 50))


def test_a_quota_by_period_is_worth_our_share(make, solve, worth):
    """1 t more is 0.5 t: 15 USD."""
    case = make(
        Sources=OPEN,
        Quotas="""
            Quota | Applies to    | 2011 | Our share
            China | Country=China | 60   | 0.5
        """,
    )
    found = price(solve(case), "China")
    assert both(found) == about((15, 15))
    assert both(found) == about(worth(case, "Quotas[Quota=China].2011"))
    assert found.unit == "USD/t"


def test_a_quota_in_kilotonnes_is_worth_a_thousand_tonnes(make, solve, worth):
    case = make(
        Sources=OPEN,
        Quotas="""
            Quota | Applies to    | Tonnes [kt]
            China | Country=China | 0.06
        """,
    )
    found = price(solve(case), "China")
    assert both(found) == about((30_000, 30_000))
    assert both(found) == about(worth(case, "Quotas[Quota=China].Tonnes", step=1e-4))
    assert (found.start, found.end) == pytest.approx((0, 0.1))


def test_the_rows_of_one_cell_add_up_to_what_the_cell_is_worth(make, solve, worth):
    """60 t in each of two years, of which the second costs 30 / 1.1 USD a tonne."""
    case = make(
        Periods="""
            Period
            2011
            2012
        """,
        Settings="""
            Setting           | Value
            Discount rate [%] | 10
        """,
        Sources=OPEN,
        Quotas="""
            Quota | Applies to    | Per    | Tonnes [t]
            China | Country=China | period | 60
        """,
    )
    plan = solve(case)
    rows = [price(plan, "China", period) for period in ("2011", "2012")]
    total = sum(row.more for row in rows), sum(row.less for row in rows)
    assert total == about((30 + 30 / 1.1, 30 + 30 / 1.1))
    assert total == about(worth(case, "Quotas[Quota=China].Tonnes"))


# -- limits ---------------------------------------------------------------------------------


def test_a_minimum_that_binds_has_a_negative_worth(make, solve, worth):
    """At least 50 t of Australia: one more of the minimum costs 30 USD, one less saves them.

    So down to the 40 t that are bought anyway, and up to the demand of 100 t.
    """
    case = make(
        Sources=CN_60_AU,
        Limits="""
            Limit | Type   | Applies to | Minimum
            Least | tonnes | Source=AU  | 50
        """,
    )
    found = price(solve(case), "Least")
    assert both(found) == about((-30, -30))
    assert both(found) == about(worth(case, "Limits[Limit=Least].Minimum"))
    assert (found.start, found.end) == pytest.approx((40, 100))


def test_a_minimum_that_is_just_kept(make, solve, worth):
    """40 t of Australia are bought anyway: more of the minimum costs, less saves nothing."""
    case = make(
        Sources=CN_60_AU,
        Limits="""
            Limit | Type   | Applies to | Minimum
            Least | tonnes | Source=AU  | 40
        """,
    )
    found = price(solve(case), "Least")
    assert both(found) == about((-30, 0))
    assert both(found) == about(worth(case, "Limits[Limit=Least].Minimum"))


def test_a_minimum_beyond_demand_costs_the_whole_tonne(make, solve, worth):
    """At least 120 t of Australia, 20 t for nothing: 80 USD each."""
    case = make(
        Sources=CN_60_AU,
        Limits="""
            Limit | Type   | Applies to | Minimum
            Least | tonnes | Source=AU  | 120
        """,
    )
    found = price(solve(case), "Least")
    assert both(found) == about((-80, -80))
    assert both(found) == about(worth(case, "Limits[Limit=Least].Minimum"))


@pytest.mark.parametrize(("bound", "expected"), [("", 0.01), ("[%]", 1.0)])
def test_a_share_of_demand_is_worth_its_percentage_point(make, solve, worth, bound, expected):
    """One point of 200 t is 2 t: 60 USD, whether typed as 0.3 or as 30 under [%]."""
    case = make(
        Demand="""
            Item | 2011
            Nd   | 200
        """,
        Sources=OPEN,
        Limits=f"""
            Limit | Type  | Applies to    | Maximum {bound}
            China | share | Country=China | {30 * expected}
        """,
    )
    found = price(solve(case), "China")
    assert both(found) == about((60, 60))
    more, less = worth(case, "Limits[Limit=China].Maximum", step=expected / 100)
    assert both(found) == about((more * expected, less * expected))
    assert found.unit == "USD per percentage point"
    assert (found.start, found.end) == pytest.approx((0, 1))


def test_a_share_of_purchases_is_worth_its_percentage_point(make, solve, worth):
    """Of 200 t (yield 50 %) one point is 2 t: 60 USD."""
    case = make(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Yield [%]
            CN     | China     | Nd       | unlimited       | 50            | 50
            AU     | Australia | Nd       | unlimited       | 80            | 50
        """,
        Limits="""
            Limit | Type  | Applies to    | Share of  | Maximum
            China | share | Country=China | purchases | 0.3
        """,
    )
    found = price(solve(case), "China")
    assert both(found) == about((60, 60))
    more, less = worth(case, "Limits[Limit=China].Maximum", step=1e-4)
    assert both(found) == about((more / 100, less / 100))


def test_a_share_of_purchases_may_be_worth_more_up_than_down(make, solve, worth):
    """Australia's 70 t are just 70 %. A point more: China + 1, Australia − 1, saving 30 USD.

    A point less: Australia has no more, so China falls to 0.29 · 70 / 0.71 = 28.59 t; 1.41 t are
    missing at 950 USD. So at the margin: China = 70 s / (1 − s), per point 0.01 · 70 / 0.7².
    """
    case = make(
        Sources=OPEN.replace("AU     | Australia | Nd       | unlimited", "AU|Australia|Nd|70"),
        Limits="""
            Limit | Type  | Applies to    | Share of  | Maximum
            China | share | Country=China | purchases | 0.3
        """,
    )
    found = price(solve(case), "China")
    assert both(found) == about((30, 950 * 0.7 / 0.49))
    more, less = worth(case, "Limits[Limit=China].Maximum", step=1e-6)
    assert both(found) == (pytest.approx(more / 100, rel=1e-3), pytest.approx(less / 100, rel=1e-3))
    assert found.echo


def test_the_worth_of_a_share_of_purchases_holds_in_its_range(make, solve, cost):
    """Australia has 50 t: China = 50 s / (1 − s), which is no straight line in s.

    At 30 % a point is worth 0.5 / 0.7² · 950 = 969 USD; up to 50 %, where nothing is missing any
    more, it rises to 1900.
    """
    case = make(
        Sources=OPEN.replace("AU     | Australia | Nd       | unlimited", "AU|Australia|Nd|50"),
        Limits="""
            Limit | Type  | Applies to    | Share of  | Maximum
            China | share | Country=China | purchases | 0.3
        """,
    )
    plan = solve(case)
    found = price(plan, "China")
    assert found.more == pytest.approx(950 * 0.5 / 0.49)
    halfway = (0.3 + (found.end or 0.3)) / 2  # no end: none is known
    saved = plan.objective - cost(case, f"Limits[Limit=China].Maximum={halfway}")
    assert saved == pytest.approx(found.more * 100 * (halfway - 0.3), rel=0.01)


def test_a_broken_limit_is_worth_its_penalty(make, solve, worth):
    """Every tonne over costs 20 USD, so one more of the maximum saves 20."""
    case = make(
        Sources=OPEN,
        Limits="""
            Limit   | Type   | Applies to    | Maximum | Penalty [USD/t]
            At most | tonnes | Country=China | 70      | 20
        """,
    )
    found = price(solve(case), "At most")
    assert both(found) == about((20, 20))
    assert both(found) == about(worth(case, 'Limits[Limit="At most"].Maximum'))
    assert found.end == pytest.approx(100)


def test_a_soft_limit_that_is_kept_is_worth_what_keeping_it_costs(make, solve, worth):
    """A tonne over would cost 40 USD; one from Australia instead costs 30 more."""
    case = make(
        Sources=OPEN,
        Limits="""
            Limit   | Type   | Applies to    | Maximum | Penalty [USD/t]
            At most | tonnes | Country=China | 70      | 40
        """,
    )
    found = price(solve(case), "At most")
    assert both(found) == about((30, 30))
    assert both(found) == about(worth(case, 'Limits[Limit="At most"].Maximum'))


def test_a_broken_minimum_is_worth_its_penalty(make, solve, worth):
    """Every tonne under costs 20 USD: one more of the minimum costs 20."""
    case = make(
        Sources=OPEN,
        Limits="""
            Limit | Type   | Applies to | Minimum | Penalty [USD/t]
            Least | tonnes | Source=AU  | 30      | 20
        """,
    )
    found = price(solve(case), "Least")
    assert both(found) == about((-20, -20))
    assert both(found) == about(worth(case, "Limits[Limit=Least].Minimum"))
    assert found.start == pytest.approx(0)


def test_each_country_has_its_own_worth(make, solve):
    """No country above 45 %: a point more of China replaces USA at 90 by 50, of Australia by 80."""
    plan = solve(
        make(
            Sources="""
                Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
                CN     | China     | Nd       | unlimited       | 50
                AU     | Australia | Nd       | unlimited       | 80
                US     | USA       | Nd       | unlimited       | 90
            """,
            Limits="""
                Limit   | Type  | Column  | Maximum
                Country | share | Country | 0.45
            """,
        )
    )
    rows = {row.value: row.shadow_price for row in plan.limit_rows}
    assert {name: row.more for name, row in rows.items()} == pytest.approx(
        {"China": 40, "Australia": 10, "USA": 0}
    )


def test_a_limit_with_both_bounds_shows_the_one_that_binds(make, solve, worth):
    """From 50 to 70 t of Australia: the minimum binds."""
    case = make(
        Sources=CN_60_AU,
        Limits="""
            Limit | Type   | Applies to | Minimum | Maximum
            Band  | tonnes | Source=AU  | 50      | 70
        """,
    )
    row = next(row for row in solve(case).limit_rows if row.name == "Band")
    assert row.cell == "Limits!D2"
    assert both(row.shadow_price) == about((-30, -30))
    assert both(row.shadow_price) == about(worth(case, "Limits[Limit=Band].Minimum"))


def test_a_limit_pinned_by_both_bounds_shows_the_one_that_costs(make, solve):
    """Exactly 50 t of Australia, 10 t more than cheapest: it is the minimum that costs 30 USD."""
    case = make(
        Sources=CN_60_AU,
        Limits="""
            Limit  | Type   | Applies to | Minimum | Maximum
            Pinned | tonnes | Source=AU  | 50      | 50
        """,
    )
    row = next(row for row in solve(case).limit_rows if row.name == "Pinned")
    assert row.cell == "Limits!D2"
    assert row.shadow_price.less == pytest.approx(-30)


def test_each_bound_is_worth_money_per_unit_of_its_own_column(make, solve):
    """The minimum is in t and binds: 30 USD/t, whatever the maximum is in."""
    case = make(
        Periods="""
            Period | Years
            2011   | 2
        """,
        Sources=CN_60_AU.replace("60", "30"),
        Limits="""
            Limit | Type   | Applies to | Minimum [t] | Maximum [t/yr]
            Band  | tonnes | Source=AU  | 50          | 70
        """,
    )
    found = price(solve(case), "Band")
    assert both(found) == about((-30, -30))
    assert found.unit == "USD/t"
