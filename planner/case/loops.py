"""Conversions that together make tonnes out of nothing."""

from __future__ import annotations

import numpy as np

from planner.case.problems import Problems
from planner.case.scenario import Numbers, Scenario

_ROUNDING = 1e-9


def warn_of_loops(scenario: Scenario, problems: Problems) -> None:
    """Say of each plant whose conversions undo each other at a profit of tonnes."""
    conversions = scenario.conversions
    runs = conversions.capacity.max(axis=1, initial=0.0) > 0
    for p in range(len(scenario.sites)):
        own = np.flatnonzero(runs & (conversions.site == p))
        mix = gaining_mix(conversions.made[own]) if len(own) > 1 else None
        if mix is None:
            continue
        running = own[mix > _ROUNDING].tolist()
        gained = np.flatnonzero(mix @ conversions.made[own] > _ROUNDING).tolist()
        names = " and ".join(f"'{conversions.names[v]}'" for v in running)
        materials = ", ".join(f"'{scenario.materials[m]}'" for m in gained)
        sheet, _, cell = conversions.cells[running[0]].rpartition("!")
        problems.warning(
            f"the conversions {names} together make {materials} out of nothing: they use up less "
            "than they give back to each other; mend the tonnes used and made",
            sheet=sheet,
            cell=cell,
            kind="conversion",
        )


def gaining_mix(made: Numbers) -> Numbers | None:
    """Shares of throughput with which conversions use up no material, and gain some.

    Args:
        made: V × M, tonnes made or used up (negative) per tonne of throughput.

    Returns:
        V shares that sum to 1, those with the largest gain; None where there are none.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - quick import of planner

    found = linprog(
        -made.sum(axis=1),
        A_ub=-made.T,
        b_ub=np.zeros(made.shape[1]),
        A_eq=np.ones((1, len(made))),
        b_eq=[1.0],
    )
    if not found.success or -found.fun <= _ROUNDING:
        return None
    return np.asarray(found.x, dtype=float)
