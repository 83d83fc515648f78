"""What Restarts, Tiers and the order columns can get wrong, by cell."""

from __future__ import annotations

import pytest

RESTARTS = [
    ["Source", "Restart cost", "Lead time [periods]", "Earliest", "Latest", "Ramp 1", "Ramp 2",
     "Minimum load"],
    ["S1", 1000, 1, 2011, 2012, 0.5, 0.8, 0.2],
]  # fmt: skip
TIERS = [
    ["Source", "From [t/yr]", "Price [USD/kg]", "Rule"],
    ["S3", 0, 400, "incremental"],
    ["S3", 10, 380, "incremental"],
]


@pytest.fixture
def decided(sheets, put):
    """The sound case with a restart, and prices by volume that no change of Price would touch."""
    sheets = put(sheets, "Changes!C3", "Source=S1")
    sheets["Restarts"] = RESTARTS
    sheets["Tiers"] = TIERS
    return sheets


def test_the_case_is_sound(decided, messages):
    assert messages(decided) == []


@pytest.mark.parametrize(
    ("place", "wrong", "message"),
    [
        ("Restarts!A2", "S9", "Restarts!A2: unknown source 'S9'; did you mean 'S8'?"),
        ("Restarts!B2", None, "Restarts!B2: Restart cost is blank; enter 0 if there is none"),
        ("Restarts!B2", -1, "Restarts!B2: Restart cost must be at least 0, got -1"),
        (
            "Restarts!C2",
            1.5,
            "Restarts!C2: Lead time must be a whole number of periods, got 1.5",
        ),
        ("Restarts!D2", 2013, "Restarts!D2: unknown period '2013'; did you mean '2012'?"),
        ("Restarts!D2", 2012, None),
        ("Restarts!E2", 2010, "Restarts!E2: unknown period '2010'; did you mean '2012'?"),
        (
            "Restarts!F2",
            None,
            "Restarts!F2: Ramp 1 is blank, but a later one is given; fill it in",
        ),
        ("Restarts!G2", 1.8, "Restarts!G2: Ramp 2 must be between 0 and 1, got 1.8; 1.8%?"),
        ("Tiers!A2", "S9", "Tiers!A2: unknown source 'S9'; did you mean 'S8'?"),
        ("Tiers!B3", 0, "Tiers!A3: source 'S3', from '0' repeats row 2"),
        ("Tiers!B2", 5, "Tiers!B2: the first tier starts at 5 t/yr; it must start at 0"),
        ("Tiers!C3", None, "Tiers!C3: Price is blank; enter 0 if it costs nothing"),
        (
            "Tiers!D3",
            "all units",
            "Tiers!D3: Rule 'all units' differs from 'incremental' of the source's first row",
        ),
        (
            "Tiers!C1",
            "Price",
            "Tiers!C1: Price has no unit; write 'Price [USD/kg]' or 'Price [USD/t]'",
        ),
    ],
)
def test_one_mistake(request, decided, place, wrong, message):
    put, messages = (request.getfixturevalue(name) for name in ("put", "messages"))
    assert messages(put(decided, place, wrong)) == ([] if message is None else [message])


def test_latest_before_earliest(decided, put, messages):
    wrong = put(put(decided, "Restarts!D2", 2012), "Restarts!E2", 2011)
    assert messages(wrong) == ["Restarts!E2: Latest '2011' is before Earliest '2012'"]


@pytest.fixture
def unlimited(decided, put):
    """What is decided stands on S2, which nothing bounds."""
    for place in ("Restarts!A2", "Tiers!A2", "Tiers!A3"):
        decided = put(decided, place, "S2")
    return put(put(decided, "Limits!I3", None), "Limits!H3", 5)


def test_a_decision_on_an_unlimited_source_needs_a_bound(unlimited, put, messages):
    found = messages(put(unlimited, "Tiers!A2", "S3") | {"Tiers": TIERS})
    assert found == [
        "Restarts!A2: 'S2' is unlimited, but a restart needs a bound: give it a capacity, a quota "
        "or a tonnes limit",
        "Restarts!F2: Ramp is part of a capacity, but the source is unlimited; clear it",
        "Restarts!H2: Minimum load is part of a capacity, but the source is unlimited; clear it",
    ]


def test_falling_tiers_on_an_unlimited_source_need_a_bound(unlimited, messages):
    del unlimited["Restarts"]
    assert messages(unlimited) == [
        "Tiers!C2: 'S2' is unlimited, but its prices by volume need a bound: give it a capacity, a "
        "quota or a tonnes limit"
    ]


@pytest.mark.parametrize(
    ("column", "what"),
    [("Minimum order [t]", "a minimum order needs"), ("Order cost", "an order cost needs")],
)
def test_orders_of_an_unlimited_source_need_a_bound(sheets, put, messages, column, what):
    sheets = put(put(sheets, "Limits!I3", None), "Sources!H1", column)
    assert messages(put(sheets, "Sources!H3", 10)) == [
        f"Sources!H3: 'S2' is unlimited, but {what} a bound: give it a capacity, a quota or a "
        "tonnes limit"
    ]


def test_a_minimum_load_that_arrives_after_the_last_period(decided, put, messages):
    """S1 arrives a period later: what S1 has to load in 2012 serves nothing."""
    late = put(put(decided, "Sources!H1", "Lead time [periods]"), "Sources!H2", 1)
    assert messages(late) == [
        "warning: Restarts!H2: the minimum load of 'S1' forces purchases from '2012' on which "
        "arrive after the last period: they are paid for and serve no demand; give the source a "
        "Last period"
    ]
