"""A live model in which requirements are dropped and held again."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from planner.case.scenario import Flags
from planner.solving.session import Session
from planner.studies.conflicts.requirements import Bound, Requirements, SupplyBound


class Relaxation:
    """A session in which requirements are dropped and held again."""

    def __init__(self, session: Session, requirements: Requirements) -> None:
        """Hold them all.

        Args:
            session: of the model whose bounds they give.
            requirements: all of them.
        """
        self.session = session
        self.requirements = requirements
        self.dropped: Flags = np.zeros(len(requirements.every), dtype=bool)
        self._given: dict[int, list[int]] = {}
        for n, bound in enumerate(requirements.bounds):
            for owner in bound.owners:
                self._given.setdefault(owner, []).append(n)
        self._row_of: dict[int, list[int]] = {}
        self._column_of: dict[int, list[int]] = {}
        for n, bound in enumerate(requirements.bounds):
            places = self._row_of if bound.is_row else self._column_of
            places.setdefault(bound.position, []).append(n)
        self._set(range(len(requirements.bounds)))

    def drop_only(self, dropped: Flags) -> None:
        """Drop the requirements flagged, and hold all others."""
        changed = np.flatnonzero(self.dropped != dropped).tolist()
        self.dropped = dropped
        self._set({n for owner in changed for n in self._given.get(owner, ())})

    def supporting(self, rows: np.ndarray, columns: np.ndarray) -> set[int]:
        """The requirements that give a bound of some rows and columns, both as flags."""
        found: set[int] = set()
        for flags, given in ((rows, self._row_of), (columns, self._column_of)):
            for position in np.flatnonzero(flags).tolist():
                for n in given.get(position, ()):
                    found.update(self.requirements.bounds[n].owners)
        return found

    def _tightest(self, bound: Bound | SupplyBound) -> float:
        """Where a bound stands, which others may give as well."""
        given = self._row_of if bound.is_row else self._column_of
        every = (self.requirements.bounds[n] for n in given[bound.position])
        values = [one.value(self.dropped) for one in every if one.is_upper is bound.is_upper]
        return min(values) if bound.is_upper else max(values)

    def _set(self, which: Iterable[int]) -> None:
        session, every = self.session, self.requirements.bounds
        chosen = [every[n] for n in which]
        for is_row, live, change in (
            (True, session.rows, session.set_row_bounds),
            (False, session.columns, session.set_column_bounds),
        ):
            own = [bound for bound in chosen if bound.is_row is is_row]
            if not own:
                continue
            places = np.unique([bound.position for bound in own])
            lower, upper = live.lower[places], live.upper[places]
            at = {place: n for n, place in enumerate(places.tolist())}
            for bound in own:
                side = upper if bound.is_upper else lower
                side[at[bound.position]] = self._tightest(bound)
            change(places, lower, upper)
