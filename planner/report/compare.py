"""What `planner compare` shows: scenarios side by side, and the regret of each one's plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from planner.errors import Stopped
from planner.numerals import gap_text, money_text
from planner.plan import Plan
from planner.report.exhibit import Column, Exhibit, Kind, Picture, Series, Table
from planner.report.workbook_grid import Cell, MoneyUnit, Show
from planner.runs import Run
from planner.studies.compare import Comparison
from planner.wording import listed

_PAIR = 2
_MOST_ON_SCREEN = 12
"""Scenarios up to which the screen shows who regrets what, and of which it shows the worst."""

_NO_PLAN, _IMPOSSIBLE, _UNKNOWN = "no plan", "cannot be kept", "not known"
_NOT_PROVEN = "not proven"

_SAME = 1e-9
"""Regrets nearer than this, relative, are equal."""


def exhibit(comparison: Comparison) -> Exhibit:
    """The answer of the study in words, tables and a heat map."""
    case = comparison.runs.case
    numbers = case.scenario(comparison.scenarios[0])
    unit = MoneyUnit.of(numbers.currency, *comparison.best)
    return Exhibit(
        title=f"{numbers.title or case.name}: {len(comparison.scenarios)} scenarios compared",
        sentences=_sentences(comparison, numbers.currency),
        tables=[
            _worst(comparison, unit),
            _matrix(comparison, "Regret", unit, comparison.regret),
            _matrix(comparison, "Cost", unit, _costs(comparison)),
            *([] if comparison.all_proven else [_ranges(comparison, unit)]),
            _side_by_side(comparison, unit),
            _purchases(comparison),
            _cuts(comparison),
        ],
        pictures=_pictures(comparison, unit),
        notes=_notes(comparison),
    )


def _sentences(comparison: Comparison, currency: str) -> list[str]:
    failed = [run for run in comparison.runs.runs if run.plan is None]
    return [
        *_verdict(comparison, failed, currency),
        *_unproven(comparison),
        *without_plan(failed),
        *(["Interrupted: what is blank was not worked out."] if comparison.interrupted else []),
    ]


def _verdict(comparison: Comparison, failed: Sequence[Run], currency: str) -> list[str]:
    """Whose plan is the safest, as far as that is known."""
    plans = comparison.plans
    if comparison.interrupted or not plans:  # what is not known may be worse
        return []
    if len(plans) == 1:
        return [f"Only {next(iter(plans))} has a plan: there is nothing to compare it with."]
    safest = comparison.safest
    if not safest:
        cells = [cell for row in comparison.replanned for cell in row]
        if any(cell.status == "stopped" for cell in cells):
            return ["Which plan is the safest is not known: the time limit came first."]
        return ["No plan can be kept in every scenario: each is impossible in another."]
    n = comparison.scenarios.index(safest[0])
    worst = comparison.worst[n] or 0.0
    if len(safest) == 1:
        subject, it, good = f"The plan for {safest[0]} is", "it costs", "the safest"
    else:
        named = f"{', '.join(safest[:-1])} and {safest[-1]}"
        subject, it, good = f"The plans for {named} are", "each costs", "equally safe"
    of_these = " that has a plan" if failed else ""
    if worst <= 0:
        return [f"{subject} as good as the best, whichever scenario{of_these} comes true."]
    when = ""
    if len(safest) == 1:
        when = f"; that is when {_when(comparison, n, worst)} comes true"
    return [
        f"{subject} {good}: whatever{of_these} comes true, {it} at most "
        f"{money_text(worst, currency)} more than the best plan would{when}."
    ]


def _when(comparison: Comparison, plan: int, worst: float) -> str:
    """The scenarios in which a plan has its worst regret."""
    near = _SAME * abs(worst)
    regrets = comparison.regret[plan]
    names = [
        name
        for name, regret in zip(comparison.scenarios, regrets, strict=True)
        if regret is not None and regret >= worst - near
    ]
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]


def _unproven(comparison: Comparison) -> list[str]:
    """That regrets are not exact, where searches were stopped early."""
    if comparison.all_proven:
        return []
    gaps = [cell.gap for row in comparison.replanned for cell in row if cell.status == "feasible"]
    known = [gap for gap in gaps if gap is not None]
    by = f"by up to {gap_text(max(known))}" if len(known) == len(gaps) else "by an unknown amount"
    return [
        f"Not proven: searches were stopped early, and {len(gaps)} costs may be too high {by}, so "
        "that another run may find other regrets. What is not proven is marked; a longer "
        "--time-limit helps."
    ]


def without_plan(failed: Sequence[Run]) -> list[str]:
    """Why scenarios have no plan: what they have in common once, and what to do once."""
    reasons: dict[tuple[bool, str], list[tuple[str, str]]] = {}
    advice: dict[str, None] = {}
    for run in failed:
        is_known = not isinstance(run.refusal, Stopped)
        reason = run.refusal.reason if run.refusal is not None else run.status
        kind, _, more = reason.partition(": ")
        reasons.setdefault((is_known, kind), []).append((run.scenario, more))
        if run.refusal is not None and run.refusal.advice:
            advice[run.refusal.advice] = None
    said = []
    for (is_known, kind), scenarios in reasons.items():
        if len(scenarios) == 1:
            ((name, more),) = scenarios
            what = "has no plan" if is_known else "is not solved"
            said.append(f"{name} {what}: {kind}{f': {more}' if more else ''}.")
        else:
            names = ", ".join(name for name, _ in scenarios)
            what = "have no plan" if is_known else "are not solved"
            said.append(f"{len(scenarios)} scenarios {what} ({kind}): {names}.")
    return [*said, *(f"{words}." for words in advice)]


def _notes(comparison: Comparison) -> list[str]:
    held = (
        f"Held: what a plan buys and decides up to {comparison.through} (Decide through in "
        "Settings, else the first period). Where the scenario that comes true does not allow it, "
        "it is cut as little as possible, at no cost of its own; the rest is planned anew. Regret: "
        "what that costs more than the best plan for the scenario."
    )
    notes = [held]
    if len(comparison.scenarios) > _MOST_ON_SCREEN:
        notes.append("Who regrets what is in the sheet Regret of the workbook.")
    return notes


# -- tables ---------------------------------------------------------------------------------


def _worst(comparison: Comparison, unit: MoneyUnit) -> Table:
    rows: list[list[Cell]] = []
    for n, (name, worst) in enumerate(zip(comparison.scenarios, comparison.worst, strict=True)):
        cells = comparison.replanned[n]
        cut = max((cell.cut_t for cell in cells), default=0.0)
        if worst is not None:
            when = _when(comparison, n, worst) if worst > 0 else "never"
        elif comparison.runs.runs[n].plan is None:
            when = _why_not(cells[n].status)
        else:
            gone = [
                other
                for other, cell in zip(comparison.scenarios, cells, strict=True)
                if cell.status == "impossible"
            ]
            when = f"{_IMPOSSIBLE}: {listed(gone)}" if gone else _UNKNOWN
        rows.append([name, unit.scaled(worst), when, cut, _proof(comparison, n)])
    columns = [
        Column("Plan for"),
        Column(f"Worst regret [{unit.name}]", Show.SCALED),
        Column("When this comes true"),
        Column("Most that is cut [t]", Show.TONNES),
        Column("Proof"),
    ]
    if comparison.all_proven:
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    shown = _MOST_ON_SCREEN if _compares(comparison) else 0
    return Table("Worst regret", columns, rows, on_screen=shown)


def _compares(comparison: Comparison) -> bool:
    """Whether there is anything to compare: two plans."""
    return len(comparison.plans) > 1


def _proof(comparison: Comparison, plan: int) -> str | None:
    """Whether all regrets of a plan are known exactly."""
    places = range(len(comparison.scenarios))
    return None if all(comparison.is_proven(plan, j) for j in places) else _NOT_PROVEN


def _costs(comparison: Comparison) -> list[list[float | None]]:
    return [[cell.objective for cell in row] for row in comparison.replanned]


def _matrix(
    comparison: Comparison, name: str, unit: MoneyUnit, values: Sequence[Sequence[float | None]]
) -> Table:
    """Rows: whose plan; columns: what comes true."""
    proofs = [_proof(comparison, n) for n in range(len(comparison.scenarios))]
    rows: list[list[Cell]] = [
        [
            scenario if proof is None else f"{scenario} ({proof})",
            *(
                unit.scaled(value) if value is not None else _why_not(cell.status)
                for value, cell in zip(line, cells, strict=True)
            ),
        ]
        for scenario, proof, line, cells in zip(
            comparison.scenarios, proofs, values, comparison.replanned, strict=True
        )
    ]
    is_shown = name == "Regret" and len(rows) <= _MOST_ON_SCREEN and _compares(comparison)
    columns = [Column(f"Plan for … when … comes true [{unit.name}]")]
    columns += [Column(scenario, Show.SCALED) for scenario in comparison.scenarios]
    return Table(name, columns, rows, on_screen=len(rows) if is_shown else 0, heat=name == "Regret")


def _ranges(comparison: Comparison, unit: MoneyUnit) -> Table:
    """The regrets that are not known exactly, and between which amounts they are."""
    rows: list[list[Cell]] = []
    for i, name in enumerate(comparison.scenarios):
        for j, other in enumerate(comparison.scenarios):
            if not comparison.is_proven(i, j):
                least, most = comparison.ends(i, j)
                found = comparison.regret[i][j]
                rows.append([name, other, *(unit.scaled(one) for one in (found, least, most))])
    columns = [
        Column("Plan for"),
        Column("When this comes true"),
        Column(f"Regret found [{unit.name}]", Show.SCALED),
        Column(f"At least [{unit.name}]", Show.SCALED),
        Column(f"At most [{unit.name}]", Show.SCALED),
    ]
    note = "Of regrets that are not proven: a search to its end would find one between these."
    return Table("Not proven", columns, rows, note=note)


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
        rows.append([*row, run.refusal.reason if run.refusal is not None else None])
    columns = [Column("Scenario"), Column("Status")]
    against = "" if first is None else f" less {first.scenario}'s"
    for header, show, _ in figures:
        columns += [Column(header, show), Column(f"…{against}", show)]
    shown = [0, 1, 2, 3, 4, 12]
    if len(plans) < len(rows):
        columns.append(Column("Why there is no plan", widest=70))
        shown.append(len(columns) - 1)
    else:
        rows = [row[:-1] for row in rows]
    return Table("Side by side", columns, rows, on_screen=20, headers_on_screen=shown)


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
