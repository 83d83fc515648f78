"""Conversions: processes at a plant that turn materials into others.

    0 ≤ convert[v,p,t] ≤ convert_limit[v,p,t]      capacity × years

What a conversion uses up and makes stands in the balance of its materials.

Sheets: Conversions.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_conversions(model: Any) -> None:
    """Tonnes of throughput of each conversion."""
    model.convert = pyo.Var(model.CONVERSIONS, bounds=_capacity)


def _capacity(model: Any, v: Any, p: Any, t: Any) -> Any:
    return (0, model.convert_limit[v, p, t])
