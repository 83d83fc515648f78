"""A workbook's parts in a zip, and the cells of its sheets, open to every kind of damage.

No library for workbooks writes what is wrong, so the parts are edited as they stand.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as Xml

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_DATE = (1980, 1, 1, 0, 0, 0)
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")

Xml.register_namespace("", MAIN[1:-1])
Xml.register_namespace("r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships")

Content = float | str | bool | None


def letters(column: int) -> str:
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def place_of(cell: Xml.Element) -> tuple[int, int]:
    """Row and column of a cell; (0, 0) where an earlier mutation garbled its address."""
    match = _REFERENCE.fullmatch(cell.get("r", ""))
    if match is None:
        return 0, 0
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match.group(2)), column


class Sheet:
    """One worksheet part as a tree."""

    def __init__(self, name: str, part: str, root: Xml.Element, strings: list[str]) -> None:
        self.name = name
        self.part = part
        self.root = root
        self._strings = strings
        data = root.find(f"{MAIN}sheetData")
        self.data = data if data is not None else Xml.SubElement(root, f"{MAIN}sheetData")

    @property
    def rows(self) -> list[Xml.Element]:
        return list(self.data)

    @property
    def cells(self) -> list[Xml.Element]:
        return [cell for row in self.data for cell in row]

    @property
    def width(self) -> int:
        return max((place_of(cell)[1] for cell in self.cells), default=1)

    def cell_at(self, row: int, column: int) -> Xml.Element:
        """The cell at a place, made where there is none."""
        for cell in self.cells:
            if place_of(cell) == (row, column):
                return cell
        for line in self.data:
            if line.get("r") == str(row):
                break
        else:
            line = Xml.SubElement(self.data, f"{MAIN}row", {"r": str(row)})
        return Xml.SubElement(line, f"{MAIN}c", {"r": f"{letters(column)}{row}"})

    def content(self, cell: Xml.Element) -> Content:
        """What a cell shows."""
        value = cell.find(f"{MAIN}v")
        text = value.text if value is not None and value.text else ""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(part.text or "" for part in cell.iter(f"{MAIN}t"))
        if kind == "s":
            known = text.isdecimal() and int(text) < len(self._strings)
            return self._strings[int(text)] if known else ""
        if kind == "n":
            try:
                return float(text) if text else None
            except ValueError:
                return text
        return text

    def put(self, cell: Xml.Element, content: Content) -> None:
        """Write a number, a text, TRUE or FALSE, or nothing; the format stays."""
        if isinstance(content, bool):
            self.put_raw(cell, "b", str(int(content)))
        elif isinstance(content, str):
            self.put_raw(cell, "inlineStr", None)
            text = Xml.SubElement(Xml.SubElement(cell, f"{MAIN}is"), f"{MAIN}t")
            text.text = content
            text.set(_SPACE, "preserve")
        else:
            self.put_raw(cell, "n", None if content is None else repr(content))

    def put_raw(
        self, cell: Xml.Element, kind: str, value: str | None, formula: str | None = None
    ) -> None:
        """Write a cell as it stands in the file: type, stored value, formula."""
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if kind != "n":
            cell.set("t", kind)
        if formula is not None:
            Xml.SubElement(cell, f"{MAIN}f").text = formula
        if value is not None:
            Xml.SubElement(cell, f"{MAIN}v").text = value

    def renumber(self) -> None:
        """Give rows, in their order, the numbers from 1 on; their cells go with them."""
        for number, row in enumerate(self.data, start=1):
            row.set("r", str(number))
            for cell in row:
                cell.set("r", f"{letters(place_of(cell)[1])}{number}")

    def move_column(self, cell: Xml.Element, column: int) -> None:
        cell.set("r", f"{letters(column)}{place_of(cell)[0]}")

    def arrange(self) -> None:
        """Put cells in the order of their columns, as Excel wants them."""
        for row in self.data:
            row[:] = sorted(row, key=lambda cell: place_of(cell)[1])

    def add_after_data(self, tag: str, **attributes: str) -> Xml.Element:
        """An element behind the cells, where mergeCells and the like stand."""
        element = Xml.Element(f"{MAIN}{tag}", attributes)
        self.root.insert(list(self.root).index(self.data) + 1, element)
        return element


class Package:
    """The parts of a workbook by name, in their order; a name may come twice."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
        self.stored = False
        self._sheets: list[Sheet] | None = None

    @property
    def sheets(self) -> list[Sheet]:
        """The worksheets whose parts can be parsed, with their names."""
        if self._sheets is None:
            self._sheets = list(self._parsed())
        return self._sheets

    def _parsed(self) -> Iterator[Sheet]:
        names = self._names()
        strings = self._strings()
        for part, content in self.parts:
            match = _SHEET.fullmatch(part)
            if match is None:
                continue
            try:
                root = Xml.fromstring(content)
            except Xml.ParseError:
                continue
            number = int(match.group(1))
            name = names[number - 1] if number <= len(names) else part
            yield Sheet(name, part, root, strings)

    def _names(self) -> list[str]:
        """In the examples sheet N of the workbook is the part sheetN.xml."""
        try:
            root = Xml.fromstring(self.part("xl/workbook.xml"))
        except Xml.ParseError:
            return []
        return [sheet.get("name", "") for sheet in root.iter(f"{MAIN}sheet")]

    def _strings(self) -> list[str]:
        try:
            root = Xml.fromstring(self.part("xl/sharedStrings.xml"))
        except Xml.ParseError:
            return []
        return [
            "".join(text.text or "" for text in item.iter(f"{MAIN}t"))
            for item in root.iter(f"{MAIN}si")
        ]

    def part(self, name: str) -> bytes:
        """A part's content; empty where it is gone."""
        return next((content for part, content in self.parts if part == name), b"")

    def replace(self, name: str, content: bytes) -> None:
        self.parts = [(part, content if part == name else old) for part, old in self.parts]

    def edit_workbook(self) -> Xml.Element | None:
        """The tree of xl/workbook.xml, to be given back to `set_workbook`."""
        try:
            return Xml.fromstring(self.part("xl/workbook.xml"))
        except Xml.ParseError:
            return None

    def set_workbook(self, root: Xml.Element) -> None:
        self.replace("xl/workbook.xml", Xml.tostring(root, "utf-8", xml_declaration=True))

    def flush(self) -> None:
        """Write edited sheets back to their parts; later edits parse them anew."""
        for sheet in self._sheets or ():
            self.replace(sheet.part, Xml.tostring(sheet.root, "utf-8", xml_declaration=True))
        self._sheets = None

    def pack(self) -> bytes:
        """The file, the same bytes for the same parts."""
        self.flush()
        packed = io.BytesIO()
        method = zipfile.ZIP_STORED if self.stored else zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(packed, "w", method) as archive:
            for name, content in self.parts:
                info = zipfile.ZipInfo(name, _DATE)
                info.compress_type = method
                archive.writestr(info, content)
        return packed.getvalue()


def twin(element: Xml.Element) -> Xml.Element:
    return copy.deepcopy(element)
