"""Reading Excel files into grids; what is no readable workbook is said in plain words."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
import zipfile
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, NoReturn

import defusedxml.ElementTree as SafeXml
import openpyxl
from openpyxl.chartsheet import Chartsheet
from openpyxl.worksheet.cell_range import CellRange

from planner.case.case import Case, case_from_workbook
from planner.case.grid import Area, Grid, RawCell, Workbook, raw_cell, trim
from planner.case.problems import Problems
from planner.errors import InvalidCase

LARGEST_UNPACKED = 300 * 1024 * 1024
"""A workbook that unpacks to more than this is not loaded."""

_LARGEST_MERGED = 1_000_000
"""Cells of one merged area."""

_QUIET = Lock()
"""Warnings are silenced for the whole process, so by one thread at a time."""

_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHEET_PART = re.compile(r"^xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
_ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_FORMULA = re.compile(rb"<(\w+:)?f[ />]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z0-9:$]+)"')
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_WORKBOOK_PART = "xl/workbook.xml"
_STRICT = b"purl.oclc.org/ooxml"
_OTHER_FORMATS = {
    "xl/workbook.bin": "an .xlsb workbook",
    "content.xml": "an OpenDocument file",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint file",
}


def read(path: str | Path) -> Case:
    """Read a case from an Excel workbook (.xlsx or .xlsm).

    Raises:
        InvalidCase: with every problem of the workbook, sorted, or why it cannot be read at all.
    """
    workbook = load_workbook(Path(path))
    return case_from_workbook(workbook, Path(path).stem)


def load_workbook(path: Path) -> Workbook:
    """The sheets of a workbook as grids.

    Raises:
        InvalidCase: the file cannot be read; the only problem says why and what to do.
    """
    content = _bytes_of(path)
    has_formulas = _guard(path, content)
    try:
        values = _load(content, data_only=True)
        formulas = _load(content, data_only=False) if has_formulas else None
    except Exception:
        # openpyxl raises anything on damaged parts
        _refuse(path, "damaged; open it in Excel and save it again")
    # Set by programs that write formulas without calculating them; Excel clears it on saving.
    never_calculated = bool(values.calculation and values.calculation.fullCalcOnLoad)
    grids = tuple(
        _grid(values[name], formulas[name] if formulas else None, never_calculated)
        for name in values.sheetnames
    )
    digest = hashlib.sha256(content).hexdigest()
    return Workbook(path.name, grids, str(path), digest)


def _load(content: bytes, *, data_only: bool) -> openpyxl.Workbook:
    with _QUIET, warnings.catch_warnings():
        # It warns of extensions that it drops: nothing that a case would need.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(content), data_only=data_only)


def _refuse(path: Path, why: str) -> NoReturn:
    problems = Problems()
    problems.error(f"{path.name or path}: {why}", kind="file")
    raise InvalidCase(problems.ordered) from None


def _bytes_of(path: Path) -> bytes:
    if path.name.startswith("~$"):
        _refuse(path, f"is Excel's lock file; use {path.name[2:]}")
    if not path.exists():
        _refuse(path, "there is no such file" + _neighbours(path))
    if path.is_dir():
        _refuse(path, "is a folder, not a workbook")
    try:
        return path.read_bytes()
    except OSError as error:
        _refuse(path, f"cannot be read: {error.strerror or error}")


def _neighbours(path: Path) -> str:
    if not path.parent.is_dir():
        return f" (nor a folder {path.parent})"
    found = sorted(p.name for p in path.parent.glob("*.xlsx") if not p.name.startswith("~$"))
    return f" (found there: {', '.join(found[:8])})" if found else ""


def _guard(path: Path, content: bytes) -> bool:
    """Refuse what is no workbook or not safe to unpack; returns whether it has formulas."""
    if not content:
        _refuse(path, "is empty")
    if content.startswith(_OLE):
        _refuse_ole(path, content)
    if not content.startswith(_ZIP):
        _refuse(path, _foreign(content))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _guard_size(path, archive)
            _guard_format(path, archive)
            return _guard_parts(path, archive)
    except InvalidCase:
        raise
    except Exception:
        # zipfile and expat raise many kinds on damaged archives
        _refuse(path, "damaged; open it in Excel and save it again")


def _guard_format(path: Path, archive: zipfile.ZipFile) -> None:
    names = {name.lower() for name in archive.namelist()}
    for part, what in _OTHER_FORMATS.items():
        if part in names:
            _refuse(path, f"is {what}; open it in Excel and save it as .xlsx")
    if _WORKBOOK_PART not in names:
        _refuse(path, "is a zip file, but not an Excel workbook; save the case as .xlsx")


def _guard_parts(path: Path, archive: zipfile.ZipFile) -> bool:
    """Refuse parts that are unsafe to load; returns whether any sheet has formulas."""
    has_formulas = False
    for name in archive.namelist():
        if not name.lower().endswith((".xml", ".rels")):
            continue
        part = archive.read(name)
        if _ENTITY.search(part[:4096]):
            _refuse(path, "holds XML entities, which no workbook needs; not loaded")
        if name.lower() == _WORKBOOK_PART:
            SafeXml.fromstring(part)
            if _STRICT in part:
                _refuse(
                    path,
                    "is a Strict Open XML workbook; save it as Excel Workbook (.xlsx) instead",
                )
        if _SHEET_PART.match(name):
            has_formulas = has_formulas or _FORMULA.search(part) is not None
            _guard_merged(path, part)
    return has_formulas


def _guard_merged(path: Path, part: bytes) -> None:
    """A merged area over whole columns would make a cell object of each of its cells."""
    for match in _MERGED.finditer(part):
        area = match.group(1).decode("ascii")
        size = CellRange(area).size
        if size["rows"] * size["columns"] > _LARGEST_MERGED:
            _refuse(path, f"a sheet has {area} merged; unmerge it, and repeat values in each row")


def _guard_size(path: Path, archive: zipfile.ZipFile) -> None:
    unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > LARGEST_UNPACKED:
        megabytes = 1024 * 1024
        _refuse(
            path,
            f"expands to {unpacked // megabytes} MB, limit {LARGEST_UNPACKED // megabytes} MB",
        )


def _refuse_ole(path: Path, content: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in content:
        _refuse(path, "is protected by a password; save it as .xlsx without one")
    if any(f"{name}\0".encode("utf-16-le") in content for name in ("Workbook", "Book")):
        _refuse(path, "is an old .xls workbook; open it in Excel and save it as .xlsx")
    _refuse(path, "is an old Office file, not an .xlsx workbook; save the case as .xlsx")


def _foreign(content: bytes) -> str:
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table")):
        return "is an HTML page, not an Excel workbook; open it in Excel and save it as .xlsx"
    if head.startswith(b"<?xml"):
        return "is an XML file, not an Excel workbook; open it in Excel and save it as .xlsx"
    if head.startswith(b"%pdf"):
        return "is a PDF, not an Excel workbook"
    try:
        text = content[:4096].decode("utf-8")
    except UnicodeDecodeError:
        return "damaged, or not an Excel workbook; open it in Excel and save it as .xlsx"
    if any(mark in text for mark in (",", ";", "\t")) and text.isprintable() is False:
        return "is a text file (CSV?), not an Excel workbook; open it in Excel and save it as .xlsx"
    return "is a text file, not an Excel workbook; save the case as .xlsx"


def _grid(sheet: Any, formulas: Any, never_calculated: bool) -> Grid:
    if isinstance(sheet, Chartsheet):
        return Grid(sheet.title, MappingProxyType({}), is_chart=True)
    tables, totals = _tables(sheet)
    cells: dict[int, dict[int, RawCell]] = {}
    # A sheet's own dimension is not to be trusted: only cells that are there are visited.
    for (row, column), cell in sorted(sheet._cells.items()):
        if row in totals and any(a.first_column <= column <= a.last_column for a in totals[row]):
            continue
        written = formulas._cells.get((row, column)) if formulas is not None else None
        is_formula = written is not None and written.data_type == "f"
        raw = _raw(cell, is_formula)
        if raw is not None and is_formula and never_calculated and not raw.stale:
            raw = replace(raw, uncalculated=True)
        if raw is not None:
            cells.setdefault(row, {})[column] = raw
    merged = tuple(
        Area(m.min_row, m.min_col, m.max_row, m.max_col) for m in sheet.merged_cells.ranges
    )
    hidden_rows = frozenset(n for n, d in sheet.row_dimensions.items() if d.hidden)
    return Grid(
        sheet.title,
        MappingProxyType(cells),
        tables,
        merged,
        hidden=sheet.sheet_state != "visible",
        hidden_rows=hidden_rows,
    )


def _tables(sheet: Any) -> tuple[tuple[Area, ...], dict[int, list[Area]]]:
    """The Excel tables of a sheet without their totals rows, and those rows by number."""
    areas: list[Area] = []
    totals: dict[int, list[Area]] = {}
    for table in sheet.tables.values():
        reference = CellRange(table.ref)
        first_column, first_row, last_column, last_row = reference.bounds
        count = table.totalsRowCount or 0
        area = Area(first_row, first_column, last_row - count, last_column, table.displayName)
        areas.append(area)
        for row in range(last_row - count + 1, last_row + 1):
            totals.setdefault(row, []).append(area)
    return tuple(areas), totals


def _raw(cell: Any, is_formula: bool) -> RawCell | None:
    value = cell.value
    if cell.data_type == "e":
        return RawCell(None, error=str(value))
    if value is None:
        # A formula whose result is an empty text has the type of a text, and no value.
        is_stale = is_formula and cell.data_type not in ("s", "str")
        return RawCell(None, stale=True) if is_stale else None
    if isinstance(value, str):
        return raw_cell(value) if trim(value) else None
    if isinstance(value, timedelta):  # a time span, as Excel shows durations
        return RawCell(str(value))
    if isinstance(value, time):
        return RawCell(value.isoformat())
    return RawCell(value, percent=_is_percentage(cell.number_format or ""))


def _is_percentage(number_format: str) -> bool:
    """Whether a format shows a fraction per hundred; a quoted or escaped % is only a letter."""
    return "%" in _LITERAL.sub("", number_format)
