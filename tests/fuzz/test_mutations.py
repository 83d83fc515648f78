"""No workbook breaks the planner: seeded mutations of the examples, each solved and judged.

What has to hold of each is in `worker.py`, what is done to the workbooks in `mutations.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CASES = ("japan-2011", "japan-2011-2015", "magnet-maker-2026", "every-sheet")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="memory and processor time are read as Linux tells them"
)


@pytest.mark.parametrize("example", CASES)
def test_mutated_workbooks_get_a_plan_or_complaints(
    example: str, verdicts: Callable[[str], list[dict[str, Any]]]
) -> None:
    found = verdicts(example)
    wrong = [
        f"{verdict['done']}\n    {verdict['wrong']}\n    pytest tests/fuzz -k '{example}]' "
        f"--first-mutation={verdict['seed']} --mutations=1\n    python tests/fuzz/mutations.py "
        f"{example} {verdict['seed']} broken.xlsx"
        for verdict in found
        if verdict["wrong"]
    ]
    assert not wrong, f"{len(wrong)} of {len(found)}:\n" + "\n".join(wrong)
    if len(found) >= 100:  # both answers are met, and so is every kind of damage
        assert {0, 3} <= {verdict["code"] for verdict in found}


@pytest.mark.parametrize("example", ["japan-2011", "every-sheet"])
def test_the_same_number_gives_the_same_bytes(example: str, tmp_path: Path) -> None:
    def mutated(seed: int, hashes: str) -> bytes:
        """As a process of its own makes it, whatever the order of its sets."""
        out = tmp_path / "broken.xlsx"
        subprocess.run(
            [sys.executable, str(HERE / "mutations.py"), example, str(seed), str(out)],
            env={**os.environ, "PYTHONHASHSEED": hashes},
            capture_output=True,
            check=True,
        )
        return out.read_bytes()

    assert mutated(5, "1") == mutated(5, "2") != mutated(6, "1")
