"""The first pages: Summary on one screen, and the scenarios side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from planner.plan import Plan
from planner.report.findings import (
    Cover,
    binding,
    lowest_cover,
    missing,
    saving_words,
    share_text,
    to_decide,
    tonnes_text,
)
from planner.report.workbook_data import Results, form_sold, tidy, what_it_sells
from planner.report.workbook_grid import (
    BOLD,
    PLAIN,
    TO_THE_RIGHT,
    TOTAL,
    WARNING,
    Book,
    Cell,
    Look,
    Page,
    Show,
    done,
    largest,
)

VALUED = "Value put on shortfall, safety stock and broken rules"
SUM = "Total that the planner minimises"

_MOST_BOUGHT, _MOST_MISSING, _MOST_COUNTRIES, _MOST_DECIDED, _MOST_BINDING = 10, 5, 6, 5, 5
"""Lines of each block of the Summary, so that it stays on one screen."""

_LEFT, _RIGHT = 0, 7
"""The first columns of the two blocks of the Summary that stand side by side."""

_NAMES, _NARROWEST, _WIDEST = 3, 10.0, 32.0
_NUMBER_WIDTHS = (12.0, 11.0, 17.0, 2.5, 50.0, 17.0, 9.0)
"""Of the columns of the Summary after those with names."""

_LABEL_WIDTH, _SCENARIO_WIDTH = 66.0, 20.0

Line = Sequence[Cell]

_TITLE: Look = {"bold": True, "font_size": 16}
_SUBTITLE: Look = {"font_size": 12}


# -- summary --------------------------------------------------------------------------------


def write_summary(book: Book, results: Results) -> None:
    """The first plan on one screen."""
    page, plan = book.page("Summary"), results.first
    row = _write_title(page, results)
    bought, missing_ = _bought(plan), _missing(plan)
    nominal = "" if plan.numbers.discount[-1] == 1.0 else " (money not discounted)"
    left = _write_left(page, row, f"What to buy{_span(plan)}{nominal}", bought)
    left = _write_left(page, left + 1, "What is missing, earliest first", missing_)
    right = _write_money(page, row, plan)
    right = _write_countries(page, right + 1, plan)
    row = _write_decisions(page, max(left, right) + 1, plan)
    row = _write_binding(page, row, plan)
    _write_pointers(page, row + 1, results)
    names = zip(*(row for block in (bought, missing_) for row in block.rows), strict=True)
    widths = [max(len(str(cell or "")) for cell in cells) + 2 for cells in list(names)[:_NAMES]]
    page.widths([*(min(max(w, _NARROWEST), _WIDEST) for w in widths), *_NUMBER_WIDTHS])
    page.sheet.hide_gridlines(2)


def _write_title(page: Page, results: Results) -> int:
    plan = results.first
    numbers = plan.numbers
    page.put(0, 0, numbers.title or results.case.name, look=_TITLE)
    parts = [
        numbers.importer,
        f"scenario {plan.scenario}",
        "the cheapest plan" if plan.status == "optimal" else "a plan, not proven to be cheapest",
        f"money in {plan.currency}",
    ]
    page.put(1, 0, " · ".join(part for part in parts if part), look=_SUBTITLE)
    done(page.sheet.set_row(0, 22))
    done(page.sheet.set_row(1, 17))
    row = 2
    for note in plan.notes:
        page.warning(row, 0, note[:1].upper() + note[1:])
        row += 1
    for failure in results.failures:
        page.warning(row, 0, f"Scenario {failure.scenario} has no plan: {failure.status}")
        row += 1
    return row + 1


def _write_left(page: Page, row: int, title: str, block: _Block) -> int:
    """Write a block on the left with its heading; returns the row below."""
    page.heading(row, _LEFT, title, len(block.fields))
    return block.write(page, row + 1, _LEFT)


def _bought(plan: Plan) -> _Block:
    """What to buy, by source, the most first."""
    numbers, ship, landed = plan.numbers, plan.quantities.ship, plan.landed_money
    fields = (
        ("Source", Show.TEXT),
        ("Country", Show.TEXT),
        ("Material", Show.TEXT),
        ("Tonnes [t]", Show.TONNES),
        (f"[{plan.currency}/t]", Show.MONEY),
        (f"Landed cost [{plan.currency}]", Show.MONEY),
    )
    found: list[tuple[float, Line]] = []
    for s, source in enumerate(numbers.sources):
        tonnes, money = float(ship[s].sum()), float(landed[s].sum())
        if tonnes > plan.threshold:
            sold = _with_form(what_it_sells(plan, s), form_sold(plan, s))
            line = (source.name, source.country, sold, tonnes, money / tonnes, money)
            found.append((tonnes, line))
    lines = [line for _, line in sorted(found, key=lambda entry: -entry[0])]
    total = ("Total", None, None, plan.purchases_t, plan.cost_per_t, float(landed.sum()))
    return _Block(fields, [*_first(lines, _MOST_BOUGHT, "Plan"), total], total=True)


def _span(plan: Plan) -> str:
    periods = plan.numbers.periods
    return f" in {periods[0]}" if len(periods) == 1 else f", {periods[0]} to {periods[-1]}"


def _with_form(name: str, form: str) -> str:
    return f"{name} ({form})" if form else name


def _missing(plan: Plan) -> _Block:
    """What is missing, where and when, the first period first."""
    gaps = missing(plan)
    has_sites, has_forms = any(gap.site for gap in gaps), any(gap.form for gap in gaps)
    place = ("Site, form" if has_forms else "Site") if has_sites else "Form" if has_forms else ""
    fields = (
        ("Item", Show.TEXT),
        ("Period", Show.TEXT),
        (place, Show.TEXT),
        ("Tonnes [t]", Show.TONNES),
        ("Of demand", Show.SHARE),
        ("", Show.TEXT),
    )
    if not gaps:
        return _Block(fields, [("Nothing: all demand is met", *[None] * 5)])
    lines: list[Line] = []
    for gap in gaps:
        where = ", ".join(part for part in (gap.site, gap.form) if part)
        lines.append((gap.item, gap.period, where, gap.tonnes, gap.share, None))
    share = plan.shortfall_t / plan.demand_t
    total = ("Total", None, None, plan.shortfall_t, share, None)
    return _Block(fields, [*_first(lines, _MOST_MISSING, "Balance"), total], total=True)


def _first(lines: Sequence[Line], most: int, sheet: str) -> list[Line]:
    """The first lines, and how many more a sheet has."""
    more = len(lines) - most
    rest: list[Line] = [(f"… and {more} more, see {sheet}", *[None] * 5)] if more > 0 else []
    return [*lines[:most], *rest]


def _write_money(page: Page, row: int, plan: Plan) -> int:
    """What is paid, what is only valued, and their sum; returns the row below."""
    page.heading(row, _RIGHT, f"What it costs [{plan.currency}]", 3)
    lines: list[tuple[str, float | None, Look]] = [
        ("Money paid", plan.paid, BOLD),
        (VALUED, plan.valuation, PLAIN),
        ("   nobody pays this", None, PLAIN),
        (SUM, plan.paid + plan.valuation, TOTAL),
        ("Money paid, not discounted", plan.paid_nominal, PLAIN),
        ("Landed cost of a tonne bought, not discounted", plan.cost_per_t, PLAIN),
    ]
    if plan.saving is not None:
        lines.append((saving_words(plan), plan.saving, BOLD))
    size = max(abs(plan.paid), abs(plan.valuation))
    for i, (label, money, look) in enumerate(lines, start=row + 1):
        page.put(i, _RIGHT, label, look=look)
        page.put(i, _RIGHT + 1, money, show=Show.MONEY, size=size, look=look)
    row += len(lines) + 1
    if plan.numbers.discount[-1] != 1.0:
        rate = share_text(plan.numbers.discount_rate)
        page.note(row, _RIGHT, f"Discounted at {rate} a year where not said otherwise")
        row += 1
    return row


def _write_countries(page: Page, row: int, plan: Plan) -> int:
    """Shares by country and the lowest stock cover; returns the row below."""
    total = plan.purchases_t
    shares = list(plan.shares().items())
    if shares:
        page.heading(row, _RIGHT, "Where it comes from", 3)
        # One more takes the line that would say so.
        most = _MOST_COUNTRIES + (len(shares) == _MOST_COUNTRIES + 1)
        rows: list[Line] = [(name, tonnes, tonnes / total) for name, tonnes in shares[:most]]
        rest = shares[most:]
        if rest:
            tonnes = sum(amount for _, amount in rest)
            rows.append((f"{len(rest)} more countries", tonnes, tonnes / total))
        fields = (("Country", Show.TEXT), ("Tonnes [t]", Show.TONNES), ("Share", Show.SHARE))
        row = _Block(fields, rows).write(page, row + 1, _RIGHT)
    cover = lowest_cover(plan)
    if cover is not None:
        page.heading(row + 1, _RIGHT, "Lowest stock cover", 3)
        page.put(row + 2, _RIGHT, _cover_words(cover))
        row += 3
    return row


def _cover_words(cover: Cover) -> str:
    at = f" at {cover.site}" if cover.site else ""
    end = ", the last period planned" if cover.at_the_end else ""
    return (
        f"{cover.days:,.0f} days: {cover.material}{at}, {tonnes_text(cover.tonnes)} at the end "
        f"of {cover.period}{end}"
    )


def _write_decisions(page: Page, row: int, plan: Plan) -> int:
    """Start-ups and contracts with the latest date to decide; returns the row below."""
    lines = to_decide(plan)
    if not lines:
        return row
    page.heading(row, _LEFT, "What to decide", 10)
    more = len(lines) - _MOST_DECIDED
    rest = [f"… and {more} more, see Decisions"] if more > 0 else []
    shown = [*lines[:_MOST_DECIDED], *rest]
    for i, line in enumerate(shown, start=row + 1):
        page.put(i, _LEFT, line)
    return row + len(shown) + 2


def _write_binding(page: Page, row: int, plan: Plan) -> int:
    """What binds, those worth most first; returns the row below."""
    page.heading(row, _LEFT, "What binds, and what one unit more would save", 10)
    found = binding(plan)
    lines = [b.words for b in found[:_MOST_BINDING]]
    if not found:
        lines = ["No quota, limit or capacity stands in the way of a cheaper plan."]
    more = len(found) - _MOST_BINDING
    if more > 0:
        lines.append(f"… and {more} more, see Limits")
    for i, line in enumerate(lines, start=row + 1):
        page.put(i, _LEFT, line)
    return row + len(lines) + 1


def _write_pointers(page: Page, row: int, results: Results) -> None:
    """Where to read on, and what was warned of."""
    warnings = len(results.case.warnings)
    if warnings:
        some = "1 warning" if warnings == 1 else f"{warnings} warnings"
        page.warning(row, _LEFT, f"{some} on the input: see Run")
        row += 1
    others = "The scenarios side by side: Scenarios. " if results.several else ""
    page.note(
        row,
        _LEFT,
        f"{others}What to order: Orders. Why, and at which price it would change: Sources, Limits. "
        "The case as read: Inputs.",
    )


@dataclass(frozen=True, slots=True)
class _Block:
    """A small table; its last row is a total if `total`."""

    fields: Sequence[tuple[str, Show]]
    rows: Sequence[Line]
    total: bool = False

    def write(self, page: Page, row: int, column: int) -> int:
        """Write it with its upper left corner there; returns the row below it."""
        for j, (header, show) in enumerate(self.fields):
            side = {} if show is Show.TEXT else {"align": "right"}
            page.put(row, column + j, header, look={"bold": True, "bottom": 1, **side})
        sizes = [largest([line[j] for line in self.rows]) for j in range(len(self.fields))]
        for i, line in enumerate(self.rows, start=1):
            look = TOTAL if self.total and i == len(self.rows) else PLAIN
            for j, (cell, (_, show)) in enumerate(zip(line, self.fields, strict=True)):
                page.put(row + i, column + j, cell, show=show, size=sizes[j], look=look)
        return row + len(self.rows) + 1


# -- scenarios ------------------------------------------------------------------------------

_Line = tuple[str, Callable[[Plan], Cell]]


def write_scenarios(book: Book, results: Results) -> None:
    """The scenarios side by side, one column each, those without a plan last."""
    page, failures = book.page("Scenarios"), results.failures
    names = [*(plan.scenario for plan in results.plans), *(f.scenario for f in failures)]
    widths = [_LABEL_WIDTH, *[_SCENARIO_WIDTH] * len(names)]
    page.widths(widths)
    page.header(0, 0, "Scenario")
    for j, name in enumerate(names, start=1):
        page.header(0, j, name, TO_THE_RIGHT)
    page.height(0, ["Scenario", *names], widths)
    page.put(1, 0, "Status")
    for j, plan in enumerate(results.plans, start=1):
        page.put(1, j, plan.status, look=TO_THE_RIGHT)
    for j, failure in enumerate(failures, start=1 + len(results.plans)):
        page.put(1, j, failure.status, look={**WARNING, **TO_THE_RIGHT})
    row = 2
    for title, lines, show in _comparison(results):
        page.heading(row, 0, title, len(widths))
        row = _write_lines(page, row + 1, lines, results.plans, show) + 1
    remarks = [f"{plan.scenario}: {note}" for plan in results.plans for note in plan.notes]
    remarks += [f"{f.scenario}: {f.status}: {f.message}" for f in failures]
    if remarks:
        page.heading(row, 0, "Why some have no plan, or not the cheapest", len(widths))
    for i, remark in enumerate(remarks, start=row + 1):
        page.put(i, 0, remark)
    page.sheet.freeze_panes(1, 1)


def _write_lines(
    page: Page, row: int, lines: Sequence[_Line], plans: Sequence[Plan], show: Show
) -> int:
    """Write one block of the comparison; returns the row below it."""
    cells = [[value(plan) for plan in plans] for _, value in lines]
    size = largest([cell for line in cells for cell in line])
    for i, (label, _) in enumerate(lines):
        page.put(row + i, 0, label)
        for j, cell in enumerate(cells[i], start=1):
            page.put(row + i, j, cell, show=show, size=size)
    return row + len(lines)


def _comparison(results: Results) -> Iterator[tuple[str, list[_Line], Show]]:
    """The blocks of the comparison: their titles, what each line says of a plan, and how."""
    currency, first = results.currency, results.first
    yield (
        f"Cost [{currency}]",
        [
            ("Money paid", lambda plan: plan.paid),
            (f"{VALUED}: nobody pays this", lambda plan: plan.valuation),
            (SUM, _total),
            (f"Difference to {first.scenario}", lambda plan: _total(plan) - _total(first)),
            ("Money paid, not discounted", lambda plan: plan.paid_nominal),
            ("Landed cost of a tonne bought, not discounted", lambda plan: plan.cost_per_t),
        ],
        Show.MONEY,
    )
    yield (
        "Tonnes [t]",
        [
            ("Demanded", lambda plan: plan.demand_t),
            ("Bought", lambda plan: plan.purchases_t),
            ("Missing", lambda plan: tidy(plan, plan.shortfall_t)),
        ],
        Show.TONNES,
    )
    for title, amounts, show in (
        ("Tonnes bought, by source [t]", _by_source, Show.TONNES),
        ("Share of tonnes bought, by country", _by_country, Show.SHARE),
        ("Missing, by item [t]", _missing_by_item, Show.TONNES),
    ):
        names = dict.fromkeys(name for plan in results.plans for name in amounts(plan))
        yield title, [_line(name, amounts) for name in names] or [("none", lambda _: None)], show


def _line(name: str, amounts: Callable[[Plan], dict[str, float]]) -> _Line:
    return name, lambda plan: amounts(plan).get(name, 0.0)


def _total(plan: Plan) -> float:
    return plan.paid + plan.valuation


def _by_source(plan: Plan) -> dict[str, float]:
    """Tonnes of each source; in the order of Sources."""
    bought = plan.quantities.ship.sum(axis=(1, 2)).tolist()
    sources = plan.numbers.sources
    return {s.name: tidy(plan, t) for s, t in zip(sources, bought, strict=True)}


def _by_country(plan: Plan) -> dict[str, float]:
    total = plan.purchases_t
    return {country: tonnes / total for country, tonnes in plan.shares().items()}


def _missing_by_item(plan: Plan) -> dict[str, float]:
    """Tonnes missing of each item that is missing anywhere."""
    found: dict[str, float] = {}
    for row in plan.shortfall_rows():
        found[row["item"]] = found.get(row["item"], 0.0) + row["tonnes"]
    return found
