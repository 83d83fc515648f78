"""The table says what was reached and what was not."""

from __future__ import annotations

from benchmarks import table
from benchmarks.build import Built
from benchmarks.memory import Peak
from benchmarks.resolve import Resolved
from benchmarks.results import results_of


def measured() -> table.Measured:
    small = Built({"planner": 3.0, "floor": 1.0}, {"planner": 100, "floor": 100}, {})
    medium = Built(
        {"planner": 1.0, "floor": 0.6, "linopy": 9.0, "pulp": 90.0, "pyomo-appsi": 400.0},
        dict.fromkeys(("planner", "floor", "linopy", "pulp", "pyomo-appsi"), 1000),
        {},
    )
    large = Built(
        {"planner": 2.5, "floor": 2.0},
        {"planner": 2000, "floor": 2000},
        {"planner": Peak(300.0, 200.0), "floor": Peak(200.0, 50.0)},
    )
    return table.Measured(
        built={"small": small, "medium": medium, "large": large},
        resolved=Resolved({"planner": 0.001, "floor": 0.01, "pyomo-appsi": 0.05}, 0.0008, 1.1, 100),
        started=results_of({"planner": 0.11, "floor": 0.1}),
        solved=results_of({"planner": 0.8, "floor": 0.5}),
    )


def test_every_figure_has_its_verdict():
    found = {figure.what: figure.row()[3:] for figure in measured().figures()}
    assert found == {
        "build and hand-over ÷ floor, medium": ("1.67", "must"),  # 1.0 / 0.6
        "build and hand-over ÷ floor, large": ("1.25", "aim"),
        "build and hand-over ÷ floor, small": ("3", "must"),
        "build, against linopy, medium": ("9 × faster", "**no**"),
        "build, against PuLP, medium": ("90 × faster", "aim"),
        "build, against Pyomo with appsi_highs, medium": ("400 × faster", "aim"),
        "peak memory ÷ floor, large": ("1.5", "aim"),
        "the same, above what the process held before": ("4", "**no**"),
        "warm what-ifs, small: whole ÷ time inside HiGHS": ("1.1", "must"),
        "the same against rebuilding with Pyomo with appsi_highs": ("50 × faster", "must"),
        "planner solve japan-2011 ÷ a bare script, whole process": ("1.6", "**no**"),
        "planner --help ÷ Python with click imported": ("1.1", "aim"),
        # 2.5 s / 2000 against 1.0 s / 1000
        "build time per non-zero, large ÷ medium": ("1.25", "must"),
    }


def test_results_are_put_between_the_marks_of_the_readme(tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    written = table.README.read_text(encoding="utf-8")
    readme.write_text(written, encoding="utf-8")
    monkeypatch.setattr(table, "README", readme)
    table.write("fresh figures")
    table.write("fresher figures")
    found = readme.read_text(encoding="utf-8")
    assert "fresher figures" in found
    assert "fresh figures" not in found
    before, _, after = written.partition("<!-- results")
    assert found.startswith(before)
    assert found.endswith(after.partition("<!-- end -->")[2])
