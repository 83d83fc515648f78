"""Data of the block `priorities`: which breaches count for which priority."""

from __future__ import annotations

from planner.solving.data.draft import Draft, column

BREACHES = (
    ("OVER_OF", "SOFT_CEILINGS"),
    ("BELOW_OF", "SOFT_FLOORS"),
    ("MORE_OF", "SOFT_SUPPLIER_CEILINGS"),
    ("FEWER_OF", "SOFT_SUPPLIER_FLOORS"),
)
"""Breaches by priority, and the set of all rules that may be broken that way."""


def add_priorities(draft: Draft) -> None:
    """The priorities in use, and the rules of each."""
    rules = draft.scenario.rules
    used = sorted({rule.priority for rule in rules if rule.priority is not None})
    draft.sets["PRIORITIES"] = column(used)
    for name, every in BREACHES:
        soft = [r for r in draft.sets[every][:, 0].tolist() if rules[r].priority is not None]
        priorities = [rules[r].priority or 0 for r in soft]
        draft.gather(name, "PRIORITIES", column(priorities), column(soft))
