"""New workbooks: blank ones that open with a tiny case, and the examples, in one dress."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from planner.case import declarations as d
from planner.case.columns import Kind
from planner.case.grid import letters
from planner.case.headers import Role
from planner.case.units import Quantity
from planner.errors import WrongUsage
from planner.workbook.draft import Content, Draft, DraftColumn, DraftSheet, draft_case
from planner.workbook.files import publish_new
from planner.workbook.template_lists import LAST_ROW, Lists, settings_by_name
from planner.workbook.template_look import (
    LINE_HEIGHT,
    PAPER_A4,
    REQUIRED,
    WRONG,
    WRONG_TEXT,
    Formats,
    done,
    lines_of,
)
from planner.workbook.template_notes import note
from planner.workbook.template_readme import footer, write_readme
from planner.workbook.template_rules import Rules, Validation

_CREATED = datetime(2026, 1, 1)
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

_SPARE_ROWS = 8
"""Blank rows below those that are filled; in Excel the table grows with what is typed below."""

_NARROWEST, _WIDEST = 10, 32
_REMARKS, _ONE_OF_REMARKS = 60, 42
"""Widths of the only column for remarks of a sheet, and of each of several."""

_FITTING = 1.1
"""Letters of running text that fit into the width of one."""

_HEADER_LINES = 2
_BUTTON = 4
"""The room that the filter's button and the distance take in a header, in letters."""

_TAB_OF_THE_OTHERS = "#9DC3E6"

_NUMBER, _WHOLE, _SHARE, _DATE, _AS_TEXT = "#,##0.######", "#,##0", "0.0%", "yyyy-mm-dd", "@"
"""Number formats. Under [%] cells have none: Excel then takes a typed 25% for a percentage."""

_PERCENT = re.compile(r"^\s*([\d.]+)\s*%\s*$")

_NOTE_LETTERS, _NOTE_HEIGHT, _NOTE_PIXELS = 46, 16, 330
"""The notes on headers: letters in a line, height of a line, width of all (pixels)."""


def write_new(path: Path, example: str | None = None, sheets: Sequence[str] = ()) -> Path:
    """Write a new workbook: the tiny case, or an example; returns its path.

    Args:
        path: of the workbook, which does not exist yet.
        example: the name of an example; None for the tiny case.
        sheets: names of sheets to have besides.

    Raises:
        WrongUsage: there is no such example, or a file of that name exists already.
        OSError: the file cannot be written.
    """
    draft = draft_case(example, sheets)
    if path.suffix.lower() != ".xlsx":
        raise WrongUsage(f"{path}: a case is an .xlsx file; name it {path.stem}.xlsx")
    try:
        publish_new(path, _workbook(draft, path.name))
    except FileExistsError:
        raise WrongUsage(
            f"{path} exists already and is left as it is; choose another name"
        ) from None
    return path


def _workbook(draft: Draft, name: str) -> bytes:
    """The content of a draft's file; `name` is what the file will be called."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        contract = f"Procurement case, workbook contract {d.CONTRACT}"
        book.set_properties({"title": draft.title, "subject": contract, "created": _CREATED})
        formats = Formats(book)
        write_readme(book, draft, name, formats)
        lists = Lists(draft)
        for sheet in draft.sheets:
            _SheetWriter(book, sheet, Rules(sheet, lists), formats, draft.title).write()
        lists.write(book)
    return content.getvalue()


@dataclass(frozen=True)
class _SheetWriter:
    """Writes one sheet of a draft. Rows and columns are counted from 0."""

    book: Any
    draft: DraftSheet
    rules: Rules
    formats: Formats
    title: str

    def write(self) -> None:
        sheet = self.book.add_worksheet(self.draft.name)
        self._write_table(sheet)
        self._write_widths(sheet)
        self._write_notes(sheet)
        for place in range(len(self.draft.columns)):
            self._write_validations(sheet, place)
            self._write_colours(sheet, place)
        self._set_up(sheet)

    @property
    def _last(self) -> int:
        """The last row of the table."""
        return len(self.draft.rows) + _SPARE_ROWS

    # -- cells ------------------------------------------------------------------------------

    def _write_table(self, sheet: Any) -> None:
        columns = self.draft.columns
        heads = [{"header": c.text, "header_format": self._header_format(c)} for c in columns]
        name = "tbl" + self.draft.name.replace(" ", "")
        options = {"name": name, "style": None, "columns": heads}
        done(sheet.add_table(0, 0, self._last, len(columns) - 1, options))
        blank: tuple[Content, ...] = ("",) * len(columns)
        for row in range(1, self._last + 1):
            values = self.draft.rows[row - 1] if row <= len(self.draft.rows) else blank
            for place, value in enumerate(values):
                self._write_cell(sheet, row, place, value)
        # Periods are names, though they look like numbers.
        body = f"A1:{letters(len(columns))}{LAST_ROW}"
        done(sheet.ignore_errors({"number_stored_as_text": body}))

    def _header_format(self, column: DraftColumn) -> Any:
        of_every_row = self.draft.sheet.every_period and column.header.role is Role.PERIOD
        return self.formats.header(required=column.required or of_every_row, remark=column.is_note)

    def _write_cell(self, sheet: Any, row: int, place: int, value: Content) -> None:
        column = self.draft.columns[place]
        share = _share(value) if column.header.column.kind in (Kind.NUMBER, Kind.ANY) else None
        form = self._format(row, column, is_share=share is not None)
        if value == "":
            done(sheet.write_blank(row, place, None, form))
        elif share is not None:
            done(sheet.write_number(row, place, share, form))
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day)
            done(sheet.write_datetime(row, place, moment, form))
        elif isinstance(value, str):
            done(sheet.write_string(row, place, value, form))
        else:
            done(sheet.write_number(row, place, value, form))

    def _format(self, row: int, column: DraftColumn, *, is_share: bool) -> Any:
        if column.is_note:
            return self.formats.remark()
        if is_share or self._is_share_of_settings(row, column):
            of_settings = self.draft.sheet is d.SETTINGS
            return self.formats.cell(_SHARE, is_text=of_settings)
        match column.header.column.kind:
            case Kind.NUMBER:
                return self.formats.cell(None if column.header.unit.percent else _NUMBER)
            case Kind.DATE:
                return self.formats.cell(_DATE)
            case Kind.ANY:
                return self.formats.cell(None, is_text=True)
            case _:
                return self.formats.cell(_AS_TEXT, is_text=True)

    def _is_share_of_settings(self, row: int, column: DraftColumn) -> bool:
        if self.draft.sheet is not d.SETTINGS or column.header.name != "Value":
            return False
        setting = settings_by_name().get(self._setting(row))
        return setting is not None and setting.quantity is Quantity.FRACTION

    def _setting(self, row: int) -> str:
        """The setting of a row of the sheet Settings."""
        return str(self.draft.rows[row - 1][0]) if row <= len(self.draft.rows) else ""

    # -- measures ---------------------------------------------------------------------------

    def _write_widths(self, sheet: Any) -> None:
        """Widths of columns, heights of rows, and folded columns."""
        widths = [self._width(place) for place in range(len(self.draft.columns))]
        was_folded = False
        for place, (column, width) in enumerate(zip(self.draft.columns, widths, strict=True)):
            options = {"level": 1, "hidden": True} if column.folded else {"collapsed": was_folded}
            done(sheet.set_column(place, place, width, None, options))
            was_folded = column.folded
        lines = [
            lines_of(column.text, width - _BUTTON)
            for column, width in zip(self.draft.columns, widths, strict=True)
        ]
        done(sheet.set_row(0, LINE_HEIGHT * max(lines) + 3))
        notes = [j for j, column in enumerate(self.draft.columns) if column.is_note]
        for row, values in enumerate(self.draft.rows, start=1):
            most = max(lines_of(str(values[j]), _FITTING * widths[j]) for j in notes)
            if most > 1:
                done(sheet.set_row(row, LINE_HEIGHT * most))

    def _width(self, place: int) -> int:
        """The width of a column, in letters: its longest value, and its header on two lines."""
        column = self.draft.columns[place]
        if column.is_note:
            is_only = sum(other.is_note for other in self.draft.columns) == 1
            return _REMARKS if is_only else _ONE_OF_REMARKS
        half = math.ceil(len(column.text) / 2)
        header = next(w for w in range(half, 256) if lines_of(column.text, w) <= _HEADER_LINES)
        header += _BUTTON
        longest = max((len(_shown(row[place])) for row in self.draft.rows), default=0) + 3
        return min(max(_NARROWEST, header, longest), _WIDEST)

    # -- notes, validations, colours --------------------------------------------------------

    def _write_notes(self, sheet: Any) -> None:
        for place, column in enumerate(self.draft.columns):
            text = note(self.draft, column)
            lines = sum(lines_of(line, _NOTE_LETTERS) for line in text.split("\n"))
            look = {
                "width": _NOTE_PIXELS,
                "height": _NOTE_HEIGHT * (lines + 1),
                "font_name": "Calibri",
                "font_size": 10,
            }
            done(sheet.write_comment(0, place, text, look))

    def _write_validations(self, sheet: Any, place: int) -> None:
        validation = self.rules.validation(place)
        if validation is not None:
            self._validate(sheet, 1, LAST_ROW - 1, place, validation)
        if self.draft.sheet is d.SETTINGS and self.draft.columns[place].header.name == "Value":
            for row in range(1, len(self.draft.rows) + 1):
                validation = self.rules.setting_validation(self._setting(row))
                if validation is not None:
                    self._validate(sheet, row, row, place, validation)

    @staticmethod
    def _validate(sheet: Any, first: int, last: int, place: int, validation: Validation) -> None:
        done(sheet.data_validation(first, place, last, place, dict(validation)))

    def _write_colours(self, sheet: Any, place: int) -> None:
        column = self.draft.columns[place]
        wrong = self.formats.of(bg_color=WRONG, font_color=WRONG_TEXT)
        area = (1, place, LAST_ROW - 1, place)
        for formula in self.rules.mistakes(place):
            rule = {"type": "formula", "criteria": formula, "format": wrong}
            done(sheet.conditional_format(*area, rule))
        if column.header.column.kind is Kind.NUMBER and not column.header.unit.percent:
            cell = f"{letters(place + 1)}2"
            whole = f"=AND(ISNUMBER({cell}),{cell}=INT({cell}))"
            look = self.formats.of(num_format=_WHOLE)
            rule = {"type": "formula", "criteria": whole, "format": look}
            done(sheet.conditional_format(*area, rule))
        header = self.rules.wrong_header(place)
        if header is not None:
            rule = {"type": "formula", "criteria": header, "format": wrong}
            done(sheet.conditional_format(0, place, 0, place, rule))

    # -- the page ---------------------------------------------------------------------------

    def _set_up(self, sheet: Any) -> None:
        sheet.set_tab_color(REQUIRED if self.draft.sheet.required else _TAB_OF_THE_OTHERS)
        sheet.freeze_panes(1, 1)
        sheet.set_paper(PAPER_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        done(sheet.repeat_rows(0))
        sheet.set_header(f'&L&"-,Bold"&12{self.draft.name}')
        sheet.set_footer(footer(self.title))


def _share(value: Content) -> float | None:
    """The fraction that a text such as `65 %` stands for."""
    match = _PERCENT.match(value) if isinstance(value, str) else None
    return None if match is None else float(match.group(1)) / 100


def _shown(value: Content) -> str:
    return f"{value:,}" if isinstance(value, (int, float)) else str(value)
