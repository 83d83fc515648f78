"""The floor: the same model written by hand in numpy and handed to HiGHS as arrays.

minimise cost·x, row_lower ≤ A·x ≤ row_upper, lower ≤ x ≤ upper; the columns and rows stand in
blocks, named as in the formulation (`models/planner_models`), whose files give the formulas.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from benchmarks.case_numbers import CaseNumbers, Numbers, numbers_of
from benchmarks.methods import Live
from planner.case.scenario import Scenario

Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Arrays:
    """What HiGHS takes.

    Attributes:
        matrix: rows × columns, by columns.
        columns, rows: positions of the members of each block, in the order of its index.
    """

    cost: Numbers
    lower: Numbers
    upper: Numbers
    row_lower: Numbers
    row_upper: Numbers
    matrix: Any
    columns: dict[str, Places]
    rows: dict[str, Places]


def build(scenario: Scenario) -> Live:
    """Arrays, and HiGHS with them."""
    arrays = arrays_of(numbers_of(scenario))
    highs = handed_over(arrays)
    return Live(arrays.matrix.nnz, lambda: objective(highs))


def handed_over(arrays: Arrays) -> highspy.Highs:
    """HiGHS with the arrays.

    Raises:
        RuntimeError: HiGHS refused them.
    """
    rows, columns = arrays.matrix.shape
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    status = highs.passModel(
        columns,
        rows,
        arrays.matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        arrays.cost,
        arrays.lower,
        arrays.upper,
        arrays.row_lower,
        arrays.row_upper,
        arrays.matrix.indptr,
        arrays.matrix.indices,
        arrays.matrix.data,
        np.zeros(columns, dtype=np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refused the arrays")
    return highs


def objective(highs: highspy.Highs) -> float:
    """The cost of the cheapest plan.

    Raises:
        RuntimeError: HiGHS found none.
    """
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS ended with {highs.getModelStatus()}")
    return float(highs.getInfo().objective_function_value)


@dataclass(slots=True)
class _Blocks:
    """Columns, rows and entries in the making."""

    cost: list[Numbers] = field(default_factory=list)
    lower: list[Numbers] = field(default_factory=list)
    upper: list[Numbers] = field(default_factory=list)
    row_lower: list[Numbers] = field(default_factory=list)
    row_upper: list[Numbers] = field(default_factory=list)
    entry_row: list[Places] = field(default_factory=list)
    entry_column: list[Places] = field(default_factory=list)
    entry_value: list[Numbers] = field(default_factory=list)
    columns: dict[str, Places] = field(default_factory=dict)
    rows: dict[str, Places] = field(default_factory=dict)
    width: int = 0
    height: int = 0

    def add_columns(
        self, name: str, shape: tuple[int, ...], *, cost: Any = 0.0, low: Any = 0.0, high: Any
    ) -> Places:
        """A block of columns; returns their positions, in its shape."""
        count = int(np.prod(shape))
        places = np.arange(self.width, self.width + count, dtype=np.int32)
        self.width += count
        for numbers, parts in ((cost, self.cost), (low, self.lower), (high, self.upper)):
            parts.append(np.broadcast_to(numbers, shape).ravel())
        self.columns[name] = places
        return places.reshape(shape)

    def add_rows(self, name: str, shape: tuple[int, ...], *, low: Any, high: Any) -> Places:
        """A block of rows; returns their positions, in its shape."""
        count = int(np.prod(shape))
        places = np.arange(self.height, self.height + count, dtype=np.int32)
        self.height += count
        for numbers, parts in ((low, self.row_lower), (high, self.row_upper)):
            parts.append(np.broadcast_to(numbers, shape).ravel())
        self.rows[name] = places
        return places.reshape(shape)

    def add(self, row: Places, column: Places, value: Any) -> None:
        """Entries; row, column and value are broadcast against each other."""
        shape = np.broadcast_shapes(row.shape, column.shape)
        self.entry_row.append(np.broadcast_to(row, shape).ravel())
        self.entry_column.append(np.broadcast_to(column, shape).ravel())
        self.entry_value.append(np.broadcast_to(value, shape).ravel())

    def arrays(self) -> Arrays:
        """The finished arrays."""
        places = (np.concatenate(self.entry_row), np.concatenate(self.entry_column))
        values = np.concatenate(self.entry_value)
        matrix = coo_array((values, places), shape=(self.height, self.width)).tocsc()
        return Arrays(
            cost=np.concatenate(self.cost),
            lower=np.concatenate(self.lower),
            upper=np.concatenate(self.upper),
            row_lower=np.concatenate(self.row_lower),
            row_upper=np.concatenate(self.row_upper),
            matrix=matrix,
            columns=self.columns,
            rows=self.rows,
        )


def arrays_of(numbers: CaseNumbers) -> Arrays:
    """The whole model."""
    blocks, inf = _Blocks(), np.inf
    sources, sites, periods = numbers.landed_cost.shape
    buy = blocks.add_columns("buy", (sources, periods), high=numbers.capacity)
    ship = blocks.add_columns("ship", (sources, sites, periods), cost=numbers.landed_cost, high=inf)
    split = blocks.add_rows("purchases_are_shipped", (sources, periods), low=0.0, high=0.0)
    blocks.add(split[:, None, :], ship, 1.0)
    blocks.add(split, buy, -1.0)
    _add_balance(blocks, numbers, ship)
    _add_rules(blocks, numbers, buy)
    _add_contracts(blocks, numbers, buy)
    return blocks.arrays()


def _add_balance(blocks: _Blocks, numbers: CaseNumbers, ship: Places) -> None:
    shape, inf = numbers.demand.shape, np.inf
    stock = blocks.add_columns(
        "stock", shape, cost=numbers.stock_cost, high=numbers.stock_maximum[:, :, None]
    )
    under = blocks.add_columns("under", shape, cost=numbers.safety_cost, high=inf)
    target = blocks.add_rows("stock_target", shape, low=numbers.target, high=inf)
    blocks.add(target, stock, 1.0)
    blocks.add(target, under, 1.0)
    cost = numbers.shortfall_cost[:, None, :]
    short = blocks.add_columns("short", shape, cost=cost, high=numbers.demand)
    cost = -numbers.surplus_value[:, None, :]
    surplus = blocks.add_columns("surplus", shape, cost=cost, high=inf)
    net = numbers.net_demand
    balance = blocks.add_rows("material_balance", shape, low=net, high=net)
    source, material = np.nonzero(numbers.delivered)
    delivered = numbers.delivered[source, material]
    blocks.add(balance[material], ship[source], delivered[:, None, None])
    blocks.add(balance[:, :, 1:], stock[:, :, :-1], 1.0)
    blocks.add(balance, stock, -1.0)
    blocks.add(balance, short, 1.0)
    blocks.add(balance, surplus, -1.0)


def _add_rules(blocks: _Blocks, numbers: CaseNumbers, buy: Places) -> None:
    rules, inf = numbers.rules, np.inf
    shape, periods = rules.most.shape, buy.shape[1]
    counted = blocks.add_columns("counted", shape, low=-inf, high=inf)
    counts = blocks.add_rows("rule_counts", shape, low=0.0, high=0.0)
    rule, source = np.nonzero(rules.content)
    blocks.add(counts, counted, 1.0)
    blocks.add(counts[rule], buy[source], -rules.content[rule, source, None])
    basis = blocks.add_columns("basis", (periods,), high=inf)
    bases = blocks.add_rows("basis_counts", (periods,), low=0.0, high=0.0)
    blocks.add(bases, basis, 1.0)
    blocks.add(bases, buy, -rules.basis[:, None])
    ceiling = blocks.add_rows("rule_ceiling", shape, low=-inf, high=rules.most)
    shared = rules.of_purchases
    blocks.add(ceiling, counted, 1.0)
    blocks.add(ceiling[shared], basis, -rules.share[shared])


def _add_contracts(blocks: _Blocks, numbers: CaseNumbers, buy: Places) -> None:
    contracts, inf = numbers.contracts, np.inf
    count, years = contracts.per_level.shape
    taken = buy[contracts.source]
    level = blocks.add_columns("level", (count,), low=contracts.least, high=contracts.most)
    ceiling = blocks.add_rows("contract_ceiling", taken.shape, low=-inf, high=0.0)
    blocks.add(ceiling, taken, 1.0)
    blocks.add(ceiling, level[:, None], -1.0)
    lift = blocks.add_rows("contract_lift", (count, years), low=0.0, high=inf)
    blocks.add(lift[:, contracts.year], taken, 1.0)
    blocks.add(lift, level[:, None], -contracts.per_level)
