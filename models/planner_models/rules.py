"""Quotas and limits that count one sum over some purchases, between bounds.

    counted[r] = Σ bought_content[r,s,t] · buy[s,t] + Σ shipped_content[r,s,p,t] · ship[s,p,t]
                 + Σ tier_content[r,s,t,k] · tier[s,t,k]
    basis[b]   = the same over all sources
    counted[r] − over[r]  ≤ ceiling[r] + ceiling_share[r] · basis[b]
    counted[r] + below[r] ≥ floor[r]   + floor_share[r]   · basis[b]

A rule that counts every plant counts purchases, which are fewer than shipments. `over` and
`below` exist only where the rule may be broken. A share of demand is a ceiling or floor in tonnes:
its basis is a number. An average counts tonnes times the attribute, and its bound is a share of the
tonnes. A spend counts landed cost, of offers priced by volume in part through their tiers.

Sheets: Quotas, Limits.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_rules(model: Any) -> None:
    """Tonnes counted by each rule, and its bounds."""
    model.counted = pyo.Var(model.RULES, domain=pyo.Reals)
    model.basis = pyo.Var(model.BASES, domain=pyo.NonNegativeReals)
    model.over = pyo.Var(model.SOFT_CEILINGS, domain=pyo.NonNegativeReals)
    model.below = pyo.Var(model.SOFT_FLOORS, domain=pyo.NonNegativeReals)
    model.rule_counts = pyo.Constraint(model.RULES, rule=_rule_counts)
    model.basis_counts = pyo.Constraint(model.BASES, rule=_basis_counts)
    model.rule_ceiling = pyo.Constraint(model.CEILINGS, rule=_rule_ceiling)
    model.rule_floor = pyo.Constraint(model.FLOORS, rule=_rule_floor)


def _rule_counts(model: Any, r: Any) -> Any:
    return model.counted[r] == (
        sum(model.bought_content[r, s, t] * model.buy[s, t] for s, t in model.RULE_BUYS[r])
        + sum(
            model.shipped_content[r, s, p, t] * model.ship[s, p, t]
            for s, p, t in model.RULE_SHIPS[r]
        )
        + sum(
            model.tier_content[r, s, t, k] * model.tier[s, t, k] for s, t, k in model.RULE_TIERS[r]
        )
    )


def _basis_counts(model: Any, b: Any) -> Any:
    return model.basis[b] == (
        sum(model.bought_in_basis[b, s, t] * model.buy[s, t] for s, t in model.BASIS_BUYS[b])
        + sum(
            model.shipped_in_basis[b, s, p, t] * model.ship[s, p, t]
            for s, p, t in model.BASIS_SHIPS[b]
        )
    )


def _rule_ceiling(model: Any, r: Any) -> Any:
    return (
        model.counted[r]
        - sum(model.ceiling_share[r] * model.basis[b] for b in model.CEILING_BASIS[r])
        - sum(model.over[q] for q in model.OVER_IN[r])
        <= model.ceiling[r]
    )


def _rule_floor(model: Any, r: Any) -> Any:
    return (
        model.counted[r]
        - sum(model.floor_share[r] * model.basis[b] for b in model.FLOOR_BASIS[r])
        + sum(model.below[q] for q in model.BELOW_IN[r])
        >= model.floor[r]
    )
