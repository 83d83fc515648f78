"""What the contract defines and this version does not plan with is refused where it is used."""

from __future__ import annotations

import pytest

from planner.case import declarations as d
from planner.case.columns import Kind
from planner.case.grid import letters

LATER_SHEETS = [sheet for sheet in d.SHEETS if sheet.later]
LATER_COLUMNS = [
    (sheet, column)
    for sheet in d.SHEETS
    if not sheet.later
    for column in sheet.columns
    if column.later
]


@pytest.mark.parametrize("sheet", LATER_SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet(sheets, messages, sheet):
    refusal = f"the sheet {sheet.name} is not supported by this version yet; remove its rows"
    headers = [column.name for column in sheet.columns]
    sheets[sheet.name] = [headers]
    assert messages(sheets) == []
    sheets[sheet.name] = [headers, ["x"] * len(headers)]
    assert messages(sheets) == [f"{sheet.name}!A2: {refusal}"]
    sheets[sheet.name] = [["no header of ours"], ["x"]]
    assert messages(sheets) == [f"{sheet.name}!A1: {refusal}"]


@pytest.mark.parametrize(
    ("sheet", "column"), LATER_COLUMNS, ids=lambda part: getattr(part, "name", "")
)
def test_a_column(sheets, messages, sheet, column):
    is_price = column.quantity is not None and column.quantity.is_price
    rows = sheets[sheet.name]
    width = len(rows[0])
    rows[0].append(f"{column.name} [/kg]" if is_price else column.name)
    assert messages(sheets) == []
    value = column.words[-1] if column.words else 1 if column.kind is Kind.NUMBER else "x"
    rows[1] += [None] * (width - len(rows[1])) + [value]
    assert messages(sheets) == [
        f"{sheet.name}!{letters(width + 1)}2: the column '{column.name}' is not supported by "
        "this version yet; clear it"
    ]


def test_settings(sheets, messages):
    sheets["Settings"].append(["Decide through", 2011])
    assert messages(sheets) == [
        "Settings!A4: the setting 'Decide through' is not supported by this version yet; "
        "remove the row"
    ]
