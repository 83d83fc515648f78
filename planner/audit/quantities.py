"""The plan again, from the sheets of a results workbook: what is bought, made, kept and missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from planner.audit.cells import Content, Sheet
from planner.case.scenario import Numbers, Scenario
from planner.solving.pricing import price_plan
from planner.solving.quantities import Quantities, Taken
from planner.solving.used import amount_of, used

Names = Mapping[Content, int]

_NEGATIVE = 1e-9
"""What is found of a recipe below 0 by no more than this part of the largest is rounding."""


_DECISIONS = ("restart", "order", "contract")


class Unfit(ValueError):  # noqa: N818 - what the workbook is
    """A cell that no plan of the case can have; `cell` says which."""

    def __init__(self, cell: str, why: str) -> None:
        self.cell = cell
        super().__init__(why)


class Reading:
    """One plan of a workbook that may hold several."""

    def __init__(self, sheets: Mapping[str, Sheet], numbers: Scenario) -> None:
        """Read the plan of a scenario.

        Args:
            sheets: of the workbook.
            numbers: of the scenario, from the case.
        """
        self.sheets = sheets
        self.numbers = numbers
        self.sources = _positions(source.name for source in numbers.sources)
        self.sites = _positions(numbers.sites)
        self.periods = _positions(numbers.periods)
        self.materials = _positions(numbers.materials)
        self.items = _positions(numbers.items)

    def quantities(self) -> Quantities:
        """The decisions that the sheets say.

        Raises:
            Unfit: a name or a number that no plan of the case can have.
        """
        numbers = self.numbers
        stores = (len(numbers.materials), len(numbers.sites), len(numbers.periods))
        rules = np.zeros(len(numbers.rules))
        balance = {
            key: self._spread("Balance", "Material", self.materials, header, stores)
            for key, header in (
                ("surplus", "+ Surplus"), ("stock", "Closing by the solver"),
                ("under", "Under target"), ("use", "+ Use in products"),
                ("converted", "+ Converted"),
            )
        }  # fmt: skip
        soft = ~np.isnan(numbers.safety_cost)[:, :, None] & numbers.stocked[:, :, None]
        opened, ordered, level = self._decisions()
        plan = Quantities(
            ship=self._ship(),
            make=np.zeros((len(numbers.recipes.names), *stores[1:])),
            convert=np.zeros((len(numbers.conversions.names), *stores[1:])),
            short=self._short(),
            surplus=balance["surplus"],
            stock=balance["stock"],
            under=np.where(soft, balance["under"], 0.0),
            over=rules,
            below=rules,
            open=opened,
            order=ordered,
            taken=Taken(level, np.zeros(len(numbers.lift_periods))),
        )
        plan = replace(plan, taken=Taken(level, self._unlifted(plan.bought, level)))
        convert = self._convert(balance["converted"])
        plan = replace(plan, make=self._make(plan.short, balance["use"]), convert=convert)
        over, below = self._beyond_soft_rules(plan)
        return replace(plan, over=over, below=below)

    # -- lists ------------------------------------------------------------------------------

    def sheet(self, name: str) -> Sheet:
        """A sheet that every results workbook has.

        Raises:
            Unfit: it is missing.
        """
        if name not in self.sheets:
            raise Unfit(f"{name}!A1", f"the sheet {name} is missing")
        return self.sheets[name]

    def rows(self, name: str) -> Iterator[int]:
        """The rows of a list that are of this scenario."""
        sheet = self.sheet(name)
        scenario = sheet.column("Scenario")
        for i in sheet.listed():
            if scenario is None or sheet.at(i, scenario) == self.numbers.name:
                yield i

    def _place(self, sheet: Sheet, row: int, header: str, known: Names) -> int:
        """The position of what a cell names; of a plant without a name there is no column."""
        column = sheet.column(header)
        value = None if column is None else sheet.at(row, column)
        if value not in known:
            cell = sheet.cell(row, column or 0)
            raise Unfit(cell, f"'{value}' is no {header.lower()} of the case")
        return known[value]

    def _tonnes(self, sheet: Sheet, row: int, column: int | None) -> float:
        value = None if column is None else sheet.at(row, column)
        if value is None:
            return 0.0
        if not isinstance(value, float):
            raise Unfit(sheet.cell(row, column or 0), f"'{value}' is no number")
        return value

    def _spread(
        self, name: str, first: str, known: Names, header: str, shape: tuple[int, ...]
    ) -> Numbers:
        """A column of a list by its first name, plant and period."""
        found = np.zeros(shape)
        sheet = self.sheet(name)
        column = sheet.column(header)
        for i in self.rows(name) if column is not None else ():
            site = self._place(sheet, i, "Site", self.sites) if len(self.sites) > 1 else 0
            place = self._place(sheet, i, first, known), site
            found[(*place, self._place(sheet, i, "Period", self.periods))] += self._tonnes(
                sheet, i, column
            )
        return found

    # -- what is decided --------------------------------------------------------------------

    def _ship(self) -> Numbers:
        sheet, numbers = self.sheet("Plan"), self.numbers
        found = np.zeros((len(numbers.sources), len(numbers.sites), len(numbers.periods)))
        columns = [(sheet.column(period), t) for t, period in enumerate(numbers.periods)]
        for i in self.rows("Plan"):
            s = self._place(sheet, i, "Source", self.sources)
            p = self._place(sheet, i, "Site", self.sites) if len(self.sites) > 1 else 0
            for column, t in columns:
                found[s, p, t] += self._tonnes(sheet, i, column)
        return found

    def _short(self) -> Numbers:
        """From the block of tonnes on the sheet Missing."""
        sheet, numbers = self.sheet("Missing"), self.numbers
        found = np.zeros((len(numbers.items), len(numbers.sites), len(numbers.periods)))
        for i, s, p in self._missing_rows(sheet, "Missing"):
            for t, period in enumerate(numbers.periods):
                column = sheet.column(period, self._head(sheet, "Missing") or 0)
                found[s, p, t] = self._tonnes(sheet, i, column)
        return found

    def missing_demand(self) -> Iterator[tuple[str, float, float]]:
        """What the sheet Missing says is demanded: its cell, what it says, what the case says."""
        sheet = self.sheet("Missing")
        head = self._head(sheet, "Demand of these items")
        for i, s, p in self._missing_rows(sheet, "Demand of these items"):
            for t, period in enumerate(self.numbers.periods):
                column = sheet.column(period, head or 0)
                said = self._tonnes(sheet, i, column)
                yield sheet.cell(i, column or 0), said, float(self.numbers.demand[s, p, t])

    def _head(self, sheet: Sheet, title: str) -> int | None:
        """The row of the headers of a block."""
        for i, cells in enumerate(sheet.rows):
            if cells and cells[0] in (title, f"{title} [t]"):
                return i + 1
        return None

    def _missing_rows(self, sheet: Sheet, title: str) -> Iterator[tuple[int, int, int]]:
        """Rows of a block, each with its item and plant; not those of sums."""
        head = self._head(sheet, title)
        if head is None:
            return
        scenario, item = sheet.column("Scenario", head), sheet.column("Item", head)
        site = sheet.column("Site", head)
        for i in sheet.listed(head):
            name = sheet.at(i, item or 0)
            is_ours = scenario is None or sheet.at(i, scenario) == self.numbers.name
            if not is_ours or name == "These items":
                continue
            place = None if site is None else sheet.at(i, site)
            if name not in self.items or place not in self.sites:
                raise Unfit(sheet.cell(i, item or 0), f"'{name}' is no item of the case")
            yield i, self.items[name], self.sites[place]

    def _decisions(self) -> tuple[Numbers, Numbers, Numbers]:
        """S × T openings and orders, and the levels of contracts."""
        sheet, numbers = self.sheet("Decisions"), self.numbers
        shape = (len(numbers.sources), len(numbers.periods))
        opened, ordered = np.zeros(shape), np.zeros(shape)
        level = np.zeros(len(numbers.contracts))
        contracts = _positions(contract.name for contract in numbers.contracts)
        kind, when = sheet.column("Kind"), sheet.column("Decide in")
        for i in self.rows("Decisions"):
            what = sheet.at(i, kind or 0)
            if what not in _DECISIONS:
                raise Unfit(sheet.cell(i, kind or 0), f"'{what}' is nothing to decide")
            if what == "contract":
                c = self._place(sheet, i, "Name", contracts)
                typed = self._tonnes(sheet, i, sheet.column("Level"))
                level[c] = typed * numbers.contracts[c].per_typed
            elif when is not None and sheet.at(i, when):
                s = self._place(sheet, i, "Name", self.sources)
                t = self._place(sheet, i, "Decide in", self.periods)
                (opened if what == "restart" else ordered)[s, t] += 1.0
        return opened, ordered, level

    # -- what follows -----------------------------------------------------------------------

    def _unlifted(self, bought: Numbers, level: Numbers) -> Numbers:
        """What contracts say is to be lifted, and is not: it is paid for."""
        found = []
        for contract, decided in zip(self.numbers.contracts, level.tolist(), strict=True):
            for lift in contract.lifts:
                lifted = float(bought[contract.source, list(lift.periods)].sum())
                missed = max(lift.per_level * decided - lifted, 0.0)
                found.append(missed if contract.unlifted_pays is not None else 0.0)
        return np.array(found, dtype=float)

    def _convert(self, converted: Numbers) -> Numbers:
        """Throughput, from what conversions make in all of each material at each plant."""
        numbers = self.numbers
        names = numbers.conversions.names
        found = np.zeros((len(names), *converted.shape[1:]))
        charged = self._charged("conversion", names)
        for p in range(len(numbers.sites)):
            here = np.flatnonzero(numbers.conversions.site == p)
            made = numbers.conversions.made[here]
            for t in range(len(numbers.periods)) if len(here) else ():
                most = numbers.conversions.capacity[here, t]
                costly = numbers.conversions.cost[here] != 0
                left = np.vstack([made.T, np.eye(len(here))[costly]])
                right = np.concatenate([converted[:, p, t], charged[here, p, t][costly]])
                found[here, p, t] = _solved(left, right, most)
        return found

    def _make(self, short: Numbers, use: Numbers) -> Numbers:
        """What each recipe makes: all of a product that is not missing, of the materials used."""
        numbers, recipes = self.numbers, self.numbers.recipes
        count = len(recipes.names)
        found = np.zeros((count, *use.shape[1:]))
        products = sorted(set(recipes.product.tolist()))
        rows = np.array([recipes.product == product for product in products], dtype=float)
        charged, costly = self._charged("recipe", recipes.names), recipes.extra_cost != 0
        for p, t in np.ndindex(use.shape[1:]) if count else ():
            demand = numbers.demand[:, p, t]
            made = (demand - short[:, p, t])[products]
            most = recipes.share * demand[recipes.product]
            left = np.vstack([rows, recipes.use.T, np.eye(count)[costly]])
            right = np.concatenate([made, use[:, p, t], charged[:, p, t][costly]])
            found[:, p, t] = _solved(left, right, most)
        return found

    def _charged(self, kind: str, names: Sequence[str]) -> Numbers:
        """Tonnes that the sheet Costs charges by recipe or conversion, plant and period."""
        sheet = self.sheet("Costs")
        found = np.zeros((len(names), len(self.sites), len(self.periods)))
        column, kinds, of = (sheet.column(name) for name in ("Quantity", "Kind", "Of"))
        if not names or column is None or kinds is None or of is None:
            return found
        for i in self.rows("Costs"):
            if sheet.at(i, kinds) == kind:
                p = self._place(sheet, i, "Site", self.sites) if len(self.sites) > 1 else 0
                t = self._place(sheet, i, "Period", self.periods)
                same = np.array([name == sheet.at(i, of) for name in names])
                found[same, p, t] = self._tonnes(sheet, i, column)
        return found

    def _beyond_soft_rules(self, plan: Quantities) -> tuple[Numbers, Numbers]:
        """By how much rules that may give way are broken above and below."""
        costs = price_plan(self.numbers, plan)
        over, below = np.zeros_like(plan.over), np.zeros_like(plan.below)
        for r, rule in enumerate(self.numbers.rules):
            if rule.may_break:
                amount = used(rule, plan, costs)
                if rule.maximum is not None:
                    over[r] = max(amount - amount_of(rule, rule.maximum, plan.ship), 0.0)
                if rule.minimum is not None:
                    below[r] = max(amount_of(rule, rule.minimum, plan.ship) - amount, 0.0)
        return over, below


def _positions(names: Iterable[str | None]) -> dict[Content, int]:
    return {name: i for i, name in enumerate(names)}


def _solved(left: Numbers, right: Numbers, most: Numbers) -> Numbers:
    """The amounts, from 0 to `most`, that give what is there; the nearest where none do."""
    if not right.any():
        return np.zeros(left.shape[1])
    scale = np.maximum(np.abs(left).max(axis=1), 1e-300)
    found = np.linalg.lstsq(left / scale[:, None], right / scale, rcond=None)[0]
    rounding = _NEGATIVE * float(np.abs(found).max(initial=0.0))
    if (found < -rounding).any() or (found > most + rounding).any():
        from scipy.optimize import lsq_linear  # noqa: PLC0415 - rarely needed, and slow to import

        upper = np.where(most > 0, most, rounding)
        found = lsq_linear(left / scale[:, None], right / scale, (0.0, upper), method="bvls").x
    tidy: Numbers = np.clip(found, 0.0, np.maximum(most, 0.0))
    return tidy
