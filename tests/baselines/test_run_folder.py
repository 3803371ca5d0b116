"""Run folders: files of one run or none, one command at a time, and what a killed or hindered command leaves."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET

from baselines.evaluate import Evaluation, refuse_rebuilt
from baselines.own import score_predictions
from baselines.report import write_report
from baselines.run_folder import PREDICTIONS, REPORT, RUN, SCORES, alone, is_run
from baselines.runs import read_run, write_run
from baselines.tasks import TASKS, load
from dataset.errors import ReleaseError, StandpunktError
from dataset.release.manifest import read_manifest
from tests.baselines.report.examples import build, example, read, write
from tests.make import ROOT, cli, snapshot, write_corpus

DEEP = ["[" * 100_000 + "]" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000]
HELD = """
import sys, time
from pathlib import Path
from baselines.run_folder import alone
from dataset.files import replacing
with alone(Path(sys.argv[1])) as folder, replacing(folder / "predictions.jsonl") as stream:
    stream.write(b"half")
    stream.flush()
    print("writing", flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A labelled release."""
    return build(tmp_path_factory.mktemp("release"))


@pytest.fixture(autouse=True, scope="module")
def quick() -> Iterator[None]:
    """The same rows are loaded once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("baselines.own.load", cache(load))
        yield


@pytest.fixture
def written(tmp_path: Path, release: Path) -> Path:
    """A run as ``evaluate`` writes it, with nothing scored."""
    with alone(tmp_path / "runs/c-1.0.0") as folder:
        return write_run(folder, release, nothing(release))


def nothing(release: Path, seed: int = 13) -> Evaluation:
    """An evaluation without systems."""
    return Evaluation(read_manifest(release), "as_released", seed, (), {}, {})


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is writing a run to ``busy``."""
    command = [sys.executable, "-c", HELD, str(tmp_path / "busy")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_files_of_two_runs_are_never_read_as_one(written: Path, tmp_path: Path, release: Path) -> None:
    """run.json has the hashes of the other files: another run's scores or predictions are named, and no page is made."""
    with alone(tmp_path / "other") as other:
        write_run(other, release, nothing(release, seed=14))
    (tmp_path / "other" / SCORES).write_text('{"tasks": [], "curve": {"stance": []}}', encoding="utf-8")
    for name, text in ((SCORES, (tmp_path / "other" / SCORES).read_text()), (PREDICTIONS, '{"task": "stance"}\n')):
        before = (written / name).read_bytes()
        (written / name).write_text(text, encoding="utf-8")
        with pytest.raises(ReleaseError, match=f"{name}: not of the same run as run.json"):
            read_run(written)
        done = cli("report", written)
        assert (done.returncode, f"{name}: not of the same run" in done.stderr) == (1, True)
        assert not (written / REPORT).exists()
        (written / name).write_bytes(before)
    read_run(written)
    (written / PREDICTIONS).unlink()
    with pytest.raises(ReleaseError, match=r"predictions\.jsonl: missing"):
        read_run(written)


@pytest.mark.parametrize("odd", [7, [], {}, {SCORES: 1}])
def test_odd_hashes(written: Path, odd: Any) -> None:
    """Hashes of another type bind nothing: refused."""
    about, _ = read(written)
    (written / RUN).write_text(json.dumps({**about, "files": odd}), encoding="utf-8")
    with pytest.raises(ReleaseError, match="not of the same run"):
        read_run(written)


def test_old_runs_stay_readable(tmp_path: Path, release: Path) -> None:
    """Older runs have no hashes."""
    run = example(tmp_path / "run", release)
    about, scores, problems = read_run(run)
    assert about.files is UNSET
    assert problems == write_report(run).problems == []
    assert scores.tasks


def test_a_new_run_removes_page_and_figures_of_the_old_one(tmp_path: Path, release: Path) -> None:
    """They show another run; a file of the user's stays."""
    run = example(tmp_path / "run", release)
    write_report(run)
    (run / "figures" / "mine.png").write_bytes(b"")
    with alone(run):
        write_run(run, release, nothing(release))
    assert not (run / REPORT).exists()
    assert [path.name for path in (run / "figures").iterdir()] == ["mine.png"]


def test_a_killed_command_blocks_nothing(tmp_path: Path, release: Path, holder: subprocess.Popen[str]) -> None:
    """SIGKILL in the middle of writing leaves a temporary file: no run, and the next command clears it."""
    busy = tmp_path / "busy"
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert [path.name for path in busy.iterdir()] == [f".predictions.jsonl.{holder.pid}.tmp"]
    assert not is_run(busy)
    with alone(busy) as folder:
        write_run(folder, release, nothing(release))
    assert sorted(path.name for path in busy.iterdir()) == sorted([PREDICTIONS, RUN, SCORES])


def test_one_command_at_a_time(tmp_path: Path, release: Path, holder: subprocess.Popen[str]) -> None:
    """A second evaluate, and report, of a run that is being written: refused at once, and nothing is changed."""
    with pytest.raises(StandpunktError, match="at work there"), alone(tmp_path / "busy"):
        pass
    write(tmp_path / "busy", {"format": 1}, {}, [])
    with pytest.raises(StandpunktError, match="at work there"):
        write_report(tmp_path / "busy")
    assert not (tmp_path / "busy" / REPORT).exists()
    assert holder.poll() is None


def test_an_empty_folder_is_left_nowhere(tmp_path: Path) -> None:
    """An evaluation that fails leaves no folder behind."""
    with pytest.raises(ReleaseError, match="no"), alone(tmp_path / "runs/x"):
        raise ReleaseError("no")
    assert not (tmp_path / "runs/x").exists()
    (tmp_path / "runs/y").mkdir()
    (tmp_path / "runs/y/mine").write_text("", encoding="utf-8")
    with pytest.raises(ReleaseError, match="no run of ours"), alone(tmp_path / "runs/y"):
        pass


def test_a_full_disk(written: Path, release: Path) -> None:
    """The file that could not be written is named, the run before stays as it was; the same for the page."""
    before = snapshot(written)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(ReleaseError, match=r"run\.json: cannot be written"):
            write_run(written, release, nothing(release, seed=14))
        with pytest.raises(ReleaseError, match=r"report\.html: cannot be written"):
            write_report(written)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        signal.signal(signal.SIGXFSZ, old)
    assert {**snapshot(written), ".gitignore": b""} == {**before, ".gitignore": b""}


def test_two_builds_of_one_version_never_mix(tmp_path: Path) -> None:
    """The release was built again since: report and score fail with advice; so does evaluate if it happens while it reads."""
    release = build(tmp_path)
    run = example(tmp_path / "runs/c-1.0.0", release)
    first = read_manifest(release)
    (tmp_path / "mine.jsonl").write_text("", encoding="utf-8")
    corpus = write_corpus(tmp_path / "c", {})
    settings = (corpus / "corpus.toml").read_text(encoding="utf-8")
    (corpus / "corpus.toml").write_text(f'{settings}description = "Neu."\n', encoding="utf-8")
    assert cli("build", corpus, "--out", tmp_path / "dist", "--replace").returncode == 0
    assert read_manifest(release).digest != first.digest
    for given in ((), ("--release", release)):
        done = cli("report", run, *given)
        assert (done.returncode, "another build" in done.stderr, f"standpunkt evaluate {release}" in done.stderr) == (
            1,
            True,
            True,
        )
        assert not (run / REPORT).exists()
    (tmp_path / "mine.jsonl").write_text('{"task": "stance", "id": "x", "label": "favor"}\n', encoding="utf-8")
    with pytest.raises(ReleaseError, match="earlier build"):
        score_predictions(release, tmp_path / "mine.jsonl", run)
    with pytest.raises(ReleaseError, match="built again while it was read"):
        refuse_rebuilt(release, first)


@pytest.mark.parametrize("text", [*DEEP, '{"format": 1, "format": 1}', '{"format": "\\ud800"}', '{"format": true}'])
@pytest.mark.parametrize("name", [RUN, SCORES])
def test_deep_json_in_a_run(tmp_path: Path, release: Path, name: str, text: str) -> None:
    """Nested 100,000 times, a key twice, half of a surrogate pair: one line with the file, status 1."""
    run = example(tmp_path / "run", release)
    (run / name).write_text(text, encoding="utf-8")
    if name == SCORES and "true" in text:
        return
    with pytest.raises(ReleaseError, match=name) as found:
        write_report(run)
    assert len(found.value.lines) == 1
    assert ("nested too deeply" in found.value.lines[0]) == (text in DEEP)


@pytest.mark.parametrize("text", DEEP)
def test_deep_json_in_predictions(tmp_path: Path, release: Path, text: str) -> None:
    """A line of a run's predictions, and of a user's: named with its number."""
    run = example(tmp_path / "run", release)
    with (run / PREDICTIONS).open("a", encoding="utf-8") as stream:
        stream.write(text + "\n")
    assert f"{PREDICTIONS}: 1 line cannot be read" in write_report(run).problems[0]
    (tmp_path / "mine.jsonl").write_text(text + "\n", encoding="utf-8")
    found = score_predictions(release, tmp_path / "mine.jsonl", tmp_path / "none")
    assert "mine.jsonl:1: nested too deeply" in found.problems[""][0]
    with pytest.raises(ReleaseError, match=f"{PREDICTIONS}:.*nested too deeply"):
        score_predictions(release, tmp_path / "mine.jsonl", run)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("systems", None),
        ("systems", [1]),
        ("systems", [{"task": 1}]),
        ("release", None),
        ("release", {"digest": {}}),
        ("scheme", {}),
        ("curve", None),
        ("curve", [1]),
    ],
)
def test_odd_values_of_a_run_beside_which_is_scored(tmp_path: Path, release: Path, key: str, value: Any) -> None:
    """Types are checked before a value is used: an error of ours that names the command to run."""
    run = example(tmp_path / "run", release)
    about, scores = read(run)
    (run / RUN).write_text(json.dumps(about if key == "curve" else {**about, key: value}), encoding="utf-8")
    (run / SCORES).write_text(json.dumps({**scores, key: value} if key == "curve" else scores), encoding="utf-8")
    (tmp_path / "mine.jsonl").write_text('{"task": "stance", "id": "x", "label": "favor"}\n', encoding="utf-8")
    with pytest.raises(ReleaseError, match="evaluate"):
        score_predictions(release, tmp_path / "mine.jsonl", run)


@pytest.mark.parametrize(
    "change",
    [
        {"task": []}, {"id": 3}, {"label": []}, {"label": "nonsense"}, {"probabilities": [1]},
        {"probabilities": {"favor": "x"}}, {"probabilities": {"favor": 10**400}}, {"probabilities": {"nonsense": 1}},
        {"probabilities": {"favor": float("nan")}}, {"probabilities": {}},
    ],
)  # fmt: skip
def test_odd_lines_of_a_run_beside_which_is_scored(tmp_path: Path, release: Path, change: dict[str, Any]) -> None:
    """Named with file and line; never a table with a system less, or a crash."""
    run = example(tmp_path / "run", release)
    rows = [json.loads(line) for line in (run / PREDICTIONS).read_text(encoding="utf-8").splitlines()]
    asked = set(load(TASKS["stance"], release).test["id"])
    place = next(number for number, row in enumerate(rows) if row["task"] == "stance" and row["id"] in asked)
    rows[place] = {**rows[place], **change}
    (run / PREDICTIONS).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "mine.jsonl").write_text('{"task": "stance", "id": "x", "label": "favor"}\n', encoding="utf-8")
    with pytest.raises(ReleaseError, match=f"{PREDICTIONS}:{place + 1}: "):
        score_predictions(release, tmp_path / "mine.jsonl", run)


def test_no_regular_file(tmp_path: Path, release: Path) -> None:
    """A FIFO in the place of a run's file is named and never waited for."""
    run = example(tmp_path / "run", release)
    (run / SCORES).unlink()
    os.mkfifo(run / SCORES)
    with pytest.raises(ReleaseError, match="not a regular file"):
        write_report(run)
