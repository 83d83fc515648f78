"""What the note on a header says: meaning, what a cell holds, unit, default, example."""

from __future__ import annotations

from planner.case import declarations as d
from planner.case.cells import plain_number
from planner.case.columns import LARGEST, Column, Kind, Value
from planner.case.headers import Role
from planner.case.reference import holds
from planner.case.units import Quantity, Unit
from planner.workbook.draft import DraftColumn, DraftSheet

_LONG_UNITS = {
    Quantity.MASS: "[t], [kg], [lb] …",
    Quantity.MASS_PER_TIME: "[t/yr], [t/month], [kg/yr] …",
    Quantity.MASS_OR_RATE: "[t] as it stands, [t/yr] for a rate",
    Quantity.MONEY_PER_MASS: "[USD/kg], [USD/t] …; [/kg] for the row's own currency",
    Quantity.MONEY_PER_MASS_TIME: "[USD/kg/yr], [USD/t/yr] …",
    Quantity.FRACTION: "[%]: 25 is 25 %; without it 0.25 is",
    Quantity.DURATION: "[days], [months], [yr]",
    Quantity.PERIODS: "[periods], [days], [months]",
    Quantity.BOUND: "none, [%], [t], [t/yr] or the currency; a cell formatted as % holds a share",
}
"""Units that a header may have instead of its own."""

_OF_INDEX = "; [% of index]: that part of the market price"


def note(draft: DraftSheet, column: DraftColumn) -> str:
    """The text of the note on a header."""
    if column.is_note:
        return "Your own remarks; the planner does not read them."
    known = column.header.column
    if column.header.role is Role.ATTRIBUTE:
        return (
            f"{column.header.name}: a column of your own.\n"
            "Rules, quotas and scenarios can pick rows by it, such as "
            f"{column.header.name}=yes."
        )
    lines = [
        f"{column.header.name}: {known.meaning}.",
        _needed(draft, column),
        f"Holds: {_held(known, column.header.unit)}.",
        _labelled("Unit in the header: ", _units(known)),
        _labelled("Example: ", _example(known)),
    ]
    if draft.sheet is d.SETTINGS and known.key:
        lines += [f"{setting.name}: {setting.meaning}." for setting in d.SETTINGS_ROWS]
    return "\n".join(filter(None, lines))


def _labelled(label: str, text: str) -> str:
    return label + text if text else ""


def _needed(draft: DraftSheet, column: DraftColumn) -> str:
    known = column.header.column
    every = draft.sheet.every_period and column.header.role is Role.PERIOD
    if column.required or every:
        return "Must be filled in every row."
    if known.default is not None and column.header.role is not Role.PERIOD:
        return f"Blank: {_shown(known.default, column.header.unit)}."
    return "" if "blank" in known.meaning else "May stay blank: not given."


def _held(known: Column, unit: Unit) -> str:
    if known.kind is Kind.NAME:
        return "a name of your choice"
    if known.kind is not Kind.NUMBER:
        return holds(known).replace("`", "")
    low = unit.outward(known.minimum) if known.minimum > -LARGEST else None
    high = unit.outward(known.maximum) if known.maximum < LARGEST else None
    bounds = (
        "" if low is None and high is None
        else f", at most {_rounded(high)}" if low is None and high is not None
        else f", at least {_rounded(low or 0.0)}" if high is None
        else f", {_rounded(low or 0.0)} to {_rounded(high)}"
    )  # fmt: skip
    return f"a number{bounds}" + (", or the word unlimited" if known.unlimited else "")


def _rounded(number: float) -> str:
    return plain_number(float(f"{number:.3g}"))


def _units(known: Column) -> str:
    units = _LONG_UNITS.get(known.quantity, "") if known.quantity is not None else ""
    return units + _OF_INDEX if known.of_index else units


def _example(known: Column) -> str:
    if known.example:
        return known.example
    if known.kind is Kind.YES_NO:
        return "yes"
    return next(iter((*known.words, *known.usual)), "")


def _shown(value: Value, unit: Unit) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        number = plain_number(unit.outward(value))
        return f"{number} %" if unit.percent else number
    return str(value)
