"""`planner diff`: what changed from one case to another, and what that costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from planner.cli import screen
from planner.cli.options import AnyPath, CaseOptions
from planner.cli.study import answer_with, only_scenario, retitled, study_options

if TYPE_CHECKING:
    from pathlib import Path

    import planner
    from planner.studies.diff import Diff


@retitled(
    case=("OLD.xlsx", ""),
    output=("OUT.xlsx", "The answer as a workbook [default: outputs/<new>-diff.xlsx]."),
)
@study_options
@click.argument("new", type=AnyPath(), metavar="NEW.xlsx")
def command(asked: CaseOptions, new: Path, plot: Path | None) -> int:
    """Say what changed between two cases: inputs, plan, and which input costs how much."""
    from planner.report.diff import exhibit  # noqa: PLC0415 - keeps --help quick

    def ask(case: planner.Case) -> Diff:
        import planner  # noqa: PLC0415
        from planner.studies.diff import diff  # noqa: PLC0415
        from planner.workbook.files import refuse_target  # noqa: PLC0415

        try:
            old = asked.read()
        except planner.InvalidCase:
            screen.remark(f"{asked.case} is wrong:")
            raise
        if asked.output is not None:
            refuse_target(asked.output, old.path)
        return diff(old, case, only_scenario(asked, case), asked.solving(), screen.steps)

    return answer_with("diff", replace(asked, case=new), plot, ask, exhibit)
