"""Publishing files: whole or not at all, and never over what a user made.

A file is written under a temporary name in the folder where it will stand, brought to the disk, and
given its name in one step. A process that ends at any moment leaves what was there or the new file,
and at worst a temporary file, which a later run removes.
"""

from __future__ import annotations

import errno
import itertools
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from planner.errors import WrongUsage

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_TEMPORARY = re.compile(r"\.planner-[0-9a-f]{16}\.tmp")

_STALE = 3600.0
"""Seconds after which a temporary file is nobody's: writing takes a few. It goes by age and not by
process number, since on a share the process may be another machine's."""

_LONGEST_WAIT, _POLL = 10.0, 0.02
"""Seconds to wait for another planner that is giving a result its name; it takes milliseconds."""

_LONGEST_NAME = 255
"""Bytes of a file's name on all usual file systems."""

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
"""What no name of a file may have on Windows, or on any system."""

_TRIES = 1000

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would change line ends

_TAKEN = frozenset({errno.EACCES, errno.EPERM, errno.EISDIR, errno.EBUSY, errno.ETXTBSY})
"""How systems say that a file cannot be replaced, where one beside it may still be written."""

_REASONS = {
    errno.ENOSPC: "the disk is full; make room or choose another place",
    errno.EDQUOT: "your share of the disk is used up; make room or choose another place",
    errno.EFBIG: "the file is larger than is allowed here; choose another place",
    errno.EROFS: "the disk can only be read; choose another place",
    errno.EIO: "the disk reports an error; choose another place and have the disk checked",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EINVAL: "this disk does not allow such a name; choose another one",
    errno.ELOOP: "links lead in a circle; choose another place",
}


def publish(target: Path, content: bytes, *, keep: bool = False) -> Path:
    """Write a file; where there is one of that name, the new one takes its place in one step.

    Where the target is open elsewhere or may not be replaced, the file gets a time stamp in its
    name instead. A link is followed: the file that it leads to is written.

    Args:
        target: path of the file; its folder is made if it is missing.
        content: all of the file.
        keep: leave an older file of that name under the time stamp of its last change. Where
            several planners of one machine write one name at once, each result is kept.

    Returns:
        The path that the file has in the end.

    Raises:
        OSError: nothing can be written there, and what was there is untouched; `strerror` says
            why and what to do.
    """
    try:
        place = _behind_links(target)
        with _written_beside(target, place, content) as temporary:
            try:
                _refuse_taken(target, place)
                _replace(temporary, place, keep=keep)
            except OSError as failed:
                if failed.errno not in _TAKEN:
                    raise
                return _move_to_stamped(temporary, place, datetime.now())
            return target
    except OSError as failed:
        raise _explained(failed, target) from failed


def publish_new(target: Path, content: bytes) -> None:
    """Write a file of a name that nobody has, whole or not at all.

    Raises:
        FileExistsError: there is something of that name, or came to be meanwhile; it is untouched.
        OSError: nothing can be written there; `strerror` says why and what to do.
    """
    try:
        with _written_beside(target, target, content) as temporary:
            _move_to_new(temporary, target)
    except OSError as failed:
        raise _explained(failed, target) from failed


def is_open_elsewhere(path: Path) -> bool:
    """Whether Excel or LibreOffice holds a lock file beside the workbook."""
    locks = (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#")
    return any(_is_there(path.with_name(name)) for name in locks)


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, links and letter case of the system considered."""
    try:
        return one.samefile(other)
    except OSError:
        return _absolute(one) == _absolute(other)


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


def named_apart(target: Path, names: Sequence[str]) -> list[Path]:
    """Files beside each other, with a name in each: `curve.png` → `curve-Quota down 30 %.png`.

    Letters that a file's name may not have on some system become `_`; names that look the same
    then, or but for upper case, get a number.
    """
    found: list[Path] = []
    taken: set[str] = set()
    for name in names:
        stem = f"{target.stem}-{_UNSAFE.sub('_', name).strip(' .') or '_'}"
        for count in itertools.count(1):
            tail = (f"-{count}" if count > 1 else "") + target.suffix
            path = target.with_name(_shortened(stem, tail) + tail)
            if path.name.casefold() not in taken:
                break
        taken.add(path.name.casefold())
        found.append(path)
    return found


# -- writing --------------------------------------------------------------------------------


@contextmanager
def _written_beside(target: Path, place: Path, content: bytes) -> Iterator[Path]:
    """A temporary file in the folder of `place`, whole and on the disk; gone in the end."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".planner-{secrets.token_hex(8)}.tmp")
    try:
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _remove_stale(temporary)
        yield temporary
        _sync_folder(place.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _remove_stale(temporary: Path) -> None:
    """Remove what processes left that were ended while they wrote.

    Both ages are by the clock of the file system: that of a share may be hours off.
    """
    oldest = temporary.stat().st_mtime - _STALE
    with suppress(OSError), os.scandir(temporary.parent) as entries:
        for entry in entries:
            if _TEMPORARY.fullmatch(entry.name) and entry.stat().st_mtime < oldest:
                with suppress(OSError):
                    Path(entry.path).unlink()


def _sync_folder(folder: Path) -> None:
    """Bring names to the disk, on systems that can be asked to; the file itself is there."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# -- giving names ---------------------------------------------------------------------------


def _replace(temporary: Path, place: Path, *, keep: bool) -> None:
    """Give a file its name; an older one of that name is kept where asked for.

    Raises:
        OSError: the older file cannot be replaced; it still has its name.
    """
    if not keep:
        temporary.replace(place)
        return
    with _folder_held(place.parent) as held:
        if not (held and _replace_beside_link(temporary, place)):
            _replace_moved_aside(temporary, place)


def _replace_beside_link(temporary: Path, place: Path) -> bool:
    """Replace a file that has a second name by then: at no moment is there none of its name.

    Only for one planner at a time: what another one published between the two steps would be lost.

    Returns:
        Whether it could be done; files may have one name only on some file systems.
    """
    try:
        kept = _linked(place)
    except OSError:
        return False
    try:
        temporary.replace(place)
    except OSError:
        if kept is not None and same_file(kept, place):
            with suppress(OSError):
                kept.unlink()
        raise
    return True


def _linked(place: Path) -> Path | None:
    """Give a file a second name, with the time stamp of its last change; None: there is no file.

    Raises:
        OSError: it cannot have one.
    """
    if not place.is_file():
        return None
    for kept in _stamped(place, _last_change(place)):
        with suppress(FileExistsError):
            os.link(place, kept)
            return kept
        if same_file(kept, place):  # from a run that was ended before its result had the name
            return kept
    return None


def _replace_moved_aside(temporary: Path, place: Path) -> None:
    """Move an older file aside, then take its name, which is free for a moment.

    Nothing is ever replaced, so that nothing is lost whoever else writes here.

    Raises:
        OSError: it cannot be done; the older file has its name again.
    """
    for _ in range(_TRIES):
        kept = _moved_aside(place)
        try:
            _move_to_new(temporary, place)
            return
        except FileExistsError:  # another planner was quicker: its result is older now
            continue
        except OSError:
            if kept is not None:
                with suppress(OSError):
                    _move_to_new(kept, place)
            raise
    raise PermissionError(errno.EACCES, "others write here all the time", str(place))


def _moved_aside(place: Path) -> Path | None:
    """Move a file to the time stamp of its last change; None: there is no file."""
    with suppress(FileNotFoundError):  # also where it is removed in the meantime
        for kept in _stamped(place, _last_change(place)):
            with suppress(FileExistsError):
                _rename_to_new(place, kept)
                return kept
    return None


def _move_to_stamped(temporary: Path, place: Path, moment: datetime) -> Path:
    """Move a file to a free name beside `place`; returns it."""
    for path in _stamped(place, moment):
        with suppress(FileExistsError):
            _move_to_new(temporary, path)
            return path
    raise AssertionError("names do not run out")


def _move_to_new(source: Path, path: Path) -> None:
    """Move a file to a name that nobody has.

    Raises:
        FileExistsError: somebody has it.
    """
    try:
        os.link(source, path)
    except FileExistsError:
        raise
    except OSError:  # files may have one name only on some file systems
        _rename_to_new(source, path)
    else:
        with suppress(OSError):
            source.unlink()


def _rename_to_new(source: Path, path: Path) -> None:
    """The same in one step for `source`, and where files may have one name only.

    Raises:
        FileExistsError: somebody has it.
        FileNotFoundError: there is no `source`.
    """
    if os.name == "nt":  # never over another file there
        source.rename(path)
        return
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    try:
        os.close(handle)
        source.replace(path)
    except OSError:
        path.unlink()
        raise


@contextmanager
def _folder_held(folder: Path) -> Iterator[bool]:
    """Hold a folder against other planners; yields whether that is possible here.

    The folder itself is locked, so that no lock file is left behind, and the system lets go of it
    when a process ends.

    Raises:
        PermissionError: another planner holds it, and does not let go.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows, or a folder that cannot be listed
        yield False
        return
    try:
        yield _is_locked(handle)
    finally:
        with suppress(OSError):
            os.close(handle)


def _is_locked(handle: int) -> bool:
    """Lock a folder, waiting for others; False where folders cannot be locked."""
    deadline = time.monotonic() + _LONGEST_WAIT
    while fcntl is not None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise PermissionError(errno.EACCES, "another planner does not let go") from None
            time.sleep(_POLL)
        except OSError:
            return False
    return False


# -- names ----------------------------------------------------------------------------------


def _stamped(target: Path, moment: datetime) -> Iterator[Path]:
    """Names beside a file with a time in them, without end."""
    for count in itertools.count():
        tail = f"-{moment:%Y%m%d-%H%M%S}" + (f"-{count}" if count else "") + target.suffix
        yield target.with_name(_shortened(target.stem, tail) + tail)


def _shortened(stem: str, tail: str) -> str:
    """As much of a name as there is room for before its tail."""
    while len(os.fsencode(stem + tail)) > _LONGEST_NAME and len(stem) > 1:
        stem = stem[:-1]
    return stem


def _last_change(path: Path) -> datetime:
    """When a file was changed last, in local time."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime)
    except (OverflowError, ValueError):  # before year 1 or after 9999
        return datetime.now()


def _behind_links(target: Path) -> Path:
    """The file that a link leads to, also where that is not there yet."""
    return Path(os.path.realpath(target)) if target.is_symlink() else target


def _absolute(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # the current folder is gone; links lead in a circle
        return path


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - never raises


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)


def _refuse_taken(target: Path, place: Path) -> None:
    """Raise where a file must not be replaced: it is open, marked read-only, or no file at all."""
    if is_open_elsewhere(target) or is_open_elsewhere(place) or not _may_be_replaced(place):
        raise PermissionError(errno.EACCES, "open in another program or read-only", str(target))


def _may_be_replaced(place: Path) -> bool:
    """Whether nothing is there, or a file that is not marked read-only: replacing would not ask."""
    try:
        mode = place.stat().st_mode
    except FileNotFoundError:
        return True
    return stat.S_ISREG(mode) and bool(mode & stat.S_IWUSR)


# -- what to say ----------------------------------------------------------------------------


def _explained(failed: OSError, target: Path) -> OSError:
    """The same error of the file that was asked for, with what to do."""
    number = failed.errno or errno.EIO
    barrier = _barrier(target.parent)
    if barrier is not None:
        number = errno.ENOTDIR
        is_link = barrier.is_symlink() and not barrier.exists()
        what = "a link that leads nowhere" if is_link else "a file, not a folder"
        reason = f"{barrier} is {what}; rename it or choose another place"
    elif number in (errno.EACCES, errno.EPERM):
        reason = f"no permission to write in {_folder(target, there=True)}; choose another place"
    elif number == errno.ENOENT and _has_folder(target):
        reason = f"{_folder(target)} takes no new files; choose another place"
    elif number == errno.ENOENT:
        reason = f"{_folder(target)} is not there any more; choose another place"
    else:
        reason = _REASONS.get(number) or failed.strerror or str(failed)
    return OSError(number, reason, str(target))


def _barrier(folder: Path) -> Path | None:
    """The part of a path that should be a folder and is something else."""
    for part in (folder, *folder.parents):
        if _is_there(part):
            return None if _is_folder(part) else part
    return None


def _has_folder(target: Path) -> bool:
    """Whether the folder that a file would stand in is there, as far as that can be seen."""
    try:
        return _is_folder(_behind_links(target).parent)
    except OSError:
        return False


def _folder(target: Path, *, there: bool = False) -> str:
    """The folder that a file would stand in, in words; or the part of it that is there."""
    try:
        folder = _behind_links(target).parent.absolute()
        if there:
            folder = next(part for part in (folder, *folder.parents) if _is_there(part))
    except PermissionError:  # a folder on the way lets nobody look
        return f"the folder {target.parent}"
    except FileNotFoundError:
        return "the current folder"
    return f"the folder {folder}"
