"""One cell and its column's declaration make one value, or a complaint that says what to do."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime

from planner.case.columns import LARGEST, Column, Kind, Value
from planner.case.grid import Content, RawCell, as_text, trim
from planner.case.names import did_you_mean, fold
from planner.case.units import Quantity, Unit

UNLIMITED = "unlimited"
_ROUNDING = 1e-12
_MAY_BE_PERCENT = (None, Quantity.FRACTION, Quantity.BOUND, Quantity.NUMBER)


class CellError(Exception):
    """A cell that cannot be used; the text says what stands there and what to do."""

    def __init__(self, text: str, kind: str) -> None:
        self.kind = kind
        super().__init__(text)


def read_cell(cell: RawCell, column: Column, unit: Unit, warn: Callable[[str, str], None]) -> Value:
    """The value of a filled cell, in the planner's inner units.

    `warn(text, kind)` is called for what can be used but looks wrong.

    Raises:
        CellError: the cell cannot be used.
    """
    if cell.error is not None:
        raise CellError(f"{column.name} holds the Excel error {cell.error}", "Excel error")
    if cell.stale or cell.content is None:
        raise CellError(
            "formula without a stored result; open and save in Excel", "formula without result"
        )
    return _READERS[column.kind](cell, cell.content, column, unit, warn)


def describe(content: Content) -> str:
    """What stands in a cell, for a message."""
    if isinstance(content, bool):
        return "TRUE" if content else "FALSE"
    if isinstance(content, str):
        return f"text '{content}'"
    if isinstance(content, date):
        return f"the date {as_text(content)}"
    return plain_number(content)


def plain_number(number: float) -> str:
    """A number as a person would type it."""
    if isinstance(number, float) and math.isinf(number):
        return UNLIMITED if number > 0 else f"-{UNLIMITED}"
    return as_text(float(f"{number:.12g}"))


def number_in_text(text: str) -> float | None:
    """The number that a text such as '1,234.50', '12.5%' or '100 t' probably stands for."""
    match = re.match(r"^([-+]?[\d.,\s'’]*\d)\s*(%|[A-Za-z/$€]+)?$", trim(text))
    if match is None:
        return _plain_float(text)
    digits = re.sub(r"[\s'’]", "", match.group(1))
    if "," in digits and "." in digits:
        thousands = "," if digits.rfind(",") < digits.rfind(".") else "."
        digits = digits.replace(thousands, "").replace(",", ".")
    elif re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+", digits):
        digits = digits.replace(",", "")
    else:
        digits = digits.replace(",", ".")
    return _plain_float(digits)


def _plain_float(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _number(
    cell: RawCell, content: Content, column: Column, unit: Unit, warn: Callable[[str, str], None]
) -> Value:
    if isinstance(content, str) and fold(content) == UNLIMITED:
        if column.unlimited:
            return math.inf
        raise CellError(f"{column.name} cannot be unlimited; enter a number", "not a number")
    if isinstance(content, str):
        meant = number_in_text(content)
        hint = "" if meant is None else f"; enter {plain_number(meant)}"
        if "%" in content and meant is not None:
            hint = f"{hint}%, as a number" if column.quantity in _MAY_BE_PERCENT else ""
        elif meant is not None and re.search(r"[A-Za-z]\s*$", content):
            hint += ", and the unit in the header"
        raise CellError(
            f"{column.name} must be a number, got {describe(content)}{hint}", "not a number"
        )
    if isinstance(content, (bool, date)):
        hint = "; format the cell as a number" if isinstance(content, date) else ""
        raise CellError(
            f"{column.name} must be a number, got {describe(content)}{hint}", "not a number"
        )
    typed = float(content)
    if math.isinf(typed) and typed > 0 and column.unlimited:
        return math.inf
    if not math.isfinite(typed):
        raise CellError(f"{column.name} must be a finite number, got {typed}", "out of bounds")
    per_hundred = unit.percent and not cell.percent
    if cell.percent and column.quantity not in _MAY_BE_PERCENT and not unit.percent:
        shown = plain_number(typed * 100)
        raise CellError(
            f"{column.name} cannot be a percentage, got {shown}%; enter the number itself",
            "not a number",
        )
    value = typed if unit.percent and cell.percent else unit.inward(typed)
    _check_bounds(typed, value, column, unit, per_hundred=per_hundred)
    value = min(max(value, column.lowest), column.highest)  # beyond them by rounding only
    if 0 < abs(value) < column.smallest:
        least = plain_number(unit.outward(column.smallest))
        warn(
            f"{column.name} {plain_number(typed)} is too little to matter (less than {least}); "
            "read as 0",
            "too little",
        )
        return 0.0
    if column.likely_whole_share and per_hundred and 0 < typed <= 1:
        warn(
            f"{column.name} read as {plain_number(typed)} %; {plain_number(typed * 100)} %?",
            "suspicious share",
        )
    if value > column.doubtful_above and not per_hundred:
        warn(
            f"{column.name} read as {plain_number(value * 100)} %; {plain_number(typed)} %?",
            "suspicious share",
        )
    return value


def _check_bounds(
    typed: float, value: float, column: Column, unit: Unit, *, per_hundred: bool
) -> None:
    """Bounds hold for inner values; without a bound of its own a column takes ±1e12 as typed too.

    They are said in the unit of the cell.
    """
    has_low, has_high = column.minimum > -LARGEST, column.maximum < LARGEST
    lowest, highest = unit.outward(column.lowest), unit.outward(column.highest)
    lowest = lowest if has_low else max(lowest, -LARGEST)
    highest = highest if has_high else min(highest, LARGEST)
    low_kept = value >= column.minimum - _ROUNDING if has_low else typed >= lowest
    high_kept = value <= column.maximum + _ROUNDING if has_high else typed <= highest
    if low_kept and high_kept:
        return
    sign = " %" if per_hundred else ""
    low, high = plain_number(lowest), plain_number(highest)
    if has_low and has_high:
        wanted = f"be between {low} and {high}{sign}"
    else:
        wanted = f"be at least {low}{sign}" if not low_kept else f"be at most {high}{sign}"
    is_share = column.quantity is Quantity.FRACTION and not per_hundred
    meant_percent = is_share and value > column.maximum and value / 100 <= column.maximum
    hint = f"; {plain_number(typed)}%?" if meant_percent else ""
    raise CellError(
        f"{column.name} must {wanted}, got {plain_number(typed)}{hint}", "out of bounds"
    )


def _text(cell: RawCell, content: Content, column: Column, *_: object) -> Value:
    del cell
    if isinstance(content, bool) and column.kind is not Kind.TEXT:
        raise CellError(f"{column.name} must be a name, got {describe(content)}", "not a name")
    return as_text(content)


def _word(cell: RawCell, content: Content, column: Column, *_: object) -> Value:
    del cell
    text = as_text(content)
    for word in column.words:
        if fold(word) == fold(text):
            return word
    raise CellError(
        f"{column.name} must be one of {', '.join(column.words)}, got '{text}'"
        + did_you_mean_word(text, column.words),
        "unknown word",
    )


def did_you_mean_word(text: str, words: tuple[str, ...]) -> str:
    """A suggestion where there is one; the words themselves are in the message already."""
    hint = did_you_mean(text, words)
    return hint if "did you mean" in hint else ""


def _yes_no(cell: RawCell, content: Content, column: Column, *_: object) -> Value:
    del cell
    if isinstance(content, bool):
        return content
    word = fold(as_text(content))
    if word in ("yes", "no"):
        return word == "yes"
    raise CellError(f"{column.name} must be yes or no, got '{as_text(content)}'", "unknown word")


def _date(cell: RawCell, content: Content, column: Column, *_: object) -> Value:
    del cell
    if isinstance(content, datetime):
        return content.date()
    if isinstance(content, date):
        return content
    raise CellError(
        f"{column.name} must be a date, got {describe(content)}; "
        "enter it as a date, such as 2011-01-31",
        "not a date",
    )


def _any(cell: RawCell, content: Content, _: Column, unit: Unit, *__: object) -> Value:
    """The content as typed; whoever knows the target column reads it again with that.

    In an attribute headed [%] a cell formatted as a percentage is per hundred like the others.
    """
    is_per_hundred = unit.text == "%" and not unit.percent
    if isinstance(content, (int, float)) and cell.percent and is_per_hundred:
        return float(content) * 100.0
    if isinstance(content, datetime):
        return content.date()
    if isinstance(content, str):
        return trim(content)
    return float(content) if isinstance(content, int) and not isinstance(content, bool) else content


_READERS: dict[Kind, Callable[..., Value]] = {
    Kind.NAME: _text,
    Kind.REFERENCE: _text,
    Kind.TEXT: _text,
    Kind.PERIOD: _text,
    Kind.SELECTOR: _text,
    Kind.COLUMN: _text,
    Kind.NUMBER: _number,
    Kind.WORD: _word,
    Kind.YES_NO: _yes_no,
    Kind.DATE: _date,
    Kind.ANY: _any,
}
