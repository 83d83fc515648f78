"""`verify`: a results workbook checked against its case, without a solver.

The case is read again (from its file, or from the sheet Inputs), the plan from the sheets, and
everything else is worked out from these two and compared with what the cells say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner.audit.cells import Content, Sheet, read_cells, refuse
from planner.audit.charts import wrong_charts
from planner.audit.comparing import Wrong, same, shown
from planner.audit.formulas import wrong_formulas
from planner.audit.inputs import Inputs, differences, rebuilt
from planner.audit.limits import judged_limits
from planner.audit.proof import Proof, apart, has_proof, proof_of, why_none
from planner.audit.quantities import Reading, Unfit
from planner.case.case import Case
from planner.errors import InvalidCase, PlannerError
from planner.plan import Plan
from planner.report.findings import BROKEN, binding, missing
from planner.report.workbook_accounts import balance, costs
from planner.report.workbook_buying import decisions, deliveries, orders, sources
from planner.report.workbook_data import Results
from planner.report.workbook_grid import plain
from planner.report.workbook_listing import Listing
from planner.report.workbook_summary import (
    AND_MORE,
    MOST_MISSING,
    NOTHING_BINDS,
    WHAT_BINDS,
    WHAT_IS_MISSING,
    place_of,
)
from planner.solving.check import check_plan
from planner.solving.pricing import price_plan
from planner.solving.quantities import Quantities
from planner.solving.tolerances import (
    MOST_COST_ERROR,
    MOST_DUAL_GAP,
    MOST_VIOLATION,
)
from planner.workbook.reading import read

OK, FAILED, SKIPPED = "ok", "FAILED", "not checked"

_FAILED = 6

_SEEN = 0.01
"""Part of what is allowed by which a figure of the check may differ: cells leave rounding out."""

_MOST_CELLS = 20
"""Cells that a failed check names; the rest is counted."""

_NEEDED = ("Run", "Inputs", "Plan", "Balance", "Missing", "Costs", "Orders", "Deliveries",
           "Decisions", "Limits", "Sources", "Certificate")  # fmt: skip

_ADVICE = ("In words", "What to say", "Gains tonnes", "Loses tonnes", "Price would", "Price may",
           "Echoes", "For these")  # fmt: skip
"""Beginnings of the headers of Sources whose columns come from solving."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        name: what was checked.
        scenario: of which plan; None: of the workbook.
        outcome: `ok`, `FAILED` or `not checked`.
        figure: what was found, in words.
        cells: where it fails, each with why.
    """

    name: str
    scenario: str | None
    outcome: str
    figure: str
    cells: tuple[Wrong, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As the JSON of `planner verify` has it."""
        return {
            "name": self.name,
            "scenario": self.scenario,
            "passed": None if self.outcome == SKIPPED else self.outcome == OK,
            "figure": self.figure,
            "cell": self.cells[0][0] if self.cells else None,
            "cells": [{"cell": cell, "message": words} for cell, words in self.cells],
        }


@dataclass(frozen=True, slots=True)
class Verified:
    """The checks of one results workbook.

    Attributes:
        path: of the workbook.
        case: its name; None where it cannot be told.
        checks: in the order in which they were made.
    """

    path: str
    case: str | None
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """Those that failed."""
        return tuple(check for check in self.checks if check.outcome == FAILED)

    @property
    def exit_code(self) -> int:
        """What a command returns: 0, or 6 where a check failed."""
        return _FAILED if self.failed else 0

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `planner verify`."""
        return {
            "status": "failed" if self.failed else "verified",
            "workbook": self.path,
            "case": self.case,
            "checks": [check.to_dict() for check in self.checks],
        }


def verify(path: str | Path, source: str | Path | None = None) -> Verified:
    """Check a results workbook of `planner solve`.

    Args:
        path: of the results workbook.
        source: the case that it is said to be of; None: the file that it names, where that is
            still there, and what its sheet Inputs says.

    Raises:
        InvalidCase: the workbook cannot be read, is no results workbook, or `source` is no case.
    """
    sheets = read_cells(path)
    missing = [name for name in _NEEDED if name not in sheets]
    if missing:
        refuse(Path(path), f"is no results workbook of the planner: no sheet {missing[0]}")
    return _Audit(sheets, str(path), source).verified()


class _Audit:
    def __init__(
        self, sheets: Mapping[str, Sheet], path: str, source: str | Path | None
    ) -> None:  # fmt: skip
        self.sheets, self.path, self.source = sheets, path, source
        self.run = _Facts(sheets["Run"])
        self.checks: list[Check] = []

    def verified(self) -> Verified:
        """Make all checks."""
        case = self._case()
        self._formulas()
        if case is not None:
            self._plans(case)
        return Verified(self.path, None if case is None else case.name, tuple(self.checks))

    def _add(
        self,
        name: str,
        figure: str,
        wrong: Iterable[Wrong] = (),
        *,
        scenario: str | None = None,
        skipped: bool = False,
    ) -> None:
        """Keep a check; it fails where there are cells that are wrong."""
        cells = tuple(wrong)
        outcome = SKIPPED if skipped else FAILED if cells else OK
        if len(cells) > _MOST_CELLS:
            figure = f"{figure}; {len(cells):,} cells, the first {_MOST_CELLS} named"
        self.checks.append(Check(name, scenario, outcome, figure, cells[:_MOST_CELLS]))

    # -- the case ---------------------------------------------------------------------------

    def _case(self) -> Case | None:
        """The case, from its file or else from the sheet Inputs."""
        said = self.run.text("Input SHA-256")
        inputs = self._inputs(said)
        case = self._input_file(said)
        if case is not None and inputs is not None:
            wrong = list(differences(inputs, case))
            self._add("Sheet Inputs", "says what the input says" if not wrong else "differs", wrong)
            if self.source is None and not wrong:
                return inputs.case
            return _with_changes(case, inputs.case)
        if inputs is not None:
            words = "is a case without complaints; there is no input to compare it with"
            self._add("Sheet Inputs", words)
            return inputs.case
        return case

    def _inputs(self, digest: str | None) -> Inputs | None:
        try:
            return rebuilt(self.sheets["Inputs"], digest)
        except PlannerError as failed:
            words = str(failed).splitlines()[0] if str(failed) else "it is no case"
            self._add("Sheet Inputs", f"is no case: {words}", [("Inputs!A1", words)])
            return None

    def _input_file(self, said: str | None) -> Case | None:
        """The case of the input file, where that is the one of the results."""
        named = self.source if self.source is not None else self.run.text("Input")
        if self.source is None and (said in (None, "none") or not named):
            self._add("Input file", "the case was made from tables; there is no file", skipped=True)
            return None
        path = Path(str(named))
        if self.source is None and not path.is_file():
            words = f"{path} is not there; name it with --input to check it"
            self._add("Input file", words, skipped=True)
            return None
        try:
            case = read(path)
        except InvalidCase:
            if self.source is not None:
                raise
            cell = self.run.cell("Input")
            self._add("Input file", f"{path} is no case now", [(cell, "it has been changed")])
            return None
        if case.digest == said:
            self._add("Input file", f"{path} is what was solved: SHA-256 {str(said)[:12]}… agrees")
            return case
        words = f"SHA-256 of {path} is {str(case.digest)[:12]}…, here {str(said)[:12]}…"
        cell = self.run.cell("Input SHA-256")
        self._add("Input file", "is not what was solved", [(cell, words)])
        return case if self.source is not None else None

    def _formulas(self) -> None:
        count, wrong = wrong_formulas(self.sheets)
        cells = [
            (one.cell, f"shows {shown(one.shown)}, its formula gives {shown(one.gives)}")
            for one in wrong
        ]
        good = f"{count:,} formulas, each gives what its cell shows"
        self._add("Formulas", good if not cells else f"{len(cells):,} of {count:,} do not", cells)

    # -- the plans --------------------------------------------------------------------------

    def _plans(self, case: Case) -> None:
        names = self.run.scenarios
        plans: list[tuple[str, Plan]] = []
        for name in names:
            try:
                numbers = case.scenario(name)
                quantities = Reading(self.sheets, numbers).quantities()
            except PlannerError as failed:
                cell = self.run.cell("Scenario", name)
                self._add("Scenario", "is none of the case", [(cell, str(failed))], scenario=name)
            except Unfit as unfit:
                words = str(unfit)
                self._add("Plan", "cannot be read", [(unfit.cell, words)], scenario=name)
            else:
                plans.append((name, self._plan(case, name, quantities)))
        if not plans:
            return
        results = Results(case, tuple(plan for _, plan in plans))
        for name, listing in (
            ("Orders", orders), ("Deliveries", deliveries), ("Costs", costs), ("Balance", balance),
            ("Decisions", decisions),
        ):  # fmt: skip
            self._listing(name, listing(results), len(plans) == len(names), results)
        self._listing("Sources", _without_advice(results), len(plans) == len(names), results)
        for name, plan in plans:
            is_first = name == names[0]
            proof, why = self._proof_of(plan) if is_first else (None, "")
            as_said = self._of_plan(name, plan, proof)
            if is_first:
                self._proof(name, plan, proof, why)
                self._gaps(plan)
                self._binding(as_said)
        if len(plans) == len(names):
            wrong = tuple(wrong_charts(self.sheets, [plan for _, plan in plans]))
            self._add("Charts", "differ" if wrong else "what they show follows", wrong)

    def _plan(self, case: Case, name: str, quantities: Quantities) -> Plan:
        numbers = case.scenario(name)
        money = price_plan(numbers, quantities)
        objective = money.discounted()
        check = check_plan(numbers, quantities, self.run.number("Objective", name) or 0.0, None)
        return Plan(
            case=case, numbers=numbers, status=self.run.text("Status", name) or "",
            quantities=quantities, money=money, objective=objective,
            bound=self.run.number("Bound: no plan costs less", name),
            gap=self.run.number("Gap", name), limit_rows=(), switch_prices={}, check=check,
            solver=self.run.text("Solver") or "", solver_cost=objective,
        )  # fmt: skip

    def _listing(self, name: str, wanted: Listing, is_whole: bool, results: Results) -> None:
        """Compare a list with what the case and the sheet Plan make it."""
        if not is_whole:
            self._add(f"Sheet {name}", "a plan of it cannot be read", skipped=True)
            return
        sheet = self.sheets[name]
        wrong = list(_unlike(sheet, wanted, results))
        rows = len(sheet.listed())
        good = f"{rows:,} rows follow from the case and the plan"
        self._add(f"Sheet {name}", good if not wrong else "does not follow from the plan", wrong)

    def _of_plan(self, name: str, plan: Plan, proof: Proof | None) -> Plan:
        """Rules and bounds, limits, what is missing, and the cost; returns it with its limits."""
        check = plan.check
        good = check.max_violation <= MOST_VIOLATION
        figure = f"largest violation {check.max_violation:.1e} (at most {MOST_VIOLATION:.0e})"
        wrong = [] if good else [(self._where(name, plan, check.where), check.where)]
        self._add("Balances and bounds", figure, wrong, scenario=name)
        self._figures(name, plan, proof)
        as_said = self._limits(name, plan, proof)
        self._missing(name, plan)
        self._cost(name, plan)
        return as_said

    def _figures(self, name: str, plan: Plan, proof: Proof | None) -> None:
        """The figures of the check that the sheet Run states."""
        again = plan.check
        if proof is not None:
            again = check_plan(plan.numbers, plan.quantities, proof.cost, proof.bound)
        wrong: list[Wrong] = []
        for label, most, found in (
            ("Check: largest violation", MOST_VIOLATION, again.max_violation),
            ("Check: cost error", MOST_COST_ERROR, again.cost_error if proof else None),
            ("Check: dual gap", MOST_DUAL_GAP, again.dual_gap if proof else None),
        ):
            said, cell = self.run.number(label, name), self.run.cell(label, name)
            if said is None:
                continue
            if not 0.0 <= said <= most and plan.status == "optimal":
                wrong.append((cell, f"is {said:.1e}, at most {most:.0e} is allowed"))
            elif found is not None and abs(said - found) > _SEEN * most:
                wrong.append((cell, f"is {said:.1e}, follows as {found:.1e}"))
        good = "follow again" if proof is not None else "are within what is allowed"
        self._add("Figures of the check", "differ" if wrong else good, wrong, scenario=name)

    def _gaps(self, plan: Plan) -> None:
        """The lines of Summary on what is missing."""
        sheet = self.sheets.get("Summary")
        if sheet is None:
            return
        gaps = missing(plan)
        waiting: dict[tuple[Content, ...], tuple[float, float]] = {
            (gap.item, gap.period, place_of(gap) or None): (gap.tonnes, gap.share) for gap in gaps
        }
        lines = min(len(gaps), MOST_MISSING)
        if gaps:
            waiting["Total", None, None] = plan.shortfall_t, plan.shortfall_t / plan.demand_t
            lines += 1
        head = next((i for i, row in enumerate(sheet.rows) if row[0] == WHAT_IS_MISSING), 0)
        wrong: list[Wrong] = []
        for i in range(head + 1, len(sheet.rows)):
            if sheet.at(i, 0) is None:
                break
            if not isinstance(sheet.at(i, 3), float):
                continue
            lines -= 1
            of = (sheet.at(i, 0), sheet.at(i, 1), sheet.at(i, 2) or None)
            follows = waiting.pop(of, None)
            if follows is None:
                wrong.append((sheet.cell(i, 0), "is not missing by the plan"))
                continue
            wrong += [
                (sheet.cell(i, j), f"is {shown(sheet.at(i, j))}, follows as {shown(own)}")
                for j, own in enumerate(follows, start=3)
                if not same(sheet.at(i, j), own)
            ]
        if lines > 0:
            wrong.append((sheet.cell(head, 0), f"{lines} of the lines below are missing"))
        figure = "differs" if wrong else "is what the plan leaves missing"
        self._add("Summary: what is missing", figure, wrong, scenario=plan.scenario)

    def _binding(self, plan: Plan) -> None:
        """The lines of Summary on what binds, beside the sheet Limits."""
        sheet = self.sheets.get("Summary")
        if sheet is None:
            return
        head = next((i for i, row in enumerate(sheet.rows) if row[0] == WHAT_BINDS), None)
        found = [one.words for one in binding(plan)] or [NOTHING_BINDS]
        wrong: list[Wrong] = []
        for i in range(head + 1, len(sheet.rows)) if head is not None else ():
            said = sheet.at(i, 0)
            if not isinstance(said, str) or said.startswith(AND_MORE):
                break
            if said not in found and BROKEN not in said:  # a breach is rounded from another number
                wrong.append((sheet.cell(i, 0), "is not what the sheet Limits says"))
        figure = "is what the sheet Limits says" if not wrong else "differs"
        self._add("Summary: what binds", figure, wrong, scenario=plan.scenario)

    def _where(self, name: str, plan: Plan, where: str) -> str:
        """The cell of the worst breach: of the names that it is called by."""
        names = where.partition(": ")[2]
        for title in ("Plan", "Balance", "Missing", "Limits", "Decisions"):
            sheet = self.sheets[title]
            scenario = sheet.column("Scenario")
            for i in range(1, len(sheet.rows)):
                texts = [text for text in sheet.rows[i] if isinstance(text, str)]
                is_ours = scenario is None or sheet.at(i, scenario) == name
                first = next((text for text in texts if names.startswith(text)), None)
                if not is_ours or first is None or first == name:
                    continue
                period = next((p for p in plan.numbers.periods if names.endswith(p)), None)
                column = sheet.column(period) if period is not None else None
                if title != "Plan" and period is not None and period not in texts:
                    continue
                return sheet.cell(i, column if column is not None else texts.index(first))
        return "Plan!A1"

    def _limits(self, name: str, plan: Plan, proof: Proof | None) -> Plan:
        """What is used of each quota, limit and capacity, its bound, and what that is worth."""
        found = judged_limits(self.sheets["Limits"], plan, proof)
        figure = f"{len(found.rows):,} rows: what is used, bounds and shadow prices can be so"
        self._add("Sheet Limits", "differs" if found.wrong else figure, found.wrong, scenario=name)
        return replace(plan, limit_rows=found.rows)

    def _missing(self, name: str, plan: Plan) -> None:
        """What the sheet Missing says is demanded."""
        reading = Reading(self.sheets, plan.numbers)
        wrong = [
            (cell, f"is {shown(said)}, demanded are {shown(own)}")
            for cell, said, own in reading.missing_demand()
            if not same(said, own)
        ]
        short = plan.shortfall_t
        figure = f"{short:,.6g} t missing of {plan.demand_t:,.6g} t demanded"
        self._add("Sheet Missing", figure, wrong, scenario=name)

    def _cost(self, name: str, plan: Plan) -> None:
        """The objective, and how far it may be above the bound."""
        said = self.run.number("Objective", name)
        size = plan.money.size or 1.0
        error = abs(plan.objective - (said or 0.0)) / size
        cell = self.run.cell("Objective", name)
        words = f"is {shown(said)}; the plan costs {shown(plan.objective)}"
        wrong = [(cell, words)] if said is None or error > MOST_COST_ERROR else []
        figure = (
            f"{plan.currency} {plan.objective:,.2f} by the case's prices, error {error:.1e} "
            f"(at most {MOST_COST_ERROR:.0e})"
        )
        self._add("Cost", figure, wrong, scenario=name)
        if plan.bound is None:
            self._add("Bound and gap", "no bound is known", skipped=True, scenario=name)
            return
        above = max(plan.objective - plan.bound, 0.0)
        gap = above / abs(plan.objective) if plan.objective else above
        wrong = []
        if abs(gap - (plan.gap or 0.0)) > MOST_COST_ERROR:
            words = f"is {shown(plan.gap)}; objective and bound give {gap:.3e}"
            wrong.append((self.run.cell("Gap", name), words))
        if plan.bound - plan.objective > MOST_DUAL_GAP * size:
            words = f"{shown(plan.bound)} is above the cost of the plan"
            wrong.append((self.run.cell("Bound: no plan costs less", name), words))
        figure = f"the plan is at most {gap:.1e} above the bound that the solver gave"
        self._add("Bound and gap", figure, wrong, scenario=name)

    def _proof_of(self, plan: Plan) -> tuple[Proof | None, str]:
        """What the certificate says; else why it cannot be read, empty where there is none."""
        sheet = self.sheets["Certificate"]
        if not has_proof(sheet):
            return None, ""
        try:
            return proof_of(sheet, plan.numbers), ""
        except (ValueError, IndexError) as failed:
            return None, f"it cannot be read: {failed}"

    def _proof(self, name: str, plan: Plan, proof: Proof | None, why: str) -> None:
        """The dual bound of the certificate."""
        if proof is None and why:
            self._add("Certificate", "is damaged", [("Certificate!A15", why)], scenario=name)
            return
        if proof is None:
            words = why_none(self.sheets["Certificate"])
            self._add("Certificate", words, skipped=True, scenario=name)
            return
        model = f"{len(proof.differs):,} cells differ" if proof.differs else "is the case's own"
        self._add("Certificate: model", model, proof.differs, scenario=name)
        wrong: list[Wrong] = []
        far = max(apart(plan.quantities, proof.plan))
        if far > MOST_VIOLATION:
            wrong.append(("Certificate!N16", f"its plan is another one, by {far:.1e}"))
        if proof.broken > MOST_VIOLATION:
            wrong.append(
                ("Certificate!B7", f"its plan breaks a row or bound by {proof.broken:.1e}")
            )
        size = plan.money.size or 1.0
        gap = (proof.cost - proof.bound) / size
        if abs(gap) > MOST_DUAL_GAP:
            words = (
                f"its dual values prove {proof.bound:,.2f} only, the plan costs {proof.cost:,.2f}"
            )
            wrong.append(("Certificate!B5", words))
        if abs(proof.cost - plan.objective) > MOST_COST_ERROR * size:
            wrong.append(("Certificate!B4", f"its plan costs {proof.cost:,.2f}"))
        figure = (
            f"no plan costs less than {plan.currency} {proof.bound:,.2f}: gap {gap:.1e} "
            f"(at most {MOST_DUAL_GAP:.0e})"
        )
        self._add("Certificate: dual bound", figure, wrong, scenario=name)


# -- the sheet Run --------------------------------------------------------------------------


class _Facts:
    """The sheet Run: a label in the first column, and a value for each plan beside it."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rows: dict[str, int] = {}
        for i, cells in enumerate(sheet.rows):
            label = cells[0] if cells else None
            if isinstance(label, str):
                for name in (label, label.partition(" [")[0], label.partition(" (")[0]):
                    self.rows.setdefault(name, i)
        names = sheet.rows[self.rows["Scenario"]][1:] if "Scenario" in self.rows else ()
        self.scenarios = [str(name) for name in names if name is not None]

    def _place(self, label: str, scenario: str | None) -> tuple[int, int]:
        column = 1 if scenario is None else 1 + self.scenarios.index(scenario)
        return self.rows.get(label, 0), column

    def cell(self, label: str, scenario: str | None = None) -> str:
        """The address of a value."""
        return self.sheet.cell(*self._place(label, scenario))

    def value(self, label: str, scenario: str | None = None) -> Content:
        """What stands beside a label; None where there is none."""
        return self.sheet.at(*self._place(label, scenario)) if label in self.rows else None

    def text(self, label: str, scenario: str | None = None) -> str | None:
        """The same, where it is a text."""
        value = self.value(label, scenario)
        return value if isinstance(value, str) else None

    def number(self, label: str, scenario: str | None = None) -> float | None:
        """The same, where it is a number."""
        value = self.value(label, scenario)
        return value if isinstance(value, float) else None


# -- comparing ------------------------------------------------------------------------------


def _with_changes(case: Case, changed: Case) -> Case:
    """A case with the changes that were set for the run of another."""
    return replace(case, changes=changed.changes, _resolved={})


def _without_advice(results: Results) -> Listing:
    """The sheet Sources without what takes a solver: reasons, and the prices to negotiate by."""
    wanted = sources(results)
    fields = [
        replace(one, kept=one.kept and not one.header.startswith(_ADVICE)) for one in wanted.fields
    ]
    return replace(wanted, fields=tuple(fields))


def _unlike(sheet: Sheet, wanted: Listing, results: Results) -> Iterator[Wrong]:
    """Cells of a list that say otherwise than they should; rows may be sorted."""
    fields = [(k, sheet.exact(one.header)) for k, one in enumerate(wanted.fields) if one.kept]
    known = [(k, j) for k, j in fields if j is not None]
    for k, j in fields:
        if j is None and any(plain(row[k]) not in (None, "") for row in wanted.rows):
            yield sheet.cell(0, 0), f"the column {wanted.fields[k].header} is missing"
    texts, quantity = _texts(wanted, known), sheet.exact("Quantity")
    rows: dict[tuple[Content, ...], list[Sequence[Any]]] = {}
    for row in wanted.rows:
        rows.setdefault(tuple(plain(row[k]) or None for k, _ in texts), []).append(row)
    for i in sheet.listed():
        key = tuple(sheet.at(i, j) for _, j in texts)
        waiting = rows.get(key)
        if not waiting:
            if quantity is not None and same(sheet.at(i, quantity), 0.0, _rounding(results)):
                continue  # rounding, which has its price, too
            yield sheet.cell(i, texts[0][1] if texts else 0), "no such row follows from the plan"
            continue
        own = waiting.pop(0)
        for k, j in known:
            said, follows = sheet.at(i, j), None if own[k] == "" else plain(own[k])
            if not same(said, follows, _rounding(results)):
                yield sheet.cell(i, j), f"is {shown(said)}, follows as {shown(follows)}"
    for key, left in rows.items():
        for _ in left:
            names = ", ".join(str(part) for part in key if part is not None)
            yield sheet.cell(0, 0), f"a row is missing: {names}"


def _texts(
    wanted: Listing, known: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:  # fmt: skip
    """The columns that name a row: those without numbers."""
    numbers = {k for k, _ in known if any(isinstance(plain(row[k]), float) for row in wanted.rows)}
    return [(k, j) for k, j in known if k not in numbers]


def _rounding(results: Results) -> float:
    """Tonnes and money below this are rounding."""
    return 100.0 * max((plan.threshold for plan in results.plans), default=0.0)
