"""Ctrl-C, remembered: a solve that it stops ends like any other, so what comes next asks here."""

from __future__ import annotations

import signal
from typing import Any, NoReturn


class _Interrupts:
    """How often Ctrl-C has stopped a solve, or a command, of this process."""

    def __init__(self) -> None:
        self.count = 0

    def note(self) -> None:
        """Once more."""
        self.count += 1

    def stop_if_since(self, count: int) -> None:
        """Give up what one could do without: a solve that Ctrl-C ended does not say so by itself.

        Args:
            count: what it was when the work began.

        Raises:
            KeyboardInterrupt: Ctrl-C came since then.
        """
        if self.count > count:
            raise KeyboardInterrupt


INTERRUPTS = _Interrupts()


def interrupt(*_: Any) -> NoReturn:
    """What Ctrl-C does between two solves of a command: it is remembered, and raised.

    Raises:
        KeyboardInterrupt: always.
    """
    INTERRUPTS.note()
    raise KeyboardInterrupt


def is_ours(handler: Any) -> bool:
    """Whether Ctrl-C is Python's own, or that of a command, and not a program's own way."""
    return handler is signal.default_int_handler or handler is interrupt
