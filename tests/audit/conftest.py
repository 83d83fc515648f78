"""Results workbooks, and a hand that changes one cell of them as a forger would."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

import planner
from cases import case_of
from planner.runs import solve_scenarios

INPUTS = Path(__file__).parents[2] / "inputs"

Rows = list[list[object]]


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The results workbook of an example; each is solved once."""
    folder, made = tmp_path_factory.mktemp("results"), {}

    def of(example: str, *scenarios: str) -> Path:
        if (example, scenarios) not in made:
            case = planner.read(INPUTS / f"{example}.xlsx")
            path = folder / f"{example}-{len(made)}.xlsx"
            solve_scenarios(case, scenarios or ("Base",)).to_excel(path)
            made[example, scenarios] = path
        return made[example, scenarios]

    return of


@pytest.fixture
def results_of(tmp_path: Path) -> Callable[..., Path]:
    """The results workbook of a case of sheets, each a list of rows."""

    def of(*changes: str, **sheets: Rows) -> Path:
        case = case_of({}, **sheets)
        case = case.with_changes(*changes) if changes else case
        path = tmp_path / "case-plan.xlsx"
        solve_scenarios(case).to_excel(path)
        return path

    return of


@pytest.fixture
def forged(tmp_path: Path) -> Callable[..., Path]:
    """A copy of a workbook with what one cell shows changed, and nothing else.

    The bytes of the sheet are changed: openpyxl would drop what every formula shows.
    """

    def forge(path: Path, cell: str, value: float | str) -> Path:
        sheet, _, place = cell.partition("!")
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        number = _sheet_number(parts["xl/workbook.xml"].decode(), sheet)
        name = f"xl/worksheets/sheet{number}.xml"
        text = parts[name].decode()
        pattern = re.compile(
            rf'<c r="{place}"((?: s="\d+")?)(?: t="\w+")?>(<f>.*?</f>)?<v>.*?</v></c>'
        )
        match = pattern.search(text)
        assert match is not None, f"{cell} is blank"
        style, formula = match[1], match[2] or ""
        if isinstance(value, str):
            kind = "str" if formula else "inlineStr"
            shown = f"<v>{value}</v>" if formula else f"<is><t>{escape(value)}</t></is>"
            new = f'<c r="{place}"{style} t="{kind}">{formula}{shown}</c>'
        else:
            new = f'<c r="{place}"{style}>{formula}<v>{value!r}</v></c>'
        parts[name] = (text[: match.start()] + new + text[match.end() :]).encode()
        target = tmp_path / "forged.xlsx"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
            for part, content in parts.items():
                made.writestr(part, content)
        return target

    return forge


def _sheet_number(workbook: str, name: str) -> int:
    names = re.findall(r'<sheet name="([^"]+)"', workbook)
    return names.index(name) + 1
