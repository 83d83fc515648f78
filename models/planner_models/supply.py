"""Supply: what is bought of each source in each period, and where it goes.

    buy[s,t] = Σ_p ship[s,p,t]           (s,t) ∈ OFFERS
    0 ≤ buy[s,t] ≤ purchase_limit[s,t]   capacity × availability

Sheets: Sources, Capacity, Availability.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_supply(model: Any) -> None:
    """Purchases, shipments, and the capacity of each source."""
    model.buy = pyo.Var(model.OFFERS, bounds=_capacity)
    model.ship = pyo.Var(model.LANES, domain=pyo.NonNegativeReals)
    model.purchases_are_shipped = pyo.Constraint(model.OFFERS, rule=_purchases_are_shipped)


def _capacity(model: Any, s: Any, t: Any) -> Any:
    return (0, model.purchase_limit[s, t])


def _purchases_are_shipped(model: Any, s: Any, t: Any) -> Any:
    return sum(model.ship[s, p, t] for p in model.SITES_SERVED[s, t]) - model.buy[s, t] == 0
