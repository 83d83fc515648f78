"""Publishing files: whole or not at all, and never over what a user made."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from planner.errors import WrongUsage

_TRIES = 100


def publish(target: Path, write: Callable[[Path], None], *, keep: bool = False) -> Path:
    """Write a file under a temporary name beside `target`, then move it there in one step.

    Where the target is open elsewhere or may not be replaced, the file gets a time stamp in its
    name instead. With `keep`, an older file of that name is moved aside once the new one is whole.
    Returns the path that the file has in the end.

    Raises:
        OSError: nothing can be written beside the target; what was there is untouched.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.stem}-{secrets.token_hex(8)}{target.suffix}")
    try:
        # Made here and not by the writer, so that it is nobody else's and has the usual rights.
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        write(temporary)
        _sync(temporary)
        if keep:
            keep_older(target)
        try:
            if is_open_elsewhere(target) or not _may_be_replaced(target):
                raise PermissionError(f"{target} is open in another program or read-only")
            temporary.replace(target)
        except (PermissionError, IsADirectoryError):
            target = _free_name(target)
            temporary.replace(target)
        return target
    except OSError as failed:
        if failed.filename == str(temporary):  # a name that nobody asked for
            failed.filename = str(target)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def keep_older(target: Path) -> Path | None:
    """Move an existing file aside, under the time stamp of its last change.

    One that is open elsewhere stays: `publish` finds another name for the new one.
    """
    if not target.is_file() or is_open_elsewhere(target):
        return None
    stamp = datetime.fromtimestamp(target.stat().st_mtime)
    kept = _free_name(target, stamp)
    try:
        target.rename(kept)
    except PermissionError:
        return None
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


def refuse_target(target: Path, source: str | None) -> None:
    """Refuse a name for results that cannot be theirs.

    Args:
        target: where results would be written.
        source: path of the workbook that was read, None where the case came from tables.

    Raises:
        WrongUsage: the target is the workbook that was read, or no .xlsx file.
    """
    if target.suffix.lower() != ".xlsx":
        raise WrongUsage(f"{target}: results are an .xlsx file; name it {target.stem}.xlsx")
    if source is not None and same_file(target, Path(source)):
        raise WrongUsage(f"{target} is the case itself; choose another name for the results")


def _free_name(target: Path, stamp: datetime | None = None) -> Path:
    moment = (stamp or datetime.now()).strftime("%Y%m%d-%H%M%S")
    for count in range(_TRIES):
        tail = f"-{count}" if count else ""
        path = target.with_name(f"{target.stem}-{moment}{tail}{target.suffix}")
        if not path.exists():
            return path
    raise FileExistsError(f"no free name beside {target}")


def _may_be_replaced(target: Path) -> bool:
    """Whether a file is not there, or not marked read-only (replacing it would not ask)."""
    return not target.exists() or bool(target.stat().st_mode & stat.S_IWUSR)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
