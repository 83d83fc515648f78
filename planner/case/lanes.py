"""Lanes: what differs for a source and a plant; a pair without a row is as Sources says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.case import calendar
from planner.case.columns import Value, number_in
from planner.case.ledger import Ledger
from planner.case.problems import Problems
from planner.case.scenario import Flags, Indices, Numbers

_INCLUDED = {
    "CIF": (("Freight", "freight"),),
    "DAP": (("Freight", "freight"),),
    "DDP": (("Freight", "freight"), ("Duty", "duty")),
}
"""What the price of an incoterm includes: columns, and their words for messages."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """Each source and plant.

    Attributes:
        allowed: S × P.
        freight: S × P, in the source's currency per tonne.
        lead: S × P, periods.
    """

    allowed: Flags
    freight: Numbers
    lead: Indices


def build_lanes(ledger: Ledger, sites: Sequence[str | None], problems: Problems) -> Lanes:
    """The lanes of a case; complaints go into `problems`."""
    return _LaneReader(ledger, list(sites), problems).read()


@dataclass(frozen=True, slots=True)
class _LaneReader:
    ledger: Ledger
    sites: list[str | None]
    problems: Problems

    def read(self) -> Lanes:
        sources = self.ledger.rows.get("Sources", [])
        shape = (len(sources), len(self.sites))
        freight = np.zeros(shape)
        lead = np.zeros(shape, dtype=np.int64)
        allowed = np.ones(shape, dtype=bool)
        for s, row in enumerate(sources):
            freight[s] = number_in(row.get("Freight"))
            lead[s] = self._lead("Sources", s, row)
            self._complain_of_incoterm("Sources", s, row, str(row.get("Incoterm", "")))
        for index, lane, place in self._rows():
            allowed[place] = lane.get("Allowed") is not False
            if "Freight" in lane:
                freight[place] = number_in(lane["Freight"])
            if "Lead time" in lane:
                lead[place] = self._lead("Lanes", index, lane)
            incoterm = str(sources[place[0]].get("Incoterm", ""))
            self._complain_of_incoterm("Lanes", index, lane, incoterm)
        return Lanes(allowed, freight, lead)

    def _rows(self) -> Iterator[tuple[int, Mapping[str, Value], tuple[int, int]]]:
        """Rows with the positions of source and plant; unknown names are said elsewhere."""
        sources = self.ledger.positions("Sources")
        sites = {site: p for p, site in enumerate(self.sites)}
        for index, row in enumerate(self.ledger.rows.get("Lanes", [])):
            source, site = row.get("Source"), row.get("Site")
            if source in sources and site in sites:
                name = None if site is None else str(site)
                yield index, row, (sources[str(source)], sites[name])

    def _lead(self, sheet: str, index: int, row: Mapping[str, Value]) -> int:
        """Periods; 0 after a complaint."""
        unit = self.ledger.table(sheet).unit("Lead time")
        value, years = number_in(row.get("Lead time")), self.ledger.periods.years
        try:
            return calendar.whole_periods("Lead time", value, unit, years)
        except calendar.LengthError as wrong:
            self._error((sheet, index, "Lead time"), str(wrong), wrong.kind)
            return 0

    def _complain_of_incoterm(
        self, sheet: str, index: int, row: Mapping[str, Value], incoterm: str
    ) -> None:
        """A row with money that the source's price includes already."""
        for column, word in _INCLUDED.get(incoterm, ()):
            if number_in(row.get(column)) > 0:
                text = (
                    f"{column} is given, but the price is {incoterm}, which includes {word}; "
                    "clear one of the two"
                )
                self._error((sheet, index, column), text, "incoterm")

    def _error(self, where: tuple[str, int, str], text: str, kind: str) -> None:
        self.ledger.complain(self.problems, where, text, kind)
