"""Tiers: prices by volume of the source in the period.

    tier_total[s,t]:  buy[s,t] = Σ_k tier[s,t,k]      0 ≤ tier[s,t,k] ≤ tier_width[s,t,k]

Incremental prices that rise need no more: the cheap tiers fill first. Where prices fall, or where
spending is rewarded, tier k is used only once the one before it is full (j = k − 1 in FILLED_BY);
of all-units prices the whole volume is in one tier, between its bounds (j = k):

    step_bounded[s,t,k]: tier[s,t,k] ≤ step_most[s,t,k] · step[s,t,k]
    step_filled[s,t,k]:  Σ_j tier[s,t,j] ≥ step_least[s,t,k] · step[s,t,k]
    one_tier[s,t]:       Σ_k step[s,t,k] ≤ 1                            all units only

Both are the tightest linear descriptions of one offer's cost. Sheet: Tiers.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_tiers(model: Any) -> None:
    """Tonnes in each tier, and which tiers are reached."""
    model.tier = pyo.Var(model.TIERS, bounds=_width)
    model.step = pyo.Var(model.STEPS, domain=pyo.Binary)
    model.tier_total = pyo.Constraint(model.TIERED, rule=_tier_total)
    model.step_bounded = pyo.Constraint(model.STEPS, rule=_step_bounded)
    model.step_filled = pyo.Constraint(model.STEPS, rule=_step_filled)
    model.one_tier = pyo.Constraint(model.ONE_TIER, rule=_one_tier)


def _width(model: Any, s: Any, t: Any, k: Any) -> Any:
    return (0, model.tier_width[s, t, k])


def _tier_total(model: Any, s: Any, t: Any) -> Any:
    return sum(model.tier[s, t, k] for k in model.TIERS_OF[s, t]) - model.buy[s, t] == 0


def _step_bounded(model: Any, s: Any, t: Any, k: Any) -> Any:
    return model.tier[s, t, k] - model.step_most[s, t, k] * model.step[s, t, k] <= 0


def _step_filled(model: Any, s: Any, t: Any, k: Any) -> Any:
    return (
        sum(model.tier[s, t, j] for j in model.FILLED_BY[s, t, k])
        - model.step_least[s, t, k] * model.step[s, t, k]
        >= 0
    )


def _one_tier(model: Any, s: Any, t: Any) -> Any:
    return sum(model.step[s, t, k] for k in model.STEPS_OF[s, t]) <= 1
