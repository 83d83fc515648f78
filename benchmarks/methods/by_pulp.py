"""The same model in PuLP: a variable and a row at a time, sums by `lpSum`."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pulp
from pulp import LpProblem, LpVariable, lpSum

from benchmarks.case_numbers import CaseNumbers, numbers_of
from benchmarks.methods import Live
from benchmarks.methods.by_hand import objective
from planner.case.scenario import Scenario

Variables = dict[Any, LpVariable]


def build(scenario: Scenario) -> Live:
    """PuLP's problem, and what its interface to HiGHS does before it solves."""
    problem = _problem(numbers_of(scenario))
    solver = pulp.HiGHS(msg=False)
    solver.createAndConfigureSolver(problem)
    solver.buildSolverModel(problem)
    highs = problem.solverModel
    return Live(highs.getNumNz(), lambda: objective(highs))


def _problem(numbers: CaseNumbers) -> LpProblem:
    problem = LpProblem("procurement", pulp.LpMinimize)
    sources, sites, periods = (range(count) for count in numbers.landed_cost.shape)
    materials = range(numbers.delivered.shape[1])
    places = list(product(materials, sites, periods))
    lanes = list(product(sources, sites, periods))

    buy = {
        (s, t): problem.add_variable(f"buy_{s}_{t}", 0, numbers.capacity[s, t])
        for s, t in product(sources, periods)
    }
    ship = problem.add_variable_dicts("ship", lanes, 0)
    stock = {
        (m, p, t): problem.add_variable(f"stock_{m}_{p}_{t}", 0, numbers.stock_maximum[m, p])
        for m, p, t in places
    }
    under = problem.add_variable_dicts("under", places, 0)
    short = {
        (m, p, t): problem.add_variable(f"short_{m}_{p}_{t}", 0, numbers.demand[m, p, t])
        for m, p, t in places
    }
    surplus = problem.add_variable_dicts("surplus", places, 0)

    problem += (
        lpSum(numbers.landed_cost[lane] * ship[lane] for lane in lanes)
        + lpSum(numbers.stock_cost[place] * stock[place] for place in places)
        + lpSum(numbers.safety_cost[place] * under[place] for place in places)
        + lpSum(numbers.shortfall_cost[m, t] * short[m, p, t] for m, p, t in places)
        - lpSum(numbers.surplus_value[m, t] * surplus[m, p, t] for m, p, t in places)
    )
    for s, t in product(sources, periods):
        problem += lpSum(ship[s, p, t] for p in sites) == buy[s, t]
    sellers = [np.flatnonzero(numbers.delivered[:, m]).tolist() for m in materials]
    for m, p, t in places:
        arrivals = lpSum(numbers.delivered[s, m] * ship[s, p, t] for s in sellers[m])
        before = stock[m, p, t - 1] if t > 0 else 0
        problem += (
            arrivals + before + short[m, p, t] - surplus[m, p, t] - stock[m, p, t]
            == numbers.net_demand[m, p, t]
        )
        problem += stock[m, p, t] + under[m, p, t] >= numbers.target[m, p, t]
    _add_rules(problem, numbers, buy)
    _add_contracts(problem, numbers, buy)
    return problem


def _add_rules(problem: LpProblem, numbers: CaseNumbers, buy: Variables) -> None:
    rules = numbers.rules
    blocks, periods = (range(count) for count in rules.most.shape)
    counted = problem.add_variable_dicts("counted", list(product(blocks, periods)))
    basis = problem.add_variable_dicts("basis", periods, 0)
    every = range(len(rules.basis))
    for t in periods:
        problem += basis[t] == lpSum(rules.basis[s] * buy[s, t] for s in every)
    for r in blocks:
        sold = np.flatnonzero(rules.content[r]).tolist()
        for t in periods:
            problem += counted[r, t] == lpSum(rules.content[r, s] * buy[s, t] for s in sold)
            if rules.of_purchases[r]:
                problem += counted[r, t] <= rules.share[r, t] * basis[t]
            else:
                problem += counted[r, t] <= rules.most[r, t]


def _add_contracts(problem: LpProblem, numbers: CaseNumbers, buy: Variables) -> None:
    contracts = numbers.contracts
    years = range(contracts.per_level.shape[1])
    periods_of = [np.flatnonzero(contracts.year == year).tolist() for year in years]
    for c, s in enumerate(contracts.source.tolist()):
        level = problem.add_variable(f"level_{c}", contracts.least[c], contracts.most[c])
        for t in range(len(contracts.year)):
            problem += buy[s, t] <= level
        for year in years:
            lifted = lpSum(buy[s, t] for t in periods_of[year])
            problem += lifted >= contracts.per_level[c, year] * level
