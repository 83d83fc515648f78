"""What `planner frontier` shows: the cost of depending less on one country or supplier."""

from __future__ import annotations

from collections.abc import Sequence

from planner.numerals import fixed, money_text, share_text, tonnes_text
from planner.report.exhibit import Column, Exhibit, Kind, Picture, Series, Table, most_seen
from planner.report.workbook_grid import Cell, MoneyUnit, Show
from planner.studies.frontier import Frontier, FrontierPoint
from planner.wording import capital

_SAVED = 0.01
"""Concentration saved for nothing that is worth a sentence."""

_LESS = (0.05, 0.1)
"""How much less of it a sentence is about, as nearly as a plan was solved."""

_SEEN = 1e-6
"""Tonnes below this part of the demand are not missed in a sentence."""

_ON_SCREEN = 20

_MOST_TYPED = {"share": 2.0, "hhi": 1.0}
"""The largest Maximum that the sheet Limits takes; more is bought where stocks are filled."""

_SHOWN = 0.005
"""Shares below are no line of the picture."""


def exhibit(frontier: Frontier) -> Exhibit:
    """The answer of the study in words, tables and curves."""
    plan = frontier.cheapest
    costs = (point.objective for point in frontier.points)
    unit = MoneyUnit.of(plan.currency, plan.objective, *costs)
    title = plan.numbers.title or plan.case.name
    return Exhibit(
        title=f"{title}, scenario {plan.scenario}: cost against concentration",
        sentences=_sentences(frontier),
        tables=[
            _points("Frontier", frontier, frontier.steps, unit, on_screen=_ON_SCREEN),
            _points("Corners" if frontier.exact else "Curve", frontier, frontier.points, unit),
            _shares(frontier),
            _purchases(frontier),
        ],
        pictures=_pictures(frontier, unit),
        notes=_notes(frontier),
    )


def _measured(frontier: Frontier) -> str:
    of = frontier.column.lower()
    if frontier.measure == "share":
        return f"largest share of a {of}"
    return f"HHI by {of}"


def _amount(frontier: Frontier, concentration: float) -> str:
    return share_text(concentration) if frontier.measure == "share" else fixed(concentration, 4)


def _sentences(frontier: Frontier) -> list[str]:
    plan, points = frontier.cheapest, frontier.points
    measured = _measured(frontier)
    if frontier.demand_t == 0:
        cost = money_text(plan.objective, plan.currency)
        return [
            f"There is no demand, and so nothing that is bought is a share of it; the cheapest "
            f"plan costs {cost}, paid and valued."
        ]
    sentences = [
        f"The cheapest plan costs {money_text(plan.objective, plan.currency)}, paid and valued; "
        f"its {measured} is {_amount(frontier, frontier.unbounded)}."
    ]
    if not points or (frontier.interrupted and len(points) == 1):
        return [*sentences, "Stopped before any other plan was found."]
    free = points[-1]
    if frontier.interrupted:
        sentences.append(
            f"Stopped before the whole curve was known: {len(points)} plans were found, from "
            f"{_amount(frontier, free.concentration)} down to "
            f"{_amount(frontier, points[0].concentration)}."
        )
    if not frontier.interrupted and frontier.unbounded - free.concentration > _SAVED:
        sentences.append(f"It can come down to {_amount(frontier, free.concentration)} at no cost.")
    sentences += _steps(frontier)
    if not frontier.unbounded:
        sentences.append("It buys nothing that is demanded: nothing depends on anybody.")
    elif frontier.least > 0:
        can_give_way = any(rule.priority is not None for rule in plan.numbers.rules)
        which = " that gives up no more of the limits with a priority" if can_give_way else ""
        sentences.append(f"Below {_amount(frontier, frontier.least)} no plan{which} is possible.")
    elif not frontier.interrupted:
        sentences.append(
            "No concentration is too small for a plan: what cannot be bought is missing, at "
            "the shortfall cost."
        )
    return sentences


def _steps(frontier: Frontier) -> list[str]:
    """What less concentration costs, each of a plan that was solved."""
    free = frontier.points[-1]
    lower = [p for p in frontier.steps if free.concentration - p.concentration > _SAVED]
    named: list[FrontierPoint] = []
    for less in _LESS if lower else ():
        wanted = free.concentration - less
        nearest = min(lower, key=lambda point: abs(point.concentration - wanted))
        if nearest not in named:
            named.append(nearest)
    return [_step(frontier, point) for point in named]


def _step(frontier: Frontier, point: FrontierPoint) -> str:
    free, currency = frontier.points[-1], frontier.cheapest.currency
    text = (
        f"{_amount(frontier, point.concentration)} instead of "
        f"{_amount(frontier, free.concentration)} costs "
        f"{money_text(point.objective - free.objective, currency)} more"
    )
    missing = point.shortfall_t - free.shortfall_t
    if missing > _SEEN * frontier.demand_t:
        text += f", with {tonnes_text(missing)} more missing"
    return text + "."


def _notes(frontier: Frontier) -> list[str]:
    most = _MOST_TYPED[frontier.measure]
    is_typed = all(point.concentration <= most for point in frontier.points)
    kind = "share" if frontier.measure == "share" else "HHI"
    counted = (
        "Counted as Limits do: contained tonnes of all materials, bought in all periods, as shares "
        f"of the demand of {tonnes_text(frontier.demand_t)}. Each number"
        f"{'' if is_typed else f' up to {most:g}'} can be the Maximum of a limit of type {kind} "
        f"with Column {frontier.column}, Per window. Of plans as cheap, one is shown."
    )
    if frontier.demand_t == 0:
        return []
    numbers = frontier.cheapest.numbers
    if len(numbers.items) > len(numbers.materials):
        counted += " Products that are missing count by their own weight."
    if frontier.has_decisions:
        how = (
            "There are yes/no decisions: solved at round numbers. Between two of them the cost is "
            "between theirs."
        )
    elif frontier.exact:
        how = "Exact: the cost is straight from corner to corner."
    elif frontier.gap is None:
        how = "How far the curve may be off between its points is not known."
    else:
        gap = money_text(frontier.gap, frontier.cheapest.currency)
        how = f"Between points a straight line is above the least cost by at most {gap}."
    first = frontier.points[0].concentration if frontier.points else 0.0
    if frontier.measure == "hhi" and first - frontier.least > _SEEN:
        how += f" It is not drawn below {_amount(frontier, first)}, where it gets ever steeper."
    return [counted, how]


# -- tables ---------------------------------------------------------------------------------


def _concentration(frontier: Frontier) -> Column:
    show = Show.SHARE if frontier.measure == "share" else Show.AMOUNT
    return Column(f"At most: {_measured(frontier)}", show)


def _points(
    name: str,
    frontier: Frontier,
    points: Sequence[FrontierPoint],
    unit: MoneyUnit,
    *,
    on_screen: int = 0,
) -> Table:
    cheapest = frontier.points[-1].objective if frontier.points else 0.0
    rows: list[list[Cell]] = [
        [
            point.concentration,
            unit.scaled(point.objective),
            unit.scaled(point.objective - cheapest),
            unit.scaled(point.paid),
            unit.scaled(point.valuation),
            point.shortfall_t,
            point.gap,
        ]
        for point in reversed(points)
    ]
    columns = [
        _concentration(frontier),
        Column(f"Cost [{unit.name}]", Show.SCALED),
        Column(f"Dearer by [{unit.name}]", Show.SCALED),
        Column(f"Money paid [{unit.name}]", Show.SCALED),
        Column(f"Valued, not paid [{unit.name}]", Show.SCALED),
        Column("Missing [t]", Show.TONNES),
        Column("Gap of the search", Show.SHARE),
    ]
    if not frontier.has_decisions:
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return Table(name, columns, rows, on_screen=on_screen, spread=True)


def _shares(frontier: Frontier) -> Table:
    values = list(dict.fromkeys(value for point in frontier.points for value in point.shares))
    rows: list[list[Cell]] = [
        [point.concentration, *(point.shares.get(value, 0.0) for value in values)]
        for point in reversed(frontier.points)
    ]
    columns = [_concentration(frontier), *(Column(value, Show.SHARE) for value in values)]
    note = f"Shares of demand, by {frontier.column}."
    return Table("Shares", columns, rows, note=note, on_screen=0)


def _purchases(frontier: Frontier) -> Table:
    names = [source.name for source in frontier.cheapest.numbers.sources]
    bought = [name for name in names if any(name in point.purchases for point in frontier.points)]
    rows: list[list[Cell]] = [
        [point.concentration, *(point.purchases.get(name, 0.0) for name in bought)]
        for point in reversed(frontier.points)
    ]
    columns = [_concentration(frontier), *(Column(name, Show.ROUNDED) for name in bought)]
    return Table("Purchases", columns, rows, note="Tonnes bought in all periods.", on_screen=0)


def _pictures(frontier: Frontier, unit: MoneyUnit) -> list[Picture]:
    points = frontier.points
    if len(points) < 2:
        return []
    per = 100.0 if frontier.measure == "share" else 1.0
    x = [per * point.concentration for point in points]
    label = f"At most: {_measured(frontier)}" + (" [%]" if per > 1 else "")
    curve = Picture(
        title=f"Cost against concentration by {frontier.column}",
        kind=Kind.LINES,
        series=[
            Series("cost, paid and valued", [p.objective / unit.size for p in points], x),
            Series("money paid", [p.paid / unit.size for p in points], x),
            Series("missing (right scale)", [p.shortfall_t for p in points], x, axis=1),
        ],
        x_title=label,
        y_title=f"Money [{unit.name}]",
        right_title="Missing [t]",
        finding=_finding(frontier),
    )
    values = list(dict.fromkeys(value for point in points for value in point.shares))
    shares = Picture(
        title=f"Shares of demand by {frontier.column}",
        kind=Kind.LINES,
        series=most_seen(
            [
                Series(value, [100.0 * point.shares.get(value, 0.0) for point in points], x)
                for value in values
                if any(point.shares.get(value, 0.0) > _SHOWN for point in points)
            ],
            "all others",
        ),
        x_title=label,
        y_title="Share of demand [%]",
    )
    return [curve, shares]


def _finding(frontier: Frontier) -> str:
    """What the first step away from the free plan costs."""
    text = next(iter(_steps(frontier)), "")
    measured = _measured(frontier)
    return f"{capital(measured)}: {text.removesuffix('.')}" if text else ""
