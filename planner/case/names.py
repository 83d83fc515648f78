"""Names: how they match, and what was probably meant where they don't."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

from planner.case.grid import one_line, trim

_NEARLY = 0.85
_MAYBE = 0.5
_LONGEST = 200
_MANY = 400
_SHORTEST_SLIP = 3
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\xad"


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """The form in which sheet names, headers and fixed words are compared."""
    return trim(one_line(half_width(text))).casefold()


@lru_cache(maxsize=8192)
def half_width(text: str) -> str:
    """A text in the letters of a plain keyboard: Dy2O3 of Dy₂O₃, and full-width ones half-width."""
    return unicodedata.normalize("NFKC", text)


def lookup(names: Iterable[str]) -> Mapping[str, str]:
    """Names by themselves and by their folded form, for headers: an exact match goes first."""
    return _lookup(tuple(names))


@lru_cache(maxsize=256)
def _lookup(names: tuple[str, ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold(name), name)
    return found | {name: name for name in names}


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None where none is."""
    folded, wanted = _by_skeleton(tuple(known)), _skeleton(name)
    if wanted in folded:
        return folded[wanted]
    if len(wanted) > _LONGEST:  # comparing takes time by the square of the length
        return None
    close = get_close_matches(wanted, _like(wanted, tuple(folded)), n=1, cutoff=_MAYBE)
    return folded[close[0]] if close else None


def _like(wanted: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Of very many names those that begin or end most like `wanted`; of fewer all."""
    if len(names) <= _MANY:
        return names
    forwards, backwards = _by_ends(names)
    beginning = _around(wanted, forwards)
    ending = [name[::-1] for name in _around(wanted[::-1], backwards)]
    return tuple(dict.fromkeys((*beginning, *ending)))


def _around(wanted: str, listed: list[str]) -> list[str]:
    at = bisect_left(listed, wanted)
    return listed[max(0, at - _MANY // 4) : at + _MANY // 4]


@lru_cache(maxsize=16)
def _by_ends(names: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Names in order, and spelt backwards in order."""
    return sorted(names), sorted(name[::-1] for name in names)


@lru_cache(maxsize=16)
def _by_skeleton(names: tuple[str, ...]) -> dict[str, str]:
    """Names by what is compared of them; many wrong names in turn are looked for among the same."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(_skeleton(name), name)
    return found


@lru_cache(maxsize=8192)
def _skeleton(text: str) -> str:
    return "".join(ch for ch in fold(text) if ch not in _INVISIBLE)


def nearly(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` is a slip of the pen of, or None. Stricter than a suggestion."""
    candidates = list(known)
    wanted = _skeleton(name)
    bare = letters_of(name)
    for candidate in candidates:
        if wanted == _skeleton(candidate) or (bare and bare == letters_of(candidate)):
            return candidate
    for candidate in candidates:
        if is_slip(bare, letters_of(candidate)):
            return candidate
    # Country and HQ country, Source and Resource are two: the first letter is rarely wrong.
    alike = [c for c in candidates if _skeleton(c)[:1] == wanted[:1]]
    best = max(
        ((SequenceMatcher(None, wanted, _skeleton(c)).ratio(), c) for c in alike),
        default=(0.0, ""),
        key=lambda pair: pair[0],
    )
    return best[1] if best[0] >= _NEARLY else None


@lru_cache(maxsize=8192)
def letters_of(name: str) -> str:
    """A name by its letters alone, whatever their case."""
    return re.sub(r"[\W\d_]+", "", _skeleton(name))


def is_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter left out, typed twice or wrong, or by two swapped.

    The first letter is rarely wrong: `Field` is no `Yield`, `Norm` no `Form`.
    """
    short, long = sorted((one, other), key=len)
    if one == other or len(short) < _SHORTEST_SLIP or len(long) - len(short) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    is_swap = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return is_swap or (at > 0 and short[at + 1 :] == long[at + 1 :])


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'S8'?`, with a word on letters that only look alike; else what there is."""
    candidates = list(dict.fromkeys(known))
    found = suggestion(name, candidates)
    if found is None:
        return f"; known: {shortlist(candidates)}" if candidates else ""
    return f"; did you mean '{found}'?{odd_letter(name, found)}"


def odd_letter(name: str, found: str) -> str:
    """A word on a letter that only looks like another, or cannot be seen at all."""
    for text, other, which in ((name, found, "it"), (found, name, "the latter")):
        for letter in text:
            if letter not in other and (ord(letter) > 127 or letter in _INVISIBLE):
                code = f"U+{ord(letter):04X}"
                called = unicodedata.name(letter, "an invisible character")
                return f" ({which} holds {code} {called})"
    return ""


def shortlist(names: Iterable[str], most: int = 8) -> str:
    """Names for a message, the first few."""
    listed = list(names)
    text = ", ".join(f"'{name}'" for name in listed[:most])
    return text + (f" and {len(listed) - most} more" if len(listed) > most else "")
