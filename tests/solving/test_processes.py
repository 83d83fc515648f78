"""Threads, interruptions and silence: what happens around a solve."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import highspy
import pytest

import planner
from planner.solving.highs import Runner

SOURCES = """
    Source | Country   | Material | Capacity [t/yr] | Price [USD/t]
    CN     | China     | Nd       | 60              | 50
    AU     | Australia | Nd       | unlimited       | 80
"""

CASE = """
import pandas as pd
import planner

def case(periods):
    names = [f"P{t}" for t in range(periods)]
    materials = [f"M{m}" for m in range(6)]
    sources = [[f"S{s}", "China", 40 + s, 60 + s % 7] for s in range(12)]
    content = [[f"S{s}", *((1 + s * m % 7) / 50 for m in range(6))] for s in range(12)]
    header = ["Source", "Country", "Capacity [t/yr]", "Price [USD/t]"]
    return planner.Case.from_tables({
        "Periods": pd.DataFrame({"Period": names}),
        "Materials": pd.DataFrame({"Material": materials, "Shortfall cost [USD/t]": 900}),
        "Demand": pd.DataFrame({"Item": materials} | {n: 3 + t % 5 for t, n in enumerate(names)}),
        "Sources": pd.DataFrame(sources, columns=header),
        "Composition": pd.DataFrame(content, columns=["Source", *materials]),
        "Stock": pd.DataFrame({"Material": materials, "Holding cost [USD/t/yr]": 1}),
    })
"""


PYTHONS_OWN_CTRL_C = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by what runs in the background
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own, with the same planner (-P: not that of the folder)."""
    return subprocess.run(
        [sys.executable, "-P", "-c", PYTHONS_OWN_CTRL_C + CASE + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_another_number_of_threads_needs_a_new_process():
    done = run(
        """
        planner.solve(case(2), options=planner.Options(threads=1))
        planner.solve(case(2), options=planner.Options(threads=1))
        planner.solve(case(2))
        try:
            planner.solve(case(2), options=planner.Options(threads=2))
        except planner.WrongUsage as error:
            print(error)
        """
    )
    assert done.stderr == ""
    assert "fixed by the first solve of a process (1); 2 needs a new process" in done.stdout


def test_the_default_number_of_threads_is_fixed_too():
    """And a solve prints nothing: not a line of the solver's, not even its banner."""
    done = run(
        """
        planner.solve(case(3))
        try:
            planner.solve(case(2), options=planner.Options(threads=1))
        except planner.WrongUsage as error:
            print(error)
        """
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "(the default); 1 needs a new process" in done.stdout
    assert len(done.stdout.splitlines()) == 1


def test_several_threads_may_solve_at_once(make):
    """Sixteen cases on four threads, each with its own price: 60 · p + 40 · 80."""
    cases = [make(Sources=SOURCES.replace("50", str(50 + i))) for i in range(16)]
    with ThreadPoolExecutor(4) as pool:
        plans = list(pool.map(planner.solve, cases))
    assert all(plan.check.is_optimal for plan in plans)
    assert [plan.objective for plan in plans] == pytest.approx(
        [60 * (50 + i) + 40 * 80 for i in range(16)]
    )


INTERRUPTED = """
import os, signal, time

pressed = []

def press(line):
    "Ctrl-C at the first line of the solver's log, once the planner waits for the solver."
    if not pressed:
        pressed.append(line)
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.5)

try:
    planner.solve(case(40), options=planner.Options(log=press))
    print("solved")
except planner.Stopped as error:
    print("stopped:", error)
"""


def test_ctrl_c_ends_the_solve_and_not_the_program():
    """Stopped, and the next solve of the same process is as good as ever."""
    done = run(INTERRUPTED + "\nprint(planner.solve(case(2)).status)\n")
    assert done.stderr == ""
    assert done.stdout == "stopped: interrupted before there was a plan\noptimal\n"


def test_ctrl_c_while_the_solver_is_started_leaves_no_solver_behind():
    """It comes before the planner waits for the solver's thread, in which it cannot be raised."""
    done = run(
        """
        import os, signal, threading

        start = threading.Thread.start

        def pressed(thread):
            start(thread)
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread.start = pressed
        try:
            print(planner.solve(case(40)).status)
        except planner.Stopped:
            print("stopped")
        print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
        """
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() in (["stopped", "True"], ["optimal", "True"])


def test_the_log_comes_line_by_line_where_it_is_wanted(make):
    lines: list[str] = []
    planner.solve(make(Sources=SOURCES), options=planner.Options(log=lines.append))
    assert any("HiGHS" in line for line in lines)


@pytest.mark.parametrize("times", [1, 2])
def test_where_the_solver_finds_no_way_on_it_starts_anew(make, monkeypatch, times):
    """From an earlier basis HiGHS may end with no status, where values lie far apart.

    Where from scratch it does so too, primal simplex is tried.
    """
    case = make(Sources=SOURCES)
    expected = planner.solve(case).objective
    run_solver, ended = Runner.run, []

    def lost(runner: Runner) -> object:
        ended.append(run_solver(runner))
        return highspy.HighsModelStatus.kNotset if len(ended) <= times else ended[-1]

    monkeypatch.setattr(Runner, "run", lost)
    assert planner.solve(make(Sources=SOURCES)).objective == expected
    assert len(ended) > times
