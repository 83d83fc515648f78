"""What holds whatever the numbers: the order of rows, the layout and the units make no case."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.case.cells import number_in_text
from planner.case.grid import address, as_text, letters
from planner.case.names import fold, nearly, suggestion
from planner.case.problems import cell_position
from planner.errors import InvalidCase

quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
tonnes = st.floats(0, 1e6).map(lambda x: round(x, 3))
three = st.lists(tonnes, min_size=3, max_size=3)


@quick
@given(order=st.permutations(range(3)))
def test_the_order_of_sources_only_orders_them(small, make, order):
    before = make(small).scenario()
    shuffled = copy.deepcopy(small)
    shuffled["Sources"][1:] = [small["Sources"][1 + i] for i in order]
    after = make(shuffled).scenario()
    assert [s.name for s in after.sources] == [before.sources[i].name for i in order]
    assert after.price.tolist() == before.price[list(order)].tolist()
    assert after.content.tolist() == before.content[list(order)].tolist()


@quick
@given(order=st.permutations(range(6)))
def test_the_order_of_columns_says_nothing(small, make, order):
    before = make(small).scenario()
    small = {**small, "Sources": [[row[i] for i in order] for row in small["Sources"]]}
    after = make(small).scenario()
    assert after.price.tolist() == before.price.tolist()
    assert after.capacity.tolist() == before.capacity.tolist()


@quick
@given(nd=three, dy=three, order=st.permutations(range(6)))
def test_wide_and_long_are_one_case(small, make, nd, dy, order):
    wide = {**small, "Demand": [["Item", 2011, 2012, 2013], ["Nd2O3", *nd], ["Dy2O3", *dy]]}
    entries = [
        [item, year, value]
        for item, values in (("Nd2O3", nd), ("Dy2O3", dy))
        for year, value in zip((2011, 2012, 2013), values, strict=True)
    ]
    long = {**small, "Demand": [["Item", "Period", "Value"], *(entries[i] for i in order)]}
    assert make(wide).scenario().demand.tolist() == make(long).scenario().demand.tolist()


@quick
@given(price=st.integers(1, 10**6), capacity=st.integers(0, 10**6), share=st.integers(2, 100))
def test_a_change_of_units_makes_the_same_case(small, make, price, capacity, share):
    """USD/t and USD/kg, t/yr and kg/month, fractions and per cent."""
    small = copy.deepcopy(small)
    small["Limits"] = [["Limit", "Type", "Per", "Maximum"], ["L", "share", "window", share / 100]]
    small["Sources"][1][3:5] = [capacity, price]
    one = make(small).scenario()
    small["Limits"] = [["Limit", "Type", "Per", "Maximum [%]"], ["L", "share", "window", share]]
    small["Sources"][0][3:5] = ["Capacity [kg/month]", "Price [USD/kg]"]
    for row, (tonnes_a_year, usd_a_tonne) in zip(
        small["Sources"][1:], ((capacity, price), (math.inf, 70_000), (20, 400_000)), strict=True
    ):
        row[3] = "unlimited" if math.isinf(tonnes_a_year) else tonnes_a_year * 1000 / 12
        row[4] = usd_a_tonne / 1000
    other = make(small).scenario()
    assert other.price == pytest.approx(one.price)
    assert other.capacity == pytest.approx(one.capacity)
    assert other.rules[0].maximum == pytest.approx(one.rules[0].maximum)


@settings(quick, max_examples=300)
@given(
    cells=st.lists(
        st.tuples(
            st.sampled_from(["Periods", "Materials", "Demand", "Sources", "Quotas", "Changes"]),
            st.integers(0, 4),
            st.integers(0, 7),
            st.one_of(
                st.none(),
                st.booleans(),
                st.floats(allow_nan=True, allow_infinity=True),
                st.integers(-5, 3000),
                st.dates(),
                st.text(max_size=8),
                st.sampled_from(
                    ["*", "unlimited", "#REF!", "# note", "2012", "S1", "Nd2O3", "Every period",
                     "Value", "Period", "Country=China", "Capacity [kWh]", "Price", "[", "Source",
                     "times", "Sources", "Settings", "Base", "% of index", "Site", "Per"]
                ),
            ),
        ),
        min_size=1,
        max_size=6,
    )
)  # fmt: skip
def test_no_mistake_makes_a_traceback(small, make, cells):
    """Any cells anywhere: a case or a list of complaints, each with its sheet."""
    small = copy.deepcopy(small)
    small["Quotas"] = [
        ["Quota", "Applies to", "From", "Per", "Tonnes"],
        ["CN", "Country=China", 2011, "period", 100],
    ]
    small["Scenarios"] = [["Scenario"], ["Cut"]]
    small["Changes"] = [
        ["Scenario", "Sheet", "Rows", "Column", "Operation", "Value"],
        ["Cut", "Quotas", "*", "Tonnes", "times", 0.7],
    ]
    for sheet, row, column, value in cells:
        rows = small[sheet]
        while len(rows) <= row:
            rows.append([])
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = value
    width = {name: max(map(len, rows)) for name, rows in small.items()}
    padded = {n: [r + [None] * (width[n] - len(r)) for r in rows] for n, rows in small.items()}
    try:
        case = make(padded)
    except InvalidCase as wrong:
        complaints = wrong.problems
        assert any(problem.severity == "error" for problem in complaints)
        assert all(problem.sheet for problem in complaints)
        return
    for name in case.scenarios:
        scenario = case.scenario(name)
        assert np.isfinite(scenario.price).all()
        assert np.isfinite(scenario.demand).all()


@given(column=st.integers(1, 16384), row=st.integers(1, 1_048_576))
def test_addresses(column, row):
    assert cell_position(address(row, column)) == (row, column)
    assert letters(column).isalpha()


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=6))
def test_suggestions_are_known_names(name, known):
    assert suggestion(name, known) in [*known, None]
    assert nearly(name, known) in [*known, None]


@given(st.integers(-(10**9), 10**9))
def test_a_number_with_separators_is_recognised(number):
    assert number_in_text(f"{number:,}") == number
    assert number_in_text(f"{number:,}.50") in (number + 0.5, number - 0.5, 0.5, -0.5)
    assert number_in_text(f"{number} t") == number
    assert as_text(float(number)) == str(number)
