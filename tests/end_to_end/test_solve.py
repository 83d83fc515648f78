"""`planner solve` on Japan 2011: the question of October 2010, from Excel to Excel."""

from __future__ import annotations

import json

import openpyxl
import pytest

CASE_KEYS = {"status", "case", "problems", "runs"}
RUN_KEYS = {
    "scenario", "status", "currency", "objective", "paid", "valuation", "paid_nominal", "bound",
    "gap", "demand_t", "purchases_t", "shortfall_t", "cost_per_t", "costs", "purchases",
    "shortfalls", "limits", "decisions", "check", "seconds", "output",
}  # fmt: skip
COST_KEYS = {
    "purchase", "export_tax", "freight", "duty", "processing", "order", "recipe", "conversion",
    "restart", "running", "unlifted", "holding", "surplus", "final_stock", "safety", "shortfall",
    "penalty",
}  # fmt: skip
LIMIT_KEYS = {
    "kind", "name", "value", "cell", "from", "to", "used", "minimum", "maximum", "slack", "breach",
    "shadow_price",
}  # fmt: skip


def test_the_short_answer_and_the_workbook(run, japan, tmp_path):
    done = run("solve", japan)
    assert done.code == 0
    assert "10,000 t are missing" in done.out
    assert "USD 1,376.2 million" in done.out
    assert "USD 3,376.2 million" in done.out
    assert "Quota China (Quotas!E2)" in done.out
    assert "137,720" in done.out
    assert "China           90.9 %" in done.out
    book = openpyxl.load_workbook(tmp_path / "outputs" / "japan-2011-plan.xlsx")
    assert book.sheetnames == [
        "Summary", "Orders", "Plan", "Deliveries", "Costs", "Balance", "Missing", "Limits",
        "Sources", "Decisions", "Certificate", "Checks", "Inputs", "Run", "Chart data",
    ]  # fmt: skip


def test_json_has_its_final_shape_and_the_figures(run, japan):
    done = run("solve", japan, "--json", "--scenario", "Base", "--scenario", "Options opened")
    assert done.code == 0
    document = json.loads(done.out)
    assert set(document) == CASE_KEYS
    assert (document["status"], document["case"]) == ("optimal", "japan-2011")
    base, opened = document["runs"]
    assert set(base) == RUN_KEYS
    assert set(base["costs"]) == COST_KEYS
    assert set(base["limits"][0]) == LIMIT_KEYS
    # 20,000 t × 62,280 + 2,000 t × 65,300 = 1,376.2 M; 10,000 t × 200,000 = 2,000 M
    assert base["objective"] == pytest.approx(3_376.2e6, rel=1e-9)
    assert base["paid"] == pytest.approx(1_376.2e6, rel=1e-9)
    assert base["shortfall_t"] == pytest.approx(10_000, abs=1e-6)
    assert base["shortfalls"] == [
        {"item": "REO", "site": None, "period": "2011", "tonnes": pytest.approx(10_000)}
    ]
    # US stock 3,000 t and recycling 20 t more
    assert opened["shortfall_t"] == pytest.approx(6_980, abs=1e-6)
    assert opened["objective"] == pytest.approx(2_938.85e6, rel=1e-9)
    for one in (base, opened):
        assert one["check"]["max_violation"] <= 1e-6
        assert one["check"]["cost_error"] <= 1e-7
        assert one["check"]["dual_gap"] <= 1e-7
        assert sum(one["costs"].values()) == pytest.approx(one["objective"], rel=1e-12)
        assert one["paid"] + one["valuation"] == pytest.approx(one["objective"], rel=1e-12)
        assert one["output"].endswith("japan-2011-plan.xlsx")
    quota = next(row for row in base["limits"] if row["kind"] == "quota")
    assert (quota["name"], quota["cell"]) == ("China", "Quotas!E2")
    assert (quota["used"], quota["maximum"], quota["slack"]) == (20_000, 20_000, 0)
    # one tonne more of quota: 200,000 − 62,280
    assert quota["shadow_price"]["more"] == pytest.approx(137_720)
    assert quota["shadow_price"]["unit"] == "USD/t"


def test_a_change_from_the_command_line(run, japan):
    done = run("solve", japan, "--json", "--set", "Quotas[Quota=China].Tonnes*=0.7")
    assert json.loads(done.out)["runs"][0]["shortfall_t"] == pytest.approx(16_000)


def test_every_scenario_side_by_side(run, japan, tmp_path):
    done = run("solve", japan, "--all-scenarios", "-o", "all.xlsx")
    assert done.code == 0
    assert "Options opened" in done.out
    assert "Demand 21,090 t" in done.out
    assert "Scenarios" in openpyxl.load_workbook(tmp_path / "all.xlsx").sheetnames


def test_an_older_result_is_kept_under_its_time_stamp(run, japan, tmp_path):
    for _ in range(2):
        assert run("solve", japan, "--quiet").code == 0
    names = sorted(path.name for path in (tmp_path / "outputs").iterdir())
    assert len(names) == 2
    assert "japan-2011-plan.xlsx" in names


def test_quiet_says_nothing(run, japan):
    done = run("solve", japan, "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_the_input_is_never_written_over(run, japan):
    before = japan.read_bytes()
    done = run("solve", japan, "-o", japan)
    assert done.code == 2
    assert "is the case itself" in done.err
    assert japan.read_bytes() == before


def test_the_solver_log_goes_to_stderr_only(run, japan):
    done = run("solve", japan, "--json", "--verbose")
    json.loads(done.out)
    assert "HiGHS" in done.err


def test_shortfall_forbidden_is_infeasible_and_never_a_plan(run, changed, tmp_path):
    done = run("solve", changed(Settings_B7="forbidden"), "--json")
    assert done.code == 4
    document = json.loads(done.out)
    assert document["status"] == "infeasible"
    assert document["runs"] == [{"scenario": "Base", "status": "infeasible"}]
    assert "10,000 t are missing" in done.err
    assert "Demand!B2" in done.err
    assert not (tmp_path / "outputs").exists()


def test_a_price_without_a_floor_is_unbounded(run, changed):
    # surplus sells at 70 USD/kg, above the landed cost of a source that no quota bounds any more
    path = changed(
        Materials_D1="Surplus value [USD/kg]", Materials_D2=70, Quotas_B2="Source=EXIST_ROW"
    )
    done = run("solve", path)
    assert done.code == 4
    assert "CN_QUOTA (Sources!F2)" in done.err
    assert "surplus of REO (Materials!D2)" in done.err


def test_a_wrong_workbook_lists_every_problem(run, changed):
    path = changed(Sources_F2="cheap", Sources_E3=-5, Demand_A2="REOO")
    for command in ("solve", "check"):
        done = run(command, path)
        said = done.out + done.err
        assert done.code == 3
        for cell in ("Sources!F2", "Sources!E3", "Demand!A2"):
            assert cell in said
        document = json.loads(run(command, path, "--json").out)
        assert document["status"] == "invalid"
        assert document["runs"] == []
        assert {p["cell"] for p in document["problems"]} >= {"F2", "E3", "A2"}


def test_some_scenarios_with_a_plan_and_one_without(run, changed):
    path = changed(
        Changes_B8="Settings", Changes_C8="Setting=Shortfall", Changes_D8="Value",
        Changes_F8="forbidden",
    )  # fmt: skip
    done = run("solve", path, "--json", "--all-scenarios")
    assert done.code == 4
    statuses = {one["scenario"]: one["status"] for one in json.loads(done.out)["runs"]}
    assert statuses["Base"] == "optimal"
    assert statuses["Demand 21,090 t"] == "infeasible"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--fail-on", "shortfall"), 6),
        (("--fail-on", "not-optimal"), 0),
        (("--time-limit", "0"), 5),
        (("--scenario", "Bas"), 2),
        (("--set", "Quota[Quota=China].Tonnes*=0.7"), 2),
        (("--no-such-option",), 2),
    ],
)
def test_exit_codes(run, japan, arguments, code):
    assert run("solve", japan, *arguments).code == code


def test_no_such_file(run):
    done = run("solve", "nowhere.xlsx")
    assert done.code == 3
    assert "there is no such file" in done.err
    assert "Traceback" not in done.err


def test_json_is_one_document_even_where_the_call_is_wrong(run, japan):
    for arguments in (("--set", "Quota[*].Tonnes*=0.7"), ("--scenario", "Bas"), ("--bad",)):
        done = run("solve", japan, "--json", *arguments)
        assert done.code == 2
        document = json.loads(done.out)
        assert (document["status"], document["runs"]) == ("invalid", [])
        assert document["problems"][0]["message"]


def test_a_change_that_looks_wrong_is_warned_of(run, japan):
    switched = ("--set", 'Limits[Limit="60 % of demand"].Active=yes')
    done = run("check", japan, *switched, "--set", "Limits[*].Maximum=0.5")
    assert "read as 0.5 %; 50 %?" in done.out


def test_an_output_that_is_open_elsewhere_is_said(run, japan, tmp_path):
    (tmp_path / "~$plan.xlsx").write_bytes(b"")
    done = run("solve", japan, "-o", "plan.xlsx", "--quiet")
    assert done.code == 0
    assert "plan.xlsx is open in another program" in done.err
    assert not (tmp_path / "plan.xlsx").exists()


@pytest.mark.parametrize("option", ["--time-limit", "--mip-gap"])
def test_nan_is_no_number(run, japan, option):
    assert run("solve", japan, option, "nan").code == 2
