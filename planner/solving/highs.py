"""HiGHS in a process: its object, its threads, and how it is run so that Ctrl-C stops it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import highspy

from planner.errors import WrongUsage
from planner.solving.interrupts import INTERRUPTS, is_ours

_POLL = 0.05


class SolverError(RuntimeError):
    """HiGHS refused a call: a defect of the planner, not of the case."""


def done(status: Any, what: str) -> None:
    """Look at the status of a call.

    Raises:
        SolverError: HiGHS refused it.
    """
    if status == highspy.HighsStatus.kError:
        raise SolverError(f"HiGHS refused {what}")


class Threads:
    """HiGHS fixes its number of threads at the first solve of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fixed: int | None = None

    def agree(self, wanted: int | None) -> int | None:
        """The number to use.

        Raises:
            WrongUsage: another number was fixed by an earlier solve of this process.
        """
        with self._lock:
            if self._fixed is None:
                self._fixed = wanted if wanted is not None else 0
            elif wanted is not None and wanted != self._fixed:
                fixed = self._fixed or "the default"
                raise WrongUsage(
                    f"the number of solver threads is fixed by the first solve of a process "
                    f"({fixed}); {wanted} needs a new process"
                )
            return self._fixed or None


THREADS = Threads()
"""Those of this process."""


class Quiet(highspy.Highs):  # type: ignore[misc] # highspy carries no types
    """HiGHS, silent from its first line: some versions print a banner when they are made."""

    def enableCallbacks(self) -> Any:  # noqa: N802 - a name of highspy
        """What its maker calls before anything is said."""
        self.setOptionValue("output_flag", False)
        return super().enableCallbacks()


@cache
def solver_name() -> str:
    """Name and version of the solver."""
    return f"HiGHS {Quiet().version()}"


class Runner:
    """Runs one HiGHS object; Ctrl-C in the main thread stops the solver, not the program.

    Attributes:
        stop: set by Ctrl-C, until the next run.
    """

    def __init__(self, highs: Quiet, *, is_quick: bool) -> None:
        """Run a solver.

        Args:
            highs: the solver.
            is_quick: whether a run takes no longer than a person to press a key: it is not asked
                at every step whether to stop, and gets no thread of its own.
        """
        self.stop = threading.Event()
        self._highs = highs
        self._is_quick = is_quick
        if not is_quick:
            for event in (highs.cbSimplexInterrupt, highs.cbIpmInterrupt, highs.cbMipInterrupt):
                event.subscribe(self._stop_if_asked)

    def run(self) -> Any:
        """Solve; returns the status of the model, as HiGHS has it."""
        self.stop.clear()
        if threading.current_thread() is not threading.main_thread():
            self._highs.run()
        else:
            with _told_of_ctrl_c(self.stop) as is_told:
                if self._is_quick and is_told:
                    self._highs.run()
                else:
                    self._run_interruptibly()
            if self._is_quick and is_told and self.stop.is_set():
                return highspy.HighsModelStatus.kInterrupt
        return self._highs.getModelStatus()

    def _run_interruptibly(self) -> None:
        """Solve in a thread of its own, since Python sees Ctrl-C only between its own steps."""
        ended = threading.Event()

        def solve() -> None:
            try:
                self._highs.run()
            finally:
                ended.set()

        threading.Thread(target=solve, daemon=True).start()
        # Not join: interrupted, it may take a running thread for one that has ended.
        while not ended.is_set():
            try:
                ended.wait(_POLL)
            except KeyboardInterrupt:  # of a program that handles Ctrl-C in its own way
                _stop_by_ctrl_c(self.stop)

    def _stop_if_asked(self, event: Any) -> None:
        # Set either way: HiGHS keeps what it was told for the solves that follow.
        event.data_in.user_interrupt = self.stop.is_set()


@contextmanager
def _told_of_ctrl_c(stop: threading.Event) -> Iterator[bool]:
    """Let Ctrl-C set an event: an exception might leave a thread behind that has just started.

    Yields whether it does: not where a program handles Ctrl-C in its own way.
    """
    before = signal.getsignal(signal.SIGINT)
    if not is_ours(before):
        yield False
        return
    signal.signal(signal.SIGINT, lambda *_: _stop_by_ctrl_c(stop))
    try:
        yield True
    finally:
        signal.signal(signal.SIGINT, before)


def _stop_by_ctrl_c(stop: threading.Event) -> None:
    INTERRUPTS.note()
    stop.set()
