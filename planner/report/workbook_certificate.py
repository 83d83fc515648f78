"""The sheet Certificate: the proof that no plan is cheaper, to be added up by an auditor.

Primal and dual figures are numbers, everything that follows from them is a formula: what each row
adds up to, each column's reduced cost, the cost of the plan, and the bound below which no plan
can cost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.case.scenario import Numbers
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
    decimals,
)
from planner.solving.certificate import (
    Certificate,
    added_to_bound,
    added_without_bound,
    column_names,
    room_of,
    row_names,
)
from planner.solving.check import negligible_cost
from planner.solving.sizes import Sizes
from planner.solving.tolerances import (
    DIGITS_OF_REDUCED_COST,
    EMPTY_ROW,
    FAR,
    MOST_DUAL_GAP,
    MOST_VIOLATION,
    ROOM,
)

_HEAD = 14
"""Row of the headers, counted from 0; the facts stand above."""

_FIRST = _HEAD + 1
_ROWS = ("Row", "What it adds up to", "At least", "At most", "Dual value", "Adds to the bound",
         "No.", "Amounts in it", "Typical", "Can be", "Broken by, as a part")  # fmt: skip
_COLUMNS = ("Column", "Value", "At least", "At most", "Cost of one", "Cost", "Reduced cost",
            "Adds to the bound", "Typical", "Can be", "Broken by, as a part")  # fmt: skip
_ENTRIES = ("Entry: column", "in row", "Row no.", "Number", "times value", "times dual")
_ROW, _COLUMN, _ENTRY = 0, len(_ROWS) + 1, len(_ROWS) + len(_COLUMNS) + 2
"""First columns of the three tables, each with a blank one after it."""

_ROW_ROOM, _ROW_BROKEN = _ROWS.index("Can be"), _ROWS.index("Broken by, as a part")
_COLUMN_ROOM, _COLUMN_BROKEN = _COLUMNS.index("Can be"), _COLUMNS.index("Broken by, as a part")
"""Columns of the tables that formulas of the facts refer to."""

_WORDS = (
    "The model is: minimise Cost of one × Value, where each row (the sum of its entries × values) "
    "and each value stay between At least and At most.",
    "Whatever dual values are chosen, no plan can cost less than the bound: each row adds its dual "
    "value, each column its reduced cost (its cost of one less its entries × dual values), times "
    "the side that the sign points to.",
    "A break is a part of the amounts that meet in the row (Amounts in it), of what it needs (At "
    "least above 0), or of a millionth of what such rows typically have, whichever is most.",
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
    if plan.status != "optimal":
        return "There is none: the plan is not proven to be the cheapest."
    return f"There is none: {plan.no_certificate}."


@dataclass(frozen=True, slots=True)
class _Fact:
    label: str
    cell: Cell
    show: Show = Show.MONEY


class _Part:
    """The rows or the columns: what there is of each, between which bounds, and its dual value."""

    def __init__(
        self, level: Numbers, lower: Numbers, upper: Numbers, dual: Numbers, *,
        amounts: Numbers, typical: Numbers,
    ) -> None:  # fmt: skip
        self.typical = typical
        self.room = room_of(level, typical)
        self.added = added_to_bound(dual, self.room, lower, upper)
        self.loose = added_without_bound(dual, self.room, lower, upper)
        needed = np.maximum(lower, -upper)
        size = np.max([amounts, needed, EMPTY_ROW * typical], axis=0)
        excess = np.maximum(lower - level, level - upper)
        self.broken = np.maximum(excess, 0.0) / size


class _Sheet:
    def __init__(self, page: Page, plan: Plan, proof: Certificate, results: Results) -> None:
        self.page, self.plan, self.proof = page, plan, proof
        self.several = results.several
        model = proof.model
        self.rows, self.columns = model.shape
        self.entries = len(model.value)
        self.start, self.entry_row, self.value = (part.tolist() for part in model.by_columns())
        self.row_names = row_names(plan.numbers, model)
        self.column_names = column_names(plan.numbers, model)
        self.dual = proof.row_dual
        self.reduced = self._reduced()
        self.activity = model.activity(proof.values)
        absolute = replace(model, value=np.abs(model.value))
        self.amounts = absolute.activity(np.abs(proof.values))
        sizes = Sizes.of(plan.numbers, plan.quantities.ship)
        self.least_cost = negligible_cost(plan.numbers, sizes)
        self.row_part = _Part(
            self.activity, proof.row_lower, proof.row_upper, self.dual,
            amounts=self.amounts, typical=proof.row_typical,
        )  # fmt: skip
        self.column_part = _Part(
            proof.values, proof.lower, proof.upper, self.reduced,
            amounts=np.abs(proof.values), typical=proof.typical,
        )  # fmt: skip

    def _reduced(self) -> Any:
        """Reduced costs, without the digits that only rounding makes."""
        model = self.proof.model
        products = np.abs(model.value * self.dual[model.entry_rows])
        largest = max(float(np.abs(model.cost).max(initial=0.0)),
                      float(products.max(initial=0.0)))  # fmt: skip
        self.places = decimals(largest, DIGITS_OF_REDUCED_COST)
        return np.round(self.proof.reduced_cost, self.places) + 0.0

    def write(self) -> None:
        """The whole sheet."""
        self._write_facts()
        self._write_rows()
        self._write_columns()
        self._write_entries()
        name, number, gap = 56.0, 14.0, 2.5
        rows = [name, *[number] * (len(_ROWS) - 1), gap]
        rows[_ROWS.index("No.")] = 6.0
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
        rows, columns = self.row_part, self.column_part
        bound = math.fsum([*rows.added.tolist(), *columns.added.tolist()]) + offset
        all_costs = float(np.abs(proof.model.cost * proof.values).sum())
        scale = max(all_costs, self.least_cost) or 1.0
        gap = (cost - bound) / scale
        broken = max(float(part.broken.max(initial=0.0)) for part in (rows, columns))
        loose = (rows.loose + columns.loose) / scale
        proven = broken <= MOST_VIOLATION and abs(gap) <= MOST_DUAL_GAP and loose <= MOST_DUAL_GAP
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
            _Fact("Largest break of a row or column, as a part of its own amounts",
                  Formula(f"=MAX(0,{self._span(_ROW + _ROW_BROKEN, self.rows)},"
                          f"{self._span(_COLUMN + _COLUMN_BROKEN, self.columns)})", broken),
                  Show.FIGURE),
            _Fact("Duals that point to no side, × ten times what there is, as a part",
                  Formula(self._loose_formula(), loose), Show.FIGURE),
            _Fact("Is the plan proven the cheapest?", Formula(
                f"=IF(AND(ABS(B6)<={_typed(MOST_DUAL_GAP)},B7<={_typed(MOST_VIOLATION)},"
                f"B8<={_typed(MOST_DUAL_GAP)}),"
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

    def _loose_formula(self) -> str:
        """Blank sides are infinite, and so are those far beyond what there can be."""
        parts = []
        for first, dual, room, count in (
            (_ROW, 4, _ROW_ROOM, self.rows),
            (_COLUMN, 6, _COLUMN_ROOM, self.columns),
        ):
            duals, rooms = self._span(first + dual, count), self._span(first + room, count)
            low, high = self._span(first + 2, count), self._span(first + 3, count)
            parts.append(
                f"SUMPRODUCT(({duals}>0)*(1-ISNUMBER({low})*({low}>=-{_typed(FAR)}*{rooms}))"
                f"*{duals}*{rooms}"
                f"-({duals}<0)*(1-ISNUMBER({high})*({high}<={_typed(FAR)}*{rooms}))"
                f"*{duals}*{rooms})"
            )
        return f"=({'+'.join(parts)})/{self._all_costs()}"

    def _all_costs(self) -> str:
        """What errors of costs are measured against."""
        costs = f"SUMPRODUCT(ABS({self._span(_COLUMN + 5, self.columns)}))"
        if self.least_cost > 0:
            return f"MAX({costs},{self.least_cost!r})"
        return f"IF({costs}>0,{costs},1)"

    # -- tables -----------------------------------------------------------------------------

    def _table(self, first: int, headers: Sequence[str], names: int) -> None:
        """Write the headers; the first so many columns have names."""
        for j, header in enumerate(headers):
            self.page.header(_HEAD, first + j, header, TO_THE_RIGHT if j >= names else {})
        self.page.height(_HEAD, [max(headers[1:], key=len)], [10.0])

    def _write_rows(self) -> None:
        self._table(_ROW, _ROWS, names=1)
        proof, here = self.proof, self.page.here
        places = _fixed(self._span(_ENTRY + 2, self.entries))
        products = _fixed(self._span(_ENTRY + 4, self.entries))
        for i, name in enumerate(self.row_names):
            row = _FIRST + i
            number, adds = here(row, _ROW + 6), here(row, _ROW + 1)
            positive = f'SUMIFS({products},{places},{number},{products},">0")'
            cells: list[Cell] = [
                name,
                Formula(f"=SUMIF({places},{number},{products})", float(self.activity[i])),
                _finite(proof.row_lower[i]),
                _finite(proof.row_upper[i]),
                float(self.dual[i]),
                self._side(row, _ROW + 4, _ROW + _ROW_ROOM, _ROW + 2, self.row_part.added[i]),
                i + 1,
                Formula(f"=2*{positive}-{adds}", float(self.amounts[i])),
                float(self.row_part.typical[i]),
                Formula(f"={ROOM:g}*MAX(ABS({adds}),{here(row, _ROW + 8)})",
                        float(self.row_part.room[i])),
                self._break(row, _ROW, here(row, _ROW + 7), here(row, _ROW + 8),
                            self.row_part.broken[i]),
            ]  # fmt: skip
            self._write(row, _ROW, cells)

    def _write_columns(self) -> None:
        self._table(_COLUMN, _COLUMNS, names=1)
        proof, here = self.proof, self.page.here
        start = self.start
        for j, name in enumerate(self.column_names):
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
                self._side(row, _COLUMN + 6, _COLUMN + _COLUMN_ROOM, _COLUMN + 2,
                           self.column_part.added[j]),
                float(self.column_part.typical[j]),
                Formula(f"={ROOM:g}*MAX(ABS({value}),{here(row, _COLUMN + 8)})",
                        float(self.column_part.room[j])),
                self._break(row, _COLUMN, f"ABS({value})", here(row, _COLUMN + 8),
                            self.column_part.broken[j]),
            ]  # fmt: skip
            self._write(row, _COLUMN, cells)

    def _write_entries(self) -> None:
        self._table(_ENTRY, _ENTRIES, names=2)
        here = self.page.here
        place = 0
        start = self.start
        for j, name in enumerate(self.column_names):
            for k in range(start[j], start[j + 1]):
                i, amount = self.entry_row[k], self.value[k]
                row = _FIRST + place
                at = here(row, _ENTRY + 3)
                cells: list[Cell] = [
                    name,
                    self.row_names[i],
                    i + 1,
                    amount,
                    Formula(f"={at}*{here(_FIRST + j, _COLUMN + 1)}",
                            amount * float(self.proof.values[j])),
                    Formula(f"={at}*{here(_FIRST + i, _ROW + 4)}", amount * float(self.dual[i])),
                ]  # fmt: skip
                self._write(row, _ENTRY, cells)
                place += 1

    def _side(self, row: int, dual: int, room: int, low: int, value: float) -> Formula:
        """Dual value × the side that its sign points to, as `added_to_bound` has it."""
        here = self.page.here
        at, most = here(row, dual), here(row, room)
        lower, upper = here(row, low), here(row, low + 1)
        far = f"{_typed(FAR)}*{most}"
        down = f"IF(AND(ISNUMBER({lower}),{lower}>=-{far}),{lower},-{most})"
        up = f"IF(AND(ISNUMBER({upper}),{upper}<={far}),{upper},{most})"
        return Formula(f"={at}*IF({at}>0,{down},{up})", float(value))

    def _break(self, row: int, first: int, amounts: str, typical: str, value: float) -> Formula:
        """By how much a bound is broken, against what meets there; blank bounds are infinite."""
        here = self.page.here
        level, lower, upper = (here(row, first + j) for j in (1, 2, 3))
        below = f"IF(ISNUMBER({lower}),{lower}-{level},0)"
        above = f"IF(ISNUMBER({upper}),{level}-{upper},0)"
        size = f"MAX({amounts},{lower},-{upper},{_typed(EMPTY_ROW)}*{typical})"
        return Formula(f"=MAX(0,{below},{above})/{size}", float(value))

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
