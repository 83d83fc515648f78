"""`planner compare`: all scenarios side by side, with regret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.cli import screen
from planner.cli.study import answer_with, retitled, study_options

if TYPE_CHECKING:
    from pathlib import Path

    import planner
    from planner.cli.options import CaseOptions
    from planner.studies.compare import Comparison


@retitled(
    scenarios=("NAME", "Scenario to compare, two at least; repeatable [default: all]."),
    all_scenarios=(None, "Compare Base and every scenario, as without --scenario."),
)
@study_options
def command(asked: CaseOptions, plot: Path | None) -> int:
    """Set all scenarios side by side: what each one's plan costs when another comes true."""
    from planner.report.compare import exhibit  # noqa: PLC0415 - keeps --help quick
    from planner.studies.compare import compare  # noqa: PLC0415

    def ask(case: planner.Case) -> Comparison:
        named = asked.chosen(case) if asked.scenarios else ()
        return compare(case, named, asked.solving(), screen.progress("scenario"))

    return answer_with("compare", asked, plot, ask, exhibit)
