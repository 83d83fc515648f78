"""The ways of building one and the same model, from the numbers of a scenario to a live HiGHS."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from planner.case.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Live:
    """A model that stands in HiGHS.

    Attributes:
        nonzeros: of its matrix.
        solve: solves it and returns the cost of the cheapest plan, discounted, in money.
    """

    nonzeros: int
    solve: Callable[[], float]


Method = Callable[[Scenario], Live]

_MODULES = {
    "planner": ("by_planner", "planner"),
    "floor": ("by_hand", "highspy"),
    "linopy": ("by_linopy", "linopy"),
    "pulp": ("by_pulp", "pulp"),
    "pyomo-appsi": ("by_pyomo", "pyomo"),
}
"""Name → module of this folder, and the package that it needs."""

NAMES = tuple(_MODULES)
"""Of the methods, as they are reported."""

PEERS = ("linopy", "pulp", "pyomo-appsi")


def is_installed(name: str) -> bool:
    """Whether the package that a method needs is there."""
    return find_spec(_MODULES[name][1]) is not None


def method(name: str) -> Method:
    """The method of that name; its package is imported now."""
    module = importlib.import_module(f"{__name__}.{_MODULES[name][0]}")
    build: Method = module.build
    return build
