"""The data of the example cases and of the tiny case with which a new workbook opens."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from planner.case.names import did_you_mean
from planner.errors import WrongUsage


def example_names() -> tuple[str, ...]:
    """The names of the example cases."""
    files = resources.files("planner.examples").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def example_data(name: str) -> dict[str, Any]:
    """The data of an example: `title`, `story`, and `sheets` with columns and rows.

    Raises:
        WrongUsage: there is no such example.
    """
    if name not in example_names():
        raise WrongUsage(f"unknown example '{name}'{did_you_mean(name, example_names())}")
    return _data("planner.examples", f"{name}.toml")


def starter_data() -> dict[str, Any]:
    """The data of the tiny case: `title`, `sheets`, and what comes along with a sheet.

    Its rows are dictionaries by the name of the column; `added` holds further rows and `changed`
    other values for the time that a sheet is there.
    """
    return _data("planner.workbook", "starter.toml")


@cache
def _data(package: str, name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(package).joinpath(name).read_text("utf-8"))
