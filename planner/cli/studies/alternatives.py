"""`planner alternatives`: plans nearly as cheap and as different as possible."""

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
    from planner.studies.alternatives import Alternatives


@click.command("alternatives")
@study_options
@click.option(
    "--within", callback=part("of the cost"), default="2%", metavar="PART", show_default=True,
    help="How much more than the cheapest a plan may cost, paid and valued.",
)  # fmt: skip
def command(asked: CaseOptions, plot: Path | None, within: float) -> int:
    """Show plans nearly as cheap and as different as possible, and what none can do without."""
    from planner.report.alternatives import exhibit  # noqa: PLC0415 - keeps --help quick
    from planner.studies.alternatives import alternatives  # noqa: PLC0415

    def ask(case: planner.Case, scenario: str) -> Alternatives:
        progress = screen.progress("source")
        return alternatives(case, scenario, asked.solving(), within=within, progress=progress)

    return answer_each("alternatives", asked, plot, ask, exhibit)
