"""The sets and numbers that the formulation needs, from the numbers of a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers, Rule, Scenario
from planner_models.data import IndexedMembers, Members, ModelData


def model_data(scenario: Scenario) -> ModelData:
    """One scenario for the formulation; money is discounted, tonnes are as they stand."""
    return _Builder(scenario).build()


class _Builder:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.sets: dict[str, Members] = {}
        self.indexed: dict[str, IndexedMembers] = {}
        self.params: dict[str, Numbers] = {}

    def build(self) -> ModelData:
        self._supply()
        self._stock()
        self._balance()
        self._rules()
        return ModelData(self.sets, self.indexed, self.params)

    def _supply(self) -> None:
        scenario = self.scenario
        periods = np.arange(len(scenario.periods))
        open_in = (scenario.first[:, None] <= periods) & (periods <= scenario.last[:, None])
        lanes = open_in[:, None, :] & scenario.allowed[:, :, None]
        offers = np.argwhere(lanes.any(axis=1))
        ship = np.argwhere(lanes)
        discount = scenario.discount[None, None, :]
        self.sets["OFFERS"] = offers
        self.sets["LANES"] = ship
        self.params["purchase_limit"] = scenario.limit[tuple(offers.T)]
        self.params["landed_cost"] = (scenario.landed_cost * discount)[tuple(ship.T)]
        self.indexed["SITES_SERVED"] = _grouped(offers, ship[:, [0, 2]], ship[:, [1]])
        self.sets["CONTENTS"] = np.argwhere(scenario.content > 0)
        delivered = scenario.content * scenario.yields[:, None]
        self.params["delivered"] = delivered[tuple(self.sets["CONTENTS"].T)]

    def _stock(self) -> None:
        scenario = self.scenario
        last = len(scenario.periods) - 1
        shape = (*scenario.stocked.shape, len(scenario.periods))
        stocks = np.argwhere(np.broadcast_to(scenario.stocked[:, :, None], shape))
        self.sets["STOCKS"] = stocks
        at = tuple(stocks.T)
        lower = np.zeros(shape)
        upper = np.broadcast_to(scenario.stock_maximum[:, :, None], shape).copy()
        lower[:, :, last] = scenario.final_minimum
        upper[:, :, last] = np.minimum(upper[:, :, last], scenario.final_maximum)
        cost = scenario.holding_cost * (scenario.years * scenario.discount)
        cost[:, :, last] -= scenario.final_value * scenario.discount[last]
        self.params["stock_minimum"] = lower[at]
        self.params["stock_maximum"] = upper[at]
        self.params["stock_cost"] = cost[at]
        has_target = scenario.stocked[:, :, None] & (scenario.target > 0)
        is_soft = np.broadcast_to(~np.isnan(scenario.safety_cost)[:, :, None], shape)
        targets = np.argwhere(has_target)
        soft = np.argwhere(has_target & is_soft)
        self.sets["TARGETS"] = targets
        self.sets["SOFT_TARGETS"] = soft
        self.params["target"] = scenario.target[tuple(targets.T)]
        safety = scenario.safety_cost[:, :, None] * (scenario.years * scenario.discount)
        self.params["safety_cost"] = safety[tuple(soft.T)]
        self.indexed["UNDER_IN"] = _grouped(targets, soft, soft[:, [2]])

    def _balance(self) -> None:
        scenario = self.scenario
        materials, sites, periods = (
            len(scenario.materials), len(scenario.sites), len(scenario.periods)
        )  # fmt: skip
        shape = (materials, sites, periods)
        balances = np.argwhere(np.ones(shape, dtype=bool))
        self.sets["BALANCES"] = balances
        demand = scenario.demand[:materials]
        net = demand - scenario.in_transit
        net[:, :, 0] -= scenario.opening
        self.params["net_demand"] = net.ravel()
        surplus = (scenario.surplus_value * scenario.discount)[:, None, :]
        self.params["surplus_value"] = np.broadcast_to(surplus, shape).ravel()
        may_fall_short = (demand > 0) & scenario.shortfall_allowed
        short = np.argwhere(may_fall_short)
        self.sets["SHORTFALLS"] = short
        self.params["shortfall_limit"] = demand[tuple(short.T)]
        cost = np.broadcast_to(
            (scenario.shortfall_cost[:materials] * scenario.discount)[:, None, :], shape
        )
        self.params["shortfall_cost"] = cost[tuple(short.T)]
        self.indexed["SHORT_IN"] = _grouped(balances, short, short[:, [2]])
        stocks = self.sets["STOCKS"]
        self.indexed["CLOSING_OF"] = _grouped(balances, stocks, stocks[:, [2]])
        carried = stocks[stocks[:, 2] < periods - 1]
        following = carried + np.array([0, 0, 1])
        self.indexed["OPENING_OF"] = _grouped(balances, following, carried[:, [2]])
        self.indexed["ARRIVALS"] = self._arrivals(balances)

    def _arrivals(self, balances: Members) -> IndexedMembers:
        """(source, period of leaving) of what arrives, by material, site and period."""
        scenario = self.scenario
        lanes, contents = self.sets["LANES"], self.sets["CONTENTS"]
        counts = np.bincount(contents[:, 0], minlength=len(scenario.sources))
        starts = np.concatenate([[0], np.cumsum(counts)])
        each = counts[lanes[:, 0]]
        lane = np.repeat(lanes, each, axis=0)
        offset = np.arange(len(lane)) - np.repeat(np.cumsum(each) - each, each)
        material = contents[starts[lane[:, 0]] + offset, 1]
        arrives = lane[:, 2] + scenario.lead[lane[:, 0], lane[:, 1]]
        inside = arrives < len(scenario.periods)
        where = np.column_stack([material, lane[:, 1], arrives])[inside]
        return _grouped(balances, where, lane[:, [0, 2]][inside])

    def _rules(self) -> None:
        rules = self.scenario.rules
        self.sets["RULES"] = np.arange(len(rules)).reshape(-1, 1)
        counted = [self._counted(r, rule, rule.content) for r, rule in enumerate(rules)]
        self._counts(counted, "RULES", "RULE", "COUNTED", ("bought_content", "shipped_content"))
        basis_of, bases = self._bases(rules)
        self.sets["BASES"] = np.arange(len(bases)).reshape(-1, 1)
        in_basis = [
            self._counted(b, rule, rule.basis_content)
            for b, rule in enumerate(bases)
            if rule.basis_content is not None
        ]
        names = ("bought_in_basis", "shipped_in_basis")
        self._counts(in_basis, "BASES", "BASIS", "IN_BASIS", names)
        for side in ("ceiling", "floor"):
            self._bounds(side, basis_of)

    def _counted(self, position: int, rule: Rule, content: Numbers) -> tuple[Any, ...]:
        """Members and coefficients of what a rule counts: of purchases, and of shipments."""
        wanted = np.zeros(len(self.scenario.periods), dtype=bool)
        wanted[list(rule.periods)] = True
        everywhere = len(rule.sites) == len(self.scenario.sites)
        members = self.sets["OFFERS" if everywhere else "LANES"]
        chosen = wanted[members[:, -1]] & (content[members[:, 0]] > 0)
        if not everywhere:
            chosen &= np.isin(members[:, 1], rule.sites)
        kept = members[chosen]
        indexed = np.column_stack([np.full(len(kept), position), kept])
        values = content[kept[:, 0]]
        empty = (np.zeros((0, 3 if not everywhere else 4), dtype=np.int64), np.zeros(0))
        return ((indexed, values), empty) if everywhere else (empty, (indexed, values))

    def _counts(
        self,
        parts: Sequence[tuple[Any, ...]],
        index: str,
        of: str,
        suffix: str,
        params: tuple[str, str],
    ) -> None:
        for kind, param, width, which in zip(
            ("BUYS", "SHIPS"), params, (3, 4), (0, 1), strict=True
        ):
            members = [part[which][0] for part in parts]
            values = [part[which][1] for part in parts]
            all_members = (
                np.concatenate(members) if members else np.zeros((0, width), dtype=np.int64)
            )
            self.sets[f"{kind}_{suffix}"] = all_members
            self.params[param] = np.concatenate(values) if values else np.zeros(0)
            self.indexed[f"{of}_{kind}"] = _grouped(
                self.sets[index], all_members[:, [0]], all_members[:, 1:]
            )

    @staticmethod
    def _bases(rules: Sequence[Rule]) -> tuple[dict[int, int], list[Rule]]:
        """The basis of each rule that is a share of purchases; equal ones are one."""
        position: dict[tuple[Any, ...], int] = {}
        basis_of: dict[int, int] = {}
        bases: list[Rule] = []
        for r, rule in enumerate(rules):
            if rule.basis_content is None:
                continue
            key = (rule.basis_content.tobytes(), rule.sites, rule.periods)
            if key not in position:
                position[key] = len(bases)
                bases.append(rule)
            basis_of[r] = position[key]
        return basis_of, bases

    def _bounds(self, side: str, basis_of: dict[int, int]) -> None:
        rules = self.scenario.rules
        upper = side == "ceiling"
        bound = [rule.maximum if upper else rule.minimum for rule in rules]
        bounded = [r for r, value in enumerate(bound) if value is not None and np.isfinite(value)]
        soft = [r for r in bounded if rules[r].penalty is not None]
        members = np.array(bounded, dtype=np.int64).reshape(-1, 1)
        soft_members = np.array(soft, dtype=np.int64).reshape(-1, 1)
        values = np.array([float(bound[r] or 0.0) for r in bounded])
        is_share = np.array([r in basis_of for r in bounded], dtype=bool)
        self.sets[f"{side.upper()}S"] = members
        self.sets[f"SOFT_{side.upper()}S"] = soft_members
        self.params[side] = np.where(is_share, 0.0, values)
        self.params[f"{side}_share"] = np.where(is_share, values, 0.0)
        cost = [
            float(rules[r].penalty or 0.0) * float(self.scenario.discount[rules[r].periods[0]])
            for r in soft
        ]
        self.params["over_cost" if upper else "below_cost"] = np.array(cost, dtype=float)
        of_share = np.array([r for r in bounded if r in basis_of], dtype=np.int64).reshape(-1, 1)
        basis = np.array([basis_of[r] for r in bounded if r in basis_of], dtype=np.int64)
        self.indexed[f"{side.upper()}_BASIS"] = _grouped(members, of_share, basis.reshape(-1, 1))
        self.indexed["OVER_IN" if upper else "BELOW_IN"] = _grouped(
            members, soft_members, soft_members
        )


def _grouped(index: Members, keys: Members, members: Members) -> IndexedMembers:
    """Members gathered by the index member that their key equals, in the order of the index.

    Args:
        index: N × k, the index set.
        keys: n × k, each one equal to a row of `index`.
        members: n × d.
    """
    if not len(keys):
        return IndexedMembers(np.zeros(len(index) + 1, dtype=np.int64), members)
    size = np.maximum(index.max(axis=0), keys.max(axis=0)) + 1
    place = np.full(int(np.prod(size)), -1, dtype=np.int64)
    place[_flat(index, size)] = np.arange(len(index))
    position = place[_flat(keys, size)]
    order = np.argsort(position, kind="stable")
    counts = np.bincount(position, minlength=len(index))
    return IndexedMembers(np.concatenate([[0], np.cumsum(counts)]), members[order])


def _flat(rows: Members, size: NDArray[np.int64]) -> Members:
    flat: Members = np.ravel_multi_index(tuple(rows.T), tuple(int(n) for n in size))
    return flat
