"""The floor of a whole run: what `planner solve` does for a case like Japan 2011, by hand.

    python -m benchmarks.bare CASE.xlsx OUT.xlsx

Straight on, with openpyxl, numpy, highspy and XlsxWriter, as an analyst writes a script for one
workbook: it reads the sheets, writes the linear programme down as arrays, solves it, prints the
short answer, and writes a workbook with the same sheets, charts and live formulas. It knows
materials, demand, sources, availability, quotas and shares of demand; nothing is checked, no
scenario is read, and units are those that the example has. A case with other sheets is refused.
"""

from __future__ import annotations

import hashlib
import math
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import xlsxwriter
from openpyxl import load_workbook
from xlsxwriter.utility import xl_col_to_name

SHEETS = ("Settings", "Periods", "Materials", "Demand", "Sources", "Availability", "Quotas",
          "Limits", "Scenarios", "Changes")  # fmt: skip
RESULTS = ("Summary", "Orders", "Plan", "Deliveries", "Costs", "Balance", "Missing", "Limits",
           "Sources", "Decisions", "Certificate", "Checks", "Inputs", "Run",
           "Chart data")  # fmt: skip
KG = 1000.0


# -- reading --------------------------------------------------------------------------------


def read(path: Path) -> dict[str, list[list[Any]]]:
    """The filled rows of each sheet, the header first."""
    book = load_workbook(path, read_only=True, data_only=True)
    unknown = [n for n in book.sheetnames if n not in (*SHEETS, "README") and n[0] != "_"]
    if unknown:
        raise SystemExit(f"this script knows no sheet {unknown[0]}")
    tables = {}
    for name in SHEETS:
        rows = [list(row) for row in book[name].iter_rows(values_only=True)]
        tables[name] = [row for row in rows if any(cell is not None for cell in row)]
    return tables


def records(table: list[list[Any]]) -> list[dict[str, Any]]:
    """The rows by header, without the units in brackets."""
    names = [str(header).split(" [")[0] for header in table[0] if header is not None]
    return [dict(zip(names, row, strict=False)) for row in table[1:]]


class Case:
    """The numbers of the case, as arrays: sources × periods, materials × periods."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tables = read(path)
        sheet = {name: records(table) for name, table in self.tables.items()}
        self.settings = {row["Setting"]: row["Value"] for row in sheet["Settings"]}
        self.currency = self.settings.get("Currency") or "USD"
        self.periods = [str(row["Period"]) for row in sheet["Periods"]]
        self.starts = [row["Start"] for row in sheet["Periods"]]
        self.materials = sheet["Materials"]
        self.names = [row["Material"] for row in self.materials]
        self.sources = sheet["Sources"]
        self.material_of = [self.names.index(row["Material"]) for row in self.sources]
        many = len(self.periods)
        rate = float(self.settings.get("Discount rate") or 0.0)
        self.discount = (1.0 + rate) ** -np.arange(many)
        self.demand = np.zeros((len(self.names), many))
        for row in sheet["Demand"]:
            self.demand[self.names.index(row["Item"])] = [row[t] for t in self.periods]
        self.short_cost = KG * np.array([float(row["Shortfall cost"]) for row in self.materials])
        self.price = KG * np.array([float(row["Price"]) for row in self.sources])
        self.freight = np.array([float(row["Freight"] or 0.0) for row in self.sources])
        duty = np.array([float(row["Duty"] or 0.0) / 100.0 for row in self.sources])
        base = self.price + self.freight * (self.settings.get("Duty base", "CIF") == "CIF")
        self.duty = duty * base
        self.landed = self.price + self.freight + self.duty
        self.capacity = np.array([_capacity(row["Capacity"]) for row in self.sources])
        factor = np.ones((len(self.sources), many))
        at = {row["Source"]: s for s, row in enumerate(self.sources)}
        for row in sheet["Availability"]:
            given = [1.0 if row[t] is None else float(row[t]) for t in self.periods]
            factor[at[row["Source"]]] = given
        self.available = np.where(factor > 0, self.capacity[:, None], 0.0) * np.where(
            np.isfinite(self.capacity)[:, None], factor, 1.0
        )
        self.rules = self._rules(sheet["Quotas"], sheet["Limits"])

    def _rules(self, quotas: list[Any], limits: list[Any]) -> list[dict[str, Any]]:
        """Quotas, and the shares of demand that are switched on: one rule per row and value."""
        rules = []
        for i, row in enumerate(quotas, start=2):
            share = 100.0 if row["Our share"] is None else float(row["Our share"])
            most = float(row["Tonnes"]) * share / 100.0
            rule = self._rule(row, row["Applies to"], most)
            rules.append({"kind": "quota", "name": row["Quota"], "cell": f"Quotas!E{i}", **rule})
        for i, row in enumerate(limits, start=2):
            if row["Active"] == "no":
                continue
            if row["Type"] != "share" or row["Share of"] != "demand":
                raise SystemExit(f"this script knows no limit {row['Limit']}")
            most = float(row["Maximum"]) / 100.0 * float(self.demand.sum())
            for value in dict.fromkeys(source[row["Column"]] for source in self.sources):
                rule = self._rule(row, f"{row['Column']}={value}", most)
                name = f"{row['Limit']}: {value}"
                rules.append({"kind": "limit", "name": name, "cell": f"Limits!F{i}", **rule})
        return rules

    def _rule(self, row: dict[str, Any], picks: str, most: float) -> dict[str, Any]:
        """The sources that are picked, and the first and last period of the window."""
        column, _, value = picks.partition("=")
        chosen = [s for s, source in enumerate(self.sources)
                  if picks == "*" or str(source[column]) in value.split("|")]  # fmt: skip
        first = self.periods.index(str(row.get("From") or self.periods[0]))
        last = self.periods.index(str(row.get("To") or self.periods[-1]))
        return {"sources": chosen, "first": first, "last": last, "most": most}


def _capacity(typed: Any) -> float:
    return math.inf if typed == "unlimited" else float(typed)


# -- solving --------------------------------------------------------------------------------


class Plan:
    """The linear programme of a case as arrays, and its solution.

    Columns are ship[source, period], short[material, period], surplus[material, period]; rows are
    the balance of each material and period, then the rules.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        count, many = len(case.sources), len(case.periods)
        items = len(case.names)
        ships, balances = count * many, items * many
        self.cost = np.concatenate([
            (case.landed[:, None] * case.discount).ravel(),
            (case.short_cost[:, None] * case.discount).ravel(),
            np.zeros(balances),
        ])  # fmt: skip
        self.lower = np.zeros(len(self.cost))
        self.upper = np.concatenate(
            [case.available.ravel(), case.demand.ravel(), np.full(balances, np.inf)]
        )
        s, t = np.divmod(np.arange(ships), many)
        row = np.array(case.material_of)[s] * many + t
        entries = [(row, np.arange(ships), np.ones(ships))]
        for sign, first in ((1.0, ships), (-1.0, ships + balances)):
            entries.append((np.arange(balances), first + np.arange(balances),
                            np.full(balances, sign)))  # fmt: skip
        for r, rule in enumerate(case.rules):
            counted = np.isin(s, rule["sources"]) & (t >= rule["first"]) & (t <= rule["last"])
            columns = np.flatnonzero(counted)
            entries.append((np.full(len(columns), balances + r), columns, np.ones(len(columns))))
        rows, columns, values = (np.concatenate(part) for part in zip(*entries, strict=True))
        order = np.lexsort((rows, columns))
        self.index, self.column_of, self.value = rows[order], columns[order], values[order]
        self.start = np.searchsorted(self.column_of, np.arange(len(self.cost) + 1))
        most = [rule["most"] for rule in case.rules]
        self.row_lower = np.concatenate([case.demand.ravel(), np.full(len(most), -np.inf)])
        self.row_upper = np.concatenate([case.demand.ravel(), most])
        self._solve()
        self.ship = self.x[:ships].reshape(count, many)
        self.short = self.x[ships : ships + balances].reshape(items, many)
        self.surplus = self.x[ships + balances :].reshape(items, many)
        self.paid = float((self.ship * case.landed[:, None] * case.discount).sum())
        self.valued = float((self.short * case.short_cost[:, None] * case.discount).sum())
        self.row_names = [f"balance[{m}, {p}]" for m in case.names for p in case.periods]
        self.row_names += [f"{rule['kind']}[{rule['name']}]" for rule in case.rules]
        self.column_names = [f"ship[{source['Source']}, {p}]"
                             for source in case.sources for p in case.periods]  # fmt: skip
        for what in ("short", "surplus"):
            self.column_names += [f"{what}[{m}, {p}]" for m in case.names for p in case.periods]

    def _solve(self) -> None:
        solver = highspy.Highs()
        solver.silent()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self.row_lower)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, self.lower, self.upper
        lp.row_lower_, lp.row_upper_ = self.row_lower, self.row_upper
        lp.a_matrix_.start_, lp.a_matrix_.index_ = self.start, self.index
        lp.a_matrix_.value_ = self.value
        solver.passModel(lp)
        solver.run()
        self.status = solver.modelStatusToString(solver.getModelStatus())
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise SystemExit(f"no plan: {self.status}")
        self.version = f"HiGHS {solver.version()}"
        self.objective = solver.getInfo().objective_function_value
        solution = solver.getSolution()
        self.x, self.reduced = np.array(solution.col_value), np.array(solution.col_dual)
        self.used, self.dual = np.array(solution.row_value), np.array(solution.row_dual)
        _, ranging = solver.getRanging()
        self.row_range = (ranging.row_bound_dn.value_, ranging.row_bound_up.value_)
        self.column_range = (ranging.col_bound_dn.value_, ranging.col_bound_up.value_)
        self.cost_range = (ranging.col_cost_dn.value_, ranging.col_cost_up.value_)


# -- the short answer -----------------------------------------------------------------------


def answer(plan: Plan) -> list[str]:
    """What to buy, what it costs, what is missing, where it comes from, and what binds."""
    case, bought = plan.case, float(plan.ship.sum())
    lines = [f"{case.settings['Title']}, scenario Base", sentence(plan), "", "What to buy"]
    for s, source in enumerate(case.sources):
        tonnes = float(plan.ship[s].sum())
        if tonnes > 0:
            lines.append(f"  {source['Source']:12}{source['Country']:16}{tonnes:10,.0f} t"
                         f"   {tonnes * case.landed[s] / 1e6:10,.1f} M{case.currency}"
                         f"   {case.landed[s]:10,.0f} {case.currency}/t")  # fmt: skip
    lines += ["", "Cost", f"  Money paid  {plan.paid / 1e6:,.1f} M{case.currency}",
              f"  Value put on shortfall  {plan.valued / 1e6:,.1f} M{case.currency}",
              f"  Sum  {plan.objective / 1e6:,.3f} M{case.currency}", "", "Missing"]  # fmt: skip
    for m, name in enumerate(case.names):
        for t, period in enumerate(case.periods):
            if plan.short[m, t] > 0:
                part = plan.short[m, t] / case.demand[m, t]
                lines.append(f"  {name}  {period}  {plan.short[m, t]:,.0f} t  {part:.1%} of demand")
    lines += ["", "Share of tonnes bought, by country"]
    lines += [f"  {country}  {tonnes / bought:.1%}" for country, tonnes in countries(plan).items()]
    lines += ["", "What binds, and what one more unit would save"]
    lines += [f"  {row['words']}" for row in limits(plan) if row["binds"]]
    return lines


def sentence(plan: Plan) -> str:
    """What is bought, needed and missing."""
    return (f"Buy {plan.ship.sum():,.0f} t. Demand is {plan.case.demand.sum():,.0f} t, "
            f"of which {plan.short.sum():,.0f} t are missing.")  # fmt: skip


def countries(plan: Plan) -> dict[str, float]:
    """Tonnes bought by country, largest first."""
    tonnes: dict[str, float] = {}
    for s, source in enumerate(plan.case.sources):
        if plan.ship[s].sum() > 0:
            country = source["Country"]
            tonnes[country] = tonnes.get(country, 0.0) + float(plan.ship[s].sum())
    return dict(sorted(tonnes.items(), key=lambda one: -one[1]))


def limits(plan: Plan) -> list[dict[str, Any]]:
    """Rules and capacities: used, bound, what one unit is worth, and over which range."""
    case, found = plan.case, []
    many, first = len(case.periods), case.demand.size
    for r, rule in enumerate(case.rules):
        i = first + r
        found.append({
            "kind": rule["kind"], "name": rule["name"], "cell": rule["cell"], "unit": "t",
            "from": case.periods[rule["first"]], "to": case.periods[rule["last"]],
            "used": float(plan.used[i]), "most": rule["most"], "worth": float(-plan.dual[i]) + 0.0,
            "low": plan.row_range[0][i], "high": plan.row_range[1][i],
        })  # fmt: skip
    for s, source in enumerate(case.sources):
        if math.isinf(case.capacity[s]):
            continue
        for t, period in enumerate(case.periods):
            j = s * many + t
            found.append({
                "kind": "capacity", "name": source["Source"], "cell": f"Sources!E{s + 2}",
                "unit": "t/yr", "from": period, "to": period, "used": float(plan.ship[s, t]),
                "most": float(case.available[s, t]), "worth": float(-plan.reduced[j]) + 0.0,
                "low": plan.column_range[0][j], "high": plan.column_range[1][j],
            })  # fmt: skip
    for row in found:
        row["binds"] = row["used"] >= row["most"] and row["most"] > 0
        what = f"{row['kind']} {row['name']} ({row['cell']})"
        row["words"] = f"{what}: the maximum of {row['most']:,.0f} {row['unit']} is not reached"
        if row["binds"]:
            row["words"] = (f"{what}: the maximum of {row['most']:,.0f} {row['unit']} is reached. "
                            f"One more saves {case.currency} {row['worth']:,.0f}")  # fmt: skip
    return found


# -- the results workbook -------------------------------------------------------------------

BLUE, ORANGE = "#0072B2", "#E69F00"
COLOURS = (BLUE, ORANGE, "#009E73", "#56B4E9", "#CC79A7", "#F0E442", "#D55E00", "#332288")


class Live(tuple[str, Any]):
    """A formula and the value that it has."""


def live(text: str, value: Any) -> Live:
    """A formula and the value that it has."""
    return Live((text, value))


class Report:
    """The results workbook of a plan."""

    def __init__(self, plan: Plan, target: Path) -> None:
        self.plan, self.case = plan, plan.case
        self.book = xlsxwriter.Workbook(str(target), {"in_memory": True})
        self.sheets = {name: self.book.add_worksheet(name) for name in RESULTS}
        add = self.book.add_format
        self.head = add({"bold": True, "font_color": "white", "bg_color": "#1F4E78",
                         "text_wrap": True, "valign": "top"})  # fmt: skip
        self.bold, self.title = add({"bold": True}), add({"bold": True, "font_size": 14})
        self.number, self.share = add({"num_format": "#,##0.###"}), add({"num_format": "0.0%"})
        self.total = add({"bold": True, "top": 1, "num_format": "#,##0.###"})
        self.date = add({"num_format": "yyyy-mm-dd", "align": "left"})
        self.link = add({"font_color": "#0563C1", "underline": 1})
        for name, sheet in self.sheets.items():
            sheet.set_paper(9)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.set_footer(f"&L {self.case.settings['Title']}, Base&C{name}&RPage &P of &N")

    def write(self) -> None:
        """Every sheet, and the file."""
        bought = [(s, t) for s in range(len(self.case.sources))
                  for t in range(len(self.case.periods)) if self.plan.ship[s, t] > 0]  # fmt: skip
        self.checks: list[tuple[str, str, str, float]] = []
        self.orders(bought)
        self.plan_matrix()
        self.deliveries(bought)
        self.costs(bought)
        self.balance()
        self.missing()
        self.limits()
        self.sources()
        self.sheets["Decisions"].write(0, 0, "This case has no restarts, contracts, orders.")
        self.certificate()
        self.check_totals()
        self.inputs()
        self.run()
        self.summary()
        self.book.close()

    # -- cells ------------------------------------------------------------------------------

    def put(self, sheet: Any, row: int, column: int, cell: Any, form: Any = None) -> None:
        """Write a cell by its type."""
        if isinstance(cell, Live):
            sheet.write_formula(row, column, cell[0], form or self.number, cell[1])
        elif isinstance(cell, datetime):
            sheet.write_datetime(row, column, cell, self.date)
        elif isinstance(cell, str):
            sheet.write_string(row, column, cell, form)
        elif cell is not None and math.isfinite(cell):
            sheet.write_number(row, column, cell, form or self.number)

    def table(self, name: str, headers: list[str], rows: list[list[Any]], *, row: int = 0,
              column: int = 0) -> None:  # fmt: skip
        """A table with headers, as wide as its text; the first row stays in view."""
        sheet = self.sheets[name]
        for j, header in enumerate(headers):
            sheet.write_string(row, column + j, header, self.head)
            texts = [len(cells[j]) for cells in rows if isinstance(cells[j], str)]
            sheet.set_column(column + j, column + j, min(max([*texts, len(header), 9]) + 2, 60))
        for i, cells in enumerate(rows, start=row + 1):
            for j, cell in enumerate(cells):
                self.put(sheet, i, column + j, cell)
        sheet.freeze_panes(row + 1, 1)
        if row == 0 and rows:
            sheet.autofilter(0, 0, len(rows), len(headers) - 1)

    def totals(self, name: str, count: int, columns: dict[str, tuple[str, str, float]]) -> None:
        """Sums below a table, each with what it has to be: letter -> what, unit, figure."""
        sheet, row = self.sheets[name], count + 2
        self.put(sheet, row, 0, "Total", self.total)
        for letter, (what, unit, figure) in columns.items():
            formula = f"=SUM({letter}$2:{letter}${count + 1})"
            sheet.write_formula(f"{letter}{row + 1}", formula, self.total, figure)
            self.checks.append((f"='{name}'!${letter}${row + 1}", f"{name}: {what}", unit, figure))

    # -- sheets -----------------------------------------------------------------------------

    def orders(self, bought: list[tuple[int, int]]) -> None:
        """What to buy from whom, when, and what it costs landed."""
        case, plan = self.case, self.plan
        currency, rows = case.currency, []
        for i, (s, t) in enumerate(bought, start=2):
            source, tonnes = case.sources[s], float(plan.ship[s, t])
            extra = float(case.landed[s] - case.price[s])
            form = case.materials[case.material_of[s]].get("Form")
            rows.append([
                source.get("Supplier") or source["Source"], source["Source"], source["Country"],
                source["Material"], form, case.periods[t], case.starts[t], case.periods[t],
                case.starts[t], tonnes, float(case.price[s]),
                live(f"=J{i}*K{i}", tonnes * case.price[s]), extra,
                live(f"=K{i}+M{i}", case.landed[s]), live(f"=J{i}*N{i}", tonnes * case.landed[s]),
            ])  # fmt: skip
        self.table("Orders", [
            "Supplier", "Source", "Country", "Material", "Form", "Leaves in", "Leaves from",
            "Arrives in", "Arrives from", "Tonnes [t]", f"Price [{currency}/t]",
            f"Order value [{currency}]", f"Freight, duty [{currency}/t]",
            f"Landed cost [{currency}/t]", f"Landed cost [{currency}]",
        ], rows)  # fmt: skip
        value = math.fsum(plan.ship[s, t] * case.price[s] for s, t in bought)
        landed = math.fsum(plan.ship[s, t] * case.landed[s] for s, t in bought)
        self.totals("Orders", len(rows), {
            "J": ("Tonnes", "t", float(plan.ship.sum())), "L": ("Order value", currency, value),
            "O": ("Landed cost", currency, landed),
        })  # fmt: skip
        sheet, last = self.sheets["Orders"], len(rows) + 1
        for i, supplier in enumerate(dict.fromkeys(row[0] for row in rows), start=len(rows) + 3):
            self.put(sheet, i, 0, supplier)
            mine = [row for row in rows if row[0] == supplier]
            for letter, j in (("J", 9), ("L", 11), ("O", 14)):
                value = math.fsum(r[j][1] if isinstance(r[j], Live) else r[j] for r in mine)
                self.put(sheet, i, j, live(
                    f"=SUMPRODUCT(--EXACT($A$2:$A${last},$A{i + 1}),{letter}$2:{letter}${last})",
                    value,
                ))  # fmt: skip

    def plan_matrix(self) -> None:
        """Source × period."""
        case, plan = self.case, self.plan
        end = xl_col_to_name(3 + len(case.periods))
        rows: list[list[Any]] = []
        for s, source in enumerate(case.sources):
            if plan.ship[s].sum() > 0:
                i = len(rows) + 2
                rows.append([
                    source["Source"], source["Country"], source["Material"],
                    case.materials[case.material_of[s]].get("Form"), *plan.ship[s].tolist(),
                    live(f"=SUM(E{i}:{end}{i})", float(plan.ship[s].sum())),
                ])  # fmt: skip
        headers = [*(f"{period} [t]" for period in case.periods), "Total [t]"]
        self.table("Plan", ["Source", "Country", "Material", "Form", *headers], rows)
        sums = [*plan.ship.sum(axis=0).tolist(), float(plan.ship.sum())]
        self.totals("Plan", len(rows), {
            xl_col_to_name(4 + j): (header, "t", total)
            for j, (header, total) in enumerate(zip(headers, sums, strict=True))
        })  # fmt: skip

    def deliveries(self, bought: list[tuple[int, int]]) -> None:
        """What arrives, by source, period and material."""
        case, plan = self.case, self.plan
        rows = [
            [case.sources[s]["Source"], case.sources[s]["Country"], case.periods[t],
             case.sources[s]["Material"], case.materials[case.material_of[s]].get("Form"),
             float(plan.ship[s, t]), 1.0, 1.0, live(f"=F{i}*G{i}*H{i}", float(plan.ship[s, t]))]
            for i, (s, t) in enumerate(bought, start=2)
        ]  # fmt: skip
        self.table("Deliveries", ["Source", "Country", "Arrives in", "Material", "Form",
                                  "Tonnes bought [t]", "Content [t/t]", "Yield",
                                  "Arrives usable [t]"], rows)  # fmt: skip
        total = float(plan.ship.sum())
        self.totals("Deliveries", len(rows), {"I": ("Arrives usable", "t", total)})

    def costs(self, bought: list[tuple[int, int]]) -> None:
        """Money by kind, source and period, nominal and discounted."""
        case, plan, rows = self.case, self.plan, []
        lines = [
            ("paid", kind, case.sources[s]["Source"], t, float(plan.ship[s, t]), float(each[s]))
            for kind, each in (("purchase", case.price), ("freight", case.freight),
                               ("duty", case.duty))
            for s, t in bought if each[s]
        ]  # fmt: skip
        lines += [
            ("valued", "shortfall", name, t, float(plan.short[m, t]), float(case.short_cost[m]))
            for m, name in enumerate(case.names) for t in range(len(case.periods))
            if plan.short[m, t] > 0
        ]  # fmt: skip
        self.kinds: dict[str, tuple[str, float]] = {}
        for i, (whose, kind, of, t, tonnes, each) in enumerate(lines, start=2):
            factor = float(case.discount[t])
            money = tonnes * each
            rows.append([whose, kind, of, case.periods[t], tonnes, "t", each,
                         live(f"=E{i}*G{i}", money), factor,
                         live(f"=H{i}*I{i}", money * factor)])  # fmt: skip
            before = self.kinds.get(kind, (whose, 0.0))[1]
            self.kinds[kind] = (whose, before + money * factor)
        currency = case.currency
        self.table("Costs", ["Paid or valued", "Kind", "Of", "Period", "Quantity", "Unit",
                             f"Each [{currency}]", f"Nominal [{currency}]", "Discount factor",
                             f"Discounted [{currency}]"], rows)  # fmt: skip
        sheet, last = self.sheets["Costs"], len(rows) + 1
        self.cost_rows = last
        self.cost_at = {}
        nominal = {"paid": 0.0, "valued": 0.0}
        for row in rows:
            nominal[row[0]] += row[7][1]
        figures = {"paid": (nominal["paid"], plan.paid), "valued": (nominal["valued"], plan.valued),
                   "both": (sum(nominal.values()), plan.objective)}  # fmt: skip
        for i, (whose, (plain, discounted)) in enumerate(figures.items(), start=last + 1):
            self.cost_at[whose] = i + 1
            self.put(sheet, i, 0, whose, self.bold)
            self.put(sheet, i, 1, "total", self.bold)
            for letter, value in (("H", plain), ("J", discounted)):
                span = f"{letter}$2:{letter}${last}"
                wanted = f"SUMPRODUCT(--EXACT($A$2:$A${last},$A{i + 1}),{span})"
                formula = f"=SUM({span})" if whose == "both" else f"={wanted}"
                sheet.write_formula(f"{letter}{i + 1}", formula, self.total, value)
                what = "Nominal" if letter == "H" else "Discounted"
                self.checks.append((f"='Costs'!${letter}${i + 1}", f"Costs {whose}: {what}",
                                    currency, value))  # fmt: skip

    def balance(self) -> None:
        """What comes and goes of each material."""
        case, plan = self.case, self.plan
        rows: list[list[Any]] = []
        arrivals = np.zeros_like(case.demand)
        np.add.at(arrivals, case.material_of, plan.ship)
        for m, name in enumerate(case.names):
            for t, period in enumerate(case.periods):
                i = len(rows) + 2
                rows.append([
                    name, case.materials[m].get("Form"), period, 0.0, float(arrivals[m, t]), 0.0,
                    float(plan.short[m, t]), float(case.demand[m, t]), float(plan.surplus[m, t]),
                    live(f"=ROUND(D{i}+E{i}+F{i}+G{i}-H{i}-I{i},7)", 0.0), 0.0, None, None,
                ])  # fmt: skip
        self.table("Balance", [
            "Material", "Form", "Period", "Opening [t]", "+ Arrivals [t]", "+ In transit [t]",
            "+ Shortfall [t]", "= Demand [t]", "+ Surplus [t]", "+ Closing [t]",
            "Closing by the solver [t]", "Stock target [t]", "Under target [t]",
        ], rows)  # fmt: skip
        self.totals("Balance", len(rows), {
            "E": ("Arrivals", "t", float(arrivals.sum())), "F": ("In transit", "t", 0.0),
            "G": ("Shortfall", "t", float(plan.short.sum())),
            "H": ("Demand", "t", float(case.demand.sum())),
            "I": ("Surplus", "t", float(plan.surplus.sum())), "J": ("Closing", "t", 0.0),
        })  # fmt: skip

    def missing(self) -> None:
        """Share of demand, tonnes missing and demand, each item × period."""
        case, plan, sheet = self.case, self.plan, self.sheets["Missing"]
        many, count = len(case.periods), len(case.names)
        end = xl_col_to_name(1 + many)
        size = count + 4
        blocks = (
            ("Missing, share of demand", plan.short / np.maximum(case.demand, 1e-12)),
            ("Missing [t]", plan.short),
            ("Demand of these items [t]", case.demand),
        )
        for b, (title, values) in enumerate(blocks):
            top = b * size
            self.put(sheet, top, 0, title, self.bold)
            for j, header in enumerate(["Item", "Form", *case.periods, "All periods"]):
                self.put(sheet, top + 1, j, header, self.head)
            below = np.vstack([values, values.sum(axis=0)])
            for m, name in enumerate([*case.names, "These items"]):
                row = top + 2 + m
                self.put(sheet, row, 0, name)
                self.put(sheet, row, 1, case.materials[m].get("Form") if m < count else None)
                for j in range(many + 1):
                    letter = xl_col_to_name(2 + j)
                    if b == 0:
                        part = f"{letter}{size + row + 1}/{letter}{2 * size + row + 1}"
                        cell: Any = live(f"={part}", self._part_missing(m, j))
                    elif j == many:
                        cell = live(f"=SUM(C{row + 1}:{end}{row + 1})", float(below[m].sum()))
                    elif m == count:
                        span = f"{letter}{top + 3}:{letter}{row}"
                        cell = live(f"=SUM({span})", float(below[m, j]))
                    else:
                        cell = float(below[m, j])
                    self.put(sheet, row, 2 + j, cell, None if b else self.share)
        sheet.set_column(0, 1, 24)
        sheet.set_column(2, 2 + many, 13)

    def _part_missing(self, m: int, j: int) -> float:
        plan, case = self.plan, self.case
        rows = slice(m, m + 1) if m < len(case.names) else slice(None)
        columns = slice(j, j + 1) if j < len(case.periods) else slice(None)
        return float(plan.short[rows, columns].sum() / case.demand[rows, columns].sum())

    def limits(self) -> None:
        """Rules and capacities with their dual values."""
        currency, rows = self.case.currency, []
        for i, row in enumerate(limits(self.plan), start=2):
            part = row["used"] / row["most"] if row["most"] else None
            rows.append([
                row["kind"], row["name"], row["words"], "tonnes", row["from"], row["to"],
                row["used"], row["most"], row["unit"],
                live(f"=MAX(H{i}-G{i},0)", max(row["most"] - row["used"], 0.0)),
                None if part is None else live(f"=G{i}/H{i}", part),
                "yes" if row["used"] >= row["most"] else "", row["worth"], row["worth"],
                f"{currency}/{row['unit']}", row["low"], row["high"],
                "yes" if row["worth"] > 0 and self.plan.short.sum() > 0 else "", row["cell"],
            ])  # fmt: skip
        self.table("Limits", [
            "Kind", "Name", "In words", "Counts", "From", "To", "Used", "Maximum", "Unit", "Slack",
            "Used of maximum", "Binds", "One more unit saves", "One less unit costs",
            "Saves and costs in", "Holds from", "Holds to", "Echoes shortfall cost", "Input cell",
        ], rows)  # fmt: skip
        self.sheets["Limits"].conditional_format(
            f"L2:L{len(rows) + 1}",
            {"type": "cell", "criteria": "==", "value": '"yes"', "format": self.bold},
        )

    def sources(self) -> None:
        """Each source: bought or not, and the price at which it gains or loses tonnes."""
        case, plan, rows = self.case, self.plan, []
        many, total = len(case.periods), float(plan.ship.sum())
        for s, source in enumerate(case.sources):
            tonnes, i = float(plan.ship[s].sum()), s + 2
            low, high = (float(part[s * many]) - case.freight[s] - case.duty[s]
                         for part in plan.cost_range)  # fmt: skip
            capacity = float(case.available[s].sum())
            why = "bought" if tonnes else "not bought: it is dearer"
            if not capacity:
                why = "not bought: it is closed or has no capacity"
            loses = high if tonnes else None
            rows.append([
                source["Source"], source.get("Supplier") or source["Source"], source["Country"],
                tonnes, why, f"We buy less above {loses:,.0f}" if loses else "", source["Kind"],
                source["Material"], case.materials[case.material_of[s]].get("Form"),
                live(f"=D{i}/SUM($D$2:$D${len(case.sources) + 1})", tonnes / total),
                float(case.landed[s]), case.currency, float(case.price[s]),
                None if tonnes or not capacity else low, loses,
                live(f"=O{i}/M{i}-1", loses / case.price[s] - 1)
                if loses and math.isfinite(loses) else None,
            ])  # fmt: skip
        currency = case.currency
        self.table("Sources", [
            "Source", "Supplier", "Country", "Bought [t]", "In words", "What to say", "Kind",
            "Material", "Form", "Share of tonnes bought", f"Landed cost [{currency}/t]",
            "Source's currency", "Price, source's currency [/t]",
            "Gains tonnes below this price [/t]", "Loses tonnes above this price [/t]",
            "Price may rise by",
        ], rows)  # fmt: skip

    def certificate(self) -> None:
        """Rows, columns and entries of the model: what they add up to, and the bound."""
        plan, sheet = self.plan, self.sheets["Certificate"]
        rows, columns, top = len(plan.row_lower), len(plan.cost), 9
        first, entry = top + 2, 15
        last = first + len(plan.value) - 1
        places, products = f"$Q${first}:$Q${last}", f"$S${first}:$S${last}"
        table: list[list[Any]] = []
        for i, name in enumerate(plan.row_names):
            n, side = i + first, plan.row_lower[i] if plan.dual[i] > 0 else plan.row_upper[i]
            table.append([
                name, live(f"=SUMIF({places},G{n},{products})", float(plan.used[i])),
                float(plan.row_lower[i]), float(plan.row_upper[i]), float(plan.dual[i]),
                live(f"=IF(E{n}>0,E{n}*C{n},E{n}*D{n})", _times(plan.dual[i], side)), i + 1,
                live(f"=MAX(0,IF(ISNUMBER(C{n}),C{n}-B{n},0),IF(ISNUMBER(D{n}),B{n}-D{n},0))", 0.0),
            ])  # fmt: skip
        self.table("Certificate", ["Row", "What it adds up to", "At least", "At most",
                                   "Dual value", "Adds to the bound", "No.", "Broken by"],
                   table, row=top)  # fmt: skip
        bound = math.fsum(row[5][1] for row in table)
        table = []
        for j, name in enumerate(plan.column_names):
            n, side = j + first, plan.lower[j] if plan.reduced[j] > 0 else plan.upper[j]
            spent = float(plan.x[j] * plan.cost[j])
            a, b = plan.start[j] + first, plan.start[j + 1] + first - 1
            reduced = live(f"=ROUND(L{n}-SUM(T{a}:T{b}),7)", float(plan.reduced[j]))
            table.append([
                name, float(plan.x[j]), float(plan.upper[j]), float(plan.cost[j]),
                live(f"=J{n}*L{n}", spent), reduced,
                live(f"=IF(M{n}<0,M{n}*K{n},0)", _times(plan.reduced[j], side)),
            ])  # fmt: skip
        bound += math.fsum(row[6][1] for row in table)
        shifted = ["Column", "Value", "At most", "Cost of one", "Reduced cost",
                   "Adds to the bound", "Cost"]  # fmt: skip
        table = [[*row[:4], row[5], row[6], row[4]] for row in table]
        self.table("Certificate", shifted, table, row=top, column=8)
        entries = []
        for k, (i, j, value) in enumerate(
            zip(plan.index.tolist(), plan.column_of.tolist(), plan.value.tolist(), strict=True)
        ):
            n = k + first
            entries.append([
                plan.column_names[j], i + 1, value,
                live(f"=R{n}*J{j + first}", value * float(plan.x[j])),
                live(f"=R{n}*E{i + first}", value * float(plan.dual[i])),
            ])  # fmt: skip
        self.table("Certificate", ["Entry: column", "Row no.", "Number", "times value",
                                   "times dual"], entries, row=top, column=entry)  # fmt: skip
        gap = (plan.objective - bound) / plan.objective
        end_row, end = first + rows - 1, first + columns - 1
        broken = f"=MAX(0,H{first}:H{end_row})"
        facts = (("Cost of the plan", live(f"=SUM(O{first}:O{end})", plan.objective)),
                 ("Bound: no plan costs less",
                  live(f"=SUM(F{first}:F{end_row})+SUM(N{first}:N{end})", bound)),
                 ("Gap", live("=(B2-B3)/B2", gap)), ("Largest break of a row", live(broken, 0.0)),
                 ("Is the plan proven the cheapest?",
                  live('=IF(AND(ABS(B4)<=1E-07,B5<=1E-06),"Yes","NO")',
                       "Yes" if abs(gap) <= 1e-7 else "NO")))  # fmt: skip
        self.put(sheet, 0, 0, "Proof that no plan is cheaper", self.title)
        for i, (label, cell) in enumerate(facts, start=1):
            self.put(sheet, i, 0, label)
            self.put(sheet, i, 1, cell)

    def check_totals(self) -> None:
        """Each total of the workbook beside the figure of the arrays."""
        rows = []
        for i, (formula, what, unit, figure) in enumerate(self.checks, start=2):
            rows.append([
                what.split(":")[0], what, unit, live(formula, figure), figure,
                live(f"=ROUND(D{i}-E{i},5)", 0.0), max(1e-6 * abs(figure), 1e-6),
                live(f'=IF(ABS(F{i})<=G{i},"agrees","DIFFERS")', "agrees"),
            ])  # fmt: skip
        self.table("Checks", ["Sheet", "What", "Unit", "Total in this workbook",
                              "Solver's figure", "Difference", "Tolerance", "Check"],
                   rows)  # fmt: skip
        for word, colour in (("agrees", "#00664B"), ("DIFFERS", "#C00000")):
            form = self.book.add_format({"bold": True, "font_color": colour})
            self.sheets["Checks"].conditional_format(
                f"H2:H{len(rows) + 1}",
                {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": form},
            )
        count = len(rows)
        self.verdict = live(f"=IF(COUNTIF('Checks'!$H$2:$H${count + 1},\"agrees\")={count},"
                            f'"All {count} totals agree with the solver","TOTALS DIFFER")',
                            f"All {count} totals agree with the solver")  # fmt: skip

    def inputs(self) -> None:
        """The case as read."""
        sheet, row = self.sheets["Inputs"], 2
        self.put(sheet, 0, 0, f"Inputs as read from {self.case.path.name}", self.title)
        for name, table in self.case.tables.items():
            self.put(sheet, row, 0, name, self.bold)
            width = len(table[0])
            for j in range(width):
                self.put(sheet, row + 1, 1 + j, xl_col_to_name(j))
            for i, cells in enumerate(table):
                self.put(sheet, row + 2 + i, 0, str(i + 1))
                for j, cell in enumerate(cells[:width]):
                    form = self.head if i == 0 else None
                    self.put(sheet, row + 2 + i, 1 + j, cell, form)
            row += len(table) + 3
        sheet.set_column(1, 12, 18)

    def run(self) -> None:
        """Program, input and solver."""
        plan, sheet = self.plan, self.sheets["Run"]
        digest = hashlib.sha256(self.case.path.read_bytes()).hexdigest()
        facts = (
            ("Written (UTC)", f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"),
            ("Input", str(self.case.path)), ("Input SHA-256", digest), ("Solver", plan.version),
            ("Totals of this workbook", self.verdict), ("Python", sys.version.split()[0]),
            ("xlsxwriter", xlsxwriter.__version__), ("Scenario", "Base"),
            ("Status", plan.status), ("Objective", plan.objective),
        )  # fmt: skip
        for i, (label, value) in enumerate(facts):
            self.put(sheet, i, 0, label)
            self.put(sheet, i, 1, value)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 60)

    # -- summary and charts -----------------------------------------------------------------

    def summary(self) -> None:
        """One screen: what to buy, what it costs, what is missing, shares, what binds, charts."""
        case, plan, sheet = self.case, self.plan, self.sheets["Summary"]
        unit = f"M{case.currency}"
        paid, valued = self.cost_at["paid"], self.cost_at["valued"]
        self.put(sheet, 0, 0, case.settings["Title"], self.title)
        self.put(sheet, 1, 0, f"{case.settings.get('Importer')}, scenario Base, {case.currency}")
        self.put(sheet, 2, 0, sentence(plan), self.bold)
        self.put(sheet, 4, 0, f"What it costs [{unit}]", self.head)
        facts = (("Money paid", f"='Costs'!$J${paid}/1000000", plan.paid / 1e6),
                 ("Value put on shortfall, which nobody pays", f"='Costs'!$J${valued}/1000000",
                  plan.valued / 1e6),
                 ("Total that is minimised", "=F6+F7", plan.objective / 1e6))  # fmt: skip
        for i, (label, formula, value) in enumerate(facts, start=5):
            self.put(sheet, i, 0, label)
            self.put(sheet, i, 5, live(formula, value))
        row = self._summary_orders(10, unit)
        row = self._summary_missing(row + 1)
        first = max(row + 1, 28)
        self._summary_shares(first)
        row = first + len(countries(plan)) + 3
        self.put(sheet, row, 0, "What binds, and what one unit more would save", self.head)
        for found in limits(plan):
            if found["binds"]:
                row += 1
                self.put(sheet, row, 0, found["words"])
        self.put(sheet, row + 2, 0, self.verdict)
        for j, name in enumerate(RESULTS[1:-1]):
            sheet.write_url(row + 3, j, f"internal:'{name}'!A1", self.link, name)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 6, 14)
        sheet.hide_gridlines(2)
        self.charts(first)

    def _summary_orders(self, row: int, unit: str) -> int:
        case, plan, sheet = self.case, self.plan, self.sheets["Summary"]
        headers = ("Source", "Country", "Material", "Tonnes [t]", "[USD/t]", f"Landed [{unit}]")
        for j, header in enumerate(headers):
            self.put(sheet, row, j, header, self.head)
        count = int((plan.ship > 0).sum())
        for s, source in enumerate(case.sources):
            tonnes = float(plan.ship[s].sum())
            if not tonnes:
                continue
            row += 1
            n, landed = row + 1, tonnes * case.landed[s] / 1e6
            picked = f"--EXACT('Orders'!$B$2:$B${count + 1},A{n})"
            cells = (source["Source"], source["Country"], source["Material"],
                     live(f"=SUMPRODUCT({picked},'Orders'!$J$2:$J${count + 1})", tonnes),
                     live(f"=F{n}*1000000/D{n}", case.landed[s]),
                     live(f"=SUMPRODUCT({picked},'Orders'!$O$2:$O${count + 1})/1000000",
                          landed))  # fmt: skip
            for j, cell in enumerate(cells):
                self.put(sheet, row, j, cell)
        row += 1
        n, total = row + 1, float((plan.ship * case.landed[:, None]).sum())
        self.put(sheet, row, 0, "Total", self.total)
        sums = (
            ("D", f"='Orders'!$J${count + 3}", float(plan.ship.sum())),
            ("E", f"=F{n}*1000000/D{n}", total / float(plan.ship.sum())),
            ("F", f"='Orders'!$O${count + 3}/1000000", total / 1e6),
        )
        for letter, formula, value in sums:
            sheet.write_formula(f"{letter}{n}", formula, self.total, value)
        return row + 1

    def _summary_missing(self, row: int) -> int:
        case, plan, sheet = self.case, self.plan, self.sheets["Summary"]
        for j, header in enumerate(("Item", "Period", "Form", "Tonnes [t]", "Of demand")):
            self.put(sheet, row, j, header, self.head)
        for m, t in np.argwhere(plan.short > 0).tolist():
            row += 1
            cells = (
                case.names[m],
                case.periods[t],
                case.materials[m].get("Form"),
                float(plan.short[m, t]),
                float(plan.short[m, t] / case.demand[m, t]),
            )
            for j, cell in enumerate(cells):
                self.put(sheet, row, j, cell, self.share if j == 4 else None)
        return row + 1

    def _summary_shares(self, row: int) -> None:
        plan, sheet = self.plan, self.sheets["Summary"]
        count = int((plan.ship > 0).sum())
        for j, header in enumerate(("Country", "Tonnes [t]", "Share")):
            self.put(sheet, row, 7 + j, header, self.head)
        for i, (country, tonnes) in enumerate(countries(plan).items(), start=row + 1):
            picked = f"--EXACT('Orders'!$C$2:$C${count + 1},H{i + 1})"
            self.put(sheet, i, 7, country)
            self.put(sheet, i, 8, live(
                f"=SUMPRODUCT({picked},'Orders'!$J$2:$J${count + 1})", tonnes))  # fmt: skip
            self.put(sheet, i, 9, live(f"=I{i + 1}/'Orders'!$J${count + 3}",
                                       tonnes / float(plan.ship.sum())), self.share)  # fmt: skip

    def charts(self, shares: int) -> None:
        """Supply by source against demand, cost by kind, shares by country."""
        case, plan, data = self.case, self.plan, "Chart data"
        sheet, book, summary = self.sheets[data], self.book, self.sheets["Summary"]
        bought = [s for s in range(len(case.sources)) if plan.ship[s].sum() > 0]
        names = ["Period", *(case.sources[s]["Source"] for s in bought), "Demand"]
        for j, name in enumerate(names):
            self.put(sheet, 0, j, name, self.head)
        needed = case.demand.sum(axis=0)
        for t, period in enumerate(case.periods, start=1):
            cells = [period, *(float(plan.ship[s, t - 1]) for s in bought), float(needed[t - 1])]
            for j, cell in enumerate(cells):
                self.put(sheet, t, j, cell)
        last = len(case.periods)
        supply = book.add_chart({"type": "column", "subtype": "stacked"})
        line = book.add_chart({"type": "line"})
        for j in range(1, len(names)):
            series = {"name": [data, 0, j], "categories": [data, 1, 0, last, 0],
                      "values": [data, 1, j, last, j]}  # fmt: skip
            if j < len(names) - 1:
                supply.add_series({**series, "fill": {"color": COLOURS[(j - 1) % 8]}, "gap": 60})
            else:
                line.add_series({**series, "line": {"color": "black", "width": 2},
                                 "marker": {"type": "diamond", "size": 7}})  # fmt: skip
        supply.combine(line)
        supply.set_title({"name": "Supply by source and demand"})
        supply.set_y_axis({"name": "[t]", "num_format": "#,##0.###"})
        top = last + 3
        for j, name in enumerate(("Kind", "Paid", "Valued, nobody pays it")):
            self.put(sheet, top, j, name, self.head)
        for i, (kind, (whose, money)) in enumerate(self.kinds.items(), start=top + 1):
            span = f"'Costs'!$B$2:$B${self.cost_rows},$A{i + 1}"
            cell = live(f"=SUMPRODUCT(--EXACT({span}),'Costs'!$J$2:$J${self.cost_rows})/1000000",
                        money / 1e6)  # fmt: skip
            self.put(sheet, i, 0, kind)
            self.put(sheet, i, 1 if whose == "paid" else 2, cell)
        cost, end = book.add_chart({"type": "bar", "subtype": "stacked"}), top + len(self.kinds)
        for j, colour in ((1, BLUE), (2, ORANGE)):
            cost.add_series({"name": [data, top, j], "categories": [data, top + 1, 0, end, 0],
                             "values": [data, top + 1, j, end, j], "fill": {"color": colour},
                             "gap": 40})  # fmt: skip
        cost.set_title({"name": f"Cost by kind, discounted [M{case.currency}]"})
        cost.set_y_axis({"reverse": True})
        share, count = book.add_chart({"type": "bar"}), len(countries(plan))
        share.add_series({"categories": ["Summary", shares + 1, 7, shares + count, 7],
                          "values": ["Summary", shares + 1, 9, shares + count, 9],
                          "fill": {"color": BLUE}, "data_labels": {"value": True}})  # fmt: skip
        share.set_title({"name": "Share of tonnes bought, by country"})
        share.set_legend({"none": True})
        for chart, cell in ((supply, "H2"), (cost, "L2"), (share, "L29")):
            chart.set_size({"width": 480, "height": 300})
            summary.insert_chart(cell, chart)


def _times(dual: float, side: float) -> float:
    """A dual value times the side that it points to; 0 where it points to none."""
    return float(dual * side) if dual else 0.0


def main(case: Path, out: Path) -> None:
    """Solve a case, say the short answer, write the results."""
    plan = Plan(Case(case))
    Report(plan, out).write()
    print("\n".join([*answer(plan), "", f"Everything else is in {out}"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
