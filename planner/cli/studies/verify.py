"""`planner verify`: a results workbook checked without a solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli import screen
from planner.cli.options import AnyPath

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("workbook", type=AnyPath(), metavar="OUT.xlsx")
@click.option(
    "--input", "source", type=AnyPath(), metavar="CASE.xlsx",
    help="The case that it is of [default: the file that it names, and its sheet Inputs].",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--quiet", is_flag=True, help="Say nothing but what is wrong.")
def command(workbook: Path, source: Path | None, as_json: bool, quiet: bool) -> int:
    """Check a results workbook without a solver: inputs, formulas, rules, cost, dual bound."""
    from planner.audit.text import lines  # noqa: PLC0415 - keeps --help quick
    from planner.audit.verify import verify  # noqa: PLC0415
    from planner.errors import InvalidCase  # noqa: PLC0415
    from planner.runs import invalid_to_dict  # noqa: PLC0415

    try:
        with screen.working("checking"):
            found = verify(workbook, source)
    except InvalidCase as wrong:
        if as_json:
            screen.say_json(invalid_to_dict(workbook.stem, wrong.problems))
        screen.list_problems(wrong.problems, screen.remark, everything=False)
        return wrong.exit_code
    if as_json:
        screen.say_json(found.to_dict())
    else:
        for line in lines(found, only_failed=quiet):
            screen.say(line)
    return found.exit_code
