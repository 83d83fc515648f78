"""Scales: the tonnes and the money that one unit of the solver's numbers stands for.

A solver keeps bounds, and takes costs to be equal, to a fixed tolerance, so its numbers should all
be of about one size, whatever the tonnes and the prices of a case. Scales are powers of two, so
that scaling rounds nothing.

One scale for all tonnes, and one for money, is tried first: in most cases the numbers are then near
enough to each other. Where they are not, each column and row gets a scale of its own by least
squares of the logarithms of all scaled entries, needs and costs (A. R. Curtis and J. K. Reid, On
the automatic scaling of matrices for Gaussian elimination, 1972; here with the costs as one more
row and what is needed as one more column): tonnes, prices and compositions each take a part of the
distance. The least squares are solved by conjugate gradients; in large models only until the
numbers are near.

Only what is needed says how large amounts are: demands, targets, minima. What is allowed, such as a
capacity, counts only where nothing is needed, and no further than what is needed elsewhere: it may
be as good as unlimited.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner_models.compiled import CompiledModel
from planner_models.data import Numbers

TYPICAL, _TYPICAL_COST = 2.0**10, 2.0**7
"""About what amounts, and costs of one unit of them, are in the solver's numbers."""

_NEAR_NEED, _NEAR_PRICE = 8.0, 12.0
"""Numbers are near where no need, and no cost or entry, is further from what is typical, as the
logarithm to base two: what is needed is then between 4 and 3e5."""

_MOST_STEPS, _SETTLED = 100, 0.01
"""Steps of the least squares at most, and how little any logarithm is from the mean of what its
neighbours say at their end: scales are rounded to powers of two anyway."""

_ENOUGH = 1e5
"""Entries gone through in all steps, after which numbers that are near are good enough."""

_NOTHING = 1e-18
"""A coefficient or cost smaller than this part of the largest one says nothing about scales."""

Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Scales:
    """What one unit of the solver's numbers stands for.

    Attributes:
        columns, rows: in the model's units, tonnes mostly; 1 for what is a pure number.
        money: of the cost, in the case's currency.
    """

    columns: Numbers
    rows: Numbers
    money: float


def scales_of(model: CompiledModel, pure_columns: Flags, pure_rows: Flags) -> Scales:
    """The scales of a model.

    Args:
        model: as compiled.
        pure_columns, pure_rows: those that hold pure numbers, such as yes/no decisions.
    """
    one = _one_scale(model, ~pure_columns, ~pure_rows)
    if one is not None:
        return one
    fit = _Fit(model, ~pure_columns, ~pure_rows)
    fit.improve()
    return Scales(
        columns=np.where(pure_columns, 1.0, _power(fit.columns) / TYPICAL),
        rows=np.where(pure_rows, 1.0, _power(fit.rows) / TYPICAL),
        money=float(_power(np.array(fit.money))) / (TYPICAL * _TYPICAL_COST),
    )


def _one_scale(model: CompiledModel, columns: Flags, rows: Flags) -> Scales | None:
    """One scale for all tonnes and one for money; None where the numbers are not near so.

    Args:
        model: as compiled.
        columns, rows: those that are no pure numbers.
    """
    needs = np.concatenate([_size(model.lower[columns]), _size(model.row_lower[rows])])
    needed, priced = _extent(needs), _extent(np.abs(model.cost[columns]))
    tonnes = columns.all() and rows.all()
    used = slice(None) if tonnes else columns[model.index] & rows[model.entry_rows]
    entries = _extent(np.abs(model.value[used]))
    if needed is None or priced is None or entries is None:
        return None
    middle, money = round(sum(needed) / 2.0), round(sum(priced) / 2.0)
    distances = (
        (needed[1] - middle) / _NEAR_NEED,
        (priced[1] - money) / _NEAR_PRICE,
        max(entries[1], -entries[0]) / _NEAR_PRICE,
    )
    if max(distances) > 1.0:
        return None
    scale = 2.0**middle / TYPICAL
    return Scales(
        columns=np.where(columns, scale, 1.0),
        rows=np.where(rows, scale, 1.0),
        money=2.0 ** (middle + money) / (TYPICAL * _TYPICAL_COST),
    )


def _extent(sizes: Numbers) -> tuple[float, float] | None:
    """Logarithms, to the base of two, of the smallest and the largest size that is not 0."""
    if len(sizes) and not sizes.min() > 0:
        sizes = sizes[sizes > 0]
    return (math.log2(sizes.min()), math.log2(sizes.max())) if len(sizes) else None


def _power(logarithm: Numbers) -> Numbers:
    return np.ldexp(1.0, np.rint(logarithm).astype(np.int32))


def _logarithm(sizes: Numbers) -> Numbers:
    """To the base of two, to within 0.09: that takes a fraction of the time."""
    logarithm, exponent = np.frexp(sizes)
    # The logarithm is taken to be straight between powers of two.
    logarithm -= 1.0
    logarithm *= 2.0
    logarithm += exponent
    return logarithm


def _counts(sizes: Numbers) -> Flags:
    """Which sizes are something beside the largest of them."""
    counts: Flags = sizes > _NOTHING * sizes.max(initial=0.0)
    return counts


def _size(bounds: Numbers) -> Numbers:
    """How far bounds are from 0; 0 where they are infinite."""
    return np.where(np.isfinite(bounds), np.abs(bounds), 0.0)


@dataclass(frozen=True, slots=True)
class _Known:
    """The needs, or the costs, that columns or rows have.

    Attributes:
        flags: which have one.
        places: the same, as positions.
        values: their logarithms.
        everywhere: the logarithms of all; 0: none.
    """

    flags: Flags
    places: Places
    values: Numbers
    everywhere: Numbers

    @classmethod
    def of(cls, sizes: Numbers) -> _Known:
        """Of sizes, 0 where there is none."""
        flags = sizes > 0
        values = _logarithm(sizes)
        places = np.flatnonzero(flags)
        return cls(flags, places, values[places], np.where(flags, values, 0.0))


def _furthest(distances: Numbers) -> float:
    """How far the furthest is from 0."""
    return max(float(distances.max(initial=0.0)), -float(distances.min(initial=0.0)))


class _Fit:
    """The least squares: unknown are the logarithms of columns, of rows, and of money.

    entry + column = row; column or row = need; cost + column = money.

    Of given columns, the best rows and money are means: the conjugate gradients run over columns.
    They start from one scale for all columns, in the middle of what is needed.

    Attributes:
        columns, rows, money: the logarithms, to the base of two, as they are now.
    """

    def __init__(self, model: CompiledModel, columns: Flags, rows: Flags) -> None:
        self._column, self._row, self._entry = _entries(model, columns, rows)
        of_columns, of_rows = _sizes(model, columns, rows, self._column, self._row)
        self._need_of_columns, self._need_of_rows = _Known.of(of_columns), _Known.of(of_rows)
        cost = np.abs(model.cost)
        self._cost = _Known.of(np.where(columns & _counts(cost), cost, 0.0))
        in_columns = np.bincount(self._column, minlength=len(columns)) + self._cost.flags
        in_rows = np.bincount(self._row, minlength=len(rows))
        self._of_column = np.maximum(in_columns + self._need_of_columns.flags, 1.0)
        self._of_row = np.maximum(in_rows + self._need_of_rows.flags, 1.0)
        needs = np.concatenate([self._need_of_columns.values, self._need_of_rows.values])
        middle = float(needs.min() + needs.max()) / 2.0 if len(needs) else 0.0
        self.columns = np.full(len(columns), middle)
        known = np.bincount(self._row, self._entry, len(rows)) + self._need_of_rows.everywhere
        self.rows = (known + middle * in_rows) / self._of_row
        self.money = self._mean_cost(self._cost.everywhere + self.columns)

    def improve(self) -> None:
        """Make the squares as small as they can be, unless the numbers are near already."""
        if self._is_near():
            return
        gradient = self._gradient()
        scaled = gradient / self._of_column
        direction, size = scaled, float(gradient @ scaled)
        for taken in range(_MOST_STEPS):
            if np.abs(scaled).max(initial=0.0) < _SETTLED:
                break
            rows, money = self._sum_by_row(direction) / self._of_row, self._mean_cost(direction)
            curvature = self._of_column * direction - self._sum_by_column(rows, money)
            step = size / float(direction @ curvature)
            self.columns = self.columns + step * direction
            self.rows, self.money = self.rows + step * rows, self.money + step * money
            if (taken + 1) * len(self._entry) > _ENOUGH and self._is_near():
                break
            gradient = gradient - step * curvature
            scaled = gradient / self._of_column
            before, size = size, float(gradient @ scaled)
            direction = scaled + (size / before) * direction

    def _gradient(self) -> Numbers:
        """Of half the squares, downwards, by column."""
        entries = np.bincount(self._column, self._entry, len(self.columns))
        known = self._need_of_columns.everywhere - self._cost.everywhere - entries
        of_others = known + self._sum_by_column(self.rows, self.money)
        gradient: Numbers = of_others - self._of_column * self.columns
        return gradient

    def _sum_by_row(self, columns: Numbers) -> Numbers:
        """Of each row, what its entries' columns have."""
        sums = np.bincount(self._row, columns[self._column], len(self._of_row))
        return np.asarray(sums, dtype=float)

    def _sum_by_column(self, rows: Numbers, money: float) -> Numbers:
        """Of each column, what its entries' rows have, and money where it has a cost."""
        sums = np.bincount(self._column, rows[self._row], len(self._of_column))
        return np.where(self._cost.flags, sums + money, sums)

    def _mean_cost(self, columns: Numbers) -> float:
        """The mean of what columns with a cost have."""
        return float(columns[self._cost.places].mean()) if len(self._cost.places) else 0.0

    def _is_near(self) -> bool:
        """Whether all needs, costs and entries are near to what is typical."""
        places = self._need_of_rows.places
        # The mean that is the row holds the need itself: it is as far from what the columns say.
        columns_say = self._of_row[places] / np.maximum(self._of_row[places] - 1.0, 1.0)
        needs = (
            self._need_of_columns.values - self.columns[self._need_of_columns.places],
            (self._need_of_rows.values - self.rows[places]) * columns_say,
        )
        costs = self._cost.values + self.columns[self._cost.places] - self.money
        if max(map(_furthest, needs)) > _NEAR_NEED or _furthest(costs) > _NEAR_PRICE:
            return False
        entries = self.columns[self._column]
        entries += self._entry
        entries -= self.rows[self._row]
        return _furthest(entries) <= _NEAR_PRICE


def _entries(model: CompiledModel, columns: Flags, rows: Flags) -> tuple[Places, Places, Numbers]:
    """Column, row and logarithm of the entries that say something about scales."""
    row = np.repeat(np.arange(len(rows)), np.diff(model.start))
    column, size = model.index.astype(np.intp), np.abs(model.value)
    used = _counts(size)
    if not columns.all() or not rows.all():
        used &= columns[column] & rows[row]
    if not used.all():
        column, row, size = column[used], row[used], size[used]
    return column, row, _logarithm(size)


def _sizes(
    model: CompiledModel, columns: Flags, rows: Flags, column: Places, row: Places
) -> tuple[Numbers, Numbers]:
    """How large columns and rows have to be; 0: nothing says so.

    Args:
        columns, rows: those that are no pure numbers.
        column, row: of each entry, those that it links.
    """
    needed_rows = np.maximum(_size(model.row_lower), _needed_once(model, columns))
    needed = np.where(columns, _size(model.lower), 0.0), np.where(rows, needed_rows, 0.0)
    reached = _reached(needed[0] > 0, needed[1] > 0, column, row)
    largest = max(part.max(initial=0.0) for part in needed) or np.inf
    allowed = (
        np.where(columns, np.minimum(_size(model.upper), largest), 0.0),
        np.where(rows, np.minimum(_size(model.row_upper), largest), 0.0),
    )
    return (
        np.where(reached[0], needed[0], allowed[0]),
        np.where(reached[1], needed[1], allowed[1]),
    )


def _needed_once(model: CompiledModel, columns: Flags) -> Numbers:
    """What each row needs once a decision is taken, such as a minimum order."""
    once = np.zeros(len(model.row_lower))
    if not columns.all():
        row = model.entry_rows
        decided = ~columns[model.index] & np.isfinite(model.row_lower[row])
        np.maximum.at(once, row[decided], np.abs(model.value[decided]))
    return once


def _reached(columns: Flags, rows: Flags, column: Places, row: Places) -> tuple[Flags, Flags]:
    """Columns and rows that entries link to some of those given, at whatever distance."""
    columns, rows = columns.copy(), rows.copy()
    if not columns.any() and not rows.any():
        return columns, rows
    while True:
        columns[column[rows[row]]] = True
        reached = columns[column]
        rows[row[reached]] = True
        if not reached.any():
            return columns, rows
        column, row = column[~reached], row[~reached]
