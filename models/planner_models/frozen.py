"""Frozen purchases: up to a period, what is bought is what is planned today.

    purchases_are_frozen[s,p,t]:  ship[s,p,t] = frozen_purchase[s,p,t]

Sheets: Current plan, Settings (Frozen through).
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_frozen(model: Any) -> None:
    """Purchases that keep the Current plan."""
    model.purchases_are_frozen = pyo.Constraint(model.FROZEN, rule=_purchases_are_frozen)


def _purchases_are_frozen(model: Any, s: Any, p: Any, t: Any) -> Any:
    return model.ship[s, p, t] == model.frozen_purchase[s, p, t]
