"""`planner verify`: a sound workbook passes, and one cell changed anywhere is found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import planner
from planner.audit import verify as audit
from planner.audit.cells import read_cells
from planner.audit.formulas import wrong_formulas
from planner.audit.verify import OK, SKIPPED, verify
from planner.cli.main import run

INPUTS = Path(__file__).parents[2] / "inputs"
EXAMPLES = sorted(path.stem for path in INPUTS.glob("*.xlsx"))
MANY = ("Base", "Actual demand and delays", "No restarts")


def outcomes(found):
    return {(check.name, check.scenario): check.outcome for check in found.checks}


def cells(found):
    """Every cell that a failed check names."""
    return {cell for check in found.failed for cell, _ in check.cells}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_pass(results, example):
    found = verify(results(example))
    assert found.failed == ()
    names = {check.name for check in found.checks}
    assert {"Input file", "Sheet Inputs", "Formulas", "Balances and bounds", "Cost"} <= names
    is_linear = example != "japan-2011-2015"
    proof = ("Certificate: dual bound", "Base") if is_linear else ("Certificate", "Base")
    assert outcomes(found)[proof] == (OK if is_linear else SKIPPED)
    assert found.exit_code == 0


def test_several_scenarios_pass(results):
    found = verify(results("japan-2011-2015", *MANY))
    assert found.failed == ()
    assert {check.scenario for check in found.checks} == {None, *MANY}


@pytest.mark.parametrize(
    ("cell", "value", "named"),
    [
        # what is bought: the plan's own cell makes everything else differ
        ("Plan!E2", 20_001.0, "Orders!J2"),
        ("Orders!J2", 20_001.0, "Orders!J2"),
        ("Deliveries!F3", 1_999.0, "Deliveries!F3"),
        ("Deliveries!I3", 1_999.0, "Deliveries!I3"),
        # prices and costs
        ("Orders!K3", 64_000.0, "Orders!K3"),
        ("Orders!M2", 99.0, "Orders!M2"),
        ("Costs!G6", 190_000.0, "Costs!G6"),
        ("Costs!I4", 0.5, "Costs!I4"),
        # totals, and what follows in a row
        ("Orders!O5", 1_376_200_001.0, "Orders!O5"),
        ("Costs!J10", 3_376_100_000.0, "Costs!J10"),
        ("Summary!F7", 1_000.0, "Summary!F7"),
        ("Plan!F5", 22_001.0, "Plan!F5"),
        # what is there, missing and allowed
        ("Balance!H2", 31_000.0, "Balance!H2"),
        ("Balance!I2", 5.0, "Balance!J2"),
        ("Missing!C8", 9_000.0, "Missing!D8"),
        ("Missing!C13", 31_000.0, "Missing!C13"),
        ("Summary!D19", 9_000.0, "Summary!D19"),
        ("Summary!E19", 0.25, "Summary!E19"),
        ("Summary!E20", 0.25, "Summary!E20"),
        ("Summary!A19", "SEG", "Summary!A19"),
        ("Summary!D19", "nothing", "Summary!A17"),
        ("Limits!G2", 19_000.0, "Limits!G2"),
        ("Limits!H2", 21_000.0, "Limits!H2"),
        ("Limits!B2", "India", "Limits!B2"),
        ("Limits!H3", 2_500.0, "Limits!H3"),
        # what bounds are worth: to the last USD, and of one without use any at all
        ("Limits!M2", 137_721.0, "Limits!M2"),
        ("Limits!M2", 137_719.0, "Limits!M2"),
        ("Limits!N2", 137_719.0, "Limits!N2"),
        ("Limits!N2", 137_721.0, "Limits!N2"),
        ("Limits!M3", -134_700.0, "Limits!M3"),
        ("Limits!M4", 5.0, "Limits!M4"),
        ("Limits!C2", "The maximum of 20,000 t is reached. One t more saves USD 1", "Limits!C2"),
        ("Summary!A34", "Quota China (Quotas!E2): nothing to be had", "Summary!A34"),
        # the record
        ("Run!B16", 3_376_300_000.0, "Run!B16"),
        ("Run!B17", 3_386_200_000.0, "Run!B17"),
        ("Run!B18", 0.01, "Run!B18"),
        ("Run!B5", "0" * 64, "Run!B5"),
        ("Run!B19", 1e-3, "Run!B19"),
        ("Run!B19", 5e-7, "Run!B19"),
        ("Run!B21", 5e-8, "Run!B21"),
        ("Run!B22", 5e-8, "Run!B22"),
        # what charts draw on
        ("Chart data!B3", 21_000.0, "Chart data!B3"),
        ("Chart data!D3", 31_000.0, "Chart data!D3"),
        ("Chart data!C2", "US_STOCK", "Chart data!A2"),
        ("Chart data!A9", "duty", "Chart data!A9"),
        ("Checks!E2", 22_001.0, "Checks!F2"),
        # a source: what is bought of it, and what it costs
        ("Sources!D2", 19_000.0, "Sources!D2"),
        ("Sources!K3", 65_200.0, "Sources!K3"),
        # the proof: a dual value, a bound, a cost, an entry, a value, a name
        ("Certificate!E22", 210_000.0, "Certificate!F22"),
        ("Certificate!D22", 33_000.0, "Certificate!D22"),
        ("Certificate!P17", 2_500.0, "Certificate!P17"),
        ("Certificate!Q22", 62_000.0, "Certificate!Q22"),
        ("Certificate!AB17", -1.1, "Certificate!AB17"),
        ("Certificate!N22", 19_000.0, "Certificate!R22"),
        ("Certificate!A17", "no row", "Certificate!A17"),
        ("Certificate!B5", 3_300_000_000.0, "Certificate!B5"),
        # what was read
        ("Inputs!C15", 0.08, "Inputs!C15"),
        ("Inputs!D22", 190.0, "Inputs!D22"),
    ],
)
def test_one_cell_changed_is_found(results, forged, cell, value, named):
    found = verify(forged(results("japan-2011"), cell, value))
    assert found.exit_code == 6
    assert named in cells(found), [(check.name, check.cells) for check in found.failed]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        # a header of another unit, which would leave the numbers below it unread
        ("Orders!K1", "the column Price [USD/t] is missing"),
        ("Deliveries!H1", "the column Yield is missing"),
        # a limit that is called otherwise is no longer there
        ("Limits!B2", "a row is missing: quota, China, 2011, 2011"),
        ("Limits!B3", "a row is missing: capacity, EXIST_ROW, 2011, 2011"),
        (
            "Sources!A2",
            "a row is missing: CN_QUOTA, CN_QUOTA, China, mine, REO, rare-earth oxides, mixed, USD",
        ),
    ],
)
def test_what_is_no_longer_there_is_missed(results, forged, cell, message):
    found = verify(forged(results("japan-2011"), cell, "Something else"))
    assert message in {words for check in found.failed for _, words in check.cells}


@pytest.mark.parametrize(
    ("cell", "value", "named"),
    [
        ("Decisions!E2", "2013", None),  # a restart in another year
        ("Decisions!B2", "option", "Decisions!B2"),
        ("Decisions!C2", "US_OTHER", "Decisions!C2"),
        ("Decisions!J3", 1.0, "Decisions!J3"),  # what a restart costs
        ("Decisions!F3", 40_600.0, None),  # the latest day to decide on it
        ("Summary!D27", 1.0, "Summary!D27"),
        ("Plan!F9", 1.0, None),  # tonnes of the first plan
        ("Run!C16", 1.0, None),
        ("Run!C19", 1e-7, "Run!C19"),
        ("Run!D22", 1e-5, "Run!D22"),
    ],
)
def test_of_several_plans_with_decisions_too(results, forged, cell, value, named):
    found = verify(forged(results("japan-2011-2015", *MANY), cell, value))
    assert found.exit_code == 6
    assert named is None or named in cells(found)


def test_a_formula_of_any_sheet_is_worked_out(results, forged):
    """Of each sheet the last formula shows something else; all are found at once."""
    path = results("magnet-maker-2026")
    book, named = openpyxl.load_workbook(path), set()
    for sheet in book.worksheets:
        formulas = [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        if formulas:
            cell = f"{sheet.title}!{formulas[-1].coordinate}"
            made = forged(path, cell, 123_456.5)
            path = made.rename(made.with_name(f"{len(named)}.xlsx"))
            named.add(cell)
    _, wrong = wrong_formulas(read_cells(path))
    assert len(named) > 8
    assert named <= {one.cell for one in wrong}


def test_a_dual_value_is_judged_whatever_the_formulas_say(results, forged, monkeypatch):
    """As if a forger had worked out everything that follows from the wrong value."""
    monkeypatch.setattr(audit, "wrong_formulas", lambda sheets: (0, []))
    found = verify(forged(results("japan-2011"), "Certificate!E22", 190_000.0))
    assert {check.name: check.cells[0][0] for check in found.failed} == {
        "Figures of the check": "Run!B22",
        "Certificate: dual bound": "Certificate!B5",
    }


@pytest.mark.parametrize(
    "cell", ["Chart data!B7", "Summary!I30", "Summary!J31"]
)  # fmt: skip
def test_what_charts_draw_on_is_judged_whatever_the_formulas_say(
    results, forged, monkeypatch, cell
):
    monkeypatch.setattr(audit, "wrong_formulas", lambda sheets: (0, []))
    found = verify(forged(results("japan-2011"), cell, 0.5))
    assert cells(found) == {cell}


@pytest.mark.parametrize("cell", ["Scenarios!C4", "Scenarios!D5", "Chart data!L6"])
def test_charts_of_several_scenarios_too(results, forged, monkeypatch, cell):
    monkeypatch.setattr(audit, "wrong_formulas", lambda sheets: (0, []))
    found = verify(forged(results("japan-2011-2015", *MANY), cell, 1_234.5))
    assert cells(found) == {cell}


KINK = {
    "Periods": [["Period"], ["2011"]],
    "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 100]],
    "Demand": [["Item", "2011"], ["Nd", 100]],
    "Sources": [["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
                ["A", "China", "Nd", 60, 10], ["B", "Australia", "Nd", 40, 20],
                ["C", "USA", "Nd", 40, 50]],
    "Limits": [["Limit", "Type", "Applies to", "From", "Maximum"],
               ["X", "tonnes", "Country=China", "2011", 70]],
}  # fmt: skip
"""A and B are just enough: more of A saves 10 a tonne of B's, less costs 40 a tonne of C's. Of X
10 t are left."""


def test_where_one_less_is_worth_another_sum_than_one_more(results_of, forged):
    """What the dual value says stands between the two; B is cheaper by 10, C dearer by 40."""
    path = results_of(**KINK)
    sheet = openpyxl.load_workbook(path)["Limits"]
    head = {cell.value: cell.column_letter for cell in sheet[1]}
    more, less = head["One more unit saves"], head["One less unit costs"]
    rows = {row[1].value: row[0].row for row in sheet.iter_rows()}
    limit, mine = rows["X"], rows["A"]
    assert [sheet[f"{column}{mine}"].value for column in (more, less)] == [10, 40]
    assert verify(path).failed == ()
    for cell, value in (
        (f"Limits!{more}{mine}", 40.5),  # beyond any dual value
        (f"Limits!{less}{mine}", 9.5),
        (f"Limits!{more}{limit}", 1.0),  # a limit that is not reached
        (f"Limits!{less}{limit}", 1.0),
    ):
        assert cell in cells(verify(forged(path, cell, value)))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("X", 1.0, "10 are left: it is worth nothing"),
        ("A", -3.0, "more of a maximum cannot cost"),
        ("A", 95.0, "more than the 90 that one unit less costs"),
        ("A", 12.0, "the numbers beside them are not of one row"),
    ],
)
def test_where_there_is_no_proof_a_worth_has_to_be_possible(
    results_of, forged, name, value, words
):  # fmt: skip
    """C takes an order that costs 7, a yes/no decision: without one, less of A is missing."""
    sources = [[*row, order] for row, order in zip(
        KINK["Sources"], ["Order cost", None, None, 7], strict=True)]  # fmt: skip
    path = results_of(**KINK | {"Sources": sources})
    sheet = openpyxl.load_workbook(path)["Limits"]
    head = {cell.value: cell.column_letter for cell in sheet[1]}
    row = next(row[0].row for row in sheet.iter_rows() if row[1].value == name)
    cell = f"Limits!{head['One more unit saves']}{row}"
    assert verify(path).failed == ()
    assert outcomes(verify(path))["Certificate", "Base"] == SKIPPED
    found = verify(forged(path, cell, value))
    said = [why for check in found.failed for at, why in check.cells if at == cell]
    assert any(words in why for why in said), said


def test_what_a_minimum_is_worth_is_never_more_than_nothing(results_of, forged):
    """C at 50 instead of B at 20: the minimum costs 30 a tonne, and never saves any."""
    path = results_of(
        **KINK
        | {
            "Limits": [["Limit", "Type", "Applies to", "From", "Minimum"],
                       ["X", "tonnes", "Country=USA", "2011", 10]],
        }
    )  # fmt: skip
    sheet = openpyxl.load_workbook(path)["Limits"]
    column = next(cell.column_letter for cell in sheet[1] if cell.value == "One more unit saves")
    assert sheet[f"{column}2"].value == -30
    assert verify(path).failed == ()
    for value in (30.0, -31.0, -29.0):
        assert f"Limits!{column}2" in cells(verify(forged(path, f"Limits!{column}2", value)))


def test_lists_may_be_sorted(results, forged):
    """Two rows of Deliveries that change places, cell by cell."""
    path = results("japan-2011")
    for cell, value in (
        ("A2", "EXIST_ROW"), ("B2", "Rest of world"), ("F2", 2000.0), ("I2", 2000.0),
        ("A3", "CN_QUOTA"), ("B3", "China"), ("F3", 20000.0), ("I3", 20000.0),
    ):  # fmt: skip
        made = forged(path, f"Deliveries!{cell}", value)
        path = made.rename(made.with_name(f"{cell}.xlsx"))
    assert verify(path).failed == ()


def test_without_its_input_the_sheet_inputs_is_enough(tmp_path):
    case = Path(shutil.copy(INPUTS / "japan-2011.xlsx", tmp_path / "case.xlsx"))
    planner.solve(planner.read(case)).to_excel(tmp_path / "plan.xlsx")
    case.unlink()
    found = verify(tmp_path / "plan.xlsx")
    assert found.failed == ()
    assert outcomes(found)[("Input file", None)] == SKIPPED
    assert outcomes(found)[("Certificate: dual bound", "Base")] == OK


def test_an_input_changed_since_is_found(tmp_path):
    case = Path(shutil.copy(INPUTS / "japan-2011.xlsx", tmp_path / "case.xlsx"))
    planner.solve(planner.read(case)).to_excel(tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(case)
    book["Quotas"]["E2"] = 15_000
    book.save(case)
    found = verify(tmp_path / "plan.xlsx")
    assert {check.name for check in found.failed} == {"Input file"}
    found = verify(tmp_path / "plan.xlsx", case)
    failed = {check.name for check in found.failed}
    assert {"Input file", "Sheet Inputs", "Balances and bounds", "Sheet Limits"} <= failed
    wrong = next(check for check in found.failed if check.name == "Sheet Inputs")
    assert wrong.cells[0][1] == "Tonnes is 20000, in the input Quotas, row 2: 15000"


def test_changes_set_for_the_run_count(tmp_path):
    case = planner.read(INPUTS / "japan-2011.xlsx").with_changes("Quotas[Quota=China].Tonnes*=50%")
    planner.solve(case, "Demand 23,000 t").to_excel(tmp_path / "plan.xlsx")
    found = verify(tmp_path / "plan.xlsx")
    assert found.failed == ()
    limits = next(check for check in found.checks if check.name == "Sheet Limits")
    assert limits.scenario == "Demand 23,000 t"


YEARS = {
    "Periods": [["Period", "Years"], ["2011", 1], ["2012", 1]],
    "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 1000], ["Pr", 900], ["NdPr", 500]],
}


def test_recipes_processes_stock_contracts_and_rules_are_read_again(results_of):
    """What no sheet lists is worked out: how much of each recipe and process there is."""
    path = results_of(
        **YEARS,
        Products=[["Product", "Shortfall cost [USD/t]"], ["Magnet", 5000]],
        Recipes=[["Recipe", "Product", "Nd", "Pr", "Maximum share [%]", "Extra cost [USD/t]",
                  "Reference"],
                 ["Rich", "Magnet", 0.3, 0.0, 70, 0, "yes"],
                 ["Lean", "Magnet", 0.2, 0.1, 60, 40, None]],
        Demand=[["Item", "2011", "2012"], ["Magnet", 100, 120], ["Nd", 10, 10]],
        Sources=[
            ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]",
             "Minimum order [t]"],
            ["A", "China", "Nd", 50, 10, None], ["B", "India", "Pr", 50, 12, None],
            ["C", "Brazil", "NdPr", 60, 5, 2],
        ],
        Conversions=[["Conversion", "Cost [USD/t]", "Capacity [t/yr]", "NdPr", "Nd", "Pr"],
                     ["Split", 1, 20, -1, 0.7, 0.28]],
        Stock=[["Material", "Opening [t]", "Holding cost [USD/t/yr]", "Safety stock [t]",
                "Safety cost [USD/t/yr]"], ["Nd", 5, 1, 8, 3]],
        Contracts=[["Contract", "Source", "Minimum [t/yr]", "Maximum [t/yr]", "Must take [%]",
                    "Unlifted pays [%]"], ["Offtake", "B", 4, 30, 80, 50]],
        Limits=[["Limit", "Type", "Applies to", "Per", "Maximum", "Penalty [USD/t]"],
                ["China", "tonnes", "Country=China", "period", 20, 3]],
    )  # fmt: skip
    found = verify(path)
    assert [(c.name, c.figure, c.cells) for c in found.failed] == []


def test_the_tangents_of_an_hhi_are_checked(results_of, forged):
    sheets = {
        "Periods": [["Period", "Years"], ["2011", 1]],
        "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 1000]],
        "Demand": [["Item", "2011"], ["Nd", 100]],
        "Sources": [["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
                    ["A", "China", "Nd", 100, 1], ["B", "Australia", "Nd", 100, 2]],
        "Limits": [["Limit", "Type", "Applies to", "Column", "Maximum"],
                   ["Mix", "HHI", "*", "Country", 0.58]],
    }  # fmt: skip
    path = results_of(**sheets)
    assert verify(path).failed == ()
    sheet = openpyxl.load_workbook(path)["Certificate"]
    cut = next(c for (c,) in sheet.iter_rows(min_col=1, max_col=1) if "cut 1" in str(c.value))
    found = verify(forged(path, f"Certificate!C{cut.row}", -1.0))
    assert cut.coordinate in {name.partition("!")[2] for name in cells(found)}


# -- the command ----------------------------------------------------------------------------


def test_the_command_says_each_check_in_a_line(results, forged, capsys):
    path = results("japan-2011")
    assert run(["verify", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"{path}: all 20 checks passed"
    assert all(line.startswith("ok ") for line in lines[:-1])
    wrong = forged(path, "Orders!K3", 64_000.0)
    assert run(["verify", str(wrong), "--quiet"]) == 6
    out = capsys.readouterr().out
    assert "Orders!K3: is 64,000, follows as 65,000" in out
    assert "ok " not in out


def test_json(results, forged, capsys):
    wrong = forged(results("japan-2011"), "Run!B16", 1.0)
    assert run(["verify", str(wrong), "--json"]) == 6
    document = json.loads(capsys.readouterr().out)
    assert (document["status"], document["case"]) == ("failed", "japan-2011")
    cost = next(check for check in document["checks"] if check["name"] == "Cost")
    assert (cost["passed"], cost["cell"], cost["scenario"]) == (False, "Run!B16", "Base")
    assert cost["cells"] == [
        {"cell": "Run!B16", "message": "is 1; the plan costs 3,376,200,000"}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no.xlsx"], "no.xlsx: there is no such file"),
        ([str(INPUTS / "japan-2011.xlsx")], "is no results workbook of the planner: no sheet Run"),
        (["notes.xlsx"], "notes.xlsx: is a text file, not an Excel workbook"),
    ],
)
def test_what_is_no_results_workbook(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("notes.xlsx").write_text("my notes")
    assert run(["verify", *arguments]) == 3
    assert words in capsys.readouterr().err
    assert run(["verify", *arguments, "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["status"] == "invalid"


def test_an_input_that_is_no_case(results, tmp_path, capsys):
    assert run(["verify", str(results("japan-2011")), "--input", str(tmp_path / "no.xlsx")]) == 3
    assert "there is no such file" in capsys.readouterr().err


def test_no_solver_is_loaded(results):
    """In a process of its own: the module that solves is not there to be loaded."""
    code = (
        "import sys; sys.modules['highspy'] = None\n"
        "import planner; found = planner.verify(sys.argv[1])\n"
        "assert found.exit_code == 0, found\nprint(len(found.checks))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(results("japan-2011"))],
        capture_output=True, text=True, check=False, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "20\n"
