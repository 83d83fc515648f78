"""The zip file that a workbook is: its parts by name, unpacked piece by piece and within limits."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

LARGEST_UNPACKED = 300 * 1024 * 1024
"""A workbook that unpacks to more bytes than this is not loaded."""

_MOST_PARTS = 50_000
_PIECE = 64 * 1024
_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 1
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OTHER_FORMATS = {
    "xl/workbook.bin": "an .xlsb workbook",
    "content.xml": "an OpenDocument file",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint file",
    "index/document.iwa": "a Numbers or Pages document",
}

PASSWORD = "is protected by a password; save it as .xlsx without one"
DAMAGED = "damaged; open it in Excel and save it again"


class Unreadable(Exception):  # noqa: N818 - what the file is
    """A file that cannot be read as a workbook; the text says why and what to do.

    `sheet` is the sheet that is at fault, None where it is the file as a whole.
    """

    def __init__(self, text: str = DAMAGED, sheet: str | None = None) -> None:
        self.sheet = sheet
        super().__init__(text)


class Archive:
    """The parts of a zip file.

    Names of parts match whatever their letter case and slashes, as the format has it. Nothing is
    unpacked beyond the size that the zip's directory states, and that is bounded.

    Raises:
        Unreadable: it is no workbook, too large, or not as Excel packs it.
    """

    def __init__(self, content: bytes) -> None:
        # Each entry of the directory becomes an object, so they are counted before.
        if content.count(_ENTRY) > _MOST_PARTS:
            raise Unreadable
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for info in self._archive.infolist():
            name = _folded(info.filename)
            if info.is_dir():
                continue
            if name in self._parts:
                raise Unreadable(
                    f"damaged: holds the part {info.filename} twice; "
                    "open it in Excel and save it again"
                )
            self._parts[name] = info
        self._refuse_size()
        self._refuse_packing()
        self._refuse_format()

    def __contains__(self, name: str) -> bool:
        return _folded(name) in self._parts

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a part, piece by piece.

        Raises:
            Unreadable: there is no such part.
        """
        info = self._parts.get(_folded(name))
        if info is None:
            raise Unreadable(
                f"damaged: its part {name} is missing; open it in Excel and save it again"
            )
        # Read in pieces, a part that states less than it holds never unpacks to more than stated.
        with self._archive.open(info) as part:
            while piece := part.read(_PIECE):
                yield piece

    def _refuse_size(self) -> None:
        unpacked = sum(info.file_size for info in self._parts.values())
        if unpacked > LARGEST_UNPACKED:
            raise Unreadable(
                f"expands to {megabytes(unpacked)} MB, limit {megabytes(LARGEST_UNPACKED)} MB; "
                "keep in the case only what is planned"
            )

    def _refuse_packing(self) -> None:
        for info in self._parts.values():
            if info.flag_bits & _ENCRYPTED:
                raise Unreadable(PASSWORD)
            if info.compress_type not in _PACKINGS:
                # Excel reads no others, and they cannot be unpacked in small pieces.
                raise Unreadable

    def _refuse_format(self) -> None:
        for part, what in _OTHER_FORMATS.items():
            if part in self._parts:
                raise Unreadable(f"is {what}; open it in Excel and save it as .xlsx")


def megabytes(size: int) -> int:
    """Bytes in megabytes, rounded down."""
    return size // (1024 * 1024)


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()
