"""What there is any way to deliver: bought, given, converted, made or recycled.

A demand that nothing can serve is a mistake of the workbook where shortfall is forbidden. Only
whether there is a way counts here, not how many tonnes it carries or when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.case.flows import Conversions, Recipes, Recycling
from planner.case.names import shortlist
from planner.case.problems import Problems
from planner.case.scenario import Flags, Numbers


@dataclass(frozen=True, slots=True)
class Supply:
    """Where tonnes can come from.

    Attributes:
        sells: S × M × P, whether a source can bring a material to a plant.
        given: M × P, whether there is an opening stock, or something in transit.
    """

    sells: Flags
    given: Flags
    recipes: Recipes
    conversions: Conversions
    recycling: Recycling

    def reached(self, demand: Numbers) -> Flags:
        """I × P: what there can be at a plant, found step by step until nothing is added.

        Args:
            demand: I × P × T, tonnes.
        """
        there = np.zeros(demand.shape[:2], dtype=bool)
        materials = self.given.shape[0]
        while True:
            before = there.copy()
            sold = self.sells[self._open(there, demand)].any(axis=0)
            there[:materials] |= self.given | sold
            self._convert(there)
            self._make(there)
            if (there == before).all():
                return there

    def _open(self, there: Flags, demand: Numbers) -> Flags:
        """S: sources that can sell; one that is fed by scrap needs some."""
        delivered = (there & (demand.sum(axis=2) > 0)).any(axis=1)
        recycling = self.recycling
        is_open = np.ones(self.sells.shape[0], dtype=bool)
        is_open[recycling.fed] = False
        has_scrap = (recycling.opening > 0) | ((recycling.returned > 0) & delivered[recycling.item])
        is_open[recycling.source[has_scrap]] = True
        return is_open

    def _convert(self, there: Flags) -> None:
        for made, site in zip(self.conversions.made, self.conversions.site, strict=True):
            own = there[: len(made), site]
            if own[made < 0].all():
                own |= made > 0

    def _make(self, there: Flags) -> None:
        materials = self.given.shape[0]
        for use, product in zip(self.recipes.use, self.recipes.product, strict=True):
            there[product] |= there[:materials][use > 0].all(axis=0)

    def lacking(self, product: int, there: Flags) -> list[int]:
        """Materials that recipes of a product need and that there is no way to get.

        Args:
            product: position in the items.
            there: I, what there can be at the plant.
        """
        own = self.recipes.use[self.recipes.product == product]
        needed = (own > 0).any(axis=0)
        return np.flatnonzero(needed & ~there[: len(needed)]).tolist()


def complain_of_no_source(
    supply: Supply,
    demand: Numbers,
    cells: Mapping[tuple[int, int, int], str],
    *,
    items: Sequence[str],
    sites: Sequence[str | None],
    problems: Problems,
) -> None:
    """Say of each demanded item and plant that nothing can serve it, at its first demand.

    Args:
        demand: I × P × T, tonnes.
        cells: where demand stands, by positions of item, plant and period.
    """
    reached = supply.reached(demand)
    wanted = demand > 0
    materials = supply.given.shape[0]
    for i, p in np.argwhere(wanted.any(axis=2) & ~reached).tolist():
        cell = cells.get((i, p, int(wanted[i, p].argmax())), "Demand!A1")
        at = f" at '{sites[p]}'" if sites[p] is not None else ""
        if i < materials:
            text = f"no source supplies '{items[i]}'{at}"
        elif lacking := [items[m] for m in supply.lacking(i, reached[:, p])]:
            text = f"no source supplies {shortlist(lacking)}{at}, which '{items[i]}' is made from"
        else:
            text = f"no recipe makes '{items[i]}'"
        problems.error(
            f"{text}; add one, or allow shortfall in Settings",
            sheet="Demand",
            cell=cell.rpartition("!")[2],
            kind="no source",
        )
