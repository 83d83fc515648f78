"""The sheet Checks: every total of the workbook beside what the solver says it is."""

from __future__ import annotations

from collections.abc import Sequence

from planner.report.workbook_grid import (
    BOLD,
    GOOD,
    WARNING,
    Book,
    Cell,
    Figure,
    Formula,
    Show,
    decimals,
)
from planner.report.workbook_listing import Check, Field, Listing, Placed, write_listing
from planner.solving.tolerances import MOST_TOTAL_ERROR, NEGLIGIBLE_MONEY

_DIGITS_OF_TOLERANCE = 4

AGREES, DIFFERS = "agrees", "DIFFERS"

_NOTE = (
    "A total is a formula over the rows of its sheet. The solver's figure is a number, from the "
    "arrays of the plan before they were written. They agree within the tolerance, or say so."
)


def write_checks(book: Book, sheets: Sequence[Placed]) -> Placed:
    """Every sum that the solver has a figure for, with the difference and what it means."""
    fields = (
        Field("Sheet"),
        Field("What"),
        Field("Unit"),
        Field("Total in this workbook", Show.NUMBER, key="total"),
        Field("Solver's figure", Show.NUMBER, key="figure"),
        Field("Difference", Show.NUMBER, key="difference"),
        Field("Tolerance", Show.FIGURE, key="tolerance"),
        Field("Check", key="check"),
    )
    checks = [check for sheet in sheets for check in sheet.checks]
    largest: dict[str, float] = {}
    for check in checks:
        largest[check.unit] = max(largest.get(check.unit, 0.0), _size(check))
    rows = [_row(check, NEGLIGIBLE_MONEY * largest[check.unit]) for check in checks]
    placed = write_listing(book, Listing("Checks", fields, rows, frozen=2, notes=[_NOTE]))
    if rows:
        column = f"{placed.letters['check']}2:{placed.letters['check']}{len(rows) + 1}"
        for word, look in ((AGREES, GOOD), (DIFFERS, WARNING)):
            placed.page.sheet.conditional_format(
                column,
                {"type": "cell", "criteria": "==", "value": f'"{word}"',
                 "format": book.book.add_format({**BOLD, **look})},
            )  # fmt: skip
    return placed


def _size(check: Check) -> float:
    return max(abs(check.figure), check.scale)


def _row(check: Check, rounding: float) -> Sequence[Cell]:
    """A total beside its figure; below `rounding` of its unit the two do not differ."""
    tolerance = MOST_TOTAL_ERROR * max(_size(check), rounding)
    places = decimals(tolerance, _DIGITS_OF_TOLERANCE)
    difference = round(check.value - check.figure, places) + 0.0
    return (
        check.sheet,
        check.label,
        check.unit,
        Formula(f"={check.address}", check.value, _show(check.unit)),
        Figure(check.figure, _show(check.unit)),
        Formula(f"=ROUND({{total}}-{{figure}},{places})", difference, Show.FIGURE),
        tolerance,
        Formula(
            f'=IF(ABS({{difference}})<={{tolerance}},"{AGREES}","{DIFFERS}")',
            AGREES if abs(difference) <= tolerance else DIFFERS,
        ),
    )


def _show(unit: str) -> Show:
    return Show.TONNES if unit == "t" else Show.MONEY


def verdict(checks: Placed) -> Formula:
    """Whether every total agrees, for the first page."""
    words = checks.columns["check"]
    column, count = checks.rows("check"), checks.count
    good = f"All {count} totals agree with the solver"
    bad = "TOTALS DIFFER from the solver: see Checks"
    is_good = all(word == AGREES for word in words)
    return Formula(
        f'=IF(COUNTIF({column},"{AGREES}")={count},"{good}","{bad}")', good if is_good else bad
    )
