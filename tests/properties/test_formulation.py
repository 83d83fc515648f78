"""The optimum of random cases, found by other means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from planner.solving.data import model_data
from planner_models.compiling import compile_model


@given(data=st.data())
def test_another_solver_finds_the_same_cost_for_the_arrays(data, cases, make, solve):
    """scipy's own solver, unscaled and by interior points, on the compiled arrays."""
    case = make(data.draw(cases))
    model = compile_model(model_data(case.scenario()))
    rows = csr_array((model.value, model.index, model.start), shape=model.shape)
    equal = model.row_lower == model.row_upper
    above = ~equal & np.isfinite(model.row_upper)
    below = ~equal & np.isfinite(model.row_lower)
    unequal = coo_array(np.vstack([rows[above].toarray(), -rows[below].toarray()]))
    limits = np.concatenate([model.row_upper[above], -model.row_lower[below]])
    found = linprog(
        model.cost,
        A_ub=unequal if len(limits) else None,
        b_ub=limits if len(limits) else None,
        A_eq=rows[equal] if equal.any() else None,
        b_eq=model.row_lower[equal] if equal.any() else None,
        bounds=np.column_stack([model.lower, model.upper]),
        method="highs-ipm",
    )
    assert found.status == 0
    plan = solve(case)
    assert found.fun + model.offset == pytest.approx(plan.objective, rel=1e-6, abs=1e-4)


@given(data=st.data())
def test_the_mathematics_written_down_again_find_the_same_cost(data, cases, make, solve):
    """The model of the contract, straight from the sheets: nothing of the planner is used."""
    sheets = data.draw(cases)
    assert Again(sheets).cost() == pytest.approx(solve(make(sheets)).objective, rel=1e-7, abs=1e-4)


@dataclass
class Program:
    """A linear program in the making."""

    costs: list[float] = field(default_factory=list)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    rows: list[tuple[dict[int, float], str, float]] = field(default_factory=list)

    def variable(self, cost: float, most: float = np.inf, least: float = 0.0) -> int:
        self.costs.append(cost)
        self.bounds.append((least, most))
        return len(self.costs) - 1

    def row(self, terms: list[tuple[int, float]], sign: str, right: float) -> None:
        added: dict[int, float] = {}
        for variable, factor in terms:
            added[variable] = added.get(variable, 0.0) + factor
        self.rows.append((added, sign, right))

    def cost(self) -> float:
        def side(sign: str, factor: float = 1.0) -> tuple[Any, Any]:
            chosen = [(terms, right) for terms, s, right in self.rows if s == sign]
            matrix = np.zeros((len(chosen), len(self.costs)))
            for i, (terms, _) in enumerate(chosen):
                for variable, value in terms.items():
                    matrix[i, variable] = factor * value
            return matrix, np.array([factor * right for _, right in chosen])

        at_most, at_least, equal = side("<="), side(">=", -1.0), side("=")
        found = linprog(
            self.costs,
            A_ub=np.vstack([at_most[0], at_least[0]]),
            b_ub=np.concatenate([at_most[1], at_least[1]]),
            A_eq=equal[0],
            b_eq=equal[1],
            bounds=self.bounds,
        )
        assert found.status == 0, found.message
        return float(found.fun)


class Again:
    """The model of one case of this folder, from its sheets."""

    def __init__(self, sheets: dict[str, list[list[Any]]]) -> None:
        self.sheets = {
            name: [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
            for name, rows in sheets.items()
        }
        self.periods = [row["Period"] for row in self.sheets["Periods"]]
        self.years = [row["Years"] for row in self.sheets["Periods"]]
        settings_ = {row["Setting"]: row["Value"] for row in self.sheets["Settings"]}
        rate = settings_["Discount rate"]
        self.worth = [(1 + rate) ** -sum(self.years[:t]) for t in range(len(self.years))]
        self.on_freight = settings_["Duty base"] == "CIF"
        self.demand = {row["Item"]: [row[t] for t in self.periods] for row in self.sheets["Demand"]}
        self.program = Program()
        self.ship = {
            (row["Source"], t): self.program.variable(
                self.worth[t] * self.landed(row), self.capacity(row, t)
            )
            for row in self.sheets["Sources"]
            for t in range(len(self.periods))
        }
        for row in self.sheets["Materials"]:
            self.balance(row)
        for row in self.sheets["Quotas"]:
            self.quota(row)
        for row in self.sheets["Limits"]:
            self.limit(row)

    def cost(self) -> float:
        return self.program.cost()

    def landed(self, source: dict[str, Any]) -> float:
        price = source["Price [USD/t]"] * (1 + source["Export tax [%]"] / 100)
        freight = source["Freight [USD/t]"]
        base = price + freight if self.on_freight else price
        return price + freight + source["Duty [%]"] / 100 * base

    def capacity(self, source: dict[str, Any], t: int) -> float:
        if source["Capacity [t/yr]"] == "unlimited":
            return np.inf
        open_part = self.by_name("Availability", source["Source"])
        factor = open_part[self.periods[t]] if open_part else 1.0
        return source["Capacity [t/yr]"] * self.years[t] * factor

    def by_name(self, sheet: str, name: str) -> dict[str, Any] | None:
        rows = self.sheets[sheet]
        return next((row for row in rows if next(iter(row.values())) == name), None)

    def content(self, source: dict[str, Any], material: str) -> float:
        basket = self.by_name("Composition", source["Source"])
        if basket is not None:
            return basket[f"{material} [%]"] / 100
        return 1.0 if source["Material"] == material else 0.0

    def balance(self, material: dict[str, Any]) -> None:
        name, program = material["Material"], self.program
        stock, transit = self.by_name("Stock", name), self.by_name("In transit", name)
        before: int | None = None
        for t, period in enumerate(self.periods):
            demand = self.demand[name][t]
            short = program.variable(self.worth[t] * material["Shortfall cost [USD/t]"], demand)
            over = program.variable(-self.worth[t] * material["Surplus value [USD/t]"])
            terms = [(short, 1.0), (over, -1.0)]
            terms += [
                (
                    self.ship[source["Source"], t - source["Lead time [periods]"]],
                    self.content(source, name) * source["Yield [%]"] / 100,
                )
                for source in self.sheets["Sources"]
                if t >= source["Lead time [periods]"]
            ]
            right = demand - (transit[period] if transit else 0.0)
            if stock is not None:
                closing = self.closing(stock, t)
                terms.append((closing, -1.0))
                if before is None:
                    right -= stock["Opening [t]"]
                else:
                    terms.append((before, 1.0))
                before = closing
            program.row(terms, "=", right)

    def closing(self, stock: dict[str, Any], t: int) -> int:
        program, length = self.program, self.years[t] * self.worth[t]
        cost = stock["Holding cost [USD/t/yr]"] * length
        if t == len(self.periods) - 1:
            cost -= stock["Final value [USD/t]"] * self.worth[t]
        most = stock["Maximum [t]"]
        closing = program.variable(cost, np.inf if most is None else most)
        under = program.variable(stock["Safety cost [USD/t/yr]"] * length)
        program.row([(closing, 1.0), (under, 1.0)], ">=", stock["Safety stock [t]"] or 0.0)
        return closing

    def counted(self, applies_to: str, materials: str = "*") -> list[tuple[int, float]]:
        column, wanted = applies_to.replace("!=", "=").split("=") if "=" in applies_to else ("", "")
        names = [row["Material"] for row in self.sheets["Materials"]]
        chosen = names if materials == "*" else [materials.removeprefix("Material=")]
        return [
            (self.ship[source["Source"], t], sum(self.content(source, name) for name in chosen))
            for source in self.sheets["Sources"]
            if applies_to == "*" or (source[column] == wanted) != ("!=" in applies_to)
            for t in range(len(self.periods))
        ]

    def quota(self, row: dict[str, Any]) -> None:
        terms = self.counted(row["Applies to"], row["Materials"])
        self.program.row(terms, "<=", row["Tonnes [t]"] * row["Our share"])

    def limit(self, row: dict[str, Any]) -> None:
        terms = self.counted(row["Applies to"])
        demand = sum(sum(tonnes) for tonnes in self.demand.values())
        penalty = row["Penalty [USD/t]"]
        breach = [] if penalty is None else [self.program.variable(penalty * self.worth[0])]
        if row["Type"] == "tonnes":
            self.program.row([*terms, *((b, 1.0) for b in breach)], ">=", row["Minimum"])
            return
        terms += [(b, -1.0) for b in breach]
        share, right = row["Maximum"], row["Maximum"] * demand
        if row["Share of"] == "purchases":
            terms += [(ship, -share * tonnes) for ship, tonnes in self.counted("*")]
            right = 0.0
        self.program.row(terms, "<=", right)
