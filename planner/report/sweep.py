"""What `planner sweep` shows: the cost against one number, and who is bought; or a grid."""

from __future__ import annotations

import math

import numpy as np
from xlsxwriter.utility import xl_col_to_name

from planner.case.changes import parse_target, split_column
from planner.case.declarations import BY_NAME
from planner.case.names import fold, lookup
from planner.case.selectors import parse_selector
from planner.numerals import money_text, rounded, tonnes_text
from planner.report.exhibit import Column, Exhibit, Kind, Picture, Series, Table
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
    names = " and ".join(_name(sweep, k) for k in range(len(sweep.varied)))
    title = f"{sweep.title}, scenario {sweep.scenario}: cost against {names}"
    unit = MoneyUnit.of(sweep.currency, *(point.objective for point in sweep.plans))
    if not sweep.plans:
        return Exhibit(title, ["Nowhere in this range is there a plan.", _no_plan(sweep)])
    if len(sweep.varied) > 1:
        return Exhibit(
            title,
            _of_grid(sweep),
            tables=[_grid(sweep, unit), _points(sweep, unit), *_decisions(sweep)],
            pictures=[_heat(sweep, unit)],
            notes=_notes(sweep),
        )
    return Exhibit(
        title,
        _sentences(sweep),
        tables=[_breakpoints(sweep, unit), _points(sweep, unit), *_decisions(sweep)],
        pictures=_pictures(sweep, unit),
        notes=_notes(sweep),
    )


# -- words ----------------------------------------------------------------------------------


def _no_plan(sweep: Sweep) -> str:
    """Why there is no plan at the first point that has none."""
    point = sweep.without_plan
    if point is None:
        return ""
    is_grid = len(sweep.varied) > 1
    where = _place(sweep, point) if is_grid else _value(sweep, point.values[0])
    return f"At {where}: {sweep.no_plan}."


def _why(status: str) -> str:
    return {
        "infeasible": "no plan keeps every rule and meets all demand",
        "unbounded": "the case can earn without end",
    }.get(status, status)


def _value(sweep: Sweep, value: float, which: int = 0) -> str:
    unit = sweep.units[which]
    return f"{rounded(value)} {unit}".strip()


def _one_more(sweep: Sweep, slope: float) -> str:
    """What one unit more of the value does, such as `one t more saves USD 137,720`."""
    one = f"one {sweep.units[0]} more" if sweep.units[0] else "one more"
    return f"{one} {_change(sweep, slope)}"


def _change(sweep: Sweep, cost: float) -> str:
    """What a change of the cost is called."""
    if cost == 0:
        return "changes nothing"
    return f"{'saves' if cost < 0 else 'costs'} {money_text(abs(cost), sweep.currency)}"


def _sentences(sweep: Sweep) -> list[str]:
    sentences = [*_how_far(sweep), _from_end_to_end(sweep)]
    sentences += _reach(sweep)
    sentences += _today(sweep)
    sentences += [_at(sweep, one) for one in _most_telling(sweep)]
    more = len(sweep.breakpoints) - _MOST_SENTENCES
    if more > 0:
        sentences.append(f"The table Breakpoints has {more} more.")
    elif not sweep.breakpoints and sweep.is_whole:
        sentences.append("The plan stays of one kind all the way.")
    return sentences


def _how_far(sweep: Sweep) -> list[str]:
    """How far it came, where it was stopped early."""
    if sweep.is_whole:
        return []
    if sweep.stretches:
        error = money_text(sweep.error, sweep.currency)
        return [
            f"Stopped before every breakpoint was found: the cost is within {error} of the lines, "
            "and where they bend may be elsewhere."
        ]
    values = [vary.values for vary in sweep.varied]
    asked = math.prod(len(some) for some in values)
    solved = sum(
        all(value in some for value, some in zip(point.values, values, strict=True))
        for point in sweep.points
    )
    if solved < asked:
        return [f"Stopped after {solved} of {asked} values: of the others nothing is known."]
    return ["Stopped while it was looked at closer where the plan changes."]


def _from_end_to_end(sweep: Sweep) -> str:
    first, last = sweep.plans[0], sweep.plans[-1]
    if first is last:
        missing = first.state.shortfall_t if first.state else 0.0
        short = f", and {tonnes_text(missing)} are missing" if missing > 0 else ""
        where, cost = _value(sweep, first.values[0]), _cost(sweep, first)
        return f"At {where} the cost, paid and valued, is {cost}{short}."
    return (
        f"From {_value(sweep, first.values[0])} to {_value(sweep, last.values[0])} the cost, paid "
        f"and valued, goes from {_cost(sweep, first)} to {_cost(sweep, last)}"
        f"{_shortfall(first, last)}."
    )


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
    reach, looked_at = sweep.reach, [point.values[0] for point in sweep.points]
    if reach is None:
        return []
    if sweep.without_plan is None:
        return []
    sides = []
    if reach[0] > min(looked_at):
        sides.append(f"below {_value(sweep, reach[0])}")
    if reach[1] < max(looked_at):
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
    if here is None or here.error:  # of a chord no slope is said
        return [f"In the case it is {_value(sweep, now)}."]
    words = f"In the case it is {_value(sweep, now)}, where {_one_more(sweep, here.slope)}"
    if left is not None and right is not None and left is not right:
        words += f", and one less {_change(sweep, -left.slope)}"
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
    varied = [
        f"{vary.target} from {_value(sweep, vary.start, k)} to {_value(sweep, vary.end, k)}"
        for k, vary in enumerate(sweep.varied)
    ]
    return [f"Varied: {' and '.join(varied)}.", *_how_exact(sweep)]


def _how_exact(sweep: Sweep) -> list[str]:
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
    among = "" if sweep.is_whole else " of these"
    sentences = [
        *_how_far(sweep),
        f"The cost{among}, paid and valued, is lowest, {_cost(sweep, best)}, at "
        f"{_place(sweep, best)}, and highest, {_cost(sweep, worst)}, at {_place(sweep, worst)}.",
    ]
    sentences += _today_of_grid(sweep)
    without = len(sweep.points) - len(sweep.plans)
    if without:
        sentences.append(
            f"At {without} of {len(sweep.points)} points there is no plan. {_no_plan(sweep)}"
        )
    return sentences


def _today_of_grid(sweep: Sweep) -> list[str]:
    """Where the case itself stands, and what it costs where that is one of the points."""
    known = [(k, value) for k, value in enumerate(sweep.standing) if value is not None]
    if not known:
        return []
    where = " and ".join(f"{_name(sweep, k)} {_value(sweep, value, k)}" for k, value in known)
    here = next((point for point in sweep.plans if _is_here(sweep, point)), None)
    cost = "" if here is None else f", where the cost is {_cost(sweep, here)}"
    return [f"The case itself has {where}{cost}."]


def _is_here(sweep: Sweep, point: SweepPoint) -> bool:
    return all(
        one is not None and math.isclose(one, value, rel_tol=1e-9)
        for one, value in zip(sweep.standing, point.values, strict=True)
    )


def _between(sweep: Sweep) -> str:
    costs = [point.objective or 0.0 for point in sweep.plans]
    low, high = (money_text(cost, sweep.currency) for cost in (min(costs), max(costs)))
    return f"{_name(sweep)} and {_name(sweep, 1)} bring the cost from {low} to {high}"


def _place(sweep: Sweep, point: SweepPoint) -> str:
    return " and ".join(
        f"{_name(sweep, k)} {_value(sweep, value, k)}" for k, value in enumerate(point.values)
    )


# -- tables ---------------------------------------------------------------------------------


def _name(sweep: Sweep, which: int = 0) -> str:
    """What varies, in the words of the workbook: `Quotas China, Tonnes`."""
    target = parse_target(sweep.varied[which].target)
    sheet = lookup(BY_NAME).get(fold(target.sheet), target.sheet)
    key = {fold(name) for name in BY_NAME[sheet].key} if sheet in BY_NAME else set()
    clauses = parse_selector(target.rows).clauses
    rows = target.rows.strip()
    if len(clauses) == 1 and clauses[0].operator == "=" and fold(clauses[0].column) in key:
        rows = ", ".join(clauses[0].alternatives)
    named = sheet if rows == "*" else f"{sheet} {rows}"
    column, _ = split_column(target.column)
    return named if column == "*" else f"{named}, {column}"


def _header(sweep: Sweep, which: int = 0) -> str:
    """The name with its unit: `Quotas China, Tonnes [t]`."""
    name, unit = _name(sweep, which), sweep.units[which]
    return f"{name} [{unit}]" if unit else name


def _breakpoints(sweep: Sweep, unit: MoneyUnit) -> Table:
    each = sweep.units[0] or "1"
    money = f"{sweep.currency} per {each}"
    columns = [
        Column(_header(sweep), Show.AMOUNT),
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
        *(Column(_header(sweep, k), Show.AMOUNT) for k in range(len(sweep.varied))),
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
            cells += [None, None, *[None] * len(bought), None, f"no plan: {_why(point.status)}"]
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
        Column(_header(sweep), Show.AMOUNT),
        *(Column(rounded(value), Show.SCALED) for value in seconds),
    ]
    rows: list[list[Cell]] = [
        [first, *(None if math.isnan(cost) else cost for cost in line)]
        for first, line in zip(firsts, costs, strict=True)
    ]
    note = (
        f"Cost, paid and valued, in {unit.name}. Down: {_header(sweep)}; across: "
        f"{_header(sweep, 1)}."
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
    labels = [rounded(value) for value in seconds]
    return Picture(
        "Cost, paid and valued",
        Kind.HEAT,
        [
            Series(rounded(first), line, labels=labels)
            for first, line in zip(firsts, costs, strict=True)
        ],
        x_title=_header(sweep, 1),
        y_title=_header(sweep, 0),
        right_title=f"Cost [{unit.name}]",
        finding=_between(sweep),
    )


def _pictures(sweep: Sweep, unit: MoneyUnit) -> list[Picture]:
    """The cost, and who is bought; of a price the second comes first."""
    corners = _corners(sweep)
    x = [point.values[0] for point in corners]
    cost = Picture(
        "Cost of the best plan, paid and valued",
        Kind.LINES,
        [Series("Cost", [(p.objective or 0.0) / unit.size for p in corners], x)],
        x_title=_header(sweep),
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
    return f"In the case: {_value(sweep, sweep.now or 0.0)}"


def _worth(sweep: Sweep) -> str:
    """What one unit more is worth, and up to where, from the value that the case has."""
    now = sweep.now
    here = next((s for s in sweep.stretches if now is not None and s.start <= now < s.end), None)
    if here is None or here.error:
        return ""
    ends = [s.end for s in sweep.stretches if s.start >= here.start and s.slope == here.slope]
    bends = [one.value for one in sweep.breakpoints if one.value >= here.end]
    end = min([*bends, max(ends)])
    return f"{_name(sweep)}: {_one_more(sweep, here.slope)}, up to {_value(sweep, end)}"


def _range(sweep: Sweep) -> str:
    first, last = sweep.plans[0], sweep.plans[-1]
    return (
        f"{_name(sweep)} from {_value(sweep, first.values[0])} to "
        f"{_value(sweep, last.values[0])}: the cost goes from {_cost(sweep, first)} to "
        f"{_cost(sweep, last)}"
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
    return f"{_name(sweep)}: {_value(sweep, now)} now; at {_value(sweep, one.value)} {change}"


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
    if max(short) - min(short) > _SEEN * max(short):
        series.append(Series("Missing", short, x))
    if not series:
        return None
    return Picture(
        title,
        kind,
        series,
        x_title=_header(sweep),
        y_title="Tonnes [t]",
        middle=sweep.now if _is_inside(sweep, x) else None,
        middle_name=_in_the_case(sweep) if _is_inside(sweep, x) else "",
        finding=_first_change(sweep) if sweep.bends == "concave" else "",
    )
