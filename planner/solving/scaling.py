"""Scales: the tonnes and the money that one unit of the solver's numbers stands for.

A solver keeps bounds, and takes costs to be equal, to a fixed tolerance, so its numbers should all
be of about one size, whatever the tonnes and the prices of a case. Each column and row gets a scale
of its own, a power of two, so that scaling rounds nothing. They are least squares of the logarithms
of all scaled entries, needs and costs (A. R. Curtis and J. K. Reid, On the automatic scaling of
matrices for Gaussian elimination, 1972; here with the costs as one more row and what is needed as
one more column): where the amounts of a case are far apart, tonnes, prices and compositions each
take a part of the distance.

Only what is needed says how large amounts are: demands, targets, minima. What is allowed, such as a
capacity, counts only where nothing is needed, and no further than what is needed elsewhere: it may
be as good as unlimited.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import lsmr

from planner_models.compiled import CompiledModel
from planner_models.data import Numbers

TYPICAL, _TYPICAL_COST = 2.0**10, 2.0**7
"""About what amounts, and costs of one unit of them, are in the solver's numbers."""

_MOST_STEPS, _NEAR = 100, 1e-4
"""Steps and accuracy of the least squares: scales are rounded to powers of two anyway."""

_NOTHING = 1e-18
"""A coefficient or cost smaller than this part of the largest one says nothing about scales."""

Flags = NDArray[np.bool_]


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
    columns, rows, money = _Fit(model, ~pure_columns, ~pure_rows).logarithms()
    return Scales(
        columns=np.where(pure_columns, 1.0, _power(columns) / TYPICAL),
        rows=np.where(pure_rows, 1.0, _power(rows) / TYPICAL),
        money=float(_power(money)[0]) / (TYPICAL * _TYPICAL_COST),
    )


def _power(logarithm: Numbers) -> Numbers:
    power: Numbers = 2.0 ** np.round(logarithm)
    return power


def _counts(numbers: Numbers) -> Flags:
    """Which numbers are something beside the largest of them."""
    sizes = np.abs(numbers)
    counts: Flags = sizes > _NOTHING * sizes.max(initial=0.0)
    return counts


class _Fit:
    """The least squares: unknown are the logarithms of columns, of rows, and of money."""

    def __init__(self, model: CompiledModel, columns: Flags, rows: Flags) -> None:
        self.model = model
        self.columns = columns
        self.rows = rows
        column, row = model.index, model.entry_rows
        used = columns[column] & rows[row] & _counts(model.value)
        self.column, self.row = column[used], row[used]
        self.entry = np.log2(np.abs(model.value[used]))
        # What a row needs once a decision is taken, such as a minimum order.
        decided = ~columns[column] & rows[row] & np.isfinite(model.row_lower[row])
        self.once = np.zeros(len(rows))
        np.maximum.at(self.once, row[decided], np.abs(model.value[decided]))

    def logarithms(self) -> tuple[Numbers, Numbers, Numbers]:
        """Of what columns, rows and the cost are about, to the base of two."""
        needed_columns, needed_rows = self._needs()
        priced = np.flatnonzero(self.columns & _counts(self.model.cost))
        cost = np.log2(np.abs(self.model.cost[priced]))
        of_columns, of_rows = np.flatnonzero(needed_columns), np.flatnonzero(needed_rows)
        needs = np.log2(np.concatenate([needed_columns[of_columns], needed_rows[of_rows]]))
        count, money = len(self.columns), len(self.columns) + len(self.rows)
        # entry + column = row; column or row = need; cost + column = money
        plus = np.concatenate([self.column, of_columns, count + of_rows, priced])
        minus = np.concatenate([count + self.row, np.full(len(priced), money)])
        entries, all_ = len(self.column), len(plus)
        linked = np.concatenate([np.arange(entries), np.arange(all_ - len(priced), all_)])
        matrix = csr_array(
            (
                np.concatenate([np.ones(all_), -np.ones(len(minus))]),
                (np.concatenate([np.arange(all_), linked]), np.concatenate([plus, minus])),
            ),
            shape=(all_, money + 1),
        )
        right = np.concatenate([-self.entry, needs, -cost])
        start = np.full(money + 1, needs.mean() if len(needs) else 0.0)
        start[money] += cost.mean() if len(cost) else 0.0
        found = lsmr(matrix, right, atol=_NEAR, btol=_NEAR, maxiter=_MOST_STEPS, x0=start)[0]
        return found[:count], found[count:money], found[money:]

    def _needs(self) -> tuple[Numbers, Numbers]:
        """How large columns and rows have to be; 0: nothing says so."""
        model, count = self.model, len(self.columns)
        needed = np.concatenate([_size(model.lower), np.maximum(_size(model.row_lower), self.once)])
        allowed = np.concatenate([_size(model.upper), _size(model.row_upper)])
        links = csr_array(
            (np.ones(len(self.row)), (self.column, count + self.row)), shape=2 * needed.shape
        )
        _, part = connected_components(links, directed=False)
        has_needs = np.bincount(part, weights=needed)[part] > 0
        largest = needed.max(initial=0.0) or np.inf
        sizes = np.where(has_needs, needed, np.minimum(allowed, largest))
        sizes[~np.concatenate([self.columns, self.rows])] = 0.0
        return sizes[:count], sizes[count:]


def _size(bounds: Numbers) -> Numbers:
    """How far bounds are from 0; 0 where they are infinite."""
    return np.where(np.isfinite(bounds), np.abs(bounds), 0.0)
