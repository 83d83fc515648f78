"""Whatever ends a process or stands in its way: nothing is lost, half written, or unsaid.

`pytest tests/end_to_end/test_crash_safety.py --kills=500` kills that many at random moments.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and pipes of POSIX systems")

RESULT = re.compile(r"plan(-\d{8}-\d{6}(-\d+)?)?\.xlsx")
TEMPORARY = re.compile(r"\.planner-[0-9a-f]{16}\.tmp")
MISSING = "10,000 t are missing"


@pytest.fixture
def start(command, tmp_path):
    """Starts `planner …` in the empty folder, with pipes or what is given instead."""

    def starts(*arguments, env=(), **streams):
        return subprocess.Popen(
            [command, *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONUTF8": "1", **dict(env)},
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
        )

    return starts


@pytest.fixture
def kills(request):
    """How many processes to kill."""
    return request.config.getoption("kills", 20)


def _check_results(folder, *, least):
    """Every result is a whole workbook; what is left behind besides can be told by its name."""
    results = [path for path in folder.iterdir() if RESULT.fullmatch(path.name)]
    others = [path.name for path in folder.iterdir() if path not in results]
    assert all(TEMPORARY.fullmatch(name) for name in others)
    assert len(results) >= least
    for path in results:
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            assert "xl/workbook.xml" in archive.namelist()
    return len(results), len(others)


# -- the answer is never lost ---------------------------------------------------------------


def test_the_answer_is_said_where_the_results_cannot_be_written(run, japan, tmp_path):
    (tmp_path / "outputs").write_text("notes")
    words = (
        "the results workbook is not written: outputs/japan-2011-plan.xlsx: outputs is a file, not "
        "a folder; rename it or choose another place (option -o)"
    )
    done = run("solve", japan)
    assert done.code == 2
    assert MISSING in done.out
    assert "Everything else is in" not in done.out
    assert done.err == f"planner: {words}\n"
    done = run("solve", japan, "--json", "--quiet", "--fail-on", "shortfall")
    document = json.loads(done.out)
    assert (done.code, document["status"]) == (2, "optimal")
    assert document["runs"][0]["shortfall_t"] == pytest.approx(10_000)
    assert document["runs"][0]["output"] is None
    assert [problem["message"] for problem in document["problems"]] == [words]
    assert done.err == f"planner: {words}\n"
    assert (tmp_path / "outputs").read_text() == "notes"


def test_evaluate_says_its_answer_too(run, japan, tmp_path):
    book = openpyxl.load_workbook(japan)
    sheet = book.create_sheet("Current plan")
    for row in (("Source", "2011"), ("CN_QUOTA", 20_000)):
        sheet.append(row)
    book.save(japan)
    (tmp_path / "outputs").write_text("notes")
    done = run("evaluate", japan, "--json", "-o", "outputs/plan.xlsx")
    document = json.loads(done.out)
    assert done.code == 2
    assert document["runs"][0]["dearer"] > 0
    assert "outputs is a file" in document["problems"][0]["message"]


def test_a_disk_without_room(start, japan, tmp_path):
    """By the system's limit of a file's size; the older result stays as it is."""
    import resource  # noqa: PLC0415 - of POSIX systems

    (tmp_path / "plan.xlsx").write_bytes(b"old")
    size = 8_000
    done = start(
        "solve", japan, "-o", "plan.xlsx",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )  # fmt: skip
    out, err = (text.decode() for text in done.communicate())
    assert done.returncode == 2
    assert MISSING in out
    assert "plan.xlsx: the file is larger than is allowed here; choose another place" in err
    assert "Traceback" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["japan-2011.xlsx", "plan.xlsx"]
    assert (tmp_path / "plan.xlsx").read_bytes() == b"old"


def test_a_reader_that_has_gone(start, japan, tmp_path):
    """As in `planner solve … | head -1`: the results are written, and nobody complains."""
    reading, writing = os.pipe()
    os.close(reading)
    done = start("solve", japan, stdout=writing)
    os.close(writing)
    assert done.communicate()[1] == b""
    assert done.returncode == 0
    assert _check_names(tmp_path / "outputs") == ["japan-2011-plan.xlsx"]


def _check_names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("arguments", [("--help",), ("check", "japan-2011.xlsx", "--json")])
def test_no_command_complains_of_a_reader_that_has_gone(start, japan, arguments):
    reading, writing = os.pipe()
    os.close(reading)
    done = start(*arguments, stdout=writing)
    os.close(writing)
    assert (done.communicate()[1], done.returncode) == (b"", 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_screen_that_takes_nothing(start, japan):
    with Path("/dev/full").open("wb") as full:
        done = start("check", japan, stdout=full)
        assert done.communicate()[1] == (
            b"planner: the answer cannot be shown: No space left on device\n"
        )
        assert done.returncode == 2
        done = start("check", "--bad", stdout=full, stderr=full)
        assert done.wait() == 2


def test_a_screen_that_lacks_letters(start, changed):
    done = start("solve", changed(Settings_B2="Dy₂O₃ – 2011"), env={"PYTHONIOENCODING": "cp1252"})
    out, err = done.communicate()
    assert out.decode("cp1252").startswith("Dy\\u2082O\\u2083 – 2011")
    assert err == b""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_json_on_a_screen_that_lacks_letters(start, changed, encoding):
    case = changed(Demand_A2="Dy₂O₃")
    out, err = start("check", case, "--json", env={"PYTHONIOENCODING": encoding}).communicate()
    assert "Dy₂O₃" in json.loads(out.decode(encoding))["problems"][0]["message"]
    assert b"Traceback" not in err


# -- signals --------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_command_that_is_ended_at_a_random_moment(start, japan, tmp_path, kills, number):
    """After its first line of the solver's log; Ctrl-C may come too late, too."""
    before = japan.read_bytes()
    target = tmp_path / "outputs" / "plan.xlsx"
    target.parent.mkdir()
    openpyxl.load_workbook(japan).save(target)
    for count in range(1 + kills // 30):
        dice = random.Random(f"{number} {count}")
        done = start("solve", japan, "-o", target, "--verbose", "--json")
        first = done.stderr.readline()
        time.sleep(dice.uniform(0, 0.6))
        done.send_signal(number)
        out, err = done.communicate()
        assert first
        # Python reports, and drops, a Ctrl-C that meets it while it clears up after an import.
        assert err.count(b"Traceback") <= err.count(b"Exception ignored in")
        if number == signal.SIGINT:
            assert done.returncode in (0, 5)
            assert json.loads(out)["status"] == ("stopped" if done.returncode else "optimal")
        else:
            assert done.returncode in (0, -number)
        assert japan.read_bytes() == before
        _check_results(target.parent, least=1)
        assert target.exists()


WRITER = """
import os, random, signal, sys, time
from pathlib import Path
import planner
from planner.report.workbook import _workbook, Results
from planner.runs import solve_scenarios
from planner.workbook.files import publish

case, folder, kills = planner.read(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
runs = solve_scenarios(case)
content = _workbook(Results(case, runs.plans, ()))
for count in range(kills):
    dice = random.Random(count)
    target = folder / str(count) / "plan.xlsx"
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            if count % 4:
                for _ in range(200):
                    publish(target, content, keep=True)
                    os.write(writing, b"x")
            else:
                for _ in range(10):
                    runs.to_excel(target, keep=True)
                    os.write(writing, b"x")
        finally:
            os._exit(0)
    os.close(writing)
    os.read(reading, 1)
    time.sleep(dice.uniform(0, 0.02 if count % 4 else 0.3))
    os.kill(child, (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)[count % 3])
    published = 1
    while found := os.read(reading, 4096):
        published += len(found)
    os.close(reading)
    os.waitpid(child, 0)
    print(count, published, flush=True)
"""


def test_a_writer_that_is_ended_at_a_random_moment(japan, tmp_path, kills):
    """It writes the same name again and again; what it said is written is there, and whole."""
    before = japan.read_bytes()
    folder = tmp_path / "killed"
    done = subprocess.run(
        [sys.executable, "-c", WRITER, japan, folder, str(kills)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr.replace("KeyboardInterrupt", "")
    assert done.returncode == 0
    lines = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    assert len(lines) == kills
    found = []
    for count, published in lines:
        assert (folder / str(count) / "plan.xlsx").exists()
        found.append(_check_results(folder / str(count), least=published))
    assert japan.read_bytes() == before
    results, left = (sum(counts) for counts in zip(*found, strict=True))
    print(f"{kills} ended: {results} results, each whole; {left} temporary files left behind")


# -- several at once ------------------------------------------------------------------------


def test_several_planners_write_one_name_at_once(start, japan, tmp_path):
    several = [start("solve", japan, "--quiet", "-o", "plan.xlsx") for _ in range(3)]
    assert [(one.communicate(), one.returncode) for one in several] == [((b"", b""), 0)] * 3
    assert (tmp_path / "plan.xlsx").exists()
    japan.unlink()
    assert _check_results(tmp_path, least=3) == (3, 0)


def test_of_several_that_make_one_workbook_one_does(start, tmp_path):
    several = [start("new", "mine.xlsx", "--example", "japan-2011") for _ in range(4)]
    ended = [(one.communicate()[1].decode(), one.returncode) for one in several]
    assert sorted(code for _, code in ended) == [0, 2, 2, 2]
    assert all("exists already and is left as it is" in err for err, code in ended if code)
    assert _check_names(tmp_path) == ["mine.xlsx"]
