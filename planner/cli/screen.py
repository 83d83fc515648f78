"""What goes to the screen: complaints, answers, progress; JSON alone on stdout where asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from planner.case.problems import Problem, screen_lines


def say(text: str = "") -> None:
    """A line of the answer, on stdout."""
    click.echo(text)


def remark(text: str) -> None:
    """A line that is not the answer, on stderr."""
    click.echo(text, err=True)


def say_json(document: dict[str, Any]) -> None:
    """The one JSON document, on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1))


def refused(message: str) -> dict[str, Any]:
    """The JSON document where nothing was read or solved: a wrong call, or a defect."""
    problem = {"severity": "error", "sheet": None, "cell": None, "column": None, "value": None,
               "message": message}  # fmt: skip
    return {"status": "invalid", "case": None, "problems": [problem], "runs": []}


def list_problems(
    problems: Sequence[Problem], out: Callable[[str], None], *, everything: bool
) -> None:
    """Complaints and warnings, a line each; of many of one kind the rest is counted."""
    for line in screen_lines(problems, everything=everything):
        out(line)


def progress(names: Sequence[str]) -> Iterable[str]:
    """Shows a bar where the work takes longer than a second and the screen is a terminal."""
    if len(names) == 1 or not sys.stderr.isatty():
        return names
    from tqdm import tqdm  # noqa: PLC0415 - only where a bar may be shown

    bar: Iterable[str] = tqdm(names, delay=1, unit="scenario", file=sys.stderr, leave=False)
    return bar
