"""Limits of every type, and priorities: what each needs and refuses, by cell."""

from __future__ import annotations

import pytest

HEADER = [
    "Limit", "Type", "Applies to", "Materials", "Column", "From", "To", "Per", "Minimum",
    "Maximum", "Counts from", "Penalty [USD/t]", "Priority", "Active", "Share of",
]  # fmt: skip
COLUMNS = dict(zip((name.split(" [")[0] for name in HEADER), "ABCDEFGHIJKLMNO", strict=True))


@pytest.fixture
def limit(sheets, messages):
    """The complaints of a case with one limit, for 2011, whose columns are given by name.

    Every source has a capacity; those of S1 and S2 are traceable and have a Grade of 5 and 7.
    """
    sheets["Changes"] = sheets["Changes"][:1]
    sheets["Sources"][2][3] = 90
    sheets["Sources"][0] += ["Traceable", "Origin"]
    more = [["yes", "a"], ["yes", "b"], [None, None], ["no", "c"]]
    sheets["Sources"][1:] = [
        row + values for row, values in zip(sheets["Sources"][1:], more, strict=True)
    ]

    def of(header=HEADER, **values):
        names = {name.split(" [")[0]: name for name in header}
        row = dict.fromkeys(header) | {
            names[name.replace("_", " ")]: value for name, value in values.items()
        }
        row |= {"Limit": "L", "From": 2011, "To": 2011}
        sheets["Limits"] = [list(header), [row[name] for name in header]]
        return messages(sheets)

    return of


SOUND = [
    {"Type": "average", "Column": "Grade", "Applies_to": "Grade>0", "Maximum": 6},
    {"Type": "average", "Column": "Grade", "Applies_to": "Grade>0", "Minimum": -6},
    {"Type": "average", "Column": "Yield", "Minimum": 0.5, "Applies_to": "Source=S1"},
    {"Type": "spend", "Maximum": 1e6, "Column": "Country"},
    {"Type": "spend", "Materials": "*", "Minimum": 10},
    {"Type": "suppliers", "Maximum": 2},
    {"Type": "suppliers", "Minimum": 1, "Maximum": 2, "Counts_from": 3, "Column": "Country"},
    {"Type": "HHI", "Maximum": 0.5},
    {"Type": "HHI", "Maximum": 1, "Column": "Supplier"},
    {"Type": "share", "Maximum": 0.5, "Penalty": 5, "Priority": "must"},
]


@pytest.mark.parametrize("values", SOUND)
def test_what_is_sound(limit, values):
    assert limit(**values) == []


@pytest.mark.parametrize(
    ("values", "column", "message"),
    [
        # averages
        (
            {"Type": "average", "Maximum": 6},
            "Column",
            "Column is blank; name the attribute of Sources that is averaged",
        ),
        (
            {"Type": "average", "Maximum": 6, "Column": "Grad"},
            "Column",
            "unknown column 'Grad' of Sources; did you mean 'Grade'?",
        ),
        (
            {"Type": "average", "Maximum": 6, "Column": "Country"},
            "Column",
            "'Country' holds no numbers; name a numeric attribute of Sources",
        ),
        (
            {"Type": "average", "Maximum": 6, "Column": "Grade", "Penalty": 5,
             "Applies_to": "Grade>0"},
            "Penalty",
            "Penalty is for tonnes and shares, this is an average limit; clear it",
        ),
        (
            {"Type": "average", "Maximum": 6, "Column": "Grade", "Priority": 1,
             "Applies_to": "Grade>0"},
            "Priority",
            "Priority is for tonnes, spend, suppliers and shares of demand, this is an average "
            "limit; clear it, or write must",
        ),
        (
            {"Type": "average", "Minimum": 7, "Maximum": 6, "Column": "Grade",
             "Applies_to": "Grade>0"},
            "Minimum",
            "Minimum 7 is above Maximum 6",
        ),
        # spend
        (
            {"Type": "spend", "Maximum": 6, "Materials": "Class=light"},
            "Materials",
            "a spend limit counts whole purchases, not materials; clear Materials",
        ),
        (
            {"Type": "spend", "Maximum": -6},
            "Maximum",
            "Maximum must be at least 0, got -6",
        ),
        (
            {"Type": "spend", "Maximum": 6, "Penalty": 5},
            "Penalty",
            "Penalty is for tonnes and shares, this is a spend limit; clear it",
        ),
        # suppliers
        (
            {"Type": "suppliers", "Maximum": 2.5},
            "Maximum",
            "Maximum of a supplier count must be a whole number, got 2.5",
        ),
        (
            {"Type": "suppliers", "Minimum": 2},
            "Counts from",
            "Counts from is blank; a minimum of suppliers needs the tonnes from which one counts",
        ),
        (
            {"Type": "suppliers", "Minimum": 2, "Counts_from": 0},
            "Counts from",
            "Counts from must be above 0, got 0",
        ),
        (
            {"Type": "suppliers", "Maximum": 2, "Column": "Contry"},
            "Column",
            "unknown column 'Contry' of Sources; did you mean 'Country'?",
        ),
        (
            {"Type": "suppliers", "Maximum": 2, "Penalty": 5},
            "Penalty",
            "Penalty is for tonnes and shares, this is a suppliers limit; clear it",
        ),
        # HHI
        (
            {"Type": "HHI", "Minimum": 0.2, "Maximum": 0.5},
            "Minimum",
            "an HHI has a maximum only; clear the minimum",
        ),
        (
            {"Type": "HHI", "Minimum": 0.2},
            "Minimum",
            "an HHI has a maximum only; clear the minimum",
        ),
        (
            {"Type": "HHI", "Maximum": 1.5},
            "Maximum",
            "Maximum of an HHI must be between 0 and 1, got 1.5",
        ),
        (
            {"Type": "HHI", "Maximum": 2500},
            "Maximum",
            "Maximum of an HHI must be between 0 and 1, got 2500; 2500 points are 0.25",
        ),
        ({"Type": "HHI"}, "Maximum", "Minimum and Maximum are blank; give at least one"),
        (
            {"Type": "HHI", "Maximum": 0.5, "Priority": 3},
            "Priority",
            "Priority is for tonnes, spend, suppliers and shares of demand, this is an HHI limit; "
            "clear it, or write must",
        ),
        # priorities
        (
            {"Type": "tonnes", "Maximum": 5, "Priority": 2, "Penalty": 9},
            "Priority",
            "Priority 2 and a Penalty exclude each other; clear one of the two",
        ),
        (
            {"Type": "share", "Maximum": 0.5, "Priority": 2, "Share_of": "purchases"},
            "Priority",
            "Priority is for tonnes, spend, suppliers and shares of demand, this is a share of "
            "purchases; clear it, or write must",
        ),
        (
            {"Type": "tonnes", "Maximum": 5, "Priority": 5},
            "Priority",
            "Priority must be one of must, 1, 2, 3, 4, got '5'",
        ),
    ],
)  # fmt: skip
def test_a_wrong_limit_is_the_only_problem(limit, values, column, message):
    assert limit(**values) == [f"Limits!{COLUMNS[column]}2: {message}"]


def test_rules_that_are_switched_off_are_checked_too(limit):
    assert limit(Type="HHI", Maximum=3, Active="no") == [
        "Limits!J2: Maximum of an HHI must be between 0 and 1, got 3"
    ]
    assert limit(Type="average", Column="Grade", Maximum=3, Active="no") == [
        "Sources!G4: Grade is blank, but 'L' (Limits!E2) averages it; enter a number"
    ]


def test_an_attribute_of_every_source_that_counts(limit):
    """S3 sells Dy2O3 only: its blank Grade does not count among the light materials."""
    assert limit(Type="average", Column="Grade", Materials="Class=light", Maximum=6) == []
    assert limit(Type="average", Column="grade", Maximum=3) == [
        "Sources!G4: Grade is blank, but 'L' (Limits!E2) averages it; enter a number"
    ]


def test_an_attribute_in_words_cannot_be_averaged(limit):
    assert limit(Type="average", Column="Origin", Applies_to="Grade>0", Maximum=3) == [
        f"Sources!I{row}: Origin must be a number, got text '{text}', "
        "but 'L' (Limits!E2) averages it; enter a number"
        for row, text in ((2, "a"), (3, "b"), (5, "c"))
    ]


@pytest.mark.parametrize(("kind", "bound"), [("suppliers", 2), ("HHI", 0.5)])
def test_a_blank_value_of_a_source_that_counts(limit, kind, bound):
    assert limit(Type=kind, Column="Traceable", Maximum=bound) == [
        "Sources!H4: Traceable is blank, but 'L' (Limits!E2) counts by it; fill it in"
    ]
    assert limit(Type=kind, Column="Traceable", Materials="Class=light", Maximum=bound) == []


@pytest.mark.parametrize(
    ("kind", "unit", "message"),
    [
        ("spend", "t", "Maximum of a spend limit cannot be in [t]"),
        ("spend", "%", "Maximum of a spend limit cannot be in [%]"),
        ("suppliers", "t", "Maximum of a suppliers limit cannot be in [t]"),
        ("suppliers", "USD", "Maximum of a suppliers limit cannot be in [USD]"),
        ("average", "USD", "Maximum of an average limit cannot be in [USD]"),
        ("HHI", "t", "Maximum of an HHI limit cannot be in [t]"),
        ("tonnes", "USD", "Maximum of a tonnes limit cannot be in [USD]"),
        ("share", "USD", "Maximum of a share limit cannot be in [USD]"),
    ],
)
def test_units_of_bounds(limit, kind, unit, message):
    header = [f"Maximum [{unit}]" if name == "Maximum" else name for name in HEADER]
    assert limit(header, Type=kind, Maximum=1, Column="Grade", Applies_to="Grade>0") == [
        f"Limits!J2: {message}"
    ]


def test_a_spend_in_another_currency(limit):
    header = ["Maximum [EUR]" if name == "Maximum" else name for name in HEADER]
    assert limit(header, Type="spend", Maximum=1) == [
        "Limits!J1: Maximum is in EUR, but the case's currency is USD; write [USD]"
    ]


def test_columns_that_are_not_read_for_a_type(limit):
    assert limit(Type="suppliers", Maximum=2, Counts_from=5, Share_of="purchases") == [
        "warning: Limits!K2: Counts from has a meaning for minima of suppliers only; not read here",
        "warning: Limits!O2: Share of has a meaning for limits of type share only; not read here",
    ]
    assert limit(Type="HHI", Maximum=0.5, Share_of="demand") == [
        "warning: Limits!O2: Share of has a meaning for limits of type share only; not read here",
    ]


def test_a_count_needs_a_bound_on_each_source(limit, sheets):
    sheets["Sources"][2][3] = "unlimited"
    assert limit(Type="suppliers", Maximum=2) == [
        "Limits!J2: 'S2' is unlimited, but a supplier count needs a bound: give it a capacity, a "
        "quota or a tonnes limit"
    ]
    assert limit(Type="suppliers", Minimum=2, Counts_from=1) == [
        "Limits!I2: 'S2' is unlimited, but a supplier count needs a bound: give it a capacity, a "
        "quota or a tonnes limit"
    ]
    sheets["Quotas"][1] = ["AU", "Source=S2", "*", 2011, 2011, "period", 150, 50]
    assert limit(Type="suppliers", Maximum=2) == []


def test_a_limit_that_may_be_given_up_bounds_no_unlimited_source(limit, sheets):
    sheets["Sources"][2][3] = "unlimited"
    sheets["Sources"][0].append("Order cost")
    sheets["Sources"][2].append(5)
    complaint = (
        "Sources!J3: 'S2' is unlimited, but an order cost needs a bound: give it a capacity, a "
        "quota or a tonnes limit"
    )
    sheets["Sources"][0].append("Last period")
    sheets["Sources"][2].append(2011)
    assert limit(Type="tonnes", Maximum=50) == []
    assert limit(Type="tonnes", Maximum=50, Priority=1)[:1] == [complaint]


# -- priorities that never give way ---------------------------------------------------------

NEVER = (
    "warning: Limits!M2: 'L' can never give way: shortfall is allowed, so buying less always keeps "
    "it; forbid shortfall in Settings, or give it a Penalty instead"
)


def test_a_maximum_never_gives_way_where_shortfall_is_allowed(limit, sheets):
    sheets["Stock"] = [["Material", "Opening [t]"], ["Dy2O3", 2]]
    assert limit(Type="tonnes", Maximum=5, Priority=2) == [NEVER]
    assert limit(Type="suppliers", Maximum=2, Priority=2) == [NEVER]
    assert limit(Type="tonnes", Minimum=5, Priority=2) == []


def test_where_shortfall_is_forbidden_it_may(limit, sheets):
    sheets["Stock"] = [["Material", "Opening [t]"], ["Dy2O3", 2]]
    sheets["Settings"].append(["Shortfall", "forbidden"])
    assert limit(Type="tonnes", Maximum=5, Priority=2) == []


def test_a_hard_target_of_stock_may_make_it_give_way(limit):
    """The stock of Dy2O3 has a safety stock without a cost: hard."""
    assert limit(Type="tonnes", Maximum=5, Priority=2) == []


@pytest.mark.parametrize(
    ("other", "warned"),
    [
        (["tonnes", 5, None, None], False),  # a must
        (["tonnes", 5, None, 1], False),  # matters more
        (["tonnes", 5, None, 2], False),  # matters as much
        (["tonnes", 5, None, 3], True),  # gives way first
        (["tonnes", None, 5, None], True),  # keeps with nothing bought
        (["share", 0, None, None], True),
    ],
)
def test_another_rule_that_asks_for_purchases_may_make_it_give_way(sheets, messages, other, warned):
    kind, minimum, maximum, priority = other
    sheets["Changes"] = sheets["Changes"][:1]
    del sheets["Stock"]
    sheets["Limits"] = [
        ["Limit", "Type", "From", "To", "Minimum", "Maximum", "Priority"],
        ["L", "tonnes", 2011, 2011, None, 50, 2],
        ["Other", kind, 2011, 2011, minimum, maximum, priority],
    ]
    assert messages(sheets) == ([NEVER.replace("M2", "G2")] if warned else [])


# -- changes --------------------------------------------------------------------------------


def test_scenarios_change_every_type(limit, sheets, messages):
    limit(Type="suppliers", Maximum=2)
    sheets["Changes"] += [["Cut", "Limits", "Limit=L", "Maximum", "plus", 0.5]]
    assert messages(sheets) == [
        "Limits!J2: Maximum of a supplier count must be a whole number, got 2.5 (in scenario 'Cut')"
    ]
    sheets["Changes"][1] = ["Cut", "Limits", "Limit=L", "Maximum [t]", "set", 5]
    assert messages(sheets) == ["Changes!F2: Maximum of a suppliers limit is in another unit"]
    sheets["Changes"][1] = ["Cut", "Limits", "Limit=L", "Priority", "set", 2]
    assert messages(sheets) == []
    sheets["Changes"][1] = ["Cut", "Limits", "Limit=L", "Priority", "set", "never"]
    assert messages(sheets) == ["Changes!F2: Priority must be one of must, 1, 2, 3, 4, got 'never'"]
