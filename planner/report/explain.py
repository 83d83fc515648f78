"""What `planner explain` shows where there is no plan: what contradicts, and the ways out."""

from __future__ import annotations

from collections.abc import Sequence

from planner.numerals import money_text
from planner.report import explain_plan
from planner.report.exhibit import Column, Exhibit, Kind, Picture, Series, Table
from planner.report.workbook_grid import Cell, MoneyUnit, Show
from planner.studies.cells import plain, shown
from planner.studies.conflicts.moving import Move
from planner.studies.conflicts.requirements import Requirement, Sense
from planner.studies.conflicts.ways_out import WayOut
from planner.studies.explain import Clash, Explained
from planner.wording import capital, listed, shortened

_MOST_NAMED = 12
"""Cells that a sentence names; the tables have them all."""

_MOST_LETTERS = 40
"""Letters of a name in the picture."""


def exhibit(explained: Explained) -> Exhibit:
    """The answer of the study in words, tables and a picture."""
    if explained.plan is not None:
        return explain_plan.exhibit(explained.plan)
    numbers = explained.scenario
    title = numbers.title or explained.case.name
    what = (
        "no plan is possible" if explained.status == "infeasible" else "there is no cheapest plan"
    )
    return Exhibit(
        title=f"{title}, scenario {numbers.name}: {what}",
        sentences=_sentences(explained),
        tables=[
            _conflict(explained),
            *([_further(explained)] if explained.further else []),
            _ways(explained),
        ],
        pictures=_pictures(explained),
        notes=explained.notes if explained.status == "infeasible" else (),
    )


def _sentences(explained: Explained) -> list[str]:
    clashes = explained.conflict
    if explained.status != "infeasible":
        return [capital(explained.notes[0]) + ".", *_ways_in_words(explained), *_alone(clashes)]
    # Those first that can be mended alone: where there are many the rest is counted.
    named = sorted(clashes, key=lambda clash: clash.alone is None)
    labels = [clash.requirement.label for clash in named]
    sentences = [_together(labels)]
    sentences += _ways_in_words(explained)
    if len(clashes) > 1:
        sentences.append(
            "Leave any one of the cells named first out and the others could be kept, as far as no "
            "other cell stands in the way: what helps in this workbook are the ways out."
        )
    if explained.further:
        count = len(explained.further)
        again = "One more conflict" if count == 1 else f"{count} more conflicts"
        cells = [
            listed([one.label for one in conflict.requirements], _MOST_NAMED)
            for conflict in explained.further
        ]
        sentences.append(f"{again} of other cells: {'; '.join(cells)}.")
    return [*sentences, *_alone(clashes)]


def _together(labels: Sequence[str]) -> str:
    if len(labels) == 1:
        return f"{labels[0]} alone cannot be kept, whatever the other rules say."
    named = list(labels[:_MOST_NAMED])
    more = len(labels) - len(named)
    last = f"{more} more, which the table has," if more else named.pop()
    return f"{', '.join(named)} and {last} cannot hold together."


def _alone(clashes: Sequence[Clash]) -> list[str]:
    """Which cells are not enough alone, as far as each was looked at."""
    known = [clash for clash in clashes if clash.is_measured]
    stuck = [clash.requirement.label for clash in known if clash.alone is None]
    if not stuck or len(stuck) == len(clashes):
        return ["No single cell of these is enough."] if stuck and len(clashes) > 1 else []
    if len(stuck) == 1:
        return [f"{stuck[0]} alone is not enough."]
    return [f"None of these alone is enough: {listed(stuck, _MOST_NAMED)}."]


def _ways_in_words(explained: Explained) -> list[str]:
    if not explained.ways:
        return ["No way out was found that changes few cells."]
    best = explained.ways[0]
    kept = next((way for way in explained.ways if not _allows_shortfall(way)), None)
    if kept is None or kept is best:
        return [f"The nearest way out: {_way(explained, best)}, paid and valued."]
    # Shortfall is forbidden because the buyer says so: what keeps it so is told first.
    return [
        f"The nearest way out with shortfall still forbidden: {_way(explained, kept)}, paid and "
        "valued.",
        f"Or else {_way(explained, best)}.",
    ]


def _allows_shortfall(way: WayOut) -> bool:
    """Whether it is to let demand stay unmet."""
    return any(
        move.entry.sheet == "Settings" and move.requirement.name == "Shortfall"
        for move in way.moves
    )


def _way(explained: Explained, way: WayOut) -> str:
    """A way out, and what the plan then costs."""
    moves = " and ".join(_move(move) for move in way.moves)
    cost = money_text(way.objective, explained.scenario.currency)
    return f"{moves}. The plan then costs {cost}"


def _move(move: Move) -> str:
    start, end = shown(move.start, move.entry.unit), shown(move.end, move.entry.unit)
    return f"{move.requirement.label} from {start}{_changed(move.requirement)} to {end}"


def _changed(one: Requirement) -> str:
    """That its cell does not say this by itself; empty where it does."""
    by = one.cells.changed_by(one.cell)
    return f" (changed by {by})" if by else ""


def _conflict(explained: Explained) -> Table:
    rows: list[list[Cell]] = []
    for clash in explained.conflict:
        one, move = clash.requirement, clash.alone
        rows.append(
            [
                one.name,
                one.cell,
                _says(one),
                _alone_at(clash),
                None if move is None else _by(clash),
            ]
        )
    columns = [
        Column("What it is"),
        Column("Cell"),
        Column("It says"),
        Column("Alone enough at"),
        Column("It moves by at least"),
    ]
    name = "Cannot hold together" if explained.status == "infeasible" else "Prices and values"
    note = "A dash, or an empty cell: no move of it alone is enough. To `blank`: clear it."
    return Table(name, columns, rows, note=note, on_screen=20)


def _says(one: Requirement) -> str:
    if one.entry is None:
        return ""
    how = f"{one.sense.value} " if one.sense in (Sense.AT_MOST, Sense.AT_LEAST) else ""
    return how + shown(one.entry.value, one.entry.unit) + _changed(one)


def _alone_at(clash: Clash) -> str | None:
    if clash.alone is None:
        return None if clash.is_measured else "not looked at"
    return shown(clash.alone.end, clash.alone.entry.unit)


def _by(clash: Clash) -> str:
    by = float(f"{clash.moves_alone_by or 0.0:.6g}")
    unit = clash.unit if clash.unit != "steps" or by != 1 else "step"
    return f"{'+' if by > 0 and unit not in ('step', 'steps') else ''}{plain(by)} {unit}".rstrip()


def _further(explained: Explained) -> Table:
    rows: list[list[Cell]] = [
        [n, one.name, one.cell, _says(one)]
        for n, conflict in enumerate(explained.further, start=2)
        for one in conflict.requirements
    ]
    columns = [
        Column("Conflict", Show.NUMBER),
        Column("What it is"),
        Column("Cell"),
        Column("It says"),
    ]
    return Table("Further conflicts", columns, rows, on_screen=0)


def _ways(explained: Explained) -> Table:
    unit = _unit(explained)
    rows: list[list[Cell]] = [
        [
            n,
            move.requirement.name,
            move.entry.cell,
            shown(move.start, move.entry.unit),
            shown(move.end, move.entry.unit),
            unit.scaled(way.objective),
        ]
        for n, way in enumerate(explained.ways, start=1)
        for move in way.moves
    ]
    columns = [
        Column("Way out", Show.NUMBER),
        Column("Change"),
        Column("Cell"),
        Column("From"),
        Column("To"),
        Column(f"The plan then costs [{unit.name}]", Show.SCALED),
    ]
    note = (
        "Fewest changes first, then the least movement beside what the cell says. Each was solved "
        "to its end with these changes; the cost is paid and valued, discounted."
    )
    return Table("Ways out", columns, rows, note=note)


def _pictures(explained: Explained) -> list[Picture]:
    """What the plan costs after each way out."""
    ways = explained.ways
    if not ways:
        return []
    unit = _unit(explained)
    labels = [f"{n}: {_short(way)}" for n, way in enumerate(ways, start=1)]
    return [
        Picture(
            "What the plan costs after each way out, paid and valued",
            Kind.BARS,
            [Series("", [way.objective / unit.size for way in ways], labels=labels)],
            x_title=f"Cost, paid and valued [{unit.name}]",
            finding=_cheapest(explained),
        )
    ]


def _cheapest(explained: Explained) -> str:
    """The way out after which the plan costs least."""
    way = min(explained.ways, key=lambda one: one.objective)
    cost = money_text(way.objective, explained.scenario.currency)
    return f"The cheapest way out: {_short(way)}; the plan then costs {cost}"


def _unit(explained: Explained) -> MoneyUnit:
    return MoneyUnit.of(explained.scenario.currency, *(way.objective for way in explained.ways))


def _short(way: WayOut) -> str:
    """A way out for a bar: by name where it is one change, else by cells."""
    ends = [shown(move.end, move.entry.unit) for move in way.moves]
    if len(way.moves) > 1:
        cells = zip((move.entry.cell for move in way.moves), ends, strict=True)
        return shortened(", ".join(f"{cell} {end}" for cell, end in cells), _MOST_LETTERS)
    return f"{shortened(way.moves[0].requirement.name, _MOST_LETTERS)}: {ends[0]}"
