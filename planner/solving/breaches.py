"""Rules that given quantities break, found from the case's numbers, with their cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.case.scenario import Contract, Numbers, Rule, Scenario
from planner.case.table import Table
from planner.numerals import share_text, significant
from planner.solving.pricing import price_plan
from planner.solving.quantities import Quantities, scrap
from planner.solving.sizes import rounding_of_tonnes
from planner.solving.tolerances import MOST_VIOLATION
from planner.solving.used import amount_of, amount_shown, unit_shown, used
from planner.wording import at_site, span

Tables = Mapping[str, Table]

_DIGITS = 6
"""Digits that tell what is used from a bound that it hardly breaks."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that is broken.

    Attributes:
        kind: `capacity`, `first and last period`, `lane`, `restart`, `minimum load`,
            `minimum order`, `scrap`, `quota`, `limit`, `contract`, `must take`, `stock`, `demand`,
            or `rule` for any other.
        name: of the quota, limit or contract; of the source, or of the material and its plant.
        cell: where the bound stands, `Quotas!F4`.
        first, last: names of the first and last period counted.
        used, bound: in `unit`; `amount` is the distance between them.
        unit: the unit typed; `fraction` for a share.
        words: the finding as a sentence.
    """

    kind: str
    name: str
    cell: str
    first: str
    last: str
    used: float
    bound: float
    amount: float
    unit: str
    words: str

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of `planner evaluate` has it."""
        return {
            "kind": self.kind, "name": self.name, "cell": self.cell, "from": self.first,
            "to": self.last, "used": self.used, "bound": self.bound, "amount": self.amount,
            "unit": self.unit, "message": self.words,
        }  # fmt: skip


def breaches(tables: Tables, scenario: Scenario, plan: Quantities) -> tuple[Breach, ...]:
    """Every hard rule that quantities break; soft ones are part of what they cost.

    Args:
        tables: the case's sheets, for cells that the numbers do not know.
        scenario: the case's numbers.
        plan: the quantities, with what follows from the purchases filled in.
    """
    finder = _Finder(tables, scenario, plan)
    return tuple(
        breach
        for found in (
            finder.purchases(),
            finder.restarts(),
            finder.orders(),
            finder.recycling(),
            finder.rules(),
            finder.contracts(),
            finder.stock(),
            finder.demand(),
        )
        for breach in found
    )


class _Finder:
    def __init__(self, tables: Tables, scenario: Scenario, plan: Quantities) -> None:
        self.tables = tables
        self.scenario = scenario
        self.plan = plan
        self.costs = price_plan(scenario, plan)
        self.periods = scenario.periods
        self.tiny = rounding_of_tonnes(scenario, plan.ship)

    def breach(
        self,
        kind: str,
        name: str,
        cell: str,
        periods: tuple[int, ...],
        *,
        used: float,
        bound: float,
        at_most: bool,
        unit: str = "t",
        size: float = 1.0,
    ) -> Iterator[Breach]:
        """A breach, where `used` is beyond `bound` by more than rounding.

        Args:
            used, bound: in tonnes, or in what else a rule counts.
            at_most: whether the bound is a maximum.
            unit, size: what is shown, and the amount in one of it.
        """
        excess = used - bound if at_most else bound - used
        if not excess > max(MOST_VIOLATION * max(abs(used), abs(bound)), self.tiny):
            return
        shown, limit, amount = (number / size for number in (used, bound, excess))
        first, last = self.periods[periods[0]], self.periods[periods[-1]]
        side, how = ("most", "too much") if at_most else ("least", "too little")
        place = f" ({cell})" if cell else ""
        is_at, may_be, beyond = _amounts(shown, limit, amount, unit)
        words = (
            f"{kind.capitalize()} {name}{place} in {span(first, last)}: {is_at}, "
            f"at {side} {may_be}; {beyond} {how}"
        )
        yield Breach(kind, name, cell, first, last, shown, limit, amount, unit, words)

    # -- families of rules ------------------------------------------------------------------

    def purchases(self) -> Iterator[Breach]:
        """Capacity × availability, First and Last period, allowed lanes."""
        scenario, bought = self.scenario, self.plan.bought
        for s, t in np.argwhere(bought > self.tiny).tolist():
            name, tonnes = scenario.sources[s].name, float(bought[s, t])
            if not scenario.buys_in(s, t):
                column = "First period" if t < scenario.first[s] else "Last period"
                cell = self._cell("Sources", scenario.sources[s].row, column)
                yield from self.breach(
                    "first and last period", name, cell, (t,), used=tonnes, bound=0, at_most=True
                )
            else:
                cell = scenario.capacity_cells[s][t] or ""
                limit = float(scenario.limit[s, t])
                factor = float(scenario.availability[s, t])
                part = f" at an availability of {factor * 100:g} %" if factor != 1 else ""
                yield from self.breach(
                    "capacity", f"{name}{part}", cell, (t,), used=tonnes, bound=limit, at_most=True
                )
        for s, p, t in np.argwhere(self.plan.ship > self.tiny).tolist():
            if not scenario.allowed[s, p]:
                name = f"{scenario.sources[s].name} to {scenario.sites[p]}"
                tonnes = float(self.plan.ship[s, p, t])
                yield from self.breach(
                    "lane", name, "Lanes", (t,), used=tonnes, bound=0, at_most=True
                )

    def restarts(self) -> Iterator[Breach]:
        """What a restart opens, and its minimum load."""
        scenario, plan = self.scenario, self.plan
        for restart in scenario.restarts:
            s = restart.source
            name = scenario.sources[s].name
            capacity = scenario.open_capacity(restart, plan.open[s])
            for t in range(len(self.periods)):
                if not scenario.buys_in(s, t):
                    continue
                bounds = (
                    ("restart", float(capacity[t]), True),
                    ("minimum load", restart.minimum_load * float(capacity[t]), False),
                )
                for kind, bound, at_most in bounds:  # fmt: skip
                    yield from self.breach(
                        kind,
                        name,
                        restart.cell,
                        (t,),
                        used=float(plan.bought[s, t]),
                        bound=bound,
                        at_most=at_most,
                    )

    def orders(self) -> Iterator[Breach]:
        """Nothing, or at least the minimum order."""
        scenario, bought = self.scenario, self.plan.bought
        for s, t in np.argwhere(bought > self.tiny).tolist():
            yield from self.breach(
                "minimum order",
                scenario.sources[s].name,
                self._cell("Sources", scenario.sources[s].row, "Minimum order"),
                (t,),
                used=float(bought[s, t]),
                bound=float(scenario.orders.minimum[s]),
                at_most=False,
            )

    def recycling(self) -> Iterator[Breach]:
        """What leaves a recycling source, within the scrap of what was delivered."""
        scenario, bought = self.scenario, self.plan.bought
        feed = scrap(scenario, self.plan.short)
        for s in dict.fromkeys(scenario.recycling.source.tolist()):
            name = scenario.sources[s].name
            rows = self.tables["Recycling"].rows
            index = next(i for i, row in enumerate(rows) if row.text("Source") == name)
            for t in range(len(self.periods)):
                yield from self.breach(
                    "scrap",
                    name,
                    self._cell("Recycling", index, "Return"),
                    (t,),
                    used=float(bought[s, t]),
                    bound=float(feed[s, t]),
                    at_most=True,
                )

    def rules(self) -> Iterator[Breach]:
        """Quotas and limits that are not soft."""
        for rule in self.scenario.rules:
            if rule.penalty is None:
                yield from self._rule(rule)

    def _rule(self, rule: Rule) -> Iterator[Breach]:
        ship = self.plan.ship
        amount, size = used(rule, self.plan, self.costs), amount_shown(rule, ship)
        name = rule.name + (f" for {rule.value}" if rule.value else "")
        for bound, cell, at_most in (
            (rule.maximum, rule.maximum_cell, True),
            (rule.minimum, rule.minimum_cell, False),
        ):
            if bound is not None and np.isfinite(bound):
                yield from self.breach(
                    rule.kind,
                    name,
                    cell,
                    rule.periods,
                    used=amount,
                    bound=amount_of(rule, bound, ship),
                    at_most=at_most,
                    unit=unit_shown(rule) if size > 0 else "t",
                    size=size if size > 0 else 1.0,
                )

    def contracts(self) -> Iterator[Breach]:
        """Levels above their maximum, and what has to be lifted and is not."""
        start = 0
        for c, contract in enumerate(self.scenario.contracts):
            unlifted = self.plan.taken.unlifted[start : start + len(contract.lifts)]
            start += len(contract.lifts)
            level = float(self.plan.taken.level[c])
            yield from self.breach(
                "contract",
                contract.name,
                contract.maximum_cell,
                contract.periods,
                used=level,
                bound=contract.maximum,
                at_most=True,
                unit=contract.unit,
                size=contract.per_typed,
            )
            if contract.unlifted_pays is None:
                yield from self._lifts(contract, level, unlifted)

    def _lifts(self, contract: Contract, level: float, unlifted: Numbers) -> Iterator[Breach]:
        for lift, missing in zip(contract.lifts, unlifted.tolist(), strict=True):
            must = lift.per_level * level
            yield from self.breach(
                "must take",
                contract.name,
                contract.must_take_cell,
                lift.periods,
                used=must - missing,
                bound=must,
                at_most=False,
            )

    def stock(self) -> Iterator[Breach]:
        """Hard targets, the maximum, and the final minimum and maximum."""
        scenario, stock = self.scenario, self.plan.stock
        last = len(self.periods) - 1
        for m, p in np.argwhere(scenario.stocked).tolist():
            hard = bool(np.isnan(scenario.safety_cost[m, p]))
            for t in range(last + 1):
                bounds: list[tuple[float, tuple[str, ...], bool]] = [
                    (float(scenario.stock_maximum[m, p]), ("Maximum",), True)
                ]
                if hard:
                    target = float(scenario.target[m, p, t])
                    bounds.append((target, ("Safety stock", "Cover"), False))
                if t == last:
                    low, high = scenario.final_minimum[m, p], scenario.final_maximum[m, p]
                    bounds += [(float(low), ("Final minimum",), False)]
                    bounds += [(float(high), ("Final maximum",), True)]
                for bound, columns, at_most in bounds:
                    yield from self.breach(
                        "stock",
                        self._place(m, p),
                        self._stock_cell(m, p, t, columns),
                        (t,),
                        used=float(stock[m, p, t]),
                        bound=bound,
                        at_most=at_most,
                    )

    def demand(self) -> Iterator[Breach]:
        """Demand that is not met where shortfall is forbidden."""
        scenario, short = self.scenario, self.plan.short
        if scenario.shortfall_allowed:
            return
        for i, p, t in np.argwhere(short > self.tiny).tolist():
            demand = float(scenario.demand[i, p, t])
            yield from self.breach(
                "demand",
                at_site(scenario.items[i], scenario.sites[p]),
                scenario.demand_cells.get((i, p, t), ""),
                (t,),
                used=demand - float(short[i, p, t]),
                bound=demand,
                at_most=False,
            )

    # -- cells and names --------------------------------------------------------------------

    def _place(self, material: int, site: int) -> str:
        return at_site(self.scenario.materials[material], self.scenario.sites[site])

    def _cell(self, sheet: str, index: int, column: str) -> str:
        table = self.tables.get(sheet)
        if table is None or index >= len(table.rows):
            return ""
        return f"{sheet}!{table.cell(table.rows[index], column)}"

    def _stock_cell(self, material: int, site: int, period: int, columns: tuple[str, ...]) -> str:
        """Where a bound of a stock stands: by period where it is overridden, else in Stock."""
        name, at = self.scenario.materials[material], self.scenario.sites[site]
        over = self.tables.get(columns[0])
        for row in over.rows if over else ():
            if over and row.text("Material") == name and self.periods[period] in row.spread:
                return f"{columns[0]}!{over.cell(row, self.periods[period])}"
        table = self.tables.get("Stock")
        for row in table.rows if table else ():
            if table and row.text("Material") == name and row.text("Site") == (at or ""):
                filled = next((c for c in columns if c in row.values), columns[0])
                return f"Stock!{table.cell(row, filled)}"
        return ""


def _amounts(used: float, bound: float, amount: float, unit: str) -> tuple[str, str, str]:
    """What is used, its bound and the distance, with their unit; shares in percent."""
    if unit != "fraction":
        label = f" {unit}" if unit else ""
        is_at, may_be, beyond = (significant(x, _DIGITS) + label for x in (used, bound, amount))
        return is_at, may_be, beyond
    shares = [share_text(share) for share in (used, bound, amount)]
    if shares[0] == shares[1] or shares[2] == "0 %":  # the difference is rounded away
        shares = [f"{significant(100 * share, _DIGITS)} %" for share in (used, bound, amount)]
    is_at, may_be, beyond = shares
    return is_at, may_be, beyond.replace("%", "percentage points")
