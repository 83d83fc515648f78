"""Why a plan is as it is: hand-solved, verified by solving again, and on the examples."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import planner
from cases import case_of
from planner.report.exhibit_plot import draw
from planner.report.exhibit_text import text_of
from planner.report.exhibit_workbook import write_exhibit
from planner.report.explain_plan import exhibit
from planner.solving import solve as solve_module
from planner.studies.explain import explain
from planner.studies.explain_plan import PlanExplained
from planner.studies.explained import ShortfallExplained, SourceExplained
from planner.studies.variants import Variants

INPUTS = Path(__file__).parents[2] / "inputs"
EXAMPLES = sorted(INPUTS.glob("*.xlsx"))

SOURCE = ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/kg]"]
SMALLEST: dict[str, list[list[Any]]] = {
    "Periods": [["Period", "Start", "Years"], ["2011", date(2011, 1, 1), 1]],
    "Materials": [["Material", "Shortfall cost [USD/kg]"], ["Nd", 100]],
    "Demand": [["Item", "Every period"], ["Nd", 100]],
    "Sources": [SOURCE, ["CN", "China", "Nd", 60, 50], ["AU", "Australia", "Nd", 100, 80]],
}
"""100 t: 60 t of China at 50 USD/kg, 40 t of Australia at 80."""

SCARCE = [SOURCE, ["CN", "China", "Nd", 60, 50], ["AU", "Australia", "Nd", 10, 80]]
"""30 t are missing."""

BESIDE = 1e-3
"""Money per kg by which prices are moved off a corner."""


case = partial(case_of, SMALLEST)


def explain_plan(own: planner.Case, scenario: str = "Base") -> PlanExplained:
    """Why the plan of a scenario is as it is."""
    found = explain(own, scenario).plan
    assert found is not None
    return found


def source(explained: PlanExplained, name: str) -> SourceExplained:
    """What is said of one source."""
    return next(one for one in explained.sources if one.name == name)


def shortfall(explained: PlanExplained) -> ShortfallExplained:
    """The one shortfall."""
    (only,) = explained.shortfalls
    return only


def with_more(rows: list[list[Any]], header: str, *values: Any) -> list[list[Any]]:
    """A sheet with a column more."""
    return [[*rows[0], header], *([*row, v] for row, v in zip(rows[1:], values, strict=True))]


# -- sources --------------------------------------------------------------------------------


def test_a_source_that_is_bought_and_held_back_by_its_capacity():
    """China stays until its price is Australia's, 80 USD/kg."""
    found = source(explain_plan(case()), "CN")
    assert (found.used_t, found.landed_cost) == pytest.approx((60, 50_000))
    assert (found.price, found.price_unit, found.price_cell) == (50, "USD/kg", "Sources!E2")
    assert found.stays_until == pytest.approx(80)
    assert found.enters_below is None
    assert found.reason == (
        "cheapest way to meet Nd; held back by its capacity (Sources!D2); stays until 80 USD/kg"
    )


def test_a_source_that_is_too_dear_says_where_it_would_enter():
    """The USA at 120 would replace Australia's 40 t below 80 USD/kg."""
    rows = [*SMALLEST["Sources"], ["US", "USA", "Nd", 100, 120]]
    found = source(explain_plan(case(Sources=rows)), "US")
    assert (found.used_t, found.stays_until) == (0, None)
    assert found.enters_below == pytest.approx(80)
    assert found.reason == "too dear by 40 USD/kg: would enter below 80 USD/kg"


def test_prices_are_in_the_sellers_currency_and_unit_and_hold_when_solved_again():
    """China in CNY a pound at 0.1, 20 % duty: lands at AU's 80 USD/kg for 80 / 1.2 / 0.1 CNY/kg."""
    rows = [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [/lb]", "Currency", "Duty [%]"],
        ["CN", "China", "Nd", 60, 200, "CNY", 20],
        ["AU", "Australia", "Nd", 100, 80 * 0.45359237, "USD", 0],
        ["US", "USA", "Nd", 100, 100 * 0.45359237, "USD", 0],
    ]
    own = case(Sources=rows, Currencies=[["Currency", "Every period"], ["CNY", 0.1]])
    found = explain_plan(own)
    china, usa = source(found, "CN"), source(found, "US")
    assert china.price_unit == "CNY/lb"
    assert china.stays_until == pytest.approx(80 / 1.2 / 0.1 * 0.45359237)
    assert usa.enters_below == pytest.approx(80 * 0.45359237)
    variants = Variants(own, "Base")
    for one, at, beside, tonnes in (
        (china, china.stays_until, -BESIDE, 60),
        (china, china.stays_until, BESIDE, 0),
        (usa, usa.enters_below, BESIDE, 0),
        (usa, usa.enters_below, -BESIDE, 40),
    ):
        assert at is not None
        bought = variants.solve(f"Sources[Source={one.name}].Price [/lb]={at + beside}").bought
        assert bought[["CN", "AU", "US"].index(one.name)] == pytest.approx(tonnes, abs=1e-6)


def test_a_source_as_dear_as_what_is_bought():
    rows = [*SMALLEST["Sources"], ["US", "USA", "Nd", 100, 80]]
    assert source(explain_plan(case(Sources=rows)), "US").reason == (
        "as dear as going without it; would enter below 80 USD/kg"
    )


def test_a_price_by_volume_is_in_the_unit_of_its_tiers():
    tiers = [["Source", "From [t/yr]", "Price [USD/t]"], ["CN", 0, 50_000], ["CN", 20, 60_000]]
    found = source(explain_plan(case(Tiers=tiers)), "CN")
    assert (found.price_unit, found.price_cell) == ("USD/t", "Tiers!C2")
    assert found.price == pytest.approx(50_000)


def test_a_quota_holds_a_source_back_and_only_where_it_counts_it():
    rows = [SOURCE, ["CN", "China", "Nd", "unlimited", 50], SMALLEST["Sources"][2]]
    quota = [["Quota", "Applies to", "Tonnes [t]"], ["China", "Country=China", 40]]
    found = explain_plan(case(Sources=rows, Quotas=quota))
    china, australia = source(found, "CN"), source(found, "AU")
    assert "held back by quota China (Quotas!C2)" in china.reason
    (hold,) = china.holds
    assert (hold.kind, hold.cell, hold.saves) == ("quota", "Quotas!C2", pytest.approx(30_000))
    assert australia.holds == ()


def test_a_quota_of_years_in_which_a_source_cannot_be_bought_is_no_matter():
    """The quota binds in 2011, for CN; NEW comes in 2012."""
    rows = [
        [*SOURCE, "First period"],
        ["CN", "China", "Nd", 100, 50, None],
        ["NEW", "China", "Nd", 20, 40, "2012"],
        ["AU", "Australia", "Nd", 100, 80, None],
    ]
    quota = [["Quota", "Applies to", "2011", "2012"], ["China", "Country=China", 40, 500]]
    own = case(Periods=[["Period"], ["2011"], ["2012"]], Sources=rows, Quotas=quota)
    found = explain_plan(own)
    assert [hold.name for hold in source(found, "CN").holds] == ["China"]
    assert [hold.name for hold in source(found, "NEW").holds] == ["NEW"]


def test_a_source_that_a_quota_keeps_out():
    """The quota of 0 t: at no price above 0 is China bought."""
    quota = [["Quota", "Applies to", "Tonnes [t]"], ["China", "Country=China", 0]]
    found = source(explain_plan(case(Quotas=quota)), "CN")
    assert (found.used_t, found.enters_below) == (0, None)
    assert found.reason == "held back by quota China (Quotas!C2)"


@pytest.mark.parametrize(
    ("sheets", "reason"),
    [
        ({"Sources": [SOURCE, ["CN", "China", "Nd", 0, 50], SMALLEST["Sources"][2]]},
         "held back by its capacity of 0 (Sources!D2); the first t/yr of it would save "
         "30,000 USD"),
        ({"Availability": [["Source", "2011"], ["CN", 0]]},
         "closed: its availability is 0 (Availability!B2)"),
        ({"Sources": [SOURCE, ["CN", "China", "Nd", 0, 50], SMALLEST["Sources"][2]],
          "Availability": [["Source", "2011"], ["CN", 0]]},
         "held back by its capacity of 0 (Sources!D2), and its availability is 0 "
         "(Availability!B2)"),
        ({"Sites": [["Site"], ["Kansai"]],
          "Demand": [["Item", "Site", "Every period"], ["Nd", "Kansai", 100]],
          "Lanes": [["Source", "Site", "Allowed"], ["CN", "Kansai", "no"]]},
         "no plant is open to it (sheet Lanes)"),
        ({"Restarts": [["Source", "Restart cost [USD]"], ["CN", 1e9]]},
         "its restart (Restarts!B2) is not decided on: it does not pay"),
        ({"Sources": with_more(SMALLEST["Sources"], "Order cost [USD]", 1e9, None)},
         "no order is placed: at what an order takes or costs it does not pay"),
        ({"Limits": [["Limit", "Type", "Maximum"], ["One", "suppliers", 1]],
          "Sources": [SOURCE, ["CN", "China", "Nd", 30, 50], SMALLEST["Sources"][2]]},
         "held back by limit One (Limits!C2), filled by others"),
        ({"Materials": [*SMALLEST["Materials"], ["Dy", 100]],
          "Sources": [SOURCE, ["CN", "China", "Dy", 60, 50], SMALLEST["Sources"][2]]},
         "nothing needs what it holds"),
    ],
)  # fmt: skip
def test_why_not(sheets, reason):
    found = source(explain_plan(case(**sheets)), "CN")
    assert (found.used_t, found.reason) == (0, reason)


@pytest.mark.parametrize(
    ("sheets", "reason"),
    [
        ({"Limits": [["Limit", "Type", "Applies to", "Minimum"],
                     ["Least", "tonnes", "Source=AU", 70]]},
         "bought because of limit Least (Limits!D2)"),
        ({"Contracts": [["Contract", "Source", "Minimum [t]", "Maximum [t]", "Must take"],
                        ["Offtake", "AU", 70, 80, 1]]},
         "bought because of contract Offtake (Contracts!C2)"),
        ({"Current_plan": [["Source", "2011"], ["AU", 70]],
          "Settings": [["Setting", "Value"], ["Frozen through", "2011"]]},
         "bought; up to 2011 as the Current plan has it"),
    ],
)  # fmt: skip
def test_what_keeps_a_source_in_at_any_price(sheets, reason):
    found = source(explain_plan(case(**sheets)), "AU")
    assert (found.used_t, found.stays_until) == (pytest.approx(70), None)
    assert found.reason.startswith(reason)


def test_prices_hold_for_the_decisions_of_the_plan_and_that_is_said():
    found = explain_plan(case(Restarts=[["Source", "Restart cost [USD]"], ["CN", 10]]))
    assert found.is_held
    assert found.to_dict()["held"] is True
    assert source(found, "CN").reason.endswith(
        "stays until 80 USD/kg, with the decisions of the plan held"
    )
    (picture,) = exhibit(found).pictures
    assert picture.title.endswith("with the decisions of the plan held")
    assert "hold for these decisions" in " ".join(text_of(exhibit(found)).split())
    linear = explain_plan(case())
    assert not linear.is_held
    assert not any("decisions" in one.reason for one in linear.sources)
    assert "decisions" not in exhibit(linear).pictures[0].title


def test_a_price_that_echoes_the_shortfall_cost_is_called_so():
    """Above 100 USD/kg 40 t are missing rather than bought of Australia; China stays until 80."""
    found = explain_plan(case())
    assert source(found, "AU").reason.endswith(
        "stays until 100 USD/kg, which echoes the shortfall cost"
    )
    dear = [SOURCE, ["CN", "China", "Nd", 60, 50], ["AU", "Australia", "Nd", 100, 180]]
    assert source(explain_plan(case(Sources=dear)), "AU").reason == (
        "too dear by 80 USD/kg: would enter below 100 USD/kg, which echoes the shortfall cost"
    )


def test_a_source_that_others_keep_out_of_a_quota_is_too_dear_beside_it():
    """The quota of 40 t goes to CN1 at 50; 60 t are missing at 100, and CN2 at 60 gets nothing."""
    rows = [SOURCE, ["CN1", "China", "Nd", 100, 50], ["CN2", "China", "Nd", 100, 60]]
    quota = [["Quota", "Applies to", "Tonnes [t]"], ["China", "Country=China", 40]]
    assert source(explain_plan(case(Sources=rows, Quotas=quota)), "CN2").reason == (
        "too dear by 10 USD/kg beside what quota China (Quotas!C2) lets in: "
        "would enter below 50 USD/kg"
    )


@pytest.mark.parametrize(
    "sheets",
    [
        {"Contracts": [["Contract", "Source", "Minimum [t/yr]", "Maximum [t/yr]"],
                       ["Offtake", "CN", 0, 10]]},
        {"Sources": with_more(SMALLEST["Sources"], "Order cost [USD]", 1e9, None)},
        {"Restarts": [["Source", "Restart cost [USD]"], ["CN", 1e9]]},
    ],
)  # fmt: skip
def test_where_nothing_is_needed_that_is_why(sheets):
    found = explain_plan(case(Demand=[["Item", "Every period"], ["Nd", 0]], **sheets))
    assert source(found, "CN").reason == "nothing needs what it holds"


def test_a_source_that_a_quota_keeps_from_being_sold_on_is_not_useless():
    materials = [["Material", "Shortfall cost [USD/kg]", "Surplus value [USD/kg]"], ["Nd", 100, 60]]
    quota = [["Quota", "Applies to", "Tonnes [t]"], ["China", "Country=China", 0]]
    nothing = [["Item", "Every period"], ["Nd", 0]]
    found = explain_plan(case(Demand=nothing, Materials=materials, Quotas=quota))
    assert source(found, "CN").reason == "held back by quota China (Quotas!C2)"


# -- what is missing ------------------------------------------------------------------------


def test_a_shortfall_names_what_stands_in_its_way_and_what_one_unit_gives():
    """A tonne more of either capacity is one missing less: 100 less 50, and less 80 USD/kg."""
    found = shortfall(explain_plan(case(Sources=SCARCE)))
    assert (found.item, found.site, found.tonnes) == ("Nd", None, pytest.approx(30))
    assert [(h.name, h.cell, h.tonnes, h.saves, h.unit) for h in found.holds] == [
        ("CN", "Sources!D2", pytest.approx(1), pytest.approx(50_000), "USD per t/yr"),
        ("AU", "Sources!D3", pytest.approx(1), pytest.approx(20_000), "USD per t/yr"),
    ]
    assert [h.until for h in found.holds] == pytest.approx([90, 40])
    assert found.stops is None


def test_relief_counts_contents_yields_and_our_share():
    """A tonne of the quota is 0.6 t for us, of which half is Nd, of which 90 % is usable."""
    rows = with_more([SOURCE, ["CN", "China", None, "unlimited", 20]], "Yield [%]", 90)
    quota = [["Quota", "Applies to", "Tonnes [t]", "Our share [%]"],
             ["China", "Country=China", 100, 60]]  # fmt: skip
    own = case(
        Sources=rows, Quotas=quota,
        Materials=[*SMALLEST["Materials"], ["Ce", 1]],
        Composition=[["Source", "Nd", "Ce"], ["CN", 0.5, 0.5]],
    )  # fmt: skip
    (hold,) = shortfall(explain_plan(own)).holds
    # The quota counts Nd and Ce: a tonne of it is a tonne of the mix.
    assert hold.tonnes == pytest.approx(0.6 * 0.5 * 0.9)


@pytest.mark.parametrize(
    ("sheets", "target"),
    [
        ({"Quotas": [["Quota", "Applies to", "Tonnes [kg]", "Our share [%]"],
                     ["China", "Country=China", 100_000, 60]]}, "Quotas[Quota=China].Tonnes [t]"),
        ({"Sources": [SOURCE, ["CN", "China", "Nd", 100, 50]],
          "Availability": [["Source", "2011"], ["CN", 0.6]]},
         "Sources[Source=CN].Capacity [t/yr]"),
        ({"Limits": [["Limit", "Type", "Applies to", "Maximum [kt]"],
                     ["All", "tonnes", "*", 0.06]]}, "Limits[Limit=All].Maximum [t]"),
    ],
)  # fmt: skip
def test_up_to_which_bound_a_unit_saves_as_much_is_said_as_the_cell_has_it(sheets, target):
    """60 t of the 100 needed come: of a quota of 100 t 60 % are ours, of 100 t 60 % are there."""
    own = case(**{"Sources": [SOURCE, ["CN", "China", "Nd", "unlimited", 50]]} | sheets)
    (hold,) = shortfall(explain_plan(own)).holds
    in_tonnes = {"kg": 1e-3, "kt": 1e3}.get(hold.per, 1.0)
    assert hold.until is not None
    until = hold.until * in_tonnes
    costs = [
        planner.solve(own.with_changes(f"{target}={tonnes!r}")).objective
        for tonnes in (until - 1, until, until + 1)
    ]
    assert costs[0] - costs[1] == pytest.approx((hold.saves or 0.0) / in_tonnes)
    assert costs[1] == pytest.approx(costs[2])  # nothing is missing any more


def test_two_limits_of_which_each_alone_is_of_no_help():
    """Two limits of 40 t on all that can be bought: relieving one gives nothing."""
    limits = [["Limit", "Type", "Applies to", "Maximum"],
              ["A", "tonnes", "*", 40], ["B", "tonnes", "*", 40]]  # fmt: skip
    found = shortfall(explain_plan(case(Limits=limits)))
    assert [(hold.name, hold.tonnes, hold.saves) for hold in found.holds] == [
        ("A", 0, 0), ("B", 0, 0)
    ]  # fmt: skip
    assert found.reason == (
        "held back by limit A (Limits!D2), limit B (Limits!D3) together: relieving one alone gives "
        "nothing"
    )


def test_a_minimum_that_takes_what_is_missing_elsewhere():
    """CN may sell 60 t in all; at least 20 t of it have to be of Dy, which nobody needs."""
    rows = [SOURCE, ["CN", "China", "Nd", 100, 50], ["CD", "China", "Dy", 100, 50]]
    limits = [
        ["Limit", "Type", "Applies to", "Minimum", "Maximum"],
        ["All", "tonnes", "*", None, 60],
        ["Dy", "tonnes", "Source=CD", 20, None],
    ]
    own = case(Sources=rows, Limits=limits, Materials=[*SMALLEST["Materials"], ["Dy", 100]])
    found = shortfall(explain_plan(own))
    assert found.tonnes == pytest.approx(60)
    holds = {hold.name: hold for hold in found.holds}
    assert (holds["Dy"].minimum, holds["Dy"].tonnes) == (True, pytest.approx(1))
    assert holds["Dy"].saves == pytest.approx(100_000)
    assert holds["All"].saves == pytest.approx(50_000)


def test_from_when_on_lines_stop():
    """50 t of stock last half of 2011; in 2012 nothing is there."""
    own = case(
        Periods=[["Period", "Start"], ["2011", date(2011, 1, 1)], ["2012", date(2012, 1, 1)]],
        Sources=[SOURCE, ["CN", "China", "Nd", 0, 50]],
        Stock=[["Material", "Opening [t]"], ["Nd", 50]],
    )
    found = shortfall(explain_plan(own))
    assert [(one.period, one.tonnes, one.share) for one in found.periods] == [
        ("2011", pytest.approx(50), pytest.approx(0.5)), ("2012", 100, 1)
    ]  # fmt: skip
    assert found.stops is not None
    assert (found.stops.period, found.stops.start) == ("2012", date(2012, 1, 1))
    said = " ".join(text_of(exhibit(explain_plan(own))).split())
    assert "From 2012 (2012-01-01) on nothing of it is there: lines that need it stop." in said


def test_one_cell_saves_in_all_that_it_holds_for():
    """1 t/yr more of China is 1 t for Osaka in 2011, and 1 t for Kobe in 2012: 50 USD/kg each."""
    own = case(
        Periods=[["Period"], ["2011"], ["2012"]],
        Sites=[["Site"], ["Osaka"], ["Kobe"]],
        Demand=[["Item", "Site", "2011", "2012"], ["Nd", "Osaka", 100, 0], ["Nd", "Kobe", 0, 100]],
        Sources=[SOURCE, ["CN", "China", "Nd", 60, 50]],
    )
    for found in explain_plan(own).shortfalls:
        (hold,) = found.holds
        assert (hold.tonnes, hold.saves) == pytest.approx((1, 100_000))
        assert (len(hold.periods), hold.until) == (1, pytest.approx(100))


def _of_two_years(**sheets: list[list[Any]]) -> planner.Case:
    """100 t are needed in 2012; what is bought in 2011 is kept, and China has a quota a year."""
    return case(
        Periods=[["Period", "Years"], ["2011", 1], ["2012", 1]],
        Demand=[["Item", "2011", "2012"], ["Nd", 0, 100]],
        Stock=[["Material", "Opening [t]"], ["Nd", 0]],
        **sheets,
    )


def test_one_cell_saves_as_much_until_all_its_windows_together_serve_the_need():
    """A quota of 20 t a year brings 40 t: at 50 t it brings all. Each year alone could go to 80 t.

    One t more brings 2 t, and saves 50 USD/kg of each.
    """
    own = _of_two_years(
        Sources=[SOURCE, ["CN", "China", "Nd", "unlimited", 50]],
        Quotas=[["Quota", "Applies to", "From", "To", "Per", "Tonnes [t]"],
                ["China", "Country=China", "2011", "2012", "period", 20]],
    )  # fmt: skip
    found = explain_plan(own)
    (hold,) = shortfall(found).holds
    assert (hold.tonnes, hold.saves) == (pytest.approx(2), pytest.approx(100_000))
    assert hold.until == pytest.approx(50)
    assert [row.shadow_price.end for row in found.plan.limit_rows] == pytest.approx([80, 80])
    costs = {
        tonnes: planner.solve(own.with_changes(f"Quotas[Quota=China].Tonnes={tonnes}")).objective
        for tonnes in (20, 50, 51)
    }
    assert costs[20] - costs[50] == pytest.approx(30 * 100_000)
    assert costs[51] == pytest.approx(costs[50])
    said = "1 t more of quota China brings 2 t and saves USD 100,000, at that rate up to 50 t."
    assert any(said in text for text in exhibit(found).sentences)


def test_where_one_cell_saves_as_much_as_far_as_it_is_looked_there_is_no_end():
    """A quota of 40 t of the 1,000 needed: ten times as much saves as much a tonne."""
    own = _of_two_years(
        Sources=[SOURCE, ["CN", "China", "Nd", "unlimited", 50]],
        Quotas=[["Quota", "Applies to", "From", "To", "Per", "Tonnes [t]"],
                ["China", "Country=China", "2011", "2012", "period", 20]],
    ).with_changes("Demand[Item=Nd].2012=1000")  # fmt: skip
    (hold,) = shortfall(explain_plan(own)).holds
    assert hold.until is None


def test_what_a_limit_of_one_window_saves_has_its_end_in_the_sentence():
    """20 t are missing of 100: 20 t more of all serve them, at 80 USD/kg instead of 100."""
    limits = [
        ["Limit", "Type", "Applies to", "From", "Maximum"],
        ["All", "tonnes", "*", "2011", 80],
    ]
    found = explain_plan(case(Limits=limits))
    said = "1 t more of limit All brings 1 t and saves USD 20,000, at that rate up to 100 t."
    assert any(said in text for text in exhibit(found).sentences)


def test_what_one_limit_holds_back_at_two_plants_is_said_of_both():
    """China sells 60 t; a tonne more may go to either plant, at the same cost."""
    own = case(
        Sites=[["Site"], ["Osaka"], ["Kobe"]],
        Demand=[["Item", "Site", "2011"], ["Nd", "Osaka", 100], ["Nd", "Kobe", 100]],
        Sources=[SOURCE, ["CN", "China", "Nd", 60, 50]],
    )
    for found in explain_plan(own).shortfalls:
        assert "capacity of CN" in found.reason


def test_what_is_short_for_other_demand_that_is_worth_more():
    """60 t of Nd for 100 t of magnets, missed at 300 USD/kg, and 100 t of motors at 200."""
    own = case(
        Products=[["Product", "Shortfall cost [USD/kg]"], ["Magnet", 300], ["Motor", 200]],
        Recipes=[["Recipe", "Product", "Nd"], ["One", "Magnet", 1], ["Two", "Motor", 1]],
        Demand=[["Item", "Every period"], ["Magnet", 100], ["Motor", 100]],
        Sources=[SOURCE, ["CN", "China", "Nd", 60, 50]],
    )
    magnet, motor = explain_plan(own).shortfalls
    assert magnet.reason == "held back by the capacity of CN (Sources!D2)"
    assert motor.reason == "serving it would leave other demand short, which is worth no less"


def test_what_is_bought_for_its_minimum_order_is_not_called_irreplaceable():
    """CN has 90 of 100 t; for the rest AU sells 30 t or none: at some price it would be none."""
    rows = [*with_more([SOURCE], "Minimum order [t]")]
    rows += [["CN", "China", "Nd", 90, 50, None], ["AU", "Australia", "Nd", 100, 60, 30]]
    found = source(explain_plan(case(Sources=rows)), "AU")
    assert (found.used_t, found.stays_until) == (pytest.approx(30), None)
    assert found.reason == (
        "bought for Nd; while the yes/no decisions of the plan stand it is at any price"
    )


def test_lines_that_start_again():
    """An embargo of 2012: in 2011 and 2013 there are 60 of the 100 t."""
    own = case(
        Periods=[["Period"], ["2011"], ["2012"], ["2013"]],
        Sources=[SOURCE, ["CN", "China", "Nd", 60, 50]],
        Availability=[["Source", "2012"], ["CN", 0]],
    )
    found = explain_plan(own)
    assert [one.share for one in shortfall(found).periods] == pytest.approx([0.4, 1, 0.4])
    said = " ".join(text_of(exhibit(found)).split())
    assert "In 2012 nothing of it is there: lines that need it stop." in said


def test_what_cannot_arrive_in_time():
    """Two periods of lead time: nothing before 2013, and no limit to blame for it."""
    own = case(
        Periods=[["Period"], ["2011"], ["2012"], ["2013"]],
        Sources=with_more(SMALLEST["Sources"], "Lead time [periods]", 2, 2),
    )
    found = shortfall(explain_plan(own))
    assert [one.period for one in found.periods] == ["2011", "2012"]
    assert (found.holds, found.reason) == ((), "no source can deliver any of it by then")


def test_a_product_is_looked_for_in_what_it_is_made_of():
    """Magnets of Nd metal, which is made of Nd, which takes a period: nothing in 2011."""
    own = case(
        Periods=[["Period"], ["2011"], ["2012"]],
        Materials=[["Material", "Shortfall cost [USD/kg]"], ["Nd", 100], ["Metal", 100]],
        Products=[["Product", "Shortfall cost [USD/kg]"], ["Magnets", 300]],
        Demand=[["Item", "Every period"], ["Magnets", 100]],
        Recipes=[["Recipe", "Product", "Metal"], ["Usual", "Magnets", 0.3]],
        Conversions=[["Conversion", "Nd", "Metal"], ["Smelting", -1.2, 1]],
        Sources=with_more(SMALLEST["Sources"], "Lead time [periods]", 1, 1),
    )
    found = shortfall(explain_plan(own))
    assert [one.period for one in found.periods] == ["2011"]
    assert found.reason == "no source can deliver any of it by then"


def test_a_restart_that_cannot_deliver_yet():
    """Decided at once, China delivers from 2012 on."""
    own = case(
        Periods=[["Period"], ["2011"], ["2012"]],
        Sources=[SOURCE, ["CN", "China", "Nd", 100, 50]],
        Restarts=[["Source", "Restart cost [USD]", "Lead time [periods]"], ["CN", 10, 1]],
    )
    found = shortfall(explain_plan(own))
    assert [one.period for one in found.periods] == ["2011"]
    assert found.reason == "no source can deliver any of it by then"


def test_stock_that_was_there_is_used_up():
    """Of 100 t in 2011 the stock serves 10; what is bought then arrives in 2012, to fill it up."""
    own = case(
        Periods=[["Period"], ["2011"], ["2012"]],
        Sources=with_more(SMALLEST["Sources"], "Lead time [periods]", 1, 1),
        Stock=[["Material", "Opening [t]", "Final minimum [t]"], ["Nd", 10, 10]],
    )
    assert shortfall(explain_plan(own)).reason == (
        "what there was of it is used up, and no source can deliver more by then"
    )


def test_stock_that_has_to_stay_is_not_used_up():
    """10 t in stock at the end of the only period, as they have to be; and nothing else."""
    own = case(
        Sources=with_more(SMALLEST["Sources"], "Lead time [periods]", 1, 1),
        Stock=[["Material", "Opening [t]", "Final minimum [t]"], ["Nd", 10, 10]],
    )
    assert shortfall(explain_plan(own)).reason == (
        "no plan brings more of it, at whatever cost: no quota, limit, capacity or contract alone "
        "stands in its way"
    )


def test_recipes_that_may_not_make_all_of_a_product():
    """Half of the 100 t may be made of Nd, whatever it costs: no limit stands in the way."""
    own = case(
        Products=[["Product", "Shortfall cost [USD/kg]"], ["Magnet", 1000]],
        Recipes=[["Recipe", "Product", "Nd", "Maximum share"], ["Usual", "Magnet", 0.3, 0.5]],
        Demand=[["Item", "Every period"], ["Magnet", 100]],
    )
    found = shortfall(explain_plan(own))
    assert found.tonnes == pytest.approx(50)
    assert found.reason.startswith("no plan brings more of it, at whatever cost")


def test_what_is_not_worth_its_cost():
    """Missing tonnes are valued at 60 USD/kg, Australia lands at 80."""
    found = shortfall(explain_plan(case(Materials=[SMALLEST["Materials"][0], ["Nd", 60]],
                                        Sources=[SOURCE, SMALLEST["Sources"][2]])))  # fmt: skip
    assert found.reason == (
        "no quota, limit, capacity or contract stands in its way: serving it would cost at "
        "least its shortfall cost of 60,000 USD/t"
    )


def test_a_number_of_suppliers_may_stand_in_the_way():
    limits = [["Limit", "Type", "Applies to", "Maximum"], ["One", "suppliers", "*", 1]]
    rows = [SOURCE, ["CN", "China", "Nd", 60, 50], ["AU", "Australia", "Nd", 40, 80]]
    found = explain_plan(case(Sources=rows, Limits=limits))
    assert "the capacity of CN (Sources!D2)" in shortfall(found).reason


# -- examples -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_say_something_of_every_source_and_are_shown(path, tmp_path):
    example = planner.read(path)
    found = explain_plan(example)
    document = found.to_dict()
    assert [one["name"] for one in document["sources"]] == [
        one.name for one in found.plan.numbers.sources
    ]
    for one in document["sources"]:
        assert {"name", "used_t", "landed_cost", "enters_below", "stays_until", "reason"} <= set(
            one
        )
        assert one["reason"]
    missing = sum(one["tonnes"] for one in document["shortfalls"])
    assert missing == pytest.approx(found.plan.shortfall_t)
    assert all(one["limits"] for one in document["shortfalls"])
    shown = exhibit(found)
    book = openpyxl.load_workbook(write_exhibit(tmp_path / "why.xlsx", example, shown))
    assert book.sheetnames[:2] == ["Answer", "Why"]
    assert book["Why"].max_row == len(found.sources) + 1
    draw(shown.pictures[0], tmp_path / "why.png")


@pytest.mark.parametrize("name", ["japan-2011", "magnet-maker-2026"])
def test_prices_of_linear_examples_hold_when_solved_again(name):
    """Just beside each price: in and out, and as many tonnes as now or fewer."""
    example = planner.read(INPUTS / f"{name}.xlsx")
    found = explain_plan(example)
    names = [one.name for one in found.sources]
    index_priced = {one.name for one in found.plan.numbers.sources if one.value("Index")}
    variants = Variants(example, "Base")
    asked = 0
    for one in found.sources:
        corner = one.stays_until if one.is_used else one.enters_below
        if corner is None or one.price is None or one.name in index_priced:
            continue
        step = 1e-4 * corner
        target = f"Sources[Source={one.name}].Price [{one.price_unit}]"

        def bought(price: float, one=one, target=target) -> float:
            optimum = variants.solve(f"{target}={price}")
            assert optimum is not None
            return float(optimum.bought[names.index(one.name)])

        if one.is_used:
            assert bought(corner - step) >= one.used_t - 1e-6
            assert bought(corner + step) < one.used_t - 1e-3
        else:
            assert bought(corner + step) == pytest.approx(0, abs=1e-6)
            assert bought(corner - step) > 1e-6
        asked += 1
    assert asked >= 2


def test_relief_of_a_linear_example_is_what_solving_with_a_unit_more_finds():
    """Every capacity and quota in the way of a shortfall, one unit as typed."""
    example = planner.read(INPUTS / "japan-2011-2015.xlsx")
    scenario = "No restarts"
    found = explain_plan(example, scenario)
    variants = Variants(example, scenario)
    model = variants.solve().model
    items = found.plan.numbers.items
    shortfalls = model.indices["SHORTFALLS"]

    def missing(optimum, item: str) -> float:
        own = shortfalls[:, 0] == items.index(item)
        return float(optimum.solution.values[model.columns["short"][own]].sum())

    base = variants.solve()
    asked = 0
    for one in found.shortfalls:
        for hold in one.holds:
            sheet = hold.cell.partition("!")[0]
            if len(hold.periods) > 1 or sheet not in ("Capacity", "Quotas"):
                continue
            rows = f"Source={hold.name}" if sheet == "Capacity" else f'Quota="{hold.name}"'
            step = 0.01
            there = variants.solve(f"{sheet}[{rows}].{hold.periods[0]}+={step}")
            assert (base.objective - there.objective) / step == pytest.approx(hold.saves, rel=1e-4)
            relieved = missing(base, one.item) - missing(there, one.item)
            assert relieved / step == pytest.approx(hold.tonnes, rel=1e-4, abs=1e-6)
            asked += 1
    assert asked >= 10


def _a_year_later(cn: list[Any], au: list[Any], **sheets: list[list[Any]]) -> planner.Case:
    """Two years of the smallest case, with windows for its sources."""
    header = [*SOURCE, "First period", "Last period"]
    rows = [header, ["CN", "China", "Nd", *cn], ["AU", "Australia", "Nd", *au]]
    return case(Periods=[["Period"], ["2011"], ["2012"]], Sources=rows, **sheets)


def test_a_source_that_has_ended_is_named_where_it_is_missed():
    """China's 150 t end with 2011; Australia has 10 t. 90 t are missing in 2012."""
    found = explain_plan(_a_year_later([150, 50, None, "2011"], [10, 80, None, None]))
    assert shortfall(found).reason == (
        "held back by the capacity of AU (Sources!D3); CN ends with 2011 (Sources!G2)"
    )
    assert source(found, "CN").reason == (
        "cheapest way to meet Nd; stays until 80 USD/kg; ends with 2011 (Sources!G2)"
    )


def test_a_source_that_begins_later_is_named_where_it_is_missed():
    found = explain_plan(_a_year_later([100, 50, "2012", None], [10, 80, None, None]))
    assert shortfall(found).reason.endswith("; CN begins in 2012 (Sources!F2)")


def test_a_source_that_is_closed_is_named_where_it_is_missed():
    closed = [["Source", "2011", "2012"], ["CN", 1, 0]]
    found = explain_plan(
        _a_year_later([100, 50, None, None], [10, 80, None, None], Availability=closed)
    )
    assert shortfall(found).reason.endswith(
        "; CN has an availability of 0 in 2012 (Availability!C2)"
    )


@pytest.mark.parametrize(
    ("cn", "sheets"),
    [
        pytest.param([100, 500, None, "2011"], {}, id="too dear"),
        pytest.param([0, 50, None, "2011"], {}, id="no capacity"),
        pytest.param(
            [100, 50, None, "2011"],
            {"Quotas": [["Quota", "Applies to", "2011", "2012"], ["All", "*", 500, 5]]},
            id="a quota would hold it back too",
        ),
    ],
)
def test_a_source_that_would_not_help_is_not_named(cn, sheets):
    found = explain_plan(_a_year_later(cn, [10, 80, None, None], **sheets))
    assert found.shortfalls
    assert not any("ends with" in one.reason for one in (*found.shortfalls, *found.sources))


BASKET = {
    "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 100], ["Dy", 100]],
    "Demand": [["Item", "2011"], ["Nd", 50], ["Dy", 50]],
    "Composition": [["Source", "Nd", "Dy"], ["S", 0.5, 0.5]],
    "Availability": [["Source", "2011"], ["S", 0]],
}
"""A tonne of S holds half a tonne of each: 50 + 50 USD of shortfall."""

OF_TONNES = ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"]
DEAR = ["X", "USA", "Nd", 100, 150]


def _reasons(*sources: list[Any]) -> tuple[planner.Case, dict[str, str]]:
    own = case(**BASKET, Sources=[OF_TONNES, *sources])
    return own, {one.item: one.reason for one in explain_plan(own).shortfalls}


def test_a_closed_basket_that_pays_only_for_both_its_materials_is_named_where_both_are_missed():
    """At 80 USD/t it is too dear for either alone (50), and saves 20 a tonne for both."""
    own, reasons = _reasons(["S", "China", None, 100, 80], DEAR)
    closed = "; S has an availability of 0 in 2011 (Availability!B2)"
    dear = "what else could serve it would cost at least its shortfall cost of 100 USD/t"
    assert reasons == {
        "Nd": f"{dear}{closed}",
        "Dy": f"no source can deliver any of it by then{closed}",
    }
    opened = planner.solve(own.with_changes("Availability[Source=S].2011=1"))
    assert opened.objective == planner.solve(own).objective - 100 * 20


def test_a_closed_basket_that_pays_for_nothing_is_not_named():
    """At 110 USD/t it costs more than both its halves are worth."""
    _, reasons = _reasons(["S", "China", None, 100, 110], DEAR)
    assert reasons["Nd"] == (
        "no quota, limit, capacity or contract stands in its way: serving it would cost at least "
        "its shortfall cost of 100 USD/t"
    )


@pytest.mark.parametrize(("price", "saves"), [(90, 15 * 100), (20, 0)])
def test_where_a_closed_basket_may_pay_by_what_it_replaces_nothing_is_said_of_costs(price, saves):
    """Y serves Dy: S at 80 USD/t pays beside 50 for Nd and half of 90 for Dy, not of 20."""
    own, reasons = _reasons(
        ["S", "China", None, 100, 80], DEAR, ["Y", "India", "Dy", 100, price]
    )  # fmt: skip
    assert reasons == {"Nd": "no quota, limit, capacity or contract alone stands in its way"}
    opened = planner.solve(own.with_changes("Availability[Source=S].2011=1"))
    assert planner.solve(own).objective - opened.objective == pytest.approx(saves)


def test_ctrl_c_while_prices_are_looked_for_is_said_first(monkeypatch):
    """What stands in the answer is true, but not all there is to say."""

    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(solve_module, "_with_prices", stopped)
    found = explain_plan(case())
    assert source(found, "CN").stays_until is None
    assert exhibit(found).sentences[0].startswith("It was stopped before everything was found")
