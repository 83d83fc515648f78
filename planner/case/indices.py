"""Market indices: prices that follow them, and values that are a part of them.

Everything here is worked out after every change of a scenario, so that a change of an index meets
floors, ceilings and shared rises.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from planner.case import declarations as d
from planner.case.columns import Value, number_in
from planner.case.followed import Followed, Terms
from planner.case.ledger import Ledger, Series
from planner.case.names import fold
from planner.case.problems import cell_position
from planner.case.scenario import Indices as Positions
from planner.case.scenario import Numbers

Complain = Callable[[str, int, str, str, str], None]
"""Takes a complaint about a row's cell: sheet, position of the row, column, text, kind."""

_TERMS = ("Index share", "Premium", "Price floor", "Price ceiling", "Shared above", "Our part")
"""The columns of Sources that say how a price follows its index."""


class Indices:
    """The indices of a case under one scenario.

    Attributes:
        followed: by source and period, how a price that follows indices does so.
    """

    def __init__(self, ledger: Ledger, complain: Complain) -> None:
        self.ledger = ledger
        self.complain = complain
        self.periods = ledger.periods.names
        self.series = {
            one.key["Index"]: (i, one)
            for i, one in enumerate(ledger.series["Indices"])
            if "Index" in one.key
        }
        self.of_material = {
            str(row["Material"]): str(row["Index"])
            for row in ledger.rows.get("Materials", [])
            if "Material" in row and "Index" in row
        }
        self.followed: dict[tuple[int, int], Followed] = {}
        self.tiered = {row.get("Source") for row in ledger.rows.get("Tiers", [])}
        for name, (i, _) in self.series.items():
            if fold(name) == d.BASKET:
                text = f"'{name}' in Sources means the indices of all materials; rename the index"
                complain("Indices", i, "Index", text, "index")

    def value(self, name: str, period: int) -> float:
        """Case currency per tonne; NaN where it is blank or unknown, after a complaint."""
        if name not in self.series:
            return math.nan  # complained of where names are checked
        index, one = self.series[name]
        value = one.values[period]
        if isinstance(value, float):
            return value
        if period not in one.unread:
            text = f"Index price of '{name}' is blank for '{self.periods[period]}'; fill it in"
            self.complain("Indices", index, self.periods[period], text, "blank")
        return math.nan

    # -- values that are a part of the index ------------------------------------------------

    def in_money(self, series: Series, item: str) -> Numbers:
        """T: the values of a series in case currency; NaN where there is none.

        A value in [% of index] is that part of the item's index in its period.
        """
        numbers = series.numbers(math.nan)
        for t in sorted(series.of_index):
            if numbers[t] > 0 or numbers[t] < 0:
                numbers[t] *= self._of_item(item, t, series.cells[t] or "")
        return np.array(numbers)

    def row_in_money(self, sheet: str, index: int, column: str, item: str, period: int) -> float:
        """A row's value in case currency, where it may be in [% of index] of one period."""
        value = self.ledger.rows[sheet][index].get(column)
        number = float(value) if isinstance(value, float) else 0.0
        if number == 0 or not self.ledger.table(sheet).unit(column).of_index:
            return number
        return number * self._of_item(item, period, self.ledger.cell(sheet, index, column))

    def _of_item(self, item: str, period: int, cell: str) -> float:
        """The index of an item; 0 after a complaint at the cell that asks for it."""
        name = self.of_material.get(item)
        if name is None:
            sheet, _, _ = cell.rpartition("!")
            text = (
                f"'{item}' is valued in [% of index], but has no Index in Materials; name one "
                "there, or write a price"
            )
            self._complain_at(sheet, cell, text)
            return 0.0
        value = self.value(name, period)
        return 0.0 if math.isnan(value) else value

    def _complain_at(self, sheet: str, cell: str, text: str) -> None:
        """A complaint at a cell known by its address."""
        table = self.ledger.table(sheet)
        number, _ = cell_position(cell.rpartition("!")[2])
        for index, row in enumerate(table.rows):
            for column in (*row.values, *row.spread) if row.number == number else ():
                if f"{sheet}!{table.cell(row, column)}" == cell:
                    self.complain(sheet, index, column, text, "index")
                    return

    # -- prices that follow an index --------------------------------------------------------

    def fill_prices(
        self, content: Numbers, exchange: Numbers, first: Positions, last: Positions
    ) -> None:
        """Give sources with an Index their price, in periods for which Prices has none.

        Args:
            content: S × M, tonnes of the material in a tonne bought.
            exchange: S × T, case currency for one unit of the source's.
            first, last: S, between which a missing index is complained of.
        """
        for s, row in enumerate(self.ledger.rows.get("Sources", [])):
            prices = self.ledger.series["Prices"][s]
            if "Index" not in row and self.ledger.is_doubted("Sources", s, "Index"):
                prices.unread |= set(range(len(self.periods)))  # said already
                continue
            if "Index" not in row:
                self._complain_of_terms(s, row)
                continue
            self._complain_of_contradictions(s, row)
            below: dict[str, float] = {}
            names, terms = self._names(s, row, content), _terms(row)
            held = [(name, 1.0 if m is None else float(content[s, m])) for m, name in names.items()]
            cell = self.ledger.cell("Sources", s, "Index")
            for t in range(len(self.periods)):
                if prices.values[t] is not None or t in prices.unread or "Price" in row:
                    continue
                needed = bool(first[s] <= t <= last[s])
                if not needed and not self._are_known(names.values(), t):
                    continue
                parts = tuple([(name, tonnes * self.value(name, t)) for name, tonnes in held])
                followed = Followed(parts, float(exchange[s, t]), terms)
                price = followed.price()
                if math.isnan(price):
                    prices.unread.add(t)  # said already: the index is missing, not the price
                    continue
                self.followed[s, t] = followed
                prices.values[t] = price
                prices.cells[t] = cell
                if price < 0:
                    below[self.periods[t]] = price
            self._complain_of_negative(s, str(row["Currency"]), below)

    def _are_known(self, names: Iterable[str], t: int) -> bool:
        """Whether indices all have a value in a period."""
        return all(
            name in self.series and self.series[name][1].values[t] is not None for name in names
        )

    def _names(
        self, source: int, row: Mapping[str, Value], content: Numbers
    ) -> dict[int | None, str]:
        """The indices that a price follows: one, or that of each material in the basket."""
        if fold(str(row["Index"])) != d.BASKET:
            return {None: str(row["Index"])}
        materials = self.ledger.names("Materials")
        held = np.flatnonzero(content[source] > 0).tolist()
        return {m: self.of_material.get(materials[m], "") for m in held}

    def _complain_of_negative(self, source: int, currency: str, below: Mapping[str, float]) -> None:
        """A price below 0, said for the first period that has one."""
        for period, price in list(below.items())[:1]:
            text = (
                f"the price that follows the index would be {price:.6g} {currency}/t in "
                f"'{period}'; it must be at least 0: mend Premium, Our part or Price floor"
            )
            self.complain("Sources", source, "Index", text, "out of bounds")

    def _complain_of_terms(self, source: int, row: Mapping[str, Value]) -> None:
        """What only an index gives a meaning, where there is none."""
        for column in _TERMS:
            if column in row:
                text = f"{column} is given, but Index is blank; name the index, or clear {column}"
                self.complain("Sources", source, column, text, "index")

    def _complain_of_contradictions(self, source: int, row: Mapping[str, Value]) -> None:
        cell = self.ledger.cell("Sources", source, "Index")
        if "Price" in row:
            text = f"Price is given, and Index ({cell}) too; clear one of the two"
            self.complain("Sources", source, "Price", text, "index")
        if row["Source"] in self.tiered:
            text = "Index is given, and the sheet Tiers has prices too; clear one of the two"
            self.complain("Sources", source, "Index", text, "index")
        floor, ceiling = row.get("Price floor"), row.get("Price ceiling")
        if isinstance(floor, float) and isinstance(ceiling, float) and floor > ceiling:
            text = f"Price floor {floor:g} /t is above Price ceiling {ceiling:g} /t"
            self.complain("Sources", source, "Price floor", text, "window")
        for given, missing in (("Shared above", "Our part"), ("Our part", "Shared above")):
            if given in row and missing not in row:
                text = f"{given} is given, but {missing} is blank; fill it in, or clear {given}"
                self.complain("Sources", source, given, text, "blank")
        if fold(str(row["Index"])) == d.BASKET:
            self._complain_of_basket(source, row)

    def _complain_of_basket(self, source: int, row: Mapping[str, Value]) -> None:
        """A material in the basket without an index of its own."""
        names = self.ledger.names("Materials")
        own = str(row["Source"])
        basket = self.ledger.positions("Composition").get(own)
        parts: Mapping[str, Value] = {str(row.get("Material")): 1.0}
        if basket is not None:
            parts = self.ledger.spread["Composition"][basket]
        cell = self.ledger.cell("Sources", source, "Index")
        for m, material in enumerate(names):
            if number_in(parts.get(material), 0.0) > 0 and material not in self.of_material:
                text = f"Index is blank, but the price of '{own}' ({cell}) follows it; fill it in"
                self.complain("Materials", m, "Index", text, "blank")


def _terms(row: Mapping[str, Value]) -> Terms:
    """The terms by which the price of a source follows its index."""
    return {
        "share": number_in(row.get("Index share"), 1.0),
        "premium": number_in(row.get("Premium"), 0.0),
        "floor": number_in(row.get("Price floor"), -math.inf),
        "ceiling": number_in(row.get("Price ceiling"), math.inf),
        "shared_above": number_in(row.get("Shared above"), math.inf),
        "our_part": number_in(row.get("Our part"), 0.0),
    }
