"""Tables on the screen: folded where lines get too long, and never cut off."""

from __future__ import annotations

from planner.report.columns_text import laid_out
from planner.report.lines import wrapped

REASON = "held back by quota China (Quotas!E2); stays until 199.90 USD/kg"
LONG = " ".join([REASON] * 4)


def test_short_tables_stand_as_they_are():
    lines = laid_out(["Source", "Bought [t]"], [["A", "5"], ["BB", "1,000"]], [True, False], None)
    assert lines == ["  Source  Bought [t]", "  A                5", "  BB           1,000"]


def test_a_row_that_goes_to_a_file_is_one_line_with_all_of_its_words():
    lines = laid_out(["Source", "Why"], [["A", LONG]], [True, True], None)
    assert lines == ["  Source  Why", f"  A       {LONG}"]


def test_on_a_terminal_words_are_folded_to_its_width():
    lines = laid_out(["Source", "Why"], [["A", LONG]], [True, True], 60)
    assert all(len(line) <= 60 for line in lines)
    assert " ".join(" ".join(lines[1:]).split()) == f"A {LONG}"


def test_headers_of_many_numbers_are_folded():
    headers = ["Plan for", *(f"Quota down {k} % of it" for k in range(10, 20))]
    lines = laid_out(headers, [["Base", *["1,234"] * 10]], [True, *[False] * 10], None)
    assert all(len(line) <= 100 for line in lines)
    assert len(lines) > 2
    heads = " ".join(" ".join(lines[:-1]).split())
    assert all(str(k) in heads for k in range(10, 20))
    assert lines[-1].split() == ["Base", *["1,234"] * 10]


def test_options_are_not_folded_at_their_hyphens():
    text = f"{'x ' * 47}--time-limit 5"
    assert wrapped(text)[1] == "--time-limit 5"
