"""The command line, and what Ctrl-C does to it; nothing here is slow to import.

Most of a short run goes by with imports: in one, Ctrl-C would leave a traceback, or nothing at all
where Python is just clearing up. So Ctrl-C ends the process by itself until something is solved;
while solving it stops that; and from then on there is an answer, which is said first.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

_STOPPED = 5
_WORDS = b"interrupted\n"
_DOCUMENT = (
    b'{"status": "stopped", "case": null, "problems": [{"severity": "error", "sheet": null, '
    b'"cell": null, "column": null, "value": null, "message": "interrupted"}], "runs": []}\n'
)
_FINISHING = b"interrupted: finishing what is done; Ctrl-C again leaves at once\n"


def start() -> NoReturn:
    """Run the command `planner`, and leave with its exit code."""
    leave_on_ctrl_c()
    from planner.cli.main import main  # noqa: PLC0415 - Ctrl-C first

    main()


def leave_on_ctrl_c() -> None:
    """From now on Ctrl-C ends the process: nothing is done yet that anybody would miss."""
    signal.signal(signal.SIGINT, _leave)


@contextmanager
def stoppable() -> Iterator[None]:
    """Ctrl-C stops the solving in here; afterwards there is an answer, and it is said first.

    Only where Ctrl-C is ours: in a program that calls the commands it stays as it is.
    """
    from planner.solving.interrupts import interrupt  # noqa: PLC0415 - loaded with the solver

    is_ours = signal.getsignal(signal.SIGINT) is _leave
    if is_ours:
        signal.signal(signal.SIGINT, interrupt)
    yield
    if is_ours:
        signal.signal(signal.SIGINT, _finish)


def _leave(*_: Any) -> None:
    if "--json" in sys.argv:
        _write(1, _DOCUMENT)
    _write(2, _WORDS)
    os._exit(_STOPPED)


def _finish(*_: Any) -> None:
    _write(2, _FINISHING)
    leave_on_ctrl_c()


def _write(stream: int, text: bytes) -> None:
    """Write past Python's buffers, which may be in use."""
    try:
        os.write(stream, text)
    except OSError:  # nobody reads it
        return
