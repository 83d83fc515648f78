"""Changes: what a scenario or `--set` does to a case, read and applied."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from planner.case import declarations as d
from planner.case.cells import CellError, plain_number, read_cell
from planner.case.columns import LARGEST, Column, Kind, Sheet, Value
from planner.case.declarations import BY_NAME, LIMIT_TYPES, OPERATIONS
from planner.case.grid import RawCell, as_text, trim
from planner.case.headers import EVERY_PERIOD, price_without_unit, split_bracket
from planner.case.ledger import Ledger, Series
from planner.case.limits import fits
from planner.case.names import did_you_mean, fold, lookup
from planner.case.selectors import FollowUpError, SelectorError, quoted, unquoted
from planner.case.units import Quantity, Unit, UnitError, parse_unit

_FORM = 'write it like "Quotas[Quota=China].Tonnes*=0.7" (operations: =, *=, +=)'
_TARGET_FORM = 'write it like "Quotas[Quota=China].Tonnes", without operation and value'
_SIGNS = frozenset('=[]［］"“”')
_SOURCE_INDEX = d.SOURCES.by_name["Index"]
_FACTOR = Column("Value", Kind.NUMBER, "a factor", quantity=Quantity.NUMBER, minimum=-LARGEST)


class ChangeError(ValueError):
    """A change that cannot be made.

    `part` names the column of Changes that is wrong; `is_follow_up` says that the reason is
    complained of already, where it stands in the workbook.
    """

    def __init__(self, part: str, text: str, *, is_follow_up: bool = False) -> None:
        self.part = part
        self.is_follow_up = is_follow_up
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
        content = self.value.content
        if self.value.percent and isinstance(content, (int, float)):
            value = f"{plain_number(content * 100)}%"
        else:
            value = "" if content is None else as_text(content)
        return f"{self.sheet}[{self.rows}].{self.column}{sign}{value}"


def parse_change(text: str) -> Change:
    """Read a change as the command line writes it.

    Raises:
        ChangeError: it cannot be read.
    """
    sheet, rows, rest = _split_target(text, _FORM)
    match = re.search(r"[*+]?=", _blank_protected(rest))
    if match is None:
        raise ChangeError("Operation", f"cannot read the change '{text}'; {_FORM}")
    column, sign = trim(rest[: match.start()]), match.group()
    if not column and sign == "*=":
        column, sign = "*", "="
    value = trim(rest[match.end() :])
    if not column or not value:
        raise ChangeError("Column", f"cannot read the change '{text}'; {_FORM}")
    return Change(sheet, rows, column, OPERATIONS[sign], _cell_of_text(value))


@dataclass(frozen=True, slots=True)
class Target:
    """What a change changes: rows of a sheet, and a column with the unit of values in brackets."""

    sheet: str
    rows: str
    column: str

    def __str__(self) -> str:
        return f"{self.sheet}[{self.rows}].{self.column}"

    def set_to(self, value: float) -> str:
        """The change, as the command line writes it, that sets every cell to a value, exactly."""
        return f"{self}={float(value)!r}"


def parse_target(text: str) -> Target:
    """Read a target: a change without operation and value (`Quotas[Quota=China].Tonnes`).

    Raises:
        ChangeError: it cannot be read.
    """
    sheet, rows, rest = _split_target(text, _TARGET_FORM)
    column = trim(rest)
    if not column or "=" in _blank_protected(column):
        raise ChangeError("Column", f"cannot read the target '{text}'; {_TARGET_FORM}")
    return Target(sheet, rows, column)


def _split_target(text: str, form: str) -> tuple[str, str, str]:
    match = re.match(r'^([^\[\].]+)\[((?:[^"\]]|"[^"]*")*)\]\s*\.(.*)$', trim(text), re.DOTALL)
    if match is None:
        raise ChangeError("Sheet", f"cannot read '{text}'; {form}")
    return trim(match.group(1)), trim(match.group(2)), match.group(3)


def _blank_protected(text: str) -> str:
    """A text without what stands in brackets or between quotes, every letter in its place."""
    return re.sub(r'"[^"]*"|\[[^\]]*\]', lambda m: " " * len(m.group()), text)


@lru_cache(maxsize=1024)
def split_column(text: str) -> tuple[str, str | None]:
    """The name of a change's column, without the quotes that protect it, and its bracket."""
    match = re.fullmatch(r'("(?:[^"]|"")*")\s*(?:\[([^\[\]]*)\])?', trim(text))
    return (unquoted(match[1]), match[2]) if match else split_bracket(text)


def written_column(name: str) -> str:
    """The name of a column as a change takes it, between quotes where it has to be."""
    is_plain = not _SIGNS & set(name) and (name == "*" or not name.endswith(("*", "+")))
    return name if is_plain else quoted(name)


def _cell_of_text(text: str) -> RawCell:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return _cell_of_date(text)
    percent = text.endswith("%")
    try:
        number = float(text.rstrip("%").strip())
    except ValueError:
        return RawCell(text)
    if not math.isfinite(number):
        return RawCell(text)
    return RawCell(number / 100 if percent else number, percent=percent)


def _cell_of_date(text: str) -> RawCell:
    """A day as the command line writes it; a text where there is no such day."""
    try:
        return RawCell(date.fromisoformat(text))
    except ValueError:
        return RawCell(text)


Doubt = tuple[str, str]
"""The part of a change that looks wrong, and why."""


def apply_change(ledger: Ledger, change: Change) -> list[Doubt]:
    """Make one change on a ledger.

    Returns what looks wrong though it can be done: what the selector names in vain, a value that
    was probably meant otherwise, a price that goes by volume and stays as it is.

    Raises:
        ChangeError: there is no such target, or the value does not fit it.
    """
    sheet = _sheet_of(change)
    name, bracket = split_column(change.column)
    try:
        picked = ledger.select(change.rows, sheet.name)
        doubts = [("Rows", text) for text in ledger.doubts(change.rows, sheet.name)]
    except FollowUpError as error:
        raise ChangeError("Rows", str(error), is_follow_up=True) from None
    except SelectorError as error:
        raise ChangeError("Rows", str(error)) from None
    if fold(name) in {fold(column) for column in ledger.table(sheet.name).broken}:
        raise ChangeError("Column", f"the column '{name}' cannot be used", is_follow_up=True)
    applier = _Applier(ledger, change, sheet, picked, name, bracket)
    applier.apply()
    return list(dict.fromkeys([*doubts, *applier.doubts]))


def _sheet_of(change: Change) -> Sheet:
    sheets = lookup(BY_NAME)
    name = sheets.get(fold(change.sheet))
    if name is None:
        raise ChangeError(
            "Sheet", f"unknown sheet '{change.sheet}'{did_you_mean(change.sheet, BY_NAME)}"
        )
    sheet = BY_NAME[name]
    if sheet.fixed:
        raise ChangeError("Sheet", f"the sheet {name} cannot be changed by a scenario")
    return sheet


@dataclass(frozen=True, slots=True)
class _Applier:
    """One change on its way into a ledger: `picked` rows of `sheet`, the column without unit.

    `factor` holds what is multiplied by, once it is read.
    """

    ledger: Ledger
    change: Change
    sheet: Sheet
    picked: list[int]
    name: str
    bracket: str | None
    doubts: list[Doubt] = field(default_factory=list)
    factor: list[Value] = field(default_factory=list)

    def apply(self) -> None:
        """Make the change.

        Raises:
            ChangeError: the column or the value does not fit.
        """
        spread = lookup(self._spread_names())
        periods = self._periods()
        if periods is not None:
            self._change_series(periods)
        elif fold(self.name) in spread:
            self._change_spread(spread.get(self.name) or spread[fold(self.name)])
        else:
            self._change_rows(self._column())

    # -- what is changed --------------------------------------------------------------------

    def _spread_names(self) -> list[str]:
        """The columns of the sheet that go by materials, or by numbers (Ramp 1, Ramp 2 …)."""
        if self.sheet.per_material is not None:
            return self.ledger.names("Materials")
        if self.sheet.numbered is not None:
            return list(self.ledger.table(self.sheet.name).spread_units)
        return []

    def _periods(self) -> list[int] | None:
        """The positions of the periods that the column names; None if it names no period."""
        sheet, name = self.sheet, self.name
        if sheet.over_time is None or fold(name) in lookup(sheet.by_name):
            return None
        if sheet.periods_instead_of and not self.ledger.table(sheet.name).in_periods:
            return None
        known = self.ledger.periods.names
        positions = {period: i for i, period in enumerate(known)}
        if name in positions and name != "*":
            return [positions[name]]
        if fold(name) in ("*", fold(EVERY_PERIOD)):
            return list(positions.values())
        first, dots, last = (part.strip() for part in name.partition(".."))
        names = lookup(known)
        ends = []
        for end in [first, last] if dots else [first]:
            found = names.get(end) or names.get(fold(end))
            if found is None:
                odd = next((name for name in known if written_column(name) != name), None)
                help_ = f", and {odd} as {written_column(odd)}" if odd is not None else ""
                raise ChangeError(
                    "Column",
                    f"unknown period '{end}'{did_you_mean(end, known)}; "
                    f"write a period, a range such as 2012..2014, or *{help_}",
                )
            ends.append(positions[found])
        if ends[-1] < ends[0]:
            raise ChangeError("Column", f"'{name}' ends before it starts")
        return list(range(ends[0], ends[-1] + 1))

    def _column(self) -> Column:
        """The declared column, or the attribute, that is changed in the rows picked."""
        sheet, table = self.sheet, self.ledger.table(self.sheet.name)
        declared, attributes = lookup(sheet.by_name), lookup(table.attributes)
        if fold(self.name) in attributes:
            name = attributes.get(self.name) or attributes[fold(self.name)]
            return Column(name, Kind.ANY, "an attribute", minimum=-LARGEST)
        if fold(self.name) not in declared:
            known = [c.name for c in sheet.columns if not c.key] + list(table.attributes)
            if sheet.over_time is not None:
                known = [*self.ledger.periods.names, *known]
            hint = did_you_mean(self.name, known)
            raise ChangeError("Column", f"unknown column '{self.name}'{hint}")
        column = sheet.by_name[declared[fold(self.name)]]
        if column.key or column.kind is Kind.NAME:
            raise ChangeError("Column", f"'{column.name}' names the row and cannot be changed")
        if table.in_periods and column.name in sheet.periods_instead_of:
            raise ChangeError(
                "Column",
                f"'{sheet.name}' has one column per period; name a period, a range or *",
            )
        return column

    # -- the change itself ------------------------------------------------------------------

    def _change_series(self, periods: list[int]) -> None:
        column = self.sheet.over_time
        assert column is not None
        table = self.ledger.table(self.sheet.name)
        unit = self._unit(column, None)
        missing = True
        for i in self.picked:
            series = self.ledger.series[self.sheet.name][i]
            self._check_currency(column, unit, series.key.get("Source"))
            if self.sheet is d.PRICES:
                self._doubt_volume_price(series.key["Source"])
            words = _words(series.key)
            for t in periods:
                old = series.values[t]
                if old is None and self.change.operation != "set":
                    if self.sheet is d.PRICES:
                        self._refuse_index_price(series.key["Source"])
                    continue
                own = unit or table.spread_units.get(self.ledger.periods.names[t], column.own_unit)
                scale = 1 / self.ledger.periods.years[t] if own.per_period else 1.0
                operand = self._operand(column, own, scale)
                missing = False
                self._match_index_unit(column, series, t, own)
                series.values[t] = _result(column, old, operand, self.change, words)
        if missing:
            self._nothing_to_change()

    def _change_spread(self, material: str) -> None:
        column = self.sheet.per_material or self.sheet.numbered
        assert column is not None
        column = column.called(material)
        table = self.ledger.table(self.sheet.name)
        unit = self._unit(column, table.spread_units.get(material)) or column.own_unit
        for i in self.picked:
            spread = self.ledger.spread[self.sheet.name][i]
            operand = self._operand(column, unit)
            whose = self._row_words(self.ledger.rows[self.sheet.name][i])
            old = spread.get(material, 0.0)
            spread[material] = _result(column, old, operand, self.change, whose)

    def _change_rows(self, column: Column) -> None:
        ledger, change = self.ledger, self.change
        unit = self._unit(column, ledger.table(self.sheet.name).unit(column.name))
        missing = True
        for i in self.picked:
            row = ledger.rows[self.sheet.name][i]
            target = _setting_column(row) if self.sheet is d.SETTINGS else column
            source = str(row["Source"]) if "Source" in row else None
            self._check_currency(target, unit, source)
            if source is not None and column.name == "Price":
                self._refuse_index_price(source)
            if source is not None and column is d.SOURCES.by_name["Price"]:
                self._doubt_volume_price(source)
            own = unit or target.own_unit
            self._check_bound(row, target, own)
            operand = self._operand(target, own)
            _check_reference(ledger, target, operand, change)
            self._check_source_currency(target, operand, i)
            old = self._old(row, column, own)
            if old is not None or change.operation == "set":
                missing = False
                row[column.name] = _result(target, old, operand, change, self._row_words(row))
            self._change_lanes(row, column, own)
            if self._change_behind(column, i, own):
                missing = False
        if missing:
            doubted = [ledger.is_doubted(self.sheet.name, i, column.name) for i in self.picked]
            self._nothing_to_change(is_follow_up=any(doubted))

    def _old(self, row: Mapping[str, Value], column: Column, unit: Unit) -> Value | None:
        """The value that a change starts from: a blank of Lanes stands for that of Sources."""
        old = row.get(column.name)
        if old is not None or self.change.operation == "set" or self.sheet is not d.LANES:
            return old
        position = self.ledger.positions(d.SOURCES.name).get(str(row.get("Source")))
        if position is None or column.name not in d.SOURCES.by_name:
            return None
        behind = self.ledger.rows[d.SOURCES.name][position]
        self._check_measure(column, unit, self.ledger.table(d.SOURCES.name).unit(column.name))
        return behind.get(column.name)

    def _change_lanes(self, source: Mapping[str, Value], column: Column, unit: Unit) -> None:
        """Carry a change of a source over to what Lanes says instead for some plants."""
        shared = d.LANES.by_name.keys() & d.SOURCES.by_name
        if self.sheet is not d.SOURCES or column.name not in shared:
            return
        for row in self.ledger.lanes_of(str(source.get("Source"))):
            old = row.get(column.name)
            if old is None:
                continue
            if self.change.operation != "times":
                other = self.ledger.table(d.LANES.name).unit(column.name)
                self._check_measure(column, unit, other)
            operand = self._operand(column, unit)
            words = f"{self._row_words(source)} in Lanes"
            row[column.name] = _result(column, old, operand, self.change, words)

    def _check_measure(self, column: Column, unit: Unit, other: Unit) -> None:
        """A lead time in periods and one in days do not mix."""
        if column.quantity is Quantity.PERIODS and unit.in_periods != other.in_periods:
            raise ChangeError(
                "Column",
                f"{column.name} is in '{unit.text or column.unit}' on one of the sheets Sources "
                f"and Lanes, and in '{other.text or column.unit}' on the other; give both in one "
                "unit",
            )

    def _change_behind(self, column: Column, index: int, unit: Unit) -> bool:
        """Carry a change of a column over to the sheets that override it by period."""
        changed = False
        for over in _overriding(self.sheet.name, column.name):
            series = self.ledger.overriding(over, self.sheet.name, index)
            if series is None:
                continue
            words = _words(series.key)
            for t, old in enumerate(series.values):
                if old is None and self.change.operation != "set":
                    continue
                scale = self.ledger.scale_by_period(self.sheet.name, column.name, unit, t)
                operand = self._operand(column, unit, scale)
                self._match_index_unit(column, series, t, unit)
                series.values[t] = _result(column, old, operand, self.change, words)
                changed = True
        return changed

    def _operand(self, column: Column, unit: Unit, scale: float = 1.0) -> Value:
        """The change's value in inner units; what looks wrong about it is noted."""
        if self.factor:
            return self.factor[0]
        read = _operand(
            self.change, column, unit, scale, lambda text, _: self.doubts.append(("Value", text))
        )
        if self.change.operation == "times":
            self.factor.append(read)
        return read

    # -- what is refused --------------------------------------------------------------------

    def _unit(self, column: Column, header: Unit | None) -> Unit | None:
        """The unit of the change's value; None: that of the column."""
        quantity = column.quantity
        if self.bracket is not None:
            try:
                unit = parse_unit(self.bracket, quantity, of_index=column.of_index)
            except UnitError as error:
                raise ChangeError("Column", str(error)) from None
            if header is not None and _another_kind(column, unit, header):
                raise ChangeError(
                    "Column",
                    f"the column is in '{header.text or column.unit}'; "
                    f"'{self.bracket}' does not fit",
                )
            return unit
        if quantity is not None and quantity.is_price and self.change.operation != "times":
            text = price_without_unit(self.change.column, quantity, self.ledger.currency)
            raise ChangeError("Column", text)
        return header

    def _match_index_unit(self, column: Column, series: Series, period: int, unit: Unit) -> None:
        """Set may turn money into a part of the index and back; plus adds like to like."""
        if self.change.operation == "set":
            series.note_unit(period, unit)
        elif self.change.operation == "plus" and unit.of_index != (period in series.of_index):
            there = "[% of index]" if period in series.of_index else "money"
            raise ChangeError(
                "Column",
                f"{column.name} of {_words(series.key)} is in {there} in "
                f"'{self.ledger.periods.names[period]}'; add in the same unit",
            )

    def _refuse_index_price(self, source: str) -> None:
        """A source whose price follows an index has no Price of its own."""
        position = self.ledger.positions("Sources").get(source)
        row = self.ledger.rows["Sources"][position] if position is not None else {}
        if "Index" in row:
            raise ChangeError(
                "Column",
                f"the price of '{source}' follows an index (Index = '{row['Index']}'), so it has "
                "no Price to change; change its Index share or Premium, or the sheet Indices",
            )

    def _doubt_volume_price(self, source: str) -> None:
        """A source whose price goes by volume has it in Tiers, whatever Price says."""
        if any(row.get("Source") == source for row in self.ledger.rows.get(d.TIERS.name, [])):
            text = (
                f"the price of '{source}' goes by volume and is not changed by this; change Price "
                "of the sheet Tiers"
            )
            self.doubts.append(("Rows", text))

    def _check_currency(self, column: Column, unit: Unit | None, source: str | None) -> None:
        """A bracket names the currency that the money is in."""
        if unit is None or unit.currency is None or self.bracket is None:
            return
        wanted = self.ledger.currency
        position = self.ledger.positions("Sources").get(source or "")
        if column.source_money and position is not None:
            row = self.ledger.rows["Sources"][position]
            wanted = str(row.get("Currency", wanted))
        if unit.currency != wanted:
            whose = f" of source '{source}'" if column.source_money and source else ""
            text = f"{column.name}{whose} is in {wanted}, not in {unit.currency}"
            raise ChangeError("Column", text)

    def _check_source_currency(self, column: Column, operand: Value, index: int) -> None:
        """A source's money changes its currency only where no header names the old one."""
        if self.sheet is not d.SOURCES or column.name != "Currency":
            return
        for name in ("Sources", "Lanes", "Prices"):
            table = self.ledger.table(name)
            units = {c: u for c, u in table.units.items() if table.sheet.by_name[c].source_money}
            units |= table.spread_units if name == "Prices" else {}
            for place, unit in units.items():
                if unit.currency not in (None, operand):
                    raise ChangeError(
                        "Column",
                        f"{place} is in {unit.currency} by its header "
                        f"({name}!{table.header_cell(place)}), so Currency of "
                        f"{self._row_words(self.ledger.rows['Sources'][index])} cannot change",
                    )

    def _check_bound(self, row: Mapping[str, Value], column: Column, unit: Unit) -> None:
        """The bound of a limit is changed in a unit of its type."""
        if column.quantity is not Quantity.BOUND or self.change.operation == "times":
            return
        kind = str(row.get("Type", "limit"))
        if kind in LIMIT_TYPES and not fits(kind, unit, percent=self.change.value.percent):
            text = f"{column.name} of a {kind} limit is in another unit"
            raise ChangeError("Value", text)

    def _nothing_to_change(self, *, is_follow_up: bool = False) -> None:
        raise ChangeError(
            "Rows",
            f"'{self.change.column}' is blank in every row that '{self.change.rows}' picks; "
            "only set can fill it",
            is_follow_up=is_follow_up,
        )

    def _row_words(self, row: Mapping[str, Value]) -> str:
        first = self.sheet.columns[0].name
        return f"'{as_text(row[first])}'" if first in row else "a row"


@lru_cache(maxsize=256)
def _overriding(sheet: str, column: str) -> tuple[str, ...]:
    """The sheets over time whose values take the place of those of a column."""
    return tuple(over.name for over in d.SHEETS if (sheet, column) in over.behind)


def _another_kind(column: Column, unit: Unit, header: Unit) -> bool:
    """Whether a unit measures something else than the column's header, though either would do."""
    if column.quantity in (Quantity.MASS_OR_RATE, Quantity.BOUND):
        both_said = Quantity.BOUND not in (unit.quantity, header.quantity)
        is_other = both_said and unit.percent != header.percent
        return is_other or unit.per_time != header.per_time
    if column.quantity is Quantity.PERIODS:
        return unit.in_periods != header.in_periods
    return unit.of_index != header.of_index


def _operand(
    change: Change, column: Column, unit: Unit, scale: float, warn: Callable[[str, str], None]
) -> Value:
    """The change's value in inner units; a factor stays as it is."""
    if change.operation == "times":
        column, unit, scale = _FACTOR, Unit(percent=change.value.percent), 1.0
    elif change.operation == "plus":
        column = replace(column, minimum=-LARGEST, maximum=LARGEST, unlimited=False)
    try:
        value = read_cell(change.value, column, unit, warn)
    except CellError as error:
        raise ChangeError("Value", str(error)) from None
    return value * scale if isinstance(value, float) else value


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
    low, high = column.lowest, column.highest
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


def _check_reference(ledger: Ledger, column: Column, operand: Value, change: Change) -> None:
    if change.operation != "set" or column.kind not in (Kind.REFERENCE, Kind.PERIOD):
        return
    names = (
        list(ledger.periods.names)
        if column.kind is Kind.PERIOD
        else [name for sheet in column.refers_to for name in ledger.names(sheet)]
    )
    if operand not in names and not (column is _SOURCE_INDEX and fold(str(operand)) == d.BASKET):
        raise ChangeError(
            "Value",
            f"unknown {column.name.lower()} '{operand}'{did_you_mean(str(operand), names)}",
        )


def _setting_column(row: Mapping[str, Value]) -> Column:
    """How the value of a setting is declared."""
    column = next(c for c in d.SETTINGS_ROWS if c.name == row["Setting"])
    if column.name == "Currency":
        text = "the currency of the case cannot change: the headers and rates are in it"
        raise ChangeError("Rows", text)
    return column


def _words(key: object) -> str:
    values = list(key.values()) if isinstance(key, dict) else []
    return ", ".join(f"'{value}'" for value in values)
