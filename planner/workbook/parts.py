"""The XML parts of a workbook, read as streams: only what a case needs, and within limits.

No tree of a part is ever built, so that memory follows what is kept and not what a file holds.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.parsers import expat

from planner.case.grid import RawCell, raw_cell, trim
from planner.workbook.archive import Archive, Unreadable
from planner.workbook.notation import Format, format_of, unescape

MOST_FILLED = 1_200_000
"""Filled cells of a workbook."""

_MOST_TAGS = 10_000_000
_MOST_CHARACTERS = 50_000_000
_DEEPEST = 200
_MOST_NAMES = 10_000
_LONGEST_TOKEN = 8 * 1024 * 1024
_MOST_TEXT_PIECES = 128  # of 8 KB; Excel keeps 32 KB in a cell

_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_ALTERNATIVE = "http://schemas.openxmlformats.org/markup-compatibility/2006 Choice"
_ID = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)

Attributes = dict[str, str]


@dataclass(slots=True)
class Allowance:
    """What may still be read of a workbook, over all its parts."""

    tags: int = _MOST_TAGS
    characters: int = _MOST_CHARACTERS
    filled: int = MOST_FILLED


class Part:
    """One XML part, read as a stream.

    A subclass says which elements it wants: `_on` for their starts, with the attributes, and
    `_after` for their ends. All others are passed over.
    """

    def __init__(self, allowance: Allowance, sheet: str | None = None) -> None:
        self.sheet = sheet
        self._allowance = allowance
        self._starts: dict[str, Callable[[Attributes], None]] = {_ALTERNATIVE: self._skip}
        self._ends: dict[str, Callable[[], None]] = {}
        self._depth = 0
        self._skipped = 0
        self._text: list[str] = []

    def read(self, pieces: Iterable[bytes]) -> None:
        """Read the part.

        Raises:
            Unreadable: it has what no workbook needs, or too much.
            expat.ExpatError: it is no XML.
        """
        names: dict[str, str] = {}
        prefixes: set[str | None] = set()
        parser = expat.ParserCreate(namespace_separator=" ", intern=names)
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartNamespaceDeclHandler = lambda prefix, _: prefixes.add(prefix)
        self._parser = parser
        self._listen()
        fed = 0
        for piece in pieces:
            self._allowance.tags -= piece.count(b"<")
            if self._allowance.tags < 0:
                raise Unreadable(_TOO_MANY_TAGS, self.sheet)
            parser.Parse(piece, False)
            fed += len(piece)
            # What expat keeps for itself: names, prefixes, and a token until it ends.
            if len(names) + len(prefixes) > _MOST_NAMES:
                raise Unreadable
            if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
                raise Unreadable
        parser.Parse(b"", True)

    def _on(self, tag: str, do: Callable[[Attributes], None]) -> None:
        self._starts |= {f"{space} {tag}": do for space in _MAIN}

    def _after(self, tag: str, do: Callable[[], None]) -> None:
        self._ends |= {f"{space} {tag}": do for space in _MAIN}

    # -- what the parser calls --------------------------------------------------------------

    def _listen(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unreadable
        do = self._starts.get(name)
        if do is not None:
            do(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        do = self._ends.get(name)
        if do is not None:
            do()

    def _skip(self, _: Attributes) -> None:
        """Pass over what is meant for programs that know an extension; its fallback is read."""
        self._skipped = 1
        self._parser.StartElementHandler = self._deeper
        self._parser.EndElementHandler = self._less_deep

    def _deeper(self, _: str, __: Attributes) -> None:
        self._skipped += 1
        if self._skipped > _DEEPEST:
            raise Unreadable

    def _less_deep(self, _: str) -> None:
        self._skipped -= 1
        if self._skipped == 0:
            self._depth -= 1
            self._listen()

    # -- text -------------------------------------------------------------------------------

    def _collect(self, _: Attributes) -> None:
        """Keep the text from here on."""
        self._text = []
        self._parser.CharacterDataHandler = self._add

    def _add(self, text: str) -> None:
        self._text.append(text)
        if len(self._text) > _MOST_TEXT_PIECES:
            raise Unreadable

    def _collected(self) -> str:
        """The text kept; no more is."""
        self._parser.CharacterDataHandler = None
        text = "".join(self._text)
        self._allowance.characters -= len(text)
        if self._allowance.characters < 0:
            raise Unreadable(_TOO_MUCH_TEXT, self.sheet)
        return text


_TOO_MANY_TAGS = (
    "too much to read, most of it empty but formatted cells; delete the rows below the table and "
    "the columns beside it, and save the workbook"
)
_TOO_MUCH_TEXT = "too much text to read; keep in the case only what is planned"


def _refuse_doctype(*_: object) -> None:
    raise Unreadable("holds XML entities, which no workbook needs; not loaded")


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a part points to: the kind of the other part, and its name."""

    kind: str
    target: str


class _RelationsPart(Part):
    def __init__(self, allowance: Allowance, source: str) -> None:
        super().__init__(allowance)
        self.found: dict[str, Relation] = {}
        self._folder = posixpath.dirname(source)
        self._starts[f"{_RELATIONS} Relationship"] = self._relationship

    def _relationship(self, attributes: Attributes) -> None:
        if attributes.get("TargetMode") == "External":
            return
        target = attributes["Target"]
        path = posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")
        kind = attributes["Type"].rsplit("/", 1)[-1]
        self.found[attributes["Id"]] = Relation(kind, path)


def relations(archive: Archive, source: str, allowance: Allowance) -> dict[str, Relation]:
    """What a part points to inside the workbook, by id; "" is the workbook file itself."""
    folder, name = posixpath.split(source)
    beside = posixpath.join(folder, "_rels", f"{name}.rels")
    if beside not in archive:
        return {}
    part = _RelationsPart(allowance, source)
    part.read(archive.pieces(beside))
    return part.found


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it."""

    name: str
    hidden: bool
    relation: str


class WorkbookPart(Part):
    """The list of sheets, and how the workbook counts days and when it was calculated."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(allowance)
        self.sheets: list[SheetEntry] = []
        self.from_1904 = False
        self.never_calculated = False
        self._on("sheet", self._sheet)
        self._on("workbookPr", self._properties)
        self._on("calcPr", self._calculation)

    def _sheet(self, attributes: Attributes) -> None:
        hidden = attributes.get("state", "visible") != "visible"
        self.sheets.append(SheetEntry(attributes["name"], hidden, relation_id(attributes)))

    def _properties(self, attributes: Attributes) -> None:
        self.from_1904 = is_true(attributes.get("date1904"))

    def _calculation(self, attributes: Attributes) -> None:
        # Set by programs that write formulas without calculating them; Excel clears it on saving.
        self.never_calculated = is_true(attributes.get("fullCalcOnLoad"))


def relation_id(attributes: Attributes) -> str:
    """The id of the relation that an element names; empty where it names none."""
    return next((attributes[name] for name in _ID if name in attributes), "")


def is_true(text: str | None) -> bool:
    """Whether an attribute of yes or no says yes."""
    return text in ("1", "true", "on")


class StylesPart(Part):
    """The number formats of a workbook: `formats` by the number of a cell's style."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(allowance)
        self.formats: dict[str, Format] = {}
        self._codes: dict[str, str] = {}
        self._in_cells = False
        self._on("numFmt", self._code)
        self._on("cellXfs", self._enter)
        self._after("cellXfs", self._leave)
        self._on("xf", self._style)

    def _code(self, attributes: Attributes) -> None:
        self._codes[attributes["numFmtId"]] = attributes.get("formatCode", "")

    def _enter(self, _: Attributes) -> None:
        self._in_cells = True

    def _leave(self) -> None:
        self._in_cells = False

    def _style(self, attributes: Attributes) -> None:
        if self._in_cells:
            number = attributes.get("numFmtId", "0")
            self.formats[str(len(self.formats))] = format_of(number, self._codes.get(number))


class TextPart(Part):
    """A part with texts: plain or in runs of several fonts, without how they are pronounced."""

    def __init__(self, allowance: Allowance, sheet: str | None = None) -> None:
        super().__init__(allowance, sheet)
        self._runs: list[str] = []
        self._pronounced = False
        self._on("t", self._start_run)
        self._after("t", self._end_run)
        self._on("rPh", self._start_pronunciation)
        self._after("rPh", self._end_pronunciation)

    def _start_run(self, attributes: Attributes) -> None:
        if not self._pronounced:
            self._collect(attributes)

    def _end_run(self) -> None:
        if not self._pronounced:
            self._runs.append(self._collected())

    def _start_pronunciation(self, _: Attributes) -> None:
        self._pronounced = True

    def _end_pronunciation(self) -> None:
        self._pronounced = False

    def _whole_text(self) -> str:
        """The runs since the last call, as one text."""
        text = "".join(self._runs)
        self._runs.clear()
        return unescape(text)


class StringsPart(TextPart):
    """The texts that cells point to by number: `cells`, None for a text of spaces only."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(allowance)
        self.cells: list[RawCell | None] = []
        self._after("si", self._string)

    def _string(self) -> None:
        self.cells.append(text_cell(self._whole_text()))


def text_cell(text: str) -> RawCell | None:
    """A cell with a text; None where that is blank."""
    return raw_cell(text) if trim(text) else None


class TablePart(Part):
    """An Excel table: where it is, and how many rows of totals it has."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(allowance)
        self.reference = ""
        self.name = ""
        self.totals = 0
        self._on("table", self._table)

    def _table(self, attributes: Attributes) -> None:
        self.reference = attributes["ref"]
        self.name = attributes.get("displayName", attributes.get("name", ""))
        self.totals = int(attributes.get("totalsRowCount", "0"))
