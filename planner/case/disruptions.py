"""Disruptions by date: what is left of the availability of sources while an event lasts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import numpy as np

from planner.case import calendar
from planner.case.columns import Value
from planner.case.indices import Complain
from planner.case.ledger import BASE, Ledger
from planner.case.problems import Problems
from planner.case.scenario import Numbers
from planner.case.selectors import FollowUpError, SelectorError

_SHEET = "Disruptions"


class Disruptions:
    """The sheet Disruptions, on its way into the availability of a scenario."""

    def __init__(
        self,
        ledger: Ledger,
        starts: Sequence[date | None],
        complain: Complain,
        problems: Problems,
    ) -> None:
        self.ledger = ledger
        self.complain = complain
        self.problems = problems
        self.rows = ledger.rows.get(_SHEET, [])
        self.days = self._days(starts) if self.rows else []

    def factors(
        self,
        lineage: Collection[str],
        capacity: Numbers,
        capacity_cells: Sequence[Sequence[str | None]],
    ) -> Numbers:
        """S × T: the part of availability that every disruption leaves; several multiply.

        Args:
            lineage: the scenario, and those that it builds on.
            capacity: S × T, infinite where it is unlimited, which is complained of.
            capacity_cells: S × T, where the capacity stands.
        """
        factors = np.ones_like(capacity)
        for index, row in enumerate(self.rows):
            window = self._window(index, row)
            picked = self._picked(index, row)
            if not self._holds(index, row, lineage) or window is None or not self.days:
                continue
            left = row.get("Leaves", 0.0)
            inside = np.array([_part_inside(*window, *days) for days in self.days])
            part = 1.0 - inside * (1.0 - (left if isinstance(left, float) else 0.0))
            self._warn_of_no_effect(index, inside)
            for s in picked:
                hit = np.flatnonzero(np.isinf(capacity[s]) & (inside > 0))
                if len(hit):
                    self._complain_of_unlimited(index, s, capacity_cells[s][int(hit[0])])
                factors[s] *= part
        return factors

    # -- reading ----------------------------------------------------------------------------

    def _days(self, starts: Sequence[date | None]) -> list[tuple[date, date]]:
        """First day of each period, and the day after its last; none where a Start is blank."""
        known = [start for start in starts if start is not None]
        if len(known) < len(starts):
            blank = list(starts).index(None)
            text = "Start is blank, but the sheet Disruptions goes by date; fill in every Start"
            self.complain("Periods", blank, "Start", text, "blank")
            return []
        years = self.ledger.periods.years[-1]
        return list(zip(known, [*known[1:], calendar.end(known[-1], years)], strict=True))

    def _window(self, index: int, row: dict[str, Value]) -> tuple[date, date] | None:
        first, last = row.get("From date"), row.get("To date")
        if not isinstance(first, date) or not isinstance(last, date):
            return None  # complained of already
        if last < first:
            text = f"To date {last.isoformat()} is before From date {first.isoformat()}"
            self.complain(_SHEET, index, "To date", text, "window")
            return None
        return first, last

    def _picked(self, index: int, row: dict[str, Value]) -> list[int]:
        text = str(row.get("Applies to", ""))
        try:
            picked = self.ledger.select(text, "Sources") if text else []
            doubts = self.ledger.doubts(text, "Sources") if text else []
        except FollowUpError:
            return []
        except SelectorError as error:
            self.complain(_SHEET, index, "Applies to", str(error), "selector")
            return []
        for doubt in doubts:
            self._warn(index, "Applies to", doubt, "selector")
        return picked

    def _holds(self, index: int, row: dict[str, Value], lineage: Collection[str]) -> bool:
        """Whether a disruption belongs to a scenario: always, or to one in its lineage."""
        scenario = row.get("Scenario")
        if scenario == BASE:
            text = "Base is the workbook as it stands; leave Scenario blank, or name another one"
            self.complain(_SHEET, index, "Scenario", text, "unknown name")
        return scenario is None or str(scenario) in lineage

    # -- complaints -------------------------------------------------------------------------

    def _complain_of_unlimited(self, index: int, source: int, cell: str | None) -> None:
        name = self.ledger.names("Sources")[source]
        text = (
            f"'{name}' has an unlimited capacity ({cell}), of which no part can be taken; give it "
            "a capacity, or scale its quota instead"
        )
        self.complain(_SHEET, index, "Applies to", text, "unlimited")

    def _warn_of_no_effect(self, index: int, inside: Numbers) -> None:
        if not inside.any():
            text = "the disruption is outside every period, and changes nothing"
            self._warn(index, "From date", text, "window")

    def _warn(self, index: int, column: str, text: str, kind: str) -> None:
        place = self.ledger.place(_SHEET, index, column)
        self.problems.warning(text, sheet=_SHEET, cell=place, column=column, kind=kind)


def _part_inside(first: date, last: date, start: date, end: date) -> float:
    """Part of a period's days, from `start` up to before `end`, that are in `first` to `last`."""
    days = (min(last + timedelta(days=1), end) - max(first, start)).days
    return max(days, 0) / (end - start).days if end > start else 0.0
