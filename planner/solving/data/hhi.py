"""Data of the block `hhi`: the countries that an HHI counts, and the first tangents."""

from __future__ import annotations

import numpy as np

from planner.case.scenario import Rule
from planner.solving.data.draft import Draft, column, members, party_lanes
from planner_models.tangents import tangent

FIRST_SHARES = tuple(np.linspace(0.0, 1.0, 17).tolist())
"""Shares of demand at which every country has a tangent from the start."""


def add_hhi(draft: Draft) -> None:
    """Limits on an HHI: countries, tangents of the square of each one's share, and the bound."""
    every_rule = enumerate(draft.scenario.rules)
    rules = [(r, rule) for r, rule in every_rule if rule.type == "HHI" and rule.parties]
    parties = [(r, g, rule) for r, rule in rules for g in range(len(rule.parties))]
    lanes, content = party_lanes(draft, rules)
    tangents = [
        ((r, g, k), tangent(share, _demand_counted(rule)))
        for r, g, rule in parties
        for k, share in enumerate(FIRST_SHARES)
    ]
    most = [(rule.maximum or 0.0) * (rule.basis or 0.0) for _, rule in rules]
    draft.sets["HHI_CEILINGS"] = column([r for r, _ in rules])
    draft.sets["PARTIES"] = members([(r, g) for r, g, _ in parties], 2)
    draft.sets["PARTY_LANES"] = lanes
    draft.sets["TANGENTS"] = members([place for place, _ in tangents], 3)
    draft.params["hhi_most"] = np.array(most, dtype=float)
    draft.params["party_content"] = content
    draft.params["tangent_slope"] = np.array([slope for _, (slope, _) in tangents], dtype=float)
    draft.params["tangent_offset"] = np.array([offset for _, (_, offset) in tangents], dtype=float)
    every = draft.sets["PARTIES"]
    draft.gather("PARTIES_OF", "HHI_CEILINGS", every[:, [0]], every[:, [1]])
    draft.gather("PARTY_SHIPS", "PARTIES", lanes[:, :2], lanes[:, 2:])


def _demand_counted(rule: Rule) -> float:
    """The demand that shares are of; none where nothing may be bought, which is then exact.

    A curve would let a millionth of it be bought: its square is nothing beside any tolerance.
    """
    return rule.basis if rule.basis and rule.maximum != 0 else 0.0
