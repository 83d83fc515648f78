"""The answer of `planner evaluate` on the screen."""

from __future__ import annotations

from planner.numerals import money_text, tonnes_text
from planner.report.columns_text import aligned
from planner.report.findings import comparison
from planner.report.lines import wrapped
from planner.solving.current import Evaluated
from planner.studies.evaluate import Evaluation, Evaluations

_MOST_LINES = 20
"""Rules named; the JSON has them all."""


def answer(evaluations: Evaluations) -> str:
    """Whether the Current plan is allowed, what it costs, and what the best plan would save."""
    found = [
        _of_scenario(one, one.current) for one in evaluations.evaluations if one.current is not None
    ]
    return "\n\n".join(found) or "No scenario could be evaluated."


def _of_scenario(evaluation: Evaluation, current: Evaluated) -> str:
    numbers = current.numbers
    title = numbers.title or numbers.case
    return "\n".join(
        [
            f"{title}, scenario {evaluation.scenario}: the Current plan",
            _verdict(current),
            *_broken(current),
            "",
            *_table(evaluation, current),
            *_comparison(evaluation, current),
        ]
    )


def _verdict(current: Evaluated) -> str:
    count = len(current.broken)
    if count == 0:
        return "It is allowed: it keeps every rule."
    return f"It is not allowed: it breaks {count} rule{'s' if count > 1 else ''}."


def _broken(current: Evaluated) -> list[str]:
    broken = current.broken
    lines = [
        line
        for breach in broken[:_MOST_LINES]
        for line in wrapped(breach.words, first="  ", rest="    ")
    ]
    more = len(broken) - _MOST_LINES
    return lines + ([f"  … and {more} more, see --json"] if more > 0 else [])


def _table(evaluation: Evaluation, current: Evaluated) -> list[str]:
    best = evaluation.best
    currency = current.numbers.currency
    rows = [["", "Current plan", "Best plan"]]
    for label, ours, theirs in (
        ("Money paid", current.paid, best.paid if best else None),
        ("Valued, not paid", current.valuation, best.valuation if best else None),
        ("Sum", current.objective, best.objective if best else None),
    ):
        rows.append([label, *(_money(value, currency) for value in (ours, theirs))])
    rows.append(
        [
            "Bought",
            tonnes_text(float(current.quantities.ship.sum())),
            tonnes_text(best.purchases_t) if best else "–",
        ]
    )
    rows.append(
        [
            "Missing",
            tonnes_text(float(current.quantities.short.sum())),
            tonnes_text(best.shortfall_t) if best else "–",
        ]
    )
    return aligned(rows, [True, *[False] * (len(rows[0]) - 1)])


def _money(value: float | None, currency: str) -> str:
    return "–" if value is None else money_text(value, currency)


def _comparison(evaluation: Evaluation, current: Evaluated) -> list[str]:
    if evaluation.best is None:
        return ["", "There is no best plan to compare it with."]
    sentence = comparison(current, evaluation.best)
    return ["", *wrapped(sentence)]
