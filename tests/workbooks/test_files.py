"""Files that are no readable workbook: what they are, and what to do."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest

from planner.errors import InvalidCase
from planner.workbook import reading
from planner.workbook.reading import read

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def _zip(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), part)
    return content.getvalue()


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
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
        first = archive.infolist()[0]
    directory = content.index(b"PK\x01\x02")
    claimed = 495 * megabyte - (unpacked - first.file_size)
    content[directory + 24 : directory + 28] = claimed.to_bytes(4, "little")
    assert file_message("plan.xlsx", bytes(content)) == (
        "plan.xlsx: expands to 495 MB, limit 300 MB"
    )
    monkeypatch.setattr(reading, "LARGEST_UNPACKED", unpacked - 1)
    with pytest.raises(InvalidCase, match="expands to"):
        read(path)


def test_an_entity_bomb(sheets, save, file_message):
    path = save(sheets, "whole.xlsx")
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    for comment, message in (
        (b"", "plan.xlsx: holds XML entities, which no workbook needs; not loaded"),
        (b"<!--" + b" " * 5000 + b"-->", DAMAGED),
    ):
        content = io.BytesIO()
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(content, "w") as target:
            for name in source.namelist():
                part = source.read(name)
                if name == "xl/worksheets/sheet1.xml":
                    part = comment + bomb + part.replace(b'<?xml version="1.0"?>', b"")
                target.writestr(name, part)
        assert file_message("plan.xlsx", content.getvalue()) == message


def test_a_strict_workbook(sheets, save, file_message):
    path = save(sheets, "whole.xlsx")
    content = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            part = source.read(name).replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
            target.writestr(name, part)
    assert file_message("plan.xlsx", content.getvalue()) == (
        "plan.xlsx: is a Strict Open XML workbook; save it as Excel Workbook (.xlsx) instead"
    )
