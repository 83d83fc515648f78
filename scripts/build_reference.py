"""Writes docs/reference.md from the declarations of the sheets.

Run it from the project's root after a change of planner/case/declarations.py:
python scripts/build_reference.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from planner.case.reference import reference


def main(path: Path) -> None:
    path.write_text(reference(), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    default = Path(__file__).parent.parent / "docs" / "reference.md"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
