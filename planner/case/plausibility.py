"""Numbers and names of a sound case that were probably meant otherwise.

A price per tonne under a header that says per kilogram, a lead time in days under one that says
periods, a country in two spellings: a plan can be made with them, and would be another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from planner.case import declarations as d
from planner.case.columns import Kind
from planner.case.names import is_slip, letters_of
from planner.case.problems import Problems
from planner.case.scenario import Numbers, Scenario
from planner.case.table import Row, Table
from planner.numerals import priced

_FAR_OFF = 100.0
"""A price so many times another one of the same material is probably in another unit."""

_TIMES_THE_PRICE = 5.0
"""Freight of more than so many times the price is probably in another unit."""

_MANY_PERIODS = 6
"""A time of fewer periods may be as long as a short plan; days or months are more."""

_SHORTEST_WORD = 5
"""Shorter values may differ by a letter on purpose: S1 and S2, EU and US."""

_TOTALS = frozenset(
    ("total", "totals", "sum", "subtotal", "grandtotal", "average", "mean", "summe", "gesamt")
)

Tables = Mapping[str, Table]


def warn_of_slips(tables: Tables, scenario: Scenario, problems: Problems) -> None:
    """Everything of this module."""
    _spellings(tables, problems)
    _totals(tables, problems)
    _unused_names(tables, problems)
    _prices(tables, scenario, problems)
    _costs_beside_the_price(tables, scenario, problems)
    _times_beyond_the_plan(tables, scenario, problems)
    _orders_above_capacity(tables, scenario, problems)


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell to be looked at."""

    table: Table
    row: Row
    column: str

    def warn(self, problems: Problems, text: str, kind: str) -> None:
        """Say so."""
        problems.warning(
            text,
            sheet=self.table.sheet.name,
            cell=self.table.cell(self.row, self.column),
            column=self.column,
            value=self.row.values.get(self.column),
            kind=kind,
        )


# -- names ----------------------------------------------------------------------------------


def _spellings(tables: Tables, problems: Problems) -> None:
    """One value written in two ways counts as two in selectors and limits."""
    for table in tables.values():
        groups = table.sheet.attributes or table.sheet is d.UNCERTAINTY
        texts = [c.name for c in table.sheet.columns if c.kind is Kind.TEXT and groups]
        for column in (*texts, *table.attributes):
            rows: dict[str, list[Row]] = {}
            for row in table.rows:
                if isinstance(row.values.get(column), str):
                    rows.setdefault(row.text(column), []).append(row)
            counts = {value: len(some) for value, some in rows.items()}
            for rare, usual in _alike(counts):
                _Place(table, rows[rare][0], column).warn(
                    problems,
                    f"{column} '{rare}' is another one than '{usual}' "
                    f"({table.cell(rows[usual][0], column)}); one spelling, if the same is meant",
                    "spelling",
                )


def _alike(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Pairs of values that are probably one, the rarer first.

    Words that differ by one letter share what is left when any one letter is left out.
    """
    seen: dict[tuple[str, str], list[str]] = {}
    said: set[frozenset[str]] = set()
    for value in sorted(counts, key=lambda one: (-counts[one], one)):
        plain = letters_of(value)
        digits = "".join(ch for ch in value if ch.isdigit())
        if not plain:
            continue
        left = {plain, *(plain[:i] + plain[i + 1 :] for i in range(len(plain)))}
        keys = [(letters, digits) for letters in sorted(left)]  # Mine 1 and Mine 2 are two
        for other in dict.fromkeys(name for key in keys for name in seen.get(key, [])):
            pair = frozenset((value, other))
            if pair not in said and _is_alike(value, other):
                said.add(pair)
                yield value, other
        for key in keys:
            seen.setdefault(key, []).append(value)


def _is_alike(value: str, other: str) -> bool:
    """Whether two values, one slip apart at most, are probably one."""
    one, two = letters_of(value), letters_of(other)
    if one == two or _only_looks_other(one, two):
        return True
    words, others = value.split(), other.split()
    differing = [
        {letters_of(a), letters_of(b)}
        for a, b in zip(words, others, strict=False)
        if letters_of(a) != letters_of(b)
    ]
    # Mine A and Mine B, S1 and S2; Ireland and Iceland: a changed letter makes another name.
    are_long = all(max(map(len, pair)) >= _SHORTEST_WORD for pair in differing)
    is_changed = len(one) == len(two) and sorted(one) != sorted(two)
    return are_long and len(words) == len(others) and is_slip(one, two) and not is_changed


def _only_looks_other(one: str, two: str) -> bool:
    """Whether two words differ only where one has a letter of another alphabet."""
    if len(one) != len(two):
        return False
    pairs = [(a, b) for a, b in zip(one, two, strict=True) if a != b]
    return all(a.isascii() != b.isascii() for a, b in pairs)


def _totals(tables: Tables, problems: Problems) -> None:
    """A sum below a table is read as one more row of it."""
    for table in tables.values():
        first = table.sheet.columns[0]
        if first.kind is not Kind.NAME:
            continue
        for row in table.rows:
            if letters_of(row.text(first.name)) in _TOTALS:
                _Place(table, row, first.name).warn(
                    problems,
                    f"'{row.text(first.name)}' is read as {_a(first.name)} of that name; a row of "
                    "sums starts with #",
                    "total",
                )


def _a(name: str) -> str:
    noun = name.lower()
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _unused_names(tables: Tables, problems: Problems) -> None:
    """Materials, products and plants that nothing in the case names: a note, or a slip."""
    spread = {
        name
        for sheet in (d.COMPOSITION, d.CONVERSIONS, d.RECIPES)
        for row in (tables[sheet.name].rows if sheet.name in tables else ())
        for name in row.spread
    }
    for sheet in (d.MATERIALS, d.PRODUCTS, d.SITES):
        table = tables.get(sheet.name)
        if table is None:
            continue
        first = sheet.columns[0].name
        named = spread | set(_named(tables, sheet.name))
        for row in table.rows:
            name = row.text(first)
            if name and name not in named:
                text = f"{first.lower()} '{name}' is named nowhere else; a remark starts with #"
                _Place(table, row, first).warn(problems, text, "unused name")


def _named(tables: Tables, sheet: str) -> Iterator[str]:
    """The names of a sheet that other sheets refer to."""
    for table in tables.values():
        for column in table.sheet.columns:
            if column.kind is Kind.REFERENCE and sheet in column.refers_to:
                yield from (row.text(column.name) for row in table.rows)


# -- numbers --------------------------------------------------------------------------------


def _prices(tables: Tables, scenario: Scenario, problems: Problems) -> None:
    """The price of a tonne of material, far off that of the material's other sources."""
    table = tables[d.SOURCES.name]
    costs = np.full(scenario.price.shape, np.nan)
    for s, held in enumerate(scenario.content):
        total = float(held.sum())
        if np.count_nonzero(held) == 1 and total > 0:
            costs[s] = scenario.price[s] * scenario.exchange[s] / total
    _free_of_charge(table, scenario, costs, problems)
    costs[costs <= 0] = np.nan
    middles = np.array([_middle(cost) for cost in costs])
    for m, material in enumerate(scenario.materials):
        sellers = np.flatnonzero(np.isfinite(middles) & (scenario.content[:, m] > 0))
        ordered = np.sort(middles[sellers])
        for s in sellers.tolist():
            cost, usual = float(middles[s]), _middle_of_others(ordered, float(middles[s]))
            times = max(cost / usual, usual / cost)
            if not times >= _FAR_OFF:
                continue
            where = "above" if cost > usual else "below"
            cell = next((cell for cell in scenario.price_cells[s] if cell), None)
            sheet, _, place = (cell or table.cell(table.rows[s], "Price")).rpartition("!")
            problems.warning(
                f"the price of '{scenario.sources[s].name}', {priced(cost)} "
                f"{scenario.currency}/t of {material}, is {times:,.0f} times {where} "
                f"that of other sources, {priced(usual)}: "
                "is the unit, or the rate of its currency, right?",
                sheet=sheet or d.SOURCES.name,
                cell=place,
                column="Price",
                kind="far off",
            )


def _free_of_charge(table: Table, scenario: Scenario, costs: Numbers, problems: Problems) -> None:
    """A price of 0 beside sources of the same material that cost something."""
    costly = scenario.content[(costs > 0).any(axis=1)].sum(axis=0) > 0
    for s in np.flatnonzero((costs == 0).any(axis=1)).tolist():
        t = int(np.flatnonzero(costs[s] == 0)[0])
        if not costly[scenario.content[s] > 0].any():
            continue
        cell = scenario.price_cells[s][t] or table.cell(table.rows[s], "Price")
        sheet, _, place = cell.rpartition("!")
        problems.warning(
            f"the price of '{scenario.sources[s].name}' is 0: it is bought free of charge; is that "
            "meant?",
            sheet=sheet or d.SOURCES.name,
            cell=place,
            column="Price",
            kind="far off",
        )


def _middle_of_others(ordered: Numbers, one: float) -> float:
    """The median of sorted numbers without one of them, NaN where there are no others."""
    count = len(ordered) - 1
    if count < 1:
        return float("nan")
    left_out = int(np.searchsorted(ordered, one))

    def at(place: int) -> float:
        return float(ordered[place + (place >= left_out)])

    return (at((count - 1) // 2) + at(count // 2)) / 2.0


def _middle(numbers: Numbers) -> float:
    """The median of the numbers that there are, NaN where there are none."""
    there = sorted(numbers[np.isfinite(numbers)].tolist())  # np.median imports masked arrays
    count = len(there)
    return float(there[(count - 1) // 2] + there[count // 2]) / 2.0 if count else float("nan")


def _costs_beside_the_price(tables: Tables, scenario: Scenario, problems: Problems) -> None:
    """Freight far above the price of what it carries."""
    table = tables[d.SOURCES.name]
    for s, source in enumerate(scenario.sources):
        price = _middle(np.where(scenario.price[s] > 0, scenario.price[s], np.nan))
        freight = table.rows[s].values.get("Freight")
        if isinstance(freight, float) and freight > _TIMES_THE_PRICE * price:
            _Place(table, table.rows[s], "Freight").warn(
                problems,
                f"the freight of '{source.name}', {priced(freight)} {source.currency}/t, is "
                f"{freight / price:,.0f} times its price: is the unit right?",
                "far off",
            )


def _times_beyond_the_plan(tables: Tables, scenario: Scenario, problems: Problems) -> None:
    """Times as long as the plan: nothing arrives, starts or comes back in it."""
    count = max(len(scenario.periods), _MANY_PERIODS)
    table = tables[d.SOURCES.name]
    for s, source in enumerate(scenario.sources):
        leads = scenario.lead[s][scenario.allowed[s]]
        if len(leads) and int(leads.min()) >= count:
            text = (
                f"'{source.name}' has a lead time of {int(leads.min())} periods: nothing of it "
                "arrives within the plan; is the unit right?"
            )
            _Place(table, table.rows[s], "Lead time").warn(problems, text, "beyond the plan")
    for restart in scenario.restarts:
        if restart.lead >= count:
            sheet, _, cell = restart.cell.rpartition("!")
            text = (
                f"'{scenario.sources[restart.source].name}' starts {restart.lead} periods after "
                "the decision, beyond the plan: it never delivers; is the unit right?"
            )
            problems.warning(
                text, sheet=sheet, cell=cell, column="Lead time", kind="beyond the plan"
            )
    _lags(tables, scenario, problems, count)


def _lags(tables: Tables, scenario: Scenario, problems: Problems, count: int) -> None:
    """Lags of at least `count` periods."""
    table = tables.get(d.RECYCLING.name)
    lags = scenario.recycling.lag
    if table is None or len(lags) != len(table.rows):
        return
    for row, lag in zip(table.rows, lags.tolist(), strict=True):
        if lag >= count and "Lag" in row.values:
            text = (
                f"a lag of {lag} periods is longer than the plan: only the opening feed comes "
                "back in it; is the unit right?"
            )
            _Place(table, row, "Lag").warn(problems, text, "beyond the plan")


def _orders_above_capacity(tables: Tables, scenario: Scenario, problems: Problems) -> None:
    """A minimum order that no period's capacity reaches."""
    table = tables[d.SOURCES.name]
    for s, source in enumerate(scenario.sources):
        least = float(scenario.orders.minimum[s])
        most = float(scenario.limit[s, scenario.first[s] : scenario.last[s] + 1].max(initial=0.0))
        if least > most > 0:
            text = (
                f"the minimum order of '{source.name}', {least:,.6g} t, is above all that can be "
                f"bought of it in a period, {most:,.6g} t: it is never bought; is the unit right?"
            )
            _Place(table, table.rows[s], "Minimum order").warn(problems, text, "never bought")
