"""Publishing files: whole or not at all, and never over what a user made."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

_TRIES = 100


def publish(target: Path, write: Callable[[Path], None]) -> Path:
    """Write a file under a temporary name beside `target`, then move it there in one step.

    Where the target is open elsewhere or may not be replaced, the file gets a time stamp in its
    name instead. Returns the path that the file has in the end.

    Raises:
        OSError: nothing can be written beside the target; what was there is untouched.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(
        prefix=f".{target.stem}-", suffix=target.suffix, dir=target.parent
    )
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        _sync(temporary)
        temporary.chmod(0o666 & ~_umask())
        try:
            if is_open_elsewhere(target):
                raise PermissionError(f"{target} is open in another program")
            temporary.replace(target)
        except PermissionError:
            target = _free_name(target)
            temporary.replace(target)
        return target
    finally:
        temporary.unlink(missing_ok=True)


def keep_older(target: Path) -> Path | None:
    """Move an existing file aside, under the time stamp of its last change."""
    if not target.exists():
        return None
    stamp = datetime.fromtimestamp(target.stat().st_mtime)
    kept = _free_name(target, stamp)
    try:
        target.rename(kept)
    except PermissionError:
        return None  # open in Excel: publish() finds another name for the new one
    return kept


def is_open_elsewhere(path: Path) -> bool:
    """Whether Excel or LibreOffice holds a lock file beside the workbook."""
    locks = (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#")
    return any(path.with_name(name).exists() for name in locks)


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, links and letter case of the system considered."""
    try:
        return one.samefile(other)
    except OSError:
        return one.resolve() == other.resolve()


def _free_name(target: Path, stamp: datetime | None = None) -> Path:
    moment = (stamp or datetime.now()).strftime("%Y%m%d-%H%M%S")
    for count in range(_TRIES):
        tail = f"-{count}" if count else ""
        path = target.with_name(f"{target.stem}-{moment}{tail}{target.suffix}")
        if not path.exists():
            return path
    raise FileExistsError(f"no free name beside {target}")


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
