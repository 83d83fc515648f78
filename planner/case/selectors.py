"""Selectors: `Kind=mine & Country=Australia|India`, `CO2<=20`, `Traceable!=yes`, `*`.

Quotes protect what stands between them (`Supplier="Mitsui & Co."`); a quote in a name is doubled
there (`Source="5"" pipe"`).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from planner.case.columns import Value
from planner.case.grid import as_text, trim
from planner.case.names import did_you_mean, fold, lookup, shortlist, suggestion
from planner.case.records import Records

_QUOTES = '"“”'
_OPERATORS = ("!=", "<=", ">=", "=", "<", ">")
_EXAMPLE = "write Column=Value, such as Country=China, or * for all"


class SelectorError(ValueError):
    """A selector that cannot be read, or that picks nothing; the text says what to do."""


class FollowUpError(SelectorError):
    """A selector that names a column whose header is complained of already."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: any of `alternatives` (for `=`), none of them (for `!=`), or a comparison."""

    column: str
    operator: str
    alternatives: tuple[str, ...]

    def met_by(self, values: Sequence[Value | None]) -> list[bool]:
        """Which values of the column meet the condition; a blank meets `!=` only."""
        if self.operator in ("=", "!="):
            wanted = self.operator == "="
            return [wanted is (v is not None and _is_any(v, self.alternatives)) for v in values]
        compare, bound = _COMPARE[self.operator], _as_number(self.alternatives[0])
        numbers = [_as_number(value) for value in values]
        return [n is not None and bound is not None and compare(n, bound) for n in numbers]


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


def quoted(name: str) -> str:
    """A name between quotes, as a selector takes it whatever is in it; its own quotes doubled."""
    for mark in _QUOTES:
        name = name.replace(mark, mark * 2)
    return f'"{name}"'


@lru_cache(maxsize=1024)
def parse_selector(text: str) -> Selector:
    """Read a selector.

    Raises:
        SelectorError: it cannot be read.
    """
    plain = trim(text)
    if plain in ("*", "＊"):
        return Selector(plain)
    if sum(plain.count(mark) for mark in _QUOTES) % 2:
        raise SelectorError(f"a quote is not closed in the selector '{plain}'")
    clauses = []
    for part in _split(plain, "&"):
        match = _split_clause(part)
        if match is None:
            raise SelectorError(f"cannot read the selector '{plain}'; {_EXAMPLE}")
        column, operator, rest = match
        alternatives = tuple(_unquote(a) for a in _split(rest, "|"))
        if not column or any(a == "" for a in alternatives):
            raise SelectorError(f"cannot read '{trim(part)}' in the selector; {_EXAMPLE}")
        compares = operator not in ("=", "!=")
        if compares and (len(alternatives) > 1 or _as_number(alternatives[0]) is None):
            raise SelectorError(
                f"cannot read '{trim(part)}' in the selector: {operator} needs one number"
            )
        clauses.append(Clause(column, operator, alternatives))
    return Selector(plain, tuple(clauses))


def pick(
    selector: Selector, records: Records, what: str, broken: Collection[str] = ()
) -> list[int]:
    """The positions of the rows that a selector picks.

    `broken` are the columns complained of already; `what` names the rows in messages.

    Raises:
        FollowUpError: a column is among the broken ones.
        SelectorError: a column is unknown or cannot be compared, or nothing is picked.
    """
    bound = _bound(selector, records.columns, broken)
    values = [records.values(clause.column) for clause in bound.clauses]
    for clause, of_column in zip(bound.clauses, values, strict=True):
        _refuse_text(bound, clause, of_column)
    picked = list(range(len(records)))
    for clause, of_column in zip(bound.clauses, values, strict=True):
        met = clause.met_by(of_column)
        picked = [i for i in picked if met[i]]
    if not picked:
        raise SelectorError(_nothing(bound, values, len(records), what))
    return picked


def unmet(selector: Selector, records: Records) -> list[str]:
    """What a selector that picks something names in vain: words on values that no row has."""
    doubts = []
    for clause in _bound(selector, records.columns, ()).clauses:
        if clause.operator not in ("=", "!="):
            continue
        values = [value for value in records.values(clause.column) if value is not None]
        for wanted in clause.alternatives:
            if wanted not in values and not any(_same(value, wanted) for value in values):
                hint = did_you_mean(wanted, [_shown(value) for value in values])
                doubts.append(f"no row has {clause.column} '{wanted}'{hint}")
    return doubts


def _bound(selector: Selector, columns: Sequence[str], broken: Collection[str]) -> Selector:
    """The selector with its columns as they are declared."""
    known = lookup(columns)
    clauses = []
    for clause in selector.clauses:
        column = known.get(clause.column) or known.get(fold(clause.column))
        if column in broken or (column is None and suggestion(clause.column, columns) in broken):
            raise FollowUpError(f"the column '{clause.column}' cannot be used")
        if column is None:
            raise SelectorError(
                f"the selector '{selector.text}' names an unknown column '{clause.column}'"
                f"{did_you_mean(clause.column, columns)}"
            )
        clauses.append(Clause(column, clause.operator, clause.alternatives))
    return Selector(selector.text, tuple(clauses))


def _refuse_text(selector: Selector, clause: Clause, values: Sequence[Value | None]) -> None:
    """Rows with text where numbers are compared would drop out without a word."""
    if clause.operator in ("=", "!="):
        return
    for value in values:
        if value is not None and _as_number(value) is None:
            raise SelectorError(
                f"the selector '{selector.text}' compares numbers, but {clause.column} of a "
                f"row is '{_shown(value)}'; enter a number there, or clear it"
            )


def _nothing(
    selector: Selector, values: Sequence[Sequence[Value | None]], count: int, what: str
) -> str:
    if not count:
        return f"the selector '{selector.text}' picks nothing: there are no {what}"
    there = []
    for clause, of_column in zip(selector.clauses, values, strict=True):
        shown = dict.fromkeys(_shown(value) for value in of_column if value is not None)
        choice = shortlist(shown) if shown else "blank everywhere"
        there.append(f"{clause.column} is {choice}")
    return f"the selector '{selector.text}' picks nothing of {what}; there, {'; '.join(there)}"


def _shown(value: Value) -> str:
    """A value as a selector would name it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return as_text(value)


def _is_any(value: Value, alternatives: tuple[str, ...]) -> bool:
    if isinstance(value, str):
        return value in alternatives or trim(value) in alternatives
    return any(_same(value, wanted) for wanted in alternatives)


def _same(value: Value, wanted: str) -> bool:
    if isinstance(value, bool):
        return fold(wanted) == ("yes" if value else "no")
    if isinstance(value, (int, float)):
        number = _as_number(wanted)
        return as_text(value) == wanted or (number is not None and number == value)
    return as_text(value) == wanted


def _as_number(value: Value | None) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _outside_quotes(text: str) -> list[bool]:
    inside, flags = False, []
    for character in text:
        if character in _QUOTES:
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
    if len(plain) >= 2 and plain[0] in _QUOTES and plain[-1] in _QUOTES:
        plain = plain[1:-1]
        for mark in _QUOTES:
            plain = plain.replace(mark * 2, mark)
    return plain
