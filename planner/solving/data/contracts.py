"""Data of the block `contracts`: levels, what they cap, and what has to be lifted."""

from __future__ import annotations

import numpy as np

from planner.solving.data.draft import Draft, column


def add_contracts(draft: Draft) -> None:
    """Contracts with their periods and lifts."""
    contracts = draft.scenario.contracts
    draft.sets["CONTRACTS"] = column(list(range(len(contracts))))
    draft.params["level_minimum"] = np.array([c.minimum for c in contracts], dtype=float)
    draft.params["level_maximum"] = np.array([c.maximum for c in contracts], dtype=float)
    _add_periods(draft)
    _add_lifts(draft)


def _add_periods(draft: Draft) -> None:
    """When a level caps what is taken: periods of the window in which the source can be bought."""
    offered = _offered(draft)
    found = [
        (c, t, contract.source, length)
        for c, contract in enumerate(draft.scenario.contracts)
        for t, length in zip(contract.periods, contract.lengths, strict=True)
        if offered[contract.source][t]
    ]
    members = np.array([(c, t) for c, t, *_ in found], dtype=np.int64).reshape(-1, 2)
    draft.sets["CONTRACT_PERIODS"] = members
    draft.params["contract_length"] = np.array([length for *_, length in found], dtype=float)
    draft.gather("TAKEN_IN", "CONTRACT_PERIODS", members, column([s for _, _, s, _ in found]))


def _add_lifts(draft: Draft) -> None:
    scenario, offered = draft.scenario, _offered(draft)
    lifts = [
        (c, contract, lift)
        for c, contract in enumerate(scenario.contracts)
        for lift in contract.lifts
    ]
    paid = [g for g, (_, contract, _) in enumerate(lifts) if contract.unlifted_pays is not None]
    buys = [
        (g, contract.source, t)
        for g, (_, contract, lift) in enumerate(lifts)
        for t in lift.periods
        if offered[contract.source][t]
    ]
    cost = scenario.unlifted_price * scenario.discount[scenario.lift_periods]
    every = column(list(range(len(lifts))))
    counted = np.array(buys, dtype=np.int64).reshape(-1, 3)
    draft.sets["LIFTS"] = every
    draft.sets["PAID_LIFTS"] = column(paid)
    draft.params["must_take"] = np.array([lift.per_level for *_, lift in lifts], dtype=float)
    draft.params["unlifted_cost"] = cost[paid]
    draft.gather("LIFT_BUYS", "LIFTS", counted[:, [0]], counted[:, 1:])
    draft.gather("LIFT_LEVEL", "LIFTS", every, column([c for c, *_ in lifts]))
    draft.gather("UNLIFTED_IN", "LIFTS", column(paid), column(paid))


def _offered(draft: Draft) -> list[list[bool]]:
    """S × T: what can be bought when."""
    scenario = draft.scenario
    offered = np.zeros((len(scenario.sources), len(scenario.periods)), dtype=bool)
    offered[tuple(draft.sets["OFFERS"].T)] = True
    found: list[list[bool]] = offered.tolist()
    return found
