"""What the commands of all studies have in common: options, and where their answers go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from planner import errors
from planner.cli import screen, stoppable
from planner.cli.options import AnyPath, CaseOptions, case_options

if TYPE_CHECKING:
    from pathlib import Path

    import planner
    from planner.report.exhibit import Exhibit
    from planner.studies.several import Answer, Several


def retitled(
    **options: tuple[str | None, str],
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


def study_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of a study, as one argument `asked`, and `plot`."""
    plotted = click.option(
        "--plot", type=AnyPath(), metavar="FILE.png|.svg",
        help="Draw the picture of the answer; of several scenarios one each, with the scenario in "
        "the file's name.",
    )(command)  # fmt: skip
    wrapped: Callable[..., int] = wraps(command)(case_options(plotted))
    for option in wrapped.__click_params__:  # type: ignore[attr-defined] # click's own list
        if option.name == "output":
            option.help = "Workbook of the answer [default: outputs/<case>-<command>.xlsx]."
    return wrapped


# -- asking ---------------------------------------------------------------------------------


def answer_with(
    kind: str,
    asked: CaseOptions,
    plot: Path | None,
    ask: Callable[[planner.Case], Answer],
    show: Callable[[Any], Exhibit],
) -> int:
    """Run a study of a whole case: JSON or words on the screen, a workbook, and a picture.

    Args:
        kind: of the study, for the name of its workbook: `outputs/<case>-<kind>.xlsx`.
        asked: the options of the command.
        plot: where the picture goes; None: nowhere.
        ask: the study.
        show: what it shows.

    Returns:
        The exit code.
    """

    def found(case: planner.Case) -> _Found:
        with stoppable():
            answer = ask(case)
        return _alone(answer, show(answer), plot)

    return _answered(kind, asked, plot, found)


def answer_each(
    kind: str,
    asked: CaseOptions,
    plot: Path | None,
    ask: Callable[[planner.Case, str], Answer],
    show: Callable[[Any], Exhibit],
    *,
    among: Callable[[planner.Case], Sequence[str]] | None = None,
) -> int:
    """Run a study of each scenario that was asked for; where one has no answer the others go on.

    For one scenario the answer is that of the study. For several it is one JSON document, one
    workbook, and a picture for each, with the scenario's name in that of the file.

    Args:
        kind, asked, plot, show: as of `answer_with`.
        ask: the study of one scenario.
        among: the scenarios that can be asked about; None: all of the case.

    Returns:
        The exit code: of several scenarios the worst.
    """

    def found(case: planner.Case) -> _Found:
        names = asked.chosen(case) if among is None else asked.chosen(case, among(case))
        if not asked.for_several:
            try:
                with stoppable():
                    answer = ask(case, names[0])
            except errors.NoPlan as refusal:
                refusal.scenario = names[0]  # deep inside it is not known which it is
                raise
            return _alone(answer, show(answer), plot)
        from planner.studies.several import ask_each  # noqa: PLC0415 - quick without it

        with stoppable():
            several = ask_each(case, names, ask)
        return _of_several(several, show, f"{case.name}: planner {kind}", plot)

    return _answered(kind, asked, plot, found)


def _answered(
    kind: str,
    asked: CaseOptions,
    plot: Path | None,
    find: Callable[[planner.Case], _Found],
) -> int:
    """Read the case, find the answer, show it, or say why there is none."""
    if plot is not None:
        from planner.report.exhibit_plot import refuse_plot  # noqa: PLC0415 - quick without it

        refuse_plot(plot)
    case = None
    try:
        case = asked.read()
        target = asked.target(case, kind)
        found = find(case)
    except errors.InvalidCase as wrong:
        return asked.say_invalid(wrong)
    except errors.NoPlan as refusal:
        return _refused(case, refusal, asked, plot)
    return _shown(case, found, asked, target)


# -- showing --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture that was asked for.

    Attributes:
        path: of the file.
        exhibit: what it is of; None: there is no answer.
        of: the part of the JSON document that says where it is.
    """

    path: Path
    exhibit: Exhibit | None
    of: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Found:
    """What a command has to show.

    Attributes:
        document: its JSON.
        exhibits: what the screen shows.
        workbook: what the workbook shows; None: there is nothing for it.
        pictures: that were asked for.
        refusals: why scenarios have no answer.
        code: of exit.
    """

    document: dict[str, Any]
    exhibits: Sequence[Exhibit]
    workbook: Exhibit | None
    pictures: Sequence[_Picture]
    refusals: Sequence[errors.NoPlan]
    code: int


def _alone(answer: Answer, exhibit: Exhibit, plot: Path | None) -> _Found:
    document = answer.to_dict()
    pictures = [] if plot is None else [_Picture(plot, exhibit, document)]
    return _Found(document, [exhibit], exhibit, pictures, (), answer.exit_code)


def _of_several(
    several: Several[Any], show: Callable[[Any], Exhibit], title: str, plot: Path | None
) -> _Found:
    from planner.report.several import merged  # noqa: PLC0415 - quick without it
    from planner.workbook.files import named_apart  # noqa: PLC0415 - likewise

    document = several.to_dict()
    exhibits = {name: show(answer) for name, answer in several.answers}
    pictures: list[_Picture] = []
    if plot is not None:
        paths = named_apart(plot, [run["scenario"] for run in document["runs"]])
        pictures = [
            _Picture(path, exhibits.get(run["scenario"]), run)
            for path, run in zip(paths, document["runs"], strict=True)
        ]
    whole = None
    if exhibits:
        failures = [(one.scenario, f"{one.status}: {one}") for one in several.refusals]
        whole = merged(title, list(exhibits.items()), failures)
    return _Found(
        document, list(exhibits.values()), whole, pictures, several.refusals, several.exit_code
    )


def _shown(case: planner.Case, found: _Found, asked: CaseOptions, target: Path) -> int:
    """Write and draw first, so that the answer can say where everything is; then say it."""
    output, unwritten = _written(case, found.workbook, target)
    drawn, undrawn = _drawn(found.pictures)
    failed = [*([unwritten] if unwritten is not None else []), *undrawn.values()]
    if asked.as_json:
        document = {**found.document, "output": None if output is None else str(output)}
        for why in failed:
            document = screen.with_error(document, why)
        screen.say_json(document)
    elif not asked.quiet:
        from planner.report.several import text_of_each  # noqa: PLC0415 - quick without it

        places = [f"Everything else is in {output}"] if output is not None else []
        places += [f"The picture is {path}" for path in drawn]
        if found.exhibits:
            said = text_of_each(found.exhibits, screen.width())
            screen.say("\n\n".join([said, *(["\n".join(places)] if places else [])]))
    screen.list_refusals(found.refusals, in_full=asked.verbose)
    if not asked.quiet:
        screen.list_problems(case.warnings, screen.remark, everything=asked.verbose)
        if found.workbook is None:
            _say_nothing_written(asked, None)
        for one in found.pictures:
            if one.path not in {*drawn, *undrawn}:
                what = "no answer" if one.exhibit is None else "nothing in this answer"
                screen.remark(f"{one.path} is not drawn: there is {what} to draw")
    for why in failed:
        screen.remark(f"planner: {why}")
    return errors.WrongUsage.exit_code if failed else found.code


def _written(
    case: planner.Case, exhibit: Exhibit | None, target: Path
) -> tuple[Path | None, str | None]:
    """Where the workbook is, or why there is none."""
    if exhibit is None:
        return None, None
    from planner.report.exhibit_workbook import write_exhibit  # noqa: PLC0415 - quick without it

    try:
        with screen.working("writing"):
            return write_exhibit(target, case, exhibit, keep=True), None
    except OSError as failed:
        return None, f"the workbook is not written: {screen.in_words(failed)} (option -o)"


def _drawn(pictures: Sequence[_Picture]) -> tuple[list[Path], dict[Path, str]]:
    """Which pictures are drawn, and why others could not be; those without content are neither."""
    drawn: list[Path] = []
    failed: dict[Path, str] = {}
    for one in pictures:
        one.of["plot"] = None
        if one.exhibit is None or not one.exhibit.drawn:
            continue
        from planner.report.exhibit_plot import draw  # noqa: PLC0415 - quick without it

        try:
            with screen.working("drawing"):
                path = draw(one.exhibit.drawn[0], one.path, one.exhibit.title)
        except OSError as wrong:
            failed[one.path] = f"the picture is not drawn: {screen.in_words(wrong)} (option --plot)"
        else:
            one.of["plot"] = str(path)
            drawn.append(path)
    return drawn, failed


# -- without an answer ----------------------------------------------------------------------


def _refused(
    case: planner.Case | None, refusal: errors.NoPlan, asked: CaseOptions, plot: Path | None
) -> int:
    """Say why there is no plan to study."""
    if asked.as_json and case is not None:
        from planner.runs import heading  # noqa: PLC0415

        document = heading(case, refusal.status)
        screen.say_json({**document, "scenario": refusal.scenario, "message": str(refusal)})
    screen.list_refusals([refusal], in_full=asked.verbose)
    if not asked.quiet:
        _say_nothing_written(asked, plot)
    return refusal.exit_code


def _say_nothing_written(asked: CaseOptions, plot: Path | None) -> None:
    """Say that what was asked for is not there, also where an older file of that name is."""
    for path in (asked.output, plot):
        if path is not None:
            screen.remark(f"{path} is not written: there is no answer to show")
