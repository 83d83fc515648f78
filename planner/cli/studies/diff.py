"""`planner diff`: what changed from one case to another, and what that costs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import click

from planner.cli import screen
from planner.cli.options import AnyPath, CaseOptions
from planner.cli.study import answer_each, retitled, study_options
from planner.errors import InvalidCase

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

    @cache
    def old() -> planner.Case:
        from planner.workbook.files import refuse_target  # noqa: PLC0415

        try:
            case = asked.read()
        except InvalidCase:
            screen.remark(f"{asked.case} is wrong:")
            raise
        if asked.output is not None:
            refuse_target(asked.output, case.path)
        return case

    def both(case: planner.Case) -> list[str]:
        """The scenarios that both cases have; to compare what only one has makes no sense."""
        found = [name for name in case.scenarios if name in old().scenarios]
        alone = [name for name in (*old().scenarios, *case.scenarios) if name not in found]
        if alone and asked.all_scenarios:
            screen.remark(f"only one of the cases has, and so is left out: {', '.join(alone)}")
        return found

    def ask(case: planner.Case, scenario: str) -> Diff:
        from planner.studies.diff import diff  # noqa: PLC0415

        return diff(old(), case, scenario, asked.solving(), screen.progress("step"))

    return answer_each("diff", replace(asked, case=new), plot, ask, exhibit, among=both)
