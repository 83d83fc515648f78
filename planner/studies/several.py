"""One question about several scenarios: one without an answer says so, and the others go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from planner.case.case import Case
from planner.errors import Interrupted, NoPlan, WrongUsage
from planner.runs import heading, refusal_of, refusal_to_dict, refuse_all, worst_code, worst_status
from planner.solving.interrupts import INTERRUPTS


class Answer(Protocol):
    """The result of a study."""

    @property
    def exit_code(self) -> int:
        """What a command returns."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of the study."""


Found_co = TypeVar("Found_co", bound=Answer, covariant=True)


@dataclass(frozen=True, slots=True)
class Asked(Generic[Found_co]):
    """The answer for one scenario, or why there is none."""

    scenario: str
    answer: Found_co | None
    refusal: NoPlan | None = None

    @property
    def exit_code(self) -> int:
        """What a command returns for this scenario alone."""
        if self.answer is not None:
            return self.answer.exit_code
        return self.refusal.exit_code if self.refusal is not None else 0

    def to_dict(self) -> dict[str, Any]:
        """The document for one scenario, with its name first."""
        if self.answer is not None:
            return {"scenario": self.scenario, **self.answer.to_dict()}
        return {} if self.refusal is None else refusal_to_dict(self.refusal)


@dataclass(frozen=True, slots=True)
class Several(Generic[Found_co]):
    """The answers for several scenarios of one case, in the order asked for."""

    case: Case
    runs: tuple[Asked[Found_co], ...]

    @property
    def answers(self) -> tuple[tuple[str, Found_co], ...]:
        """Of the scenarios that have one."""
        return tuple((run.scenario, run.answer) for run in self.runs if run.answer is not None)

    @property
    def refusals(self) -> tuple[NoPlan, ...]:
        """Why the others have none."""
        return tuple(run.refusal for run in self.runs if run.refusal is not None)

    @property
    def exit_code(self) -> int:
        """The worst of the scenarios'."""
        return worst_code(run.exit_code for run in self.runs)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of several scenarios: `runs` has what each has alone."""
        runs = [run.to_dict() for run in self.runs]
        return {
            **heading(self.case, worst_status(run["status"] for run in runs)),
            "runs": runs,
        }


def ask_each(
    case: Case, scenarios: Sequence[str], ask: Callable[[Case, str], Found_co]
) -> Several[Found_co]:
    """Ask about one scenario after the other.

    Ctrl-C ends it with what is known by then; the scenarios left are runs that say so.

    Args:
        case: the case.
        scenarios: their names.
        ask: the study, of a case and a scenario.

    Raises:
        WrongUsage: an unknown scenario, none at all, or a change that fits none of them.
        InvalidCase: changes lead to numbers that the contract does not allow, in all of them.
    """
    if not scenarios:
        raise WrongUsage("no scenario to ask about")
    unknown = [name for name in scenarios if name not in case.scenarios]
    if unknown:
        case.scenario(unknown[0])  # says which there are
    runs: list[Asked[Found_co]] = []
    before = INTERRUPTS.count
    with suppress(KeyboardInterrupt):
        for name in scenarios:
            runs.append(_asked(case, name, ask))
            if INTERRUPTS.count > before:
                break
    runs += [
        Asked(name, None, Interrupted("interrupted before it was asked about", name))
        for name in scenarios[len(runs) :]
    ]
    refuse_all([run.refusal for run in runs])
    return Several(case, tuple(runs))


def _asked(case: Case, name: str, ask: Callable[[Case, str], Found_co]) -> Asked[Found_co]:
    try:
        return Asked(name, ask(case, name))
    except Exception as failed:
        return Asked(name, None, refusal_of(failed, name))
