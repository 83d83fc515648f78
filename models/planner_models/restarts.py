"""Restarts: sources that deliver only once they are decided on, yes or no.

    restart_once[s]:      Σ_τ open[s,τ] ≤ 1
    restart_capacity[s,t]: buy[s,t] ≤ Σ_τ opened_capacity[s,t,τ] · open[s,τ]
    restart_load[s,t]:    buy[s,t] ≥ minimum_load[s,t] · Σ_τ opened_capacity[s,t,τ] · open[s,τ]

`opened_capacity` is capacity × availability × the ramp of the period t − τ − lead + 1.

Sheet: Restarts.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_restarts(model: Any) -> None:
    """When each restart is decided, and what it opens."""
    model.open = pyo.Var(model.OPENINGS, domain=pyo.Binary)
    model.restart_once = pyo.Constraint(model.RESTARTS, rule=_restart_once)
    model.restart_capacity = pyo.Constraint(model.RUNS, rule=_restart_capacity)
    model.restart_load = pyo.Constraint(model.LOADS, rule=_restart_load)


def _restart_once(model: Any, s: Any) -> Any:
    return sum(model.open[s, u] for u in model.OPENINGS_OF[s]) <= 1


def _restart_capacity(model: Any, s: Any, t: Any) -> Any:
    return (
        model.buy[s, t]
        - sum(model.opened_capacity[s, t, u] * model.open[s, u] for u in model.OPENED_BY[s, t])
        <= 0
    )


def _restart_load(model: Any, s: Any, t: Any) -> Any:
    return (
        model.buy[s, t]
        - sum(
            model.minimum_load[s, t] * model.opened_capacity[s, t, u] * model.open[s, u]
            for u in model.LOADED_BY[s, t]
        )
        >= 0
    )
