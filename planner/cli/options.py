"""The options that all commands on a case share."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

import planner
from planner import errors
from planner.cli import screen

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class CaseOptions:
    """What was asked for on the command line, besides the command itself."""

    case: Path
    output: Path | None
    scenarios: tuple[str, ...]
    all_scenarios: bool
    changes: tuple[str, ...]
    as_json: bool
    quiet: bool
    verbose: bool
    time_limit: float | None
    mip_gap: float | None
    threads: int | None

    def read(self) -> planner.Case:
        """The case, with the changes of `--set`; says for how long it is read.

        Raises:
            InvalidCase: with every problem.
        """
        with screen.working("reading"):
            case = planner.read(self.case)
            return case.with_changes(*self.changes) if self.changes else case

    def say_invalid(
        self, wrong: errors.InvalidCase, out: Callable[[str], None] = screen.remark
    ) -> int:
        """Report a workbook that is wrong: every problem, and nothing else.

        Args:
            wrong: what is.
            out: where the problems go; with JSON they go to stderr besides.

        Returns:
            The exit code.
        """
        if self.as_json:
            from planner.runs import invalid_to_dict  # noqa: PLC0415 - keeps --help quick

            screen.say_json(invalid_to_dict(self.case.stem, wrong.problems))
            out = screen.remark
        screen.list_invalid(wrong, out, everything=self.verbose)
        return wrong.exit_code

    @property
    def for_several(self) -> bool:
        """Whether several scenarios are asked about, however many there are."""
        return self.all_scenarios or len(set(self.scenarios)) > 1

    def chosen(self, case: planner.Case, every: Sequence[str] = ()) -> tuple[str, ...]:
        """The scenarios to run: those named, all, or Base.

        Args:
            case: the case.
            every: what all are; none: those of the case.
        """
        if self.all_scenarios:
            return tuple(every) or case.scenarios
        return tuple(dict.fromkeys(self.scenarios)) or case.scenarios[:1]

    def solving(self) -> planner.Options:
        """How to solve."""
        return planner.Options(
            time_limit=self.time_limit,
            mip_gap=self.mip_gap,
            threads=self.threads,
            log=(lambda text: screen.remark(text.rstrip("\n"))) if self.verbose else None,
        )

    def target(self, case: planner.Case, kind: str = "plan") -> Path:
        """Where the results go: as asked, else `outputs/<case>-<kind>.xlsx` under this folder.

        Raises:
            WrongUsage: it is the input, or no .xlsx file.
        """
        from pathlib import Path  # noqa: PLC0415 - keeps --help quick

        from planner.workbook.files import refuse_target  # noqa: PLC0415 - likewise

        target = self.output or Path("outputs") / f"{self.case.stem}-{kind}.xlsx"
        refuse_target(target, case.path)
        return target


class _Number(click.FloatRange):
    """A number within a range; nan is in none."""

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is not a number", param, ctx)
        return number


def part(
    of: str, *, is_open: bool = False
) -> Callable[[click.Context, click.Parameter, str], float]:
    """What makes a fraction of an option's value, `20%` or `0.2`.

    Args:
        of: what it is a part of, for the words on anything else.
        is_open: whether 0 and 1 are none.
    """

    def read(context: click.Context, option: click.Parameter, value: str) -> float:
        text = value.strip()
        try:
            number = float(text.removesuffix("%")) / (100.0 if text.endswith("%") else 1.0)
        except ValueError:
            number = math.nan
        if not (0.0 < number < 1.0 or (number in (0.0, 1.0) and not is_open)):
            wrong = f"{value!r} is no part {of}: write 20% or 0.2"
            raise click.BadParameter(wrong, context, option)
        return number

    return read


class AnyPath(click.Path):
    """A path, of what may be there or not; pathlib is imported only when one is given."""

    def __init__(self) -> None:
        super().__init__(readable=False)

    def convert(self, value: Any, param: Any, ctx: Any) -> Path:
        """The path that was given."""
        from pathlib import Path  # noqa: PLC0415 - keeps --help quick

        return Path(os.fsdecode(super().convert(value, param, ctx)))


_OPTIONS = (
    click.argument("case", type=AnyPath()),
    click.option(
        "-o", "--output", type=AnyPath(), metavar="OUT.xlsx",
        help="Results workbook [default: outputs/<case>-plan.xlsx].",
    ),
    click.option(
        "--scenario", "scenarios", multiple=True, metavar="NAME",
        help="Scenario to run; repeatable [default: Base].",
    ),
    click.option("--all-scenarios", is_flag=True, help="Run Base and every scenario."),
    click.option(
        "--set", "changes", multiple=True, metavar="CHANGE",
        help='Change a number first, such as "Quotas[Quota=China].Tonnes*=0.7"; repeatable.',
    ),
    click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout."),
    click.option("--quiet", is_flag=True, help="Say nothing but what is wrong."),
    click.option("--verbose", is_flag=True, help="Show the solver's log and every complaint."),
    click.option(
        "--time-limit", type=_Number(min=0), metavar="SECONDS",
        help="Stop the search after this long; shadow prices get what is left, at least a tenth "
        "of it [default: Settings, else 600].",
    ),
    click.option(
        "--mip-gap", type=_Number(min=0, max=1), metavar="GAP",
        help="Relative gap at which a yes/no search stops [default: Settings, else 1e-6].",
    ),
    click.option(
        "--threads", type=click.IntRange(min=1), metavar="N", help="Threads of the solver."
    ),
)  # fmt: skip


def case_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the shared options, as one argument `asked`."""

    def with_options(**given: Any) -> int:
        own = {name: given.pop(name) for name in list(given) if name not in _FIELDS}
        return command(CaseOptions(**given), **own)

    wrapped: Callable[..., int] = wraps(command)(with_options)  # with options of its own, too
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_FIELDS = frozenset(CaseOptions.__dataclass_fields__)
