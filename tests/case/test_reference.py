"""The reference in docs/ is the one that the declarations make."""

from __future__ import annotations

from pathlib import Path

from planner.case import declarations as d
from planner.case.reference import reference

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == reference(), "run scripts/build_reference.py"


def test_every_sheet_and_column_is_on_it():
    page = reference()
    for sheet in d.SHEETS:
        assert f"## {sheet.name}\n" in page
        for column in sheet.columns:
            assert f"`{column.name}" in page
