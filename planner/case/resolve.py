"""From a case's values to the numbers of one scenario, with every complaint on the way."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from planner.case import calendar
from planner.case import indices as market
from planner.case.columns import Value, number_in
from planner.case.contracts import build_contracts
from planner.case.conversions import build_conversions
from planner.case.current_plan import check_frozen, read_current_plan
from planner.case.decisions import first_tier_prices, resolve_decisions
from planner.case.disruptions import Disruptions
from planner.case.extent import complain_of_extent
from planner.case.lanes import build_lanes
from planner.case.ledger import Ledger, Series
from planner.case.names import did_you_mean, shortlist
from planner.case.problems import Problems
from planner.case.reach import Supply, complain_of_no_source
from planner.case.recipes import build_recipes, warn_of_little
from planner.case.recycling import build_recycling
from planner.case.rules import build_rules
from planner.case.scenario import Flags, Indices, Numbers, Scenario, Source, effective_limit

_COMPOSITION_MOST = 1.0
_COMPOSITION_ROUNDED = 1.02
_FRACTIONS_AS_PERCENT = _COMPOSITION_ROUNDED / 100
_TOLERANCE = 1e-9


def resolve(
    ledger: Ledger,
    starts: tuple[date | None, ...],
    case: str,
    scenario: str,
    problems: Problems,
    *,
    lineage: Collection[str] = (),
) -> Scenario | None:
    """The numbers of one scenario; None where complaints in `problems` leave none.

    `lineage` names the scenario and those that it builds on.
    """
    builder = _Builder(ledger, starts, problems, lineage)
    before = len(problems.errors)
    built = builder.build(case, scenario)
    if built is not None:
        check_frozen(built, problems)
    return built if len(problems.errors) == before else None


@dataclass(frozen=True, slots=True)
class _Stock:
    stocked: Flags
    opening: Numbers
    maximum: Numbers
    final_minimum: Numbers
    final_maximum: Numbers
    final_value: Numbers
    final_value_cells: Mapping[tuple[int, int], str]
    target: Numbers
    safety_cost: Numbers
    holding_cost: Numbers


class _Builder:
    def __init__(
        self,
        ledger: Ledger,
        starts: tuple[date | None, ...],
        problems: Problems,
        lineage: Collection[str],
    ) -> None:
        self.ledger = ledger
        self.starts = starts
        self.problems = problems
        self.lineage = lineage
        self.periods = ledger.periods.names
        self.years = np.array(ledger.periods.years)
        self.materials = ledger.names("Materials")
        self.items = self.materials + ledger.names("Products")
        self.sites: list[str | None] = list(ledger.names("Sites")) or [None]
        self.sources = ledger.names("Sources")
        self.rows = ledger.rows.get("Sources", [])
        self.indices = market.Indices(ledger, self.error)

    def error(self, sheet: str, index: int, column: str, text: str, kind: str) -> None:
        """A complaint about a row's cell, by the row's position on its sheet.

        Nothing is said where the cell or its column is complained of already.
        """
        self.ledger.complain(self.problems, (sheet, index, column), text, kind)

    def build(self, case: str, scenario: str) -> Scenario | None:
        setting = self.ledger.setting
        counts = (len(self.sources), len(self.sites), len(self.periods))
        rate = self.ledger.number("Discount rate")
        elapsed = np.concatenate([[0.0], np.cumsum(self.years)[:-1]])
        content = self._content()
        first, last = self._source_windows()
        exchange = self._exchange(first, last)
        self.indices.fill_prices(content, exchange, first, last)
        price, price_cells = self._source_series("Prices", "Price", first, last)
        capacity, capacity_cells = self._source_series("Capacity", "Capacity", first, last)
        disruptions = Disruptions(self.ledger, self.starts, self.error, self.problems)
        availability = self._availability(capacity, capacity_cells) * disruptions.factors(
            self.lineage, capacity, capacity_cells
        )
        demand, demand_cells = self._demand()
        allowed = setting("Shortfall") == "allowed"
        shortfall_cost = self._item_series("Shortfall costs", len(self.items))
        if allowed:
            self._complain_of_shortfall_costs(demand, shortfall_cost)
        lanes = build_lanes(self.ledger, self.sites, self.problems)
        recipes = build_recipes(self.ledger, self.materials, self.problems)
        conversions = build_conversions(self.ledger, self.materials, self.sites, self.problems)
        recycling = build_recycling(self.ledger, self.items, self.problems)
        needs = recipes.needs(demand)
        stock = self._stock(needs)
        in_transit = self._in_transit()
        rules = build_rules(
            self.ledger,
            self.starts,
            needs=needs,
            content=content,
            sites=self.sites,
            problems=self.problems,
        )
        if allowed:
            warn_of_little(self.ledger, recipes, demand, self.items, self.problems)
        else:
            supply = Supply(
                sells=(content[:, :, None] > 0) & lanes.allowed[:, None, :],
                given=stock.opening + in_transit.sum(axis=2) > 0,
                recipes=recipes,
                conversions=conversions,
                recycling=recycling,
            )
            complain_of_no_source(
                supply,
                demand,
                demand_cells,
                items=self.items,
                sites=self.sites,
                problems=self.problems,
            )
        complain_of_extent(demand, demand_cells, self.problems)
        decisions = resolve_decisions(
            self.ledger,
            limit=effective_limit(capacity, availability),
            windows=(first, last),
            rules=rules,
            problems=self.problems,
        )
        capacity_series = self.ledger.series["Capacity"]
        shown = np.array([series.per_typed for series in capacity_series]).reshape(
            counts[0], counts[2]
        )
        surplus = self.ledger.series["Surplus values"]
        return Scenario(
            case=case,
            name=scenario,
            title=str(setting("Title")),
            importer=str(setting("Importer")),
            currency=self.ledger.currency,
            discount_rate=rate,
            duty_on_freight=setting("Duty base") == "CIF",
            shortfall_allowed=allowed,
            mip_gap=self.ledger.number("MIP gap"),
            time_limit=self.ledger.number("Time limit"),
            periods=self.periods,
            starts=self.starts,
            years=self.years,
            discount=(1.0 + rate) ** -elapsed,
            materials=tuple(self.materials),
            forms=tuple(str(r.get("Form", "")) for r in self.ledger.rows.get("Materials", [])),
            items=tuple(self.items),
            sites=tuple(self.sites),
            sources=tuple(self._source(i) for i in range(counts[0])),
            content=content,
            yields=self._of_sources("Yield"),
            lead=lanes.lead,
            first=first,
            last=last,
            allowed=lanes.allowed,
            price=price,
            exchange=exchange,
            export_tax=self._of_sources("Export tax"),
            duty=self._of_sources("Duty"),
            freight=lanes.freight,
            processing=self._of_sources("Processing"),
            capacity=capacity,
            availability=availability,
            capacity_cells=capacity_cells,
            capacity_per_typed=shown * availability,
            capacity_shown=shown,
            capacity_units=tuple(tuple(series.units) for series in capacity_series),
            price_cells=price_cells,
            demand=demand,
            demand_cells=demand_cells,
            shortfall_cost=np.nan_to_num(shortfall_cost),
            surplus_value=np.nan_to_num(self._item_series("Surplus values", len(self.materials))),
            surplus_cells=tuple(tuple(series.cells) for series in surplus),
            stocked=stock.stocked,
            opening=stock.opening,
            stock_maximum=stock.maximum,
            final_minimum=stock.final_minimum,
            final_maximum=stock.final_maximum,
            final_value=stock.final_value,
            final_value_cells=stock.final_value_cells,
            target=stock.target,
            safety_cost=stock.safety_cost,
            holding_cost=stock.holding_cost,
            in_transit=in_transit,
            recipes=recipes,
            conversions=conversions,
            recycling=recycling,
            rules=rules,
            restarts=decisions.restarts,
            orders=decisions.orders,
            tiers=decisions.tiers,
            bound=decisions.bound,
            contracts=build_contracts(
                self.ledger,
                self.starts,
                first=first,
                last=last,
                availability=availability,
                complain=self.error,
            ),
            current=read_current_plan(self.ledger, self.sites, self.error),
            followed=self.indices.followed,
        )

    # -- sources ----------------------------------------------------------------------------

    def _source(self, index: int) -> Source:
        row = self.rows[index]
        preference = row.get("Preference")
        return Source(
            name=str(row["Source"]),
            country=str(row.get("Country", "")),
            supplier=str(row["Supplier"]),
            kind=str(row.get("Kind", "")),
            currency=str(row["Currency"]),
            incoterm=str(row.get("Incoterm", "")),
            preference=preference if isinstance(preference, float) else None,
            row=index,
            attributes=dict(row),
        )

    def _of_sources(self, column: str) -> Numbers:
        return np.array([number_in(row.get(column), 0.0) for row in self.rows], dtype=float)

    def _content(self) -> Numbers:
        """S × M: a tonne bought of a source that sells one material is a tonne of it."""
        content = np.zeros((len(self.sources), len(self.materials)))
        baskets = self.ledger.rows.get("Composition", [])
        basket_of = {str(row.get("Source")): i for i, row in enumerate(baskets)}
        for s, row in enumerate(self.rows):
            name, material = str(row["Source"]), row.get("Material")
            if name in basket_of and material is not None:
                text = f"'{name}' has a row in Composition too; clear one of the two"
                self.error("Sources", s, "Material", text, "composition")
            elif name in basket_of:
                content[s] = self._basket(basket_of[name])
            elif material is None and not self.ledger.table("Composition").broken:
                text = "Material is blank, and Composition has no row for the source; give either"
                self.error("Sources", s, "Material", text, "blank")
            elif material in self.materials:
                content[s, self.materials.index(str(material))] = 1.0
        return content

    def _basket(self, index: int) -> Numbers:
        spread = self.ledger.spread["Composition"][index]
        parts = np.array([number_in(spread.get(name), 0.0) for name in self.materials])
        total = float(parts.sum())
        place = self.ledger.place("Composition", index, "Source")
        table = self.ledger.table("Composition")
        if table.broken or (index < len(table.rows) and table.rows[index].unread):
            return parts
        if total > _COMPOSITION_ROUNDED + _TOLERANCE:
            self.problems.error(
                f"the contents sum to {total:.6g}; at most 1 tonne in a tonne bought",
                sheet="Composition",
                cell=place,
                kind="composition",
            )
        elif total > _COMPOSITION_MOST + _TOLERANCE:
            self.problems.warning(
                f"the contents sum to {total:.6g}, above 1: read as a rounded analysis",
                sheet="Composition",
                cell=place,
                kind="composition",
            )
        elif total <= 0:
            self.problems.error(
                "the row has no contents; give tonnes of each material in a tonne bought",
                sheet="Composition",
                cell=place,
                kind="composition",
            )
        elif total <= _FRACTIONS_AS_PERCENT and any(u.percent for u in table.spread_units.values()):
            self.problems.warning(
                f"the contents sum to {total * 100:.6g} % of a tonne bought; "
                "are they fractions? The headers say [%]",
                sheet="Composition",
                cell=place,
                kind="suspicious share",
            )
        return parts

    def _source_windows(self) -> tuple[Indices, Indices]:
        first = np.zeros(len(self.sources), dtype=np.int64)
        last = np.full(len(self.sources), len(self.periods) - 1, dtype=np.int64)
        for s, row in enumerate(self.rows):
            if row.get("First period") in self.periods:
                first[s] = self.periods.index(str(row["First period"]))
            if row.get("Last period") in self.periods:
                last[s] = self.periods.index(str(row["Last period"]))
            if last[s] < first[s]:
                text = (
                    f"Last period '{self.periods[last[s]]}' is before First period "
                    f"'{self.periods[first[s]]}'"
                )
                self.error("Sources", s, "Last period", text, "window")
        return first, last

    def _exchange(self, first: Indices, last: Indices) -> Numbers:
        rates = {s.key.get("Currency", ""): s for s in self.ledger.series["Currencies"]}
        self._complain_of_own_rate(rates)
        exchange = np.ones((len(self.sources), len(self.periods)))
        for s, row in enumerate(self.rows):
            currency = str(row["Currency"])
            if currency == self.ledger.currency:
                continue
            series = rates.get(currency)
            if series is None:
                known = [self.ledger.currency, *rates]
                text = f"unknown currency '{currency}'{did_you_mean(currency, known)}"
                text += "; rates stand in the sheet Currencies"
                self.error("Sources", s, "Currency", text, "unknown name")
                continue
            for t, value in enumerate(series.values):
                if isinstance(value, float):
                    exchange[s, t] = value
                elif first[s] <= t <= last[s] and t not in series.unread:
                    index = list(rates).index(currency)
                    text = f"Rate of {currency} is blank for '{self.periods[t]}'; fill it in"
                    self.error("Currencies", index, self.periods[t], text, "blank")
        return exchange

    def _complain_of_own_rate(self, rates: Mapping[str, Series]) -> None:
        own = rates.get(self.ledger.currency)
        if own is None or all(value in (None, 1.0) for value in own.values):
            return
        cell = next(c for c, v in zip(own.cells, own.values, strict=True) if v not in (None, 1.0))
        self.problems.error(
            f"{self.ledger.currency} is the case's own currency; its rate is 1",
            sheet="Currencies",
            cell=(cell or "").rpartition("!")[2] or None,
            kind="currency",
        )

    def _source_series(
        self, sheet: str, column: str, first: Indices, last: Indices
    ) -> tuple[Numbers, tuple[tuple[str | None, ...], ...]]:
        """S × T values of a series that every source needs while it can be bought."""
        series = self.ledger.series[sheet]
        numbers = np.zeros((len(self.sources), len(self.periods)))
        table = self.ledger.table("Sources")
        cells = tuple(tuple(one.cells) for one in series)
        elsewhere = first_tier_prices(self.ledger) if column == "Price" else {}
        tiered = self._tiered() if column == "Price" else frozenset()
        gaps = [
            [] if self.sources[s] in tiered else self._gaps(one, first[s], last[s])
            for s, one in enumerate(series)
        ]
        is_nowhere = column not in table.letters and sheet not in self.ledger.tables
        if is_nowhere and any(gaps):
            self._complain_of_column("Sources", column)
            return numbers, cells
        for s, one in enumerate(series):
            if self.sources[s] in elsewhere:
                numbers[s] = elsewhere[self.sources[s]]
                continue
            missing = gaps[s]
            if missing and not self.ledger.table(sheet).broken:
                behind = ""
                if sheet in self.ledger.tables:
                    everywhere = len(missing) == last[s] - first[s] + 1
                    where = "" if everywhere else f" for '{missing[0]}'"
                    behind = f", and the sheet {sheet} gives none{where}"
                what = "there is none" if column == "Capacity" else "it costs nothing"
                text = f"{column} is blank{behind}; enter 0 if {what}"
                self.error("Sources", s, column, text, "blank")
            numbers[s] = one.numbers(0.0)
        return numbers, cells

    def _tiered(self) -> frozenset[str]:
        """Sources priced by volume, also where something is wrong with one of their tiers."""
        rows = self.ledger.rows.get("Tiers", [])
        return self.ledger.table("Tiers").left_out | {str(row.get("Source")) for row in rows}

    def _gaps(self, series: Series, first: int, last: int) -> list[str]:
        """The periods from first to last without a value, unless their cell is complained of."""
        return [
            self.periods[t]
            for t, value in enumerate(series.values)
            if value is None and first <= t <= last and t not in series.unread
        ]

    def _complain_of_column(self, sheet: str, column: str) -> None:
        """Say once that a whole column is missing."""
        table = self.ledger.table(sheet)
        if column in table.broken:
            return
        found = shortlist(table.headers, most=40)
        self.problems.error(
            f"column '{column}' is missing (found: {found})",
            sheet=sheet,
            cell=f"{next(iter(table.letters.values()), 'A')}{table.header_row}",
            column=column,
            kind="missing column",
        )

    def _availability(
        self, capacity: Numbers, cells: tuple[tuple[str | None, ...], ...]
    ) -> Numbers:
        factors = np.ones_like(capacity)
        for s, one in enumerate(self.ledger.series["Availability"]):
            factors[s] = one.numbers(1.0)
            for t, factor in enumerate(factors[s]):
                if math.isinf(capacity[s, t]) and factor not in (0.0, 1.0):
                    cell = one.cells[t] or cells[s][t] or "Availability"
                    self.problems.error(
                        f"Availability of '{self.sources[s]}' in '{self.periods[t]}' is "
                        f"{factor:g}, but its capacity is unlimited: only 0 and 1 have a meaning; "
                        "scale its quota instead",
                        sheet=cell.partition("!")[0],
                        cell=cell.partition("!")[2] or None,
                        kind="unlimited",
                    )
        return factors

    # -- items ------------------------------------------------------------------------------

    def _demand(self) -> tuple[Numbers, dict[tuple[int, int, int], str]]:
        demand = np.zeros((len(self.items), len(self.sites), len(self.periods)))
        cells: dict[tuple[int, int, int], str] = {}
        for series in self.ledger.series["Demand"]:
            place = self._item_and_site(series, "Item", self.items)
            if place is None:
                continue
            demand[place] = series.numbers(0.0)
            cells |= {(*place, t): cell for t, cell in enumerate(series.cells) if cell}
        return demand, cells

    def _item_and_site(
        self, series: Series, column: str, names: list[str]
    ) -> tuple[int, int] | None:
        """Positions of a series' item and plant; None where a name is unknown (said elsewhere)."""
        site = series.key.get("Site")
        if series.key.get(column) not in names or site not in self.sites:
            return None
        return names.index(series.key[column]), self.sites.index(site)

    def _item_series(self, sheet: str, count: int) -> Numbers:
        numbers = np.full((count, len(self.periods)), np.nan)
        for i, series in enumerate(self.ledger.series[sheet]):
            numbers[i] = self.indices.in_money(series, self.items[i])
        return numbers

    def _complain_of_shortfall_costs(self, demand: Numbers, cost: Numbers) -> None:
        first = len(self.materials)
        for sheet, items in (
            ("Materials", range(first)),
            ("Products", range(first, len(self.items))),
        ):
            column = "Shortfall cost"
            has_column = column in self.ledger.table(sheet).letters
            if has_column or "Shortfall costs" in self.ledger.tables:
                for row, i in enumerate(items):
                    self._complain_of_shortfall_cost(sheet, row, i, demand, cost)
            elif demand[items].sum() > 0:
                self._complain_of_column(sheet, column)

    def _complain_of_shortfall_cost(
        self, sheet: str, row: int, item: int, demand: Numbers, cost: Numbers
    ) -> None:
        series = self.ledger.series["Shortfall costs"][item]
        wanted = demand[item].sum(axis=0) > 0
        missing = [
            self.periods[t]
            for t in np.flatnonzero(wanted & np.isnan(cost[item]))
            if t not in series.unread
        ]
        if not missing or self.ledger.table("Shortfall costs").broken:
            return
        where = "" if len(missing) == int(wanted.sum()) else f" for '{missing[0]}'"
        text = (
            f"Shortfall cost of '{self.items[item]}' is blank{where}; say what a tonne not "
            "delivered costs the business, or forbid shortfall in Settings"
        )
        self.error(sheet, row, "Shortfall cost", text, "blank")

    # -- stock ------------------------------------------------------------------------------

    def _stock(self, needs: Numbers) -> _Stock:
        shape = (len(self.materials), len(self.sites))
        over_time = (*shape, len(self.periods))
        stocked = np.zeros(shape, dtype=bool)
        opening, final_minimum, final_value = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        maximum, final_maximum = np.full(shape, np.inf), np.full(shape, np.inf)
        safety_cost = np.full(shape, np.nan)
        target, holding = np.zeros(over_time), np.zeros(over_time)
        cells: dict[tuple[int, int], str] = {}
        safety_unit = self.ledger.table("Stock").unit("Safety cost")
        for i, row in enumerate(self.ledger.rows.get("Stock", [])):
            safety = self.ledger.series["Safety stock"][i]
            place = self._item_and_site(safety, "Material", self.materials)
            if place is None:
                continue
            stocked[place] = True
            opening[place] = number_in(row.get("Opening"), 0.0)
            maximum[place] = number_in(row.get("Maximum"), math.inf)
            final_minimum[place] = number_in(row.get("Final minimum"), 0.0)
            final_maximum[place] = number_in(row.get("Final maximum"), math.inf)
            final_value[place] = self.indices.row_in_money(
                "Stock", i, "Final value", self.materials[place[0]], len(self.periods) - 1
            )
            cells[place] = self.ledger.cell("Stock", i, "Final value")
            if "Safety cost" in row:
                per_year = number_in(row["Safety cost"], 0.0)
                safety_cost[place] = per_year / (self.years[0] if safety_unit.per_period else 1.0)
                if safety_unit.per_period and not calendar.all_equal(self.ledger.periods.years):
                    text = "Safety cost is per period, but the periods differ in length; give /yr"
                    self.error("Stock", i, "Safety cost", text, "unit")
            cover = cover_target(needs[place], self.years, number_in(row.get("Cover"), 0.0))
            target[place] = np.maximum(safety.numbers(0.0), cover)
            holding[place] = np.nan_to_num(
                self.indices.in_money(
                    self.ledger.series["Holding costs"][i], self.materials[place[0]]
                )
            )
            self._complain_of_stock(i, row)
        return _Stock(
            stocked, opening, maximum, final_minimum, final_maximum, final_value, cells, target,
            safety_cost, holding,
        )  # fmt: skip

    def _complain_of_stock(self, index: int, row: Mapping[str, Value]) -> None:
        for low, high in (("Final minimum", "Final maximum"), ("Final minimum", "Maximum")):
            below = number_in(row.get(low), 0.0)
            above = number_in(row.get(high), math.inf)
            if below > above:
                text = f"{low} {below:g} t is above {high} {above:g} t"
                self.error("Stock", index, low, text, "window")

    def _in_transit(self) -> Numbers:
        tonnes = np.zeros((len(self.materials), len(self.sites), len(self.periods)))
        for series in self.ledger.series["In transit"]:
            place = self._item_and_site(series, "Material", self.materials)
            if place is not None:
                tonnes[place] = series.numbers(0.0)
        return tonnes


def cover_target(demand: Numbers, years: Numbers, cover: float) -> Numbers:
    """Tonnes that cover the demand of the next `cover` years after each period.

    Args:
        demand: T, tonnes in each period.
        years: T, lengths of the periods.
        cover: years; beyond the last period demand goes on at the last period's rate.
    """
    target = np.zeros_like(demand)
    count = len(demand)
    for t in range(count):
        left = cover
        for u in range(t + 1, count):
            part = min(left, years[u])
            target[t] += demand[u] * part / years[u]
            left -= part
            if left <= 0:
                break
        target[t] += max(left, 0.0) * demand[-1] / years[-1]
    return target
