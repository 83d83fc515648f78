"""Benchmarks measure one tree: the planner and its formulation have to come from the same one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import planner
import planner_models

ROOT = Path(__file__).resolve().parent.parent
"""Of the repository."""

_PLANNER, _MODELS = (
    Path(str(package.__file__)).resolve().parent.parent for package in (planner, planner_models)
)


def require_one_tree() -> None:
    """Leave where `planner` and `planner_models` are from two trees.

    Raises:
        SystemExit: they are; the text says what to do.
    """
    installed = _PLANNER.name in ("site-packages", "dist-packages")
    if (_PLANNER if installed else _PLANNER / "models") != _MODELS:
        raise SystemExit(
            f"planner is imported from {_PLANNER}, planner_models from {_MODELS}: nothing is "
            'measured. Install the checkout with pip install -e ".[benchmarks]"'
        )


def environment() -> dict[str, str]:
    """Of a process that takes its packages from the same tree as this one."""
    places = [str(_PLANNER), str(_MODELS), os.environ.get("PYTHONPATH", ""), str(ROOT)]
    path = os.pathsep.join(dict.fromkeys(place for place in places if place))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}


def module(name: str) -> list[str]:
    """The command that runs a module, where its folder does not hide what is installed."""
    return [sys.executable, "-P", "-m", name]


def command() -> list[str]:
    """The command `planner`, as installed beside this Python."""
    beside = Path(sys.executable).parent / "planner"
    if beside.exists():
        return [str(beside)]
    return [sys.executable, "-c", "from planner.cli.main import main; main()"]
