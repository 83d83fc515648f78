"""`planner explain`: why there is no plan, or why the plan is as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli import screen
from planner.cli.study import answer_each, study_options

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

    def ask(case: planner.Case, scenario: str) -> Explained:
        return explain(case, scenario, asked.solving(), screen.progress("cell"))

    return answer_each("explain", asked, plot, ask, exhibit)
