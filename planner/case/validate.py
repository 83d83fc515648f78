"""Checks across sheets: names that are defined elsewhere, currencies, what is not supported yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.case import declarations as d
from planner.case.cells import CellError, read_cell
from planner.case.declarations import Column, Kind, Value
from planner.case.grid import Content, RawCell
from planner.case.ledger import BASE
from planner.case.names import did_you_mean, fold, nearly
from planner.case.problems import Problems
from planner.case.table import Row, Table, split_bracket
from planner.case.units import Unit, UnitError, parse_unit

_NOT_YET = "is not supported by this version yet"
_PROBABILITY_ROUNDING = 1e-6

Tables = Mapping[str, Table]


def names_of(tables: Tables, sheet: str) -> list[str]:
    """The names that a sheet defines."""
    return list(tables[sheet].names()) if sheet in tables else []


def read_settings(table: Table, periods: tuple[str, ...], problems: Problems) -> Table:
    """The sheet Settings with each value read as its setting is declared."""
    declared = {fold(column.name): column for column in d.SETTINGS_ROWS}
    rows = []
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
        value = _setting_value(table, row, column, bracket, problems)
        if value is None:
            continue
        if column.later:
            text = f"the setting '{column.name}' {_NOT_YET}; remove the row"
            problems.error(text, sheet="Settings", cell=where, column=column.name, kind="not yet")
        elif column.kind is Kind.PERIOD and value not in periods:
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
        value = read_cell(cell, column, unit, lambda text, kind: None)
    except (CellError, UnitError) as error:
        problems.error(str(error), sheet="Settings", cell=where, column=column.name,
                       value=raw, kind="setting")  # fmt: skip
        return None
    if column.name == "Currency":
        value = str(value).upper()
        if len(value) != 3 or not value.isalpha():
            text = f"Currency must be a code of three letters such as USD, got '{raw}'"
            problems.error(text, sheet="Settings", cell=where, column="Currency", kind="setting")
    return value


def check_unsupported(table: Table, problems: Problems) -> None:
    """Complain of what the contract defines and this version does not plan with."""
    sheet = table.sheet
    if sheet.later:
        if table.rows:
            text = f"the sheet {sheet.name} {_NOT_YET}; remove its rows"
            cell = table.cell(table.rows[0], sheet.columns[0].name)
            problems.error(text, sheet=sheet.name, cell=cell, kind="not yet")
        return
    for column in sheet.columns:
        filled = [row for row in table.rows if column.name in row.values]
        if column.later and filled:
            text = f"the column '{column.name}' {_NOT_YET}; clear it"
            cell = table.cell(filled[0], column.name)
            problems.error(text, sheet=sheet.name, cell=cell, column=column.name, kind="not yet")
        if table.unit(column.name).of_index:
            text = f"the unit [% of index] {_NOT_YET}; write a price"
            cell = f"{table.letters[column.name]}{table.header_row}"
            problems.error(text, sheet=sheet.name, cell=cell, column=column.name, kind="not yet")
    if any(unit.of_index for unit in table.spread_units.values()):
        text = f"the unit [% of index] {_NOT_YET}; write a price"
        problems.error(text, sheet=sheet.name, cell=f"A{table.header_row}", kind="not yet")
    if sheet is d.LIMITS:
        for row in table.rows:
            if row.values.get("Type") in d.LIMIT_TYPES_LATER:
                text = f"a limit of type {row.values['Type']} {_NOT_YET}; remove the row"
                cell = table.cell(row, "Type")
                problems.error(text, sheet=sheet.name, cell=cell, column="Type", kind="not yet")


def check_references(tables: Tables, periods: tuple[str, ...], problems: Problems) -> None:
    """Each name that refers to another sheet is defined there."""
    for table in tables.values():
        if table.sheet.later:
            continue
        for column in table.sheet.columns:
            if column.later:
                continue
            if column.kind is Kind.PERIOD:
                _check_names(table, column, list(periods), problems)
            elif column.kind is Kind.REFERENCE:
                _check_reference(tables, table, column, problems)
    _check_site_columns(tables, problems)


def _check_reference(tables: Tables, table: Table, column: Column, problems: Problems) -> None:
    if column.refers_to == ("Sites",):
        return
    known = [name for sheet in column.refers_to for name in names_of(tables, sheet)]
    if table.sheet is d.SCENARIOS or table.sheet is d.CHANGES:
        known.append(BASE)
    if table.sheet in (d.SAFETY_STOCK, d.HOLDING_COSTS):
        _check_kept(tables, table, known, problems)
    _check_names(table, column, known, problems)


def _check_names(table: Table, column: Column, known: list[str], problems: Problems) -> None:
    for row in table.rows:
        name = row.values.get(column.name)
        if name is None or name in known:
            continue
        noun = "period" if column.kind is Kind.PERIOD else column.name.lower()
        if column.name == "Builds on":
            noun = "scenario"
        problems.error(
            f"unknown {noun} '{name}'{did_you_mean(str(name), known)}",
            sheet=table.sheet.name,
            cell=table.cell(row, column.name),
            column=column.name,
            value=name,
            kind="unknown name",
        )


def _check_kept(tables: Tables, table: Table, materials: list[str], problems: Problems) -> None:
    stock = tables.get("Stock")
    kept = {row.text("Material") for row in stock.rows} if stock else set()
    for row in table.rows:
        material = row.text("Material")
        if material in materials and material not in kept:
            text = f"material '{material}' has no row in Stock, so none is kept; add one there"
            problems.error(text, sheet=table.sheet.name, cell=table.cell(row, "Material"),
                           column="Material", value=material, kind="unknown name")  # fmt: skip


def _check_site_columns(tables: Tables, problems: Problems) -> None:
    if names_of(tables, "Sites"):
        return
    for table in tables.values():
        if table.sheet is d.SITES or table.sheet.later:
            continue
        filled = next((row for row in table.rows if "Site" in row.values), None)
        if "Site" in table.sheet.by_name and filled is not None:
            text = "Site is filled, but the case has no sheet Sites; clear the column"
            problems.error(text, sheet=table.sheet.name, cell=table.cell(filled, "Site"),
                           column="Site", kind="site")  # fmt: skip


def check_currencies(tables: Tables, currency: str, problems: Problems) -> None:
    """A bracket names no other currency than the row's (a source's money) or the case's."""
    sources = tables.get("Sources")
    own = {}
    if sources is not None:
        own = {
            row.text("Source"): (row.text("Currency") or currency).upper() for row in sources.rows
        }
    for table in tables.values():
        for column in table.sheet.columns:
            unit = table.units.get(column.name)
            if unit is not None and unit.currency is not None:
                _check_bracket(table, column, column.name, unit, own, currency, problems)
        spread = table.sheet.over_time
        for member, unit in table.spread_units.items():
            if spread is not None and unit.currency is not None:
                _check_bracket(table, spread, member, unit, own, currency, problems)


def _check_bracket(
    table: Table,
    column: Column,
    place: str,
    unit: Unit,
    currency_of: Mapping[str, str],
    case_currency: str,
    problems: Problems,
) -> None:
    for row in table.rows:
        if place not in row.values and place not in row.spread:
            continue
        wanted = case_currency
        if column.source_money:
            wanted = currency_of.get(row.text("Source"), case_currency)
        if unit.currency == wanted:
            continue
        whose = "the source's currency" if column.source_money else "the case's currency"
        rest = unit.text.partition("/")[2]
        hint = f"write [/{rest}] in the header, or give the row in {wanted}" if rest else (
            f"write [{wanted}] in the header"
        )  # fmt: skip
        problems.error(
            f"{place} is in {unit.currency} by its header, but {whose} is {wanted}; {hint}",
            sheet=table.sheet.name,
            cell=table.cell(row, place),
            column=place,
            kind="currency",
        )


def check_starts(table: Table, problems: Problems) -> None:
    """Periods stand in the order of their dates."""
    before = None
    for row in table.rows:
        start = row.values.get("Start")
        if start is None:
            continue
        if before is not None and not start > before:  # type: ignore[operator]
            text = "Start must be after that of the period before; put the periods in order"
            problems.error(text, sheet="Periods", cell=table.cell(row, "Start"), column="Start",
                           kind="window")  # fmt: skip
        before = start


def check_scenarios(tables: Tables, problems: Problems) -> None:
    """Scenarios build on each other without a circle; probabilities add up."""
    table = tables.get("Scenarios")
    if table is None:
        return
    on = {row.text("Scenario"): row.text("Builds on") for row in table.rows}
    for row in table.rows:
        name, seen = row.text("Scenario"), []
        while name and name != BASE and name not in seen:
            seen.append(name)
            name = on.get(name, "")
        if name and name == row.text("Scenario"):
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
    total = sum(float(row.values["Probability"]) for row in given)  # type: ignore[arg-type]
    if len(given) == len(table.rows) and abs(total - 1.0) > _PROBABILITY_ROUNDING:
        problems.error(f"the probabilities add up to {total * 100:.6g} %, not to 100 %",
                       sheet="Scenarios", cell=table.cell(given[0], "Probability"),
                       column="Probability", kind="probability")  # fmt: skip


def nearly_a_sheet(name: str) -> str | None:
    """The sheet that a name is a slip of the pen of."""
    return nearly(name, d.BY_NAME)
