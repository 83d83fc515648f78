"""Data of the block `rules`: what each quota and limit counts, and its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from planner.case.scenario import Numbers, Rule, Scenario
from planner.solving.data.draft import Draft, column, spread, starts
from planner.solving.measures import size_of_bound, unit_in_model
from planner_models.data import Members


def add_rules(draft: Draft) -> None:
    """What each rule counts, what shares of purchases and averages are of, and bounds."""
    scenario = draft.scenario
    units = [unit_in_model(scenario, rule) for rule in scenario.rules]
    rules = [(r, rule) for r, rule in enumerate(scenario.rules) if rule.is_row]
    basis_of, bases = _bases(rules)
    draft.sets["RULES"] = column([r for r, _ in rules])
    draft.sets["BASES"] = column(list(range(len(bases))))
    _add_counted(draft, _OF_RULES, rules, _all_amounts(scenario, rules, units))
    contents = [np.asarray(rule.basis_content) for rule in bases]
    _add_counted(draft, _OF_BASES, list(enumerate(bases)), contents)
    _add_tiers(draft, [(r, rule) for r, rule in rules if rule.type == "spend"], units)
    for side in (_CEILING, _FLOOR):
        _add_bounds(draft, side, basis_of, units)


def _all_amounts(
    scenario: Scenario, rules: Sequence[tuple[int, Rule]], units: Sequence[float]
) -> list[Numbers]:
    """What one tonne leaving counts for each rule; those that count alike have the same array."""
    known: dict[tuple[int, float, bool], Numbers] = {}
    found = []
    for r, rule in rules:
        key = id(rule.content), units[r], rule.type == "spend"
        if key not in known:
            known[key] = _amounts(scenario, rule, units[r])
        found.append(known[key])
    return found


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
    """How the sets and parameters of maxima or minima are called."""

    bound: str
    share: str
    members: str
    soft: str
    basis: str
    breach_in: str
    cost: str
    part: str
    is_upper: bool

    def of(self, rule: Rule) -> float | None:
        """This bound of a rule."""
        return rule.maximum if self.is_upper else rule.minimum


_CEILING = _Side(
    "ceiling", "ceiling_share", "CEILINGS", "SOFT_CEILINGS", "CEILING_BASIS", "OVER_IN",
    "over_cost", "over_part", is_upper=True,
)  # fmt: skip
_FLOOR = _Side(
    "floor", "floor_share", "FLOORS", "SOFT_FLOORS", "FLOOR_BASIS", "BELOW_IN",
    "below_cost", "below_part", is_upper=False,
)  # fmt: skip


def _add_counted(
    draft: Draft, names: _Names, rules: Sequence[tuple[int, Rule]], amounts: Sequence[Numbers]
) -> None:
    """What counts: purchases where every plant counts alike, else shipments to those that do."""
    sites = len(draft.scenario.sites)
    bought: list[tuple[int, Rule, Numbers]] = []
    shipped: list[tuple[int, Rule, Numbers]] = []
    for (r, rule), amount in zip(rules, amounts, strict=True):
        together = len(rule.sites) == sites and (
            amount.ndim == 1 or bool((amount == amount[:, :1]).all())
        )
        (bought if together else shipped).append((r, rule, amount))
    buys, content = _bought(draft, bought)
    draft.sets[names.buys], draft.params[names.buy_content] = buys, content
    draft.gather(names.of_buys, names.index, buys[:, [0]], buys[:, 1:])
    ships, content = _shipped(draft, shipped)
    draft.sets[names.ships], draft.params[names.ship_content] = ships, content
    draft.gather(names.of_ships, names.index, ships[:, [0]], ships[:, 1:])


def _bought(draft: Draft, rules: Sequence[tuple[int, Rule, Numbers]]) -> tuple[Members, Numbers]:
    """(rule, source, period) of the purchases that rules count, and what a tonne counts."""
    scenario = draft.scenario
    if not rules:
        return np.zeros((0, 3), dtype=np.int64), np.zeros(0)
    offered = np.zeros((len(scenario.sources), len(scenario.periods)), dtype=bool)
    offered[tuple(draft.sets["OFFERS"].T)] = True
    # Rules of one row count the same in each of their periods: amounts are few.
    few = {id(amount): amount for *_, amount in rules}
    place = {key: n for n, key in enumerate(few)}
    amounts = [a if a.ndim == 1 else a[:, 0] for a in few.values()]
    counts_some = np.array([a if a.ndim == 1 else (a != 0).any(axis=1) for a in amounts]) != 0
    group, source = np.nonzero(counts_some)
    of_rule = np.array([place[id(amount)] for *_, amount in rules])
    rule, pair = spread(starts(np.bincount(group, minlength=len(few))), of_rule)
    source = source[pair]
    lengths = np.array([len(one.periods) for _, one, _ in rules])
    periods = np.fromiter(chain.from_iterable(one.periods for _, one, _ in rules), dtype=np.int64)
    pair, at = spread(starts(lengths), rule)
    rule, source, period = rule[pair], source[pair], periods[at]
    kept = offered[source, period]
    rule, source, period = rule[kept], source[kept], period[kept]
    if all(amount.ndim == 1 for amount in amounts):
        counts = np.array(amounts)[of_rule[rule], source]
    else:
        every = [np.broadcast_to(a[:, None] if a.ndim == 1 else a, offered.shape) for a in amounts]
        counts = np.array(every)[of_rule[rule], source, period]
        kept = counts != 0
        rule, source, period, counts = rule[kept], source[kept], period[kept], counts[kept]
    position = np.array([r for r, *_ in rules], dtype=np.int64)[rule]
    return np.column_stack([position, source, period]), counts


def _shipped(draft: Draft, rules: Sequence[tuple[int, Rule, Numbers]]) -> tuple[Members, Numbers]:
    """(rule, source, site, period) of the shipments that rules count, and what a tonne counts."""
    lanes, periods = draft.sets["LANES"], len(draft.scenario.periods)
    found, counts = [np.zeros((0, 4), dtype=np.int64)], [np.zeros(0)]
    for r, rule, amount in rules:
        wanted = np.zeros(periods, dtype=bool)
        wanted[list(rule.periods)] = True
        amounts = amount[lanes[:, 0]] if amount.ndim == 1 else amount[tuple(lanes.T)]
        chosen = wanted[lanes[:, 2]] & np.isin(lanes[:, 1], rule.sites) & (amounts != 0)
        kept = lanes[chosen]
        found.append(np.column_stack([np.full(len(kept), r), kept]))
        counts.append(amounts[chosen])
    return np.concatenate(found), np.concatenate(counts)


def _add_tiers(draft: Draft, spends: Sequence[tuple[int, Rule]], units: Sequence[float]) -> None:
    """What spends count of prices by volume."""
    scenario, tiers = draft.scenario, draft.sets["TIERS"]
    cost = draft.params["tier_cost"] / scenario.discount[tiers[:, 1]]
    found, amounts = [np.zeros((0, 4), dtype=np.int64)], [np.zeros(0)]
    for r, rule in spends:
        chosen = np.isin(tiers[:, 1], rule.periods) & (rule.content[tiers[:, 0]] > 0)
        kept = tiers[chosen]
        found.append(np.column_stack([np.full(len(kept), r), kept]))
        amounts.append(cost[chosen] / units[r])
    draft.sets["TIERS_COUNTED"] = np.concatenate(found)
    draft.params["tier_content"] = np.concatenate(amounts)
    counted = draft.sets["TIERS_COUNTED"]
    draft.gather("RULE_TIERS", "RULES", counted[:, [0]], counted[:, 1:])


def _bases(rules: Sequence[tuple[int, Rule]]) -> tuple[dict[int, int], list[Rule]]:
    """What each share of purchases and average is of; equal ones are one."""
    position: dict[tuple[bytes, tuple[int, ...], tuple[int, ...]], int] = {}
    basis_of: dict[int, int] = {}
    bases: list[Rule] = []
    for r, rule in rules:
        if rule.basis_content is None:
            continue
        key = (rule.basis_content.tobytes(), rule.sites, rule.periods)
        if key not in position:
            position[key] = len(bases)
            bases.append(rule)
        basis_of[r] = position[key]
    return basis_of, bases


def _add_bounds(
    draft: Draft, side: _Side, basis_of: dict[int, int], units: Sequence[float]
) -> None:
    rules, discount = draft.scenario.rules, draft.scenario.discount
    bounds = {r: side.of(rule) for r, rule in enumerate(rules) if rule.is_row}
    bounded = {
        r: bound / units[r]
        for r, bound in bounds.items()
        if bound is not None and np.isfinite(bound)
    }
    soft = [r for r in bounded if rules[r].may_break]
    of_share = [r for r in bounded if r in basis_of]
    amounts = [0.0 if r in basis_of else bound for r, bound in bounded.items()]
    shares = [bound if r in basis_of else 0.0 for r, bound in bounded.items()]
    costs = [(rules[r].penalty or 0.0) * discount[rules[r].periods[0]] for r in soft]
    parts = [units[r] / size_of_bound(rules[r], bounds[r] or 0.0) for r in soft]
    draft.sets[side.members] = column(list(bounded))
    draft.sets[side.soft] = column(soft)
    draft.params[side.bound] = np.array(amounts, dtype=float)
    draft.params[side.share] = np.array(shares, dtype=float)
    draft.params[side.cost] = np.array(costs, dtype=float)
    draft.params[side.part] = np.array(parts, dtype=float)
    draft.gather(
        side.basis, side.members, column(of_share), column([basis_of[r] for r in of_share])
    )
    draft.gather(side.breach_in, side.members, column(soft), column(soft))
