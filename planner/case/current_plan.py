"""The Current plan: purchases as planned today, and up to when they are kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.case.indices import Complain
from planner.case.ledger import Ledger
from planner.case.problems import Problems
from planner.case.scenario import CurrentPlan, Scenario

_SHEET = "Current plan"
_FROZEN = "Frozen through"


def read_current_plan(
    ledger: Ledger, sites: Sequence[str | None], complain: Complain
) -> CurrentPlan | None:
    """The purchases of the sheet Current plan; None where the case has none.

    What the sheet does not list is 0.
    """
    frozen = _frozen(ledger, complain)
    if _SHEET not in ledger.tables:
        return None
    sources, periods = ledger.positions("Sources"), ledger.periods.names
    places = {site: p for p, site in enumerate(sites)}
    tonnes = np.zeros((len(sources), len(sites), len(periods)))
    cells: dict[tuple[int, int, int], str] = {}
    for series in ledger.series[_SHEET]:
        source, site = series.key.get("Source"), series.key.get("Site")
        if source not in sources or site not in places:
            continue  # complained of where names are checked
        place = (sources[str(source)], places[site])
        tonnes[place] = series.numbers(0.0)
        cells |= {(*place, t): cell for t, cell in enumerate(series.cells) if cell}
    return CurrentPlan(tonnes, cells, frozen)


def _frozen(ledger: Ledger, complain: Complain) -> int:
    """How many periods, from the first on, keep the purchases of the Current plan."""
    for index, row in enumerate(ledger.rows["Settings"]):
        through = row.get("Value") if row["Setting"] == _FROZEN else None
        if through in ledger.periods.names:
            if _SHEET not in ledger.tables:
                text = (
                    f"{_FROZEN} is set, but the case has no sheet {_SHEET}; add it, or clear this"
                )
                complain("Settings", index, "Value", text, "missing sheet")
            return ledger.periods.names.index(str(through)) + 1
    return 0


def check_frozen(scenario: Scenario, problems: Problems) -> None:
    """Complain of frozen purchases of a source in a period, or for a plant, where it is closed."""
    current = scenario.current
    if current is None:
        return
    periods = np.arange(len(scenario.periods))
    window = scenario.window
    is_open = window[:, None, :] & scenario.allowed[:, :, None]
    wrong = (current.tonnes > 0) & ~is_open & (periods < current.frozen)
    for s, p, t in np.argwhere(wrong).tolist():
        why = (
            "between First and Last period only" if not window[s, t] else "by an allowed lane only"
        )
        problems.error(
            f"purchases up to '{scenario.periods[current.frozen - 1]}' are frozen "
            f"({_FROZEN} in Settings), but '{scenario.sources[s].name}' delivers {why}; enter 0",
            sheet=_SHEET,
            cell=current.cells.get((s, p, t), "").rpartition("!")[2] or None,
            kind="frozen",
        )
