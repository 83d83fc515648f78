"""Products and their recipes: from the sheets to numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from planner.case.columns import Value, number_in
from planner.case.flows import Recipes
from planner.case.ledger import Ledger
from planner.case.problems import Problems
from planner.case.scenario import Indices, Numbers

_ROUNDING = 1e-9


def build_recipes(ledger: Ledger, materials: Sequence[str], problems: Problems) -> Recipes:
    """The recipes of a case, in row order; complaints go into `problems`.

    A recipe whose product is not known is left out: that is said where names are checked.
    """
    products = ledger.names("Products")
    rows = [
        (i, row)
        for i, row in enumerate(ledger.rows.get("Recipes", []))
        if row.get("Product") in products and "Recipe" in row
    ]
    spread = ledger.spread.get("Recipes", [])
    product = np.array([products.index(str(row["Product"])) for _, row in rows], dtype=np.int64)
    use = np.zeros((len(rows), len(materials)))
    for r, (i, _) in enumerate(rows):
        use[r] = [number_in(spread[i].get(name), 0.0) for name in materials]
    reference = _references(ledger, products, product, rows, problems)
    _warn_of_empty(ledger, use, rows, problems)
    return Recipes(
        names=tuple(str(row["Recipe"]) for _, row in rows),
        product=product + len(materials),
        use=use,
        extra_cost=np.array([number_in(row.get("Extra cost"), 0.0) for _, row in rows]),
        share=np.array([number_in(row.get("Maximum share"), 1.0) for _, row in rows]),
        reference=reference,
    )


def _references(
    ledger: Ledger,
    products: Sequence[str],
    product: Indices,
    rows: Sequence[tuple[int, Mapping[str, Value]]],
    problems: Problems,
) -> Indices:
    """K: the reference recipe of each product, -1 where it has none."""
    reference = np.full(len(products), -1, dtype=np.int64)
    for k, name in enumerate(products):
        own = np.flatnonzero(product == k).tolist()
        if len(own) == 1:
            reference[k] = own[0]
        elif own:
            reference[k] = _reference(ledger, name, {r: rows[r] for r in own}, problems)
    return reference


def _reference(
    ledger: Ledger,
    product: str,
    own: Mapping[int, tuple[int, Mapping[str, Value]]],
    problems: Problems,
) -> int:
    """The reference among several recipes of a product, by position; the first after a complaint.

    Args:
        own: row number and row of the product's recipes, by position.
    """
    marked = [r for r, (_, row) in own.items() if row.get("Reference") is True]
    first = next(iter(own))
    if any(ledger.is_doubted("Recipes", i, "Reference") for i, _ in own.values()):
        return first
    if len(marked) == 1:
        return marked[0]
    if marked:
        (i, row), (earlier, other) = own[marked[1]], own[marked[0]]
        text = (
            f"'{row['Recipe']}' is a second reference recipe of '{product}', after "
            f"'{other['Recipe']}' ({ledger.cell('Recipes', earlier, 'Reference')}); keep one"
        )
    else:
        i = own[first][0]
        text = (
            f"'{product}' has {len(own)} recipes and none is its reference; write yes for the one "
            "by which it counts as demand for materials"
        )
    place = ledger.place("Recipes", i, "Reference")
    problems.error(text, sheet="Recipes", cell=place, column="Reference", kind="reference recipe")
    return first


def _warn_of_empty(
    ledger: Ledger,
    use: Numbers,
    rows: Sequence[tuple[int, Mapping[str, Value]]],
    problems: Problems,
) -> None:
    """A recipe that needs nothing makes its product out of nothing: said, for it may be meant."""
    table = ledger.table("Recipes")
    for r, (i, row) in enumerate(rows):
        if use[r].any() or table.broken or (i < len(table.rows) and table.rows[i].unread):
            continue
        text = (
            f"recipe '{row['Recipe']}' uses no material: its product costs its Extra cost only; "
            "fill in tonnes of material per tonne of product"
        )
        place = ledger.place("Recipes", i, "Recipe")
        problems.warning(text, sheet="Recipes", cell=place, column="Recipe", kind="empty recipe")


def warn_of_little(
    ledger: Ledger, recipes: Recipes, demand: Numbers, items: Sequence[str], problems: Problems
) -> None:
    """A demanded product whose recipes cannot make all of it, however much there is to buy.

    Args:
        demand: I × P × T, tonnes.
        items: I, names.
    """
    first = len(items) - len(recipes.reference)
    for k, name in enumerate(items[first:]):
        own = np.flatnonzero(recipes.product == first + k)
        share = float(recipes.share[own].sum())
        if demand[first + k].sum() <= 0 or share >= 1 - _ROUNDING:
            continue
        if len(own):
            text = (
                f"the maximum shares of the recipes of '{name}' add up to {share * 100:.6g} %: the "
                "rest of its demand will be missing"
            )
        else:
            text = f"no recipe makes '{name}': all of its demand will be missing; add one"
        place = ledger.place("Products", k, "Product")
        problems.warning(text, sheet="Products", cell=place, column="Product", kind="no recipe")
