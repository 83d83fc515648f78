"""Tangent cuts: what keeps the sum of squared shares (HHI) of every plan under its maximum.

A solution whose sum is above gets one more tangent for each country, at the share found; and once
more where it is at the maximum, so that the dual value of the maximum is the slope of the curve
and not that of a tangent beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from planner.case.scenario import Numbers, Scenario
from planner.solving.data.hhi import FIRST_SHARES
from planner.solving.session import Cuts
from planner_models.compiled import CompiledModel, Positions, Rows
from planner_models.tangents import tangent

_ROUNDING = 1e-7
"""By how much, relative, the sum of squares may be above its maximum."""

_PART_OF_ROUNDING = 0.25
"""What of that tangents side by side may leave; the rest is for the solver's rounding."""

_NOTHING = 1e-12
"""A sum of squares below this is none, however small the maximum is."""

_BINDS = 1e-6
"""How near, relative, the sum of squares is to its maximum where it binds."""

_NEAR = 1e-6
"""A tangent at a share so near has the slope of the curve."""

_SAME = 1e-9
"""Tangents at shares so near are the same."""


@dataclass(slots=True)
class _Curve:
    """One HHI: the columns of its countries, and the shares at which each has a tangent."""

    rule: int
    demand: float
    most: float
    tonnes: Positions
    squares: Positions
    shares: list[list[float]]

    def missing(self, values: Numbers, *, with_duals: bool) -> list[tuple[int, float]]:
        """Countries and shares at which a solution needs a tangent more."""
        found = np.maximum(values[self.tonnes] / self.demand, 0.0)
        total = float(found @ found)
        broken = total > max(self.most * (1.0 + _ROUNDING), _NOTHING)
        binds = with_duals and total > self.most * (1.0 - _BINDS)
        if not broken and not binds:
            return []
        least = self._nearest if broken else _NEAR
        return [
            (g, share)
            for g, share in enumerate(found.tolist())
            if min(abs(share - other) for other in self.shares[g]) > least
        ]

    @property
    def _nearest(self) -> float:
        """How near to another a tangent may be that a broken maximum needs.

        At a share `d` from a tangent a square is `d²` above it: where none is this far from one,
        the squares together are above the solver's by less than what counts as broken. Nearer
        ones would only make rows that simplex cannot tell apart.
        """
        part = _PART_OF_ROUNDING * _ROUNDING * self.most / len(self.shares)
        return max(math.sqrt(part), _SAME)


def tangent_cuts(scenario: Scenario, model: CompiledModel) -> Cuts | None:
    """The cuts of a model for its session; None where the case has no HHI."""
    found = TangentCuts(scenario, model)
    return found.rows if found.has_curves else None


class TangentCuts:
    """The cuts of one model, and the shares at which they stand."""

    def __init__(self, scenario: Scenario, model: CompiledModel) -> None:
        parties = model.indices["PARTIES"]
        self._curves = []
        for r in model.indices["HHI_CEILINGS"][:, 0].tolist():
            rule, own = scenario.rules[r], parties[:, 0] == r
            if rule.basis and rule.maximum:  # at 0 the formulation lets nothing be bought
                self._curves.append(
                    _Curve(
                        rule=r,
                        demand=rule.basis,
                        most=rule.maximum,
                        tonnes=model.columns["party_tonnes"][own],
                        squares=model.columns["party_square"][own],
                        shares=[list(FIRST_SHARES) for _ in rule.parties],
                    )
                )

    @property
    def has_curves(self) -> bool:
        """Whether there is any HHI of some demand."""
        return bool(self._curves)

    def bound(self, rule: int, maximum: float) -> None:
        """Look at the HHI of a rule with another maximum; the bound of its row is the session's.

        Args:
            rule: its position in the scenario.
            maximum: 0: every solution gets tangents where it has none yet.
        """
        for curve in self._curves:
            if curve.rule == rule:
                curve.most = maximum

    def rows(self, values: Numbers, with_duals: bool) -> Rows | None:
        """Tangents that a point needs; None where it needs none. They count as given.

        Args:
            values: columns of the point.
            with_duals: whether its dual values have to be those of the curve.
        """
        index: list[int] = []
        slopes: list[float] = []
        offsets: list[float] = []
        for curve in self._curves:
            for g, share in curve.missing(values, with_duals=with_duals):
                curve.shares[g].append(share)
                slope, offset = tangent(share, curve.demand)
                index += [int(curve.squares[g]), int(curve.tonnes[g])]
                slopes.append(slope)
                offsets.append(offset)
        if not slopes:
            return None
        count = len(slopes)
        return Rows(
            lower=-np.array(offsets),
            upper=np.full(count, np.inf),
            start=np.arange(0, 2 * count + 1, 2, dtype=np.int32),
            index=np.array(index, dtype=np.int32),
            value=np.column_stack([np.ones(count), -np.array(slopes)]).ravel(),
        )
