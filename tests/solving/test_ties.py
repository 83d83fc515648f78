"""Of equally cheap plans one is reported: by preference, then row, then period, then name."""

from __future__ import annotations

import pytest

import planner

TWO_YEARS = """
    Period
    2011
    2012
"""


def bought(plan: planner.Plan) -> dict[str, float]:
    return {f"{row.source} {row.period}": row.tonnes for row in plan.purchases.itertuples()}


# -- the rule -------------------------------------------------------------------------------


def test_equally_cheap_sources_are_bought_in_the_order_of_their_rows(make, solve):
    plan = solve(
        make(
            Sources="""
                Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
                CN     | China     | Nd       | 60              | 50
                AU     | Australia | Nd       | 60              | 50
                US     | USA       | Nd       | 60              | 50
            """
        )
    )
    assert bought(plan) == pytest.approx({"CN 2011": 60, "AU 2011": 40})


def test_preference_goes_before_the_order_of_rows(make, solve):
    """US is preferred to AU, and both to CN, which has no preference."""
    plan = solve(
        make(
            Sources="""
                Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Preference
                CN     | China     | Nd       | 60              | 50            |
                AU     | Australia | Nd       | 60              | 50            | 2
                US     | USA       | Nd       | 60              | 50            | 1
            """
        )
    )
    assert bought(plan) == pytest.approx({"US 2011": 60, "AU 2011": 40})


def test_equally_preferred_sources_are_bought_in_the_order_of_their_rows(make, solve):
    plan = solve(
        make(
            Sources="""
                Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Preference
                CN     | China     | Nd       | 60              | 50            | 2
                AU     | Australia | Nd       | 60              | 50            | 1
                US     | USA       | Nd       | 60              | 50            | 1
            """
        )
    )
    assert bought(plan) == pytest.approx({"AU 2011": 60, "US 2011": 40})


def test_a_cent_goes_before_any_preference(make, solve):
    plan = solve(
        make(
            Sources="""
                Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Preference
                CN     | China     | Nd       | unlimited       | 50            | 1
                AU     | Australia | Nd       | unlimited       | 49.99         | 2
            """
        )
    )
    assert bought(plan) == pytest.approx({"AU 2011": 100})


def test_equally_cheap_periods_are_used_from_the_first_on(make, solve):
    """Nothing is said of holding cost: what 2012 needs is bought in 2011 as far as that goes."""
    plan = solve(
        make(
            Periods=TWO_YEARS,
            Sources="""
                Source | Country | Material | Capacity [t/yr] | Price [USD/t]
                CN     | China   | Nd       | 130             | 50
            """,
            Stock="""
                Material
                Nd
            """,
        )
    )
    assert bought(plan) == pytest.approx({"CN 2011": 130, "CN 2012": 70})


def test_the_order_of_sources_goes_before_that_of_periods(make, solve):
    """CN sells in 2012 only, AU in 2011 only; CN stands first."""
    plan = solve(
        make(
            Periods=TWO_YEARS,
            Demand="""
                Item | 2011 | 2012
                Nd   | 0    | 100
            """,
            Sources="""
                Source | Country   | Material | Capacity [t/yr] | Price [/t] | First period
                CN     | China     | Nd       | unlimited       | 50         | 2012
                AU     | Australia | Nd       | unlimited       | 50         |
            """,
            Stock="""
                Material
                Nd
            """,
        )
    )
    assert bought(plan) == pytest.approx({"CN 2012": 100})


# -- one plan, whatever the way to it -------------------------------------------------------

MANY_TIES = {
    "Periods": """
        Period
        2011
        2012
        2013
    """,
    "Materials": """
        Material | Shortfall cost [USD/t]
        Nd       | 1000
        Pr       | 1000
        Dy       | 1000
    """,
    "Demand": """
        Item | Every period
        Nd   | 50
        Pr   | 50
        Dy   | 50
    """,
    "Sources": """
        Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
        CN_ND  | China     | Nd       | 60              | 50
        AU_ND  | Australia | Nd       | 60              | 50
        CN_PR  | China     | Pr       | 60              | 50
        AU_PR  | Australia | Pr       | 60              | 50
        CN_DY  | China     | Dy       | 60              | 50
        MIX    | USA       |          | 30              | 50
    """,
    "Composition": """
        Source | Nd [%] | Pr [%] | Dy [%]
        MIX    | 50     | 30     | 20
    """,
    "Stock": """
        Material | Maximum [t]
        Nd       | 30
        Dy       | 30
    """,
    "Quotas": """
        Quota | Applies to        | Per    | Tonnes [t]
        China | Country=China     | window | 90
        West  | Country!=China    | period | 50
    """,
    "Limits": """
        Limit | Type  | Applies to    | Per    | Maximum | Penalty [USD/t]
        Share | share | Country=China | period | 0.2     | 0
    """,
}
"""Which material is short, who serves, when, and where a rule is broken: all is equally dear."""


DECIDED = ("ship", "short", "surplus", "stock", "under")


@pytest.mark.parametrize(
    "options",
    [
        {"presolve": "off"},
        {"presolve": "on"},
        {"solver": "ipm"},
        {"solver": "simplex", "simplex_strategy": 4},
        {"random_seed": 17},
    ],
    ids=str,
)
def test_the_plan_is_the_same_whatever_the_way_of_the_solver(make, solve, solver_options, options):
    plan = solve(make(**MANY_TIES))
    solver_options(**options)
    again = solve(make(**MANY_TIES))
    for name in DECIDED:
        tonnes = getattr(plan.quantities, name)
        assert getattr(again.quantities, name) == pytest.approx(tonnes, abs=1e-6), name


def test_the_plan_is_the_same_every_time(make, solve):
    plans = [solve(make(**MANY_TIES)) for _ in range(3)]
    assert plans[0].purchase_rows() == plans[1].purchase_rows() == plans[2].purchase_rows()
    assert plans[0].shortfall_rows() == plans[1].shortfall_rows() == plans[2].shortfall_rows()


@pytest.mark.parametrize(
    "sheet", ["Materials", "Demand", "Composition", "Stock", "Quotas", "Limits"]
)
def test_the_order_of_rows_matters_in_sources_only(make, solve, sheet):
    """Upside down, any other sheet gives the same plan."""
    plan = solve(make(**MANY_TIES))
    header, *rows = MANY_TIES[sheet].strip().splitlines()
    turned = solve(make(**MANY_TIES | {sheet: "\n".join([header, *rows[::-1]])}))
    assert turned.objective == pytest.approx(plan.objective)
    assert bought(turned) == pytest.approx(bought(plan), abs=1e-6)
    missing = [
        {(row["item"], row["period"]): row["tonnes"] for row in some.shortfall_rows()}
        for some in (plan, turned)
    ]
    assert missing[1] == pytest.approx(missing[0], abs=1e-6)
