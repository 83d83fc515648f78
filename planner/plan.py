"""The plan: what to buy where and when, what it costs, what is missing, what binds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.case.case import Case
from planner.case.scenario import Scenario
from planner.solving.certificate import Certificate
from planner.solving.check import Check
from planner.solving.pricing import KINDS, LANDED, PAID, Costs
from planner.solving.quantities import Quantities, delivered
from planner.solving.sizes import rounding_of_tonnes
from planner.solving.tolerances import NEGLIGIBLE

if TYPE_CHECKING:
    import pandas as pd

    from planner.solving.current import Evaluated

_HALF = 0.5
"""Above this a yes/no decision is a yes."""


@dataclass(frozen=True, slots=True)
class ShadowPrice:
    """What one unit of a bound is worth, in discounted case currency per unit as typed.

    Attributes:
        more: saving by one unit more; None: not known.
        less: what one unit less would cost; differs from `more` at a kink; None: not known.
        unit: `USD/t`, `USD per percentage point` …
        start, end: between which bounds (in the unit typed) they hold; None: not known or without
            end. `JSON` calls them from and to.
        echo: the worth merely echoes a shortfall cost: more of the bound means less shortfall.
        held: it holds for the yes/no decisions of this plan, and what it gives up of rules.
    """

    more: float | None
    less: float | None
    unit: str
    start: float | None = None
    end: float | None = None
    echo: bool = False
    held: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of the interfaces has it."""
        return {
            "more": self.more, "less": self.less, "unit": self.unit, "from": self.start,
            "to": self.end, "echo": self.echo, "held": self.held,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relieved:
    """Tonnes of an item, at a plant in a period, that are missing less; negative: more."""

    item: str
    site: str | None
    period: str
    tonnes: float


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One row of a quota, limit, capacity or contract: what is used of its bound.

    Attributes:
        kind: `quota`, `limit`, `capacity` or `contract`.
        name: of the quota, limit or contract; of the source or conversion for a capacity.
        value: the value of the limit's Column that the row holds for; of a conversion, its plant.
        cell: where the bound stands, `Quotas!F4`; that of the minimum where it is the one that
            binds.
        first, last: names of the first and last period counted.
        used, minimum, maximum, slack, breach: in the unit typed (a share: as a fraction). Slack
            is the distance to the nearer bound.
        unit: the unit typed; `fraction` for a share; empty for a number of suppliers, an HHI, and
            an average, which is in the unit of its attribute.
        what: `tonnes`, `share of demand`, `share of purchases`, `average of CO2`, `spend`,
            `number of suppliers`, `HHI by Country`, `level` of a contract …
        shadow_price: what the bound is worth.
        priority: of a limit that may be given up, 1 to 4; None: a must.
        relieves: what one unit as typed more of a maximum, or less of a minimum, takes off what is
            missing, at the margin; 0 t where that alone is of no help, but a unit the other way
            adds to it. So the solver has it: among equally cheap plans there may be others.
        per_typed: by how much one unit typed moves the bound, in its unit: 0.66 of a quota of which
            66 % are ours, and of a capacity of which so much is available; of a share, 0.01.
    """

    kind: str
    name: str
    value: str | None
    cell: str
    first: str
    last: str
    used: float | None
    minimum: float | None
    maximum: float | None
    slack: float | None
    breach: float
    unit: str
    what: str
    shadow_price: ShadowPrice
    priority: int | None = None
    relieves: tuple[Relieved, ...] = ()
    per_typed: float = 1.0

    @property
    def is_broken(self) -> bool:
        """Whether a rule that may give way does, by more than rounding."""
        return self.breach > self._rounding

    @property
    def binds(self) -> bool:
        """Whether the bound is reached or broken."""
        return self.is_broken or (self.slack is not None and self.slack <= self._rounding)

    @property
    def is_at_minimum(self) -> bool:
        """Whether the bound that it is at, or comes first to, is its minimum."""
        if self.minimum is None or self.maximum is None or self.used is None:
            return self.minimum is not None
        return self.used - self.minimum < self.maximum - self.used

    @property
    def _rounding(self) -> float:
        bounds = [abs(b) for b in (self.minimum, self.maximum) if b is not None]
        return NEGLIGIBLE * max(bounds, default=0.0)

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of the interfaces has it."""
        return {
            "kind": self.kind, "name": self.name, "value": self.value, "cell": self.cell,
            "from": self.first, "to": self.last, "used": self.used, "minimum": self.minimum,
            "maximum": self.maximum, "slack": self.slack, "breach": self.breach,
            "shadow_price": self.shadow_price.to_dict(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SwitchPrice:
    """The prices at which a source gains or loses tonnes, all else as it is.

    Money is in the source's own currency per tonne, in terms of its price before tax, freight
    and duty; all its periods move together by the same amount.

    Attributes:
        price: average price of the tonnes bought, else of the periods in which it can be bought.
        landed_cost: the same of landed cost.
        gains_at: price below which more is bought; None: at no price above 0, or not known.
        loses_at: price above which less is bought; None: at no price, nothing is bought, or not
            known.
        gains_echo, loses_echo: whether that price echoes the shortfall cost: there less, or more,
            is missing, instead of another source losing or gaining the tonnes.
    """

    price: float
    landed_cost: float
    gains_at: float | None
    loses_at: float | None
    gains_echo: bool = False
    loses_echo: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that is decided once.

    Attributes:
        kind: `restart`, `order` or `contract`.
        name: of the source, or of the contract.
        period: in which it is decided, of a contract the first of its window; None: not taken.
        starts: the period from which it delivers; None: after the last one, or not taken.
        date: the latest day to decide: the first of that period, where the case has dates.
        value: 1 for a restart or an order taken, the level of a contract in the unit typed.
        unit: of the level.
        cost: paid once for it, undiscounted, in the case's currency; None: nothing of its own.
        cell: where it stands in the input.
    """

    kind: str
    name: str
    period: str | None
    starts: str | None
    date: date | None
    value: float
    unit: str
    cost: float | None
    cell: str


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long the steps took, in seconds."""

    read: float = 0.0
    build: float = 0.0
    solve: float = 0.0
    write: float = 0.0

    def to_dict(self) -> dict[str, float]:
        """As the JSON of the interfaces has it."""
        return {"read": self.read, "build": self.build, "solve": self.solve, "write": self.write}


@dataclass(frozen=True)
class Plan:
    """The cheapest plan of one scenario, checked. Money is in the case's currency.

    Attributes:
        case: the case as read.
        numbers: the numbers of the scenario solved.
        status: `optimal`, or `feasible` where the search was stopped before it was proven so.
        quantities: the decisions, as arrays of tonnes.
        money: the cost of each kind, as arrays.
        objective: discounted total that was minimised: `paid` + `valuation`.
        bound: the least that any plan can cost, where it is known.
        gap: how far the objective may be above the bound, relative.
        limit_rows: what is used of each quota, limit, capacity and contract.
        switch_prices: by source; empty where they are not known.
        check: the figures of the independent check.
        solver: name and version of the solver.
        solver_cost: what the plan costs by the solver's model, to be compared with `objective`,
            which is priced from the case's numbers.
        certificate: the proof that no plan is cheaper, as rows and columns; None where there are
            yes/no decisions, where it was not proven, and for large models.
        no_certificate: why an optimal plan has none, for the end of a sentence; empty where it
            has one.
        has_all_prices: whether shadow prices and switch prices were looked for to the end: not
            where time was up, by Ctrl-C, or where nobody asks for them, as a note says.
        notes: what should be known of how the plan was found.
    """

    case: Case
    numbers: Scenario
    status: str
    quantities: Quantities
    money: Costs
    objective: float
    bound: float | None
    gap: float | None
    limit_rows: tuple[LimitRow, ...]
    switch_prices: Mapping[str, SwitchPrice]
    check: Check
    solver: str
    solver_cost: float
    certificate: Certificate | None = None
    no_certificate: str = ""
    has_all_prices: bool = True
    notes: tuple[str, ...] = ()
    seconds: Seconds = field(default_factory=Seconds, compare=False)
    output: str | None = field(default=None, compare=False)

    @property
    def scenario(self) -> str:
        """The name of the scenario."""
        return self.numbers.name

    @property
    def currency(self) -> str:
        """The currency of the case."""
        return self.numbers.currency

    # -- money ------------------------------------------------------------------------------

    @property
    def paid(self) -> float:
        """Money paid, discounted: landed and holding cost, less what surplus and stock earn."""
        return self.money.paid

    @property
    def valuation(self) -> float:
        """Value put on shortfall, safety stock and broken rules, which nobody pays; discounted."""
        return self.money.valuation

    @property
    def paid_nominal(self) -> float:
        """Money paid, undiscounted."""
        return self.money.nominal(PAID)

    @property
    def costs(self) -> dict[str, float]:
        """Discounted money by kind; kinds that the case does not have are 0."""
        return {kind: self.money.discounted((kind,)) for kind in KINDS}

    @property
    def cost_per_t(self) -> float | None:
        """Nominal landed cost per tonne bought; None where nothing is."""
        tonnes = self.purchases_t
        return self.money.nominal(LANDED) / tonnes if tonnes > 0 else None

    # -- tonnes -----------------------------------------------------------------------------

    @property
    def demand_t(self) -> float:
        """Tonnes demanded, all items, sites and periods."""
        return float(self.numbers.demand.sum())

    @property
    def purchases_t(self) -> float:
        """Tonnes bought, all sources and periods."""
        return float(self.quantities.ship.sum())

    @property
    def shortfall_t(self) -> float:
        """Tonnes missing, all items, sites and periods."""
        return float(self.quantities.short.sum())

    @cached_property
    def threshold(self) -> float:
        """Tonnes at or below this are rounding, and not listed."""
        return rounding_of_tonnes(self.numbers, self.quantities.ship)

    @cached_property
    def landed_money(self) -> Any:
        """S × P × T: nominal landed cost of what is bought."""
        return sum(self.money.parts[kind] for kind in LANDED)

    @cached_property
    def delivered(self) -> Any:
        """M × P × T: tonnes of each material that arrive usable."""
        return delivered(self.numbers, self.quantities.ship)

    # -- frames -----------------------------------------------------------------------------

    @cached_property
    def purchases(self) -> pd.DataFrame:
        """What is bought: source, site, period of leaving, tonnes, nominal landed cost."""
        return _frame(self.purchase_rows(), ("source", "site", "period", "tonnes", "landed_cost"))

    @cached_property
    def shortfalls(self) -> pd.DataFrame:
        """What is missing: item, site, period, tonnes."""
        return _frame(self.shortfall_rows(), ("item", "site", "period", "tonnes"))

    @cached_property
    def limits(self) -> pd.DataFrame:
        """What is used of each quota, limit and capacity, and what one more unit saves."""
        rows = []
        for limit in self.limit_rows:
            row = limit.to_dict()
            shadow = row.pop("shadow_price")
            rows.append(
                row
                | {
                    "unit": limit.unit,
                    "binds": limit.binds,
                    "more": shadow["more"],
                    "less": shadow["less"],
                    "shadow_unit": shadow["unit"],
                    "holds_from": shadow["from"],
                    "holds_to": shadow["to"],
                    "echo": shadow["echo"],
                    "held": shadow["held"],
                }
            )
        names = (
            "kind", "name", "value", "cell", "from", "to", "used", "minimum", "maximum", "slack",
            "breach", "unit", "binds", "more", "less", "shadow_unit", "holds_from", "holds_to",
            "echo", "held",
        )  # fmt: skip
        return _frame(rows, names)

    def purchase_rows(self) -> list[dict[str, Any]]:
        """What is bought, by source, site and period, in the order of the sheets."""
        numbers, landed = self.numbers, self.landed_money
        return [
            {
                "source": numbers.sources[s].name,
                "site": numbers.sites[p],
                "period": numbers.periods[t],
                "tonnes": float(self.quantities.ship[s, p, t]),
                "landed_cost": float(landed[s, p, t]),
            }
            for s, p, t in np.argwhere(self.quantities.ship > self.threshold).tolist()
        ]

    def shortfall_rows(self) -> list[dict[str, Any]]:
        """What is missing, by item, site and period."""
        numbers = self.numbers
        return [
            {
                "item": numbers.items[i],
                "site": numbers.sites[p],
                "period": numbers.periods[t],
                "tonnes": float(self.quantities.short[i, p, t]),
            }
            for i, p, t in np.argwhere(self.quantities.short > self.threshold).tolist()
        ]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What is decided once: every restart and contract, and each order placed."""
        return (*self._restarts(), *self._orders(), *self._contracts())

    def _restarts(self) -> Iterator[Decision]:
        numbers = self.numbers
        for restart in numbers.restarts:
            decided = np.flatnonzero(self.quantities.open[restart.source] > _HALF).tolist()
            t = decided[0] if decided else None
            yield Decision(
                kind="restart",
                name=numbers.sources[restart.source].name,
                period=None if t is None else numbers.periods[t],
                starts=None if t is None else self._period(t + restart.lead),
                date=None if t is None else numbers.starts[t],
                value=0.0 if t is None else 1.0,
                unit="",
                cost=0.0 if t is None else restart.cost,
                cell=restart.cell,
            )

    def _orders(self) -> Iterator[Decision]:
        numbers = self.numbers
        for s, t in np.argwhere(self.quantities.order > _HALF).tolist():
            yield Decision(
                kind="order",
                name=numbers.sources[s].name,
                period=numbers.periods[t],
                starts=numbers.periods[t],
                date=numbers.starts[t],
                value=1.0,
                unit="",
                cost=float(numbers.orders.cost[s] * numbers.exchange[s, t]),
                cell="",
            )

    def _contracts(self) -> Iterator[Decision]:
        numbers = self.numbers
        for contract, level in zip(numbers.contracts, self.quantities.taken.level, strict=True):
            first = contract.periods[0]
            yield Decision(
                kind="contract",
                name=contract.name,
                period=numbers.periods[first],
                starts=numbers.periods[first],
                date=numbers.starts[first],
                value=float(level) / contract.per_typed,
                unit=contract.unit,
                cost=None,
                cell=contract.maximum_cell,
            )

    def _period(self, position: int) -> str | None:
        """The name of a period; None after the last one."""
        periods = self.numbers.periods
        return periods[position] if position < len(periods) else None

    def decision_rows(self) -> list[dict[str, Any]]:
        """The decisions taken as the JSON of the interfaces has them."""
        return [
            {"kind": one.kind, "name": one.name, "period": one.period, "value": one.value}
            for one in self.decisions
            if one.period is not None
        ]

    def shares(self, column: str = "Country") -> dict[str, float]:
        """Tonnes bought by the values of a column of Sources, largest first."""
        tonnes: dict[str, float] = {}
        for s, source in enumerate(self.numbers.sources):
            bought = float(self.quantities.ship[s].sum())
            value = source.value(column) or "(blank)"
            if bought > self.threshold:
                tonnes[value] = tonnes.get(value, 0.0) + bought
        return dict(sorted(tonnes.items(), key=lambda item: -item[1]))

    # -- against what is planned today ------------------------------------------------------

    @cached_property
    def current(self) -> Evaluated | None:
        """The sheet Current plan, evaluated when first asked for; None where there is none."""
        if self.numbers.current is None:
            return None
        from planner.solving.current import evaluate_current  # noqa: PLC0415 - rarely needed

        return evaluate_current(self.case.tables, self.numbers)

    @property
    def saving(self) -> float | None:
        """How much dearer the Current plan is, paid and valued, discounted; None without one."""
        return None if self.current is None else self.current.objective - self.objective

    # -- out --------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """The run as the JSON of `planner solve` has it: exact numbers, unknown as None."""
        return {
            "scenario": self.scenario,
            "status": self.status,
            "currency": self.currency,
            "objective": self.paid + self.valuation,
            "paid": self.paid,
            "valuation": self.valuation,
            "paid_nominal": self.paid_nominal,
            "bound": self.bound,
            "gap": self.gap,
            "demand_t": self.demand_t,
            "purchases_t": self.purchases_t,
            "shortfall_t": self.shortfall_t,
            "cost_per_t": self.cost_per_t,
            "costs": self.costs,
            "purchases": self.purchase_rows(),
            "shortfalls": self.shortfall_rows(),
            "limits": [limit.to_dict() for limit in self.limit_rows],
            "decisions": self.decision_rows(),
            "check": self.check.to_dict(),
            "seconds": self.seconds.to_dict(),
            "output": self.output,
        }

    def to_excel(self, path: str | Path) -> Path:
        """Write the results workbook; returns its path (another one where that is open elsewhere).

        Raises:
            WrongUsage: the path is the input workbook, or no .xlsx file.
            OSError: nothing can be written there.
        """
        from planner.report.workbook import write_results  # noqa: PLC0415 - quick import of planner

        return write_results(path, self.case, [self])

    def timed(self, **seconds: float) -> Plan:
        """The same plan with some of its step times known."""
        return replace(self, seconds=replace(self.seconds, **seconds))


def _frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - the command line does not need it

    return pd.DataFrame(list(rows), columns=list(columns))
