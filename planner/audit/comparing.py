"""What a cell says beside what it should say."""

from __future__ import annotations

from datetime import date

from planner.solving.tolerances import MOST_TOTAL_ERROR

Wrong = tuple[str, str]
"""A cell, and what is wrong with it."""


def same(said: object, follows: object, rounding: float = 0.0) -> bool:
    """Whether what a cell says is what follows; a blank is 0 beside a number.

    Args:
        said, follows: numbers, texts or days; None: nothing.
        rounding: a difference that is none.
    """
    if isinstance(said, float) or isinstance(follows, float):
        one = said if isinstance(said, float) else 0.0
        other = follows if isinstance(follows, float) else 0.0
        if isinstance(said, str | date) or isinstance(follows, str | date):
            return False
        return abs(one - other) <= max(MOST_TOTAL_ERROR * max(abs(one), abs(other)), rounding)
    return said == follows


def shown(value: object) -> str:
    """What a cell says, in words."""
    if value is None:
        return "blank"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)
