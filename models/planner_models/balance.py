"""Balance of each material at each plant in each period.

    stock[m,p,t−1] + Σ_s delivered[s,m] · ship[s,p,t−L] + Σ_v made[v,m] · convert[v,p,t]
        + short[m,p,t]
        = net_demand[m,p,t] + Σ_r use[r,m] · make[r,p,t] + surplus[m,p,t] + stock[m,p,t]

`delivered` is content × yield. `net_demand` is demand less what is in transit and, in the first
period, the opening stock. `made` is negative where a conversion uses a material up. Demand that may
stay unmet, of materials and products alike: short[i,p,t] ≤ demand.

Sheets: Demand, Composition, Sources (Yield, Lead time), In transit, Stock, Conversions, Recipes.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_balance(model: Any) -> None:
    """Shortfall, surplus, and the balance that ties them to arrivals and stock."""
    model.short = pyo.Var(model.SHORTFALLS, bounds=_demand)
    model.surplus = pyo.Var(model.BALANCES, domain=pyo.NonNegativeReals)
    model.material_balance = pyo.Constraint(model.BALANCES, rule=_material_balance)


def _demand(model: Any, i: Any, p: Any, t: Any) -> Any:
    return (0, model.shortfall_limit[i, p, t])


def _material_balance(model: Any, m: Any, p: Any, t: Any) -> Any:
    return (
        sum(model.stock[m, p, u] for u in model.OPENING_OF[m, p, t])
        + sum(model.delivered[s, m] * model.ship[s, p, u] for s, u in model.ARRIVALS[m, p, t])
        + sum(model.made[v, m] * model.convert[v, p, t] for v in model.CONVERTED[m, p, t])
        - sum(model.use[r, m] * model.make[r, p, t] for r in model.MADE_OF[m, p, t])
        + sum(model.short[m, p, u] for u in model.SHORT_IN[m, p, t])
        - model.surplus[m, p, t]
        - sum(model.stock[m, p, u] for u in model.CLOSING_OF[m, p, t])
        == model.net_demand[m, p, t]
    )
