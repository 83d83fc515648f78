"""Templates expanded over the sets of a case: numpy only, all members of a component at once.

It goes in two steps. A `Layout` holds what the sets decide: where each row, column and entry
stands, and which number of which parameter each takes. `Layout.arrays` fills in the numbers; where
those of some parameters have changed since, only the parts that hold them are worked out again, and
arrays in which nothing has changed are the very same objects as before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner_models.data import SCHEMA, ModelData, Numbers
from planner_models.templates import Columns, Reference, RowsTemplate, Templates, Term, Terms
from planner_models.walking import Codes, Frame, Sets, before

Places = NDArray[np.int32]

To = Codes | NDArray[np.bool_]
"""Places in an array: their positions or, in order, whether each is one of them."""

_INDEX_OF_PARAM = {spec.name: spec.index for spec in SCHEMA.params}

# -- numbers --------------------------------------------------------------------------------


class _Number(NamedTuple):
    """A parameter at some positions; None: at all, in order."""

    name: str
    at: Codes | None

    def of(self, params: Mapping[str, Numbers]) -> Numbers:
        values = params[self.name]
        return values if self.at is None else values[self.at]


class _Product(NamedTuple):
    """Numbers of one term, entry by entry: factor · Π numbers ÷ Π divisors.

    Attributes:
        entries: how many.
        to: where each entry belongs; None: entry by entry.
    """

    factor: float
    numbers: tuple[_Number, ...]
    divisors: tuple[_Number, ...]
    entries: int
    to: To | None

    def values(self, params: Mapping[str, Numbers]) -> Numbers | float:
        """One number for each entry, or one for all."""
        # As in a rule, from left to right: the factor is a sign or one of its constants.
        values: Any = self.factor
        for number in self.numbers:
            found = number.of(params)
            values = found if isinstance(values, float) and values == 1.0 else values * found
        for number in self.divisors:
            values = values / number.of(params)
        return values  # type: ignore[no-any-return] # Any, since a float becomes an array

    def put(self, part: Numbers, params: Mapping[str, Numbers]) -> None:
        """Let entries be these numbers."""
        part[... if self.to is None else self.to] = self.values(params)

    def add(self, part: Numbers, params: Mapping[str, Numbers]) -> None:
        """Add these numbers to entries, one or several to each."""
        values = self.values(params)
        if self.to is None:
            part += values
        else:
            weights = np.broadcast_to(np.asarray(values, dtype=float), self.entries)
            part += np.bincount(self.to, weights, len(part))


@dataclass(eq=False)
class _Piece:
    """A stretch of one array, and the terms that add up to it.

    Attributes:
        place: in the array.
        base: what it is without any term; None: each entry is of one term only.
        least, most: limits of it.
    """

    place: slice
    terms: tuple[_Product, ...]
    base: float | None
    least: float | None = None
    most: float | None = None

    @cached_property
    def names(self) -> frozenset[str]:
        """The parameters that it depends on."""
        return frozenset(
            number.name for term in self.terms for number in (*term.numbers, *term.divisors)
        )

    def fill(self, array: Numbers, params: Mapping[str, Numbers]) -> None:
        """Work out this stretch of an array."""
        part = array[self.place]
        if self.base is None:
            for term in self.terms:
                term.put(part, params)
            return
        part[:] = self.base
        for term in self.terms:
            term.add(part, params)
        if self.least is not None:
            np.maximum(part, self.least, out=part)
        if self.most is not None:
            np.minimum(part, self.most, out=part)


class _Array:
    """An array in the making: stretches that are the same in every case, and pieces that are not.

    Attributes:
        size: entries so far.
    """

    def __init__(self) -> None:
        self.size = 0
        self._bases: list[float] = []
        self._counts: list[int] = []
        self._pieces: list[_Piece] = []

    def extend(self, count: int, base: float = 0.0) -> slice:
        """Add a stretch of one number, which pieces may fill; returns its place."""
        place = slice(self.size, self.size + count)
        self._bases.append(base)
        self._counts.append(count)
        self.size = place.stop
        return place

    def add(self, piece: _Piece) -> None:
        """Fill a stretch by terms."""
        self._pieces.append(piece)

    def filled(
        self, params: Mapping[str, Numbers], changed: Collection[str], old: Numbers | None
    ) -> Numbers:
        """The array; the old one itself where nothing of it has changed."""
        pieces = self._pieces
        if old is not None:
            pieces = [piece for piece in pieces if not piece.names.isdisjoint(changed)]
            if not pieces:
                return old
        counts = np.array(self._counts, dtype=np.int64)
        array = np.repeat(np.array(self._bases, dtype=float), counts) if old is None else old.copy()
        for piece in pieces:
            piece.fill(array, params)
        return array


# -- the layout -----------------------------------------------------------------------------


class _Entries(NamedTuple):
    """The entries of one constraint, by rows.

    Attributes:
        per_row: how many each row has.
        column: of each entry.
        terms: their numbers.
        base: 0; None: each entry is of one term only.
    """

    per_row: Codes
    column: Places
    terms: tuple[_Product, ...]
    base: float | None


class _Expanded(NamedTuple):
    """One term at every entry: its column, and its number.

    Attributes:
        first: the first column of its variable.
        at: of each entry, which column of them; None: every one, in order.
    """

    term: Term
    frame: Frame
    first: int
    at: Codes | None
    numbers: tuple[_Number, ...]
    divisors: tuple[_Number, ...]

    @property
    def column(self) -> Codes:
        if self.at is None:
            return np.arange(self.first, self.first + self.frame.count)
        return self.at + self.first

    def product(self, to: To | None) -> _Product:
        return _Product(self.term.factor, self.numbers, self.divisors, self.frame.count, to)


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
        self._data = data
        self.index_sets = {
            component.name: component.index_set
            for components in (templates.variables, templates.constraints)
            for component in components
        }
        self.columns = self._stretches([variable.name for variable in templates.variables])
        self.rows = self._stretches([constraint.name for constraint in templates.constraints])
        self.integer = np.repeat(
            [variable.integer for variable in templates.variables],
            [len(data.sets[variable.index_set]) for variable in templates.variables],
        )
        self._arrays: dict[str, _Array] = {
            name: _Array() for name in ("cost", "lower", "upper", "row_lower", "row_upper", "value")
        }
        sets = Sets(data)
        self._add_bounds(sets, templates.variables)
        self.start, self.index = self._add_rows(sets, templates.constraints)
        self._constant = self._add_cost(sets, templates.cost)

    def fits(self, data: ModelData) -> bool:
        """Whether a case has the same sets."""
        return data.has_sets_of(self._data)

    def arrays(
        self, params: Mapping[str, Numbers], changed: Collection[str], old: Mapping[str, Numbers]
    ) -> dict[str, Numbers]:
        """The arrays of numbers by the name that `CompiledModel` gives them, zeros among them.

        Args:
            params: by name.
            changed: names of those that are not as they were for `old`.
            old: the arrays as they were; empty: there are none.
        """
        return {
            name: array.filled(params, changed, old.get(name))
            for name, array in self._arrays.items()
        }

    def constant(self, params: Mapping[str, Numbers]) -> float:
        """What the cost is without any column."""
        amounts = (np.broadcast_to(term.values(params), term.entries) for term in self._constant)
        return float(sum(amount.sum() for amount in amounts))

    def _stretches(self, names: Sequence[str]) -> dict[str, slice]:
        """The place of each component's members, one component after the other."""
        found, first = {}, 0
        for name in names:
            after = first + len(self._data.sets[self.index_sets[name]])
            found[name] = slice(first, after)
            first = after
        return found

    # -- bounds -----------------------------------------------------------------------------

    def _add_bounds(self, sets: Sets, variables: Sequence[Columns]) -> None:
        lower, upper = self._arrays["lower"], self._arrays["upper"]
        for variable in variables:
            index, least, most = variable.index_set, variable.least, variable.most
            _add_bound(sets, lower, index, variable.lower, free=-np.inf, least=least)
            _add_bound(sets, upper, index, variable.upper, free=np.inf, most=most)

    # -- rows -------------------------------------------------------------------------------

    def _add_rows(self, sets: Sets, constraints: Sequence[RowsTemplate]) -> tuple[Places, Places]:
        lower, upper = self._arrays["row_lower"], self._arrays["row_upper"]
        value = self._arrays["value"]
        counts, columns = [np.zeros(1, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
        for constraint in constraints:
            if not sets.count(constraint.index_set):
                continue
            _add_bound(sets, lower, constraint.index_set, constraint.lower, free=-np.inf)
            _add_bound(sets, upper, constraint.index_set, constraint.upper, free=np.inf)
            found = self._entries(sets, constraint)
            value.add(_Piece(value.extend(len(found.column)), found.terms, found.base))
            counts.append(found.per_row)
            columns.append(found.column)
        start = np.cumsum(np.concatenate(counts)).astype(np.int32)
        return start, np.concatenate(columns)

    def _entries(self, sets: Sets, constraint: RowsTemplate) -> _Entries:
        terms = self._expanded(sets, constraint.index_set, constraint.body)
        rows = sets.count(constraint.index_set)
        per_row, places = _interleaved([term.frame.per_member for term in terms], rows)
        column = np.empty(int(per_row.sum()), dtype=np.int32)
        for term, place in zip(terms, places, strict=True):
            column[place] = term.column
        products = tuple(term.product(to) for term, to in zip(terms, places, strict=True))
        if _has_repeats(terms):
            return _merged(per_row, column, products)
        return _Entries(per_row, column, products, None)

    def _expanded(self, sets: Sets, index: str | None, terms: Terms) -> list[_Expanded]:
        """The terms that have entries."""
        found = []
        for term in terms:
            frame = _walked(sets, index, term)
            if frame is None:
                continue
            variable = _variable_of(term)
            at = frame.positions(self.index_sets[variable.name], variable.at)
            first = self.columns[variable.name].start
            numbers, divisors = _at(frame, term.numbers), _at(frame, term.divisors)
            found.append(_Expanded(term, frame, first, at, numbers, divisors))
        return found

    # -- cost -------------------------------------------------------------------------------

    def _add_cost(self, sets: Sets, terms: Terms) -> tuple[_Product, ...]:
        """Pieces of the cost by variable; what belongs to none is the constant."""
        cost = self._arrays["cost"]
        cost.extend(len(self.integer))
        by_variable: dict[str, list[_Product]] = {}
        of_columns = tuple(term for term in terms if term.variable is not None)
        for expanded in self._expanded(sets, None, of_columns):
            name = _variable_of(expanded.term).name
            by_variable.setdefault(name, []).append(expanded.product(expanded.at))
        for name, products in by_variable.items():
            cost.add(_Piece(self.columns[name], tuple(products), 0.0))
        return _numbers_of(sets, None, tuple(term for term in terms if term.variable is None))


def _add_bound(
    sets: Sets,
    array: _Array,
    index: str,
    terms: Terms | None,
    *,
    free: float,
    least: float | None = None,
    most: float | None = None,
) -> None:
    """Add a bound of a component: its terms, or `free` where it has none, within limits."""
    count = sets.count(index)
    if not count:
        return
    base = free if terms is None else sum(term.factor for term in terms if _is_constant(term))
    terms = tuple(term for term in terms or () if not _is_constant(term))
    products = _numbers_of(sets, index, terms)
    if products:
        array.add(_Piece(array.extend(count), products, base, least, most))
        return
    base = base if least is None else max(base, least)
    array.extend(count, base if most is None else min(base, most))


def _is_constant(term: Term) -> bool:
    return not (term.walks or term.numbers or term.divisors)


def _numbers_of(sets: Sets, index: str | None, terms: Terms) -> tuple[_Product, ...]:
    """Terms without variables, each at every member of an index set."""
    found = []
    for term in terms:
        frame = _walked(sets, index, term)
        if frame is not None:
            numbers, divisors = _at(frame, term.numbers), _at(frame, term.divisors)
            found.append(_Product(term.factor, numbers, divisors, frame.count, frame.row))
    return tuple(found)


def _walked(sets: Sets, index: str | None, term: Term) -> Frame | None:
    """The entries of a term; None: it has none."""
    if not all(sets.count(walk.over) for walk in term.walks):
        return None
    frame = Frame(sets, index)
    for walk in term.walks:
        frame.walk(walk)
    return frame if frame.count else None


def _at(frame: Frame, references: Sequence[Reference]) -> tuple[_Number, ...]:
    return tuple(
        _Number(name, frame.positions(_INDEX_OF_PARAM[name], at)) for name, at in references
    )


def _variable_of(term: Term) -> Reference:
    if term.variable is None:
        raise ValueError("a term of a row has no variable")
    return term.variable


def _interleaved(counts: Sequence[Codes], rows: int) -> tuple[Codes, list[To]]:
    """Places of the entries of several terms, row by row, in each row term by term.

    Args:
        counts: for each term, how many entries each row has.
        rows: how many there are.

    Returns:
        How many entries each row has together, and places by term. Those of the term that has most
        are what the others leave: flags, since their entries are many in a row.
    """
    per_row: Codes = sum(counts, start=np.zeros(rows, dtype=np.int64))
    next_of_row = before(per_row)
    totals = [int(count.sum()) for count in counts]
    longest = totals.index(max(totals, default=0)) if totals else -1
    left = np.ones(int(per_row.sum()), dtype=bool)
    places: list[To] = []
    for n, (count, total) in enumerate(zip(counts, totals, strict=True)):
        if n == longest:
            places.append(left)
        else:
            place = np.arange(total)
            place += (next_of_row - before(count)).repeat(count)
            left[place] = False
            places.append(place)
        next_of_row = next_of_row + count
    return per_row, places


def _has_repeats(terms: Sequence[_Expanded]) -> bool:
    """Whether a row has a column twice.

    That can be in two terms of one variable, or in a sum over what the variable has no index for.
    """
    names = [_variable_of(expanded.term).name for expanded in terms]
    keys = []
    for name, expanded in zip(names, terms, strict=True):
        at = _variable_of(expanded.term).at
        summed = {k for walk in expanded.term.walks for k in walk.indices}
        if names.count(name) > 1 or not summed <= set(at):
            row = expanded.frame.row
            row = np.arange(expanded.frame.count) if row is None else row
            keys.append(row << 32 | expanded.column)
    if not keys:
        return False
    key = np.sort(np.concatenate(keys))
    return bool((key[1:] == key[:-1]).any())


def _merged(per_row: Codes, column: Places, products: tuple[_Product, ...]) -> _Entries:
    """The same entries, those of one row and column as one."""
    row = np.repeat(np.arange(len(per_row)), per_row)
    width = int(column.max(initial=0)) + 1
    keys, group = np.unique(row * width + column, return_inverse=True)
    merged = tuple(product._replace(to=group[product.to]) for product in products)
    counts = np.bincount(keys // width, minlength=len(per_row))
    return _Entries(counts, (keys % width).astype(np.int32), merged, 0.0)
