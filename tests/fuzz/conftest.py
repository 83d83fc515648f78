"""Workers that solve mutated workbooks, and the options that say how many.

`pytest tests/fuzz --mutations=1000` tries that many of each example. What went wrong names its
number: `--first-mutation=17 --mutations=1` tries that one alone.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
_MUTATIONS = 100
_WAIT = 300
"""Seconds of the clock after which a worker that waits for something is ended."""

_WARNINGS = ("-W", "always::RuntimeWarning", "-W", "always::UserWarning")
"""What Python would show a user once is shown each time, and judged."""

Verdict = dict[str, Any]
_VERDICTS = pytest.StashKey[list[Verdict]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("fuzz")
    group.addoption(
        "--mutations", type=int, default=_MUTATIONS, metavar="N", help="mutations of each example"
    )
    group.addoption(
        "--first-mutation", type=int, default=0, metavar="N", help="number of the first mutation"
    )


class Worker:
    """A process of `worker.py`; another one takes its place when it was ended."""

    def __init__(self) -> None:
        self.process = self._started()

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *_WARNINGS, str(HERE / "worker.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1"},
        )

    def ask(self, example: str, seed: int) -> Verdict:
        """How the solving of one mutation ended."""
        process = self.process
        assert process.stdin is not None
        assert process.stdout is not None
        guard = threading.Timer(_WAIT, process.kill)
        guard.start()
        try:
            process.stdin.write(f"{example} {seed}\n")
            process.stdin.flush()
            line = process.stdout.readline()
        finally:
            guard.cancel()
        if line:
            return dict(json.loads(line))
        process.stdin.close()
        process.stdout.close()
        code = process.wait()
        self.process = self._started()
        wrong = f"the process ended with {code}"
        if code in (-signal.SIGPROF, -signal.SIGKILL):
            wrong = "hangs: more than 30 s of processor time, or waits for ever"
        return {
            "example": example, "seed": seed, "kinds": [], "done": "?", "code": None, "wrong": wrong
        }  # fmt: skip

    def end(self) -> None:
        self.process.communicate()


@pytest.fixture(scope="session")
def verdicts(request: pytest.FixtureRequest) -> Iterator[Callable[[str], list[Verdict]]]:
    """How solving ended for each of the mutations asked for of an example."""
    config = request.config
    first = config.getoption("first_mutation", 0)
    count = config.getoption("mutations", _MUTATIONS)
    kept = config.stash.setdefault(_VERDICTS, [])
    free: queue.SimpleQueue[Worker] = queue.SimpleQueue()
    workers = [Worker() for _ in range(min(os.cpu_count() or 1, 4))]
    for worker in workers:
        free.put(worker)

    def ask(example: str, seed: int) -> Verdict:
        worker = free.get()
        try:
            return worker.ask(example, seed)
        finally:
            free.put(worker)

    def of(example: str) -> list[Verdict]:
        with ThreadPoolExecutor(len(workers)) as pool:
            found = list(pool.map(lambda seed: ask(example, seed), range(first, first + count)))
        kept.extend(found)
        return found

    yield of
    for worker in workers:
        worker.end()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how many mutations ended how."""
    found = config.stash.get(_VERDICTS, [])
    if not found:
        return
    terminalreporter.section("mutated workbooks")
    for example in dict.fromkeys(verdict["example"] for verdict in found):
        own = [verdict for verdict in found if verdict["example"] == example]
        seeds = f"{own[0]['seed']} to {own[-1]['seed']}"
        codes = sorted(Counter(str(verdict["code"]) for verdict in own).items())
        ends = ", ".join(f"exit {code}: {count}" for code, count in codes)
        terminalreporter.write_line(f"{example}, mutations {seeds}: {ends}")
    kinds = Counter(kind for verdict in found for kind in verdict["kinds"])
    terminalreporter.write_line(", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
