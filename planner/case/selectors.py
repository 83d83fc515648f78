"""Selectors: `Kind=mine & Country=Australia|India`, `CO2<=20`, `Traceable!=yes`, `*`.

Quotes protect what stands between them (`Supplier="Mitsui & Co."`); a quote in a name is doubled
there (`Source="5"" pipe"`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from planner.case.columns import Value
from planner.case.grid import as_text, trim
from planner.case.names import did_you_mean, fold, half_width, lookup, shortlist, suggestion
from planner.case.records import Records

_QUOTES = '"“”'
_OPERATORS = ("!=", "<=", ">=", "=", "<", ">")
_HALF_WIDTH = dict(zip("＆｜！＜＞＝", "&|!<>=", strict=True))
_EXAMPLE = "write Column=Value, such as Country=China, or * for all"
_QUOTES_HELP = "; a name with & or | in it goes between double quotes"


class SelectorError(ValueError):
    """A selector that cannot be read, or that picks nothing; the text says what to do."""


class FollowUpError(SelectorError):
    """A selector that names a column whose header is complained of already."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: any of `alternatives` (for `=`), none of them (for `!=`), or a comparison.

    Names are as typed; `quoted` are those that stood between quotes.
    """

    column: str
    operator: str
    alternatives: tuple[str, ...]
    quoted: frozenset[str] = frozenset()

    def as_meant(self, values: Sequence[Value | None]) -> Clause:
        """The clause with the names of the column for those that nobody has as typed.

        Where a keyboard cannot say Dy₂O₃, or has full-width letters, Dy2O3 is meant so: if one
        name looks so only, and no quotes say that it is meant to the letter.
        """
        is_known = (typed in self.quoted or typed in values for typed in self.alternatives)
        if self.operator not in ("=", "!=") or all(is_known):
            return self
        there = {as_text(value) for value in values if isinstance(value, str)}
        meant = (
            typed if typed in there or typed in self.quoted else _alone_alike(typed, there)
            for typed in self.alternatives
        )
        return replace(self, alternatives=tuple(meant))

    def met_by(self, values: Sequence[Value | None]) -> list[bool]:
        """Which values of the column meet the condition; a blank meets `!=` only."""
        if self.operator in ("=", "!="):
            wanted = self.operator == "="
            return [wanted is (v is not None and _is_any(v, self.alternatives)) for v in values]
        compare, bound = _COMPARE[self.operator], _as_number(self.alternatives[0])
        numbers = [_as_number(value) for value in values]
        return [n is not None and bound is not None and compare(n, bound) for n in numbers]


def _alone_alike(typed: str, names: Collection[str]) -> str:
    """The one name that is written so in half-width letters; else what was typed."""
    alike = [name for name in names if half_width(name) == half_width(typed)]
    return alike[0] if len(alike) == 1 else typed


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


def unquoted(text: str) -> str:
    """A name without the quotes that may stand around it."""
    plain = trim(text)
    if len(plain) >= 2 and plain[0] in _QUOTES and plain[-1] in _QUOTES:
        plain = plain[1:-1]
        for mark in _QUOTES:
            plain = plain.replace(mark * 2, mark)
    return plain


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
            help_ = _QUOTES_HELP if part != plain else ""
            raise SelectorError(f"cannot read the selector '{plain}'; {_EXAMPLE}{help_}")
        column, operator, rest = match
        typed = _split(rest, "|")
        alternatives = tuple(unquoted(one) for one in typed)
        if not column or any(a == "" for a in alternatives):
            raise SelectorError(f"cannot read '{trim(part)}' in the selector; {_EXAMPLE}")
        compares = operator not in ("=", "!=")
        if compares and (len(alternatives) > 1 or _as_number(alternatives[0]) is None):
            raise SelectorError(
                f"cannot read '{trim(part)}' in the selector: {operator} needs one number"
            )
        quoted = frozenset(a for one, a in zip(typed, alternatives, strict=True) if a != trim(one))
        clauses.append(Clause(column, operator, alternatives, quoted))
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
        met = clause.as_meant(of_column).met_by(of_column)
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
        for wanted in clause.as_meant(values).alternatives:
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
        clauses.append(replace(clause, column=column))
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
    text = f"the selector '{selector.text}' picks nothing of {what}; there, {'; '.join(there)}"
    names = {value for of_column in values for value in of_column if isinstance(value, str)}
    if any(sign in name for sign in "&|" for name in names):
        text += _QUOTES_HELP
    return text


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
        number = float(half_width(value) if isinstance(value, str) else value)
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


def _signs(text: str) -> str:
    """A text, letter by letter, with its signs half-width and a quote for all that is quoted."""
    wide = zip(text, _outside_quotes(text), strict=True)
    return "".join((_HALF_WIDTH.get(ch, ch) if free else _QUOTES[0]) for ch, free in wide)


def _split(text: str, separator: str) -> list[str]:
    parts, start = [], 0
    for i, sign in enumerate(_signs(text)):
        if sign == separator:
            parts.append(text[start:i])
            start = i + 1
    return [*parts, text[start:]]


def _split_clause(text: str) -> tuple[str, str, str] | None:
    signs = _signs(text)
    for i, sign in enumerate(signs):
        if sign not in "!<>=":
            continue
        for operator in _OPERATORS:
            if signs.startswith(operator, i):
                return unquoted(text[:i]), operator, text[i + len(operator) :]
        return None
    return None
