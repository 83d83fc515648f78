"""Cost against concentration: what it costs to depend less on one country, or one supplier.

Concentration is counted as Limits do: contained tonnes of all materials, bought in all periods, as
shares of the demand; the largest share of any country, or the sum of their squares (HHI). Each
point of the curve is the cheapest plan with no more than that.

In a linear case the least cost is a convex function of the concentration. Of the largest share it
has straight pieces, and every corner is found; of the HHI it is curved, and known to a gap that is
guaranteed. With yes/no decisions it has jumps: it is solved at round numbers, as the others are
besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.case.case import Case
from planner.case.ledger import BASE
from planner.case.names import did_you_mean
from planner.case.scenario import Rule
from planner.errors import Stopped, WrongUsage
from planner.plan import Plan
from planner.runs import heading
from planner.solving.data import model_data
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.pricing import price_plan
from planner.solving.sizes import rounding_of_tonnes
from planner.solving.solve import solve_next
from planner.studies.concentration import (
    NEAR,
    Bounded,
    Found,
    concentration_of,
    concentration_rule,
    shares_of,
)
from planner.studies.curve import Point
from planner.studies.frontier_curve import (
    Curve,
    Progress,
    cheapest_end,
    convex_curve,
    falling,
    round_steps,
)
from planner.studies.interruption import stopped_plan
from planner_models.compiling import compile_model

MEASURES = ("share", "hhi")


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """The cheapest plan with no more than some concentration.

    Attributes:
        concentration: the most that was allowed: a share, or an HHI.
        objective: cost, paid and valued, discounted; its two parts are `paid` and `valuation`.
        shortfall_t: tonnes missing.
        shares: of demand, by country (or what else it goes by).
        purchases: tonnes bought of each source.
        gap: how far the cost may be above the least, relative; 0 in linear cases.
    """

    concentration: float
    objective: float
    paid: float
    valuation: float
    shortfall_t: float
    shares: Mapping[str, float]
    purchases: Mapping[str, float]
    gap: float | None = 0.0

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of `planner frontier` has it."""
        return {
            "concentration": self.concentration,
            "objective": self.objective,
            "paid": self.paid,
            "valuation": self.valuation,
            "shortfall_t": self.shortfall_t,
            "shares": dict(self.shares),
            "purchases": dict(self.purchases),
            "gap": self.gap,
        }


@dataclass(frozen=True, slots=True)
class Frontier:
    """Cost against concentration of one scenario.

    Attributes:
        cheapest: the plan that bounds no concentration; its limits are not priced.
        column: of Sources, that it goes by.
        measure: `share` or `hhi`.
        demand_t: tonnes that shares are of.
        unbounded: concentration of the cheapest plan.
        points: corners, or solved points of a curve, from the least concentration up to where
            the cost falls no further; none where nothing is demanded.
        steps: the same at round concentrations, with the least and the last of the points.
        least: the concentration below which there is no plan; 0: none is too small.
        has_decisions: whether there are yes/no decisions: the curve may jump between points.
        exact: whether the cost is straight between points.
        gap: money by which the straight line between points may be off at most; with yes/no
            decisions, the largest fall from one point to the next. None: not known.
        interrupted: whether it was stopped before all was known.
    """

    cheapest: Plan
    column: str
    measure: str
    demand_t: float
    unbounded: float
    points: tuple[FrontierPoint, ...]
    steps: tuple[FrontierPoint, ...]
    least: float
    has_decisions: bool
    exact: bool
    gap: float | None
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """5 where it was stopped before there was any point, else 0."""
        return Stopped.exit_code if self.status == Stopped.status else 0

    @property
    def status(self) -> str:
        """`optimal`; `feasible`: not all is proven or known; `stopped`: no point is."""
        if self.interrupted and not self.points:
            return Stopped.status
        proven = self.cheapest.status == "optimal" and not self.interrupted
        return "optimal" if proven else "feasible"

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `planner frontier`."""
        plan = self.cheapest
        return {
            **heading(plan.case, self.status, plan.numbers),
            "column": self.column,
            "measure": self.measure,
            "demand_t": self.demand_t,
            "unbounded": self.unbounded,
            "least": self.least,
            "has_decisions": self.has_decisions,
            "exact": self.exact,
            "gap": self.gap,
            "interrupted": self.interrupted,
            "points": [point.to_dict() for point in self.points],
            "steps": [point.to_dict() for point in self.steps],
        }


def frontier(
    case: Case,
    scenario: str = BASE,
    options: Options | None = None,
    *,
    column: str = "Country",
    measure: str = "share",
    progress: Progress = iter,
) -> Frontier:
    """The least cost for each concentration, from the least that is possible on.

    Args:
        case: the case.
        scenario: its name.
        options: how to solve; the time limit is for the first plan, and again for all others.
        column: of Sources, by whose values purchases are concentrated.
        measure: `share`: the largest share of demand; `hhi`: the sum of squared shares.
        progress: wraps the points as they are solved, to show how far it is.

    Raises:
        WrongUsage: an unknown scenario, column or measure; a source that has no value in the
            column.
        InvalidCase: the scenario's changes lead to numbers that the contract does not allow.
        NoPlan: the scenario has no plan at any concentration.
    """
    if measure not in MEASURES:
        raise WrongUsage(f"unknown measure '{measure}'{did_you_mean(measure, MEASURES)}")
    numbers, options = case.scenario(scenario), options or Options()
    rule = concentration_rule(case, numbers, column)
    cheapest = solve_next(case, scenario, Live(options), with_prices=False)
    unbounded = concentration_of(rule, cheapest.quantities, measure) if rule.basis else 0.0
    interrupted = stopped_plan(cheapest)
    if not rule.basis or interrupted:
        return _without_curve(cheapest, rule, measure, unbounded, interrupted=interrupted)
    known = cheapest_end(cheapest, unbounded)
    try:
        bounded = Bounded(numbers, rule, measure, options)
        least = bounded.least()
    except KeyboardInterrupt:  # between two solves; in one, the solver ends as stopped
        end = _point(rule, known)
        return _without_curve(cheapest, rule, measure, unbounded, end, interrupted=True)
    found = Curve([known], [known], exact=False, gap=None, is_whole=False)
    if least is not None and least <= NEAR * unbounded:
        least = 0.0
    if not bounded.is_linear:
        found = round_steps(bounded, known, least, unbounded, progress)
    elif least is not None:
        found = convex_curve(bounded, known, least, unbounded, progress)
    return Frontier(
        cheapest=cheapest,
        column=rule.column or column,
        measure=measure,
        demand_t=rule.basis,
        unbounded=unbounded,
        points=tuple(_point(rule, point) for point in falling(found.points)),
        steps=tuple(_point(rule, point) for point in falling(found.steps)),
        least=least or 0.0,
        has_decisions=not bounded.is_linear,
        exact=found.exact,
        gap=found.gap,
        interrupted=not found.is_whole,
    )


def _without_curve(
    cheapest: Plan,
    rule: Rule,
    measure: str,
    unbounded: float,
    *known: FrontierPoint,
    interrupted: bool,
) -> Frontier:
    """The answer where there are no shares, or Ctrl-C came before anything else was solved."""
    return Frontier(
        cheapest=cheapest,
        column=rule.column or "",
        measure=measure,
        demand_t=float(rule.basis or 0.0),
        unbounded=unbounded,
        points=known,
        steps=known,
        least=0.0,
        has_decisions=bool(compile_model(model_data(cheapest.numbers)).integer.any()),
        exact=not interrupted,
        gap=None if interrupted else 0.0,
        interrupted=interrupted,
    )


def _point(rule: Rule, point: Point[Found]) -> FrontierPoint:
    found = point.found
    numbers, quantities = found.numbers, found.quantities
    money = price_plan(numbers, quantities)
    tiny = rounding_of_tonnes(numbers, quantities.ship)
    bought = quantities.bought.sum(axis=1).tolist()
    shares = shares_of(rule, quantities).tolist()
    return FrontierPoint(
        concentration=point.value,
        objective=money.discounted(),
        paid=money.paid,
        valuation=money.valuation,
        shortfall_t=float(quantities.short.sum()),
        shares={party.value: share for party, share in zip(rule.parties, shares, strict=True)},
        purchases={
            source.name: tonnes
            for source, tonnes in zip(numbers.sources, bought, strict=True)
            if tonnes > tiny
        },
        gap=found.gap,
    )
