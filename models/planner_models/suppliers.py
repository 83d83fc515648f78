"""Supplier counts: from how many suppliers (values of a column) something is bought.

Of a maximum any purchase counts, of a minimum what is at least `counts_from` tonnes (`r` a count,
`g` one of its suppliers):

    supply_bounded[r,g,s,t]:  Σ_p ship[s,p,t] ≤ supply_bound[r,g,s,t] · bought_from[r,g]
    relied_on_enough[r,g]:    Σ relied_content · ship ≥ counts_from[r,g] · relied_on[r,g]
    supplier_ceiling[r]:      Σ_g bought_from[r,g] − more_suppliers[r] ≤ most_suppliers[r]
    supplier_floor[r]:        Σ_g relied_on[r,g] + fewer_suppliers[r] ≥ least_suppliers[r]

`supply_bound` is the most that can be bought of the source in the period. `more_suppliers` and
`fewer_suppliers`, whole numbers, exist only where a priority lets the rule be given up.

Sheet: Limits (Type suppliers).
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_suppliers(model: Any) -> None:
    """Which suppliers are bought from, and how many."""
    model.bought_from = pyo.Var(model.SUPPLIERS, domain=pyo.Binary)
    model.relied_on = pyo.Var(model.RELIED, domain=pyo.Binary)
    model.more_suppliers = pyo.Var(model.SOFT_SUPPLIER_CEILINGS, domain=pyo.NonNegativeIntegers)
    model.fewer_suppliers = pyo.Var(model.SOFT_SUPPLIER_FLOORS, domain=pyo.NonNegativeIntegers)
    model.supply_bounded = pyo.Constraint(model.SUPPLIES, rule=_supply_bounded)
    model.relied_on_enough = pyo.Constraint(model.RELIED, rule=_relied_on_enough)
    model.supplier_ceiling = pyo.Constraint(model.SUPPLIER_CEILINGS, rule=_supplier_ceiling)
    model.supplier_floor = pyo.Constraint(model.SUPPLIER_FLOORS, rule=_supplier_floor)


def _supply_bounded(model: Any, r: Any, g: Any, s: Any, t: Any) -> Any:
    return (
        sum(model.ship[s, p, t] for p in model.SUPPLIED_SITES[r, g, s, t])
        - model.supply_bound[r, g, s, t] * model.bought_from[r, g]
        <= 0
    )


def _relied_on_enough(model: Any, r: Any, g: Any) -> Any:
    return (
        sum(
            model.relied_content[r, g, s, p, t] * model.ship[s, p, t]
            for s, p, t in model.RELIED_SHIPS[r, g]
        )
        - model.counts_from[r, g] * model.relied_on[r, g]
        >= 0
    )


def _supplier_ceiling(model: Any, r: Any) -> Any:
    return (
        sum(model.bought_from[r, g] for g in model.SUPPLIERS_OF[r])
        - sum(model.more_suppliers[q] for q in model.MORE_IN[r])
        <= model.most_suppliers[r]
    )


def _supplier_floor(model: Any, r: Any) -> Any:
    return (
        sum(model.relied_on[r, g] for g in model.RELIED_OF[r])
        + sum(model.fewer_suppliers[q] for q in model.FEWER_IN[r])
        >= model.least_suppliers[r]
    )
