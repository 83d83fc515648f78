"""The rare-earth procurement planner: from a case in Excel or pandas to a plan and its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner._version import __version__
from planner.errors import (
    CheckFailed,
    Infeasible,
    InvalidCase,
    NoPlan,
    PlannerError,
    Stopped,
    Unbounded,
    WrongUsage,
)

if TYPE_CHECKING:
    from planner.audit.verify import verify
    from planner.case.case import Case
    from planner.plan import Plan
    from planner.solving.options import Options
    from planner.solving.solve import solve
    from planner.studies.alternatives import alternatives
    from planner.studies.compare import compare
    from planner.studies.diff import diff
    from planner.studies.evaluate import evaluate
    from planner.studies.explain import explain
    from planner.studies.export import export
    from planner.studies.frontier import frontier
    from planner.studies.rules import rules
    from planner.studies.sweep import Vary, sweep
    from planner.studies.tornado import tornado
    from planner.workbook.reading import read

__all__ = [
    "Case",
    "CheckFailed",
    "Infeasible",
    "InvalidCase",
    "NoPlan",
    "Options",
    "Plan",
    "PlannerError",
    "Stopped",
    "Unbounded",
    "Vary",
    "WrongUsage",
    "__version__",
    "alternatives",
    "compare",
    "diff",
    "evaluate",
    "explain",
    "export",
    "frontier",
    "read",
    "rules",
    "solve",
    "sweep",
    "tornado",
    "verify",
]

_HOMES = {
    "Case": "planner.case.case",
    "Options": "planner.solving.options",
    "Plan": "planner.plan",
    "Vary": "planner.studies.sweep",
    "alternatives": "planner.studies.alternatives",
    "compare": "planner.studies.compare",
    "diff": "planner.studies.diff",
    "evaluate": "planner.studies.evaluate",
    "explain": "planner.studies.explain",
    "export": "planner.studies.export",
    "frontier": "planner.studies.frontier",
    "read": "planner.workbook.reading",
    "rules": "planner.studies.rules",
    "solve": "planner.solving.solve",
    "sweep": "planner.studies.sweep",
    "tornado": "planner.studies.tornado",
    "verify": "planner.audit.verify",
}
"""Where the public names live; they are imported when first used, so that importing is quick."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'planner' has no attribute '{name}'")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
