"""What `planner compare` shows: scenarios side by side, and the regret of each one's plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from planner.plan import Plan
from planner.report.exhibit import Column, Exhibit, Kind, Picture, Series, Table
from planner.report.findings import few, money_text
from planner.report.workbook_grid import Cell, MoneyUnit, Show
from planner.runs import Run
from planner.studies.compare import Comparison

_PAIR = 2
_MOST_ON_SCREEN = 5
"""Scenarios up to which the screen shows who regrets what."""

_NO_PLAN, _IMPOSSIBLE, _UNKNOWN = "no plan", "cannot be kept", "not known"


def exhibit(comparison: Comparison) -> Exhibit:
    """The answer of the study in words, tables and a heat map."""
    case = comparison.runs.case
    numbers = case.scenario(comparison.scenarios[0])
    costs = [cost for cost in comparison.best if cost is not None]
    largest = max((abs(cost) for cost in costs), default=0.0)
    unit = MoneyUnit.of(numbers.currency, largest)
    return Exhibit(
        title=f"{numbers.title or case.name}: {len(comparison.scenarios)} scenarios compared",
        sentences=_sentences(comparison, numbers.currency),
        tables=[
            _worst(comparison, unit),
            _matrix(comparison, "Regret", unit, comparison.regret),
            _matrix(comparison, "Cost", unit, _costs(comparison)),
            _side_by_side(comparison, unit),
            _purchases(comparison),
            _cuts(comparison),
        ],
        pictures=_pictures(comparison, unit),
        notes=_notes(comparison),
    )


def _sentences(comparison: Comparison, currency: str) -> list[str]:
    failed = [run for run in comparison.runs.runs if run.plan is None]
    sentences = []
    safest = comparison.least_worst
    if comparison.interrupted or len(failed) == len(comparison.scenarios):
        safest = None  # what is not known may be worse
    elif len(failed) == len(comparison.scenarios) - 1:
        (only,) = (run.scenario for run in comparison.runs.runs if run.plan is not None)
        sentences.append(f"Only {only} has a plan: there is nothing to compare it with.")
        safest = None
    if safest is not None:
        n = comparison.scenarios.index(safest)
        worst = comparison.worst[n] or 0.0
        if worst > 0:
            when = comparison.scenarios[_where(comparison, n, worst)]
            sentences.append(
                f"The plan for {safest} is the safest: whatever{_of_these(failed)} comes true, it "
                f"costs at most {money_text(worst, currency)} more than the best plan would; "
                f"that is when {when} comes true."
            )
        else:
            sentences.append(
                f"The plan for {safest} is as good as the best, whichever scenario"
                f"{_of_these(failed)} comes true."
            )
    elif not comparison.interrupted and not sentences and comparison.runs.plans:
        sentences.append("No plan can be kept in every scenario: each is impossible in another.")
    sentences += [f"{run.scenario} has no plan: {run.refusal or run.status}." for run in failed]
    if comparison.interrupted:
        sentences.append("Interrupted: what is blank was not worked out.")
    return sentences


def _of_these(failed: Sequence[Run]) -> str:
    return " that has a plan" if failed else ""


def _where(comparison: Comparison, plan: int, worst: float) -> int:
    return comparison.regret[plan].index(worst)


def _notes(comparison: Comparison) -> list[str]:
    held = (
        f"Held: what a plan buys and decides up to {comparison.through} (Decide through in "
        "Settings, else the first period). Where the scenario that comes true does not allow it, "
        "it is cut as little as possible, at no cost of its own; the rest is planned anew. Regret: "
        "what that costs more than the best plan for the scenario."
    )
    open_gap = [
        cell.gap for row in comparison.replanned for cell in row if cell.status == "feasible"
    ]
    if not open_gap:
        return [held]
    known = [gap for gap in open_gap if gap is not None]
    gap = f"up to {100 * max(known):.2g} %" if known else "by an amount that is not known"
    return [held, f"Searches were stopped early: {len(open_gap)} costs may be too high, {gap}."]


# -- tables ---------------------------------------------------------------------------------


def _worst(comparison: Comparison, unit: MoneyUnit) -> Table:
    rows: list[list[Cell]] = []
    for n, (name, worst) in enumerate(zip(comparison.scenarios, comparison.worst, strict=True)):
        cells = comparison.replanned[n]
        cut = max((cell.cut_t for cell in cells), default=0.0)
        if worst is not None:
            when = comparison.scenarios[_where(comparison, n, worst)] if worst > 0 else "never"
        elif comparison.runs.runs[n].plan is None:
            when = _NO_PLAN
        else:
            gone = [
                other
                for other, cell in zip(comparison.scenarios, cells, strict=True)
                if cell.status == "impossible"
            ]
            when = f"{_IMPOSSIBLE}: {few(gone)}" if gone else _UNKNOWN
        rows.append([name, unit.scaled(worst), when, cut])
    columns = [
        Column("Plan for"),
        Column(f"Worst regret [{unit.name}]", Show.SCALED),
        Column("When this comes true"),
        Column("Most that is cut [t]", Show.TONNES),
    ]
    return Table("Worst regret", columns, rows, on_screen=20)


def _costs(comparison: Comparison) -> list[list[float | None]]:
    return [[cell.objective for cell in row] for row in comparison.replanned]


def _matrix(
    comparison: Comparison, name: str, unit: MoneyUnit, values: Sequence[Sequence[float | None]]
) -> Table:
    """Rows: whose plan; columns: what comes true."""
    rows: list[list[Cell]] = [
        [
            scenario,
            *(
                unit.scaled(value) if value is not None else _why_not(cell.status)
                for value, cell in zip(line, cells, strict=True)
            ),
        ]
        for scenario, line, cells in zip(
            comparison.scenarios, values, comparison.replanned, strict=True
        )
    ]
    shown = 20 if name == "Regret" and len(rows) <= _MOST_ON_SCREEN else 0
    columns = [Column(f"Plan for … when … comes true [{unit.name}]")]
    columns += [Column(scenario, Show.SCALED) for scenario in comparison.scenarios]
    return Table(name, columns, rows, on_screen=shown, heat=name == "Regret")


def _why_not(status: str) -> str:
    words = {"no plan": _NO_PLAN, "impossible": _IMPOSSIBLE}
    return words.get(status, _UNKNOWN)


def _side_by_side(comparison: Comparison, unit: MoneyUnit) -> Table:
    """The plans' figures, and how much they differ from those of the first scenario."""
    figures: list[tuple[str, Show, Callable[[Plan], Cell]]] = [
        (f"Cost [{unit.name}]", Show.SCALED, lambda plan: unit.scaled(plan.objective)),
        (f"Money paid [{unit.name}]", Show.SCALED, lambda plan: unit.scaled(plan.paid)),
        (f"Valued, not paid [{unit.name}]", Show.SCALED, lambda plan: unit.scaled(plan.valuation)),
        ("Demand [t]", Show.TONNES, lambda plan: plan.demand_t),
        ("Bought [t]", Show.TONNES, lambda plan: plan.purchases_t),
        ("Missing [t]", Show.TONNES, lambda plan: plan.shortfall_t),
    ]
    plans = comparison.plans
    first = next(iter(plans.values()), None)
    rows: list[list[Cell]] = []
    for run in comparison.runs.runs:
        row: list[Cell] = [run.scenario, run.status]
        for _, _, value in figures:
            here = None if run.plan is None else value(run.plan)
            row += [here, _difference(here, None if first is None else value(first))]
        rows.append(row)
    columns = [Column("Scenario"), Column("Status")]
    against = "" if first is None else f" less {first.scenario}'s"
    for header, show, _ in figures:
        columns += [Column(header, show), Column(f"…{against}", show)]
    return Table("Side by side", columns, rows, on_screen=20, headers_on_screen=(0, 1, 2, 3, 4, 12))


def _difference(here: Cell, first: Cell) -> Cell:
    if not isinstance(here, float) or not isinstance(first, float):
        return None
    return here - first


def _purchases(comparison: Comparison) -> Table:
    """Tonnes of each source in each scenario's plan: held, and in all."""
    plans = comparison.plans
    held = comparison.runs.case.periods.names.index(comparison.through) + 1
    sources = list(dict.fromkeys(s.name for plan in plans.values() for s in plan.numbers.sources))
    rows: list[list[Cell]] = []
    for s, source in enumerate(sources):
        row: list[Cell] = [source]
        for plan in plans.values():
            bought = plan.quantities.bought[s]
            row += [float(bought[:held].sum()), float(bought.sum())]
        rows.append(row)
    columns = [Column("Source")]
    for name in plans:
        columns += [
            Column(f"{name}, through {comparison.through} [t]", Show.ROUNDED),
            Column(f"{name}, in all [t]", Show.ROUNDED),
        ]
    return Table("Purchases", columns, rows, on_screen=0)


def _cuts(comparison: Comparison) -> Table:
    rows: list[list[Cell]] = []
    for name, cells in zip(comparison.scenarios, comparison.replanned, strict=True):
        for other, cell in zip(comparison.scenarios, cells, strict=True):
            for cut in cell.cuts:
                what = cut.name + (f" to {cut.site}" if cut.site else "")
                rows.append(
                    [name, other, cut.kind, what, cut.period, cut.planned, cut.kept,
                     cut.planned - cut.kept, cut.unit]
                )  # fmt: skip
    columns = [
        Column("Plan for"), Column("When this comes true"), Column("Kind"), Column("What"),
        Column("Period"), Column("Planned", Show.NUMBER), Column("Kept", Show.NUMBER),
        Column("Cut", Show.NUMBER), Column("Unit"),
    ]  # fmt: skip
    return Table("Cuts", columns, rows, on_screen=0)


def _finding(comparison: Comparison) -> str:
    """Which plan is the safest, where that is known."""
    safest = comparison.least_worst
    if safest is None or comparison.interrupted or len(comparison.plans) < _PAIR:
        return ""
    worst = comparison.worst[comparison.scenarios.index(safest)] or 0.0
    if worst <= 0:
        return f"The plan for {safest} is as good as the best, whatever comes true"
    money = money_text(worst, comparison.plans[safest].currency)
    return f"The plan for {safest} is the safest: at most {money} dearer than the best would be"


def _pictures(comparison: Comparison, unit: MoneyUnit) -> list[Picture]:
    if not comparison.plans:
        return []
    grid = [
        [math.nan if value is None else value / unit.size for value in row]
        for row in comparison.regret
    ]
    worst = [(name, value) for name, value in zip(comparison.scenarios, comparison.worst,
             strict=True) if value is not None]  # fmt: skip
    worst.sort(key=lambda one: one[1])
    pictures = [
        Picture(
            title="Regret: what each plan costs more than the best would",
            kind=Kind.HEAT,
            series=[
                Series(name, row, labels=comparison.scenarios)
                for name, row in zip(comparison.scenarios, grid, strict=True)
            ],
            x_title="When this comes true",
            y_title="Plan for",
            right_title=f"Regret [{unit.name}]",
            finding=_finding(comparison),
        )
    ]
    if worst:
        pictures.append(
            Picture(
                title="Worst regret of each plan",
                kind=Kind.BARS,
                series=[
                    Series("", [value / unit.size for _, value in worst],
                           labels=[name for name, _ in worst])
                ],
                x_title=f"Worst regret [{unit.name}]",
            )
        )  # fmt: skip
    return pictures
