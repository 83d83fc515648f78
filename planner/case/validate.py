"""Checks across sheets: names that are defined elsewhere, settings, currencies, scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise

from planner.case import declarations as d
from planner.case.cells import CellError, read_cell
from planner.case.columns import Column, Kind, Value
from planner.case.grid import Content, RawCell
from planner.case.headers import split_bracket
from planner.case.ledger import BASE
from planner.case.names import did_you_mean, fold, nearly
from planner.case.problems import Problems
from planner.case.table import Row, Table
from planner.case.units import UnitError, parse_unit

_MOST_HINTS = 2_000
_PROBABILITY_ROUNDING = 1e-6

_LEAST_PERCENT = 0.2
"""A setting of less per hundred was probably meant as a fraction."""

_EARLY = 1950
"""A plan that starts before this year was probably meant otherwise."""

Tables = Mapping[str, Table]


def names_of(tables: Tables, sheet: str) -> list[str]:
    """The names that a sheet defines."""
    return list(tables[sheet].names()) if sheet in tables else []


def read_settings(table: Table, periods: tuple[str, ...], problems: Problems) -> Table:
    """The sheet Settings with each value read as its setting is declared."""
    declared = {fold(column.name): column for column in d.SETTINGS_ROWS}
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for row in table.rows:
        name, bracket = split_bracket(row.text("Setting"))
        column = declared.get(fold(name))
        where = table.cell(row, "Setting")
        if column is None:
            if name:
                known = [c.name for c in d.SETTINGS_ROWS]
                text = f"unknown setting '{name}'{did_you_mean(name, known)}"
                problems.error(text, sheet="Settings", cell=where, value=name, kind="unknown name")
            continue
        first = seen.setdefault(column.name, row.number)
        if first != row.number:
            text = f"setting '{column.name}' repeats row {first}"
            problems.error(text, sheet="Settings", cell=where, column=column.name,
                           kind="repeated key")  # fmt: skip
            continue
        value = _setting_value(table, row, column, bracket, problems)
        if value is None:
            continue
        if column.kind is Kind.PERIOD and value not in periods:
            text = f"unknown period '{value}'{did_you_mean(str(value), periods)}"
            problems.error(text, sheet="Settings", cell=table.cell(row, "Value"),
                           kind="unknown name")  # fmt: skip
        rows.append(replace(row, values={"Setting": column.name, "Value": value}))
    return replace(table, rows=tuple(rows))


def _setting_value(
    table: Table, row: Row, column: Column, bracket: str | None, problems: Problems
) -> Value | None:
    raw = row.values.get("Value")
    if raw is None:
        return None
    where = table.cell(row, "Value")
    try:
        unit = column.own_unit if bracket is None else parse_unit(bracket, column.quantity)
        content: Content = raw
        cell = RawCell(content, percent="Value" in row.percent_columns)
        value = read_cell(cell, column, unit, lambda *_: None)
    except (CellError, UnitError) as error:
        problems.error(str(error), sheet="Settings", cell=where, column=column.name,
                       value=raw, kind="setting")  # fmt: skip
        return None
    if unit.percent and not cell.percent and isinstance(raw, float) and 0 < raw < _LEAST_PERCENT:
        text = f"{column.name} read as {raw:g} %; {raw * 100:g} %?"
        problems.warning(text, sheet="Settings", cell=where, column=column.name,
                         kind="suspicious share")  # fmt: skip
    if column.name == "Currency":
        value = str(value).upper()
        if len(value) != 3 or not value.isalpha():
            text = f"Currency must be a code of three letters such as USD, got '{raw}'"
            problems.error(text, sheet="Settings", cell=where, column="Currency", kind="setting")
            return None
    return value


def check_references(tables: Tables, periods: tuple[str, ...], problems: Problems) -> None:
    """Each name that refers to another sheet is defined there."""
    for table in tables.values():
        for column in table.sheet.columns:
            if not _can_be_looked_up(tables, column):
                continue
            if column.kind is Kind.PERIOD:
                _check_names(table, column, list(periods), problems)
            elif column.kind is Kind.REFERENCE:
                _check_reference(tables, table, column, problems)


def _check_reference(tables: Tables, table: Table, column: Column, problems: Problems) -> None:
    if column.refers_to == (d.SITES.name,) and not names_of(tables, d.SITES.name):
        return  # where the case has none, a filled column is complained of as a whole
    known = [name for sheet in column.refers_to for name in names_of(tables, sheet)]
    if table.sheet in (d.SCENARIOS, d.CHANGES, d.DISRUPTIONS):
        known.append(BASE)
    if table.sheet is d.SOURCES and column.name == "Index":
        written = [row.text("Index") for row in table.rows]
        known += [d.BASKET, *(name for name in written if fold(name) == d.BASKET)]
    if table.sheet in (d.SAFETY_STOCK, d.HOLDING_COSTS):
        _check_kept(tables, table, known, problems)
    _check_names(table, column, known, problems)


def _can_be_looked_up(tables: Tables, column: Column) -> bool:
    """Whether the names that a column refers to are known: not where their sheet is broken."""
    for sheet in column.refers_to:
        table = tables.get(sheet)
        if table is None and d.BY_NAME[sheet].required:
            return False
        if table is not None and table.sheet.columns[0].name in table.broken:
            return False
    return True


def _check_names(table: Table, column: Column, known: list[str], problems: Problems) -> None:
    defined = set(known)
    for row in table.rows:
        name = row.values.get(column.name)
        if name is None or name in defined:
            continue
        noun = "period" if column.kind is Kind.PERIOD else column.name.lower()
        if column.name == "Builds on":
            noun = "scenario"
        # Looking for what was meant takes time; after so many it was the list that was wrong.
        hint = did_you_mean(str(name), known) if problems.number < _MOST_HINTS else ""
        problems.error(
            f"unknown {noun} '{name}'{hint}",
            sheet=table.sheet.name,
            cell=table.cell(row, column.name),
            column=column.name,
            value=name,
            kind="unknown name",
        )


def _check_kept(tables: Tables, table: Table, materials: list[str], problems: Problems) -> None:
    stock = tables.get("Stock")
    if stock is not None and "Material" in stock.broken:
        return
    kept = {row.text("Material") for row in stock.rows} if stock else set()
    for row in table.rows:
        material = row.text("Material")
        if material in materials and material not in kept:
            text = f"material '{material}' has no row in Stock, so none is kept; add one there"
            problems.error(text, sheet=table.sheet.name, cell=table.cell(row, "Material"),
                           column="Material", value=material, kind="unknown name")  # fmt: skip


def check_items(tables: Tables, problems: Problems) -> None:
    """A name of Demand means a material or a product, never both."""
    products = tables.get(d.PRODUCTS.name)
    materials = names_of(tables, d.MATERIALS.name)
    for row in products.rows if products is not None else ():
        name = row.text("Product")
        if products is not None and name and name in materials:
            text = f"'{name}' is a material too; give the product another name"
            problems.error(text, sheet=d.PRODUCTS.name, cell=products.cell(row, "Product"),
                           column="Product", value=name, kind="repeated key")  # fmt: skip


def check_site_columns(tables: Tables, problems: Problems) -> None:
    """`Site` stays blank in a case without the sheet Sites."""
    for table in tables.values():
        filled = next((row for row in table.rows if "Site" in row.values), None)
        if "Site" in table.sheet.by_name and filled is not None:
            text = "Site is filled, but the case has no sheet Sites; clear the column"
            problems.error(text, sheet=table.sheet.name, cell=table.cell(filled, "Site"),
                           column="Site", kind="site")  # fmt: skip


def check_currencies(tables: Tables, currency: str, problems: Problems) -> None:
    """A bracket names no other currency than the row's (a source's money) or the case's."""
    sources = tables.get("Sources")
    of_source = {
        row.text("Source"): row.text("Currency") or currency
        for row in (sources.rows if sources else ())
    }
    for table in tables.values():
        columns = [(name, table.sheet.by_name[name], unit) for name, unit in table.units.items()]
        if table.sheet.over_time is not None:
            over_time = table.sheet.over_time
            columns += [(name, over_time, unit) for name, unit in table.spread_units.items()]
        for name, column, unit in columns:
            if unit.currency is None:
                continue
            rows = {
                row.number: of_source.get(row.text("Source"), currency)
                if column.source_money
                else currency
                for row in table.rows
                if name in row.values or name in row.spread
            }
            _check_bracket(table, column, name, rows, problems)


def _check_bracket(
    table: Table, column: Column, place: str, wanted: Mapping[int, str], problems: Problems
) -> None:
    """One column, with the currency of each row's money by row number.

    Where every row has the same other currency, it is said once, at the header.
    """
    unit = table.units.get(place) or table.spread_units[place]
    rest = unit.text.partition("/")[2]
    if len(set(wanted.values())) == 1 and unit.currency not in wanted.values():
        right = next(iter(wanted.values()))
        whose = "the sources' currency" if column.source_money else "the case's currency"
        hint = f"[{right}/{rest}]" if rest else f"[{right}]"
        problems.error(
            f"{column.name} is in {unit.currency}, but {whose} is {right}; write {hint}",
            sheet=table.sheet.name,
            cell=table.header_cell(place),
            column=place,
            kind="currency",
        )
        return
    for row in table.rows:
        right = wanted.get(row.number, unit.currency or "")
        if right == unit.currency:
            continue
        problems.error(
            f"{column.name} is in {unit.currency} by its header, but the source's currency is "
            f"{right}; write [/{rest}] in the header: each row is then in its own currency",
            sheet=table.sheet.name,
            cell=table.cell(row, place),
            column=place,
            kind="currency",
        )


def check_starts(table: Table, problems: Problems) -> None:
    """Periods stand in the order of their dates, and each length can be told."""
    before: date | None = None
    for row in table.rows:
        start = row.values.get("Start")
        if not isinstance(start, date):
            continue
        if before is not None and start <= before:
            text = "Start must be after that of the period before; put the periods in order"
            problems.error(text, sheet="Periods", cell=table.cell(row, "Start"), column="Start",
                           kind="window")  # fmt: skip
        if start.year < _EARLY:
            text = f"Start is {start.isoformat()}; a number such as 2011 is read as a day of 1905"
            problems.warning(text, sheet="Periods", cell=table.cell(row, "Start"),
                             column="Start", kind="early date")  # fmt: skip
        before = start
    if before is not None:
        _complain_of_lengths(table, problems)


def _complain_of_lengths(table: Table, problems: Problems) -> None:
    """Where some periods have a date, none is taken for a year because another's is missing."""
    for row, following in pairwise(table.rows):
        told = "Years" in row.values or {"Start"} <= row.values.keys() & following.values.keys()
        blank = next((r for r in (row, following) if "Start" not in r.values), None)
        if told or blank is None or {"Start", "Years"} & (row.unread | following.unread):
            continue
        text = "Start is blank, so the length of a period is not known; fill in Start or Years"
        problems.error(text, sheet="Periods", cell=table.cell(blank, "Start"), column="Start",
                       kind="blank")  # fmt: skip


def check_scenarios(tables: Tables, problems: Problems) -> None:
    """Scenarios build on each other without a circle; probabilities add up."""
    table = tables.get("Scenarios")
    if table is None:
        return
    on = {row.text("Scenario"): row.text("Builds on") for row in table.rows}
    in_circles: set[str] = set()
    for row in table.rows:
        name = row.text("Scenario")
        seen: list[str] = []
        while name and name != BASE and name not in seen:
            seen.append(name)
            name = on.get(name, "")
        if seen and name == seen[0] and name not in in_circles:
            in_circles |= set(seen)
            circle = " → ".join([*seen, name])
            problems.error(f"scenarios build on each other in a circle: {circle}",
                           sheet="Scenarios", cell=table.cell(row, "Builds on"),
                           column="Builds on", kind="circle")  # fmt: skip
        if row.text("Scenario") == BASE and "Builds on" in row.values:
            problems.error("Base is the workbook as it stands and builds on nothing",
                           sheet="Scenarios", cell=table.cell(row, "Builds on"),
                           column="Builds on", kind="circle")  # fmt: skip
    _check_probabilities(table, problems)
    changes = tables.get("Changes")
    for row in changes.rows if changes else ():
        if row.text("Scenario") == BASE and changes is not None:
            problems.error("Base is the workbook as it stands; name another scenario",
                           sheet="Changes", cell=changes.cell(row, "Scenario"),
                           column="Scenario", kind="unknown name")  # fmt: skip


def _check_probabilities(table: Table, problems: Problems) -> None:
    given = [row for row in table.rows if "Probability" in row.values]
    if not given:
        return
    for row in table.rows:
        if "Probability" not in row.values:
            problems.error("Probability is blank; give one to each scenario listed, or to none",
                           sheet="Scenarios", cell=table.cell(row, "Probability"),
                           column="Probability", kind="blank")  # fmt: skip
    numbers = [row.values["Probability"] for row in given]
    total = sum(number for number in numbers if isinstance(number, float))
    if len(given) == len(table.rows) and abs(total - 1.0) > _PROBABILITY_ROUNDING:
        problems.error(f"the probabilities add up to {total * 100:.6g} %, not to 100 %",
                       sheet="Scenarios", cell=table.cell(given[0], "Probability"),
                       column="Probability", kind="probability")  # fmt: skip


def nearly_a_sheet(name: str) -> str | None:
    """The sheet that a name is a slip of the pen of."""
    return nearly(name, d.BY_NAME)
