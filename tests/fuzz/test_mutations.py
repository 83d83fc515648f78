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
EXAMPLES = ("japan-2011", "japan-2011-2015", "magnet-maker-2026")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="memory and processor time are read as Linux tells them"
)


@pytest.mark.parametrize("example", EXAMPLES)
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


@pytest.mark.parametrize("seed", [0, 5])
def test_the_same_number_gives_the_same_bytes(seed: int, tmp_path: Path) -> None:
    contents = []
    for hashes in ("1", "2"):
        out = tmp_path / f"{hashes}.xlsx"
        subprocess.run(
            [sys.executable, str(HERE / "mutations.py"), "magnet-maker-2026", str(seed), str(out)],
            env={**os.environ, "PYTHONHASHSEED": hashes},
            capture_output=True,
            check=True,
        )
        contents.append(out.read_bytes())
    assert contents[0] == contents[1]
    assert contents[0] != (HERE.parent.parent / "inputs" / "magnet-maker-2026.xlsx").read_bytes()
