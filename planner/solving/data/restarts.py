"""Data of the block `restarts`: when they may be decided, what they open and cost."""

from __future__ import annotations

import numpy as np

from planner.case.scenario import Restart, Scenario
from planner.solving.data.draft import Draft, column, flagged, members
from planner.solving.data.useful import of_use


def add_restarts(draft: Draft) -> None:
    """Decisions, the capacity that they open, and their cost to the end."""
    scenario = draft.scenario
    restarts = sorted(scenario.restarts, key=lambda restart: restart.source)
    opening = [(r, t) for r in restarts for t in range(r.earliest, r.latest + 1)]
    of_restart = {restart.source: restart for restart in restarts}
    offers = draft.sets["OFFERS"]
    restarted = flagged(len(scenario.sources), list(of_restart))
    runs = [(s, t) for s, t in offers[restarted[offers[:, 0]]].tolist()]
    limit = scenario.opened_limit
    useful = of_use(scenario, limit) if runs else limit
    opened, capacity = [], []
    for s, t in runs:
        for u in range(of_restart[s].earliest, of_restart[s].latest + 1):
            part = of_restart[s].opened(u, t)
            if part > 0:
                opened.append((s, t, u))
                capacity.append(min(part * limit[s, t], useful[s, t]))
    loads = [(s, t) for s, t in runs if of_restart[s].minimum_load > 0]
    draft.sets["RESTARTS"] = column([restart.source for restart in restarts])
    draft.sets["OPENINGS"] = members([(r.source, t) for r, t in opening], 2)
    draft.sets["RUNS"] = members(runs, 2)
    draft.sets["OPENED"] = members(opened, 3)
    draft.sets["LOADS"] = members(loads, 2)
    draft.params["restart_cost"] = np.array([cost_from(scenario, r, t) for r, t in opening])
    draft.params["opened_capacity"] = np.array(capacity, dtype=float)
    draft.params["minimum_load"] = np.array([of_restart[s].minimum_load for s, _ in loads])
    openings, pairs = draft.sets["OPENINGS"], draft.sets["OPENED"]
    loaded = pairs[[s in of_restart and of_restart[s].minimum_load > 0 for s in pairs[:, 0]]]
    draft.gather("OPENINGS_OF", "RESTARTS", openings[:, [0]], openings[:, [1]])
    draft.gather("OPENED_BY", "RUNS", pairs[:, :2], pairs[:, [2]])
    draft.gather("LOADED_BY", "LOADS", loaded[:, :2], loaded[:, [2]])


def cost_from(scenario: Scenario, restart: Restart, decided: int) -> float:
    """Discounted restart cost, and running cost from the start to the source's last period."""
    running = slice(decided + restart.lead, restart.last + 1)
    years = float((scenario.years[running] * scenario.discount[running]).sum())
    return float(scenario.discount[decided]) * restart.cost + restart.running_cost * years
