"""Templates expanded over the sets of a case: numpy only, all members of a component at once.

It goes in two steps. A `Layout` holds what the sets decide: where each row, column and entry
stands, and which number of which parameter each takes. `Layout.arrays` fills in the numbers; where
those of some parameters have changed since, only the parts that hold them are worked out again, and
arrays in which nothing has changed are the very same objects as before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner_models.data import SCHEMA, Members, ModelData, Numbers
from planner_models.templates import Columns, Reference, RowsTemplate, Templates, Term, Terms

Codes = NDArray[np.int32]
Counts = NDArray[np.int64]
Keys = NDArray[np.signedinteger[Any]]

_INDEX_OF_PARAM = {spec.name: spec.index for spec in SCHEMA.params}
_INDEX_OF_INDEXED = {spec.name: spec.index for spec in SCHEMA.indexed_sets}

_DENSE = 8
"""A table of places may have this many times as many cells as the set has members."""

_SMALL = 1 << 16
"""A table of places may always have this many cells."""


class NoSuchMemberError(ValueError):
    """The data name a member that a set does not have."""


class _Places:
    """The positions of members in one set."""

    def __init__(self, name: str, members: Members) -> None:
        self.name = name
        self.count = len(members)
        size = members.max(axis=0, initial=-1) + 1
        self._size = size.tolist()
        self._cells = 1
        for n in self._size:
            self._cells *= n
        key = self._keys(list(members.T))
        self._key = key
        # Every combination, in order: the key is the position.
        self._is_full = self._cells == self.count and bool(
            (key == np.arange(self.count, dtype=key.dtype)).all()
        )
        self._table: Codes | None = None
        self._sorted: tuple[Keys, Keys] | None = None

    def _keys(self, codes: Sequence[Keys]) -> Keys:
        """One number for each combination of indices."""
        wide = np.int64 if self._cells > np.iinfo(np.int32).max else np.int32
        key: Keys = codes[0].astype(wide)
        for n, code in zip(self._size[1:], codes[1:], strict=True):
            key *= wide(n)
            key += code
        return key

    def of(self, codes: Sequence[Keys]) -> Codes | None:
        """The position of each combination of indices; None: they are the members, in order.

        Raises:
            NoSuchMemberError: one of them is no member.
        """
        for code, n in zip(codes, self._size, strict=True):
            if len(code) and int(code.max()) >= n:
                raise NoSuchMemberError(f"{self.name} lacks a member that the data use")
        key = self._keys(codes)
        if len(key) == self.count and np.array_equal(key, self._key):
            return None
        if self._is_full:
            return key.astype(np.int32, copy=False)
        found = self._by_table(key) if self._is_dense else self._by_search(key)
        if len(found) and int(found.min()) < 0:
            raise NoSuchMemberError(f"{self.name} lacks a member that the data use")
        return found

    @property
    def _is_dense(self) -> bool:
        return self._cells <= max(_SMALL, _DENSE * self.count)

    def _by_table(self, key: Keys) -> Codes:
        if self._table is None:
            self._table = np.full(self._cells, -1, dtype=np.int32)
            self._table[self._key] = np.arange(self.count, dtype=np.int32)
        found: Codes = self._table[key]
        return found

    def _by_search(self, key: Keys) -> Codes:
        if self._sorted is None:
            order = np.argsort(self._key, kind="stable")
            self._sorted = order, self._key[order]
        order, known = self._sorted
        if not self.count:
            return np.full(len(key), -1, dtype=np.int32)
        place = np.minimum(np.searchsorted(known, key), self.count - 1)
        found = order[place].astype(np.int32)
        found[known[place] != key] = -1
        return found


class _Sets:
    """The sets of one case, with the columns of their members, and places looked up so far."""

    def __init__(self, data: ModelData) -> None:
        self.data = data
        self._places: dict[str, _Places] = {}
        self._codes: dict[tuple[str, int], Codes] = {}

    def count(self, name: str) -> int:
        """How many members a set has."""
        return len(self.data.sets[name])

    def dimension(self, name: str) -> int:
        """How many indices a member of a set has."""
        return int(self.data.sets[name].shape[1])

    def codes(self, name: str, position: int) -> Codes:
        """One index of every member of a set or (of all members together) an indexed set."""
        key = name, position
        if key not in self._codes:
            indexed = self.data.indexed_sets.get(name)
            members = self.data.sets[name] if indexed is None else indexed.members
            self._codes[key] = members[:, position].astype(np.int32)
        return self._codes[key]

    def places(self, name: str) -> _Places:
        """Where members stand in a set."""
        if name not in self._places:
            self._places[name] = _Places(name, self.data.sets[name])
        return self._places[name]


class _Part(NamedTuple):
    """Where an index of the template comes from: a column of a set's members, at some of them."""

    name: str
    position: int
    at: Codes | None  # None: every member, in order


class _Frame:
    """The members of an index set, each as often as the walks so far give it entries.

    Attributes:
        count: entries.
        row: of each entry, the position of its member in the index set; None: every one, in order.
        per_member: entries of each member; None: one.
    """

    def __init__(self, sets: _Sets, index: str | None) -> None:
        """Start at every member of a set, or, without one, at a scalar such as the objective."""
        self.sets = sets
        self.members = self.count = 1 if index is None else sets.count(index)
        self.row: Codes | None = None
        self.per_member: Counts | None = None
        dimension = 0 if index is None else sets.dimension(index)
        self._parts = {k: _Part(str(index), k, None) for k in range(dimension)}

    def codes(self, index: int) -> Codes:
        """An index of the template at every entry."""
        name, position, at = self._parts[index]
        codes = self.sets.codes(name, position)
        return codes if at is None else codes[at]

    def positions(self, index_set: str, at: tuple[int, ...]) -> Codes | None:
        """Of the member at some indices, for every entry; None: entry by entry the members."""
        parts = [self._parts[index] for index in at]
        rows = parts[0].at
        if all(
            part.name == index_set and part.position == k and part.at is rows
            for k, part in enumerate(parts)
        ):
            return rows  # members of the very set: no need to look them up
        return self.sets.places(index_set).of([self.codes(index) for index in at])

    def walk(self, over: str, at: tuple[int, ...] | None, indices: tuple[int, ...]) -> None:
        """Go on to every member of a set, or of an indexed set at some indices."""
        first, each, in_turn = self._ranges(over, at)
        total = int(each.sum())
        before = np.repeat(np.arange(self.count, dtype=np.int32), each)
        member = None
        if not in_turn:
            shift = np.repeat(first - (np.cumsum(each) - each), each)
            member = (np.arange(total) + shift).astype(np.int32)
        for index, part in self._parts.items():
            self._parts[index] = part._replace(at=before if part.at is None else part.at[before])
        for position, index in enumerate(indices):
            self._parts[index] = _Part(over, position, member)
        if self.row is None:
            self.row, self.per_member = before, each
        else:
            self.row = self.row[before]
            self.per_member = np.bincount(self.row, minlength=self.members)
        self.count = total

    def _ranges(self, over: str, at: tuple[int, ...] | None) -> tuple[Counts, Counts, bool]:
        """First member and number of members for each entry, and whether they are all, in order."""
        if at is None:
            each = np.full(self.count, self.sets.count(over), dtype=np.int64)
            return np.zeros(self.count, dtype=np.int64), each, self.count == 1
        start = self.sets.data.indexed_sets[over].start
        position = self.positions(_INDEX_OF_INDEXED[over], at)
        if position is None:
            return start[:-1], np.diff(start), True
        return start[position], start[position + 1] - start[position], False


# -- numbers --------------------------------------------------------------------------------


class _Number(NamedTuple):
    """A parameter at some positions; None: at all, in order."""

    name: str
    at: Codes | None

    def of(self, params: Mapping[str, Numbers]) -> Numbers:
        values = params[self.name]
        return values if self.at is None else values[self.at]


@dataclass(frozen=True, slots=True)
class _Product:
    """Numbers of one term, entry by entry: factor · Π numbers ÷ Π divisors.

    Attributes:
        count: entries.
        to: where each entry belongs; None: entry by entry.
    """

    factor: float
    numbers: tuple[_Number, ...]
    divisors: tuple[_Number, ...]
    count: int
    to: NDArray[Any] | None

    @property
    def names(self) -> frozenset[str]:
        """The parameters that it depends on."""
        return frozenset(number.name for number in (*self.numbers, *self.divisors))

    def moved(self, to: NDArray[Any]) -> _Product:
        """The same for other places."""
        return replace(self, to=to)

    def values(self, params: Mapping[str, Numbers]) -> Numbers | float:
        """One number for each entry, or one for all."""
        if not self.numbers and not self.divisors:
            return self.factor
        # As in a rule, from left to right: the factor is a sign or one of its constants.
        values: Any = self.factor
        for number in self.numbers:
            found = number.of(params)
            values = found if isinstance(values, float) and values == 1.0 else values * found
        for number in self.divisors:
            values = values / number.of(params)
        return values  # type: ignore[no-any-return] # Any, since a float becomes an array


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of one array, and the terms that add up to it.

    Attributes:
        place: in the array.
        base: what it is without any term.
        terms: what is added (or, where `over` is set, put in place).
        least, most: limits of it.
        names: the parameters that it depends on.
        put: whether each entry is of one term only.
    """

    place: slice
    base: float
    terms: tuple[_Product, ...]
    least: float | None = None
    most: float | None = None
    put: bool = False
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        names = frozenset[str]().union(*(term.names for term in self.terms))
        object.__setattr__(self, "names", names)

    def fill(self, array: Numbers, params: Mapping[str, Numbers]) -> None:
        """Work out this stretch of an array."""
        part = array[self.place]
        if not self.put:
            part[:] = self.base
        for term in self.terms:
            values = term.values(params)
            if self.put:
                part[slice(None) if term.to is None else term.to] = values
            elif term.to is None:
                part += values
            else:
                weights = np.broadcast_to(np.asarray(values, dtype=float), term.count)
                part += np.bincount(term.to, weights, len(part))
        if self.least is not None:
            np.maximum(part, self.least, out=part)
        if self.most is not None:
            np.minimum(part, self.most, out=part)


# -- the layout -----------------------------------------------------------------------------


class _Entries(NamedTuple):
    """The entries of one constraint, by rows.

    Attributes:
        per_row: how many each row has.
        column: of each entry.
        terms: their numbers.
        put: whether each entry is of one term only.
    """

    per_row: Counts
    column: Codes
    terms: tuple[_Product, ...]
    put: bool


class _Expanded(NamedTuple):
    """One term at every entry: its column, and its number."""

    variable: str
    frame: _Frame
    column: Codes
    factor: float
    numbers: tuple[_Number, ...]
    divisors: tuple[_Number, ...]

    def product(self, to: NDArray[Any] | None) -> _Product:
        return _Product(self.factor, self.numbers, self.divisors, self.frame.count, to)


class Layout:
    """Rows, columns and entries of a case, as its sets decide them.

    Attributes:
        columns, rows: positions of each variable's and constraint's members.
        integer: of each column, whether it is a yes/no decision.
        start, index: entries by rows, those whose number is 0 among them.
        index_sets: the index set of each variable and constraint.
    """

    def __init__(self, templates: Templates, data: ModelData) -> None:
        """Expand the templates over the sets of a case.

        Raises:
            NoSuchMemberError: the data name a member that a set does not have.
        """
        self._sets = _Sets(data)
        self._pieces: dict[str, list[_Piece]] = {}
        self.index_sets = {
            component.name: component.index_set
            for components in (templates.variables, templates.constraints)
            for component in components
        }
        self.columns = self._stretches([variable.name for variable in templates.variables])
        self.rows = self._stretches([constraint.name for constraint in templates.constraints])
        self.integer = np.repeat(
            [variable.integer for variable in templates.variables],
            [self._sets.count(variable.index_set) for variable in templates.variables],
        )
        self._add_bounds(templates.variables)
        self.start, self.index = self._add_rows(templates.constraints)
        self._constant = self._add_cost(templates.cost)

    def fits(self, data: ModelData) -> bool:
        """Whether a case has the same sets."""
        return data.has_sets_of(self._sets.data)

    def arrays(
        self, params: Mapping[str, Numbers], changed: Collection[str], old: Mapping[str, Numbers]
    ) -> dict[str, Numbers]:
        """The arrays of numbers by the name that `CompiledModel` gives them, zeros among them.

        Args:
            params: by name.
            changed: names of those that are not as they were for `old`.
            old: the arrays as they were; empty: there are none.
        """
        found = {}
        for name, pieces in self._pieces.items():
            if old and all(piece.names.isdisjoint(changed) for piece in pieces):
                found[name] = old[name]
                continue
            found[name] = old[name].copy() if old else np.empty(self._size(name))
            for piece in pieces:
                if not old or not piece.names.isdisjoint(changed):
                    piece.fill(found[name], params)
        return found

    def constant(self, params: Mapping[str, Numbers]) -> float:
        """What the cost is without any column."""
        return float(sum(np.sum(term.values(params)) for term in self._constant))

    def _size(self, name: str) -> int:
        if name == "value":
            return len(self.index)
        return len(self.start) - 1 if name.startswith("row") else len(self.integer)

    def _stretches(self, names: Sequence[str]) -> dict[str, slice]:
        """The place of each component's members, one component after the other."""
        found, first = {}, 0
        for name in names:
            after = first + self._sets.count(self.index_sets[name])
            found[name] = slice(first, after)
            first = after
        return found

    # -- bounds -----------------------------------------------------------------------------

    def _add_bounds(self, variables: Sequence[Columns]) -> None:
        lower = self._pieces["lower"] = []
        upper = self._pieces["upper"] = []
        for variable in variables:
            place = self.columns[variable.name]
            if place.start == place.stop:
                continue
            least, most = variable.least, variable.most
            for pieces, terms, free in ((lower, variable.lower, -np.inf),
                                        (upper, variable.upper, np.inf)):  # fmt: skip
                products = self._numbers_of(variable.index_set, terms or ())
                base = free if terms is None else 0.0
                pieces.append(_Piece(place, base, products, least=least, most=most))

    def _numbers_of(self, index: str | None, terms: Terms) -> tuple[_Product, ...]:
        """Terms without variables, each at every member of an index set."""
        found = []
        for term in terms:
            frame = self._walked(index, term)
            if frame.count and (term.factor or term.numbers):
                numbers, divisors = _at(frame, term.numbers), _at(frame, term.divisors)
                found.append(_Product(term.factor, numbers, divisors, frame.count, frame.row))
        return tuple(found)

    def _walked(self, index: str | None, term: Term) -> _Frame:
        frame = _Frame(self._sets, index)
        for walk in term.walks:
            frame.walk(*walk)
        return frame

    # -- rows -------------------------------------------------------------------------------

    def _add_rows(self, constraints: Sequence[RowsTemplate]) -> tuple[Codes, Codes]:
        values = self._pieces["value"] = []
        lower = self._pieces["row_lower"] = []
        upper = self._pieces["row_upper"] = []
        counts, columns, entries = [np.zeros(1, dtype=np.int64)], [np.zeros(0, dtype=np.int32)], 0
        for constraint in constraints:
            place = self.rows[constraint.name]
            if place.start == place.stop:
                continue
            for pieces, terms, free in ((lower, constraint.lower, -np.inf),
                                        (upper, constraint.upper, np.inf)):  # fmt: skip
                products = self._numbers_of(constraint.index_set, terms or ())
                pieces.append(_Piece(place, free if terms is None else 0.0, products))
            found = self._entries(constraint)
            stretch = slice(entries, entries + len(found.column))
            values.append(_Piece(stretch, 0.0, found.terms, put=found.put))
            counts.append(found.per_row)
            columns.append(found.column)
            entries = stretch.stop
        start = np.cumsum(np.concatenate(counts)).astype(np.int32)
        return start, np.concatenate(columns)

    def _expanded(self, index: str | None, term: Term) -> _Expanded:
        frame = self._walked(index, term)
        variable = _variable_of(term)
        first = self.columns[variable.name].start
        at = frame.positions(self.index_sets[variable.name], variable.at) if frame.count else None
        column = np.arange(frame.count, dtype=np.int32) if at is None else at
        return _Expanded(
            variable.name,
            frame,
            column + np.int32(first),
            term.factor,
            _at(frame, term.numbers),
            _at(frame, term.divisors),
        )

    def _entries(self, constraint: RowsTemplate) -> _Entries:
        rows = self._sets.count(constraint.index_set)
        terms = [self._expanded(constraint.index_set, term) for term in constraint.body]
        terms = [term for term in terms if term.frame.count]
        if len(terms) == 1:
            (only,) = terms
            per_row, column = _per_row(only, rows), only.column
            places: list[Codes | None] = [None]
        else:
            per_row, column, places = _interleaved(terms, rows)
        products = tuple(t.product(to) for t, to in zip(terms, places, strict=True))
        repeated = _may_repeat(constraint.body)
        doubted = [term for term in terms if term.variable in repeated]
        if not doubted or not _has_repeats(doubted, rows):
            return _Entries(per_row, column, products, put=True)
        return _merged(per_row, column, products)

    # -- cost -------------------------------------------------------------------------------

    def _add_cost(self, terms: Terms) -> tuple[_Product, ...]:
        """Pieces of the cost by variable; what belongs to none is the constant."""
        by_variable: dict[str, list[_Product]] = {name: [] for name in self.columns}
        for term in terms:
            if term.variable is not None:
                expanded = self._expanded(None, term)
                first = self.columns[term.variable.name].start
                by_variable[term.variable.name].append(
                    expanded.product(expanded.column - np.int32(first))
                )
        self._pieces["cost"] = [
            _Piece(self.columns[name], 0.0, tuple(p for p in products if p.count))
            for name, products in by_variable.items()
            if self.columns[name].start < self.columns[name].stop
        ]
        return self._numbers_of(None, tuple(term for term in terms if term.variable is None))


def _at(frame: _Frame, references: Sequence[Reference]) -> tuple[_Number, ...]:
    if not frame.count:
        return ()
    return tuple(
        _Number(name, frame.positions(_INDEX_OF_PARAM[name], at)) for name, at in references
    )


def _variable_of(term: Term) -> Reference:
    if term.variable is None:
        raise ValueError("a term of a row has no variable")
    return term.variable


def _per_row(term: _Expanded, rows: int) -> Counts:
    per_row = term.frame.per_member
    return np.ones(rows, dtype=np.int64) if per_row is None else per_row


def _interleaved(terms: Sequence[_Expanded], rows: int) -> tuple[Counts, Codes, list[Codes | None]]:
    """Entries of several terms, row by row: how many each row has, columns, and places by term."""
    counts = [_per_row(term, rows) for term in terms]
    per_row: Counts = np.sum(counts, axis=0, dtype=np.int64)
    if not terms:
        per_row = np.zeros(rows, dtype=np.int64)
    next_of_row = np.cumsum(per_row) - per_row
    column = np.empty(int(per_row.sum()), dtype=np.int32)
    places: list[Codes | None] = []
    for term, count in zip(terms, counts, strict=True):
        row = term.frame.row
        if row is None:
            place = next_of_row.astype(np.int32)
        else:
            shift = (next_of_row - (np.cumsum(count) - count)).astype(np.int32)
            place = np.arange(len(row), dtype=np.int32)
            place += shift[row]
        column[place] = term.column
        places.append(place)
        next_of_row = next_of_row + count
    return per_row, column, places


def _may_repeat(terms: Terms) -> frozenset[str]:
    """Variables that a row may have twice: in two terms, or in a sum that the variable ignores."""
    names = [_variable_of(term).name for term in terms]
    return frozenset(
        name
        for name, term in zip(names, terms, strict=True)
        if names.count(name) > 1
        or not {k for walk in term.walks for k in walk.indices} <= set(_variable_of(term).at)
    )


def _has_repeats(terms: Sequence[_Expanded], rows: int) -> bool:
    """Whether a row has a column twice."""
    keys = []
    for term in terms:
        row = np.arange(rows) if term.frame.row is None else term.frame.row
        keys.append(term.column * np.int64(rows) + row)
    key = np.sort(np.concatenate(keys))
    return bool((key[1:] == key[:-1]).any())


def _merged(per_row: Counts, column: Codes, products: tuple[_Product, ...]) -> _Entries:
    """The same entries, those of one row and column as one."""
    row = np.repeat(np.arange(len(per_row)), per_row)
    width = int(column.max(initial=0)) + 1
    keys, group = np.unique(row * width + column, return_inverse=True)
    merged = tuple(
        product.moved(group if product.to is None else group[product.to]) for product in products
    )
    counts = np.bincount(keys // width, minlength=len(per_row))
    return _Entries(counts, (keys % width).astype(np.int32), merged, put=False)
