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


class NoPlan(PlannerError):  # noqa: N818
    """There is no plan to report. `status` is the word used in JSON."""

    exit_code = 4
    status: ClassVar[str] = "infeasible"

    def __init__(self, message: str, scenario: str = "Base") -> None:
        self.scenario = scenario
        super().__init__(message)


class Infeasible(NoPlan):
    """The rules of the case contradict each other."""


class Unbounded(NoPlan):
    """A price has no floor: the case can earn without end; the message says which."""

    status = "unbounded"


class Stopped(NoPlan):
    """Stopped (time limit, interruption) before there was a plan."""

    exit_code = 5
    status = "stopped"


class CheckFailed(PlannerError):  # noqa: N818
    """The independent check found the solver's plan wrong: a defect of the planner."""
