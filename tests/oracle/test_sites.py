"""Sites and lanes: each plant has its own demand, freight, lead time, stock and processes."""

from __future__ import annotations

import pytest

from planner.errors import InvalidCase

SITES = """
    Site
    Osaka
    Turin
"""

DEMAND = """
    Item | Site  | Every period
    Nd   | Osaka | 100
    Nd   | Turin | 60
"""

TWO_YEARS = """
    Period
    2011
    2012
"""

SOURCES = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Freight [USD/t]
    CN     | China     | Nd       | unlimited       | 50            | 5
    AU     | Australia | Nd       | unlimited       | 60            | 0
"""


def lanes(found):
    """Tonnes bought by source, plant and period."""
    return {
        f"{row.source} {row.site} {row.period}": row.tonnes
        for row in found.plan.purchases.itertuples()
    }


def missing(found):
    """Tonnes missing by item, plant and period."""
    return {
        f"{row.item} {row.site} {row.period}": row.tonnes
        for row in found.plan.shortfalls.itertuples()
    }


def kept(found):
    """Closing stocks by plant and period."""
    numbers, stock = found.plan.numbers, found.plan.quantities.stock.sum(axis=0)
    return {
        f"{site} {period}": float(stock[p, t])
        for p, site in enumerate(numbers.sites)
        for t, period in enumerate(numbers.periods)
        if stock[p, t] > 1e-6
    }


# -- lanes ----------------------------------------------------------------------------------


def test_freight_to_a_plant_is_that_of_its_lane(solve):
    """CN lands at 55 in Osaka, as Sources says, and at 62 in Turin, where AU at 60 is cheaper."""
    found = solve(
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES,
        Lanes="""
            Source | Site  | Freight [USD/t]
            CN     | Turin | 12
        """,
    )
    assert lanes(found) == pytest.approx({"CN Osaka 2011": 100, "AU Turin 2011": 60})
    assert found.costs == pytest.approx({"purchase": 5_000 + 3_600, "freight": 500})
    rows = found.plan.to_dict()["purchases"]
    assert [row["site"] for row in rows] == ["Osaka", "Turin"]


def test_freight_of_a_lane_is_in_the_currency_of_its_source(solve):
    """12 EUR at 1.5 are 18 USD."""
    found = solve(
        Sites=SITES,
        Demand=DEMAND,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Currency | Price [EUR/t] | Freight [EUR/t]
            FR     | France  | Nd       | unlimited       | EUR      | 40            | 4
        """,  # noqa: E501 - one line is one row of the sheet
        Currencies="""
            Currency | Every period
            EUR      | 1.5
        """,
        Lanes="""
            Source | Site  | Freight [/t]
            FR     | Turin | 12
        """,
    )
    assert found.costs == pytest.approx({"purchase": 160 * 60, "freight": 100 * 6 + 60 * 18})


def test_a_lane_that_is_not_allowed_carries_nothing(solve):
    """CN is not qualified in Turin; a row that leaves freight blank says nothing of it."""
    found = solve(
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES,
        Lanes="""
            Source | Site  | Allowed | Freight [USD/t]
            CN     | Turin | no      |
            CN     | Osaka | yes     |
        """,
    )
    assert lanes(found) == pytest.approx({"CN Osaka 2011": 100, "AU Turin 2011": 60})
    assert found.costs["freight"] == pytest.approx(500)


def test_capacity_is_shared_by_all_plants(solve):
    """CN has 120 t for 160: it goes where AU costs most more, and AU serves the other 40 t.

    In Osaka CN saves 60 − 55 = 5 USD, in Turin 67 − 55 = 12: Turin gets its 60 t.
    """
    found = solve(
        Sites=SITES,
        Demand=DEMAND,
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Freight [USD/t]
            CN     | China     | Nd       | 120             | 50            | 5
            AU     | Australia | Nd       | unlimited       | 60            | 0
        """,
        Lanes="""
            Source | Site  | Freight [USD/t]
            AU     | Turin | 7
        """,
    )
    assert lanes(found) == pytest.approx(
        {"CN Osaka 2011": 60, "CN Turin 2011": 60, "AU Osaka 2011": 40}
    )
    (row,) = found.plan.limit_rows
    assert (row.name, row.used) == ("CN", pytest.approx(120))
    assert row.shadow_price.more == pytest.approx(5)


def test_a_minimum_order_is_of_all_plants_together(solve):
    """120 t at least: more than either plant needs, less than both."""
    found = solve(
        Sites=SITES,
        Demand=DEMAND,
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | Minimum order [t]
            CN     | China     | Nd       | 500             | 50            | 120
            AU     | Australia | Nd       | unlimited       | 60            |
        """,
    )
    assert lanes(found) == pytest.approx({"CN Osaka 2011": 100, "CN Turin 2011": 60})


def test_lead_time_to_a_plant_is_that_of_its_lane(solve):
    """CN needs a year to Osaka and none to Turin: Osaka's demand of 2011 is missing."""
    found = solve(
        Periods=TWO_YEARS,
        Sites=SITES,
        Demand=DEMAND,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Lead time [periods]
            CN     | China   | Nd       | unlimited       | 50            | 1
        """,
        Lanes="""
            Source | Site  | Lead time [periods]
            CN     | Turin | 0
        """,
    )
    assert lanes(found) == pytest.approx(
        {"CN Osaka 2011": 100, "CN Turin 2011": 60, "CN Turin 2012": 60}
    )
    assert missing(found) == pytest.approx({"Nd Osaka 2011": 100})


def test_lead_time_in_days_is_rounded_up(solve):
    """30 days are one period of a year."""
    found = solve(
        Periods=TWO_YEARS,
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES,
        Lanes="""
            Source | Site  | Allowed | Lead time [days]
            CN     | Osaka | yes     | 30
            AU     | Osaka | no      |
        """,
    )
    assert missing(found) == pytest.approx({"Nd Osaka 2011": 100})


def test_lanes_of_the_one_nameless_plant(solve):
    """Without Sites the column Site is absent, and a lane is that of the source."""
    found = solve(
        Sources=SOURCES,
        Lanes="""
            Source | Allowed
            CN     | no
        """,
    )
    assert found.bought == pytest.approx({"AU 2011": 100})


# -- what stands at a plant -----------------------------------------------------------------


def test_stock_and_what_is_in_transit_serve_their_own_plant(solve):
    """Turin opens with 70 t, keeps 10, and gets 50 more in 2012; none of it helps Osaka."""
    found = solve(
        Periods=TWO_YEARS,
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES,
        Stock="""
            Material | Site  | Opening [t]
            Nd       | Turin | 70
        """,
        In_transit="""
            Material | Site  | 2012 [t]
            Nd       | Turin | 50
        """,
    )
    assert lanes(found) == pytest.approx({"CN Osaka 2011": 100, "CN Osaka 2012": 100})
    assert kept(found) == pytest.approx({"Turin 2011": 10})


def test_a_safety_stock_by_period_holds_at_every_plant_that_keeps_the_material(solve):
    """5 t at both, as Safety stock says, though Stock says 3 for Turin; Osaka is bought 5 more."""
    found = solve(
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES,
        Stock="""
            Material | Site  | Safety stock [t]
            Nd       | Osaka |
            Nd       | Turin | 3
        """,
        Safety_stock="""
            Material | Every period
            Nd       | 5
        """,
    )
    assert kept(found) == pytest.approx({"Osaka 2011": 5, "Turin 2011": 5})


def test_a_conversion_serves_the_plant_where_it_stands(solve):
    """Metal is made in Osaka at 50 + 5 USD for the oxide; Turin buys it at 90."""
    found = solve(
        Sites=SITES,
        Materials="""
            Material | Shortfall cost [USD/t]
            Oxide    | 1000
            Metal    | 1000
        """,
        Demand="""
            Item  | Site  | Every period
            Metal | Osaka | 100
            Metal | Turin | 60
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            OX     | China   | Oxide    | unlimited       | 50
            ME     | Japan   | Metal    | unlimited       | 90
        """,
        Conversions="""
            Conversion | Site  | Oxide | Metal | Cost [USD/t]
            Smelting   | Osaka | -1    | 1     | 5
        """,
    )
    assert lanes(found) == pytest.approx({"OX Osaka 2011": 100, "ME Turin 2011": 60})
    assert found.costs == pytest.approx({"purchase": 5_000 + 5_400, "conversion": 500})


def test_one_conversion_at_two_plants_has_two_capacities(solve):
    """Smelting takes 30 t in Osaka and 20 in Turin; the rest is bought as metal."""
    found = solve(
        Sites=SITES,
        Materials="""
            Material | Shortfall cost [USD/t]
            Oxide    | 1000
            Metal    | 1000
        """,
        Demand="""
            Item  | Site  | Every period
            Metal | Osaka | 100
            Metal | Turin | 60
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            OX     | China   | Oxide    | unlimited       | 50
            ME     | Japan   | Metal    | unlimited       | 90
        """,
        Conversions="""
            Conversion | Site  | Oxide | Metal | Capacity [t/yr]
            Smelting   | Osaka | -1    | 1     | 30
            Smelting   | Turin | -1    | 1     | 20
        """,
    )
    assert lanes(found) == pytest.approx(
        {"OX Osaka 2011": 30, "OX Turin 2011": 20, "ME Osaka 2011": 70, "ME Turin 2011": 40}
    )
    cells = [row.cell for row in found.plan.limit_rows]
    assert cells == ["Conversions!E2", "Conversions!E3"]
    assert [row.value for row in found.plan.limit_rows] == ["Osaka", "Turin"]


def test_a_maximum_share_of_a_recipe_holds_at_each_plant(solve):
    """Lean makes half of 100 t in Osaka and half of 60 t in Turin: 25 and 15 t of Nd less."""
    found = solve(
        Sites=SITES,
        Products="""
            Product | Shortfall cost [USD/t]
            Magnet  | 9000
        """,
        Demand="""
            Item   | Site  | Every period
            Magnet | Osaka | 100
            Magnet | Turin | 60
        """,
        Sources=SOURCES,
        Recipes="""
            Recipe | Product | Nd  | Maximum share [%] | Reference
            Plain  | Magnet  | 1   | 100               | yes
            Lean   | Magnet  | 0.5 | 50                |
        """,
    )
    assert lanes(found) == pytest.approx({"CN Osaka 2011": 75, "CN Turin 2011": 45})


def test_scrap_is_that_of_all_plants(solve):
    """10 % of 160 t come back in 2012, to whichever plant."""
    found = solve(
        Periods=TWO_YEARS,
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES + "    SCRAP | Japan | Nd | unlimited | 10 | 0",
        Recycling="""
            Source | Item | Return [%]
            SCRAP  | Nd   | 10
        """,
        Lanes="""
            Source | Site  | Allowed
            SCRAP  | Turin | no
        """,
    )
    assert lanes(found) == pytest.approx(
        {"CN Osaka 2011": 100, "CN Turin 2011": 60, "CN Osaka 2012": 84, "CN Turin 2012": 60,
         "SCRAP Osaka 2012": 16}
    )  # fmt: skip


# -- rules at some plants -------------------------------------------------------------------


def test_a_quota_counts_the_plants_that_its_selector_picks(solve):
    """30 t for plants in Italy; Osaka is bought what it needs from China."""
    found = solve(
        Sites="""
            Site  | Country
            Osaka | Japan
            Turin | Italy
        """,
        Demand=DEMAND,
        Sources=SOURCES,
        Quotas="""
            Quota | Applies to    | Sites         | Tonnes [t]
            Italy | Country=China | Country=Italy | 30
        """,
    )
    assert lanes(found) == pytest.approx(
        {"CN Osaka 2011": 100, "CN Turin 2011": 30, "AU Turin 2011": 30}
    )
    assert found.used == pytest.approx({"Italy 2011": 30})


def test_a_share_of_demand_is_of_that_of_its_plants(solve):
    """A quarter of the 60 t that Turin needs: 15 t."""
    found = solve(
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES,
        Limits="""
            Limit | Type  | Applies to    | Sites      | Maximum [%]
            China | share | Country=China | Site=Turin | 25
        """,
    )
    assert lanes(found) == pytest.approx(
        {"CN Osaka 2011": 100, "CN Turin 2011": 15, "AU Turin 2011": 45}
    )


def test_a_share_of_purchases_is_of_those_for_its_plants(solve):
    """AU is 20 t short of what Turin needs: China may bring half, as much as AU, 40 t."""
    found = solve(
        Sites=SITES,
        Demand=DEMAND.replace("60", "100"),
        Sources=SOURCES.replace(
            "AU     | Australia | Nd       | unlimited", "AU     | Australia | Nd       | 40"
        ),
        Limits="""
            Limit | Type  | Applies to    | Sites      | Share of  | Maximum [%]
            China | share | Country=China | Site=Turin | purchases | 50
        """,
    )
    assert lanes(found) == pytest.approx(
        {"CN Osaka 2011": 100, "CN Turin 2011": 40, "AU Turin 2011": 40}
    )
    assert missing(found) == pytest.approx({"Nd Turin 2011": 20})


# -- scenarios ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "freight"),
    [
        ("Lanes | Source=CN & Site=Turin | Freight [USD/t] | plus  | 2", [5, 9]),
        ("Lanes | Country=China          | Freight         | times | 2", [10, 14]),
        ("Sources | Source=CN            | Freight         | times | 2", [10, 14]),
        ("Sources | Source=CN            | Freight [USD/t] | set   | 3", [3, 3]),
    ],
)
def test_a_scenario_changes_freight(make, change, freight):
    """5 USD by Sources; 7 to Turin by Lanes, where the row of Osaka leaves it blank.

    A change of Sources acts on what Lanes overrides too, as on the prices of the sheet Prices.
    """
    case = make(
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES,
        Lanes="""
            Source | Site  | Freight [USD/t]
            CN     | Osaka |
            CN     | Turin | 7
        """,
        Scenarios="""
            Scenario
            What if
        """,
        Changes=f"""
            Scenario | Sheet | Rows | Column | Operation | Value
            What if  | {change}
        """,
    )
    assert case.scenario("What if").freight[0].tolist() == freight


def test_a_scenario_closes_a_lane(solve):
    found = solve(
        "Recall",
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES,
        Lanes="""
            Source | Site
            CN     | Turin
        """,
        Scenarios="""
            Scenario
            Recall
        """,
        Changes="""
            Scenario | Sheet | Rows       | Column  | Operation | Value
            Recall   | Lanes | Site=Turin | Allowed | set       | no
        """,
    )
    assert lanes(found) == pytest.approx({"CN Osaka 2011": 100, "AU Turin 2011": 60})


def test_a_scenario_changes_demand_and_stock_at_one_plant(solve):
    """Turin needs 90 t in place of 60, and opens with 40 t in place of 20."""
    found = solve(
        "More",
        Sites=SITES,
        Demand=DEMAND,
        Sources=SOURCES,
        Stock="""
            Material | Site  | Opening [t]
            Nd       | Turin | 20
        """,
        Scenarios="""
            Scenario
            More
        """,
        Changes="""
            Scenario | Sheet  | Rows       | Column  | Operation | Value
            More     | Demand | Site=Turin | 2011    | plus      | 30
            More     | Stock  | Site=Turin | Opening | times     | 2
        """,
    )
    assert lanes(found) == pytest.approx({"CN Osaka 2011": 100, "CN Turin 2011": 50})


def test_lead_times_in_periods_and_in_days_do_not_mix(make):
    with pytest.raises(InvalidCase, match="give both in one unit"):
        make(
            Sites=SITES,
            Demand=DEMAND,
            Sources=SOURCES,
            Lanes="""
                Source | Site  | Lead time [days]
                CN     | Turin | 30
            """,
            Scenarios="""
                Scenario
                Slow
            """,
            Changes="""
                Scenario | Sheet   | Rows | Column    | Operation | Value
                Slow     | Sources | *    | Lead time | set       | 1
            """,
        )
