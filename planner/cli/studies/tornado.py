"""`planner tornado`: each input moved down and up by a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli import screen
from planner.cli.options import part
from planner.cli.study import answer_each, study_options

if TYPE_CHECKING:
    from pathlib import Path

    import planner
    from planner.cli.options import CaseOptions
    from planner.studies.tornado import Tornado


@click.command("tornado")
@study_options
@click.option(
    "--by",
    callback=part("between 0 and all", is_open=True),
    default="20%",
    metavar="PART",
    show_default=True,
    help="How far each input moves, down and up.",
)
@click.option(
    "--hold-decisions",
    is_flag=True,
    help="Hold the yes/no decisions of the plan with nothing moved: quicker.",
)
def command(asked: CaseOptions, plot: Path | None, by: float, hold_decisions: bool) -> int:
    """Move each input down and up: which of them the cost depends on most."""
    from planner.report.tornado import exhibit  # noqa: PLC0415 - keeps --help quick
    from planner.studies.tornado import tornado  # noqa: PLC0415

    def ask(case: planner.Case, scenario: str) -> Tornado:
        return tornado(
            case,
            scenario,
            asked.solving(),
            by=by,
            hold_decisions=hold_decisions,
            progress=screen.progress("input"),
        )

    return answer_each("tornado", asked, plot, ask, exhibit)
