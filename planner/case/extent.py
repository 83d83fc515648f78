"""How far apart the tonnages of one case may be: one plan has to hold them all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from planner.case.problems import Problems
from planner.case.scenario import Numbers

_MOST = 1e15
"""The largest demand against the smallest: a sum of both is exact to sixteen digits."""


def complain_of_extent(
    demand: Numbers, cells: Mapping[tuple[int, int, int], str], problems: Problems
) -> None:
    """Say which demands are too far apart for one plan.

    Args:
        demand: I × P × T, tonnes.
        cells: where it stands, by positions of item, plant and period.
    """
    wanted = np.argwhere(demand > 0)
    if not len(wanted):
        return
    tonnes = demand[demand > 0]
    least, most = int(tonnes.argmin()), int(tonnes.argmax())
    if tonnes[most] <= _MOST * tonnes[least]:
        return
    small, large = (cells.get(tuple(wanted[i].tolist()), "Demand!A1") for i in (least, most))
    problems.error(
        f"Demand {tonnes[least]:g} t and that of {tonnes[most]:g} t ({large}) are too far apart "
        f"for one plan (more than {_MOST:g} times); mend a unit, enter 0, or plan them in two "
        "workbooks",
        sheet="Demand",
        cell=small.rpartition("!")[2],
        kind="extent",
    )
