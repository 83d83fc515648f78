"""The sheets of the results workbook: sums add up, balances balance, words are true."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest

import planner
from planner.plan import SwitchPrice
from planner.report.workbook_buying import AFTER_THE_END
from planner.report.workbook_scenarios import SUM, VALUED


def _close(amount: float) -> object:
    return pytest.approx(amount, rel=1e-9, abs=1e-6)


def _sum(rows: list[dict[str, object]], column: str) -> float:
    return sum(row[column] or 0.0 for row in rows)


# -- summary --------------------------------------------------------------------------------


def test_summary_of_the_example(japan, written):
    """20,000 × 62,280 + 2,000 × 65,300 are paid; 10,000 t missing at 200,000 are valued."""
    results = written(japan)
    assert results.book["Summary"]["A1"].value == "Japan 2011"
    assert "scenario Base · the cheapest plan · money in USD" in results.texts("Summary")[1]
    assert "Buy 22,000 t. Demand is 32,000 t, of which 10,000 t are missing." in results.texts(
        "Summary"
    )
    assert results.beside("Summary", "What it costs [MUSD]")
    assert results.beside("Summary", "Money paid")[4] == 1_376.2
    assert results.beside("Summary", f"{VALUED}, which nobody pays")[4] == 2_000
    assert results.beside("Summary", SUM)[4] == 3_376.2
    assert results.beside("Summary", "CN_QUOTA")[:5] == [
        "China", "REO (rare-earth oxides, mixed)", 20_000, 62_280, 1_245.6,
    ]  # fmt: skip
    assert results.beside("Summary", "REO")[:4] == ["2011", "rare-earth oxides, mixed", 10_000,
                                                    0.3125]  # fmt: skip
    shares = [row[7:10] for row in results.values["Summary"].iter_rows(values_only=True)]
    assert ("China", 20_000, 20 / 22) in shares
    assert any("(Quotas!E2)" in text for text in results.texts("Summary"))
    assert not any("stock cover" in text for text in results.texts("Summary"))


def test_summary_says_that_nothing_is_missing(small, make, written):
    texts = written(planner.solve(make(small))).texts("Summary")
    assert "Nothing: all demand is met" in texts


def test_summary_stays_on_one_screen(small, make, written):
    """Forty sources, thirty materials and many bounds: the first of each, and how many more."""
    names = [f"M{i}" for i in range(30)]
    small["Materials"] = [["Material", "Shortfall cost [USD/t]"], *([m, 1000] for m in names)]
    small["Demand"] = [["Item", "Every period"], *([m, 100] for m in names)]
    small["Sources"][1:] = [[f"S{m}", f"C{m}", m, 60, 10] for m in names]
    results = written(planner.solve(make(small)))
    assert results.book["Summary"].max_row <= 46
    assert "… and 22 more, see Plan" in results.texts("Summary")
    assert "… and 56 more, see Missing" in results.texts("Summary")
    assert "… and 25 more, see Limits" in results.texts("Summary")


def test_summary_tells_the_lowest_cover(magnets, written):
    assert any("at the end of 20" in text for text in written(magnets).texts("Summary"))


def test_a_plan_that_is_not_proven_says_so_first(japan, written):
    plan = replace(japan, status="feasible", notes=("stopped early: not proven",))
    texts = written(plan).texts("Summary")
    assert "Stopped early: not proven" in texts
    assert any("a plan, not proven to be cheapest" in text for text in texts)


def test_a_case_without_purchases_is_reported(small, make, written):
    """Where nothing is needed nothing is bought: no division by zero, no empty block."""
    small["Demand"] = [["Item", "Every period"], ["Nd", 0]]
    results = written(planner.solve(make(small)))
    assert results.rows("Orders") == []
    assert results.beside("Summary", "Money paid")[4] == 0


# -- buying ---------------------------------------------------------------------------------


def test_orders_add_up(magnets, written):
    rows = written(magnets).rows("Orders")
    assert _sum(rows, "Tonnes [t]") == _close(magnets.purchases_t)
    assert _sum(rows, "Landed cost [USD]") == _close(magnets.landed_money.sum())
    for row in rows:
        assert row["Landed cost [USD/t]"] * row["Tonnes [t]"] == _close(row["Landed cost [USD]"])


def test_an_order_in_its_own_currency(magnets, written):
    """520 CNY/kg and 800 CNY/t freight: 520,800 CNY/t at 0.139 USD; a month is a half year."""
    row = next(row for row in written(magnets).rows("Orders") if row["Source"] == "Baotou")
    assert row["Source's currency"] == "CNY"
    assert row["Price [/t]"] == _close(520_000)
    assert row["Landed cost, source's currency [/t]"] == _close(520_800)
    assert row["Landed cost [USD/t]"] == _close(520_800 * 0.139)
    assert (row["Leaves in"], row["Arrives in"]) == ("2026H1", "2026H2")
    assert (row["Material"], row["Form"], row["Incoterm"]) == ("NdPr", "oxide", "FOB")


def test_what_arrives_after_the_end_says_so(small, make, written):
    """A minimum forces a purchase of the last year, which is under way for a year."""
    small["Sources"][0].append("Lead time")
    small["Sources"][2].append(1)
    small["Limits"] = [
        ["Limit", "Type", "Applies to", "From", "To", "Minimum [t]"],
        ["AU", "tonnes", "Source=AU", "2012", "2012", 5],
    ]
    results = written(planner.solve(make(small)))
    last = next(row for row in results.rows("Orders") if row["Leaves in"] == "2012"
                and row["Source"] == "AU")  # fmt: skip
    assert (last["Tonnes [t]"], last["Arrives in"]) == (5, AFTER_THE_END)
    assert all(row["Arrives in"] == "2012" for row in results.rows("Deliveries")
               if row["Source"] == "AU")  # fmt: skip


def test_the_matrix_adds_up_both_ways(magnets, written):
    results = written(magnets)
    rows, periods = results.rows("Plan"), magnets.numbers.periods
    for row in rows:
        assert _close(row["Total [t]"]) == sum(row[f"{p} [t]"] or 0.0 for p in periods)
    total = results.beside("Plan", "Total")
    assert total[-1] == _close(magnets.purchases_t)
    assert total[-1 - len(periods)] == _close(sum(row["2026H1 [t]"] or 0.0 for row in rows))


def test_deliveries_are_contents_after_yield(magnets, written):
    """450 t of Mt Weld's basket: 24 % NdPr, of which 95 % arrive usable."""
    rows = written(magnets).rows("Deliveries")
    found = [row for row in rows if (row["Source"], row["Material"]) == ("Mt Weld", "NdPr")]
    assert found[0]["Arrives usable [t]"] == _close(450 * 0.24 * 0.95)
    assert _sum(rows, "Arrives usable [t]") == _close(magnets.delivered.sum())


def _words(results) -> dict[str, str]:
    return {row["Source"]: row["In words"] for row in results.rows("Sources")}


def test_sources_say_why_they_are_bought_or_not(japan, magnets, written):
    words = _words(written(japan))
    assert words["CN_QUOTA"] == "bought as far as quota China allows"
    assert words["EXIST_ROW"] == "bought up to its capacity"
    assert words["US_STOCK"] == "not bought: closed, its availability is 0"
    assert words["AU_LYNAS"] == "not bought: it has no capacity"
    words = _words(written(magnets))
    assert "beyond limit Country cap for China, for a penalty" in words["Baotou"]
    assert "as far as quota Heavy allows (2026H1 to 2026H2" in words["Ganzhou"]
    assert "2028H2" not in words["Mt Weld"]  # what leaves then arrives too late


def test_a_source_too_dear_says_by_how_much(small, make, written):
    """CN alone serves all; AU at 30 USD/t would have to match 10 USD/t."""
    small["Sources"][1][3] = "unlimited"
    plan = planner.solve(make(small))
    au = next(row for row in written(plan).rows("Sources") if row["Source"] == "AU")
    assert au["In words"] == "not bought: too dear by USD 20/t"
    assert au["Gains tonnes below this price [/t]"] == _close(10)
    assert au["Loses tonnes above this price [/t]"] is None
    cn = next(row for row in written(plan).rows("Sources") if row["Source"] == "CN")
    assert cn["In words"] == "bought in part: it could deliver more"
    assert (cn["Bought [t]"], cn["Landed cost [USD/t]"]) == (200, 10)


def test_a_source_kept_out_by_a_quota_says_so(small, make, written):
    small["Quotas"] = [["Quota", "Applies to", "Per", "Tonnes"], ["X", "Source=AU", "window", 0]]
    plan = planner.solve(make(small))
    assert _words(written(plan))["AU"] == "not bought: quota X is 0"


def test_what_is_not_known_of_a_source_is_not_said(small, make, written):
    small["Sources"][1][3] = "unlimited"
    plan = replace(planner.solve(make(small)), switch_prices={})
    assert _words(written(plan))["AU"] == "not bought"
    nothing = SwitchPrice(price=30, landed_cost=30, gains_at=None, loses_at=None)
    plan = replace(plan, switch_prices={"AU": nothing})
    assert _words(written(plan))["AU"] == (
        "not bought: no price above 0 is known at which it would be"
    )


ECHO, HELD = "Echoes shortfall cost", "For these decisions only"


def test_a_price_that_echoes_the_shortfall_cost_says_so(small, make, written):
    """AU serves the last 40 t: below CN's 10 USD/t it takes CN's, above 1000 USD/t they miss."""
    results = written(planner.solve(make(small)))
    rows = {row["Source"]: row for row in results.rows("Sources")}
    assert rows["AU"]["What to say"] == (
        "We buy more below USD 10/t (66.7 % less than now); "
        "we buy less above USD 1,000/t (3,233.3 % more than now), echoes the shortfall cost"
    )
    assert (rows["AU"][ECHO], rows["CN"][ECHO]) == ("loses", None)
    assert HELD not in rows["AU"]
    notes = [text for text in results.texts("Sources") if "as good as that cost" in text]
    assert len(notes) == 1


def test_prices_for_the_decisions_of_the_plan_say_so(small, make, written):
    """To order at all costs AU 100 USD: whether it is ordered stays as it is."""
    small["Materials"][1][1] = 25  # AU at 30 USD/t is too dear
    small["Sources"][0].append("Order cost")
    small["Sources"][1].append(100)
    results = written(planner.solve(make(small)))
    rows = {row["Source"]: row for row in results.rows("Sources")}
    assert rows["CN"]["What to say"] == (
        "We buy less above USD 25/t (150 % more than now), echoes the shortfall cost; "
        "for these decisions only"
    )
    assert (rows["CN"][HELD], rows["CN"][ECHO]) == ("yes", "loses")
    assert any("sweep the price" in text for text in results.texts("Sources"))


def test_prices_that_hold_without_more_need_no_remark(small, make, written):
    small["Sources"][1][3] = "unlimited"
    results = written(planner.solve(make(small)))
    rows = {row["Source"]: row for row in results.rows("Sources")}
    assert rows["CN"]["What to say"] == "We buy less above USD 30/t (200 % more than now)"
    assert not {ECHO, HELD} & set(rows["CN"])


# -- accounts -------------------------------------------------------------------------------


def test_costs_add_up_to_what_is_paid_and_valued(magnets, written):
    results = written(magnets)
    sums: dict[str, float] = defaultdict(float)
    for row in results.rows("Costs"):
        sums[row["Paid or valued"]] += row["Discounted [USD]"]
        sums["nominal " + row["Paid or valued"]] += row["Nominal [USD]"]
    assert sums["paid"] == _close(magnets.paid)
    assert sums["valued"] == _close(magnets.valuation)
    assert sums["nominal paid"] == _close(magnets.paid_nominal)
    totals = [
        row for row in results.values["Costs"].iter_rows(values_only=True) if row[1] == "total"
    ]
    assert [row[-1] for row in totals] == [
        _close(magnets.paid), _close(magnets.valuation), _close(magnets.objective),
    ]  # fmt: skip


def test_costs_name_what_they_are_of(magnets, written):
    found = {(row["Kind"], row["Of"]) for row in written(magnets).rows("Costs")}
    assert {("export tax", "Ganzhou"), ("holding", "NdPr"), ("final stock", "Dy"),
            ("surplus", "La"), ("safety", "NdPr"), ("shortfall", "Dy"),
            ("penalty", "Country cap (China)"), ("duty", "Kvanefjeld")} <= found  # fmt: skip


def test_balances_balance(magnets, written):
    rows = written(magnets).rows("Balance")
    assert len(rows) == 3 * 6
    closing: dict[str, float] = {}
    for row in rows:
        supply = ("Opening [t]", "+ Arrivals [t]", "+ In transit [t]", "+ Shortfall [t]")
        use = ("= Demand [t]", "+ Surplus [t]", "+ Closing [t]")
        assert sum(row[c] for c in supply) == _close(sum(row[c] for c in use))
        if row["Material"] in closing:
            assert row["Opening [t]"] == closing[row["Material"]]
        closing[row["Material"]] = row["+ Closing [t]"]
    assert rows[0]["Opening [t]"] == 100
    assert rows[0]["+ In transit [t]"] == 120
    assert rows[0]["Stock target [t]"] == _close(30 / 182.5 * 520)
    assert rows[-1]["Stock target [t]"] is None  # La is not kept


def test_limits_show_use_bound_and_worth(magnets, written):
    rows = written(magnets).rows("Limits")
    assert len(rows) == len(magnets.limit_rows)
    quota = rows[0]
    assert (quota["Name"], quota["Maximum"], quota["Unit"]) == ("Heavy", _close(48), "t")
    assert quota["Input cell"] == "Quotas!E2"
    assert quota["One more unit saves"] == magnets.limit_rows[0].shadow_price.more
    cap = next(row for row in rows if row["Name"] == "Country cap" and row["For"] == "China")
    assert (cap["Maximum"], cap["Unit"], cap["Binds"]) == (_close(0.55), "%", "yes")
    assert cap["Broken by"] == _close(cap["Used"] - 0.55)
    recycled = next(row for row in rows if row["Name"] == "Recycled")
    assert (recycled["Minimum"], recycled["Maximum"]) == (_close(0.04), None)


def test_sites_have_their_columns_where_the_case_has_them(magnets, written):
    plan = replace(magnets, numbers=replace(magnets.numbers, sites=("Osaka",)))
    without, results = written(magnets), written(plan)
    for sheet in ("Orders", "Deliveries", "Costs", "Balance"):
        assert results.rows(sheet)[0]["Site"] == "Osaka"
        assert "Site" not in without.rows(sheet)[0]
    assert any(text.endswith("Osaka, oxide") for text in results.texts("Summary"))


# -- record ---------------------------------------------------------------------------------


def test_inputs_stand_as_they_were_typed(japan, magnets, written):
    results = written(japan)
    header = ("row", "Source", "Country", "Kind", "Material", "Capacity [t/yr]", "Price [USD/kg]",
              "Freight [USD/t]", "Duty [%]", "Status")  # fmt: skip
    letters, found, first, *_ = results.below("Inputs", "Sources")
    assert letters[1:10] == tuple("ABCDEFGHI")
    assert found[: len(header)] == header
    assert first[: len(header)] == (
        "2", "CN_QUOTA", "China", "mine", "REO", "unlimited", 62.18, 100, 0, "base",
    )  # fmt: skip
    *_, heavy = written(magnets).below("Inputs", "Quotas")
    assert heavy[1:7] == ("Heavy", "Country=China", "Class=heavy", "year", 400, 12)
    lead = [row[15] for row in written(magnets).below("Inputs", "Sources")[2:]]
    assert lead == [1, 1, 5, 12, 2, 0]  # months, years inside


def test_inputs_list_the_changes_applied(magnets, embargo, written):
    changed = planner.solve(embargo.case.with_changes("Sources[Source=Baotou].Duty=5%"), "Embargo")
    *_, own, by_hand = written(changed).below("Inputs", "Changes applied")
    assert own[1:8] == ("Embargo", "Quotas", "Quota=Heavy", "Tonnes", "times", 0.1, "Changes!F2")
    assert by_hand[1:8] == (
        "Embargo", "Sources", "Source=Baotou", "Duty", "set", 0.05, "set for this run",
    )  # fmt: skip
    assert written(magnets).below("Inputs", "Changes applied")[-1][1:3] == ("Base", "none")


def test_run_tells_where_the_numbers_come_from(japan, written):
    results = written(japan)
    assert results.beside("Run", "Planner")[0] == planner.__version__
    assert results.beside("Run", "Input")[0] == japan.case.path
    assert results.beside("Run", "Input SHA-256")[0] == japan.case.digest
    assert results.beside("Run", "Objective [USD]")[0] == japan.objective
    assert results.beside("Run", "Check: dual gap (at most 1e-07)")[0] == japan.check.dual_gap
    assert results.beside("Run", "Status")[0] == "optimal"


def test_run_repeats_the_warnings_on_the_input(small, make, written):
    small["Sources"][1][1] = "China, Tibet"
    case = make(small)
    results = written(planner.solve(case))
    (warning,) = results.below("Run", "Warnings on the input")
    assert warning[0] == case.warnings[0].message
    assert "1 warning on the input: see Run" in results.texts("Summary")


def test_decisions_say_that_there_are_none(japan, written):
    assert any("no restarts, contracts" in text for text in written(japan).texts("Decisions"))


# -- several scenarios ----------------------------------------------------------------------


@pytest.fixture
def three(magnets, embargo, written):
    """Two plans, and a scenario that has none."""
    refusal = ("War", "infeasible", "no plan meets all demand: at least 3 t are missing")
    return written(magnets, embargo, failures=(refusal,))


def test_scenarios_stand_side_by_side(three, magnets, embargo):
    assert three.sheets[:2] == ["Summary", "Scenarios"]
    assert three.beside("Scenarios", "Scenario")[:3] == ["Base", "Embargo", "War"]
    assert three.beside("Scenarios", "Status")[:3] == ["optimal", "optimal", "infeasible"]
    paid = three.beside("Scenarios", "Money paid")
    assert paid[:3] == [_close(magnets.paid / 1e6), _close(embargo.paid / 1e6), None]
    assert paid[4] == _close((embargo.paid - magnets.paid) / 1e6)
    assert three.beside("Scenarios", "Scenario")[4] == "Embargo less Base"
    assert three.beside("Scenarios", SUM)[4] == _close(
        (embargo.objective - magnets.objective) / 1e6
    )
    assert three.beside("Scenarios", "Missing")[0] == _close(magnets.shortfall_t)
    shares = [three.beside("Scenarios", country)[1] for country in embargo.shares()]
    assert sum(shares) == _close(1)
    bought = [three.beside("Scenarios", s.name)[1] for s in embargo.numbers.sources]
    assert sum(bought) == _close(embargo.purchases_t)


def test_scenarios_that_cost_nothing_stand_side_by_side_too(small, make, written):
    """Nothing is needed in either: no row of Costs, and 0 paid."""
    small["Demand"] = [["Item", "Every period"], ["Nd", 0]]
    small["Scenarios"] = [["Scenario"], ["Also nothing"]]
    case = make(small)
    results = written(planner.solve(case), planner.solve(case, "Also nothing"))
    assert results.beside("Scenarios", "Money paid")[:2] == [0, 0]


def test_a_scenario_without_a_plan_says_why(three):
    message = "War: infeasible: no plan meets all demand: at least 3 t are missing"
    assert message in three.texts("Scenarios")
    assert "Scenario War has no plan: infeasible" in three.texts("Summary")
    assert any("at least 3 t are missing" in text for text in three.texts("Run"))


def test_every_list_says_whose_rows_they_are(three, magnets, embargo):
    for sheet in ("Orders", "Plan", "Deliveries", "Costs", "Balance", "Limits", "Sources"):
        rows = three.rows(sheet)
        assert next(iter(rows[0])) == "Scenario"
        assert {row["Scenario"] for row in rows} == {"Base", "Embargo"}
    orders = three.rows("Orders")
    for plan in (magnets, embargo):
        own = [row for row in orders if row["Scenario"] == plan.scenario]
        assert _sum(own, "Tonnes [t]") == _close(plan.purchases_t)


def test_one_plan_beside_a_failure_is_several_too(japan, written):
    results = written(japan, failures=(("War", "stopped", "interrupted"),))
    assert results.beside("Scenarios", "Scenario")[:2] == ["Base", "War"]
