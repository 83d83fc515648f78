"""The reference of the workbook, as Markdown, from the declarations of its sheets."""

from __future__ import annotations

import math
from collections.abc import Iterator

from planner.case import declarations as d
from planner.case.columns import LARGEST, Column, Kind, Sheet
from planner.wording import capital

_HEAD = """\
# The workbook, sheet by sheet

Generated from the declarations that the reader uses (`python scripts/build_reference.py`); do not
edit. How sheets, units, selectors and windows are read in general: [the guide](guide.md).

**Bold** columns are (part of) the row's key; `*` must be filled in every row. A unit in square
brackets is meant where the header has none; a price has to carry its own, such as `[USD/kg]`.
"""

_KINDS = {
    Kind.NAME: "name",
    Kind.REFERENCE: "name",
    Kind.TEXT: "text",
    Kind.NUMBER: "number",
    Kind.WORD: "word",
    Kind.YES_NO: "yes or no",
    Kind.DATE: "date",
    Kind.PERIOD: "period",
    Kind.SELECTOR: "selector",
    Kind.COLUMN: "column",
    Kind.ANY: "value",
}


def reference() -> str:
    """The whole reference."""
    parts = [_HEAD, *(_sheet(sheet) for sheet in d.SHEETS)]
    return "\n".join(parts)


def _sheet(sheet: Sheet) -> str:
    lines = [f"## {sheet.name}", "", f"{_sentence(sheet.meaning)}{_needed(sheet)}", ""]
    lines += _rows(_columns(sheet))
    if sheet is d.SETTINGS:
        lines += ["", "The settings:", "", *_rows(d.SETTINGS_ROWS)]
    lines += [f"\n{note}" for note in _notes(sheet)]
    return "\n".join(lines) + "\n"


def _needed(sheet: Sheet) -> str:
    if sheet.required:
        return " Every case has it."
    return f" It needs the sheet {' and '.join(sheet.needs)}." if sheet.needs else ""


def _columns(sheet: Sheet) -> tuple[Column, ...]:
    extra = [column for column in (sheet.per_material, sheet.numbered) if column is not None]
    return (*sheet.columns, *extra)


def _rows(columns: tuple[Column, ...]) -> list[str]:
    head = ["| column | holds | meaning | default | example |", "|---|---|---|---|---|"]
    return head + [
        f"| {_name(column)} | {holds(column)} | {_text(column.meaning)} | {_default(column)} "
        f"| {_example(column)} |"
        for column in columns
    ]


def _name(column: Column) -> str:
    unit = f" [{column.unit}]" if column.unit else ""
    name = f"`{column.name}{unit}`"
    shown = f"**{name}**" if column.key else name
    return shown + ("*" if column.required and not column.may_be_blank else "")


def holds(column: Column) -> str:
    """What a cell of a column may hold, in words; fixed words stand between backticks."""
    if column.words:
        return ", ".join(f"`{word}`" for word in column.words)
    kind = _KINDS[column.kind]
    if column.usual:
        return f"{kind}, such as " + ", ".join(f"`{word}`" for word in column.usual)
    if column.kind is Kind.REFERENCE and column.refers_to:
        return f"{kind} of {' or '.join(column.refers_to)}"
    if column.kind is Kind.NUMBER:
        return kind + _bounds(column) + (", or `unlimited`" if column.unlimited else "")
    if column.kind is Kind.SELECTOR and column.refers_to:
        return f"{kind} on {column.refers_to[0]}"
    return kind


def _bounds(column: Column) -> str:
    low, high = column.minimum, column.maximum
    has_low, has_high = low > -LARGEST, high < LARGEST and not math.isinf(high)
    if has_low and has_high:
        return f", {low:g} to {high:g}"
    if has_low:
        return f", at least {low:g}"
    return f", at most {high:g}" if has_high else ""


def _default(column: Column) -> str:
    if column.default is None:
        return ""
    if isinstance(column.default, bool):
        return "yes" if column.default else "no"
    if isinstance(column.default, float):
        return f"{column.default:g}"
    return f"`{column.default}`"


def _example(column: Column) -> str:
    return f"`{column.example}`" if column.example else ""


def _notes(sheet: Sheet) -> Iterator[str]:
    """What the table of columns cannot say."""
    if sheet.over_time is not None:
        column = sheet.over_time
        unit = f" [{column.unit}]" if column.unit else ""
        yield (
            "Over time: one column per period, `Every period`, or `Period` and `Value`. "
            f"Each holds {column.meaning}{unit}: {holds(column)}"
            f"{f', such as `{column.example}`' if column.example else ''}."
        )
    if sheet.every_period:
        yield "Every row needs every period."
    if sheet.periods_instead_of:
        names = ", ".join(f"`{name}`" for name in sheet.periods_instead_of)
        yield f"Period columns stand in for {names}."
    for behind, name in sheet.behind:
        if name != d.BY_NAME[behind].columns[0].name:
            yield f"What is blank is that of `{name}` in {behind}."
    if sheet.per_material is not None:
        yield f"`{sheet.per_material.name}` stands for one column per material, with its name."
    if sheet.numbered is not None:
        name = sheet.numbered.name
        yield f"`{name}` stands for `{name} 1`, `{name} 2` …"
    if sheet.attributes:
        yield "Further columns are attributes of your own, for selectors and limits."
    if sheet.fixed:
        yield "Scenarios cannot change it."


def _sentence(text: str) -> str:
    return _text(capital(text)) + "."


def _text(text: str) -> str:
    return text.replace("|", "\\|")
