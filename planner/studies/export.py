"""The model of one scenario as a file that other solvers read: MPS, LP, or JSON.

The numbers are those of the case, not scaled. Names say what rows and columns are about; each
format allows other letters, so a file has its own names beside those of the case. The constant of
the cost stands as a column that is 1, since readers disagree about constants.
"""

from __future__ import annotations

import json
import math
import re
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from planner._version import __version__
from planner.case.case import Case
from planner.case.ledger import BASE
from planner.case.scenario import Scenario
from planner.errors import Stopped, WrongUsage
from planner.solving.certificate import column_names, row_names
from planner.solving.live import Live
from planner.solving.options import Options
from planner.solving.outcome import Status
from planner.solving.priorities import solve_by_priority
from planner.solving.session import Session
from planner.workbook.files import publish, same_file
from planner_models.compiled import CompiledModel

FORMATS = (".mps", ".lp", ".json")

CONSTANT = "constant_of_the_cost"
"""The column that is 1, and costs what every plan costs."""

_OBJECTIVE = "cost"
_LONGEST = 200
"""Letters of a name; readers take 255, and a row with two bounds needs a few more in an LP."""

_LINE = 90
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_.(),]+")
_LETTERS = re.compile(r"[A-Za-z0-9]")
_UNIT_NOTE = "tonnes, and money of the case's currency; yes/no decisions are 0 or 1"
_HHI_NOTE = (
    "A limit on an HHI is a curve. The file has the tangents that the planner's own plan needed; a "
    "file with other numbers may need more"
)
_STOPPED_NOTE = (
    "Stopped before the planner had its own plan: another solver's may be cheaper, and break a "
    "limit on an HHI"
)
_PRIORITY_NOTE = (
    "Limits with a priority may be given up by no more than the planner's own plan gives up"
)
_PLACE_NOTE = (
    "Readers take Latin letters and digits only: what has none in its name is called by its place, "
    "the third source source3"
)
_NO_PLAN_NOTE = "No plan keeps every rule: other solvers should find none either"


@dataclass(frozen=True, slots=True)
class Exported:
    """The model of one scenario, with names.

    Attributes:
        numbers: of the scenario.
        model: its arrays, not scaled: tonnes, and money of the case's currency.
        rows, columns: names as the planner has them: `ship[CN, Osaka, 2011]`.
        row_names, column_names: the same as files have them: unique, without spaces and brackets.
        notes: what has to be known of the model.
        output: where it is written, if it is.
    """

    numbers: Scenario
    model: CompiledModel
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    notes: tuple[str, ...] = ()
    output: str | None = None

    exit_code: ClassVar[int] = 0

    def write(self, path: str | Path) -> Exported:
        """Write it in the format that the name of the file says; an older file of it is kept.

        Returns:
            The same, with where it is.

        Raises:
            WrongUsage: the name ends with none of `FORMATS`.
            OSError: it cannot be written.
        """
        target = Path(path)
        made = {".mps": self.to_mps, ".lp": self.to_lp, ".json": self.to_json}
        if target.suffix.lower() not in made:
            raise WrongUsage(f"{target}: a model is a file {', '.join(FORMATS[:-1])} or .json")
        content = made[target.suffix.lower()]().encode()
        return replace(self, output=str(publish(target, content, keep=True)))

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `planner export --json`: what was written, not the model itself."""
        rows, columns = self.model.shape
        return {
            "status": "written" if self.output is not None else "made",
            "case": self.numbers.case,
            "scenario": self.numbers.name,
            "currency": self.numbers.currency,
            "rows": rows,
            "columns": columns,
            "decisions": int(self.model.integer.sum()),
            "entries": len(self.model.value),
            "constant": self.model.offset,
            "notes": list(self.notes),
            "output": self.output,
        }

    # -- MPS --------------------------------------------------------------------------------

    def to_mps(self) -> str:
        """The model as free MPS."""
        return "\n".join(self._mps()) + "\n"

    def _mps(self) -> Iterator[str]:
        model = self.model
        yield from (f"* {line}" for line in self._head())
        yield from (f"* {name} = {own}" for name, own in self._mapping())
        yield f"NAME {_plain(self.numbers.case, 60)}"
        yield "ROWS"
        yield f" N {_OBJECTIVE}"
        sides = [_side(*ends) for ends in self._row_bounds()]
        yield from (f" {side} {name}" for side, name in zip(sides, self.row_names, strict=True))
        yield "COLUMNS"
        yield from self._mps_columns()
        yield "RHS"
        for name, side, (lower, upper) in zip(
            self.row_names, sides, self._row_bounds(), strict=True
        ):
            bound = upper if side == "L" else lower
            if side != "N" and bound:
                yield f" RHS {name} {bound!r}"
        yield "RANGES"
        for name, side, (lower, upper) in zip(
            self.row_names, sides, self._row_bounds(), strict=True
        ):
            if side == "G" and math.isfinite(upper):
                yield f" RANGES {name} {upper - lower!r}"
        yield "BOUNDS"
        for name, lower, upper in zip(
            self.column_names, model.lower.tolist(), model.upper.tolist(), strict=True
        ):
            yield from _mps_bounds(name, lower, upper)
        yield f" FX BND {CONSTANT} 1"
        yield "ENDATA"

    def _mps_columns(self) -> Iterator[str]:
        start, rows, values = (part.tolist() for part in self.model.by_columns())
        is_integer = False
        for j, name in enumerate(self.column_names):
            if bool(self.model.integer[j]) is not is_integer:
                is_integer = not is_integer
                yield f" MARKER 'MARKER' '{'INTORG' if is_integer else 'INTEND'}'"
            yield f" {name} {_OBJECTIVE} {float(self.model.cost[j])!r}"
            for k in range(start[j], start[j + 1]):
                yield f" {name} {self.row_names[rows[k]]} {values[k]!r}"
        if is_integer:
            yield " MARKER 'MARKER' 'INTEND'"
        yield f" {CONSTANT} {_OBJECTIVE} {float(self.model.offset)!r}"

    # -- LP ---------------------------------------------------------------------------------

    def to_lp(self) -> str:
        """The model as an LP file; a row with two bounds that differ stands there twice."""
        return "\n".join(self._lp()) + "\n"

    def _lp(self) -> Iterator[str]:
        model = self.model
        yield from (f"\\ {line}" for line in self._head())
        yield from (f"\\ {name} = {own}" for name, own in self._mapping())
        yield "Minimize"
        costs = [*model.cost.tolist(), float(model.offset)]
        # All columns, also those that cost nothing: readers number them as they meet them.
        yield from _lp_sum(f" {_OBJECTIVE}:", [*self.column_names, CONSTANT], costs)
        yield "Subject To"
        start, index, value = model.start.tolist(), model.index.tolist(), model.value.tolist()
        for i, (name, (lower, upper)) in enumerate(
            zip(self.row_names, self._row_bounds(), strict=True)
        ):
            places = range(start[i], start[i + 1])
            names = [self.column_names[index[k]] for k in places] or [CONSTANT]
            numbers = [value[k] for k in places] or [0.0]
            for label, sign, bound in _lp_sides(name, lower, upper):
                yield from _lp_sum(f" {label}:", names, numbers, f"{sign} {bound!r}")
        yield "Bounds"
        for name, lower, upper in zip(
            self.column_names, model.lower.tolist(), model.upper.tolist(), strict=True
        ):
            yield _lp_bounds(name, lower, upper)
        yield f" {CONSTANT} = 1"
        decisions = [self.column_names[j] for j in np.flatnonzero(model.integer).tolist()]
        if decisions:
            yield "General"
            yield from textwrap.wrap(
                " ".join(decisions), _LINE, initial_indent=" ", subsequent_indent=" ",
                break_long_words=False, break_on_hyphens=False,
            )  # fmt: skip
        yield "End"

    # -- JSON -------------------------------------------------------------------------------

    def to_json(self) -> str:
        """The model as JSON: sparse rows, with the names of the case beside those of files."""
        model = self.model
        start, index, value = model.start.tolist(), model.index.tolist(), model.value.tolist()
        document = {
            "format": "rare-earth-planner model",
            "version": 1,
            "planner": __version__,
            "case": self.numbers.case,
            "scenario": self.numbers.name,
            "currency": self.numbers.currency,
            "sense": "minimize",
            "constant": float(model.offset),
            "notes": [*self.notes, f"Units: {_UNIT_NOTE}"],
            "columns": [
                {
                    "name": own, "file_name": name, "cost": cost, "lower": _finite(lower),
                    "upper": _finite(upper), "integer": integer,
                }
                for own, name, cost, lower, upper, integer in zip(
                    self.columns, self.column_names, model.cost.tolist(), model.lower.tolist(),
                    model.upper.tolist(), model.integer.tolist(), strict=True,
                )
            ],
            "rows": [
                {
                    "name": own, "file_name": name, "lower": _finite(ends[0]),
                    "upper": _finite(ends[1]), "columns": index[start[i] : start[i + 1]],
                    "numbers": value[start[i] : start[i + 1]],
                }
                for i, (own, name, ends) in enumerate(
                    zip(self.rows, self.row_names, self._row_bounds(), strict=True)
                )
            ],
        }  # fmt: skip
        return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=0)

    # -- what the formats share -------------------------------------------------------------

    def _row_bounds(self) -> list[tuple[float, float]]:
        lower, upper = self.model.row_lower.tolist(), self.model.row_upper.tolist()
        return list(zip(lower, upper, strict=True))

    def _head(self) -> list[str]:
        rows, columns = self.model.shape
        texts = [
            f"Case {self.numbers.case}, scenario {self.numbers.name}; planner {__version__}",
            f"{rows} rows, {columns} columns; {_UNIT_NOTE}",
            f"{CONSTANT} is 1: it carries what every plan costs",
            *self.notes,
            "Names of this file, and what they are called in the case:",
        ]
        return [line for text in texts for line in textwrap.wrap(_in_line(text), _LINE)]

    def _mapping(self) -> list[tuple[str, str]]:
        """The names of the file beside those of the case."""
        names = [*self.column_names, *self.row_names]
        return list(zip(names, map(_in_line, [*self.columns, *self.rows]), strict=True))


def export(case: Case, scenario: str = BASE, options: Options | None = None) -> Exported:
    """The model of one scenario, as the planner solves it but not scaled.

    Where limits have priorities it is solved first, to find what has to be given up of them; and
    where one is on an HHI, to find the tangents that keep it.

    Raises:
        WrongUsage: unknown scenario, or another number of threads than at the first solve.
        InvalidCase: its changes lead to numbers that the contract does not allow.
        Stopped: the time limit came, or Ctrl-C, before limits with priorities were settled.
    """
    numbers = case.scenario(scenario)
    live = Live(options or Options())
    session = live.session(numbers)
    notes = []
    if any(rule.priority is not None for rule in numbers.rules):
        notes.append(_PRIORITY_NOTE)
    if any(rule.type == "HHI" for rule in numbers.rules):
        notes.append(_HHI_NOTE)
    if notes:
        notes += _solved(numbers, session, live.options)
    model = replace(session.model, lower=session.columns.lower, upper=session.columns.upper)
    rows, columns = row_names(numbers, model), column_names(numbers, model)
    plain_rows, plain_columns = (
        names(numbers, model, _in_letters) for names in (row_names, column_names)
    )
    if plain_rows != rows or plain_columns != columns:
        notes.append(_PLACE_NOTE)
    taken = {_OBJECTIVE, CONSTANT}
    return Exported(
        numbers=numbers,
        model=model,
        rows=tuple(rows),
        columns=tuple(columns),
        column_names=_file_names(plain_columns, taken),
        row_names=_file_names(plain_rows, taken),
        notes=tuple(notes),
    )


def _solved(numbers: Scenario, session: Session, given: Options) -> list[str]:
    """Solve it, which leaves in the session what a file needs; what is to be said of the end.

    Raises:
        Stopped: before it was known what has to be given up.
    """
    limit = given.seconds(numbers)
    gap = given.gap(numbers)
    status = solve_by_priority(numbers, session, limit, gap).status
    if status is Status.STOPPED and any(rule.priority is not None for rule in numbers.rules):
        reason = "stopped before it was known which limits with a priority have to be given up"
        raise Stopped(reason, numbers.name)
    said = {Status.INFEASIBLE: [_NO_PLAN_NOTE], Status.STOPPED: [_STOPPED_NOTE]}
    return said.get(status, [])


def refuse_model_target(target: Path, source: str | None) -> None:
    """Check the name of a model's file before anything is worked out for it.

    Raises:
        WrongUsage: it ends with none of `FORMATS`, or is the case itself.
    """
    if target.suffix.lower() not in FORMATS:
        raise WrongUsage(f"{target}: a model is a file {', '.join(FORMATS[:-1])} or .json")
    if source is not None and same_file(target, Path(source)):
        raise WrongUsage(f"{target} is the case itself; choose another name for the model")


# -- names ----------------------------------------------------------------------------------


def _in_letters(kind: str, position: int, name: str) -> str:
    """A name, or `source3` where nothing of it would be left in a file."""
    is_readable = not name or _LETTERS.search(unicodedata.normalize("NFKD", name))
    return name if is_readable else f"{kind}{position + 1}"


def _file_names(names: Sequence[str], taken: set[str]) -> tuple[str, ...]:
    """Names that every format allows, each given once; `taken` are those that there are."""
    found = []
    for name in names:
        plain = _plain(name, _LONGEST)
        unique, count = plain, 1
        while unique.casefold() in taken:
            count += 1
            unique = f"{plain}_{count}"
        taken.add(unique.casefold())
        found.append(unique)
    return tuple(found)


def _plain(name: str, longest: int) -> str:
    """A name in letters that every reader takes: `ship[CN, Osaka]` becomes `ship(CN,Osaka)`."""
    text = unicodedata.normalize("NFKD", name)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = text.replace(", ", ",").replace("[", "(").replace("]", ")")
    return _NOT_ALLOWED.sub("_", text)[:longest] or "_"


def _in_line(text: str) -> str:
    """A text of which nothing ends the line of a comment."""
    return " ".join(text.split())


# -- numbers --------------------------------------------------------------------------------


def _side(lower: float, upper: float) -> str:
    """The kind of a row in MPS; one with two bounds is at least the lower, with a range."""
    if lower == upper:
        return "E"
    if math.isfinite(lower):
        return "G"
    return "L" if math.isfinite(upper) else "N"


def _mps_bounds(name: str, lower: float, upper: float) -> Iterator[str]:
    """Both bounds, always: readers take different ones for granted, of decisions above all."""
    if lower == upper:
        yield f" FX BND {name} {lower!r}"
        return
    if math.isinf(lower) and math.isinf(upper):
        yield f" FR BND {name}"
        return
    yield f" LO BND {name} {lower!r}" if math.isfinite(lower) else f" MI BND {name}"
    yield f" UP BND {name} {upper!r}" if math.isfinite(upper) else f" PL BND {name}"


def _lp_sides(name: str, lower: float, upper: float) -> Iterator[tuple[str, str, float]]:
    """A row as often as it has bounds that differ; not all readers take two at once."""
    if lower == upper:
        yield name, "=", lower
        return
    has_both = math.isfinite(lower) and math.isfinite(upper)
    if math.isfinite(lower):
        yield name, ">=", lower
    if math.isfinite(upper):
        yield f"{name}.most" if has_both else name, "<=", upper


def _lp_bounds(name: str, lower: float, upper: float) -> str:
    if lower == upper:
        return f" {name} = {lower!r}"
    if math.isinf(lower) and math.isinf(upper):
        return f" {name} free"
    low = repr(lower) if math.isfinite(lower) else "-inf"
    return f" {low} <= {name}" + (f" <= {upper!r}" if math.isfinite(upper) else "")


def _lp_sum(
    label: str, names: Sequence[str], numbers: Sequence[float], end: str = ""
) -> Iterator[str]:
    """A sum over lines that no reader finds too long."""
    line = label
    for name, number in zip(names, numbers, strict=True):
        term = f" {'-' if number < 0 else '+'} {abs(number)!r} {name}"
        if len(line) + len(term) > _LINE and line.strip():
            yield line
            line = " "
        line += term
    yield f"{line} {end}" if end else line


def _finite(number: float) -> float | None:
    """A bound as JSON has it: None where there is none."""
    return number if math.isfinite(number) else None
