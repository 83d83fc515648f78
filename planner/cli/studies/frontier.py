"""`planner frontier`: cost against concentration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli import screen
from planner.cli.study import answer_each, study_options

if TYPE_CHECKING:
    from pathlib import Path

    import planner
    from planner.cli.options import CaseOptions
    from planner.studies.frontier import Frontier


@click.command("frontier")
@study_options
@click.option(
    "--column",
    default="Country",
    metavar="COLUMN",
    show_default=True,
    help="Column of Sources by whose values purchases are concentrated.",
)
@click.option(
    "--measure", type=click.Choice(["share", "hhi"]), default="share", show_default=True,
    help="The largest share of demand, or the sum of squared shares.",
)  # fmt: skip
def command(asked: CaseOptions, plot: Path | None, column: str, measure: str) -> int:
    """Say what it costs to depend less on one country, or one supplier."""
    from planner.report.frontier import exhibit  # noqa: PLC0415 - keeps --help quick
    from planner.studies.frontier import frontier  # noqa: PLC0415

    def ask(case: planner.Case, scenario: str) -> Frontier:
        return frontier(
            case, scenario, asked.solving(),
            column=column, measure=measure, progress=screen.progress("plan"),
        )  # fmt: skip

    return answer_each("frontier", asked, plot, ask, exhibit)
