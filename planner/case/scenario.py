"""The numbers of one scenario, complete: what the formulation, the check and the results need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.case.columns import Value

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
class Rule:
    """One row of a quota or a limit: contained tonnes of some purchases, bounded.

    Attributes:
        kind: `quota` or `limit`.
        type: `tonnes` or `share`.
        value: the value of the limit's Column that it holds for, else None.
        sources: positions of the sources counted.
        content: tonnes counted per tonne bought, by source (S).
        sites: positions of the plants counted.
        periods: positions of the periods counted together.
        minimum, maximum: tonnes; of a share of purchases, the share. None: no bound.
        share_of: None, `demand` or `purchases`.
        basis: the demand that a share is of, in tonnes.
        basis_content: of a share of purchases, tonnes counted per tonne bought of any source (S).
        penalty: cost per tonne over or under; None: hard.
        minimum_cell, maximum_cell: where the bound stands.
        per_typed: tonnes (of a share of purchases: share) that one unit typed moves the bound by;
            of a share, one percentage point. By bound: (minimum, maximum).
        shown: tonnes in one unit as typed, for reporting used, bound and slack.
        unit: the unit typed.
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


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario of a case, as numbers. Tonnes, years, and money as the fields say.

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
    rules: tuple[Rule, ...]
    contracts: tuple[Contract, ...] = ()
    current: CurrentPlan | None = None

    @property
    def limit(self) -> Numbers:
        """S × T: most that can be bought, capacity × availability; availability 0 closes."""
        closed = np.zeros_like(self.capacity)
        return np.multiply(
            self.capacity, self.availability, out=closed, where=self.availability != 0
        )

    @property
    def landed_parts(self) -> Mapping[str, Numbers]:
        """S × P × T each: a tonne's landed cost by kind, in the case's currency, undiscounted."""
        exchange = self.exchange[:, None, :]
        price = self.price[:, None, :]
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

    @property
    def landed_cost(self) -> Numbers:
        """S × P × T: landed cost of a tonne, in the case's currency, undiscounted."""
        total = np.zeros((len(self.sources), len(self.sites), len(self.periods)))
        for part in self.landed_parts.values():
            total = total + part
        return total

    @property
    def lift_periods(self) -> Indices:
        """G, all lifts of all contracts: the period in which what is not lifted is paid.

        That is the last period counted in which the source may deliver.
        """
        last = [lift.periods[-1] for contract in self.contracts for lift in contract.lifts]
        return np.array(last, dtype=np.int64)

    @property
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
