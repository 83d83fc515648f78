"""Why each source of a plan is bought, or is not.

Prices are in a source's own currency, in the unit in which its Price is typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from planner.case.ledger import Ledger
from planner.case.scenario import Flags, Numbers, Rule, Scenario, Tiers
from planner.numerals import priced
from planner.plan import LimitRow, Plan, SwitchPrice
from planner.solving.quantities import party_tonnes
from planner.studies.explained import (
    Hold,
    SourceExplained,
    called,
    cells_of,
    hold_of,
)
from planner.studies.supply import Worth, makings
from planner.wording import listed

_HALF = 0.5
"""Above it a decision is yes."""

_SAME_PRICE = 1e-6
"""Prices nearer than this, relative, are the same."""


_OF_NO_USE = "nothing needs what it holds"

_WHILE_DECIDED = "while the yes/no decisions of the plan stand it is"
"""What holds at any price, but for these decisions."""


_Row = tuple[str, str, str | None, str, str]
"""Kind, name, value and window of a rule, by which its row of the report is found."""


class Sources:
    """Explains each source of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.numbers = plan.numbers
        self.worth = Worth(plan)
        self._sheets = _Sheets(plan)
        self.bought: Numbers = plan.quantities.bought
        self._cells = cells_of(plan.limit_rows)
        self._binding = [row for row in plan.limit_rows if row.binds and _has_worth(row)]
        self._rules: dict[_Row, list[Rule]] = {}
        periods = self.numbers.periods
        for rule in self.numbers.rules:
            window = periods[rule.periods[0]], periods[rule.periods[-1]]
            self._rules.setdefault((rule.kind, rule.name, rule.value, *window), []).append(rule)

    def all(self) -> Iterator[SourceExplained]:
        """Every source, in the order of the sheet."""
        return (self._source(s) for s in range(len(self.numbers.sources)))

    def _source(self, s: int) -> SourceExplained:
        source = self.numbers.sources[s]
        switch = self.plan.switch_prices.get(source.name)
        tonnes = float(self.bought[s].sum())
        is_used = tonnes > self.plan.threshold
        price, landed = self._averages(s, is_used)
        unit, size, cell = self._sheets.price(s)
        gains = _in_unit(switch.gains_at if switch is not None else None, size)
        loses = _in_unit(switch.loses_at if switch is not None else None, size)
        holds = self._holds(s)
        return SourceExplained(
            name=source.name,
            country=source.country,
            used_t=tonnes if is_used else 0.0,
            landed_cost=landed,
            price=_in_unit(price, size),
            price_unit=unit,
            price_cell=cell,
            enters_below=None if is_used or self._closed(s) else gains,
            more_below=gains if is_used else None,
            stays_until=loses if is_used else None,
            holds=holds,
            reason=self._why(s, holds, switch, unit, size)
            + self._and_ends(s) if is_used
            else self._why_not(s, holds, switch, unit, size) + self._and_ends(s),
        )  # fmt: skip

    def _and_ends(self, s: int) -> str:
        """What shuts out a source that is open at other times, where something misses it."""
        ends = "" if self._closed(s) else self._ends.get(self._name(s), "")
        return f"; {ends}" if ends else ""

    def _name(self, s: int) -> str:
        return self.numbers.sources[s].name

    def _averages(self, s: int, is_used: bool) -> tuple[float | None, float | None]:
        """Price and landed cost per tonne of what is bought, else of what could be."""
        numbers, ship = self.numbers, self.plan.quantities.ship[s]
        window = [numbers.buys_in(s, t) for t in range(len(numbers.periods))]
        weights = ship if is_used else np.outer(numbers.allowed[s], window).astype(float)
        if weights.sum() <= 0:
            return None, None
        price = np.broadcast_to(numbers.price[s], ship.shape)
        if is_used:
            return (
                float(np.average(price, weights=weights)),
                float(self.plan.landed_money[s].sum() / ship.sum()),
            )
        landed = np.average(numbers.landed_cost[s], weights=weights)
        return float(np.average(price, weights=weights)), float(landed)

    # -- what holds it ----------------------------------------------------------------------

    def _holds(self, s: int) -> tuple[Hold, ...]:
        """Limits with a worth that count the source, and its own capacity, by cell."""
        rows = self.rows_of(s)
        return tuple(hold_of(own, self._cells[cell]) for cell, own in cells_of(rows).items())

    def rows_of(self, s: int) -> list[LimitRow]:
        """Rows with a worth of limits that count a source, and of its own capacity."""
        name = self._name(s)
        return [
            row
            for row in self._binding
            if (row.kind == "capacity" and row.value is None and row.name == name)
            or self._counts(row, s)
        ]

    def _counts(self, row: LimitRow, s: int) -> bool:
        if row.kind == "contract":
            return any(c.name == row.name and c.source == s for c in self.numbers.contracts)
        return any(
            self._adds_to(rule, s, is_at_minimum=row.is_at_minimum)
            and any(self.numbers.buys_in(s, t) for t in rule.periods)
            for rule in self._rules_of(row)
        )

    def _rules_of(self, row: LimitRow) -> Sequence[Rule]:
        """The rules that a row of the report is of."""
        return self._rules.get((row.kind, row.name, row.value, row.first, row.last), ())

    def _adds_to(self, rule: Rule, s: int, *, is_at_minimum: bool) -> bool:
        """Whether more of the source takes what a rule counts further towards its bound.

        Of an average that which is on the wrong side of it; of an HHI a party larger than others.
        """
        if rule.type == "HHI":
            sizes = party_tonnes(rule, self.plan.quantities.ship).tolist()
            own = [z for z, party in zip(sizes, rule.parties, strict=True) if s in party.sources]
            active = [size for size in sizes if size > self.plan.threshold]
            return bool(own) and own[0] * len(active) > sum(active)
        counts = float(rule.content[s])
        bound = rule.minimum if is_at_minimum else rule.maximum
        if rule.basis_content is not None and bound is not None:
            counts -= bound * float(rule.basis_content[s])
        return counts > 0

    # -- when it cannot be bought -----------------------------------------------------------

    def shut_out(self, item: int, site: int, periods: Sequence[int]) -> dict[str, str]:
        """Sources that could serve an item but for the time in which they can be bought.

        Args:
            item: position of a material or product.
            site: position of the plant.
            periods: positions of those in which it is missing.

        Returns: by each source's name, in words what shuts it out, with the cell; none where the
            plan was stopped before it was known what else stands in the way.
        """
        numbers = self.numbers
        if not self.plan.has_all_prices:
            return {}
        wanted = makings(numbers, item)
        holds = (numbers.content[:, wanted] > 0).any(axis=1) & numbers.allowed[:, site]
        found: dict[str, str] = {}
        for s in np.flatnonzero(holds).tolist():
            for t in periods:
                leaves = t - int(numbers.lead[s, site])
                is_shut = leaves >= 0 and self._only_shut[s, leaves]
                if is_shut and not self.worth.is_too_dear(s, item, site, t):
                    found.setdefault(self._name(s), self._shut(s, leaves))
        return found

    def may_be_shut_out(self, item: int, site: int, periods: Sequence[int]) -> bool:
        """Whether a source that is shut may serve a material for less than it is worth to all.

        What it holds besides may replace other purchases, of which it is not known what they cost.
        """
        numbers = self.numbers
        holds = (numbers.content[:, makings(numbers, item)] > 0).any(axis=1)
        return any(
            t >= numbers.lead[s, site]
            and bool(self._only_shut[s, t - int(numbers.lead[s, site])])
            and self.worth.may_be_cheap_enough(s, site, t)
            for s in np.flatnonzero(holds & numbers.allowed[:, site]).tolist()
            for t in periods
        )

    @cached_property
    def _only_shut(self) -> Flags:
        """S × T: whether a source cannot be bought, and nothing but its time is in the way."""
        numbers = self.numbers
        shut: Flags = (numbers.capacity > 0) & ~numbers.can_buy
        if numbers.current is not None:
            shut[:, : numbers.current.frozen] = False
        for restart in numbers.restarts:
            is_open = np.cumsum(self.plan.quantities.open[restart.source]) > _HALF
            shut[restart.source] &= is_open
        for row in self.plan.limit_rows:
            is_worth_nothing = row.shadow_price.more is not None and not _has_worth(row)
            if row.is_at_minimum or not row.binds or is_worth_nothing:
                continue
            for rule in self._rules_of(row):
                for s in np.flatnonzero(shut.any(axis=1)).tolist():
                    if self._adds_to(rule, s, is_at_minimum=False):
                        shut[s, list(rule.periods)] = False
        return shut

    @cached_property
    def _ends(self) -> dict[str, str]:
        """By name the sources that something missing lacks, and what shuts them out."""
        short = self.plan.quantities.short > self.plan.threshold
        found: dict[str, str] = {}
        for i, p in np.argwhere(short.any(axis=2)).tolist():
            found = self.shut_out(i, p, np.flatnonzero(short[i, p]).tolist()) | found
        return found

    def _shut(self, s: int, period: int) -> str:
        """Why a source cannot be bought in a period in which it has a capacity."""
        numbers, sheets = self.numbers, self._sheets
        if period < numbers.first[s]:
            cell = sheets.cell(s, "First period")
            return f"begins in {numbers.periods[numbers.first[s]]} ({cell})"
        if period > numbers.last[s]:
            cell = sheets.cell(s, "Last period")
            return f"ends with {numbers.periods[numbers.last[s]]} ({cell})"
        cell = _at(sheets.availability[s].cells, [period])
        return f"has an availability of 0 in {numbers.periods[period]}{cell}"

    # -- in words ---------------------------------------------------------------------------

    def _why(
        self, s: int, holds: Sequence[Hold], switch: SwitchPrice | None, unit: str, size: float
    ) -> str:
        """Why it is bought, and how far."""
        loses = switch.loses_at if switch is not None else None
        parts = [self._deed(s, holds, loses, is_known=switch is not None)]
        back = [hold for hold in holds if not hold.minimum]
        if back:
            parts.append(f"held back by {called(back, self._name(s))}")
        if switch is not None and loses is not None:
            said = f"stays until {priced(loses / size)} {unit}"
            parts.append(said + self._caveat(is_echo=switch.loses_echo))
        return "; ".join(parts)

    def _caveat(self, *, is_echo: bool) -> str:
        """What has to be known of a price: what it echoes, and decisions that it holds for."""
        echo = ", which echoes the shortfall cost" if is_echo else ""
        held = ", with the decisions of the plan held" if self.numbers.has_decisions else ""
        return echo + held

    def _deed(self, s: int, holds: Sequence[Hold], loses: float | None, *, is_known: bool) -> str:
        served = self._serves(s)
        if not is_known:
            return f"bought for {served}" if served else "bought"
        kept = called([hold for hold in holds if hold.minimum], self._name(s))
        if loses is not None:
            met = " and ".join(name for name in (served, kept) if name)
            return f"cheapest way to meet {met}" if met else "earns more than it costs"
        if kept:
            return f"bought because of {kept}"
        if self.numbers.current is not None and self.numbers.current.frozen:
            last = self.numbers.periods[self.numbers.current.frozen - 1]
            return f"bought; up to {last} as the Current plan has it"
        if self.numbers.has_decisions:
            return f"bought{f' for {served}' if served else ''}; {_WHILE_DECIDED} at any price"
        return f"nothing replaces it at any price{f' to meet {served}' if served else ''}"

    def _serves(self, s: int) -> str:
        """The materials that are needed of what it holds, most first."""
        numbers = self.numbers
        content = numbers.content[s] * numbers.yields[s]
        needed: Flags = numbers.needs.sum(axis=(1, 2)) > 0
        used_up: Flags = np.any(numbers.conversions.made < 0, axis=0)
        held = [m for m in np.argsort(-content, kind="stable").tolist() if content[m] > 0]
        return listed([numbers.materials[m] for m in held if needed[m] or used_up[m]])

    def _why_not(
        self,
        s: int,
        holds: Sequence[Hold],
        switch: SwitchPrice | None,
        unit: str,
        size: float,
    ) -> str:
        """Why nothing is bought."""
        closed = self._closed(s)
        if closed:
            own = [hold for hold in holds if hold.kind == "capacity" and hold.saves]
            return f"{closed}; {self._first_unit(own[0])}" if own else closed
        if switch is not None and switch.gains_at is not None:
            price, enters = switch.price / size, switch.gains_at / size
            said = _too_dear(price, enters, unit, _beside(holds))
            return said + self._caveat(is_echo=switch.gains_echo)
        if not self._serves(s) and not self._is_kept(s):
            return _OF_NO_USE
        held = f"held back by {called(holds, self._name(s))}" if holds else ""
        if switch is None:
            return self._undecided(s) or "not bought; the price at which it would be is not known"
        return self._undecided(s) or held or self._of_no_use(s)

    def _first_unit(self, hold: Hold) -> str:
        money = f"{priced(hold.saves or 0.0)} {self.numbers.currency}"
        return f"the first {hold.per} of it would save {money}"

    def _is_kept(self, s: int) -> bool:
        """Whether what it holds may be bought to be sold, or to be in stock."""
        numbers = self.numbers
        held = np.flatnonzero(numbers.content[s] > 0)
        needed = np.maximum(numbers.target.max(axis=2), numbers.final_minimum)
        return bool(
            (numbers.surplus_value[held] > 0).any()
            or (numbers.final_value[held] > 0).any()
            or (needed > numbers.opening)[held].any()
        )

    def _of_no_use(self, s: int) -> str:
        """Why nothing is bought where nothing is in the way."""
        if not self._serves(s):
            return _OF_NO_USE
        held = ", as yes/no is decided" if self.numbers.has_decisions else ""
        why = "what it could serve is met, or cannot be met by it"
        return f"no price above 0 is low enough{held}: {why}"

    def _closed(self, s: int) -> str:
        """Why nothing could be bought at any price; empty where something could."""
        numbers = self.numbers
        window = [t for t in range(len(numbers.periods)) if numbers.buys_in(s, t)]
        if not numbers.allowed[s].any():
            return "no plant is open to it (sheet Lanes)"
        shut = f"availability is 0{_at(self._sheets.availability[s].cells, window)}"
        if not numbers.capacity[s, window].any():
            held = f"held back by its capacity of 0{_at(numbers.capacity_cells[s], window)}"
            return held if numbers.availability[s, window].any() else f"{held}, and its {shut}"
        return "" if numbers.limit[s, window].any() else f"closed: its {shut}"

    def _is_full_of_others(self, rule: Rule, s: int) -> bool:
        """Whether a count of suppliers is at its most without that of a source."""
        if rule.maximum is None:
            return False
        sizes = party_tonnes(rule, self.plan.quantities.ship)
        counted = sizes > self.plan.threshold
        own = [s in party.sources for party in rule.parties]
        return any(own) and not counted[own].any() and counted.sum() >= rule.maximum

    def _undecided(self, s: int) -> str:
        """That its restart is not decided on, or no order is placed; empty where that is not so."""
        for restart in self.numbers.restarts:
            if restart.source == s and not self.plan.quantities.open[s].any():
                return f"its restart ({restart.cell}) is not decided on: it does not pay"
        if self.numbers.orders.needed[s]:
            return "no order is placed: at what an order takes or costs it does not pay"
        for rule in self.numbers.rules:
            if rule.type == "suppliers" and self._is_full_of_others(rule, s):
                return (
                    f"held back by {rule.kind} {rule.name} ({rule.maximum_cell}), filled by others"
                )
        return ""


def _beside(holds: Sequence[Hold]) -> str:
    """Beside what it is too dear: others have what a limit lets in; empty where none does."""
    shared = [hold for hold in holds if hold.kind in ("quota", "limit") and not hold.minimum]
    return f" beside what {called(shared)} lets in" if shared else ""


def _too_dear(price: float, enters: float, unit: str, beside: str) -> str:
    below = f"would enter below {priced(enters)} {unit}"
    if price - enters <= _SAME_PRICE * abs(price):
        return f"as dear as going without it; {below}"
    return f"too dear by {priced(price - enters)} {unit}{beside}: {below}"


def _has_worth(row: LimitRow) -> bool:
    return bool(row.shadow_price.more) or bool(row.shadow_price.less)


def _at(cells: Sequence[str | None], periods: Sequence[int]) -> str:
    known = list(dict.fromkeys(cells[t] for t in periods if cells[t]))
    return f" ({known[0]})" if known else ""


def _in_unit(price: float | None, size: float) -> float | None:
    return None if price is None else price / size


# -- the unit of a price --------------------------------------------------------------------


class _Sheets:
    """What only the sheets say of a source: in what unit its price is typed, and where."""

    def __init__(self, plan: Plan) -> None:
        self.numbers: Scenario = plan.numbers
        ledger = Ledger.of(plan.case.tables, plan.case.periods)
        self._ledger = ledger
        self.series = ledger.series["Prices"]
        self.availability = ledger.series["Availability"]
        self.of_sources = ledger.table("Sources").unit("Price")
        self.of_tiers = ledger.table("Tiers").unit("Price")
        self.tiers: dict[int, Tiers] = {tiers.source: tiers for tiers in self.numbers.tiers}

    def cell(self, s: int, column: str) -> str:
        """The cell of a source in a column of its sheet."""
        return self._ledger.cell("Sources", self.numbers.sources[s].row, column)

    def price(self, s: int) -> tuple[str, float, str | None]:
        """Currency and mass (`USD/kg`), price per tonne of one such unit, and the price's cell."""
        currency = self.numbers.sources[s].currency
        if s in self.tiers:
            text, size = self.of_tiers.text, float(self.of_tiers.size)
            return _named(currency, text), size, self.tiers[s].cells[0]
        series, cells = self.series[s], self.numbers.price_cells[s]
        buys = [t for t in range(len(cells)) if self.numbers.buys_in(s, t)]
        for t in buys:
            if series.cells[t] and t not in series.of_index:
                return _named(currency, series.units[t]), series.per_typed[t], cells[t]
        known = [cells[t] for t in buys if cells[t]]
        unit, cell = self.of_sources, known[0] if known else None  # as others are typed
        return _named(currency, unit.text), float(unit.size) if unit.text else 1.0, cell


def _named(currency: str, unit: str) -> str:
    """A unit as typed, with the currency: `USD/kg` of `/kg`."""
    return f"{currency}/{unit.rpartition('/')[2] or 't'}"
