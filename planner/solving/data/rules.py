"""Data of the block `rules`: what each quota and limit counts, and its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.case.scenario import Numbers, Rule
from planner.solving.data.draft import Draft, column
from planner_models.data import Members


def add_rules(draft: Draft) -> None:
    """Tonnes counted by each rule, what shares of purchases are of, and bounds."""
    rules = draft.scenario.rules
    basis_of, bases = _bases(rules)
    draft.sets["RULES"] = column(list(range(len(rules))))
    draft.sets["BASES"] = column(list(range(len(bases))))
    _add_counted(draft, _OF_RULES, rules, [rule.content for rule in rules])
    contents = [rule.basis_content for rule in bases if rule.basis_content is not None]
    _add_counted(draft, _OF_BASES, bases, contents)
    for side in (_CEILING, _FLOOR):
        _add_bounds(draft, side, basis_of)


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
    is_upper: bool

    def of(self, rule: Rule) -> float | None:
        """This bound of a rule."""
        return rule.maximum if self.is_upper else rule.minimum


_CEILING = _Side(
    "ceiling", "ceiling_share", "CEILINGS", "SOFT_CEILINGS", "CEILING_BASIS", "OVER_IN",
    "over_cost", is_upper=True,
)  # fmt: skip
_FLOOR = _Side(
    "floor", "floor_share", "FLOORS", "SOFT_FLOORS", "FLOOR_BASIS", "BELOW_IN",
    "below_cost", is_upper=False,
)  # fmt: skip


def _add_counted(
    draft: Draft, names: _Names, rules: Sequence[Rule], contents: Sequence[Numbers]
) -> None:
    """What counts: purchases where every plant counts, else shipments to those that do."""
    sites = len(draft.scenario.sites)
    everywhere = [len(rule.sites) == sites for rule in rules]
    for of_buys, members, param, gathered, source in (
        (True, names.buys, names.buy_content, names.of_buys, "OFFERS"),
        (False, names.ships, names.ship_content, names.of_ships, "LANES"),
    ):
        parts = [
            _counted(draft, r, rule, content, draft.sets[source])
            for r, (rule, content) in enumerate(zip(rules, contents, strict=True))
            if everywhere[r] is of_buys
        ]
        width = draft.sets[source].shape[1] + 1
        found = np.concatenate([np.zeros((0, width), dtype=np.int64), *(m for m, _ in parts)])
        draft.sets[members] = found
        draft.params[param] = np.concatenate([np.zeros(0), *(values for _, values in parts)])
        draft.gather(gathered, names.index, found[:, [0]], found[:, 1:])


def _counted(
    draft: Draft, position: int, rule: Rule, content: Numbers, members: Members
) -> tuple[Members, Numbers]:
    """The members that one rule counts, with its position first, and tonnes counted per tonne."""
    wanted = np.zeros(len(draft.scenario.periods), dtype=bool)
    wanted[list(rule.periods)] = True
    chosen = wanted[members[:, -1]] & (content[members[:, 0]] > 0)
    if members.shape[1] > 2:  # source, site, period
        chosen &= np.isin(members[:, 1], rule.sites)
    kept = members[chosen]
    return np.column_stack([np.full(len(kept), position), kept]), content[kept[:, 0]]


def _bases(rules: Sequence[Rule]) -> tuple[dict[int, int], list[Rule]]:
    """The basis of each rule that is a share of purchases; equal ones are one."""
    position: dict[tuple[bytes, tuple[int, ...], tuple[int, ...]], int] = {}
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


def _add_bounds(draft: Draft, side: _Side, basis_of: dict[int, int]) -> None:
    rules, discount = draft.scenario.rules, draft.scenario.discount
    bounds = {r: side.of(rule) for r, rule in enumerate(rules)}
    bounded = {r: bound for r, bound in bounds.items() if bound is not None and np.isfinite(bound)}
    soft = [r for r in bounded if rules[r].penalty is not None]
    of_share = [r for r in bounded if r in basis_of]
    tonnes = [0.0 if r in basis_of else bound for r, bound in bounded.items()]
    shares = [bound if r in basis_of else 0.0 for r, bound in bounded.items()]
    costs = [(rules[r].penalty or 0.0) * discount[rules[r].periods[0]] for r in soft]
    draft.sets[side.members] = column(list(bounded))
    draft.sets[side.soft] = column(soft)
    draft.params[side.bound] = np.array(tonnes, dtype=float)
    draft.params[side.share] = np.array(shares, dtype=float)
    draft.params[side.cost] = np.array(costs, dtype=float)
    draft.gather(
        side.basis, side.members, column(of_share), column([basis_of[r] for r in of_share])
    )
    draft.gather(side.breach_in, side.members, column(soft), column(soft))
