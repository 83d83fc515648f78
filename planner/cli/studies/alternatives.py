"""`planner alternatives`: plans nearly as cheap and as different as possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli import screen
from planner.cli.study import answer_each, study_options

if TYPE_CHECKING:
    from pathlib import Path

    import planner
    from planner.cli.options import CaseOptions
    from planner.studies.alternatives import Alternatives


def _part(context: click.Context, option: click.Parameter, value: str) -> float:
    """A part of the cost, `2%` or 0.02, as a fraction."""
    text = value.strip()
    try:
        number = float(text.removesuffix("%")) / (100.0 if text.endswith("%") else 1.0)
    except ValueError:
        number = -1.0
    if not 0.0 <= number <= 1.0:
        wrong = f"{value!r} is no part of the cost, such as 2% or 0.02"
        raise click.BadParameter(wrong, context, option)
    return number


@click.command("alternatives")
@study_options
@click.option(
    "--within", callback=_part, default="2%", metavar="PART", show_default=True,
    help="How much more than the cheapest a plan may cost, paid and valued.",
)  # fmt: skip
def command(asked: CaseOptions, plot: Path | None, within: float) -> int:
    """Show plans nearly as cheap and as different as possible, and what none can do without."""
    from planner.report.alternatives import exhibit  # noqa: PLC0415 - keeps --help quick
    from planner.studies.alternatives import alternatives  # noqa: PLC0415

    def ask(case: planner.Case, scenario: str) -> Alternatives:
        return alternatives(case, scenario, asked.solving(), within=within, progress=screen.counted)

    return answer_each("alternatives", asked, plot, ask, exhibit)
