"""Two commands on one corpus: one works and the other fails with its name; an article that was taken down meanwhile does not come back."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from annotation.gold import write_gold
from annotation.gold_page import make_gold
from annotation.quotes import convert
from annotation.studio.client import Studio
from annotation.studio.exchange import export_tasks, import_annotations
from annotation.studio.pull import pull_labels
from annotation.studio.push import push_tasks
from dataset.build import build_release
from dataset.errors import BusyError, CorpusError
from dataset.files import read_jsonl
from dataset.takedown.removal import take_down
from tests.annotation.studio.fake import TOKEN, Fake, serving
from tests.annotation.studio.test_push_pull import Made, again, choice
from tests.dataset.test_lock import holder
from tests.make import ROOT, article, claim, label_line, snapshot, write_corpus, write_labels

TEXTS = {f"a{i}": article(i) for i in range(6)}
GONE = "a2"


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Six articles with labels, released as 1.0.0."""
    folder = write_corpus(tmp_path / "c", TEXTS)
    write_labels(folder, [label_line(id_, text, [claim(0, 9)]) for id_, text in TEXTS.items()])
    make_gold(folder, None)
    build_release(folder, out=tmp_path / "dist")
    return again(folder)


@pytest.fixture
def fake(made: Made) -> Iterator[Fake]:
    """A server that has all of them labelled."""
    corpus, articles, _ = made
    with serving(
        corpus, articles, choice("kind", "fact"), choice("target", "bridge"), choice("stance", "favor")
    ) as server:
        yield server


def down(corpus: Path) -> None:
    """The takedown that comes in between."""
    take_down(corpus, GONE, "asked for", out=corpus.parent / "dist")


def export(fake: Fake, folder: Path) -> Path:
    """The file of a JSON export of the server."""
    file = folder / "export.json"
    file.write_text(json.dumps(fake.answer("/api/tasks", {"query": [""]})["tasks"]), encoding="utf-8")
    fake.asked.clear()
    return file


def assert_gone(corpus: Path) -> None:
    """Only the files that list takedowns name the article, and none holds its text; the next build agrees."""
    for path in sorted(corpus.rglob("*")):
        if path.is_file():
            data = path.read_text(encoding="utf-8")
            assert TEXTS[GONE][:30] not in data, path
            if path.name not in ("tombstones.jsonl", "ledger.jsonl", "aside.jsonl", "rejected.jsonl"):
                assert not re.search(rf'"{GONE}\b', data), path  # a hash may begin as the id does
    built = build_release(corpus, out=corpus.parent / "dist")
    assert GONE not in {row["id"] for row in built.facts.of("articles")}


def test_each_says_that_another_is_at_work(made: Made, fake: Fake, tmp_path: Path) -> None:
    """Every command that writes into the folder fails at once; nothing changes."""
    corpus, articles, facts = made
    file, studio = export(fake, tmp_path), Studio(fake.url, TOKEN)
    commands: list[Callable[[], object]] = [
        lambda: build_release(corpus.path, out=tmp_path / "dist"),
        lambda: down(corpus.path),
        lambda: make_gold(corpus.path, None),
        lambda: write_gold(corpus, facts),
        lambda: import_annotations(corpus, facts, file),
        lambda: pull_labels(studio, corpus, facts),
        lambda: export_tasks(corpus, articles, corpus.path / "out"),
        lambda: convert(corpus.path),
    ]
    before = snapshot(tmp_path)
    process = holder(corpus.path)
    for command in commands:
        with pytest.raises(
            BusyError, match=rf"another command \(process {process.pid}\) is at work there: wait for it"
        ):
            command()
    process.communicate("\n")
    assert snapshot(tmp_path) == before
    assert not fake.asked.is_set()


@pytest.mark.parametrize("command", ["gold", "studio pull", "studio import", "studio adjudicate"])
def test_from_the_command_line(made: Made, fake: Fake, tmp_path: Path, command: str) -> None:
    """One line and status 1."""
    corpus, *_ = made
    more = [str(export(fake, tmp_path))] if command == "studio import" else []
    process = holder(corpus.path)
    done = subprocess.run(
        [sys.executable, str(ROOT / "standpunkt.py"), *command.split(), str(corpus.path), *more],
        capture_output=True,
        text=True,
        check=False,
        env=environment(fake),
    )
    process.communicate("\n")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "is at work there: wait for it, then repeat the command" in done.stderr


def environment(fake: Fake) -> dict[str, str]:
    """The environment of a user of the server."""
    return {**os.environ, "LABEL_STUDIO_URL": fake.url, "LABEL_STUDIO_API_KEY": TOKEN}


def test_a_takedown_during_a_pull(made: Made, fake: Fake) -> None:
    """The pull has asked, the server takes its time, the takedown does its work: the others' labels come in, nothing of the article."""
    corpus, _, facts = made
    fake.meanwhile = lambda: down(corpus.path)
    done = pull_labels(Studio(fake.url, TOKEN), corpus, facts)
    assert done.changed == 5
    rows = [row for _, row in read_jsonl(corpus.path / ".raw" / "0a0a0a0a-article" / "annotations.jsonl")]
    assert [row["key"] for row in rows] == sorted(set(TEXTS) - {GONE})
    assert_gone(corpus.path)


@pytest.mark.parametrize("full", [[], ["--full"]])
def test_a_takedown_during_a_pull_of_another_process(made: Made, fake: Fake, tmp_path: Path, full: list[str]) -> None:
    """The same as users meet it: a takedown is never kept waiting by a slow server."""
    corpus, *_ = made
    proceed = threading.Event()
    fake.meanwhile = lambda: proceed.wait(120)
    pull = start(fake, "studio", "pull", corpus.path, *full)
    assert fake.asked.wait(120)
    taken = start(fake, "takedown", corpus.path, GONE, "--reason", "asked for", "--out", tmp_path / "dist")
    _, said = taken.communicate(timeout=120)
    assert taken.returncode == 0, said
    proceed.set()
    _, said = pull.communicate(timeout=120)
    assert pull.returncode == 0, said
    assert_gone(corpus.path)


def start(fake: Fake, *arguments: object) -> subprocess.Popen[str]:
    """A command in a process of its own."""
    command = [sys.executable, str(ROOT / "standpunkt.py"), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(fake))


def test_a_pull_that_is_killed_while_it_waits(made: Made, fake: Fake) -> None:
    """It leaves no file: what it has read so far has no name."""
    corpus, *_ = made
    before = snapshot(corpus.path)
    proceed = threading.Event()
    fake.meanwhile = lambda: proceed.wait(120)
    pull = start(fake, "studio", "pull", corpus.path)
    assert fake.asked.wait(120)
    pull.kill()
    pull.communicate()
    proceed.set()
    assert pull.returncode == -signal.SIGKILL
    assert {name: data for name, data in snapshot(corpus.path).items() if name != ".raw/.gitignore"} == before


def test_commands_that_read_the_corpus_before_a_takedown(made: Made, fake: Fake, tmp_path: Path) -> None:
    """They look at the tombstones again before they write, or send."""
    corpus, articles, facts = made
    file = export(fake, tmp_path)
    down(corpus.path)
    done = import_annotations(corpus, facts, file)
    assert (done.annotations, "taken down" in done.rejected[0].reason) == (5, True)
    assert {row.article_id for row in write_gold(corpus, facts).rows} == set(TEXTS) - {GONE}
    written = export_tasks(corpus, articles, corpus.path / "out")
    assert written == {"tasks.json": 5, "claim-tasks.json": 5}
    assert push_tasks(Studio(fake.url, TOKEN), corpus, articles, dry_run=True).new == 0
    assert_gone(corpus.path)


@pytest.mark.parametrize(
    "kind",
    [
        "articles",
        "manifest.jsonl",
        "labels",
        "gold.jsonl",
        ".raw/import-00.json",
        ".raw/x/annotations.jsonl",
        "quotes",
        "structure.jsonl",
    ],
)
def test_a_build_refuses_what_came_back(made: Made, tmp_path: Path, kind: str) -> None:
    """A file that is restored from a copy, of whatever kind, and the command that removes it again."""
    corpus = made[0].path
    (corpus / ".raw" / "x").mkdir(parents=True)
    tasks = [{"data": {"key": id_, "text": text}, "annotations": []} for id_, text in TEXTS.items()]
    (corpus / ".raw" / "import-00.json").write_text(json.dumps(tasks), encoding="utf-8")
    (corpus / ".raw" / "x" / "annotations.jsonl").write_text(json.dumps({"key": f"{GONE}#2"}) + "\n", encoding="utf-8")
    (corpus / "structure.jsonl").write_text(json.dumps({"article_id": GONE}) + "\n", encoding="utf-8")
    (corpus / "quotes" / "author").mkdir(parents=True)
    (corpus / "quotes" / "author" / f"{GONE}.toml").write_text("x = 1\n", encoding="utf-8")
    before = snapshot(corpus)
    down(corpus)
    restored = [name for name in before if Path(name).is_relative_to(kind)]
    for name in restored:
        (corpus / name).write_bytes(before[name])
    with pytest.raises(
        CorpusError, match=rf"article {GONE} was taken down, but traces of it are back: .*{kind}"
    ) as error:
        build_release(corpus, out=tmp_path / "dist")
    assert f"run standpunkt takedown {corpus} {GONE} --reason … to remove them; nothing is released" in str(error.value)
    assert not (tmp_path / "dist" / "c" / "2.0.0").exists()
    down(corpus)
    assert_gone(corpus)


def test_ids_that_end_alike(tmp_path: Path) -> None:
    """A takedown of "1" leaves "artikel 1" as it is, its manifest line too, and the build finds no trace."""
    corpus = write_corpus(
        tmp_path / "c", {"1": TEXTS["a1"], "artikel 1": TEXTS["a2"], "1-c01": TEXTS["a3"], "x": TEXTS["a4"]}
    )
    write_labels(
        corpus,
        [
            label_line(id_, TEXTS[key], [claim(0, 9)])
            for id_, key in (("1", "a1"), ("artikel 1", "a2"), ("1-c01", "a3"))
        ],
    )
    make_gold(corpus, None)
    build_release(corpus, out=tmp_path / "dist")
    take_down(corpus, "1", "asked for", out=tmp_path / "dist")
    assert sorted(row["id"] for _, row in read_jsonl(corpus / "manifest.jsonl")) == ["1-c01", "artikel 1", "x"]
    assert [row["article_id"] for _, row in read_jsonl(corpus / "labels" / "a1.jsonl")] == ["artikel 1", "1-c01"]
    assert build_release(corpus, out=tmp_path / "dist").rejected == []
