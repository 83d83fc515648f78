"""The prices at which a source gains or loses tonnes, against solving just beside them."""

from __future__ import annotations

import pytest

import planner

TWO_SOURCES = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China     | Nd       | 60              | 50
    AU     | Australia | Nd       | unlimited       | 80
"""

BESIDE = 0.01
"""Money per tonne by which prices are moved off a corner."""


@pytest.fixture
def tonnes_at(solve):
    """Tonnes bought of a source in all, where its price is another one throughout."""

    def at(case: planner.Case, source: str, price: float, currency: str = "USD") -> float:
        change = f"Sources[Source={source}].Price [{currency}/t]={price}"
        plan = solve(case.with_changes(change))
        return plan.purchases.query("source == @source").tonnes.sum()

    return at


def test_what_is_bought_is_lost_at_the_price_of_what_replaces_it(make, solve, tonnes_at):
    """CN loses its 60 t above 80 USD, the price of AU; it has no more to gain."""
    case = make(Sources=TWO_SOURCES)
    found = solve(case).switch_prices["CN"]
    assert (found.price, found.landed_cost) == pytest.approx((50, 50))
    assert found.loses_at == pytest.approx(80)
    assert found.gains_at is None
    assert not found.loses_echo
    assert tonnes_at(case, "CN", 80 - BESIDE) == pytest.approx(60)
    assert tonnes_at(case, "CN", 80 + BESIDE) == 0
    assert tonnes_at(case, "CN", BESIDE) == pytest.approx(60)


def test_the_marginal_source_gains_at_one_price_and_loses_at_another(make, solve, tonnes_at):
    """AU takes CN's 60 t below 50 USD, and gives way to shortfall above 1000."""
    case = make(Sources=TWO_SOURCES)
    found = solve(case).switch_prices["AU"]
    assert found.gains_at == pytest.approx(50)
    assert found.loses_at == pytest.approx(1000)
    assert (found.gains_echo, found.loses_echo) == (False, True)
    assert tonnes_at(case, "AU", 50 - BESIDE) == pytest.approx(100)
    assert tonnes_at(case, "AU", 50 + BESIDE) == pytest.approx(40)
    assert tonnes_at(case, "AU", 1000 - BESIDE) == pytest.approx(40)
    assert tonnes_at(case, "AU", 1000 + BESIDE) == 0


def test_the_first_of_several_corners_counts(make, solve, tonnes_at):
    """US at 100 takes AU's 40 t below 80, and CN's 60 t only below 50: it gains from 80 on."""
    case = make(
        Sources="""
            Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China     | Nd       | 60              | 50
            AU     | Australia | Nd       | unlimited       | 80
            US     | USA       | Nd       | unlimited       | 100
        """
    )
    found = solve(case).switch_prices["US"]
    assert found.gains_at == pytest.approx(80)
    assert found.loses_at is None
    assert tonnes_at(case, "US", 80 + BESIDE) == 0
    assert tonnes_at(case, "US", 80 - BESIDE) == pytest.approx(40)
    assert tonnes_at(case, "US", 50 - BESIDE) == pytest.approx(100)


def test_the_price_is_the_sources_own_before_tax_freight_and_duty(make, solve, tonnes_at):
    """CN in CNY at 0.1: 0.1 · (p · 1.1 + 30) · 1.2 + 0.1 · 14 = 80, so p = (786 / 1.2 − 30) / 1.1.

    = (655 − 30) / 1.1 = 568.18 CNY. At 450 CNY it lands at 0.1 · (525 · 1.2 + 14) = 64.4 USD, so
    AU, with a freight of 5, has to cost 59.4 to take its place.
    """
    case = make(
        Sources="""
            Source|Country  |Material|Capacity [t/yr]|Price [/t]|Currency|Export tax [%]|Freight [/t]|Duty [%]|Processing [/t]
            CN    |China    |Nd      |60             |450       |CNY     |10            |30          |20      |14
            AU    |Australia|Nd      |unlimited      |75        |USD     |              |5           |        |
        """,  # noqa: E501
        Currencies="""
            Currency | Every period
            CNY      | 0.1
        """,
    )
    prices = solve(case).switch_prices
    found, corner = prices["CN"], 625 / 1.1
    assert prices["AU"].gains_at == pytest.approx(59.4)
    assert (found.price, found.landed_cost) == pytest.approx((450, 64.4))
    assert found.loses_at == pytest.approx(corner)
    assert tonnes_at(case, "CN", corner - BESIDE, "CNY") == pytest.approx(60)
    assert tonnes_at(case, "CN", corner + BESIDE, "CNY") == 0


def test_all_periods_move_together(make, solve):
    """CN at 50 and 70 USD, 60 on average; AU at 80: ten more, and 2012 is lost to AU.

    That money of 2012 is worth less does not matter: both prices are of 2012.
    """
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
        Sources=TWO_SOURCES,
        Prices="""
            Source | 2012 [USD/t]
            CN     | 70
        """,
    )
    found = solve(case).switch_prices["CN"]
    assert found.price == pytest.approx(60)
    assert found.loses_at == pytest.approx(70)
    by_ten = [f"Sources[Source=CN].Price [USD/t]+={10 + beside}" for beside in (-BESIDE, BESIDE)]
    bought = [solve(case.with_changes(change)).quantities.bought[0] for change in by_ten]
    assert bought[0] == pytest.approx([60, 60])
    assert bought[1] == pytest.approx([60, 0])


def test_the_price_is_that_of_the_tonnes_bought(make, solve):
    """60 t at 50 and 20 t at 70 USD: 55 on average. All of 2012's are lost at 80 there, 65 here."""
    case = make(
        Periods="""
            Period
            2011
            2012
        """,
        Sources=TWO_SOURCES,
        Prices="""
            Source | 2012 [USD/t]
            CN     | 70
        """,
        Capacity="""
            Source | 2012
            CN     | 20
        """,
    )
    found = solve(case).switch_prices["CN"]
    assert found.price == pytest.approx(55)
    assert found.loses_at == pytest.approx(65)


def test_a_source_that_has_to_be_bought_loses_at_no_price(make, solve, tonnes_at):
    """A minimum of 60 t holds CN at any price."""
    case = make(
        Sources=TWO_SOURCES,
        Limits="""
            Limit | Type   | Applies to | Minimum
            Least | tonnes | Source=CN  | 60
        """,
    )
    found = solve(case).switch_prices["CN"]
    assert found.loses_at is None
    assert tonnes_at(case, "CN", 5000) == pytest.approx(60)


def test_a_limit_moves_the_price_at_which_a_source_gains(make, solve, tonnes_at):
    """A tonne of CN over 70 t costs a penalty of 20 USD: it has to be 20 cheaper than AU."""
    case = make(
        Sources=TWO_SOURCES.replace("60   ", "200  ").replace("50", "65"),
        Limits="""
            Limit   | Type   | Applies to    | Maximum | Penalty [USD/t]
            At most | tonnes | Country=China | 70      | 20
        """,
    )
    found = solve(case).switch_prices["CN"]
    assert found.gains_at == pytest.approx(60)
    assert found.loses_at == pytest.approx(80)
    assert tonnes_at(case, "CN", 60 + BESIDE) == pytest.approx(70)
    assert tonnes_at(case, "CN", 60 - BESIDE) == pytest.approx(100)


def test_of_equally_cheap_sources_the_one_that_is_bought_loses_at_its_price(make, solve):
    """CN and AU both cost 50; the plan buys 60 t of CN, and a cent more would lose them to AU."""
    plan = solve(make(Sources=TWO_SOURCES.replace("80", "50")))
    assert plan.purchases.set_index("source").tonnes["CN"] == pytest.approx(60)
    assert plan.switch_prices["CN"].loses_at == pytest.approx(50)
    assert plan.switch_prices["AU"].gains_at == pytest.approx(50)


def test_what_little_of_is_needed_may_become_far_dearer(make, solve):
    """1000 t of magnets at 100,000 USD take 1 kg each: a tonne of Dy may cost 100 million USD."""
    case = make(
        Materials="Material\nDy",
        Products="""
            Product | Shortfall cost [USD/t]
            Magnet  | 100000
        """,
        Recipes="""
            Recipe | Product | Dy
            Usual  | Magnet  | 0.001
        """,
        Demand="""
            Item   | Every period
            Magnet | 1000
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [USD/t]
            CN     | China   | Dy       | 100             | 300000
        """,
    )
    assert solve(case).switch_prices["CN"].loses_at == pytest.approx(1e8)


def test_far_below_its_price_a_source_without_end_would_be_bought_to_sell(make, solve, tonnes_at):
    """CN takes AU's place below 20 USD; below 5 either could be bought and sold without end."""
    case = make(
        Materials="""
            Material | Shortfall cost [USD/t] | Surplus value [USD/t]
            Nd       | 1000                   | 5
        """,
        Sources=TWO_SOURCES.replace("60       ", "unlimited").replace("80", "20"),
    )
    prices = solve(case).switch_prices
    assert prices["CN"].gains_at == pytest.approx(20)
    assert prices["AU"].gains_at == pytest.approx(5)
    assert tonnes_at(case, "CN", 20 - BESIDE) == pytest.approx(100)
    assert tonnes_at(case, "AU", 5 + BESIDE) == pytest.approx(100)
    with pytest.raises(planner.Unbounded):
        tonnes_at(case, "AU", 5 - BESIDE)


def test_prices_are_not_known_where_a_limit_on_spend_moves_with_them(make, solve, tonnes_at):
    """3000 USD buy 60 t of CN at 50, and fewer at any higher price; AU is not counted."""
    case = make(
        Sources=TWO_SOURCES.replace("60       ", "unlimited"),
        Limits="""
            Limit  | Type  | Applies to    | Maximum
            Budget | spend | Country=China | 3000
        """,
    )
    prices = solve(case).switch_prices
    assert "CN" not in prices
    assert tonnes_at(case, "CN", 60) == pytest.approx(50)
    assert prices["AU"].gains_at == pytest.approx(50)


def test_a_limit_on_spend_that_is_never_reached_has_no_say(make, solve):
    """60 t of CN at up to 80 USD are 4800 of 5000."""
    limit = """
        Limit  | Type  | Applies to    | Maximum
        Budget | spend | Country=China | {most}
    """
    found = solve(make(Sources=TWO_SOURCES, Limits=limit.format(most=5000))).switch_prices["CN"]
    assert found.loses_at == pytest.approx(80)
    assert (
        "CN" not in solve(make(Sources=TWO_SOURCES, Limits=limit.format(most=4500))).switch_prices
    )


def test_an_hhi_that_binds_moves_tonnes_with_any_price(make, solve, tonnes_at):
    """Of 60 and 40 t the HHI is 0.52: room in 0.6, none in 0.52.

    Above 80 USD CN gives way to AU until AU has 72.36 t, where 0.6 is reached.
    """
    limit = """
        Limit  | Type | Maximum
        Spread | HHI  | {most}
    """
    case = make(Sources=TWO_SOURCES, Limits=limit.format(most=0.6))
    assert solve(case).switch_prices["CN"].loses_at == pytest.approx(80)
    assert tonnes_at(case, "CN", 80 - BESIDE) == pytest.approx(60)
    assert tonnes_at(case, "CN", 80 + BESIDE) == pytest.approx(100 - 72.36, abs=0.01)
    tight = make(Sources=TWO_SOURCES.replace("60   ", "100  "), Limits=limit.format(most=0.52))
    assert not solve(tight).switch_prices


def test_what_is_given_up_leaves_its_rounding_out_of_prices(make, solve):
    """80 t of CN are asked for, and 60 to be had; AU serves 40 t at up to 1000 USD.

    What is given up is held to a part of a billion: beyond CN's 100 USD so much more of it is
    bought, which is no change of AU's tonnes.
    """
    case = make(
        Sources=TWO_SOURCES.replace("| 50", "| 100").replace("80", "50"),
        Limits="""
            Limit | Type   | Applies to    | Minimum | Priority
            Least | tonnes | Country=China | 80      | 1
        """,
    )
    assert solve(case).switch_prices["AU"].loses_at == pytest.approx(1000)
