"""From the Pyomo rules to templates: the one place that uses what Pyomo does not promise.

The formulation is built on a skeleton case whose sets have two members for each index; then every
rule is run once more with symbolic indices (`templatize_rule`), and the expression that it returns
is taken apart. What has no template raises `NoTemplateError`: nothing falls back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr import numeric_expr, relational_expr
from pyomo.core.expr.template_expr import (
    GetItemExpression,
    IndexTemplate,
    TemplateSumExpression,
    templatize_rule,
)

from planner_models.data import SCHEMA, IndexedMembers, ModelData
from planner_models.formulation import build
from planner_models.templates import (
    Columns,
    Reference,
    RowsTemplate,
    Templates,
    Term,
    Terms,
    Walk,
    formulation_hash,
)

_KINDS = (pyo.Set, pyo.Param, pyo.Expression, pyo.Var, pyo.Constraint, pyo.Objective)
"""What a formulation may be made of; a rule that uses a named expression has no template."""


class NoTemplateError(TypeError):
    """A rule says something that templates cannot."""


def extract() -> Templates:
    """The templates of the formulation as it stands.

    Raises:
        NoTemplateError: a rule cannot be expressed as a template.
    """
    found = templates_of(build(skeleton()))
    if templates_of(build(skeleton(members=3, number=5.0))) != found:
        raise NoTemplateError("a rule depends on how many members a set has, or on a number")
    return found


def skeleton(*, members: int = 2, number: float = 2.0) -> ModelData:
    """A case in which every set has all combinations of so many members for each of its indices.

    Args:
        members: for each index.
        number: of every parameter.
    """

    def combinations(dimension: int) -> Any:
        return np.array(list(product(range(members), repeat=dimension)), dtype=np.int64)

    sets = {spec.name: combinations(len(spec.roots)) for spec in SCHEMA.sets}
    indexed = {}
    for spec in SCHEMA.indexed_sets:
        own, times = combinations(spec.dimension), len(sets[spec.index])
        starts = np.arange(times + 1, dtype=np.int64) * len(own)
        indexed[spec.name] = IndexedMembers(starts, np.tile(own, (times, 1)))
    params = {spec.name: np.full(len(sets[spec.index]), number) for spec in SCHEMA.params}
    return ModelData(sets, indexed, params)


def templates_of(model: Any) -> Templates:
    """The templates of a Pyomo model with one objective, to be minimised.

    Raises:
        NoTemplateError: a rule cannot be expressed as a template.
    """
    for component in model.component_objects(active=True):
        if component.ctype not in _KINDS:
            raise NoTemplateError(f"{component.local_name} is a {component.ctype.__name__}")
    objectives = list(model.component_objects(pyo.Objective, active=True))
    if len(objectives) != 1 or objectives[0].sense != pyo.minimize:
        names = ", ".join(one.local_name for one in objectives)
        raise NoTemplateError(f"one objective to be minimised is expected, not: {names}")
    cost, _ = templatize_rule(model, objectives[0].rule, objectives[0].index_set())
    return Templates(
        formulation=formulation_hash(),
        variables=tuple(map(_variable, model.component_objects(pyo.Var))),
        constraints=tuple(map(_constraint, model.component_objects(pyo.Constraint, active=True))),
        cost=tuple(_Reader().terms(cost)),
    )


def _variable(variable: Any) -> Columns:
    lower, upper = None, None
    domains = {member.domain.get_interval() for member in variable.values()}
    if len(domains) != 1 or any(member.fixed for member in variable.values()):
        raise NoTemplateError(f"members of {variable.local_name} differ, or are fixed")
    ((least, most, step),) = domains
    integer = step == 1
    if step not in (0, 1):
        raise NoTemplateError(f"{variable.local_name} is neither continuous nor whole")
    if variable._rule_bounds is not None:
        reader, found = _Reader.of_rule(variable, variable._rule_bounds)
        lower, upper = (reader.bound(side) for side in found)
    return Columns(variable.local_name, _index_of(variable), integer, least, most, lower, upper)


def _constraint(constraint: Any) -> RowsTemplate:
    if not all(member.active for member in constraint.values()):
        raise NoTemplateError(f"members of {constraint.local_name} are not active")
    reader, found = _Reader.of_rule(constraint, constraint.rule)
    lower, body, upper = _sides(constraint.local_name, found)
    terms = tuple(reader.terms(body))
    constants = tuple(_negated(term) for term in terms if term.variable is None)
    return RowsTemplate(
        constraint.local_name,
        _index_of(constraint),
        tuple(term for term in terms if term.variable is not None),
        _plus(reader.bound(lower), constants),
        _plus(reader.bound(upper), constants),
    )


def _sides(name: str, found: Any) -> tuple[Any, Any, Any]:
    """Lower bound, body and upper bound of a relation, as Pyomo's own standard form has them."""
    if isinstance(found, tuple):
        found = relational_expr.tuple_to_relational_expr(found)
    if isinstance(found, relational_expr.RangedExpression):
        lower, body, upper = found.args
        return lower, body, upper
    if not isinstance(
        found, relational_expr.EqualityExpression | relational_expr.InequalityExpression
    ):
        raise NoTemplateError(f"{name} is no relation")
    if getattr(found, "strict", False):
        raise NoTemplateError(f"{name} is a strict inequality")
    left, right = found.args
    is_equality = isinstance(found, relational_expr.EqualityExpression)
    if not _holds_variables(right):
        return (right if is_equality else None), left, right
    if not _holds_variables(left):
        return left, right, (left if is_equality else None)
    return (0 if is_equality else None), left - right, 0


def _plus(bound: Terms | None, constants: Terms) -> Terms | None:
    return None if bound is None else bound + constants


def _negated(term: Term) -> Term:
    return term._replace(factor=-term.factor)


def _index_of(component: Any) -> str:
    name: str = component.index_set().local_name
    if name not in {spec.name for spec in SCHEMA.sets}:
        raise NoTemplateError(f"{component.local_name} is indexed by {name}, no set of the schema")
    return name


def _holds_variables(expression: Any) -> bool:
    return not isinstance(expression, int | float) and bool(expression.is_potentially_variable())


@dataclass(slots=True)
class _Reader:
    """Takes expressions of one template apart, and numbers its indices."""

    numbers: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of_rule(cls, component: Any, rule: Any) -> tuple[_Reader, Any]:
        """What a component's rule returns at symbolic indices, and a reader that knows them."""
        found, indices = templatize_rule(component.parent_block(), rule, component.index_set())
        reader = cls()
        for index in indices:
            reader._number(index)
        return reader, found

    def bound(self, expression: Any) -> Terms | None:
        """Terms of a bound; None where there is none."""
        if expression is None:
            return None
        terms = tuple(self.terms(expression))
        if any(term.variable is not None for term in terms):
            raise NoTemplateError("a bound that holds a variable")
        return terms

    def terms(self, expression: Any) -> Iterator[Term]:
        """The terms that add up to an expression."""
        if isinstance(expression, int | float):
            if not math.isfinite(expression):
                raise NoTemplateError(f"{expression} in a rule")
            yield Term(float(expression), (), (), (), None)
            return
        for kinds, read in self._readers():
            if isinstance(expression, kinds):
                yield from read(expression)
                return
        raise NoTemplateError(f"{type(expression).__name__} in a rule")

    def _readers(self) -> Iterator[tuple[Any, Callable[[Any], Iterator[Term]]]]:
        yield GetItemExpression, self._item
        yield TemplateSumExpression, self._template_sum
        yield numeric_expr.SumExpression, self._sum
        yield numeric_expr.NegationExpression, self._negation
        yield numeric_expr.ProductExpression, self._product
        yield numeric_expr.DivisionExpression, self._division

    def _item(self, expression: Any) -> Iterator[Term]:
        component = expression.arg(0)
        reference = Reference(component.local_name, self._at(expression.args[1:]))
        if component.ctype is pyo.Var:
            yield Term(1.0, (), (), (), reference)
        elif component.ctype is pyo.Param:
            yield Term(1.0, (), (reference,), (), None)
        else:
            raise NoTemplateError(f"{component.local_name} is neither a variable nor a parameter")

    def _sum(self, expression: Any) -> Iterator[Term]:
        for part in expression.args:
            yield from self.terms(part)

    def _negation(self, expression: Any) -> Iterator[Term]:
        yield from map(_negated, self.terms(expression.arg(0)))

    def _product(self, expression: Any) -> Iterator[Term]:
        left, right = expression.args
        for one, other in product(self.terms(left), self.terms(right)):
            yield _times(one, other)

    def _division(self, expression: Any) -> Iterator[Term]:
        above, below = expression.args
        by, *others = self.terms(below)
        if others or by.variable is not None or by.walks or by.divisors:
            raise NoTemplateError("a division by what is not a number")
        for term in self.terms(above):
            yield term._replace(factor=term.factor / by.factor, divisors=term.divisors + by.numbers)

    def _template_sum(self, expression: Any) -> Iterator[Term]:
        inner, *sources = expression.template_args()
        walks = tuple(
            self._walk(indices, source)
            for indices, source in zip(expression.template_iters(), sources, strict=True)
        )
        for term in self.terms(inner):
            yield term._replace(walks=walks + term.walks)

    def _walk(self, indices: Any, source: Any) -> Walk:
        if isinstance(source, GetItemExpression):
            component, at = source.arg(0), self._at(source.args[1:])
        else:
            component, at = source, None
        known = SCHEMA.indexed_sets if at is not None else SCHEMA.sets
        if component.local_name not in {spec.name for spec in known}:
            raise NoTemplateError(f"a sum over {component.local_name}, no set of the schema")
        return Walk(component.local_name, at, tuple(self._number(index) for index in indices))

    def _number(self, index: Any) -> int:
        return self.numbers.setdefault(index._id, len(self.numbers))

    def _at(self, indices: Any) -> tuple[int, ...]:
        for index in indices:
            if not isinstance(index, IndexTemplate) or index._id not in self.numbers:
                raise NoTemplateError("an index that is not one of the rule's or of a sum")
        return tuple(self.numbers[index._id] for index in indices)


def _times(left: Term, right: Term) -> Term:
    if left.variable is not None and right.variable is not None:
        raise NoTemplateError(f"{left.variable.name} times {right.variable.name}")
    return Term(
        left.factor * right.factor,
        left.walks + right.walks,
        left.numbers + right.numbers,
        left.divisors + right.divisors,
        left.variable or right.variable,
    )
