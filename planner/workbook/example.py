"""Example workbooks, made from the case data inside the package."""

from __future__ import annotations

import io
import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import xlsxwriter

from planner.case.names import did_you_mean
from planner.errors import WrongUsage
from planner.workbook.files import publish_new

_CREATED = datetime(2026, 1, 1)
_WIDEST = 60
_NOTE_WIDTH = 60
_STORY_WIDTH = 110
_LINE_HEIGHT = 15
_HEADER_COLOUR = "#1F4E78"
_INPUT_COLOUR = "#FFF9E5"


def example_names() -> tuple[str, ...]:
    """The names of the example cases."""
    files = resources.files("planner.examples").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def example_data(name: str) -> dict[str, Any]:
    """The data of an example: `title`, `story`, and `sheets` with columns and rows.

    Raises:
        WrongUsage: there is no such example.
    """
    if name not in example_names():
        raise WrongUsage(f"unknown example '{name}'{did_you_mean(name, example_names())}")
    text = resources.files("planner.examples").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def write_example(name: str, path: Path) -> Path:
    """Write an example workbook; returns its path.

    Raises:
        WrongUsage: there is no such example, or a file of that name exists already.
        OSError: the file cannot be written.
    """
    data = example_data(name)
    if path.suffix.lower() != ".xlsx":
        raise WrongUsage(f"{path}: a case is an .xlsx file; name it {path.stem}.xlsx")
    try:
        publish_new(path, _workbook(data))
    except FileExistsError:
        raise WrongUsage(
            f"{path} exists already and is left as it is; choose another name"
        ) from None
    return path


def _workbook(data: Mapping[str, Any]) -> bytes:
    """The content of the workbook's file."""
    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": data["title"], "created": _CREATED})
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "line": book.add_format({"text_wrap": True, "valign": "top"}),
            "header": book.add_format(
                {"bold": True, "font_color": "white", "bg_color": _HEADER_COLOUR,
                 "text_wrap": True, "valign": "top"}
            ),
            "name": book.add_format({"valign": "top"}),
            "note": book.add_format({"text_wrap": True, "valign": "top", "font_color": "#555555"}),
            "number": book.add_format(
                {"num_format": "#,##0.######", "bg_color": _INPUT_COLOUR, "valign": "top"}
            ),
            "whole": book.add_format(
                {"num_format": "#,##0", "bg_color": _INPUT_COLOUR, "valign": "top"}
            ),
            "text": book.add_format({"bg_color": _INPUT_COLOUR, "valign": "top"}),
            "date": book.add_format(
                {"num_format": "yyyy-mm-dd", "bg_color": _INPUT_COLOUR, "valign": "top"}
            ),
        }  # fmt: skip
        _write_story(book.add_worksheet("README"), data, formats)
        for sheet in data["sheets"]:
            _write_sheet(book.add_worksheet(sheet["name"]), sheet, formats)
    return content.getvalue()


def _write_story(sheet: Any, data: Mapping[str, Any], formats: Mapping[str, Any]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, _STORY_WIDTH)
    _done(sheet.write_string(0, 1, data["title"], formats["title"]))
    for number, line in enumerate(data["story"], start=1):
        _fit_height(sheet, number + 1, [line], _STORY_WIDTH)
        _done(sheet.write_number(number + 1, 0, number, formats["line"]))
        _done(sheet.write_string(number + 1, 1, line, formats["line"]))


def _write_sheet(sheet: Any, data: Mapping[str, Any], formats: Mapping[str, Any]) -> None:
    columns: Sequence[str] = data["columns"]
    rows: Sequence[Sequence[Any]] = data["rows"]
    options = {
        "name": "tbl" + data["name"].replace(" ", ""),
        "style": "Table Style Light 1",
        "columns": [{"header": c, "header_format": formats["header"]} for c in columns],
    }
    _done(sheet.add_table(0, 0, len(rows), len(columns) - 1, options))
    for j, column in enumerate(columns):
        is_note = column.startswith("Note")
        longest = max([len(column), *(len(_shown(row[j])) for row in rows)])
        sheet.set_column(j, j, _NOTE_WIDTH if is_note else min(longest + 3, _WIDEST))
        for i, row in enumerate(rows, start=1):
            _write_cell(sheet, i, j, row[j], formats, is_note=is_note)
    notes = [j for j, column in enumerate(columns) if column.startswith("Note")]
    for i, row in enumerate(rows, start=1):
        _fit_height(sheet, i, [row[j] for j in notes], _NOTE_WIDTH)
    sheet.freeze_panes(1, 1)


def _fit_height(sheet: Any, row: int, texts: Sequence[str], width: int) -> None:
    """Make a row as high as its wrapped texts: not every program does so by itself."""
    lines = max((len(textwrap.wrap(text, width)) for text in texts), default=1)
    if lines > 1:
        sheet.set_row(row, lines * _LINE_HEIGHT)


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, (int, float)) else str(value)


def _write_cell(
    sheet: Any, row: int, column: int, value: Any, formats: Mapping[str, Any], *, is_note: bool
) -> None:
    if value == "":
        return
    if is_note:
        _done(sheet.write_string(row, column, value, formats["note"]))
    elif isinstance(value, date):
        day = datetime(value.year, value.month, value.day)
        _done(sheet.write_datetime(row, column, day, formats["date"]))
    elif isinstance(value, (int, float)):
        style = formats["whole" if float(value).is_integer() else "number"]
        _done(sheet.write_number(row, column, value, style))
    else:
        style = formats["name" if column == 0 else "text"]
        _done(sheet.write_string(row, column, value, style))


def _done(code: int) -> None:
    """XlsxWriter returns a code where it drops or cuts what it was given."""
    if code != 0:
        raise ValueError(f"XlsxWriter could not write a cell: code {code}")
