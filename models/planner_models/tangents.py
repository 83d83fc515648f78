"""The tangents that stand for a square: of use to the formulation and to what adds cuts to it."""

from __future__ import annotations


def tangent(share: float, demand: float) -> tuple[float, float]:
    """Slope and offset of the tangent of tonnes² / demand, at a share of the demand."""
    return 2.0 * share, share * share * demand
