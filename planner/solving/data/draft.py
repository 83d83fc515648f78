"""Model data in the making, and how members are gathered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

import numpy as np

from planner.case.scenario import Numbers, Rule, Scenario
from planner.records import dataclass
from planner_models.data import IndexedMembers, Members


@dataclass(slots=True)
class Draft:
    """The model data of one scenario in the making."""

    scenario: Scenario
    sets: dict[str, Members] = field(default_factory=dict)
    indexed: dict[str, IndexedMembers] = field(default_factory=dict)
    params: dict[str, Numbers] = field(default_factory=dict)

    def gather(self, name: str, index: str, keys: Members, members: Members) -> None:
        """Add an indexed set: `members` by the member of the set `index` that equals their key.

        Args:
            name: of the indexed set.
            index: name of a set that is there already, N × k.
            keys: n × k, each one equal to a member of `index`.
            members: n × d.
        """
        self.indexed[name] = gathered(self.sets[index], keys, members)


def gathered(index: Members, keys: Members, members: Members) -> IndexedMembers:
    """Members gathered by the index member that their key equals, in the order of the index."""
    if not len(keys):
        return IndexedMembers(np.zeros(len(index) + 1, dtype=np.int64), members)
    size = np.maximum(index.max(axis=0), keys.max(axis=0)) + 1
    place = np.full(int(np.prod(size)), -1, dtype=np.int64)
    place[_flat(index, size)] = np.arange(len(index))
    position = place[_flat(keys, size)]
    order = np.argsort(position, kind="stable")
    counts = np.bincount(position, minlength=len(index))
    return IndexedMembers(np.concatenate([[0], np.cumsum(counts)]), members[order])


def column(values: list[int]) -> Members:
    """The members of a one-dimensional set."""
    return np.array(values, dtype=np.int64).reshape(-1, 1)


def members(values: Sequence[tuple[int, ...]], dimension: int) -> Members:
    """The members of a set of several dimensions."""
    return np.array(values, dtype=np.int64).reshape(-1, dimension)


def party_lanes(draft: Draft, rules: Sequence[tuple[int, Rule]]) -> tuple[Members, Numbers]:
    """Lanes that rules count for each of their parties, and contained tonnes per tonne.

    Args:
        draft: with the set LANES.
        rules: with their positions.

    Returns:
        (rule, party, source, site, period), and one number for each.
    """
    lanes = draft.sets["LANES"]
    found, contents = [np.zeros((0, 5), dtype=np.int64)], [np.zeros(0)]
    for r, rule in rules:
        party = np.full(len(rule.content), -1, dtype=np.int64)
        for g, one in enumerate(rule.parties):
            party[list(one.sources)] = g
        counts = (party >= 0) & (rule.content > 0)
        kept = lanes[
            counts[lanes[:, 0]]
            & np.isin(lanes[:, 1], rule.sites)
            & np.isin(lanes[:, 2], rule.periods)
        ]
        found.append(np.column_stack([np.full(len(kept), r), party[kept[:, 0]], kept]))
        contents.append(rule.content[kept[:, 0]])
    return np.concatenate(found), np.concatenate(contents)


def _flat(rows: Members, size: Members) -> Members:
    flat: Members = np.ravel_multi_index(tuple(rows.T), tuple(int(n) for n in size))
    return flat
