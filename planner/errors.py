"""What can go wrong, as exceptions: each knows what to tell the user and its exit code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from planner.case.problems import Problem


class PlannerError(Exception):
    """Anything the planner raises on purpose. `exit_code` is what a command returns for it."""

    exit_code: ClassVar[int] = 1


class WrongUsage(PlannerError):  # noqa: N818 - names of the public interface
    """The call is wrong: an unknown scenario, a change that cannot be read or has no target."""

    exit_code = 2


class InvalidCase(PlannerError):  # noqa: N818
    """The workbook or the tables are wrong or cannot be read; `problems` has every complaint."""

    exit_code = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [p for p in self.problems if p.severity == "error"]
        super().__init__("\n".join(p.message for p in errors))


class UnfitChange(InvalidCase):
    """The case is right, but not with the `changes` of the call, written as `--set` has them."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem], changes: Sequence[str]) -> None:
        self.changes = tuple(changes)
        super().__init__(problems)


class NoPlan(PlannerError):  # noqa: N818
    """There is no plan to report. `status` is the word used in JSON.

    `reason` says why, `advice` what to do; the message is both.
    """

    exit_code = 4
    status: ClassVar[str] = "infeasible"

    def __init__(self, reason: str, scenario: str = "Base", advice: str = "") -> None:
        self.scenario = scenario
        self.reason = reason
        self.advice = advice
        super().__init__(f"{reason}. {advice}" if advice else reason)


class Infeasible(NoPlan):
    """The rules of the case contradict each other."""


class Unbounded(NoPlan):
    """A price has no floor: the case can earn without end; the message says which."""

    status = "unbounded"


class Stopped(NoPlan):
    """Stopped (time limit, interruption) before there was a plan."""

    exit_code = 5
    status = "stopped"


class Interrupted(Stopped):
    """Not solved: Ctrl-C came before its turn."""


class InvalidScenario(NoPlan):
    """One of several scenarios, whose changes lead to numbers that are not allowed."""

    exit_code = 3
    status = "invalid"

    def __init__(self, cause: InvalidCase | WrongUsage, scenario: str) -> None:
        self.cause = cause
        super().__init__(str(cause), scenario)


class UnfitScenario(InvalidScenario):
    """One of several scenarios that a change from the call does not fit."""

    exit_code = 2


class FailedScenario(NoPlan):
    """One of several scenarios, at which the planner itself failed: a defect, or no memory."""

    exit_code = 1
    status = "failed"

    def __init__(self, cause: Exception, scenario: str) -> None:
        self.cause = cause
        super().__init__(f"{type(cause).__name__}: {cause}", scenario)


class CheckFailed(PlannerError):  # noqa: N818
    """The independent check found the solver's plan wrong: a defect of the planner."""
