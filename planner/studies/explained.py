"""Reasons of a plan: limits in the way, and what is said of each shortfall and each source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from planner.plan import LimitRow
from planner.wording import at_site, listed, span

PERCENTAGE_POINT = "percentage point"
"""What the worth of a share is per."""

ALL_OF_IT = 1.0 - 1e-6
"""Part of a demand from which on all of it is missing."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A quota, limit, capacity or contract that stands in the way of something.

    Attributes:
        kind, name, value, cell: as of `LimitRow`.
        periods: in which it does, windows as `2011`, or `2011 to 2013`.
        minimum: whether it is a minimum, of which less would help.
        tonnes: less missing per unit as typed, of a shortfall; None: of no shortfall.
        saves: money per unit as typed, in all that the cell holds for; 0: alone it is of no help;
            None: not known.
        unit: of `saves`: `USD/t`, `USD per percentage point` …
        until: the bound up to which that holds, as typed (a share: as a fraction); None: without
            end, or not known.
    """

    kind: str
    name: str
    value: str | None
    cell: str
    periods: tuple[str, ...]
    minimum: bool
    tonnes: float | None
    saves: float | None
    unit: str
    until: float | None = None

    @property
    def per(self) -> str:
        """What a saving is per: `t` of `USD/t`, `t/yr` of `USD per t/yr`."""
        if " per " in self.unit:
            return self.unit.partition(" per ")[2]
        return self.unit.partition("/")[2] or "unit"

    @property
    def helps(self) -> bool:
        """Whether one unit of it takes something off what is missing, and saves money."""
        return bool(self.tonnes and self.tonnes > 0 and self.saves)

    @property
    def is_of_a_share(self) -> bool:
        """Whether its bound is a share: the saving is per percentage point."""
        return self.per == PERCENTAGE_POINT

    @property
    def called(self) -> str:
        """What it is called: `quota China`, `the capacity of AU_LYNAS`."""
        if self.kind == "capacity":
            return at_site(f"the capacity of {self.name}", self.value)
        return f"{self.kind} {self.name}" + (f" for {self.value}" if self.value else "")

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of `planner explain` has it."""
        return {
            "kind": self.kind, "name": self.name, "value": self.value, "cell": self.cell,
            "periods": list(self.periods), "minimum": self.minimum, "relieves_t": self.tonnes,
            "saves": self.saves, "unit": self.unit, "until": self.until,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Missing:
    """Tonnes missing in one period.

    Attributes:
        share: of the demand.
        start: first day of the period, where the case has dates.
        cell: where the demand stands.
    """

    period: str
    tonnes: float
    share: float
    start: date | None
    cell: str | None


@dataclass(frozen=True, slots=True)
class ShortfallExplained:
    """What is missing of one item at one plant, and what stands in its way.

    Attributes:
        site: None where the case has no plants.
        periods: in which it is missing.
        holds: limits that stand in its way, those that relieve most per unit first.
        reason: in words.
    """

    item: str
    site: str | None
    periods: tuple[Missing, ...]
    holds: tuple[Hold, ...]
    reason: str

    @property
    def tonnes(self) -> float:
        """Missing in all."""
        return sum(one.tonnes for one in self.periods)

    @property
    def stops(self) -> Missing | None:
        """The first period in which nothing of the demand is met; None: in none."""
        return next((one for one in self.periods if one.share >= ALL_OF_IT), None)

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of `planner explain` has it."""
        return {
            "item": self.item,
            "site": self.site,
            "tonnes": self.tonnes,
            "short_from": self.periods[0].period,
            "stops_from": None if self.stops is None else self.stops.period,
            "periods": [
                {
                    "period": one.period,
                    "start": None if one.start is None else one.start.isoformat(),
                    "tonnes": one.tonnes,
                    "share": one.share,
                    "cell": one.cell,
                }
                for one in self.periods
            ],
            "limits": [hold.to_dict() for hold in self.holds],
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class SourceExplained:
    """Why a source is bought, or is not.

    Attributes:
        used_t: tonnes bought, all periods.
        landed_cost: per tonne, in the case's currency: of what is bought, else of what could be.
        price, enters_below, more_below, stays_until: in `price_unit`. A price is the average of
            the tonnes bought, else of the periods in which it can be bought; all its periods move
            by the same amount. `enters_below`: the price below which something is bought of a
            source of which nothing is; `more_below`: below which more is; `stays_until`: up to
            which all is bought that is now. None: no such price, or not known.
        price_unit: the source's currency, and the mass in which its price is typed.
        price_cell: where the price stands; the first, where there are several.
        holds: what holds it back, or keeps it in.
        reason: in words.
    """

    name: str
    country: str
    used_t: float
    landed_cost: float | None
    price: float | None
    price_unit: str
    price_cell: str | None
    enters_below: float | None
    more_below: float | None
    stays_until: float | None
    holds: tuple[Hold, ...]
    reason: str

    @property
    def is_used(self) -> bool:
        """Whether anything is bought."""
        return self.used_t > 0

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of `planner explain` has it."""
        return {
            "name": self.name,
            "used_t": self.used_t,
            "landed_cost": self.landed_cost,
            "price": self.price,
            "price_unit": self.price_unit,
            "price_cell": self.price_cell,
            "enters_below": self.enters_below,
            "more_below": self.more_below,
            "stays_until": self.stays_until,
            "held_back_by": [hold.to_dict() for hold in self.holds],
            "reason": self.reason,
        }


CellOf = tuple[str, str, str]
"""Cell, kind and name of a row: what one unit typed there moves together."""


def cell_of(row: LimitRow) -> CellOf:
    """The cell that a row comes from."""
    return row.cell, row.kind, row.name


def cells_of(rows: Iterable[LimitRow]) -> dict[CellOf, list[LimitRow]]:
    """All rows by their cells: periods, and values of a limit's Column."""
    found: dict[CellOf, list[LimitRow]] = {}
    for row in rows:
        found.setdefault(cell_of(row), []).append(row)
    return found


def hold_of(
    rows: Sequence[LimitRow], whole: Sequence[LimitRow], tonnes: float | None = None
) -> Hold:
    """A cell that stands in the way.

    Args:
        rows: those of its rows that do.
        whole: all its rows, which one unit typed moves together.
        tonnes: less missing per unit as typed.
    """
    first = rows[0]
    is_minimum = first.is_at_minimum
    worth = [
        _negative(row.shadow_price.less) if is_minimum else row.shadow_price.more for row in whole
    ]
    known = [one for one in worth if one is not None]
    values = dict.fromkeys(row.value for row in rows if row.value is not None)
    return Hold(
        kind=first.kind,
        name=first.name,
        value=", ".join(values) or None,
        cell=first.cell,
        periods=tuple(dict.fromkeys(span(row.first, row.last) for row in rows)),
        minimum=is_minimum,
        tonnes=tonnes,
        saves=sum(known) if len(known) == len(worth) else None,
        unit=first.shadow_price.unit,
        until=_end_as_typed(first) if len(whole) == 1 else None,
    )


def _end_as_typed(row: LimitRow) -> float | None:
    """Up to which bound a row's saving holds: what its cell would say there."""
    price = row.shadow_price
    end = price.start if row.is_at_minimum else price.end
    if end is None or row.unit == "fraction":
        return end
    return end / row.per_typed if row.per_typed > 0 else None


def _negative(worth: float | None) -> float | None:
    return None if worth is None else 0.0 - worth


# -- words ----------------------------------------------------------------------------------


def called(holds: Sequence[Hold], source: str = "") -> str:
    """Limits in a sentence, each once: `quota China (Quotas!D2, Quotas!E2 and 3 more)`.

    The capacity of the source that the sentence is about is its own.
    """
    cells: dict[str, list[str]] = {}
    for hold in holds:
        is_own = hold.kind == "capacity" and hold.name == source
        cells.setdefault("its capacity" if is_own else hold.called, []).append(hold.cell)
    return listed(
        [
            f"{name} ({listed([cell for cell in own if cell], 2)})" if any(own) else name
            for name, own in cells.items()
        ]
    )
