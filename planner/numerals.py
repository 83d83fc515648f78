"""Numbers as text for people: the one place where they are rounded, as Excel rounds them.

Two rules: an amount has four digits that matter (`rounded`), money has cents (`priced`); both are
whole from 1,000 on. Cells of tables have the digits of their column instead.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

_DIGITS = 15
"""Digits that Excel looks at; what a float has beyond them is not what anybody typed."""

_MATTER = 4
"""Digits of a number that a person reads in a sentence."""

_TINY = 1e-4
"""Below, zeros are no longer counted at a glance: an exponent says how many there are."""

_THOUSAND, _MILLION, _BILLION = 1e3, 1e6, 1e9
_SEVERAL_BILLION = 1e11
"""Money from here on is shown in billions; below, millions keep digits that matter."""


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
    if abs(number) < _TINY:
        return f"{number:.{digits}g}"
    text = fixed(number, _places(number, digits))
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(number: float) -> str:
    """An amount of anything but money: `10,000`, `12.35`, `0.0123`."""
    return significant(number, _MATTER)


def told_apart(number: float, low: float, high: float) -> str:
    """An amount with the digits that tell it from others between two amounts.

    `62,180` from 40,000 to 90,000, and `62,180.1` from 62,180 to 62,181.

    Args:
        number: the amount.
        low, high: between what, in this order.
    """
    size, width = max(abs(low), abs(high)), high - low
    alike = math.ceil(math.log10(size / width)) if 0.0 < width < size else 0
    return significant(number, min(max(_MATTER, alike + _MATTER - 1), _DIGITS))


def priced(number: float) -> str:
    """Money or a price: `62,180`, `12.50`, `300`, `0.0123`."""
    if abs(number) >= _THOUSAND or abs(number) < _TINY:
        return rounded(number)
    whole, _, cents = fixed(number, max(2, _places(number, _MATTER))).partition(".")
    cents = cents.rstrip("0")
    return f"{whole}.{cents:0<2}" if cents else whole


def _places(number: float, digits: int) -> int:
    """Decimals with which a number has so many digits that matter; none of one without end."""
    size = abs(number)
    return max(digits - 1 - math.floor(math.log10(size)), 0) if size < math.inf else 0


def tonnes_text(tonnes: float) -> str:
    """Tonnes for people: `10,000 t`, `12.5 t`, `0.0123 t`."""
    return f"{rounded(tonnes)} t"


def money_text(money: float, currency: str) -> str:
    """Money for people: `USD 3,376.2 million`, `USD 137,720`, `USD 12.50`."""
    size, sign = abs(money), "-" if money < 0 else ""
    if size >= _SEVERAL_BILLION:
        amount = f"{fixed(size / _BILLION, 1)} billion"
    elif size >= _MILLION:
        amount = f"{fixed(size / _MILLION, 1)} million"
    else:
        amount = priced(size)
    return f"{sign}{currency} {amount}"


def price_text(price: float, currency: str, per: str = "t") -> str:
    """Money per something for people: `USD 62,180/t`."""
    return f"{money_text(price, currency)}/{per}"


def exact_price_text(price: float, currency: str, per: str = "t") -> str:
    """The same in full, as it is named in a negotiation: `USD 1,011,120/t`, `USD 12.50/kg`."""
    return f"{currency} {priced(price)}/{per}"


def share_text(share: float) -> str:
    """A fraction for people: `31.3 %`."""
    return f"{fixed(100 * share, 1).removesuffix('.0')} %"


def gap_text(gap: float) -> str:
    """A gap, relative to the cost, for people: `0.012 %`."""
    return f"{significant(100 * gap, 2)} %"
