"""Every requirement of a scenario, from the cells of its sheets to the bounds of its model."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from planner.case.columns import Value
from planner.case.disruptions import Disruptions
from planner.case.problems import Problems
from planner.case.scenario import Numbers, Rule, Scenario
from planner.studies.cells import EVERY, Cells, Entry
from planner.studies.conflicts.requirements import (
    Bound,
    Requirement,
    Requirements,
    Sense,
    SupplyBound,
)
from planner.wording import at_site
from planner_models.compiled import CompiledModel

_STOCK_MAXIMUM, _FINAL_MAXIMUM, _FINAL_MINIMUM = "Maximum", "Final maximum", "Final minimum"


def requirements_of(scenario: Scenario, model: CompiledModel, cells: Cells) -> Requirements:
    """Everything that cells ask of a plan of a scenario, soft rules aside.

    Args:
        scenario: the case's numbers.
        model: compiled of them, or of the same with more allowed.
        cells: of the same scenario.
    """
    finder = _Finder(scenario, model, cells)
    finder.find()
    return finder.found


class _Finder:
    """One walk through the sheets whose numbers bound a plan."""

    def __init__(self, scenario: Scenario, model: CompiledModel, cells: Cells) -> None:
        self.scenario = scenario
        self.model = model
        self.cells = cells
        self.periods = scenario.periods
        self.found = Requirements()
        self._rows: dict[str, dict[str, int]] = {}
        self._loaded = {one.source for one in scenario.restarts if one.minimum_load > 0}

    def find(self) -> None:
        """All of them, in the order in which they are given up last: demand comes last."""
        self._supply()
        self._closed()
        self._restarts()
        self._orders()
        self._flows()
        self._stock()
        self._contracts()
        self._frozen()
        self._rules()
        self._demand()

    # -- requirements -----------------------------------------------------------------------

    def _of_cell(
        self,
        cell: str,
        name: str,
        sense: Sense,
        steps: Callable[[Entry], Sequence[str]] | None = None,
        *,
        loosest: float | None = None,
        is_whole: bool = False,
        may_be_blank: bool = False,
    ) -> int:
        def make() -> Requirement:
            entry = self.cells.at(cell) if steps is not None else None
            found = tuple(steps(entry)) if steps is not None and entry is not None else ()
            return Requirement(
                name, cell, sense, self.cells, found, loosest, is_whole, may_be_blank
            )

        return self.found.owner(cell or name, make)

    def _in_period(self, cell: str, name: str, period: int) -> int:
        """Of a cell that asks for something in one period, or in every one."""
        if self.cells.column(cell) != EVERY:
            name += f" in {self.periods[period]}"
        return self._of_cell(cell, name, Sense.AT_LEAST)

    def _at(self, sheet: str, index: int, column: str) -> str:
        """The address of a row's cell."""
        return self.cells.ledger.cell(sheet, index, column)

    def _row(self, sheet: str, column: str, name: str) -> int | None:
        """The position of the row of a sheet with a name in a column."""
        if sheet not in self._rows:
            rows = enumerate(self.cells.ledger.rows.get(sheet, []))
            self._rows[sheet] = {str(row.get(column)): i for i, row in rows}
        return self._rows[sheet].get(name)

    def _add(
        self,
        places: tuple[bool, int, bool],
        owners: Sequence[int],
        value: float,
        free: float,
    ) -> None:
        self.found.bounds.append(Bound(*places, ((tuple(owners), value),), free))

    def _place(self, material: int, site: int) -> str:
        return at_site(self.scenario.materials[material], self.scenario.sites[site])

    # -- sources ----------------------------------------------------------------------------

    def _supply(self) -> None:
        """Capacity × availability × disruptions."""
        scenario, model = self.scenario, self.model
        restarted = {restart.source for restart in scenario.restarts}
        offers = model.indices["OFFERS"].tolist()
        # Capacities first: of what is closed it is named that it is, not how much it could be.
        limited = {
            (s, t): self._capacity(s, t) for s, t in offers if np.isfinite(scenario.capacity[s, t])
        }
        factors = self._factors()
        for (s, t), column in zip(offers, model.columns["buy"].tolist(), strict=True):
            parts = factors.get((s, t), [])
            closed = [(owner, part) for owner, part in parts if part == 0]
            if s in restarted:  # the rest of its capacity stands with its decisions
                if closed:
                    self.found.bounds.append(SupplyBound(column, None, tuple(closed)))
                continue
            given = None
            if (s, t) in limited:
                more = max(float(scenario.availability[s, t]), 1.0)
                given = (limited[s, t], float(scenario.capacity[s, t]) * more)
            if given is not None or parts:
                self.found.bounds.append(SupplyBound(column, given, tuple(parts)))

    def _capacity(self, s: int, t: int) -> int:
        cell = self.scenario.capacity_cells[s][t] or ""
        name = f"Capacity of {self.scenario.sources[s].name}"
        if not cell.startswith("Sources!"):
            name += f" in {self.periods[t]}"
        # Where a part of it has to be bought, less of it may help as well.
        return self._of_cell(cell, name, Sense.EXACTLY if s in self._loaded else Sense.AT_MOST)

    def _factors(self) -> dict[tuple[int, int], list[tuple[int, float]]]:
        """Of each source and period the requirements that take off its capacity."""
        scenario, ledger = self.scenario, self.cells.ledger
        found: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for s, series in enumerate(ledger.series["Availability"]):
            for t, factor in enumerate(series.numbers(1.0)):
                if factor < 1:
                    cell = series.cells[t] or ""
                    name = f"Availability of {scenario.sources[s].name} in {self.periods[t]}"
                    owner = self._of_cell(cell, name, Sense.AT_MOST, loosest=1.0)
                    found.setdefault((s, t), []).append((owner, factor))
        for i, row in enumerate(ledger.rows.get("Disruptions", [])):
            left = self._left_by(row)
            for s, t in np.argwhere(left != 1).tolist():
                cell = self._disruption_cell(i)
                owner = self._of_cell(cell, f"Disruption {row.get('Disruption')}", Sense.AT_MOST)
                found.setdefault((s, t), []).append((owner, float(left[s, t])))
        return found

    def _left_by(self, row: dict[str, Value]) -> Numbers:
        """S × T: what one disruption leaves."""
        scenario, case = self.scenario, self.cells.case
        problems = Problems()  # it was complained of when the case was read
        one = Disruptions(self.cells.ledger, case.starts, _no_complaint, problems)
        one.rows = [row]
        capacity = np.where(np.isinf(scenario.capacity), 1.0, scenario.capacity)
        return one.factors(case.lineage(scenario.name), capacity, scenario.capacity_cells)

    def _disruption_cell(self, index: int) -> str:
        return self._at("Disruptions", index, "Leaves")

    def _closed(self) -> None:
        """First and Last period, and lanes: where the model has more than the scenario allows."""
        scenario, model = self.scenario, self.model
        names = list(self.periods)
        for (s, t), column in zip(
            model.indices["OFFERS"].tolist(), model.columns["buy"].tolist(), strict=True
        ):
            first, last = int(scenario.first[s]), int(scenario.last[s])
            if first <= t <= last:
                continue
            side = "First period" if t < first else "Last period"
            steps = names[first - 1 :: -1] if t < first else names[last + 1 :]
            cell = self._at("Sources", scenario.sources[s].row, side)
            name = f"{side} of {scenario.sources[s].name}"
            owner = self._of_cell(cell, name, Sense.WORD, _always(steps))
            self._add((False, column, True), [owner], 0.0, math.inf)
        if scenario.allowed.all():
            return
        rows = {
            (row.get("Source"), row.get("Site")): i
            for i, row in enumerate(self.cells.ledger.rows.get("Lanes", []))
        }
        for (s, p, _), column in zip(
            model.indices["LANES"].tolist(), model.columns["ship"].tolist(), strict=True
        ):
            if scenario.allowed[s, p]:
                continue
            source, site = scenario.sources[s].name, scenario.sites[p]
            cell = self._at("Lanes", rows[source, site], "Allowed")
            owner = self._of_cell(
                cell, f"Lane from {source} to {site}", Sense.WORD, _always(["yes"])
            )
            self._add((False, column, True), [owner], 0.0, math.inf)

    def _restarts(self) -> None:
        """What is not open cannot be bought; what is has to be bought in part."""
        scenario, model = self.scenario, self.model
        restarts = {restart.source: restart for restart in scenario.restarts}
        decided = {s: range(one.earliest, one.latest + 1) for s, one in restarts.items()}
        for (s, t), row in zip(
            model.indices["RUNS"].tolist(), model.rows["restart_capacity"].tolist(), strict=True
        ):
            most = max(restarts[s].opened(u, t) for u in decided[s])
            owners = [self._restart(s)] if most < 1 else []
            if most > 0 and math.isfinite(scenario.capacity[s, t]):
                owners.append(self._capacity(s, t))
            if owners:
                self._add((True, row, True), owners, 0.0, math.inf)
        for (s, _), row in zip(
            model.indices["LOADS"].tolist(), model.rows["restart_load"].tolist(), strict=True
        ):
            name = f"Minimum load of {scenario.sources[s].name}"
            owner = self._of_cell(restarts[s].load_cell, name, Sense.AT_LEAST)
            self._add((True, row, False), [owner], 0.0, -math.inf)

    def _restart(self, source: int) -> int:
        """When a source can open: by its earliest decision, else by its lead time."""
        name = self.scenario.sources[source].name
        index = self._row("Restarts", "Source", name) or 0
        restart = next(one for one in self.scenario.restarts if one.source == source)
        names = list(self.periods)
        if restart.earliest > 0:
            cell = self._at("Restarts", index, "Earliest")
            steps = names[restart.earliest - 1 :: -1]
            text = f"Earliest restart of {name}"
            return self._of_cell(cell, text, Sense.WORD, _always(steps))
        if restart.lead > 0:
            cell = self._at("Restarts", index, "Lead time")
            text = f"Lead time of the restart of {name}"
            return self._of_cell(cell, text, Sense.WORD, _fewer_periods)
        return self._of_cell(restart.cell, f"Restart of {name}", Sense.WORD)

    def _orders(self) -> None:
        """Nothing, or at least the minimum order."""
        scenario, model = self.scenario, self.model
        for (s, _), row in zip(
            model.indices["ORDERS"].tolist(), model.rows["order_is_large"].tolist(), strict=True
        ):
            if scenario.orders.minimum[s] > 0:
                source = scenario.sources[s]
                cell = self._at("Sources", source.row, "Minimum order")
                owner = self._of_cell(cell, f"Minimum order of {source.name}", Sense.AT_LEAST)
                self._add((True, row, False), [owner], 0.0, -math.inf)

    # -- what happens at plants -------------------------------------------------------------

    def _flows(self) -> None:
        """Scrap, the shares of recipes, and the capacity of conversions."""
        scenario, model = self.scenario, self.model
        recycling = scenario.recycling
        for (s, _), row in zip(
            model.indices["FEEDS"].tolist(), model.rows["recycling_feed"].tolist(), strict=True
        ):
            owners = []
            for n in np.flatnonzero(recycling.source == s).tolist():
                name, item = scenario.sources[s].name, scenario.items[recycling.item[n]]
                cell = self._recycling_cell(name, item)
                text = f"Return of {item} to {name}"
                owners.append(self._of_cell(cell, text, Sense.AT_MOST))
            value = float(model.row_upper[row])
            self.found.bounds.append(Bound(True, row, True, ((tuple(owners), value),), math.inf))
        recipes, conversions = scenario.recipes, scenario.conversions
        for (r, _, _), column in zip(
            model.indices["MAKES"].tolist(), model.columns["make"].tolist(), strict=True
        ):
            most = float(model.upper[column])
            if math.isfinite(most):
                index = self._row("Recipes", "Recipe", recipes.names[r]) or 0
                cell = self._at("Recipes", index, "Maximum share")
                text = f"Maximum share of recipe {recipes.names[r]}"
                owner = self._of_cell(cell, text, Sense.AT_MOST)
                self._add((False, column, True), [owner], most, math.inf)
        for (v, _, _), column in zip(
            model.indices["CONVERSIONS"].tolist(), model.columns["convert"].tolist(), strict=True
        ):
            most = float(model.upper[column])
            if math.isfinite(most):
                cell = conversions.capacity_cells[v]
                text = f"Capacity of conversion {conversions.names[v]}"
                owner = self._of_cell(cell, text, Sense.AT_MOST)
                self._add((False, column, True), [owner], most, math.inf)

    def _recycling_cell(self, source: str, item: str) -> str:
        for i, row in enumerate(self.cells.ledger.rows.get("Recycling", [])):
            if row.get("Source") == source and row.get("Item") == item:
                return self._at("Recycling", i, "Return")
        return ""

    def _stock(self) -> None:
        """Maximum, final bounds, and targets that are hard."""
        scenario, model = self.scenario, self.model
        last = len(self.periods) - 1
        for (m, p, t), column in zip(
            model.indices["STOCKS"].tolist(), model.columns["stock"].tolist(), strict=True
        ):
            most: list[tuple[tuple[int, ...], float]] = []
            maximum = float(scenario.stock_maximum[m, p])
            if math.isfinite(maximum):
                most.append(((self._stocked(m, p, _STOCK_MAXIMUM, Sense.AT_MOST),), maximum))
            final = float(scenario.final_maximum[m, p])
            if t == last and math.isfinite(final):
                most.append(((self._stocked(m, p, _FINAL_MAXIMUM, Sense.AT_MOST),), final))
            if most:
                self.found.bounds.append(Bound(False, column, True, tuple(most), math.inf))
            least = float(scenario.final_minimum[m, p])
            if t == last and least > 0:
                owner = self._stocked(m, p, _FINAL_MINIMUM, Sense.AT_LEAST)
                self._add((False, column, False), [owner], least, 0.0)
        hard = np.isnan(scenario.safety_cost)
        for (m, p, t), row in zip(
            model.indices["TARGETS"].tolist(), model.rows["stock_target"].tolist(), strict=True
        ):
            if hard[m, p]:
                self.found.bounds.append(Bound(True, row, False, self._targets(m, p, t), 0.0))

    def _stocked(self, material: int, site: int, column: str, sense: Sense) -> int:
        index = self._stock_row(material, site)
        cell = self._at("Stock", index, column)
        return self._of_cell(cell, f"{column} stock of {self._place(material, site)}", sense)

    def _stock_row(self, material: int, site: int) -> int:
        name, at = self.scenario.materials[material], self.scenario.sites[site]
        for i, row in enumerate(self.cells.ledger.rows.get("Stock", [])):
            if row.get("Material") == name and row.get("Site") == at:
                return i
        return 0

    def _targets(self, m: int, p: int, t: int) -> tuple[tuple[tuple[int, ...], float], ...]:
        """The safety stock and the cover of a period: the larger one counts."""
        index = self._stock_row(m, p)
        series = self.cells.ledger.series["Safety stock"][index]
        safety, target = series.numbers(0.0)[t], float(self.scenario.target[m, p, t])
        place, terms = self._place(m, p), []
        if safety > 0:
            cell = series.cells[t] or ""
            name = f"Safety stock of {place}"
            if not cell.startswith("Stock!"):
                name += f" in {self.periods[t]}"
            terms.append(((self._of_cell(cell, name, Sense.AT_LEAST),), safety))
        if target > safety:
            cell = self._at("Stock", index, "Cover")
            terms.append(((self._of_cell(cell, f"Cover of {place}", Sense.AT_LEAST),), target))
        return tuple(terms)

    # -- rules ------------------------------------------------------------------------------

    def _contracts(self) -> None:
        """Levels, and what has to be lifted."""
        scenario, model = self.scenario, self.model
        for contract, column in zip(
            scenario.contracts, model.columns["level"].tolist(), strict=True
        ):
            name = f"contract {contract.name}"
            high = self._of_cell(contract.maximum_cell, f"Maximum of {name}", Sense.AT_MOST)
            self._add((False, column, True), [high], contract.maximum, math.inf)
            if contract.minimum > 0:
                low = self._of_cell(contract.minimum_cell, f"Minimum of {name}", Sense.AT_LEAST)
                self._add((False, column, False), [low], contract.minimum, 0.0)
        lifted = [contract for contract in scenario.contracts for _ in contract.lifts]
        for contract, row in zip(lifted, model.rows["contract_lift"].tolist(), strict=True):
            if contract.unlifted_pays is None:
                name = f"Must take of contract {contract.name}"
                owner = self._of_cell(contract.must_take_cell, name, Sense.AT_LEAST)
                self._add((True, row, False), [owner], 0.0, -math.inf)

    def _frozen(self) -> None:
        """Purchases that are kept as planned today."""
        scenario, model, current = self.scenario, self.model, self.scenario.current
        if current is None or not current.frozen:
            return
        setting = self._row("Settings", "Setting", "Frozen through") or 0
        cell = self._at("Settings", setting, "Value")
        earlier = list(self.periods)[: current.frozen - 1][::-1]
        through = self._of_cell(
            cell, "Frozen through", Sense.WORD, _always(earlier), may_be_blank=True
        )
        for (s, p, t), row in zip(
            model.indices["FROZEN"].tolist(),
            model.rows["purchases_are_frozen"].tolist(),
            strict=True,
        ):
            owners, cell = [through], current.cells.get((s, p, t), "")
            if cell:
                at = scenario.sites[p]
                name = at_site(f"Current plan of {scenario.sources[s].name}", at)
                name += f" in {self.periods[t]}"
                owners.append(self._of_cell(cell, name, Sense.EXACTLY))
            value = float(current.tonnes[s, p, t])
            self._add((True, row, False), owners, value, -math.inf)
            self._add((True, row, True), owners, value, math.inf)

    def _rules(self) -> None:
        """Quotas and limits that are musts."""
        model, rules = self.model, self.scenario.rules
        for index, rows, is_upper in (
            ("CEILINGS", "rule_ceiling", True),
            ("SUPPLIER_CEILINGS", "supplier_ceiling", True),
            ("HHI_CEILINGS", "hhi_ceiling", True),
            ("FLOORS", "rule_floor", False),
            ("SUPPLIER_FLOORS", "supplier_floor", False),
        ):
            bounds = model.row_upper if is_upper else model.row_lower
            for r, row in zip(
                model.indices[index][:, 0].tolist(), model.rows[rows].tolist(), strict=True
            ):
                if not rules[r].may_break:
                    owner = self._rule(rules[r], is_upper=is_upper)
                    free = math.inf if is_upper else -math.inf
                    self._add((True, row, is_upper), [owner], float(bounds[row]), free)

    def _rule(self, rule: Rule, *, is_upper: bool) -> int:
        cell = rule.maximum_cell if is_upper else rule.minimum_cell
        name = f"{rule.kind.capitalize()} {rule.name}"
        if rule.kind == "quota" and len(rule.periods) == 1 and len(self.periods) > 1:
            by_period = self.cells.column(cell) in self.periods
            name += f" in {self.periods[rule.periods[0]]}" if by_period else ""
        sense = Sense.AT_MOST if is_upper else Sense.AT_LEAST
        loosest, is_whole = _loosest_of(rule, is_upper=is_upper), rule.type == "suppliers"
        return self._of_cell(cell, name, sense, loosest=loosest, is_whole=is_whole)

    def _demand(self) -> None:
        """Demand that has to be met."""
        scenario, model = self.scenario, self.model
        if scenario.shortfall_allowed:
            return
        rows = _rows(model, "BALANCES", "material_balance")
        rows |= _rows(model, "PRODUCT_BALANCES", "product_balance")
        for i, p, t in np.argwhere(scenario.demand > 0).tolist():
            row = rows.get((i, p, t))
            if row is None:
                continue
            at = scenario.sites[p]
            name = at_site(f"Demand for {scenario.items[i]}", at)
            owner = self._in_period(scenario.demand_cells.get((i, p, t), ""), name, t)
            needed, tonnes = float(model.row_lower[row]), float(scenario.demand[i, p, t])
            self._add((True, row, False), [owner], needed, needed - tonnes)


def _always(steps: Sequence[str]) -> Callable[[Entry], Sequence[str]]:
    """The same steps, whatever a cell says."""
    return lambda _: steps


def _no_complaint(sheet: str, index: int, column: str, text: str, kind: str) -> None:
    """Take no complaint."""


def _loosest_of(rule: Rule, *, is_upper: bool) -> float:
    """The bound at which a rule asks for nothing; infinite: there is no such number."""
    if rule.type == "average":
        return math.inf if is_upper else -math.inf
    if not is_upper:
        return 0.0
    return 1.0 if rule.type in ("share", "HHI") else math.inf


def _fewer_periods(lead: Entry) -> Sequence[str]:
    """Shorter lead times, where they are typed in periods."""
    periods = lead.number
    if periods is None or not (lead.unit.in_periods or not lead.unit.text):
        return ()
    return [str(n) for n in range(math.ceil(periods) - 1, -1, -1)]


def _rows(model: CompiledModel, index: str, rows: str) -> dict[tuple[int, ...], int]:
    members = map(tuple, model.indices[index].tolist())
    return dict(zip(members, model.rows[rows].tolist(), strict=True))
