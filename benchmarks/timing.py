"""Medians over interleaved runs, so that a slow moment of the machine hits every method alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

_ENOUGH = 10.0
"""Seconds of one method's runs together, after which it takes no further part."""


def interleaved(
    runs: Mapping[str, Callable[[], Any]],
    rounds: int,
    *,
    timed: Callable[[Callable[[], Any]], float] | None = None,
) -> dict[str, list[float]]:
    """Seconds of each run, all methods once in every round.

    Args:
        runs: what to time, by name.
        rounds: how often; a slow method takes part in fewer, but in one at least.
        timed: runs one and returns its seconds; None: by the clock.
    """
    timed = timed or by_clock
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            if sum(seconds[name]) < _ENOUGH:
                gc.collect()  # what the run before left behind is not this one's
                seconds[name].append(timed(run))
    return seconds


def medians(seconds: Mapping[str, list[float]]) -> dict[str, float]:
    """The median of each."""
    return {name: median(some) for name, some in seconds.items()}


def by_clock(run: Callable[[], Any]) -> float:
    """Seconds that a run takes; what it returns is dropped after the clock stops."""
    started = time.perf_counter()
    made = run()
    seconds = time.perf_counter() - started
    del made
    return seconds
