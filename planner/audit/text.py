"""What `planner verify` says: a line for each check, and the cells where it fails."""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.verify import FAILED, SKIPPED, Check, Verified

_MOST_CELLS = 5
"""Cells of one check that the screen names; the JSON has more."""

_WIDTH = len(SKIPPED)


def lines(found: Verified, *, only_failed: bool = False) -> Iterator[str]:
    """The checks, a line each, then the verdict.

    Args:
        found: the checks.
        only_failed: leave out what is in order, and the verdict where all is.
    """
    several = len({check.scenario for check in found.checks if check.scenario is not None}) > 1
    for check in found.checks:
        if check.outcome == FAILED or not only_failed:
            yield from _lines(check, several=several)
    failed = len(found.failed)
    if failed:
        yield f"{found.path}: {failed} of {len(found.checks)} checks failed"
    elif not only_failed:
        skipped = sum(check.outcome == SKIPPED for check in found.checks)
        more = f"; {skipped} could not be made" if skipped else ""
        yield f"{found.path}: all {len(found.checks) - skipped} checks passed{more}"


def _lines(check: Check, *, several: bool) -> Iterator[str]:
    whose = f"{check.scenario}: " if several and check.scenario is not None else ""
    yield f"{check.outcome:<{_WIDTH}}  {whose}{check.name}: {check.figure}"
    for cell, words in check.cells[:_MOST_CELLS]:
        yield f"{'':<{_WIDTH}}  {cell}: {words}"
    more = len(check.cells) - _MOST_CELLS
    if more > 0:
        yield f"{'':<{_WIDTH}}  … and {more} more, see --json"
