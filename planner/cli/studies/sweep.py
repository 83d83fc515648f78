"""`planner sweep`: cost and plan as one number varies, or two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.types import FloatParamType, StringParamType

from planner import errors
from planner.cli import screen
from planner.cli.study import answer_each, study_options

if TYPE_CHECKING:
    from pathlib import Path

    import planner
    from planner.cli.options import CaseOptions
    from planner.studies.sweep import Sweep, Vary

_STEPS = (20, 10)
"""Parts of a range, where one number varies, and where two do."""


class _Needed:
    """What a missing option is asked for with: a whole call."""

    def get_missing_message(self, param: Any, ctx: Any = None) -> str:  # noqa: ARG002 - click's
        """The example that click shows after the option's name."""
        return 'Such as: --vary "Quotas[Quota=China].Tonnes" --from 10000 --to 30000'


class _Target(_Needed, StringParamType):
    """A target."""


class _End(_Needed, FloatParamType):
    """An end of its range."""


@click.command("sweep")
@study_options
@click.option(
    "--vary",
    "targets",
    multiple=True,
    required=True,
    type=_Target(),
    metavar="TARGET",
    help='What varies, such as "Quotas[Quota=China].Tonnes"; twice for a grid.',
)
@click.option(
    "--from",
    "starts",
    multiple=True,
    required=True,
    type=_End(),
    metavar="A",
    help="Lowest value, in the unit in the target's bracket, else of the column.",
)
@click.option(
    "--to", "ends", multiple=True, required=True, type=_End(), metavar="B", help="Highest value."
)
@click.option(
    "--steps",
    multiple=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="Parts of the range [default: 20, of a grid 10].",
)
def command(  # noqa: PLR0917 - one argument for each option
    asked: CaseOptions,
    plot: Path | None,
    targets: tuple[str, ...],
    starts: tuple[float, ...],
    ends: tuple[float, ...],
    steps: tuple[int, ...],
) -> int:
    """Vary one number: the cost with every breakpoint, and the plans; two numbers: a grid."""
    from planner.report.sweep import exhibit  # noqa: PLC0415 - keeps --help quick
    from planner.studies.sweep import sweep  # noqa: PLC0415

    varied = _varied(targets, starts, ends, steps)

    def ask(case: planner.Case, scenario: str) -> Sweep:
        return sweep(case, varied, scenario, asked.solving(), screen.counter("plan"))

    return answer_each("sweep", asked, plot, ask, exhibit)


def _varied(
    targets: tuple[str, ...],
    starts: tuple[float, ...],
    ends: tuple[float, ...],
    steps: tuple[int, ...],
) -> list[Vary]:
    """What varies, with each range.

    Raises:
        WrongUsage: there are not as many ranges as targets, or more than two.
    """
    from planner.studies.sweep import Vary  # noqa: PLC0415

    count = len(targets)
    if count > len(_STEPS):
        raise errors.WrongUsage("--vary once, or twice for a grid")
    if len(starts) != count or len(ends) != count or len(steps) not in (0, 1, count):
        raise errors.WrongUsage(
            "each --vary needs a --from and a --to of its own, in the same order; --steps once for "
            "all, or once for each"
        )
    parts = steps if len(steps) == count else (steps or (_STEPS[count - 1],)) * count
    return [
        Vary(target, start, end, part)
        for target, start, end, part in zip(targets, starts, ends, parts, strict=True)
    ]
