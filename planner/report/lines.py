"""Sentences broken into lines for screen and pictures: never between a number and its unit."""

from __future__ import annotations

import re
import textwrap

WIDTH = 100
"""Letters of a line at most."""

_TOGETHER = re.compile(
    r"(?<=\d) (?=(?:%|t|kg|million|billion|[A-Z]{3}/\w+|t/\w+)(?!\w))|(?<=\b[A-Z]{3}) (?=-?\d)"
)
"""Blanks between a number and its unit, or a currency and its amount."""

_KEPT = "\N{NO-BREAK SPACE}"


def wrapped(text: str, width: int | None = None, *, first: str = "", rest: str = "") -> list[str]:
    """The lines of a text.

    Args:
        text: a sentence or several.
        width: letters of a line; None: as many as a line has at most.
        first, rest: what the first line, and those after it, are indented by.
    """
    kept = _TOGETHER.sub(_KEPT, text)
    lines = textwrap.wrap(
        kept,
        WIDTH if width is None else min(width, WIDTH),
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )
    return [line.replace(_KEPT, " ") for line in lines]
