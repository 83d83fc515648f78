"""Files are written whole or not at all, and never over what is open or protected."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from planner.workbook import files
from planner.workbook.files import is_open_elsewhere, publish, publish_new, refuse_target, same_file

STAMPED = re.compile(r"^plan-\d{8}-\d{6}(-\d+)?\.xlsx$")
STEPS = ("open", "fsync", "link", "replace", "unlink", "mkdir", "scandir", "close")
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals, links and locks of POSIX systems")


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def _texts(folder):
    return sorted(path.read_text() for path in folder.iterdir())


@pytest.fixture
def target(tmp_path):
    """A file that was there before, alone in its folder."""
    path = tmp_path / "outputs" / "plan.xlsx"
    path.parent.mkdir()
    path.write_text("old")
    return path


@pytest.fixture(params=["links and locks", "no links", "no locks", "neither"])
def system(request, monkeypatch):
    """What the file system can do; without locks, links keep planners apart."""

    def no_link(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    if request.param in ("no links", "neither"):
        monkeypatch.setattr(os, "link", no_link)
    if request.param in ("no locks", "neither"):
        monkeypatch.setattr(files, "fcntl", None)
    return request.param


# -- what is there in the end ---------------------------------------------------------------


def test_a_new_file_in_a_new_folder(tmp_path, system):
    target = tmp_path / "new" / "outputs" / "plan.xlsx"
    assert publish(target, b"new", keep=True) == target
    assert target.read_text() == "new"
    assert _names(target.parent) == ["plan.xlsx"]


def test_an_older_file_is_replaced(target):
    assert publish(target, b"new") == target
    assert target.read_text() == "new"
    assert _names(target.parent) == ["plan.xlsx"]


def test_an_older_file_is_kept_under_its_time_stamp(target, system):
    for text in (b"second", b"third"):
        assert publish(target, text, keep=True) == target
    assert target.read_text() == "third"
    assert _texts(target.parent) == ["old", "second", "third"]
    assert all(STAMPED.match(name) for name in _names(target.parent) if name != "plan.xlsx")


def test_the_time_stamp_is_that_of_the_last_change(target):
    os.utime(target, (1_300_000_000, 1_300_000_000))
    publish(target, b"new", keep=True)
    kept = next(path for path in target.parent.iterdir() if path != target)
    stamp = files._last_change(kept)
    assert (stamp.year, kept.name) == (2011, f"plan-{stamp:%Y%m%d-%H%M%S}.xlsx")


def test_a_name_of_full_length_is_kept_under_a_shorter_one(tmp_path, system):
    target = tmp_path / ("é" * 124 + ".xlsx")  # 253 bytes
    for text in (b"old", b"new"):
        publish(target, text, keep=True)
    assert target.read_text() == "new"
    assert _texts(tmp_path) == ["new", "old"]


@pytest.mark.parametrize("lock", ["~$plan.xlsx", ".~lock.plan.xlsx#"])
def test_a_file_that_is_open_gets_a_time_stamp(target, lock):
    (target.parent / lock).touch()
    assert is_open_elsewhere(target)
    written = publish(target, b"new", keep=True)
    assert STAMPED.match(written.name)
    assert (written.read_text(), target.read_text()) == ("new", "old")
    assert len(_names(target.parent)) == 3


def test_two_files_with_one_time_stamp(target):
    """Both are written in the same second, or not: neither replaces the other."""
    (target.parent / "~$plan.xlsx").touch()
    assert publish(target, b"first") != publish(target, b"second")


def test_a_read_only_file_gets_a_time_stamp(target):
    target.chmod(0o444)
    written = publish(target, b"new", keep=True)
    assert STAMPED.match(written.name)
    assert (written.read_text(), target.read_text()) == ("new", "old")
    assert len(_names(target.parent)) == 2


def test_a_folder_of_that_name_stays(tmp_path):
    target = tmp_path / "plan.xlsx"
    target.mkdir()
    assert STAMPED.match(publish(target, b"new", keep=True).name)
    assert target.is_dir()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EBUSY])
def test_a_file_that_the_system_does_not_let_go_of(target, monkeypatch, number):
    """As Windows does with a file that is open: the second name is taken back."""

    def held(source, place):
        raise OSError(number, os.strerror(number), str(place))

    monkeypatch.setattr(os, "replace", held)
    written = publish(target, b"new", keep=True)
    assert STAMPED.match(written.name)
    assert (written.read_text(), target.read_text()) == ("new", "old")
    assert len(_names(target.parent)) == 2


@POSIX
def test_another_planner_that_was_halted_is_not_waited_for_without_end(target, monkeypatch):
    monkeypatch.setattr(files, "_LONGEST_WAIT", 0.0)
    with files._folder_held(target.parent) as held:
        assert held
        written = publish(target, b"new", keep=True)
    assert STAMPED.match(written.name)
    assert (written.read_text(), target.read_text()) == ("new", "old")


# -- links ----------------------------------------------------------------------------------


@POSIX
def test_a_link_is_followed(tmp_path, target, system):
    link = tmp_path / "plan.xlsx"
    link.symlink_to(target)
    assert publish(link, b"new", keep=True) == link
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert _texts(target.parent) == ["new", "old"]
    assert _names(tmp_path) == ["outputs", "plan.xlsx"]


@POSIX
def test_a_link_to_what_is_not_there_yet(tmp_path, target):
    link = tmp_path / "plan.xlsx"
    link.symlink_to(target.parent / "next.xlsx")
    assert publish(link, b"new", keep=True) == link
    assert (target.parent / "next.xlsx").read_text() == "new"


@POSIX
def test_no_folder_is_made_where_a_link_leads_nowhere(tmp_path):
    """A share that is not mounted must not get a folder of its name."""
    link = tmp_path / "plan.xlsx"
    link.symlink_to(tmp_path / "share" / "plan.xlsx")
    with pytest.raises(OSError, match=r"the folder .*share is not there any more"):
        publish(link, b"new", keep=True)
    assert _names(tmp_path) == ["plan.xlsx"]


@POSIX
def test_links_in_a_circle(tmp_path):
    one, other = tmp_path / "plan.xlsx", tmp_path / "other.xlsx"
    one.symlink_to(other)
    other.symlink_to(one)
    with pytest.raises(OSError, match="links lead in a circle; choose another place"):
        publish(one, b"new", keep=True)
    assert _names(tmp_path) == ["other.xlsx", "plan.xlsx"]


def test_two_paths_to_one_file(tmp_path):
    target = tmp_path / "plan.xlsx"
    target.write_text("x")
    (tmp_path / "link.xlsx").symlink_to(target)
    (tmp_path / "twin.xlsx").hardlink_to(target)
    assert same_file(target, tmp_path / "link.xlsx")
    assert same_file(target, tmp_path / "twin.xlsx")
    assert same_file(target, tmp_path / "." / "plan.xlsx")
    assert not same_file(target, tmp_path / "other.xlsx")
    assert same_file(tmp_path / "no.xlsx", tmp_path / "." / "no.xlsx")


@POSIX
def test_a_current_folder_that_was_deleted(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    refuse_target(Path("outputs/plan.xlsx"), "/somewhere/case.xlsx")
    with pytest.raises(FileNotFoundError, match="the current folder is not there any more; choose"):
        publish(Path("outputs/plan.xlsx"), b"new")


# -- never over a file ----------------------------------------------------------------------


def test_a_new_file_is_never_over_another(target, system):
    with pytest.raises(FileExistsError):
        publish_new(target, b"new")
    publish_new(target.with_name("next.xlsx"), b"new")
    assert _names(target.parent) == ["next.xlsx", "plan.xlsx"]
    assert _texts(target.parent) == ["new", "old"]


@POSIX
def test_a_new_file_is_never_over_a_link(tmp_path):
    link = tmp_path / "plan.xlsx"
    link.symlink_to(tmp_path / "nowhere.xlsx")
    with pytest.raises(FileExistsError):
        publish_new(link, b"new")
    assert _names(tmp_path) == ["plan.xlsx"]


# -- what is said ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full; make room or choose another place"),
        (errno.EDQUOT, "your share of the disk is used up; make room or choose another place"),
        (errno.EROFS, "the disk can only be read; choose another place"),
        (errno.EIO, "the disk reports an error; choose another place and have the disk checked"),
        (errno.EACCES, "no permission to write in the folder "),
        (errno.EINVAL, "this disk does not allow such a name; choose another one"),
    ],
)
def test_what_the_system_refuses_is_said_with_what_to_do(target, number, words):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    for step in ("open", "fsync"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, step, refuse)
            with pytest.raises(OSError, match=re.escape(words)) as raised:
                publish(target, b"new", keep=True)
        assert (raised.value.filename, raised.value.errno) == (str(target), number)
        assert (_names(target.parent), target.read_text()) == (["plan.xlsx"], "old")


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "outputs").write_text("notes")
    words = "outputs is a file, not a folder; rename it or choose another place"
    for target in (tmp_path / "outputs" / "plan.xlsx", tmp_path / "outputs" / "a" / "plan.xlsx"):
        with pytest.raises(NotADirectoryError, match=words):
            publish(target, b"new")
        with pytest.raises(NotADirectoryError, match=words):
            publish_new(target, b"new")
    assert (tmp_path / "outputs").read_text() == "notes"


@POSIX
def test_a_folder_that_is_a_link_to_nowhere(tmp_path):
    (tmp_path / "outputs").symlink_to(tmp_path / "share")
    with pytest.raises(NotADirectoryError, match="outputs is a link that leads nowhere"):
        publish(tmp_path / "outputs" / "plan.xlsx", b"new")


def test_a_name_that_is_too_long(tmp_path):
    with pytest.raises(OSError, match="the name is too long; choose a shorter one"):
        publish(tmp_path / ("x" * 300 + ".xlsx"), b"new", keep=True)
    assert _names(tmp_path) == []


@POSIX
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(target):
    target.parent.chmod(0o555)
    try:
        with pytest.raises(PermissionError, match="no permission to write in the folder"):
            publish(target, b"new", keep=True)
    finally:
        target.parent.chmod(0o755)
    assert (_names(target.parent), target.read_text()) == (["plan.xlsx"], "old")


# -- faults and ends at every step ----------------------------------------------------------


class Faults:
    """Calls of the system while a file is written; the one of number `fatal` does not succeed."""

    def __init__(self, monkeypatch, fatal, number):
        self.calls, self.fatal, self.number = 0, fatal, number
        for step in STEPS:
            monkeypatch.setattr(os, step, self._counted(getattr(os, step)))

    def _counted(self, call):
        def counted(*given, **named):
            self.calls += 1
            if self.calls - 1 == self.fatal:
                raise OSError(self.number, os.strerror(self.number))
            return call(*given, **named)

        return counted


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS])
@pytest.mark.parametrize("keep", [True, False])
def test_a_fault_at_any_step(tmp_path, system, number, keep):
    """The old result is whole or the new one is; what is said is said in words."""
    for fatal in range(100):
        target = tmp_path / str(fatal) / "plan.xlsx"
        target.parent.mkdir()
        target.write_text("old")
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, fatal, number)
            try:
                written = publish(target, b"new", keep=keep)
            except OSError as failed:
                written = None
                said = failed.strerror
        found = {path.name: path.read_text() for path in target.parent.iterdir()}
        if written is None:
            assert found["plan.xlsx"] == "old"
            assert "choose another place" in said
        else:
            assert written.read_text() == "new"
            assert "old" in found.values() or not keep
        left = {name for name in found if name != "plan.xlsx" and not STAMPED.match(name)}
        assert all(files._TEMPORARY.fullmatch(name) for name in left)
        if faults.calls <= fatal:  # nothing was refused
            assert fatal >= 6
            return
    raise AssertionError("the file was never written")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_a_fault_at_any_step_of_a_new_file(tmp_path, system, number):
    for fatal in range(100):
        target = tmp_path / str(fatal) / "plan.xlsx"
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, fatal, number)
            try:
                publish_new(target, b"new")
                written = True
            except OSError:
                written = False
        there = _names(target.parent) if target.parent.exists() else []
        assert ("plan.xlsx" in there) == written
        assert not written or target.read_text() == "new"
        if faults.calls <= fatal:
            assert fatal >= 5
            return
    raise AssertionError("the file was never written")


DRIVER = """
import itertools, json, os, resource, signal, sys
from pathlib import Path
from planner.workbook import files
from planner.workbook.files import publish, publish_new

STEPS = {steps!r}
folder = Path(sys.argv[1])

def no_link(*_):
    raise PermissionError(1, "Operation not permitted")

if "links" in sys.argv[2:]:
    os.link = no_link
if "locks" in sys.argv[2:]:
    files.fcntl = None

def in_child(work):
    "Do something in a process of its own; returns how that ended."
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

"""


def _drive(program, *arguments):
    """Run a program with the driver's functions; returns what it printed, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", DRIVER.format(steps=STEPS) + textwrap.dedent(program), *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


KILLED_AT_EVERY_STEP = """
def killed_at(call, fatal, after):
    def counted(*given, **named):
        at = next(steps) == fatal
        if at and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = call(*given, **named)
        if at:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return counted

steps = itertools.count()
ended = []
for after in (False, True):
    for fatal in range(100):
        target = folder / f"{after}-{fatal}" / "plan.xlsx"
        target.parent.mkdir()
        target.write_text("old")

        def work():
            for step in STEPS:
                setattr(os, step, killed_at(getattr(os, step), fatal, after))
            publish(target, b"new", keep=True)

        code = in_child(work)
        ended.append((target.parent.name, code))
        if code != -signal.SIGKILL:
            break
print(json.dumps(ended))
"""


@POSIX
@pytest.mark.parametrize("without", [(), ("links",), ("locks",)])
def test_a_process_that_is_killed_at_any_step(tmp_path, without):
    """The old result or the new one is whole, and the next run goes on from there."""
    ended = _drive(KILLED_AT_EVERY_STEP, str(tmp_path), *without)
    assert len(ended) >= 14
    assert [code for _, code in ended if code != -9] == [0, 0]
    for folder, _ in ended:
        target = tmp_path / folder / "plan.xlsx"
        kept = [path.read_text() for path in target.parent.iterdir() if STAMPED.match(path.name)]
        now = target.read_text() if target.exists() else ""
        # Only where a file cannot have two names, or a folder no lock, there may be none for a
        # moment; what is in the way then is an empty file, never half of one.
        assert now in (("old", "new") if not without else ("old", "new", ""))
        assert "old" in (now, *kept)
        assert publish(target, b"next", keep=True) == target
        assert target.read_text() == "next"
        texts = [path.read_text() for path in target.parent.iterdir() if STAMPED.match(path.name)]
        assert "old" in texts
        assert now in ("", *texts)
        if not without:
            assert len(set(texts)) == len(texts)  # nothing is kept twice


@POSIX
def test_a_process_that_is_killed_while_it_writes(tmp_path):
    """The system ends it at the byte of the limit; without that end, it says what is the matter."""
    said = _drive(
        """
        target = folder / "plan.xlsx"
        publish(target, b"old")
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

        def killed():
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            publish(target, b"x" * 200_000, keep=True)

        code = in_child(killed)
        sizes = sorted(path.stat().st_size for path in folder.iterdir())
        try:
            publish(target, b"x" * 200_000, keep=True)
        except OSError as failed:
            print(json.dumps([code == -signal.SIGXFSZ, sizes, failed.strerror, target.read_text()]))
        """,
        str(tmp_path),
    )
    words = "the file is larger than is allowed here; choose another place"
    assert said == [True, [3, 50_000], words, "old"]
    left = [name for name in _names(tmp_path) if name != "plan.xlsx"]
    assert len(left) == 1
    assert files._TEMPORARY.fullmatch(left[0])


def test_what_was_left_behind_is_removed_when_it_is_nobodys(target):
    """By its age on the clock of the file system; other people's files are never touched."""
    now = target.stat().st_mtime
    names = {
        ".planner-0123456789abcdef.tmp": 7200,  # left behind
        ".planner-fedcba9876543210.tmp": 60,  # perhaps still written
        ".planner-notes.tmp": 7200,
        "plan.tmp": 7200,
    }
    for name, age in names.items():
        path = target.parent / name
        path.write_text("half")
        os.utime(path, (now - age, now - age))
    (target.parent / ".planner-0000000000000000.tmp").mkdir()
    os.utime(target.parent / ".planner-0000000000000000.tmp", (0, 0))
    publish(target, b"new")
    assert _names(target.parent) == sorted([
        ".planner-0000000000000000.tmp", ".planner-fedcba9876543210.tmp", ".planner-notes.tmp",
        "plan.tmp", "plan.xlsx",
    ])  # fmt: skip


# -- several at once ------------------------------------------------------------------------

SEVERAL = """
start, go = os.pipe()
children = []
for number in range(10):
    child = os.fork()
    if not child:
        os.close(go)
        os.read(start, 1)  # all wait until the other end is closed
        try:
            os._exit(work(number))
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
    children.append(child)
os.close(go)
print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]))
"""


@POSIX
@pytest.mark.parametrize("without", [(), ("links",), ("locks",)])
def test_ten_planners_write_one_name_at_once(tmp_path, without):
    """Ten times each: the last one has the name, every other one is kept, and all are whole."""
    codes = _drive(
        """
        def work(number):
            for count in range(10):
                content = f"{number} {count} ".encode() * 5000
                written = publish(folder / "plan.xlsx", content, keep=True)
                assert written == folder / "plan.xlsx", written
            return 0

        """
        + textwrap.indent(SEVERAL, "        "),
        str(tmp_path),
        *without,
    )
    assert codes == [0] * 10
    names = _names(tmp_path)
    assert all(name == "plan.xlsx" or STAMPED.match(name) for name in names)
    found = [path.read_text() for path in tmp_path.iterdir()]
    expected = [f"{number} {count} " * 5000 for number in range(10) for count in range(10)]
    assert sorted(found) == sorted(expected)


@POSIX
@pytest.mark.parametrize("without", [(), ("links",)])
def test_of_ten_that_write_a_new_file_at_once_one_does(tmp_path, without):
    codes = _drive(
        """
        def work(number):
            try:
                publish_new(folder / "plan.xlsx", str(number).encode())
            except FileExistsError:
                return 3
            return 0

        """
        + textwrap.indent(SEVERAL, "        "),
        str(tmp_path),
        *without,
    )
    assert sorted(codes) == [0, *[3] * 9]
    assert _names(tmp_path) == ["plan.xlsx"]
    assert (tmp_path / "plan.xlsx").read_text() == str(codes.index(0))
