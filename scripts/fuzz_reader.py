"""Coverage-guided fuzzing of what reads workbooks, with atheris.

    pip install atheris==3.0.0
    python scripts/fuzz_reader.py files CORPUS -max_total_time=1800
    python scripts/fuzz_reader.py cells CORPUS -max_total_time=1800

CORPUS is a folder that grows with what reached new code; it is made, and seeded from the examples,
where it is not there yet. Options are libFuzzer's (-help=1). `files` takes a file's bytes, and
mutates them raw or inside the parts of the zip; `cells` edits the cells of sound cases before they
are understood. Whatever is read, the answer has to be a case or complaints that can be shown:
anything else ends the run, and the input that did it is left in the working directory. Give such a
file instead of CORPUS to run it alone.
"""

from __future__ import annotations

import io
import json
import random
import sys
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import atheris
import openpyxl

with atheris.instrument_imports(include=["planner.case", "planner.workbook"]):
    from planner.case import declarations
    from planner.case.case import Case, case_from_workbook
    from planner.case.grid import Area, Grid, RawCell, Workbook, raw_cell
    from planner.case.problems import screen_lines
    from planner.errors import InvalidCase
    from planner.workbook.example import example_names
    from planner.workbook.reading import load_workbook, read
    from planner.workbook.template import write_new

_LARGEST_INPUT = 200_000
_SECONDS = 30
_MEGABYTES = 1024

_EVERY_SHEET = Path(__file__).parent.parent / "tests" / "fuzz" / "every-sheet.toml"
"""A sound case that has every sheet of the contract."""

_TEXTS = [
    "", " ", "*", "NA", "nan", "inf", "-", "yes", "no", "TRUE", "unlimited", "1,234.50", "12.5%",
    "100 t", "1e999", "#REF!", "#N/A", "Country=", "Country=China & Class!=x", "A=B=C", "!=", "&",
    "2011..2014", "2012..2011", "..", "Price [", "Price [USD/kg", "Price [kWh]", "[%]", "S\u200b1",
    "Ѕ1", "x" * 300, "basket", "Every period", "Ramp 0", "Ramp 99999999999", "per", "=1+1", "٣",
    "１２", "1;2;;3", "0.1; -1", "Years",
]  # fmt: skip
_NUMBERS = [
    0, -0.0, 1, -1, 95, 0.5, 1e-300, 1e12, 1.1e12, 1e300, float("inf"), 2011, 2012.0,
    10**400, 2**63, 40544, -1e-9,
]  # fmt: skip


def main() -> None:
    """Parse `files` or `cells`, seed the corpus, and hand over to libFuzzer."""
    script, target, corpus, *options = sys.argv
    options = [
        f"-max_len={_LARGEST_INPUT}", f"-timeout={_SECONDS}", f"-rss_limit_mb={_MEGABYTES}",
        *options,
    ]  # fmt: skip
    place = Path(corpus)
    if target == "files":
        if not place.exists():
            _seed(place, _example_files())
        atheris.Setup(
            [script, *options, corpus], _read_file, custom_mutator=_mutate_file,
            enable_python_coverage=True,
        )  # fmt: skip
    else:
        if not place.exists():
            _seed(place, [bytes(random.Random(n).randbytes(64)) for n in range(200)])
        atheris.Setup([script, *options, corpus], _cells_target(), enable_python_coverage=True)
    atheris.Fuzz()


def _seed(corpus: Path, contents: list[bytes]) -> None:
    corpus.mkdir(parents=True)
    for number, content in enumerate(contents):
        (corpus / f"seed-{number}").write_bytes(content)


def _example_files() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        paths = [write_new(Path(folder) / f"{name}.xlsx", name) for name in example_names()]
        return [path.read_bytes() for path in paths] + [_small_file()]


def _small_file() -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in _every_sheet().items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if value == "" else value for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _every_sheet() -> dict[str, list[list[Any]]]:
    sheets = tomllib.loads(_EVERY_SHEET.read_text("utf-8"))["sheets"]
    return {sheet["name"]: [sheet["columns"], *sheet["rows"]] for sheet in sheets}


# -- what has to hold -----------------------------------------------------------------------


def _understand(make: Callable[[], Case]) -> None:
    """A case, or complaints that can be shown; nothing else."""
    try:
        case = make()
    except InvalidCase as wrong:
        problems = wrong.problems
        if not any(problem.severity == "error" for problem in problems):
            raise AssertionError("refused without a complaint") from wrong
    else:
        problems = case.warnings
    shown = [problem.to_dict() for problem in problems]
    json.dumps(shown, ensure_ascii=False, allow_nan=False).encode()
    "\n".join(screen_lines(problems)).encode()


# -- a file's bytes -------------------------------------------------------------------------

_PLACE = Path(tempfile.mkdtemp()) / "plan.xlsx"


def _read_file(content: bytes) -> None:
    _PLACE.write_bytes(content)
    _understand(lambda: read(_PLACE))


def _mutate_file(content: bytes, largest: int, seed: int) -> bytes:
    """Mutate one part inside the zip; what is no zip, or now and then, the bytes as they are."""
    draw = random.Random(seed)
    if draw.random() < 0.1:
        return bytes(atheris.Mutate(content, largest))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError,
            NotImplementedError, KeyError):  # fmt: skip
        return bytes(atheris.Mutate(content, largest))
    if not parts:
        return bytes(atheris.Mutate(content, largest))
    chosen = draw.randrange(len(parts))
    name, part = parts[chosen]
    parts[chosen] = (name, bytes(atheris.Mutate(part, len(part) + 200)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts:
            with suppress(UnicodeEncodeError):
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part)
    return packed.getvalue() if len(packed.getvalue()) <= largest else content


# -- cells of a sound case ------------------------------------------------------------------


def _cells_target() -> Callable[[bytes], None]:
    """Edits drawn from the input, made on the cells of a case that is sound."""
    if set(_every_sheet()) != set(declarations.BY_NAME):
        raise AssertionError(f"{_EVERY_SHEET} lacks a sheet of the contract, or has another")
    bases = [_grids(_every_sheet()), _example("japan-2011")]
    for base in bases:
        case_from_workbook(base, "base")

    def target(content: bytes) -> None:
        draw = atheris.FuzzedDataProvider(content)
        edited = _edited(bases[draw.ConsumeIntInRange(0, len(bases) - 1)], draw)
        _understand(lambda: case_from_workbook(edited, "case"))

    return target


def _grids(sheets: dict[str, list[list[Any]]]) -> Workbook:
    grids = []
    for name, rows in sheets.items():
        cells = {
            i: {j: raw_cell(value) for j, value in enumerate(row, 1) if value != ""}
            for i, row in enumerate(rows, 1)
        }
        grids.append(Grid(name, MappingProxyType(cells)))
    return Workbook("every sheet", tuple(grids))


def _example(name: str) -> Workbook:
    with tempfile.TemporaryDirectory() as folder:
        return load_workbook(write_new(Path(folder) / f"{name}.xlsx", name))


def _edited(base: Workbook, draw: Any) -> Workbook:
    grids = list(base.grids)
    for _ in range(draw.ConsumeIntInRange(1, 6)):
        if not grids:
            break
        place = draw.ConsumeIntInRange(0, len(grids) - 1)
        grid = grids[place]
        what = draw.PickValueInList(["delete", "double", "rename", *["edit"] * 10])
        if what == "delete":
            del grids[place]
        elif what == "double":
            grids.insert(place, grid)
        elif what == "rename":
            other = grids[draw.ConsumeIntInRange(0, len(grids) - 1)]
            grids[place] = replace(grid, name=draw.PickValueInList([other.name, _text(draw)]))
        else:
            grids[place] = _edited_grid(grid, draw)
    return replace(base, grids=tuple(grids))


def _edited_grid(grid: Grid, draw: Any) -> Grid:
    rows = {number: dict(row) for number, row in grid.cells.items()}
    last = max(rows, default=1)
    widest = max((column for cells in rows.values() for column in cells), default=1)
    row, other = (draw.ConsumeIntInRange(1, last + 1) for _ in range(2))
    column = draw.ConsumeIntInRange(1, widest + 1)
    what = draw.PickValueInList(
        ["row", "double", "column", "swap", "merge", "table", "hide", "header", *["cell"] * 6]
    )
    if what == "row":
        rows.pop(row, None)
    elif what == "double":
        rows[last + 1] = dict(rows.get(row, {}))
    elif what == "column":
        for cells in rows.values():
            cells.pop(column, None)
    elif what == "swap":
        rows[row], rows[other] = rows.get(other, {}), rows.get(row, {})
    elif what == "merge":
        area = Area(row, column, max(row, other), column + 1)
        return replace(grid, merged=(*grid.merged, area))
    elif what == "table":
        return replace(grid, tables=(Area(row, column, max(row, other), widest, "T"),))
    elif what == "hide":
        return replace(grid, hidden=draw.ConsumeBool(), hidden_rows=frozenset({row}))
    else:
        rows.setdefault(1 if what == "header" else row, {})[column] = _cell(rows, draw)
    return replace(grid, cells=MappingProxyType(rows))


def _cell(rows: dict[int, dict[int, RawCell]], draw: Any) -> RawCell:
    kind = draw.ConsumeIntInRange(0, 9)
    simple: dict[int, Callable[[], RawCell]] = {
        0: lambda: RawCell(None, error=draw.PickValueInList(["#REF!", "#N/A", "#SPILL!", ""])),
        1: lambda: RawCell(None, stale=True),
        2: lambda: RawCell(draw.ConsumeBool()),
        3: lambda: RawCell(_day(draw)),
        4: lambda: raw_cell(draw.PickValueInList(_NUMBERS), percent=draw.ConsumeBool()),
        5: lambda: raw_cell(draw.ConsumeRegularFloat()),
        6: lambda: raw_cell(draw.ConsumeIntInRange(-(2**31), 2**31)),
        7: lambda: _elsewhere(rows, draw),
    }
    return simple[kind]() if kind in simple else raw_cell(_text(draw))


def _day(draw: Any) -> datetime:
    return datetime(draw.ConsumeIntInRange(1, 9999), draw.ConsumeIntInRange(1, 12), 1)


def _elsewhere(rows: dict[int, dict[int, RawCell]], draw: Any) -> RawCell:
    """Another cell of the sheet, perhaps with something in front of it or behind."""
    cells = [cell for row in rows.values() for cell in row.values()]
    if not cells:
        return raw_cell(_text(draw))
    cell = cells[draw.ConsumeIntInRange(0, len(cells) - 1)]
    if isinstance(cell.content, str) and draw.ConsumeBool():
        return raw_cell(
            draw.PickValueInList([_text(draw) + cell.content, cell.content + _text(draw)])
        )
    return cell


def _text(draw: Any) -> str:
    if draw.ConsumeBool():
        return str(draw.PickValueInList(_TEXTS))
    return str(draw.ConsumeUnicodeNoSurrogates(draw.ConsumeIntInRange(0, 12)))


if __name__ == "__main__":
    main()
