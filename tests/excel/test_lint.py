"""The lint finds what it is there for: each fault planted alone in a sound workbook."""

from __future__ import annotations

import zipfile

import pytest
import xlsxwriter


@pytest.fixture
def sound(tmp_path):
    """A workbook with a table, a rule of each kind, a note, a name, a link and a formula."""
    path = tmp_path / "sound.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Plan")
        book.add_worksheet("Other")
        sheet.add_table(0, 0, 3, 1, {"name": "tblPlan", "columns": [{"header": "2011"},
                                                                  {"header": "Dy"}]})  # fmt: skip
        sheet.write_number(1, 1, 12.5)
        sheet.write_formula(5, 1, "=SUM(B2:B4)", None, 12.5)
        sheet.merge_range(7, 0, 8, 1, "merged")
        sheet.data_validation(1, 0, 3, 0, {"validate": "list", "source": ["one", "two"]})
        red = book.add_format({"bg_color": "red"})
        sheet.conditional_format(1, 1, 3, 1, {"type": "formula", "criteria": "=B2<0",
                                              "format": red})  # fmt: skip
        sheet.write_comment(0, 0, "a note")
        sheet.write_url(9, 0, "internal:'Other'!A1", string="to the other")
        book.define_name("known", "=Plan!$A$2:$A$4")
    return path


def _with(path, part, old, new):
    """A copy of the workbook with a text of one part replaced."""
    changed = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            content = before.read(name).decode("utf-8")
            if name == part:
                assert old in content, content
                content = content.replace(old, new)
            after.writestr(name, content)
    return changed


def test_a_sound_workbook_has_no_complaint(sound, lint):
    assert lint(sound) == []


SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
TABLE = "xl/tables/table1.xml"


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ((BOOK, 'name="Other"', f'name="{"x" * 32}"'), "is no name for a sheet"),
        ((BOOK, 'name="Other"', 'name="plan"'), "sheet 'plan' 2 times"),
        ((BOOK, 'name="known"', 'name="AB12"'), "'AB12' is no name for a range"),
        ((BOOK, 'name="known"', 'name="tblplan"'), "name 'tblplan' 2 times"),
        ((BOOK, "Plan!$A$2", "Gone!$A$2"), "no sheet Gone"),
        ((TABLE, 'name="2011"', 'name="2012"'), "header '2011' of the column '2012'"),
        ((TABLE, 'name="2011"', 'name="dy"'), "column of table tblPlan 'dy' 2 times"),
        ((TABLE, 'ref="A1:B4"', 'ref="A1:C4"'), "has 2 columns on A1:C4"),
        ((SHEET, '<c r="A1" t="s"><v>0</v>', '<c r="A1"><v>2011</v>'), "header None of the column"),
        ((SHEET, '<c r="B2"><v>12.5</v>', '<c r="B2"><v>nan</v>'), "the number nan"),
        ((SHEET, "<f>SUM(B2:B4)</f><v>12.5</v>", "<f>SUM(B2:B4)</f>"), "without a stored result"),
        ((SHEET, "<f>SUM(B2:B4)</f>", "<f>MAXIFS(B2:B4,B2:B4,1)</f>"), "MAXIFS needs the prefix"),
        ((SHEET, "<f>SUM(B2:B4)</f>", f'<f>"{"x" * 256}"</f>'), "text over 255 letters"),
        ((SHEET, 'ref="A8:B9"', 'ref="A4:B9"'), "overlaps"),
        ((SHEET, '"one,two"', '"' + "x" * 256 + '"'), "validation over 255 letters"),
        ((SHEET, "<formula>B2&lt;0", "<formula>Other!B2&lt;0"), "relative reference to another"),
        ((SHEET, 'dxfId="0"', 'dxfId="7"'), "without its look"),
        ((SHEET, "location=\"'Other'!A1\"", "location=\"'Gone'!A1\""), "no sheet 'Gone'"),
        (("xl/comments1.xml", '<comment ref="A1"', '<comment ref="A1"/><comment ref="A1"'), "note"),
    ],
)  # fmt: skip
def test_a_fault_is_found(sound, lint, fault, complaint):
    found = lint(_with(sound, *fault))
    assert any(complaint in text for text in found), found


def test_a_result_that_is_not_the_formulas_is_found(sound, soffice, formulas_that_differ):
    wrong = _with(sound, SHEET, "<f>SUM(B2:B4)</f><v>12.5</v>", "<f>SUM(B2:B4)</f><v>12.6</v>")
    made = soffice([sound, wrong], "xlsx")
    assert formulas_that_differ(sound, made[sound]) == []
    assert formulas_that_differ(wrong, made[wrong]) == ["Plan!B6: stored 12.6, recalculated 12.5"]
