"""What becomes of tonnes besides being delivered: recipes, conversions and recycling, as numbers.

Axes as in `Scenario`: S sources, M materials, I items (materials, then products), P sites, T
periods; here also K products, R recipes, V conversions, N rows of Recycling.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Recipes:
    """Ways to make products out of materials.

    Attributes:
        names: R.
        product: R, position of what it makes in the items.
        use: R × M, tonnes of each material in a tonne of product.
        extra_cost: R, case currency per tonne of product, undiscounted.
        share: R, most of the product's demand at a plant in a period that may be made so.
        reference: K, position of the recipe by which a product counts as demand for materials;
            -1 where it has no recipe.
    """

    names: tuple[str, ...]
    product: Indices
    use: Numbers
    extra_cost: Numbers
    share: Numbers
    reference: Indices

    def needs(self, demand: Numbers) -> Numbers:
        """M × P × T: demand for materials, that for products counted by their reference recipe.

        Args:
            demand: I × P × T, tonnes.
        """
        materials = self.use.shape[1]
        has_recipe = self.reference >= 0
        use = np.zeros((len(self.reference), materials))
        use[has_recipe] = self.use[self.reference[has_recipe]]
        of_products = np.einsum("km,kpt->mpt", use, demand[materials:])
        needs: Numbers = demand[:materials] + of_products
        return needs


@dataclass(frozen=True, slots=True)
class Conversions:
    """Processes that turn materials into others; each stands at one plant.

    Attributes:
        names: V; the same process at two plants has its name twice.
        site: V, position of the plant.
        made: V × M, tonnes made (positive) or used up (negative) per tonne of throughput.
        cost: V, case currency per tonne of throughput, undiscounted.
        capacity: V × T, tonnes of throughput; infinite: unlimited.
        capacity_cells: V, where the capacity stands, of the row where it is blank.
        capacity_per_typed: V × T, tonnes that one unit typed adds.
        capacity_unit: the unit typed.
        cells: V, where the conversion is named.
    """

    names: tuple[str, ...]
    site: Indices
    made: Numbers
    cost: Numbers
    capacity: Numbers
    capacity_cells: tuple[str, ...]
    capacity_per_typed: Numbers
    capacity_unit: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recycling:
    """Sources fed by the scrap of what was delivered, one entry for each row of the sheet.

    Attributes:
        source: N, position of the source that is fed.
        item: N, position of the item whose scrap comes back.
        returned: N, part of it that comes back.
        lag: N, periods from delivery to the scrap, at least 1.
        opening: N, tonnes of scrap in each of the first `lag` periods.
    """

    source: Indices
    item: Indices
    returned: Numbers
    lag: Indices
    opening: Numbers

    @property
    def fed(self) -> Indices:
        """Positions of the sources that are fed, each once."""
        return np.array(sorted(set(self.source.tolist())), dtype=np.int64)
