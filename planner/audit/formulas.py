"""What the formulas of a results workbook give, worked out from the cells that they name.

Only what our workbooks use is known: numbers, texts, cells and ranges, + - * / and comparisons, and
thirteen functions. Each formula is worked out from what the cells it names *show*, so that a wrong
one is found where it stands.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.audit.cells import Content, Sheet
from planner.workbook.notation import column_number

_ROUNDING = 1e-10
"""How far a number may be from what its formula gives, of the largest that it is made of."""

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>"(?:[^"]|"")*")
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<range>(?:(?:'(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?
        \$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![\w(])
    |(?P<name>[A-Z]+)(?=\()
    |(?P<sign><=|>=|<>|[-+*/=<>(),])
    )""",
    re.VERBOSE,
)
_PLACE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([A-Za-z_][\w.]*))!)?"
    r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?"
)
_CRITERION = re.compile(r"(<=|>=|<>|[<>=])(-?[\d.]+(?:E[+-]?\d+)?)")

Vector = NDArray[Any]


class UnknownFormula(ValueError):  # noqa: N818 - what it is
    """A formula that none of our workbooks has."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A formula that gives something else than its cell shows."""

    cell: str
    formula: str
    shown: Content
    gives: Content


@dataclass(frozen=True, slots=True)
class _Span:
    """The cells of a range: their content, and as numbers, with 0 for what is none."""

    raw: Vector
    numbers: Vector
    is_number: Vector


def wrong_formulas(sheets: Mapping[str, Sheet]) -> tuple[int, list[Wrong]]:
    """How many formulas there are, and those that give something else than their cells show."""
    sums = _Sums(sheets)
    count, found = 0, []
    for sheet in sheets.values():
        for (row, column), formula in sheet.formulas.items():
            count += 1
            shown = sheet.at(row, column)
            try:
                gives, size = sums.of(sheet.name, formula)
            except (UnknownFormula, ArithmeticError, IndexError, TypeError, ValueError):
                gives, size = "no formula of ours", 0.0
            if not _agree(shown, gives, size):
                found.append(Wrong(sheet.cell(row, column), formula, shown, gives))
    return count, found


def _agree(shown: Content, gives: Content, size: float) -> bool:
    if isinstance(shown, float) and isinstance(gives, float):
        return abs(shown - gives) <= _ROUNDING * max(size, abs(shown))
    return shown == gives


class _Sums:
    """Works out formulas; ranges are read once."""

    def __init__(self, sheets: Mapping[str, Sheet]) -> None:
        self._sheets = sheets
        self._spans: dict[str, _Span] = {}

    def of(self, sheet: str, formula: str) -> tuple[Content, float]:
        """What a formula gives, and the largest number that it is made of."""
        reading = _Reading(self, sheet, _tokens(formula.removeprefix("=")))
        value = reading.comparison()
        reading.end()
        if isinstance(value, _Span | np.ndarray):
            raise UnknownFormula(formula)
        if isinstance(value, bool | np.bool_):
            return ("yes" if value else "no"), 0.0
        if isinstance(value, int | float):
            return float(value), reading.size
        return (value or None), reading.size

    def cells(self, text: str, here: str) -> Content | _Span:
        """A cell's content, or a range."""
        key = text if "!" in text else f"'{here}'!{text}"
        if key in self._spans:
            return self._spans[key]
        match = _PLACE.fullmatch(key)
        if match is None:
            raise UnknownFormula(text)
        quoted, bare, first, top, last, bottom = match.groups()
        sheet = self._sheets[(quoted or bare).replace("''", "'")]
        column, row = column_number(first) - 1, int(top) - 1
        if last is None:
            return sheet.at(row, column)
        raw = [
            sheet.at(i, j)
            for i in range(row, int(bottom))
            for j in range(column, column_number(last))
        ]
        is_number = np.array([isinstance(value, float) for value in raw], dtype=bool)
        numbers = np.array([v if isinstance(v, float) else 0.0 for v in raw], dtype=float)
        content = np.empty(len(raw), dtype=object)
        content[:] = raw
        self._spans[key] = _Span(content, numbers, is_number)
        return self._spans[key]


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise UnknownFormula(text)
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return [*found, ("end", "")]


_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "<=": operator.le, ">=": operator.ge,
    "<": operator.lt, ">": operator.gt,
}  # fmt: skip


class _Reading:
    """One formula, from left to right."""

    def __init__(self, sums: _Sums, here: str, tokens: list[tuple[str, str]]) -> None:
        self.sums, self.here, self.tokens = sums, here, tokens
        self.place, self.size = 0, 0.0

    def _next(self) -> tuple[str, str]:
        self.place += 1
        return self.tokens[self.place - 1]

    def _take(self, *signs: str) -> str | None:
        kind, text = self.tokens[self.place]
        if kind == "sign" and text in signs:
            self.place += 1
            return text
        return None

    def end(self) -> None:
        """Nothing is left to be read."""
        if self.tokens[self.place][0] != "end":
            raise UnknownFormula(self.tokens[self.place][1])

    def _noted(self, value: Any) -> Any:
        """Remember how large the numbers are."""
        if isinstance(value, np.ndarray):
            size = float(np.abs(value).max(initial=0.0)) if value.dtype != object else 0.0
        else:
            size = abs(value) if isinstance(value, float) and math.isfinite(value) else 0.0
        self.size = max(self.size, size)
        return value

    # -- grammar ----------------------------------------------------------------------------

    def comparison(self) -> Any:
        """A sum, or two compared."""
        left = self._sum()
        sign = self._take(*_COMPARISONS)
        if sign is None:
            return left
        right = self._sum()
        if isinstance(left, str) or isinstance(right, str):
            return _COMPARISONS[sign](left or "", right or "")
        return _COMPARISONS[sign](_numeric(left), _numeric(right))

    def _sum(self) -> Any:
        value = self._product()
        while sign := self._take("+", "-"):
            other = _numeric(self._product())
            value = _numeric(value)
            value = self._noted(value + other if sign == "+" else value - other)
        return value

    def _product(self) -> Any:
        value = self._signed()
        while sign := self._take("*", "/"):
            other = _numeric(self._signed())
            value = _numeric(value)
            value = self._noted(value * other if sign == "*" else _divided(value, other))
        return value

    def _signed(self) -> Any:
        if self._take("-"):
            return -_numeric(self._signed())
        if self._take("+"):
            return self._signed()
        return self._one()

    def _one(self) -> Any:
        kind, text = self._next()
        if kind == "number":
            return self._noted(float(text))
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "range":
            cells = self.sums.cells(text, self.here)
            self._noted(cells.numbers if isinstance(cells, _Span) else cells)
            return cells
        if kind == "name" and text in _FUNCTIONS:
            return self._noted(_FUNCTIONS[text](list(self._arguments())))
        if (kind, text) == ("sign", "("):
            value = self.comparison()
            if self._take(")"):
                return value
        raise UnknownFormula(text)

    def _arguments(self) -> Iterator[Any]:
        self._next()  # the bracket that made it a function
        while True:
            yield self.comparison()
            if self._take(")"):
                return
            if not self._take(","):
                raise UnknownFormula(self.tokens[self.place][1])


# -- values ---------------------------------------------------------------------------------


def _numeric(value: Any) -> Any:
    """A value as arithmetic takes it: blanks are 0, yes and no 1 and 0, a text is no number."""
    if isinstance(value, _Span):
        return value.numbers
    if isinstance(value, np.ndarray):
        return value.astype(float)
    if isinstance(value, str):
        return math.nan
    return float(value) if value is not None else 0.0


def _divided(value: Any, other: Any) -> Any:
    if isinstance(other, float):
        return value / other if other else math.nan
    return np.divide(value, other, out=np.full(other.shape, np.nan), where=other != 0)


def _flat(arguments: list[Any]) -> Iterator[float]:
    """The numbers of some arguments; ranges count what is a number only."""
    for one in arguments:
        if isinstance(one, _Span):
            yield from one.numbers[one.is_number].tolist()
        elif isinstance(one, np.ndarray):
            yield from one.astype(float).tolist()
        elif one is not None:
            yield _numeric(one)


def _picked(span: _Span, criterion: Any) -> Vector:
    """Where a range meets a criterion of SUMIF: a comparison, or being equal."""
    match = _CRITERION.fullmatch(criterion) if isinstance(criterion, str) else None
    if match is not None:
        wanted = _COMPARISONS[match[1]](span.numbers, float(match[2])) & span.is_number
        return np.asarray(wanted, dtype=bool)
    if isinstance(criterion, float):
        return np.asarray((span.numbers == criterion) & span.is_number, dtype=bool)
    return np.array([_folded(value) == _folded(criterion) for value in span.raw], dtype=bool)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _exact(arguments: list[Any]) -> Any:
    one, other = arguments
    if isinstance(one, _Span):
        return np.array([_text(value) == _text(other) for value in one.raw], dtype=float)
    return _text(one) == _text(other)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _rounded(arguments: list[Any]) -> float:
    number, places = (_numeric(one) for one in arguments)
    return float(round(number, int(places))) + 0.0


def _sumproduct(arguments: list[Any]) -> float:
    product = _numeric(arguments[0])
    for one in arguments[1:]:
        product = product * _numeric(one)
    return math.fsum(np.atleast_1d(product).tolist())


def _sumifs(arguments: list[Any]) -> float:
    numbers = arguments[0].numbers
    chosen = np.ones(len(numbers), dtype=bool)
    for span, criterion in zip(arguments[1::2], arguments[2::2], strict=True):
        chosen &= _picked(span, criterion)
    return math.fsum(numbers[chosen].tolist())


def _is_number(arguments: list[Any]) -> Any:
    (one,) = arguments
    return one.is_number.astype(float) if isinstance(one, _Span) else isinstance(one, float)


def _absolute(arguments: list[Any]) -> Any:
    return abs(_numeric(arguments[0]))


def _chosen(arguments: list[Any]) -> Any:
    condition, yes, no = arguments
    return yes if condition else no


_FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "ABS": _absolute,
    "AND": lambda arguments: all(bool(one) for one in arguments),
    "COUNTIF": lambda arguments: float(_picked(*arguments).sum()),
    "EXACT": _exact,
    "IF": _chosen,
    "ISNUMBER": _is_number,
    "MAX": lambda arguments: max(_flat(arguments), default=0.0),
    "MIN": lambda arguments: min(_flat(arguments), default=0.0),
    "ROUND": _rounded,
    "SUM": lambda arguments: math.fsum(_flat(arguments)),
    "SUMIF": lambda arguments: math.fsum(
        arguments[2].numbers[_picked(arguments[0], arguments[1])].tolist()
    ),
    "SUMIFS": _sumifs,
    "SUMPRODUCT": _sumproduct,
}
