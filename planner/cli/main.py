"""The command `planner`: its commands, and what becomes of errors."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn, cast

import click

from planner import __version__, errors
from planner.cli import leave_on_ctrl_c, screen, stoppable
from planner.cli.options import AnyPath, CaseOptions, case_options

if TYPE_CHECKING:
    from pathlib import Path

    from planner.case.case import Case
    from planner.runs import Runs

_BUG, _STOPPED, _USAGE = 1, 5, 2


_STUDIES: tuple[str, ...] = (
    "explain", "rules", "sweep", "tornado", "compare", "frontier", "alternatives", "diff", "verify",
    "export",
)  # fmt: skip
"""Commands of `planner.cli.studies`, in the order in which --help lists them."""


class _Commands(click.Group):
    """Commands in the order of their declaration; those of studies are imported when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        return [*self.commands, *_STUDIES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _STUDIES:
            return super().get_command(ctx, cmd_name)
        found: click.Command = import_module(f"planner.cli.studies.{cmd_name}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, which suggests only from among what is imported, and not before 8.4."""
        known, asked = self.list_commands(ctx), args[0]
        if asked not in known and not asked.startswith("-"):
            from difflib import get_close_matches  # noqa: PLC0415 - only after a slip of the pen

            for meant in get_close_matches(asked.lower(), known, n=1):
                ctx.fail(f"No such command '{asked}'. Did you mean '{meant}'?")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=False,
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="planner")
@click.pass_context
def cli(context: click.Context) -> None:
    """Find the cheapest plan to buy rare earths, from an Excel workbook, and explain it."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command()
@click.argument("case", type=AnyPath(), metavar="CASE.xlsx")
@click.option("--example", metavar="NAME", help="Write this filled example (japan-2011 …).")
@click.option(
    "--with", "sheets", multiple=True, metavar="SHEET,…",
    help="Have these sheets too, such as stock,current-plan; all: every sheet.",
)  # fmt: skip
def new(case: Path, example: str | None, sheets: tuple[str, ...]) -> int:
    """Write a workbook to fill in: a tiny case, or an example; never over an existing file."""
    from planner.workbook.draft import sheets_asked  # noqa: PLC0415 - keeps --help quick
    from planner.workbook.template import write_new  # noqa: PLC0415

    path = write_new(case, example, sheets_asked(sheets))
    screen.say(
        f"{path}: open it in Excel and start with its sheet README; then: planner check {path}"
    )
    return 0


@cli.command()
@case_options
def check(asked: CaseOptions) -> int:
    """Say every complaint and warning of a workbook, with its cell; nothing is solved."""
    try:
        case = asked.read()
        _resolve_all(case, asked.chosen(case))
    except errors.InvalidCase as wrong:
        return asked.say_invalid(wrong, screen.say)
    if asked.as_json:
        warnings = [problem.to_dict() for problem in case.warnings]
        screen.say_json({"status": "valid", "case": case.name, "problems": warnings, "runs": []})
    elif not asked.quiet:
        screen.list_problems(case.warnings, screen.say, everything=asked.verbose)
        warned = len(case.warnings)
        found = "no complaints" if not warned else f"{warned} warning{'s' if warned > 1 else ''}"
        screen.say(f"{asked.case}: {found}; it can be solved")
    return 0


for _option in check.params:
    if _option.name in {"output", "time_limit", "mip_gap", "threads"}:
        # Taken, as by every command on a case, but nothing is solved or written.
        cast("click.Option", _option).hidden = True


@cli.command()
@case_options
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice(["shortfall", "rule-given-up", "not-optimal"]),
    help="End with exit code 6 where a plan has this; repeatable.",
)
def solve(asked: CaseOptions, fail_on: tuple[str, ...]) -> int:
    """Find the cheapest plan, print the short answer, and write the results workbook."""
    from planner.report.text import answer  # noqa: PLC0415 - keeps --help quick
    from planner.runs import solve_scenarios  # noqa: PLC0415

    started = perf_counter()
    try:
        case = asked.read()
        read = perf_counter() - started
        target = asked.target(case)
        with stoppable():
            progress = screen.progress("scenario")
            runs = solve_scenarios(case, asked.chosen(case), asked.solving(), progress)
    except errors.InvalidCase as wrong:
        return asked.say_invalid(wrong)
    runs, unwritten = _written(runs.timed(read=read), target)
    if asked.as_json:
        screen.say_json(_document(runs.to_dict(), unwritten))
    elif not asked.quiet and runs.plans:
        screen.say(answer(runs))
    _remark_on(runs, asked, unwritten)
    return runs.exit_code(fail_on) if unwritten is None else _USAGE


@cli.command()
@case_options
def evaluate(asked: CaseOptions) -> int:
    """Say whether the sheet Current plan is allowed, what it costs, and what the best saves."""
    from planner.report.evaluation import answer  # noqa: PLC0415 - keeps --help quick
    from planner.studies.evaluate import evaluate_scenarios  # noqa: PLC0415

    try:
        case = asked.read()
        target = asked.target(case) if asked.output else None
        with stoppable():
            progress = screen.progress("scenario")
            found = evaluate_scenarios(case, asked.chosen(case), asked.solving(), progress)
    except errors.InvalidCase as wrong:
        return asked.say_invalid(wrong)
    runs, unwritten = _written(found.runs, target)
    if asked.as_json:
        screen.say_json(_document(found.to_dict(), unwritten))
    elif not asked.quiet:
        screen.say(answer(found))
    _remark_on(runs, asked, unwritten)
    return runs.exit_code() if unwritten is None else _USAGE


def _resolve_all(case: Case, scenarios: Sequence[str]) -> None:
    """Work out the numbers of every scenario.

    Raises:
        InvalidCase: with the problems of all of them, each once.
    """
    found: list[errors.InvalidCase] = []
    for name in scenarios:
        try:
            case.scenario(name)
        except errors.InvalidCase as wrong:
            found.append(wrong)
    if found:
        from planner.runs import joined  # noqa: PLC0415 - keeps --help quick

        raise joined(found)


def _remark_on(runs: Runs, asked: CaseOptions, unwritten: str | None) -> None:
    """What is to be known besides the answer: warnings, why scenarios have no plan or no file."""
    if not asked.quiet:
        screen.list_problems(runs.case.warnings, screen.remark, everything=asked.verbose)
    screen.list_refusals(runs.refusals, in_full=asked.verbose)
    if unwritten is not None:
        screen.remark(f"planner: {unwritten}")


def _written(runs: Runs, target: Path | None) -> tuple[Runs, str | None]:
    """Write the results; says where they are if not where they were asked for.

    Returns:
        The runs, and why there is no results workbook: the answer, found by then, is still said.
    """
    if target is None or not runs.plans:
        return runs, None
    try:
        with screen.working("writing"):
            runs = runs.to_excel(target, keep=True)
    except OSError as failed:
        return runs, f"the results workbook is not written: {screen.in_words(failed)} (option -o)"
    output = runs.plans[0].output
    if output is not None and output != str(target):
        screen.remark(
            f"{target} is open in another program or cannot be replaced; "
            f"the results are in {output}"
        )
    return runs, None


def _document(document: dict[str, Any], unwritten: str | None) -> dict[str, Any]:
    """A command's JSON, which also says why there is no results workbook."""
    return document if unwritten is None else screen.with_error(document, unwritten)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit code; no traceback for a user's mistake.

    It leaves at once: all is said and written, and Python would take a tenth of a second to clear
    up, in which Ctrl-C would turn a finished answer into a killed process.
    """
    leave_on_ctrl_c()
    screen.take_any_letter()
    code = run(sys.argv[1:] if arguments is None else arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    screen.flush()
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run a command and return its exit code."""
    as_json = "--json" in arguments
    try:
        code = cli.main(arguments, prog_name="planner", standalone_mode=False)
    except click.ClickException as wrong:
        if as_json:
            screen.say_json(screen.refused(wrong.format_message()))
        screen.remark(screen.shown(wrong))
        return _USAGE
    except SystemExit:  # click's own end where nobody reads the help that it prints
        return 0
    except (click.Abort, KeyboardInterrupt):
        if as_json:
            screen.say_json(screen.refused("interrupted", "stopped"))
        screen.remark("interrupted")
        return _STOPPED
    except Exception as failed:
        if as_json:
            screen.say_json(screen.refused(str(failed)))
        return _explain(failed, verbose="--verbose" in arguments)
    return code if isinstance(code, int) else 0


def _explain(failed: Exception, *, verbose: bool) -> int:
    """Say what went wrong, and whose mistake it is; returns the exit code."""
    if isinstance(failed, errors.PlannerError) and not isinstance(failed, errors.CheckFailed):
        screen.remark(f"planner: {failed}")
        return failed.exit_code
    if isinstance(failed, OSError):
        screen.remark(f"planner: {screen.in_words(failed)}")
        return _USAGE
    if verbose:
        screen.trace(failed)
    screen.remark(f"planner: {type(failed).__name__}: {failed}\n{screen.REPORT}")
    return _BUG
