"""What the results workbook is made of, and what its sheets have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from planner.case.case import Case
from planner.plan import Plan
from planner.report.workbook_grid import Row
from planner.report.workbook_listing import Field, Listing, Total

VALUED = "Value put on shortfall, safety stock and broken rules"
SUM = "Total that the planner minimises"


class Failure(NamedTuple):
    """A scenario without a plan: its status as in JSON, and why."""

    scenario: str
    status: str
    message: str


@dataclass(frozen=True, slots=True)
class Results:
    """The plans of one case that a workbook reports, the first one on its first page."""

    case: Case
    plans: tuple[Plan, ...]
    failures: tuple[Failure, ...] = ()

    @property
    def first(self) -> Plan:
        """The plan that the sheet Summary shows."""
        return self.plans[0]

    @property
    def several(self) -> bool:
        """Whether there are several scenarios, so that rows have to say theirs."""
        return len(self.plans) + len(self.failures) > 1

    @property
    def currency(self) -> str:
        """The currency of the case; no scenario can change it."""
        return self.first.currency

    @property
    def has_sites(self) -> bool:
        """Whether the case names its plants."""
        return any(site is not None for site in self.first.numbers.sites)

    @property
    def has_dates(self) -> bool:
        """Whether the case says when its periods start."""
        return any(start is not None for start in self.first.numbers.starts)

    @property
    def has_forms(self) -> bool:
        """Whether the case says in which form its materials are."""
        return any(form for plan in self.plans for form in plan.numbers.forms)


def listing(
    results: Results,
    name: str,
    fields: Sequence[Field],
    rows: Callable[[Plan], Iterable[Row]],
    *,
    totals: Callable[[Plan], Iterable[Total]] | None = None,
    frozen: int = 1,
    notes: Sequence[str] = (),
    groups: str = "",
) -> Listing:
    """A list with the rows of every plan, each led by its scenario where there are several."""
    leading = Field("Scenario", kept=results.several, key="scenario")
    return Listing(
        name=name,
        fields=(leading, *fields),
        rows=[(plan.scenario, *row) for plan in results.plans for row in rows(plan)],
        totals=[
            _of_scenario(results, plan, total)
            for plan in results.plans
            for total in (totals(plan) if totals is not None else ())
        ],
        frozen=frozen + results.several,
        notes=notes,
        groups=groups,
    )


def _of_scenario(results: Results, plan: Plan, total: Total) -> Total:
    """A total of the rows of one plan."""
    if not results.several:
        return total
    return replace(
        total,
        cells={**total.cells, "scenario": plan.scenario},
        where=("scenario", *total.where),
        label=f"{plan.scenario}: {total.label.lower()}",
    )


def form_of(plan: Plan, item: int) -> str:
    """The form of an item, empty where it is not said."""
    forms = plan.numbers.forms
    return forms[item] if item < len(forms) else ""


def tidy(plan: Plan, tonnes: float) -> float:
    """Tonnes, with what is rounding only taken for 0."""
    return tonnes if abs(tonnes) > plan.threshold else 0.0


def what_it_sells(plan: Plan, source: int) -> str:
    """The material that a source sells, or the word basket."""
    return plan.numbers.sources[source].value("Material") or "basket"


def form_sold(plan: Plan, source: int) -> str:
    """The form of what a source sells: of all materials of a basket, where they are alike."""
    content = plan.numbers.content[source]
    forms = dict.fromkeys(form_of(plan, m) for m in content.nonzero()[0].tolist())
    return next(iter(forms)) if len(forms) == 1 else ""
