"""What `planner tornado` shows: inputs by what they do to the cost, the largest effect first."""

from __future__ import annotations

import math

from planner.numerals import fixed, money_text, share_text, tonnes_text
from planner.report.exhibit import Column, Exhibit, Kind, Picture, Series, Table
from planner.report.workbook_grid import Cell, MoneyUnit, Show
from planner.studies.tornado import Bar, End, Tornado
from planner.wording import capital

_MOST_SENTENCES = 4
_MOST_BARS = 15
"""Inputs in the picture; the table has them all."""

_DRAWN = 1e-3
"""Inputs that do less than this part of what the first one does are no bar."""

_SEEN = 1e-9
"""A change of the cost by less than this part of it, or than the gap of its search, is none."""


def exhibit(tornado: Tornado) -> Exhibit:
    """The answer of the study in words, a table and bars."""
    numbers = tornado.numbers
    title = numbers.title or tornado.case.name
    unit = MoneyUnit.of(numbers.currency, tornado.base)
    return Exhibit(
        f"{title}, scenario {numbers.name}: what the cost depends on",
        _sentences(tornado),
        tables=[_inputs(tornado, unit)],
        pictures=[_bars(tornado, unit)] if _telling(tornado) else [],
        notes=_notes(tornado),
    )


def _changes(tornado: Tornado, bar: Bar) -> list[float | None]:
    """By how much the cost changes with less and with more of an input; None: no plan."""
    return [_change(tornado, end) for end in (bar.low, bar.high)]


def _change(tornado: Tornado, end: End) -> float | None:
    if end.objective is None:
        return None
    change = end.objective - tornado.base
    return change if abs(change) > max(_SEEN, tornado.gap) * abs(tornado.base) else 0.0


def _telling(tornado: Tornado) -> list[Bar]:
    """The inputs that change something."""
    return [bar for bar in tornado.bars if any(c != 0 for c in _changes(tornado, bar))]


# -- words ----------------------------------------------------------------------------------


def _by(tornado: Tornado) -> str:
    return share_text(tornado.by)


def _sentences(tornado: Tornado) -> list[str]:
    currency = tornado.numbers.currency
    telling = _telling(tornado)
    sentences = [
        f"With nothing moved the cost, paid and valued, is {money_text(tornado.base, currency)}."
    ]
    sentences += [_of_bar(tornado, bar) for bar in telling[:_MOST_SENTENCES]]
    idle = len(tornado.bars) - len(telling)
    if idle:
        sentences.append(
            f"{idle} of {len(tornado.bars)} inputs change nothing when they move by {_by(tornado)}."
        )
    if tornado.not_moved:
        sentences.append(f"Stopped early: {tornado.not_moved} inputs were not looked at.")
    return sentences


def _finding(tornado: Tornado, bar: Bar) -> str:
    """What the first input does, without what is missing then."""
    by = _by(tornado)
    ends = ((bar.low, "less"), (bar.high, "more"))
    words = [_costs(tornado, end, f"{by} {word}") for end, word in ends]
    return f"{capital(bar.group.name)} matters most: {', '.join(words)}"


def _of_bar(tornado: Tornado, bar: Bar) -> str:
    by = _by(tornado)
    ends = (
        _end(tornado, bar.low, f"{by} less"),
        _end(tornado, bar.high, f"{by} more"),
    )
    where = f" ({bar.group.cell})" if bar.group.cell else ""
    return f"{capital(bar.group.name)}{where}: {ends[0]}, {ends[1]}."


def _end(tornado: Tornado, end: End, moved: str) -> str:
    return _costs(tornado, end, moved) + (_missing(tornado, end) if _change(tornado, end) else "")


def _costs(tornado: Tornado, end: End, moved: str) -> str:
    change = _change(tornado, end)
    if change is None:
        return f"{moved} {_why(end)}"
    if change == 0:
        return f"{moved} changes nothing"
    words = money_text(abs(change), tornado.numbers.currency)
    return f"{moved} {'saves' if change < 0 else 'costs'} {words}"


def _missing(tornado: Tornado, end: End) -> str:
    """How much more or less is missing, where that is much."""
    change = (end.shortfall_t or 0.0) - tornado.base_shortfall_t
    if abs(change) <= 1e-3 * max(tornado.base_shortfall_t, end.shortfall_t or 0.0):
        return ""
    return f" ({tonnes_text(abs(change))} {'more' if change > 0 else 'less'} missing)"


def _why(end: End) -> str:
    return {
        "infeasible": "leaves no plan that keeps every rule",
        "unbounded": "lets the case earn without end",
    }.get(end.status, "cannot be")


def _notes(tornado: Tornado) -> list[str]:
    notes = [
        f"Each input is moved alone, by {_by(tornado)} down and up, and the plan is made anew each "
        "time. A source whose price follows an index has its own part of the index moved."
    ]
    if tornado.held:
        notes.append("Yes/no decisions are held as the plan with nothing moved has them.")
    elif tornado.has_decisions:
        notes.append("Yes/no decisions are taken anew each time.")
    return notes


# -- table and picture ----------------------------------------------------------------------


def _inputs(tornado: Tornado, unit: MoneyUnit) -> Table:
    by = _by(tornado)
    columns = [
        Column("Input"),
        Column("Cell"),
        Column(f"{by} less [{unit.name}]", Show.SCALED),
        Column(f"{by} more [{unit.name}]", Show.SCALED),
        Column(f"Missing, {by} less [t]", Show.TONNES),
        Column(f"Missing, {by} more [t]", Show.TONNES),
        Column("Remark", widest=70),
    ]
    rows: list[list[Cell]] = []
    for bar in tornado.bars:
        changes = _changes(tornado, bar)
        ends = (("less", bar.low), ("more", bar.high))
        remarks = [f"{by} {word} {_why(end)}" for word, end in ends if end.objective is None]
        rows.append(
            [
                bar.group.name,
                bar.group.cell,
                *(None if change is None else change / unit.size for change in changes),
                bar.low.shortfall_t,
                bar.high.shortfall_t,
                "; ".join(remarks) or None,
            ]
        )
    note = (
        f"Changes of the cost, paid and valued, against {fixed(tornado.base / unit.size, 1)} "
        f"{unit.name} with nothing moved."
    )
    return Table("Inputs", columns, rows, note=note, headers_on_screen=(0, 1, 2, 3, 4, 5))


def _bars(tornado: Tornado, unit: MoneyUnit) -> Picture:
    telling = _telling(tornado)
    least = _DRAWN * max(_effect(tornado, bar) for bar in telling)
    shown = [bar for bar in telling if _effect(tornado, bar) >= least][:_MOST_BARS]
    labels = [_label(bar) for bar in shown]
    series = []
    for word, ends in (("less", [b.low for b in shown]), ("more", [b.high for b in shown])):
        changes = [(_change(tornado, end) or 0.0) / unit.size for end in ends]
        low, high = [min(change, 0.0) for change in changes], [max(c, 0.0) for c in changes]
        series.append(Series(f"{_by(tornado)} {word}", high, x=low, labels=labels))
    return Picture(
        f"What each input changes in the cost, {_by(tornado)} lower and higher",
        Kind.SPANS,
        series,
        x_title=f"Change of the cost [{unit.name}]",
        middle=0.0,
        finding=_finding(tornado, shown[0]),
    )


def _effect(tornado: Tornado, bar: Bar) -> float:
    """The larger change of the cost; without end where an end has no plan."""
    changes = _changes(tornado, bar)
    return max(math.inf if change is None else abs(change) for change in changes)


def _label(bar: Bar) -> str:
    without = [end for end in (bar.low, bar.high) if end.status in ("infeasible", "unbounded")]
    return bar.group.name + (" (no plan)" if without else "")
