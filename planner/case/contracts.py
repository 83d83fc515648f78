"""Contracts: offtakes with a level that is decided once, and what of it has to be lifted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from planner.case import calendar
from planner.case.columns import Value
from planner.case.indices import Complain
from planner.case.ledger import Ledger
from planner.case.scenario import Contract, Lift, Numbers
from planner.case.scenario import Indices as Positions

_SHEET = "Contracts"


def build_contracts(
    ledger: Ledger,
    starts: Sequence[date | None],
    *,
    first: Positions,
    last: Positions,
    availability: Numbers,
    complain: Complain,
) -> tuple[Contract, ...]:
    """Every contract of a scenario; one that is complained of is left out.

    Args:
        ledger: the case's values under the scenario.
        starts: T, first days of the periods.
        first, last: S, between which each source may deliver.
        availability: S × T.
        complain: takes complaints.
    """
    builder = _ContractBuilder(ledger, starts, first, last, availability, complain)
    builder.complain_of_units()
    rows = list(enumerate(ledger.rows.get(_SHEET, [])))
    found = {index: builder.contract(index, row) for index, row in rows}
    contracts = {index: contract for index, contract in found.items() if contract is not None}
    builder.complain_of_overlaps(contracts)
    return tuple(contracts.values())


@dataclass(frozen=True, slots=True)
class _ContractBuilder:
    ledger: Ledger
    starts: Sequence[date | None]
    first: Positions
    last: Positions
    availability: Numbers
    complain: Complain

    def contract(self, index: int, row: dict[str, Value]) -> Contract | None:
        """One contract, or None after a complaint."""
        window = self._window(index, row)
        sources = self.ledger.positions("Sources")
        low, high = row.get("Minimum", 0.0), row.get("Maximum")
        if not isinstance(low, float) or not isinstance(high, float):
            return None  # complained of already
        unit = self.ledger.table(_SHEET).unit("Maximum")
        if low > high:
            shown = "t/yr" if unit.per_time else "t"
            text = f"Minimum {low:g} {shown} is above Maximum {high:g} {shown}"
            self.complain(_SHEET, index, "Minimum", text, "window")
            return None
        if window is None or row.get("Source") not in sources:
            return None
        source = sources[str(row["Source"])]
        years = np.array(self.ledger.periods.years)
        lengths = years if unit.per_time else np.ones_like(years)
        pays = row.get("Unlifted pays")
        return Contract(
            name=str(row["Contract"]),
            source=source,
            periods=window,
            minimum=low,
            maximum=high,
            lengths=lengths[list(window)],
            unlifted_pays=pays if isinstance(pays, float) else None,
            lifts=self._lifts(row, source, window, lengths),
            minimum_cell=self.ledger.cell(_SHEET, index, "Minimum"),
            maximum_cell=self.ledger.cell(_SHEET, index, "Maximum"),
            must_take_cell=self.ledger.cell(_SHEET, index, "Must take"),
            per_typed=float(unit.size),
            unit=unit.text or "t",
        )

    def _lifts(
        self, row: dict[str, Value], source: int, window: tuple[int, ...], lengths: Numbers
    ) -> tuple[Lift, ...]:
        """What has to be lifted, in each group of periods in which the source may deliver."""
        must_take = row.get("Must take", 0.0)
        part = must_take if isinstance(must_take, float) else 0.0
        year_of = calendar.year_of_each(self.starts, self.ledger.periods.years)
        per = str(row.get("Per", "period"))
        lifts = []
        for group in calendar.groups(window[0], window[-1], per, year_of):
            open_in = tuple(t for t in group if self.first[source] <= t <= self.last[source])
            can = np.minimum(self.availability[source], 1.0)
            per_level = part * float(sum(lengths[t] * can[t] for t in open_in))
            if per_level > 0:
                lifts.append(Lift(open_in, per_level))
        return tuple(lifts)

    def _window(self, index: int, row: dict[str, Value]) -> tuple[int, ...] | None:
        periods = self.ledger.periods.names
        ends = {"From": 0, "To": len(periods) - 1}
        for column in ends:
            name = row.get(column)
            if name is not None and name not in periods:
                return None  # complained of where names are checked
            if name is not None:
                ends[column] = periods.index(str(name))
        first, last = ends["From"], ends["To"]
        if last < first:
            text = f"the window ends in '{periods[last]}' before it starts in '{periods[first]}'"
            self.complain(_SHEET, index, "To", text, "window")
            return None
        return tuple(range(first, last + 1))

    def complain_of_units(self) -> None:
        """Minimum and Maximum are both tonnes per period, or both per year."""
        table = self.ledger.table(_SHEET)
        low, high = table.units.get("Minimum"), table.units.get("Maximum")
        if low is None or high is None or low.per_time == high.per_time or not table.rows:
            return
        text = (
            f"Minimum is in [{low.text or 't'}], but Maximum ({table.header_cell('Maximum')}) in "
            f"[{high.text or 't'}]; give both in tonnes per period, or both per year"
        )
        self.complain(_SHEET, 0, "Minimum", text, "unit")

    def complain_of_overlaps(self, contracts: dict[int, Contract]) -> None:
        """Contracts on one source follow each other in time."""
        names = self.ledger.names("Sources")
        seen: dict[int, list[tuple[int, Contract]]] = {}
        for index, contract in contracts.items():
            earlier = seen.setdefault(contract.source, [])
            for other_index, other in earlier:
                both = sorted(set(contract.periods) & set(other.periods))
                if both:
                    cell = self.ledger.cell(_SHEET, other_index, "From")
                    text = (
                        f"'{contract.name}' overlaps '{other.name}' ({cell}) in "
                        f"'{self.ledger.periods.names[both[0]]}': contracts on one source, here "
                        f"'{names[contract.source]}', must not overlap in time"
                    )
                    self.complain(_SHEET, index, "From", text, "window")
                    break
            earlier.append((index, contract))
