"""`planner export`: other solvers read the file, and find what the planner finds."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import highspy
import pytest

import planner
from cases import case_of
from planner.cli.main import run
from planner.studies.export import export

INPUTS = Path(__file__).parents[2] / "inputs"
EXAMPLES = sorted(path.stem for path in INPUTS.glob("*.xlsx"))

GLPK = """
import sys, swiglpk as glpk
glpk.glp_term_out(glpk.GLP_OFF)
model = glpk.glp_create_prob()
if sys.argv[1].endswith(".lp"):
    code = glpk.glp_read_lp(model, None, sys.argv[1])
else:
    code = glpk.glp_read_mps(model, glpk.GLP_MPS_FILE, None, sys.argv[1])
assert code == 0
assert glpk.glp_simplex(model, None) == 0
if glpk.glp_get_num_int(model):
    options = glpk.glp_iocp()
    glpk.glp_init_iocp(options)
    assert glpk.glp_intopt(model, options) == 0
    print(repr(glpk.glp_mip_obj_val(model)), glpk.glp_get_num_cols(model))
else:
    print(repr(glpk.glp_get_obj_val(model)), glpk.glp_get_num_cols(model))
"""


def by_highs(path):
    """The objective and the number of columns that HiGHS finds in a file."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return solver.getInfo().objective_function_value, solver.getNumCol()


def by_glpk(path):
    """The same by GLPK, in a process of its own: it ends the process where it gives up."""
    pytest.importorskip("swiglpk", exc_type=ImportError)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", GLPK, str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    objective, columns = done.stdout.split()[-2:]
    return float(objective), int(columns)


def tiny(**sheets):
    """A case of frames: 100 t of Nd, a missing tonne costs 1000."""
    smallest = {
        "Periods": [["Period", "Years"], [2011, 1]],
        "Materials": [["Material", "Shortfall cost [USD/t]"], ["Nd", 1000]],
        "Demand": [["Item", "2011"], ["Nd", 100]],
        "Sources": [
            ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
            ["A", "China", "Nd", 80, 10],
            ["B", "Australia", "Nd", 90, 25],
        ],
    }
    return case_of(smallest, **sheets)


@pytest.mark.parametrize("reader", [by_highs, by_glpk])
@pytest.mark.parametrize("format_", ["mps", "lp"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_another_solver_finds_the_same_objective(example, format_, reader, tmp_path):
    case = planner.read(INPUTS / f"{example}.xlsx")
    options = planner.Options(mip_gap=0.0)
    found = export(case).write(tmp_path / f"model.{format_}")
    objective, columns = reader(found.output)
    assert objective == pytest.approx(planner.solve(case, options=options).objective, rel=1e-9)
    assert columns == len(found.column_names) + 1


HARD = [["Setting", "Value"], ["Shortfall", "forbidden"]]


@pytest.mark.parametrize("reader", [by_highs, by_glpk])
@pytest.mark.parametrize("format_", ["mps", "lp"])
@pytest.mark.parametrize(
    ("sheets", "objective"),
    [
        # 80 × 10 + 20 × 25
        ({}, 1_300),
        # a minimum and a maximum on one row: at least 40 t of B: 60 × 10 + 40 × 25
        ({"Limits": [["Limit", "Type", "Applies to", "Minimum", "Maximum"],
                     ["Two ends", "tonnes", "Source=B", 40, 70]]}, 1_600),
        # no more than 60 t of A, given up by 10 t, since B has 90 t less 60: 70 × 10 + 30 × 25
        ({"Settings": HARD,
          "Sources": [["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
                      ["A", "China", "Nd", 80, 10], ["B", "Australia", "Nd", 30, 25]],
          "Limits": [["Limit", "Type", "Applies to", "Maximum", "Priority"],
                     ["China", "tonnes", "Source=A", 60, 2]]}, 1_450),
        # nothing of B or at least 50 t: 50 × 10 + 50 × 25, against 20 t missing at 1000
        ({"Sources": [["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]",
                       "Minimum order [t]"],
                      ["A", "China", "Nd", 80, 10, None],
                      ["B", "Australia", "Nd", 90, 25, 50]]}, 1_750),
    ],
    ids=["two sources", "two bounds", "priority", "yes/no"],
)  # fmt: skip
def test_hand_solved_cases(sheets, objective, format_, reader, tmp_path):
    case = tiny(**sheets)
    assert planner.solve(case).objective == pytest.approx(objective)
    found = export(case).write(tmp_path / f"model.{format_}")
    assert reader(found.output)[0] == pytest.approx(objective, rel=1e-9)


@pytest.mark.parametrize("reader", [by_highs, by_glpk])
@pytest.mark.parametrize("format_", ["mps", "lp"])
def test_the_constant_of_the_cost_is_in_every_format(format_, reader, tmp_path):
    """80 × 10 + 20 × 25 and 1234.5 that every plan costs."""
    found = export(tiny())
    found = replace(found, model=replace(found.model, offset=1_234.5))
    path = found.write(tmp_path / f"model.{format_}").output
    assert reader(path)[0] == pytest.approx(2_534.5, rel=1e-12)
    assert found.to_dict()["constant"] == 1_234.5


@pytest.mark.parametrize("reader", [by_highs, by_glpk])
@pytest.mark.parametrize("format_", ["mps", "lp"])
def test_a_row_with_two_bounds_keeps_both(format_, reader, tmp_path):
    """B at 25 is cheaper than A at 30, and its row says 40 to 45 t: 45 × 25 + 55 × 30."""
    case = tiny(
        Sources=[["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"],
                 ["A", "China", "Nd", 80, 30], ["B", "Australia", "Nd", 90, 25]],
        Limits=[["Limit", "Type", "Applies to", "Minimum"], ["Least", "tonnes", "Source=B", 40]],
    )  # fmt: skip
    found = export(case)
    upper = found.model.row_upper.copy()
    upper[found.model.rows["rule_floor"]] = 45.0
    found = replace(found, model=replace(found.model, row_upper=upper))
    path = found.write(tmp_path / f"model.{format_}").output
    assert reader(path)[0] == pytest.approx(45 * 25 + 55 * 30)


def test_json_has_the_model_with_the_names_of_the_case(tmp_path):
    """Priced by hand: the plan of 80 t and 20 t keeps every row of the document, and costs it."""
    found = export(tiny()).write(tmp_path / "model.json")
    model = json.loads(Path(found.output).read_text(encoding="utf-8"))
    values = {"buy[A, 2011]": 80, "ship[A, 2011]": 80, "buy[B, 2011]": 20, "ship[B, 2011]": 20}
    level = [values.get(column["name"], 0) for column in model["columns"]]
    cost = sum(c["cost"] * v for c, v in zip(model["columns"], level, strict=True))
    assert cost + model["constant"] == pytest.approx(1_300)
    for row in model["rows"]:
        activity = sum(n * level[j] for j, n in zip(row["columns"], row["numbers"], strict=True))
        assert row["lower"] is None or activity >= row["lower"]
        assert row["upper"] is None or activity <= row["upper"]
    assert {"name": "buy[B, 2011]", "file_name": "buy(B,2011)"}.items() <= next(
        column for column in model["columns"] if column["name"] == "buy[B, 2011]"
    ).items()


@pytest.mark.parametrize("reader", [by_highs, by_glpk])
@pytest.mark.parametrize("format_", ["mps", "lp"])
def test_what_has_no_latin_letter_is_called_by_its_place(format_, reader, tmp_path):
    """The first source is 豪州, the third 中国, the limit 上限; B, 2011 and 鉱山A stay."""
    header = ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"]
    names = ["豪州", "B", "中国", "鉱山A"]
    case = tiny(
        Sources=[header, *([name, "China", "Nd", 30, 10] for name in names)],
        Limits=[["Limit", "Type", "Applies to", "Maximum"], ["上限", "tonnes", "Source=B", 20]],
    )
    found = export(case).write(tmp_path / f"model.{format_}")
    bought = [name for name in found.column_names if name.startswith("buy")]
    assert bought == ["buy(source1,2011)", "buy(B,2011)", "buy(source3,2011)", "buy(_A,2011)"]
    assert "rule_ceiling(limit_rule1_2011)" in found.row_names
    assert "buy[豪州, 2011]" in found.columns
    text = Path(found.output).read_text(encoding="utf-8")
    assert "buy(source1,2011) = buy[豪州, 2011]" in text
    assert "the third source source3" in " ".join(text.split()).replace(" * ", " ").replace(
        " \\ ", " "
    )
    assert reader(found.output)[0] == pytest.approx(planner.solve(case).objective)


def test_names_with_latin_letters_need_no_places():
    assert export(tiny()).notes == ()


@pytest.mark.parametrize("format_", ["mps", "lp"])
def test_names_are_valid_unique_and_explained(format_, tmp_path):
    """Two sources that differ in brackets and spaces only, one in Japanese, and a very long one."""
    names = ["A [x]", "A (x)", "a_(x)", "鉱山", "Mine " * 80]
    rows = [[name, "China", "Nd", 30, 10] for name in names]
    header = ["Source", "Country", "Material", "Capacity [t/yr]", "Price [USD/t]"]
    case = tiny(Sources=[header, *rows])
    found = export(case).write(tmp_path / f"model.{format_}")
    assert len({name.casefold() for name in found.column_names}) == len(found.columns)
    assert max(map(len, found.column_names)) <= 210
    for reader in (by_highs, by_glpk):
        assert reader(found.output)[0] == pytest.approx(1_000)  # 100 t at 10
    text = Path(found.output).read_text(encoding="utf-8")
    assert " = buy[鉱山, 2011]" in text


MIX = [["Limit", "Type", "Applies to", "Column", "Maximum"],
       ["Mix", "HHI", "*", "Country", 0.58]]  # fmt: skip


@pytest.mark.parametrize("reader", [by_highs, by_glpk])
@pytest.mark.parametrize("format_", ["mps", "lp"])
def test_an_hhi_has_the_tangents_that_its_plan_needs(format_, reader, tmp_path):
    """Shares of 0.7 and 0.3: 0.49 + 0.09 = 0.58; 70 t at 10 and 30 t at 25."""
    found = export(tiny(Limits=MIX)).write(tmp_path / f"model.{format_}")
    assert reader(found.output)[0] == pytest.approx(1_450, rel=1e-6)
    assert any("HHI is a curve" in note for note in found.notes)
    assert "HHI is a curve" in Path(found.output).read_text(encoding="utf-8")


def test_an_hhi_that_was_not_solved_says_so(tmp_path):
    found = export(tiny(Limits=MIX), options=planner.Options(time_limit=0))
    assert any("break a limit on an HHI" in note for note in found.notes)


def test_an_older_model_is_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    case = str(INPUTS / "japan-2011.xlsx")
    for _ in range(2):
        assert run(["export", case, "--json", "--set", "Quotas[Quota=China].Tonnes*=0.5"]) == 0
        document = json.loads(capsys.readouterr().out)
    assert document["status"] == "written"
    assert document["output"] == str(Path("outputs") / "japan-2011-model.mps")
    assert (document["rows"], document["columns"], document["decisions"]) == (9, 15, 0)
    assert len(list((tmp_path / "outputs").iterdir())) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "model.xlsx"], "model.xlsx: a model is a file .mps, .lp or .json"),
    ],
)
def test_wrong_use(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["export", str(INPUTS / "japan-2011-2015.xlsx"), *arguments]) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
