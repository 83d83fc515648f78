"""The formulation as symbolic templates: each rule once, for all members of its index set.

They are data (`templates.json`), extracted from the Pyomo rules by `planner_models.extracting` and
expanded over the sets of a case by `planner_models.expanding`. A term is

    factor · Π numbers ÷ Π divisors · variable,  summed over walks

where numbers, divisors and the variable are references such as `delivered[0, 2]`: a component, and
which of the template's indices it is taken at. The indices of a template are numbered: first those
of its own index set, then those of the walks of a term.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

_FOLDER = Path(__file__).parent

SHIPPED = _FOLDER / "templates.json"
"""The templates of the formulation as it stands."""

_NOT_FORMULATION = ("__init__", "compiled", "compiling", "expanding", "templates", "walking")
"""Modules that the templates do not depend on."""


class Reference(NamedTuple):
    """A component at some of the template's indices."""

    name: str
    at: tuple[int, ...]


class Walk(NamedTuple):
    """A sum over a set, or over the members that an indexed set has at some indices.

    Attributes:
        over: name of the set or indexed set.
        at: indices of the indexed set; None: a set of its own.
        indices: the numbers of the indices that take its members.
    """

    over: str
    at: tuple[int, ...] | None
    indices: tuple[int, ...]


class Term(NamedTuple):
    """One product of the template; without a variable it is a number."""

    factor: float
    walks: tuple[Walk, ...]
    numbers: tuple[Reference, ...]
    divisors: tuple[Reference, ...]
    variable: Reference | None


Terms = tuple[Term, ...]


class Columns(NamedTuple):
    """A variable: bounds are terms without variables, within those of its domain."""

    name: str
    index_set: str
    integer: bool
    least: float | None
    most: float | None
    lower: Terms | None
    upper: Terms | None


class RowsTemplate(NamedTuple):
    """A constraint: lower ≤ body ≤ upper; None: no such bound."""

    name: str
    index_set: str
    body: Terms
    lower: Terms | None
    upper: Terms | None


class Templates(NamedTuple):
    """The whole formulation.

    Attributes:
        formulation: a hash of the source that they were extracted from.
        variables, constraints: in the order of declaration.
        cost: terms of the objective, to be minimised.
    """

    formulation: str
    variables: tuple[Columns, ...]
    constraints: tuple[RowsTemplate, ...]
    cost: Terms


def formulation_hash() -> str:
    """A hash of all source that the templates depend on."""
    digest = sha256()
    for path in sorted(_FOLDER.glob("*.py")):
        if path.stem not in _NOT_FORMULATION:
            digest.update(path.name.encode() + b"\0" + path.read_text("utf-8").encode() + b"\0")
    return digest.hexdigest()


@cache
def shipped() -> Templates:
    """The templates that the package holds."""
    return from_json(SHIPPED.read_text("utf-8"))


# -- as text --------------------------------------------------------------------------------


def to_json(templates: Templates) -> str:
    """The templates as a JSON document, one line for each variable, constraint and cost term."""
    lines = [
        '{"formulation": ' + json.dumps(templates.formulation),
        '"variables": [\n' + ",\n".join(map(json.dumps, templates.variables)) + "\n]",
        '"constraints": [\n' + ",\n".join(map(json.dumps, templates.constraints)) + "\n]",
        '"cost": [\n' + ",\n".join(map(json.dumps, templates.cost)) + "\n]}",
    ]
    return ",\n".join(lines) + "\n"


def from_json(text: str) -> Templates:
    """The templates of a JSON document."""
    found: Mapping[str, Any] = json.loads(text)
    variables = (
        Columns(name, index, integer, least, most, _bound(lower), _bound(upper))
        for name, index, integer, least, most, lower, upper in found["variables"]
    )
    constraints = (
        RowsTemplate(name, index, _terms(body), _bound(lower), _bound(upper))
        for name, index, body, lower, upper in found["constraints"]
    )
    return Templates(
        found["formulation"], tuple(variables), tuple(constraints), _terms(found["cost"])
    )


def _bound(found: list[Any] | None) -> Terms | None:
    return None if found is None else _terms(found)


def _terms(found: list[Any]) -> Terms:
    return tuple(
        Term(
            factor,
            tuple(
                Walk(over, None if at is None else tuple(at), tuple(to)) for over, at, to in walks
            ),
            tuple(Reference(name, tuple(at)) for name, at in numbers),
            tuple(Reference(name, tuple(at)) for name, at in divisors),
            None if variable is None else Reference(variable[0], tuple(variable[1])),
        )
        for factor, walks, numbers, divisors, variable in found
    )
