"""Warnings of a sound case: what a plan can be made with, but a buyer should look at."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from planner.case.loops import warn_of_loops
from planner.case.plausibility import warn_of_slips
from planner.case.problems import Problem, Problems
from planner.case.scenario import Contract, Lift, Numbers, Rule, Scenario
from planner.case.table import Table


def warnings(tables: Mapping[str, Table], scenario: Scenario) -> tuple[Problem, ...]:
    """What `planner check` warns of, seen from the numbers of a scenario."""
    problems = Problems(list(tables))
    _countries(tables, problems)
    _shares_of_purchases(scenario, problems)
    _idle_priorities(scenario, problems)
    _shortfall_costs(tables, scenario, problems)
    _bought_to_sell(scenario, problems)
    warn_of_loops(scenario, problems)
    _lifted_too_late(scenario, problems)
    _loaded_too_late(scenario, problems)
    warn_of_slips(tables, scenario, problems)
    return problems.warnings


def _countries(tables: Mapping[str, Table], problems: Problems) -> None:
    table = tables["Sources"]
    for row in table.rows:
        country = row.text("Country")
        if re.search(r"[/,]", country):
            problems.warning(
                f"Country '{country}' counts as one country of that name; "
                "split the row if shares by country matter",
                sheet="Sources",
                cell=table.cell(row, "Country"),
                column="Country",
                value=country,
                kind="country",
            )


def _shares_of_purchases(scenario: Scenario, problems: Problems) -> None:
    if not scenario.shortfall_allowed:
        return
    for rule in scenario.rules:
        if rule.share_of == "purchases" and rule.maximum is not None:
            sheet, _, cell = rule.maximum_cell.rpartition("!")
            problems.warning(
                f"'{rule.name}' caps a share of purchases: where other sources run dry it forces "
                "purchases down and shortfall up; Share of = demand does not",
                sheet=sheet,
                cell=cell,
                column="Maximum",
                kind="share of purchases",
            )


def _idle_priorities(scenario: Scenario, problems: Problems) -> None:
    """Maxima with a priority that buying nothing always keeps, so that none is ever given up.

    Said only where it is certain: the musts allow to buy nothing, and no rule that matters as
    much asks for purchases.
    """
    if not (scenario.shortfall_allowed and may_buy_nothing(scenario)):
        return
    asking = [rule.priority for rule in scenario.rules if rule.priority and _asks(rule)]
    said = set()
    for rule in scenario.rules:
        if rule.priority is None or _asks(rule) or min(asking, default=9) <= rule.priority:
            continue
        sheet, _, cell = rule.priority_cell.rpartition("!")
        if cell not in said:
            problems.warning(
                f"'{rule.name}' can never give way: shortfall is allowed, so buying less always "
                "keeps it; forbid shortfall in Settings, or give it a Penalty instead",
                sheet=sheet,
                cell=cell,
                column="Priority",
                kind="priority",
            )
        said.add(cell)


def may_buy_nothing(scenario: Scenario) -> bool:
    """Whether a plan that buys nothing, and leaves all demand unmet, keeps every must."""
    hard_target = (scenario.target > 0) & np.isnan(scenario.safety_cost)[:, :, None]
    kept = scenario.stocked
    wants_stock = (hard_target & kept[:, :, None]).any() or (scenario.final_minimum > 0)[kept].any()
    hard = [rule for rule in scenario.rules if not rule.may_break]
    has_to_lift = any(
        contract.minimum > 0 and contract.unlifted_pays is None and contract.lifts
        for contract in scenario.contracts
    )
    is_frozen = scenario.current is not None and scenario.current.frozen > 0
    asked = wants_stock or has_to_lift or is_frozen or any(_asks(rule) for rule in hard)
    return not asked


def _asks(rule: Rule) -> bool:
    """Whether a rule asks for purchases; a share of nothing, or its average, keeps any bound."""
    return rule.minimum is not None and rule.minimum > 0 and rule.basis_content is None


def _shortfall_costs(tables: Mapping[str, Table], scenario: Scenario, problems: Problems) -> None:
    """An item that costs more, the cheapest way, than its shortfall would."""
    if not scenario.shortfall_allowed:
        return
    cheapest = _cheapest(scenario)
    materials = len(scenario.materials)
    # What a conversion makes may cost less than it would from a source: nothing is said of it.
    made = np.any(scenario.conversions.made > 0, axis=0)
    for i, item in enumerate(scenario.items):
        wanted = scenario.demand[i].sum(axis=0) > 0
        costs = cheapest[i]
        below = np.flatnonzero(wanted & np.isfinite(costs) & (costs > scenario.shortfall_cost[i]))
        if not len(below) or (i < materials and made[i]):
            continue
        t = int(below[0])
        sheet, row = ("Materials", i) if i < materials else ("Products", i - materials)
        what = "landed cost" if i < materials else "cost of what it is made from"
        problems.warning(
            f"the shortfall cost of '{item}' in '{scenario.periods[t]}', "
            f"{scenario.shortfall_cost[i, t]:,.0f} {scenario.currency}/t, is below the "
            f"cheapest {what}, {costs[t]:,.0f}: the plan will prefer not to deliver",
            sheet=sheet,
            cell=tables[sheet].cell(tables[sheet].rows[row], "Shortfall cost"),
            column="Shortfall cost",
            kind="shortfall cost",
        )


def _cheapest(scenario: Scenario) -> Numbers:
    """I × T: cheapest cost of a tonne, by landed cost of sources that hold one material only.

    Infinite where there is no such source; a product by its cheapest recipe.
    """
    landed = np.where(scenario.allowed[:, :, None], scenario.landed_cost, np.inf).min(axis=1)
    costs = np.full((len(scenario.items), len(scenario.periods)), np.inf)
    buys = scenario.can_buy
    for s, held in enumerate(scenario.content):
        if np.count_nonzero(held) != 1 or scenario.yields[s] <= 0:
            continue
        m = int(held.argmax())
        cost = landed[s] / (held[m] * scenario.yields[s])
        costs[m] = np.where(buys[s], np.minimum(costs[m], cost), costs[m])
    recipes = scenario.recipes
    for r, use in enumerate(recipes.use):
        used = np.flatnonzero(use)
        cost_of_use = recipes.extra_cost[r] + use[used] @ costs[used]
        product = recipes.product[r]
        costs[product] = np.minimum(costs[product], cost_of_use)
    return costs


def _bought_to_sell(scenario: Scenario, problems: Problems) -> None:
    """A source whose tonne is worth more as surplus, or in the closing stock, than it costs."""
    cost = np.where(scenario.allowed[:, :, None], scenario.landed_cost, np.inf).min(axis=1)
    best_final = np.where(scenario.stocked, scenario.final_value, 0.0).max(axis=1)
    arrived = scenario.content * scenario.yields[:, None]
    sold = arrived @ scenario.surplus_value
    kept = np.zeros_like(sold)
    kept[:, -1] = arrived @ best_final
    worth = np.maximum(sold, kept)
    pays = scenario.can_buy & (worth > cost)
    for s in np.flatnonzero(pays.any(axis=1)).tolist():
        t = int(pays[s].argmax())
        how = "sold as surplus" if sold[s, t] >= kept[s, t] else "left in stock"
        cell = scenario.price_cells[s][t] or "Sources!A1"
        sheet, _, place = cell.rpartition("!")
        problems.warning(
            f"a tonne of '{scenario.sources[s].name}' in '{scenario.periods[t]}' lands at "
            f"{cost[s, t]:,.0f} and is worth {worth[s, t]:,.0f} {scenario.currency} {how}: "
            "the plan will buy to sell",
            sheet=sheet,
            cell=place,
            column="Price",
            kind="bought to sell",
        )


def _lifted_too_late(scenario: Scenario, problems: Problems) -> None:
    """Must-take that forces purchases which arrive after the last period."""
    for contract in scenario.contracts:
        late = [lift for lift in contract.lifts if _is_forced_late(scenario, contract, lift)]
        if contract.unlifted_pays is not None or not late:
            continue
        source = scenario.sources[contract.source].name
        period = scenario.periods[late[0].periods[-1]]
        sheet, _, cell = contract.must_take_cell.rpartition("!")
        problems.warning(
            f"'{contract.name}' forces purchases of '{source}' in '{period}' which arrive after "
            "the last period: they are paid for and serve no demand; end the window earlier, or "
            "give Unlifted pays",
            sheet=sheet,
            cell=cell,
            column="Must take",
            kind="arrives too late",
        )


def _loaded_too_late(scenario: Scenario, problems: Problems) -> None:
    """A minimum load that forces purchases which arrive after the last period."""
    count = len(scenario.periods)
    for restart in scenario.restarts:
        s = restart.source
        leads = scenario.lead[s][scenario.allowed[s]]
        lead = int(leads.min()) if len(leads) else 0
        late = [
            t
            for t in range(max(count - lead, restart.earliest + restart.lead), count)
            if scenario.buys_in(s, t) and scenario.opened_limit[s, t] > 0
        ]
        if restart.minimum_load <= 0 or not late:
            continue
        sheet, _, cell = restart.load_cell.rpartition("!")
        name, period = scenario.sources[s].name, scenario.periods[late[0]]
        problems.warning(
            f"the minimum load of '{name}' forces purchases from '{period}' on which arrive after "
            "the last period: they are paid for and serve no demand; give the source a Last period",
            sheet=sheet,
            cell=cell,
            column="Minimum load",
            kind="arrives too late",
        )


def _is_forced_late(scenario: Scenario, contract: Contract, lift: Lift) -> bool:
    """Whether more has to be lifted than the level allows in periods that arrive in time.

    At any level above 0, since both sides grow with it.
    """
    leads = scenario.lead[contract.source][scenario.allowed[contract.source]]
    lead = int(leads.min()) if len(leads) else 0
    length = dict(zip(contract.periods, contract.lengths.tolist(), strict=True))
    in_time = sum(length[t] for t in lift.periods if t + lead < len(scenario.periods))
    return bool(lift.per_level > in_time * (1.0 + 1e-9))
