"""Seeded mutations of workbooks: what people, programs and broken disks do to a file.

The examples are mutated, and `every-sheet.toml`, a case that has every sheet.

    python tests/fuzz/mutations.py japan-2011 17 broken.xlsx

writes mutation 17 of that example and says what was done to it. The same seed gives the same bytes.
"""

from __future__ import annotations

import io
import random
import re
import sys
import tomllib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as Xml

import xlsxwriter
from package import MAIN, Content, Package, Sheet, letters, place_of, twin

INPUTS = Path(__file__).parent.parent.parent / "inputs"
EVERY_SHEET = Path(__file__).parent / "every-sheet.toml"

Draw = random.Random


@dataclass(frozen=True)
class Mutation:
    """A mutated workbook: its bytes, and what was done, as (kind, what)."""

    content: bytes
    done: tuple[tuple[str, str], ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(kind for kind, _ in self.done)

    def __str__(self) -> str:
        return "; ".join(f"{kind}: {what}" for kind, what in self.done)


@cache
def original(example: str) -> bytes:
    """The workbook as it is when nothing is broken: an example, or the case of every sheet."""
    if example != EVERY_SHEET.stem:
        return (INPUTS / f"{example}.xlsx").read_bytes()
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # not the time of writing
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for data in tomllib.loads(EVERY_SHEET.read_text("utf-8"))["sheets"]:
            sheet = book.add_worksheet(data["name"])
            rows, columns = data["rows"], data["columns"]
            heads = [{"header": column} for column in columns]
            sheet.add_table(0, 0, len(rows), len(columns) - 1, {"columns": heads})
            for number, row in enumerate(rows, start=1):
                for place, value in enumerate(row):
                    sheet.write(number, place, value, day if isinstance(value, date) else None)
    return written.getvalue()


def mutate(example: str, seed: int) -> Mutation:
    """Mutation number `seed` of an example: one to three things done to it."""
    draw = Draw(f"{example} {seed}")
    package = Package(original(example))
    package.stored = draw.random() < 0.2
    count = draw.choices([1, 2, 3], [6, 3, 1])[0]
    kinds = draw.choices(list(KINDS), [weight for weight, _ in KINDS.values()], k=count)
    done = [(kind, KINDS[kind][1](draw, package)) for kind in kinds if kind != BYTES]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of names that are twice in the zip: meant
        content = package.pack()
    for _ in range(kinds.count(BYTES)):
        content, what = _bytes(draw, content)
        done.append((BYTES, what))
    return Mutation(content, tuple(done))


# -- what is written to cells ---------------------------------------------------------------

TEXTS = (
    "", " ", "x", "*", "NA", "nan", "NaN", "inf", "-", "–", "yes", "no", "TRUE", "unlimited",
    "China", "1,234.50", "1.234,50", "12.5%", "100 t", "1e5", "0x10", "#REF!", "#N/A", "Country=",
    "Country=China & Class!=heavy", "Source=S1 | Country=China", "A=B=C", "!=", "&", "2011..2014",
    "2015..2011", "..", "every period", "basket", "must", "=cmd|' /C calc'!A0", "=1+1", "+1", "@x",
    "<b>&amp;</b>", "a\nb", "\t", "\u200b", "\u202e", "٣", "１２", "Ѕ", "🧲", "_x0000_", "x" * 300,
    "x" * 40_000, "'", '"', "\\", "2011-01-01", "1/2/2011", "CIF", "USD", "[USD/t]", "Note", "# x",
)  # fmt: skip
"""Texts that mean something somewhere, or look as if they did."""

NUMBERS = (
    0, -0.0, 1, -1, 2, 3, 0.5, 0.95, 1.02, 1.03, 95, 100, 101, 366, 2011, 1e-12, 1e-9, 1e-6, 1e-3,
    1e3, 1e6, 1e9, 1e11, 1e12, 1.1e12, 1e15, 1e100, 1e300, -1e300, 1e-300, 5e-324, 40544,
    123456789.123456789,
)  # fmt: skip

RAW = (
    ("n", "nan"), ("n", "inf"), ("n", "1e999"), ("n", "-1e999"), ("n", "abc"), ("n", ""),
    ("n", "1" + "0" * 400), ("n", "9" * 5000), ("n", " 5 "), ("n", "1,5"), ("n", "1e5"),
    ("n", "00"), ("b", "2"), ("b", ""), ("b", "true"), ("d", "2011-01-01T00:00:00"), ("d", "2011"),
    ("d", ""), ("s", "99999"), ("s", "-1"), ("s", "x"), ("str", "text"), ("str", ""),
    ("inlineStr", "x"), ("e", ""), ("e", "#SPILL!"), ("zzz", "1"), ("", "1"),
)  # fmt: skip
"""Types and stored values as they may stand in a file."""

ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")

LOOKALIKES = str.maketrans("ACEHIOPSTXaceiopsxy", "АСЕНІОРЅТХасеіорѕху")

SUFFIXES = (" ", "\u00a0", "\u200b", "s", ".", "\n", "?", " [t]", " [%]", " [USD/kg]", "2")


def _text_like(draw: Draw, text: str) -> str:
    """A text that is nearly the same."""
    place = draw.randrange(len(text) + 1)
    return draw.choice(
        [
            text.translate(LOOKALIKES),
            text.swapcase(),
            text + draw.choice(SUFFIXES),
            draw.choice(SUFFIXES) + text,
            text[:place] + text[place + 1 :],
            text[:place] + "\u200b" + text[place:],
            text[place:] + text[:place],
            text.split(" [", maxsplit=1)[0],
            text.replace("USD", "EUR").replace("kg", "t"),
            re.sub(r"\[.*\]", draw.choice(["[kWh]", "[]", "[%]", "[t]", "[USD/t]", "["]), text),
        ]
    )


def _number_like(draw: Draw, number: float) -> Content:
    """A number that somebody may have meant to type instead, or a text that shows it."""
    scaled = number * draw.choice([0.0, -1.0, 100.0, 0.01, 1e3, 1e-3, 1e6, 1e9, 2.0, 0.5, 1e-6])
    return draw.choice(
        [scaled, scaled, scaled, number + 0.5, f"{number:,}", f"{number} t", str(number)]
    )


def _body(sheet: Sheet) -> list[Xml.Element]:
    """The cells below the header that are read: not those of remarks."""
    notes = {place_of(c)[1] for c in _head(sheet) if str(sheet.content(c)).startswith("Note")}
    return [c for c in sheet.cells if place_of(c)[0] > 1 and place_of(c)[1] not in notes]


def _head(sheet: Sheet) -> list[Xml.Element]:
    return [cell for cell in sheet.cells if place_of(cell)[0] == 1]


def _sheet(draw: Draw, package: Package) -> Sheet | None:
    """A sheet with cells; that of remarks is drawn seldom."""
    sheets = [sheet for sheet in package.sheets if sheet.cells]
    read = [sheet for sheet in sheets if sheet.name != "README"]
    return draw.choice(read if read and draw.random() < 0.98 else sheets) if sheets else None


def _named(sheet: Sheet, cell: Xml.Element) -> str:
    return f"{sheet.name}!{cell.get('r')}"


def _shown(content: object) -> str:
    text = repr(content)
    return text if len(text) <= 60 else f"{text[:50]}… ({len(text)} characters)"


NOTHING = "nothing left to do it to"


# -- kinds ----------------------------------------------------------------------------------


def _cell(draw: Draw, package: Package) -> str:
    """Something else in a cell of a table."""
    sheet = _sheet(draw, package)
    cells = _body(sheet) if sheet else []
    if sheet is None or not cells:
        return NOTHING
    cell = draw.choice(cells)
    was = sheet.content(cell)
    where = _named(sheet, cell)
    what = draw.randrange(12)
    if what == 0:
        sheet.put(cell, None)
    elif what in (1, 2):
        sheet.put(cell, draw.choice(TEXTS))
    elif what in (3, 4):
        sheet.put(cell, draw.choice(NUMBERS))
    elif what == 5:
        sheet.put_raw(cell, "e", draw.choice(ERRORS))
    elif what == 6:
        sheet.put(cell, draw.choice([True, False]))
    elif what == 7:
        kind, value = draw.choice(RAW)
        sheet.put_raw(cell, kind, value)
        return f"{where} = type {kind!r}, stored {_shown(value)}"
    elif what == 8:
        kind, value = draw.choice(
            [("n", None), ("n", "5"), ("str", "China"), ("e", "#REF!"), ("str", "")]
        )
        sheet.put_raw(cell, kind, value, formula=draw.choice(["1+1", "", "Sources!Z9", "NA()"]))
        return f"{where} = formula, stored {value!r}"
    elif what == 9:
        sheet.put(cell, sheet.content(draw.choice(cells)))
    elif isinstance(was, str):
        sheet.put(cell, _text_like(draw, was))
    elif was is not None:
        sheet.put(cell, _number_like(draw, was))
    return f"{where} = {_shown(sheet.content(cell))} was {_shown(was)}"


def _number(draw: Draw, package: Package) -> str:
    """Another number in a cell that holds one."""
    sheet = _sheet(draw, package)
    cells = [c for c in _body(sheet) if isinstance(sheet.content(c), float)] if sheet else []
    if sheet is None or not cells:
        return NOTHING
    cell = draw.choice(cells)
    was = sheet.content(cell)
    new = draw.choice([draw.choice(NUMBERS), _number_like(draw, float(was or 0))])
    sheet.put(cell, new)
    return f"{_named(sheet, cell)} = {_shown(new)} was {was}"


def _scaled(draw: Draw, package: Package) -> str:
    """All numbers of a column in another unit, as where tonnes were typed for kilograms."""
    sheet = _sheet(draw, package)
    cells = [c for c in _body(sheet) if isinstance(sheet.content(c), float)] if sheet else []
    if sheet is None or not cells:
        return NOTHING
    column = place_of(draw.choice(cells))[1]
    factor = draw.choice([1e-6, 1e-3, 0.01, 0.1, 10.0, 100.0, 1e3, 1e6])
    for cell in cells:
        if place_of(cell)[1] == column:
            sheet.put(cell, float(sheet.content(cell) or 0) * factor)
    return f"{sheet.name} column {letters(column)} × {factor}"


def _stray(draw: Draw, package: Package) -> str:
    """Something in a cell that was empty: inside, beside or far from the table."""
    sheet = _sheet(draw, package)
    if sheet is None:
        return NOTHING
    row = draw.randrange(1, len(sheet.rows) + 4)
    column = draw.randrange(1, sheet.width + 4)
    if draw.random() < 0.2:
        row, column = draw.choice([(1_048_576, 16_384), (1_048_576, 1), (1, 16_384), (5000, 3)])
    cell = sheet.cell_at(row, column)
    content = draw.choice([draw.choice(TEXTS), draw.choice(NUMBERS), True])
    sheet.put(cell, content)
    sheet.arrange()
    return f"{_named(sheet, cell)} = {_shown(content)}"


def _header(draw: Draw, package: Package) -> str:
    sheet = _sheet(draw, package)
    cells = _head(sheet) if sheet else []
    if sheet is None or not cells:
        return NOTHING
    cell = draw.choice(cells)
    was = str(sheet.content(cell) or "")
    new: Content = draw.choice(
        [
            None, draw.choice(TEXTS), draw.choice(NUMBERS), sheet.content(draw.choice(cells)),
            *(_text_like(draw, was) for _ in range(4)),
        ]
    )  # fmt: skip
    sheet.put(cell, new)
    return f"{_named(sheet, cell)} = {_shown(new)} was {was!r}"


def _row(draw: Draw, package: Package) -> str:
    sheet = _sheet(draw, package)
    if sheet is None or len(sheet.rows) < 2:
        return NOTHING
    one, other = draw.sample(range(len(sheet.rows)), 2)
    what = draw.choice(
        ["deleted", "duplicated", "swapped with", "emptied", "blank row above", "cut off"]
    )
    rows = sheet.rows
    if what == "deleted":
        del rows[one]
    elif what == "duplicated":
        rows.insert(other, twin(rows[one]))
    elif what == "swapped with":
        rows[one], rows[other] = rows[other], rows[one]
    elif what == "emptied":
        rows[one][:] = []
    elif what == "blank row above":
        rows.insert(one, Xml.Element(f"{MAIN}row"))
    else:
        del rows[one:]
    sheet.data[:] = rows
    sheet.renumber()
    return f"{sheet.name} row {one + 1} {what} {other + 1}"


def _column(draw: Draw, package: Package) -> str:
    sheet = _sheet(draw, package)
    if sheet is None or sheet.width < 2:
        return NOTHING
    one, other = draw.sample(range(1, sheet.width + 1), 2)
    what = draw.choice(["deleted", "copied over", "swapped with", "emptied"])
    for row in sheet.data:
        by_column = {place_of(cell)[1]: cell for cell in row}
        if what in ("deleted", "emptied") and one in by_column:
            row.remove(by_column[one])
        if what == "deleted":
            for column, cell in by_column.items():
                if column > one:
                    sheet.move_column(cell, column - 1)
        elif what == "copied over" and one in by_column:
            if other in by_column:
                row.remove(by_column[other])
            copied = twin(by_column[one])
            row.append(copied)
            sheet.move_column(copied, other)
        elif what == "swapped with":
            for column, to in ((one, other), (other, one)):
                if column in by_column:
                    sheet.move_column(by_column[column], to)
    sheet.arrange()
    return f"{sheet.name} column {letters(one)} {what} {letters(other)}"


def _swap(draw: Draw, package: Package) -> str:
    """The contents of two cells, of one sheet or of two."""
    one, other = _sheet(draw, package), _sheet(draw, package)
    if one is None or other is None:
        return NOTHING
    other = draw.choice([one, one, other])
    first, second = draw.choice(one.cells), draw.choice(other.cells)
    contents = one.content(first), other.content(second)
    one.put(first, contents[1])
    other.put(second, contents[0])
    return f"{_named(one, first)} and {_named(other, second)}"


def _sheet_name(draw: Draw, package: Package) -> str:
    root = package.edit_workbook()
    sheets = list(root.iter(f"{MAIN}sheet")) if root is not None else []
    if root is None or not sheets:
        return NOTHING
    sheet, other = draw.choice(sheets), draw.choice(sheets)
    was = sheet.get("name", "")
    new = draw.choice(
        [_text_like(draw, was), other.get("name", ""), "", "x" * 40, "Prices", "Notes", "#", "a/b"]
    )
    sheet.set("name", new)
    package.set_workbook(root)
    return f"{was!r} is {new!r}"


def _whole_sheet(draw: Draw, package: Package) -> str:
    """A sheet deleted, listed twice, moved, hidden, or emptied."""
    root = package.edit_workbook()
    listed = root.find(f"{MAIN}sheets") if root is not None else None
    if root is None or listed is None or len(listed) < 2:
        return NOTHING
    one, other = draw.sample(list(listed), 2)
    what = draw.choice(["deleted", "listed twice", "moved", "hidden", "very hidden", "emptied"])
    name = one.get("name", "")
    if what == "deleted":
        listed.remove(one)
    elif what == "listed twice":
        again = twin(one)
        again.set("name", draw.choice([name, f"{name} (2)", name.upper()]))
        again.set("sheetId", "999")
        listed.append(again)
    elif what == "moved":
        listed.remove(one)
        listed.insert(list(listed).index(other), one)
    elif what == "emptied":
        for sheet in package.sheets:
            if sheet.name == name:
                sheet.data[:] = []
    else:
        one.set("state", "hidden" if what == "hidden" else "veryHidden")
    package.set_workbook(root)
    return f"{name!r} {what}"


def _merge(draw: Draw, package: Package) -> str:
    sheet = _sheet(draw, package)
    if sheet is None:
        return NOTHING
    row, column = place_of(draw.choice(sheet.cells))
    last = row + draw.choice([0, 1, 2, 5])
    area = f"{letters(column)}{row}:{letters(column + draw.choice([0, 1, 1, 3]))}{last}"
    area = draw.choice([area, area, area, "A1:XFD1048576", "A:A", "", "A0:B0", "B2:A1"])
    merged = sheet.add_after_data("mergeCells", count="1")
    Xml.SubElement(merged, f"{MAIN}mergeCell", {"ref": area})
    return f"{sheet.name}!{area}"


def _hide(draw: Draw, package: Package) -> str:
    sheet = _sheet(draw, package)
    if sheet is None:
        return NOTHING
    row = draw.choice(sheet.rows)
    row.set("hidden", "1")
    row.set("ht", draw.choice(["0", "15"]))
    return f"{sheet.name} row {row.get('r')}"


FORMATS = (9, 10, 14, 22, 45, 46, 49)
"""Excel's own: 0 %, 0.00 %, dates, times, a time span, text."""


def _number_format(draw: Draw, package: Package) -> str:
    """Cells shown in another format, which for dates and percentages is another meaning."""
    sheet = _sheet(draw, package)
    styles = package.part("xl/styles.xml").decode("utf-8", "replace")
    match = re.search(r'<cellXfs count="(\d+)">(.*?)</cellXfs>', styles, re.DOTALL)
    if sheet is None or match is None:
        return NOTHING
    number = draw.choice(FORMATS)
    style = f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    count = len(re.findall(r"<xf\b", match.group(2)))
    whole = f'<cellXfs count="{count + 1}">{match.group(2)}{style}</cellXfs>'
    package.replace("xl/styles.xml", styles.replace(match.group(0), whole).encode())
    index = draw.choice([count, count, count, count, 0, 9999, -1])
    cells = draw.choice([[draw.choice(sheet.cells)], _body(sheet)])
    for cell in cells:
        cell.set("s", str(index))
    where = _named(sheet, cells[0]) if len(cells) == 1 else f"{sheet.name}, all cells"
    return f"{where}: style {index}, format {number}"


def _table(draw: Draw, package: Package) -> str:
    """An Excel table that reaches elsewhere, or has another name."""
    tables = [name for name, _ in package.parts if name.startswith("xl/tables/")]
    if not tables:
        return NOTHING
    name = draw.choice(tables)
    content = package.part(name).decode("utf-8", "replace")
    refs = [
        "A1:B2", "A2:C9", "A1:A1", "A1:Z99", "B1:C3", "D5:E9", "A1:XFD1048576", "", "A1", "C3:A1",
        "A:C", "1:3", "Ä1:B2", "A0:B3", "A1:C9999999",
    ]  # fmt: skip
    new = draw.choice(refs)
    what = draw.choice(["ref", "ref", "ref", "totalsRowCount", "headerRowCount", "displayName"])
    if what == "ref":
        changed = re.sub(r'(<table\b[^>]*?\bref=")[^"]*', rf"\g<1>{new}", content)
    elif what == "displayName":
        new = draw.choice(["tblSources", "", "a b"])
        changed = re.sub(r'(displayName=")[^"]*', rf"\g<1>{new}", content)
    else:
        new = draw.choice(["0", "1", "2", "50", "-1", "x"])
        changed = content.replace("<table ", f'<table {what}="{new}" ', 1)
    package.replace(name, changed.encode())
    return f"{name} {what} = {new!r}"


ATTRIBUTES = (
    "", "0", "1", "-1", "2", "99999", "4294967296", "1e9", "abc", "true", "A1", "XFD1048576",
    "A1:B2", "rId1", "rId99", "/xl/worksheets/sheet2.xml", "../../../etc/passwd", "hidden", "str",
    "s",
)  # fmt: skip


def _xml_part(draw: Draw, package: Package) -> tuple[str, str]:
    package.flush()
    parts = [name for name, content in package.parts if content[:1] == b"<"]
    if not parts:
        return "", ""
    # Sheets and what leads to them matter more than the theme.
    chosen = draw.choice([n for n in parts if "sheet" in n.lower() or "book" in n] or parts)
    name = chosen if draw.random() < 0.7 else draw.choice(parts)
    return name, package.part(name).decode("utf-8", "replace")


def _attribute(draw: Draw, package: Package) -> str:
    name, text = _xml_part(draw, package)
    found = list(re.finditer(r'([\w:]+)="([^"]*)"', text))
    if not found:
        return NOTHING
    match = draw.choice(found)
    new = draw.choice([*ATTRIBUTES, draw.choice(found).group(2)])
    kept = f'{match.group(1)}="{new}"' if draw.random() < 0.85 else ""
    package.replace(name, (text[: match.start()] + kept + text[match.end() :]).encode())
    return f"{name}: {match.group(0)[:60]} is {kept[:60] or 'gone'}"


def _element(draw: Draw, package: Package) -> str:
    """An element deleted, doubled, or with another text."""
    name, text = _xml_part(draw, package)
    try:
        root = Xml.fromstring(text)
    except (Xml.ParseError, ValueError):
        return NOTHING
    pairs = [(parent, child) for parent in root.iter() for child in parent]
    if not pairs:
        return NOTHING
    parent, child = draw.choice(pairs)
    what = draw.choice(["deleted", "doubled", "moved to the end", "with other text", "renamed"])
    if what == "deleted":
        parent.remove(child)
    elif what == "doubled":
        parent.insert(list(parent).index(child), twin(child))
    elif what == "moved to the end":
        parent.remove(child)
        parent.append(child)
    elif what == "renamed":
        child.tag = f"{MAIN}{draw.choice(['c', 'row', 'v', 'f', 'sheet', 'x', 'mergeCells'])}"
    else:
        child.text = draw.choice(TEXTS[:40])
    package.replace(name, Xml.tostring(root, "utf-8", xml_declaration=True))
    return f"{name}: {child.tag.rpartition('}')[2]} {what}"


def _part(draw: Draw, package: Package) -> str:
    """A part deleted, twice, truncated, garbled, emptied, renamed, or another's."""
    package.flush()
    place, other = draw.randrange(len(package.parts)), draw.randrange(len(package.parts))
    name, content = package.parts[place]
    its = package.parts[other][0]
    what = draw.choice(
        [
            "deleted",
            "twice",
            "truncated",
            "garbled",
            "emptied",
            "renamed",
            "content of",
            "twice, changed",
        ]
    )
    if what == "deleted":
        del package.parts[place]
    elif what == "twice":
        package.parts.append((name, content))
    elif what == "twice, changed":
        package.parts.append((name, package.parts[other][1]))
    elif what == "content of":
        package.parts[place] = (name, package.parts[other][1])
    elif what == "renamed":
        new = draw.choice(
            [name.upper(), f"{name}x", f"../{name}", name.replace("/", "\\"), "x.xml"]
        )
        package.parts[place] = (new, content)
    else:
        cut = draw.randrange(len(content) + 1)
        garbled = bytes(draw.randrange(256) for _ in range(min(len(content), 500)))
        new_content = {"truncated": content[:cut], "emptied": b"", "garbled": garbled}[what]
        package.parts[place] = (name, new_content)
    return f"{name} {what} {its}" if what == "content of" else f"{name} {what}"


def _bytes(draw: Draw, content: bytes) -> tuple[bytes, str]:
    """Bytes of the file itself flipped, put in or taken out; the file cut, or doubled."""
    file = bytearray(content)
    what = draw.choice(
        ["flipped", "put in", "taken out", "cut off", "doubled", "in front", "behind", "zeroed"]
    )
    count = draw.choice([1, 1, 2, 5, 20])
    # Half of the damage goes to the last bytes: the directory of a zip stands there.
    where = [
        draw.randrange(max(len(file) - 3000, 0), len(file)) if draw.random() < 0.5
        else draw.randrange(len(file))
        for _ in range(count)
    ]  # fmt: skip
    some = bytes(draw.randrange(256) for _ in range(count))
    first = min(where)
    if what == "flipped":
        for place in where:
            file[place] ^= 1 << draw.randrange(8)
    elif what == "put in":
        file[first:first] = some
    elif what == "taken out":
        del file[first : first + count]
    elif what == "cut off":
        del file[first:]
    elif what == "doubled":
        file += content
    elif what == "in front":
        file[:0] = some
    elif what == "behind":
        file += some
    else:
        file[first : first + 512] = bytes(len(file[first : first + 512]))
    return bytes(file), f"{count} {what} at {first} of {len(content)}"


BYTES = "bytes"

KINDS: dict[str, tuple[int, Callable[[Draw, Package], str]]] = {
    "cell": (26, _cell),
    "number": (14, _number),
    "scaled column": (6, _scaled),
    "stray cell": (5, _stray),
    "header": (7, _header),
    "row": (6, _row),
    "column": (5, _column),
    "swapped cells": (5, _swap),
    "sheet name": (3, _sheet_name),
    "sheet": (4, _whole_sheet),
    "merged": (2, _merge),
    "hidden": (2, _hide),
    "number format": (3, _number_format),
    "table": (3, _table),
    "attribute": (6, _attribute),
    "element": (4, _element),
    "part": (5, _part),
    BYTES: (5, lambda draw, package: NOTHING),
}
"""Every kind of mutation with its weight. That of bytes is done last, to the packed file."""


if __name__ == "__main__":
    _example, _seed, _out = sys.argv[1:]
    _mutation = mutate(_example, int(_seed))
    Path(_out).write_bytes(_mutation.content)
    print(_mutation)
