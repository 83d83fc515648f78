"""Files for several scenarios, each with the scenario's name in its own."""

from __future__ import annotations

import os
from pathlib import Path

from planner.workbook.files import named_apart


def test_the_name_stands_in_the_stem():
    found = named_apart(Path("plots/curve.png"), ["Base", "Quota down 30 %"])
    assert found == [Path("plots/curve-Base.png"), Path("plots/curve-Quota down 30 %.png")]


def test_letters_that_a_file_cannot_have_are_replaced():
    (found,) = named_apart(Path("curve.svg"), ['a/b\\c:d*?"<>|\n.. '])
    assert found == Path("curve-a_b_c_d_______.svg")
    assert found.parent == Path()


def test_names_that_look_the_same_then_are_told_apart():
    found = named_apart(Path("m.lp"), ["A/B", "A:B", "a_b", ""])
    assert [path.name for path in found] == ["m-A_B.lp", "m-A_B-2.lp", "m-a_b-3.lp", "m-_.lp"]


def test_long_names_are_cut_and_stay_apart():
    found = named_apart(Path("curve.png"), ["Ü" * 300, "Ü" * 301])
    assert len({path.name for path in found}) == 2
    assert all(len(os.fsencode(path.name)) <= 255 for path in found)
    assert all(path.suffix == ".png" for path in found)
