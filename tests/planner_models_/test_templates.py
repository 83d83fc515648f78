"""Templates: those shipped are the formulation's, and what has no template is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyomo.environ as pyo
import pytest

from planner_models.data import SCHEMA
from planner_models.extracting import NoTemplateError, extract, skeleton, templates_of
from planner_models.formulation import build
from planner_models.templates import (
    SHIPPED,
    Reference,
    Term,
    Walk,
    formulation_hash,
    from_json,
    shipped,
    to_json,
)

ROOT = Path(__file__).parent.parent.parent


def test_the_templates_of_the_package_are_those_of_the_formulation():
    """Else: python scripts/build_templates.py."""
    assert shipped().formulation == formulation_hash()
    assert shipped() == extract()


def test_the_hash_is_of_every_file_of_the_formulation(tmp_path, monkeypatch):
    folder = tmp_path / "models"
    folder.mkdir()
    for path in SHIPPED.parent.glob("*.py"):
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr("planner_models.templates._FOLDER", folder)
    before = formulation_hash()
    assert before == shipped().formulation
    for name in ("supply.py", "data.py", "extracting.py"):
        text = (folder / name).read_text()
        (folder / name).write_text(text + "\n")
        assert formulation_hash() != before, name
        (folder / name).write_text(text)
    (folder / "expanding.py").write_text("")  # how templates are used changes none of them
    assert formulation_hash() == before


def test_one_command_writes_the_templates(tmp_path):
    target = tmp_path / "templates.json"
    script = ROOT / "scripts" / "build_templates.py"
    subprocess.run([sys.executable, script, "-o", target], check=True, capture_output=True)
    assert target.read_text("utf-8") == SHIPPED.read_text("utf-8")


def test_templates_survive_their_text():
    assert from_json(to_json(shipped())) == shipped()


def test_every_set_of_the_skeleton_has_all_combinations():
    data = skeleton()
    for spec in SCHEMA.sets:
        assert len(data.sets[spec.name]) == 2 ** len(spec.roots)
    build(data)  # so that every rule finds what it looks up


# -- rules of other shapes ----------------------------------------------------------------------


@pytest.fixture
def model():
    """Purchases of two sources in two periods, and numbers of the schema for them."""
    made = pyo.ConcreteModel()
    every = [(s, t) for s in (0, 1) for t in (0, 1)]
    made.OFFERS = pyo.Set(dimen=2, initialize=every)
    made.SITES_SERVED = pyo.Set(made.OFFERS, initialize={member: [0, 1] for member in every})
    made.purchase_limit = pyo.Param(made.OFFERS, initialize=dict.fromkeys(every, 2.0))
    made.buy = pyo.Var(made.OFFERS, domain=pyo.NonNegativeReals)
    made.total_cost = pyo.Objective(
        rule=lambda m: sum(m.purchase_limit[s, t] * m.buy[s, t] for s, t in m.OFFERS) + 7
    )
    return made


def ruled(model, rule):
    model.rows = pyo.Constraint(model.OFFERS, rule=rule)
    (found,) = templates_of(model).constraints
    return found


LIMIT, BUY = Reference("purchase_limit", (0, 1)), Reference("buy", (0, 1))


def number(factor, *names):
    return Term(factor, (), names, (), None)


def test_a_sum_over_a_set_and_a_constant_in_the_cost(model):
    walk, limit, buy = Walk("OFFERS", None, (0, 1)), LIMIT, BUY
    assert templates_of(model).cost == (Term(1.0, (walk,), (limit,), (), buy), number(7.0))


def test_a_row_between_two_bounds(model):
    found = ruled(model, lambda m, s, t: (1, 2 * m.buy[s, t] - 3, m.purchase_limit[s, t]))
    assert found.body == (Term(2.0, (), (), (), BUY),)
    assert found.lower == (number(1.0), number(3.0))
    assert found.upper == (number(1.0, LIMIT), number(3.0))


def test_a_division_by_a_number(model):
    found = ruled(model, lambda m, s, t: m.buy[s, t] / (2 * m.purchase_limit[s, t]) <= 1)
    assert found.body == (Term(0.5, (), (), (LIMIT,), BUY),)
    assert found.lower is None


def test_variables_on_both_sides(model):
    found = ruled(
        model,
        lambda m, s, t: sum(m.buy[s, u] for u in m.SITES_SERVED[s, t]) >= 3 * m.buy[s, t] - 1,
    )
    walk, moved = Walk("SITES_SERVED", (0, 1), (2,)), Reference("buy", (0, 2))
    assert set(found.body) == {Term(3.0, (), (), (), BUY), Term(-1.0, (walk,), (), (), moved)}
    assert (found.lower, found.upper) == (None, (number(0.0), number(1.0)))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (lambda m, s, t: m.buy[s, t] ** 2 <= 1, "PowExpression"),
        (lambda m, s, t: m.buy[s, t] * m.buy[s, t] <= 1, "buy times buy"),
        (lambda m, s, t: m.buy[s, t] / (1 + m.purchase_limit[s, t]) <= 1, "a division"),
        (lambda m, s, t: 1 / m.buy[s, t] <= 1, "a division by what is not a number"),
        (lambda m, s, t: (m.buy[s, t], m.buy[s, t], 1), "a bound that holds a variable"),
        (lambda m, s, t: m.buy[s, 0] <= 1, "an index that is not one of the rule's"),
        (lambda m, s, t: m.buy[s, t] + m.other[s, t] <= 1, "other is neither"),
        (lambda m, s, t: sum(m.buy[u, t] for u in m.OTHERS) <= 1, "a sum over OTHERS"),
        (lambda m, s, t: m.buy[s, t] <= float("inf"), "inf in a rule"),
    ],
)
def test_what_has_no_template_is_refused(model, rule, message):
    model.OTHERS = pyo.Set(initialize=[0, 1])
    model.other = pyo.Expression(model.OFFERS, rule=lambda m, s, t: 2 * m.buy[s, t])
    with pytest.raises(NoTemplateError, match=message):
        ruled(model, rule)


def test_a_cost_to_be_maximised_is_refused(model):
    model.total_cost.sense = pyo.maximize
    with pytest.raises(NoTemplateError, match="one objective to be minimised is expected"):
        templates_of(model)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda m: m.buy[0, 0].fix(1), "members of buy differ, or are fixed"),
        (lambda m: setattr(m, "few", pyo.Var(m.OFFERS, domain=m.WORDS)), "few is neither"),
        (lambda m: setattr(m, "even", pyo.Var(m.OFFERS, domain=pyo.RangeSet(0, 4, 2))), "even is"),
        (lambda m: setattr(m, "one", pyo.SOSConstraint(var=m.buy, sos=1)), "one is a SOSConstr"),
        (lambda m: setattr(m, "second", pyo.Objective(expr=m.buy[0, 0])), "total_cost, second"),
        (lambda m: m.kept[0, 0].deactivate(), "members of kept are not active"),
    ],
)
def test_what_a_template_would_leave_out_is_refused(model, spoil, message):
    model.WORDS = pyo.Set(initialize=[0, 3, 5])
    model.kept = pyo.Constraint(model.OFFERS, rule=lambda m, s, t: m.buy[s, t] <= 1)
    templates_of(model)
    spoil(model)
    with pytest.raises(NoTemplateError, match=message):
        templates_of(model)


@pytest.mark.parametrize(
    "cost",
    [
        lambda m: len(m.OFFERS) * sum(m.buy[s, t] for s, t in m.OFFERS),
        lambda m: pyo.value(m.purchase_limit[0, 0]) * sum(m.buy[s, t] for s, t in m.OFFERS),
    ],
)
def test_a_number_of_the_skeleton_in_a_rule_is_refused(monkeypatch, cost):
    def built(data):
        made = build(data)
        made.del_component(made.total_cost)
        made.total_cost = pyo.Objective(rule=cost)
        return made

    monkeypatch.setattr("planner_models.extracting.build", built)
    with pytest.raises(NoTemplateError, match="how many members a set has, or on a number"):
        extract()


def test_a_component_over_another_set_is_refused(model):
    model.OTHERS = pyo.Set(initialize=[0, 1])
    model.more = pyo.Var(model.OTHERS)
    with pytest.raises(NoTemplateError, match="more is indexed by OTHERS"):
        templates_of(model)
