"""What `planner sweep` shows: the cost against one number, and who is bought; or a grid."""

from __future__ import annotations

import math

import numpy as np

from planner.report.exhibit import Column, Exhibit, Kind, Picture, Series, Table
from planner.report.exhibit_text import number_text
from planner.report.findings import money_text, tonnes_text
from planner.report.workbook_grid import Cell, MoneyUnit, Show
from planner.studies.sweep import Breakpoint, Sweep, SweepPoint

_MOST_SENTENCES = 5
"""Breakpoints that get a sentence; the table has them all."""

_MOST_LINES = 6
"""Sources in the picture: those whose tonnes change most."""

_SEEN = 1e-6
"""Tonnes that change by less, relative, do not change."""


def exhibit(sweep: Sweep) -> Exhibit:
    """The answer of the study in words, tables and curves."""
    names = " and ".join(vary.target for vary in sweep.varied)
    title = f"{sweep.title}, scenario {sweep.scenario}: cost against {names}"
    largest = max((abs(point.objective or 0.0) for point in sweep.plans), default=0.0)
    unit = MoneyUnit.of(sweep.currency, largest)
    if not sweep.plans:
        return Exhibit(title, ["Nowhere in this range is there a plan.", _no_plan(sweep)])
    if len(sweep.varied) > 1:
        return Exhibit(
            title,
            _of_grid(sweep),
            tables=[_grid(sweep, unit), _points(sweep, unit)],
            pictures=[_heat(sweep, unit)],
            notes=_notes(sweep),
        )
    return Exhibit(
        title,
        _sentences(sweep),
        tables=[_breakpoints(sweep, unit), _points(sweep, unit)],
        pictures=_pictures(sweep, unit),
        notes=_notes(sweep),
    )


# -- words ----------------------------------------------------------------------------------


def _no_plan(sweep: Sweep) -> str:
    """Why there is no plan at the first point that has none."""
    point = sweep.without_plan
    return "" if point is None else f"At {_place(sweep, point)}: {sweep.no_plan}."


def _why(status: str) -> str:
    return {
        "infeasible": "no plan keeps every rule and meets all demand",
        "unbounded": "the case can earn without end",
    }.get(status, status)


def _value(sweep: Sweep, value: float, which: int = 0) -> str:
    unit = sweep.units[which]
    return f"{number_text(value)} {unit}".strip()


def _one_more(sweep: Sweep, slope: float) -> str:
    """What one unit more of the value does, such as `one t more saves USD 137,720`."""
    one = f"one {sweep.units[0]} more" if sweep.units[0] else "one more"
    if slope == 0:
        return f"{one} changes nothing"
    verb = "saves" if slope < 0 else "costs"
    return f"{one} {verb} {money_text(abs(slope), sweep.currency)}"


def _sentences(sweep: Sweep) -> list[str]:
    first, last = sweep.plans[0], sweep.plans[-1]
    sentences = [
        f"From {_value(sweep, first.values[0])} to {_value(sweep, last.values[0])} the cost, paid "
        f"and valued, goes from {_cost(sweep, first)} to {_cost(sweep, last)}"
        f"{_shortfall(first, last)}."
    ]
    sentences += _reach(sweep)
    sentences += _today(sweep)
    sentences += [_at(sweep, one) for one in _most_telling(sweep)]
    more = len(sweep.breakpoints) - _MOST_SENTENCES
    if more > 0:
        sentences.append(f"The table Breakpoints has {more} more.")
    elif not sweep.breakpoints:
        sentences.append("The plan stays of one kind all the way.")
    return sentences


def _most_telling(sweep: Sweep) -> list[Breakpoint]:
    """The breakpoints at which the slope changes most, in the order of their values."""

    def bend(k: int) -> float:
        one = sweep.breakpoints[k]
        return abs((one.slope_right or 0.0) - (one.slope_left or 0.0))

    order = sorted(range(len(sweep.breakpoints)), key=lambda k: -bend(k))
    return [sweep.breakpoints[k] for k in sorted(order[:_MOST_SENTENCES])]


def _cost(sweep: Sweep, point: SweepPoint) -> str:
    return money_text(point.objective or 0.0, sweep.currency)


def _shortfall(first: SweepPoint, last: SweepPoint) -> str:
    tonnes = [point.state.shortfall_t if point.state else 0.0 for point in (first, last)]
    if max(tonnes) <= 0:
        return ""
    if abs(tonnes[0] - tonnes[1]) <= _SEEN * max(tonnes):
        return f"; {tonnes_text(tonnes[0])} are missing all the way"
    return f", and what is missing from {tonnes_text(tonnes[0])} to {tonnes_text(tonnes[1])}"


def _reach(sweep: Sweep) -> list[str]:
    """Where in the range there is no plan."""
    reach, vary = sweep.reach, sweep.varied[0]
    if reach is None:
        return []
    if sweep.without_plan is None:
        return []
    sides = []
    if reach[0] > vary.start:
        sides.append(f"below {_value(sweep, reach[0])}")
    if reach[1] < vary.end:
        sides.append(f"above {_value(sweep, reach[1])}")
    where = " and ".join(sides) or "at some values between"
    return [f"There is no plan {where}. {_no_plan(sweep)}"]


def _today(sweep: Sweep) -> list[str]:
    """What one unit more and one less does at the value that the case has."""
    now = sweep.now
    if now is None:
        return []
    left = next((s for s in sweep.stretches if s.start < now <= s.end), None)
    right = next((s for s in sweep.stretches if s.start <= now < s.end), None)
    here = right or left
    if here is None:
        return [f"In the case it is {_value(sweep, now)}."]
    words = f"In the case it is {_value(sweep, now)}, where {_one_more(sweep, here.slope)}"
    if left is not None and right is not None and left is not right:
        other = "one less saves" if left.slope > 0 else "one less costs"
        words += f", and {other} {money_text(abs(left.slope), sweep.currency)}"
    return [f"{words}."]


def _at(sweep: Sweep, one: Breakpoint) -> str:
    if one.slope_right is None or one.slope_left is None:
        after, value = _value(sweep, one.after), _value(sweep, one.value)
        where = f"Between {after} and {value}" if after != value else f"Just below {value}"
        return f"{where}: {one.change}."
    return (
        f"At {_value(sweep, one.value)}: {one.change}. From there on "
        f"{_one_more(sweep, one.slope_right)}."
    )


def _notes(sweep: Sweep) -> list[str]:
    if sweep.exact:
        kind = (
            "one more never saves more, or costs less, than the one before"
            if sweep.bends == "convex"
            else "one more never costs more than the one before"
        )
        return [
            f"Exact: every breakpoint is certified, and between two of them the cost is a straight "
            f"line ({kind}). {sweep.solves} plans were solved."
        ]
    if sweep.stretches:
        error = money_text(sweep.error, sweep.currency)
        return [f"Not exact: {sweep.reason}. The cost is within {error} of the lines."]
    return [
        f"Not exact, since {sweep.reason}: {sweep.solves} plans were solved one by one, and "
        "between them the cost is not known."
    ]


def _of_grid(sweep: Sweep) -> list[str]:
    best = min(sweep.plans, key=lambda point: point.objective or 0.0)
    worst = max(sweep.plans, key=lambda point: point.objective or 0.0)
    sentences = [
        f"The cost, paid and valued, is lowest, {_cost(sweep, best)}, at {_place(sweep, best)}, "
        f"and highest, {_cost(sweep, worst)}, at {_place(sweep, worst)}."
    ]
    without = len(sweep.points) - len(sweep.plans)
    if without:
        sentences.append(
            f"At {without} of {len(sweep.points)} points there is no plan. {_no_plan(sweep)}"
        )
    return sentences


def _place(sweep: Sweep, point: SweepPoint) -> str:
    return " and ".join(_value(sweep, value, k) for k, value in enumerate(point.values))


# -- tables ---------------------------------------------------------------------------------


def _header(sweep: Sweep, which: int = 0) -> str:
    unit = sweep.units[which]
    sheet, _, rest = sweep.varied[which].target.partition("[")
    name = rest.partition("]")[2].lstrip(".").strip()
    name = name.replace("*", sheet.strip(), 1) if name.startswith("*") else name
    return name if not unit or "[" in name else f"{name} [{unit}]"


def _breakpoints(sweep: Sweep, unit: MoneyUnit) -> Table:
    each = sweep.units[0] or "1"
    money = f"{sweep.currency} per {each}"
    columns = [
        Column(_header(sweep), Show.NUMBER),
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
    return [int(s) for s in np.flatnonzero(found > _SEEN * found.max(initial=0.0))]


def _points(sweep: Sweep, unit: MoneyUnit) -> Table:
    bought = _bought(sweep)
    columns = [
        *(Column(_header(sweep, k), Show.NUMBER) for k in range(len(sweep.varied))),
        Column(f"Cost [{unit.name}]", Show.SCALED),
        Column("Missing [t]", Show.TONNES),
        *(Column(f"{sweep.sources[s]} [t]", Show.TONNES) for s in bought),
        Column("Plan"),
    ]
    rows: list[list[Cell]] = []
    for point in sweep.points:
        state = point.state
        cells: list[Cell] = list(point.values)
        if state is None or point.objective is None:
            cells += [None, None, *[None] * len(bought), _why(point.status)]
        else:
            cells += [point.objective / unit.size, state.shortfall_t]
            cells += [float(state.purchases[s]) for s in bought]
            cells.append(", ".join(sorted(state.decisions)) or None)
        rows.append(cells)
    return Table("Plans", columns, rows, on_screen=0)


def _grid(sweep: Sweep, unit: MoneyUnit) -> Table:
    firsts, seconds, costs = _costs(sweep, unit)
    columns = [
        Column(f"{_header(sweep)} down, {_header(sweep, 1)} across", Show.NUMBER),
        *(Column(number_text(value), Show.SCALED) for value in seconds),
    ]
    rows: list[list[Cell]] = [
        [first, *(None if math.isnan(cost) else cost for cost in line)]
        for first, line in zip(firsts, costs, strict=True)
    ]
    return Table("Cost", columns, rows, note=f"Cost, paid and valued, in {unit.name}.", heat=True)


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
    labels = [number_text(value) for value in seconds]
    return Picture(
        f"Cost, paid and valued [{unit.name}]",
        Kind.HEAT,
        [
            Series(number_text(first), line, labels=labels)
            for first, line in zip(firsts, costs, strict=True)
        ],
        x_title=_axis(sweep, 1),
        y_title=_axis(sweep, 0),
        right_title=unit.name,
    )


def _axis(sweep: Sweep, which: int = 0) -> str:
    unit = sweep.units[which]
    target = sweep.varied[which].target
    is_said = not unit or target.rstrip().endswith("]")
    return target if is_said else f"{target} [{unit}]"


def _pictures(sweep: Sweep, unit: MoneyUnit) -> list[Picture]:
    corners = _corners(sweep)
    x = [point.values[0] for point in corners]
    series = [Series(f"Cost [{unit.name}]", [(p.objective or 0.0) / unit.size for p in corners], x)]
    cost = Picture(
        "Cost of the best plan, paid and valued",
        Kind.LINES,
        series,
        x_title=_axis(sweep),
        y_title=unit.name,
        middle=sweep.now if sweep.now is not None and x[0] <= sweep.now <= x[-1] else None,
    )
    bought = _purchases(sweep, corners)
    return [cost, bought] if bought is not None else [cost]


def _corners(sweep: Sweep) -> list[SweepPoint]:
    """Of an exact curve its ends and breakpoints; else all plans."""
    if not sweep.stretches:
        return sweep.plans
    ends = {sweep.stretches[0].start, *(stretch.end for stretch in sweep.stretches)}
    return [point for point in sweep.plans if point.values[0] in ends]


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
    shown = [s for s in order if change[s] > _SEEN * max(float(tonnes.max()), _SEEN)]
    series = [Series(sweep.sources[s], tonnes[:, s].tolist(), x) for s in shown]
    if max(short) > 0:
        series.append(Series("Missing", short, x))
    if not series:
        return None
    return Picture(
        title,
        kind,
        series,
        x_title=_axis(sweep),
        y_title="t",
        middle=sweep.now if sweep.now is not None and x[0] <= sweep.now <= x[-1] else None,
    )
