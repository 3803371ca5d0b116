"""Bad input, full disks, Ctrl-C and kill -9: a clear line, no half release, and what stood there before still does."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dataset.build import build_release
from dataset.release.verify import verify_release
from tests.make import ROOT, article, cli, snapshot, write_corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Eight articles, released as 1.0.0."""
    folder = write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(8)})
    build_release(folder, out=tmp_path / "dist")
    return folder


@pytest.fixture
def slow(corpus: Path) -> Path:
    """The same corpus, grown so that its next build takes some seconds."""
    write_corpus(corpus, {f"b{i:04d}": article(1000 + i, 40) for i in range(1500)}, version="1.1.0")
    return corpus


def test_bad_articles_are_set_aside(tmp_path: Path) -> None:
    """Empty, binary, 50 MB in one line, unreadable, a folder of that name: each named, the rest released, status 1."""
    corpus = write_corpus(tmp_path / "c", {"good": article(1), "empty": "", "binary": b"\0\x01" * 50})
    with (corpus / "articles" / "huge.txt").open("wb") as stream:
        stream.write(b"a" * 50_000_000)
    (corpus / "articles" / "gone.txt").symlink_to(tmp_path / "nowhere")
    (corpus / "articles" / "folder.txt").mkdir()
    done = cli("build", corpus, "--out", tmp_path / "dist")
    assert done.returncode == 1
    for words in (
        "empty: no text",
        "binary: holds NUL",
        "50,000,000 bytes",
        "gone set aside: cannot be read",
        "folder set aside: cannot be read",
    ):
        assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert verify_release(tmp_path / "dist" / "c" / "1.0.0") == []


def test_a_disk_that_fills_up(corpus: Path, tmp_path: Path) -> None:
    """A limit on file sizes stands for it: the write fails in the middle, the release before is untouched."""
    write_corpus(corpus, {f"b{i:03d}": article(100 + i, 40) for i in range(200)}, version="1.1.0")
    before = snapshot(tmp_path / "dist")
    ledger = (corpus / "ledger.jsonl").read_bytes()

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    done = cli("build", corpus, "--out", tmp_path / "dist", preexec_fn=limit)
    assert done.returncode == 1
    assert "nothing is released" in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(tmp_path / "dist") == before
    assert (corpus / "ledger.jsonl").read_bytes() == ledger
    assert cli("build", corpus, "--out", tmp_path / "dist").returncode == 0


def test_a_folder_that_cannot_be_written(corpus: Path, tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = cli("build", corpus, "--out", tmp_path / "file")
    assert (done.returncode, "cannot be written" in done.stderr) == (1, True)


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["reading", "writing"])
def test_a_build_that_is_stopped(slow: Path, tmp_path: Path, kill: signal.Signals, moment: str) -> None:
    """In the middle of reading, or while the new release is being written; the next call completes it, the same as an undisturbed one."""
    dist = tmp_path / "dist" / "c"
    before = snapshot(dist / "1.0.0")
    ledger = (slow / "ledger.jsonl").read_bytes()
    command = [
        sys.executable,
        str(ROOT / "standpunkt.py"),
        "build",
        str(slow),
        "--out",
        str(tmp_path / "dist"),
        "--workers",
        "2",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    if moment == "writing":
        temporary = dist / ".building-1.1.0"
        while not temporary.exists() and process.poll() is None:
            time.sleep(0.002)
    else:
        time.sleep(1.2)
    process.send_signal(kill)
    _, said = process.communicate(timeout=60)
    assert process.returncode != 0, "the build was faster than the signal"
    assert "Traceback" not in said
    assert snapshot(dist / "1.0.0") == before
    assert (slow / "ledger.jsonl").read_bytes() == ledger
    assert not (dist / "1.1.0").exists()
    if kill == signal.SIGINT:
        assert "stopped" in said
    assert cli("build", slow, "--out", tmp_path / "dist").returncode == 0
    assert verify_release(dist / "1.1.0") == []
    assert [path.name for path in dist.iterdir() if path.name.startswith(".")] == [".lock"]


def test_killed_between_release_and_ledger(corpus: Path, tmp_path: Path) -> None:
    """The release stands, its ledger lines do not: the next build takes them from it, even with more articles by then."""
    write_corpus(corpus, {f"b{i}": article(50 + i) for i in range(4)}, version="1.1.0")
    before = (corpus / "ledger.jsonl").read_bytes()
    build_release(corpus, out=tmp_path / "dist")
    after = (corpus / "ledger.jsonl").read_bytes()
    (corpus / "ledger.jsonl").write_bytes(before)
    again = build_release(corpus, out=tmp_path / "dist")
    assert not again.written
    assert (corpus / "ledger.jsonl").read_bytes() == after
    (corpus / "ledger.jsonl").write_bytes(before)
    write_corpus(corpus, {f"0{i}": article(80 + i) for i in range(6)}, version="1.2.0")
    build_release(corpus, out=tmp_path / "dist")
    assert set(after.splitlines()) <= set((corpus / "ledger.jsonl").read_bytes().splitlines())


def test_killed_between_the_renames_of_a_replacement(corpus: Path, tmp_path: Path) -> None:
    """What was moved aside comes back."""
    target = tmp_path / "dist" / "c" / "1.0.0"
    before = snapshot(target)
    target.rename(target.with_name(".replaced-1.0.0"))
    assert not build_release(corpus, out=tmp_path / "dist").written
    assert snapshot(target) == before


def test_two_builds_at_once(corpus: Path, tmp_path: Path) -> None:
    """The second one is told to wait."""
    import fcntl

    with (tmp_path / "dist" / "c" / ".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        done = cli("build", corpus, "--out", tmp_path / "dist")
    assert (done.returncode, "another build" in done.stderr) == (1, True)


def test_killed_workers_do_not_stay(slow: Path, tmp_path: Path) -> None:
    """When the build is killed, its processes end too."""
    command = [
        sys.executable,
        str(ROOT / "standpunkt.py"),
        "build",
        str(slow),
        "--out",
        str(tmp_path / "dist"),
        "--workers",
        "2",
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, start_new_session=True
    )
    time.sleep(1.5)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    pytest.fail("a worker outlived its build")
