"""What `planner sweep` shows: the cost against one number, and who is bought; or a grid."""

from __future__ import annotations

import math

import numpy as np
from xlsxwriter.utility import xl_col_to_name

from planner.report.exhibit import Column, Exhibit, Kind, Picture, Series, Table
from planner.report.sweep_words import (
    SEEN,
    between_text,
    header_of,
    name_of,
    no_plan_text,
    notes_of,
    number_text,
    one_more_text,
    sentences_of,
    sentences_of_grid,
    value_text,
    way_text,
    why_text,
)
from planner.report.workbook_grid import Cell, MoneyUnit, Show
from planner.studies.sweep import Sweep, SweepPoint

_MOST_LINES = 6
"""Sources in the picture: those whose tonnes change most."""


def exhibit(sweep: Sweep) -> Exhibit:
    """The answer of the study in words, tables and curves."""
    names = " and ".join(name_of(sweep, k) for k in range(len(sweep.varied)))
    title = f"{sweep.title}, scenario {sweep.scenario}: cost against {names}"
    if not sweep.plans:
        return Exhibit(title, ["Nowhere in this range is there a plan.", no_plan_text(sweep)])
    unit = _unit(sweep)
    if len(sweep.varied) > 1:
        return Exhibit(
            title,
            sentences_of_grid(sweep),
            tables=[_grid(sweep, unit), _points(sweep, unit), *_decisions(sweep)],
            pictures=[_heat(sweep, unit)],
            notes=notes_of(sweep),
        )
    return Exhibit(
        title,
        sentences_of(sweep),
        tables=[_breakpoints(sweep, unit), _points(sweep, unit), *_decisions(sweep)],
        pictures=_pictures(sweep, unit),
        notes=notes_of(sweep),
    )


def _unit(sweep: Sweep) -> MoneyUnit:
    """The unit of the costs; a smaller one where in that of their size they would look alike."""
    costs = [point.objective or 0.0 for point in sweep.plans]
    most, width = max(map(abs, costs)), max(costs) - min(costs)
    unit = MoneyUnit.of(sweep.currency, most)
    is_alike = SEEN * most < width < unit.size
    return MoneyUnit.of(sweep.currency, width) if is_alike else unit


# -- tables ---------------------------------------------------------------------------------


def _breakpoints(sweep: Sweep, unit: MoneyUnit) -> Table:
    each = sweep.units[0] or "1"
    money = f"{sweep.currency} per {each}"
    columns = [
        Column(header_of(sweep), Show.AMOUNT),
        Column(f"Cost [{unit.name}]", Show.SCALED),
        Column(f"One more, below it [{money}]", Show.MONEY),
        Column(f"One more, above it [{money}]", Show.MONEY),
        Column("What changes", widest=70),
    ]
    rows: list[list[Cell]] = [
        [
            one.value,
            None if one.objective is None else one.objective / unit.size,
            one.slope_left,
            one.slope_right,
            one.change,
        ]
        for one in sweep.breakpoints
    ]
    if not sweep.stretches:  # of values one by one no slope is known
        columns = [*columns[:2], *columns[4:]]
        rows = [[*row[:2], *row[4:]] for row in rows]
    return Table("Breakpoints", columns, rows)


def _bought(sweep: Sweep) -> list[int]:
    """Sources that any plan buys from."""
    found = np.max([point.state.purchases for point in sweep.plans if point.state], axis=0)
    return [int(s) for s in np.flatnonzero(found > SEEN * found.max(initial=0.0))]


def _points(sweep: Sweep, unit: MoneyUnit) -> Table:
    bought = _bought(sweep)
    columns = [
        *(Column(header_of(sweep, k), Show.AMOUNT) for k in range(len(sweep.varied))),
        Column(f"Cost [{unit.name}]", Show.SCALED),
        Column("Missing [t]", Show.TONNES),
        *(Column(f"{sweep.sources[s]} [t]", Show.TONNES) for s in bought),
        Column("Decisions"),
        Column("Remark"),
    ]
    labels = _labels(sweep)
    rows: list[list[Cell]] = []
    for point in sweep.points:
        state = point.state
        cells: list[Cell] = list(point.values)
        if state is None or point.objective is None:
            cells += [None, None, *[None] * len(bought), None, f"no plan: {why_text(point.status)}"]
        else:
            cells += [point.objective / unit.size, state.shortfall_t]
            cells += [float(state.purchases[s]) for s in bought]
            cells += [labels.get(state.decisions), None]
        rows.append(cells)
    return Table("Plans", columns, rows, on_screen=0)


def _labels(sweep: Sweep) -> dict[frozenset[str], str]:
    """A letter or two for each set of decisions that the plans take; none where none takes any."""
    sets = list(dict.fromkeys(point.state.decisions for point in sweep.plans if point.state))
    if not any(sets):
        return {}
    return {taken: xl_col_to_name(k) for k, taken in enumerate(sets)}


def _decisions(sweep: Sweep) -> list[Table]:
    """What the letters of the decisions mean."""
    labels = _labels(sweep)
    rows: list[list[Cell]] = [
        [letter, decision]
        for taken, letter in labels.items()
        for decision in (sorted(taken) or ["none is taken"])
    ]
    columns = [Column("Decisions"), Column("What is decided", widest=80)]
    return [Table("Decisions", columns, rows, on_screen=0)] if rows else []


def _grid(sweep: Sweep, unit: MoneyUnit) -> Table:
    firsts, seconds, costs = _costs(sweep, unit)
    columns = [
        Column(header_of(sweep), Show.AMOUNT),
        *(Column(number_text(sweep, value, 1), Show.SCALED) for value in seconds),
    ]
    rows: list[list[Cell]] = [
        [first, *(None if math.isnan(cost) else cost for cost in line)]
        for first, line in zip(firsts, costs, strict=True)
    ]
    note = (
        f"Cost, paid and valued, in {unit.name}. Down: {header_of(sweep)}; across: "
        f"{header_of(sweep, 1)}."
    )
    return Table("Cost", columns, rows, note=note, heat=True)


def _costs(sweep: Sweep, unit: MoneyUnit) -> tuple[list[float], list[float], list[list[float]]]:
    """The values of both targets, and the cost of each pair; not a number where it is not known."""
    firsts, seconds = (sorted({p.values[k] for p in sweep.points}) for k in (0, 1))
    known = {
        point.values: point.objective / unit.size
        for point in sweep.points
        if point.objective is not None
    }
    costs = [[known.get((a, b), math.nan) for b in seconds] for a in firsts]
    return firsts, seconds, costs


# -- pictures -------------------------------------------------------------------------------


def _heat(sweep: Sweep, unit: MoneyUnit) -> Picture:
    firsts, seconds, costs = _costs(sweep, unit)
    labels = [number_text(sweep, value, 1) for value in seconds]
    return Picture(
        "Cost, paid and valued",
        Kind.HEAT,
        [
            Series(number_text(sweep, first), line, labels=labels)
            for first, line in zip(firsts, costs, strict=True)
        ],
        x_title=header_of(sweep, 1),
        y_title=header_of(sweep, 0),
        right_title=f"Cost [{unit.name}]",
        finding=between_text(sweep),
    )


def _pictures(sweep: Sweep, unit: MoneyUnit) -> list[Picture]:
    """The cost, and who is bought; of a price the second comes first."""
    corners = _corners(sweep)
    x = [point.values[0] for point in corners]
    cost = Picture(
        "Cost of the best plan, paid and valued",
        Kind.LINES,
        [Series("Cost", [(p.objective or 0.0) / unit.size for p in corners], x)],
        x_title=header_of(sweep),
        y_title=f"Cost, paid and valued [{unit.name}]",
        middle=sweep.now if _is_inside(sweep, x) else None,
        middle_name=_in_the_case(sweep) if _is_inside(sweep, x) else "",
        finding=_worth(sweep) or _range(sweep),
    )
    bought = _purchases(sweep, corners)
    if bought is None:
        return [cost]
    return [bought, cost] if sweep.bends == "concave" else [cost, bought]


def _is_inside(sweep: Sweep, x: list[float]) -> bool:
    return sweep.now is not None and x[0] <= sweep.now <= x[-1]


def _in_the_case(sweep: Sweep) -> str:
    return f"In the case: {value_text(sweep, sweep.now or 0.0)}"


def _worth(sweep: Sweep) -> str:
    """What one unit more is worth, and up to where, from the value that the case has."""
    now = sweep.now
    here = next((s for s in sweep.stretches if now is not None and s.start <= now < s.end), None)
    if here is None or here.error:
        return ""
    ends = [s.end for s in sweep.stretches if s.start >= here.start and s.slope == here.slope]
    bends = [one.value for one in sweep.breakpoints if one.value >= here.end]
    end = min([*bends, max(ends)])
    return f"{name_of(sweep)}: {one_more_text(sweep, here.slope)}, up to {value_text(sweep, end)}"


def _range(sweep: Sweep) -> str:
    first, last = sweep.plans[0], sweep.plans[-1]
    return (
        f"{name_of(sweep)} from {value_text(sweep, first.values[0])} to "
        f"{value_text(sweep, last.values[0])}: the cost {way_text(sweep, first, last)}"
    )


def _corners(sweep: Sweep) -> list[SweepPoint]:
    """Of an exact curve its ends and breakpoints; else all plans."""
    if not sweep.stretches:
        return sweep.plans
    ends = {sweep.stretches[0].start, *(stretch.end for stretch in sweep.stretches)}
    return [point for point in sweep.plans if point.values[0] in ends]


def _first_change(sweep: Sweep) -> str:
    """The first price above today's at which purchases change, else the last one below it."""
    now = sweep.now
    if now is None or not sweep.breakpoints:
        return ""
    above = [one for one in sweep.breakpoints if one.value >= now]
    one = above[0] if above else sweep.breakpoints[-1]
    change = one.change.partition(";")[0]
    at = value_text(sweep, one.value)
    return f"{name_of(sweep)}: {value_text(sweep, now)} now; at {at} {change}"


def _purchases(sweep: Sweep, corners: list[SweepPoint]) -> Picture | None:
    """Tonnes of the sources that change most; against a price: the negotiation curve."""
    stretches = sweep.stretches
    if sweep.bends == "concave" and stretches:
        states = [stretch.first for stretch in stretches]
        x = [stretch.start for stretch in stretches] + [stretches[-1].end]
        states.append(states[-1])
        kind, title = Kind.STEPS, "Tonnes bought at each price, of the sources that change most"
    else:
        x = [point.values[0] for point in corners]
        states = [point.state for point in corners if point.state is not None]
        kind, title = Kind.LINES, "Tonnes bought of the sources that change most"
    tonnes = np.array([state.purchases for state in states])
    short = [state.shortfall_t for state in states]
    change = tonnes.max(axis=0) - tonnes.min(axis=0)
    order = [int(s) for s in np.argsort(-change, kind="stable")[:_MOST_LINES]]
    shown = [s for s in order if change[s] > SEEN * max(float(tonnes.max()), SEEN)]
    series = [Series(sweep.sources[s], tonnes[:, s].tolist(), x) for s in shown]
    if max(short) - min(short) > SEEN * max(short):
        series.append(Series("Missing", short, x))
    if not series:
        return None
    return Picture(
        title,
        kind,
        series,
        x_title=header_of(sweep),
        y_title="Tonnes [t]",
        middle=sweep.now if _is_inside(sweep, x) else None,
        middle_name=_in_the_case(sweep) if _is_inside(sweep, x) else "",
        finding=_first_change(sweep) if sweep.bends == "concave" else "",
    )
