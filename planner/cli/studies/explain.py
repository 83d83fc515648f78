"""`planner explain`: why there is no plan, or why the plan is as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner import errors
from planner.cli import screen
from planner.cli.study import answer_with, study_options

if TYPE_CHECKING:
    from pathlib import Path

    import planner
    from planner.cli.options import CaseOptions
    from planner.studies.explain import Explained


@click.command("explain")
@study_options
def command(asked: CaseOptions, plot: Path | None) -> int:
    """Say why: no plan: which cells contradict each other, and the ways out; a plan: why so."""
    from planner.report.explain import exhibit  # noqa: PLC0415 - keeps --help quick
    from planner.studies.explain import explain  # noqa: PLC0415

    def ask(case: planner.Case) -> Explained:
        named = asked.chosen(case)
        if len(named) > 1:
            raise errors.WrongUsage(
                "planner explain answers one scenario at a time: --scenario NAME"
            )
        return explain(case, named[0], asked.solving(), screen.steps)

    return answer_with("explain", asked, plot, ask, exhibit)
