"""The lists behind the drop-downs of a new workbook: names that follow its tables.

A list of names, such as `list_Sources`, is a range that ends at the last filled row of its sheet,
so that a new source is in the list at once. Fixed words, and lists put together from several
sheets, stand on the hidden sheet `_lists`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planner.case import declarations as d
from planner.case.columns import Column, Kind
from planner.case.grid import letters
from planner.case.headers import Role
from planner.workbook.draft import Draft, holds_sheet_names
from planner.workbook.template_look import done

LAST_ROW = 1000
"""Rows of a sheet, its header counted, down to which lists, validations and colours reach."""

_SHEET = "_lists"
_COMBINED_ROWS = 300
_YES_NO = ("yes", "no")
_TEXTS = (Kind.NAME, Kind.TEXT, Kind.WORD, Kind.REFERENCE)


@dataclass(frozen=True)
class Lists:
    """The lists that a draft needs; `fixed` by their name, in the order of the hidden sheet."""

    draft: Draft
    fixed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    combined: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, column: Column) -> str | None:
        """The name of the list that a column's cells choose from; None where there is none."""
        if column.kind in (Kind.REFERENCE, Kind.PERIOD):
            return self._names(column.refers_to)
        if column.name == d.CURRENCIES.columns[0].name and d.CURRENCIES.name in self.draft:
            return self._names((d.CURRENCIES.name,))
        words = self._words(column)
        name = Kind.YES_NO.value if column.kind is Kind.YES_NO else column.name
        return self._fixed(name, words) if words else None

    def _words(self, column: Column) -> tuple[str, ...]:
        """The words that a column's cells are, or usually are."""
        if column.kind is Kind.YES_NO:
            return _YES_NO
        if column.kind is Kind.COLUMN:
            return self._columns_of_sources()
        if holds_sheet_names(column):
            return tuple(sheet.name for sheet in self.draft.sheets if not sheet.sheet.fixed)
        return column.words or column.usual

    def names_of(self, sheets: Sequence[str]) -> tuple[str, ...]:
        """The names of the lists of names of these sheets, as far as the draft has them."""
        return tuple(_named(sheet) for sheet in sheets if sheet in self.draft)

    def settings(self) -> str:
        """The name of the list of settings."""
        return self._fixed("settings", tuple(column.name for column in d.SETTINGS_ROWS))

    def write(self, book: Any) -> None:
        """Define the names, and write the hidden sheet."""
        for sheet in self.draft.sheets:
            if sheet.sheet.columns[0].kind is Kind.NAME:
                done(book.define_name(_named(sheet.name), _to_the_last_row(sheet.name)))
        page = book.add_worksheet(_SHEET)
        page.hide()
        for place, (name, words) in enumerate(self.fixed.items()):
            for row, word in enumerate((name, *words)):
                done(page.write_string(row, place, word))
            letter = letters(place + 1)
            done(book.define_name(name, f"={_SHEET}!${letter}$2:${letter}${len(words) + 1}"))
        for place, (name, sheets) in enumerate(self.combined.items(), start=len(self.fixed)):
            self._write_combined(book, page, place, name, sheets)

    def _write_combined(
        self, book: Any, page: Any, place: int, name: str, sheets: Sequence[str]
    ) -> None:
        """The names of one sheet after those of another, by formulas that follow both."""
        done(page.write_string(0, place, name))
        first, second = (_named(sheet) for sheet in sheets)
        found = [n for sheet in sheets for n in self.draft.names(sheet)]
        for row in range(1, _COMBINED_ROWS + 1):
            formula = (
                f'=IF({row}<=ROWS({first}),INDEX({first},{row})&"",'
                f"IF({row}<=ROWS({first})+ROWS({second}),"
                f'INDEX({second},{row}-ROWS({first}))&"",""))'
            )
            value = found[row - 1] if row <= len(found) else ""
            done(page.write_formula(row, place, formula, None, value))
        whole = _to_the_last_row(_SHEET, letters(place + 1), _COMBINED_ROWS + 1)
        done(book.define_name(name, whole))

    def _fixed(self, name: str, words: tuple[str, ...]) -> str:
        """The list of these words; the same words are one list."""
        for known, listed in self.fixed.items():
            if listed == words:
                return known
        wanted = _named(name, "words")
        free = wanted if wanted not in self.fixed else f"{wanted}_{len(self.fixed)}"
        self.fixed[free] = words
        return free

    def _names(self, sheets: tuple[str, ...]) -> str | None:
        there = [sheet for sheet in sheets if sheet in self.draft]
        if len(there) < 2:
            return _named(there[0]) if there else None
        name = _named("_or_".join(there))
        self.combined[name] = tuple(there)
        return name

    def _columns_of_sources(self) -> tuple[str, ...]:
        """The columns of Sources by which a rule may hold for each value."""
        sources = next(sheet for sheet in self.draft.sheets if sheet.sheet is d.SOURCES)
        return tuple(
            column.header.name
            for column in sources.columns
            if not column.is_note
            and (column.header.role is Role.ATTRIBUTE or column.header.column.kind in _TEXTS)
        )


def settings_by_name() -> Mapping[str, Column]:
    """The settings by their name, each declared like a column."""
    return {column.name: column for column in d.SETTINGS_ROWS}


def _named(name: str, what: str = "list") -> str:
    return f"{what}_" + name.replace(" ", "_").replace("/", "_")


def _to_the_last_row(sheet: str, letter: str = "A", last_row: int = LAST_ROW) -> str:
    """A column of a sheet from below its header to its last filled row."""
    column = f"'{sheet}'!${letter}"
    whole = f"{column}$2:${letter}${last_row}"
    last = f'SUMPRODUCT(MAX(({whole}<>"")*(ROW({whole})-ROW({column}$1))))'
    return f"={column}$2:INDEX({whole},MAX(1,{last}))"
