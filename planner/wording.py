"""Words for people that every part of the planner puts in the same way."""

from __future__ import annotations

from collections.abc import Sequence

_MOST_NAMED = 3

_PLURALS = ("days", "months", "periods", "years")
"""Units of columns that are words in the plural."""


def listed(names: Sequence[str], most: int = _MOST_NAMED) -> str:
    """The first names of a list, and how many more there are: `Nd, Pr, Dy and 2 more`.

    Args:
        names: what is listed.
        most: how many are named.
    """
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def span(first: str, last: str) -> str:
    """From one thing to another, of which there may be one only: `2011`, or `2011 to 2013`."""
    return first if first == last else f"{first} to {last}"


def one_of(unit: str) -> str:
    """A unit as it is said of one: `period`, `t`."""
    return unit[:-1] if unit in _PLURALS else unit


def at_site(name: str, site: str | None) -> str:
    """What is somewhere: `Nd at Osaka`; its name alone where the case has no plants."""
    return f"{name} at {site}" if site else name


def shortened(text: str, most: int) -> str:
    """A text of so many letters at most; what is left out is marked: `Separation pl…`."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def capital(text: str) -> str:
    """A text as a sentence begins; all but its first letter stays as it is."""
    return text[:1].upper() + text[1:]
