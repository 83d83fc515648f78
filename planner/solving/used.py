"""What rules count of a plan, and their bounds in the same amounts, from the case's numbers.

Amounts are tonnes; of an average, tonnes times the attribute; of a spend, money; of a count of
suppliers, their number; of an HHI, the HHI times the demand, in tonnes.
"""

from __future__ import annotations

from planner.case.scenario import Numbers, Rule
from planner.solving.measures import size_of_bound
from planner.solving.pricing import Costs, spending
from planner.solving.quantities import Quantities, basis, counted, squares, suppliers

_ROUNDING = 1e-7
"""A breach below this part of its bound is what holding others leaves."""


def used(rule: Rule, plan: Quantities, costs: Costs) -> float:
    """The amount that a rule counts."""
    if rule.type == "spend":
        return spending(rule, costs)
    if rule.type == "suppliers":
        return float(suppliers(rule, plan.ship))
    if rule.type == "HHI":
        return squares(rule, plan.ship)
    return counted(rule, plan.ship)


def amount_of(rule: Rule, bound: float, ship: Numbers) -> float:
    """A bound of a rule as an amount."""
    if rule.type == "HHI":
        return bound * (rule.basis or 0.0)
    return bound * basis(rule, ship) if rule.basis_content is not None else bound


def amount_shown(rule: Rule, ship: Numbers) -> float:
    """The amount in one unit shown: of a share, an average or an HHI what it is of, else a unit.

    0 where that is nothing: then there is nothing to show.
    """
    if rule.type == "HHI" or rule.share_of is not None or rule.basis_content is not None:
        return basis(rule, ship)
    return rule.shown


def unit_shown(rule: Rule) -> str:
    """The unit shown; an average is in that of its attribute, which goes without saying."""
    if rule.share_of is not None:
        return "fraction"
    return "" if rule.type in ("average", "HHI") else rule.unit


def breach(rule: Rule, plan: Quantities, position: int) -> float:
    """By how much a rule is broken, in the unit of its bound in the model; rounding is nothing."""
    amount = float(plan.over[position] + plan.below[position])
    if rule.priority is None:
        return amount
    bounds = [bound for bound in (rule.minimum, rule.maximum) if bound is not None]
    least = min(size_of_bound(rule, bound) for bound in bounds)
    return amount if amount > _ROUNDING * least else 0.0
