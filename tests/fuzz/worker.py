"""Solves mutated workbooks one after the other and judges how each ended.

A process of its own, so that what hangs or takes too much memory ends with it. Reads lines
`EXAMPLE SEED` and answers each with one line of JSON: the mutation, the exit code, and what is
wrong about how it ended, if anything.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import resource
import shutil
import signal
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, TextIO

from mutations import BYTES, Mutation, mutate, original

from planner.cli.main import run

SECONDS = 30
"""Of processor time, after which a solve counts as hanging: the system ends the process."""

MEGABYTES = 1024
"""Most memory in use at any time, the interpreter and its libraries included."""

_ADDRESS_SPACE = 8 * 1024**3
"""Beyond this nothing more is given, so that the machine lives on."""

_ROUNDING = 1e-6

_RUN_KEYS = {
    "scenario", "status", "currency", "objective", "paid", "valuation", "paid_nominal", "bound",
    "gap", "demand_t", "purchases_t", "shortfall_t", "cost_per_t", "costs", "purchases",
    "shortfalls", "limits", "decisions", "check", "seconds", "output",
}  # fmt: skip
_PROBLEM_KEYS = {"severity", "sheet", "cell", "column", "value", "message"}
_LIMIT_KEYS = {
    "kind", "name", "value", "cell", "from", "to", "used", "minimum", "maximum", "slack", "breach",
    "shadow_price",
}  # fmt: skip
_STATUSES = {0: {"optimal", "feasible"}, 3: {"invalid"}, 4: {"infeasible", "unbounded"}}


class Wrong(Exception):  # noqa: N818 - what is found, not an error
    """How a command ended breaks what is promised."""


def expect(kept: bool, what: str) -> None:
    if not kept:
        raise Wrong(what)


def judge(code: int, out: str, err: str, files: set[str]) -> dict[str, Any]:
    """The document that a command printed, where all is as promised.

    Raises:
        Wrong: it is not; the text says what.
    """
    last = err.strip().splitlines()[-3:]
    expect("Traceback" not in err and "Warning:" not in err, f"no clean message: {last}")
    expect(code in _STATUSES, f"exit code {code}: {last}")
    try:
        document = json.loads(out, parse_constant=_no_constant)
    except ValueError as broken:
        raise Wrong(f"stdout is no JSON document: {broken}") from broken
    expect(set(document) == {"status", "case", "problems", "runs"}, f"keys {sorted(document)}")
    for problem in document["problems"]:
        expect(set(problem) == _PROBLEM_KEYS and bool(problem["message"].strip()), str(problem))
    expect(document["status"] in _STATUSES[code], f"status {document['status']}, exit code {code}")
    complaints = [p for p in document["problems"] if p["severity"] == "error"]
    expect(bool(complaints) == (code == 3), f"{len(complaints)} complaints, exit code {code}")
    plans = [run for run in document["runs"] if run["status"] in _STATUSES[0]]
    for plan in plans:
        _judge_plan(plan)
    for refusal in document["runs"]:
        if refusal not in plans:
            expect(code == 4 and set(refusal) == {"scenario", "status"}, f"a run {refusal}")
            expect(len(last) > 0, "no word of why there is no plan")
    expect(bool(document["runs"]) == (code != 3), f"{len(document['runs'])} runs")
    written = {"out.xlsx"} if plans else set()
    expect(files == {"case.xlsx"} | written, f"left behind: {sorted(files)}")
    return dict(document)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _judge_plan(plan: dict[str, Any]) -> None:
    expect(set(plan) == _RUN_KEYS, f"keys {sorted(set(plan) ^ _RUN_KEYS)}")
    check = plan["check"]
    expect(check["max_violation"] <= 1e-6 and check["cost_error"] <= 1e-7, f"check {check}")
    if plan["status"] == "optimal" and check["dual_gap"] is not None:
        expect(check["dual_gap"] <= 1e-7, f"check {check}")
    costs = plan["costs"].values()
    scale = max(sum(abs(cost) for cost in costs), 1.0)
    for total in (sum(costs), plan["paid"] + plan["valuation"]):
        error = abs(total - plan["objective"])
        expect(math.isfinite(total) and error <= _ROUNDING * scale, f"costs do not add up: {error}")
    for bought in plan["purchases"]:
        expect(bought["tonnes"] > 0 and math.isfinite(bought["landed_cost"]), str(bought))
    for missing in plan["shortfalls"]:
        expect(missing["tonnes"] > 0, str(missing))
    for limit in plan["limits"]:
        expect(set(limit) == _LIMIT_KEYS, f"keys of a limit: {sorted(limit)}")
    tonnes = sum(bought["tonnes"] for bought in plan["purchases"])
    # What is negligible beside the largest demand is not listed.
    unlisted = _ROUNDING * max(plan["purchases_t"], 0.1 * plan["demand_t"], 1.0)
    expect(abs(tonnes - plan["purchases_t"]) <= unlisted, "purchases do not add up")


def judge_damage(mutation: Mutation, document: dict[str, Any], whole: dict[str, Any]) -> None:
    """Damage to the file, and hiding, change nothing that is read: no other plan without a word."""
    if not set(mutation.kinds) <= {BYTES, "part", "hidden"} or document["status"] == "invalid":
        return
    one, other = ([run.get("objective") for run in d["runs"]] for d in (document, whole))
    told = len(document["problems"]) > len(whole["problems"])
    expect(
        one == other or (told and "hidden" not in mutation.kinds), f"objective {one}, was {other}"
    )


class Worker:
    """Runs commands with what they print in files, to see also what libraries print."""

    def __init__(self, answers: TextIO) -> None:
        self.answers = answers
        self.folder = Path(tempfile.mkdtemp(prefix="planner-fuzz-"))
        self.whole: dict[tuple[str, bool], dict[str, Any]] = {}

    def serve(self, asked: TextIO) -> None:
        for line in asked:
            example, seed = line.split()
            verdict = self.answer(example, int(seed))
            print(json.dumps(verdict), file=self.answers, flush=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def answer(self, example: str, seed: int) -> dict[str, Any]:
        mutation = mutate(example, seed)
        verdict: dict[str, Any] = {
            "example": example, "seed": seed, "kinds": mutation.kinds, "done": str(mutation),
            "code": None, "wrong": None,
        }  # fmt: skip
        all_scenarios = seed % 8 == 7
        whole = self._whole(example, all_scenarios=all_scenarios)
        try:
            code, document = self._solve(mutation.content, all_scenarios=all_scenarios)
            verdict["code"] = code
            judge_damage(mutation, document, whole)
        except Wrong as wrong:
            verdict["wrong"] = str(wrong)
        return verdict

    def _whole(self, example: str, *, all_scenarios: bool) -> dict[str, Any]:
        """What the example itself is answered with."""
        key = (example, all_scenarios)
        if key not in self.whole:
            _, self.whole[key] = self._solve(original(example), all_scenarios=all_scenarios)
        return self.whole[key]

    def _solve(self, content: bytes, *, all_scenarios: bool) -> tuple[int, dict[str, Any]]:
        place = self.folder / "run"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        case, output = place / "case.xlsx", place / "out.xlsx"
        case.write_bytes(content)
        arguments = ["solve", str(case), "--json", "-o", str(output)]
        _forget_peak()
        # Processor time of all threads: a busy machine is no hang. Nothing catches the signal.
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        code, out, err = self._printed(arguments + ["--all-scenarios"] * all_scenarios)
        signal.setitimer(signal.ITIMER_PROF, 0)
        document = judge(code, out, err, {path.name for path in place.iterdir()})
        untouched = hashlib.sha256(case.read_bytes()).digest() == hashlib.sha256(content).digest()
        expect(untouched, "the input has changed")
        if output.exists():
            with zipfile.ZipFile(io.BytesIO(output.read_bytes())) as archive:
                expect(archive.testzip() is None, "the results workbook is damaged")
        peak = _peak()
        expect(peak <= MEGABYTES, f"{peak} MB in use")
        return code, document

    def _printed(self, arguments: list[str]) -> tuple[int, str, str]:
        printed = []
        kept = [os.dup(1), os.dup(2)]
        paths = [self.folder / "stdout", self.folder / "stderr"]
        for number, path in enumerate(paths, start=1):
            file = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
            os.dup2(file, number)
            os.close(file)
        try:
            code = run(arguments)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, file in enumerate(kept, start=1):
                os.dup2(file, number)
                os.close(file)
            printed = [path.read_text("utf-8") for path in paths]
        return code, printed[0], printed[1]


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """The most memory in use since `_forget_peak`, in megabytes."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    with os.fdopen(os.dup(1), "w") as _answers:
        Worker(_answers).serve(sys.stdin)
