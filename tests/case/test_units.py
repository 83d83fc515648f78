"""Each conversion, with its arithmetic."""

from __future__ import annotations

import pytest

from planner.case.units import Quantity, UnitError, parse_unit

Q = Quantity


@pytest.mark.parametrize(
    ("bracket", "quantity", "typed", "inside"),
    [
        # tonnes
        ("t", Q.MASS, 5, 5),
        ("kt", Q.MASS, 5, 5000),
        ("kg", Q.MASS, 5000, 5),
        ("g", Q.MASS, 5_000_000, 5),
        ("lb", Q.MASS, 1, 0.45359237 / 1000),  # a pound is 0.45359237 kg by definition
        ("KG", Q.MASS, 1000, 1),
        # tonnes a year of 12 months, or 365 days
        ("t/yr", Q.MASS_PER_TIME, 7, 7),
        ("kg/yr", Q.MASS_PER_TIME, 7000, 7),
        ("t/month", Q.MASS_PER_TIME, 2, 24),
        ("kg/day", Q.MASS_PER_TIME, 10, 10 * 365 / 1000),
        ("kt / year", Q.MASS_PER_TIME, 1, 1000),
        ("t/period", Q.MASS_PER_TIME, 7, 7),  # × 1, the period's length is the case's
        ("t", Q.MASS_OR_RATE, 7, 7),
        ("t/month", Q.MASS_OR_RATE, 7, 84),
        # money for a tonne
        ("USD/t", Q.MONEY_PER_MASS, 60_000, 60_000),
        ("USD/kg", Q.MONEY_PER_MASS, 60, 60_000),
        ("/kg", Q.MONEY_PER_MASS, 60, 60_000),
        ("cny/kt", Q.MONEY_PER_MASS, 60_000_000, 60_000),
        ("USD/lb", Q.MONEY_PER_MASS, 1, 2204.62262),  # pounds in a tonne
        ("USD/kg/yr", Q.MONEY_PER_MASS_TIME, 2, 2000),
        ("USD/t/month", Q.MONEY_PER_MASS_TIME, 3, 36),
        ("/yr", Q.MONEY_PER_TIME, 5, 5),
        ("EUR/month", Q.MONEY_PER_TIME, 5, 60),
        ("JPY", Q.MONEY, 5, 5),
        # parts and times
        ("%", Q.FRACTION, 25, 0.25),
        ("％", Q.FRACTION, 25, 0.25),
        ("t/t", Q.FRACTION, 0.25, 0.25),
        ("kg/kg", Q.FRACTION, 0.25, 0.25),
        ("kg/t", Q.FRACTION, 250, 0.25),
        ("g/kg", Q.FRACTION, 250, 0.25),
        ("yr", Q.DURATION, 2, 2),
        ("months", Q.DURATION, 6, 0.5),
        ("days", Q.DURATION, 73, 0.2),
        ("periods", Q.PERIODS, 3, 3),
        ("month", Q.PERIODS, 3, 0.25),
    ],
)
def test_one_conversion(bracket, quantity, typed, inside):
    unit = parse_unit(bracket, quantity)
    assert unit.inward(typed) == pytest.approx(inside, rel=1e-9)
    assert unit.outward(unit.inward(typed)) == pytest.approx(typed, rel=1e-12)


def test_a_decimal_stays_the_number_that_was_typed():
    """60.1 USD/kg is 60,100 USD/t, not 60,100.00000000001."""
    assert parse_unit("USD/kg", Q.MONEY_PER_MASS).inward(60.1) == 60_100
    assert parse_unit("%", Q.FRACTION).inward(7) == 0.07


@pytest.mark.parametrize(
    ("bracket", "quantity"),
    [
        ("kWh", Q.MASS),
        ("t/yr", Q.MASS),
        ("t", Q.MASS_PER_TIME),
        ("t/week", Q.MASS_PER_TIME),
        ("yr/t", Q.MASS_PER_TIME),
        ("USD", Q.MONEY_PER_MASS),
        ("USD/", Q.MONEY_PER_MASS),
        ("dollars/kg", Q.MONEY_PER_MASS),
        ("kg/USD", Q.MONEY_PER_MASS),
        ("USD/kg", Q.MONEY_PER_MASS_TIME),
        ("t/kg", Q.FRACTION),
        ("‰", Q.FRACTION),
        ("", Q.MASS),
        ("t", Q.NUMBER),
        ("t", None),
        ("% of index", Q.MONEY_PER_MASS),
    ],
)
def test_a_bracket_that_does_not_fit(bracket, quantity):
    with pytest.raises(UnitError, match="cannot read"):
        parse_unit(bracket, quantity)


def test_the_currency_of_a_bracket():
    assert parse_unit("usd/kg", Q.MONEY_PER_MASS).currency == "USD"
    assert parse_unit("/kg", Q.MONEY_PER_MASS).currency is None
