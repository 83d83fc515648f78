"""The sheet Certificate: the proof that no plan is cheaper, to be added up by an auditor.

Primal and dual figures are numbers, everything that follows from them is a formula: what each row
adds up to, each column's reduced cost, the cost of the plan, and the bound below which no plan
can cost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.plan import Plan
from planner.report.workbook_data import Results
from planner.report.workbook_grid import (
    BOLD,
    TO_THE_RIGHT,
    WARNING,
    Book,
    Cell,
    Formula,
    Page,
    Show,
)
from planner.solving.certificate import MOST_ROWS, Certificate, column_names, row_names

_HEAD = 13
"""Row of the headers, counted from 0; the facts stand above."""

_FIRST = _HEAD + 1
_LEAST = 1e-9
"""Of what figures are measured against."""

_DIGITS = 13
"""Digits of the largest cost that a reduced cost keeps."""

_TOLERANCE = 1e-6
_GAP_TOLERANCE = 1e-7

_ROWS = ("Row", "What it adds up to", "At least", "At most", "Dual value", "Adds to the bound",
         "No.")  # fmt: skip
_COLUMNS = ("Column", "Value", "At least", "At most", "Cost of one", "Cost", "Reduced cost",
            "Adds to the bound")  # fmt: skip
_ENTRIES = ("Entry: column", "in row", "Row no.", "Number", "times value", "times dual")
_ROW, _COLUMN, _ENTRY = 0, len(_ROWS) + 1, len(_ROWS) + len(_COLUMNS) + 2
"""First columns of the three tables, each with a blank one after it."""

_WORDS = (
    "The model is: minimise Cost of one × Value, where each row (the sum of its entries × values) "
    "and each value stay between At least and At most.",
    "Whatever dual values are chosen, no plan can cost less than the bound: each row adds its dual "
    "value, each column its reduced cost (its cost of one less its entries × dual values), times "
    "the side that the sign points to.",
    "Where the plan keeps every row and column, and costs as much as the bound, it is the cheapest."
    " Names in brackets are those of the case; the rows' rules stand in models/README.md.",
)


def write_certificate(book: Book, results: Results) -> None:
    """The certificate of the first plan, or why there is none."""
    page = book.page("Certificate")
    plan = results.first
    page.put(0, 0, "Proof that no plan is cheaper", look={"bold": True, "font_size": 14})
    if plan.certificate is None:
        page.put(1, 0, _why_none(plan))
        page.note(2, 0, "How far the plan may be above the cheapest stands in Run: Bound and Gap.")
        page.widths([60])
        return
    _Sheet(page, plan, plan.certificate, results).write()


def _why_none(plan: Plan) -> str:
    numbers = plan.numbers
    if plan.status != "optimal":
        return "There is none: the plan is not proven to be the cheapest."
    if plan.quantities.open.any() or numbers.restarts or numbers.orders.needed.any():
        return "There is none: the case has yes/no decisions, and a search proves its bound."
    return (
        "There is none to be read: the case has yes/no decisions, or more than "
        f"{MOST_ROWS:,} rows."
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fact:
    label: str
    cell: Cell
    show: Show = Show.MONEY


class _Sheet:
    def __init__(self, page: Page, plan: Plan, proof: Certificate, results: Results) -> None:
        self.page, self.plan, self.proof = page, plan, proof
        self.several = results.several
        self.matrix = proof.matrix
        self.rows, self.columns = self.matrix.shape
        self.entries = int(self.matrix.nnz)
        self.dual = proof.row_dual
        self.reduced = self._reduced()
        self.activity = self._activity()
        # A dual value against an infinite side is rounding, if the plan is optimal.
        self.largest = 10.0 * max(float(np.abs(proof.values).max(initial=0.0)), _LEAST)
        self.row_sides = self._sides(self.dual, proof.row_lower, proof.row_upper)
        self.column_sides = self._sides(self.reduced, proof.lower, proof.upper)

    def _reduced(self) -> Any:
        """Reduced costs, without the digits that only rounding makes."""
        products = np.abs(self.matrix.multiply(self.dual[:, None]).data)
        largest = max(float(np.abs(self.proof.model.cost).max(initial=0.0)),
                      float(products.max(initial=0.0)), _LEAST)  # fmt: skip
        self.places = max(0, _DIGITS - math.ceil(math.log10(largest)))
        return np.round(self.proof.reduced_cost, self.places) + 0.0

    def _activity(self) -> Any:
        return self.matrix @ self.proof.values

    @staticmethod
    def _sides(dual: Any, lower: Any, upper: Any) -> Any:
        """Dual value × the side that its sign points to; nothing where that side is infinite."""
        side = np.where(dual > 0, lower, upper)
        return np.where(np.isfinite(side), dual * np.where(np.isfinite(side), side, 0.0), 0.0)

    def write(self) -> None:
        """The whole sheet."""
        self._write_facts()
        self._write_rows()
        self._write_columns()
        self._write_entries()
        name, number, gap = 56.0, 14.0, 2.5
        rows = [name, *[number] * (len(_ROWS) - 2), 6.0, gap]
        columns = [name, *[number] * (len(_COLUMNS) - 1), gap]
        entries = [name, name, 7.0, *[number] * (len(_ENTRIES) - 3)]
        self.page.widths([*rows, *columns, *entries])
        self.page.sheet.freeze_panes(_FIRST, 1)
        self.page.sheet.repeat_rows(_HEAD)
        self.page.sheet.fit_to_pages(2, 0)

    # -- facts ------------------------------------------------------------------------------

    def _span(self, column: int, count: int) -> str:
        first = self.page.here(_FIRST, column)
        return f"{first}:{self.page.here(_FIRST + max(count, 1) - 1, column)}"

    def _write_facts(self) -> None:
        proof, offset = self.proof, self.proof.model.offset
        paid = float(math.fsum((proof.model.cost * proof.values).tolist()))
        cost = paid + offset
        bound = math.fsum([*self.row_sides.tolist(), *self.column_sides.tolist()]) + offset
        scale = max(sum(abs(x) for x in (proof.model.cost * proof.values).tolist()), _LEAST)
        gap = (cost - bound) / scale
        broken = self._largest_break()
        loose = self._largest_loose()
        keeps, is_proof = broken <= _TOLERANCE, abs(gap) <= _GAP_TOLERANCE
        proven = keeps and is_proof and loose <= _GAP_TOLERANCE
        currency = self.plan.currency
        yes, no = "Yes: no plan is cheaper", "NO: the figures below do not prove it"
        facts = (
            _Fact(f"Constant of the cost [{currency}]", offset),
            _Fact(f"Cost of the plan [{currency}]",
                  Formula(f"=SUM({self._span(_COLUMN + 5, self.columns)})+B3", cost)),
            _Fact(f"Bound: no plan costs less [{currency}]", Formula(
                f"=SUM({self._span(_ROW + 5, self.rows)})"
                f"+SUM({self._span(_COLUMN + 7, self.columns)})+B3", bound)),
            _Fact("Gap, as a part of what all columns cost", Formula(
                f"=(B4-B5)/{self._all_costs()}", gap), Show.FIGURE),
            _Fact("Largest break of a row or column, against the largest value",
                  Formula(self._break_formula(), broken), Show.FIGURE),
            _Fact("Duals that point to no side, × ten times the largest value, as a part",
                  Formula(self._loose_formula(), loose), Show.FIGURE),
            _Fact("Is the plan proven the cheapest?", Formula(
                f'=IF(AND(ABS(B6)<={_typed(_GAP_TOLERANCE)},B7<={_typed(_TOLERANCE)},B8<={_typed(_GAP_TOLERANCE)}),'
                f'"{yes}","{no}")', yes if proven else no)),
        )  # fmt: skip
        note = "The plan of scenario " + self.plan.scenario if self.several else ""
        self.page.note(1, 0, note)
        for i, fact in enumerate(facts, start=2):
            self.page.put(i, 0, fact.label)
            is_last = i == len(facts) + 1
            look = (BOLD if proven else WARNING) if is_last else TO_THE_RIGHT
            self.page.put(i, 1, fact.cell, show=fact.show, look=look)
        for i, words in enumerate(_WORDS, start=2 + len(facts)):
            self.page.note(i, 0, words)

    def _breaks(self) -> tuple[Any, Any, Any, Any]:
        proof = self.proof
        return (
            proof.row_lower - self.activity, self.activity - proof.row_upper,
            proof.lower - proof.values, proof.values - proof.upper,
        )  # fmt: skip

    def _largest_break(self) -> float:
        largest = max(float(part.max(initial=0.0)) for part in self._breaks())
        return max(largest, 0.0) / (self.largest / 10.0)

    def _break_formula(self) -> str:
        """Blank sides are infinite: N() of a blank would be 0."""
        parts = []
        for first, value, low, high, count in (
            (_ROW, 1, 2, 3, self.rows),
            (_COLUMN, 1, 2, 3, self.columns),
        ):
            amounts = self._span(first + value, count)
            for side, sign in ((low, -1), (high, 1)):
                bounds = self._span(first + side, count)
                excess = f"{amounts}-{bounds}" if sign > 0 else f"{bounds}-{amounts}"
                parts.append(f"SUMPRODUCT(MAX(ISNUMBER({bounds})*({excess})))")
        return f"=MAX(0,{','.join(parts)})/{self._largest_value()}"

    def _loose(self) -> float:
        """Sum of the dual values that point to an infinite side."""
        total = 0.0
        for dual, lower, upper in (
            (self.dual, self.proof.row_lower, self.proof.row_upper),
            (self.reduced, self.proof.lower, self.proof.upper),
        ):
            side = np.where(dual > 0, lower, upper)
            total += float(np.abs(dual[~np.isfinite(side)]).sum())
        return total

    def _largest_loose(self) -> float:
        scale = max(float(np.abs(self.proof.model.cost * self.proof.values).sum()), _LEAST)
        return self._loose() * self.largest / scale

    def _loose_formula(self) -> str:
        parts = []
        for first, dual, count in ((_ROW, 4, self.rows), (_COLUMN, 6, self.columns)):
            duals = self._span(first + dual, count)
            low, high = self._span(first + 2, count), self._span(first + 3, count)
            parts.append(
                f"SUMPRODUCT(({duals}>0)*(1-ISNUMBER({low}))*{duals}"
                f"-({duals}<0)*(1-ISNUMBER({high}))*{duals})"
            )
        return f"=({'+'.join(parts)})*10*{self._largest_value()}/{self._all_costs()}"

    def _largest_value(self) -> str:
        values = self._span(_COLUMN + 1, self.columns)
        return f"MAX(SUMPRODUCT(MAX(ABS({values}))),{_typed(_LEAST)})"

    def _all_costs(self) -> str:
        costs = self._span(_COLUMN + 5, self.columns)
        return f"MAX(SUMPRODUCT(ABS({costs})),{_typed(_LEAST)})"

    # -- tables -----------------------------------------------------------------------------

    def _table(self, first: int, headers: Sequence[str], names: int) -> None:
        """Write the headers; the first so many columns have names."""
        for j, header in enumerate(headers):
            self.page.header(_HEAD, first + j, header, TO_THE_RIGHT if j >= names else {})
        self.page.height(_HEAD, [max(headers[1:], key=len)], [10.0])

    def _write_rows(self) -> None:
        self._table(_ROW, _ROWS, names=1)
        names = row_names(self.plan.numbers, self.proof.model)
        proof, here = self.proof, self.page.here
        places = _fixed(self._span(_ENTRY + 2, self.entries))
        products = _fixed(self._span(_ENTRY + 4, self.entries))
        for i, name in enumerate(names):
            row = _FIRST + i
            number = here(row, _ROW + 6)
            cells: list[Cell] = [
                name,
                Formula(f"=SUMIF({places},{number},{products})", float(self.activity[i])),
                _finite(proof.row_lower[i]),
                _finite(proof.row_upper[i]),
                float(self.dual[i]),
                self._side(row, _ROW + 4, _ROW + 2, float(self.row_sides[i])),
                i + 1,
            ]  # fmt: skip
            self._write(row, _ROW, cells)

    def _write_columns(self) -> None:
        self._table(_COLUMN, _COLUMNS, names=1)
        names = column_names(self.plan.numbers, self.proof.model)
        proof, here = self.proof, self.page.here
        start = proof.model.start.tolist()
        for j, name in enumerate(names):
            row = _FIRST + j
            value, cost = here(row, _COLUMN + 1), here(row, _COLUMN + 4)
            reduced = cost
            if start[j + 1] > start[j]:
                first = here(_FIRST + start[j], _ENTRY + 5)
                reduced += f"-SUM({first}:{here(_FIRST + start[j + 1] - 1, _ENTRY + 5)})"
            reduced = f"=ROUND({reduced},{self.places})"
            cells: list[Cell] = [
                name,
                float(proof.values[j]),
                _finite(proof.lower[j]),
                _finite(proof.upper[j]),
                float(proof.model.cost[j]),
                Formula(f"={value}*{cost}", float(proof.values[j] * proof.model.cost[j])),
                Formula(reduced, float(self.reduced[j])),
                self._side(row, _COLUMN + 6, _COLUMN + 2, float(self.column_sides[j])),
            ]
            self._write(row, _COLUMN, cells)

    def _write_entries(self) -> None:
        self._table(_ENTRY, _ENTRIES, names=2)
        model, here = self.proof.model, self.page.here
        rows, columns = row_names(self.plan.numbers, model), column_names(self.plan.numbers, model)
        place = 0
        start = model.start.tolist()
        for j, name in enumerate(columns):
            for k in range(start[j], start[j + 1]):
                i, amount = int(model.index[k]), float(model.value[k])
                row = _FIRST + place
                at = here(row, _ENTRY + 3)
                cells: list[Cell] = [
                    name,
                    rows[i],
                    i + 1,
                    amount,
                    Formula(f"={at}*{here(_FIRST + j, _COLUMN + 1)}",
                            amount * float(self.proof.values[j])),
                    Formula(f"={at}*{here(_FIRST + i, _ROW + 4)}", amount * float(self.dual[i])),
                ]  # fmt: skip
                self._write(row, _ENTRY, cells)
                place += 1

    def _side(self, row: int, dual: int, low: int, value: float) -> Formula:
        """Dual value × the side that its sign points to."""
        here = self.page.here
        at, lower, upper = here(row, dual), here(row, low), here(row, low + 1)
        return Formula(f"=IF({at}>0,{at}*{lower},{at}*{upper})", value)

    def _write(self, row: int, first: int, cells: Sequence[Cell]) -> None:
        for j, cell in enumerate(cells):
            self.page.put(row, first + j, cell, show=Show.TONNES)


def _typed(number: float) -> str:
    """A small number as a formula has it."""
    return f"{number:.0E}"


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None


def _fixed(span: str) -> str:
    """A range that stays where it is when a formula is copied."""
    first, _, last = span.partition(":")
    letters = first.rstrip("0123456789")
    ends = (end.removeprefix(letters) for end in (first, last))
    return ":".join(f"${letters}${end}" for end in ends)
