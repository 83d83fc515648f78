"""Prices that follow market indices: by which terms, and what they are."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar

import numpy as np
from numpy.typing import NDArray

_Money = TypeVar("_Money", float, NDArray[np.float64])


class Terms(TypedDict):
    """The terms by which a price follows an index."""

    share: float
    premium: float
    floor: float
    ceiling: float
    shared_above: float
    our_part: float


@dataclass(frozen=True, slots=True)
class Followed:
    """How the price of a source follows indices in one period.

    Attributes:
        parts: each index, and what it adds to the index followed: case currency per tonne.
        exchange: case currency for one unit of the source's.
        terms: of the price, as `follow` has them; money in the source's currency per tonne.
    """

    parts: tuple[tuple[str, float], ...]
    exchange: float
    terms: Terms

    def price(self, index: str | None = None, factor: float = 1.0, share: float = 1.0) -> float:
        """The price, in the source's currency per tonne, where an index is multiplied by a factor.

        Args:
            index: its name; None: each is as it is.
            factor: what it is multiplied by.
            share: what the source's own `Index share` is multiplied by.
        """
        followed = 0.0
        for name, part in self.parts:
            followed += part * factor if name == index else part
        followed /= self.exchange
        if math.isnan(followed):
            return math.nan
        terms = self.terms
        return follow(
            followed,
            share=terms["share"] * share,
            premium=terms["premium"],
            floor=terms["floor"],
            ceiling=terms["ceiling"],
            shared_above=terms["shared_above"],
            our_part=terms["our_part"],
        )


def follow(
    index: _Money,
    *,
    share: _Money,
    premium: _Money,
    floor: _Money,
    ceiling: _Money,
    shared_above: _Money,
    our_part: _Money,
    smaller: Callable[[Any, Any], Any] = min,
    larger: Callable[[Any, Any], Any] = max,
) -> _Money:
    """The price that follows an index, all in the source's currency per tonne.

    Share × index + premium, kept between floor and ceiling, then less our part of what the index
    itself, before the share, exceeds `shared_above`.

    Args:
        smaller, larger: of two; of arrays, numpy's.
    """
    kept = smaller(larger(share * index + premium, floor), ceiling)
    rise = larger(index - shared_above, 0.0)
    return kept - our_part * rise  # type: ignore[no-any-return]
