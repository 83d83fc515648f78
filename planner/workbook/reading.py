"""Reading Excel files into grids; what is no readable workbook is said in plain words.

The XML of the sheets is read as a stream (`parts`, `sheet_part`), each part once; openpyxl gives
formats and dates that are not plain (`notation`). Its own loader was measured and left: it passes
over a sheet whose part is missing or is other XML without a word, so that a quota could vanish; it
needs two loads for formulas and their results, 13 s and 640 MB for a million cells; and a damaged
style, chart or pivot that no case needs ends it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

from planner.case.case import Case, case_from_workbook
from planner.case.declarations import BY_NAME, PERIODS
from planner.case.grid import Area, Grid, RawCell, Workbook
from planner.case.names import fold
from planner.case.problems import Problems
from planner.errors import InvalidCase
from planner.workbook.archive import (
    DAMAGED,
    LARGEST_UNPACKED,
    PASSWORD,
    Archive,
    Unreadable,
    megabytes,
)
from planner.workbook.parts import (
    Allowance,
    Relation,
    SheetEntry,
    StringsPart,
    StylesPart,
    TablePart,
    WorkbookPart,
    relations,
)
from planner.workbook.sheet_part import Shared, SheetPart, area

_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OURS = frozenset(fold(name) for name in BY_NAME)
_PERIODS = fold(PERIODS.name)
"""A sheet that every case has, and nothing that the planner writes of one."""
_OF_RESULTS = frozenset({"summary", "orders", "plan", "balance", "inputs", "certificate", "run"})
"""Sheets that every results workbook has; what was made of it stands in Run."""
_OF_A_STUDY = "answer"
"""The first sheet of a study's workbook."""
_NO_TABLES = {
    "chartsheet": "chart sheet",
    "dialogsheet": "dialog sheet",
    "xlMacrosheet": "macro sheet",
    "xlIntlMacrosheet": "macro sheet",
}


def read(path: str | Path) -> Case:
    """Read a case from an Excel workbook (.xlsx or .xlsm).

    Raises:
        InvalidCase: with every problem of the workbook, sorted, or why it cannot be read at all.
    """
    workbook = load_workbook(Path(path))
    return case_from_workbook(workbook, Path(path).stem)


def load_workbook(path: Path) -> Workbook:
    """The sheets of a workbook as grids; of those that are none of ours, whether they are blank.

    Raises:
        InvalidCase: the file cannot be read; the only problem says why and what to do.
    """
    content = bytes_of(path)
    try:
        refuse_foreign(content)
        grids = _grids(Archive(content))
        _refuse_answers(grids)
    except Unreadable as why:
        _refuse(path, str(why), why.sheet)
    except Exception:
        # zipfile and expat raise many kinds on damaged files
        _refuse(path, DAMAGED)
    digest = hashlib.sha256(content).hexdigest()
    return Workbook(path.name, grids, str(path), digest)


def _refuse(path: Path, why: str, sheet: str | None = None) -> NoReturn:
    problems = Problems()
    text = why if sheet else f"{path.name or path}: {why}"
    problems.error(text, sheet=sheet, kind="file")
    raise InvalidCase(problems.ordered) from None


# -- the file -------------------------------------------------------------------------------


def bytes_of(path: Path) -> bytes:
    """What a file holds.

    Raises:
        InvalidCase: there is no such file, or it cannot be read.
    """
    if path.name.startswith("~$"):
        _refuse(path, f"is Excel's lock file; use {path.name[2:]}")
    try:
        if not path.exists():
            _refuse(path, "there is no such file" + _neighbours(path))
        if path.is_dir():
            _refuse(path, "is a folder, not a workbook")
        if not path.is_file():
            _refuse(path, "is no file, but a device or pipe")
        size = path.stat().st_size
        if size > LARGEST_UNPACKED:
            limit = megabytes(LARGEST_UNPACKED)
            _refuse(path, f"has {megabytes(size)} MB, limit {limit} MB; is it the right file?")
        return path.read_bytes()
    except OSError as error:
        _refuse(path, f"cannot be read: {error.strerror or error}")


def _neighbours(path: Path) -> str:
    if not path.parent.is_dir():
        return f" (nor a folder {path.parent})"
    found = sorted(p.name for p in path.parent.glob("*.xlsx") if not p.name.startswith("~$"))
    return f" (found there: {', '.join(found[:8])})" if found else ""


def refuse_foreign(content: bytes) -> None:
    """Refuse what is no zip file, and so no workbook, and say what it is.

    Raises:
        Unreadable: it is none.
    """
    if not content:
        raise Unreadable("is empty")
    if content.startswith(_OLE):
        raise Unreadable(_ole(content))
    if not content.startswith(_ZIP):
        raise Unreadable(_foreign(content))


def _ole(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return PASSWORD
    if any(f"{name}\0".encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return "is an old .xls workbook; open it in Excel and save it as .xlsx"
    return "is an old Office file, not an .xlsx workbook; save the case as .xlsx"


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


def _refuse_answers(grids: Sequence[Grid]) -> None:
    """Refuse a workbook that the planner wrote of a case: it has no case's sheets to read.

    Raises:
        Unreadable: it is one.
    """
    names = [fold(grid.name) for grid in grids]
    if _is_of_results(names):
        raise Unreadable(f"is a results workbook, not a case; {_made_from(grids)}")
    if names[:1] == [_OF_A_STUDY] and _PERIODS not in names:
        raise Unreadable("is the answer of a study, not a case; give the case that was asked about")


def _is_of_results(names: Collection[str]) -> bool:
    """Whether sheets of these folded names are those of a results workbook, and of no case."""
    return set(names) >= _OF_RESULTS and _PERIODS not in names


def _made_from(grids: Sequence[Grid]) -> str:
    """The case of a results workbook, as its sheet Run has it."""
    run = next(grid for grid in grids if fold(grid.name) == "run")
    for row in run.cells.values():
        label, said = row.get(1), row.get(2)
        if label is not None and said is not None and label.content == "Input":
            return f"its case is {said.content} (sheet Run)"
    return "give the case that it was made from"


# -- its sheets -----------------------------------------------------------------------------


def _grids(archive: Archive) -> tuple[Grid, ...]:
    allowance = Allowance()
    main = _one_of(relations(archive, "", allowance), "officeDocument") or "xl/workbook.xml"
    if main not in archive:
        raise Unreadable("is a zip file, but not an Excel workbook; save the case as .xlsx")
    book = WorkbookPart(allowance)
    book.read(archive.pieces(main))
    if not book.sheets:
        raise Unreadable
    parts = relations(archive, main, allowance)
    shared = _shared(archive, book, parts, allowance)
    names = {fold(sheet.name) for sheet in book.sheets}
    wanted = frozenset({"run"}) if _is_of_results(names) else _OURS
    return tuple(
        _grid(archive, sheet, parts, shared, allowance, whole=fold(sheet.name) in wanted)
        for sheet in book.sheets
    )


def _one_of(parts: dict[str, Relation], kind: str) -> str | None:
    """The name of the part of this kind that others are found from."""
    return next((relation.target for relation in parts.values() if relation.kind == kind), None)


def _shared(
    archive: Archive, book: WorkbookPart, parts: dict[str, Relation], allowance: Allowance
) -> Shared:
    strings, styles = StringsPart(allowance), StylesPart(allowance)
    if where := _one_of(parts, "sharedStrings"):
        strings.read(archive.pieces(where))
    if where := _one_of(parts, "styles"):
        styles.read(archive.pieces(where))
    return Shared(strings.cells, styles.formats, book.from_1904, book.never_calculated)


def _grid(
    archive: Archive,
    sheet: SheetEntry,
    parts: dict[str, Relation],
    shared: Shared,
    allowance: Allowance,
    *,
    whole: bool,
) -> Grid:
    """The grid of one sheet; where not whole, only its first filled cell."""
    where = parts[sheet.relation]
    if where.kind in _NO_TABLES:
        no_table = _NO_TABLES[where.kind]
        return Grid(sheet.name, MappingProxyType({}), hidden=sheet.hidden, no_table=no_table)
    part = SheetPart(sheet.name, shared, allowance, whole=whole)
    part.read(archive.pieces(where.target))
    beside = relations(archive, where.target, allowance) if part.tables else {}
    tables = tuple(
        _table(archive, beside[relation].target, part.cells, allowance) for relation in part.tables
    )
    return Grid(
        sheet.name,
        MappingProxyType(part.cells),
        tables,
        tuple(part.merged),
        hidden=sheet.hidden,
        hidden_rows=frozenset(part.hidden_rows),
    )


def _table(
    archive: Archive, name: str, cells: dict[int, dict[int, RawCell]], allowance: Allowance
) -> Area:
    """An Excel table without its rows of totals, whose cells are taken out."""
    part = TablePart(allowance)
    part.read(archive.pieces(name))
    whole = area(part.reference, part.name)
    last = whole.last_row - part.totals
    for row in [number for number in cells if last < number <= whole.last_row]:
        cells[row] = {c: cell for c, cell in cells[row].items() if not whole.holds(row, c)}
    return replace(whole, last_row=last)
