"""Data of the block `tiers`: prices by volume, and where they need a yes/no decision."""

from __future__ import annotations

import numpy as np

from planner.case.scenario import Tiers
from planner.solving.data.draft import Draft, flagged, members
from planner.solving.data.useful import most_bought

_JUST_BEFORE = 1.0 - 1e-7
"""At exactly a bound the cheaper price holds: a dearer one, if rewarded, ends before it."""

_ROUNDING = 1e-9
"""Tonnes so near, relative, are the same."""


def add_tiers(draft: Draft) -> None:
    """Tiers of each offer, their width and price, and the steps from one to the next."""
    scenario = draft.scenario
    of_source = {tiers.source: tiers for tiers in scenario.tiers}
    offers = draft.sets["OFFERS"]
    has_tiers = flagged(len(scenario.sources), list(of_source))
    offered = [(s, t) for s, t in offers[has_tiers[offers[:, 0]]].tolist()]
    most = most_bought(scenario) if offered else scenario.limit
    rise = scenario.price_factor * scenario.discount
    tiered, tiers, widths, costs = [], [], [], []
    steps, step_most, step_least, filled_by, one_tier = [], [], [], [], []
    for s, t in offered:
        source = of_source[s]
        tiered.append((s, t))
        starts = [start * float(scenario.years[t]) for start in source.starts]
        reached = _reached(source, starts, float(most[s, t]))
        is_decided = source.steps_in(t) and float(most[s, t]) > 0
        following = starts[len(reached)] if len(reached) < len(starts) else np.inf
        if not source.steps_in(t):
            # Beyond the capacity too: what more of it is worth depends on the prices there.
            reached, following = list(range(len(starts))), np.inf
        for k in reached:
            is_last = k == reached[-1]
            high = float(most[s, t]) if is_last else starts[k + 1]
            low = min(starts[k], high)  # where the two are the same but for rounding
            if not is_last and source.all_units and t in source.rewarded:
                high *= _JUST_BEFORE
            whole = high if source.all_units else high - low
            tiers.append((s, t, k))
            # The last tier ends where the capacity does, which has a bound of its own: more of it
            # falls to the last tier, as far as there is none beyond that takes a decision.
            end = following if source.all_units else following - low
            widths.append(end if is_last else whole)
            costs.append(source.prices[k] * rise[s, t])
            if not is_decided or (k == 0 and not source.all_units):
                continue
            steps.append((s, t, k))
            step_most.append(whole)
            step_least.append(low if source.all_units else low - starts[k - 1])
            filled_by.append(k if source.all_units else k - 1)
        if is_decided and source.all_units:
            one_tier.append((s, t))
    draft.sets["TIERED"] = members(tiered, 2)
    draft.sets["TIERS"] = members(tiers, 3)
    draft.sets["STEPS"] = members(steps, 3)
    draft.sets["ONE_TIER"] = members(one_tier, 2)
    draft.params["tier_width"] = np.array(widths, dtype=float)
    draft.params["tier_cost"] = np.array(costs, dtype=float)
    draft.params["step_most"] = np.array(step_most, dtype=float)
    draft.params["step_least"] = np.array(step_least, dtype=float)
    every, step = draft.sets["TIERS"], draft.sets["STEPS"]
    draft.gather("TIERS_OF", "TIERED", every[:, :2], every[:, [2]])
    draft.gather("FILLED_BY", "STEPS", step, np.array(filled_by, dtype=np.int64).reshape(-1, 1))
    chosen = step[[of_source[s].all_units for s in step[:, 0].tolist()]] if len(step) else step
    draft.gather("STEPS_OF", "ONE_TIER", chosen[:, :2], chosen[:, [2]])


def _reached(source: Tiers, starts: list[float], most: float) -> list[int]:
    """Tiers that what can be bought reaches; the first where nothing can be.

    An all-units price holds from exactly its bound on: there it is reached by a capacity that
    ends at the bound, if it is the cheaper one.
    """
    reached = [k for k, start in enumerate(starts) if start < most] or [0]
    following = len(reached)
    if source.all_units and most > 0 and following < len(starts):
        is_there = starts[following] <= most * (1.0 + _ROUNDING)
        if is_there and source.prices[following] < source.prices[following - 1]:
            reached.append(following)
    return reached
