"""HHI: the sum of squared shares of demand, by country say, has a maximum.

With D the demand of the rule `r`, and `g` one of its countries:

    party_counts[r,g]:     party_tonnes[r,g] = Σ party_content · ship
    party_tangent[r,g,k]:  party_square[r,g] − tangent_slope · party_tonnes[r,g] ≥ −tangent_offset
    hhi_ceiling[r]:        Σ_g party_square[r,g] ≤ hhi_most[r] = H · D

`party_square` is at least party_tonnes² / D: the square is convex, and each tangent, at a share
`a`, lies under it: 2a · tonnes − a² · D. The tangents of the data stand at fixed shares; where a
solution is beyond the square itself, the solver gets one more there (`planner/solving/cuts.py`).

Sheet: Limits (Type HHI).
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_hhi(model: Any) -> None:
    """Tonnes of each country, the square of its share, and the sum of the squares."""
    model.party_tonnes = pyo.Var(model.PARTIES, domain=pyo.Reals)
    model.party_square = pyo.Var(model.PARTIES, domain=pyo.Reals)
    model.party_counts = pyo.Constraint(model.PARTIES, rule=_party_counts)
    model.party_tangent = pyo.Constraint(model.TANGENTS, rule=_party_tangent)
    model.hhi_ceiling = pyo.Constraint(model.HHI_CEILINGS, rule=_hhi_ceiling)


def _party_counts(model: Any, r: Any, g: Any) -> Any:
    return model.party_tonnes[r, g] == sum(
        model.party_content[r, g, s, p, t] * model.ship[s, p, t]
        for s, p, t in model.PARTY_SHIPS[r, g]
    )


def _party_tangent(model: Any, r: Any, g: Any, k: Any) -> Any:
    return (
        model.party_square[r, g] - model.tangent_slope[r, g, k] * model.party_tonnes[r, g]
        >= -model.tangent_offset[r, g, k]
    )


def _hhi_ceiling(model: Any, r: Any) -> Any:
    return sum(model.party_square[r, g] for g in model.PARTIES_OF[r]) <= model.hhi_most[r]
