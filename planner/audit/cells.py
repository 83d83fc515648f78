"""The cells of a results workbook: what each shows, and the formula behind it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

from planner.case.grid import address
from planner.case.problems import Problems
from planner.errors import InvalidCase
from planner.workbook.archive import DAMAGED, Archive, Unreadable
from planner.workbook.reading import bytes_of, refuse_foreign

Content = float | str | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. Rows and columns are counted from 0.

    Attributes:
        name: of the sheet.
        rows: what the cells show; all rows are of one length.
        formulas: by place, as Excel has them: `=A1+B1`.
        shares: places of the numbers that are shown in per cent.
    """

    name: str
    rows: Sequence[Sequence[Content]]
    formulas: Mapping[tuple[int, int], str]
    shares: frozenset[tuple[int, int]]

    def at(self, row: int, column: int) -> Content:
        """What a cell shows; None where nothing stands."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]

    def cell(self, row: int, column: int) -> str:
        """The address of a cell: `Orders!K5`."""
        return f"{self.name}!{address(row + 1, column + 1)}"

    def column(self, header: str, row: int = 0) -> int | None:
        """The column whose header in a row is this, units aside; None: there is none."""
        for j, text in enumerate(self.rows[row] if row < len(self.rows) else ()):
            if isinstance(text, str) and (text == header or text.startswith(f"{header} [")):
                return j
        return None

    def exact(self, header: str) -> int | None:
        """The column with just this header, unit and all; None: there is none."""
        heads = self.rows[0] if self.rows else ()
        return next((j for j, text in enumerate(heads) if text == header), None)

    def listed(self, header: int = 0) -> list[int]:
        """The rows of a list: those below its header, up to a blank one."""
        found = []
        for i in range(header + 1, len(self.rows)):
            if all(value is None for value in self.rows[i]):
                break
            found.append(i)
        return found


def read_cells(path: str | Path) -> dict[str, Sheet]:
    """The sheets of a workbook, by name.

    Raises:
        InvalidCase: it cannot be read; the only problem says why.
    """
    import openpyxl  # noqa: PLC0415 - slow to import

    place = Path(path)
    content = bytes_of(place)
    try:
        refuse_foreign(content)
        Archive(content)  # refuses what would unpack to more than a workbook has
        books = [
            openpyxl.load_workbook(io.BytesIO(content), data_only=only) for only in (False, True)
        ]
        return {sheet.title: _sheet(sheet, books[1][sheet.title]) for sheet in books[0].worksheets}
    except Unreadable as why:
        refuse(place, str(why))
    except Exception:  # zipfile, expat and openpyxl raise many kinds on damaged files
        refuse(place, DAMAGED)


def refuse(path: Path, why: str) -> NoReturn:
    """Say why a workbook cannot be audited.

    Raises:
        InvalidCase: always.
    """
    problems = Problems()
    problems.error(f"{path.name or path}: {why}", kind="file")
    raise InvalidCase(problems.ordered) from None


def _sheet(typed: object, shown: object) -> Sheet:
    """A sheet of two views of openpyxl: with formulas, and with what they show."""
    formulas: dict[tuple[int, int], str] = {}
    shares = set()
    for row in typed.iter_rows():  # type: ignore[attr-defined]
        for cell in row:
            if cell.data_type == "f":
                formulas[cell.row - 1, cell.column - 1] = str(cell.value)
            if cell.value is not None and "%" in cell.number_format:
                shares.add((cell.row - 1, cell.column - 1))
    rows = [
        [_content(value) for value in values]
        for values in shown.iter_rows(values_only=True)  # type: ignore[attr-defined]
    ]
    return Sheet(str(typed.title), rows, formulas, frozenset(shares))  # type: ignore[attr-defined]


def _content(value: object) -> Content:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime):
        return value.date()
    if value is None or value == "":
        return None
    return value if isinstance(value, date) else str(value)
