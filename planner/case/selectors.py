"""Selectors: `Kind=mine & Country=Australia|India`, `CO2<=20`, `Traceable!=yes`, `*`."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from planner.case.declarations import Value
from planner.case.grid import as_text, trim
from planner.case.names import did_you_mean, fold, shortlist

_OPERATORS = ("!=", "<=", ">=", "=", "<", ">")
_EXAMPLE = "write Column=Value, such as Country=China, or * for all"

Record = Mapping[str, Value]
"""One row as a selector sees it: numbers as typed, joined columns included; blanks absent."""


class SelectorError(ValueError):
    """A selector that cannot be read, or that picks nothing; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: any of `alternatives` (for `=`), none of them (for `!=`), or a comparison."""

    column: str
    operator: str
    alternatives: tuple[str, ...]

    def holds(self, record: Record) -> bool:
        """Whether a row meets the condition; a blank meets `!=` only."""
        value = record.get(self.column)
        if self.operator in ("=", "!="):
            met = value is not None and any(_same(value, other) for other in self.alternatives)
            return met is (self.operator == "=")
        number = _as_number(value)
        if number is None:
            return False
        bound = float(self.alternatives[0])
        return _COMPARE[self.operator](number, bound)


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


@dataclass(frozen=True, slots=True)
class Selector:
    """All of the clauses; none: every row."""

    text: str
    clauses: tuple[Clause, ...] = ()

    def holds(self, record: Record) -> bool:
        """Whether the selector picks a row."""
        return all(clause.holds(record) for clause in self.clauses)


def parse_selector(text: str) -> Selector:
    """Read a selector.

    Raises:
        SelectorError: it cannot be read.
    """
    plain = trim(text)
    if plain in ("*", "＊"):
        return Selector(plain)
    clauses = []
    for part in _split(plain, "&"):
        match = _split_clause(part)
        if match is None:
            raise SelectorError(f"cannot read the selector '{plain}'; {_EXAMPLE}")
        column, operator, rest = match
        alternatives = tuple(_unquote(a) for a in _split(rest, "|"))
        if not column or any(a == "" for a in alternatives):
            raise SelectorError(f"cannot read '{trim(part)}' in the selector; {_EXAMPLE}")
        if operator not in ("=", "!="):
            if len(alternatives) > 1 or _as_number(alternatives[0]) is None:
                raise SelectorError(
                    f"cannot read '{trim(part)}' in the selector: {operator} needs one number"
                )
        clauses.append(Clause(column, operator, alternatives))
    return Selector(plain, tuple(clauses))


def pick(
    selector: Selector,
    records: Sequence[Record],
    columns: Sequence[str],
    what: str,
) -> list[int]:
    """The positions of the rows that a selector picks.

    `columns` are those that a clause may name, `what` names the rows in messages.

    Raises:
        SelectorError: a column is unknown, or nothing is picked.
    """
    by_fold = {fold(name): name for name in columns}
    clauses = []
    for clause in selector.clauses:
        column = by_fold.get(fold(clause.column))
        if column is None:
            raise SelectorError(
                f"the selector '{selector.text}' names an unknown column '{clause.column}'"
                f"{did_you_mean(clause.column, columns)}"
            )
        clauses.append(Clause(column, clause.operator, clause.alternatives))
    bound = Selector(selector.text, tuple(clauses))
    picked = [i for i, record in enumerate(records) if bound.holds(record)]
    if not picked:
        raise SelectorError(_nothing(bound, records, what))
    return picked


def _nothing(selector: Selector, records: Sequence[Record], what: str) -> str:
    if not records:
        return f"the selector '{selector.text}' picks nothing: there are no {what}"
    there = []
    for clause in selector.clauses:
        values = dict.fromkeys(
            as_text(r[clause.column]) if not isinstance(r[clause.column], bool)
            else ("yes" if r[clause.column] else "no")
            for r in records if clause.column in r
        )  # fmt: skip
        choice = shortlist(values) if values else "blank everywhere"
        there.append(f"{clause.column} is {choice}")
    return f"the selector '{selector.text}' picks nothing of {what}; there, {'; '.join(there)}"


def _same(value: Value, wanted: str) -> bool:
    if isinstance(value, bool):
        return fold(wanted) == ("yes" if value else "no")
    if isinstance(value, (int, float)):
        number = _as_number(wanted)
        return as_text(value) == wanted or (number is not None and number == value)
    return as_text(value) == wanted


def _as_number(value: object) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _outside_quotes(text: str) -> list[bool]:
    inside, flags = False, []
    for character in text:
        if character in '"“”':
            inside = not inside
            flags.append(False)
        else:
            flags.append(not inside)
    return flags


def _split(text: str, separator: str) -> list[str]:
    plain = [
        unicodedata.normalize("NFKC", ch) if free else ch
        for ch, free in zip(text, _outside_quotes(text), strict=True)
    ]
    free = _outside_quotes(text)
    parts, start = [], 0
    for i, character in enumerate(plain):
        if free[i] and character == separator:
            parts.append("".join(plain[start:i]))
            start = i + 1
    parts.append("".join(plain[start:]))
    return parts


def _split_clause(text: str) -> tuple[str, str, str] | None:
    free = _outside_quotes(text)
    for i, character in enumerate(text):
        if not free[i] or character not in "!<>=":
            continue
        for operator in _OPERATORS:
            if text.startswith(operator, i):
                return _unquote(text[:i]), operator, text[i + len(operator) :]
        return None
    return None


def _unquote(text: str) -> str:
    plain = trim(text)
    if len(plain) >= 2 and plain[0] in '"“”' and plain[-1] in '"“”':
        return plain[1:-1]
    return plain
