"""Cells typed or formatted otherwise: said, or the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from planner.case import declarations as d
from planner.case.columns import Kind
from planner.case.units import Quantity

SHEETS = [sheet.name for sheet in d.SHEETS]
SOME = 1
"""Damages tried of each column where not all are."""

Damage = Callable[[Any], Any]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


NUMBERS: dict[str, Damage] = {
    "as text": str,
    "with an apostrophe": lambda v: f"'{v}",
    "with a decimal comma": lambda v: f"{float(v)}".replace(".", ","),
    "with thousands separated": lambda v: f"{v * 1000:,}",
    "with a sign of percent": lambda v: f"{v}%",
    "with a unit": lambda v: f"{v} t",
    "a dash": lambda v: "-",
    "n/a": lambda v: "n/a",
    "to be asked": lambda v: "tbd",
    "TRUE": lambda v: True,
    "a date": lambda v: date(2026, 1, 5),
}
DATES: dict[str, Damage] = {
    "as text": lambda v: v.isoformat(),
    "as its number": lambda v: (v - date(1899, 12, 30)).days,
    "as a year": lambda v: v.year,
    "as a German text": lambda v: v.strftime("%d.%m.%Y"),
}
TEXTS: dict[str, Damage] = {
    "in lower case": str.lower,
    "in upper case": str.upper,
    "with a space behind": lambda v: f"{v} ",
    "with a zero-width space": lambda v: f"{v[:1]}\u200b{v[1:]}",
    "with look-alikes": lambda v: v.replace("a", "\u0430").replace("e", "\u0435"),
    "in full width": lambda v: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in v),
    "with a letter left out": lambda v: v[:2] + v[3:] if len(v) > 4 else v,
    "with two letters swapped": lambda v: v[0] + v[2] + v[1] + v[3:] if len(v) > 4 else v,
}
YES_NO: dict[str, Damage] = {
    "TRUE": lambda v: v == "yes",
    "1": lambda v: 1 if v == "yes" else 0,
    "y": lambda v: v[:1],
    "ja": lambda v: {"yes": "ja", "no": "nein"}[v],
    "x": lambda v: "x" if v == "yes" else None,
}

FREE = (Kind.TEXT, Kind.ANY)
"""Kinds of which any text will do: another spelling is noticed beside the usual one only."""


def damages_of(value: Any, kind: Kind) -> dict[str, Damage]:
    """What may have been done to a value of a column."""
    if isinstance(value, date):
        return DATES
    if _is_number(value):
        return NUMBERS if kind is not Kind.PERIOD else {}
    return YES_NO if kind is Kind.YES_NO else TEXTS


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_cell_typed_otherwise(rich, is_silent, sample, column_of, sheet):
    """The first value of a column; of free text one that stands there more than once."""
    rows = rich[sheet]
    silent = []
    for j, header in enumerate(rows[0]):
        column = column_of(sheet, header)
        kind = column.kind if column is not None else Kind.ANY
        values = [row[j] for row in rows[1:]]
        if kind is Kind.NAME or sheet == "Settings":
            continue  # a name is what it is; where it is referred to, the reference is hunted
        for i in _places(values, kind)[:1]:
            value = values[i]
            damages = list(damages_of(value, kind).items())
            for what, damage in sample(f"{sheet}.{header}", damages, SOME):
                rows[i + 1][j] = damage(value)
                if is_silent(rich):
                    silent.append((header, what))
            rows[i + 1][j] = value
    assert silent == []


def _places(values: list[Any], kind: Kind) -> list[int]:
    often = kind in FREE
    return [
        i
        for i, value in enumerate(values)
        if value is not None and (not often or _is_number(value) or values.count(value) > 1)
    ]


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_column_formatted_as_a_percentage(rich, is_silent, column_of, percent, sheet):
    """Its numbers as they stand, or shown as before: 25 under [%] as 0.25 in the cell."""
    rows = rich[sheet]
    silent = []
    for j, header in enumerate(rows[0]):
        column = column_of(sheet, header)
        numbers = [i for i, row in enumerate(rows) if _is_number(row[j])]
        if column is None or column.quantity is None or not numbers:
            continue
        kept = {i: rows[i][j] for i in numbers}
        for size in (1, 100) if header.endswith("[%]") else (1,):
            for i, value in kept.items():
                rows[i][j] = percent(value / size)
            if is_silent(rich):
                silent.append((header, size))
        of_material = column is d.BY_NAME[sheet].per_material  # 0.6 % of one is no slip by itself
        if header.endswith("[%]") and column.quantity is Quantity.FRACTION and not of_material:
            for i, value in kept.items():
                rows[i][j] = value / 100
            if max(kept.values()) > 0 and is_silent(rich):
                silent.append((header, "fractions"))
        for i, value in kept.items():
            rows[i][j] = value
    assert silent == []


@pytest.mark.parametrize("setting", [c.name for c in d.SETTINGS_ROWS])
def test_a_setting_mistyped(rich, is_silent, setting):
    """Its name, and its value where that is no free text."""
    row = next(row for row in rich["Settings"] if row[0] == setting)
    column = next(c for c in d.SETTINGS_ROWS if c.name == setting)
    for wrong in (setting[:-1], f"{setting} ", setting.upper(), f"{setting}:", f"My {setting}"):
        row[0] = wrong
        assert not is_silent(rich), wrong
    row[0] = setting
    if column.kind is Kind.TEXT and setting != "Currency":
        return
    value = row[1]
    for damage in damages_of(value, column.kind).values():
        row[1] = damage(value)
        assert not is_silent(rich), row
