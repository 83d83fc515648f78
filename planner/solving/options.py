"""How to solve."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from planner.case.scenario import Scenario


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

    def seconds(self, numbers: Scenario) -> float:
        """The time limit: the one asked for, else that of Settings."""
        return numbers.time_limit if self.time_limit is None else self.time_limit

    def deadline(self, numbers: Scenario) -> float:
        """When the time limit ends that begins now, on the clock of `time.monotonic`."""
        return time.monotonic() + self.seconds(numbers)

    def gap(self, numbers: Scenario) -> float:
        """The relative gap at which a yes/no search stops: as asked for, else of Settings."""
        return numbers.mip_gap if self.mip_gap is None else self.mip_gap
