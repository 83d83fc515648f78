"""Plants mistakes in a large case, and says which of them the check does not name.

Every mistake stands in a cell of its own, and the check has to name that cell and no other:
python scripts/plant_mistakes.py --sources 300 --periods 60 --mistakes 1000
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from planner.case import declarations as d
from planner.case.columns import LARGEST, Column, Kind
from planner.case.grid import address
from planner.case.headers import split_bracket
from planner.case.problems import Problem
from planner.case.units import Quantity
from planner.errors import InvalidCase
from planner.workbook.reading import read

Sheets = dict[str, list[list[Any]]]

_DEFINING = ("Periods", "Materials", "Sites", "Sources", "Indices", "Currencies", "Scenarios")
"""Sheets whose names others use: a slip there is named wherever the name is used."""

_ONE_A_ROW = ("Quotas", "Limits", "Contracts", "Disruptions", "Changes", "Composition", "Tiers")
"""Sheets whose rows are checked as a whole: what is wrong with a cell hides what is wrong beside
it until it is mended."""

_LOOK_ALIKE = str.maketrans("aceopxCOPAE", "асеорхСОРАЕ")
"""Latin letters, and Cyrillic ones that look the same."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: what sort, where, and words that the complaint has to have."""

    sort: str
    sheet: str
    cell: str
    words: str


def plant(sheets: Sheets, count: int, seed: int = 1) -> list[Mistake]:
    """Put mistakes into sheets, at random places; returns them.

    Args:
        sheets: a sound case, which is changed.
        count: of the mistakes, at least a dozen; about as many of each sort as there are places.
        seed: the same seed plants the same mistakes.
    """
    planter = _Planter(sheets, random.Random(seed))
    for sort in _OF_HEADERS:
        planter.planted += sort.plant(planter)
    while len(planter.planted) < count:
        before = len(planter.planted)
        for sort in _SORTS:
            if len(planter.planted) < count:
                planter.one(sort)
        if len(planter.planted) == before:
            raise ValueError(f"there are places for {before} mistakes only")
    return planter.planted


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell below the header: positions count from 0, the header's row is 0."""

    sheet: str
    row: int
    column: int
    declared: Column
    name: str

    @property
    def cell(self) -> str:
        return address(self.row + 1, self.column + 1)


class _Planter:
    def __init__(self, sheets: Sheets, chance: random.Random) -> None:
        self.sheets, self.chance = sheets, chance
        self.planted: list[Mistake] = []
        self.taken: set[tuple[str, int, int]] = set()  # a row of -1: the whole column
        self.places = [place for name in sheets for place in self._places(name)]
        self.chance.shuffle(self.places)
        self.next_of: dict[str, Iterator[Mistake]] = {}

    def _places(self, name: str) -> Iterator[_Place]:
        declared = d.BY_NAME[name]
        if declared is d.SETTINGS:
            return
        spread = declared.over_time or declared.per_material or declared.numbered
        for c, header in enumerate(self.sheets[name][0]):
            plain, _ = split_bracket(str(header))
            column = declared.by_name.get(plain)
            if column is None and not declared.attributes:
                column = spread
            for r in range(1, len(self.sheets[name])):
                if column is not None:
                    yield _Place(name, r, c, column, plain)

    def one(self, sort: _Sort) -> None:
        """Plant one more mistake of a sort, if there is a place left for it."""
        if sort.name not in self.next_of:
            self.next_of[sort.name] = sort.plant(self)
        mistake = next(self.next_of[sort.name], None)
        if mistake is not None:
            self.planted.append(mistake)

    # -- where ------------------------------------------------------------------------------

    def free(self, wanted: Callable[[_Place], bool]) -> Iterator[_Place]:
        """Places of a sort that no other mistake hides, each taken as it is handed out."""
        for place in self.places:
            if wanted(place) and self.is_free(place):
                self.take(place)
                yield place

    def is_free(self, place: _Place) -> bool:
        """Whether a mistake may stand there: one a row on sheets whose rows are checked whole."""
        column = place.column if place.sheet not in _ONE_A_ROW else 0
        if (place.sheet, -1, place.column) in self.taken:
            return False
        return (place.sheet, place.row, column) not in self.taken

    def take(self, place: _Place) -> None:
        column = place.column if place.sheet not in _ONE_A_ROW else 0
        self.taken.add((place.sheet, place.row, column))

    def row_is_free(self, sheet: str, row: int) -> bool:
        return not any((sheet, row, c) in self.taken for c in range(len(self.sheets[sheet][0])))

    def take_row(self, sheet: str, row: int) -> None:
        self.taken |= {(sheet, row, c) for c in range(len(self.sheets[sheet][0]))}

    def position(self, sheet: str, name: str) -> int:
        """The position of a column by its name without unit."""
        return [split_bracket(str(h))[0] for h in self.sheets[sheet][0]].index(name)

    # -- what -------------------------------------------------------------------------------

    def value(self, place: _Place) -> Any:
        row = self.sheets[place.sheet][place.row]
        return row[place.column] if place.column < len(row) else None

    def put(self, place: _Place, value: Any, sort: str, words: str) -> Mistake:
        """Write a wrong value."""
        self.sheets[place.sheet][place.row][place.column] = value
        return Mistake(sort, place.sheet, place.cell, words)


@dataclass(frozen=True, slots=True)
class _Sort:
    name: str
    plant: Callable[[_Planter], Iterator[Mistake]]


def _is_number(place: _Place) -> bool:
    return place.declared.kind is Kind.NUMBER


def _numbers(sort: str, value: Any, words: str) -> _Sort:
    """A wrong value in a filled cell that wants a number."""

    def planted(planter: _Planter) -> Iterator[Mistake]:
        for place in planter.free(lambda p: _is_number(p) and planter.value(p) is not None):
            yield planter.put(place, value, sort, words)

    return _Sort(sort, planted)


def _negative(planter: _Planter) -> Iterator[Mistake]:
    def wanted(place: _Place) -> bool:
        is_bound = place.declared.quantity is Quantity.BOUND
        return _is_number(place) and place.declared.minimum >= 0 and not is_bound

    for place in planter.free(wanted):
        yield planter.put(place, -planter.chance.randint(3, 99), "negative", "must be")


def _bad_fraction(planter: _Planter) -> Iterator[Mistake]:
    def wanted(place: _Place) -> bool:
        return place.declared.quantity is Quantity.FRACTION and place.declared.maximum < LARGEST

    for place in planter.free(wanted):
        yield planter.put(place, 95000, "bad fraction", "must be between")


def _number_as_text(planter: _Planter) -> Iterator[Mistake]:
    for place in planter.free(lambda p: _is_number(p) and p.declared.kind is Kind.NUMBER):
        whole = planter.chance.randint(1, 9)
        text, meant = planter.chance.choice(((f"{whole},250.50", f"{whole}250.5"),
                                             (f"{whole}.5", f"{whole}.5")))  # fmt: skip
        yield planter.put(place, text, "number as text", f"enter {meant}")


def _blank(planter: _Planter) -> Iterator[Mistake]:
    def wanted(place: _Place) -> bool:
        is_demand = place.sheet == "Demand" and _is_number(place)
        key = place.declared.key or place.sheet in _DEFINING[:3]
        return is_demand or (place.declared.required and not key)

    for place in planter.free(wanted):
        yield planter.put(place, None, "blank", "is blank")


def _unknown_name(planter: _Planter) -> Iterator[Mistake]:
    def wanted(place: _Place) -> bool:
        refers = place.declared.refers_to or place.declared.kind is Kind.PERIOD
        is_name = place.declared.kind in (Kind.REFERENCE, Kind.PERIOD) or place.declared.key
        follows = (place.sheet, place.name) in _LEAVES_A_GAP
        return bool(refers and is_name and planter.value(place)) and not follows

    for place in planter.free(wanted):
        name = str(planter.value(place))
        slips = [name + "x", name[:-1].strip(), name.lower(), name.translate(_LOOK_ALIKE)]
        wrong = planter.chance.choice([slip for slip in slips if slip.strip() not in ("", name)])
        yield planter.put(place, wrong, "unknown name", f"unknown {_noun(place)} '{wrong}'")


_LEAVES_A_GAP = {("Composition", "Source"), ("Stock", "Material"), ("Stock", "Site"),
                 ("Changes", "Scenario"), ("Tiers", "Source")}  # fmt: skip
"""A row under another name is missing under its own, which is said where it is needed."""


def _noun(place: _Place) -> str:
    if place.declared.kind is Kind.PERIOD:
        return "period"
    return "scenario" if place.name == "Builds on" else place.name.lower()


def _repeated_key(planter: _Planter) -> Iterator[Mistake]:
    rows = [
        (sheet, r)
        for sheet in ("Lanes", "Prices", "Capacity", "Availability", "Demand", "In transit")
        for r in range(2, len(planter.sheets[sheet]))
    ]
    planter.chance.shuffle(rows)
    for sheet, r in rows:
        keys = [planter.position(sheet, name) for name in d.BY_NAME[sheet].key]
        there = [(sheet, row, c) for row in (r, r - 1) for c in keys]
        if any(cell in planter.taken for cell in there):
            continue
        planter.taken |= set(there)
        for c in keys:
            planter.sheets[sheet][r][c] = planter.sheets[sheet][r - 1][c]
        yield Mistake("repeated key", sheet, address(r + 1, keys[0] + 1), f"repeats row {r}")


def _bad_word(planter: _Planter) -> Iterator[Mistake]:
    def wanted(place: _Place) -> bool:
        is_word = place.declared.kind in (Kind.WORD, Kind.YES_NO)
        return is_word and planter.value(place) is not None

    for place in planter.free(wanted):
        yield planter.put(place, f"{planter.value(place)}ish", "bad word", "must be")


def _bad_date(planter: _Planter) -> Iterator[Mistake]:
    for place in planter.free(lambda p: p.declared.kind is Kind.DATE and p.sheet != "Periods"):
        yield planter.put(place, "next spring", "bad date", "must be a date")


def _bad_selector(planter: _Planter) -> Iterator[Mistake]:
    wrong = (
        ("Country=Atlantis", "picks nothing"), ("Contry=China", "unknown column 'Contry'"),
        ("Country", "cannot read"), ('Country="China', "a quote is not closed"),
    )  # fmt: skip
    for place in planter.free(
        lambda p: p.declared.kind is Kind.SELECTOR and p.name == "Applies to"
    ):
        text, words = planter.chance.choice(wrong)
        yield planter.put(place, text, "bad selector", words)


def _bad_window(planter: _Planter) -> Iterator[Mistake]:
    first, last = planter.sheets["Periods"][1][0], planter.sheets["Periods"][-1][0]
    for sheet in ("Contracts", "Quotas", "Limits"):
        start, end = planter.position(sheet, "From"), planter.position(sheet, "To")
        for r in range(1, len(planter.sheets[sheet]), 3):
            if not planter.row_is_free(sheet, r):
                continue
            planter.take_row(sheet, r)
            planter.sheets[sheet][r][start], planter.sheets[sheet][r][end] = last, first
            yield Mistake("bad window", sheet, address(r + 1, end + 1), "before it starts")


def _crossed_bounds(planter: _Planter) -> Iterator[Mistake]:
    low, high = (planter.position("Contracts", name) for name in ("Minimum", "Maximum"))
    for r in range(2, len(planter.sheets["Contracts"]), 3):
        if planter.row_is_free("Contracts", r):
            planter.take_row("Contracts", r)
            row = planter.sheets["Contracts"][r]
            row[low] = row[high] + 1
            cell = address(r + 1, low + 1)
            yield Mistake("crossed bounds", "Contracts", cell, "is above Maximum")


def _heavy_basket(planter: _Planter) -> Iterator[Mistake]:
    for r in range(1, len(planter.sheets["Composition"]), 2):
        if planter.row_is_free("Composition", r):
            planter.take_row("Composition", r)
            planter.sheets["Composition"][r][2] = 99
            cell = address(r + 1, 1)
            yield Mistake("heavy basket", "Composition", cell, "the contents sum to")


def _bad_unit(planter: _Planter) -> Iterator[Mistake]:
    """What stands in the column has no size then: nothing else is planted there."""
    for sheet, name in (("Lanes", "Lead time"), ("Stock", "Cover"), ("Contracts", "Must take")):
        c = planter.position(sheet, name)
        planter.taken.add((sheet, -1, c))
        planter.sheets[sheet][0][c] = f"{name} [kWh]"
        yield Mistake("bad unit", sheet, address(1, c + 1), "cannot read 'kWh'")


def _unknown_column(planter: _Planter) -> Iterator[Mistake]:
    for sheet in ("Lanes", "Stock", "Prices", "Tiers"):
        planter.sheets[sheet][0].append("Colour")
        c = len(planter.sheets[sheet][0])
        yield Mistake("unknown column", sheet, address(1, c), "unknown column 'Colour'")


def _misspelt_column(planter: _Planter) -> Iterator[Mistake]:
    for sheet, name, wrong in (("Sources", "Export tax", "Exprot tax [%]"),
                               ("Limits", "Priority", "Prioritty")):  # fmt: skip
        c = planter.position(sheet, name)
        planter.taken.add((sheet, -1, c))
        planter.sheets[sheet][0][c] = wrong
        yield Mistake("misspelt column", sheet, address(1, c + 1), f"did you mean '{name}'")


def _bad_setting(planter: _Planter) -> Iterator[Mistake]:
    rows = planter.sheets["Settings"]
    rows.append(["Discont rate", 0.05])
    yield Mistake("bad setting", "Settings", address(len(rows), 1), "did you mean 'Discount rate'")
    rows.append(["Shortfall", "perhaps"])
    yield Mistake("bad setting", "Settings", address(len(rows), 2), "must be one of")


_OF_HEADERS = (
    _Sort("misspelt column", _misspelt_column),
    _Sort("unknown column", _unknown_column),
    _Sort("bad unit", _bad_unit),
    _Sort("bad setting", _bad_setting),
)
"""Planted first, each where it can be: they are few, and hide what is in their column."""

_SORTS = (
    _Sort("bad window", _bad_window),
    _Sort("crossed bounds", _crossed_bounds),
    _Sort("heavy basket", _heavy_basket),
    _Sort("bad date", _bad_date),
    _Sort("bad selector", _bad_selector),
    _Sort("bad word", _bad_word),
    _Sort("repeated key", _repeated_key),
    _Sort("unknown name", _unknown_name),
    _Sort("blank", _blank),
    _Sort("bad fraction", _bad_fraction),
    _Sort("negative", _negative),
    _Sort("number as text", _number_as_text),
    _numbers("text for a number", "about ten", "must be a number, got text 'about ten'"),
    _numbers("percentage as text", "12.5%", "must be a number, got text '12.5%'"),
    _numbers("error value", "#REF!", "holds the Excel error #REF!"),
    _numbers("yes for a number", True, "must be a number, got TRUE"),
    _numbers("date for a number", date(2027, 3, 1), "must be a number, got the date 2027-03-01"),
    _numbers("absurd number", 2e15, "must be"),
)


# -- whether they are found -----------------------------------------------------------------


def missed(planted: Iterable[Mistake], problems: Iterable[Problem]) -> list[Mistake]:
    """The mistakes that no complaint names, with its cell and the words that it should have."""
    said: dict[tuple[str | None, str | None], str] = {}
    for problem in problems:
        place = (problem.sheet, problem.cell)
        said[place] = f"{said.get(place, '')}\n{problem.message}"
    return [one for one in planted if one.words not in said.get((one.sheet, one.cell), "")]


def elsewhere(planted: Iterable[Mistake], problems: Iterable[Problem]) -> list[Problem]:
    """The complaints about cells in which nothing was planted."""
    places = {(one.sheet, one.cell) for one in planted}
    return [problem for problem in problems if (problem.sheet, problem.cell) not in places]


def main() -> None:
    from build_large import Size, large_case, options, write  # noqa: PLC0415 - a script beside it

    parser = argparse.ArgumentParser(description="Plant mistakes in a large case; check it.")
    options(parser)
    parser.add_argument("--mistakes", type=int, default=1000)
    parser.add_argument("-o", "--output", type=Path, help="keep the workbook")
    asked = parser.parse_args()
    sheets = large_case(
        Size(asked.sources, asked.periods, asked.materials, asked.sites), asked.seed
    )
    planted = plant(sheets, asked.mistakes, asked.seed)
    with TemporaryDirectory() as folder:
        path = asked.output or Path(folder) / "mistakes.xlsx"
        write(sheets, path)
        try:
            problems = read(path).warnings
        except InvalidCase as wrong:
            problems = wrong.problems
    for sort, count in Counter(one.sort for one in planted).items():
        print(f"{count:6d}  {sort}")
    lost, more = missed(planted, problems), elsewhere(planted, problems)
    print(f"{len(planted)} planted, {len(lost)} missed, {len(more)} complaints elsewhere")
    for one in lost:
        print(f"missed: {one}")
    for problem in more:
        print(f"elsewhere: {problem.severity}: {problem}")
    sys.exit(bool(lost or more))


if __name__ == "__main__":
    main()
