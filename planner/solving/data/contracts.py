"""Data of the block `contracts`: levels, what they cap, and what has to be lifted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from planner.case.scenario import Indices
from planner.solving.data.draft import Draft, column, columns


def add_contracts(draft: Draft) -> None:
    """Contracts with their periods and lifts."""
    contracts = draft.scenario.contracts
    source = np.array([c.source for c in contracts], dtype=np.int64)
    draft.sets["CONTRACTS"] = column(range(len(contracts)))
    draft.params["level_minimum"] = np.array([c.minimum for c in contracts], dtype=float)
    draft.params["level_maximum"] = np.array([c.maximum for c in contracts], dtype=float)
    _add_periods(draft, source)
    _add_lifts(draft, source)


def _add_periods(draft: Draft, source: Indices) -> None:
    """When a level caps what is taken: periods of the window in which the source can be bought."""
    contracts = draft.scenario.contracts
    contract, period = _flattened([c.periods for c in contracts])
    lengths = np.array([*chain.from_iterable(c.lengths for c in contracts)], dtype=float)
    kept = draft.offered[source[contract], period]
    contract, period = contract[kept], period[kept]
    draft.sets["CONTRACT_PERIODS"] = members = columns(contract, period)
    draft.params["contract_length"] = lengths[kept]
    draft.gather("TAKEN_IN", "CONTRACT_PERIODS", members, column(source[contract]))


def _add_lifts(draft: Draft, source: Indices) -> None:
    scenario, contracts = draft.scenario, draft.scenario.contracts
    lifts = [lift for contract in contracts for lift in contract.lifts]
    contract = np.repeat(np.arange(len(contracts)), [len(c.lifts) for c in contracts])
    is_paid = np.array([c.unlifted_pays is not None for c in contracts], dtype=bool)
    every, paid = column(range(len(lifts))), column(np.flatnonzero(is_paid[contract]))
    lift, period = _flattened([one.periods for one in lifts])
    of_lift = source[contract[lift]]
    kept = draft.offered[of_lift, period]
    cost = scenario.unlifted_price * scenario.discount[scenario.lift_periods]
    draft.sets["LIFTS"] = every
    draft.sets["PAID_LIFTS"] = paid
    draft.params["must_take"] = np.array([one.per_level for one in lifts], dtype=float)
    draft.params["unlifted_cost"] = cost[paid[:, 0]]
    buys = columns(of_lift[kept], period[kept])
    draft.gather("LIFT_BUYS", "LIFTS", column(lift[kept]), buys)
    draft.gather("LIFT_LEVEL", "LIFTS", every, column(contract))
    draft.gather("UNLIFTED_IN", "LIFTS", paid, paid)


def _flattened(lists: Sequence[Sequence[int]]) -> tuple[Indices, Indices]:
    """The numbers of several lists, and before them which list each is from."""
    which = np.repeat(np.arange(len(lists)), np.array([len(one) for one in lists], dtype=np.int64))
    return which, np.fromiter(chain.from_iterable(lists), dtype=np.int64, count=len(which))
