"""Why there is no plan, in words for a buyer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.case.scenario import Scenario
from planner.errors import Infeasible, Stopped, Unbounded
from planner.numerals import tonnes_text
from planner.solving.cuts import tangent_cuts
from planner.solving.data import model_data
from planner.solving.outcome import Status
from planner.solving.quantities import Quantities
from planner.solving.session import Session
from planner.solving.sizes import rounding_of_tonnes
from planner.wording import at_site, listed
from planner_models.compiling import compile_model

_MOST_NAMED = 8

_EXPLAIN = "names the cells that cannot hold together, and the ways out"


def infeasible(
    scenario: Scenario, time_limit: float = math.inf, changes: Sequence[str] = ()
) -> Infeasible:
    """Why a scenario has no plan, and what to do: the same words whatever is asked of it.

    Args:
        scenario: the numbers of which no plan keeps every rule.
        time_limit: seconds to find out what would be missing at least.
        changes: that were made to the case, as `--set` takes them.
    """
    reason, advice = _in_the_way(scenario, time_limit)
    explain = f"planner explain CASE{as_options(changes)}"
    return Infeasible(reason, scenario.name, f"{advice}; {explain} {_EXPLAIN}")


def as_options(changes: Sequence[str]) -> str:
    """Changes as a command line has them; values that are whole without a fraction."""
    options = ""
    for change in changes:
        quote = "'" if '"' in change else '"'
        options += f" --set {quote}{change.removesuffix('.0')}{quote}"
    return options


def _in_the_way(scenario: Scenario, time_limit: float) -> tuple[str, str]:
    """The least that would be missing, or rules that contradict each other; and what to do."""
    outcome = None
    if not scenario.shortfall_allowed:
        relaxed = replace(scenario, shortfall_allowed=True)
        model = compile_model(model_data(relaxed))
        session = Session(model, cuts=tangent_cuts(relaxed, model))
        missing = np.zeros(model.shape[1])
        missing[model.columns["short"]] = 1.0
        session.set_costs(missing)
        outcome = session.solve(time_limit)
    if outcome is None or outcome.status is Status.INFEASIBLE:
        return _contradiction(scenario)
    advice = "Add supply, loosen a quota or limit, or set Shortfall to allowed in Settings"
    if outcome.status is not Status.OPTIMAL or outcome.solution is None:
        return "no plan keeps every rule and meets all demand", advice
    values = session.tidied(outcome.solution.values)
    short = Quantities.of_solution(relaxed, model, values).short
    return (
        f"no plan meets all demand: at least {tonnes_text(float(short.sum()))} are missing "
        f"({_missing(scenario, short)})"
    ), advice


def _contradiction(scenario: Scenario) -> tuple[str, str]:
    reason = (
        "no plan keeps every rule: limits, capacities, contracts and stock targets contradict "
        "each other, even with every tonne of demand missing"
    )
    advice = (
        "Loosen a minimum, a hard stock target or a final minimum, or give a limit a Penalty or a "
        "Priority"
    )
    if scenario.current is not None and scenario.current.frozen:
        through = scenario.periods[scenario.current.frozen - 1]
        advice += (
            f"; purchases up to '{through}' are frozen to the Current plan: planner evaluate says "
            "which rules they break"
        )
    return reason, advice


def _missing(scenario: Scenario, short: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    found = np.argwhere(short > rounding_of_tonnes(scenario, short))
    parts = []
    for i, p, t in found[:_MOST_NAMED].tolist():
        cell = scenario.demand_cells.get((i, p, t))
        item = at_site(scenario.items[i], scenario.sites[p])
        where = f" ({cell})" if cell else ""
        parts.append(
            f"{tonnes_text(float(short[i, p, t]))} of {item} in {scenario.periods[t]}{where}"
        )
    more = len(found) - _MOST_NAMED
    return "; ".join(parts) + (f"; and {more} more" if more > 0 else "")


Named = tuple[str, str]
"""A name, and the cell that it is about; empty where no cell is."""


@dataclass(frozen=True, slots=True)
class Endless:
    """What grows without end where the cost falls without end.

    Attributes:
        bought: sources, each with the cell of its price; empty where there is none.
        converted: conversions, each with its cell.
        earning: what is earned as (`surplus of Nd`), each with the cell of its value.
    """

    bought: tuple[Named, ...]
    converted: tuple[Named, ...]
    earning: tuple[Named, ...]


def endless(scenario: Scenario, session: Session) -> Endless:
    """What an unbounded case buys, converts and earns without end; all empty: not known."""
    ray = session.ray()
    if ray is None:
        return Endless((), (), ())
    bought: dict[Named, None] = {}
    lanes = session.model.indices["LANES"]
    along = ray[session.model.columns["ship"]]
    for s, _, t in lanes[along > 1e-9 * np.abs(ray).max()].tolist():
        bought[scenario.sources[s].name, scenario.price_cells[s][t] or ""] = None
    converted, earning = _converted(scenario, session, ray), _earning(scenario, session, ray)
    return Endless(tuple(bought), converted, earning)


def unbounded(scenario: Scenario, session: Session) -> str:
    """Which price has no floor: what is bought without end, and what it is sold as."""
    found = endless(scenario, session)
    bought, converted, earning = found.bought, found.converted, found.earning
    if converted and earning and not bought:
        return (
            f"the case can earn without end: {_listed(converted)} make tonnes out of nothing, "
            f"which earn as {_listed(earning)}, and nothing bounds how much; mend what a tonne of "
            "throughput uses up and makes, or give a conversion a capacity"
        )
    if not bought or not earning:
        return (
            "the case can earn without end: a surplus or final value is above a landed cost of an "
            "unlimited source; lower the value, or give the source a capacity"
        )
    through = f", through {_listed(converted)}," if converted else ""
    return (
        f"the case can earn without end: every tonne bought of {_listed(bought)} earns "
        f"more{through} as {_listed(earning)} than it costs, and nothing bounds how "
        "much; give the source a capacity, bound what is sold or kept, or mend the price or value"
    )


def earns_without_end(scenario: Scenario, session: Session) -> Unbounded:
    """Why there is no cheapest plan, and who says more: the same words whatever is asked."""
    advice = "planner explain CASE says how far each price or value has to move"
    return Unbounded(unbounded(scenario, session), scenario.name, advice)


def _converted(
    scenario: Scenario,
    session: Session,
    ray: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> tuple[Named, ...]:
    """The conversions that run without end, each with its cell."""
    members = session.model.indices["CONVERSIONS"]
    along = ray[session.model.columns["convert"]] > 1e-9 * float(np.abs(ray).max())
    conversions = scenario.conversions
    running = dict.fromkeys(members[along][:, 0].tolist())
    return tuple((f"conversion {conversions.names[v]}", conversions.cells[v]) for v in running)


def _earning(
    scenario: Scenario,
    session: Session,
    ray: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> tuple[Named, ...]:
    model = session.model
    least = 1e-9 * float(np.abs(ray).max())
    found: dict[Named, None] = {}
    for variable, index, what in (
        ("surplus", "BALANCES", "surplus of"),
        ("stock", "STOCKS", "final stock of"),
    ):
        members = model.indices[index]
        columns = model.columns[variable]
        pays = (ray[columns] > least) & (model.cost[columns] < 0)
        for m, p, t in members[pays].tolist():
            if variable == "surplus":
                cell = scenario.surplus_cells[m][t]
            else:
                cell = scenario.final_value_cells.get((m, p))
            found[f"{what} {scenario.materials[m]}", cell or ""] = None
    return tuple(found)


def _listed(found: tuple[Named, ...]) -> str:
    """Names with their cells."""
    names = [f"{name} ({cell})" if cell else name for name, cell in found]
    return listed(names, _MOST_NAMED)


def stopped(reason: str, time_limit: float, scenario: str) -> Stopped:
    """Why the solver stopped before there was a plan, and what to do.

    Args:
        reason: in the solver's words.
        time_limit: seconds that it had.
        scenario: its name.
    """
    if "time" in reason.lower() and math.isfinite(time_limit):
        advice = "Raise the time limit (--time-limit, or Time limit in Settings)"
        return Stopped(f"stopped after {time_limit:g} seconds without a plan", scenario, advice)
    return Stopped("interrupted before there was a plan", scenario)
