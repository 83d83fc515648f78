"""What moving each input does to the numbers of the model, found by moving many of them at once.

Reading a case again takes far longer than solving it from a warm start. So a whole family of
inputs is moved together, each by a factor of its own, once up and once down. A number of the model
that follows one input evenly changes in the proportion of that input's two factors, and of no
other's: so it is known what it belongs to, and by how much it moves. Where some number of a family
does not fit, two inputs meet in it: those of one kind are set aside, and looked at together after
the others. What fits in no family is moved by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.case.scenario import Numbers
from planner.errors import InvalidCase, WrongUsage
from planner.solving.edits import ARRAYS, Edits, Placed
from planner.studies.following import Following
from planner.studies.inputs import Group
from planner_models.compiled import CompiledModel

_OF_MONEY = ("exchange rate", "shortfall cost", "index", "price")
_OF_AMOUNTS = ("demand", "availability", "limit", "capacity", "quota", "exchange rate", "index")
"""Kinds of input that meet others in a number of money, or of amounts; those first that do so most
often: an exchange rate meets prices, an index what is a part of it, demand the shares of it that
limits allow and other demand for the same material, availability capacity."""

_SET_ASIDE = {
    "cost": (_OF_MONEY,),
    "offset": (_OF_MONEY,),
    "value": (_OF_MONEY, _OF_AMOUNTS),
}
"""By array of the model, kinds to suspect; of bounds those of amounts."""

_AGAINST = frozenset({"price", "capacity", "availability", "exchange rate"})
"""Kinds moved down while the others go up, and up while they go down: so that it shows where one
takes over from another, such as all that demand can use from what capacity allows."""

_BEYOND = 0.05
"""How much further than asked inputs are moved at most, as a part: so that what gives way on the
way there is seen."""

_ROUNDING = 1e-13
"""Changes below this part of a number are rounding."""

_SAME = 1e-9
"""Proportions nearer than this, relative, are the same."""

Compile = Callable[[Sequence[tuple[Group, float]]], CompiledModel]
"""The model with some groups multiplied, each by its factor."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What an input moves.

    Attributes:
        steps: by array of the model, positions, and what they change by if the input doubles.
        offset: the same of the constant cost.
    """

    steps: Mapping[str, Placed]
    offset: float

    def edits(self, model: CompiledModel, part: float) -> Edits:
        """What a model has otherwise with the input larger by a part of itself."""
        arrays = {
            name: (places, getattr(model, name)[places] + part * step)
            for name, (places, step) in self.steps.items()
        }
        return Edits(arrays, model.offset + part * self.offset)


def patches(
    model: CompiledModel,
    groups: Iterable[Group],
    by: float,
    moved: Compile,
    following: Following | None,
) -> dict[Group, Patch]:
    """The patches of those groups whose numbers follow them evenly.

    Args:
        model: with nothing moved.
        groups: the inputs.
        by: the part by which they will move, up or down.
        moved: the model with groups moved.
        following: the costs that follow indices, which are not looked at; None: all are.
    """
    found: dict[Group, Patch] = {}
    rest = list(groups)
    while len(rest) > 1:
        family, aside = rest, list[Group]()
        while len(family) > 1:
            known = _of_family(model, family, by, moved, following)
            if isinstance(known, dict):
                found |= known
                break
            meeting = _meeting({group.kind for group in family}, known)
            aside = [group for group in rest if group in aside or group.kind in meeting]
            family = [group for group in family if group.kind not in meeting]
        rest = aside if family else []
    return found


def _meeting(kinds: Collection[str], unexplained: Collection[str]) -> set[str]:
    """The kinds to set aside where numbers of some arrays do not fit."""
    suspected = {order for name in unexplained for order in _SET_ASIDE.get(name, (_OF_AMOUNTS,))}
    candidates = [[kind for kind in order if kind in kinds] for order in suspected]
    found = {several[0] for several in candidates if several}
    return found or set(kinds)


def _of_family(
    model: CompiledModel,
    family: Sequence[Group],
    by: float,
    moved: Compile,
    following: Following | None,
) -> dict[Group, Patch] | frozenset[str]:
    """The patches of a family; or the arrays in which a number does not follow one member alone."""
    follows = following is not None and any(following.moves(group) for group in family)
    if follows and any(group.kind == "exchange rate" for group in family):
        return frozenset({"cost"})  # it moves what follows an index, too
    sign = [-1.0 if g.kind in _AGAINST and g.column != "Index share" else 1.0 for g in family]
    up, down = (np.array(sign) * part for part in _parts(len(family), by))
    try:
        models = [
            moved([(g, 1.0 + float(p)) for g, p in zip(family, part, strict=True)])
            for part in (up, down)
        ]
    except (WrongUsage, InvalidCase):
        return frozenset((*ARRAYS, "offset"))
    if not all(model.has_same_places(other) for other in models):
        return frozenset((*ARRAYS, "offset"))
    if following is not None and follows:
        models = [_with_costs_of(model, other, following) for other in models]
    steps: list[dict[str, Placed]] = [{} for _ in family]
    offsets = np.zeros(len(family))
    unexplained = set()
    for name in (*ARRAYS, "offset"):
        base, first, last = (np.atleast_1d(getattr(m, name)) for m in (model, *models))
        known = owners_of(base, (first, last), (up, down))
        if known is None:
            unexplained.add(name)
            continue
        places, owners = known
        step = (first[places] - base[places]) / up[owners]
        for g in np.unique(owners).tolist():
            own = owners == g
            if name == "offset":
                offsets[g] = float(step[own][0])
            else:
                steps[g][name] = places[own], step[own]
    if unexplained:
        return frozenset(unexplained)
    return {group: Patch(steps[g], float(offsets[g])) for g, group in enumerate(family)}


def _parts(count: int, by: float) -> tuple[Numbers, Numbers]:
    """The part by which each member of a family is moved up and down, in proportions of its own."""
    place = places_apart(count)
    beyond = min(_BEYOND, 0.5 * (1.0 / by - 1.0))
    return by * (1.0 + beyond * place), -by * (1.0 + beyond * (1.0 - place))


def places_apart(count: int) -> Numbers:
    """Numbers between 0 and 1, rising, by which the proportions of members differ.

    They are spread at random: were they spread evenly, what follows two members in equal measure
    would look like what follows the one half-way between them.
    """
    spread = np.random.default_rng(count).uniform(0.2, 0.8, count)
    found: Numbers = (np.arange(count) + spread) / count
    return found


def _with_costs_of(
    model: CompiledModel, other: CompiledModel, following: Following
) -> CompiledModel:
    """Another model, with those costs of the first that follow indices."""
    cost = other.cost.copy()
    cost[following.columns] = model.cost[following.columns]
    return replace(other, cost=cost)


def owners_of(
    base: Numbers, moved: tuple[Numbers, Numbers], parts: tuple[Numbers, Numbers]
) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
    """Positions that change, and whose each is; None where one is nobody's, or might be another's.

    Args:
        base: numbers with nothing moved.
        moved: the same with every member moved, once and again.
        parts: of each member, by how much it was moved the two times.
    """
    if all(array is base for array in moved):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    known = np.isfinite(base)
    for array in moved:
        if not np.array_equal(np.isfinite(array), known) or (array[~known] != base[~known]).any():
            return None
    changes = [np.where(known, array, 0.0) - np.where(known, base, 0.0) for array in moved]
    least = _ROUNDING * np.where(known, np.abs(base), 0.0)
    places = np.flatnonzero((np.abs(changes[0]) > least) | (np.abs(changes[1]) > least))
    up, down = (change[places] for change in changes)
    if (down == 0).any():
        return None
    proportions = parts[0] / parts[1]  # rising with the position in the family, in size
    order = np.argsort(proportions)
    ranked = proportions[order]
    if (np.diff(ranked) <= 2.0 * _SAME * np.abs(ranked[1:])).any():
        return None
    sought = up / down
    after = np.searchsorted(ranked, sought)
    best = np.zeros(len(places), dtype=np.intp)
    away = np.full(len(places), np.inf)
    for near in (after - 1, after):
        one = order[np.clip(near, 0, len(order) - 1)]
        distance = np.abs(proportions[one] - sought)
        best, away = np.where(distance < away, one, best), np.minimum(distance, away)
    if (away > _SAME * np.abs(sought)).any():
        return None
    return places, best
