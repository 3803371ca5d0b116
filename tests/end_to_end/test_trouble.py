"""Bad input, full disks, Ctrl-C and kill -9: a clear line, no half release, and what stood there before still does."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dataset.build import build_release
from dataset.errors import CorpusError, ReleaseError
from dataset.files import keep_lines
from dataset.release.verify import verify_release
from dataset.takedown.removal import take_down
from dataset.text import text_sha256
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


def build_command(corpus: Path, out: Path) -> list[str]:
    """A build on two workers, as a process of its own."""
    return [sys.executable, "-m", "standpunkt", "build", str(corpus), "--out", str(out), "--workers", "2"]


def wait_for_workers(process: subprocess.Popen[Any]) -> list[int]:
    """The process ids of a build's two workers (behind the tracker that Python starts first), once they are there."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None:
        found = [int(child) for child in children.read_text().split()]
        if len(found) >= 3:
            return found[1:]
        time.sleep(0.005)
    raise AssertionError("the build ended before it had workers")


def test_bad_articles_are_set_aside(tmp_path: Path) -> None:
    """Empty, binary, 50 MB in one line, a link to nothing outside, a folder of that name: each named, the rest released, status 1."""
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
        "gone rejected: symbolic link to a file outside",
        "folder rejected: not a regular file",
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
    command = build_command(slow, tmp_path / "dist")
    temporary_files = tmp_path / "tmp"
    temporary_files.mkdir()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary_files)},
        # Where tests run in the background, a child is born deaf to Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    if moment == "writing":
        temporary = dist / ".building-1.1.0"
        while not temporary.exists() and process.poll() is None:
            time.sleep(0.002)
    else:
        wait_for_workers(process)
    process.send_signal(kill)
    _, said = process.communicate(timeout=60)
    assert process.returncode != 0, "the build was faster than the signal"
    assert "Traceback" not in said
    assert snapshot(dist / "1.0.0") == before
    assert (slow / "ledger.jsonl").read_bytes() == ledger
    assert not (dist / "1.1.0").exists()
    if kill != signal.SIGKILL:
        assert "interrupted" in said
        assert list(temporary_files.iterdir()) == []
    assert cli("build", slow, "--out", tmp_path / "dist").returncode == 0
    assert verify_release(dist / "1.1.0") == []
    assert [path.name for path in dist.iterdir() if path.name.startswith(".")] == [".lock"]


@pytest.mark.parametrize(
    ("number", "deaf", "status"), [("SIGTERM", False, 130), ("SIGHUP", False, 130), ("SIGHUP", True, 0)]
)
def test_signals_are_as_ctrl_c(number: str, deaf: bool, status: int) -> None:
    """Whatever ends a command, it cleans up; what ``nohup`` started goes on."""
    # Said in either case: whoever runs the tests under nohup hands its deafness on.
    code = (
        f"import os, signal\nfrom standpunkt.cli.terminal import run_command\n"
        f"signal.signal(signal.{number}, signal.{'SIG_IGN' if deaf else 'SIG_DFL'})\n"
        f"run_command(lambda: os.kill(os.getpid(), signal.{number}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, "interrupted" in done.stderr) == (status, not deaf), done.stderr


def test_whoever_stops_does_not_wait_for_workers(tmp_path: Path) -> None:
    """What they have in hand may take minutes: training a fold, here ten minutes of sleep."""
    (tmp_path / "sleepy.py").write_text(
        "import time\nfrom dataset.runner import run\nfrom standpunkt.cli.terminal import run_command\n"
        "if __name__ == '__main__':\n    run_command(lambda: list(run(time.sleep, [600] * 4, 2, shard=1)))\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "sleepy.py")],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    wait_for_workers(process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.count("\n"), "interrupted" in said) == (130, 1, True)


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


def test_two_builds_at_once(slow: Path, tmp_path: Path) -> None:
    """Into two folders: one builds, the other is told to wait, and the ledger holds every article once."""
    commands = [build_command(slow, tmp_path / out) for out in "xy"]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) for command in commands]
    said = [process.communicate(timeout=120)[1] for process in processes]
    assert sorted(process.returncode for process in processes) == [0, 1]
    assert any("standpunkt build (process" in text and "wait for it" in text for text in said)
    ids = [json.loads(line)["article_id"] for line in (slow / "ledger.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(ids) == len(set(ids)) == 1508


def test_a_worker_that_dies(slow: Path, tmp_path: Path) -> None:
    """Killed from outside, as the kernel does when memory runs out: one line."""
    command = build_command(slow, tmp_path / "dist")
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    os.kill(wait_for_workers(process)[-1], signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "a worker process died" in said


def test_a_damaged_release_is_put_right(corpus: Path, tmp_path: Path) -> None:
    """The same build again, without --replace: what it says did not change."""
    target = tmp_path / "dist" / "c" / "1.0.0"
    before = snapshot(target)
    (target / "claims" / "test-00000-of-00001.parquet").unlink()
    (target / "README.md").write_text("x", encoding="utf-8")
    assert build_release(corpus, out=tmp_path / "dist").written
    assert snapshot(target) == before


def test_a_ledger_without_its_last_line_end(corpus: Path, tmp_path: Path) -> None:
    """Editors do that; the next line still begins on a line of its own."""
    path = corpus / "ledger.jsonl"
    path.write_bytes(path.read_bytes().rstrip())
    for version in ("1.1.0", "1.2.0"):
        write_corpus(corpus, {f"n{version}": article(int(version[2]) + 60)}, version=version)
        build_release(corpus, out=tmp_path / "dist")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 10


def test_articles_added_later_may_not_change_either(corpus: Path, tmp_path: Path) -> None:
    """Their hash is recorded when they are released, and it follows them into a subfolder."""
    write_corpus(corpus, {"later": article(70)}, version="1.1.0")
    build_release(corpus, out=tmp_path / "dist")
    (corpus / "articles" / "later.txt").unlink()
    (corpus / "articles" / "sub").mkdir()
    (corpus / "articles" / "sub" / "later.txt").write_text(article(71), encoding="utf-8")
    write_corpus(corpus, {}, version="1.2.0")
    with pytest.raises(CorpusError, match="later: changed"):
        build_release(corpus, out=tmp_path / "other")


def test_another_corpus_of_the_same_name(corpus: Path, tmp_path: Path) -> None:
    """It does not inherit the splits of articles that are not its own."""
    other = write_corpus(tmp_path / "elsewhere" / "c", {f"a{i}": article(90 + i) for i in range(8)}, version="2.0.0")
    built = build_release(other, out=tmp_path / "dist")
    assert {entry.since_version for entry in built.facts.entries} == {"2.0.0"}


def test_an_article_taken_down_stays_out(corpus: Path, tmp_path: Path) -> None:
    """By its name, and its text under another name; a tombstone that names nothing releases nothing."""
    tombstones, texts = corpus / "tombstones.jsonl", corpus / "articles"
    text = (texts / "a3.txt").read_text(encoding="utf-8")
    tombstones.write_text(json.dumps({"article_id": "a3", "text_sha256": text_sha256(text)}) + "\n", encoding="utf-8")
    write_corpus(corpus, {"again": text}, version="2.0.0")
    with pytest.raises(CorpusError, match=r"a3 was taken down, but traces of it are back: articles/a3\.txt"):
        build_release(corpus, out=tmp_path / "dist")
    take_down(corpus, "a3", "asked for", out=tmp_path / "dist")
    built = build_release(corpus, out=tmp_path / "dist")
    assert [one.id for one in built.rejected] == ["again"]
    assert not {"a3", "again"} & {row["id"] for row in built.facts.of("articles")}
    (texts / "again.txt").unlink()
    keep_lines(corpus / "manifest.jsonl", lambda line: b'"again"' not in line)
    write_corpus(corpus, {}, version="3.0.0")
    assert build_release(corpus, out=tmp_path / "dist").rejected == []
    for line in ({"id": "a1"}, {"article_id": "A1.txt"}, {"article_id": ["a1"]}):
        tombstones.write_text(json.dumps(line) + "\n", encoding="utf-8")
        with pytest.raises(CorpusError, match=r"tombstones\.jsonl:1"):
            build_release(corpus, out=tmp_path / "other")


@pytest.mark.parametrize("manifest", ["{", "{}", None])
def test_a_release_without_its_manifest_is_replaced_when_asked(
    corpus: Path, tmp_path: Path, manifest: str | None
) -> None:
    """It blocks neither its own version nor the next one."""
    path = tmp_path / "dist" / "c" / "1.0.0" / "manifest.json"
    path.unlink()
    if manifest:
        path.write_text(manifest, encoding="utf-8")
    with pytest.raises(ReleaseError, match="--replace"):
        build_release(corpus, out=tmp_path / "dist")
    assert build_release(corpus, out=tmp_path / "dist", replace=True).written
    assert verify_release(path.parent) == []


def test_odd_file_names(tmp_path: Path) -> None:
    """Names that are no text, that hold a line end, or that are a pipe: named, and nothing hangs."""
    corpus = write_corpus(tmp_path / "c", {"good": article(1)})
    folder = os.fsencode(corpus / "articles")
    for name in (b"bad\xff.txt", b"two\nlines.txt"):
        Path(os.fsdecode(folder + b"/" + name)).write_text(article(2), encoding="utf-8")
    os.mkfifo(corpus / "articles" / "pipe.txt")
    done = cli("build", corpus, "--out", tmp_path / "dist", timeout=60)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 4
    assert "a bug" not in done.stderr
    made = cli("new", tmp_path / "new", "--from", corpus / "articles", timeout=60)
    assert (made.returncode, "a bug" in made.stderr) == (1, False)


def test_killed_workers_do_not_stay(slow: Path, tmp_path: Path) -> None:
    """When the build is killed, its processes end too."""
    command = build_command(slow, tmp_path / "dist")
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, start_new_session=True
    )
    wait_for_workers(process)
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


def test_a_disk_that_fills_up_while_a_corpus_is_made(tmp_path: Path) -> None:
    """The file that could not be written is named, not the one it is a copy of; nothing is left."""
    source = tmp_path / "source.txt"
    source.write_text(article(1, 900), encoding="utf-8")

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    done = cli("new", tmp_path / "c", "--from", source, preexec_fn=limit)
    assert done.returncode == 1
    assert f"{tmp_path}/c/articles/source.txt: cannot be written (File too large); no corpus is made" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["source.txt"]
