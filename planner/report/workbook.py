"""The results workbook: what to buy, what it costs, what is missing, what binds, and why."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from planner.case.case import Case
from planner.errors import WrongUsage
from planner.plan import Plan
from planner.report.workbook_accounts import balance, costs, limits
from planner.report.workbook_buying import decisions, deliveries, orders, plan_matrix, sources
from planner.report.workbook_certificate import write_certificate
from planner.report.workbook_charts import DATA, write_charts
from planner.report.workbook_checks import verdict, write_checks
from planner.report.workbook_data import Failure, Results
from planner.report.workbook_grid import Book
from planner.report.workbook_listing import write_listing
from planner.report.workbook_missing import write_missing
from planner.report.workbook_record import write_inputs, write_run
from planner.report.workbook_summary import Sheets, write_summary
from planner.solving.pricing import LANDED
from planner.workbook.files import publish, refuse_target

_MOST_IN_MEMORY = 50_000
"""Rows up to which a workbook is made in memory. Above, it is written row by row, with each text
where it stands and charts that are drawn only when it is opened."""

SHEETS = (
    "Summary", "Scenarios", "Orders", "Plan", "Deliveries", "Costs", "Balance", "Missing",
    "Limits", "Sources", "Decisions", "Certificate", "Checks", "Inputs", "Run", DATA,
)  # fmt: skip
"""The sheets in their order; Scenarios only where there are several."""

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_results(
    path: str | Path,
    case: Case,
    plans: Sequence[Plan],
    failures: Sequence[tuple[str, str, str]] = (),
    *,
    keep: bool = False,
) -> Path:
    """Write the plans of one or several scenarios as an Excel workbook, whole or not at all.

    Args:
        path: of the workbook to write.
        case: the case that the plans are of.
        plans: one for each scenario solved; the sheet Summary shows the first.
        failures: name, status and message of the scenarios that have no plan.
        keep: leave an older file of that name under its time stamp.

    Returns:
        The path written: one with a time stamp in its name where `path` is open elsewhere.

    Raises:
        WrongUsage: the path is the input workbook or no .xlsx file, or there is no plan.
        OSError: nothing can be written there.
    """
    target = Path(path)
    refuse_target(target, case.path)
    if not plans:
        raise WrongUsage("no scenario has a plan: there are no results to write")
    results = Results(case, tuple(plans), tuple(Failure(*failure) for failure in failures))

    return publish(target, _workbook(results), keep=keep)


def _workbook(results: Results) -> bytes:
    """The content of the workbook's file.

    Raises:
        OSError: a large one finds no room for its temporary files.
    """
    content = io.BytesIO()
    # Temporary files could be left behind, or find no room: only where memory is dearer.
    streams = sum(map(_size, results.plans)) > _MOST_IN_MEMORY
    options = {**_OPTIONS, "in_memory": not streams, "constant_memory": streams}
    with xlsxwriter.Workbook(content, options) as workbook:
        workbook.set_properties({"title": "Procurement plan", "created": datetime.now(UTC)})
        _write_sheets(workbook, results, streams=streams)
    return content.getvalue()


def _size(plan: Plan) -> int:
    """About how many rows the lists of a plan have."""
    shipped = (plan.quantities.ship > plan.threshold).sum(axis=(1, 2))
    holds = (plan.numbers.content > 0).sum(axis=1)
    return int(shipped @ (holds + 1 + len(LANDED))) + len(plan.limit_rows)


def _write_sheets(workbook: Any, results: Results, *, streams: bool) -> None:
    """Every sheet; those that others point to come first."""
    names = "several scenarios" if results.several else f"scenario {results.first.scenario}"
    title = results.first.numbers.title or results.case.name
    book = Book(workbook, case=title, scenario=names, streams=streams)
    for name in SHEETS:
        if name != "Scenarios" or results.several:
            book.page(name)
    places = write_inputs(book, results)
    ordered = write_listing(book, orders(results))
    planned = write_listing(book, plan_matrix(results))
    delivered = write_listing(book, deliveries(results))
    paid = write_listing(book, costs(results))
    balanced = write_listing(book, balance(results))
    missing = write_missing(book, results)
    write_listing(book, limits(results, places.get))
    write_listing(book, sources(results))
    write_listing(book, decisions(results))
    write_certificate(book, results)
    checks = write_checks(book, (ordered, planned, delivered, paid, balanced))
    charts = write_charts(book, results, paid)
    if results.several:
        from planner.report.workbook_scenarios import Tables, write_scenarios  # noqa: PLC0415 - quick

        write_scenarios(book, results, Tables(planned, paid, missing))
    write_run(book, results, verdict(checks))
    write_summary(book, results, Sheets(ordered, paid, missing, checks), charts)
    book.finish()
