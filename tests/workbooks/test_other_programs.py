"""One case, one result, whichever program wrote its file and however it arranged the parts."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pandas as pd
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.formula import ArrayFormula

from planner.workbook.reading import read

INPUTS = Path(__file__).parent.parent.parent / "inputs"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
PRICES = "xl/worksheets/sheet7.xml"


@pytest.fixture
def expected(sheets, save):
    """The tables of the sound case; none has a warning."""
    case = read(save(sheets, "expected.xlsx"))
    assert case.warnings == ()
    return case.tables


@pytest.fixture
def is_same(expected):
    def same(path):
        case = read(path)
        return case.tables == expected and case.warnings == ()

    return same


def _only(target, old, new):
    """Changes one part, and makes sure that it did."""

    def change(name, part):
        if name != target:
            return part
        changed = re.sub(old, new, part, flags=re.DOTALL)
        assert changed != part
        return changed

    return change


# -- programs -------------------------------------------------------------------------------


def test_xlsxwriter(sheets, save_shared, is_same):
    assert is_same(save_shared(sheets))


def test_openpyxl_write_only(sheets, tmp_path, is_same):
    workbook = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(tmp_path / "plan.xlsx")
    assert is_same(tmp_path / "plan.xlsx")


@pytest.mark.parametrize("engine", ["openpyxl", "xlsxwriter"])
def test_pandas(sheets, frames, tmp_path, is_same, engine):
    path = tmp_path / "plan.xlsx"
    with pd.ExcelWriter(path, engine=engine) as writer:
        for name, frame in frames(sheets).items():
            frame.to_excel(writer, sheet_name=name, index=False)
    assert is_same(path)


def _by_hand(path: Path, sheets, *, prefix: str = "") -> Path:
    """The least that is a workbook: no styles, no shared texts, no addresses, no content types."""
    tag = f"{prefix}:" if prefix else ""
    space = f"xmlns:{prefix}" if prefix else "xmlns"

    def cell(value):
        if value is None:
            return f"<{tag}c/>"
        if isinstance(value, date):
            return f'<{tag}c t="d"><{tag}v>{value.isoformat()}T00:00:00</{tag}v></{tag}c>'
        if isinstance(value, str):
            text = f"<{tag}t>{escape(value)}</{tag}t>"
            return f'<{tag}c t="inlineStr"><{tag}is>{text}</{tag}is></{tag}c>'
        return f"<{tag}c><{tag}v> {value}\n</{tag}v></{tag}c>"

    def relations(*found):
        inside = "".join(
            f'<Relationship Id="r{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
            for i, (kind, target) in enumerate(found)
        )
        return f'<Relationships xmlns="{PACKAGE}">{inside}</Relationships>'

    with zipfile.ZipFile(path, "w") as file:
        file.writestr("_rels/.rels", relations(("officeDocument", "book.xml")))
        listed = "".join(
            f'<{tag}sheet name="{name}" r:id="r{i}"/>' for i, name in enumerate(sheets)
        )
        file.writestr(
            "book.xml",
            f'<{tag}workbook {space}="{MAIN}" xmlns:r="{OFFICE}"><{tag}sheets>{listed}'
            f"</{tag}sheets></{tag}workbook>",
        )
        targets = [("worksheet", f"sheets/{i}.xml") for i in range(len(sheets))]
        file.writestr("_rels/book.xml.rels", relations(*targets))
        for i, rows in enumerate(sheets.values()):
            data = "".join(f"<{tag}row>{''.join(map(cell, row))}</{tag}row>" for row in rows)
            file.writestr(
                f"sheets/{i}.xml",
                f'<{tag}worksheet {space}="{MAIN}"><{tag}sheetData>{data}</{tag}sheetData>'
                f"</{tag}worksheet>",
            )
    return path


@pytest.mark.parametrize("prefix", ["", "x"])
def test_made_by_hand(sheets, tmp_path, is_same, prefix):
    assert is_same(_by_hand(tmp_path / "plan.xlsx", sheets, prefix=prefix))


@pytest.fixture(scope="module")
def by_libreoffice(tmp_path_factory):
    """The examples as LibreOffice saves them."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("office")
    subprocess.run(
        [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", folder, *sorted(INPUTS.glob("*.xlsx"))],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return folder


@pytest.mark.parametrize("name", sorted(path.name for path in INPUTS.glob("*.xlsx")))
def test_libreoffice(by_libreoffice, name):
    """Numbers are the same to the last digits that LibreOffice writes: 15."""
    ours, theirs = read(INPUTS / name), read(by_libreoffice / name)
    assert [w.message for w in theirs.warnings] == [w.message for w in ours.warnings]
    for scenario in ours.scenarios:
        one, other = ours.scenario(scenario), theirs.scenario(scenario)
        assert other.sources == one.sources
        assert other.price == pytest.approx(one.price, rel=1e-14, nan_ok=True)
        for theirs_of, ours_of in zip(other.rules, one.rules, strict=True):
            assert (theirs_of.kind, theirs_of.name) == (ours_of.kind, ours_of.name)
            assert (theirs_of.minimum or 0) == pytest.approx(ours_of.minimum or 0, rel=1e-14)
            assert (theirs_of.maximum or 0) == pytest.approx(ours_of.maximum or 0, rel=1e-14)
    assert theirs.tables.keys() == ours.tables.keys()
    for sheet, table in ours.tables.items():
        found = theirs.tables[sheet]
        assert (found.headers, found.units, len(found.rows)) == (
            table.headers, table.units, len(table.rows),
        )  # fmt: skip


# -- arrangements of the file ---------------------------------------------------------------


@pytest.mark.parametrize("dimension", [b"A1", b"A1:XFD1048576", b"C7:D9", None])
def test_the_size_that_a_sheet_says_it_has_is_not_believed(
    sheets, save, repack, is_same, dimension
):
    """Some programs write A1, some the whole sheet, some nothing."""
    new = b'<dimension ref="' + dimension + b'" />' if dimension else b""

    def change(name, part):
        return re.sub(rb"<dimension [^>]*/>", new, part)

    assert is_same(repack(save(sheets), change))


@pytest.mark.parametrize(
    "target", [b"worksheets/sheet7.xml", b"./worksheets/../worksheets/sheet7.xml",
               rb"worksheets\\sheet7.xml", b"/XL/Worksheets/sheet7.xml"],
)  # fmt: skip
def test_parts_are_found_however_they_are_pointed_to(sheets, save, repack, is_same, target):
    change = _only("xl/_rels/workbook.xml.rels", rb"/xl/worksheets/sheet7\.xml", target)
    assert is_same(repack(save(sheets), change))


def test_parts_with_backslashes_and_other_letters(sheets, save_shared, repack, is_same):
    path = save_shared(sheets)
    assert is_same(repack(path, rename=lambda name: name.replace("/", "\\")))
    assert is_same(repack(path, rename=str.upper))


def test_names_that_lead_out_of_the_file_are_no_parts(sheets, save, repack, is_same):
    """Nothing is ever unpacked to a disk."""
    more = {"../../evil.xml": b"x", "/etc/passwd": b"x", "xl/": b""}
    assert is_same(repack(save(sheets), more=more))


def test_styles_are_missing(sheets, save, repack, is_same, refused):
    """Without them a date is a number; a case without dates reads as ever."""

    def change(name, part):
        return None if name == "xl/styles.xml" else part

    def unlisted(name, part):
        part = change(name, part)
        return part and re.sub(rb"<Relationship [^>]*styles\.xml[^>]*>", b"", part)

    path = save(sheets)
    assert refused(repack(path, change)).startswith("copy.xlsx: damaged: its part xl/styles.xml")
    with pytest.raises(Exception, match=r"Periods!B2: Start must be a date, got 40544; "):
        read(repack(path, unlisted))


def test_what_only_other_programs_understand_is_passed_over(sheets, save, repack, is_same):
    """Of alternatives the fallback is meant for us."""
    row = rb'(<row r="3".*?</row>)'
    alternative = (
        rb'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-'
        rb'compatibility/2006"><mc:Choice Requires="x99"><row r="9"><c r="A9"><v>1</v></c></row>'
        rb"</mc:Choice><mc:Fallback>\1</mc:Fallback></mc:AlternateContent>"
    )
    assert is_same(repack(save(sheets), _only(PRICES, row, alternative)))


def test_extensions_of_a_sheet_are_passed_over(sheets, save, repack, is_same):
    extension = (
        rb'</sheetData><extLst><ext uri="{x}" xmlns:x14="urn:x14"><x14:c r="A9"><x14:v>1</x14:v>'
        rb"</x14:c></ext></extLst>"
    )
    assert is_same(repack(save(sheets), _only(PRICES, rb"</sheetData>", extension)))


def test_links_and_pivots_are_not_looked_at(sheets, save, repack, is_same):
    links = b'<externalReferences><externalReference r:id="rId99"/></externalReferences>'
    change = _only("xl/workbook.xml", rb"(</[a-z:]*sheets>)", rb"\1" + links)
    more = {"xl/pivotCache/pivotCacheDefinition1.xml": b"no XML at all", "xl/media/a.png": b"x"}
    assert is_same(repack(save(sheets), change, more=more))


def test_a_sheet_of_the_users_own_is_not_read_whole(sheets, save, repack, is_same):
    """Only whether anything stands there matters: what follows is not even looked at."""
    sheets["Notes"] = [["x"], ["y"]]
    target = f"xl/worksheets/sheet{len(sheets)}.xml"
    path = repack(save(sheets), _only(target, rb'<row r="2".*', b"<broken"))
    assert is_same(path)


def test_grouped_sheets_and_frozen_panes(sheets, book, save, is_same):
    workbook = book(sheets)
    for sheet in workbook:
        sheet.sheet_view.tabSelected = True
        sheet.freeze_panes = "B2"
    workbook["Sources"].row_dimensions.group(2, 3)
    workbook["Sources"].column_dimensions.group("B", "D")
    assert is_same(save(workbook))


def test_a_strict_workbook(sheets, save_shared, repack, is_same):
    """Dates are texts there, such as 2011-01-01."""
    transitional = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def change(name, part):
        part = part.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        part = part.replace(
            transitional, b"http://purl.oclc.org/ooxml/officeDocument/relationships"
        )
        if name == "xl/worksheets/sheet2.xml":
            for serial, day in ((b"40544", b"2011-01-01"), (b"40909", b"2012-01-01T00:00:00.000")):
                cell = rb'(<c r="B\d" s="\d")(><v>)' + serial + b"<"
                part, count = re.subn(cell, rb'\1 t="d"\g<2>' + day + b"<", part)
                assert count == 1
        return part

    assert is_same(repack(save_shared(sheets), change))


@pytest.mark.parametrize("kind", ["xlsm", "xltx", "XLSX"])
def test_other_endings_of_the_name(sheets, save, is_same, kind):
    assert is_same(save(sheets).rename(save(sheets).with_suffix(f".{kind}")))


# -- cells ----------------------------------------------------------------------------------


def test_texts_in_several_fonts(sheets, book, save, is_same):
    workbook = book(sheets)
    bold = InlineFont(b=True)
    workbook["Prices"]["A2"] = CellRichText(TextBlock(bold, "S"), "1")
    workbook["Sources"]["B3"] = CellRichText("Aus", TextBlock(bold, "tralia"))
    assert is_same(save(workbook))


def test_how_a_text_is_pronounced_is_no_part_of_it(sheets, save_shared, repack, is_same):
    """Excel in Japanese keeps the reading of each word beside it."""
    reading = rb'\1<rPh sb="0" eb="2"><t>CHUUGOKU</t></rPh><phoneticPr fontId="1"/>'
    change = _only("xl/sharedStrings.xml", rb"(<t>China</t>)", reading)
    assert is_same(repack(save_shared(sheets), change))


def test_characters_that_xml_cannot_hold(sheets, put, save_shared, repack, is_same):
    """A line break typed on Windows in a cell is _x000D_ in the file; outer ones are dropped."""
    change = _only("xl/sharedStrings.xml", rb"<t>China</t>", b"<t>China_x000D_\n</t>")
    assert is_same(repack(save_shared(sheets), change))


def test_formulas_with_results_are_their_results(sheets, save, repack, expected):
    """61, 62 and 71: one by itself, one shared by two cells, one of an array."""
    cells = {
        b"B2": b'<f t="array" ref="B2">SUM(1)</f><v>61</v>',
        b"C2": b'<f t="shared" ref="C2:C3" si="0">A2+1</f><v>62</v>',
        b"B3": b'<f t="shared" si="0"/><v>71</v>',
    }

    def change(name, part):
        for place, inside in cells.items() if name == PRICES else ():
            part, count = re.subn(
                rb'<c r="' + place + rb'"[^>]*>.*?</c>',
                b'<c r="' + place + b'">' + inside + b"</c>",
                part,
            )
            assert count == 1
        return part

    assert read(repack(save(sheets), change)).tables == expected


def test_formulas_of_all_kinds_without_results(sheets, book, problems):
    workbook = book(sheets)
    prices = workbook["Prices"]
    prices["B2"] = ArrayFormula("B2:C2", "=SUM(A1:A2*1)")
    prices["B3"] = "=1+1"
    assert [p.message for p in problems(workbook)] == [
        f"Prices!{cell}: formula without a stored result; open and save in Excel"
        for cell in ("B2", "B3")
    ]


def test_days_counted_from_1904(sheets, book, save, is_same):
    """As Excel on old Macintosh computers did: 1,462 days later."""
    workbook = book(sheets)
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    path = save(workbook)
    with zipfile.ZipFile(path) as file:
        assert b'date1904="1"' in file.read("xl/workbook.xml")
        assert b"<v>39082</v>" in file.read("xl/worksheets/sheet2.xml")
    assert is_same(path)


@pytest.mark.parametrize(
    "number_format",
    [
        "yyyy-mm-dd",
        "dd/mm/yyyy",
        "[$-411]ggge\\年m\\月d\\日",
        "mmm yy",
        '"from" d mmm',
        "m/d/yy h:mm",
    ],
)
def test_dates_are_numbers_with_a_format(sheets, book, save, is_same, number_format):
    workbook = book(sheets)
    for row, serial in ((2, 40544), (3, 40909)):
        cell = workbook["Periods"].cell(row, 2)
        cell.value, cell.number_format = serial, number_format
    assert is_same(save(workbook))


def test_dates_as_excel_in_japanese_formats_them(sheets, save, repack, is_same):
    """Format 31 is 2011年1月1日 there; the file does not say so."""
    change = _only(
        "xl/styles.xml", rb'(<xf [^>]*)numFmtId="164"(.*</cellXfs>)', rb'\1numFmtId="31"\2'
    )
    assert is_same(repack(save(sheets), change))


def test_a_number_formatted_as_a_date_that_there_is_not(sheets, put, book, save):
    """Excel shows ####; the number is what stands there."""
    workbook = book(put(sheets, "Sources!D2", 80_000_000))
    workbook["Sources"]["D2"].number_format = "yyyy-mm-dd"
    assert read(save(workbook)).scenario().capacity[0, 0] == 80_000_000


@pytest.mark.parametrize("word", ["1", "true"])
def test_true_is_yes(sheets, save, repack, word):
    sheets["Limits"][0].append("Active")
    sheets["Limits"][1].append("no")
    sheets["Limits"][2].append(True)
    cell = b'<c r="J3" t="b"><v>' + word.encode() + b"</v></c>"
    change = _only("xl/worksheets/sheet11.xml", rb'<c r="J3" t="b"><v>1</v></c>', cell)
    path = save(sheets)
    case = read(path if word == "1" else repack(path, change))
    assert [row.values["Active"] for row in case.tables["Limits"].rows] == [False, True]


@pytest.mark.parametrize("text", ["NaN", "INF", "1_000", "0x10", "1,5", "٣"])
def test_a_number_that_is_none_is_named_by_its_cell(sheets, save, repack, text):
    """Also what Python would take for one."""
    change = _only(PRICES, rb"<v>61</v>", f"<v>{text}</v>".encode())
    with pytest.raises(Exception, match=f"Prices!B2: Price must be a number, got text '{text}'"):
        read(repack(save(sheets), change))


def test_empty_cells_with_a_format_are_blank(sheets, book, save, is_same):
    """Also below and beside the table, and a whole column's."""
    workbook = book(sheets)
    sheet = workbook["Sources"]
    for row in range(1, 300):
        for column in range(1, 60):
            sheet.cell(row, column).number_format = "0.00"
    sheet["XFD1048576"].number_format = "0.00"
    sheet.column_dimensions["H"].number_format = "0%"
    assert is_same(save(workbook))


def test_cells_out_of_order(sheets, save, repack, is_same):
    rows = rb'(<row r="1".*?</row>)(<row r="2".*?</row>)'
    assert is_same(repack(save(sheets), _only(PRICES, rows, rb"\2\1")))


def test_a_span_of_time_is_a_text(sheets, put, book, problems):
    workbook = book(put(sheets, "Prices!B2", timedelta(days=61)))
    assert [p.message for p in problems(workbook)] == [
        "Prices!B2: Price must be a number, got text '61 days, 0:00:00'"
    ]
