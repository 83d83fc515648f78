"""Sentences broken into lines for screen and pictures: never between a number and its unit."""

from __future__ import annotations

import re
import textwrap

WIDTH = 100
"""Letters of a line."""

_TOGETHER = re.compile(
    r"(?<=\d) (?=(?:%|t|kg|million|billion|[A-Z]{3}/\w+|t/\w+)(?!\w))|(?<=\b[A-Z]{3}) (?=-?\d)"
)
"""Blanks between a number and its unit, or a currency and its amount."""

_KEPT = "\N{NO-BREAK SPACE}"


def wrapped(text: str, *, width: int = WIDTH, first: str = "", rest: str = "") -> list[str]:
    """The lines of a text.

    Args:
        text: a sentence or several.
        width: letters of a line.
        first, rest: what the first line, and those after it, are indented by.
    """
    kept = _TOGETHER.sub(_KEPT, text)
    lines = textwrap.wrap(kept, width, initial_indent=first, subsequent_indent=rest)
    return [line.replace(_KEPT, " ") for line in lines]
