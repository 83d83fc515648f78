"""Reading Excel files into grids; what is no readable workbook is said in plain words."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import Path
from types import MappingProxyType
from typing import Any

import defusedxml.ElementTree as SafeXml
import openpyxl
from openpyxl.chartsheet import Chartsheet
from openpyxl.utils import range_boundaries

from planner.case.case import Case, case_from_workbook
from planner.case.grid import Area, Grid, RawCell, Workbook, trim
from planner.case.problems import Problems
from planner.errors import InvalidCase

LARGEST_UNPACKED = 300 * 1024 * 1024
"""A workbook that unpacks to more than this is not loaded."""

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHEET_PART = re.compile(r"^xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
_ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_FORMULA = re.compile(rb"<f[ />]")
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
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content)) if has_formulas else None
    except Exception:  # noqa: BLE001 - openpyxl raises anything on damaged parts
        _refuse(path, "damaged; open it in Excel and save it again")
    grids = tuple(
        _grid(values[name], formulas[name] if formulas is not None else None)
        for name in values.sheetnames
    )
    digest = hashlib.sha256(content).hexdigest()
    return Workbook(path.name, grids, str(path), digest)


def _refuse(path: Path, why: str) -> Any:
    problems = Problems()
    problems.error(f"{path.name}: {why}", kind="file")
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
        raise


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
    has_formulas = False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _guard_size(path, archive)
            names = set(archive.namelist())
            for part, what in _OTHER_FORMATS.items():
                if part in names:
                    _refuse(path, f"is {what}; open it in Excel and save it as .xlsx")
            if "xl/workbook.xml" not in names:
                _refuse(path, "is a zip file, but not an Excel workbook; save the case as .xlsx")
            for name in names:
                if name.endswith((".xml", ".rels")):
                    part_bytes = archive.read(name)
                    if _ENTITY.search(part_bytes[:4096]):
                        _refuse(path, "holds XML entities, which no workbook needs; not loaded")
                    if _SHEET_PART.match(name) and _FORMULA.search(part_bytes):
                        has_formulas = True
            SafeXml.fromstring(archive.read("xl/workbook.xml"))
    except InvalidCase:
        raise
    except Exception:  # noqa: BLE001 - zipfile and expat raise many kinds on damaged archives
        _refuse(path, "damaged; open it in Excel and save it again")
    return has_formulas


def _guard_size(path: Path, archive: zipfile.ZipFile) -> None:
    unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > LARGEST_UNPACKED:
        megabytes = 1024 * 1024
        _refuse(
            path,
            f"expands to {unpacked // megabytes} MB, limit {LARGEST_UNPACKED // megabytes} MB",
        )


def _refuse_ole(path: Path, content: bytes) -> None:
    marker = "EncryptedPackage".encode("utf-16-le")
    if marker in content:
        _refuse(path, "is protected by a password; save it as .xlsx without one")
    _refuse(path, "is an old .xls workbook; save it as .xlsx")


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


def _grid(sheet: Any, formulas: Any) -> Grid:
    if isinstance(sheet, Chartsheet):
        return Grid(sheet.title, MappingProxyType({}), is_chart=True)
    tables, totals = _tables(sheet)
    cells: dict[int, dict[int, RawCell]] = {}
    # A sheet's own dimension is not to be trusted: only cells that are there are visited.
    for (row, column), cell in sorted(sheet._cells.items()):
        if row in totals and any(a.first_column <= column <= a.last_column for a in totals[row]):
            continue
        raw = _raw(cell, formulas, row, column)
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
    areas, totals = [], {}
    for table in sheet.tables.values():
        first_column, first_row, last_column, last_row = range_boundaries(table.ref)
        count = table.totalsRowCount or 0
        area = Area(first_row, first_column, last_row - count, last_column, table.displayName)
        areas.append(area)
        for row in range(last_row - count + 1, last_row + 1):
            totals.setdefault(row, []).append(area)
    return tuple(areas), totals


def _raw(cell: Any, formulas: Any, row: int, column: int) -> RawCell | None:
    value = cell.value
    percent = "%" in (cell.number_format or "")
    if cell.data_type == "e":
        return RawCell(None, error=str(value))
    if value is None:
        if formulas is None:
            return None
        written = formulas._cells.get((row, column))
        if written is not None and written.data_type == "f":
            return RawCell(None, stale=True)
        return None
    if isinstance(value, str):
        return RawCell(value) if trim(value) else None
    if hasattr(value, "total_seconds"):  # a time span, as Excel shows durations
        return RawCell(str(value))
    if type(value).__name__ == "time":
        return RawCell(value.isoformat())
    return RawCell(value, percent=percent)
