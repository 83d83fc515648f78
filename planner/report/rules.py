"""What `planner rules` shows: the price tag of each quota, limit and contract."""

from __future__ import annotations

import math
from collections.abc import Sequence

from planner.numerals import gap_text, money_text, share_text, tonnes_text
from planner.report.exhibit import Column, Exhibit, Kind, Picture, Series, Table
from planner.report.workbook_grid import Cell, MoneyUnit, Show
from planner.studies.removal import RuleRow
from planner.studies.rules import RuleCost, Rules, RulesRun
from planner.wording import capital, listed

_MOST_SENTENCES = 3
"""Rules that the answer names."""

_PAIR = 2
_MOST_BESIDE = 3
"""Scenarios that stand side by side as bars; more are a grid."""

_MOST_BARS = 20
"""Rules that the picture shows."""

_LEAST_SHARE = 1e-3
"""Parts of the cost below this are not named."""

_MEANING = (
    "Without a rule means as if its row were not in the workbook, all else as it is: what it "
    "forbids is allowed, what it asks for is not asked for, and no penalty is paid for it. Rules "
    "lean on each other, so what each costs by itself need not add up to what all cost."
)
_TIES = (
    "What is bought instead is that of one of the cheapest plans; where sources cost the same, "
    "there are others."
)


def exhibit(found: Rules) -> Exhibit:
    """The answer of the study in words, tables and bars."""
    first = found.runs[0]
    savings = (one.saves for run in found.runs for one in _asked(run))
    unit = MoneyUnit.of(first.numbers.currency, *savings)
    title = first.numbers.title or found.case.name
    of = f", scenario {first.scenario}" if len(found.runs) == 1 else ""
    return Exhibit(
        title=f"{title}{of}: what each rule costs",
        sentences=[
            *(sentence for run in found.runs for sentence in _sentences(found, run)),
            *dict.fromkeys(f"{run.advice}." for run in found.runs if run.advice),
            *(f"{one.scenario} is not answered ({one.status}): {one}." for one in found.refusals),
        ],
        tables=[_table(found, unit), _plans(found)],
        pictures=_pictures(found, unit),
        notes=_notes(found),
    )


def _asked(run: RulesRun) -> list[RuleCost]:
    """Each rule by itself, and all of them."""
    every = run.without_all
    return [*run.rules, *([every] if every is not None and len(run.rules) > 1 else [])]


# -- words ----------------------------------------------------------------------------------


def _sentences(found: Rules, run: RulesRun) -> list[str]:
    said = _without_plan(run) if run.base.objective is None else _with_plan(run)
    return said if len(found.runs) == 1 else [f"{run.scenario}: {' '.join(said)}"]


def _without_plan(run: RulesRun) -> list[str]:
    """There is no plan with all rules: which of them, taken away alone, gives one."""
    if run.base.status == "stopped":
        return ["Stopped before there was a plan: nothing is known of what its rules cost."]
    said = [f"There is no plan: {run.base.reason}."]
    freeing = [one for one in run.rules if one.cost.objective is not None]
    if freeing:
        any_of = "" if len(freeing) == 1 else "any one of "
        named = listed([_called(one) for one in freeing])
        said.append(f"Without {any_of}{named} there is one.")
    elif run.rules and not run.is_cut_off:
        said.append("Taking away a single rule gives none.")
    return said


def _with_plan(run: RulesRun) -> list[str]:
    if not run.rules:
        return ["There are no quotas, limits or contracts that could cost anything."]
    currency = run.numbers.currency
    costly = [one for one in run.dearest if one.saves]
    said = [_costs(run, one) for one in costly[:_MOST_SENTENCES]]
    free = [one for one in run.rules if one.saves == 0]
    unknown = [one for one in run.rules if one.saves is None]
    if len(costly) > _MOST_SENTENCES:
        more = len(costly) - _MOST_SENTENCES
        said.append(f"{more} more {'costs' if more == 1 else 'cost'} less than that.")
    every = run.without_all
    if every is not None and len(run.rules) > 1 and every.saves and len(costly) != 1:
        together = "Both" if len(run.rules) == _PAIR else f"All {len(run.rules)}"
        said.append(f"{together} together cost {money_text(every.saves, currency)}.")
    if free:
        names = listed([_called(one) for one in free])
        said.append(f"At no cost: {names}.")
    if unknown:
        said.append(f"Not known: {'; '.join(_unknown(one) for one in unknown[:_MOST_SENTENCES])}.")
    if run.base.given_up:
        said.append(f"No plan keeps every rule: {', '.join(run.base.given_up)} is given up.")
    return said


def _costs(run: RulesRun, one: RuleCost) -> str:
    """One rule's price, as a sentence or two."""
    currency, saves = run.numbers.currency, one.saves or 0.0
    if saves < 0:
        return (
            f"Without {_called(one)} the plan would cost {money_text(-saves, currency)} more, "
            "since limits that are given up now would be kept."
        )
    share = saves / abs(run.base.objective) if run.base.objective else 0.0
    part = f" ({share_text(share)} of all)" if share >= _LEAST_SHARE else ""
    return f"{capital(_called(one))} costs {money_text(saves, currency)}{part}{_why(run, one)}."


def _why(run: RulesRun, one: RuleCost) -> str:
    """How a saving comes about: money paid, and what nobody pays."""
    currency = run.numbers.currency
    paid, saves = one.saves_paid, one.saves or 0.0
    if paid is None or abs(paid - saves) <= 1e-6 * abs(saves):
        return ""
    avoided = money_text(abs(saves - paid), currency)
    missing = (run.base.shortfall_t or 0.0) - (one.cost.shortfall_t or 0.0)
    if paid < 0 and missing > 0:
        return (
            f": without it {tonnes_text(missing)} more would be delivered, valued at {avoided}, "
            f"for {money_text(-paid, currency)} more paid"
        )
    falls = "falls" if saves > paid else "rises"
    of_value = f"the value put on what nobody pays (shortfall, stock) {falls} by {avoided}"
    of_money = f"{money_text(abs(paid), currency)} {'less' if paid >= 0 else 'more'} is paid"
    return f": without it {of_money}, and {of_value}"


def _unknown(one: RuleCost) -> str:
    return f"{_called(one)} ({one.cost.reason or one.cost.status})"


def _called(one: RuleCost) -> str:
    return " and ".join(f"{_name(row)} ({row.cell})" for row in one.rows)


def _name(row: RuleRow) -> str:
    return f"{row.kind} {row.name}"


def _notes(found: Rules) -> list[str]:
    notes = [_MEANING, _TIES]
    gaps = [run.gap for run in found.runs if not run.is_linear]
    if gaps:
        notes.append(
            "Yes/no decisions are searched again without each rule, to within a gap of "
            f"{gap_text(max(gaps))} of the cost: savings below that are not told from none."
        )
    if any(run.is_cut_off for run in found.runs):
        notes.append("Stopped before all was asked (time limit or Ctrl-C): the rest is blank.")
    return notes


# -- tables and pictures --------------------------------------------------------------------


def _table(found: Rules, unit: MoneyUnit) -> Table:
    several = len(found.runs) > 1
    rows: list[list[Cell]] = []
    for run in found.runs:
        for one in run.dearest:
            rows.append([*([run.scenario] if several else []), *_row(one, unit)])
        every = run.without_all
        if every is not None and len(run.rules) > 1:
            rows.append([*([run.scenario] if several else []), *_row(every, unit)])
    columns = [
        *([Column("Scenario")] if several else []),
        Column("Without"),
        Column("Cell"),
        Column(f"Saves [{unit.name}]", Show.SCALED),
        Column(f"of which paid [{unit.name}]", Show.SCALED),
        Column("Missing then [t]", Show.TONNES),
        Column("Bought more or less then", widest=60),
        Column("Remark", widest=60),
    ]
    shown = [*range(len(columns) - 2)]
    return Table("Rules", columns, rows, on_screen=20, headers_on_screen=shown)


def _row(one: RuleCost, unit: MoneyUnit) -> list[Cell]:
    is_one = len(one.rows) == 1
    changes = [
        f"{name} {'+' if tonnes > 0 else '-'}{tonnes_text(abs(tonnes))}"
        for name, tonnes in one.changes
    ]
    remarks = [one.cost.reason] if one.cost.reason else []
    if one.cost.given_up:
        remarks.append(f"given up then: {', '.join(one.cost.given_up)}")
    if one.cost.status == "feasible":
        remarks.append("the search was stopped early: it may save more")
    return [
        _name(one.rows[0]) if is_one else "all of them",
        one.rows[0].cell if is_one else "",
        unit.scaled(one.saves),
        unit.scaled(one.saves_paid),
        one.cost.shortfall_t,
        listed(changes),
        "; ".join(remarks),
    ]


def _plans(found: Rules) -> Table:
    """The plan with all rules, and without each: what they cost in all."""
    currency = found.runs[0].numbers.currency
    unit = MoneyUnit.of(currency, *(run.base.objective for run in found.runs))
    rows: list[list[Cell]] = []
    for run in found.runs:
        plans = [("with all rules", "", run.base)]
        plans += [(f"without {_name(o.rows[0])}", o.rows[0].cell, o.cost) for o in run.rules]
        if run.without_all is not None and len(run.rules) > 1:
            plans.append(("without any", "", run.without_all.cost))
        for words, cell, cost in plans:
            rows.append(
                [
                    run.scenario,
                    words,
                    cell,
                    cost.status,
                    unit.scaled(cost.objective),
                    unit.scaled(cost.paid),
                    cost.shortfall_t,
                ]
            )
    columns = [
        Column("Scenario"),
        Column("Plan", widest=60),
        Column("Cell"),
        Column("Status"),
        Column(f"Cost, paid and valued [{unit.name}]", Show.SCALED),
        Column(f"Paid [{unit.name}]", Show.SCALED),
        Column("Missing [t]", Show.TONNES),
    ]
    return Table("Plans", columns, rows, on_screen=0)


def _pictures(found: Rules, unit: MoneyUnit) -> list[Picture]:
    """The rules that cost something, the dearest first; one bar for each scenario."""
    worst: dict[str, float] = {}
    savings: list[dict[str, float]] = []
    for run in found.runs:
        own: dict[str, float] = {}
        for one in _asked(run):
            if one.saves is not None:
                label = _label(found, one)
                own[label] = one.saves / unit.size
                worst[label] = max(worst.get(label, 0.0), abs(own[label]))
        savings.append(own)
    costly = [label for label in worst if worst[label]]
    labels = sorted(costly, key=lambda label: -worst[label])[:_MOST_BARS]
    if not labels:
        return []
    series = [
        Series(run.scenario, [own.get(label, 0.0) for label in labels], labels=labels)
        for run, own in zip(found.runs, savings, strict=True)
    ]
    title, saved = "What the plan would save without each rule", f"Saved [{unit.name}]"
    if len(found.runs) <= _MOST_BESIDE:
        return [Picture(title, Kind.BARS, series, x_title=saved, finding=_dearest(found))]
    grid = [
        Series(label, [own.get(label, math.nan) for own in savings],
               labels=[run.scenario for run in found.runs])
        for label in labels
    ]  # fmt: skip
    return [
        Picture(title, Kind.HEAT, grid, x_title="Scenario", y_title="Rule",
                right_title=saved, finding=_dearest(found))
    ]  # fmt: skip


def _dearest(found: Rules) -> str:
    """The rule that costs most, in the scenario where it does."""
    costs = [(one.saves, run, one) for run in found.runs for one in run.rules if one.saves]
    if not costs:
        return ""
    saves, run, one = max(costs, key=lambda cost: cost[0])
    where = f" in scenario {run.scenario}" if len(found.runs) > 1 else ""
    if saves < 0:
        return ""
    name = " and ".join(map(_name, one.rows))
    return f"{capital(name)} costs {money_text(saves, run.numbers.currency)}{where}"


def _label(found: Rules, one: RuleCost) -> str:
    """The name of a bar; with the cell where names repeat."""
    if len(one.rows) > 1:
        return "all of them"
    row = one.rows[0]
    alike: Sequence[RuleRow] = [
        other.rows[0]
        for run in found.runs
        for other in run.rules
        if _name(other.rows[0]) == _name(row)
    ]
    is_alone = len({other.cell for other in alike}) == 1
    return _name(row) if is_alone else f"{_name(row)} ({row.cell})"
