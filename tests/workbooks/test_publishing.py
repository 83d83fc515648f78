"""Files are written whole or not at all, and never over what is open or protected."""

from __future__ import annotations

import re

import pytest

from planner.workbook.files import is_open_elsewhere, keep_older, publish, same_file

STAMPED = re.compile(r"^plan-\d{8}-\d{6}\.xlsx$")


def _write(text):
    return lambda path: path.write_text(text)


def test_a_new_file_in_a_new_folder(tmp_path):
    target = tmp_path / "outputs" / "plan.xlsx"
    assert publish(target, _write("new")) == target
    assert target.read_text() == "new"
    assert [p.name for p in target.parent.iterdir()] == ["plan.xlsx"]


def test_a_failing_writer_leaves_what_was_there(tmp_path):
    target = tmp_path / "plan.xlsx"
    target.write_text("old")

    def fail(path):
        path.write_text("half")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        publish(target, fail)
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["plan.xlsx"]


@pytest.mark.parametrize("lock", ["~$plan.xlsx", ".~lock.plan.xlsx#"])
def test_a_file_that_is_open_gets_a_time_stamp(tmp_path, lock):
    target = tmp_path / "plan.xlsx"
    target.write_text("old")
    (tmp_path / lock).touch()
    assert is_open_elsewhere(target)
    assert keep_older(target) is None
    written = publish(target, _write("new"))
    assert STAMPED.match(written.name)
    assert (written.read_text(), target.read_text()) == ("new", "old")


def test_a_read_only_file_gets_a_time_stamp(tmp_path):
    target = tmp_path / "plan.xlsx"
    target.write_text("old")
    target.chmod(0o444)
    written = publish(target, _write("new"))
    assert STAMPED.match(written.name)
    assert (written.read_text(), target.read_text()) == ("new", "old")


def test_a_folder_of_that_name_stays(tmp_path):
    target = tmp_path / "plan.xlsx"
    target.mkdir()
    assert keep_older(target) is None
    assert STAMPED.match(publish(target, _write("new")).name)
    assert target.is_dir()


def test_an_older_file_is_kept_under_its_time_stamp(tmp_path):
    target = tmp_path / "plan.xlsx"
    for text in ("first", "second", "third"):
        keep_older(target)
        publish(target, _write(text))
    kept = sorted(p.read_text() for p in tmp_path.iterdir() if p != target)
    assert kept == ["first", "second"]
    assert target.read_text() == "third"


def test_two_paths_to_one_file(tmp_path):
    target = tmp_path / "plan.xlsx"
    target.write_text("x")
    (tmp_path / "link.xlsx").symlink_to(target)
    assert same_file(target, tmp_path / "link.xlsx")
    assert same_file(target, tmp_path / "." / "plan.xlsx")
    assert not same_file(target, tmp_path / "other.xlsx")
    assert same_file(tmp_path / "no.xlsx", tmp_path / "." / "no.xlsx")
