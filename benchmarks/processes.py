"""Whole processes: how long they take by the clock, and how much memory they hold at most."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.tree import environment

_PER_MB = 1024.0 if sys.platform != "darwin" else 1024.0**2
"""The system counts in kilobytes; macOS in bytes."""

_LAUNCHER = """
import os, sys
child = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
print("\\n", os.wait4(child, 0)[2].ru_maxrss)
"""
"""A process counts the memory of the one that starts it as its own: so that is a small one."""


def run(command: Sequence[str], folder: Path) -> None:
    """Run a command in a folder; what it prints is dropped.

    Raises:
        CalledProcessError: it failed.
    """
    subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def peak_mb(command: Sequence[str], folder: Path) -> float:
    """Peak resident memory of a command, in MB."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCHER, *command],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return int(done.stdout.split()[-1]) / _PER_MB
