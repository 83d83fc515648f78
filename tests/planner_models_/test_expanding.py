"""Templates expanded over sets: small ones written by hand, with the arrays that they have to give.

The sets bear names of the formulation, since its schema says what indexes what; here they mean
nothing but their members.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from planner_models.compiled import CompiledModel
from planner_models.compiling import Compiler
from planner_models.data import SCHEMA, IndexedMembers, ModelData
from planner_models.expanding import Layout
from planner_models.templates import Columns, Reference, RowsTemplate, Templates, Term, Walk
from planner_models.walking import Frame, NoSuchMemberError, Places, Sets

NONE = IndexedMembers(np.zeros(1, dtype=np.int64), np.zeros((0, 1), dtype=np.int64))


def case(
    sets: Mapping[str, Any],
    indexed: Mapping[str, list[list[Any]]] | None = None,
    params: Mapping[str, Any] | None = None,
) -> ModelData:
    """Data of which all but what is given is empty; an indexed set lists members by index."""
    every = {
        spec.name: np.array(sets.get(spec.name, []), dtype=np.int64).reshape(-1, len(spec.roots))
        for spec in SCHEMA.sets
    }
    of_index = {}
    for spec in SCHEMA.indexed_sets:
        lists = (indexed or {}).get(spec.name, [[]] * len(every[spec.index]))
        start = np.cumsum([0, *map(len, lists)])
        flat = [member for found in lists for member in found]
        members = np.array(flat, dtype=np.int64).reshape(-1, spec.dimension)
        of_index[spec.name] = IndexedMembers(start, members)
    numbers = {
        spec.name: np.array(
            (params or {}).get(spec.name, np.zeros(len(every[spec.index]))), dtype=float
        )
        for spec in SCHEMA.params
    }
    return ModelData(every, of_index, numbers)


def variable(name: str, index: str, **bounds: Any) -> Columns:
    """A variable, free but for its bounds."""
    given: dict[str, Any] = {"integer": False, "least": None, "most": None}
    return Columns(name, index, **(given | {"lower": None, "upper": None} | bounds))


def term(
    of: str | None = None, *at: int, factor: float = 1.0, walks=(), numbers=(), divisors=()
) -> Term:
    """A term of a variable at some indices; numbers are pairs of a name and indices."""
    column = None if of is None else Reference(of, at)
    return Term(
        factor,
        tuple(Walk(*walk) for walk in walks),
        tuple(Reference(*number) for number in numbers),
        tuple(Reference(*number) for number in divisors),
        column,
    )


def rows(name: str, index: str, *body: Term, lower=None, upper=None) -> RowsTemplate:
    return RowsTemplate(name, index, body, lower, upper)


def templates(variables, constraints=(), cost=()) -> Templates:
    return Templates("", tuple(variables), tuple(constraints), tuple(cost))


def compiled(data: ModelData, *parts: Any) -> CompiledModel:
    return Compiler(templates(*parts)).compile(data)


def matrix(model: CompiledModel) -> list[list[float]]:
    found = csr_array((model.value, model.index, model.start), shape=model.shape)
    dense: list[list[float]] = found.toarray().tolist()
    return dense


# -- places ---------------------------------------------------------------------------------


def places(*members: tuple[int, ...]) -> tuple[Places, Any]:
    """Places in a set, and how to look members up there."""
    sets = Sets(case({"OFFERS": members}))
    found = sets.places("OFFERS")

    def look_up(*wanted: tuple[int, int]) -> Any:
        columns = list(np.array(wanted, dtype=np.int64).T)
        return found.of(found.key(columns, found.strides))

    return found, look_up


def test_members_are_found_in_a_full_set():
    _, look_up = places((0, 0), (0, 1), (1, 0), (1, 1))
    assert look_up((1, 1), (0, 1)).tolist() == [3, 1]


def test_members_are_found_in_a_full_set_that_is_not_in_order():
    _, look_up = places((1, 0), (0, 1), (1, 1), (0, 0))
    assert look_up((1, 1), (0, 0)).tolist() == [2, 3]


def test_members_are_found_by_table():
    _, look_up = places((1, 1), (0, 0), (0, 1))  # not full, not in order
    assert look_up((0, 1), (1, 1), (0, 1)).tolist() == [2, 0, 2]


def test_members_are_found_by_search():
    _, look_up = places((0, 9), (90_000, 4), (7, 70_000))  # a table would have 6·10⁹ cells
    assert look_up((7, 70_000), (0, 9), (90_000, 4)).tolist() == [2, 0, 1]


def test_the_same_members_in_the_same_order_need_no_positions():
    _, look_up = places((1, 1), (0, 0), (0, 1))
    assert look_up((1, 1), (0, 0), (0, 1)) is None
    assert look_up((1, 1), (0, 1), (0, 0)).tolist() == [0, 2, 1]


@pytest.mark.parametrize("far", [1, 90_000])
def test_no_member_is_found_that_is_not_there(far):
    _, look_up = places((0, 0), (far, far))
    with pytest.raises(NoSuchMemberError, match="OFFERS lacks a member"):
        look_up((0, 0), (0, far), (far, far))


def test_the_last_of_all_combinations_may_be_no_member():
    """All others are there, in order: what is found by table is not taken for a full set."""
    _, look_up = places((0, 0), (0, 1), (1, 0))
    with pytest.raises(NoSuchMemberError):
        look_up((1, 1))


@pytest.mark.parametrize("member", [(0, 2), (2, 0)])
def test_an_index_beyond_all_of_the_set_is_no_member(member):
    """As one number it would be that of another member: (0, 2) that of (1, 0)."""
    data = case({"LIFTS": [0], "OFFERS": [(0, 0), (0, 1), (1, 0), (1, 1)]},
                {"LIFT_BUYS": [[member]]})  # fmt: skip
    frame = Frame(Sets(data), "LIFTS")
    frame.walk(Walk("LIFT_BUYS", (0,), (1, 2)))
    with pytest.raises(NoSuchMemberError, match="OFFERS"):
        frame.positions("OFFERS", (1, 2))


def test_nothing_is_found_in_an_empty_set():
    data = case({"LIFTS": [0]}, {"LIFT_BUYS": [[(0, 0)]]})
    frame = Frame(Sets(data), "LIFTS")
    frame.walk(Walk("LIFT_BUYS", (0,), (1, 2)))
    with pytest.raises(NoSuchMemberError, match="OFFERS"):
        frame.positions("OFFERS", (1, 2))


def test_templates_over_a_member_that_is_not_there_are_refused():
    data = case({"LIFTS": [0], "OFFERS": [(0, 0)]}, {"LIFT_BUYS": [[(0, 0), (1, 0)]]})
    body = term("buy", 1, 2, walks=[("LIFT_BUYS", (0,), (1, 2))])
    with pytest.raises(NoSuchMemberError):
        Layout(templates([variable("buy", "OFFERS")], [rows("lifted", "LIFTS", body)]), data)


# -- walks ----------------------------------------------------------------------------------


def test_a_walk_over_a_set_takes_every_member_for_every_row():
    data = case({"RULES": [0, 1], "OFFERS": [(0, 0), (0, 1), (1, 1)]})
    body = term("buy", 1, 2, walks=[("OFFERS", None, (1, 2))])
    model = compiled(data, [variable("buy", "OFFERS")], [rows("all", "RULES", body)])
    assert matrix(model) == [[1, 1, 1], [1, 1, 1]]


def test_a_walk_over_an_indexed_set_takes_those_of_the_row():
    data = case(
        {"RULES": [4, 2, 3], "OFFERS": [(0, 0), (0, 1), (1, 1)]},
        {"RULE_BUYS": [[(1, 1)], [], [(0, 1), (0, 0)]]},
    )
    body = term("buy", 1, 2, walks=[("RULE_BUYS", (0,), (1, 2))])
    model = compiled(data, [variable("buy", "OFFERS")], [rows("counts", "RULES", body)])
    assert matrix(model) == [[0, 0, 1], [0, 0, 0], [1, 1, 0]]


def test_a_walk_finds_the_members_of_a_row_by_its_indices():
    """Floors are some of the rules, in another order: a floor's purchases are its rule's."""
    data = case(
        {"RULES": [0, 1, 2], "FLOORS": [2, 0], "OFFERS": [(0, 0), (0, 1), (1, 1)]},
        {"RULE_BUYS": [[(0, 0), (1, 1)], [(0, 1)], [(0, 1)]]},
    )
    body = term("buy", 1, 2, walks=[("RULE_BUYS", (0,), (1, 2))])
    model = compiled(data, [variable("buy", "OFFERS")], [rows("floor", "FLOORS", body)])
    assert matrix(model) == [[0, 1, 0], [1, 0, 1]]


def nested() -> ModelData:
    return case(
        {
            "RULES": [0, 1],
            "OFFERS": [(0, 0), (0, 1), (1, 1)],
            "LANES": [(0, 0, 0), (0, 0, 1), (0, 1, 1), (1, 1, 1)],
        },
        {
            "RULE_BUYS": [[(1, 1), (0, 1)], [(0, 0)]],
            "SITES_SERVED": [[0], [0, 1], [1]],
        },
        {"landed_cost": [2, 3, 5, 7], "bought_content": []},
    )


def test_one_walk_inside_another():
    """Rows count the lanes of their purchases, each at its own number."""
    walks = [("RULE_BUYS", (0,), (1, 2)), ("SITES_SERVED", (1, 2), (3,))]
    body = term("ship", 1, 3, 2, walks=walks, numbers=[("landed_cost", (1, 3, 2))])
    model = compiled(nested(), [variable("ship", "LANES")], [rows("counts", "RULES", body)])
    assert matrix(model) == [[0, 3, 5, 7], [2, 0, 0, 0]]


def test_two_walks_inside_another():
    """Each level is gone on from as often as those inside it ask."""
    walks = [
        ("RULE_BUYS", (0,), (1, 2)),
        ("SITES_SERVED", (1, 2), (3,)),
        ("SITES_SERVED", (1, 2), (4,)),
    ]
    # Σ over both sites of a purchase: 1 lane of it 1 time, 2 lanes of it 2 times each.
    body = term("ship", 1, 3, 2, walks=walks)
    model = compiled(nested(), [variable("ship", "LANES")], [rows("counts", "RULES", body)])
    assert matrix(model) == [[0, 2, 2, 1], [1, 0, 0, 0]]


def test_entries_of_several_terms_stand_row_by_row():
    data = case(
        {"RULES": [0, 1], "OFFERS": [(0, 0), (0, 1), (1, 1)]},
        {"RULE_BUYS": [[(0, 0), (1, 1)], []]},
        {"ceiling": [], "bought_content": []},
    )
    bought = term("buy", 1, 2, factor=-2.0, walks=[("RULE_BUYS", (0,), (1, 2))])
    model = compiled(
        data,
        [variable("counted", "RULES"), variable("buy", "OFFERS")],
        [rows("counts", "RULES", bought, term("counted", 0))],
    )
    assert matrix(model) == [[1, 0, -2, 0, -2], [0, 1, 0, 0, 0]]


def test_entries_of_a_row_stand_term_by_term():
    data = case(
        {"RULES": [0, 1], "OFFERS": [(0, 0), (0, 1), (1, 1)]},
        {"RULE_BUYS": [[(0, 0), (1, 1)], [(0, 1)]]},
    )
    bought = term("buy", 1, 2, walks=[("RULE_BUYS", (0,), (1, 2))])
    model = compiled(
        data,
        [variable("counted", "RULES"), variable("over", "RULES"), variable("buy", "OFFERS")],
        [rows("counts", "RULES", term("over", 0), bought, term("counted", 0))],
    )
    assert model.start.tolist() == [0, 4, 7]
    assert model.index.tolist() == [2, 4, 6, 0, 3, 5, 1]


# -- numbers --------------------------------------------------------------------------------


def test_bounds_are_sums_within_the_domain():
    """The most that is made of a product: all that its sources can bring, 10 at most."""
    data = case(
        {"RULES": [0, 1, 2], "OFFERS": [(0, 0), (0, 1), (1, 1)]},
        {"RULE_BUYS": [[(0, 0), (1, 1)], [], [(0, 1)]]},
        {"purchase_limit": [1.0, 40.0, 4.0]},
    )
    total = term(walks=[("RULE_BUYS", (0,), (1, 2))], numbers=[("purchase_limit", (1, 2))])
    half = total._replace(factor=-0.5)
    model = compiled(
        data,
        [variable("counted", "RULES", least=-2.0, most=10.0, lower=(half,), upper=(total,))],
    )
    assert model.upper.tolist() == [5, 0, 10]
    assert model.lower.tolist() == [-2, 0, -2]


def test_bounds_without_numbers():
    data = case({"RULES": [0], "OFFERS": [(0, 0), (0, 1)]})
    model = compiled(
        data,
        [
            variable("free", "RULES"),
            variable("part", "OFFERS", least=0, most=1),
            variable("shut", "RULES", least=0, upper=(term(factor=-3.0),)),
        ],
        [rows("once", "OFFERS", term("part", 0, 1), upper=(term(), term(factor=1.5)))],
    )
    assert model.lower.tolist() == [-np.inf, 0, 0, 0]
    assert model.upper.tolist() == [np.inf, 1, 1, -3]
    assert model.row_lower.tolist() == [-np.inf, -np.inf]
    assert model.row_upper.tolist() == [2.5, 2.5]


def test_numbers_are_divided():
    data = case({"RULES": [0, 1], "CEILINGS": [1, 0]}, params={
        "ceiling": [8.0, 6.0], "ceiling_share": [4.0, 3.0],
    })  # fmt: skip
    part = term(
        "counted", 0, factor=-3.0, numbers=[("ceiling", (0,))], divisors=[("ceiling_share", (0,))]
    )
    one = term(divisors=[("ceiling_share", (0,))])
    model = compiled(
        data,
        [variable("counted", "RULES")],
        [rows("part", "CEILINGS", part, upper=(one,))],
    )
    assert matrix(model) == [[0, -6], [-6, 0]]  # -3 · 8 ÷ 4 and -3 · 6 ÷ 3
    assert model.row_upper.tolist() == [1 / 4, 1 / 3]


def test_a_row_with_a_column_twice_has_one_entry_of_both():
    """What is bought counts once by itself, and once more where a rule counts it."""
    data = case(
        {"RULES": [0, 1], "OFFERS": [(0, 0), (0, 1)], "BUYS_COUNTED": [(0, 0, 1), (1, 0, 0)]},
        {"RULE_BUYS": [[(0, 1)], [(0, 0)]]},
        {"bought_content": [5.0, 7.0]},
    )
    every = term("buy", 1, 2, walks=[("OFFERS", None, (1, 2))])
    counted = term(
        "buy", 3, 4,
        walks=[("RULE_BUYS", (0,), (3, 4))], numbers=[("bought_content", (0, 3, 4))],
    )  # fmt: skip
    model = compiled(data, [variable("buy", "OFFERS")], [rows("row", "RULES", every, counted)])
    assert matrix(model) == [[1, 6], [8, 1]]
    assert len(model.value) == 4
    assert model.start.tolist() == [0, 2, 4]


def test_a_sum_of_one_column_is_one_entry():
    """The variable has no index for what is summed over."""
    data = case({"RULES": [0], "OFFERS": [(0, 0), (0, 1)]}, params={"purchase_limit": [3.0, 4.0]})
    body = term(
        "counted", 0, walks=[("OFFERS", None, (1, 2))], numbers=[("purchase_limit", (1, 2))]
    )
    model = compiled(data, [variable("counted", "RULES")], [rows("row", "RULES", body)])
    assert model.value.tolist() == [7]


def test_a_column_that_two_terms_add_to_nothing_is_left_out():
    data = case({"RULES": [0, 1]})
    body = term("counted", 0), term("counted", 0, factor=-1.0)
    model = compiled(data, [variable("counted", "RULES")], [rows("row", "RULES", *body)])
    assert model.start.tolist() == [0, 0, 0]
    assert model.shape == (2, 2)


def test_zeros_are_left_out():
    data = case(
        {"RULES": [0], "OFFERS": [(0, 0), (0, 1), (1, 0)], "BUYS_COUNTED": [
            (0, 0, 0), (0, 0, 1), (0, 1, 0)
        ]},
        {"RULE_BUYS": [[(0, 0), (0, 1), (1, 0)]]},
        {"bought_content": [5.0, 0.0, 7.0]},
    )  # fmt: skip
    body = term(
        "buy", 1, 2, walks=[("RULE_BUYS", (0,), (1, 2))], numbers=[("bought_content", (0, 1, 2))]
    )
    model = compiled(data, [variable("buy", "OFFERS")], [rows("counts", "RULES", body)])
    assert model.value.tolist() == [5, 7]
    assert model.index.tolist() == [0, 2]
    assert model.start.tolist() == [0, 2]


def test_the_cost_adds_up_by_column():
    """Two terms of one variable; what has no variable is there whatever is decided."""
    data = case(
        {"RULES": [0, 1], "CEILINGS": [0, 1], "SOFT_CEILINGS": [1]},
        params={"ceiling": [3.0, 4.0], "over_cost": [9.0]},
    )
    cost = [
        term("counted", 0, walks=[("CEILINGS", None, (0,))], numbers=[("ceiling", (0,))]),
        term("counted", 1, walks=[("SOFT_CEILINGS", None, (1,))], numbers=[("over_cost", (1,))]),
        term(factor=-2.0, walks=[("SOFT_CEILINGS", None, (2,))], numbers=[("over_cost", (2,))]),
        term(factor=5.0),
    ]
    variables = [variable("other", "RULES"), variable("counted", "RULES")]
    model = compiled(data, variables, [], cost)
    assert model.cost.tolist() == [0, 0, 3, 13]
    assert model.offset == -2 * 9 + 5


# -- again and again ------------------------------------------------------------------------


SHARES = templates(
    [
        variable("counted", "RULES", upper=(term(numbers=[("ceiling", (0,))]),)),
        variable("buy", "OFFERS", least=0),
    ],
    [
        rows(
            "counts",
            "RULES",
            term("counted", 0),
            term(
                "buy", 1, 2, factor=-1.0,
                walks=[("RULE_BUYS", (0,), (1, 2))], numbers=[("bought_content", (0, 1, 2))],
            ),
            upper=(term(numbers=[("floor", (0,))]),),
        )
    ],
    [term("buy", 3, 4, walks=[("OFFERS", None, (3, 4))], numbers=[("purchase_limit", (3, 4))])],
)  # fmt: skip
"""Rules, each with a ceiling and a floor, that count purchases."""

SHARE_NUMBERS = ("ceiling", "bought_content", "floor", "purchase_limit")


def shares(draw: np.random.Generator, rules: int = 3) -> ModelData:
    """Rules that count some of four purchases each, at numbers of which some are 0."""
    offers = [(0, 0), (0, 1), (1, 0), (1, 1)]
    counted = [
        sorted(draw.choice(4, size=draw.integers(0, 4), replace=False).tolist())
        for _ in range(rules)
    ]
    lists = [[offers[n] for n in some] for some in counted]
    every = [(r, *offer) for r, some in enumerate(lists) for offer in some]
    of_rules = list(range(rules))
    sets = {"RULES": of_rules, "CEILINGS": of_rules, "FLOORS": of_rules, "OFFERS": offers,
            "BUYS_COUNTED": every}  # fmt: skip
    sizes = {"ceiling": rules, "floor": rules, "bought_content": len(every), "purchase_limit": 4}
    params = {name: draw.integers(0, 3, size).astype(float) for name, size in sizes.items()}
    return case(sets, {"RULE_BUYS": lists}, params)


def assert_same(found: CompiledModel, expected: CompiledModel) -> None:
    assert found.shape == expected.shape
    for name in ("cost", "lower", "upper", "integer", "row_lower", "row_upper",
                 "start", "index", "value"):  # fmt: skip
        one, other = getattr(found, name), getattr(expected, name)
        assert one.tolist() == other.tolist(), name
        assert one.dtype == other.dtype, name
    assert found.offset == expected.offset
    assert found.index_sets == expected.index_sets
    for name in ("columns", "rows", "indices"):
        one, other = getattr(found, name), getattr(expected, name)
        assert {key: of.tolist() for key, of in one.items()} == {
            key: of.tolist() for key, of in other.items()
        }, name


@pytest.mark.parametrize("seed", range(5))
def test_compiling_again_is_compiling_from_scratch(seed):
    """After random changes of numbers, zeros that come and go, and at times of the sets."""
    draw = np.random.default_rng(seed)
    compiler, data = Compiler(SHARES), shares(draw)
    for _ in range(30):
        if draw.random() < 0.2:
            data = shares(draw, rules=int(draw.integers(1, 4)))
        names = draw.choice(SHARE_NUMBERS, size=draw.integers(0, 3), replace=False)
        data = data.with_params(
            {name: draw.integers(0, 3, len(data.params[name])).astype(float) for name in names}
        )
        assert_same(compiler.compile(data), Compiler(SHARES).compile(data))


def test_the_model_is_the_same_where_no_number_has_changed():
    compiler, data = Compiler(SHARES), shares(np.random.default_rng(1))
    first = compiler.compile(data)
    again = data.with_params({name: data.params[name].copy() for name in SHARE_NUMBERS})
    assert compiler.compile(again) is first


@pytest.mark.parametrize(
    ("number", "array"),
    [
        ("ceiling", "upper"),
        ("bought_content", "value"),
        ("floor", "row_upper"),
        ("purchase_limit", "cost"),
    ],
)
def test_arrays_of_which_no_number_has_changed_are_kept(number, array):
    """Only the array that holds the parameter is another; where entries are stays too."""
    compiler, data = Compiler(SHARES), shares(np.random.default_rng(1))
    first = compiler.compile(data)
    second = compiler.compile(data.with_params({number: data.params[number] * 2}))
    kept = [
        name
        for name in ("cost", "lower", "upper", "integer", "row_lower", "row_upper",
                     "start", "index", "value")
        if getattr(second, name) is getattr(first, name)
    ]  # fmt: skip
    every = [
        "cost",
        "lower",
        "upper",
        "integer",
        "row_lower",
        "row_upper",
        "start",
        "index",
        "value",
    ]
    assert kept == [name for name in every if name != array]


def test_the_model_before_keeps_its_numbers():
    compiler, data = Compiler(SHARES), shares(np.random.default_rng(1))
    first = compiler.compile(data)
    before = {name: getattr(first, name).copy() for name in ("value", "upper", "cost")}
    compiler.compile(data.with_params({n: data.params[n] + 1 for n in SHARE_NUMBERS}))
    for name, numbers in before.items():
        assert getattr(first, name).tolist() == numbers.tolist()
