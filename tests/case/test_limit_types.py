"""What the rows of limits count, by type."""

from __future__ import annotations

import pytest

from planner.case import limits


@pytest.fixture
def limit(small, make):
    def of(header, row):
        small["Limits"] = [["Limit", "Type", *header], ["L", *row]]
        return make(small).scenario().rules

    return of


def test_an_average_counts_tonnes_times_the_attribute(limit):
    """CO2 30 and 12; S3 holds Dy2O3 only, and its blank attribute does not count."""
    (rule,) = limit(
        ["Materials", "Column", "To", "Maximum"], ["average", "Class=light", "CO2", 2011, 20]
    )
    assert rule.content.tolist() == [30, 12, 0]
    assert rule.basis_content.tolist() == [1, 1, 0]
    assert (rule.maximum, rule.per_typed[1], rule.unit) == (20, 1, "unit of CO2")


def test_a_spend_counts_whole_purchases_in_the_currency_of_the_case(limit):
    (rule,) = limit(["Applies to", "To", "Maximum"], ["spend", "Country=China", 2011, 500])
    assert rule.content.tolist() == [1, 0, 1]
    assert (rule.maximum, rule.unit) == (500, "USD")


def test_suppliers_are_counted_by_their_values(limit):
    low, high = limit(
        ["Applies to", "To", "Minimum", "Maximum", "Counts from [kg]"],
        ["suppliers", "Country=China", 2011, 1, 2, 5000],
    )
    assert [party.value for party in high.parties] == ["S1", "S3"]
    assert (low.minimum, low.maximum, low.counts_from) == (1, None, 5)
    assert (high.minimum, high.maximum) == (None, 2)


def test_an_hhi_is_of_demand_and_by_country(limit):
    """110 t of both materials in 2011; S1 and S3 are both Chinese."""
    (rule,) = limit(["To", "Maximum [%]"], ["HHI", 2011, 58])
    assert [(party.value, party.sources) for party in rule.parties] == [
        ("China", (0, 2)),
        ("Australia", (1,)),
    ]
    assert (rule.basis, rule.maximum, rule.per_typed[1]) == (110, pytest.approx(0.58), 0.01)


def test_a_priority_and_its_cell(limit):
    (rule,) = limit(["To", "Maximum", "Priority"], ["tonnes", 2011, 50, 3])
    assert (rule.priority, rule.priority_cell, rule.may_break) == (3, "Limits!E2", True)
    (rule,) = limit(["To", "Maximum", "Priority"], ["tonnes", 2011, 50, "must"])
    assert (rule.priority, rule.may_break) == (None, False)


def test_a_spend_of_some_plants_cannot_count_prices_by_volume():
    """What all plants buy together sets the price."""
    row = {"Type": "spend", "Sites": "Site=Osaka", "Maximum": 5.0}
    ((column, text, _),) = limits.complaints(row, has_tiers=True)
    assert (column, text) == (
        "Sites",
        "a source that it applies to has a price by volume, which all plants reach together; a "
        "spend limit on it counts every plant: clear Sites",
    )
    assert list(limits.complaints(row, has_tiers=False)) == []
