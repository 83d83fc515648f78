"""What goes to the screen: complaints, answers, progress; JSON alone on stdout where asked for."""

from __future__ import annotations

import codecs
import io
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

import click

from planner import errors

if TYPE_CHECKING:
    from tqdm import tqdm

    from planner.case.problems import Problem


REPORT = (
    "this is a defect of the planner, not of your workbook. Please report it with the workbook "
    "and the lines above; --verbose shows more"
)
"""What to do where the planner itself failed."""

_PATIENCE, _TICK = 1.0, 0.2
"""Seconds before anything is said of how long it takes, and from one word of it to the next."""


def take_any_letter() -> None:
    """Let stdout show what its encoding lacks as an escape, as stderr does: Dy₂O₃ in cp1252."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def say(text: str = "") -> None:
    """A line of the answer, on stdout.

    Nobody may be reading any more (`planner solve … | head -1`): then it goes nowhere.

    Raises:
        OSError: stdout takes no more for another reason, such as a full disk.
    """
    try:
        click.echo(text)
    except BrokenPipeError:
        _silence(sys.stdout)
    except OSError as failed:
        _silence(sys.stdout)
        raise OSError(failed.errno, failed.strerror, "the answer cannot be shown") from failed


def width() -> int | None:
    """Letters of a line of the terminal that shows the answer; None where it goes elsewhere."""
    if not sys.stdout.isatty():
        return None
    import shutil  # noqa: PLC0415 - keeps --help quick

    return shutil.get_terminal_size().columns


def remark(text: str) -> None:
    """A line that is not the answer, on stderr; where that takes none, it goes nowhere."""
    try:
        click.echo(text, err=True)
    except OSError:
        _silence(sys.stderr)


def say_json(document: dict[str, Any]) -> None:
    """The one JSON document, on stdout; in ASCII where that is not UTF-8.

    Raises:
        OSError: as `say`.
    """
    import json  # noqa: PLC0415 - keeps --help quick

    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    is_utf8 = codecs.lookup(encoding).name == "utf-8"
    say(json.dumps(document, ensure_ascii=not is_utf8, allow_nan=False, indent=1))


def refused(message: str, status: str = "invalid") -> dict[str, Any]:
    """The JSON document where nothing was read or solved: a wrong call, a defect, Ctrl-C."""
    return with_error({"status": status, "case": None, "problems": [], "runs": []}, message)


def with_error(document: dict[str, Any], message: str) -> dict[str, Any]:
    """A JSON document with one problem more, which is of no cell."""
    from planner.case.problems import Problem  # noqa: PLC0415 - keeps --help quick

    problem = Problem("error", message).to_dict()
    return {**document, "problems": [*document.get("problems", []), problem]}


def shown(wrong: click.ClickException) -> str:
    """A wrong call in click's words, with how the command is called."""
    words = io.StringIO()
    wrong.show(words)
    return words.getvalue().rstrip("\n")


def list_problems(
    problems: Sequence[Problem], out: Callable[[str], None], *, everything: bool
) -> None:
    """Complaints and warnings, a line each; of many of one kind the rest is counted."""
    from planner.case.problems import screen_lines  # noqa: PLC0415 - keeps --help quick

    for line in screen_lines(problems, everything=everything):
        out(line)


def list_invalid(
    wrong: errors.InvalidCase, out: Callable[[str], None], *, everything: bool
) -> None:
    """What is wrong with a case, or with a right one after the changes of the call."""
    if isinstance(wrong, errors.UnfitChange):
        changes = ", ".join(wrong.changes)
        out(f"planner: the case is right, but not with the change {changes}:")
    list_problems(wrong.problems, out, everything=everything)


def list_refusals(refusals: Sequence[errors.NoPlan], *, in_full: bool) -> None:
    """Why scenarios have no plan, or no answer, a line each; what to do once.

    Args:
        refusals: one for each scenario.
        in_full: whether to trace what the planner itself failed at.
    """
    for refusal in refusals:
        reason = refusal.reason.removeprefix(f"{refusal.status}: ")
        remark(f"scenario {refusal.scenario}: {refusal.status}: {reason}")
        if isinstance(refusal, errors.FailedScenario):
            if in_full:
                trace(refusal.cause)
            remark(REPORT)
    for advice in dict.fromkeys(refusal.advice for refusal in refusals if refusal.advice):
        remark(f"{advice}.")


def trace(failed: Exception) -> None:
    """Where the planner itself failed."""
    import traceback  # noqa: PLC0415 - keeps --help quick

    traceback.print_exception(failed)


def in_words(failed: OSError) -> str:
    """What the system refused, and of which file."""
    where = f"{failed.filename}: " if failed.filename else ""
    return f"{where}{failed.strerror or failed}"


def progress(unit: str) -> Callable[[Iterable[Any]], Iterable[Any]]:
    """Goes through work piece by piece, and shows how far it is on a terminal.

    That is a bar, from a second on; where there is one piece only, for how long it has taken.

    Args:
        unit: what a piece is, such as `scenario`.

    Returns:
        What wraps the pieces; of a generator it is not known how many there are, and they count up.
    """

    def through(pieces: Iterable[Any]) -> Iterable[Any]:
        if isinstance(pieces, Sized) and len(pieces) == 1:
            return _alone(pieces)
        return pieces if (bar := _bar(unit, pieces)) is None else bar

    return through


def counter(unit: str) -> Callable[[], object]:
    """The same for work that is not gone through here: to be called after each piece."""
    return (lambda: None) if (bar := _bar(unit)) is None else bar.update


def _alone(pieces: Iterable[Any]) -> Iterator[Any]:
    with working("solving"):
        yield from pieces


def _bar(unit: str, pieces: Iterable[Any] | None = None) -> tqdm[Any] | None:
    """A bar that shows from a second on; None: there is no terminal."""
    if not sys.stderr.isatty():
        return None
    from tqdm import tqdm  # noqa: PLC0415 - only where a bar may be shown

    return tqdm(pieces, delay=1, unit=unit, file=sys.stderr, leave=False)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Says what is done and for how long, where it takes longer than a second and on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    clock = threading.Thread(target=_tick, args=(what, done), daemon=True)
    clock.start()
    try:
        yield
    finally:
        done.set()
        clock.join()


def _tick(what: str, done: threading.Event) -> None:
    """Count the seconds on one line, which is cleared in the end."""
    started, shown = time.monotonic(), ""
    while not done.wait(_PATIENCE if not shown else _TICK):
        shown = f"{what} … {time.monotonic() - started:.0f} s (Ctrl-C stops)"
        with suppress(OSError, ValueError):
            sys.stderr.write(f"\r{shown}")
            sys.stderr.flush()
    if shown:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"\r{' ' * (len(shown) + 2)}\r")
            sys.stderr.flush()


def flush() -> None:
    """Hand on what the streams still hold, of what others than this module wrote."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # full, closed, or none at all
            stream.flush()


def _silence(stream: TextIO) -> None:
    """Let a stream lead nowhere, also what it still holds: Python would complain at the end."""
    with suppress(OSError, ValueError):  # it may be none of the system's
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
