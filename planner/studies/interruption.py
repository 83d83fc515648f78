"""Ctrl-C in a study: the solver hears it, and ends the solve that it is in."""

from __future__ import annotations

from planner.plan import Plan
from planner.solving.outcome import Outcome

_INTERRUPTED = "interrupted by user"
"""What the solver calls it."""


def is_interrupted(outcome: Outcome) -> bool:
    """Whether a solve ended by Ctrl-C."""
    return outcome.reason.lower() == _INTERRUPTED


def stopped_plan(plan: Plan) -> bool:
    """Whether the search for a plan ended by Ctrl-C."""
    return any(_INTERRUPTED in note for note in plan.notes)
