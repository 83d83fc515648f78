"""What the commands of all studies have in common: options, and where their answers go."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol

import click

from planner import errors
from planner.cli import screen, stoppable
from planner.cli.options import AnyPath, CaseOptions, case_options

if TYPE_CHECKING:
    from pathlib import Path

    import planner
    from planner.report.exhibit import Exhibit


class Answer(Protocol):
    """The result of a study."""

    @property
    def exit_code(self) -> int:
        """What the command returns."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of the study."""


def retitled(
    **options: tuple[str, str],
) -> Callable[[Callable[..., int]], click.Command]:
    """Make a command whose shared options are called otherwise: name → (metavar, help)."""

    def make(command: Callable[..., int]) -> click.Command:
        made: click.Command = click.command()(command)
        for option in made.params:
            if option.name in options:
                option.metavar, words = options[option.name]
                if isinstance(option, click.Option):
                    option.help = words
        return made

    return make


def only_scenario(asked: CaseOptions, case: planner.Case) -> str:
    """The scenario of a command that answers for one.

    Raises:
        WrongUsage: several were asked for.
    """
    chosen = asked.chosen(case)
    if len(chosen) > 1:
        raise errors.WrongUsage(
            f"this is answered for one scenario at a time, and {len(chosen)} were asked for; "
            "name one: --scenario NAME"
        )
    return chosen[0]


def study_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of a study, as one argument `asked`, and `plot`."""
    plotted = click.option(
        "--plot", type=AnyPath(), metavar="FILE.png|.svg",
        help="Draw the picture of the answer.",
    )(command)  # fmt: skip
    wrapped: Callable[..., int] = wraps(command)(case_options(plotted))
    for option in wrapped.__click_params__:  # type: ignore[attr-defined] # click's own list
        if option.name == "output":
            option.help = "Workbook of the answer [default: outputs/<case>-<command>.xlsx]."
    return wrapped


def answer_with(
    kind: str,
    asked: CaseOptions,
    plot: Path | None,
    ask: Callable[[planner.Case], Answer],
    show: Callable[[Any], Exhibit],
) -> int:
    """Run a study: JSON or words on the screen, a workbook, and a picture where asked for.

    Args:
        kind: of the study, for the name of its workbook: `outputs/<case>-<kind>.xlsx`.
        asked: the options of the command.
        plot: where the picture goes; None: nowhere.
        ask: the study.
        show: what it shows.

    Returns:
        The exit code.
    """
    if plot is not None:
        from planner.report.exhibit_plot import refuse_plot  # noqa: PLC0415 - quick without it

        refuse_plot(plot)
    try:
        with screen.working("reading"):
            case = asked.read()
        target = asked.target(case, kind)
        with stoppable():
            answer = ask(case)
    except errors.InvalidCase as wrong:
        return invalid(wrong, asked)
    except errors.NoPlan as refusal:
        return _refused(case, refusal, asked)
    exhibit = show(answer)
    output, unwritten = _written(case, exhibit, target)
    if plot is not None and not exhibit.drawn:
        screen.remark(f"{plot} is not drawn: there is nothing that a picture could show")
    elif plot is not None:
        from planner.report.exhibit_plot import draw  # noqa: PLC0415

        draw(exhibit.drawn[0], plot, exhibit.title)
    _say(answer, exhibit, asked, output)
    if not asked.quiet:
        screen.list_problems(case.warnings, screen.remark, everything=asked.verbose)
    if unwritten is not None:
        screen.remark(f"planner: {unwritten}")
        return errors.WrongUsage.exit_code
    return answer.exit_code


def _say(answer: Answer, exhibit: Exhibit, asked: CaseOptions, output: Path | None) -> None:
    if asked.as_json:
        document = answer.to_dict()
        screen.say_json({**document, "output": None if output is None else str(output)})
    elif not asked.quiet:
        from planner.report.exhibit_text import text_of  # noqa: PLC0415

        screen.say(text_of(exhibit))
        if output is not None:
            screen.say(f"\nEverything else is in {output}")


def _written(case: planner.Case, exhibit: Exhibit, target: Path) -> tuple[Path | None, str | None]:
    """Where the workbook is, or why there is none."""
    from planner.report.exhibit_workbook import write_exhibit  # noqa: PLC0415

    try:
        with screen.working("writing"):
            return write_exhibit(target, case, exhibit, keep=True), None
    except OSError as failed:
        where = f"{failed.filename}: " if failed.filename else ""
        why = f"{where}{failed.strerror or failed}"
        return None, f"the workbook is not written: {why} (option -o)"


def _refused(case: planner.Case, refusal: errors.NoPlan, asked: CaseOptions) -> int:
    """Say why there is no plan to study."""
    if asked.as_json:
        problems = [problem.to_dict() for problem in case.warnings]
        document = {"status": refusal.status, "case": case.name, "problems": problems}
        screen.say_json({**document, "scenario": refusal.scenario, "message": str(refusal)})
    screen.remark(f"scenario {refusal.scenario}: {refusal.status}: {refusal}")
    return refusal.exit_code


def invalid(wrong: errors.InvalidCase, asked: CaseOptions) -> int:
    """Report a workbook that is wrong: every problem, and nothing else; returns the exit code."""
    from planner.runs import invalid_to_dict  # noqa: PLC0415

    if asked.as_json:
        screen.say_json(invalid_to_dict(asked.case.stem, wrong.problems))
    screen.list_problems(wrong.problems, screen.remark, everything=asked.verbose)
    return wrong.exit_code
