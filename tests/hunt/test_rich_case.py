"""The hunted case is sound, has every column, and every column of it matters."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from planner.case import declarations as d
from planner.case.columns import Kind
from planner.case.names import letters_of
from planner.case.synonyms import ALSO_CALLED


def test_it_is_sound(sound):
    assert sound.problems == ()
    assert sound.figures is not None


@pytest.mark.parametrize("sheet", d.SHEETS, ids=lambda sheet: sheet.name)
def test_every_column_has_a_value(rich, sheet):
    """A new column gets a sample value in the rich case, and is hunted from there."""
    rows = rich[sheet.name]
    names = [header.partition(" [")[0] for header in rows[0]]
    filled = {name for j, name in enumerate(names) if any(row[j] is not None for row in rows[1:])}
    wanted = {c.name for c in sheet.columns if c.name not in sheet.periods_instead_of}
    if sheet.over_time is not None:
        wanted |= set(sheet.periods_instead_of) or {"P26", "P27", "P28"}
    if sheet.numbered is not None:
        wanted.add(f"{sheet.numbered.name} 1")
    if sheet.per_material is not None:
        wanted |= {"Nd2O3", "Dy2O3"}
    if sheet.attributes:
        assert filled - set(sheet.by_name), "an attribute of the user's own"
    assert wanted <= filled
    if sheet is d.SETTINGS:
        assert {row[0] for row in rows[1:]} == {column.name for column in d.SETTINGS_ROWS}


def test_every_column_matters(rich, sound, read):
    """Another value in it makes other figures, or is refused: a lost one can be noticed."""
    idle = []
    for sheet, rows in rich.items():
        for j, header in enumerate(rows[0]):
            changed = (_changed(rich, row, j, read) for row in rows[1:] if row[j] is not None)
            if not any(found.problems or found.figures != sound.figures for found in changed):
                idle.append(f"{sheet}.{header}")
    assert idle == [
        "Products.Line",  # an attribute that no selector of the case goes by
        "Disruptions.Disruption",  # only messages name it
    ]


def _changed(rich, row: list[Any], j: int, read) -> Any:
    """The case as read with another value in a cell."""
    kept, row[j] = row[j], _another(row[j])
    found = read(rich)
    row[j] = kept
    return found


def _another(value: Any) -> Any:
    if isinstance(value, date):
        return value + timedelta(days=10)
    if isinstance(value, (int, float)):
        return value * 0.9
    return {"yes": "no", "no": "yes"}.get(value, f"{value} x")


def test_no_synonym_is_a_column_of_its_own_sheet():
    for sheet, words in ALSO_CALLED.items():
        own = {letters_of(name) for name in d.BY_NAME[sheet].by_name}
        assert words.keys() <= d.BY_NAME[sheet].by_name.keys()
        called = [letters_of(word) for some in words.values() for word in some]
        assert len(called) == len(set(called)), sheet
        assert not own & set(called), sheet


def test_what_may_be_lost_in_a_sheet_with_attributes_has_synonyms():
    """A column that the plan goes by, and that is missed by no error when it is not there."""
    missed = {"Class", "Form", "Kind"}  # only selectors and results read them
    for sheet in (sheet for sheet in d.SHEETS if sheet.attributes):
        names = {column.name for column in sheet.columns} - missed
        assert names <= ALSO_CALLED[sheet.name].keys(), sheet.name
        assert all(c.kind is Kind.TEXT for c in sheet.columns if c.name in missed)
