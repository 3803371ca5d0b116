"""One command at a time in a folder; files of killed commands are removed, files of living ones stay."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dataset.errors import BusyError
from dataset.files import replacing
from dataset.lock import clear_leftovers, held
from tests.make import ROOT

HOLD = """
import sys
from pathlib import Path
from dataset.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    input()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    """A process that holds a folder until it gets a line or is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_one_at_a_time(tmp_path: Path) -> None:
    """Another process fails with the number of the holder; a kill releases the lock."""
    process = holder(tmp_path)
    with (
        pytest.raises(BusyError, match=rf"{tmp_path}: another command \(process {process.pid}\) is at work"),
        held(tmp_path),
    ):
        pass
    process.kill()
    process.communicate()
    with held(tmp_path):
        pass


def test_a_short_wait(tmp_path: Path) -> None:
    """A command that may wait gets the lock as soon as the other ends, and never waits without end."""
    process = holder(tmp_path)
    with pytest.raises(BusyError), held(tmp_path, wait=0.2):
        pass
    threading.Timer(0.2, process.communicate, ["\n"]).start()
    with held(tmp_path, wait=30):
        assert process.wait(timeout=30) == 0


def test_the_same_thread_may_take_it_again(tmp_path: Path) -> None:
    """A command calls another's parts; the lock is held until the outermost ends, and no other thread gets it meanwhile."""
    refused = []

    def other() -> None:
        try:
            with held(tmp_path):
                pass
        except BusyError as error:
            refused.append(error)

    with held(tmp_path):
        with held(tmp_path / ".." / tmp_path.name):
            pass
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(refused) == 1
    with held(tmp_path):
        pass


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """Nothing is locked, and nothing made: reading reports what is missing."""
    with held(tmp_path / "gone"):
        assert not (tmp_path / "gone").exists()


def test_leftovers_go_and_nothing_else(tmp_path: Path) -> None:
    """Files and folders of our own names, at any depth; not what looks alike, links, Label Studio's files, or what a process writes now."""
    gone = [".a.jsonl.4711.tmp", "labels/.b.jsonl.1.tmp", ".raw/x/staged/0.staged", ".c.99.tmp/articles/a1.txt"]
    kept = ["a.tmp", ".a.tmp", "a.12.tmp", ".a.12.tmp.txt", "x.staged", ".studio/.a.1.tmp", "labels/a.jsonl", ".a..tmp"]
    for name in (*gone, *kept):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".link.5.tmp").symlink_to(tmp_path / "elsewhere")
    with replacing(tmp_path / "now.json") as stream:
        stream.write(b"{}")
        removed = clear_leftovers(tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in removed] == [
        ".a.jsonl.4711.tmp",
        ".c.99.tmp",
        ".raw/x/staged/0.staged",
        "labels/.b.jsonl.1.tmp",
    ]
    assert not any((tmp_path / name).exists() for name in gone)
    assert all((tmp_path / name).exists() for name in (*kept, "now.json", ".link.5.tmp"))
    assert clear_leftovers(tmp_path) == []


def test_only_here(tmp_path: Path) -> None:
    """A folder that is not ours alone is not searched in its depth."""
    for name in (".a.1.tmp", "b/.a.1.tmp"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert clear_leftovers(tmp_path, deep=False) == [tmp_path / ".a.1.tmp"]
    assert (tmp_path / "b" / ".a.1.tmp").exists()


def test_a_killed_writer(tmp_path: Path) -> None:
    """A process killed in the middle of a write leaves its temporary file, and the next command that holds the folder clears it."""
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom dataset.files import replacing\n"
        "with replacing(Path(sys.argv[1]) / 'x.json') as stream:\n    stream.write(b'text')\n    stream.flush()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 1
    with held(tmp_path):
        assert list(tmp_path.iterdir()) == []
