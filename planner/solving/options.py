"""How to solve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """How to solve.

    Attributes:
        time_limit: seconds; None: that of Settings.
        mip_gap: relative gap at which a yes/no search stops; None: that of Settings.
        threads: of the solver, fixed by a process's first solve; None: its default.
        log: takes the solver's log line by line; None: no log.
    """

    time_limit: float | None = None
    mip_gap: float | None = None
    threads: int | None = None
    log: Callable[[str], None] | None = None
