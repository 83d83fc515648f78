"""Builds a large case workbook, realistic and solvable, the same for the same seed.

The usual size is 300 sources × 60 periods × 17 materials × 5 sites:
python scripts/build_large.py large.xlsx --sources 300 --periods 60
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

Rows = list[list[Any]]
Sheets = dict[str, Rows]

MATERIALS = (
    "La2O3", "CeO2", "Pr6O11", "Nd2O3", "NdPr oxide", "Sm2O3", "Eu2O3", "Gd2O3", "Tb4O7", "Dy2O3",
    "Ho2O3", "Er2O3", "Tm2O3", "Yb2O3", "Lu2O3", "Y2O3", "Sc2O3",
)  # fmt: skip
"""Oxides in the order of what is typically needed of them, light ones first."""

_PRICES = (1.5, 1.2, 65, 62, 60, 2.5, 28, 25, 900, 280, 65, 45, 180, 16, 750, 7, 850)
_TONNES = (900, 1400, 120, 380, 520, 40, 6, 35, 9, 30, 5, 14, 2, 6, 1.5, 160, 3)
_COUNTRIES = {
    "China": "CNY", "Australia": "AUD", "United States": "USD", "Viet Nam": "USD", "Brazil": "USD",
    "India": "USD", "France": "EUR", "Estonia": "EUR", "Malaysia": "USD", "Canada": "USD",
}  # fmt: skip
_WEIGHTS = (8, 4, 3, 2, 2, 2, 1, 1, 2, 1)
_RATES = {"CNY": 0.14, "AUD": 0.66, "EUR": 1.09}
_KINDS = ("mine", "refinery", "trader", "recycling")
_BASKETS_EVERY, _INDEXED_EVERY, _TIERED_EVERY, _CONTRACTS_EVERY = 6, 9, 25, 15
_SUPPLY_OVER_DEMAND = 1.6


@dataclass(frozen=True, slots=True)
class Size:
    """How large the case is; with `decisions` some sources need a yes or no."""

    sources: int = 300
    periods: int = 60
    materials: int = len(MATERIALS)
    sites: int = 5
    decisions: bool = False


def large_case(size: Size, seed: int = 1) -> Sheets:
    """The sheets of a large case, each as rows of cells under its header."""
    return _Builder(size, random.Random(seed)).sheets()


def write(sheets: Mapping[str, Sequence[Sequence[Any]]], path: Path) -> None:
    """Write sheets to a workbook."""
    options = {"constant_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(r, c, value, day)
                    elif value is not None:
                        sheet.write(r, c, value)


class _Builder:
    def __init__(self, size: Size, chance: random.Random) -> None:
        self.size, self.chance = size, chance
        self.starts = [date(2026 + t // 12, t % 12 + 1, 1) for t in range(size.periods)]
        self.periods = [f"{start:%Y-%m}" for start in self.starts]
        self.materials = list(MATERIALS[: size.materials])
        self.sites = [f"Plant {p + 1}" for p in range(size.sites)]
        self.country: list[str] = []
        self.material: list[int] = []
        self.first_of_material: dict[int, int] = {}
        for s in range(size.sources):
            self.country.append(chance.choices(list(_COUNTRIES), _WEIGHTS)[0])
            self.material.append(s % size.materials)
        self.names = [
            f"{country[:2].upper()}-{s + 1:04d}" for s, country in enumerate(self.country)
        ]

    def sheets(self) -> Sheets:
        """Every sheet, in the order of the contract."""
        sheets = {
            "Settings": [["Setting", "Value"], ["Title", "Large case"], ["Currency", "USD"],
                         ["Discount rate", 0.06], ["Time limit", 600]],
            "Periods": [["Period", "Start"],
                        *([f"{start:%Y-%m}", start] for start in self.starts)],
            "Materials": self._materials(),
            "Sites": [["Site", "Country"], *([site, "Japan"] for site in self.sites)],
            "Demand": self._demand(),
            "Sources": self._sources(),
            "Lanes": self._lanes(),
            "Composition": self._composition(),
            "Indices": self._indices(),
            "Prices": self._prices(),
            "Capacity": self._capacity(),
            "Availability": self._availability(),
            "Disruptions": self._disruptions(),
            "Currencies": self._currencies(),
            "Stock": self._stock(),
            "In transit": self._in_transit(),
            "Quotas": self._quotas(),
            "Limits": self._limits(),
            "Contracts": self._contracts(),
            "Tiers": self._tiers(),
            "Scenarios": [["Scenario", "Builds on", "Probability [%]"],
                          ["Short licences", None, 60], ["Embargo", "Short licences", 40]],
            "Changes": self._changes(),
        }  # fmt: skip
        if self.size.decisions:
            sheets["Restarts"] = self._restarts()
        return sheets

    # -- helpers ----------------------------------------------------------------------------

    def _by_period(self, level: float, spread: float, digits: int) -> list[float]:
        """A number for each period, wandering around a level."""
        values, drift = [], 1.0
        for _ in self.periods:
            drift = min(max(drift * (1 + self.chance.uniform(-spread, spread)), 0.7), 1.4)
            values.append(round(level * drift, digits))
        return values

    def _is_basket(self, s: int) -> bool:
        return s % _BASKETS_EVERY == _BASKETS_EVERY - 1

    def _is_indexed(self, s: int) -> bool:
        return not self._is_basket(s) and s % _INDEXED_EVERY == 0

    def _is_tiered(self, s: int) -> bool:
        is_plain = not self._is_basket(s) and not self._is_indexed(s)
        return is_plain and s % _TIERED_EVERY == _TIERED_EVERY - 1

    def _is_decided(self, s: int) -> bool:
        return self.size.decisions and s % (self.size.sources // 5) == 1

    def _currency(self, s: int) -> str:
        return _COUNTRIES[self.country[s]]

    def _level(self, s: int) -> float:
        """Price of a source per kilogram, in its own currency."""
        level = 14.0 if self._is_basket(s) else _PRICES[self.material[s]]
        return level / _RATES.get(self._currency(s), 1.0) * self.chance.uniform(0.85, 1.35)

    def _tonnes(self, s: int) -> float:
        """Tonnes a month that a source can sell: together more than is needed."""
        size = self.size
        if self._is_basket(s):
            return 60.0 * size.sites * self.chance.uniform(0.3, 1.2)
        sellers = size.sources / size.materials
        level = _TONNES[self.material[s]] * size.sites / 12 * _SUPPLY_OVER_DEMAND / sellers
        return level * self.chance.uniform(0.4, 1.8)

    # -- sheets -----------------------------------------------------------------------------

    def _materials(self) -> Rows:
        head = ["Material", "Class", "Form", "Index", "Shortfall cost [USD/kg]",
                "Surplus value [USD/kg]"]  # fmt: skip
        rows: Rows = [head]
        for m, name in enumerate(self.materials):
            weight = "light" if m < 5 else "heavy"
            rows.append([name, weight, "oxide", name, round(_PRICES[m] * 6 + 40, 2), 0])
        return rows

    def _demand(self) -> Rows:
        rows: Rows = [["Item", "Site", *(f"{p} [t]" for p in self.periods)]]
        for m, name in enumerate(self.materials):
            for site in self.sites:
                level = _TONNES[m] / 12 * self.chance.uniform(0.5, 1.5)
                rows.append([name, site, *self._by_period(level, 0.08, 4)])
        return rows

    def _sources(self) -> Rows:
        head = ["Source", "Country", "Supplier", "Kind", "Material", "Capacity [t/yr]",
                "Price [/kg]", "Currency", "Export tax [%]", "Freight [/kg]", "Duty [%]",
                "Processing [/kg]", "Incoterm", "Yield [%]", "Lead time [periods]",
                "First period", "Last period", "Minimum order [t]", "Preference", "Index",
                "Index share [%]", "Premium [/kg]", "Price floor [/kg]", "Pricing",
                "Traceable", "CO2 [t/t]"]  # fmt: skip
        rows: Rows = [head]
        chance = self.chance
        for s, name in enumerate(self.names):
            indexed, basket = self._is_indexed(s), self._is_basket(s)
            priced = not indexed and not self._is_tiered(s)
            rows.append([
                name, self.country[s], f"Supplier {s // 3 + 1}", chance.choice(_KINDS),
                None if basket else self.materials[self.material[s]],
                round(self._tonnes(s) * 12, 3), round(self._level(s), 4) if priced else None,
                self._currency(s), chance.choice((None, None, 5)),
                round(chance.uniform(0.2, 1.5), 3), chance.choice((0, 0, 3.5)),
                round(chance.uniform(2, 5), 3) if basket else None, "FOB",
                round(chance.uniform(92, 100), 1), chance.randint(0, 4),
                self.periods[chance.randint(0, 5)] if s % 20 == 7 else None,
                self.periods[-1] if s % 20 == 8 else None,
                round(self._tonnes(s) * 0.2, 3) if self._is_decided(s) else None,
                chance.choice((None, 1, 2, 3)),
                self.materials[self.material[s]] if indexed else None,
                round(chance.uniform(95, 110), 1) if indexed else None,
                round(chance.uniform(0, 1), 3) if indexed else None,
                round(_PRICES[self.material[s]] * 0.4, 3) if indexed else None,
                "index" if indexed else "fixed" if priced else "tiers",
                chance.choice(("yes", "no")), round(chance.uniform(5, 60), 1),
            ])  # fmt: skip
        return rows

    def _lanes(self) -> Rows:
        """Two plants of each source have a freight of their own, now and then one is barred."""
        rows: Rows = [["Source", "Site", "Allowed", "Freight [/kg]", "Lead time [periods]"]]
        for s, name in enumerate(self.names):
            plants = self.chance.sample(self.sites, min(2, len(self.sites)))
            for place, site in enumerate(plants):
                barred = place == 0 and s % 7 == 3 and len(self.sites) > 1
                freight = round(self.chance.uniform(0.3, 2.0), 3)
                rows.append([name, site, "no" if barred else "yes", freight,
                             self.chance.choice((None, 1, 2, 3))])  # fmt: skip
        return rows

    def _composition(self) -> Rows:
        rows: Rows = [["Source", *(f"{name} [%]" for name in self.materials)]]
        total = sum(_TONNES[: len(self.materials)])
        for s, name in enumerate(self.names):
            if self._is_basket(s):
                parts = [
                    92 * _TONNES[m] / total * self.chance.uniform(0.7, 1.0)
                    for m in range(len(self.materials))
                ]
                rows.append([name, *(round(part, 4) for part in parts)])
        return rows

    def _indices(self) -> Rows:
        rows: Rows = [["Index", *(f"{p} [USD/kg]" for p in self.periods)]]
        rows += [
            [name, *self._by_period(_PRICES[m], 0.05, 4)] for m, name in enumerate(self.materials)
        ]
        return rows

    def _prices(self) -> Rows:
        rows: Rows = [["Source", *(f"{p} [/kg]" for p in self.periods)]]
        rows += [
            [name, *self._by_period(self._level(s), 0.04, 4)]
            for s, name in enumerate(self.names)
            if not self._is_indexed(s) and not self._is_tiered(s)
        ]
        return rows

    def _capacity(self) -> Rows:
        rows: Rows = [["Source", *(f"{p} [t]" for p in self.periods)]]
        rows += [
            [name, *self._by_period(self._tonnes(s), 0.06, 4)] for s, name in enumerate(self.names)
        ]
        return rows

    def _availability(self) -> Rows:
        rows: Rows = [["Source", *self.periods]]
        rows += [
            [name, *(round(self.chance.uniform(0.6, 1.0), 2) for _ in self.periods)]
            for s, name in enumerate(self.names)
            if self.country[s] == "China"
        ]
        return rows

    def _disruptions(self) -> Rows:
        last = self.starts[-1]
        return [
            ["Disruption", "Applies to", "From date", "To date", "Leaves [%]", "Scenario"],
            ["Strike", "Country=Australia", self.starts[1], self.starts[2], 40, None],
            ["Embargo", "Country=China & Kind=mine|refinery", self.starts[-3], last, 10, "Embargo"],
        ]

    def _currencies(self) -> Rows:
        rows: Rows = [["Currency", *self.periods]]
        rows += [[code, *self._by_period(rate, 0.02, 6)] for code, rate in _RATES.items()]
        return rows

    def _stock(self) -> Rows:
        head = ["Material", "Site", "Opening [t]", "Cover [days]", "Safety cost [USD/t/yr]",
                "Holding cost [USD/kg/yr]", "Maximum [t]", "Final minimum [t]",
                "Final value [USD/kg]"]  # fmt: skip
        rows: Rows = [head]
        for m, name in enumerate(self.materials):
            for site in self.sites:
                month = _TONNES[m] / 12
                rows.append([name, site, round(month * 1.5, 3), self.chance.choice((20, 30, 45)),
                             round(_PRICES[m] * 200, 1), round(_PRICES[m] * 0.02, 4),
                             round(month * 12, 3), round(month * 0.2, 4),
                             round(_PRICES[m] * 0.5, 3)])  # fmt: skip
        return rows

    def _in_transit(self) -> Rows:
        """Shipments of the last weeks arrive in the first periods."""
        soon = self.periods[:4]
        rows: Rows = [["Material", "Site", *(f"{p} [t]" for p in soon)]]
        for m, name in enumerate(self.materials):
            for site in self.sites:
                level = _TONNES[m] / 12
                rows.append([name, site, *(round(level * self.chance.uniform(0.3, 0.7), 4)
                                           for _ in soon)])  # fmt: skip
        return rows

    def _quotas(self) -> Rows:
        """What China lets out, by material and year."""
        head = ["Quota", "Applies to", "Materials", "From", "To", "Per", "Tonnes [t/yr]",
                "Our share [%]"]  # fmt: skip
        rows: Rows = [head]
        for m, name in enumerate(self.materials):
            level = _TONNES[m] * self.size.sites * 2.0
            rows.append([f"China {name}", "Country=China", f"Material={name}", self.periods[0],
                         self.periods[-1], "year", round(level, 2), 25])  # fmt: skip
        return rows

    def _limits(self) -> Rows:
        head = ["Limit", "Type", "Applies to", "Materials", "Sites", "Share of", "Column", "From",
                "To", "Per", "Minimum", "Maximum", "Penalty [USD/kg]", "Priority",
                "Active"]  # fmt: skip
        first, last = self.periods[0], self.periods[-1]
        rows: Rows = [head]
        for name in self.materials:
            rows.append([f"Country share {name}", "share", "*", f"Material={name}", "*", "demand",
                         "Country", first, last, "year", None, 0.6, None, None, "yes"])  # fmt: skip
        for p, site in enumerate(self.sites):
            rows.append([f"China at {site}", "share", "Country=China", "Class=light|heavy",
                         f"Site={site}", "demand", None, first, last, "period", None,
                         0.75 if p % 2 else 0.85, 20, None, "yes"])  # fmt: skip
        rows += [
            ["Traced heavy", "tonnes", "Traceable=yes", "Class=heavy", None, None, None, first,
             last, "year", 20, None, 15, None, "yes"],
            ["Low carbon", "tonnes", "CO2<=30", None, None, None, None, first, last, "window",
             None, 1e6, None, None, "yes"],
            ["Traders", "spend", "Kind=trader", None, None, None, None, first, last, "year",
             None, 5e9, None, None, "yes"],
            ["Old rule", "tonnes", "Country=India", None, None, None, None, first, last, "year",
             None, 10, None, None, "no"],
        ]  # fmt: skip
        return rows

    def _contracts(self) -> Rows:
        head = ["Contract", "Source", "From", "To", "Minimum [t]", "Maximum [t]", "Must take [%]",
                "Per", "Unlifted pays [%]"]  # fmt: skip
        rows: Rows = [head]
        half = len(self.periods) // 2
        for s, name in enumerate(self.names):
            if s % _CONTRACTS_EVERY == 4 and not self._is_decided(s):
                level = round(self._tonnes(s) * 0.5, 3)
                ends = ((0, half - 1), (half, len(self.periods) - 1))
                rows += [
                    [f"Offtake {name} {part}", name, self.periods[start], self.periods[end], 0,
                     level, 70, "year", 40]
                    for part, (start, end) in zip("AB", ends, strict=True)
                ]  # fmt: skip
        return rows

    def _tiers(self) -> Rows:
        """Dearer above a third of what a source usually sells."""
        rows: Rows = [["Source", "From [t/yr]", "Price [/kg]"]]
        for s, name in enumerate(self.names):
            if self._is_tiered(s):
                price = self._level(s)
                rows += [[name, 0, round(price, 4)],
                         [name, round(self._tonnes(s) * 4, 3), round(price * 1.2, 4)]]  # fmt: skip
        return rows

    def _restarts(self) -> Rows:
        head = ["Source", "Restart cost", "Lead time [periods]", "Earliest", "Latest",
                "Ramp 1 [%]", "Ramp 2 [%]", "Running cost [/yr]"]  # fmt: skip
        rows: Rows = [head]
        for s, name in enumerate(self.names):
            if s % (self.size.sources // 5) == 2:
                rows.append([name, 250000, 3, self.periods[0], self.periods[11], 40, 70, 20000])
        return rows

    def _changes(self) -> Rows:
        years = f"{self.periods[0]}..{self.periods[-1]}"
        middle = self.periods[len(self.periods) // 2]
        return [
            ["Scenario", "Sheet", "Rows", "Column", "Operation", "Value"],
            ["Short licences", "Availability", "Country=China", years, "times", 0.7],
            ["Short licences", "Prices", "Country!=China & Pricing=fixed", "*", "times", 1.1],
            ["Short licences", "Quotas", "*", "Tonnes", "times", 0.8],
            ["Embargo", "Sources", "Country=China", "Export tax", "set", 0.25],
            [
                "Embargo",
                "Sources",
                "Country=Australia & Pricing=fixed",
                "Price [AUD/kg]",
                "plus",
                2,
            ],
            ["Embargo", "Demand", "Site=Plant 1", middle, "times", 1.2],
            ["Embargo", "Capacity", "Kind=recycling", "*", "times", 1.5],
        ]


def options(parser: argparse.ArgumentParser) -> None:
    """The options that say how large a case is."""
    usual = Size()
    parser.add_argument("--sources", type=int, default=usual.sources)
    parser.add_argument("--periods", type=int, default=usual.periods)
    parser.add_argument("--materials", type=int, default=usual.materials)
    parser.add_argument("--sites", type=int, default=usual.sites)
    parser.add_argument("--seed", type=int, default=1)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a large case workbook.")
    parser.add_argument("path", type=Path)
    options(parser)
    parser.add_argument("--decisions", action="store_true", help="with restarts, minimum orders")
    asked = parser.parse_args()
    size = Size(asked.sources, asked.periods, asked.materials, asked.sites, asked.decisions)
    write(large_case(size, asked.seed), asked.path)
    print(asked.path)


if __name__ == "__main__":
    main()
