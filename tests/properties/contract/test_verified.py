"""What is written of a plan passes its own audit, whatever the case."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from planner.audit.verify import verify


@given(data=st.data())
def test_results_pass_their_audit(data, cases, make, solve):
    """Shadow prices are judged beside dual values that a plan may have others of."""
    drawn = data.draw(cases)
    plan = solve(make(drawn.sheets), drawn.scenario)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        plan.to_excel(path)
        found = verify(path)
    assert [(one.name, one.figure, one.cells) for one in found.failed] == []
