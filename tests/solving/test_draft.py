"""How members are found and gathered when a case's sets are made."""

from __future__ import annotations

import numpy as np
import pytest

from planner.solving.data.draft import columns, distinct, flagged, gathered, spread, starts, where

OFFERS = columns([0, 0, 1, 2], [0, 2, 1, 0])
"""Four (source, period)."""


def test_members_are_gathered_by_key_in_the_order_of_the_index():
    """Sites 7 and 9 belong to (2, 0), 8 to (0, 2), none to the other two."""
    found = gathered(OFFERS, columns([2, 0, 2], [0, 2, 0]), columns([7, 8, 9]))
    assert found.start.tolist() == [0, 0, 1, 1, 3]
    assert found.members.tolist() == [[8], [7], [9]]


def test_nothing_is_gathered_where_there_are_no_keys():
    found = gathered(OFFERS, OFFERS[:0], OFFERS[:0, :1])
    assert found.start.tolist() == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("key", [(0, 1), (2, 2)])
def test_a_key_that_is_no_member_of_the_index_is_refused(key):
    with pytest.raises(ValueError, match="negative"):
        gathered(OFFERS, np.array([key]), columns([5]))


@pytest.mark.parametrize("shut", [None, (1, 0, 1)])
def test_members_are_found_by_flag(shut):
    flags = np.ones((2, 1, 2), dtype=bool)
    if shut is not None:
        flags[shut] = False
    every = [[0, 0, 0], [0, 0, 1], [1, 0, 0], [1, 0, 1]]
    assert where(flags).tolist() == [one for one in every if one != list(shut or ())]


def test_flags_are_set_at_positions():
    assert flagged(4, (3, 1)).tolist() == [False, True, False, True]
    assert flagged(2, ()).tolist() == [False, False]


def test_different_rows_stand_once_and_in_order():
    rows = columns([2, 0, 2, 0, 1], [0, 3, 0, 1, 9])
    found, which = distinct(rows)
    assert found.tolist() == [[0, 1], [0, 3], [1, 9], [2, 0]]
    assert found[which].tolist() == rows.tolist()


def test_groups_are_spread_as_often_as_they_occur():
    start = starts(np.array([2, 0, 1]))  # members 0 and 1, none, 2
    which, member = spread(start, np.array([2, 0, 1, 0]))
    assert which.tolist() == [0, 1, 1, 3, 3]
    assert member.tolist() == [2, 0, 1, 0, 1]
