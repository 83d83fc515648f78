"""Members of sets as columns of integers: where they stand, and walks over them.

The one cost that counts is that of passes over all entries of a model, and of those the ones that
pick out of order. So an index of a set's own members is repeated over a walk, not picked, and of a
reference at several indices only the sum of their keys is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner_models.data import SCHEMA, ModelData
from planner_models.templates import Walk

Codes = NDArray[np.int64]

_INDEX_OF_INDEXED = {spec.name: spec.index for spec in SCHEMA.indexed_sets}

_DENSE = 8
"""A table of places may have this many times as many cells as the set has members."""

_SMALL = 1 << 16
"""A table of places may always have this many cells."""


class NoSuchMemberError(ValueError):
    """The data name a member that a set does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} lacks a member that the data use")


class Places:
    """The positions of members in one set.

    A member's key is one number for all of its indices: the sum of index times stride.

    Attributes:
        sizes: of each index, what all of them in the set are below.
        strides: of each index.
    """

    def __init__(self, name: str, columns: Sequence[Codes], sizes: Sequence[int]) -> None:
        """Places in a set with these indices of its members, index by index."""
        self.name = name
        self.sizes = sizes
        self.strides = [math.prod(sizes[k + 1 :]) for k in range(len(sizes))]
        self._cells = math.prod(sizes)
        self._own = self.key(columns, self.strides)
        self._count = len(self._own)
        # Every combination, in order: the key is the position.
        self._is_full = self._cells == self._count and bool(
            (self._own == np.arange(self._count)).all()
        )
        self._table: Codes | None = None
        self._sorted: tuple[Codes, Codes] | None = None

    def key(self, columns: Sequence[Codes], strides: Sequence[int]) -> Codes:
        """The part of the key that some of the indices give."""
        key = columns[0] * strides[0]
        for column, stride in zip(columns[1:], strides[1:], strict=True):
            key += column if stride == 1 else column * stride
        return key

    def of(self, key: Codes) -> Codes | None:
        """The position of each key; None: they are those of the members, in order.

        Raises:
            NoSuchMemberError: one of them is that of no member.
        """
        if len(key) == self._count and bool((key == self._own).all()):
            return None
        if self._is_full:
            return key
        found = self._by_table(key) if self._is_dense else self._by_search(key)
        if int(found.min(initial=0)) < 0:
            raise NoSuchMemberError(self.name)
        return found

    @property
    def _is_dense(self) -> bool:
        return self._cells <= max(_SMALL, _DENSE * self._count)

    def _by_table(self, key: Codes) -> Codes:
        if self._table is None:
            self._table = np.full(self._cells, -1, dtype=np.int64)
            self._table[self._own] = np.arange(self._count)
        return self._table[key]

    def _by_search(self, key: Codes) -> Codes:
        if self._sorted is None:
            order = np.argsort(self._own, kind="stable")
            self._sorted = order, self._own[order]
        order, known = self._sorted
        place = np.minimum(np.searchsorted(known, key), self._count - 1)
        found: Codes = order[place]
        found[known[place] != key] = -1
        return found


def before(counts: Codes) -> Codes:
    """How many there are in the groups before each one."""
    found: Codes = counts.cumsum() - counts
    return found


class Sets:
    """The sets of one case, with the columns of their members, and places looked up so far."""

    def __init__(self, data: ModelData) -> None:
        """The sets of a case."""
        self._members = {name: found.members for name, found in data.indexed_sets.items()}
        self._members |= data.sets
        self._start = {name: found.start for name, found in data.indexed_sets.items()}
        self._places: dict[str, Places] = {}
        self._codes: dict[tuple[str, int], Codes] = {}
        self._size: dict[tuple[str, int], int] = {}

    def count(self, name: str) -> int:
        """How many members a set, or an indexed set at all of its indices together, has."""
        return len(self._members[name])

    def dimension(self, name: str) -> int:
        """How many indices a member of a set has."""
        return int(self._members[name].shape[1])

    def start(self, indexed: str) -> Codes:
        """Where the members of an indexed set start at each of its indices."""
        return self._start[indexed]

    def codes(self, name: str, position: int) -> Codes:
        """One index of every member of a set or (of all members together) an indexed set."""
        key = name, position
        if key not in self._codes:
            self._codes[key] = np.ascontiguousarray(self._members[name][:, position])
        return self._codes[key]

    def size(self, name: str, position: int) -> int:
        """What one index of every member is below."""
        key = name, position
        if key not in self._size:
            self._size[key] = int(self.codes(name, position).max(initial=-1)) + 1
        return self._size[key]

    def places(self, name: str) -> Places:
        """Where members stand in a set."""
        if name not in self._places:
            positions = range(self.dimension(name))
            columns = [self.codes(name, k) for k in positions]
            self._places[name] = Places(name, columns, [self.size(name, k) for k in positions])
        return self._places[name]


class _Level(NamedTuple):
    """What some of the indices run over: the index set, or the set of a walk.

    Attributes:
        name: of the set.
        at: which of its members; None: each, in order.
        each: how often in turn each of those, for the walks that follow; None: once.
    """

    name: str
    at: Codes | None
    each: Codes | None

    @property
    def is_whole(self) -> bool:
        return self.at is None and self.each is None

    def spread(self, numbers: Codes) -> Codes:
        """At every entry, what there is for each member of the set."""
        found = numbers if self.at is None else numbers[self.at]
        return found if self.each is None else found.repeat(self.each)

    def walked(self, each: Codes) -> _Level:
        """The same once each entry has become several."""
        if self.each is None:
            return self._replace(each=each)
        total = np.concatenate([[0], each.cumsum()])
        ends = self.each.cumsum()
        return self._replace(each=total[ends] - total[ends - self.each])


class Frame:
    """The members of an index set, each as often as the walks so far give it entries.

    Attributes:
        count: entries.
    """

    def __init__(self, sets: Sets, index: str | None) -> None:
        """Start at every member of a set, or, without one, at a scalar such as the objective."""
        self._sets = sets
        self._members = self.count = 1 if index is None else sets.count(index)
        self._levels = [_Level(str(index), None, None)]
        dimension = 0 if index is None else sets.dimension(index)
        # Of each index of the template, its level, and which index of the set there it is.
        self._origin = {k: (0, k) for k in range(dimension)}

    @property
    def per_member(self) -> Codes:
        """How many entries each member of the index set has."""
        each = self._levels[0].each
        return np.ones(self._members, dtype=np.int64) if each is None else each

    @property
    def row(self) -> Codes | None:
        """The member of each entry, by position; None: every one, in order."""
        own = self._levels[0]
        return None if own.each is None else own.spread(np.arange(self._members))

    def walk(self, walk: Walk) -> None:
        """Go on to every member of a set, or of an indexed set at some indices."""
        first, each, in_order = self._ranges(walk)
        self.count = int(each.sum())
        member = None
        if not in_order:
            member = np.arange(self.count)
            member += (first - before(each)).repeat(each)
        for position, index in enumerate(walk.indices):
            self._origin[index] = len(self._levels), position
        self._levels = [level.walked(each) for level in self._levels]
        self._levels.append(_Level(walk.over, member, None))

    def positions(self, index_set: str, at: tuple[int, ...]) -> Codes | None:
        """Of the member at some indices, for every entry; None: entry by entry the members.

        Raises:
            NoSuchMemberError: the set lacks one of them.
        """
        origins = [self._origin[index] for index in at]
        depth = origins[0][0]
        level = self._levels[depth]
        if level.name == index_set and origins == [(depth, k) for k in range(len(at))]:
            # Members of the very set: no need to look them up.
            return None if level.is_whole else level.spread(np.arange(self._sets.count(index_set)))
        places = self._sets.places(index_set)
        return places.of(self._key(places, origins))

    def _key(self, places: Places, origins: Sequence[tuple[int, int]]) -> Codes:
        """The key of the member at some indices, for every entry: level by level, then summed."""
        key: Codes | None = None
        for depth, level in enumerate(self._levels):
            own = [k for k, (at, _) in enumerate(origins) if at == depth]
            if not own:
                continue
            for k in own:
                self._check(places, k, level, origins[k][1])
            columns = [self._sets.codes(level.name, origins[k][1]) for k in own]
            part = level.spread(places.key(columns, [places.strides[k] for k in own]))
            key = part if key is None else np.add(key, part, out=key)
        if key is None:
            raise ValueError(f"a reference to {places.name} without an index")
        return key

    def _check(self, places: Places, k: int, level: _Level, position: int) -> None:
        """See that one index of every entry is within what the set has."""
        if self._sets.size(level.name, position) <= places.sizes[k]:
            return
        used = level.spread(self._sets.codes(level.name, position))
        if int(used.max(initial=-1)) >= places.sizes[k]:
            raise NoSuchMemberError(places.name)

    def _ranges(self, walk: Walk) -> tuple[Codes, Codes, bool]:
        """First member and number of members for each entry, and whether they are all, in order."""
        if walk.at is None:
            each = np.full(self.count, self._sets.count(walk.over), dtype=np.int64)
            return np.zeros(self.count, dtype=np.int64), each, self.count == 1
        start = self._sets.start(walk.over)
        position = self.positions(_INDEX_OF_INDEXED[walk.over], walk.at)
        if position is None:
            return start[:-1], start[1:] - start[:-1], True
        return start[position], start[position + 1] - start[position], False
