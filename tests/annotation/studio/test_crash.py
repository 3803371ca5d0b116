"""Killed, doubled, cut off: whatever happens to a push or a pull, the next one puts it right."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from annotation.studio.client import Studio
from annotation.studio.project import find_projects
from annotation.studio.server import Server, serving
from annotation.studio.tasks import article_tasks
from dataset.corpus import Corpus
from tests.annotation.studio.test_push_pull import again, keys, lines, made, span
from tests.make import ROOT

NUMBER = 2500  # three batches


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus that takes a while."""
    corpus, _, _ = made(tmp_path_factory.mktemp("many") / "c", NUMBER)
    return corpus


def renamed(corpus: Corpus, name: str, folder: Path) -> Path:
    """The same articles under another name, so that it has a project of its own."""
    path = folder / name
    path.mkdir()
    shutil.copytree(corpus.path / "articles", path / "articles", copy_function=os.link)
    for file in ("scheme.toml", "manifest.jsonl"):
        (path / file).write_bytes((corpus.path / file).read_bytes())
    settings = (corpus.path / "corpus.toml").read_text(encoding="utf-8")
    (path / "corpus.toml").write_text(settings.replace(corpus.name, name), encoding="utf-8")
    (path / "labels").mkdir()
    return path


def start(server: Server, *arguments: object) -> subprocess.Popen[str]:
    """A command in a process of its own, against a server."""
    environment = {**os.environ, "LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.token}
    command = [sys.executable, str(ROOT / "standpunkt.py"), "studio", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def until(what: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Wait for something, as long as the process lives."""
    while not what():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def staged(process: subprocess.Popen[str]) -> bool:
    """Return whether a pull holds labels in files without a name, below ``.raw/``."""
    files = []
    for path in Path(f"/proc/{process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since
            files.append(str(path.readlink()))
    return sum("/.raw/" in file and "deleted" in file for file in files) > 1


def arrived(studio: Studio, corpus: Corpus) -> int:
    """How many tasks the server has."""
    project = find_projects(studio, corpus).get("article")
    return project.tasks if project else 0


def test_push_killed(many: Corpus, tmp_path: Path, server: Server, studio: Studio) -> None:
    """In the middle; the next one brings the rest, and nothing twice."""
    corpus, _, _ = again(renamed(many, "push-killed", tmp_path))
    process = start(server, "push", corpus.path)
    until(lambda: arrived(studio, corpus), process)
    process.kill()
    process.communicate()
    assert 0 < arrived(studio, corpus) <= NUMBER
    finish(start(server, "push", corpus.path))
    assert len(keys(studio, corpus)) == NUMBER


def finish(process: subprocess.Popen[str]) -> str:
    """The process ends well; what it said."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out


def test_two_pushes_at_once(many: Corpus, tmp_path: Path, server: Server, studio: Studio) -> None:
    """The second waits, and finds nothing to do."""
    corpus, _, _ = again(renamed(many, "push-twice", tmp_path))
    for process in [start(server, "push", corpus.path), start(server, "push", corpus.path)]:
        finish(process)
    assert len(keys(studio, corpus)) == NUMBER


@pytest.fixture
def labelled(many: Corpus, tmp_path: Path, studio: Studio, server: Server) -> Corpus:
    """A project with an annotation of every task."""
    corpus, articles, _ = again(renamed(many, "labelled", tmp_path))
    finish(start(server, "push", renamed_empty(corpus)))
    project = find_projects(studio, corpus)["article"]
    tasks = [{**task, "annotations": [{"result": [span(0, 9)]}]} for task in article_tasks(corpus, articles)]
    for place in range(0, NUMBER, 500):
        studio.ask("POST", f"/api/projects/{project.id}/import", body=tasks[place : place + 500])
    return corpus


def renamed_empty(corpus: Corpus) -> Path:
    """The corpus as it would be without articles: a push of it makes the project alone."""
    path = corpus.path.parent / "empty" / corpus.path.name
    (path / "articles").mkdir(parents=True)
    for name in ("scheme.toml", "corpus.toml"):
        (path / name).write_bytes((corpus.path / name).read_bytes())
    return path


def test_pull_killed(labelled: Corpus, server: Server, studio: Studio) -> None:
    """In the middle; nothing is lost and nothing double after the next one."""
    process = start(server, "pull", labelled.path)
    until(lambda: staged(process), process)
    process.kill()
    process.communicate()
    assert lines(labelled) == {}
    finish(start(server, "pull", labelled.path))
    assert len(lines(labelled)) == NUMBER
    assert "0 new or changed" in finish(start(server, "pull", labelled.path, "--full"))
    studio.ask("DELETE", f"/api/projects/{find_projects(studio, labelled)['article'].id}")


@pytest.fixture
def own(tmp_path: Path, server: Server) -> Path:
    """A folder for a server of one's own; the fixture's server is only to see that there can be one."""
    assert server
    return tmp_path / "own"


def test_server_stopped(many: Corpus, tmp_path: Path, own: Path) -> None:
    """During a push, then during a pull: one clear line, no token in it, and the next call carries on."""
    corpus, _, _ = again(renamed(many, "server-stopped", tmp_path))
    with serving(own) as server:
        process = start(server, "push", corpus.path)
        until(lambda: arrived(Studio(server.url, server.token), corpus), process)
        os.kill(server.pid, 9)
        complain(process, server)
    with serving(own) as server:
        studio = Studio(server.url, server.token)
        finish(start(server, "push", corpus.path))
        task = keys(studio, corpus)
        assert len(task) == NUMBER
        for number in list(task.values())[:3]:
            studio.ask("POST", f"/api/tasks/{number}/annotations/", body={"result": [span(0, 4)]})
        process = start(server, "pull", corpus.path)
        until(lambda: staged(process), process)
        os.kill(server.pid, 9)
        complain(process, server)
        assert lines(corpus) == {}
    with serving(own) as server:
        finish(start(server, "pull", corpus.path))
    assert len(lines(corpus)) == 3


def complain(process: subprocess.Popen[str], server: Server) -> None:
    """The process fails with one line of ours."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert len(err.splitlines()) == 1, err
    assert "does not answer" in err
    assert "call again" in err
    assert server.token not in out + err
