"""What `planner diff` shows: which input made the plan dearer or cheaper, and what is bought."""

from __future__ import annotations

import math
from collections.abc import Sequence

from planner.case.columns import Value
from planner.case.difference import InputChange, value_text
from planner.numerals import money_text, tonnes_text
from planner.report.exhibit import Column, Exhibit, Kind, Picture, Series, Table
from planner.report.workbook_grid import MoneyUnit, Show, shown
from planner.studies.diff import ORDER, Diff, PlanChange, Step
from planner.wording import shortened

_MOST_NAMED = 5
"""Steps that the answer names; the sheet has all."""

_MOST_BARS = 25
_LONGEST_LABEL = 58

_REORDERED = (
    "The rows of Sources stand in another order: that changes no cost, but it can change which of "
    "several equally cheap plans is shown."
)


def exhibit(found: Diff) -> Exhibit:
    """The answer, the largest causes first."""
    return Exhibit(
        title=f"What changed from {found.old.label} to {found.new.label}, "
        f"scenario {found.scenario}",
        sentences=list(_sentences(found)),
        tables=_tables(found),
        pictures=_pictures(found),
        notes=_notes(found),
    )


# -- sentences ------------------------------------------------------------------------------


def _sentences(found: Diff) -> list[str]:
    count = len(found.inputs)
    if not count:
        order = [_REORDERED] if found.is_reordered else []
        return ["The inputs are the same.", *order, *_cost(found)]
    inputs = f"{count:,} input{'s differ' if count > 1 else ' differs'}."
    lines = [*_cost(found), inputs]
    parts = _largest(found)
    lines += [_part_text(found, step) for step in parts]
    rest = len([step for step in found.steps if step.part]) - len(parts)
    if rest > 0:
        lines.append(f"{rest} more {'cause' if rest > 1 else 'causes'} less; the sheet has all.")
    idle = len([step for step in found.steps if step.part == 0])
    if idle and parts:
        words = "change" if idle > 1 else "changes"
        lines.append(f"{idle} {words} nothing in the cost.")
    lines += _broken(found)
    if found.plan:
        lines.append(_plan_text(found.plan))
    return lines


def _cost(found: Diff) -> list[str]:
    old, new = (run.plan for run in found.runs)
    lines = []
    for case, run in ((found.old, found.runs[0]), (found.new, found.runs[1])):
        if run.refusal is not None:
            lines.append(f"{case.label} has no plan ({run.status}): {run.refusal}.")
    if old is None or new is None or found.change is None:
        return lines
    currency = new.currency
    ends = f"from {money_text(old.objective, currency)} to {money_text(new.objective, currency)}"
    if _is_nothing(found, found.change):
        return [f"The cheapest plan costs the same: {money_text(new.objective, currency)}."]
    more = "dearer" if found.change > 0 else "cheaper"
    lines = [f"The cheapest plan is {_money(found, abs(found.change))} {more}, {ends}."]
    paid, valued = new.paid - old.paid, new.valuation - old.valuation
    if not _is_nothing(found, valued):
        lines.append(
            f"Money paid {_moves(found, paid)}; the value put on shortfall, safety stock and "
            f"broken rules, which nobody pays, {_moves(found, valued)}."
        )
    return lines


def _is_nothing(found: Diff, money: float) -> bool:
    """Whether money is rounding beside what the plans cost."""
    sizes = [abs(run.plan.objective) for run in found.runs if run.plan is not None]
    return abs(money) <= 1e-9 * max(sizes, default=0.0)


def _moves(found: Diff, money: float) -> str:
    if _is_nothing(found, money):
        return "stays"
    return f"{'rises' if money > 0 else 'falls'} by {_money(found, abs(money))}"


def _money(found: Diff, money: float) -> str:
    return money_text(money, found.new.scenario(found.scenario).currency)


def _largest(found: Diff) -> list[Step]:
    """The steps that change the cost most."""
    steps = [s for s in found.steps if s.part is not None and not _is_nothing(found, s.part)]
    return sorted(steps, key=lambda step: -abs(step.part or 0.0))[:_MOST_NAMED]


def _part_text(found: Diff, step: Step) -> str:
    part = step.part or 0.0
    return f"{'+' if part > 0 else '−'} {_money(found, abs(part))}: {_words(found, step)}."


def _words(found: Diff, step: Step) -> str:
    """The changes of a step, with the cell of the first."""
    changes = [found.inputs[k] for k in step.changes]
    if not changes:
        return "nothing"
    first = changes[-1] if step.waited else changes[0]
    cell = first.new_cell or first.old_cell
    words = first.words + (f" ({cell})" if cell else "")
    more = len(changes) - 1
    return words + (f" and {more} more" if more else "")


def _broken(found: Diff) -> list[str]:
    """Where one of the cases has no plan: the step from which on there is none, or is one."""
    had = found.runs[0].plan is not None
    if had is (found.runs[1].plan is not None):
        return []
    for step in found.steps:
        if (step.objective is not None) is not had:
            word = "no plan any more" if had else "a plan"
            return [f"There is {word} from this change on: {_words(found, step)}."]
    return []


def _plan_text(plan: Sequence[PlanChange]) -> str:
    """The sources and items whose tonnes change most."""
    sums: dict[tuple[str, str], float] = {}
    for one in plan:
        sums[one.kind, one.name] = sums.get((one.kind, one.name), 0.0) + one.change_t
    largest = sorted(sums.items(), key=lambda item: -abs(item[1]))[:_MOST_NAMED]
    parts = []
    for (kind, name), tonnes in largest:
        word = "more" if tonnes > 0 else "less"
        what = f"{word} from" if kind == "purchase" else f"{word} of demand missing for"
        parts.append(f"{tonnes_text(abs(tonnes))} {what} {name}")
    more = f" and {len(sums) - len(largest)} more" if len(sums) > len(largest) else ""
    return f"In the plan: {', '.join(parts)}{more}."


def _notes(found: Diff) -> list[str]:
    notes = [f"{ORDER}."] if found.steps else []
    if found.is_reordered and found.inputs:
        notes.append(_REORDERED)
    waited = sum(bool(step.waited) for step in found.steps)
    if waited:
        words = "One step has" if waited == 1 else f"{waited} steps have"
        notes.append(
            f"{words} several changes: the first of them could not be made alone, as they left no "
            "case or no plan, and went together with the next."
        )
    if not found.is_complete:
        notes.append("Stopped early: the changes of the last step are not told apart.")
    if any(run.status == "feasible" for run in found.runs):
        notes.append("A plan is not proven the cheapest: the parts are known to its gap only.")
    return notes


# -- tables and picture ---------------------------------------------------------------------


def _tables(found: Diff) -> list[Table]:
    unit = _unit(found, [step.objective for step in found.steps])
    steps = Table(
        name="Cost by change",
        columns=(
            Column("Step", Show.NUMBER),
            Column("Change", widest=70),
            Column(f"Part of the change [{unit.name}]", Show.SCALED),
            Column(f"Cost after it [{unit.name}]", Show.SCALED),
            Column("Missing after it [t]", Show.TONNES),
            Column("Could not be made alone", widest=50),
        ),
        rows=[
            [float(k), _all_words(found, step.changes), unit.scaled(step.part),
             unit.scaled(step.objective),
             step.shortfall_t, _all_words(found, step.waited) or None]
            for k, step in enumerate(found.steps, start=1)
        ],
        headers_on_screen=(0, 1, 2, 3),
    )  # fmt: skip
    inputs = Table(
        name="Inputs",
        columns=(
            Column("Sheet"), Column("Row"), Column("Column"), Column("What"),
            Column("Old", Show.NUMBER), Column("New", Show.NUMBER), Column("Unit"),
            Column("Old cell"), Column("New cell"),
        ),
        rows=[
            [one.sheet, one.called, one.column, one.kind, *_ends(one), one.unit or None,
             one.old_cell, one.new_cell]
            for one in found.inputs
        ],
        on_screen=0,
    )  # fmt: skip
    plan = Table(
        name="Plan",
        columns=(
            Column("What"), Column("Source or item"), Column("Period"),
            Column("Old [t]", Show.TONNES), Column("New [t]", Show.TONNES),
            Column("Difference [t]", Show.TONNES),
        ),
        rows=[
            [one.kind, one.name, one.period, one.old_t, one.new_t, one.change_t]
            for one in found.plan
        ],
    )  # fmt: skip
    return [steps, inputs, plan]


def _ends(one: InputChange) -> tuple[float | str | None, float | str | None]:
    """Old and new value; numbers stay numbers. Nothing where a row says more than one value."""
    there = one.kind == "changed"
    old, new = (
        None if value is None and not there else _end(value) for value in (one.old, one.new)
    )
    return old, new


def _end(value: Value | None) -> float | str:
    return value if isinstance(value, float) and math.isfinite(value) else value_text(value)


def _all_words(found: Diff, changes: Sequence[int]) -> str:
    return "; ".join(found.inputs[k].words for k in changes)


def _pictures(found: Diff) -> list[Picture]:
    """A bar for each step that matters, beginning where the one before ends."""
    if found.change is None:
        return []
    moving = [s for s in found.steps if s.part is not None and not _is_nothing(found, s.part)]
    if not moving:
        return []
    kept = set(map(id, sorted(moving, key=lambda s: -abs(s.part or 0.0))[:_MOST_BARS]))
    unit = _unit(found, [step.part for step in moving])
    labels, begins, ends = [], [], []
    at = rest = 0.0
    for step in moving:
        part = (step.part or 0.0) / unit.size
        if id(step) not in kept:
            rest += part
            continue
        labels.append(shortened(_words(found, step), _LONGEST_LABEL))
        begins.append(at)
        at += part
        ends.append(at)
    if rest:
        labels.append("All other changes")
        begins.append(at)
        ends.append(at + rest)
    labels.append("All changes together")
    begins.append(0.0)
    ends.append(found.change / unit.size)
    title = f"What makes {found.new.label} {'dearer' if found.change > 0 else 'cheaper'}"
    series = Series("", ends, x=begins, labels=labels)
    parts = [end - begin for begin, end in zip(begins, ends, strict=True)]
    return [
        Picture(
            title,
            Kind.WATERFALL,
            [series],
            x_title=f"Change of the cost [{unit.name}]",
            finding=_cost(found)[0].removesuffix("."),
            remarks=[_signed(part, max(map(abs, parts))) for part in parts],
        )
    ]


def _unit(found: Diff, amounts: Sequence[float | None]) -> MoneyUnit:
    """The unit in which these amounts are easily read."""
    return MoneyUnit.of(found.new.scenario(found.scenario).currency, *amounts)


def _signed(part: float, largest: float) -> str:
    sign = "+" if part > 0 else "\N{MINUS SIGN}" if part < 0 else ""
    return f"{sign}{shown(abs(part), Show.SCALED, largest)}"
