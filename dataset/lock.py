"""One command at a time in a folder, and the temporary files that killed commands left there."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dataset.errors import BusyError, printable

# Names of our temporary files: of replacing (dataset/files.py), of new, and of pulls of earlier versions.
_LEFTOVER = re.compile(r"\..+\.\d+\.tmp|\d+\.staged")
_NOT_OURS = (".studio", ".git")  # Label Studio's own files, and git's
_PROCESSES = Path("/proc")
_held: dict[tuple[int, int, int], int] = {}  # how often a thread holds a folder, by device, inode and thread


@contextmanager
def held(folder: Path, *, wait: float = 0, clear: bool = True) -> Iterator[None]:
    """Hold a folder's lock: only one command at a time writes in it. A thread that holds it may take it again.

    The operating system releases the lock when the process ends, in whatever way.

    Args:
        folder: a corpus folder, or the folder of a run; if it does not exist, nothing is locked.
        wait: seconds to wait for another command to finish.
        clear: remove the temporary files that killed commands left in it.

    Raises:
        BusyError: another command holds the lock; names the command if the system knows it.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        yield  # the command that reads the folder reports that it is missing
        return
    try:
        status = os.fstat(descriptor)
        key = (status.st_dev, status.st_ino, threading.get_ident())
        if key not in _held:
            take(descriptor, folder, wait=wait)
            if clear:
                clear_leftovers(folder)
        _held[key] = _held.get(key, 0) + 1
        try:
            yield
        finally:
            _held[key] -= 1
            if not _held[key]:
                del _held[key]
    finally:
        os.close(descriptor)


def take(descriptor: int, folder: Path, *, wait: float = 0) -> None:
    """Lock an open file or folder until it is closed.

    Raises:
        BusyError: another process holds it.
    """
    end = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= end:
                other = _holder(os.fstat(descriptor).st_ino)
                raise BusyError(f"{folder}: {other} is at work there: wait for it, then repeat the command") from None
        time.sleep(0.05)


def clear_leftovers(folder: Path, *, deep: bool = True) -> list[Path]:
    """Remove the temporary files and folders that killed commands left in a folder.

    The caller holds the folder's lock. Only names that our own commands give are removed, and nothing that a living process has locked
    (``replacing`` locks its temporary file, ``new`` its temporary folder).

    Args:
        folder: where to look; symbolic links are not followed.
        deep: look in its subfolders too.

    Returns:
        The paths that were removed.
    """
    found = find_leftovers(folder, deep=deep)
    for path in found:
        remove_leftover(path)
    return found


def find_leftovers(folder: Path, *, deep: bool = True) -> list[Path]:
    """Return the temporary files and folders that killed commands left in a folder, sorted."""
    found = []
    for where, folders, files in os.walk(folder):
        mine = [name for name in (*folders, *files) if _LEFTOVER.fullmatch(name)]
        found += [path for name in mine if _is_dead(path := Path(where, name))]
        folders[:] = [name for name in folders if deep and name not in mine and name not in _NOT_OURS]
    return sorted(found)


def remove_leftover(path: Path) -> None:
    """Remove a temporary file or folder; one that no longer exists is fine."""
    with suppress(FileNotFoundError):
        if stat.S_ISDIR(path.lstat().st_mode):
            shutil.rmtree(path)
        else:
            path.unlink()


def _is_dead(path: Path) -> bool:
    """Return whether a path is a file or folder that no living process has locked."""
    try:
        kind = path.lstat().st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            return False  # no command of ours makes links or devices
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # may not be read: the folder's lock has to do
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks
    finally:
        os.close(descriptor)
    return True


def _holder(inode: int) -> str:
    """Name the command that holds a lock, if Linux reports it."""
    with suppress(OSError, ValueError, IndexError):
        for line in (_PROCESSES / "locks").read_text(encoding="utf-8").splitlines():
            fields = line.split()
            if fields[1] == "FLOCK" and fields[5].rpartition(":")[2] == str(inode):
                return f"{_command(fields[4])} (process {fields[4]})"
    return "another command"


def _command(process: str) -> str:
    """Name a process: ``standpunkt build``, or "another command" if it is not ours. Arguments are left out."""
    words = (_PROCESSES / process / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    for number, word in enumerate(words):
        if Path(word).stem == "standpunkt":
            name = words[number + 1 : number + (3 if words[number + 1] == "studio" else 2)]
            return printable(" ".join(["standpunkt", *name]))
    return "another command"
