"""The short answer on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from planner.numerals import money_text, price_text, share_text, tonnes_text
from planner.plan import Plan
from planner.report.columns_text import aligned
from planner.report.findings import against_current, binding, given_up, in_short, missing, to_decide
from planner.report.lines import wrapped
from planner.runs import Run, Runs
from planner.wording import at_site

_MOST_LINES = 12
"""Lines of one list; the workbook has them all."""


def answer(runs: Runs) -> str:
    """What to buy, what it costs, what is missing, what binds; several scenarios as a table."""
    plans = runs.plans
    if len(runs.runs) == 1:
        parts = [_of_plan(plans[0])] if plans else []
    else:
        parts = [_side_by_side(runs), *(_of_plan(plan) for plan in plans[:1])]
    if plans and plans[0].output:
        parts.append(f"Everything else is in {plans[0].output}")
    return "\n\n".join(parts)


def _of_plan(plan: Plan) -> str:
    title = plan.numbers.title or plan.case.name
    proven = "" if plan.status == "optimal" else " (stopped early: not proven to be the cheapest)"
    lines = [
        f"{title}, scenario {plan.scenario}{proven}",
        *wrapped(in_short(plan)),
        *_section("What to buy", _purchases(plan)),
        *_section("Cost", _money(plan)),
        *_section("Missing", _missing(plan)),
        *_section("To decide", [[sentence] for sentence in to_decide(plan)]),
        *_given_up(plan),
        *_section("Share of tonnes bought, by country", _shares(plan)),
        *_binding(plan),
    ]
    return "\n".join(lines)


def _section(title: str, rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    more = len(rows) - _MOST_LINES
    rest = [f"  … and {more} more, see the workbook"] if more > 0 else []
    return ["", title, *_aligned(rows[:_MOST_LINES]), *rest]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns side by side; those that start with a digit or a currency end flush."""
    is_text = [not all(map(_is_number, cells)) for cells in zip(*rows, strict=True)]
    return [f"  {line}" for line in aligned(rows, is_text)]


def _is_number(text: str) -> bool:
    return any(ch.isdigit() for ch in text) and text[-1:] in "tn%dg0123456789"


def _purchases(plan: Plan) -> list[list[str]]:
    numbers, landed = plan.numbers, plan.landed_money
    rows = []
    for s, source in enumerate(numbers.sources):
        tonnes = float(plan.quantities.ship[s].sum())
        if tonnes > plan.threshold:
            money = float(landed[s].sum())
            rows.append(
                [
                    source.name,
                    source.country,
                    tonnes_text(tonnes),
                    money_text(money, plan.currency),
                    price_text(money / tonnes, plan.currency),
                ]
            )
    return rows


def _money(plan: Plan) -> list[list[str]]:
    total = plan.paid + plan.valuation
    rows = [["Money paid", money_text(plan.paid, plan.currency)]]
    if plan.valuation > 0:
        rows += [
            ["Value put on what nobody pays (shortfall, safety stock, broken rules)",
             money_text(plan.valuation, plan.currency)],
            ["Sum, which is as small as can be", money_text(total, plan.currency)],
        ]  # fmt: skip
    rows += [[words, money_text(money, plan.currency)] for words, money in against_current(plan)]
    return rows


def _missing(plan: Plan) -> list[list[str]]:
    return [
        [
            at_site(found.item, found.site),
            found.period,
            tonnes_text(found.tonnes),
            f"{share_text(found.share)} of demand",
        ]
        for found in missing(plan)
    ]


def _shares(plan: Plan) -> list[list[str]]:
    total = plan.purchases_t
    return [[name, share_text(tonnes / total)] for name, tonnes in plan.shares().items()]


def _given_up(plan: Plan) -> list[str]:
    return _sentences("Rules given up, as no plan keeps them all", given_up(plan))


def _binding(plan: Plan) -> list[str]:
    words = [one.words for one in binding(plan)]
    return _sentences("What binds, and what one more unit would save", words)


def _sentences(title: str, words: Sequence[str]) -> list[str]:
    if not words:
        return []
    more = len(words) - _MOST_LINES
    lines = [line for one in words[:_MOST_LINES] for line in wrapped(one, first="  ", rest="    ")]
    rest = [f"  … and {more} more, see the workbook"] if more > 0 else []
    return ["", title, *lines, *rest]


def _side_by_side(runs: Runs) -> str:
    header = ["Scenario", "Status", "Money paid", "Valued, not paid", "Sum", "Missing"]
    rows = [header, *(_run_row(run) for run in runs.runs)]
    is_text = [True, True, *[False] * (len(header) - 2)]
    return "\n".join(aligned(rows, is_text))


def _run_row(run: Run) -> list[str]:
    plan = run.plan
    if plan is None:
        return [run.scenario, run.status, "–", "–", "–", "–"]
    money = (plan.paid, plan.valuation, plan.paid + plan.valuation)
    return [
        run.scenario,
        run.status,
        *(money_text(value, plan.currency) for value in money),
        tonnes_text(plan.shortfall_t),
    ]
