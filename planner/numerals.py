"""Numbers as text for people: the one place where they are rounded, as Excel rounds them."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

_DIGITS = 15
"""Digits that Excel looks at; what a float has beyond them is not what anybody typed."""


def fixed(number: float, places: int) -> str:
    """A number with so many decimals and thousands separators: `1,234.5`.

    Halves are rounded away from 0, as Excel shows them, and not by the last bits of the float: a
    share of 0.3125 is 31.3 %, in a sentence as in a cell. What rounds to 0 has no sign.

    Args:
        number: a finite number.
        places: decimals, 0 or more.
    """
    if abs(number) >= 10.0**_DIGITS:
        return f"{number:,.{places}f}"
    exact = Decimal(f"{number:.{_DIGITS}g}")
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded:,f}"


def significant(number: float, digits: int) -> str:
    """A number with so many digits that matter, never fewer than those before the point."""
    if number == 0:
        return "0"
    places = max(digits - 1 - math.floor(math.log10(abs(number))), 0)
    text = fixed(number, places)
    return text.rstrip("0").rstrip(".") if "." in text else text
