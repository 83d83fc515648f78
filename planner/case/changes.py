"""Changes: what a scenario or `--set` does to a case, read and applied."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from planner.case import declarations as d
from planner.case.cells import CellError, plain_number, read_cell
from planner.case.declarations import BY_NAME, OPERATIONS, Column, Kind, Sheet, Value
from planner.case.grid import RawCell, as_text, trim
from planner.case.ledger import Ledger
from planner.case.names import did_you_mean, fold, shortlist
from planner.case.selectors import SelectorError
from planner.case.table import split_bracket
from planner.case.units import Quantity, Unit, UnitError, parse_unit

_FORM = 'write it like "Quotas[Quota=China].Tonnes*=0.7" (operations: =, *=, +=)'
_FACTOR = Column("Value", Kind.NUMBER, "a factor", quantity=Quantity.NUMBER, minimum=-d.LARGEST)


class ChangeError(ValueError):
    """A change that cannot be made. `part` names the column of Changes that is wrong."""

    def __init__(self, part: str, text: str) -> None:
        self.part = part
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: target, operation (set, times or plus) and value.

    `cells` has the cell of each part where the change stands in a workbook.
    """

    sheet: str
    rows: str
    column: str
    operation: str
    value: RawCell
    scenario: str | None = None
    cells: dict[str, str] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        sign = {"set": "=", "times": "*=", "plus": "+="}[self.operation]
        value = "" if self.value.content is None else as_text(self.value.content)
        return f"{self.sheet}[{self.rows}].{self.column}{sign}{value}"


def parse_change(text: str) -> Change:
    """Read a change as the command line writes it.

    Raises:
        ChangeError: it cannot be read.
    """
    sheet, rows, rest = _split_target(text)
    match = re.search(r"[*+]?=", _blank_brackets(rest))
    if match is None:
        raise ChangeError("Operation", f"cannot read the change '{text}'; {_FORM}")
    column, sign = trim(rest[: match.start()]), match.group()
    if not column and sign == "*=":
        column, sign = "*", "="
    value = trim(rest[match.end() :])
    if not column or not value:
        raise ChangeError("Column", f"cannot read the change '{text}'; {_FORM}")
    return Change(sheet, rows, column, OPERATIONS[sign], _cell_of_text(value))


def parse_target(text: str) -> tuple[str, str, str]:
    """Read a target, a change without operation and value: sheet, rows, column.

    Raises:
        ChangeError: it cannot be read.
    """
    sheet, rows, column = _split_target(text)
    if not trim(column):
        raise ChangeError("Column", f"cannot read the target '{text}'; {_FORM}")
    return sheet, rows, trim(column)


def _split_target(text: str) -> tuple[str, str, str]:
    match = re.match(r'^([^\[\].]+)\[((?:[^"\]]|"[^"]*")*)\]\s*\.(.*)$', trim(text), re.DOTALL)
    if match is None:
        raise ChangeError("Sheet", f"cannot read '{text}'; {_FORM}")
    return trim(match.group(1)), trim(match.group(2)), match.group(3)


def _blank_brackets(text: str) -> str:
    return re.sub(r"\[[^\]]*\]", lambda m: " " * len(m.group()), text)


def _cell_of_text(text: str) -> RawCell:
    percent = text.endswith("%")
    try:
        number = float(text.rstrip("%").strip())
    except ValueError:
        return RawCell(text)
    if not math.isfinite(number):
        return RawCell(text)
    return RawCell(number / 100 if percent else number, percent=percent)


def apply_change(ledger: Ledger, change: Change) -> None:
    """Make one change on a ledger.

    Raises:
        ChangeError: there is no such target, or the value does not fit it.
    """
    sheet = _sheet_of(change)
    name, bracket = split_bracket(change.column)
    try:
        picked = ledger.select(change.rows, sheet.name)
    except SelectorError as error:
        raise ChangeError("Rows", str(error)) from None
    periods = _periods_of(ledger, sheet, name)
    if periods is not None:
        _change_series(ledger, sheet, picked, periods, bracket, change)
        return
    if sheet.per_material is not None and fold(name) in _folded(ledger.names("Materials")):
        material = _folded(ledger.names("Materials"))[fold(name)]
        _change_spread(ledger, sheet, picked, material, bracket, change)
        return
    _change_rows(ledger, sheet, picked, name, bracket, change)


def _sheet_of(change: Change) -> Sheet:
    sheets = _folded(BY_NAME)
    name = sheets.get(fold(change.sheet))
    if name is None:
        raise ChangeError(
            "Sheet", f"unknown sheet '{change.sheet}'{did_you_mean(change.sheet, BY_NAME)}"
        )
    sheet = BY_NAME[name]
    if sheet.fixed:
        raise ChangeError("Sheet", f"the sheet {name} cannot be changed by a scenario")
    if sheet.later:
        raise ChangeError("Sheet", f"the sheet {name} is not supported by this version yet")
    return sheet


def _periods_of(ledger: Ledger, sheet: Sheet, name: str) -> list[int] | None:
    """The positions of the periods that a change's column names; None if it names no period."""
    if sheet.over_time is None or fold(name) in _folded(c.name for c in sheet.columns):
        return None
    if sheet.periods_instead_of and not ledger.table(sheet.name).in_periods:
        return None
    names = {fold(period): i for i, period in enumerate(ledger.periods.names)}
    if name in ("*", "＊") or fold(name) == "every period":
        return list(names.values())
    first, dots, last = (part.strip() for part in name.partition(".."))
    ends = [first, last] if dots else [first]
    for end in ends:
        if fold(end) not in names:
            raise ChangeError(
                "Column",
                f"unknown period '{end}'{did_you_mean(end, ledger.periods.names)}; "
                "write a period, a range such as 2012..2014, or *",
            )
    start, stop = names[fold(ends[0])], names[fold(ends[-1])]
    if stop < start:
        raise ChangeError("Column", f"'{name}' ends before it starts")
    return list(range(start, stop + 1))


def _change_series(
    ledger: Ledger,
    sheet: Sheet,
    picked: list[int],
    periods: list[int],
    bracket: str | None,
    change: Change,
) -> None:
    column = sheet.over_time
    assert column is not None
    table = ledger.table(sheet.name)
    unit = _unit(change, column, bracket, None)
    missing = True
    for i in picked:
        series = ledger.series[sheet.name][i]
        _check_currency(ledger, column, unit, series.key.get("Source"))
        for t in periods:
            own = unit or table.spread_units.get(ledger.periods.names[t], column.own_unit)
            scale = 1 / ledger.periods.years[t] if own.per_period else 1.0
            operand = _operand(change, column, own, scale)
            old = series.values[t]
            if old is None and change.operation != "set":
                continue
            missing = False
            series.values[t] = _result(column, old, operand, change, _words(series.key))
    if missing:
        _nothing_to_change(change)


def _change_spread(
    ledger: Ledger,
    sheet: Sheet,
    picked: list[int],
    material: str,
    bracket: str | None,
    change: Change,
) -> None:
    column = sheet.per_material
    assert column is not None
    unit = _unit(change, column, bracket, ledger.table(sheet.name).spread_units.get(material))
    for i in picked:
        spread = ledger.spread[sheet.name][i]
        operand = _operand(change, column, unit or column.own_unit)
        old = spread.get(material, 0.0)
        spread[material] = _result(column, old, operand, change, f"row {i + 1}")


def _change_rows(
    ledger: Ledger, sheet: Sheet, picked: list[int], name: str, bracket: str | None, change: Change
) -> None:
    table = ledger.table(sheet.name)
    declared = _folded(c.name for c in sheet.columns)
    attributes = _folded(table.attributes)
    if fold(name) in declared:
        column = sheet.by_name[declared[fold(name)]]
    elif fold(name) in attributes:
        column = Column(attributes[fold(name)], Kind.ANY, "an attribute")
    else:
        known = [c.name for c in sheet.columns if not c.key] + list(table.attributes)
        if sheet.over_time is not None:
            known = [*ledger.periods.names, *known]
        raise ChangeError("Column", f"unknown column '{name}'{did_you_mean(name, known)}")
    if column.key or column.kind is Kind.NAME:
        raise ChangeError("Column", f"'{column.name}' names the row and cannot be changed")
    if column.later:
        raise ChangeError("Column", f"'{column.name}' is not supported by this version yet")
    if sheet.periods_instead_of and table.in_periods and column.name in sheet.periods_instead_of:
        raise ChangeError(
            "Column",
            f"'{sheet.name}' has one column per period; name a period, a range or *",
        )
    unit = _unit(change, column, bracket, table.unit(column.name))
    missing = True
    for i in picked:
        row = ledger.rows[sheet.name][i]
        target = _setting_column(row) if sheet is d.SETTINGS else column
        _check_currency(ledger, target, unit, ledger.names("Sources")[i]
                        if sheet is d.SOURCES else None)  # fmt: skip
        own = unit or target.own_unit
        operand = _operand(change, target, own)
        _check_reference(ledger, target, operand, change)
        old = row.get(column.name)
        if old is not None or change.operation == "set":
            missing = False
            row[column.name] = _result(target, old, operand, change, _row_words(sheet, row))
        if _change_behind(ledger, sheet, column, i, own, change):
            missing = False
    if missing:
        _nothing_to_change(change)


def _change_behind(
    ledger: Ledger, sheet: Sheet, column: Column, index: int, unit: Unit, change: Change
) -> bool:
    """Carry a change of a column over to the sheets that override it by period."""
    changed = False
    for over in d.SHEETS:
        if (sheet.name, column.name) not in over.behind or over.over_time is None:
            continue
        for series in ledger.series[over.name]:
            if series.behind != (sheet.name, index):
                continue
            for t, old in enumerate(series.values):
                if old is None and change.operation != "set":
                    continue
                scale = ledger.scale_by_period(sheet.name, column.name, unit, t)
                operand = _operand(change, column, unit, scale)
                series.values[t] = _result(column, old, operand, change, _words(series.key))
                changed = True
    return changed


def _unit(change: Change, column: Column, bracket: str | None, header: Unit | None) -> Unit | None:
    """The unit of a change's value; None: that of the column."""
    if bracket is not None:
        try:
            unit = parse_unit(bracket, column.quantity, of_index=column.of_index)
        except UnitError as error:
            raise ChangeError("Column", str(error)) from None
        if header is not None and _another_kind(column, unit, header):
            raise ChangeError(
                "Column",
                f"the column is in '{header.text or column.unit}'; '{bracket}' does not fit",
            )
        return unit
    is_price = column.quantity is not None and column.quantity.is_price
    if is_price and change.operation != "times":
        time = "/yr" if column.quantity is Quantity.MONEY_PER_MASS_TIME else ""
        raise ChangeError(
            "Column",
            f"'{change.column}' has no unit; write '{change.column} [USD/kg{time}]' "
            f"or '{change.column} [USD/t{time}]'",
        )
    return header


def _another_kind(column: Column, unit: Unit, header: Unit) -> bool:
    """Whether a unit measures something else than the column's header, though either would do."""
    if column.quantity in (Quantity.MASS_OR_RATE, Quantity.BOUND):
        return unit.per_time != header.per_time
    if column.quantity is Quantity.PERIODS:
        return unit.in_periods != header.in_periods
    return unit.of_index != header.of_index


def _operand(change: Change, column: Column, unit: Unit, scale: float = 1.0) -> Value:
    """The change's value in inner units; a factor stays as it is."""
    if change.operation == "times":
        column, unit, scale = _FACTOR, Unit(percent=change.value.percent), 1.0
    elif change.operation == "plus":
        column = replace(column, minimum=-d.LARGEST, maximum=d.LARGEST, unlimited=False)
    try:
        value = read_cell(change.value, replace(column, likely_whole_share=False), unit, _silent)
    except CellError as error:
        raise ChangeError("Value", str(error)) from None
    is_plain = isinstance(value, float) and not isinstance(value, bool)
    return value * scale if is_plain else value  # type: ignore[operator]


def _silent(text: str, kind: str) -> None:
    del text, kind


def _result(column: Column, old: Value | None, operand: Value, change: Change, whose: str) -> Value:
    if change.operation == "set":
        return operand
    if (
        isinstance(old, (bool, str))
        or not isinstance(old, (int, float))
        or not isinstance(operand, float)
    ):
        raise ChangeError(
            "Operation",
            f"{column.name} of {whose} is not a number; only set can change it",
        )
    if math.isinf(old):
        return _unlimited_times(column, operand, change, whose)
    new = old * operand if change.operation == "times" else old + operand
    low, high = column.minimum, column.maximum
    if not low <= new <= high * (1 + 1e-12):
        bound = f"at least {plain_number(low)}" if new < low else f"at most {plain_number(high)}"
        raise ChangeError(
            "Value", f"{column.name} of {whose} would be {plain_number(new)}; it must be {bound}"
        )
    return new


def _unlimited_times(column: Column, factor: float, change: Change, whose: str) -> Value:
    if change.operation == "times" and factor in (0.0, 1.0):
        return math.inf if factor else 0.0
    raise ChangeError(
        "Value",
        f"{column.name} of {whose} is unlimited; a factor other than 0 and 1, or an addition, "
        "has no meaning there: set a number first, or change its quota",
    )


def _nothing_to_change(change: Change) -> None:
    raise ChangeError(
        "Rows",
        f"'{change.column}' is blank in every row that '{change.rows}' picks; only set can fill it",
    )


def _check_currency(ledger: Ledger, column: Column, unit: Unit | None, source: str | None) -> None:
    if unit is None or unit.currency is None:
        return
    wanted = ledger.currency
    if column.source_money and source is not None:
        names = ledger.names("Sources")
        wanted = str(ledger.rows["Sources"][names.index(source)].get("Currency", wanted))
    if unit.currency != wanted.upper():
        whose = f" of source '{source}'" if column.source_money and source else ""
        raise ChangeError("Column", f"{column.name}{whose} is in {wanted}, not in {unit.currency}")


def _check_reference(ledger: Ledger, column: Column, operand: Value, change: Change) -> None:
    if change.operation != "set" or column.kind not in (Kind.REFERENCE, Kind.PERIOD):
        return
    names = (
        list(ledger.periods.names)
        if column.kind is Kind.PERIOD
        else [name for sheet in column.refers_to for name in ledger.names(sheet)]
    )
    if operand not in names:
        raise ChangeError(
            "Value",
            f"unknown {column.name.lower()} '{operand}'{did_you_mean(str(operand), names)}",
        )


def _setting_column(row: dict[str, Value]) -> Column:
    for column in d.SETTINGS_ROWS:
        if column.name == row.get("Setting"):
            return column
    raise ChangeError(
        "Rows", f"unknown setting; known: {shortlist(c.name for c in d.SETTINGS_ROWS)}"
    )


def _folded(names: Iterable[str]) -> dict[str, str]:
    return {fold(name): name for name in names}


def _words(key: object) -> str:
    values = list(key.values()) if isinstance(key, dict) else []
    return ", ".join(f"'{value}'" for value in values)


def _row_words(sheet: Sheet, row: dict[str, Value]) -> str:
    return f"'{as_text(row[sheet.columns[0].name])}'" if sheet.columns[0].name in row else "a row"
