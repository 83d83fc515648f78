"""The bound of the sheet Certificate, worked out again: its dual values on the case's own model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.audit.cells import Sheet
from planner.audit.only_duals import OnlyDuals
from planner.case.scenario import Numbers, Scenario
from planner.solving.certificate import added_to_bound, column_names, room_of, row_names
from planner.solving.data import model_data
from planner.solving.quantities import Quantities
from planner.solving.tolerances import MOST_VIOLATION
from planner_models.compiled import CompiledModel, Rows
from planner_models.compiling import compile_model
from planner_models.tangents import tangent

_HEAD = 14
"""Row of the headers, counted from 0."""

_CUT = "party_tangent"
_HELD = ("over", "below", "more_suppliers", "fewer_suppliers", "given_up")
"""Columns whose bounds a solve by priority sets."""

_SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Proof:
    """What the sheet says, checked against the case.

    Attributes:
        differs: cells that say otherwise than the case's model, each with why.
        plan: the quantities of the values that stand there.
        cost: of these values.
        bound: no plan costs less, by the dual values that stand there.
        broken: the largest break of a row or column, relative to what meets in it.
        model: the case's own, with the tangents that stand there.
        row_dual, reduced_cost: dual values of its rows, and what follows of its columns.
        only: which of these are the only ones that there can be.
    """

    differs: tuple[tuple[str, str], ...]
    plan: Quantities
    cost: float
    bound: float
    broken: float
    model: CompiledModel
    row_dual: Numbers
    reduced_cost: Numbers
    only: OnlyDuals


def has_proof(sheet: Sheet) -> bool:
    """Whether the sheet has a certificate at all; else it says why not."""
    return sheet.at(_HEAD, 0) == "Row"


def why_none(sheet: Sheet) -> str:
    """Why there is no certificate, as the sheet says it."""
    return str(sheet.at(1, 0) or "the sheet Certificate is empty")


def proof_of(sheet: Sheet, numbers: Scenario) -> Proof:
    """The certificate of a scenario.

    Args:
        sheet: Certificate, with one.
        numbers: of the scenario, from the case.
    """
    return _Reading(sheet, numbers).proof()


class _Reading:
    def __init__(self, sheet: Sheet, numbers: Scenario) -> None:
        self.sheet, self.numbers = sheet, numbers
        heads = list(sheet.rows[_HEAD])
        self.first_column = heads.index("Column")
        self.first_entry = heads.index("Entry: column")
        self.differs: list[tuple[str, str]] = []
        self.row_rows = self._listed(0)
        self.column_rows = self._listed(self.first_column)
        self.model = self._with_cuts(compile_model(model_data(numbers)))

    def _listed(self, column: int) -> list[int]:
        """Rows of the sheet that a table has."""
        found = []
        for i in range(_HEAD + 1, len(self.sheet.rows)):
            if self.sheet.at(i, column) is None:
                break
            found.append(i)
        return found

    def _number(self, row: int, column: int, blank: float = 0.0) -> float:
        value = self.sheet.at(row, column)
        return value if isinstance(value, float) else blank

    def _numbers(self, rows: Sequence[int], column: int, blank: float = 0.0) -> Numbers:
        return np.array([self._number(i, column, blank) for i in rows], dtype=float)

    # -- the model --------------------------------------------------------------------------

    def _with_cuts(self, model: CompiledModel) -> CompiledModel:
        """The model with the tangents that stand below its rows: each has to be one."""
        cuts = self.row_rows[model.shape[0] :]
        if not cuts or not len(model.rows[_CUT]):
            return model
        count = len(self.column_rows)
        start, index, value = [0], [], []
        lower = self._numbers(cuts, 2, -np.inf)
        entries = self._entries(count)
        for i in cuts:
            own = entries.get(int(self._number(i, 6)), [])
            index += [column for column, _, _ in own]
            value += [number for _, number, _ in own]
            start.append(len(index))
        rows = Rows(
            lower, np.full(len(cuts), np.inf), np.array(start, dtype=np.int32),
            np.array(index, dtype=np.int32), np.array(value, dtype=float),
        )  # fmt: skip
        for k, i in enumerate(cuts):
            if not self._is_tangent(model, rows, k):
                self.differs.append((self.sheet.cell(i, 0), "is no tangent of the case's HHI"))
        return model.with_rows(_CUT, rows)

    def _is_tangent(self, model: CompiledModel, rows: Rows, cut: int) -> bool:
        """Whether a row keeps only what is above the curve of its party."""
        ends = slice(int(rows.start[cut]), int(rows.start[cut + 1]))
        own = dict(zip(rows.index[ends].tolist(), rows.value[ends].tolist(), strict=True))
        squares, tonnes = model.columns["party_square"], model.columns["party_tonnes"]
        party = next((g for g, column in enumerate(squares.tolist()) if column in own), None)
        if party is None or set(own) != {int(squares[party]), int(tonnes[party])}:
            return False
        rule = self.numbers.rules[int(model.indices["PARTIES"][party, 0])]
        slope = -own[int(tonnes[party])] / own[int(squares[party])]
        _, offset = tangent(slope / 2.0, rule.basis or 0.0)
        return bool(-rows.lower[cut] / own[int(squares[party])] >= offset * (1.0 - _SAME))

    def _entries(self, columns: int) -> dict[int, list[tuple[int, float, int]]]:
        """By number of the row: its columns and numbers, and where they stand."""
        names = {self.sheet.at(i, self.first_column): j for j, i in enumerate(self.column_rows)}
        found: dict[int, list[tuple[int, float, int]]] = {}
        for i in self._listed(self.first_entry):
            column = names.get(self.sheet.at(i, self.first_entry), columns)
            number = int(self._number(i, self.first_entry + 2))
            amount = self._number(i, self.first_entry + 3)
            found.setdefault(number, []).append((column, amount, i))
        return found

    def _compare(self) -> None:
        """Names, bounds, costs and entries, cell by cell."""
        model, first = self.model, self.first_column
        for rows, at, names, own in (
            (self.row_rows, 0, row_names(self.numbers, model),
             ((2, model.row_lower, -np.inf), (3, model.row_upper, np.inf))),
            (self.column_rows, first, column_names(self.numbers, model),
             ((first + 2, model.lower, -np.inf), (first + 3, model.upper, np.inf),
              (first + 4, model.cost, 0.0))),
        ):  # fmt: skip
            if len(rows) != len(names):
                words = f"the case's model has {len(names)} here, the sheet {len(rows)}"
                self.differs.append((self.sheet.cell(_HEAD, at), words))
                continue
            for k, i in enumerate(rows):
                if self.sheet.at(i, at) != names[k]:
                    self._note(i, at, f"is {names[k]} in the case's model")
            for column, numbers, blank in own:
                self._compare_numbers(rows, column, numbers, blank)
        self._compare_entries()
        offset = self._number(2, 1)
        if abs(offset - model.offset) > _SAME * abs(model.offset):
            self._note(2, 1, f"is {model.offset!r} in the case's model")

    def _compare_numbers(
        self, rows: Sequence[int], column: int, numbers: Numbers, blank: float
    ) -> None:
        held = self._held() if column > self.first_column else set()
        for k, i in enumerate(rows):
            said, own = self._number(i, column, blank), float(numbers[k])
            if k in held and column != self.first_column + 4:
                continue
            if said != own and not abs(said - own) <= _SAME * max(abs(own), abs(said)):
                self._note(i, column, f"{said:.10g} is {own:.10g} in the case's model")

    def _held(self) -> set[int]:
        """Columns whose bounds the solving by priority has set."""
        if not any(rule.priority is not None for rule in self.numbers.rules):
            return set()
        return {int(j) for name in _HELD for j in self.model.columns[name]}

    def _compare_entries(self) -> None:
        model = self.model
        found = self._entries(len(self.column_rows))
        ends = model.start.tolist()
        for row in range(model.shape[0]):
            places = range(ends[row], ends[row + 1])
            own = {int(model.index[k]): float(model.value[k]) for k in places}
            for column, amount, i in found.get(row + 1, []):
                wanted = own.pop(column, 0.0)
                if abs(amount - wanted) > _SAME * abs(wanted):
                    self._note(i, self.first_entry + 3, f"is {wanted:.10g} in the case's model")
            if any(own.values()) and row < len(self.row_rows):
                self._note(self.row_rows[row], 0, "lacks entries of the case's model")

    def _note(self, row: int, column: int, words: str) -> None:
        self.differs.append((self.sheet.cell(row, column), words))

    # -- the proof --------------------------------------------------------------------------

    def proof(self) -> Proof:
        """Everything, from the numbers of the case and the values and duals of the sheet."""
        self._compare()
        model, first = self.model, self.first_column
        rows, columns = model.shape
        values, dual = np.zeros(columns), np.zeros(rows)
        found = self._numbers(self.column_rows[:columns], first + 1)
        values[: len(found)] = found
        found = self._numbers(self.row_rows[:rows], 4)
        dual[: len(found)] = found
        typical = [np.ones(rows), np.ones(columns)]
        for k, (places, column) in enumerate(((self.row_rows, 8), (self.column_rows, first + 8))):
            said = self._numbers(places[: len(typical[k])], column, 1.0)
            typical[k][: len(said)] = said
        lower, upper = self._held_bounds()
        activity = model.activity(values)
        reduced = model.cost - model.priced(dual)
        bound = model.offset
        broken = 0.0
        amounts = replace(model, value=np.abs(model.value)).activity(np.abs(values))
        for duals, level, size, usual, (low, high) in (
            (dual, activity, amounts, typical[0], (model.row_lower, model.row_upper)),
            (reduced, values, np.abs(values), typical[1], (lower, upper)),
        ):
            room = room_of(level, usual)
            bound += float(added_to_bound(duals, room, low, high).sum())
            needed = np.maximum(low, -high)
            part = np.max([size, needed, MOST_VIOLATION * usual], axis=0)
            excess = np.maximum(np.maximum(low - level, level - high), 0.0)
            broken = max(broken, float((excess / part).max(initial=0.0)))
        return Proof(
            differs=tuple(self.differs),
            plan=Quantities.of_solution(self.numbers, model, values),
            cost=float(model.cost @ values) + model.offset,
            bound=bound,
            broken=broken,
            model=model,
            row_dual=dual,
            reduced_cost=reduced,
            only=OnlyDuals(model, values, (lower, upper), (typical[0], typical[1])),
        )

    def _held_bounds(self) -> tuple[Numbers, Numbers]:
        """The bounds of the columns; of what priorities hold those of the sheet."""
        lower, upper = self.model.lower.copy(), self.model.upper.copy()
        for j in self._held():
            if j < len(self.column_rows):
                i, first = self.column_rows[j], self.first_column
                lower[j] = self._number(i, first + 2, -np.inf)
                upper[j] = self._number(i, first + 3, np.inf)
        return lower, upper


def apart(one: Quantities, other: Quantities) -> Iterator[float]:
    """By how much two plans differ in what they buy, make and keep, relative to the largest."""
    for name in ("ship", "make", "convert", "short", "stock"):
        a, b = getattr(one, name), getattr(other, name)
        yield float(np.abs(a - b).max(initial=0.0)) / (float(np.abs(a).max(initial=0.0)) or 1.0)
