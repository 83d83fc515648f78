"""Builds the workbooks in inputs/ from the case data inside the package.

Run it from the project's root after a change of planner/examples, or of how new workbooks look:
python scripts/build_examples.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from planner.workbook.example import example_names
from planner.workbook.template import write_new


def main(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in example_names():
        path = folder / f"{name}.xlsx"
        path.unlink(missing_ok=True)
        print(write_new(path, name))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "inputs")
