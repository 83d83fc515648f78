"""The two packages of one installation belong together."""

from __future__ import annotations

from pathlib import Path

import planner
import planner_models


def test_planner_and_formulation_come_from_one_tree():
    """Both from one checkout, or both installed: never one of each."""
    planner_root, models_root = (
        Path(package.__file__).resolve().parent.parent for package in (planner, planner_models)
    )
    if planner_root.name in ("site-packages", "dist-packages"):
        assert models_root == planner_root
    else:
        assert models_root == planner_root / "models"
