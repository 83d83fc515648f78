"""Workbooks in which no plan is possible, each in another way: which cells are named, and why.

Every conflict is checked by brute force: with all else let go its cells still leave no plan, and
without any one of them there is one. Every way out is solved again from scratch, and falls short
where a cell moves a little less.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from functools import cache

import pytest

import planner
from cases import case_of
from planner.case.units import Unit
from planner.report.exhibit_text import text_of
from planner.report.explain import exhibit
from planner.studies import explain as study
from planner.studies.cells import Cells, shown
from planner.studies.conflicts.conflict import Conflicts
from planner.studies.conflicts.least_moves import evenly
from planner.studies.conflicts.proposals import Proposals
from planner.studies.explain import Explained, explain
from planner.studies.variants import Variants

FORBIDDEN = """
    Setting   | Value
    Shortfall | forbidden
"""

SMALLEST = {
    "Periods": """
        Period
        2011
    """,
    "Materials": """
        Material | Shortfall cost [USD/t]
        Nd       | 1000
    """,
    "Demand": """
        Item | 2011
        Nd   | 100
    """,
    "Settings": FORBIDDEN,
}

TWO_YEARS = {
    "Periods": """
        Period | Start      | Years
        2011   | 2011-01-01 | 1
        2012   | 2012-01-01 | 1
    """,
    "Demand": """
        Item | 2011 | 2012
        Nd   | 100  | 100
    """,
}

ALLOWED = """
    Setting   | Value
    Shortfall | allowed
"""


def china(capacity: object, more: str = "") -> str:
    return f"""
        Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
        CN     | China     | Nd       | {capacity}      | 50
        {more}
    """


AUSTRALIA = "AU     | Australia | Nd       | {}       | 80"


def both(china_capacity: object, australian: object) -> str:
    return china(china_capacity, AUSTRALIA.format(australian))


QUOTA_70 = """
    Quota | Applies to    | Tonnes [t] | Per
    China | Country=China | 70         | period
"""


@dataclass
class Workbook:
    """A case without a plan.

    Attributes:
        sheets: those that differ from the smallest case.
        moves: of each cell of the conflict by how much it alone has to move; None: not enough.
        dropped: of each cell the change that lets it go.
        others: changes that let go every rule that is not part of the conflict.
    """

    sheets: dict[str, str]
    moves: dict[str, float | None]
    dropped: dict[str, str]
    others: list[str] = field(default_factory=list)


NO_DEMAND = "Demand[Item=Nd].2011=0"
ANY_CHINA = "Sources[Source=CN].Capacity=1e6"
ANY_AUSTRALIA = "Sources[Source=AU].Capacity=1e6"
ANY_QUOTA = "Quotas[Quota=China].Tonnes=1e6"

WORKBOOKS = {
    # 60 t for 100 t
    "capacity": Workbook(
        {"Sources": china(60)},
        {"Demand!B2": -40, "Sources!D2": 40},
        {"Demand!B2": NO_DEMAND, "Sources!D2": ANY_CHINA},
    ),
    # 70 + 20 for 100
    "quota": Workbook(
        {"Sources": both("unlimited", 20), "Quotas": QUOTA_70},
        {"Demand!B2": -10, "Quotas!C2": 10, "Sources!D3": 10},
        {"Demand!B2": NO_DEMAND, "Quotas!C2": ANY_QUOTA, "Sources!D3": ANY_AUSTRALIA},
    ),
    # 20 of China and 60 % of 100 of Australia; 20 + 0.6 d = d at d = 50
    "quota and share": Workbook(
        {
            "Sources": both("unlimited", "unlimited"),
            "Quotas": QUOTA_70.replace("70", "20"),
            "Limits": """
                Limit | Type  | Applies to        | Maximum [%]
                Cap   | share | Country=Australia | 60
            """,
        },
        {"Demand!B2": -50, "Quotas!C2": 20, "Limits!D2": 20},
        {
            "Demand!B2": NO_DEMAND,
            "Quotas!C2": ANY_QUOTA,
            "Limits!D2": "Limits[Limit=Cap].Maximum=100",
        },
    ),
    # at least 60 and 50, at most 100 in all; the total in kt
    "three limits": Workbook(
        {
            "Settings": ALLOWED,
            "Sources": both("unlimited", "unlimited"),
            "Limits": """
                Limit | Type   | Applies to        | Minimum [t] | Maximum [kt]
                CN    | tonnes | Country=China     | 60          |
                AU    | tonnes | Country=Australia | 50          |
                All   | tonnes | *                 |             | 0.1
            """,
        },
        {"Limits!D2": -10, "Limits!D3": -10, "Limits!E4": 0.01},
        {
            "Limits!D2": "Limits[Limit=CN].Minimum=0",
            "Limits!D3": "Limits[Limit=AU].Minimum=0",
            "Limits!E4": "Limits[Limit=All].Maximum=1000",
        },
    ),
    # at least 80 of a mine of 60; its demand may be missing
    "minimum": Workbook(
        {
            "Settings": ALLOWED,
            "Sources": both("unlimited", 60),
            "Limits": """
                Limit | Type   | Applies to        | Minimum [t]
                AU    | tonnes | Country=Australia | 80
            """,
        },
        {"Limits!D2": -20, "Sources!D3": 20},
        {"Limits!D2": "Limits[Limit=AU].Minimum=0", "Sources!D3": ANY_AUSTRALIA},
    ),
    # a level of at least 100, 90 % of it to be lifted: 90 t against 70 t
    "contract": Workbook(
        {
            "Settings": ALLOWED,
            "Sources": china("unlimited"),
            "Quotas": QUOTA_70,
            "Contracts": """
                Contract | Source | Minimum [t] | Maximum [t] | Must take [%]
                Offtake  | CN     | 100         | 150         | 90
            """,
        },
        {"Contracts!C2": -100 * 2 / 9, "Contracts!E2": -20, "Quotas!C2": 20},
        {
            "Contracts!C2": "Contracts[Contract=Offtake].Minimum=0",
            "Contracts!E2": "Contracts[Contract=Offtake].Must take=0",
            "Quotas!C2": ANY_QUOTA,
        },
    ),
    # 50 t to be kept, 30 t to be had, and demand may be missing
    "safety stock": Workbook(
        {
            "Settings": ALLOWED,
            "Sources": china(30),
            "Stock": """
                Material | Safety stock [t]
                Nd       | 50
            """,
        },
        {"Stock!B2": -20, "Sources!D2": 20},
        {"Stock!B2": "Stock[Material=Nd].Safety stock=0", "Sources!D2": ANY_CHINA},
    ),
    # 10 t left at the end, of 5 t to be had
    "final minimum": Workbook(
        {
            "Settings": ALLOWED,
            "Sources": china(5),
            "Stock": """
                Material | Final minimum [t]
                Nd       | 10
            """,
        },
        {"Stock!B2": -5, "Sources!D2": 5},
        {"Stock!B2": "Stock[Material=Nd].Final minimum=0", "Sources!D2": ANY_CHINA},
    ),
    # no more than 5 t, and the demand of 36.5 days: a tenth of 100 t
    "cover above the maximum": Workbook(
        {
            "Sources": china("unlimited"),
            "Stock": """
                Material | Cover [days] | Maximum [t]
                Nd       | 36.5         | 5
            """,
        },
        {"Stock!B2": -18.25, "Stock!C2": 5},
        {
            "Stock!B2": "Stock[Material=Nd].Cover=0",
            "Stock!C2": "Stock[Material=Nd].Maximum=1e6",
        },
    ),
    # 90 t frozen, 70 t allowed
    "frozen": Workbook(
        {
            **TWO_YEARS,
            "Settings": "Setting | Value\nShortfall | allowed\nFrozen through | 2011",
            "Sources": china("unlimited"),
            "Quotas": QUOTA_70,
            "Current_plan": """
                Source | 2011 | 2012
                CN     | 90   | 90
            """,
        },
        {"Settings!B3": 1, "Current plan!B2": -20, "Quotas!C2": 20},
        {"Current plan!B2": "Current plan[Source=CN].2011=0", "Quotas!C2": ANY_QUOTA},
    ),
    # nothing comes in 2011, though 150 t could
    "availability": Workbook(
        {
            **TWO_YEARS,
            "Sources": china(150),
            "Availability": """
                Source | 2011 | 2012
                CN     | 0    | 1
            """,
        },
        {"Demand!B2": -100, "Availability!B2": 2 / 3},
        {"Demand!B2": NO_DEMAND, "Availability!B2": "Availability[Source=CN].2011=1"},
    ),
    # half of 2011 at 20 %: 0.6 × 120 = 72 t; 100 t at 2/3 in that half
    "disruption": Workbook(
        {
            "Periods": TWO_YEARS["Periods"],
            "Demand": TWO_YEARS["Demand"],
            "Sources": china(120),
            "Disruptions": """
                Disruption | Applies to | From date  | To date    | Leaves [%]
                Embargo    | Source=CN  | 2011-01-01 | 2011-12-31 | 60
            """,
        },
        {"Demand!B2": -28, "Disruptions!E2": 100 / 1.2 - 60, "Sources!D2": 100 / 0.6 - 120},
        {
            "Demand!B2": NO_DEMAND,
            "Disruptions!E2": "Disruptions[Disruption=Embargo].Leaves=100",
            "Sources!D2": ANY_CHINA,
        },
    ),
    # 90 t of China; Australia starts a year too late
    "first period": Workbook(
        {
            **TWO_YEARS,
            "Sources": """
                Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | First period
                CN     | China     | Nd       | 90              | 50            |
                AU     | Australia | Nd       | 30              | 80            | 2012
            """,
        },
        {"Demand!B2": -10, "Sources!D2": 10, "Sources!F3": 1},
        {
            "Demand!B2": NO_DEMAND,
            "Sources!D2": ANY_CHINA,
            "Sources!F3": "Sources[Source=AU].First period=2011",
        },
        ["Demand[Item=Nd].2012=0"],
    ),
    # one plant may not have what is left
    "lane": Workbook(
        {
            "Sites": "Site\nKansai\nKanto",
            "Demand": "Item | Site | 2011\nNd | Kansai | 10\nNd | Kanto | 100",
            "Sources": both(60, "unlimited"),
            "Lanes": "Source | Site | Allowed\nAU | Kanto | no",
        },
        {"Demand!C3": -40, "Sources!D2": 40, "Lanes!C2": 1},
        {
            "Demand!C3": "Demand[Item=Nd & Site=Kanto].2011=0",
            "Sources!D2": ANY_CHINA,
            "Lanes!C2": "Lanes[Source=AU & Site=Kanto].Allowed=yes",
        },
        ["Demand[Item=Nd & Site=Kansai].2011=0"],
    ),
    # 50 t needed, orders of 80 t, 70 t allowed: yes or no
    "minimum order": Workbook(
        {
            "Demand": "Item | 2011\nNd | 50",
            "Sources": """
                Source | Country | Material | Capacity [t/yr] | Price [USD/t] | Minimum order [t]
                CN     | China   | Nd       | unlimited       | 50            | 80
            """,
            "Quotas": QUOTA_70,
        },
        {"Demand!B2": -50, "Quotas!C2": 10, "Sources!F2": -10},
        {
            "Demand!B2": NO_DEMAND,
            "Quotas!C2": ANY_QUOTA,
            "Sources!F2": "Sources[Source=CN].Minimum order=0",
        },
    ),
    # one supplier, of 60 or of 55 t: yes or no
    "suppliers": Workbook(
        {
            "Sources": both(60, 55),
            "Limits": """
                Limit | Type      | Maximum
                One   | suppliers | 1
            """,
        },
        {"Demand!B2": -40, "Limits!C2": 1, "Sources!D2": 40, "Sources!D3": 45},
        {
            "Demand!B2": NO_DEMAND,
            "Limits!C2": "Limits[Limit=One].Active=no",
            "Sources!D2": ANY_CHINA,
            "Sources!D3": ANY_AUSTRALIA,
        },
    ),
    # a mine that opens a year too late
    "restart": Workbook(
        {
            **TWO_YEARS,
            "Sources": both(90, 50),
            "Restarts": """
                Source | Restart cost [USD] | Earliest
                AU     | 1000               | 2012
            """,
        },
        {"Demand!B2": -10, "Sources!D2": 10, "Restarts!C2": 1},
        {
            "Demand!B2": NO_DEMAND,
            "Sources!D2": ANY_CHINA,
            "Restarts!C2": "Restarts[Source=AU].Earliest=2011",
        },
        ["Demand[Item=Nd].2012=0"],
    ),
    # open it has to give 80 of 100 t; at least 20 and at most 30 are wanted: yes or no
    "minimum load": Workbook(
        {
            "Settings": ALLOWED,
            "Sources": both("unlimited", 100),
            "Restarts": """
                Source | Restart cost [USD] | Minimum load [%]
                AU     | 1000               | 80
            """,
            "Limits": """
                Limit | Type   | Applies to | Minimum [t] | Maximum [t]
                AU    | tonnes | Source=AU  | 20          | 30
            """,
        },
        {
            "Limits!D2": -20,
            "Limits!E2": 50,
            "Restarts!C2": -50,
            "Sources!D3": -62.5,
        },
        {
            "Limits!D2": "Limits[Limit=AU].Minimum=0",
            "Limits!E2": "Limits[Limit=AU].Maximum=1e6",
            "Restarts!C2": "Restarts[Source=AU].Minimum load=0",
            "Sources!D3": "Sources[Source=AU].Capacity=20",
        },
    ),
    # two countries make an HHI of a half at least
    "HHI": Workbook(
        {
            "Sources": both("unlimited", "unlimited"),
            "Limits": """
                Limit  | Type | Maximum
                Spread | HHI  | 0.3
            """,
        },
        {"Demand!B2": -100, "Limits!C2": 0.2},
        {"Demand!B2": NO_DEMAND, "Limits!C2": "Limits[Limit=Spread].Maximum=1"},
    ),
    # no less than 12 per tonne is to be had
    "average": Workbook(
        {
            "Sources": """
                Source | Country   | Material | Capacity [t/yr] | Price [USD/t] | CO2
                CN     | China     | Nd       | unlimited       | 50            | 15
                AU     | Australia | Nd       | unlimited       | 80            | 12
            """,
            "Limits": """
                Limit | Type    | Column | Maximum
                Clean | average | CO2    | 10
            """,
        },
        {"Demand!B2": -100, "Limits!D2": 2},
        {"Demand!B2": NO_DEMAND, "Limits!D2": "Limits[Limit=Clean].Maximum=100"},
    ),
    # China at most half of what is bought, Australia 30: 60 for 100
    "share of purchases": Workbook(
        {
            "Sources": both("unlimited", 30),
            "Limits": """
                Limit | Type  | Applies to    | Share of  | Maximum [%]
                Half  | share | Country=China | purchases | 50
            """,
        },
        {"Demand!B2": -40, "Limits!E2": 20, "Sources!D3": 20},
        {
            "Demand!B2": NO_DEMAND,
            "Limits!E2": "Limits[Limit=Half].Maximum=100",
            "Sources!D3": ANY_AUSTRALIA,
        },
    ),
    # 100 t at 50 for 4,000
    "spend": Workbook(
        {
            "Sources": china("unlimited"),
            "Limits": """
                Limit  | Type  | Maximum
                Budget | spend | 4000
            """,
        },
        {"Demand!B2": -20, "Limits!C2": 1000},
        {"Demand!B2": NO_DEMAND, "Limits!C2": "Limits[Limit=Budget].Maximum=1e9"},
    ),
    # 10 t of product; half by Nd, the other half by 0.2 × Dy, of which there is 0.4 t
    "recipe": Workbook(
        {
            "Materials": "Material | Shortfall cost [USD/t]\nNd | 1000\nDy | 1000",
            "Products": "Product | Shortfall cost [USD/t]\nMagnet | 5000",
            "Demand": "Item | 2011\nMagnet | 10",
            "Recipes": """
                Recipe | Product | Maximum share [%] | Reference | Nd  | Dy
                Plain  | Magnet  | 50                | no        | 0.3 | 0
                Hot    | Magnet  | 100               | yes       | 0.3 | 0.2
            """,
            "Sources": """
                Source | Country | Material | Capacity [t/yr] | Price [USD/t]
                CN     | China   | Nd       | unlimited       | 50
                DY     | China   | Dy       | 0.4             | 300
            """,
        },
        {"Demand!B2": -6, "Recipes!C2": 30, "Sources!D3": 0.6},
        {
            "Demand!B2": "Demand[Item=Magnet].2011=0",
            "Recipes!C2": "Recipes[Recipe=Plain].Maximum share=100",
            "Sources!D3": "Sources[Source=DY].Capacity=1e6",
        },
    ),
    # Dy is made of concentrate only, 8 t of throughput at most
    "conversion": Workbook(
        {
            "Materials": "Material | Shortfall cost [USD/t]\nMix | 1000\nNd | 1000",
            "Demand": "Item | 2011\nNd | 10",
            "Sources": china("unlimited").replace("Nd ", "Mix"),
            "Conversions": """
                Conversion | Capacity [t/yr] | Mix | Nd
                Toll       | 8               | -2  | 1
            """,
        },
        {"Demand!B2": -2, "Conversions!B2": 2},
        {
            "Demand!B2": NO_DEMAND,
            "Conversions!B2": "Conversions[Conversion=Toll].Capacity=1e6",
        },
    ),
}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_the_cells_of_a_conflict(name):
    book = WORKBOOKS[name]
    found = explained(name)
    assert found.status == "infeasible"
    moves = {clash.requirement.cell: clash.moves_alone_by for clash in found.conflict}
    assert moves.keys() == book.moves.keys()
    for cell, by in book.moves.items():
        assert moves[cell] == (None if by is None else pytest.approx(by, rel=1e-5)), cell
    assert not found.further


@pytest.mark.parametrize("name", WORKBOOKS)
def test_without_any_one_of_them_the_rest_can_hold(name):
    book = WORKBOOKS[name]
    case = make(book.sheets)
    assert not is_possible(case, *book.others)
    for cell, dropped in book.dropped.items():
        assert is_possible(case, *book.others, dropped), cell


@pytest.mark.parametrize("name", WORKBOOKS)
def test_ways_out_give_a_plan_and_no_smaller_move_does(name):
    case, found = make(WORKBOOKS[name].sheets), explained(name)
    assert found.ways
    for way in found.ways:
        changes = [move.change for move in way.moves]
        if "" in changes:  # a cell that is cleared
            continue
        assert planner.solve(case.with_changes(*changes)).objective == pytest.approx(
            way.objective, rel=1e-6
        )
        if len(way.moves) == 1 and isinstance(way.moves[0].start, float):
            move = way.moves[0]
            less = move.entry.change(move.start + 0.999 * (move.end - move.start))
            assert not is_possible(case, less)


@cache
def explained(name: str) -> Explained:
    """The answer for one of the workbooks, worked out once."""
    return explain(make(WORKBOOKS[name].sheets))


def make(sheets: dict[str, str]) -> planner.Case:
    return case_of(SMALLEST, **sheets)


def is_possible(case: planner.Case, *changes: str) -> bool:
    try:
        planner.solve(case.with_changes(*changes))
    except (planner.Infeasible, planner.InvalidCase):  # such as half a supplier
        return False
    return True


# -- several conflicts, words, yes and no, priorities ---------------------------------------


TWO_METALS = {
    "Materials": "Material | Shortfall cost [USD/t]\nNd | 1000\nDy | 9000",
    "Demand": "Item | 2011\nNd | 100\nDy | 10",
    "Sources": """
        Source | Country | Material | Capacity [t/yr] | Price [USD/t]
        CN     | China   | Nd       | 60              | 50
        DY     | China   | Dy       | 4               | 300
    """,
}


def cells_of(requirements) -> set[str]:
    return {one.cell for one in requirements}


def test_two_conflicts_take_two_changes():
    """40 t of Nd and 6 t of Dy are missing: no cell alone helps, but one of each does."""
    found = explain(make(TWO_METALS))
    sets = [cells_of(clash.requirement for clash in found.conflict)]
    sets += [cells_of(conflict.requirements) for conflict in found.further]
    assert sorted(sets, key=min) == [{"Demand!B2", "Sources!D2"}, {"Demand!B3", "Sources!D3"}]
    assert [clash.moves_alone_by for clash in found.conflict] == [None, None]
    shortfall, *pairs = found.ways
    assert [move.entry.cell for move in shortfall.moves] == ["Settings!B2"]
    assert shortfall.objective == pytest.approx(60 * 50 + 4 * 300 + 40 * 1000 + 6 * 9000)
    assert pairs
    costs = {
        frozenset((move.entry.cell, move.end) for move in way.moves): way.objective for way in pairs
    }
    assert costs == {
        frozenset({("Demand!B2", 60), ("Demand!B3", 4)}): pytest.approx(3000 + 1200),
        frozenset({("Demand!B2", 60), ("Sources!D3", 10)}): pytest.approx(3000 + 3000),
        frozenset({("Sources!D2", 100), ("Demand!B3", 4)}): pytest.approx(5000 + 1200),
        frozenset({("Sources!D2", 100), ("Sources!D3", 10)}): pytest.approx(5000 + 3000),
    }


def test_a_cell_that_is_held_back_by_another_does_not_move_alone():
    """The quota and the capacity of China both stop at 60 t: either alone changes nothing."""
    found = explain(make({"Sources": china(60), "Quotas": QUOTA_70.replace("70", "60")}))
    moves = {clash.requirement.cell: clash.moves_alone_by for clash in found.conflict}
    assert moves.pop("Demand!B2") == pytest.approx(-40)
    assert list(moves.values()) == [None]


def test_what_has_a_priority_or_a_penalty_is_no_part_of_a_conflict():
    """Both give way before demand does; what is left is the capacity."""
    limits = """
        Limit | Type   | Applies to | Maximum [t] | Priority | Penalty [USD/t]
        Wish  | tonnes | *          | 50          | 2        |
        Dear  | tonnes | *          | 40          |          | 10
    """
    found = explain(make({"Sources": china(60), "Limits": limits}))
    assert cells_of(clash.requirement for clash in found.conflict) == {"Demand!B2", "Sources!D2"}
    assert any("Priority" in note for note in found.notes)


def test_a_cell_for_every_period_moves_in_all_of_them():
    """One cell asks for 100 t in each of two years, of 60 and 90 t."""
    case = make(
        {
            **TWO_YEARS,
            "Demand": "Item | Every period\nNd | 100",
            "Sources": china(1000),
            "Capacity": "Source | 2011 | 2012\nCN | 60 | 90",
        }
    )
    found = explain(case)
    moves = {clash.requirement.cell: clash.moves_alone_by for clash in found.conflict}
    assert moves["Demand!B2"] == pytest.approx(-40)
    assert len(moves) == 2
    assert found.conflict[0].requirement.name == "Demand for Nd"


def halved() -> planner.Case:
    """120 t can be bought, in a scenario half of that."""
    return make(
        {
            "Sources": china(120),
            "Scenarios": "Scenario\nHalf",
            "Changes": """
                Scenario | Sheet   | Rows      | Column   | Operation | Value
                Half     | Sources | Source=CN | Capacity | times     | 0.5
            """,
        }
    )


def test_a_scenario_is_explained_by_what_it_makes_of_a_cell():
    """120 t, halved by the scenario: 60 t, and the move counts from there."""
    found = explain(halved(), "Half")
    (capacity,) = (c for c in found.conflict if c.requirement.cell == "Sources!D2")
    assert capacity.requirement.entry.value == pytest.approx(60)
    assert capacity.moves_alone_by == pytest.approx(40)


def test_the_screen_says_what_a_scenario_and_set_made_of_a_cell():
    """The capacity of 120 t, halved by the scenario, and the demand, raised by --set."""
    case = halved().with_changes("Demand[Item=Nd].2011=101")
    found = explain(case, "Half")
    tables = exhibit(found).tables
    says = {row[1]: row[2] for row in tables[0].rows}
    assert says["Sources!D2"] == "at most 60 t/yr (changed by scenario Half)"
    assert says["Demand!B2"] == "at least 101 t (changed by --set)"
    untouched = exhibit(explain(make({"Sources": china(60)})))
    assert "changed by" not in text_of(untouched)


def test_the_screen_names_the_ways_out_first_and_those_without_shortfall_before_it():
    """Two metals are short of supply: two changes, or one that allows shortfall."""
    found = explain(make(TWO_METALS))
    first = found.ways[0]
    assert [move.requirement.name for move in first.moves] == ["Shortfall"]
    _, kept, other, *rest = exhibit(found).sentences
    assert kept.startswith("The nearest way out with shortfall still forbidden: ")
    assert "Shortfall" not in kept
    assert other.startswith("Or else Shortfall (Settings!")
    assert not any("way out" in sentence for sentence in rest)


def test_one_period_is_no_periods():
    assert shown(1.0, Unit("periods")) == "1 period"
    assert shown(2.0, Unit("periods")) == "2 periods"


def test_units_are_those_typed():
    """0.06 kt of supply a year; 40 t more are 0.04 kt."""
    sources = china(0.06).replace("[t/yr]", "[kt/yr]")
    found = explain(make({"Sources": sources}))
    (capacity,) = (c for c in found.conflict if c.requirement.cell == "Sources!D2")
    assert (capacity.moves_alone_by, capacity.unit) == (pytest.approx(0.04), "kt/yr")


def test_demand_under_an_hhi_moves_its_tangents_too():
    """20 t are there, the rest is of one country: ((D − 20) / D)² ≤ 1/2 up to D = 20 / (1 − √½)."""
    found = explain(
        make(
            {
                "Demand": "Item | 2011\nNd | 900",
                "Sources": china("unlimited"),
                "Stock": "Material | Opening [t]\nNd | 20",
                "Limits": "Limit | Type | Maximum\nSpread | HHI | 0.5",
            }
        )
    )
    moves = {clash.requirement.cell: clash.moves_alone_by for clash in found.conflict}
    assert moves["Demand!B2"] == pytest.approx(20 / (1 - 0.5**0.5) - 900, rel=1e-6)
    assert moves["Limits!C2"] == pytest.approx((880 / 900) ** 2 - 0.5, rel=1e-6)


@pytest.mark.parametrize("asked", [3, 4, 5])
def test_a_number_of_suppliers_moves_by_whole_ones(asked):
    """There are two, which the limit may ask for: it moves there from odd numbers too."""
    limits = f"""
        Limit | Type      | Minimum | Counts from [t]
        Many  | suppliers | {asked} | 10
    """
    found = explain(make({"Sources": both(90, 60), "Limits": limits}))
    (clash,) = found.conflict
    assert clash.to_dict()["moves_alone_to"] == 2
    assert clash.moves_alone_by == 2 - asked


def test_a_search_for_yes_or_no_decisions_finds_what_only_they_forbid():
    """Taken in part an order of 80 t serves 50 t and the quota; taken whole it does not."""
    found = explained("minimum order")
    assert "Sources!F2" in cells_of(clash.requirement for clash in found.conflict)


def test_a_capacity_that_its_minimum_load_goes_with_is_said_not_to_be_needed_for_certain():
    """100 t in 2011 open the restart; 80 t at least of whatever it is then have to be in 2012.

    No capacity is enough: below 100 t demand is not met, from there on 80 t and more are above 10.
    """
    case = make(
        TWO_YEARS
        | {
            "Demand": "Item | 2011 | 2012\nNd | 100 | 0",
            "Sources": china(100),
            "Restarts": "Source | Restart cost [USD] | Minimum load [%]\nCN | 5 | 80",
            "Limits": """
                Limit | Type   | From | To   | Per    | Maximum
                Few   | tonnes | 2012 | 2012 | period | 10
            """,
        }
    )
    found = explain(case)
    cells = {clash.requirement.key: clash.moves_alone_by for clash in found.conflict}
    assert cells["Sources!D2"] is None
    assert not any(
        is_possible(case, f"Sources[Source=CN].Capacity={capacity}")
        for capacity in (1, 12.5, 50, 99, 100, 125, 1000)
    )
    note = "the capacity of CN may not be needed: whatever it is, the minimum load is a part of it"
    assert note in found.notes
    assert not explained("minimum load").notes  # there less of it is enough


def test_names_that_selectors_quote():
    """The name of a quota holds a sign that selectors use."""
    quotas = QUOTA_70.replace("China | C", "China & co | C")
    found = explain(make({"Sources": both("unlimited", 20), "Quotas": quotas}))
    assert found.ways[0].moves
    assert 'Quotas[Quota="China & co"].Tonnes=80.0' in {
        move.change for way in found.ways for move in way.moves
    }


def test_names_with_quotes_in_them():
    """A selector takes them doubled, so each cell has its move."""
    quotas = QUOTA_70.replace("China | C", '5" pipe | C')
    case = make({"Sources": both("unlimited", 20), "Quotas": quotas})
    changes = {move.change for way in explain(case).ways for move in way.moves}
    (change,) = (change for change in changes if change.startswith("Quotas"))
    assert change == 'Quotas[Quota="5"" pipe"].Tonnes=80.0'
    assert is_possible(case, change)


@pytest.mark.parametrize("name", ["Dy₂O₃（氧化镝）", "½ Dy", "Dy\u00a0x", "Dy=Tb", "Dy*", "Q+=1"])
@pytest.mark.parametrize("place", ["quota", "period"])
def test_names_that_no_plain_keyboard_has(name, place):
    """Whatever they are called, the changes that a way out names can be made."""
    sheets = {"Sources": both("unlimited", 20), "Quotas": QUOTA_70}
    if place == "period":
        sheets |= {one: SMALLEST[one].replace("2011", name) for one in ("Periods", "Demand")}
    else:
        sheets["Quotas"] = QUOTA_70.replace("China | C", f"{name} | C")
    case = make(sheets)
    changes = [move.change for way in explain(case).ways for move in way.moves]
    assert {"Demand", "Quotas"} <= {change.partition("[")[0] for change in changes}
    assert all(is_possible(case, change) for change in changes)


def test_frozen_through_is_cleared_where_no_earlier_period_is_enough():
    """90 t frozen are 20 t above the quota. Nothing frozen: 70 t at 50, the rest missing."""
    sheets = WORKBOOKS["frozen"].sheets
    found = explained("frozen")
    (clash,) = (c for c in found.conflict if c.requirement.cell == "Settings!B3")
    written = clash.to_dict()
    assert (written["moves_alone_by"], written["moves_alone_to"]) == (1, None)
    (way,) = (way for way in found.ways if way.moves[0].entry.cell == "Settings!B3")
    assert way.objective == pytest.approx(2 * (70 * 50 + 30 * 1000))
    assert way.objective == pytest.approx(
        planner.solve(make(sheets | {"Settings": ALLOWED})).objective
    )
    (out,) = (
        one["changes"] for one in found.to_dict()["ways_out"]
        if one["changes"][0]["cell"] == "Settings!B3"
    )  # fmt: skip
    assert (out[0]["from"], out[0]["to"], out[0]["change"]) == ("2011", None, None)
    shown = exhibit(found)
    assert not any("not enough" in sentence for sentence in shown.sentences)
    assert "blank" in {row[3] for row in shown.tables[0].rows}


def test_frozen_through_goes_back_only_as_far_as_it_has_to():
    """What is frozen in 2012 is too much, what is in 2011 is not."""
    sheets = WORKBOOKS["frozen"].sheets | {
        "Settings": "Setting | Value\nShortfall | allowed\nFrozen through | 2012",
        "Current_plan": "Source | 2011 | 2012\nCN | 60 | 90",
    }
    found = explain(make(sheets))
    (clash,) = (c for c in found.conflict if c.requirement.cell == "Settings!B3")
    assert clash.to_dict()["moves_alone_to"] == "2011"


def test_a_frozen_through_that_a_scenario_gives_is_not_cleared():
    """The cell is cleared in vain: the scenario fills it again."""
    sheets = WORKBOOKS["frozen"].sheets | {
        "Scenarios": "Scenario\nHeld",
        "Changes": """
            Scenario | Sheet    | Rows                   | Column | Operation | Value
            Held     | Settings | Setting=Frozen through | Value  | set       | 2011
        """,
    }
    found = explain(make(sheets), "Held")
    (clash,) = (c for c in found.conflict if c.requirement.cell == "Settings!B3")
    assert clash.alone is None
    assert all(move.end is not None for way in found.ways for move in way.moves)


# -- without end ----------------------------------------------------------------------------


SOLD = {
    "Materials": """
        Material | Shortfall cost [USD/kg] | Surplus value [USD/kg]
        Nd       | 1                       | 0.06
    """,
    "Sources": china("unlimited"),
}


def test_the_price_and_the_value_that_have_no_floor():
    """Bought at 50 USD/t and sold at 60: 10 up, or 0.01 USD/kg down, ends it."""
    found = explain(make(SOLD))
    assert found.status == "unbounded"
    price, value = found.conflict
    assert (price.requirement.cell, price.unit) == ("Sources!E2", "USD/t")
    assert price.moves_alone_by == pytest.approx(10, rel=1e-5)
    assert (value.requirement.cell, value.unit) == ("Materials!C2", "USD/kg")
    assert value.moves_alone_by == pytest.approx(-0.01, rel=1e-5)
    for way in found.ways:
        case = make(SOLD).with_changes(*(move.change for move in way.moves))
        assert planner.solve(case).objective == pytest.approx(way.objective)


# -- as JSON ----------------------------------------------------------------------------------


def test_json():
    document = explained("quota").to_dict()
    json.dumps(document, allow_nan=False)
    assert document["status"] == "infeasible"
    (quota,) = (c for c in document["conflict"] if c["sheet"] == "Quotas")
    assert quota == {
        "sheet": "Quotas",
        "cell": "Quotas!C2",
        "name": "Quota China",
        "text": "Quota China: at most 70 t",
        "value": 70.0,
        "moves_alone_by": pytest.approx(10),
        "moves_alone_to": 80.0,
        "unit": "t",
        "measured": True,
    }
    (way,) = (w for w in document["ways_out"] if w["changes"][0]["cell"] == "Quotas!C2")
    assert way == {
        "changes": [
            {
                "cell": "Quotas!C2",
                "name": "Quota China",
                "from": 70.0,
                "to": 80.0,
                "unit": "t",
                "change": "Quotas[Quota=China].Tonnes=80.0",
            }
        ],
        "objective": pytest.approx(80 * 50 + 20 * 80),
    }
    assert (document["shortfalls"], document["sources"]) == ([], [])


def test_all_cells_are_tried_at_once(monkeypatch):
    """The case is read three times, however many cells there are: as it is, and moved twice."""
    asked = []
    model = Proposals.model
    monkeypatch.setattr(Proposals, "model", lambda *of: asked.append(of) or model(*of))
    case = make({"Sources": both(60, 30), "Quotas": QUOTA_70})
    conflicts = Conflicts(case.scenario(), Cells(case), planner.Options(), time.monotonic() + 60)
    every = list(conflicts.requirements)
    even = evenly(Proposals(Variants(case, "Base")), every, ())
    assert even.places.keys() == {one.key for one in every}
    assert {one.cell for one in every} >= {"Demand!B2", "Sources!D2", "Sources!D3", "Quotas!C2"}
    assert len(asked) == 3
    assert [slant.largest for slant in even.slants] == pytest.approx([1.0] * len(every))


@pytest.mark.parametrize("most", [{"_MOST_ALONE": 1}, {"_WIDE": 1, "_ALONE_OF_WIDE": 1}])
def test_cells_that_were_not_looked_at_are_not_called_of_no_help(monkeypatch, most):
    """60 t for 100 t: the capacity, which comes second, would help, but nobody looked."""
    for name, number in most.items():
        monkeypatch.setattr(study, name, number)
    found = explain(make({"Sources": china(60)}))
    demand, capacity = (clash.to_dict() for clash in found.conflict)
    assert (demand["moves_alone_by"], demand["measured"]) == (pytest.approx(-40), True)
    assert (capacity["moves_alone_by"], capacity["measured"]) == (None, False)
    assert "the first 1 of 2 cells were looked at alone" in found.notes
    shown = exhibit(found)
    assert not any("enough" in sentence for sentence in shown.sentences)
    assert "not looked at" in [row[3] for row in shown.tables[0].rows]


def test_a_time_limit_of_nothing_stops_it():
    with pytest.raises(planner.Stopped):
        explain(make(WORKBOOKS["quota"].sheets), options=planner.Options(time_limit=0))
