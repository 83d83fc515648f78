"""How the solver goes about a model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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
