"""Model data in the making, and how members are gathered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from planner.case.scenario import Flags, Indices, Numbers, Rule, Scenario
from planner_models.data import IndexedMembers, Members


@dataclass
class Draft:
    """The model data of one scenario in the making."""

    scenario: Scenario
    sets: dict[str, Members] = field(default_factory=dict)
    indexed: dict[str, IndexedMembers] = field(default_factory=dict)
    params: dict[str, Numbers] = field(default_factory=dict)

    @cached_property
    def offered(self) -> Flags:
        """S × T: what can be bought when; needs OFFERS."""
        scenario = self.scenario
        flags = np.zeros((len(scenario.sources), len(scenario.periods)), dtype=bool)
        flags[tuple(self.sets["OFFERS"].T)] = True
        return flags

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
    size = _sizes(index, keys)
    place = np.full(math.prod(size), -1)
    place[_flat(index, size)] = np.arange(len(index))
    position = place[_flat(keys, size)]
    counts = np.bincount(position, minlength=len(index))
    if (position[1:] < position[:-1]).any():
        members = members[np.argsort(position, kind="stable")]
    return IndexedMembers(starts(counts), members)


def spread(start: Members, groups: Members) -> tuple[Members, Members]:
    """All members of some groups, one group after the other.

    Args:
        start: where the members of each group start, and after the last one where they end.
        groups: which groups, each as often as it occurs.

    Returns:
        For each member the position in `groups`, and that of the member itself.
    """
    first = start[groups]
    counts = start[groups + 1] - first
    which = np.arange(len(groups)).repeat(counts)
    shift = first - (counts.cumsum() - counts)
    return which, np.arange(len(which)) + shift.repeat(counts)


def starts(counts: Members) -> Members:
    """Where groups of some sizes start, and after the last one where they end."""
    found = np.zeros(len(counts) + 1, dtype=np.int64)
    counts.cumsum(out=found[1:])
    return found


def column(values: Sequence[int] | Indices) -> Members:
    """The members of a one-dimensional set."""
    return np.array(values, dtype=np.int64).reshape(-1, 1)


def members(values: Sequence[tuple[int, ...]], dimension: int) -> Members:
    """The members of a set of several dimensions."""
    return np.array(values, dtype=np.int64).reshape(-1, dimension)


def columns(*found: Members) -> Members:
    """The members with these indices; in memory index by index."""
    return np.array(found).T


def where(flags: Flags) -> Members:
    """The members of a set by a flag for each combination; in memory index by index."""
    if flags.all():
        return np.indices(flags.shape).reshape(flags.ndim, -1).T
    return np.argwhere(flags)


def flagged(count: int, positions: Sequence[int] | Indices) -> Flags:
    """A flag for each of so many, set at some of them."""
    flags = np.zeros(count, dtype=bool)
    flags[np.array(positions, dtype=np.int64)] = True
    return flags


def distinct(rows: Members) -> tuple[Members, Members]:
    """Each different row once, in order, and which of them each row is."""
    size = _sizes(rows)
    flat = _flat(rows, size)
    order = np.argsort(flat, kind="stable")
    is_new = np.diff(flat[order], prepend=-1) != 0
    which = np.empty(len(rows), dtype=np.int64)
    which[order] = np.cumsum(is_new) - 1
    return rows[order[is_new]], which


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
        sites = flagged(len(draft.scenario.sites), rule.sites)
        periods = flagged(len(draft.scenario.periods), rule.periods)
        kept = lanes[counts[lanes[:, 0]] & sites[lanes[:, 1]] & periods[lanes[:, 2]]]
        found.append(np.column_stack([np.full(len(kept), r), party[kept[:, 0]], kept]))
        contents.append(rule.content[kept[:, 0]])
    return np.concatenate(found), np.concatenate(contents)


def _sizes(*every: Members) -> list[int]:
    """What each index of some members is below."""
    tops = [found.max(axis=0, initial=-1).tolist() for found in every]
    return [max(top) + 1 for top in zip(*tops, strict=True)]


def _flat(rows: Members, size: Sequence[int]) -> Members:
    """One number for each member, in the order of their indices."""
    flat = rows[:, 0]
    for n, column in zip(size[1:], rows.T[1:], strict=True):
        flat = flat * n + column
    return flat
