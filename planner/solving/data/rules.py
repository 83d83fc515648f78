"""Data of the block `rules`: what each quota and limit counts, and its bounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.case.scenario import Numbers, Rule, Scenario
from planner.records import dataclass
from planner.solving.data.draft import Draft, column
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
    amounts = [_amounts(scenario, rule, units[r]) for r, rule in rules]
    _add_counted(draft, _OF_RULES, rules, amounts)
    contents = [_by_lane(scenario, rule.basis_content) for rule in bases]
    _add_counted(draft, _OF_BASES, list(enumerate(bases)), contents)
    _add_tiers(draft, [(r, rule) for r, rule in rules if rule.type == "spend"], units)
    for side in (_CEILING, _FLOOR):
        _add_bounds(draft, side, basis_of, units)


def _amounts(scenario: Scenario, rule: Rule, unit: float) -> Numbers:
    """S × P × T: what one tonne leaving counts, in the model's unit of the rule.

    Of an offer priced by volume a spend counts what does not depend on the price; the rest is
    counted by tier.
    """
    if rule.type == "spend":
        return scenario.landed_cost_without_tiers * rule.content[:, None, None] / unit
    return _by_lane(scenario, rule.content / unit)


def _by_lane(scenario: Scenario, content: Numbers | None) -> Numbers:
    shape = (len(scenario.sources), len(scenario.sites), len(scenario.periods))
    per_tonne = np.zeros(shape[0]) if content is None else content
    return np.broadcast_to(per_tonne[:, None, None], shape)


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
    together = [
        len(rule.sites) == sites and bool((amount == amount[:, :1]).all())
        for (_, rule), amount in zip(rules, amounts, strict=True)
    ]
    for of_buys, members, param, gathered, source in (
        (True, names.buys, names.buy_content, names.of_buys, "OFFERS"),
        (False, names.ships, names.ship_content, names.of_ships, "LANES"),
    ):
        parts = [
            _counted(draft, r, rule, amount, draft.sets[source])
            for (r, rule), amount, whole in zip(rules, amounts, together, strict=True)
            if whole is of_buys
        ]
        width = draft.sets[source].shape[1] + 1
        found = np.concatenate([np.zeros((0, width), dtype=np.int64), *(m for m, _ in parts)])
        draft.sets[members] = found
        draft.params[param] = np.concatenate([np.zeros(0), *(values for _, values in parts)])
        draft.gather(gathered, names.index, found[:, [0]], found[:, 1:])


def _counted(
    draft: Draft, position: int, rule: Rule, amount: Numbers, members: Members
) -> tuple[Members, Numbers]:
    """The members that one rule counts, with its position first, and what a tonne counts."""
    wanted = np.zeros(len(draft.scenario.periods), dtype=bool)
    wanted[list(rule.periods)] = True
    by_lane = members.shape[1] > 2  # source, site, period; else source, period
    at = tuple(members.T) if by_lane else (members[:, 0], 0, members[:, 1])
    counts = amount[at]
    chosen = wanted[members[:, -1]] & (counts != 0)
    if by_lane:
        chosen &= np.isin(members[:, 1], rule.sites)
    kept = members[chosen]
    return np.column_stack([np.full(len(kept), position), kept]), counts[chosen]


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
