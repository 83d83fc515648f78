"""What an auditor looks for: live formulas, totals that agree, the proof, links, charts."""

from __future__ import annotations

import itertools
import math
import re
import zipfile
from dataclasses import replace

import numpy as np
import pytest

import planner
from planner.report.workbook_charts import DATA, chart_tables
from planner.report.workbook_grid import MoneyUnit
from planner.solving import certificate


def _close(amount: float) -> object:
    return pytest.approx(amount, rel=1e-9, abs=1e-6)


def _cell(results, sheet: str, header: str, row: int) -> str:
    """The formula of a column in a row, counted as Excel does."""
    headers = [cell.value for cell in results.book[sheet][1]]
    return results.book[sheet].cell(row, headers.index(header) + 1).value


# -- formulas -------------------------------------------------------------------------------


def test_orders_are_lines_that_multiply(japan, written):
    """20,000 t × (62,180 + 100) USD/t: quantity and price are numbers, the rest follows."""
    results = written(japan)
    row = results.rows("Orders")[0]
    assert (row["Tonnes [t]"], row["Price [USD/t]"]) == (20_000, _close(62_180))
    assert row["Tax, freight, duty, processing [USD/t]"] == _close(100)
    assert (_cell(results, "Orders", "Tonnes [t]", 2), row["Landed cost [USD/t]"]) == (
        20_000,
        62_280,
    )
    assert _cell(results, "Orders", "Landed cost [USD/t]", 2) == "=K2+M2"
    assert _cell(results, "Orders", "Landed cost [USD]", 2) == "=J2*N2"
    assert _cell(results, "Orders", "Landed cost [USD]", 5) == "=SUM(O$2:O$3)"


def test_orders_stand_by_supplier_with_totals_of_each(small, make, written):
    small["Sources"][0].append("Supplier")
    small["Sources"][1:] = [
        ["A1", "China", "Nd", 30, 10, "Alpha"], ["B", "China", "Nd", 30, 10, "Beta"],
        ["A2", "China", "Nd", 40, 10, "Alpha"],
    ]  # fmt: skip
    results = written(planner.solve(make(small)))
    suppliers = [row["Supplier"] for row in results.rows("Orders")]
    assert suppliers == ["Alpha"] * 4 + ["Beta"] * 2
    sums = {row[0]: row[-1] for row in results.values["Orders"].iter_rows(8, values_only=True)}
    assert (sums["Alpha"], sums["Beta"], sums["Total"]) == (1400, 600, 2000)


def test_each_opening_stock_is_the_closing_one_above(magnets, written):
    results = written(magnets)
    assert _cell(results, "Balance", "Opening [t]", 2) == 100
    closing = [cell.value for cell in results.book["Balance"][1]].index("+ Closing [t]")
    letter = results.book["Balance"].cell(1, closing + 1).column_letter
    assert _cell(results, "Balance", "Opening [t]", 3) == f"={letter}2"
    for row in results.rows("Balance"):
        assert row["+ Closing [t]"] == _close(row["Closing by the solver [t]"])


def test_shares_of_the_summary_follow_from_its_tonnes(japan, written):
    results = written(japan)
    (china,) = (cell for row in results.book["Summary"].iter_rows() for cell in row
                if cell.value == "China" and cell.column == 8)  # fmt: skip
    share = results.book["Summary"].cell(china.row, 10).value
    assert share == f"=I{china.row}/'Orders'!$J$5"


# -- totals against the solver --------------------------------------------------------------


def test_every_total_stands_beside_the_solvers_figure(magnets, written):
    rows = written(magnets).rows("Checks")
    assert {row["Sheet"] for row in rows} == {"Orders", "Plan", "Deliveries", "Costs", "Balance"}
    assert {row["Check"] for row in rows} == {"agrees"}
    cost = next(row for row in rows if row["What"] == "Total cost: Discounted")
    assert cost["Solver's figure"] == magnets.solver_cost
    assert cost["Total in this workbook"] == _close(magnets.objective)


def test_a_total_that_differs_is_not_called_right(japan, written):
    """What is stored is computed: 5,000 USD of 3.4 billion are more than rounding."""
    results = written(replace(japan, solver_cost=japan.solver_cost + 5_000.0))
    words = [row["Check"] for row in results.rows("Checks")]
    assert words.count("DIFFERS") == 1
    assert "TOTALS DIFFER from the solver: see Checks" in results.texts("Summary")
    assert results.beside("Run", "Totals of this workbook")[0].startswith("TOTALS DIFFER")


# -- the proof ------------------------------------------------------------------------------


def test_the_certificate_adds_up_to_cost_and_bound(japan, magnets, written):
    for plan in (japan, magnets):
        page = written(plan).values["Certificate"]
        assert page["B4"].value == _close(plan.objective)
        assert page["B5"].value == _close(plan.bound)
        assert page["B9"].value == "Yes: no plan is cheaper"


def test_the_certificate_has_readable_names(magnets, written):
    names = written(magnets).texts("Certificate")
    assert "material_balance[NdPr, 2026H1]" in names
    assert "ship[Mt Weld, 2026H1]" in names
    assert any(name.startswith("rule_ceiling[quota Heavy 2026H1-2026H2") for name in names)


def test_figures_that_prove_nothing_say_so(japan, written):
    dual = japan.certificate.row_dual.copy()
    dual[np.flatnonzero(dual)[0]] += 1000.0
    results = written(replace(japan, certificate=replace(japan.certificate, row_dual=dual)))
    assert results.values["Certificate"]["B9"].value.startswith("NO")


def test_with_yes_no_decisions_there_is_no_certificate(small, make, written):
    small["Sources"][0].append("Minimum order [t]")
    small["Sources"][1].append(50)
    plan = planner.solve(make(small))
    assert plan.certificate is None
    assert any("yes/no decisions" in text for text in written(plan).texts("Certificate"))


def test_without_a_certificate_the_limit_that_is_exceeded_is_named(
    small, make, written, monkeypatch
):
    monkeypatch.setattr(certificate, "MOST_ENTRIES", 3)
    plan = planner.solve(make(small))
    assert plan.certificate is None
    assert any("5,000 columns and 3 numbers" in text for text in written(plan).texts("Certificate"))


LA_AND_DY = {
    "Periods": [["Period"], ["2026"]],
    "Materials": [["Material", "Shortfall cost [USD/t]"], ["La", 10_000_000], ["Dy", 10_000_000]],
    "Demand": [["Item", "Every period"], ["La", 2_000_000], ["Dy", 1]],
    "Sources": [
        ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
        ["Baotou", "China", "La", "unlimited", 5_000],
        ["Ganzhou", "China", "Dy", "unlimited", 500],
    ],
}
"""A tonne of Dy, at 500 USD, beside 2,000,000 t of La: it is less than a millionth of the tonnes,
and less than a ten-millionth of the cost."""


def test_leaving_out_a_material_of_few_tonnes_proves_nothing(make, written):
    plan = planner.solve(make(LA_AND_DY))
    assert written(plan).values["Certificate"]["B9"].value == "Yes: no plan is cheaper"
    proof = plan.certificate
    values = np.where(np.isclose(proof.values, 1.0), 0.0, proof.values)
    assert (values != proof.values).sum() == 2  # what is bought of Dy, and what is shipped
    page = written(replace(plan, certificate=replace(proof, values=values))).values["Certificate"]
    assert page["B7"].value == pytest.approx(1.0)
    assert page["B9"].value.startswith("NO")


# -- what is missing ------------------------------------------------------------------------


def test_the_heat_map_has_shares_of_demand(japan, written):
    results = written(japan)
    rows = list(results.values["Missing"].iter_rows(values_only=True))
    assert rows[1] == ("Item", "Form", "2011", "All periods")
    assert rows[2][2:] == (0.3125, 0.3125)  # 10,000 of 32,000 t
    assert results.formulas("Missing")["C3"] == '=IF(C13=0,"",C8/C13)'
    assert len(results.book["Missing"].conditional_formatting) == 2


def test_where_nothing_is_missing_the_sheet_says_so(small, make, written):
    texts = written(planner.solve(make(small))).texts("Missing")
    assert texts == ["Nothing is missing: all demand is met."]


# -- links and words ------------------------------------------------------------------------


def test_each_limit_leads_to_its_input(japan, written):
    results = written(japan)
    page = results.book["Limits"]
    headers = [cell.value for cell in page[1]]
    cell = page.cell(2, headers.index("Input cell") + 1)
    assert cell.value == "Quotas!E2"
    sheet, _, place = cell.hyperlink.location.partition("!")
    assert sheet == "'Inputs'"
    assert results.values["Inputs"][place.replace("$", "")].value == 20_000
    assert results.rows("Limits")[0]["In words"] == (
        "The maximum of 20,000 t is reached. One t more saves USD 137,720, which echoes the "
        "shortfall cost: less would be missing"
    )


def test_what_binds_leads_to_its_row(japan, written):
    book = written(japan).book
    (words,) = (cell for row in book["Summary"].iter_rows() for cell in row
                if str(cell.value).startswith("Quota China"))  # fmt: skip
    assert words.hyperlink.location == "'Limits'!A2"
    assert book["Limits"]["B2"].value == "China"


def test_a_source_is_told_what_its_price_means(small, make, written):
    """CN alone serves all; AU at 30 USD/t would have to match 10 USD/t."""
    small["Sources"][1][3] = "unlimited"
    rows = {row["Source"]: row for row in written(planner.solve(make(small))).rows("Sources")}
    assert rows["AU"]["What to say"] == "We would buy below USD 10/t (66.7 % less than now)"
    assert rows["AU"]["Price would have to fall by"] == _close(2 / 3)
    assert rows["CN"]["What to say"] == "We buy less above USD 30/t (200 % more than now)"


# -- charts and units -----------------------------------------------------------------------


def _charts(path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        names = sorted(n for n in archive.namelist() if n.startswith("xl/charts/chart"))
        return [archive.read(name).decode() for name in names]


def _titles(path) -> set[str]:
    return {re.search("<a:t>(.*?)</a:t>", chart).group(1) for chart in _charts(path)}


def test_charts_show_what_there_is(japan, magnets, written):
    assert _titles(written(japan).path) == {
        "Supply by source and demand", "Cost by kind, discounted [MUSD]",
        "Share of tonnes bought, by country",
    }  # fmt: skip
    assert "Closing stock and target, all materials" in _titles(written(magnets).path)


def test_of_many_sources_the_largest_have_a_colour(small, make, written):
    """Thirty sources over sixty periods: ten, the others together, and the demand."""
    small["Periods"] = [["Period"], *([f"M{t}"] for t in range(60))]
    small["Demand"] = [["Item", "Every period"], ["Nd", 100]]
    small["Sources"][1:] = [[f"S{s}", "China", "Nd", 3 + s / 100, 10] for s in range(30)]
    results = written(planner.solve(make(small)))
    head = [cell.value for cell in results.book[DATA][2]]
    assert len([h for h in head if h]) == 1 + 10 + 1 + 1
    assert head[11:13] == ["Other sources", "Demand"]
    supply = next(c for c in _charts(results.path) if "Supply by source" in c)
    assert supply.count("<c:ser>") == 12
    assert '<c:tickLblSkip val="5"/>' in supply
    first = [cell.value for cell in results.values[DATA][3]]
    assert sum(first[1:12]) == _close(sum(3 + s / 100 for s in range(30)))


@pytest.mark.parametrize(
    ("largest", "name", "size"), [(3e9, "MUSD", 1e6), (2.5e5, "kUSD", 1e3), (900.0, "USD", 1.0)]
)
def test_money_is_shown_in_a_unit_that_can_be_read(largest, name, size):
    assert MoneyUnit.of("USD", largest) == MoneyUnit(name, size)


def test_more_kinds_of_cost_than_names_have_room_for_are_one_bar(magnets, written):
    results = written(magnets)
    heading = next(text for text in results.texts(DATA) if text.startswith("Discounted cost"))
    rows = iter(results.values[DATA].iter_rows(values_only=True, max_col=3))
    next(row for row in rows if row[0] == heading)
    next(rows)
    kinds = list(itertools.takewhile(lambda row: row[0], rows))
    place = [kind for kind, *_ in kinds].index("Other kinds, below")
    assert place == 7
    assert len(kinds) > 9
    for j in (1, 2):
        below = [row[j] or 0 for row in kinds[place + 1 :]]
        assert (kinds[place][j] or 0) == pytest.approx(math.fsum(below))
    (chart,) = (chart for chart in _charts(results.path) if "Cost by kind" in chart)
    head = next(c.row for c in results.values[DATA]["A"] if c.value == heading)
    assert f"$A${head + 2}:$A${head + 9}" in chart


def test_a_cost_that_is_but_rounding_has_no_bar(japan):
    """A plan that is read again from its sheets has other rounding: its charts are the same."""
    parts = japan.money.parts
    for kind in ("holding", "penalty"):
        assert japan.costs[kind] == 0
    lots = {kind: np.full(1, 1e-9) for kind in ("holding", "penalty", "duty", "order", "recipe")}
    rounded = replace(japan, money=replace(japan.money, parts={**parts, **lots}))
    assert rounded.costs["penalty"] > 0
    assert chart_tables(rounded) == chart_tables(japan)


def test_sentences_stand_before_the_numbers_so_that_the_first_page_has_them(magnets, written):
    results = written(magnets)
    limits, sources = (list(results.rows(sheet)[0]) for sheet in ("Limits", "Sources"))
    assert limits.index("In words") < limits.index("From")
    assert sources[3:6] == ["Bought [t]", "In words", "What to say"]
