"""Headers that are none of ours: a slip of the pen, another word for ours, or the user's own.

In a sheet that takes attributes a column read as one enters no cost and no bound. So what a buyer
would call a column of ours must not pass for an attribute.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from planner.case.columns import Column, Kind, Sheet
from planner.case.grid import Content, trim
from planner.case.names import letters_of, nearly
from planner.case.synonyms import ALSO_CALLED
from planner.case.units import is_unit_word

_CURRENCIES = frozenset(
    (
        "usd", "eur", "cny", "rmb", "jpy", "gbp", "aud", "cad", "chf", "krw",
        "inr", "brl", "vnd", "myr", "thb", "rub", "sek", "nok", "dkk", "zar",
    )
)  # fmt: skip
_CURRENCY_SIGNS = "$€£¥"
_MASSES = r"(?:kg|t|mt|kt|g|lb|ton|tonne|tons|tonnes|kilo|kilogram)"
_PER_MASS = re.compile(rf"([^\W\d_]+|[{_CURRENCY_SIGNS}])?\s*(?:/|\bper\b)\s*{_MASSES}\b(?!\s*/)")
_GROUPS = re.compile(r"[\[({<][^\])}>]*[\])}>]?")
_WORDS = re.compile(rf"[^\W_]+|[%{_CURRENCY_SIGNS}/]")
_FILLERS = frozenset(
    (
        "per", "in", "of", "a", "p", "pa", "percent", "pct", "tpa",
        "tpy", "tonne", "tonnes", "ton", "tons", "mt", "kilo", "optional", "required",
        "est", "estimate", "estimated", "approx", "x", "/",
    )
)  # fmt: skip
"""Words that say how a number is given, not what it is."""

_OTHER_WORD = "; if {0} is meant, name it '{0}'"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a header may not be meant as an attribute.

    Attributes:
        means: the column that it was probably meant for; None: it may be an attribute all the same.
        remark: what to do, to be put behind a complaint.
    """

    means: str | None
    remark: str = ""


def doubt_of(
    text: str,
    *,
    sheet: Sheet,
    known: Sequence[str],
    there: Collection[str],
    below: Sequence[Content],
    currency: str,
) -> Doubt | None:
    """What a header that is none of the sheet's was probably meant for; None: nothing of ours.

    Args:
        text: the header as typed, bracket included.
        sheet: where it stands.
        known: every name that a header of the sheet may have.
        there: the declared columns that the sheet has already.
        below: what stands in the column.
        currency: that of the case.
    """
    name = _name_of(text)
    slip = nearly(_without_brackets(text), known) or nearly(name, known)
    if slip is not None:
        return Doubt(slip)
    meant = _synonym(name, sheet, known)
    is_missing = meant is not None and meant.name not in there and _fits(meant, below)
    if not sheet.attributes:
        return Doubt(meant.name) if meant is not None and is_missing else None
    other = meant if is_missing else next(_contained(name, sheet, there), None)
    if other is not None and _fits(other, below):
        return Doubt(None, _OTHER_WORD.format(other.name))
    return _doubt_of_numbers(text, meant, currency) if any(map(_is_number, below)) else None


def _doubt_of_numbers(text: str, meant: Column | None, currency: str) -> Doubt | None:
    """A word on an attribute of numbers that may be meant to enter the plan.

    Args:
        text: the header as typed.
        meant: a column that the sheet has already, and that a buyer may call so.
        currency: that of the case.
    """
    if meant is not None and meant.kind is Kind.NUMBER:
        return Doubt(None, f"; what the plan goes by stands in '{meant.name}'")
    if is_price(text, currency):
        return Doubt(
            None, ": money per mass that enters no cost; a header that starts with Note is a remark"
        )
    return None


def is_price(text: str, currency: str) -> bool:
    """Whether a header says money per mass: `Toll [USD/kg]`, `Toll USD per t`, `Toll [/t]`."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    for match in _PER_MASS.finditer(plain):
        money = match.group(1)
        if money is None and match.start() > 0 and plain[match.start() - 1] == "[":
            return True
        if money in (*_CURRENCIES, *_CURRENCY_SIGNS, currency.casefold()):
            return True
    return False


def _without_brackets(text: str) -> str:
    return trim(_GROUPS.sub(" ", text)) or text


def _name_of(text: str) -> str:
    """A header without its unit, wherever and however that is written."""
    words = _WORDS.findall(_without_brackets(unicodedata.normalize("NFKC", text)))
    while len(words) > 1 and _says_how(words[-1]):
        words.pop()
    while len(words) > 1 and _says_how(words[0]):
        words.pop(0)
    return " ".join(words)


def _says_how(word: str) -> bool:
    plain = word.casefold()
    return (
        plain in _FILLERS
        or plain in _CURRENCIES
        or plain in _CURRENCY_SIGNS
        or plain.isdigit()
        or is_unit_word(plain)
    )


def _synonym(name: str, sheet: Sheet, known: Sequence[str]) -> Column | None:
    """The column that a buyer may call so."""
    letters = letters_of(name)
    for column, words in ALSO_CALLED.get(sheet.name, {}).items():
        if letters and column in known and letters in {letters_of(word) for word in words}:
            return sheet.by_name[column]
    return None


def _contained(name: str, sheet: Sheet, there: Collection[str]) -> Iterator[Column]:
    """Columns that the sheet lacks and whose whole name, or another word for it, is in a header.

    Of numbers anywhere (`Import duty`, `Duty rate`), of all else at its end (`Main supplier`).
    """
    words = [letters_of(word) for word in name.split()]
    for column in sheet.columns:
        if column.name in there:
            continue
        for called in (column.name, *ALSO_CALLED.get(sheet.name, {}).get(column.name, ())):
            own = [letters_of(word) for word in called.split()]
            if called != column.name and len(own) == 1 and len(own[0]) < _SHORTEST_PART:
                continue
            places = [i for i in range(len(words) - len(own) + 1) if words[i : i + len(own)] == own]
            ends = bool(places) and places[-1] == len(words) - len(own)
            if ends or (places and column.kind is Kind.NUMBER and called == column.name):
                yield column
                break


_SHORTEST_PART = 4


def _fits(column: Column, below: Sequence[Content]) -> bool:
    """Whether what stands below a header could be meant for a column of ours."""
    if not below:
        return True
    if column.kind is Kind.NUMBER:
        return any(_is_number(content) for content in below)
    return not all(isinstance(content, bool) for content in below)


def _is_number(content: Content) -> bool:
    """A number, or a text that begins like one."""
    if isinstance(content, str):
        return bool(re.match(r"^[-+]?[$€£¥]?\s*\d", trim(content)))
    return isinstance(content, (int, float)) and not isinstance(content, bool)
