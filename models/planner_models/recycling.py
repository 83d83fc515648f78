"""Recycling: a source fed by the scrap of what was delivered sells no more than that.

    buy[s,t] ≤ Σ_i returned[s,i] · Σ_p (demand[i,p,t−lag] − short[i,p,t−lag])

`scrap` is the part of the right-hand side that is a number: returned · demand of the period `lag`
before, or the opening feed where there is none; what was missing then comes off it.

Sheets: Recycling.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_recycling(model: Any) -> None:
    """The scrap that each recycling source is fed with."""
    model.recycling_feed = pyo.Constraint(model.FEEDS, rule=_recycling_feed)


def _recycling_feed(model: Any, s: Any, t: Any) -> Any:
    return (
        model.buy[s, t]
        + sum(model.returned[s, i] * model.short[i, p, u] for i, p, u in model.SHORT_BEFORE[s, t])
        <= model.scrap[s, t]
    )
