"""Where there is no plan the planner says so, and which cell to look at."""

from __future__ import annotations

import pytest

import planner

FORBIDDEN = """
    Setting   | Value
    Shortfall | forbidden
"""

CHINA_60 = """
    Source | Country | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China   | Nd       | 60              | 50
"""

CHINA = CHINA_60.replace("60  ", "unlimited")

# -- infeasible -----------------------------------------------------------------------------


def test_too_little_supply_says_how_much_is_missing_where(make):
    """100 t needed, 60 t to be had: 40 t of Nd in 2011."""
    case = make(Settings=FORBIDDEN, Sources=CHINA_60)
    with pytest.raises(planner.Infeasible) as refused:
        planner.solve(case)
    text = str(refused.value)
    assert "at least 40 t are missing" in text
    assert "Nd in 2011 (Demand!B2)" in text
    assert refused.value.scenario == "Base"
    assert refused.value.exit_code == 4


def test_the_least_that_must_be_missing_is_named(make):
    """Either a quota of 70 t or the 60 t of the mine: the mine is what is missing 40 t."""
    case = make(
        Settings=FORBIDDEN,
        Sources=CHINA_60,
        Quotas="""
            Quota | Applies to | Tonnes [t]
            China | *          | 70
        """,
    )
    with pytest.raises(planner.Infeasible, match=r"at least 40 t are missing"):
        planner.solve(case)


def test_what_would_only_cost_money_does_not_hide_what_is_missing(make):
    """Freight, a soft limit and stock cost money, but 40 t are missing all the same."""
    case = make(
        Settings=FORBIDDEN,
        Sources=CHINA_60,
        Stock="""
            Material | Safety stock [t] | Safety cost [/t/yr] | Final value [/t]
            Nd       | 20               | 5000                | 9000
        """,
        Limits="""
            Limit | Type   | Maximum | Penalty [USD/t]
            Soft  | tonnes | 10      | 9000
        """,
    )
    with pytest.raises(planner.Infeasible, match=r"at least 40 t are missing"):
        planner.solve(case)


@pytest.mark.parametrize("shortfall", ["allowed", "forbidden"])
def test_rules_that_contradict_each_other(make, shortfall):
    """At least 90 t of a source of 60 t: that no shortfall can mend."""
    case = make(
        Settings=FORBIDDEN.replace("forbidden", shortfall),
        Sources=CHINA_60,
        Limits="""
            Limit | Type   | Minimum
            Least | tonnes | 90
        """,
    )
    with pytest.raises(planner.Infeasible, match="contradict each other"):
        planner.solve(case)


def test_a_hard_target_out_of_reach(make):
    case = make(
        Sources=CHINA_60,
        Stock="""
            Material | Safety stock [t]
            Nd       | 70
        """,
    )
    with pytest.raises(planner.Infeasible, match="stock target"):
        planner.solve(case)


def test_only_the_scenario_is_refused(make):
    """The workbook as it stands has a plan; the scenario has none, and is named."""
    case = make(
        Settings=FORBIDDEN,
        Sources=CHINA,
        Scenarios="""
            Scenario
            Embargo
        """,
        Changes="""
            Scenario | Sheet        | Rows          | Column | Operation | Value
            Embargo  | Availability | Country=China | *      | set       | 0
        """,
    )
    assert planner.solve(case).status == "optimal"
    with pytest.raises(planner.Infeasible) as refused:
        planner.solve(case, "Embargo")
    assert refused.value.scenario == "Embargo"


# -- unbounded ------------------------------------------------------------------------------


def test_surplus_dearer_than_an_unlimited_source_names_both_cells(make):
    """Bought at 50 USD (Sources!E2), sold at 60 (Materials!C2), without end."""
    case = make(
        Materials="""
            Material | Shortfall cost [USD/t] | Surplus value [USD/t]
            Nd       | 1000                   | 60
        """,
        Sources=CHINA,
    )
    with pytest.raises(planner.Unbounded) as refused:
        planner.solve(case)
    text = str(refused.value)
    assert "CN (Sources!E2)" in text
    assert "surplus of Nd (Materials!C2)" in text
    assert refused.value.status == "unbounded"
    assert refused.value.exit_code == 4


def test_the_price_and_the_value_of_the_period_are_named(make):
    """In 2012 a tonne costs 50 USD by the sheet Prices, and sells at 60 by Surplus values."""
    case = make(
        Periods="""
            Period
            2011
            2012
        """,
        Sources=CHINA.replace("50", "90"),
        Prices="""
            Source | 2012 [USD/t]
            CN     | 50
        """,
        Surplus_values="""
            Item | 2012 [USD/t]
            Nd   | 60
        """,
    )
    with pytest.raises(planner.Unbounded) as refused:
        planner.solve(case)
    assert "CN (Prices!B2)" in str(refused.value)
    assert "surplus of Nd (Surplus values!B2)" in str(refused.value)


def test_a_final_value_dearer_than_an_unlimited_source_names_both_cells(make):
    case = make(
        Sources=CHINA,
        Stock="""
            Material | Holding cost [USD/t/yr] | Final value [USD/t]
            Nd       | 1                       | 60
        """,
    )
    with pytest.raises(planner.Unbounded) as refused:
        planner.solve(case)
    assert "CN (Sources!E2)" in str(refused.value)
    assert "final stock of Nd (Stock!C2)" in str(refused.value)


def test_a_final_value_below_the_holding_cost_is_no_gold_mine(make, solve):
    """A tonne bought at 50 USD, kept for 15, is worth 60 in the end: nothing is kept."""
    plan = solve(
        make(
            Sources=CHINA,
            Stock="""
                Material | Holding cost [USD/t/yr] | Final value [USD/t]
                Nd       | 15                      | 60
            """,
        )
    )
    assert plan.quantities.stock.sum() == 0


# -- stopped --------------------------------------------------------------------------------


def test_no_time_at_all(make):
    with pytest.raises(planner.Stopped, match="stopped after 0 seconds") as refused:
        planner.solve(make(Sources=CHINA), options=planner.Options(time_limit=0))
    assert refused.value.status == "stopped"
    assert refused.value.exit_code == 5


def test_the_time_limit_of_the_settings_holds(make):
    case = make(
        Settings="""
            Setting    | Value
            Time limit | 0
        """,
        Sources=CHINA,
    )
    with pytest.raises(planner.Stopped):
        planner.solve(case)
    assert planner.solve(case, options=planner.Options(time_limit=60)).status == "optimal"
