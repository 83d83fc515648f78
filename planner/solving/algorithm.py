"""How the solver goes about a model: by which algorithm, and from where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

_INTERIOR_POINT_FROM = 15_000
"""Entries from which interior point is faster than simplex, when both start from nothing."""


class Algorithm(Enum):
    """How to solve a model from nothing; the values are those of HiGHS's option `solver`."""

    SIMPLEX = "choose"  # or branch and bound, where decisions are open
    INTERIOR_POINT = "ipx"  # with crossover to a vertex: its dual values are exact


def algorithm_for(entries: int) -> Algorithm:
    """The faster algorithm for a linear model without a basis, by its number of entries.

    TABLE
    """
    return Algorithm.INTERIOR_POINT if entries >= _INTERIOR_POINT_FROM else Algorithm.SIMPLEX


class Start(Enum):
    """Where a solve begins."""

    COLD = "cold"  # from nothing, presolved
    WARM_DUAL = "warm dual"  # dual simplex from the last basis
    WARM_PRIMAL = "warm primal"  # primal simplex from the last basis


@dataclass(frozen=True, slots=True)
class Changed:
    """What of a model is not as it was at its last basis."""

    bounds: bool
    costs: bool
    entries: bool


def start_for(changed: Changed) -> Start:
    """From where to solve a changed linear model."""
    if changed.costs and not changed.bounds and not changed.entries:
        return Start.WARM_PRIMAL
    return Start.WARM_DUAL
