"""Contracts: a level decided once, which caps what is taken and of which a part has to be lifted.

    level_minimum[c] ≤ level[c] ≤ level_maximum[c]
    contract_ceiling[c,t]:  buy[s,t] ≤ contract_length[c,t] · level[c]
    contract_lift[g]:       Σ buy[s,t] + unlifted[g] ≥ must_take[g] · level[c]

Levels are tonnes per period (contract_length 1) or per year (contract_length: years). A lift g is
a group of periods that a contract counts together; `must_take` is must take × Σ length ×
availability (up to 1) over those in which the source may deliver. `unlifted` exists where what is
not lifted is paid instead.

Sheets: Contracts, Availability, Disruptions.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_contracts(model: Any) -> None:
    """Levels, what is not lifted, and both bounds on what is taken."""
    model.level = pyo.Var(model.CONTRACTS, bounds=_level)
    model.unlifted = pyo.Var(model.PAID_LIFTS, domain=pyo.NonNegativeReals)
    model.contract_ceiling = pyo.Constraint(model.CONTRACT_PERIODS, rule=_contract_ceiling)
    model.contract_lift = pyo.Constraint(model.LIFTS, rule=_contract_lift)


def _level(model: Any, c: Any) -> Any:
    return (model.level_minimum[c], model.level_maximum[c])


def _contract_ceiling(model: Any, c: Any, t: Any) -> Any:
    taken = sum(model.buy[s, t] for s in model.TAKEN_IN[c, t])
    return taken - model.contract_length[c, t] * model.level[c] <= 0


def _contract_lift(model: Any, g: Any) -> Any:
    return (
        sum(model.buy[s, t] for s, t in model.LIFT_BUYS[g])
        + sum(model.unlifted[h] for h in model.UNLIFTED_IN[g])
        - sum(model.must_take[g] * model.level[c] for c in model.LIFT_LEVEL[g])
        >= 0
    )
