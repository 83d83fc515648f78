"""Files that are no readable workbook: what they are, and what to do."""

from __future__ import annotations

import contextlib
import io
import re
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from planner.errors import InvalidCase
from planner.workbook import archive, parts
from planner.workbook.reading import read

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def _zip(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), part)
    return content.getvalue()


MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DAMAGED = "plan.xlsx: damaged; open it in Excel and save it again"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "plan.xlsx: is empty"),
        (
            b"\r\n<!DOCTYPE html><html><body>Log in</body></html>",
            "plan.xlsx: is an HTML page, not an Excel workbook; "
            "open it in Excel and save it as .xlsx",
        ),
        (
            b"Source,Country\nS1,China\n",
            "plan.xlsx: is a text file (CSV?), not an Excel workbook; "
            "open it in Excel and save it as .xlsx",
        ),
        (
            '\ufeffSource;Country\r\nS1;"Viet Nam"\r\n'.encode(),
            "plan.xlsx: is a text file (CSV?), not an Excel workbook; "
            "open it in Excel and save it as .xlsx",
        ),
        (b"hello", "plan.xlsx: is a text file, not an Excel workbook; save the case as .xlsx"),
        (
            b"<?xml version='1.0'?><Workbook/>",
            "plan.xlsx: is an XML file, not an Excel workbook; "
            "open it in Excel and save it as .xlsx",
        ),
        (b"%PDF-1.7\n", "plan.xlsx: is a PDF, not an Excel workbook"),
        (
            b"\x89PNG\r\n\x1a\n\xff\xfe",
            "plan.xlsx: damaged, or not an Excel workbook; open it in Excel and save it as .xlsx",
        ),
        (_zip(a_dot_txt=b"x"), "plan.xlsx: is a zip file, but not an Excel workbook; "
                               "save the case as .xlsx"),
        (_zip(), "plan.xlsx: is a zip file, but not an Excel workbook; save the case as .xlsx"),
        (
            _zip(content_dot_xml=b"<x/>", mimetype=b"application/vnd.oasis.opendocument"),
            "plan.xlsx: is an OpenDocument file; open it in Excel and save it as .xlsx",
        ),
        (
            _zip(xl__workbook_dot_bin=b"x"),
            "plan.xlsx: is an .xlsb workbook; open it in Excel and save it as .xlsx",
        ),
        (
            _zip(word__document_dot_xml=b"<x/>"),
            "plan.xlsx: is a Word document; open it in Excel and save it as .xlsx",
        ),
        (_zip(xl__workbook_dot_xml=b"<workbook/>"), DAMAGED),
        (_zip(xl__workbook_dot_xml=b"<workbook"), DAMAGED),
        (
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "plan.xlsx: is protected by a password; save it as .xlsx without one",
        ),
        (
            OLE + "Workbook\0".encode("utf-16-le"),
            "plan.xlsx: is an old .xls workbook; open it in Excel and save it as .xlsx",
        ),
        (
            OLE + "WordDocument\0".encode("utf-16-le"),
            "plan.xlsx: is an old Office file, not an .xlsx workbook; save the case as .xlsx",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_no_workbook(file_message, content, message):
    assert file_message("plan.xlsx", content) == message


def test_a_missing_file(tmp_path, save, sheets, file_message):
    save(sheets, "plan-2011.xlsx")
    assert file_message("plan.xlsx", None) == (
        "plan.xlsx: there is no such file (found there: plan-2011.xlsx)"
    )
    with pytest.raises(InvalidCase, match=r"nor a folder"):
        read(tmp_path / "nowhere" / "plan.xlsx")


def test_a_folder(tmp_path):
    with pytest.raises(InvalidCase, match=r": is a folder, not a workbook$"):
        read(tmp_path)


def test_the_lock_file_of_excel(file_message):
    assert file_message("~$plan.xlsx", b"\x05Keiko") == (
        "~$plan.xlsx: is Excel's lock file; use plan.xlsx"
    )


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file(sheets, save, file_message, part):
    content = save(sheets, "whole.xlsx").read_bytes()
    assert file_message("plan.xlsx", content[: int(len(content) * part)]) == DAMAGED


def test_a_file_with_flipped_bytes_is_damaged_or_sound_but_never_a_traceback(sheets, save):
    path = save(sheets)
    content = path.read_bytes()
    for place in range(40, len(content), len(content) // 60):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        with contextlib.suppress(InvalidCase):
            read(path)


def test_a_file_that_unpacks_to_too_much(sheets, save, file_message, monkeypatch):
    """495 MB of zeros compress to half a megabyte; only the directory of the zip is looked at."""
    path = save(sheets, "whole.xlsx")
    megabyte = 1024 * 1024
    with zipfile.ZipFile(path) as source:
        unpacked = sum(info.file_size for info in source.infolist())
        first = source.infolist()[0]
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    claimed = 495 * megabyte - (unpacked - first.file_size)
    content[directory + 24 : directory + 28] = claimed.to_bytes(4, "little")
    assert file_message("plan.xlsx", bytes(content)) == (
        "plan.xlsx: expands to 495 MB, limit 300 MB; keep in the case only what is planned"
    )
    monkeypatch.setattr(archive, "LARGEST_UNPACKED", unpacked - 1)
    with pytest.raises(InvalidCase, match="expands to"):
        read(path)


def test_a_part_is_never_unpacked_beyond_what_it_states(sheets, save, repack, file_message):
    """100 MB behind a stated size of 100 bytes, with the right check sum of those 100 bytes."""

    def fill(name, part):
        return b" " * 100_000_000 if name == "xl/styles.xml" else part

    content = bytearray(repack(save(sheets), fill).read_bytes())
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/styles.xml"))
    content[entry + 16 : entry + 20] = zlib.crc32(b" " * 100).to_bytes(4, "little")
    content[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    tracemalloc.start()
    try:
        assert file_message("plan.xlsx", bytes(content)) == DAMAGED
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000


def test_a_file_that_is_too_large_to_be_one(tmp_path, refused):
    path = tmp_path / "plan.xlsx"
    with path.open("wb") as file:
        file.truncate(301 * 1024 * 1024)  # a hole: it takes no room
    assert refused(path) == ("plan.xlsx: has 301 MB, limit 300 MB; is it the right file?")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_a_device_without_end(refused):
    assert refused(Path("/dev/zero")) == "zero: is no file, but a device or pipe"


def test_a_name_that_no_file_can_have(refused, tmp_path):
    assert refused(tmp_path / ("x" * 300)).endswith("x: cannot be read: File name too long")


def test_a_part_protected_by_a_password(sheets, save, file_message):
    content = bytearray(save(sheets, "whole.xlsx").read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert file_message("plan.xlsx", bytes(content)) == (
        "plan.xlsx: is protected by a password; save it as .xlsx without one"
    )


def test_a_packing_that_excel_does_not_know(sheets, save, file_message):
    content = io.BytesIO()
    with (
        zipfile.ZipFile(save(sheets, "whole.xlsx")) as source,
        zipfile.ZipFile(content, "w", zipfile.ZIP_BZIP2) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert file_message("plan.xlsx", content.getvalue()) == DAMAGED


def test_a_zip_of_very_many_parts(file_message, monkeypatch):
    monkeypatch.setattr(archive, "_MOST_PARTS", 3)
    parts = {f"xl__part{i}": b"x" for i in range(3)}
    assert "not an Excel workbook" in file_message("plan.xlsx", _zip(**parts))
    assert file_message("plan.xlsx", _zip(**parts, xl__more=b"x")) == DAMAGED


@pytest.mark.parametrize("name", ["xl/worksheets/sheet7.xml", "xl/Worksheets/SHEET7.XML"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice(sheets, save, refused, name):
    """Two parts whose names differ by case are one part."""
    path = save(sheets)
    with zipfile.ZipFile(path) as source:
        prices = source.read("xl/worksheets/sheet7.xml")
    with zipfile.ZipFile(path, "a") as target:
        target.writestr(name, prices.replace(b"61", b"16"))
    assert refused(path) == (
        f"plan.xlsx: damaged: holds the part {name} twice; open it in Excel and save it again"
    )


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("xl/worksheets/sheet7.xml", "its part xl/worksheets/sheet7.xml is missing; "),
        ("xl/sharedStrings.xml", "its part xl/sharedStrings.xml is missing; "),
    ],
)
def test_a_part_that_is_missing(sheets, save_shared, repack, refused, *, part, message):
    path = repack(save_shared(sheets), lambda name, content: None if name == part else content)
    assert refused(path) == (f"copy.xlsx: damaged: {message}open it in Excel and save it again")


@pytest.mark.parametrize(
    "change",
    [
        # no list of the workbook's parts
        lambda name, part: None if name.endswith("workbook.xml.rels") else part,
        # no sheets
        lambda name, part: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", part),
        # a sheet that is none
        lambda name, part: b"<html/>" if name.endswith("sheet7.xml") else part,
        lambda name, part: b"" if name.endswith("sheet7.xml") else part,
        # texts that are not there, or are counted from the end
        lambda name, part: b'<sst xmlns="%s"/>' % MAIN if name.endswith("Strings.xml") else part,
        lambda name, part: part.replace(b't="s"><v>0</v>', b't="s"><v>-1</v>'),
        # cells that no sheet has
        lambda name, part: part.replace(b'r="B2"', b'r="XFE2"'),
        lambda name, part: part.replace(b'r="B2"', b'r="B1048577"'),
        lambda name, part: part.replace(b'r="B2"', b'r="2B"'),
        lambda name, part: part.replace(b'r="B2"', b'r="B0"'),
    ],
)
def test_what_no_program_writes(sheets, save_shared, repack, refused, change):
    assert refused(repack(save_shared(sheets), change)) == DAMAGED.replace("plan", "copy")


def test_a_cell_that_stands_twice(sheets, save, repack, refused):
    """Whichever was meant, the other would be ignored without a word."""

    def change(name, part):
        return part.replace(b"</c></row>", b'</c><c r="B2"><v>1</v></c></row>', 2)

    assert refused(repack(save(sheets), change)) == (
        "Settings: damaged: B2 stands twice in the file; open it in Excel and save it again"
    )


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
ENTITIES = "copy.xlsx: holds XML entities, which no workbook needs; not loaded"


@pytest.mark.parametrize("comment", ["", f"<!--{' ' * 5000}-->"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
@pytest.mark.parametrize(
    "target",
    ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/workbook.xml",
     "_rels/.rels"],
)  # fmt: skip
def test_an_entity_bomb(sheets, save_shared, repack, refused, *, comment, encoding, target):
    """Whatever encoding the part has, and wherever in it the entities are declared."""

    def change(name, part):
        if name != target:
            return part
        text = re.sub(r"^<\?xml[^>]*\?>", "", part.decode())
        named = encoding.partition("-le")[0].partition("-be")[0]
        return f'<?xml version="1.0" encoding="{named}"?>{comment}{BOMB}{text}'.encode(encoding)

    assert refused(repack(save_shared(sheets), change)) == ENTITIES


def test_entities_that_are_only_text(sheets, put, save):
    sheets = put(sheets, "Sources!A4", "<!DOCTYPE x [<!ENTITY a 'a'>]>")
    assert read(save(sheets)).scenario().sources[2].name.startswith("<!DOCTYPE")


@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * 300,  # nested without end
        f"<mc:Choice>{'<a>' * 300}",
        "".join(f"<a{i}/>" for i in range(10_001)),  # names, which the parser keeps
        "".join(f"<a xmlns:p{i}='u'/>" for i in range(10_001)),
        f"<!--{'x' * 9_000_000}-->",  # one token
        f"<t>{'x' * 2_000_000}</t>",  # one text
    ],
)
def test_a_part_made_to_fill_the_memory(sheets, save_shared, repack, refused, inside):
    spaces = "http://schemas.openxmlformats.org/markup-compatibility/2006"

    def change(name, part):
        if name != "xl/sharedStrings.xml":
            return part
        return f"<sst xmlns='{MAIN.decode()}' xmlns:mc='{spaces}'>{inside}</sst>".encode()

    assert refused(repack(save_shared(sheets), change)) == DAMAGED.replace("plan", "copy")


def test_too_many_cells(sheets, save, refused, monkeypatch):
    """Of the three sheets with 6, 6 and 9 filled cells the third is too much for 20."""
    monkeypatch.setattr(parts.Allowance.__init__, "__defaults__", (10**6, 10**6, 20))
    assert refused(save(sheets)) == (
        "Materials: more than 1,200,000 filled cells in the workbook up to here; keep in the case "
        "only what is planned, or plan longer periods"
    )


def test_too_many_empty_cells(sheets, save, refused, monkeypatch):
    monkeypatch.setattr(parts.Allowance.__init__, "__defaults__", (1100, 10**6, 10**6))
    said = refused(save(sheets))
    assert re.fullmatch(
        r"[A-Z][a-z]+: too much to read, most of it empty but formatted cells; delete the rows "
        r"below the table and the columns beside it, and save the workbook",
        said,
    )


def test_too_much_text(sheets, save_shared, refused, monkeypatch):
    monkeypatch.setattr(parts.Allowance.__init__, "__defaults__", (10**6, 200, 10**6))
    assert refused(save_shared(sheets)) == (
        "plan.xlsx: too much text to read; keep in the case only what is planned"
    )
