"""Data of the block `frozen`: purchases that keep the Current plan."""

from __future__ import annotations

import numpy as np

from planner.solving.data.draft import Draft


def add_frozen(draft: Draft) -> None:
    """What can leave up to `Frozen through`, and the tonnes that do."""
    current, lanes = draft.scenario.current, draft.sets["LANES"]
    if current is None:
        draft.sets["FROZEN"] = lanes[:0]
        draft.params["frozen_purchase"] = np.zeros(0)
        return
    frozen = lanes[lanes[:, 2] < current.frozen]
    draft.sets["FROZEN"] = frozen
    draft.params["frozen_purchase"] = current.tonnes[tuple(frozen.T)]
