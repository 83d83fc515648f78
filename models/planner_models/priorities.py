"""Priorities: rules that are given up, the least important first, where no plan keeps them all.

    given_up_adds_up[k]:
      given_up[k] = Σ over_part · over + Σ below_part · below
                    + Σ more_part · more_suppliers + Σ fewer_part · fewer_suppliers

over the rules of priority `k`; the parts are 1 / bound, so that breaches count as parts of their
bounds. Nothing of this is in the objective: `given_up` is minimised before the cost is, priority
by priority (`planner/solving/priorities.py`).

Sheet: Limits (Priority).
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def declare_priorities(model: Any) -> None:
    """What is given up of the rules of each priority."""
    model.given_up = pyo.Var(model.PRIORITIES, domain=pyo.NonNegativeReals)
    model.given_up_adds_up = pyo.Constraint(model.PRIORITIES, rule=_given_up_adds_up)


def _given_up_adds_up(model: Any, k: Any) -> Any:
    return model.given_up[k] == (
        sum(model.over_part[r] * model.over[r] for r in model.OVER_OF[k])
        + sum(model.below_part[r] * model.below[r] for r in model.BELOW_OF[k])
        + sum(model.more_part[r] * model.more_suppliers[r] for r in model.MORE_OF[k])
        + sum(model.fewer_part[r] * model.fewer_suppliers[r] for r in model.FEWER_OF[k])
    )
