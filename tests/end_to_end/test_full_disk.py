"""A file that cannot be written, as on a full disk, is named by every command that writes; what was there is there still."""

from __future__ import annotations

import json
import os
import resource
import shutil
from pathlib import Path

import pytest

from dataset.build import build_release
from tests.make import cli, snapshot

CASES = {
    "gold": ("gold c", "gold.jsonl"),
    "studio export": ("studio export c --out tasks", "tasks/"),
    "takedown": ("takedown c s001 --reason x --out dist", "c/"),
    "publish": ("publish dist/sample/1.0.0 file://{here}/store --corpus c", "store/1.0.0"),
    "hydrate": ("hydrate bare/sample/1.0.0 --texts c/articles --out new", "new/sample/1.0.0"),
    "cache of datasets": ("evaluate dist/sample/1.0.0 --inputs in.jsonl", "cache"),
    "score": ("score dist/sample/1.0.0 own.jsonl", "cache"),
}


@pytest.fixture(scope="module")
def made(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped corpus with its releases."""
    folder = tmp_path_factory.mktemp("full")
    shutil.copytree(sample, folder / "c", ignore=shutil.ignore_patterns(".lock"))
    build_release(folder / "c", out=folder / "dist")
    build_release(folder / "c", out=folder / "bare", profile="standoff")
    (folder / "own.jsonl").write_text(json.dumps({"task": "stance", "id": "x", "label": "favor"}) + "\n")
    return folder


@pytest.mark.parametrize(("command", "file"), CASES.values(), ids=CASES)
def test_no_room(made: Path, tmp_path: Path, command: str, file: str) -> None:
    """Status 1, and a line that names the file or its folder; the cache of datasets was a bug of ours."""
    here = shutil.copytree(made, tmp_path / "here")
    before = snapshot(here)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, 8_192))

    env = {**os.environ, "HF_HOME": str(tmp_path / "cache")}
    done = cli(*command.format(here=here).split(), cwd=here, preexec_fn=limit, env=env)
    assert done.returncode == 1, done.stderr
    line = next(line for line in done.stderr.splitlines() if "File too large" in line)
    assert file in line
    assert not list(here.rglob(".*.tmp"))
    if not command.startswith("takedown"):
        after = snapshot(here)
        assert {name: after.get(name) for name in before} == before
        return
    # It is completed by the same command once there is room.
    assert cli(*command.split(), cwd=here).returncode == 0
