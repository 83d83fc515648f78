"""Ctrl-C, remembered: a solve that it stops ends like any other, so what comes next asks here."""

from __future__ import annotations


class _Interrupts:
    """How often Ctrl-C has stopped a solve of this process."""

    def __init__(self) -> None:
        self.count = 0

    def note(self) -> None:
        """Once more."""
        self.count += 1


INTERRUPTS = _Interrupts()
