"""What `planner sweep` says in words: sentences, notes, and how values and costs are called."""

from __future__ import annotations

import math

from planner.case.changes import parse_target, split_column
from planner.case.declarations import BY_NAME
from planner.case.names import fold, lookup
from planner.case.selectors import parse_selector
from planner.numerals import money_text, told_apart, tonnes_text
from planner.studies.sweep import Breakpoint, Sweep, SweepPoint
from planner.wording import one_of

_MOST_SENTENCES = 5
"""Breakpoints that get a sentence; the table has them all."""

SEEN = 1e-6
"""Tonnes that change by less, relative, do not change; nor do costs of searches."""

_EXACT = 1e-9
"""The same of costs without yes/no decisions."""

_AT_A_CORNER = 1e-9
"""A value nearer to a breakpoint than this part of the range is at it, but for rounding."""


def name_of(sweep: Sweep, which: int = 0) -> str:
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


def header_of(sweep: Sweep, which: int = 0) -> str:
    """The name with its unit: `Quotas China, Tonnes [t]`."""
    name, unit = name_of(sweep, which), sweep.units[which]
    return f"{name} [{unit}]" if unit else name


def no_plan_text(sweep: Sweep) -> str:
    """Why there is no plan at the first point that has none."""
    point = sweep.without_plan
    if point is None:
        return ""
    is_grid = len(sweep.varied) > 1
    where = _place(sweep, point) if is_grid else value_text(sweep, point.values[0])
    return f"At {where}: {sweep.no_plan}."


def why_text(status: str) -> str:
    """Why a point has no plan."""
    return {
        "infeasible": "no plan keeps every rule and meets all demand",
        "unbounded": "the case can earn without end",
    }.get(status, status)


def value_text(sweep: Sweep, value: float, which: int = 0) -> str:
    """A value of what varies: `20,000 t`."""
    unit = sweep.units[which]
    return f"{number_text(sweep, value, which)} {one_of(unit) if value == 1 else unit}".strip()


def number_text(sweep: Sweep, value: float, which: int = 0) -> str:
    """The same without its unit: `20,000`."""
    vary = sweep.varied[which]
    return told_apart(value, vary.start, vary.end)


def one_more_text(sweep: Sweep, slope: float) -> str:
    """What one unit more of the value does, such as `one t more saves USD 137,720`."""
    one = f"one {one_of(sweep.units[0])} more" if sweep.units[0] else "one more"
    return f"{one} {_change(sweep, slope)}"


def _change(sweep: Sweep, cost: float) -> str:
    """What a change of the cost is called."""
    if cost == 0:
        return "changes nothing"
    return f"{'saves' if cost < 0 else 'costs'} {money_text(abs(cost), sweep.currency)}"


def sentences_of(sweep: Sweep) -> list[str]:
    """The answer where one number varies."""
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
        where, cost = value_text(sweep, first.values[0]), cost_text(sweep, first)
        return f"At {where} the cost, paid and valued, is {cost}{short}."
    return (
        f"From {value_text(sweep, first.values[0])} to {value_text(sweep, last.values[0])} the "
        f"cost, paid and valued, {way_text(sweep, first, last)}{_shortfall(first, last)}."
    )


def way_text(sweep: Sweep, first: SweepPoint, last: SweepPoint) -> str:
    """How the cost gets from one plan's to another's, where that is not seen in both, too."""
    start, end = cost_text(sweep, first), cost_text(sweep, last)
    if start != end:
        return f"goes from {start} to {end}"
    one, other = first.objective or 0.0, last.objective or 0.0
    if abs(other - one) <= (_EXACT if sweep.exact else SEEN) * abs(one):
        return f"stays at {end}"
    rises = "rises" if other > one else "falls"
    return f"{rises} by {money_text(abs(other - one), sweep.currency)} to {end}"


def _most_telling(sweep: Sweep) -> list[Breakpoint]:
    """The breakpoints at which the slope changes most, in the order of their values."""

    def bend(k: int) -> float:
        one = sweep.breakpoints[k]
        return abs((one.slope_right or 0.0) - (one.slope_left or 0.0))

    order = sorted(range(len(sweep.breakpoints)), key=lambda k: -bend(k))
    return [sweep.breakpoints[k] for k in sorted(order[:_MOST_SENTENCES])]


def cost_text(sweep: Sweep, point: SweepPoint) -> str:
    """The cost of the plan at a point: `USD 3,376.2 million`."""
    return money_text(point.objective or 0.0, sweep.currency)


def _shortfall(first: SweepPoint, last: SweepPoint) -> str:
    tonnes = [point.state.shortfall_t if point.state else 0.0 for point in (first, last)]
    if max(tonnes) <= 0:
        return ""
    if abs(tonnes[0] - tonnes[1]) <= SEEN * max(tonnes):
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
        sides.append(f"below {value_text(sweep, reach[0])}")
    if reach[1] < max(looked_at):
        sides.append(f"above {value_text(sweep, reach[1])}")
    where = " and ".join(sides) or "at some values between"
    return [f"There is no plan {where}. {no_plan_text(sweep)}"]


def _today(sweep: Sweep) -> list[str]:
    """What one unit more and one less does at the value that the case has."""
    now = sweep.now
    if now is None:
        return []
    near = _AT_A_CORNER * (sweep.varied[0].end - sweep.varied[0].start)
    left = next((s for s in sweep.stretches if s.start + near < now <= s.end + near), None)
    right = next((s for s in sweep.stretches if s.start - near <= now < s.end - near), None)
    here = right or left
    if here is None or here.error:  # of a chord no slope is said
        return [f"In the case it is {value_text(sweep, now)}."]
    words = f"In the case it is {value_text(sweep, now)}, where {one_more_text(sweep, here.slope)}"
    if left is not None and right is not None and left is not right:
        words += f", and one less {_change(sweep, -left.slope)}"
    return [f"{words}."]


def _at(sweep: Sweep, one: Breakpoint) -> str:
    if one.slope_right is None or one.slope_left is None:
        after, value = value_text(sweep, one.after), value_text(sweep, one.value)
        where = f"Between {after} and {value}" if after != value else f"Just below {value}"
        return f"{where}: {one.change}."
    return (
        f"At {value_text(sweep, one.value)}: {one.change}. From there on "
        f"{one_more_text(sweep, one.slope_right)}."
    )


def notes_of(sweep: Sweep) -> list[str]:
    """What was asked, and how exact the answer is."""
    varied = [
        f"{vary.target} from {value_text(sweep, vary.start, k)} to {value_text(sweep, vary.end, k)}"
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


def sentences_of_grid(sweep: Sweep) -> list[str]:
    """The answer where two numbers vary."""
    best = min(sweep.plans, key=lambda point: point.objective or 0.0)
    worst = max(sweep.plans, key=lambda point: point.objective or 0.0)
    among = "" if sweep.is_whole else " of these"
    sentences = [
        *_how_far(sweep),
        f"The cost{among}, paid and valued, is lowest, {cost_text(sweep, best)}, at "
        f"{_place(sweep, best)}, and highest, {cost_text(sweep, worst)}, at "
        f"{_place(sweep, worst)}.",
    ]
    sentences += _today_of_grid(sweep)
    without = len(sweep.points) - len(sweep.plans)
    if without:
        sentences.append(
            f"At {without} of {len(sweep.points)} points there is no plan. {no_plan_text(sweep)}"
        )
    return sentences


def _today_of_grid(sweep: Sweep) -> list[str]:
    """Where the case itself stands, and what it costs where that is one of the points."""
    known = [(k, value) for k, value in enumerate(sweep.standing) if value is not None]
    if not known:
        return []
    where = " and ".join(f"{name_of(sweep, k)} {value_text(sweep, value, k)}" for k, value in known)
    here = next((point for point in sweep.plans if _is_here(sweep, point)), None)
    cost = "" if here is None else f", where the cost is {cost_text(sweep, here)}"
    return [f"The case itself has {where}{cost}."]


def _is_here(sweep: Sweep, point: SweepPoint) -> bool:
    return all(
        one is not None and math.isclose(one, value, rel_tol=1e-9)
        for one, value in zip(sweep.standing, point.values, strict=True)
    )


def between_text(sweep: Sweep) -> str:
    """Between which costs two numbers bring it, for the title of a picture."""
    costs = [point.objective or 0.0 for point in sweep.plans]
    low, high = (money_text(cost, sweep.currency) for cost in (min(costs), max(costs)))
    return f"{name_of(sweep)} and {name_of(sweep, 1)} bring the cost from {low} to {high}"


def _place(sweep: Sweep, point: SweepPoint) -> str:
    return " and ".join(
        f"{name_of(sweep, k)} {value_text(sweep, value, k)}" for k, value in enumerate(point.values)
    )
