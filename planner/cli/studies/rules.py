"""`planner rules`: what each quota, limit and contract costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli import screen
from planner.cli.study import answer_with, study_options

if TYPE_CHECKING:
    from pathlib import Path

    import planner
    from planner.cli.options import CaseOptions
    from planner.studies.rules import Rules


@click.command("rules")
@study_options
def command(asked: CaseOptions, plot: Path | None) -> int:
    """Say what each quota, limit and contract costs: the plan without it, one at a time."""
    from planner.report.rules import exhibit  # noqa: PLC0415 - keeps --help quick
    from planner.studies.rules import rules  # noqa: PLC0415

    def ask(case: planner.Case) -> Rules:
        return rules(case, asked.chosen(case), asked.solving(), screen.progress("rule"))

    return answer_with("rules", asked, plot, ask, exhibit)
