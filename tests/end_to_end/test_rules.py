"""`planner rules` as a user runs it: words, JSON, workbook, picture, wrong use."""

from __future__ import annotations

import json

import openpyxl
import pytest


def test_the_price_tag_of_the_quota(run, japan, tmp_path):
    done = run("rules", japan, "--plot", "rules.png")
    assert done.code == 0, done.err
    assert "Quota China (Quotas!E2) costs USD 1,383.2 million (41 % of all)" in done.out
    book = openpyxl.load_workbook(tmp_path / "outputs" / "japan-2011-rules.xlsx")
    assert book["Rules"]["A2"].value == "quota China"
    assert len(book["Answer"]._charts) == 1
    assert (tmp_path / "rules.png").read_bytes().startswith(b"\x89PNG")


def test_json_alone_is_on_stdout(run, japan):
    done = run("rules", japan, "--json", "--all-scenarios")
    document = json.loads(done.out)
    assert done.code == 0
    assert len(document["runs"]) == 8
    of_base = [one for one in document["rules"] if one["scenario"] == "Base"]
    assert [one["saves"] for one in of_base] == [pytest.approx(1_383_240_000)]


def test_where_no_plan_is_possible_it_says_what_would_give_one(run, changed):
    """Shortfall forbidden: the quota alone stands in the way of 32,000 t."""
    done = run("rules", changed(Settings_B7="forbidden"))
    assert done.code == 4
    assert "There is no plan: no plan meets all demand: at least 10,000 t" in done.out
    assert "Without quota China (Quotas!E2) there is one" in done.out


def test_wrong_use(run, japan):
    done = run("rules", japan, "--scenario", "Nowhere")
    assert done.code == 2
    assert "unknown scenario 'Nowhere'" in done.err
    assert done.out == ""
