"""The results workbook: what to buy, what it costs, what is missing, what binds, and why."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from planner.case.case import Case
from planner.errors import WrongUsage
from planner.plan import Plan
from planner.report.workbook_accounts import balance, costs, limits
from planner.report.workbook_buying import decisions, deliveries, orders, plan_matrix, sources
from planner.report.workbook_data import Failure, Results
from planner.report.workbook_grid import Book, Listing, write_listing
from planner.report.workbook_record import write_inputs, write_run
from planner.report.workbook_summary import write_scenarios, write_summary
from planner.workbook.files import publish, refuse_target

_LISTS: tuple[Callable[[Results], Listing], ...] = (
    orders, plan_matrix, deliveries, costs, balance, limits, sources, decisions,
)  # fmt: skip

_OPTIONS = {
    "in_memory": True,  # no temporary files that could be left behind, or find no room
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
    """The content of the workbook's file, the sheets in their order."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as workbook:
        workbook.set_properties({"title": "Procurement plan", "created": datetime.now(UTC)})
        book = Book(workbook)
        write_summary(book, results)
        if results.several:
            write_scenarios(book, results)
        for listing in _LISTS:
            write_listing(book, listing(results))
        write_inputs(book, results)
        write_run(book, results)
    return content.getvalue()
