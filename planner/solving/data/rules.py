"""Data of the block `rules`: what each quota and limit counts, and its bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

import numpy as np

from planner.case.scenario import Flags, Indices, Numbers, Rule, Scenario
from planner.solving.data.draft import Draft, column, columns, flagged, spread, starts
from planner.solving.measures import size_of_bound, unit_in_model
from planner_models.data import Members


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rules that are rows, N in all.

    Attributes:
        rules: as they stand in the case.
        position: N, where.
        unit: N, the amount that the model counts as 1.
        basis: N, which of the bases it is a share or average of; -1: none.
        may_break: N.
    """

    rules: Sequence[Rule]
    position: Indices
    unit: Numbers
    basis: Indices
    may_break: Flags


def add_rules(draft: Draft) -> None:
    """What each rule counts, what shares of purchases and averages are of, and bounds."""
    scenario = draft.scenario
    of_row = [(r, rule) for r, rule in enumerate(scenario.rules) if rule.is_row]
    rules = [rule for _, rule in of_row]
    basis, bases = _bases(rules)
    rows = _Rows(
        rules=rules,
        position=np.array([r for r, _ in of_row], dtype=np.int64),
        unit=np.array([unit_in_model(scenario, rule) for rule in rules], dtype=float),
        basis=np.array(basis, dtype=np.int64),
        may_break=np.array([rule.may_break for rule in rules], dtype=bool),
    )
    draft.sets["RULES"] = column(rows.position)
    draft.sets["BASES"] = column(range(len(bases)))
    _add_counted(draft, _OF_RULES, _counting(scenario, rows))
    contents = [np.asarray(rule.basis_content) for rule in bases]
    every = np.arange(len(bases))
    _add_counted(draft, _OF_BASES, _Counting(bases, every, contents, every))
    _add_tiers(draft, rows)
    for side in (_CEILING, _FLOOR):
        _add_bounds(draft, side, rows)


@dataclass(frozen=True, slots=True)
class _Counting:
    """Rules or bases, N in all, and what one tonne leaving counts for each.

    Attributes:
        rules: whose sites and periods count.
        position: N, of the members that count.
        amounts: each S, or S × P × T; they are few, since the rules of one row count alike.
        amount: N, which of them.
    """

    rules: Sequence[Rule]
    position: Indices
    amounts: Sequence[Numbers]
    amount: Indices

    def some(self, chosen: Flags) -> _Counting:
        """Some of them."""
        if chosen.all():
            return self
        which = np.flatnonzero(chosen)
        rules = [self.rules[n] for n in which.tolist()]
        return _Counting(rules, self.position[which], self.amounts, self.amount[which])


def _counting(scenario: Scenario, rows: _Rows) -> _Counting:
    """What one tonne leaving counts for each rule; those that count alike have the same amounts."""
    known: dict[tuple[int, float, bool], int] = {}
    amounts: list[Numbers] = []
    which = []
    for rule, unit in zip(rows.rules, rows.unit.tolist(), strict=True):
        key = id(rule.content), unit, rule.type == "spend"
        n = known.setdefault(key, len(amounts))
        if n == len(amounts):
            amounts.append(_amounts(scenario, rule, unit))
        which.append(n)
    return _Counting(rows.rules, rows.position, amounts, np.array(which, dtype=np.int64))


def _amounts(scenario: Scenario, rule: Rule, unit: float) -> Numbers:
    """What one tonne leaving counts, in the model's unit of the rule: S, or S × P × T of a spend.

    Of an offer priced by volume a spend counts what does not depend on the price; the rest is
    counted by tier.
    """
    if rule.type == "spend":
        return scenario.landed_cost_without_tiers * rule.content[:, None, None] / unit
    return rule.content / unit


@dataclass(frozen=True, slots=True)
class _Names:
    """How the sets and parameters are called of what counts tonnes."""

    index: str
    buys: str
    ships: str
    of_buys: str
    of_ships: str
    buy_content: str
    ship_content: str


_OF_RULES = _Names(
    "RULES", "BUYS_COUNTED", "SHIPS_COUNTED", "RULE_BUYS", "RULE_SHIPS",
    "bought_content", "shipped_content",
)  # fmt: skip
_OF_BASES = _Names(
    "BASES", "BUYS_IN_BASIS", "SHIPS_IN_BASIS", "BASIS_BUYS", "BASIS_SHIPS",
    "bought_in_basis", "shipped_in_basis",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Side:
    """How the sets and parameters of maxima or minima are called, and the bound of a rule."""

    bound: str
    share: str
    members: str
    soft: str
    basis: str
    breach_in: str
    cost: str
    part: str
    of: Callable[[Rule], float | None]


_CEILING = _Side(
    "ceiling", "ceiling_share", "CEILINGS", "SOFT_CEILINGS", "CEILING_BASIS", "OVER_IN",
    "over_cost", "over_part", attrgetter("maximum"),
)  # fmt: skip
_FLOOR = _Side(
    "floor", "floor_share", "FLOORS", "SOFT_FLOORS", "FLOOR_BASIS", "BELOW_IN",
    "below_cost", "below_part", attrgetter("minimum"),
)  # fmt: skip


def _add_counted(draft: Draft, names: _Names, counting: _Counting) -> None:
    """What counts: purchases where every plant counts alike, else shipments to those that do."""
    sites = len(draft.scenario.sites)
    alike = [a.ndim == 1 or bool((a == a[:, :1]).all()) for a in counting.amounts]
    every = np.array([len(rule.sites) == sites for rule in counting.rules], dtype=bool)
    together = every & np.array(alike, dtype=bool)[counting.amount]
    buys, content = _bought(draft, counting.some(together))
    draft.sets[names.buys], draft.params[names.buy_content] = buys, content
    draft.gather(names.of_buys, names.index, buys[:, [0]], buys[:, 1:])
    ships, content = _shipped(draft, counting.some(~together))
    draft.sets[names.ships], draft.params[names.ship_content] = ships, content
    draft.gather(names.of_ships, names.index, ships[:, [0]], ships[:, 1:])


def _bought(draft: Draft, counting: _Counting) -> tuple[Members, Numbers]:
    """(rule, source, period) of the purchases that rules count, and what a tonne counts."""
    if not counting.rules:
        return np.zeros((0, 3), dtype=np.int64), np.zeros(0)
    amounts = [a if a.ndim == 1 else a[:, 0] for a in counting.amounts]
    counts_some = np.array([a if a.ndim == 1 else (a != 0).any(axis=1) for a in amounts]) != 0
    group, source = np.nonzero(counts_some)
    rule, pair = spread(starts(np.bincount(group, minlength=len(amounts))), counting.amount)
    source = source[pair]
    lengths = np.array([len(one.periods) for one in counting.rules])
    periods = np.fromiter(chain.from_iterable(r.periods for r in counting.rules), dtype=np.int64)
    pair, at = spread(starts(lengths), rule)
    rule, source, period = rule[pair], source[pair], periods[at]
    kept = draft.offered[source, period]
    rule, source, period = rule[kept], source[kept], period[kept]
    if all(amount.ndim == 1 for amount in amounts):
        counts = np.array(amounts)[counting.amount[rule], source]
    else:
        shape = draft.offered.shape
        every = [np.broadcast_to(a[:, None] if a.ndim == 1 else a, shape) for a in amounts]
        counts = np.array(every)[counting.amount[rule], source, period]
        kept = counts != 0
        rule, source, period, counts = rule[kept], source[kept], period[kept], counts[kept]
    return columns(counting.position[rule], source, period), counts


def _shipped(draft: Draft, counting: _Counting) -> tuple[Members, Numbers]:
    """(rule, source, site, period) of the shipments that rules count, and what a tonne counts."""
    scenario, lanes = draft.scenario, draft.sets["LANES"]
    found, counts = [np.zeros((0, 4), dtype=np.int64)], [np.zeros(0)]
    each = zip(counting.position.tolist(), counting.rules, counting.amount.tolist(), strict=True)
    for r, rule, n in each:
        amount = counting.amounts[n]
        sites = flagged(len(scenario.sites), rule.sites)
        periods = flagged(len(scenario.periods), rule.periods)
        amounts = amount[lanes[:, 0]] if amount.ndim == 1 else amount[tuple(lanes.T)]
        chosen = periods[lanes[:, 2]] & sites[lanes[:, 1]] & (amounts != 0)
        kept = lanes[chosen]
        found.append(np.column_stack([np.full(len(kept), r), kept]))
        counts.append(amounts[chosen])
    return np.concatenate(found), np.concatenate(counts)


def _add_tiers(draft: Draft, rows: _Rows) -> None:
    """What spends count of prices by volume."""
    scenario, tiers = draft.scenario, draft.sets["TIERS"]
    cost = draft.params["tier_cost"] / scenario.discount[tiers[:, 1]]
    found, amounts = [np.zeros((0, 4), dtype=np.int64)], [np.zeros(0)]
    for n, rule in enumerate(rows.rules):
        if rule.type != "spend":
            continue
        periods = flagged(len(scenario.periods), rule.periods)
        chosen = periods[tiers[:, 1]] & (rule.content[tiers[:, 0]] > 0)
        kept = tiers[chosen]
        found.append(np.column_stack([np.full(len(kept), rows.position[n]), kept]))
        amounts.append(cost[chosen] / rows.unit[n])
    draft.sets["TIERS_COUNTED"] = np.concatenate(found)
    draft.params["tier_content"] = np.concatenate(amounts)
    counted = draft.sets["TIERS_COUNTED"]
    draft.gather("RULE_TIERS", "RULES", counted[:, [0]], counted[:, 1:])


def _bases(rules: Sequence[Rule]) -> tuple[list[int], list[Rule]]:
    """For each rule, which basis it is a share or average of (-1: none), and all of these.

    Equal ones are one.
    """
    content: dict[int, bytes] = {}
    position: dict[tuple[bytes, tuple[int, ...], tuple[int, ...]], int] = {}
    bases: list[Rule] = []
    basis_of = []
    for rule in rules:
        counted = rule.basis_content
        if counted is None:
            basis_of.append(-1)
            continue
        if id(counted) not in content:
            content[id(counted)] = counted.tobytes()
        basis = position.setdefault((content[id(counted)], rule.sites, rule.periods), len(bases))
        if basis == len(bases):
            bases.append(rule)
        basis_of.append(basis)
    return basis_of, bases


def _add_bounds(draft: Draft, side: _Side, rows: _Rows) -> None:
    discount = draft.scenario.discount
    bound = np.array([side.of(rule) for rule in rows.rules], dtype=float)  # NaN: none
    kept = np.isfinite(bound)
    position, basis = rows.position[kept], rows.basis[kept]
    in_units = bound[kept] / rows.unit[kept]
    is_share = basis >= 0
    soft = np.flatnonzero(kept & rows.may_break).tolist()
    rules = [rows.rules[n] for n in soft]
    sizes = [size_of_bound(rule, side.of(rule) or 0.0) for rule in rules]
    costs = [(rule.penalty or 0.0) * discount[rule.periods[0]] for rule in rules]
    draft.sets[side.members] = column(position)
    draft.sets[side.soft] = broken = column(rows.position[soft])
    draft.params[side.bound] = np.where(is_share, 0.0, in_units)
    draft.params[side.share] = np.where(is_share, in_units, 0.0)
    draft.params[side.cost] = np.array(costs, dtype=float)
    draft.params[side.part] = rows.unit[soft] / np.array(sizes, dtype=float)
    draft.gather(side.basis, side.members, column(position[is_share]), column(basis[is_share]))
    draft.gather(side.breach_in, side.members, broken, broken)
