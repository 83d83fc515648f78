"""The sheet Limits: what is used of each bound, and what one more and one less unit is worth.

Shadow prices are judged without solving. The least cost is a convex function of a bound, so that
one unit less is worth at least what one more is; a bound that is not reached is worth nothing; a
maximum never costs, a minimum never saves; and whichever dual values prove that no plan is
cheaper, theirs lies between what one more and what one less unit is worth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.audit.cells import Content, Sheet
from planner.audit.comparing import Wrong, same, shown
from planner.audit.proof import Proof
from planner.plan import LimitRow, Plan, ShadowPrice
from planner.report.findings import limit_words
from planner.report.workbook_grid import plain
from planner.solving.bounded import Bounded, Side, bounded, pinning
from planner.solving.data import model_data
from planner.solving.used import amount_shown
from planner_models.compiling import compile_model

_REACHED = 1e-6
"""Part of a bound within which it may count as reached, or not."""

_SAME_WORTH = 1e-6
"""How far a worth may be from that of another optimal basis, relative."""

_CURVED = 1e-3
"""The same where the cost bends with the bound: tangents stand for the curve."""

_NO_WORTH = 1e-9
"""A worth below this part of the largest dual value is rounding."""

_MORE, _LESS = "One more unit saves", "One less unit costs"

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows of a plan on the sheet Limits.

    Attributes:
        rows: as they stand there, with what their numbers are worth.
        wrong: cells that say otherwise than they should.
    """

    rows: tuple[LimitRow, ...]
    wrong: tuple[Wrong, ...]


def judged_limits(sheet: Sheet, plan: Plan, proof: Proof | None) -> Judged:
    """What the sheet Limits says of a plan, and what of that cannot be.

    Args:
        sheet: Limits.
        plan: from the sheets of the workbook.
        proof: that no plan is cheaper; None: there is none of this plan.
    """
    return _Audit(sheet, plan, proof).judged()


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the sheet as it should be; `is_of_nothing`: a part of nothing has no number."""

    one: Bounded
    side: Side | None
    is_of_nothing: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """What a cell says that one more unit saves, or (not `is_more`) that one less costs."""

    cell: str
    worth: float
    is_more: bool


class _Audit:
    def __init__(self, sheet: Sheet, plan: Plan, proof: Proof | None) -> None:
        self.sheet, self.plan, self.proof = sheet, plan, proof
        self.known: dict[Key, list[_Row]] = {}
        numbers = plan.numbers
        model = compile_model(model_data(numbers)) if proof is None else proof.model
        sizes = [amount_shown(rule, plan.quantities.ship) for rule in numbers.rules]
        for k, one in enumerate(bounded(numbers, model, plan.quantities)):
            ends = numbers.periods[one.periods[0]], numbers.periods[one.periods[-1]]
            side = one.nearer
            if proof is not None:
                side = pinning(one, side, proof.row_dual, proof.reduced_cost)
            is_of_nothing = k < len(sizes) and sizes[k] <= plan.threshold
            row = _Row(one, side, is_of_nothing)
            key = tuple(plain(part) for part in (one.kind, one.name, one.value, *ends))
            self.known.setdefault(key, []).append(row)

    def judged(self) -> Judged:
        """Every row, and those that are missing."""
        sheet, scenario = self.sheet, self.sheet.column("Scenario")
        waiting = Counter({key: len(rows) for key, rows in self.known.items()})
        rows: list[LimitRow] = []
        wrong: list[Wrong] = []
        for i in sheet.listed():
            if scenario is not None and sheet.at(i, scenario) != self.plan.scenario:
                continue
            key = tuple(self._at(i, header) for header in ("Kind", "Name", "For", "From", "To"))
            if key not in self.known:
                wrong.append((sheet.cell(i, sheet.column("Name") or 0), "is none of the case"))
                continue
            waiting[key] -= 1
            # Of rules with one name, such as the two bounds of a number of suppliers, any will do.
            found = [(self._wrong(i, row), row) for row in self.known[key]]
            fewest, row = min(found, key=lambda one: len(one[0]))
            wrong += fewest
            rows.append(self._as_said(i, row))
        for gone, left in waiting.items():
            if left > 0:
                names = ", ".join(str(part) for part in gone if part is not None)
                wrong.append((sheet.cell(0, 0), f"a row is missing: {names}"))
        return Judged(tuple(rows), tuple(wrong))

    def _at(self, i: int, header: str) -> Content:
        column = self.sheet.column(header)
        return None if column is None else self.sheet.at(i, column)

    def _number(self, i: int, header: str) -> float | None:
        value = self._at(i, header)
        return value if isinstance(value, float) else None

    def _cell(self, i: int, header: str) -> str:
        return self.sheet.cell(i, self.sheet.column(header) or 0)

    def _wrong(self, i: int, row: _Row) -> list[Wrong]:
        return [*self._amounts(i, row), *self._words(i, row), *self._worth(i, row)]

    def _as_said(self, i: int, row: _Row) -> LimitRow:
        """A row with the numbers that stand there."""
        one, periods = row.one, self.plan.numbers.periods
        return LimitRow(
            kind=one.kind, name=one.name, value=one.value,
            cell=str(self._at(i, "Input cell") or ""),
            first=periods[one.periods[0]], last=periods[one.periods[-1]],
            used=self._number(i, "Used"), minimum=self._number(i, "Minimum"),
            maximum=self._number(i, "Maximum"), slack=self._number(i, "Slack"),
            breach=self._number(i, "Broken by") or 0.0, unit=one.unit, what=one.what,
            shadow_price=ShadowPrice(
                more=self._number(i, _MORE), less=self._number(i, _LESS),
                unit=one.worth_unit(self.plan.currency, row.side),
                start=self._number(i, "Holds from"), end=self._number(i, "Holds to"),
                echo=self._at(i, "Echoes shortfall cost") == "yes",
                held=self._at(i, "For these decisions only") == "yes",
            ),
            priority=one.priority,
            per_typed=row.side.shown_per_typed if row.side is not None else 1.0,
        )  # fmt: skip

    def _words(self, i: int, row: _Row) -> Iterator[Wrong]:
        """Words that are not those of the numbers beside them."""
        as_said, said = self._as_said(i, row), self._at(i, "In words")
        if row.is_of_nothing or as_said.breach:  # a breach in words is rounded from another number
            return
        words = limit_words(as_said) or None
        if said != words:
            text = "these words and the numbers beside them are not of one row"
            yield from ((self._cell(i, header), text) for header in ("In words", _MORE))

    def _amounts(self, i: int, row: _Row) -> Iterator[Wrong]:
        """What is used, and between which bounds."""
        if row.is_of_nothing:
            return
        one = row.one
        wanted: Mapping[str, float | None] = {
            "Used": one.used,
            "Minimum": None if one.lower is None else one.lower.value,
            "Maximum": None if one.upper is None else one.upper.value,
        }
        for header, number in wanted.items():
            said = self._at(i, header)
            if not same(said, number, self.plan.threshold):
                yield self._cell(i, header), f"is {shown(said)}, follows as {shown(number)}"

    # -- what a bound is worth --------------------------------------------------------------

    def _worth(self, i: int, row: _Row) -> Iterator[Wrong]:
        """Whether what one more unit saves, and one less costs, can be so."""
        said, one, side = list(self._said(i)), row.one, row.side
        if side is None or side.bound is None:
            yield from ((each.cell, "is of a bound that has no shadow price") for each in said)
            return
        rounding, nothing = self._rounding(side), self._why_nothing(one)
        if nothing:
            for each in said:
                if abs(each.worth) > rounding:
                    yield each.cell, f"is {shown(each.worth)}, but {nothing}: it is worth nothing"
            return
        yield from self._signs(row, said, rounding)
        if len(said) > 1:
            more, less = (each.worth for each in said)
            if more > less + self._apart(side, more, less):
                words = f"is {shown(more)}, more than the {shown(less)} that one unit less costs"
                yield said[0].cell, words
        if self.proof is not None and not (one.priority and one.breach):
            yield from self._beside_the_proof(self.proof, side, said)

    def _said(self, i: int) -> Iterator[_Said]:
        """What one more unit saves, and one less costs, as far as a row says it."""
        for header in (_MORE, _LESS):
            value = self._number(i, header)
            if value is not None:
                yield _Said(self._cell(i, header), value, is_more=header == _MORE)

    def _why_nothing(self, one: Bounded) -> str:
        """Why one more or less unit is worth nothing; empty where it may be worth something."""
        if one.is_given_up:
            return "the rule is given up"
        bounds = [side.value for side in (one.lower, one.upper) if side is not None]
        size = max(map(abs, bounds), default=0.0)
        if one.slack is not None and one.slack > _REACHED * max(size, abs(one.used or 0.0)):
            return f"{one.slack:,.6g} are left"
        return ""

    def _signs(self, row: _Row, said: Sequence[_Said], rounding: float) -> Iterator[Wrong]:
        """A maximum that costs, or a minimum that saves."""
        lower, upper = row.one.lower, row.one.upper
        is_pinned = lower is not None and upper is not None and lower.value == upper.value
        if row.side is None or row.side.bound is None or (is_pinned and self.proof is None):
            return  # it is not known which of the two
        for each in said:
            if row.side.bound.is_upper and each.worth < -rounding:
                yield each.cell, f"is {shown(each.worth)}: more of a maximum cannot cost"
            if not row.side.bound.is_upper and each.worth > rounding:
                yield each.cell, f"is {shown(each.worth)}: more of a minimum cannot save"

    def _beside_the_proof(
        self, proof: Proof, side: Side, said: Sequence[_Said]
    ) -> Iterator[Wrong]:  # fmt: skip
        """A worth that the dual values do not allow."""
        if side.bound is None:
            return
        proven = 0.0 - side.bound.dual(proof.row_dual, proof.reduced_cost) * side.per_typed
        is_certain = not side.is_curved and proof.only.has(side.bound)
        for each in said:
            beyond = each.worth - proven if each.is_more else proven - each.worth
            beyond = abs(beyond) if is_certain else beyond
            if beyond > self._apart(side, each.worth, proven):
                least = "" if is_certain else " at most" if each.is_more else " at least"
                yield (
                    each.cell,
                    f"is {shown(each.worth)}, by the Certificate{least} {shown(proven)}",
                )

    def _rounding(self, side: Side) -> float:
        """A worth that is none."""
        largest = float(np.abs(self.plan.numbers.shortfall_cost).max(initial=0.0))
        if self.proof is not None:
            largest = max(largest, float(np.abs(self.proof.row_dual).max(initial=0.0)))
        return _NO_WORTH * largest * side.per_typed

    def _apart(self, side: Side, one: float, other: float) -> float:
        """How far apart two numbers for one worth may be."""
        part = _CURVED if side.is_curved else _SAME_WORTH
        return part * max(abs(one), abs(other)) + self._rounding(side)
