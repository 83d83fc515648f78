"""All problems of a workbook come at once, in its order, and more than 20 of a kind are counted."""

from __future__ import annotations

import pytest

from planner.case import problems as listing
from planner.case.case import Case
from planner.case.problems import screen_lines
from planner.errors import InvalidCase, WrongUsage
from planner.workbook.reading import read


def test_everything_at_once(sheets, put, messages):
    for place, value in (
        ("Settings!B3", 8),
        ("Materials!C3", "many"),
        ("Demand!C2", None),
        ("Sources!D1", "Capcity [t/yr]"),
        ("Sources!B2", None),
        ("Sources!F3", 95),
        ("Sources!A5", "S1"),
        ("Sources!H2", "x"),
        ("Prices!A3", "S9"),
        ("Prices!C2", "#REF!"),
        ("Quotas!F2", None),
        ("Limits!H3", 95),
        ("Changes!C2", "Quota=CNN"),
        ("Changes!D3", "Price"),
    ):
        sheets = put(sheets, place, value)
    sheets["Restarts"] = [["Source"], ["S1"]]
    sheets["Capcity"] = [["Source", "2011"]]
    assert messages(sheets) == [
        "Settings!B3: Discount rate must be between 0 and 1, got 8; 8%?",
        "Materials!C3: Shortfall cost must be a number, got text 'many'",
        "Demand!C2: Demand is blank; enter 0 if there is none",
        "Sources!D1: unknown column 'Capcity'; did you mean 'Capacity'?",
        "Sources!B2: Country is blank; fill it in",
        "Sources!H2: stray value; delete it, or give the column a header "
        "(that of a remark starts with Note)",
        "Sources!F3: Yield must be between 0 and 1, got 95; 95%?",
        "Sources!A5: source 'S1' repeats row 2",
        "Composition!A2: unknown source 'S8'; did you mean 'S3'?",
        "Prices!C2: Price holds the Excel error #REF!",
        "Prices!A3: unknown source 'S9'; did you mean 'S3'?",
        "Quotas!F2: Per is blank, but the window holds 2 periods; "
        "say whether the bound is per period, year or window",
        "Limits!H3: Minimum 95 t is above Maximum 90 t",
        "Changes!C2: the selector 'Quota=CNN' picks nothing of Quotas; there, Quota is 'CN'",
        "Changes!D3: Price has no unit; write 'Price [USD/kg]' or 'Price [USD/t]'",
        "Restarts!A1: column 'Restart cost' is missing (found: 'Source')",
        "Capcity: unknown sheet 'Capcity'; did you mean 'Capacity'? If not, rename it",
    ]


def test_problems_of_one_sheet_come_by_row_and_column(sheets, put, problems):
    for place in ("Sources!E5", "Sources!D5", "Sources!D11", "Sources!AA2", "Sources!F2"):
        sheets = put(sheets, place, "x")
    cells = [p.cell for p in problems(sheets) if p.sheet == "Sources"]
    assert cells == ["F2", "AA2", "D5", "E5", "A11", "B11", "D11"]


def test_more_than_20_of_a_kind_are_counted(sheets, problems):
    sheets["Sources"] += [[f"M{i}", "China", "Nd2O3", "n/a", 50] for i in range(30)]
    found = problems(sheets)
    assert len(found) == 30
    lines = screen_lines(found)
    assert len(lines) == 21
    assert lines[0] == "error: Sources!D6: Capacity must be a number, got text 'n/a'"
    assert lines[-1] == "error: … and 10 more of this kind (--verbose lists all)"
    assert len(screen_lines(found, everything=True)) == 30


def test_far_too_many_problems_are_counted_only(sheets, problems, monkeypatch):
    """A list of them would help nobody, and fill the memory."""
    monkeypatch.setattr(listing, "MOST_LISTED", 10)
    sheets["Sources"] += [[f"M{i}", "China", "Nd2O3", "n/a", 50] for i in range(30)]
    found = problems(sheets)
    assert [p.severity for p in found] == ["error"] * 11
    assert found[-1].message == "20 more errors are not listed; mend those above first"
    assert found[-1].sheet is None


def test_the_json_of_a_problem(sheets, put, problems):
    (problem,) = problems(put(sheets, "Sources!D2", "1,234.50"))
    assert problem.to_dict() == {
        "severity": "error",
        "sheet": "Sources",
        "cell": "D2",
        "column": "Capacity",
        "value": "1,234.50",
        "message": "Sources!D2: Capacity must be a number, got text '1,234.50'; enter 1234.5",
    }


def test_the_exception_says_every_error(sheets, put, save):
    sheets = put(put(sheets, "Sources!D2", "x"), "Sources!F2", 95)
    with pytest.raises(InvalidCase) as wrong:
        read(save(sheets))
    assert str(wrong.value).splitlines() == [
        "Sources!D2: Capacity must be a number, got text 'x'",
        "Sources!F2: Yield must be between 0 and 1, got 95; 95%?",
    ]
    assert wrong.value.exit_code == 3


def test_frames_make_the_same_case(sheets, save, frames):
    from_file, from_frames = read(save(sheets)), Case.from_tables(frames(sheets), "plan")
    assert from_file.tables == from_frames.tables
    assert from_file.periods == from_frames.periods
    for name in from_file.scenarios:
        one, other = from_file.scenario(name), from_frames.scenario(name)
        assert one.price.tolist() == other.price.tolist()
        assert one.capacity.tolist() == other.capacity.tolist()
        assert [str(rule) for rule in one.rules] == [str(rule) for rule in other.rules]


def test_frames_as_pandas_makes_them(sheets, frames):
    """Typed columns, NaN for blank, keys in the index."""
    tables = {name: frame.infer_objects() for name, frame in frames(sheets).items()}
    tables["Sources"] = tables["Sources"].set_index("Source")
    tables["Prices"] = tables["Prices"].astype({"Source": "category"})
    plain = Case.from_tables(frames(sheets)).scenario()
    typed = Case.from_tables(tables).scenario()
    assert typed.price.tolist() == plain.price.tolist()
    assert typed.sources == plain.sources


def test_frames_that_are_none():
    with pytest.raises(WrongUsage, match="Sources: a pandas DataFrame is expected"):
        Case.from_tables({"Sources": [["Source"]]})


def test_no_frames_at_all():
    with pytest.raises(InvalidCase, match=r"^Periods: sheet is missing \(found: none\)"):
        Case.from_tables({})
