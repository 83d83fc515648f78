"""Large cases made by the scripts, and mistakes in them."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"


@pytest.fixture(scope="session")
def building() -> dict[str, Any]:
    """The script that builds large cases."""
    return runpy.run_path(str(SCRIPTS / "build_large.py"))


@pytest.fixture(scope="session")
def planting() -> dict[str, Any]:
    """The script that plants mistakes."""
    return runpy.run_path(str(SCRIPTS / "plant_mistakes.py"))


@pytest.fixture
def large(building: dict[str, Any], tmp_path: Path) -> Callable[..., Path]:
    """Writes a case of so many sources and periods: `large(24, 6, decisions=True)`."""

    def make(sources: int, periods: int, **more: Any) -> Path:
        path = tmp_path / f"large-{sources}-{periods}.xlsx"
        sheets = building["large_case"](building["Size"](sources, periods, **more))
        building["write"](sheets, path)
        return path

    return make
