"""What each type of limit needs and refuses, and what it goes by: parties, attributes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from planner.case.cells import describe, plain_number
from planner.case.columns import Kind, Value
from planner.case.declarations import SOFT_TYPES
from planner.case.grid import as_text
from planner.case.ledger import Ledger
from planner.case.names import did_you_mean, fold
from planner.case.units import Quantity, Unit

MUST = "must"
DEFAULT_COLUMN = {"suppliers": "Supplier", "HHI": "Country"}
"""The column of Sources that a type goes by where none is given."""

_HIGHEST_SHARE = 2.0
_POINTS = 10_000.0
_FITS = {
    "tonnes": (Quantity.MASS, Quantity.MASS_PER_TIME),
    "share": (Quantity.FRACTION,),
    "spend": (Quantity.MONEY,),
    "suppliers": (),
    "average": (Quantity.FRACTION,),
    "HHI": (Quantity.FRACTION,),
}
"""Units that the bounds of each type may be in, besides none."""

_NO_PERCENTAGE = ("tonnes", "spend", "suppliers")

Complaint = tuple[str, str, str]
"""Column, text, and kind of a problem of one row of Limits."""


def complaints(row: Mapping[str, Value], has_tiers: bool) -> Iterator[Complaint]:
    """What is wrong with a row of Limits, whatever its bounds are.

    Args:
        row: its values, defaults filled in.
        has_tiers: whether a source that it applies to is priced by volume.
    """
    kind = row.get("Type")
    if kind == "HHI" and "Minimum" in row:
        yield "Minimum", "an HHI has a maximum only; clear the minimum", "blank"
    elif row.get("Minimum") is None and row.get("Maximum") is None:
        yield "Maximum", "Minimum and Maximum are blank; give at least one", "blank"
    if kind == "average" and "Column" not in row:
        text = "Column is blank; name the attribute of Sources that is averaged"
        yield "Column", text, "blank"
    if kind == "spend" and str(row.get("Materials", "*")) != "*":
        text = "a spend limit counts whole purchases, not materials; clear Materials"
        yield "Materials", text, "not read"
    if kind == "spend" and has_tiers and str(row.get("Sites", "*")) != "*":
        text = (
            "a source that it applies to has a price by volume, which all plants reach together; "
            "a spend limit on it counts every plant: clear Sites"
        )
        yield "Sites", text, "tiers"
    yield from _counts_from(row)
    yield from _standing(row)


def _counts_from(row: Mapping[str, Value]) -> Iterator[Complaint]:
    if row.get("Type") != "suppliers" or "Minimum" not in row:
        return
    least = row.get("Counts from")
    if least is None:
        text = "Counts from is blank; a minimum of suppliers needs the tonnes from which one counts"
        yield "Counts from", text, "blank"
    elif isinstance(least, float) and least <= 0:
        yield "Counts from", f"Counts from must be above 0, got {least:g}", "out of bounds"


def _standing(row: Mapping[str, Value]) -> Iterator[Complaint]:
    """Penalty and priority, where they have a meaning."""
    kind, priority = row.get("Type"), str(row.get("Priority", MUST))
    if kind is None:
        return  # complained of already
    if "Penalty" in row and kind not in SOFT_TYPES:
        yield "Penalty", f"Penalty is for tonnes and shares, this is {_a(kind)}; clear it", "limit"
    if priority == MUST:
        return
    of_purchases = kind == "share" and row.get("Share of") == "purchases"
    if kind in ("average", "HHI") or of_purchases:
        what = "a share of purchases" if of_purchases else _a(kind)
        text = (
            f"Priority is for tonnes, spend, suppliers and shares of demand, this is {what}; "
            "clear it, or write must"
        )
        yield "Priority", text, "limit"
    elif "Penalty" in row:
        text = f"Priority {priority} and a Penalty exclude each other; clear one of the two"
        yield "Priority", text, "limit"


def fits(kind: str, unit: Unit, *, percent: bool) -> bool:
    """Whether a bound of a type may be typed in a unit, or as a percentage."""
    allowed = unit.quantity in (*_FITS[kind], Quantity.BOUND)
    return allowed and not (percent and kind in _NO_PERCENTAGE)


def wrong_bound(kind: str, column: str, value: float, unit: Unit, *, percent: bool) -> str | None:
    """What is wrong with a bound for its type of limit, or None.

    Args:
        kind: the type.
        column: Minimum or Maximum.
        value: in inner units.
        unit: of the column.
        percent: whether the cell is formatted as a percentage.
    """
    if not fits(kind, unit, percent=percent):
        what = f"a percentage, got {value:.6g}" if percent else f"in [{unit.text}]"
        return f"{column} of {_a(kind)} cannot be {what}"
    typed = unit.outward(value)
    if value < 0 and kind != "average":
        return f"{column} must be at least 0, got {typed:g}"
    if kind == "suppliers" and not value.is_integer():
        return f"{column} of a supplier count must be a whole number, got {typed:g}"
    if kind == "share" and value > _HIGHEST_SHARE:
        hint = f"; {typed:g}%?" if not unit.percent and value <= _HIGHEST_SHARE * 100 else ""
        return f"{column} of a share must be between 0 and 2, got {typed:g}{hint}"
    if kind == "HHI" and value > 1:
        hint = f"; {typed:g} points are {typed / _POINTS:g}" if 100 < typed <= _POINTS else ""
        return f"{column} of an HHI must be between 0 and 1, got {typed:g}{hint}"
    return None


def unread(row: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Filled columns that have no meaning for the type of a row as typed, and what they are for."""
    kind = row.get("Type")
    if kind is None:
        return  # complained of already
    if "Share of" in row and kind != "share":
        yield "Share of", "limits of type share"
    if "Counts from" in row and (kind != "suppliers" or "Minimum" not in row):
        yield "Counts from", "minima of suppliers"


def _a(kind: Value | None) -> str:
    """A type with its article: `an average limit`."""
    return f"{'an' if kind in ('average', 'HHI') else 'a'} {kind} limit"


# -- columns of Sources ---------------------------------------------------------------------


def source_column(ledger: Ledger, name: str) -> str:
    """A column of Sources as it is written there.

    Raises:
        ValueError: there is none of that name; the text says which there are.
    """
    table = ledger.table("Sources")
    known = [column.name for column in table.sheet.columns] + list(table.attributes)
    found = {fold(column): column for column in known}.get(fold(name))
    if found is None:
        raise ValueError(f"unknown column '{name}' of Sources{did_you_mean(name, known)}")
    return found


def wrong_attribute(ledger: Ledger, column: str) -> str | None:
    """Why the numbers of a column of Sources cannot be averaged, or None."""
    declared = ledger.table("Sources").sheet.by_name.get(column)
    if declared is None or declared.kind is Kind.NUMBER:
        return None
    return f"'{column}' holds no numbers; name a numeric attribute of Sources"


def attribute(ledger: Ledger, source: int, column: str) -> float | str:
    """The number of a source in a column, as typed; else what is wrong with it."""
    value = ledger.rows["Sources"][source].get(column)
    if value is None:
        return f"{column} is blank"
    if isinstance(value, bool) or not isinstance(value, float):
        return f"{column} must be a number, got {describe(value)}"
    number = ledger.table("Sources").unit(column).outward(value)
    return number if math.isfinite(number) else f"{column} is {plain_number(value)}"


def by_value(
    ledger: Ledger, sources: Sequence[int], column: str
) -> tuple[dict[str, tuple[int, ...]], list[int]]:
    """Sources by their value in a column, and those where it is blank."""
    parts: dict[str, list[int]] = {}
    blank = []
    for s in sources:
        value = ledger.rows["Sources"][s].get(column)
        if value is None:
            blank.append(s)
        else:
            parts.setdefault(as_text(value), []).append(s)
    return {value: tuple(some) for value, some in parts.items()}, blank
