"""Random cases of three sizes, the same for the same seed.

Every source is a basket of several materials. Quotas by country and period, largest shares of each
country in demand and in purchases, stock with a safety stock, and contracts with a part to be
lifted; prices and capacities by period. Demand may stay unmet, so every case has a plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

import planner

SEED = 1


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each there are; a basket holds about so many materials."""

    sources: int
    materials: int
    periods: int
    sites: int
    countries: int
    basket: int = 5


SIZES = {
    "small": Size(10, 10, 5, 2, 4),
    "medium": Size(100, 10, 36, 5, 10),
    "large": Size(300, 17, 60, 5, 12),
}

_FIRST_YEAR, _MONTHS = 2026, 12
_QUOTAS = slice(1, 4, 2)  # the second and the fourth country have one
_CONTRACTS_EVERY = 5
_PER_KG = 1000.0


def case_of(size: str, seed: int = SEED) -> planner.Case:
    """The case of a size.

    Args:
        size: `small`, `medium` or `large`.
        seed: of the random numbers.
    """
    tables = _Tables(SIZES[size], np.random.default_rng(seed)).tables()
    return planner.Case.from_tables(tables, f"{size}-{seed}")


@dataclass(slots=True)
class _Tables:
    """The sheets of one case; tonnes, and money per tonne."""

    size: Size
    chance: np.random.Generator
    periods: list[str] = field(init=False)
    sites: list[str] = field(init=False)
    materials: list[str] = field(init=False)
    sources: list[str] = field(init=False)
    country: list[str] = field(init=False)
    content: Any = field(init=False)  # S × M
    capacity: Any = field(init=False)  # S × T

    def __post_init__(self) -> None:
        size, chance = self.size, self.chance
        self.periods = [
            f"{_FIRST_YEAR + t // _MONTHS}-{t % _MONTHS + 1:02d}" for t in range(size.periods)
        ]
        self.sites = [f"Plant {p + 1}" for p in range(size.sites)]
        self.materials = [f"Oxide {m + 1:02d}" for m in range(size.materials)]
        self.sources = [f"Source {s + 1:03d}" for s in range(size.sources)]
        names = [f"Country {c + 1:02d}" for c in range(size.countries)]
        weights = 1 / np.arange(1, size.countries + 1)  # some are large, as for rare earths
        count = size.sources - size.countries
        others = chance.choice(names, count, p=weights / weights.sum()).tolist()
        self.country = names + others  # every country sells something
        self.content = np.zeros((size.sources, size.materials))
        for basket in self.content:
            count = int(chance.integers(size.basket - 2, size.basket + 3))
            held = chance.choice(size.materials, min(count, size.materials), replace=False)
            basket[held] = (0.9 * chance.dirichlet(np.full(len(held), 2.0))).round(4)
        level = chance.uniform(50, 300, (size.sources, 1))
        wave = chance.uniform(0.8, 1.2, (size.sources, size.periods))
        self.capacity = (level * wave).round(2)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every sheet."""
        starts = [pd.Timestamp(f"{period}-01") for period in self.periods]
        return {
            "Settings": _frame(
                ["Setting", "Value"], [["Currency", "USD"], ["Discount rate", 0.06]]
            ),
            "Periods": _frame(["Period", "Start"], zip(self.periods, starts, strict=True)),
            "Materials": self._materials(),
            "Sites": _frame(["Site"], [[site] for site in self.sites]),
            "Demand": self._demand(),
            "Sources": self._sources(),
            "Lanes": self._lanes(),
            "Composition": self._by_source("Source", self.materials, self.content),
            "Prices": self._prices(),
            "Capacity": self._by_source("Source", self._headers("t"), self.capacity),
            "Stock": self._stock(),
            "Quotas": self._quotas(),
            "Limits": self._limits(),
            "Contracts": self._contracts(),
        }

    def _headers(self, unit: str) -> list[str]:
        return [f"{period} [{unit}]" for period in self.periods]

    def _by_source(self, key: str, headers: list[str], numbers: Any) -> pd.DataFrame:
        rows = zip(self.sources, numbers.tolist(), strict=True)
        return _frame([key, *headers], [[name, *values] for name, values in rows])

    def _materials(self) -> pd.DataFrame:
        cost = (self.chance.uniform(300, 900, self.size.materials) * _PER_KG).round()
        head = ["Material", "Shortfall cost [USD/t]"]
        return _frame(head, zip(self.materials, cost.tolist(), strict=True))

    def _demand(self) -> pd.DataFrame:
        """Together half of what could be bought, of each material and at each plant about alike."""
        size, chance = self.size, self.chance
        places = (size.materials, size.sites)
        mean = 0.5 * self.capacity.sum() / (size.periods * size.materials * size.sites)
        level = mean * chance.uniform(0.5, 1.5, (*places, 1))
        tonnes = (level * chance.uniform(0.7, 1.3, (*places, size.periods))).round(3)
        rows = [
            [material, site, *tonnes[m, p].tolist()]
            for m, material in enumerate(self.materials)
            for p, site in enumerate(self.sites)
        ]
        return _frame(["Item", "Site", *self._headers("t")], rows)

    def _sources(self) -> pd.DataFrame:
        chance = self.chance
        rows = [
            [
                name,
                country,
                chance.choice([0.0, 0.05]),
                chance.choice([0.0, 0.025]),
                round(chance.uniform(0.92, 1.0), 3),
            ]
            for name, country in zip(self.sources, self.country, strict=True)
        ]
        return _frame(["Source", "Country", "Export tax", "Duty", "Yield"], rows)

    def _lanes(self) -> pd.DataFrame:
        freight = (
            self.chance.uniform(1, 8, (self.size.sources, self.size.sites)) * _PER_KG
        ).round()
        rows = [
            [name, site, freight[s, p]]
            for s, name in enumerate(self.sources)
            for p, site in enumerate(self.sites)
        ]
        return _frame(["Source", "Site", "Freight [USD/t]"], rows)

    def _prices(self) -> pd.DataFrame:
        level = self.chance.uniform(20, 80, (self.size.sources, 1)) * _PER_KG
        wave = 1 + 0.1 * self.chance.standard_normal((self.size.sources, self.size.periods))
        return self._by_source("Source", self._headers("USD/t"), (level * wave).round())

    def _stock(self) -> pd.DataFrame:
        chance, size = self.chance, self.size
        month = 0.5 * self.capacity.sum() / (size.periods * size.materials * size.sites)
        head = [
            "Material",
            "Site",
            "Opening [t]",
            "Safety stock [t]",
            "Safety cost [USD/t/yr]",
            "Holding cost [USD/t/yr]",
            "Maximum [t]",
        ]
        rows = [
            [
                material,
                site,
                round(month * chance.uniform(0.2, 0.8), 3),
                round(month * chance.uniform(0.3, 0.6), 3),
                round(chance.uniform(20, 60) * _PER_KG),
                round(chance.uniform(0.2, 1) * _PER_KG),
                round(month * chance.uniform(2, 4), 3),
            ]
            for material in self.materials
            for site in self.sites
        ]
        return _frame(head, rows)

    def _sold_by(self, country: str) -> Any:
        """T: contained tonnes that a country could sell."""
        sold = np.array([name == country for name in self.country])
        contained = self.content.sum(axis=1)[:, None] * self.capacity
        return contained[sold].sum(axis=0)

    def _quotas(self) -> pd.DataFrame:
        countries = list(dict.fromkeys(self.country))[_QUOTAS]
        rows = [
            [country, f"Country={country}", *(0.5 * self._sold_by(country)).round(2).tolist()]
            for country in countries
        ]
        return _frame(["Quota", "Applies to", *self._headers("t")], rows)

    def _limits(self) -> pd.DataFrame:
        most = max(0.2, 1.2 / self.size.countries)
        head = ["Limit", "Type", "Share of", "Column", "Per", "Maximum"]
        return _frame(
            head,
            [
                ["Of demand", "share", "demand", "Country", "period", 1.5 * most],
                ["Of purchases", "share", "purchases", "Country", "period", most],
            ],
        )

    def _contracts(self) -> pd.DataFrame:
        mean = self.capacity.mean(axis=1)
        head = ["Contract", "Source", "Minimum [t]", "Maximum [t]", "Must take", "Per"]
        rows = [
            [
                f"Offtake {name}",
                name,
                round(0.2 * mean[s], 2),
                round(0.9 * mean[s], 2),
                round(self.chance.uniform(0.7, 1.0), 2),
                "year",
            ]
            for s, name in enumerate(self.sources)
            if s % _CONTRACTS_EVERY == 0
        ]
        return _frame(head, rows)


def _frame(head: Sequence[str], rows: Any) -> pd.DataFrame:
    return pd.DataFrame([list(row) for row in rows], columns=list(head), dtype=object)
