"""Seconds spent inside HiGHS, whoever calls it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import highspy


@dataclass(slots=True)
class Clock:
    """Seconds inside HiGHS."""

    seconds: float = 0.0


_CALLS = (
    "run", "changeColsBounds", "changeRowsBounds", "changeColsCost", "changeCoeff", "getSolution",
    "getInfo",
)  # fmt: skip
"""Functions of HiGHS that a warm session calls: it takes new numbers over, runs, and answers."""


@contextmanager
def clocked(now: Callable[[], float] = time.perf_counter) -> Iterator[Clock]:
    """Count the seconds spent in HiGHS itself, by whatever session.

    Args:
        now: what tells the time.
    """
    clock, own = Clock(), {name: highspy.Highs.__dict__.get(name) for name in _CALLS}
    for name in _CALLS:
        setattr(highspy.Highs, name, _counted(getattr(highspy.Highs, name), clock, now))
    try:
        yield clock
    finally:
        for name, function in own.items():
            if function is None:  # it is that of a class above
                delattr(highspy.Highs, name)
            else:
                setattr(highspy.Highs, name, function)


def _counted(
    function: Callable[..., Any], clock: Clock, now: Callable[[], float]
) -> Callable[..., Any]:
    def counted(*arguments: Any) -> Any:
        started = now()
        try:
            return function(*arguments)
        finally:
            clock.seconds += now() - started

    return counted
