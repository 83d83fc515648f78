"""Peak memory of a fresh process that makes a case and builds its model by one method."""

from __future__ import annotations

import argparse
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases import SIZES, case_of
from benchmarks.methods import NAMES, method
from benchmarks.tree import ROOT, environment, module, require_one_tree

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_RESET_PEAK = "5"


@dataclass(frozen=True, slots=True)
class Peak:
    """Peak resident memory, in MB.

    Attributes:
        whole: of the process, with Python, the packages and the case.
        above_start: beyond what it held before the method began.
    """

    whole: float
    above_start: float


def peak_of(size: str, name: str) -> Peak | None:
    """The peak of one method; None where the system does not tell (it takes Linux's /proc)."""
    if not _CLEAR.exists():
        return None
    done = subprocess.run(
        [*module("benchmarks.memory"), "--size", size, "--method", name],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Peak(**json.loads(done.stdout.splitlines()[-1]))


def _measure(size: str, name: str) -> Peak:
    scenario = case_of(size).scenario()
    build = method(name)
    before, made = _status("VmHWM"), _status("VmRSS")
    _CLEAR.write_text(_RESET_PEAK)
    live = build(scenario)
    peak = _status("VmHWM")
    del live
    return Peak(whole=max(before, peak), above_start=peak - made)


def _status(field: str) -> float:
    """A figure of this process, in MB."""
    for line in _STATUS.read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"{_STATUS} has no {field}")


def main() -> None:
    """Print the peak as JSON."""
    require_one_tree()
    parser = argparse.ArgumentParser(description="Peak memory of one method.")
    parser.add_argument("--size", choices=tuple(SIZES), required=True)
    parser.add_argument("--method", choices=NAMES, required=True)
    asked = parser.parse_args()
    peak = _measure(asked.size, asked.method)
    print(json.dumps({"whole": peak.whole, "above_start": peak.above_start}))


if __name__ == "__main__":
    main()
