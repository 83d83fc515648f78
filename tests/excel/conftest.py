"""Second opinions on the workbooks that the planner writes: a lint, and LibreOffice.

The lint finds what LibreOffice forgives and Excel does not. LibreOffice opens the workbooks,
recalculates every formula, saves them again and prints them. Where it is not installed these
tests are skipped, unless the environment says PLANNER_LIBREOFFICE=required (as .ci/run does).
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import defusedxml.ElementTree as SafeXml
import openpyxl
import pytest
from openpyxl.worksheet.cell_range import CellRange

# -- LibreOffice ----------------------------------------------------------------------------

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
  <item oor:path="/org.openoffice.Office.Calc/Formula/Load">
    <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
  </item>
</oor:items>
"""
"""Recalculate always, and do not ask."""

_PROGRAMS = ("soffice", "pdftotext")

Convert = Callable[..., dict[Path, Path]]


@pytest.fixture(scope="session")
def soffice(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """`soffice(paths, "xlsx")` converts workbooks, all at once; returns the new path of each."""
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    if missing and os.environ.get("PLANNER_LIBREOFFICE") == "required":
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    home = tmp_path_factory.mktemp("libreoffice")
    (home / "user").mkdir()
    (home / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")

    def convert(paths: Sequence[Path], kind: str) -> dict[Path, Path]:
        assert len({path.name for path in paths}) == len(paths), "two workbooks of one name"
        out = tmp_path_factory.mktemp(f"as-{kind}")
        command = ["soffice", f"-env:UserInstallation={home.as_uri()}", "--headless"]
        command += ["--convert-to", kind, "--outdir", str(out), *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=540, check=False)
        made = {path: out / f"{path.stem}.{kind}" for path in paths}
        assert all(path.exists() for path in made.values()), done.stdout + done.stderr
        return made

    return convert


@pytest.fixture(scope="session")
def printed(soffice: Convert) -> Callable[[Path], str]:
    """The text of a PDF."""

    def text(path: Path) -> str:
        command = ["pdftotext", "-layout", str(path), "-"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return text


@pytest.fixture(scope="session")
def formulas_that_differ() -> Callable[[Path, Path], list[str]]:
    """Where a recalculated workbook disagrees with the results stored in the original."""
    return lambda original, recalculated: list(_differences(original, recalculated))


@pytest.fixture(scope="session")
def count_formulas() -> Callable[[Path], int]:
    """How many cells of a workbook hold a formula."""
    return lambda path: sum(1 for _ in _formulas(path))


_CLOSE = 1e-6


def _formulas(path: Path) -> Iterator[tuple[str, str]]:
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate


def _differences(original: Path, recalculated: Path) -> Iterator[str]:
    stored = openpyxl.load_workbook(original, data_only=True)
    fresh = openpyxl.load_workbook(recalculated, data_only=True)
    for title, place in _formulas(original):
        was, now = stored[title][place].value, fresh[title][place].value
        if not _agree(was, now):
            yield f"{title}!{place}: stored {was!r}, recalculated {now!r}"
    for sheet in fresh.worksheets:
        for row in sheet.iter_rows():
            yield from (
                f"{sheet.title}!{cell.coordinate}: {cell.value}"
                for cell in row
                if cell.data_type == "e"
            )


def _agree(was: Any, now: Any) -> bool:
    if isinstance(was, (int, float)) and isinstance(now, (int, float)):
        return math.isclose(was, now, rel_tol=_CLOSE, abs_tol=1e-9)
    return (was or "") == (now or "")


# -- the lint -------------------------------------------------------------------------------

_NEW = """
AGGREGATE ARRAYTOTEXT BYCOL BYROW CHOOSECOLS CHOOSEROWS CONCAT CEILING.MATH DAYS DROP EXPAND FILTER
FLOOR.MATH FORECAST.LINEAR HSTACK IFNA IFS ISFORMULA ISOWEEKNUM LAMBDA LET MAKEARRAY MAP MAXIFS
MINIFS MODE.SNGL NUMBERVALUE PERCENTILE.INC RANDARRAY RANK.EQ REDUCE SCAN SEQUENCE SHEET SHEETS
SINGLE SORT SORTBY STDEV.P STDEV.S SWITCH TAKE TEXTAFTER TEXTBEFORE TEXTJOIN TEXTSPLIT TOCOL TOROW
UNICHAR UNICODE UNIQUE VALUETOTEXT VAR.P VAR.S VSTACK WRAPCOLS WRAPROWS XLOOKUP XMATCH XOR
"""
_NEW_FUNCTIONS = frozenset(_NEW.split())
"""Functions that Excel stores as _xlfn.NAME; without it they show #NAME? until they are edited."""

_MOST_ROWS, _MOST_COLUMNS, _MOST_LETTERS = 1_048_576, 16_384, 32_767
_MOST_NOTES, _MOST_LINKS, _MOST_FORMATS = 65_000, 65_530, 64_000
_NAME = re.compile(r"^[A-Za-z_\\][\w.\\]*$")
_CELL_LIKE = re.compile(r"^(\$?[A-Za-z]{1,3}\$?\d+|[rR]\d*|[cC]\d*|[rR]\d*[cC]\d*)$")
_STRING = re.compile(r'"[^"]*"')
_CALLED = re.compile(r"(?<![\w.])([A-Za-z][A-Za-z0-9.]*)\(")
_REFERENCE = re.compile(r"('[^']+'|[A-Za-z_][\w.]*)!(\$?[A-Za-z]{1,3}\$?\d+)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@pytest.fixture(scope="session")
def lint() -> Callable[[Path], list[str]]:
    """What Excel would refuse, repair or show wrongly in a workbook; empty where it is sound."""
    return lambda path: list(_Lint(path).complaints())


class _Lint:
    """One workbook as its XML parts."""

    def __init__(self, path: Path) -> None:
        self.parts: dict[str, Any] = {}
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels", ".vml")):
                    self.parts[name] = SafeXml.fromstring(archive.read(name))
        self.strings = [
            "".join(_unescaped(t.text) for t in _all(item, "t"))
            for item in _all(self.parts.get("xl/sharedStrings.xml"), "si")
        ]
        self.sheets = self._sheets()

    def complaints(self) -> Iterator[str]:
        yield from self._names_of_sheets()
        yield from self._defined_names()
        yield from self._formats()
        yield from self._charts()
        for name, part in self.sheets.items():
            for complaint in self._sheet(name, part):
                yield f"{name}: {complaint}"

    def _sheets(self) -> dict[str, str]:
        targets = self._related("xl/workbook.xml")
        return {
            sheet.get("name"): targets[_of(sheet, "id")]
            for sheet in _all(self.parts["xl/workbook.xml"], "sheet")
        }

    def _related(self, part: str) -> dict[str, str]:
        folder, _, file = part.rpartition("/")
        relations = self.parts.get(f"{folder}/_rels/{file}.rels")
        return {
            r.get("Id"): os.path.normpath(f"{folder}/{r.get('Target')}").lstrip("/")
            for r in _all(relations, "Relationship")
            if r.get("TargetMode") != "External"
        }

    # -- the whole workbook -----------------------------------------------------------------

    def _names_of_sheets(self) -> Iterator[str]:
        yield from _repeated("sheet", self.sheets)
        for name in self.sheets:
            if not 0 < len(name) <= 31 or re.search(r"[\[\]:*?/\\]", name) or name[0] == "'":
                yield f"'{name}' is no name for a sheet"
            if name[-1] == "'" or name.casefold() == "history":
                yield f"'{name}' is no name for a sheet"

    def _defined_names(self) -> Iterator[str]:
        names = [
            (n.get("name"), n.get("localSheetId"), n.text or "")
            for n in _all(self.parts["xl/workbook.xml"], "definedName")
        ]
        tables = [t.get("displayName") for t in self._tables()]
        own = [name for name, local, _ in names if local is None]
        yield from _repeated("name", [*own, *tables])
        for name in [n for n, _, _ in names if not n.startswith("_xlnm.")] + tables:
            if not _NAME.match(name) or _CELL_LIKE.match(name) or len(name) > 255:
                yield f"'{name}' is no name for a range or table"
        for name, _, formula in names:
            yield from (f"name {name}: {c}" for c in self._formula(formula))
            if "#REF!" in formula:
                yield f"name {name}: #REF!"

    def _tables(self) -> list[Any]:
        return [part for name, part in self.parts.items() if name.startswith("xl/tables/")]

    def _formats(self) -> Iterator[str]:
        styles = self.parts.get("xl/styles.xml")
        if len(_all(_one(styles, "cellXfs"), "xf")) > _MOST_FORMATS:
            yield "too many cell formats"
        for code in _all(styles, "numFmt"):
            if len(code.get("formatCode")) > 255:
                yield f"number format over 255 letters: {code.get('formatCode')}"

    def _charts(self) -> Iterator[str]:
        for name, part in self.parts.items():
            if re.match(r"xl/charts/chart\d+\.xml$", name):
                for reference in _all(part, "f"):
                    yield from (f"{name}: {c}" for c in self._formula(reference.text or ""))

    def _formula(self, formula: str) -> Iterator[str]:
        """What is wrong in the text of a formula, wherever it stands."""
        bare = _STRING.sub('""', formula)
        if len(formula) > 8192:
            yield "formula over 8192 letters"
        if any(len(text) > 257 for text in _STRING.findall(formula)):
            yield f"text over 255 letters in the formula {formula[:40]}…"
        for function in _CALLED.findall(re.sub(r"'[^']*'", "", bare)):
            if function.upper() in _NEW_FUNCTIONS:
                yield f"{function} needs the prefix _xlfn. in {formula}"
        for sheet, _ in _REFERENCE.findall(bare):
            if sheet.strip("'").replace("''", "'") not in self.sheets:
                yield f"no sheet {sheet} for {formula}"

    # -- one sheet --------------------------------------------------------------------------

    def _sheet(self, name: str, part: str) -> Iterator[str]:
        sheet = self.parts[part]
        tables = [
            self.parts[target]
            for target in self._related(part).values()
            if target.startswith("xl/tables/")
        ]
        yield from self._cells(sheet)
        yield from self._areas(sheet, tables)
        for table in tables:
            yield from self._table(sheet, table)
        yield from self._validations(sheet)
        yield from self._conditions(sheet)
        yield from self._notes(part)
        yield from self._links(sheet)
        yield from _measures(sheet)

    def _cells(self, sheet: Any) -> Iterator[str]:
        for cell in _all(sheet, "c"):
            place, kind = cell.get("r"), cell.get("t", "n")
            value, formula = _one(cell, "v"), _one(cell, "f")
            text = value.text if value is not None else None
            if kind == "n" and text is not None and not _is_finite(text):
                yield f"{place}: the number {text}"
            if kind == "e":
                yield f"{place}: the error {text}"
            if kind == "s" and len(self.strings[int(text or 0)]) > _MOST_LETTERS:
                yield f"{place}: text over {_MOST_LETTERS} letters"
            if formula is not None:
                if value is None:
                    yield f"{place}: formula without a stored result"
                yield from (f"{place}: {c}" for c in self._formula(formula.text or ""))

    def _areas(self, sheet: Any, tables: Sequence[Any]) -> Iterator[str]:
        """Merged cells, tables and the sheet's filter keep out of each other's way."""
        areas = [("merge", CellRange(m.get("ref"))) for m in _all(sheet, "mergeCell")]
        areas += [(f"table {t.get('name')}", CellRange(t.get("ref"))) for t in tables]
        if (own := sheet.find("{*}autoFilter")) is not None:
            areas.append(("filter", CellRange(own.get("ref"))))
        for i, (what, area) in enumerate(areas):
            for other, second in areas[:i]:
                if not area.isdisjoint(second):
                    yield f"{what} {area.coord} overlaps {other} {second.coord}"

    def _table(self, sheet: Any, table: Any) -> Iterator[str]:
        name, area = table.get("name"), CellRange(table.get("ref"))
        columns = [_unescaped(c.get("name")) for c in _all(table, "tableColumn")]
        yield from _repeated(f"column of table {name}", columns)
        if len(columns) != area.size["columns"] or area.size["rows"] < 2:
            yield f"table {name} has {len(columns)} columns on {area.coord}"
        header = {c.get("r"): c for c in _all(sheet, "c")}
        for (_, place), column in zip(area.top, columns, strict=False):
            coordinate = f"{openpyxl.utils.get_column_letter(place)}{area.min_row}"
            shown = self._text(header.get(coordinate))
            if shown != column:
                yield f"{coordinate}: header {shown!r} of the column {column!r} of table {name}"
            if len(column) > 255:
                yield f"{coordinate}: header over 255 letters"

    def _text(self, cell: Any) -> str | None:
        """The text of a text cell."""
        if cell is None or cell.get("t") not in ("s", "str", "inlineStr"):
            return None
        if cell.get("t") == "s":
            return self.strings[int(_one(cell, "v").text)]
        return "".join(t.text or "" for t in (*_all(cell, "v"), *_all(cell, "t")))

    def _validations(self, sheet: Any) -> Iterator[str]:
        covered: list[CellRange] = []
        for rule in _all(sheet, "dataValidation"):
            where = rule.get("sqref")
            for formula in (*_all(rule, "formula1"), *_all(rule, "formula2")):
                text = formula.text or ""
                if len(text) > 255 + 2 * text.startswith('"'):
                    yield f"{where}: validation over 255 letters"
                yield from (f"{where}: {c}" for c in self._formula(text))
            for attribute, most in (
                ("promptTitle", 32), ("errorTitle", 32), ("prompt", 255), ("error", 225),
            ):  # fmt: skip
                if len(rule.get(attribute, "")) > most:
                    yield f"{where}: {attribute} over {most} letters"
            for area in map(CellRange, where.split()):
                if any(not area.isdisjoint(other) for other in covered):
                    yield f"{area.coord}: two validations"
                covered.append(area)

    def _conditions(self, sheet: Any) -> Iterator[str]:
        count = len(_all(_one(self.parts.get("xl/styles.xml"), "dxfs"), "dxf"))
        for block in _all(sheet, "conditionalFormatting"):
            where = block.get("sqref")
            for rule in _all(block, "cfRule"):
                if int(rule.get("dxfId", -1)) >= count:
                    yield f"{where}: conditional format without its look"
                for formula in _all(rule, "formula"):
                    text = formula.text or ""
                    yield from (f"{where}: {c}" for c in self._formula(text))
                    if any(p.count("$") < 2 for _, p in _REFERENCE.findall(text)):
                        yield f"{where}: relative reference to another sheet in {text}"
                    if len(text) > 255:
                        yield f"{where}: condition over 255 letters"
        priorities = [rule.get("priority") for rule in _all(sheet, "cfRule")]
        yield from _repeated("priority of conditional formats", priorities)

    def _notes(self, part: str) -> Iterator[str]:
        for target in self._related(part).values():
            if re.match(r"xl/comments\d+\.xml$", target):
                notes = _all(self.parts[target], "comment")
                yield from _repeated("note on", [n.get("ref") for n in notes])
                if len(notes) > _MOST_NOTES:
                    yield "too many notes"

    def _links(self, sheet: Any) -> Iterator[str]:
        links = _all(sheet, "hyperlink")
        if len(links) > _MOST_LINKS:
            yield "too many links"
        for link in links:
            yield from (f"link: {c}" for c in self._formula(link.get("location", "")))


def _measures(sheet: Any) -> Iterator[str]:
    for column in _all(sheet, "col"):
        if float(column.get("width", 0)) > 255 or int(column.get("max")) > _MOST_COLUMNS:
            yield "column too wide or too far"
    for row in _all(sheet, "row"):
        if float(row.get("ht", 0)) > 409.5 or int(row.get("r")) > _MOST_ROWS:
            yield f"row {row.get('r')} too high or too far"
    for text in (*_all(sheet, "oddHeader"), *_all(sheet, "oddFooter")):
        if len(text.text or "") > 255:
            yield "header or footer over 255 letters"


def _all(element: Any, tag: str) -> list[Any]:
    """Every element of that tag inside another, whatever its namespace."""
    if element is None:
        return []
    return [e for e in element.iter() if e.tag.rpartition("}")[2] == tag]


def _one(element: Any, tag: str) -> Any:
    return next(iter(_all(element, tag)), None)


def _of(element: Any, attribute: str) -> str:
    return next(v for k, v in element.items() if k.rpartition("}")[2] == attribute and "}" in k)


def _unescaped(text: str | None) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text or "")


def _is_finite(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _repeated(what: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(str(name).casefold() for name in names).items():
        if count > 1:
            yield f"{what} '{name}' {count} times"
