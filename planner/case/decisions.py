"""Yes/no decisions on sources: restarts, minimum orders and order costs, prices by volume."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.case import calendar
from planner.case.columns import Value, number_in
from planner.case.ledger import Ledger
from planner.case.problems import Problems
from planner.case.scenario import Indices, Numbers, Orders, Restart, Rule, Tiers


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a scenario has of them, and the bounds that they need."""

    restarts: tuple[Restart, ...]
    orders: Orders
    tiers: tuple[Tiers, ...]
    bound: Numbers  # S × T, tonnes: finite where a decision needs it


def first_tier_prices(ledger: Ledger) -> dict[str, float]:
    """The first tier's price of each source priced by volume, in its currency per tonne."""
    lowest: dict[str, tuple[float, float]] = {}
    for row in ledger.rows.get("Tiers", []):
        start, price = row.get("From"), row.get("Price")
        if isinstance(start, float) and isinstance(price, float):
            name = str(row.get("Source"))
            lowest[name] = min(lowest.get(name, (math.inf, 0.0)), (start, price))
    return {name: price for name, (_, price) in lowest.items()}


def resolve_decisions(
    ledger: Ledger,
    *,
    limit: Numbers,
    windows: tuple[Indices, Indices],
    rules: Sequence[Rule],
    problems: Problems,
) -> Decisions:
    """Read Restarts, Tiers, and the order columns of Sources.

    Args:
        ledger: the case's values under the scenario.
        limit: S × T, capacity × availability in tonnes; infinite: unlimited.
        windows: first and last period of each source (S).
        rules: rows of quotas and limits, which bound an unlimited source.
        problems: complaints go here.
    """
    reader = _Reader(ledger, problems, np.array(ledger.periods.years))
    sites = max(len(ledger.names("Sites")), 1)
    found = Decisions(
        restarts=reader.restarts(windows[1]),
        orders=reader.orders(),
        tiers=tuple(rewarded(tiers, rules) for tiers in reader.tiers()),
        bound=bounds(limit, [rule for rule in rules if len(rule.sites) == sites]),
    )
    reader.complain_of_unlimited(found, limit, windows)
    reader.complain_of_uncountable(rules, found.bound, windows)
    return found


def rewarded(tiers: Tiers, rules: Sequence[Rule]) -> Tiers:
    """Tiers with the periods in which a minimum on spend counts their source."""
    periods = {
        t
        for rule in rules
        if rule.type == "spend" and rule.minimum is not None and rule.content[tiers.source] > 0
        for t in rule.periods
    }
    return replace(tiers, rewarded=frozenset(periods))


def bounds(limit: Numbers, rules: Sequence[Rule]) -> Numbers:
    """S × T: the most that can be bought, by capacity, or by a hard quota or tonnes limit.

    Args:
        limit: S × T, capacity × availability.
        rules: those that count every plant; one that counts some says nothing of the others.
    """
    bound = limit.copy()
    for rule in rules:
        if rule.type != "tonnes" or rule.may_break or rule.maximum is None:
            continue
        counted = [s for s in rule.sources if rule.content[s] > 0]
        most = rule.maximum / rule.content[counted]
        cells = np.ix_(counted, rule.periods)
        bound[cells] = np.minimum(bound[cells], most[:, None])
    return bound


@dataclass(frozen=True, slots=True)
class _Reader:
    ledger: Ledger
    problems: Problems
    years: Numbers

    def _error(self, sheet: str, index: int, column: str, text: str, kind: str) -> None:
        self.ledger.complain(self.problems, (sheet, index, column), text, kind)

    # -- restarts ---------------------------------------------------------------------------

    def restarts(self, last: Indices) -> tuple[Restart, ...]:
        """The rows of Restarts whose source is known."""
        sources = self.ledger.positions("Sources")
        found = []
        for i, row in enumerate(self.ledger.rows.get("Restarts", [])):
            if row.get("Source") in sources:
                found.append(self._restart(i, row, sources[str(row["Source"])], last))
        return tuple(found)

    def _restart(self, index: int, row: Mapping[str, Value], source: int, last: Indices) -> Restart:
        earliest = self._period(row, "Earliest", 0)
        latest = self._period(row, "Latest", len(self.years) - 1)
        if latest < earliest:
            names = self.ledger.periods.names
            text = f"Latest '{names[latest]}' is before Earliest '{names[earliest]}'"
            self._error("Restarts", index, "Latest", text, "window")
        return Restart(
            source=source,
            cost=number_in(row.get("Restart cost")),
            lead=self._periods("Restarts", index, "Lead time", row),
            earliest=earliest,
            latest=latest,
            ramps=self._ramps(index),
            running_cost=self._per_year("Restarts", index, "Running cost", row),
            minimum_load=number_in(row.get("Minimum load")),
            last=int(last[source]),
            cell=self.ledger.cell("Restarts", index, "Restart cost"),
            load_cell=self.ledger.cell("Restarts", index, "Minimum load"),
        )

    def _ramps(self, index: int) -> tuple[float, ...]:
        """Ramp 1, Ramp 2 …: parts of the capacity; a gap between them is a complaint."""
        spread = self.ledger.spread.get("Restarts", [])
        ramps = spread[index] if index < len(spread) else {}
        numbers = {int(name.rpartition(" ")[2]): value for name, value in ramps.items()}
        for number in range(1, max(numbers, default=0) + 1):
            if number not in numbers:
                column = f"Ramp {number}"
                text = f"{column} is blank, but a later one is given; fill it in"
                self._error("Restarts", index, column, text, "blank")
        return tuple(number_in(numbers[number]) for number in sorted(numbers))

    def _period(self, row: Mapping[str, Value], column: str, otherwise: int) -> int:
        names = self.ledger.periods.names
        value = row.get(column)
        return names.index(str(value)) if value in names else otherwise

    def _periods(self, sheet: str, index: int, column: str, row: Mapping[str, Value]) -> int:
        """A lead time in whole periods; days or months are rounded up."""
        unit, years = self.ledger.table(sheet).unit(column), self.ledger.periods.years
        try:
            return calendar.whole_periods(column, number_in(row.get(column)), unit, years)
        except calendar.LengthError as wrong:
            self._error(sheet, index, column, str(wrong), wrong.kind)
            return 0

    def _per_year(self, sheet: str, index: int, column: str, row: Mapping[str, Value]) -> float:
        """Money or tonnes per year, also where they were typed per period."""
        value, unit = number_in(row.get(column)), self.ledger.table(sheet).unit(column)
        if not unit.per_period or value == 0:
            return value
        if not calendar.all_equal(self.ledger.periods.years):
            text = f"{column} is per period, but the periods differ in length; give /yr"
            self._error(sheet, index, column, text, "unit")
        return value / float(self.years[0])

    # -- orders -----------------------------------------------------------------------------

    def orders(self) -> Orders:
        """Minimum order and order cost of every source."""
        rows = self.ledger.rows.get("Sources", [])
        return Orders(
            minimum=np.array([number_in(row.get("Minimum order")) for row in rows], dtype=float),
            cost=np.array([number_in(row.get("Order cost")) for row in rows], dtype=float),
        )

    # -- tiers ------------------------------------------------------------------------------

    def tiers(self) -> tuple[Tiers, ...]:
        """The tiers of each source that has some, in the order of Sources."""
        sources = self.ledger.positions("Sources")
        rows = self.ledger.rows.get("Tiers", [])
        # A tier left out, or under a wrong name, may be the one that starts at 0.
        left_out = self.ledger.table("Tiers").left_out
        all_known = all(row.get("Source") in sources for row in rows)
        rows_of: dict[str, list[int]] = {}
        for i, row in enumerate(rows):
            if row.get("Source") in sources and isinstance(row.get("From"), float):
                rows_of.setdefault(str(row["Source"]), []).append(i)
        return tuple(
            self._tiers(source, rows_of[name], is_whole=all_known and name not in left_out)
            for name, source in sources.items()
            if name in rows_of
        )

    def _tiers(self, source: int, indices: list[int], *, is_whole: bool) -> Tiers:
        rows = self.ledger.rows["Tiers"]
        ordered = sorted(indices, key=lambda i: number_in(rows[i]["From"]))
        starts = [self._per_year("Tiers", i, "From", rows[i]) for i in ordered]
        if starts[0] > 0 and is_whole:
            text = f"the first tier starts at {starts[0]:g} t/yr; it must start at 0"
            self._error("Tiers", ordered[0], "From", text, "tiers")
        rules = [str(rows[i].get("Rule", "incremental")) for i in indices]
        for i, rule in zip(indices, rules, strict=True):
            if rule != rules[0]:
                text = f"Rule '{rule}' differs from '{rules[0]}' of the source's first row"
                self._error("Tiers", i, "Rule", text, "tiers")
                break
        return Tiers(
            source=source,
            starts=tuple(starts),
            prices=tuple(number_in(rows[i].get("Price")) for i in ordered),
            all_units=rules[0] == "all units",
            cells=tuple(self.ledger.cell("Tiers", i, "Price") for i in ordered),
        )

    # -- what an unlimited source needs -----------------------------------------------------

    def complain_of_unlimited(
        self, found: Decisions, limit: Numbers, windows: tuple[Indices, Indices]
    ) -> None:
        """A yes/no decision needs to know how much can be bought at most."""
        first, last = windows
        names = self.ledger.names("Sources")
        periods = np.arange(len(self.years))

        def unbounded(s: int) -> bool:
            inside = (first[s] <= periods) & (periods <= last[s])
            return bool(np.isinf(found.bound[s][inside]).any())

        reasons: dict[int, tuple[str, int, str, str]] = {}
        restart_rows = self._rows_by_source("Restarts")
        tier_rows = self._rows_by_source("Tiers")
        for tier in found.tiers:
            if tier.needs_steps:
                where = tier_rows[names[tier.source]]
                reasons[tier.source] = ("Tiers", where, "Price", "its prices by volume need")
        for s in range(len(names)):
            if found.orders.cost[s] > 0:
                reasons[s] = ("Sources", s, "Order cost", "an order cost needs")
            if found.orders.minimum[s] > 0:
                reasons[s] = ("Sources", s, "Minimum order", "a minimum order needs")
        for restart in found.restarts:
            where = restart_rows[names[restart.source]]
            reasons[restart.source] = ("Restarts", where, "Source", "a restart needs")
            if np.isinf(limit[restart.source]).any():
                self._complain_of_parts(where, restart)
        for s, (sheet, index, column, what) in reasons.items():
            if unbounded(s):
                text = (
                    f"'{names[s]}' is unlimited, but {what} a bound: give it a capacity, a quota "
                    "or a tonnes limit"
                )
                self._error(sheet, index, column, text, "unlimited")

    def _complain_of_parts(self, index: int, restart: Restart) -> None:
        """Parts of a capacity that there is none of."""
        parts = [("Minimum load", restart.minimum_load > 0), ("Ramp 1", bool(restart.ramps))]
        for column, given in parts:
            if given:
                name = column.removesuffix(" 1")
                text = f"{name} is part of a capacity, but the source is unlimited; clear it"
                self._error("Restarts", index, column, text, "unlimited")

    def complain_of_uncountable(
        self, rules: Sequence[Rule], bound: Numbers, windows: tuple[Indices, Indices]
    ) -> None:
        """Whether a supplier is bought from is a decision too, on each of its sources."""
        first, last = windows
        names = self.ledger.names("Sources")
        said: set[tuple[str, int]] = set()
        for rule in rules:
            sheet, _, cell = _bound_cell(rule).rpartition("!")
            for s in (s for party in rule.parties for s in party.sources):
                periods = [t for t in rule.periods if first[s] <= t <= last[s]]
                is_new = (rule.name, s) not in said
                if rule.type == "suppliers" and is_new and np.isinf(bound[s, periods]).any():
                    said.add((rule.name, s))
                    text = (
                        f"'{names[s]}' is unlimited, but a supplier count needs a bound: give it "
                        "a capacity, a quota or a tonnes limit"
                    )
                    self.problems.error(text, sheet=sheet, cell=cell, kind="unlimited")

    def _rows_by_source(self, sheet: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for i, row in enumerate(self.ledger.rows.get(sheet, [])):
            found.setdefault(str(row.get("Source")), i)
        return found


def _bound_cell(rule: Rule) -> str:
    return rule.maximum_cell if rule.maximum is not None else rule.minimum_cell
