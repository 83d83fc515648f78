"""One mistake is complained of once: what only follows from it is not said elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from planner.case.case import Case
from planner.errors import InvalidCase


def test_a_unit_that_cannot_be_read_says_nothing_of_the_numbers_below(
    sheets: dict, put: Callable, messages: Callable
) -> None:
    """70 would be too much as a fraction; in what unit it is meant is not known."""
    wrong = put(sheets, "Quotas!H1", "Our share [kWh]")
    assert messages(put(wrong, "Quotas!H2", 70)) == [
        "Quotas!H1: cannot read 'kWh' as a share",
    ]


def test_text_is_no_number_in_any_unit(sheets: dict, put: Callable, messages: Callable) -> None:
    wrong = put(sheets, "Quotas!H1", "Our share [kWh]")
    assert messages(put(wrong, "Quotas!H2", "half")) == [
        "Quotas!H1: cannot read 'kWh' as a share",
        "Quotas!H2: Our share must be a number, got text 'half'",
    ]


def test_a_limit_of_a_wrong_type_is_not_measured_against_its_type(
    sheets: dict, put: Callable, messages: Callable
) -> None:
    """A penalty is for tonnes and shares; whether this is one of them is not known."""
    wrong = put(sheets, "Limits!J1", "Penalty [USD/kg]")
    wrong = put(put(wrong, "Limits!J3", 5), "Limits!K1", "Share of")
    (message,) = messages(put(put(wrong, "Limits!K3", "demand"), "Limits!B3", "tonnnes"))
    assert message.startswith("Limits!B3: Type must be one of")


@pytest.fixture
def tiered(sheets: dict) -> dict:
    """S1 priced by volume; no price of its own is left, nor a change of one."""
    sheets["Changes"] = sheets["Changes"][:2]
    sheets["Tiers"] = [
        ["Source", "From [t/yr]", "Price [USD/kg]"], ["S1", 0, 60], ["S1", 40, 70],
    ]  # fmt: skip
    sheets["Prices"] = [sheets["Prices"][0], sheets["Prices"][2]]
    sheets["Sources"][1][4] = None
    return sheets


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("none", "Tiers!B2: From must be a number, got text 'none'"),
        (None, "Tiers!B2: From is blank; enter 0 if there is none"),
        ("sixty", "Tiers!C2: Price must be a number, got text 'sixty'"),
    ],
)
def test_a_tier_that_is_wrong_leaves_no_gap(
    tiered: dict, put: Callable, messages: Callable, wrong: object, said: str
) -> None:
    """Neither has the other tier to start at 0, nor is the source without a price."""
    assert messages(tiered) == []
    assert messages(put(tiered, said.partition(":")[0], wrong)) == [said]


def test_a_change_of_an_unknown_source_is_said_where_the_source_is_named(
    sheets: dict, frames: Callable
) -> None:
    sheets["Lanes"] = [["Source", "Freight [/kg]"], ["S1", 1], ["S9", 2]]
    sheets["Changes"].append(["Cut", "Lanes", "*", "Freight [USD/kg]", "plus", 1])
    with pytest.raises(InvalidCase) as wrong:
        Case.from_tables(frames(sheets))
    (problem,) = wrong.value.problems
    assert problem.message.startswith("Lanes!A3: unknown source 'S9'")
