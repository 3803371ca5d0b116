"""Commands that are killed before every single change they make below a folder."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "shutil.copyfile", "shutil.rmtree"}


def killed(folder: Path, stop: int, command: Callable[[], object]) -> bool:
    """Run a command in a process of its own that kills itself before its ``stop``-th change below a folder.

    Returns:
        Whether it was killed; False if it ended before.
    """
    child = os.fork()
    if child == 0:
        count, root = 0, os.fspath(folder)

        def watch(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal count
            writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
            if not (writes or event in _CHANGES):
                return
            paths = [os.fspath(one) for one in arguments[:2] if isinstance(one, str | os.PathLike)]
            if any(isinstance(path, str) and path.startswith(root) for path in paths):
                count += 1
                if count == stop:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        status = 1
        try:
            command()
            status = 0
        finally:
            os._exit(status)
    status = os.waitpid(child, 0)[1]
    assert status == 0 or os.WIFSIGNALED(status), "the command failed"
    return status != 0
