"""Numbers as a person reads them: the digits, and the units."""

from __future__ import annotations

import math

import pytest

from planner.numerals import (
    exact_price_text,
    fixed,
    gap_text,
    money_text,
    price_text,
    priced,
    rounded,
    share_text,
    significant,
    told_apart,
    tonnes_text,
)


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        (31.25, 1, "31.3"),  # halves away from 0; a float's own rounding gives 31.2
        (437.35, 1, "437.4"),  # stored as 437.35000000000002
        (0.285, 2, "0.29"),  # stored as 0.28499999999999998, and Excel shows 0.29
        (-2.5, 0, "-3"),
        (-0.04, 1, "0.0"),
        (1234567.891, 2, "1,234,567.89"),
        (1e300, 0, f"{1e300:,.0f}"),
    ],
)
def test_numbers_are_rounded_as_excel_rounds_them(number, places, text):
    assert fixed(number, places) == text


def test_digits_that_matter():
    assert significant(0.30125, 4) == "0.3013"
    assert significant(12345.6, 4) == "12,346"
    assert significant(12.0, 4) == "12"
    assert significant(0.0000123456, 4) == "1.235e-05"  # more zeros than are counted at a glance


@pytest.mark.parametrize(
    ("number", "as_amount", "as_money"),
    [
        (0, "0", "0"),
        (62_180.4, "62,180", "62,180"),
        (999.96, "1,000", "999.96"),
        (999.999, "1,000", "1,000"),
        (123.456, "123.5", "123.46"),
        (12.5, "12.5", "12.50"),
        (12.0, "12", "12"),
        (0.5, "0.5", "0.50"),
        (0.012345, "0.01235", "0.01235"),
        (-12.5, "-12.5", "-12.50"),
        (-0.0, "0", "0"),
        (math.inf, "inf", "inf"),
    ],
)
def test_amounts_have_four_digits_and_money_has_cents(number, as_amount, as_money):
    assert (rounded(number), priced(number)) == (as_amount, as_money)


def test_tonnes():
    assert [tonnes_text(tonnes) for tonnes in (16_666.67, 12.5)] == ["16,667 t", "12.5 t"]


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (3_376_200_000, "USD 3,376.2 million"),
        (250e9, "USD 250.0 billion"),
        (137_720, "USD 137,720"),
        (12.5, "USD 12.50"),
        (300, "USD 300"),
        (-0.0, "USD 0"),
        (-5_000_000, "-USD 5.0 million"),
    ],
)
def test_money(money, text):
    assert money_text(money, "USD") == text


def test_prices_and_shares():
    assert price_text(62_180, "USD") == "USD 62,180/t"
    assert price_text(1_011_120, "USD") == "USD 1.0 million/t"
    assert exact_price_text(1_011_120, "USD") == "USD 1,011,120/t"
    assert [share_text(share) for share in (0.3125, 0.6)] == ["31.3 %", "60 %"]
    assert [gap_text(gap) for gap in (0.0001234, 0.25)] == ["0.012 %", "25 %"]


@pytest.mark.parametrize(
    ("number", "low", "high", "text"),
    [
        (62_180.4, 0.0, 90_000.0, "62,180"),
        (62_180.4, 62_180.1, 62_180.4, "62,180.4"),
        (30_000.0, 29_999.7, 30_000.2, "30,000"),
        (51.34567, 40.0, 90.0, "51.35"),
        (0.0, 0.0, 0.0, "0"),
        (-2.00015, -2.0002, -2.0001, "-2.00015"),
        (0.1 + 0.2, 0.3 - 1e-15, 0.3 + 1e-15, "0.3"),
    ],
)
def test_amounts_of_a_narrow_range_have_the_digits_that_tell_them_apart(number, low, high, text):
    assert told_apart(number, low, high) == text
