"""Every benchmark runs, and says what it promises to say."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import planner
import planner_models
from benchmarks import build, curve, endtoend, formulation, resolve, startup, tornado, tree
from planner_models.compiling import compile_model

KEYS = {"method", "seconds", "ratio_to_floor", "nonzeros", "peak_mb"}
METHODS = ["planner", "floor", "linopy", "pulp", "pyomo-appsi"]


@pytest.fixture
def run(monkeypatch, capsys) -> Callable[..., list[dict[str, Any]]]:
    """The JSON of a benchmark of the small size: `run(build, "--rounds", "1")`."""

    def runs(benchmark: Any, *options: str) -> list[dict[str, Any]]:
        arguments = [benchmark.__name__, "--size", "small", "--json", *options]
        monkeypatch.setattr("sys.argv", arguments)
        benchmark.main()
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
        return found

    return runs


def test_build(run):
    found = run(build, "--rounds", "1")
    names = [one["method"] for one in found]
    assert names == [name for name in METHODS if name in names]
    assert {"planner", "floor", "pyomo-appsi"} <= set(names)
    assert len({one["nonzeros"] for one in found}) == 1
    for one in found:
        assert set(one) == KEYS
        assert one["seconds"] > 0
        assert one["peak_mb"] > 10


def test_build_reports_nothing_where_optima_differ(run, monkeypatch):
    floor = build.method("floor")

    def dearer(scenario):
        live = floor(scenario)
        return build.Live(live.nonzeros, lambda: live.solve() * 1.001)

    methods = {"planner": dearer, "floor": floor}
    monkeypatch.setattr(build, "names_for", lambda *_, **__: list(methods))
    monkeypatch.setattr(build, "method", methods.__getitem__)
    with pytest.raises(SystemExit, match=r"planner finds .* do not build the same model"):
        run(build, "--rounds", "1")


def test_curve(run):
    found = run(curve, "--rounds", "1")
    whole = found[0]
    assert [one["method"] for one in found] == ["planner", "floor", "one warm solve"]
    assert set(whole) == KEYS | {"pieces", "solves", "rows"}
    assert whole["pieces"] > 30
    assert whole["solves"] <= 2 * whole["pieces"] + 1


def test_curve_of_a_case_with_windows(run):
    """Its 68 pieces were also found by other means: parametric ranging in an array model."""
    whole = run(curve, "--rounds", "1", "--windows")[0]
    assert (whole["pieces"], whole["rows"]) == (68, 1608)
    assert whole["solves"] <= 2 * 68 + 1


def test_curve_has_no_large_case_with_windows(run):
    with pytest.raises(SystemExit, match="no large case with windows, but small, medium"):
        run(curve, "--size", "large", "--windows")


def test_curve_reports_nothing_where_a_solve_differs(run, monkeypatch):
    """As if the curve were that of another quota."""
    sweep = planner.sweep

    def of_another(case, vary, **options):
        return sweep(case, replace(vary, target="Quotas[Quota=Country 02].2026-04"), **options)

    monkeypatch.setattr(planner, "sweep", of_another)
    with pytest.raises(SystemExit, match="nothing is reported"):
        run(curve, "--rounds", "1")


def test_resolve(run):
    found = run(resolve, "--rounds", "1", "--scenarios", "3")
    ours = found[0]
    assert ours["method"] == "planner"
    assert set(ours) == KEYS | {"inside_highs"}
    assert 0 < ours["inside_highs"] < ours["seconds"]
    assert {one["method"] for one in found} >= {"planner", "floor", "pyomo-appsi"}
    assert all(set(one) == KEYS for one in found[1:])


def test_resolve_reports_nothing_where_a_cold_solve_differs(run, monkeypatch):
    """As if the live model had kept something of the what-if before."""

    def cheaper(data):
        model = compile_model(data)
        return replace(model, offset=model.offset - 1.0)  # of some 500 million

    monkeypatch.setattr(resolve, "compile_model", cheaper)
    with pytest.raises(SystemExit, match="planner finds"):
        run(resolve, "--rounds", "1", "--scenarios", "2")


def test_resolve_reports_nothing_where_another_method_differs(run, monkeypatch):
    monkeypatch.setattr(resolve, "applied", lambda scenario, _: scenario)
    with pytest.raises(SystemExit, match="floor finds"):
        run(resolve, "--rounds", "1", "--scenarios", "2")


@pytest.mark.parametrize("benchmark", [startup, endtoend])
def test_whole_processes(run, benchmark):
    found = run(benchmark, "--rounds", "1")
    assert [one["method"] for one in found] == ["planner", "floor"]
    assert found[1]["ratio_to_floor"] == 1
    for one in found:
        assert set(one) == KEYS
        assert one["nonzeros"] is None
        assert one["peak_mb"] > 5


def test_formulation(run):
    """Fewer rows and columns without the totals; one row more for every capacity."""
    found = {one["formulation"]: one for one in run(formulation, "--scenarios", "1")}
    whole, put_in = found["as compiled"], found["totals put in"]
    totals = 55  # 2 quotas and 2 × 4 shares in 5 periods, and the purchases of each period
    assert whole["rows"] - put_in["rows"] == totals
    assert whole["columns"] - put_in["columns"] == totals
    assert found["capacities as rows"]["rows"] - whole["rows"] == 50  # 10 sources × 5 periods
    assert found["both"]["columns"] == put_in["columns"]


def test_nothing_is_measured_of_two_trees(tmp_path):
    """As where the command is run in a checkout beside an installed copy."""
    package = Path(str(planner_models.__file__)).parent
    shutil.copytree(package, tmp_path / "planner_models")
    environment = tree.environment()
    environment["PYTHONPATH"] = f"{tmp_path}:{environment['PYTHONPATH']}"
    ended = subprocess.run(
        tree.module("benchmarks.startup"),
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "nothing is measured" in ended.stderr


def test_tornado(monkeypatch, capsys):
    case = tree.ROOT / "inputs" / "japan-2011.xlsx"
    monkeypatch.setattr("sys.argv", ["tornado", "--json", "--rounds", "1", "--case", str(case)])
    tornado.main()
    found = json.loads(capsys.readouterr().out)
    assert found["ends"] == 32  # 16 inputs, down and up
    assert set(found["seconds"]) == {"tornado", "first plan", "warm solves", "solve"}
    assert set(found["ratios"]) == {"to_warm", "to_highs", "to_solve"}
    assert all(number > 0 for part in ("seconds", "ratios") for number in found[part].values())


def test_tornado_reports_nothing_where_costs_differ(monkeypatch):
    case = tree.ROOT / "inputs" / "japan-2011.xlsx"
    own = tornado._WarmSolves.solve_all

    def dearer(*arguments):
        return {end: cost * 1.001 for end, cost in own(*arguments).items()}

    monkeypatch.setattr(tornado._WarmSolves, "solve_all", dearer)
    with pytest.raises(SystemExit, match="nothing is reported"):
        tornado.measure(case, rounds=1)
