"""Data of the block `suppliers`: whom counts of suppliers count, and from how many tonnes."""

from __future__ import annotations

import numpy as np

from planner.case.scenario import Rule
from planner.solving.data.draft import Draft, column, distinct, gathered, members, party_lanes
from planner.solving.data.useful import most_bought
from planner.solving.measures import size_of_bound


def add_suppliers(draft: Draft) -> None:
    """Counts with a maximum, and counts with a minimum: a rule has one of the two.

    A rule that can count nobody holds as it is; a minimum above 0 of it is no case.
    """
    every = enumerate(draft.scenario.rules)
    counts = [(r, x) for r, x in every if x.type == "suppliers" and x.parties]
    _add_ceilings(draft, [(r, rule) for r, rule in counts if rule.maximum is not None])
    _add_floors(draft, [(r, rule) for r, rule in counts if rule.minimum is not None])


def _add_ceilings(draft: Draft, counts: list[tuple[int, Rule]]) -> None:
    scenario = draft.scenario
    soft = [r for r, rule in counts if rule.may_break]
    suppliers = [(r, g) for r, rule in counts for g in range(len(rule.parties))]
    lanes, _ = party_lanes(draft, counts)
    supplies, which = distinct(lanes[:, [0, 1, 2, 4]])
    place = np.arange(len(supplies)).reshape(-1, 1)
    most = most_bought(scenario) if len(supplies) else scenario.limit
    draft.sets["SUPPLIER_CEILINGS"] = column([r for r, _ in counts])
    draft.sets["SOFT_SUPPLIER_CEILINGS"] = column(soft)
    draft.sets["SUPPLIERS"] = members(suppliers, 2)
    draft.sets["SUPPLIES"] = supplies
    draft.params["most_suppliers"] = np.array([rule.maximum for _, rule in counts], dtype=float)
    draft.params["supply_bound"] = most[supplies[:, 2], supplies[:, 3]]
    draft.params["more_part"] = np.array(
        [1.0 / size_of_bound(rule, rule.maximum or 0.0) for _, rule in counts if rule.may_break]
    )
    every = draft.sets["SUPPLIERS"]
    draft.gather("SUPPLIERS_OF", "SUPPLIER_CEILINGS", every[:, [0]], every[:, [1]])
    sites = gathered(place, which.reshape(-1, 1), lanes[:, [3]])
    draft.indexed["SUPPLIED_SITES"] = sites
    draft.gather("MORE_IN", "SUPPLIER_CEILINGS", column(soft), column(soft))


def _add_floors(draft: Draft, counts: list[tuple[int, Rule]]) -> None:
    soft = [r for r, rule in counts if rule.may_break]
    relied = [(r, g, rule) for r, rule in counts for g in range(len(rule.parties))]
    lanes, content = party_lanes(draft, counts)
    draft.sets["SUPPLIER_FLOORS"] = column([r for r, _ in counts])
    draft.sets["SOFT_SUPPLIER_FLOORS"] = column(soft)
    draft.sets["RELIED"] = members([(r, g) for r, g, _ in relied], 2)
    draft.sets["RELIED_LANES"] = lanes
    draft.params["least_suppliers"] = np.array([rule.minimum for _, rule in counts], dtype=float)
    draft.params["counts_from"] = np.array([rule.counts_from for *_, rule in relied], dtype=float)
    draft.params["relied_content"] = content
    draft.params["fewer_part"] = np.array(
        [1.0 / size_of_bound(rule, rule.minimum or 0.0) for _, rule in counts if rule.may_break]
    )
    every = draft.sets["RELIED"]
    draft.gather("RELIED_OF", "SUPPLIER_FLOORS", every[:, [0]], every[:, [1]])
    draft.gather("RELIED_SHIPS", "RELIED", lanes[:, :2], lanes[:, 2:])
    draft.gather("FEWER_IN", "SUPPLIER_FLOORS", column(soft), column(soft))
