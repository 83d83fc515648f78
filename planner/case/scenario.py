"""The numbers of one scenario, complete: what the formulation, the check and the results need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from planner.case.columns import Value
from planner.case.flows import Conversions, Recipes, Recycling
from planner.case.followed import Followed

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a source besides its numbers. `row` is its position in Sources."""

    name: str
    country: str
    supplier: str
    kind: str
    currency: str
    incoterm: str
    preference: float | None
    row: int
    attributes: Mapping[str, Value]

    def value(self, column: str) -> str | None:
        """The text in any column of Sources, or None where it is blank."""
        value = self.attributes.get(column)
        return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Party:
    """Sources with one value of a limit's Column, counted together: a supplier, a country."""

    value: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a quota or a limit: something counted of some purchases, bounded.

    Attributes:
        kind: `quota` or `limit`.
        type: `tonnes`, `share`, `average`, `spend`, `suppliers` or `HHI`.
        value: the value of the limit's Column that it holds for, else None.
        sources: positions of the sources counted.
        content: contained tonnes counted per tonne bought, by source (S); of an average, those
            times the attribute; of a spend, 1 for the sources counted.
        sites: positions of the plants counted.
        periods: positions of the periods counted together.
        minimum, maximum: tonnes; of a share of purchases, the share; of an average, in the unit
            of its attribute; of a spend, undiscounted money of the case; a number of suppliers;
            an HHI. None: no bound.
        share_of: None, `demand` or `purchases`.
        basis: the demand that a share or an HHI is of, in tonnes.
        basis_content: what a share of purchases or an average is divided by, in tonnes counted
            per tonne bought (S).
        penalty: cost per tonne over or under; None: hard, unless it has a priority.
        minimum_cell, maximum_cell: where the bound stands.
        per_typed: by how much one unit typed moves the bound (of a share of purchases: the share);
            of a share, one percentage point. By bound: (minimum, maximum).
        shown: one unit as typed, for reporting used, bound and slack.
        unit: the unit typed, of the maximum where there is one.
        minimum_unit: the unit typed of the minimum.
        priority: None: a must; 1 (matters most) to 4: given up where the musts leave no choice.
        priority_cell: where the priority stands.
        column: the column of Sources that it goes by, where it is not for each value on its own.
        parties: the suppliers of a count, the countries of an HHI; one side of the sources each.
        counts_from: tonnes from which a supplier counts for a minimum.
    """

    kind: str
    name: str
    type: str
    value: str | None
    sources: tuple[int, ...]
    content: Numbers
    sites: tuple[int, ...]
    periods: tuple[int, ...]
    minimum: float | None
    maximum: float | None
    share_of: str | None
    basis: float | None
    basis_content: Numbers | None
    penalty: float | None
    minimum_cell: str
    maximum_cell: str
    per_typed: tuple[float, float]
    shown: float
    unit: str
    priority: int | None = None
    priority_cell: str = ""
    minimum_unit: str = ""
    column: str | None = None
    parties: tuple[Party, ...] = ()
    counts_from: float = 0.0

    @property
    def may_break(self) -> bool:
        """Whether a plan may go beyond its bounds: at a penalty, or where nothing else is left."""
        return self.penalty is not None or self.priority is not None

    @property
    def is_row(self) -> bool:
        """Whether what it counts is one sum over purchases, between bounds."""
        return self.type not in ("suppliers", "HHI")


def effective_limit(capacity: Numbers, availability: Numbers) -> Numbers:
    """S × T: capacity × availability; availability 0 closes an unlimited source too."""
    closed = np.zeros_like(capacity)
    return np.multiply(capacity, availability, out=closed, where=availability != 0)


@dataclass(frozen=True, slots=True)
class Restart:
    """A source that delivers only once it is decided on, yes or no.

    Attributes:
        source: its position.
        cost: paid once, in the period of the decision.
        lead: periods from the decision to the start.
        earliest, latest: positions of the first and last period of decision.
        ramps: parts of the capacity open in the first, second … period after the start; then all.
        running_cost: per year from the start on, up to the period `last`.
        minimum_load: part of the open capacity that has to be bought.
        last: the source's last period.
        cell: where the restart cost stands.
        load_cell: where the minimum load stands.
    """

    source: int
    cost: float
    lead: int
    earliest: int
    latest: int
    ramps: tuple[float, ...]
    running_cost: float
    minimum_load: float
    last: int
    cell: str
    load_cell: str

    def opened(self, decided: int, period: int) -> float:
        """Part of the capacity open in a period, where the restart is decided in another."""
        age = period - decided - self.lead
        if age < 0:
            return 0.0
        return self.ramps[age] if age < len(self.ramps) else 1.0


@dataclass(frozen=True, slots=True)
class Orders:
    """What an order has to be, and costs. Zero: nothing.

    Attributes:
        minimum: S, tonnes: what is bought in a period is nothing or at least this.
        cost: S, money of the source's currency in each period with an order.
    """

    minimum: Numbers
    cost: Numbers

    @property
    def needed(self) -> Flags:
        """S: sources of which it has to be decided whether to order."""
        flags: Flags = (self.minimum > 0) | (self.cost > 0)
        return flags


@dataclass(frozen=True, slots=True)
class Tiers:
    """Prices of a source by its volume in a period.

    Attributes:
        source: its position.
        starts: tonnes a year from which each tier's price holds; the first is 0.
        prices: in the source's currency per tonne.
        all_units: the price of the tier reached holds for the whole volume.
        cells: where the prices stand.
        rewarded: positions of the periods in which a minimum on spend rewards paying more.
    """

    source: int
    starts: tuple[float, ...]
    prices: tuple[float, ...]
    all_units: bool
    cells: tuple[str, ...]
    rewarded: frozenset[int] = frozenset()

    @property
    def rises(self) -> bool:
        """Whether no tier is cheaper than the one before."""
        return all(a <= b for a, b in pairwise(self.prices))

    @property
    def needs_steps(self) -> bool:
        """Whether it has to be decided which tier is reached, in some period at least."""
        return self.steps_in(None) or any(self.steps_in(t) for t in self.rewarded)

    def steps_in(self, period: int | None) -> bool:
        """Whether it has to be decided in a period (None: in any other than those rewarded).

        Cheap tiers fill first by themselves, unless something rewards spending.
        """
        falls = self.all_units or not self.rises
        return len(self.prices) > 1 and (falls or period in self.rewarded)

    def spending(self, tonnes: float, years: float) -> float:
        """Price × volume of one period, in the source's currency.

        At exactly a bound the cheaper price holds.

        Args:
            tonnes: bought in the period.
            years: length of the period.
        """
        bounds = [start * years for start in self.starts]
        near = 1e-9 * max(tonnes, bounds[-1], 1e-9)
        if self.all_units:
            ends = [*bounds[1:], float("inf")]
            reached = [
                price
                for price, low, high in zip(self.prices, bounds, ends, strict=True)
                if low - near <= tonnes <= high + near
            ]
            return min(reached) * tonnes
        ends = [*bounds[1:], float("inf")]
        return sum(
            price * max(min(tonnes, high) - low, 0.0)
            for price, low, high in zip(self.prices, bounds, ends, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Lift:
    """Periods of a contract in which a part of its level has to be lifted, counted together.

    Attributes:
        periods: positions of those in which the source may deliver.
        per_level: tonnes to be lifted per unit of level: must take × Σ length × availability,
            availability counted up to 1.
    """

    periods: tuple[int, ...]
    per_level: float


@dataclass(frozen=True, slots=True)
class Contract:
    """An offtake: a level decided once, which caps what is taken in each period.

    Attributes:
        source: position of the source.
        periods: positions of the periods in its window.
        minimum, maximum: of the level, in tonnes per period or, typed in [t/yr], per year.
        lengths: for each period of the window, tonnes taken per unit of level: 1, or the years.
        unlifted_pays: part of the price paid for what is not lifted; None: it has to be lifted.
        lifts: what has to be lifted; none where Must take is 0.
        per_typed: units of level in one unit as typed.
        unit: the unit typed.
    """

    name: str
    source: int
    periods: tuple[int, ...]
    minimum: float
    maximum: float
    lengths: Numbers
    unlifted_pays: float | None
    lifts: tuple[Lift, ...]
    minimum_cell: str
    maximum_cell: str
    must_take_cell: str
    per_typed: float
    unit: str


@dataclass(frozen=True, slots=True)
class CurrentPlan:
    """Purchases as planned today.

    Attributes:
        tonnes: S × P × T; 0 where the sheet does not say.
        cells: where they stand, by position of source, plant and period.
        frozen: number of periods, from the first on, that keep these purchases.
    """

    tonnes: Numbers
    cells: Mapping[tuple[int, int, int], str]
    frozen: int = 0


@dataclass(frozen=True)
class Scenario:
    """One scenario of a case, as numbers. Tonnes, years, and money as the fields say.

    What follows from them is worked out once, when first asked for.

    Axes: S sources, M materials, I items, P sites, T periods. Prices, freight and processing are
    in the source's currency per tonne; everything else in the case's.
    """

    case: str
    name: str
    title: str
    importer: str
    currency: str
    discount_rate: float
    duty_on_freight: bool
    shortfall_allowed: bool
    mip_gap: float
    time_limit: float
    periods: tuple[str, ...]
    starts: tuple[date | None, ...]
    years: Numbers  # T
    discount: Numbers  # T: worth today of money in the period
    materials: tuple[str, ...]
    forms: tuple[str, ...]
    items: tuple[str, ...]
    sites: tuple[str | None, ...]
    sources: tuple[Source, ...]
    content: Numbers  # S × M, tonnes in a tonne bought
    yields: Numbers  # S
    lead: Indices  # S × P, periods
    first: Indices  # S, first period of purchase
    last: Indices  # S
    allowed: Flags  # S × P
    price: Numbers  # S × T
    exchange: Numbers  # S × T, case currency for one unit of the source's
    export_tax: Numbers  # S
    duty: Numbers  # S
    freight: Numbers  # S × P
    processing: Numbers  # S
    capacity: Numbers  # S × T, tonnes; infinite: unlimited
    availability: Numbers  # S × T
    capacity_cells: tuple[tuple[str | None, ...], ...]  # S × T
    capacity_per_typed: Numbers  # S × T, tonnes that one unit typed adds
    capacity_shown: Numbers  # S × T, tonnes in one unit typed
    capacity_units: tuple[tuple[str, ...], ...]  # S × T
    price_cells: tuple[tuple[str | None, ...], ...]  # S × T
    demand: Numbers  # I × P × T
    demand_cells: Mapping[tuple[int, int, int], str]
    shortfall_cost: Numbers  # I × T
    surplus_value: Numbers  # M × T
    surplus_cells: tuple[tuple[str | None, ...], ...]  # M × T
    stocked: Flags  # M × P
    opening: Numbers  # M × P
    stock_maximum: Numbers  # M × P, infinite: none
    final_minimum: Numbers  # M × P
    final_maximum: Numbers  # M × P, infinite: none
    final_value: Numbers  # M × P
    final_value_cells: Mapping[tuple[int, int], str]
    target: Numbers  # M × P × T
    safety_cost: Numbers  # M × P, per tonne and year; NaN: the target is hard
    holding_cost: Numbers  # M × P × T, per tonne and year
    in_transit: Numbers  # M × P × T
    recipes: Recipes
    conversions: Conversions
    recycling: Recycling
    rules: tuple[Rule, ...]
    restarts: tuple[Restart, ...]
    orders: Orders
    tiers: tuple[Tiers, ...]
    bound: Numbers  # S × T, tonnes: most that can be bought, by capacity, quota or tonnes limit
    contracts: tuple[Contract, ...] = ()
    current: CurrentPlan | None = None
    # By source and period: how a price that follows indices does so.
    followed: Mapping[tuple[int, int], Followed] = field(default_factory=dict)

    @cached_property
    def limit(self) -> Numbers:
        """S × T: most that can be bought, capacity × availability; availability 0 closes."""
        return effective_limit(self.capacity, self.availability)

    @cached_property
    def can_buy(self) -> Flags:
        """S × T: whether anything can be bought: between First and Last period, not closed."""
        flags: Flags = self.window & (self.limit > 0)
        return flags

    @cached_property
    def window(self) -> Flags:
        """S × T: whether a period is between First and Last period of a source."""
        periods = np.arange(len(self.periods))
        flags: Flags = (self.first[:, None] <= periods) & (periods <= self.last[:, None])
        return flags

    @cached_property
    def has_decisions(self) -> bool:
        """Whether there are yes/no decisions: what prices and bounds are worth holds for these."""
        decides = bool(self.restarts) or bool(self.orders.needed.any())
        steps = any(tiers.needs_steps for tiers in self.tiers)
        counts = any(rule.type == "suppliers" for rule in self.rules)
        return decides or steps or counts

    @cached_property
    def needs(self) -> Numbers:
        """M × P × T: tonnes demanded of materials; products count by their reference recipe."""
        return self.recipes.needs(self.demand)

    @cached_property
    def landed_parts(self) -> Mapping[str, Numbers]:
        """S × P × T each: a tonne's landed cost by kind, in the case's currency, undiscounted.

        Of a source priced by volume it is that of the first tier.
        """
        return self.landed_parts_at(self.price)

    def landed_parts_at(self, prices: Numbers) -> Mapping[str, Numbers]:
        """The same at other prices (S × T, in the source's currency per tonne)."""
        exchange = self.exchange[:, None, :]
        price = prices[:, None, :]
        taxed = price * self.export_tax[:, None, None]
        freight = self.freight[:, :, None]
        base = price + taxed + (freight if self.duty_on_freight else 0.0)
        shape = (len(self.sources), len(self.sites), len(self.periods))
        parts = {
            "purchase": price,
            "export_tax": taxed,
            "freight": freight,
            "duty": self.duty[:, None, None] * base,
            "processing": self.processing[:, None, None],
        }
        return {kind: np.broadcast_to(exchange * part, shape) for kind, part in parts.items()}

    @cached_property
    def landed_cost(self) -> Numbers:
        """S × P × T: landed cost of a tonne, in the case's currency, undiscounted."""
        total = np.zeros((len(self.sources), len(self.sites), len(self.periods)))
        for part in self.landed_parts.values():
            total = total + part
        return total

    @property
    def landed_cost_without_tiers(self) -> Numbers:
        """S × P × T: the same, of sources priced by volume without what depends on the price."""
        if not self.tiers:
            return self.landed_cost
        prices = self.price.copy()
        prices[[tiers.source for tiers in self.tiers]] = 0.0
        total = np.zeros((len(self.sources), len(self.sites), len(self.periods)))
        for part in self.landed_parts_at(prices).values():
            total = total + part
        return total

    @cached_property
    def opened_limit(self) -> Numbers:
        """S × T: what a restart opens at full capacity; an unlimited source takes its bound."""
        limit: Numbers = np.where(np.isinf(self.limit), self.bound, self.limit)
        return limit

    @cached_property
    def price_factor(self) -> Numbers:
        """S × T: landed cost in the case's currency per unit of price in the source's."""
        factor: Numbers = ((1.0 + self.export_tax) * (1.0 + self.duty))[:, None] * self.exchange
        return factor

    def open_capacity(self, restart: Restart, decided: Numbers) -> Numbers:
        """T: tonnes that a restart opens; `decided` is T, 1 in the period of its decision."""
        periods = range(len(self.periods))
        parts = [sum(restart.opened(u, t) * decided[u] for u in periods) for t in periods]
        capacity: Numbers = np.array(parts, dtype=float) * self.opened_limit[restart.source]
        return capacity

    @cached_property
    def lift_periods(self) -> Indices:
        """G, all lifts of all contracts: the period in which what is not lifted is paid.

        That is the last period counted in which the source may deliver.
        """
        last = [lift.periods[-1] for contract in self.contracts for lift in contract.lifts]
        return np.array(last, dtype=np.int64)

    @cached_property
    def unlifted_price(self) -> Numbers:
        """G: what a tonne not lifted costs, in the case's currency, undiscounted.

        Part of the price, without tax, freight and duty; 0 where it has to be lifted.
        """
        prices = [
            self.exchange[contract.source, lift.periods[-1]]
            * self.price[contract.source, lift.periods[-1]]
            * (contract.unlifted_pays or 0.0)
            for contract in self.contracts
            for lift in contract.lifts
        ]
        return np.array(prices, dtype=float)

    def buys_in(self, source: int, period: int) -> bool:
        """Whether a source may deliver in a period at all."""
        return bool(self.first[source] <= period <= self.last[source])
