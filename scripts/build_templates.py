"""Writes the templates of the formulation, which the package holds as data.

python scripts/build_templates.py [-o FILE.json]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from planner_models.extracting import extract
from planner_models.templates import SHIPPED, to_json


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=SHIPPED, metavar="FILE.json")
    path: Path = parser.parse_args().output
    path.write_text(to_json(extract()), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
