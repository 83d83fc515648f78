"""What `planner alternatives` shows: plans nearly as cheap, and what none can do without."""

from __future__ import annotations

from planner.numerals import money_text, share_text, tonnes_text
from planner.report.exhibit import Column, Exhibit, Kind, Picture, Series, Table, most_seen
from planner.report.workbook_grid import Cell, MoneyUnit, Show
from planner.studies.alternatives import Alternatives
from planner.studies.near import FREE, MUST, NEVER, UNKNOWN, SourceRange
from planner.wording import listed

_MOST_DRAWN = 30
"""Sources in a picture: those of which most can be bought."""

_SAID = (
    (MUST, "Must buy, in every such plan"),
    (FREE, "Free to choose: some of these plans buy it, some do not"),
    (NEVER, "Never needed: no such plan buys any"),
    (UNKNOWN, "Not known, for lack of time"),
)


def exhibit(alternatives: Alternatives) -> Exhibit:
    """The answer of the study in words, tables and pictures."""
    plan = alternatives.cheapest
    unit = MoneyUnit.of(plan.currency, plan.objective)
    title = plan.numbers.title or plan.case.name
    return Exhibit(
        title=f"{title}, scenario {plan.scenario}: plans nearly as cheap",
        sentences=_sentences(alternatives),
        tables=[_sources(alternatives), _plans(alternatives, unit), _purchases(alternatives)],
        pictures=_pictures(alternatives),
        notes=_notes(alternatives),
    )


def _sentences(alternatives: Alternatives) -> list[str]:
    plan = alternatives.cheapest
    others = len(alternatives.plans) - 1
    within = (
        f"The cheapest plan costs {money_text(plan.objective, plan.currency)}, paid and valued; "
        f"{share_text(alternatives.within)} more is "
        f"{money_text(alternatives.budget, plan.currency)}."
    )
    if others:
        furthest = max(one.differs_t for one in alternatives.plans)
        found = (
            f"{others} other plan{'s' if others > 1 else ''} within that "
            f"{'are' if others > 1 else 'is'} shown; the purchases of the most different one "
            f"differ by {tonnes_text(furthest)}, added up by source."
        )
    elif _may_be_others(alternatives):
        found = "Stopped before other plans were looked for."
    else:
        found = "No plan within that buys other sources than the cheapest."
    known, every = len(alternatives.sources), len(plan.numbers.sources)
    how_far = [f"Stopped when {known} of {every} sources were looked at."] if known < every else []
    return [within, *how_far, found, *_verdicts(alternatives.sources)]


def _may_be_others(alternatives: Alternatives) -> bool:
    """Whether other plans may buy other sources, where none is shown."""
    return not alternatives.exact or any(one.verdict == FREE for one in alternatives.sources)


def _verdicts(sources: tuple[SourceRange, ...]) -> list[str]:
    sentences = []
    for verdict, words in _SAID:
        names = [source.name for source in sources if source.verdict == verdict]
        if names:
            sentences.append(f"{words}: {listed(names)}.")
    return sentences


def _notes(alternatives: Alternatives) -> list[str]:
    exact = (
        "Least and most are exact"
        if alternatives.exact
        else "Least and most are exact where they are proven; elsewhere the least may be less and "
        "the most more"
    )
    bound = ""
    if alternatives.furthest_t is not None and len(alternatives.plans) > 1:
        bound = f"; none is further from the cheapest than {tonnes_text(alternatives.furthest_t)}"
    notes = [
        f"{exact}: of all plans within the tolerance, also of those that buy more than is needed. "
        "Which plans differ most is looked for step by step, so that others may differ a little "
        f"more{bound}."
    ]
    return [*notes, "Stopped before all was known."] if alternatives.interrupted else notes


# -- tables ---------------------------------------------------------------------------------


def _sources(alternatives: Alternatives) -> Table:
    rows: list[list[Cell]] = [
        [
            source.name,
            source.verdict,
            source.least_t,
            source.cheapest_t,
            source.most_t,
            source.least_share,
            source.most_share,
            "" if source.proven else "not proven",
        ]
        for source in alternatives.sources
    ]
    columns = [
        Column("Source"),
        Column("Verdict"),
        Column("Least [t]", Show.ROUNDED),
        Column("Cheapest plan [t]", Show.ROUNDED),
        Column("Most [t]", Show.ROUNDED),
        Column("Least, share of demand", Show.SHARE),
        Column("Most, share of demand", Show.SHARE),
        Column("Proof"),
    ]
    shown = [0, 1, 2, 3, 4, 7]
    if all(source.proven for source in alternatives.sources):
        columns, rows, shown = columns[:-1], [row[:-1] for row in rows], shown[:-1]
    note = "Tonnes bought in all periods; shares of the demand for what the source holds."
    return Table("Sources", columns, rows, note=note, on_screen=30, headers_on_screen=shown)


def _label(position: int) -> str:
    return "Cheapest" if position == 0 else f"Plan {position}"


def _plans(alternatives: Alternatives, unit: MoneyUnit) -> Table:
    cheapest = alternatives.cheapest.objective
    rows: list[list[Cell]] = [
        [
            _label(n),
            unit.scaled(one.objective),
            (one.objective - cheapest) / abs(cheapest) if cheapest else None,
            unit.scaled(one.paid),
            one.shortfall_t,
            one.differs_t,
            one.nearest_t,
        ]
        for n, one in enumerate(alternatives.plans)
    ]
    columns = [
        Column("Plan"),
        Column(f"Cost [{unit.name}]", Show.SCALED),
        Column("Dearer by", Show.SHARE),
        Column(f"Money paid [{unit.name}]", Show.SCALED),
        Column("Missing [t]", Show.TONNES),
        Column("Differs from the cheapest [t]", Show.TONNES),
        Column("Differs from those above [t]", Show.TONNES),
    ]
    return Table("Plans", columns, rows)


def _purchases(alternatives: Alternatives) -> Table:
    rows: list[list[Cell]] = [
        [source.name, *(float(one.purchases[s]) for one in alternatives.plans)]
        for s, source in enumerate(alternatives.cheapest.numbers.sources)
    ]
    columns = [Column("Source")]
    columns += [Column(f"{_label(n)} [t]", Show.ROUNDED) for n in range(len(alternatives.plans))]
    return Table("Purchases", columns, rows, on_screen=30)


def _pictures(alternatives: Alternatives) -> list[Picture]:
    bought = [one for one in alternatives.sources if one.most_t > 0]
    sources = sorted(bought, key=lambda one: -one.most_t)[:_MOST_DRAWN]
    pictures = []
    if sources:
        names = [source.name for source in sources]
        least = [source.least_t for source in sources]
        free = [source.most_t - source.least_t for source in sources]
        pictures.append(
            Picture(
                title="Least and most of each source in plans that cost at most "
                f"{share_text(alternatives.within)} more",
                kind=Kind.RANGES,
                series=[
                    Series("every such plan buys this", least, labels=names),
                    Series("free to choose", free, labels=names),
                ],
                x_title="Tonnes bought [t]",
                finding=_finding(alternatives),
                remarks=[_span(source) for source in sources],
            )
        )
    labels = [_label(n) for n in range(len(alternatives.plans))]
    of_source = [
        (source.name, [float(one.purchases[s]) for one in alternatives.plans])
        for s, source in enumerate(alternatives.cheapest.numbers.sources)
    ]
    pictures.append(
        Picture(
            title="What the plans buy",
            kind=Kind.STACK,
            series=most_seen(
                [Series(name, tonnes, labels=labels) for name, tonnes in of_source if any(tonnes)],
                "all others",
            ),
            y_title="Tonnes bought [t]",
        )
    )
    return pictures


def _finding(alternatives: Alternatives) -> str:
    """Which sources no plan within the tolerance can do without."""
    within = share_text(alternatives.within)
    must = [source.name for source in alternatives.sources if source.verdict == MUST]
    if must:
        return f"No plan that costs at most {within} more can do without {listed(must)}"
    if any(source.verdict == UNKNOWN for source in alternatives.sources):
        return ""
    return f"No single source is in every plan that costs at most {within} more"


def _span(source: SourceRange) -> str:
    if source.least_t == source.most_t:
        return tonnes_text(source.most_t)
    return f"{tonnes_text(source.least_t).removesuffix(' t')} to {tonnes_text(source.most_t)}"
